//! One side of a comparison.

use std::collections::BTreeMap;

use crate::enum_type::EnumType;
use crate::name::QualifiedName;
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
}

impl Catalog {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.enums.is_empty() && self.tables.is_empty()
    }
}
