//! Values for the rows on which a plan is proven: an ordinary one of each type first, then those at its edges.

use schema_model::{SqlType, sql_text};

use crate::inspection::Inspection;

/// Longer values aren't made for the sake of a condition.
const LONGEST: usize = 4096;

/// The texts of values of a type, in the order in which they are worth trying. None where nothing is known of the type.
pub(super) fn values(sql_type: &SqlType, inspection: &Inspection) -> Vec<String> {
    if sql_type.array {
        let elements = values(&sql_type.clone().element(), inspection);
        let Some(first) = elements.first() else { return vec!["{}".to_owned()] };
        return vec![array(&elements[..elements.len().min(2)]), "{}".to_owned(), array(std::slice::from_ref(first))];
    }
    if let Some(name) = sql_type.qualified_name() {
        if let Some(base) = inspection.domains.get(&name) {
            return values(base, inspection);
        }
        if let Some(labels) = inspection.catalog.enums.get(&name) {
            return labels.values.clone();
        }
    }
    let known: Vec<String> = builtin(&sql_type.name).iter().map(|&text| text.to_owned()).collect();
    match (sql_type.name.as_str(), sql_type.modifier.as_deref()) {
        ("character" | "character varying", Some(length)) => cut(known, length),
        ("bit", Some(length)) => vec!["1".repeat(number(length)), "0".repeat(number(length))],
        ("bit varying", Some(length)) => cut(known, length),
        ("numeric", Some(modifier)) => numeric(modifier),
        _ => known,
    }
}

/// The `n`th value: of those that are known, and from there on another one each time, as a unique key needs them.
pub(super) fn nth(sql_type: &SqlType, inspection: &Inspection, n: usize) -> Option<String> {
    let known = values(sql_type, inspection);
    if let Some(value) = known.get(n) {
        return Some(value.clone());
    }
    let first = known.first()?;
    let base = sql_type.qualified_name().and_then(|name| inspection.domains.get(&name)).unwrap_or(sql_type);
    if base.array {
        return Some(known[n % known.len()].clone());
    }
    Some(match base.name.as_str() {
        "smallint" | "integer" | "bigint" | "real" | "double precision" | "oid" => (n + 10).to_string(),
        "numeric" => (n % 10).to_string(),
        "uuid" => format!("00000000-0000-4000-8000-{n:012x}"),
        "date" => format!("2024-02-{:02}", 1 + n % 28),
        "timestamp with time zone" | "timestamp without time zone" => format!("2024-02-{:02} 12:00:00", 1 + n % 28),
        "text" | "name" | "citext" => format!("row {n}"),
        "character varying" => cut(vec![format!("{n}r")], base.modifier.as_deref().unwrap_or("100")).remove(0),
        "bytea" => format!("\\x{:08x}", n),
        "json" | "jsonb" => format!("{{\"n\": {n}}}"),
        "inet" => format!("10.0.0.{}", n % 250),
        _ if known.len() > 1 => known[n % known.len()].clone(),
        _ => first.clone(),
    })
}

/// What a condition names: its texts, its numbers and those next to them.
pub(super) fn named_in(condition: &str) -> Vec<String> {
    let mut named = Vec::new();
    for token in sql_text::tokens(condition) {
        let text = &condition[token.range];
        match token.kind {
            sql_text::TokenKind::Text => {
                named.push(text.trim_start_matches('E').trim_matches('\'').replace("''", "'"));
            }
            sql_text::TokenKind::Number => match text.parse::<i64>() {
                Ok(whole) => {
                    let near = [Some(whole), whole.checked_add(1), whole.checked_sub(1)];
                    named.extend(near.into_iter().flatten().map(|near| near.to_string()));
                }
                Err(_) => named.push(text.to_owned()),
            },
            _ => {}
        }
    }
    named
}

