//! Generated cases of deadlines against a slow model that walks minute by minute: no warning and no escalation is
//! missed, and none comes twice, whatever offices, servers and clocks do.

use std::collections::{BTreeMap, BTreeSet};

use contract::organization::{Organization, OrganizationKind};
use contract::request::{Act, CategoryKind, ClockKind, Happened, Level, Solved, Verdict};
use contract::work_calendar::{WorkCalendar, WorkDay};
use store::requests::{Plan, Standing};

use super::clock::Days;
use super::ladder::tests::place;
use super::machine::{self, Actor, Case};

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60;

/// Numbers that look random and are the same in every run (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, most: i64) -> i64 {
        i64::try_from(self.next() % u64::try_from(most).unwrap()).unwrap()
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.below(i64::try_from(of.len()).unwrap())).unwrap()]
    }
}

/// Minutes since 1970 in China of the beginning of a day.
fn midnight(text: &str) -> i64 {
    let date: jiff::civil::Date = text.parse().unwrap();
    let since = date - jiff::civil::date(1970, 1, 1);
    i64::from(since.get_days()) * DAY
}

/// Holidays and worked weekends of 2026, by day since 1970. Nobody has entered 2027, and 2028 has none.
fn special() -> BTreeMap<i64, bool> {
    let mut days = BTreeMap::new();
    let first = midnight("2026-10-01") / DAY;
    days.extend((first..first + 7).map(|day| (day, false)));
    for worked in ["2026-09-27", "2026-10-10"] {
        days.insert(midnight(worked) / DAY, true);
    }
    days
}

fn entered() -> Days {
    let days = special().into_iter().map(|(day, is_working)| WorkDay {
        date: (jiff::civil::date(1970, 1, 1) + jiff::Span::new().days(day)).to_string(),
        is_working,
        note: String::new(),
    });
    let year = WorkCalendar {
        hours: Vec::new(),
        days: days.collect(),
    };
    Days::default()
        .with(2026, &year)
        .with(2028, &WorkCalendar::default())
}

/// What a minute is, found out anew for each.
struct Minutes {
    special: BTreeMap<i64, bool>,
}

impl Minutes {
    fn counts(&self, kind: ClockKind, minute: i64) -> bool {
        if kind == ClockKind::Wall {
            return true;
        }
        let (day, of_day) = (minute.div_euclid(DAY), minute.rem_euclid(DAY));
        // 1970 began with a Thursday.
        let works = match self.special.get(&day) {
            Some(works) => *works,
            None => (day + 3).rem_euclid(7) < 5,
        };
        works && ((510..720).contains(&of_day) || (840..1_050).contains(&of_day))
    }

    fn is_quiet(minute: i64) -> bool {
        !(420..1_260).contains(&minute.rem_euclid(DAY))
    }
}

/// The clock of the slow model.
struct Slow {
    kind: ClockKind,
    total: i64,
    start: i64,
    warned: bool,
    due: i64,
    soon: i64,
}

impl Slow {
    /// Walks from the start to the end, counting.
    fn new(minutes: &Minutes, kind: ClockKind, hours: i64, start: i64) -> Self {
        let total = hours * 60;
        let reached = |wanted: i64| {
            let (mut at, mut counted) = (start, 0);
            while counted < wanted {
                counted += i64::from(minutes.counts(kind, at));
                at += 1;
            }
            at
        };
        let due = reached(total);
        let mut soon = reached(total * 3 / 4).min(due - 180).max(start);
        if Minutes::is_quiet(soon) {
            let mut morning = soon;
            while Minutes::is_quiet(morning) {
                morning += 1;
            }
            let mut evening = soon;
            while Minutes::is_quiet(evening) {
                evening -= 1;
            }
            if morning < due {
                soon = morning;
            } else if evening >= start {
                soon = evening;
            }
        }
        Self {
            kind,
            total,
            start,
            warned: false,
            due,
            soon,
        }
    }

    /// What happens at a minute at which a server is there: a warning (false) or the end of its time (true).
    fn look(&mut self, now: i64) -> Option<bool> {
        if now >= self.due {
            return Some(true);
        }
        if self.warned || now < self.soon {
            return None;
        }
        if Minutes::is_quiet(now) {
            let mut morning = now;
            while Minutes::is_quiet(morning) {
                morning += 1;
            }
            if morning < self.due {
                return None;
            }
        }
        self.warned = true;
        Some(false)
    }
}

/// Who there is: a county, if there is one, a township, an office and a village of it.
struct Tree {
    has_county: bool,
}

impl Tree {
    fn one(&self, id: &str) -> Organization {
        let county = self.has_county.then_some("county");
        match id {
            "county" => place(id, OrganizationKind::County, None),
            "town" => place(id, OrganizationKind::Township, county),
            "office" => place(id, OrganizationKind::Office, Some("town")),
            _ => place(id, OrganizationKind::Village, Some("town")),
        }
    }

    fn line(&self, id: &str) -> Vec<Organization> {
        let mut line = vec![self.one(id)];
        while let Some(parent) = line[0].parent_id.clone() {
            line.insert(0, self.one(&parent));
        }
        line
    }

