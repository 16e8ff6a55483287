//! The screens. Each has a `controller.rs`, a plain state machine that knows no window, and a
//! `view.rs` that copies its state into the screen's Slint adapter and decides nothing.
//!
//! An [`Input`] goes in, [`Effect`]s come out; everything a controller may look at comes with the
//! [`Context`]. To add a screen: a folder with the two files, a [`Route`], a variant of
//! [`Screen`], an adapter and a component in the crate `tv-ui`.

pub mod bulletin;
pub mod bulletins;
pub mod calls;
pub mod cards;
pub mod column;
pub mod day;
pub mod duty;
pub mod enrolment;
pub mod home;
pub mod icons;
pub mod keypad;
pub mod live;
pub mod me;
pub mod meeting;
pub mod meetings;
pub mod metrics;
pub mod names;
pub mod overlay;
mod people_view;
pub mod picture;
pub mod player;
pub mod programme;
pub mod roll_call;
pub mod roll_calls;
pub mod roster;
pub mod router;
pub mod search;
pub mod section;
pub mod settings;
pub mod signing;
pub mod table;
#[cfg(test)]
mod tests;
pub mod typeset;
pub mod view;
pub mod viewing;
pub mod watched;
pub mod window;

use contract::meeting::{JoinAccess, Place, ViewingReport};
use media_player::publish::{Devices, PublishCommand, PublishEvent};
use serde::{Deserialize, Serialize};

use crate::cache::{Cache, KnownTime, NewSignIn, Reminded, ServerTime};
use crate::client::{EnrolmentState, JoinFailure, Question, Reply, SignInOutcome};
use crate::focus::{Direction, FocusMap};
use crate::remote::wedge::CardNumber;
use crate::remote::{Press, RemoteKey};

pub use metrics::Metrics;
pub use typeset::Typesetter;

/// Where one can be. Kept on disk, so that a crash or power cut resumes here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "screen", rename_all = "snake_case")]
pub enum Route {
    /// Code and QR until staff approve the terminal.
    Enrolment,
    /// What is new, the six sections, what was begun.
    Home,
    /// The lists of one section.
    Section {
        /// The section's id.
        id: String,
    },
    /// Bulletins or guides by title, office and date.
    Bulletins {
        /// The listing's id.
        list: String,
    },
    /// One bulletin's text.
    Bulletin {
        /// The bulletin's id.
        id: String,
    },
    /// One table of a bulletin on the whole screen.
    Table {
        /// The bulletin's id.
        id: String,
        /// Index of the table among the bulletin's blocks.
        block: usize,
    },
    /// One picture of a bulletin on the whole screen, with zoom.
    Picture {
        /// The bulletin's id.
        id: String,
        /// Index of the picture among the bulletin's blocks.
        block: usize,
    },
    /// Honours or programmes as pictures.
    Cards {
        /// The listing's id.
        list: String,
    },
    /// What a programme is about.
    Programme {
        /// The programme's id.
        id: String,
    },
    /// A programme playing.
    Player {
        /// The programme's id.
        id: String,
        /// Where it is, in milliseconds.
        position_ms: i64,
    },
    /// Titles by digits.
    Search,
    /// Text size, picture edge and the pages below.
    Settings,
    /// State of the connection.
    Network,
    /// What this terminal is.
    About,
    /// Shows which key arrives and how fast.
    KeyTest,
    /// Learns a remote control.
    Wizard,
    /// The roll calls of this TV.
    RollCalls,
    /// A roll call at home.
    RollCall {
        /// The roll call's id.
        id: String,
    },
    /// A roll call at a station.
    Roster {
        /// The roll call's id.
        id: String,
    },
    /// One's own record.
    Me,
    /// What is live, the calendar, and what can be watched again.
    Meetings {
        /// The listing's id; empty when it was not opened from one.
        list: String,
    },
    /// A meeting.
    Meeting {
        /// The meeting's id.
        id: String,
    },
    /// Camera and microphone of this TV.
    Capture,
    /// The duty rooms of this place, and who looked into them.
    Duty {
        /// The listing's id.
        list: String,
    },
}

