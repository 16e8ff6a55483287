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
    problem(world.sign_in("a", "b").await, 401, ErrorCode::WrongPassword).await;
    problem(world.sign_in("b", "b").await, 429, ErrorCode::LockedOut).await;
    let third = world.sign_in("c", "b").await;
    let third = problem(third, 429, ErrorCode::LockedOut).await;
    assert_eq!(third.locked_until_ms, Some(world.now_ms() + 60_000));
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

#[tokio::test]
async fn refused_sign_ins_are_in_the_log_and_a_flood_is_counted() {
    for database in databases().await {
        let world = World::with(database, |config| config.limits.sign_ins_per_minute = 25).await;
        world.staff(Role::Reader, "ZJ").await;
        world.sign_in("reader-ZJ", "wrong").await;
        // A password in the wrong field, twice.
        world.sign_in("Sommer2026!", "x").await;
        world.sign_in("Sommer2026!", "y").await;
        for _ in 0..4 {
            world.sign_in("reader-ZJ", "wrong").await;
        }
        for _ in 0..30 {
            world.sign_in("reader-ZJ", "wrong").await;
        }
        let store = world.server.store().clone();
        world.server.stop().await;
        let log = tokio::task::spawn_blocking(move || {
            let of = store::audit::Filter {
                action: Some("session.refused"),
                ..store::audit::Filter::default()
            };
            store.read(|tx| store::audit::list(tx, &of, None, 100))
        });
        let log = log.await.unwrap().unwrap();
        assert!(!format!("{log:?}").contains("Sommer"), "{log:?}");
        // Ten, and one for all the others: 25 were looked into, and the one that signed in was one of them.
        let told: Vec<&str> = log.iter().rev().map(|it| it.detail.as_str()).collect();
        assert_eq!(told.len(), 11, "{told:?}");
        assert_eq!(
            told[..3],
            [
                "wrong password from 127.0.0.1",
                "unknown login from 127.0.0.1",
                "unknown login from 127.0.0.1"
            ]
        );
        assert_eq!(told[7..9], ["locked from 127.0.0.1"; 2]);
        assert_eq!(told[10], "27 more");
        let about: Vec<&str> = log.iter().rev().map(|it| it.subject.as_str()).collect();
        assert!(about[0].starts_with("account:") && about[0] == about[3]);
        assert!(about[1].starts_with("login:") && about[1] == about[2]);
        assert_eq!(about[10], "sign_ins");
        assert!(log.iter().all(|it| it.actor == "system"));
    }
}
