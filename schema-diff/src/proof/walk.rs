//! The walk through a migration, phase by phase, on rows: what each step does is what it claims, both releases work
//! wherever they must, and the way back leads back from every point before the switch.

use std::collections::{BTreeMap, BTreeSet};

use schema_model::{Catalog, Identifier, QualifiedName, Table};

use super::claims::{blocking_work, wrong_claims};
use super::execute::{Sessions, StepFailure};
use super::release::{Failing, Names, Refusal, Release};
use crate::canonical;
use crate::change::TableConstraint;
use crate::dialect::postgres::inspect::inspect_again;
use crate::dialect::postgres::session::plain;
use crate::dialect::postgres::shape::{Shape, Values};
use crate::diff::constraint;
use crate::migration::Migration;
use crate::phase::{Part, Phase};
use crate::plan::hazard::HazardKind;
use crate::statement::{Body, ScriptStep, Statement, TriggerMode};

/// What a walk found.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    /// The step, or where between two of them.
    pub at: String,
    /// What is wrong there.
    pub what: String,
    /// Whether the rows may be to blame.
    pub by_rows: bool,
}

impl Fault {
    fn new(at: &str, what: String) -> Self {
        Self { at: at.to_owned(), what, by_rows: false }
    }

    pub(super) fn broken(error: &sqlx::Error) -> Self {
        Self::new("the walk", plain(error))
    }
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        Self::broken(&error)
    }
}

/// A walk.
pub(super) struct Walk<'a> {
    /// The migration, as its files say it.
    pub(super) migration: &'a Migration,
    /// The catalog before it.
    pub(super) from: &'a Catalog,
    /// The catalog after it.
    pub(super) to: &'a Catalog,
    /// Tables that get another name.
    pub(super) names: &'a Names,
    /// How many rows the tables have.
    pub(super) rows: &'a BTreeMap<QualifiedName, usize>,
    /// Whether a constraint comes or goes in expand already, where the old release may trip over it: it was asked for.
    pub(super) tightens_at_once: bool,
    /// The release that is live.
    pub(super) old: Release<'a>,
    /// The release to come.
    pub(super) new: Release<'a>,
}

