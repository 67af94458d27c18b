//! `cargo schema contract`, tried from the first moment to the last.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use crate::instance::{Instances, Release};
use crate::operator::{Operator, text};

/// Between one attempt and the next.
const PAUSE: Duration = Duration::from_millis(300);

/// How long the gate may take to open once nothing speaks against it: sessions of an instance that was just started are
/// named within some seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// The attempts, until one succeeds.
#[derive(Debug)]
pub(crate) struct Attempts {
    task: JoinHandle<Result<Tally, String>>,
    /// Set when nothing speaks against it any more.
    is_time: Arc<AtomicBool>,
}

/// What became of them.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    nothing_open: usize,
    other_runner: usize,
    refused: usize,
    /// Refusals by the evidence that they name.
    by_evidence: BTreeMap<String, usize>,
}

impl Attempts {
    pub(crate) fn start(operator: &Operator, instances: &Instances) -> Self {
        let (operator, instances) = (operator.clone(), instances.clone());
        let is_time = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&is_time);
        Self { task: tokio::spawn(async move { attempt(&operator, &instances, &until).await }), is_time }
    }

    /// Waits until one has succeeded. That it did while an instance of v41 was alive is an error.
    pub(crate) async fn done(mut self) -> Result<Tally, Box<dyn Error>> {
        self.is_time.store(true, Ordering::SeqCst);
        let begun = Instant::now();
        let Ok(done) = tokio::time::timeout(PATIENCE, &mut self.task).await else {
            self.task.abort();
            return Err(format!("contract is still refused after {} s", begun.elapsed().as_secs()).into());
        };
        Ok(done??)
    }
}

async fn attempt(operator: &Operator, instances: &Instances, is_time: &AtomicBool) -> Result<Tally, String> {
    let mut tally = Tally::default();
    loop {
        let output = operator.quietly(&["contract"]).await.map_err(|error| error.to_string())?;
        let alive = instances.of(Release::V41).load(Ordering::SeqCst);
        let said = text(&output.stdout);
        match output.status.code() {
            Some(0) if said.contains("no migration is open") => {
                // Somebody else has done it.
                if is_time.load(Ordering::SeqCst) {
                    return Ok(tally);
                }
                tally.nothing_open += 1;
            }
            Some(0) if alive == 0 => return Ok(tally),
            Some(0) => return Err(format!("contract removed the old form while {alive} instances of v41 were alive")),
            Some(5) => tally.refuse(&output),
            Some(6) => tally.other_runner += 1,
            _ => return Err(format!("contract ended with {}: {}", output.status, text(&output.stderr))),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

impl Tally {
    /// Takes the names from lines such as `  instances: 2 instances are alive …`.
    fn refuse(&mut self, output: &Output) {
        self.refused += 1;
        for line in text(&output.stderr).lines() {
            let Some((name, _)) = line.trim_start().split_once(": ") else { continue };
            if schema_diff::apply::gate::WAIVABLE.contains(&name) || ["backfill", "rows"].contains(&name) {
                *self.by_evidence.entry(name.to_owned()).or_default() += 1;
            }
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named: Vec<_> = self.by_evidence.iter().map(|(name, count)| format!("{name} {count}")).collect();
        write!(
            f,
            "nothing open {}, another runner at work {}, refused {} ({}), done 1",
            self.nothing_open,
            self.other_runner,
            self.refused,
            named.join(", ")
        )
    }
}
