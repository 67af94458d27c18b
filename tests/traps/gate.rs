//! Rows that were written past our triggers: no backfill sees them, but the gate does.

use tests::majors;

use crate::support::{BACK_IN_STEP, Trap};

#[tokio::test]
async fn rows_written_past_the_triggers_close_the_contract() {
    let rows = "INSERT INTO t (id, o) SELECT n, 'a' FROM generate_series(1, 10) AS n";
    for major in majors() {
        let trap = Trap::new(major, "", "String", rows, &[]).await;
        trap.apply().await;
        // Ours are ENABLE ALWAYS: they fire for a replica too.
        let replica = "SET LOCAL session_replication_role = replica; UPDATE t SET o = 'b' WHERE id = 1";
        assert_eq!(trap.after(replica, 1).await, "b | b");
        // As pg_restore --disable-triggers does it; afterwards ours are ordinary ones.
        let restore = "ALTER TABLE t DISABLE TRIGGER ALL; UPDATE t SET o = 'q' WHERE id IN (2, 3); ALTER TABLE t ENABLE TRIGGER ALL";
        assert_eq!(trap.after(restore, 2).await, "q | a");
        assert_eq!(trap.after(&replica.replace("id = 1", "id = 4"), 4).await, "b | a");
        trap.application.run(&["apply"]).await.expect_code(0);
        trap.application.run(&["confirm", "v2"]).await.expect_code(0);
        let refused = trap.application.run(&["contract"]).await.expect_code(5);
        assert!(refused.stderr.contains("rows of public.t in which o and n disagree: 3"), "{}", refused.stderr);
        assert!(refused.stderr.contains("3_contract.sql:"), "it says where the query stands: {}", refused.stderr);
        trap.database.execute("UPDATE t SET n = o WHERE n <> o").await;
        // Equal again, but not kept in step any more: that is told apart.
        let ordinary = trap.application.run(&["contract"]).await.expect_code(5);
        assert!(ordinary.stderr.contains("doesn't fire always"), "{}", ordinary.stderr);
        trap.database.execute(BACK_IN_STEP).await;
        trap.application.run(&["contract"]).await.expect_code(0);
        assert_eq!(trap.database.value("SELECT string_agg(n, '' ORDER BY id) FROM t").await, "bqqbaaaaaa");
    }
}