/// Whether a text that a condition names may be a value of the type: a condition on several columns names those of all.
pub(super) fn may_be(sql_type: &SqlType, text: &str) -> bool {
    match sql_type.name.as_str() {
        _ if sql_type.array => true,
        "boolean" => matches!(text, "true" | "false"),
        "smallint" | "integer" | "bigint" | "oid" => text.parse::<i64>().is_ok(),
        "numeric" | "real" | "double precision" => text.parse::<f64>().is_ok(),
        "date" | "timestamp with time zone" | "timestamp without time zone" | "uuid" => {
            !text.parse::<f64>().is_ok_and(f64::is_finite)
        }
        _ => true,
    }
}

/// Values as long as the numbers that a condition on a length names, another one at each try.
pub(super) fn of_named_length(condition: &str, sql_type: &SqlType, attempt: usize) -> Vec<String> {
    let is_text = matches!(sql_type.name.as_str(), "text" | "character varying" | "character" | "citext");
    if !condition.contains("length(") || sql_type.array || !(is_text || sql_type.name == "bytea") {
        return Vec::new();
    }
    let lengths = named_in(condition).into_iter().filter_map(|text| text.parse::<usize>().ok());
    let lengths = lengths.filter(|length| *length <= LONGEST);
    let digits = |length: usize| format!("{attempt:0length$}").chars().rev().take(length).collect::<String>();
    lengths.map(|length| if is_text { digits(length) } else { format!("\\x{}", digits(2 * length)) }).collect()
}

fn number(text: &str) -> usize {
    text.parse().unwrap_or(1)
}

fn cut(texts: Vec<String>, length: &str) -> Vec<String> {
    texts.into_iter().map(|text| text.chars().take(number(length)).collect()).collect()
}

/// The ordinary one, zero, and the largest that the precision allows, both ways.
fn numeric(modifier: &str) -> Vec<String> {
    let (precision, scale) = modifier.split_once(',').unwrap_or((modifier, "0"));
    let (precision, scale) = (number(precision.trim()), scale.trim().parse::<i32>().unwrap_or(0));
    let Ok(places) = usize::try_from(scale) else { return vec!["0".to_owned()] };
    let digits = precision.saturating_sub(places);
    let whole = if digits == 0 { "0".to_owned() } else { "9".repeat(digits) };
    let most = if places == 0 { whole } else { format!("{whole}.{}", "9".repeat(places)) };
    let one = if digits == 0 { "0".to_owned() } else { "1".to_owned() };
    vec![one, "0".to_owned(), most.clone(), format!("-{most}")]
}

fn array(elements: &[String]) -> String {
    let quoted = |text: &String| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    format!("{{{}}}", elements.iter().map(quoted).collect::<Vec<_>>().join(","))
}

