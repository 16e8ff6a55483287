//! Plays programmes on the terminal. Knows neither Slint nor the backend's API: locations come in
//! as URIs, pictures go out as plain buffers, and everything that happens is an [`Event`].
//!
//! A screen follows the pipeline, not the key: it shows “playing” when [`Event::State`] says so.

pub mod captions;
pub mod fake;
mod gst_player;
mod machine;
#[cfg(feature = "testing")]
pub mod testing;

pub use gst_player::{GstPlayer, Settings, Sound};

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// What to play.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Location of the video or playlist: `file://`, `http://` or `https://`.
    pub uri: String,
    /// Bearer token for `http(s)` locations.
    pub bearer: Option<String>,
    /// Where to begin, in milliseconds.
    pub start_ms: i64,
    /// Begin paused on the first picture.
    pub paused: bool,
}

/// What a player can be told. A command never blocks and never fails; what becomes of it is
/// told by [`Event`]s.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A programme may be wanted soon: load what playing needs. Until this or the first
    /// [`Command::Load`] a player costs next to no memory.
    Prepare,
    /// Stop what is playing and play this instead.
    Load(Source),
    /// Go on.
    Play,
    /// Hold the picture.
    Pause,
    /// Go to a place: first to the keyframe before it, so that a picture comes at once, then
    /// exactly. Several in a row are merged; the last one wins.
    Seek {
        /// Where to, in milliseconds; clamped to the programme.
        position_ms: i64,
    },
    /// Loudness, 0 to 100, perceived (cubic) scale.
    SetVolume(u8),
    /// Sound off without forgetting the volume.
    SetMuted(bool),
    /// Somebody else needs the sound (a meeting, an urgent notice): pause until given back.
    SuspendAudioFocus,
    /// The sound is free again: go on if playing before.
    ReturnAudioFocus,
    /// Stop and release the decoder and the sound device.
    Stop,
}

/// Where the player stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// Nothing is loaded.
    #[default]
    Idle,
    /// Loading: no picture yet.
    Loading,
    /// Moving.
    Playing,
    /// Held.
    Paused,
    /// Waiting for the network while it should be moving; percent of the buffer filled.
    Buffering(u8),
    /// The network is gone; trying again by itself and going on at the same second.
    Reconnecting,
    /// At the end.
    Ended,
    /// It cannot be played; an [`Event::Failed`] said why.
    Failed,
}

/// Why something cannot be played. The screen has a plain sentence for each.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlayError {
    /// 文件损坏
    #[error("the file is damaged: {0}")]
    Damaged(String),
    /// 格式不支持
    #[error("no decoder for this format: {0}")]
    Unsupported(String),
    /// 节目已不存在
    #[error("the programme is not there any more")]
    NotFound,
    /// 无权观看
    #[error("not allowed to play this")]
    Forbidden,
    /// 网络中断, after trying again for a while
    #[error("the network does not come back: {0}")]
    Network(String),
    /// Anything else; the log has the details.
    #[error("the player failed: {0}")]
    Internal(String),
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The state changed.
    State(State),
    /// Where it is now; at least twice a second while playing and once after each seek.
    Position {
        /// Milliseconds from the start.
        position_ms: i64,
        /// Length in milliseconds; `None` while unknown and for live streams.
        duration_ms: Option<i64>,
    },
    /// A new picture can be had from [`Player::take_frame`]. Sent once until it is taken.
    FrameReady,
    /// Whether the programme has sound, as soon as it is known.
    HasAudio(bool),
    /// It cannot go on.
    Failed(PlayError),
}

/// One decoded picture, RGBX with 8 bits a channel, rows without padding.
#[derive(Clone)]
pub struct Frame {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// `width * height * 4` bytes.
    pub data: FrameData,
    /// Time in the programme in milliseconds.
    pub position_ms: i64,
}

/// Bytes of a picture: anything that can be looked at and sent between threads.
pub type FrameData = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// Where events go. Called from any thread; must not block.
pub type EventSink = Arc<dyn Fn(Event) + Send + Sync>;

/// A player. There is one a terminal.
pub trait Player: Send {
    /// Tells it what to do.
    fn send(&self, command: Command);

    /// The newest picture, if there is one that has not been taken. Older ones are dropped.
    fn take_frame(&self) -> Option<Frame>;

    /// Pictures decoded and dropped since the last [`Command::Load`].
    fn statistics(&self) -> Statistics;
}

/// Counts since the last [`Command::Load`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Pictures handed to the screen.
    pub frames: u64,
    /// Pictures the screen did not fetch in time.
    pub dropped: u64,
}
