//! Roll calls, signing in and one's own record, for the pixel tests and the screenshots.

use anyhow::Context as _;
use contract::error::ErrorCode;
use contract::member::{AttendanceSummary, MemberRecord, TerminalPeople};
use contract::roll_call::{AttendanceState, RollCallState, SignedIn};
use contract::terminal::TerminalKind;
use contract::township::ListingKind;
use tv_app::cache::Refusal;
use tv_app::cache::command::{Reply, Told};
use tv_app::client::Notice;
use tv_app::remote::{Change, RemoteKey, Source, SourceEvent};
use tv_app::screens::routes::section_route;
use tv_app::screens::{Route, Screen};

use super::people::{self, PIN};
use super::scene::{Scene, full, scene};
use super::{NOW_MS, Stage, watching_scenes};

/// All of them.
pub const SCENES: &[Scene] = &[
    scene("home-call", |stage| {
        home(stage, 1)?;
        stage.tv.press(RemoteKey::Back);
        Ok(())
    }),
    scene("section-education", |stage| {
        let section = stage
            .content
            .township()
            .sections
            .into_iter()
            .find(|section| section.digit == 3);
        let id = section.map(|section| section.id).unwrap_or_default();
        stage.show(&[Route::Home, section_route(&id)])
    }),
    scene("roll-calls", |stage| {
        stage.people(
            TerminalKind::Household,
            people::household(),
            vec![
                people::signed(people::call(&people::household()), 2),
                people::other(0, RollCallState::Scheduled, 9),
                people::other(1, RollCallState::Closed, -4),
                people::other(2, RollCallState::Closed, -20),
            ],
        )?;
        stage.show(&[Route::Home, Route::RollCalls])
    }),
    scene("roll-calls-empty", |stage| {
        stage.people(TerminalKind::Household, people::household(), Vec::new())?;
        stage.show(&[Route::Home, Route::RollCalls])
    }),
    scene("roll-calls-no-household", |stage| {
        stage.people(
            TerminalKind::Household,
            TerminalPeople::default(),
            Vec::new(),
        )?;
        stage.show(&[Route::Home, Route::RollCalls])
    }),
    scene("roll-call-nobody", |stage| {
        let mut home = people::household();
        home.people
            .iter_mut()
            .for_each(|person| person.exempt = true);
        let call = people::call(&home);
        let id = call.id.clone();
        stage.people(TerminalKind::Household, home, vec![call])?;
        stage.show(&[Route::Home, Route::RollCall { id }])
    }),
    scene("roll-call", |stage| home(stage, 0)),
    scene("roll-call-back", |stage| {
        home(stage, 0)?;
        stage.tv.press(RemoteKey::Up);
        Ok(())
    }),
    scene("roll-call-one-missing", |stage| home(stage, 1)),
    scene("roll-call-late", |stage| {
        home(stage, 0)?;
        // Past the ten minutes, with a minute and a half of the five left.
        stage.tv.clock.set_now(NOW_MS + (11 * 60 + 30) * 1_000);
        stage.tv.advance(1_000);
        Ok(())
    }),
    scene("roll-call-spot", |stage| {
        let home = people::household();
        let mut call = people::signed(people::call(&home), 2);
        call.rounds = vec![people::round(1, -60), people::round(2, -1)];
        stage.people(TerminalKind::Household, home, vec![call])?;
        stage.show(&[Route::Home, people::roll_call()])
    }),
    scene("roll-call-unlisted", |stage| {
        let home = people::household();
        let mut call = people::call(&home);
        call.people.truncate(1);
        call.unlisted = home.people[1..].iter().map(people::unlisted).collect();
        stage.people(TerminalKind::Household, home, vec![call])?;
        stage.show(&[Route::Home, people::roll_call()])
    }),
    scene("roll-call-not-listed", |stage| {
        let home = people::household();
        let mut call = people::call(&home);
        call.unlisted = home.people[..2].iter().map(people::unlisted).collect();
        call.people.clear();
        stage.people(TerminalKind::Household, home, vec![call])?;
        stage.show(&[Route::Home])?;
        stage.tv.press(RemoteKey::Green);
        Ok(())
    }),
    scene("roll-call-who", |stage| {
        home(stage, 0)?;
        stage.tv.press(RemoteKey::Digit(1));
        Ok(())
    }),
    scene("roll-call-pin", |stage| {
        home(stage, 0)?;
        stage.tv.press_all(&[
            RemoteKey::Digit(1),
            RemoteKey::Ok,
            RemoteKey::Digit(5),
            RemoteKey::Digit(8),
            RemoteKey::Digit(0),
        ]);
        Ok(())
    }),
    scene("roll-call-pin-wrong", |stage| {
        typed(stage)?;
        stage.outcome(Told::Refused(Refusal {
            code: ErrorCode::WrongPin,
            tries: Some(3),
            wait_ms: None,
        }))
    }),
    scene("roll-call-code", |stage| {
        let home = people::household();
        let mut call = people::call(&home);
        call.presence_code = true;
        stage.people(TerminalKind::Household, home, vec![call])?;
        stage.show(&[Route::Home, people::roll_call()])?;
        stage.tv.press_all(&[
            RemoteKey::Digit(1),
            RemoteKey::Ok,
            RemoteKey::Digit(4),
            RemoteKey::Digit(7),
        ]);
        Ok(())
    }),
    scene("roll-call-signed", |stage| {
        typed(stage)?;
        stage.outcome(answered(people::answer(
            "a",
            "张建国",
            AttendanceState::Present,
        )))
    }),
    full("roll-call-in-meeting", |stage| {
        called_in_meeting(stage)?;
        stage.tv.press_all(&[
            RemoteKey::Digit(1),
            RemoteKey::Ok,
            RemoteKey::Digit(4),
            RemoteKey::Digit(7),
        ]);
        Ok(())
    }),
    full("roll-call-in-meeting-pin-wrong", |stage| {
        typed_in_meeting(stage)?;
        stage.outcome(Told::Refused(Refusal {
            code: ErrorCode::WrongPin,
            tries: Some(3),
            wait_ms: None,
        }))
    }),
    full("roll-call-in-meeting-signed", |stage| {
        typed_in_meeting(stage)?;
        stage.outcome(answered(people::answer(
            "a",
            "张建国",
            AttendanceState::Present,
        )))
    }),
    scene("roll-call-signed-last", |stage| {
        home(stage, 1)?;
        stage.tv.press(RemoteKey::Digit(1));
        stage.tv.press_all(&digits());
        stage.tv.press(RemoteKey::Ok);
        stage.tv.settle();
        stage.outcome(answered(people::answer(
            "b",
            "李秀英",
            AttendanceState::Late,
        )))
    }),
    scene("roll-call-queued", typed),
    scene("roll-call-locked", |stage| {
        typed(stage)?;
        stage.outcome(Told::Refused(Refusal {
            code: ErrorCode::PinLocked,
            tries: None,
            wait_ms: None,
        }))
    }),
    scene("roll-call-before", |stage| {
        let call = people::other(0, RollCallState::Scheduled, 9);
        let id = call.id.clone();
        stage.people(TerminalKind::Household, people::household(), vec![call])?;
        stage.show(&[Route::Home, Route::RollCall { id }])
    }),
    scene("roll-call-over", |stage| {
        let call = people::other(1, RollCallState::Closed, -4);
        let id = call.id.clone();
        stage.people(TerminalKind::Household, people::household(), vec![call])?;
        stage.show(&[Route::Home, Route::RollCall { id }])
    }),
    scene("roster", |stage| station(stage, 60, 38)),
    scene("roster-few-missing", |stage| station(stage, 31, 26)),
    scene("roster-all-there", |stage| station(stage, 12, 12)),
    scene("roster-not-listed", |stage| {
        let people = people::station(20);
        let mut call = people::signed(people::call(&people), 16);
        call.people.truncate(19);
        call.unlisted = people.people[19..].iter().map(people::unlisted).collect();
        stage.people(TerminalKind::Station, people, vec![call])?;
        stage.show(&[Route::Home, people::roster()])?;
        stage.tv.press_all(&[RemoteKey::Down, RemoteKey::Ok]);
        Ok(())
    }),
    scene("roster-begin", |stage| station(stage, 60, 0)),
    scene("roster-below", |stage| {
        station(stage, 100, 75)?;
        stage.tv.press_all(&[RemoteKey::PageDown; 5]);
        Ok(())
    }),
    scene("roster-digits", |stage| {
        station(stage, 100, 40)?;
        stage
            .tv
            .press_all(&[RemoteKey::Digit(9), RemoteKey::Digit(5)]);
        Ok(())
    }),
    scene("roster-pin", |stage| {
        station(stage, 60, 38)?;
        stage.tv.press_all(&[9, 5].map(RemoteKey::Digit));
        stage.tv.press(RemoteKey::Ok);
        stage
            .tv
            .press_all(&[5, 8, 0, 3, 1, 6].map(RemoteKey::Digit));
        Ok(())
    }),
    scene("roster-card-signed", |stage| {
        station(stage, 60, 38)?;
        stage.tv.card("0012345678");
        stage.outcome(answered(people::answer(
            "m50",
            &people::name(50),
            AttendanceState::Present,
        )))
    }),
    scene("roster-card-guest", |stage| {
        station(stage, 60, 57)?;
        for (card, id, name, state) in [
            ("0012345678", "x", "柳远客", AttendanceState::Guest),
            ("0012345679", "y", "冯邻村", AttendanceState::Present),
        ] {
            stage.tv.card(card);
            stage.outcome(answered(people::answer(id, name, state)))?;
        }
        Ok(())
    }),
    scene("roster-card-unknown", |stage| {
        station(stage, 60, 38)?;
        stage.tv.card("0012345678");
        stage.outcome(Told::Refused(Refusal {
            code: ErrorCode::UnknownCard,
            tries: None,
            wait_ms: None,
        }))
    }),
    scene("roster-over", |stage| {
        let people = people::station(60);
        let mut call = people::signed(people::call(&people), 56);
        call.state = RollCallState::Closed;
        let id = call.id.clone();
        stage.people(TerminalKind::Station, people, vec![call])?;
        stage.show(&[Route::Home, Route::Roster { id }])
    }),
    scene("me", me),
    scene("me-no-household", |stage| {
        stage.people(
            TerminalKind::Household,
            TerminalPeople::default(),
            Vec::new(),
        )?;
        stage.show(&[Route::Home, Route::Me])
    }),
    scene("me-none-found", |stage| {
        me(stage)?;
        stage.tv.press_all(&[RemoteKey::Digit(2); 3]);
        Ok(())
    }),
    scene("me-station-empty", |stage| {
        stage.people(TerminalKind::Station, TerminalPeople::default(), Vec::new())?;
        stage.show(&[Route::Home, Route::Me])
    }),
    scene("me-station", |stage| {
        stage.people(TerminalKind::Station, people::station(80), Vec::new())?;
        stage.show(&[Route::Home, Route::Me])?;
        stage.tv.press(RemoteKey::Digit(9));
        Ok(())
    }),
    scene("me-pin", |stage| {
        me(stage)?;
        stage.tv.press_all(&[RemoteKey::Ok, RemoteKey::Digit(5)]);
        Ok(())
    }),
    scene("me-card", to_new_pin),
    scene("me-new-pin", |stage| {
        to_new_pin(stage)?;
        stage.tv.card("0012345678");
        stage
            .tv
            .press_all(&[1, 1, 1, 1, 1, 1].map(RemoteKey::Digit));
        stage.tv.press(RemoteKey::Ok);
        Ok(())
    }),
    scene("me-no-network", |stage| {
        me(stage)?;
        ask(stage);
        Ok(())
    }),
    scene("me-record", |stage| record(stage, people::record())),
    scene("me-record-running", |stage| {
        let mut running = people::record();
        running.attendance = AttendanceSummary::default();
        running.roll_calls.truncate(2);
        for call in &mut running.roll_calls {
            call.state = AttendanceState::Missing;
            call.signed_at_ms = None;
        }
        record(stage, running)
    }),
    scene("me-record-below", |stage| {
        record(stage, people::record())?;
        stage.tv.press_all(&[RemoteKey::Down; 6]);
        Ok(())
    }),
    scene("me-record-countdown", |stage| {
        record(stage, people::record())?;
        stage.tv.advance(50_000);
        Ok(())
    }),
    scene("dialog-refused", |stage| {
        home(stage, 0)?;
        stage.tv.press_all(&[RemoteKey::Digit(1), RemoteKey::Ok]);
        stage.tv.press_all(&digits());
        stage.tv.press_all(&[RemoteKey::Ok, RemoteKey::Home]);
        stage.tv.settle();
        stage.outcome(Told::Refused(Refusal {
            code: ErrorCode::PinLocked,
            tries: None,
            wait_ms: None,
        }))
    }),
    scene("toast-no-roll-call", |stage| {
        let route = stage.list(ListingKind::Bulletins)?;
        stage.people(TerminalKind::Household, people::household(), Vec::new())?;
        stage.show(&[Route::Home, route])?;
        stage.tv.press(RemoteKey::Green);
        Ok(())
    }),
];

