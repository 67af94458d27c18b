//! The window in which steps with strong locks may run.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::error::ApplyError;
use super::progress::Event;
use super::runner::{Attempt, Runner};
use crate::dialect::postgres::blocker::span;
use crate::dialect::postgres::session::sqlstate;
use crate::dialect::postgres::window::{Opening, opening};
use crate::statement::ScriptStep;

/// A time of every day, as in `01:00-05:00` or `22:30-04:00 Europe/Berlin`. Without a zone it is UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    from: String,
    until: String,
    zone: String,
}

/// What a run does before its first step with a strong lock, outside the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outside {
    /// It keeps its lease and waits.
    #[default]
    Wait,
    /// It ends; the same command goes on later.
    Stop,
}

impl FromStr for Window {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no window: write 01:00-05:00, or 22:30-04:00 Europe/Berlin");
        let (times, zone) = text.trim().split_once(' ').unwrap_or((text.trim(), "UTC"));
        let (from, until) = times.split_once('-').ok_or_else(wrong)?;
        if !is_time(from) || !is_time(until) {
            return Err(wrong());
        }
        if from == until {
            return Err(format!("`{text}` is never open"));
        }
        Ok(Self { from: from.to_owned(), until: until.to_owned(), zone: zone.trim().to_owned() })
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{} {}", self.from, self.until, self.zone)
    }
}

fn is_time(text: &str) -> bool {
    let Some((hour, minute)) = text.split_once(':') else { return false };
    let within = |part: &str, limit: u8| {
        part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit()) && part.parse::<u8>().is_ok_and(|n| n < limit)
    };
    within(hour, 24) && within(minute, 60)
}

/// How often it is looked whether the window is open: soon enough to see that somebody took the lease over.
const LOOK: Duration = Duration::from_secs(5);

/// Who hears that a step waits for the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Noted {
    /// Whoever runs this, and whoever asks for the status.
    InHistory,
    /// Whoever runs this: in the history nothing says yet that the step is to be taken.
    Aloud,
}

impl Runner {
    /// Lets a run that has counted what it may remove end where the window closes on it, and not wait with stale counts.
    pub(super) fn stop_outside_window(&mut self) {
        self.window.iter_mut().for_each(|(_, outside)| *outside = Outside::Stop);
    }

    /// Lets steps with strong locks run within the window only.
    pub fn set_window(&mut self, window: Window, outside: Outside) {
        self.window = Some((window, outside));
    }

    /// Waits until a step may run, and gives whether it had to. Steps without a strong lock, which block nobody, always
    /// may.
    pub(super) async fn await_window(
        &mut self,
        attempt: Attempt<'_>,
        step: &ScriptStep,
        noted: Noted,
    ) -> Result<bool, ApplyError> {
        let Some((window, outside)) = self.window.clone() else { return Ok(false) };
        if !step.locks.iter().any(|lock| lock.mode.is_strong()) {
            return Ok(false);
        }
        let mut told = false;
        loop {
            let Opening { open, seconds, at } = self.opening(&window).await?;
            if open {
                return Ok(told);
            }
            if outside == Outside::Stop {
                return Err(ApplyError::OutsideWindow {
                    migration: attempt.migration.folder_name(),
                    title: step.title.clone(),
                    window: window.to_string(),
                    opens: at,
                });
            }
            let left = span(seconds);
            if !told {
                self.notice(&format!(
                    "\"{}\" takes a strong lock and waits for {window}: it goes on at {at}, in {left}; what is done so far stays, and the run may be stopped and started again",
                    step.title
                ));
                told = true;
            }
            self.listener.tell(&Event::Waiting(&format!("{at}, in {left}: \"{}\" takes a strong lock", step.title)));
            if noted == Noted::InHistory {
                self.record_waiting(attempt, step, &format!("the window {window}, which opens at {at}")).await?;
            }
            tokio::time::sleep(LOOK.min(Duration::from_secs_f64(seconds.max(0.05)))).await;
            if self.lease.is_lost() {
                return Err(ApplyError::Fenced);
            }
        }
    }

    /// Whether the window is open for a step, or doesn't concern it.
    pub(super) async fn is_window_open(&mut self, step: &ScriptStep) -> Result<bool, ApplyError> {
        match self.window.clone() {
            Some((window, _)) if step.locks.iter().any(|lock| lock.mode.is_strong()) => {
                Ok(self.opening(&window).await?.open)
            }
            _ => Ok(true),
        }
    }

    async fn opening(&mut self, window: &Window) -> Result<Opening, ApplyError> {
        let Window { from, until, zone } = window;
        opening(&mut self.connection, from, until, zone).await.map_err(|error| match sqlstate(&error).as_deref() {
            // invalid_parameter_value
            Some("22023") => ApplyError::TimeZone(zone.clone()),
            _ => error.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Window;

    #[test]
    fn windows_are_read_strictly() {
        let read = |text: &str| text.parse::<Window>().map(|window| window.to_string());
        assert_eq!(read("01:00-05:00").as_deref(), Ok("01:00-05:00 UTC"));
        assert_eq!(read("22:30-04:00 Europe/Berlin").as_deref(), Ok("22:30-04:00 Europe/Berlin"));
        for wrong in ["1:00-5:00", "01:00", "25:00-26:00", "01:00-01:00", "01:60-02:00", "+1:00-02:00"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
