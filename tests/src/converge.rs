//! From one schema to another by the command line: planned, applied with all phases, compared by the oracle and by a second
//! `diff`.

use std::collections::BTreeSet;
use std::path::Path;

use schema_diff::migration;
use schema_diff::statement::Work;
use serde_json::Value;

use crate::oracle::{Oracle, difference};
use crate::{CargoSchema, Database, Server};

/// This often questions are answered before the pair counts as one that never ends.
const ROUNDS: usize = 30;

/// How a pair ended.
#[derive(Clone, Debug)]
pub enum Ending {
    /// The end is what was wanted.
    Converged(Written),
    /// Refused beforehand, with the objects named.
    Refused(String),
    /// Anything else.
    Wrong(String),
}

/// A plan that was written.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// The flags that answered what was asked: consents, renames, values.
    pub answers: Vec<String>,
    /// The steps that read, build on or write anew a table which was there before, while they keep its readers or writers
    /// out.
    pub blocking: Vec<String>,
}

/// Brings a database made from one SQL text to another one. What the authors ran themselves says which columns and tables
/// are renamed.
///
/// # Panics
/// If the files of the test can't be written.
pub async fn converge(server: &'static Server, from: &str, to: &str, original: &str) -> Ending {
    let [live, wanted, scratch] = match databases(server, from, to).await {
        Ok(databases) => databases,
        Err(ending) => return ending,
    };
    let project = tempfile::tempdir().expect("a temporary folder");
    let target = project.path().join("to.sql");
    std::fs::write(&target, to).expect("the file of the side that is to be");
    let target = target.display().to_string();
    let schema = CargoSchema::in_directory(project.path()).database(&live.url);
    let sides = ["--from", &live.url, "--to", &target, "--scratch-url", &scratch.url];
    let written = match write_plan(&schema, &sides, original, (&live, project.path())).await {
        Ok(written) => written,
        Err(ending) => return ending,
    };
    match apply_and_compare(&schema, &sides, &live, &wanted).await {
        Ok(()) => Ending::Converged(written),
        Err(what) => Ending::Wrong(what),
    }
}

/// What the files say of the tables that are there; that what they say is what happens was proven before they were written.
async fn blocking(live: &Database, project: &Path) -> Vec<String> {
    let there = "SELECT table_schema || '.' || table_name FROM information_schema.tables";
    let there: BTreeSet<String> = live.rows(there).await.into_iter().collect();
    let migrations = migration::load(&project.join("migrations")).expect("our own files");
    let mut found = Vec::new();
    for step in migrations.iter().flat_map(|migration| &migration.steps).filter(|step| step.work > Work::None) {
        let strong = step.locks.iter().filter(|lock| lock.mode.is_strong());
        for lock in strong.filter(|lock| there.contains(&lock.table.to_string())) {
            found.push(format!("{}: {} on {}, {}", step.title, lock.mode, lock.table, step.work.as_str()));
        }
    }
    found
}

/// A database made from each text, and one beside which scratch databases are made.
///
/// # Errors
/// Where a text doesn't load on this version.
pub async fn databases(server: &'static Server, from: &str, to: &str) -> Result<[Database; 3], Ending> {
    let databases = [server.fresh_database().await, server.fresh_database().await, server.fresh_database().await];
    for (database, text) in databases.iter().zip([from, to]) {
        if let Err(error) = database.attempt(without_psql(text)).await {
            return Err(Ending::Refused(format!("does not load on this version: {error}")));
        }
    }
    Ok(databases)
}

/// Answers what is asked until a plan is written for a database, in the folder of the project.
///
/// # Errors
/// How it ended without one.
///
/// # Panics
/// If the files that were written can't be read.
pub async fn write_plan(
    schema: &CargoSchema,
    sides: &[&str],
    original: &str,
    (live, project): (&Database, &Path),
) -> Result<Written, Ending> {
    let answers = answered(schema, sides, original)?;
    Ok(Written { answers, blocking: blocking(live, project).await })
}

fn answered(schema: &CargoSchema, sides: &[&str], original: &str) -> Result<Vec<String>, Ending> {
    let mut answers: Vec<String> = Vec::new();
    for _ in 0..ROUNDS {
        let mut arguments = vec!["diff", "--write", "--format", "json"];
        arguments.extend_from_slice(sides);
        arguments.extend(answers.iter().map(String::as_str));
        let outcome = tokio::task::block_in_place(|| schema.run(&arguments));
        if outcome.code() == 0 {
            return Ok(answers);
        }
        let open = serde_json::from_str::<Value>(&outcome.stdout)
            .ok()
            .and_then(|mut json| json.get_mut("open").map(Value::take));
        // NULL stands for a value that a person would give; where the proof has rows it is no value for them.
        let by_null = answers.iter().any(|answer| answer.ends_with("=NULL"));
        if by_null && outcome.stderr.contains("the proof found a fault") {
            return Err(Ending::Refused(format!("a value is needed: {}", one_line(&outcome.stderr))));
        }
        let Some(Value::Array(open)) = open else {
            return Err(Ending::Wrong(format!("diff exits with {}: {}", outcome.code(), one_line(&outcome.stderr))));
        };
        let answered = |one: &&Value| one["answers"].as_array().is_none_or(Vec::is_empty);
        let unhandled = open.iter().filter(|one| matches!(one["kind"].as_str(), Some("unhandled" | "mistake")));
        let unhandled: Vec<String> = unhandled
            .filter(answered)
            .map(|one| format!("{} ({})", one["object"].as_str().unwrap_or("?"), one["text"].as_str().unwrap_or("")))
            .collect();
        if !unhandled.is_empty() {
            return Err(Ending::Refused(unhandled.join("; ")));
        }
        let before = answers.len();
        answers.extend(open.iter().flat_map(|one| answer(one, original)));
        if answers.len() == before {
            return Err(Ending::Wrong(format!("no answer to {open:?}")));
        }
    }
    Err(Ending::Wrong("questions without end".to_owned()))
}

