//! Puts the parts together: one window, one router, one cache, one client, one player.
//!
//! Everything here runs in the window's thread. Other threads hand their news over through the
//! event loop; writes that may wait for the disk go to a thread of their own.

mod checking;
mod drawing;
mod effects;
mod film;
mod label;
mod live;
mod networks;
mod sharing;
mod speech;
mod voice;
mod writer;

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::time::Duration;

use contract::terminal::TerminalKind;
use media_player::publish::{Devices, PublishSink, Publisher};
use media_player::record::{RecordSink, Recorder};
use media_player::{EventSink, Player};
use parking_lot::Mutex;
use slint::{ComponentHandle, Image, Timer, TimerMode};
use tv_ui::{AppWindow, CaptionLook, MeetingAdapter, PlayerAdapter, Theme, Tokens};

use crate::cache::{Cache, Pictures, Storage};
use crate::client::{Client, ClientConfig, EnrolmentState, Notice};
use crate::clock::Clock;
use crate::networks::Networks;
use crate::platform::backend::fit;
use crate::remote::keyboard::remote_key;
use crate::remote::wedge::{Out, Wedge};
use crate::remote::{Change, KeyEvent, Press, Source, SourceEvent, hub::KeyHub};
use crate::router::{OpenScreen, Outward, Router};
use crate::screens::people_view::read_halves;
use crate::screens::settings::{RawKey, is_simple, name};
use crate::screens::view::{View, read_metrics};
use crate::screens::{Base, Context, Input, Metrics, Plays, Route, Typesetter};
use film::Film;
use speech::Speech;
pub use speech::is_installed as reads_aloud;
use writer::Writer;

/// Family of the interface's font (a package dependency).
pub const FONT: &str = "Noto Sans CJK SC";

/// How long what was chosen is seen pressed before the key is answered: one frame.
const PRESSED: Duration = Duration::from_millis(10);

thread_local! {
    /// Lets closures that other threads send to the event loop find the application.
    static APP: RefCell<Weak<App>> = const { RefCell::new(Weak::new()) };
}

/// Makes the player. Called in a thread of its own, because loading plug-ins takes a while.
pub type MakePlayer = Box<dyn FnOnce(EventSink) -> Box<dyn Player> + Send>;

/// Makes what camera and microphone go through. Called when it is needed for the first time.
pub type MakePublisher = Box<dyn FnOnce(PublishSink) -> Box<dyn Publisher>>;

/// Makes what records a voice. Called when it is needed for the first time.
pub type MakeRecorder = Box<dyn FnOnce(RecordSink) -> Box<dyn Recorder>>;

/// Finds out whether what was chosen would work.
pub type Check = fn(&media_player::publish::Capture) -> media_player::publish::Checked;

/// What a TV that may have camera and microphone brings along.
pub struct Capturing {
    /// Makes what they go through.
    pub publisher: MakePublisher,
    /// Finds out what is plugged in. Called in a thread of its own, because looking takes a while.
    pub devices: fn() -> Devices,
    /// Makes what records a voice. Called when it is needed for the first time.
    pub recorder: MakeRecorder,
    /// Finds out whether what was chosen would work. Called in a thread of its own, because it takes a while.
    pub check: Check,
}

/// What the application is made of.
pub struct Parts {
    /// Everything the terminal knows.
    pub cache: Cache,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Makes the player.
    pub player: MakePlayer,
    /// Camera and microphone; `None`: this TV never has them.
    pub publisher: Option<Capturing>,
    /// Who looks after the networks of this box; `None`: nobody here.
    pub networks: Option<Arc<dyn Networks>>,
    /// Where the server is; `None` runs without a network.
    pub client: Option<ClientConfig>,
    /// Go back to where one was when the power went.
    pub resume: bool,
    /// Called with a raw key and its meaning when the user teaches the remote.
    pub learn: Box<dyn Fn(RawKey, crate::remote::RemoteKey)>,
    /// Speak; otherwise nothing is heard, and nobody is told how far it is (tests, screenshots).
    pub speaks: bool,
    /// Load the font's widths before the first screen instead of beside it (tests, screenshots).
    pub wait_for_font: bool,
    /// There is nothing but this program on the box: no key leaves it.
    pub kiosk: bool,
}

