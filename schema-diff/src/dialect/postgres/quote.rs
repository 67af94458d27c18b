//! Quoting: every identifier and every text passes through here on its way into SQL.

use schema_model::{Identifier, QualifiedName};

/// Words that can't stand as a name without quotes: the reserved ones of the manual's appendix "SQL Key Words",
/// those that may be function or type names included.
const RESERVED: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "binary",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "false",
    "fetch",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "group",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "lateral",
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "natural",
    "new",
    "not",
    "notnull",
    "null",
    "off",
    "offset",
    "old",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "overlaps",
    "placing",
    "primary",
    "references",
    "returning",
    "right",
    "select",
    "session_user",
    "similar",
    "some",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
    // Not reserved, but read as something else where a column or a type may stand.
    "between",
    "bigint",
    "bit",
    "boolean",
    "char",
    "character",
    "coalesce",
    "dec",
    "decimal",
    "exists",
    "extract",
    "float",
    "greatest",
    "grouping",
    "inout",
    "int",
    "integer",
    "interval",
    "least",
    "national",
    "nchar",
    "none",
    "nullif",
    "numeric",
    "out",
    "overlay",
    "position",
    "precision",
    "real",
    "row",
    "setof",
    "smallint",
    "substring",
    "time",
    "timestamp",
    "treat",
    "trim",
    "values",
    "varchar",
    "xmlattributes",
    "xmlconcat",
    "xmlelement",
    "xmlexists",
    "xmlforest",
    "xmlnamespaces",
    "xmlparse",
    "xmlpi",
    "xmlroot",
    "xmlserialize",
    "xmltable",
];

/// A name as SQL reads it: in quotes where it needs them.
pub fn name(identifier: &Identifier) -> String {
    if RESERVED.contains(&identifier.as_str()) {
        format!("\"{}\"", identifier.as_str())
    } else {
        identifier.to_string()
    }
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
