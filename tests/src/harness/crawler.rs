//! Walks over every screen with the six keys that every remote has, as somebody would who presses
//! everything once. It knows where the focus is, and nothing of where things are.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use tv_app::interruptions::Dialog;
use tv_app::interruptions::quit::Leave;
use tv_app::remote::RemoteKey;
use tv_app::screens::{Route, Screen};

use super::Tv;

/// The arrows.
const ARROWS: [RemoteKey; 4] = [
    RemoteKey::Up,
    RemoteKey::Down,
    RemoteKey::Left,
    RemoteKey::Right,
];
/// Entries of one list that are opened; all of them are focused.
const OPENED: usize = 3;
/// The same of each list of a section.
const OPENED_BESIDE: usize = 2;
/// Screens of one kind that are crawled: all sections, which are not all alike, and bulletins of every list.
const SCREENS_OF_A_KIND: usize = 8;
/// Home is so many presses of Back away at most (UX).
const BACKS: usize = 4;
/// A screen that is not understood after so many keys is a trap.
const KEYS_PER_SCREEN: usize = 4_000;

/// Zone and key of what has the focus.
type Item = (String, String);

/// The crawl and what it has seen.
pub struct Crawler<'a> {
    tv: &'a Tv,
    /// How many screens of each kind were walked over.
    pub screens: BTreeMap<String, usize>,
    /// Items that were focused, by screen.
    pub focused: BTreeMap<String, BTreeSet<Item>>,
    /// Keys that were pressed.
    pub keys: usize,
    /// The first screen is that of the simple mode.
    starts_simple: bool,
    /// What it is about; empty: everything. Screens of other kinds are walked over once.
    about: &'static [&'static str],
    done: HashSet<String>,
    /// The screens that gave way to the present one, as a programme does to the next, each with
    /// what has to be chosen on it: the way here from the screen below.
    gave_way: Vec<(Walk, Item)>,
}

/// Name of a kind of screen.
fn kind(route: &Route) -> String {
    let json = serde_json::to_value(route).unwrap_or_default();
    json["screen"].as_str().unwrap_or_default().to_owned()
}

/// A screen's identity: a player is the same one at any second.
fn identity(route: &Route) -> String {
    match route {
        Route::Player { id, .. } => format!("player {id}"),
        Route::Picture { id, .. } => format!("picture {id}"),
        // Whatever list it shows.
        Route::Section { id, .. } => format!("section {id}"),
        other => format!("{other:?}"),
    }
}

impl<'a> Crawler<'a> {
    /// A crawl that begins where the television is.
    #[must_use]
    pub fn new(tv: &'a Tv) -> Self {
        tv.screen.paint_when_looked_at();
        Self {
            tv,
            screens: BTreeMap::new(),
            focused: BTreeMap::new(),
            keys: 0,
            starts_simple: tv.route() == Route::Simple,
            about: &[],
            done: HashSet::new(),
            gave_way: Vec::new(),
        }
    }

