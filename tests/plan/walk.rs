//! Walks through a migration's files as the proof does, on the case's own rows, and tries its old and new statements in
//! between.

use std::collections::BTreeMap;

use schema_diff::migration::Migration;
use schema_diff::model::sql_text::statements;
use schema_diff::phase::{Part, Phase};
use schema_diff::proof::{Sessions, wrong_claims};
use schema_diff::statement::ScriptStep;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};
use tests::Database;

use crate::case::Case;

/// Every step on the way forward, with the statements of both releases tried where they must work.
pub(crate) async fn forward(case: &Case<'_>, migrations: &[Migration], database: &Database) -> Result<(), String> {
    let (old, new) = (probes(case, "old.sql"), probes(case, "new.sql"));
    let mut application = connect(database).await.working;
    try_all("old.sql", &old, &mut application, "before the first step").await?;
    // What is there before a migration isn't what was there before another one.
    let mut begun: BTreeMap<&str, Sessions> = BTreeMap::new();
    for phase in [Phase::Expand, Phase::Backfill, Phase::Contract] {
        // Tightening comes after `confirm`: the old release is gone by then.
        let (file, probes) = if phase == Phase::Contract { ("new.sql", &new) } else { ("old.sql", &old) };
        for (migration, step) in steps(migrations, phase) {
            if !begun.contains_key(migration.name.as_str()) {
                begun.insert(&migration.name, connect(database).await);
            }
            let sessions = begun.get_mut(migration.name.as_str()).expect("inserted");
            run(sessions, step).await.map_err(|error| format!("{} step {}: {error}", migration.name, step.title))?;
            try_all(file, probes, &mut application, &step.title).await?;
        }
        if phase == Phase::Backfill {
            try_all("new.sql", &new, &mut application, "after backfill").await?;
        }
    }
    for query in probes(case, "after.sql") {
        let row = sqlx::raw_sql(AssertSqlSafe(query.clone()))
            .fetch_one(&mut application)
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
    let mut sessions = connect(database).await;
    let migration = &migrations[0];
    let there: Vec<&ScriptStep> = leading_back(migration).into_iter().take(count).collect();
    let switched = there.iter().any(|step| step.part == Some(Part::Switch));
    let undoes =
        |undo: &ScriptStep, part: Part| migration.part(part).any(|step| undo.title == format!("undo: {}", step.title));
    let (of_contract, rest): (Vec<&ScriptStep>, Vec<&ScriptStep>) = migration
        .undo
        .iter()
        // What was never done has nothing to undo.
        .filter(|undo| migration.undone_by(undo).is_none_or(|step| there.iter().any(|done| std::ptr::eq(*done, step))))
        .partition(|undo| switched && (undoes(undo, Part::Switch) || undoes(undo, Part::Tighten)));
    let both = (probes(case, "old.sql"), probes(case, "new.sql"));
    for (part, steps) in [("there", there), ("before the contract", of_contract), ("back", rest)] {
        for step in steps {
            run(&mut sessions, step)
                .await
                .map_err(|error| format!("there and back after {count}, {}: {error}", step.title))?;
        }
        if switched && part == "before the contract" {
            try_all("old.sql", &both.0, &mut sessions.working, part).await?;
            try_all("new.sql", &both.1, &mut sessions.working, part).await?;
        }
    }
    try_all("old.sql", &both.0, &mut sessions.working, "all the way back").await
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

async fn connect(database: &Database) -> Sessions {
    let connection = || async { PgConnection::connect(&database.url).await.expect("the test's own database") };
    Sessions::begin(connection().await, connection().await).await.expect("the test's own database")
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

/// The step as the proof runs it; what it claims must be what was seen.
async fn run(sessions: &mut Sessions, step: &ScriptStep) -> Result<(), String> {
    let Some(observed) = sessions.run(step).await.map_err(|failure| failure.message)? else { return Ok(()) };
    let wrong = wrong_claims(step, &observed, &BTreeMap::new());
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
}
