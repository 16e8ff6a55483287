//! From packets to what transport streams are made of: pictures and AAC frames that never stop.
//!
//! Players and files want both streams from the beginning and without end. When no picture comes, the
//! last keyframe is repeated once a second, or one that says so; when no sound comes, silence is put in.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use parking_lot::Mutex;

use super::aac::Aac;
use super::blank;
use super::rtp::{AccessUnit, Depacketizer, parameter_sets};
use super::{Media, Packet, Timeline};
use crate::Result;

/// Without a picture for so long the last keyframe is repeated…
const STILL: Duration = Duration::from_millis(1_200);
/// …up to so long ago, since pictures may still be on their way.
const ON_ITS_WAY: Duration = Duration::from_millis(200);
/// The second of picture and sound is replaced when it is not there so long after the first.
const ALONE: Duration = Duration::from_millis(700);
/// A wanted keyframe is asked for so often.
const ASK: Duration = Duration::from_millis(500);
/// A keyframe is asked for so long before it is due: it has to come from afar.
const AHEAD: Duration = Duration::from_millis(120);
/// Pictures that would go back in time follow at this distance.
const STEP: Duration = Duration::from_micros(100);

/// One piece for a transport stream.
#[derive(Clone, Debug)]
pub enum Unit {
    /// A picture as a byte stream.
    Video {
        /// When it was captured; always later than the one before.
        at: Duration,
        /// Decoding can begin here.
        keyframe: bool,
        /// Size or another parameter is not that of the pictures before.
        new_parameters: bool,
        /// The bytes.
        data: Bytes,
    },
    /// A frame of AAC with its ADTS header.
    Audio {
        /// When its first sample was captured.
        at: Duration,
        /// The bytes.
        data: Bytes,
    },
}

impl Unit {
    /// Its moment.
    pub fn at(&self) -> Duration {
        match self {
            Self::Video { at, .. } | Self::Audio { at, .. } => *at,
        }
    }
}

type Out = Arc<dyn Fn(Unit) + Send + Sync>;

/// Makes units of packets.
pub struct Units {
    timeline: Timeline,
    /// How often a keyframe is wanted.
    cadence: Duration,
    out: Out,
    picture: Mutex<Picture>,
    sound: Aac,
    /// When sound without a picture was first seen.
    heard_since: Mutex<Option<Duration>>,
}

#[derive(Default)]
struct Picture {
    depacketizer: Depacketizer,
    parameters: Vec<u8>,
    still: Option<AccessUnit>,
    first: Option<Duration>,
    last: Option<Duration>,
    last_key: Duration,
    seen_at: Duration,
    waiting: bool,
    asked: Option<Duration>,
}

impl Units {
    pub fn start(
        timeline: Timeline,
        cadence: Duration,
        out: impl Fn(Unit) + Send + Sync + 'static,
    ) -> Result<Self> {
        let out: Out = Arc::new(out);
        let sounds = Arc::clone(&out);
        Ok(Self {
            timeline,
            cadence,
            out,
            picture: Mutex::new(Picture {
                waiting: true,
                ..Picture::default()
            }),
            sound: Aac::start(timeline, move |at, data| sounds(Unit::Audio { at, data }))?,
            heard_since: Mutex::default(),
        })
    }

    /// Takes a packet; says whether a keyframe should be asked for.
    pub fn push(&self, packet: &Packet) -> bool {
        if packet.media == Media::Audio {
            self.sound.push(packet);
            return false;
        }
        let now = self.timeline.now();
        let mut picture = self.picture.lock();
        for unit in picture.depacketizer.push(packet) {
            if let Some(unit) = picture.take(unit, now) {
                (self.out)(unit);
            }
        }
        let due = packet.at.saturating_sub(picture.last_key) + AHEAD >= self.cadence;
        picture.may_ask(due, now)
    }

    /// To be called a few times a second: repeats the last keyframe and fills in silence.
    pub fn tick(&self) {
        let now = self.timeline.now();
        let first = self.picture.lock().first;
        match (first, self.sound.end()) {
            (Some(first), None) if first + ALONE < now => self.sound.begin(first),
            (None, Some(end)) => self.blank(end, now),
            _ => {}
        }
        self.sound.fill(now);
        let mut picture = self.picture.lock();
        for unit in picture.stills(now, self.cadence) {
            (self.out)(unit);
        }
    }

    /// Sound without a picture gets one, once it has lasted.
    fn blank(&self, end: Duration, now: Duration) {
        let since = *self.heard_since.lock().get_or_insert(end.min(now));
        if now < since + ALONE {
            return;
        }
        match blank::keyframe(self.timeline) {
            Ok(data) => {
                let unit = self.picture.lock().blank(data, since);
                if let Some(unit) = unit {
                    (self.out)(unit);
                }
            }
            Err(error) => tracing::warn!(%error, "sound stays without a picture"),
        }
    }

    /// Lets what is in work come out.
    pub fn finish(&self) {
        self.sound.finish(Duration::from_secs(1));
    }
}

impl Picture {
    fn take(&mut self, unit: AccessUnit, now: Duration) -> Option<Unit> {
        self.waiting |= unit.after_loss;
        if unit.keyframe {
            self.waiting = false;
        }
        if self.waiting {
            return None;
        }
        self.seen_at = now;
        let at = self.last.map_or(unit.at, |last| unit.at.max(last + STEP));
        self.last = Some(at);
        self.first.get_or_insert(at);
        let mut new_parameters = false;
        if unit.keyframe {
            let parameters = parameter_sets(&unit.data).join(&0);
            new_parameters = !self.parameters.is_empty() && self.parameters != parameters;
            self.parameters = parameters;
            self.last_key = at;
            self.still = Some(unit.clone());
        }
        Some(Unit::Video {
            at,
            keyframe: unit.keyframe,
            new_parameters,
            data: unit.data,
        })
    }

