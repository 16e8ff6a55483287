//! Hold-to-repeat, as a pure function of the time.
//!
//! Remotes disagree on how they repeat (rc-core every 125 ms, keyboards every 33 ms, CEC not at
//! all, linuxkms never), so whatever they send while held is ignored and we repeat ourselves.

use super::{Change, KeyEvent, Press, RemoteKey, Source, SourceEvent};

/// From the press to the first repeat, in milliseconds.
pub const FIRST_REPEAT_MS: u64 = 400;
/// From one repeat to the next, in milliseconds.
pub const NEXT_REPEAT_MS: u64 = 80;
/// A key held longer than this, in milliseconds, has lost its key-up and is let go.
pub const LONGEST_HOLD_MS: u64 = 30_000;

#[derive(Clone, Copy, Debug)]
struct Held {
    source: Source,
    key: RemoteKey,
    since_ms: u64,
}

#[derive(Clone, Copy, Debug)]
struct Repeating {
    source: Source,
    key: RemoteKey,
    next_ms: u64,
}

/// Turns presses and releases into events with repeats. Time goes in as milliseconds of one
/// monotonic clock; nothing happens by itself: call [`Repeater::poll`] at
/// [`Repeater::next_deadline`].
#[derive(Debug, Default)]
pub struct Repeater {
    held: Vec<Held>,
    repeating: Option<Repeating>,
}

impl Repeater {
    /// Takes what a source said; returns what the application is to be told.
    pub fn feed(&mut self, event: SourceEvent, now_ms: u64) -> Vec<KeyEvent> {
        match event.change {
            Change::Down(key) => self.down(event.source, key, now_ms),
            Change::Up(key) => self.let_go(now_ms, |held| {
                held.source == event.source && held.key == key
            }),
            Change::Gone => self.let_go(now_ms, |held| held.source == event.source),
        }
    }

    /// Lets go of everything, for example when the window loses the focus.
    pub fn release_all(&mut self, now_ms: u64) -> Vec<KeyEvent> {
        self.let_go(now_ms, |_| true)
    }

    /// What is due by now: releases of keys held impossibly long, then at most one repeat. Repeats
    /// that were missed because the application was busy are dropped, not caught up on.
    pub fn poll(&mut self, now_ms: u64) -> Vec<KeyEvent> {
        let mut events = self.let_go(now_ms, |held| {
            now_ms.saturating_sub(held.since_ms) >= LONGEST_HOLD_MS
        });
        if let Some(repeating) = &mut self.repeating
            && now_ms >= repeating.next_ms
        {
            repeating.next_ms = now_ms + NEXT_REPEAT_MS;
            events.push(KeyEvent {
                key: repeating.key,
                press: Press::Repeat,
                at_ms: now_ms,
            });
        }
        events
    }

    /// When [`Repeater::poll`] has something to do next; `None` while no key is held.
    #[must_use]
    pub fn next_deadline(&self) -> Option<u64> {
        let expiry = self.held.iter().map(|held| held.since_ms + LONGEST_HOLD_MS);
        expiry
            .chain(self.repeating.iter().map(|repeating| repeating.next_ms))
            .min()
    }

    fn down(&mut self, source: Source, key: RemoteKey, now_ms: u64) -> Vec<KeyEvent> {
        let again = self
            .held
            .iter()
            .any(|held| held.source == source && held.key == key);
        if again {
            // The source's own repetition.
            return Vec::new();
        }
        self.held.push(Held {
            source,
            key,
            since_ms: now_ms,
        });
        // The newest key is the one meant; an older one that is still down stays quiet.
        self.repeating = key.repeats().then_some(Repeating {
            source,
            key,
            next_ms: now_ms + FIRST_REPEAT_MS,
        });
        vec![KeyEvent {
            key,
            press: Press::Down,
            at_ms: now_ms,
        }]
    }

