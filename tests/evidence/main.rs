//! The evidence that opens the gate: each piece alone keeps it closed, and says so.

mod instances;
mod pooler;
mod server;
mod support;
mod waivers;
mod writes;
