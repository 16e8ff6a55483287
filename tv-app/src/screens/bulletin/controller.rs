//! Reading: the text scrolls by lines, and stops at tables and pictures on its way.

use contract::bulletin::{Block, Bulletin};

use super::layout::{Laid, Piece, PieceKind, Stop, lay_out};
use crate::cache::Gone;
use crate::focus::{Area, FocusMap, Layout, Zone};
use crate::remote::{Press, RemoteKey};
use crate::screens::bulletins::find_listing;
use crate::screens::{BACK, Context, Controller, Effect, Effects, Input, Route};

/// The text as a whole.
const TEXT: &str = "text";
/// The tables and pictures in it.
const STOPS: &str = "stops";
/// Lines that one press of an arrow moves the text.
const STEP_LINES: f32 = 4.0;

/// The screen of one bulletin.
pub struct BulletinScreen {
    id: String,
    focus: FocusMap,
    bulletin: Option<Bulletin>,
    missing: Option<Gone>,
    list_title: String,
    laid: Laid,
    scroll: f32,
    height: f32,
    line: f32,
    speaking: Option<usize>,
}

impl BulletinScreen {
    /// The bulletin with this id.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            focus: FocusMap::new(
                TEXT,
                vec![
                    Zone::new(BACK, Layout::Row, Area::new(96, 54, 200, 120)).with_items([BACK]),
                    Zone::new(TEXT, Layout::Row, Area::new(96, 206, 1728, 300)).with_items([TEXT]),
                    Zone::new(STOPS, Layout::Column, Area::new(96, 506, 1728, 440)),
                ],
            ),
            bulletin: None,
            missing: None,
            list_title: String::new(),
            laid: Laid::default(),
            scroll: 0.0,
            height: 1.0,
            line: 1.0,
            speaking: None,
        }
    }

    /// Name of the list it is in.
    #[must_use]
    pub fn list_title(&self) -> &str {
        &self.list_title
    }

    /// Why it is not here, when it is not: gone while it was open, or before.
    #[must_use]
    pub const fn missing(&self) -> Option<Gone> {
        self.missing
    }

    /// The pieces in view: pictures also in part, lines and rows only whole.
    pub fn visible(&self) -> impl Iterator<Item = &Piece> {
        let (top, bottom) = (self.scroll, self.scroll + self.height);
        self.laid.pieces.iter().filter(move |piece| {
            let end = piece.y + piece.height;
            if matches!(piece.kind, PieceKind::Picture(..)) {
                piece.y < bottom && end > top
            } else {
                piece.y >= top - 1.0 && end <= bottom + 1.0
            }
        })
    }

    /// Distance of the window from the top of the text, in logical pixels.
    #[must_use]
    pub const fn scroll(&self) -> f32 {
        self.scroll
    }

    /// Share of the text above the window, and in it.
    #[must_use]
    pub fn position(&self) -> (f32, f32) {
        let all = self.laid.height.max(1.0);
        (self.scroll / all, (self.height / all).min(1.0))
    }

    /// The table or picture that has the focus.
    #[must_use]
    pub fn focused_stop(&self) -> Option<&Stop> {
        self.focus
            .index_in(STOPS)
            .and_then(|index| self.laid.stops.get(index))
    }

    /// Whether the text itself has the focus.
    #[must_use]
    pub fn on_text(&self) -> bool {
        self.focus.zone() == TEXT
    }

    /// Whether 返回 has the focus.
    #[must_use]
    pub fn on_back(&self) -> bool {
        self.focus.zone() == BACK
    }

    /// The block that is being read aloud, and whether anything is.
    #[must_use]
    pub fn spoken_block(&self) -> (bool, Option<usize>) {
        (
            self.speaking.is_some(),
            self.speaking
                .and_then(|at| self.laid.spoken.get(at))
                .and_then(|(block, _)| *block),
        )
    }

    fn read(&mut self, context: &Context<'_>) {
        let fresh = context.cache.bulletin(&self.id);
        self.missing = fresh.is_none().then(|| context.cache.gone(&self.id));
        if let Some(bulletin) = fresh {
            self.list_title = find_listing(context, &bulletin.list)
                .map(|listing| listing.title)
                .unwrap_or_default();
            self.bulletin = Some(bulletin);
        } else if self.bulletin.is_some() {
            // Gone while it was being read: it must not stay on the screen.
            self.bulletin = None;
        }
        self.height = context.metrics.text_height;
        self.line = context.metrics.line();
        let share = if self.laid.height > 0.0 {
            self.scroll / self.laid.height
        } else {
            0.0
        };
        let before = self.laid.height;
        self.laid = self
            .bulletin
            .as_ref()
            .map(|bulletin| lay_out(bulletin, context.metrics, context.typesetter))
            .unwrap_or_default();
        if (before - self.laid.height).abs() > 0.5 {
            self.scroll = share * self.laid.height;
        }
        self.clamp();
        self.focus.set_items(
            STOPS,
            self.laid.stops.iter().map(|stop| stop.block.to_string()),
        );
        if let Some(stop) = self.focused_stop().copied() {
            self.show(&stop);
        }
    }

    fn furthest(&self) -> f32 {
        (self.laid.height - self.height).max(0.0)
    }

    fn clamp(&mut self) {
        self.scroll = self.scroll.clamp(0.0, self.furthest()).round();
    }

    fn show(&mut self, stop: &Stop) {
        if stop.y < self.scroll {
            self.scroll = stop.y - self.line * 0.5;
        } else if stop.y + stop.height > self.scroll + self.height {
            // The whole of it if it fits, otherwise its beginning.
            self.scroll = (stop.y + stop.height + self.line * 0.5 - self.height)
                .min(stop.y - self.line * 0.5);
        }
        self.clamp();
    }

    fn focus_stop(&mut self, index: usize) {
        self.focus.focus_item(STOPS, index);
        if let Some(stop) = self.laid.stops.get(index).copied() {
            self.show(&stop);
        }
    }

    /// A stop of which enough can be seen to know what it is.
    fn in_view(&self, stop: &Stop) -> bool {
        stop.y >= self.scroll - 1.0
            && stop.y + stop.height.min(3.0 * self.line) <= self.scroll + self.height + 1.0
    }

    fn scroll_by(&mut self, distance: f32) {
        let before = self.scroll;
        self.scroll += distance;
        self.clamp();
        // What has come into view on the way and can be chosen takes the focus, also where the step
        // leads past its edge.
        let (scroll, height) = (self.scroll, self.height);
        let shown = 3.0 * self.line;
        let revealed = |stop: &Stop| {
            let end = stop.y + stop.height.min(shown);
            if distance > 0.0 {
                stop.y >= before - 1.0 && end > before + height && end <= scroll + height + 1.0
            } else {
                stop.y >= scroll - 1.0 && stop.y < before - 1.0
            }
        };
        let mut candidates = self
            .laid
            .stops
            .iter()
            .enumerate()
            .filter(|(_, stop)| revealed(stop))
            .map(|(index, _)| index);
        let next = if distance > 0.0 {
            candidates.next()
        } else {
            candidates.next_back()
        };
        if let Some(index) = next {
            self.focus_stop(index);
        } else if self.focused_stop().is_none_or(|stop| {
            stop.y + stop.height <= scroll + self.line || stop.y >= scroll + height - self.line
        }) {
            self.focus.focus_zone(TEXT);
        }
    }

    fn down(&mut self) {
        if self.on_back() {
            self.focus.focus_zone(TEXT);
            return;
        }
        let next = match self.focused_stop() {
            Some(stop) if stop.y + stop.height > self.scroll + self.height + 1.0 => None,
            Some(stop) => {
                let block = stop.block;
                self.laid
                    .stops
                    .iter()
                    .position(|next| next.block > block && self.in_view(next))
            }
            None => self.laid.stops.iter().position(|next| self.in_view(next)),
        };
        match next {
            Some(index) => self.focus_stop(index),
            None => self.scroll_by(STEP_LINES * self.line),
        }
    }

    fn up(&mut self) {
        if self.on_back() {
            return;
        }
        let previous = match self.focused_stop() {
            Some(stop) if stop.y >= self.scroll - 1.0 => {
                let block = stop.block;
                self.laid
                    .stops
                    .iter()
                    .rposition(|next| next.block < block && self.in_view(next))
            }
            _ => None,
        };
        match previous {
            Some(index) => self.focus_stop(index),
            None if self.scroll > 0.5 => self.scroll_by(-STEP_LINES * self.line),
            None => {
                self.focus.focus_zone(BACK);
            }
        }
    }

    fn choose(&self) -> Effects {
        if self.on_back() {
            return vec![Effect::Back];
        }
        let Some(stop) = self.focused_stop() else {
            return Effects::new();
        };
        let (id, block) = (self.id.clone(), stop.block);
        vec![Effect::Open(if stop.picture {
            Route::Picture { id, block }
        } else {
            Route::Table { id, block }
        })]
    }
}

