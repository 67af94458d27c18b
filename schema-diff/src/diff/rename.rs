//! Which vanished column became which new one: declared or answered, never assumed.

use std::collections::{BTreeMap, BTreeSet};

use schema_model::{Column, Identifier, QualifiedName, Table};

use super::{Differences, RenameAnswers};

/// A column that vanished while others appeared, and nobody said what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct RenameQuestion {
    /// The table.
    pub table: QualifiedName,
    /// The column that is no longer declared.
    pub column: Identifier,
    /// The new columns that it may have become, the likeliest first.
    pub candidates: Vec<Candidate>,
}

/// A new column that an old one may have become.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The new column.
    pub column: Identifier,
    /// Whether the type is the same.
    pub same_type: bool,
    /// How alike the names are, from 0 to 1.
    pub similarity: f32,
}

/// The renames of one table.
pub(super) struct Renames {
    /// From the new name to the old one, the first one where several are merged.
    names: BTreeMap<Identifier, Identifier>,
    /// Every old column that lives on.
    sources: BTreeSet<Identifier>,
    /// New columns of which nothing more is said than that they can't be had.
    refused: BTreeSet<Identifier>,
}

impl Renames {
    /// Takes what was declared or answered and asks about the rest.
    pub(super) fn resolve(old: &Table, new: &Table, answers: &RenameAnswers, differences: &mut Differences) -> Self {
        refuse_exchanges(old, new, differences);
        let refused = refuse_names_taken_again(old, new, answers, differences);
        refuse_half_a_merge(old, new, differences);
        let names = sources(old, new, answers);
        let merged = new.columns.iter().filter(|column| names.contains_key(&column.name));
        let merged = merged.flat_map(|column| column.hints.merged_from.iter().map(|(source, _)| source.clone()));
        let renames = Self { sources: names.values().cloned().chain(merged).collect(), names, refused };
        renames.ask(old, new, answers, differences);
        renames
    }

    fn ask(&self, old: &Table, new: &Table, answers: &RenameAnswers, differences: &mut Differences) {
        let added: Vec<&Column> =
            new.columns.iter().filter(|c| old.column(&c.name).is_none() && !self.names.contains_key(&c.name)).collect();
        if added.is_empty() {
            return;
        }
        for (position, gone) in old.columns.iter().enumerate() {
            let answered = answers.drops.contains(&(old.name.clone(), gone.name.clone()));
            if new.column(&gone.name).is_some() || self.is_source(&gone.name) || answered {
                continue;
            }
            differences.questions.push(RenameQuestion {
                table: new.name.clone(),
                column: gone.name.clone(),
                candidates: candidates(gone, position, new, &added),
            });
        }
    }

    /// The column that a new one came from.
    pub(super) fn source(&self, new: &Identifier) -> Option<&Identifier> {
        self.names.get(new)
    }

    /// Whether a new column can't be had, for a reason that was given.
    pub(super) fn is_refused(&self, new: &Identifier) -> bool {
        self.refused.contains(new)
    }

    /// Whether an old column lives on under a new name.
    pub(super) fn is_source(&self, old: &Identifier) -> bool {
        self.sources.contains(old)
    }
}

/// The column that each new one came from, as was declared or answered.
pub(super) fn sources(old: &Table, new: &Table, answers: &RenameAnswers) -> BTreeMap<Identifier, Identifier> {
    let added = new.columns.iter().filter(|column| old.column(&column.name).is_none());
    let sources = added.filter_map(|column| {
        let answered = answers.renames.get(&(new.name.clone(), column.name.clone()));
        let lives_on = |source: &Identifier| old.column(source).is_some() && new.column(source).is_none();
        let source = answered.or(column.hints.sources().next())?;
        let all = column.hints.merged_from.iter().all(|(merged, _)| lives_on(merged));
        (lives_on(source) && all).then(|| (column.name.clone(), source.clone()))
    });
    sources.collect()
}

/// A column that lives on under a new name while another one takes the old name: there can't be two of that name, and
/// a new column would be empty.
fn refuse_names_taken_again(
    old: &Table,
    new: &Table,
    answers: &RenameAnswers,
    differences: &mut Differences,
) -> BTreeSet<Identifier> {
    let mut refused = BTreeSet::new();
    for column in new.columns.iter().filter(|column| old.column(&column.name).is_none()) {
        let answered = answers.renames.get(&(new.name.clone(), column.name.clone()));
        let Some(source) = answered.or(column.hints.renamed_from.as_ref()) else { continue };
        if old.column(source).is_some() && new.column(source).is_some() {
            differences.unhandled(
                format!("{}.{source}", new.name),
                format!(
                    "it is renamed to {}, and another column takes its name at once: rename it in this migration, and add the column of that name in the next one, after the contract",
                    column.name
                ),
            );
            refused.extend([source.clone(), column.name.clone()]);
        }
    }
    refused
}

/// Two columns that are each declared to be the other one from before: whether that was done already nobody can tell, and
/// taking it for done would exchange the values under the application.
fn refuse_exchanges(old: &Table, new: &Table, differences: &mut Differences) {
    let source = |column: &Column| column.hints.renamed_from.clone();
    let stays = |column: &&Column| old.column(&column.name).is_some();
    for column in new.columns.iter().filter(stays) {
        let other = source(column).and_then(|name| new.column(&name)).filter(stays);
        let Some(other) = other.filter(|other| source(other).as_ref() == Some(&column.name)) else { continue };
        if column.name < other.name {
            differences.unhandled(
                format!("{}.{}", new.name, column.name),
                format!(
                    "it and {} are each declared as renamed from the other, and whether that is done already can't be told: give one of them a third name in this migration, and the name that it is to have in the next one",
                    other.name
                ),
            );
        }
    }
}

/// Columns that become one must all be there, and none of them declared any more.
fn refuse_half_a_merge(old: &Table, new: &Table, differences: &mut Differences) {
    for column in new.columns.iter().filter(|column| old.column(&column.name).is_none()) {
        for (source, _) in &column.hints.merged_from {
            let what = if old.column(source).is_none() {
                "there is no such column"
            } else if new.column(source).is_some() {
                "it is still declared"
            } else {
                continue;
            };
            differences.unhandled(
                format!("{}.{}", new.name, column.name),
                format!("`merged_from` names {source}, and {what}: nothing is merged before all of them are there and none is declared"),
            );
        }
    }
}

/// Ranked by type, then by position, then by the similarity of the names.
fn candidates(gone: &Column, position: usize, new: &Table, added: &[&Column]) -> Vec<Candidate> {
    let distance = |column: &Column| {
        let at = new.columns.iter().position(|c| c.name == column.name).unwrap_or(usize::MAX);
        at.abs_diff(position)
    };
    let mut ranked: Vec<(usize, Candidate)> = added
        .iter()
        .map(|column| {
            let similarity = similar::TextDiff::from_chars(gone.name.as_str(), column.name.as_str()).ratio();
            let candidate =
                Candidate { column: column.name.clone(), same_type: column.sql_type == gone.sql_type, similarity };
            (distance(column), candidate)
        })
        .collect();
    ranked.sort_by(|(distance_a, a), (distance_b, b)| {
        b.same_type
            .cmp(&a.same_type)
            .then(distance_a.cmp(distance_b))
            .then(b.similarity.total_cmp(&a.similarity))
            .then(a.column.cmp(&b.column))
    });
    ranked.into_iter().map(|(_, candidate)| candidate).collect()
}
