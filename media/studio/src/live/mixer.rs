//! The program of a conference: one picture, one sound, and for each on-air source the sound
//! without itself.
//!
//! Sources are decoded and scaled to their tile in pipelines of their own. One thread takes what they have
//! for each moment of the program, draws, mixes and hands picture and sound to the encoders. It
//! waits for nobody: a source that has nothing leaves its place empty.
//!
//! Drawing and mixing are plain code and not GStreamer's compositor and audiomixer: the sound
//! without a source is the sum less the source, so that one pass serves everybody; tiles are copied and captions
//! mixed in once; nothing is added to or taken from a running pipeline. Measured here (two shared
//! cores, dev profile, two 720p25 test pictures with a moving ball, decoding, H.264 and three Opus encoders
//! included): 15 to 17 % of a core, in whichever layout.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use super::canvas::{BACKGROUND, Canvas, EMPTY};
use super::codec::{H264Encoder, H264Settings, OpusEncoder};
use super::layout::{Layout, Rect, Scene};
use super::overlay::Overlay;
use super::rtp::Packetizer;
use super::sound::{CHANNELS, mix, sample_at, time_of};
use super::source::Source;
use super::{Packet, SourceState, Timeline, text};
use crate::{Error, Result};

/// Sound is mixed in blocks of so many samples, 20 ms.
const BLOCK: u64 = 960;
/// Who is further behind than this jumps instead of catching up.
const BEHIND: Duration = Duration::from_secs(1);
/// An encoder that failed is started anew so often.
const RETRY: Duration = Duration::from_secs(1);

/// What a mixer is to make.
#[derive(Clone, Debug)]
pub struct MixerSettings {
    /// Zero of all times of packets.
    pub epoch: Instant,
    /// Width in pixels, a multiple of 16; usually 1280.
    pub width: u32,
    /// Height in pixels, even; usually 720.
    pub height: u32,
    /// Pictures a second; usually 25.
    pub frame_rate: u32,
    /// Bits of the picture, in 1000 a second; usually 2000.
    pub bitrate_kbps: u32,
    /// The meeting's title, in the picture's upper left corner. May be empty.
    pub title: String,
}

/// What a mixer has to say.
#[derive(Debug)]
pub enum MixerEvent {
    /// A packet of the program.
    Program(Packet),
    /// A packet of the sound without one source, for that source.
    MixMinus {
        /// Who hears it.
        source: String,
        /// Sound.
        packet: Packet,
    },
    /// The picture of a source can go on only from a keyframe. Repeated every 500 ms while packets come.
    KeyframeWanted {
        /// The source.
        source: String,
    },
    /// A source is doing differently now.
    Source {
        /// The source.
        source: String,
        /// How.
        state: SourceState,
    },
    /// An encoder failed; it is started anew by itself.
    Failed(Error),
}

type Sink = Arc<dyn Fn(MixerEvent) + Send + Sync>;

/// A running mixer. Dropping it stops it in bounded time.
pub struct Mixer {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    settings: MixerSettings,
    timeline: Timeline,
    sink: Sink,
    /// Serialises whoever changes what is on air; held while decoders start.
    control: Mutex<Control>,
    /// As in [`Control`], for the mixing thread, which never waits for a decoder's start.
    rests: AtomicBool,
    graph: Mutex<Arc<Graph>>,
    program: Mutex<Program>,
    stop: Mutex<bool>,
    stopping: Condvar,
}

struct Control {
    sources: BTreeMap<String, Arc<Source>>,
    scene: Scene,
    code: Option<String>,
    resting: bool,
}

/// What the mixing thread draws and mixes: replaced as a whole.
#[derive(Default)]
struct Graph {
    on_air: Vec<Arc<Source>>,
    all: BTreeMap<String, Arc<Source>>,
    tiles: Vec<Tile>,
    overlays: Vec<Overlay>,
}

struct Tile {
    source: Arc<Source>,
    place: Rect,
    caption: Option<Overlay>,
    waiting: Option<Overlay>,
    interrupted: Option<Overlay>,
    sound_only: Option<Overlay>,
}

struct Program {
    video: Option<H264Encoder>,
    audio: Option<OpusEncoder>,
    retry_at: Duration,
}

