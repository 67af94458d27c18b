//! `diff`: compare, plan, prove, write.

use schema_diff::apply::forecast::{Forecast, forecast};
use schema_diff::apply::{BackfillOptions, Target};
use schema_diff::dialect::postgres::render::render;
use schema_diff::dialect::postgres::script::{Chapter, script};
use schema_diff::draft::{
    Comparison, Declaration, FromSide, Place, compare, declared_objects, live, plan, prove_only, write,
};
use schema_diff::migration::{LockFile, Migration};
use schema_diff::phase::Phase;
use schema_diff::plan::group::Group;
use schema_diff::plan::source::SourceFacts;
use schema_diff::proof::Scratch;
use schema_diff::statement::ScriptStep;

use super::answers::Given;
use super::ask::{self, Outcome};
use super::compat;
use super::side::{self, Side};
use crate::args::{DiffArgs, Format, Global};
use crate::exit_code::{DIFFERENCE, DONE};
use crate::failure::Failure;
use crate::project::Project;
use crate::report::progress::Spinner;
use crate::{database, report};

pub(crate) async fn run(project: &Project, global: &Global, args: &DiffArgs) -> Result<u8, Failure> {
    let from = args.from.as_deref().map(Side::parse).transpose()?;
    let to = args.to.as_deref().map_or(Ok(Side::Structs(None)), Side::parse)?;
    let mut given = Given::parse(&args.answers, &project.config)?;
    loop {
        let inputs = Inputs::gather(project, global, &to, args.structs.compiled)?;
        let outcome = attempt(project, global, args, from.as_ref(), &to, inputs, &given).await?;
        if let Some(code) = ask::answered(global, outcome, &mut given)? {
            return Ok(code);
        }
    }
}

/// What is read from disk.
struct Inputs {
    declared: Declaration,
    source: SourceFacts,
    migrations: Vec<Migration>,
    lock: LockFile,
}

impl Inputs {
    fn gather(project: &Project, global: &Global, to: &Side, compiled: bool) -> Result<Self, Failure> {
        let mut inputs = Self {
            declared: Declaration::default(),
            source: SourceFacts::default(),
            migrations: project.migrations()?,
            lock: project.lock()?,
        };
        if let Side::Structs(path) = to {
            let (declared, roots) = match path {
                None => project.declared_by(global, compiled)?,
                Some(path) => {
                    let manifest = Global { manifest_path: Some(path.join("Cargo.toml")), ..global.clone() };
                    Project::find(&manifest)?.declared_by(&manifest, compiled)?
                }
            };
            inputs.declared.catalog = declared.catalog;
            inputs.source = project.source(&roots);
        }
        Ok(inputs)
    }
}

async fn attempt(
    project: &Project,
    global: &Global,
    args: &DiffArgs,
    from: Option<&Side>,
    to: &Side,
    mut inputs: Inputs,
    given: &Given,
) -> Result<Outcome, Failure> {
    let spinner = Spinner::new();
    let choice = project.scratch_choice(args.scratch_url.as_deref());
    let url = match from {
        None => Some(live_url(project, global).await?),
        Some(Side::Database(url)) => Some(database::resolve(url, project).await?),
        Some(_) => None,
    };
    let target = url.map(|url| Target::new(&url, None)).transpose()?;
    let (mut connection, from_side, mut scratch) = match &target {
        Some(target) => {
            let (connection, side) = live(target).await?;
            let scratch = Scratch::new(choice, Some(side.inspection.major), spinner.embedded());
            (Some(connection), side, scratch)
        }
        None => {
            let mut scratch = Scratch::new(choice, None, spinner.embedded());
            let side = match from {
                Some(Side::Structs(_)) => structs_as_from(project, global, args.structs.compiled, &mut scratch).await?,
                Some(side) => side::load(side, &mut scratch, &inputs.migrations, &inputs.lock).await?,
                None => FromSide::default(),
            };
            (None, side, scratch)
        }
    };
    let mut declared = match to {
        Side::Structs(_) => std::mem::take(&mut inputs.declared),
        Side::Database(url) => {
            let target = Target::new(&database::resolve(url, project).await?, None)?;
            side::declaration(live(&target).await?.1, true)
        }
        other => side::declaration(
            side::load(other, &mut scratch, &inputs.migrations, &inputs.lock).await?,
            !other.is_managed(),
        ),
    };
    given.apply(&mut declared.catalog);
    if let Side::Structs(_) = to {
        let files = side::beside_the_structs(project)?;
        let live = &from_side.inspection.catalog;
        declared.catalog.objects = declared_objects(&mut scratch, &declared.catalog, live, &files).await?;
    }
    let comparison = compare(
        connection.as_mut(),
        &mut scratch,
        from_side,
        declared,
        &inputs.lock,
        &inputs.migrations,
        &given.renames,
    )
    .await?;
    spinner.finish();
    given.check(&comparison, &inputs.migrations)?;
    conclude(project, global, args, &inputs, given, &comparison, target.as_ref(), &mut scratch).await
}

