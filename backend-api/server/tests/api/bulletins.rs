use backend_api::services::kit::rights::Role;
use contract::bulletin::{Block, BulletinState, Table};
use contract::error::ErrorCode;
use contract::file::{FileRef, Picture};
use contract::staff::StaffBulletin;
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{World, databases, draft, ok, problem};

#[tokio::test]
async fn from_draft_to_withdrawn_on_both_engines() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::OrganizationStaff, "QH").await;
        let written = world.write(&staff, &draft("初稿", "ZJ")).await;
        assert_eq!(written.state, BulletinState::Draft);

        let edited = world
            .ask(
                Method::PUT,
                &format!("/api/v1/bulletins/{}", written.id),
                &staff,
            )
            .header("if-match", format!("\"{}\"", written.version))
            .json(&draft("定稿", "ZJ"))
            .send()
            .await
            .unwrap();
        let edited: StaffBulletin = ok(edited).await;
        assert!(edited.version > written.version);
        assert_eq!(edited.draft.title, "定稿");

        let early = world.step(&staff, &edited, "publish").await;
        let early = problem(early, 409, ErrorCode::Conflict).await;
        assert_eq!(early.state.as_deref(), Some("draft"));
        let submitted: StaffBulletin = ok(world.step(&staff, &edited, "submit").await).await;
        let back: StaffBulletin = ok(world.step(&staff, &submitted, "return").await).await;
        assert_eq!(back.state, BulletinState::Draft);
        let why = back.taken_back.as_ref().unwrap();
        assert_eq!((why.withdrawn, why.reason.as_str()), (false, "金额要核对"));
        assert_eq!(
            (why.by.as_str(), why.at_ms),
            ("organizationstaff-QH", world.now_ms())
        );
        let submitted: StaffBulletin = ok(world.step(&staff, &back, "submit").await).await;
        assert_eq!(
            submitted.taken_back, back.taken_back,
            "whoever publishes looks for it"
        );
        let published: StaffBulletin = ok(world.step(&staff, &submitted, "publish").await).await;
        assert_eq!(published.state, BulletinState::Published);
        assert_eq!(published.published_at_ms, Some(world.now_ms()));
        assert_eq!(published.taken_back, None);
        let stale = world.step(&staff, &submitted, "withdraw").await;
        let stale = problem(stale, 412, ErrorCode::Stale).await;
        assert_eq!(stale.version, Some(published.version));
        let withdrawn: StaffBulletin = ok(world.step(&staff, &published, "withdraw").await).await;
        assert_eq!(withdrawn.state, BulletinState::Withdrawn);
        assert!(withdrawn.taken_back.is_some_and(|why| why.withdrawn));

        let got = world.get(&format!("/api/v1/bulletins/{}", written.id), &staff);
        let got = got.send().await.unwrap();
        assert_eq!(
            got.headers()["etag"].to_str().unwrap(),
            format!("\"{}\"", withdrawn.version)
        );
        let list: Value = ok(world
            .get("/api/v1/bulletins?state=withdrawn&list=notices", &staff)
            .send()
            .await
            .unwrap())
        .await;
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_change_must_name_its_version() {
    let world = World::new().await;
    let staff = world.staff(Role::OrganizationStaff, "QH").await;
    let written = world.write(&staff, &draft("一", "ZJ")).await;
    let path = format!("/api/v1/bulletins/{}/submit", written.id);
    let missing = world.post(&path, &staff).send().await.unwrap();
    problem(missing, 428, ErrorCode::BadRequest).await;
    let odd = world.post(&path, &staff).header("if-match", "*");
    problem(odd.send().await.unwrap(), 400, ErrorCode::BadRequest).await;
}

