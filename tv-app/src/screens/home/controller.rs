//! What Home shows and where its keys lead.

use contract::meeting::Meeting;
use contract::township::{Section, Township};

use super::hero::{Hero, play};
use super::tiles::{Judge, News, WEEK_MS};
use crate::cache::{DocumentKind, KeepState, NewestRow, ProgrammeRow, ServerTime, Storage};
use crate::focus::{Area, Direction, FocusMap, Layout, Zone};
use crate::remote::{Press, RemoteKey};
use crate::screens::overlay::Toast;
use crate::screens::settings::{name, next_text_size, simple_mode};
use crate::screens::{
    Base, Context, Controller, Effect, Effects, Input, Nature, Phase, Route, arrow, document_route,
};

/// Key of the last card of the shelf.
const MORE: &str = "more";
/// Key of what is said in place of what is new.
const NOTE: &str = "note";

/// What the shelf has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shelf {
    /// Programmes that were begun, and none else.
    Begun,
    /// Programmes that were begun, and new ones.
    #[default]
    Mixed,
    /// Nothing was begun: the newest ones.
    New,
    /// There is no network: what is here.
    Kept,
}

/// What is said in place of what is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// The network is gone.
    Offline,
    /// This box stores nothing.
    Unstored,
}

/// What one gets to by the last card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum More {
    /// Whom to ask.
    Help,
    /// The next text size.
    TextSize,
    /// One's own record.
    Me,
    /// Titles by digits.
    Search,
    /// Everything else.
    Settings,
    /// Four doors instead of this screen.
    Simple,
}

impl More {
    /// All of them, what is wanted most first.
    pub const ALL: [Self; 6] = [
        Self::Help,
        Self::TextSize,
        Self::Me,
        Self::Search,
        Self::Settings,
        Self::Simple,
    ];

    const fn key(self) -> &'static str {
        match self {
            Self::Help => "help",
            Self::TextSize => "size",
            Self::Me => "me",
            Self::Search => "search",
            Self::Settings => "settings",
            Self::Simple => "simple",
        }
    }

    fn act(self, context: &Context<'_>) -> Effects {
        let route = match self {
            Self::Help => Route::Help,
            Self::TextSize => {
                let size = next_text_size(context.cache).to_string();
                return vec![
                    Effect::Setting(name::TEXT_SIZE, size),
                    Effect::Toast(Toast::SizeChanged),
                ];
            }
            Self::Simple => {
                let mut effects = simple_mode(context.cache, true);
                effects.push(Effect::Toast(Toast::Simple));
                return effects;
            }
            Self::Me => Route::Me,
            Self::Search => Route::Search,
            Self::Settings => Route::Settings,
        };
        vec![Effect::Open(route)]
    }
}

/// The home screen.
pub struct Home {
    focus: FocusMap,
    township: Township,
    hero: Hero,
    backdrop: Option<ProgrammeRow>,
    today: Vec<Meeting>,
    news: Vec<NewestRow>,
    note: Option<Note>,
    tiles: Vec<News>,
    shelf: Vec<ProgrammeRow>,
    shelf_kind: Shelf,
    /// What the last card leads to is shown in place of the shelf.
    is_open: bool,
    columns: usize,
    synced_at_ms: Option<i64>,
    now: ServerTime,
    ticks_ms: u64,
}

impl Home {
    /// Home before the cache was read.
    #[must_use]
    pub fn new() -> Self {
        let zones = vec![
            Zone::new("hero", Layout::Row, Area::new(96, 54, 1144, 368)).with_items(["hero"]),
            Zone::new("news", Layout::Column, Area::new(1264, 300, 560, 122))
                .with_neighbour(Direction::Down, "sections"),
            Zone::new("sections", Layout::Grid(6), Area::new(96, 450, 1728, 136))
                .with_neighbour(Direction::Up, "hero"),
            Zone::new("shelf", Layout::Row, Area::new(96, 652, 1728, 293)),
            // In the place of the shelf, or of that and the sections.
            Zone::new("more", Layout::Grid(6), Area::new(96, 946, 1728, 10))
                .with_neighbour(Direction::Up, "sections"),
        ];
        Self {
            focus: FocusMap::new("hero", zones),
            township: Township::default(),
            hero: Hero::default(),
            backdrop: None,
            today: Vec::new(),
            news: Vec::new(),
            note: None,
            tiles: Vec::new(),
            shelf: Vec::new(),
            shelf_kind: Shelf::default(),
            is_open: false,
            columns: 6,
            synced_at_ms: None,
            now: ServerTime::default(),
            ticks_ms: 0,
        }
    }

