//! One point of the matrix: a command, a fault at one of its statements, and the same command again.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::course::{Command, Course, listing};
use super::fault::{Kind, disturb};
use super::history::History;
use crate::Database;
use crate::cut::Counting;
use crate::oracle::difference;
use crate::workload::{Stage, Workload};

/// Writers at work: one of them in both shapes, where both are allowed.
const WRITERS: usize = 3;

/// After every so many of the applies that were disturbed twice the rest of the migration follows.
const GOES_ON: u64 = 8;

/// Where a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// The command.
    pub command: Command,
    /// The fault.
    pub kind: Kind,
    /// Which statements are counted.
    pub counting: Counting,
    /// How many of them have passed.
    pub at: u64,
    /// What the writers do, and where the second kill strikes.
    pub seed: u64,
}

/// Who is at work when a command is given.
fn stage_of(command: Command) -> Stage {
    match command {
        Command::Apply | Command::Rollback => Stage::Old,
        Command::Confirm => Stage::Filled,
        Command::Contract | Command::BringBack | Command::Drop => Stage::New,
    }
}

impl Course {
    /// Tries a point. Gives whether the command came to it.
    ///
    /// # Panics
    /// If anything is lost, left over or done twice.
    pub async fn try_point(&self, point: Point) -> bool {
        let Point { command, kind, counting, at, seed } = point;
        if kind == Kind::Back {
            return self.try_turning_back(point).await;
        }
        let mut random = StdRng::seed_from_u64(seed ^ at);
        let back_from_the_middle = kind == Kind::Twice && command == Command::Rollback;
        let database = self.start(if back_from_the_middle { Command::Apply } else { command }).await;
        let workload = self.writers(&database, kind, (seed, stage_of(command))).await;
        if back_from_the_middle {
            let middle = random.random_range(0..self.left(Command::Apply).counted(counting));
            disturb(&self.program(), &["apply"], (Kind::Kill, counting, middle), &database, &workload).await;
        }
        let reached =
            disturb(&self.program(), &self.arguments(command), (kind, counting, at), &database, &workload).await;
        if kind == Kind::Twice && reached {
            let second = random.random_range(0..self.left(command).counted(counting));
            disturb(&self.program(), &self.arguments(command), (kind, counting, second), &database, &workload).await;
        }
        workload.check();
        let again = self.run(&database, &self.arguments(command)).await;
        // A rollback that had come to its end has nothing left to take back.
        let codes: &[i32] = if command == Command::Rollback { &[0, 5] } else { &[0] };
        assert!(codes.contains(&again.code()), "{command} again: {again:?}");
        self.settle(command, &database, &workload).await;
        let back = matches!(command, Command::Rollback | Command::BringBack);
        let release = if back { &self.change.case.old } else { &self.change.case.new };
        workload.finish(&database.pool, release).await;
        let runs = if kind == Kind::Twice { 3 } else { 2 };
        self.check(command, &database, (!back_from_the_middle).then_some(runs)).await;
        // What is there is what an undisturbed run leaves: that all goes on well from there is tried now and then.
        if kind == Kind::Twice && command == Command::Apply && at % GOES_ON == 0 {
            self.go_on(&database).await;
        }
        reached
    }

    /// A kill in the middle of a command, and then the way back: it leads to what was before, or, where the old form
    /// isn't whole any more, it is refused and the command goes on.
    async fn try_turning_back(&self, point: Point) -> bool {
        let Point { command, kind, counting, at, seed } = point;
        let has_a_way_back = matches!(command, Command::Apply | Command::Contract | Command::Drop);
        if !has_a_way_back || !self.commands().contains(&Command::Rollback) {
            return false;
        }
        let database = self.start(command).await;
        let workload = self.writers(&database, kind, (seed, stage_of(command))).await;
        let reached =
            disturb(&self.program(), &self.arguments(command), (kind, counting, at), &database, &workload).await;
        let switched = database.value("SELECT count(*) FROM _schema_migrations WHERE switched_at IS NOT NULL").await;
        if switched == "0" {
            workload.go_back().await;
        }
        let back = self.run(&database, &self.arguments(Command::Rollback)).await;
        assert!([0, 5].contains(&back.code()), "the way back: {back:?}");
        if command != Command::Apply && back.code() == 5 {
            self.run(&database, &self.arguments(command)).await.expect_code(0);
            workload.finish(&database.pool, &self.change.case.new).await;
            self.check(command, &database, Some(2)).await;
            return reached;
        }
        if switched != "0" {
            // It led to where both releases work: from there on the old one takes over.
            let applied = &self.left(Command::Apply).listing;
            assert_eq!(difference(applied, &listing(&database).await), "", "- applied, + brought back");
            workload.go_back().await;
            self.run(&database, &[&self.arguments(Command::Rollback)[..], &["--whole"]].concat()).await.expect_code(0);
        }
        assert_eq!(difference(&self.before, &listing(&database).await), "", "- before, + turned back");
        workload.finish(&database.pool, &self.change.case.old).await;
        History::of(&database).await.must_be_free();
        self.run(&database, &["apply"]).await.expect_code(0);
        assert_eq!(difference(&self.left(Command::Apply).listing, &listing(&database).await), "", "- applied, + again");
        reached
    }

    async fn writers(&self, database: &Database, kind: Kind, begin: (u64, Stage)) -> Workload {
        let case = self.change.case.clone();
        if kind == Kind::Stop {
            Workload::surviving(&database.url, case, WRITERS, begin).await
        } else {
            Workload::quiet_from(&database.url, case, WRITERS, begin).await
        }
    }

    /// Both releases go on for a moment.
    async fn settle(&self, command: Command, database: &Database, workload: &Workload) {
        match command {
            Command::Apply => workload.enter(Stage::Filled).await,
            Command::BringBack => workload.go_back().await,
            Command::Confirm | Command::Contract | Command::Rollback | Command::Drop => {}
        }
        tokio::time::sleep(Duration::from_millis(15)).await;
        if matches!(command, Command::Apply | Command::Confirm | Command::BringBack) {
            assert_eq!(database.value(self.change.unequal).await, "0", "both forms are equal at every moment");
        }
        workload.check();
    }

    /// The catalog and the history are those of an undisturbed run. Where a way back began in the middle, its history
    /// is another one.
    async fn check(&self, command: Command, database: &Database, runs: Option<i32>) {
        let left = self.left(command);
        assert_eq!(difference(&left.listing, &listing(database).await), "", "- undisturbed, + after the fault");
        let history = History::of(database).await;
        match runs {
            Some(runs) => history.must_be_like(&left.history, runs, &self.once),
            None => history.must_be_free(),
        }
    }

    /// From a disturbed apply to the end.
    async fn go_on(&self, database: &Database) {
        if !self.commands().contains(&Command::Contract) {
            return;
        }
        for command in [Command::Confirm, Command::Contract] {
            self.run(database, &self.arguments(command)).await.expect_code(0);
            self.check(command, database, Some(3)).await;
        }
    }
}
