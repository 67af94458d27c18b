//! Two runners that are started at the same moment: one works.

use super::course::{Command, Course, listing};
use crate::application::finish;
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
        super::history::History::of(&database).await.must_be_like(&left.history, 1, &self.once);
    }
}
