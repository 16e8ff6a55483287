//! Pages of organizations, as staff write them and terminals get them.

use std::path::Path;
use std::sync::Arc;

use backend_api::import::{ImportContext, ImportReport, Silent, import_folder};
use backend_api::services::kit::rights::Role;
use backend_api::services::organizations::{self, OrganizationDraft};
use contract::branch::{Branch, BranchDraft, StaffBranch};
use contract::error::ErrorCode;
use contract::feed::{Change, Document};
use contract::file::{FileRef, Picture};
use contract::organization::OrganizationKind;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::common::{World, databases, ok, problem};

fn draft(audience: &str) -> BranchDraft {
    BranchDraft {
        audience_code: audience.to_owned(),
        secretary: "王 芳".to_owned(),
        telephone: "0512-40000001".to_owned(),
        photo: None,
        introduction: vec!["全村三百户。\u{200b}".to_owned(), "有苹果园。".to_owned()],
    }
}

fn path(code: &str) -> String {
    format!("/api/v1/organizations/{code}/page")
}

async fn put(
    world: &World,
    staff: &str,
    code: &str,
    version: i64,
    draft: &BranchDraft,
) -> Response {
    world
        .ask(Method::PUT, &path(code), staff)
        .header("if-match", format!("\"{version}\""))
        .json(draft)
        .send()
        .await
        .unwrap()
}

/// The pages that a terminal has, in the order in which it heard of them.
async fn seen(world: &World, terminal: &str) -> Vec<Branch> {
    let pages = world.feed(terminal, "").await.changes.into_iter();
    let page = |change| match change {
        Change::Put {
            document: Document::Branch(branch),
        } => Some(branch),
        _ => None,
    };
    pages.filter_map(page).collect()
}

#[tokio::test]
async fn a_page_is_written_read_and_taken_back_on_both_engines() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::OrganizationStaff, "QH").await;
        let tv = world.terminal(&staff, "ZJ").await.access_token;
        let none = world.get(&path("ZJ"), &staff).send().await.unwrap();
        problem(none, 404, ErrorCode::NotFound).await;

        let written: StaffBranch = ok(put(&world, &staff, "ZJ", 0, &draft("ZJ")).await).await;
        assert_eq!((written.version, written.members), (1, 0));
        assert_eq!(written.organization_code, "ZJ");
        assert_eq!(written.draft.secretary, "王芳", "as names are written");
        assert_eq!(written.draft.introduction[0], "全村三百户。");
        let got = world.get(&path("ZJ"), &staff).send().await.unwrap();
        assert_eq!(got.headers()["etag"].to_str().unwrap(), "\"1\"");
        assert_eq!(ok::<StaffBranch>(got).await, written);
        let pages = seen(&world, &tv).await;
        let [page] = &pages[..] else {
            panic!("one page")
        };
        assert_eq!(
            (page.id.as_str(), page.organization.name.as_str()),
            (written.id.as_str(), "张家村")
        );
        assert_eq!(page.published_at_ms, world.now_ms());

        // Somebody else had it open.
        let stale = put(&world, &staff, "ZJ", 0, &draft("ZJ")).await;
        let stale = problem(stale, 412, ErrorCode::Stale).await;
        assert_eq!(stale.version, Some(1));
        let missing = world
            .ask(Method::PUT, &path("ZJ"), &staff)
            .json(&draft("ZJ"));
        problem(missing.send().await.unwrap(), 428, ErrorCode::BadRequest).await;
        let other = BranchDraft {
            secretary: String::new(),
            ..draft("ZJ")
        };
        let edited: StaffBranch = ok(put(&world, &staff, "ZJ", 1, &other).await).await;
        assert_eq!((edited.version, edited.draft.secretary.as_str()), (2, ""));

        let list: Value = ok(world.get("/api/v1/branches", &staff).send().await.unwrap()).await;
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
        let take = |version: &'static str| {
            world
                .ask(Method::DELETE, &path("ZJ"), &staff)
                .header("if-match", version)
                .send()
        };
        problem(take("1").await.unwrap(), 412, ErrorCode::Stale).await;
        assert_eq!(take("2").await.unwrap().status(), 204);
        problem(take("3").await.unwrap(), 404, ErrorCode::NotFound).await;
        assert_eq!(seen(&world, &tv).await, []);
        let list: Value = ok(world.get("/api/v1/branches", &staff).send().await.unwrap()).await;
        assert_eq!(list["items"], json!([]));
    }
}

