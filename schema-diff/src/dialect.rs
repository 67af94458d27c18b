//! What differs between database systems: one folder each, with the same file names in it.

pub mod postgres;
