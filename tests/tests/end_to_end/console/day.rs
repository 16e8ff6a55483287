//! The office's day: one person at the console, from the set-up of a new server to signing out, with a television at
//! somebody's home and one in a village's meeting room. `e2e/day.mjs` leads it, and asks for what is to be done at
//! the televisions, which are here.

use std::cell::Cell;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use backend_api::clock::{Clock as _, SystemClock};
use backend_api::config::AskedOf;
use backend_api::services::setup_code;
use e2e::harness::live::{self, Going};
use e2e::harness::program::{Program, built_beside};
use e2e::harness::texts::texts;
use e2e::harness::tv::user_code;
use e2e::harness::{Backend, Disk, NOW_MS, Start, Tv, sync};
use media_player::{GstPlayer, Player, Settings, Sound};
use serde_json::{Value, json};
use tempfile::TempDir;
use tv_app::app::App;
use tv_app::remote::RemoteKey;
use tv_app::screens::{Route, Screen};

use super::one_film;

/// Longer than the day takes on a busy machine, and shorter than the test runner's own patience.
const PATIENCE_S: &str = "900";
/// How long nothing is asked of the televisions until their own time goes on.
const MEANWHILE: Duration = Duration::from_millis(20);
/// So many pages has nothing that is read here.
const PAGES: usize = 12;
/// How far a picture's colour may be from what was photographed: it is compressed.
const NEAR: u8 = 24;

/// Adds a box to an MP4 that holds nothing (ISO/IEC 14496-12, 8.1.2).
fn lengthen(film: &Path, by: u32) {
    if by == 0 {
        return;
    }
    let mut file = fs::OpenOptions::new().append(true).open(film).unwrap();
    file.write_all(&by.to_be_bytes()).unwrap();
    file.write_all(b"free").unwrap();
    let all = file.metadata().unwrap().len() + u64::from(by) - 8;
    file.set_len(all).unwrap();
}

/// What is at the other end of the network, and one person operates by keys.
struct Televisions {
    home: Tv,
    disk: Disk,
    station: Option<Program>,
    url: String,
    folder: TempDir,
    /// Until when the home's clock has run.
    until: Cell<Instant>,
}

impl Televisions {
    fn new(url: String) -> Self {
        let home = Tv::new().unwrap();
        let disk = Disk::new(&home.clock).unwrap();
        Self {
            home,
            disk,
            station: None,
            url,
            folder: tempfile::tempdir().unwrap(),
            until: Cell::new(Instant::now()),
        }
    }

    /// The player plays in real time, so the clock of the television goes with it.
    fn pass(&self) -> u64 {
        let passed = u64::try_from(self.until.get().elapsed().as_millis()).unwrap();
        self.until
            .set(self.until.get() + Duration::from_millis(passed));
        passed
    }

    /// Nobody touches a television for a moment.
    fn go_on(&self, is_on: bool) {
        let passed = self.pass();
        if is_on {
            self.home.advance(passed);
        }
    }

    fn wait_for(&self, what: &str, mut holds: impl FnMut(&App) -> bool) {
        self.home.wait_for(what, |app| {
            self.home.clock.advance(self.pass());
            holds(app)
        });
    }

    fn shows(&self, words: &str) -> bool {
        let all = texts(self.home.screen.window());
        all.iter()
            .any(|text| text.is_visible() && text.words.contains(words))
    }

    /// Turns pages until one of them fits.
    fn turn(&self, what: &str, fits: impl Fn() -> bool) {
        for _ in 0..PAGES {
            self.home.settle();
            if fits() {
                return;
            }
            self.home.press(RemoteKey::PageDown);
        }
        panic!("{what} stands on no page of {:?}", self.home.route());
    }

    /// How many pixels on the screen have this colour.
    fn pixels_of(&self, colour: [u8; 3]) -> usize {
        let frame = self.home.frame();
        let near = |pixel: &&[u8]| {
            let apart = pixel.iter().zip(colour).map(|(a, b)| a.abs_diff(b));
            apart.max().is_some_and(|most| most <= NEAR)
        };
        frame.bytes.chunks_exact(3).filter(near).count()
    }

    fn station(&self) -> &Program {
        self.station.as_ref().expect("the station is switched on")
    }

