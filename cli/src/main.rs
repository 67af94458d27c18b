//! `cargo schema`.
fn main() {}
