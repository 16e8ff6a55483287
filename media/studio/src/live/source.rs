//! One source of the mixer: what has come of it, and how it is doing.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;

use super::codec::{AudioDecoder, OpusEncoder, Picture, VideoDecoder};
use super::delay::Delay;
use super::rtp::Depacketizer;
use super::sound::Heard;
use super::{Media, Packet, SourceState, Timeline};

/// Silence of so long is an interruption.
pub const SILENCE: Duration = Duration::from_secs(1);
/// A wanted keyframe is asked for so often.
const ASK: Duration = Duration::from_millis(500);
/// Pictures that wait for their time; more are a decoder that caught up.
const WAITING: usize = 30;

/// A source and everything that is its own.
pub struct Source {
    pub id: String,
    pub caption: Mutex<String>,
    pub muted: AtomicBool,
    pub input: Mutex<Input>,
    pub shown: Arc<Mutex<Shown>>,
    /// Encodes what this source hears while it is on air.
    pub mix_minus: Mutex<Option<Arc<OpusEncoder>>>,
}

/// The way in: only while the source is on air is anything decoded.
#[derive(Default)]
pub struct Input {
    depacketizer: Depacketizer,
    pub video: Option<Arc<VideoDecoder>>,
    pub audio: Option<Arc<AudioDecoder>>,
    /// Size of the tile, when there is one.
    pub size: Option<(usize, usize)>,
    pub on_air: bool,
    asked: Option<Duration>,
}

/// The way out: what the mixer takes.
#[derive(Default)]
pub struct Shown {
    pictures: VecDeque<(Duration, Arc<Picture>)>,
    current: Option<Arc<Picture>>,
    pub heard: Heard,
    delay: Delay,
    offered_at: Option<Duration>,
    seen_at: Option<Duration>,
    heard_at: Option<Duration>,
    state: Option<SourceState>,
    /// The decoder can go on only from a keyframe.
    pub need_keyframe: bool,
}

impl Source {
    pub fn new(id: &str, caption: &str) -> Self {
        Self {
            id: id.to_owned(),
            caption: Mutex::new(caption.to_owned()),
            muted: AtomicBool::new(false),
            input: Mutex::default(),
            shown: Arc::default(),
            mix_minus: Mutex::default(),
        }
    }

    pub fn open(&self) -> bool {
        !self.muted.load(Ordering::Relaxed)
    }

    /// Takes a packet; says whether a keyframe should be asked for.
    pub fn push(&self, packet: &Packet, timeline: Timeline) -> bool {
        let mut input = self.input.lock();
        if packet.media == Media::Audio {
            let Some(decoder) = input.audio.clone() else {
                return false;
            };
            if decoder.failed() {
                tracing::warn!(source = %self.id, "the sound's decoder starts anew");
                retire(input.audio.take());
                input.audio = self.audio_decoder(timeline);
            }
            drop(input);
            decoder.push(packet);
            return false;
        }
        // Parameter sets are remembered also while nobody looks.
        let units = input.depacketizer.push(packet);
        let Some(mut decoder) = input.video.clone() else {
            return false;
        };
        if decoder.failed() {
            tracing::warn!(source = %self.id, "the picture's decoder starts anew");
            input.video = self.video_decoder(timeline, input.size);
            self.shown.lock().need_keyframe = true;
            retire(Some(decoder));
            let Some(new) = input.video.clone() else {
                return false;
            };
            decoder = new;
        }
        for unit in units {
            let mut shown = self.shown.lock();
            if unit.after_loss {
                shown.need_keyframe = true;
            }
            if unit.keyframe {
                shown.need_keyframe = false;
            }
            if !shown.need_keyframe {
                drop(shown);
                decoder.push(&unit);
            }
        }
        let now = timeline.now();
        let mut shown = self.shown.lock();
        shown.offered_at = Some(now);
        shown.need_keyframe && input.may_ask(now)
    }

