use backend_api::services::kit::rights::Role;
use contract::error::ErrorCode;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::common::{World, draft, ok, problem, township};

#[tokio::test]
async fn what_lies_outside_the_subtree_does_not_exist() {
    let world = World::new().await;
    let above = world.staff(Role::PlatformAdministrator, "QH").await;
    let neighbour = world.staff(Role::PlatformAdministrator, "LJ").await;
    let theirs = world.write(&above, &draft("张家村的", "ZJ")).await;

    let path = format!("/api/v1/bulletins/{}", theirs.id);
    let refused = world.get(&path, &neighbour).send().await.unwrap();
    problem(refused, 404, ErrorCode::NotFound).await;
    let refused = world.step(&neighbour, &theirs, "submit").await;
    problem(refused, 404, ErrorCode::NotFound).await;
    let list: Value = ok(world
        .get("/api/v1/bulletins", &neighbour)
        .send()
        .await
        .unwrap())
    .await;
    assert_eq!(list["items"], json!([]));

    let tree: Value = ok(world
        .get("/api/v1/organizations", &neighbour)
        .send()
        .await
        .unwrap())
    .await;
    assert_eq!(tree.as_array().unwrap().len(), 1);
    assert_eq!(tree[0]["code"], "LJ");

    // Neither in somebody else's name nor for everybody.
    for (publisher, audience) in [("ZJ", "LJ"), ("LJ", "QH")] {
        let mut foreign = draft("冒名", audience);
        foreign.organization_code = publisher.to_owned();
        let refused = world.post("/api/v1/bulletins", &neighbour).json(&foreign);
        problem(refused.send().await.unwrap(), 422, ErrorCode::Invalid).await;
    }
    let terminal = world.terminal(&above, "ZJ").await;
    let path = format!("/api/v1/terminals/{}/revoke", terminal.terminal_id);
    let refused = world.post(&path, &neighbour).send().await.unwrap();
    problem(refused, 404, ErrorCode::NotFound).await;
    let replace = world
        .ask(Method::PUT, "/api/v1/township", &neighbour)
        .json(&township());
    problem(replace.send().await.unwrap(), 403, ErrorCode::Forbidden).await;
}

#[tokio::test]
async fn an_editor_writes_and_a_publisher_publishes() {
    let world = World::new().await;
    let editor = world.staff(Role::BranchSecretary, "ZJ").await;
    let publisher = world.staff(Role::OrganizationStaff, "ZJ").await;
    let reader = world.staff(Role::Reader, "ZJ").await;
    let refused = world
        .post("/api/v1/bulletins", &reader)
        .json(&draft("一", "ZJ"));
    problem(refused.send().await.unwrap(), 403, ErrorCode::Forbidden).await;

    let written = world.write(&editor, &draft("一", "ZJ")).await;
    let submitted = ok(world.step(&editor, &written, "submit").await).await;
    let refused = world.step(&editor, &submitted, "publish").await;
    problem(refused, 403, ErrorCode::Forbidden).await;
    let published = ok(world.step(&publisher, &submitted, "publish").await).await;
    // What every TV shows is no longer the editor's to change.
    let refused = world.step(&editor, &published, "withdraw").await;
    problem(refused, 403, ErrorCode::Forbidden).await;
    let edit = world
        .ask(
            Method::PUT,
            &format!("/api/v1/bulletins/{}", published.id),
            &editor,
        )
        .header("if-match", published.version.to_string())
        .json(&draft("改", "ZJ"));
    problem(edit.send().await.unwrap(), 403, ErrorCode::Forbidden).await;
}

#[tokio::test]
async fn organizations_grow_downwards() {
    let world = World::new().await;
    let admin = world.staff(Role::PlatformAdministrator, "QH").await;
    let create = async |parent: &str, kind: &str, code: &str| {
        world
            .post("/api/v1/organizations", &admin)
            .json(&json!({ "parent_code": parent, "kind": kind, "code": code, "name": "王家村" }))
            .send()
            .await
            .unwrap()
    };
    let made = create("QH", "village", "WJ").await;
    assert_eq!(made.status(), StatusCode::CREATED);
    let again = create("QH", "village", "WJ").await;
    problem(again, 409, ErrorCode::Conflict).await;
    let upside_down = create("WJ", "county", "XX").await;
    problem(upside_down, 422, ErrorCode::Invalid).await;
    let nowhere = create("NO", "village", "YY").await;
    problem(nowhere, 422, ErrorCode::Invalid).await;
}
