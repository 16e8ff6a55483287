//! Versions of what two people can edit: one table of every kind, on both databases.

use backend_api::services::duty::rooms;
use backend_api::services::kit::publishing::Source;
use backend_api::services::kit::rights::Role;
use backend_api::services::township as sections;
use contract::account::StaffAccount;
use contract::duty::{DutyRoom, DutyRoomDraft};
use contract::error::ErrorCode;
use contract::meeting::StaffMeeting;
use contract::member::{Household, Member};
use contract::staff::StaffBulletin;
use contract::submission::Submission;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use store::{organizations, programmes};

use crate::common::{PASSWORD, World, databases, draft, ok, problem, township};

/// One thing of a kind, and what is written over it, first by one editor and then by another.
struct Case {
    path: String,
    first: Value,
    second: Value,
    /// Whether nobody may write who does not say what they have read.
    demanded: bool,
    /// Whether it can be deleted.
    deleted: bool,
}

async fn put(world: &World, staff: &str, case: &Case, body: &Value, seen: Option<i64>) -> Response {
    let mut request = world.ask(Method::PUT, &case.path, staff).json(body);
    if let Some(version) = seen {
        request = request.header("if-match", format!("\"{version}\""));
    }
    request.send().await.unwrap()
}

/// The version in the answer's `ETag`.
fn tag(answer: &Response) -> i64 {
    let tag = answer.headers()["etag"].to_str().unwrap();
    tag.trim_matches('"').parse().unwrap()
}

async fn version(world: &World, staff: &str, case: &Case) -> i64 {
    let found = world.get(&case.path, staff).send().await.unwrap();
    assert_eq!(found.status(), StatusCode::OK, "{}", case.path);
    let version = tag(&found);
    let body: Value = found.json().await.unwrap();
    // The document of the home screen has nothing else in it.
    if !case.path.ends_with("/township") {
        assert_eq!(body["version"], version, "{}", case.path);
    }
    version
}

async fn made<T: serde::de::DeserializeOwned>(
    world: &World,
    staff: &str,
    path: &str,
    body: Value,
) -> T {
    let request = world.post(path, staff).json(&body);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED, "{path}");
    assert_eq!(tag(&answer), 1, "{path}");
    answer.json().await.unwrap()
}

/// One of every kind.
async fn cases(world: &World, staff: &str) -> Vec<Case> {
    let (text, other) = (draft("公示", "QH"), draft("公示二", "QH"));
    let bulletin: StaffBulletin = made(world, staff, "/api/v1/bulletins", json!(text)).await;
    let plan = json!({ "title": "例会", "organization_code": "QH", "audience_code": "QH",
        "starts_at_ms": world.now_ms() + 60_000, "planned_ms": 3_600_000, "record": false });
    let meeting: StaffMeeting = made(world, staff, "/api/v1/meetings", plan.clone()).await;
    let person = json!({ "organization_code": "ZJ", "name": "张三", "status": "full" });
    let member: Member = made(world, staff, "/api/v1/members", person.clone()).await;
    let house = json!({ "organization_code": "ZJ", "name": "12 号" });
    let household: Household = made(world, staff, "/api/v1/households", house.clone()).await;
    let room = json!({ "title": "值班室", "organization_code": "ZJ", "camera_url": "rtsp://192.168.2.1/live" });
    let duty: DutyRoom = made(world, staff, "/api/v1/duty-rooms", room.clone()).await;
    let account =
        json!({ "login": "li", "password": PASSWORD, "role": "reader", "organization_code": "ZJ" });
    let account: StaffAccount = made(world, staff, "/api/v1/staff/accounts", account).await;
    let terminal = world.terminal(staff, "ZJ").await.terminal_id;
    let now_ms = world.now_ms();
    let programme = world
        .blocking(move |store| {
            let made = store.write::<_, store::Error, _>(move |tx| {
                let root = organizations::root(tx)?.unwrap().id;
                let content = programmes::Content {
                    category: "films".to_owned(),
                    organization_id: root.clone(),
                    audience_id: root,
                    title: "春耕".to_owned(),
                    ..programmes::Content::default()
                };
                programmes::draft(tx, &content, now_ms)
            });
            made.unwrap()
        })
        .await;
    let film = json!({ "category": "films", "organization_code": "QH", "title": "夏种" });
    let with = |base: &Value, field: &str, value: &str| {
        let mut changed = base.clone();
        changed[field] = value.into();
        changed
    };
    let tv = json!({ "organization_code": "ZJ", "kind": "household", "name": "12 号" });
    let rights = json!({ "role": "reader", "organization_code": "QH" });
    let news = json!({ "organization_code": "ZJ", "title": "修路", "text": "路修好了" });
    let submission: Submission = made(world, staff, "/api/v1/submissions", news.clone()).await;
    let (mut face, mut changed_face) = (township(), township());
    face.title = "清河党建".to_owned();
    changed_face.title = "清河".to_owned();
    let case = |path: String, first: Value, second: Value| Case {
        path,
        first,
        second,
        demanded: false,
        deleted: false,
    };
    vec![
        Case {
            demanded: true,
            ..case(
                format!("/api/v1/bulletins/{}", bulletin.id),
                json!(text),
                json!(other),
            )
        },
        Case {
            demanded: true,
            ..case(
                format!("/api/v1/meetings/{}", meeting.meeting.id),
                with(&plan, "title", "大会"),
                with(&plan, "agenda", "讨论"),
            )
        },
        Case {
            demanded: true,
            ..case(
                format!("/api/v1/programmes/{programme}"),
                film.clone(),
                with(&film, "summary", "说夏种"),
            )
        },
        Case {
            demanded: true,
            ..case(
                format!("/api/v1/members/{}", member.id),
                with(&person, "name", "张三丰"),
                with(&person, "status", "applicant"),
            )
        },
        Case {
            demanded: true,
            ..case(
                format!("/api/v1/submissions/{}", submission.line.id),
                with(&news, "title", "修桥"),
                with(&news, "text", "桥修好了"),
            )
        },
        Case {
            deleted: true,
            ..case(
                format!("/api/v1/households/{}", household.id),
                with(&house, "name", "13 号"),
                with(&house, "name", "14 号"),
            )
        },
        case(
            format!("/api/v1/terminals/{terminal}"),
            with(&tv, "name", "13 号"),
            with(&tv, "kind", "station"),
        ),
        Case {
            deleted: true,
            ..case(
                format!("/api/v1/duty-rooms/{}", duty.id),
                with(&room, "title", "大厅"),
                with(&room, "title", "门口"),
            )
        },
        case(
            format!("/api/v1/staff/accounts/{}", account.id),
            rights.clone(),
            with(&rights, "role", "branch_secretary"),
        ),
        case(
            "/api/v1/township".to_owned(),
            json!(face),
            json!(changed_face),
        ),
    ]
}

