//! What is different about live sources: they begin now and come back by themselves for ever.

use super::{Action, Machine, Output, Phase, SeekInFlight};
use crate::{Event, PlayError, SourceKind};

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

impl Machine {
    /// How long a live source may be silent now; `None` for a programme.
    pub(super) fn live_patience_ms(&self) -> Option<u64> {
        let opening = self.phase == Phase::Opening;
        match self.kind() {
            SourceKind::Programme => None,
            SourceKind::LiveHls if opening => Some(HLS_OPENING_MS),
            SourceKind::LiveHls => Some(HLS_SILENCE_MS),
            SourceKind::Whep if opening => Some(WHEP_OPENING_MS),
            SourceKind::Whep => Some(WHEP_SILENCE_MS),
        }
    }

    /// Only what no second try can change is final.
    pub(super) fn live_fault(&mut self, error: PlayError, now: u64) {
        match error {
            PlayError::Forbidden | PlayError::Unsupported(_) => self.fail(error),
            PlayError::NotFound if self.retry.missing(now) => self.fail(error),
            PlayError::NotFound => self.try_again(now),
            PlayError::Damaged(_) | PlayError::Network(_) | PlayError::Internal(_) => {
                self.retry.answered();
                self.try_again(now);
            }
        }
    }

    fn try_again(&mut self, now: u64) {
        self.close();
        self.reconnecting = true;
        let until = self.retry.next(now);
        self.phase = Phase::WaitingToReconnect { until };
    }

    /// A rewind, or some of it back. One step, to a keyframe: exactness would cost a second
    /// fetch of the segment.
    pub(super) fn rewind_to(&mut self, position_ms: i64, now: u64) {
        if self.kind() != SourceKind::LiveHls || self.phase != Phase::Ready {
            return;
        }
        let Some((start, end)) = self.window else {
            return;
        };
        self.behind_on_purpose = true;
        self.jump(position_ms.clamp(start, end), now);
    }

    /// Back to now, moving.
    pub(super) fn go_live(&mut self, now: u64) {
        if !self.kind().is_live() {
            return;
        }
        self.wants_play = true;
        self.behind_on_purpose = false;
        if self.kind() == SourceKind::LiveHls && self.phase == Phase::Ready {
            match self.window {
                Some((_, end)) => self.jump(end, now),
                None => {
                    self.close();
                    self.open(now);
                }
            }
        }
    }

    fn jump(&mut self, target: i64, now: u64) {
        self.position_ms = target;
        if self.seek.is_some() {
            self.next_seek = Some(target);
            return;
        }
        self.start_live_seek(target, now);
    }

    pub(super) fn start_live_seek(&mut self, target: i64, now: u64) {
        self.position_ms = target;
        self.progress_at = now;
        self.seek = Some(SeekInFlight {
            target,
            exact: true,
        });
        self.act(Action::Seek {
            position_ms: target,
            exact: false,
        });
    }

    /// A network that stutters leaves the viewer further and further behind.
    pub(super) fn catch_up(&mut self, now: u64) {
        let Some((_, end)) = self.window else { return };
        let behind = end - self.position_ms;
        if behind > TOO_FAR_BEHIND_MS && !self.behind_on_purpose && self.seek.is_none() {
            self.jump(end, now);
        }
    }

    pub(super) fn tell_window(&mut self) {
        if let Some((start, end)) = self.window {
            let window_ms = (end - start).max(0);
            self.out.push(Output::Event(Event::LiveWindow {
                behind_ms: (end - self.position_ms).clamp(0, window_ms),
                window_ms,
            }));
        }
    }

    /// A WHEP stream that is held has nothing to come back to: it is left, and joined again.
    pub(super) fn leave_or_join(&mut self, now: u64) {
        if self.kind() != SourceKind::Whep {
            return;
        }
        let wanted = self.wish_to_move();
        match self.phase {
            Phase::Opening | Phase::Ready | Phase::WaitingToReconnect { .. } if !wanted => {
                self.close();
                self.reconnecting = false;
                self.phase = Phase::Left;
            }
            Phase::Left if wanted => self.open(now),
            _ => {}
        }
    }
}
