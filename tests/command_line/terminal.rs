//! On a terminal an undeclared rename is one question, and the default answer is to stop.

use std::fs::File;
use std::io::Write;
use std::process::{Command, Stdio};

use nix::pty::openpty;
use tests::{Database, Project, build};

use crate::{live_project, one_table};

/// Runs `diff --write` with a terminal that answers with the given line; gives the exit code.
fn answered(project: &Project, database: &Database, line: &str) -> i32 {
    let terminal = openpty(None, None).expect("a terminal");
    let side = || Stdio::from(terminal.slave.try_clone().expect("a file descriptor"));
    let mut child = Command::new(build::program("cargo-schema", "cargo-schema"))
        .args(["diff", "--write"])
        .current_dir(project.path())
        .env("DATABASE_URL", &database.url)
        .stdin(side())
        .stdout(Stdio::null())
        .stderr(side())
        .spawn()
        .expect("cargo-schema can be started");
    let mut keyboard = File::from(terminal.master.try_clone().expect("a file descriptor"));
    keyboard.write_all(line.as_bytes()).expect("a terminal takes what is typed");
    let screen = File::from(terminal.master);
    // The screen is read away, or the program would stand still when it is full.
    std::thread::spawn(move || std::io::copy(&mut &screen, &mut std::io::sink()));
    child.wait().expect("our own child").code().unwrap_or(-1)
}

#[tokio::test]
async fn the_default_answer_changes_nothing() {
    let (project, database) = live_project("    pub a: String,\n").await;
    project.set_source(&one_table("    pub b: String,\n"));
    assert_eq!(answered(&project, &database, "\n"), 5);
    assert_eq!(project.migrations().len(), 1);
    assert_eq!(answered(&project, &database, "1\n"), 0);
    let manifest = std::fs::read_to_string(project.migrations()[1].join("migration.toml")).expect("a manifest");
    assert!(manifest.contains("rename column public.t.a to b"), "{manifest}");
}
