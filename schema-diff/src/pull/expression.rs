//! SQL expressions in attributes: as tokens where these are read back as the same text, else as a string.

use schema_model::declare::as_tokens;
use schema_model::sql_text::without_parentheses;
use schema_model::{Expression, SqlType};

/// An expression as it stands after `where =` or in `check(…)`; the server's outer parentheses are taken off.
pub(crate) fn value(expression: &Expression) -> String {
    text(without_parentheses(expression.canonical()))
}

/// SQL as tokens or as a string.
pub(crate) fn text(sql: &str) -> String {
    if as_tokens(sql) { sql.to_owned() } else { literal(sql) }
}

/// A default. The cast that the server writes behind a literal of the column's own type says nothing new.
pub(crate) fn default(expression: &Expression, column: &SqlType) -> String {
    let sql = expression.canonical();
    let Some((quoted, cast)) = literal_with_cast(sql) else { return value(expression) };
    let cast = SqlType::parse(cast);
    let number: Option<i64> = quoted.trim_matches('\'').parse().ok();
    if let Some(number) = number.filter(|number| quoted == format!("'{number}'") && *number < 0) {
        // The server writes -1 as '-1'::integer, whatever the column is.
        let fits = i32::try_from(number).is_ok();
        if (fits && cast == SqlType::builtin("integer")) || (!fits && cast == SqlType::builtin("bigint")) {
            return number.to_string();
        }
    }
    let bare = SqlType { modifier: None, ..column.clone() };
    if (SqlType { modifier: None, ..cast }) == bare { literal(quoted) } else { text(sql) }
}

/// The label of `'label'::type`.
pub(crate) fn label(expression: &Expression) -> Option<String> {
    let (quoted, _) = literal_with_cast(expression.canonical())?;
    Some(quoted[1..quoted.len() - 1].replace("''", "'"))
}

/// Takes `'…'::type` apart.
fn literal_with_cast(sql: &str) -> Option<(&str, &str)> {
    let inner = sql.strip_prefix('\'')?;
    let mut end = 0;
    loop {
        end += inner[end..].find('\'')?;
        if !inner[end + 1..].starts_with('\'') {
            break;
        }
        end += 2;
    }
    let cast = inner[end + 1..].strip_prefix("::")?;
    // A further operator would follow a type's name after a space and a symbol.
    let is_type = cast.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '"' | ' ' | '[' | ']'));
    is_type.then(|| (&sql[..end + 2], cast))
}

/// A collation: a name with its namespace has quotes, without which the dot would be a part of the name (`en_US.utf8`).
pub(crate) fn collation(name: &str) -> String {
    match name.split_once('.') {
        Some((namespace, own)) if !name.contains('"') => literal(&format!("{namespace}.\"{own}\"")),
        _ => literal(name),
    }
}

/// A string literal of Rust, raw where that spares escapes.
pub(crate) fn literal(text: &str) -> String {
    let raw = text.contains(['"', '\\']) && !text.contains(char::is_control);
    if !raw {
        let mut literal = String::from("\"");
        for c in text.chars() {
            match c {
                '"' | '\\' => literal.extend(['\\', c]),
                c if c.is_control() => literal.extend(c.escape_default()),
                c => literal.push(c),
            }
        }
        return literal + "\"";
    }
    let mut hashes = "#".to_owned();
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{text}\"{hashes}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_as_short_as_they_mean_the_same() {
        for (server, column, written) in [
            ("'x'::text", "text", "\"'x'\""),
            ("'it''s'::character varying", "varchar(20)", "\"'it''s'\""),
            ("'-1'::integer", "bigint", "-1"),
            ("'-5000000000'::bigint", "bigint", "-5000000000"),
            ("'0'::bigint", "bigint", "\"'0'\""),
            ("0", "bigint", "0"),
            ("now()", "timestamptz", "now()"),
            ("CURRENT_TIMESTAMP", "timestamptz", "CURRENT_TIMESTAMP"),
            ("'{}'::text[]", "text[]", "\"'{}'\""),
            ("'a'::text", "varchar", "\"'a'::text\""),
            ("('x'::text || 'y'::text)", "text", "\"'x'::text || 'y'::text\""),
            ("'x'::text || 'y'::text", "text", "\"'x'::text || 'y'::text\""),
            ("E'a\\\\b'::text", "text", "r#\"E'a\\\\b'::text\"#"),
        ] {
            assert_eq!(default(&Expression::inspected(server), &SqlType::parse(column)), written, "{server}");
        }
        assert_eq!(value(&Expression::inspected("(stock >= 0)")), "stock >= 0");
        assert_eq!(value(&Expression::inspected("((a > 0) AND (b > 0))")), "\"(a > 0) AND (b > 0)\"");
    }
}
