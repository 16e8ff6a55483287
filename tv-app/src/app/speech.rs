//! Reading aloud through speech-dispatcher, the Linux standard, by its command `spd-say`, which starts
//! the dispatcher when it is not running. What is said is written as people say it ([`crate::spoken`]); the module
//! and its voice are what the dispatcher is configured for.

mod dispatcher;
#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};

pub use dispatcher::is_installed;
use dispatcher::{Dispatcher, Ending};

use crate::screens::aloud::Reading;
use crate::spoken::{Words, say, sentences};

/// Told in another thread which piece of which text is being said; `None` when that is over.
type Says = Arc<dyn Fn(Turn, Option<usize>) + Send + Sync>;

/// Which text something is told of.
pub(super) type Turn = u64;

/// Nobody wants to know how far this is said.
const IN_PASSING: Turn = 0;

/// What the thread that speaks is to do.
enum Order {
    /// Say these pieces, each in sentences, from the one with this index on.
    Say(Turn, Vec<Vec<String>>, usize),
    /// Go on with another piece of them, wait, or go on.
    Reading(Reading),
    /// From now on at this speed, as the dispatcher counts it.
    Rate(i32),
    Stop,
}

/// The speech program and what it is saying.
pub(super) struct Speech {
    orders: Option<Sender<Order>>,
    /// Counts texts. What is told of another one than the newest is of no interest any more.
    turn: Cell<Turn>,
    /// Somebody listens to the newest.
    listened: Cell<bool>,
    silent: bool,
}

impl Speech {
    /// The dispatcher's settings are kept in a folder of this one.
    pub(super) fn new(folder: &Path, says: Says) -> Self {
        Self::with(Dispatcher::new(folder), says)
    }

    /// Nothing is heard of it.
    pub(super) fn silent() -> Self {
        Self {
            orders: None,
            turn: Cell::new(0),
            listened: Cell::new(false),
            silent: true,
        }
    }

    fn with(dispatcher: Dispatcher, says: Says) -> Self {
        let (orders, taken) = channel();
        let spawned = std::thread::Builder::new()
            .name("speech".into())
            .spawn(move || work(&taken, dispatcher, &says))
            .inspect_err(|error| tracing::warn!(%error, "no thread to speak in"));
        Self {
            orders: spawned.is_ok().then_some(orders),
            turn: Cell::new(0),
            listened: Cell::new(false),
            silent: false,
        }
    }

    /// Stops what is being said.
    pub(super) fn stop(&self) {
        self.next(false);
        self.order(Order::Stop);
    }

    /// Says the pieces one after the other from the one with this index on, the words among them as `words` has
    /// them. `false` when no speech program is installed.
    pub(super) fn speak(&self, pieces: &[String], from: usize, words: &Words) -> bool {
        if self.silent {
            return true;
        }
        if !is_installed() {
            return false;
        }
        let turn = self.next(true);
        let pieces = pieces.iter().map(|piece| sentences(&say(piece, words)));
        self.order(Order::Say(turn, pieces.collect(), from))
    }

    /// Says something in passing, of which nothing is told.
    pub(super) fn mention(&self, text: &str, words: &Words) {
        if !self.silent && is_installed() {
            self.next(false);
            let piece = sentences(&say(text, words));
            self.order(Order::Say(IN_PASSING, vec![piece], 0));
        }
    }

    /// A text that is said now is the newest.
    fn next(&self, listened: bool) -> Turn {
        self.turn.set(self.turn.get() + 1);
        self.listened.set(listened);
        self.turn.get()
    }

    /// Takes what was told; whether it is of the newest text.
    pub(super) fn told(&self, turn: Turn, piece: Option<usize>) -> bool {
        let is_newest = self.turn.get() == turn;
        if is_newest && piece.is_none() {
            self.listened.set(false);
        }
        is_newest
    }

