//! Open event streams: how many there are, and of whom. A television has one and a session of staff one a
//! page; whoever lost the network comes back before the old connection is known to be dead, so the new one
//! is let in and the oldest ends.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use parking_lot::Mutex;
use tokio::sync::oneshot;

use crate::services::kit::error::{Result, ServiceError};

/// Streams of one television.
pub const OF_A_TV: usize = 3;

/// Streams of one session of staff: as many as a browser opens to one server (HTTP/1.1).
pub const OF_A_SESSION: usize = 6;

/// Who listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner<'a> {
    /// A television, by its id.
    Terminal(&'a str),
    /// A session of staff, by its id.
    Session(&'a str),
}

impl Owner<'_> {
    fn key(self) -> Box<str> {
        match self {
            Self::Terminal(id) => format!("t{id}").into(),
            Self::Session(id) => format!("s{id}").into(),
        }
    }

    fn at_most(self) -> usize {
        match self {
            Self::Terminal(_) => OF_A_TV,
            Self::Session(_) => OF_A_SESSION,
        }
    }
}

/// All open streams.
#[derive(Debug)]
pub struct Streams {
    at_most: usize,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    count: usize,
    next: u64,
    /// Of each owner, the oldest first, and what ends it.
    of_each: HashMap<Box<str>, Vec<(u64, oneshot::Sender<()>)>>,
}

/// One open stream. As a future it is ready when the stream has to end because its owner opened others.
#[derive(Debug)]
pub struct Stream {
    all: Arc<Streams>,
    owner: Box<str>,
    number: u64,
    given_up: oneshot::Receiver<()>,
}

impl Streams {
    /// None yet, and at most so many.
    #[must_use]
    pub fn new(at_most: usize) -> Self {
        Self {
            at_most,
            open: Mutex::default(),
        }
    }

    /// Counts a stream as long as the answer lives.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] when there are too many in all.
    pub fn enter(self: &Arc<Self>, owner: Owner<'_>) -> Result<Stream> {
        let (key, at_most) = (owner.key(), owner.at_most());
        let mut open = self.open.lock();
        let room = open.count < self.at_most;
        let number = open.next;
        // Who has one that ends needs no further room.
        let has = open.of_each.get(&key).map_or(0, Vec::len);
        if !room && has < at_most {
            return Err(ServiceError::Unavailable("连接的电视太多，请稍后再试"));
        }
        let (end, given_up) = oneshot::channel();
        let of_it = open
            .of_each
            .entry(key.clone())
            .or_insert_with(|| Vec::with_capacity(1));
        if of_it.len() >= at_most {
            // Whoever read it is told by the end of it.
            let _ = of_it.remove(0).1.send(());
            metrics::counter!("event_streams_replaced").increment(1);
        }
        of_it.push((number, end));
        open.next += 1;
        open.count += 1;
        metrics::gauge!("event_streams").increment(1.0);
        Ok(Stream {
            all: Arc::clone(self),
            owner: key,
            number,
            given_up,
        })
    }
}

impl Future for Stream {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.given_up).poll(context).map(|_| ())
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let mut open = self.all.open.lock();
        open.count -= 1;
        metrics::gauge!("event_streams").decrement(1.0);
        if let Some(of_it) = open.of_each.get_mut(&self.owner) {
            of_it.retain(|(number, _)| *number != self.number);
            if of_it.is_empty() {
                open.of_each.remove(&self.owner);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TV: Owner<'static> = Owner::Terminal("a");

    #[tokio::test]
    async fn the_oldest_of_too_many_ends_and_no_other() {
        let all = Arc::new(Streams::new(100));
        let first = all.enter(TV).unwrap();
        let mut others = [all.enter(TV).unwrap(), all.enter(TV).unwrap()];
        let mut neighbour = all.enter(Owner::Terminal("b")).unwrap();
        // A session may be called the same.
        let mut session = all.enter(Owner::Session("a")).unwrap();
        let mut fourth = all.enter(TV).unwrap();
        first.await;
        let open = others.iter_mut().chain([&mut neighbour, &mut session]);
        for stream in open.chain([&mut fourth]) {
            assert!(
                stream
                    .given_up
                    .try_recv()
                    .is_err_and(|e| e == oneshot::error::TryRecvError::Empty)
            );
        }
        drop(others);
        let _fifth = all.enter(TV).unwrap();
        assert!(fourth.given_up.try_recv().is_err());
    }

    #[test]
    fn what_is_over_leaves_nothing_and_who_comes_back_finds_room() {
        let all = Arc::new(Streams::new(3));
        let mine: Vec<_> = (0..3).map(|_| all.enter(TV).unwrap()).collect();
        assert!(all.enter(Owner::Terminal("b")).is_err());
        // The one that ends is still counted until its connection notices.
        let again = all.enter(TV).unwrap();
        assert_eq!(all.open.lock().count, 4);
        drop((mine, again));
        let open = all.open.lock();
        assert_eq!((open.count, open.of_each.len()), (0, 0));
    }
}
