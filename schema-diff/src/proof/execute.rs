//! Runs a step of a migration's files by itself, statement by statement, and looks at what the server does meanwhile.
//! Nothing is recorded: `apply` is proven by the end state.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::time::Duration;

use schema_model::QualifiedName;
use sqlx::{Connection, PgConnection, Postgres, Row, Transaction};

use crate::dialect::postgres::lock;
use crate::dialect::postgres::observe::{self, Observed};
use crate::dialect::postgres::postcondition::holds;
use crate::dialect::postgres::session::{
    self, SILENCE_TRIGGERS, execute, plain, query, sqlstate, sqlstate_is_row_failure,
};
use crate::statement::{Backfill, Body, Consent, LockMode, ScriptStep, Statement, TriggerMode};

/// More rows than a scratch database ever holds.
const ALL_ROWS: i64 = 1_000_000;
/// So often a second session looks at what a statement outside a transaction holds.
const LOOK_EVERY: Duration = Duration::from_millis(1);

/// Why a step did not come to its end.
#[derive(Clone, Debug)]
pub struct StepFailure {
    /// What the server said, with the statement.
    pub message: String,
    /// Whether the rows are to blame: other rows may go through.
    pub by_rows: bool,
}

impl StepFailure {
    fn rows(message: String) -> Self {
        Self { message, by_rows: true }
    }

    fn of(error: &sqlx::Error, sql: &str) -> Self {
        let by_rows = sqlstate_is_row_failure(sqlstate(error).as_deref());
        Self { message: format!("{}: {sql}", plain(error)), by_rows }
    }
}

impl From<sqlx::Error> for StepFailure {
    fn from(error: sqlx::Error) -> Self {
        Self { message: plain(&error), by_rows: false }
    }
}

/// The two sessions of a walk: one that works, and one that looks at it where the first can't look at itself.
pub struct Sessions {
    /// Runs the steps.
    pub working: PgConnection,
    /// Looks on.
    pub watching: PgConnection,
    /// The tables before the first step: nobody waits for one that the migration itself makes.
    existing: observe::Tables,
}

impl Sessions {
    /// Begins with the tables as they are.
    pub async fn begin(mut working: PgConnection, watching: PgConnection) -> Result<Self, sqlx::Error> {
        let existing = observe::tables(&mut working).await?;
        Ok(Self { working, watching, existing })
    }

    /// Runs a step, and gives what was seen; nothing where there is nothing to be seen, as in a query.
    pub async fn run(&mut self, step: &ScriptStep) -> Result<Option<Observed>, StepFailure> {
        match &step.body {
            Body::Statements(statements) if step.transaction => self.in_transaction(statements).await.map(Some),
            Body::Statements(statements) => self.outside(step, statements).await,
            Body::Backfill(backfill) => self.fill(backfill).await.map(|()| None),
            Body::Gate(gate) => self.require_none(&gate.count).await.map(|()| None),
            // A person is asked where it counts rows; here it is only seen to be a query. A fill by a volatile expression
            // leaves values that can't be told from those of the new release.
            Body::Consent(Consent { query, .. }) => {
                if holds(&mut self.working, &step.done_when).await? {
                    let counted = session::count(&mut self.working, &query.sql).await;
                    counted.map_err(|error| StepFailure::of(&error, &query.sql))?;
                }
                Ok(None)
            }
        }
    }

    async fn in_transaction(&mut self, statements: &[Statement]) -> Result<Observed, StepFailure> {
        let mut transaction = self.working.begin().await?;
        let before = observe::tables(&mut transaction).await?.that_stood(&self.existing);
        for statement in statements {
            if let Err(error) = execute(&mut transaction, &statement.sql).await {
                transaction.rollback().await?;
                return Err(StepFailure::of(&error, &statement.sql));
            }
        }
        let observed = observe::in_transaction(&mut transaction, &before).await?;
        transaction.commit().await?;
        Ok(observed)
    }