#[tokio::test]
async fn members_are_counted_as_they_are_registered() {
    let world = World::new().await;
    let staff = world.staff(Role::OrganizationStaff, "QH").await;
    let tv = world.terminal(&staff, "ZJ").await.access_token;
    ok::<StaffBranch>(put(&world, &staff, "ZJ", 0, &draft("ZJ")).await).await;
    let cursor = world.feed(&tv, "").await.cursor;
    let member = json!({ "organization_code": "ZJ", "name": "李强" });
    let added = world.post("/api/v1/members", &staff).json(&member);
    let added: Value = ok(added.send().await.unwrap()).await;
    let news = world.feed(&tv, &cursor).await;
    let [
        Change::Put {
            document: Document::Branch(page),
        },
    ] = &news.changes[..]
    else {
        panic!("{news:?}")
    };
    assert_eq!(page.members, 1);
    let left = format!("/api/v1/members/{}/leave", added["id"].as_str().unwrap());
    let left = world
        .post(&left, &staff)
        .json(&json!({ "reason": "外出务工" }));
    assert!(left.send().await.unwrap().status().is_success());
    assert_eq!(seen(&world, &tv).await[0].members, 0);
    let page: StaffBranch = ok(world.get(&path("ZJ"), &staff).send().await.unwrap()).await;
    assert_eq!(
        (page.members, page.version),
        (0, 1),
        "whoever edits it is not disturbed"
    );
}

#[tokio::test]
async fn who_sees_it_is_who_it_is_for() {
    let world = World::new().await;
    let staff = world.staff(Role::OrganizationStaff, "QH").await;
    let (own, other) = (
        world.terminal(&staff, "ZJ").await.access_token,
        world.terminal(&staff, "LJ").await.access_token,
    );
    ok::<StaffBranch>(put(&world, &staff, "ZJ", 0, &draft("ZJ")).await).await;
    assert_eq!(
        (
            seen(&world, &own).await.len(),
            seen(&world, &other).await.len()
        ),
        (1, 0)
    );
    ok::<StaffBranch>(put(&world, &staff, "ZJ", 1, &draft("QH")).await).await;
    assert_eq!(
        (
            seen(&world, &own).await.len(),
            seen(&world, &other).await.len()
        ),
        (1, 1)
    );
    let now_ms = world.now_ms();
    world
        .blocking(move |store| {
            let renamed = OrganizationDraft {
                code: "ZJ".to_owned(),
                parent_code: None,
                kind: OrganizationKind::Village,
                name: "章家村".to_owned(),
            };
            organizations::import(store, &[renamed], now_ms).unwrap();
        })
        .await;
    assert_eq!(seen(&world, &other).await[0].organization.name, "章家村");
    // Whoever answers for a village alone does not speak to the whole township.
    let village = world.staff(Role::OrganizationStaff, "ZJ").await;
    let refused = put(&world, &village, "ZJ", 2, &draft("QH")).await;
    let refused = problem(refused, 422, ErrorCode::Invalid).await;
    assert_eq!(refused.fields[0].field, "audience_code");
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
    let bad = BranchDraft {
        telephone: "办公室".to_owned(),
        photo: Some(Picture {
            screen: stranger.clone(),
            thumb: stranger,
            ..Picture::default()
        }),
        introduction: vec![" ".to_owned()],
        ..draft("ZJ")
    };
    let refused = put(&world, &staff, "ZJ", 0, &bad).await;
    let refused = problem(refused, 422, ErrorCode::Invalid).await;
    let fields: Vec<_> = refused.fields.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(fields, ["telephone", "introduction[0]", "photo"]);
}

fn write(folder: &Path, file: &str, content: impl AsRef<[u8]>) {
    let path = folder.join(file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, content).unwrap();
}

