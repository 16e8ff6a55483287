//! By when somebody must answer, when it is said that it is due soon, and why. Nothing here asks a clock or a
//! database: every moment is given, and the working calendar is a value.
//!
//! It reckons in whole minutes of China: a request that came within a minute begins with the next one, for the
//! good of whoever must answer.

use std::collections::BTreeMap;

use contract::request::ClockKind;
use contract::work_calendar::{WorkCalendar, WorkHours};
use jiff::civil::Date;

use crate::services::kit::calendar;

pub(crate) const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// China is eight hours ahead, all year.
const AHEAD_MS: i64 = 8 * HOUR_MS;

/// It is said at least so long before the deadline that it is due soon.
const SOON_MS: i64 = 3 * HOUR_MS;

/// Minutes after midnight from which on, and until which, nothing is said that can wait.
const QUIET: (i64, i64) = (21 * 60, 7 * 60);

/// An asker is reminded so long after an answer.
const REMIND_MS: i64 = 3 * DAY_MS;

/// A calendar in which nobody works for longer than this is taken for a mistake.
const MOST_DAYS: i64 = 3 * 366;

/// Hours of a working day where nobody has entered others.
static USUAL: [WorkHours; 2] = [
    WorkHours {
        from_minute: 8 * 60 + 30,
        to_minute: 12 * 60,
    },
    WorkHours {
        from_minute: 14 * 60,
        to_minute: 17 * 60 + 30,
    },
];

/// The working calendar, as far as it was entered.
#[derive(Clone, Debug, Default)]
pub struct Days {
    years: BTreeMap<i16, Vec<WorkHours>>,
    special: BTreeMap<Date, (bool, String)>,
}

impl Days {
    /// With a year that was entered. Days whose date cannot be read are left out.
    #[must_use]
    pub fn with(mut self, year: i16, entered: &WorkCalendar) -> Self {
        let hours = if entered.hours.is_empty() {
            USUAL.to_vec()
        } else {
            entered.hours.clone()
        };
        self.years.insert(year, hours);
        for day in &entered.days {
            if let Ok(date) = day.date.parse() {
                self.special
                    .insert(date, (day.is_working, day.note.clone()));
            }
        }
        self
    }

    /// Why nobody works on a day: what the calendar says of it, or its day of the week; none: it is worked.
    #[must_use]
    pub fn free(&self, date: Date) -> Option<String> {
        if !self.hours(date).is_empty() {
            return None;
        }
        let note = self.special.get(&date).map(|(_, note)| note.clone());
        let note = note.filter(|note| !note.is_empty());
        Some(note.unwrap_or_else(|| calendar::weekday(date).to_owned()))
    }

    /// Whether somebody entered this year.
    #[must_use]
    pub fn knows(&self, year: i16) -> bool {
        self.years.contains_key(&year)
    }

    /// The hours that are worked on a day.
    fn hours(&self, date: Date) -> &[WorkHours] {
        let works = match self.special.get(&date) {
            Some((works, _)) => *works,
            None => date.weekday().to_monday_zero_offset() < 5,
        };
        if !works {
            return &[];
        }
        self.years
            .get(&date.year())
            .map_or(USUAL.as_slice(), Vec::as_slice)
    }
}

/// A clock that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Running {
    /// By which hours.
    pub kind: ClockKind,
    /// How many there are.
    pub hours: u32,
    /// When it started, Unix milliseconds.
    pub started_at_ms: i64,
}

impl Running {
    /// When it is over.
    #[must_use]
    pub fn due_at_ms(&self, days: &Days) -> i64 {
        self.after(days, i64::from(self.hours) * 60)
    }

    /// When it is said that it is due soon: after three quarters of the time, and three hours before its end.
    /// By night it waits for the morning; where the morning would be too late, it comes in the evening before.
    #[must_use]
    pub fn soon_at_ms(&self, days: &Days) -> i64 {
        let due_ms = self.due_at_ms(days);
        let three_quarters = self.after(days, i64::from(self.hours) * 45);
        let start_ms = begins(self.started_at_ms);
        let at_ms = three_quarters.min(due_ms - SOON_MS).max(start_ms);
        let Some(night) = Night::at(at_ms) else {
            return at_ms;
        };
        let evening_ms = night.from_ms - MINUTE_MS;
        if night.until_ms < due_ms {
            night.until_ms
        } else if evening_ms >= start_ms {
            evening_ms
        } else {
            at_ms
        }
    }

    /// The moment after so many minutes of it.
    fn after(&self, days: &Days, minutes: i64) -> i64 {
        let start_ms = begins(self.started_at_ms);
        if self.kind == ClockKind::Wall {
            return start_ms + minutes * MINUTE_MS;
        }
        let (first, minute) = local(start_ms);
        let (mut left, mut from) = (minutes, minute);
        for day in first..first + MOST_DAYS {
            for hours in days.hours(date(day)) {
                let begin = i64::from(hours.from_minute).max(from);
                let worked = i64::from(hours.to_minute) - begin;
                if worked >= left && worked > 0 {
                    return moment(day, begin + left);
                }
                left -= worked.max(0);
            }
            from = 0;
        }
        moment(first + MOST_DAYS, 0)
    }