    /// A crawl that is about some kinds of screens; another one walks over the rest.
    #[must_use]
    pub fn about(tv: &'a Tv, kinds: &'static [&'static str]) -> Self {
        Self {
            about: kinds,
            ..Self::new(tv)
        }
    }

    /// Walks over the present screen and everything below it.
    ///
    /// # Panics
    /// When a rule of the focus is broken.
    pub fn crawl(&mut self) {
        let route = self.tv.route();
        if !self.done.insert(identity(&route)) {
            return;
        }
        let kind = kind(&route);
        let is_about = self.about.is_empty() || self.about.contains(&kind.as_str());
        let most = if is_about { SCREENS_OF_A_KIND } else { 1 };
        let count = self.screens.entry(kind).or_default();
        if *count >= most {
            return;
        }
        *count += 1;
        let mut walk = Walk::new(identity(&route));
        if matches!(
            route,
            Route::Bulletin { .. }
                | Route::Branch { .. }
                | Route::Request { .. }
                | Route::Evaluation { .. }
                | Route::Result { .. }
        ) {
            self.read_through(&mut walk);
        } else {
            self.walk_over(&mut walk);
        }
        let reachable: BTreeSet<Item> = self.reachable();
        let missed: Vec<&Item> = reachable.difference(&walk.seen).collect();
        assert!(
            missed.is_empty(),
            "{route:?}: never had the focus: {missed:?}"
        );
        self.focused.insert(identity(&route), walk.seen.clone());
        if route == Route::Settings {
            self.leave_the_simple_mode_as_it_was(&mut walk);
        }
        self.open_everything(&route, &mut walk);
    }

    /// A setting is in force as soon as the focus is on it, and this one gives the television another first
    /// screen.
    fn leave_the_simple_mode_as_it_was(&mut self, walk: &mut Walk) {
        let off = ("simple-mode".to_owned(), "0".to_owned());
        if !self.starts_simple && walk.seen.contains(&off) {
            assert!(self.find(walk, &off), "no way to {off:?}");
        }
    }

    fn reachable(&self) -> BTreeSet<Item> {
        let items = self
            .tv
            .router(|router| router.top().controller().focus().reachable());
        items
            .into_iter()
            .map(|(zone, key)| (zone.to_owned(), key))
            .collect()
    }

    /// Presses a key and checks what must always hold.
    fn press(&mut self, key: RemoteKey) -> Option<Item> {
        self.keys += 1;
        self.tv.press(key);
        self.check()
    }

    fn check(&self) -> Option<Item> {
        let (zone, key) = self.tv.focus();
        let reachable = self.reachable();
        assert!(
            key.is_some() || reachable.is_empty(),
            "{:?}: nothing has the focus",
            self.tv.route()
        );
        let item = (zone.to_owned(), key?);
        assert!(
            reachable.contains(&item),
            "{:?}: {item:?} has the focus and cannot have it",
            self.tv.route()
        );
        Some(item)
    }

    /// Tries every arrow on every item.
    fn walk_over(&mut self, walk: &mut Walk) {
        let Some(mut at) = self.check() else { return };
        walk.seen.insert(at.clone());
        for _ in 0..KEYS_PER_SCREEN {
            let untried = ARROWS
                .into_iter()
                .find(|arrow| !walk.edges.contains_key(&(at.clone(), *arrow)));
            let key = match untried {
                Some(arrow) => arrow,
                None => match walk.towards(&at, |item| {
                    ARROWS
                        .iter()
                        .any(|arrow| !walk.edges.contains_key(&(item.clone(), *arrow)))
                }) {
                    Some(arrow) => arrow,
                    None => return,
                },
            };
            at = self.step(walk, at, key);
        }
        panic!("{}: {KEYS_PER_SCREEN} keys were not enough", walk.screen);
    }

    fn step(&mut self, walk: &mut Walk, from: Item, arrow: RemoteKey) -> Item {
        let depth = self.tv.depth();
        let Some(to) = self.press(arrow) else {
            panic!("{}: {arrow:?} on {from:?} lost the focus", walk.screen)
        };
        assert!(
            self.tv.dialog().is_none(),
            "{}: {arrow:?} asked something",
            walk.screen
        );
        assert_eq!(
            self.tv.depth(),
            depth,
            "{}: {arrow:?} left the screen",
            walk.screen
        );
        walk.edges.insert((from, arrow), to.clone());
        walk.seen.insert(to.clone());
        if let Some(list) = self.note_pane() {
            walk.lists.entry(to.clone()).or_insert(list);
        }
        to
    }

    /// A list beside the rail of its section was walked over like one on a screen of its own.
    fn note_pane(&mut self) -> Option<String> {
        let pane = self.tv.router(|router| match router.top() {
            Screen::Section(section) => Some(section.pane_route()),
            _ => None,
        });
        let pane = pane?;
        if pane != self.tv.route() {
            self.screens.entry(kind(&pane)).or_default();
        }
        Some(format!("{pane:?}"))
    }

    /// A text scrolls under its focus: down to the end and up again.
    fn read_through(&mut self, walk: &mut Walk) {
        for arrow in [RemoteKey::Down, RemoteKey::Up] {
            let mut still = 0;
            for _ in 0..KEYS_PER_SCREEN {
                let (before, picture) = (self.check(), self.tv.screen.frame());
                walk.seen.extend(before.clone());
                let after = self.press(arrow);
                walk.seen.extend(after.clone());
                still = if before == after && picture == self.tv.screen.frame() {
                    still + 1
                } else {
                    0
                };
                if still == 2 {
                    break;
                }
            }
            assert_eq!(still, 2, "{}: {arrow:?} comes to no end", walk.screen);
        }
        // Where it begins with something to choose, the text itself comes below 返回.
        walk.seen.extend(self.press(RemoteKey::Down));
    }

    /// Moves the focus to an item that was seen before.
    fn go_to(&mut self, walk: &mut Walk, item: &Item) -> bool {
        if walk.edges.is_empty() {
            for arrow in [RemoteKey::Up, RemoteKey::Down] {
                for _ in 0..400 {
                    let before = self.check();
                    if before.as_ref() == Some(item) {
                        return true;
                    }
                    let picture = self.tv.screen.frame();
                    if self.press(arrow) == before && picture == self.tv.screen.frame() {
                        break;
                    }
                }
            }
            return self.check().as_ref() == Some(item);
        }
        for _ in 0..400 {
            let Some(at) = self.check() else { return false };
            if at == *item {
                return true;
            }
            // What was seen may have moved on, as a list does that was read again.
            let Some(arrow) = walk.towards(&at, |other| other == item) else {
                return false;
            };
            self.step(walk, at, arrow);
        }
        false
    }

    /// Moves the focus to an item, on a screen that may be another than when it was walked over:
    /// what was opened changed it, as the text size does, or its controls are hidden.
    fn find(&mut self, walk: &mut Walk, item: &Item) -> bool {
        if self.go_to(walk, item) {
            return true;
        }
        walk.edges.clear();
        self.walk_over(walk);
        self.go_to(walk, item)
    }

    /// Presses OK on the items, looks at what opens, and comes back.
    fn open_everything(&mut self, route: &Route, walk: &mut Walk) {
        let mut in_zone: HashMap<(String, String), usize> = HashMap::new();
        let items: Vec<Item> = walk.seen.iter().cloned().collect();
        for item in items {
            let many = !matches!(
                item.0.as_str(),
                "sections" | "rail" | "keypad" | "header" | "buttons" | "choices" | "actions"
            ) && item.1 != "more";
            // The other first screen is walked over where it is the first.
            let turns_it_on = item.0 == "simple-mode"
                || *route == Route::Lesson && item == ("choices".to_owned(), "1".to_owned());
            // From one article to the next is tried once, and not through all of a list.
            let goes_on = item.1 == "next" && !self.gave_way.is_empty();
            if turns_it_on || goes_on {
                continue;
            }
            // Beside a rail there is another list after a few keys: so many of each.
            let in_section = matches!(route, Route::Section { .. } | Route::Settings);
            let list = walk.lists.get(&item).cloned().unwrap_or_default();
            let opened = in_zone.entry((item.0.clone(), list)).or_default();
            *opened += 1;
            if many && *opened > if in_section { OPENED_BESIDE } else { OPENED } {
                continue;
            }
            if !in_section && !self.reachable().contains(&item) {
                // It went when another item was chosen, e.g. a result when the digits changed.
                continue;
            }
            if !self.find(walk, &item) {
                assert!(
                    !self.reachable().contains(&item),
                    "{route:?}: no way to {item:?}"
                );
                continue;
            }
            self.choose(route, walk, &item);
        }
    }

    /// Opens the present screen again from the one below it, where its opener has the focus.
    fn come_again(&mut self, before: &str, after: &Item) {
        let parent = self.tv.route();
        self.press(RemoteKey::Ok);
        self.tv.settle();
        for (mut walk, item) in std::mem::take(&mut self.gave_way) {
            assert_eq!(identity(&self.tv.route()), walk.screen, "from {parent:?}");
            let found = self.find(&mut walk, &item);
            assert!(found, "{}: no way to {item:?}", walk.screen);
            self.press(RemoteKey::Ok);
            self.tv.settle();
            self.gave_way.push((walk, item));
        }
        assert_eq!(
            identity(&self.tv.route()),
            before,
            "from {parent:?}, after {after:?} went back"
        );
    }

    /// Home shows more in the place of something: that is walked over and opened, too.
    fn look_at_more(&mut self, route: &Route, walk: &Walk) {
        let more: Vec<Item> = self.reachable().difference(&walk.seen).cloned().collect();
        if *route != Route::Home || more.is_empty() {
            return;
        }
        let mut inner = Walk::new(walk.screen.clone());
        self.walk_over(&mut inner);
        // The other first screen is walked over where it is the first.
        for item in more.into_iter().filter(|(_, key)| key != "simple") {
            // The size of the text is another one when it was chosen.
            assert!(
                self.find(&mut inner, &item),
                "{route:?}: no way to {item:?}"
            );
            self.choose(route, &inner, &item);
        }
        self.press(RemoteKey::Back);
    }

    fn choose(&mut self, route: &Route, walk: &Walk, item: &Item) {
        let depth = self.tv.depth();
        let before = identity(route);
        self.press(RemoteKey::Ok);
        self.tv.settle();
        assert!(
            self.tv.dialog().is_none(),
            "{before}: OK on {item:?} asked something"
        );
        if self.tv.depth() < depth {
            // It was a way back: OK again on what opened this screen.
            self.come_again(&before, item);
            return;
        }
        if identity(&self.tv.route()) == before {
            self.look_at_more(route, walk);
            return;
        }
        let replaced = self.tv.depth() == depth;
        assert!(
            self.tv.depth() <= BACKS + 1,
            "{:?} is {} screens above Home",
            self.tv.route(),
            self.tv.depth() - 1
        );
        let way = if replaced {
            self.gave_way.push((walk.clone(), item.clone()));
            None
        } else {
            Some(std::mem::take(&mut self.gave_way))
        };
        self.crawl();
        match way {
            Some(way) => self.gave_way = way,
            None => drop(self.gave_way.pop()),
        }
        // Whatever was done there, Back comes back, and the focus is where it was.
        let mut presses = 0;
        let wanted = if replaced { depth - 1 } else { depth };
        while self.tv.depth() > wanted {
            let top = self.tv.depth();
            self.press(RemoteKey::Back);
            presses += 1;
            assert!(
                self.tv.depth() <= top,
                "Back went on to {:?}",
                self.tv.route()
            );
            assert!(presses <= 3, "{:?}: Back does not leave", self.tv.route());
        }
        self.tv.settle();
        if replaced {
            self.come_again(&before, item);
            return;
        }
        assert_eq!(
            identity(&self.tv.route()),
            before,
            "Back from what {item:?} opened"
        );
        let now = self.check();
        let gone = !self.reachable().contains(item);
        assert!(
            now.as_ref() == Some(item) || gone,
            "{before}: the focus was on {item:?} and is on {now:?} after Back"
        );
    }

    /// Presses Back until the question whether to leave comes, and says no.
    ///
    /// # Panics
    /// When that takes more than `BACKS` presses to the first screen and one for the question.
    pub fn back_to_the_question(&mut self) {
        for presses in 0.. {
            if matches!(self.tv.dialog(), Some((Dialog::Quit(_), _))) {
                break;
            }
            assert!(
                presses <= BACKS,
                "{:?}: more than {BACKS} presses of Back",
                self.tv.route()
            );
            self.press(RemoteKey::Back);
        }
        let depth = self.tv.depth();
        // No has the focus, and both answers can have it.
        assert_eq!(self.tv.dialog(), Some((Dialog::Quit(Leave), 0)));
        for (key, focused) in [
            (RemoteKey::Right, 1),
            (RemoteKey::Right, 1),
            (RemoteKey::Left, 0),
            (RemoteKey::Left, 0),
            (RemoteKey::Up, 0),
            (RemoteKey::Down, 0),
        ] {
            self.press(key);
            assert_eq!(
                self.tv.dialog(),
                Some((Dialog::Quit(Leave), focused)),
                "after {key:?}"
            );
        }
        self.press(RemoteKey::Ok);
        assert_eq!(
            (self.tv.dialog(), self.tv.depth()),
            (None, depth),
            "No changes nothing"
        );
        self.press(RemoteKey::Back);
        self.press(RemoteKey::Back);
        assert_eq!(
            (self.tv.dialog(), self.tv.depth()),
            (None, depth),
            "Back on the question means No"
        );
    }
}

/// What is known of one screen.
#[derive(Clone)]
struct Walk {
    screen: String,
    seen: BTreeSet<Item>,
    edges: HashMap<(Item, RemoteKey), Item>,
    /// In a section, the list that each item is in.
    lists: HashMap<Item, String>,
}

impl Walk {
    fn new(screen: String) -> Self {
        Self {
            screen,
            seen: BTreeSet::new(),
            edges: HashMap::new(),
            lists: HashMap::new(),
        }
    }

    /// The first arrow of the shortest known way to an item that is wanted.
    fn towards(&self, from: &Item, wanted: impl Fn(&Item) -> bool) -> Option<RemoteKey> {
        let mut known = HashSet::from([from.clone()]);
        let mut todo: VecDeque<(Item, Option<RemoteKey>)> = VecDeque::from([(from.clone(), None)]);
        while let Some((at, first)) = todo.pop_front() {
            if first.is_some() && wanted(&at) {
                return first;
            }
            for arrow in ARROWS {
                if let Some(to) = self.edges.get(&(at.clone(), arrow))
                    && known.insert(to.clone())
                {
                    todo.push_back((to.clone(), first.or(Some(arrow))));
                }
            }
        }
        None
    }
}
