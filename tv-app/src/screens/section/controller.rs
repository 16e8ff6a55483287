//! The rail of a section's lists, and beside it what is in one of them.

use std::collections::HashMap;

use contract::township::ListingKind;

use super::panes::{self, Nothing, Pane};
use crate::cache::Cache;
use crate::focus::{Direction, FocusMap};
use crate::remote::{Press, RemoteKey};
use crate::screens::kit::grid::Paging;
use crate::screens::kit::{RAIL, State, rail};
use crate::screens::{
    BACK, Context, Controller, Effect, Effects, Input, Nature, Route, arrow, attendance, listings,
};

/// The section that has the roll calls, by its digit.
const ROLL_CALLS_DIGIT: u8 = 3;
/// What stands for them among its lists.
pub const ROLL_CALLS: &str = "roll-calls";
/// Who moves along the rail sees what is in a list after so many ms: on the way nothing is read.
const FILLS_AFTER_MS: u64 = 150;

/// A list of the section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// The listing's id.
    pub id: String,
    /// Its name; empty for the roll calls.
    pub title: String,
    /// What is in it.
    pub about: String,
    /// What it lists; `None` for the roll calls, which are no list of the township's.
    pub kind: Option<ListingKind>,
    /// Something in it wants to be looked at.
    pub is_fresh: bool,
}

/// The screen of one section.
pub struct Section {
    id: String,
    title: String,
    digit: u8,
    lists: Vec<List>,
    state: State,
    /// The list whose content is shown; empty before the first was read.
    shown: String,
    /// What draws it. Its focus has the rail, too.
    pane: Box<dyn Pane>,
    /// The lists that were left, each where it was left.
    left: HashMap<String, Box<dyn Pane>>,
    rail: Paging,
    /// The list that is shown next, and when, in monotonic ms.
    next: Option<(String, u64)>,
    /// The zone from which somebody came to 返回.
    from: &'static str,
}

impl Section {
    /// The section with this id, showing this list; an empty one is the first.
    #[must_use]
    pub fn new(id: &str, list: &str) -> Self {
        Self {
            id: id.to_owned(),
            title: String::new(),
            digit: 0,
            lists: Vec::new(),
            state: State::default(),
            shown: list.to_owned(),
            pane: Box::new(Nothing::new(id)),
            left: HashMap::new(),
            rail: Paging::default(),
            next: None,
            from: RAIL,
        }
    }

    /// The section's name.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The key that opens it; 0 before it is known.
    #[must_use]
    pub const fn digit(&self) -> u8 {
        self.digit
    }

    /// What is said where it has no list.
    #[must_use]
    pub const fn state(&self) -> State {
        self.state
    }

    /// The lists in view on the rail, how many are above, and how many there are.
    #[must_use]
    pub fn rail(&self) -> (&[List], usize, usize) {
        let visible = self.rail.visible();
        let first = visible.start;
        (&self.lists[visible], first, self.lists.len())
    }

    /// Id of the list whose content is shown.
    #[must_use]
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// Index of the focused list among those in view on the rail.
    #[must_use]
    pub fn focused_list(&self) -> Option<usize> {
        self.rail.in_view(self.focus().index_in(RAIL)?)
    }

    /// What will appear in the list that is shown.
    #[must_use]
    pub fn about(&self) -> &str {
        let shown = self.lists.iter().find(|list| list.id == self.shown);
        shown.map_or("", |list| &list.about)
    }

    /// The list that is shown, as a screen of its own.
    #[must_use]
    pub fn pane_route(&self) -> Route {
        self.pane.route()
    }

    /// What draws the list that is shown.
    pub(super) fn pane(&self) -> &dyn Pane {
        self.pane.as_ref()
    }

    fn in_rail(&self) -> bool {
        self.focus().zone() == RAIL
    }

