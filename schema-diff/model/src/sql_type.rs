//! Column types, in the server's own spelling.

use std::fmt;

use crate::name::{Identifier, QualifiedName, split_dotted};
use crate::sql_word;

/// A column type as `format_type` of PostgreSQL writes it under an empty `search_path`, taken apart.
///
/// [`SqlType::parse`] folds the usual aliases (`int8`, `varchar(20)`, `timestamptz(3)`) into that spelling, so that
/// equal types are equal values. Array dimensions are not kept, as the server doesn't keep them either.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(from = "String", into = "String"))]
pub struct SqlType {
    /// The namespace, for types that aren't the server's own.
    pub namespace: Option<Identifier>,
    /// The name without modifiers: `character varying`, `timestamp with time zone`, `book_status`.
    pub name: String,
    /// The modifiers without parentheses: `200`, `10,2`.
    pub modifier: Option<String>,
    /// Whether it is an array of the type.
    pub array: bool,
}

/// Aliases that the server folds, with what it writes instead.
const ALIASES: &[(&str, &str)] = &[
    ("int", "integer"),
    ("int2", "smallint"),
    ("int4", "integer"),
    ("int8", "bigint"),
    ("float", "double precision"),
    ("float4", "real"),
    ("float8", "double precision"),
    ("bool", "boolean"),
    ("decimal", "numeric"),
    ("varchar", "character varying"),
    ("char varying", "character varying"),
    ("char", "character"),
    ("bpchar", "bpchar"),
    ("varbit", "bit varying"),
    ("timestamptz", "timestamp with time zone"),
    ("timestamp", "timestamp without time zone"),
    ("timetz", "time with time zone"),
    ("time", "time without time zone"),
];

impl SqlType {
    /// A type of the server's own, in the server's spelling.
    pub fn builtin(name: &str) -> Self {
        Self { namespace: None, name: name.to_owned(), modifier: None, array: false }
    }

    /// A type that lives in a namespace: an enum, a domain, an extension's type.
    pub fn in_namespace(namespace: Identifier, name: &str) -> Self {
        Self { namespace: Some(namespace), name: name.to_owned(), modifier: None, array: false }
    }

    /// The array of this type; an array stays what it is.
    #[must_use]
    pub fn into_array(mut self) -> Self {
        self.array = true;
        self
    }

    /// The type of the array's elements, or the type itself.
    #[must_use]
    pub fn element(mut self) -> Self {
        self.array = false;
        self
    }

    /// Whether a type takes less than another one of its kind.
    pub fn takes_less_than(&self, other: &Self) -> bool {
        const INTEGERS: [&str; 3] = ["smallint", "integer", "bigint"];
        const TEXTS: [&str; 3] = ["text", "character varying", "character"];
        let place = |ty: &Self| INTEGERS.iter().position(|name| *name == ty.name);
        if let (Some(own), Some(other)) = (place(self), place(other)) {
            return own < other;
        }
        let alike = self.name == other.name || [self, other].iter().all(|ty| TEXTS.contains(&ty.name.as_str()));
        if !alike {
            return false;
        }
        match (&self.modifier, &other.modifier) {
            (Some(_), None) => true,
            (Some(own), Some(other)) => digits(own).zip(digits(other)).is_some_and(|(own, other)| own < other),
            (None, _) => false,
        }
    }

    /// The name of the type, or of an array's elements, where it lives in a namespace.
    pub fn qualified_name(&self) -> Option<QualifiedName> {
        let name = Identifier::new(self.name.clone()).ok()?;
        Some(QualifiedName::new(self.namespace.clone()?, name))
    }

    /// Reads a type as people and servers write it.
    pub fn parse(text: &str) -> Self {
        let (text, array) = strip_array(text.trim());
        let (words, modifier) = strip_modifier(text);
        let words = words.strip_prefix("pg_catalog.").map(str::to_owned).unwrap_or(words);
        if words.contains('"') || words.contains('.') {
            return Self { modifier, array, ..Self::parse_qualified(&words) };
        }
        let mut name = words.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let mut modifier = modifier;
        if let Some((_, canonical)) = ALIASES.iter().find(|(alias, _)| *alias == name) {
            // `float(24)` is the one alias whose modifier chooses the type.
            if name == "float" && modifier.as_deref().and_then(|m| m.parse::<u8>().ok()).is_some_and(|p| p <= 24) {
                name = "real".to_owned();
            } else {
                name = (*canonical).to_owned();
            }
            if matches!(name.as_str(), "real" | "double precision") {
                modifier = None;
            }
        }
        match (name.as_str(), modifier.as_deref()) {
            ("character" | "bit", None) => modifier = Some("1".to_owned()),
            // A numeric without scale has scale 0, which the server writes.
            ("numeric", Some(precision)) if !precision.contains(',') => modifier = Some(format!("{precision},0")),
            _ => {}
        }
        Self { namespace: None, name, modifier, array }
    }

