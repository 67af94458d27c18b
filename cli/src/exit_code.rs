//! What each exit code means: one definition for the program and its help.

/// Done, or nothing differs.
pub(crate) const DONE: u8 = 0;
/// An error, mistakes in the source and an edited applied migration included.
pub(crate) const ERROR: u8 = 1;
/// A wrong call, or a question with several answers.
pub(crate) const USAGE: u8 = 2;
/// A difference or pending work, where `--exit-code` asks for it.
pub(crate) const DIFFERENCE: u8 = 3;
/// The database isn't what history and lock say.
pub(crate) const DRIFT: u8 = 4;
/// Only consent or a gate is missing.
pub(crate) const REFUSED: u8 = 5;
/// A lock, a lease or a time-out: try again.
pub(crate) const BUSY: u8 = 6;

/// The part of every help text that tells them.
pub(crate) const HELP: &str = include_str!("exit_codes.txt");
