//! Encoders and cameras: SRT with a transport stream, RTSP, and a test picture, as packets.
//!
//! H.264 goes through untouched when it has no B-frames; anything else is encoded again, because
//! viewers' WebRTC shows pictures in the order they come in. Sound becomes Opus.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use gst::prelude::*;
use parking_lot::{Condvar, Mutex};

use super::align::Align;
use super::camera::Camera;
use super::canvas::{BACKGROUND, Canvas};
use super::codec::{H264Encoder, H264Settings, OpusEncoder, Picture, VideoDecoder};
use super::pipe::{LivePipeline, OUTPUT, bytes_of, drain, launch, named};
use super::rtp::{AccessUnit, Packetizer, nal_units, parameter_sets, unit_type};
use super::sound::Track;
use super::test_pattern::{Piece, Playout, TestPattern};
use super::{Packet, SourceState, Timeline, sps};
use crate::transcode::target_size;
use crate::{Error, Result};

/// How often the source is looked at.
const TICK: Duration = Duration::from_millis(200);
/// Silence of so long is an interruption.
const SILENCE: Duration = Duration::from_secs(1);
/// After so long without anything the connection is made anew.
const DEAD: Duration = Duration::from_secs(8);
/// Between attempts: at first, and at most.
const RETRY: (Duration, Duration) = (Duration::from_millis(300), Duration::from_secs(5));

/// Says where to connect to for the address of a camera, or in plain words why not. Asked anew for each
/// connection.
pub type Resolve = Arc<dyn Fn(&str) -> std::result::Result<SocketAddr, String> + Send + Sync>;

/// Where a picture comes from.
#[derive(Clone)]
pub struct IngestSettings {
    /// Zero of all times of packets.
    pub epoch: Instant,
    /// `srt://:9710?mode=listener&passphrase=…` (MPEG-TS in it), `srt://host:port`, `rtsp://…`,
    /// `rtsps://…`, or `test:<hz>` for a moving test picture with a tone.
    pub source: String,
    /// Judges the addresses of cameras; `None`: they may be anywhere.
    pub resolve: Option<Resolve>,
}

impl std::fmt::Debug for IngestSettings {
    /// Without the source: it may contain a password.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("IngestSettings")
            .finish_non_exhaustive()
    }
}

/// What an ingest has to say.
#[derive(Debug)]
pub enum IngestEvent {
    /// A packet.
    Packet(Packet),
    /// The source is doing differently now.
    State(SourceState),
    /// Why the source is interrupted or not there; it is tried again by itself.
    Failed(Error),
}

type Sink = Arc<dyn Fn(IngestEvent) + Send + Sync>;

/// A running ingest. Dropping it ends it in bounded time.
pub struct Ingest {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    timeline: Timeline,
    source: Source,
    resolve: Option<Resolve>,
    sink: Sink,
    work: Mutex<Work>,
    /// A keyframe of the test picture is wanted.
    hurry: AtomicBool,
    stop: Mutex<bool>,
    stopping: Condvar,
}

enum Source {
    Srt(String),
    Rtsp(Camera),
    Test(f64),
}

/// What is known of the stream; it lives on over connections, so that packets count on.
struct Work {
    video: Packetizer,
    audio: Packetizer,
    align: Align,
    track: Track,
    opus: Option<Arc<OpusEncoder>>,
    reencoding: Option<Reencoding>,
    data_at: Option<Duration>,
}

/// Decoding and encoding of a picture that cannot go through.
struct Reencoding {
    size: (usize, usize),
    decoder: Option<VideoDecoder>,
    encoder: Arc<H264Encoder>,
}

impl Ingest {
    /// Starts taking a source in.
    ///
    /// # Errors
    /// [`Error::Setup`] for an address of another kind. A source that is not there is no error here.
    pub fn start(
        settings: IngestSettings,
        sink: impl Fn(IngestEvent) + Send + Sync + 'static,
    ) -> Result<Self> {
        crate::pipeline::init()?;
        let IngestSettings {
            epoch,
            source,
            resolve,
        } = settings;
        let shared = Arc::new(Shared {
            timeline: Timeline::new(epoch),
            source: Source::of(source)?,
            resolve,
            sink: Arc::new(sink),
            work: Mutex::new(Work {
                video: Packetizer::new(1),
                audio: Packetizer::new(2),
                align: Align::default(),
                track: Track::default(),
                opus: None,
                reencoding: None,
                data_at: None,
            }),
            hurry: AtomicBool::new(false),
            stop: Mutex::new(false),
            stopping: Condvar::new(),
        });
        let running = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("ingest".into())
            .spawn(move || running.run())
            .map_err(|error| Error::Setup(error.to_string()))?;
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }

