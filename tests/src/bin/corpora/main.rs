//! Runs replayed histories of real applications through the command line, and says how each change ended.
//!
//! `corpora FOLDER [--major 18] [--only TEXT] [--threads N] [--structs]`: FOLDER holds, at any depth, folders with `from.sql`, `to.sql` and,
//! where there is one, `original.sql` (what the authors ran, for their word on renames) and `meta.json` (the kinds of
//! changes). Each database made from `from.sql` is brought to `to.sql` by `diff --write` and `apply --all-phases`; then
//! the oracle compares it with a database made from `to.sql`, and a second `diff` must be empty. A plan that is refused
//! must name the object. With `--structs` both sides go through structs, as `pull` writes them. It ends with what was asked
//! for which pairs, how many plans work on a table while they keep its readers or writers out, a table by kind of change,
//! and with exit code 1 if anything went wrong.

mod structs;

use std::collections::BTreeMap;
use std::iter::once;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use schema_diff::embedded::Major;
use serde_json::Value;
use tests::Server;
use tests::converge::{Ending, converge, databases};

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
    asked(&endings);
    summary(&endings);
    let wrong = endings.iter().any(|(_, ending)| matches!(ending, Ending::Wrong(_)));
    if wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn tell(ending: &Ending) -> String {
    match ending {
        Ending::Converged(written) => {
            let told =
                written.answers.iter().cloned().chain(written.blocking.iter().map(|step| format!("blocks: {step}")));
            once("converged".to_owned()).chain(told).collect::<Vec<_>>().join("\n    ")
        }
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
    if !by_structs {
        return converge(server, &from, &to, &original).await;
    }
    match databases(server, &from, &to).await {
        Ok([live, wanted, scratch]) => structs::converge(&live, &wanted, &scratch, &original).await,
        Err(ending) => ending,
    }
}

/// How many plans were written without a question, which kinds of answers the others took, and how many block.
fn asked(endings: &[(PathBuf, Ending)]) {
    let written = endings.iter().filter_map(|(_, ending)| match ending {
        Ending::Converged(written) => Some(written),
        Ending::Refused(_) | Ending::Wrong(_) => None,
    });
    let written: Vec<_> = written.collect();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for answer in written.iter().flat_map(|written| written.answers.chunks(2)) {
        let kind = match answer {
            [flag, consent] if flag == "--allow" => format!("{flag} {}", consent.split(':').next().unwrap_or_default()),
            other => other.first().cloned().unwrap_or_default(),
        };
        *kinds.entry(kind).or_default() += 1;
    }
    let silent = written.iter().filter(|written| written.answers.is_empty()).count();
    let blocking = written.iter().filter(|written| !written.blocking.is_empty()).count();
    println!("\n{} plans written, {silent} of them without a question; answers: {kinds:?}", written.len());
    println!("{blocking} plans work on a table that was there while they keep its readers or writers out");
}

/// By kind of change: how many pairs with it converged, were refused, went wrong.
fn summary(endings: &[(PathBuf, Ending)]) {
    let mut kinds: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    let mut all = [0; 3];
    for (pair, ending) in endings {
        let at = match ending {
            Ending::Converged(_) => 0,
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
