//! Lets things fail for long, and says what came of it.
//!
//! ```sh
//! cargo run -p e2e --bin soak -- --kills 200             # the TV program, while it plays
//! cargo run -p e2e --bin soak -- --server-kills 1000     # the server, while people sign in
//! cargo run -p e2e --bin soak -- --terminal-cycles 200   # networks and clocks of 25 terminals
//! cargo run -p e2e --bin soak -- --network-losses 20     # of a station that is on air (ten minutes)
//! cargo run -p e2e --bin soak -- --live-minutes 60       # a conference that goes on
//! ```

use std::io::Write as _;

use clap::Parser;
use e2e::harness::kill::Stage;
use e2e::load::{long_program, network_losses, server_kills, terminals};

#[derive(Parser)]
struct CommandLine {
    /// How often the TV program is killed [default without other wishes: 200]
    #[arg(long)]
    kills: Option<u32>,

    /// How often the server is killed
    #[arg(long)]
    server_kills: Option<u32>,

    /// Cycles of the terminals with bad networks and clocks
    #[arg(long)]
    terminal_cycles: Option<usize>,

    /// How often a station on air loses its network
    #[arg(long)]
    network_losses: Option<u32>,

    /// How long a conference goes on
    #[arg(long)]
    live_minutes: Option<u32>,

    /// The same seed has the same faults
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn main() -> anyhow::Result<()> {
    let options = CommandLine::parse();
    if let Some(kills) = options.server_kills {
        let outcome = server_kills::kill_over_and_over(kills, options.seed, |outcome| {
            if outcome.kills.is_multiple_of(10) {
                say(outcome);
            }
        })?;
        writeln!(std::io::stdout(), "{outcome:#?}")?;
    }
    if let Some(cycles) = options.terminal_cycles {
        let outcome = terminals::try_faults(cycles, options.seed, |outcome| {
            if outcome.cycles.is_multiple_of(10) {
                say(outcome);
            }
        })?;
        writeln!(std::io::stdout(), "{outcome:#?}")?;
    }
    if let Some(losses) = options.network_losses {
        let outcome = network_losses::lose_over_and_over(losses, options.seed, |outcome| {
            say(outcome);
        })?;
        writeln!(std::io::stdout(), "{outcome:#?}")?;
    }
    if let Some(minutes) = options.live_minutes {
        let outcome = long_program::go_on(minutes, |outcome| {
            if outcome.minutes.is_multiple_of(5) {
                say(outcome);
            }
        })?;
        writeln!(std::io::stdout(), "{outcome:#?}")?;
    }
    let otherwise = options.server_kills.is_none()
        && options.terminal_cycles.is_none()
        && options.network_losses.is_none()
        && options.live_minutes.is_none();
    if let Some(kills) = options.kills.or(otherwise.then_some(200)) {
        // Each round moves on by at most the seven seconds until its kill.
        let stage = Stage::make(60 + kills.saturating_mul(7))?;
        let outcome = stage.kill_over_and_over(kills, options.seed, |outcome| {
            if outcome.kills.is_multiple_of(10) {
                say(outcome);
            }
        })?;
        writeln!(std::io::stdout(), "{outcome:#?}")?;
    }
    Ok(())
}

/// Nobody may be watching.
fn say(outcome: &impl std::fmt::Debug) {
    let _ = writeln!(std::io::stderr(), "{outcome:?}");
}
