//! Lists: a screen that is nothing else ([`ListScreen`]), and one whose lines have different heights
//! and stand in groups ([`Lines`]).

use super::grid::Grid;
use super::{Act, CONTENT, ENTRIES, Page, State, back};
use crate::cache::Cache;
use crate::focus::{Direction, FocusMap, Layout, Zone};
use crate::remote::{Press, RemoteKey};
use crate::screens::{BACK, Context, Controller, Effect, Effects, Input, Nature, Route, arrow};

/// A screen that is a list or grid and nothing else. Whoever implements it is a
/// [`Controller`]: keys, pages, focus and Back are the same everywhere.
pub trait ListScreen {
    /// What is listed.
    type Entry;

    /// The list.
    fn list(&self) -> &Grid<Self::Entry>;

    /// The list, to be moved.
    fn list_mut(&mut self) -> &mut Grid<Self::Entry>;

    /// Reads from the cache what is listed. Called when it is shown, when the cache or the sizes
    /// have changed, and when the moment of [`ListScreen::wake_at`] has come.
    fn read(&mut self, context: &Context<'_>);

    /// Whether the township still has what is listed, as it was read.
    fn is_known(&self) -> bool {
        true
    }

    /// What choosing an entry does.
    fn choose(&self, entry: &Self::Entry, context: &Context<'_>) -> Effects;

    /// Where to come back to.
    fn route(&self) -> Route;

    /// Whether this key chooses the focused entry.
    fn chooses(&self, key: RemoteKey) -> bool {
        key == RemoteKey::Ok
    }

    /// What a key does that means something else here than in other lists.
    fn own_key(&mut self, _key: RemoteKey, _press: Press) -> Option<Effects> {
        None
    }

    /// When it wants to be read again, in monotonic ms.
    fn wake_at(&self) -> Option<u64> {
        None
    }

    /// What is always so with it.
    fn nature(&self) -> Nature {
        Nature::default()
    }
}

impl<S: ListScreen> Controller for S {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Shown | Input::Changed | Input::Resized | Input::Tick => {
                self.read(context);
                let is_known = self.is_known();
                self.list_mut().pager_mut().judge(is_known, context.cache);
            }
            Input::Key(key, press) => {
                if let Some(effects) = self.own_key(*key, *press) {
                    return effects;
                }
                let key = if self.chooses(*key) {
                    RemoteKey::Ok
                } else {
                    *key
                };
                return match self.list_mut().pager_mut().act(key, *press) {
                    Act::Left => vec![Effect::Back],
                    Act::Chosen(_) => self
                        .list()
                        .chosen()
                        .map(|entry| self.choose(entry, context))
                        .unwrap_or_default(),
                    Act::Moved | Act::Unused => Effects::new(),
                };
            }
            _ => {}
        }
        Effects::new()
    }

    fn focus(&self) -> &FocusMap {
        &self.list().pager().focus
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        &mut self.list_mut().pager_mut().focus
    }

    fn route(&self) -> Route {
        ListScreen::route(self)
    }

    fn wake_at(&self) -> Option<u64> {
        ListScreen::wake_at(self)
    }

    fn nature(&self) -> Nature {
        ListScreen::nature(self)
    }
}

/// A page key goes so many entries further in [`Lines`].
const PAGE: usize = 4;

/// A line of [`Lines`].
#[derive(Clone, Debug, PartialEq)]
pub struct Line<L> {
    /// What it is.
    pub what: L,
    /// In logical pixels.
    pub height: f32,
    /// What is stable of it over refreshes; `None` for a heading, which names what is below it and
    /// cannot be chosen.
    pub key: Option<String>,
}

/// A line in view.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shown<'a, L> {
    /// What it is.
    pub what: &'a L,
    /// Its distance from the top of the list, in logical pixels.
    pub y: f32,
    /// In logical pixels.
    pub height: f32,
    /// It has the focus.
    pub focused: bool,
}

/// The focus of a screen with 返回 above lines of different heights, some of them headings, and the
/// part of them in view.
#[derive(Clone, Debug)]
pub struct Lines<L> {
    /// The focus.
    pub focus: FocusMap,
    lines: Vec<Line<L>>,
    /// The first line in view.
    first: usize,
    gap: f32,
    view: f32,
    state: State,
}

