//! `grace`: what goes is set aside for a while. Until then it is known, in nobody's way, and can be brought back.

use std::time::Duration;

use schema_diff::embedded::Major;
use tests::oracle::{Oracle, difference};
use tests::{Application, Database, Server, majors};

const USER: &str = "/// A user.\n#[derive(Schema)]\n#[db(table = \"users\")]\npub struct User {\n    #[db(primary_key)]\n    pub id: i64,\n";
const NOTE: &str = "/// A note.\n#[derive(Schema)]\n#[db(table = \"notes\")]\npub struct Note {\n    #[db(primary_key)]\n    pub id: i64,\n    #[db(references(User::id), index)]\n    pub owner: i64,\n}\n";
const COLUMN: [&str; 6] =
    ["--allow", "drop:users.legacy", "--strategy", "users.legacy=grace", "--old-default", "users.legacy='gone'"];
const TABLE: [&str; 4] = ["--allow", "drop:notes", "--strategy", "notes=grace"];

fn with_legacy() -> String {
    format!("{USER}    pub legacy: String,\n}}\n")
}

fn without_legacy() -> String {
    format!("{USER}}}\n")
}

/// A database in which the contract has set something aside.
struct InGrace {
    database: Database,
    application: Application,
    before: Vec<String>,
}

impl InGrace {
    async fn new(major: Major, old: &str, rows: &str, new: &str, flags: &[&str]) -> Self {
        let database = Server::shared(major).await.fresh_database().await;
        let application = Application::applied(old, &database.url).await;
        database.execute(rows).await;
        let before = listing(&database).await;
        application.migrate_to(new, flags).await;
        application.run(&["apply"]).await.expect_code(0);
        application.run(&["confirm", "v2"]).await.expect_code(0);
        let contracted = application.run(&["contract"]).await.expect_code(0);
        assert!(contracted.stdout.contains("the old form is set aside until "), "{}", contracted.stdout);
        Self { database, application, before }
    }

    async fn column(major: Major) -> Self {
        let rows = "INSERT INTO users SELECT n, 'legacy ' || n FROM generate_series(1, 9) AS n";
        Self::new(major, &with_legacy(), rows, &without_legacy(), &COLUMN).await
    }

    async fn table(major: Major) -> Self {
        let rows = "INSERT INTO users SELECT generate_series(1, 9); INSERT INTO notes SELECT n, n FROM generate_series(1, 5) AS n";
        Self::new(major, &(without_legacy() + NOTE), rows, &without_legacy(), &TABLE).await
    }

    async fn run(&self, arguments: &[&str], code: i32) -> String {
        let outcome = self.application.run(arguments).await.expect_code(code);
        outcome.stdout + &outcome.stderr
    }

    /// Nothing that looks at the database or the files finds a difference, and nothing is to be done.
    async fn nobody_minds(&self) {
        for command in [&["diff", "--exit-code"][..], &["drift"], &["check"], &["status", "--exit-code"]] {
            let said = self.run(command, 0).await;
            assert!(!said.contains("aside") || command[0] == "status", "{command:?}: {said}");
        }
        let written = self.run(&["diff", "--write"], 0).await;
        assert!(!written.contains("wrote "), "{written}");
        assert!(self.run(&["apply"], 0).await.contains("nothing to apply"));
        let again = self.run(&["contract"], 0).await;
        assert!(again.contains("the old form is set aside until "), "{again}");
        let status = self.run(&["status"], 0).await;
        assert!(status.contains("in grace ") && status.contains("`cargo schema rollback` brings it back"), "{status}");
    }

    /// Back before the contract, then all the way; then forward again to the end.
    async fn back_and_forth(&self, values: &str, old: &str, new: &str) {
        let kept = self.database.rows(values).await;
        assert!(self.run(&["rollback", "--whole"], 5).await.contains("without --whole first"));
        let back = self.run(&["rollback"], 0).await;
        assert!(back.contains("both releases work"), "{back}");
        assert_eq!(self.database.rows(values).await, kept);
        self.database.execute(old).await;
        self.database.execute(new).await;
        assert!(self.run(&["rollback"], 0).await.contains("both releases work"));
        assert!(
            self.run(&["contract"], 5).await.contains("no release is confirmed"),
            "what was confirmed counts no more"
        );
        // The same command again, as after a kill, does no more.
        let whole = self.run(&["rollback", "--whole"], 0).await;
        assert!(whole.contains("is rolled back"), "{whole}");
        assert_eq!(difference(&self.before, &listing(&self.database).await), "", "- before, + rolled back");
        self.run(&["apply"], 0).await;
        self.run(&["confirm", "v3"], 0).await;
        self.run(&["contract"], 0).await;
        self.nobody_minds().await;
        let dropped = self.run(&["contract", "--grace", "0"], 0).await;
        assert!(dropped.contains("the migration is done"), "{dropped}");
        let late = self.run(&["rollback"], 5).await;
        assert!(late.contains("write a new migration") && late.contains("from a backup alone"), "{late}");
        assert!(self.run(&["contract"], 0).await.contains("nothing to contract"));
        self.run(&["diff", "--exit-code"], 0).await;
        assert!(!listing(&self.database).await.iter().any(|line| line.contains("aside")));
        assert_eq!(self.database.value("SELECT count(*) FROM _schema_objects").await, "0");
    }
}

