use contract::organization::{Organization, OrganizationKind};
use contract::request::{
    Act, CategoryKind, ClockKind, Happened, Level, RequestState as S, Solved, Verdict,
};

use super::{ACTS, Actor, Case, begun, name};
use crate::services::kit::error::ServiceError;
use crate::services::requests::clock::Days;
use crate::services::requests::ladder::tests::{line, place};

const NOW: i64 = 1_790_000_000_000;
const HOUR: i64 = 3_600_000;

struct Desk {
    line: Vec<Organization>,
    days: Days,
}

impl Desk {
    fn new(kind: OrganizationKind) -> Self {
        Self {
            line: line(kind),
            days: Days::default(),
        }
    }

    fn case(&self) -> Case<'_> {
        let office = self.line.last().unwrap();
        Case {
            standing: begun(
                office,
                Level::Village,
                ClockKind::Wall,
                24,
                true,
                &self.days,
                NOW,
            ),
            kind: CategoryKind::Service,
            may_be_public: true,
            has_phone: true,
            line: &self.line,
            days: &self.days,
            now_ms: NOW,
        }
    }
}

fn reason() -> String {
    "因为".to_owned()
}

fn reply(done: bool) -> Act {
    Act::Reply {
        text: reason(),
        done,
        by_phone: false,
        pictures: Vec::new(),
    }
}

fn pass_on() -> Act {
    Act::PassOn {
        organization_code: "office".to_owned(),
        reason: reason(),
    }
}

fn all() -> Vec<Act> {
    vec![
        Act::Accept,
        reply(true),
        pass_on(),
        Act::Return { reason: reason() },
        Act::AskBack { text: reason() },
        Act::AskExtension {
            hours: 3,
            reason: reason(),
        },
        Act::GiveExtension,
        Act::RefuseExtension { reason: reason() },
        Act::Decline { reason: reason() },
        Act::Merge {
            into: "x".to_owned(),
        },
        Act::Note { text: reason() },
        Act::Call {
            reached: true,
            text: String::new(),
        },
        Act::Publish {
            title: reason(),
            list: "x".to_owned(),
            confirmed_numbers: Vec::new(),
        },
    ]
}

fn verdict(solved: Solved, about: u32) -> Verdict {
    Verdict {
        solved,
        satisfaction: None,
        about,
        proof: None,
    }
}

#[test]
fn every_act_has_its_name_on_the_wire() {
    for (act, expected) in all().iter().zip(ACTS) {
        assert_eq!(name(act), expected);
        let spelled = serde_json::to_value(act).unwrap();
        assert_eq!(spelled["act"], expected);
    }
    assert_eq!(all().len(), ACTS.len());
}

/// The table of what may happen when. An act is refused wherever it stands in no row.
#[test]
fn every_act_in_every_state() {
    let open = "accept reply pass_on return ask_back ask_extension decline merge note call";
    let states = [
        (S::Received, open),
        (S::Assigned, open),
        (S::Reopened, open),
        (
            S::InProgress,
            "reply pass_on return ask_back ask_extension decline merge note call",
        ),
        (S::Answered, "reply merge note call"),
        (S::Closed, "note"),
        (S::Declined, "note"),
        (S::Merged, "note"),
        (S::Withdrawn, "note"),
    ];
    let desk = Desk::new(OrganizationKind::Village);
    let office = place("office", OrganizationKind::Office, Some("town"));
    for (state, may) in states {
        let mut case = desk.case();
        case.standing.state = state;
        assert_eq!(case.may(Actor::Office).join(" "), may, "{state:?}");
        for act in all() {
            let mut case = case.clone();
            let before = case.standing.clone();
            let done = case.act(&act, Actor::Office, Some(&office));
            let allowed = may.split(' ').any(|it| it == name(&act));
            assert_eq!(done.is_ok(), allowed, "{state:?} {act:?}");
            if done.is_err() {
                assert_eq!(case.standing, before, "{state:?} {act:?}");
            }
        }
    }
}

#[test]
fn what_is_said_to_the_asker_stops_the_clock_and_what_is_said_among_staff_does_not() {
    let desk = Desk::new(OrganizationKind::Village);
    let office = place("office", OrganizationKind::Office, Some("town"));
    for act in all() {
        let mut case = desk.case();
        case.now_ms += HOUR;
        let Ok(said) = case.act(&act, Actor::Office, Some(&office)) else {
            continue;
        };
        let stops = matches!(
            act,
            Act::Accept | Act::Reply { .. } | Act::AskBack { .. } | Act::Decline { .. }
        );
        let merged = matches!(act, Act::Merge { .. });
        assert_eq!(
            case.standing.due_at_ms.is_none(),
            stops || merged,
            "{act:?}"
        );
        let responded = stops.then_some(NOW + HOUR);
        assert_eq!(case.standing.responded_at_ms, responded, "{act:?}");
        let among_staff = matches!(act, Act::Note { .. } | Act::Call { .. });
        assert_eq!(said.is_internal, among_staff, "{act:?}");
    }
}

