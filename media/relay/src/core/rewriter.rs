//! Makes one continuous RTP stream of packets from changing sources.

use std::time::Duration;

use crate::types::Media;

/// Numbering of one outgoing stream: sequence numbers go on by one and timestamps by the time that
/// passed, whatever the source.
#[derive(Debug, Clone)]
pub struct Rewriter {
    rate: u32,
    next_sequence: u64,
    last: Option<(u32, Duration)>,
    first_timestamp: u32,
    numbering: Option<Numbering>,
}

/// How packets of the present source are renumbered.
#[derive(Debug, Clone, Copy)]
struct Numbering {
    first_source: u64,
    first_sequence: u64,
    timestamp_offset: u32,
}

impl Rewriter {
    /// A stream that begins at a sequence number below 32768, so that the receiver's count of
    /// wrap-arounds begins at zero (RFC 3711, 3.3.1), and at any timestamp.
    #[must_use]
    pub fn new(media: Media, first_sequence: u16, first_timestamp: u32) -> Self {
        Self {
            rate: media.clock_rate(),
            next_sequence: u64::from(first_sequence & 0x7fff),
            last: None,
            first_timestamp,
            numbering: None,
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
        self.numbering = Some(Numbering {
            first_source: sequence,
            first_sequence: self.next_sequence,
            timestamp_offset: wanted.wrapping_sub(timestamp),
        });
    }

    /// The packet's own sequence number and timestamp, or nothing if it is from before the start.
    pub fn rewrite(&mut self, sequence: u64, timestamp: u32, at: Duration) -> Option<(u64, u32)> {
        let numbering = self.numbering?;
        let sequence = numbering.first_sequence + sequence.checked_sub(numbering.first_source)?;
        let timestamp = timestamp.wrapping_add(numbering.timestamp_offset);
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
        let mut rewriter = Rewriter::new(Media::Video, 100, 5_000);
        rewriter.start(70_000, 9, MS(1_000));
        assert_eq!(rewriter.rewrite(70_000, 9, MS(1_000)), Some((100, 5_000)));
        assert_eq!(
            rewriter.rewrite(70_001, 3_609, MS(1_040)),
            Some((101, 8_600))
        );
        rewriter.start(5, 4_000_000_000, MS(1_080));
        assert_eq!(
            rewriter.rewrite(5, 4_000_000_000, MS(1_080)),
            Some((102, 12_200))
        );
    }

    #[test]
    fn packets_out_of_order_keep_their_places() {
        let mut rewriter = Rewriter::new(Media::Audio, 0xffff, u32::MAX);
        rewriter.start(10, 0, MS(0));
        assert_eq!(rewriter.rewrite(10, 0, MS(0)), Some((0x7fff, u32::MAX)));
        assert_eq!(rewriter.rewrite(12, 1_920, MS(40)), Some((0x8001, 1_919)));
        assert_eq!(rewriter.rewrite(11, 960, MS(20)), Some((0x8000, 959)));
        assert_eq!(rewriter.rewrite(9, 0, MS(0)), None, "from before the start");
        rewriter.start(0, 0, MS(0));
        assert_eq!(
            rewriter.rewrite(0, 0, MS(0)),
            Some((0x8002, 1_920)),
            "never backwards, even if the new source's clock is behind"
        );
    }
}
