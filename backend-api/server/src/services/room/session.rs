//! One live meeting: its director, and the thread that keeps the media at what the plan says.
//!
//! Requests change the director under its lock and wake the thread; the thread compares plan and
//! media, and tells terminals and watchers what changed. Nothing of the media is ever touched by
//! a request.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use bytes::Bytes;
use contract::event::Event;
use contract::meeting::{Direction, HostSource, MeetingKind, Place, RecordingState, RoomState};
use parking_lot::{Mutex, MutexGuard};
use tokio::sync::watch;

use super::director::{Director, Input};
use super::outside::Outside;
use super::parts::Parts;
use super::people::LiveMeeting;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::media::{MediaController, News, ProgramSettings, own_route};
use crate::services::meetings::UNHEARD_FORGOTTEN_MS;
use crate::services::roll_call::{codes, manage};

/// How often the thread looks without being woken.
const TICK: Duration = Duration::from_millis(250);

/// How often it is looked whether the presence code is a new one.
const CODE_EVERY: Duration = Duration::from_secs(1);

/// A meeting whose planned end is past and that has had no host for so long was left without
/// ending it.
const FORGOTTEN_MS: i64 = 30 * 60_000;

/// What there is none of for a terminal that has not joined, or was away for too long.
pub(super) const JOIN_AGAIN: &str = "您在会议中的位置，请重新进入";

/// What wakes the thread.
pub(super) enum Wake {
    /// The director's plan may have changed.
    Plan,
    /// The media did something.
    Media(News),
    /// The host's encoder or camera: what is wrong with it, in plain words; empty: nothing.
    HostSource(&'static str),
    /// Stop; the meeting is over, or only the server.
    Stop {
        /// The meeting is over.
        over: bool,
    },
}

/// One live meeting.
pub struct Session {
    id: String,
    kind: MeetingKind,
    planned_end_ms: i64,
    /// What the host sends can be heard here; not so if another engine takes the relay's place.
    relayed: bool,
    director: Mutex<Director>,
    wake: Sender<Wake>,
    changed: watch::Sender<u64>,
    pictures: Mutex<HashMap<String, Bytes>>,
    /// Stations that have a route of their own.
    own_routes: Mutex<Vec<String>>,
    /// Where the host's picture comes from, when it is not the host's page.
    outside: Mutex<Option<Outside>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Session {
    pub(super) fn start(parts: &Arc<Parts>, meeting: &LiveMeeting) -> Arc<Self> {
        let now_ms = parts.clock.now_ms();
        let mut director = Director::new(&meeting.id, meeting.kind, &meeting.host_name);
        for station in &meeting.stations {
            // Nothing of this can be refused.
            let _ = director.apply(Input::Station(station.clone()), now_ms);
        }
        if meeting.record {
            let _ = director.apply(Input::Recording(RecordingState::Recording), now_ms);
        }
        director.settle(now_ms);
        let (wake, woken) = channel();
        let session = Arc::new(Self {
            id: meeting.id.clone(),
            kind: meeting.kind,
            planned_end_ms: meeting.planned_end_ms,
            relayed: !parts.media.external(),
            director: Mutex::new(director),
            wake: wake.clone(),
            changed: watch::channel(0).0,
            pictures: Mutex::default(),
            own_routes: Mutex::default(),
            outside: Mutex::default(),
            thread: Mutex::default(),
        });
        let settings = ProgramSettings {
            id: meeting.id.clone(),
            title: meeting.title.clone(),
            record: meeting.record,
        };
        let tell = move |news| {
            // Fails only when the meeting is over.
            let _ = wake.send(Wake::Media(news));
        };
        let controller = parts.media.begin_program(settings, Arc::new(tell));
        let (own, parts) = (Arc::clone(&session), Arc::downgrade(parts));
        let name = format!("meeting-{}", meeting.id.get(..8).unwrap_or_default());
        let thread = std::thread::Builder::new()
            .name(name)
            .spawn(move || own.run(&parts, controller, &woken));
        match thread {
            Ok(thread) => *session.thread.lock() = Some(thread),
            Err(error) => tracing::error!(%error, "no thread for a meeting"),
        }
        session
    }

    /// The meeting.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// How the meeting is held.
    #[must_use]
    pub fn kind(&self) -> MeetingKind {
        self.kind
    }

    /// How it stands.
    #[must_use]
    pub fn room_state(&self, now_ms: i64) -> RoomState {
        self.director.lock().room_state(now_ms)
    }

    /// How a terminal stands.
    #[must_use]
    pub fn place(&self, terminal_id: &str) -> Option<Place> {
        self.director.lock().place(terminal_id)
    }

    /// Whether a terminal takes part now.
    #[must_use]
    pub fn is_present(&self, terminal_id: &str) -> bool {
        self.director.lock().is_present(terminal_id)
    }

    /// Wakes with every change of the room.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Something happened; the media follow by themselves.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`]: it makes no sense now.
    pub fn apply(&self, input: Input, now_ms: i64) -> Result<()> {
        let quiet = matches!(input, Input::Heard(_));
        self.director
            .lock()
            .apply(input, now_ms)
            .map_err(|refused| ServiceError::Conflict(refused.0.to_owned()))?;
        if !quiet {
            self.wake(Wake::Plan);
        }
        Ok(())
    }

    /// Where the host's picture comes from, when it is not the host's page.
    pub(super) fn outside(&self) -> MutexGuard<'_, Option<Outside>> {
        self.outside.lock()
    }

