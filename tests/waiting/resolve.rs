//! `resolve`: what was done by hand is marked, with the reason, where the database agrees.

use tests::majors;
use tests::oracle::difference;
use tests::workload::rename::{Rename, UNEQUAL};

use crate::support::{Subject, listing};

/// The version of the rename, and the number of the step that builds its index.
async fn version_and_build(subject: &Subject) -> (String, String) {
    let folder = subject.application.newest_migration();
    let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
    let file = std::fs::read_to_string(folder.join("2_backfill.sql")).expect("its backfill");
    let step = file.lines().find_map(|line| {
        line.strip_prefix("--! step ")?.strip_suffix(": create index users_display_name_idx on public.users")
    });
    (name.split('_').next().expect("a version").to_owned(), format!("backfill/{}", step.expect("a build")))
}

async fn resolve(subject: &Subject, flags: &[&str]) -> tests::Outcome {
    subject.application.run(&[&["resolve"], flags].concat()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_that_was_done_by_hand_is_marked() {
    for major in majors() {
        let subject = Subject::with_a_gate(major, Rename::indexed(200)).await;
        let (version, build) = version_and_build(&subject).await;
        let why = ["--reason", "built by hand, ticket 4711"];
        let early =
            resolve(&subject, &[&[&version, "--step", &build, "--done"], &why[..]].concat()).await.expect_code(5);
        assert!(early.stderr.contains("only steps of a migration that is begun can be marked"), "{}", early.stderr);
        let gate = subject.close_the_gate().await;
        let apply = subject.application.spawn(&["apply"]);
        subject.wait_at_the_gate().await;
        let busy =
            resolve(&subject, &[&[&version, "--step", &build, "--done"], &why[..]].concat()).await.expect_code(6);
        assert!(busy.stderr.contains("another runner is at work: `apply`"), "{}", busy.stderr);
        apply.kill();
        drop(gate);

        for wrong in
            [&["--done"][..], &["--done", "--reason", " "], &["--reason", "why"], &["--pending", "--reason", "why"]]
        {
            resolve(&subject, &[&[version.as_str()], wrong].concat()).await.expect_code(2);
        }
        let not_there =
            resolve(&subject, &[&[&version, "--step", &build, "--done"], &why[..]].concat()).await.expect_code(5);
        assert!(
            not_there.stderr.contains("is done when: index public.users_display_name_idx is valid; that does not hold"),
            "{}",
            not_there.stderr
        );
        let unknown = resolve(&subject, &[&[&version, "--step", "backfill/99", "--done"], &why[..]].concat())
            .await
            .expect_code(5);
        assert!(unknown.stderr.contains("has no step backfill/99"), "{}", unknown.stderr);
        subject.database.execute("CREATE INDEX users_display_name_idx ON users (display_name)").await;
        let marked =
            resolve(&subject, &[&[&version, "--step", &build, "--done"], &why[..]].concat()).await.expect_code(0);
        assert!(marked.stdout.contains("is marked as done"), "{}", marked.stdout);
        let applied = subject.application.run(&["apply"]).await.expect_code(0);
        assert!(!applied.stdout.contains("create index users_display_name_idx"), "{}", applied.stdout);
        let history = subject.application.run(&["status", "--verbose"]).await.expect_code(0);
        let line = history.stdout.lines().find(|line| line.contains("ticket 4711")).expect("it is recorded");
        assert!(line.contains(&format!("{build} marked as done by postgres on ")), "{line}");
        subject.remove_the_gate().await;
        subject.contract(None).await;
        subject.is_like_made_anew().await;
    }
}

/// Rows came in without the trigger: the backfill is to run again, and what was confirmed counts no more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_is_run_again() {
    for major in majors() {
        let subject = Subject::new(major, Rename::indexed(200)).await;
        let (version, _) = version_and_build(&subject).await;
        subject.application.run(&["apply"]).await.expect_code(0);
        subject.application.run(&["confirm", "v2"]).await.expect_code(0);
        subject
            .database
            .execute(
                "ALTER TABLE users ALTER COLUMN display_name DROP NOT NULL;
                 BEGIN; SET LOCAL session_replication_role = replica; ALTER TABLE users DISABLE TRIGGER USER;
                 UPDATE users SET display_name = NULL WHERE id < 5; ALTER TABLE users ENABLE TRIGGER USER; COMMIT",
            )
            .await;
        let triggers = "SELECT string_agg(format('ALTER TABLE users ENABLE ALWAYS TRIGGER %I', tgname), '; ') FROM pg_trigger WHERE tgrelid = 'users'::regclass AND NOT tgisinternal";
        subject.database.execute(subject.database.value(triggers).await).await;
        assert_eq!(subject.database.value(UNEQUAL).await, "4");
        resolve(&subject, &[&version, "--step", "backfill/1", "--pending", "--reason", "rows came in by a restore"])
            .await
            .expect_code(0);
        let status = subject.application.run(&["status"]).await.expect_code(0);
        assert!(
            status.stdout.contains("begun ") && status.stdout.contains("no release is confirmed"),
            "{}",
            status.stdout
        );
        let closed = subject.application.run(&["contract"]).await.expect_code(5);
        assert!(closed.stderr.contains("the backfill is not complete"), "{}", closed.stderr);
        let applied = subject.application.run(&["apply"]).await.expect_code(0);
        assert!(applied.stdout.contains("done: fill public.users.display_name"), "{}", applied.stdout);
        assert_eq!(subject.database.value(UNEQUAL).await, "0");
        subject.database.execute("ALTER TABLE users ALTER COLUMN display_name SET NOT NULL").await;
        subject.contract(None).await;
        subject.is_like_made_anew().await;
    }
}

/// A step of expand is marked as pending after it was done: the way back still takes away what it made.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_marked_as_pending_is_taken_back_too() {
    for major in majors() {
        let subject = Subject::new(major, Rename::indexed(50)).await;
        let before = listing(&subject.database).await;
        let (version, _) = version_and_build(&subject).await;
        subject.application.run(&["apply"]).await.expect_code(0);
        resolve(&subject, &[&version, "--step", "expand/1", "--pending", "--reason", "to be looked at"])
            .await
            .expect_code(0);
        subject.application.run(&["rollback"]).await.expect_code(0);
        assert_eq!(difference(&before, &listing(&subject.database).await), "", "- before, + rolled back");
        let dry = subject.application.run(&["apply", "--dry-run"]).await.expect_code(0);
        assert!(dry.stdout.contains("expand 1: ") && dry.stdout.contains("backfill 1: "), "{}", dry.stdout);
        subject.application.run(&["apply"]).await.expect_code(0);
        subject.contract(None).await;
        subject.is_like_made_anew().await;
    }
}

