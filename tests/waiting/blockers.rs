//! Who holds a lock is named: only those who do, the oldest first, prepared transactions too.

use std::time::{Duration, Instant};

use schema_diff::dialect::postgres::blocker::{LockHolder, of_locks};
use schema_diff::model::QualifiedName;
use schema_diff::statement::{LockMode, TableLock};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tests::application::finish;
use tests::workload::rename::Rename;
use tests::{Server, majors};

use crate::idle::Idle;
use crate::support::{Session, Subject};

fn lock(table: &str, mode: LockMode) -> TableLock {
    TableLock { table: table.parse::<QualifiedName>().expect("a name"), mode, of_view: false }
}

/// The table of conflicts is the server's own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn modes_conflict_as_on_the_server() {
    for major in majors() {
        let database = Server::shared(major).await.fresh_database().await;
        database.execute("CREATE TABLE t (a int)").await;
        let mut other = PgConnection::connect(&database.url).await.expect("a connection");
        for held in LockMode::ALL {
            let mut holder = Session::open(&database.url, &format!("BEGIN; LOCK TABLE t IN {held} MODE")).await;
            for wanted in LockMode::ALL {
                let sql = AssertSqlSafe(format!("BEGIN; LOCK TABLE t IN {wanted} MODE NOWAIT; COMMIT"));
                let refused = sqlx::raw_sql(sql).execute(&mut other).await.is_err();
                sqlx::raw_sql("ROLLBACK").execute(&mut other).await.expect("an end");
                assert_eq!(refused, wanted.conflicts_with(held), "{wanted} against {held} on {major}");
            }
            holder.run("ROLLBACK").await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_who_blocks_is_named_and_the_oldest_first() {
    for major in majors() {
        let database = Server::shared(major).await.fresh_database().await;
        database.execute("CREATE TABLE t (a int); CREATE TABLE u (a int)").await;
        let gid = format!("left_{}", rand::random::<u32>());
        let mut preparing = Session::open(&database.url, "BEGIN; INSERT INTO t VALUES (1)").await;
        preparing.run(&format!("PREPARE TRANSACTION '{gid}'")).await;
        let _reader = Session::open(&database.url, "BEGIN; SELECT * FROM t").await;
        let writer = Session::open(&database.url, "BEGIN; INSERT INTO t VALUES (2)").await;
        let _elsewhere = Session::open(&database.url, "BEGIN; INSERT INTO u VALUES (2)").await;
        let mut connection = PgConnection::connect(&database.url).await.expect("a connection");
        let found = of_locks(&mut connection, &[lock("public.t", LockMode::ShareRowExclusive)]).await.expect("a list");
        let holders: Vec<_> = found.iter().map(|blocker| blocker.holder.clone()).collect();
        let LockHolder::Session { pid, .. } = holders[1] else { panic!("{holders:?}") };
        assert_eq!((holders.len(), pid), (2, writer.pid), "on {major}: {holders:?}");
        assert_eq!(holders[0], LockHolder::Prepared { gid: gid.clone() });
        let readers = of_locks(&mut connection, &[lock("public.t", LockMode::AccessExclusive)]).await.expect("a list");
        assert_eq!(readers.len(), 3, "{readers:?}");
        database.execute(format!("ROLLBACK PREPARED '{gid}'")).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_prepared_transaction_is_named_with_the_way_out() {
    for major in majors() {
        let subject = Subject::new(major, Rename::indexed(100)).await;
        let gid = format!("it's left {}", rand::random::<u32>());
        let quoted = gid.replace('\'', "''");
        subject
            .session(&format!("BEGIN; UPDATE users SET note = 'x' WHERE id = 1; PREPARE TRANSACTION '{quoted}'"))
            .await;
        let refused = subject.application.run(&["apply", "--lock-patience", "1"]).await.expect_code(6);
        let way_out = format!("prepared transaction '{quoted}' (postgres) holds RowExclusiveLock since");
        assert!(refused.stderr.contains(&way_out), "{way_out}\n{}", refused.stderr);
        assert!(refused.stderr.contains(&format!("ROLLBACK PREPARED '{quoted}'")), "{}", refused.stderr);
        subject.database.execute(format!("ROLLBACK PREPARED '{quoted}'")).await;
        subject.application.run(&["apply"]).await.expect_code(0);
        subject.contract(None).await;
        subject.is_like_made_anew().await;
    }
}

/// In a log: who blocks, at once and then now and then; `status` tells it too, from elsewhere.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_blocks_is_told_while_it_waits() {
    for major in majors() {
        let subject = Subject::new(major, Rename::indexed(1_000)).await;
        let idle = Idle::watch(&subject.database.url).await;
        let holder = subject.session("BEGIN; LOCK TABLE users IN ROW EXCLUSIVE MODE").await;
        let begun = Instant::now();
        let apply = subject.application.spawn(&["apply"]);
        let who = format!("pid {} (postgres, somebody else, idle in transaction) holds RowExclusiveLock", holder.pid);
        subject.wait_for(&format!("SELECT count(*) > 0 FROM _schema_steps WHERE waiting LIKE '%(try 7)%{who}%'")).await;
        let status = subject.application.run(&["status"]).await.expect_code(0);
        assert!(status.stdout.contains(&who), "{who}\n{}", status.stdout);
        drop(holder);
        let done = finish(apply).await.expect_code(0);
        let lines = done.stdout.lines().filter(|line| line.contains("waiting for a lock")).collect::<Vec<_>>();
        let most = 1 + begun.elapsed().as_secs() / 5;
        assert!(!lines.is_empty() && lines.len() as u64 <= most, "{most} at most:\n{}", done.stdout);
        assert!(lines[0].contains(&who), "{lines:?}");
        let left = "SELECT count(*) FROM _schema_steps WHERE waiting IS NOT NULL";
        assert_eq!(subject.database.value(left).await, "0", "what is done waits for nothing");
        subject.contract(None).await;
        idle.stop().await;
        subject.is_like_made_anew().await;
    }
}

/// Another runner is waited for, if that is asked for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_runner_is_waited_for() {
    for major in majors() {
        let subject = Subject::with_a_gate(major, Rename::indexed(500)).await;
        let gate = subject.close_the_gate().await;
        let first = subject.application.spawn(&["apply"]);
        subject.wait_at_the_gate().await;
        let second = subject.application.spawn(&["apply", "--runner-patience", "100"]);
        tokio::time::sleep(Duration::from_secs(1)).await;
        drop(gate);
        finish(first).await.expect_code(0);
        let second = finish(second).await.expect_code(0);
        assert!(second.stdout.contains("waiting for another runner: `apply` by postgres"), "{}", second.stdout);
        assert!(second.stdout.contains("nothing to apply"), "{}", second.stdout);
    }
}