    /// Takes the host's picture from there from now on. Blocks until the one before has ended.
    pub(super) fn set_outside(&self, outside: Option<Outside>, now_ms: i64) {
        let source = outside.as_ref().map_or(HostSource::Page, Outside::source);
        let before = std::mem::replace(&mut *self.outside.lock(), outside);
        drop(before);
        // What was wrong with the one before is so no longer; neither is ever refused.
        let _ = self.apply(Input::Trouble(String::new()), now_ms);
        let _ = self.apply(Input::HostSource(source), now_ms);
    }

    /// Tells this meeting's thread what is wrong with the host's encoder or camera.
    pub(super) fn host_source_wake(&self) -> impl Fn(&'static str) + Send + Sync + use<> {
        let wake = self.wake.clone();
        move |words| {
            // Fails only when the meeting is over.
            let _ = wake.send(Wake::HostSource(words));
        }
    }

    /// When it will be one that goes on only because nobody has ended it, unless its host comes; with its
    /// host there, the earliest time at which it can be. Unix milliseconds.
    pub(super) fn forgotten_at(&self, now_ms: i64) -> i64 {
        if !self.relayed {
            return self.planned_end_ms + UNHEARD_FORGOTTEN_MS;
        }
        let alone = self.director.lock().without_host_since_ms();
        self.planned_end_ms
            .max(alone.unwrap_or(now_ms) + FORGOTTEN_MS)
    }

    /// Keeps a station's small picture.
    ///
    /// # Errors
    /// It is not one of the stations.
    pub(super) fn keep_picture(&self, terminal_id: &str, jpeg: Bytes, now_ms: i64) -> Result<()> {
        if !self.is_present(terminal_id) {
            return Err(ServiceError::NotFound(JOIN_AGAIN));
        }
        self.pictures.lock().insert(terminal_id.to_owned(), jpeg);
        self.apply(Input::Picture(terminal_id.to_owned()), now_ms)
    }

    /// A station's small picture.
    #[must_use]
    pub fn picture(&self, terminal_id: &str) -> Option<Bytes> {
        self.pictures.lock().get(terminal_id).cloned()
    }

    /// A station gets a route of its own, so that it need not hear itself. Answers the route.
    pub(super) fn add_own_route(&self, terminal_id: &str) -> String {
        let mut own_routes = self.own_routes.lock();
        if !own_routes.iter().any(|own| own == terminal_id) {
            own_routes.push(terminal_id.to_owned());
            drop(own_routes);
            self.wake(Wake::Plan);
        }
        own_route(&self.id, terminal_id)
    }

    /// The meeting is over: ends the media when everything is written. Blocks.
    pub(super) fn end(&self) {
        self.finish(true);
    }

    /// The server stops; the meeting goes on after it has started again. Blocks.
    pub(super) fn stop(&self) {
        self.finish(false);
    }

