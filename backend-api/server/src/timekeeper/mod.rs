//! The time everything on the server goes by. The computer's clock is believed as long as it runs with the
//! clock of the boot, which nobody can set, and shows no time before what was written down already
//! (`docs/decisions/0015-clocks.md`). A leap forward is not followed: time goes on by the boot. A clock
//! that is behind is followed, but nothing is done by it.
//!
//! [`judge`] decides; here it is asked for each look at the clock, and what it found is said once, kept
//! for the next start, and told to whoever asks.

mod judge;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use store::latest::{self, Confirmed};
use store::{Store, Tx};

use crate::clock::{Clock, Waiting, wait_until};

pub use judge::State;
use judge::{Judge, TOLERANCE_MS};

/// What is expected is written down again once it differs by so much from what is written.
const KEEP_EVERY_MS: i64 = 30_000;

/// The time of this server. Cloning is cheap.
#[derive(Clone)]
pub struct Timekeeper(Arc<Shared>);

struct Shared {
    clock: Arc<dyn Clock>,
    /// What is kept for the next start within this boot.
    file: Option<PathBuf>,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    judge: Judge,
    state: Option<State>,
    /// What the file says.
    kept: Option<i64>,
    /// It leapt and is back: what others wrote down meanwhile may be of a time to come.
    returned: bool,
    /// The last confirmation that was seen.
    confirmed: Option<Confirmed>,
}

