//! Merge cases: each folder with a `before.rs` under `tests/cases/merge` is a crate whose structs are older than the
//! database that `from.sql` makes. `pull` must change only what differs; `after.txt` holds the files that it leaves
//! behind and what it says (`BLESS=1` rewrites it). Then `diff` finds nothing, and a further `pull` changes nothing.

use std::path::{Path, PathBuf};

use libtest_mimic::Failed;
use schema_diff::embedded::Major;
use tests::expected::expected;
use tests::{Project, Server};

pub(crate) async fn case(folder: &Path) -> Result<(), Failed> {
    let database = Server::shared(Major::LATEST).await.fresh_database().await;
    database.execute(&std::fs::read_to_string(folder.join("from.sql"))?).await;
    let project = Project::new();
    let source = project.path().join("src");
    std::fs::copy(folder.join("before.rs"), source.join("lib.rs"))?;
    for entry in std::fs::read_dir(folder)?.flatten() {
        let name = entry.file_name();
        if entry.path().extension().is_some_and(|extension| extension == "rs") && name != "before.rs" {
            std::fs::copy(entry.path(), source.join(name))?;
        }
    }
    let shown = project.run(&database, &["pull", "--dry-run"]).expect_code(0);
    let pulled = project.run(&database, &["pull"]).expect_code(0);
    let mut text = String::new();
    for path in files(&source) {
        let shown = path.strip_prefix(&source).unwrap_or(&path).display();
        text.push_str(&format!("=== {shown}\n{}", std::fs::read_to_string(&path)?));
    }
    text.push_str(&format!("=== said\n{}{}", pulled.stdout, pulled.stderr));
    expected(&folder.join("after.txt"), &text)?;
    for line in pulled.stdout.lines().filter_map(|line| line.strip_prefix("changed ")) {
        assert!(shown.stdout.contains(line), "--dry-run doesn't show {line}:\n{}", shown.stdout);
    }
    let differs = project.run(&database, &["diff", "--exit-code"]);
    // Documentation that the database doesn't have is people's own, and planned.
    if differs.code() != 0 && !pulled.stderr.contains("doc comments (") {
        return Err(format!("diff still finds:\n{}{}\n{text}", differs.stdout, differs.stderr).into());
    }
    let again = project.run(&database, &["pull"]).expect_code(0);
    if !again.stdout.contains("nothing to change") {
        return Err(format!("a further pull changes something:\n{}", again.stdout).into());
    }
    Ok(())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        match entry.path() {
            path if path.is_dir() => found.extend(files(&path)),
            path => found.push(path),
        }
    }
    found.sort();
    found
}
