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

    /// The same, where the columns of tables that get another name may be named with the old one or the new one.
    pub(crate) fn under_either_name(&self, from: &Catalog, to: &Catalog) -> Self {
        let mut all = self.clone();
        let names = table::renamed(from, to).into_iter().map(|(old, new)| (&old.name, &new.name));
        for (one, other) in names.flat_map(|(old, new)| [(old, new), (new, old)]) {
            let renames = self.renames.iter().filter(|((table, _), _)| table == one);
            all.renames.extend(renames.map(|((_, new), old)| ((other.clone(), new.clone()), old.clone())));
            let drops = self.drops.iter().filter(|(table, _)| table == one);
            all.drops.extend(drops.map(|(_, column)| (other.clone(), column.clone())));
            let by_view = self.by_view.iter().filter(|(table, _)| table == one);
            all.by_view.extend(by_view.map(|(_, column)| (other.clone(), column.clone())));
        }
        all
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

/// Tables that get another name and change otherwise too. All of it is planned under the names that they have, and the
/// new ones come last.
#[derive(Clone, Debug, Default)]
pub(crate) struct LateNames {
    /// The side that is to be, in which these tables have their old names.
    pub(crate) to: Catalog,
    /// The old names with the new ones.
    pub(crate) names: Vec<(QualifiedName, QualifiedName)>,
}

/// Compares, and tells the tables whose new names come last.
pub(crate) fn diff_with_late_names(
    from: &Catalog,
    to: &Catalog,
    answers: &RenameAnswers,
) -> (Differences, Option<LateNames>) {
    let differences = diff(from, to, answers);
    let Some(late) = table::late_names(from, to, answers, &differences.changes) else { return (differences, None) };
    let mut differences = diff(from, &late.to, answers);
    let renames = late.names.iter().map(|(from, to)| Change::RenameTable { from: from.clone(), to: to.clone() });
    differences.changes.extend(renames);
    (differences, Some(late))
}

/// Compares. Both sides must be normalised, and aligned to what is managed.
pub fn diff(from: &Catalog, to: &Catalog, answers: &RenameAnswers) -> Differences {
    let mut differences = Differences::default();
    enum_type::compare(from, to, &mut differences);
    table::compare(from, to, answers, &mut differences);
    object::compare(&table::with_what_goes_along(from, to, answers), to, &mut differences);
    differences
}

impl Differences {
    fn unhandled(&mut self, object: impl std::fmt::Display, what: impl Into<String>) {
        self.unhandled.push(Unhandled { object: object.to_string(), what: what.into() });
    }
}
