//! Runs a migration's files statement by statement, looks at the locks that are taken, and tries old and new
//! statements in between.

use std::collections::BTreeMap;

use schema_diff::dialect::postgres::postcondition::holds;
use schema_diff::migration::Migration;
use schema_diff::model::sql_text::statements;
use schema_diff::phase::{Part, Phase};
use schema_diff::statement::{Backfill, Body, Consent, LockMode, ScriptStep, Statement};
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};
use tests::Database;

use crate::case::Case;

/// Every step on the way forward, with the statements of both releases tried where they must work.
pub(crate) async fn forward(case: &Case<'_>, migrations: &[Migration], database: &Database) -> Result<(), String> {
    let (old, new) = (probes(case, "old.sql"), probes(case, "new.sql"));
    let mut connection = connect(database).await;
    let mut existing = tables(&mut connection).await?;
    try_all("old.sql", &old, &mut connection, "before the first step").await?;
    for phase in [Phase::Expand, Phase::Backfill] {
        for (migration, step) in steps(migrations, phase) {
            run(&mut connection, step, &existing)
                .await
                .map_err(|error| format!("{} step {}: {error}", migration.name, step.title))?;
            try_all("old.sql", &old, &mut connection, &step.title).await?;
        }
    }
    try_all("new.sql", &new, &mut connection, "after backfill").await?;
    for (migration, step) in steps(migrations, Phase::Contract) {
        run(&mut connection, step, &existing)
            .await
            .map_err(|error| format!("{} step {}: {error}", migration.name, step.title))?;
        existing = names_now(&mut connection, &existing).await?;
        // Tightening comes after `confirm`: the old release is gone by then.
        try_all("new.sql", &new, &mut connection, &step.title).await?;
    }
    for query in probes(case, "after.sql") {
        let row = sqlx::raw_sql(AssertSqlSafe(query.clone()))
            .fetch_one(&mut connection)
            .await
            .map_err(|e| format!("after.sql: {e}: {query}"))?;
        if row.try_get_unchecked::<Option<String>, _>(0).ok().flatten().as_deref() != Some("t") {
            return Err(format!("after.sql is not true: {query}"));
        }
    }
    Ok(())
}

/// The numbers of steps after which the way back is tried: each one before anything is gone.
pub(crate) fn points_of_return(migrations: &[Migration]) -> Vec<usize> {
    let [migration] = migrations else { return Vec::new() };
    if migration.undo.is_empty() { Vec::new() } else { (0..=leading_back(migration).len()).collect() }
}

/// So many steps forward, then all the way back. From behind the switch it stops where both releases work.
pub(crate) async fn there_and_back(
    case: &Case<'_>,
    migrations: &[Migration],
    database: &Database,
    count: usize,
) -> Result<(), String> {
    let mut connection = connect(database).await;
    let mut existing = tables(&mut connection).await?;
    let migration = &migrations[0];
    let there: Vec<&ScriptStep> = leading_back(migration).into_iter().take(count).collect();
    let switched = there.iter().any(|step| step.part == Some(Part::Switch));
    let undoes =
        |undo: &ScriptStep, part: Part| migration.part(part).any(|step| undo.title == format!("undo: {}", step.title));
    let (of_contract, rest): (Vec<&ScriptStep>, Vec<&ScriptStep>) = migration
        .undo
        .iter()
        .filter(|undo| switched || !undoes(undo, Part::Switch))
        .partition(|undo| switched && (undoes(undo, Part::Switch) || undoes(undo, Part::Tighten)));
    let both = (probes(case, "old.sql"), probes(case, "new.sql"));
    for (part, steps) in [("there", there), ("before the contract", of_contract), ("back", rest)] {
        for step in steps {
            run(&mut connection, step, &existing)
                .await
                .map_err(|error| format!("there and back after {count}, {}: {error}", step.title))?;
            existing = names_now(&mut connection, &existing).await?;
        }
        if switched && part == "before the contract" {
            try_all("old.sql", &both.0, &mut connection, part).await?;
            try_all("new.sql", &both.1, &mut connection, part).await?;
        }
    }
    try_all("old.sql", &both.0, &mut connection, "all the way back").await
}

