//! How people stand with evaluations, against a server that misbehaves or does not know of them.

use contract::evaluation::{Entitlement, TerminalEvaluation, TerminalEvaluations};
use contract::event::Event;
use contract::member::MemberRef;

use super::server::{FAULTS, Fault, Server};
use super::{enrolled, start};
use crate::cache::tests::{Fixture, NOW};

fn told(took_part: bool) -> Option<TerminalEvaluations> {
    let person = Entitlement {
        member: MemberRef {
            id: "a".to_owned(),
            name: "张建国".to_owned(),
        },
        entitled: true,
        took_part,
        ..Entitlement::default()
    };
    Some(TerminalEvaluations {
        server_time_ms: NOW + 3_000,
        evaluations: vec![TerminalEvaluation {
            id: "e".to_owned(),
            people: vec![person],
        }],
    })
}

fn serving() -> (Server, Fixture) {
    let server = Server::start();
    let fixture = enrolled(&server);
    server.script.lock().evaluations = told(false);
    (server, fixture)
}

fn took_part(fixture: &Fixture) -> Option<bool> {
    let people = fixture.cache.entitlements("e");
    people.first().map(|one| one.took_part)
}

#[test]
fn who_may_comes_and_follows_the_events_whatever_was_answered_first() {
    let (server, mut fixture) = serving();
    server.fail("evaluations", &FAULTS);
    let running = start(&fixture, &server, 60_000);
    running.until("who may", || took_part(&fixture) == Some(false));
    assert!(server.script.lock().faults["evaluations"].is_empty());
    server.script.lock().evaluations = told(true);
    // The stream may not be open yet; then nobody misses anything.
    running.until("somebody to listen", || {
        server.send(1, Event::EvaluationsChanged)
    });
    running.until("who did", || took_part(&fixture) == Some(true));
    drop(running);
    fixture.reopen();
    assert_eq!(took_part(&fixture), Some(true), "there without a network");
}

#[test]
fn an_older_server_has_no_evaluations_and_somebody_else_s_404_says_nothing() {
    let (server, fixture) = serving();
    let running = start(&fixture, &server, 60_000);
    running.until("who may", || took_part(&fixture) == Some(false));
    drop(running);
    server.script.lock().evaluations = None;
    server.fail("evaluations", &[Fault::Lost, Fault::Portal]);
    let running = start(&fixture, &server, 60_000);
    running.until("nobody", || took_part(&fixture).is_none());
    assert!(server.script.lock().faults["evaluations"].is_empty());
}
