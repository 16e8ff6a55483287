//! The list of settings: its groups at the left, the rows of one of them at the right. A value is in
//! force as soon as it has the focus, so that one sees it change.

use contract::terminal::TerminalKind;

use super::rows::{Group, Kind, Shape};
use super::simple_mode::{is_simple, simple_mode};
use crate::focus::{Area, Direction, FocusMap, Layout, Zone};
use crate::remote::{Press, RemoteKey};
use crate::screens::kit::back;
use crate::screens::kit::grid::Paging;
use crate::screens::{BACK, Context, Controller, Effect, Effects, Input, Route, arrow, attendance};

/// The zone of the groups.
const GROUPS: &str = "groups";

/// The settings screen.
pub struct Settings {
    focus: FocusMap,
    group: Group,
    /// The rows of this group that this TV has, and which value of each is in force.
    rows: Vec<(Kind, usize)>,
    paging: Paging,
    groups: Paging,
    /// Nobody has seen it yet: the first row gets the focus.
    fresh: bool,
}

impl Settings {
    /// The settings before they were read.
    #[must_use]
    pub fn new() -> Self {
        let rail = Zone::new(GROUPS, Layout::Column, Area::new(96, 198, 414, 752))
            .with_items(Group::ALL.map(Group::key))
            .with_neighbour(Direction::Up, BACK);
        let mut zones = vec![back().with_neighbour(Direction::Down, GROUPS), rail];
        for group in Group::ALL {
            for (at, kind) in (0..).zip(group.rows()) {
                let area = Area::new(534, 198 + 136 * at, 1290, 120);
                zones.push(
                    Zone::new(kind.zone(), Layout::Row, area)
                        .with_neighbour(Direction::Left, GROUPS),
                );
            }
        }
        Self {
            focus: FocusMap::new(GROUPS, zones),
            group: Group::Senses,
            rows: Vec::new(),
            paging: Paging::default(),
            groups: Paging::default(),
            fresh: true,
        }
    }

    /// The group that is chosen, and those in view.
    #[must_use]
    pub fn groups(&self) -> (Group, &[Group], usize) {
        let visible = self.groups.visible();
        let first = visible.start;
        (self.group, &Group::ALL[visible], first)
    }

    /// The rows in view with the value in force, and how many are above.
    #[must_use]
    pub fn rows(&self) -> (&[(Kind, usize)], usize) {
        let visible = self.paging.visible();
        let first = visible.start;
        (&self.rows[visible], first)
    }

