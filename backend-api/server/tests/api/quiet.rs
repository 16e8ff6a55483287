//! What televisions may say at night: the township's quiet hours, and notices of danger to life.

use backend_api::services::kit::rights::Role;
use contract::error::ErrorCode;
use contract::feed::{Change, Document};
use contract::staff::StaffBulletin;
use contract::terminal::TerminalKind;
use contract::township::{QuietHours, Township};
use reqwest::Method;

use crate::common::{World, draft, ok, problem, township, tv};

/// The documents that a television is told of from the beginning.
async fn told(world: &World, token: &str) -> Vec<Document> {
    let page = world.feed(token, "").await;
    let put = page.changes.into_iter().filter_map(|change| match change {
        Change::Put { document } => Some(document),
        _ => None,
    });
    put.collect()
}

#[tokio::test]
async fn a_township_sets_its_quiet_hours_and_televisions_are_told() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let tv = tv(&world, "ZJ", TerminalKind::Household).await;
    let quiet = QuietHours {
        from_hour: 21,
        until_hour: 7,
    };
    let wanted = Township {
        quiet,
        live_fills_home: true,
        ..township()
    };
    let put = |wanted: &Township| {
        let ask = world.ask(Method::PUT, "/api/v1/township", &staff);
        ask.json(wanted).send()
    };
    let now: Township = ok(put(&wanted).await.unwrap()).await;
    assert_eq!((now.quiet, now.live_fills_home), (quiet, true));
    let told = told(&world, &tv.token).await;
    let told = told.iter().find_map(|document| match document {
        Document::Township(township) => Some((township.quiet, township.live_fills_home)),
        _ => None,
    });
    assert_eq!(told, Some((quiet, true)));

    let mut wrong = wanted;
    wrong.quiet.until_hour = 24;
    let refused = problem(put(&wrong).await.unwrap(), 422, ErrorCode::Invalid).await;
    assert_eq!(refused.fields[0].field, "quiet.until_hour");
}

#[tokio::test]
async fn danger_to_life_is_urgent_and_televisions_are_told() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let tv = tv(&world, "ZJ", TerminalKind::Household).await;
    let mut warning = draft("山洪避险转移通知", "QH");
    warning.danger = true;
    let refused = world.post("/api/v1/bulletins", &staff).json(&warning);
    let refused = problem(refused.send().await.unwrap(), 422, ErrorCode::Invalid).await;
    assert_eq!(refused.fields[0].field, "danger");

    warning.urgent = true;
    let published = world.publish(&staff, &warning).await;
    assert!(published.draft.urgent && published.draft.danger);
    let dangers = |told: Vec<Document>| -> Vec<(String, bool)> {
        let bulletins = told.into_iter().filter_map(|document| match document {
            Document::Bulletin(bulletin) => Some((bulletin.title, bulletin.danger)),
            _ => None,
        });
        bulletins.collect()
    };
    let seen = dangers(told(&world, &tv.token).await);
    assert_eq!(seen, [(warning.title.clone(), true)]);

    // An edition that is no danger any more rings at no night.
    let mut calmer = warning.clone();
    calmer.danger = false;
    let edited: StaffBulletin = ok(world
        .ask(
            Method::PUT,
            &format!("/api/v1/bulletins/{}", published.id),
            &staff,
        )
        .header("if-match", format!("\"{}\"", published.version))
        .json(&calmer)
        .send()
        .await
        .unwrap())
    .await;
    assert!(!edited.draft.danger);
}
