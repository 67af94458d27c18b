//! Whether a query goes on working: what the server says to it, and what a catalog says about what it writes and reads.

mod accept;
mod complete;
mod declared;
mod each;
mod prepare;
mod scan;
mod snapshot;
mod uses;
mod utility;
mod writes;

pub use accept::{Acceptance, accepts, accepts_unchecked};
pub use complete::completions;
pub use declared::{declare, resolve};
pub use each::each;
pub use prepare::{Prepared, Refusal, ResultColumn, explain, hold, prepare};
pub use scan::{calls, has_star, names};
pub use snapshot::{Function, Relation, Snapshot, TypeFacts, snapshot};
pub use uses::{Use, can_tell_uses, uses};
pub use utility::{Utility, UtilityTable, utility};
pub use writes::{Given, Write, WriteKind, writes};