fn digits() -> Vec<RemoteKey> {
    PIN.bytes().map(|b| RemoteKey::Digit(b - b'0')).collect()
}

/// A home is called; so many of it have signed in.
fn home(stage: &mut Stage, count: usize) -> anyhow::Result<()> {
    let home = people::household();
    let call = people::signed(people::call(&home), count);
    stage.people(TerminalKind::Household, home, vec![call])?;
    stage.show(&[Route::Home, people::roll_call()])
}

/// A station is called; so many of its members have signed in.
fn station(stage: &mut Stage, count: usize, signed: usize) -> anyhow::Result<()> {
    let people = people::station(count);
    let call = people::signed(people::call(&people), signed);
    stage.people(TerminalKind::Station, people, vec![call])?;
    stage.show(&[Route::Home, people::roster()])
}

/// 张建国 has typed his PIN.
fn typed(stage: &mut Stage) -> anyhow::Result<()> {
    home(stage, 0)?;
    stage.tv.press_all(&[RemoteKey::Digit(1), RemoteKey::Ok]);
    stage.tv.press_all(&digits());
    stage.tv.press(RemoteKey::Ok);
    stage.tv.settle();
    Ok(())
}

/// A home that watches a meeting is called, with the code of its picture.
fn called_in_meeting(stage: &mut Stage) -> anyhow::Result<()> {
    let home = people::household();
    let mut call = people::call(&home);
    call.presence_code = true;
    stage.people(TerminalKind::Household, home.clone(), Vec::new())?;
    watching_scenes::at_home(stage)?;
    // It comes over the meeting by itself.
    stage.people(TerminalKind::Household, home, vec![call])?;
    stage.tv.app().on_notice(Notice::PeopleChanged);
    stage.tv.advance(1_000);
    Ok(())
}

