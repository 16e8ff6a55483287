//! The screens. Each has a `controller.rs`, a plain state machine that knows no window, and a
//! `view.rs` that copies its state into the screen's Slint adapter and decides nothing.
//!
//! An [`Input`] goes in, [`Effect`]s come out; everything a controller may look at comes with the
//! [`Context`]. How a screen is added stands in [`register`].

pub mod aloud;
pub mod answering;
pub mod asked;
pub mod attendance;
pub mod branch;
pub mod branches;
pub mod bulletin;
pub mod bulletins;
pub mod cards;
mod clock_face_view;
mod corners;
pub mod duty;
pub mod enrolment;
pub mod evaluation;
pub mod evaluations;
mod ground_view;
pub mod help;
pub mod home;
pub mod icons;
pub mod kit;
pub mod lesson;
pub mod listings;
pub mod live;
pub mod me;
pub mod meeting;
pub mod meetings;
pub mod metrics;
pub mod names;
pub mod nature;
pub mod network;
pub mod note;
pub mod overlay;
pub(crate) mod people_view;
pub mod picture;
pub mod player;
pub mod programme;
pub mod proving;
mod qr_view;
pub mod register;
pub mod report;
pub mod report_follow;
pub mod request;
pub mod requests;
pub mod result;
pub mod results;
pub mod roll_call;
pub mod roll_calls;
pub mod roster;
pub mod routes;
pub mod search;
pub mod section;
pub mod sending;
pub mod service;
pub mod service_done;
pub mod service_note;
pub mod services;
pub mod settings;
pub mod signing;
pub mod simple;
pub mod table;
#[cfg(test)]
pub(crate) mod tests;
pub mod typeset;
pub mod view;
pub mod viewing;
pub mod voting;

use contract::meeting::{JoinAccess, Place, ViewingReport};
use contract::request::Voice;
use media_player::publish::{Devices, PublishCommand, PublishEvent};
use media_player::record::{RecordCommand, RecordEvent};

use crate::cache::command::{Command, File, Told};
use crate::cache::{Cache, Draft, DraftOf, KnownTime, Reminded, SealedDraft, ServerTime};
use crate::client::{EnrolmentState, JoinFailure};
use crate::focus::{Direction, FocusMap};
use crate::networks::{Found, Password, Trouble};
use crate::remote::wedge::CardNumber;
use crate::remote::{Press, RemoteKey};

pub use listings::listing_route;
pub use metrics::Metrics;
pub use nature::{Base, Interruption, Nature, Plays, Stays};
pub use proving::Proved;
pub use register::Screen;
pub use routes::{Route, document_route};
pub use typeset::Typesetter;

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
    /// Makes a random number.
    pub random: &'a dyn Fn() -> u64,
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
    /// The networks there are, as [`Effect::AskNetworks`] asked.
    Networks(Result<Found, Trouble>),
    /// What came of [`Effect::JoinNetwork`].
    NetworkJoined(Result<(), Trouble>),
    /// Whether this box has no certificates to check an `https://` server with; comes with the
    /// addresses.
    TrustsNobody(bool),
    /// The piece of text with this index is being read aloud; `None` when reading ended.
    Speaking(Option<usize>),
    /// A card was read.
    Card(CardNumber),
    /// Who opened the screen, as [`Effect::OpenFor`] has it. The server has not checked it yet.
    Proved(Box<Proved>),
    /// What became of the command with this key.
    Told(String, Told),
    /// The command with this key could not be written down.
    NotSaved(String),
    /// The meeting with this id is joined, as [`Effect::Join`] asked, or again after a break; the
    /// links are absolute URLs.
    Joined(String, Box<JoinAccess>),
    /// It is not joined. What may pass is tried again by itself.
    JoinFailed(JoinFailure),
    /// How this terminal stands in the meeting with this id.
    Place(String, Place),
    /// Camera and microphone did something.
    Publisher(PublishEvent),
    /// An urgent notice was published just now.
    Announced {
        /// The bulletin.
        id: String,
        /// Its title.
        title: String,
    },
    /// Staff have revoked this terminal.
    Revoked,
    /// Whether somebody would look through the camera that a meeting has.
    ViewingWaits(bool),
    /// What is plugged in, as [`Effect::AskDevices`] asked.
    Devices(Devices),
    /// The recorder did something.
    Recorder(RecordEvent),
}