    fn let_go(&mut self, now_ms: u64, which: impl Fn(&Held) -> bool) -> Vec<KeyEvent> {
        let mut events = Vec::new();
        let repeating = &mut self.repeating;
        self.held.retain(|held| {
            if !which(held) {
                return true;
            }
            if repeating.is_some_and(|r| r.source == held.source && r.key == held.key) {
                *repeating = None;
            }
            events.push(KeyEvent {
                key: held.key,
                press: Press::Up,
                at_ms: now_ms,
            });
            false
        });
        events
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const REMOTE: Source = Source::Device(3);

    fn down(key: RemoteKey) -> SourceEvent {
        SourceEvent {
            source: REMOTE,
            change: Change::Down(key),
        }
    }

    fn up(key: RemoteKey) -> SourceEvent {
        SourceEvent {
            source: REMOTE,
            change: Change::Up(key),
        }
    }

    /// Holds Down from 0, polling at every deadline until `until_ms`; the times of the repeats.
    fn repeats_until(repeater: &mut Repeater, until_ms: u64) -> Vec<u64> {
        let mut times = Vec::new();
        while let Some(at) = repeater.next_deadline().filter(|at| *at <= until_ms) {
            for event in repeater.poll(at) {
                if event.press == Press::Repeat {
                    times.push(event.at_ms);
                }
            }
        }
        times
    }

    #[test]
    fn first_after_400_then_every_80() {
        let mut repeater = Repeater::default();
        assert_eq!(repeater.feed(down(RemoteKey::Down), 0).len(), 1);
        assert_eq!(repeats_until(&mut repeater, 700), [400, 480, 560, 640]);
        let ups = repeater.feed(up(RemoteKey::Down), 701);
        assert_eq!(ups[0].press, Press::Up);
        assert_eq!(repeater.next_deadline(), None);
    }

    #[test]
    fn the_sources_own_repetition_is_ignored() {
        let mut repeater = Repeater::default();
        repeater.feed(down(RemoteKey::Up), 0);
        assert!(repeater.feed(down(RemoteKey::Up), 33).is_empty());
        assert_eq!(repeater.next_deadline(), Some(400));
    }

    #[test]
    fn a_late_poll_does_not_catch_up() {
        let mut repeater = Repeater::default();
        repeater.feed(down(RemoteKey::Down), 0);
        assert_eq!(repeater.poll(1_000).len(), 1);
        assert!(repeater.poll(1_079).is_empty());
        assert_eq!(repeater.poll(1_080).len(), 1);
    }

    #[test]
    fn the_newest_key_repeats_and_ok_never_does() {
        let mut repeater = Repeater::default();
        repeater.feed(down(RemoteKey::Down), 0);
        repeater.feed(down(RemoteKey::Ok), 100);
        assert!(repeats_until(&mut repeater, 5_000).is_empty());
        repeater.feed(down(RemoteKey::Left), 6_000);
        assert_eq!(repeats_until(&mut repeater, 6_450), [6_400]);
    }

    #[test]
    fn an_unplugged_remote_lets_go_and_others_stay() {
        let mut repeater = Repeater::default();
        repeater.feed(down(RemoteKey::Down), 0);
        let other = SourceEvent {
            source: Source::Window,
            change: Change::Down(RemoteKey::Up),
        };
        repeater.feed(other, 10);
        let gone = SourceEvent {
            source: REMOTE,
            change: Change::Gone,
        };
        let ups = repeater.feed(gone, 20);
        assert_eq!(ups.len(), 1);
        assert_eq!((ups[0].key, ups[0].press), (RemoteKey::Down, Press::Up));
        assert_eq!(repeats_until(&mut repeater, 450), [410]);
    }

    #[test]
    fn a_lost_key_up_ends_by_itself() {
        let mut repeater = Repeater::default();
        repeater.feed(down(RemoteKey::Right), 0);
        let times = repeats_until(&mut repeater, 10 * LONGEST_HOLD_MS);
        assert!(times.iter().all(|at| *at < LONGEST_HOLD_MS));
        assert_eq!(repeater.next_deadline(), None);
    }

    #[derive(Clone, Debug)]
    enum Op {
        Down(u32, u8),
        Up(u32, u8),
        Gone(u32),
        Wait(u64),
    }

    fn op() -> impl Strategy<Value = Op> {
        prop_oneof![
            (0..3u32, 0..38u8).prop_map(|(s, k)| Op::Down(s, k)),
            (0..3u32, 0..38u8).prop_map(|(s, k)| Op::Up(s, k)),
            (0..3u32).prop_map(Op::Gone),
            (0..1_000u64).prop_map(Op::Wait),
        ]
    }

    proptest! {
        #[test]
        fn downs_and_ups_pair_and_repeats_only_while_held(
            ops in prop::collection::vec(op(), 0..60)
        ) {
            let keys: Vec<_> = RemoteKey::all().collect();
            let mut repeater = Repeater::default();
            let mut now = 0;
            let mut open = 0_i64;
            let mut last_repeat = None;
            let mut check = |events: Vec<KeyEvent>, open: &mut i64| {
                for event in events {
                    match event.press {
                        Press::Down => { *open += 1; last_repeat = None; }
                        Press::Up => *open -= 1,
                        Press::Repeat => {
                            assert!(*open > 0 && event.key.repeats());
                            if let Some(last) = last_repeat {
                                assert!(event.at_ms >= last + NEXT_REPEAT_MS);
                            }
                            last_repeat = Some(event.at_ms);
                        }
                    }
                    assert!(*open >= 0);
                }
            };
            for op in ops {
                let (source, change) = match op {
                    Op::Down(s, k) => (s, Change::Down(keys[usize::from(k)])),
                    Op::Up(s, k) => (s, Change::Up(keys[usize::from(k)])),
                    Op::Gone(s) => (s, Change::Gone),
                    Op::Wait(ms) => {
                        now += ms;
                        check(repeater.poll(now), &mut open);
                        continue;
                    }
                };
                let event = SourceEvent { source: Source::Device(source), change };
                check(repeater.feed(event, now), &mut open);
            }
            check(repeater.release_all(now), &mut open);
            prop_assert_eq!(open, 0);
            prop_assert!(repeater.poll(now + LONGEST_HOLD_MS).is_empty());
        }
    }
}