/// The steps from behind which there is a way back.
fn leading_back(migration: &Migration) -> Vec<&ScriptStep> {
    let leads_back = |step: &&ScriptStep| match step.part {
        None | Some(Part::Tighten) => true,
        Some(Part::Switch) => migration.sets_aside(),
        Some(Part::Grace | Part::Clean) => false,
    };
    migration.steps.iter().take_while(leads_back).collect()
}

fn steps(migrations: &[Migration], phase: Phase) -> impl Iterator<Item = (&Migration, &ScriptStep)> {
    migrations.iter().flat_map(move |migration| migration.phase(phase).map(move |step| (migration, step)))
}

async fn connect(database: &Database) -> PgConnection {
    PgConnection::connect(&database.url).await.expect("the test's own database")
}

fn probes(case: &Case<'_>, file: &str) -> Vec<String> {
    let text = case.text(file).unwrap_or_default();
    statements(&text).into_iter().map(|range| text[range].to_owned()).collect()
}

/// Each statement in a transaction that is rolled back.
async fn try_all(file: &str, probes: &[String], connection: &mut PgConnection, when: &str) -> Result<(), String> {
    for probe in probes {
        let mut transaction = connection.begin().await.map_err(|error| error.to_string())?;
        let outcome = sqlx::raw_sql(AssertSqlSafe(probe.clone())).execute(&mut *transaction).await;
        transaction.rollback().await.map_err(|error| error.to_string())?;
        outcome.map_err(|error| format!("{file} fails after \"{when}\": {error}\n  {probe}"))?;
    }
    Ok(())
}

async fn run(connection: &mut PgConnection, step: &ScriptStep, existing: &Tables) -> Result<(), String> {
    match &step.body {
        Body::Statements(statements) if step.transaction => {
            let mut transaction = connection.begin().await.map_err(|error| error.to_string())?;
            for statement in statements {
                execute(&mut transaction, &statement.sql).await?;
            }
            claimed_is_observed(&mut transaction, step, existing).await?;
            transaction.commit().await.map_err(|error| error.to_string())
        }
        Body::Statements(statements) => {
            for statement in statements {
                execute(connection, &statement.sql).await?;
            }
            Ok(())
        }
        Body::Backfill(backfill) => fill(connection, backfill).await,
        Body::Gate(gate) => match count(connection, &gate.count.sql).await? {
            0 => Ok(()),
            found => Err(format!("the gate counts {found}: {}", gate.count.sql)),
        },
        Body::Consent(_) if !holds(connection, &step.done_when).await.map_err(|error| error.to_string())? => Ok(()),
        // The way back is taken here before anybody has written in the new form.
        Body::Consent(Consent { query, .. }) => match count(connection, &query.sql).await? {
            0 => Ok(()),
            found => Err(format!("the gate counts {found}: {}", query.sql)),
        },
    }
}

async fn execute(connection: &mut PgConnection, sql: &str) -> Result<(), String> {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(|error| format!("{error}: {sql}"))
}

async fn count(connection: &mut PgConnection, sql: &str) -> Result<i64, String> {
    let row = sqlx::query(AssertSqlSafe(sql.to_owned())).persistent(false).fetch_one(connection).await;
    row.and_then(|row| row.try_get(0)).map_err(|error| format!("{error}: {sql}"))
}

