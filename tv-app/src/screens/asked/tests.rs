//! What was asked, and how it stands.

use contract::error::ErrorCode;
use contract::feed::Document;
use contract::member::MemberRef;
use contract::organization::OrganizationRef;
use contract::request::{
    self, Category, Happened, HistoryEntry, Phone, PhoneOffer, RequestReceipt, TerminalRequests,
};
use contract::terminal::TerminalKind;

use super::*;
use crate::cache::Refusal;
use crate::cache::command::{self, Command, Priority, Reply, Told};
use crate::cache::tests::page;
use crate::screens::tests::{MINUTE, NOW, World};
use crate::screens::{Effect, Effects, Input};

pub const HOUR: i64 = 60 * MINUTE;

/// A category of the township.
pub fn category(digit: u8, title: &str, kind: CategoryKind) -> Category {
    Category {
        id: format!("c{digit}{}", if digit == 0 { title } else { "" }),
        digit,
        title: title.to_owned(),
        icon: "farm".to_owned(),
        about: "农技员给您说清楚，要看的到地里看。".to_owned(),
        kind,
        office: "镇农业农村办公室".to_owned(),
        response_hours: 24,
        ..Category::default()
    }
}

/// A request of this home that was asked an hour ago.
pub fn request(id: &str, state: RequestState) -> TerminalRequest {
    TerminalRequest {
        id: id.to_owned(),
        number: "20261122-007".to_owned(),
        category: "农业技术服务".to_owned(),
        category_id: "c1".to_owned(),
        summary: "果树叶子发黄".to_owned(),
        office: OrganizationRef {
            id: "o".to_owned(),
            name: "镇农业农村办公室".to_owned(),
        },
        state,
        asked_at_ms: NOW - HOUR,
        due_at_ms: Some(NOW + 23 * HOUR),
        due_because: vec!["11月22日 18:30 收到，24 小时内答复".to_owned()],
        history: vec![entry(1, Happened::Asked, "")],
        ..TerminalRequest::default()
    }
}

/// One that was answered: the asker's word is wanted.
pub fn answered(id: &str) -> TerminalRequest {
    let mut one = request(id, RequestState::Answered);
    one.due_at_ms = None;
    one.wants_verdict = true;
    one.history
        .push(entry(3, Happened::Answered, "已经到地里看过，请打一遍药。"));
    one
}

pub fn entry(number: u32, what: Happened, text: &str) -> HistoryEntry {
    HistoryEntry {
        number,
        at_ms: NOW - HOUR + i64::from(number) * MINUTE,
        what,
        who: "镇农业农村办公室".to_owned(),
        text: text.to_owned(),
        ..HistoryEntry::default()
    }
}

pub fn phone(id: &str, name: &str) -> PhoneOffer {
    PhoneOffer {
        member: MemberRef {
            id: id.to_owned(),
            name: name.to_owned(),
        },
        masked: "138****0001".to_owned(),
    }
}

pub fn tell(world: &World, requests: Vec<TerminalRequest>, phones: Vec<PhoneOffer>) {
    let told = TerminalRequests {
        server_time_ms: NOW,
        requests,
        phones,
    };
    world.cache.set_requests(told, "\"r\"").unwrap();
}

/// A terminal of this kind with two categories and a suggestion.
pub fn world(kind: TerminalKind) -> World {
    let world = World::new(kind);
    let categories = [
        category(3, "咨询", CategoryKind::Service),
        category(1, "农业技术服务", CategoryKind::Service),
        category(0, "意见建议", CategoryKind::Suggestion),
    ];
    let documents = categories.map(Document::Category);
    world.cache.apply(&page("1", documents.to_vec())).unwrap();
    world
}

/// A home where one number is known.
pub fn home() -> World {
    let world = world(TerminalKind::Household);
    tell(&world, Vec::new(), vec![phone("a", "张建国")]);
    world
}