    fn read(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        let cache = context.cache;
        let sections = cache.township().unwrap_or_default().sections;
        let section = sections.into_iter().find(|section| section.id == self.id);
        let is_known = section.is_some();
        let section = section.unwrap_or_default();
        if is_known {
            (self.title, self.digit) = (section.title, section.digit);
        }
        self.lists = section
            .listings
            .into_iter()
            .map(|listing| List {
                is_fresh: listings::fresh(listing.kind, &listing.id, cache) > 0,
                kind: Some(listing.kind),
                id: listing.id,
                title: listing.title,
                about: listing.about,
            })
            .collect();
        if section.digit == ROLL_CALLS_DIGIT {
            self.lists.insert(0, roll_calls(cache));
        }
        self.state = State::of(self.lists.len(), is_known, || cache.sync_state());
        let lists = &self.lists;
        self.left
            .retain(|id, _| lists.iter().any(|list| list.id == *id));
        let effects = if self.lists.is_empty() {
            self.pane = Box::new(Nothing::new(&self.id));
            self.next = None;
            self.tell(input, context)
        } else if self.pane.is_nothing() {
            self.open(context);
            Effects::new()
        } else {
            let effects = self.tell(input, context);
            self.bind();
            effects
        };
        self.follow(context);
        effects
    }

    /// Tells the pane, which takes the focus from nobody who is on the rail.
    fn tell(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        let in_rail = self.in_rail();
        let metrics = context.metrics.beside_rail();
        let context = Context {
            metrics: &metrics,
            ..*context
        };
        let effects = self.pane.handle(input, &context);
        if in_rail {
            self.pane.focus_mut().focus_zone(RAIL);
        }
        effects
    }

    /// The pane's focus has the lists of now.
    fn bind(&mut self) {
        let focus = self.pane.focus_mut();
        focus.add(rail());
        focus.set_items(RAIL, self.lists.iter().map(|list| list.id.as_str()));
    }

    /// Brings the focused list of the rail into view.
    fn follow(&mut self, context: &Context<'_>) {
        let at = self.focus().remembered_in(RAIL);
        let rows = context.metrics.rail_rows;
        self.rail.set(self.lists.len(), 1, rows, at);
    }

    /// Shows the first list, or that of the route: what is in it has the focus, the rail if nothing is.
    fn open(&mut self, context: &Context<'_>) {
        let wanted = self.lists.iter().position(|list| list.id == self.shown);
        self.show(wanted.unwrap_or(0), context);
        if self.focus().zone() == BACK {
            self.pane.focus_mut().focus_zone(RAIL);
        }
    }

    /// Shows what is in a list, as it was left.
    fn show(&mut self, at: usize, context: &Context<'_>) {
        self.next = None;
        let Some(List { id, kind, .. }) = self.lists.get(at) else {
            return;
        };
        let pane = match self.left.remove(id) {
            Some(pane) => pane,
            None => panes::pane(*kind, id),
        };
        let was = std::mem::replace(&mut self.shown, id.clone());
        let pane = std::mem::replace(&mut self.pane, pane);
        if !pane.is_nothing() && self.lists.iter().any(|list| list.id == was) {
            self.left.insert(was, pane);
        }
        self.bind();
        self.tell(&Input::Shown, context);
        let focus = self.pane.focus_mut();
        let zone = focus.zone();
        focus.focus_item(RAIL, at);
        focus.focus_zone(zone);
    }

    /// Shows what somebody has moved to on the rail, and leaves the focus where it is.
    fn fill(&mut self, context: &Context<'_>) -> Effects {
        let Some((id, _)) = self.next.take() else {
            return Effects::new();
        };
        let Some(at) = self.lists.iter().position(|list| list.id == id) else {
            return Effects::new();
        };
        let zone = self.focus().zone();
        self.show(at, context);
        self.pane.focus_mut().focus_zone(zone);
        vec![Effect::Remember]
    }

    /// Goes from the rail into what is shown, if there is something.
    fn enter(&mut self, context: &Context<'_>) -> Effects {
        self.next = self.to_show(context);
        let effects = self.fill(context);
        self.go_inside();
        effects
    }

    fn go_inside(&mut self) {
        let inside = self.inside();
        let focus = self.pane.focus_mut();
        if !focus.focus_zone(focus.default_zone())
            && let Some(zone) = inside
        {
            focus.focus_zone(zone);
        }
    }

    /// The key that opened the section leads from list to list.
    #[must_use]
    pub fn digit_goes_on(&self) -> bool {
        self.lists.len() > 1 && !self.wants_digits()
    }

    fn go_on(&mut self, context: &Context<'_>) -> Effects {
        let shown = self.lists.iter().position(|list| list.id == self.shown);
        let next = shown.map_or(0, |at| (at + 1) % self.lists.len());
        self.show(next, context);
        self.pane.focus_mut().focus_zone(RAIL);
        self.go_inside();
        self.follow(context);
        vec![Effect::Speak(Vec::new()), Effect::Remember]
    }

