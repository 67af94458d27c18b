//! What the server says by itself.

use super::super::finding::{Class, Verdict};
use super::Case;
use crate::dialect::postgres::compat::Refusal;

const LEAVE_OUT: &str = "leave the column out of the statement, and deploy that before the migration";

/// A query that can't be prepared or planned any more.
pub(super) fn fails(case: &Case<'_>) -> Vec<Verdict> {
    if let Err(refusal) = &case.look.prepared {
        return vec![refused(refusal)];
    }
    match (&case.look.planned, &case.at_home.planned) {
        (Err(refusal), Ok(())) => vec![refused(refusal)],
        _ => Vec::new(),
    }
}

/// A session that has the query prepared fails, and one that begins now doesn't.
pub(super) fn live(case: &Case<'_>) -> Vec<Verdict> {
    let Some(refusal) = case.refused_live else { return Vec::new() };
    let way_out = match refusal.is_cached_plan() {
        true => {
            "name the columns instead of `*` where one was added; else restart the instances of this release, or clear the statements whenever a connection is taken from the pool (README, \"SELECT *\")"
        }
        false => "restart the instances of this release after this phase",
    };
    vec![Verdict::new(Class::LiveSessions, refusal.message.clone(), way_out)]
}

/// The verdict on a query that the server refuses.
pub(in super::super) fn refused(refusal: &Refusal) -> Verdict {
    // PostgreSQL 12 and 13 call it a syntax error.
    let generated = refusal.code == "42601" && refusal.message.contains("generated column");
    let way_out = match refusal.code.as_str() {
        _ if generated => LEAVE_OUT,
        "42703" => "keep the column until the contract, or add it in expand, so that this release finds it",
        "42P01" => "keep the table until the contract (a view can stand in for it), so that this release finds it",
        "42702" => "qualify the column with its table, and deploy that before the migration",
        "42P10" => "keep the unique index of this ON CONFLICT until the release is gone, or add it in expand",
        "42704" => "keep the type, constraint or index under this name until the release is gone",
        "42804" | "42883" | "42846" | "22P02" => {
            "change the type under a new name (`renamed_from`), so that each release has the one it knows"
        }
        "428C9" => LEAVE_OUT,
        "42803" => "name all columns in GROUP BY, and deploy that before the migration",
        "42601" => "name the columns, and deploy that before the migration",
        "42501" => "grant the privilege in expand",
        _ => "deploy a release without this query before the migration, or change the migration",
    };
    Verdict::new(Class::Fails, refusal.message.clone(), way_out)
}
