//! Clocks that jump: whether a runner lives is told by its connection and by whether its heartbeat goes on, never by what
//! the clock says.

use tests::application::finish;
use tests::majors;
use tests::workload::rename::Rename;

use crate::support::Subject;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_jumps_takes_no_lease_from_the_living_and_keeps_none_for_the_dead() {
    let subject = Subject::with_a_gate(majors()[0], Rename::indexed(2_000)).await;
    for (jump, visible) in
        [("+ interval '1 hour'", true), ("- interval '1 hour'", true), ("+ interval '1 hour'", false)]
    {
        let gate = subject.close_the_gate().await;
        let apply = subject.application.spawn(&["apply"]);
        subject.wait_at_the_gate().await;
        let shift = format!("UPDATE _schema_lease SET heartbeat = heartbeat {jump}, since = since {jump}");
        subject.database.execute(&shift).await;
        let second = subject.application.run(&["apply"]).await.expect_code(6);
        assert!(second.stderr.contains("another runner is at work"), "{jump}: {}", second.stderr);

        // The dead one's last beat is as far away.
        apply.kill();
        subject.database.execute(format!("{shift}, visible = {visible}")).await;
        let third = subject.application.spawn(&["apply"]);
        subject.wait_for_backfill(|backfill| backfill.attempts > 1).await;
        drop(gate);
        finish(third).await.expect_code(0);
        subject.application.run(&["rollback"]).await.expect_code(0);
    }
    subject.application.run(&["apply"]).await.expect_code(0);
    subject.contract(None).await;
    subject.remove_the_gate().await;
    subject.is_like_made_anew().await;
}
