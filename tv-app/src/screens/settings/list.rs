//! The list of settings.

use contract::terminal::TerminalKind;

use crate::focus::{Area, Direction, FocusMap, Layout, Zone};
use crate::remote::{Press, RemoteKey};
use crate::screens::kit::back;
use crate::screens::kit::grid::Paging;
use crate::screens::{BACK, Context, Controller, Effect, Effects, Input, Route, arrow, attendance};

use super::auto_join::joins_by_itself;
use super::name;

/// The text sizes in percent.
pub const TEXT_SIZES: [u32; 3] = [100, 125, 150];
/// The largest safe area in percent.
const MAX_SAFE: u32 = 10;

/// What a row sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named by what they set")]
pub enum Kind {
    TextSize,
    SafeArea,
    Theme,
    Language,
    AutoJoin,
    ReadAloud,
    Capture,
    Network,
    Wizard,
    KeyTest,
    About,
}

/// One option of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named by what they choose")]
pub enum Choice {
    Size(u32),
    SafeLess,
    SafeMore,
    Standard,
    Projector,
    Chinese,
    English,
    AutoJoin,
    AskToJoin,
    Aloud,
    Silent,
}

/// Every row and the zone of its options.
const ROWS: [(Kind, &str); 11] = [
    (Kind::TextSize, "text-size"),
    (Kind::SafeArea, "safe-area"),
    (Kind::Theme, "theme"),
    (Kind::Language, "language"),
    (Kind::AutoJoin, "auto-join"),
    (Kind::ReadAloud, "read-aloud"),
    (Kind::Capture, "capture"),
    (Kind::Network, "network"),
    (Kind::Wizard, "wizard"),
    (Kind::KeyTest, "key-test"),
    (Kind::About, "about"),
];

impl Kind {
    /// The options shown side by side; none for a row that opens a page.
    #[must_use]
    pub const fn options(self) -> &'static [Choice] {
        match self {
            Self::TextSize => &[Choice::Size(100), Choice::Size(125), Choice::Size(150)],
            Self::SafeArea => &[Choice::SafeLess, Choice::SafeMore],
            Self::Theme => &[Choice::Standard, Choice::Projector],
            Self::Language => &[Choice::Chinese, Choice::English],
            Self::AutoJoin => &[Choice::AutoJoin, Choice::AskToJoin],
            Self::ReadAloud => &[Choice::Silent, Choice::Aloud],
            _ => &[],
        }
    }
}

/// The settings screen.
pub struct Settings {
    focus: FocusMap,
    size: u32,
    safe: u32,
    projector: bool,
    english: bool,
    auto_join: bool,
    read_aloud: bool,
    /// The rows this TV has.
    kinds: Vec<Kind>,
    paging: Paging,
    /// Nobody has seen it yet: the size in force gets the focus.
    fresh: bool,
}

