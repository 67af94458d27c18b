//! Why a run stopped. Each error names the object and the next action.

use std::fmt;
use std::path::PathBuf;

use super::backfill::FailedRow;
use super::gate::Evidence;
use super::lease::Holder;
use super::rollback::Loss;
use crate::dialect::postgres::blocker::{Blocker, LockHolder};
use crate::dialect::postgres::inspect::InspectError;
use crate::dialect::postgres::session::{ReadOnly, plain};
use crate::migration::{Edit, MigrationError};

/// Why a run stopped.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The connection or one of our own queries failed.
    #[error("the database refused or the connection broke: {}; run the same command again, it goes on where it stopped", plain(.0))]
    Connection(#[from] sqlx::Error),
    /// The connection broke, or the server went away.
    #[error("the connection to the database broke: {0}; run the same command again, it goes on where it stopped")]
    Broken(String),
    /// The database can't be reached.
    #[error("can't connect to the database: {}; look whether it runs and whether its address is right, then run the same command again", plain(.0))]
    Connect(sqlx::Error),
    /// The address isn't one.
    #[error("the database URL can't be read: {}", plain(.0))]
    Url(sqlx::Error),
    /// Nothing can be written there.
    #[error("{}", read_only(*.0))]
    ReadOnly(ReadOnly),
    /// A statement of a migration failed.
    #[error(transparent)]
    Statement(Box<SqlFailure>),
    /// The catalog could not be read.
    #[error(transparent)]
    Inspect(#[from] InspectError),
    /// The files could not be read.
    #[error(transparent)]
    Files(#[from] MigrationError),
    /// The history was written by a newer tool.
    #[error(
        "the history tables are of another format (`{0}`): use the version of cargo-schema that wrote them, or a newer one"
    )]
    HistoryFormat(String),
    /// The history tables are of an earlier version's format, and this command writes nothing.
    #[error(
        "an earlier version of cargo-schema wrote the history tables: `cargo schema apply` brings them to today's form and loses nothing, then run this again"
    )]
    EarlierHistory,
    /// Somebody else is at work.
    #[error("another runner is at work: {0}; wait for it, or stop it")]
    Lease(Holder),
    /// Somebody took the lease over.
    #[error(
        "this runner was taken for dead and another took over: nothing more is done here; `cargo schema status` shows where the other one is"
    )]
    Fenced,
    /// A lock could not be had.
    #[error("the lock for step \"{title}\" of {migration} could not be had within {waited}s; run the same command again{}", held_by(.blockers))]
    Locked {
        /// The migration.
        migration: String,
        /// The step.
        title: String,
        /// How long it was tried, in seconds.
        waited: u64,
        /// Who holds locks on the tables.
        blockers: Vec<Blocker>,
    },
    /// A step with a strong lock may not run at this time.
    #[error(
        "\"{title}\" of {migration} takes a strong lock, and {window} is not now: it opens at {opens}. Run the same command again then, or without --no-wait; what is done so far stays"
    )]
    OutsideWindow {
        /// The migration.
        migration: String,
        /// The step.
        title: String,
        /// The window.
        window: String,
        /// When it opens, in its own time zone.
        opens: String,
    },
    /// The server doesn't know the time zone of the window.
    #[error("the server knows no time zone `{0}`: write one of pg_timezone_names, as in 01:00-05:00 Europe/Berlin")]
    TimeZone(String),
    /// An applied migration was edited.
    #[error("{0}: bring back what was applied, or write a new migration")]
    Edited(EditedFile),
    /// The history knows a migration that isn't in the folder.
    #[error(
        "version {version} ({name}) was applied to this database, but its folder isn't here: update the working tree, then run this again"
    )]
    Missing {
        /// The version.
        version: i64,
        /// Its name.
        name: String,
    },
    /// Objects aren't what the migration was made for.
    #[error("{migration} was made for other objects than there are: {}; nothing was changed. Find out who changed them, then undo that or write the migration anew", .objects.join("; "))]
    Drift {
        /// The migration.
        migration: String,
        /// The objects, with what is there.
        objects: Vec<String>,
    },
    /// Another open migration has objects of this one.
    #[error("{migration} touches {object}, which belongs to {open} until its contract is done: {lacks}")]
    Overlap {
        /// The migration that would begin.
        migration: String,
        /// The object.
        object: String,
        /// The open one.
        open: String,
        /// What the open one's gate lacks.
        lacks: String,
    },
    /// The gate is closed.
    #[error("the contract of {migration} is not open:{}", closed(.evidence))]
    GateClosed {
        /// The migration.
        migration: String,
        /// All evidence.
        evidence: Vec<Evidence>,
    },
    /// There is nothing to confirm.
    #[error("nothing to confirm: {0}")]
    NothingToConfirm(String),
    /// A rollback was begun and isn't finished.
    #[error("the rollback of {0} is not finished: run `cargo schema rollback` to go on with it")]
    RollingBack(String),
    /// The way back would lose values.
    #[error("{}", would_lose(.migration, .losses))]
    WouldLose {
        /// The migration.
        migration: String,
        /// What would be lost.
        losses: Vec<Loss>,
    },
    /// A consent was given to something that isn't asked.
    #[error("`--allow {flag}` names nothing that the way back of {migration} would lose")]
    UnknownConsent {
        /// The migration.
        migration: String,
        /// The consent.
        flag: String,
    },
    /// There is nothing to roll back.
    #[error("{0}")]
    CannotRollBack(String),
    /// Rows can't be put right.
    #[error("{0}")]
    CannotRepair(String),
    /// Something can't be marked by hand.
    #[error("{0}")]
    CannotResolve(String),
    /// The version isn't known here.
    #[error("there is no migration {0} here")]
    UnknownVersion(i64),
    /// A trigger of the application fires after ours.
    #[error(
        "trigger {trigger} on {table} fires after {ours} (names fire in byte order) and would change what ours has put in step: give it an earlier name (ALTER TRIGGER … RENAME TO …), {then}"
    )]
    LaterTrigger {
        /// The table.
        table: String,
        /// The application's trigger.
        trigger: String,
        /// Ours.
        ours: String,
        /// What to do after that.
        then: &'static str,
    },
    /// The role may not keep triggers silent.
    #[error(
        "the backfill of {migration} keeps the triggers of {table} silent, and this role may not set session_replication_role: nothing was changed. Apply as a superuser, or allow it (from PostgreSQL 15 on `GRANT SET ON PARAMETER session_replication_role TO …`), or write the migration anew with `--strategy {table}=fire`"
    )]
    MayNotSilence {
        /// The migration.
        migration: String,
        /// The table.
        table: String,
    },
    /// The expression of a backfill fails on some rows.
    #[error("{}", rows_failed(.table, .rows, *.all))]
    RowsFailed {
        /// The migration.
        migration: String,
        /// The table.
        table: String,
        /// The rows, with what the server said.
        rows: Vec<FailedRow>,
        /// Whether these are all, and every other row is filled; else there were too many to go on.
        all: bool,
    },
    /// A backfill leaves rows unfilled though nobody has them locked.
    #[error(
        "{remaining} rows of {table} stay unfilled, pass after pass, though nobody has them locked. Does their value come out as NULL, which the column is not to take? Then give them one (`backfill`, `using`) in a migration written anew, or by hand. Or does a trigger of the table undo the UPDATE of the backfill, or keep it from being made? Then change the trigger, or write the migration anew with `--strategy {table}=silent`. Then run `cargo schema apply` again"
    )]
    NotFilled {
        /// The migration.
        migration: String,
        /// The table.
        table: String,
        /// How many rows.
        remaining: i64,
    },
    /// The user's own query, which says when a backfill rests, failed.
    #[error("the query that says when to pause failed: {}", plain(.0))]
    PauseQuery(sqlx::Error),
    /// A worker of a backfill broke down.
    #[error("a worker of the backfill broke down: {0}; run the same command again, it goes on where it stopped")]
    Worker(String),
    /// A pooler stands between.
    #[error("step \"{title}\" of {migration} can't run in a transaction, and {} goes through a pooler: nothing was changed. Give an address that leads to the server itself with `--direct-url URL`, or as `direct_url` in schema.toml, and run the same command again", if *.direct { "the direct address" } else { "this connection" })]
    Pooled {
        /// The migration.
        migration: String,
        /// The step.
        title: String,
        /// Whether the address was given as the direct one.
        direct: bool,
    },
    /// A step's postcondition does not hold though its statement succeeded.
    #[error("step \"{title}\" of {migration} ran, but \"{condition}\" does not hold")]
    NotDone {
        /// The migration.
        migration: String,
        /// The step.
        title: String,
        /// The postcondition.
        condition: String,
    },
    /// A baseline holds in part only.
    #[error("{migration} writes down what should be there already, but only a part of it is: {}", .missing.join("; "))]
    PartialBaseline {
        /// The migration.
        migration: String,
        /// What is missing or differs.
        missing: Vec<String>,
    },
}

