//! The keys that mean something else while a text is read aloud: it waits and goes on, is slower or faster, and
//! goes on with another piece.

use super::{Outward, Router};
use crate::remote::{Press, RemoteKey};
use crate::screens::aloud::{Reading, SPEEDS, speed};
use crate::screens::settings::name;
use crate::screens::{Context, Effect};

/// A text that is being read aloud, with the bar that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aloud {
    /// Index of the piece that is being read.
    pub piece: usize,
    /// How many pieces there are.
    pub count: usize,
    /// It waits.
    pub paused: bool,
    /// What was open when it began.
    open: (usize, u64),
}

impl Router {
    /// What is being read aloud with the bar.
    #[must_use]
    pub const fn aloud(&self) -> Option<&Aloud> {
        self.aloud.as_ref()
    }

    /// Another text is to be read, or none.
    pub(super) fn reads(&mut self, effect: &Effect) {
        match effect {
            Effect::ReadAloud { pieces, from } => {
                self.aloud = Some(Aloud {
                    piece: *from,
                    count: pieces.len(),
                    paused: false,
                    open: (self.stack.len(), self.opened),
                });
            }
            Effect::Speak(_) | Effect::SpeakShown => self.aloud = None,
            _ => {}
        }
    }

    /// This piece is being read, or none any more.
    pub(super) fn reading(&mut self, piece: Option<usize>) {
        match (piece, &mut self.aloud) {
            (Some(piece), Some(aloud)) => aloud.piece = piece,
            (None, _) => self.aloud = None,
            (Some(_), None) => {}
        }
    }

    /// What is read ends with the screen that it is on.
    pub(super) fn end_aloud(&mut self, outward: &mut Vec<Outward>) {
        let now = (self.stack.len(), self.opened);
        if self.aloud.is_some_and(|aloud| aloud.open != now) {
            self.aloud = None;
            outward.push(Outward::Effect(Effect::Speak(Vec::new())));
        }
    }

    /// A key while a text is read. `None`: it means what it always does.
    pub(super) fn aloud_key(
        &mut self,
        key: RemoteKey,
        press: Press,
        context: &Context<'_>,
    ) -> Option<Vec<Outward>> {
        let aloud = self.aloud.as_mut()?;
        let is_ours = matches!(
            key,
            RemoteKey::Up
                | RemoteKey::Down
                | RemoteKey::Left
                | RemoteKey::Right
                | RemoteKey::Ok
                | RemoteKey::Yellow
                | RemoteKey::Back
                | RemoteKey::Stop
                | RemoteKey::Play
                | RemoteKey::Pause
                | RemoteKey::PlayPause
        );
        if !is_ours {
            return None;
        }
        if press != Press::Down {
            // A key that is held hurries nobody.
            return Some(Vec::new());
        }
        let (Aloud { piece, count, .. }, now) = (*aloud, speed(context.cache));
        let effect = match key {
            RemoteKey::Left | RemoteKey::Right => {
                let next = if key == RemoteKey::Left {
                    now.checked_sub(1)
                } else {
                    now.checked_add(1)
                };
                let next = next.and_then(|next| SPEEDS.get(next));
                next.map(|next| Effect::Setting(name::SPEED, (*next).to_owned()))
            }
            RemoteKey::Down if piece + 1 >= count => None,
            RemoteKey::Down => Some(Effect::Reading(Reading::Go(piece + 1))),
            RemoteKey::Up => Some(Effect::Reading(Reading::Go(piece.saturating_sub(1)))),
            RemoteKey::Ok => Some(Effect::Reading(Reading::Go(piece))),
            RemoteKey::Back | RemoteKey::Stop => Some(Effect::Speak(Vec::new())),
            RemoteKey::Pause if aloud.paused => None,
            RemoteKey::Play if !aloud.paused => None,
            _ if aloud.paused => Some(Effect::Reading(Reading::Resume)),
            _ => Some(Effect::Reading(Reading::Pause)),
        };
        match effect {
            Some(Effect::Reading(reading)) => aloud.paused = reading == Reading::Pause,
            Some(Effect::Speak(_)) => self.aloud = None,
            _ => {}
        }
        Some(effect.map(Outward::Effect).into_iter().collect())
    }
}
