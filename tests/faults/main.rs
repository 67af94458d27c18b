//! What goes wrong around a migration: processes that are killed, connections that break, locks, other runners. The
//! same command again brings it to its end, and nothing is lost.

mod cut;
mod files;
mod indexes;
mod killed;
mod locks;
mod permissions;
mod rollback;
mod support;
mod takeover;
