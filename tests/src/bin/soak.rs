//! Kills the TV program many times while it plays, and says what came of it.
//!
//! `cargo run -p e2e --bin soak -- --kills 200`

use std::io::Write as _;

use clap::Parser;
use e2e::harness::kill::Stage;

#[derive(Parser)]
struct CommandLine {
    /// How often
    #[arg(long, default_value_t = 200)]
    kills: u32,

    /// The same seed kills at the same moments
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn main() -> anyhow::Result<()> {
    let options = CommandLine::parse();
    // Each round moves on by at most the seven seconds until its kill.
    let stage = Stage::make(60 + options.kills.saturating_mul(7))?;
    let outcome = stage.kill_over_and_over(options.kills, options.seed, |outcome| {
        if outcome.kills.is_multiple_of(10) {
            // Nobody may be watching.
            let _ = writeln!(std::io::stderr(), "{outcome:?}");
        }
    })?;
    writeln!(std::io::stdout(), "{outcome:#?}")?;
    Ok(())
}
