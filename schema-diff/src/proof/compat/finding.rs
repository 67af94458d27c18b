//! What goes wrong with a query, and when.

use std::collections::BTreeMap;
use std::fmt;

use schema_model::Position;

use super::{Compatibility, Untried};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Every time.
    Fails,
    /// On connections that have the statement prepared, until they are closed; sqlx doesn't recover by itself.
    LiveSessions,
    /// With some values.
    DependsOnValues,
    /// No error, and another result.
    MeansSomethingElse,
}

impl Class {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fails => "fails",
            Self::LiveSessions => "fails in live sessions until they reconnect",
            Self::DependsOnValues => "depends on values",
            Self::MeansSomethingElse => "means something else",
        }
    }

    /// Whether it is an error whatever the values are.
    pub fn is_certain(self) -> bool {
        self <= Self::LiveSessions
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A moment of the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// Nothing has been done yet.
    Before,
    /// Expand is done.
    AfterExpand,
    /// Some steps of the backfill are done.
    DuringBackfill,
    /// Both releases are alive.
    AfterBackfill,
    /// Some steps of the contract are done.
    DuringContract,
    /// The old form is gone.
    AfterContract,
}

impl Moment {
    /// The words for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::AfterExpand => "after expand",
            Self::DuringBackfill => "during backfill",
            Self::AfterBackfill => "after backfill",
            Self::DuringContract => "during contract",
            Self::AfterContract => "after contract",
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Something that goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompatFinding {
    /// The release.
    pub release: String,
    /// Where the query stands.
    pub position: Position,
    /// The query.
    pub query: String,
    /// How bad it is.
    pub class: Class,
    /// When it is so for the first time.
    pub from: Moment,
    /// When it is so for the last time.
    pub until: Moment,
    /// What happens.
    pub what: String,
    /// What to do about it.
    pub way_out: String,
}

/// What a rule says about a query at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) class: Class,
    pub(super) what: String,
    pub(super) way_out: String,
}

impl Verdict {
    pub(super) fn new(class: Class, what: impl Into<String>, way_out: impl Into<String>) -> Self {
        Self { class, what: what.into(), way_out: way_out.into() }
    }
}

/// A query of a release, as findings name it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named<'a> {
    pub(super) release: &'a str,
    pub(super) position: &'a Position,
    pub(super) query: &'a str,
}

/// Collects findings; what is so at several moments is one.
#[derive(Debug, Default)]
pub(super) struct Findings {
    found: BTreeMap<(String, Position, Class, String), CompatFinding>,
    after_contract: Vec<CompatFinding>,
    pub(super) tried: BTreeMap<String, usize>,
    pub(super) untried: Vec<Untried>,
    pub(super) gaps: Vec<String>,
}

impl Findings {
    pub(super) fn add(&mut self, named: Named<'_>, moment: Moment, verdict: Verdict) {
        let key = (named.release.to_owned(), named.position.clone(), verdict.class, verdict.what.clone());
        let new = finding(named, moment, verdict);
        let known = self.found.entry(key).or_insert(new);
        known.until = known.until.max(moment);
    }

    /// What would become of a release that is gone by then.
    pub(super) fn add_after_contract(&mut self, named: Named<'_>, verdict: Verdict) {
        self.after_contract.push(finding(named, Moment::AfterContract, verdict));
    }

    pub(super) fn into_result(self) -> Compatibility {
        let mut untried = self.untried;
        untried.sort();
        Compatibility {
            findings: self.found.into_values().collect(),
            after_contract: self.after_contract,
            tried: self.tried,
            untried,
            gaps: self.gaps,
        }
    }
}

fn finding(named: Named<'_>, moment: Moment, verdict: Verdict) -> CompatFinding {
    CompatFinding {
        release: named.release.to_owned(),
        position: named.position.clone(),
        query: named.query.to_owned(),
        class: verdict.class,
        from: moment,
        until: moment,
        what: verdict.what,
        way_out: verdict.way_out,
    }
}
