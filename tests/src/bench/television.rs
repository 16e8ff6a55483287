//! The TV application in this process, on a screen in memory, in real time.

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use media_player::{GstPlayer, Player};
use tv_app::app::{App, Parts};
use tv_app::cache::Cache;
use tv_app::client::ClientConfig;
use tv_app::clock::{Clock, SystemClock};
use tv_app::focus::Remembered;
use tv_app::platform::headless::{Headless, TimeSource};
use tv_app::remote::hub::KeyHub;
use tv_app::remote::{Change, RemoteKey, Source, SourceEvent};
use tv_app::router::OpenScreen;
use tv_app::screens::Route;

/// Length of a frame at 60 a second.
pub const FRAME: Duration = Duration::from_millis(16);
/// Nothing painted for so long: the screen has come to rest.
const REST: Duration = Duration::from_millis(300);
/// The longest wait for that; a playing programme never rests.
const UNREST: Duration = Duration::from_secs(3);
/// Turns of the event loop in which a key is answered: its own, and one for each of the two things
/// at most that a screen puts off until it is done. Whatever is painted later is not its answer.
const TURNS: usize = 3;

/// What a key led to, and how long it took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Answer {
    /// Until a frame had been painted; `None` when the key painted nothing.
    pub frame: Option<Duration>,
    /// Until the screen that it opened had been painted.
    pub opened: Option<Duration>,
}

/// A running TV.
pub struct Television {
    /// The application.
    pub app: Rc<App>,
    /// Its screen.
    pub screen: Headless,
    hub: Rc<KeyHub>,
}

impl Television {
    /// Starts it at 1920×1080 with this stack of screens.
    ///
    /// # Errors
    /// When the application does not start.
    pub fn start(
        data: &Path,
        routes: Vec<Route>,
        server: Option<&str>,
        clock: Arc<dyn Clock>,
    ) -> anyhow::Result<Self> {
        let screen = Headless::install(1920, 1080, TimeSource::Real)?;
        let cache = Cache::open(data, Arc::clone(&clock))?;
        let open: Vec<OpenScreen> = routes
            .into_iter()
            .map(|route| OpenScreen {
                route,
                focus: Remembered::default(),
            })
            .collect();
        cache.set_resume_point(&serde_json::to_string(&open)?)?;
        let app = App::start(Parts {
            cache,
            clock,
            player: Box::new(|events| Box::new(GstPlayer::new(events)) as Box<dyn Player>),
            publisher: None,
            networks: None,
            client: server.map(|url| ClientConfig::new(url, "bench")),
            resume: true,
            learn: Box::new(|_, _| {}),
            speaks: false,
            wait_for_font: false,
            kiosk: false,
        })?;
        let hub = app.hub().context("no keys")?;
        Ok(Self { app, screen, hub })
    }

    /// As [`Television::start`], with the machine's clock and no network.
    ///
    /// # Errors
    /// As there.
    pub fn alone(data: &Path, routes: Vec<Route>) -> anyhow::Result<Self> {
        Self::start(data, routes, None, Arc::new(SystemClock::new()))
    }

    /// Puts a change of a key in, as a remote does.
    pub fn feed(&self, change: Change) {
        self.hub.feed(SourceEvent {
            source: Source::Window,
            change,
        });
    }

    /// Runs the application until `done`, at most for `time`. Answers whether it was.
    pub fn run_until(&self, time: Duration, mut done: impl FnMut(&Self) -> bool) -> bool {
        let until = Instant::now() + time;
        loop {
            self.screen.pump();
            if done(self) {
                return true;
            }
            if Instant::now() >= until {
                return false;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Runs for this long.
    pub fn run_for(&self, time: Duration) {
        self.run_until(time, |_| false);
    }

    /// Runs until nothing has been painted for a while.
    pub fn rest(&self) {
        let until = Instant::now() + UNREST;
        let mut quiet = Instant::now();
        while quiet.elapsed() < REST && Instant::now() < until {
            if self.screen.pump().is_some() {
                quiet = Instant::now();
            }
            std::thread::sleep(FRAME);
        }
    }

    /// Presses a key and lets go.
    pub fn press(&self, key: RemoteKey) -> Answer {
        // A frame that is due anyway must not be taken for the answer.
        self.screen.pump();
        let pressed = Instant::now();
        self.feed(Change::Down(key));
        let answered = (0..TURNS).any(|_| self.screen.pump().is_some());
        let frame = answered.then(|| pressed.elapsed());
        let mut opened = None;
        while self.app.is_opening() {
            std::thread::sleep(Duration::from_millis(1));
            self.screen.pump();
            opened = Some(pressed.elapsed());
        }
        self.feed(Change::Up(key));
        Answer { frame, opened }
    }

    /// The screen on top.
    #[must_use]
    pub fn route(&self) -> Route {
        self.app
            .with_router(|router| router.top().controller().route())
    }
}
