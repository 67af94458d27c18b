//! PostgreSQL 12 to 18.

pub mod blocker;
pub mod control;
#[cfg(feature = "full")]
pub mod database;
pub mod fresh;
pub mod history;
pub mod inspect;
pub mod invalid_index;
pub mod lease;
#[cfg(feature = "full")]
pub mod load;
pub mod lock;
pub mod maintenance;
#[cfg(feature = "full")]
pub mod normalise;
pub mod postcondition;
pub mod pressure;
pub mod quote;
#[cfg(feature = "full")]
pub mod render;
pub mod session;
pub mod sync;
#[cfg(feature = "full")]
pub mod types;
pub mod window;
