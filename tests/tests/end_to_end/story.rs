//! The whole story in one process: a real server, the real TV application with its real player
//! and client, and a network between them that is cut in the middle of everything.

use std::cell::Cell;
use std::time::{Duration, Instant};

use contract::terminal::Progress;
use e2e::harness::proxy::Proxy;
use e2e::harness::texts::shows;
use e2e::harness::tv::user_code;
use e2e::harness::{Backend, Disk, Start, Tv, small, sync};
use media_player::testing::ClipSpec;
use media_player::{GstPlayer, Settings, Sound, State};
use tv_app::app::App;
use tv_app::cache::{KeepState, Order};
use tv_app::remote::RemoteKey;
use tv_app::screens::{Route, Screen};

/// Length of the programme.
const SECONDS: u32 = 40;
/// The programme has some 2 Mbit/s; the network is hardly faster, so that not all of it is here
/// when the network is cut.
const BYTES_PER_SECOND: u64 = 400_000;

/// Everything there is: server, network, terminal.
struct World {
    tv: Tv,
    disk: Disk,
    proxy: Proxy,
    backend: Backend,
    folder: tempfile::TempDir,
    /// Until when the clocks have run.
    until: Cell<Instant>,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let film = ClipSpec {
            seconds: SECONDS,
            width: 640,
            height: 360,
            ..ClipSpec::default()
        };
        small::write(&folder.path().join("content"), &film).unwrap();
        let backend = Backend::start(&folder.path().join("server"), |_| {}).unwrap();
        let report = backend.import(&folder.path().join("content")).unwrap();
        assert!(!report.has_complaints(), "{report}");
        let proxy =
            Proxy::start(backend.url().trim_start_matches("http://").parse().unwrap()).unwrap();
        let tv = Tv::new().unwrap();
        let disk = Disk::new(&tv.clock).unwrap();
        let mut world = Self {
            tv,
            disk,
            proxy,
            backend,
            folder,
            until: Cell::new(Instant::now()),
        };
        world.switch_on();
        world
    }

    fn switch_on(&mut self) {
        let start = Start {
            resume: true,
            client: Some(sync::quick_client(&self.proxy.url())),
            ..Start::default()
        };
        let player = Box::new(|events| {
            let settings = Settings {
                sound: Sound::Silent,
                skip_late_pictures: false,
            };
            Box::new(GstPlayer::with(settings, events)) as Box<dyn media_player::Player>
        });
        self.tv
            .start_with(self.disk.cache.clone(), &start, player)
            .unwrap();
    }

    /// Waits for a condition. The player plays in real time, so the clocks of the server and of the
    /// terminal run with it.
    fn wait_for(&self, what: &str, mut holds: impl FnMut(&App) -> bool) {
        self.until.set(Instant::now());
        self.tv.wait_for(what, |app| {
            let passed = self.until.get().elapsed().as_millis();
            let passed = u32::try_from(passed).expect("a test takes minutes");
            self.until
                .set(self.until.get() + Duration::from_millis(passed.into()));
            self.tv.clock.advance(passed.into());
            self.backend.clock.advance_ms(passed.into());
            holds(app)
        });
    }

    /// Approves the code that the TV shows, and waits until everything is here.
    fn enrol(&self) -> String {
        self.wait_for("the code", |app| user_code(app).is_some());
        let code = user_code(self.tv.app()).unwrap();
        self.backend.approve(&code, "ZJ").unwrap();
        self.tv.go_past_the_first_minute();
        self.wait_for("all content", |app| {
            sync::find_programme(app.cache(), small::PROGRAMME).is_some()
                && app.cache().wanted_files().is_empty()
        });
        sync::find_programme(&self.disk.cache, small::PROGRAMME).unwrap()
    }

    /// From Home to the programme's page, by keys alone.
    fn open_programme(&self, id: &str) {
        self.tv.press_all(&[RemoteKey::Home, RemoteKey::Digit(4)]);
        self.tv.focus_item(small::PROGRAMME_LIST);
        // Into the list, and from the programme that OK would play to what else can be done with it.
        self.tv
            .press_all(&[RemoteKey::Ok, RemoteKey::Right, RemoteKey::Ok]);
        assert_eq!(self.tv.route(), Route::Programme { id: id.to_owned() });
    }

    /// Waits until the player is in a state.
    fn wait_for_player(&self, wanted: State) {
        self.wait_for(&format!("{wanted:?}"), |app| {
            app.with_router(|router| player(router.top()).is_some_and(|(state, _)| state == wanted))
        });
    }

    /// Waits until it plays at this place, in ms.
    fn wait_for_position(&self, position_ms: i64) {
        self.wait_for(&format!("{position_ms} ms"), |app| {
            app.with_router(|router| {
                player(router.top())
                    .is_some_and(|(state, at)| state == State::Playing && at >= position_ms)
            })
        });
    }

    fn position(&self) -> i64 {
        self.tv
            .router(|router| player(router.top()))
            .expect("the player is on the screen")
            .1
    }

    fn progress(&self, id: &str) -> Option<Progress> {
        let terminal = self.disk.cache.enrolment()?.terminal_id;
        self.backend
            .store()
            .unwrap()
            .read(|tx| store::progress::get(tx, &terminal, id))
            .unwrap()
    }

    /// Waits until the server knows all that was watched, and no more.
    fn wait_for_progress(&self, id: &str) -> Progress {
        // What the screen has reported is written by another thread.
        self.tv.app().flush();
        self.wait_for("the progress at the server", |app| {
            let watched = app
                .cache()
                .watch_state(id)
                .map_or(0, |state| state.watched_ms);
            app.cache().pending().is_empty()
                && self
                    .progress(id)
                    .is_some_and(|progress| progress.watched_ms >= watched && watched > 0)
        });
        let (progress, state) = (
            self.progress(id).unwrap(),
            self.disk.cache.watch_state(id).unwrap(),
        );
        assert_eq!(
            progress.watched_ms, state.watched_ms,
            "every report counts exactly once"
        );
        assert_eq!(progress.position_ms, state.position_ms);
        progress
    }

    /// Whether words are on the screen.
    fn shows(&self, words: &str) -> bool {
        self.tv.settle();
        shows(self.tv.screen.window(), words)
    }
}

