//! Duty rooms against a server that misbehaves, or does not know of them.

use contract::duty::{DutyLook, DutyRoom, TerminalDuty};
use contract::event::Event;
use contract::meeting::MediaLink;

use super::server::{FAULTS, Fault, Server};
use super::{Running, enrolled, start};
use crate::cache::tests::Fixture;
use crate::client::Notice;

fn look(id: &str, closed: bool) -> DutyLook {
    DutyLook {
        id: id.to_owned(),
        room_id: "room".to_owned(),
        by: "镇党委办公室 王芳".to_owned(),
        opened_at_ms: 1,
        closed_at_ms: closed.then_some(2),
        ..DutyLook::default()
    }
}

fn duty(looks: Vec<DutyLook>, publish: Option<&str>) -> Option<TerminalDuty> {
    Some(TerminalDuty {
        rooms: vec![DutyRoom {
            id: "room".to_owned(),
            title: "村委会值班室".to_owned(),
            ..DutyRoom::default()
        }],
        looks,
        publish: publish.map(|url| MediaLink {
            url: url.to_owned(),
            token: "whip".to_owned(),
            ..MediaLink::default()
        }),
    })
}

fn serving() -> (Server, Fixture) {
    let server = Server::start();
    let fixture = enrolled(&server);
    server.script.lock().duty = duty(Vec::new(), None);
    (server, fixture)
}

/// Where the camera is wanted, as told when this held.
fn publish(running: &Running, what: &str, holds: impl Fn(Option<&str>) -> bool) -> Option<String> {
    let url = |notice: &Notice| match notice {
        Notice::Duty { publish } => Some(publish.as_ref().map(|link| link.url.clone())),
        _ => None,
    };
    let wanted = |notice: &Notice| url(notice).is_some_and(|url| holds(url.as_deref()));
    url(&running.wait(what, wanted)).flatten()
}

fn open(fixture: &Fixture) -> usize {
    fixture.cache.duty().open().count()
}

#[test]
fn rooms_and_looks_come_and_follow_the_events_whatever_was_answered_first() {
    let (server, fixture) = serving();
    server.fail("duty", &FAULTS);
    let running = start(&fixture, &server, 60_000);
    assert_eq!(publish(&running, "the rooms", |_| true), None);
    assert!(server.script.lock().faults["duty"].is_empty());
    assert_eq!(fixture.cache.duty().rooms[0].title, "村委会值班室");
    server.script.lock().duty = duty(vec![look("1", false)], Some("/live/whip"));
    // The stream may not be open yet; then nobody misses anything.
    running.until("somebody to listen", || server.send(1, Event::DutyChanged));
    let url = publish(&running, "a look", |url| url.is_some());
    assert_eq!(url, Some(format!("{}/live/whip", server.url)), "absolute");
    assert_eq!(open(&fixture), 1, "it is in the cache before it is told");
    server.script.lock().duty = duty(vec![look("1", true)], None);
    assert!(server.send(2, Event::DutyChanged));
    publish(&running, "its end", |url| url.is_none());
    assert_eq!(open(&fixture), 0);
    assert_eq!(fixture.cache.duty().looks.len(), 1);
}

#[test]
fn what_was_missed_is_asked_for_when_the_event_stream_is_there_again() {
    let (server, fixture) = serving();
    // A stream that is silent for so long is broken.
    let running = start(&fixture, &server, 50);
    publish(&running, "the rooms", |_| true);
    server.script.lock().duty = duty(vec![look("1", false)], Some("http://s/whip"));
    let url = publish(&running, "the look", |url| url.is_some());
    assert_eq!(url.as_deref(), Some("http://s/whip"));
}

#[test]
fn nothing_new_still_says_where_the_camera_is_wanted() {
    let (server, fixture) = serving();
    server.script.lock().duty = duty(vec![look("1", false)], Some("http://s/whip"));
    let running = start(&fixture, &server, 60_000);
    publish(&running, "the look", |url| url.is_some());
    let seen = || {
        server
            .script
            .lock()
            .asked
            .iter()
            .any(|one| one == "duty 304")
    };
    while !seen() {
        running.client.ask_duty();
        let url = publish(&running, "the same again", |_| true);
        assert_eq!(url.as_deref(), Some("http://s/whip"));
    }
}

#[test]
fn an_older_server_has_no_duty_rooms_and_what_was_kept_goes() {
    let (server, mut fixture) = serving();
    server.script.lock().duty = duty(vec![look("1", false)], Some("http://s/whip"));
    let running = start(&fixture, &server, 60_000);
    publish(&running, "the look", |url| url.is_some());
    drop(running);
    fixture.reopen();
    assert_eq!(open(&fixture), 1, "there without a network");
    server.script.lock().duty = None;
    // Somebody else's 404 says nothing of looks.
    server.fail("duty", &[Fault::Lost, Fault::Portal]);
    let running = start(&fixture, &server, 60_000);
    assert_eq!(publish(&running, "no duty rooms", |_| true), None);
    assert!(server.script.lock().faults["duty"].is_empty());
    let kept = fixture.cache.duty();
    assert!(kept.asked && kept.rooms.is_empty() && kept.looks.is_empty());
}

#[test]
fn without_a_server_the_looks_stay_as_they_were() {
    let (server, fixture) = serving();
    server.script.lock().duty = duty(vec![look("1", false)], Some("http://s/whip"));
    let running = start(&fixture, &server, 60_000);
    publish(&running, "the look", |url| url.is_some());
    server.script.lock().duty = duty(vec![look("1", true)], None);
    server.fail("duty", &[Fault::Broken, Fault::Lost, Fault::Truncated]);
    running.client.ask_duty();
    publish(&running, "its end", |url| url.is_none());
    assert!(server.script.lock().faults["duty"].is_empty());
    assert_eq!(open(&fixture), 0);
}
