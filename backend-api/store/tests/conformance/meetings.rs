//! Meetings and who watched them.

use contract::feed::{Change, Document};
use contract::meeting::{HeldRecording, MeetingKind, MeetingState, RecordingCut, RecordingState};
use contract::organization::Organization;
use contract::repeat::Every;
use contract::terminal::{Terminal, TerminalKind};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store::meetings::viewings::{self, Report};
use store::meetings::{self, After, Content, Filter, Record};
use store::members::{self, moves};
use store::terminals::{self, NewTerminal};
use store::{Error, Outcome, Store, due, households, organizations, programmes};

use crate::feed::page;
use crate::fixture::{NOW, Town, programme, source, write};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

fn content(holder: &Organization, audience: &Organization, title: &str) -> Content {
    Content {
        title: title.into(),
        agenda: "一、通报情况".into(),
        kind: MeetingKind::Conference,
        organization_id: holder.id.clone(),
        audience_id: audience.id.clone(),
        starts_at_ms: NOW + HOUR,
        planned_ms: HOUR,
        record: true,
        recording_list: "films".into(),
    }
}

fn planned(store: &Store, content: &Content) -> Record {
    let content = content.clone();
    write(store, move |tx| meetings::create(tx, &content, "li", NOW))
}

fn get(store: &Store, id: &str) -> Record {
    store.read(|tx| meetings::get(tx, id)).unwrap().unwrap()
}

