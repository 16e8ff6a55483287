//! The client against a server that misbehaves.

mod duty;
mod evaluations;
mod link;
mod live;
mod people;
mod remote;
mod requests;
mod server;

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use contract::event::Event;
use contract::feed::Document;
use serde_json::json;

use self::server::{FAULTS, Fault, Server};
use super::{Client, ClientConfig, EnrolmentState, Notice, Timing};
use crate::cache::tests::{Fixture, NOW, bulletin, file_ref, page, programme};
use crate::cache::{Enrolment, KeepState, Order};

/// What is waited for takes no longer than this.
const PATIENCE: Duration = Duration::from_secs(60);

struct Running {
    client: Client,
    notices: Receiver<Notice>,
}

impl Running {
    fn wait(&self, what: &str, wanted: impl Fn(&Notice) -> bool) -> Notice {
        let mut seen = Vec::new();
        loop {
            match self.notices.recv_timeout(PATIENCE) {
                Ok(notice) if wanted(&notice) => return notice,
                Ok(notice) => seen.push(notice),
                Err(_) => panic!("{what} never came; these did: {seen:?}"),
            }
        }
    }

    /// Waits for what no notice announces: notices only wake it.
    fn until(&self, what: &str, holds: impl Fn() -> bool) {
        let begun = std::time::Instant::now();
        while !holds() {
            assert!(begun.elapsed() < PATIENCE, "{what} never came");
            let _ = self.notices.recv_timeout(Duration::from_millis(10));
        }
    }

    fn code(&self) -> String {
        let code =
            |notice: &Notice| matches!(notice, Notice::Enrolment(EnrolmentState::Code { .. }));
        match self.wait("a code", code) {
            Notice::Enrolment(EnrolmentState::Code { user_code, .. }) => user_code,
            _ => unreachable!(),
        }
    }
}

fn start(fixture: &Fixture, server: &Server, heartbeat_ms: u64) -> Running {
    let (sender, notices) = mpsc::channel();
    let timing = Timing {
        backoff_min_ms: 2,
        backoff_max_ms: 20,
        poll_ms: 600_000,
        heartbeat_ms,
        second_ms: 5,
        spread_ms: 0,
        roll_calls_ms: 5,
        place_ms: 600_000,
        rejoin_ms: 20,
    };
    let config = ClientConfig {
        jitter_seed: Some(1),
        timing,
        ..ClientConfig::new(&server.url, "box")
    };
    let notify = Arc::new(move |notice| sender.send(notice).unwrap_or(()));
    Running {
        client: Client::start(config, fixture.cache.clone(), notify).unwrap(),
        notices,
    }
}

fn enrolled(server: &Server) -> Fixture {
    let fixture = Fixture::new();
    let enrolment = Enrolment {
        server_url: server.url.clone(),
        token: "token".to_owned(),
        terminal_id: "t1".to_owned(),
        kind: contract::terminal::TerminalKind::Household,
        name: "张家村 12 号".to_owned(),
        organization: contract::organization::OrganizationRef::default(),
    };
    fixture.cache.set_enrolment(&enrolment).unwrap();
    fixture
}

fn content_changed(notice: &Notice) -> bool {
    matches!(notice, Notice::ContentChanged(_))
}

