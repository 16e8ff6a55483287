//! A television without a screen: the real application, real pixels, a clock that only tests
//! move, and a player that only pretends.

use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use media_player::Player;
use media_player::fake::{FakePlayer, Programme};
use media_player::publish::{Checked, Device, Devices, FakePublisher, Finding};
use media_player::record::FakeRecorder;
use parking_lot::Mutex;
use tv_app::app::{App, Capturing, MakePlayer, Parts};
use tv_app::cache::Cache;
use tv_app::client::{ClientConfig, EnrolmentState};
use tv_app::clock::{Clock as _, ManualClock};
use tv_app::interruptions::Dialog;
use tv_app::networks::{Found, Networks, Password, Trouble};
use tv_app::platform::headless::{Headless, TimeSource};
use tv_app::remote::{Change, RemoteKey, Source, SourceEvent};
use tv_app::router::Router;
use tv_app::screens::overlay::Toast;
use tv_app::screens::{Route, Screen};
use tv_canvas::Rgb;

use super::texts::texts;
use super::{Disk, NOW_MS};

/// What is waited for takes no longer than this.
const PATIENCE: Duration = Duration::from_secs(90);
/// The fake player and the screen take turns in steps of so many ms.
const STEP_MS: u64 = 50;
/// A result is looked at for two seconds; a key that is not taken after this never is.
const MOST_LOOKS: usize = 50;

/// How to start.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// Go back to where it was when the power went.
    pub resume: bool,
    /// A server to talk to; none: no network.
    pub client: Option<ClientConfig>,
    /// What the fake player plays; none: five minutes that play well.
    pub film: Option<Programme>,
}

/// See the module. Slint takes one window system a process, so there is one of these a process;
/// it can be switched off and on.
pub struct Tv {
    /// The screen.
    pub screen: Headless,
    /// The time of everything in it.
    pub clock: Arc<ManualClock>,
    app: Option<Rc<App>>,
    player: Arc<Mutex<Option<FakePlayer>>>,
    publisher: Arc<Mutex<Option<FakePublisher>>>,
    recorder: Arc<Mutex<Option<FakeRecorder>>>,
}

impl Tv {
    /// A television of 1920×1080 that is switched off.
    ///
    /// # Errors
    /// When this process has one already.
    pub fn new() -> anyhow::Result<Self> {
        let clock = Arc::new(ManualClock::new(NOW_MS));
        let screen = Headless::install(1920, 1080, TimeSource::Manual(Arc::clone(&clock)))?;
        Ok(Self {
            screen,
            clock,
            app: None,
            player: Arc::default(),
            publisher: Arc::default(),
            recorder: Arc::default(),
        })
    }

    /// Switches it on with a fake player and waits for the first whole picture.
    ///
    /// # Errors
    /// When the application does not start.
    pub fn start(&mut self, disk: &Disk, how: &Start) -> anyhow::Result<()> {
        let slot = Arc::clone(&self.player);
        *slot.lock() = None;
        let film = how
            .film
            .clone()
            .unwrap_or_else(|| Programme::lasting(300_000));
        let player: MakePlayer = Box::new(move |events| {
            let player = FakePlayer::new(events);
            player.script_others(film);
            *slot.lock() = Some(player.clone());
            Box::new(player) as Box<dyn Player>
        });
        self.start_with(disk.cache.clone(), how, player)
    }

    /// Switches it on with another player, e.g. the real one.
    ///
    /// # Errors
    /// When the application does not start.
    pub fn start_with(
        &mut self,
        cache: Cache,
        how: &Start,
        player: MakePlayer,
    ) -> anyhow::Result<()> {
        self.cut_power();
        let slot = Arc::clone(&self.publisher);
        *slot.lock() = None;
        let recorders = Arc::clone(&self.recorder);
        *recorders.lock() = None;
        let publisher = Capturing {
            publisher: Box::new(move |events| {
                let publisher = FakePublisher::new(events);
                *slot.lock() = Some(publisher.clone());
                Box::new(publisher)
            }),
            devices: plugged_in,
            check: |_| Checked {
                camera: Finding::Works,
                microphone: Finding::Works,
                loudspeaker: Finding::Works,
            },
            recorder: Box::new(move |events| {
                let recorder = FakeRecorder::new(events);
                *recorders.lock() = Some(recorder.clone());
                Box::new(recorder)
            }),
        };
        let app = App::start(Parts {
            cache,
            clock: Arc::clone(&self.clock) as _,
            player,
            client: how.client.clone(),
            publisher: Some(publisher),
            networks: Some(Arc::new(Unanswered)),
            resume: how.resume,
            learn: Box::new(|_, _| {}),
            speaks: false,
            wait_for_font: true,
            kiosk: false,
        })?;
        self.app = Some(app);
        self.settle();
        Ok(())
    }

