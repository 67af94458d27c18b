//! Two runners that are started at the same moment: one works.

use super::course::{Command, Course, listing};
use super::history::History;
use crate::application::finish;
use crate::cut::{Counting, Cut};
use crate::oracle::difference;

impl Course {
    /// Starts `apply` twice.
    ///
    /// # Panics
    /// If anything is done twice, or not at all.
    pub async fn try_two_runners(&self) {
        let database = self.start(Command::Apply).await;
        let program = self.program().database(&database.url);
        let [first, second] = [program.spawn(&["apply"]), program.spawn(&["apply"])];
        let (first, second) = tokio::join!(finish(first), finish(second));
        let worked = [&first, &second].into_iter().filter(|one| one.stdout.contains("expanded and backfilled")).count();
        assert_eq!(worked, 1, "one works: {first:?} {second:?}");
        for one in [&first, &second] {
            let idle = one.code() == 0 && one.stdout.contains("nothing to apply");
            let worked = one.code() == 0 && one.stdout.contains("expanded and backfilled");
            let refused = one.code() == 6 && one.stderr.contains("another runner is at work");
            assert!(idle || worked || refused, "{one:?}");
        }
        let left = self.left(Command::Apply);
        assert_eq!(difference(&left.listing, &listing(&database).await), "", "- one runner, + two");
        History::of(&database).await.must_be_like(&left.history, 1, &self.once);
    }

    /// Starts `apply` while another one stands still at a statement, alive.
    ///
    /// # Panics
    /// If the second takes over from the first, or the first doesn't come to its end.
    pub async fn try_runner_meanwhile(&self, at: u64) {
        let database = self.start(Command::Apply).await;
        let cut = Cut::halting(&database.url, (Counting::All, at), false);
        let first = tokio::spawn(finish(self.program().database(cut.url()).spawn(&["apply"])));
        cut.halted().await;
        let second = self.run(&database, &["apply"]).await;
        cut.resume();
        let first = first.await.expect("no panic");
        assert!(!second.stdout.contains("taking over"), "at {at}: {second:?}");
        // Before the first has the lease, or after it has given it back, the second may have it.
        let codes = [first.code(), second.code()];
        assert!(codes.contains(&0) && codes.iter().all(|code| [0, 6].contains(code)), "at {at}: {first:?} {second:?}");
        let left = self.left(Command::Apply);
        assert_eq!(difference(&left.listing, &listing(&database).await), "", "- one runner, + two");
        History::of(&database).await.must_be_like(&left.history, 1, &self.once);
    }
}
