//! Pull cases: each folder with a `from.sql` under `tests/cases/pull` is a case, named by its path and run on every
//! version of `tests::majors()`.
//!
//! A case has
//! - `from.sql`: what is live;
//! - `flags`: what `pull` takes, a word a line;
//! - `since`: the first version that understands the SQL;
//! - `expected.rs`: the structs (`BLESS=1` rewrites it), one file after the other where there are several;
//! - `notes.txt`: what `pull` says that structs can't say.
//!
//! Each goes the whole way: pulled, compared, made anew from the structs, compared by the oracle. In the end all of
//! them are compiled in one crate.

mod merge;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use schema_diff::embedded::Major;
use tests::expected::expected;
use tests::round_trip::{check, round_trip};

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/pull");
    let mut folders = Vec::new();
    collect(&root, "from.sql", &mut folders);
    folders.sort();
    let mut merges = Vec::new();
    collect(&root.with_file_name("merge"), "before.rs", &mut merges);
    assert!(!folders.is_empty(), "there are cases");
    let mut trials = Vec::new();
    for folder in &folders {
        let since = text(folder, "since").trim().parse().unwrap_or(Major::OLDEST);
        for major in tests::majors().into_iter().filter(|major| *major >= since) {
            let name = folder.strip_prefix(&root).expect("below the root").display().to_string();
            let folder = folder.clone();
            trials.push(Trial::test(format!("{name}::{major}"), move || {
                let runtime = tokio::runtime::Runtime::new()?;
                runtime.block_on(case(&folder, major))
            }));
        }
    }
    trials.push(Trial::test("every expected file compiles", move || {
        let schemas: Vec<_> = folders.iter().map(|folder| split(&text(folder, "expected.rs"))).collect();
        check(&schemas).map_err(Failed::from)
    }));
    for folder in merges {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        trials.push(Trial::test(format!("merge/{name}"), move || {
            let runtime = tokio::runtime::Runtime::new()?;
            runtime.block_on(merge::case(&folder))
        }));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

async fn case(folder: &Path, major: Major) -> Result<(), Failed> {
    let flags: Vec<String> = text(folder, "flags").lines().map(str::to_owned).collect();
    let trip = round_trip(major, &text(folder, "from.sql"), &flags).await?;
    if !trip.lost.is_empty() {
        let lost: Vec<String> = trip.lost.iter().map(|lost| format!("{}:\n{}", lost.stage, lost.what)).collect();
        return Err(format!("{}\n{}", lost.join("\n"), trip.notes).into());
    }
    expected(&folder.join("expected.rs"), &joined(&trip.files))?;
    expected(&folder.join("notes.txt"), &trip.notes).map_err(Failed::from)
}

/// What stands between two files.
const FILE: &str = "// ===== ";

fn joined(files: &[(PathBuf, String)]) -> String {
    match files {
        [(_, text)] => text.clone(),
        many => many.iter().map(|(path, text)| format!("{FILE}{}\n{text}", path.display())).collect(),
    }
}

fn split(text: &str) -> Vec<(PathBuf, String)> {
    if !text.starts_with(FILE) {
        return vec![("schema.rs".into(), text.to_owned())];
    }
    let parts = text.split(FILE).filter(|part| !part.is_empty());
    parts.filter_map(|part| part.split_once('\n')).map(|(path, text)| (path.into(), text.to_owned())).collect()
}

fn text(folder: &Path, file: &str) -> String {
    std::fs::read_to_string(folder.join(file)).unwrap_or_default()
}

fn collect(folder: &Path, file: &str, found: &mut Vec<PathBuf>) {
    if folder.join(file).is_file() {
        found.push(folder.to_path_buf());
    }
    for entry in std::fs::read_dir(folder).expect("a folder of cases").flatten() {
        if entry.path().is_dir() {
            collect(&entry.path(), file, found);
        }
    }
}