/// 张建国 has typed the code and his PIN.
fn typed_in_meeting(stage: &mut Stage) -> anyhow::Result<()> {
    called_in_meeting(stage)?;
    stage.tv.press_all(&[RemoteKey::Digit(1), RemoteKey::Ok]);
    stage.tv.press_all(&[4, 7, 2, 9].map(RemoteKey::Digit));
    stage.tv.press(RemoteKey::Ok);
    stage.tv.press_all(&digits());
    stage.tv.press(RemoteKey::Ok);
    stage.tv.settle();
    Ok(())
}

fn me(stage: &mut Stage) -> anyhow::Result<()> {
    stage.people(TerminalKind::Household, people::household(), Vec::new())?;
    stage.show(&[Route::Home, Route::Me])?;
    stage.tv.advance(300);
    Ok(())
}

/// The grid's last cell, at a station.
fn to_new_pin(stage: &mut Stage) -> anyhow::Result<()> {
    stage.people(TerminalKind::Station, people::station(4), Vec::new())?;
    stage.show(&[Route::Home, Route::Me])?;
    stage.tv.advance(300);
    stage.tv.press_all(&[
        RemoteKey::Right,
        RemoteKey::Right,
        RemoteKey::Down,
        RemoteKey::Down,
        RemoteKey::Ok,
    ]);
    Ok(())
}

