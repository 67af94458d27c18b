//! A history of another version's: a migration that the folder lacks or tables of a newer format, where nothing is
//! changed; and tables of an earlier format, which are brought up to date.

use tests::majors;
use tests::oracle::{Oracle, difference};
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

/// What was added to the fourth format of the history.
const TO_THE_FOURTH_FORMAT: &str = "DROP TABLE _schema_instances, _schema_waivers, _schema_releases;
    ALTER TABLE _schema_migrations DROP COLUMN quiet_until, DROP COLUMN statements_at_confirm;
    COMMENT ON TABLE _schema_migrations IS 'history of cargo schema, format 4'";

/// What was added to the first one before that.
const TO_THE_FIRST_FORMAT: &str = "DROP TABLE _schema_failures, _schema_control, _schema_resolutions;
    ALTER TABLE _schema_steps DROP COLUMN rows_total, DROP COLUMN rate, DROP COLUMN model_seconds,
        DROP COLUMN expected_seconds, DROP COLUMN corrected_seconds, DROP COLUMN model_rows, DROP COLUMN rested_seconds,
        DROP COLUMN waiting, DROP COLUMN updated_at, DROP CONSTRAINT _schema_steps_state_check,
        ADD CONSTRAINT _schema_steps_state_check CHECK (state IN ('running', 'done', 'failed'));
    COMMENT ON COLUMN _schema_steps.position IS NULL;
    ALTER TABLE _schema_migrations DROP COLUMN files, DROP COLUMN grace_until;
    COMMENT ON TABLE _schema_migrations IS 'history of cargo schema, format 1'";

/// The same of the second one.
const TO_THE_SECOND_FORMAT: &str = "ALTER TABLE _schema_migrations DROP COLUMN files, DROP COLUMN grace_until;
    COMMENT ON TABLE _schema_migrations IS 'history of cargo schema, format 2'";

/// The same of the third one.
const TO_THE_THIRD_FORMAT: &str = "ALTER TABLE _schema_migrations DROP COLUMN grace_until,
        DROP CONSTRAINT _schema_migrations_state_check, ADD CONSTRAINT _schema_migrations_state_check CHECK (state IN
        ('pending', 'running', 'open', 'contracting', 'done', 'rolling back', 'rolled back'));
    COMMENT ON TABLE _schema_migrations IS 'history of cargo schema, format 3'";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_history_of_an_earlier_format_is_brought_up_to_date() {
    let formats = ["", TO_THE_THIRD_FORMAT, TO_THE_SECOND_FORMAT, TO_THE_FIRST_FORMAT];
    for (major, back) in majors().into_iter().flat_map(|major| formats.map(|format| (major, format))) {
        let subject = Subject::new(major, Rename::indexed(10)).await;
        subject.application.run(&["apply"]).await.expect_code(0);
        let tables = Oracle::of(&["public"]);
        let today = tables.listing(&subject.database.pool).await;
        let kept =
            "SELECT version, attempt, phase, step, state, attempts, rows_done FROM _schema_steps ORDER BY 1, 2, 3, 4";
        let steps = subject.database.rows(kept).await;
        subject.database.execute(TO_THE_FOURTH_FORMAT).await;
        subject.database.execute(back).await;
        let status = subject.application.run(&["status"]).await.expect_code(1);
        assert!(status.stderr.contains("`cargo schema apply` brings them to today's form"), "{}", status.stderr);
        // What writes nothing has changed nothing; what writes doesn't mind.
        subject.application.run(&["apply", "--dry-run"]).await.expect_code(1);
        let applied = subject.application.run(&["apply"]).await.expect_code(0);
        assert!(applied.stdout.contains("nothing to apply"), "{}", applied.stdout);
        assert_eq!(
            difference(&today, &tables.listing(&subject.database.pool).await),
            "",
            "- made, + brought up to date"
        );
        assert_eq!(subject.database.rows(kept).await, steps);
        subject.contract(None).await;
        subject.is_like_made_anew().await;
    }
}
