//! The test harness: real servers, the built command line, processes to be killed.

pub mod application;
pub mod build;
pub mod cluster;
pub mod command_line;
pub mod converge;
pub mod cut;
pub mod expected;
pub mod kills;
#[path = "../oracle/oracle.rs"]
pub mod oracle;
pub mod pooler;
pub mod process;
pub mod project;
pub mod psql;
pub mod round_trip;
pub mod server;
pub mod waits;
pub mod workload;

pub use application::Application;
pub use command_line::{CargoSchema, Outcome, Running};
pub use project::Project;
pub use server::{Database, Server};

use schema_diff::embedded::Major;

/// The versions that matrix tests run on: `SCHEMA_DIFF_TEST_MAJORS` ("12,15,18"), else the oldest and the newest.
///
/// # Panics
/// If the variable holds anything but supported versions.
pub fn majors() -> Vec<Major> {
    match std::env::var("SCHEMA_DIFF_TEST_MAJORS") {
        Ok(list) => list
            .split([',', ' '])
            .filter(|part| !part.is_empty())
            .map(|part| part.parse().unwrap_or_else(|error| panic!("SCHEMA_DIFF_TEST_MAJORS: {error}")))
            .collect(),
        Err(_) => vec![Major::OLDEST, Major::LATEST],
    }
}

/// The README's Rust is compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
