//! One side of a comparison.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::column::Column;
use crate::enum_type::EnumType;
use crate::name::QualifiedName;
use crate::object::SqlObject;
use crate::partition::Partitioning;
use crate::table::Table;

/// Tables and types of one side, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Catalog {
    /// The native enum types.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "BTreeMap::is_empty"))]
    pub enums: BTreeMap<QualifiedName, EnumType>,
    /// The tables. Sides that are made of each other share those that are the same.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "BTreeMap::is_empty"))]
    pub tables: BTreeMap<QualifiedName, Arc<Table>>,
    /// Everything else, by its key: views, functions, triggers, policies, domains, extensions and so on.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "BTreeMap::is_empty"))]
    pub objects: BTreeMap<String, SqlObject>,
}

impl Catalog {
    /// A table.
    pub fn table(&self, name: &QualifiedName) -> Option<&Table> {
        self.tables.get(name).map(Arc::as_ref)
    }

    /// A table to be changed, on this side alone.
    pub fn table_mut(&mut self, name: &QualifiedName) -> Option<&mut Table> {
        self.tables.get_mut(name).map(Arc::make_mut)
    }

    /// Every table to be changed, on this side alone.
    pub fn tables_mut(&mut self) -> impl Iterator<Item = &mut Table> {
        self.tables.values_mut().map(Arc::make_mut)
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.enums.is_empty() && self.tables.is_empty() && self.objects.is_empty()
    }

    /// The column that a sequence numbers, and its table.
    pub fn numbered_by(&self, sequence: &QualifiedName) -> Option<(&Table, &Column)> {
        let columns = self.tables.values().flat_map(|table| table.columns.iter().map(move |column| (&**table, column)));
        columns.into_iter().find(|(_, column)| {
            column.identity.as_ref().is_some_and(|identity| identity.sequence.as_ref() == Some(sequence))
        })
    }

    /// The table whose partition a table is, whatever lies between.
    pub fn table_above(&self, partition: &QualifiedName) -> Option<&Table> {
        let holds = |tree: &Partitioning| tree.all().iter().any(|one| one.name == *partition);
        self.tables.values().map(Arc::as_ref).find(|table| table.partitioning.as_ref().is_some_and(holds))
    }

    /// How the rows of a table are spread, or those of a partition, wherever it stands.
    pub fn partitioning_of(&self, table: &QualifiedName) -> Option<&Partitioning> {
        let own = self.table(table).and_then(|table| table.partitioning.as_ref());
        own.or_else(|| {
            let trees = self.tables.values().filter_map(|table| table.partitioning.as_ref());
            let mut below = trees.flat_map(Partitioning::all);
            below.find(|partition| partition.name == *table)?.partitioning.as_deref()
        })
    }

    /// The tables that are partitions of others here.
    pub fn partitions(&self) -> BTreeSet<&QualifiedName> {
        let parents = self.tables.values().filter_map(|table| table.partitioning.as_ref());
        parents.flat_map(Partitioning::all).map(|partition| &partition.name).collect()
    }
}
