use backend_api::services::kit::rights::Role;
use contract::error::ErrorCode;
use reqwest::Method;

use crate::common::{World, problem};

#[tokio::test]
async fn every_refusal_is_a_problem_document() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let nowhere = world.get("/nowhere", "").send().await.unwrap();
    problem(nowhere, 404, ErrorCode::NotFound).await;
    let nowhere = world.get("/api/v1/nowhere", "").send().await.unwrap();
    problem(nowhere, 404, ErrorCode::NotFound).await;
    let method = world
        .ask(Method::DELETE, "/api/v1/feed", "")
        .send()
        .await
        .unwrap();
    problem(method, 405, ErrorCode::BadRequest).await;
    let no_type = world.post("/api/v1/bulletins", &staff).body("{}");
    problem(no_type.send().await.unwrap(), 415, ErrorCode::BadRequest).await;
    let query = world.get("/api/v1/bulletins?limit=x", &staff);
    problem(query.send().await.unwrap(), 400, ErrorCode::BadRequest).await;
    let too_large = world
        .post("/api/v1/bulletins", &staff)
        .header("content-type", "application/json")
        .body(vec![b' '; 2 * 1024 * 1024]);
    let too_large = problem(too_large.send().await.unwrap(), 413, ErrorCode::TooLarge).await;
    assert_eq!(too_large.limit, Some(1024 * 1024));
    // An endpoint with a bound of its own says that one.
    let too_large = world
        .post("/api/v1/members/import", &staff)
        .body(vec![b' '; 20 * 1024 * 1024 + 1]);
    let too_large = problem(too_large.send().await.unwrap(), 413, ErrorCode::TooLarge).await;
    assert_eq!(too_large.limit, Some(20 * 1024 * 1024));
    let id = world
        .get("/nowhere", "")
        .header("x-request-id", "abc-12345");
    let answer = id.send().await.unwrap();
    assert_eq!(answer.headers()["x-request-id"], "abc-12345");
    let odd = world
        .get("/nowhere", "")
        .header("x-request-id", "a b<script>");
    let answer = odd.send().await.unwrap();
    assert_eq!(answer.headers()["x-request-id"].len(), 36);
}

#[tokio::test]
async fn nothing_that_is_sent_makes_the_server_fail() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let terminal = world.terminal(&staff, "ZJ").await.access_token;
    let deep = "[".repeat(100_000);
    let bodies: [&[u8]; 9] = [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe\x00",
        b"{\"login\":1}",
        b"{\"title\":\"\\ud800\"}",
        b"client_id=%ff%00&hardware=%F0%9F",
        deep.as_bytes(),
    ];
    let ids = [
        "x",
        "%00",
        "%F0%9F%98%80",
        "'%20OR%201=1--",
        "..%2f..",
        "-1",
    ];
    let mut asked = 0;
    for (method, path, token) in [
        (Method::POST, "/api/v1/enrol/device", ""),
        (Method::POST, "/api/v1/enrol/token", ""),
        (Method::POST, "/api/v1/staff/sessions", ""),
        (Method::POST, "/api/v1/setup", ""),
        (Method::POST, "/api/v1/bulletins", &*staff),
        (Method::PUT, "/api/v1/bulletins/{}", &staff),
        (Method::POST, "/api/v1/bulletins/{}/publish", &staff),
        (
            Method::POST,
            "/api/v1/bulletins/{}/pictures/{}/cover",
            &staff,
        ),
        (Method::POST, "/api/v1/manuscripts", &staff),
        (Method::GET, "/api/v1/bulletins/{}", &staff),
        (Method::GET, "/api/v1/bulletins?before={}", &staff),
        (Method::GET, "/api/v1/bulletins?list={}", &staff),
        (Method::GET, "/api/v1/terminals?before={}", &staff),
        (Method::POST, "/api/v1/enrolments/{}/approve", &staff),
        (Method::POST, "/api/v1/terminals/{}/revoke", &staff),
        (Method::POST, "/api/v1/programmes/{}/withdraw", &staff),
        (Method::POST, "/api/v1/programmes", &staff),
        (Method::PUT, "/api/v1/programmes/{}", &staff),
        (Method::POST, "/api/v1/programmes/{}/film", &staff),
        (Method::POST, "/api/v1/uploads", &staff),
        (Method::PATCH, "/api/v1/uploads/{}", &staff),
        (Method::GET, "/api/v1/uploads/{}", &staff),
        (Method::POST, "/api/v1/organizations", &staff),
        (Method::POST, "/api/v1/organizations/import", &staff),
        (Method::PUT, "/api/v1/township", &staff),
        (Method::GET, "/api/v1/feed?cursor={}", &terminal),
        (Method::PUT, "/api/v1/terminal/progress/{}", &terminal),
        (Method::GET, "/files/{}", &terminal),
    ] {
        for id in ids {
            for body in bodies {
                for media_type in ["application/json", "application/x-www-form-urlencoded"] {
                    let answer = world
                        .ask(method.clone(), &path.replace("{}", id), token)
                        .header("content-type", media_type)
                        .header("if-match", "1")
                        .header("tus-resumable", "1.0.0")
                        .header("upload-length", "1e9")
                        .header("upload-offset", "0")
                        .header("idempotency-key", "k")
                        .body(body.to_vec())
                        .send()
                        .await
                        .unwrap();
                    let status = answer.status();
                    let text = answer.text().await.unwrap();
                    assert!(!status.is_server_error(), "{method} {path} {id}: {text}");
                    for inside in ["SQL", "sqlite", "postgres", "panicked", "src/"] {
                        assert!(!text.contains(inside), "{method} {path}: {text}");
                    }
                    asked += 1;
                }
                if !path.contains("{}") {
                    continue;
                }
                if method == Method::GET {
                    break;
                }
            }
        }
    }
    assert!(asked > 500);
}
