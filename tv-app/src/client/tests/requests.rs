//! What was asked with one key, against a server that misbehaves, or does not know of it.

use contract::error::ErrorCode;
use contract::event::Event;
use contract::proof::Proof;
use contract::request::{RequestState, TerminalRequest, TerminalRequests};
use contract::terminal::TerminalKind;

use super::server::{FAULTS, Fault, Server};
use super::{Running, enrolled, start};
use crate::cache::command::{File, ReadAttachment, Reply, Told};
use crate::cache::tests::Fixture;
use crate::client::Notice;

fn requests(state: RequestState) -> Option<TerminalRequests> {
    Some(TerminalRequests {
        requests: vec![TerminalRequest {
            id: "r".to_owned(),
            summary: format!("{state:?}"),
            state,
            ..TerminalRequest::default()
        }],
        ..TerminalRequests::default()
    })
}

fn serving() -> (Server, Fixture) {
    let server = Server::start();
    let fixture = enrolled(&server);
    server.script.lock().requests = requests(RequestState::Received);
    (server, fixture)
}

/// Waits until the cache says so, and the rest of the program was told.
fn until(running: &Running, fixture: &Fixture, state: RequestState) {
    running.wait("the requests", |notice| {
        let known = fixture.cache.request("r").map(|one| one.state);
        *notice == Notice::PeopleChanged && known == Some(state)
    });
}

#[test]
fn what_was_asked_comes_and_follows_the_events_whatever_was_answered_first() {
    let (server, fixture) = serving();
    server.fail("requests", &FAULTS);
    let running = start(&fixture, &server, 60_000);
    until(&running, &fixture, RequestState::Received);
    assert!(server.script.lock().faults["requests"].is_empty());
    server.script.lock().requests = requests(RequestState::InProgress);
    // The stream may not be open yet; then nobody misses anything.
    running.until("somebody to listen", || {
        server.send(1, Event::RequestsChanged)
    });
    // What waited for the stream may have heard of it already.
    running.until("the answer", || {
        fixture.cache.request("r").map(|one| one.state) == Some(RequestState::InProgress)
    });
}

#[test]
fn an_older_server_knows_none_and_what_was_kept_goes_but_not_for_somebody_else_s_404() {
    let (server, fixture) = serving();
    let running = start(&fixture, &server, 60_000);
    until(&running, &fixture, RequestState::Received);
    drop(running);
    server.script.lock().requests = None;
    server.fail("requests", &[Fault::Lost, Fault::Portal]);
    let running = start(&fixture, &server, 60_000);
    running.until("nothing to be known", || {
        fixture.cache.request("r").is_none()
    });
    assert!(server.script.lock().faults["requests"].is_empty());
}

#[test]
fn a_station_does_not_ask_for_what_is_somebody_s_own() {
    let (server, fixture) = serving();
    let mut enrolment = fixture.cache.enrolment().unwrap();
    enrolment.kind = TerminalKind::Station;
    fixture.cache.set_enrolment(&enrolment).unwrap();
    let running = start(&fixture, &server, 60_000);
    running.until("somebody to listen", || {
        server.send(1, Event::RequestsChanged)
    });
    // The event after it is heard after it.
    let people = |server: &Server| {
        let asked = server.script.lock().asked.clone();
        asked.iter().filter(|one| one.starts_with("people")).count()
    };
    let before = people(&server);
    running.until("the people to be asked for", || {
        server.send(2, Event::PeopleChanged);
        people(&server) > before
    });
    let asked = server.script.lock().asked.clone();
    assert!(!asked.iter().any(|one| one.starts_with("requests")));
    assert!(fixture.cache.requests().requests.is_empty());
}

#[test]
fn what_is_attached_comes_as_it_is_and_for_whoever_proved_who_they_are() {
    let (server, fixture) = serving();
    let bytes = b"\xff\xd8 a picture".to_vec();
    let mut script = server.script.lock();
    script.pin = "580316".to_owned();
    script.files.insert("a".to_owned(), bytes.clone());
    drop(script);
    let running = start(&fixture, &server, 60_000);
    let read = |key: &str, attachment: &str, proof: Option<Proof>| {
        let command = ReadAttachment {
            key: key.to_owned(),
            request_id: "r".to_owned(),
            attachment_id: attachment.to_owned(),
            proof,
        };
        running.client.ask(&command.into());
        let of =
            |notice: &Notice| matches!(notice, Notice::Told { key: known, .. } if known == key);
        match running.wait(key, of) {
            Notice::Told { told, .. } => told,
            _ => unreachable!(),
        }
    };
    let whole = Told::Answered(Reply::ReadAttachment(File::new(&bytes)));
    assert_eq!(read("1", "a", None), whole);
    let proof = Proof::Pin {
        member_id: "a".to_owned(),
        pin: "580316".to_owned(),
    };
    assert_eq!(read("2", "a", Some(proof)), whole);
    assert!(
        matches!(read("3", "b", None), Told::Refused(refusal) if refusal.code == ErrorCode::NotFound)
    );
    // What somebody else answers is no picture, and what is cut off none either.
    server.fail(
        "attachments",
        &[Fault::Portal, Fault::Truncated, Fault::WrongJson],
    );
    assert_eq!(read("4", "a", None), Told::NoNetwork);
    let asked = server.script.lock().asked.clone();
    let asked: Vec<&String> = asked
        .iter()
        .filter(|one| one.starts_with("attach"))
        .collect();
    assert_eq!(
        asked,
        [
            "attachment a home",
            "attachment a member",
            "attachment b home"
        ]
    );
    assert!(fixture.cache.pending().is_empty());
}
