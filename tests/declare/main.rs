//! The derive and the reader.

mod agreement;
mod coexistence;
mod reader;
mod support;