/// The running application.
pub struct App {
    window: AppWindow,
    view: View,
    router: RefCell<Router>,
    cache: Cache,
    client: RefCell<Option<Client>>,
    player: RefCell<Option<Box<dyn Player>>>,
    waiting: RefCell<Vec<media_player::Command>>,
    capture: RefCell<live::Capture>,
    /// `None`: this TV never has camera and microphone.
    check: Option<Check>,
    voice: RefCell<voice::Voice>,
    networks: Option<Arc<dyn Networks>>,
    clock: Arc<dyn Clock>,
    metrics: Cell<Metrics>,
    typesetter: RefCell<Typesetter>,
    pictures: Pictures,
    writer: Writer,
    speech: Speech,
    labels: label::Labels,
    hub: RefCell<Option<Rc<KeyHub>>>,
    wedge: RefCell<Wedge>,
    wedge_timer: Timer,
    timer: Timer,
    minute: Timer,
    film: RefCell<Film>,
    /// How often the player was told to leave what it plays and has not said yet that it has: until
    /// then it tells of something that is not on the screen any more.
    leaving: Cell<u32>,
    /// The player was told that a programme is near.
    prepared: Cell<bool>,
    /// The screens leave room for the sign that somebody looks into this place.
    watched: Cell<bool>,
    /// A meeting has the camera that somebody would look through.
    viewing_waits: Cell<bool>,
    /// The key that is shown pressed and will be answered with the next frame.
    pressed: Cell<Option<KeyEvent>>,
    opening: Timer,
    learning: Cell<bool>,
    can_learn: Cell<bool>,
    learn: Box<dyn Fn(RawKey, crate::remote::RemoteKey)>,
    /// Whether the server answers; `None` until it was tried.
    connection: Cell<Option<bool>>,
    told_before: Cell<bool>,
    quitting: Cell<bool>,
    /// The program is to begin anew when it has ended.
    restarting: Cell<bool>,
    status: Arc<Mutex<serde_json::Value>>,
}

impl App {
    /// Makes the window and shows the first screen with what is in the cache.
    ///
    /// # Errors
    /// When the window, a thread or the HTTP client cannot be had.
    pub fn start(parts: Parts) -> anyhow::Result<Rc<Self>> {
        let Parts {
            cache,
            clock,
            player,
            publisher,
            networks,
            client,
            resume,
            learn,
            speaks,
            wait_for_font,
            kiosk,
        } = parts;
        let window = AppWindow::new()?;
        let check = publisher.as_ref().map(|capturing| capturing.check);
        let (publisher, voice) = voice::apart(publisher);
        let pictures = Pictures::start(cache.clone(), Arc::new(|| later(App::pictures_ready)))?;
        let typesetter = if wait_for_font {
            Typesetter::load(FONT)
        } else {
            Typesetter::estimated()
        };
        let enrolled = cache.enrolment().is_some();
        let app = Rc::new(Self {
            view: View::new(pictures.clone()),
            router: RefCell::new(Router::new(enrolled).in_kiosk(kiosk)),
            client: RefCell::default(),
            player: RefCell::default(),
            waiting: RefCell::default(),
            capture: RefCell::new(live::Capture::new(publisher)),
            check,
            voice: RefCell::new(voice),
            networks,
            clock: Arc::clone(&clock),
            metrics: Cell::new(Metrics::default()),
            typesetter: RefCell::new(typesetter),
            pictures,
            writer: Writer::start(cache.clone())?,
            speech: if speaks {
                Speech::new(
                    cache.folder(),
                    Arc::new(|turn, piece| later(move |app| app.said(turn, piece))),
                )
            } else {
                Speech::silent()
            },
            labels: label::Labels::default(),
            hub: RefCell::default(),
            wedge: RefCell::default(),
            wedge_timer: Timer::default(),
            timer: Timer::default(),
            film: RefCell::default(),
            leaving: Cell::new(0),
            prepared: Cell::new(false),
            watched: Cell::new(false),
            viewing_waits: Cell::new(false),
            pressed: Cell::default(),
            opening: Timer::default(),
            minute: Timer::default(),
            learning: Cell::new(false),
            can_learn: Cell::new(false),
            learn,
            connection: Cell::new(None),
            told_before: Cell::new(false),
            quitting: Cell::new(false),
            restarting: Cell::new(false),
            status: Arc::default(),
            cache,
            window,
        });
        APP.with(|slot| *slot.borrow_mut() = Rc::downgrade(&app));
        drawing::bind(&app.window, &app.view);
        app.connect_window();
        app.apply_settings();
        app.follow_labels();
        app.first_screen(resume);
        app.window.show()?;
        fit(app.window.window());
        app.cache
            .tell_storage(Arc::new(|| later(|app| app.input(&Input::Changed))));
        app.look_after();
        app.start_minute();
        if !wait_for_font {
            std::thread::Builder::new().name("font".into()).spawn(|| {
                let typesetter = Typesetter::load(FONT);
                later(move |app| app.font_loaded(typesetter));
            })?;
        }
        std::thread::Builder::new()
            .name("player-start".into())
            .spawn(move || {
                let player = player(Arc::new(|event| later(move |app| app.on_player(&event))));
                later(move |app| app.player_ready(player));
            })?;
        if let Some(config) = client {
            let notify = Arc::new(|notice| later(move |app| app.on_notice(notice)));
            *app.client.borrow_mut() = Some(Client::start(config, app.cache.clone(), notify)?);
        }
        Ok(app)
    }

