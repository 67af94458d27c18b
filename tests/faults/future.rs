//! A history that knows more than we do: a migration that the folder lacks, tables of a newer format. Nothing is changed.

use tests::majors;
use tests::workload::rename::Rename;

use crate::support::{Subject, everything};

const COMMANDS: [&[&str]; 4] = [&["apply"], &["confirm", "v2"], &["contract"], &["rollback"]];

/// Every command is refused with these words, and leaves everything as it is, the history included.
async fn refused(subject: &Subject, words: &str) {
    let before = everything(&subject.database.url).await;
    for command in COMMANDS {
        let refused = subject.application.run(command).await.expect_code(1);
        assert!(refused.stderr.contains(words), "{command:?}: {}", refused.stderr);
        assert_eq!(everything(&subject.database.url).await, before, "{command:?} changed something");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_migration_that_the_folder_lacks_is_refused() {
    for major in majors() {
        let subject = Subject::new(major, Rename::indexed(10)).await;
        subject.application.run(&["apply"]).await.expect_code(0);
        let folder = subject.application.newest_migration();
        let elsewhere = subject.application.path().join("elsewhere");
        std::fs::rename(&folder, &elsewhere).expect("our own folder");
        refused(&subject, "its folder isn't here: update the working tree, then run this again").await;
        std::fs::rename(&elsewhere, &folder).expect("our own folder");
        subject.contract(None).await;
        subject.is_like_made_anew().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_history_of_a_newer_format_is_refused() {
    for major in majors() {
        let subject = Subject::new(major, Rename::indexed(10)).await;
        subject.application.run(&["apply"]).await.expect_code(0);
        let comment = "SELECT obj_description('_schema_migrations'::regclass)";
        let ours = subject.database.value(comment).await;
        subject.database.execute("COMMENT ON TABLE _schema_migrations IS 'history of cargo schema, format 99'").await;
        refused(&subject, "use the version of cargo-schema that wrote them, or a newer one").await;
        let status = subject.application.run(&["status"]).await.expect_code(1);
        assert!(status.stderr.contains("format 99"), "{}", status.stderr);
        subject.database.execute(format!("COMMENT ON TABLE _schema_migrations IS '{ours}'")).await;
        subject.contract(None).await;
        subject.is_like_made_anew().await;
    }
}