    fn parse_qualified(words: &str) -> Self {
        let mut parts = split_dotted(words);
        let name = parts.pop().unwrap_or_default();
        let namespace = parts.pop();
        match namespace.map(Identifier::new) {
            Some(Ok(namespace)) => Self::in_namespace(namespace, &name),
            Some(Err(_)) => Self::builtin(words),
            // `"char"` is a type of its own, apart from char.
            None if words == "\"char\"" => Self::builtin("\"char\""),
            None => Self::builtin(&name),
        }
    }
}

/// Takes `[]`, `[3]` and the word ARRAY off the end.
fn strip_array(text: &str) -> (&str, bool) {
    let mut rest = text;
    let mut array = false;
    loop {
        let trimmed = rest.trim_end();
        if let Some(open) = trimmed.strip_suffix(']').and_then(|inner| inner.rfind('[')) {
            rest = &trimmed[..open];
            array = true;
        } else if trimmed.len() > 6
            && trimmed.is_char_boundary(trimmed.len() - 6)
            && trimmed[trimmed.len() - 6..].eq_ignore_ascii_case(" array")
        {
            rest = &trimmed[..trimmed.len() - 6];
            array = true;
        } else {
            return (trimmed, array);
        }
    }
}

/// Takes `(…)` out of the words: `timestamp(3) with time zone` gives `timestamp with time zone` and `3`.
fn strip_modifier(text: &str) -> (String, Option<String>) {
    let Some(open) = text
        .find('(')
        .filter(|&open| !text[..open].contains('"') || text[..open].matches('"').count().is_multiple_of(2))
    else {
        return (text.to_owned(), None);
    };
    let Some(close) = text[open..].find(')').map(|at| open + at) else {
        return (text.to_owned(), None);
    };
    let modifier = text[open + 1..close].split(',').map(str::trim).collect::<Vec<_>>().join(",");
    (format!("{}{}", text[..open].trim_end(), &text[close + 1..]), Some(modifier))
}

impl fmt::Display for SqlType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(namespace) = &self.namespace {
            write!(f, "{}.{}", namespace.quoted(), sql_word::quoted(&self.name))?;
        } else {
            // The modifier of time types stands before `with time zone`.
            let (head, tail) = match self.name.find(" with") {
                Some(at) if self.modifier.is_some() => self.name.split_at(at),
                _ => (self.name.as_str(), ""),
            };
            f.write_str(head)?;
            if let Some(modifier) = &self.modifier {
                write!(f, "({modifier})")?;
            }
            f.write_str(tail)?;
        }
        if let (Some(_), Some(modifier)) = (&self.namespace, &self.modifier) {
            write!(f, "({modifier})")?;
        }
        if self.array { f.write_str("[]") } else { Ok(()) }
    }
}

impl From<String> for SqlType {
    fn from(text: String) -> Self {
        Self::parse(&text)
    }
}

impl From<SqlType> for String {
    fn from(sql_type: SqlType) -> Self {
        sql_type.to_string()
    }
}

/// The length, or the digits before the point.
fn digits(modifier: &str) -> Option<i64> {
    let mut parts = modifier.split(',').map(|part| part.trim().parse::<i64>().ok());
    let precision = parts.next()??;
    Some(precision - parts.next().flatten().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_less() {
        let less = |is: &str, was: &str| SqlType::parse(is).takes_less_than(&SqlType::parse(was));
        assert!(less("integer", "bigint"));
        assert!(less("varchar(10)", "varchar(20)"));
        assert!(less("varchar(10)", "text"));
        assert!(less("numeric(4,2)", "numeric(6,2)"));
        assert!(!less("numeric(10,2)", "numeric(6,2)"));
        assert!(!less("text", "varchar(10)"));
        assert!(!less("text", "integer"));
    }

    #[test]
    fn aliases_become_the_servers_spelling() {
        for (written, server) in [
            ("int8", "bigint"),
            ("VARCHAR(200)", "character varying(200)"),
            ("timestamptz", "timestamp with time zone"),
            ("timestamptz(3)", "timestamp(3) with time zone"),
            ("timestamp(3) with time zone", "timestamp(3) with time zone"),
            ("numeric( 10 , 2 )", "numeric(10,2)"),
            ("decimal(8)", "numeric(8,0)"),
            ("text[][]", "text[]"),
            ("int4 array", "integer[]"),
            ("varchar(10)[]", "character varying(10)[]"),
            ("char", "character(1)"),
            ("\"char\"", "\"char\""),
            ("float(24)", "real"),
            ("float", "double precision"),
            ("pg_catalog.int4", "integer"),
            ("public.book_status", "public.book_status"),
            ("app.\"Mixed\"[]", "app.\"Mixed\"[]"),
            ("public.vector(3)", "public.vector(3)"),
            ("interval day to second", "interval day to second"),
        ] {
            assert_eq!(SqlType::parse(written).to_string(), server, "{written}");
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        for text in ["timestamp(3) without time zone[]", "character varying", "bit varying(5)", "public.vector(3)[]"] {
            let parsed = SqlType::parse(text);
            assert_eq!(SqlType::parse(&parsed.to_string()), parsed);
        }
    }
}