    /// What the product is called here.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.township.title
    }

    /// The one thing to do now, and what time it was when it was looked at.
    #[must_use]
    pub const fn hero(&self) -> (&Hero, ServerTime) {
        (&self.hero, self.now)
    }

    /// Until when everything is here, Unix ms; `None`: nothing ever came.
    #[must_use]
    pub const fn synced_at_ms(&self) -> Option<i64> {
        self.synced_at_ms
    }

    /// The newest programme, whose picture stands behind what has none.
    #[must_use]
    pub const fn backdrop(&self) -> Option<&ProgrammeRow> {
        self.backdrop.as_ref()
    }

    /// Meetings of today and tomorrow.
    #[must_use]
    pub fn today(&self) -> &[Meeting] {
        &self.today
    }

    /// The newest bulletins, each with whether it is new.
    pub fn news(&self) -> impl Iterator<Item = (&NewestRow, bool)> {
        self.news
            .iter()
            .map(|row| (row, row.unread && self.is_new(row.published_at_ms)))
    }

    /// What is said in their place.
    #[must_use]
    pub const fn note(&self) -> Option<Note> {
        self.note
    }

    /// The sections, each with what is new in it.
    pub fn sections(&self) -> impl Iterator<Item = (&Section, News)> {
        self.township
            .sections
            .iter()
            .zip(self.tiles.iter().copied())
    }

    /// The lowest row, each with whether it is new, and what it is.
    #[must_use]
    pub fn shelf(&self) -> (Vec<(&ProgrammeRow, bool)>, Shelf) {
        let is_new = |row: &ProgrammeRow| row.position_ms == 0 && self.is_new(row.published_at_ms);
        let rows = self.shelf.iter().map(|row| (row, is_new(row)));
        (rows.collect(), self.shelf_kind)
    }

    /// Whether what the last card leads to is shown.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.is_open
    }

    /// While nobody knows what time it is nothing is called new.
    fn is_new(&self, published_at_ms: i64) -> bool {
        let now = self.now.known_ms();
        now.is_some_and(|now| published_at_ms > now - WEEK_MS)
    }

    fn read(&mut self, context: &Context<'_>) {
        let cache = context.cache;
        (self.ticks_ms, self.now) = (context.ticks_ms, context.now);
        self.columns = context.metrics.home_columns;
        let is_large = self.columns < 6;
        let mut township = cache.township().unwrap_or_default();
        township.sections.truncate(6);
        let newest = cache.newest(60);
        let sync = cache.sync_state();
        self.synced_at_ms = sync.last_sync_at_ms;
        let is_offline = sync.is_offline();
        self.hero = Hero::of(context, &newest);
        self.note = if cache.storage() == Storage::Disk {
            is_offline.then_some(Note::Offline)
        } else {
            Some(Note::Unstored)
        };
        let judge = Judge::new(context);
        self.today = judge.today();
        let news = |section: &Section| judge.news(section);
        self.tiles = township.sections.iter().map(news).collect();
        self.township = township;
        let films = newest
            .iter()
            .filter(|row| row.kind == DocumentKind::Programme);
        let mut films = films
            .filter_map(|row| cache.programme_row(&row.id))
            .peekable();
        self.backdrop = films.peek().cloned();
        self.shelve(context.metrics.home_cards, films, context);
        self.news = newest;
        let hero = self.hero.bulletin();
        self.news
            .retain(|row| row.kind == DocumentKind::Bulletin && hero != Some(row.id.as_str()));
        self.news.truncate(2);
        if is_large || self.note.is_some() {
            self.news.clear();
        }
        let note = self.note.filter(|_| !is_large).map(|_| NOTE);
        let news = self.news.iter().map(|row| row.id.as_str()).chain(note);
        self.focus.set_items("news", news);
        self.place();
    }

    /// Fills the shelf: what was begun, then what is new; without a network what is here.
    fn shelve(
        &mut self,
        room: usize,
        films: impl Iterator<Item = ProgrammeRow>,
        context: &Context<'_>,
    ) {
        let (cache, room) = (context.cache, room.saturating_sub(1));
        let shown = self.hero.programme();
        let other = |row: &ProgrammeRow| shown != Some(row.id.as_str());
        let begun = cache.continue_watching(room + 1).into_iter().filter(other);
        if !context.cache.sync_state().is_offline() {
            self.shelf = begun.take(room).collect();
            let count = self.shelf.len();
            for film in films.filter(other) {
                if self.shelf.len() >= room {
                    break;
                }
                if self.shelf.iter().all(|row| row.id != film.id) {
                    self.shelf.push(film);
                }
            }
            self.shelf_kind = match count {
                0 => Shelf::New,
                _ if count == self.shelf.len() => Shelf::Begun,
                _ => Shelf::Mixed,
            };
        } else {
            let kept = cache.kept_programmes().into_iter();
            let here = kept.filter(|row| row.kept == KeepState::Kept);
            self.shelf = here.take(room).collect();
            self.shelf_kind = Shelf::Kept;
        }
    }

    /// What can have the focus below the hero.
    fn place(&mut self) {
        let is_large = self.columns < 6;
        let covers = self.is_open && is_large;
        self.focus
            .set_layout("sections", Layout::Grid(self.columns));
        self.focus.set_layout("more", Layout::Grid(self.columns));
        let sections = self.township.sections.iter().filter(|_| !covers);
        let sections = sections.map(|section| section.id.as_str());
        self.focus.set_items("sections", sections);
        let shelf = self.shelf.iter().map(|row| row.id.as_str()).chain([MORE]);
        let shelf = shelf.filter(|_| !self.is_open);
        self.focus.set_items("shelf", shelf);
        let more = More::ALL.iter().filter(|_| self.is_open);
        self.focus.set_items("more", more.map(|one| one.key()));
    }

    fn open(&mut self) {
        self.is_open = true;
        self.place();
        self.focus.focus_item("more", 0);
    }

    fn close(&mut self) {
        self.is_open = false;
        self.place();
        self.focus.focus_item("shelf", self.shelf.len());
    }

    fn choose(&mut self, context: &Context<'_>) -> Effects {
        let index = self.focus.index();
        match self.focus.zone() {
            "hero" => vec![self.hero.act(context)],
            "news" => match (self.note, self.news.get(index)) {
                (Some(Note::Offline), _) => {
                    vec![Effect::Retry, Effect::Toast(Toast::Retrying)]
                }
                (Some(Note::Unstored), _) => vec![Effect::Open(Route::Help)],
                (None, Some(row)) => vec![Effect::Open(document_route(row.kind, &row.id))],
                (None, None) => Effects::new(),
            },
            "sections" => {
                let section = self.township.sections.get(index);
                let route = |section: &Section| crate::screens::routes::section_route(&section.id);
                section.map(route).map(Effect::Open).into_iter().collect()
            }
            "more" => More::ALL
                .get(index)
                .map(|one| one.act(context))
                .unwrap_or_default(),
            _ => match self.shelf.get(index) {
                // What was begun goes on at once.
                Some(row) if row.position_ms > 0 || self.shelf_kind == Shelf::Kept => {
                    vec![play(row, context)]
                }
                Some(row) => vec![Effect::Open(Route::Programme { id: row.id.clone() })],
                None => {
                    self.open();
                    Effects::new()
                }
            },
        }
    }

    /// The programme that has the focus.
    fn film(&self) -> Option<&ProgrammeRow> {
        match self.focus.zone() {
            "shelf" => self.shelf.get(self.focus.index()),
            _ => None,
        }
    }
}