impl Controller for BulletinScreen {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Shown => {
                self.read(context);
                if self.bulletin.is_some() {
                    return vec![Effect::MarkRead(self.id.clone())];
                }
            }
            Input::Changed | Input::Resized => {
                self.read(context);
                if self.missing.is_some() && self.speaking.is_some() {
                    // Nor is it read to its end.
                    return vec![Effect::Speak(Vec::new())];
                }
            }
            Input::Speaking(at) => self.speaking = *at,
            Input::Key(_, Press::Up) => {}
            Input::Key(RemoteKey::Ok, Press::Down) => return self.choose(),
            Input::Key(RemoteKey::Back, Press::Down) => {
                return vec![Effect::Speak(Vec::new()), Effect::Back];
            }
            Input::Key(RemoteKey::Yellow, Press::Down) => {
                let text = if self.speaking.is_some() {
                    Vec::new()
                } else {
                    self.laid
                        .spoken
                        .iter()
                        .map(|(_, text)| text.clone())
                        .collect()
                };
                return vec![Effect::Speak(text)];
            }
            Input::Key(RemoteKey::Down, _) => self.down(),
            Input::Key(RemoteKey::Up, _) => self.up(),
            Input::Key(RemoteKey::PageDown, _) => self.scroll_by(self.height - 2.0 * self.line),
            Input::Key(RemoteKey::PageUp, _) => self.scroll_by(2.0 * self.line - self.height),
            _ => {}
        }
        Effects::new()
    }

    fn focus(&self) -> &FocusMap {
        &self.focus
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        &mut self.focus
    }

    fn route(&self) -> Route {
        Route::Bulletin {
            id: self.id.clone(),
        }
    }
}

