//! Native enum types.

use crate::name::QualifiedName;

/// A type made by `CREATE TYPE … AS ENUM`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct EnumType {
    /// Its name.
    pub name: QualifiedName,
    /// Its labels in sort order.
    pub values: Vec<String>,
    /// Its comment.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub comment: Option<String>,
}
