//! Whether what a step claims about itself is what was seen.

use std::collections::BTreeMap;

use schema_model::QualifiedName;

use crate::dialect::postgres::observe::Observed;
use crate::phase::Phase;
use crate::statement::{Body, LockMode, ScriptStep, Work};

/// What is wrong with the claims of a step, in words; empty where nothing is. `rows` says how many rows each table has: an
/// empty one shows no scan.
pub fn wrong_claims(step: &ScriptStep, observed: &Observed, rows: &BTreeMap<QualifiedName, usize>) -> Vec<String> {
    let mut wrong = Vec::new();
    let claimed = claimed_locks(step, observed);
    let seen = seen_locks(observed, &claimed);
    if claimed != seen {
        wrong.push(format!("it claims {}, and takes {}", locks_in_words(&claimed), locks_in_words(&seen)));
    }
    let most = observed.work.values().copied().max().unwrap_or_default();
    if most != step.work && !(step.work == Work::Scan && most == Work::None && scans_unseen(step, rows)) {
        wrong.push(format!("it claims the work `{}`, and what it does is `{}`", step.work.as_str(), most.as_str()));
    }
    wrong
}

/// The tables that a step reads, builds on or writes anew while it keeps readers or writers out.
pub fn blocking_work(observed: &Observed) -> Vec<String> {
    let blocked = observed.locks.iter().filter(|(_, mode)| mode.is_strong());
    let worked = blocked.filter_map(|(table, mode)| Some((table, mode, observed.work.get(table)?)));
    worked.map(|(table, mode, work)| format!("{} on {table} while it holds {mode}", work.as_str())).collect()
}

type Locks<'a> = BTreeMap<&'a QualifiedName, LockMode>;

/// What readers and writers take themselves is claimed for VALIDATE alone. The way back may find that there is nothing to
/// do, and then takes fewer locks than it claims.
fn claimed_locks<'a>(step: &'a ScriptStep, observed: &Observed) -> Locks<'a> {
    let strong = step.locks.iter().filter(|lock| lock.mode >= LockMode::ShareUpdateExclusive);
    let met = strong.filter(|lock| step.phase != Phase::Undo || observed.locks.contains_key(&lock.table));
    met.map(|lock| (&lock.table, lock.mode)).collect()
}

/// Of a view only what is claimed: a statement that makes one anew says so itself.
fn seen_locks<'a>(observed: &'a Observed, claimed: &Locks<'_>) -> Locks<'a> {
    let strong = observed.locks.iter().filter(|(_, mode)| **mode >= LockMode::ShareUpdateExclusive);
    let counts = strong.filter(|(name, _)| !observed.views.contains(*name) || claimed.contains_key(*name));
    counts.map(|(table, mode)| (table, *mode)).collect()
}

/// ANALYZE reads a sample, which the server doesn't count as a scan; nor does it show that an empty table was read, or
/// what another session reads. A materialised view names no table, and may be made from an index alone.
fn scans_unseen(step: &ScriptStep, rows: &BTreeMap<QualifiedName, usize>) -> bool {
    let Body::Statements(statements) = &step.body else { return true };
    let samples = statements.iter().any(|statement| statement.sql.starts_with("ANALYZE"));
    let empty = step.locks.iter().any(|lock| rows.get(&lock.table).copied().unwrap_or_default() == 0);
    samples || empty || step.locks.is_empty() || !step.transaction
}

fn locks_in_words(locks: &Locks<'_>) -> String {
    if locks.is_empty() {
        return "no lock that blocks anybody".to_owned();
    }
    locks.iter().map(|(table, mode)| format!("{mode} on {table}")).collect::<Vec<_>>().join(", ")
}
