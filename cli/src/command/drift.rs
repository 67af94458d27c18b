//! `drift`: the live database against what the applied migrations leave behind, and the migrations that settle it.

use std::collections::BTreeSet;

use schema_diff::draft::{Drift, FromSide, Place, drift, live, plan, settle};
use schema_diff::migration::{LockFile, Migration, Settles};
use schema_diff::plan::source::SourceFacts;
use schema_diff::proof::Scratch;

use super::answers::Given;
use super::ask::{self, Outcome};
use crate::args::{DriftArgs, Format, Global};
use crate::exit_code::{DONE, DRIFT};
use crate::failure::Failure;
use crate::project::Project;
use crate::report::progress::Spinner;
use crate::{database, report};

pub(crate) async fn run(project: &Project, global: &Global, args: &DriftArgs) -> Result<u8, Failure> {
    let (migrations, lock) = (project.migrations()?, project.lock()?);
    let target = database::target(global, project).await?;
    let (mut connection, side) = live(&target).await?;
    let spinner = Spinner::new();
    let choice = project.scratch_choice(args.scratch_url.as_deref());
    let mut scratch = Scratch::new(choice, Some(side.inspection.major), spinner.embedded());
    let found = drift(&mut connection, &mut scratch, &side, &lock, &migrations).await?;
    spinner.finish();
    let (way, wanted) = match (args.adopt.as_slice(), args.revert.as_slice()) {
        ([], []) => {
            match global.format {
                Format::Text => report::drift::show(global, &found),
                Format::Json => anstream::println!("{}", report::drift::json(&found)),
            }
            return Ok(if found.items.is_empty() { DONE } else { DRIFT });
        }
        (adopted, []) => (Settles::Adopted, adopted),
        (_, reverted) => (Settles::Reverted, reverted),
    };
    let mut run = Run {
        project,
        global,
        args,
        found: &found,
        side,
        lock,
        migrations,
        way,
        keys: chosen(&found, wanted)?,
        scratch,
    };
    let mut given = Given::parse(&args.answers, &project.config)?;
    loop {
        let outcome = run.attempt(&given).await?;
        if let Some(code) = ask::answered(global, outcome, &mut given)? {
            return Ok(code);
        }
    }
}

/// The keys of the objects that were named: `index public.users.users_email_idx`, without its kind, without `public`, or
/// by its last name alone, as long as only one is meant.
fn chosen(found: &Drift, wanted: &[String]) -> Result<BTreeSet<String>, Failure> {
    let keys: Vec<&str> = found.items.iter().map(|item| item.drifted.key.as_str()).collect();
    let there_are =
        if keys.is_empty() { "nothing has drifted".to_owned() } else { format!("there are {}", keys.join(", ")) };
    let mut all = BTreeSet::new();
    for text in wanted {
        let names = |key: &&&str| {
            let (_, name) = key.split_once(' ').unwrap_or(("", key));
            **key == text
                || name == text
                || name.strip_prefix("public.") == Some(text)
                || name.rsplit('.').next() == Some(text)
        };
        let meant: Vec<&str> = if text == "all" { keys.clone() } else { keys.iter().filter(names).copied().collect() };
        match meant.as_slice() {
            [] => return Err(Failure::usage(format!("`{text}` is no object that has drifted: {there_are}"))),
            [_, _, ..] if text != "all" => {
                return Err(Failure::usage(format!("`{text}` may mean {}: write one of them", meant.join(" or "))));
            }
            meant => all.extend(meant.iter().map(|key| (*key).to_owned())),
        }
    }
    Ok(all)
}

/// What was gathered once, for each attempt at a plan.
struct Run<'a> {
    project: &'a Project,
    global: &'a Global,
    args: &'a DriftArgs,
    found: &'a Drift,
    side: FromSide,
    lock: LockFile,
    migrations: Vec<Migration>,
    way: Settles,
    keys: BTreeSet<String>,
    scratch: Scratch,
}

impl Run<'_> {
    async fn attempt(&mut self, given: &Given) -> Result<Outcome, Failure> {
        let Self { project, global, args, found, side, lock, migrations, way, keys, scratch } = self;
        let spinner = Spinner::new();
        let answers = (&given.renames, &given.sql);
        let settlement = settle(scratch, side.clone(), found, lock, migrations, *way, keys, answers).await?;
        spinner.finish();
        let comparison = &settlement.comparison;
        given.check(comparison, migrations)?;
        if global.format == Format::Text {
            report::catalog_diff::show(global, comparison);
        }
        let groups = match plan(comparison, lock, &given.answers, &SourceFacts::default()) {
            Ok(groups) => groups,
            Err(obstacles) => return Ok(Outcome::Open(obstacles)),
        };
        match global.format {
            Format::Text => report::plan::show(global, &groups, &[], comparison),
            Format::Json => anstream::println!("{}", report::plan::json(&groups, &[], comparison)),
        }
        let spinner = Spinner::new();
        spinner.say("proving the plan on a scratch server");
        let (directory, lock_path) = (project.migrations_directory(), project.lock_path());
        let place = Place {
            directory: &directory,
            lock: &lock_path,
            name: args.name.as_deref(),
            answers: &given.recorded,
            unproven: false,
        };
        let written = settlement.write(&groups, migrations, scratch, place).await?;
        spinner.finish();
        report::plan::written(global, &written);
        report::say(global, report::drift::next(*way));
        Ok(Outcome::Done(DONE))
    }
}