    /// One level higher, as the slow model knows it.
    fn higher(&self, id: &str) -> Option<&'static str> {
        match id {
            "village" => Some("town"),
            "office" if !self.has_county => Some("town"),
            "office" | "town" if self.has_county => Some("county"),
            _ => None,
        }
    }
}

/// What happened by itself, as both say it: when, what, and who has it then.
type Happening = (i64, &'static str, String);

/// The server: the rules, and the plan that the store keeps.
struct Server<'a> {
    tree: &'a Tree,
    days: &'a Days,
    standing: Standing,
    plan: Plan,
    happened: Vec<Happening>,
}

impl Server<'_> {
    fn with<T>(&mut self, now_ms: i64, act: impl FnOnce(&mut Case<'_>) -> T) -> T {
        let line = self.tree.line(&self.standing.office.id);
        let mut case = Case {
            standing: self.standing.clone(),
            kind: CategoryKind::Service,
            may_be_public: false,
            has_phone: false,
            line: &line,
            days: self.days,
            now_ms,
        };
        let done = act(&mut case);
        self.standing = case.standing;
        done
    }

    fn planned(&mut self) {
        self.plan = machine::plan(&self.standing, self.days);
    }

    /// Does what is due, the earliest first, as `services/due.rs` does.
    fn look(&mut self, now_ms: i64) {
        loop {
            let soon = self.plan.soon_at_ms.filter(|at_ms| *at_ms <= now_ms);
            let overdue = self.plan.overdue_at_ms.filter(|at_ms| *at_ms <= now_ms);
            match (soon, overdue) {
                (Some(soon), overdue) if overdue.is_none_or(|at_ms| soon <= at_ms) => {
                    match self.with(now_ms, |case| case.soon()) {
                        Ok(said) => {
                            assert_eq!(said.what, Happened::DueSoon);
                            self.note(now_ms, "soon");
                            self.planned();
                        }
                        Err(later) => self.plan.soon_at_ms = later,
                    }
                }
                (_, Some(_)) => {
                    let said = self.with(now_ms, |case| case.overdue());
                    if let Some(said) = said {
                        let higher = said.what == Happened::Escalated;
                        self.note(now_ms, if higher { "escalated" } else { "overdue" });
                    }
                    self.planned();
                }
                _ => return,
            }
        }
    }

    fn note(&mut self, now_ms: i64, what: &'static str) {
        let minute = now_ms / MINUTE + 8 * 60;
        self.happened
            .push((minute, what, self.standing.office.id.clone()));
    }
}

/// When the server is down, and how far its clock is off, minute by minute of the case.
struct Weather {
    down: Vec<(i64, i64)>,
    set_back: Option<(i64, i64)>,
}

impl Weather {
    fn new(random: &mut Random) -> Self {
        let mut down = Vec::new();
        if random.below(3) == 0 {
            let from = random.below(3 * DAY);
            // Two days, or a restart.
            let long = random.one(&[2 * DAY, 1, 5, 8 * 60]);
            down.push((from, from + long));
        }
        if random.below(4) == 0 {
            let from = random.below(5 * DAY);
            down.push((from, from + random.below(600)));
        }
        let set_back = (random.below(5) == 0)
            .then(|| (random.below(3 * DAY), random.one(&[1, 30, 180, 26 * 60])));
        Self { down, set_back }
    }

    fn is_up(&self, minute: i64) -> bool {
        !self
            .down
            .iter()
            .any(|(from, until)| (*from..*until).contains(&minute))
    }

    fn clock(&self, minute: i64) -> i64 {
        match self.set_back {
            Some((from, by)) if minute >= from => minute - by,
            _ => minute,
        }
    }
}

/// Something staff do at a minute of the case.
fn acts(random: &mut Random) -> Vec<(i64, u8)> {
    let count = random.below(7);
    let mut acts: Vec<(i64, u8)> = (0..count)
        .map(|_| {
            (
                random.below(4 * DAY),
                u8::try_from(random.below(8)).unwrap(),
            )
        })
        .collect();
    acts.sort_unstable();
    acts
}

/// What came of what staff did, for the slow model.
enum Change {
    Nothing,
    Stopped,
    Moved,
    More(i64),
    Begun,
}

