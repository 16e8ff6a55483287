//! A test picture with a tone: encoded once, while it begins, and then sent again and again. Encoding
//! it for as long as a demonstration runs took a tenth of a core for each source, all day.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use parking_lot::Mutex;

use super::Timeline;
use super::codec::{H264Settings, OpusEncoder};
use super::pipe::{LivePipeline, OUTPUT, bytes_of, drain, launch, named};
use super::rtp::{nal_units, unit_type};
use crate::Result;

/// The tone comes around to where it began after each second, the ball once across in eight.
const SECONDS: usize = 8;
const FRAME_RATE: usize = 25;
const PICTURES: usize = SECONDS * FRAME_RATE;
const SOUNDS: usize = SECONDS * 50;
/// Opus frames.
const SOUND: Duration = Duration::from_millis(20);
const PICTURE: Duration = Duration::from_millis(40);
/// A keyframe that comes by itself so many pictures later is not hurried.
const SOON: usize = 5;
/// Who is further behind than this jumps instead of catching up.
const BEHIND: Duration = Duration::from_secs(1);

/// What has been encoded so far.
#[derive(Default)]
struct Encoded {
    /// Byte streams, and whether decoding can begin there.
    pictures: Vec<(Bytes, bool)>,
    sounds: Vec<Bytes>,
    complete: bool,
}

/// A pattern that grows while it is sent for the first time.
#[derive(Clone, Default)]
pub struct TestPattern(Arc<Mutex<Encoded>>);

impl TestPattern {
    /// Begins to encode a pattern with a tone of so many hertz, as fast as it goes: what is made is
    /// there before it is due. The pipeline is of no use any more when the pattern is
    /// [complete](Self::is_complete).
    ///
    /// # Errors
    /// [`Error::Setup`](crate::Error::Setup) when an element is missing.
    pub fn encode(&self, tone: f64, timeline: Timeline) -> Result<LivePipeline> {
        *self.0.lock() = Encoded::default();
        let settings = H264Settings {
            width: 1280,
            height: 720,
            frame_rate: 25,
            bitrate_kbps: 1_500,
            // Who comes in, and every segment, needs a keyframe, and none can be made later.
            keyframe_every: 25,
        };
        let pipeline = launch(&format!(
            "videotestsrc num-buffers={PICTURES} pattern=ball motion=wavy foreground-color=0xfff0c040 background-color=0xff204868 ! \
             video/x-raw,format=I420,width=1280,height=720,framerate={FRAME_RATE}/1 ! {} ! {} \
             audiotestsrc num-buffers={SOUNDS} freq={tone} volume=0.2 samplesperbuffer=960 ! \
             audio/x-raw,format=S16LE,rate=48000,channels=2 ! {} ! {}",
            settings.encoder(),
            OUTPUT.replace("name=out", "name=video"),
            OpusEncoder::ENCODER,
            OUTPUT.replace("name=out", "name=audio"),
        ))?;
        let (video, audio): (gst_app::AppSink, gst_app::AppSink) =
            (named(&pipeline, "video")?, named(&pipeline, "audio")?);
        let pattern = self.clone();
        drain(&video, move |sample, _| pattern.picture(bytes_of(&sample)));
        let pattern = self.clone();
        drain(&audio, move |sample, _| pattern.sound(bytes_of(&sample)));
        LivePipeline::start(pipeline, timeline)
    }

    fn picture(&self, data: Bytes) {
        let keyframe = nal_units(&data).any(|unit| unit_type(unit) == 5);
        self.add(|encoded| encoded.pictures.push((data, keyframe)));
    }

    fn sound(&self, data: Bytes) {
        // The encoder's last frame is what it had left over.
        self.add(|encoded| {
            if encoded.sounds.len() < SOUNDS {
                encoded.sounds.push(data);
            }
        });
    }

    fn add(&self, what: impl FnOnce(&mut Encoded)) {
        let mut encoded = self.0.lock();
        what(&mut encoded);
        encoded.complete = encoded.pictures.len() == PICTURES && encoded.sounds.len() == SOUNDS;
    }

    /// Whether everything is encoded.
    pub fn is_complete(&self) -> bool {
        self.0.lock().complete
    }
}

/// Sends a pattern around and around; a plain state machine with the time as a parameter.
pub struct Playout {
    pattern: TestPattern,
    begun: Duration,
    sent: (u32, u32),
    next: (usize, usize),
    /// What is due has not been encoded yet.
    starved: bool,
}

