//! Meetings that nobody ends, and rooms of meetings that went on while the server did not.

use std::time::Duration;

use backend_api::services::due::Outcome;
use backend_api::services::kit::error::ServiceError;
use backend_api::services::kit::rights::Role;
use backend_api::services::meetings;
use backend_api::services::room::people;
use contract::meeting::{MeetingDraft, MeetingState, StaffMeeting};
use store::due;

use crate::common::{World, databases, ok};
use crate::meetings::{HOUR_MS, audited, draft, plan, step};

/// Between two looks at what the server does by itself.
const PAUSE: Duration = Duration::from_millis(20);

#[tokio::test]
async fn a_meeting_that_its_host_left_ends_by_itself() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let left = plan(&world, &staff, &draft(&world, "QH")).await.meeting.id;
    let _: StaffMeeting = ok(step(&world, &staff, &left, "start").await).await;
    let path = format!("/api/v1/meetings/{left}");
    let read =
        async || -> StaffMeeting { ok(world.get(&path, &staff).send().await.unwrap()).await };
    // An hour as planned, and half an hour without anybody.
    world.clock.advance_ms(HOUR_MS + 31 * 60_000);
    let ended = loop {
        let meeting = read().await;
        if meeting.meeting.state == MeetingState::Ended {
            break meeting;
        }
        tokio::time::sleep(PAUSE).await;
    };
    assert_eq!(ended.meeting.ended_at_ms, Some(world.now_ms()));
    assert_eq!(
        audited(&world, &staff, &left).await.last().unwrap(),
        "meeting.end"
    );
}

/// What becomes of a meeting of which a process without its media is told at a time that nothing was heard.
#[tokio::test]
async fn a_meeting_whose_media_another_process_has_is_left_to_it_for_six_hours() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        let now = MeetingDraft {
            starts_at_ms: world.now_ms(),
            ..draft(&world, "QH")
        };
        let id = plan(&world, &staff, &now).await.meeting.id;
        ok::<StaffMeeting>(step(&world, &staff, &id, "start").await).await;
        // Its host is still there ten hours after it was planned to be over.
        let put_off_ms = world.now_ms() + 11 * HOUR_MS;
        let (kind, subject) = (due::Kind::MeetingForgotten, id.clone());
        let elsewhere = world
            .blocking(move |store| {
                store
                    .write::<_, ServiceError, _>(move |tx| {
                        due::schedule(tx, kind, &subject, put_off_ms)?;
                        let claims = due::claim(tx, 10, put_off_ms)?;
                        let claim = claims.into_iter().find(|it| it.kind == kind).unwrap();
                        let mut outcomes = Vec::new();
                        for now_ms in [put_off_ms, put_off_ms + 6 * HOUR_MS - 1] {
                            outcomes.push(meetings::end_forgotten(tx, &claim, None, now_ms)?);
                        }
                        let last = put_off_ms + 6 * HOUR_MS;
                        outcomes.push(meetings::end_forgotten(tx, &claim, None, last)?);
                        Ok(outcomes)
                    })
                    .unwrap()
            })
            .await;
        assert_eq!(
            elsewhere,
            [Outcome::Elsewhere, Outcome::Elsewhere, Outcome::Done]
        );
    }
}

/// The server finds meetings that go on, and that their time is over, when it starts: one after the other.
#[tokio::test]
async fn meetings_that_go_on_are_resumed_before_it_is_asked_who_left_them() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let mut ids = Vec::new();
    // The last to be resumed is the first that seems to be forgotten.
    for hours in [8, 6, 4, 2] {
        let draft = MeetingDraft {
            starts_at_ms: world.now_ms(),
            planned_ms: hours * HOUR_MS,
            record: false,
            recording_list: String::new(),
            ..draft(&world, "QH")
        };
        let id = plan(&world, &staff, &draft).await.meeting.id;
        ok::<StaffMeeting>(step(&world, &staff, &id, "start").await).await;
        world.clock.advance_ms(1);
        ids.push(id);
    }
    let world = world.restarted(24 * HOUR_MS).await;
    let planned = async |id: &str| {
        let id = id.to_owned();
        let of = move |store: &store::Store| {
            store.read(|tx| due::planned(tx, due::Kind::MeetingForgotten, &id))
        };
        world.blocking(move |store| of(store).unwrap()).await
    };
    for id in &ids {
        // It is put off once its room was asked, and gone once it ended.
        while planned(id)
            .await
            .is_some_and(|at_ms| at_ms <= world.now_ms())
        {
            tokio::time::sleep(PAUSE).await;
        }
        let wanted = id.clone();
        let read = move |store: &store::Store| store.read(|tx| store::meetings::get(tx, &wanted));
        let meeting = world.blocking(move |store| read(store).unwrap()).await;
        assert_eq!(meeting.unwrap().state, MeetingState::Live);
        assert!(world.server.rooms().session(id).is_ok());
    }
}

#[tokio::test]
async fn of_a_meeting_that_ended_while_its_room_was_begun_nothing_runs() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let id = plan(&world, &staff, &draft(&world, "QH")).await.meeting.id;
    ok::<StaffMeeting>(step(&world, &staff, &id, "start").await).await;
    let wanted = id.clone();
    let read = world.blocking(move |store| people::live_meeting(store, &wanted).unwrap());
    let live = read.await.unwrap();
    ok::<StaffMeeting>(step(&world, &staff, &id, "end").await).await;
    let rooms = world.server.rooms();
    while rooms.session(&id).is_ok() {
        tokio::time::sleep(PAUSE).await;
    }
    rooms.take_up(live).await;
    assert!(rooms.session(&id).is_err());
}
