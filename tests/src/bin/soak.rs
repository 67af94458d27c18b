//! Tries the whole kill matrix, and writes its table to `tests/soak/kills.md`. Most of its time passes in the servers;
//! `--release` makes the rest short: `cargo run --release -p tests --bin soak`.
//!
//! `soak [--major 12,18] [--change NAME] [--kind NAME,NAME] [--every N] [--reads] [--together N] [--again]`: what was
//! tried at this commit already is left out, unless it is to be done again; so a soak that was stopped goes on where it
//! was. `--reads` tries the statements as well that change nothing. So many points are tried at the same time, each in a
//! database of its own; those that stop the server one after the other. `--point apply:17` tries that point alone, as
//! often as it is to be understood, and writes nothing; the seed is the one that a failure names.

use std::process::ExitCode;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Instant;

use schema_diff::embedded::Major;
use tests::Server;
use tests::cut::Counting;
use tests::kills::course::Command;
use tests::kills::seed::{commit, seed};
use tests::kills::table::{Key, Table, Tried};
use tests::kills::{Change, Course, Kind, Point, changes};
use tokio::task::JoinSet;

/// How often two runners are started at the same moment.
const RUNNERS: u64 = 200;
/// The row's names for them.
const TWO_RUNNERS: &str = "two runners";
const AT_ONCE: &str = "at once";

/// What is to be tried.
struct Arguments {
    majors: Vec<Major>,
    change: Option<String>,
    kinds: Option<Vec<String>>,
    every: u64,
    counting: Counting,
    together: usize,
    again: bool,
    point: Option<(Command, u64)>,
}

impl Arguments {
    fn wants(&self, kind: &str) -> bool {
        self.kinds.as_ref().is_none_or(|kinds| kinds.iter().any(|one| one == kind))
    }

    /// What stands in the table for a fault.
    fn fault(&self, kind: Kind) -> String {
        match self.counting {
            Counting::All => format!("{kind}, reads too"),
            Counting::Changes => kind.to_string(),
        }
    }
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
    // What is tried is what was built before: another commit meanwhile changes nothing of it.
    let commit = commit().unwrap_or_else(|| "unknown".to_owned());
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
                failures += try_change(&arguments, server, change, (&commit, seed)).await;
            }
        }
    }
    println!("{failures} failures");
    if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn read(mut words: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let all = ["12", "14", "16", "18"].map(|major| Major::from_str(major).expect("supported"));
    let mut arguments = Arguments {
        majors: all.into(),
        change: None,
        kinds: None,
        every: 1,
        counting: Counting::Changes,
        together: 3,
        again: false,
        point: None,
    };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--again" => arguments.again = true,
            "--reads" => arguments.counting = Counting::All,
            other => set(&mut arguments, other, &words.next().ok_or_else(|| format!("{word} needs a value"))?)?,
        }
    }
    Ok(arguments)
}

fn set(arguments: &mut Arguments, option: &str, value: &str) -> Result<(), String> {
    let number = |error: std::num::ParseIntError| format!("{option} {value}: {error}");
    match option {
        "--major" => {
            let majors = value.split(',').map(|major| major.parse::<Major>().map_err(|error| error.to_string()));
            arguments.majors = majors.collect::<Result<_, _>>()?;
        }
        "--change" => arguments.change = Some(value.to_owned()),
        "--kind" => arguments.kinds = Some(value.split(',').map(str::to_owned).collect()),
        "--every" => arguments.every = value.parse().map_err(number)?,
        "--together" => arguments.together = value.parse().map_err(number)?,
        "--point" => arguments.point = Some(point(value)?),
        other => return Err(format!("unknown: {other}")),
    }
    Ok(())
}

fn point(text: &str) -> Result<(Command, u64), String> {
    let (command, at) = text.split_once(':').ok_or("--point COMMAND:STATEMENT")?;
    let command = Command::ALL.into_iter().find(|one| one.to_string() == command).ok_or("no such command")?;
    Ok((command, at.parse().map_err(|error| format!("--point {text}: {error}"))?))
}

