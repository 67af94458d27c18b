//! Rows that the backfill has not come to yet.

use std::time::Duration;

use tests::majors;

use crate::support::Trap;

const ROWS: &str = "INSERT INTO t (id, o) SELECT n, 'a' FROM generate_series(1, 9) AS n";

/// The trigger that writes the old column from the new one must not take the empty new one for a value.
#[tokio::test]
async fn no_value_is_lost_on_a_row_not_filled_yet() {
    for major in majors() {
        let trap = Trap::new(major, "", "String", ROWS, &[]).await;
        trap.expand().await;
        assert_eq!(trap.after("UPDATE t SET note = 'x' WHERE id = 1", 1).await, "a | ∅");
        assert_eq!(trap.after("UPDATE t SET o = o WHERE id = 2", 2).await, "a | ∅");
        assert_eq!(trap.after("UPDATE t SET o = 'b' WHERE id = 3", 3).await, "b | b");
        assert_eq!(trap.after("UPDATE t SET o = o || 'b' WHERE id = 4", 4).await, "ab | ab");
        assert_eq!(trap.after("UPDATE t SET n = 'c' WHERE id = 5", 5).await, "c | c");
        assert_eq!(trap.after("UPDATE t SET n = o WHERE id = 6", 6).await, "a | a");
        assert_eq!(trap.after("UPDATE t SET o = 'd', n = 'e' WHERE id = 7", 7).await, "e | e");
        let upsert = "INSERT INTO t (id, o) VALUES (8, 'f') ON CONFLICT (id) DO UPDATE SET o = excluded.o";
        assert_eq!(trap.after(upsert, 8).await, "f | f");
        // And back again, once it is filled.
        assert_eq!(trap.after("UPDATE t SET n = 'g' WHERE id = 6", 6).await, "g | g");
        assert_eq!(trap.after("UPDATE t SET o = 'h' WHERE id = 6", 6).await, "h | h");
    }
}

/// A check or NOT NULL on the new column would fail any UPDATE by the old release of a row that isn't filled yet.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_unfilled_can_be_updated_during_the_backfill() {
    let stop = "INSERT INTO t (id, o) SELECT n, 'a' FROM generate_series(1, 3000) AS n;
        CREATE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM pg_advisory_xact_lock_shared(77); RETURN NEW; END $$;
        CREATE TRIGGER gate BEFORE UPDATE ON t FOR EACH ROW WHEN (NEW.id = 900) EXECUTE FUNCTION gate()";
    for major in majors() {
        let trap = Trap::new(major, "index", "String", stop, &["--strategy", "t=fire"]).await;
        let mut gate = trap.database.pool.acquire().await.expect("a connection");
        sqlx::query("SELECT pg_advisory_lock(77)").execute(&mut *gate).await.expect("a lock");
        let apply = trap.application.spawn(&["apply"]);
        let waiting =
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory' AND datname = current_database()";
        while trap.database.value(waiting).await == "0" {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(trap.after("UPDATE t SET note = 'x' WHERE id = 2999", 2999).await, "a | ∅");
        assert_eq!(trap.after("UPDATE t SET o = 'b' WHERE id = 2998", 2998).await, "b | b");
        sqlx::query("SELECT pg_advisory_unlock(77)").execute(&mut *gate).await.expect("our own lock");
        tests::application::finish(apply).await.expect_code(0);
        assert_eq!(trap.database.value("SELECT count(*) FROM t WHERE n IS DISTINCT FROM o").await, "0");
        let required = "SELECT attnotnull FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'n'";
        assert_eq!(trap.database.value(required).await, "t");
    }
}
