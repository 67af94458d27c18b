//! Mistakes with the file, line and column where they are.

use std::fmt;

use proc_macro2::Span;

use crate::column::Position;
use crate::declare::mistake::{HELP, Mistakes};

/// Something wrong in the user's source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// Where it begins.
    pub position: Position,
    /// How many characters of that line it takes, at least one.
    pub length: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.position, self.message)?;
        match &self.help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Mistake {}

/// The place of a span in a file.
pub(crate) fn position(file: &str, span: Span) -> Position {
    let start = span.start();
    // proc-macro2 counts columns from zero.
    Position { file: file.to_owned(), line: start.line, column: start.column + 1 }
}

/// Gives every mistake its file.
pub(crate) fn locate(file: &str, text: &str, mistakes: Mistakes) -> Vec<Mistake> {
    mistakes.into_errors().iter().map(|error| of_error(file, text, error)).collect()
}

/// Gives an error of the Rust parser, or one of ours, its file.
pub(crate) fn of_error(file: &str, text: &str, error: &syn::Error) -> Mistake {
    let (start, end) = (error.span().start(), error.span().end());
    let length = if end.line > start.line {
        let line = text.lines().nth(start.line.saturating_sub(1)).unwrap_or_default();
        line.chars().count().saturating_sub(start.column)
    } else {
        end.column.saturating_sub(start.column)
    };
    let whole = error.to_string();
    let (message, help) = match whole.split_once(HELP) {
        Some((message, help)) => (message.to_owned(), Some(help.to_owned())),
        None => (whole, None),
    };
    Mistake { position: position(file, error.span()), length: length.max(1), message, help }
}

/// A mistake that is about a file as a whole.
pub(crate) fn about_file(file: &str, message: String) -> Mistake {
    let position = Position { file: file.to_owned(), line: 1, column: 1 };
    Mistake { position, length: 1, message, help: None }
}
