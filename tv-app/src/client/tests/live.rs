//! Meetings against a server that forgets, refuses and goes away.

use contract::event::Event;
use contract::meeting::{
    JoinAccess, MediaLink, MediaProtocol, Meeting, MeetingKind, MeetingState, Place, ViewingReport,
};

use super::server::{FAULTS, Fault, Server};
use super::{Running, content_changed, enrolled, start};
use crate::cache::tests::Fixture;
use crate::client::{JoinFailure, Notice};

const M: &str = "meeting";

fn access(revision: u64) -> JoinAccess {
    JoinAccess {
        program: vec![
            MediaLink {
                protocol: MediaProtocol::Whep,
                url: "/whep/meeting/program".to_owned(),
                token: "secret".to_owned(),
            },
            MediaLink {
                protocol: MediaProtocol::Hls,
                url: "https://elsewhere.example/live.m3u8".to_owned(),
                token: String::new(),
            },
        ],
        publish: Some(MediaLink {
            protocol: MediaProtocol::Whip,
            url: "/whip/meeting/station/t1".to_owned(),
            token: "other".to_owned(),
        }),
        place: place(revision),
        ask_every_ms: 0,
    }
}

fn place(revision: u64) -> Place {
    Place {
        revision,
        ..Place::default()
    }
}

/// A meeting is live.
fn live() -> (Server, Fixture, Running) {
    let server = Server::start();
    server.script.lock().meeting = Some((M.to_owned(), access(5)));
    let fixture = enrolled(&server);
    let running = start(&fixture, &server, 60_000);
    (server, fixture, running)
}

fn joined(running: &Running) -> JoinAccess {
    let of = |notice: &Notice| matches!(notice, Notice::Joined { .. });
    match running.wait("the meeting", of) {
        Notice::Joined { meeting_id, access } if meeting_id == M => *access,
        other => panic!("{other:?}"),
    }
}

fn failed(running: &Running) -> JoinFailure {
    let of = |notice: &Notice| matches!(notice, Notice::JoinFailed(_));
    match running.wait("a failure", of) {
        Notice::JoinFailed(failure) => failure,
        other => panic!("{other:?}"),
    }
}

fn placed(running: &Running) -> Place {
    let of = |notice: &Notice| matches!(notice, Notice::Place { .. });
    match running.wait("a place", of) {
        Notice::Place { place, .. } => place,
        other => panic!("{other:?}"),
    }
}

/// Sends an event as soon as somebody listens.
fn send(running: &Running, server: &Server, event: &Event) {
    running.until("somebody to listen", || server.send(1, event.clone()));
}

fn said(terminal_id: &str, place: Place) -> Event {
    Event::MeetingPlace {
        meeting_id: M.to_owned(),
        terminal_id: terminal_id.to_owned(),
        place,
    }
}

#[test]
fn joining_brings_absolute_links_and_the_place() {
    let (server, _fixture, running) = live();
    running.client.join(M, "v", true);
    let access = joined(&running);
    assert_eq!(
        access.program[0].url,
        format!("{}/whep/meeting/program", server.url)
    );
    assert_eq!(access.program[1].url, "https://elsewhere.example/live.m3u8");
    let publish = access.publish.expect("a link to send to");
    assert_eq!(
        publish.url,
        format!("{}/whip/meeting/station/t1", server.url)
    );
    assert_eq!(access.place, place(5));
    let joins = server.script.lock().joins.clone();
    assert_eq!(
        (joins[0].viewing_id.as_str(), joins[0].can_speak),
        ("v", true)
    );
    running.client.leave();
    running.until("the leave", || server.script.lock().leaves == 1);
}

#[test]
fn what_a_server_says_about_joining_is_told_once() {
    let (server, _fixture, running) = live();
    running.client.join("another", "v", false);
    assert_eq!(failed(&running), JoinFailure::NotFound);
    server.script.lock().meeting = None;
    running.client.join(M, "v", false);
    assert_eq!(failed(&running), JoinFailure::NotLive);
    // Whatever may pass is tried again by itself.
    server.script.lock().meeting = Some((M.to_owned(), access(1)));
    server.fail("meetings", &FAULTS);
    running.client.join(M, "w", false);
    let first = failed(&running);
    assert!(
        matches!(first, JoinFailure::Busy | JoinFailure::NoNetwork),
        "{first:?}"
    );
    joined(&running);
    assert_eq!(server.script.lock().joins.last().unwrap().viewing_id, "w");
}

#[test]
fn the_newer_place_wins_and_those_of_other_televisions_do_not_count() {
    let (server, _fixture, running) = live();
    running.client.join(M, "v", true);
    joined(&running);
    for (terminal, revision) in [("t2", 9), ("t1", 4), ("t1", 5)] {
        send(&running, &server, &said(terminal, place(revision)));
    }
    let called = Place {
        called: true,
        ..place(7)
    };
    send(&running, &server, &said("t1", called.clone()));
    assert_eq!(placed(&running), called, "nothing before it");
    send(&running, &server, &said("t1", place(6)));
    let on_air = Place {
        on_air: true,
        ..place(8)
    };
    send(&running, &server, &said("t1", on_air.clone()));
    assert_eq!(placed(&running), on_air);
}