fn step(
    store: &Store,
    id: &str,
    at_ms: i64,
    step: fn(&mut store::WriteTx<'_>, &str, i64) -> store::Result<(Record, bool)>,
) -> store::Result<(Record, bool)> {
    let id = id.to_owned();
    store.write(move |tx| step(tx, &id, at_ms))
}

fn cancel(tx: &mut store::WriteTx<'_>, id: &str, at_ms: i64) -> store::Result<(Record, bool)> {
    meetings::cancel(tx, id, None, at_ms)
}

/// State of a meeting as the terminals of an organization see it.
fn seen(store: &Store, organization: &Organization, id: &str) -> Option<MeetingState> {
    let found = page(store, &organization.id, None, 100);
    found.changes.into_iter().find_map(|change| match change {
        Change::Put {
            document: Document::Meeting(meeting),
        } if meeting.id == id => Some(meeting.state),
        _ => None,
    })
}

fn sound(store: &Store) {
    assert_eq!(store.integrity_check().unwrap(), Vec::<String>::new());
}

fn terminal(
    store: &Store,
    organization: &Organization,
    kind: TerminalKind,
    name: &str,
) -> Terminal {
    let new = NewTerminal {
        kind,
        name: name.into(),
        organization_id: organization.id.clone(),
        token_sha256: name.into(),
    };
    write(store, move |tx| terminals::create(tx, &new, NOW))
}

fn member(
    store: &Store,
    organization: &Organization,
    name: &str,
    household: Option<&str>,
) -> String {
    let organization_id = organization.id.clone();
    let content = members::Content {
        name: name.into(),
        household_id: household.map(str::to_owned),
        ..members::Content::default()
    };
    write(store, move |tx| {
        let id = members::new_id(NOW);
        members::create(tx, &id, &organization_id, &content, None, NOW).map(|record| record.id)
    })
}

fn watched(store: &Store, report: Report) -> store::Result<()> {
    store.write(move |tx| viewings::record(tx, &report, NOW))
}

fn report(id: &str, meeting: &Record, terminal: &Terminal) -> Report {
    Report {
        id: id.into(),
        meeting_id: meeting.id.clone(),
        terminal_id: terminal.id.clone(),
        started_at_ms: NOW,
        last_at_ms: NOW + 60_000,
        watched_ms: 50_000,
        member_ids: Vec::new(),
    }
}

fn wrong_state<T: std::fmt::Debug>(answer: &store::Result<T>, state: MeetingState) {
    assert!(
        matches!(answer, Err(Error::WrongState(found)) if *found == state.into()),
        "{answer:?}"
    );
}

store::on_both_engines! {
    fn a_series_knows_what_follows(database) {
        let store = database.open();
        let town = Town::new(&store);
        let week = |number: i64| Content {
            starts_at_ms: NOW + HOUR + number * 7 * DAY,
            ..content(&town.root, &town.west, "例会")
        };
        let contents = [week(0), week(1), week(2), week(3)];
        let made = write(&store, move |tx| {
            meetings::series::create(tx, Every::TwoWeeks, &contents, "li", NOW)
        });
        let place = made[1].series.clone().unwrap();
        assert_eq!((place.every, place.number, place.of), (Every::TwoWeeks, 2, 4));
        assert!(made.iter().all(|one| one.series.as_ref().unwrap().id == place.id));
        assert_eq!(get(&store, &made[1].id), made[1]);
        assert_eq!(seen(&store, &town.branch, &made[3].id), Some(MeetingState::Scheduled));
        // Those of another series and those alone are no part of it.
        planned(&store, &week(2));
        let contents = [week(0), week(4)];
        write(&store, move |tx| meetings::series::create(tx, Every::Week, &contents, "li", NOW));
        let following = |one: &Record| -> Vec<u32> {
            let found = store.read(|tx| meetings::series::following(tx, one)).unwrap();
            found.iter().map(|one| one.series.as_ref().unwrap().number).collect()
        };
        assert_eq!(following(&made[0]), [2, 3, 4]);
        step(&store, &made[1].id, NOW, cancel).unwrap();
        step(&store, &made[2].id, NOW, meetings::start).unwrap();
        assert_eq!(following(&made[0]), [4], "only what has not begun");
        assert_eq!(following(&made[3]), [0; 0]);
        assert_eq!(following(&planned(&store, &week(5))), [0; 0]);
        sound(&store);
    }

    fn stations_are_checked_before_a_conference_and_no_other(database) {
        let store = database.open();
        let town = Town::new(&store);
        let later = Content { starts_at_ms: NOW + 2 * HOUR, ..content(&town.root, &town.west, "例会") };
        let planned_for = |id: &str| store.read(|tx| due::planned(tx, due::Kind::StationCheck, id)).unwrap();
        let made = planned(&store, &later);
        assert_eq!(planned_for(&made.id), Some(NOW + 2 * HOUR - meetings::CHECKED_BEFORE_MS));
        let moved = Content { starts_at_ms: NOW + 3 * HOUR, ..later.clone() };
        let id = made.id.clone();
        write(&store, move |tx| meetings::edit(tx, &id, 1_i64, &moved, NOW));
        assert_eq!(planned_for(&made.id), Some(NOW + 3 * HOUR - meetings::CHECKED_BEFORE_MS));
        let id = made.id.clone();
        let one_way = Content { kind: MeetingKind::Broadcast, ..later.clone() };
        write(&store, move |tx| meetings::edit(tx, &id, 2_i64, &one_way, NOW));
        assert_eq!(planned_for(&made.id), None);
        let soon = Content { starts_at_ms: NOW + meetings::CHECKED_BEFORE_MS, ..later.clone() };
        assert_eq!(planned_for(&planned(&store, &soon).id), None, "it is too late");
        let begun = planned(&store, &later);
        step(&store, &begun.id, NOW, meetings::start).unwrap();
        assert_eq!(planned_for(&begun.id), None);
        let cancelled = planned(&store, &later);
        step(&store, &cancelled.id, NOW, cancel).unwrap();
        assert_eq!(planned_for(&cancelled.id), None);
    }

    fn a_meeting_lives_once(database) {
        let store = database.open();
        let town = Town::new(&store);
        let made = planned(&store, &content(&town.root, &town.west, "例会"));
        assert_eq!((made.state, made.version, made.shown), (MeetingState::Scheduled, 1, true));
        assert_eq!((made.organization_code.as_str(), made.audience_code.as_str()), ("QH", "LJ"));
        assert_eq!(made.created_by, "li");
        assert_eq!(get(&store, &made.id), made);
        wrong_state(&step(&store, &made.id, NOW, meetings::end), MeetingState::Scheduled);

        let (live, news) = step(&store, &made.id, NOW + 1, meetings::start).unwrap();
        assert!(news && live.state == MeetingState::Live && live.started_at_ms == Some(NOW + 1));
        let (again, news) = step(&store, &made.id, NOW + 2, meetings::start).unwrap();
        assert!(!news && again == live, "a repeated start is no second one");
        wrong_state(&step(&store, &made.id, NOW + 2, cancel), MeetingState::Live);

        let (over, news) = step(&store, &made.id, NOW + 3, meetings::end).unwrap();
        assert!(news && over.state == MeetingState::Ended && over.ended_at_ms == Some(NOW + 3));
        let (again, news) = step(&store, &made.id, NOW + 4, meetings::end).unwrap();
        assert!(!news && again == over);
        wrong_state(&step(&store, &made.id, NOW + 4, meetings::start), MeetingState::Ended);

        let other = planned(&store, &content(&town.root, &town.west, "不开了"));
        let (cancelled, news) = step(&store, &other.id, NOW, cancel).unwrap();
        assert!(news && cancelled.state == MeetingState::Cancelled);
        assert!(!step(&store, &other.id, NOW, cancel).unwrap().1);
        wrong_state(&step(&store, &other.id, NOW, meetings::start), MeetingState::Cancelled);
        assert!(matches!(step(&store, "none", NOW, meetings::start), Err(Error::NotFound("meeting"))));
        sound(&store);
    }

    fn only_what_has_not_begun_is_edited_and_by_its_version(database) {
        let store = database.open();
        let town = Town::new(&store);
        let made = planned(&store, &content(&town.root, &town.root, "例会"));
        let new = Content { starts_at_ms: NOW + 2 * HOUR, record: false, ..content(&town.west, &town.branch, "改了") };
        let edit = |version| {
            let (id, new) = (made.id.clone(), new.clone());
            store.write(move |tx| meetings::edit(tx, &id, version, &new, NOW))
        };
        assert!(matches!(edit(7), Err(Error::Stale { current: 1 })));
        let edited: Record = edit(1).unwrap();
        assert_eq!((edited.version, &edited.content), (2, &new));
        step(&store, &made.id, NOW, meetings::start).unwrap();
        wrong_state(&edit(3), MeetingState::Live);
        let nowhere = Content { audience_id: "none".into(), ..new.clone() };
        let refused = store.write(move |tx| meetings::create(tx, &nowhere, "li", NOW));
        assert!(matches!(refused, Err(Error::NotFound("organization"))));
    }

    fn why_it_was_cancelled_is_kept_until_it_is_planned_again(database) {
        let store = database.open();
        let town = Town::new(&store);
        let made = planned(&store, &content(&town.root, &town.root, "例会"));
        let cancelled = |reason: Option<&'static str>| {
            let id = made.id.clone();
            write(&store, move |tx| meetings::cancel(tx, &id, reason, NOW))
        };
        let (first, _) = cancelled(Some("停电"));
        assert_eq!(first.cancel_reason.as_deref(), Some("停电"));
        assert_eq!(first.to_staff().cancel_reason.as_deref(), Some("停电"));
        assert_eq!(cancelled(Some("改期")), (first, false), "the first reason stays");
        // A row that comes back is planned anew.
        let row = content(&town.root, &town.root, "日程");
        let again = row.clone();
        let id = write(&store, move |tx| meetings::import(tx, &source("row", "1"), &row, "import", NOW)).id;
        write(&store, |tx| meetings::withdraw_source(tx, "row", NOW));
        assert_eq!(get(&store, &id).cancel_reason, None);
        write(&store, move |tx| meetings::import(tx, &source("row", "2"), &again, "import", NOW));
        assert_eq!((get(&store, &id).state, get(&store, &id).cancel_reason), (MeetingState::Scheduled, None));
    }

    fn a_list_is_narrowed_by_kind_and_by_what_the_title_contains(database) {
        let store = database.open();
        let town = Town::new(&store);
        for (title, kind) in [
            ("十一月党员大会", MeetingKind::Conference),
            ("党课 A 班", MeetingKind::Broadcast),
            ("100% 到会", MeetingKind::Broadcast),
            ("a_b~c", MeetingKind::Conference),
        ] {
            planned(&store, &Content { kind, ..content(&town.root, &town.root, title) });
        }
        let found = |title: Option<&str>, kind: Option<MeetingKind>| -> Vec<String> {
            let filter = Filter {
                within: town.root.id.clone(), title: title.map(str::to_owned), kind, ..Filter::default()
            };
            let found = store.read(|tx| meetings::list(tx, &filter, None, 10)).unwrap();
            let mut titles: Vec<String> = found.into_iter().map(|it| it.content.title).collect();
            titles.sort();
            titles
        };
        assert_eq!(found(None, None).len(), 4);
        assert_eq!(found(None, Some(MeetingKind::Broadcast)), ["100% 到会", "党课 A 班"]);
        assert_eq!(found(Some("党"), None), ["党课 A 班", "十一月党员大会"]);
        assert_eq!(found(Some("党"), Some(MeetingKind::Conference)), ["十一月党员大会"]);
        assert_eq!(found(Some("a 班"), None), ["党课 A 班"]);
        // What means something to the database means itself.
        assert_eq!(found(Some("0%"), None), ["100% 到会"]);
        assert_eq!(found(Some("_"), None), ["a_b~c"]);
        assert_eq!(found(Some("~"), None), ["a_b~c"]);
        assert_eq!(found(Some("'"), None), [""; 0]);
    }

    fn terminals_of_the_audience_see_it_until_a_week_after(database) {
        let store = database.open();
        let town = Town::new(&store);
        let made = planned(&store, &content(&town.root, &town.west, "例会"));
        assert_eq!(seen(&store, &town.branch, &made.id), Some(MeetingState::Scheduled));
        assert_eq!(seen(&store, &town.east, &made.id), None);
        let cursor = page(&store, &town.branch.id, None, 10).cursor;
        step(&store, &made.id, NOW, meetings::start).unwrap();
        let news = page(&store, &town.branch.id, Some(&cursor), 10);
        assert!(matches!(&news.changes[..], [Change::Put { document: Document::Meeting(it) }]
            if it.state == MeetingState::Live && it.started_at_ms == Some(NOW)));
        let hide = |id: &str, at_ms: i64| {
            let id = id.to_owned();
            write(&store, move |tx| meetings::hide(tx, &id, at_ms))
        };
        let planned_for = |id: &str, kind| store.read(|tx| due::planned(tx, kind, id)).unwrap();
        let (hiding, forgotten) = (due::Kind::MeetingHiding, due::Kind::MeetingForgotten);
        assert_eq!(planned_for(&made.id, hiding), None, "it goes on");
        assert_eq!(planned_for(&made.id, forgotten), Some(NOW + made.content.planned_ms));
        // While it goes on it is never hidden, however long it takes.
        assert!(!hide(&made.id, NOW + 100 * DAY));
        step(&store, &made.id, NOW + 100 * DAY, meetings::end).unwrap();
        assert_eq!(planned_for(&made.id, hiding), Some(NOW + 107 * DAY));
        assert_eq!(planned_for(&made.id, forgotten), None);
        assert!(!hide(&made.id, NOW + 107 * DAY - 1));
        sound(&store);
        assert!(hide(&made.id, NOW + 107 * DAY));
        assert!(!hide(&made.id, NOW + 107 * DAY), "once");
        assert_eq!(seen(&store, &town.branch, &made.id), None);
        let gone = page(&store, &town.branch.id, Some(&news.cursor), 10);
        assert_eq!(gone.changes, [Change::Delete { id: made.id.clone() }]);
        assert!(!get(&store, &made.id).shown);
        sound(&store);
        // One that nobody held leaves in the same way, and comes back when it is held after all.
        let unheld = planned(&store, &content(&town.root, &town.root, "没开"));
        let hidden_at = planned_for(&unheld.id, hiding).unwrap();
        assert_eq!(hidden_at, NOW + 2 * HOUR + 7 * DAY);
        assert!(hide(&unheld.id, hidden_at));
        step(&store, &unheld.id, NOW + 30 * DAY, meetings::start).unwrap();
        assert_eq!(seen(&store, &town.east, &unheld.id), Some(MeetingState::Live));
        sound(&store);
    }

    fn a_change_of_audience_is_told_to_both(database) {
        let store = database.open();
        let town = Town::new(&store);
        let made = planned(&store, &content(&town.root, &town.east, "例会"));
        let cursor = page(&store, &town.east.id, None, 10).cursor;
        let (id, new) = (made.id.clone(), content(&town.root, &town.west, "例会"));
        write(&store, move |tx| meetings::edit(tx, &id, 1, &new, NOW));
        let told = page(&store, &town.east.id, Some(&cursor), 10);
        assert_eq!(told.changes, [Change::Delete { id: made.id.clone() }]);
        assert_eq!(seen(&store, &town.branch, &made.id), Some(MeetingState::Scheduled));
        // The holder's new name is part of the document.
        let cursor = page(&store, &town.west.id, None, 10).cursor;
        let (root, kind) = (town.root.id.clone(), town.root.kind);
        write(&store, move |tx| organizations::update(tx, &root, kind, "新清河", NOW));
        let news = page(&store, &town.west.id, Some(&cursor), 10);
        assert!(matches!(&news.changes[..], [Change::Put { document: Document::Meeting(it) }] if it.organization.name == "新清河"));
        sound(&store);
    }

    fn lists_hold_what_concerns_somebody_page_by_page(database) {
        let store = database.open();
        let town = Town::new(&store);
        let mut ids = Vec::new();
        for (holder, audience, hours) in [
            (&town.root, &town.root, 5),
            (&town.east, &town.east, 4),
            (&town.west, &town.branch, 3),
            (&town.root, &town.west, 3),
        ] {
            let content = Content { starts_at_ms: NOW + hours * HOUR, ..content(holder, audience, "会") };
            ids.push(planned(&store, &content).id);
        }
        let found = |filter: &Filter, after: Option<&After>, limit| -> Vec<usize> {
            let found = store.read(|tx| meetings::list(tx, filter, after, limit)).unwrap();
            let place = |record: &Record| ids.iter().position(|id| *id == record.id).unwrap();
            found.iter().map(place).collect()
        };
        let of = |organization: &Organization| Filter { within: organization.id.clone(), ..Filter::default() };
        assert_eq!(found(&of(&town.root), None, 10), [0, 1, 3, 2]);
        assert_eq!(found(&of(&town.east), None, 10), [0, 1]);
        assert_eq!(found(&of(&town.branch), None, 10), [0, 3, 2]);
        let after = After { starts_at_ms: NOW + 3 * HOUR, id: ids[3].clone() };
        assert_eq!(found(&of(&town.root), Some(&after), 10), [2]);
        assert_eq!(found(&of(&town.root), None, 2), [0, 1]);
        let between = Filter { from_ms: Some(NOW + 3 * HOUR), to_ms: Some(NOW + 4 * HOUR), ..of(&town.root) };
        assert_eq!(found(&between, None, 10), [3, 2]);
        step(&store, &ids[3], NOW, meetings::start).unwrap();
        let live = Filter { state: Some(MeetingState::Live), ..of(&town.root) };
        assert_eq!(found(&live, None, 10), [3]);
        let live_for = |organization: &Organization| -> Vec<String> {
            let found = store.read(|tx| meetings::live_for(tx, &organization.id)).unwrap();
            found.into_iter().map(|it| it.id).collect()
        };
        assert_eq!(live_for(&town.branch), [ids[3].clone()]);
        assert!(live_for(&town.east).is_empty() && live_for(&town.root).is_empty());
        let live = store.read(meetings::live).unwrap();
        assert_eq!(live.iter().map(|it| &it.id).collect::<Vec<_>>(), [&ids[3]]);
    }

    fn a_recording_that_cannot_be_made_is_tried_again_some_times_and_when_staff_ask(database) {
        let store = database.open();
        let town = Town::new(&store);
        let id = planned(&store, &content(&town.root, &town.west, "例会")).id;
        let fail = |now_ms: i64| {
            let id = id.clone();
            write(&store, move |tx| meetings::recording_failed(tx, &id, "磁盘已满", now_ms))
        };
        let next = || store.read(|tx| due::planned(tx, due::Kind::Recording, &id)).unwrap();
        let again = || {
            let id = id.clone();
            store.write(move |tx| meetings::record_again(tx, &id, NOW + 5))
        };
        assert!(matches!(again(), Err(Error::WrongState(state)) if state.name == "none"));
        for wait_ms in meetings::recordings::WAITS_MS {
            let failed = fail(NOW).to_staff();
            assert_eq!(failed.recording, RecordingState::Failed);
            assert_eq!(failed.recording_trouble.as_deref(), Some("磁盘已满"));
            assert_eq!(failed.recording_again_ms, Some(NOW + wait_ms));
            assert_eq!(next(), Some(NOW + wait_ms));
        }
        assert_eq!(fail(NOW).to_staff().recording_again_ms, None);
        assert_eq!(next(), None, "that was the last by itself");
        assert_eq!(again().unwrap().recording_again_ms, Some(NOW + 5));
        assert_eq!(next(), Some(NOW + 5));
        assert_eq!(fail(NOW).recording_again_ms, Some(NOW + meetings::recordings::WAITS_MS[0]));
    }

    fn a_recording_that_is_held_is_cut_and_stays_when_that_fails(database) {
        let store = database.open();
        let town = Town::new(&store);
        let made = planned(&store, &content(&town.root, &town.west, "例会"));
        step(&store, &made.id, NOW, meetings::start).unwrap();
        let hold = |hold: bool| {
            let id = made.id.clone();
            store.write::<_, Error, _>(move |tx| meetings::hold_recording(tx, &id, hold, NOW))
        };
        assert!(!hold(false).unwrap().hold_recording && hold(true).unwrap().hold_recording);
        step(&store, &made.id, NOW, meetings::end).unwrap();
        let cut = RecordingCut { from_ms: 3_000, to_ms: 9_000 };
        let ask = || {
            let id = made.id.clone();
            store.write::<_, Error, _>(move |tx| meetings::cut_recording(tx, &id, &cut, NOW + 1))
        };
        assert!(matches!(ask(), Err(Error::WrongState(_))), "there is nothing yet");
        let film = HeldRecording { duration_ms: 10_000, whole_ms: 10_000, ..HeldRecording::default() };
        let keep = |film: &HeldRecording| {
            let (id, film) = (made.id.clone(), film.clone());
            write(&store, move |tx| meetings::keep_recording(tx, &id, &film, NOW))
        };
        let held = keep(&film).to_staff();
        assert_eq!((held.recording, held.held.as_ref()), (RecordingState::Held, Some(&film)));
        assert!(store.read(meetings::unfinished_recordings).unwrap().is_empty(), "it is made");
        let asked = ask().unwrap();
        assert_eq!(asked.recording_cut, Some(cut));
        let shown = asked.to_staff();
        assert_eq!((shown.recording, shown.held), (RecordingState::Processing, None));
        assert_eq!(store.read(|tx| due::planned(tx, due::Kind::Recording, &made.id)).unwrap(), Some(NOW + 1));
        assert!(matches!(ask(), Err(Error::WrongState(state)) if state.name == "processing"));
        let id = made.id.clone();
        let failed = write(&store, move |tx| meetings::recording_failed(tx, &id, "磁盘已满", NOW)).to_staff();
        assert_eq!((failed.recording, failed.held.as_ref()), (RecordingState::Held, Some(&film)));
        assert_eq!(failed.recording_trouble.as_deref(), Some("磁盘已满"));
        ask().unwrap();
        let part = HeldRecording { from_ms: 2_000, asked: Some(cut), ..film };
        let held = keep(&part).to_staff();
        assert_eq!((held.held.as_ref(), held.recording_trouble), (Some(&part), None));
        assert!(matches!(hold(false), Err(Error::WrongState(state)) if state.name == "held"));
        let (id, film) = (made.id.clone(), programme(&town.root, &town.west, "例会（回放）"));
        let (linked, _) = write(&store, move |tx| {
            let programme = programmes::create(tx, &film, NOW)?;
            meetings::link_programme(tx, &id, &programme, NOW)
        });
        assert_eq!((linked.recording, linked.held), (RecordingState::Published, None));
        assert_eq!(store.integrity_check().unwrap(), Vec::<String>::new());
    }

    fn a_recording_becomes_a_programme_once(database) {
        let store = database.open();
        let town = Town::new(&store);
        let made = planned(&store, &content(&town.root, &town.west, "例会"));
        step(&store, &made.id, NOW, meetings::start).unwrap();
        let recording = |state| {
            let id = made.id.clone();
            write(&store, move |tx| meetings::set_recording(tx, &id, state, NOW))
        };
        assert_eq!(recording(RecordingState::Recording).recording, RecordingState::Recording);
        step(&store, &made.id, NOW, meetings::end).unwrap();
        let kept = recording(RecordingState::Processing);
        assert_eq!(kept.recording, RecordingState::Processing);
        assert_eq!((kept.recording_ms, kept.recording_off_ms()), (None, None));
        assert_eq!(store.read(meetings::unfinished_recordings).unwrap(), [kept]);

        let id = made.id.clone();
        write(&store, move |tx| meetings::set_recording_length(tx, &id, 10_001));
        let measured = get(&store, &made.id);
        assert_eq!((measured.recording_ms, measured.recording_off_ms()), (Some(10_001), Some(10_001)));

        let film = programme(&town.root, &town.west, "例会（回放）");
        let link = || {
            let (id, film) = (made.id.clone(), film.clone());
            write(&store, move |tx| {
                let programme = programmes::create(tx, &film, NOW)?;
                meetings::link_programme(tx, &id, &programme, NOW)
            })
        };
        let (linked, news) = link();
        assert!(news && linked.recording == RecordingState::Published);
        let (again, news) = link();
        assert!(!news && again == linked, "the first programme stays");
        assert_eq!(recording(RecordingState::Failed), linked);
        assert!(store.read(meetings::unfinished_recordings).unwrap().is_empty());
        let shown = page(&store, &town.branch.id, None, 10);
        let document = shown.changes.iter().find_map(|change| match change {
            Change::Put { document: Document::Meeting(it) } => it.programme_id.clone(),
            _ => None,
        });
        assert_eq!(document, linked.programme_id);
        // Not from a folder, so no import takes it back.
        assert!(store.read(programmes::sources).unwrap().is_empty());
        sound(&store);
    }

    fn rows_of_a_folder_are_planned_edited_and_taken_back(database) {
        let store = database.open();
        let town = Town::new(&store);
        let import = |hash: &'static str, title: &str| {
            let content = content(&town.root, &town.root, title);
            store.write(move |tx| meetings::import(tx, &source("meetings.csv#1", hash), &content, "导入", NOW))
        };
        let first = import("1", "例会").unwrap();
        assert_eq!(first.outcome, Outcome::Created);
        assert_eq!(import("1", "例会").unwrap().outcome, Outcome::Unchanged);
        assert_eq!(import("2", "扩大会").unwrap().outcome, Outcome::Updated);
        assert_eq!(get(&store, &first.id).content.title, "扩大会");
        let withdraw = || write(&store, |tx| meetings::withdraw_source(tx, "meetings.csv#1", NOW));
        assert!(withdraw());
        assert!(!withdraw());
        assert_eq!(get(&store, &first.id).state, MeetingState::Cancelled);
        let back = import("2", "扩大会").unwrap();
        assert_eq!((back.outcome, &back.id), (Outcome::Updated, &first.id));
        assert_eq!(get(&store, &first.id).state, MeetingState::Scheduled);
        step(&store, &first.id, NOW, meetings::start).unwrap();
        assert_eq!(import("2", "扩大会").unwrap().outcome, Outcome::Unchanged);
        wrong_state(&import("3", "又改"), MeetingState::Live);
        assert!(!withdraw(), "what began is not taken back");
        let by_source = store.read(|tx| meetings::by_source(tx, "meetings.csv#1")).unwrap().unwrap();
        assert_eq!((by_source.id, by_source.state), (first.id, MeetingState::Live));
        assert_eq!(store.read(meetings::sources).unwrap().len(), 1);
        sound(&store);
    }

    fn a_viewing_is_the_same_whatever_is_sent_how_often_and_in_what_order(database) {
        let store = database.open();
        let town = Town::new(&store);
        let made = planned(&store, &content(&town.root, &town.root, "例会"));
        let tv = terminal(&store, &town.west, TerminalKind::Household, "1 号");
        let people = [member(&store, &town.west, "甲", None), member(&store, &town.west, "乙", None)];
        // Reports of one viewing as it grows, in any order, any of them any number of times.
        let reports: Vec<Report> = (1..=4)
            .map(|minute| Report {
                last_at_ms: NOW + minute * 60_000,
                watched_ms: minute * 55_000,
                member_ids: people[..usize::try_from(minute / 2).unwrap().min(2)].to_vec(),
                ..report("v", &made, &tv)
            })
            .collect();
        let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
        let count = std::cell::Cell::new(0);
        let orders = prop::collection::vec(0..reports.len(), 0..8);
        runner
            .run(&orders, |order| {
                count.set(count.get() + 1);
                let number = count.get();
                let id = format!("v{number}");
                for index in order.into_iter().chain(0..reports.len()) {
                    watched(&store, Report { id: id.clone(), ..reports[index].clone() }).unwrap();
                }
                let found = store.read(|tx| viewings::of_meeting(tx, &made.id, &town.root.id)).unwrap();
                prop_assert_eq!(found.len(), 1);
                let line = &found[0];
                prop_assert_eq!((line.first_at_ms, line.last_at_ms), (NOW, NOW + 240_000));
                prop_assert_eq!(line.watched_ms, number * 220_000, "each viewing once");
                prop_assert_eq!(line.members.join(""), "乙甲");
                Ok(())
            })
            .unwrap();
        sound(&store);
    }

    fn viewings_belong_to_their_terminal_and_are_seen_from_above(database) {
        let store = database.open();
        let town = Town::new(&store);
        let made = planned(&store, &content(&town.root, &town.west, "例会"));
        let other = planned(&store, &content(&town.root, &town.west, "别的会"));
        let tv = terminal(&store, &town.branch, TerminalKind::Household, "1 号");
        let station = terminal(&store, &town.west, TerminalKind::Station, "会议室");
        let elsewhere = terminal(&store, &town.east, TerminalKind::Household, "2 号");
        let gone = terminal(&store, &town.west, TerminalKind::Household, "停用的");
        write(&store, move |tx| terminals::revoke(tx, &gone.id, NOW));
        watched(&store, report("a", &made, &tv)).unwrap();
        watched(&store, report("b", &made, &station)).unwrap();
        for stolen in [report("a", &made, &station), report("a", &other, &tv)] {
            assert!(matches!(watched(&store, stolen), Err(Error::Taken("viewing"))));
        }
        let known = |id: &str, meeting: &Record, terminal: &Terminal| {
            store.read(|tx| viewings::is_known(tx, id, &meeting.id, &terminal.id)).unwrap()
        };
        assert!(known("a", &made, &tv) && known("b", &made, &station));
        assert!(!known("a", &other, &tv) && !known("a", &made, &station) && !known("c", &made, &tv));
        let lines = |organization: &Organization| -> Vec<(String, i64)> {
            let found = store.read(|tx| viewings::of_meeting(tx, &made.id, &organization.id)).unwrap();
            found.into_iter().map(|line| (line.terminal_name, line.watched_ms)).collect()
        };
        assert_eq!(lines(&town.root), [("1 号".to_owned(), 50_000), ("会议室".to_owned(), 50_000)]);
        assert_eq!(lines(&town.branch), [("1 号".to_owned(), 50_000)]);
        assert!(lines(&town.east).is_empty());
        let count = |within: &Organization| store.read(|tx| viewings::terminals(tx, &town.west.id, &within.id)).unwrap();
        assert_eq!((count(&town.root), count(&town.branch), count(&town.east)), (2, 1, 0));
        assert_eq!(elsewhere.organization.id, town.east.id);
    }

    fn only_those_who_may_sign_in_at_a_terminal_watched_there(database) {
        let store = database.open();
        let town = Town::new(&store);
        let home = terminal(&store, &town.west, TerminalKind::Household, "1 号");
        let station = terminal(&store, &town.west, TerminalKind::Station, "会议室");
        let screen = terminal(&store, &town.west, TerminalKind::Signage, "大屏");
        let (west, tv) = (town.west.id.clone(), home.id.clone());
        let household = write(&store, move |tx| {
            let made = households::create(tx, &west, "1 号", NOW)?;
            households::bind(tx, &made.id, Some(&tv))?;
            Ok(made.id)
        });
        let of_home = member(&store, &town.west, "甲", Some(&household));
        let of_village = member(&store, &town.branch, "乙", None);
        let stranger = member(&store, &town.east, "丙", None);
        let left = member(&store, &town.west, "丁", Some(&household));
        let id = left.clone();
        write(&store, move |tx| moves::set_left(tx, &id, Some(NOW), NOW));
        let ids: Vec<String> = [&of_home, &of_village, &stranger, &left].map(Clone::clone).to_vec();
        let ids: Vec<String> = ids.into_iter().chain(["nobody".to_owned()]).collect();
        let at = |terminal: &Terminal| {
            let mut found = store.read(|tx| viewings::people_at(tx, terminal, &ids)).unwrap();
            found.sort();
            found
        };
        let sorted = |mut all: Vec<&String>| {
            all.sort();
            all.into_iter().cloned().collect::<Vec<_>>()
        };
        assert_eq!(at(&home), sorted(vec![&of_home]));
        assert_eq!(at(&station), sorted(vec![&of_home, &of_village]));
        assert!(at(&screen).is_empty());
    }
}
