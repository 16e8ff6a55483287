//! A screen without a screen: our own Slint platform that paints into memory with the software
//! renderer. Used by tests, screenshots, the bench and the virtual TV.
//!
//! Only what changed is painted (Slint's `ReusedBuffer`), and the event loop sleeps until the next
//! timer, animation frame or message from another thread: with nothing going on it never wakes.
//!
//! Slint allows one platform per process, so tests with pixels need a process each (nextest).

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use i_slint_core::window::WindowInner;
use parking_lot::{Condvar, Mutex};
use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{
    EventLoopProxy, Platform, PlatformError, SetPlatformError, WindowAdapter, WindowEvent,
};
use slint::{EventLoopError, PhysicalSize};

use tv_canvas::{Canvas, Rect, Rgb};

use super::scale_factor;
use crate::clock::{Clock, ManualClock};

/// How long an animation frame lasts: 60 a second.
const FRAME: Duration = Duration::from_millis(16);

/// Where Slint's timers and animations take the time from.
#[derive(Clone, Debug)]
pub enum TimeSource {
    /// The machine.
    Real,
    /// A clock that [`Headless::advance`] moves: nothing happens by itself.
    Manual(Arc<ManualClock>),
}

/// Why there is no headless screen.
#[derive(Debug, thiserror::Error)]
pub enum HeadlessError {
    /// Slint has a platform already; it takes only one per process.
    #[error("another window system was started in this process before")]
    AlreadySet(#[from] SetPlatformError),
    /// A screen needs pixels.
    #[error("a screen of {width}×{height} pixels cannot be painted")]
    Size {
        /// Width asked for.
        width: u32,
        /// Height asked for.
        height: u32,
    },
}

type Task = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct Mailbox {
    tasks: VecDeque<Task>,
    quit: bool,
}

/// How other threads reach the event loop.
#[derive(Default)]
struct Inbox {
    mailbox: Mutex<Mailbox>,
    arrived: Condvar,
}

struct Proxy(Arc<Inbox>);

impl EventLoopProxy for Proxy {
    fn quit_event_loop(&self) -> Result<(), EventLoopError> {
        self.0.mailbox.lock().quit = true;
        self.0.arrived.notify_one();
        Ok(())
    }

    fn invoke_from_event_loop(&self, event: Task) -> Result<(), EventLoopError> {
        self.0.mailbox.lock().tasks.push_back(event);
        self.0.arrived.notify_one();
        Ok(())
    }
}

type FrameHook = Box<dyn Fn(&Canvas, Rect)>;

struct Screen {
    window: Rc<MinimalSoftwareWindow>,
    canvas: RefCell<Canvas>,
    time: TimeSource,
    started: Instant,
    inbox: Arc<Inbox>,
    frames: Cell<u64>,
    wakeups: Cell<u64>,
    last_paint: Cell<Duration>,
    on_frame: RefCell<Option<FrameHook>>,
    /// Nothing is painted before somebody looks.
    unseen: Cell<bool>,
}

struct HeadlessPlatform(Rc<Screen>);

impl Platform for HeadlessPlatform {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(self.0.window.clone())
    }

    fn run_event_loop(&self) -> Result<(), PlatformError> {
        loop {
            self.0.turn();
            if self.0.told_to_quit() {
                return Ok(());
            }
            self.0.sleep();
        }
    }

    fn new_event_loop_proxy(&self) -> Option<Box<dyn EventLoopProxy>> {
        Some(Box::new(Proxy(Arc::clone(&self.0.inbox))))
    }

    fn duration_since_start(&self) -> Duration {
        match &self.0.time {
            TimeSource::Real => self.0.started.elapsed(),
            TimeSource::Manual(clock) => Duration::from_millis(clock.monotonic_ms()),
        }
    }
}

impl Screen {
    /// Runs what other threads sent, timers and animations, and paints if that is seen.
    fn turn(&self) -> Option<Rect> {
        self.wakeups.set(self.wakeups.get() + 1);
        loop {
            let task = self.inbox.mailbox.lock().tasks.pop_front();
            let Some(task) = task else { break };
            task();
        }
        slint::platform::update_timers_and_animations();
        if self.unseen.get() {
            // What painting does first, and whoever asks for texts relies on.
            WindowInner::from_pub(self.window.window()).ensure_tree_instantiated();
            return None;
        }
        self.paint()
    }

    fn told_to_quit(&self) -> bool {
        std::mem::take(&mut self.inbox.mailbox.lock().quit)
    }

    fn paint(&self) -> Option<Rect> {
        let mut dirty = Rect::default();
        let painted = self.window.draw_if_needed(|renderer| {
            let started = Instant::now();
            dirty = self.canvas.borrow_mut().paint(renderer);
            self.last_paint.set(started.elapsed());
        });
        if !painted || dirty.is_empty() {
            return None;
        }
        self.frames.set(self.frames.get() + 1);
        if let Some(hook) = self.on_frame.borrow().as_ref() {
            hook(&self.canvas.borrow(), dirty);
        }
        Some(dirty)
    }

    /// How long nothing will happen by itself; `None`: for ever.
    fn idle_time(&self) -> Option<Duration> {
        let timer = slint::platform::duration_until_next_timer_update();
        if self.window.has_active_animations() {
            return Some(timer.map_or(FRAME, |timer| timer.min(FRAME)));
        }
        timer
    }

