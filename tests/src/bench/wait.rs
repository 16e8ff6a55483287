//! Waits for what must come.

use std::time::{Duration, Instant};

use anyhow::ensure;

/// Longer than anything that works takes.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// Until it holds; an error after [`PATIENCE`].
pub(super) fn wait(what: &str, mut holds: impl FnMut() -> bool) -> anyhow::Result<()> {
    let began = Instant::now();
    while !holds() {
        ensure!(began.elapsed() < PATIENCE, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}
