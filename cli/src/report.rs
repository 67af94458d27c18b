//! What people see: differences, plans, questions, progress, errors.

pub(crate) mod catalog_diff;
pub(crate) mod check;
pub(crate) mod compat;
pub(crate) mod drift;
pub(crate) mod failure;
pub(crate) mod forecast;
pub(crate) mod plan;
pub(crate) mod progress;
pub(crate) mod pull;
mod releases;
pub(crate) mod status;
pub(crate) mod style;

use crate::args::{Format, Global};

/// A line of result, unless less is wanted.
pub(crate) fn say(global: &Global, text: &str) {
    if !global.quiet && global.format == Format::Text {
        anstream::println!("{text}");
    } else if !global.quiet {
        anstream::eprintln!("{text}");
    }
}
