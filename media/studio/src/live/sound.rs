//! Sound by sample number: what a source has said, and the mix of all without each.

use std::collections::VecDeque;
use std::time::Duration;

/// Samples a second.
pub const RATE: u64 = 48_000;
/// Stereo, interleaved.
pub const CHANNELS: usize = 2;
/// Blocks closer than this to where the last one ended continue it; the rest is jitter of clocks.
const SAME: u64 = RATE / 100;
/// Nobody waits longer for a sound.
const KEPT: u64 = 3 * RATE;
/// A change of loudness takes so long, so that it does not click.
const RAMP: f32 = 1.0 / 960.0;

/// The number of the sample at a moment.
pub fn sample_at(at: Duration) -> u64 {
    #[expect(clippy::cast_possible_truncation, reason = "12 million years")]
    let sample = ((at.as_nanos() * u128::from(RATE) + 500_000_000) / 1_000_000_000) as u64;
    sample
}

/// The moment of a sample.
pub fn time_of(sample: u64) -> Duration {
    let nanoseconds = u128::from(sample) * 1_000_000_000 / u128::from(RATE);
    Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
}

/// What a source has said and nobody has heard yet.
#[derive(Default)]
pub struct Heard {
    /// Number of the first sample kept.
    start: u64,
    samples: VecDeque<i16>,
    gain: f32,
}

impl Heard {
    fn end(&self) -> u64 {
        self.start + (self.samples.len() / CHANNELS) as u64
    }

    /// Adds a block, interleaved, whose first sample was captured at `at`.
    pub fn push(&mut self, at: Duration, block: &[i16]) {
        let first = sample_at(at);
        let end = self.end();
        if self.samples.is_empty() || first.abs_diff(end) > KEPT {
            self.samples.clear();
            self.start = first;
        } else if first > end + SAME {
            let hole = usize::try_from(first - end).unwrap_or(0) * CHANNELS;
            self.samples.extend(std::iter::repeat_n(0, hole));
        } else if first + SAME < end {
            // The time line went back: what was said later is replaced.
            let keep = usize::try_from(first.saturating_sub(self.start)).unwrap_or(0);
            self.samples.truncate(keep * CHANNELS);
            if first < self.start {
                self.start = first;
            }
        }
        self.samples.extend(block);
        let over = (self.samples.len() / CHANNELS).saturating_sub(KEPT as usize);
        self.samples.drain(..over * CHANNELS);
        self.start += over as u64;
    }

    /// Takes the samples from number `from` on, silence where there are none; what is before
    /// is forgotten. `open` says whether it is to be heard.
    pub fn take(&mut self, from: u64, out: &mut [i16], open: bool) {
        let past = usize::try_from(from.saturating_sub(self.start)).unwrap_or(usize::MAX);
        let past = past.min(self.samples.len() / CHANNELS);
        self.samples.drain(..past * CHANNELS);
        self.start += past as u64;
        if self.samples.is_empty() {
            self.start = from;
        }
        let ahead = usize::try_from(self.start.saturating_sub(from)).unwrap_or(usize::MAX);
        let ahead = ahead.saturating_mul(CHANNELS).min(out.len());
        out[..ahead].fill(0);
        let here = (out.len() - ahead).min(self.samples.len());
        for (slot, sample) in out[ahead..].iter_mut().zip(self.samples.drain(..here)) {
            *slot = sample;
        }
        self.start += (here / CHANNELS) as u64;
        out[ahead + here..].fill(0);
        let target = if open { 1.0 } else { 0.0 };
        if self.gain == target && open {
            return;
        }
        for frame in out.chunks_exact_mut(CHANNELS) {
            self.gain += (target - self.gain).clamp(-RAMP, RAMP);
            for sample in frame {
                #[expect(clippy::cast_possible_truncation, reason = "a gain of at most 1")]
                let quieter = (f32::from(*sample) * self.gain) as i16;
                *sample = quieter;
            }
        }
    }

    /// Forgets everything; the next sound fades in.
    pub fn clear(&mut self) {
        self.samples.clear();
        self.gain = 0.0;
    }
}

/// Adds blocks up: the mix of all, and for each the mix without it.
pub fn mix(blocks: &[Vec<i16>], length: usize) -> (Vec<i16>, Vec<Vec<i16>>) {
    let mut sum = vec![0_i32; length];
    for block in blocks {
        for (total, &sample) in sum.iter_mut().zip(block) {
            *total += i32::from(sample);
        }
    }
    let minus = blocks
        .iter()
        .map(|own| {
            let others = sum
                .iter()
                .zip(own)
                .map(|(&total, &own)| soft(total - i32::from(own)));
            others.collect()
        })
        .collect();
    (sum.into_iter().map(soft).collect(), minus)
}

/// Lets loud sums bend instead of break: linear to three quarters, then towards full scale.
fn soft(value: i32) -> i16 {
    const KNEE: i32 = 24_576;
    const ROOM: i32 = 32_767 - KNEE;
    let loud = value.abs() - KNEE;
    let bent = if loud <= 0 {
        value
    } else {
        (KNEE + ROOM * loud / (ROOM + loud)) * value.signum()
    };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "below full scale by construction"
    )]
    let sample = bent as i16;
    sample
}

/// Sound without holes for encoders and files: silence where nothing comes, nothing twice.
#[derive(Default)]
pub struct Track {
    next: Option<u64>,
}

