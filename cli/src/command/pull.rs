//! `pull`: from a catalog to structs.

mod options;
mod place;
mod side;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schema_diff::draft::FromSide;
use schema_diff::model::declare::{CrateRoot, Declared};
use schema_diff::model::{Catalog, ObjectKind};
use schema_diff::pull::{
    Existing, Merged, Note, Options, PullError, Pulled, Subject, declared, leftovers, merge, pull, with_module,
};

use crate::args::{Format, Global, PullArgs};
use crate::exit_code::DONE;
use crate::failure::Failure;
use crate::project::Project;
use crate::report;
use crate::report::progress::Spinner;
use place::Place;
use side::Loaded;

/// Everything goes to the standard output.
const STDOUT: &str = "-";

/// What is written, and what is to be said of it.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// The files with their new text, and what they held before.
    pub(crate) files: BTreeMap<PathBuf, (Option<String>, String)>,
    /// What was pulled.
    pub(crate) pulled: Pulled,
    /// What was edited.
    pub(crate) merged: Merged,
    /// The line that takes the new module in, and the file that it was added to.
    pub(crate) module: Option<(PathBuf, String)>,
    /// Objects that no struct declares, by their kind.
    pub(crate) others: BTreeMap<ObjectKind, Vec<String>>,
    /// Everything that is left to people.
    pub(crate) notes: Vec<Note>,
}

pub(crate) async fn run(project: &Project, global: &Global, args: &PullArgs) -> Result<u8, Failure> {
    let options = options::of(args);
    let spinner = Spinner::new();
    let mut loaded = side::load(project, global, args, &spinner).await?;
    let mut report = Report { others: others(&loaded.side), ..Report::default() };
    if args.output == STDOUT {
        to_stdout(&mut loaded, &options, &mut report).await?;
    } else {
        to_files(project, global, args, &mut loaded, &options, &mut report).await?;
    }
    spinner.finish();
    report.notes.sort();
    report.notes.dedup();
    match global.format {
        Format::Json => anstream::println!("{}", report::pull::json(&report)),
        Format::Text if args.output == STDOUT => {
            report.pulled.files.iter().for_each(|file| anstream::print!("{}", file.text));
            report::pull::notes(global, &report);
        }
        Format::Text => report::pull::show(global, &report, args.dry_run),
    }
    Ok(DONE)
}

/// Everything anew, whatever is declared already.
async fn to_stdout(loaded: &mut Loaded, options: &Options, report: &mut Report) -> Result<(), Failure> {
    let side = loaded.side.clone();
    report.pulled = pull(subject(&side), "schema", None, options, &Existing::default())?;
    report.notes.extend(report.pulled.notes.iter().cloned());
    report.notes.extend(unmodelled(&side, &report.pulled));
    let own = declared(&report.pulled)?;
    report.notes.extend(leftovers(&loaded.aligned(own).await?));
    Ok(())
}

/// What is declared is edited where it stands, what is new goes into the file for it.
async fn to_files(
    project: &Project,
    global: &Global,
    args: &PullArgs,
    loaded: &mut Loaded,
    options: &Options,
    report: &mut Report,
) -> Result<(), Failure> {
    let (own, roots, waits) = match project.has_manifest(global) {
        true => declared_so_far(project, global, Path::new(&args.output))?,
        false => (Declared::default(), Vec::new(), false),
    };
    let place = Place::of(project, &roots, Path::new(&args.output))?;
    let existing = Existing { items: own.items.clone(), home: place.home.clone() };
    let side = loaded.side.clone();
    let have = loaded.aligned(known(&own.catalog, &side)).await?.to;
    report.merged = merge(subject(&side), &have, &existing, options)?;
    let there = match report.merged.files.remove(&place.file) {
        Some(text) => Some(text),
        None => place::read(&place.file)?,
    };
    if there.is_some() && !own.items.is_empty() && !place.is_read(&own) && !place.is_in_root(&roots)? {
        let file = place.shown();
        return Err(Failure::usage(format!(
            "{file} is there, and no `mod` leads to it: add one, or name another file with --output"
        )));
    }
    report.pulled = pull(subject(&side), &place.module, there.clone(), options, &existing)?;
    for (path, text) in std::mem::take(&mut report.merged.files) {
        report.files.insert(path.clone(), (place::read(&path)?, text));
    }
    if waits && report.pulled.files.is_empty() {
        report.files.insert(place.file.clone(), (None, "//! The database has no table and no type.\n".to_owned()));
    }
    let changed_there = there != place::read(&place.file)?;
    for file in report.pulled.files.clone() {
        let path = place.folder.join(&file.path);
        let before = place::read(&path)?;
        if path != place.file && before.is_some() {
            return Err(Failure::usage(format!("{} is there already: it is nobody's but yours", path.display())));
        }
        report.files.insert(path, (before, file.text));
    }
    if let Some(text) = there.filter(|_| changed_there && !report.files.contains_key(&place.file)) {
        report.files.insert(place.file.clone(), (place::read(&place.file)?, text));
    }
    report.files.retain(|_, (before, text)| before.as_ref() != Some(text));
    if !report.pulled.new.is_empty() {
        take_in(&place, &roots, report)?;
    }
    report.notes.extend(report.pulled.notes.iter().chain(&report.merged.notes).cloned());
    report.notes.extend(unmodelled(&side, &report.pulled));
    if !args.dry_run {
        place::write(&report.files)?;
        verify(project, global, loaded, &side, report).await?;
    }
    Ok(())
}

