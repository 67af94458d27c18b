//! PostgreSQL 12 to 18.

#[cfg(feature = "full")]
pub mod database;
pub mod inspect;
pub mod quote;
#[cfg(feature = "full")]
pub mod render;
pub mod session;
