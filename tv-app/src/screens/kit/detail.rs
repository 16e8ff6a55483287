//! One thing, and what can be done with it: 返回 and some actions.

use super::{Act, back};
use crate::focus::{Area, FocusMap, Layout, Zone};
use crate::remote::{Press, RemoteKey};
use crate::screens::{BACK, arrow};

/// The zone of the actions.
pub const ACTIONS: &str = "actions";

/// The focus of a screen that shows one thing.
#[derive(Clone, Debug)]
pub struct Detail<A> {
    /// The focus.
    pub focus: FocusMap,
    actions: Vec<A>,
}

impl<A> Detail<A> {
    /// Without actions so far; how they will lie, and where.
    #[must_use]
    pub fn new(layout: Layout, area: Area) -> Self {
        Self {
            focus: FocusMap::new(ACTIONS, vec![back(), Zone::new(ACTIONS, layout, area)]),
            actions: Vec::new(),
        }
    }

    /// Takes what can be done, and what is stable of each over refreshes: the focus stays on the
    /// same action while there is one.
    pub fn set<K: Into<String>>(&mut self, actions: Vec<A>, key: impl Fn(&A) -> K) {
        self.focus.set_items(ACTIONS, actions.iter().map(key));
        self.actions = actions;
    }

    /// What can be done.
    #[must_use]
    pub fn actions(&self) -> &[A] {
        &self.actions
    }

    /// Index of the focused action.
    #[must_use]
    pub fn focused(&self) -> Option<usize> {
        self.focus
            .index_in(ACTIONS)
            .filter(|at| *at < self.actions.len())
    }

    /// The focused action.
    #[must_use]
    pub fn chosen(&self) -> Option<&A> {
        self.actions.get(self.focused()?)
    }

    /// Whether 返回 is focused.
    #[must_use]
    pub fn on_back(&self) -> bool {
        self.focus.zone() == BACK
    }

    /// Puts the focus on the first action, if there is one.
    pub fn rewind(&mut self) {
        self.focus.focus_item(ACTIONS, 0);
    }

    /// Takes a key of the remote.
    pub fn act(&mut self, key: RemoteKey, press: Press) -> Act {
        match (key, press) {
            (RemoteKey::Back, Press::Down) => Act::Left,
            (RemoteKey::Ok, Press::Down) => self.focused().map_or(Act::Left, Act::Chosen),
            _ => match arrow(key, press) {
                Some(direction) => {
                    self.focus.go(direction);
                    Act::Moved
                }
                None => Act::Unused,
            },
        }
    }
}

impl<A> Default for Detail<A> {
    /// With nothing to do but to leave it.
    fn default() -> Self {
        Self::new(Layout::Row, Area::new(96, 830, 1728, 120))
    }
}
