//! A small pool of connections, opened when wanted, lent one at a time. Nobody waits for it without end: who
//! finds all of them lent out waits for a while, and who finds that the database cannot be reached is told
//! at once, because one alone tries again, after pauses that grow.

use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::error::{Error, Result};

/// How long somebody waits for a connection that others use.
const WAIT: Duration = Duration::from_secs(10);
/// The pause after the first time that the database could not be reached.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// The pauses double up to this.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// At most `max` connections.
pub(crate) struct Pool<T> {
    state: Mutex<State<T>>,
    freed: Condvar,
    max: usize,
}

struct State<T> {
    idle: Vec<T>,
    open: usize,
    /// Since the database could not be reached, until it can.
    trouble: Option<Trouble>,
}

struct Trouble {
    pause: Duration,
    /// Nobody tries before.
    again: Instant,
    /// Somebody tries right now.
    trying: bool,
}

impl Trouble {
    fn new() -> Self {
        Self {
            pause: FIRST_PAUSE,
            again: Instant::now(),
            trying: false,
        }
    }
}

impl<T> Pool<T> {
    pub(crate) fn new(max: usize) -> Self {
        Self {
            state: Mutex::new(State {
                idle: Vec::new(),
                open: 0,
                trouble: None,
            }),
            freed: Condvar::new(),
            max,
        }
    }

    /// Lends a connection: the one used last, else a new one, else the next one given back.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if none could be opened, just now or by whoever tried last, or if none is given
    /// back within ten seconds.
    pub(crate) fn lend(&self, open: impl FnOnce() -> Result<T>) -> Result<Lent<'_, T>> {
        self.lend_within(WAIT, open)
    }

    fn lend_within(&self, wait: Duration, open: impl FnOnce() -> Result<T>) -> Result<Lent<'_, T>> {
        let until = Instant::now() + wait;
        let mut late = false;
        let mut state = self.state.lock();
        loop {
            if let Some(connection) = state.idle.pop() {
                return Ok(Lent {
                    pool: self,
                    connection: Some(connection),
                    fresh: false,
                    usable: false,
                });
            }
            if let Some(trouble) = &state.trouble
                && (trouble.trying || Instant::now() < trouble.again)
            {
                return Err(Error::unavailable("it could not be reached a moment ago"));
            }
            if state.open < self.max {
                break;
            }
            if late {
                return Err(Error::unavailable("every connection is in use"));
            }
            late = self.freed.wait_until(&mut state, until).timed_out();
        }
        state.open += 1;
        if let Some(trouble) = &mut state.trouble {
            trouble.trying = true;
        }
        drop(state);
        let lent = Lent {
            pool: self,
            connection: None,
            fresh: true,
            usable: false,
        };
        // If opening fails, dropping `lent` gives the place back.
        match open() {
            Ok(connection) => {
                if self.state.lock().trouble.take().is_some() {
                    tracing::info!("the database is there again");
                }
                Ok(lent.with(connection))
            }
            Err(error) => {
                self.note(&error.to_string());
                Err(Error::unavailable_by(error))
            }
        }
    }

    /// Notes that the database could not be reached, and says so the first time.
    fn note(&self, why: &str) {
        let mut state = self.state.lock();
        let first = state.trouble.is_none();
        let trouble = state.trouble.get_or_insert_with(Trouble::new);
        trouble.again = Instant::now() + trouble.pause;
        trouble.pause = (trouble.pause * 2).min(LONGEST_PAUSE);
        trouble.trying = false;
        drop(state);
        if first {
            tracing::warn!(
                why,
                "the database cannot be reached; it is tried again and again"
            );
        }
        self.freed.notify_all();
    }

    /// Closes every idle connection and lets nobody wait for others: the database does not answer. The next
    /// who comes tries whether it is there again.
    pub(crate) fn trip(&self, why: &str) {
        let mut state = self.state.lock();
        let first = state.trouble.is_none();
        state.trouble.get_or_insert_with(Trouble::new);
        drop(state);
        if first {
            tracing::warn!(
                why,
                "the database does not answer; it is tried again and again"
            );
        }
        drop(self.drain());
    }

    /// Takes every idle connection out, to be closed.
    pub(crate) fn drain(&self) -> Vec<T> {
        let mut state = self.state.lock();
        let idle = std::mem::take(&mut state.idle);
        state.open -= idle.len();
        self.freed.notify_all();
        idle
    }
}

