//! What several tests need: a log of events to wait on, sources, a packager fed by one.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use media_studio::live::{Media, Packager, PackagerEvent, PackagerSettings, Packet};
use media_studio::testing::{TestSource, TestSourceSettings};
use parking_lot::{Condvar, Mutex};

/// Nothing takes so long, even on a loaded machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub const RED: [u8; 3] = [200, 30, 30];
pub const GREEN: [u8; 3] = [30, 180, 30];
pub const BLUE: [u8; 3] = [40, 40, 220];

/// Events in the order they came.
pub struct Log<T> {
    all: Mutex<Vec<T>>,
    more: Condvar,
}

impl<T> Default for Log<T> {
    fn default() -> Self {
        Self {
            all: Mutex::default(),
            more: Condvar::new(),
        }
    }
}

impl<T> Log<T> {
    pub fn add(&self, event: T) {
        self.all.lock().push(event);
        self.more.notify_all();
    }

    pub fn len(&self) -> usize {
        self.all.lock().len()
    }

    /// Waits until what has come since `from` is as wanted.
    pub fn wait(&self, from: usize, what: &str, mut wanted: impl FnMut(&[T]) -> bool) {
        let until = Instant::now() + PATIENCE;
        let mut all = self.all.lock();
        while !wanted(&all[from..]) {
            assert!(
                !self.more.wait_until(&mut all, until).timed_out(),
                "waited in vain: {what}"
            );
        }
    }
}

/// A small source, so that many tests run beside each other.
pub fn small(epoch: Instant, colour: [u8; 3], tone: f64) -> TestSourceSettings {
    TestSourceSettings {
        size: (640, 360),
        ..TestSourceSettings::new(epoch, colour, tone)
    }
}

/// Serves the files of a folder over HTTP until the process ends; gives the address.
pub fn serve(folder: &Path) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let folder = folder.to_owned();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let folder = folder.clone();
            std::thread::spawn(move || answer(stream, &folder));
        }
    });
    address
}

fn answer(mut stream: TcpStream, folder: &Path) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    while let Some(Ok(request)) = lines.next() {
        // The rest of the head.
        lines
            .by_ref()
            .map_while(Result::ok)
            .find(String::is_empty)?;
        let name = request
            .split(' ')
            .nth(1)?
            .trim_start_matches('/')
            .to_owned();
        let (status, body) = match std::fs::read(folder.join(name)) {
            Ok(body) => ("200 OK", body),
            Err(_) => ("404 Not Found", Vec::new()),
        };
        let length = body.len();
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n");
        stream.write_all(head.as_bytes()).ok()?;
        stream.write_all(&body).ok()?;
    }
    None
}

/// A packager with the source that feeds it.
pub struct Broadcast {
    pub packager: Arc<Mutex<Option<Packager>>>,
    pub events: Arc<Log<PackagerEvent>>,
    pub source: Arc<Mutex<Option<TestSource>>>,
    pub only: Arc<Mutex<Option<Media>>>,
    pub epoch: Instant,
}

impl Broadcast {
    pub fn start(folder: &Path, epoch: Instant) -> Self {
        let events: Arc<Log<PackagerEvent>> = Arc::default();
        let source: Arc<Mutex<Option<TestSource>>> = Arc::default();
        let (log, asked) = (Arc::clone(&events), Arc::clone(&source));
        let settings = PackagerSettings {
            epoch,
            folder: folder.to_owned(),
            segment: Duration::from_secs(1),
            window: 40,
        };
        let packager = Packager::start(settings, move |event| {
            if matches!(event, PackagerEvent::KeyframeWanted)
                && let Some(source) = &*asked.lock()
            {
                source.request_keyframe();
            }
            log.add(event);
        })
        .unwrap();
        Self {
            packager: Arc::new(Mutex::new(Some(packager))),
            events,
            source,
            only: Arc::default(),
            epoch,
        }
    }

    /// Puts a source on air in place of the one before.
    pub fn air(&self, settings: &TestSourceSettings) {
        let old = self.source.lock().take();
        drop(old);
        let (packager, only) = (Arc::clone(&self.packager), Arc::clone(&self.only));
        let source = TestSource::start(settings, move |packet: Packet| {
            if only.lock().is_none_or(|media| media == packet.media)
                && let Some(packager) = &*packager.lock()
            {
                packager.push(packet);
            }
        })
        .unwrap();
        *self.source.lock() = Some(source);
    }

    pub fn end_source(&self) {
        let old = self.source.lock().take();
        drop(old);
    }

    pub fn wait_segments(&self, count: usize) {
        let from = self.events.len();
        self.events.wait(from, "segments", |events| {
            let segments = events
                .iter()
                .filter(|event| matches!(event, PackagerEvent::Segment { .. }));
            segments.count() >= count
        });
    }

    pub fn finish(&self) {
        self.end_source();
        let packager = self.packager.lock().take();
        packager.unwrap().finish().unwrap();
    }

    /// As a killed process leaves it.
    pub fn kill(&self) {
        self.end_source();
        let packager = self.packager.lock().take();
        drop(packager);
    }
}
