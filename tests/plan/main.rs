//! Plan cases: each folder with a `to.rs` under `tests/cases/plan` is a case, named by its path and run on every
//! version of `tests::majors()`.
//!
//! A case has
//! - `from.rs`: the structs of release N (made by `diff --write` and `apply`), or `from.sql`: what is live already;
//! - `to.rs`: the structs of release N+1;
//! - `flags`: what `diff --write` takes, a word a line;
//! - `before.sql`: what is done to the database between the two, rows and triggers included;
//! - `old.sql`, `new.sql`: statements of release N and N+1; each is tried, and rolled back, after every single step of
//!   the phases in which it must work;
//! - `empty.sql`: what an empty database needs before the history is replayed there: functions that we don't manage;
//! - `after.sql`: queries that must give true in the end;
//! - `expected.txt`: the files that are written, or the exit code and the messages of a refusal (`BLESS=1` rewrites it);
//!   `expected.12.txt` where the version makes a difference.

mod case;
mod compare;
mod walk;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/plan");
    let mut folders = Vec::new();
    collect(&root, &mut folders);
    folders.sort();
    let mut trials = Vec::new();
    for folder in &folders {
        for major in tests::majors() {
            let (folder, name) =
                (folder.clone(), folder.strip_prefix(&root).expect("below the root").display().to_string());
            trials.push(Trial::test(format!("{name}::{major}"), move || {
                let runtime = tokio::runtime::Runtime::new()?;
                runtime.block_on(case::run(&folder, major)).map_err(Into::into)
            }));
        }
    }
    assert!(!trials.is_empty(), "there are cases");
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    if folder.join("to.rs").is_file() {
        found.push(folder.to_path_buf());
    }
    for entry in std::fs::read_dir(folder).expect("a folder of cases").flatten() {
        if entry.path().is_dir() {
            collect(&entry.path(), found);
        }
    }
}
