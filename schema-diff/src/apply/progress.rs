//! What a run tells while it is at work.

use std::fmt;
use std::sync::Arc;

use schema_model::QualifiedName;

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Event<'a> {
    /// A step begins.
    StepStarted {
        /// The migration's folder name.
        migration: &'a str,
        /// The phase.
        phase: &'a str,
        /// The step.
        title: &'a str,
    },
    /// A step is done.
    StepDone {
        /// The step.
        title: &'a str,
        /// Whether it was done before this run looked.
        already: bool,
    },
    /// A backfill goes on.
    Backfill {
        /// The table.
        table: &'a QualifiedName,
        /// The rows filled by this step so far, earlier runs included.
        rows: i64,
        /// The rows to fill, as far as is known.
        total: i64,
        /// Rows per second, of late; `None` until that is known.
        rate: Option<f64>,
        /// What it waits for, if it does.
        waiting: Option<&'a str>,
    },
    /// The run waits, and why.
    Waiting(&'a str),
    /// A phase, or all of a migration, is done.
    Notice(&'a str),
}

/// Whoever listens to a run.
#[derive(Clone)]
pub struct Listener(Arc<dyn Fn(&Event<'_>) + Send + Sync>);

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listener")
    }
}

impl Listener {
    /// Listens with a closure.
    pub fn new(listener: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(listener))
    }

    /// Listens to nothing.
    pub fn silent() -> Self {
        Self::new(|_| {})
    }

    pub(crate) fn tell(&self, event: &Event<'_>) {
        (self.0)(event);
    }
}
