//! Roll calls and people as the adapters take them.

use std::cell::RefCell;

use contract::error::ErrorCode;
use contract::roll_call::{AttendanceState, RollCallState};
use slint::{ComponentHandle, SharedString};
use tv_ui::{
    AppWindow, CallData, CallState, PersonData, ProveAdapter, ProveStep, Remark, RemarkData,
    Typing, Words,
};

use super::attendance::{Attendance, Call, Nobody, Person, Unlisted};
use super::kit::form;
use super::kit::time::{self, day};
use super::kit::view::fill;
use super::proving::{self, Prove};
use super::signing::{Asked, Entry, Outcome};
use super::view::{index, int, to_day};
use crate::cache::ServerTime;

pub(super) fn person(person: &Person) -> PersonData {
    PersonData {
        name: (&person.name).into(),
        attendance: shown_attendance(person.attendance),
        no_pin: !person.pin_set,
        set_pin: false,
    }
}

/// Somebody who is not in the list, among the others.
pub(super) fn unlisted(unlisted: &Unlisted) -> PersonData {
    PersonData {
        name: (&unlisted.name).into(),
        attendance: tv_ui::Attendance::Unlisted,
        no_pin: false,
        set_pin: false,
    }
}

/// Why there is nobody, if there is nobody.
pub(super) fn nobody(why: Option<Nobody>) -> tv_ui::Nobody {
    match why {
        None => tv_ui::Nobody::None,
        Some(Nobody::Unknown) => tv_ui::Nobody::Unknown,
        Some(Nobody::NoHousehold) => tv_ui::Nobody::NoHousehold,
        Some(Nobody::Empty) => tv_ui::Nobody::Empty,
        Some(Nobody::Public) => tv_ui::Nobody::Public,
    }
}

pub(super) fn shown_attendance(attendance: Attendance) -> tv_ui::Attendance {
    match attendance {
        Attendance::Missing => tv_ui::Attendance::Missing,
        Attendance::Waiting => tv_ui::Attendance::Waiting,
        Attendance::Signed => tv_ui::Attendance::Signed,
        Attendance::Late => tv_ui::Attendance::Late,
        Attendance::ToVerify => tv_ui::Attendance::ToVerify,
        Attendance::Exempt => tv_ui::Attendance::Exempt,
        Attendance::Leave => tv_ui::Attendance::Leave,
        Attendance::Guest => tv_ui::Attendance::Guest,
        Attendance::Nearby => tv_ui::Attendance::Nearby,
        Attendance::Unlisted => tv_ui::Attendance::Unlisted,
    }
}

/// How somebody stood in a roll call that is over.
pub(super) fn attendance(state: AttendanceState) -> tv_ui::Attendance {
    match state {
        AttendanceState::Missing => tv_ui::Attendance::Missing,
        AttendanceState::Present => tv_ui::Attendance::Signed,
        AttendanceState::Late => tv_ui::Attendance::Late,
        AttendanceState::Leave => tv_ui::Attendance::Leave,
        AttendanceState::Exempt => tv_ui::Attendance::Exempt,
        AttendanceState::ToVerify => tv_ui::Attendance::ToVerify,
        AttendanceState::Guest => tv_ui::Attendance::Guest,
    }
}

pub(super) fn state(call: &Call, now: ServerTime) -> CallState {
    match (call.round, call.state) {
        (Some(_), _) if call.is_late(now.at_ms) => CallState::Late,
        (Some(_), _) => CallState::Open,
        (None, RollCallState::Scheduled) => CallState::Scheduled,
        // Nobody knows whether it is over.
        (None, RollCallState::Open) if !now.known => CallState::Scheduled,
        (None, _) => CallState::Closed,
    }
}

pub(super) fn call(call: &Call, now: ServerTime) -> CallData {
    let left = call.left_ms(now.at_ms);
    let minutes = if left > 60_000 {
        left.div_euclid(60_000)
    } else {
        0
    };
    let at = match call.round {
        Some(round) => round.opens_at_ms,
        None => call.next_at_ms.unwrap_or(call.opens_at_ms),
    };
    CallData {
        title: (&call.title).into(),
        office: (&call.organization).into(),
        state: state(call, now),
        minutes: int(minutes),
        seconds: int((left + 999).div_euclid(1_000)),
        day: to_day(day(at, now)),
        clock: clock(at),
        missing: int(call.missing().count()),
        unlisted: call.people.is_empty() && !call.unlisted.is_empty(),
        spot: call.round.is_some_and(|round| round.number > 1),
    }
}

thread_local! {
    /// What stands in the words for the half of the day in place of the time: morning, afternoon.
    static HALVES: RefCell<[SharedString; 2]> = RefCell::default();
}

/// In place of the time in the words for a half of the day.
const TIME: &str = "#";

/// Takes over how the halves of the day are said in the language of the window.
pub(crate) fn read_halves(window: &AppWindow) {
    let words = window.global::<Words<'_>>();
    let halves = [
        words.invoke_forenoon(TIME.into()),
        words.invoke_afternoon(TIME.into()),
    ];
    HALVES.with(|kept| *kept.borrow_mut() = halves);
}

/// A time of day as people say it, e.g. 下午 2:41.
pub(crate) fn clock(at_ms: i64) -> SharedString {
    let clock = time::clock(at_ms);
    let time = format!("{}:{:02}", clock.hour, clock.minute);
    HALVES.with(|halves| {
        let half = &halves.borrow()[usize::from(clock.afternoon)];
        half.replacen(TIME, &time, 1).into()
    })
}

