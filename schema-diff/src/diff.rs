//! Compares two normalised catalogs: one comparison per noun, and an error for every difference nobody handles.

mod column;
pub(crate) mod constraint;
mod enum_type;
pub(crate) mod follow;
pub(crate) mod object;
mod partition;
mod rename;
pub(crate) mod table;

use std::collections::{BTreeMap, BTreeSet};

use schema_model::{Catalog, Identifier, QualifiedName};

use crate::change::Change;
pub use rename::{Candidate, RenameQuestion};

/// What the user said about columns that vanished: declared in the structs or given as flags.
#[derive(Clone, Debug, Default)]
pub struct RenameAnswers {
    /// From the new column to the old one, by table.
    pub renames: BTreeMap<(QualifiedName, Identifier), Identifier>,
    /// Columns that are really gone, though another one appeared.
    pub drops: Vec<(QualifiedName, Identifier)>,
    /// Columns, by either name, that are to be renamed in place, behind a view.
    pub by_view: BTreeSet<(QualifiedName, Identifier)>,
}

impl RenameAnswers {
    fn is_by_view(&self, table: &QualifiedName, column: &Identifier) -> bool {
        self.by_view.contains(&(table.clone(), column.clone()))
    }
}

/// The outcome of a comparison.
#[derive(Clone, Debug, Default)]
pub struct Differences {
    /// What differs.
    pub changes: Vec<Change>,
    /// Columns that vanished while others appeared, and nobody said which became which.
    pub questions: Vec<RenameQuestion>,
    /// Differences that no operation handles; a plan must not be made while there are some.
    pub unhandled: Vec<Unhandled>,
}

/// A difference that is seen but not handled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unhandled {
    /// The object that differs.
    pub object: String,
    /// What differs, and what can be done about it.
    pub what: String,
}

impl std::fmt::Display for Unhandled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.object, self.what)
    }
}

/// Compares. Both sides must be normalised, and aligned to what is managed.
pub fn diff(from: &Catalog, to: &Catalog, answers: &RenameAnswers) -> Differences {
    let mut differences = Differences::default();
    enum_type::compare(from, to, &mut differences);
    table::compare(from, to, answers, &mut differences);
    object::compare(from, to, &mut differences);
    differences
}

impl Differences {
    fn unhandled(&mut self, object: impl std::fmt::Display, what: impl Into<String>) {
        self.unhandled.push(Unhandled { object: object.to_string(), what: what.into() });
    }
}
