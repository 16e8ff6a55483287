//! The focus of one screen.

use serde::{Deserialize, Serialize};

use super::{Area, Direction, Item, Layout};

/// A group of items that an arrow walks through.
#[derive(Clone, Debug)]
pub struct Zone {
    name: &'static str,
    area: Area,
    layout: Layout,
    items: Vec<Item>,
    last: usize,
    neighbours: [Option<&'static str>; 4],
}

impl Zone {
    /// An empty zone. `name` is unique on its screen.
    #[must_use]
    pub const fn new(name: &'static str, layout: Layout, area: Area) -> Self {
        Self {
            name,
            area,
            layout,
            items: Vec::new(),
            last: 0,
            neighbours: [None; 4],
        }
    }

    /// With these items.
    #[must_use]
    pub fn with_items<K: Into<String>>(mut self, keys: impl IntoIterator<Item = K>) -> Self {
        self.items = keys.into_iter().map(Item::new).collect();
        self
    }

    /// Leaving it in this direction goes to that zone, if anything there can be focused.
    #[must_use]
    pub const fn with_neighbour(mut self, direction: Direction, zone: &'static str) -> Self {
        self.neighbours[direction as usize] = Some(zone);
        self
    }

    /// Its name on its screen.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The items.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    fn is_enabled(&self) -> bool {
        self.items.iter().any(|item| item.enabled)
    }

    fn nearest_enabled(&self, index: usize) -> Option<usize> {
        (0..self.items.len())
            .filter(|&i| self.items[i].enabled)
            .min_by_key(|&i| (i.abs_diff(index), i))
    }

    /// The next item from `index` in a direction, `None` at the edge.
    fn step(&self, index: usize, direction: Direction) -> Option<usize> {
        let columns = match self.layout {
            Layout::Row => self.items.len().max(1),
            Layout::Column => 1,
            Layout::Grid(columns) => columns.max(1),
        };
        let mut at = index;
        loop {
            at = match direction {
                Direction::Left if !at.is_multiple_of(columns) => at - 1,
                Direction::Right if at % columns + 1 < columns && at + 1 < self.items.len() => {
                    at + 1
                }
                Direction::Up if at >= columns => at - columns,
                Direction::Down if at + columns < self.items.len() => at + columns,
                // A last row that is not full can still be reached from above.
                Direction::Down
                    if at / columns < (self.items.len().saturating_sub(1)) / columns =>
                {
                    self.items.len() - 1
                }
                _ => return None,
            };
            if self.items[at].enabled {
                return Some(at);
            }
        }
    }
}

/// The focus as a screen leaves it, to be given back when it is shown again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    zone: String,
    key: String,
    index: usize,
}

/// Zones of a screen and which item is focused.
#[derive(Clone, Debug)]
pub struct FocusMap {
    zones: Vec<Zone>,
    current: usize,
    default: usize,
    /// The default zone, while its items have not arrived and nobody has chosen another.
    awaited: Option<usize>,
}

impl FocusMap {
    /// A screen's zones; the default focus is the first item of the zone `default`.
    ///
    /// # Panics
    /// When no zone has that name: a screen always knows its own zones.
    #[must_use]
    pub fn new(default: &'static str, zones: Vec<Zone>) -> Self {
        let current = zones
            .iter()
            .position(|zone| zone.name == default)
            .expect("the default zone is one of the zones");
        let mut map = Self {
            zones,
            current,
            default: current,
            awaited: Some(current),
        };
        map.settle();
        map
    }

    /// With one zone more, unless there is one of this name.
    pub fn add(&mut self, zone: Zone) {
        if self.find(zone.name).is_none() {
            self.zones.push(zone);
        }
    }