    fn finish(&self, over: bool) {
        let outside = self.outside.lock().take();
        drop(outside);
        self.wake(Wake::Stop { over });
        let thread = self.thread.lock().take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!(meeting = self.id, "a meeting's thread failed");
        }
    }

    fn wake(&self, wake: Wake) {
        // Fails only when the thread is gone, and then there is nothing to follow.
        let _ = self.wake.send(wake);
    }

    fn run(&self, parts: &Weak<Parts>, mut controller: MediaController, woken: &Receiver<Wake>) {
        let mut code_due = Instant::now();
        loop {
            let first = match woken.recv_timeout(TICK) {
                Ok(wake) => Some(wake),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => Some(Wake::Stop { over: false }),
            };
            let Some(parts) = parts.upgrade() else {
                break;
            };
            let now_ms = parts.clock.now_ms();
            let mut stop = None;
            for wake in first.into_iter().chain(woken.try_iter()) {
                match wake {
                    Wake::Plan => {}
                    Wake::Media(news) => {
                        if let Some(report) = controller.heard(news) {
                            self.keep(report.into(), now_ms);
                        }
                    }
                    Wake::HostSource(words) => self.host_source_news(words, now_ms),
                    Wake::Stop { over } => stop = Some(over),
                }
            }
            if let Some(over) = stop {
                if over {
                    let _ = self.director.lock().apply(Input::Ended, now_ms);
                }
                controller.finish();
                self.tell(&parts, now_ms);
                break;
            }
            let _ = self.director.lock().apply(Input::Tick, now_ms);
            if Instant::now() >= code_due {
                code_due = Instant::now() + CODE_EVERY;
                self.look_for_code(&parts, now_ms);
            }
            let plan = self.director.lock().plan(now_ms);
            // A copy: starting the mixer takes time, and nobody who joins waits for it.
            let own_routes = self.own_routes.lock().clone();
            for report in controller.follow(&plan, &own_routes) {
                self.keep(report.into(), now_ms);
            }
            self.tell(&parts, now_ms);
        }
        // Whoever still watches the room learns that it is over.
        self.changed.send_modify(|revision| *revision += 1);
    }

    fn host_source_news(&self, words: &str, now_ms: i64) {
        // A source that was given up breaks off, which troubles nobody.
        if self.outside.lock().is_some() {
            self.keep(Input::Trouble(words.to_owned()), now_ms);
        }
    }

    /// What the media do, which is never refused.
    fn keep(&self, input: Input, now_ms: i64) {
        let _ = self.director.lock().apply(input, now_ms);
    }

    /// Keeps the presence code in the picture the one of now. Which roll call demands one is in the
    /// database: so it is found again after a restart, and whoever opened it.
    fn look_for_code(&self, parts: &Parts, now_ms: i64) {
        let demanded = match codes::demanded(&parts.store, &self.id) {
            Ok(demanded) => demanded,
            Err(error) => {
                tracing::warn!(%error, "no presence code");
                return;
            }
        };
        let wanted = self.director.lock().wanted_code().map(str::to_owned);
        if demanded.is_some() && demanded != wanted {
            let command = Direction::PresenceCode {
                roll_call_id: demanded.clone(),
            };
            // Refused only once the meeting is over.
            let _ = self.director.lock().apply(Input::Command(command), now_ms);
        }
        let Some(roll_call) = demanded.or(wanted) else {
            return;
        };
        let code = match manage::current_code(&parts.store, &roll_call, now_ms) {
            Ok(code) => code,
            Err(error) => {
                tracing::warn!(%error, "no presence code");
                return;
            }
        };
        let _ = self.director.lock().apply(Input::Code(code), now_ms);
    }

    fn tell(&self, parts: &Parts, now_ms: i64) {
        let mut director = self.director.lock();
        let changed = director.settle(now_ms);
        let places = director.take_places();
        drop(director);
        for (terminal_id, organization_id, place) in places {
            let event = Event::MeetingPlace {
                meeting_id: self.id.clone(),
                terminal_id: terminal_id.clone(),
                place,
            };
            parts
                .live
                .tell(&organization_id, Some(terminal_id.into()), &event);
        }
        if changed {
            self.changed.send_modify(|revision| *revision += 1);
        }
    }
}
