//! Counts for how long a meeting was really watched, and who was signed in meanwhile.
//!
//! Only time in which the player plays counts. A report is made when it begins to play, every half
//! minute, whenever it stops, and at the end; each holds the whole viewing so far.

use contract::meeting::ViewingReport;

use super::Effect;

/// A running viewing is written down this often, in ms.
const REPORT_MS: u64 = 30_000;

/// One viewing of one meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewing {
    id: String,
    report: ViewingReport,
    /// Monotonic ms up to which was counted, while it plays.
    counted_at: Option<u64>,
    due: Option<u64>,
}

impl Viewing {
    /// A viewing that has not begun.
    #[must_use]
    pub fn new(id: String, meeting_id: &str) -> Self {
        Self {
            id,
            report: ViewingReport {
                meeting_id: meeting_id.to_owned(),
                ..ViewingReport::default()
            },
            counted_at: None,
            due: None,
        }
    }

    /// Its id, the same after a reconnection.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The meeting.
    #[must_use]
    pub fn meeting_id(&self) -> &str {
        &self.report.meeting_id
    }

    /// When [`Viewing::tick`] has something to do, in monotonic ms.
    #[must_use]
    pub const fn wake_at(&self) -> Option<u64> {
        self.due
    }

    /// A member signed in at this TV.
    pub fn signed_in(&mut self, member_id: &str) {
        if !member_id.is_empty() && !self.report.member_ids.iter().any(|id| id == member_id) {
            self.report.member_ids.push(member_id.to_owned());
        }
    }

    /// The player plays, or does not. `ticks_ms` is monotonic, `now_ms` the server's clock.
    pub fn plays(&mut self, plays: bool, ticks_ms: u64, now_ms: i64) -> Option<Effect> {
        if plays == self.counted_at.is_some() {
            return None;
        }
        if plays {
            if self.report.started_at_ms == 0 {
                self.report.started_at_ms = now_ms;
            }
            self.counted_at = Some(ticks_ms);
        }
        let effect = self.write(ticks_ms, now_ms);
        if plays {
            self.due = Some(ticks_ms + REPORT_MS);
        } else {
            self.counted_at = None;
            self.due = None;
        }
        effect
    }

    /// Time has passed.
    pub fn tick(&mut self, ticks_ms: u64, now_ms: i64) -> Option<Effect> {
        if self.due.is_none_or(|at| at > ticks_ms) {
            return None;
        }
        self.due = Some(ticks_ms + REPORT_MS);
        self.write(ticks_ms, now_ms)
    }

    /// The last report; `None` when nothing was ever played.
    #[must_use]
    pub fn end(mut self, ticks_ms: u64, now_ms: i64) -> Option<Effect> {
        if self.report.started_at_ms == 0 {
            return None;
        }
        if self.counted_at.is_some() {
            return self.plays(false, ticks_ms, now_ms);
        }
        Some(Effect::Viewing(self.id, Box::new(self.report)))
    }

    fn write(&mut self, ticks_ms: u64, now_ms: i64) -> Option<Effect> {
        let from = self.counted_at?;
        let watched = i64::try_from(ticks_ms.saturating_sub(from)).unwrap_or(0);
        self.counted_at = Some(ticks_ms);
        self.report.watched_ms += watched;
        // The clock may have been corrected backwards.
        self.report.last_at_ms = now_ms.max(self.report.last_at_ms);
        Some(Effect::Viewing(
            self.id.clone(),
            Box::new(self.report.clone()),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(effect: Option<Effect>) -> ViewingReport {
        match effect {
            Some(Effect::Viewing(id, report)) if id == "v" => *report,
            other => panic!("no report: {other:?}"),
        }
    }

    fn viewing() -> Viewing {
        Viewing::new("v".to_owned(), "m")
    }

    #[test]
    fn only_time_in_which_it_plays_counts() {
        let mut viewing = viewing();
        assert_eq!(viewing.plays(false, 0, 1_000), None);
        let begun = report(viewing.plays(true, 5_000, 6_000));
        assert_eq!(
            (begun.started_at_ms, begun.last_at_ms, begun.watched_ms),
            (6_000, 6_000, 0)
        );
        assert_eq!(viewing.plays(true, 6_000, 7_000), None);
        // The network was gone for a minute.
        assert_eq!(
            report(viewing.plays(false, 15_000, 16_000)).watched_ms,
            10_000
        );
        assert_eq!(viewing.wake_at(), None);
        assert_eq!(
            report(viewing.plays(true, 75_000, 76_000)).watched_ms,
            10_000
        );
        let last = report(viewing.end(80_000, 81_000));
        assert_eq!(
            (last.started_at_ms, last.last_at_ms, last.watched_ms),
            (6_000, 81_000, 15_000)
        );
    }

    #[test]
    fn every_half_minute_is_written_down_once() {
        let mut viewing = viewing();
        viewing.plays(true, 0, 0);
        let at = viewing.wake_at().unwrap();
        assert_eq!((at, viewing.tick(at - 1, 0)), (30_000, None));
        let first = report(viewing.tick(at, 30_000));
        assert_eq!((first.watched_ms, first.last_at_ms), (30_000, 30_000));
        assert_eq!(viewing.tick(at, 30_000), None);
        assert_eq!(report(viewing.tick(60_000, 60_000)).watched_ms, 60_000);
    }

    #[test]
    fn members_are_listed_once() {
        let mut viewing = viewing();
        viewing.signed_in("a");
        viewing.plays(true, 0, 1);
        viewing.signed_in("b");
        viewing.signed_in("a");
        viewing.signed_in("");
        assert_eq!(report(viewing.end(1, 2)).member_ids, ["a", "b"]);
    }

    #[test]
    fn what_was_never_seen_is_not_reported() {
        let viewing = viewing();
        assert_eq!(viewing.end(9_000, 9_000), None);
    }

    #[test]
    fn a_clock_that_is_set_back_does_not_turn_the_end_back() {
        let mut viewing = viewing();
        viewing.plays(true, 0, 50_000);
        viewing.tick(30_000, 80_000);
        let last = report(viewing.end(40_000, 60_000));
        assert_eq!((last.last_at_ms, last.watched_ms), (80_000, 40_000));
    }
}
