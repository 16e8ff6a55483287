//! Something that is taken in as the sender of a stream: an encoder, a camera, a test picture.

use std::sync::{Arc, OnceLock, Weak};
use std::time::Instant;

use media_relay::Relay;
use media_studio::live::{Ingest, IngestEvent, IngestSettings};
use parking_lot::Mutex;

use super::reach::Reach;
use super::streams::to_relay;
use crate::services::kit::error::{Result, ServiceError};

pub use media_studio::live::SourceState;

/// What there is to say of a source, beside its packets.
#[derive(Debug)]
pub enum SourceNews {
    /// It is doing differently now.
    State(SourceState),
    /// Why it is not there; it is tried again by itself.
    Failed(media_studio::Error),
}

/// A running source. Dropping it ends it in bounded time.
pub struct Intake {
    _ingest: Arc<Ingest>,
}

impl Intake {
    /// Sends `source` into a stream of the relay. One that cannot be reached is no error; where a camera
    /// is, is judged each time it is connected to.
    ///
    /// # Errors
    /// The address is of another kind, or there is no thread. The error does not quote the
    /// address, which may contain a password.
    pub(super) fn start(
        relay: &Relay,
        epoch: Instant,
        reach: Arc<Reach>,
        stream: &str,
        source: &str,
        heard: impl Fn(SourceNews) + Send + Sync + 'static,
    ) -> Result<Self> {
        let running: Arc<OnceLock<Weak<Ingest>>> = Arc::default();
        let asked = Arc::clone(&running);
        let injector = Mutex::new(relay.inject(stream, move || {
            if let Some(ingest) = asked.get().and_then(Weak::upgrade) {
                ingest.request_keyframe();
            }
        }));
        let settings = IngestSettings {
            epoch,
            source: source.to_owned(),
            resolve: Some(Arc::new(move |address: &str| {
                reach.resolve(address).map_err(str::to_owned)
            })),
        };
        let ingest = Ingest::start(settings, move |event| match event {
            IngestEvent::Packet(packet) => injector.lock().push(to_relay(packet)),
            IngestEvent::State(state) => heard(SourceNews::State(state)),
            IngestEvent::Failed(error) => heard(SourceNews::Failed(error)),
        })
        .map_err(|_| ServiceError::Internal("a source's address cannot be used".to_owned()))?;
        let ingest = Arc::new(ingest);
        // Set once, here.
        let _ = running.set(Arc::downgrade(&ingest));
        Ok(Self { _ingest: ingest })
    }
}