impl Default for Home {
    fn default() -> Self {
        Self::new()
    }
}

impl Home {
    /// Goes to the next item; the sections and the shelf go round, for the last of them is what many look for. Not
    /// with a held key.
    fn go(&mut self, direction: Direction, press: Press) {
        let zone = self.focus.zone();
        let moved = self.focus.go(direction);
        if moved || press != Press::Down || !matches!(zone, "sections" | "shelf") {
            return;
        }
        let items = self.focus.reachable().into_iter();
        let count = items.filter(|(of, _)| *of == zone).count();
        let last = count.saturating_sub(1);
        let to = match (direction, self.focus.index()) {
            (Direction::Left, 0) => last,
            (Direction::Right, at) if at == last => 0,
            _ => return,
        };
        self.focus.focus_item(zone, to);
    }
}

impl Controller for Home {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Shown | Input::Changed | Input::Resized | Input::Tick => self.read(context),
            Input::Key(RemoteKey::Ok, Press::Down) => return self.choose(context),
            Input::Key(RemoteKey::Play | RemoteKey::PlayPause, Press::Down) => {
                return match self.film() {
                    Some(row) => vec![play(row, context)],
                    None if self.hero.programme().is_some() => vec![self.hero.act(context)],
                    None => vec![Effect::Toast(Toast::KeyUnknown)],
                };
            }
            Input::Key(RemoteKey::Back, Press::Down) if self.is_open => self.close(),
            // The router asks before it leaves Home.
            Input::Key(RemoteKey::Back, Press::Down) => return vec![Effect::Back],
            Input::Key(RemoteKey::Yellow, Press::Down) => return vec![Effect::SpeakShown],
            Input::Key(key, press) => match arrow(*key, *press) {
                Some(direction) => self.go(direction, *press),
                // Every key answers.
                None if *press == Press::Down => return vec![Effect::Toast(Toast::KeyUnknown)],
                None => {}
            },
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

    fn begin(&mut self) {
        self.is_open = false;
        self.place();
        self.focus.focus_zone("hero");
    }

    fn route(&self) -> Route {
        Route::Home
    }

    fn phase(&self) -> Phase {
        (self.hero.sort(), u8::from(self.is_open))
    }

    fn wake_at(&self) -> Option<u64> {
        let left = |at_ms: i64| Some(at_ms - self.now.at_ms).filter(|left| *left > 0);
        let next = match &self.hero {
            // The minutes that are left; the last one in seconds.
            Hero::Call(call) => {
                let left = call.left_ms(self.now.at_ms);
                Some(if left > 60_000 {
                    left % 60_000
                } else {
                    left % 1_000
                })
            }
            // One that is to begin now is waited for.
            Hero::Next { meeting, .. } => left(meeting.starts_at_ms),
            // Then it is not to be answered any more.
            Hero::Answer(one) => left(one.evaluation.closes_at_ms),
            _ => None,
        };
        Some(self.ticks_ms + u64::try_from(next?).unwrap_or(0) + 1)
    }

    fn nature(&self) -> Nature {
        Nature {
            base: Some(Base::Home),
            ..Nature::default()
        }
    }
}
