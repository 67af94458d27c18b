//! What a live server says about one database: the catalog, and the facts around it that plans depend on.

use std::collections::{BTreeMap, BTreeSet};

use schema_model::{Catalog, Identifier, QualifiedName, SqlObject, SqlType};

/// One reading of a live database, all of it from one snapshot.
#[derive(Clone, Debug, Default)]
pub struct Inspection {
    /// The server's major version, 12 to 18.
    pub major: u16,
    /// Tables, types and everything else.
    pub catalog: Catalog,
    /// The base types of domains, by the domain's name.
    pub domains: BTreeMap<QualifiedName, SqlType>,
    /// The functions and counters of our own sync triggers.
    pub ours: BTreeMap<String, SqlObject>,
    /// What gives a view or a function back to its owner, by its key, where that is another role than the session's.
    pub owners: BTreeMap<String, SqlObject>,
    /// What a plan must know about each table beyond its definition.
    pub facts: BTreeMap<QualifiedName, TableFacts>,
}

impl Inspection {
    /// The facts of a table; a table that isn't live has none.
    pub fn facts_of(&self, table: &QualifiedName) -> Option<&TableFacts> {
        self.facts.get(table)
    }

    /// The facts of a column.
    pub fn column_facts(&self, table: &QualifiedName, column: &Identifier) -> Option<&ColumnFacts> {
        self.facts.get(table)?.columns.get(column)
    }
}

/// Facts about a live table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableFacts {
    /// The planner's estimate of its rows (`reltuples`); negative while never analysed.
    pub estimated_rows: f64,
    /// The user's triggers, ours included, in the byte order in which the server fires them.
    pub triggers: Vec<Trigger>,
    /// Facts about its columns.
    pub columns: BTreeMap<Identifier, ColumnFacts>,
    /// Whether a publication or a subscription carries it.
    pub replicated: bool,
    /// Its constraints that are NOT ENFORCED (PostgreSQL 18): they hold for no row, old or new.
    pub not_enforced: BTreeSet<Identifier>,
    /// What the table has that we don't model, in words: an exclusion constraint, inheritance.
    pub unmodelled: Vec<String>,
}

/// Facts about a live column that a copy of it must keep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnFacts {
    /// Column privileges as `aclitem[]` text.
    pub privileges: Option<String>,
    /// Whether equal values can differ in bytes because of a nondeterministic collation.
    pub nondeterministic: bool,
    /// What hangs on the column and isn't modelled: views, policies, triggers, functions.
    pub dependents: Vec<String>,
}

/// A live trigger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trigger {
    /// Its name.
    pub name: String,
    /// Whether it fires before the row is written.
    pub before: bool,
    /// Whether it fires for each row.
    pub for_each_row: bool,
    /// Whether an UPDATE fires it.
    pub on_update: bool,
    /// Whether an INSERT fires it.
    pub on_insert: bool,
    /// `O` ordinary, `A` always, `R` replica, `D` disabled (`tgenabled`).
    pub enabled: char,
    /// The source of its function.
    pub body: String,
    /// The statement that makes it.
    pub definition: String,
}

impl Trigger {
    /// Whether it is one of our own sync triggers, by the mark in its name.
    pub fn is_ours(&self) -> bool {
        self.name.contains(SYNC_MARK)
    }

    /// Whether a plain UPDATE in a session of the ordinary kind fires it.
    pub fn fires_on_update(&self) -> bool {
        self.on_update && matches!(self.enabled, 'O' | 'A')
    }
}

/// The mark in the names of our sync triggers and their functions.
pub const SYNC_MARK: &str = "schema_sync_";
