//! Digits are the initials of pinyin, as on a telephone: 财务公示 is CWGS, 2947.

use crate::cache::SearchHit;
use crate::focus::{Area, FocusMap, Layout, Zone};
use crate::remote::{Press, RemoteKey};
// The keypad on the screen, for remotes without digits.
use crate::screens::kit::form::KEYPAD;
use crate::screens::kit::grid::Paging;
use crate::screens::kit::{State, back};
use crate::screens::{
    BACK, Context, Controller, Effect, Effects, Input, Route, arrow, document_route,
};

/// The results.
const RESULTS: &str = "results";
/// Keys of the keypad in the order of a telephone; the corners clear and delete.
const KEYS: [&str; 12] = [
    "1", "2", "3", "4", "5", "6", "7", "8", "9", "clear", "0", "delete",
];
/// More digits than any title has characters help nobody.
const MAX_DIGITS: usize = 12;
/// Results beyond this many are not looked at from a sofa.
const MAX_RESULTS: usize = 60;

/// The search screen.
pub struct Search {
    focus: FocusMap,
    digits: String,
    hits: Vec<SearchHit>,
    state: State,
    paging: Paging,
}

impl Search {
    /// An empty search.
    #[must_use]
    pub fn new() -> Self {
        Self {
            focus: FocusMap::new(
                KEYPAD,
                vec![
                    back(),
                    Zone::new(KEYPAD, Layout::Grid(3), Area::new(96, 206, 520, 744))
                        .with_items(KEYS),
                    Zone::new(RESULTS, Layout::Column, Area::new(660, 206, 1160, 744)),
                ],
            ),
            digits: String::new(),
            hits: Vec::new(),
            state: State::Empty,
            paging: Paging::default(),
        }
    }

    /// What was typed.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.digits
    }

    /// The results in view, how many are above, and how many there are.
    #[must_use]
    pub fn results(&self) -> (&[SearchHit], usize, usize) {
        let visible = self.paging.visible();
        let first = visible.start;
        (&self.hits[visible], first, self.hits.len())
    }

    /// What is said in place of results.
    #[must_use]
    pub const fn state(&self) -> State {
        self.state
    }

    /// Index of the focused key of the keypad.
    #[must_use]
    pub fn focused_key(&self) -> Option<usize> {
        self.focus.index_in(KEYPAD)
    }

    /// Index of the focused result among those in view.
    #[must_use]
    pub fn focused_result(&self) -> Option<usize> {
        self.focus
            .index_in(RESULTS)
            .and_then(|at| self.paging.in_view(at))
    }

    /// Whether 返回 has the focus.
    #[must_use]
    pub fn on_back(&self) -> bool {
        self.focus.zone() == BACK
    }

    fn find(&mut self, context: &Context<'_>) {
        self.hits = if self.digits.is_empty() {
            Vec::new()
        } else {
            context.cache.search(&self.digits, MAX_RESULTS)
        };
        let cache = context.cache;
        self.state = State::of(self.hits.len(), true, || cache.sync_state());
        self.focus
            .set_items(RESULTS, self.hits.iter().map(|hit| hit.id.as_str()));
        let at = self.focus.remembered_in(RESULTS);
        self.paging
            .set(self.hits.len(), 1, context.metrics.rows, at);
    }

    fn type_digit(&mut self, digit: char, context: &Context<'_>) {
        if self.digits.len() < MAX_DIGITS {
            self.digits.push(digit);
            self.paging.rewind();
            self.focus.set_items(RESULTS, Vec::<String>::new());
            self.find(context);
        }
    }

    fn press(&mut self, key: &str, context: &Context<'_>) {
        match key {
            "clear" => self.digits.clear(),
            "delete" => {
                self.digits.pop();
            }
            digit => {
                if let Some(digit) = digit.chars().next() {
                    self.type_digit(digit, context);
                }
                return;
            }
        }
        self.find(context);
    }
}

impl Default for Search {
    fn default() -> Self {
        Self::new()
    }
}

impl Controller for Search {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Shown | Input::Changed | Input::Resized => self.find(context),
            Input::Key(RemoteKey::Digit(digit), Press::Down) => {
                self.type_digit(char::from(b'0' + digit.min(&9)), context);
            }
            Input::Key(RemoteKey::Delete, Press::Down | Press::Repeat) => {
                self.press("delete", context);
            }
            Input::Key(RemoteKey::Ok, Press::Down) => match self.focus.zone() {
                BACK => return vec![Effect::Back],
                KEYPAD => {
                    let key = KEYS[self.focus.index().min(KEYS.len() - 1)];
                    self.press(key, context);
                }
                _ => {
                    let hit = self.hits.get(self.focus.index());
                    return hit
                        .map(|hit| Effect::Open(document_route(hit.kind, &hit.id)))
                        .into_iter()
                        .collect();
                }
            },
            // From the results Back goes to the keypad first, so that a slip costs nothing.
            Input::Key(RemoteKey::Back, Press::Down) if self.focus.zone() == RESULTS => {
                self.focus.focus_zone(KEYPAD);
            }
            Input::Key(RemoteKey::Back, Press::Down) => return vec![Effect::Back],
            Input::Key(key, press) => {
                if let Some(direction) = arrow(*key, *press) {
                    self.focus.go(direction);
                    self.paging.follow(self.focus.remembered_in(RESULTS));
                }
            }
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
        Route::Search
    }

    fn wants_digits(&self) -> bool {
        true
    }

    fn acts_at_once(&self, key: RemoteKey) -> bool {
        matches!(key, RemoteKey::Digit(_))
    }
}
