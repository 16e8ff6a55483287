//! Where one is, kept on the disk, and the way back there after a power cut.

use super::{MAX_DEPTH, OpenScreen, Outward, Router};
use crate::cache::Cache;
use crate::focus::Remembered;
use crate::screens::{Context, Controller, Effect, Input, Nature, Plays, Screen, Stays};

impl Router {
    /// Where one is, to be kept on the disk.
    #[must_use]
    pub fn open_screens(&self) -> Vec<OpenScreen> {
        self.kept()
            .map(|screen| OpenScreen {
                route: screen.route(),
                focus: if screen.tells_focus() {
                    screen.focus().remember()
                } else {
                    Remembered::default()
                },
            })
            .collect()
    }

    /// The same for a power cut at this moment.
    #[must_use]
    pub fn resume_point(&self, cache: &Cache) -> Vec<OpenScreen> {
        let mut screens = self.open_screens();
        if let (Some(last), Some(screen)) = (screens.last_mut(), self.kept().next_back()) {
            last.route = screen.resume_at(cache);
        }
        screens
    }

    /// The screens that come again.
    fn kept(&self) -> impl DoubleEndedIterator<Item = &dyn Controller> {
        self.stack
            .iter()
            .map(Screen::controller)
            .filter(|screen| screen.nature().stays == Stays::Kept)
    }

    /// Goes back to where one was before a power cut. Screens whose subject is gone leave by
    /// themselves.
    pub fn resume(&mut self, screens: &[OpenScreen], context: &Context<'_>) -> Vec<Outward> {
        let mut effects = Vec::new();
        self.ground(&mut effects, context);
        effects.extend(self.tell_top(&Input::Shown, context));
        let first = self.top_mut().controller_mut();
        if let Some(kept) = screens.iter().find(|kept| first.is_at(&kept.route)) {
            first.focus_mut().restore(&kept.focus);
        }
        // An older version wrote down more than what comes again.
        let comes_again = |nature: Nature| nature.base.is_none() && nature.stays == Stays::Kept;
        let above: Vec<(&OpenScreen, Screen)> = screens
            .iter()
            .map(|kept| (kept, Screen::open(&kept.route)))
            .filter(|(_, screen)| comes_again(screen.controller().nature()))
            .take(MAX_DEPTH)
            .collect();
        let count = above.len();
        for (at, (kept, screen)) in above.into_iter().enumerate() {
            let nature = screen.controller().nature();
            // Below another screen nobody would see it; whoever was in it is called again.
            if nature.plays == Plays::Meeting && at + 1 < count {
                continue;
            }
            effects.extend(self.push(screen, context));
            let screen = self.top_mut().controller_mut();
            if screen.is_at(&kept.route) {
                screen.focus_mut().restore(&kept.focus);
            }
        }
        // Only the screen on top may load something.
        if self.nature().plays != Plays::Meeting {
            effects.retain(|effect| !matches!(effect, Outward::Join { .. }));
            self.close_meetings();
        }
        let last_load = effects
            .iter()
            .rposition(|effect| matches!(effect, Outward::Effect(Effect::Load(..))));
        let playing = self.nature().plays == Plays::Programme;
        let mut index = 0;
        effects.retain(|effect| {
            let keep = !matches!(effect, Outward::Effect(Effect::Load(..)))
                || (playing && Some(index) == last_load);
            index += 1;
            keep
        });
        self.settle(&mut effects, context);
        self.compare(None, context.ticks_ms);
        effects
    }

    /// Shows the first screen.
    pub fn start(&mut self, context: &Context<'_>) -> Vec<Outward> {
        let mut effects = Vec::new();
        self.ground(&mut effects, context);
        effects.extend(self.tell_top(&Input::Shown, context));
        self.compare(None, context.ticks_ms);
        effects
    }
}
