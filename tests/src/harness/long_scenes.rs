//! Titles of sixty characters and organizations of more than twenty on every path, for the pixel
//! tests and the screenshots: what is shortened on a list can be read in full one key further.

use anyhow::Context as _;
use contract::duty::DutyLook;
use contract::meeting::{Meeting, MeetingKind, MeetingState};
use contract::roll_call::{RollCallState, TerminalRollCall};
use contract::terminal::TerminalKind;
use contract::township::ListingKind;
use media_player::fake::Programme as Film;
use tv_app::cache::command::Priority;
use tv_app::cache::{NewSignIn, Refusal};
use tv_app::client::Notice;
use tv_app::remote::RemoteKey;
use tv_app::screens::Route;

use super::long_documents::{BULLETIN, FILM, NEXT, OFFICE, TITLE, office};
use super::scene::{Scene, bare, full, scene};
use super::{NOW_MS, Stage, duty, duty_scenes, people, people_scenes, watching_scenes};

const MINUTE: i64 = 60_000;

/// A scene, and what of it can be read in full there.
pub struct Whole {
    /// Name of the scene.
    pub scene: &'static str,
    /// The words.
    pub words: &'static str,
}

const fn whole(scene: &'static str, words: &'static str) -> Whole {
    Whole { scene, words }
}

/// Where a long title, or the name of who is behind it, is read in full.
pub const WHOLE: &[Whole] = &[
    whole("long-bulletin", TITLE),
    whole("long-bulletin", OFFICE),
    whole("long-table", TITLE),
    whole("long-picture", TITLE),
    whole("long-programme", TITLE),
    whole("long-programme", OFFICE),
    whole("long-programme-begun", TITLE),
    whole("long-player-begins", TITLE),
    whole("long-player", TITLE),
    whole("long-player-ended", NEXT),
    whole("long-meetings", TITLE),
    whole("long-meetings", OFFICE),
    whole("long-meeting-before", TITLE),
    whole("long-meeting-before", OFFICE),
    whole("long-meeting-offline", TITLE),
    whole("long-meeting-over", TITLE),
    whole("long-meeting-controls", TITLE),
    whole("long-meeting-controls", OFFICE),
    whole("long-station-controls", TITLE),
    whole("long-call", TITLE),
    whole("long-call", OFFICE),
    whole("long-reminder", TITLE),
    whole("long-reminder", OFFICE),
    whole("long-moved", TITLE),
    whole("long-moved", OFFICE),
    whole("long-called-off", TITLE),
    whole("long-called-off", OFFICE),
    whole("long-urgent", TITLE),
    whole("long-roll-call", TITLE),
    whole("long-roll-call-unlisted", TITLE),
    // Of a ballot no option may be out of sight as long as there is room for all.
    whole("answering-several", "公开水费收支明细和维修开支"),
    whole("answering-several", "别的"),
    whole("answering-several", "下一题"),
    whole(
        "answering-sentences",
        "停水前请早点通知，好让大家把水缸先接满再说",
    ),
    whole("long-roll-call-unlisted", "加进名单以后，这里就能签到。"),
    whole("long-roll-call-before", TITLE),
    whole("long-roll-call-over", TITLE),
    whole("long-roster", TITLE),
    whole("long-record", TITLE),
    whole("long-duty", TITLE),
    whole("long-duty-look", OFFICE),
    whole("dialog-long-refused", TITLE),
];

