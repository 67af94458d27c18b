//! What the server knows of those who still use the old form.

pub mod bodies;
pub mod clients;
pub mod columns;
pub mod statements;
pub mod subscribers;
pub mod views;
