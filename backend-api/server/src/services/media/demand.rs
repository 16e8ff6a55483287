//! Whether the HLS of a program is wanted. The sound of an idle one, made into AAC for nobody, was half of
//! what the server did; so what is not recorded is packaged only while somebody asks for its playlist.

use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::sync::watch;

/// Who asks, and whether there is something for them; time is a parameter.
#[derive(Debug)]
pub(super) struct Demand {
    always: bool,
    rest_after: Duration,
    asked: Mutex<Option<Instant>>,
    /// Whether the playlist is that of the packager that runs now. Whoever holds a receiver waits
    /// for it.
    ready: watch::Sender<bool>,
}

impl Demand {
    /// With `always` it is never left to rest; otherwise after `rest_after` without being asked for.
    pub(super) fn new(always: bool, rest_after: Duration) -> Self {
        Self {
            always,
            rest_after,
            asked: Mutex::default(),
            ready: watch::channel(always).0,
        }
    }

    /// Somebody asks. Answers what turns true when the playlist is there, and whether it rests until
    /// now: then whoever packages has to be woken.
    pub(super) fn ask(&self, now: Instant) -> (watch::Receiver<bool>, bool) {
        let mut asked = self.asked.lock();
        let rests = !self.is_wanted(*asked, now);
        *asked = Some(now);
        (self.ready.subscribe(), rests)
    }

    /// Whether to package now. If not, the playlist is as of now one of the past, so that whoever
    /// asks from here on waits for another.
    pub(super) fn wants(&self, now: Instant) -> bool {
        // Held until both are settled: nobody asks in between.
        let asked = self.asked.lock();
        let wanted = self.is_wanted(*asked, now);
        if !wanted {
            self.ready.send_if_modified(std::mem::take);
        }
        wanted
    }

    /// The playlist is there.
    pub(super) fn is_ready(&self) {
        self.ready
            .send_if_modified(|ready| !std::mem::replace(ready, true));
    }

    fn is_wanted(&self, asked: Option<Instant>, now: Instant) -> bool {
        self.always
            || self.ready.receiver_count() > 0
            || asked.is_some_and(|at| now < at + self.rest_after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REST: Duration = Duration::from_secs(300);

    #[test]
    fn wanted_from_the_first_who_asks_until_long_after_the_last() {
        let (demand, now) = (Demand::new(false, REST), Instant::now());
        assert!(!demand.wants(now));
        let (ready, woken) = demand.ask(now);
        assert!(woken && !*ready.borrow());
        drop(ready);
        // The second wakes nobody.
        assert!(!demand.ask(now).1);
        demand.is_ready();
        assert!(demand.wants(now + REST / 2));
        assert!(!demand.ask(now + REST / 2).1);
        assert!(demand.wants(now + REST));
        assert!(!demand.wants(now + REST / 2 + REST));
    }

    #[test]
    fn a_playlist_of_the_past_is_not_there() {
        let (demand, now) = (Demand::new(false, REST), Instant::now());
        drop(demand.ask(now));
        demand.is_ready();
        assert!(*demand.ask(now).0.borrow());
        assert!(!demand.wants(now + REST));
        let (ready, woken) = demand.ask(now + REST);
        assert!(woken && !*ready.borrow());
        demand.is_ready();
        assert!(*ready.borrow());
    }

    #[test]
    fn nobody_waits_in_vain_for_what_rests() {
        let (demand, now) = (Demand::new(false, REST), Instant::now());
        let (ready, _) = demand.ask(now);
        assert!(demand.wants(now + 2 * REST));
        drop(ready);
        assert!(!demand.wants(now + 2 * REST));
    }

    #[test]
    fn a_recording_is_always_wanted_and_never_waited_for() {
        let (demand, now) = (Demand::new(true, REST), Instant::now());
        assert!(demand.wants(now) && demand.wants(now + 2 * REST));
        let (ready, woken) = demand.ask(now);
        assert!(*ready.borrow() && !woken);
    }
}
