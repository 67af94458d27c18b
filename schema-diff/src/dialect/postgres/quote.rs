//! Quoting: every identifier and every text passes through here on its way into SQL.

use schema_model::{Identifier, QualifiedName};

/// A name as SQL reads it: in quotes where it needs them.
pub fn name(identifier: &Identifier) -> String {
    identifier.quoted()
}

/// A name with its namespace.
pub fn qualified(qualified: &QualifiedName) -> String {
    format!("{}.{}", name(&qualified.namespace), name(&qualified.name))
}

/// Names with commas between them.
pub fn names(identifiers: &[Identifier]) -> String {
    identifiers.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// A text in single quotes, whatever `standard_conforming_strings` says.
pub fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if text.contains('\\') { format!("E'{}'", quoted.replace('\\', "\\\\")) } else { format!("'{quoted}'") }
}

/// A text in dollar quotes whose tag doesn't occur in it.
pub fn dollar(text: &str) -> String {
    let tag = (0_u32..)
        .map(|number| if number == 0 { "$$".to_owned() } else { format!("$body{number}$") })
        .find(|tag| !text.contains(tag.as_str()))
        .unwrap_or_else(|| "$$".to_owned());
    format!("{tag}{text}{tag}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_where_needed() {
        for (plain, quoted) in
            [("users", "users"), ("order", "\"order\""), ("Größe", "\"Größe\""), ("a\"b", "\"a\"\"b\"")]
        {
            assert_eq!(name(&Identifier::new(plain).expect("a valid name")), quoted);
        }
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal("a\\b"), "E'a\\\\b'");
        assert_eq!(dollar("a $$ b"), "$body1$a $$ b$body1$");
    }
}
