//! Calendar days and times of day as people in China read them.

use contract::township::QuietHours;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

use crate::cache::ServerTime;

/// [`Day::age`] while nobody knows what day it is: such a day is shown with its year.
pub const UNKNOWN_AGE: i32 = i32::MAX;

/// China has one time zone and no summer time (GB/T 7408 notes it as +08:00).
fn zone() -> TimeZone {
    TimeZone::fixed(Offset::constant(8))
}

/// A day and how many days ago it was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// Year; 0 means unknown.
    pub year: i32,
    /// Month, 1 to 12.
    pub month: i32,
    /// Day of the month, 1 to 31.
    pub day: i32,
    /// Days before today; negative for days to come, [`UNKNOWN_AGE`] when today is not known.
    pub age: i32,
}

fn date(unix_ms: i64) -> Option<Date> {
    Some(
        Timestamp::from_millisecond(unix_ms)
            .ok()?
            .to_zoned(zone())
            .date(),
    )
}

/// The day of a moment, seen from another. A time out of range gives the unknown day.
#[must_use]
pub fn day(unix_ms: i64, now: ServerTime) -> Day {
    let Some(then) = date(unix_ms) else {
        return Day::default();
    };
    let today = now.known_ms().and_then(date);
    let age = today
        .and_then(|today| today.since(then).ok())
        .map_or(UNKNOWN_AGE, |span| span.get_days());
    Day {
        year: i32::from(then.year()),
        month: i32::from(then.month()),
        day: i32::from(then.day()),
        age,
    }
}

/// Hours, minutes and the weekday (0 Monday) of a moment.
#[must_use]
pub fn time_of_day(unix_ms: i64) -> (i32, i32, i32) {
    let Ok(moment) = Timestamp::from_millisecond(unix_ms) else {
        return (0, 0, 0);
    };
    let moment = moment.to_zoned(zone());
    (
        i32::from(moment.hour()),
        i32::from(moment.minute()),
        i32::from(moment.weekday().to_monday_zero_offset()),
    )
}

/// Whether people sleep then. Nobody knows it without the time.
#[must_use]
pub fn is_night(now: ServerTime, quiet: QuietHours) -> bool {
    let hour = now.known_ms().map(|at| time_of_day(at).0);
    hour.and_then(|hour| u8::try_from(hour).ok())
        .is_some_and(|hour| quiet.holds(hour))
}

/// A time of day as people say it: which half of the day, and the hour of that half (0 to 12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// After noon.
    pub afternoon: bool,
    /// Hour; 12 at noon, 0 after midnight.
    pub hour: i32,
    /// Minute.
    pub minute: i32,
}

/// The time of day of a moment.
#[must_use]
pub fn clock(unix_ms: i64) -> Clock {
    let (hour, minute, _) = time_of_day(unix_ms);
    Clock {
        afternoon: hour >= 12,
        hour: if hour > 12 { hour - 12 } else { hour },
        minute,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_790_222_400_000; // 2026-09-24 12:00 +08:00

    #[test]
    fn days_change_at_midnight_in_china() {
        let now = ServerTime::at(NOON);
        let midnight = NOON - 12 * 3_600_000;
        assert_eq!(
            day(midnight, now),
            Day {
                year: 2026,
                month: 9,
                day: 24,
                age: 0
            }
        );
        assert_eq!(day(midnight - 1, now).age, 1);
        assert_eq!(day(NOON - 400 * 86_400_000, now).age, 400);
        assert_eq!(day(i64::MAX, now), Day::default());
    }

    #[test]
    fn without_the_time_no_day_is_today() {
        let unknown = ServerTime {
            known: false,
            ..ServerTime::at(NOON)
        };
        let seen = day(NOON, unknown);
        assert_eq!((seen.year, seen.month, seen.day), (2026, 9, 24));
        assert_eq!(seen.age, UNKNOWN_AGE);
    }

    #[test]
    fn it_is_night_in_the_quiet_hours_if_the_time_is_known() {
        let at = |hours: i64| ServerTime::at(NOON + hours * 3_600_000);
        let nights: Vec<i64> = (0..24)
            .filter(|hours| is_night(at(*hours), QuietHours::default()))
            .collect();
        assert_eq!(nights, (10..18).collect::<Vec<i64>>());
        let unknown = ServerTime {
            known: false,
            ..at(12)
        };
        assert!(!is_night(unknown, QuietHours::default()));
    }

    #[test]
    fn the_clock_shows_chinese_time() {
        assert_eq!(time_of_day(NOON + 5 * 60_000), (12, 5, 3));
        let at = |hours: i64| clock(NOON + hours * 3_600_000 + 5 * 60_000);
        let clock = |afternoon, hour| Clock {
            afternoon,
            hour,
            minute: 5,
        };
        assert_eq!(at(0), clock(true, 12));
        assert_eq!(at(2), clock(true, 2));
        assert_eq!(at(11), clock(true, 11));
        assert_eq!(at(12), clock(false, 0));
        assert_eq!(at(-1), clock(false, 11));
    }
}
