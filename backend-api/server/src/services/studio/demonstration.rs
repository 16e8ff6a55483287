//! The demonstration's live meeting and its stations on duty: test pictures and tones take the place of the township's
//! camera and of two villages, which watch, raise their hands and speak when they are called on.
//! What they send goes the same way as anybody's from the relay on.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use contract::meeting::JoinRequest;
use media_relay::Relay;

use super::Intake;
use crate::app::App;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::stage::{Terminal, Who};

/// How often a demonstration station looks at its place.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// When a station's hand goes up, after the beginning and after its last word.
const HAND_AFTER: [Duration; 2] = [Duration::from_secs(8), Duration::from_secs(40)];

/// How often a station's small picture is sent.
const PICTURE_EVERY: Duration = Duration::from_secs(10);

/// A test picture with a tone of so many hertz, sent into a stream.
fn send(app: &App, relay: &Relay, stream: &str, tone: u32) -> Result<Intake> {
    Intake::start(
        relay,
        app.studio.epoch(),
        stream,
        &format!("test:{tone}"),
        |_| {},
    )
}

/// Runs the demonstration in a live meeting until the server stops or the meeting is over.
///
/// # Errors
/// No relay, or no test source.
pub async fn run(app: Arc<App>, meeting_id: String, stations: Vec<Terminal>) -> Result<()> {
    let relay = app.studio.relay()?.clone();
    let host = Who::Host.stream(&meeting_id);
    let (on, into) = (Arc::clone(&app), relay.clone());
    let _host = app.blocking(move |_| send(&on, &into, &host, 440)).await?;
    let mut speaking: HashMap<String, Intake> = HashMap::new();
    let mut hands: HashMap<String, tokio::time::Instant> = HashMap::new();
    let mut pictures = tokio::time::Instant::now();
    let begun = tokio::time::Instant::now();
    for (station, after) in stations.iter().zip(HAND_AFTER) {
        let request = JoinRequest {
            viewing_id: uuid::Uuid::now_v7().to_string(),
            can_speak: true,
        };
        app.studio
            .join(station, &meeting_id, &request, app.now_ms())?;
        hands.insert(station.id.clone(), begun + after);
    }
    let mut ticks = tokio::time::interval(LOOK_EVERY);
    loop {
        tokio::select! {
            () = app.stopping.cancelled() => return Ok(()),
            _ = ticks.tick() => {}
        }
        let now = tokio::time::Instant::now();
        for ((number, station), again) in stations.iter().enumerate().zip(HAND_AFTER) {
            let Ok(place) = app.studio.place(&station.id, &meeting_id, app.now_ms()) else {
                return Ok(());
            };
            if place.send && !speaking.contains_key(&station.id) {
                let stream = Who::Station(station.id.clone()).stream(&meeting_id);
                let tone = 550 + 110 * u32::try_from(number).unwrap_or(0);
                let (on, into) = (Arc::clone(&app), relay.clone());
                let sender = app
                    .blocking(move |_| send(&on, &into, &stream, tone))
                    .await?;
                speaking.insert(station.id.clone(), sender);
            }
            if !place.send && speaking.remove(&station.id).is_some() {
                hands.insert(station.id.clone(), now + again);
            }
            let due = hands.get(&station.id).is_some_and(|at| *at <= now);
            if due && !place.send {
                hands.remove(&station.id);
                // A broadcast refuses hands; then nobody speaks.
                let _ = app
                    .studio
                    .hand(&station.id, &meeting_id, true, app.now_ms());
            }
        }
        if now >= pictures {
            pictures = now + PICTURE_EVERY;
            for (number, station) in stations.iter().enumerate() {
                let picture = picture(number)?;
                let _ = app
                    .studio
                    .keep_picture(&station.id, &meeting_id, picture, app.now_ms());
            }
        }
    }
}

/// Sends a test picture from stations whose duty room somebody looks into, until the server stops.
///
/// # Errors
/// No relay, or no test source.
pub async fn on_duty(app: Arc<App>, stations: Vec<Terminal>) -> Result<()> {
    let relay = app.studio.relay()?.clone();
    let mut sending: HashMap<String, Intake> = HashMap::new();
    let mut ticks = tokio::time::interval(LOOK_EVERY);
    loop {
        tokio::select! {
            () = app.stopping.cancelled() => return Ok(()),
            _ = ticks.tick() => {}
        }
        for station in &stations {
            let Some(stream) = app.duty.wanted(&station.id) else {
                sending.remove(&station.id);
                continue;
            };
            if !sending.contains_key(&station.id) {
                let (on, into) = (Arc::clone(&app), relay.clone());
                let sender = app
                    .blocking(move |_| send(&on, &into, &stream, 392))
                    .await?;
                sending.insert(station.id.clone(), sender);
            }
        }
    }
}

/// A plain coloured picture, so that each station looks different.
fn picture(number: usize) -> Result<Bytes> {
    let colours = [[88, 120, 72], [72, 96, 140], [140, 96, 72]];
    let pixel = image::Rgb(colours[number % colours.len()]);
    let mut jpeg = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(320, 180, pixel)
        .write_to(&mut jpeg, image::ImageFormat::Jpeg)
        .map_err(|error| ServiceError::Internal(format!("demonstration: {error}")))?;
    Ok(jpeg.into_inner().into())
}
