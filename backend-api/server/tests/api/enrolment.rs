use backend_api::services::rights::Role;
use contract::enrolment::{CLIENT_ID, DEVICE_GRANT, PendingEnrolment, TokenResponse};
use contract::error::ErrorCode;
use contract::terminal::Terminal;
use reqwest::StatusCode;
use serde_json::Value;

use crate::common::{World, databases, oauth_error, ok, problem};

#[tokio::test]
async fn a_box_becomes_a_terminal() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::OrganizationStaff, "QH").await;
        let device = world.begin_enrolment().await;
        assert_eq!(device.user_code.len(), 9);
        assert_eq!((device.expires_in, device.interval), (900, 5));
        assert_eq!(
            device.verification_uri_complete,
            format!("{}?code={}", device.verification_uri, device.user_code)
        );

        let waiting: Vec<PendingEnrolment> = ok(world
            .get("/api/v1/enrolments", &staff)
            .send()
            .await
            .unwrap())
        .await;
        assert_eq!(waiting.len(), 1);
        assert_eq!(waiting[0].user_code, device.user_code);
        assert_eq!(waiting[0].hardware, "测试盒子");

        assert_eq!(
            oauth_error(world.ask_token(&device).await).await,
            "authorization_pending"
        );
        let approved = world.approve(&staff, &device.user_code, "ZJ").await;
        assert_eq!(approved.status(), StatusCode::NO_CONTENT);
        world.clock.advance_ms(5_000);
        let token: TokenResponse = ok(world.ask_token(&device).await).await;
        assert_eq!(token.token_type, "Bearer");
        assert_eq!(token.organization.name, "张家村");

        let terminal: Terminal = ok(world
            .get("/api/v1/terminal", &token.access_token)
            .send()
            .await
            .unwrap())
        .await;
        assert_eq!(terminal.id, token.terminal_id);
        assert_eq!(terminal.name, "12 号");

        // The device code is worth a token only once.
        assert_eq!(
            oauth_error(world.ask_token(&device).await).await,
            "invalid_grant"
        );
    }
}

#[tokio::test]
async fn asking_too_fast_slows_down() {
    let world = World::sqlite().await;
    let device = world.begin_enrolment().await;
    let ask = async || oauth_error(world.ask_token(&device).await).await;
    assert_eq!(ask().await, "authorization_pending");
    world.clock.advance_ms(1_000);
    assert_eq!(ask().await, "slow_down");
    // Five seconds more than before (RFC 8628 section 3.5): ten by now.
    world.clock.advance_ms(6_000);
    assert_eq!(ask().await, "slow_down");
    world.clock.advance_ms(30_000);
    assert_eq!(ask().await, "authorization_pending");
}

#[tokio::test]
async fn a_code_expires() {
    let world = World::sqlite().await;
    let staff = world.staff(Role::OrganizationStaff, "QH").await;
    let device = world.begin_enrolment().await;
    world.clock.advance_ms(15 * 60_000);
    assert_eq!(
        oauth_error(world.ask_token(&device).await).await,
        "expired_token"
    );
    let late = world.approve(&staff, &device.user_code, "ZJ").await;
    problem(late, 404, ErrorCode::NotFound).await;
}

#[tokio::test]
async fn staff_may_decline() {
    let world = World::sqlite().await;
    let staff = world.staff(Role::OrganizationStaff, "QH").await;
    let device = world.begin_enrolment().await;
    let path = format!("/api/v1/enrolments/{}/decline", device.user_code);
    let declined = world.post(&path, &staff).send().await.unwrap();
    assert_eq!(declined.status(), StatusCode::NO_CONTENT);
    assert_eq!(
        oauth_error(world.ask_token(&device).await).await,
        "access_denied"
    );
}

#[tokio::test]
async fn nobody_admits_into_another_village() {
    let world = World::sqlite().await;
    let neighbour = world.staff(Role::OrganizationStaff, "LJ").await;
    let editor = world.staff(Role::BranchSecretary, "ZJ").await;
    let device = world.begin_enrolment().await;
    for staff in [&neighbour, &editor] {
        let refused = world.approve(staff, &device.user_code, "ZJ").await;
        problem(refused, 403, ErrorCode::Forbidden).await;
    }
    let unknown = world.approve(&neighbour, &device.user_code, "XX").await;
    let unknown = problem(unknown, 422, ErrorCode::Invalid).await;
    assert_eq!(unknown.fields[0].field, "organization_code");
    assert_eq!(
        oauth_error(world.ask_token(&device).await).await,
        "authorization_pending"
    );
}

