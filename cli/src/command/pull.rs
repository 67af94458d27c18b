//! `pull`: from a catalog to structs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schema_diff::apply::Target;
use schema_diff::draft::{FromSide, live};
use schema_diff::model::ObjectKind;
use schema_diff::proof::{Scratch, ScratchChoice};
use schema_diff::pull::{Layout, Note, Options, PullError, Pulled, Subject, declared, leftovers, pull};

use super::side::{self, Side};
use crate::args::{Format, Global, PullArgs};
use crate::database;
use crate::exit_code::DONE;
use crate::failure::Failure;
use crate::project::{self, Project};
use crate::report;
use crate::report::progress::Spinner;

/// The major version of the scratch server where no live one says which.
const LATEST: u16 = 18;

/// Everything goes to the standard output.
const STDOUT: &str = "-";

pub(crate) async fn run(project: &Project, global: &Global, args: &PullArgs) -> Result<u8, Failure> {
    let options = options(args);
    let spinner = Spinner::new();
    let choice = match args.scratch_url.clone().or_else(|| project.config.scratch_url.clone()) {
        Some(url) => ScratchChoice::Url(url),
        None => ScratchChoice::Embedded,
    };
    let from = args.from.as_deref().map(Side::parse).transpose()?;
    let url = match &from {
        None => Some(database::url(global, project).await?),
        Some(Side::Database(url)) => Some(database::resolve(url, project).await?),
        Some(Side::Structs(_)) => {
            return Err(Failure::usage("structs are what `pull` writes: it can't pull from them"));
        }
        Some(_) => None,
    };
    let (mut connection, side, mut scratch) = match (url, &from) {
        (Some(url), _) => {
            let (connection, side) = live(&Target::new(&url, None)?).await?;
            let major = side.inspection.major;
            (Some(connection), side, Scratch::new(choice, major, spinner.embedded()))
        }
        (None, from) => {
            let mut scratch = Scratch::new(choice, LATEST, spinner.embedded());
            let side = match from {
                Some(side) => side::load(side, &mut scratch, &project.migrations()?, &project.lock()?).await?,
                None => FromSide::default(),
            };
            (None, side, scratch)
        }
    };
    let output = Path::new(if args.output == STDOUT { "schema.rs" } else { &args.output });
    let module = output.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let subject = Subject { catalog: &side.inspection.catalog, domains: &side.inspection.domains };
    let mut pulled = pull(subject, &module, &options);
    pulled.notes.extend(unmodelled(&side, &pulled));
    let others = others(&side);
    let own = declared(&pulled)?;
    pulled.notes.extend(leftovers(connection.as_mut(), &mut scratch, side, own).await?);
    spinner.finish();
    pulled.notes.sort();
    let written = if args.output == STDOUT { Vec::new() } else { write(project, output, &pulled, args.dry_run)? };
    match global.format {
        Format::Json => anstream::println!("{}", report::pull::json(&pulled, &written, &others)),
        Format::Text if args.output == STDOUT => {
            pulled.files.iter().for_each(|file| anstream::print!("{}", file.text));
            report::pull::notes(global, &pulled.notes, &others);
        }
        Format::Text => report::pull::show(global, &pulled, &written, &others),
    }
    Ok(DONE)
}

fn options(args: &PullArgs) -> Options {
    use crate::args::{Dates, Decimals, Networks};
    Options {
        dates: match args.dates {
            Dates::Chrono => schema_diff::pull::Dates::Chrono,
            Dates::Time => schema_diff::pull::Dates::Time,
        },
        decimals: match args.decimals {
            Decimals::RustDecimal => schema_diff::pull::Decimals::RustDecimal,
            Decimals::BigDecimal => schema_diff::pull::Decimals::BigDecimal,
        },
        networks: match args.networks {
            Networks::Ipnetwork => schema_diff::pull::Networks::IpNetwork,
            Networks::Ipnet => schema_diff::pull::Networks::IpNet,
        },
        newtypes: args.newtypes,
        sqlx: !args.no_sqlx,
        derives: args.derive.clone(),
        // One text can't be spread over files.
        layout: if args.split && args.output != STDOUT { Layout::Split } else { Layout::OneFile },
        tables: args.table.clone(),
    }
}

/// What is there on the pulled tables and no noun of ours says.
fn unmodelled(side: &FromSide, pulled: &Pulled) -> Vec<Note> {
    let facts = side.inspection.facts.iter().filter(|(name, _)| pulled.items.contains_key(*name));
    let facts = facts.flat_map(|(name, facts)| facts.unmodelled.iter().map(move |what| (name, what)));
    facts.map(|(name, what)| Note { object: format!("table {name}"), what: format!("not declared: {what}") }).collect()
}

/// What is declared as SQL, if at all: by kind, with the names.
fn others(side: &FromSide) -> BTreeMap<ObjectKind, Vec<String>> {
    let mut others: BTreeMap<ObjectKind, Vec<String>> = BTreeMap::new();
    for object in side.inspection.catalog.objects.values() {
        others.entry(object.kind).or_default().push(object.name.clone());
    }
    others
}

/// Writes the files; gives their paths as people see them.
fn write(project: &Project, output: &Path, pulled: &Pulled, dry_run: bool) -> Result<Vec<PathBuf>, Failure> {
    let folder = project.root.join(output.parent().unwrap_or(Path::new("")));
    let failure = |path: &Path, error: std::io::Error| Failure::error(format!("{}: {error}", path.display()));
    let paths: Vec<PathBuf> = pulled.files.iter().map(|file| folder.join(&file.path)).collect();
    for (path, file) in paths.iter().zip(&pulled.files).filter(|_| !dry_run) {
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(|error| failure(parent, error))?;
        }
        std::fs::write(path, &file.text).map_err(|error| failure(path, error))?;
    }
    Ok(paths.iter().map(|path| project::short(path)).collect())
}

impl From<PullError> for Failure {
    fn from(error: PullError) -> Self {
        match error {
            PullError::Compare(error) => error.into(),
            other => Self::error(other.to_string()),
        }
    }
}