/// The first of the names asks for the record; without a server there is no network.
fn ask(stage: &Stage) {
    stage.tv.press(RemoteKey::Ok);
    stage.tv.press_all(&digits());
    stage.tv.press(RemoteKey::Ok);
    stage.tv.settle();
}

/// 李秀英 looks at this record.
pub(super) fn record(stage: &mut Stage, record: MemberRecord) -> anyhow::Result<()> {
    me(stage)?;
    stage.tv.press(RemoteKey::Ok);
    stage.tv.press_all(&digits());
    // As the server would answer, before the application finds that there is none: no event is
    // handled between the keys and the reply.
    let hub = stage.tv.app().hub().context("no keys")?;
    for change in [Change::Down(RemoteKey::Ok), Change::Up(RemoteKey::Ok)] {
        hub.feed(SourceEvent {
            source: Source::Virtual,
            change,
        });
    }
    let id = stage.tv.router(|router| match router.top() {
        Screen::Me(me) => me.question().map(str::to_owned),
        _ => None,
    });
    let told = Told::Answered(Reply::OwnRecord(Box::new(record)));
    let key = id.context("nothing is asked")?;
    stage.tv.app().on_notice(Notice::Told { key, told });
    stage.tv.advance(250);
    Ok(())
}

/// The server has taken a sign-in.
fn answered(answer: SignedIn) -> Told {
    Told::Answered(Reply::SignIn(answer))
}
