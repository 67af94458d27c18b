//! `schema_diff::Migrator`: migrations from within a program, at its start and in its tests.

mod alive;
mod cancelled;
mod embedded;
mod start_up;
#[path = "../faults/support.rs"]
#[allow(dead_code, reason = "the tests of faults use all of it")]
mod support;
