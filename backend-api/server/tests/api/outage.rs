//! A database that is away, hangs or is held by somebody else: everybody is told when to come again, nothing is
//! done twice, and what was going on goes on.

use std::sync::{Mutex, mpsc};
use std::time::Duration;

use backend_api::services::kit::rights::Role;
use contract::error::ErrorCode;
use contract::event::Event;
use contract::roll_call::AttendanceState;
use reqwest::{Method, Response, StatusCode};
use store::testing::TestDatabase;
use store::{roll_calls, settings};

use crate::common::{World, draft, ok, problem};
use crate::events::Events;
use crate::roll_calls::{Hall, PIN, by_pin, draft as roll_call};

/// Checks that it is said when to come again.
async fn come_again(answer: Response) {
    says_when(&answer);
    let problem = problem(answer, 503, ErrorCode::Unavailable).await;
    assert!(problem.retry_after_ms.is_some_and(|ms| ms > 0));
}

/// Checks that the head of an answer says when to come again.
fn says_when(answer: &Response) {
    let after = answer.headers().get("retry-after");
    let after = after.expect("when to come again").to_str().unwrap();
    assert!(after.parse::<u64>().unwrap() > 0);
}

/// Asks until the server serves again.
async fn until_ready(world: &World) {
    let ready = async {
        loop {
            let answer = world.get("/readyz", "").send().await.unwrap();
            if answer.status() == StatusCode::OK {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), ready)
        .await
        .expect("ready within a minute");
}

/// A hall whose database is behind a line that can be cut.
async fn hall() -> Option<(Hall, store::testing::Line)> {
    let made = tokio::task::spawn_blocking(TestDatabase::behind_a_line);
    let (database, line) = made.await.unwrap()?;
    Some((Hall::on(database).await, line))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_endpoint_says_when_to_come_again_and_streams_outlast_it() {
    let Some((hall, line)) = hall().await else {
        return;
    };
    let world = &hall.world;
    let publisher = world.staff(Role::PlatformAdministrator, "QH").await;
    let mut events = Events::listen(world, &hall.home.token, None).await;
    let call = hall.call(&roll_call("ZJ")).await;

    line.cut();
    let mut waited_for = 0;
    for (method, path) in backend_api::routes::registered() {
        let id = uuid::Uuid::new_v4().to_string();
        let filled: Vec<&str> = path
            .split('/')
            .map(|part| {
                if part.starts_with('{') {
                    id.as_str()
                } else {
                    part
                }
            })
            .collect();
        for token in [hall.staff.as_str(), hall.home.token.as_str(), ""] {
            // Streams of those who are let in do not end by themselves.
            if path == "/api/v1/events" && token == hall.home.token {
                continue;
            }
            let asked = world.ask(method.clone(), &filled.join("/"), token);
            let answer = asked
                .header("content-type", "application/json")
                .header("idempotency-key", &id)
                .header("if-match", "\"1\"")
                .body("{}")
                .send()
                .await
                .unwrap();
            let status = answer.status();
            assert_ne!(status, StatusCode::INTERNAL_SERVER_ERROR, "{method} {path}");
            if status == StatusCode::SERVICE_UNAVAILABLE {
                waited_for += 1;
                // An answer to HEAD is a head.
                if method == Method::HEAD {
                    says_when(&answer);
                } else {
                    come_again(answer).await;
                }
            }
        }
    }
    assert!(waited_for > 100, "{waited_for} endpoints need the database");
    let sign_in = by_pin(&call, &hall.zhang, PIN);
    come_again(hall.send(&hall.home, "one", &sign_in).await).await;
    come_again(world.sign_in("anybody", "anything").await).await;
    come_again(world.get("/readyz", "").send().await.unwrap()).await;
    let alive = world.get("/healthz", "").send().await.unwrap();
    assert_eq!(alive.status(), StatusCode::OK);

    line.mend();
    until_ready(world).await;
    let signed = hall.signed(&hall.home, "one", &sign_in).await;
    assert_eq!(signed.state, AttendanceState::Present);
    // The stream that was opened before hears what happens after.
    world.publish(&publisher, &draft("通了", "ZJ")).await;
    loop {
        let (event, _) = events.event().await.expect("the stream goes on");
        if matches!(event, Event::FeedChanged) {
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_whose_commit_broke_off_counts_once() {
    let Some((hall, line)) = hall().await else {
        return;
    };
    let call = hall.call(&roll_call("ZJ")).await;
    for (member, key, arrives) in [(&hall.zhang, "one", false), (&hall.wang, "two", true)] {
        let sign_in = by_pin(&call, member, PIN);
        line.break_off("COMMIT", arrives);
        let first = hall.send(&hall.home, key, &sign_in).await;
        assert!(line.has_broken_off());
        // What the server writes by itself may have been the one that broke off; then it counts already.
        if first.status() != StatusCode::OK {
            come_again(first).await;
        }
        // As the television does: the same again, under the same key, until it is answered.
        let answered = async {
            loop {
                let answer = hall.send(&hall.home, key, &sign_in).await;
                if answer.status() != StatusCode::SERVICE_UNAVAILABLE {
                    return answer;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let answer = tokio::time::timeout(Duration::from_secs(60), answered).await;
        let signed: contract::roll_call::SignedIn = ok(answer.unwrap()).await;
        assert_eq!(signed.state, AttendanceState::Present);
    }
    let id = call.id.clone();
    let counts = hall
        .world
        .blocking(move |store| store.read(|tx| roll_calls::standing::counts(tx, &id, None)))
        .await
        .unwrap();
    assert_eq!(counts.present, 2);
    assert_eq!(hall.audited("roll_call.sign_in").await, 2);
    hall.log_is_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn readiness_is_told_before_a_database_that_hangs_is_given_up() {
    let Some((hall, line)) = hall().await else {
        return;
    };
    let world = &hall.world;
    line.hang();
    let hung = async {
        let asked = world.get("/api/v1/bulletins", &hall.staff).send().await;
        come_again(asked.unwrap()).await;
    };
    let ready = async {
        // Many at a time wait for one look.
        let asked = (0..8).map(|_| async {
            come_again(world.get("/readyz", "").send().await.unwrap()).await;
        });
        futures_util::future::join_all(asked).await;
    };
    tokio::pin!(hung, ready);
    tokio::select! {
        () = &mut hung => panic!("a request was given up before /readyz said anything"),
        () = &mut ready => {}
    }
    hung.await;
    line.mend();
    until_ready(world).await;
    let answer = world.get("/api/v1/bulletins", &hall.staff).send().await;
    assert_eq!(answer.unwrap().status(), StatusCode::OK);
}

/// Holds the only writer of SQLite as a disk that hangs does, or as another process.
#[tokio::test(flavor = "multi_thread")]
async fn while_nothing_can_be_written_reading_goes_on() {
    for by_another in [false, true] {
        let world = World::sqlite().await;
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        let (held, is_held) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        let url = world.config.database.clone().unwrap();
        let own = world.server.store().clone();
        let holder = std::thread::spawn(move || {
            let store = if by_another {
                store::Store::open(&url.parse().unwrap()).unwrap()
            } else {
                own
            };
            let released = Mutex::new(released);
            store
                .write::<_, store::Error, _>(move |tx| {
                    settings::set(tx, "held", "1")?;
                    held.send(()).unwrap();
                    // Until the test ends, however it does.
                    let _ = released.lock().unwrap().recv();
                    Ok(())
                })
                .unwrap();
        });
        tokio::task::spawn_blocking(move || is_held.recv().unwrap())
            .await
            .unwrap();
        for path in ["/readyz", "/api/v1/bulletins"] {
            let answer = world.get(path, &staff).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK, "{path}");
        }
        if by_another {
            let asked = world.ask(Method::POST, "/api/v1/bulletins", &staff);
            come_again(asked.json(&draft("等不到", "ZJ")).send().await.unwrap()).await;
        }
        drop(release);
        holder.join().unwrap();
        world.write(&staff, &draft("写得进", "ZJ")).await;
    }
}