/// The configured database; on a terminal without one the embedded server is offered.
async fn live_url(project: &Project, global: &Global) -> Result<String, Failure> {
    if database::configured(global, project).is_none() && ask::offer_embedded()? {
        return database::resolve("embedded", project).await;
    }
    database::url(global, project).await
}

async fn structs_as_from(
    project: &Project,
    global: &Global,
    compiled: bool,
    scratch: &mut Scratch,
) -> Result<FromSide, Failure> {
    let (declared, _) = project.declared_by(global, compiled)?;
    let mut declaration = Declaration { catalog: declared.catalog, whole: true };
    let files = side::beside_the_structs(project)?;
    let nothing_live = schema_diff::model::Catalog::default();
    declaration.catalog.objects = declared_objects(scratch, &declaration.catalog, &nothing_live, &files).await?;
    let nothing = LockFile::default();
    let none = schema_diff::diff::RenameAnswers::default();
    let made = compare(None, scratch, FromSide::default(), declaration, &nothing, &[], &none).await?;
    let mut side = FromSide::default();
    side.inspection.catalog = made.aligned.to;
    Ok(side)
}

#[expect(clippy::too_many_arguments, reason = "what the command has gathered, handed on once")]
async fn conclude(
    project: &Project,
    global: &Global,
    args: &DiffArgs,
    inputs: &Inputs,
    given: &Given,
    comparison: &Comparison,
    target: Option<&Target>,
    scratch: &mut Scratch,
) -> Result<Outcome, Failure> {
    let text = global.format == Format::Text;
    if text && !args.sql {
        report::catalog_diff::show(global, comparison);
    }
    if args.write && !comparison.aligned.drift.is_empty() {
        return Err(Failure::drift(report::catalog_diff::drift(&comparison.aligned.drift)));
    }
    let groups = match plan(comparison, &inputs.lock, &given.answers, &inputs.source) {
        Ok(groups) => groups,
        Err(obstacles) => return Ok(Outcome::Open(obstacles)),
    };
    let differs = !comparison.is_empty() || !comparison.pending.is_empty();
    let code = if args.exit_code && differs { DIFFERENCE } else { DONE };
    if args.sql {
        print_script(inputs, comparison, &groups, scratch).await?;
        return Ok(Outcome::Done(code));
    }
    let forecasts = match target {
        Some(target) => forecasts(target, &groups).await?,
        None => Vec::new(),
    };
    if text {
        report::plan::show(global, &groups, &forecasts, comparison);
    } else {
        anstream::println!("{}", report::plan::json(&groups, &forecasts, comparison));
    }
    if args.write {
        write_all(project, global, args, inputs, given, comparison, &groups, scratch).await?;
    }
    Ok(Outcome::Done(code))
}

