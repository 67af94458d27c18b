//! PostgreSQL 12 to 18.

#[cfg(feature = "full")]
pub mod database;
pub mod history;
pub mod inspect;
pub mod lease;
pub mod lock;
pub mod postcondition;
pub mod quote;
#[cfg(feature = "full")]
pub mod render;
pub mod session;
