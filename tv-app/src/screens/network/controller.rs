//! Which network is chosen, what is typed for it, and what came of it.

use super::keyboard::{COLUMNS, Key, Keyboard};
use crate::focus::{Area, Direction, FocusMap, Layout, Zone};
use crate::networks::{Cable, Found, Lock, Password, Trouble, Wireless};
use crate::remote::{Press, RemoteKey};
use crate::screens::kit::back;
use crate::screens::kit::detail::ACTIONS;
use crate::screens::kit::grid::Paging;
use crate::screens::{BACK, Context, Controller, Effect, Effects, Input, Phase, Route, arrow};

/// The zone of the networks.
const NETWORKS: &str = "networks";
/// The zone of the keyboard.
const KEYS: &str = "keys";
/// How long “connecting” is shown after asking for it, in ms; the state itself comes by notice.
const TRYING_MS: u64 = 3_000;

/// A row at the left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// The cable.
    Cable(Cable),
    /// A wireless network.
    Wireless(Wireless),
}

impl Row {
    fn key(&self) -> String {
        match self {
            Self::Cable(_) => "cable".to_owned(),
            Self::Wireless(network) => format!("wireless {}", network.name()),
        }
    }
}

/// What goes on with the networks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It is looked for them.
    Looking,
    /// There they are.
    Shown,
    /// A password is typed for this one.
    Typing(Wireless),
    /// It is being connected.
    Joining(Wireless),
    /// It is connected.
    Joined(Wireless),
    /// That did not work, with this one or with all.
    Failed(Option<Wireless>, Trouble),
}

/// The network page.
pub struct Network {
    focus: FocusMap,
    stage: Stage,
    rows: Vec<Row>,
    has_wireless: bool,
    paging: Paging,
    keyboard: Keyboard,
    /// The password was not the right one.
    wrong: bool,
    addresses: Vec<String>,
    trying_until: Option<u64>,
    /// Nobody has pressed a key yet: what there is to do has the focus.
    fresh: bool,
}

impl Network {
    /// The page before anything was read.
    #[must_use]
    pub fn new() -> Self {
        let networks = Zone::new(NETWORKS, Layout::Column, Area::new(96, 198, 560, 752));
        let keys = Zone::new(KEYS, Layout::Grid(COLUMNS), Area::new(680, 302, 1144, 648))
            .with_neighbour(Direction::Left, NETWORKS);
        let actions = Zone::new(ACTIONS, Layout::Row, Area::new(680, 830, 560, 120))
            .with_items(["retry"])
            .with_neighbour(Direction::Left, NETWORKS);
        Self {
            focus: FocusMap::new(ACTIONS, vec![back(), networks, keys, actions]),
            stage: Stage::Looking,
            rows: Vec::new(),
            has_wireless: false,
            paging: Paging::default(),
            keyboard: Keyboard::default(),
            wrong: false,
            addresses: Vec::new(),
            trying_until: None,
            fresh: true,
        }
    }

    /// What goes on.
    #[must_use]
    pub const fn stage(&self) -> &Stage {
        &self.stage
    }

    /// The networks in view, how many are above, and how many there are.
    #[must_use]
    pub fn rows(&self) -> (&[Row], usize, usize) {
        let visible = self.paging.visible();
        let first = visible.start;
        (&self.rows[visible], first, self.rows.len())
    }

    /// Whether this box can do without a cable.
    #[must_use]
    pub const fn has_wireless(&self) -> bool {
        self.has_wireless
    }

    /// The network that is typed or waited for.
    #[must_use]
    pub const fn chosen(&self) -> Option<&Wireless> {
        match &self.stage {
            Stage::Typing(network) | Stage::Joining(network) | Stage::Joined(network) => {
                Some(network)
            }
            Stage::Failed(network, _) => network.as_ref(),
            Stage::Looking | Stage::Shown => None,
        }
    }

    /// The keyboard.
    #[must_use]
    pub const fn keyboard(&self) -> &Keyboard {
        &self.keyboard
    }

    /// Whether the password that was typed is not the right one.
    #[must_use]
    pub const fn was_wrong(&self) -> bool {
        self.wrong
    }

    /// Addresses of this box in its networks.
    #[must_use]
    pub fn addresses(&self) -> &[String] {
        &self.addresses
    }

