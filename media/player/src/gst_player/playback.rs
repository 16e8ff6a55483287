//! What is playing now: something at a location, or a WHEP session.

use std::sync::Arc;
use std::sync::mpsc::Sender;

use super::note::Note;
use super::picture::Pictures;
use super::pipeline::Pipeline;
use super::settings::Settings;
use super::whep::Whep;
use crate::machine::Fact;
use crate::{SoundTap, Source, SourceKind};

/// See the module.
pub(super) enum Playback {
    Located(Box<Pipeline>),
    Whep(Box<Whep>),
}

impl Playback {
    pub(super) fn open(
        source: &Source,
        settings: Settings,
        loudness: (u8, bool),
        tap: Option<SoundTap>,
        number: u64,
        notes: &Sender<Note>,
        pictures: &Arc<Pictures>,
    ) -> Result<Self, gst::glib::BoolError> {
        Ok(match source.kind {
            SourceKind::Programme | SourceKind::LiveHls => Self::Located(Box::new(Pipeline::open(
                source, settings, loudness, number, notes, pictures,
            )?)),
            SourceKind::Whep => Self::Whep(Box::new(Whep::open(
                source, settings, loudness, tap, number, notes, pictures,
            )?)),
        })
    }

    pub(super) fn set_moving(&self, moving: bool) {
        match self {
            Self::Located(pipeline) => pipeline.set_moving(moving),
            // It moves as long as it is there; the state machine leaves it instead of pausing.
            Self::Whep(_) => {}
        }
    }

    /// Flushes and goes there; false if the stream cannot.
    pub(super) fn seek(&mut self, position_ms: i64, exact: bool) -> bool {
        match self {
            Self::Located(pipeline) => pipeline.seek(position_ms, exact),
            Self::Whep(_) => false,
        }
    }

    pub(super) fn set_loudness(&self, volume: u8, muted: bool) {
        match self {
            Self::Located(pipeline) => pipeline.set_loudness(volume, muted),
            Self::Whep(session) => session.set_loudness(volume, muted),
        }
    }

    /// What has changed since the last poll.
    pub(super) fn poll(&mut self) -> Vec<Fact> {
        match self {
            Self::Located(pipeline) => pipeline.poll(),
            Self::Whep(session) => session.poll(),
        }
    }

    /// What a bus message means.
    pub(super) fn understand(&mut self, message: &gst::Message) -> Vec<Fact> {
        match self {
            Self::Located(pipeline) => pipeline.understand(message),
            Self::Whep(session) => session.understand(message),
        }
    }

    /// Stops and releases everything.
    pub(super) fn close(self) {
        match self {
            Self::Located(pipeline) => pipeline.close(),
            Self::Whep(session) => session.close(),
        }
    }

    /// The same when the program may be about to end.
    pub(super) fn close_for_good(self) {
        match self {
            Self::Located(pipeline) => pipeline.close(),
            Self::Whep(session) => session.close_for_good(),
        }
    }
}
