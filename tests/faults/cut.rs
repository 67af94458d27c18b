//! The connection is cut at a statement, any of them; the same command again brings everything to its end.

use rand::RngExt;
use tests::cut::Cut;
use tests::oracle::difference;
use tests::workload::rename::Rename;
use tests::{CargoSchema, Database, majors};

use crate::support::{Subject, listing};

/// Every so many statements one is tried; where it begins changes from run to run, so that all are in the long run.
const STRIDE: u64 = 7;

/// A database before the migration, and one that went through it without disturbance.
struct Course {
    subject: Subject,
    wanted: Vec<String>,
}

impl Course {
    /// Runs a command with a cut, then again without. Gives whether the cut came before its end.
    async fn disturbed(&self, database: &Database, command: &[&str], after: u64) -> bool {
        let cut = Cut::after(&database.url, after, after.is_multiple_of(2));
        let folder = self.subject.application.path().to_owned();
        let (way, arguments): (String, Vec<String>) =
            (cut.url().to_owned(), command.iter().map(|&word| word.to_owned()).collect());
        let run = move |url: String| {
            let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
            CargoSchema::in_directory(&folder).database(&url).run(&words)
        };
        let again = run.clone();
        let first = tokio::task::spawn_blocking(move || run(way)).await.expect("no panic");
        let was_cut = cut.statements() > after;
        assert!(!first.stderr.contains("panicked"), "{command:?} cut after {after}: {}", first.stderr);
        // Nothing may be left to say after the last statement, so a cut there need not be noticed.
        assert!(was_cut || first.code() == 0, "{command:?} after {after}: {}", first.stderr);
        let url = database.url.clone();
        let second = tokio::task::spawn_blocking(move || again(url)).await.expect("no panic");
        // A confirmation that was cut may have been recorded, and is given again.
        assert_eq!(second.code(), 0, "{command:?} again after a cut at {after}: {}", second.stderr);
        was_cut
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_at_any_statement_is_survived() {
    let major = *majors().last().expect("at least one");
    let subject = Subject::new(major, Rename::unique(300)).await;
    let server = subject.database.server();
    let template = server.copy_of(&subject.database).await;
    let calm = server.copy_of(&template).await;
    let mut course = Course { subject, wanted: Vec::new() };
    for command in [&["apply"][..], &["confirm", "v2"], &["contract"]] {
        course.disturbed(&calm, command, u64::MAX - 1).await;
    }
    course.wanted = listing(&calm).await;
    let offset = rand::rng().random_range(0..STRIDE);
    println!("every {STRIDE}th statement, from {offset}");
    let mut at = offset;
    loop {
        let database = server.copy_of(&template).await;
        let cut = course.disturbed(&database, &["apply"], at).await;
        let unequal = "SELECT count(*) FROM users WHERE user_name IS DISTINCT FROM display_name";
        assert_eq!(database.value(unequal).await, "0", "apply cut after {at}");
        course.disturbed(&database, &["confirm", "v2"], at % 40).await;
        course.disturbed(&database, &["contract"], at % 64).await;
        assert_eq!(difference(&course.wanted, &listing(&database).await), "", "cut after {at}");
        let rows = "SELECT count(*), min(length(display_name)) FROM users WHERE display_name = 'user ' || id";
        assert_eq!(database.value(rows).await, "300 | 6", "cut after {at}");
        at += STRIDE;
        if !cut {
            println!("apply has fewer than {at} statements");
            return;
        }
    }
}
