//! Times of a foreign stream on our time line.

use std::time::Duration;

/// From the times of a stream to ours: what came with the least delay came without any.
#[derive(Default)]
pub struct Align {
    offset: Option<i128>,
    /// The best of this and of the last quarter of a minute.
    best: [Option<i128>; 2],
    since: Duration,
}

impl Align {
    /// Our moment of something with a time of the stream's that came now.
    pub fn at(&mut self, time: Duration, now: Duration) -> Duration {
        let nanoseconds = |time: Duration| i128::try_from(time.as_nanos()).unwrap_or(0);
        let offset = nanoseconds(now) - nanoseconds(time);
        if now >= self.since + Duration::from_secs(15) {
            // Clocks drift: an old best is not for ever. Small steps go unnoticed.
            if let (Some(best), Some(current)) = (self.best[0].min(self.best[1]), &mut self.offset)
            {
                *current += (best - *current).clamp(0, 5_000_000);
            }
            self.best = [self.best[1], None];
            self.since = now;
        }
        self.best[1] = Some(self.best[1].map_or(offset, |best| best.min(offset)));
        let current = self.offset.get_or_insert(offset);
        *current = (*current).min(offset);
        Duration::from_nanos(u64::try_from(nanoseconds(time) + *current).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn the_quickest_arrival_sets_the_clock() {
        let mut align = Align::default();
        assert_eq!(align.at(5_000 * MS, 100 * MS), 100 * MS);
        // Picture late by 60 ms, sound quicker than anything before.
        assert_eq!(align.at(5_040 * MS, 200 * MS), 140 * MS);
        assert_eq!(align.at(5_080 * MS, 170 * MS), 170 * MS);
        assert_eq!(align.at(5_120 * MS, 260 * MS), 210 * MS);
    }

    #[test]
    fn a_slow_clock_is_followed() {
        let mut align = Align::default();
        let mut off = Duration::ZERO;
        for second in 0..600_u64 {
            // 50 millionths slow: 30 ms in ten minutes.
            let now = Duration::from_micros(second * 1_000_050) + 50 * MS;
            off = now - align.at(Duration::from_secs(second), now);
        }
        assert!(off < 3 * MS, "{off:?}");
    }
}