/// A statement of a migration that failed, with its place in our SQL.
#[derive(Debug, thiserror::Error)]
#[error("{}:{line}:{column}: {message}", .file.display())]
pub struct SqlFailure {
    /// The file.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// The server's message, with detail and hint.
    pub message: String,
    /// The SQLSTATE, where the server gave one.
    pub code: Option<String>,
    /// The step.
    pub title: String,
    /// The statement.
    pub sql: String,
}

#[cfg(feature = "full")]
impl ApplyError {
    /// Whether the rows are to blame, and others might go through.
    pub(crate) fn is_about_rows(&self) -> bool {
        match self {
            Self::Statement(failure) => {
                crate::dialect::postgres::session::sqlstate_is_row_failure(failure.code.as_deref())
            }
            Self::RowsFailed { .. } | Self::NotFilled { .. } | Self::GateClosed { .. } => true,
            _ => false,
        }
    }
}

fn read_only(why: ReadOnly) -> &'static str {
    match why {
        ReadOnly::Standby => {
            "this server is a standby, on which nothing can be written: nothing was changed. Give the address of its primary, and run the same command again"
        }
        ReadOnly::Setting => {
            "this database is read-only for this role (default_transaction_read_only is on): nothing was changed. Take that setting back, or use a role without it, and run the same command again"
        }
    }
}