    /// Switches it off as a power cut does; only what is on the disk stays.
    pub fn cut_power(&mut self) {
        if let Some(app) = self.app.take() {
            app.flush();
            drop(app);
            self.screen.pump();
        }
    }

    /// The application.
    ///
    /// # Panics
    /// When it is switched off.
    #[must_use]
    pub fn app(&self) -> &App {
        self.app.as_deref().expect("the television is switched on")
    }

    /// The fake player, to script it.
    ///
    /// # Panics
    /// When it is switched off or plays with another player.
    #[must_use]
    pub fn player(&self) -> FakePlayer {
        self.player
            .lock()
            .clone()
            .expect("the television has a fake player")
    }

    /// The fake publisher, to script it; `None` until something was sent to it.
    #[must_use]
    pub fn publisher(&self) -> Option<FakePublisher> {
        self.publisher.lock().clone()
    }

    /// The fake recorder, to script it; `None` until something was recorded.
    #[must_use]
    pub fn recorder(&self) -> Option<FakeRecorder> {
        self.recorder.lock().clone()
    }

    /// Waits until a condition holds, running what other threads send meanwhile.
    ///
    /// # Panics
    /// When it does not hold in time; `what` says what was waited for.
    pub fn wait_for(&self, what: &str, mut holds: impl FnMut(&App) -> bool) {
        let began = Instant::now();
        loop {
            self.screen.pump();
            if holds(self.app()) {
                return;
            }
            let left = PATIENCE.saturating_sub(began.elapsed());
            if left.is_zero() {
                let words: Vec<_> = texts(self.screen.window())
                    .into_iter()
                    .map(|text| text.words)
                    .collect();
                let route = self.route();
                panic!("waited in vain for {what}; the screen is {route:?}: {words:?}");
            }
            // A condition on something that sends no message is looked at again now and then.
            let _ = self.screen.wait(left.min(Duration::from_millis(100)));
        }
    }

    /// Waits for the approval, and goes past the first minute to Home.
    ///
    /// # Panics
    /// When nobody approves in time.
    pub fn go_past_the_first_minute(&self) {
        self.wait_for("the first minute", |app| {
            app.with_router(|router| matches!(router.top(), Screen::Lesson(_)))
        });
        self.press(RemoteKey::Home);
        assert_eq!(self.route(), Route::Home);
    }

    /// Moves the focus to an item: along the rows, to and fro, and from list to list of a section.
    ///
    /// # Panics
    /// When no arrow leads there.
    pub fn focus_item(&self, item: &str) {
        use RemoteKey::{Down, Left, Right};
        for key in [Right, Right, Down, Left, Left, Down].repeat(5) {
            if self.focus().1.as_deref() == Some(item) {
                return;
            }
            self.press(key);
        }
        let (route, focus) = (self.route(), self.focus());
        panic!("{item} cannot be reached on {route:?}; the focus is on {focus:?}");
    }

    /// Waits until everything is on the disk and every picture on the screen.
    pub fn settle(&self) {
        self.app().flush();
        self.wait_for("pictures and the player", App::is_settled);
        // The last picture may have been decoded before its message came.
        self.app().show();
        self.wait_for("pictures", App::is_settled);
        self.screen.pump();
    }

    /// Lets time pass, for the player too.
    pub fn advance(&self, ms: u64) {
        let playing = self
            .app()
            .with_router(|router| matches!(router.top(), Screen::Player(_) | Screen::Meeting(_)));
        let capturing = self.app().with_router(|router| {
            router.sign().is_some()
                || matches!(router.top(), Screen::Meeting(_) | Screen::Capture(_))
        });
        let player = self.player.lock().clone().filter(|_| playing);
        let publisher = self.publisher.lock().clone().filter(|_| capturing);
        if player.is_none() && publisher.is_none() {
            self.screen.advance(ms);
            return;
        }
        let mut left = ms;
        while left > 0 {
            let step = left.min(STEP_MS);
            left -= step;
            if let Some(player) = &player {
                player.advance(step);
            }
            if let Some(publisher) = &publisher {
                publisher.advance(step);
            }
            self.screen.advance(step);
        }
    }

