//! Days and years in the time of China.

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

const DAY_MS: i64 = 24 * 3_600_000;

/// China is eight hours ahead, all year.
const AHEAD_MS: i64 = 8 * 3_600_000;

/// The day it is.
#[must_use]
pub fn today(now_ms: i64) -> Date {
    Timestamp::from_millisecond(now_ms)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .to_zoned(zone())
        .date()
}

/// The day of the week in words.
#[must_use]
pub fn weekday(date: Date) -> &'static str {
    match date.weekday() {
        Weekday::Monday => "星期一",
        Weekday::Tuesday => "星期二",
        Weekday::Wednesday => "星期三",
        Weekday::Thursday => "星期四",
        Weekday::Friday => "星期五",
        Weekday::Saturday => "星期六",
        Weekday::Sunday => "星期日",
    }
}

/// The same time of the day on another day. Both moments are Unix milliseconds.
#[must_use]
pub fn on_day(at_ms: i64, date: Date) -> i64 {
    let start = date.to_zoned(zone());
    let start_ms = start.map_or(0, |start| start.timestamp().as_millisecond());
    start_ms + (at_ms + AHEAD_MS).rem_euclid(DAY_MS)
}

/// Seconds until the next day begins, at least one.
#[must_use]
pub fn seconds_left(now_ms: i64) -> u64 {
    let gone_ms = (now_ms + AHEAD_MS).rem_euclid(DAY_MS);
    u64::try_from((DAY_MS - gone_ms) / 1_000)
        .unwrap_or(0)
        .max(1)
}

/// When the year began in which `now_ms` lies, in Unix milliseconds.
#[must_use]
pub fn year_start_ms(now_ms: i64) -> i64 {
    today(now_ms)
        .first_of_year()
        .to_zoned(zone())
        .map_or(0, |start| start.timestamp().as_millisecond())
}

/// A moment as people write it, to the minute.
#[must_use]
pub fn minute(at_ms: i64) -> String {
    Timestamp::from_millisecond(at_ms)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .to_zoned(zone())
        .strftime("%Y-%m-%d %H:%M")
        .to_string()
}

/// A day as people write it: `2026-03-01`, `2026/3/1`, `2026.3.1`, `2026年3月1日`, `20260301`.
#[must_use]
pub fn day(text: &str) -> Option<Date> {
    let text = text.trim().trim_end_matches(['日', '号']);
    let mut parts: Vec<&str> = text.split(['-', '/', '.', '年', '月']).collect();
    if let [whole] = parts[..]
        && whole.len() == 8
        && whole.is_ascii()
    {
        parts = vec![&whole[..4], &whole[4..6], &whole[6..]];
    }
    let [year, month, day] = parts[..] else {
        return None;
    };
    let digits = |text: &str, most: usize| {
        let text = text.trim();
        ((1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| text.parse::<i16>().ok())
            .flatten()
    };
    let year = digits(year, 4).filter(|year| (1900..=2100).contains(year))?;
    let small = |text: &str| digits(text, 2).and_then(|number| i8::try_from(number).ok());
    Date::new(year, small(month)?, small(day)?).ok()
}

/// The zone of every township, whatever the machine is set to: UTC+8, as the televisions and the
/// console reckon. The summer times of 1986 to 1991 are left out, so that a day of those years is
/// the same day on every screen.
#[must_use]
pub fn zone() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_begins_in_china() {
        // 2026-12-31 15:59:59 and 16:00:00 UTC.
        let new_year = 1_798_732_800_000;
        assert_eq!(today(new_year - 1).to_string(), "2026-12-31");
        assert_eq!(today(new_year).to_string(), "2027-01-01");
        assert_eq!(minute(new_year + 60_000), "2027-01-01 00:01");
        assert_eq!(year_start_ms(new_year), new_year);
        assert_eq!(year_start_ms(new_year - 1), new_year - 365 * 86_400_000);
        let minute_past = new_year + 60_000;
        assert_eq!(on_day(minute_past, today(new_year)), minute_past);
        assert_eq!(
            minute(on_day(minute_past, Date::constant(2024, 2, 29))),
            "2024-02-29 00:01"
        );
        assert_eq!(weekday(today(new_year)), "星期五");
    }

    #[test]
    fn days_as_people_write_them() {
        for text in [
            "2026-03-01",
            "2026/3/1",
            "2026.3.1",
            "2026年3月1日",
            "2026年3月1号",
            "20260301",
            " 2026-03-01 ",
        ] {
            assert_eq!(day(text).unwrap().to_string(), "2026-03-01", "{text}");
        }
        for text in [
            "",
            "2026",
            "2026-13-01",
            "2026-02-30",
            "1-1-1",
            "26-03-01",
            "2026-03-01 08:30",
            "２０２６",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
