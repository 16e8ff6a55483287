//! What staff have done from afar, against a server that misbehaves, or does not know of it.

use contract::event::Event;
use contract::feed::Document;
use contract::remote_action::{RemoteKind, TerminalAction, TerminalActions};
use contract::station_check::{DeviceFinding, StationDevices};

use super::server::{FAULTS, Fault, Server};
use super::{content_changed, enrolled, start};
use crate::cache::Order;
use crate::cache::tests::{bulletin, page};
use crate::client::Notice;

fn asked(id: &str, kind: RemoteKind) -> Option<TerminalActions> {
    Some(TerminalActions {
        actions: vec![TerminalAction {
            id: id.to_owned(),
            kind,
            taken: false,
        }],
    })
}

fn said(server: &Server) -> Vec<(String, bool)> {
    server.script.lock().reports.clone()
}

#[test]
fn a_restart_is_taken_by_one_run_and_done_by_the_next() {
    let server = Server::start();
    let mut fixture = enrolled(&server);
    server.script.lock().actions = asked("a", RemoteKind::Restart);
    server.fail("actions", &FAULTS);
    server.fail("reports", &[Fault::Broken, Fault::LostAnswer]);
    let first = start(&fixture, &server, 60_000);
    first.wait("the restart", |notice| *notice == Notice::Restart);
    let before = said(&server);
    assert!(before.iter().all(|one| *one == ("a".to_owned(), false)));
    assert!(!before.is_empty(), "it was taken before it is done");
    drop(first);

    fixture.reopen();
    let second = start(&fixture, &server, 60_000);
    second.until("its end", || {
        let begun = second.notices.try_iter().any(|it| it == Notice::Restart);
        assert!(!begun, "only once");
        said(&server).last() == Some(&("a".to_owned(), true))
    });
}

#[test]
fn everything_comes_again_whatever_is_known() {
    let server = Server::start();
    let fixture = enrolled(&server);
    let first = || Document::Bulletin(bulletin("b1", "l", "一", 1));
    server
        .script
        .lock()
        .pages
        .insert(String::new(), page("1", vec![first()]));
    let running = start(&fixture, &server, 60_000);
    running.wait("content", content_changed);
    let people = |status: &str| {
        let asked = server.script.lock().asked.clone();
        let wanted = format!("people {status}");
        asked.iter().filter(|one| **one == wanted).count()
    };
    running.until("the people", || people("200") == 1);

    // The server has something that this box has lost, and nothing new for it.
    let second = Document::Bulletin(bulletin("b2", "l", "二", 2));
    let mut all = page("1", vec![first(), second]);
    all.reset = true;
    {
        let mut script = server.script.lock();
        script.pages.insert("everything".to_owned(), all);
        script.actions = asked("a", RemoteKind::Resync);
    }
    server.fail("feed", &[Fault::Broken]);
    running.until("somebody to listen", || {
        server.send(1, Event::RemoteActionsChanged)
    });
    running.until("its end", || {
        said(&server) == [("a".to_owned(), false), ("a".to_owned(), true)]
    });
    assert_eq!(fixture.cache.bulletins("l", Order::Newest).len(), 2);
    assert_eq!(fixture.cache.cursor().as_deref(), Some("1"));
    running.until("the people again", || people("200") == 2);
}

#[test]
fn a_station_looks_at_its_devices_and_its_line() {
    let server = Server::start();
    let fixture = enrolled(&server);
    server.script.lock().actions = asked("a", RemoteKind::Check);
    server.fail("reports", &[Fault::LostAnswer]);
    let running = start(&fixture, &server, 60_000);
    running.wait("the wish", |notice| *notice == Notice::CheckStation);
    let devices = StationDevices {
        camera: DeviceFinding::Missing,
        microphone: DeviceFinding::Silent,
        loudspeaker: DeviceFinding::Works,
    };
    running.client.devices_checked(devices);
    running.until("its end", || {
        said(&server).last() == Some(&("a".to_owned(), true))
    });
    let check = server.script.lock().check.unwrap();
    assert_eq!(check.devices, devices);
    assert_eq!((check.line.tries, check.line.lost), (8, 0));
    assert!(check.line.round_trip_ms.unwrap() < 2_000);
}

#[test]
fn what_a_newer_server_wants_is_left_alone() {
    let server = Server::start();
    let fixture = enrolled(&server);
    server.script.lock().actions = asked("a", RemoteKind::Unknown);
    let running = start(&fixture, &server, 60_000);
    running.wait("online", |notice| *notice == Notice::Online(true));
    server.script.lock().actions = asked("b", RemoteKind::Restart);
    running.until("the restart", || {
        server.send(1, Event::RemoteActionsChanged);
        said(&server) == [("b".to_owned(), false)]
    });
}