    /// Number of all rows of the group.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.rows.len()
    }

    /// Index of the focused row among those in view.
    #[must_use]
    pub fn focused(&self) -> Option<usize> {
        self.paging.in_view(self.row()?)
    }

    /// Index of the focused group among those in view.
    #[must_use]
    pub fn focused_group(&self) -> Option<usize> {
        self.groups.in_view(self.focus.index_in(GROUPS)?)
    }

    /// Whether this value of a row of the group is in force.
    #[must_use]
    pub fn is(&self, kind: Kind, value: usize) -> bool {
        self.rows.contains(&(kind, value))
    }

    /// Whether 返回 has the focus.
    #[must_use]
    pub fn on_back(&self) -> bool {
        self.focus.zone() == BACK
    }

    fn row(&self) -> Option<usize> {
        let zone = self.focus.zone();
        self.rows.iter().position(|(kind, _)| kind.zone() == zone)
    }

    fn read(&mut self, context: &Context<'_>) {
        // Only stations are called on.
        let speaks = attendance::kind(context.cache) == TerminalKind::Station;
        // In the simple mode there is one size.
        let simple = is_simple(context.cache);
        let has = |kind: &Kind| match kind {
            Kind::Capture => speaks,
            Kind::TextSize => !simple,
            _ => true,
        };
        if self.focus.zone() != BACK
            && let Some(group) = Group::ALL.into_iter().find(|group| self.is_in(*group))
        {
            self.group = group;
        }
        let shown = self.group.rows().iter().copied().filter(has);
        self.rows = shown.map(|kind| (kind, kind.value(context))).collect();
        for kind in Group::ALL.into_iter().flat_map(Group::rows) {
            let value = self.rows.iter().find(|(row, _)| row == kind);
            let count = value.map_or(0, |_| kind.values());
            let focus = &mut self.focus;
            focus.set_items(kind.zone(), (0..count).map(|at| at.to_string()));
            if let Some((_, value)) = value
                && focus.zone() == kind.zone()
            {
                focus.focus_item(kind.zone(), *value);
            }
        }
        let at = self.row().unwrap_or(self.paging.visible().start);
        self.paging
            .set(self.rows.len(), 1, context.metrics.settings_rows, at);
        let group = self.focus.remembered_in(GROUPS);
        self.groups
            .set(Group::ALL.len(), 1, context.metrics.settings_groups, group);
    }

    /// Whether the focus is on this group or on a row of it.
    fn is_in(&self, group: Group) -> bool {
        match self.focus.zone() {
            GROUPS => self.focus.key() == Some(group.key()),
            zone => group.rows().iter().any(|kind| kind.zone() == zone),
        }
    }

    /// Puts the focus on a row, on the value in force.
    fn enter(&mut self, at: usize) {
        if let Some((kind, value)) = self.rows.get(at) {
            self.focus.focus_item(kind.zone(), *value);
            self.paging.follow(at);
        }
    }

    /// The value with the focus is the one in force now.
    fn choose(&mut self, context: &Context<'_>) -> Effects {
        let Some(row) = self.row() else {
            return Effects::new();
        };
        let at = self.focus.index();
        let (kind, value) = &mut self.rows[row];
        if *value == at {
            return Effects::new();
        }
        *value = at;
        if *kind == Kind::Simple {
            return simple_mode(context.cache, at == 1);
        }
        let kept = kind.kept(at).into_iter();
        let mut effects: Effects = kept
            .map(|(name, value)| Effect::Setting(name, value))
            .collect();
        if *kind == Kind::Speed {
            // So that one hears it.
            effects.push(Effect::SpeakShown);
        }
        effects
    }

    fn ok(&mut self, context: &Context<'_>) -> Effects {
        if self.on_back() {
            return vec![Effect::Back];
        }
        let Some(row) = self.row() else {
            let page = self.rows.first().map(|(kind, _)| kind.shape());
            if let (1, Some(Shape::Page(route))) = (self.rows.len(), page) {
                return vec![Effect::Open(route)];
            }
            self.enter(0);
            return Effects::new();
        };
        let (kind, value) = self.rows[row];
        let next = match kind.shape() {
            Shape::Page(route) => return vec![Effect::Open(route)],
            Shape::Choices(choices) => (value + 1) % choices.len(),
            // Loudest is not followed by silence.
            Shape::Steps => (value + 1).min(kind.values() - 1),
        };
        self.focus.focus_item(kind.zone(), next);
        self.choose(context)
    }

    fn go(&mut self, direction: Direction, context: &Context<'_>) -> Effects {
        let row = self.row();
        match (direction, row) {
            (Direction::Right, None) if self.focus.zone() == GROUPS => self.enter(0),
            (Direction::Up, Some(row)) if row > 0 => self.enter(row - 1),
            (Direction::Down, Some(row)) => self.enter(row + 1),
            _ => {
                self.focus.go(direction);
                match self.row() {
                    Some(now) if row == Some(now) => return self.choose(context),
                    Some(now) => self.enter(now),
                    None => self.read(context),
                }
            }
        }
        Effects::new()
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::new()
    }
}

impl Controller for Settings {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Shown | Input::Changed | Input::Resized => {
                self.read(context);
                if std::mem::take(&mut self.fresh) && self.focus.zone() == GROUPS {
                    self.enter(0);
                }
            }
            Input::Key(RemoteKey::Ok, Press::Down) => return self.ok(context),
            Input::Key(RemoteKey::Back, Press::Down) => return vec![Effect::Back],
            Input::Key(key, press) => {
                if let Some(direction) = arrow(*key, *press) {
                    return self.go(direction, context);
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
        Route::Settings
    }
}

#[cfg(test)]
mod tests {
    use RemoteKey::{Down, Left, Ok as Enter, Right, Up};