#[test]
fn what_was_passed_on_goes_back_the_way_it_came() {
    let desk = Desk::new(OrganizationKind::Village);
    let office = place("office", OrganizationKind::Office, Some("town"));
    let mut case = desk.case();
    assert_eq!(
        case.returns_to().as_deref(),
        Some("town"),
        "the one that dispatches"
    );
    case.act(&pass_on(), Actor::Office, Some(&office)).unwrap();
    assert_eq!(case.standing.office.id, "office");
    assert_eq!(case.standing.level, Level::Township);
    assert_eq!(case.returns_to().as_deref(), Some("end"));
    let due = case.standing.due_at_ms;
    let back = Act::Return { reason: reason() };
    case.act(&back, Actor::Office, Some(&desk.line[2])).unwrap();
    assert_eq!(
        (case.standing.state, case.standing.due_at_ms),
        (S::Received, due)
    );
    assert!(case.standing.trail.is_empty());
    case.standing.least_level = Level::County;
    let refused = case.act(&pass_on(), Actor::Office, Some(&office));
    assert!(matches!(refused, Err(ServiceError::Conflict(_))));
}

#[test]
fn more_time_is_asked_for_once_before_the_deadline_and_given_above() {
    let desk = Desk::new(OrganizationKind::Village);
    let ask = Act::AskExtension {
        hours: 3,
        reason: reason(),
    };
    let mut late = desk.case();
    late.now_ms = late.standing.due_at_ms.unwrap();
    assert!(late.act(&ask, Actor::Office, None).is_err());
    let mut case = desk.case();
    case.act(&ask, Actor::Office, None).unwrap();
    assert!(
        case.act(&ask, Actor::Office, None).is_err(),
        "it is asked already"
    );
    let own = case.act(&Act::GiveExtension, Actor::Office, None);
    assert!(matches!(own, Err(ServiceError::Forbidden(_))));
    let mut too_late = case.clone();
    too_late.now_ms = too_late.standing.due_at_ms.unwrap();
    assert!(
        too_late
            .act(&Act::GiveExtension, Actor::Above, None)
            .is_err()
    );
    let mut refused = case.clone();
    let no = Act::RefuseExtension { reason: reason() };
    refused.act(&no, Actor::Above, None).unwrap();
    assert_eq!(refused.standing.due_at_ms, case.standing.due_at_ms);
    assert_eq!(refused.standing.extension_asked_hours, None);
    case.act(&Act::GiveExtension, Actor::Above, None).unwrap();
    let due = case.standing.due_at_ms.unwrap();
    assert!((NOW + 27 * HOUR..NOW + 27 * HOUR + 60_000).contains(&due));
    assert!(
        case.act(&ask, Actor::Office, None).is_err(),
        "it was given once"
    );
}

#[test]
fn only_the_asker_ends_it_and_not_solved_goes_higher() {
    let desk = Desk::new(OrganizationKind::Village);
    let mut case = desk.case();
    let early = case.judge(&verdict(Solved::Yes, 9));
    assert!(matches!(early, Err(ServiceError::WrongState(_))));
    case.act(&reply(true), Actor::Office, None).unwrap();
    case.standing.answer_entry = 4;
    let old = case.judge(&verdict(Solved::Yes, 3));
    assert!(matches!(old, Err(ServiceError::Conflict(_))));
    for (solved, state) in [(Solved::Yes, S::Closed), (Solved::Partly, S::Closed)] {
        let mut case = case.clone();
        case.judge(&verdict(solved, 4)).unwrap();
        assert_eq!(
            (case.standing.state, case.standing.verdict),
            (state, Some(solved))
        );
        assert!(case.judge(&verdict(Solved::No, 4)).is_err(), "it was said");
    }
    case.now_ms += 5 * HOUR;
    let said = case.judge(&verdict(Solved::No, 4)).unwrap();
    assert_eq!(said.what, Happened::Reopened);
    assert_eq!(
        (case.standing.state, case.standing.office.id.as_str()),
        (S::Reopened, "town")
    );
    assert_eq!(case.standing.started_at_ms, NOW + 5 * HOUR);
    assert!(case.standing.due_at_ms.is_some() && case.standing.ended_at_ms.is_none());
    assert_eq!(
        case.standing.responded_at_ms,
        Some(NOW),
        "the first there was"
    );
}

#[test]
fn a_confidential_report_stays_where_it_is() {
    let desk = Desk::new(OrganizationKind::Office);
    let mut case = desk.case();
    case.kind = CategoryKind::Confidential;
    let may = case.may(Actor::Office);
    for never in ["pass_on", "return", "merge", "publish", "ask_extension"] {
        assert!(!may.iter().any(|it| it == never), "{never}");
    }
    case.now_ms += 25 * HOUR;
    case.overdue().unwrap();
    assert_eq!(
        (case.standing.office.id.as_str(), case.standing.escalations),
        ("end", 1)
    );
    assert!(case.overdue().is_none(), "it was said");
    case.act(&reply(true), Actor::Office, None).unwrap();
    case.judge(&verdict(Solved::No, 9)).unwrap();
    assert_eq!(case.standing.office.id, "end");
}

#[test]
fn who_was_merged_judges_for_themselves() {
    let desk = Desk::new(OrganizationKind::Village);
    let mut other = desk.case();
    let answer = other.act(&reply(true), Actor::Office, None).unwrap();
    let mut case = desk.case();
    let merge = Act::Merge {
        into: "x".to_owned(),
    };
    case.act(&merge, Actor::Office, None).unwrap();
    assert!(case.judge(&verdict(Solved::Yes, 1)).is_err());
    case.answered_with(&answer);
    assert!(case.standing.wants_verdict && case.standing.remind_at_ms.is_some());
    case.judge(&verdict(Solved::No, 1)).unwrap();
    assert_eq!(
        (case.standing.state, &case.standing.merged_into_id),
        (S::Reopened, &None)
    );
}
