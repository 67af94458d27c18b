//! One case: release N is committed, release N+1 lies in the working tree, and `compat` says what it finds.

use std::path::{Path, PathBuf};
use std::process::Command;

use schema_diff::embedded::Major;
use tests::expected::expected;
use tests::{Database, Outcome, Project, Server};

/// What stands in a case's folder.
struct Case<'a> {
    folder: &'a Path,
    project: Project,
    database: Database,
}

pub(crate) async fn run(folder: &Path, name: &str, major: Major) -> Result<(), String> {
    let database = Server::shared(major).await.fresh_database().await;
    let case = Case { folder, project: Project::new(), database };
    case.release_n();
    case.release_n_plus_1();
    let number = major.to_string();
    let outcome = case.cargo_schema(&["compat", "--release-ref", "HEAD", "--major", &number]);
    if outcome.code() == 1 {
        return Err(outcome.stderr);
    }
    let found = outcome.code() != 0;
    let must_find = name.starts_with("breaks");
    let text = format!("exit code {}\n{}", outcome.code(), without_version(&outcome.stdout));
    if found != must_find {
        return Err(format!("something is found: {found}, and must be: {must_find}\n{text}"));
    }
    expected(&case.expected(major), &text)
}

impl Case<'_> {
    fn text(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.folder.join(name)).ok()
    }

    /// Where the server's version makes a difference there is a file for it.
    fn expected(&self, major: Major) -> PathBuf {
        let own = self.folder.join(format!("expected.{major}.txt"));
        if own.exists() { own } else { self.folder.join("expected.txt") }
    }

    fn cargo_schema(&self, arguments: &[&str]) -> Outcome {
        let scratch = ["--scratch-url", &self.database.url];
        self.project.run(&self.database, &[arguments, &scratch].concat())
    }

    /// The first release, with the migration that it lives on, is committed.
    fn release_n(&self) {
        self.source("from.rs", "old.rs");
        match self.text("before.sql") {
            Some(sql) => self.migration("20260101000000_before", &[("1_expand.sql", &sql)]),
            None => {
                self.cargo_schema(&["diff", "--write"]).expect_code(0);
                self.project.run(&self.database, &["apply"]).expect_code(0);
            }
        }
        self.offline();
        for arguments in [&["init", "--quiet"][..], &["add", "--all"], &["commit", "--quiet", "--message", "release N"]]
        {
            let identity = ["-c", "user.name=case", "-c", "user.email=case@example.org"];
            let status = Command::new("git").args(identity).args(arguments).current_dir(self.project.path()).status();
            assert!(status.expect("git can be started").success(), "git {arguments:?}");
        }
    }

    /// The second one, with the migration between the two.
    fn release_n_plus_1(&self) {
        let by_hand =
            [("1_expand.sql", "expand.sql"), ("2_backfill.sql", "backfill.sql"), ("3_contract.sql", "contract.sql")];
        let texts: Vec<(&str, String)> =
            by_hand.into_iter().filter_map(|(file, name)| Some((file, self.text(name)?))).collect();
        let structs = if self.text("to.rs").is_some() { "to.rs" } else { "from.rs" };
        self.source(structs, "new.rs");
        if !texts.is_empty() {
            let files: Vec<(&str, &str)> = texts.iter().map(|(file, text)| (*file, text.as_str())).collect();
            return self.migration("20260202000000_change", &files);
        }
        let flags = self.text("flags").unwrap_or_default();
        let arguments: Vec<&str> = ["diff", "--write"].into_iter().chain(flags.lines()).collect();
        self.cargo_schema(&arguments).expect_code(0);
    }

    fn source(&self, structs: &str, queries: &str) {
        self.project.set_source(&format!("{}\nmod queries;\n", self.text(structs).unwrap_or_default()));
        let queries = self.text(queries).unwrap_or_default();
        std::fs::write(self.project.path().join("src/queries.rs"), queries).expect("the queries");
    }

    fn offline(&self) {
        let Ok(entries) = std::fs::read_dir(self.folder.join("offline")) else { return };
        let to = self.project.path().join(".sqlx");
        std::fs::create_dir_all(&to).expect("a folder");
        for entry in entries.flatten() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).expect("a file");
        }
    }

    /// A migration written by hand, each of its files one step.
    fn migration(&self, folder: &str, files: &[(&str, &str)]) {
        let path = self.project.path().join("migrations").join(folder);
        std::fs::create_dir_all(&path).expect("a folder");
        std::fs::write(path.join("migration.toml"), "changes = [\"by hand\"]\n").expect("a manifest");
        for (file, sql) in files {
            let part = if *file == "3_contract.sql" { "--! part: switch\n" } else { "" };
            let text = format!("--! step 1: by hand\n{part}--! done when: recorded\n{sql}\n");
            std::fs::write(path.join(file), text).expect("a file");
        }
    }
}

/// Migrations are named after the time at which they were written; what an old server can't tell is said each time.
fn without_version(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("not shown: "));
    let text: String = lines.map(|line| format!("{line}\n")).collect();
    let is_version = |word: &str| word.len() == 14 && word.chars().all(|c| c.is_ascii_digit());
    let part = |part: &str| if is_version(part) { "VERSION".to_owned() } else { part.to_owned() };
    let word = |word: &str| word.split('_').map(part).collect::<Vec<_>>().join("_");
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}
