//! An instance announces itself and looks whether the database is ready for it.

use std::time::Duration;

use schema_diff::Migrator;
use schema_diff::apply::NotReady;
use tests::majors;
use tests::workload::rename::Rename;

use crate::support::Subject;

/// Every session bears the name of an instance that is alive.
const ALL_NAMED: &str = "SELECT NOT EXISTS (
    SELECT FROM pg_stat_activity a
    WHERE datname = current_database() AND NOT EXISTS (
        SELECT FROM _schema_instances
        WHERE ended_at IS NULL AND a.application_name LIKE '%schema:' || left(token, 12)
    )
)";

/// What both releases were built with; release N lacks the newest migration.
fn releases(subject: &Subject) -> (Migrator, Migrator) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut migrations = subject.application.migrations();
    migrations.pop();
    for migration in migrations {
        let copy = folder.path().join(migration.file_name().expect("a name"));
        std::fs::create_dir(&copy).expect("made");
        for file in std::fs::read_dir(&migration).expect("a folder").flatten() {
            std::fs::copy(file.path(), copy.join(file.file_name())).expect("copied");
        }
    }
    let old = Migrator::load(folder.path()).expect("release N's migrations");
    let new = Migrator::load(subject.application.path().join("migrations")).expect("its migrations");
    (old, new)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_release_starts_only_on_a_database_that_is_ready_for_it() {
    for major in majors() {
        let subject = Subject::new(major, Rename::indexed(100)).await;
        let pool = &subject.database.pool;
        let (old, new) = releases(&subject);
        old.ready(pool).await.expect("N runs before");
        let error = schema_diff::ready(pool, &new).await.expect_err("its column isn't there");
        assert!(matches!(&error, NotReady::NotBackfilled(missing) if missing.len() == 1), "{error}");
        assert!(error.to_string().contains("run `cargo schema apply`"), "{error}");
        subject.application.run(&["apply"]).await.expect_code(0);
        old.ready(pool).await.expect("both run");
        new.ready(pool).await.expect("both run");
        subject.application.run(&["rollback"]).await.expect_code(0);
        assert!(matches!(new.ready(pool).await, Err(NotReady::NotBackfilled(_))), "it was taken back");
        old.ready(pool).await.expect("N runs");
        subject.application.run(&["apply"]).await.expect_code(0);
        subject.contract(None).await;
        new.ready(pool).await.expect("N+1 runs");
        let error = old.ready(pool).await.expect_err("its column is gone");
        assert!(matches!(&error, NotReady::Contracted(by) if by.len() == 1), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instance_is_known_by_the_migrations_that_it_was_built_with() {
    for major in majors() {
        let subject = Subject::new(major, Rename::indexed(100)).await;
        let pool = &subject.database.pool;
        let (old, new) = releases(&subject);
        subject.application.run(&["apply"]).await.expect_code(0);
        subject.application.run(&["confirm", "v2"]).await.expect_code(0);
        let alive = new.announce(pool, "v3");
        subject.wait_for("SELECT count(*) = 1 FROM _schema_instances WHERE fingerprint IS NOT NULL").await;
        let other = sqlx::PgPool::connect(&subject.database.url).await.expect("a pool");
        let old = old.announce(&other, "v1");
        subject.wait_for("SELECT count(*) = 2 FROM _schema_instances").await;
        let refused = subject.application.run(&["contract"]).await.expect_code(5);
        assert!(refused.stderr.contains("release v1") && !refused.stderr.contains("release v3"), "{}", refused.stderr);
        drop(old);
        other.close().await;
        subject.wait_for("SELECT count(*) = 1 FROM _schema_instances WHERE ended_at IS NULL").await;
        // A session that was at work at the first beat is named at a later one.
        subject.wait_for(ALL_NAMED).await;
        // One beat and the next: the row is renewed.
        subject
            .wait_for(
                "SELECT last_seen > first_seen + interval '4 seconds' FROM _schema_instances WHERE release = 'v3'",
            )
            .await;
        subject.application.run(&["contract"]).await.expect_code(0);
        alive.end().await;
        assert_eq!(subject.database.value("SELECT count(*) FROM _schema_instances WHERE ended_at IS NULL").await, "0");
    }
}

/// No history, no privilege: the application notices nothing, and is announced as soon as that can be.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_hinders_an_announcement_hinders_nothing_else() {
    for major in majors() {
        let database = tests::Server::shared(major).await.fresh_database().await;
        let alive = schema_diff::announce(&database.pool, "v1");
        assert_eq!(database.value("SELECT 1").await, "1");
        let _application = tests::Application::applied(&Rename::indexed(1).old_source(), &database.url).await;
        let deadline = std::time::Instant::now() + Duration::from_secs(30);
        while database.value("SELECT count(*) FROM _schema_instances").await != "1" {
            assert!(std::time::Instant::now() < deadline, "it is never announced");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let name = "SELECT count(*) > 0 FROM pg_stat_activity WHERE application_name LIKE '%schema:%' AND pid = pg_backend_pid()";
        assert_eq!(database.value(name).await, "t", "the pool's sessions are named");
        alive.end().await;
    }
}

/// What the README says that the application's role needs is enough.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn few_privileges_are_enough() {
    for major in majors() {
        let subject = Subject::new(major, Rename::indexed(1)).await;
        subject.application.run(&["apply"]).await.expect_code(0);
        let role = format!("shop_{}", rand::random::<u32>());
        let grants = format!(
            "CREATE ROLE {role} LOGIN; GRANT SELECT ON public._schema_migrations TO {role};
             GRANT SELECT, INSERT, UPDATE ON public._schema_instances TO {role}"
        );
        subject.database.execute(grants).await;
        let options = (*subject.database.pool.connect_options()).clone();
        let pool = sqlx::PgPool::connect_with(options.username(&role)).await.expect("a pool");
        let new = Migrator::load(subject.application.path().join("migrations")).expect("its migrations");
        new.ready(&pool).await.expect("both forms are there");
        let alive = new.announce(&pool, "v2");
        subject.wait_for("SELECT count(*) = 1 FROM _schema_instances").await;
        assert_eq!(subject.database.value("SELECT role FROM _schema_instances").await, role);
        // Sessions of other roles are told, and don't matter.
        subject.application.run(&["confirm", "v2"]).await.expect_code(0);
        let status = subject.application.run(&["status"]).await.expect_code(0).stdout;
        assert!(
            status.contains("sessions of other roles are not looked at: ") && status.contains("(postgres)"),
            "{status}"
        );
        subject.application.run(&["contract"]).await.expect_code(0);
        alive.end().await;
        assert_eq!(subject.database.value("SELECT count(*) FROM _schema_instances WHERE ended_at IS NULL").await, "0");
        pool.close().await;
        subject.database.execute(format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
    }
}
