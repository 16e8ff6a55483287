//! What accounts are of: a month, or a quarter of a year where a village publishes so often (DOMAIN: at least
//! quarterly).

use std::fmt;

use jiff::civil::Date;

/// How long it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    Month,
    Quarter,
}

/// A month or a quarter of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period {
    year: i16,
    length: Length,
    /// Which of the year's, from 1.
    number: i8,
}

/// Quarters as they are counted.
const QUARTERS: [&str; 4] = ["一", "二", "三", "四"];

/// What follows a month that is only the first of several: `2026年1月至3月`.
const UNTIL: [char; 9] = ['至', '到', '—', '–', '-', '－', '~', '～', '、'];

impl Period {
    /// Of `2026-11` or `2026-Q3`.
    pub(super) fn of(text: &str) -> Option<Self> {
        let (year, rest) = text.split_once('-')?;
        let digits = |text: &str, count: usize| {
            text.len() == count && text.bytes().all(|b| b.is_ascii_digit())
        };
        let (length, number, most) = match rest.strip_prefix('Q') {
            Some(quarter) if digits(quarter, 1) => (Length::Quarter, quarter, 4),
            None if digits(rest, 2) => (Length::Month, rest, 12),
            _ => return None,
        };
        if !digits(year, 4) {
            return None;
        }
        let (year, number) = (year.parse().ok()?, number.parse().ok()?);
        let within = (2000..=2999).contains(&year) && (1..=most).contains(&number);
        within.then_some(Self {
            year,
            length,
            number,
        })
    }

    /// Whether it has begun on this day.
    pub(super) fn has_begun(self, today: Date) -> bool {
        let month = match self.length {
            Length::Month => self.number,
            Length::Quarter => self.number * 3 - 2,
        };
        (self.year, month) <= (today.year(), today.month())
    }

    /// The one before.
    pub(super) const fn before(self) -> Self {
        if self.number > 1 {
            return Self {
                number: self.number - 1,
                ..self
            };
        }
        Self {
            year: self.year - 1,
            number: match self.length {
                Length::Month => 12,
                Length::Quarter => 4,
            },
            ..self
        }
    }

    /// Whether a title names it, and the whole of it.
    pub(super) fn is_in(self, title: &str) -> bool {
        let title: String = title.chars().filter(|c| !c.is_whitespace()).collect();
        let Self { year, number, .. } = self;
        match self.length {
            Length::Month => {
                let alone = |name: String| {
                    let after = title.split_once(&name).map(|(_, after)| after);
                    after.is_some_and(|after| !after.starts_with(UNTIL))
                };
                (alone(format!("{year}年{number}月")) || alone(format!("{year}年{number:02}月")))
                    && !title.contains("半月")
                    && !title.contains("季度")
            }
            Length::Quarter => {
                let word = self.quarter();
                ["", "第"].iter().any(|the| {
                    title.contains(&format!("{year}年{the}{word}季"))
                        || title.contains(&format!("{year}年{the}{number}季"))
                })
            }
        }
    }

    fn quarter(self) -> &'static str {
        let at = usize::try_from(self.number - 1).unwrap_or(0);
        QUARTERS.get(at).copied().unwrap_or_default()
    }

    /// 上月 or 上季.
    pub(super) const fn last(self) -> &'static str {
        match self.length {
            Length::Month => "上月",
            Length::Quarter => "上季",
        }
    }

    /// 本月 or 本季.
    pub(super) const fn this(self) -> &'static str {
        match self.length {
            Length::Month => "本月",
            Length::Quarter => "本季",
        }
    }

    /// 月末 or 季末.
    pub(super) const fn end(self) -> &'static str {
        match self.length {
            Length::Month => "月末",
            Length::Quarter => "季末",
        }
    }
}

/// `2026年11月`, `2026年第三季度`
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.length {
            Length::Month => write!(f, "{}年{}月", self.year, self.number),
            Length::Quarter => write!(f, "{}年第{}季度", self.year, self.quarter()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(text: &str) -> Period {
        Period::of(text).unwrap()
    }

    #[test]
    fn months_and_quarters_go_over_the_year() {
        let january = period("2026-01");
        assert_eq!(january.before().to_string(), "2025年12月");
        assert_eq!(january.before().before().to_string(), "2025年11月");
        let first = period("2026-Q1");
        assert_eq!(first.to_string(), "2026年第一季度");
        assert_eq!(first.before().to_string(), "2025年第四季度");
        assert_eq!(period("2026-Q3").before(), period("2026-Q2"));
        for wrong in [
            "", "2026", "2026-13", "2026-00", "26-01", "2026-1", "+026-01", "2026-Q0", "2026-Q5",
            "2026-Q", "2026-Q03", "2026-q1",
        ] {
            assert_eq!(Period::of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_has_not_begun_has_no_accounts() {
        let today = jiff::civil::date(2026, 11, 30);
        for (text, begun) in [
            ("2026-11", true),
            ("2026-12", false),
            ("2027-01", false),
            ("2025-12", true),
            ("2026-Q4", true),
            ("2026-Q1", true),
            ("2027-Q1", false),
        ] {
            assert_eq!(period(text).has_begun(today), begun, "{text}");
        }
        assert!(!period("2026-Q4").has_begun(jiff::civil::date(2026, 9, 30)));
    }

    #[test]
    fn titles_name_a_whole_month() {
        let january = period("2026-01");
        assert!(january.is_in("清河镇2026年1月财务公示"));
        assert!(january.is_in("2026 年 01 月财务收支公示"));
        assert!(!january.is_in("清河镇2026年11月财务公示"));
        assert!(!january.is_in("清河镇2026年10月财务公示"));
        assert!(!january.is_in("清河镇2026年1月上半月财务公示"));
        assert!(!january.is_in("清河镇2026年1月至3月财务公示"));
        assert!(!january.is_in("清河镇2026年1—3月财务公示"));
        assert!(!january.is_in("清河镇2026年第一季度（2026年1月起）财务公示"));
    }

    #[test]
    fn titles_name_a_quarter_in_many_ways() {
        let third = period("2026-Q3");
        for title in [
            "石桥村2026年第三季度财务收支公示",
            "石桥村 2026 年三季度财务公开",
            "石桥村2026年第3季度财务公示",
            "石桥村2026年3季度财务公示",
        ] {
            assert!(third.is_in(title), "{title}");
            assert!(!period("2026-Q2").is_in(title), "{title}");
            assert!(!period("2025-Q3").is_in(title), "{title}");
            assert!(!period("2026-03").is_in(title), "{title}");
        }
    }
}
