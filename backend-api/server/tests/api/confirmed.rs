//! What stands in a bulletin that is somebody's business alone: numbers are named before they are published, pictures
//! are looked at, and what is covered is gone.

use backend_api::services::kit::rights::Role;
use contract::bulletin::{Block, BulletinState, Table};
use contract::error::{ErrorCode, Problem};
use contract::file::Picture;
use contract::staff::{BulletinDraft, StaffBulletin};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use store::audit;

use crate::common::{World, databases, draft, ok, problem};

const MOBILE: &str = "13800000001";

async fn publish(world: &World, staff: &str, bulletin: &StaffBulletin, said: &Value) -> Response {
    let path = format!("/api/v1/bulletins/{}/publish", bulletin.id);
    let asked = world
        .post(&path, staff)
        .header("if-match", bulletin.version.to_string());
    asked.json(said).send().await.unwrap()
}

async fn put(world: &World, staff: &str, bulletin: &StaffBulletin, written: &Value) -> Response {
    let path = format!("/api/v1/bulletins/{}", bulletin.id);
    let asked = world
        .ask(Method::PUT, &path, staff)
        .header("if-match", bulletin.version.to_string());
    asked.json(written).send().await.unwrap()
}

async fn submitted(world: &World, staff: &str, draft: &BulletinDraft) -> StaffBulletin {
    let written = world.write(staff, draft).await;
    ok(world.step(staff, &written, "submit").await).await
}

fn fields(problem: &Problem) -> Vec<&str> {
    problem.fields.iter().map(|it| it.field.as_str()).collect()
}

/// A draft with a mobile telephone in its title, and in a table in digits of another width.
fn with_numbers() -> BulletinDraft {
    let table = Table {
        header: vec!["村".to_owned(), "电话".to_owned()],
        rows: vec![vec![
            "张家村".to_owned(),
            "１３８ ００００ ０００１".to_owned(),
        ]],
        ..Table::default()
    };
    BulletinDraft {
        body: vec![Block::Table(table)],
        ..draft(&format!("有事打{MOBILE}"), "ZJ")
    }
}

#[tokio::test]
async fn numbers_are_named_by_whoever_publishes() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::OrganizationStaff, "QH").await;
        let waits = submitted(&world, &staff, &with_numbers()).await;
        let found: Vec<_> = waits
            .numbers
            .iter()
            .map(|it| (it.field.as_str(), it.digits.as_str()))
            .collect();
        assert_eq!(found, [("title", MOBILE), ("body[0].rows[0][1]", MOBILE)]);

        for said in [
            json!(null),
            json!({ "numbers": [{ "digits": "1", "reason": "办公电话" }] }),
        ] {
            let refused = if said.is_null() {
                world.step(&staff, &waits, "publish").await
            } else {
                publish(&world, &staff, &waits, &said).await
            };
            let refused = problem(refused, 422, ErrorCode::Invalid).await;
            assert_eq!(fields(&refused), ["title", "body[0].rows[0][1]"]);
            assert!(refused.fields.iter().all(|it| !it.message.contains(MOBILE)));
        }
        let without_reason = json!({ "numbers": [{ "digits": MOBILE, "reason": "" }] });
        let refused = publish(&world, &staff, &waits, &without_reason).await;
        let refused = problem(refused, 422, ErrorCode::Invalid).await;
        assert_eq!(fields(&refused), ["confirmed.numbers[0].reason"]);

        let said = json!({ "numbers": [{ "digits": MOBILE, "reason": "村部的办公电话" }] });
        let public: StaffBulletin = ok(publish(&world, &staff, &waits, &said).await).await;
        assert_eq!(public.state, BulletinState::Published);
        let kept = &public.confirmed.numbers[0];
        assert_eq!(
            (kept.digits.as_str(), kept.by.as_str()),
            (MOBILE, "organizationstaff-QH")
        );
        let noted = world
            .blocking(move |store| {
                store
                    .read(|tx| audit::list(tx, &audit::Filter::default(), None, 50))
                    .unwrap()
            })
            .await;
        let noted: Vec<_> = noted
            .iter()
            .filter(|it| it.action == "bulletin.confirm")
            .collect();
        assert_eq!(noted.len(), 1);
        assert!(!format!("{noted:?}").contains(MOBILE));

        // What is on the televisions changes under the same rule.
        let mut next = with_numbers();
        next.body = vec![Block::Paragraph {
            text: "卡号 6222 0200 0000 0000 000".to_owned(),
        }];
        let refused = put(&world, &staff, &public, &json!(next)).await;
        let refused = problem(refused, 422, ErrorCode::Invalid).await;
        assert_eq!(fields(&refused), ["body[0].text"]);
        next.body = vec![Block::Paragraph {
            text: "电话 138****0001".to_owned(),
        }];
        let edited: StaffBulletin = ok(put(&world, &staff, &public, &json!(next)).await).await;
        assert_eq!(edited.numbers.len(), 1);
    }
}