impl Walk<'_> {
    /// A table that is the same for both releases is tried for what its triggers and policies do: where these refuse a row
    /// that was made up, before or after, nothing follows from their refusing it on the way.
    fn excuse_each_other(&mut self) {
        let is_same = |table: &QualifiedName| self.from.table(table) == self.to.table(table);
        let of_both = [&self.old, &self.new].into_iter().flat_map(|release| &release.fails_anyway);
        let of_both = of_both.filter(|((table, _), _)| is_same(table));
        let excused: Failing = of_both.map(|(key, refusal)| (key.clone(), refusal.clone())).collect();
        self.old.fails_anyway.extend(excused.clone());
        self.new.fails_anyway.extend(excused);
    }

    /// There and back from every point, then all the way.
    pub(super) async fn go(&mut self, sessions: &mut Sessions) -> Result<(), Fault> {
        self.old.fails_anyway = self.old.failing(&mut sessions.working, &[]).await?;
        self.excuse_each_other();
        if !self.migration.undo.is_empty() {
            self.there_and_back(sessions).await?;
        }
        self.forward(sessions).await
    }

    /// `apply` and the walk must end alike.
    pub(super) fn require_same_end(&self, walked: &Catalog) -> Result<(), Fault> {
        let left = difference(self.to, walked);
        if left.is_empty() {
            return Ok(());
        }
        Err(Fault::new("the end", format!("step by step it isn't what `apply` gives: {}", left.join("; "))))
    }

    /// The same way again and again, a step further each time: what it leaves behind would be in its own way.
    async fn there_and_back(&self, sessions: &mut Sessions) -> Result<(), Fault> {
        let before_switch: Vec<&ScriptStep> =
            self.migration.steps.iter().take_while(|step| step.part.is_none_or(|part| part == Part::Tighten)).collect();
        let rows = self.contents(sessions).await?;
        for count in 0..=before_switch.len() {
            let at = match count {
                0 => "the way back from the beginning".to_owned(),
                _ => format!("the way back after \"{}\"", before_switch[count - 1].title),
            };
            let there = &before_switch[..count];
            // What was never done has nothing to undo.
            let was_done = |undo: &&ScriptStep| {
                self.migration.undone_by(undo).is_none_or(|step| there.iter().any(|done| std::ptr::eq(*done, step)))
            };
            for step in there.iter().copied().chain(self.migration.undo.iter().filter(was_done)) {
                self.run(sessions, step)
                    .await
                    .map_err(|fault| Fault { at: format!("{at}, in {}", fault.at), ..fault })?;
            }
            let now =
                inspect_again(&mut sessions.working).await.map_err(|error| Fault::new(&at, error.to_string()))?.catalog;
            let left = difference(self.from, &now);
            if !left.is_empty() {
                return Err(Fault::new(&at, format!("it doesn't lead back: {}", left.join("; "))));
            }
            let gone = gone(&rows, &self.contents(sessions).await?, &self.written_by_triggers());
            if !gone.is_empty() {
                return Err(Fault::new(&at, format!("values are gone: {}", gone.join("; "))));
            }
        }
        Ok(())
    }

    async fn forward(&self, sessions: &mut Sessions) -> Result<(), Fault> {
        let equal = self.equal();
        for phase in [Phase::Expand, Phase::Backfill] {
            for step in self.migration.phase(phase) {
                self.run(sessions, step).await?;
                self.try_release(sessions, &self.old, &[], step).await?;
            }
        }
        let mut in_step = &equal[..];
        if let Some(last) = self.migration.steps.iter().rfind(|step| step.phase != Phase::Contract) {
            self.try_release(sessions, &self.old, in_step, last).await?;
            self.try_release(sessions, &self.new, in_step, last).await?;
        }
        for step in self.migration.phase(Phase::Contract) {
            self.run(sessions, step).await?;
            if step.part.is_some_and(|part| part != Part::Tighten) {
                in_step = &[];
            }
            // Tightening comes after `confirm`: the old release is gone by then.
            self.try_release(sessions, &self.new, in_step, step).await?;
        }
        Ok(())
    }

    /// The gate's counts, which must be 0 whatever the releases write once the backfill is complete.
    fn equal(&self) -> Vec<&Statement> {
        let gates = self.migration.phase(Phase::Contract).filter_map(|step| match &step.body {
            Body::Gate(gate) => Some(&gate.count),
            Body::Statements(_) | Body::Backfill(_) | Body::Consent(_) => None,
        });
        gates.collect()
    }

    /// Whether a step may work on a table while nobody can use it: it says so, and consent by name was given.
    fn may_block(&self, step: &ScriptStep) -> bool {
        [HazardKind::Rewrite, HazardKind::Lock].into_iter().any(|kind| {
            let begins =
                |text: &String, end: &str| text.strip_prefix(kind.as_str()).is_some_and(|rest| rest.starts_with(end));
            step.hazards.iter().any(|hazard| begins(hazard, ": "))
                && self.migration.manifest.answers.allow.iter().any(|flag| begins(flag, ":"))
        })
    }

    async fn run(&self, sessions: &mut Sessions, step: &ScriptStep) -> Result<(), Fault> {
        let at = format!("{} step {} \"{}\"", step.phase, step.number, step.title);
        let observed = sessions.run(step).await.map_err(|StepFailure { message, by_rows }| Fault {
            at: at.clone(),
            what: message,
            by_rows,
        })?;
        let Some(observed) = observed else { return Ok(()) };
        let mut wrong = wrong_claims(step, &observed, self.rows);
        if !self.may_block(step) && step.phase != Phase::Undo {
            wrong.extend(blocking_work(&observed));
        }
        if wrong.is_empty() { Ok(()) } else { Err(Fault::new(&at, wrong.join("; "))) }
    }

    async fn try_release(
        &self,
        sessions: &mut Sessions,
        release: &Release<'_>,
        equal: &[&Statement],
        after: &ScriptStep,
    ) -> Result<(), Fault> {
        let mut failing: Failing = release.failing(&mut sessions.working, equal).await?;
        if self.tightens_at_once && release.is_old {
            failing.retain(|_, refusal| !refusal.is_about_constraints());
        }
        if !release.is_old {
            failing.retain(|_, refusal| !self.is_held_by_what_goes(refusal) && !self.is_against_what_goes(refusal));
        }
        let Some(((table, what), Refusal { message, .. })) = failing.into_iter().next() else { return Ok(()) };
        let at = format!("after {} step {} \"{}\"", after.phase, after.number, after.title);
        Err(Fault::new(&at, format!("{what} of {} on {table} fails: {message}", release.name())))
    }

    /// A table that goes may hold rows until then, as its hazard says.
    fn is_held_by_what_goes(&self, refusal: &Refusal) -> bool {
        let stays =
            |name: &QualifiedName| self.to.tables.contains_key(name) || self.names.iter().any(|(old, _)| old == name);
        let going = self.from.tables.keys().filter(|name| !stays(name));
        let names = |name: &QualifiedName| refusal.message.contains(&format!("\"{}\"", name.name.as_str()));
        refusal.code.as_deref() == Some("23503") && going.into_iter().any(names)
    }

    /// A constraint that goes, or that another one takes the place of, holds until the switch, as its hazard says.
    fn is_against_what_goes(&self, refusal: &Refusal) -> bool {
        let goes = |old: &Table, new: &Table| {
            let columns = old.columns.iter().map(|column| &column.name);
            let missing: Vec<&Identifier> = columns.filter(|name| new.column(name).is_none()).collect();
            let wanted = constraint::all(new);
            // A foreign key follows a table that gets another name.
            let follows = |found: &TableConstraint| match found {
                TableConstraint::ForeignKey(key) => self.to.table(&key.references).is_none(),
                _ => false,
            };
            let stays = |found: &TableConstraint| {
                constraint::hangs_on(found, &missing)
                    || follows(found)
                    || wanted.iter().any(|other| constraint::same(found, other))
            };
            let mut going = constraint::all(old).into_iter().filter(|found| !stays(found));
            let is_named = |name: &Identifier| refusal.message.contains(&format!("constraint \"{}\"", name.as_str()));
            going.any(|found| found.name().is_some_and(is_named))
        };
        refusal.is_about_constraints()
            && self.from.tables.values().any(|old| {
                let renamed = self.names.iter().find(|(name, _)| *name == old.name).map(|(_, new)| new);
                self.to.table(renamed.unwrap_or(&old.name)).is_some_and(|new| goes(old, new))
            })
    }

    /// The tables whose own triggers a backfill fires, as was chosen: what they write there stays.
    fn written_by_triggers(&self) -> BTreeSet<&QualifiedName> {
        let chosen = self.migration.manifest.answers.strategy.values().any(|strategy| strategy == "fire");
        let backfills = self.migration.steps.iter().filter_map(|step| match &step.body {
            Body::Backfill(backfill) => Some(backfill),
            Body::Statements(_) | Body::Gate(_) | Body::Consent(_) => None,
        });
        let fired = backfills.filter(|backfill| chosen && backfill.triggers == TriggerMode::Fire);
        fired.map(|backfill| &backfill.table).collect()
    }

    /// The rows of every table that was given some.
    async fn contents(&self, sessions: &mut Sessions) -> Result<Contents, Fault> {
        let mut contents = Contents::new();
        for (name, table) in self.from.tables.iter().filter(|(name, _)| self.rows.contains_key(*name)) {
            contents.insert(name.clone(), Shape::of_old(table, None).rows(&mut sessions.working).await?);
        }
        Ok(contents)
    }
}

