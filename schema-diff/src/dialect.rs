//! One folder per kind of database server; the only place that holds SQL text.

pub mod postgres;
