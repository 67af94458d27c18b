//! Traps that other tools fall into, each as a small test over the triggers that are generated.

mod bytes;
mod defaults;
mod gate;
mod prepared;
mod support;
mod triggers;
mod unfilled;
