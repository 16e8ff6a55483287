//! Something long that is read: it scrolls by lines, and stops on its way at what can be chosen.

use super::{Act, back};
use crate::focus::{Area, FocusMap, Layout, Zone};
use crate::remote::{Press, RemoteKey};
use crate::screens::{BACK, Metrics};

/// The text as a whole.
const TEXT: &str = "text";
/// What in it can be chosen.
const STOPS: &str = "stops";

/// Whether a text moves under the focus of this zone.
#[must_use]
pub fn is_text(zone: &str) -> bool {
    matches!(zone, TEXT | STOPS)
}
/// Lines that one press of an arrow moves the text.
const STEP_LINES: f32 = 4.0;

/// A place in the text that can be chosen, in logical pixels from the top of the text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stop<T> {
    /// What it is.
    pub what: T,
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

/// The focus of a screen with 返回 above something long, and the part of it in view.
#[derive(Clone, Debug)]
pub struct Reading<T> {
    /// The focus.
    pub focus: FocusMap,
    /// From top to bottom.
    stops: Vec<Stop<T>>,
    all: f32,
    scroll: f32,
    window: f32,
    line: f32,
}

impl<T: Copy> Reading<T> {
    /// Before anything was read.
    #[must_use]
    pub fn new() -> Self {
        Self {
            focus: FocusMap::new(
                TEXT,
                vec![
                    back(),
                    Zone::new(TEXT, Layout::Row, Area::new(96, 206, 1728, 300)).with_items([TEXT]),
                    Zone::new(STOPS, Layout::Column, Area::new(96, 506, 1728, 440)),
                ],
            ),
            stops: Vec::new(),
            all: 0.0,
            scroll: 0.0,
            window: 1.0,
            line: 1.0,
        }
    }

    /// Takes the stops from top to bottom, what is stable of each over refreshes, and the height of
    /// everything in logical pixels. What was being read stays in view.
    pub fn set<K: Into<String>>(
        &mut self,
        stops: Vec<Stop<T>>,
        all: f32,
        metrics: &Metrics,
        key: impl Fn(&T) -> K,
    ) {
        self.window = metrics.text_height;
        self.line = metrics.line();
        if (self.all - all).abs() > 0.5 {
            let share = if self.all > 0.0 {
                self.scroll / self.all
            } else {
                0.0
            };
            self.scroll = share * all;
        }
        self.all = all;
        self.clamp();
        // Where there is nothing to read there is only the way back.
        self.focus.set_items(TEXT, (all > 0.0).then_some(TEXT));
        self.focus
            .set_items(STOPS, stops.iter().map(|stop| key(&stop.what)));
        self.stops = stops;
        if let Some(at) = self.at() {
            self.show(at);
        }
    }

    /// Puts the focus on the first stop, where it is in view from the beginning.
    pub fn begin(&mut self) {
        if self.stops.first().is_some_and(|stop| self.in_view(stop)) {
            self.stop_at(0);
        }
    }

    /// Distance of the window from the top of the text, in logical pixels.
    #[must_use]
    pub const fn scroll(&self) -> f32 {
        self.scroll
    }

    /// Whether something at this place and of this height is wholly in view.
    #[must_use]
    pub fn shows(&self, y: f32, height: f32) -> bool {
        y >= self.scroll - 1.0 && y + height <= self.scroll + self.window + 1.0
    }

    /// Whether something at this place and of this height is in view, be it in part.
    #[must_use]
    pub fn shows_part(&self, y: f32, height: f32) -> bool {
        y < self.scroll + self.window && y + height > self.scroll
    }

    /// Share of the text above the window, and in it.
    #[must_use]
    pub fn position(&self) -> (f32, f32) {
        let all = self.all.max(1.0);
        (self.scroll / all, (self.window / all).min(1.0))
    }