#[tokio::test]
async fn codes_cannot_be_found_by_trying() {
    let world = World::sqlite().await;
    let staff = world.staff(Role::OrganizationStaff, "QH").await;
    let device = world.begin_enrolment().await;
    for n in 0..10 {
        let wrong = world.approve(&staff, &format!("0000-000{n}"), "ZJ").await;
        problem(wrong, 404, ErrorCode::NotFound).await;
    }
    let limited = world.approve(&staff, &device.user_code, "ZJ").await;
    problem(limited, 429, ErrorCode::TooMany).await;
    world.clock.advance_ms(60_000);
    let later = world.approve(&staff, &device.user_code, "ZJ").await;
    assert_eq!(later.status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn one_address_begins_only_so_many_enrolments() {
    let world = World::with(store::testing::TestDatabase::sqlite(), |config| {
        config.limits.enrolments_per_minute = 2;
    })
    .await;
    world.begin_enrolment().await;
    world.begin_enrolment().await;
    let fields = [("client_id", CLIENT_ID)];
    let third = world.form("/api/v1/enrol/device", &fields).await;
    assert_eq!(third.headers()["retry-after"], "60");
    problem(third, 429, ErrorCode::TooMany).await;
}

#[tokio::test]
async fn mistakes_are_said_as_oauth_has_it() {
    let world = World::sqlite().await;
    type Fields = &'static [(&'static str, &'static str)];
    let cases: [(&str, Fields, &str); 5] = [
        ("device", &[("client_id", "fridge")], "invalid_client"),
        ("device", &[], "invalid_request"),
        ("token", &[("grant_type", DEVICE_GRANT)], "invalid_request"),
        (
            "token",
            &[
                ("grant_type", "password"),
                ("device_code", "x"),
                ("client_id", CLIENT_ID),
            ],
            "unsupported_grant_type",
        ),
        (
            "token",
            &[
                ("grant_type", DEVICE_GRANT),
                ("device_code", "x"),
                ("client_id", CLIENT_ID),
            ],
            "invalid_grant",
        ),
    ];
    for (path, fields, wanted) in cases {
        let answer = world.form(&format!("/api/v1/enrol/{path}"), fields).await;
        assert_eq!(oauth_error(answer).await, wanted, "{fields:?}");
    }
}

#[tokio::test]
async fn a_revoked_terminal_must_enrol_again() {
    let world = World::sqlite().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let terminal = world.terminal(&staff, "ZJ").await;
    let other = world.terminal(&staff, "ZJ").await;
    world.feed(&terminal.access_token, "").await;

    let path = format!("/api/v1/terminals/{}/revoke", terminal.terminal_id);
    let revoked: Terminal = ok(world.post(&path, &staff).send().await.unwrap()).await;
    assert_eq!(revoked.revoked_at_ms, Some(world.now_ms()));

    for path in ["/api/v1/feed", "/api/v1/terminal", "/api/v1/events"] {
        let refused = world
            .get(path, &terminal.access_token)
            .send()
            .await
            .unwrap();
        problem(refused, 401, ErrorCode::Revoked).await;
    }
    world.feed(&other.access_token, "").await;
    let page: Value = ok(world.get("/api/v1/terminals", &staff).send().await.unwrap()).await;
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_page_for_telephones_is_all_ours() {
    let world = World::sqlite().await;
    let page = world.get("/enrol?code=1234-5678", "").send().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'"), "{policy}");
    let html = page.text().await.unwrap();
    assert!(html.contains("lang=\"zh-CN\"") && html.contains("width=device-width"));
    assert!(!html.contains("http://") && !html.contains("https://"));
    for asset in ["/enrol/page.js", "/enrol/page.css"] {
        assert!(html.contains(asset));
        let answer = world.get(asset, "").send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
    }
}