#[tokio::test]
async fn of_two_editors_the_second_is_told() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        for case in cases(&world, &staff).await {
            let path = &case.path;
            let read = version(&world, &staff, &case).await;
            // Both have read the same; one is quicker.
            let first = put(&world, &staff, &case, &case.first, Some(read)).await;
            assert_eq!(first.status(), StatusCode::OK, "{path}");
            let now = tag(&first);
            assert!(now > read, "{path}: {read} → {now}");
            assert_eq!(version(&world, &staff, &case).await, now, "{path}");
            let second = put(&world, &staff, &case, &case.second, Some(read)).await;
            let told = problem(second, 412, ErrorCode::Stale).await;
            assert_eq!(told.version, Some(now), "{path}");
            assert_eq!(
                version(&world, &staff, &case).await,
                now,
                "{path}: nothing was written"
            );
            let wrong = world.ask(Method::PUT, path, &staff).json(&case.second);
            let wrong = wrong.header("if-match", "\"latest\"").send().await.unwrap();
            problem(wrong, 400, ErrorCode::BadRequest).await;

            if case.deleted {
                let stale = world.ask(Method::DELETE, path, &staff);
                let stale = stale.header("if-match", format!("\"{read}\"")).send().await;
                let told = problem(stale.unwrap(), 412, ErrorCode::Stale).await;
                assert_eq!(told.version, Some(now), "{path}");
            }
            let silent = put(&world, &staff, &case, &case.second, None).await;
            if case.demanded {
                problem(silent, 428, ErrorCode::BadRequest).await;
                let told = put(&world, &staff, &case, &case.second, Some(now)).await;
                assert!(tag(&ok_status(told)) > now, "{path}");
            } else {
                // Scripts that know of no versions go on.
                assert!(tag(&ok_status(silent)) > now, "{path}");
            }
            if case.deleted {
                let now = version(&world, &staff, &case).await;
                let gone = world.ask(Method::DELETE, path, &staff);
                let gone = gone.header("if-match", format!("\"{now}\"")).send().await;
                assert_eq!(gone.unwrap().status(), StatusCode::NO_CONTENT, "{path}");
            }
        }
    }
}

fn ok_status(answer: Response) -> Response {
    assert_eq!(answer.status(), StatusCode::OK, "{}", answer.url());
    answer
}

#[tokio::test]
async fn a_folder_that_is_imported_again_makes_new_versions() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        let vault = std::sync::Arc::clone(world.server.vault());
        let now_ms = world.now_ms();
        let import = |hash: &'static str, title: &'static str| {
            let vault = std::sync::Arc::clone(&vault);
            world.blocking(move |store| {
                let room = DutyRoomDraft {
                    title: title.to_owned(),
                    organization_code: "ZJ".to_owned(),
                    camera_url: Some("rtsp://192.168.2.1/live".to_owned()),
                    terminal_id: None,
                };
                let source = Source::item("duty-rooms/1", hash);
                rooms::import(
                    store,
                    &vault,
                    &std::sync::Arc::default(),
                    &source,
                    &room,
                    now_ms,
                )
                .unwrap();
                let mut face = township();
                face.title = title.to_owned();
                let source = Source::item("township", hash);
                sections::import(store, &source, &face, now_ms).unwrap();
            })
        };
        import("2", "大厅").await;
        let rooms: Value = ok(world
            .get("/api/v1/duty-rooms", &staff)
            .send()
            .await
            .unwrap())
        .await;
        let room = rooms["items"][0].clone();
        let read = async || {
            let one = world.get(
                &format!("/api/v1/duty-rooms/{}", room["id"].as_str().unwrap()),
                &staff,
            );
            let face = world.get("/api/v1/township", &staff);
            [
                tag(&one.send().await.unwrap()),
                tag(&face.send().await.unwrap()),
            ]
        };
        let before = read().await;
        import("2", "大厅").await;
        assert_eq!(read().await, before, "nothing changed");
        import("3", "门口").await;
        let after = read().await;
        assert!(
            after[0] > before[0] && after[1] > before[1],
            "{before:?} → {after:?}"
        );
        // Whoever had it open is told.
        let body = json!({ "title": "值班室", "organization_code": "ZJ" });
        let path = format!("/api/v1/duty-rooms/{}", room["id"].as_str().unwrap());
        let stale = world.ask(Method::PUT, &path, &staff).json(&body);
        let stale = stale.header("if-match", before[0].to_string()).send().await;
        let told = problem(stale.unwrap(), 412, ErrorCode::Stale).await;
        assert_eq!(told.version, Some(after[0]));
    }
}
