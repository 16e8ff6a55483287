use backend_api::services::bulletins;
use backend_api::services::kit::publishing::{self, Source};
use backend_api::services::kit::rights::Role;
use contract::error::ErrorCode;
use contract::feed::{Change, Document, FeedPage};
use reqwest::StatusCode;
use store::Outcome;

use crate::common::{World, databases, draft, ok, problem};

fn titles(page: &FeedPage) -> Vec<String> {
    page.changes
        .iter()
        .map(|change| match change {
            Change::Put {
                document: Document::Bulletin(bulletin),
            } => bulletin.title.clone(),
            Change::Put { document } => document.id().to_owned(),
            Change::Delete { id } => format!("-{id}"),
        })
        .collect()
}

#[tokio::test]
async fn a_terminal_gets_what_is_for_it_and_nothing_else() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        let terminal = world.terminal(&staff, "ZJ").await.access_token;
        let first = world.feed(&terminal, "").await;
        assert_eq!(titles(&first), ["township"]);
        assert!(!first.reset && !first.more);
        assert_eq!(first.server_time_ms, world.now_ms());

        let mine = world.publish(&staff, &draft("张家村的", "ZJ")).await;
        world.publish(&staff, &draft("李家村的", "LJ")).await;
        world.publish(&staff, &draft("全镇的", "QH")).await;
        let second = world.feed(&terminal, &first.cursor).await;
        assert_eq!(titles(&second), ["张家村的", "全镇的"]);

        let withdrawn = world.step(&staff, &mine, "withdraw").await;
        assert_eq!(withdrawn.status(), StatusCode::OK);
        let third = world.feed(&terminal, &second.cursor).await;
        assert_eq!(titles(&third), [format!("-{}", mine.id)]);
        let fourth = world.feed(&terminal, &third.cursor).await;
        assert!(fourth.changes.is_empty());
    }
}

#[tokio::test]
async fn nothing_new_is_304_until_there_is() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let terminal = world.terminal(&staff, "ZJ").await.access_token;
    let answer = world.get("/api/v1/feed", &terminal).send().await.unwrap();
    let etag = answer.headers()["etag"].to_str().unwrap().to_owned();
    let cursor = ok::<FeedPage>(answer).await.cursor;
    let poll = async |etag: &str, cursor: &str| {
        world
            .get(&format!("/api/v1/feed?cursor={cursor}"), &terminal)
            .header("if-none-match", etag)
            .send()
            .await
            .unwrap()
    };
    let same = poll(&etag, &cursor).await;
    assert_eq!(same.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(same.headers()["etag"], etag.as_str());

    // What is for others wakes nobody.
    world.publish(&staff, &draft("李家村的", "LJ")).await;
    assert_eq!(
        poll(&etag, &cursor).await.status(),
        StatusCode::NOT_MODIFIED
    );
    // A terminal that lost its documents but not its tag gets them again.
    assert_eq!(poll(&etag, "").await.status(), StatusCode::OK);

    world.publish(&staff, &draft("张家村的", "ZJ")).await;
    let new = poll(&etag, &cursor).await;
    assert_eq!(new.status(), StatusCode::OK);
    assert_ne!(new.headers()["etag"], etag.as_str());
    assert_eq!(titles(&ok(new).await), ["张家村的"]);
}

#[tokio::test]
async fn a_page_after_something_for_others_is_the_newest_all_the_same() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        let terminal = world.terminal(&staff, "ZJ").await.access_token;
        // From here on the head is in memory.
        let before = world.feed(&terminal, "").await.cursor;
        world.publish(&staff, &draft("李家村的", "LJ")).await;
        for cursor in ["", &before] {
            let path = format!("/api/v1/feed?cursor={cursor}");
            let page = world.get(&path, &terminal).send().await.unwrap();
            let etag = page.headers()["etag"].clone();
            let cursor = ok::<FeedPage>(page).await.cursor;
            let path = format!("/api/v1/feed?cursor={cursor}");
            let poll = world.get(&path, &terminal).header("if-none-match", etag);
            assert_eq!(
                poll.send().await.unwrap().status(),
                StatusCode::NOT_MODIFIED
            );
        }
    }
}

