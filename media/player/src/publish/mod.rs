//! The terminal's camera and microphone: seen at once on the screen, sent over WHIP (RFC 9725) when
//! wanted.
//!
//! Two halves that fail apart: the *capture* runs from [`PublishCommand::Open`] to
//! [`PublishCommand::Close`] and feeds the self view; *sending* begins and ends without touching it
//! and comes back by itself after a lost network.

mod adapt;
mod capture;
mod check;
mod devices;
pub mod fake;
mod gst_publisher;
mod machine;
mod note;
mod self_view;
mod sending;

pub(crate) use capture::{level, quoted};
pub use check::{Checked, Finding, check};
pub(crate) use devices::parse_microphone;
pub use devices::{Device, Devices, devices};
pub use fake::FakePublisher;
pub use gst_publisher::GstPublisher;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::Frame;

/// Where the picture comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Camera {
    /// No picture is sent.
    #[default]
    None,
    /// A made-up picture, where there is no hardware.
    Test(TestPattern),
    /// The camera with this [`Device::id`].
    Device(String),
}

/// A made-up picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TestPattern {
    /// Colour bars.
    #[default]
    Bars,
    /// A white ball that moves on black.
    Ball,
    /// One colour, `0xRRGGBB`.
    Plain(u32),
}

/// Where the sound comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Microphone {
    /// No sound is sent.
    #[default]
    None,
    /// A tone of so many hertz, where there is no hardware.
    Test(u32),
    /// The microphone with this [`Device::id`].
    Device(String),
}

/// What to capture.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Capture {
    /// The picture.
    pub camera: Camera,
    /// The sound.
    pub microphone: Microphone,
    /// Show the self view like a mirror. What is sent is never mirrored.
    pub mirror: bool,
}

/// What a publisher can be told. A command never blocks and never fails; what becomes of it is told
/// by [`PublishEvent`]s.
#[derive(Clone, PartialEq, Eq)]
pub enum PublishCommand {
    /// Switch camera and microphone on and show the self view; nothing goes over the network. While
    /// open: change to these devices, and go on sending from them.
    Open(Capture),
    /// Send to this WHIP endpoint until told to stop, as soon as camera and microphone are on.
    Start {
        /// The WHIP endpoint, `http://` or `https://`.
        url: String,
        /// The token it asks for.
        bearer: Option<String>,
    },
    /// Send no longer; the self view goes on.
    StopSending,
    /// Send silence instead of the microphone.
    SetMuted(bool),
    /// Switch camera and microphone off.
    Close,
}

impl std::fmt::Debug for PublishCommand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Open(capture) => f.debug_tuple("Open").field(capture).finish(),
            // The token is a secret.
            Self::Start { url, .. } => f.debug_struct("Start").field("url", url).finish(),
            Self::StopSending => f.write_str("StopSending"),
            Self::SetMuted(muted) => f.debug_tuple("SetMuted").field(muted).finish(),
            Self::Close => f.write_str("Close"),
        }
    }
}

/// Where the publisher stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PublishState {
    /// Camera and microphone are off.
    #[default]
    Closed,
    /// They are being switched on.
    Opening,
    /// They are on; nothing is sent.
    Ready,
    /// Connecting to the server for the first time since [`PublishCommand::Start`].
    Connecting,
    /// The server receives.
    Sending,
    /// The network is gone; trying again by itself.
    Reconnecting,
    /// A [`PublishEvent::Failed`] said why. Of a camera or microphone, it is tried again by itself.
    Failed,
}

/// Why the terminal cannot be seen or heard. The screen has a plain sentence for each.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublishError {
    /// 没有找到摄像头
    #[error("the camera is not there: {0}")]
    NoCamera(String),
    /// 摄像头正被占用
    #[error("the camera is in use: {0}")]
    CameraBusy(String),
    /// 没有找到话筒
    #[error("the microphone is not there: {0}")]
    NoMicrophone(String),
    /// 没有选择摄像头和话筒
    #[error("neither a camera nor a microphone is chosen")]
    NothingChosen,
    /// 网络不通. Not final: told when the connection is lost, and tried again.
    #[error("the network: {0}")]
    Network(String),
    /// 不允许发言
    #[error("the server refuses: {0}")]
    Refused(String),
    /// 已由另一台电视接走. Final until [`PublishCommand::Start`] is sent again, which takes it back.
    #[error("another one sends this stream now")]
    Replaced,
    /// 已经结束
    #[error("what was sent to is over")]
    Over,
    /// Anything else; the log has the details.
    #[error("the publisher failed: {0}")]
    Internal(String),
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum PublishEvent {
    /// The state changed.
    State(PublishState),
    /// A new picture of the self view can be had from [`Publisher::take_frame`]. Sent once until it
    /// is taken.
    FrameReady,
    /// How loud the microphone is, 0 (−60 dBFS and softer) to 1 (full scale), also while muted; five
    /// times a second.
    Level(f32),
    /// What went wrong. [`PublishState::Failed`] follows, or [`PublishState::Reconnecting`] after
    /// [`PublishError::Network`].
    Failed(PublishError),
}

/// Where events go. Called from any thread; must not block.
pub type PublishSink = Arc<dyn Fn(PublishEvent) + Send + Sync>;

/// Publishes the terminal's camera and microphone. There is one a terminal.
pub trait Publisher: Send {
    /// Tells it what to do.
    fn send(&self, command: PublishCommand);

    /// The newest picture of the self view, if there is one that has not been taken.
    fn take_frame(&self) -> Option<Frame>;

    /// What the camera sees now as a JPEG of 320×180, not mirrored; `None` without a picture. Takes
    /// some milliseconds.
    fn picture(&self) -> Option<Vec<u8>>;
}