    /// The stop that has the focus.
    #[must_use]
    pub fn focused(&self) -> Option<&Stop<T>> {
        self.stops.get(self.at()?)
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

    /// Takes a key of the remote. What is chosen is counted among the stops.
    pub fn act(&mut self, key: RemoteKey, press: Press) -> Act {
        match (key, press) {
            (_, Press::Up) => return Act::Unused,
            (RemoteKey::Back, Press::Down) => return Act::Left,
            (RemoteKey::Ok, Press::Down) if self.on_back() => return Act::Left,
            (RemoteKey::Ok, Press::Down) => return self.at().map_or(Act::Unused, Act::Chosen),
            (RemoteKey::Down, _) => self.down(),
            (RemoteKey::Up, _) => self.up(),
            (RemoteKey::PageDown, _) => self.scroll_by(self.window - 2.0 * self.line),
            (RemoteKey::PageUp, _) => self.scroll_by(2.0 * self.line - self.window),
            _ => return Act::Unused,
        }
        Act::Moved
    }

    /// Index of the stop that has the focus.
    fn at(&self) -> Option<usize> {
        let at = self.focus.index_in(STOPS)?;
        (at < self.stops.len()).then_some(at)
    }

    fn furthest(&self) -> f32 {
        (self.all - self.window).max(0.0)
    }

    fn clamp(&mut self) {
        self.scroll = self.scroll.clamp(0.0, self.furthest()).round();
    }

    fn show(&mut self, at: usize) {
        let stop = self.stops[at];
        if stop.y < self.scroll {
            self.scroll = stop.y - self.line * 0.5;
        } else if stop.y + stop.height > self.scroll + self.window {
            // The whole of it if it fits, otherwise its beginning.
            self.scroll = (stop.y + stop.height + self.line * 0.5 - self.window)
                .min(stop.y - self.line * 0.5);
        }
        self.clamp();
    }

    fn stop_at(&mut self, at: usize) {
        self.focus.focus_item(STOPS, at);
        if at < self.stops.len() {
            self.show(at);
        }
    }

    /// A stop of which enough can be seen to know what it is.
    fn in_view(&self, stop: &Stop<T>) -> bool {
        stop.y >= self.scroll - 1.0
            && stop.y + stop.height.min(3.0 * self.line) <= self.scroll + self.window + 1.0
    }

    fn scroll_by(&mut self, distance: f32) {
        let before = self.scroll;
        self.scroll += distance;
        self.clamp();
        // What has come into view on the way and can be chosen takes the focus, also where the step
        // leads past its edge.
        let (scroll, window) = (self.scroll, self.window);
        let shown = 3.0 * self.line;
        let revealed = |stop: &Stop<T>| {
            let end = stop.y + stop.height.min(shown);
            if distance > 0.0 {
                stop.y >= before - 1.0 && end > before + window && end <= scroll + window + 1.0
            } else {
                stop.y >= scroll - 1.0 && stop.y < before - 1.0
            }
        };
        let next = if distance > 0.0 {
            self.stops.iter().position(revealed)
        } else {
            self.stops.iter().rposition(revealed)
        };
        if let Some(at) = next {
            self.stop_at(at);
            if distance > 0.0 {
                // Nothing that was below the window is passed over for the sake of a stop.
                let furthest = (before + window - 2.0 * self.line).max(scroll);
                self.scroll = self.scroll.min(furthest);
                self.clamp();
            }
        } else if self.focused().is_none_or(|stop| {
            // What cannot be seen well enough to be known is not chosen by OK.
            let seen = (stop.y + stop.height).min(scroll + window) - stop.y.max(scroll);
            seen < stop.height.min(shown) - 1.0
        }) {
            self.focus.focus_zone(TEXT);
        }
    }

    fn down(&mut self) {
        if self.on_back() {
            self.focus.focus_zone(TEXT);
            return;
        }
        let next = match self.at() {
            Some(at)
                if self.stops[at].y + self.stops[at].height > self.scroll + self.window + 1.0 =>
            {
                None
            }
            Some(at) => self
                .stops
                .iter()
                .skip(at + 1)
                .position(|next| self.in_view(next))
                .map(|further| at + 1 + further),
            None => self.stops.iter().position(|next| self.in_view(next)),
        };
        match next {
            Some(at) => self.stop_at(at),
            None => self.scroll_by(STEP_LINES * self.line),
        }
    }

    fn up(&mut self) {
        if self.on_back() {
            return;
        }
        let previous = match self.at() {
            Some(at) if self.stops[at].y >= self.scroll - 1.0 => self.stops[..at]
                .iter()
                .rposition(|before| self.in_view(before)),
            _ => None,
        };
        match previous {
            Some(at) => self.stop_at(at),
            None if self.scroll > 0.5 => self.scroll_by(-STEP_LINES * self.line),
            None => {
                self.focus.focus_zone(BACK);
            }
        }
    }
}

impl<T: Copy> Default for Reading<T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A text of this height with these stops (gap above, height) in it, read from its beginning.
    fn reading(window: f32, stops: &[(u16, u16)], below: u16) -> Reading<usize> {
        let mut found = Vec::new();
        // The title stands above.
        let mut y = 200.0;
        for (what, (gap, height)) in stops.iter().enumerate() {
            y += f32::from(*gap);
            found.push(Stop {
                what,
                x: 0.0,
                y,
                width: 100.0,
                height: f32::from(*height),
            });
            y += f32::from(*height);
        }
        let metrics = Metrics {
            text_height: window,
            body: 89.0,
            leading: 1.0,
            ..Metrics::default()
        };
        let mut reading = Reading::new();
        reading.set(found, y + f32::from(below), &metrics, usize::to_string);
        reading
    }

