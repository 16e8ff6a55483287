//! Something long that is read: page by page, and on each page paragraph by paragraph, with a bar beside
//! the one that is read, or the focus on what can be chosen.

use super::{Act, back};
use crate::focus::{Area, FocusMap, Layout, Zone};
use crate::remote::{Press, RemoteKey};
use crate::screens::BACK;

/// The paragraphs.
const TEXT: &str = "text";
/// What in it can be chosen.
const STOPS: &str = "stops";
/// A paragraph of no more lines is not divided between two pages.
const WHOLE: usize = 4;
/// Sizes are rounded somewhere.
const ROUNDING: f32 = 1.0;

/// Whether a text moves under the focus of this zone.
#[must_use]
pub fn is_text(zone: &str) -> bool {
    matches!(zone, TEXT | STOPS)
}

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

/// A line, a row or a picture of what is read, in logical pixels from the top of the text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// Top edge.
    pub y: f32,
    /// Height.
    pub height: f32,
    /// The paragraph it belongs to; `None`: it can be chosen, or only says what comes next.
    pub paragraph: Option<usize>,
    /// What comes next stands on the same page.
    pub leads: bool,
}

/// All that is read, laid out.
#[derive(Clone, Debug)]
pub struct Text<T> {
    /// From top to bottom.
    pub parts: Vec<Part>,
    /// From top to bottom.
    pub stops: Vec<Stop<T>>,
    /// Height of everything in logical pixels.
    pub height: f32,
    /// Height of a page at most.
    pub window: f32,
}

impl<T> Text<T> {
    /// Where pages begin: no line is cut, what belongs together stays together as long as a page has room
    /// for it.
    #[must_use]
    pub fn tops(&self) -> Vec<f32> {
        let parts = &self.parts;
        let stays = together(self);
        let mut tops = vec![0.0];
        let (mut first, mut at) = (0, 0);
        let mut top = 0.0;
        while at < parts.len() {
            let end = parts[at].y + parts[at].height;
            if at == first || end - top <= self.window + ROUNDING {
                at += 1;
                continue;
            }
            let mut begins = at;
            while begins > first && stays[begins] {
                begins -= 1;
            }
            if begins == first {
                // More belongs together than a page has room for.
                begins = at;
            }
            top = parts[begins].y;
            tops.push(top);
            (first, at) = (begins, begins);
        }
        tops
    }
}

/// What takes the focus: a paragraph or a stop.
#[derive(Clone, Copy, Debug)]
struct Passage {
    zone: &'static str,
    /// Index in its zone.
    at: usize,
    y: f32,
    height: f32,
}

impl Passage {
    fn end(&self) -> f32 {
        self.y + self.height
    }
}

