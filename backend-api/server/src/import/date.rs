//! Dates as people write them, read in the time of China.

use jiff::civil::DateTime;

use crate::services::kit::calendar;

/// A point in time as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    at: DateTime,
    has_time: bool,
}

/// What to write, for complaints.
pub const EXAMPLE: &str = "2026-03-01、2026年3月1日 或 2026-03-01 08:30";

/// Reads `2026-03-01`, `2026/3/1`, `2026.3.1`, `2026年3月1日`, each also with a time `08:30` or
/// `8时30分`; `None` when it is not a date between 1990 and 2100.
#[must_use]
pub fn parse(text: &str) -> Option<Written> {
    let mut numbers: Vec<(i32, char)> = Vec::new();
    let mut digits = String::new();
    for c in text.trim().chars().chain(['\0']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        if digits.is_empty() {
            // Only a space may follow another separator, as in `1日 08:30`.
            if c.is_whitespace() || c == '\0' {
                continue;
            }
            return None;
        }
        if digits.len() > 4 {
            return None;
        }
        numbers.push((digits.parse().ok()?, c));
        digits.clear();
    }
    let marks: String = numbers
        .iter()
        .map(|(_, mark)| if mark.is_whitespace() { ' ' } else { *mark })
        .collect();
    let date = ["--", "//", "..", "年月"]
        .iter()
        .find_map(|date| marks.strip_prefix(date))?;
    let time = date.strip_prefix(['日', '号', ' ', 'T', '\0'])?;
    if !matches!(
        time,
        "" | ":\0" | "::\0" | "时分" | "点分" | "时\0" | "点\0"
    ) {
        return None;
    }
    let number = |index: usize| numbers.get(index).map_or(0, |(number, _)| *number);
    let small = |index: usize| i8::try_from(number(index)).ok();
    let year = i16::try_from(number(0))
        .ok()
        .filter(|year| (1990..=2100).contains(year))?;
    let at = DateTime::new(
        year,
        small(1)?,
        small(2)?,
        small(3)?,
        small(4)?,
        small(5)?,
        0,
    )
    .ok()?;
    Some(Written {
        at,
        has_time: numbers.len() > 3,
    })
}

impl Written {
    /// Unix milliseconds; a date alone is the start of its day.
    #[must_use]
    pub fn start_ms(self) -> i64 {
        Self::ms(self.at)
    }

    /// Unix milliseconds; a date alone is the end of its day.
    #[must_use]
    pub fn end_ms(self) -> i64 {
        if self.has_time {
            return self.start_ms();
        }
        self.at
            .checked_add(jiff::Span::new().days(1))
            .map_or_else(|_| self.start_ms(), Self::ms)
    }

    fn ms(at: DateTime) -> i64 {
        at.to_zoned(calendar::zone())
            .map_or(0, |time| time.timestamp().as_millisecond())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_ways_people_write_dates() {
        let midnight = 1_772_294_400_000; // 2026-03-01 00:00 +08:00
        for text in [
            "2026-03-01",
            "2026-3-1",
            "2026/3/1",
            "2026.3.1",
            "2026年3月1日",
            " 2026年03月01日 ",
        ] {
            let date = parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(date.start_ms(), midnight, "{text}");
            assert_eq!(date.end_ms(), midnight + 86_400_000, "{text}");
        }
        for text in [
            "2026-03-01 08:30",
            "2026-03-01T08:30:00",
            "2026年3月1日 8时30分",
            "2026年3月1日8:30",
        ] {
            let time = parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(
                (time.start_ms(), time.end_ms()),
                (midnight + 30_600_000, midnight + 30_600_000),
                "{text}"
            );
        }
    }

    #[test]
    fn a_day_in_the_summer_of_1991_is_that_day_on_the_television() {
        // Clocks were put forward then; televisions and console always reckon with UTC+8.
        let day = parse("1991-07-01").unwrap();
        assert_eq!(day.start_ms(), 678_297_600_000);
        assert_eq!(day.end_ms() - day.start_ms(), 86_400_000);
        // The hour that was left out in that spring.
        let gap = parse("1991-04-14 02:30").unwrap();
        assert_eq!(gap.start_ms(), 671_567_400_000);
    }

    #[test]
    fn not_dates() {
        for text in [
            "",
            "三月一日",
            "2026-13-01",
            "2026-02-30",
            "2026年3月",
            "26-3-1",
            "2026-3/1",
            "2026-03-01 25:00",
            "20260301",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "[0-9年月日/.: T-]{0,24}") {
            let _ = parse(&text).map(Written::end_ms);
        }
    }
}
