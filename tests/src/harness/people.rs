//! People and roll calls as a server would tell a terminal of them.

use contract::member::{
    AttendanceSummary, HouseholdRef, MemberRecord, MemberRef, MemberStatus, StudySummary,
    TerminalPeople, TerminalPerson, Transfer,
};
use contract::organization::OrganizationRef;
use contract::roll_call::{
    AttendanceState, Method, OwnAttendance, RollCallState, Round, SignedIn, TerminalAttendance,
    TerminalRollCall, TerminalRollCalls, Unlisted,
};

use tv_app::screens::Route;

use super::NOW_MS;

/// The roll call that is open.
pub const CALL: &str = "0198c0de-0000-7000-8000-00000000ca11";
/// Its title.
pub const TITLE: &str = "十一月主题党日";
/// A PIN that is not too easy.
pub const PIN: &str = "580316";

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

const SURNAMES: [&str; 10] = ["张", "李", "王", "赵", "陈", "刘", "孙", "周", "吴", "郑"];
const GIVEN: [&str; 12] = [
    "建国", "秀英", "志强", "桂兰", "德海", "玉梅", "永福", "春花", "明", "长顺", "文彬", "淑芬",
];

/// The name of the n-th member of a station; the first 120 differ.
#[must_use]
pub fn name(n: usize) -> String {
    format!("{}{}", SURNAMES[n % 10], GIVEN[n / 10 % 12])
}

fn branch() -> OrganizationRef {
    OrganizationRef {
        id: "branch".to_owned(),
        name: "张家村党支部".to_owned(),
    }
}

fn person(id: &str, name: &str) -> TerminalPerson {
    TerminalPerson {
        id: id.to_owned(),
        name: name.to_owned(),
        organization: branch(),
        pin_set: true,
        card_set: true,
        ..TerminalPerson::default()
    }
}

/// A home of three, the last of them exempt.
#[must_use]
pub fn household() -> TerminalPeople {
    let mut people = vec![
        person("a", "张建国"),
        person("b", "李秀英"),
        person("c", "张德海"),
    ];
    people[2].exempt = true;
    TerminalPeople {
        household: Some(HouseholdRef {
            id: "home".to_owned(),
            name: "12 号".to_owned(),
        }),
        people,
    }
}

/// A station with so many members.
#[must_use]
pub fn station(count: usize) -> TerminalPeople {
    TerminalPeople {
        household: None,
        people: (0..count)
            .map(|n| person(&format!("m{n}"), &name(n)))
            .collect(),
    }
}

/// Somebody who was entered after it had opened.
#[must_use]
pub fn unlisted(person: &TerminalPerson) -> Unlisted {
    Unlisted {
        member: MemberRef {
            id: person.id.clone(),
            name: person.name.clone(),
        },
        organization: person.organization.clone(),
    }
}

/// A round that opens so many minutes from now: ten minutes on time, five more late.
#[must_use]
pub fn round(number: u32, opens_in: i64) -> Round {
    let opens_at_ms = NOW_MS + opens_in * MINUTE;
    Round {
        number,
        opens_at_ms,
        late_at_ms: opens_at_ms + 10 * MINUTE,
        closes_at_ms: opens_at_ms + 15 * MINUTE,
    }
}

/// A roll call of these people that opened two minutes ago.
#[must_use]
pub fn call(people: &TerminalPeople) -> TerminalRollCall {
    TerminalRollCall {
        id: CALL.to_owned(),
        title: TITLE.to_owned(),
        organization: branch(),
        state: RollCallState::Open,
        rounds: vec![round(1, -2)],
        people: people
            .people
            .iter()
            .map(|person| TerminalAttendance {
                member_id: person.id.clone(),
                state: if person.exempt {
                    AttendanceState::Exempt
                } else {
                    AttendanceState::Missing
                },
                ..TerminalAttendance::default()
            })
            .collect(),
        ..TerminalRollCall::default()
    }
}

/// The same when so many of them have signed in.
#[must_use]
pub fn signed(mut call: TerminalRollCall, count: usize) -> TerminalRollCall {
    for person in call.people.iter_mut().take(count) {
        person.state = AttendanceState::Present;
        person.answered = vec![1];
    }
    call
}

/// Another roll call, to come in so many hours or over for so many.
#[must_use]
pub fn other(n: usize, state: RollCallState, hours: i64) -> TerminalRollCall {
    TerminalRollCall {
        id: format!("0198c0de-0000-7000-8000-0000000000{n:02}"),
        title: ["支部党员大会", "集中学习", "党课"][n % 3].to_owned(),
        state,
        rounds: vec![round(1, hours * 60)],
        ..call(&household())
    }
}

/// The screen of the [`call`] at a home.
#[must_use]
pub fn roll_call() -> Route {
    let id = CALL.to_owned();
    Route::RollCall { id }
}

/// The same at a station.
#[must_use]
pub fn roster() -> Route {
    let id = CALL.to_owned();
    Route::Roster { id }
}

/// As the server tells of them now.
#[must_use]
pub fn told(roll_calls: Vec<TerminalRollCall>) -> TerminalRollCalls {
    TerminalRollCalls {
        server_time_ms: NOW_MS,
        roll_calls,
    }
}

/// The server has the sign-in of this person.
#[must_use]
pub fn answer(id: &str, name: &str, state: AttendanceState) -> SignedIn {
    SignedIn {
        member: MemberRef {
            id: id.to_owned(),
            name: name.to_owned(),
        },
        state,
        repeated: false,
        signed_at_ms: NOW_MS,
        verify: None,
        household_missing: Vec::new(),
    }
}

/// 李秀英's record.
#[must_use]
pub fn record() -> MemberRecord {
    let states = [
        AttendanceState::Present,
        AttendanceState::Late,
        AttendanceState::Present,
        AttendanceState::Leave,
        AttendanceState::Missing,
    ];
    MemberRecord {
        member: MemberRef {
            id: "b".to_owned(),
            name: "李秀英".to_owned(),
        },
        organization: branch(),
        status: MemberStatus::Full,
        joined_on: Some("1986-07-01".to_owned()),
        phone_masked: None,
        attendance: AttendanceSummary {
            eligible: 30,
            present: 28,
            late: 2,
            leave: 1,
            rate_bp: Some(9_333),
        },
        roll_calls: (0..9)
            .map(|n| OwnAttendance {
                roll_call_id: n.to_string(),
                title: format!("{}月主题党日", 11 - n),
                opened_at_ms: NOW_MS - n * 30 * DAY - DAY,
                state: states[usize::try_from(n).unwrap_or(0) % states.len()],
                signed_at_ms: (n % 5 < 3).then_some(NOW_MS - n * 30 * DAY - DAY),
                method: Some(Method::Card),
                at_organization: (n == 2).then(|| OrganizationRef {
                    id: "other".to_owned(),
                    name: "柳林村党支部".to_owned(),
                }),
            })
            .collect(),
        study: StudySummary {
            finished: 14,
            watched_ms: 12 * 3_600_000 + 1_800_000,
            goal_ms: 32 * 3_600_000,
        },
        transfers: vec![Transfer {
            from: OrganizationRef::default(),
            to: branch(),
            at_ms: NOW_MS - 40 * DAY,
            by: "admin".to_owned(),
            reason: "搬家".to_owned(),
        }],
    }
}
