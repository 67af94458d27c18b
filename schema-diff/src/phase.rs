//! The phases of a migration, and the parts of its last one.

use std::fmt;

/// A phase of a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    /// Adds the new form beside the old one and keeps both in step.
    Expand,
    /// Fills the rows that exist, then finishes the new form.
    Backfill,
    /// Removes the old form.
    Contract,
    /// The way back: what `rollback` runs. It is no phase on the way forward.
    Undo,
}

impl Phase {
    /// The phases on the way forward, in the order in which they run.
    pub const ALL: [Self; 3] = [Self::Expand, Self::Backfill, Self::Contract];

    /// The word for it, as in file names and in the history.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Expand => "expand",
            Self::Backfill => "backfill",
            Self::Contract => "contract",
            Self::Undo => "undo",
        }
    }

    /// The file that holds it in a migration's folder.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Expand => "1_expand.sql",
            Self::Backfill => "2_backfill.sql",
            Self::Contract => "3_contract.sql",
            Self::Undo => "undo.sql",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A part of the contract phase. `rollback` is possible until the switch has committed; where that only sets aside what
/// goes, until the grace time is over and it has gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// Constraints that would have hurt the old release.
    Tighten,
    /// Removes the old form, or sets it aside, in one transaction with its record.
    Switch,
    /// Removes what was set aside, when the grace time is over.
    Grace,
    /// What can only be done outside transactions, or later.
    Clean,
}

impl Part {
    /// The parts in the order in which they run.
    pub const ALL: [Self; 4] = [Self::Tighten, Self::Switch, Self::Grace, Self::Clean];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tighten => "tighten",
            Self::Switch => "switch",
            Self::Grace => "grace",
            Self::Clean => "clean",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.as_str() == text)
    }
}
