//! The kill matrix: every change, every command, a fault at every statement; the same command again brings it to its
//! end, and nothing is lost, left over or done twice.

pub mod change;
pub mod course;
pub mod fault;
pub mod history;
pub mod point;
pub mod runners;
pub mod seed;
pub mod table;

pub use change::{Change, changes};
pub use course::Course;
pub use fault::Kind;
pub use point::Point;
