//! Months of accounts.

use std::fmt;

use jiff::civil::Date;

/// A month of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Month {
    year: i16,
    month: i8,
}

impl Month {
    /// Of `2026-11`.
    pub(super) fn of(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let digits = |text: &str, count: usize| {
            text.len() == count && text.bytes().all(|b| b.is_ascii_digit())
        };
        if !digits(year, 4) || !digits(month, 2) {
            return None;
        }
        let (year, month) = (year.parse().ok()?, month.parse().ok()?);
        let within = (2000..=2999).contains(&year) && (1..=12).contains(&month);
        within.then_some(Self { year, month })
    }

    /// In which this day is.
    pub(super) fn containing(day: Date) -> Self {
        Self {
            year: day.year(),
            month: day.month(),
        }
    }

    /// The one before.
    pub(super) const fn before(self) -> Self {
        if self.month == 1 {
            Self {
                year: self.year - 1,
                month: 12,
            }
        } else {
            Self {
                year: self.year,
                month: self.month - 1,
            }
        }
    }

    /// Whether a title names it, and the whole of it.
    pub(super) fn is_in(self, title: &str) -> bool {
        let title: String = title.chars().filter(|c| !c.is_whitespace()).collect();
        let names = [
            self.to_string(),
            format!("{}年{:02}月", self.year, self.month),
        ];
        names.iter().any(|name| title.contains(name)) && !title.contains("半月")
    }
}

/// `2026年11月`
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}年{}月", self.year, self.month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_go_over_the_year() {
        let january = Month::of("2026-01").unwrap();
        assert_eq!(january.before().to_string(), "2025年12月");
        assert_eq!(january.before().before().to_string(), "2025年11月");
        assert!(january > january.before());
        for wrong in [
            "", "2026", "2026-13", "2026-00", "26-01", "2026-1", "+026-01",
        ] {
            assert_eq!(Month::of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn titles_name_a_whole_month() {
        let january = Month::of("2026-01").unwrap();
        assert!(january.is_in("清河镇2026年1月财务公示"));
        assert!(january.is_in("2026 年 01 月财务收支公示"));
        assert!(!january.is_in("清河镇2026年11月财务公示"));
        assert!(!january.is_in("清河镇2026年10月财务公示"));
        assert!(!january.is_in("清河镇2026年1月上半月财务公示"));
    }
}
