//! What staff have televisions do from afar.

use backend_api::services::kit::rights::Role;
use contract::error::ErrorCode;
use contract::event::Event;
use contract::remote_action::{
    RemoteAction, RemoteActions, RemoteKind, RemoteState, TerminalActions,
};
use contract::terminal::TerminalKind;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::common::{Tv, World, databases, ok, problem, tv};
use crate::events::Events;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

async fn ask(world: &World, staff: &str, terminal: &str, kind: &str) -> Response {
    let path = format!("/api/v1/terminals/{terminal}/actions");
    let asked = world.post(&path, staff).json(&json!({ "kind": kind }));
    asked.send().await.unwrap()
}

async fn asked(world: &World, staff: &str, terminal: &str, kind: &str) -> RemoteAction {
    let answer = ask(world, staff, terminal, kind).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    answer.json().await.unwrap()
}

async fn shown(world: &World, staff: &str, terminal: &str) -> Vec<RemoteAction> {
    let path = format!("/api/v1/terminals/{terminal}/actions");
    let found: RemoteActions = ok(world.get(&path, staff).send().await.unwrap()).await;
    found.actions
}

async fn to_do(world: &World, tv: &Tv) -> TerminalActions {
    let asked = world.get("/api/v1/terminal/actions", &tv.token);
    ok(asked.send().await.unwrap()).await
}

async fn say(world: &World, tv: &Tv, id: &str, done: bool) -> Response {
    let path = format!("/api/v1/terminal/actions/{id}");
    let asked = world.ask(Method::PUT, &path, &tv.token);
    let asked = asked.json(&json!({ "done": done }));
    asked.send().await.unwrap()
}

#[tokio::test]
async fn a_television_is_told_does_it_and_says_so() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        let home = tv(&world, "ZJ", TerminalKind::Household).await;
        let other = tv(&world, "ZJ", TerminalKind::Household).await;
        let mut ears = Events::listen(&world, &home.token, None).await;
        let one = asked(&world, &staff, &home.id, "resync").await;
        assert_eq!(
            (one.kind, one.state, one.asked_by.as_str()),
            (
                RemoteKind::Resync,
                RemoteState::Asked,
                "platformadministrator-QH"
            )
        );
        assert_eq!(ears.event().await.unwrap().0, Event::RemoteActionsChanged);
        let wanted = to_do(&world, &home).await.actions;
        assert_eq!(wanted.len(), 1);
        assert_eq!(
            (wanted[0].id.as_str(), wanted[0].kind, wanted[0].taken),
            (one.id.as_str(), RemoteKind::Resync, false)
        );
        assert_eq!(to_do(&world, &other).await, TerminalActions::default());
        // It waits already; the other kind is another.
        let again = asked(&world, &staff, &home.id, "resync").await;
        assert_eq!(again.id, one.id);
        let restart = asked(&world, &staff, &home.id, "restart").await;
        assert_ne!(restart.id, one.id);

        // Nobody says it for another.
        let refused = say(&world, &other, &one.id, true).await;
        problem(refused, 404, ErrorCode::NotFound).await;
        world.clock.advance_ms(1_000);
        for _ in 0..2 {
            let said = say(&world, &home, &one.id, false).await;
            assert_eq!(said.status(), StatusCode::NO_CONTENT);
        }
        let taken_at_ms = world.now_ms();
        world.clock.advance_ms(1_000);
        for _ in 0..2 {
            let said = say(&world, &home, &one.id, true).await;
            assert_eq!(said.status(), StatusCode::NO_CONTENT);
            world.clock.advance_ms(1_000);
        }
        let now = shown(&world, &staff, &home.id).await;
        assert_eq!(now.len(), 2, "the latest first");
        assert_eq!(now[0].id, restart.id);
        assert_eq!(
            (now[1].state, now[1].taken_at_ms, now[1].done_at_ms),
            (
                RemoteState::Done,
                Some(taken_at_ms),
                Some(taken_at_ms + 1_000)
            )
        );
        let left = to_do(&world, &home).await.actions;
        assert_eq!(left.len(), 1, "what is done is asked no more");
        assert_eq!(left[0].id, restart.id);

        let path = format!("/api/v1/audit?subject=terminal:{}", home.id);
        let page: Value = ok(world.get(&path, &staff).send().await.unwrap()).await;
        let said: Vec<_> = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|entry| entry["action"].as_str())
            .filter(|action| action.ends_with(".resync") || action.ends_with(".restart"))
            .collect();
        assert_eq!(said, ["terminal.restart", "terminal.resync"], "each once");
    }
}

#[tokio::test]
async fn who_does_not_come_is_said_and_is_not_surprised_days_later() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let home = tv(&world, "ZJ", TerminalKind::Household).await;
    let one = asked(&world, &staff, &home.id, "restart").await;
    world.clock.advance_ms(2 * MINUTE_MS);
    let state = async |staff: &str| shown(&world, staff, &home.id).await[0].state;
    assert_eq!(state(&staff).await, RemoteState::Unreachable);
    assert_eq!(to_do(&world, &home).await.actions.len(), 1, "it may come");
    world.clock.advance_ms(DAY_MS);
    // Sessions are over by then, too.
    let again = world.sign_in("platformadministrator-QH", crate::common::PASSWORD);
    let again: contract::staff::SignInResponse = ok(again.await).await;
    let staff = again.access_token;
    assert_eq!(state(&staff).await, RemoteState::Expired);
    assert_eq!(to_do(&world, &home).await, TerminalActions::default());
    let anew = asked(&world, &staff, &home.id, "restart").await;
    assert_ne!(anew.id, one.id);
    // One that was taken and never came back may be asked anew.
    say(&world, &home, &anew.id, false).await;
    let same = asked(&world, &staff, &home.id, "restart").await;
    assert_eq!((&same.id, same.state), (&anew.id, RemoteState::Taken));
    world.clock.advance_ms(16 * MINUTE_MS);
    assert_ne!(asked(&world, &staff, &home.id, "restart").await.id, anew.id);
}

#[tokio::test]
async fn what_cannot_be_done_is_refused() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let home = tv(&world, "ZJ", TerminalKind::Household).await;
    let refused = ask(&world, &staff, &home.id, "dance").await;
    problem(refused, 422, ErrorCode::Invalid).await;
    let path = format!("/api/v1/terminals/{}/revoke", home.id);
    let revoked = world.post(&path, &staff).send().await.unwrap();
    assert_eq!(revoked.status(), StatusCode::OK);
    let refused = ask(&world, &staff, &home.id, "restart").await;
    problem(refused, 409, ErrorCode::Conflict).await;
    assert!(shown(&world, &staff, &home.id).await.is_empty());
}