type Contents = BTreeMap<QualifiedName, Vec<Values>>;

/// The rows that are no longer there. A NULL may have been filled: there is no way back from that, and nothing is lost. Of
/// the rows of some tables only their number counts.
fn gone(before: &Contents, after: &Contents, only_counted: &BTreeSet<&QualifiedName>) -> Vec<String> {
    let holds = |now: &Values, was: &Values| was.iter().zip(now).all(|(was, now)| was.is_none() || was == now);
    let mut gone = Vec::new();
    for (table, rows) in before {
        let mut left: Vec<&Values> = after.get(table).into_iter().flatten().collect();
        for row in rows {
            match left.iter().position(|now| only_counted.contains(table) || holds(now, row)) {
                Some(at) => drop(left.remove(at)),
                None => gone.push(format!("{table}: {row:?}")),
            }
        }
        gone.extend(left.into_iter().map(|row| format!("{table} has one more: {row:?}")));
    }
    gone
}

/// What differs between two catalogs, object by object.
fn difference(expected: &Catalog, actual: &Catalog) -> Vec<String> {
    let (expected, actual) = (canonical::objects(expected), canonical::objects(actual));
    let keys = expected.keys().chain(actual.keys().filter(|key| !expected.contains_key(*key)));
    let differs = keys.filter(|key| expected.get(*key) != actual.get(*key));
    let words = |line: Option<&String>| line.map_or_else(|| "nothing".to_owned(), |line| format!("`{line}`"));
    differs.map(|key| format!("{key} was {} and is {}", words(expected.get(key)), words(actual.get(key)))).collect()
}
