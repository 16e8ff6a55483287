//! A station that is on air loses its network over and over.

use std::time::{Duration, Instant};

use anyhow::ensure;

use super::Random;
use super::on_air::{OnAir, pictures};
use crate::harness::process::{self, Held};

/// How long the network is away, in ms.
const AWAY_MS: std::ops::Range<u64> = 3_000..12_000;
/// How long it stays after it came back, so that 20 losses take ten minutes.
const STAYS: Duration = Duration::from_secs(20);
/// Longer than it may ever take.
const PATIENCE: Duration = Duration::from_secs(60);
/// A dead session may be kept so long (the relay ends it after 10 s of silence).
const SETTLED: Duration = Duration::from_secs(15);

/// Connections that a busy machine needed besides are kept so long at most (90 s) without use.
const IDLE: Duration = Duration::from_secs(120);

/// Descriptors that may be open besides those of the beginning: a connection that is being made.
pub const BESIDES: usize = 2;

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Losses so far.
    pub losses: u32,
    /// From the network's return until pictures come again and the station is on air, in ms.
    pub back_ms: Vec<u64>,
    /// What the TV program held after the first return and at the end.
    pub held: [Held; 2],
    /// Sessions of the relay at the end: the station's two.
    pub sessions: usize,
}

/// Cuts the network so many times.
///
/// # Errors
/// When the station does not come back at all.
pub fn lose_over_and_over(
    losses: u32,
    seed: u64,
    mut say: impl FnMut(&Outcome),
) -> anyhow::Result<Outcome> {
    let stage = OnAir::start()?;
    let mut random = Random::new(seed);
    let mut outcome = Outcome::default();
    for _ in 0..losses {
        stage.cut();
        std::thread::sleep(Duration::from_millis(random.within(AWAY_MS)));
        let before = pictures(&stage.station.state()?);
        stage.join();
        let joined = Instant::now();
        while pictures(&stage.station.state()?) == before || !stage.station_is_live()? {
            ensure!(joined.elapsed() < PATIENCE, "it does not come back");
            std::thread::sleep(Duration::from_millis(50));
        }
        let back = u64::try_from(joined.elapsed().as_millis()).unwrap_or(u64::MAX);
        outcome.losses += 1;
        outcome.back_ms.push(back);
        std::thread::sleep(STAYS.saturating_sub(joined.elapsed()));
        outcome.held[1] = process::held(stage.station.pid())?;
        if outcome.losses == 1 {
            outcome.held[0] = outcome.held[1];
        }
        say(&outcome);
    }
    std::thread::sleep(SETTLED);
    let (since, first) = (Instant::now(), outcome.held[0]);
    loop {
        let held = process::held(stage.station.pid())?;
        outcome.held[1] = held;
        let gone = held.threads <= first.threads && held.descriptors <= first.descriptors + BESIDES;
        if gone || since.elapsed() > IDLE {
            break;
        }
        std::thread::sleep(Duration::from_millis(500));
    }
    let relay = stage.relay()?;
    outcome.sessions = relay.publishers + relay.viewers;
    Ok(outcome)
}
