//! Categories of one-key service, as staff write them and terminals get them.

use std::sync::Arc;

use backend_api::import::{ImportContext, Silent, import_folder};
use backend_api::services::kit::rights::Role;
use backend_api::services::organizations::{self, OrganizationDraft};
use contract::category::StaffCategory;
use contract::error::ErrorCode;
use contract::feed::{Change, Document};
use contract::organization::OrganizationKind;
use contract::request::{Category, CategoryDraft, CategoryKind};
use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::common::{World, databases, ok, problem};
use crate::service_town::{discipline_office, draft, put};

/// The categories that a terminal has, by their keys.
async fn seen(world: &World, terminal: &str) -> Vec<Category> {
    let changes = world.feed(terminal, "").await.changes.into_iter();
    let mut seen: Vec<_> = changes
        .filter_map(|change| match change {
            Change::Put {
                document: Document::Category(category),
            } => Some(category),
            _ => None,
        })
        .collect();
    seen.sort_by_key(|it| it.digit);
    seen
}

#[tokio::test]
async fn a_category_is_written_read_and_taken_back_on_both_engines() {
    for database in databases().await {
        let world = World::on(database).await;
        discipline_office(&world).await;
        let staff = world.staff(Role::OrganizationStaff, "QH").await;
        let tv = world.terminal(&staff, "ZJ").await.access_token;
        let draft = CategoryDraft {
            office_code: Some("JJS".to_owned()),
            ..draft()
        };
        let written: StaffCategory = ok(put(&world, &staff, "QH-NJ", 0, &draft).await).await;
        assert_eq!((written.version, written.code.as_str()), (1, "QH-NJ"));
        assert_eq!(written.draft, draft);
        let path = "/api/v1/categories/QH-NJ";
        let got = world.get(path, &staff).send().await.unwrap();
        assert_eq!(got.headers()["etag"].to_str().unwrap(), "\"1\"");
        assert_eq!(ok::<StaffCategory>(got).await, written);
        let list: Value = ok(world
            .get("/api/v1/categories", &staff)
            .send()
            .await
            .unwrap())
        .await;
        assert_eq!(list["items"][0]["code"], "QH-NJ");

        let shown = seen(&world, &tv).await;
        assert_eq!(shown.len(), 1);
        assert_eq!(shown[0].id, written.id);
        assert_eq!(shown[0].office, "清河镇纪检办公室");
        // The office has another name, and every tile says so.
        let renamed = OrganizationDraft {
            code: "JJS".to_owned(),
            parent_code: Some("QH".to_owned()),
            kind: OrganizationKind::Office,
            name: "清河镇纪委".to_owned(),
        };
        let now_ms = world.now_ms();
        world
            .blocking(move |store| organizations::import(store, &[renamed], now_ms).unwrap())
            .await;
        assert_eq!(seen(&world, &tv).await[0].office, "清河镇纪委");

        let stale = put(&world, &staff, "QH-NJ", 1, &draft).await;
        let stale = problem(stale, 412, ErrorCode::Stale).await;
        assert_eq!(stale.version, Some(2));
        let own = CategoryDraft {
            office_code: None,
            ..draft.clone()
        };
        let changed: StaffCategory = ok(put(&world, &staff, "QH-NJ", 2, &own).await).await;
        assert_eq!(seen(&world, &tv).await[0].office, "本村（社区）");

        let withdraw = world.ask(Method::DELETE, path, &staff);
        let withdraw = withdraw.header("if-match", format!("\"{}\"", changed.version));
        assert_eq!(
            withdraw.send().await.unwrap().status(),
            StatusCode::NO_CONTENT
        );
        assert_eq!(seen(&world, &tv).await, []);
        let gone = world.get(path, &staff).send().await.unwrap();
        problem(gone, 404, ErrorCode::NotFound).await;
        // It comes back under its own id, so that what was asked in it finds it.
        let again: StaffCategory = ok(put(&world, &staff, "QH-NJ", 0, &draft).await).await;
        assert_eq!(again.id, written.id);
        assert!(again.version > changed.version);
        let sound = world.blocking(|store| store.integrity_check().unwrap());
        assert_eq!(sound.await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn what_cannot_be_asked_or_answered_is_refused_in_words() {
    let world = World::new().await;
    discipline_office(&world).await;
    let staff = world.staff(Role::OrganizationStaff, "QH").await;
    ok::<StaffCategory>(put(&world, &staff, "QH-NJ", 0, &draft()).await).await;
    let field = async |code: &str, draft: &CategoryDraft| {
        let refused = problem(
            put(&world, &staff, code, 0, draft).await,
            422,
            ErrorCode::Invalid,
        );
        refused.await.fields.remove(0)
    };
    let taken = field("QH-HN", &draft()).await;
    assert_eq!(taken.field, "digit");
    assert!(taken.message.contains("农业技术服务"), "{}", taken.message);
    // Also in a village, whose televisions show both.
    let village = CategoryDraft {
        organization_code: "ZJ".to_owned(),
        ..draft()
    };
    assert_eq!(field("ZJ-1", &village).await.field, "digit");
    let of = |office: &str| CategoryDraft {
        digit: 2,
        office_code: Some(office.to_owned()),
        ..draft()
    };
    assert_eq!(field("QH-HN", &of("XX")).await.field, "office_code");
    let next = CategoryDraft {
        organization_code: "ZJ".to_owned(),
        ..of("LJ")
    };
    assert_eq!(field("ZJ-1", &next).await.field, "office_code");
    let report = CategoryDraft {
        digit: 2,
        kind: CategoryKind::Confidential,
        office_code: None,
        ..draft()
    };
    assert_eq!(field("QH-JB", &report).await.field, "office_code");
    assert_eq!(field("农技", &of("QH")).await.field, "code");
    // A village may use an office of its township.
    let office = CategoryDraft {
        organization_code: "ZJ".to_owned(),
        ..of("JJS")
    };
    ok::<StaffCategory>(put(&world, &staff, "ZJ-1", 0, &office).await).await;
}

#[tokio::test]
async fn nobody_takes_over_the_code_of_others() {
    let world = World::new().await;
    let staff = world.staff(Role::OrganizationStaff, "QH").await;
    let of = |code: &str, digit| CategoryDraft {
        organization_code: code.to_owned(),
        office_code: None,
        digit,
        ..draft()
    };
    ok::<StaffCategory>(put(&world, &staff, "LJ-1", 0, &of("LJ", 1)).await).await;
    let zhang = world.staff(Role::OrganizationStaff, "ZJ").await;
    let taken = put(&world, &zhang, "LJ-1", 0, &of("ZJ", 2)).await;
    problem(taken, 409, ErrorCode::Conflict).await;
    let edited = put(&world, &zhang, "LJ-1", 1, &of("ZJ", 2)).await;
    problem(edited, 404, ErrorCode::NotFound).await;
    // What their people may ask in is theirs to read, and not to change.
    ok::<StaffCategory>(put(&world, &staff, "QH-1", 0, &of("QH", 3)).await).await;
    let above = world.get("/api/v1/categories/QH-1", &zhang);
    assert_eq!(above.send().await.unwrap().status(), StatusCode::OK);
    let edited = put(&world, &zhang, "QH-1", 1, &of("ZJ", 3)).await;
    problem(edited, 403, ErrorCode::Forbidden).await;
    let clerk = world.staff(Role::OfficePublisher, "QH").await;
    let refused = put(&world, &clerk, "QH-2", 0, &of("QH", 4)).await;
    problem(refused, 403, ErrorCode::Forbidden).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_folder_is_imported_again_and_rows_that_are_gone_are_taken_back() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::OrganizationStaff, "QH").await;
        let tv = world.terminal(&staff, "ZJ").await.access_token;
        let folder = tempfile::tempdir().unwrap();
        let write =
            |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("township.toml", "name = \"清河镇\"\n");
        write(
            "organizations.csv",
            "code,parent,kind,name\nQH,,镇,清河镇\nZJ,QH,村,张家村\nLJ,QH,村,李家村\nJJS,QH,站所,清河镇纪检办公室\n",
        );
        let header = "代码,名称,单位,数字,受理单位,种类,常用说法\n";
        let rows =
            "QH-NJ,农业技术服务,QH,1,QH,,果树叶子发黄；生虫\nQH-JB,举报投诉,QH,6,JJS,举报,\n";
        write("categories.csv", &format!("{header}{rows}"));
        let import = async || {
            let context = ImportContext {
                cameras: Arc::default(),
                store: world.server.store().clone(),
                files: world.server.files().clone(),
                vault: Arc::clone(world.server.vault()),
                cache_dir: folder.path().join("../cache"),
                clock: Arc::new(world.clock.clone()),
                cancel: Arc::default(),
                runtime: tokio::runtime::Handle::current(),
            };
            import_folder(&context, folder.path(), false, Box::new(Silent))
                .await
                .unwrap()
        };
        let report = import().await;
        assert_eq!(report.complaints, [], "{report:?}");
        assert_eq!(report.created.len(), 2, "{:?}", report.created);
        let first = seen(&world, &tv).await;
        assert_eq!(first.len(), 2);
        assert_eq!(first[0].sentences, ["果树叶子发黄", "生虫"]);
        assert_eq!(first[1].kind, CategoryKind::Confidential);
        assert!(import().await.created.is_empty());
        let changed = rows
            .replace("农业技术服务", "农技")
            .lines()
            .next()
            .unwrap()
            .to_owned();
        write("categories.csv", &format!("{header}{changed}\n"));
        let report = import().await;
        assert_eq!(report.updated, ["categories.csv：农技"]);
        assert_eq!(report.withdrawn, ["categories.csv：举报投诉"]);
        let second = seen(&world, &tv).await;
        assert_eq!(second.len(), 1);
        assert_eq!(second[0].id, first[0].id, "the same category");
    }
}
