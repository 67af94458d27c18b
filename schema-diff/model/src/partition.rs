//! Partitions of a table, as the server writes them.

use crate::name::QualifiedName;

/// How the rows of a table are spread.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Partitioning {
    /// The key: `RANGE (at)`.
    pub key: String,
    /// The partitions, by name.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub partitions: Vec<Partition>,
}

/// A partition.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Partition {
    /// Its name.
    pub name: QualifiedName,
    /// Which rows it holds: `FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')`, or `DEFAULT`.
    pub bound: String,
    /// How they are spread further.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub partitioning: Option<Box<Partitioning>>,
}

impl Partitioning {
    /// Every partition, those of partitions included, parents first.
    pub fn all(&self) -> Vec<&Partition> {
        let mut all = Vec::new();
        for partition in &self.partitions {
            all.push(partition);
            all.extend(partition.partitioning.iter().flat_map(|below| below.all()));
        }
        all
    }

    /// Keeps partitions of such names, those of partitions included.
    pub fn retain(&mut self, stays: &impl Fn(&QualifiedName) -> bool) {
        self.partitions.retain(|partition| stays(&partition.name));
        for below in self.partitions.iter_mut().filter_map(|partition| partition.partitioning.as_mut()) {
            below.retain(stays);
        }
    }
}

impl Partition {
    /// Whether it takes the rows that no other one does.
    pub fn is_default(&self) -> bool {
        self.bound == "DEFAULT"
    }
}