/// The block of a bulletin with this index.
#[must_use]
pub fn find_block(context: &Context<'_>, id: &str, block: usize) -> Option<Block> {
    context.cache.bulletin(id)?.body.into_iter().nth(block)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A text of `height` with these stops (gap above, height) in it, read from its beginning.
    fn reading(window: f32, stops: &[(u16, u16)], below: u16) -> BulletinScreen {
        let mut screen = BulletinScreen::new("b");
        // The title stands above.
        let mut y = 200.0;
        for (block, (gap, height)) in stops.iter().enumerate() {
            y += f32::from(*gap);
            screen.laid.stops.push(Stop {
                block,
                picture: false,
                x: 0.0,
                y,
                width: 100.0,
                height: f32::from(*height),
            });
            y += f32::from(*height);
        }
        screen.laid.height = y + f32::from(below);
        screen.height = window;
        screen.line = 89.0;
        let blocks = screen.laid.stops.iter().map(|stop| stop.block.to_string());
        screen.focus.set_items(STOPS, blocks);
        screen
    }

    /// Presses until nothing changes; which stops had the focus.
    fn visited(screen: &mut BulletinScreen, press: impl Fn(&mut BulletinScreen)) -> Vec<usize> {
        let mut visited = Vec::new();
        for _ in 0..500 {
            let before = (
                screen.scroll,
                screen.focused_stop().copied(),
                screen.on_back(),
            );
            visited.extend(screen.focused_stop().map(|stop| stop.block));
            press(screen);
            if before
                == (
                    screen.scroll,
                    screen.focused_stop().copied(),
                    screen.on_back(),
                )
            {
                visited.sort_unstable();
                visited.dedup();
                return visited;
            }
        }
        panic!("it comes to no end");
    }

    #[test]
    fn a_table_that_no_step_ends_at_is_stopped_at() {
        let mut screen = reading(600.56, &[(492, 315)], 339);
        assert_eq!(visited(&mut screen, BulletinScreen::down), [0]);
        assert_eq!(visited(&mut screen, BulletinScreen::up), [0]);
    }

    proptest! {
        #[test]
        fn whoever_reads_through_comes_by_everything(
            window in 400.0..760.0f32,
            stops in proptest::collection::vec((0..1_500u16, 180..900u16), 1..5),
            below in 0..1_500u16,
        ) {
            let all: Vec<usize> = (0..stops.len()).collect();
            let mut screen = reading(window, &stops, below);
            prop_assert_eq!(visited(&mut screen, BulletinScreen::down), &all[..], "down");
            prop_assert_eq!(visited(&mut screen, BulletinScreen::up), &all[..], "up");
        }
    }
}