/// The focus of a screen with 返回 and something long, and the page of it in view.
#[derive(Clone, Debug)]
pub struct Reading<T> {
    /// The focus.
    pub focus: FocusMap,
    /// From top to bottom.
    stops: Vec<Stop<T>>,
    passages: Vec<Passage>,
    /// Where the pages begin.
    tops: Vec<f32>,
    /// The page that was turned to; what has the focus may stand on another one.
    page: usize,
    all: f32,
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
                    Zone::new(TEXT, Layout::Column, Area::new(96, 206, 1728, 300)),
                    Zone::new(STOPS, Layout::Column, Area::new(96, 506, 1728, 440)),
                ],
            ),
            stops: Vec::new(),
            passages: Vec::new(),
            tops: vec![0.0],
            page: 0,
            all: 0.0,
        }
    }

    /// Takes what is read, and what is stable of each stop over refreshes. The page of what was being
    /// read stays in view.
    pub fn set<K: Into<String>>(&mut self, text: Text<T>, key: impl Fn(&T) -> K) {
        let share = self.scroll() / self.all.max(1.0);
        let was_stop = self.focus.zone() == STOPS;
        let was_read = !self.passages.is_empty();
        self.all = text.height;
        self.tops = text.tops();
        let numbers = paragraphs(&text.parts);
        self.passages = numbers
            .iter()
            .enumerate()
            .map(|(at, &(_, y, height))| Passage {
                zone: TEXT,
                at,
                y,
                height,
            })
            .chain(text.stops.iter().enumerate().map(|(at, stop)| Passage {
                zone: STOPS,
                at,
                y: stop.y,
                height: stop.height,
            }))
            .collect();
        self.passages
            .sort_by(|one, other| one.y.total_cmp(&other.y));
        self.focus
            .set_items(TEXT, numbers.iter().map(|(number, ..)| number.to_string()));
        self.focus
            .set_items(STOPS, text.stops.iter().map(|stop| key(&stop.what)));
        self.stops = text.stops;
        if was_stop && self.stops.is_empty() {
            // What could be chosen stood below what is read last now.
            let last = numbers.len().saturating_sub(1);
            self.focus.focus_item(TEXT, last);
        }
        self.page = self.page_of(share * self.all);
        if !was_read && !self.passages.is_empty() {
            self.go_to(0);
        }
    }

    /// Puts the focus on the first stop, where it is in view from the beginning.
    pub fn begin(&mut self) {
        let first = self.stops.first();
        if first.is_some_and(|stop| self.page_of(stop.y) == 0) {
            self.page = 0;
            self.focus.focus_item(STOPS, 0);
        }
    }

    /// Moves the focus to what stands there: it is being read aloud.
    pub fn follow(&mut self, y: f32) {
        let there = |passage: &Passage| passage.y <= y + ROUNDING && y < passage.end();
        if let Some(at) = self.passages.iter().position(there)
            && !self.on_back()
        {
            self.go_to(at);
        }
    }

    /// Index of the page in view.
    fn current(&self) -> usize {
        match self.at() {
            Some(at) => {
                let passage = self.passages[at];
                let last = self.page_of((passage.end() - 2.0 * ROUNDING).max(passage.y));
                self.page.clamp(self.page_of(passage.y), last)
            }
            None => self.page.min(self.tops.len() - 1),
        }
    }

    /// Distance of the page from the top of the text, in logical pixels.
    #[must_use]
    pub fn scroll(&self) -> f32 {
        self.tops[self.current()]
    }

    /// Where the page ends.
    fn end(&self) -> f32 {
        let next = self.tops.get(self.current() + 1);
        next.copied().unwrap_or(self.all)
    }

    /// Whether something at this place and of this height is on the page.
    #[must_use]
    pub fn shows(&self, y: f32, height: f32) -> bool {
        y >= self.scroll() - ROUNDING && y + height <= self.end() + ROUNDING
    }

    /// Share of the text above the page, and on it.
    #[must_use]
    pub fn position(&self) -> (f32, f32) {
        let all = self.all.max(1.0);
        (self.scroll() / all, (self.end() - self.scroll()) / all)
    }

    /// Number of the page, beginning with 1, and how many there are.
    #[must_use]
    pub fn page(&self) -> (usize, usize) {
        (self.current() + 1, self.tops.len())
    }

    /// The bar beside what is read: its distance from the top of the page and its height, in logical
    /// pixels.
    #[must_use]
    pub fn bar(&self) -> Option<(f32, f32)> {
        let passage = self.passages.get(self.at()?)?;
        let top = passage.y.max(self.scroll());
        let end = passage.end().min(self.end());
        (end > top).then(|| (top - self.scroll(), end - top))
    }

    /// Whether there is more below what has the focus.
    #[must_use]
    pub fn has_more(&self) -> bool {
        match self.at() {
            Some(at) => {
                self.passages[at].end() > self.end() + ROUNDING || at + 1 < self.passages.len()
            }
            None => !self.passages.is_empty(),
        }
    }

    /// The stop that has the focus.
    #[must_use]
    pub fn focused(&self) -> Option<&Stop<T>> {
        self.stops.get(self.focus.index_in(STOPS)?)
    }

    /// The stops on the page.
    pub fn stops_in_view(&self) -> impl Iterator<Item = &Stop<T>> {
        let on_page = |stop: &&Stop<T>| stop.y < self.end() && stop.y + stop.height > self.scroll();
        self.stops.iter().filter(on_page)
    }

    /// Whether the text itself has the focus.
    #[must_use]
    pub fn on_text(&self) -> bool {
        self.focus.zone() == TEXT && !self.passages.is_empty()
    }

    /// The paragraph that has the bar.
    #[must_use]
    pub fn paragraph(&self) -> Option<usize> {
        let key = self.focus.key().filter(|_| self.focus.zone() == TEXT);
        key?.parse().ok()
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
            (RemoteKey::Ok, Press::Down) => {
                let chosen = self.focus.index_in(STOPS);
                return chosen.map_or(Act::Unused, Act::Chosen);
            }
            (RemoteKey::Down, _) => self.down(),
            (RemoteKey::Up, _) => self.up(),
            (RemoteKey::Right, _) if self.on_back() => self.down(),
            (RemoteKey::PageDown | RemoteKey::Right, _) => self.turn(true),
            (RemoteKey::Left, _) if self.current() == 0 => {
                self.focus.focus_zone(BACK);
            }
            (RemoteKey::PageUp | RemoteKey::Left, _) => self.turn(false),
            _ => return Act::Unused,
        }
        Act::Moved
    }

    /// Index of the passage that has the focus.
    fn at(&self) -> Option<usize> {
        let (zone, at) = (self.focus.zone(), self.focus.index());
        let is_it = |passage: &Passage| passage.zone == zone && passage.at == at;
        self.passages.iter().position(is_it)
    }

    /// The page on which something at this height begins.
    fn page_of(&self, y: f32) -> usize {
        let begun = |top: &&f32| **top <= y + ROUNDING;
        self.tops.iter().take_while(begun).count().max(1) - 1
    }

    /// Moves the focus; the page is turned unless there is something of it on it.
    fn go_to(&mut self, at: usize) {
        let before = self.current();
        let Passage { zone, at, .. } = self.passages[at];
        self.focus.focus_item(zone, at);
        self.page = before;
        self.page = self.current();
    }

    fn turn(&mut self, on: bool) {
        let before = self.current();
        let page = if on {
            (before + 1).min(self.tops.len() - 1)
        } else {
            before.saturating_sub(1)
        };
        if page == before {
            return;
        }
        let top = self.tops[page];
        let end = self.tops.get(page + 1).copied().unwrap_or(self.all);
        let begins = |passage: &Passage| passage.y >= top - ROUNDING;
        let next = self.passages.iter().position(begins);
        let here = next.filter(|at| self.passages[*at].y < end - ROUNDING);
        // Where nothing begins, something long goes on.
        let goes_on = || next.unwrap_or(self.passages.len()).checked_sub(1);
        if let Some(at) = here.or_else(goes_on) {
            let Passage { zone, at, .. } = self.passages[at];
            self.focus.focus_item(zone, at);
        }
        self.page = page;
    }

    fn down(&mut self) {
        let Some(at) = self.at() else {
            // From 返回 to what is read on this page.
            let there = |passage: &Passage| passage.end() > self.scroll() + ROUNDING;
            if let Some(at) = self.passages.iter().position(there) {
                self.go_to(at);
            }
            return;
        };
        if self.passages[at].end() > self.end() + ROUNDING {
            self.page = self.current() + 1;
        } else if at + 1 < self.passages.len() {
            self.go_to(at + 1);
        }
    }

    fn up(&mut self) {
        let Some(at) = self.at() else { return };
        if self.passages[at].y < self.scroll() - ROUNDING {
            self.page = self.current() - 1;
        } else if let Some(before) = at.checked_sub(1) {
            self.go_to(before);
        } else {
            self.page = 0;
            self.focus.focus_zone(BACK);
        }
    }
}