impl<L> Lines<L> {
    /// Before anything was read.
    #[must_use]
    pub fn new() -> Self {
        Self {
            focus: FocusMap::new(
                ENTRIES,
                vec![back(), Zone::new(ENTRIES, Layout::Column, CONTENT)],
            ),
            lines: Vec::new(),
            first: 0,
            gap: 0.0,
            view: 0.0,
            state: State::default(),
        }
    }

    /// Finds out what is to be said when there are no lines. `is_known`: the township still has what
    /// is listed.
    pub fn judge(&mut self, is_known: bool, cache: &Cache) {
        self.state = State::of(self.lines.len(), is_known, || cache.sync_state());
    }

    /// Takes the lines, the room between two of them and that of the whole view, in logical pixels.
    pub fn set(&mut self, lines: Vec<Line<L>>, gap: f32, view: f32) {
        let was_empty = self.lines.is_empty();
        let keys: Vec<String> = lines.iter().filter_map(|line| line.key.clone()).collect();
        self.lines = lines;
        (self.gap, self.view) = (gap, view);
        self.first = self.first.min(self.lines.len().saturating_sub(1));
        self.focus.set_items(ENTRIES, keys);
        if was_empty && !self.lines.is_empty() {
            self.focus.focus_zone(ENTRIES);
        }
        self.settle();
    }

    /// All of them, in view or not.
    pub fn all(&self) -> impl Iterator<Item = &L> {
        self.lines.iter().map(|line| &line.what)
    }

    /// The lines in view.
    pub fn visible(&self) -> impl Iterator<Item = Shown<'_, L>> {
        let focused = self.focused_line();
        let mut y = 0.0;
        (self.first..self.end()).map(move |at| {
            let line = &self.lines[at];
            let top = y;
            y += line.height + self.gap;
            Shown {
                what: &line.what,
                y: top,
                height: line.height,
                focused: focused == Some(at),
            }
        })
    }

    /// How many lines are above the view, and how many there are.
    #[must_use]
    pub const fn place(&self) -> (usize, usize) {
        (self.first, self.lines.len())
    }

    /// Index of the focused entry among those that are no headings.
    #[must_use]
    pub fn focused(&self) -> Option<usize> {
        let entries = self.lines.iter().filter(|line| line.key.is_some());
        self.focus
            .index_in(ENTRIES)
            .filter(|at| *at < entries.count())
    }

    /// The focused line.
    #[must_use]
    pub fn chosen(&self) -> Option<&L> {
        self.focused_line().map(|at| &self.lines[at].what)
    }

    /// Whether 返回 is focused.
    #[must_use]
    pub fn on_back(&self) -> bool {
        self.focus.zone() == BACK
    }

    fn focused_line(&self) -> Option<usize> {
        self.line_of(self.focus.index_in(ENTRIES)?)
    }

    /// The line of the entry with this index.
    fn line_of(&self, entry: usize) -> Option<usize> {
        let lines = self.lines.iter().enumerate();
        let mut entries = lines.filter(|(_, line)| line.key.is_some());
        entries.nth(entry).map(|(at, _)| at)
    }

    fn is_heading(&self, at: usize) -> bool {
        self.lines[at].key.is_none()
    }

    /// One past the last line that is wholly in view.
    fn end(&self) -> usize {
        let mut y = 0.0;
        let fits = |line: &&Line<L>| {
            let bottom = y + line.height;
            y = bottom + self.gap;
            bottom <= self.view
        };
        let mut count = self.lines[self.first..].iter().take_while(fits).count();
        // A heading says nothing without something below it, unless there is nothing.
        if count > 1
            && self.first + count < self.lines.len()
            && self.is_heading(self.first + count - 1)
        {
            count -= 1;
        }
        // A screen that is too small for one still shows it.
        self.first + count.max(1).min(self.lines.len() - self.first)
    }

    /// Moves the focus by an arrow or a page key, and keeps it in view. `false` when the key is none
    /// of these.
    fn key(&mut self, key: RemoteKey, press: Press) -> bool {
        match key {
            RemoteKey::PageDown if press != Press::Up => {
                self.focus.focus_zone(ENTRIES);
                self.focus.go_by(Direction::Down, PAGE);
            }
            RemoteKey::PageUp if press != Press::Up => {
                self.focus.go_by(Direction::Up, PAGE);
            }
            _ => match arrow(key, press) {
                Some(direction) => {
                    self.focus.go(direction);
                }
                None => return false,
            },
        }
        self.settle();
        true
    }

    /// Puts the focus on the entry that is so many views further down or up.
    pub fn page(&mut self, down: bool) {
        let Some(at) = self.focused() else { return };
        let shown = &self.lines[self.first..self.end()];
        let entries = shown.iter().filter(|line| line.key.is_some()).count();
        let to = if down {
            at + entries.max(1)
        } else {
            at.saturating_sub(entries.max(1))
        };
        self.go_to(to);
    }

    /// Puts the focus on an entry, counted without headings.
    pub fn go_to(&mut self, entry: usize) {
        self.focus.focus_item(ENTRIES, entry);
        self.settle();
    }

    /// Takes a key of the remote. What is chosen is counted without headings.
    pub fn act(&mut self, key: RemoteKey, press: Press) -> Act {
        match (key, press) {
            (RemoteKey::Back, Press::Down) => Act::Left,
            (RemoteKey::Ok, Press::Down) => self.focused().map_or(Act::Left, Act::Chosen),
            _ if self.key(key, press) => Act::Moved,
            _ => Act::Unused,
        }
    }

    /// Brings the focused line into view, with the heading just above it.
    fn settle(&mut self) {
        let Some(line) = self.line_of(self.focus.remembered_in(ENTRIES)) else {
            return;
        };
        let above = match line.checked_sub(1) {
            Some(above) if self.is_heading(above) => above,
            _ => line,
        };
        if above < self.first {
            self.first = above;
        }
        while self.end() <= line {
            self.first += 1;
        }
        // No empty room below while something is above.
        while self.first > 0 && self.end() == self.lines.len() {
            self.first -= 1;
            if self.end() < self.lines.len() {
                self.first += 1;
                break;
            }
        }
    }
}