/// What a controller may look at.
pub struct Context<'a> {
    /// Everything the terminal knows.
    pub cache: &'a Cache,
    /// Sizes that follow from the text size and the picture edge.
    pub metrics: &'a Metrics,
    /// Breaks text into lines.
    pub typesetter: &'a Typesetter,
    /// What time it is.
    pub now: ServerTime,
    /// Monotonic time in ms.
    pub ticks_ms: u64,
    /// Makes a new idempotency key.
    pub new_key: &'a dyn Fn() -> String,
}

impl Context<'_> {
    /// When it will be this moment (Unix ms of the server), in monotonic ms; `None` when it has
    /// passed, or when nobody knows what time it is.
    #[must_use]
    pub fn ticks_of(&self, unix_ms: i64) -> Option<u64> {
        let left = unix_ms.checked_sub(self.now.known_ms()?)?;
        let left = u64::try_from(left).ok().filter(|left| *left > 0)?;
        Some(self.ticks_ms.saturating_add(left).saturating_add(1))
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The screen is shown: for the first time, or again after Back.
    Shown,
    /// A key.
    Key(RemoteKey, Press),
    /// The cache changed.
    Changed,
    /// The sizes changed.
    Resized,
    /// The moment the screen asked for has come.
    Tick,
    /// The player did something.
    Player(media_player::Event),
    /// What is being loaded, as [`Effect::Load`] asked.
    Loaded(Box<player::Loaded>),
    /// The enrolment moved on.
    Enrolment(EnrolmentState),
    /// A raw key of an unknown remote control, for learning it.
    RawKey(settings::RawKey),
    /// A key reached the screen's picture after so many ms, for the key test.
    Painted(f32),
    /// Whether there is a receiver whose raw keys can be heard, as [`Effect::Learn`] asked.
    CanLearn(bool),
    /// The addresses of this box in its networks, as [`Effect::AskAddresses`] asked.
    Addresses(Vec<String>),
    /// Whether this box has no certificates to check an `https://` server with; comes with the
    /// addresses.
    TrustsNobody(bool),
    /// The piece of text with this index is being read aloud; `None` when reading ended.
    Speaking(Option<usize>),
    /// A card was read.
    Card(CardNumber),
    /// What became of the sign-in with this key.
    SignIn(String, SignInOutcome),
    /// The sign-in with this key could not be written down.
    NotSaved(String),
    /// The answer to what was asked under this id.
    Reply(String, Reply),
    /// The meeting with this id is joined, as [`Effect::Join`] asked, or again after a break; the
    /// links are absolute URLs.
    Joined(String, Box<JoinAccess>),
    /// It is not joined. What may pass is tried again by itself.
    JoinFailed(JoinFailure),
    /// How this terminal stands in the meeting with this id.
    Place(String, Place),
    /// Camera and microphone did something.
    Publisher(PublishEvent),
    /// What is plugged in, as [`Effect::AskDevices`] asked.
    Devices(Devices),
}