/// A whole migration that was taken back, and one that was done, by hand.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_migration_that_was_settled_by_hand_is_marked() {
    for major in majors() {
        let subject = Subject::new(major, Rename::indexed(50)).await;
        let (version, _) = version_and_build(&subject).await;
        let folder = subject.application.newest_migration();
        let script = |file: &str| std::fs::read_to_string(folder.join(file)).expect("its SQL");
        subject.application.run(&["apply"]).await.expect_code(0);
        let refused = resolve(&subject, &[&version, "--rolled-back", "--reason", "by hand"]).await.expect_code(5);
        assert!(refused.stderr.contains("are not as before it: "), "{}", refused.stderr);
        for statement in script("undo.sql").split(";\n") {
            subject.database.execute(statement).await;
        }
        resolve(&subject, &[&version, "--rolled-back", "--reason", "by hand"]).await.expect_code(0);
        let again = resolve(&subject, &[&version, "--rolled-back", "--reason", "by hand"]).await.expect_code(5);
        assert!(again.stderr.contains("only an open migration can be rolled back"), "{}", again.stderr);
        subject.application.run(&["diff", "--from", "migrations", "--exit-code"]).await.expect_code(0);

        let refused = resolve(&subject, &[&version, "--done", "--reason", "by hand"]).await.expect_code(5);
        assert!(refused.stderr.contains("are not as after it: all of them are as before it"), "{}", refused.stderr);
        let rename = "ALTER TABLE users RENAME user_name TO display_name; ALTER TABLE users RENAME CONSTRAINT users_user_name_check TO users_display_name_check; ALTER INDEX users_user_name_idx RENAME TO users_display_name_idx";
        subject.database.execute(rename).await;
        resolve(&subject, &[&version, "--done", "--reason", "renamed by hand at night, nobody was there"])
            .await
            .expect_code(0);
        let applied = subject.application.run(&["apply"]).await.expect_code(0);
        assert!(applied.stdout.contains("nothing to apply"), "{}", applied.stdout);
        subject.application.run(&["status", "--exit-code"]).await.expect_code(0);
        subject.application.run(&["diff", "--exit-code"]).await.expect_code(0);
    }
}
