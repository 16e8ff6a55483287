//! What Home shows and where its keys lead.

use contract::meeting::{Meeting, MeetingState};
use contract::township::{Listing, ListingKind, Section, Township};

use crate::cache::{DocumentKind, NewestRow, ProgrammeRow, ServerTime};
use crate::focus::{Area, FocusMap, Layout, Zone};
use crate::remote::{Press, RemoteKey};
use crate::screens::attendance::{self, Call};
use crate::screens::kit::State;
use crate::screens::listings;
use crate::screens::live;
use crate::screens::overlay::Toast;
use crate::screens::voting::{self, ToAnswer};
use crate::screens::{
    Base, Context, Controller, Effect, Effects, Input, Nature, Route, arrow, document_route,
};

/// What the lowest row shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shelf {
    /// Programmes that were begun.
    #[default]
    Continue,
    /// Nothing was begun yet: the newest ones.
    New,
}

/// The home screen.
pub struct Home {
    focus: FocusMap,
    township: Township,
    unread: Vec<u64>,
    newest: Vec<NewestRow>,
    state: State,
    featured: Option<NewestRow>,
    shelf: Vec<ProgrammeRow>,
    shelf_kind: Shelf,
    call: Option<Call>,
    meeting: Option<Meeting>,
    answer: Option<ToAnswer>,
    now: ServerTime,
    ticks_ms: u64,
}

impl Home {
    /// Home before the cache was read.
    #[must_use]
    pub fn new() -> Self {
        Self {
            focus: FocusMap::new(
                "sections",
                vec![
                    Zone::new("header", Layout::Row, Area::new(1450, 54, 374, 108))
                        .with_items(["search", "settings", "me"]),
                    Zone::new("call", Layout::Row, Area::new(96, 164, 960, 12)),
                    Zone::new("meeting", Layout::Row, Area::new(96, 178, 960, 12)),
                    Zone::new("answer", Layout::Row, Area::new(96, 192, 960, 12)),
                    Zone::new("newest", Layout::Column, Area::new(96, 206, 960, 410)),
                    Zone::new("featured", Layout::Row, Area::new(1090, 206, 730, 410)),
                    Zone::new("sections", Layout::Row, Area::new(96, 648, 1728, 150)),
                    Zone::new("shelf", Layout::Row, Area::new(96, 830, 1728, 350)),
                ],
            ),
            township: Township::default(),
            unread: Vec::new(),
            newest: Vec::new(),
            state: State::default(),
            featured: None,
            shelf: Vec::new(),
            shelf_kind: Shelf::Continue,
            call: None,
            meeting: None,
            answer: None,
            now: ServerTime::default(),
            ticks_ms: 0,
        }
    }

