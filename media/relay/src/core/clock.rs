//! When was a packet captured?
//!
//! RTP timestamps of picture and sound begin anywhere; the publisher's sender reports (RFC 3550,
//! 6.4.1) put both on its own clock. What separates that clock from ours is learned from the packet
//! that travelled fastest. Before the first report each medium is placed by its own fastest packet.

use std::time::Duration;

use crate::types::Media;

/// Beyond this the line is corrected at once, below it glides.
const STEP: i64 = 100_000;
/// Glide: 2 % of the time that passed.
const GLIDE_DIVISOR: i64 = 50;
/// The fastest packet is forgotten after one to two of these, so that drift is followed.
const WINDOW: i64 = 10_000_000;

/// A sender report: these two denote the same moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// The publisher's clock, in microseconds of its own.
    pub wall: i64,
    /// The RTP timestamp.
    pub timestamp: u32,
}

/// The time line of one publisher. All numbers are microseconds.
#[derive(Debug, Default)]
pub struct Clock {
    lines: [Option<Line>; 2],
    /// Our clock less the publisher's, less the shortest way.
    wall_offset: Fastest,
}

#[derive(Debug)]
struct Line {
    last_timestamp: u32,
    /// Ticks since the first packet.
    ticks: i64,
    /// Our clock less the media's, by this medium's fastest packet.
    own_offset: Fastest,
    /// `wall - media` of the last sender report.
    report: Option<i64>,
    /// What is added to the media's time now.
    applied: i64,
    last_arrival: i64,
    last: (i64, i64),
}

/// The smallest value of the last one to two windows.
#[derive(Debug, Default)]
struct Fastest {
    since: i64,
    present: Option<i64>,
    before: Option<i64>,
}

impl Fastest {
    fn note(&mut self, now: i64, value: i64) -> i64 {
        if now - self.since > WINDOW {
            self.before = self.present.take();
            self.since = now;
        }
        let present = self.present.map_or(value, |p| p.min(value));
        self.present = Some(present);
        self.before.map_or(present, |b| b.min(present))
    }
}

impl Clock {
    /// The moment of capture of a packet that arrived at `arrival` (both since the epoch).
    ///
    /// It never goes backwards while timestamps go forwards, and is never later than the arrival.
    pub fn captured_at(
        &mut self,
        media: Media,
        timestamp: u32,
        report: Option<Report>,
        arrival: Duration,
    ) -> Duration {
        let now = micros(arrival);
        let slot = &mut self.lines[media as usize];
        let line = slot.get_or_insert_with(|| Line {
            last_timestamp: timestamp,
            ticks: 0,
            own_offset: Fastest::default(),
            report: None,
            applied: now,
            last_arrival: now,
            last: (i64::MIN, 0),
        });
        let rate = i64::from(media.clock_rate());
        let ticks = line.ticks + distance(timestamp, line.last_timestamp);
        if ticks > line.ticks {
            line.ticks = ticks;
            line.last_timestamp = timestamp;
        }
        let media_time = ticks * 1_000_000 / rate;

        let own = line.own_offset.note(now, now - media_time);
        if let Some(report) = report {
            let at_report = ticks + distance(report.timestamp, timestamp);
            line.report = Some(report.wall - at_report * 1_000_000 / rate);
        }
        let target = match line.report {
            Some(report) => report + self.wall_offset.note(now, now - (media_time + report)),
            None => own,
        };
        let error = target - line.applied;
        line.applied += if line.last.0 == i64::MIN || error.abs() > STEP {
            error
        } else {
            let most = (now - line.last_arrival).max(0) / GLIDE_DIVISOR;
            error.clamp(-most, most)
        };
        line.last_arrival = line.last_arrival.max(now);

        let mut at = (media_time + line.applied).clamp(0, now.max(0));
        let (last_ticks, last_at) = line.last;
        if last_ticks != i64::MIN {
            // Packets of one picture share its moment.
            at = match ticks.cmp(&last_ticks) {
                std::cmp::Ordering::Less => at.min(last_at),
                std::cmp::Ordering::Equal => last_at,
                std::cmp::Ordering::Greater => at.max(last_at),
            };
        }
        if ticks >= last_ticks {
            line.last = (ticks, at);
        }
        Duration::from_micros(at.unsigned_abs())
    }

    /// Forgets one medium: its publisher began a new RTP stream.
    pub fn restart(&mut self, media: Media) {
        self.lines[media as usize] = None;
    }
}

/// How far `a` is after `b` on the circle of timestamps.
fn distance(a: u32, b: u32) -> i64 {
    i64::from(a.wrapping_sub(b).cast_signed())
}

fn micros(d: Duration) -> i64 {
    i64::try_from(d.as_micros()).unwrap_or(i64::MAX / 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    #[test]
    fn reports_bring_picture_and_sound_into_step() {
        let mut clock = Clock::default();
        // Captured together at k * 20 ms; the picture takes 70 ms to get here, the sound 10 ms.
        // The publisher's clock is somewhere else altogether.
        let wall = |ms: u64| i64::try_from(ms * 1_000).unwrap() + 1_700_000_000_000_000;
        let (mut picture, mut sound) = (Duration::ZERO, Duration::ZERO);
        for k in 0..500_u64 {
            let ms = k * 20;
            let t = u32::try_from(ms).unwrap();
            let report = (ms > 1_000).then(|| Report {
                wall: wall(1_000),
                timestamp: 90_000_u32.wrapping_add(4_294_900_000),
            });
            let next = clock.captured_at(
                Media::Video,
                (t * 90).wrapping_add(4_294_900_000),
                report,
                MS(1_000 + ms + 70),
            );
            assert!(next >= picture, "never backwards");
            picture = next;
            let report = (ms > 1_000).then(|| Report {
                wall: wall(1_000),
                timestamp: 48_000 + 7,
            });
            let next = clock.captured_at(Media::Audio, t * 48 + 7, report, MS(1_000 + ms + 10));
            assert!(next >= sound);
            sound = next;
        }
        assert_eq!(sound, picture, "the same moment");
        assert!(
            sound.abs_diff(MS(1_000 + 499 * 20 + 10)) <= MS(1),
            "{sound:?}: by the fastest packet"
        );
    }

    #[test]
    fn jitter_does_not_move_the_line() {
        let mut clock = Clock::default();
        let mut last = None;
        for k in 0..400_u32 {
            let late = if k % 7 == 3 { 45 } else { 5 };
            let at = clock.captured_at(
                Media::Audio,
                k.wrapping_mul(960),
                None,
                MS(u64::from(k * 20 + late)),
            );
            if let Some(last) = last {
                assert_eq!(at - last, MS(20), "packet {k}");
            }
            last = Some(at);
        }
    }

    #[test]
    fn reordered_packets_get_earlier_moments_and_one_picture_has_one() {
        let mut clock = Clock::default();
        let a = clock.captured_at(Media::Video, 0, None, MS(100));
        let b = clock.captured_at(Media::Video, 3_600, None, MS(140));
        assert_eq!(clock.captured_at(Media::Video, 3_600, None, MS(150)), b);
        assert_eq!(clock.captured_at(Media::Video, 0, None, MS(160)), a);
    }
}
