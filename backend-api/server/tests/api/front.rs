//! The front door: how many connections there may be, how long they may be silent, and what every answer
//! says to browsers.

use std::time::Duration;

use backend_api::config::{Config, Upload};
use backend_api::services::kit::rights::Role;
use contract::event::Event;
use contract::terminal::TerminalKind;
use reqwest::{Method, StatusCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::common::{World, draft, tv};
use crate::events::Events;

/// What a machine with more tests than cores may take.
const PATIENCE: Duration = Duration::from_secs(60);

async fn world(change: impl FnOnce(&mut Config)) -> World {
    World::set(change).await
}

async fn connected(world: &World, sent: &str) -> TcpStream {
    let mut stream = TcpStream::connect(world.server.addr).await.unwrap();
    stream.write_all(sent.as_bytes()).await.unwrap();
    stream
}

/// What comes until the server hangs up.
async fn to_the_end(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut all));
    // A connection that is reset is over, too.
    let _ = read.await.expect("the server hangs up");
    String::from_utf8(all).unwrap()
}

/// One answer without a body of its own length, up to the end of `ends`.
async fn answered(stream: &mut TcpStream, ends: &str) -> String {
    let mut all = String::new();
    let mut part = [0; 4_096];
    while !all.ends_with(ends) {
        let read = tokio::time::timeout(PATIENCE, stream.read(&mut part));
        let length = read.await.expect("an answer").unwrap();
        assert_ne!(length, 0, "{all}");
        all.push_str(std::str::from_utf8(&part[..length]).unwrap());
    }
    all
}

#[tokio::test]
async fn half_sent_heads_end_and_nobody_else_is_cut_off() {
    let world = world(|config| config.limits.header_seconds = 1).await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let home = tv(&world, "ZJ", TerminalKind::Household).await;
    let mut events = Events::listen(&world, &home.token, None).await;
    let ask = "GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n";
    let mut between = connected(&world, ask).await;
    answered(&mut between, "ok\n").await;

    let mut halves = Vec::new();
    for _ in 0..50 {
        halves.push(connected(&world, "GET /healthz HTTP/1.1\r\nhost: a\r\n").await);
    }
    halves.push(connected(&world, "").await);
    // A byte now and then buys no time.
    let (mut dribbling, mut sends) = connected(&world, "GET /healthz HTTP/1.1\r\n")
        .await
        .into_split();
    tokio::spawn(async move {
        let mut now_and_then = tokio::time::interval(Duration::from_millis(50));
        while sends.write_all(b"x: y\r\n").await.is_ok() {
            now_and_then.tick().await;
        }
    });
    // Nor does a second request: its first byte begins the time.
    let mut second = connected(&world, ask).await;
    answered(&mut second, "ok\n").await;
    second.write_all(b"GET /heal").await.unwrap();
    for half in halves.iter_mut().chain([&mut second]) {
        assert_eq!(to_the_end(half).await, "");
    }
    let mut rest = Vec::new();
    let over = tokio::time::timeout(PATIENCE, dribbling.read_to_end(&mut rest));
    let _ = over.await.expect("the server hangs up");

    // More than a second has gone by: a stream and a connection between two requests are still there.
    world.publish(&staff, &draft("通知", "ZJ")).await;
    assert_eq!(events.event().await.unwrap().0, Event::FeedChanged);
    between.write_all(ask.as_bytes()).await.unwrap();
    assert!(
        answered(&mut between, "ok\n")
            .await
            .starts_with("HTTP/1.1 200")
    );
}

#[tokio::test]
async fn a_connection_that_nobody_uses_ends() {
    let world = world(|config| config.limits.idle_seconds = 1).await;
    let mut stream = connected(&world, "GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").await;
    let said = to_the_end(&mut stream).await;
    assert!(said.ends_with("ok\n"), "{said}");
}

#[tokio::test]
async fn a_head_has_a_bound() {
    let world = world(|_| {}).await;
    let long = "x".repeat(64 * 1024);
    let mut stream = connected(&world, "").await;
    // It may hang up before all of it is sent.
    let _ = stream
        .write_all(format!("GET /healthz HTTP/1.1\r\nhost: a\r\nx: {long}\r\n\r\n").as_bytes())
        .await;
    let said = to_the_end(&mut stream).await;
    assert!(!said.contains("200"), "{said}");
}

