//! Keys of every kind, and none, while rows change, move to other keys, come and go.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tests::application::finish;
use tests::majors;

use crate::subject::{NO_KEY, PLAIN, Shape, Subject};

const SHAPES: [(&str, Shape, &str); 6] = [
    ("bigint", PLAIN, "id = id + 1000000"),
    ("none", NO_KEY, "id = id + 1000000"),
    (
        "composite",
        Shape {
            key: "#[db(primary_key)] pub tenant: String,\n    #[db(primary_key)] pub number: i32,",
            insert: "INSERT INTO t (tenant, number, a, n) SELECT 'tenant ' || g % 7, g, 'a' || g, g FROM generate_series(1, $rows) AS g",
        },
        "tenant = 'a' || tenant",
    ),
    (
        "uuid",
        Shape {
            key: "#[db(primary_key, type = \"uuid\")] pub id: String,",
            insert: "INSERT INTO t (id, a, n) SELECT md5(g::text)::uuid, 'a' || g, g FROM generate_series(1, $rows) AS g",
        },
        "id = md5(id::text)::uuid",
    ),
    (
        "timestamp with quotes in it",
        Shape {
            key: "#[db(primary_key, type = \"timestamptz\", column = \"the \\\"time\\\"\")] pub at: String,",
            insert: "INSERT INTO t (\"the \"\"time\"\"\", a, n) SELECT timestamptz '2024-03-31 00:00 Europe/Berlin' + g * interval '1 minute 1 microsecond', 'a' || g, g FROM generate_series(1, $rows) AS g",
        },
        "\"the \"\"time\"\"\" = \"the \"\"time\"\"\" - interval '10 years'",
    ),
    (
        "numeric",
        Shape {
            key: "#[db(primary_key, type = \"numeric\")] pub id: String,",
            insert: "INSERT INTO t (id, a, n) SELECT g / 3.0, 'a' || g, g FROM generate_series(1, $rows) AS g",
        },
        "id = -id",
    ),
];

const ROWS: i64 = 6_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_move_are_found() {
    for major in majors() {
        for (name, shape, moved) in SHAPES {
            let subject = Subject::new(major, shape, ROWS).await;
            let done = Arc::new(AtomicBool::new(false));
            let writer = tokio::spawn(write(subject.database.url.clone(), moved, Arc::clone(&done)));
            // Small batches, so that much happens between them.
            let apply = subject.application.spawn(&["apply", "--rate", "3000", "--batch-time", "5"]);
            let outcome = finish(apply).await;
            done.store(true, Ordering::SeqCst);
            let writes = writer.await.expect("a writer without an error");
            outcome.expect_code(0);
            assert!(writes > 20, "{name} on {major}: {writes} writes");
            let expected =
                "SELECT count(*) FROM t WHERE b IS DISTINCT FROM CASE WHEN n < 0 THEN 'w' || -n ELSE 'a' || n END";
            assert_eq!(subject.database.value(expected).await, "0", "{name} on {major}");
            assert_eq!(subject.database.value("SELECT count(*) FROM t").await, ROWS.to_string(), "{name} on {major}");
            subject.confirm_and_contract().await;
        }
    }
}

/// Moves rows to other keys without touching the column, writes the column, and replaces rows, all of the old release.
async fn write(url: String, moved: &str, done: Arc<AtomicBool>) -> usize {
    let mut connection = PgConnection::connect(&url).await.expect("a connection");
    let mut writes = 0;
    while !done.load(Ordering::SeqCst) {
        let n = rand::random_range(1..=ROWS);
        let statement = match writes % 3 {
            0 => format!("UPDATE t SET {moved} WHERE n = {n}"),
            1 => format!("UPDATE t SET a = 'w' || n, n = -n WHERE n = {n}"),
            _ => format!("UPDATE t SET n = n WHERE n BETWEEN {n} AND {}", n + 20),
        };
        let written = sqlx::raw_sql(AssertSqlSafe(statement.clone())).execute(&mut connection).await;
        written.unwrap_or_else(|error| panic!("{error}: {statement}"));
        writes += 1;
    }
    writes
}
