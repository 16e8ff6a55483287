//! What the four doors say and where they lead.

use contract::meeting::{Meeting, MeetingState};
use contract::township::{ListingKind, Township};

use crate::cache::{DocumentKind, NewestRow, ServerTime};
use crate::focus::{Area, FocusMap, Layout, Zone};
use crate::remote::{Press, RemoteKey};
use crate::screens::attendance::{self, Call};
use crate::screens::live;
use crate::screens::overlay::Toast;
use crate::screens::{
    Base, Context, Controller, Effect, Effects, Input, Nature, Route, arrow, listing_route,
};

/// The zone of the doors.
const DOORS: &str = "doors";
/// The zone of the way to the settings.
const HEADER: &str = "header";

/// A door; its digit is its place from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// What is live, and when the next meeting is.
    Meetings,
    /// Programmes.
    Programmes,
    /// Signing in to a roll call.
    SignIn,
    /// Asking somebody for something.
    Help,
}

impl Door {
    /// In the order of their digits.
    pub const ALL: [Self; 4] = [Self::Meetings, Self::Programmes, Self::SignIn, Self::Help];

    const fn key(self) -> &'static str {
        match self {
            Self::Meetings => "meetings",
            Self::Programmes => "programmes",
            Self::SignIn => "sign-in",
            Self::Help => "help",
        }
    }
}

/// The four doors.
pub struct Simple {
    focus: FocusMap,
    township: Township,
    meeting: Option<Meeting>,
    programme: Option<NewestRow>,
    call: Option<Call>,
    now: ServerTime,
    /// Nobody has moved yet: what there is to do now has the focus.
    fresh: bool,
}

impl Simple {
    /// The doors before the cache was read.
    #[must_use]
    pub fn new() -> Self {
        let doors = Zone::new(DOORS, Layout::Grid(2), Area::new(96, 198, 1728, 752))
            .with_items(Door::ALL.map(Door::key));
        let header =
            Zone::new(HEADER, Layout::Row, Area::new(1704, 54, 120, 120)).with_items(["settings"]);
        Self {
            focus: FocusMap::new(DOORS, vec![header, doors]),
            township: Township::default(),
            meeting: None,
            programme: None,
            call: None,
            now: ServerTime::default(),
            fresh: true,
        }
    }

    /// The focused door.
    #[must_use]
    pub fn focused(&self) -> Option<usize> {
        self.focus.index_in(DOORS)
    }

    /// Whether the way to the settings has the focus.
    #[must_use]
    pub fn on_settings(&self) -> bool {
        self.focus.zone() == HEADER
    }

    /// The meeting that is live, otherwise the next one, and what time it was when it was looked at.
    #[must_use]
    pub fn meeting(&self) -> Option<(&Meeting, ServerTime)> {
        self.meeting.as_ref().map(|meeting| (meeting, self.now))
    }

    /// The newest programme.
    #[must_use]
    pub const fn programme(&self) -> Option<&NewestRow> {
        self.programme.as_ref()
    }

    /// The roll call that is open, and what time it was when it was looked at.
    #[must_use]
    pub fn call(&self) -> Option<(&Call, ServerTime)> {
        self.call.as_ref().map(|call| (call, self.now))
    }

    /// The first office that helps; empty: the township names none.
    #[must_use]
    pub fn helper(&self) -> &str {
        let first = self.township.help.first();
        first.map_or("", |contact| contact.office.as_str())
    }

    fn read(&mut self, context: &Context<'_>) {
        let cache = context.cache;
        self.now = context.now;
        self.township = cache.township().unwrap_or_default();
        let meetings = cache.meetings();
        self.meeting = live::live(&meetings)
            .or_else(|| live::next(&meetings, self.now))
            .cloned();
        self.programme = cache
            .newest(60)
            .into_iter()
            .find(|row| row.kind == DocumentKind::Programme);
        self.call = attendance::open(cache).into_iter().next();
        if self.fresh {
            let live = |meeting: &Meeting| meeting.state == MeetingState::Live;
            let now = match (&self.call, &self.meeting) {
                (Some(_), _) => Door::SignIn,
                (None, meeting) if meeting.as_ref().is_some_and(live) => Door::Meetings,
                _ => Door::ALL[self.focus.remembered_in(DOORS)],
            };
            self.focus.focus_item(DOORS, now as usize);
        }
    }

    /// The first list of this kind.
    fn list(&self, kind: ListingKind) -> Option<String> {
        let sections = self.township.sections.iter();
        let mut listings = sections.flat_map(|section| &section.listings);
        let list = listings.find(|listing| listing.kind == kind);
        list.map(|listing| listing.id.clone())
    }

    fn open(&self, door: Door, context: &Context<'_>) -> Effects {
        let route = match door {
            Door::Meetings => match &self.meeting {
                Some(meeting) if meeting.state == MeetingState::Live => {
                    if !context.cache.sync_state().online {
                        return vec![Effect::Toast(Toast::MeetingOffline)];
                    }
                    let id = meeting.id.clone();
                    Route::Meeting { id }
                }
                _ => Route::Meetings {
                    list: self.list(ListingKind::Meetings).unwrap_or_default(),
                },
            },
            Door::Programmes => {
                let newest = self.programme.as_ref().map(|row| row.list.clone());
                let list = newest.or_else(|| self.list(ListingKind::Programmes));
                listing_route(ListingKind::Programmes, &list.unwrap_or_default())
            }
            Door::SignIn => match &self.call {
                Some(call) => attendance::route(context.cache, &call.id),
                None => Route::RollCalls,
            },
            Door::Help => Route::Help,
        };
        vec![Effect::Open(route)]
    }
}

impl Default for Simple {
    fn default() -> Self {
        Self::new()
    }
}

impl Controller for Simple {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        self.fresh &= !matches!(input, Input::Key(..));
        match input {
            Input::Shown | Input::Changed | Input::Resized => self.read(context),
            Input::Key(RemoteKey::Ok, Press::Down) => {
                return match self.focused().and_then(|at| Door::ALL.get(at)) {
                    Some(door) => self.open(*door, context),
                    None => vec![Effect::Open(Route::Settings)],
                };
            }
            Input::Key(RemoteKey::Digit(digit), Press::Down) => {
                let at = usize::from(*digit).wrapping_sub(1);
                if let Some(door) = Door::ALL.get(at) {
                    self.focus.focus_item(DOORS, at);
                    return self.open(*door, context);
                }
                return vec![Effect::Toast(Toast::KeyUnknown)];
            }
            Input::Key(RemoteKey::Yellow, Press::Down) => return vec![Effect::SpeakShown],
            // The router asks before it leaves the first screen.
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
        Route::Simple
    }

    fn wants_digits(&self) -> bool {
        true
    }

    fn types(&self, key: RemoteKey) -> bool {
        // A digit opens a door here, once.
        !matches!(key, RemoteKey::Digit(_)) && crate::screens::types(self, key)
    }

    fn nature(&self) -> Nature {
        Nature {
            base: Some(Base::Home),
            ..Nature::default()
        }
    }
}
