//! What a release does to a table, as SQL: the statements of an application that names its columns, for one row.

use std::collections::BTreeSet;

use schema_model::{Column, Identifier, Table};
use sqlx::{PgConnection, Row};

use super::fill_tables::{is_always_numbered, literal};
use super::quote;
use super::session::query_all;

/// So many rows are offered.
const ROWS: usize = 16;

/// The table as one release knows it.
#[derive(Clone, Debug)]
pub struct Shape<'a> {
    table: &'a Table,
    /// The columns that its shortest INSERT gives.
    given: BTreeSet<&'a Identifier>,
    /// The keys of its upserts.
    keys: Vec<&'a [Identifier]>,
    /// The columns that the other release knows in another form or not at all: each is updated by itself.
    apart: BTreeSet<&'a Identifier>,
    /// Columns of the old form's keys, which hold until the contract.
    held: BTreeSet<Identifier>,
}

/// The values of a row by the table's columns, as text.
pub type Values = Vec<Option<String>>;

/// A statement, and what it is in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// `an upsert on (email)`.
    pub what: String,
    /// The statement.
    pub sql: String,
}

impl<'a> Shape<'a> {
    /// Of the release that is live; `other` is the table as the release to come knows it.
    pub fn of_old(table: &'a Table, other: Option<&Table>) -> Self {
        let is_apart = |column: &&Column| other.is_none_or(|other| other.column(&column.name) != Some(*column));
        let apart = table.columns.iter().filter(is_apart).map(|column| &column.name).collect();
        Self { table, given: required(table), keys: unique_keys(table), apart, held: BTreeSet::new() }
    }

    /// Of the release to come: until the contract it gives what the old form demands, and upserts on keys that are there by
    /// then, which are the old ones and those over a column that only it knows.
    pub fn of_new(table: &'a Table, old: Option<&Table>) -> Self {
        let mut shape = Self::of_old(table, old);
        let Some(old) = old else { return shape };
        let demanded = required(old);
        // What the old form demands may stand under another name by now.
        let renamed = demanded.iter().any(|name| table.column(name).is_none());
        let must = |name: &&Identifier| demanded.contains(name) || renamed && old.column(name).is_none();
        shape.given.extend(table.columns.iter().map(|column| &column.name).filter(must));
        let old_keys = unique_keys(old);
        let by_index = old.indexes.iter().filter(|index| index.unique).flat_map(|index| &index.keys);
        let by_index = by_index.filter_map(|key| key.target.column());
        shape.held = old_keys.iter().copied().flatten().chain(by_index).cloned().collect();
        shape.keys.retain(|key| old_keys.contains(key) || key.iter().any(|column| old.column(column).is_none()));
        shape
    }

