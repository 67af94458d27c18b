//! `migration.toml`: what a migration touches, what was answered, and what was proven.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// The manifest of a migration. It holds no time, duration or host, so that the same input gives the same bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// What changes, in words.
    #[serde(default)]
    pub changes: Vec<String>,
    /// What was proven before it was written: `every phase`, or the `end state` where that was all; absent for
    /// hand-written migrations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<String>,
    /// What the proof could not show, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proof_gaps: Vec<String>,
    /// Whether it only writes down what was there already.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub baseline: bool,
    /// Whether it settles a drift, and how.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<Settles>,
    /// The answers and consents that went into it.
    #[serde(default, skip_serializing_if = "RecordedAnswers::is_empty")]
    pub answers: RecordedAnswers,
    /// How many rows each table had in the proof.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub proof_rows: BTreeMap<String, usize>,
    /// Tables that nobody else may change while it is open, though they are the same afterwards.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub whole_tables: Vec<String>,
    /// Tables on which an object that it makes leans, and those that get partitions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leans_on: Vec<String>,
    /// Each object touched, with its fingerprints.
    #[serde(default)]
    pub objects: BTreeMap<String, ObjectFingerprints>,
}

/// How a migration settles a drift. Either way there is nothing to do where a database is right already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settles {
    /// What somebody did by hand is written down, so that every other database gets it too.
    Adopted,
    /// What the migrations had made is put back.
    Reverted,
}

/// What the committed migrations say about each object, by its key: the fingerprint that the last of them which
/// touches it leaves behind, `None` where that one removes it.
pub type Expected = BTreeMap<String, Option<String>>;

/// What the manifests of the committed migrations expect in the end.
pub fn expected<'a>(manifests: impl IntoIterator<Item = &'a BTreeMap<String, ObjectFingerprints>>) -> Expected {
    let objects = manifests.into_iter().flatten();
    objects.map(|(key, prints)| (key.clone(), prints.after.clone())).collect()
}

/// Answers and consents as they were given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedAnswers {
    /// `--allow`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub allow: BTreeSet<String>,
    /// `--rename`, from the old column to the new name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rename: BTreeMap<String, String>,
    /// `--strategy`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub strategy: BTreeMap<String, String>,
    /// `--old-default`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub old_default: BTreeMap<String, String>,
    /// `--backfill`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub backfill: BTreeMap<String, String>,
    /// `--using`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub using: BTreeMap<String, String>,
    /// `--back`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub back: BTreeMap<String, String>,
}

impl RecordedAnswers {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The fingerprints of one object; an absent one means that the object isn't there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectFingerprints {
    /// Before the migration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// After its contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}