impl<L> From<&Lines<L>> for Page {
    fn from(lines: &Lines<L>) -> Self {
        Self {
            on_back: lines.on_back(),
            focused: lines.visible().position(|line| line.focused),
            first: lines.first,
            shown: lines.end() - lines.first,
            total: lines.lines.len(),
            state: lines.state,
        }
    }
}

impl<L> Default for Lines<L> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `h` a heading of 50 px, anything else a line of 100 px; in a view of 320 px.
    fn lines(kinds: &str) -> Lines<usize> {
        let mut lines = Lines::new();
        lines.set(of(kinds), 10.0, 320.0);
        lines
    }

    fn of(kinds: &str) -> Vec<Line<usize>> {
        let line = |(at, kind): (usize, char)| Line {
            what: at,
            height: if kind == 'h' { 50.0 } else { 100.0 },
            key: (kind != 'h').then(|| at.to_string()),
        };
        kinds.chars().enumerate().map(line).collect()
    }

    fn seen(lines: &Lines<usize>) -> Vec<usize> {
        lines.visible().map(|line| *line.what).collect()
    }

    fn focus(lines: &mut Lines<usize>, entry: usize) {
        lines.focus.focus_item(ENTRIES, entry);
        lines.settle();
    }

    #[test]
    fn what_is_followed_is_in_view_with_its_heading() {
        let mut lines = lines("hxxxhxx");
        assert_eq!(seen(&lines), [0, 1, 2], "all that fits wholly");
        focus(&mut lines, 3);
        assert_eq!(lines.chosen(), Some(&5));
        assert!(seen(&lines).contains(&5));
        focus(&mut lines, 0);
        assert_eq!(seen(&lines)[0], 0, "the heading above comes too");
        focus(&mut lines, 4);
        assert_eq!(seen(&lines).last(), Some(&6), "no empty room at the end");
    }

    #[test]
    fn a_heading_is_not_the_last_in_view_unless_it_is_the_last_of_all() {
        let mut lines = lines("xxh");
        assert_eq!(seen(&lines), [0, 1, 2]);
        lines.set(of("xxhx"), 10.0, 320.0);
        assert_eq!(seen(&lines), [0, 1]);
    }

    #[test]
    fn less_lines_than_before_and_none_at_all_are_no_trouble() {
        let mut lines = lines("xxxxxx");
        focus(&mut lines, 5);
        lines.set(Vec::new(), 10.0, 320.0);
        assert_eq!((seen(&lines), lines.place()), (Vec::new(), (0, 0)));
        assert!(lines.on_back());
        assert_eq!(lines.act(RemoteKey::Ok, Press::Down), Act::Left);
    }
}
