//! What may hurt, in the user's words, with the way out.

use std::fmt;

/// A hazard of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hazard {
    /// The kind.
    pub kind: HazardKind,
    /// What may happen, and the way out.
    pub text: String,
}

impl Hazard {
    /// A hazard with its words.
    pub fn new(kind: HazardKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }
}

impl fmt::Display for Hazard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.as_str(), self.text)
    }
}

/// The kinds of hazards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HazardKind {
    /// Prepared statements that return the changed columns fail until their connection is renewed.
    CachedPlan,
    /// Concurrent upserts on two unique indexes.
    UpsertRace,
    /// The application's triggers fire, or don't, on rows that a backfill touches.
    ApplicationTriggers,
    /// A release meets a value that it can't hold.
    ValueRange,
    /// A release meets a label that it doesn't know.
    EnumValue,
    /// A guarantee is gone before the old form is.
    Uniqueness,
    /// Data goes for good.
    DataLoss,
    /// A backfill takes longer than it would elsewhere.
    SlowBackfill,
    /// The server writes the whole table anew, and everybody waits.
    Rewrite,
    /// The server keeps everybody out while it reads the whole table.
    Lock,
    /// Another name, which a statement of the old release may use.
    Renamed,
    /// What is set aside still holds others.
    SetAside,
    /// Until the contract a table that goes holds rows of others.
    HeldRows,
    /// It stays when the rest is rolled back.
    OneWay,
    /// Two releases may give the same number.
    OwnNumbers,
}

impl HazardKind {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CachedPlan => "cached-plan",
            Self::UpsertRace => "upsert-race",
            Self::ApplicationTriggers => "application-triggers",
            Self::ValueRange => "value-range",
            Self::EnumValue => "enum-value",
            Self::Uniqueness => "uniqueness",
            Self::DataLoss => "data-loss",
            Self::Rewrite => "rewrite",
            Self::Lock => "lock",
            Self::Renamed => "renamed",
            Self::SetAside => "set-aside",
            Self::HeldRows => "held-rows",
            Self::OneWay => "one-way",
            Self::OwnNumbers => "own-numbers",
            Self::SlowBackfill => "slow-backfill",
        }
    }
}
