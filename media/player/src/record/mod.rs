//! A voice, recorded with the box's microphone: up to a minute of Opus in Ogg, in memory alone.

mod fake;
mod gst_recorder;
mod pipeline;

pub use fake::FakeRecorder;
pub use gst_recorder::GstRecorder;

use std::sync::Arc;

pub use crate::publish::Microphone;

/// Recording ends by itself after so long, in ms.
pub const LONGEST_MS: u32 = 60_000;

/// What a recorder can be told. A command never blocks and never fails; what becomes of it is told by
/// [`RecordEvent`]s.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordCommand {
    /// Begin to record from this microphone; what was being recorded is dropped.
    Start(Microphone),
    /// End and hand out what was recorded.
    Stop,
    /// End and forget it.
    Cancel,
}

/// What was recorded.
#[derive(Clone, PartialEq)]
pub struct Recording {
    /// Opus in Ogg, mono.
    pub ogg: Arc<[u8]>,
    /// How long it is, in ms.
    pub length_ms: u32,
    /// The loudest of it, 0 (−60 dBFS and softer) to 1 (full scale).
    pub loudest: f32,
    /// The microphone went away before anybody ended it.
    pub cut_off: bool,
}

// What somebody said is not written to logs.
impl std::fmt::Debug for Recording {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recording")
            .field("length_ms", &self.length_ms)
            .field("loudest", &self.loudest)
            .field("cut_off", &self.cut_off)
            .finish_non_exhaustive()
    }
}

impl Recording {
    /// The file as Base64 with padding.
    #[must_use]
    pub fn base64(&self) -> String {
        gst::glib::base64_encode(&self.ogg).into()
    }
}

/// Where a player finds a recording in Base64, without a file.
#[must_use]
pub fn uri(base64: &str) -> String {
    format!("data:audio/ogg;base64,{base64}")
}

/// The same of one that is in memory as it is: Opus in Ogg.
#[must_use]
pub fn uri_of(ogg: &[u8]) -> String {
    uri(&gst::glib::base64_encode(ogg))
}

/// Why nothing is recorded. The screen has a plain sentence for each.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// 没有选话筒
    #[error("no microphone is chosen")]
    NothingChosen,
    /// 没有找到话筒
    #[error("the microphone is not there: {0}")]
    NoMicrophone(String),
    /// 话筒正被占用
    #[error("the microphone is in use: {0}")]
    Busy(String),
    /// 话筒没有反应
    #[error("the microphone gives nothing")]
    Dead,
    /// Anything else; the log has the details.
    #[error("the recorder failed: {0}")]
    Internal(String),
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum RecordEvent {
    /// The microphone is heard: what is said from now on is recorded.
    Started,
    /// How loud it is, 0 to 1, and how much there is, in ms; ten times a second.
    Level {
        /// 0 (−60 dBFS and softer) to 1 (full scale).
        level: f32,
        /// How long it is so far.
        length_ms: u32,
    },
    /// It has ended, by [`RecordCommand::Stop`], after [`LONGEST_MS`], or because the microphone went
    /// away.
    Done(Recording),
    /// Nothing was recorded.
    Failed(RecordError),
}

/// Where events go. Called from any thread; must not block.
pub type RecordSink = Arc<dyn Fn(RecordEvent) + Send + Sync>;

/// Records a voice. There is one a terminal.
pub trait Recorder: Send {
    /// Tells it what to do.
    fn send(&self, command: RecordCommand);
}

/// What the recorder's thread waits for. Numbers are those of the recording; what older ones still say
/// is not listened to.
enum Note {
    Command(RecordCommand),
    Bus(u64, gst::Message),
    /// The first sound has come.
    Started(u64),
    /// There is as much as there may be.
    Full(u64),
    /// Everything has come out.
    Ended(u64),
    Quit,
}