/// The batch that ends with the last key, or behind every place; then nothing may remain.
async fn fill(connection: &mut PgConnection, backfill: &Backfill) -> Result<(), String> {
    let size = backfill.key.len().max(1);
    let failed = |error: sqlx::Error| error.to_string();
    let none = || vec![None::<String>; size];
    let until = match &backfill.range {
        None => vec![Some("(100,0)".to_owned())],
        Some(range) => {
            let mut bound = sqlx::query(AssertSqlSafe(range.sql.clone())).persistent(false);
            for value in none() {
                bound = bound.bind(value);
            }
            let last = bound.bind(1_000_000_i64).fetch_optional(&mut *connection).await.map_err(failed)?;
            let Some(last) = last else { return Ok(()) };
            (0..size).map(|at| last.try_get(at)).collect::<Result<_, _>>().map_err(failed)?
        }
    };
    let with = |statement: &Statement, values: Vec<Option<String>>| {
        let query = sqlx::query(AssertSqlSafe(statement.sql.clone())).persistent(false);
        values.into_iter().fold(query, |query, value| query.bind(value))
    };
    let bounds = [none(), until].concat();
    with(&backfill.batch, bounds).bind(1_000_000_i64).execute(&mut *connection).await.map_err(failed)?;
    let left = with(&backfill.remaining, [none(), none()].concat()).fetch_one(&mut *connection).await;
    match left.and_then(|row| row.try_get::<i64, _>(0)).map_err(failed)? {
        0 => Ok(()),
        left => Err(format!("{left} rows remain after the backfill")),
    }
}

/// Tables by oid.
type Tables = BTreeMap<i64, String>;

/// The tables that exist. Nobody waits for a lock on one that the plan itself makes.
async fn tables(connection: &mut PgConnection) -> Result<Tables, String> {
    let rows =
        sqlx::query("SELECT oid::int8, oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'p') AND oid >= 16384")
            .fetch_all(connection)
            .await
            .map_err(|error| error.to_string())?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// The same tables by the names that they have now.
async fn names_now(connection: &mut PgConnection, existing: &Tables) -> Result<Tables, String> {
    let mut now = tables(connection).await?;
    now.retain(|oid, _| existing.contains_key(oid));
    Ok(now)
}

/// On every table that existed before, the strongest lock held at the end of the step is the one that the file claims.
async fn claimed_is_observed(
    connection: &mut PgConnection,
    step: &ScriptStep,
    existing: &BTreeMap<i64, String>,
) -> Result<(), String> {
    let rows =
        sqlx::query("SELECT relation::int8, mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation'")
            .fetch_all(&mut *connection)
            .await
            .map_err(|error| error.to_string())?;
    let mut observed: BTreeMap<String, LockMode> = BTreeMap::new();
    for row in &rows {
        let (Some(table), Some(mode)) = (existing.get(&row.get(0)), LockMode::parse(&words(row.get(1)))) else {
            continue;
        };
        let strongest = observed.entry(table.clone()).or_insert(mode);
        *strongest = mode.max(*strongest);
    }
    // What readers and writers take themselves is claimed for nothing but VALIDATE.
    observed.retain(|_, mode| *mode >= LockMode::ShareUpdateExclusive);
    let by_name = |table: &schema_diff::model::QualifiedName| {
        let text = if table.namespace.as_str() == "public" { table.name.to_string() } else { table.to_string() };
        if text == "order" { "\"order\"".to_owned() } else { text }
    };
    let claims = step.locks.iter().filter(|lock| lock.mode >= LockMode::ShareUpdateExclusive);
    let mut claimed: BTreeMap<String, LockMode> = claims.map(|lock| (by_name(&lock.table), lock.mode)).collect();
    // The way back may find that there is nothing to do, and then takes fewer locks than it claims.
    if step.phase == Phase::Undo {
        claimed.retain(|table, _| observed.contains_key(table));
    }
    if observed == claimed { Ok(()) } else { Err(format!("claimed {claimed:?}, observed {observed:?}")) }
}

/// `AccessExclusiveLock` as `access exclusive`.
fn words(mode: &str) -> String {
    let mut words = String::new();
    for c in mode.trim_end_matches("Lock").chars() {
        if c.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(c.to_lowercase());
    }
    words
}
