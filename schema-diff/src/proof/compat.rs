//! Whether the queries of two releases work at every moment of a migration at which these releases are alive.

mod course;
mod finding;
mod look;
mod rules;
mod subject;
mod touched;

use std::collections::BTreeMap;

use schema_model::Position;

pub use finding::{Class, CompatFinding, Moment};

use self::course::Course;
use self::finding::Findings;
use super::ProofError;
use super::end_state::apply_all_phases;
use super::scratch::Scratch;
use crate::apply::Target;
use crate::migration::Migration;
use crate::release::Release;

/// The releases on both sides of the migrations.
#[derive(Clone, Copy, Debug)]
pub struct Releases<'a> {
    /// The one that is live before them, if it is known.
    pub old: Option<&'a Release>,
    /// The one that comes with them.
    pub new: &'a Release,
}

/// What a walk has shown.
#[derive(Clone, Debug, Default)]
pub struct Compatibility {
    /// What goes wrong while a release is alive, in the order of releases and of the source.
    pub findings: Vec<CompatFinding>,
    /// What would go wrong with the old release once it should be gone: why it must be.
    pub after_contract: Vec<CompatFinding>,
    /// How many queries of each release were tried.
    pub tried: BTreeMap<String, usize>,
    /// Queries that say nothing about the migrations, with the release and the reason.
    pub untried: Vec<Untried>,
    /// What the server's version leaves open.
    pub gaps: Vec<String>,
}

/// A query that could not be tried.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Untried {
    /// The release.
    pub release: String,
    /// Where the query stands.
    pub position: Position,
    /// Why.
    pub why: String,
}

/// Walks through migrations, after those before them on an empty database, and tries every query wherever its release is
/// alive.
///
/// # Errors
///
/// Where the walk itself fails.
pub async fn compat(
    scratch: &mut Scratch,
    earlier: &[Migration],
    walked: &[Migration],
    releases: Releases<'_>,
) -> Result<Compatibility, ProofError> {
    let before = scratch.database().await?;
    before.make_roles(earlier.iter().chain(walked)).await?;
    if !earlier.is_empty() {
        apply_all_phases(&Target::new(&before.url, None)?, earlier).await?;
    }
    let after = scratch.copy_of(&before).await?;
    apply_all_phases(&Target::new(&after.url, None)?, &[earlier, walked].concat()).await?;
    let mut findings = Findings::default();
    let course = Course { before: &before, after: &after, walked, releases };
    let outcome = course.run(&mut findings).await;
    scratch.drop_database(&before).await?;
    scratch.drop_database(&after).await?;
    outcome?;
    Ok(findings.into_result())
}
