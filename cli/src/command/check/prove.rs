//! `check --prove`: migrations are walked through again, as their files say it now.

use schema_diff::draft::DraftError;
use schema_diff::migration::Migration;
use schema_diff::proof::{ProofError, Scratch, prove_again};

use super::Finding;
use crate::args::Global;
use crate::failure::Failure;
use crate::project::Project;
use crate::report;
use crate::report::progress::Spinner;

/// What the walks found.
pub(super) async fn run(
    project: &Project,
    global: &Global,
    migrations: &[Migration],
    which: &str,
    scratch_url: Option<&str>,
) -> Result<Vec<Finding>, Failure> {
    let spinner = Spinner::new();
    let choice = project.scratch_choice(scratch_url);
    let mut scratch = Scratch::new(choice, None, spinner.embedded());
    let mut findings = Vec::new();
    let mut proven = Vec::new();
    for at in chosen(migrations, which)? {
        let name = migrations[at].folder_name();
        spinner.say(&format!("proving {name} on a scratch server"));
        match prove_again(&mut scratch, &migrations[..=at]).await {
            Ok(shown) => {
                findings.extend(shown.gaps.iter().map(|gap| Finding::new("note", format!("{name}: {gap}"), "")));
                proven.push(name);
            }
            Err(error @ (ProofError::Walk { .. } | ProofError::Run(_))) => {
                let next = "mend its files, or delete the folder and run `cargo schema diff --write`";
                findings.push(Finding::new("fault", format!("{name}: {error}"), next));
            }
            Err(error) => return Err(DraftError::from(error).into()),
        }
    }
    spinner.finish();
    for name in proven {
        report::say(global, &format!("{name} was walked through, phase by phase: it does what it says"));
    }
    Ok(findings)
}

/// The places of the migrations that are meant.
fn chosen(migrations: &[Migration], which: &str) -> Result<Vec<usize>, Failure> {
    let places = 0..migrations.len();
    match which {
        "all" => Ok(places.collect()),
        "newest" => Ok(places.last().into_iter().collect()),
        version => match migrations.iter().position(|one| one.version.to_string() == version) {
            Some(at) => Ok(vec![at]),
            None => Err(Failure::usage(format!(
                "there is no migration {version}: --prove takes a version, `all`, or nothing for the newest"
            ))),
        },
    }
}