/// The request among the effects.
pub fn sent(effects: &Effects) -> command::NewRequest {
    let found = effects.iter().find_map(|effect| match effect {
        Effect::Command(command) => match &**command {
            Command::NewRequest(new) => Some(new.clone()),
            _ => None,
        },
        _ => None,
    });
    found.unwrap_or_else(|| panic!("nothing is asked: {effects:?}"))
}

pub fn receipt() -> RequestReceipt {
    RequestReceipt {
        id: "new".to_owned(),
        number: "20261122-008".to_owned(),
        due_at_ms: NOW + 24 * HOUR,
        office: OrganizationRef {
            id: "o".to_owned(),
            name: "镇农业农村办公室".to_owned(),
        },
    }
}

/// The server has it.
pub fn taken(key: &str) -> Input {
    Input::Told(key.to_owned(), Told::Answered(Reply::NewRequest(receipt())))
}

/// As the client does with the oldest that waits.
pub fn deliver(world: &World, reply: &Reply) -> String {
    let taken = world.cache.take_command(Priority::Interactive, &[]);
    let taken = taken.unwrap().expect("something waits");
    world
        .cache
        .command_answered(taken.seq, Some(reply))
        .unwrap();
    taken.request.key
}

fn new(key: &str) -> command::NewRequest {
    command::NewRequest {
        key: key.to_owned(),
        request: request::NewRequest {
            category_id: "c1".to_owned(),
            phone: Phone::None,
            sentences: Vec::new(),
            voice: None,
            proof: None,
            for_member_id: None,
            may_be_public: false,
            age_ms: None,
        },
        title: "农业技术服务".to_owned(),
        member_id: String::new(),
        name: String::new(),
    }
}

fn stands(world: &World) -> Vec<(String, Stand)> {
    let now = world.cache.server_time();
    let asked = all(&world.cache, false, now).into_iter();
    asked.map(|one| (one.key, one.stand)).collect()
}

#[test]
fn how_a_request_stands_is_what_the_asker_needs_to_know() {
    let now = ServerTime::at(NOW);
    let cases = [
        (RequestState::Received, Stand::Due(NOW + 23 * HOUR)),
        (RequestState::Assigned, Stand::Due(NOW + 23 * HOUR)),
        (RequestState::Reopened, Stand::Due(NOW + 23 * HOUR)),
        (RequestState::Answered, Stand::Answered),
        (RequestState::Closed, Stand::Closed),
        (RequestState::Declined, Stand::Declined),
        (RequestState::Merged, Stand::Merged),
        (RequestState::Withdrawn, Stand::Withdrawn),
        (RequestState::Unknown, Stand::Due(NOW + 23 * HOUR)),
    ];
    for (state, wanted) in cases {
        assert_eq!(stand(&request("a", state), None, now), wanted, "{state:?}");
    }
    let mut one = request("a", RequestState::InProgress);
    one.due_at_ms = None;
    assert_eq!(stand(&one, None, now), Stand::InHand);
    one.due_at_ms = Some(NOW);
    assert_eq!(stand(&one, None, now), Stand::Overdue);
    // Nobody knows what time it is: nothing is said to be overdue.
    let unknown = ServerTime {
        known: false,
        ..now
    };
    assert_eq!(stand(&one, None, unknown), Stand::Due(NOW));
    one.wants_addition = true;
    assert_eq!(stand(&one, None, now), Stand::WantsAddition);
    assert_eq!(stand(&answered("a"), None, now), Stand::WantsVerdict);
}