/// Reads the structs. Where a `mod` waits for the very file that is to be written, an empty one stands in for it; whether
/// one does is told.
fn declared_so_far(
    project: &Project,
    global: &Global,
    output: &Path,
) -> Result<(Declared, Vec<CrateRoot>, bool), Failure> {
    let file = project.root.join(output);
    match project.declared(global) {
        Err(Failure::Mistakes(mistakes)) if !file.exists() => {
            let waits = file.parent().is_some_and(Path::is_dir) && place::write_one(&file, "").is_ok();
            let read = if waits { project.declared(global) } else { Err(Failure::Mistakes(mistakes)) };
            if waits {
                std::fs::remove_file(&file).map_err(|error| Failure::error(format!("{}: {error}", file.display())))?;
            }
            read.map(|(own, roots)| (own, roots, waits))
        }
        other => other.map(|(own, roots)| (own, roots, false)),
    }
}

/// Adds the line that takes the new module in, where its file lies beside the crate's root.
fn take_in(place: &Place, roots: &[CrateRoot], report: &mut Report) -> Result<(), Failure> {
    let Some(root) = place.root(roots) else {
        let what = format!("no crate takes it in: add `mod {};` where it belongs", place.module);
        report.notes.push(Note { object: place.shown(), what });
        return Ok(());
    };
    let before = place::read(&root.file)?.unwrap_or_default();
    let text = report.files.get(&root.file).map_or_else(|| before.clone(), |(_, text)| text.clone());
    if let Some(text) = with_module(&root.file, text, &place.module, root.library.is_some())? {
        let visible = if root.library.is_some() { "pub " } else { "" };
        report.module = Some((root.file.clone(), format!("{visible}mod {};", place.module)));
        report.files.insert(root.file.clone(), (Some(before), text));
    }
    Ok(())
}

/// Reads what was written, and names what still differs.
async fn verify(
    project: &Project,
    global: &Global,
    loaded: &mut Loaded,
    side: &FromSide,
    report: &mut Report,
) -> Result<(), Failure> {
    if !project.has_manifest(global) {
        let own = declared(&report.pulled)?;
        report.notes.extend(leftovers(&loaded.aligned(own).await?));
        return Ok(());
    }
    let (own, _) = project.declared(global)?;
    let mut catalog = known(&own.catalog, side);
    catalog.tables.retain(|name, _| report.pulled.items.contains_key(name));
    catalog.enums.retain(|name, _| report.pulled.items.contains_key(name));
    for missing in report
        .pulled
        .new
        .iter()
        .filter(|name| !own.catalog.tables.contains_key(*name) && !own.catalog.enums.contains_key(*name))
    {
        let what = "it is written, and no `mod` leads to it from the crate's root".to_owned();
        report.notes.push(Note { object: missing.to_string(), what });
    }
    report.notes.extend(leftovers(&loaded.aligned(catalog).await?));
    Ok(())
}

fn subject(side: &FromSide) -> Subject<'_> {
    Subject { catalog: &side.inspection.catalog, domains: &side.inspection.domains }
}

/// The declared tables and types that are there.
fn known(declared: &Catalog, side: &FromSide) -> Catalog {
    let mut known = declared.clone();
    known.tables.retain(|name, _| side.inspection.catalog.tables.contains_key(name));
    known.enums.retain(|name, _| side.inspection.catalog.enums.contains_key(name));
    known
}

/// What is there on the pulled tables and no noun of ours says.
fn unmodelled(side: &FromSide, pulled: &Pulled) -> Vec<Note> {
    let facts = side.inspection.facts.iter().filter(|(name, _)| pulled.items.contains_key(*name));
    let facts = facts.flat_map(|(name, facts)| facts.unmodelled.iter().map(move |what| (name, what.clone())));
    let catalog = &side.inspection.catalog;
    let partitioned = catalog.tables.values().filter_map(|table| {
        let key = &table.partitioning.as_ref()?.key;
        Some((&table.name, format!("it is partitioned by {key}")))
    });
    let partitions = catalog.partitions().into_iter().map(|name| (name, "it is a partition".to_owned()));
    let pulled = partitioned.chain(partitions).filter(|(name, _)| pulled.items.contains_key(*name));
    let note = |(name, what)| Note { object: format!("table {name}"), what: format!("not declared: {what}") };
    facts.chain(pulled).map(note).collect()
}

/// What is declared as SQL, if at all: by kind, with the names.
fn others(side: &FromSide) -> BTreeMap<ObjectKind, Vec<String>> {
    let mut others: BTreeMap<ObjectKind, Vec<String>> = BTreeMap::new();
    for object in side.inspection.catalog.objects.values() {
        others.entry(object.kind).or_default().push(object.name.clone());
    }
    others
}

impl From<PullError> for Failure {
    fn from(error: PullError) -> Self {
        match error {
            PullError::Compare(error) => error.into(),
            other => Self::error(other.to_string()),
        }
    }
}
