//! Runs replayed histories of real applications through the command line, and says how each change ended.
//!
//! `corpora FOLDER [--major 18] [--only TEXT] [--threads N] [--structs]`: FOLDER holds, at any depth, folders with `from.sql`, `to.sql` and,
//! where there is one, `original.sql` (what the authors ran, for their word on renames) and `meta.json` (the kinds of
//! changes). Each database made from `from.sql` is brought to `to.sql` by `diff --write` and `apply --all-phases`; then
//! the oracle compares it with a database made from `to.sql`, and a second `diff` must be empty. A plan that is refused
//! must name the object. With `--structs` both sides go through structs, as `pull` writes them. It ends with a table by
//! kind of change, and with exit code 1 if anything went wrong.

mod structs;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use schema_diff::embedded::Major;
use serde_json::Value;
use tests::oracle::{Oracle, difference};
use tests::{CargoSchema, Database, Server};

/// This often questions are answered before the pair counts as one that never ends.
const ROUNDS: usize = 30;

/// How a pair ended.
#[derive(Clone, Debug)]
enum Ending {
    /// The end is what was wanted.
    Converged,
    /// Refused beforehand, with the objects named.
    Refused(String),
    /// Anything else.
    Wrong(String),
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let (mut folder, mut major, mut only, mut threads) = (None, Major::LATEST, String::new(), 2usize);
    let mut by_structs = false;
    while let Some(word) = words.next() {
        match word.as_str() {
            "--major" => major = words.next().and_then(|text| text.parse().ok()).expect("--major NUMBER"),
            "--only" => only = words.next().expect("--only TEXT"),
            "--structs" => by_structs = true,
            "--threads" => threads = words.next().and_then(|text| text.parse().ok()).expect("--threads NUMBER"),
            path => folder = Some(std::fs::canonicalize(path).expect("a folder")),
        }
    }
    let Some(folder) = folder else {
        eprintln!("corpora FOLDER [--major 18] [--only TEXT] [--threads N] [--structs]");
        return ExitCode::from(2);
    };
    let pairs: Vec<PathBuf> =
        pairs(&folder).into_iter().filter(|pair| pair.display().to_string().contains(&only)).collect();
    drop(tests::build::program("cargo-schema", "cargo-schema"));
    let server = Server::shared(major).await;
    let next = Arc::new(AtomicUsize::new(0));
    let endings = Arc::new(Mutex::new(Vec::new()));
    let mut workers = Vec::new();
    for _ in 0..threads {
        let (next, endings, pairs, folder) = (next.clone(), endings.clone(), pairs.clone(), folder.clone());
        workers.push(tokio::spawn(async move {
            while let Some(pair) = pairs.get(next.fetch_add(1, Ordering::Relaxed)) {
                let ending = try_pair(server, pair, by_structs).await;
                let name = pair.strip_prefix(&folder).unwrap_or(pair).display().to_string();
                println!("{name}: {}", tell(&ending));
                endings.lock().expect("no panic while held").push((pair.clone(), ending));
            }
        }));
    }
    for worker in workers {
        worker.await.expect("a pair's panic ends the run");
    }
    let endings = endings.lock().expect("no panic while held");
    summary(&endings);
    let wrong = endings.iter().any(|(_, ending)| matches!(ending, Ending::Wrong(_)));
    if wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn tell(ending: &Ending) -> String {
    match ending {
        Ending::Converged => "converged".to_owned(),
        Ending::Refused(why) => format!("refused: {why}"),
        Ending::Wrong(why) => format!("WRONG: {why}"),
    }
}

/// Every folder with both sides, sorted.
fn pairs(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    if folder.join("from.sql").is_file() && folder.join("to.sql").is_file() {
        found.push(folder.to_path_buf());
    }
    let mut inner: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder that can be read")
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    inner.sort();
    found.extend(inner.iter().flat_map(|path| pairs(path)));
    found
}

async fn try_pair(server: &'static Server, pair: &Path, by_structs: bool) -> Ending {
    let read = |file: &str| std::fs::read_to_string(pair.join(file));
    let (from, to) = (read("from.sql").expect("from.sql"), read("to.sql").expect("to.sql"));
    let original = read("original.sql").unwrap_or_default();
    let (live, wanted, scratch) =
        (server.fresh_database().await, server.fresh_database().await, server.fresh_database().await);
    for (database, text) in [(&live, from), (&wanted, to)] {
        if let Err(error) = database.attempt(without_psql(&text)).await {
            return Ending::Refused(format!("does not load on this version: {error}"));
        }
    }
    if by_structs {
        return structs::converge(&live, &wanted, &scratch, &original).await;
    }
    let project = tempfile::tempdir().expect("a temporary folder");
    let schema = CargoSchema::in_directory(project.path()).database(&live.url);
    let target = pair.join("to.sql").display().to_string();
    let sides = ["--from", &live.url, "--to", &target, "--scratch-url", &scratch.url];
    match write_plan(&schema, &sides, &original) {
        Some(ending) => ending,
        None => apply_and_compare(&schema, &sides, &live, &wanted).await,
    }
}

/// Answers what is asked until a plan is written; else gives how it ended.
fn write_plan(schema: &CargoSchema, sides: &[&str], original: &str) -> Option<Ending> {
    let mut answers: Vec<String> = Vec::new();
    for _ in 0..ROUNDS {
        let mut arguments = vec!["diff", "--write", "--format", "json"];
        arguments.extend_from_slice(sides);
        arguments.extend(answers.iter().map(String::as_str));
        let outcome = tokio::task::block_in_place(|| schema.run(&arguments));
        if outcome.code() == 0 {
            return None;
        }
        let open = serde_json::from_str::<Value>(&outcome.stdout)
            .ok()
            .and_then(|mut json| json.get_mut("open").map(Value::take));
        let Some(Value::Array(open)) = open else {
            return Some(Ending::Wrong(format!("diff exits with {}: {}", outcome.code(), one_line(&outcome.stderr))));
        };
        let answered = |one: &&Value| one["answers"].as_array().is_none_or(Vec::is_empty);
        let unhandled = open.iter().filter(|one| matches!(one["kind"].as_str(), Some("unhandled" | "mistake")));
        let unhandled: Vec<String> = unhandled
            .filter(answered)
            .map(|one| format!("{} ({})", one["object"].as_str().unwrap_or("?"), one["text"].as_str().unwrap_or("")))
            .collect();
        if !unhandled.is_empty() {
            return Some(Ending::Refused(unhandled.join("; ")));
        }
        let before = answers.len();
        answers.extend(open.iter().flat_map(|one| answer(one, original)));
        if answers.len() == before {
            return Some(Ending::Wrong(format!("no answer to {open:?}")));
        }
    }
    Some(Ending::Wrong("questions without end".to_owned()))
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
        choices
            .iter()
            .find(|flag| flag.starts_with("--allow") || (flag.starts_with("--strategy") && !flag.ends_with("=SQL")))
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
    Some(format!("--rename {table}={new}"))
}

async fn apply_and_compare(schema: &CargoSchema, sides: &[&str; 6], live: &Database, wanted: &Database) -> Ending {
    let applied = tokio::task::block_in_place(|| schema.run(&["apply", "--all-phases"]));
    if applied.code() != 0 {
        return Ending::Wrong(format!("apply exits with {}: {}", applied.code(), one_line(&applied.stderr)));
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
        return Ending::Wrong(format!("differs: {}", differs.replace('\n', " ⏎ ")));
    }
    second_diff(schema, sides)
}

/// Whether a materialised view was filled is no part of a schema. That NOT NULL holds stands with the column; its name,
/// which it has from 18 on, is the one that the column had when it was made.
fn is_data(line: &str) -> bool {
    line.contains("| populated = ") || line.contains("_not_null | ")
}

/// It must be empty.
fn second_diff(schema: &CargoSchema, sides: &[&str]) -> Ending {
    let mut arguments = vec!["diff", "--exit-code"];
    arguments.extend_from_slice(sides);
    let again = tokio::task::block_in_place(|| schema.run(&arguments));
    match again.code() {
        0 => Ending::Converged,
        code => Ending::Wrong(format!(
            "the second diff exits with {code}: {} {}",
            one_line(&again.stdout),
            one_line(&again.stderr)
        )),
    }
}

async fn namespaces(database: &Database) -> Vec<String> {
    database
        .rows("SELECT nspname FROM pg_namespace WHERE nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%'")
        .await
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// By kind of change: how many pairs with it converged, were refused, went wrong.
fn summary(endings: &[(PathBuf, Ending)]) {
    let mut kinds: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    let mut all = [0; 3];
    for (pair, ending) in endings {
        let at = match ending {
            Ending::Converged => 0,
            Ending::Refused(_) => 1,
            Ending::Wrong(_) => 2,
        };
        all[at] += 1;
        let meta = std::fs::read_to_string(pair.join("meta.json"))
            .ok()
            .and_then(|text| serde_json::from_str::<Value>(&text).ok());
        let names = meta.iter().flat_map(|meta| meta["kinds"].as_array().into_iter().flatten());
        for kind in names.filter_map(Value::as_str) {
            kinds.entry(kind.to_owned()).or_default()[at] += 1;
        }
    }
    println!("\n| kind | converged | refused | wrong |\n|---|---|---|---|");
    for (kind, [converged, refused, wrong]) in &kinds {
        println!("| {kind} | {converged} | {refused} | {wrong} |");
    }
    println!("| **pairs** | {} | {} | {} |", all[0], all[1], all[2]);
}