    /// Name of the zone that has the focus by default.
    #[must_use]
    pub fn default_zone(&self) -> &'static str {
        self.zones[self.default].name
    }

    /// Name of the zone that has the focus.
    #[must_use]
    pub fn zone(&self) -> &'static str {
        self.zones[self.current].name
    }

    /// Index of the focused item in its zone.
    #[must_use]
    pub fn index(&self) -> usize {
        self.zones[self.current].last
    }

    /// Key of the focused item; `None` only while nothing on the screen can be focused.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.zones[self.current]
            .items
            .get(self.index())
            .filter(|item| item.enabled)
            .map(|item| item.key.as_str())
    }

    /// Whether the item with this index in this zone is focused.
    #[must_use]
    pub fn is(&self, zone: &str, index: usize) -> bool {
        self.zone() == zone && self.index() == index
    }

    /// Index of the focused item if it is in this zone.
    #[must_use]
    pub fn index_in(&self, zone: &str) -> Option<usize> {
        (self.zone() == zone).then(|| self.index())
    }

    /// The item this zone remembers, focused or not.
    #[must_use]
    pub fn remembered_in(&self, zone: &str) -> usize {
        self.find(zone).map_or(0, |i| self.zones[i].last)
    }

    /// All zones, for walking over everything.
    #[must_use]
    pub fn zones(&self) -> &[Zone] {
        &self.zones
    }

    /// Every item that can be focused, as zone and key.
    #[must_use]
    pub fn reachable(&self) -> Vec<(&'static str, String)> {
        self.zones
            .iter()
            .flat_map(|zone| {
                zone.items
                    .iter()
                    .filter(|item| item.enabled)
                    .map(|item| (zone.name, item.key.clone()))
            })
            .collect()
    }

    fn find(&self, zone: &str) -> Option<usize> {
        self.zones
            .iter()
            .position(|candidate| candidate.name == zone)
    }

    /// Replaces the items of a zone. The remembered item stays the same thing if it is still
    /// there, otherwise its nearest sibling takes over.
    pub fn set_items<K: Into<String>>(&mut self, zone: &str, keys: impl IntoIterator<Item = K>) {
        let items: Vec<Item> = keys.into_iter().map(Item::new).collect();
        let Some(at) = self.find(zone) else {
            tracing::error!(zone, "this screen has no such zone");
            return;
        };
        let zone = &mut self.zones[at];
        if zone.items == items {
            return;
        }
        let kept = zone
            .items
            .get(zone.last)
            .and_then(|old| items.iter().position(|new| new.key == old.key));
        zone.last = kept.unwrap_or_else(|| zone.last.min(items.len().saturating_sub(1)));
        zone.items = items;
        self.settle();
    }

    /// Changes how a zone lies, e.g. how many columns its grid has.
    pub fn set_layout(&mut self, zone: &str, layout: Layout) {
        if let Some(at) = self.find(zone) {
            self.zones[at].layout = layout;
        }
    }

    /// Moves the focus to a zone's remembered item. `false` if nothing there can be focused.
    pub fn focus_zone(&mut self, zone: &str) -> bool {
        let Some(at) = self.find(zone).filter(|&at| self.zones[at].is_enabled()) else {
            return false;
        };
        self.awaited = None;
        self.current = at;
        self.settle();
        true
    }

    /// Moves the focus to the nearest enabled item to this index. `false` if there is none.
    pub fn focus_item(&mut self, zone: &str, index: usize) -> bool {
        let Some(at) = self.find(zone) else {
            return false;
        };
        let Some(nearest) = self.zones[at].nearest_enabled(index) else {
            return false;
        };
        self.awaited = None;
        self.current = at;
        self.zones[at].last = nearest;
        true
    }

    /// Moves the focus by an arrow. `false` at the edge of the screen.
    pub fn go(&mut self, direction: Direction) -> bool {
        self.awaited = None;
        let zone = &self.zones[self.current];
        if let Some(next) = zone.step(zone.last, direction) {
            self.zones[self.current].last = next;
            return true;
        }
        let named = zone.neighbours[direction as usize]
            .and_then(|name| self.find(name))
            .filter(|&at| self.zones[at].is_enabled());
        let Some(at) = named.or_else(|| self.nearest_zone(direction)) else {
            return false;
        };
        self.current = at;
        self.settle();
        true
    }

    /// Moves the focus by several steps inside its zone, stopping at the ends.
    pub fn go_by(&mut self, direction: Direction, steps: usize) -> bool {
        let before = self.index();
        for _ in 0..steps {
            let zone = &self.zones[self.current];
            let Some(next) = zone.step(zone.last, direction) else {
                break;
            };
            self.zones[self.current].last = next;
        }
        before != self.index()
    }

    fn nearest_zone(&self, direction: Direction) -> Option<usize> {
        let from = self.zones[self.current].area;
        let (from_x, from_y) = from.centre();
        (0..self.zones.len())
            .filter(|&at| at != self.current && self.zones[at].is_enabled())
            .filter(|&at| {
                let to = self.zones[at].area;
                match direction {
                    Direction::Up => to.y + to.height <= from.y,
                    Direction::Down => to.y >= from.y + from.height,
                    Direction::Left => to.x + to.width <= from.x,
                    Direction::Right => to.x >= from.x + from.width,
                }
            })
            .min_by_key(|&at| {
                let to = self.zones[at].area;
                let (x, y) = to.centre();
                let (ahead, aside) = match direction {
                    Direction::Up => (from.y - (to.y + to.height), (x - from_x).abs()),
                    Direction::Down => (to.y - (from.y + from.height), (x - from_x).abs()),
                    Direction::Left => (from.x - (to.x + to.width), (y - from_y).abs()),
                    Direction::Right => (to.x - (from.x + from.width), (y - from_y).abs()),
                };
                (ahead, aside, at)
            })
    }

    /// What to hand to [`FocusMap::restore`] later.
    #[must_use]
    pub fn remember(&self) -> Remembered {
        Remembered {
            zone: self.zone().to_owned(),
            key: self.key().unwrap_or_default().to_owned(),
            index: self.index(),
        }
    }

    /// Puts the focus back: on the same thing if it is still there, else near where it was.
    pub fn restore(&mut self, remembered: &Remembered) {
        let Some(at) = self.find(&remembered.zone) else {
            return;
        };
        let same = self.zones[at]
            .items
            .iter()
            .position(|item| item.key == remembered.key);
        self.focus_item(&remembered.zone, same.unwrap_or(remembered.index));
    }

    /// Makes sure that the focus is on something that can have it.
    fn settle(&mut self) {
        if let Some(awaited) = self.awaited
            && self.zones[awaited].is_enabled()
        {
            self.current = awaited;
            self.awaited = None;
        }
        if !self.zones[self.current].is_enabled() {
            let area = self.zones[self.current].area.centre();
            let nearest = (0..self.zones.len())
                .filter(|&at| self.zones[at].is_enabled())
                .min_by_key(|&at| {
                    let (x, y) = self.zones[at].area.centre();
                    ((x - area.0).abs() + (y - area.1).abs(), at)
                });
            let Some(nearest) = nearest else {
                // Before the first items arrive there is nothing to focus; later that is a bug.
                return;
            };
            self.current = nearest;
        }
        let zone = &mut self.zones[self.current];
        if let Some(nearest) = zone.nearest_enabled(zone.last) {
            zone.last = nearest;
        }
    }
}

