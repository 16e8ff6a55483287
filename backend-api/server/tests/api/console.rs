//! The console's pages sign in with a cookie.

use backend_api::services::kit::rights::Role;
use contract::account::{Action, StaffSession};
use contract::error::ErrorCode;
use contract::staff::Me;
use reqwest::{Method, RequestBuilder, Response, StatusCode};

use crate::common::{PASSWORD, World, draft, ok, problem};

/// The cookie of a new session, as a browser sends it back, and its attributes.
async fn cookie(world: &World) -> (String, String) {
    world.staff(Role::PlatformAdministrator, "QH").await;
    let answer = world.sign_in("platformadministrator-QH", PASSWORD).await;
    let set = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    let (pair, attributes) = set.split_once("; ").unwrap();
    (pair.to_owned(), attributes.to_owned())
}

fn with(request: RequestBuilder, cookie: &str) -> RequestBuilder {
    request.header("cookie", format!("theme=dark; {cookie}"))
}

async fn write(world: &World, cookie: &str, header: Option<&str>) -> Response {
    let mut request = with(world.post("/api/v1/bulletins", ""), cookie);
    if let Some(header) = header {
        request = request.header("x-requested-with", header);
    }
    request.json(&draft("标题", "QH")).send().await.unwrap()
}

#[tokio::test]
async fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let world = World::new().await;
    let (pair, attributes) = cookie(&world).await;
    assert!(pair.starts_with("session=") && pair.len() > 40, "{pair}");
    assert_eq!(
        attributes, "Path=/; Max-Age=43200; HttpOnly; SameSite=Strict",
        "also for the files that the pages show"
    );
    let world = World::set(|config| {
        config.public_url = Some("https://tv.example.cn".parse().unwrap());
    })
    .await;
    let (_, attributes) = cookie(&world).await;
    assert!(attributes.ends_with("; Secure"), "{attributes}");
}

#[tokio::test]
async fn a_page_works_with_the_cookie_until_it_signs_out() {
    let world = World::new().await;
    let (cookie, _) = cookie(&world).await;
    let current = "/api/v1/staff/sessions/current";
    let me: Me = ok(with(world.get(current, ""), &cookie).send().await.unwrap()).await;
    assert_eq!(
        (me.login.as_str(), me.role),
        ("platformadministrator-QH", Role::PlatformAdministrator)
    );
    assert_eq!(
        (me.organization_code.as_str(), me.organization.name.as_str()),
        ("QH", "清河镇")
    );
    assert_eq!(me.expires_at_ms, world.now_ms() + 12 * 3_600_000);
    // What was told in confidence is for the office that it was told.
    let expected: Vec<Action> = Action::ALL
        .into_iter()
        .filter(|action| *action != Action::Confide)
        .collect();
    assert_eq!(me.may, expected);
    assert_eq!(
        write(&world, &cookie, Some("console")).await.status(),
        StatusCode::CREATED
    );

    // Pictures of what is written are there for whoever is signed in.
    let file = format!("/files/{}.jpg", "a".repeat(64));
    let file = with(world.get(&file, ""), &cookie).send().await.unwrap();
    assert_eq!(file.status(), StatusCode::NOT_FOUND);

    // An `Authorization` that is there counts, right or wrong.
    let wrong = with(world.get(current, "wrong"), &cookie)
        .send()
        .await
        .unwrap();
    problem(wrong, 401, ErrorCode::Unauthenticated).await;

    let sign_out = with(world.ask(Method::DELETE, current, ""), &cookie);
    let out = sign_out
        .header("x-requested-with", "console")
        .send()
        .await
        .unwrap();
    assert_eq!(out.status(), StatusCode::NO_CONTENT);
    let cleared = out.headers()["set-cookie"].to_str().unwrap();
    assert!(
        cleared.starts_with("session=; Path=/; Max-Age=0;"),
        "{cleared}"
    );
    let after = with(world.get(current, ""), &cookie).send().await.unwrap();
    problem(after, 401, ErrorCode::Unauthenticated).await;
}