/// What a controller wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Open a screen on top.
    Open(Route),
    /// Open a screen on top for somebody who has said already who they are; it is told by [`Input::Proved`].
    OpenFor(Route, Box<Proved>),
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
    /// Read aloud what the screen says, in the words it is written in there.
    SpeakShown,
    /// Read aloud the message at the bottom, where everything is read aloud.
    SpeakToast,
    /// Read a text aloud, piece by piece from one of them on, with the bar and its keys.
    ReadAloud {
        /// All of it.
        pieces: Vec<String>,
        /// Index of the first one to be read.
        from: usize,
    },
    /// What becomes of the text that is being read.
    Reading(aloud::Reading),
    /// Hear raw keys instead of acting on them, or no longer.
    Learn(bool),
    /// Remember what a raw key means.
    Learnt(settings::RawKey, RemoteKey),
    /// Find out the addresses of this box; answered by [`Input::Addresses`].
    AskAddresses,
    /// Find out which networks there are, after a new look or without; answered by [`Input::Networks`].
    AskNetworks(bool),
    /// Connect to the wireless network of this name; answered by [`Input::NetworkJoined`].
    JoinNetwork(Vec<u8>, Option<Password>),
    /// Where to resume has changed.
    Remember,
    /// Carry out a command: write it down and send it, or ask at once; answered by [`Input::Told`] or
    /// [`Input::NotSaved`].
    Command(Box<Command>),
    /// The person with this command has been told that it is kept.
    Queue(String),
    /// Somebody has been told that the command with this key was refused.
    Told(String),
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
    /// Keep what was said of a request (under its [`subject`](crate::cache::drafts::subject)) until it is
    /// sent or left.
    Draft(String, Box<Draft>),
    /// Record what somebody says; answered by [`Input::Recorder`]. Ends when something else is shown.
    Record(RecordCommand),
    /// Play what somebody said: Opus in Ogg. Ends when something else is shown; the screen is told what
    /// the player says as long as it [`has_voice`](Controller::has_voice).
    Listen(Box<Voice>),
    /// The same of what belongs to a request.
    ListenTo(File),
    /// What is to become of answers that somebody has not handed in.
    Answers(AnswersDeed),
}

/// What is to become of answers that somebody has not handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswersDeed {
    /// Write them down.
    Keep(SealedDraft),
    /// It was tried to open them with something else.
    Spoil(DraftOf),
    /// Let them go.
    Drop(DraftOf),
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

    /// Its focus goes where it begins, as the key Home asks.
    fn begin(&mut self) {}

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

    /// A card is asked for here, and opens nothing else.
    fn wants_card(&self) -> bool {
        false
    }

    /// The red and green keys mean something here.
    fn wants_colours(&self) -> bool {
        false
    }

    /// This key acts before the next frame, instead of being shown pressed first.
    fn acts_at_once(&self, _key: RemoteKey) -> bool {
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

    /// What is always so with it.
    fn nature(&self) -> Nature {
        Nature::default()
    }

    /// What has the focus may be written down for a power cut. It may not where that would tell what
    /// somebody was about to choose.
    fn tells_focus(&self) -> bool {
        true
    }

    /// Whether it is the screen that this route opens, wherever it has got to meanwhile.
    fn is_at(&self, route: &Route) -> bool {
        self.route() == *route
    }

    /// Where it comes again after a power cut at this moment.
    fn resume_at(&self, _cache: &Cache) -> Route {
        self.route()
    }

    /// What it plays goes on by itself, now or when it has loaded.
    fn is_running(&self) -> bool {
        false
    }

    /// What it plays goes on as soon as there is a network.
    fn waits_for_network(&self) -> bool {
        false
    }

    /// Another screen takes the player: what was watched is written down, and it stops.
    fn park(&mut self, _context: &Context<'_>) -> Effects {
        Effects::new()
    }

    /// Somebody's voice is recorded or played here now; that ends when something else is shown.
    fn has_voice(&self) -> bool {
        false
    }

    /// Under which subject what was said here is kept until it is sent or left.
    fn draft(&self) -> Option<String> {
        None
    }

    /// The meeting that one takes part in here.
    fn attended(&self) -> Option<&dyn Attended> {
        None
    }
}

/// A meeting that one takes part in.
pub trait Attended {
    /// The meeting.
    fn id(&self) -> &str;

    /// Whether somebody here is, or will be, on air.
    fn can_speak(&self) -> bool;

    /// What tests and automation want to know of it.
    fn status(&self) -> serde_json::Value;
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
            focus.zone() == kit::form::KEYPAD && focus.key() != Some(kit::form::ENTER)
        }
        _ => false,
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
