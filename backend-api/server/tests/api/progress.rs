use backend_api::services::kit::publishing::Source;
use backend_api::services::kit::rights::Role;
use backend_api::services::programmes::{self, ProgrammeDraft};
use contract::error::ErrorCode;
use contract::feed::{Change, Document};
use contract::programme::Rendition;
use contract::terminal::{Progress, ProgressReport};
use reqwest::{Method, Response};

use crate::common::{World, databases, ok, problem, to_li_village};

async fn programme(world: &World, terminal: &str) -> String {
    programme_for(world, terminal, "QH").await
}

async fn programme_for(world: &World, terminal: &str, audience: &'static str) -> String {
    let now_ms = world.now_ms();
    world
        .blocking(move |store| {
            let draft = ProgrammeDraft {
                category: "films".to_owned(),
                organization_code: "QH".to_owned(),
                audience_code: audience.to_owned(),
                title: "清河风采".to_owned(),
                description: String::new(),
                published_at_ms: now_ms,
                duration_ms: 60_000,
                poster: contract::file::Picture::default(),
                renditions: vec![Rendition::default()],
                captions: Vec::new(),
            };
            let source = Source::item("film", "1");
            programmes::import(store, &source, &draft, now_ms).unwrap();
        })
        .await;
    let page = world.feed(terminal, "").await;
    page.changes
        .into_iter()
        .find_map(|change| match change {
            Change::Put {
                document: Document::Programme(programme),
            } => Some(programme.id),
            _ => None,
        })
        .unwrap()
}

fn report(position_ms: i64, at_ms: i64) -> ProgressReport {
    ProgressReport {
        position_ms,
        duration_ms: 60_000,
        watched_ms: 5_000,
        finished: false,
        at_ms,
    }
}

async fn put(world: &World, token: &str, id: &str, key: &str, report: &ProgressReport) -> Response {
    world
        .ask(
            Method::PUT,
            &format!("/api/v1/terminal/progress/{id}"),
            token,
        )
        .header("idempotency-key", key)
        .json(report)
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn the_same_report_counts_once() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        let token = world.terminal(&staff, "ZJ").await.access_token;
        let other = world.terminal(&staff, "ZJ").await.access_token;
        let id = programme(&world, &token).await;
        let first = report(10_000, world.now_ms());
        let once: Progress = ok(put(&world, &token, &id, "k1", &first).await).await;
        let twice: Progress = ok(put(&world, &token, &id, "k1", &first).await).await;
        assert_eq!(once, twice);
        assert_eq!(twice.watched_ms, 5_000);
        let next = report(15_000, world.now_ms() + 1);
        let next: Progress = ok(put(&world, &token, &id, "k2", &next).await).await;
        assert_eq!((next.watched_ms, next.position_ms), (10_000, 15_000));
        // A late report adds its time and does not move the place back.
        let late = report(1_000, world.now_ms() - 1);
        let late: Progress = ok(put(&world, &token, &id, "k3", &late).await).await;
        assert_eq!((late.watched_ms, late.position_ms), (15_000, 15_000));

        let reused = put(&world, &token, &id, "k1", &report(20_000, 5)).await;
        problem(reused, 422, ErrorCode::KeyReused).await;
        // Keys are each terminal's own.
        let mine: Progress = ok(put(&world, &other, &id, "k1", &first).await).await;
        assert_eq!(mine.watched_ms, 5_000);
    }
}

#[tokio::test]
async fn what_was_watched_counts_also_after_the_terminal_moved() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        let (mine, other) = (
            world.terminal(&staff, "ZJ").await,
            world.terminal(&staff, "ZJ").await,
        );
        let id = programme_for(&world, &mine.access_token, "ZJ").await;
        let first = report(10_000, world.now_ms());
        ok::<Progress>(put(&world, &mine.access_token, &id, "k1", &first).await).await;
        for terminal in [&mine.terminal_id, &other.terminal_id] {
            to_li_village(&world, terminal).await;
        }
        let kept = report(15_000, world.now_ms() + 1);
        let now: Progress = ok(put(&world, &mine.access_token, &id, "k2", &kept).await).await;
        assert_eq!((now.watched_ms, now.position_ms), (10_000, 15_000));
        // Who never watched it there has nothing to report.
        let refused = put(&world, &other.access_token, &id, "k1", &first).await;
        problem(refused, 404, ErrorCode::NotFound).await;
        let refused = put(&world, &mine.access_token, "no-such-id", "k3", &first).await;
        problem(refused, 404, ErrorCode::NotFound).await;
    }
}

#[tokio::test]
async fn wrong_reports_are_refused() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let token = world.terminal(&staff, "ZJ").await.access_token;
    let id = programme(&world, &token).await;
    let good = report(1, world.now_ms());
    let unknown = put(&world, &token, "no-such-id", "k", &good).await;
    problem(unknown, 404, ErrorCode::NotFound).await;
    // What failed did not use up its key.
    ok::<Progress>(put(&world, &token, &id, "k", &good).await).await;

    for bad in [
        report(-1, 1),
        report(i64::MAX, 1),
        report(1, world.now_ms() + 100_000_000),
        ProgressReport {
            watched_ms: -5,
            ..report(1, 1)
        },
    ] {
        let refused = put(&world, &token, &id, "k9", &bad).await;
        problem(refused, 422, ErrorCode::Invalid).await;
    }
    let path = format!("/api/v1/terminal/progress/{id}");
    let without = world.ask(Method::PUT, &path, &token).json(&good);
    problem(without.send().await.unwrap(), 400, ErrorCode::BadRequest).await;
}

#[tokio::test]
async fn the_server_decides_what_was_watched() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        let token = world.terminal(&staff, "ZJ").await.access_token;
        let id = programme(&world, &token).await;
        let claims = |position_ms, watched_ms| ProgressReport {
            position_ms,
            duration_ms: 60_000,
            watched_ms,
            finished: true,
            at_ms: position_ms,
        };
        // As televisions sent it that stood at a meeting's last second, and that skipped forward.
        let mut told = vec![claims(60_000, 0)];
        told.extend((1..=6).map(|jump| claims(jump * 10_000, 400)));
        told.extend((1..=12).map(|_| claims(20_000, 20_000)));
        for (number, report) in told.iter().enumerate() {
            let key = format!("k{number}");
            let now: Progress = ok(put(&world, &token, &id, &key, report).await).await;
            assert!(!now.finished, "{report:?}");
        }
        // What an older television tells, in its own words; resumed, it counts together.
        let path = format!("/api/v1/terminal/progress/{id}");
        let mut last = false;
        for (key, position_ms) in [("r1", 40_000), ("r2", 55_000)] {
            let body = serde_json::json!({ "position_ms": position_ms, "duration_ms": 60_000,
                "watched_ms": if position_ms == 40_000 { 20_000 } else { 15_000 },
                "finished": false, "at_ms": world.now_ms() });
            let sent = world.ask(Method::PUT, &path, &token).json(&body);
            let sent = sent.header("idempotency-key", key).send().await.unwrap();
            let now: Progress = ok(sent).await;
            last = now.finished;
        }
        assert!(
            last,
            "20 s, 20 s and 15 s of a minute, and a little of the rest"
        );
    }
}
