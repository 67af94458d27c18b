//! Compatibility cases: each folder with an `old.rs` or a `new.rs` under `tests/cases/compat` is a case, named by its path
//! and run on every version of `tests::majors()`.
//!
//! A case has
//! - `before.sql`: the catalog that release N was written for, or `from.rs`: its structs;
//! - `expand.sql`, `backfill.sql`, `contract.sql`: a migration by hand, or `to.rs`: the structs of release N+1, from which
//!   `diff --write` makes it (with `flags`, a word a line);
//! - `old.rs`, `new.rs`: the queries of release N, which are committed, and those of release N+1, in the working tree;
//! - `offline/`: what stands in `.sqlx` in both;
//! - `expected.txt`: what `compat` says, and its exit code (`BLESS=1` rewrites it); `expected.12.txt` where the version makes
//!   a difference.
//!
//! Under `breaks/` something must be found, under `harmless/` nothing.

mod case;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/compat");
    let mut folders = Vec::new();
    collect(&root, &mut folders);
    folders.sort();
    let mut trials = Vec::new();
    for folder in &folders {
        for major in tests::majors() {
            let folder = folder.clone();
            let name = folder.strip_prefix(&root).expect("below the root").display().to_string();
            trials.push(Trial::test(format!("{name}::{major}"), move || {
                let runtime = tokio::runtime::Runtime::new()?;
                Ok(runtime.block_on(case::run(&folder, &name, major))?)
            }));
        }
    }
    assert!(!trials.is_empty(), "there are cases");
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    if folder.join("old.rs").is_file() || folder.join("new.rs").is_file() {
        found.push(folder.to_path_buf());
    }
    for entry in std::fs::read_dir(folder).expect("a folder of cases").flatten() {
        if entry.path().is_dir() {
            collect(&entry.path(), found);
        }
    }
}
