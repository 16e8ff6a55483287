//! A small pool of connections, opened when wanted, lent one at a time.

use parking_lot::{Condvar, Mutex};

use crate::error::Result;

/// At most `max` connections.
pub(crate) struct Pool<T> {
    state: Mutex<State<T>>,
    freed: Condvar,
    max: usize,
}

struct State<T> {
    idle: Vec<T>,
    open: usize,
}

impl<T> Pool<T> {
    pub(crate) fn new(max: usize) -> Self {
        Self {
            state: Mutex::new(State {
                idle: Vec::new(),
                open: 0,
            }),
            freed: Condvar::new(),
            max,
        }
    }

    /// Lends a connection: the one used last, else a new one, else the next one given back.
    pub(crate) fn lend(&self, open: impl FnOnce() -> Result<T>) -> Result<Lent<'_, T>> {
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
            if state.open < self.max {
                break;
            }
            self.freed.wait(&mut state);
        }
        state.open += 1;
        drop(state);
        let lent = Lent {
            pool: self,
            connection: None,
            fresh: true,
            usable: false,
        };
        // If opening fails, dropping `lent` gives the place back.
        open().map(|connection| lent.with(connection))
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
                drop(state);
                drop(broken);
            }
        }
        self.pool.freed.notify_one();
    }
}