#[test]
fn a_box_enrols_whatever_happens_and_then_reads() {
    let server = Server::start();
    server.fail("enrol", &[Fault::Broken, Fault::Portal, Fault::WrongJson]);
    server.script.lock().pages.insert(
        String::new(),
        page("1", vec![Document::Bulletin(bulletin("b", "l", "公告", 1))]),
    );
    let mut fixture = Fixture::new();
    let first = start(&fixture, &server, 60_000);
    first.wait("no network", |n| {
        matches!(n, Notice::Enrolment(EnrolmentState::NoNetwork { .. }))
    });
    let code = first.code();
    drop(first);
    fixture.reopen();
    // A power cut while staff were looking for their glasses: the same code is still good.
    let second = start(&fixture, &server, 60_000);
    assert_eq!(second.code(), code);
    server
        .script
        .lock()
        .enrolment
        .extend(["authorization_pending", "slow_down", "expired_token"]);
    assert_ne!(second.code(), code, "a void code is followed by another");
    server.script.lock().enrolment.extend(["access_denied"]);
    second.wait("declined", |n| {
        *n == Notice::Enrolment(EnrolmentState::Declined)
    });
    second.client.retry_now();
    second.code();
    server.script.lock().enrolment.extend(["ok"]);
    second.wait("approved", |n| {
        *n == Notice::Enrolment(EnrolmentState::Approved)
    });
    second.wait("content", content_changed);
    assert_eq!(fixture.cache.bulletins("l", Order::Newest).len(), 1);
    assert_eq!(
        fixture.cache.enrolment().map(|e| e.name),
        Some("张家村 12 号".to_owned())
    );
    assert_eq!(fixture.cache.pending_enrolment(), None);
}

#[test]
fn every_odd_answer_of_the_feed_is_survived() {
    let server = Server::start();
    let fixture = enrolled(&server);
    server.fail("feed", &FAULTS);
    let mut more = page("1", vec![Document::Bulletin(bulletin("b1", "l", "一", 1))]);
    more.more = true;
    server.script.lock().pages.insert(String::new(), more);
    server.script.lock().pages.insert(
        "1".to_owned(),
        page("2", vec![Document::Bulletin(bulletin("b2", "l", "二", 2))]),
    );
    let running = start(&fixture, &server, 60_000);
    running.wait("online", |n| *n == Notice::Online(true));
    assert!(
        server.script.lock().faults["feed"].is_empty(),
        "every fault was met first"
    );
    assert_eq!(fixture.cache.bulletins("l", Order::Newest).len(), 2);
    assert_eq!(fixture.cache.sync_state().last_sync_at_ms, Some(NOW));
    assert_eq!(fixture.cache.server_time().at_ms, NOW);
    // Down in the middle of the day, and back.
    server.fail("feed", &[Fault::Broken]);
    running.client.retry_now();
    running.wait("offline", |n| *n == Notice::Online(false));
    running.wait("online again", |n| *n == Notice::Online(true));
}

#[test]
fn a_newer_server_is_read_as_far_as_it_is_known_and_again_after_an_update() {
    let server = Server::start();
    let mut fixture = enrolled(&server);
    let known = Document::Bulletin(bulletin("b1", "l", "一", 1));
    let township = json!({ "kind": "township", "name": "清河镇", "title": "智慧党建", "sections": [{
        "digit": 1, "id": "affairs", "title": "党务公开", "color": "#c8102e", "icon": "", "listings": [
            { "id": "l", "title": "公告", "kind": "bulletins" },
            { "id": "market", "title": "集市", "kind": "market_stalls" },
        ],
    }] });
    let changes = json!([
        { "op": "put", "document": { "kind": "market_stall", "id": "m", "price": 3 } },
        { "op": "put", "document": township },
        { "op": "rename", "id": "b0" },
        { "op": "put", "document": known },
    ]);
    server.script.lock().newer.insert(
        String::new(),
        json!({ "cursor": "1", "more": false, "server_time_ms": NOW, "changes": changes }),
    );
    let first = start(&fixture, &server, 60_000);
    first.wait("content", content_changed);
    assert_eq!(fixture.cache.bulletins("l", Order::Newest).len(), 1);
    let listings = |fixture: &Fixture| {
        let township = fixture.cache.township().unwrap();
        township.sections[0].listings.len()
    };
    assert_eq!(listings(&fixture), 1);
    first.wait("online", |n| *n == Notice::Online(true));
    drop(first);

    // The same program goes on where it was; another reads everything once more, and only once.
    fixture.reopen();
    let mut all = page(
        "2",
        vec![known, Document::Bulletin(bulletin("b2", "l", "二", 2))],
    );
    all.reset = true;
    server
        .script
        .lock()
        .pages
        .insert("everything".to_owned(), all);
    let same = start(&fixture, &server, 60_000);
    same.wait("online", |n| *n == Notice::Online(true));
    assert_eq!(fixture.cache.cursor().as_deref(), Some("1"));
    drop(same);
    fixture.cache.set_note("not_all_read_by", "0.0.0").unwrap();
    for _ in 0..2 {
        fixture.reopen();
        let updated = start(&fixture, &server, 60_000);
        updated.wait("online", |n| *n == Notice::Online(true));
        assert_eq!(fixture.cache.cursor().as_deref(), Some("2"));
        assert_eq!(fixture.cache.bulletins("l", Order::Newest).len(), 2);
    }
}