    /// Asks for a keyframe. It can be had where the picture is encoded here, and of the test picture,
    /// which goes on at its next one; encoders and cameras make theirs when they like.
    pub fn request_keyframe(&self) {
        let reencoding = {
            let work = self.shared.work.lock();
            work.reencoding
                .as_ref()
                .map(|reencoding| Arc::clone(&reencoding.encoder))
        };
        match (reencoding, &self.shared.source) {
            (Some(reencoding), _) => reencoding.request_keyframe(),
            (None, Source::Test(_)) => self.shared.hurry.store(true, Ordering::Release),
            (None, _) => {}
        }
    }
}

impl Drop for Ingest {
    fn drop(&mut self) {
        *self.shared.stop.lock() = true;
        self.shared.stopping.notify_all();
        if self
            .thread
            .take()
            .is_some_and(|thread| thread.join().is_err())
        {
            tracing::error!("an ingest's thread had panicked");
        }
    }
}

impl Source {
    fn of(source: String) -> Result<Self> {
        if let Some(tone) = source.strip_prefix("test:") {
            let tone = tone
                .parse()
                .ok()
                .filter(|tone| (20.0..=20_000.0).contains(tone));
            return tone
                .map(Self::Test)
                .ok_or_else(|| Error::Setup("a test source is test:<hz>".into()));
        }
        let scheme = source.split_once("://").map(|(scheme, _)| scheme);
        match scheme {
            Some("srt") => Ok(Self::Srt(source)),
            Some("rtsp" | "rtsps") => Ok(Self::Rtsp(Camera::of(&source))),
            _ => Err(Error::Setup(
                "a source is srt://, rtsp:// or test:<hz>".into(),
            )),
        }
    }
}

impl Source {
    /// An error as others may read it.
    fn told(&self, error: Error) -> Error {
        match self {
            Self::Rtsp(camera) => camera.hide(error),
            Self::Srt(_) | Self::Test(_) => error,
        }
    }
}

impl Shared {
    fn run(self: &Arc<Self>) {
        let mut retry = RETRY.0;
        let mut state = SourceState::Waiting;
        loop {
            self.begin();
            let came = match &self.source {
                Source::Test(tone) => self.test(*tone, &mut state),
                Source::Srt(_) | Source::Rtsp(_) => self.connect(&mut state),
            };
            match came {
                Ok(came) => {
                    if came {
                        retry = RETRY.0;
                    }
                }
                Err(error) => (self.sink)(IngestEvent::Failed(self.source.told(error))),
            }
            // The pipeline is gone: nothing holds its decoder and its port any more.
            let old = {
                let mut work = self.work.lock();
                (work.reencoding.take(), work.opus.take())
            };
            drop(old);
            if state == SourceState::Live {
                state = SourceState::Interrupted;
                (self.sink)(IngestEvent::State(state));
            }
            if self.wait(retry) {
                return;
            }
            retry = (retry * 2).min(RETRY.1);
        }
    }

    /// Opens a connection and watches it; says whether anything had come.
    fn connect(self: &Arc<Self>, state: &mut SourceState) -> Result<bool> {
        let live = self.open()?;
        let came = self.watch(&live, state);
        if let Some(error) = live.take_error() {
            let error = self.source.told(error);
            tracing::warn!(%error, "a source failed");
            (self.sink)(IngestEvent::Failed(error));
        }
        Ok(came)
    }

    /// Waits; says whether it is to end.
    fn wait(&self, time: Duration) -> bool {
        let mut stop = self.stop.lock();
        if !*stop {
            self.stopping.wait_for(&mut stop, time);
        }
        *stop
    }