    /// The first zone of the list in which something can have the focus.
    fn inside(&self) -> Option<&'static str> {
        let zones = self.focus().reachable().into_iter().map(|(zone, _)| zone);
        zones.into_iter().find(|zone| ![RAIL, BACK].contains(zone))
    }

    /// Whether something in the list that is shown can have the focus.
    #[must_use]
    pub fn can_enter(&self) -> bool {
        self.inside().is_some()
    }

    /// A key while the rail has the focus. `None` leaves it to the pane.
    fn rail_key(&mut self, key: RemoteKey, press: Press, context: &Context<'_>) -> Option<Effects> {
        let rows = context.metrics.rail_rows;
        let focus = self.pane.focus_mut();
        match key {
            RemoteKey::Back if press == Press::Down => return Some(vec![Effect::Back]),
            RemoteKey::Ok if press == Press::Down => return Some(self.enter(context)),
            RemoteKey::PageDown if press != Press::Up => {
                focus.go_by(Direction::Down, rows);
            }
            RemoteKey::PageUp if press != Press::Up => {
                focus.go_by(Direction::Up, rows);
            }
            // What chooses in a list, chooses nothing here.
            RemoteKey::Ok | RemoteKey::Play | RemoteKey::PlayPause => {}
            _ => match arrow(key, press) {
                Some(Direction::Right) => return Some(self.enter(context)),
                Some(Direction::Left) => {}
                Some(direction) => {
                    focus.go(direction);
                }
                None => return None,
            },
        }
        self.follow(context);
        self.next = self.to_show(context);
        Some(Effects::new())
    }

    /// The list on the rail, unless it is the one that is shown, and when it is.
    fn to_show(&self, context: &Context<'_>) -> Option<(String, u64)> {
        let list = self.lists.get(self.focus().remembered_in(RAIL))?;
        let at = context.ticks_ms + FILLS_AFTER_MS;
        (list.id != self.shown).then(|| (list.id.clone(), at))
    }

    /// A key. From 返回 one comes back to where one came from.
    fn key(&mut self, key: RemoteKey, press: Press, context: &Context<'_>) -> Effects {
        let before = self.focus().zone();
        if before == BACK && arrow(key, press) == Some(Direction::Down) {
            let from = self.from;
            if self.pane.focus_mut().focus_zone(from) {
                return Effects::new();
            }
        }
        let taken = if before == RAIL {
            self.rail_key(key, press, context)
        } else {
            None
        };
        let effects = taken.unwrap_or_else(|| self.tell(&Input::Key(key, press), context));
        if self.focus().zone() == BACK && before != BACK {
            self.from = before;
        }
        effects
    }
}

impl Controller for Section {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Tick
                if self
                    .next
                    .as_ref()
                    .is_some_and(|(_, at)| *at <= context.ticks_ms) =>
            {
                self.fill(context)
            }
            Input::Shown | Input::Changed | Input::Resized | Input::Tick => {
                self.read(input, context)
            }
            Input::Key(RemoteKey::Digit(digit), Press::Down)
                if *digit == self.digit && self.digit_goes_on() =>
            {
                self.go_on(context)
            }
            Input::Key(key, press) => self.key(*key, *press, context),
            _ => self.tell(input, context),
        }
    }

    fn focus(&self) -> &FocusMap {
        self.pane.focus()
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        self.pane.focus_mut()
    }

    fn route(&self) -> Route {
        Route::Section {
            id: self.id.clone(),
            list: self.shown.clone(),
        }
    }

    /// Whatever list it shows by now.
    fn is_at(&self, route: &Route) -> bool {
        matches!(route, Route::Section { id, .. } if *id == self.id)
    }

    fn wake_at(&self) -> Option<u64> {
        let next = self.next.as_ref().map(|(_, at)| *at);
        [next, self.pane.wake_at()].into_iter().flatten().min()
    }

    fn wants_digits(&self) -> bool {
        self.pane.wants_digits()
    }

    fn types(&self, key: RemoteKey) -> bool {
        self.pane.types(key)
    }

    fn nature(&self) -> Nature {
        self.pane.nature()
    }
}

/// They are no list of the township's.
fn roll_calls(cache: &Cache) -> List {
    List {
        id: ROLL_CALLS.to_owned(),
        title: String::new(),
        about: String::new(),
        kind: None,
        is_fresh: attendance::all(cache)
            .iter()
            .any(|call| call.round.is_some()),
    }
}
