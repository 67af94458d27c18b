//! The way through the phases, with every query tried at every moment at which its release is alive.

use std::collections::BTreeMap;

use schema_model::Catalog;
use sqlx::{Connection, PgConnection};

use super::finding::{Findings, Moment, Named, Verdict};
use super::look::{Declared, Held, look};
use super::rules::{self, Case};
use super::subject::{Candidate, Kind, Subject};
use super::touched::Touched;
use super::{Class, Releases};
use crate::apply::ApplyError;
use crate::dialect::postgres::compat::{Snapshot, can_tell_uses, snapshot};
use crate::migration::Migration;
use crate::phase::Phase;
use crate::proof::ProofError;
use crate::proof::execute::Sessions;
use crate::proof::scratch::ScratchDatabase;
use crate::statement::ScriptStep;

/// A walk that is about to begin.
pub(super) struct Course<'a> {
    /// The database on which the walk goes.
    pub(super) before: &'a ScratchDatabase,
    /// The same after all phases.
    pub(super) after: &'a ScratchDatabase,
    /// What is walked through.
    pub(super) walked: &'a [Migration],
    /// The releases.
    pub(super) releases: Releases<'a>,
}

/// A release that is alive, with its sessions.
struct Alive<'a> {
    subject: &'a Subject<'a>,
    held: Held,
    /// The catalog on which its sessions began.
    since: Snapshot,
}