/// What a controller wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Open a screen on top.
    Open(Route),
    /// Open a screen instead of this one.
    Replace(Route),
    /// Leave this screen.
    Back,
    /// Begin playing a programme from this place in ms; answered by [`Input::Loaded`].
    Load(String, i64),
    /// Tell the player.
    Play(media_player::Command),
    /// Remember how far a programme was watched.
    Progress {
        /// The programme.
        id: String,
        /// Where it is, in ms.
        position_ms: i64,
        /// Its length in ms.
        duration_ms: i64,
        /// What was really watched since the last time, in ms.
        watched_ms: i64,
    },
    /// This bulletin has been opened.
    MarkRead(String),
    /// Keep a programme for watching offline, or no longer.
    Keep(String, bool),
    /// Remember a setting.
    Setting(&'static str, String),
    /// Say what happened.
    Toast(overlay::Toast),
    /// Try the network again now.
    Retry,
    /// Read aloud, piece by piece; empty stops.
    Speak(Vec<String>),
    /// Hear raw keys instead of acting on them, or no longer.
    Learn(bool),
    /// Remember what a raw key means.
    Learnt(settings::RawKey, RemoteKey),
    /// Find out the addresses of this box; answered by [`Input::Addresses`].
    AskAddresses,
    /// Where to resume has changed.
    Remember,
    /// Write a sign-in down and send it; answered by [`Input::SignIn`] or [`Input::NotSaved`].
    SignIn(Box<NewSignIn>),
    /// The person with this sign-in has been told that it is kept.
    Queue(String),
    /// Somebody has been told that the sign-in with this key was refused.
    Told(String),
    /// Ask the server under this id; answered by [`Input::Reply`].
    Ask(String, Box<Question>),
    /// Take part in the meeting with this id; answered by [`Input::Joined`] or
    /// [`Input::JoinFailed`]. For the one that is joined already it brings new links. While it is
    /// joined the router counts the viewing from what the player says.
    Join(String),
    /// Leave the meeting. The router does it by itself when no screen of it is left.
    LeaveMeeting,
    /// Raise the hand in the meeting that is joined, or lower it; answered by [`Input::Place`].
    RaiseHand(bool),
    /// Write down how far a viewing (its id, the whole report) is. Only the router makes these.
    Viewing(String, Box<ViewingReport>),
    /// Want to be reminded of the meeting with this id, or no longer.
    Remind(String, bool),
    /// They were reminded of the meeting with this id, planned for this time (Unix ms).
    Reminded(String, Reminded, i64),
    /// They were told when the meeting with this id is, or that it does not take place.
    Knows(String, KnownTime),
    /// They declined the meeting with this id when it was offered.
    Decline(String),
    /// Tell camera and microphone.
    Publish(PublishCommand),
    /// Find out which cameras and microphones are plugged in; answered by [`Input::Devices`].
    AskDevices,
}

/// The effects of one input, in order.
pub type Effects = Vec<Effect>;

/// A screen's behaviour.
pub trait Controller {
    /// Takes an input.
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects;

    /// Its focus.
    fn focus(&self) -> &FocusMap;

    /// Its focus, to be restored.
    fn focus_mut(&mut self) -> &mut FocusMap;

    /// Where to come back to; differs from the route it was opened with when it moved on.
    fn route(&self) -> Route;

    /// When it wants [`Input::Tick`], in monotonic ms.
    fn wake_at(&self) -> Option<u64> {
        None
    }

    /// Digits mean something here and do not open sections.
    fn wants_digits(&self) -> bool {
        false
    }

    /// All keys mean something here and no shortcut works.
    fn wants_all_keys(&self) -> bool {
        false
    }

    /// A card is asked for here, and means something else than signing in.
    fn wants_card(&self) -> bool {
        false
    }

    /// Which of its steps or questions is shown. When it is another one the same key does nothing
    /// for a moment, so that a worn key does not act on what the first half of it led to.
    fn phase(&self) -> Phase {
        Phase::default()
    }

    /// Until when no key takes away what is shown, in monotonic ms: a result has to be read.
    fn holds_until(&self) -> Option<u64> {
        None
    }

    /// Whether this key types or moves here, so that pressed twice at once it means twice.
    fn types(&self, key: RemoteKey) -> bool {
        types(self, key)
    }
}

/// What [`Controller::phase`] tells apart.
pub type Phase = (u8, u8);