impl Mixer {
    /// Starts a program that shows the background and is silent until a scene is set.
    ///
    /// # Errors
    /// [`Error::Setup`] for settings that cannot be, a missing font or a missing element.
    pub fn start(
        settings: MixerSettings,
        sink: impl Fn(MixerEvent) + Send + Sync + 'static,
    ) -> Result<Self> {
        let sizes = settings.width >= 160
            && settings.height >= 90
            && settings.width.is_multiple_of(16)
            && settings.height.is_multiple_of(2);
        if !sizes || !(1..=60).contains(&settings.frame_rate) || settings.bitrate_kbps == 0 {
            return Err(Error::Setup(format!(
                "no program can be made of {settings:?}"
            )));
        }
        if !text::available() {
            return Err(Error::Setup("no font is installed (fonts-noto-cjk)".into()));
        }
        let timeline = Timeline::new(settings.epoch);
        let shared = Arc::new(Shared {
            settings,
            timeline,
            sink: Arc::new(sink),
            control: Mutex::new(Control {
                sources: BTreeMap::new(),
                scene: Scene {
                    layout: Layout::HostFull,
                    host: None,
                    speakers: Vec::new(),
                },
                code: None,
                resting: false,
            }),
            rests: AtomicBool::new(false),
            graph: Mutex::default(),
            program: Mutex::new(Program {
                video: None,
                audio: None,
                retry_at: Duration::ZERO,
            }),
            stop: Mutex::new(false),
            stopping: Condvar::new(),
        });
        shared.start_encoders()?;
        shared.rearrange(&shared.control.lock());
        let mixing = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("mixer".into())
            .spawn(move || mixing.run())
            .map_err(|error| Error::Setup(error.to_string()))?;
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }

    /// Makes a source known, or gives it another caption. It is decoded while a scene has it.
    pub fn add(&self, id: &str, caption: &str) {
        let mut control = self.shared.control.lock();
        match control.sources.get(id) {
            Some(source) => caption.clone_into(&mut source.caption.lock()),
            None => {
                let source = Arc::new(Source::new(id, caption));
                control.sources.insert(id.to_owned(), source);
            }
        }
        self.shared.rearrange(&control);
    }

    /// Forgets a source.
    pub fn remove(&self, id: &str) {
        let mut control = self.shared.control.lock();
        if let Some(source) = control.sources.remove(id) {
            source.set_on_air(false, None, self.shared.timeline);
            self.shared.rearrange(&control);
        }
    }

    /// Takes a packet of a source, in order of its sequence numbers. Packets of unknown sources are
    /// dropped.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a packet is given away: it may be kept"
    )]
    pub fn push(&self, id: &str, packet: Packet) {
        let source = self.shared.graph.lock().all.get(id).cloned();
        if source.is_some_and(|source| source.push(&packet, self.shared.timeline)) {
            (self.shared.sink)(MixerEvent::KeyframeWanted {
                source: id.to_owned(),
            });
        }
    }

    /// Shows and sounds another scene from the next picture on. Takes some ms for each source that is new
    /// in it, because its decoders start.
    pub fn set_scene(&self, scene: Scene) {
        let mut control = self.shared.control.lock();
        if control.scene != scene {
            control.scene = scene;
            self.shared.rearrange(&control);
        }
    }

    /// Rests, or goes on: a mixer that nobody watches keeps its encoders ready and knows its sources, but
    /// decodes, draws and encodes nothing after its first picture. Going on takes as long as a new scene.
    pub fn set_resting(&self, resting: bool) {
        let mut control = self.shared.control.lock();
        if control.resting != resting {
            control.resting = resting;
            self.shared.rearrange(&control);
            self.shared.rests.store(resting, Ordering::Release);
            // Under its lock, so that the thread cannot miss it between looking and waiting.
            let _stop = self.shared.stop.lock();
            self.shared.stopping.notify_all();
        }
    }

    /// Whether the sound of a source is left out of the program and of what the others hear.
    pub fn set_muted(&self, id: &str, muted: bool) {
        if let Some(source) = self.shared.control.lock().sources.get(id) {
            source.muted.store(muted, Ordering::Relaxed);
        }
    }

    /// Shows a presence code large in the upper right corner, or none.
    pub fn set_code(&self, code: Option<&str>) {
        let mut control = self.shared.control.lock();
        if control.code.as_deref() != code {
            control.code = code.map(str::to_owned);
            self.shared.rearrange(&control);
        }
    }

    /// Makes the next picture of the program a keyframe.
    pub fn request_keyframe(&self) {
        if let Some(video) = &self.shared.program.lock().video {
            video.request_keyframe();
        }
    }
}

impl Drop for Mixer {
    fn drop(&mut self) {
        *self.shared.stop.lock() = true;
        self.shared.stopping.notify_all();
        if self
            .thread
            .take()
            .is_some_and(|thread| thread.join().is_err())
        {
            tracing::error!("the mixing thread had panicked");
        }
        let control = self.shared.control.lock();
        for source in control.sources.values() {
            source.set_on_air(false, None, self.shared.timeline);
        }
        let mut program = self.shared.program.lock();
        (program.video, program.audio) = (None, None);
    }
}

impl Shared {
    fn size(&self) -> (usize, usize) {
        (self.settings.width as usize, self.settings.height as usize)
    }

