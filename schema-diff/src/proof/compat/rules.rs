//! The rules: what each says about a query, from what the server says now and what it said on the catalog that the query
//! was written for.

mod answer;
mod body;
mod constraint;
mod narrowed;
mod reader;
mod result;
mod uses;
mod utility;
mod write;

pub(super) use answer::refused;
pub(super) use utility::of_utility;

use super::finding::Verdict;
use super::look::Look;
use super::subject::Candidate;
use crate::dialect::postgres::compat::{Refusal, Snapshot};

/// A query at a moment.
pub(super) struct Case<'a> {
    pub(super) candidate: &'a Candidate<'a>,
    /// The catalog that it was written for.
    pub(super) home: &'a Snapshot,
    /// The catalog now.
    pub(super) now: &'a Snapshot,
    /// What the server said there.
    pub(super) at_home: &'a Look,
    /// What it says now.
    pub(super) look: &'a Look,
    /// What it says to sessions that have the query prepared.
    pub(super) refused_live: Option<&'a Refusal>,
}

/// A rule.
type Rule = fn(&Case<'_>) -> Vec<Verdict>;

/// The rules that only a query which can be planned needs.
const RULES: &[Rule] = &[answer::live, result::shape, write::all, constraint::all, narrowed::all, uses::all, body::all];

/// Everything that is to be said.
pub(super) fn all(case: &Case<'_>) -> Vec<Verdict> {
    let fails = answer::fails(case);
    if !fails.is_empty() {
        return fails;
    }
    RULES.iter().flat_map(|rule| rule(case)).collect()
}
