//! Plays programmes and live streams on the terminal, and publishes its camera and microphone.
//! Knows neither Slint nor the backend's API: locations come in as URIs, pictures go out as plain
//! buffers, and everything that happens is an [`Event`] or a [`publish::PublishEvent`].
//!
//! A screen follows the pipeline, not the key: it shows “playing” when [`Event::State`] says so.

mod colours;
mod echo;
pub mod elements;
pub mod fake;
mod gst_player;
pub mod http;
mod live;
mod machine;
mod peer;
pub mod publish;
pub mod record;
mod signalling;
#[cfg(feature = "testing")]
pub mod testing;

pub use gst_player::{GstPlayer, Settings, Sound};

use std::any::Any;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// What kind of thing a location leads to, and so what it can do and how it comes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SourceKind {
    /// Something with a beginning and an end: can be sought, goes on where it was.
    #[default]
    Programme,
    /// A live HLS playlist (RFC 8216): begins near the live edge, can be rewound within the
    /// playlist's window, comes back at the live edge.
    LiveHls,
    /// A WHEP endpoint (WebRTC-HTTP egress): always now, cannot be sought.
    Whep,
}

impl SourceKind {
    /// Whether it happens now: no length, and tried again until told to stop.
    #[must_use]
    pub fn is_live(self) -> bool {
        self != Self::Programme
    }
}

/// What to play.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// Location of the video, playlist or WHEP endpoint: `file://`, `http://` or `https://`; or a
    /// recording itself ([`record::uri`]).
    pub uri: String,
    /// Bearer token for `http(s)` locations.
    pub bearer: Option<String>,
    /// Where to begin, in milliseconds; live sources begin now.
    pub start_ms: i64,
    /// Begin paused on the first picture. A paused WHEP source is not even connected.
    pub paused: bool,
    /// What it is.
    pub kind: SourceKind,
}

// What somebody said is not written to logs, nor is the token.
impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source")
            .field("uri", &self.place())
            .field("start_ms", &self.start_ms)
            .field("paused", &self.paused)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl Source {
    /// Its location, as it may be written to a log.
    pub(crate) fn place(&self) -> &str {
        match self.uri.split_once(',') {
            Some((head, _)) if head.starts_with("data:") => head,
            _ => &self.uri,
        }
    }

    /// A programme from its beginning.
    pub fn programme(uri: impl Into<String>) -> Self {
        Self {
            uri: uri.into(),
            ..Self::default()
        }
    }

    /// A live HLS playlist.
    pub fn live_hls(uri: impl Into<String>) -> Self {
        Self {
            uri: uri.into(),
            kind: SourceKind::LiveHls,
            ..Self::default()
        }
    }

    /// A WHEP endpoint and the token it asks for.
    pub fn whep(uri: impl Into<String>, bearer: Option<String>) -> Self {
        Self {
            uri: uri.into(),
            bearer,
            kind: SourceKind::Whep,
            ..Self::default()
        }
    }
}

/// What a player can be told. A command never blocks and never fails; what becomes of it is
/// told by [`Event`]s.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Something may be wanted soon: load what playing needs, WebRTC included. Until this or the
    /// first [`Command::Load`] a player costs next to no memory.
    Prepare,
    /// Stop what is playing and play this instead.
    Load(Source),
    /// Go on.
    Play,
    /// Hold the picture. A live HLS stream can be paused as long as its window reaches; a WHEP
    /// stream is left and joined again.
    Pause,
    /// Go to a place: first to the keyframe before it, so that a picture comes at once, then
    /// exactly. Several in a row are merged; the last one wins. In a live HLS stream it goes to
    /// the keyframe only; a WHEP stream takes no notice.
    Seek {
        /// Where to, in milliseconds; clamped to the programme or to the live window.
        position_ms: i64,
    },
    /// Back to now, after a rewind or a pause of a live HLS stream.
    GoLive,
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
    /// The network is gone; trying again by itself and going on at the same second, or now if the
    /// source is live. The screen keeps the last picture.
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
    /// How far back a live HLS stream can be rewound, and how far it is; with each
    /// [`Event::Position`]. `Command::Seek` to `position_ms - 30_000` is a rewind by 30 s.
    LiveWindow {
        /// Milliseconds from here to the newest place that can be reached; 0 at the live edge.
        behind_ms: i64,
        /// Milliseconds from the oldest place that can be reached to the newest.
        window_ms: i64,
    },
    /// A new picture can be had from [`Player::take_frame`]. Sent once until it is taken.
    FrameReady,
    /// Whether the programme has sound, as soon as it is known.
    HasAudio(bool),
    /// While it opens or waits for the network: what comes in is less than what would be shown in
    /// that time. Once for each wait; anything else that makes it wait is not the network's fault.
    SourceSlow,
    /// It cannot go on.
    Failed(PlayError),
    /// What was loaded is left, with everything that was known of it: what is told after this is of
    /// what is loaded next. Once for each [`Command::Load`] and each [`Command::Stop`], also when
    /// nothing was loaded, so that whoever sends them knows of what a later event tells.
    SourceLeft,
}

/// One decoded picture, red, green and blue with 8 bits each, rows without padding: what Slint's
/// software renderer draws fastest.
#[derive(Clone)]
pub struct Frame {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// `width * height * 3` bytes.
    pub data: FrameData,
    /// Time in the programme in milliseconds.
    pub position_ms: i64,
}

/// Memory with the bytes of a picture. Whoever gave it ([`PictureMemory`]) knows it again by
/// [`Any`].
pub trait Pixels: AsRef<[u8]> + AsMut<[u8]> + Any + Send + Sync {}

impl<T: AsRef<[u8]> + AsMut<[u8]> + Any + Send + Sync> Pixels for T {}

/// The bytes of a picture, shared by whoever looks at it.
pub type FrameData = Arc<dyn Pixels>;

/// Gives memory for a picture of this width and height in pixels: 3 bytes for each, whatever they
/// hold. A screen that gives its own shows pictures without copying them. Called from a streaming
/// thread; must not block.
pub type PictureMemory = Arc<dyn Fn(u32, u32) -> Box<dyn Pixels> + Send + Sync>;

/// New memory for each picture.
pub(crate) fn new_memory() -> PictureMemory {
    Arc::new(|width, height| Box::new(vec![0_u8; width as usize * height as usize * 3]))
}

/// Where events go. Called from any thread; must not block.
pub type EventSink = Arc<dyn Fn(Event) + Send + Sync>;

/// Hears what a live stream plays: 48 kHz, stereo, interleaved, after volume and mute, as it goes to
/// the loudspeaker. Called from a streaming thread; must not block.
pub type SoundTap = Arc<dyn Fn(&[i16]) + Send + Sync>;

/// A player. There is one a terminal.
pub trait Player: Send {
    /// Tells it what to do.
    fn send(&self, command: Command);

    /// Puts the pictures that come from now on into this memory. Without it, each gets new memory.
    fn paint_into(&self, memory: PictureMemory);

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