    /// Why it is over when it is, line by line.
    #[must_use]
    pub fn because(&self, days: &Days) -> Vec<String> {
        let due_ms = self.due_at_ms(days);
        let mut lines = vec![format!("{} 开始计时", calendar::minute(self.started_at_ms))];
        match self.kind {
            ClockKind::Wall => {
                lines.push(format!("{} 小时内答复，日夜、节假日都算", self.hours));
            }
            ClockKind::Working => {
                lines.push(format!("{} 个工作小时内答复", self.hours));
                lines.extend(self.working(days, due_ms));
            }
        }
        lines.push(format!("所以最迟在 {} 前答复", calendar::minute(due_ms)));
        lines
    }

    /// What of the calendar matters for it.
    fn working(&self, days: &Days, due_ms: i64) -> Vec<String> {
        let mut lines = Vec::new();
        let (first, last) = (local(begins(self.started_at_ms)).0, local(due_ms).0);
        let hours = (first..=last).map(|day| days.hours(date(day)));
        if let Some(hours) = hours.clone().find(|hours| !hours.is_empty()) {
            let hours = hours.iter().map(|it| {
                format!(
                    "{}–{}",
                    clock_face(it.from_minute),
                    clock_face(it.to_minute)
                )
            });
            let hours: Vec<String> = hours.collect();
            lines.push(format!("工作时间：{}，周末不算", hours.join("，")));
        }
        for (date, (works, note)) in days.special.range(date(first)..=date(last)) {
            lines.push(if *works {
                format!("{date} {note}上班，算")
            } else {
                format!("{date} {note}放假，不算")
            });
        }
        let mut years: Vec<i16> = (first..=last).map(|day| date(day).year()).collect();
        years.dedup();
        for year in years {
            if !days.knows(year) {
                lines.push(format!(
                    "{year} 年的工作日历还没有录入，先按周一到周五上班算"
                ));
            }
        }
        lines
    }
}

/// When a warning is given that comes only now: the server was down, or its plan is from before. By night it
/// waits for the morning, unless that is too late.
#[must_use]
pub fn warn_at_ms(now_ms: i64, due_ms: i64) -> i64 {
    match Night::at(now_ms) {
        Some(night) if night.until_ms < due_ms => night.until_ms,
        _ => now_ms,
    }
}

/// When somebody who got an answer now is reminded to say whether it is solved. By night it waits.
#[must_use]
pub fn remind_at_ms(answered_ms: i64) -> i64 {
    waking_ms(begins(answered_ms) + REMIND_MS)
}

/// This moment; of one by night, the morning after it.
#[must_use]
pub fn waking_ms(at_ms: i64) -> i64 {
    Night::at(at_ms).map_or(at_ms, |night| night.until_ms)
}

/// A time in which nothing is said that can wait.
struct Night {
    from_ms: i64,
    until_ms: i64,
}

impl Night {
    /// The one this moment is in.
    fn at(at_ms: i64) -> Option<Self> {
        let (day, minute) = local(at_ms);
        let (evening, morning) = QUIET;
        let first = if minute >= evening {
            day
        } else if minute < morning {
            day - 1
        } else {
            return None;
        };
        Some(Self {
            from_ms: moment(first, evening),
            until_ms: moment(first + 1, morning),
        })
    }
}

/// The next whole minute.
fn begins(at_ms: i64) -> i64 {
    at_ms + (-at_ms).rem_euclid(MINUTE_MS)
}

/// Day since 1970 in China, and minute of it.
fn local(at_ms: i64) -> (i64, i64) {
    let local_ms = at_ms + AHEAD_MS;
    (
        local_ms.div_euclid(DAY_MS),
        local_ms.rem_euclid(DAY_MS) / MINUTE_MS,
    )
}

fn moment(day: i64, minute: i64) -> i64 {
    day * DAY_MS + minute * MINUTE_MS - AHEAD_MS
}

fn date(day: i64) -> Date {
    calendar::today(moment(day, 0))
}

fn clock_face(minute: u32) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

#[cfg(test)]
mod tests {
    use contract::work_calendar::WorkDay;

    use super::*;

    /// A moment in China.
    fn at(text: &str) -> i64 {
        let at: jiff::civil::DateTime = text.parse().unwrap();
        let zoned = at.to_zoned(calendar::zone()).unwrap();
        zoned.timestamp().as_millisecond()
    }

    fn working(hours: u32, from: &str) -> Running {
        Running {
            kind: ClockKind::Working,
            hours,
            started_at_ms: at(from),
        }
    }

    fn wall(hours: u32, from: &str) -> Running {
        Running {
            kind: ClockKind::Wall,
            hours,
            started_at_ms: at(from),
        }
    }

