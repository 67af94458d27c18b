//! The derive and the reader.

mod agreement;
mod coexistence;
mod compiled;
mod dependencies;
mod keys;
mod literals;
mod modules;
mod names;
mod projections;
mod queries;
mod reader;
mod support;
mod types;
