//! Whether stations can take part in a conference.

use backend_api::services::kit::rights::Role;
use contract::error::ErrorCode;
use contract::meeting::{MeetingDraft, MeetingKind};
use contract::remote_action::{RemoteKind, RemoteState, TerminalActions};
use contract::station_check::{
    DeviceFinding, StationCheck, StationChecks, StationCheckup, StationDevices, StationLine,
};
use contract::terminal::TerminalKind;
use reqwest::{Method, Response, StatusCode};
use serde_json::json;

use crate::common::{Tv, World, databases, ok, problem, tv};
use crate::meetings::{HOUR_MS, audited, draft, plan, step};

const MINUTE_MS: i64 = 60_000;

async fn ask(world: &World, staff: &str, id: &str) -> Response {
    let path = format!("/api/v1/meetings/{id}/station-checks");
    world.post(&path, staff).send().await.unwrap()
}

async fn found(world: &World, staff: &str, id: &str) -> Vec<StationCheckup> {
    let path = format!("/api/v1/meetings/{id}/station-checks");
    let checks: StationChecks = ok(world.get(&path, staff).send().await.unwrap()).await;
    checks.stations
}

async fn to_do(world: &World, tv: &Tv) -> TerminalActions {
    let asked = world.get("/api/v1/terminal/actions", &tv.token);
    ok(asked.send().await.unwrap()).await
}

async fn say(world: &World, tv: &Tv, id: &str, check: &StationCheck) -> Response {
    let path = format!("/api/v1/terminal/actions/{id}");
    let asked = world.ask(Method::PUT, &path, &tv.token);
    let asked = asked.json(&json!({ "done": true, "check": check }));
    asked.send().await.unwrap()
}

fn check() -> StationCheck {
    StationCheck {
        devices: StationDevices {
            camera: DeviceFinding::Missing,
            microphone: DeviceFinding::Silent,
            loudspeaker: DeviceFinding::Works,
        },
        line: StationLine {
            round_trip_ms: Some(35),
            tries: 8,
            lost: 1,
        },
    }
}

#[tokio::test]
async fn the_host_asks_and_every_station_says_what_it_found() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        let station = tv(&world, "ZJ", TerminalKind::Station).await;
        let silent = tv(&world, "LJ", TerminalKind::Station).await;
        let home = tv(&world, "ZJ", TerminalKind::Household).await;
        let in_hours = MeetingDraft {
            starts_at_ms: world.now_ms() + 3 * HOUR_MS,
            ..draft(&world, "QH")
        };
        let id = plan(&world, &staff, &in_hours).await.meeting.id;
        let before = found(&world, &staff, &id).await;
        assert_eq!(before.len(), 2, "stations alone");
        assert!(before.iter().all(|one| one.state.is_none()));

        for _ in 0..2 {
            let asked: StationChecks = ok(ask(&world, &staff, &id).await).await;
            let states: Vec<_> = asked.stations.iter().map(|one| one.state).collect();
            assert_eq!(states, [Some(RemoteState::Asked); 2]);
        }
        let wanted = to_do(&world, &station).await.actions;
        assert_eq!(wanted.len(), 1, "asked once");
        assert_eq!(wanted[0].kind, RemoteKind::Check);
        assert_eq!(to_do(&world, &home).await, TerminalActions::default());
        let mut odd = check();
        odd.line.lost = 9;
        let refused = say(&world, &station, &wanted[0].id, &odd).await;
        problem(refused, 422, ErrorCode::Invalid).await;
        let said = say(&world, &station, &wanted[0].id, &check()).await;
        assert_eq!(said.status(), StatusCode::NO_CONTENT);
        world.clock.advance_ms(2 * MINUTE_MS);
        for one in found(&world, &staff, &id).await {
            let (state, check_of) = if one.terminal.id == station.id {
                (RemoteState::Done, Some(check()))
            } else {
                assert_eq!(one.terminal.id, silent.id);
                (RemoteState::Unreachable, None)
            };
            assert_eq!((one.state, one.check), (Some(state), check_of));
        }
        assert_eq!(
            audited(&world, &staff, &id).await,
            ["meeting.create", "meeting.check", "meeting.check"]
        );
        // Half an hour later nobody opens a camera for it.
        world.clock.advance_ms(30 * MINUTE_MS);
        assert_eq!(to_do(&world, &silent).await, TerminalActions::default());
        // It is asked where it is of use, and only there.
        let path = format!("/api/v1/terminals/{}/actions", station.id);
        let asked = world.post(&path, &staff).json(&json!({ "kind": "check" }));
        let refused = asked.send().await.unwrap();
        problem(refused, 422, ErrorCode::Invalid).await;
    }
}

#[tokio::test]
async fn a_broadcast_and_what_is_over_are_not_checked() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let one_way = MeetingDraft {
        kind: MeetingKind::Broadcast,
        ..draft(&world, "QH")
    };
    let id = plan(&world, &staff, &one_way).await.meeting.id;
    problem(ask(&world, &staff, &id).await, 409, ErrorCode::Conflict).await;
    let id = plan(&world, &staff, &draft(&world, "QH")).await.meeting.id;
    for verb in ["start", "end"] {
        assert_eq!(
            step(&world, &staff, &id, verb).await.status(),
            StatusCode::OK
        );
    }
    problem(ask(&world, &staff, &id).await, 409, ErrorCode::Conflict).await;
    let unknown = ask(&world, &staff, "nothing").await;
    problem(unknown, 404, ErrorCode::NotFound).await;
}

#[tokio::test]
async fn half_an_hour_before_it_is_asked_by_itself() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let station = tv(&world, "ZJ", TerminalKind::Station).await;
    let later = MeetingDraft {
        starts_at_ms: world.now_ms() + HOUR_MS,
        ..draft(&world, "QH")
    };
    let id = plan(&world, &staff, &later).await.meeting.id;
    world.clock.advance_ms(29 * MINUTE_MS);
    assert_eq!(to_do(&world, &station).await, TerminalActions::default());
    world.clock.advance_ms(MINUTE_MS);
    let wanted = loop {
        let wanted = to_do(&world, &station).await.actions;
        if !wanted.is_empty() {
            break wanted;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    assert_eq!((wanted.len(), wanted[0].kind), (1, RemoteKind::Check));
    let shown = found(&world, &staff, &id).await;
    assert_eq!(shown[0].state, Some(RemoteState::Asked));
}