/// The paragraphs with number, top and height, from top to bottom.
fn paragraphs(parts: &[Part]) -> Vec<(usize, f32, f32)> {
    let mut found: Vec<(usize, f32, f32)> = Vec::new();
    for part in parts {
        let Some(number) = part.paragraph else {
            continue;
        };
        match found.last_mut() {
            Some((last, y, height)) if *last == number => *height = part.y + part.height - *y,
            _ => found.push((number, part.y, part.height)),
        }
    }
    found
}

/// Which parts stay on the page of the part before.
fn together<T>(text: &Text<T>) -> Vec<bool> {
    let parts = &text.parts;
    let in_one_stop = |one: &Part, other: &Part| {
        text.stops.iter().any(|stop| {
            one.y >= stop.y - ROUNDING && other.y + other.height <= stop.y + stop.height + ROUNDING
        })
    };
    (0..parts.len())
        .map(|at| {
            let Some(before) = at.checked_sub(1).map(|before| &parts[before]) else {
                return false;
            };
            let part = &parts[at];
            if before.leads || in_one_stop(before, part) {
                return true;
            }
            let Some(number) = part
                .paragraph
                .filter(|_| before.paragraph == part.paragraph)
            else {
                return false;
            };
            let same = |part: &&Part| part.paragraph == Some(number);
            let above = parts[..at].iter().rev().take_while(same).count();
            let below = parts[at..].iter().take_while(same).count();
            // Of a long one neither the first line nor the last stands alone.
            above + below <= WHOLE || above == 1 || below == 1
        })
        .collect()
}

impl<T: Copy> Default for Reading<T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests;
