//! Statements with the lock they take, what that blocks, and the work they do.

use std::fmt;

use schema_model::{Identifier, QualifiedName, SqlType};

use crate::phase::{Part, Phase};
use crate::postcondition::Postcondition;

/// A table lock mode, weakest first, as the manual's section "Explicit Locking" names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LockMode {
    /// Taken by readers.
    AccessShare,
    /// Taken by `SELECT … FOR UPDATE`.
    RowShare,
    /// Taken by writers.
    RowExclusive,
    /// Excludes itself, VACUUM and DDL; neither readers nor writers.
    ShareUpdateExclusive,
    /// Blocks writers.
    Share,
    /// Blocks writers, and itself.
    ShareRowExclusive,
    /// Blocks all but readers.
    Exclusive,
    /// Blocks everybody.
    AccessExclusive,
}

impl LockMode {
    /// Every mode, weakest first.
    pub const ALL: [Self; 8] = [
        Self::AccessShare,
        Self::RowShare,
        Self::RowExclusive,
        Self::ShareUpdateExclusive,
        Self::Share,
        Self::ShareRowExclusive,
        Self::Exclusive,
        Self::AccessExclusive,
    ];

    /// The manual's words in lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AccessShare => "access share",
            Self::RowShare => "row share",
            Self::RowExclusive => "row exclusive",
            Self::ShareUpdateExclusive => "share update exclusive",
            Self::Share => "share",
            Self::ShareRowExclusive => "share row exclusive",
            Self::Exclusive => "exclusive",
            Self::AccessExclusive => "access exclusive",
        }
    }

    /// Reads the manual's words.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == text)
    }

    /// Whether two transactions can't have these modes at the same time: the manual's table "Conflicting Lock Modes".
    pub fn conflicts_with(self, other: Self) -> bool {
        let (weak, strong) = (self.min(other), self.max(other));
        match weak {
            Self::AccessShare => strong == Self::AccessExclusive,
            Self::RowShare => strong >= Self::Exclusive,
            Self::RowExclusive => strong >= Self::Share,
            Self::Share => strong > Self::Share,
            Self::ShareUpdateExclusive | Self::ShareRowExclusive | Self::Exclusive | Self::AccessExclusive => true,
        }
    }

    /// Whether writers or readers of the table wait for it: it is then asked for under a short time-out.
    pub fn is_strong(self) -> bool {
        self >= Self::Share
    }

    /// Who waits, in words.
    pub fn blocks(self) -> &'static str {
        match self {
            Self::AccessShare | Self::RowShare | Self::RowExclusive | Self::ShareUpdateExclusive => "nothing",
            Self::Share | Self::ShareRowExclusive | Self::Exclusive => "writes",
            Self::AccessExclusive => "reads and writes",
        }
    }
}

impl fmt::Display for LockMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A lock on a table, or on a view, that existed before.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableLock {
    /// The table.
    pub table: QualifiedName,
    /// The mode.
    pub mode: LockMode,
    /// Whether it is a view's. Such a lock can't be taken beforehand, since LOCK TABLE would take the view's tables along:
    /// it is left to the statement.
    pub of_view: bool,
}

impl fmt::Display for TableLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let view = if self.of_view { "view " } else { "" };
        write!(f, "{} on {view}{}", self.mode, self.table)
    }
}

/// The work that a statement does beside changing the catalog, by what it costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Work {
    /// The catalog alone.
    #[default]
    None,
    /// Reads the table.
    Scan,
    /// Builds an index.
    IndexBuild,
    /// Writes rows in small batches.
    Batches,
    /// Writes the table anew.
    Rewrite,
}

impl Work {
    /// The words for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Scan => "scan",
            Self::IndexBuild => "index build",
            Self::Batches => "batches",
            Self::Rewrite => "rewrite",
        }
    }

    /// Reads the words.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::None, Self::Scan, Self::IndexBuild, Self::Batches, Self::Rewrite]
            .into_iter()
            .find(|work| work.as_str() == text)
    }
}

/// One SQL statement and where it begins in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The text without its semicolon.
    pub sql: String,
    /// The line of its first character, from 1; 0 while it stands in no file.
    pub line: usize,
    /// The column of its first character, from 1.
    pub column: usize,
}

impl Statement {
    /// A statement that stands in no file yet.
    pub fn new(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), line: 0, column: 1 }
    }
}