#[test]
fn lost_answers_count_once_and_a_portal_acknowledges_nothing() {
    let server = Server::start();
    let fixture = enrolled(&server);
    let faults = [
        Fault::LostAnswer,
        Fault::Portal,
        Fault::Broken,
        Fault::LostAnswer,
        Fault::Redirect,
        Fault::Unchanged,
    ];
    server.fail("progress", &faults);
    let running = start(&fixture, &server, 60_000);
    for second in 1..=20 {
        fixture
            .cache
            .record_progress("p", second * 1000, 100_000, 1000, NOW)
            .unwrap();
    }
    // As many wait before a report that comes and goes between two looks as after it, so the
    // last one need not be announced.
    running.until("an empty outbox", || fixture.cache.pending().is_empty());
    let script = server.script.lock();
    assert!(script.faults["progress"].is_empty());
    assert_eq!(
        script
            .progress
            .values()
            .map(|report| report.watched_ms)
            .sum::<i64>(),
        20_000
    );
    assert!(
        script.deliveries as usize > script.progress.len(),
        "a lost answer was delivered again"
    );
    drop(script);
    // Refused for good: set aside with the reason, and the next one goes through.
    server.fail("progress", &[Fault::Refused]);
    fixture
        .cache
        .record_progress("q", 1000, 100_000, 1000, NOW)
        .unwrap();
    while fixture.cache.refused().is_empty() {
        running.wait("the refusal", |n| matches!(n, Notice::OutboxChanged(_)));
    }
    assert_eq!(fixture.cache.refused()[0].reason, "不行");
}

#[test]
fn events_bring_what_is_new_and_silence_is_noticed() {
    let server = Server::start();
    let fixture = enrolled(&server);
    let running = start(&fixture, &server, 300);
    running.wait("online", |n| *n == Notice::Online(true));
    server.script.lock().pages.insert(
        String::new(),
        page("1", vec![Document::Bulletin(bulletin("b", "l", "公告", 1))]),
    );
    let urgent = Event::UrgentNotice {
        bulletin_id: "b".to_owned(),
        title: "公告".to_owned(),
    };
    while !server.send(7, urgent.clone()) {
        std::thread::yield_now();
    }
    let notice = running.wait("the urgent notice", |n| matches!(n, Notice::Urgent { .. }));
    assert_eq!(
        notice,
        Notice::Urgent {
            bulletin_id: "b".to_owned(),
            title: "公告".to_owned()
        }
    );
    // It may have come with the first look at the feed, before the event.
    while fixture.cache.bulletin("b").is_none() {
        running.wait("its text", content_changed);
    }
    // No heartbeat: it connects again and says what it heard last.
    let heard = || {
        server
            .script
            .lock()
            .last_event_ids
            .iter()
            .flatten()
            .any(|id| id == "7")
    };
    running.until("another connection", heard);
}

