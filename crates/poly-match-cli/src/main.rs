//! The program `poly-match`.
fn main() {}
