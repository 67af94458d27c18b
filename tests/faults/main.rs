//! What goes wrong around a migration: processes that are killed, connections that break, locks, other runners. The
//! same command again brings it to its end, and nothing is lost.

mod killed;
mod support;
mod takeover;
