//! Which parts of a programme were really played.
//!
//! The one rule that terminal and server both have to know: the terminal shows 看完了 without a
//! network, and the server decides by itself.

use std::fmt;

/// So much of its length, in percent, has to be played before a programme counts as watched: all
/// but an opening and the credits.
pub const FINISHED_PERCENT: i64 = 90;

/// More parts than this are not kept: the shortest are forgotten.
pub const MOST_SPANS: usize = 100;

/// A part that was played from one place to another without a jump.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// Where it begins.
    pub from_ms: i64,
    /// Where it ends.
    pub to_ms: i64,
}

/// The parts of a programme that were played, each minute once however often it was seen: in
/// order, and neither overlapping nor touching.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Played(Vec<Span>);

impl Played {
    /// One part, if it is one.
    #[must_use]
    pub fn one(from_ms: i64, to_ms: i64) -> Self {
        let mut played = Self::default();
        played.add(from_ms, to_ms);
        played
    }

    /// Adds a part; nothing that ends where it begins, and nothing before the beginning.
    pub fn add(&mut self, from_ms: i64, to_ms: i64) {
        let mut new = Span {
            from_ms: from_ms.max(0),
            to_ms,
        };
        if new.from_ms >= new.to_ms {
            return;
        }
        let first = self.0.partition_point(|span| span.to_ms < new.from_ms);
        let last = self.0.partition_point(|span| span.from_ms <= new.to_ms);
        if let Some(joined) = self.0.get(first..last)
            && let (Some(one), Some(other)) = (joined.first(), joined.last())
        {
            new.from_ms = new.from_ms.min(one.from_ms);
            new.to_ms = new.to_ms.max(other.to_ms);
        }
        self.0.splice(first..last, [new]);
        while self.0.len() > MOST_SPANS {
            let lengths = self.0.iter().map(|span| span.to_ms - span.from_ms);
            let shortest = lengths.enumerate().min_by_key(|(_, ms)| *ms);
            if let Some((at, _)) = shortest {
                self.0.remove(at);
            }
        }
    }

    /// Adds everything that another one has.
    pub fn extend(&mut self, other: &Self) {
        for span in &other.0 {
            self.add(span.from_ms, span.to_ms);
        }
    }

    /// Leaves out what lies behind the end.
    #[must_use]
    pub fn up_to(&self, end_ms: i64) -> Self {
        let spans = self.0.iter();
        spans
            .map(|span| (span.from_ms, span.to_ms.min(end_ms)))
            .collect()
    }

    /// The parts, in order.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        &self.0
    }

    /// Nothing was played.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How much was played, each minute once.
    #[must_use]
    pub fn total_ms(&self) -> i64 {
        self.0.iter().fold(0, |total: i64, span| {
            total.saturating_add(span.to_ms - span.from_ms)
        })
    }

    /// Whether a programme of this length is watched.
    #[must_use]
    pub fn finishes(&self, duration_ms: i64) -> bool {
        duration_ms > 0
            && self.up_to(duration_ms).total_ms().saturating_mul(100)
                >= duration_ms.saturating_mul(FINISHED_PERCENT)
    }
}

impl FromIterator<(i64, i64)> for Played {
    fn from_iter<T: IntoIterator<Item = (i64, i64)>>(spans: T) -> Self {
        let mut played = Self::default();
        for (from_ms, to_ms) in spans {
            played.add(from_ms, to_ms);
        }
        played
    }
}

/// As a database keeps it: `0-60000 90000-120000`, milliseconds.
impl fmt::Display for Played {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, span) in self.0.iter().enumerate() {
            let gap = if at == 0 { "" } else { " " };
            write!(f, "{gap}{}-{}", span.from_ms, span.to_ms)?;
        }
        Ok(())
    }
}

impl Played {
    /// Reads what [`Display`](fmt::Display) wrote; what cannot be read was not played.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let spans = text.split(' ').filter_map(|span| span.split_once('-'));
        spans
            .filter_map(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(played: &Played) -> Vec<(i64, i64)> {
        let spans = played.spans().iter();
        spans.map(|span| (span.from_ms, span.to_ms)).collect()
    }

    #[test]
    fn each_minute_counts_once_in_whatever_order_it_was_played() {
        let parts = [
            (0, 30),
            (50, 60),
            (10, 20),
            (30, 40),
            (25, 55),
            (70, 90),
            (60, 61),
        ];
        let forward: Played = parts.into_iter().collect();
        let backward: Played = parts.into_iter().rev().collect();
        assert_eq!(spans(&forward), [(0, 61), (70, 90)]);
        assert_eq!(forward, backward);
        assert_eq!(forward.total_ms(), 81);
        let minute: Played = [(0, 60); 20].into_iter().collect();
        assert_eq!(minute.total_ms(), 60);
        assert!(!minute.finishes(1_000));
    }

    #[test]
    fn it_agrees_with_a_line_of_seconds() {
        // A small generator instead of a dependency.
        let mut seed = 1_u64;
        let mut next = move |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) % below
        };
        for _ in 0..500 {
            let mut line = [false; 60];
            let mut played = Played::default();
            for _ in 0..next(12) {
                let from = usize::try_from(next(60)).unwrap();
                let to = usize::try_from(next(61)).unwrap();
                played.add(i64::try_from(from).unwrap(), i64::try_from(to).unwrap());
                if from < to {
                    line[from..to].fill(true);
                }
            }
            let seen = i64::try_from(line.iter().filter(|seen| **seen).count()).unwrap();
            assert_eq!(played.total_ms(), seen);
            assert_eq!(played.finishes(60), seen >= 54);
            assert!(
                spans(&played).windows(2).all(|w| w[0].1 < w[1].0),
                "{played:?}"
            );
            assert_eq!(Played::parse(&played.to_string()), played);
        }
    }

    #[test]
    fn what_is_no_part_is_none() {
        let mut played = Played::one(10, 10);
        played.add(20, 10);
        played.add(-20, -10);
        assert!(played.is_empty() && !played.finishes(0) && !Played::one(0, 10).finishes(0));
        played.add(-5, 5);
        played.add(95, i64::MAX);
        assert_eq!(spans(&played.up_to(100)), [(0, 5), (95, 100)]);
        assert_eq!(Played::parse("rubbish 1-x 5-9 "), Played::one(5, 9));
        assert_eq!(Played::parse(""), Played::default());
    }

    #[test]
    fn it_stays_small_and_forgets_rather_than_invents() {
        let many: Played = (0..500).map(|n| (n * 100, n * 100 + 1 + n % 7)).collect();
        assert_eq!(many.spans().len(), MOST_SPANS);
        assert!(
            many.spans()
                .iter()
                .all(|span| span.to_ms - span.from_ms >= 6)
        );
    }

    #[test]
    fn nine_tenths_are_most_of_it() {
        assert!(Played::one(0, 90_000).finishes(100_000));
        assert!(!Played::one(0, 89_999).finishes(100_000));
        let resumed: Played = [(0, 50_000), (52_000, 100_000)].into_iter().collect();
        assert!(resumed.finishes(100_000));
    }
}
