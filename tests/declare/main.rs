//! The derive and the reader.

mod agreement;
mod coexistence;
mod keys;
mod literals;
mod modules;
mod names;
mod reader;
mod support;
mod types;
