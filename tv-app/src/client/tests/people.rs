//! People, roll calls, sign-ins and questions against a server that misbehaves.

use std::sync::Arc;

use contract::error::ErrorCode;
use contract::event::Event;
use contract::member::{MemberRef, PinByCard, Proof, TerminalPeople, TerminalPerson};
use contract::roll_call::{RollCallState, TerminalRollCall, TerminalRollCalls};

use super::server::{FAULTS, Fault, Server};
use super::{Running, enrolled, start};
use crate::cache::command::{Command, NewPin, OwnRecord, Reply, Told};
use crate::cache::tests::{Fixture, NOW};
use crate::cache::{Cache, NewSignIn, Refusal, Storage};
use crate::client::Notice;

const PIN: &str = "580316";

fn serving() -> (Server, Fixture) {
    let server = Server::start();
    let fixture = enrolled(&server);
    let mut script = server.script.lock();
    script.pin = PIN.to_owned();
    script.people = TerminalPeople {
        household: None,
        people: vec![TerminalPerson {
            id: "a".to_owned(),
            name: "张建国".to_owned(),
            ..TerminalPerson::default()
        }],
    };
    script.roll_calls = calls(&["r"]);
    drop(script);
    (server, fixture)
}

fn calls(ids: &[&str]) -> TerminalRollCalls {
    TerminalRollCalls {
        server_time_ms: NOW + 3_000,
        roll_calls: ids
            .iter()
            .map(|id| TerminalRollCall {
                id: (*id).to_owned(),
                state: RollCallState::Open,
                ..TerminalRollCall::default()
            })
            .collect(),
    }
}

fn sign_in(key: &str, pin: &str) -> NewSignIn {
    NewSignIn {
        key: key.to_owned(),
        roll_call_id: "r".to_owned(),
        title: "十一月主题党日".to_owned(),
        round: 1,
        proof: Proof::Pin {
            member_id: "a".to_owned(),
            pin: pin.to_owned(),
        },
        name: "张建国".to_owned(),
        presence_code: None,
    }
}

fn told(running: &Running, wanted: &str) -> Told {
    let of = |notice: &Notice| matches!(notice, Notice::Told { key, .. } if key == wanted);
    match running.wait(wanted, of) {
        Notice::Told { told, .. } => told,
        _ => unreachable!(),
    }
}

fn wait_until(running: &Running, what: &str, holds: impl Fn() -> bool) {
    while !holds() {
        running.wait(what, |_| true);
    }
}

