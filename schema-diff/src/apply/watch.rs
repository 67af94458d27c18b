//! A step that takes its time: who holds it up and how far it is, seen from a connection of its own. A writer of the
//! history may wait for nobody here, so the step itself never waits for what is told about it.

use std::time::Duration;

use sqlx::PgConnection;
use tokio::task::JoinHandle;

use super::connection::Target;
use super::lease::short;
use super::progress::{Event, Listener};
use super::runner::{Attempt, Runner};
use super::step::step_key;
use crate::dialect::postgres::blocker;
use crate::dialect::postgres::history::StepKey;
use crate::dialect::postgres::history::fill::record_waiting;
use crate::statement::ScriptStep;

/// Most steps are over before anybody looks.
const FIRST_LOOK: Duration = Duration::from_secs(1);
const LOOK: Duration = Duration::from_secs(1);

/// Ends when it is dropped.
pub(super) struct Watch(JoinHandle<()>);

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What is watched: the step, by its key and its backend.
struct Watched {
    version: i64,
    attempt: i32,
    phase: &'static str,
    step: i32,
    title: String,
    pid: i32,
    token: String,
}

impl Runner {
    /// Watches the backend that works on a step, until that is dropped.
    /// Behind a pooler the backend may be somebody else's in the next moment.
    pub(super) fn watch(&self, attempt: Attempt<'_>, step: &ScriptStep, pid: i32) -> Option<Watch> {
        if self.pooled {
            return None;
        }
        let StepKey { version, attempt, phase: _, step: number, title } = step_key(attempt, step);
        let (phase, title, token) = (step.phase.as_str(), title.to_owned(), self.lease.token().to_owned());
        let name = format!("schema-diff watch {}", short(&token));
        let watched = Watched { version, attempt, phase, step: number, title, pid, token };
        Some(Watch(tokio::spawn(watch(self.target.clone(), name, watched, self.listener.clone()))))
    }
}

async fn watch(target: Target, name: String, watched: Watched, listener: Listener) {
    tokio::time::sleep(FIRST_LOOK).await;
    // What can't be watched is done all the same.
    let Ok(mut connection) = target.connect(&name).await else { return };
    while look(&mut connection, &watched, &listener).await.is_ok() {
        tokio::time::sleep(LOOK).await;
    }
}

async fn look(connection: &mut PgConnection, watched: &Watched, listener: &Listener) -> Result<(), sqlx::Error> {
    let phase = blocker::build_phase(connection, watched.pid).await?;
    let blockers = blocker::of_backend(connection, watched.pid).await?;
    let mut words = Vec::from_iter(phase);
    words.extend(blockers.first().map(|oldest| format!("held up by {oldest}")));
    if blockers.len() > 1 {
        words.push(format!("and {} more", blockers.len() - 1));
    }
    if words.is_empty() {
        return Ok(());
    }
    let words = words.join("; ");
    listener.tell(&Event::Waiting(&format!("\"{}\": {words}", watched.title)));
    let Watched { version, attempt, phase, step, ref title, ref token, .. } = *watched;
    record_waiting(connection, token, StepKey { version, attempt, phase, step, title }, &words).await
}
