//! Kills the TV program with SIGKILL while it plays and writes, over and over, and checks after
//! each time that nothing is lost, doubled or damaged.

use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use contract::terminal::{Progress, ProgressReport};
use media_player::testing::ClipSpec;
use serde_json::Value;
use store::Store;
use tempfile::TempDir;
use tv_app::cache::Cache;
use tv_app::clock::SystemClock;
use tv_app::focus::Remembered;
use tv_app::remote::RemoteKey;
use tv_app::router::OpenScreen;
use tv_app::screens::Route;

use super::program::Program;
use super::{Backend, small, sync};

/// A kill comes so long after the programme moves, in ms: from the first write to well after the
/// next one, which is due every five seconds.
const KILL_MS: std::ops::Range<u64> = 50..7_000;
/// What a kill may cost: the five seconds until the next write, and one second of the player's
/// steps and of the keyframe before the place.
const LOSS_MS: i64 = 6_500;
/// With nothing to be sent for so long, nothing more is coming.
const QUIET: Duration = Duration::from_secs(2);
/// From the start of the process until it plays again.
const BACK: Duration = Duration::from_secs(60);

/// What came of it. Times in ms.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Kills.
    pub kills: u32,
    /// Wall time for which the programme moved on the screen.
    pub played_ms: i64,
    /// What the terminal wrote down as watched.
    pub written_ms: i64,
    /// What the server counted as watched, once everything was sent.
    pub counted_ms: i64,
    /// The furthest a start began before the place of the kill.
    pub worst_loss_ms: i64,
    /// The longest from the start of a process until its page answered with the player.
    pub slowest_start_ms: u128,
    /// Kills that found a report waiting for the server.
    pub found_pending: u32,
}

/// A server, a terminal's folder, and a programme kept on it.
pub struct Stage {
    folder: TempDir,
    /// The server; it admits every terminal.
    pub backend: Backend,
    /// The programme.
    pub programme: String,
}

