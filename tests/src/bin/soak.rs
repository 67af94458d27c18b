//! Tries the whole kill matrix, and writes its table to `tests/soak/kills.md`.
//!
//! `soak [--major 12,18] [--change NAME] [--kind NAME] [--every N] [--from COMMAND:AT] [--again]`: what was tried at this
//! commit already is left out, unless it is to be done again; so a soak that was stopped goes on where it was.

use std::panic::AssertUnwindSafe;
use std::process::ExitCode;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Instant;

use schema_diff::embedded::Major;
use tests::Server;
use tests::kills::seed::{commit, seed};
use tests::kills::table::{Key, Table, Tried};
use tests::kills::{Change, Course, Kind, Point, changes};

/// How often two runners are started at the same moment.
const RUNNERS: u64 = 200;
/// The row's names for them.
const TWO_RUNNERS: &str = "two runners";
const AT_ONCE: &str = "at once";

/// What is to be tried.
struct Arguments {
    majors: Vec<Major>,
    change: Option<String>,
    kind: Option<String>,
    every: u64,
    again: bool,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    let arguments = match read(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(2);
        }
    };
    let seed = seed();
    let mut failures = 0;
    for &major in &arguments.majors {
        let server = Server::stoppable(major).await;
        for change in changes() {
            if arguments.change.as_deref().is_none_or(|name| name == change.name) {
                failures += try_change(&arguments, server, change, seed).await;
            }
        }
    }
    println!("{failures} failures");
    if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn read(mut words: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let all = ["12", "14", "16", "18"].map(|major| Major::from_str(major).expect("supported"));
    let mut arguments = Arguments { majors: all.into(), change: None, kind: None, every: 1, again: false };
    while let Some(word) = words.next() {
        if word == "--again" {
            arguments.again = true;
            continue;
        }
        let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
        match word.as_str() {
            "--major" => {
                let majors = value.split(',').map(|major| major.parse::<Major>().map_err(|error| error.to_string()));
                arguments.majors = majors.collect::<Result<_, _>>()?;
            }
            "--change" => arguments.change = Some(value),
            "--kind" => arguments.kind = Some(value),
            "--every" => arguments.every = value.parse().map_err(|error| format!("--every {value}: {error}"))?,
            other => return Err(format!("unknown: {other}")),
        }
    }
    Ok(arguments)
}

/// All faults of one change on one server.
async fn try_change(arguments: &Arguments, server: &'static Server, change: Change, seed: u64) -> u64 {
    let mut table = Table::load();
    let commit = commit().unwrap_or_else(|| "unknown".to_owned());
    let version = server.cluster().version().to_owned();
    let key = |kind: &str| (change.name.to_owned(), kind.to_owned(), version.clone());
    let runners = (TWO_RUNNERS.to_owned(), AT_ONCE.to_owned(), version.clone());
    let wanted = |name: &str, key: &Key| {
        let known = table.get(key).filter(|tried| tried.commit == commit && tried.every == arguments.every);
        arguments.kind.as_deref().is_none_or(|kind| kind == name) && (arguments.again || known.is_none())
    };
    let kinds = Kind::ALL.into_iter().filter(|kind| wanted(&kind.to_string(), &key(&kind.to_string())));
    let kinds: Vec<Kind> = kinds.collect();
    let with_runners = change.name == "rename" && wanted(TWO_RUNNERS, &runners);
    if kinds.is_empty() && !with_runners {
        return 0;
    }
    let (name, mut failures) = (change.name, 0);
    let course = Arc::new(Course::of(change.clone(), server).await);
    for kind in kinds {
        let begun = Instant::now();
        let mut tried = Tried { every: arguments.every, points: 0, failures: 0, commit: commit.clone() };
        for command in course.commands() {
            // Writers and time-outs make a run longer or shorter; one that never ends has failed often enough by then.
            let limit = course.left(command).statements + 100;
            for at in (0..limit).step_by(arguments.every as usize) {
                let point = Point { command, kind, at, seed };
                let at_all = attempt(&course, move |course| async move { course.try_point(point).await }).await;
                if at_all == Some(false) {
                    break;
                }
                tried.points += 1;
                if at_all.is_none() {
                    tried.failures += 1;
                    println!("FAILED: {name} on {version}: {kind} at {at} of {command}, seed {seed}");
                }
            }
        }
        println!(
            "{name} on {version}, {kind}: {} points, {} failures, {:?}",
            tried.points,
            tried.failures,
            begun.elapsed()
        );
        failures += tried.failures;
        table.set(key(&kind.to_string()), tried);
    }
    if with_runners {
        let mut tried = Tried { every: 1, points: RUNNERS, failures: 0, commit };
        for _ in 0..RUNNERS {
            let done = attempt(&course, |course| async move { course.try_two_runners().await }).await;
            tried.failures += u64::from(done.is_none());
        }
        println!("two runners on {version}: {} failures in {RUNNERS} tries", tried.failures);
        failures += tried.failures;
        table.set(runners, tried);
    }
    failures
}

/// The outcome, or nothing where it panicked; the panic's own words are printed.
async fn attempt<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    course: &Arc<Course>,
    work: impl FnOnce(Arc<Course>) -> F,
) -> Option<T> {
    let work = AssertUnwindSafe(work(Arc::clone(course)));
    tokio::spawn(work.0).await.ok()
}
