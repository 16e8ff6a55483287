//! A source of packets: a publisher's session or an injector.

use std::sync::Arc;
use std::time::Instant;

use super::clock::Clock;
use super::keyframes::Keyframes;
use super::lane::Lane;
use crate::types::Media;

/// Names a session inside the core.
pub type Key = u64;

/// Who sends.
pub enum Origin {
    /// A WHIP session.
    Publisher(Key),
    /// Code of the same process; the closure asks it for a keyframe.
    Injector(Key, Box<dyn Fn() + Send>),
}

/// Whether packets come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// Not yet.
    Quiet,
    /// They do.
    Live,
    /// They did.
    Silent,
}

/// See the module.
pub struct Stream {
    /// Its id.
    pub name: Arc<str>,
    /// Who sends.
    pub origin: Origin,
    video: Lane,
    audio: Lane,
    /// Moments of capture.
    pub clock: Clock,
    /// Requests for keyframes.
    pub keyframes: Keyframes,
    /// Whether packets come.
    pub life: Life,
    /// When the last one came.
    pub last_packet: Instant,
}

impl Stream {
    /// A stream nothing has come of; it uses two generations from the given one on.
    pub fn new(now: Instant, name: Arc<str>, origin: Origin, generation: u64) -> Self {
        Self {
            name,
            origin,
            video: Lane::new(Media::Video, generation),
            audio: Lane::new(Media::Audio, generation + 1),
            clock: Clock::default(),
            keyframes: Keyframes::default(),
            life: Life::Quiet,
            last_packet: now,
        }
    }

    /// The packets of one medium.
    pub fn lane(&mut self, media: Media) -> &mut Lane {
        match media {
            Media::Video => &mut self.video,
            Media::Audio => &mut self.audio,
        }
    }

    /// The packets of one medium, to look at.
    pub fn lane_ref(&self, media: Media) -> &Lane {
        match media {
            Media::Video => &self.video,
            Media::Audio => &self.audio,
        }
    }

    /// When order goes on without a missing packet.
    pub fn deadline(&self) -> Option<Instant> {
        [self.video.deadline(), self.audio.deadline()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Packets that never came.
    pub fn lost(&self) -> u64 {
        self.video.lost + self.audio.lost
    }
}