    /// Watches a connection until it is of no more use; says whether anything had come.
    fn watch(&self, live: &LivePipeline, state: &mut SourceState) -> bool {
        loop {
            let stop = self.wait(TICK);
            let now = self.timeline.now();
            let data_at = self.work.lock().data_at;
            let new = match data_at {
                Some(at) if now < at + SILENCE => SourceState::Live,
                _ if *state == SourceState::Waiting => SourceState::Waiting,
                _ => SourceState::Interrupted,
            };
            if new != *state {
                *state = new;
                (self.sink)(IngestEvent::State(new));
            }
            let dead = data_at.is_some_and(|at| now >= at + DEAD);
            if stop || dead || live.wait(Duration::ZERO) {
                return data_at.is_some();
            }
        }
    }

    fn begin(&self) {
        let mut work = self.work.lock();
        work.align = Align::default();
        work.data_at = None;
    }

    fn open(self: &Arc<Self>) -> Result<LivePipeline> {
        let pipeline = match &self.source {
            Source::Test(_) => return Err(Error::Setup("a test source has no address".into())),
            Source::Srt(uri) => {
                let pipeline = launch("srtsrc name=from ! tsdemux name=split latency=100")?;
                let from: gst::Element = named(&pipeline, "from")?;
                from.set_property("uri", uri);
                pipeline
            }
            Source::Rtsp(camera) => {
                let location = match &self.resolve {
                    Some(resolve) => {
                        camera.located(resolve(&camera.location).map_err(Error::Setup)?)
                    }
                    None => camera.location.clone(),
                };
                let pipeline = launch("rtspsrc name=split latency=100 timeout=5000000")?;
                let split: gst::Element = named(&pipeline, "split")?;
                split.set_property("location", &location);
                if let Some((name, password)) = &camera.user {
                    split.set_property("user-id", name);
                    split.set_property("user-pw", password);
                }
                pipeline
            }
        };
        let split: gst::Element = named(&pipeline, "split")?;
        let (weak, shared) = (pipeline.downgrade(), Arc::clone(self));
        split.connect_pad_added(move |_, pad| {
            if let Some(pipeline) = weak.upgrade()
                && let Err(error) = shared.plug(&pipeline, pad)
            {
                tracing::warn!(%error, "a stream of a source cannot be used");
            }
        });
        LivePipeline::start(pipeline, self.timeline)
    }

    /// Sends a test picture until it is to end or nothing more comes of it; says whether anything
    /// had come.
    fn test(&self, tone: f64, state: &mut SourceState) -> Result<bool> {
        let pattern = TestPattern::default();
        let mut live = Some(pattern.encode(tone, self.timeline)?);
        let mut playout = Playout::new(pattern.clone(), self.timeline.now());
        loop {
            let now = self.timeline.now();
            let mut hurry = self.hurry.swap(false, Ordering::AcqRel);
            while let Some((piece, at)) = playout.take(now, &mut hurry) {
                match piece {
                    Piece::Picture(data) => self.send_video(&data, at),
                    Piece::Sound(frame) => self.send_audio(&frame, at),
                }
            }
            if hurry {
                self.hurry.store(true, Ordering::Release);
            }
            if *state != SourceState::Live && self.work.lock().data_at.is_some() {
                *state = SourceState::Live;
                (self.sink)(IngestEvent::State(*state));
            }
            if let Some(running) = &live {
                if pattern.is_complete() {
                    live = None;
                } else if running.wait(Duration::ZERO) {
                    return running.take_error().map_or(Ok(true), Err);
                }
            }
            let wait = playout.due().saturating_sub(self.timeline.now());
            // What is due and not encoded yet comes in a moment.
            if self.wait(wait.max(Duration::from_millis(2))) {
                return Ok(true);
            }
        }
    }