    /// Does what is asked; what there is to say of it.
    fn answer(&mut self, asked: &Value) -> Value {
        let text = |name: &str| asked[name].as_str().unwrap().to_owned();
        match asked["does"].as_str().unwrap() {
            "on" => {
                let start = Start {
                    client: Some(sync::quick_client(&self.url)),
                    ..Start::default()
                };
                let player = Box::new(|events| {
                    let settings = Settings {
                        sound: Sound::Silent,
                        skip_late_pictures: false,
                    };
                    Box::new(GstPlayer::with(settings, events)) as Box<dyn Player>
                });
                let cache = self.disk.cache.clone();
                self.home.start_with(cache, &start, player).unwrap();
                self.wait_for("the code", |app| user_code(app).is_some());
                return json!({ "code": user_code(self.home.app()).unwrap() });
            }
            "know" => {
                let people = asked["people"].as_u64().unwrap();
                self.wait_for("the first minute, and the household", |app| {
                    app.with_router(|router| matches!(router.top(), Screen::Lesson(_)))
                        && app.cache().people().people.len() as u64 == people
                });
                self.home.press(RemoteKey::Home);
                assert_eq!(self.home.route(), Route::Home);
            }
            "press" => {
                for name in asked["keys"].as_array().unwrap() {
                    let name = name.as_str().unwrap();
                    let key = RemoteKey::from_name(name);
                    self.home
                        .press(key.unwrap_or_else(|| panic!("no key {name}")));
                }
            }
            "read" => {
                for words in asked["words"].as_array().unwrap() {
                    let words = words.as_str().unwrap();
                    self.wait_for(words, |_| self.shows(words));
                }
            }
            "find" => self.home.focus_item(&text("item")),
            "turn" => {
                let words = text("words");
                self.turn(&words, || self.shows(&words));
            }
            "see" => {
                let colour: [u8; 3] = serde_json::from_value(asked["colour"].clone()).unwrap();
                let wanted = asked["pixels"].as_u64().unwrap();
                self.wait_for("its pictures", |app| app.cache().wanted_files().is_empty());
                self.turn(&format!("a picture of {colour:?}"), || {
                    self.pixels_of(colour) as u64 >= wanted
                });
            }
            "watch" => {
                let shown = |app: &App| app.player_statistics().frames;
                let before = shown(self.home.app());
                let more = asked["pictures"].as_u64().unwrap();
                self.wait_for("moving pictures", |app| shown(app) >= before + more);
            }
            "state" => {
                self.home.screen.pump();
                return self.home.app().status().lock().clone();
            }
            "station_on" => {
                let at = self.folder.path().join("station");
                let options = ["--test-capture", "ball:440"];
                self.station = Some(Program::start_with(&at, Some(&self.url), &options).unwrap());
            }
            "station_press" => {
                let key = RemoteKey::from_name(&text("key")).unwrap();
                self.station().press(key).unwrap();
            }
            "station_state" => return self.station().state().unwrap(),
            other => panic!("nobody knows how to do {other}"),
        }
        Value::Null
    }
}

#[test]
fn the_office_has_a_day_at_the_console_alone() {
    have_a_day(0);
}

#[test]
#[ignore = "uploads 300 MB, which takes minutes"]
fn the_office_has_a_day_with_a_large_film() {
    have_a_day(300 << 20);
}

/// `more`: so many bytes longer is the film than what is seen and heard of it.
fn have_a_day(more: u32) {
    let folder = tempfile::tempdir().unwrap();
    let console = live::console().unwrap();
    let dist = console.join("dist");
    let backend = Backend::start(&folder.path().join("server"), |config| {
        config.console = Some(dist);
        config.preview.program = Some(built_beside("tv-app").unwrap());
        config.live.homes_by_whep = false;
        config.sessions.second_factor = AskedOf::Administrators;
    })
    .unwrap();
    // The browser plans its meetings by the clock of the machine.
    backend.clock.advance_ms(SystemClock.now_ms() - NOW_MS);
    let _going = Going::start(&backend.clock);
    let server = backend.server().unwrap();
    let code = setup_code::new_code(server.store(), server.vault(), backend.clock.now_ms());
    let content = folder.path().join("content");
    fs::create_dir_all(&content).unwrap();
    let film = one_film(&content);
    lengthen(&film, more);

    // The browser goes with its driver when that is told to end.
    let mut day = Command::new("timeout");
    day.args(["--kill-after=10", PATIENCE_S, "node"])
        .arg(console.join("e2e/day.mjs"))
        .env("BASE_URL", backend.url())
        .env("CODE", code.unwrap().unwrap())
        .env("FILM", film)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut day = day.spawn().expect("timeout starts");
    let mut answers = day.stdin.take().unwrap();
    let output = BufReader::new(day.stdout.take().unwrap());
    let (tell, said) = channel();
    let listening = std::thread::spawn(move || {
        for line in output.lines().map_while(Result::ok) {
            // The test may have failed meanwhile.
            let _ = tell.send(line);
        }
    });
    let mut televisions = Televisions::new(backend.url());
    let (mut all, mut is_on) = (String::new(), false);
    loop {
        match said.recv_timeout(MEANWHILE) {
            Ok(line) => {
                all.push_str(&line);
                all.push('\n');
                let event: Value = serde_json::from_str(&line).unwrap_or_default();
                if event["event"] == "television" {
                    let answer = televisions.answer(&event);
                    is_on = true;
                    writeln!(answers, "{answer}").unwrap();
                }
            }
            Err(RecvTimeoutError::Timeout) => televisions.go_on(is_on),
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    listening.join().unwrap();
    let status = day.wait().unwrap();
    assert!(
        status.success() && all.contains(r#"{"event":"over"}"#),
        "{status}\n{all}"
    );
}
