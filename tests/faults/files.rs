//! Mistakes in migration files: told with their place, before or without any harm.

use tests::workload::rename::Rename;
use tests::{Server, majors};

use crate::support::{Subject, listing};

/// A mistake of each kind that the server reports differently, with the line and column where it is told.
const MISTAKES: [(&str, &str, &str); 5] = [
    ("ALTER TABLE public.users\n    ADD CHECK (nosuch > 1);", "6:16", "nosuch"),
    ("ALTER TABLE public.users\n  ALTER COLUMN nothere SET NOT NULL;", "6:16", "nothere"),
    ("SELECT 1;\nSELEC 2;", "6:1", "SELEC"),
    ("SELECT 1; SELECT\n  1 / 0;", "5:11", "division by zero"),
    ("INSERT INTO public.users (user_name, note)\nVALUES ('', 'x');", "5:", "check constraint"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_sql_mistake_is_told_with_its_place() {
    for major in majors() {
        for (sql, place, word) in MISTAKES {
            let rename = Rename::indexed(10);
            let database = Server::shared(major).await.fresh_database().await;
            let application = tests::Application::applied(&rename.old_source(), &database.url).await;
            application.run(&["new", "by hand"]).await.expect_code(0);
            let text = format!(
                "-- By hand.\n--! step 1: do something\n--! lock: none   blocks: nothing   work: none   transaction: yes\n--! done when: recorded\n{sql}\n"
            );
            std::fs::write(application.newest_migration().join("1_expand.sql"), text).expect("a file");
            let before = listing(&database).await;
            let failed = application.run(&["apply"]).await.expect_code(1);
            let wanted = format!("1_expand.sql:{place}");
            assert!(
                failed.stderr.contains(&wanted) && failed.stderr.contains(word),
                "{wanted} {word}:\n{}",
                failed.stderr
            );
            assert_eq!(listing(&database).await, before, "nothing was changed");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_applied_migration_that_was_edited_is_refused() {
    let subject = Subject::new(majors()[0], Rename::indexed(10)).await;
    subject.application.run(&["apply"]).await.expect_code(0);
    let file = subject.application.newest_migration().join("3_contract.sql");
    let text = std::fs::read_to_string(&file).expect("a file");
    // Layout and remarks for people don't count.
    std::fs::write(&file, format!("-- A remark.\n\n{text}\n")).expect("a file");
    subject.application.run(&["apply"]).await.expect_code(0);
    std::fs::write(&file, text.replace("DROP COLUMN user_name", "DROP COLUMN note")).expect("a file");
    for command in [&["apply"][..], &["confirm", "v2"], &["contract"], &["rollback"]] {
        let refused = subject.application.run(command).await.expect_code(1);
        assert!(refused.stderr.contains("was changed after it was applied"), "{command:?}: {}", refused.stderr);
    }
    std::fs::write(&file, text).expect("a file");
    subject.contract(None).await;
    subject.is_like_made_anew().await;
}