    /// Begins with a picture that stands for none.
    fn blank(&mut self, data: Bytes, at: Duration) -> Option<Unit> {
        if self.last.is_some() {
            return None;
        }
        let unit = AccessUnit {
            at,
            data,
            keyframe: true,
            after_loss: false,
        };
        let unit = self.take(unit, Duration::ZERO);
        self.waiting = true;
        unit
    }

    fn may_ask(&mut self, due: bool, now: Duration) -> bool {
        let ask = (self.waiting || due) && self.asked.is_none_or(|asked| now >= asked + ASK);
        if ask {
            self.asked = Some(now);
        }
        ask
    }

    fn stills(&mut self, now: Duration, every: Duration) -> Vec<Unit> {
        let mut units = Vec::new();
        let (Some(still), Some(mut last)) = (self.still.clone(), self.last) else {
            return units;
        };
        if now < self.seen_at + STILL {
            return units;
        }
        // A machine that slept does not repeat the night.
        while last + every + ON_ITS_WAY <= now && units.len() < 20 {
            last += every;
            // What follows may refer to pictures that were never seen.
            self.waiting = true;
            units.push(Unit::Video {
                at: last,
                keyframe: true,
                new_parameters: false,
                data: still.data.clone(),
            });
        }
        self.last = Some(last);
        units
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn unit(at: Duration, keyframe: bool, size: u8) -> AccessUnit {
        AccessUnit {
            at,
            keyframe,
            after_loss: false,
            data: if keyframe {
                vec![
                    0, 0, 0, 1, 0x67, size, 0, 0, 0, 1, 0x68, 1, 0, 0, 0, 1, 0x65, 9,
                ]
                .into()
            } else {
                vec![0, 0, 0, 1, 0x61, 9].into()
            },
        }
    }

    fn flags(unit: Option<Unit>) -> Option<(Duration, bool, bool)> {
        match unit? {
            Unit::Video {
                at,
                keyframe,
                new_parameters,
                ..
            } => Some((at, keyframe, new_parameters)),
            Unit::Audio { .. } => None,
        }
    }

    #[test]
    fn begins_at_a_keyframe_and_never_goes_back() {
        let mut picture = Picture {
            waiting: true,
            ..Picture::default()
        };
        assert!(picture.take(unit(MS, false, 1), MS).is_none());
        let mut take = |at, key, size| flags(picture.take(unit(at, key, size), at));
        assert_eq!(take(40 * MS, true, 1), Some((40 * MS, true, false)));
        assert_eq!(take(80 * MS, false, 1), Some((80 * MS, false, false)));
        assert_eq!(take(20 * MS, true, 2), Some((80 * MS + STEP, true, true)));
        assert_eq!(take(120 * MS, true, 2), Some((120 * MS, true, false)));
    }

    #[test]
    fn stands_still_and_goes_on_at_a_keyframe() {
        let mut picture = Picture::default();
        assert!(picture.stills(9_000 * MS, 1_000 * MS).is_empty());
        picture.take(unit(1_000 * MS, true, 1), 1_000 * MS);
        assert!(picture.stills(2_100 * MS, 1_000 * MS).is_empty());
        let stills = picture.stills(4_300 * MS, 1_000 * MS);
        let times: Vec<_> = stills.iter().map(|unit| unit.at().as_millis()).collect();
        assert_eq!(times, [2_000, 3_000, 4_000]);
        assert!(
            picture
                .take(unit(4_400 * MS, false, 1), 4_400 * MS)
                .is_none()
        );
        assert!(picture.may_ask(false, 4_400 * MS));
        assert!(!picture.may_ask(false, 4_500 * MS));
        assert!(
            picture
                .take(unit(4_500 * MS, true, 1), 4_500 * MS)
                .is_some()
        );
    }

    #[test]
    fn a_picture_that_stands_for_none_gives_way() {
        let mut picture = Picture::default();
        let blank = picture.blank(unit(MS, true, 9).data, 1_000 * MS);
        assert_eq!(flags(blank), Some((1_000 * MS, true, false)));
        assert_eq!(picture.stills(2_300 * MS, 1_000 * MS).len(), 1);
        assert!(
            picture
                .take(unit(2_400 * MS, false, 1), 2_400 * MS)
                .is_none()
        );
        let real = picture.take(unit(2_500 * MS, true, 1), 2_500 * MS);
        assert_eq!(flags(real), Some((2_500 * MS, true, true)));
        assert!(picture.blank(unit(MS, true, 9).data, 3_000 * MS).is_none());
    }

    #[test]
    fn nothing_is_shown_after_a_loss_until_the_next_keyframe() {
        let mut picture = Picture::default();
        picture.take(unit(MS, true, 1), MS);
        let mut damaged = unit(41 * MS, false, 1);
        damaged.after_loss = true;
        assert!(picture.take(damaged, 41 * MS).is_none());
        assert!(picture.take(unit(81 * MS, false, 1), 81 * MS).is_none());
        assert!(picture.take(unit(121 * MS, true, 1), 121 * MS).is_some());
    }
}
