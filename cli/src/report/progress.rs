//! Progress on a terminal: a spinner for the embedded server, bars for steps and backfills.

use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use schema_diff::apply::{Event, Listener};
use schema_diff::embedded::Progress;

use crate::args::Global;

/// A spinner that is only seen while something takes its time.
pub(crate) struct Spinner(ProgressBar);

impl Spinner {
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::new_spinner();
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    /// Tells what is under way.
    pub(crate) fn say(&self, text: &str) {
        self.0.set_message(text.to_owned());
    }

    /// Listens to an embedded server being fetched and started.
    pub(crate) fn embedded(&self) -> Progress {
        let bar = self.0.clone();
        Progress::new(move |event| bar.set_message(event.to_string()))
    }

    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }
}

/// The progress of a run. Without a terminal each step is a line, and a backfill says something now and then.
#[derive(Clone)]
pub(crate) struct Bars {
    bar: ProgressBar,
    quiet: bool,
    last: Arc<std::sync::Mutex<i64>>,
}

impl Bars {
    pub(crate) fn new(global: &Global) -> Self {
        let bar = ProgressBar::new(0);
        bar.set_style(style("{spinner} {msg}"));
        if global.quiet {
            bar.set_draw_target(indicatif::ProgressDrawTarget::hidden());
        } else {
            bar.enable_steady_tick(Duration::from_millis(120));
        }
        Self { bar, quiet: global.quiet, last: Arc::default() }
    }

    pub(crate) fn listener(&self) -> Listener {
        let bars = self.clone();
        Listener::new(move |event| bars.hear(event))
    }

    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn hear(&self, event: &Event<'_>) {
        match event {
            Event::StepStarted { phase, title, .. } => {
                self.bar.set_style(style("{spinner} {msg}"));
                self.bar.set_message(format!("{phase}: {title}"));
            }
            Event::StepDone { title, already } => {
                self.line(&format!("  {} {title}", if *already { "was done:" } else { "done:" }));
            }
            Event::Backfill { rows, total } => {
                self.bar
                    .set_style(style("{spinner} {msg} [{bar:30}] {human_pos}/{human_len} rows, {per_sec}, {eta} left"));
                self.bar.set_length(u64::try_from(*total).unwrap_or(0));
                self.bar.set_position(u64::try_from(*rows).unwrap_or(0));
                self.sometimes(*rows, *total);
            }
            Event::Waiting(what) => self.bar.set_message(format!("waiting for {what}")),
            Event::Notice(text) => self.line(text),
        }
    }

    fn line(&self, text: &str) {
        if self.quiet {
            return;
        }
        if self.bar.is_hidden() {
            anstream::println!("{text}");
        } else {
            self.bar.suspend(|| anstream::println!("{text}"));
        }
    }

    /// Where there is no bar to look at: a line for each further 50,000 rows.
    fn sometimes(&self, rows: i64, total: i64) {
        let Ok(mut last) = self.last.lock() else { return };
        if self.bar.is_hidden() && rows - *last >= 50_000 {
            *last = rows;
            self.line(&format!("  filled {rows} of about {total} rows"));
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}
