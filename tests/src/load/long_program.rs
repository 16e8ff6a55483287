//! A conference that goes on for long: nothing may grow, nobody may stand still.

use std::time::{Duration, Instant};

use super::on_air::{OnAir, pictures};
use crate::harness::process::{self, Held};

/// How often it is looked at.
const LOOK: Duration = Duration::from_secs(5);
/// How often what is held is noted.
const NOTE: Duration = Duration::from_secs(60);

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Minutes so far.
    pub minutes: u32,
    /// What the process of the server held, a minute apart; relay, mixer, HLS and recording
    /// are in it, and the host's test source.
    pub server: Vec<Held>,
    /// The same of the station's program, which receives and sends.
    pub station: Vec<Held>,
    /// The same of the home's program, which watches by HLS.
    pub home: Vec<Held>,
    /// Looks, 5 s apart, at which station or home had not shown any new picture.
    pub stalls: u32,
}

/// Lets it go on for so many minutes.
///
/// # Errors
/// When a program is gone.
pub fn go_on(minutes: u32, mut say: impl FnMut(&Outcome)) -> anyhow::Result<Outcome> {
    let stage = OnAir::start()?;
    let began = Instant::now();
    let mut outcome = Outcome::default();
    let mut before = [0, 0];
    while outcome.minutes < minutes {
        std::thread::sleep(LOOK);
        let shown = [
            pictures(&stage.station.state()?),
            pictures(&stage.home.state()?),
        ];
        let still = shown
            .iter()
            .zip(before)
            .filter(|(now, then)| **now == *then);
        outcome.stalls += u32::try_from(still.count()).unwrap_or(0);
        before = shown;
        if began.elapsed() >= NOTE * (outcome.minutes + 1) {
            outcome.minutes += 1;
            outcome.server.push(process::held(std::process::id())?);
            outcome.station.push(process::held(stage.station.pid())?);
            outcome.home.push(process::held(stage.home.pid())?);
            say(&outcome);
        }
    }
    Ok(outcome)
}
