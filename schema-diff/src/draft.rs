//! From two sides to proven migrations: compare, plan, prove, write.

mod baseline;
mod check;
mod compare;
mod drift;
mod hanging;
mod lock;
mod objects;
mod settle;
mod side;
mod spoken;
mod transplant;
mod write;

pub use check::{Check, Conflict, check};
pub use compare::{Comparison, Declaration, FromSide, compare};
pub use drift::{Drift, DriftItem, drift};
pub use objects::declared_objects;
pub use settle::{Settlement, settle};
pub use side::{from_migrations, from_sql, live};
pub use write::{Place, Written, prove_only, write};

use crate::dialect::postgres::inspect::InspectError;
use crate::dialect::postgres::normalise::NormaliseError;
use crate::diff::RenameQuestion;
use crate::migration::LockFile;
use crate::migration::{LockError, MigrationError};
use crate::plan::answer::Answers;
use crate::plan::answer::{Choice, Obstacle, Question, short_name};
use crate::plan::group::{Group, group};
use crate::plan::source::SourceFacts;
use crate::plan::{Context, Owners, called_early, plan as plan_changes};
use crate::proof::ProofError;

/// Why a draft could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// The connection broke.
    #[error("the database refused or the connection broke: {}", crate::dialect::postgres::session::plain(.0))]
    Sql(#[from] sqlx::Error),
    /// The catalog could not be read.
    #[error(transparent)]
    Inspect(#[from] InspectError),
    /// The declared expressions could not be brought into the server's form.
    #[error(transparent)]
    Normalise(#[from] NormaliseError),
    /// The proof failed, or there is no server for it.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// The files could not be read or written.
    #[error(transparent)]
    Files(#[from] MigrationError),
    /// The lock file could not be read or written.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// A drift can't be settled by a migration.
    #[error("{0}")]
    Settle(String),
    /// A SQL file can't be run.
    #[error("{}: {message}", .path.display())]
    SqlFile {
        /// The file.
        path: std::path::PathBuf,
        /// What the server said.
        message: String,
    },
    /// No room for the files that are proven.
    #[error("can't make a temporary folder: {0}")]
    Temporary(std::io::Error),
    /// The baseline doesn't give what is live.
    #[error("a database made from the baseline would differ from this one, so nothing is written: {}", .0.join("; "))]
    Baseline(Vec<String>),
}

/// Plans the differences. Everything that stands in the way is given at once.
pub fn plan(
    comparison: &Comparison,
    lock: &LockFile,
    answers: &Answers,
    source: &SourceFacts,
) -> Result<Vec<Group>, Vec<Obstacle>> {
    let mut obstacles: Vec<Obstacle> =
        comparison.differences.questions.iter().map(|question| Obstacle::Question(rename_question(question))).collect();
    let asked = comparison.differences.questions.iter().map(|q| (&q.table, &q.column)).collect::<Vec<_>>();
    for unhandled in &comparison.differences.unhandled {
        obstacles.push(Obstacle::Unhandled { object: unhandled.object.clone(), what: unhandled.what.clone() });
    }
    for lost in &comparison.aligned.would_be_lost {
        obstacles.push(Obstacle::Unhandled {
            object: lost.clone(),
            what: "no struct declares it, and it hangs on a column that is renamed: declare it on the new field, or drop it by hand first".to_owned(),
        });
    }
    // What becomes of a vanished column is asked first; its drop and the new column next to it are not yet planned.
    let settled: Vec<_> =
        comparison.differences.changes.iter().filter(|change| !is_open(change, &asked)).cloned().collect();
    let to = comparison.planned();
    let names = comparison.late_names.as_ref().map_or(&[][..], |late| &late.names);
    let answers = &answers.under_old_names(names);
    let from = &comparison.aligned.from;
    let context = Context {
        from,
        to,
        owners: &Owners::of(from),
        rename_answers: &comparison.renames,
        changes: &settled,
        facts: &comparison.facts,
        lock: Some(&lock.catalog),
        answers,
        source,
    };
    match plan_changes(&context) {
        Ok(planned) if obstacles.is_empty() => {
            let groups = group(planned, [from, to]);
            obstacles.extend(called_early::obstacles(&groups, &context));
            if obstacles.is_empty() { Ok(groups) } else { Err(obstacles) }
        }
        Ok(_) => Err(obstacles),
        Err(more) => {
            obstacles.extend(more);
            Err(obstacles)
        }
    }
}

/// Whether a change hangs on an open question: the drop, and new columns in the same table that may be its successor.
fn is_open(
    change: &crate::change::Change,
    asked: &[(&schema_model::QualifiedName, &schema_model::Identifier)],
) -> bool {
    use crate::change::{Change, ColumnChange};
    match change {
        Change::Column { table, change: ColumnChange::Drop(column) } => {
            asked.iter().any(|(t, c)| *t == table && **c == column.name)
        }
        Change::Column { table, change: ColumnChange::Add(_) } | Change::Constraint { table, .. } => {
            asked.iter().any(|(t, _)| *t == table)
        }
        _ => false,
    }
}

fn rename_question(question: &RenameQuestion) -> Question {
    let object = short_name(&question.table, Some(&question.column));
    let mut choices: Vec<Choice> = question
        .candidates
        .iter()
        .map(|candidate| Choice {
            flag: format!("--rename {object}={}", candidate.column.as_str()),
            meaning: format!(
                "it is renamed to {}{}",
                candidate.column,
                if candidate.same_type { "" } else { " (the type differs too)" }
            ),
        })
        .collect();
    choices.push(Choice {
        flag: format!("--allow drop:{object}"),
        meaning: "it is not a rename: its values are to be lost".to_owned(),
    });
    Question { text: format!("{object} is no longer declared: was it renamed?"), object, choices }
}
