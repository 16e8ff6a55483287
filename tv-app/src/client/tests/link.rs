//! A network that comes, and the first answer of the server: whatever waits goes on at once. The waits
//! here are longer than the test's patience, so nothing goes on because time has passed.

use std::sync::Arc;
use std::sync::mpsc;

use contract::event::Event;
use contract::feed::Document;
use contract::member::TerminalPerson;
use contract::roll_call::{TerminalRollCall, TerminalRollCalls};
use contract::terminal::{Terminal, TerminalKind};

use super::server::{Fault, Server};
use super::{Running, enrolled};
use crate::cache::command::NewPin;
use crate::cache::tests::{Fixture, NOW, bulletin, file_ref, page, programme};
use crate::client::{Client, ClientConfig, EnrolmentState, Notice, Timing};

/// A client that waits for ever after any failure.
fn patient(fixture: &Fixture, url: &str) -> Running {
    let (sender, notices) = mpsc::channel();
    let for_ever = 3_600_000;
    let config = ClientConfig {
        jitter_seed: Some(1),
        timing: Timing {
            backoff_min_ms: for_ever,
            backoff_max_ms: for_ever,
            poll_ms: for_ever,
            heartbeat_ms: for_ever,
            second_ms: 1,
            spread_ms: 0,
            roll_calls_ms: 1,
            place_ms: for_ever,
            rejoin_ms: for_ever,
        },
        ..ClientConfig::new(url, "box")
    };
    let notify = Arc::new(move |notice| sender.send(notice).unwrap_or(()));
    Running {
        client: Client::start(config, fixture.cache.clone(), notify).unwrap(),
        notices,
    }
}

fn no_network(notice: &Notice) -> bool {
    matches!(notice, Notice::Enrolment(EnrolmentState::NoNetwork { .. }))
}

/// A port at which nobody listens, and somebody will.
fn nobody() -> std::net::SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

#[test]
fn a_box_that_was_started_before_its_network_enrols_when_it_comes() {
    let address = nobody();
    let fixture = Fixture::new();
    let running = patient(&fixture, &format!("http://{address}"));
    running.wait("no network", no_network);
    // A link alone, as yet without the server: it tries, and waits on.
    running.client.network_came();
    running.wait("still none", no_network);
    let server = Server::start_at(address);
    running.client.network_came();
    running.code();
    // The code is there, and the server goes and comes while staff look for their glasses.
    server.fail("enrol", &[Fault::Broken]);
    // Before it is asked again: what came of the network earlier may have it ask at once.
    server.script.lock().enrolment.extend(["ok"]);
    running.wait("no network again", no_network);
    running.client.network_came();
    running.wait("approved", |n| {
        *n == Notice::Enrolment(EnrolmentState::Approved)
    });
}

#[test]
fn what_was_sent_into_nothing_is_not_waited_for() {
    // Takes connections, and never says anything.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let fixture = Fixture::new();
    let running = patient(
        &fixture,
        &format!("http://{}", silent.local_addr().unwrap()),
    );
    let (first, _) = silent.accept().unwrap();
    running.client.network_came();
    let (_second, _) = silent.accept().unwrap();
    drop(first);
    let notices: Vec<_> = running.notices.try_iter().collect();
    assert!(!notices.iter().any(no_network), "{notices:?}");
}

/// Everything that waits, each after a failure of its own.
fn everything_waits(server: &Server) -> (Fixture, Running, String) {
    let fixture = enrolled(server);
    let poster = vec![b'p'; 500];
    let name = file_ref(&poster, "png").name;
    // The programme is known from before, its picture is not.
    let known = Document::Programme(programme("p", &poster, b""));
    fixture.cache.apply(&page("1", vec![known])).unwrap();
    {
        let mut script = server.script.lock();
        script.pages.insert(
            "1".to_owned(),
            page("2", vec![Document::Bulletin(bulletin("b", "l", "公告", 1))]),
        );
        script.files.insert(name.clone(), poster);
        script.people.people = vec![TerminalPerson::default()];
        script.roll_calls = TerminalRollCalls {
            server_time_ms: NOW,
            roll_calls: vec![TerminalRollCall::default()],
        };
    }
    for what in [
        "feed",
        "events",
        "people",
        "roll-calls",
        "duty",
        "terminal",
        "files",
        "progress",
    ] {
        server.fail(what, &[Fault::Broken]);
    }
    fixture
        .cache
        .record_progress("p", 1000, 100_000, 1000, NOW)
        .unwrap();
    let running = patient(&fixture, &server.url);
    let all_failed = || {
        let script = server.script.lock();
        script.faults.values().all(|left| left.is_empty())
    };
    running.wait("no network", |n| *n == Notice::Online(false));
    running.until("every failure", all_failed);
    server.script.lock().faults.clear();
    (fixture, running, name)
}

