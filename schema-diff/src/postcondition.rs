//! How the catalog tells that a step is done: a closed list of predicates, or a query of one boolean.

use std::fmt;
use std::str::FromStr;

use schema_model::{Identifier, QualifiedName};

/// What holds once a step is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Postcondition {
    /// The record that commits together with the step says it; only steps in a transaction may rely on it.
    Recorded,
    /// Something is or isn't in the catalog.
    Object(ObjectState),
    /// A query that gives one boolean.
    Query(String),
}

/// A predicate over one object of the catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ObjectState {
    /// The table is there.
    TableExists(QualifiedName),
    /// The table isn't there.
    TableGone(QualifiedName),
    /// The type is there.
    TypeExists(QualifiedName),
    /// The column is there.
    ColumnExists(QualifiedName, Identifier),
    /// The column isn't there.
    ColumnGone(QualifiedName, Identifier),
    /// The column refuses NULL.
    ColumnNotNull(QualifiedName, Identifier),
    /// The index is there and valid.
    IndexValid(QualifiedName),
    /// The index isn't there.
    IndexGone(QualifiedName),
    /// The constraint is there, perhaps NOT VALID.
    ConstraintExists(QualifiedName, Identifier),
    /// The constraint is there and holds for every row.
    ConstraintValid(QualifiedName, Identifier),
    /// The constraint isn't there.
    ConstraintGone(QualifiedName, Identifier),
}

impl fmt::Display for Postcondition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Recorded => f.write_str("recorded"),
            Self::Object(state) => state.fmt(f),
            Self::Query(sql) => write!(f, "sql: {sql}"),
        }
    }
}

impl fmt::Display for ObjectState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TableExists(table) => write!(f, "table {table} exists"),
            Self::TableGone(table) => write!(f, "table {table} is gone"),
            Self::TypeExists(name) => write!(f, "type {name} exists"),
            Self::ColumnExists(table, column) => write!(f, "column {table}.{column} exists"),
            Self::ColumnGone(table, column) => write!(f, "column {table}.{column} is gone"),
            Self::ColumnNotNull(table, column) => write!(f, "column {table}.{column} is not null"),
            Self::IndexValid(index) => write!(f, "index {index} is valid"),
            Self::IndexGone(index) => write!(f, "index {index} is gone"),
            Self::ConstraintExists(table, name) => write!(f, "constraint {table}.{name} exists"),
            Self::ConstraintValid(table, name) => write!(f, "constraint {table}.{name} is valid"),
            Self::ConstraintGone(table, name) => write!(f, "constraint {table}.{name} is gone"),
        }
    }
}

impl FromStr for Postcondition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "recorded" {
            return Ok(Self::Recorded);
        }
        if let Some(sql) = text.strip_prefix("sql:") {
            return Ok(Self::Query(sql.trim().to_owned()));
        }
        let unknown = || {
            format!(
                "`{text}` is no known condition: write `recorded`, `table|type|column|index|constraint NAME \
                 exists|is gone|is valid|is not null`, or `sql: SELECT …` that gives one boolean"
            )
        };
        let (kind, rest) = text.split_once(' ').ok_or_else(unknown)?;
        let (name, state) = split_state(rest).ok_or_else(unknown)?;
        let state = match (kind, state) {
            ("table", "exists") => ObjectState::TableExists(qualified(name)?),
            ("table", "is gone") => ObjectState::TableGone(qualified(name)?),
            ("type", "exists") => ObjectState::TypeExists(qualified(name)?),
            ("index", "is valid") => ObjectState::IndexValid(qualified(name)?),
            ("index", "is gone") => ObjectState::IndexGone(qualified(name)?),
            ("column", _) | ("constraint", _) => of_table(kind, state, name)?.ok_or_else(unknown)?,
            _ => return Err(unknown()),
        };
        Ok(Self::Object(state))
    }
}

fn split_state(rest: &str) -> Option<(&str, &str)> {
    ["exists", "is gone", "is valid", "is not null"]
        .into_iter()
        .find_map(|state| Some((rest.strip_suffix(state)?.strip_suffix(' ')?, state)))
}

fn of_table(kind: &str, state: &str, name: &str) -> Result<Option<ObjectState>, String> {
    let (table, member) = member(name)?;
    Ok(match (kind, state) {
        ("column", "exists") => Some(ObjectState::ColumnExists(table, member)),
        ("column", "is gone") => Some(ObjectState::ColumnGone(table, member)),
        ("column", "is not null") => Some(ObjectState::ColumnNotNull(table, member)),
        ("constraint", "exists") => Some(ObjectState::ConstraintExists(table, member)),
        ("constraint", "is valid") => Some(ObjectState::ConstraintValid(table, member)),
        ("constraint", "is gone") => Some(ObjectState::ConstraintGone(table, member)),
        _ => None,
    })
}

fn qualified(text: &str) -> Result<QualifiedName, String> {
    text.parse().map_err(|error| format!("`{text}`: {error}"))
}

/// Reads `namespace.table.member`.
pub(crate) fn member(text: &str) -> Result<(QualifiedName, Identifier), String> {
    let parts = schema_model::split_dotted(text);
    let [namespace, table, member] = parts.as_slice() else {
        return Err(format!("`{text}` must be namespace.table.name"));
    };
    let checked = |part: &String| Identifier::new(part.clone()).map_err(|error| format!("`{part}`: {error}"));
    Ok((QualifiedName::new(checked(namespace)?, checked(table)?), checked(member)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for text in [
            "recorded",
            "table public.users exists",
            "column public.users.\"is gone\" is gone",
            "column app.\"My Table\".a is not null",
            "index public.users_name_idx is valid",
            "constraint public.users.users_name_check is valid",
            "sql: SELECT true",
        ] {
            assert_eq!(text.parse::<Postcondition>().expect("a known condition").to_string(), text);
        }
        assert!("index public.x exists".parse::<Postcondition>().is_err());
    }
}
