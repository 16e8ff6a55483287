//! Pictures of what televisions will show.

use std::path::PathBuf;

/// The program that makes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The television application; `None`: the one beside this program, or where programs are.
    pub program: Option<PathBuf>,
    /// Seconds after which it is given up.
    pub seconds: u64,
}

impl Default for Preview {
    fn default() -> Self {
        Self {
            program: None,
            seconds: 20,
        }
    }
}