    use super::super::name;
    use super::*;
    use crate::screens::tests::World;

    fn shown() -> (World, Settings) {
        let world = World::new(TerminalKind::Household);
        let mut screen = Settings::new();
        world.tell(&mut screen, &Input::Shown);
        (world, screen)
    }

    fn set(name: &'static str, value: &str) -> Effect {
        Effect::Setting(name, value.to_owned())
    }

    #[test]
    fn a_value_is_in_force_as_soon_as_it_has_the_focus() {
        let (world, mut screen) = shown();
        assert_eq!(screen.rows().0[0], (Kind::TextSize, 0));
        let effects = world.press(&mut screen, &[Right]);
        assert_eq!(effects, [set(name::TEXT_SIZE, "125")]);
        assert_eq!(screen.rows().0[0], (Kind::TextSize, 1));
        assert_eq!(
            world.press(&mut screen, &[Right, Right]),
            [set(name::TEXT_SIZE, "150")],
            "there is nothing to the right of the last"
        );
        assert_eq!(
            world.press(&mut screen, &[Enter]),
            [set(name::TEXT_SIZE, "100")],
            "OK goes through them"
        );
        assert_eq!(world.press(&mut screen, &[Left]), []);
        assert_eq!(screen.focused_group(), Some(0), "and then to the groups");
    }

    #[test]
    fn going_up_and_down_changes_nothing() {
        let (world, mut screen) = shown();
        world.cache.set_setting(name::SPEED, "fast").unwrap();
        world.tell(&mut screen, &Input::Changed);
        let effects = world.press(&mut screen, &[Right, Down, Down, Down, Down, Down, Up, Up]);
        assert_eq!(effects, [set(name::TEXT_SIZE, "125")]);
        assert_eq!(screen.focused(), Some(2));
        assert_eq!(screen.focus().index(), 2, "on the value in force");
    }

    #[test]
    fn how_fast_it_reads_is_heard_at_once() {
        let (world, mut screen) = shown();
        let effects = world.press(&mut screen, &[Down, Down, Left]);
        assert_eq!(effects, [set(name::SPEED, "slow"), Effect::SpeakShown]);
    }

    #[test]
    fn loudness_goes_in_steps_and_stops_at_the_ends() {
        let (world, mut screen) = shown();
        world.press(&mut screen, &[Down; 4]);
        assert_eq!(
            world.press(&mut screen, &[Right]),
            [set(name::VOLUME, "70")]
        );
        let effects = world.press(&mut screen, &[Enter; 5]);
        assert_eq!(effects.last(), Some(&set(name::VOLUME, "100")));
        assert_eq!(effects.len(), 3, "louder than loudest is nothing");
    }

    #[test]
    fn a_group_shows_its_rows_as_soon_as_one_is_on_it() {
        let (world, mut screen) = shown();
        world.press(&mut screen, &[Left, Down]);
        assert_eq!(screen.groups().0, Group::Simple);
        world.press(&mut screen, &[Down]);
        assert_eq!(screen.groups().0, Group::Picture);
        assert_eq!(screen.rows().0[0].0, Kind::SafeArea);
        world.press(&mut screen, &[Down, Down]);
        assert_eq!(
            world.press(&mut screen, &[Enter]),
            [Effect::Open(Route::Network)],
            "a group of one page opens it"
        );
        world.press(&mut screen, &[Down, Right, Down]);
        assert_eq!(
            world.press(&mut screen, &[Enter]),
            [Effect::Open(Route::Installation)]
        );
    }

    #[test]
    fn only_a_station_has_a_camera_to_choose() {
        let has = |kind| {
            let world = World::new(kind);
            let mut screen = Settings::new();
            world.tell(&mut screen, &Input::Shown);
            world.press(&mut screen, &[Left, Down, Down, Down]);
            screen.rows.iter().any(|(kind, _)| *kind == Kind::Capture)
        };
        assert!(has(TerminalKind::Station));
        assert!(!has(TerminalKind::Household));
    }
}