fn poll(what: &str, holds: impl Fn() -> bool) {
    let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while !holds() {
        assert!(
            std::time::Instant::now() < until,
            "waited in vain for {what}"
        );
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

#[test]
fn people_and_roll_calls_come_and_follow_the_events() {
    let (server, fixture) = serving();
    server.fail("roll-calls", &FAULTS);
    let running = start(&fixture, &server, 60_000);
    wait_until(&running, "the first roll call", || {
        fixture.cache.roll_calls().roll_calls.len() == 1
    });
    assert_eq!(fixture.cache.people().people[0].name, "张建国");
    let now = fixture.cache.server_time();
    assert_eq!(
        (now.at_ms, now.synced),
        (NOW + 3_000, true),
        "with the server's clock"
    );
    let send = |event: Event| {
        // The stream may not be open yet; then nobody misses anything.
        poll("somebody to listen", || server.send(1, event.clone()));
    };
    server.script.lock().roll_calls = calls(&["r", "s"]);
    send(Event::RollCallOpened {
        roll_call_id: "s".to_owned(),
        title: String::new(),
        round: 1,
        closes_at_ms: NOW,
    });
    wait_until(&running, "the second roll call", || {
        fixture.cache.roll_calls().roll_calls.len() == 2
    });
    server.script.lock().roll_calls = calls(&["r", "s", "t"]);
    send(Event::RollCallChanged {
        roll_call_id: "t".to_owned(),
    });
    wait_until(&running, "the third roll call", || {
        fixture.cache.roll_calls().roll_calls.len() == 3
    });
    server
        .script
        .lock()
        .people
        .people
        .push(TerminalPerson::default());
    send(Event::PeopleChanged);
    wait_until(&running, "the second person", || {
        fixture.cache.people().people.len() == 2
    });
}

#[test]
fn nothing_new_costs_nothing_but_the_first_answer_brings_the_clock() {
    let (server, mut fixture) = serving();
    let first = start(&fixture, &server, 60_000);
    wait_until(&first, "the people and their roll call", || {
        fixture.cache.roll_calls().roll_calls.len() == 1 && fixture.cache.people().people.len() == 1
    });
    drop(first);
    fixture.clock.reboot();
    fixture.reopen();
    assert!(!fixture.cache.server_time().synced);
    assert_eq!(
        fixture.cache.people().people.len(),
        1,
        "there without a network"
    );
    server.script.lock().asked.clear();
    let second = start(&fixture, &server, 60_000);
    wait_until(&second, "the clock", || fixture.cache.server_time().synced);
    second.client.retry_now();
    // Nothing new is no news: the server is asked what it was asked.
    let seen = |wanted: &str| server.script.lock().asked.iter().any(|one| one == wanted);
    poll("nothing new", || {
        second.client.retry_now();
        seen("roll-calls 304")
    });
    let asked = server.script.lock().asked.clone();
    let of = |what: &str| asked.iter().find(|one| one.starts_with(what)).cloned();
    assert_eq!(of("people").as_deref(), Some("people 304"));
    assert_eq!(of("roll-calls").as_deref(), Some("roll-calls 200"));
}

#[test]
fn a_sign_in_goes_at_once_and_counts_once_however_many_answers_get_lost() {
    let (server, fixture) = serving();
    let faults = [
        Fault::LostAnswer,
        Fault::Portal,
        Fault::Broken,
        Fault::LostAnswer,
        Fault::Redirect,
        Fault::WrongJson,
        Fault::Unchanged,
    ];
    server.fail("sign-ins", &faults);
    let running = start(&fixture, &server, 60_000);
    fixture.cache.enqueue(&sign_in("k", PIN)).unwrap();
    assert_eq!(
        told(&running, "k"),
        Told::Queued,
        "the first try: no answer"
    );
    loop {
        match told(&running, "k") {
            Told::Queued => {}
            Told::Answered(Reply::SignIn(answer)) => {
                assert_eq!((answer.member.id.as_str(), answer.signed_at_ms), ("a", 7));
                break;
            }
            other => panic!("{other:?}"),
        }
    }
    let script = server.script.lock();
    assert!(script.faults["sign-ins"].is_empty());
    assert_eq!(script.sign_ins.len(), 1, "counted once");
    assert!(script.arrived.len() > 1, "delivered more than once");
    let queued: Vec<bool> = script.arrived.iter().map(|one| one.time.queued).collect();
    assert!(!queued[0], "somebody stood before the TV");
    assert!(
        queued[1..].iter().all(|queued| *queued),
        "and had been told that it is kept"
    );
    assert!(script.arrived.iter().all(|one| one.time.age_ms.is_some()));
    drop(script);
    assert!(fixture.cache.waiting_sign_ins().is_empty());
}

#[test]
fn where_nothing_can_be_stored_it_goes_out_at_once_or_nobody_is_told_that_it_is_kept() {
    let (server, mut fixture) = serving();
    let file = fixture.dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let enrolment = fixture.cache.enrolment().unwrap();
    fixture.cache = Cache::open(&file.join("data"), Arc::clone(&fixture.clock) as _).unwrap();
    fixture.cache.set_enrolment(&enrolment).unwrap();
    assert_eq!(fixture.cache.storage(), Storage::Nothing);
    server.fail("sign-ins", &[Fault::LostAnswer]);
    let running = start(&fixture, &server, 60_000);
    let is_online = || fixture.cache.sync_state().online;
    wait_until(&running, "the server", is_online);
    fixture.cache.enqueue(&sign_in("k", PIN)).unwrap();
    assert_eq!(told(&running, "k"), Told::NoNetwork);
    assert!(fixture.cache.pending().is_empty());
    // They press again; that it came the first time is the server's to know.
    wait_until(&running, "the server again", is_online);
    fixture.cache.enqueue(&sign_in("l", PIN)).unwrap();
    assert!(matches!(told(&running, "l"), Told::Answered(_)));
    assert!(fixture.cache.pending().is_empty());
}

#[test]
fn a_server_that_asks_for_patience_gets_it_and_nothing_is_lost() {
    const WISH_MS: u64 = 400;
    let (server, fixture) = serving();
    server.fail("sign-ins", &[Fault::Later(WISH_MS)]);
    let running = start(&fixture, &server, 60_000);
    let sent = std::time::Instant::now();
    fixture.cache.enqueue(&sign_in("k", PIN)).unwrap();
    assert_eq!(told(&running, "k"), Told::Queued);
    assert!(matches!(
        told(&running, "k"),
        Told::Answered(Reply::SignIn(_))
    ));
    // Without the wish it would have been tried again within 20 ms.
    let waited = sent.elapsed();
    assert!(
        waited >= std::time::Duration::from_millis(WISH_MS),
        "{waited:?}"
    );
    let script = server.script.lock();
    assert_eq!((script.sign_ins.len(), script.arrived.len()), (1, 1));
    assert!(script.arrived[0].time.queued);
}

#[test]
fn a_wrong_pin_comes_back_with_the_tries_left_and_the_next_try_is_another() {
    let (server, fixture) = serving();
    let running = start(&fixture, &server, 60_000);
    fixture.cache.enqueue(&sign_in("1", "111222")).unwrap();
    let refusal = Refusal {
        code: ErrorCode::WrongPin,
        tries: Some(4),
        wait_ms: None,
    };
    assert_eq!(told(&running, "1"), Told::Refused(refusal));
    assert_eq!(fixture.cache.refusals()[0].refusal, refusal);
    fixture.cache.enqueue(&sign_in("2", PIN)).unwrap();
    assert!(matches!(
        told(&running, "2"),
        Told::Answered(Reply::SignIn(_))
    ));
    assert_eq!(server.script.lock().sign_ins.len(), 1);
}

#[test]
fn without_a_server_it_is_queued_at_once_and_goes_when_the_server_is_there() {
    let (server, fixture) = serving();
    let address = server.url.clone();
    let script = server.script.clone();
    drop(server);
    // The port is closed now; everything is refused by the system at once.
    let gone = Server::start();
    let mut config = super::super::ClientConfig::new(&address, "box");
    config.timing.backoff_min_ms = 2;
    config.timing.backoff_max_ms = 20;
    let (sender, notices) = std::sync::mpsc::channel();
    let notify = Arc::new(move |notice| sender.send(notice).unwrap_or(()));
    let client = super::super::Client::start(config, fixture.cache.clone(), notify).unwrap();
    let running = Running { client, notices };
    fixture.cache.enqueue(&sign_in("k", PIN)).unwrap();
    assert_eq!(told(&running, "k"), Told::Queued);
    assert!(fixture.cache.waiting_sign_ins()[0].queued);
    drop(running);
    // The next start of the program finds a server.
    gone.script.lock().pin = PIN.to_owned();
    let running = start(&fixture, &gone, 60_000);
    assert!(matches!(
        told(&running, "k"),
        Told::Answered(Reply::SignIn(_))
    ));
    assert!(gone.script.lock().arrived[0].time.queued);
    assert!(script.lock().arrived.is_empty());
}

#[test]
fn questions_are_answered_and_never_kept() {
    let (server, fixture) = serving();
    server.fail("sessions", &[Fault::Broken]);
    // A page of a portal says nothing of a PIN.
    server.fail("pins", &[Fault::LostAnswer, Fault::Portal]);
    let running = start(&fixture, &server, 60_000);
    let record = |key: &str, pin: &str| -> Command {
        let proof = Proof::Pin {
            member_id: "a".to_owned(),
            pin: pin.to_owned(),
        };
        let key = key.to_owned();
        OwnRecord { key, proof }.into()
    };
    running.client.ask(&record("1", PIN));
    assert!(
        matches!(told(&running, "1"), Told::Answered(Reply::OwnRecord(record)) if record.member.name == "张建国")
    );
    running.client.ask(&record("2", "111222"));
    let refusal = Refusal {
        code: ErrorCode::WrongPin,
        tries: Some(2),
        wait_ms: None,
    };
    assert_eq!(told(&running, "2"), Told::Refused(refusal));
    let request = PinByCard {
        card: "0012345678".to_owned(),
        pin: PIN.to_owned(),
    };
    let new_pin = NewPin {
        key: "pin".to_owned(),
        request: request.clone(),
    };
    running.client.ask(&new_pin.into());
    let member = MemberRef {
        id: "a".to_owned(),
        name: "张建国".to_owned(),
    };
    assert_eq!(told(&running, "pin"), Told::Answered(Reply::NewPin(member)));
    assert_eq!(server.script.lock().pins.get("pin"), Some(&request));
    server.fail(
        "sessions",
        &[Fault::Broken, Fault::Portal, Fault::Truncated],
    );
    running.client.ask(&record("4", PIN));
    assert_eq!(told(&running, "4"), Told::NoNetwork);
    assert!(fixture.cache.pending().is_empty());
}

#[test]
fn whoever_stands_before_the_tv_waits_for_no_report() {
    let (server, fixture) = serving();
    server.fail("progress", &[Fault::Hangs]);
    let running = start(&fixture, &server, 60_000);
    let cache = &fixture.cache;
    cache
        .record_progress("p", 1_000, 60_000, 1_000, NOW)
        .unwrap();
    running.until("a report that hangs", || {
        server.script.lock().faults["progress"].is_empty()
    });
    cache.enqueue(&sign_in("k", PIN)).unwrap();
    assert!(matches!(
        told(&running, "k"),
        Told::Answered(Reply::SignIn(_))
    ));
    let left = cache.pending();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].request.kind, "progress", "it still hangs");
}