/// The plan as one script, on stdout alone.
async fn print_script(
    inputs: &Inputs,
    comparison: &Comparison,
    groups: &[Group],
    scratch: &mut Scratch,
) -> Result<(), Failure> {
    if !comparison.pending.is_empty() {
        anstream::eprintln!("to be run after what is pending or open: {}", comparison.pending.join(", "));
    }
    let spinner = Spinner::new();
    spinner.say("proving the plan on a scratch server");
    prove_only(comparison, groups, &inputs.migrations, scratch).await?;
    spinner.finish();
    let chapter = |group: &Group| Chapter {
        title: group.changes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
        steps: Phase::ALL.into_iter().flat_map(|phase| render(phase, &group.steps)).collect(),
    };
    anstream::print!("{}", script(&groups.iter().map(chapter).collect::<Vec<_>>()));
    Ok(())
}

/// What each group will cost on the live database, as `apply` runs by default.
async fn forecasts(target: &Target, groups: &[Group]) -> Result<Vec<Forecast>, Failure> {
    let mut forecasts = Vec::new();
    for group in groups {
        let steps: Vec<ScriptStep> = Phase::ALL.into_iter().flat_map(|phase| render(phase, &group.steps)).collect();
        forecasts.push(forecast(target, &steps, &BackfillOptions::default()).await?);
    }
    Ok(forecasts)
}

#[expect(clippy::too_many_arguments, reason = "what the command has gathered, handed on once")]
async fn write_all(
    project: &Project,
    global: &Global,
    args: &DiffArgs,
    inputs: &Inputs,
    given: &Given,
    comparison: &Comparison,
    groups: &[Group],
    scratch: &mut Scratch,
) -> Result<(), Failure> {
    let aligned = &comparison.aligned;
    let met_nothing = aligned.first_contact.is_empty() && aligned.first_objects.is_empty();
    let nothing_new = groups.is_empty() && met_nothing && comparison.hand_written.is_empty();
    let locked = LockFile { undeclared: aligned.undeclared.clone(), catalog: aligned.to.clone() };
    if nothing_new && locked.text() == inputs.lock.text() {
        return Ok(());
    }
    let spinner = Spinner::new();
    spinner.say("proving the plan on a scratch server");
    let (directory, lock) = (project.migrations_directory(), project.lock_path());
    let place = Place {
        directory: &directory,
        lock: &lock,
        name: args.name.as_deref(),
        answers: &given.recorded,
        unproven: args.unproven,
    };
    let written = write(comparison, groups, &inputs.migrations, scratch, place).await?;
    spinner.finish();
    // What is asked once about a table's triggers is not asked again.
    let remembered =
        given.recorded.strategy.iter().filter(|(_, strategy)| matches!(strategy.as_str(), "silent" | "fire"));
    let remembered: std::collections::BTreeMap<_, _> =
        remembered.map(|(object, strategy)| (object.clone(), strategy.clone())).collect();
    if !remembered.is_empty() {
        crate::config::remember(&project.root.join("schema.toml"), &remembered)?;
    }
    report::plan::written(global, &written);
    if !written.migrations.is_empty() {
        if args.to.is_none() {
            let versions: Vec<i64> = written.migrations.iter().map(|migration| migration.version).collect();
            say_whether_queries_work(project, global, scratch, &versions).await;
        }
        report::say(global, "next: read it, commit it together with schema.lock, then `cargo schema apply`");
    } else if written.lock_changed {
        report::say(global, "schema.lock is brought up to date");
    }
    Ok(())
}

/// The queries of both releases on what was written, in one line. That they can't be tried is no reason not to go on.
async fn say_whether_queries_work(project: &Project, global: &Global, scratch: &mut Scratch, written: &[i64]) {
    let spinner = Spinner::new();
    spinner.say("trying the queries of both releases");
    let summary = compat::summary(project, global, scratch, written).await;
    spinner.finish();
    match summary {
        Ok(Some(line)) => report::say(global, &line),
        Ok(None) => {}
        Err(_) => report::say(global, "queries: could not be tried; `cargo schema compat` says why"),
    }
}