#[test]
fn the_hand_goes_up_and_stays_down_when_nobody_answers() {
    let (server, _fixture, running) = live();
    running.client.join(M, "v", true);
    joined(&running);
    running.client.raise_hand(true);
    let raised = placed(&running);
    assert_eq!((raised.revision, raised.hand_raised), (6, true));
    assert_eq!(server.script.lock().hands, [true]);
    server.fail("hands", &[Fault::Broken]);
    running.client.raise_hand(false);
    assert_eq!(placed(&running), raised, "as it was");
}

#[test]
fn after_the_events_broke_the_place_is_asked_for() {
    let server = Server::start();
    server.script.lock().meeting = Some((M.to_owned(), access(5)));
    let fixture = enrolled(&server);
    // The stream is silent for so long and breaks.
    let running = start(&fixture, &server, 40);
    running.client.join(M, "v", true);
    joined(&running);
    let missed = place(6);
    if let Some((_, access)) = &mut server.script.lock().meeting {
        access.place = missed.clone();
    }
    assert_eq!(placed(&running), missed);
}

#[test]
fn a_server_that_was_started_again_is_joined_again_under_the_same_viewing() {
    let (server, _fixture, running) = live();
    running.client.join(M, "v", true);
    joined(&running);
    {
        let mut script = server.script.lock();
        script.joined = false;
        // It counts from the beginning again.
        script.meeting = Some((M.to_owned(), access(1)));
    }
    running.client.retry_now();
    assert_eq!(joined(&running).place, place(1));
    let viewings: Vec<String> = server
        .script
        .lock()
        .joins
        .iter()
        .map(|join| join.viewing_id.clone())
        .collect();
    assert_eq!(viewings, ["v", "v"]);
    // Its places count from there.
    send(&running, &server, &said("t1", place(2)));
    assert_eq!(placed(&running), place(2));
    // A meeting that ended meanwhile is not joined for ever.
    server.script.lock().joined = false;
    server.script.lock().meeting = None;
    running.client.retry_now();
    assert_eq!(failed(&running), JoinFailure::NotLive);
}

#[test]
fn joining_again_brings_new_links() {
    let (server, _fixture, running) = live();
    running.client.join(M, "v", false);
    joined(&running);
    // The media said that the token is void.
    running.client.join(M, "v", false);
    joined(&running);
    assert_eq!(server.script.lock().joins.len(), 2);
    assert_eq!(server.script.lock().leaves, 0);
}

#[test]
fn pictures_go_only_while_it_is_joined() {
    let (server, _fixture, running) = live();
    running.client.send_picture(vec![1]);
    running.client.join(M, "v", true);
    joined(&running);
    running.client.send_picture(vec![2]);
    running.until("the picture", || !server.script.lock().jpegs.is_empty());
    assert_eq!(server.script.lock().jpegs, [vec![2]]);
}

#[test]
fn what_events_say_of_a_meeting_is_in_the_cache_before_the_feed_has_it() {
    let (server, fixture, running) = live();
    running.wait("the feed", |notice| matches!(notice, Notice::Online(true)));
    send(
        &running,
        &server,
        &Event::MeetingStarted {
            meeting_id: M.to_owned(),
            title: "全镇党员大会".to_owned(),
            meeting_kind: MeetingKind::Conference,
        },
    );
    running.wait("the start", content_changed);
    let meeting: Meeting = fixture.cache.meeting(M).expect("the meeting");
    assert_eq!(
        (meeting.state, meeting.kind, meeting.title.as_str()),
        (MeetingState::Live, MeetingKind::Conference, "全镇党员大会")
    );
    let ended = Event::MeetingEnded {
        meeting_id: M.to_owned(),
    };
    send(&running, &server, &ended);
    running.wait("the end", content_changed);
    let meeting = fixture.cache.meeting(M).expect("the meeting");
    assert_eq!(meeting.state, MeetingState::Ended);
}

#[test]
fn of_a_viewing_the_last_report_arrives_also_after_a_power_cut() {
    let server = Server::start();
    let mut fixture = enrolled(&server);
    let report = |watched_ms| ViewingReport {
        meeting_id: M.to_owned(),
        watched_ms,
        ..ViewingReport::default()
    };
    for watched in [0, 30_000, 60_000] {
        fixture.cache.record_viewing("v", &report(watched)).unwrap();
    }
    fixture.reopen();
    server.fail("viewings", &[Fault::Broken, Fault::LostAnswer]);
    let running = start(&fixture, &server, 60_000);
    running.until("the report", || !server.script.lock().viewings.is_empty());
    let viewings = server.script.lock().viewings.clone();
    assert_eq!(viewings, [("v".to_owned(), report(60_000))]);
    running.until("nothing waits", || fixture.cache.pending().is_empty());
}
