//! Cameras of duty rooms: fetched by RTSP into a stream of the relay while somebody looks.

use std::time::Instant;

use media_relay::Relay;

use crate::services::kit::error::Result;
use crate::services::studio::{Intake, SourceNews};

/// A camera that is being fetched; dropping it ends that, in bounded time.
pub type Running = Box<dyn Send>;

/// Fetches cameras. Tests and the demonstration have others.
pub trait Cameras: Send + Sync {
    /// Fetches the camera at `url` into a stream. One that cannot be reached is no error: it is
    /// tried again until the answer is dropped.
    ///
    /// # Errors
    /// The address is of another kind, or there is no thread.
    fn start(&self, relay: &Relay, epoch: Instant, stream: &str, url: &str) -> Result<Running>;
}

/// Real cameras.
#[derive(Clone, Copy, Debug)]
pub struct Rtsp;

impl Cameras for Rtsp {
    fn start(&self, relay: &Relay, epoch: Instant, stream: &str, url: &str) -> Result<Running> {
        fetch(relay, epoch, stream, url)
    }
}

/// The demonstration's: addresses that can never exist (RFC 2606) show a test picture.
#[derive(Clone, Copy, Debug)]
pub struct Demonstration;

impl Cameras for Demonstration {
    fn start(&self, relay: &Relay, epoch: Instant, stream: &str, url: &str) -> Result<Running> {
        let invented = url::Url::parse(url).is_ok_and(|url| {
            url.host_str()
                .is_some_and(|host| host.ends_with(".invalid"))
        });
        fetch(
            relay,
            epoch,
            stream,
            if invented { "test:330" } else { url },
        )
    }
}

fn fetch(relay: &Relay, epoch: Instant, stream: &str, source: &str) -> Result<Running> {
    let intake = Intake::start(relay, epoch, stream, source, |news| {
        if let SourceNews::Failed(error) = news {
            tracing::warn!(%error, "a duty room's camera");
        }
    })?;
    Ok(Box::new(intake))
}
