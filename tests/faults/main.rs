//! What goes wrong around a migration: processes that are killed, connections that break, locks, other runners. The
//! same command again brings it to its end, and nothing is lost.

mod clock;
mod cut;
mod disk;
mod files;
mod future;
mod indexes;
mod killed;
mod locks;
mod permissions;
mod pooler;
mod read_only;
mod rollback;
mod support;
mod takeover;
mod timeouts;
