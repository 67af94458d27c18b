//! What the server knows of those who still use the old form.

pub mod bodies;
pub mod clients;
pub mod statements;
pub mod subscribers;
pub mod views;
