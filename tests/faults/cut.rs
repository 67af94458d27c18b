//! The connection is cut at a statement, any of them; the same command again brings everything to its end.

use rand::RngExt;
use tests::cut::{Counting, Cut};
use tests::oracle::difference;
use tests::workload::rename::Rename;
use tests::{CargoSchema, Database, majors};

use crate::support::{Subject, listing};

/// Every so many statements one is tried; where it begins changes from run to run, so that all are in the long run.
const STRIDE: u64 = 7;

/// A way through the migration that was not disturbed.
struct Course {
    subject: Subject,
    /// What is there before.
    before: Vec<String>,
    /// What is there afterwards.
    after: Vec<String>,
    /// How many statements each command has.
    statements: [u64; 4],
}

const COMMANDS: [&[&str]; 4] = [&["apply"], &["rollback"], &["confirm", "v2"], &["contract"]];

impl Course {
    async fn calm(subject: Subject, database: &Database) -> Self {
        let mut course = Self { subject, before: listing(database).await, after: Vec::new(), statements: [0; 4] };
        for at in [0, 1, 0, 2, 3] {
            course.statements[at] = course.disturbed(database, COMMANDS[at], u64::MAX - 1, &[0, 5]).await;
        }
        course.after = listing(database).await;
        course
    }

    /// Runs a command with a cut, then again without; the second run ends with one of the codes. Gives how many
    /// statements the first one came to.
    async fn disturbed(&self, database: &Database, command: &[&str], after: u64, codes: &[i32]) -> u64 {
        let cut = Cut::after(&database.url, after, after.is_multiple_of(2));
        let first = self.run(cut.url(), command).await;
        assert!(!first.stderr.contains("panicked"), "{command:?} cut after {after}: {}", first.stderr);
        assert!(
            cut.statements(Counting::All) > after || first.code() == 0,
            "{command:?} after {after}: {}",
            first.stderr
        );
        let second = self.run(&database.url, command).await;
        assert!(codes.contains(&second.code()), "{command:?} again after a cut at {after}: {second:?}");
        cut.statements(Counting::All)
    }

    async fn run(&self, url: &str, command: &[&str]) -> tests::Outcome {
        let schema = CargoSchema::in_directory(self.subject.application.path()).database(url);
        tests::application::finish(schema.spawn(command)).await
    }

    /// Forward, with a cut in every command.
    async fn forward(&self, database: &Database, at: u64) {
        let [apply, _, confirm, contract] = self.statements;
        self.disturbed(database, COMMANDS[0], at % apply, &[0]).await;
        let unequal = "SELECT count(*) FROM users WHERE user_name IS DISTINCT FROM display_name";
        assert_eq!(database.value(unequal).await, "0", "apply cut after {at}");
        self.disturbed(database, COMMANDS[2], at % confirm, &[0]).await;
        self.disturbed(database, COMMANDS[3], at % contract, &[0]).await;
        assert_eq!(difference(&self.after, &listing(database).await), "", "cut after {at}");
        let rows = "SELECT count(*) FROM users WHERE display_name = 'user ' || id";
        assert_eq!(database.value(rows).await, "300", "cut after {at}");
    }

    /// Forward, and back with a cut.
    async fn back(&self, database: &Database, at: u64) {
        self.run(&database.url, COMMANDS[0]).await.expect_code(0);
        // A rollback that was cut after its last commit leaves nothing to roll back.
        self.disturbed(database, COMMANDS[1], at % self.statements[1], &[0, 5]).await;
        assert_eq!(difference(&self.before, &listing(database).await), "", "rollback cut after {at}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_at_any_statement_is_survived() {
    for major in majors() {
        let subject = Subject::new(major, Rename::unique(300)).await;
        let server = subject.database.server();
        let template = server.copy_of(&subject.database).await;
        let course = Course::calm(subject, &server.copy_of(&template).await).await;
        let offset = rand::rng().random_range(0..STRIDE);
        let [apply, rollback, confirm, contract] = course.statements;
        println!("{apply}, {rollback}, {confirm}, {contract} statements; every {STRIDE}th, from {offset}");
        let longest = apply.max(rollback).max(contract);
        for at in (offset..longest).step_by(STRIDE as usize) {
            course.forward(&server.copy_of(&template).await, at).await;
            if at < rollback {
                course.back(&server.copy_of(&template).await, at).await;
            }
        }
    }
}
