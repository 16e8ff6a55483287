//! Server-side media: looking into a video, deciding whether the boxes can play it, making one
//! they can play, and taking a still picture from it.
//!
//! ```text
//! probe ──▶ treatment ──▶ as it is    (after check: all of it is there and plays)
//!                    ├──▶ remux       (right codecs, odd container)
//!                    └──▶ transcode   (H.264 + AAC in MP4, cheap to decode in software)
//! ```
//!
//! Pictures that flow are in [`live`]: mixing, HLS, recordings, restreaming, ingest.
//!
//! Every call outside [`live`] is blocking and bounded in time: a damaged file ends in an [`Error`], never in a
//! pipeline that waits for ever.

mod check;
mod choice;
mod container;
pub mod elements;
mod error;
pub mod live;
mod mp4;
mod pipeline;
mod poster;
mod probe;
mod streams;
#[cfg(feature = "testing")]
pub mod testing;
mod tone;
mod transcode;
mod treatment;
mod trim;

pub use check::check;
pub use container::Container;
pub use error::Error;
pub use poster::poster;
pub use probe::{AudioCodec, AudioInfo, MediaInfo, Rotation, VideoCodec, VideoInfo, probe};
pub use tone::Colours;
pub use transcode::{remux, target_size, transcode};
pub use treatment::{Reason, Treatment, needs_transcode, treatment};

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;