/// Values of the server's own types and of the extensions that are met most.
fn builtin(name: &str) -> &'static [&'static str] {
    match name {
        "boolean" => &["true", "false"],
        "smallint" => &["1", "2", "0", "-1", "32767", "-32768"],
        "integer" => &["1", "2", "0", "-1", "2147483647", "-2147483648"],
        "bigint" => &["1", "2", "0", "-1", "9223372036854775807", "-9223372036854775808"],
        "oid" => &["1", "2", "0"],
        "real" | "double precision" => &["1.5", "2", "0", "-0", "NaN", "Infinity", "1e-30"],
        "numeric" => &["1.5", "2", "0", "1.50", "-1", "123456789012345678901234567890.123456789"],
        "money" => &["1.50", "0", "-1"],
        "text" | "citext" | "name" => {
            &["one", "Two", "", " ", "a@example.com", "Zoë 'quoted\" \\ 漢字", "1", "2024-02-29", "abc"]
        }
        "character varying" | "character" | "bpchar" => &["one", "Two", "", "Zoë", "1", "abc"],
        "\"char\"" => &["a", "b"],
        "bytea" => &["\\x01", "\\x", "\\x00ff"],
        "uuid" => &["00000000-0000-4000-8000-0000000000a1", "ffffffff-ffff-ffff-ffff-ffffffffffff"],
        "date" => &["2024-02-29", "1970-01-01", "9999-12-31", "infinity", "0044-03-15 BC"],
        "timestamp with time zone" => {
            &["2024-02-29 12:00:00+00", "1970-01-01 00:00:00+00", "2024-03-31 01:30:00.123456+00", "infinity"]
        }
        "timestamp without time zone" => {
            &["2024-02-29 12:00:00", "1970-01-01 00:00:00", "2024-03-31 02:30:00.123456", "infinity"]
        }
        "time without time zone" => &["12:00:00", "00:00:00", "24:00:00"],
        "time with time zone" => &["12:00:00+00", "00:00:00-15"],
        "interval" => &["1 day", "24:00:00", "0", "1 mon -1 day"],
        "json" => &["{\"a\": 1}", "null", "[]", "{\"a\":1.0}"],
        "jsonb" => &["{\"a\": 1}", "null", "[]", "{\"a\": 1.0}", "{}"],
        "inet" => &["192.0.2.1", "2001:db8::1", "192.0.2.0/24"],
        "cidr" => &["192.0.2.0/24", "2001:db8::/32"],
        "macaddr" => &["08:00:2b:01:02:03"],
        "macaddr8" => &["08:00:2b:01:02:03:04:05"],
        "bit varying" => &["101", "", "0"],
        "xml" => &["<a/>"],
        "tsvector" => &["'one':1", ""],
        "tsquery" => &["'one'"],
        "point" => &["(1,2)", "(0,0)"],
        "line" => &["{1,2,3}"],
        "lseg" | "box" => &["(1,2),(3,4)"],
        "path" | "polygon" => &["((1,2),(3,4),(5,6))"],
        "circle" => &["<(1,2),3>"],
        "int4range" | "int8range" | "numrange" => &["[1,5)", "empty", "(,)", "[7,9)"],
        "daterange" => &["[2024-01-01,2024-02-01)", "empty"],
        "tsrange" | "tstzrange" => &["[2024-01-01,2024-02-01)", "empty", "(,)"],
        "pg_lsn" => &["0/1"],
        "ltree" => &["a.b", "a"],
        "hstore" => &["\"a\"=>\"1\"", ""],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use schema_model::SqlType;

    use super::{may_be, named_in, nth, of_named_length, values};
    use crate::inspection::Inspection;

    fn texts(sql_type: &str) -> Vec<String> {
        values(&SqlType::parse(sql_type), &Inspection::default())
    }

    #[test]
    fn values_fit_their_modifiers() {
        assert_eq!(texts("varchar(2)")[..2], ["on", "Tw"]);
        assert_eq!(texts("numeric(4,2)"), ["1", "0", "99.99", "-99.99"]);
        assert_eq!(texts("numeric(2,2)"), ["0", "0", "0.99", "-0.99"]);
        assert_eq!(texts("text[]")[0], "{\"one\",\"Two\"}");
        assert!(texts("nosuch").is_empty());
    }

    #[test]
    fn there_is_always_another_value() {
        let inspection = Inspection::default();
        let value = |n| nth(&SqlType::parse("text"), &inspection, n);
        assert_ne!(value(40), value(41));
    }

    #[test]
    fn a_condition_on_a_length_is_met() {
        let lengths = |sql_type: &str, condition: &str| of_named_length(condition, &SqlType::parse(sql_type), 63);
        assert_eq!(lengths("bytea", "octet_length(a) = 2"), ["\\x3600", "\\x360000", "\\x36"]);
        assert_eq!(lengths("text", "length(a) >= 3"), ["360", "3600", "36"]);
        assert!(lengths("integer", "length(a) >= 3").is_empty());
        assert!(lengths("text", "a <> 'b'").is_empty());
    }

    #[test]
    fn a_condition_on_several_columns_names_values_of_each() {
        let may_be = |sql_type: &str, text| may_be(&SqlType::parse(sql_type), text);
        assert!(may_be("integer", "4") && !may_be("integer", "x") && !may_be("boolean", "0") && may_be("text", "0"));
    }

    #[test]
    fn a_condition_names_what_it_allows() {
        assert_eq!(named_in("kind = ANY (ARRAY['it''s', 'b']) AND n > 3"), ["it's", "b", "3", "4", "2"]);
    }
}