/// The names are what pages ask for: a change of one is a change of the API.
#[tokio::test]
async fn a_page_is_told_what_it_may_offer() {
    let world = World::new().await;
    let told = async |role, organization| {
        let token = world.staff(role, organization).await;
        let current = "/api/v1/staff/sessions/current";
        let me: serde_json::Value = ok(world.get(current, &token).send().await.unwrap()).await;
        let may = me["may"].as_array().unwrap().iter();
        let may: Vec<String> = may.map(|it| it.as_str().unwrap().to_owned()).collect();
        may.join(" ")
    };
    let all = "read write publish admit revoke organize configure read_members write_members reveal purge \
               roll_call direct duty serve confide evaluate accounts read_audit";
    assert_eq!(told(Role::OrganizationStaff, "QH").await, all);
    // The sections are those of every screen.
    assert_eq!(
        told(Role::OrganizationStaff, "ZJ").await,
        all.replace("configure ", "")
    );
    assert_eq!(
        told(Role::OfficePublisher, "ZJ").await,
        "read write publish serve confide"
    );
    assert_eq!(
        told(Role::BranchSecretary, "ZJ").await,
        "read write read_members write_members reveal roll_call direct serve evaluate"
    );
    assert_eq!(told(Role::Reader, "ZJ").await, "read read_members");
}

#[tokio::test]
async fn another_site_changes_nothing() {
    let world = World::new().await;
    let (cookie, _) = cookie(&world).await;
    for header in [None, Some("XMLHttpRequest")] {
        problem(
            write(&world, &cookie, header).await,
            403,
            ErrorCode::Forbidden,
        )
        .await;
    }
    let current = "/api/v1/staff/sessions/current";
    for (method, path) in [
        (Method::PUT, "/api/v1/staff/password"),
        (Method::DELETE, current),
        (Method::POST, "/api/v1/roll-calls"),
    ] {
        let answer = with(world.ask(method, path, ""), &cookie)
            .json(&())
            .send()
            .await;
        problem(answer.unwrap(), 403, ErrorCode::Forbidden).await;
    }
    let list = with(world.get("/api/v1/bulletins", ""), &cookie)
        .send()
        .await
        .unwrap();
    let list: serde_json::Value = ok(list).await;
    assert!(list["items"].as_array().unwrap().is_empty());
    let sessions = with(world.get("/api/v1/staff/sessions", ""), &cookie)
        .send()
        .await;
    let sessions: Vec<StaffSession> = ok(sessions.unwrap()).await;
    assert!(
        sessions.iter().any(|session| session.current),
        "still signed in"
    );
    // A terminal's endpoints know no cookie.
    let feed = with(world.get("/api/v1/feed", ""), &cookie)
        .send()
        .await
        .unwrap();
    problem(feed, 401, ErrorCode::Unauthenticated).await;
}

#[tokio::test]
async fn figures_of_a_roll_call_stream_by_the_cookie() {
    let world = World::new().await;
    let (cookie, _) = cookie(&world).await;
    let call = with(world.post("/api/v1/roll-calls", ""), &cookie)
        .header("x-requested-with", "console")
        .json(
            &serde_json::json!({ "title": "点名", "organization_code": "QH", "window_ms": 60_000 }),
        );
    let made: serde_json::Value = ok(call.send().await.unwrap()).await;
    let path = format!("/api/v1/roll-calls/{}/events", made["id"].as_str().unwrap());
    // As `EventSource` asks, which can set no header.
    let mut stream = with(world.get(&path, ""), &cookie).send().await.unwrap();
    assert_eq!(stream.status(), StatusCode::OK);
    let first = stream.chunk().await.unwrap().unwrap();
    assert!(
        std::str::from_utf8(&first)
            .unwrap()
            .contains("event: counts")
    );
}
