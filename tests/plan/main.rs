//! Plan cases: each folder with a `to.rs` or a `to.sql` under `tests/cases/plan` is a case, named by its path and run on
//! every version of `tests::majors()`.
//!
//! A case has
//! - `from.rs`: the structs of release N (made by `diff --write` and `apply`), or `from.sql`: what is live already;
//! - `to.rs`: the structs of release N+1, or `to.sql`: all that is to be, for what no struct declares (`diff` then goes from
//!   the database to that file);
//! - `from_objects.sql`, `to_objects.sql`: what they declare as SQL beside the structs;
//! - `flags`: what `diff --write` takes, a word a line;
//! - `before.sql`: what is done to the database between the two, rows and triggers included;
//! - `old.sql`, `new.sql`: statements of release N and N+1; each is tried, and rolled back, after every single step of
//!   the phases in which it must work;
//! - `empty.sql`: what an empty database needs before the history is replayed there: functions that we don't manage;
//! - `after.sql`: queries that must give true in the end;
//! - `expected.txt`: the files that are written, or the exit code and the messages of a refusal (`BLESS=1` rewrites it);
//!   `expected.12.txt` where the version makes a difference.
//!
//! With `SCHEMA_DIFF_PROOFS=1` the endings of all cases become the table `tests/soak/proofs.md`.

mod case;
mod compare;
mod table;
mod walk;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use std::sync::Arc;

use libtest_mimic::{Arguments, Trial};
use table::{Ending, Endings};

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/plan");
    let mut folders = Vec::new();
    collect(&root, &mut folders);
    folders.sort();
    let endings = Arc::new(Endings::default());
    let mut trials = Vec::new();
    for folder in &folders {
        for major in tests::majors() {
            let (folder, name) =
                (folder.clone(), folder.strip_prefix(&root).expect("below the root").display().to_string());
            let endings = endings.clone();
            trials.push(Trial::test(format!("{name}::{major}"), move || {
                endings.note(&name, major, Ending::Failed);
                let runtime = tokio::runtime::Runtime::new()?;
                let ending = runtime.block_on(case::run(&folder, major))?;
                endings.note(&name, major, ending);
                Ok(())
            }));
        }
    }
    assert!(!trials.is_empty(), "there are cases");
    let conclusion = libtest_mimic::run(&Arguments::from_args(), trials);
    if std::env::var_os("SCHEMA_DIFF_PROOFS").is_some() {
        endings.write(&Path::new(env!("CARGO_MANIFEST_DIR")).join("soak/proofs.md"));
    }
    conclusion.exit_code()
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    if ["to.rs", "to.sql"].iter().any(|file| folder.join(file).is_file()) {
        found.push(folder.to_path_buf());
    }
    for entry in std::fs::read_dir(folder).expect("a folder of cases").flatten() {
        if entry.path().is_dir() {
            collect(&entry.path(), found);
        }
    }
}
