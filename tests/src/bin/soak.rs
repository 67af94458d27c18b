//! Tries the whole kill matrix, and writes its table to `tests/soak/kills.md`.
//!
//! `soak [--major 12,18] [--change NAME] [--kind NAME] [--every N] [--again]`: what was tried at this commit already is left
//! out, unless it is to be done again; so a soak that was stopped goes on where it was. `--point apply:17` tries that point
//! alone, as often as it is to be understood, and writes nothing; the seed is the one that a failure names.

use std::panic::AssertUnwindSafe;
use std::process::ExitCode;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Instant;

use schema_diff::embedded::Major;
use tests::Server;
use tests::kills::course::Command;
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
    point: Option<(Command, u64)>,
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
            if arguments.change.as_deref().is_some_and(|name| name != change.name) {
                continue;
            }
            if let Some(point) = arguments.point {
                try_one(&arguments, server, change, point).await;
            } else {
                failures += try_change(&arguments, server, change, seed).await;
            }
        }
    }
    println!("{failures} failures");
    if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn read(mut words: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let all = ["12", "14", "16", "18"].map(|major| Major::from_str(major).expect("supported"));
    let mut arguments = Arguments { majors: all.into(), change: None, kind: None, every: 1, again: false, point: None };
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
            "--point" => arguments.point = Some(point(&value)?),
            other => return Err(format!("unknown: {other}")),
        }
    }
    Ok(arguments)
}

fn point(text: &str) -> Result<(Command, u64), String> {
    let (command, at) = text.split_once(':').ok_or("--point COMMAND:STATEMENT")?;
    let commands = [Command::Apply, Command::Confirm, Command::Contract, Command::Rollback];
    let command = commands.into_iter().find(|one| one.to_string() == command).ok_or("no such command")?;
    Ok((command, at.parse().map_err(|error| format!("--point {text}: {error}"))?))
}

/// One point, for whoever looks for the reason of a failure.
async fn try_one(arguments: &Arguments, server: &'static Server, change: Change, (command, at): (Command, u64)) {
    let course = Course::of(change, server).await;
    for kind in Kind::ALL {
        if arguments.kind.as_deref().is_none_or(|name| name == kind.to_string()) {
            let reached = course.try_point(Point { command, kind, at, seed: seed() }).await;
            println!("{} on {}: {kind} at {at} of {command}: reached {reached}", course.change.name, server.major());
        }
    }
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
        let (points, failed) = try_kind(&course, kind, arguments.every, seed).await;
        println!("{name} on {version}, {kind}: {points} points, {failed} failures, {:?}", begun.elapsed());
        failures += failed;
        // Where nothing is open there is no way back to try.
        if points > 0 {
            let tried = Tried { every: arguments.every, points, failures: failed, commit: commit.clone() };
            table.set(key(&kind.to_string()), tried);
        }
    }
    if with_runners {
        let mut failed = 0;
        for _ in 0..RUNNERS {
            let done = attempt(&course, |course| async move { course.try_two_runners().await }).await;
            failed += u64::from(done.is_none());
        }
        println!("two runners on {version}: {failed} failures in {RUNNERS} tries");
        failures += failed;
        table.set(runners, Tried { every: 1, points: RUNNERS, failures: failed, commit });
    }
    failures
}

/// One fault at the statements of every command. Gives the points, and at how many of them something went wrong.
async fn try_kind(course: &Arc<Course>, kind: Kind, every: u64, seed: u64) -> (u64, u64) {
    let (mut points, mut failures) = (0, 0);
    for command in course.commands() {
        // Writers and time-outs make a run longer or shorter; one that never ends has failed often enough by then.
        let limit = course.left(command).statements + 100;
        // Where not every statement is tried, others are tried at the next commit.
        for at in (seed % every..limit).step_by(usize::try_from(every).unwrap_or(usize::MAX)) {
            let point = Point { command, kind, at, seed };
            let reached = attempt(course, move |course| async move { course.try_point(point).await }).await;
            if reached == Some(false) {
                break;
            }
            points += 1;
            if reached.is_none() {
                failures += 1;
                let (name, major) = (course.change.name, course.server.major());
                println!("FAILED: {name} on {major}: {kind}, --point {command}:{at}, seed {seed}");
            }
        }
    }
    (points, failures)
}

/// The outcome, or nothing where it panicked; the panic's own words are printed.
async fn attempt<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    course: &Arc<Course>,
    work: impl FnOnce(Arc<Course>) -> F,
) -> Option<T> {
    let work = AssertUnwindSafe(work(Arc::clone(course)));
    tokio::spawn(work.0).await.ok()
}
