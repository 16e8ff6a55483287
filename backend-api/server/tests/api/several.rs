//! Several processes on one database, each with a data folder of its own: a television may ask any of them.
//! What ends, what is counted and what is due at its time is in `ending`, `limits` and `due`, what is told in
//! `announcer`.

use std::sync::Arc;

use backend_api::services::kit::rights::Role;
use backend_api::{RunningServer, Server};
use contract::event::Event;
use contract::roll_call::{AttendanceState, SignedIn};
use store::testing::TestDatabase;
use tempfile::TempDir;

use crate::common::{World, databases, draft, ok};
use crate::events::Events;
use crate::roll_calls::{self, Hall, PIN, by_pin};

/// Another process on the database of a world, by this URL.
async fn another(world: &World, database: &str) -> (RunningServer, TempDir) {
    let data = tempfile::tempdir().unwrap();
    let mut config = world.config.clone();
    std::fs::copy(config.keys_file(), data.path().join("keys.toml")).unwrap();
    config.data_dir = data.path().to_owned();
    config.database = Some(database.to_owned());
    let clock = Arc::new(world.clock.clone());
    let server = Server::start_with(config, clock).await.unwrap();
    (server, data)
}

/// The same on the same database; its data folder goes with it.
pub async fn beside(world: &World) -> (RunningServer, TempDir) {
    let database = world.config.database_url();
    another(world, &database).await
}

/// The events of a terminal at another process.
async fn listen(server: &RunningServer, token: &str, last_id: Option<&str>) -> Events {
    let url = server.url().join("/api/v1/events").unwrap();
    let mut request = reqwest::Client::new().get(url).bearer_auth(token);
    if let Some(id) = last_id {
        request = request.header("last-event-id", id);
    }
    Events::of(request).await
}

#[tokio::test]
async fn a_stream_whose_process_stops_goes_on_at_another_from_its_last_event() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        let token = world.terminal(&staff, "ZJ").await.access_token;
        let (first, _data) = beside(&world).await;
        let mut events = listen(&first, &token, None).await;
        world.publish(&staff, &draft("一", "ZJ")).await;
        let (event, id) = events.event().await.unwrap();
        assert_eq!(event, Event::FeedChanged);
        let id = id.unwrap();

        first.stop().await;
        let last = events.last_words().await;
        let after = last.strip_prefix("retry: ").map(|ms| ms.trim().parse());
        let after: u64 = after.expect("when to come back").unwrap();
        assert!((500..5_000).contains(&after), "{after}");

        world.publish(&staff, &draft("二", "ZJ")).await;
        let mut events = Events::listen(&world, &token, Some(&id)).await;
        let (event, newer) = events.event().await.unwrap();
        assert_eq!(event, Event::FeedChanged);
        assert_ne!(newer.as_ref(), Some(&id));
        // The id means the same at each process: who has missed nothing is told of nothing but what comes.
        let (third, _data) = beside(&world).await;
        let mut events = listen(&third, &token, newer.as_deref()).await;
        world.publish(&staff, &draft("三", "ZJ")).await;
        let (event, newest) = events.event().await.unwrap();
        assert_eq!(event, Event::FeedChanged);
        assert!(newest.is_some() && newest != newer);
        third.stop().await;
    }
}

#[tokio::test]
async fn the_same_sign_in_at_two_processes_counts_once() {
    for database in databases().await {
        let hall = Hall::on(database).await;
        let (other, _data) = beside(&hall.world).await;
        let call = hall.call(&roll_calls::draft("ZJ")).await;
        let url = other.url().join("/api/v1/terminal/sign-ins").unwrap();
        let client = reqwest::Client::new();
        for (member, key) in [(&hall.zhang, "one"), (&hall.wang, "two")] {
            let sign_in = by_pin(&call, member, PIN);
            // A television whose connection broke asks the next process before the first has answered.
            let there = client
                .post(url.clone())
                .bearer_auth(&hall.home.token)
                .header("idempotency-key", key)
                .json(&sign_in)
                .send();
            let here = hall.signed(&hall.home, key, &sign_in);
            let (here, there) = tokio::join!(here, there);
            let there: SignedIn = ok(there.unwrap()).await;
            assert_eq!(here.state, AttendanceState::Present);
            assert_eq!(here, there);
        }
        assert_eq!(hall.audited("roll_call.sign_in").await, 2);
        hall.log_is_sound().await;
        other.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lost_the_database_hears_what_others_wrote_meanwhile() {
    let made = tokio::task::spawn_blocking(TestDatabase::behind_a_line).await;
    let Some((database, line)) = made.unwrap() else {
        return;
    };
    let mut world = World::on(database).await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let token = world.terminal(&staff, "ZJ").await.access_token;
    let mut events = Events::listen(&world, &token, None).await;
    let (other, _data) = another(&world, line.past()).await;

    line.cut();
    let here = std::mem::replace(&mut world.server, other);
    world.publish(&staff, &draft("断开时发布的", "ZJ")).await;
    line.mend();
    assert_eq!(events.event().await.unwrap().0, Event::FeedChanged);

    // And from then on as before: it is woken.
    world.publish(&staff, &draft("恢复后发布的", "ZJ")).await;
    assert_eq!(events.event().await.unwrap().0, Event::FeedChanged);
    let figures = world.get("/metrics", "").send().await.unwrap();
    let figures = figures.text().await.unwrap();
    assert!(figures.contains("\ndatabase_wakes "), "{figures}");
    here.stop().await;
}
