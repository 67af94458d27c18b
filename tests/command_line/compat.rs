//! `compat`: releases by git, exit codes, and what can't be tried.

use std::path::Path;
use std::process::Command;

use schema_diff::embedded::Major;
use tests::{CargoSchema, Database, Outcome, Project, Server};

const FIELD: &str = "    pub a: String,\n";
const RENAMED: &str = "    #[db(renamed_from = \"a\")]\n    pub b: String,\n";

/// The structs with one function that runs a query.
fn source(fields: &str, query: &str) -> String {
    format!("{}\npub fn run() {{\n    sqlx::query(\"{query}\");\n}}\n", crate::one_table(fields))
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"];
    let output = Command::new("git").args(identity).args(arguments).current_dir(folder).output();
    let output = output.expect("git can be started");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn commit(folder: &Path, tag: &str) {
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--message", tag]);
    git(folder, &["tag", tag]);
}

/// Release N is tagged v41 and live; release N+1, with its migration, lies in the working tree.
async fn two_releases(old: &str, new: &str) -> (Project, Database) {
    let database = Server::shared(Major::LATEST).await.fresh_database().await;
    let project = Project::new();
    project.set_source(&source(FIELD, old));
    project.run(&database, &["diff", "--write"]).expect_code(0);
    project.run(&database, &["apply"]).expect_code(0);
    git(project.path(), &["init", "--quiet"]);
    commit(project.path(), "v41");
    project.set_source(&source(RENAMED, new));
    project.run(&database, &["diff", "--write"]).expect_code(0);
    (project, database)
}

fn compat(project: &Project, database: &Database, arguments: &[&str]) -> Outcome {
    project.run(database, &[&["compat", "--scratch-url", &database.url][..], arguments].concat())
}

#[tokio::test]
async fn both_releases_are_tried_and_nothing_is_touched() {
    let (project, database) = two_releases("SELECT a FROM t", "SELECT b FROM t").await;
    let before = git(project.path(), &["status", "--porcelain"]);
    let fine = compat(&project, &database, &["--release-ref", "v41"]).expect_code(0);
    assert!(fine.stdout.contains("release N: 1 queries tried, 0 not tried, 0 not read"), "{}", fine.stdout);
    assert!(fine.stdout.contains("after the contract 1 query of release N fails"), "{}", fine.stdout);
    assert_eq!(git(project.path(), &["status", "--porcelain"]), before);
    let verbose = compat(&project, &database, &["--release-ref", "v41", "--verbose"]).expect_code(0);
    assert!(verbose.stdout.contains("src/lib.rs:12:17: column \"a\" does not exist"), "{}", verbose.stdout);
    // Without a revision the new release alone is tried, and that is said.
    let alone = compat(&project, &database, &[]).expect_code(0);
    assert!(
        alone.stdout.contains(
            "release N was not tried: no release was ever confirmed in this database; name its revision with --release-ref"
        ),
        "{}",
        alone.stdout
    );
}

/// Whoever writes a migration learns in one line whether the queries work on it.
#[tokio::test]
async fn diff_tells_whether_the_queries_work() {
    let (project, database) = two_releases("SELECT a FROM t", "SELECT b FROM t").await;
    project.run(&database, &["apply"]).expect_code(0);
    project.run(&database, &["confirm", "v42"]).expect_code(0);
    project.run(&database, &["contract"]).expect_code(0);
    commit(project.path(), "v42");
    project.run(&database, &["release", "v42", "--commit", "v42"]).expect_code(0);
    let fields = "    pub b: String,\n    pub c: Option<String>,\n";
    project.set_source(&source(fields, "SELECT c FROM t"));
    let written = project.run(&database, &["diff", "--write", "--scratch-url", &database.url]).expect_code(0);
    let line = "queries: 1 of release N and 1 of release N+1 tried (release N is v42, which was confirmed last, commit v42): all of these work wherever their release is alive";
    assert!(written.stdout.contains(line), "{}", written.stdout);
    std::fs::remove_dir_all(project.migrations().pop().expect("the new one")).expect("our own folder");
    git(project.path(), &["checkout", "--", "schema.lock"]);
    let renamed = "    #[db(renamed_from = \"b\")]\n    pub e: String,\n";
    project.set_source(&source(renamed, "SELECT b FROM t"));
    let written = project.run(&database, &["diff", "--write", "--scratch-url", &database.url]).expect_code(0);
    assert!(written.stdout.contains("commit v42): 1 × fails; `cargo schema compat` tells more"), "{}", written.stdout);
}

/// Without a revision the history says which commit is live; what is taken is told.
#[tokio::test]
async fn the_release_that_was_confirmed_last_is_the_one_that_is_live() {
    let (project, database) = two_releases("SELECT a FROM t", "SELECT b FROM t").await;
    let v41 = git(project.path(), &["rev-parse", "v41"]).trim().to_owned();
    project.run(&database, &["apply"]).expect_code(0);
    project.run(&database, &["confirm", "v42"]).expect_code(0);
    let unknown = compat(&project, &database, &[]).expect_code(0);
    assert!(
        unknown.stdout.contains("release N was not tried: v42 was confirmed last, and no commit is recorded with it"),
        "{}",
        unknown.stdout
    );
    // The last commit that is recorded under that name counts, whatever else is rolled out meanwhile.
    for (release, revision) in [("v42", "0123456789"), ("v42", v41.as_str()), ("v43", "HEAD")] {
        project.run(&database, &["release", release, "--commit", revision]).expect_code(0);
    }
    let taken = compat(&project, &database, &[]).expect_code(0);
    let head = format!("from release N (v42, which was confirmed last, commit {v41}) to release N+1");
    assert!(taken.stdout.contains(&head), "{}", taken.stdout);
    assert!(taken.stdout.contains("release N: 1 queries tried"), "{}", taken.stdout);
    let named = compat(&project, &database, &["--release-ref", "HEAD"]).expect_code(0);
    assert!(named.stdout.contains("from release N (HEAD) to"), "{}", named.stdout);
    // A commit that isn't here is no reason to go on without.
    project.run(&database, &["release", "v42", "--commit", "0123456789"]).expect_code(0);
    let away = compat(&project, &database, &[]).expect_code(2);
    assert!(
        away.stderr.contains("v42 was confirmed last, and commit 0123456789 is recorded with it: `0123456789` is no"),
        "{}",
        away.stderr
    );
    // What was rolled back was live once, and is no more.
    project.run(&database, &["rollback"]).expect_code(0);
    let back = compat(&project, &database, &[]).expect_code(0);
    assert!(back.stdout.contains("release N was not tried: no release was ever confirmed"), "{}", back.stdout);
}

#[tokio::test]
async fn what_fails_is_refused_and_what_depends_is_a_difference() {
    let (project, database) = two_releases("SELECT a FROM t", "SELECT a FROM t").await;
    let refused = compat(&project, &database, &["--release-ref", "v41", "--format", "json"]).expect_code(5);
    let found: serde_json::Value = serde_json::from_str(&refused.stdout).expect("JSON");
    let finding = &found["findings"][0];
    assert_eq!(finding["class"], "fails");
    assert_eq!(finding["release"], "N+1");
    assert_eq!((finding["file"].as_str(), finding["line"].as_u64()), (Some("src/lib.rs"), Some(13)));
    assert_eq!(finding["from"], "after contract");
    assert_eq!(found["tried"]["N"], 1);
    // A release that has the migration already meets nothing new.
    commit(project.path(), "v42");
    let nothing = compat(&project, &database, &["--release-ref", "v42"]).expect_code(0);
    assert!(nothing.stdout.contains("no migration between the two releases"), "{}", nothing.stdout);
}

#[tokio::test]
async fn wrong_calls_say_what_to_do() {
    let (project, database) = two_releases("SELECT a FROM t", "SELECT b FROM t").await;
    let unknown = compat(&project, &database, &["--release-ref", "v40"]).expect_code(2);
    assert!(unknown.stderr.contains("`v40` is no revision of this repository"), "{}", unknown.stderr);
    assert!(unknown.stderr.contains("git fetch"), "{}", unknown.stderr);
    let version = compat(&project, &database, &["17"]).expect_code(2);
    assert!(version.stderr.contains("there is no migration 17"), "{}", version.stderr);
}

/// Queries in SQL files count as others do, and a project may lie anywhere in its repository.
#[tokio::test]
async fn folders_of_sql_in_a_part_of_a_repository() {
    let database = Server::shared(Major::LATEST).await.fresh_database().await;
    let repository = tempfile::tempdir().expect("a folder");
    let folder = repository.path().join("services/shop");
    std::fs::create_dir_all(folder.join("src")).expect("a folder");
    std::fs::create_dir_all(folder.join("queries/reports")).expect("a folder");
    let manifest = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n";
    std::fs::write(folder.join("Cargo.toml"), manifest).expect("a file");
    std::fs::write(folder.join("schema.toml"), "queries = [\"queries\"]\n").expect("a file");
    std::fs::write(folder.join("queries/reports/all.sql"), "-- all of them\nSELECT id FROM t;\n\nSELECT a FROM t;\n")
        .expect("a file");
    std::fs::write(folder.join("src/lib.rs"), crate::one_table(FIELD)).expect("a file");
    let run = |arguments: &[&str]| CargoSchema::in_directory(&folder).database(&database.url).run(arguments);
    run(&["diff", "--write"]).expect_code(0);
    run(&["apply"]).expect_code(0);
    git(repository.path(), &["init", "--quiet"]);
    commit(repository.path(), "v1");
    std::fs::write(folder.join("src/lib.rs"), crate::one_table(RENAMED)).expect("a file");
    run(&["diff", "--write"]).expect_code(0);
    let found = run(&["compat", "--release-ref", "v1", "--scratch-url", &database.url]).expect_code(5);
    let place = "fails: queries/reports/all.sql:4:1 (release N+1, after contract)";
    assert!(found.stdout.contains(place), "{}", found.stdout);
    assert!(found.stdout.contains("release N: 2 queries tried"), "{}", found.stdout);
}