fn player(screen: &Screen) -> Option<(State, i64)> {
    match screen {
        Screen::Player(player) => Some((player.state(), player.times().0)),
        _ => None,
    }
}

#[test]
fn a_home_enrols_watches_and_its_progress_counts_once() {
    let world = World::new();
    world.wait_for("the code", |app| user_code(app).is_some());
    let shown = user_code(world.tv.app()).unwrap();
    assert!(world.shows(&shown), "the code {shown} is on the screen");
    let id = world.enrol();
    world.open_programme(&id);
    assert!(world.shows(small::PROGRAMME));
    world.tv.press(RemoteKey::Ok);
    // Past the first report of five seconds, so that there are two.
    world.wait_for_position(6_500);
    let shown = world.tv.app().player_statistics();
    assert!(
        shown.frames > 100,
        "6.5 s of 25 pictures a second, but only {shown:?}"
    );
    world.tv.press(RemoteKey::Pause);
    world.wait_for_player(State::Paused);
    let progress = world.wait_for_progress(&id);
    assert!(
        (6_000..=8_500).contains(&progress.watched_ms),
        "{progress:?}"
    );
    assert!(!progress.finished);

    // Left and opened again it goes on where it was.
    world.tv.press(RemoteKey::Back);
    assert_eq!(world.tv.route(), Route::Programme { id });
    world.tv.press(RemoteKey::Ok);
    world.wait_for_player(State::Playing);
    let at = world.position();
    assert!(
        (progress.position_ms - 500..progress.position_ms + 1_500).contains(&at),
        "{at} after {progress:?}"
    );
}

#[test]
fn cut_while_playing_it_says_so_and_goes_on_at_the_same_second() {
    let world = World::new();
    let id = world.enrol();
    world.proxy.limit(BYTES_PER_SECOND);
    world.open_programme(&id);
    world.tv.press(RemoteKey::Ok);
    world.wait_for_position(2_000);
    world.proxy.cut();
    world.wait_for_player(State::Reconnecting);
    let stopped_at = world.position();
    assert!(
        stopped_at < i64::from(SECONDS) * 1_000 - 3_000,
        "all of it was here already: {stopped_at} ms"
    );
    world
        .tv
        .wait_for("offline", |app| !app.cache().sync_state().online);
    let watched = world
        .disk
        .cache
        .watch_state(&id)
        .unwrap_or_default()
        .watched_ms;
    assert!(
        watched > 1_500,
        "what was watched before the cut is written down: {watched} ms"
    );

    world.proxy.join();
    world.wait_for_player(State::Playing);
    let went_on_at = world.position();
    assert!(
        (went_on_at - stopped_at).abs() <= 1_500,
        "stopped at {stopped_at} ms, went on at {went_on_at} ms"
    );
    world.wait_for_position(went_on_at + 1_500);
    world.tv.press(RemoteKey::Pause);
    world.wait_for_player(State::Paused);
    world.wait_for_progress(&id);
}