/// The keys that type or move on most screens: arrows and pages, loudness and seeking, what
/// deletes, digits where they are not shortcuts, and OK on the digits of a keypad.
#[must_use]
pub fn types<C: Controller + ?Sized>(screen: &C, key: RemoteKey) -> bool {
    match key {
        RemoteKey::Up
        | RemoteKey::Down
        | RemoteKey::Left
        | RemoteKey::Right
        | RemoteKey::PageUp
        | RemoteKey::PageDown
        | RemoteKey::Forward
        | RemoteKey::Rewind
        | RemoteKey::VolumeUp
        | RemoteKey::VolumeDown
        | RemoteKey::Red
        | RemoteKey::Delete => true,
        RemoteKey::Digit(_) => screen.wants_digits(),
        RemoteKey::Ok => {
            let focus = screen.focus();
            focus.zone() == keypad::KEYPAD && focus.key() != Some(keypad::ENTER)
        }
        _ => false,
    }
}

/// Any screen.
#[expect(missing_docs, reason = "each is documented at its controller")]
pub enum Screen {
    Enrolment(enrolment::Enrolment),
    Home(home::Home),
    Section(section::Section),
    Bulletins(bulletins::Bulletins),
    Bulletin(bulletin::BulletinScreen),
    Table(table::TableScreen),
    Picture(picture::PictureScreen),
    Cards(cards::Cards),
    Programme(programme::ProgrammeScreen),
    Player(player::PlayerScreen),
    Search(search::Search),
    Settings(settings::Settings),
    Network(settings::Network),
    About(settings::About),
    KeyTest(settings::KeyTest),
    Wizard(settings::Wizard),
    RollCalls(roll_calls::RollCalls),
    RollCall(roll_call::RollCallScreen),
    Roster(roster::Roster),
    Me(Box<me::Me>),
    Meetings(meetings::Meetings),
    Meeting(Box<meeting::MeetingScreen>),
    Capture(settings::CaptureScreen),
    Duty(duty::DutyScreen),
}

impl Screen {
    /// The screen for a route.
    #[must_use]
    pub fn open(route: &Route) -> Self {
        match route {
            Route::Enrolment => Self::Enrolment(enrolment::Enrolment::new()),
            Route::Home => Self::Home(home::Home::new()),
            Route::Section { id } => Self::Section(section::Section::new(id)),
            Route::Bulletins { list } => Self::Bulletins(bulletins::Bulletins::new(list)),
            Route::Bulletin { id } => Self::Bulletin(bulletin::BulletinScreen::new(id)),
            Route::Table { id, block } => Self::Table(table::TableScreen::new(id, *block)),
            Route::Picture { id, block } => Self::Picture(picture::PictureScreen::new(id, *block)),
            Route::Cards { list } => Self::Cards(cards::Cards::new(list)),
            Route::Programme { id } => Self::Programme(programme::ProgrammeScreen::new(id)),
            Route::Player { id, position_ms } => {
                Self::Player(player::PlayerScreen::new(id, *position_ms))
            }
            Route::Search => Self::Search(search::Search::new()),
            Route::Settings => Self::Settings(settings::Settings::new()),
            Route::Network => Self::Network(settings::Network::new()),
            Route::About => Self::About(settings::About::new()),
            Route::KeyTest => Self::KeyTest(settings::KeyTest::new()),
            Route::Wizard => Self::Wizard(settings::Wizard::new()),
            Route::RollCalls => Self::RollCalls(roll_calls::RollCalls::new()),
            Route::RollCall { id } => Self::RollCall(roll_call::RollCallScreen::new(id)),
            Route::Roster { id } => Self::Roster(roster::Roster::new(id)),
            Route::Me => Self::Me(Box::default()),
            Route::Meetings { list } => Self::Meetings(meetings::Meetings::new(list)),
            Route::Meeting { id } => Self::Meeting(Box::new(meeting::MeetingScreen::new(id))),
            Route::Capture => Self::Capture(settings::CaptureScreen::new()),
            Route::Duty { list } => Self::Duty(duty::DutyScreen::new(list)),
        }
    }