#[tokio::test]
async fn much_comes_in_pages_and_only_the_last_can_be_304() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let terminal = world.terminal(&staff, "ZJ").await.access_token;
    let now_ms = world.now_ms();
    world
        .blocking(move |store| {
            for n in 0..120 {
                let source = Source::item(n.to_string(), "1");
                let draft = draft(&format!("公示 {n}"), "QH").into();
                let outcome = bulletins::import(store, &source, &draft, now_ms, now_ms).unwrap();
                assert_eq!(outcome, Outcome::Created);
            }
        })
        .await;

    let (mut cursor, mut seen, mut pages) = (String::new(), Vec::new(), 0);
    loop {
        let path = format!("/api/v1/feed?cursor={cursor}");
        let answer = world.get(&path, &terminal).send().await.unwrap();
        let etag = answer.headers()["etag"].clone();
        let page: FeedPage = ok(answer).await;
        seen.extend(titles(&page));
        pages += 1;
        cursor = page.cursor;
        if !page.more {
            break;
        }
        let again = world
            .get(&format!("/api/v1/feed?cursor={cursor}"), &terminal)
            .header("if-none-match", etag)
            .send()
            .await
            .unwrap();
        assert_eq!(again.status(), StatusCode::OK);
    }
    assert_eq!(pages, 3);
    let unique: std::collections::HashSet<_> = seen.iter().collect();
    assert_eq!((seen.len(), unique.len()), (121, 121));
}

#[tokio::test]
async fn an_unknown_cursor_resets() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let terminal = world.terminal(&staff, "ZJ").await.access_token;
    let neighbour = world.terminal(&staff, "LJ").await.access_token;
    let foreign = world.feed(&neighbour, "").await.cursor;
    for cursor in ["nonsense", "%F0%9F%98%80", "a.b.c.d.e", &foreign] {
        let page = world.feed(&terminal, cursor).await;
        assert!(page.reset, "{cursor}");
        assert_eq!(titles(&page), ["township"], "{cursor}");
    }
    assert!(!world.feed(&terminal, "").await.reset);
}

#[tokio::test]
async fn importing_again_changes_only_what_changed() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let terminal = world.terminal(&staff, "ZJ").await.access_token;
    let now_ms = world.now_ms();
    let import = async |key: &'static str, hash: &'static str, title: &'static str| {
        world
            .blocking(move |store| {
                let source = Source::item(key, hash);
                bulletins::import(store, &source, &draft(title, "QH").into(), now_ms, now_ms)
                    .unwrap()
            })
            .await
    };
    assert_eq!(import("a", "1", "甲").await, Outcome::Created);
    assert_eq!(import("b", "1", "乙").await, Outcome::Created);
    let cursor = world.feed(&terminal, "").await.cursor;
    assert_eq!(import("a", "1", "甲").await, Outcome::Unchanged);
    assert_eq!(import("b", "2", "乙二").await, Outcome::Updated);
    let page = world.feed(&terminal, &cursor).await;
    assert_eq!(titles(&page), ["乙二"]);

    let gone = world.blocking(move |store| {
        let mut gone = publishing::known(store, &bulletins::KIND).unwrap();
        gone.retain(|entry| entry.key == "a");
        publishing::withdraw(store, &bulletins::KIND, gone, false, now_ms).unwrap()
    });
    assert_eq!(gone.await.len(), 1);
    let page = world.feed(&terminal, &page.cursor).await;
    assert!(matches!(&page.changes[..], [Change::Delete { .. }]));
    let left = world
        .blocking(|store| publishing::known(store, &bulletins::KIND).unwrap())
        .await;
    assert_eq!(left.iter().filter(|entry| entry.hash.is_some()).count(), 1);
}

#[tokio::test]
async fn only_terminals_have_a_feed() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    for token in ["", "nonsense", &staff] {
        let refused = world.get("/api/v1/feed", token).send().await.unwrap();
        assert_eq!(refused.headers()["www-authenticate"], "Bearer");
        problem(refused, 401, ErrorCode::Unauthenticated).await;
    }
}