impl Course<'_> {
    pub(super) async fn run(&self, findings: &mut Findings) -> Result<(), ProofError> {
        let start = self.snapshot(self.before).await?;
        if !can_tell_uses(start.inspection.major) {
            findings.gaps.push("which columns a query that writes uses can't be told before PostgreSQL 14: a name in it that means another column goes unnoticed".to_owned());
        }
        let old = match self.releases.old {
            Some(release) => Some(self.settle(release, self.before, findings).await?),
            None => None,
        };
        let new = self.settle(self.releases.new, self.after, findings).await?;
        if let Some(old) = &old {
            let untried = old.failing.iter().map(|(query, refusal)| {
                old.untried(query, format!("it fails before the migration already: {}", refusal.message))
            });
            findings.untried.extend(untried.collect::<Vec<_>>());
        }
        self.judge_home(&new, findings).await?;
        self.walk(&start, old.as_ref(), &new, findings).await
    }

    async fn snapshot(&self, database: &ScratchDatabase) -> Result<Snapshot, ProofError> {
        let mut connection = connect(database).await?;
        let snapshot = snapshot(&mut connection).await?;
        connection.close().await.map_err(broken)?;
        Ok(snapshot)
    }

    async fn settle<'r>(
        &self,
        release: &'r crate::release::Release,
        home: &ScratchDatabase,
        findings: &mut Findings,
    ) -> Result<Subject<'r>, ProofError> {
        let catalog = self.snapshot(home).await?;
        let mut connection = connect(home).await?;
        let subject = Subject::settle(release, catalog, &mut connection, findings).await.map_err(broken)?;
        connection.close().await.map_err(broken)?;
        Ok(subject)
    }

    /// What fails on the catalog that the new release was written for: the migration's doing unless it fails in the same
    /// way without it.
    async fn judge_home(&self, new: &Subject<'_>, findings: &mut Findings) -> Result<(), ProofError> {
        let mut connection = connect(self.before).await?;
        for (query, refusal) in &new.failing {
            let earlier = crate::dialect::postgres::compat::prepare(&mut connection, &query.text, &[]).await;
            match earlier.map_err(broken)? {
                Err(earlier) if earlier.code == refusal.code => {
                    let why = format!("it fails with and without the migration: {}", refusal.message);
                    findings.untried.push(new.untried(query, why));
                }
                _ => {
                    let named = Named { release: &new.release.name, position: &query.position, query: &query.text };
                    findings.add(named, Moment::AfterContract, rules::refused(refusal));
                }
            }
        }
        connection.close().await.map_err(broken)
    }

    async fn walk(
        &self,
        start: &Snapshot,
        old: Option<&Subject<'_>>,
        new: &Subject<'_>,
        findings: &mut Findings,
    ) -> Result<(), ProofError> {
        let mut sessions =
            Sessions::begin(connect(self.before).await?, connect(self.before).await?).await.map_err(broken)?;
        let mut old_alive = match old {
            Some(subject) => Some(self.bring_up(subject).await?),
            None => None,
        };
        self.run_phase(&mut sessions, Phase::Expand, None, &mut None, findings).await?;
        let mut seen = start.inspection.catalog.clone();
        self.try_at(Moment::AfterExpand, &mut seen, &mut old_alive, findings).await?;
        let during = (Moment::DuringBackfill, &mut seen);
        self.run_phase(&mut sessions, Phase::Backfill, Some(during), &mut old_alive, findings).await?;
        seen = Catalog::default();
        self.try_at(Moment::AfterBackfill, &mut seen, &mut old_alive, findings).await?;
        drop(old_alive);
        let mut new_alive = Some(self.bring_up(new).await?);
        seen = Catalog::default();
        self.try_at(Moment::AfterBackfill, &mut seen, &mut new_alive, findings).await?;
        let during = (Moment::DuringContract, &mut seen);
        self.run_phase(&mut sessions, Phase::Contract, Some(during), &mut new_alive, findings).await?;
        seen = Catalog::default();
        self.try_at(Moment::AfterContract, &mut seen, &mut new_alive, findings).await?;
        if let Some(old) = old {
            self.say_why_old_must_go(old, findings).await?;
        }
        sessions.working.close().await.map_err(broken)?;
        sessions.watching.close().await.map_err(broken)
    }

    async fn bring_up<'s>(&self, subject: &'s Subject<'s>) -> Result<Alive<'s>, ProofError> {
        let declared: Vec<&Declared> = subject.queries.iter().filter_map(Candidate::declared).collect();
        let held = Held::begin(connect(self.before).await?, &declared).await.map_err(broken)?;
        Ok(Alive { subject, held, since: self.snapshot(self.before).await? })
    }

    /// Runs a phase of all migrations; between its steps the queries are tried where the catalog has changed.
    async fn run_phase(
        &self,
        sessions: &mut Sessions,
        phase: Phase,
        during: Option<(Moment, &mut Catalog)>,
        alive: &mut Option<Alive<'_>>,
        findings: &mut Findings,
    ) -> Result<(), ProofError> {
        let steps: Vec<&ScriptStep> = self.walked.iter().flat_map(|migration| migration.phase(phase)).collect();
        let mut during = during;
        for (at, step) in steps.iter().enumerate() {
            sessions.run(step).await.map_err(|failure| ProofError::Walk {
                at: format!("{} step {} \"{}\"", step.phase, step.number, step.title),
                what: failure.message,
            })?;
            if let Some((moment, seen)) = during.as_mut().filter(|_| at + 1 < steps.len()) {
                self.try_at(*moment, seen, alive, findings).await?;
            }
        }
        Ok(())
    }

    /// Tries what is alive, unless the catalog is the one that was seen last.
    async fn try_at(
        &self,
        moment: Moment,
        seen: &mut Catalog,
        alive: &mut Option<Alive<'_>>,
        findings: &mut Findings,
    ) -> Result<(), ProofError> {
        let Some(alive) = alive else { return Ok(()) };
        let now = self.snapshot(self.before).await?;
        if now.inspection.catalog == *seen {
            return Ok(());
        }
        *seen = now.inspection.catalog.clone();
        for (candidate, verdicts) in self.judge(alive.subject, &now, Some((&mut alive.held, &alive.since))).await? {
            let named = named(alive.subject, candidate);
            verdicts.into_iter().for_each(|verdict| findings.add(named, moment, verdict));
        }
        Ok(())
    }

    async fn say_why_old_must_go(&self, old: &Subject<'_>, findings: &mut Findings) -> Result<(), ProofError> {
        let now = self.snapshot(self.before).await?;
        for (candidate, verdicts) in self.judge(old, &now, None).await? {
            let worst = verdicts.into_iter().min_by_key(|verdict| verdict.class);
            if let Some(worst) = worst.filter(|worst| worst.class == Class::Fails) {
                findings.add_after_contract(named(old, candidate), worst);
            }
        }
        Ok(())
    }

    /// Everything that is to be said about the queries of a release at a moment.
    async fn judge<'s>(
        &self,
        subject: &'s Subject<'s>,
        now: &Snapshot,
        held: Option<(&mut Held, &Snapshot)>,
    ) -> Result<Vec<(&'s Candidate<'s>, Vec<Verdict>)>, ProofError> {
        // Sessions may have begun on another catalog than the one that the release was written for.
        let mut touched = vec![Touched::between(&subject.home, now)];
        touched.extend(held.as_ref().map(|(_, since)| Touched::between(since, now)));
        let is_concerned = |candidate: &&Candidate<'_>| touched.iter().any(|one| one.concerns(&candidate.query.text));
        let concerned = subject.queries.iter().filter(is_concerned);
        let concerned: Vec<&Candidate<'_>> = concerned.collect();
        let declared: Vec<&Declared> = concerned.iter().filter_map(|candidate| candidate.declared()).collect();
        let mut connection = connect(self.before).await?;
        let mut looks = look(&mut connection, &declared, now).await.map_err(broken)?.into_iter();
        connection.close().await.map_err(broken)?;
        let refused = match held {
            Some((held, _)) => held.ask(&declared).await.map_err(broken)?,
            None => BTreeMap::new(),
        };
        let mut judged = Vec::new();
        for candidate in concerned {
            let verdicts = match &candidate.kind {
                Kind::Utility(utility) => rules::of_utility(utility, now),
                Kind::Prepared { declared, home } => {
                    let Some(look) = looks.next() else { continue };
                    let refused_live = refused.get(&declared.name);
                    let at_home = home;
                    rules::all(&Case { candidate, home: &subject.home, now, at_home, look: &look, refused_live })
                }
            };
            judged.push((candidate, verdicts));
        }
        Ok(judged)
    }
}

fn named<'a>(subject: &'a Subject<'_>, candidate: &'a Candidate<'_>) -> Named<'a> {
    Named { release: &subject.release.name, position: &candidate.query.position, query: &candidate.query.text }
}

async fn connect(database: &ScratchDatabase) -> Result<PgConnection, ProofError> {
    database.connect().await.map_err(broken)
}

fn broken(error: sqlx::Error) -> ProofError {
    ProofError::from(ApplyError::from(error))
}