    /// The table.
    pub fn table(&self) -> &'a Table {
        self.table
    }

    /// Rows of the table, in the order of their texts.
    pub async fn rows(&self, connection: &mut PgConnection) -> Result<Vec<Values>, sqlx::Error> {
        let columns: Vec<String> =
            self.table.columns.iter().map(|column| format!("{}::text", quote::name(&column.name))).collect();
        let order: Vec<String> = (1..=columns.len()).map(|at| at.to_string()).collect();
        let sql = format!(
            "SELECT {} FROM {} ORDER BY {} LIMIT {ROWS}",
            columns.join(", "),
            quote::qualified(&self.table.name),
            order.join(", ")
        );
        let rows = query_all(connection, &sql).await?;
        rows.iter().map(|row| (0..columns.len()).map(|at| row.try_get(at)).collect()).collect()
    }

    /// Takes the row away, so that it can come again.
    pub fn delete(&self, row: &Values) -> Probe {
        probe("a DELETE", format!("DELETE FROM {} WHERE {}", self.name(), self.is_row(row)))
    }

    /// What is done, one after the other, once the row was deleted. `other` is a row whose values the columns get that
    /// stand in no key.
    pub fn statements(&self, row: &Values, other: Option<&Values>) -> Vec<Probe> {
        let all: Vec<(usize, &Column)> = self.written().collect();
        let mut probes = vec![probe("an INSERT", self.insert(row, &all, "")), self.select(row)];
        let apart = all.iter().filter(|(_, column)| self.apart.contains(&column.name) && !is_always_numbered(column));
        probes.extend(apart.map(|(at, column)| self.update(column, row, row[*at].as_deref(), "the same value")));
        probes.extend(self.keys.iter().filter_map(|key| self.upsert(key, row, &all)));
        let keyed: BTreeSet<&Identifier> = self.keyed();
        let is_free = |name: &Identifier| !keyed.contains(name) && !self.held.contains(name);
        let free = all.iter().filter(|(_, column)| is_free(&column.name) && self.apart.contains(&column.name));
        let changes = other.into_iter().flat_map(|other| {
            let differs = free.clone().filter(|(at, _)| other[*at] != row[*at]);
            differs.map(|(at, column)| self.update(column, row, other[*at].as_deref(), "another value"))
        });
        if self.table.primary_key.is_some() {
            probes.extend(changes);
        }
        probes.extend(self.update_all(row, &all));
        probes.push(self.delete(row));
        let short: Vec<_> = all.iter().filter(|(_, column)| self.given.contains(&column.name)).copied().collect();
        probes.push(probe("an INSERT of what must be given", self.insert(row, &short, "")));
        probes
    }

    fn name(&self) -> String {
        quote::qualified(&self.table.name)
    }

    /// The columns that take a value, with their places.
    fn written(&self) -> impl Iterator<Item = (usize, &'a Column)> {
        self.table.columns.iter().enumerate().filter(|(_, column)| column.generated.is_none())
    }

    /// Columns of keys and references, whose values stand for something.
    fn keyed(&self) -> BTreeSet<&'a Identifier> {
        let references = self.table.foreign_keys.iter().flat_map(|key| &key.columns);
        unique_keys(self.table).into_iter().flatten().chain(references).collect()
    }

    /// The row by its primary key, or by all its values.
    fn is_row(&self, row: &Values) -> String {
        let key = self.table.primary_key.as_ref().map(|key| &key.columns);
        let named = self.table.columns.iter().zip(row);
        let named = named.filter(|(column, _)| key.is_none_or(|key| key.contains(&column.name)));
        let equal = named.map(|(column, value)| match value {
            Some(value) => format!("{}::text = {}", quote::name(&column.name), quote::literal(value)),
            None => format!("{} IS NULL", quote::name(&column.name)),
        });
        equal.collect::<Vec<_>>().join(" AND ")
    }

    fn insert(&self, row: &Values, columns: &[(usize, &Column)], conflict: &str) -> String {
        if columns.is_empty() {
            return format!("INSERT INTO {} DEFAULT VALUES", self.name());
        }
        let names: Vec<String> = columns.iter().map(|(_, column)| quote::name(&column.name)).collect();
        let values: Vec<String> = columns.iter().map(|(at, _)| literal(row[*at].as_deref())).collect();
        let always = columns.iter().any(|(_, column)| is_always_numbered(column));
        let overriding = if always { " OVERRIDING SYSTEM VALUE" } else { "" };
        format!(
            "INSERT INTO {} ({}){overriding} VALUES ({}){conflict}",
            self.name(),
            names.join(", "),
            values.join(", ")
        )
    }

    fn select(&self, row: &Values) -> Probe {
        let names: Vec<String> = self.table.columns.iter().map(|column| quote::name(&column.name)).collect();
        probe("a SELECT", format!("SELECT {} FROM {} WHERE {}", names.join(", "), self.name(), self.is_row(row)))
    }

    fn update(&self, column: &Column, row: &Values, value: Option<&str>, which: &str) -> Probe {
        let name = quote::name(&column.name);
        let (value, row) = (literal(value), self.is_row(row));
        probe(
            format!("an UPDATE of {} to {which}", column.name),
            format!("UPDATE {} SET {name} = {value} WHERE {row}", self.name()),
        )
    }

    /// As an application does that writes back what it has read.
    fn update_all(&self, row: &Values, all: &[(usize, &Column)]) -> Option<Probe> {
        let sets = all.iter().filter(|(_, column)| !is_always_numbered(column));
        let sets = sets.map(|(at, column)| format!("{} = {}", quote::name(&column.name), literal(row[*at].as_deref())));
        let sets: Vec<String> = sets.collect();
        let sql = format!("UPDATE {} SET {} WHERE {}", self.name(), sets.join(", "), self.is_row(row));
        (!sets.is_empty()).then(|| probe("an UPDATE of all columns", sql))
    }

    fn upsert(&self, key: &[Identifier], row: &Values, all: &[(usize, &Column)]) -> Option<Probe> {
        let rest: Vec<String> = all
            .iter()
            .filter(|(_, column)| !key.contains(&column.name) && !is_always_numbered(column))
            .map(|(_, column)| format!("{0} = excluded.{0}", quote::name(&column.name)))
            .collect();
        let deed = if rest.is_empty() { "NOTHING".to_owned() } else { format!("UPDATE SET {}", rest.join(", ")) };
        let names = quote::names(key);
        let conflict = format!(" ON CONFLICT ({names}) DO {deed}");
        Some(probe(format!("an upsert on ({names})"), self.insert(row, all, &conflict)))
    }
}

/// The columns that an INSERT can't leave out.
fn required(table: &Table) -> BTreeSet<&Identifier> {
    let can_be_left_out = |column: &&Column| {
        column.nullable || column.default.is_some() || column.identity.is_some() || column.generated.is_some()
    };
    table.columns.iter().filter(|column| !can_be_left_out(column)).map(|column| &column.name).collect()
}

/// Keys over columns that ON CONFLICT can name.
fn unique_keys(table: &Table) -> Vec<&[Identifier]> {
    let primary = table.primary_key.iter().filter(|key| key.deferrable.is_default()).map(|key| &key.columns[..]);
    let uniques = table.uniques.iter().filter(|unique| unique.deferrable.is_default());
    primary.chain(uniques.map(|unique| &unique.columns[..])).collect()
}

fn probe(what: impl Into<String>, sql: String) -> Probe {
    Probe { what: what.into(), sql }
}