impl Timekeeper {
    /// Goes by `clock` as far as what is expected of it holds; `data_dir` has what was expected when this boot
    /// was left. Reads a file.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, data_dir: Option<&Path>) -> Self {
        let file = data_dir.map(|folder| folder.join("clock"));
        let kept = file
            .as_deref()
            .and_then(|file| expected(file, &clock.boot_id()?));
        let inner = Inner {
            judge: Judge::new(kept, None, clock.now_ms()),
            kept,
            ..Inner::default()
        };
        Self(Arc::new(Shared {
            clock,
            file,
            inner: Mutex::new(inner),
        }))
    }

    /// Learns from the database what was written last. Blocks.
    ///
    /// # Errors
    /// The database failed.
    pub fn begin(&self, store: &Store) -> store::Result<()> {
        let (latest, confirmed) = store.read(written)?;
        let mut inner = self.0.inner.lock();
        let wall_ms = self.0.clock.now_ms();
        inner.judge = Judge::new(inner.judge.expected(), latest, wall_ms);
        inner.confirmed = confirmed;
        drop(inner);
        self.look();
        Ok(())
    }

    /// Whether what is due may be done by itself now. Looks into the database for what was written, and
    /// whether somebody confirmed the time. Blocks.
    ///
    /// # Errors
    /// The database failed.
    pub fn may_act(&self, store: &Store) -> store::Result<bool> {
        let (latest, confirmed) = store.read(written)?;
        let now_ms = self.look().0;
        let again = {
            let mut inner = self.0.inner.lock();
            if inner.confirmed != confirmed {
                inner.confirmed = confirmed;
                let (wall_ms, boot_ms) = (self.0.clock.now_ms(), self.0.clock.boot_ms());
                let of_now = confirmed.is_some_and(|it| (it.at_ms - wall_ms).abs() <= TOLERANCE_MS);
                if of_now {
                    inner.judge.confirm(wall_ms, boot_ms);
                    inner.returned = false;
                }
            }
            // While the clock leaps, what others write by it is no witness.
            let leapt = matches!(inner.state, Some(State::Ahead { .. }));
            let again = std::mem::take(&mut inner.returned);
            if let Some(latest) = latest.filter(|_| !leapt && !again) {
                inner.judge.written(latest);
            }
            again
        };
        if again {
            let confirmed =
                store.write::<_, store::Error, _>(move |tx| latest::confirm(tx, now_ms))?;
            self.0.inner.lock().confirmed = Some(confirmed);
        }
        let (_, state) = self.look();
        self.keep();
        Ok(matches!(state, State::Right | State::Ahead { .. }))
    }

    /// Whether what is too old may be deleted: only by a clock that nothing speaks against. Blocks.
    ///
    /// # Errors
    /// The database failed.
    pub fn may_delete(&self, store: &Store) -> store::Result<bool> {
        let acts = self.may_act(store)?;
        let inner = self.0.inner.lock();
        Ok(acts && inner.state == Some(State::Right) && !inner.judge.long_ago())
    }

    /// What to think of the clock.
    #[must_use]
    pub fn state(&self) -> State {
        self.look().1
    }

    /// What the computer's clock shows, believed or not, Unix milliseconds.
    #[must_use]
    pub fn shown_ms(&self) -> i64 {
        self.0.clock.now_ms()
    }

    /// What is wrong and what to do about it, in plain words; nothing if nothing is.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        let state = self.state();
        match state {
            State::Ahead { by_ms } => Some(format!(
                "服务器的时钟突然快了{}，没有采用：点名、公告到期等按原来的时间继续。请核对服务器的时间：改对后自动恢复；\
                 如果现在的时间才是对的，请在管理页面确认，或者在服务器上运行 backend-api clock --confirm",
                length(by_ms)
            )),
            State::Behind { by_ms } => Some(format!(
                "服务器的时钟比最近一条记录还早{}，点名、公告到期等自动办理的事已暂停。请核对服务器的时间：改对后自动恢复；\
                 如果现在的时间就是对的，请在管理页面确认，或者在服务器上运行 backend-api clock --confirm",
                length(by_ms)
            )),
            State::Settling => None,
            State::Right if self.0.inner.lock().judge.long_ago() => Some(
                "按服务器的时钟，停用了三十天以上，过期的数据暂不清理。请核对服务器的时间；没有错的话，\
                 请在管理页面确认，或者在服务器上运行 backend-api clock --confirm"
                    .to_owned(),
            ),
            State::Right => None,
        }
    }

    fn look(&self) -> (i64, State) {
        let mut inner = self.0.inner.lock();
        let (wall_ms, boot_ms) = (self.0.clock.now_ms(), self.0.clock.boot_ms());
        let (now_ms, state) = inner.judge.look(wall_ms, boot_ms);
        let before = inner.state.replace(state);
        let kind = |state: &State| std::mem::discriminant(state);
        if before.as_ref().map(kind) != Some(kind(&state)) {
            inner.returned |= matches!(before, Some(State::Ahead { .. })) && state == State::Right;
            say(before, state);
        }
        (now_ms, state)
    }

    /// Writes down what is expected, so that a restart believes no more than this process did.
    fn keep(&self) {
        let mut inner = self.0.inner.lock();
        let (Some(file), Some(expected)) = (&self.0.file, inner.judge.expected()) else {
            return;
        };
        if inner
            .kept
            .is_some_and(|kept| (kept - expected).abs() < KEEP_EVERY_MS)
        {
            return;
        }
        let Some(boot) = self.0.clock.boot_id() else {
            return;
        };
        inner.kept = Some(expected);
        if let Err(error) = std::fs::write(file, format!("{boot} {expected}\n")) {
            tracing::warn!(%error, file = %file.display(), "what the clock should show is not kept");
        }
    }
}

impl Clock for Timekeeper {
    fn now_ms(&self) -> i64 {
        self.look().0
    }

    fn boot_ms(&self) -> i64 {
        self.0.clock.boot_ms()
    }

    fn boot_id(&self) -> Option<String> {
        self.0.clock.boot_id()
    }

    fn changes(&self, at_most: Duration) -> Waiting {
        self.0.clock.changes(at_most)
    }

    fn wait_until(&self, at_ms: i64) -> Waiting {
        wait_until(self.clone(), at_ms)
    }
}

fn written(tx: &mut Tx<'_>) -> store::Result<(Option<i64>, Option<Confirmed>)> {
    Ok((latest::latest(tx)?, latest::confirmed(tx)?))
}

/// What a file says was expected, if it is of this boot. What cannot be read says nothing.
fn expected(file: &Path, boot: &str) -> Option<i64> {
    let text = std::fs::read_to_string(file).ok()?;
    let (of, expected) = text.trim().split_once(' ')?;
    (of == boot).then(|| expected.parse().ok()).flatten()
}

