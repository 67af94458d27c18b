//! The backfill: every kind of key and none, under writers; rows that fail; rests; workers; the plans of its batches.

mod control;
mod failing_rows;
mod keys;
mod limits;
mod locked_rows;
mod plans;
mod rewritten;
mod size;
mod subject;
mod surroundings;
mod workers;
