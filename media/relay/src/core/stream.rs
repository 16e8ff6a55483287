//! A source of packets: a publisher's session or an injector.

use std::sync::Arc;
use std::time::Instant;

use super::clock::Clock;
use super::keyframes::Keyframes;
use super::track::Track;
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
pub enum Activity {
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
    video: Track,
    audio: Track,
    /// Moments of capture.
    pub clock: Clock,
    /// Requests for keyframes.
    pub keyframes: Keyframes,
    /// Whether packets come.
    pub activity: Activity,
    /// When the last one came.
    pub last_packet: Instant,
}

impl Stream {
    /// A stream nothing has come of; it uses two generations from the given one on.
    pub fn new(now: Instant, name: Arc<str>, origin: Origin, generation: u64) -> Self {
        Self {
            name,
            origin,
            video: Track::new(Media::Video, generation),
            audio: Track::new(Media::Audio, generation + 1),
            clock: Clock::default(),
            keyframes: Keyframes::default(),
            activity: Activity::Quiet,
            last_packet: now,
        }
    }

    /// The packets of one medium.
    pub fn track(&mut self, media: Media) -> &mut Track {
        match media {
            Media::Video => &mut self.video,
            Media::Audio => &mut self.audio,
        }
    }

    /// The packets of one medium, to look at.
    pub fn track_ref(&self, media: Media) -> &Track {
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
