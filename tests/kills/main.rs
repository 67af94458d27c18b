//! A sample of the kill matrix: which points are tried comes from the commit, so that all of them are visited over time.
//! All of them at once are `cargo run -p tests --bin soak`.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use tests::cut::Counting;
use tests::kills::course::Command;
use tests::kills::{Change, Course, Kind, Point, changes, seed};
use tests::{Server, majors};

/// Changes on each version.
const CHANGES: usize = 2;
/// Statements of each change at which each fault strikes.
const POINTS: usize = 2;
/// Statements at the end of a run during which another one begins.
const LAST: u64 = 6;
/// Pairs of runners on each version.
const PAIRS: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fault_at_any_statement_loses_nothing() {
    let seed = seed::seed();
    for major in majors() {
        let mut random = StdRng::seed_from_u64(seed ^ u64::from(major.number()));
        let server = Server::stoppable(major).await;
        let chosen: Vec<Change> = changes().sample(&mut random, CHANGES).cloned().collect();
        for change in chosen {
            let course = Course::of(change, server).await;
            for kind in std::iter::repeat_n(Kind::ALL, POINTS).flatten() {
                let command = *course.commands().choose(&mut random).expect("at least one");
                let at = random.random_range(0..course.left(command).changes);
                println!("{} on {major}: {kind} at {at} of {command}", course.change.name);
                course.try_point(Point { command, kind, counting: Counting::Changes, at, seed }).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_runners_at_once_one_works() {
    for major in majors() {
        let rename = changes().into_iter().find(|change| change.name == "rename").expect("one of them");
        let course = Course::of(rename, Server::shared(major).await).await;
        for _ in 0..PAIRS {
            course.try_two_runners().await;
        }
        let end = course.left(Command::Apply).statements;
        for at in end - LAST..end {
            course.try_runner_meanwhile(at).await;
        }
    }
}
