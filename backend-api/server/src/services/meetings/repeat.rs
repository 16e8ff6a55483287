//! On which days a meeting comes to lie that is held again and again. Nothing here asks a clock or a database.

use std::collections::BTreeSet;

use contract::error::FieldError;
use contract::repeat::{Every, MOST_IN_SERIES, Repeat, SeriesDay, SeriesPlan};
use jiff::ToSpan;
use jiff::civil::Date;

use crate::services::kit::calendar;
use crate::services::requests::clock::Days;

/// A free day is moved by so many days at most.
const MOST_MOVED: i64 = 31;

/// The days by the rule, the first one included.
///
/// # Errors
/// What is wrong with the rule.
pub fn days(first: Date, repeat: &Repeat) -> Result<Vec<Date>, FieldError> {
    let wrong = |field: &str, message: String| FieldError {
        field: field.to_owned(),
        message,
    };
    let number = (0..).map_while(|number| day(first, repeat.every, number));
    match (repeat.times, &repeat.until) {
        (Some(times), None) if (2..=MOST_IN_SERIES).contains(&times) => {
            let times = usize::try_from(times).unwrap_or(0);
            Ok(number.take(times).collect())
        }
        (Some(_), None) => Err(wrong(
            "repeat.times",
            format!("一共开 2 到 {MOST_IN_SERIES} 次"),
        )),
        (None, Some(until)) => {
            let Ok(until) = until.parse::<Date>() else {
                let message = "最后一天写成 2026-12-31 的样子".to_owned();
                return Err(wrong("repeat.until", message));
            };
            let most = usize::try_from(MOST_IN_SERIES).unwrap_or(0);
            let days: Vec<Date> = number
                .take_while(|day| *day <= until)
                .take(most + 1)
                .collect();
            if days.len() < 2 {
                let message = "到这一天为止只有一次，请把日子放晚一些，或者选“不重复”".to_owned();
                return Err(wrong("repeat.until", message));
            }
            if days.len() > most {
                let message = format!("到这一天为止超过 {MOST_IN_SERIES} 次，请把日子提前一些");
                return Err(wrong("repeat.until", message));
            }
            Ok(days)
        }
        (None, None) | (Some(_), Some(_)) => Err(wrong(
            "repeat",
            "请写一共开几次，或者开到哪一天为止，两样只写一样".to_owned(),
        )),
    }
}

/// The day with this number, from 0; `None` beyond the calendar.
fn day(first: Date, every: Every, number: i32) -> Option<Date> {
    let weeks = |weeks: i32| first.checked_add((7 * i64::from(weeks)).days()).ok();
    match every {
        Every::Week => weeks(number),
        Every::TwoWeeks => weeks(number.checked_mul(2)?),
        Every::MonthDay => {
            let month = month(first, number)?;
            let day = first.day().min(month.days_in_month());
            Date::new(month.year(), month.month(), day).ok()
        }
        Every::MonthWeekday => {
            let nth = match (first.day() - 1) / 7 + 1 {
                5 => -1,
                nth => nth,
            };
            month(first, number)?
                .nth_weekday_of_month(nth, first.weekday())
                .ok()
        }
    }
}

/// The first day of a later month.
fn month(first: Date, later: i32) -> Option<Date> {
    let months = i32::from(first.year()) * 12 + i32::from(first.month()) - 1 + later;
    let year = i16::try_from(months.div_euclid(12)).ok()?;
    let month = i8::try_from(months.rem_euclid(12) + 1).ok()?;
    Date::new(year, month, 1).ok()
}

/// What the working calendar says of each of the days, for meetings that begin at the time of the day of
/// `starts_at_ms`. Where a free day would be moved to is the same whichever of them are moved.
#[must_use]
pub fn plan(starts_at_ms: i64, days: &[Date], calendar: &Days) -> SeriesPlan {
    let mut taken: BTreeSet<Date> = days.iter().copied().collect();
    let mut unknown_years: Vec<i16> = days
        .iter()
        .map(|day| day.year())
        .filter(|year| !calendar.knows(*year))
        .collect();
    unknown_years.dedup();
    let days = days.iter().map(|day| {
        let free = calendar.free(*day);
        let moved_to = free.as_ref().and_then(|_| {
            let mut later = (1..=MOST_MOVED).filter_map(|by| day.checked_add(by.days()).ok());
            let moved_to =
                later.find(|day| calendar.free(*day).is_none() && !taken.contains(day))?;
            taken.insert(moved_to);
            Some(moved_to)
        });
        SeriesDay {
            starts_at_ms: calendar::on_day(starts_at_ms, *day),
            free,
            moved_to_ms: moved_to.map(|day| calendar::on_day(starts_at_ms, day)),
        }
    });
    SeriesPlan {
        days: days.collect(),
        unknown_years,
    }
}

#[cfg(test)]
mod tests {
    use contract::work_calendar::{WorkCalendar, WorkDay};

    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn by(first: &str, every: Every, times: u32) -> Vec<String> {
        let repeat = Repeat {
            every,
            times: Some(times),
            until: None,
        };
        let found = days(date(first), &repeat).unwrap();
        found.iter().map(Date::to_string).collect()
    }

