//! A migration runs while writers of both releases are at work: no writer meets an error, and no value is lost.

mod cases;
mod deployment;
mod dropped_column;
mod new_column;
mod rename;
mod retype;
mod self_test;
mod split;
mod upserts;