    /// A try that was asked for is under way.
    #[must_use]
    pub const fn is_trying(&self) -> bool {
        self.trying_until.is_some()
    }

    /// Index of the focused network among those in view.
    #[must_use]
    pub fn focused_row(&self) -> Option<usize> {
        self.paging.in_view(self.focus.index_in(NETWORKS)?)
    }

    /// Index of the focused key.
    #[must_use]
    pub fn focused_key(&self) -> Option<usize> {
        self.focus.index_in(KEYS)
    }

    /// Whether the button has the focus.
    #[must_use]
    pub fn on_retry(&self) -> bool {
        self.focus.zone() == ACTIONS
    }

    /// Whether 返回 has the focus.
    #[must_use]
    pub fn on_back(&self) -> bool {
        self.focus.zone() == BACK
    }

    fn enter(&mut self, stage: Stage) {
        let types = matches!(stage, Stage::Typing(_));
        self.stage = stage;
        if !types {
            // No password stays behind.
            self.keyboard = Keyboard::default();
            self.wrong = false;
        }
        let keys = if types { 5 * COLUMNS } else { 0 };
        let keys = (0..keys).map(|at| at.to_string());
        self.focus.set_items(KEYS, keys);
        let button: &[&str] = if types { &[] } else { &["retry"] };
        self.focus.set_items(ACTIONS, button.iter().copied());
    }

    fn settle(&mut self, context: &Context<'_>) {
        let keys = self.rows.iter().map(Row::key);
        self.focus.set_items(NETWORKS, keys);
        let at = self.focus.remembered_in(NETWORKS);
        self.paging
            .set(self.rows.len(), 1, context.metrics.settings_rows, at);
    }

    fn on_found(&mut self, found: &Result<Found, Trouble>, context: &Context<'_>) {
        match found {
            Ok(found) => {
                self.has_wireless = found.has_wireless;
                let cable = (found.cable != Cable::Missing).then_some(Row::Cable(found.cable));
                let wireless = found.wireless.iter().cloned().map(Row::Wireless);
                self.rows = cable.into_iter().chain(wireless).collect();
                if self.stage == Stage::Looking {
                    self.enter(Stage::Shown);
                }
            }
            Err(trouble) => {
                self.rows = Vec::new();
                self.enter(Stage::Failed(None, *trouble));
                if self.focus.zone() == NETWORKS {
                    self.focus.focus_zone(ACTIONS);
                }
            }
        }
        self.settle(context);
        if self.fresh {
            self.focus.focus_zone(NETWORKS);
        }
    }

    fn on_joined(&mut self, joined: Result<(), Trouble>) -> Effects {
        let Stage::Joining(network) = self.stage.clone() else {
            return Effects::new();
        };
        match joined {
            Ok(()) => {
                self.enter(Stage::Joined(network));
                vec![
                    Effect::Retry,
                    Effect::AskNetworks(false),
                    Effect::AskAddresses,
                ]
            }
            Err(Trouble::WrongPassword) if network.lock == Lock::Password => {
                let typed = self.keyboard.clone();
                self.enter(Stage::Typing(network));
                self.keyboard = typed;
                self.wrong = true;
                self.focus.focus_item(KEYS, 5 * COLUMNS - 1);
                Effects::new()
            }
            Err(trouble) => {
                self.enter(Stage::Failed(Some(network), trouble));
                Effects::new()
            }
        }
    }

    fn join(&mut self, network: Wireless, password: Option<Password>) -> Effects {
        let ssid = network.ssid.clone();
        let typed = self.keyboard.clone();
        self.enter(Stage::Joining(network));
        // It is shown again if it is not the right one.
        self.keyboard = typed;
        self.focus.focus_zone(NETWORKS);
        vec![Effect::JoinNetwork(ssid, password)]
    }

