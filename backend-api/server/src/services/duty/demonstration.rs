//! The demonstration's stations on duty: test pictures and tones take the place of their cameras.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Duty;
use crate::services::kit::error::Result;
use crate::services::kit::task::blocking;
use crate::services::media::{Intake, Media};

/// How often it is looked whether somebody looks.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Sends a test picture from stations, by terminal id, whose duty room somebody looks into, until the
/// server stops.
///
/// # Errors
/// No relay, or no test source.
pub async fn run(
    duty: Arc<Duty>,
    media: Arc<Media>,
    stations: Vec<String>,
    stopping: CancellationToken,
) -> Result<()> {
    media.relay()?;
    let mut sending: HashMap<String, Intake> = HashMap::new();
    let mut ticks = tokio::time::interval(LOOK_EVERY);
    loop {
        tokio::select! {
            () = stopping.cancelled() => return Ok(()),
            _ = ticks.tick() => {}
        }
        for station in &stations {
            let Some(stream) = duty.wanted(station) else {
                sending.remove(station);
                continue;
            };
            if !sending.contains_key(station) {
                let media = Arc::clone(&media);
                let sender = blocking(move || media.take_in(&stream, "test:392", |_| {})).await?;
                sending.insert(station.clone(), sender);
            }
        }
    }
}
