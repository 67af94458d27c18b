//! Tables.

use crate::column::{Column, Position};
use crate::constraint::{Check, ForeignKey, PrimaryKey, Unique};
use crate::expression::Expression;
use crate::index::{Index, IndexKey};
use crate::name::{Identifier, QualifiedName};
use crate::partition::Partitioning;

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
    /// How its rows are spread over partitions. None declared is no demand: what is there stays.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub partitioning: Option<Partitioning>,
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
            partitioning: None,
            renamed_from: None,
            position: None,
        }
    }

    /// The column of that name.
    pub fn column(&self, name: &Identifier) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == *name)
    }

    /// Every expression of it: those of its columns first, each default before what is computed; then those of its checks
    /// and indexes.
    pub fn expressions(&self) -> impl Iterator<Item = &Expression> {
        let columns = self.columns.iter().flat_map(|column| column.default.iter().chain(&column.generated));
        let checks = self.checks.iter().map(|check| &check.expression);
        let indexes = self.indexes.iter().flat_map(|index| index.expressions().chain(&index.predicate));
        columns.chain(checks).chain(indexes)
    }

    /// The same, to be changed.
    pub fn expressions_mut(&mut self) -> impl Iterator<Item = &mut Expression> {
        let columns = self.columns.iter_mut().flat_map(|column| column.default.iter_mut().chain(&mut column.generated));
        let checks = self.checks.iter_mut().map(|check| &mut check.expression);
        let indexes = self.indexes.iter_mut().flat_map(|index| {
            let keys = index.keys.iter_mut().filter_map(IndexKey::expression_mut);
            keys.chain(&mut index.predicate)
        });
        columns.chain(checks).chain(indexes)
    }

    /// Its expressions that are keys of indexes.
    pub fn indexed_expressions(&self) -> impl Iterator<Item = &Expression> {
        self.indexes.iter().flat_map(Index::expressions)
    }

    /// The names of its constraints and indexes, those left open aside.
    pub fn constraint_names(&self) -> impl Iterator<Item = &Identifier> {
        let uniques = self.uniques.iter().map(|unique| &unique.name);
        let checks = self.checks.iter().map(|check| &check.name);
        let foreign_keys = self.foreign_keys.iter().map(|key| &key.name);
        let indexes = self.indexes.iter().map(|index| &index.name);
        uniques.chain(checks).chain(foreign_keys).chain(indexes).flatten()
    }

    /// The names that it takes beside its own: those of its keys and indexes, and of the sequences that number its columns.
    pub fn relation_names(&self) -> impl Iterator<Item = QualifiedName> {
        let uniques = self.uniques.iter().map(|unique| &unique.name);
        let indexes = self.indexes.iter().map(|index| &index.name);
        let own = self.primary_key.iter().map(|key| &key.name).chain(uniques).chain(indexes).flatten();
        let sequences = self.columns.iter().filter_map(|column| column.identity.as_ref()?.sequence.clone());
        own.map(|name| self.name.sibling(name.clone())).chain(sequences)
    }
}