    /// Such a statement is over before one could look. It is held up by a lock that every writer takes, and which it waits
    /// for: what it holds and asks for by then is what an application meets.
    async fn outside(&mut self, step: &ScriptStep, statements: &[Statement]) -> Result<Option<Observed>, StepFailure> {
        if holds(&mut self.working, &step.done_when).await? {
            return Ok(None);
        }
        let before = observe::tables(&mut self.watching).await?.that_stood(&self.existing);
        let pid = session::backend(&mut self.working).await?;
        let mut locks = BTreeMap::new();
        for statement in statements {
            let mut holding = self.watching.begin().await?;
            for lock in step.locks.iter().filter(|lock| lock.mode >= LockMode::ShareUpdateExclusive) {
                execute(&mut holding, &lock::as_a_writer(&lock.table)).await?;
            }
            let over = Cell::new(false);
            let work = async {
                let outcome = execute(&mut self.working, &statement.sql).await;
                over.set(true);
                outcome
            };
            let (outcome, seen) = tokio::join!(work, watch(holding, pid, &before, &over));
            locks.extend(seen?);
            outcome.map_err(|error| StepFailure::of(&error, &statement.sql))?;
        }
        let work = observe::work_since(&mut self.watching, &before).await?;
        Ok(Some(Observed { locks, views: before.views(), work }))
    }

    /// The batch that ends with the last key, or behind every place; then nothing may remain.
    async fn fill(&mut self, backfill: &Backfill) -> Result<(), StepFailure> {
        let size = backfill.key.len().max(1);
        let none = || vec![None::<String>; size];
        let until = match &backfill.range {
            None => vec![Some("(1000,0)".to_owned())],
            Some(range) => {
                let bound = none().into_iter().fold(query(&range.sql), |bound, value| bound.bind(value));
                let last = session::row(&mut self.working, bound.bind(ALL_ROWS)).await;
                let Some(last) = last.map_err(|error| StepFailure::of(&error, &range.sql))? else { return Ok(()) };
                (0..size).map(|at| last.try_get(at)).collect::<Result<_, _>>()?
            }
        };
        let with = |statement: &Statement, values: Vec<Option<String>>| {
            values.into_iter().fold(query(&statement.sql), |query, value| query.bind(value))
        };
        let batch = with(&backfill.batch, [none(), until].concat()).bind(ALL_ROWS);
        let mut transaction = self.working.begin().await?;
        if backfill.triggers == TriggerMode::Silent {
            execute(&mut transaction, SILENCE_TRIGGERS).await?;
        }
        if let Err(error) = session::rows(&mut transaction, batch).await {
            transaction.rollback().await?;
            return Err(StepFailure::of(&error, &backfill.batch.sql));
        }
        transaction.commit().await?;
        let left = session::one_row(&mut self.working, with(&backfill.remaining, [none(), none()].concat())).await;
        let left: i64 = left.map_err(|error| StepFailure::of(&error, &backfill.remaining.sql))?.try_get(0)?;
        if left == 0 { Ok(()) } else { Err(StepFailure::rows(format!("{left} rows remain after the backfill"))) }
    }

    async fn require_none(&mut self, count: &Statement) -> Result<(), StepFailure> {
        let found = session::count(&mut self.working, &count.sql).await;
        match found.map_err(|error| StepFailure::of(&error, &count.sql))? {
            0 => Ok(()),
            found => Err(StepFailure::rows(format!("the count must be 0, and is {found}: {}", count.sql))),
        }
    }
}

/// Looks until the statement is over or waits, then lets it go on.
async fn watch(
    mut holding: Transaction<'_, Postgres>,
    pid: i32,
    before: &observe::Tables,
    over: &Cell<bool>,
) -> Result<BTreeMap<QualifiedName, LockMode>, sqlx::Error> {
    while !over.get() && !observe::waits(&mut holding, pid).await? {
        tokio::time::sleep(LOOK_EVERY).await;
    }
    let locks = observe::locks_of(&mut holding, pid, before).await?;
    holding.rollback().await?;
    Ok(locks)
}