    fn sleep(&self) {
        let idle = self.idle_time();
        let mut mailbox = self.inbox.mailbox.lock();
        if mailbox.quit || !mailbox.tasks.is_empty() {
            return;
        }
        match idle {
            // A manual clock does not move while we sleep, so only messages can wake us.
            Some(idle) if matches!(self.time, TimeSource::Real) => {
                self.inbox.arrived.wait_for(&mut mailbox, idle);
            }
            _ => self.inbox.arrived.wait(&mut mailbox),
        }
    }
}

/// The handle to the headless screen; lives in the thread that made it.
#[derive(Clone)]
pub struct Headless(Rc<Screen>);

impl Headless {
    /// Makes this the window system of the process: a screen of `width`×`height` physical pixels,
    /// scaled so that 1920×1080 logical pixels fit. Windows created from now on are shown on it,
    /// one at a time; the event loop is `slint::run_event_loop` or, step by step, [`Self::pump`].
    ///
    /// # Errors
    /// When there is a platform already, or the size is 0 or above 16,384.
    pub fn install(width: u32, height: u32, time: TimeSource) -> Result<Self, HeadlessError> {
        let allowed = 1..=16_384;
        if !allowed.contains(&width) || !allowed.contains(&height) {
            return Err(HeadlessError::Size { width, height });
        }
        let screen = Rc::new(Screen {
            window: MinimalSoftwareWindow::new(RepaintBufferType::ReusedBuffer),
            canvas: RefCell::new(Canvas::new(width, height)),
            time,
            started: Instant::now(),
            inbox: Arc::default(),
            frames: Cell::default(),
            wakeups: Cell::default(),
            last_paint: Cell::default(),
            on_frame: RefCell::default(),
            unseen: Cell::default(),
        });
        slint::platform::set_platform(Box::new(HeadlessPlatform(Rc::clone(&screen))))?;
        screen
            .window
            .dispatch_event(WindowEvent::ScaleFactorChanged {
                scale_factor: scale_factor(width, height),
            });
        screen.window.set_size(PhysicalSize::new(width, height));
        Ok(Self(screen))
    }

    /// Paints from now on only when [`Self::frame`] is asked for: for tests that press thousands of keys and look
    /// now and then.
    pub fn paint_when_looked_at(&self) {
        self.0.unseen.set(true);
    }

    /// Runs what is due now (messages, timers, animations) and paints once if anything changed;
    /// returns the rectangle that was painted.
    pub fn pump(&self) -> Option<Rect> {
        self.0.turn()
    }

    /// Waits until another thread has sent something for [`Self::pump`] to run; `false` when
    /// nothing came within `limit`.
    #[must_use]
    pub fn wait(&self, limit: Duration) -> bool {
        let mut mailbox = self.0.inbox.mailbox.lock();
        if mailbox.tasks.is_empty() {
            self.0.inbox.arrived.wait_for(&mut mailbox, limit);
        }
        !mailbox.tasks.is_empty()
    }

    /// Lets `ms` milliseconds pass on the manual clock, in steps of timers and animation frames,
    /// always in the same way; returns the union of what was painted. With the real clock this
    /// only pumps.
    pub fn advance(&self, ms: u64) -> Option<Rect> {
        let mut painted = self.pump();
        let TimeSource::Manual(clock) = &self.0.time else {
            return painted;
        };
        let mut left = ms;
        while left > 0 {
            let idle = self.0.idle_time().map_or(left, |idle| {
                u64::try_from(idle.as_millis()).unwrap_or(left).max(1)
            });
            let step = idle.min(left);
            clock.advance(step);
            left -= step;
            painted = match (painted, self.pump()) {
                (Some(a), Some(b)) => Some(a.union(b)),
                (a, b) => a.or(b),
            };
        }
        painted
    }

    /// The picture on the screen now.
    #[must_use]
    pub fn frame(&self) -> Rgb {
        if self.0.unseen.get() {
            self.0.paint();
        }
        let canvas = self.0.canvas.borrow();
        let (width, height) = (canvas.width, canvas.height);
        let mut frame = Rgb::black(width, height);
        let all = Rect {
            width,
            height,
            ..Rect::default()
        };
        frame.copy_from(&canvas, all);
        frame
    }

    /// Writes the picture on the screen to a PNG file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save_png(&self, path: &Path) -> Result<(), image::ImageError> {
        self.frame().save_png(path)
    }

    /// How many frames were painted since the start.
    #[must_use]
    pub fn frames_painted(&self) -> u64 {
        self.0.frames.get()
    }

    /// How often the event loop woke since the start.
    #[must_use]
    pub fn wakeups(&self) -> u64 {
        self.0.wakeups.get()
    }

    /// How long painting the last frame took.
    #[must_use]
    pub fn last_paint_duration(&self) -> Duration {
        self.0.last_paint.get()
    }

    /// Calls `hook` after every painted frame with the whole canvas and what changed in it. The
    /// hook runs in the window's thread and should only copy.
    pub fn on_frame(&self, hook: impl Fn(&Canvas, Rect) + 'static) {
        *self.0.on_frame.borrow_mut() = Some(Box::new(hook));
    }

    /// The window, to send it events.
    #[must_use]
    pub fn window(&self) -> &slint::Window {
        self.0.window.window()
    }
}

#[cfg(test)]
mod tests;