async fn listing(database: &Database) -> Vec<String> {
    Oracle::of(&["public"]).without_history().listing(&database.pool).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_column_is_set_aside_and_can_be_brought_back() {
    for major in majors() {
        let subject = InGrace::column(major).await;
        subject.nobody_minds().await;
        // The new release goes on, and knows nothing of it.
        subject.database.execute("INSERT INTO users (id) VALUES (10); UPDATE users SET id = 11 WHERE id = 10").await;
        assert_eq!(subject.database.value("SELECT legacy_aside FROM users WHERE id = 3").await, "legacy 3");
        let values = "SELECT id FROM users ORDER BY id";
        let old = "INSERT INTO users (id, legacy) VALUES (20, 'twenty')";
        subject.back_and_forth(values, old, "INSERT INTO users (id) VALUES (21)").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_is_set_aside_and_can_be_brought_back() {
    for major in majors() {
        let subject = InGrace::table(major).await;
        subject.nobody_minds().await;
        assert_eq!(subject.database.value("SELECT count(*) FROM notes_aside").await, "5");
        let old = "INSERT INTO notes VALUES (6, 6)";
        subject.back_and_forth("SELECT id FROM users", old, "INSERT INTO users VALUES (21)").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_migrations_go_on_and_the_same_object_waits() {
    for major in majors() {
        let subject = InGrace::column(major).await;
        let more = format!("{USER}    #[db(backfill = \"'x'\")]\n    pub extra: String,\n}}\n");
        subject.application.migrate_to(&more, &[]).await;
        subject.run(&["apply"], 0).await;
        subject.run(&["confirm", "v3"], 0).await;
        assert!(subject.run(&["contract"], 0).await.contains("the old form is set aside until "));
        subject.run(&["diff", "--exit-code"], 0).await;
        let again = more.replace("pub extra", "pub extra: String,\n    #[db(default = \"'again'\")]\n    pub legacy");
        subject.application.migrate_to(&again, &[]).await;
        let refused = subject.run(&["apply"], 5).await;
        assert!(refused.contains("set aside until ") && refused.contains("--grace 0"), "{refused}");
        subject.run(&["contract", "--grace", "0"], 0).await;
        subject.run(&["apply"], 0).await;
        subject.run(&["diff", "--exit-code"], 0).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_contract_after_the_grace_time_drops_it() {
    let subject = InGrace::column(Major::LATEST).await;
    let path = subject.application.path().join("schema.toml");
    let told = std::fs::read_to_string(&path).expect("schema.toml");
    std::fs::write(&path, format!("grace = \"1\"\n{told}")).expect("schema.toml");
    assert!(subject.run(&["contract"], 1).await.contains("write 7d"));
    std::fs::write(&path, format!("grace = \"1s\"\n{told}")).expect("schema.toml");
    // What was promised at the switch holds, whatever the file says later; only the flag moves it.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert!(subject.run(&["contract"], 0).await.contains("the old form is set aside until "));
    assert!(subject.run(&["contract", "--grace", "1h"], 0).await.contains("the old form is set aside until "));
    subject.run(&["rollback"], 0).await;
    subject.run(&["confirm", "v3"], 0).await;
    assert!(subject.run(&["contract"], 0).await.contains("the old form is set aside until "));
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert!(subject.run(&["status", "--exit-code"], 3).await.contains("`cargo schema contract` drops it"));
    subject.run(&["diff", "--exit-code"], 3).await;
    assert!(subject.run(&["contract"], 0).await.contains("the migration is done"));
    subject.run(&["status", "--exit-code"], 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_contract_tightens_is_loosened_on_the_way_back() {
    for major in majors() {
        let old = format!("{USER}    pub legacy: Option<String>,\n    pub name: Option<String>,\n}}\n");
        let new = format!("{USER}    #[db(unique)]\n    pub name: Option<String>,\n}}\n");
        let rows = "INSERT INTO users SELECT n, 'legacy ' || n, 'name ' || n FROM generate_series(1, 9) AS n";
        let subject = InGrace::new(major, &old, rows, &new, &COLUMN[..4]).await;
        let twice = "INSERT INTO users (id, name) VALUES (20, 'twice'), (21, 'twice')";
        assert!(subject.database.attempt(twice).await.is_err(), "the constraint is there");
        subject.run(&["rollback"], 0).await;
        subject.database.execute(twice).await;
        subject.run(&["confirm", "v3"], 0).await;
        let refused = subject.run(&["contract"], 5).await;
        assert!(refused.contains("users_name_key"), "{refused}");
        subject.database.execute("UPDATE users SET name = NULL WHERE id = 21").await;
        subject.run(&["contract"], 0).await;
        subject.nobody_minds().await;
        subject.run(&["contract", "--grace", "0"], 0).await;
        subject.run(&["diff", "--exit-code"], 0).await;
    }
}