    /// Presses until nothing changes; which stops had the focus.
    fn visited(reading: &mut Reading<usize>, key: RemoteKey) -> Vec<usize> {
        let mut visited = Vec::new();
        for _ in 0..500 {
            let state = |reading: &Reading<usize>| {
                let stop = reading.focused().map(|stop| stop.what);
                (reading.scroll, stop, reading.on_back())
            };
            let before = state(reading);
            visited.extend(before.1);
            assert_eq!(reading.act(key, Press::Down), Act::Moved);
            if before == state(reading) {
                visited.sort_unstable();
                visited.dedup();
                return visited;
            }
        }
        panic!("it comes to no end");
    }

    #[test]
    fn a_table_that_no_step_ends_at_is_stopped_at() {
        let mut reading = reading(600.56, &[(492, 315)], 339);
        assert_eq!(visited(&mut reading, RemoteKey::Down), [0]);
        assert_eq!(visited(&mut reading, RemoteKey::Up), [0]);
    }

    #[test]
    fn what_is_chosen_is_the_stop_and_else_nothing() {
        let mut reading = reading(700.0, &[(100, 200), (0, 200)], 0);
        let press = |reading: &mut Reading<usize>, key| reading.act(key, Press::Down);
        assert_eq!(press(&mut reading, RemoteKey::Ok), Act::Unused);
        press(&mut reading, RemoteKey::Down);
        assert_eq!(press(&mut reading, RemoteKey::Ok), Act::Chosen(0));
        press(&mut reading, RemoteKey::Down);
        assert_eq!(press(&mut reading, RemoteKey::Ok), Act::Chosen(1));
        assert_eq!(press(&mut reading, RemoteKey::Back), Act::Left);
        visited(&mut reading, RemoteKey::Up);
        assert!(reading.on_back());
        assert_eq!(press(&mut reading, RemoteKey::Ok), Act::Left);
    }

    #[test]
    fn a_page_further_passes_nothing_over_for_the_sake_of_a_table() {
        // It begins below what was in view, and would fit the window as a whole.
        let mut reading = reading(700.0, &[(740, 600)], 900);
        assert_eq!(reading.act(RemoteKey::PageDown, Press::Down), Act::Moved);
        assert_eq!(
            reading.scroll(),
            522.0,
            "two lines before the end of the page"
        );
        let stop = reading.focused().map(|stop| stop.what);
        assert_eq!(stop, Some(0), "it has the focus all the same");
    }

    proptest! {
        #[test]
        fn whoever_turns_pages_comes_by_everything(
            window in 400.0..760.0f32,
            stops in proptest::collection::vec((0..1_500u16, 180..900u16), 1..5),
            below in 0..1_500u16,
        ) {
            let mut reading = reading(window, &stops, below);
            for _ in 0..500 {
                let before = reading.scroll();
                reading.act(RemoteKey::PageDown, Press::Down);
                let gone = reading.scroll() - before;
                prop_assert!(gone <= window - 177.0, "{gone} of {window}");
                if gone == 0.0 {
                    break;
                }
            }
            prop_assert!(reading.scroll() >= reading.furthest() - 1.0);
        }

        #[test]
        fn whoever_reads_through_comes_by_everything(
            window in 400.0..760.0f32,
            stops in proptest::collection::vec((0..1_500u16, 180..900u16), 1..5),
            below in 0..1_500u16,
        ) {
            let all: Vec<usize> = (0..stops.len()).collect();
            let mut reading = reading(window, &stops, below);
            prop_assert_eq!(visited(&mut reading, RemoteKey::Down), &all[..], "down");
            prop_assert_eq!(visited(&mut reading, RemoteKey::Up), &all[..], "up");
        }
    }
}