pub(super) fn remark(remark: form::Remark) -> RemarkData {
    let (kind, count) = match remark {
        form::Remark::None => (Remark::None, 0),
        form::Remark::Lacking(count) => (Remark::Lacking, int(count)),
        form::Remark::WrongPin(tries) => (Remark::WrongPin, tries.map_or(-1, int)),
        form::Remark::WrongCode => (Remark::WrongCode, 0),
        form::Remark::NotTheSame => (Remark::NotTheSame, 0),
        form::Remark::TooEasy => (Remark::TooEasy, 0),
    };
    RemarkData { kind, count }
}

pub(super) fn outcome(outcome: Outcome) -> tv_ui::Outcome {
    match outcome {
        Outcome::Sending => tv_ui::Outcome::Sending,
        Outcome::Queued => tv_ui::Outcome::Queued,
        Outcome::NotSaved => tv_ui::Outcome::NotSaved,
        Outcome::Refused(_) => tv_ui::Outcome::Refused,
        Outcome::NotListed { kept: false } => tv_ui::Outcome::NotListed,
        Outcome::NotListed { kept: true } => tv_ui::Outcome::Unlisted,
        Outcome::Signed { repeated: true, .. } => tv_ui::Outcome::Repeated,
        Outcome::Signed { state, nearby, .. } => match state {
            AttendanceState::ToVerify => tv_ui::Outcome::ToVerify,
            AttendanceState::Guest => tv_ui::Outcome::Guest,
            _ if nearby => tv_ui::Outcome::Nearby,
            AttendanceState::Late => tv_ui::Outcome::Late,
            _ => tv_ui::Outcome::Signed,
        },
    }
}

/// Why it was refused, if it was.
pub(super) fn outcome_refusal(outcome: Outcome) -> tv_ui::Refusal {
    match outcome {
        Outcome::Refused(code) => refusal(code),
        _ => tv_ui::Refusal::None,
    }
}

/// The moment that counts, if the server has said one.
pub(super) fn outcome_at(outcome: Outcome) -> SharedString {
    match outcome {
        Outcome::Signed { at_ms, .. } if at_ms > 0 => clock(at_ms),
        _ => SharedString::default(),
    }
}

pub(crate) fn refusal(code: ErrorCode) -> tv_ui::Refusal {
    match code {
        ErrorCode::WrongPin => tv_ui::Refusal::WrongPin,
        ErrorCode::PinLocked => tv_ui::Refusal::PinLocked,
        ErrorCode::NoPin => tv_ui::Refusal::NoPin,
        ErrorCode::UnknownCard => tv_ui::Refusal::UnknownCard,
        ErrorCode::TooEarly => tv_ui::Refusal::TooEarly,
        ErrorCode::TooLate => tv_ui::Refusal::TooLate,
        ErrorCode::WrongPresenceCode => tv_ui::Refusal::WrongCode,
        ErrorCode::Forbidden => tv_ui::Refusal::NotHere,
        ErrorCode::Invalid => tv_ui::Refusal::EasyPin,
        _ => tv_ui::Refusal::Other,
    }
}

/// What is typed, how much of it, and how much there is to be.
pub(super) fn typing(entry: &Entry) -> (Typing, i32, i32) {
    let (typed, length) = entry.form.pad().typed();
    let typing = match entry.asked {
        Asked::Code => Typing::Code,
        Asked::Pin => Typing::Pin,
    };
    (typing, int(typed), int(length))
}

/// The digits of a code one by one; of a PIN none.
pub(super) fn code_digits(entry: &Entry) -> [SharedString; 4] {
    let mut digits = entry
        .code()
        .chars()
        .map(|digit| SharedString::from(digit.to_string()));
    std::array::from_fn(|_| digits.next().unwrap_or_default())
}

/// Hundredths of a percent as people read them, e.g. 63.3%.
pub(super) fn rate(part: usize, whole: usize) -> SharedString {
    if whole == 0 {
        return SharedString::default();
    }
    percent((part * 10_000 + whole / 2) / whole)
}

/// Hundredths of a percent, with one decimal place unless it is none.
pub(super) fn percent(hundredths: usize) -> SharedString {
    let tenths = (hundredths + 5) / 10;
    if tenths.is_multiple_of(10) {
        slint::format!("{}%", tenths / 10)
    } else {
        slint::format!("{}.{}%", tenths / 10, tenths % 10)
    }
}

/// Somebody who proves who they are.
pub(super) fn prove(prove: &Prove, window: &AppWindow) {
    let adapter = window.global::<ProveAdapter<'_>>();
    let names = prove.names();
    let people: Vec<PersonData> = names.visible().map(person).collect();
    fill(&adapter.get_people(), people, |people| {
        adapter.set_people(people);
    });
    let mut visible = names.visible();
    adapter.set_other(index(visible.position(|person| prove.is_other(person))));
    adapter.set_focused(index(names.focused()));
    adapter.set_first(int(names.window.visible().start));
    adapter.set_total(int(names.window.total()));
    adapter.set_digits(names.digits().into());
    adapter.set_nobody(nobody(prove.nobody()));
    adapter.set_name(prove.name().into());
    let (typed, said) = prove.typed();
    adapter.set_typed(int(typed));
    adapter.set_remark(remark(said));
    adapter.set_key(index(prove.focused_key()));
    adapter.set_step(match prove.step() {
        proving::Step::Who => ProveStep::Who,
        proving::Step::Pin => ProveStep::Pin,
        proving::Step::NoPin => ProveStep::NoPin,
    });
}