fn everything_goes_on(server: &Server, fixture: &Fixture, running: &Running, picture: &str) {
    running.until("the feed", || fixture.cache.bulletin("b").is_some());
    running.until("an empty outbox", || fixture.cache.pending().is_empty());
    running.until("the people", || fixture.cache.people().people.len() == 1);
    running.until("the roll calls", || {
        fixture.cache.roll_calls().roll_calls.len() == 1
    });
    running.until("the picture", || fixture.cache.has_file(picture));
    running.until("the events", || {
        !server.script.lock().last_event_ids.is_empty()
    });
    let asked = |what: &str| {
        let asked = &server.script.lock().asked;
        asked.iter().any(|line| line.starts_with(what))
    };
    running.until("what it is", || asked("terminal"));
}

#[test]
fn a_link_that_comes_wakes_everything_that_waits() {
    let server = Server::start();
    let (fixture, running, picture) = everything_waits(&server);
    running.client.network_came();
    everything_goes_on(&server, &fixture, &running, &picture);
}

#[test]
fn the_first_answer_to_anybody_wakes_everything_that_waits() {
    let server = Server::start();
    let (fixture, running, picture) = everything_waits(&server);
    // Somebody at the screen asks, and is answered.
    let request = contract::member::PinByCard {
        card: "0012345678".to_owned(),
        pin: "402817".to_owned(),
    };
    let key = "k".to_owned();
    running.client.ask(&NewPin { key, request }.into());
    everything_goes_on(&server, &fixture, &running, &picture);
}

#[test]
fn people_that_change_bring_their_roll_calls() {
    let server = Server::start();
    let fixture = enrolled(&server);
    let running = patient(&fixture, &server.url);
    running.until("a listener", || {
        !server.script.lock().last_event_ids.is_empty()
    });
    let asked = |what: &str| {
        let asked = &server.script.lock().asked;
        asked.iter().filter(|line| line.starts_with(what)).count()
    };
    running.until("the first look", || {
        asked("people") > 0 && asked("roll-calls") > 0
    });
    {
        let mut script = server.script.lock();
        script.people.people = vec![TerminalPerson::default()];
        script.roll_calls.roll_calls = vec![TerminalRollCall::default()];
    }
    assert!(server.send(1, Event::PeopleChanged));
    running.until("the open roll call", || {
        fixture.cache.roll_calls().roll_calls.len() == 1 && fixture.cache.people().people.len() == 1
    });
}

#[test]
fn a_terminal_that_becomes_something_else_knows_it() {
    let server = Server::start();
    let fixture = enrolled(&server);
    let running = patient(&fixture, &server.url);
    running.until("a listener", || {
        !server.script.lock().last_event_ids.is_empty()
    });
    server.script.lock().terminal = Some(Terminal {
        id: "t1".to_owned(),
        kind: TerminalKind::Station,
        name: "会议室".to_owned(),
        organization: contract::organization::OrganizationRef {
            id: "o2".to_owned(),
            name: "李家村".to_owned(),
        },
        enrolled_at_ms: 1,
        seen_at_ms: None,
        revoked_at_ms: None,
        storage: None,
        version: 1,
    });
    assert!(server.send(1, Event::TerminalChanged));
    running.wait("the news", |n| *n == Notice::TerminalChanged);
    let now = fixture.cache.enrolment().unwrap();
    assert_eq!(
        (now.kind, now.name.as_str(), now.organization.name.as_str()),
        (TerminalKind::Station, "会议室", "李家村")
    );
    assert_eq!(
        (now.token.as_str(), now.terminal_id.as_str()),
        ("token", "t1")
    );
}