impl Settings {
    /// The settings before they were read.
    #[must_use]
    pub fn new() -> Self {
        let mut zones = vec![back()];
        for (index, (kind, zone)) in ROWS.iter().enumerate() {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_possible_wrap,
                reason = "there are eleven rows"
            )]
            let y = 206 + 160 * index as i32;
            let count = kind.options().len().max(1);
            zones.push(
                Zone::new(zone, Layout::Row, Area::new(96, y, 1728, 150))
                    .with_items((0..count).map(|i| i.to_string())),
            );
        }
        Self {
            focus: FocusMap::new(ROWS[0].1, zones),
            size: 100,
            safe: 5,
            projector: false,
            english: false,
            auto_join: false,
            read_aloud: false,
            kinds: ROWS.iter().map(|(kind, _)| *kind).collect(),
            paging: Paging::default(),
            fresh: true,
        }
    }

    /// The rows in view and how many are above.
    #[must_use]
    pub fn rows(&self) -> (&[Kind], usize) {
        let visible = self.paging.visible();
        let first = visible.start;
        (&self.kinds[visible], first)
    }

    /// Number of all rows.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.kinds.len()
    }

    /// Index of the focused row among those in view, and of the option in it.
    #[must_use]
    pub fn focused(&self) -> Option<(usize, usize)> {
        let row = self.paging.in_view(self.row()?)?;
        Some((row, self.focus.index()))
    }

    /// Whether 返回 has the focus.
    #[must_use]
    pub fn on_back(&self) -> bool {
        self.focus.zone() == BACK
    }

    /// Whether an option is in force.
    #[must_use]
    pub fn is_chosen(&self, choice: Choice) -> bool {
        match choice {
            Choice::Size(size) => size == self.size,
            Choice::SafeLess | Choice::SafeMore => false,
            Choice::Standard => !self.projector,
            Choice::Projector => self.projector,
            Choice::Chinese => !self.english,
            Choice::English => self.english,
            Choice::AutoJoin => self.auto_join,
            Choice::AskToJoin => !self.auto_join,
            Choice::Aloud => self.read_aloud,
            Choice::Silent => !self.read_aloud,
        }
    }

    /// Safe area in percent.
    #[must_use]
    pub const fn safe_percent(&self) -> u32 {
        self.safe
    }

    fn row(&self) -> Option<usize> {
        let (kind, _) = ROWS.iter().find(|(_, zone)| *zone == self.focus.zone())?;
        self.kinds.iter().position(|known| known == kind)
    }

    fn follow(&mut self) {
        if let Some(row) = self.row() {
            self.paging.follow(row);
        }
    }

    fn read(&mut self, context: &Context<'_>) {
        let number = |name, fallback: u32| {
            context
                .cache
                .setting(name)
                .and_then(|value| value.parse().ok())
                .unwrap_or(fallback)
        };
        self.size = number(name::TEXT_SIZE, 100);
        self.safe = number(name::SAFE_AREA, 5).min(MAX_SAFE);
        self.projector = context.cache.setting(name::THEME).as_deref() == Some("projector");
        self.english = context.cache.setting(name::LANGUAGE).as_deref() == Some("en");
        self.auto_join = joins_by_itself(context.cache);
        self.read_aloud = context.cache.setting(name::READ_ALOUD).as_deref() == Some("on");
        // Only stations are called on.
        let speaks = attendance::kind(context.cache) == TerminalKind::Station;
        self.kinds = ROWS.iter().map(|(kind, _)| *kind).collect();
        if !speaks {
            self.kinds.retain(|kind| *kind != Kind::Capture);
        }
        let items: &[&str] = if speaks { &["0"] } else { &[] };
        self.focus.set_items("capture", items.iter().copied());
        let at = self.row().unwrap_or(self.paging.visible().start);
        let rows = context.metrics.settings_rows;
        self.paging.set(self.kinds.len(), 1, rows, at);
    }

    fn choose(&mut self) -> Effects {
        let Some(row) = self.row() else {
            return vec![Effect::Back];
        };
        let open = |route| vec![Effect::Open(route)];
        let set = |name, value: &str| vec![Effect::Setting(name, value.to_owned())];
        match self.kinds[row] {
            Kind::Capture => open(Route::Capture),
            Kind::Network => open(Route::Network),
            Kind::Wizard => open(Route::Wizard),
            Kind::KeyTest => open(Route::KeyTest),
            Kind::About => open(Route::About),
            kind => match kind.options().get(self.focus.index()) {
                Some(Choice::Size(size)) => set(name::TEXT_SIZE, &size.to_string()),
                Some(Choice::SafeLess) => {
                    set(name::SAFE_AREA, &self.safe.saturating_sub(1).to_string())
                }
                Some(Choice::SafeMore) => {
                    set(name::SAFE_AREA, &(self.safe + 1).min(MAX_SAFE).to_string())
                }
                Some(Choice::Standard) => set(name::THEME, "standard"),
                Some(Choice::Projector) => set(name::THEME, "projector"),
                Some(Choice::Chinese) => set(name::LANGUAGE, "zh"),
                Some(Choice::English) => set(name::LANGUAGE, "en"),
                Some(Choice::AutoJoin) => set(name::AUTO_JOIN, "on"),
                Some(Choice::AskToJoin) => set(name::AUTO_JOIN, "off"),
                Some(Choice::Aloud) => set(name::READ_ALOUD, "on"),
                Some(Choice::Silent) => set(name::READ_ALOUD, "off"),
                None => Effects::new(),
            },
        }
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
                if std::mem::take(&mut self.fresh) {
                    let at = TEXT_SIZES.iter().position(|size| *size == self.size);
                    self.focus.focus_item(ROWS[0].1, at.unwrap_or(0));
                }
            }
            Input::Key(RemoteKey::Ok, Press::Down) => return self.choose(),
            Input::Key(RemoteKey::Back, Press::Down) => return vec![Effect::Back],
            Input::Key(key, press) => {
                if let Some(direction) = arrow(*key, *press) {
                    let column = self.focus.index();
                    self.focus.go(direction);
                    if matches!(direction, Direction::Up | Direction::Down) && !self.on_back() {
                        // Straight up or down, as far as the row has as many options.
                        let zone = self.focus.zone();
                        self.focus.focus_item(zone, column);
                    }
                    self.follow();
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