/// One point, for whoever looks for the reason of a failure.
async fn try_one(arguments: &Arguments, server: &'static Server, change: Change, (command, at): (Command, u64)) {
    let course = Course::of(change, server).await;
    for kind in Kind::ALL.into_iter().filter(|kind| arguments.wants(&kind.to_string())) {
        let reached = course.try_point(Point { command, kind, counting: arguments.counting, at, seed: seed() }).await;
        println!("{} on {}: {kind} at {at} of {command}: reached {reached}", course.change.name, server.major());
    }
}

/// All faults of one change on one server.
async fn try_change(
    arguments: &Arguments,
    server: &'static Server,
    change: Change,
    (commit, seed): (&str, u64),
) -> u64 {
    let table = Table::load();
    let version = server.cluster().version().to_owned();
    let key = |fault: String| (change.name.to_owned(), fault, version.clone());
    let runners = (TWO_RUNNERS.to_owned(), AT_ONCE.to_owned(), version.clone());
    let is_open = |key: &Key| {
        let known = table.get(key).filter(|tried| tried.commit == commit && tried.every <= arguments.every);
        arguments.again || known.is_none()
    };
    let kinds = Kind::ALL.into_iter().filter(|kind| arguments.wants(&kind.to_string()));
    let kinds: Vec<Kind> = kinds.filter(|kind| is_open(&key(arguments.fault(*kind)))).collect();
    let with_runners = change.name == "rename" && arguments.wants(TWO_RUNNERS) && is_open(&runners);
    if kinds.is_empty() && !with_runners {
        return 0;
    }
    let (name, mut failures) = (change.name, 0);
    let course = Arc::new(Course::of(change.clone(), server).await);
    for command in course.commands() {
        let left = course.left(command);
        println!("{name} on {version}, {command}: {} statements, {} changes", left.statements, left.changes);
    }
    for kind in kinds {
        let begun = Instant::now();
        let (points, failed) = try_kind(&course, kind, arguments, seed).await;
        println!("{name} on {version}, {kind}: {points} points, {failed} failures, {:?}", begun.elapsed());
        failures += failed;
        // Where nothing is open there is no way back to try.
        if points > 0 {
            let tried = Tried { every: arguments.every, points, failures: failed, commit: commit.to_owned() };
            Table::add(key(arguments.fault(kind)), tried);
        }
    }
    if with_runners {
        let mut failed = 0;
        for _ in 0..RUNNERS {
            let course = Arc::clone(&course);
            failed += u64::from(tokio::spawn(async move { course.try_two_runners().await }).await.is_err());
        }
        println!("two runners on {version}: {failed} failures in {RUNNERS} tries");
        failures += failed;
        Table::add(runners, Tried { every: 1, points: RUNNERS, failures: failed, commit: commit.to_owned() });
    }
    failures
}

/// One fault at the statements of every command. Gives the points, and at how many of them something went wrong.
async fn try_kind(course: &Arc<Course>, kind: Kind, arguments: &Arguments, seed: u64) -> (u64, u64) {
    let together = if kind == Kind::Stop { 1 } else { arguments.together };
    let (mut points, mut failures) = (0, 0);
    for command in course.commands() {
        // Writers and time-outs make a run longer or shorter; one that never ends has failed often enough by then.
        let limit = course.left(command).counted(arguments.counting) + 100;
        // Where not every statement is tried, others are tried at the next commit.
        let step = usize::try_from(arguments.every).unwrap_or(usize::MAX);
        let mut ats = (seed % arguments.every..limit).step_by(step);
        let mut under_way = JoinSet::new();
        let mut ended = false;
        loop {
            while !ended && under_way.len() < together {
                let Some(at) = ats.next() else { break };
                let course = Arc::clone(course);
                let point = Point { command, kind, counting: arguments.counting, at, seed };
                under_way.spawn(async move { (point, attempt(course, point).await) });
            }
            let Some(done) = under_way.join_next().await else { break };
            let (point, reached) = done.expect("its panics are caught");
            ended |= reached == Some(false);
            points += u64::from(reached != Some(false));
            if reached.is_none() {
                failures += 1;
                let (name, major) = (course.change.name, course.server.major());
                println!("FAILED: {name} on {major}: {kind}, --point {command}:{}, seed {seed}", point.at);
            }
        }
    }
    (points, failures)
}

/// Whether a point was reached, or nothing where something panicked; the panic's own words are printed.
async fn attempt(course: Arc<Course>, point: Point) -> Option<bool> {
    tokio::spawn(async move { course.try_point(point).await }).await.ok()
}
