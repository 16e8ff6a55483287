//! Brings the keys of all sources together in the window's thread and repeats held ones.

use std::cell::RefCell;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::time::Duration;

use super::repeat::Repeater;
use super::{KeyEvent, SourceEvent};
use crate::clock::Clock;

thread_local! {
    /// Lets closures that other threads sent here find the hub, which cannot leave this thread.
    static HUB: RefCell<Weak<KeyHub>> = const { RefCell::new(Weak::new()) };
}

/// The one place where keys arrive. Lives in the thread of the window.
pub struct KeyHub {
    repeater: RefCell<Repeater>,
    timer: slint::Timer,
    clock: Arc<dyn Clock>,
    handler: Box<dyn Fn(KeyEvent)>,
}

impl KeyHub {
    /// Makes the hub of this thread; `handler` is called in this thread for every key event. Keep
    /// the result: keys are dropped when it is.
    pub fn new(clock: Arc<dyn Clock>, handler: impl Fn(KeyEvent) + 'static) -> Rc<Self> {
        let hub = Rc::new(Self {
            repeater: RefCell::default(),
            timer: slint::Timer::default(),
            clock,
            handler: Box::new(handler),
        });
        HUB.with(|slot| *slot.borrow_mut() = Rc::downgrade(&hub));
        hub
    }

    /// Takes a change from a source in this thread, for example the window's keyboard.
    pub fn feed(self: &Rc<Self>, event: SourceEvent) {
        let now = self.clock.monotonic_ms();
        let events = self.repeater.borrow_mut().feed(event, now);
        self.deliver(events);
    }

    /// Lets go of every key, for example when the window loses the focus.
    pub fn release_all(self: &Rc<Self>) {
        let now = self.clock.monotonic_ms();
        let events = self.repeater.borrow_mut().release_all(now);
        self.deliver(events);
    }

    /// What sources in other threads send their keys with.
    #[must_use]
    pub fn sender(self: &Rc<Self>) -> KeySender {
        KeySender { _private: () }
    }

    fn deliver(self: &Rc<Self>, events: Vec<KeyEvent>) {
        // First the timer, so that a handler that takes long or feeds keys itself finds it set.
        self.schedule();
        for event in events {
            (self.handler)(event);
        }
    }

    fn schedule(self: &Rc<Self>) {
        let Some(deadline) = self.repeater.borrow().next_deadline() else {
            self.timer.stop();
            return;
        };
        let wait = deadline.saturating_sub(self.clock.monotonic_ms()).max(1);
        let weak = Rc::downgrade(self);
        self.timer.start(
            slint::TimerMode::SingleShot,
            Duration::from_millis(wait),
            move || {
                if let Some(hub) = weak.upgrade() {
                    let now = hub.clock.monotonic_ms();
                    let events = hub.repeater.borrow_mut().poll(now);
                    hub.deliver(events);
                }
            },
        );
    }
}

/// Sends keys to the hub from any thread.
#[derive(Clone, Debug)]
pub struct KeySender {
    _private: (),
}

/// The window is gone, so nobody listens to keys any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the event loop has ended")]
pub struct HubGone;

impl KeySender {
    /// Sends one change; it arrives in order.
    ///
    /// # Errors
    /// [`HubGone`] when the event loop has ended; a source should end then, too.
    pub fn send(&self, event: SourceEvent) -> Result<(), HubGone> {
        slint::invoke_from_event_loop(move || {
            let hub = HUB.with(|slot| slot.borrow().upgrade());
            if let Some(hub) = hub {
                hub.feed(event);
            }
        })
        .map_err(|_| HubGone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;
    use crate::platform::headless::{Headless, TimeSource};
    use crate::remote::{Change, Press, RemoteKey, Source};

    fn event(change: Change) -> SourceEvent {
        SourceEvent {
            source: Source::Virtual,
            change,
        }
    }

    #[test]
    fn keys_of_other_threads_arrive_and_repeat_on_time() {
        let clock = Arc::new(ManualClock::new(0));
        let screen = Headless::install(320, 320, TimeSource::Manual(clock.clone())).unwrap();
        let seen = Rc::new(RefCell::new(Vec::new()));
        let log = Rc::clone(&seen);
        let hub = KeyHub::new(clock, move |key| {
            log.borrow_mut().push((key.press, key.at_ms));
        });
        let sender = hub.sender();
        let sent = std::thread::spawn(move || sender.send(event(Change::Down(RemoteKey::Down))));
        assert_eq!(sent.join().unwrap(), Ok(()));
        screen.advance(500);
        hub.feed(event(Change::Gone));
        screen.advance(5_000);
        assert_eq!(
            *seen.borrow(),
            [
                (Press::Down, 0),
                (Press::Repeat, 400),
                (Press::Repeat, 480),
                (Press::Up, 500)
            ]
        );
    }

    #[test]
    fn without_a_hub_keys_are_dropped_quietly() {
        let clock = Arc::new(ManualClock::new(0));
        let screen = Headless::install(320, 320, TimeSource::Manual(clock.clone())).unwrap();
        let hub = KeyHub::new(clock, |_| {});
        let sender = hub.sender();
        drop(hub);
        assert_eq!(sender.send(event(Change::Down(RemoteKey::Ok))), Ok(()));
        assert_eq!(screen.pump(), None);
    }
}