    /// Whether somebody listens to something.
    pub(super) fn is_speaking(&self) -> bool {
        self.listened.get()
    }

    /// What becomes of what is being read.
    pub(super) fn reading(&self, reading: Reading) {
        self.order(Order::Reading(reading));
    }

    /// How fast, from -100 to 100; also what is being said.
    pub(super) fn rate(&self, rate: i32) {
        self.order(Order::Rate(rate));
    }

    fn order(&self, order: Order) -> bool {
        let orders = self.orders.as_ref();
        orders.is_some_and(|orders| orders.send(order).is_ok())
    }
}

/// The thread that speaks, until nobody gives orders any more.
fn work(orders: &Receiver<Order>, mut dispatcher: Dispatcher, says: &Says) {
    let mut next = None;
    loop {
        let order = match next.take() {
            Some(order) => order,
            None => match orders.recv() {
                Ok(order) => order,
                Err(_) => return,
            },
        };
        match order {
            Order::Say(turn, pieces, from) => {
                let told = |piece| says(turn, piece);
                next = Text::new(&pieces, from).say(orders, &mut dispatcher, &told);
            }
            Order::Rate(rate) => dispatcher.rate = rate,
            Order::Reading(_) | Order::Stop => {}
        }
    }
}

/// A text that is being said.
struct Text<'a> {
    /// Every sentence, and which piece it is of.
    sentences: Vec<(usize, &'a str)>,
    /// How many pieces there are.
    pieces: usize,
    at: usize,
    paused: bool,
}

impl<'a> Text<'a> {
    fn new(pieces: &'a [Vec<String>], from: usize) -> Self {
        let sentences = pieces.iter().enumerate().flat_map(|(index, piece)| {
            let said = piece.iter().map(String::as_str);
            let said = said.filter(|sentence| sentence.chars().any(char::is_alphanumeric));
            said.map(move |sentence| (index, sentence))
        });
        let mut text = Self {
            sentences: sentences.collect(),
            pieces: pieces.len(),
            at: 0,
            paused: false,
        };
        text.go(from);
        text
    }

    /// To the beginning of a piece, or of the first one after it that says something.
    fn go(&mut self, piece: usize) {
        let at = self.sentences.iter().position(|(of, _)| *of >= piece);
        self.at = at.unwrap_or(self.sentences.len());
    }

    /// Says it; the order that ended it, if it is not done with that.
    fn say(
        mut self,
        orders: &Receiver<Order>,
        dispatcher: &mut Dispatcher,
        told: &dyn Fn(Option<usize>),
    ) -> Option<Order> {
        let mut last = None;
        while let Some((piece, sentence)) = self.sentences.get(self.at).copied() {
            if last != Some(piece) {
                last = Some(piece);
                told(last);
            }
            let order = if self.paused {
                orders.recv().ok()
            } else {
                let interrupted = |wait| match orders.recv_timeout(wait) {
                    Ok(order) => Some(Some(order)),
                    Err(RecvTimeoutError::Disconnected) => Some(None),
                    Err(RecvTimeoutError::Timeout) => None,
                };
                match dispatcher.say(sentence, interrupted) {
                    Ending::Said => {
                        self.at += 1;
                        continue;
                    }
                    Ending::Failed => break,
                    Ending::Interrupted(order) => order,
                }
            };
            match order {
                // What has begun is said again from the beginning of its sentence.
                Some(Order::Rate(rate)) => dispatcher.rate = rate,
                Some(Order::Reading(Reading::Pause)) => self.paused = true,
                Some(Order::Reading(Reading::Resume)) => self.paused = false,
                Some(Order::Reading(Reading::Go(piece))) => {
                    self.paused = false;
                    if piece < self.pieces {
                        self.go(piece);
                    }
                    last = None;
                }
                Some(Order::Stop) | None => return None,
                Some(order @ Order::Say(..)) => return Some(order),
            }
        }
        told(None);
        None
    }
}