/// All of them.
pub const SCENES: &[Scene] = &[
    scene("long-home", |stage| {
        stage.long()?;
        stage.show(&[Route::Home])
    }),
    scene("long-home-meeting", |stage| {
        stage.long()?;
        let home = people::household();
        stage.people(
            TerminalKind::Household,
            home.clone(),
            vec![call(people::call(&home))],
        )?;
        stage.meetings(vec![meeting(
            MeetingKind::Conference,
            MeetingState::Scheduled,
            60,
        )])?;
        stage.show(&[Route::Home, people::roll_call()])?;
        stage.tv.press(RemoteKey::Back);
        Ok(())
    }),
    scene("long-bulletins", |stage| {
        stage.long()?;
        let route = stage.list(ListingKind::Bulletins)?;
        stage.show(&[Route::Home, route])
    }),
    scene("long-bulletin", |stage| {
        stage.long()?;
        stage.show(&[Route::Home, bulletin()])
    }),
    scene("long-table", |stage| {
        stage.long()?;
        let id = BULLETIN.to_owned();
        stage.show(&[Route::Home, bulletin(), Route::Table { id, block: 1 }])
    }),
    full("long-picture", |stage| {
        stage.long()?;
        let id = BULLETIN.to_owned();
        stage.show(&[Route::Home, bulletin(), Route::Picture { id, block: 2 }])
    }),
    scene("long-programmes", |stage| {
        stage.long()?;
        let route = stage.list(ListingKind::Programmes)?;
        stage.show(&[Route::Home, route])
    }),
    scene("long-programme", |stage| {
        stage.long()?;
        stage.show(&[Route::Home, programme()])
    }),
    scene("long-programme-begun", |stage| {
        stage.long()?;
        stage.demo.keep(FILM)?;
        stage
            .demo
            .cache
            .record_progress(FILM, 65_000, 300_000, 65_000, NOW_MS)?;
        stage.show(&[Route::Home, programme()])
    }),
    bare("long-player-begins", |stage| {
        watch(stage, 65_000, Film::lasting(300_000))
    }),
    full("long-player", |stage| {
        watch(stage, 65_000, Film::lasting(300_000))?;
        stage.tv.press(RemoteKey::Ok);
        Ok(())
    }),
    full("long-player-ended", |stage| {
        watch(stage, 65_000, Film::lasting(67_000))?;
        stage.tv.advance(3_000);
        Ok(())
    }),
    scene("long-meetings", |stage| {
        stage.meetings(vec![
            meeting(MeetingKind::Conference, MeetingState::Scheduled, 60),
            meeting(MeetingKind::Broadcast, MeetingState::Ended, -3_000),
        ])?;
        let list = "meetings".to_owned();
        stage.show(&[Route::Home, Route::Meetings { list }])
    }),
    scene("long-meeting-before", |stage| {
        watching_scenes::at(
            stage,
            meeting(MeetingKind::Broadcast, MeetingState::Scheduled, 60),
        )
    }),
    scene("long-meeting-offline", |stage| {
        watching_scenes::at(
            stage,
            meeting(MeetingKind::Conference, MeetingState::Live, -9),
        )
    }),
    scene("long-meeting-over", |stage| {
        watching_scenes::at(
            stage,
            meeting(MeetingKind::Conference, MeetingState::Ended, -90),
        )
    }),
    full("long-meeting-controls", |stage| {
        let meeting = meeting(MeetingKind::Broadcast, MeetingState::Live, -80);
        watching_scenes::in_meeting(stage, meeting)?;
        stage.tv.press(RemoteKey::Down);
        Ok(())
    }),
    full("long-station-controls", |stage| {
        stage.people(TerminalKind::Station, people::station(12), Vec::new())?;
        watching_scenes::choose(stage, "test:ball", "test:440")?;
        let meeting = meeting(MeetingKind::Conference, MeetingState::Live, -80);
        watching_scenes::in_meeting(stage, meeting)?;
        stage.tv.press(RemoteKey::Down);
        Ok(())
    }),
    scene("long-call", |stage| {
        let mut meeting = meeting(MeetingKind::Conference, MeetingState::Live, -8);
        meeting.id = "long-call".to_owned();
        stage.meetings(vec![meeting])?;
        stage.show(&[Route::Home])
    }),
    scene("long-reminder", |stage| {
        let mut meeting = meeting(MeetingKind::Conference, MeetingState::Scheduled, 4);
        meeting.id = "long-reminder".to_owned();
        stage.meetings(vec![meeting])?;
        stage.demo.cache.set_reminder("long-reminder", true)?;
        stage.show(&[Route::Home])
    }),
    scene("long-moved", |stage| {
        let mut planned = meeting(
            MeetingKind::Conference,
            MeetingState::Scheduled,
            2 * 24 * 60,
        );
        planned.id = "long-moved".to_owned();
        otherwise(stage, planned, |meeting| {
            meeting.starts_at_ms += 340 * 24 * 60 * MINUTE;
        })
    }),
    scene("long-called-off", |stage| {
        let mut planned = meeting(
            MeetingKind::Conference,
            MeetingState::Scheduled,
            2 * 24 * 60,
        );
        planned.id = "long-called-off".to_owned();
        otherwise(stage, planned, |meeting| {
            meeting.state = MeetingState::Cancelled;
        })
    }),
    scene("long-urgent", |stage| {
        stage.show(&[Route::Home])?;
        stage.tv.app().on_notice(Notice::Urgent {
            bulletin_id: "long-urgent".to_owned(),
            title: TITLE.to_owned(),
        });
        Ok(())
    }),
    scene("long-roll-calls", |stage| {
        stage.people(
            TerminalKind::Household,
            people::household(),
            vec![
                call(people::signed(people::call(&people::household()), 2)),
                call(people::other(1, RollCallState::Closed, -4)),
            ],
        )?;
        stage.show(&[Route::Home, Route::RollCalls])
    }),
    scene("long-roll-call", |stage| {
        let home = people::household();
        stage.people(
            TerminalKind::Household,
            home.clone(),
            vec![call(people::call(&home))],
        )?;
        stage.show(&[Route::Home, people::roll_call()])
    }),
    scene("long-roll-call-unlisted", |stage| {
        let home = people::household();
        let mut some = call(people::call(&home));
        some.people.truncate(1);
        some.unlisted = home.people[1..].iter().map(people::unlisted).collect();
        stage.people(TerminalKind::Household, home, vec![some])?;
        stage.show(&[Route::Home, people::roll_call()])
    }),
    scene("long-roll-call-before", |stage| {
        roll_call(stage, people::other(0, RollCallState::Scheduled, 9))
    }),
    scene("long-roll-call-over", |stage| {
        roll_call(stage, people::other(1, RollCallState::Closed, -4))
    }),
    scene("long-roster", |stage| {
        let people = people::station(60);
        let called = call(people::signed(people::call(&people), 38));
        stage.people(TerminalKind::Station, people, vec![called])?;
        stage.show(&[Route::Home, people::roster()])
    }),
    scene("long-record", |stage| {
        let mut record = people::record();
        record.organization = office();
        for call in &mut record.roll_calls {
            call.title = TITLE.to_owned();
        }
        people_scenes::record(stage, record)
    }),
    scene("long-duty", duty),
    scene("long-duty-look", |stage| {
        duty(stage)?;
        stage.tv.press(RemoteKey::Down);
        Ok(())
    }),
    scene("dialog-long-refused", |stage| {
        let new = NewSignIn {
            key: "long".to_owned(),
            roll_call_id: people::CALL.to_owned(),
            title: TITLE.to_owned(),
            round: 1,
            proof: contract::member::Proof::Pin {
                member_id: "a".to_owned(),
                pin: people::PIN.to_owned(),
            },
            name: "阿卜杜热合曼·买买提".to_owned(),
            presence_code: None,
        };
        let cache = &stage.demo.cache;
        cache.enqueue(&new)?;
        let waiting = cache.take_command(Priority::Interactive, &[])?;
        let seq = waiting.context("nothing is kept")?.seq;
        let locked = Refusal {
            code: contract::error::ErrorCode::PinLocked,
            tries: None,
            wait_ms: None,
        };
        cache.command_refused(seq, locked, "")?;
        stage.show(&[Route::Home])
    }),
];