    /// Its behaviour.
    #[must_use]
    pub fn controller(&self) -> &dyn Controller {
        match self {
            Self::Enrolment(screen) => screen,
            Self::Home(screen) => screen,
            Self::Section(screen) => screen,
            Self::Bulletins(screen) => screen,
            Self::Bulletin(screen) => screen,
            Self::Table(screen) => screen,
            Self::Picture(screen) => screen,
            Self::Cards(screen) => screen,
            Self::Programme(screen) => screen,
            Self::Player(screen) => screen,
            Self::Search(screen) => screen,
            Self::Settings(screen) => screen,
            Self::Network(screen) => screen,
            Self::About(screen) => screen,
            Self::KeyTest(screen) => screen,
            Self::Wizard(screen) => screen,
            Self::RollCalls(screen) => screen,
            Self::RollCall(screen) => screen,
            Self::Roster(screen) => screen,
            Self::Me(screen) => screen.as_ref(),
            Self::Meetings(screen) => screen,
            Self::Meeting(screen) => screen.as_ref(),
            Self::Capture(screen) => screen,
            Self::Duty(screen) => screen,
        }
    }

    /// Its behaviour, to be told something.
    pub fn controller_mut(&mut self) -> &mut dyn Controller {
        match self {
            Self::Enrolment(screen) => screen,
            Self::Home(screen) => screen,
            Self::Section(screen) => screen,
            Self::Bulletins(screen) => screen,
            Self::Bulletin(screen) => screen,
            Self::Table(screen) => screen,
            Self::Picture(screen) => screen,
            Self::Cards(screen) => screen,
            Self::Programme(screen) => screen,
            Self::Player(screen) => screen,
            Self::Search(screen) => screen,
            Self::Settings(screen) => screen,
            Self::Network(screen) => screen,
            Self::About(screen) => screen,
            Self::KeyTest(screen) => screen,
            Self::Wizard(screen) => screen,
            Self::RollCalls(screen) => screen,
            Self::RollCall(screen) => screen,
            Self::Roster(screen) => screen,
            Self::Me(screen) => screen.as_mut(),
            Self::Meetings(screen) => screen,
            Self::Meeting(screen) => screen.as_mut(),
            Self::Capture(screen) => screen,
            Self::Duty(screen) => screen,
        }
    }
}

/// The zone of the 返回 target that every screen but Home and the player has.
pub const BACK: &str = "back";

/// The direction of an arrow key that is down or held.
#[must_use]
pub fn arrow(key: RemoteKey, press: Press) -> Option<Direction> {
    if press == Press::Up {
        return None;
    }
    match key {
        RemoteKey::Up => Some(Direction::Up),
        RemoteKey::Down => Some(Direction::Down),
        RemoteKey::Left => Some(Direction::Left),
        RemoteKey::Right => Some(Direction::Right),
        _ => None,
    }
}

/// The screen for one entry of a listing of this kind.
#[must_use]
pub fn listing_route(kind: contract::township::ListingKind, list: &str) -> Route {
    use contract::township::ListingKind;
    let list = list.to_owned();
    match kind {
        ListingKind::Bulletins | ListingKind::Guides | ListingKind::Unknown => {
            Route::Bulletins { list }
        }
        ListingKind::Honours | ListingKind::Programmes => Route::Cards { list },
        ListingKind::Meetings => Route::Meetings { list },
        ListingKind::Duty => Route::Duty { list },
    }
}

/// The screen for one document.
#[must_use]
pub fn document_route(kind: crate::cache::DocumentKind, id: &str) -> Route {
    let id = id.to_owned();
    match kind {
        crate::cache::DocumentKind::Bulletin => Route::Bulletin { id },
        crate::cache::DocumentKind::Programme => Route::Programme { id },
        crate::cache::DocumentKind::Meeting => Route::Meeting { id },
    }
}
