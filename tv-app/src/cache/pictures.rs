//! Decoded pictures in memory, scaled to the size at which they are shown.
//!
//! Newest request first: what a screen asks for now goes before what was scrolled past. Decoding
//! and scaling one 1080p JPEG takes some 30 ms of one core, so it never happens while drawing.

use std::collections::HashMap;
use std::io::{self, BufRead, Cursor, Seek};
use std::path::PathBuf;
use std::sync::Arc;

use image::{ImageReader, Limits, RgbaImage};
use parking_lot::{Condvar, Mutex};
use tv_canvas::scaling;

pub use tv_canvas::scaling::Fit;

use super::handle::Cache;
use super::lent::Lent;

pub use super::lent::lent_name;

/// Bytes of decoded pictures that are kept.
const MEMORY: usize = 64 << 20;

/// Requests that wait at most; older ones were scrolled past long ago.
const QUEUE: usize = 128;

/// A decoder may not take more memory than this for one picture.
const DECODE_MEMORY: u64 = 256 << 20;

/// Which picture, and how large.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PictureKey {
    /// Name of the stored file.
    pub name: String,
    /// Width of its place in pixels.
    pub width: u32,
    /// Height of its place in pixels.
    pub height: u32,
    /// How it fills the place.
    pub fit: Fit,
}

/// Part of a picture, in its own pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Region {
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

/// A decoded picture: RGBA, 8 bits a channel, not premultiplied, rows without padding.
#[derive(Clone, PartialEq, Eq)]
pub struct Bitmap {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// `width * height * 4` bytes.
    pub rgba: Vec<u8>,
}

impl std::fmt::Debug for Bitmap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bitmap({}×{})", self.width, self.height)
    }
}

/// What became of a picture that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureState {
    /// In memory: [`Pictures::get`] answers it.
    Ready,
    /// Being decoded or waiting for its turn.
    Waiting,
    /// The file is not here yet; the client was asked to fetch it first.
    Missing,
    /// It cannot be decoded and will not be tried again.
    Broken,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Request {
    key: PictureKey,
    region: Option<Region>,
}

enum Entry {
    Ready { bitmap: Arc<Bitmap>, used: u64 },
    Waiting,
    Missing,
    Broken,
}

#[derive(Default)]
struct State {
    entries: HashMap<Request, Entry>,
    /// Newest last.
    waiting: Vec<Request>,
    bytes: usize,
    lent: Lent,
    tick: u64,
    stopped: bool,
}

impl State {
    /// Forgets every size of one.
    fn forget(&mut self, name: &str) {
        self.waiting.retain(|request| request.key.name != name);
        let freed = &mut self.bytes;
        self.entries.retain(|request, entry| {
            let is_it = request.key.name == name;
            if let (true, Entry::Ready { bitmap, .. }) = (is_it, entry) {
                *freed -= bitmap.rgba.len();
            }
            !is_it
        });
    }
}

struct Shared {
    cache: Cache,
    memory: usize,
    state: Mutex<State>,
    wake: Condvar,
    /// The picture zoomed last, whole: the next step of a pan needs it again.
    zoomed: Mutex<Option<(String, Arc<RgbaImage>)>>,
    on_ready: Arc<dyn Fn() + Send + Sync>,
}

/// Decodes pictures in the background and keeps the newest 64 MiB of them. Clones share it; the
/// thread ends with the last.
#[derive(Clone)]
pub struct Pictures {
    handle: Arc<Handle>,
}

struct Handle {
    shared: Arc<Shared>,
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.shared.state.lock().stopped = true;
        self.shared.wake.notify_all();
    }
}

