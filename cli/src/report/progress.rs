//! Progress on a terminal: a spinner for the embedded server, bars for steps and backfills.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, ProgressBar, ProgressStyle};
use schema_diff::apply::{Event, Listener};
use schema_diff::embedded::Progress;

use crate::args::{Format, Global};

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

/// The progress of a run: bars on a terminal, else a line for each step and for a backfill one now and then; JSON lines
/// where they are asked for.
#[derive(Clone)]
pub(crate) struct Bars {
    bar: ProgressBar,
    form: Form,
    backfill: Arc<Mutex<Told>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Quiet,
    Text,
    Json,
}

/// What was said last of a backfill.
#[derive(Default)]
struct Told {
    at: Option<Instant>,
    waiting: Option<String>,
}

/// Where there is no bar to look at, a backfill says something every so often.
const NOW_AND_THEN: Duration = Duration::from_secs(5);

impl Bars {
    pub(crate) fn new(global: &Global) -> Self {
        let bar = ProgressBar::new(0);
        bar.set_style(style("{spinner} {msg}"));
        let form = match (global.quiet, global.format) {
            (true, _) => Form::Quiet,
            (false, Format::Text) => Form::Text,
            (false, Format::Json) => Form::Json,
        };
        if form == Form::Text {
            bar.enable_steady_tick(Duration::from_millis(120));
        } else {
            bar.set_draw_target(indicatif::ProgressDrawTarget::hidden());
        }
        Self { bar, form, backfill: Arc::default() }
    }

    pub(crate) fn listener(&self) -> Listener {
        let bars = self.clone();
        Listener::new(move |event| bars.hear(event))
    }

    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn hear(&self, event: &Event<'_>) {
        let due = match event {
            Event::Backfill { waiting, .. } => self.is_news(*waiting),
            Event::Waiting(_) => self.is_news(None),
            Event::StepStarted { .. } => {
                // The first that is to be said of a step is said at once.
                *self.backfill.lock().unwrap_or_else(PoisonError::into_inner) = Told::default();
                true
            }
            Event::StepDone { .. } | Event::Notice(_) => true,
        };
        if !due && (self.form == Form::Json || self.bar.is_hidden()) {
            return;
        }
        if self.form == Form::Json {
            anstream::println!("{}", json(event));
            return;
        }
        match event {
            Event::StepStarted { phase, title, .. } => {
                self.bar.set_style(style("{spinner} {msg}"));
                self.bar.set_message(format!("{phase}: {title}"));
            }
            Event::StepDone { title, already } => {
                self.line(&format!("  {} {title}", if *already { "was done:" } else { "done:" }));
            }
            Event::Backfill { table, rows, total, rate, waiting } => {
                self.bar.set_style(style("{spinner} {msg} [{bar:30}] {human_pos}/{human_len} rows{prefix}"));
                self.bar.set_length(u64::try_from(*total).unwrap_or(0));
                self.bar.set_position(u64::try_from(*rows).unwrap_or(0));
                let figures = figures(*rows, *total, *rate, *waiting);
                self.bar.set_prefix(figures.clone());
                if self.bar.is_hidden() {
                    self.line(&format!("  {table}: {rows} of about {total} rows{figures}"));
                }
            }
            Event::Waiting(what) => {
                self.bar.set_message(format!("waiting for {what}"));
                if self.bar.is_hidden() {
                    self.line(&format!("  waiting for {what}"));
                }
            }
            Event::Notice(text) => self.line(text),
        }
    }

    fn line(&self, text: &str) {
        if self.form != Form::Text {
            return;
        }
        if self.bar.is_hidden() {
            anstream::println!("{text}");
        } else {
            self.bar.suspend(|| anstream::println!("{text}"));
        }
    }

    /// Whether a line is due where there is no bar: a wait begins or ends, or some time has passed.
    fn is_news(&self, waiting: Option<&str>) -> bool {
        // A panic elsewhere leaves nothing half done in here.
        let mut told = self.backfill.lock().unwrap_or_else(PoisonError::into_inner);
        let long_ago = told.at.is_none_or(|at| at.elapsed() >= NOW_AND_THEN);
        let other = told.waiting.as_deref() != waiting
            && waiting != Some("VACUUM")
            && told.waiting.as_deref() != Some("VACUUM");
        if long_ago || other {
            told.at = Some(Instant::now());
        }
        told.waiting = waiting.map(str::to_owned);
        long_ago || other
    }
}

/// How fast it goes, how long it will take, and what it waits for.
fn figures(rows: i64, total: i64, rate: Option<f64>, waiting: Option<&str>) -> String {
    let mut text = String::new();
    if let Some(rate) = rate {
        text.push_str(&format!(", {rate:.0} rows/s"));
    }
    if let Some(left) = seconds_left(rows, total, rate) {
        text.push_str(&format!(", {} left", HumanDuration(Duration::from_secs_f64(left))));
    }
    if let Some(waiting) = waiting {
        text.push_str(&format!(", waiting for {waiting}"));
    }
    text
}

/// `None` while nothing is known, or at a stand.
fn seconds_left(rows: i64, total: i64, rate: Option<f64>) -> Option<f64> {
    let rate = rate.filter(|rate| *rate > 0.1)?;
    Some((total - rows).max(0) as f64 / rate)
}

/// An event on a line of its own, for programs.
fn json(event: &Event<'_>) -> serde_json::Value {
    match event {
        Event::StepStarted { migration, phase, title } => {
            serde_json::json!({ "event": "step started", "migration": migration, "phase": phase, "title": title })
        }
        Event::StepDone { title, already } => {
            serde_json::json!({ "event": "step done", "title": title, "already": already })
        }
        Event::Backfill { table, rows, total, rate, waiting } => serde_json::json!({
            "event": "backfill", "table": table.to_string(), "rows": rows, "total": total, "rate": rate,
            "seconds_left": seconds_left(*rows, *total, *rate), "waiting": waiting,
        }),
        Event::Waiting(what) => serde_json::json!({ "event": "waiting", "for": what }),
        Event::Notice(text) => serde_json::json!({ "event": "notice", "text": text }),
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}