/// A lent connection. It goes back to the pool only after [`Lent::keep`]; a connection whose
/// transaction was cut short, by an error or a panic, is closed instead.
pub(crate) struct Lent<'p, T> {
    pool: &'p Pool<T>,
    connection: Option<T>,
    fresh: bool,
    usable: bool,
}

impl<T> Lent<'_, T> {
    fn with(mut self, connection: T) -> Self {
        self.connection = Some(connection);
        self
    }

    /// Whether it was opened for this loan.
    pub(crate) fn is_fresh(&self) -> bool {
        self.fresh
    }

    /// The connection.
    pub(crate) fn get(&mut self) -> &mut T {
        self.connection.as_mut().expect("filled by lend")
    }

    /// Gives the connection back for others to use.
    pub(crate) fn keep(mut self) {
        self.usable = true;
    }
}

impl<T> Drop for Lent<'_, T> {
    fn drop(&mut self) {
        let connection = self.connection.take();
        let mut state = self.pool.state.lock();
        match connection {
            Some(connection) if self.usable => state.idle.push(connection),
            broken => {
                state.open -= 1;
                if broken.is_none()
                    && let Some(trouble) = &mut state.trouble
                {
                    // Opening it failed or panicked: the next may try.
                    trouble.trying = false;
                }
                drop(state);
                drop(broken);
            }
        }
        self.pool.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused() -> Result<u32> {
        Err(Error::Closed)
    }

    #[test]
    fn who_finds_all_lent_out_waits_and_is_told() {
        let pool = Pool::new(1);
        let first = pool.lend(|| Ok(1)).unwrap();
        let second = pool.lend_within(Duration::from_millis(20), || Ok(2));
        assert!(matches!(second, Err(Error::Unavailable(_))));
        first.keep();
        assert_eq!(*pool.lend(|| Ok(2)).unwrap().get(), 1);
    }

    #[test]
    fn after_a_failure_one_alone_tries_again_and_only_later() {
        let pool = Pool::new(4);
        assert!(matches!(pool.lend(refused), Err(Error::Unavailable(_))));
        // Within the pause nobody tries.
        let asked = pool.lend(|| unreachable!("it was tried a moment ago"));
        assert!(matches!(asked, Err(Error::Unavailable(_))));
        let pauses: Vec<_> = (0..8)
            .map(|_| {
                pool.state.lock().trouble.as_mut().unwrap().again = Instant::now();
                drop(pool.lend(refused));
                pool.state.lock().trouble.as_ref().unwrap().pause
            })
            .collect();
        assert!(pauses.is_sorted());
        assert_eq!(*pauses.last().unwrap(), LONGEST_PAUSE);
        pool.state.lock().trouble.as_mut().unwrap().again = Instant::now();
        let one = pool
            .lend(|| {
                let other = pool.lend(|| unreachable!("another tries right now"));
                assert!(matches!(other, Err(Error::Unavailable(_))));
                Ok(7)
            })
            .unwrap();
        // It is there again, for everybody.
        assert_eq!(*pool.lend(|| Ok(8)).unwrap().get(), 8);
        drop(one);
        assert_eq!(pool.state.lock().open, 0);
    }

    #[test]
    fn a_database_that_does_not_answer_lets_nobody_wait() {
        let pool = Pool::new(2);
        let lent = pool.lend(|| Ok(1)).unwrap();
        pool.lend(|| Ok(2)).unwrap().keep();
        let other = pool.lend(|| unreachable!("one is idle")).unwrap();
        std::thread::scope(|scope| {
            let waiting =
                scope.spawn(|| pool.lend_within(Duration::from_secs(60), refused).is_err());
            pool.trip("a test");
            drop(other);
            assert!(waiting.join().unwrap());
        });
        drop(lent);
        assert_eq!(pool.state.lock().open, 0);
    }
}