fn page(code: &str, secretary: &str) -> String {
    format!(
        "+++\n单位 = {code}\n书记 = {secretary}\n电话 = 0512-40000001\n日期 = 2026-10-08\n照片 = \"图.jpg\"\n+++\n全村三百户。\n"
    )
}

async fn import(world: &World, folder: &Path, dry_run: bool) -> ImportReport {
    let context = ImportContext {
        cameras: Arc::default(),
        store: world.server.store().clone(),
        files: world.server.files().clone(),
        vault: Arc::clone(world.server.vault()),
        cache_dir: folder.join("../cache"),
        clock: Arc::new(world.clock.clone()),
        cancel: Arc::default(),
        runtime: tokio::runtime::Handle::current(),
    };
    import_folder(&context, folder, dry_run, Box::new(Silent))
        .await
        .unwrap()
}

/// File and line of everything that is wrong.
fn complaints(report: &ImportReport) -> Vec<(&str, Option<u32>)> {
    let complaints = report.complaints.iter();
    complaints.map(|it| (it.file.as_str(), it.line)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_brings_pages_and_takes_them_back() {
    let world = World::new().await;
    let staff = world.staff(Role::OrganizationStaff, "QH").await;
    let tv = world.terminal(&staff, "ZJ").await.access_token;
    let at = tempfile::tempdir().unwrap();
    let folder = at.path().join("内容");
    write(&folder, "township.toml", "name = \"清河镇\"\n");
    write(
        &folder,
        "organizations.csv",
        "code,parent,kind,name\nQH,,镇,清河镇\nZJ,QH,村,张家村\nLJ,QH,村,李家村\n",
    );
    let mut picture = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(8, 8)
        .write_to(&mut picture, image::ImageFormat::Jpeg)
        .unwrap();
    write(&folder, "branches/图.jpg", picture.into_inner());
    write(&folder, "branches/张家村.md", page("ZJ", "张建国"));
    let trial = import(&world, &folder, true).await;
    assert_eq!(trial.created, ["branches/张家村.md"], "{trial}");
    assert_eq!(seen(&world, &tv).await, []);
    let report = import(&world, &folder, false).await;
    assert_eq!(
        (complaints(&report), report.created.len()),
        (vec![], 1),
        "{report}"
    );
    let page_of = |pages: &[Branch]| pages[0].clone();
    let first = page_of(&seen(&world, &tv).await);
    assert_eq!(
        (first.secretary.as_str(), first.introduction.len()),
        ("张建国", 1)
    );
    assert!(first.photo.is_some());
    assert_eq!(import(&world, &folder, false).await.unchanged, 1);

    // A second file about the same village is one too many, also in a trial; it replaces nothing.
    write(&folder, "branches/另一份.md", page("LJ", "甲"));
    write(&folder, "branches/张家村新.md", page("ZJ", "李强"));
    for dry_run in [true, false] {
        let report = import(&world, &folder, dry_run).await;
        assert_eq!(
            complaints(&report),
            [("branches/张家村新.md", Some(2))],
            "{report}"
        );
    }
    assert_eq!(page_of(&seen(&world, &tv).await).secretary, "张建国");

    // Under another name it is the same page.
    std::fs::remove_file(folder.join("branches/张家村.md")).unwrap();
    let report = import(&world, &folder, false).await;
    assert_eq!(
        (report.updated.len(), report.withdrawn.len()),
        (1, 0),
        "{report}"
    );
    assert_eq!(page_of(&seen(&world, &tv).await).secretary, "李强");

    // What is wrong with it is said with its line, and leaves it as it was.
    let wrong = page("ZJ", "李强").replace("0512-40000001", "办公室");
    write(&folder, "branches/张家村新.md", wrong);
    let report = import(&world, &folder, false).await;
    assert_eq!(
        complaints(&report),
        [("branches/张家村新.md", Some(4))],
        "{report}"
    );
    assert_eq!(page_of(&seen(&world, &tv).await).telephone, "0512-40000001");

    std::fs::remove_file(folder.join("branches/张家村新.md")).unwrap();
    let report = import(&world, &folder, false).await;
    assert_eq!(report.withdrawn, ["branches/张家村新.md"], "{report}");
    assert_eq!(seen(&world, &tv).await, []);
}
