//! PostgreSQL 12 to 18.

pub mod inspect;
pub mod session;
