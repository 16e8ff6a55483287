//! The working calendar, as staff of the organization at the top enter it.

use std::collections::BTreeSet;

use contract::error::FieldError;
use contract::work_calendar::WorkCalendar;
use jiff::civil::Date;
use store::requests::calendar;
use store::versions::Seen;
use store::{Store, organizations};

use crate::services::kit::audit::{self, About, Actor, Thing, Words};
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::names;
use crate::services::kit::rights::{Action, Staff};

/// Years that can be entered.
const YEARS: std::ops::RangeInclusive<i16> = 2020..=2100;

/// Longest note of a day, in characters.
const MOST_NOTE: usize = 30;

/// Times of a working day.
const MOST_HOURS: usize = 6;

const NO_ROOT: ServiceError = ServiceError::NotFound("最上级组织");

/// A year, and its version; empty with version 0 if nobody has entered it.
///
/// # Errors
/// [`ServiceError::Forbidden`], [`ServiceError::Invalid`]; or the database failed.
pub fn get(store: &Store, staff: &Staff, year: i16) -> Result<(WorkCalendar, i64)> {
    staff.may(Action::Read)?;
    in_bounds(year)?;
    store.read(|tx| {
        let root = organizations::root(tx)?.ok_or(NO_ROOT)?;
        Ok(calendar::get(tx, &root.id, year)?.unwrap_or_default())
    })
}

/// Replaces a year; answers it with its version. Deadlines that run already stay as they are.
///
/// # Errors
/// [`ServiceError::Forbidden`] but from the top, [`ServiceError::Stale`], [`ServiceError::Invalid`].
pub fn replace(
    store: &Store,
    staff: &Staff,
    year: i16,
    seen: Seen,
    new: WorkCalendar,
    now_ms: i64,
) -> Result<(WorkCalendar, i64)> {
    staff.may(Action::Configure)?;
    in_bounds(year)?;
    let by = staff.clone();
    store.write(move |tx| {
        if !by.at_root(tx)? {
            let why = "工作日历由最上级组织录入";
            return Err(ServiceError::Forbidden(why));
        }
        let new = checked(year, &new)?;
        let root = organizations::root(tx)?.ok_or(NO_ROOT)?;
        let version = calendar::replace(tx, &root.id, year, seen, &new, now_ms)?;
        let about = About::one(Thing::WorkYear, &year.to_string());
        let actor = Actor::of(Some(&by));
        audit::note(
            tx,
            &actor,
            "work_year.replace",
            &about,
            Some(&root.id),
            Words::None,
            now_ms,
        )?;
        Ok((new, version))
    })
}

fn in_bounds(year: i16) -> Result<()> {
    if YEARS.contains(&year) {
        Ok(())
    } else {
        Err(ServiceError::field("year", "年份须为 2020 到 2100"))
    }
}

/// A year whose days and hours are right, in the order of its days.
fn checked(year: i16, new: &WorkCalendar) -> Result<WorkCalendar> {
    let mut wrong = Vec::new();
    let mut complain = |field: String, message: String| wrong.push(FieldError { field, message });
    if new.hours.len() > MOST_HOURS {
        complain(
            "hours".to_owned(),
            format!("一天最多写 {MOST_HOURS} 段工作时间"),
        );
    }
    let mut before = 0;
    for (index, hours) in new.hours.iter().enumerate() {
        if hours.from_minute < before
            || hours.from_minute >= hours.to_minute
            || hours.to_minute > 1_440
        {
            let message = "每段工作时间的开始须早于结束，后一段不能早于前一段的结束；从 0 点起的分钟数，最多 1440";
            complain(format!("hours[{index}]"), message.to_owned());
        }
        before = hours.to_minute;
    }
    let mut known = BTreeSet::new();
    let mut days = Vec::with_capacity(new.days.len());
    for (index, day) in new.days.iter().enumerate() {
        let field = format!("days[{index}]");
        let date = day.date.parse::<Date>().ok().filter(|it| it.year() == year);
        let Some(date) = date else {
            complain(
                format!("{field}.date"),
                format!("日期须为 {year} 年的，写成 {year}-10-01 的样子"),
            );
            continue;
        };
        if !known.insert(date) {
            complain(format!("{field}.date"), format!("{date} 写了两次"));
        }
        let note = names::cleaned(&day.note);
        if note.chars().count() > MOST_NOTE {
            complain(
                format!("{field}.note"),
                format!("说明不要超过 {MOST_NOTE} 个字"),
            );
        }
        days.push(contract::work_calendar::WorkDay {
            date: date.to_string(),
            is_working: day.is_working,
            note,
        });
    }
    if !wrong.is_empty() {
        return Err(ServiceError::Invalid(wrong));
    }
    days.sort_by(|a, b| a.date.cmp(&b.date));
    Ok(WorkCalendar {
        hours: new.hours.clone(),
        days,
    })
}

#[cfg(test)]
mod tests {
    use contract::work_calendar::{WorkDay, WorkHours};

    use super::*;

    fn day(date: &str) -> WorkDay {
        WorkDay {
            date: date.to_owned(),
            ..WorkDay::default()
        }
    }

    fn wrong(calendar: &WorkCalendar) -> Vec<String> {
        match checked(2026, calendar) {
            Err(ServiceError::Invalid(fields)) => fields.into_iter().map(|it| it.field).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn every_wrong_day_and_hour_is_named() {
        let hours = |from_minute, to_minute| WorkHours {
            from_minute,
            to_minute,
        };
        let calendar = WorkCalendar {
            hours: vec![hours(480, 720), hours(700, 1_000), hours(1_000, 1_441)],
            days: vec![
                day("2026-10-01"),
                day("2027-10-01"),
                day("2026-10-01"),
                day("国庆"),
            ],
        };
        assert_eq!(
            wrong(&calendar),
            [
                "hours[1]",
                "hours[2]",
                "days[1].date",
                "days[2].date",
                "days[3].date"
            ]
        );
        let right = WorkCalendar {
            hours: vec![hours(480, 720), hours(720, 1_440)],
            days: vec![day("2026-10-02"), day("2026-10-01")],
        };
        let kept = checked(2026, &right).unwrap();
        assert_eq!(kept.days[0].date, "2026-10-01");
    }
}
