//! `check`: no server, everything at once.

use schema_diff::embedded::Major;
use tests::{CargoSchema, Outcome, Project, Server};

use crate::{live_project, one_table};

/// Without any database.
fn check(project: &Project, arguments: &[&str]) -> Outcome {
    let nowhere = "postgres://nobody@127.0.0.1:1/nowhere";
    let all: Vec<&str> = ["check"].iter().chain(arguments).copied().collect();
    CargoSchema::in_directory(project.path()).database(nowhere).run(&all)
}

#[track_caller]
fn expect(outcome: Outcome, code: i32, words: &[&str]) {
    let outcome = outcome.expect_code(code);
    for words in words {
        assert!(outcome.stderr.contains(words), "{words}\n{}{}", outcome.stdout, outcome.stderr);
    }
}

#[tokio::test]
async fn structs_are_held_against_the_lock() {
    let (project, _database) =
        live_project("    #[db(default = \"'x'\", check = \"length(a) > 0\")]\n    pub a: String,\n").await;
    let clean = check(&project, &[]).expect_code(0);
    assert!(clean.stdout.contains("structs, schema.lock and migrations agree"), "{}", clean.stdout);

    project.set_source(&one_table(
        "    #[db(default = \"'x'\", check = \"length(a) > 0\")]\n    pub a: String,\n    pub b: Option<i32>,\n",
    ));
    expect(check(&project, &[]), 3, &["difference: add column public.t.b", "cargo schema diff --write"]);

    project.set_source(&one_table("    #[db(default = \"'y'\", check = \"length(a) > 0\")]\n    pub a: String,\n"));
    expect(check(&project, &[]), 3, &["unknown: ", "src/lib.rs:9:", "no server has seen `'y'` of public.t"]);

    project.set_source(&one_table("    pub b: String,\n"));
    expect(check(&project, &[]), 3, &["question: public.t.a is no longer declared", "--rename public.t.a=b"]);

    project.set_source(&one_table("    #[db(nosuch)]\n    pub b: String,\n"));
    expect(check(&project, &[]), 1, &["mistake: ", "src/lib.rs:8:"]);
    let json = check(&project, &["--format", "json"]).expect_code(1).stdout;
    let document: serde_json::Value = serde_json::from_str(&json).expect("one document");
    assert_eq!(document["findings"][0]["kind"], "mistake", "{json}");
}

#[tokio::test]
async fn a_rename_that_is_done_can_go() {
    let (project, database) = live_project("    pub a: String,\n").await;
    project.set_source(&one_table("    #[db(renamed_from = \"a\")]\n    pub b: String,\n"));
    expect(check(&project, &[]), 3, &["difference: rename column public.t.a to b"]);
    project.run(&database, &["diff", "--write"]).expect_code(0);
    expect(check(&project, &[]), 0, &["note: ", "`renamed_from` of public.t.b has done its work"]);
}

#[tokio::test]
async fn branches_commute_or_conflict() {
    let database = Server::shared(Major::LATEST).await.fresh_database().await;
    let project = Project::new();
    project.set_source(&one_table("    pub a: Option<i32>,\n"));
    project.run(&database, &["diff", "--write", "--name", "start"]).expect_code(0);
    let lock = project.path().join("schema.lock");
    let before = std::fs::read_to_string(&lock).expect("the lock");
    let branch = |fields: &str, name: &str| {
        std::fs::write(&lock, &before).expect("the lock");
        // A migration's number is the second in which it was written, unless there is a later one beside it.
        std::thread::sleep(std::time::Duration::from_millis(1100));
        let others: Vec<_> = project.migrations().into_iter().skip(1).collect();
        let aside = tempfile::tempdir().expect("a folder");
        for folder in &others {
            std::fs::rename(folder, aside.path().join(folder.file_name().expect("a name"))).expect("moved");
        }
        project.set_source(&one_table(fields));
        project.run(&database, &["diff", "--write", "--name", name]).expect_code(0);
        for folder in &others {
            std::fs::rename(aside.path().join(folder.file_name().expect("a name")), folder).expect("moved back");
        }
    };
    branch("    pub a: Option<i32>,\n    pub b: Option<i32>,\n", "one");
    branch("    pub a: Option<i32>,\n    pub c: Option<i32>,\n", "other");
    project.set_source(&one_table("    pub a: Option<i32>,\n    pub b: Option<i32>,\n    pub c: Option<i32>,\n"));
    // Each is fine after the other; the lock is still that of one branch alone.
    let merged = check(&project, &[]).expect_code(4);
    assert!(!merged.stderr.contains("conflict:"), "{}", merged.stderr);
    assert!(
        merged.stderr.contains("lock: schema.lock is not what the migrations leave behind: column public.t.b is gone"),
        "{}",
        merged.stderr
    );

    branch("    #[db(default = 1)]\n    pub a: Option<i32>,\n", "first_default");
    branch("    #[db(default = 2)]\n    pub a: Option<i32>,\n", "second_default");
    let conflict = check(&project, &[]).expect_code(4);
    for words in ["conflict: ", "_second_default was planned without ", "both change column public.t.a"] {
        assert!(conflict.stderr.contains(words), "{words}: {}", conflict.stderr);
    }
}

#[tokio::test]
async fn every_file_that_cannot_be_read_is_named() {
    let (project, _database) = live_project("    pub a: String,\n").await;
    let folder = project.migrations().remove(0);
    std::fs::write(folder.join("1_expand.sql"), "--! nosuch: 1\n").expect("the file");
    let second = project.path().join("migrations/20990101000000_second");
    std::fs::create_dir(&second).expect("a folder");
    std::fs::write(second.join("migration.toml"), "nosuch = 1\n").expect("the file");
    expect(check(&project, &[]), 1, &["1_expand.sql", "nosuch", "20990101000000_second"]);
}