impl Pictures {
    /// Starts the decoder. `on_ready` is called from its thread after something was decoded or
    /// found broken.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(cache: Cache, on_ready: Arc<dyn Fn() + Send + Sync>) -> io::Result<Self> {
        Self::with_memory(cache, on_ready, MEMORY)
    }

    /// Like [`Pictures::start`] with another limit in bytes.
    ///
    /// # Errors
    /// As [`Pictures::start`].
    pub fn with_memory(
        cache: Cache,
        on_ready: Arc<dyn Fn() + Send + Sync>,
        memory: usize,
    ) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            cache,
            memory,
            state: Mutex::default(),
            wake: Condvar::new(),
            zoomed: Mutex::new(None),
            on_ready,
        });
        let worker = Arc::clone(&shared);
        std::thread::Builder::new()
            .name("pictures".to_owned())
            .spawn(move || worker.run())?;
        Ok(Self {
            handle: Arc::new(Handle { shared }),
        })
    }

    /// The picture when it is in memory; otherwise asks for it and answers `None`. Never waits
    /// for a decoder or a disk.
    #[must_use]
    pub fn get(&self, key: &PictureKey) -> Option<Arc<Bitmap>> {
        self.handle.shared.ask(Request {
            key: key.clone(),
            region: None,
        })
    }

    /// Part of a picture scaled into a place, for zooming; otherwise as [`Pictures::get`]. What
    /// lies outside the picture is cut off.
    #[must_use]
    pub fn region(
        &self,
        name: &str,
        region: Region,
        width: u32,
        height: u32,
    ) -> Option<Arc<Bitmap>> {
        let key = PictureKey {
            name: name.to_owned(),
            width,
            height,
            fit: Fit::Contain,
        };
        self.handle.shared.ask(Request {
            key,
            region: Some(region),
        })
    }

    /// How far a picture is.
    #[must_use]
    pub fn state(&self, key: &PictureKey) -> PictureState {
        let request = Request {
            key: key.clone(),
            region: None,
        };
        match self.handle.shared.state.lock().entries.get(&request) {
            Some(Entry::Ready { .. }) => PictureState::Ready,
            Some(Entry::Waiting) | None => PictureState::Waiting,
            Some(Entry::Missing) => PictureState::Missing,
            Some(Entry::Broken) => PictureState::Broken,
        }
    }

    /// Whether nothing is being decoded and nothing waits for it.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        let state = self.handle.shared.state.lock();
        !state
            .entries
            .values()
            .any(|entry| matches!(entry, Entry::Waiting))
    }

    /// A file has arrived: what was missing because of it is decoded now.
    pub fn file_ready(&self, name: &str) {
        let shared = &self.handle.shared;
        let mut state = shared.state.lock();
        let arrived: Vec<Request> = state
            .entries
            .iter()
            .filter(|(request, entry)| request.key.name == name && matches!(entry, Entry::Missing))
            .map(|(request, _)| request.clone())
            .collect();
        for request in arrived {
            state.entries.insert(request.clone(), Entry::Waiting);
            state.waiting.push(request);
        }
        drop(state);
        shared.wake.notify_one();
    }

    /// Forgets requests that have not begun, as when the screen changes.
    pub fn forget_waiting(&self) {
        let mut state = self.handle.shared.state.lock();
        for request in std::mem::take(&mut state.waiting) {
            state.entries.remove(&request);
        }
        state
            .entries
            .retain(|_, entry| !matches!(entry, Entry::Missing));
    }

    /// Bytes of all decoded pictures in memory.
    #[must_use]
    pub fn memory_used(&self) -> usize {
        self.handle.shared.state.lock().bytes
    }

    /// From now on the picture with this name, which is a [`lent_name`], is made of these bytes, until whoever
    /// holds them lets them go.
    pub fn lend(&self, name: &str, bytes: &Arc<[u8]>) {
        let mut state = self.handle.shared.state.lock();
        if state.lent.get(name).is_none() {
            state.forget(name);
            state.lent.lend(name, bytes);
        }
    }

    /// Forgets the pixels of what was lent and is held by nobody any more.
    pub fn forget_lent(&self) {
        let shared = &self.handle.shared;
        let mut state = shared.state.lock();
        for name in state.lent.gone() {
            // While the decoder has it, it is forgotten the next time.
            let Some(mut zoomed) = shared.zoomed.try_lock() else {
                return;
            };
            if zoomed.as_ref().is_some_and(|(whole, _)| *whole == name) {
                *zoomed = None;
            }
            state.forget(&name);
            state.lent.forget(&name);
        }
    }
}

impl Shared {
    fn ask(&self, request: Request) -> Option<Arc<Bitmap>> {
        if request.key.name.is_empty() || request.key.width == 0 || request.key.height == 0 {
            return None;
        }
        let mut state = self.state.lock();
        state.tick += 1;
        let now = state.tick;
        match state.entries.get_mut(&request) {
            Some(Entry::Ready { bitmap, used }) => {
                *used = now;
                return Some(Arc::clone(bitmap));
            }
            Some(Entry::Broken | Entry::Missing) => return None,
            Some(Entry::Waiting) => {
                // Asked again: to the front.
                if let Some(at) = state.waiting.iter().position(|other| *other == request) {
                    let request = state.waiting.remove(at);
                    state.waiting.push(request);
                }
                return None;
            }
            None => {}
        }
        state.entries.insert(request.clone(), Entry::Waiting);
        state.waiting.push(request);
        let surplus = state.waiting.len().saturating_sub(QUEUE);
        let stale: Vec<Request> = state.waiting.drain(..surplus).collect();
        for request in stale {
            state.entries.remove(&request);
        }
        drop(state);
        self.wake.notify_one();
        None
    }