/// A step as it stands in a migration's file: SQL with everything that is claimed about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptStep {
    /// The phase.
    pub phase: Phase,
    /// The part, in the contract phase.
    pub part: Option<Part>,
    /// The step's number in its phase, from 1.
    pub number: u32,
    /// What it does, in a few words.
    pub title: String,
    /// The table locks that it takes.
    pub locks: Vec<TableLock>,
    /// The dearest work that it does.
    pub work: Work,
    /// Whether it runs in one transaction together with its record.
    pub transaction: bool,
    /// How long a lock is waited for, as the server reads it: `100ms`.
    pub lock_timeout: String,
    /// How long a statement may run; `0` is for ever.
    pub statement_timeout: String,
    /// How the catalog tells that it is done.
    pub done_when: Postcondition,
    /// What may hurt, in words for the reviewer.
    pub hazards: Vec<String>,
    /// The SQL.
    pub body: Body,
    /// The line at which the step begins, from 1; 0 while it stands in no file.
    pub line: usize,
}

impl ScriptStep {
    /// Whether it changes the database. A gate or a consent is looked at, and never done.
    pub fn is_work(&self) -> bool {
        match self.body {
            Body::Statements(_) | Body::Backfill(_) => true,
            Body::Gate(_) | Body::Consent(_) => false,
        }
    }

    /// The strongest lock.
    pub fn strongest_lock(&self) -> Option<LockMode> {
        self.locks.iter().map(|lock| lock.mode).max()
    }
}

/// The SQL of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Statements that run in order; exactly one where there is no transaction.
    Statements(Vec<Statement>),
    /// A backfill in batches.
    Backfill(Backfill),
    /// Counts what stands in the way of the contract.
    Gate(Gate),
    /// A query that counts what the way back would lose.
    Consent(Consent),
}

/// What must give 0 before the contract, and what helps where it doesn't.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// Gives the count.
    pub count: Statement,
    /// Gives the rows that are counted: key first, then both values.
    pub rows: Option<Statement>,
    /// Looks at about `$1` of the table's pages, chosen at random: gives the rows looked at, and those that are counted.
    pub sample: Option<Statement>,
    /// Brings a batch of them, behind the place `$1`, back in step from the old form, and returns their places. The value
    /// is computed from the locked row; a row that came in step meanwhile, or whose source is NULL, is left alone.
    pub from_old: Option<Statement>,
    /// The same from the new form; a row whose new value the way back and forth would change is left alone too.
    pub from_new: Option<Statement>,
}

impl Gate {
    /// One that only counts.
    pub fn counting(count: Statement) -> Self {
        Self { count, rows: None, sample: None, from_old: None, from_new: None }
    }

    /// The sections that are there, with their names in the file.
    pub fn sections(&self) -> impl Iterator<Item = (&'static str, &Statement)> {
        let sections = [
            ("rows", &self.rows),
            ("sample", &self.sample),
            ("from old", &self.from_old),
            ("from new", &self.from_new),
        ];
        sections.into_iter().filter_map(|(name, statement)| Some((name, statement.as_ref()?)))
    }
}

/// What must not be lost without consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// The consent, as `--allow` takes it: `drop:t.a`.
    pub flag: String,
    /// Counts the rows that would lose something.
    pub query: Statement,
}

/// Whether the application's own triggers fire on the rows that a backfill touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TriggerMode {
    /// They stay silent: `session_replication_role = replica` for the batch. Ours still run, being ENABLE ALWAYS.
    Silent,
    /// They fire as on any UPDATE.
    Fire,
}

/// The statements of a backfill. Bounds travel as text: the parameters are the lower bound's columns (NULL at the
/// start), then the upper bound's, then, in the batch, the number of rows to fill at most; the range query takes the
/// number of rows to look at in the upper bound's place. Without a key the bounds are places in the table, such as
/// `(120,0)`: from there on, and up to there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backfill {
    /// The table.
    pub table: QualifiedName,
    /// The columns of its primary key with their types; none where it goes block by block.
    pub key: Vec<(Identifier, SqlType)>,
    /// Whether the application's triggers fire.
    pub triggers: TriggerMode,
    /// Gives the last key of the next rows; none where it goes block by block.
    pub range: Option<Statement>,
    /// Fills the batch, passing over rows that somebody has locked.
    pub batch: Statement,
    /// Fills the batch and waits for locked rows.
    pub straggler: Statement,
    /// Counts the rows that are still to be filled.
    pub remaining: Statement,
}

/// Without line ends, for a comment or a title.
pub(crate) fn one_line(text: &str) -> String {
    text.split(['\n', '\r']).collect::<Vec<_>>().join(" ")
}