    /// A short press by somebody who looks at the screen first, and time enough until the next
    /// one: a key that would not be taken yet is pressed when it is.
    pub fn press(&self, key: RemoteKey) {
        let takes = || self.router(|router| router.takes(key, self.clock.monotonic_ms()));
        for _ in 0..MOST_LOOKS {
            if takes() {
                break;
            }
            self.advance(STEP_MS);
        }
        self.hold(key, 50);
        self.advance(250);
    }

    /// Reads a card as a reader types it: fast, and with Enter at the end.
    ///
    /// # Panics
    /// When the number has anything but digits.
    pub fn card(&self, number: &str) {
        let digits = number.chars().map(|digit| {
            let digit = digit.to_digit(10).expect("a card's number has digits");
            RemoteKey::Digit(u8::try_from(digit).unwrap_or(0))
        });
        for key in digits.chain([RemoteKey::Ok]) {
            self.down(key);
            self.advance(4);
            self.up(key);
            self.advance(4);
        }
    }

    /// Presses keys one after the other.
    pub fn press_all(&self, keys: &[RemoteKey]) {
        keys.iter().for_each(|key| self.press(*key));
    }

    /// Holds a key for so many ms.
    pub fn hold(&self, key: RemoteKey, ms: u64) {
        self.down(key);
        self.advance(ms);
        self.up(key);
    }

    /// Presses a key without letting go.
    pub fn down(&self, key: RemoteKey) {
        self.feed(Change::Down(key));
    }

    /// Lets a key go.
    pub fn up(&self, key: RemoteKey) {
        self.feed(Change::Up(key));
    }

    fn feed(&self, change: Change) {
        let hub = self
            .app()
            .hub()
            .expect("a running application has a key hub");
        hub.feed(SourceEvent {
            source: Source::Virtual,
            change,
        });
        self.screen.pump();
    }

    /// The picture on the screen, with everything that belongs to it.
    #[must_use]
    pub fn frame(&self) -> Rgb {
        self.settle();
        self.screen.frame()
    }

    /// Looks at the router.
    pub fn router<T>(&self, look: impl FnOnce(&Router) -> T) -> T {
        self.app().with_router(look)
    }

    /// Which screen is on top.
    #[must_use]
    pub fn route(&self) -> Route {
        self.router(|router| router.top().controller().route())
    }

    /// Zone and key of what has the focus.
    #[must_use]
    pub fn focus(&self) -> (&'static str, Option<String>) {
        self.router(|router| {
            let focus = router.top().controller().focus();
            (focus.zone(), focus.key().map(str::to_owned))
        })
    }

    /// How many screens lie on each other.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.router(Router::depth)
    }

    /// The question over the screen and which answer is focused.
    #[must_use]
    pub fn dialog(&self) -> Option<(Dialog, usize)> {
        self.router(|router| {
            router
                .dialog()
                .map(|(dialog, focused)| (dialog.clone(), focused))
        })
    }

    /// The message at the bottom.
    #[must_use]
    pub fn toast(&self) -> Option<Toast> {
        self.router(Router::toast)
    }
}

/// What is plugged into the television.
fn plugged_in() -> Devices {
    let device = |id: &str, name: &str| Device {
        id: id.to_owned(),
        name: name.to_owned(),
    };
    Devices {
        cameras: vec![device("v4l2src:/dev/video0", "USB2.0 HD UVC WebCam")],
        microphones: vec![
            device("alsasrc:hw:1", "USB2.0 HD UVC WebCam"),
            device("pulsesrc:room", "ReSpeaker 4 Mic Array (UAC1.0)"),
        ],
    }
}

/// The enrolment code on the screen, while there is one.
#[must_use]
pub fn user_code(app: &App) -> Option<String> {
    app.with_router(|router| match router.top() {
        Screen::Enrolment(enrolment) => match enrolment.state() {
            EnrolmentState::Code { user_code, .. } => Some(user_code.clone()),
            _ => None,
        },
        _ => None,
    })
}

/// Answers nothing by itself: which networks there are and what becomes of a connection is the scene's to say.
struct Unanswered;

fn never() -> ! {
    loop {
        std::thread::park();
    }
}

impl Networks for Unanswered {
    fn look(&self, _: bool) -> Result<Found, Trouble> {
        never()
    }

    fn join(&self, _: &[u8], _: Option<&Password>) -> Result<(), Trouble> {
        never()
    }
}
