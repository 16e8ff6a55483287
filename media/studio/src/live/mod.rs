//! Pictures and sound that flow: mixing the on-air sources of a meeting into one program,
//! packaging it as HLS, making the recording, sending it on, taking encoders and cameras in.
//!
//! ```text
//! Ingest ─┐                          ┌─▶ Packager ─▶ HLS, then recording() ─▶ MP4
//!  relay ─┴▶ Packet ─▶ Mixer ─▶ Packet ─▶ Restream ─▶ MPEG-TS
//! ```
//!
//! Between the parts go [`Packet`]s: complete RTP packets with the moment of their capture.
//! Everything that has rules of its own is plain code with the time as a parameter (packets,
//! transport stream, segments, layouts, the mix of sound, the drawing); GStreamer decodes, scales and
//! encodes, one pipeline for each source and each output, so that none can stop another.
//!
//! The `sink` closures are called from media threads: they must be quick and must not
//! drop the object they belong to.

mod aac;
mod align;
mod blank;
mod camera;
pub(crate) mod canvas;
mod codec;
mod delay;
mod ingest;
mod layout;
mod mixer;
mod opening;
pub(crate) mod overlay;
mod packager;
pub(crate) mod pipe;
mod playlist;
mod recording;
mod restream;
pub(crate) mod rtp;
mod runs;
mod segments;
mod sound;
mod source;
mod sps;
mod test_pattern;
mod text;
pub(crate) mod ts;
mod units;

use std::time::{Duration, Instant};

use bytes::Bytes;

pub use ingest::{Ingest, IngestEvent, IngestSettings, Resolve};
pub use layout::{Layout, Scene};
pub use mixer::{Mixer, MixerEvent, MixerSettings};
pub use packager::{Packager, PackagerEvent, PackagerSettings};
pub use recording::{Part, Recorded, recording, recording_of};
pub use restream::{Restream, RestreamEvent, RestreamSettings};

#[cfg(feature = "testing")]
pub(crate) use codec::{AudioDecoder, H264Settings, OpusEncoder, VideoDecoder, samples_of};

/// What a packet carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Media {
    /// H.264, payload type 96.
    Video,
    /// Opus at 48 kHz, payload type 111.
    Audio,
}

/// One RTP packet (RFC 3550) and when what is in it was captured.
#[derive(Clone, Debug)]
pub struct Packet {
    /// Picture or sound.
    pub media: Media,
    /// The complete packet. Payload type 96 is H.264 in packetization mode 1 (RFC 6184), 111 is
    /// Opus (RFC 7587).
    pub rtp: Bytes,
    /// The moment of capture since the epoch; picture and sound of a source share one time line.
    pub at: Duration,
}

/// How a source is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceState {
    /// Nothing of it is there yet: it is not in the scene, or nothing that can be decoded has come.
    Waiting,
    /// Its picture, or its sound when it sends no picture, is there.
    Live,
    /// It was live and has been silent for a second.
    Interrupted,
}

/// The time line of a meeting: nanoseconds since an epoch on the monotonic clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeline {
    epoch: Instant,
}

impl Timeline {
    pub(crate) fn new(epoch: Instant) -> Self {
        Self { epoch }
    }

    pub(crate) fn now(self) -> Duration {
        self.epoch.elapsed()
    }
}
