//! Which column types a Rust type is decoded from: measured with sqlx 0.8 and 0.9.

use schema_model::SqlType;

/// What becomes of a column that is read without a look at its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acceptance {
    /// The value.
    Right,
    /// The value, where it fits.
    WhereItFits,
    /// Something else, or an error.
    Wrong,
}

/// Types that are decoded alike, by the name of the first.
const ALIKE: &[&[&str]] = &[
    &["text", "character varying", "bpchar", "character", "name", "citext", "unknown"],
    &["jsonb", "json"],
    &["inet", "cidr"],
];

const INTEGERS: &[&str] = &["smallint", "integer", "bigint"];

fn family(name: &str) -> String {
    let alike = ALIKE.iter().find(|alike| alike.contains(&name));
    alike.map_or_else(|| name.to_lowercase(), |alike| alike[0].to_owned())
}

/// Whether the Rust type for one column type decodes another, where types are compared.
pub fn accepts(rust: &SqlType, column: &SqlType) -> bool {
    rust.array == column.array && family(&rust.name) == family(&column.name)
}

/// What the Rust type for one column type makes of another, where types aren't compared.
pub fn accepts_unchecked(rust: &SqlType, column: &SqlType) -> Acceptance {
    if accepts(rust, column) {
        return Acceptance::Right;
    }
    let (takes, is) = (family(&rust.name), family(&column.name));
    let both = |names: &[&str]| names.contains(&takes.as_str()) && names.contains(&is.as_str());
    if rust.array != column.array {
        Acceptance::Wrong
    } else if both(INTEGERS) && !rust.array {
        let place = |name: &str| INTEGERS.iter().position(|one| *one == name);
        if place(&takes) > place(&is) { Acceptance::Right } else { Acceptance::WhereItFits }
    } else if same_bytes(&takes, column) || both(&["timestamp with time zone", "timestamp without time zone"]) {
        Acceptance::Right
    } else if takes == "jsonb" && is == "text" {
        Acceptance::WhereItFits
    } else {
        Acceptance::Wrong
    }
}

/// Enums and json come as text.
fn same_bytes(takes: &str, column: &SqlType) -> bool {
    takes == "text" && (column.namespace.is_some() || column.name == "json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_decoded_from_what() {
        let checked = |rust: &str, column: &str| accepts(&SqlType::parse(rust), &SqlType::parse(column));
        assert!(checked("text", "varchar(20)"));
        assert!(checked("text[]", "varchar[]"));
        assert!(checked("BookStatus", "public.\"BookStatus\""));
        assert!(!checked("integer", "bigint"));
        assert!(!checked("text", "text[]"));
        let unchecked = |rust: &str, column: &str| accepts_unchecked(&SqlType::parse(rust), &SqlType::parse(column));
        assert_eq!(unchecked("integer", "bigint"), Acceptance::WhereItFits);
        assert_eq!(unchecked("bigint", "integer"), Acceptance::Right);
        assert_eq!(unchecked("text", "public.status"), Acceptance::Right);
        assert_eq!(unchecked("numeric", "double precision"), Acceptance::Wrong);
    }
}