/// What is sent next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A picture as a byte stream.
    Picture(Bytes),
    /// A frame of Opus.
    Sound(Bytes),
}

impl Playout {
    /// Begins now.
    pub fn new(pattern: TestPattern, now: Duration) -> Self {
        Self {
            pattern,
            begun: now,
            sent: (0, 0),
            next: (0, 0),
            starved: false,
        }
    }

    fn picture_at(&self) -> Duration {
        self.begun + PICTURE * self.sent.0
    }

    fn sound_at(&self) -> Duration {
        self.begun + SOUND * self.sent.1
    }

    /// Whether the next piece is encoded.
    fn is_there(&self) -> bool {
        let encoded = self.pattern.0.lock();
        if self.sound_at() < self.picture_at() {
            self.next.1 < encoded.sounds.len()
        } else {
            self.next.0 < encoded.pictures.len()
        }
    }

    /// When the next piece is due.
    pub fn due(&self) -> Duration {
        self.picture_at().min(self.sound_at())
    }

    /// The next piece if it is due and encoded, and the moment it belongs to. What was encoded too late
    /// belongs to the moment it is sent, and all that follows, picture and sound, as much later. `hurry`:
    /// a keyframe is wanted; set to false when it is on its way.
    pub fn take(&mut self, now: Duration, hurry: &mut bool) -> Option<(Piece, Duration)> {
        let due = self.due();
        if due > now {
            return None;
        }
        if !self.is_there() {
            self.starved = true;
            return None;
        }
        // A machine that slept does not send the night.
        if std::mem::take(&mut self.starved) || now > due + BEHIND {
            self.begun += now - due;
        }
        let encoded = self.pattern.0.lock();
        if self.sound_at() < self.picture_at() {
            let (sound, at) = (encoded.sounds.get(self.next.1)?.clone(), self.sound_at());
            self.sent.1 += 1;
            self.next.1 = (self.next.1 + 1) % SOUNDS;
            return Some((Piece::Sound(sound), at));
        }
        if std::mem::take(hurry) {
            let pictures = &encoded.pictures;
            let keyframe = |ahead: &usize| {
                let index = (self.next.0 + ahead) % PICTURES;
                pictures.get(index).is_some_and(|(_, keyframe)| *keyframe)
            };
            // Not yet encoded is not yet sent either: a keyframe has just gone out.
            if let Some(ahead) = (0..PICTURES).find(keyframe).filter(|ahead| *ahead > SOON) {
                self.next.0 = (self.next.0 + ahead) % PICTURES;
            }
        }
        let (picture, at) = (
            encoded.pictures.get(self.next.0)?.0.clone(),
            self.picture_at(),
        );
        self.sent.0 += 1;
        self.next.0 = (self.next.0 + 1) % PICTURES;
        Some((Piece::Picture(picture), at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// A pattern whose pieces say which they are, with a keyframe every 25 pictures.
    fn pattern() -> TestPattern {
        let pattern = TestPattern::default();
        for number in 0..PICTURES {
            let kind = if number % FRAME_RATE == 0 { 0x65 } else { 0x61 };
            let number = u8::try_from(number).unwrap();
            pattern.picture(vec![0, 0, 0, 1, kind, number].into());
        }
        for number in 0..SOUNDS {
            pattern.sound(u16::try_from(number).unwrap().to_be_bytes().to_vec().into());
        }
        assert!(pattern.is_complete());
        pattern
    }

    fn picture(piece: &Piece) -> Option<usize> {
        match piece {
            Piece::Picture(data) => Some(data[5].into()),
            Piece::Sound(_) => None,
        }
    }

    #[test]
    fn picture_and_sound_go_around_without_a_gap() {
        let mut playout = Playout::new(pattern(), 5_000 * MS);
        let (mut pictures, mut sounds) = (Vec::new(), Vec::new());
        for step in 0..20_000 {
            let now = 5_000 * MS + step * MS;
            while let Some((piece, at)) = playout.take(now, &mut false) {
                assert!(at <= now && now < at + MS, "{at:?} at {now:?}");
                match &piece {
                    Piece::Picture(_) => pictures.push((picture(&piece).unwrap(), at)),
                    Piece::Sound(data) => {
                        sounds.push((usize::from(u16::from_be_bytes([data[0], data[1]])), at));
                    }
                }
            }
        }
        assert_eq!((pictures.len(), sounds.len()), (500, 1_000));
        for (count, (number, at)) in (0..).zip(pictures) {
            assert_eq!(
                (number, at),
                (count as usize % PICTURES, (5_000 + 40 * count) * MS)
            );
        }
        for (count, (number, at)) in (0..).zip(sounds) {
            assert_eq!(
                (number, at),
                (count as usize % SOUNDS, (5_000 + 20 * count) * MS)
            );
        }
    }

    #[test]
    fn a_wanted_keyframe_is_the_next_picture_unless_one_comes_soon() {
        let mut playout = Playout::new(pattern(), Duration::ZERO);
        let mut shown = |count: u32, mut hurry: bool| {
            let mut last = None;
            for _ in 0..count {
                while last.is_none() {
                    let taken = playout.take(playout.due(), &mut hurry);
                    last = taken.and_then(|(piece, _)| picture(&piece));
                }
                if count > 1 {
                    last = None;
                }
            }
            assert!(!hurry);
            last
        };
        shown(10, false);
        assert_eq!(shown(1, false), Some(10));
        assert_eq!(shown(1, true), Some(25), "not the eleventh");
        shown(19, false);
        assert_eq!(
            shown(1, true),
            Some(45),
            "the fiftieth is a fifth of a second away"
        );
        // Around the end.
        shown(140, false);
        assert_eq!(shown(1, true), Some(0));
    }

    #[test]
    fn what_is_not_encoded_yet_is_waited_for_and_a_night_is_left_out() {
        let pattern = TestPattern::default();
        let mut playout = Playout::new(pattern.clone(), Duration::ZERO);
        assert_eq!(playout.take(MS, &mut false), None);
        pattern.picture(vec![0, 0, 0, 1, 0x65, 0].into());
        // The encoder needs a moment to begin: so do both.
        let (_, at) = playout.take(300 * MS, &mut false).unwrap();
        assert_eq!(at, 300 * MS);
        assert_eq!(playout.take(300 * MS, &mut false), None, "no sound yet");
        pattern.sound(vec![1].into());
        let (_, at) = playout.take(302 * MS, &mut false).unwrap();
        assert_eq!(at, 302 * MS);
        assert_eq!(playout.due(), 322 * MS);
        pattern.sound(vec![2].into());
        pattern.picture(vec![0, 0, 0, 1, 0x61, 1].into());
        let night = 30_000_000 * MS;
        let (_, at) = playout.take(night, &mut false).unwrap();
        assert_eq!(at, night);
    }

    /// A machine that encodes more slowly than it sends, in bursts, picture and sound at different
    /// times; and whose sender itself comes late.
    #[test]
    fn picture_and_sound_stay_in_step_while_encoding_is_behind() {
        let pattern = TestPattern::default();
        let mut playout = Playout::new(pattern.clone(), Duration::ZERO);
        let (mut pictures, mut sounds): (Vec<Duration>, Vec<Duration>) = Default::default();
        let mut sent_at = Vec::new();
        for step in 0..6_000_u32 {
            let now = step * 10 * MS;
            if step % 50 == 0 {
                for _ in 0..6 {
                    if pattern.0.lock().pictures.len() == PICTURES {
                        break;
                    }
                    pattern.picture(vec![0, 0, 0, 1, 0x61, 0].into());
                }
            }
            if step % 70 == 0 {
                for _ in 0..20 {
                    pattern.sound(vec![0].into());
                }
            }
            // Asleep now and then, for half a second and for two.
            if step % 400 < 50 || step % 1_700 < 200 {
                continue;
            }
            while let Some((piece, at)) = playout.take(now, &mut false) {
                assert!(at <= now);
                sent_at.push(at);
                match piece {
                    Piece::Picture(_) => pictures.push(at),
                    Piece::Sound(_) => sounds.push(at),
                }
            }
        }
        assert!(sent_at.is_sorted(), "nothing goes back in time");
        assert!(pictures.len() > PICTURES && sounds.len() > SOUNDS);
        // What was drawn and what was to be heard at the same moment of the pattern.
        for (pair, sounds) in pictures.windows(2).zip(sounds.chunks(2)) {
            let during = pair[0]..=pair[1];
            assert!(
                sounds.iter().all(|at| during.contains(at)),
                "{during:?} {sounds:?}"
            );
        }
    }
}
