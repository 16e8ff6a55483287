//! What is different about live sources: they begin now and come back by themselves for ever.

use super::turn::Turn;
use crate::live::Retry;
use crate::{Event, PlayError};

/// A WHEP session from which neither picture nor sound comes for so long is lost, in
/// milliseconds: `webrtcbin` stays connected to a relay that has died.
const WHEP_SILENCE_MS: u64 = 3_000;
/// The same before its first picture or sound: ICE, DTLS and a keyframe come first.
const WHEP_OPENING_MS: u64 = 6_000;
/// The same for HLS, of which a buffer of some seconds is played on first.
const HLS_SILENCE_MS: u64 = 6_000;
/// The same before its first picture.
const HLS_OPENING_MS: u64 = 8_000;
/// Behind by so much without wanting to, a viewer is brought back to now, in milliseconds.
const TOO_FAR_BEHIND_MS: i64 = 20_000;

/// What only a live source has.
#[derive(Debug)]
pub(super) struct Live {
    retry: Retry,
    pub(super) protocol: Protocol,
}

#[derive(Debug)]
pub(super) enum Protocol {
    Hls(Edge),
    Whep,
}

/// How a viewer stands to now, in one pipeline.
#[derive(Debug, Default)]
pub(super) struct Edge {
    /// Oldest and newest place that can be reached.
    pub(super) window: Option<(i64, i64)>,
    /// The viewer is behind on purpose.
    pub(super) on_purpose: bool,
}

impl Live {
    pub(super) fn new(protocol: Protocol) -> Self {
        Self {
            retry: Retry::default(),
            protocol,
        }
    }

    /// A pipeline is made for it: at now.
    pub(super) fn begin_anew(&mut self, now: u64) {
        self.retry.attempt(now);
        if let Protocol::Hls(edge) = &mut self.protocol {
            *edge = Edge::default();
        }
    }

    pub(super) fn forget_attempts(&mut self) {
        self.retry = Retry::default();
    }

    pub(super) fn succeeded(&mut self) {
        self.retry.succeeded();
    }

    pub(super) fn see_window(&mut self, start: i64, end: i64) {
        if let Protocol::Hls(edge) = &mut self.protocol {
            edge.window = Some((start, end));
        }
    }

    /// Of HLS: how the viewer stands to now.
    pub(super) fn edge(&mut self) -> Option<&mut Edge> {
        match &mut self.protocol {
            Protocol::Hls(edge) => Some(edge),
            Protocol::Whep => None,
        }
    }

    pub(super) fn stay_behind(&mut self) {
        if let Some(edge) = self.edge() {
            edge.on_purpose = true;
        }
    }

    /// How long it may be silent.
    pub(super) fn patience_ms(&self, opening: bool) -> u64 {
        match (&self.protocol, opening) {
            (Protocol::Hls(_), true) => HLS_OPENING_MS,
            (Protocol::Hls(_), false) => HLS_SILENCE_MS,
            (Protocol::Whep, true) => WHEP_OPENING_MS,
            (Protocol::Whep, false) => WHEP_SILENCE_MS,
        }
    }

    /// When to try again after this. Only what no second try can change is final.
    pub(super) fn again_at(&mut self, error: &PlayError, now: u64) -> Option<u64> {
        match error {
            PlayError::Forbidden | PlayError::Unsupported(_) => return None,
            PlayError::NotFound if self.retry.missing(now) => return None,
            PlayError::NotFound => {}
            PlayError::Damaged(_) | PlayError::Network(_) | PlayError::Internal(_) => {
                self.retry.answered();
            }
        }
        Some(self.retry.next(now))
    }

    /// Where now is, for somebody whom a stuttering network has left further and further behind.
    pub(super) fn left_behind(&self, position_ms: i64) -> Option<i64> {
        let Protocol::Hls(edge) = &self.protocol else {
            return None;
        };
        let (_, end) = edge.window?;
        (end - position_ms > TOO_FAR_BEHIND_MS && !edge.on_purpose).then_some(end)
    }

    pub(super) fn tell_window(&self, position_ms: i64, turn: &mut Turn) {
        if let Protocol::Hls(edge) = &self.protocol
            && let Some((start, end)) = edge.window
        {
            let window_ms = (end - start).max(0);
            turn.tell(Event::LiveWindow {
                behind_ms: (end - position_ms).clamp(0, window_ms),
                window_ms,
            });
        }
    }
}