fn did(server: &mut Server<'_>, random: &mut Random, what: u8, now_ms: i64) -> Change {
    let reason = || "因为".to_owned();
    let act = match what {
        0 => Act::Accept,
        1 | 2 => Act::PassOn {
            organization_code: String::new(),
            reason: reason(),
        },
        3 => Act::Return { reason: reason() },
        4 => Act::AskExtension {
            hours: u32::try_from(1 + random.below(30)).unwrap(),
            reason: reason(),
        },
        5 => Act::GiveExtension,
        6 => Act::RefuseExtension { reason: reason() },
        _ => Act::Reply {
            text: reason(),
            done: true,
            by_phone: false,
            pictures: Vec::new(),
        },
    };
    let target = random.one(&["town", "office", "village"]);
    let tree = server.tree;
    let done = server.with(now_ms, |case| {
        let target = match act {
            Act::Return { .. } => case.returns_to().map(|id| tree.one(&id)),
            _ => Some(tree.one(target)),
        };
        case.act(&act, Actor::Above, target.as_ref())
    });
    if done.is_err() {
        return Change::Nothing;
    }
    let mut change = match act {
        Act::PassOn { .. } | Act::Return { .. } => Change::Moved,
        Act::GiveExtension => Change::More(i64::from(server.standing.extra_hours)),
        Act::Accept | Act::Reply { .. } => Change::Stopped,
        _ => Change::Nothing,
    };
    // Half of those who got an answer say at once that it is not solved.
    if server.standing.wants_verdict && random.below(2) == 0 {
        let verdict = Verdict {
            solved: Solved::No,
            satisfaction: None,
            about: 0,
            proof: None,
        };
        server.with(now_ms, |case| case.judge(&verdict)).unwrap();
        change = Change::Begun;
    }
    server.planned();
    change
}

/// Where interesting days begin: a leap day, holidays with worked weekends before and behind, a year that nobody
/// has entered.
const BEGINS: [&str; 7] = [
    "2028-02-28",
    "2026-09-25",
    "2026-09-29",
    "2026-10-07",
    "2026-12-30",
    "2026-11-21",
    "2027-02-10",
];

/// Minutes of a case.
const LONG: i64 = 8 * DAY;

fn one_case(days: &Days, minutes: &Minutes, seed: u64) -> BTreeSet<&'static str> {
    let mut random = Random(seed);
    let tree = Tree {
        has_county: random.below(3) > 0,
    };
    let kind = random.one(&[ClockKind::Wall, ClockKind::Working]);
    let hours = random.one(&[1, 2, 4, 8, 24, 24, 24, 36]);
    // Often about midnight.
    let of_day = match random.below(3) {
        0 => random.one(&[0, 1, DAY - 1, 7 * 60, 21 * 60, 510, 1_050]),
        _ => random.below(DAY),
    };
    let begin = midnight(random.one(&BEGINS)) + of_day;
    let moment = |minute: i64| (minute - 8 * 60) * MINUTE;
    let office = tree.one(random.one(&["village", "office", "town"]));
    let clock_hours = u32::try_from(hours).unwrap();
    let standing = machine::begun(
        &office,
        Level::Village,
        kind,
        clock_hours,
        false,
        days,
        moment(begin),
    );
    let mut server = Server {
        tree: &tree,
        days,
        standing,
        plan: Plan::default(),
        happened: Vec::new(),
    };
    server.planned();
    let weather = Weather::new(&mut random);
    let mut acts = acts(&mut random).into_iter().peekable();
    let mut slow = Some(Slow::new(minutes, kind, hours, begin));
    let mut holder = office.id;
    let mut expected: Vec<Happening> = Vec::new();
    for minute in 0..LONG {
        if !weather.is_up(minute) {
            continue;
        }
        let now = begin + weather.clock(minute);
        server.look(moment(now));
        // A new clock may be due soon at once.
        while let Some(clock) = &mut slow {
            match clock.look(now) {
                Some(false) => expected.push((now, "soon", holder.clone())),
                Some(true) => match tree.higher(&holder) {
                    Some(higher) => {
                        holder = higher.to_owned();
                        expected.push((now, "escalated", holder.clone()));
                        slow = Some(Slow::new(minutes, kind, hours, now));
                    }
                    None => {
                        expected.push((now, "overdue", holder.clone()));
                        slow = None;
                    }
                },
                None => break,
            }
        }
        while let Some((_, what)) = acts.next_if(|(at, _)| *at <= minute) {
            let change = did(&mut server, &mut random, what, moment(now));
            match change {
                Change::Nothing => continue,
                Change::Stopped => slow = None,
                Change::Moved => {}
                Change::More(more) => {
                    let before = slow.take().unwrap();
                    let all = before.total / 60 + more;
                    slow = Some(Slow::new(minutes, before.kind, all, before.start));
                }
                Change::Begun => slow = Some(Slow::new(minutes, kind, hours, now)),
            }
            holder.clone_from(&server.standing.office.id);
        }
    }
    assert_eq!(server.happened, expected, "case {seed}");
    expected.into_iter().map(|(_, what, _)| what).collect()
}

fn cases(seeds: std::ops::Range<u64>) {
    let (days, minutes) = (entered(), Minutes { special: special() });
    let mut seen = BTreeSet::new();
    for seed in seeds {
        seen.extend(one_case(&days, &minutes, seed));
    }
    assert_eq!(
        seen.into_iter().collect::<Vec<_>>(),
        ["escalated", "overdue", "soon"]
    );
}

#[test]
fn two_thousand_cases_agree_with_a_slow_model() {
    cases(0..2_000);
}

#[test]
#[ignore = "takes minutes: the long form of the one above"]
fn a_hundred_thousand_cases_agree_with_a_slow_model() {
    std::thread::scope(|scope| {
        scope.spawn(|| cases(2_000..50_000));
        cases(50_000..102_000);
    });
}
