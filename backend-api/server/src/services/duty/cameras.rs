//! Cameras of duty rooms: fetched by RTSP into a stream while somebody looks.

use crate::services::kit::error::Result;
use crate::services::media::{Intake, Media, SourceNews};

/// Fetches cameras. The demonstration has others.
pub trait Cameras: Send + Sync {
    /// Fetches the camera at `url` into a stream until the answer is dropped. One that cannot be
    /// reached is no error: it is tried again.
    ///
    /// # Errors
    /// The address is of another kind, or there is no thread.
    fn start(&self, media: &Media, stream: &str, url: &str) -> Result<Intake>;
}

/// Real cameras.
#[derive(Clone, Copy, Debug)]
pub struct Rtsp;

impl Cameras for Rtsp {
    fn start(&self, media: &Media, stream: &str, url: &str) -> Result<Intake> {
        media.take_in(stream, url, |news| {
            if let SourceNews::Failed(error) = news {
                tracing::warn!(%error, "a duty room's camera");
            }
        })
    }
}

/// The demonstration's: addresses that can never exist (RFC 2606) show a test picture.
#[derive(Clone, Copy, Debug)]
pub struct Demonstration;

impl Cameras for Demonstration {
    fn start(&self, media: &Media, stream: &str, url: &str) -> Result<Intake> {
        let invented = url::Url::parse(url).is_ok_and(|url| {
            url.host_str()
                .is_some_and(|host| host.ends_with(".invalid"))
        });
        Rtsp.start(media, stream, if invented { "test:330" } else { url })
    }
}
