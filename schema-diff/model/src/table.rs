//! Tables.

use crate::column::{Column, Position};
use crate::constraint::{Check, ForeignKey, PrimaryKey, Unique};
use crate::index::Index;
use crate::name::{Identifier, QualifiedName};

/// A table with everything that hangs on it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Table {
    /// Its name.
    pub name: QualifiedName,
    /// Its columns in the order of the struct or of the catalog.
    pub columns: Vec<Column>,
    /// Its primary key.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub primary_key: Option<PrimaryKey>,
    /// Its unique constraints.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub uniques: Vec<Unique>,
    /// Its check constraints.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub checks: Vec<Check>,
    /// Its foreign keys.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub foreign_keys: Vec<ForeignKey>,
    /// Its indexes, those behind constraints left out.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub indexes: Vec<Index>,
    /// `UNLOGGED`: fast, and empty after a crash.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "std::ops::Not::not"))]
    pub unlogged: bool,
    /// Its storage parameters as the server keeps them, sorted: `fillfactor=70`, `toast.autovacuum_enabled=false`. None
    /// declared is no demand: what is set in the database stays.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub storage_parameters: Vec<String>,
    /// Its comment.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub comment: Option<String>,
    /// The table's earlier name, as declared; never part of a comparison.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub renamed_from: Option<QualifiedName>,
    /// Where it is declared.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub position: Option<Position>,
}

impl Table {
    /// A table without columns.
    pub fn new(name: QualifiedName) -> Self {
        Self {
            name,
            columns: Vec::new(),
            primary_key: None,
            uniques: Vec::new(),
            checks: Vec::new(),
            foreign_keys: Vec::new(),
            indexes: Vec::new(),
            unlogged: false,
            storage_parameters: Vec::new(),
            comment: None,
            renamed_from: None,
            position: None,
        }
    }

    /// The column of that name.
    pub fn column(&self, name: &Identifier) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == *name)
    }

    /// The names of its constraints and indexes, those left open aside.
    pub fn constraint_names(&self) -> impl Iterator<Item = &Identifier> {
        let uniques = self.uniques.iter().map(|unique| &unique.name);
        let checks = self.checks.iter().map(|check| &check.name);
        let foreign_keys = self.foreign_keys.iter().map(|key| &key.name);
        let indexes = self.indexes.iter().map(|index| &index.name);
        uniques.chain(checks).chain(foreign_keys).chain(indexes).flatten()
    }
}