fn sign_in(body: &str) -> String {
    format!(
        "POST /api/v1/staff/sessions HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
}

#[tokio::test]
async fn a_body_that_hardly_comes_is_given_up_and_a_slow_one_is_taken() {
    let world = world(|config| {
        config.limits.upload = Upload {
            bytes: 200,
            seconds: 2,
        };
        // The time in which a body comes does not count.
        config.limits.request_seconds = 3;
    })
    .await;
    let padding = " ".repeat(4_000);
    let body = format!(r#"{{"login":"nobody","password":"wrong"{padding}}}"#);
    let mut hardly = connected(&world, &sign_in(&body)).await;
    hardly.write_all(&body.as_bytes()[..10]).await.unwrap();
    let mut slow = connected(&world, &sign_in(&body)).await;
    let mut now_and_then = tokio::time::interval(Duration::from_millis(200));
    for part in body.as_bytes().chunks(220) {
        now_and_then.tick().await;
        slow.write_all(part).await.unwrap();
    }
    let taken = to_the_end(&mut slow).await;
    assert!(taken.starts_with("HTTP/1.1 401"), "{taken}");
    let given_up = to_the_end(&mut hardly).await;
    assert!(given_up.starts_with("HTTP/1.1 400"), "{given_up}");
    assert!(given_up.contains("上传中断"), "{given_up}");
}

#[tokio::test]
async fn there_is_a_bound_of_connections_and_room_again_afterwards() {
    let world = world(|config| config.limits.connections = 4).await;
    let ask = "GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n";
    let mut taken = Vec::new();
    for _ in 0..4 {
        let mut stream = connected(&world, ask).await;
        answered(&mut stream, "ok\n").await;
        taken.push(stream);
    }
    let mut one_more = connected(&world, "").await;
    let full = to_the_end(&mut one_more).await;
    assert!(
        full.starts_with("HTTP/1.1 503") && full.contains("Retry-After"),
        "{full}"
    );
    drop(taken);
    let again = async {
        loop {
            let answer = world.get("/healthz", "").send().await;
            if answer.is_ok_and(|it| it.status() == StatusCode::OK) {
                break;
            }
        }
    };
    tokio::time::timeout(PATIENCE, again).await.unwrap();
}

#[tokio::test]
async fn a_fourth_stream_of_a_tv_ends_the_oldest() {
    let world = world(|_| {}).await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let home = tv(&world, "ZJ", TerminalKind::Household).await;
    let neighbour = tv(&world, "ZJ", TerminalKind::Household).await;
    let mut others = vec![Events::listen(&world, &neighbour.token, None).await];
    let mut first = Events::listen(&world, &home.token, None).await;
    for _ in 0..3 {
        others.push(Events::listen(&world, &home.token, None).await);
    }
    assert_eq!(first.event().await, None);
    world.publish(&staff, &draft("通知", "ZJ")).await;
    for stream in &mut others {
        assert_eq!(stream.event().await.unwrap().0, Event::FeedChanged);
    }
}

#[tokio::test]
async fn a_seventh_stream_of_a_session_ends_the_oldest() {
    let world = world(|_| {}).await;
    let [staff, other] = [Role::PlatformAdministrator, Role::OrganizationStaff];
    let staff = world.staff(staff, "QH").await;
    let other = world.staff(other, "QH").await;
    let call = world.post("/api/v1/roll-calls", &staff).json(
        &serde_json::json!({ "title": "点名", "organization_code": "QH", "window_ms": 60_000 }),
    );
    let call: serde_json::Value = crate::common::ok(call.send().await.unwrap()).await;
    let path = format!("/api/v1/roll-calls/{}/events", call["id"].as_str().unwrap());
    let listen = async |token: &str| {
        let mut stream = world.get(&path, token).send().await.unwrap();
        assert!(stream.chunk().await.unwrap().is_some());
        stream
    };
    let mut first = listen(&staff).await;
    let mut others = vec![listen(&other).await];
    for _ in 0..6 {
        others.push(listen(&staff).await);
    }
    let over = tokio::time::timeout(PATIENCE, first.chunk());
    assert_eq!(over.await.expect("it ends").unwrap(), None);
    // A heartbeat is all that may come meanwhile.
    for stream in &mut others {
        let next = tokio::time::timeout(Duration::from_millis(20), stream.chunk()).await;
        assert!(!next.is_ok_and(|chunk| chunk.unwrap().is_none()));
    }
}

#[tokio::test]
async fn pages_say_what_they_may_do_and_files_that_are_not_shown_are_saved() {
    let console = tempfile::tempdir().unwrap();
    std::fs::write(console.path().join("index.html"), "<!doctype html>").unwrap();
    let world = world(|config| config.console = Some(console.path().to_owned())).await;
    let page = world.get("/console/", "").send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("connect-src 'self';"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    let devices = page.headers()["permissions-policy"].to_str().unwrap();
    assert!(
        devices.contains("camera=(self)") && devices.contains("geolocation=()"),
        "{devices}"
    );
    assert!(!page.headers().contains_key("strict-transport-security"));

    for path in [
        "/console/",
        "/enrol",
        "/enrol/page.js",
        "/nowhere",
        "/api/v1/openapi.json",
    ] {
        let answer = world.get(path, "").send().await.unwrap();
        for (header, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("x-frame-options", "DENY"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.headers()[header], value, "{path}");
        }
        assert!(answer.headers().contains_key("cache-control"), "{path}");
        let policy = answer.headers()["content-security-policy"]
            .to_str()
            .unwrap();
        for wildcard in ["*", " http:", " https:"] {
            assert!(!policy.contains(wildcard), "{path}: {policy}");
        }
    }

    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let bytes = bytes::Bytes::from_static(b"<svg onload='alert(1)'/>");
    let stored = world
        .server
        .files()
        .put_bytes("svg", "image/svg+xml", bytes);
    let path = stored.await.unwrap().path();
    let answer = world.ask(Method::GET, &path, &staff).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/octet-stream");
    assert_eq!(answer.headers()["content-disposition"], "attachment");
}