fn held_by(blockers: &[Blocker]) -> String {
    if blockers.is_empty() {
        return "; nobody holds it now".to_owned();
    }
    let list: String = blockers.iter().map(|blocker| format!("\n  {blocker}")).collect();
    let session = blockers.iter().find_map(|blocker| match blocker.holder {
        LockHolder::Session { pid, .. } => Some(pid),
        LockHolder::Prepared { .. } => None,
    });
    let end = session.map_or_else(String::new, |pid| {
        format!(
            "\nA session that nobody needs is ended by pg_terminate_backend, as in SELECT pg_terminate_backend({pid})"
        )
    });
    format!(". Held by:{list}{end}")
}

/// As many rows as one reads; the rest stands in the history.
fn rows_failed(table: &str, rows: &[FailedRow], all: bool) -> String {
    const SHOWN: usize = 10;
    let listed: String = rows.iter().take(SHOWN).map(|row| format!("\n  {}: {}", row.key, row.error)).collect();
    let more = if rows.len() > SHOWN {
        format!("\n  and {} more, in public._schema_failures", rows.len() - SHOWN)
    } else {
        String::new()
    };
    let others = if all { "all others are" } else { "and the run stopped there, before the end of the table" };
    let (rows, these) =
        if rows.len() == 1 { ("1 row".to_owned(), "it") } else { (format!("{} rows", rows.len()), "them") };
    format!(
        "{rows} of {table} could not be filled, {others}:{listed}{more}\nCorrect {these} and run `cargo schema apply` again, which goes on from here; or take the migration back (`cargo schema rollback`) and write it anew with another conversion"
    )
}

fn would_lose(migration: &str, losses: &[Loss]) -> String {
    let one = |loss: &Loss| format!("\n  {}: {} rows; if that is meant: --allow {}", loss.title, loss.rows, loss.flag);
    let listed: String = losses.iter().map(one).collect();
    format!("the rollback of {migration} would lose what stands nowhere else; nothing was changed:{listed}")
}

/// What is missing, a line each, by the name that `--waive` takes.
fn closed(evidence: &[Evidence]) -> String {
    let lacking = evidence.iter().filter(|one| !one.lets_pass());
    lacking.map(|one| format!("\n{}: {}", one.name, one.words)).collect()
}

/// A file of an applied migration that isn't what was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditedFile {
    /// The file; the folder where the history holds no text of it.
    pub path: PathBuf,
    /// Where the text is known: the first place.
    pub edit: Option<Edit>,
}

impl fmt::Display for EditedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        let Some(Edit { line, was, is, .. }) = &self.edit else {
            return write!(f, "{path} was changed after it was applied");
        };
        write!(f, "{path}:{line} was changed after it was applied: ")?;
        match (was, is) {
            (Some(was), Some(is)) => write!(f, "`{was}` was applied, `{is}` stands there now"),
            (Some(was), None) => write!(f, "`{was}` was applied and is gone"),
            (None, Some(is)) => write!(f, "`{is}` was not applied"),
            (None, None) => Ok(()),
        }
    }
}
