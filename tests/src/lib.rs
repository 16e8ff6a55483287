//! What the end-to-end tests, the screenshots and the bench share: a real server in the process,
//! the demonstration township imported once, and a television that paints into memory.

pub mod bench;
pub mod fuzz;
pub mod harness;
pub mod load;
