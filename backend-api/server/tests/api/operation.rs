use std::path::Path;

use backend_api::config::Config;
use backend_api::services::kit::rights::Role;
use backend_api::{Server, ServerError};
use contract::enrolment::TokenResponse;
use contract::error::ErrorCode;
use contract::operation::{ServerCondition, WarningKind};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::common::{World, databases, ok, problem};

#[tokio::test]
async fn health_readiness_and_figures() {
    let world = World::new().await;
    for path in ["/healthz", "/readyz"] {
        let answer = world.get(path, "").send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
    }
    let ready = world.get("/readyz", "").send().await.unwrap();
    let ready = ready.text().await.unwrap();
    for task in ["announcer", "deadlines", "purge", "relay", "sign-ins"] {
        let line = format!("task {task}: ok, last run ");
        assert!(ready.contains(&line), "{ready}");
    }
    world.get("/api/v1/feed", "").send().await.unwrap();
    let figures = world.get("/metrics", "").send().await.unwrap();
    let figures = figures.text().await.unwrap();
    assert!(
        figures
            .lines()
            .any(|line| line.starts_with("http_request_seconds_bucket")
                && line.contains("route=\"/api/v1/feed\"")
                && line.contains("status=\"401\"")),
        "{figures}"
    );
}

#[tokio::test]
async fn whoever_looks_after_the_root_confirms_the_clock() {
    const HOURS: i64 = 2 * 3_600_000;
    for database in databases().await {
        let world = World::on(database).await;
        let admin = world.staff(Role::OrganizationStaff, "QH").await;
        let below = world.staff(Role::OrganizationStaff, "ZJ").await;
        let reader = world.staff(Role::Reader, "QH").await;
        let confirm = async |token: &str, clock_ms: i64| {
            let request = world.post("/api/v1/condition/clock", token);
            let body = json!({ "clock_ms": clock_ms });
            request.json(&body).send().await.unwrap()
        };
        let condition = async || -> ServerCondition {
            let request = world.get("/api/v1/condition", &admin);
            ok(request.send().await.unwrap()).await
        };
        let about_clock = |found: &ServerCondition| {
            let mut kinds = found.warnings.iter().map(|it| it.kind);
            kinds.any(|it| it == WarningKind::Clock)
        };
        let before = world.now_ms();
        let found = condition().await;
        assert_eq!((found.clock_ms, about_clock(&found)), (None, false));
        problem(confirm(&admin, before).await, 409, ErrorCode::Conflict).await;

        world.clock.set_by_ms(HOURS);
        let found = condition().await;
        assert_eq!(
            (found.clock_ms, about_clock(&found)),
            (Some(before + HOURS), true)
        );
        for token in [&below, &reader] {
            let refused = confirm(token, before + HOURS).await;
            problem(refused, 403, ErrorCode::Forbidden).await;
        }
        // Whoever compared another time did not compare this one.
        problem(confirm(&admin, before).await, 409, ErrorCode::Conflict).await;
        assert!(about_clock(&condition().await));
        let good: ServerCondition = ok(confirm(&admin, before + HOURS).await).await;
        assert_eq!((good.clock_ms, about_clock(&good)), (None, false));
        let log = world.get("/api/v1/audit?action=clock.confirm", &admin);
        let log: Value = ok(log.send().await.unwrap()).await;
        let entries = log["items"].as_array().unwrap();
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0]["subject"], "clock");
        assert_eq!(entries[0]["at_ms"], before + HOURS);
        assert_eq!(entries[0]["actor"], "staff:organizationstaff-QH");
    }
}

#[tokio::test]
async fn not_ready_without_its_files_folder() {
    let world = World::new().await;
    let files = world.config.files_dir();
    std::fs::remove_dir_all(&files).unwrap();
    std::fs::write(&files, "in the way").unwrap();
    let answer = world.get("/readyz", "").send().await.unwrap();
    problem(answer, 503, ErrorCode::Unavailable).await;
}

#[tokio::test]
async fn tvs_are_admitted_unasked_only_on_loopback() {
    let mut config = Config::local(Path::new("never-made"));
    config.listen = "0.0.0.0:0".parse().unwrap();
    config.admit_any_tv_to = Some("ZJ".to_owned());
    assert!(matches!(
        Server::start(config).await,
        Err(ServerError::AdmitOffLoopback)
    ));

    let world = World::set(|config| {
        config.admit_any_tv_to = Some("ZJ".to_owned());
    })
    .await;
    let device = world.begin_enrolment().await;
    let token: TokenResponse = loop {
        let answer = world.ask_token(&device).await;
        if answer.status() == StatusCode::OK {
            break ok(answer).await;
        }
        // Waits as a box does, on the server's clock.
        world.clock.advance_ms(20_000);
        assert!(
            world.now_ms() < crate::common::START_MS + 900_000,
            "{answer:?}"
        );
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    };
    assert_eq!(token.organization.name, "张家村");
}

#[tokio::test]
async fn which_terminals_were_heard_of_is_written_down_at_the_latest_when_stopping() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let terminal = world.terminal(&staff, "ZJ").await;
    world.clock.advance_ms(120_000);
    world.feed(&terminal.access_token, "").await;
    let (store, now_ms) = (world.server.store().clone(), world.now_ms());
    world.server.stop().await;
    let seen = tokio::task::spawn_blocking(move || {
        store.read(|tx| store::terminals::get(tx, &terminal.terminal_id))
    });
    let seen = seen.await.unwrap().unwrap().unwrap();
    assert_eq!(seen.seen_at_ms, Some(now_ms));
}

/// Whatever meets a broken page makes the whole server say so, with the next step.
#[tokio::test]
async fn a_database_that_turns_out_to_be_damaged_is_told() {
    let world = World::new().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data.sqlite");
    let met = tokio::task::spawn_blocking(move || {
        let url = store::DatabaseUrl::sqlite(&file);
        drop(store::Store::open(&url).unwrap());
        let mut content = std::fs::read(&file).unwrap();
        content[100..].fill(0xa5);
        std::fs::write(&file, content).unwrap();
        let damaged = store::Store::open(&url).map(|_| ()).unwrap_err();
        backend_api::services::kit::error::ServiceError::from(damaged)
    });
    met.await.unwrap();
    let ready = world.get("/readyz", "").send().await.unwrap();
    let told = problem(ready, 503, ErrorCode::Unavailable).await;
    assert!(
        told.title.contains("已损坏") && told.title.contains("restore"),
        "{told:?}"
    );
}