impl Track {
    /// Where it ends, once it has begun.
    pub fn end(&self) -> Option<Duration> {
        self.next.map(time_of)
    }

    /// Begins with silence, if nothing has been heard yet.
    pub fn begin(&mut self, at: Duration) {
        self.next.get_or_insert(sample_at(at));
    }

    /// Takes a block and gives what continues the track: where it begins, and the samples.
    pub fn push(&mut self, at: Duration, block: &[i16]) -> (Duration, Vec<i16>) {
        let first = sample_at(at);
        let next = *self.next.get_or_insert(first);
        let mut samples = Vec::new();
        let mut block = block;
        if first > next + SAME {
            samples = self.silence_to(first);
        } else if first + SAME < next {
            let twice = usize::try_from(next - first).unwrap_or(usize::MAX);
            block = block
                .get(twice.saturating_mul(CHANNELS)..)
                .unwrap_or_default();
        }
        samples.extend_from_slice(block);
        self.next = Some(next + (samples.len() / CHANNELS) as u64);
        (time_of(next), samples)
    }

    /// Silence up to `until`, when the track has begun and ended before.
    pub fn fill(&mut self, until: Duration) -> Option<(Duration, Vec<i16>)> {
        let next = self.next?;
        let samples = self.silence_to(sample_at(until));
        self.next = Some(next + (samples.len() / CHANNELS) as u64);
        (!samples.is_empty()).then(|| (time_of(next), samples))
    }

    fn silence_to(&self, sample: u64) -> Vec<i16> {
        let missing = sample.saturating_sub(self.next.unwrap_or(sample));
        // A minute at once is a machine that slept: the rest of the hole stays one.
        let missing = usize::try_from(missing.min(60 * RATE)).unwrap_or(0);
        vec![0; missing * CHANNELS]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn block(value: i16, frames: usize) -> Vec<i16> {
        vec![value; frames * CHANNELS]
    }

    fn taken(heard: &mut Heard, from: Duration, frames: usize) -> Vec<i16> {
        let mut out = vec![99; frames * CHANNELS];
        heard.take(sample_at(from), &mut out, true);
        out.into_iter().step_by(CHANNELS).collect()
    }

    fn opened() -> Heard {
        Heard {
            gain: 1.0,
            ..Heard::default()
        }
    }

    #[test]
    fn samples_come_out_where_they_belong() {
        let mut heard = opened();
        heard.push(20 * MS, &block(5, 960));
        // 3 ms of jitter are not a hole, 20 ms are.
        heard.push(43 * MS, &block(6, 960));
        heard.push(80 * MS, &block(7, 960));
        let out = taken(&mut heard, Duration::ZERO, 4_800);
        assert_eq!(out[..960], vec![0; 960][..]);
        assert_eq!(out[960..1_920], vec![5; 960][..]);
        assert_eq!(out[1_920..2_880], vec![6; 960][..]);
        assert_eq!(out[2_880..3_840], vec![0; 960][..]);
        assert_eq!(out[3_840..], vec![7; 960][..]);
        assert_eq!(taken(&mut heard, 100 * MS, 10), vec![0; 10]);
    }

    #[test]
    fn late_sound_is_forgotten_and_hoarding_bounded() {
        let mut heard = opened();
        let _ = taken(&mut heard, 1_000 * MS, 960);
        heard.push(500 * MS, &block(5, 960));
        assert_eq!(taken(&mut heard, 1_020 * MS, 4), [0; 4]);
        for second in 0..30 {
            heard.push(Duration::from_secs(second), &block(1, 48_000));
        }
        assert!(heard.samples.len() <= KEPT as usize * CHANNELS);
        assert_eq!(taken(&mut heard, Duration::from_secs(29), 2), [1; 2]);
    }

    #[test]
    fn muting_ramps_down_to_nothing() {
        let mut heard = opened();
        heard.push(Duration::ZERO, &block(10_000, 1_920));
        let mut out = block(0, 1_920);
        heard.take(0, &mut out, false);
        assert!(out[2] > 9_900 && out[1_000] < 6_000 && out[1_000] > 4_000);
        assert_eq!(out[1_930], 0);
    }

    #[test]
    fn each_hears_the_others_only() {
        let blocks = [block(100, 4), block(20, 4), block(3, 4)];
        let (all, minus) = mix(&blocks, 8);
        assert_eq!(all, block(123, 4));
        assert_eq!(minus, [block(23, 4), block(103, 4), block(120, 4)]);
        let (loud, _) = mix(&[block(30_000, 1), block(30_000, 1), block(30_000, 1)], 2);
        assert!(loud[0] > 30_000);
        assert_eq!(mix(&[], 4).0, [0; 4]);
    }

    #[test]
    fn a_track_has_neither_holes_nor_doubles() {
        let mut track = Track::default();
        assert_eq!(track.fill(50 * MS), None);
        assert_eq!(track.push(100 * MS, &block(1, 960)).0, 100 * MS);
        let (at, samples) = track.push(160 * MS, &block(2, 960));
        assert_eq!((at, samples.len()), (120 * MS, 3 * 1_920));
        let (at, samples) = track.push(165 * MS, &block(3, 960));
        assert_eq!((at, samples.len()), (180 * MS, 480));
        assert_eq!(track.fill(195 * MS).unwrap().1.len(), 960);
        assert_eq!(track.fill(150 * MS), None);
    }
}
