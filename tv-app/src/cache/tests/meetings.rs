//! Meetings, decisions about them, and viewings.

use contract::feed::{Change, Document};
use contract::meeting::{Meeting, MeetingKind, MeetingState, ViewingReport};

use super::{Fixture, NOW, page, programme};
use crate::cache::command::Priority;
use crate::cache::{DocumentKind, KnownTime, MeetingChoice, Reminded, WantedMeeting};

fn meeting(id: &str, starts_at_ms: i64) -> Meeting {
    Meeting {
        id: id.to_owned(),
        kind: MeetingKind::Conference,
        title: "春耕生产调度会".to_owned(),
        starts_at_ms,
        planned_ms: 3_600_000,
        ..Meeting::default()
    }
}

fn told(fixture: &Fixture, meetings: Vec<Meeting>) {
    let documents = meetings.into_iter().map(Document::Meeting).collect();
    assert!(fixture.cache.apply(&page("1", documents)).unwrap());
}

#[test]
fn meetings_come_with_the_feed_and_stay_out_of_what_is_new() {
    let mut fixture = Fixture::new();
    told(&fixture, vec![meeting("b", NOW + 2), meeting("a", NOW + 1)]);
    fixture.reopen();
    let ids = |fixture: &Fixture| -> Vec<String> {
        let meetings = fixture.cache.meetings();
        meetings.into_iter().map(|meeting| meeting.id).collect()
    };
    assert_eq!(ids(&fixture), ["a", "b"]);
    assert_eq!(fixture.cache.meeting("a"), Some(meeting("a", NOW + 1)));
    assert_eq!(fixture.cache.newest(10), []);
    // A programme with this id is no meeting.
    let film = Document::Programme(programme("film", b"poster", b"video"));
    fixture.cache.apply(&page("2", vec![film])).unwrap();
    assert_eq!(fixture.cache.meeting("film"), None);
    assert_eq!(fixture.cache.newest(10).len(), 1);
    let mut gone = page("3", Vec::new());
    gone.changes.push(Change::Delete { id: "a".to_owned() });
    fixture.cache.apply(&gone).unwrap();
    assert_eq!(ids(&fixture), ["b"]);
}

#[test]
fn meetings_are_found_by_their_titles() {
    let fixture = Fixture::new();
    told(&fixture, vec![meeting("a", NOW)]);
    // chun geng: 2 4
    let hits = fixture.cache.search("24", 10);
    let found: Vec<(DocumentKind, &str)> =
        hits.iter().map(|hit| (hit.kind, hit.id.as_str())).collect();
    assert_eq!(found, [(DocumentKind::Meeting, "a")]);
}

#[test]
fn an_event_is_believed_until_the_feed_says_more() {
    let fixture = Fixture::new();
    told(&fixture, vec![meeting("a", NOW)]);
    let started = |id| {
        fixture
            .cache
            .meeting_started(id, "大会", MeetingKind::Broadcast)
            .unwrap()
    };
    assert!(started("a") && !started("a"));
    let live = fixture.cache.meeting("a").unwrap();
    assert_eq!(
        (live.state, live.title.as_str(), live.planned_ms),
        (MeetingState::Live, "大会", 3_600_000)
    );
    // One that the feed has not brought yet.
    assert!(started("new"));
    assert_eq!(fixture.cache.meetings().len(), 2);
    assert!(fixture.cache.meeting_ended("new").unwrap());
    assert!(!fixture.cache.meeting_ended("new").unwrap());
    assert!(!fixture.cache.meeting_ended("unknown").unwrap());
    told(&fixture, vec![meeting("a", NOW)]);
    assert_eq!(fixture.cache.meeting("a"), Some(meeting("a", NOW)));
}

#[test]
fn decisions_survive_the_power_and_the_document() {
    let mut fixture = Fixture::new();
    told(&fixture, vec![meeting("a", NOW)]);
    assert_eq!(fixture.cache.meeting_choice("a"), MeetingChoice::default());
    fixture.cache.set_reminder("a", true).unwrap();
    fixture
        .cache
        .set_reminded("a", Reminded::Soon, NOW)
        .unwrap();
    fixture.cache.decline_meeting("a").unwrap();
    let mut reset = page("2", Vec::new());
    reset.reset = true;
    fixture.cache.apply(&reset).unwrap();
    fixture.reopen();
    let choice = fixture.cache.meeting_choice("a");
    assert_eq!(
        choice,
        MeetingChoice {
            remind: true,
            reminded: Reminded::Soon,
            reminded_for_ms: NOW,
            declined: true
        }
    );
    assert_eq!(fixture.cache.meeting_choices()["a"], choice);
    // What was said does not become unsaid, until somebody asks again.
    fixture.cache.set_reminded("a", Reminded::Now, NOW).unwrap();
    fixture
        .cache
        .set_reminded("a", Reminded::Soon, NOW)
        .unwrap();
    assert_eq!(fixture.cache.meeting_choice("a").reminded, Reminded::Now);
    fixture.cache.set_reminder("a", true).unwrap();
    assert_eq!(fixture.cache.meeting_choice("a").reminded, Reminded::Not);
}