impl Stage {
    /// Makes it, with a programme of so many seconds.
    ///
    /// # Errors
    /// When anything of it cannot be made.
    pub fn make(seconds: u32) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let content = folder.path().join("content");
        // Few and small pictures: the moments matter here, not the decoder.
        let film = ClipSpec {
            seconds,
            width: 160,
            height: 90,
            fps: 5,
            keyframe_every: 5,
            audio: None,
            ..ClipSpec::default()
        };
        small::write(&content, &film)?;
        let backend = Backend::start(&folder.path().join("server"), |config| {
            config.admit_any_tv_to = Some("QH".to_owned());
        })?;
        let report = backend.import(&content)?;
        ensure!(!report.has_complaints(), "{report}");
        let mut stage = Self {
            folder,
            backend,
            programme: String::new(),
        };
        let cache = stage.cache()?;
        stage.programme = sync::fill(&cache, &stage.backend.url(), small::PROGRAMME)?;
        Ok(stage)
    }

    /// The terminal's folder.
    #[must_use]
    pub fn terminal(&self) -> std::path::PathBuf {
        self.folder.path().join("terminal")
    }

    /// Opens the terminal's cache, and makes sure that it was not damaged.
    ///
    /// # Errors
    /// When it cannot be opened, or a damaged one was set aside.
    pub fn cache(&self) -> anyhow::Result<Cache> {
        let cache = Cache::open(&self.terminal(), Arc::new(SystemClock::new()))?;
        let mut databases = Vec::new();
        for entry in fs::read_dir(self.terminal())? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.contains("broken") {
                databases.push(name);
            }
        }
        ensure!(
            databases.is_empty(),
            "the database was damaged: {databases:?}"
        );
        Ok(cache)
    }

    /// The next start goes on with the programme, from where it was left.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn resume_in_player(&self) -> anyhow::Result<()> {
        let id = self.programme.clone();
        let routes = [
            Route::Home,
            Route::Programme { id: id.clone() },
            Route::Player { id, position_ms: 0 },
        ];
        let open: Vec<OpenScreen> = routes
            .into_iter()
            .map(|route| OpenScreen {
                route,
                focus: Remembered::default(),
            })
            .collect();
        Ok(self
            .cache()?
            .set_resume_point(&serde_json::to_string(&open)?)?)
    }

    /// The programme is on the server only from the next start on.
    ///
    /// # Errors
    /// When it cannot be written, or the file was not there.
    pub fn let_go(&self) -> anyhow::Result<()> {
        let cache = self.cache()?;
        let programme = cache.programme(&self.programme).context("no programme")?;
        let file = cache.kept_file(&programme).context("it is not kept")?;
        cache.set_kept(&self.programme, false)?;
        drop(cache);
        Ok(fs::remove_file(file)?)
    }

    fn counted(&self, terminal: &str) -> anyhow::Result<Option<Progress>> {
        let store: Store = self.backend.store()?;
        Ok(store.read(|tx| store::progress::get(tx, terminal, &self.programme))?)
    }

    /// Plays and kills so many times. `told` is called after each kill. The same seed kills at the
    /// same moments.
    ///
    /// # Errors
    /// When anything is lost, doubled or damaged, or it does not go on where it was.
    pub fn kill_over_and_over(
        &self,
        kills: u32,
        seed: u64,
        mut told: impl FnMut(&Outcome),
    ) -> anyhow::Result<Outcome> {
        self.resume_in_player()?;
        let terminal = self
            .cache()?
            .enrolment()
            .context("the terminal is not enrolled")?
            .terminal_id;
        let mut random = Random(seed);
        let mut outcome = Outcome::default();
        let (mut left_at, mut written, mut counted) = (0, 0, 0);
        while outcome.kills < kills {
            let program = self.start_and_resume(left_at, &mut outcome)?;
            let state = program.wait_for("the programme to move", BACK, |state| {
                position(state).is_some_and(|now| now > left_at.min(1))
            })?;
            let moving_from = position(&state).unwrap_or(0);
            let began = Instant::now();
            // A moment that nobody chose is what this is about.
            std::thread::sleep(Duration::from_millis(random.within(KILL_MS)));
            if random.within(0..4) == 0 {
                // A pause writes at once, so that some kills come in the middle of writing.
                program.press(RemoteKey::PlayPause)?;
            }
            let seen = position(&program.state()?).context("it left the player by itself")?;
            program.kill()?;
            outcome.kills += 1;
            outcome.played_ms +=
                i64::try_from(began.elapsed().as_millis())?.max(seen - moving_from);

            let cache = self.cache()?;
            let state = cache.watch_state(&self.programme).unwrap_or_default();
            let waiting: Vec<i64> = cache
                .pending()
                .iter()
                .map(|entry| watched_of(&entry.request.body))
                .collect::<Result<_, _>>()?;
            let server = self
                .counted(&terminal)?
                .map_or(0, |progress| progress.watched_ms);
            ensure!(
                state.watched_ms >= written,
                "what was written down is lost: {} after {written}",
                state.watched_ms
            );
            ensure!(
                server >= counted,
                "the server forgot: {server} after {counted}"
            );
            ensure!(
                server <= state.watched_ms,
                "the server counted {server}, but only {} was watched",
                state.watched_ms
            );
            ensure!(
                server + waiting.iter().sum::<i64>() >= state.watched_ms,
                "a report is lost: {} was watched, {server} counted, {waiting:?} waits",
                state.watched_ms
            );
            ensure!(
                cache.refused().is_empty(),
                "the server refused {:?}",
                cache.refused()
            );
            outcome.found_pending += u32::from(!waiting.is_empty());
            (left_at, written, counted) = (seen, state.watched_ms, server);
            told(&outcome);
        }
        self.settle(left_at, &terminal, &mut outcome)?;
        Ok(outcome)
    }

    /// Starts the program; it must go on in the programme where it was killed.
    fn start_and_resume(&self, left_at: i64, outcome: &mut Outcome) -> anyhow::Result<Program> {
        let program = Program::start(&self.terminal(), Some(&self.backend.url()))?;
        let state = program.wait_for("the player after a power cut", BACK, |state| {
            position(state).is_some()
        })?;
        outcome.slowest_start_ms = outcome.slowest_start_ms.max(program.age().as_millis());
        let at = position(&state).unwrap_or(0);
        ensure!(
            state["route"]["id"] == self.programme.as_str(),
            "it plays something else: {state}"
        );
        ensure!(
            at <= left_at + 1_500,
            "it went on at {at} ms, but was killed at {left_at} ms"
        );
        ensure!(
            left_at - at <= LOSS_MS,
            "it went on at {at} ms, but was killed at {left_at} ms"
        );
        outcome.worst_loss_ms = outcome.worst_loss_ms.max(left_at - at);
        Ok(program)
    }

    /// Leaves the programme, waits until everything was sent, and compares.
    fn settle(&self, left_at: i64, terminal: &str, outcome: &mut Outcome) -> anyhow::Result<()> {
        // Times that are written are the server's, whose clock would stand still.
        self.backend.clock.advance_ms(60_000);
        let program = self.start_and_resume(left_at, outcome)?;
        let cache = self.cache()?;
        let written_at = || cache.watch_state(&self.programme).map(|state| state.at_ms);
        let before = written_at();
        program.press(RemoteKey::Back)?;
        program.wait_for("the programme's page", BACK, |state| {
            state["route"]["screen"] == "programme"
        })?;
        // Leaving reports; only after that does an empty outbox mean that everything was sent.
        // The report of leaving is written by a thread of its own: nothing may come for a while.
        let mut busy = Instant::now();
        program.wait_for("everything to be sent", BACK, |state| {
            if state["online"] != true || written_at() <= before || !cache.pending().is_empty() {
                busy = Instant::now();
            }
            busy.elapsed() >= QUIET
        })?;
        program.kill()?;
        let cache = self.cache()?;
        ensure!(
            cache.pending().is_empty(),
            "{:?} waits although everything was sent",
            cache.pending()
        );
        outcome.written_ms = cache
            .watch_state(&self.programme)
            .unwrap_or_default()
            .watched_ms;
        outcome.counted_ms = self
            .counted(terminal)?
            .map_or(0, |progress| progress.watched_ms);
        ensure!(
            outcome.written_ms == outcome.counted_ms,
            "not every report counted exactly once: {outcome:?}"
        );
        let kills = i64::from(outcome.kills);
        // A second at the last start, which is not in the played time, and rounding of the player.
        ensure!(
            outcome.counted_ms <= outcome.played_ms + 1_000 + kills * 300,
            "more was counted than played: {outcome:?}"
        );
        ensure!(
            outcome.counted_ms >= outcome.played_ms - kills * LOSS_MS,
            "too little was counted: {outcome:?}"
        );
        ensure!(
            outcome.counted_ms > 0,
            "nothing was ever counted: {outcome:?}"
        );
        Ok(())
    }
}

/// Where the programme is, in ms; `None` when it is not on the screen.
fn position(state: &Value) -> Option<i64> {
    (state["route"]["screen"] == "player")
        .then(|| state["route"]["position_ms"].as_i64())
        .flatten()
}

fn watched_of(body: &str) -> Result<i64, serde_json::Error> {
    serde_json::from_str::<ProgressReport>(body).map(|report| report.watched_ms)
}

/// xorshift: moments that can be had again.
struct Random(u64);

impl Random {
    fn within(&mut self, range: std::ops::Range<u64>) -> u64 {
        self.0 = self.0.max(1);
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        range.start + self.0 % (range.end - range.start)
    }
}
