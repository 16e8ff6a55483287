//! Makes one continuous RTP stream of packets from changing sources.

use std::time::Duration;

use crate::types::Media;

/// Numbering of one outgoing stream: sequence numbers go on by one and timestamps by the time that
/// passed, whatever the source.
#[derive(Debug, Clone)]
pub struct Splice {
    rate: u32,
    next_sequence: u64,
    last: Option<(u32, Duration)>,
    first_timestamp: u32,
    feed: Option<Feed>,
}

/// How packets of the present source are renumbered.
#[derive(Debug, Clone, Copy)]
struct Feed {
    first_source: u64,
    first_sequence: u64,
    timestamp_offset: u32,
}

impl Splice {
    /// A stream that begins at a sequence number below 32768, so that the receiver's count of
    /// wrap-arounds begins at zero (RFC 3711, 3.3.1), and at any timestamp.
    #[must_use]
    pub fn new(media: Media, first_sequence: u16, first_timestamp: u32) -> Self {
        Self {
            rate: media.clock_rate(),
            next_sequence: u64::from(first_sequence & 0x7fff),
            last: None,
            first_timestamp,
            feed: None,
        }
    }

    /// Continues with another source, from its packet `sequence` on.
    pub fn start(&mut self, sequence: u64, timestamp: u32, at: Duration) {
        let wanted = match self.last {
            None => self.first_timestamp,
            Some((last, last_at)) => {
                let passed = at.saturating_sub(last_at).as_micros();
                // Two moments must differ even if the clocks of the sources say otherwise.
                let ticks = (passed * u128::from(self.rate) / 1_000_000).max(1);
                #[expect(clippy::cast_possible_truncation, reason = "timestamps wrap")]
                last.wrapping_add(ticks as u32)
            }
        };
        self.feed = Some(Feed {
            first_source: sequence,
            first_sequence: self.next_sequence,
            timestamp_offset: wanted.wrapping_sub(timestamp),
        });
    }

    /// The packet's own sequence number and timestamp, or nothing if it is from before the start.
    pub fn place(&mut self, sequence: u64, timestamp: u32, at: Duration) -> Option<(u64, u32)> {
        let feed = self.feed?;
        let sequence = feed.first_sequence + sequence.checked_sub(feed.first_source)?;
        let timestamp = timestamp.wrapping_add(feed.timestamp_offset);
        if sequence >= self.next_sequence {
            self.next_sequence = sequence + 1;
            self.last = Some((timestamp, at));
        }
        Some((sequence, timestamp))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    #[test]
    fn a_switch_goes_on_by_one_and_by_the_time_that_passed() {
        let mut splice = Splice::new(Media::Video, 100, 5_000);
        splice.start(70_000, 9, MS(1_000));
        assert_eq!(splice.place(70_000, 9, MS(1_000)), Some((100, 5_000)));
        assert_eq!(splice.place(70_001, 3_609, MS(1_040)), Some((101, 8_600)));
        splice.start(5, 4_000_000_000, MS(1_080));
        assert_eq!(
            splice.place(5, 4_000_000_000, MS(1_080)),
            Some((102, 12_200))
        );
    }

    #[test]
    fn packets_out_of_order_keep_their_places() {
        let mut splice = Splice::new(Media::Audio, 0xffff, u32::MAX);
        splice.start(10, 0, MS(0));
        assert_eq!(splice.place(10, 0, MS(0)), Some((0x7fff, u32::MAX)));
        assert_eq!(splice.place(12, 1_920, MS(40)), Some((0x8001, 1_919)));
        assert_eq!(splice.place(11, 960, MS(20)), Some((0x8000, 959)));
        assert_eq!(splice.place(9, 0, MS(0)), None, "from before the start");
        splice.start(0, 0, MS(0));
        assert_eq!(
            splice.place(0, 0, MS(0)),
            Some((0x8002, 1_920)),
            "never backwards, even if the new source's clock is behind"
        );
    }
}
