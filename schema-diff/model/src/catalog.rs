//! One side of a comparison.

use std::collections::{BTreeMap, BTreeSet};

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
    /// The tables.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "BTreeMap::is_empty"))]
    pub tables: BTreeMap<QualifiedName, Table>,
    /// Everything else, by its key: views, functions, triggers, policies, domains, extensions and so on.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "BTreeMap::is_empty"))]
    pub objects: BTreeMap<String, SqlObject>,
}

impl Catalog {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.enums.is_empty() && self.tables.is_empty() && self.objects.is_empty()
    }

    /// The tables that are partitions of others here.
    pub fn partitions(&self) -> BTreeSet<&QualifiedName> {
        let parents = self.tables.values().filter_map(|table| table.partitioning.as_ref());
        parents.flat_map(Partitioning::all).map(|partition| &partition.name).collect()
    }
}