    #[test]
    fn weeks_go_over_the_ends_of_months_and_years() {
        assert_eq!(
            by("2026-12-24", Every::Week, 3),
            ["2026-12-24", "2026-12-31", "2027-01-07"]
        );
        assert_eq!(
            by("2028-02-22", Every::Week, 3),
            ["2028-02-22", "2028-02-29", "2028-03-07"],
            "a leap year"
        );
        assert_eq!(
            by("2026-11-26", Every::TwoWeeks, 4),
            ["2026-11-26", "2026-12-10", "2026-12-24", "2027-01-07"]
        );
        assert_eq!(by("2026-11-30", Every::Week, 53).len(), 53);
    }

    #[test]
    fn a_month_without_the_day_has_it_on_its_last_one() {
        assert_eq!(
            by("2027-12-31", Every::MonthDay, 5),
            [
                "2027-12-31",
                "2028-01-31",
                "2028-02-29",
                "2028-03-31",
                "2028-04-30"
            ],
            "the day comes back after a shorter month"
        );
        assert_eq!(
            by("2027-01-29", Every::MonthDay, 3),
            ["2027-01-29", "2027-02-28", "2027-03-29"]
        );
        assert_eq!(
            by("2028-02-29", Every::MonthDay, 13)[12],
            "2029-02-28",
            "from a leap day"
        );
    }

    #[test]
    fn weekdays_are_counted_within_the_month() {
        // 2026-11-18 is the third Wednesday.
        assert_eq!(
            by("2026-11-18", Every::MonthWeekday, 3),
            ["2026-11-18", "2026-12-16", "2027-01-20"]
        );
        // The fifth Monday of November; December has four.
        assert_eq!(
            by("2026-11-30", Every::MonthWeekday, 3),
            ["2026-11-30", "2026-12-28", "2027-01-25"]
        );
        for text in by("2026-11-30", Every::MonthWeekday, 53) {
            let day = date(&text);
            assert_eq!(day.weekday(), date("2026-11-30").weekday());
            assert!(day.day() > day.days_in_month() - 7, "{text} is the last");
        }
    }

    #[test]
    fn the_last_day_may_be_one_of_them() {
        let until = |until: &str| {
            let repeat = Repeat {
                every: Every::Week,
                until: Some(until.to_owned()),
                times: None,
            };
            days(date("2026-11-30"), &repeat).map_err(|wrong| wrong.field)
        };
        assert_eq!(until("2026-12-14").unwrap().len(), 3);
        assert_eq!(until("2026-12-13").unwrap().len(), 2);
        assert_eq!(until("2027-11-29").unwrap().len(), 53);
        for wrong in ["2026-12-06", "2026-11-01", "2027-12-06", "12月", ""] {
            assert_eq!(until(wrong), Err("repeat.until".to_owned()), "{wrong}");
        }
    }

    #[test]
    fn the_rule_says_one_end() {
        let wrong = |times: Option<u32>, until: Option<&str>| {
            let repeat = Repeat {
                every: Every::Week,
                times,
                until: until.map(str::to_owned),
            };
            days(date("2026-11-30"), &repeat).unwrap_err().field
        };
        assert_eq!(wrong(None, None), "repeat");
        assert_eq!(wrong(Some(3), Some("2026-12-31")), "repeat");
        for times in [0, 1, 54, u32::MAX] {
            assert_eq!(wrong(Some(times), None), "repeat.times");
        }
    }

    #[test]
    fn free_days_are_named_and_moved_to_a_day_that_is_left() {
        let off = |date: &str, note: &str, is_working| WorkDay {
            date: date.to_owned(),
            is_working,
            note: note.to_owned(),
        };
        let calendar = Days::default().with(
            2026,
            &WorkCalendar {
                hours: Vec::new(),
                days: vec![
                    off("2026-10-01", "国庆节", false),
                    off("2026-10-02", "国庆节", false),
                    off("2026-10-05", "", false),
                    off("2026-10-03", "国庆节调休", true),
                ],
            },
        );
        // 09:30 in China.
        let at = |text: &str| calendar::on_day(5_400_000, date(text));
        let days = ["2026-09-24", "2026-10-01", "2026-10-02", "2026-10-05"].map(date);
        let plan = plan(at("2026-09-24"), &days, &calendar);
        let told = plan.days.iter().map(|day| {
            (
                calendar::minute(day.starts_at_ms),
                day.free.as_deref(),
                day.moved_to_ms.map(calendar::minute),
            )
        });
        let told: Vec<_> = told.collect();
        let text = str::to_owned;
        assert_eq!(
            told,
            [
                (text("2026-09-24 09:30"), None, None),
                // The Saturday is worked.
                (
                    text("2026-10-01 09:30"),
                    Some("国庆节"),
                    Some(text("2026-10-03 09:30"))
                ),
                // That one is taken by now, and on the Monday nobody works.
                (
                    text("2026-10-02 09:30"),
                    Some("国庆节"),
                    Some(text("2026-10-06 09:30"))
                ),
                (
                    text("2026-10-05 09:30"),
                    Some("星期一"),
                    Some(text("2026-10-07 09:30"))
                ),
            ]
        );
        assert_eq!(plan.unknown_years, Vec::<i16>::new());
    }

    #[test]
    fn a_year_that_nobody_entered_is_named_once() {
        let days = ["2026-12-26", "2027-01-02", "2027-01-09"].map(date);
        let calendar = Days::default().with(2026, &WorkCalendar::default());
        let plan = plan(calendar::on_day(0, days[0]), &days, &calendar);
        assert_eq!(plan.unknown_years, [2027]);
        let free: Vec<_> = plan.days.iter().map(|day| day.free.as_deref()).collect();
        assert_eq!(free, [Some("星期六"); 3]);
    }
}