    /// The National Day of 2026, with the Sunday before it and the Saturday after it worked.
    fn days() -> Days {
        let day = |date: &str, is_working, note: &str| WorkDay {
            date: date.to_owned(),
            is_working,
            note: note.to_owned(),
        };
        let mut days: Vec<WorkDay> = (1..=7)
            .map(|day_of| day(&format!("2026-10-{day_of:02}"), false, "国庆节"))
            .collect();
        days.push(day("2026-09-27", true, "国庆节调休"));
        days.push(day("2026-10-10", true, "国庆节调休"));
        let entered = WorkCalendar {
            hours: Vec::new(),
            days,
        };
        Days::default().with(2026, &entered)
    }

    #[test]
    fn every_hour_of_the_wall_counts() {
        let clock = wall(24, "2028-02-28T10:00:30");
        assert_eq!(clock.due_at_ms(&days()), at("2028-02-29T10:01:00"));
        assert_eq!(
            clock.because(&days()),
            [
                "2028-02-28 10:00 开始计时",
                "24 小时内答复，日夜、节假日都算",
                "所以最迟在 2028-02-29 10:01 前答复"
            ]
        );
    }

    #[test]
    fn working_hours_leave_out_nights_weekends_and_holidays() {
        for (hours, from, due) in [
            (7, "2026-11-23T08:30:00", "2026-11-23T17:30:00"),
            (8, "2026-11-23T08:30:00", "2026-11-24T09:30:00"),
            (1, "2026-11-23T11:30:00", "2026-11-23T14:30:00"),
            (1, "2026-11-27T17:00:00", "2026-11-30T09:00:00"),
            (1, "2026-11-28T03:00:00", "2026-11-30T09:30:00"),
            // The last hour before the holidays, and the first after them.
            (2, "2026-09-30T16:30:00", "2026-10-08T09:30:00"),
            // A Sunday, and a Saturday, that are worked.
            (7, "2026-09-26T12:00:00", "2026-09-27T17:30:00"),
            (7, "2026-10-09T17:30:00", "2026-10-10T17:30:00"),
        ] {
            let found = working(hours, from).due_at_ms(&days());
            assert_eq!(calendar::minute(found), calendar::minute(at(due)), "{from}");
        }
    }

    #[test]
    fn why_names_every_day_that_is_not_as_usual_and_a_year_that_nobody_entered() {
        let lines = working(14, "2026-09-30T14:00:00").because(&days());
        assert_eq!(lines[2], "工作时间：08:30–12:00，14:00–17:30，周末不算");
        assert_eq!(lines[3], "2026-10-01 国庆节放假，不算");
        assert_eq!(lines.len(), 11, "{lines:?}");
        let lines = working(14, "2027-01-04T14:00:00").because(&days());
        assert!(
            lines.contains(&"2027 年的工作日历还没有录入，先按周一到周五上班算".to_owned()),
            "{lines:?}"
        );
    }

    #[test]
    fn a_calendar_in_which_nobody_works_has_an_end() {
        let entered = WorkCalendar {
            hours: vec![WorkHours::default()],
            days: Vec::new(),
        };
        let days = (2026..2032).fold(Days::default(), |days, year| days.with(year, &entered));
        let due = working(1, "2026-11-23T08:30:00").due_at_ms(&days);
        assert!(due > at("2029-11-01T00:00:00"), "{due}");
    }

    #[test]
    fn a_warning_waits_for_the_morning_unless_that_is_too_late() {
        for (hours, from, soon) in [
            // Three quarters of a day, at 4 in the night: the morning.
            (24, "2026-11-23T10:00:00", "2026-11-24T07:00:00"),
            (24, "2026-11-23T14:00:00", "2026-11-24T08:00:00"),
            // Due at 5 in the morning: the evening before.
            (24, "2026-11-23T05:00:00", "2026-11-23T20:59:00"),
            // Three hours before the end, since three quarters would be later.
            (4, "2026-11-23T10:00:00", "2026-11-23T11:00:00"),
            (1, "2026-11-23T10:00:00", "2026-11-23T10:00:00"),
            // It begins and ends by night: at once, rather than never.
            (4, "2026-11-23T23:00:00", "2026-11-24T00:00:00"),
        ] {
            let found = wall(hours, from).soon_at_ms(&days());
            assert_eq!(
                calendar::minute(found),
                calendar::minute(at(soon)),
                "{hours} {from}"
            );
        }
        let due = at("2026-11-24T10:00:00");
        assert_eq!(
            warn_at_ms(at("2026-11-24T02:00:00"), due),
            at("2026-11-24T07:00:00")
        );
        let due = at("2026-11-24T06:00:00");
        assert_eq!(
            warn_at_ms(at("2026-11-24T02:00:00"), due),
            at("2026-11-24T02:00:00")
        );
    }

    #[test]
    fn a_reminder_comes_after_three_days_by_day() {
        let answered = at("2026-11-23T22:30:00");
        assert_eq!(remind_at_ms(answered), at("2026-11-27T07:00:00"));
        let answered = at("2026-11-23T09:00:00");
        assert_eq!(remind_at_ms(answered), at("2026-11-26T09:00:00"));
    }
}