    fn start_encoders(&self) -> Result<()> {
        let (width, height) = self.size();
        let frame_rate = self.settings.frame_rate;
        let settings = H264Settings {
            width,
            height,
            frame_rate,
            bitrate_kbps: self.settings.bitrate_kbps,
            keyframe_every: frame_rate * 2,
        };
        let mut program = self.program.lock();
        if program.video.is_none() {
            let (sink, mut cut) = (Arc::clone(&self.sink), Packetizer::new(1));
            program.video = Some(H264Encoder::start(
                self.timeline,
                &settings,
                move |unit, at| {
                    for packet in cut.video(&unit, at) {
                        sink(MixerEvent::Program(packet));
                    }
                },
            )?);
        }
        if program.audio.is_none() {
            let (sink, mut cut) = (Arc::clone(&self.sink), Packetizer::new(2));
            program.audio = Some(OpusEncoder::start(self.timeline, move |frame, at| {
                sink(MixerEvent::Program(cut.audio(&frame, at)));
            })?);
        }
        Ok(())
    }

    fn start_mix_minus(&self, id: &str) -> Result<OpusEncoder> {
        let (sink, mut cut, source) = (Arc::clone(&self.sink), Packetizer::new(3), id.to_owned());
        OpusEncoder::start(self.timeline, move |frame, at| {
            sink(MixerEvent::MixMinus {
                source: source.clone(),
                packet: cut.audio(&frame, at),
            });
        })
    }

    /// Makes the graph what scene, sources and code ask for.
    fn rearrange(&self, control: &Control) {
        let (width, height) = self.size();
        let on_air = |id: &str| !control.resting && control.sources.contains_key(id);
        let known: Vec<&Arc<Source>> = (control.scene.on_air().into_iter())
            .filter(|id| on_air(id))
            .filter_map(|id| control.sources.get(id))
            .collect();
        // A source that is not there takes no place.
        let there = Scene {
            layout: control.scene.layout,
            host: (control.scene.host.clone()).filter(|id| on_air(id)),
            speakers: (control.scene.speakers.iter())
                .filter(|id| on_air(id))
                .cloned()
                .collect(),
        };
        let places = there.tiles(width, height);
        for source in control.sources.values() {
            let on_air = known.iter().any(|other| other.id == source.id);
            let size = places
                .iter()
                .find(|(id, _)| *id == source.id)
                .map(|(_, place)| (place.width, place.height));
            if source.set_on_air(on_air, size, self.timeline) {
                (self.sink)(MixerEvent::KeyframeWanted {
                    source: source.id.clone(),
                });
            }
            if on_air && source.mix_minus.lock().is_none() {
                match self.start_mix_minus(&source.id) {
                    Ok(encoder) => *source.mix_minus.lock() = Some(Arc::new(encoder)),
                    Err(error) => (self.sink)(MixerEvent::Failed(error)),
                }
            }
        }
        let tiles = places
            .iter()
            .filter_map(|&(id, place)| {
                let source = Arc::clone(control.sources.get(id)?);
                let caption = source.caption.lock().clone();
                let message = |text| Overlay::message(text, place, height);
                Some(Tile {
                    place,
                    caption: Overlay::caption(&caption, place, height),
                    waiting: message("正在接入…"),
                    interrupted: message("信号中断"),
                    sound_only: message("只有声音"),
                    source,
                })
            })
            .collect();
        let overlays = [
            Overlay::title(&self.settings.title, width, height),
            control
                .code
                .as_deref()
                .and_then(|code| Overlay::code(code, width, height)),
        ];
        *self.graph.lock() = Arc::new(Graph {
            on_air: known.into_iter().cloned().collect(),
            all: control.sources.clone(),
            tiles,
            overlays: overlays.into_iter().flatten().collect(),
        });
    }

    fn run(&self) {
        let rate = u128::from(self.settings.frame_rate);
        let picture_time = |number: u128| {
            Duration::from_nanos(u64::try_from(number * 1_000_000_000 / rate).unwrap_or(u64::MAX))
        };
        let from = |now: Duration| {
            let picture = now.as_nanos() * rate / 1_000_000_000 + 1;
            (picture, sample_at(now) / BLOCK * BLOCK)
        };
        let (mut picture, mut sample) = from(self.timeline.now());
        let mut began = false;
        loop {
            if began && self.rests.load(Ordering::Acquire) {
                if !self.rest() {
                    return;
                }
                (picture, sample) = from(self.timeline.now());
            }
            let due = picture_time(picture).min(time_of(sample + BLOCK));
            let wait = due.saturating_sub(self.timeline.now());
            {
                let mut stop = self.stop.lock();
                if !*stop && !wait.is_zero() {
                    self.stopping.wait_for(&mut stop, wait);
                }
                if *stop {
                    return;
                }
            }
            let now = self.timeline.now();
            let graph = Arc::clone(&*self.graph.lock());
            if now > time_of(sample) + BEHIND {
                sample = sample_at(now) / BLOCK * BLOCK;
            }
            while time_of(sample + BLOCK) <= now {
                self.sound(&graph, sample);
                sample += BLOCK;
            }
            if picture_time(picture) <= now {
                // After a hiccup of the machine the newest picture is worth more than all.
                picture = now.as_nanos() * rate / 1_000_000_000;
                self.picture(&graph, picture_time(picture));
                picture += 1;
                began = true;
            }
            self.look_after(&graph, now);
        }
    }