    /// Links a new stream of the source.
    fn plug(self: &Arc<Self>, pipeline: &gst::Pipeline, pad: &gst::Pad) -> Result<()> {
        let caps = pad.current_caps().unwrap_or_else(|| pad.query_caps(None));
        let structure = caps
            .structure(0)
            .ok_or_else(|| Error::Setup("no caps".into()))?;
        let name = structure.name().as_str();
        let rtp = |field: &str| structure.get::<&str>(field).unwrap_or_default();
        let pcm = "audioconvert ! audioresample ! audio/x-raw,format=S16LE,rate=48000,channels=2,layout=interleaved";
        let au =
            "h264parse config-interval=-1 ! video/x-h264,stream-format=byte-stream,alignment=au";
        let raw = "videoconvert ! videoscale add-borders=true ! video/x-raw,format=I420,width=1280,height=720,pixel-aspect-ratio=1/1";
        let kind = match (name, rtp("media")) {
            ("application/x-rtp", "video") if rtp("encoding-name") == "H264" => {
                (Stream::H264, format!("rtph264depay ! {au} ! {OUTPUT}"))
            }
            ("video/x-h264", _) => (Stream::H264, format!("{au} ! {OUTPUT}")),
            ("application/x-rtp", "video") => {
                (Stream::Raw, format!("decodebin ! {raw} ! {OUTPUT}"))
            }
            (name, _) if name.starts_with("video/") => {
                (Stream::Raw, format!("decodebin ! {raw} ! {OUTPUT}"))
            }
            ("application/x-rtp", "audio") => {
                (Stream::Sound, format!("decodebin ! {pcm} ! {OUTPUT}"))
            }
            (name, _) if name.starts_with("audio/") => {
                (Stream::Sound, format!("decodebin ! {pcm} ! {OUTPUT}"))
            }
            // Something else must still be drained, or the demuxer stops.
            _ => (Stream::Other, "fakesink sync=false async=false".to_owned()),
        };
        self.link(pipeline, pad, kind.0, &kind.1)
    }

    fn link(
        self: &Arc<Self>,
        pipeline: &gst::Pipeline,
        pad: &gst::Pad,
        stream: Stream,
        description: &str,
    ) -> Result<()> {
        let setup = |error: gst::glib::BoolError| Error::Setup(error.to_string());
        // Left to itself the parser would take the pad after a decoder that is not linked yet.
        let description = format!("identity name=first ! {description}");
        let bin = gst::parse::bin_from_description(&description, false)
            .map_err(|error| Error::Setup(error.to_string()))?;
        let first = bin
            .by_name("first")
            .and_then(|first| first.static_pad("sink"));
        let first = first.ok_or_else(|| Error::Setup("no sink pad".into()))?;
        let entry = gst::GhostPad::with_target(&first).map_err(setup)?;
        bin.add_pad(&entry).map_err(setup)?;
        if let Some(output) = bin
            .by_name("out")
            .and_then(|element| element.downcast::<gst_app::AppSink>().ok())
        {
            let shared = Arc::clone(self);
            drain(&output, move |sample, time| {
                shared.came(stream, &sample, time);
            });
        }
        pipeline.add(&bin).map_err(setup)?;
        bin.sync_state_with_parent().map_err(setup)?;
        pad.link(&entry)
            .map_err(|error| Error::Setup(error.to_string()))?;
        Ok(())
    }

    fn came(self: &Arc<Self>, stream: Stream, sample: &gst::Sample, time: Duration) {
        let now = self.timeline.now();
        let at = self.work.lock().align.at(time, now);
        match stream {
            Stream::H264 => self.h264(bytes_of(sample), at),
            Stream::Raw => {
                if let Some(picture) = Picture::of(sample) {
                    self.encode(&picture, at);
                }
            }
            Stream::Sound => self.sound(&super::codec::samples_of(sample), at),
            Stream::Other => {}
        }
    }

    /// Passes a picture through, or has it encoded again.
    fn h264(self: &Arc<Self>, data: bytes::Bytes, at: Duration) {
        let keyframe = nal_units(&data).any(|unit| unit_type(unit) == 5);
        let mut work = self.work.lock();
        if keyframe {
            let found = parameter_sets(&data)
                .into_iter()
                .find(|unit| unit_type(unit) == 7)
                .and_then(sps::parse);
            let reencoding = found.filter(|sps| sps.reorders || !sps.plain);
            match reencoding {
                None => work.reencoding = None,
                Some(sps) if work.reencoding.is_none() => {
                    tracing::info!(?sps, "a source's picture is encoded again");
                    work.reencoding = self.reencoding(Some((sps.width, sps.height))).ok();
                }
                Some(_) => {}
            }
        }
        if let Some(decoder) = work
            .reencoding
            .as_ref()
            .and_then(|reencoding| reencoding.decoder.as_ref())
        {
            decoder.push(&AccessUnit {
                at,
                data,
                keyframe,
                after_loss: false,
            });
            return;
        }
        drop(work);
        self.send_video(&data, at);
    }

