//! Types whose `=` doesn't see every difference, or that have none.

use tests::majors;

use crate::support::{BACK_IN_STEP, Trap};

/// A type, a value, another one that is "equal" to it or can't be compared, and its name in the attribute.
const TYPES: [(&str, &str, &str); 6] = [
    ("json", "{\"a\": 1}", "{\"a\":  1}"),
    ("numeric", "1.0", "1.00"),
    ("citext", "abc", "ABC"),
    ("double precision", "0", "-0"),
    ("jsonb", "{\"a\": 1.0}", "{\"a\": 1.00}"),
    ("interval", "1 day", "24:00:00"),
];

#[tokio::test]
async fn different_means_different_bytes() {
    for major in majors() {
        for (sql_type, one, other) in TYPES {
            let first = if sql_type == "citext" { "-- first\nCREATE EXTENSION citext" } else { "" };
            let sql_type = if sql_type == "citext" { "public.citext" } else { sql_type };
            let attributes = format!("type = \"{sql_type}\"");
            let trap = Trap::new(major, &attributes, "Option<String>", first, &[]).await;
            trap.database.execute(format!("INSERT INTO t (id, o) VALUES (1, '{one}'), (2, NULL)")).await;
            trap.apply().await;
            let pair = |value: &str| format!("{value} | {value}");
            for (statement, id, wanted) in [
                ("SELECT 1".to_owned(), 1, pair(one)),
                (format!("UPDATE t SET o = '{other}' WHERE id = 1"), 1, pair(other)),
                (format!("UPDATE t SET n = '{one}' WHERE id = 1"), 1, pair(one)),
                ("UPDATE t SET o = NULL WHERE id = 1".to_owned(), 1, pair("∅")),
                (format!("UPDATE t SET n = '{other}' WHERE id = 2"), 2, pair(other)),
                (format!("INSERT INTO t (id, o) VALUES (3, '{one}')"), 3, pair(one)),
                (format!("INSERT INTO t (id, n) VALUES (4, '{other}')"), 4, pair(other)),
                ("INSERT INTO t (id, n) VALUES (5, NULL)".to_owned(), 5, pair("∅")),
            ] {
                assert_eq!(trap.after(&statement, id).await, wanted, "{sql_type}: {statement} on {major}");
            }
            // The gate compares bytes as well.
            let unseen =
                format!("ALTER TABLE t DISABLE TRIGGER ALL; UPDATE t SET o = '{one}', n = '{other}' WHERE id = 1");
            trap.database.execute(unseen).await;
            trap.application.run(&["confirm", "v2"]).await.expect_code(0);
            let refused = trap.application.run(&["contract"]).await.expect_code(5);
            assert!(refused.stderr.contains("rows of public.t in which o and n disagree: 1"), "{}", refused.stderr);
            trap.database.execute("UPDATE t SET o = n").await;
            trap.database.execute(BACK_IN_STEP).await;
            trap.application.run(&["contract"]).await.expect_code(0);
        }
    }
}

/// An upsert in the source, so that inserts lock their keys.
const UPSERT: &str = "/// Puts it there.\npub const PUT: &str = \"INSERT INTO t (id, n) VALUES (1, $1) ON CONFLICT (n) DO UPDATE SET note = 'again'\";";

#[tokio::test]
async fn equal_keys_of_another_spelling_take_the_same_lock() {
    for major in majors() {
        for (sql_type, one, other, unequal) in
            [("numeric", "1.0", "1.00", "2"), ("public.citext", "abc", "ABC", "abd"), ("text", "a", "a", "b")]
        {
            let first = if sql_type == "public.citext" { "-- first\nCREATE EXTENSION citext" } else { "" };
            let attributes = format!("unique, type = \"{sql_type}\"");
            let trap = Trap::with_source(major, &attributes, "Option<String>", first, &[], UPSERT).await;
            trap.apply().await;
            let mut locks = Vec::new();
            for (column, value) in [("o", one), ("n", other), ("n", unequal)] {
                let mut transaction = trap.database.pool.begin().await.expect("a transaction");
                let insert = format!("INSERT INTO t (id, {column}) VALUES (1, '{value}')");
                sqlx::query(sqlx::AssertSqlSafe(insert)).execute(&mut *transaction).await.expect("a row");
                let held = "SELECT classid::text || ' ' || objid FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()";
                let held: Vec<String> = sqlx::query_scalar(held).fetch_all(&mut *transaction).await.expect("the locks");
                assert_eq!(held.len(), 1, "{sql_type} on {major}");
                locks.extend(held);
            }
            assert_eq!(locks[0], locks[1], "{sql_type} on {major}");
            assert_ne!(locks[0], locks[2], "{sql_type} on {major}");
        }
    }
}