#[test]
fn cut_while_synchronising_nothing_is_half_there() {
    let world = World::new();
    world.enrol();
    let content = world.folder.path().join("content");
    for number in 1..=8 {
        let title = format!("第{number}号公告");
        small::write_bulletin(&content, &format!("notice-{number}"), &title, "2026-11-21").unwrap();
    }
    // Enough for the feed's page and for some of the pictures.
    world.proxy.cut_after(60_000);
    let report = world.backend.import(&content).unwrap();
    assert!(!report.has_complaints(), "{report}");
    world.wait_for("the cut", |app| {
        world.proxy.is_cut() && !app.cache().sync_state().online
    });
    let missing = world.disk.cache.wanted_files().len();
    let here = world
        .disk
        .cache
        .bulletins(small::BULLETIN_LIST, Order::Newest)
        .len();
    assert!(
        missing > 0 || here < 9,
        "the cut came too late: {here} bulletins, {missing} files missing"
    );

    world.proxy.join();
    world.wait_for("everything", |app| {
        app.cache()
            .bulletins(small::BULLETIN_LIST, Order::Newest)
            .len()
            == 9
            && app.cache().wanted_files().is_empty()
    });
    for row in world
        .disk
        .cache
        .bulletins(small::BULLETIN_LIST, Order::Newest)
    {
        let bulletin = world.disk.cache.bulletin(&row.id).unwrap();
        assert_eq!(bulletin.body.len(), 3, "{bulletin:?}");
    }
}

#[test]
fn without_the_server_everything_synchronised_is_read_and_a_kept_programme_played_to_its_end() {
    let mut world = World::new();
    let id = world.enrol();
    world.open_programme(&id);
    world.tv.focus_item("keep");
    world.tv.press(RemoteKey::Ok);
    world.wait_for("the programme on the disk", |app| {
        app.cache().keep_state(&id) == KeepState::Kept
    });

    world.backend.stop();
    world.tv.cut_power();
    world.switch_on();
    assert!(!world.disk.cache.sync_state().online);

    // Read: the bulletin with its date, its table and its picture.
    world.tv.press_all(&[RemoteKey::Home, RemoteKey::Digit(1)]);
    world.tv.focus_item(small::BULLETIN_LIST);
    world.tv.press(RemoteKey::Ok);
    assert!(world.shows(small::BULLETIN), "the list");
    world.tv.press(RemoteKey::Ok);
    assert!(
        matches!(world.tv.route(), Route::Bulletin { .. }),
        "{:?}",
        world.tv.route()
    );
    for words in [small::BULLETIN, small::DAY, small::AMOUNT] {
        assert!(world.shows(words), "{words} is on the screen");
    }
    world
        .tv
        .press_all(&[RemoteKey::PageDown, RemoteKey::PageDown]);
    let pictures: Vec<_> = world
        .disk
        .cache
        .wanted_files()
        .into_iter()
        .map(|file| file.file.name)
        .collect();
    assert!(pictures.is_empty(), "every picture is here: {pictures:?}");

    // Watch: to the end, with hardly a picture missing.
    world.open_programme(&id);
    world.tv.press(RemoteKey::Ok);
    world.wait_for_position(1_000);
    world.tv.press_all(&[RemoteKey::Right, RemoteKey::Right]);
    world.wait_for_position(20_000);
    world.wait_for_player(State::Ended);
    // To be at the end is not to have watched it.
    world.tv.app().flush();
    let state = world.disk.cache.watch_state(&id).unwrap();
    assert!(!state.finished, "{state:?}");
    // From the beginning, until what was left out has been seen too.
    while world.tv.focus().1.as_deref() != Some("restart") {
        world.tv.press(RemoteKey::Down);
    }
    world.tv.press(RemoteKey::Ok);
    world.wait_for_player(State::Playing);
    world.wait_for_position(22_000);
    world.tv.press(RemoteKey::Back);
    world.tv.app().flush();
    let shown = world.tv.app().player_statistics();
    assert!(
        shown.frames > 300,
        "more than twenty seconds of pictures, but only {shown:?}"
    );
    assert!(
        world
            .disk
            .cache
            .watch_state(&id)
            .is_some_and(|state| state.finished),
        "it is written down as watched"
    );
    assert!(
        !world.disk.cache.pending().is_empty(),
        "the report waits for the server"
    );

    world.backend.start_again().unwrap();
    let progress = world.wait_for_progress(&id);
    assert!(progress.finished, "{progress:?}");
}