    fn connect_window(self: &Rc<Self>) {
        let hub = KeyHub::new(Arc::clone(&self.clock), |event| {
            if let Some(app) = current() {
                app.on_typed(event);
            }
        });
        *self.hub.borrow_mut() = Some(hub);
        let feed = |text: &str, change: fn(crate::remote::RemoteKey) -> Change| {
            if let (Some(app), Some(key)) = (current(), remote_key(text))
                && let Some(hub) = app.hub()
            {
                hub.feed(SourceEvent {
                    source: Source::Window,
                    change: change(key),
                });
            }
        };
        // The kernel's and the window system's own repeats are ignored: ours has its own pace.
        self.window.on_key_pressed(move |text, repeat| {
            if !repeat {
                feed(&text, Change::Down);
            }
        });
        self.window
            .on_key_released(move |text| feed(&text, Change::Up));
        self.window.on_resized(|| {
            if let Some(app) = current() {
                fit(app.window.window());
                app.show();
            }
        });
        self.window.window().on_close_requested(|| {
            if let Some(app) = current() {
                app.quit();
            }
            slint::CloseRequestResponse::HideWindow
        });
    }

    /// Where the sources of keys put them in.
    #[must_use]
    pub fn hub(&self) -> Option<Rc<KeyHub>> {
        self.hub.borrow().clone()
    }

    /// The window.
    #[must_use]
    pub const fn window(&self) -> &AppWindow {
        &self.window
    }

    /// What is on the screen, for the virtual TV's automation; readable from any thread.
    #[must_use]
    pub fn status(&self) -> Arc<Mutex<serde_json::Value>> {
        Arc::clone(&self.status)
    }

    /// The cache it reads.
    #[must_use]
    pub const fn cache(&self) -> &Cache {
        &self.cache
    }

    /// Looks at the router; for tests and the crawler.
    pub fn with_router<T>(&self, look: impl FnOnce(&Router) -> T) -> T {
        look(&self.router.borrow())
    }

    /// Waits until everything that is being written down is on the disk; for tests.
    pub fn flush(&self) {
        self.writer.flush();
    }