#[test]
fn a_revoked_box_enrols_again_and_keeps_its_content() {
    let server = Server::start();
    let fixture = enrolled(&server);
    server.script.lock().pages.insert(
        String::new(),
        page("1", vec![Document::Bulletin(bulletin("b", "l", "公告", 1))]),
    );
    let running = start(&fixture, &server, 60_000);
    running.wait("content", content_changed);
    server.script.lock().revoked = true;
    running.client.retry_now();
    running.wait("revoked", |n| *n == Notice::Revoked);
    running.code();
    assert_eq!(fixture.cache.enrolment(), None);
    assert_eq!(fixture.cache.bulletins("l", Order::Newest).len(), 1);
    // Nor is what waits to be sent lost, e.g. when the server was put back to before the enrolment.
    fixture
        .cache
        .record_progress("p", 1_000, 100_000, 1_000, NOW)
        .unwrap();
    assert_eq!(fixture.cache.pending().len(), 1);
    server.script.lock().enrolment.push_back("ok");
    running.until("an empty outbox", || fixture.cache.pending().is_empty());
    let script = server.script.lock();
    assert_eq!(script.progress.len(), 1);
}

#[test]
fn files_arrive_whole_are_resumed_and_verified() {
    let server = Server::start();
    let fixture = enrolled(&server);
    let (poster, video) = (
        vec![b'p'; 5_000],
        (0..200_000_u32)
            .flat_map(u32::to_le_bytes)
            .collect::<Vec<u8>>(),
    );
    let document = programme("p", &poster, &video);
    let poster_name = file_ref(&poster, "png").name;
    let video_name = document.renditions[0].file.name.clone();
    {
        let mut script = server.script.lock();
        script.pages.insert(
            String::new(),
            page("1", vec![Document::Programme(document.clone())]),
        );
        script.files.insert(poster_name.clone(), poster);
        script.files.insert(video_name.clone(), video.clone());
    }
    // Wrong content first: it is thrown away and fetched again.
    server.fail("files", &[Fault::WrongJson]);
    let running = start(&fixture, &server, 60_000);
    running.wait("the poster", |n| {
        *n == Notice::FileReady(poster_name.clone())
    });
    let playback = running.client.playback(&document).unwrap();
    assert_eq!(
        (playback.offline, playback.bearer.as_deref()),
        (false, Some("token"))
    );
    assert_eq!(playback.uri, format!("{}/files/{video_name}", server.url));
    server.fail("files", &[Fault::Truncated, Fault::Truncated]);
    fixture.cache.set_kept("p", true).unwrap();
    running.wait("kept", |n| {
        matches!(
            n,
            Notice::Keep {
                state: KeepState::Kept,
                ..
            }
        )
    });
    assert!(
        !server.script.lock().ranges.is_empty(),
        "it went on where it was cut"
    );
    let path = fixture.cache.file_path(&video_name).unwrap();
    assert_eq!(std::fs::read(path).unwrap(), video);
    let playback = running.client.playback(&document).unwrap();
    assert!(
        playback.offline && playback.bearer.is_none() && playback.uri.starts_with("file://"),
        "{playback:?}"
    );
}

#[test]
fn a_video_that_does_not_fit_says_so() {
    let server = Server::start();
    let fixture = enrolled(&server);
    let video = vec![b'v'; 3_000];
    server
        .script
        .lock()
        .files
        .insert(file_ref(&video, "mp4").name, video.clone());
    server.script.lock().pages.insert(
        String::new(),
        page("1", vec![Document::Programme(programme("p", b"", &video))]),
    );
    fixture
        .cache
        .set_setting(crate::cache::files::BUDGET_SETTING, "2000")
        .unwrap();
    let running = start(&fixture, &server, 60_000);
    running.wait("content", content_changed);
    fixture.cache.set_kept("p", true).unwrap();
    let notice = running.wait("the failure", |n| {
        matches!(
            n,
            Notice::Keep {
                state: KeepState::Failed(_),
                ..
            }
        )
    });
    assert_eq!(
        notice,
        Notice::Keep {
            programme_id: "p".to_owned(),
            state: KeepState::Failed("存储空间不足".to_owned())
        }
    );
}

#[test]
fn only_addresses_of_servers_are_accepted() {
    let fixture = Fixture::new();
    for url in ["", "ftp://x", "not a url", "http://"] {
        let started = Client::start(
            ClientConfig::new(url, ""),
            fixture.cache.clone(),
            Arc::new(|_| {}),
        );
        assert!(started.is_err(), "{url}");
    }
}