/// What pg_dump writes for psql alone.
fn without_psql(text: &str) -> String {
    text.lines()
        .filter(|line| !line.starts_with("\\restrict") && !line.starts_with("\\unrestrict"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The authors' word on renames, else the first answer that needs no value.
fn answer(one: &Value, original: &str) -> Vec<String> {
    let words = |flag: &str| flag.splitn(2, ' ').map(str::to_owned).collect::<Vec<_>>();
    if let Some(flag) = one["answer"].as_str() {
        return table_rename(flag, original).map_or_else(|| words(flag), |rename| words(&rename));
    }
    // There are no rows, so that every value will do.
    let given = one["answers"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let given: Vec<String> = given.flat_map(|flag| words(&flag.replace("=SQL", "=NULL"))).collect();
    if !given.is_empty() {
        return given;
    }
    let choices: Vec<&str> =
        one["choices"].as_array().into_iter().flatten().filter_map(|choice| choice["answer"].as_str()).collect();
    let flat = original.replace('"', "").to_lowercase();
    let flat = flat.split_whitespace().collect::<Vec<_>>().join(" ");
    let said = choices.iter().find(|flag| {
        let Some((object, new)) = flag.strip_prefix("--rename ").and_then(|rest| rest.split_once('=')) else {
            return false;
        };
        let old = object.rsplit('.').next().unwrap_or(object).replace('"', "").to_lowercase();
        let new = new.replace('"', "").to_lowercase();
        flat.contains(&format!("{old} to {new}"))
    });
    let plain = || {
        choices.iter().find(|flag| !flag.starts_with("--rename") && flag.starts_with("--") && !flag.ends_with("=SQL"))
    };
    let null = || choices.iter().find_map(|flag| flag.strip_suffix("=SQL")).map(|flag| format!("{flag}=NULL"));
    said.or_else(plain).map(|flag| words(flag)).or_else(|| null().map(|flag| words(&flag))).unwrap_or_default()
}

/// `ALTER TABLE a RENAME TO b` in what the authors ran, where the drop of `a` is asked about.
fn table_rename(flag: &str, original: &str) -> Option<String> {
    let table = flag.strip_prefix("--allow drop:")?;
    let flat = original.replace('"', "").split_whitespace().collect::<Vec<_>>().join(" ");
    let wanted = format!("alter table {table} rename to ");
    let at = flat.to_lowercase().find(&wanted)? + wanted.len();
    let new: String = flat[at..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let is_quoted = original.contains(&format!("\"{new}\""));
    let new = if is_quoted { new } else { new.to_lowercase() };
    let namespace = table.rsplit_once('.').map_or(String::new(), |(namespace, _)| format!("{namespace}."));
    Some(format!("--rename {table}={namespace}{new}"))
}

async fn apply_and_compare(
    schema: &CargoSchema,
    sides: &[&str; 6],
    live: &Database,
    wanted: &Database,
) -> Result<(), String> {
    let applied = tokio::task::block_in_place(|| schema.run(&["apply", "--all-phases"]));
    if applied.code() != 0 {
        return Err(format!("apply exits with {}: {}", applied.code(), one_line(&applied.stderr)));
    }
    let (mut names, mut more): (Vec<String>, Vec<String>) = (namespaces(live).await, namespaces(wanted).await);
    names.append(&mut more);
    names.sort();
    names.dedup();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let oracle = Oracle::of(&names).without_history();
    let listing = |lines: Vec<String>| lines.into_iter().filter(|line| !is_data(line)).collect::<Vec<_>>();
    let differs = difference(&listing(oracle.listing(&live.pool).await), &listing(oracle.listing(&wanted.pool).await));
    if !differs.is_empty() {
        return Err(format!("differs: {}", differs.replace('\n', " ⏎ ")));
    }
    second_diff(schema, sides)
}

/// Whether a materialised view was filled is no part of a schema. That NOT NULL holds stands with the column; its name,
/// which it has from 18 on, is the one that the column had when it was made.
pub fn is_data(line: &str) -> bool {
    line.contains("| populated = ") || (line.starts_with("constraint ") && line.contains("_not_null"))
}

/// It must be empty.
///
/// # Errors
/// What it finds.
pub fn second_diff(schema: &CargoSchema, sides: &[&str]) -> Result<(), String> {
    let mut arguments = vec!["diff", "--exit-code"];
    arguments.extend_from_slice(sides);
    let again = tokio::task::block_in_place(|| schema.run(&arguments));
    match again.code() {
        0 => Ok(()),
        code => {
            Err(format!("the second diff exits with {code}: {} {}", one_line(&again.stdout), one_line(&again.stderr)))
        }
    }
}

async fn namespaces(database: &Database) -> Vec<String> {
    database
        .rows("SELECT nspname FROM pg_namespace WHERE nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%'")
        .await
}

/// On one line.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