fn say(before: Option<State>, state: State) {
    let off_ms = match state {
        State::Settling | State::Right => 0,
        State::Ahead { by_ms } => by_ms,
        State::Behind { by_ms } => -by_ms,
    };
    #[expect(clippy::cast_precision_loss, reason = "a figure to look at")]
    metrics::gauge!("clock_off_seconds").set(off_ms as f64 / 1_000.0);
    match state {
        State::Ahead { by_ms } => tracing::error!(
            by_ms,
            "the clock was set forward; time goes on by the clock of the boot"
        ),
        State::Behind { by_ms } => tracing::error!(
            by_ms,
            "the clock is behind what was written last; nothing is done by itself"
        ),
        State::Settling => {
            tracing::info!("just switched on: the clock may still be set");
        }
        State::Right if before.is_some() => tracing::info!("the clock is right"),
        State::Right => {}
    }
}

/// A length of time in words.
fn length(ms: i64) -> String {
    let minutes = ms / 60_000;
    let (days, hours, minutes) = (minutes / 1_440, minutes / 60 % 24, minutes % 60);
    match (days, hours) {
        (0, 0) => format!(" {minutes} 分钟"),
        (0, _) => format!(" {hours} 小时 {minutes} 分钟"),
        _ => format!(" {days} 天 {hours} 小时"),
    }
}

#[cfg(test)]
mod tests {
    use store::settings;
    use store::testing::TestDatabase;

    use super::*;
    use crate::clock::ManualClock;

    const NOW: i64 = 1_790_000_000_000;
    const DAY: i64 = 24 * 3_600_000;

    #[test]
    fn a_leap_is_known_after_a_restart_and_ends_by_being_confirmed() {
        let database = TestDatabase::sqlite();
        let (store, data) = (database.open(), tempfile::tempdir().unwrap());
        let clock = ManualClock::new(NOW);
        let start = || {
            let time = Timekeeper::new(Arc::new(clock.clone()), Some(data.path()));
            time.begin(&store).unwrap();
            time
        };
        let time = start();
        assert!(time.may_act(&store).unwrap() && time.may_delete(&store).unwrap());
        clock.set_by_ms(DAY);
        for time in [time, start()] {
            assert_eq!(time.now_ms(), NOW);
            assert!(time.may_act(&store).unwrap() && !time.may_delete(&store).unwrap());
            assert!(time.words().unwrap().contains("快了 1 天 0 小时"));
        }
        let time = start();
        let confirm = |at_ms: i64| {
            store
                .write::<_, store::Error, _>(move |tx| latest::confirm(tx, at_ms))
                .unwrap()
        };
        confirm(NOW);
        assert!(time.may_act(&store).unwrap());
        assert_eq!(time.now_ms(), NOW, "that was of another time");
        confirm(NOW + DAY);
        assert!(time.may_delete(&store).unwrap());
        assert_eq!((time.now_ms(), time.words()), (NOW + DAY, None));
    }

    #[test]
    fn what_was_written_in_the_time_to_come_does_not_keep_a_clock_that_is_right_again_waiting() {
        let database = TestDatabase::sqlite();
        let store = database.open();
        let clock = ManualClock::new(NOW);
        let time = Timekeeper::new(Arc::new(clock.clone()), None);
        time.begin(&store).unwrap();
        clock.set_by_ms(DAY);
        assert_eq!(time.now_ms(), NOW);
        // As an import in a process of its own does.
        let entry = store::audit::NewEntry::default();
        let write = move |tx: &mut store::WriteTx<'_>| store::audit::append(tx, &entry, NOW + DAY);
        store.write::<_, store::Error, _>(write).unwrap();
        assert!(time.may_act(&store).unwrap());
        clock.set_by_ms(-DAY);
        assert_eq!(time.now_ms(), NOW);
        assert!(time.may_act(&store).unwrap() && time.may_delete(&store).unwrap());
        clock.set_by_ms(-DAY);
        assert!(!time.may_act(&store).unwrap());
        assert!(time.words().unwrap().contains("早 1 天 0 小时"));
        clock.set_by_ms(DAY);
        assert!(time.may_act(&store).unwrap());
        let kept = store.read(|tx| settings::get(tx, "clock.confirmed"));
        assert!(
            kept.unwrap()
                .is_some_and(|kept| kept.starts_with(&format!("{NOW} ")))
        );
    }
}