    fn run(&self) {
        loop {
            let request = {
                let mut state = self.state.lock();
                loop {
                    if state.stopped {
                        return;
                    }
                    if let Some(request) = state.waiting.pop() {
                        break request;
                    }
                    self.wake.wait(&mut state);
                }
            };
            let source = {
                let state = self.state.lock();
                match state.lent.get(&request.key.name) {
                    Some(bytes) => Some(Source::Lent(bytes)),
                    // Whoever held it has let it go.
                    None if state.lent.is_gone(&request.key.name) => continue,
                    None => None,
                }
            };
            let stored = || self.cache.file_path(&request.key.name).map(Source::Stored);
            let entry = match source.or_else(stored) {
                None => {
                    self.state
                        .lock()
                        .entries
                        .insert(request.clone(), Entry::Missing);
                    self.cache.want_now(&request.key.name);
                    // It may have arrived between the two lines above.
                    if self.cache.has_file(&request.key.name) {
                        let mut state = self.state.lock();
                        state.entries.insert(request.clone(), Entry::Waiting);
                        state.waiting.push(request);
                    }
                    continue;
                }
                // A decoder that panics on a hostile file must not take the thread with it.
                Some(source) => match std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                    self.decode(&request, &source)
                })) {
                    Ok(Ok(bitmap)) => Entry::Ready {
                        bitmap: Arc::new(bitmap),
                        used: 0,
                    },
                    Ok(Err(error)) => {
                        tracing::warn!(file = request.key.name, %error, "a picture cannot be decoded");
                        Entry::Broken
                    }
                    Err(_) => {
                        tracing::error!(file = request.key.name, "the decoder panicked");
                        Entry::Broken
                    }
                },
            };
            self.finish(request, entry);
            (self.on_ready)();
        }
    }

    fn finish(&self, request: Request, mut entry: Entry) {
        let mut state = self.state.lock();
        if state.lent.is_gone(&request.key.name) {
            return;
        }
        state.tick += 1;
        let now = state.tick;
        if let Entry::Ready { bitmap, used } = &mut entry {
            *used = now;
            state.bytes += bitmap.rgba.len();
        }
        if let Some(Entry::Ready { bitmap, .. }) = state.entries.insert(request, entry) {
            state.bytes -= bitmap.rgba.len();
        }
        while state.bytes > self.memory {
            let oldest = state
                .entries
                .iter()
                .filter_map(|(request, entry)| match entry {
                    // What was just decoded stays even when it is larger than everything allowed.
                    Entry::Ready { used, .. } if *used != now => Some((*used, request.clone())),
                    _ => None,
                })
                .min_by_key(|(used, _)| *used);
            let Some((_, request)) = oldest else { break };
            if let Some(Entry::Ready { bitmap, .. }) = state.entries.remove(&request) {
                state.bytes -= bitmap.rgba.len();
            }
        }
    }

    fn decode(&self, request: &Request, source: &Source) -> image::ImageResult<Bitmap> {
        let key = &request.key;
        let Some(region) = request.region else {
            return Ok(scaled(&source.load()?, key));
        };
        let mut zoomed = self.zoomed.lock();
        let whole = match &*zoomed {
            Some((name, whole)) if *name == key.name => Arc::clone(whole),
            _ => {
                let whole = Arc::new(source.load()?);
                *zoomed = Some((key.name.clone(), Arc::clone(&whole)));
                whole
            }
        };
        let (x, y) = (
            region.x.min(whole.width() - 1),
            region.y.min(whole.height() - 1),
        );
        let width = region.width.clamp(1, whole.width() - x);
        let height = region.height.clamp(1, whole.height() - y);
        let part = scaling::part(&whole, x, y, width, height);
        Ok(scaled(&part, key))
    }
}

/// Where the bytes of a picture are.
enum Source {
    /// In a file of the cache.
    Stored(PathBuf),
    /// In memory alone.
    Lent(Arc<[u8]>),
}

impl Source {
    fn load(&self) -> image::ImageResult<RgbaImage> {
        match self {
            Self::Stored(path) => load(ImageReader::open(path)?),
            Self::Lent(bytes) => load(ImageReader::new(Cursor::new(bytes))),
        }
    }
}

fn load<R: BufRead + Seek>(reader: ImageReader<R>) -> image::ImageResult<RgbaImage> {
    let mut reader = reader.with_guessed_format()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(16_384);
    limits.max_image_height = Some(16_384);
    limits.max_alloc = Some(DECODE_MEMORY);
    reader.limits(limits);
    let picture = reader.decode()?.into_rgba8();
    if picture.width() == 0 || picture.height() == 0 {
        return Err(image::ImageError::IoError(io::Error::other(
            "a picture without pixels",
        )));
    }
    Ok(picture)
}

fn scaled(source: &RgbaImage, key: &PictureKey) -> Bitmap {
    let scaled = scaling::scale(source, key.width, key.height, key.fit);
    Bitmap {
        width: scaled.width(),
        height: scaled.height(),
        rgba: scaled.into_raw(),
    }
}