/// A room, and somebody who looked into it.
fn duty(stage: &mut Stage) -> anyhow::Result<()> {
    stage.people(TerminalKind::Station, people::station(12), Vec::new())?;
    let mut rooms = duty::rooms();
    for room in &mut rooms {
        room.title = TITLE.to_owned();
    }
    let look = duty::look();
    let looks = vec![DutyLook {
        id: "long-look".to_owned(),
        by: format!("{OFFICE} 欧阳淑芬"),
        room_title: rooms[0].title.clone(),
        opened_at_ms: look.opened_at_ms - 60 * MINUTE,
        closed_at_ms: Some(look.opened_at_ms - 20 * MINUTE),
        ..look
    }];
    rooms.truncate(1);
    stage.duty(rooms, looks)?;
    stage.show(&[Route::Home, duty_scenes::list()])
}

fn bulletin() -> Route {
    Route::Bulletin {
        id: BULLETIN.to_owned(),
    }
}

fn programme() -> Route {
    Route::Programme {
        id: FILM.to_owned(),
    }
}

/// A meeting that begins, or began, in so many minutes.
fn meeting(kind: MeetingKind, state: MeetingState, minutes: i64) -> Meeting {
    let starts_at_ms = NOW_MS + minutes * MINUTE;
    let is_over = state == MeetingState::Ended;
    Meeting {
        id: watching_scenes::ID.to_owned(),
        kind,
        state,
        title: TITLE.to_owned(),
        organization: office(),
        starts_at_ms,
        started_at_ms: (state != MeetingState::Scheduled).then_some(starts_at_ms),
        ended_at_ms: is_over.then_some(starts_at_ms + 60 * MINUTE),
        planned_ms: 90 * MINUTE,
        ..Meeting::default()
    }
}

/// Somebody wanted to be reminded of this meeting, and then it is changed.
fn otherwise(
    stage: &mut Stage,
    mut meeting: Meeting,
    change: impl FnOnce(&mut Meeting),
) -> anyhow::Result<()> {
    stage.meetings(vec![meeting.clone()])?;
    stage.demo.cache.set_reminder(&meeting.id, true)?;
    change(&mut meeting);
    stage.meetings(vec![meeting])?;
    stage.show(&[Route::Home])
}

fn call(mut call: TerminalRollCall) -> TerminalRollCall {
    call.title = TITLE.to_owned();
    call.organization = office();
    call
}

fn roll_call(stage: &mut Stage, other: TerminalRollCall) -> anyhow::Result<()> {
    let call = call(other);
    let id = call.id.clone();
    stage.people(TerminalKind::Household, people::household(), vec![call])?;
    stage.show(&[Route::Home, Route::RollCall { id }])
}

fn watch(stage: &mut Stage, position_ms: i64, film: Film) -> anyhow::Result<()> {
    stage.long()?;
    stage.demo.keep(FILM)?;
    stage.watch_film(FILM, position_ms, film)
}