#[tokio::test]
async fn nothing_is_taken_back_without_a_reason() {
    let world = World::new().await;
    let staff = world.staff(Role::OfficePublisher, "QH").await;
    let published = world.publish(&staff, &draft("账目", "ZJ")).await;
    let path = |verb: &str| format!("/api/v1/bulletins/{}/{verb}", published.id);
    let take = |verb: &str, version: i64, body: Value| {
        let asked = world.post(&path(verb), &staff).json(&body);
        asked.header("if-match", format!("\"{version}\"")).send()
    };
    for wrong in ["", " ", "错", "张三 13800000001 反映的"] {
        let body = json!({ "reason": wrong });
        let told = take("withdraw", published.version, body).await.unwrap();
        let told = problem(told, 422, ErrorCode::Invalid).await;
        assert_eq!(told.fields[0].field, "reason", "{wrong}");
    }
    let told = take("withdraw", published.version, json!({})).await;
    problem(told.unwrap(), 422, ErrorCode::Invalid).await;
    let now = world.get(&format!("/api/v1/bulletins/{}", published.id), &staff);
    let now: StaffBulletin = ok(now.send().await.unwrap()).await;
    assert_eq!(
        (now.state, now.taken_back),
        (BulletinState::Published, None)
    );

    let body = json!({ "reason": "金额写错了" });
    let gone = take("withdraw", now.version, body).await.unwrap();
    let gone: StaffBulletin = ok(gone).await;
    // What is over is written once more by whoever wants that; why it is over is still there.
    let again = take("return", gone.version, json!({})).await.unwrap();
    let again: StaffBulletin = ok(again).await;
    assert_eq!(again.state, BulletinState::Draft);
    assert_eq!(again.taken_back.unwrap().reason, "金额写错了");
    // What was handed in is somebody else's.
    let handed: StaffBulletin = ok(take("submit", again.version, json!({})).await.unwrap()).await;
    let told = take("return", handed.version, json!({})).await.unwrap();
    problem(told, 422, ErrorCode::Invalid).await;
}

#[tokio::test]
async fn every_wrong_field_is_named_at_once() {
    let world = World::new().await;
    let staff = world.staff(Role::OrganizationStaff, "QH").await;
    let stranger = FileRef {
        name: format!("{}.jpg", "0".repeat(64)),
        bytes: 1,
        media_type: "image/jpeg".to_owned(),
    };
    let mut bad = draft(" ", "ZJ");
    bad.list = "films".to_owned();
    bad.cover = Some(Picture {
        screen: stranger.clone(),
        thumb: stranger,
        ..Picture::default()
    });
    bad.body = vec![
        Block::Paragraph {
            text: String::new(),
        },
        Block::Table(Table {
            header: vec!["项目".to_owned(), "金额".to_owned()],
            rows: vec![vec!["水费".to_owned()]],
            ..Table::default()
        }),
    ];
    let refused = world.post("/api/v1/bulletins", &staff).json(&bad);
    let refused = problem(refused.send().await.unwrap(), 422, ErrorCode::Invalid).await;
    let fields: Vec<_> = refused.fields.iter().map(|f| f.field.as_str()).collect();
    for field in ["list", "title", "cover", "body[0].text", "body[1].rows[0]"] {
        assert!(fields.contains(&field), "{field} in {fields:?}");
    }
}

#[tokio::test]
async fn lists_come_in_pages() {
    let world = World::new().await;
    let staff = world.staff(Role::OrganizationStaff, "QH").await;
    for n in 0..5 {
        world.clock.advance_ms(1);
        world
            .write(&staff, &draft(&format!("第 {n} 份"), "ZJ"))
            .await;
    }
    let (mut path, mut seen) = ("/api/v1/bulletins?limit=2".to_owned(), Vec::new());
    loop {
        let page: Value = ok(world.get(&path, &staff).send().await.unwrap()).await;
        for item in page["items"].as_array().unwrap() {
            seen.push(item["draft"]["title"].as_str().unwrap().to_owned());
        }
        let Some(next) = page["next"].as_str() else {
            break;
        };
        path = format!("/api/v1/bulletins?limit=2&before={next}");
    }
    assert_eq!(
        seen,
        ["第 4 份", "第 3 份", "第 2 份", "第 1 份", "第 0 份"]
    );
}