async fn uploaded(world: &World, staff: &str, shade: u8) -> Picture {
    let picture =
        image::RgbImage::from_fn(2400, 1200, |x, _| image::Rgb([shade, (x % 251) as u8, 90]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = image::DynamicImage::ImageRgb8(picture);
    picture
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    let sent = world
        .post("/api/v1/pictures?caption=%E5%8F%91%E7%A5%A8", staff)
        .body(bytes.into_inner());
    ok(sent.send().await.unwrap()).await
}

async fn served(world: &World, staff: &str, name: &str) -> StatusCode {
    let asked = world.get(&format!("/files/{name}"), staff).send();
    asked.await.unwrap().status()
}

fn names(picture: &Picture) -> Vec<String> {
    let all = [
        Some(&picture.screen),
        Some(&picture.thumb),
        picture.original.as_ref(),
    ];
    all.into_iter()
        .flatten()
        .map(|it| it.name.clone())
        .collect()
}

fn illustrated(pictures: &[&Picture]) -> BulletinDraft {
    BulletinDraft {
        body: pictures
            .iter()
            .map(|it| Block::Picture((*it).clone()))
            .collect(),
        ..draft("发票", "ZJ")
    }
}

#[tokio::test]
async fn every_picture_is_looked_at_before_it_is_published() {
    let world = World::new().await;
    let staff = world.staff(Role::OrganizationStaff, "QH").await;
    let (one, other) = (
        uploaded(&world, &staff, 10).await,
        uploaded(&world, &staff, 200).await,
    );
    let mut draft = illustrated(&[&one, &other]);
    draft.cover = Some(one.clone());
    let written = world.write(&staff, &draft).await;
    let mut changed = json!(draft);
    changed["confirmed"] = json!({ "pictures": [one.screen.name, "f.jpg"] });
    let looked_at: StaffBulletin = ok(put(&world, &staff, &written, &changed).await).await;
    let kept: Vec<_> = looked_at
        .confirmed
        .pictures
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    assert_eq!(kept, [one.screen.name.as_str()]);
    // Saved again without a word it stays.
    let again: StaffBulletin = ok(put(&world, &staff, &looked_at, &json!(draft)).await).await;
    assert_eq!(again.confirmed, looked_at.confirmed);
    let waits: StaffBulletin = ok(world.step(&staff, &again, "submit").await).await;
    let refused = world.step(&staff, &waits, "publish").await;
    let refused = problem(refused, 422, ErrorCode::Invalid).await;
    assert_eq!(fields(&refused), ["body[1]"]);
    let said = json!({ "pictures": [other.screen.name] });
    let public: StaffBulletin = ok(publish(&world, &staff, &waits, &said).await).await;
    assert_eq!(public.confirmed.pictures.len(), 2);
}

#[tokio::test]
async fn what_is_covered_is_gone() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::OrganizationStaff, "QH").await;
        let (one, other) = (
            uploaded(&world, &staff, 10).await,
            uploaded(&world, &staff, 200).await,
        );
        let mut both = illustrated(&[&one, &other]);
        both.cover = Some(one.clone());
        let written = world.write(&staff, &both).await;
        let elsewhere = world.write(&staff, &illustrated(&[&other])).await;
        let cover = async |bulletin: &StaffBulletin, name: &str, regions: &Value, version: i64| {
            let path = format!("/api/v1/bulletins/{}/pictures/{name}/cover", bulletin.id);
            let asked = world
                .post(&path, &staff)
                .header("if-match", version.to_string());
            asked
                .json(&json!({ "regions": regions }))
                .send()
                .await
                .unwrap()
        };
        let region = json!([{ "x": 0.25, "y": 0.25, "width": 0.5, "height": 0.5 }]);
        let (name, version) = (one.screen.name.as_str(), written.version);
        let outside = json!([{ "x": 0.9, "y": 0.0, "width": 0.5, "height": 0.5 }]);
        problem(
            cover(&written, name, &outside, version).await,
            422,
            ErrorCode::Invalid,
        )
        .await;
        problem(
            cover(&written, name, &json!([]), version).await,
            422,
            ErrorCode::Invalid,
        )
        .await;
        problem(
            cover(&written, name, &region, version + 1).await,
            412,
            ErrorCode::Stale,
        )
        .await;
        let strange = format!("{}.jpg", "0".repeat(64));
        problem(
            cover(&written, &strange, &region, version).await,
            404,
            ErrorCode::NotFound,
        )
        .await;

        let covered: StaffBulletin = ok(cover(&written, name, &region, version).await).await;
        let Block::Picture(new) = &covered.draft.body[0] else {
            panic!("{covered:?}");
        };
        assert_ne!(new.screen.name, one.screen.name);
        assert_eq!(
            (new.caption.as_str(), covered.draft.cover.as_ref()),
            ("发票", Some(new))
        );
        assert!(
            covered.confirmed.pictures.is_empty(),
            "somebody looks at it first"
        );
        for name in names(&one) {
            assert_eq!(served(&world, &staff, &name).await, StatusCode::NOT_FOUND);
        }
        for name in names(new) {
            assert_eq!(served(&world, &staff, &name).await, StatusCode::OK);
        }
        // Its middle tells nothing any more; its edge is as it was.
        let bytes = world
            .get(&new.original.as_ref().unwrap().path(), &staff)
            .send();
        let bytes = bytes.await.unwrap().bytes().await.unwrap();
        let shown = image::load_from_memory(&bytes).unwrap().into_rgb8();
        assert_eq!(shown.dimensions(), (2400, 1200));
        assert!(shown.get_pixel(5, 5).0[0] < 40);

        // What another bulletin shows stays.
        let gone: StaffBulletin =
            ok(cover(&covered, &other.screen.name, &region, covered.version).await).await;
        assert_eq!(
            served(&world, &staff, &other.screen.name).await,
            StatusCode::OK
        );
        let last = cover(&elsewhere, &other.screen.name, &region, elsewhere.version).await;
        let _: StaffBulletin = ok(last).await;
        assert_eq!(
            served(&world, &staff, &other.screen.name).await,
            StatusCode::NOT_FOUND
        );

        // In what is published already whoever covers answers for it.
        let waits: StaffBulletin = ok(world.step(&staff, &gone, "submit").await).await;
        let shown: Vec<String> = waits
            .draft
            .body
            .iter()
            .filter_map(|block| match block {
                Block::Picture(picture) => Some(picture.screen.name.clone()),
                _ => None,
            })
            .collect();
        let public: StaffBulletin =
            ok(publish(&world, &staff, &waits, &json!({ "pictures": shown })).await).await;
        let corner = json!([{ "x": 0.0, "y": 0.0, "width": 0.1, "height": 0.1 }]);
        let public: StaffBulletin =
            ok(cover(&public, &shown[0], &corner, public.version).await).await;
        assert_eq!(public.state, BulletinState::Published);
        assert_eq!(public.confirmed.pictures.len(), 2);
    }
}
