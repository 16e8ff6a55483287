use backend_api::services::kit::rights::Role;
use contract::error::ErrorCode;
use reqwest::{Method, StatusCode};

use crate::common::{PASSWORD, World, databases, ok, problem};

#[tokio::test]
async fn five_wrong_passwords_lock_the_account_for_a_while() {
    for database in databases().await {
        let world = World::on(database).await;
        world.staff(Role::Reader, "QH").await;
        for _ in 0..4 {
            let wrong = world.sign_in("reader-QH", "wrong").await;
            problem(wrong, 401, ErrorCode::WrongPassword).await;
        }
        let fifth = world.sign_in("reader-QH", "wrong").await;
        let fifth = problem(fifth, 429, ErrorCode::LockedOut).await;
        let until_ms = world.now_ms() + 15 * 60_000;
        assert_eq!(fifth.locked_until_ms, Some(until_ms));
        let right = world.sign_in("reader-QH", PASSWORD).await;
        problem(right, 429, ErrorCode::LockedOut).await;
        world.clock.advance_ms(15 * 60_000);
        let later = world.sign_in("reader-QH", PASSWORD).await;
        assert_eq!(later.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn an_unknown_login_looks_like_a_wrong_password() {
    let world = World::new().await;
    let unknown = world.sign_in("nobody", "wrong").await;
    problem(unknown, 401, ErrorCode::WrongPassword).await;
    let long = world.sign_in(&"x".repeat(10_000), "y").await;
    problem(long, 401, ErrorCode::WrongPassword).await;
}

#[tokio::test]
async fn one_address_tries_only_so_often() {
    let world = World::set(|config| {
        config.limits.sign_ins_per_minute = 2;
    })
    .await;
    for _ in 0..2 {
        problem(world.sign_in("a", "b").await, 401, ErrorCode::WrongPassword).await;
    }
    let third = world.sign_in("a", "b").await;
    let seconds: u64 = third.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    let third = problem(third, 429, ErrorCode::TooMany).await;
    assert_eq!(third.retry_after_ms, Some(seconds * 1000));
}

#[tokio::test]
async fn a_session_ends_by_sign_out_or_by_time() {
    let world = World::new().await;
    let first = world.staff(Role::Reader, "QH").await;
    let ask = async |token: &str| world.get("/api/v1/terminals", token).send().await.unwrap();
    assert_eq!(ask(&first).await.status(), StatusCode::OK);
    let out = world
        .ask(Method::DELETE, "/api/v1/staff/sessions/current", &first)
        .send()
        .await
        .unwrap();
    assert_eq!(out.status(), StatusCode::NO_CONTENT);
    problem(ask(&first).await, 401, ErrorCode::Unauthenticated).await;

    let second: contract::staff::SignInResponse =
        ok(world.sign_in("reader-QH", PASSWORD).await).await;
    assert_eq!(second.organization.name, "清河镇");
    assert_eq!(second.expires_at_ms, world.now_ms() + 12 * 3_600_000);
    world.clock.advance_ms(12 * 3_600_000);
    let over = ask(&second.access_token).await;
    problem(over, 401, ErrorCode::Unauthenticated).await;
}