    /// Starts or stops decoding for a new scene. `size` is that of the tile, if it has one.
    /// Says whether a keyframe is needed.
    pub fn set_on_air(
        &self,
        on_air: bool,
        size: Option<(usize, usize)>,
        timeline: Timeline,
    ) -> bool {
        let mut input = self.input.lock();
        let size = size.filter(|_| on_air);
        input.on_air = on_air;
        if on_air && input.audio.is_none() {
            input.audio = self.audio_decoder(timeline);
        } else if !on_air {
            retire(input.audio.take());
            retire(self.mix_minus.lock().take());
        }
        let mut ask = false;
        match (size, input.video.clone()) {
            (None, old) => {
                input.video = None;
                retire(old);
                let mut shown = self.shown.lock();
                shown.forget_pictures();
                (shown.seen_at, shown.offered_at) = (None, None);
            }
            (Some((width, height)), Some(decoder)) if input.size != size => {
                decoder.set_size(width, height);
            }
            (Some(_), Some(_)) => {}
            (Some(_), None) => {
                input.video = self.video_decoder(timeline, size);
                self.shown.lock().need_keyframe = true;
                ask = input.may_ask(timeline.now());
            }
        }
        input.size = size;
        if !on_air {
            self.shown.lock().forget();
        }
        ask
    }

    fn video_decoder(
        &self,
        timeline: Timeline,
        size: Option<(usize, usize)>,
    ) -> Option<Arc<VideoDecoder>> {
        let shown = Arc::clone(&self.shown);
        VideoDecoder::start(timeline, size, move |picture, at| {
            shown.lock().picture(picture, at, timeline.now());
        })
        .inspect_err(|error| tracing::error!(%error, "no decoder for a picture"))
        .ok()
        .map(Arc::new)
    }

    fn audio_decoder(&self, timeline: Timeline) -> Option<Arc<AudioDecoder>> {
        let shown = Arc::clone(&self.shown);
        AudioDecoder::start(timeline, move |samples, at| {
            let now = timeline.now();
            let mut shown = shown.lock();
            shown.delay.observe(at, now);
            shown.heard_at = Some(now);
            shown.heard.push(at, &samples);
        })
        .inspect_err(|error| tracing::error!(%error, "no decoder for sound"))
        .ok()
        .map(Arc::new)
    }
}

impl Input {
    fn may_ask(&mut self, now: Duration) -> bool {
        let ask = self.asked.is_none_or(|asked| now >= asked + ASK);
        if ask {
            self.asked = Some(now);
        }
        ask
    }
}

/// Stopping waits for threads of the pipeline: not on the caller's time.
fn retire<T: Send + Sync + 'static>(old: Option<Arc<T>>) {
    if let Some(old) = old {
        std::thread::spawn(move || drop(old));
    }
}

impl Shown {
    fn picture(&mut self, picture: Picture, at: Duration, now: Duration) {
        self.delay.observe(at, now);
        self.seen_at = Some(now);
        self.pictures.push_back((at, Arc::new(picture)));
        if self.pictures.len() > WAITING {
            self.pictures.pop_front();
        }
    }

    /// How far behind the program this source runs.
    pub fn delay(&self) -> Duration {
        self.delay.get()
    }

    /// The picture for the program's moment `now`.
    pub fn picture_for(&mut self, now: Duration) -> Option<Arc<Picture>> {
        let due = now.saturating_sub(self.delay.get());
        while self.pictures.front().is_some_and(|(at, _)| *at <= due) {
            self.current = self.pictures.pop_front().map(|(_, picture)| picture);
        }
        self.current.clone()
    }

    /// How the source was doing when last checked.
    pub fn state(&self) -> SourceState {
        self.state.unwrap_or(SourceState::Waiting)
    }

    /// How the source is doing, and whether that is new.
    pub fn check(&mut self, now: Duration) -> (SourceState, bool) {
        let recent = |at: Option<Duration>| at.is_some_and(|at| now < at + SILENCE);
        let was = self.state();
        let state = match (self.seen_at, self.heard_at) {
            (None, None) => SourceState::Waiting,
            (Some(_), _) if recent(self.seen_at) => SourceState::Live,
            // Sound alone counts only where no picture is sent.
            (None, Some(_)) if recent(self.offered_at) => SourceState::Waiting,
            (None, Some(_)) if recent(self.heard_at) => SourceState::Live,
            _ => SourceState::Interrupted,
        };
        if state == SourceState::Interrupted && was != state {
            self.forget_pictures();
            self.need_keyframe = true;
        }
        self.state = Some(state);
        (state, was != state)
    }

    fn forget_pictures(&mut self) {
        self.pictures.clear();
        self.current = None;
    }

    fn forget(&mut self) {
        self.forget_pictures();
        self.heard.clear();
        (self.seen_at, self.offered_at, self.heard_at) = (None, None, None);
        self.delay = Delay::default();
    }
}