    fn choose(&mut self) -> Effects {
        let Some(row) = self.rows.get(self.focus.index()) else {
            return Effects::new();
        };
        match row.clone() {
            _ if matches!(self.stage, Stage::Joining(_)) => Effects::new(),
            Row::Cable(_) => {
                self.enter(Stage::Looking);
                vec![Effect::AskNetworks(false)]
            }
            Row::Wireless(network) if network.connected => {
                self.enter(Stage::Joined(network));
                Effects::new()
            }
            Row::Wireless(network) => match network.lock {
                Lock::Open => self.join(network, None),
                Lock::Password => {
                    if self.chosen() != Some(&network) {
                        self.keyboard = Keyboard::default();
                        self.wrong = false;
                    }
                    self.enter(Stage::Typing(network));
                    self.focus.focus_item(KEYS, 0);
                    Effects::new()
                }
                Lock::Other => {
                    self.enter(Stage::Failed(Some(network), Trouble::Failed));
                    Effects::new()
                }
            },
        }
    }

    fn press(&mut self, key: Key) -> Effects {
        let Stage::Typing(network) = self.stage.clone() else {
            return Effects::new();
        };
        self.wrong &= key == Key::Enter;
        match self.keyboard.press(key) {
            Some(password) => self.join(network, Some(password)),
            None => Effects::new(),
        }
    }

    fn ok(&mut self, context: &Context<'_>) -> Effects {
        match self.focus.zone() {
            NETWORKS => self.choose(),
            KEYS => match self.keyboard.keys().nth(self.focus.index()) {
                Some(key) => self.press(key),
                None => Effects::new(),
            },
            ACTIONS => {
                self.trying_until = Some(context.ticks_ms + TRYING_MS);
                if !matches!(self.stage, Stage::Joining(_)) {
                    self.enter(Stage::Looking);
                }
                vec![Effect::Retry, Effect::AskNetworks(true)]
            }
            _ => vec![Effect::Back],
        }
    }

    fn on_key(&mut self, key: RemoteKey, press: Press, context: &Context<'_>) -> Effects {
        let types = matches!(self.stage, Stage::Typing(_));
        match (key, press) {
            (RemoteKey::Ok, Press::Down) => return self.ok(context),
            // From the keyboard back to the networks.
            (RemoteKey::Back, Press::Down) if types => {
                self.enter(Stage::Shown);
                self.focus.focus_zone(NETWORKS);
            }
            (RemoteKey::Back, Press::Down) => return vec![Effect::Back],
            (RemoteKey::Digit(digit), Press::Down) if types => {
                return self.press(Key::Character(char::from(b'0' + digit % 10)));
            }
            (RemoteKey::Red | RemoteKey::Delete, Press::Down | Press::Repeat) if types => {
                return self.press(Key::Delete);
            }
            _ => {
                if let Some(direction) = arrow(key, press) {
                    self.focus.go(direction);
                    self.paging.follow(self.focus.remembered_in(NETWORKS));
                }
            }
        }
        Effects::new()
    }
}

impl Default for Network {
    fn default() -> Self {
        Self::new()
    }
}

impl Controller for Network {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Shown => {
                self.settle(context);
                return vec![Effect::AskNetworks(true), Effect::AskAddresses];
            }
            Input::Resized => self.settle(context),
            Input::Addresses(addresses) => self.addresses.clone_from(addresses),
            Input::Networks(found) => self.on_found(found, context),
            Input::NetworkJoined(joined) => return self.on_joined(*joined),
            Input::Tick => self.trying_until = None,
            Input::Key(key, press) => {
                self.fresh = false;
                return self.on_key(*key, *press, context);
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
        Route::Network
    }

    fn wake_at(&self) -> Option<u64> {
        self.trying_until
    }

    fn wants_digits(&self) -> bool {
        matches!(self.stage, Stage::Typing(_))
    }

    fn wants_colours(&self) -> bool {
        matches!(self.stage, Stage::Typing(_))
    }

    fn types(&self, key: RemoteKey) -> bool {
        let on_character = self.focus.zone() == KEYS
            && matches!(
                self.keyboard.keys().nth(self.focus.index()),
                Some(Key::Character(_) | Key::Delete)
            );
        (key == RemoteKey::Ok && on_character) || crate::screens::types(self, key)
    }

    fn acts_at_once(&self, key: RemoteKey) -> bool {
        self.wants_digits() && key != RemoteKey::Back
    }

    fn phase(&self) -> Phase {
        (u8::from(self.wants_digits()), 0)
    }

    /// The focus would tell a password.
    fn tells_focus(&self) -> bool {
        !self.wants_digits()
    }
}
