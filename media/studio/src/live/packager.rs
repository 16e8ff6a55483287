//! HLS (RFC 8216) from one stream of packets: the picture untouched, the sound as AAC.
//!
//! All segments stay in the folder: they are the recording ([`super::recording()`]). Where nothing is recorded
//! a packager can be [left to rest](Packager::rest) while nobody watches.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use super::segments::Segments;
use super::units::{Unit, Units};
use super::{Packet, Timeline};
use crate::{Error, Result};

/// How often pauses of picture and sound are looked after.
const TICK: Duration = Duration::from_millis(200);

/// Where and how to package.
#[derive(Clone, Debug)]
pub struct PackagerSettings {
    /// Zero of all times of packets.
    pub epoch: Instant,
    /// Folder for `live.m3u8` and the segments `000000.ts`…; it is made if it is not there. Segments that
    /// are there already are kept and go before the new ones.
    pub folder: PathBuf,
    /// What a segment is meant to last; usually 1 s.
    pub segment: Duration,
    /// Segments in the playlist: at 1 s at least 35, so that viewers can go back 30 s.
    pub window: usize,
}

/// What a packager has to say.
#[derive(Debug)]
pub enum PackagerEvent {
    /// The next segment should begin: the source of the picture is to make a keyframe.
    KeyframeWanted,
    /// A segment is finished and in the playlist.
    Segment {
        /// Its number, which is the name of its file.
        number: u64,
        /// What it lasts.
        duration: Duration,
    },
    /// Something could not be written; the packager tries it again, the later the more often it failed.
    Failed(Error),
}

type Sink = Arc<dyn Fn(PackagerEvent) + Send + Sync>;

/// A running packager. Dropping it leaves the playlist open, as a crash would;
/// [`finish`](Self::finish) ends it, [`rest`](Self::rest) takes it away.
pub struct Packager {
    sink: Sink,
    units: Arc<Units>,
    segments: Arc<Mutex<Segments>>,
    stop: Arc<(Mutex<bool>, Condvar)>,
    thread: Option<JoinHandle<()>>,
}

impl Packager {
    /// Starts; the first segment begins with the first keyframe or, without a picture, the first sound.
    ///
    /// # Errors
    /// [`Error::Write`] when the folder cannot be made, [`Error::Setup`] when an element is missing.
    pub fn start(
        settings: PackagerSettings,
        sink: impl Fn(PackagerEvent) + Send + Sync + 'static,
    ) -> Result<Self> {
        let PackagerSettings {
            epoch,
            folder,
            segment,
            window,
        } = settings;
        let written = |error: std::io::Error| Error::Write(error.to_string());
        let sink: Sink = Arc::new(sink);
        let segments = Segments::new(&folder, segment, window).map_err(written)?;
        let segments = Arc::new(Mutex::new(segments));
        let (write, tell) = (Arc::clone(&segments), Arc::clone(&sink));
        let units = Units::start(Timeline::new(epoch), segment, move |unit| {
            add(&write, &unit, &tell);
        })?;
        let units = Arc::new(units);
        let stop = Arc::new((Mutex::new(false), Condvar::new()));
        let (ticking, until) = (Arc::clone(&units), Arc::clone(&stop));
        let thread = std::thread::Builder::new()
            .name("packager".into())
            .spawn(move || {
                let mut stop = until.0.lock();
                while !*stop {
                    until.1.wait_for(&mut stop, TICK);
                    if !*stop {
                        ticking.tick();
                    }
                }
            })
            .map_err(|error| Error::Setup(error.to_string()))?;
        Ok(Self {
            sink,
            units,
            segments,
            stop,
            thread: Some(thread),
        })
    }

    /// Takes a packet, in order of the sequence numbers of its medium.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a packet is given away: it may be kept"
    )]
    pub fn push(&self, packet: Packet) {
        if self.units.push(&packet) {
            (self.sink)(PackagerEvent::KeyframeWanted);
        }
    }

    /// Ends the last segment and the playlist. Takes at most some seconds.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn finish(mut self) -> Result<()> {
        self.stop();
        self.units.finish();
        let done = self.segments.lock().finish();
        let done = done.map_err(|error| Error::Write(error.to_string()))?;
        for entry in done {
            (self.sink)(PackagerEvent::Segment {
                number: entry.number,
                duration: entry.duration,
            });
        }
        Ok(())
    }

    /// Ends where nobody watches and nothing is recorded: takes playlist and segments away, but for the
    /// last one, after which another packager counts on.
    ///
    /// # Errors
    /// [`Error::Write`]: something is left over.
    pub fn rest(mut self) -> Result<()> {
        self.stop();
        let rested = self.segments.lock().rest();
        rested.map_err(|error| Error::Write(error.to_string()))
    }

    fn stop(&mut self) {
        *self.stop.0.lock() = true;
        self.stop.1.notify_all();
        if self
            .thread
            .take()
            .is_some_and(|thread| thread.join().is_err())
        {
            tracing::error!("a packager's thread had panicked");
        }
    }
}

impl Drop for Packager {
    fn drop(&mut self) {
        self.stop();
    }
}

fn add(segments: &Mutex<Segments>, unit: &Unit, sink: &Sink) {
    let done = {
        let mut segments = segments.lock();
        let done = segments.push(unit);
        done.inspect_err(|_| segments.give_up(unit.at()))
    };
    match done {
        Ok(entries) => {
            for entry in entries {
                sink(PackagerEvent::Segment {
                    number: entry.number,
                    duration: entry.duration,
                });
            }
        }
        Err(error) => sink(PackagerEvent::Failed(Error::Write(error.to_string()))),
    }
}
