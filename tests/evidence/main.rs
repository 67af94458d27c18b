//! The evidence that opens the gate: each piece alone keeps it closed, and says so.

mod behind_view;
mod instances;
mod pooler;
mod server;
mod support;
mod waivers;
mod writes;