    /// Waits until there is something to mix again; says whether there will be.
    fn rest(&self) -> bool {
        // Tells that nobody is shown any more.
        let graph = Arc::clone(&*self.graph.lock());
        self.look_after(&graph, self.timeline.now());
        let mut stop = self.stop.lock();
        while !*stop && self.rests.load(Ordering::Acquire) {
            self.stopping.wait(&mut stop);
        }
        !*stop
    }

    fn sound(&self, graph: &Graph, sample: u64) {
        let length = usize::try_from(BLOCK).unwrap_or(0) * CHANNELS;
        let at = time_of(sample);
        let blocks: Vec<Vec<i16>> = graph
            .on_air
            .iter()
            .map(|source| {
                let mut block = vec![0; length];
                let mut shown = source.shown.lock();
                let from = sample_at(at.saturating_sub(shown.delay()));
                shown.heard.take(from, &mut block, source.open());
                block
            })
            .collect();
        let (all, minus) = mix(&blocks, length);
        if let Some(encoder) = &self.program.lock().audio {
            encoder.push(at, &all);
        }
        for (source, block) in graph.on_air.iter().zip(minus) {
            let encoder = source.mix_minus.lock().clone();
            if let Some(encoder) = encoder {
                encoder.push(at, &block);
            }
        }
    }

    fn picture(&self, graph: &Graph, at: Duration) {
        let (width, height) = self.size();
        let mut canvas = Canvas::filled(width, height, BACKGROUND);
        for tile in &graph.tiles {
            let (picture, state) = {
                let mut shown = tile.source.shown.lock();
                (shown.picture_for(at), shown.state())
            };
            let planes = picture.as_ref().and_then(|picture| picture.planes());
            let message = match (state, &planes) {
                (SourceState::Interrupted, _) => &tile.interrupted,
                (SourceState::Live, None) => &tile.sound_only,
                (SourceState::Waiting, _) => &tile.waiting,
                (SourceState::Live, Some(_)) => &None,
            };
            match (&planes, message) {
                (Some(planes), None) => canvas.put(tile.place, planes),
                _ => canvas.fill(tile.place, EMPTY),
            }
            for overlay in message.iter().chain(&tile.caption) {
                canvas.overlay(overlay);
            }
        }
        for overlay in &graph.overlays {
            canvas.overlay(overlay);
        }
        if let Some(encoder) = &self.program.lock().video {
            encoder.push(at, canvas.into_data());
        }
    }

    /// Tells how sources are doing and starts encoders anew that failed.
    fn look_after(&self, graph: &Graph, now: Duration) {
        for source in graph.all.values() {
            let (state, new) = source.shown.lock().check(now);
            if new {
                tracing::info!(source = %source.id, ?state, "a source of the program changed");
                (self.sink)(MixerEvent::Source {
                    source: source.id.clone(),
                    state,
                });
            }
            let failed = source
                .mix_minus
                .lock()
                .as_ref()
                .and_then(|encoder| encoder.take_error());
            if let Some(error) = failed {
                let started = self.start_mix_minus(&source.id).ok().map(Arc::new);
                *source.mix_minus.lock() = started;
                (self.sink)(MixerEvent::Failed(error));
            }
        }
        let errors: Vec<Error> = {
            let mut program = self.program.lock();
            let video = program.video.as_ref().and_then(H264Encoder::take_error);
            let audio = program.audio.as_ref().and_then(OpusEncoder::take_error);
            if video.is_some() {
                program.video = None;
            }
            if audio.is_some() {
                program.audio = None;
            }
            video.into_iter().chain(audio).collect()
        };
        for error in errors {
            tracing::error!(%error, "an encoder of the program failed");
            (self.sink)(MixerEvent::Failed(error));
        }
        let missing = {
            let mut program = self.program.lock();
            let missing = program.video.is_none() || program.audio.is_none();
            let due = missing && now >= program.retry_at;
            if due {
                program.retry_at = now + RETRY;
            }
            due
        };
        if missing && let Err(error) = self.start_encoders() {
            tracing::error!(%error, "an encoder of the program does not start");
        }
    }
}
