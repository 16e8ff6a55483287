//! The demonstration's live meeting: test pictures and tones take the place of the township's camera and
//! of two villages, which watch, raise their hands and speak when they are called on. What they send
//! goes the same way as anybody's from the relay on.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use contract::meeting::JoinRequest;
use tokio_util::sync::CancellationToken;

use super::director::Terminal;
use super::rooms::Rooms;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::task::blocking;
use crate::services::media::{Intake, Media, Who};

/// How often a demonstration station looks at its place.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// When a station's hand goes up, after the beginning and after its last word.
const HAND_AFTER: [Duration; 2] = [Duration::from_secs(8), Duration::from_secs(40)];

/// How often a station's small picture is sent.
const PICTURE_EVERY: Duration = Duration::from_secs(10);

/// A test picture with a tone of so many hertz, sent into a stream.
async fn send(media: &Arc<Media>, stream: String, tone: u32) -> Result<Intake> {
    let media = Arc::clone(media);
    blocking(move || media.take_in(&stream, &format!("test:{tone}"), |_| {})).await
}

/// Runs the demonstration in a live meeting until the server stops or the meeting is over.
///
/// # Errors
/// No relay, or no test source.
pub async fn run(
    rooms: Arc<Rooms>,
    meeting_id: String,
    stations: Vec<Terminal>,
    stopping: CancellationToken,
) -> Result<()> {
    let media = &rooms.parts().media;
    let now_ms = || rooms.parts().clock.now_ms();
    let host = Who::Host.stream(&meeting_id);
    let _host = send(media, host, 440).await?;
    let mut speaking: HashMap<String, Intake> = HashMap::new();
    let mut hands: HashMap<String, tokio::time::Instant> = HashMap::new();
    let mut pictures = tokio::time::Instant::now();
    let begun = tokio::time::Instant::now();
    for (station, after) in stations.iter().zip(HAND_AFTER) {
        let request = JoinRequest {
            viewing_id: uuid::Uuid::now_v7().to_string(),
            can_speak: true,
        };
        rooms.join(station, &meeting_id, &request, now_ms())?;
        hands.insert(station.id.clone(), begun + after);
    }
    let mut ticks = tokio::time::interval(LOOK_EVERY);
    loop {
        tokio::select! {
            () = stopping.cancelled() => return Ok(()),
            _ = ticks.tick() => {}
        }
        let now = tokio::time::Instant::now();
        for ((number, station), again) in stations.iter().enumerate().zip(HAND_AFTER) {
            let Ok(place) = rooms.place(&station.id, &meeting_id, now_ms()) else {
                return Ok(());
            };
            if place.send && !speaking.contains_key(&station.id) {
                let stream = Who::Station(station.id.clone()).stream(&meeting_id);
                let tone = 550 + 110 * u32::try_from(number).unwrap_or(0);
                let sender = send(media, stream, tone).await?;
                speaking.insert(station.id.clone(), sender);
            }
            if !place.send && speaking.remove(&station.id).is_some() {
                hands.insert(station.id.clone(), now + again);
            }
            let due = hands.get(&station.id).is_some_and(|at| *at <= now);
            if due && !place.send {
                hands.remove(&station.id);
                // A broadcast refuses hands; then nobody speaks.
                let _ = rooms.hand(&station.id, &meeting_id, true, now_ms());
            }
        }
        if now >= pictures {
            pictures = now + PICTURE_EVERY;
            for (number, station) in stations.iter().enumerate() {
                let picture = picture(number)?;
                let _ = rooms.keep_picture(&station.id, &meeting_id, picture, now_ms());
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