#[test]
fn what_waits_stands_first_is_kept_when_somebody_was_told_so_and_is_there_after_a_power_cut() {
    let world = home();
    tell(
        &world,
        vec![request("a", RequestState::Received)],
        Vec::new(),
    );
    world.cache.enqueue(&new("k")).unwrap();
    let due = ("a".to_owned(), Stand::Due(NOW + 23 * HOUR));
    assert_eq!(stands(&world), [("k".to_owned(), Stand::Sending), due]);
    world.cache.queue_command("k").unwrap();
    world.clock.reboot();
    let world = world.reopened();
    assert_eq!(stands(&world)[0], ("k".to_owned(), Stand::Kept));
    // The same key again is the same request.
    world.cache.enqueue(&new("k")).unwrap();
    assert_eq!(world.cache.waiting_requests().len(), 1);
    // The server has it: it is among the others, once.
    assert_eq!(deliver(&world, &Reply::NewRequest(receipt())), "k");
    let known: Vec<String> = stands(&world).into_iter().map(|(key, _)| key).collect();
    assert_eq!(known, ["new", "a"]);
    assert_eq!(world.cache.request("new").unwrap().category, "农业技术服务");
    assert!(world.cache.waiting_requests().is_empty());
}

#[test]
fn a_verdict_that_is_on_its_way_is_not_asked_for_again_and_ends_it_when_it_is_taken() {
    let world = home();
    tell(&world, vec![answered("a")], Vec::new());
    assert_eq!(wanted(&world.cache).len(), 1);
    let verdict = command::Verdict {
        key: "v".to_owned(),
        id: "a".to_owned(),
        request: request::Verdict {
            solved: request::Solved::Yes,
            satisfaction: Some(5),
            about: 3,
            proof: None,
        },
        title: "农业技术服务".to_owned(),
    };
    world.cache.enqueue(&verdict).unwrap();
    assert_eq!(stands(&world), [("a".to_owned(), Stand::Sending)]);
    assert!(wanted(&world.cache).is_empty());
    let world = world.reopened();
    assert_eq!(stands(&world), [("a".to_owned(), Stand::Sending)]);
    let closed = Box::new(request("a", RequestState::Closed));
    deliver(&world, &Reply::Verdict(closed));
    assert_eq!(stands(&world), [("a".to_owned(), Stand::Closed)]);
    // Not solved: it begins anew.
    tell(&world, vec![answered("a")], Vec::new());
    let no = command::Verdict {
        key: "n".to_owned(),
        request: request::Verdict {
            solved: request::Solved::No,
            ..verdict.request
        },
        ..verdict
    };
    world.cache.enqueue(&no).unwrap();
    let reopened = Box::new(request("a", RequestState::Reopened));
    deliver(&world, &Reply::Verdict(reopened));
    let one = world.cache.request("a").unwrap();
    assert_eq!(
        (one.state, one.wants_verdict),
        (RequestState::Reopened, false)
    );
}

#[test]
fn what_was_refused_when_nobody_waited_is_told_as_a_request() {
    let world = home();
    world.cache.enqueue(&new("k")).unwrap();
    let taken = world.cache.take_command(Priority::Interactive, &[]);
    let refusal = Refusal {
        code: ErrorCode::NotFound,
        tries: None,
        wait_ms: None,
    };
    let seq = taken.unwrap().unwrap().seq;
    world.cache.command_refused(seq, refusal, "").unwrap();
    let told = world.reopened().cache.refusals();
    assert!(told[0].is_of_request());
    assert_eq!(told[0].title, "农业技术服务");
}

#[test]
fn suggestions_are_apart_and_the_asker_s_word_comes_first_among_the_newest() {
    let world = home();
    let mut suggestion = request("s", RequestState::Received);
    suggestion.kind = CategoryKind::Suggestion;
    let mut old = answered("old");
    old.asked_at_ms = NOW - 100 * HOUR;
    let known = vec![
        request("a", RequestState::Received),
        suggestion,
        old,
        request("b", RequestState::Closed),
    ];
    tell(&world, known, Vec::new());
    let now = world.cache.server_time();
    let keys = |all: Vec<Asked>| all.into_iter().map(|one| one.key).collect::<Vec<_>>();
    assert_eq!(keys(all(&world.cache, true, now)), ["s"]);
    let mixed = all(&world.cache, false, now);
    assert_eq!(keys(newest(mixed, 2)), ["old", "a"]);
}