    /// Whether every picture that the screen asked for is decoded and the player has started.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.pictures.is_idle() && self.player.borrow().is_some()
    }

    fn with_context<T>(&self, act: impl FnOnce(&mut Router, &Context<'_>) -> T) -> T {
        let metrics = self.metrics.get();
        let typesetter = self.typesetter.borrow();
        let context = Context {
            cache: &self.cache,
            metrics: &metrics,
            typesetter: &typesetter,
            now: self.cache.server_time(),
            ticks_ms: self.clock.monotonic_ms(),
            new_key: &|| uuid::Uuid::now_v7().to_string(),
            random: &random,
        };
        act(&mut self.router.borrow_mut(), &context)
    }

    fn first_screen(&self, resume: bool) {
        let screens: Vec<OpenScreen> = self
            .cache
            .resume_point()
            .filter(|_| resume)
            .and_then(|json| {
                serde_json::from_str(&json)
                    .inspect_err(|error| tracing::warn!(%error, "where to resume is unreadable"))
                    .ok()
            })
            .unwrap_or_default();
        let enrolled = self.router.borrow().is_enrolled();
        let outward = self.with_context(|router, context| {
            if screens.is_empty() || !enrolled {
                router.start(context)
            } else {
                router.resume(&screens, context)
            }
        });
        self.carry_out(outward);
        // What had to be shown when the power went, too.
        let outward = self.with_context(|router, context| router.handle(&Input::Changed, context));
        self.carry_out(outward);
        self.show();
    }

    /// Opens a screen on top; for tests and pictures of it, without the way there.
    pub fn open(&self, route: &Route) {
        let outward = self.with_context(|router, context| router.visit(route, context));
        self.carry_out(outward);
        self.show();
    }

    /// Tells the screens something and draws what came of it.
    pub fn input(&self, input: &Input) {
        let outward = self.with_context(|router, context| router.handle(input, context));
        self.carry_out(outward);
        self.follow_look();
        self.show();
    }

    fn carry_out(&self, outward: Vec<Outward>) {
        for item in outward {
            match item {
                Outward::Effect(effect) => self.effect(effect),
                Outward::Join {
                    meeting_id,
                    viewing_id,
                } => self.join(&meeting_id, &viewing_id),
                Outward::Quit => self.quit(),
            }
        }
    }

    /// Tells cards from keys where a card may be read; anywhere else no key waits.
    fn on_typed(&self, event: KeyEvent) {
        let reads_cards = crate::screens::attendance::kind(&self.cache) == TerminalKind::Station;
        let idle = self.wedge.borrow().deadline().is_none();
        if self.learning.get() || (!reads_cards && idle) {
            self.on_key(event);
            return;
        }
        let out = self.wedge.borrow_mut().feed(event);
        self.on_read(out);
    }

    fn on_read(&self, out: Vec<Out>) {
        if let Some(at) = self.wedge.borrow().deadline() {
            let wait = at.saturating_sub(self.clock.monotonic_ms()).max(1);
            self.wedge_timer
                .start(TimerMode::SingleShot, Duration::from_millis(wait), || {
                    if let Some(app) = current() {
                        let out = app.wedge.borrow_mut().poll(app.clock.monotonic_ms());
                        app.on_read(out);
                    }
                });
        }
        for one in out {
            match one {
                Out::Key(event) => self.on_key(event),
                Out::Card(card) => self.input(&Input::Card(card)),
            }
        }
    }

    fn on_key(&self, event: KeyEvent) {
        if self.learning.get()
            && !matches!(
                event.key,
                crate::remote::RemoteKey::Back | crate::remote::RemoteKey::Home
            )
        {
            return;
        }
        self.answer_pressed();
        let is_taken = self
            .router
            .borrow()
            .takes(event.key, self.clock.monotonic_ms());
        if event.press == Press::Down && is_taken && self.shows_press(event.key) {
            self.window.global::<Tokens<'_>>().set_pressed(true);
            self.pressed.set(Some(event));
            self.opening.start(TimerMode::SingleShot, PRESSED, || {
                if let Some(app) = current() {
                    app.answer_pressed();
                }
            });
            return;
        }
        self.answer(event);
    }

    /// Whether a key may lead to another screen, which can take two or three frames to make. Such
    /// a key is answered in the first frame all the same: what has the focus shows that it is
    /// pressed. Where keys act at once (the player, the test of keys, letters, PINs) they are not held up.
    fn shows_press(&self, key: crate::remote::RemoteKey) -> bool {
        use crate::remote::RemoteKey as Key;
        let router = self.router.borrow();
        let leads = matches!(
            key,
            Key::Ok
                | Key::Back
                | Key::Home
                | Key::Menu
                | Key::Digit(_)
                | Key::Red
                | Key::Green
                | Key::Blue
        );
        leads && !router.top().controller().acts_at_once(key)
    }

    /// Answers the key that is shown pressed, if there is one.
    fn answer_pressed(&self) {
        self.opening.stop();
        if let Some(event) = self.pressed.take() {
            self.window.global::<Tokens<'_>>().set_pressed(false);
            self.answer(event);
        }
    }

    fn answer(&self, event: KeyEvent) {
        let times_keys = self.router.borrow().nature().times_keys;
        self.input(&Input::Key(event.key, event.press));
        if times_keys && event.press == Press::Down {
            let began = event.at_ms;
            // The event loop paints before it comes to this timer for the second time.
            Timer::single_shot(Duration::ZERO, move || {
                Timer::single_shot(Duration::ZERO, move || {
                    if let Some(app) = current() {
                        let took = app.clock.monotonic_ms().saturating_sub(began);
                        #[expect(
                            clippy::cast_precision_loss,
                            reason = "milliseconds of one key press"
                        )]
                        app.input(&Input::Painted(took as f32));
                    }
                });
            });
        }
    }

    /// Says that there is a receiver whose raw keys come to [`App::raw_key`].
    pub fn allow_learning(&self) {
        self.can_learn.set(true);
    }

    /// A button of a remote went down, known or not; heard while the wizard learns.
    pub fn raw_key(&self, raw: RawKey) {
        if self.learning.get() {
            self.input(&Input::RawKey(raw));
        }
    }

    /// Draws the screen and sets the next alarm.
    pub fn show(&self) {
        self.make_room();
        let sync = self.cache.sync_state();
        self.with_context(|router, context| {
            drawing::draw(&self.window, &self.view, router, context, &sync);
        });
        if !self.shows_film() {
            self.forget_film();
        }
        self.router.borrow_mut().drawn(self.clock.monotonic_ms());
        self.label_later();
        let router = self.router.borrow();
        if matches!(router.nature().plays, Plays::Near | Plays::Meeting)
            && !self.prepared.replace(true)
        {
            self.tell_player(media_player::Command::Prepare);
        }
        match router.wake_at(self.clock.monotonic_ms()) {
            Some(at) => {
                let wait = at.saturating_sub(self.clock.monotonic_ms()).max(1);
                self.timer
                    .start(TimerMode::SingleShot, Duration::from_millis(wait), || {
                        if let Some(app) = current() {
                            app.input(&Input::Tick);
                        }
                    });
            }
            None => self.timer.stop(),
        }
        let focus = router.top().controller().focus();
        let route = router.top().controller().route();
        *self.status.lock() = serde_json::json!({
            "route": route,
            "zone": focus.zone(),
            "item": focus.key(),
            "depth": router.depth(),
            "dialog": router.dialog().is_some(),
            "online": sync.online,
            "pending": sync.pending_writes,
            "stored": self.cache.storage() == Storage::Disk,
            "watched": router.sign().is_some(),
            "waits_for_network": router.top().controller().waits_for_network(),
            "seen": self.is_seen(),
            "meeting": router.meeting().map(|meeting| self.meeting_status(meeting)),
        });
    }

    /// The screens become smaller while the sign stands over them that somebody looks into this
    /// place, so that it hides nothing.
    fn make_room(&self) {
        let watched = self.router.borrow().sign().is_some();
        if self.watched.replace(watched) == watched {
            return;
        }
        self.window.global::<Tokens<'_>>().set_watched(watched);
        self.metrics.set(read_metrics(&self.window));
        let outward = self.with_context(|router, context| router.handle(&Input::Resized, context));
        self.carry_out(outward);
    }

    /// Whether a key is shown pressed and not answered yet.
    #[must_use]
    pub fn is_opening(&self) -> bool {
        self.opening.running()
    }

    /// The clock on the screen changes with the minute, and so may what is today, soon or over.
    fn start_minute(&self) {
        let past = self.cache.server_time().at_ms.rem_euclid(60_000);
        let wait = u64::try_from(60_000 - past).unwrap_or(60_000);
        self.minute
            .start(TimerMode::SingleShot, Duration::from_millis(wait), || {
                if let Some(app) = current() {
                    app.input(&Input::Changed);
                    app.check_documents();
                    app.look_after();
                    app.start_minute();
                }
            });
    }

    /// Has the documents looked at once, when the start is over, where nothing waits for it.
    fn check_documents(&self) {
        if self.cache.is_checked() {
            return;
        }
        let cache = self.cache.clone();
        let done = std::thread::Builder::new()
            .name("check".into())
            .spawn(move || cache.check_once());
        if let Err(error) = done {
            tracing::warn!(%error, "the documents are not looked at");
        }
    }

    /// Has the storage looked after, in the thread that may wait for the disk.
    fn look_after(&self) {
        self.writer.run(|cache| {
            cache.look_after();
            Ok(())
        });
    }

    fn font_loaded(&self, typesetter: Typesetter) {
        *self.typesetter.borrow_mut() = typesetter;
        self.input(&Input::Resized);
    }

    fn pictures_ready(&self) {
        self.show();
    }

    /// Takes news of the client; public, so that tests can speak in its place.
    pub fn on_notice(&self, notice: Notice) {
        match notice {
            Notice::ContentChanged(_) | Notice::OutboxChanged(_) | Notice::Keep { .. } => {
                // Content of a terminal that was just approved: it can show Home now.
                if self.router.borrow().nature().base == Some(Base::Unenrolled)
                    && self.cache.enrolment().is_some()
                {
                    self.input(&Input::Enrolment(EnrolmentState::Approved));
                }
                self.input(&Input::Changed);
            }
            Notice::Online(online) => {
                let before = self.connection.replace(Some(online));
                if before != Some(online) {
                    let toast = if online {
                        crate::screens::overlay::Toast::BackOnline
                    } else {
                        crate::screens::overlay::Toast::Offline
                    };
                    let enrolled = self.router.borrow().nature().base != Some(Base::Unenrolled);
                    // The first connection after the start is nothing to tell anybody about.
                    if enrolled
                        && (!online || self.cache.sync_state().last_sync_at_ms.is_some())
                        && self.told_before.replace(true)
                    {
                        self.with_context(|router, context| router.show_toast(toast, context));
                    }
                }
                self.input(&Input::Changed);
            }
            Notice::ClockChanged => {
                self.input(&Input::Changed);
                self.start_minute();
            }
            Notice::Enrolment(state) => self.input(&Input::Enrolment(state)),
            Notice::Urgent { bulletin_id, title } => self.input(&Input::Announced {
                id: bulletin_id,
                title,
            }),
            Notice::Revoked => {
                self.want_look(None);
                self.input(&Input::Revoked);
            }
            Notice::FileReady(file) => {
                self.pictures.file_ready(&file);
            }
            Notice::PeopleChanged | Notice::TerminalChanged => self.input(&Input::Changed),
            Notice::Duty { publish } => {
                // The sign before the picture.
                self.input(&Input::Changed);
                self.want_look(publish);
                self.show();
            }
            Notice::Restart => self.restart(),
            Notice::CheckStation => self.check_station(),
            Notice::Told { key, told } => self.input(&Input::Told(key, told)),
            Notice::Joined { meeting_id, access } => {
                self.input(&Input::Joined(meeting_id, access));
            }
            Notice::JoinFailed(failure) => self.input(&Input::JoinFailed(failure)),
            Notice::Place { meeting_id, place } => self.input(&Input::Place(meeting_id, place)),
        }
    }

    /// A network came up: nothing that waits for the server waits any longer.
    pub fn network_came(&self) {
        if let Some(client) = self.client.borrow().as_ref() {
            client.network_came();
        }
    }

    fn on_player(&self, event: &media_player::Event) {
        let leaving = self.leaving.get();
        if *event == media_player::Event::SourceLeft {
            self.leaving.set(leaving.saturating_sub(1));
            return;
        }
        if leaving > 0 {
            return;
        }
        if *event == media_player::Event::FrameReady {
            self.show_frame();
            return;
        }
        let outward = self.with_context(|router, context| router.player_event(event, context));
        self.carry_out(outward);
        if self.shows_film() {
            self.show();
        }
    }

    /// Whether what the player plays is seen on the screen on top.
    fn shows_film(&self) -> bool {
        self.router.borrow().playing().is_some()
    }

    fn show_frame(&self) {
        let Some(frame) = self
            .player
            .borrow()
            .as_ref()
            .and_then(|player| player.take_frame())
        else {
            return;
        };
        if !self.shows_film() {
            return;
        }
        let fills = frame.width * 9 == frame.height * 16;
        let image = self.film.borrow_mut().show(frame);
        if self.router.borrow().playing() == Some(Plays::Meeting) {
            let adapter = self.window.global::<MeetingAdapter<'_>>();
            adapter.set_frame(image);
            adapter.set_has_frame(true);
            adapter.set_fills(fills);
            self.count_frame();
            return;
        }
        let adapter = self.window.global::<PlayerAdapter<'_>>();
        adapter.set_frame(image);
        adapter.set_has_frame(true);
        adapter.set_fills(fills);
    }

    /// No picture of a programme is shown or kept any more.
    pub(in crate::app) fn forget_film(&self) {
        if !self.film.borrow().holds_any() {
            return;
        }
        let adapter = self.window.global::<PlayerAdapter<'_>>();
        adapter.set_has_frame(false);
        adapter.set_fills(false);
        adapter.set_frame(Image::default());
        let adapter = self.window.global::<MeetingAdapter<'_>>();
        adapter.set_has_frame(false);
        adapter.set_fills(false);
        adapter.set_frame(Image::default());
        self.film.borrow_mut().clear();
    }

    fn player_ready(&self, player: Box<dyn Player>) {
        player.paint_into(self.film.borrow().memory());
        for command in self.waiting.borrow_mut().drain(..) {
            player.send(command);
        }
        *self.player.borrow_mut() = Some(player);
    }

    fn tell_player(&self, command: media_player::Command) {
        if matches!(
            command,
            media_player::Command::Load(_) | media_player::Command::Stop
        ) {
            self.leaving.set(self.leaving.get() + 1);
        }
        match self.player.borrow().as_ref() {
            Some(player) => player.send(command),
            None => self.waiting.borrow_mut().push(command),
        }
    }

    /// Counts of the pictures played since the last load.
    #[must_use]
    pub fn player_statistics(&self) -> media_player::Statistics {
        self.player
            .borrow()
            .as_ref()
            .map(|player| player.statistics())
            .unwrap_or_default()
    }

    /// Takes over what is set: text size, safe area, theme, language.
    fn apply_settings(&self) {
        let tokens = self.window.global::<Tokens<'_>>();
        let number = |name, fallback: f32| {
            self.cache
                .setting(name)
                .and_then(|value| value.parse().ok())
                .unwrap_or(fallback)
        };
        // In the simple mode it is the largest.
        let least = if is_simple(&self.cache) { 150.0 } else { 100.0 };
        tokens.set_scale(number(name::TEXT_SIZE, 100.0).clamp(least, 150.0) / 100.0);
        tokens.set_safe(number(name::SAFE_AREA, 5.0).clamp(0.0, 10.0) / 100.0);
        let projector = self.cache.setting(name::THEME).as_deref() == Some("projector");
        tokens.set_theme(if projector {
            Theme::Projector
        } else {
            Theme::Standard
        });
        let captions = self.window.global::<CaptionLook<'_>>();
        let is = |name, value| self.cache.setting(name).as_deref() == Some(value);
        captions.set_bold(is(name::CAPTION_WEIGHT, "bold"));
        captions.set_plain(is(name::CAPTION_GROUND, "none"));
        captions.set_at_top(is(name::CAPTION_PLACE, "top"));
        let language = if self.cache.setting(name::LANGUAGE).as_deref() == Some("en") {
            "en"
        } else {
            ""
        };
        if let Err(error) = slint::select_bundled_translation(language) {
            tracing::warn!(%error, language, "this language is not built in");
        }
        read_halves(&self.window);
        self.metrics.set(read_metrics(&self.window));
    }

    /// Leaves, with everything written down.
    pub fn quit(&self) {
        // A wanted end is no power cut: the next start begins at Home.
        self.end(Some("[]"));
    }

    /// Leaves to begin anew where one is.
    pub fn restart(&self) {
        self.restarting.set(true);
        self.end(None);
    }

    /// Whether the program is to begin anew now that it has ended.
    #[must_use]
    pub fn is_restarting(&self) -> bool {
        self.restarting.get()
    }

    fn end(&self, resume: Option<&str>) {
        if self.quitting.replace(true) {
            return;
        }
        self.writer.finish(resume);
        self.tell_player(media_player::Command::Stop);
        self.want_look(None);
        self.publish(media_player::publish::PublishCommand::Close);
        *self.client.borrow_mut() = None;
        if let Err(error) = slint::quit_event_loop() {
            tracing::warn!(%error, "the event loop is over already");
        }
    }
}

/// A random number, of the half of a UUID that is wholly random.
fn random() -> u64 {
    let (_, low) = uuid::Uuid::new_v4().as_u64_pair();
    // The variant is in the upper two bits.
    (low << 2) | (uuid::Uuid::new_v4().as_u64_pair().1 & 3)
}

/// The application of this thread.
fn current() -> Option<Rc<App>> {
    APP.with(|slot| slot.borrow().upgrade())
}

/// Runs something in the window's thread; dropped when the application is gone.
pub fn later(act: impl FnOnce(&App) + Send + 'static) {
    let sent = slint::invoke_from_event_loop(move || {
        if let Some(app) = current() {
            act(&app);
        }
    });
    if sent.is_err() {
        tracing::debug!("the event loop is over");
    }
}
