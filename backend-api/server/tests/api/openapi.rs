use std::collections::BTreeSet;
use std::path::Path;

use backend_api::routes;
use reqwest::Method;
use serde_json::Value;

use crate::common::World;

/// The document is kept in the tree, so that a change of the API is seen in review. To accept
/// one: `UPDATE_OPENAPI=1 cargo nextest run -p backend-api openapi`.
#[test]
fn the_document_is_the_one_in_the_tree() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let now = routes::document();
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == now, "the API changed; see this test's comment");
}

#[tokio::test]
async fn every_endpoint_of_the_document_exists() {
    let world = World::new().await;
    let served = world.get("/api/v1/openapi.json", "").send().await.unwrap();
    let document: Value = served.json().await.unwrap();
    let mut asked = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            assert!(operation["responses"].is_object());
            let method: Method = method.to_uppercase().parse().unwrap();
            let parts = path.split('/');
            let filled: Vec<&str> = parts
                .map(|part| if part.starts_with('{') { "x" } else { part })
                .collect();
            let filled = filled.join("/");
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
    // Nothing is registered that the document does not name.
    assert_eq!(asked, routes::registered().len());
}

/// Method and path of every `#[utoipa::path]` in the files of a folder.
fn written(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(written(&path));
        } else if path.extension().is_some_and(|it| it == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            for attribute in text.split("\n#[utoipa::path(").skip(1) {
                let (method, rest) = attribute.split_once(',').unwrap();
                let (_, rest) = rest.split_once("path = \"").unwrap();
                let (path, _) = rest.split_once('"').unwrap();
                found.push(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    found
}

/// A handler in a module that nobody registers does not build; this also finds the file that is no module.
#[test]
fn every_endpoint_that_is_written_is_registered() {
    let registered: BTreeSet<String> = routes::registered()
        .iter()
        .map(|(method, path)| format!("{method} {path}"))
        .collect();
    let written = written(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/routes"));
    assert_eq!(written.len(), registered.len());
    assert_eq!(written.into_iter().collect::<BTreeSet<_>>(), registered);
}