/// Positions in sequences of how many places are shown: scrolls as little as needed.
///
/// Returns the first visible unit so that `focused` is among `visible` units of `total`, starting
/// from where the window was.
#[must_use]
pub fn scroll_window(first: usize, focused: usize, visible: usize, total: usize) -> usize {
    let visible = visible.max(1);
    let first = first.min(total.saturating_sub(visible));
    if focused < first {
        focused
    } else if focused >= first + visible {
        focused + 1 - visible
    } else {
        first
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn home() -> FocusMap {
        FocusMap::new(
            "sections",
            vec![
                Zone::new("header", Layout::Row, Area::new(1500, 0, 400, 100))
                    .with_items(["search", "settings"]),
                Zone::new("newest", Layout::Column, Area::new(0, 120, 1000, 400))
                    .with_items(["a", "b", "c"]),
                Zone::new("featured", Layout::Row, Area::new(1020, 120, 700, 400))
                    .with_items(["f"]),
                Zone::new("sections", Layout::Row, Area::new(0, 540, 1720, 180))
                    .with_items(["1", "2", "3", "4", "5", "6"]),
                Zone::new("shelf", Layout::Row, Area::new(0, 740, 1720, 300)),
            ],
        )
    }

    #[test]
    fn a_zone_remembers_where_it_was_left() {
        let mut map = home();
        map.go(Direction::Right);
        map.go(Direction::Right);
        assert_eq!(map.key(), Some("3"));
        map.go(Direction::Up);
        assert_ne!(map.zone(), "sections");
        map.go(Direction::Down);
        while map.zone() != "sections" {
            assert!(map.go(Direction::Down));
        }
        assert_eq!(map.key(), Some("3"));
    }

    #[test]
    fn the_default_zone_gets_the_focus_when_its_items_arrive() {
        let zones = || {
            vec![
                Zone::new("header", Layout::Row, Area::new(0, 0, 100, 10))
                    .with_items(["search", "settings"]),
                Zone::new("list", Layout::Column, Area::new(0, 20, 100, 80)),
            ]
        };
        let mut map = FocusMap::new("list", zones());
        assert_eq!(map.key(), Some("search"));
        map.set_items("list", ["a"]);
        assert_eq!(map.key(), Some("a"));
        let mut map = FocusMap::new("list", zones());
        map.go(Direction::Right);
        map.set_items("list", ["a"]);
        assert_eq!(
            map.key(),
            Some("settings"),
            "unless somebody has chosen something else"
        );
    }

    #[test]
    fn the_nearest_sibling_takes_over() {
        let mut map = home();
        map.focus_item("newest", 2);
        map.set_items("newest", ["a", "b"]);
        assert_eq!(map.key(), Some("b"));
        map.set_items("newest", ["x", "a", "b"]);
        assert_eq!(
            map.key(),
            Some("b"),
            "the same thing keeps the focus when it moves"
        );
        map.set_items("newest", Vec::<String>::new());
        assert!(map.key().is_some(), "an emptied zone hands the focus on");
    }

    #[test]
    fn the_last_row_of_a_grid_can_be_reached_though_it_is_not_full() {
        let mut map = FocusMap::new(
            "grid",
            vec![
                Zone::new("grid", Layout::Grid(3), Area::default())
                    .with_items(["1", "2", "3", "4"]),
            ],
        );
        map.focus_item("grid", 2);
        assert!(map.go(Direction::Down));
        assert_eq!(map.key(), Some("4"));
        assert!(!map.go(Direction::Down));
    }

    #[test]
    fn a_window_moves_no_more_than_it_must() {
        assert_eq!(scroll_window(0, 4, 5, 20), 0);
        assert_eq!(scroll_window(0, 5, 5, 20), 1);
        assert_eq!(scroll_window(10, 3, 5, 20), 3);
        assert_eq!(scroll_window(18, 19, 5, 20), 15);
        assert_eq!(scroll_window(3, 0, 5, 2), 0);
    }

    #[derive(Clone, Debug)]
    enum Op {
        Go(usize),
        Items(usize, usize),
        Restore,
    }

    fn op() -> impl Strategy<Value = Op> {
        prop_oneof![
            6 => (0usize..4).prop_map(Op::Go),
            2 => (0usize..5, 0usize..7).prop_map(|(zone, count)| Op::Items(zone, count)),
            1 => Just(Op::Restore),
        ]
    }

    proptest! {
        /// Whatever happens, something is focused as long as anything can be.
        #[test]
        fn exactly_one_thing_is_focused(ops in proptest::collection::vec(op(), 1..80)) {
            let mut map = home();
            let names = ["header", "newest", "featured", "sections", "shelf"];
            let mut remembered = map.remember();
            for op in ops {
                match op {
                    Op::Go(direction) => { map.go(Direction::ALL[direction]); }
                    Op::Items(zone, count) => {
                        remembered = map.remember();
                        map.set_items(names[zone], (0..count).map(|i| i.to_string()));
                    }
                    Op::Restore => map.restore(&remembered),
                }
                prop_assert_eq!(map.key().is_some(), !map.reachable().is_empty());
            }
        }

        /// From anywhere every item can be reached with the arrows.
        #[test]
        fn arrows_reach_everything(counts in proptest::collection::vec(0usize..6, 5)) {
            let mut map = home();
            for (zone, count) in ["header", "newest", "featured", "sections", "shelf"].into_iter().zip(counts) {
                map.set_items(zone, (0..count).map(|i| i.to_string()));
            }
            let wanted = map.reachable().len();
            let mut seen = std::collections::BTreeSet::new();
            let mut todo = vec![map.clone()];
            while let Some(at) = todo.pop() {
                let Some(key) = at.key() else { break };
                if !seen.insert((at.zone(), key.to_owned())) { continue; }
                for direction in Direction::ALL {
                    let mut next = at.clone();
                    if next.go(direction) { todo.push(next); }
                }
            }
            prop_assert_eq!(seen.len(), wanted);
        }
    }
}
