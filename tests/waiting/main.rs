//! A run that must wait: who holds it up is named, a window is kept to, and it holds up nobody meanwhile.

mod blockers;
mod builds;
mod idle;
mod resolve;
mod status;
#[path = "../faults/support.rs"]
#[allow(dead_code, reason = "the tests of faults use all of it")]
mod support;
mod verify;
mod window;
