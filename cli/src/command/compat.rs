//! `compat`: the queries of both releases, tried in every phase of the migrations between them.

mod release_n;

use schema_diff::draft::DraftError;
use schema_diff::migration::Migration;
use schema_diff::model::declare::Unread;
use schema_diff::proof::{Compatibility, ProofError, Releases, Scratch, compat};
use schema_diff::release::Release;

pub(crate) use self::release_n::ReleaseN;
use crate::args::{CompatArgs, Format, Global};
use crate::exit_code::{DIFFERENCE, DONE, REFUSED};
use crate::failure::Failure;
use crate::project::Project;
use crate::report;
use crate::report::progress::Spinner;
use crate::revision::Revision;

/// What there is to tell.
pub(crate) struct Told {
    /// The folders of the migrations that were walked through.
    pub(crate) migrations: Vec<String>,
    /// The revision of release N.
    pub(crate) old: ReleaseN,
    /// What the walk has shown.
    pub(crate) shown: Compatibility,
    /// What could not be read, with its release.
    pub(crate) unread: Vec<(String, Unread)>,
}

pub(crate) async fn run(project: &Project, global: &Global, args: &CompatArgs) -> Result<u8, Failure> {
    let release_n = ReleaseN::find(project, global, args.release_ref.as_deref()).await?;
    let spinner = Spinner::new();
    let choice = project.scratch_choice(args.scratch_url.as_deref());
    let mut scratch = Scratch::new(choice, args.major, spinner.embedded());
    spinner.say("trying the queries of both releases on a scratch server");
    let new = project.release(global, "N+1")?;
    let told = tried(project, global, &mut scratch, (release_n, new), args.version.as_slice()).await?;
    spinner.finish();
    let Some(told) = told else {
        report::say(global, "there is no migration between the two releases: both meet the same catalog");
        return Ok(DONE);
    };
    match global.format {
        Format::Text => report::compat::show(global, &told),
        Format::Json => anstream::println!("{}", report::compat::json(&told)),
    }
    Ok(code(&told.shown))
}

/// The outcome in one line, for who has just written migrations; nothing where the application has no queries.
pub(crate) async fn summary(
    project: &Project,
    global: &Global,
    scratch: &mut Scratch,
    written: &[i64],
) -> Result<Option<String>, Failure> {
    let release_n = ReleaseN::find(project, global, None).await?;
    let new = project.release(global, "N+1")?;
    if release_n.revision().is_none() && new.queries.is_empty() && new.unread.is_empty() {
        return Ok(None);
    }
    let only = if release_n.revision().is_some() { &[] } else { written };
    let told = tried(project, global, scratch, (release_n, new), only).await?;
    Ok(told.and_then(|told| report::compat::summary(&told)))
}

/// Walks through the migrations between the two releases, or only through some; `None` where there are none.
async fn tried(
    project: &Project,
    global: &Global,
    scratch: &mut Scratch,
    (release_n, new): (ReleaseN, Release),
    only: &[i64],
) -> Result<Option<Told>, Failure> {
    let migrations = project.migrations()?;
    let revision = release_n.check_out(project, global)?;
    let walked = chosen(&migrations, only, revision.as_ref())?;
    let Some(first) = walked.first().map(|migration| migration.version) else { return Ok(None) };
    let earlier: Vec<Migration> = migrations.iter().filter(|one| one.version < first).cloned().collect();
    let old = match &revision {
        Some(revision) => Some(revision.release("N")?),
        None => None,
    };
    let releases = Releases { old: old.as_ref(), new: &new };
    let shown = compat(scratch, &earlier, &walked, releases).await.map_err(failure)?;
    Ok(Some(Told {
        migrations: walked.iter().map(Migration::folder_name).collect(),
        old: release_n,
        shown,
        unread: old.iter().chain([&new]).flat_map(unread).collect(),
    }))
}

/// The migrations that are walked through.
fn chosen(migrations: &[Migration], only: &[i64], revision: Option<&Revision>) -> Result<Vec<Migration>, Failure> {
    if let Some(missing) = only.iter().find(|version| !migrations.iter().any(|one| one.version == **version)) {
        return Err(Failure::usage(format!("there is no migration {missing}: `cargo schema status` lists them")));
    }
    if !only.is_empty() {
        return Ok(migrations.iter().filter(|one| only.contains(&one.version)).cloned().collect());
    }
    Ok(match revision {
        Some(revision) => {
            migrations.iter().filter(|one| !revision.has_migration(&one.folder_name())).cloned().collect()
        }
        None => migrations.last().into_iter().cloned().collect(),
    })
}

/// A migration that doesn't come to its end is a matter of its proof.
fn failure(error: ProofError) -> Failure {
    match error {
        ProofError::Walk { at, what } => Failure::error(format!(
            "the migration fails on the scratch server, in {at}: {what}\nmend its files; `cargo schema check --prove` walks through them on rows"
        )),
        other => DraftError::from(other).into(),
    }
}

fn unread(release: &Release) -> Vec<(String, Unread)> {
    release.unread.iter().map(|unread| (release.name.clone(), unread.clone())).collect()
}

fn code(shown: &Compatibility) -> u8 {
    if shown.findings.iter().any(|finding| finding.class.is_certain()) {
        REFUSED
    } else if shown.findings.is_empty() {
        DONE
    } else {
        DIFFERENCE
    }
}
