//! Whoever is lost is told the way Home: after some keys in a row that did nothing, or after a minute of
//! going about without opening anything. Never during a film, nor while somebody types.

use super::{Outward, Router, Scene};
use crate::remote::RemoteKey;
use crate::screens::kit::form::KEYPAD;
use crate::screens::kit::reading;
use crate::screens::overlay::Toast;
use crate::screens::{BACK, Base, Context, Effect};

/// So many keys in a row that did nothing.
const IDLE: u32 = 6;
/// So long without opening anything, in ms.
const DITHERING_MS: u64 = 60_000;
/// With at least so many moves,
const MOVES: u32 = 20;
/// none of them later after the one before, in ms: whoever reads takes longer.
const PAUSE_MS: u64 = 15_000;

/// What the last keys did.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lost {
    idle: u32,
    moves: u32,
    since_ms: u64,
    last_ms: u64,
}

/// What somebody sees of where they are, before a key.
pub(super) struct Face {
    scene: Scene,
    focus: (&'static str, Option<String>),
}

impl Lost {
    /// A key did something (`acted`), or moved the focus alone (`moved`), or nothing. Whether somebody
    /// is lost now.
    fn key(&mut self, acted: bool, moved: bool, now_ms: u64) -> bool {
        if acted {
            *self = Self::default();
            return false;
        }
        self.idle = if moved { 0 } else { self.idle + 1 };
        if now_ms.saturating_sub(self.last_ms) > PAUSE_MS || self.moves == 0 {
            self.moves = 0;
            self.since_ms = now_ms;
        }
        self.last_ms = now_ms;
        self.moves += 1;
        let dithers = self.moves >= MOVES && now_ms.saturating_sub(self.since_ms) >= DITHERING_MS;
        let is_lost = self.idle >= IDLE || dithers;
        if is_lost {
            *self = Self::default();
        }
        is_lost
    }
}

impl Router {
    /// What somebody sees before a key; `None` where nobody is to be disturbed.
    pub(super) fn face(&self) -> Option<Face> {
        let screen = self.top().controller();
        let nature = screen.nature();
        let types = screen.types(RemoteKey::Digit(5)) || screen.focus().zone() == KEYPAD;
        let busy = self.dialog.is_some()
            || screen.wants_all_keys()
            || screen.has_voice()
            || nature.plays.something()
            || nature.base == Some(Base::Unenrolled);
        (!types && !busy).then(|| Face {
            scene: self.scene.clone(),
            focus: self.place(),
        })
    }

    fn place(&self) -> (&'static str, Option<String>) {
        let focus = self.top().controller().focus();
        (focus.zone(), focus.key().map(str::to_owned))
    }

    /// After a key, what was there before it and what it brought.
    pub(super) fn look_for_lost(
        &mut self,
        key: RemoteKey,
        before: Option<Face>,
        outward: &mut Vec<Outward>,
        context: &Context<'_>,
    ) {
        let Some(before) = before else {
            self.lost = Lost::default();
            return;
        };
        let told = !matches!(self.toast(), None | Some(Toast::KeyUnknown));
        let acted = before.scene != self.scene || told || !outward.is_empty();
        let moved = before.focus != self.place() || self.may_scroll(key);
        if self.lost.key(acted, moved, context.ticks_ms) {
            self.show_toast(Toast::Lost, context);
            outward.push(Outward::Effect(Effect::SpeakToast));
        }
    }

    /// An arrow may move a text under its focus.
    fn may_scroll(&self, key: RemoteKey) -> bool {
        let is_arrow = matches!(
            key,
            RemoteKey::Up
                | RemoteKey::Down
                | RemoteKey::Left
                | RemoteKey::Right
                | RemoteKey::PageUp
                | RemoteKey::PageDown
        );
        let focus = self.top().controller().focus();
        let reads = reading::is_text(focus.zone());
        let is_alone = focus.reachable().iter().all(|(zone, _)| *zone == BACK);
        is_arrow && (reads || is_alone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_keys_in_a_row_that_do_nothing_are_too_many() {
        let mut lost = Lost::default();
        for at in 0..5 {
            assert!(!lost.key(false, false, at * 500));
        }
        assert!(lost.key(false, false, 3_000));
        assert!(!lost.key(false, false, 3_500), "it is said once");
        for at in 0..4 {
            assert!(!lost.key(false, false, 4_000 + at * 500));
        }
        assert!(!lost.key(false, true, 6_500), "a move is something");
        assert!(!lost.key(false, false, 7_000));
    }

    #[test]
    fn a_minute_of_moves_with_nothing_opened_is_dithering() {
        let mut lost = Lost::default();
        let said = (0..40).find(|at| lost.key(false, true, at * 3_000));
        assert_eq!(said, Some(20), "after a minute");
        let mut lost = Lost::default();
        assert!(
            (0..40).all(|at| !lost.key(false, true, at * 16_000)),
            "whoever reads moves seldom"
        );
        let mut lost = Lost::default();
        let opens = |at: u64| at % 15 == 14;
        assert!((0..60).all(|at| !lost.key(opens(at), true, at * 3_000)));
    }
}
