//! A viewer without a screen: decodes packets and remembers what was seen and heard.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::Result;
use crate::live::rtp::Depacketizer;
use crate::live::{AudioDecoder, Media, Packet, Timeline, VideoDecoder};

/// So much sound is remembered, in samples.
const REMEMBERED: usize = 24_000;

/// A decoded picture.
#[derive(Clone, Debug, Default)]
pub struct Picture {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// Its moment on the time line.
    pub at: Duration,
    luma: Vec<u8>,
    blue: Vec<u8>,
    red: Vec<u8>,
}

impl Picture {
    /// Red, green and blue of a pixel (BT.709, limited range).
    ///
    /// # Panics
    /// Outside the picture.
    #[must_use]
    pub fn rgb(&self, x: usize, y: usize) -> [u8; 3] {
        let half = self.width / 2;
        let luma = 1.164 * (f64::from(self.luma[y * self.width + x]) - 16.0);
        let blue = f64::from(self.blue[y / 2 * half + x / 2]) - 128.0;
        let red = f64::from(self.red[y / 2 * half + x / 2]) - 128.0;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped"
        )]
        let byte = |value: f64| value.round().clamp(0.0, 255.0) as u8;
        [
            byte(luma + 1.793 * red),
            byte(luma - 0.213 * blue - 0.533 * red),
            byte(luma + 2.112 * blue),
        ]
    }

    /// Whether a pixel is about this colour; encoders and colour spaces move it a little.
    #[must_use]
    pub fn is(&self, x: usize, y: usize, colour: [u8; 3]) -> bool {
        let seen = self.rgb(x, y);
        seen.iter()
            .zip(colour)
            .all(|(&seen, wanted)| seen.abs_diff(wanted) < 45)
    }

    /// Brightness, row by row without padding.
    #[must_use]
    pub fn luma(&self) -> &[u8] {
        &self.luma
    }

    /// How many pixels in a rectangle are bright: text on dark.
    #[must_use]
    pub fn bright(&self, x: usize, y: usize, width: usize, height: usize) -> usize {
        (y..y + height)
            .flat_map(|row| &self.luma[row * self.width + x..][..width])
            .filter(|&&luma| luma > 180)
            .count()
    }
}

#[derive(Default)]
struct Seen {
    frames: usize,
    picture: Option<Picture>,
    longest_gap: Duration,
    last: Option<Duration>,
    sound: Vec<i16>,
    samples: usize,
    keyframes: usize,
}

/// Decodes a stream of packets.
pub struct Viewer {
    input: Mutex<Depacketizer>,
    begun: Mutex<bool>,
    video: VideoDecoder,
    audio: AudioDecoder,
    seen: Arc<(Mutex<Seen>, Condvar)>,
}

impl Viewer {
    /// Starts with nothing seen.
    ///
    /// # Errors
    /// [`crate::Error::Setup`] when a decoder is missing.
    pub fn start(epoch: Instant) -> Result<Self> {
        let timeline = Timeline::new(epoch);
        let seen: Arc<(Mutex<Seen>, Condvar)> = Arc::default();
        let look = Arc::clone(&seen);
        let video = VideoDecoder::start(timeline, None, move |picture, at| {
            let Some(planes) = picture.planes() else {
                return;
            };
            let copy = |index: usize, width: usize, height: usize| {
                let (data, stride) = planes.data[index];
                (0..height)
                    .flat_map(|y| &data[y * stride..][..width])
                    .copied()
                    .collect()
            };
            let (width, height) = (planes.width, planes.height);
            let picture = Picture {
                width,
                height,
                at,
                luma: copy(0, width, height),
                blue: copy(1, width / 2, height / 2),
                red: copy(2, width / 2, height / 2),
            };
            let mut seen = look.0.lock();
            seen.frames += 1;
            if let Some(last) = seen.last {
                seen.longest_gap = seen.longest_gap.max(at.saturating_sub(last));
            }
            seen.last = Some(at);
            seen.picture = Some(picture);
            look.1.notify_all();
        })?;
        let listen = Arc::clone(&seen);
        let audio = AudioDecoder::start(timeline, move |samples, _| {
            let mut seen = listen.0.lock();
            seen.samples += samples.len() / 2;
            seen.sound.extend(samples.iter().step_by(2));
            let over = seen.sound.len().saturating_sub(REMEMBERED);
            seen.sound.drain(..over);
            listen.1.notify_all();
        })?;
        Ok(Self {
            input: Mutex::default(),
            begun: Mutex::new(false),
            video,
            audio,
            seen,
        })
    }

    /// Takes a packet.
    pub fn push(&self, packet: &Packet) {
        if packet.media == Media::Audio {
            self.audio.push(packet);
            return;
        }
        for unit in self.input.lock().push(packet) {
            let mut begun = self.begun.lock();
            *begun |= unit.keyframe;
            if unit.keyframe {
                self.seen.0.lock().keyframes += 1;
            }
            if *begun {
                self.video.push(&unit);
            }
        }
    }

    /// Pictures decoded so far.
    #[must_use]
    pub fn frames(&self) -> usize {
        self.seen.0.lock().frames
    }

    /// Keyframes that have come.
    #[must_use]
    pub fn keyframes(&self) -> usize {
        self.seen.0.lock().keyframes
    }

    /// Samples of sound decoded so far, for one channel.
    #[must_use]
    pub fn samples(&self) -> usize {
        self.seen.0.lock().samples
    }

    /// The longest distance of two pictures on the time line.
    #[must_use]
    pub fn longest_gap(&self) -> Duration {
        self.seen.0.lock().longest_gap
    }

    /// The newest picture.
    #[must_use]
    pub fn picture(&self) -> Option<Picture> {
        self.seen.0.lock().picture.clone()
    }

    /// Loudness of a tone in the last half second, 0 to 1.
    #[must_use]
    pub fn tone(&self, hz: f64) -> f64 {
        super::tone(&self.seen.0.lock().sound, 48_000, hz)
    }

    /// Forgets the sound, so that what is measured next is new.
    pub fn forget_sound(&self) {
        self.seen.0.lock().sound.clear();
    }

    /// Waits until something holds, looking after each picture and each block of sound; says whether
    /// it came to hold in time.
    pub fn wait(&self, patience: Duration, mut holds: impl FnMut(&Self) -> bool) -> bool {
        let until = Instant::now() + patience;
        loop {
            let before = {
                let seen = self.seen.0.lock();
                (seen.frames, seen.samples)
            };
            if holds(self) {
                return true;
            }
            let mut seen = self.seen.0.lock();
            if (seen.frames, seen.samples) == before
                && self.seen.1.wait_until(&mut seen, until).timed_out()
            {
                return false;
            }
            if Instant::now() >= until {
                return false;
            }
        }
    }

    /// Waits for so many new pictures.
    pub fn wait_frames(&self, count: usize, patience: Duration) -> bool {
        let goal = self.frames() + count;
        self.wait(patience, |viewer| viewer.frames() >= goal)
    }

    /// Waits for half a second of new sound.
    pub fn wait_sound(&self, patience: Duration) -> bool {
        self.forget_sound();
        self.wait(patience, |viewer| {
            viewer.seen.0.lock().sound.len() >= REMEMBERED
        })
    }
}