#[test]
fn a_reminder_for_another_time_begins_anew() {
    let fixture = Fixture::new();
    told(&fixture, vec![meeting("a", NOW)]);
    fixture.cache.set_reminder("a", true).unwrap();
    fixture.cache.set_reminded("a", Reminded::Now, NOW).unwrap();
    fixture
        .cache
        .set_reminded("a", Reminded::Soon, NOW + 1)
        .unwrap();
    let choice = fixture.cache.meeting_choice("a");
    assert_eq!(
        (choice.reminded, choice.reminded_for_ms),
        (Reminded::Soon, NOW + 1)
    );
}

#[test]
fn what_somebody_knows_of_a_meeting_survives_the_power_and_the_document() {
    let mut fixture = Fixture::new();
    told(&fixture, vec![meeting("a", NOW + 9)]);
    fixture.cache.set_reminder("a", true).unwrap();
    // One that nothing is known of yet.
    fixture.cache.set_reminder("b", true).unwrap();
    let wanted = |fixture: &Fixture| -> Vec<(String, KnownTime, bool)> {
        let wanted = fixture.cache.wanted_meetings().into_iter();
        wanted
            .map(
                |WantedMeeting {
                     id,
                     known,
                     withdrawn,
                     ..
                 }| (id, known, withdrawn),
            )
            .collect()
    };
    let of = |id: &str, known, withdrawn| (id.to_owned(), known, withdrawn);
    assert_eq!(
        wanted(&fixture),
        [
            of("b", KnownTime::Nothing, true),
            of("a", KnownTime::At(NOW + 9), false)
        ]
    );
    // It is moved, and the other one comes: of that nothing else was known.
    told(
        &fixture,
        vec![meeting("a", NOW + 20), meeting("b", NOW + 30)],
    );
    fixture.reopen();
    assert_eq!(
        wanted(&fixture),
        [
            of("a", KnownTime::At(NOW + 9), false),
            of("b", KnownTime::At(NOW + 30), false)
        ]
    );
    fixture.cache.set_known_time("a", KnownTime::Off).unwrap();
    // The feed begins again: what is missing may be on the next page.
    let mut reset = page("2", Vec::new());
    (reset.reset, reset.more) = (true, true);
    fixture.cache.apply(&reset).unwrap();
    fixture.reopen();
    assert_eq!(
        wanted(&fixture),
        [
            of("a", KnownTime::Off, false),
            of("b", KnownTime::At(NOW + 30), false)
        ]
    );
    fixture.cache.apply(&page("3", Vec::new())).unwrap();
    let gone = fixture.cache.wanted_meetings();
    assert!(
        gone.iter()
            .all(|one| one.withdrawn && one.title == "春耕生产调度会")
    );
    fixture.cache.set_reminder("a", false).unwrap();
    fixture.cache.set_reminder("b", false).unwrap();
    assert_eq!(fixture.cache.wanted_meetings(), []);
}

#[test]
fn decisions_about_meetings_long_gone_are_forgotten() {
    let fixture = Fixture::new();
    told(&fixture, vec![meeting("kept", NOW)]);
    fixture.cache.set_reminder("kept", true).unwrap();
    fixture.cache.set_reminder("gone", true).unwrap();
    fixture.clock.advance(100 * 86_400_000);
    fixture.cache.set_reminder("new", true).unwrap();
    let mut known: Vec<String> = fixture.cache.meeting_choices().into_keys().collect();
    known.sort();
    assert_eq!(known, ["kept", "new"]);
}

fn report(watched_ms: i64) -> ViewingReport {
    ViewingReport {
        meeting_id: "a".to_owned(),
        watched_ms,
        ..ViewingReport::default()
    }
}

#[test]
fn there_is_one_row_for_a_viewing_and_it_is_the_latest() {
    let mut fixture = Fixture::new();
    let cache = fixture.cache.clone();
    cache.record_viewing("v", &report(1)).unwrap();
    cache.record_viewing("w", &report(7)).unwrap();
    cache.record_viewing("v", &report(2)).unwrap();
    let bodies = |fixture: &Fixture| -> Vec<(String, i64)> {
        let waiting = fixture.cache.pending();
        waiting
            .iter()
            .map(|entry| {
                let report: ViewingReport = serde_json::from_str(&entry.request.body).unwrap();
                (entry.request.path.clone(), report.watched_ms)
            })
            .collect()
    };
    let path = |id: &str| format!("/api/v1/terminal/viewings/{id}");
    assert_eq!(bodies(&fixture), [(path("w"), 7), (path("v"), 2)]);
    fixture.reopen();
    assert_eq!(bodies(&fixture).len(), 2);
    // One that is on its way is replaced under a key of its own, and its late answer takes
    // nothing away.
    let taken = fixture
        .cache
        .take_command(Priority::Background, &["viewing:w".to_owned()])
        .unwrap()
        .unwrap();
    fixture.cache.record_viewing("v", &report(3)).unwrap();
    fixture.cache.command_answered(taken.seq, None).unwrap();
    assert_eq!(bodies(&fixture), [(path("w"), 7), (path("v"), 3)]);
    let next = fixture
        .cache
        .take_command(Priority::Background, &["viewing:w".to_owned()])
        .unwrap()
        .unwrap();
    assert_ne!(next.request.key, taken.request.key);
}