    /// What the product is called here.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.township.title
    }

    /// The sections, each with the number of unread documents in it.
    pub fn sections(&self) -> impl Iterator<Item = (&Section, u64)> {
        self.township
            .sections
            .iter()
            .zip(self.unread.iter().copied())
    }

    /// What is new.
    #[must_use]
    pub fn newest(&self) -> &[NewestRow] {
        &self.newest
    }

    /// What is said where nothing is new.
    #[must_use]
    pub const fn state(&self) -> State {
        self.state
    }

    /// The newest programme, shown large.
    #[must_use]
    pub fn featured(&self) -> Option<&NewestRow> {
        self.featured.as_ref()
    }

    /// The lowest row and what it is.
    #[must_use]
    pub fn shelf(&self) -> (&[ProgrammeRow], Shelf) {
        (&self.shelf, self.shelf_kind)
    }

    /// The roll call that is open, and what time it was when it was looked at.
    #[must_use]
    pub fn call(&self) -> Option<(&Call, ServerTime)> {
        self.call.as_ref().map(|call| (call, self.now))
    }

    /// The meeting that is live, otherwise the next one, and what time it was when it was looked at.
    #[must_use]
    pub fn meeting(&self) -> Option<(&Meeting, ServerTime)> {
        self.meeting.as_ref().map(|meeting| (meeting, self.now))
    }

    /// The evaluation that waits for somebody of this TV, and what time it was when it was looked at.
    #[must_use]
    pub fn answer(&self) -> Option<(&ToAnswer, ServerTime)> {
        self.answer.as_ref().map(|answer| (answer, self.now))
    }

    fn read_meeting(&mut self, context: &Context<'_>) {
        let meetings = context.cache.meetings();
        self.meeting = live::live(&meetings)
            .or_else(|| live::next(&meetings, self.now))
            .cloned();
        let key = self.meeting.iter().map(|meeting| meeting.id.as_str());
        self.focus.set_items("meeting", key);
    }

    /// The screen of the meeting that is live; the calendar for one that is to come.
    fn meeting_route(&self) -> Option<Route> {
        let meeting = self.meeting.as_ref()?;
        if meeting.state == MeetingState::Live {
            let id = meeting.id.clone();
            return Some(Route::Meeting { id });
        }
        let mut listings = self
            .township
            .sections
            .iter()
            .flat_map(|section| &section.listings);
        let list = listings
            .find(|listing| listing.kind == ListingKind::Meetings)
            .map(|listing| listing.id.clone())
            .unwrap_or_default();
        Some(Route::Meetings { list })
    }

    fn read_call(&mut self, context: &Context<'_>) {
        self.ticks_ms = context.ticks_ms;
        self.now = context.now;
        self.call = attendance::open(context.cache).into_iter().next();
        self.focus
            .set_items("call", self.call.iter().map(|call| call.id.as_str()));
    }

    fn read(&mut self, context: &Context<'_>) {
        self.read_call(context);
        self.read_meeting(context);
        let cache = context.cache;
        self.township = cache.township().unwrap_or_default();
        self.township.sections.truncate(6);
        let unread = cache.unread_counts();
        let of_list = |listing: &Listing| {
            let documents = unread.get(&listing.id).copied().unwrap_or(0);
            documents + listings::wanted(listing.kind, &listing.id, cache)
        };
        let sections = self.township.sections.iter();
        self.unread = sections
            .map(|section| section.listings.iter().map(of_list).sum())
            .collect();
        let mut newest = cache.newest(40);
        self.featured = newest
            .iter()
            .position(|row| row.kind == DocumentKind::Programme)
            .map(|at| newest.remove(at));
        newest.retain(|row| row.kind == DocumentKind::Bulletin);
        // The lines of the roll call, of the meeting and of what is to be answered take the places of others, in
        // this order: in large text there may be no room for the last.
        let mut taken = usize::from(self.call.is_some()) + usize::from(self.meeting.is_some());
        let room = context.metrics.newest_rows > taken;
        self.answer = voting::waits(cache, self.now).filter(|_| room);
        taken += usize::from(self.answer.is_some());
        let answer = self.answer.iter().map(|one| one.evaluation.id.as_str());
        self.focus.set_items("answer", answer);
        newest.truncate(context.metrics.newest_rows.saturating_sub(taken));
        self.newest = newest;
        let lines = taken + self.newest.len();
        self.state = State::of(lines, true, || cache.sync_state());
        self.shelf = cache.continue_watching(context.metrics.poster_columns);
        self.shelf_kind = Shelf::Continue;
        if self.shelf.is_empty() {
            self.shelf_kind = Shelf::New;
            self.shelf = cache
                .newest(60)
                .into_iter()
                .filter(|row| {
                    row.kind == DocumentKind::Programme
                        && Some(&row.id) != self.featured.as_ref().map(|f| &f.id)
                })
                .filter_map(|row| cache.programme_row(&row.id))
                .take(context.metrics.poster_columns)
                .collect();
        }
        self.focus
            .set_items("newest", self.newest.iter().map(|row| row.id.as_str()));
        self.focus
            .set_items("featured", self.featured.iter().map(|row| row.id.as_str()));
        self.focus.set_items(
            "sections",
            self.township
                .sections
                .iter()
                .map(|section| section.id.as_str()),
        );
        self.focus
            .set_items("shelf", self.shelf.iter().map(|row| row.id.as_str()));
    }

    fn choose(&self, context: &Context<'_>) -> Effects {
        let index = self.focus.index();
        if self.focus.zone() == "meeting"
            && self
                .meeting
                .as_ref()
                .is_some_and(|meeting| meeting.state == MeetingState::Live)
            && !context.cache.sync_state().online
        {
            return vec![Effect::Toast(Toast::MeetingOffline)];
        }
        let route = match self.focus.zone() {
            "header" if index == 0 => Some(Route::Search),
            "header" if index == 1 => Some(Route::Settings),
            "header" => Some(Route::Me),
            "call" => self
                .call
                .as_ref()
                .map(|call| attendance::route(context.cache, &call.id)),
            "meeting" => self.meeting_route(),
            "answer" => self.answer.as_ref().map(|one| Route::Evaluation {
                id: one.evaluation.id.clone(),
            }),
            "newest" => self
                .newest
                .get(index)
                .map(|row| document_route(row.kind, &row.id)),
            "featured" => self
                .featured
                .as_ref()
                .map(|row| document_route(row.kind, &row.id)),
            "sections" => self
                .township
                .sections
                .get(index)
                .map(|section| Route::Section {
                    id: section.id.clone(),
                }),
            _ => self
                .shelf
                .get(index)
                .map(|row| Route::Programme { id: row.id.clone() }),
        };
        route.map(Effect::Open).into_iter().collect()
    }
}

impl Default for Home {
    fn default() -> Self {
        Self::new()
    }
}

impl Controller for Home {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Shown | Input::Changed | Input::Resized => self.read(context),
            Input::Tick => {
                let was_open = self.call.is_some();
                self.read_call(context);
                let is_over = self
                    .answer
                    .as_ref()
                    .is_some_and(|one| one.evaluation.closes_at_ms <= self.now.at_ms);
                if is_over || was_open != self.call.is_some() {
                    self.read(context);
                }
            }
            Input::Key(RemoteKey::Ok, Press::Down) => return self.choose(context),
            Input::Key(RemoteKey::Play | RemoteKey::PlayPause, Press::Down)
                if self.focus.zone() == "shelf" =>
            {
                return self.choose(context);
            }
            // The router asks before it leaves Home.
            Input::Key(RemoteKey::Back, Press::Down) => return vec![Effect::Back],
            Input::Key(key, press) => {
                if let Some(direction) = arrow(*key, *press) {
                    self.focus.go(direction);
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
        Route::Home
    }

    fn wake_at(&self) -> Option<u64> {
        // The minutes that are left; the last one in seconds.
        let call = self.call.as_ref().map(|call| {
            let left = call.left_ms(self.now.at_ms);
            if left > 60_000 {
                left % 60_000
            } else {
                left % 1_000
            }
        });
        // One that is to begin now is waited for.
        let meeting = self
            .meeting
            .as_ref()
            .map(|meeting| meeting.starts_at_ms - self.now.at_ms)
            .filter(|left| *left > 0);
        // Then it is not to be answered any more.
        let answer = self
            .answer
            .as_ref()
            .map(|one| one.evaluation.closes_at_ms - self.now.at_ms)
            .filter(|left| *left > 0);
        let next = [call, meeting, answer].into_iter().flatten().min()?;
        Some(self.ticks_ms + u64::try_from(next).unwrap_or(0) + 1)
    }

    fn nature(&self) -> Nature {
        Nature {
            base: Some(Base::Home),
            ..Nature::default()
        }
    }
}