    /// Starts encoding; with a size, decoding too.
    fn reencoding(self: &Arc<Self>, size: Option<(u32, u32)>) -> Result<Reencoding> {
        let wanted = target_size(size.unwrap_or((1280, 720)));
        let fitted = |size: i32| usize::try_from(size).unwrap_or(720).clamp(16, 1280) & !7;
        let (width, height) = (fitted(wanted.0), fitted(wanted.1).min(720));
        let settings = H264Settings {
            width,
            height,
            frame_rate: 25,
            bitrate_kbps: 2_000,
            keyframe_every: 50,
        };
        let shared = Arc::downgrade(self);
        let encoder = H264Encoder::start(self.timeline, &settings, move |data, at| {
            if let Some(shared) = shared.upgrade() {
                shared.send_video(&data, at);
            }
        })?;
        let shared = Arc::downgrade(self);
        let decoder = match size {
            Some(_) => Some(VideoDecoder::start(
                self.timeline,
                Some((width, height)),
                move |picture, at| {
                    if let Some(shared) = shared.upgrade() {
                        shared.encode(&picture, at);
                    }
                },
            )?),
            None => None,
        };
        Ok(Reencoding {
            size: (width, height),
            decoder,
            encoder: Arc::new(encoder),
        })
    }

    fn encode(self: &Arc<Self>, picture: &Picture, at: Duration) {
        let mut work = self.work.lock();
        if work.reencoding.is_none() {
            work.reencoding = self.reencoding(None).ok();
        }
        let Some(reencoding) = &work.reencoding else {
            return;
        };
        let (encoder, (width, height)) = (Arc::clone(&reencoding.encoder), reencoding.size);
        drop(work);
        let mut canvas = Canvas::filled(width, height, BACKGROUND);
        if let Some(planes) = picture.planes() {
            let place = super::layout::Rect {
                x: 0,
                y: 0,
                width,
                height,
            };
            canvas.put(place, &planes);
        }
        encoder.push(at, canvas.into_data());
    }

    fn sound(self: &Arc<Self>, samples: &[i16], at: Duration) {
        let mut work = self.work.lock();
        if work.opus.is_none() {
            let shared = Arc::downgrade(self);
            let started = OpusEncoder::start(self.timeline, move |frame, at| {
                if let Some(shared) = shared.upgrade() {
                    shared.send_audio(&frame, at);
                }
            });
            work.opus = started.ok().map(Arc::new);
            work.track = Track::default();
        }
        let (at, samples) = work.track.push(at, samples);
        if let Some(opus) = work.opus.clone() {
            drop(work);
            opus.push(at, &samples);
        }
    }

    fn send_video(&self, data: &[u8], at: Duration) {
        let packets = {
            let mut work = self.work.lock();
            work.data_at = Some(self.timeline.now());
            work.video.video(data, at)
        };
        for packet in packets {
            (self.sink)(IngestEvent::Packet(packet));
        }
    }

    fn send_audio(&self, frame: &[u8], at: Duration) {
        let packet = {
            let mut work = self.work.lock();
            work.data_at = Some(self.timeline.now());
            work.audio.audio(frame, at)
        };
        (self.sink)(IngestEvent::Packet(packet));
    }
}

#[derive(Clone, Copy)]
enum Stream {
    H264,
    Raw,
    Sound,
    Other,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources() {
        for good in [
            "srt://:9710?mode=listener",
            "rtsp://10.0.0.9/live",
            "rtsps://a",
            "test:440",
        ] {
            assert!(Source::of(good.into()).is_ok(), "{good}");
        }
        for bad in [
            "",
            "test:",
            "test:x",
            "test:5",
            "file:///etc/passwd",
            "http://a",
        ] {
            assert!(Source::of(bad.into()).is_err(), "{bad}");
        }
    }
}
