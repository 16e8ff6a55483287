//! How much picture the network carries: steps down when packets get lost or late, and carefully up
//! again.

/// Bit rates of the picture in kbit/s, best first.
pub(crate) const STEPS_KBIT: [u32; 3] = [1_500, 800, 400];

/// Share of lost packets above which it is too much.
const TOO_LOSSY: f64 = 0.08;
/// Round trip above which the line is full, in milliseconds.
const TOO_SLOW_MS: f64 = 1_000.0;
/// Share of lost packets and round trip below which there is room.
const CLEAN: f64 = 0.02;
const QUICK_MS: f64 = 400.0;
/// So many bad reports in a row step down.
const BAD_REPORTS: u32 = 2;
/// Clean for so long before stepping up, in milliseconds; doubled each time stepping up was wrong.
const UP_AFTER_MS: u64 = 15_000;
const UP_AFTER_AT_MOST_MS: u64 = 240_000;
/// Bad so soon after stepping up: it was wrong, in milliseconds.
const WRONG_MS: u64 = 15_000;

/// What the receiver has reported.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Report {
    /// Share of packets lost since the last report, 0 to 1.
    pub(crate) loss: f64,
    /// Round trip in milliseconds, if it could be measured.
    pub(crate) round_trip_ms: Option<f64>,
    /// The newest packet it knows: two reports with the same one are the same report.
    pub(crate) highest: u32,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Adapter {
    step: usize,
    bad: u32,
    clean_since: Option<u64>,
    up_after: u64,
    stepped_up_at: Option<u64>,
}

impl Adapter {
    pub(crate) fn new() -> Self {
        Self {
            step: 0,
            bad: 0,
            clean_since: None,
            up_after: UP_AFTER_MS,
            stepped_up_at: None,
        }
    }

    /// The bit rate to send with now, in kbit/s.
    pub(crate) fn kbit(&self) -> u32 {
        STEPS_KBIT[self.step]
    }

    /// A report has come at `now`; the new bit rate in kbit/s if it is to change.
    pub(crate) fn report(&mut self, report: Report, now: u64) -> Option<u32> {
        let slow = |limit| report.round_trip_ms.is_some_and(|ms| ms > limit);
        if report.loss > TOO_LOSSY || slow(TOO_SLOW_MS) {
            self.clean_since = None;
            self.bad += 1;
            if self.bad < BAD_REPORTS || self.step + 1 == STEPS_KBIT.len() {
                return None;
            }
            self.bad = 0;
            self.step += 1;
            let wrong = self
                .stepped_up_at
                .take()
                .is_some_and(|at| now.saturating_sub(at) < WRONG_MS);
            if wrong {
                self.up_after = (self.up_after * 2).min(UP_AFTER_AT_MOST_MS);
            }
            return Some(self.kbit());
        }
        self.bad = 0;
        if report.loss > CLEAN || slow(QUICK_MS) {
            self.clean_since = None;
            return None;
        }
        let since = *self.clean_since.get_or_insert(now);
        if self.step == 0 || now.saturating_sub(since) < self.up_after {
            return None;
        }
        self.clean_since = Some(now);
        self.stepped_up_at = Some(now);
        self.step -= 1;
        Some(self.kbit())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(loss: f64, round_trip_ms: f64) -> Report {
        Report {
            loss,
            round_trip_ms: Some(round_trip_ms),
            highest: 0,
        }
    }

    #[test]
    fn one_bad_report_is_chance_two_are_the_network() {
        let mut adapter = Adapter::new();
        assert_eq!(adapter.report(report(0.3, 50.0), 0), None);
        assert_eq!(adapter.report(report(0.0, 50.0), 2_000), None);
        assert_eq!(adapter.report(report(0.3, 50.0), 4_000), None);
        assert_eq!(adapter.report(report(0.3, 50.0), 6_000), Some(800));
        assert_eq!(adapter.report(report(0.0, 1_500.0), 8_000), None);
        assert_eq!(adapter.report(report(0.0, 1_500.0), 10_000), Some(400));
        for now in (12_000..60_000).step_by(2_000) {
            assert_eq!(
                adapter.report(report(0.5, 50.0), now),
                None,
                "the last step"
            );
        }
    }

    #[test]
    fn steps_up_after_a_clean_time_and_waits_longer_when_that_was_wrong() {
        let mut adapter = Adapter::new();
        // A line that carries 800 and not 1500.
        let (mut changes, mut last) = (Vec::new(), 1_500);
        for now in (0..400_000).step_by(1_000) {
            let loss = if last > 800 { 0.2 } else { 0.0 };
            if let Some(kbit) = adapter.report(report(loss, 50.0), now) {
                changes.push((now, kbit));
                last = kbit;
            }
        }
        let ups: Vec<u64> = changes
            .iter()
            .filter(|(_, kbit)| *kbit == 1_500)
            .map(|(now, _)| *now)
            .collect();
        assert!(ups.len() >= 3, "{changes:?}");
        assert!(ups.windows(3).all(|w| w[2] - w[1] > w[1] - w[0]), "{ups:?}");
        assert!(changes.iter().all(|(_, kbit)| *kbit >= 800), "{changes:?}");
    }
}
