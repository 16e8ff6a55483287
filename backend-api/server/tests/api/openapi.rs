use std::path::Path;

use backend_api::routes::openapi;
use reqwest::Method;
use serde_json::Value;

use crate::common::World;

/// The document is kept in the tree, so that a change of the API is seen in review. To accept
/// one: `UPDATE_OPENAPI=1 cargo nextest run -p backend-api openapi`.
#[test]
fn the_document_is_the_one_in_the_tree() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let now = openapi::json();
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == now, "the API changed; see this test's comment");
}

#[tokio::test]
async fn every_endpoint_of_the_document_exists() {
    let world = World::sqlite().await;
    let served = world.get("/api/v1/openapi.json", "").send().await.unwrap();
    let document: Value = served.json().await.unwrap();
    let mut asked = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            assert!(operation["responses"].is_object());
            let method: Method = method.to_uppercase().parse().unwrap();
            let filled = path
                .replace("{name}", "x")
                .replace("{id}", "x")
                .replace("{user_code}", "x")
                .replace("{programme_id}", "x")
                .replace("{terminal_id}", "x")
                .replace("{stream}", "x")
                .replace("{token}", "x")
                .replace("{meeting}", "x")
                .replace("{file}", "x");
            assert!(!filled.contains('{'), "{path}");
            let answer = world.ask(method.clone(), &filled, "").send().await.unwrap();
            let status = answer.status().as_u16();
            let text = answer.text().await.unwrap();
            let nowhere = status == 404 && text.contains("没有这个地址");
            assert!(!nowhere && status != 405, "{method} {path}: {status}");
            // Whatever names a token in the document refuses to work without one.
            if operation["security"].is_array() {
                assert_eq!(status, 401, "{method} {path}");
            }
            asked += 1;
        }
    }
    assert!(asked >= 32, "{asked}");
}
