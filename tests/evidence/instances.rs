//! What instances say of themselves, and sessions of which nobody says anything.

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{Connection, PgConnection};
use std::str::FromStr;
use tests::majors;

use crate::support::Subject;

/// It has said so, and every session of the pool is named by now.
const ALIVE: &str = "SELECT (SELECT count(*) > 0 FROM _schema_instances WHERE ended_at IS NULL)
    AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = '')";

/// A program of its own, as far as the database can tell.
async fn program(subject: &Subject) -> PgPool {
    let options = PgConnectOptions::from_str(&subject.database.url).expect("our own URL");
    PgPoolOptions::new().max_connections(3).connect_with(options.application_name("shop")).await.expect("a pool")
}

#[tokio::test]
async fn an_instance_of_an_older_release_closes_it() {
    for major in majors() {
        let subject = Subject::new(major).await;
        let ours = schema_diff::announce(&subject.database.pool, "v2");
        subject.wait_for(ALIVE).await;
        let pool = program(&subject).await;
        let old = schema_diff::announce(&pool, "v1");
        subject.wait_for("SELECT count(*) = 2 FROM _schema_instances").await;
        subject.confirm().await;
        let refused = subject.is_closed_by(&["instances"]).await;
        assert!(refused.stderr.contains("1 instance is alive, neither of release v2"), "{}", refused.stderr);
        assert!(refused.stderr.contains("release v1, process "), "{}", refused.stderr);
        let status = subject.status().await;
        assert!(status.contains("instances alive: 1 of v1, 1 of v2"), "{status}");
        old.end().await;
        pool.close().await;
        subject.wait_for("SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name LIKE 'shop%' AND datname = current_database()").await;
        let status = subject.status().await;
        assert!(status.contains("no instance of an older release is alive; there are 1 of v2"), "{status}");
        subject.contract().await;
        ours.end().await;
    }
}

/// It was killed, and says nothing any more. That instances were announced once still counts.
#[tokio::test]
async fn an_instance_that_is_silent_counts_as_gone() {
    for major in majors() {
        let subject = Subject::new(major).await;
        let ours = schema_diff::announce(&subject.database.pool, "v2");
        subject.wait_for(ALIVE).await;
        let silent = |ago: &str| {
            format!(
                "INSERT INTO _schema_instances (token, release, host, pid, last_seen)
                 VALUES ('{ago}', 'v1', 'elsewhere', 1, clock_timestamp() - interval '{ago}')"
            )
        };
        subject.database.execute(silent("10 seconds")).await;
        subject.database.execute(silent("8 days")).await;
        subject.confirm().await;
        assert_eq!(
            subject.database.value("SELECT count(*) FROM _schema_instances").await,
            "2",
            "the oldest is forgotten"
        );
        subject.is_closed_by(&["instances"]).await;
        subject
            .database
            .execute("UPDATE _schema_instances SET last_seen = last_seen - interval '1 minute' WHERE release = 'v1'")
            .await;
        subject.contract().await;
        ours.end().await;
    }
}

#[tokio::test]
async fn an_idle_session_of_nobody_closes_it_once_instances_are_announced() {
    for major in majors() {
        let subject = Subject::new(major).await;
        let options = PgConnectOptions::from_str(&subject.database.url).expect("our own URL");
        let options = options.application_name("old worker");
        let idle = PgConnection::connect_with(&options).await.expect("a connection");
        subject.confirm().await;
        let status = subject.status().await;
        assert!(status.contains("gate not measured clients: "), "{status}");
        // The pool has idle connections of before, which are named too.
        let ours = schema_diff::announce(&subject.database.pool, "v2");
        subject.wait_for(ALIVE).await;
        let refused = subject.is_closed_by(&["clients"]).await;
        assert!(refused.stderr.contains("1 session belongs to nobody who announced himself"), "{}", refused.stderr);
        assert!(refused.stderr.contains("`old worker`, as postgres"), "{}", refused.stderr);
        idle.close().await.expect("closed");
        subject.wait_for("SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'old worker' AND datname = current_database()").await;
        subject.contract().await;
        ours.end().await;
    }
}
