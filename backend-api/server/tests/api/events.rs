use std::time::Duration;

use backend_api::services::bulletins;
use backend_api::services::kit::publishing::Source;
use backend_api::services::kit::rights::Role;
use backend_api::services::vault::Vault;
use contract::event::Event;
use futures_util::{Stream, StreamExt as _};
use reqwest::StatusCode;

use crate::common::{World, databases, draft};

/// The events of one terminal.
pub struct Events {
    body: std::pin::Pin<Box<dyn Stream<Item = reqwest::Result<bytes::Bytes>> + Send>>,
    buffer: String,
}

impl Events {
    pub async fn listen(world: &World, token: &str, last_id: Option<&str>) -> Self {
        let mut request = world.get("/api/v1/events", token);
        if let Some(id) = last_id {
            request = request.header("last-event-id", id);
        }
        Self::of(request).await
    }

    /// The events a request is answered with.
    pub async fn of(request: reqwest::RequestBuilder) -> Self {
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        let mut events = Self {
            body: Box::pin(answer.bytes_stream()),
            buffer: String::new(),
        };
        // The greeting shows that the server listens for us from here on.
        assert!(events.block().await.unwrap().contains(": ok"));
        events
    }

    /// The next block up to an empty line; `None` when the stream ends.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.buffer.find("\n\n") {
                let rest = self.buffer.split_off(end + 2);
                return Some(std::mem::replace(&mut self.buffer, rest));
            }
            let more = tokio::time::timeout(Duration::from_secs(60), self.body.next());
            let more = more.await.expect("an event within ten seconds")?;
            self.buffer
                .push_str(std::str::from_utf8(&more.ok()?).unwrap());
        }
    }

    /// What is said last, before the stream ends.
    pub async fn last_words(&mut self) -> String {
        let mut last = String::new();
        while let Some(block) = self.block().await {
            last = block;
        }
        last
    }

    /// The next event and its id.
    pub async fn event(&mut self) -> Option<(Event, Option<String>)> {
        loop {
            let block = self.block().await?;
            let field = |name: &str| {
                block
                    .lines()
                    .find_map(|line| line.strip_prefix(name).map(str::to_owned))
            };
            if let Some(data) = field("data: ") {
                return Some((serde_json::from_str(&data).unwrap(), field("id: ")));
            }
        }
    }
}

#[tokio::test]
async fn those_concerned_are_told_and_nobody_else() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        let mine = world.terminal(&staff, "ZJ").await.access_token;
        let other = world.terminal(&staff, "LJ").await.access_token;
        let mut mine = Events::listen(&world, &mine, None).await;
        let mut other = Events::listen(&world, &other, None).await;

        world.publish(&staff, &draft("张家村的", "ZJ")).await;
        assert_eq!(mine.event().await.unwrap().0, Event::FeedChanged);
        let mut urgent = draft("防汛紧急通知", "QH");
        urgent.urgent = true;
        let urgent = world.publish(&staff, &urgent).await;
        let notice = Event::UrgentNotice {
            bulletin_id: urgent.id,
            title: "防汛紧急通知".to_owned(),
        };
        // The neighbour's first event is the second thing that happened.
        for events in [&mut mine, &mut other] {
            assert_eq!(events.event().await.unwrap().0, notice);
            assert_eq!(events.event().await.unwrap().0, Event::FeedChanged);
        }
    }
}

#[tokio::test]
async fn another_process_is_noticed() {
    for database in databases().await {
        let url: store::DatabaseUrl = database.url().parse().unwrap();
        let world = World::on(database).await;
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        let terminal = world.terminal(&staff, "ZJ").await;
        let mut events = Events::listen(&world, &terminal.access_token, None).await;
        let now_ms = world.now_ms();
        let id = terminal.terminal_id.clone();
        // A connection of its own, as `backend-api import` and `revoke` have it.
        let (imported, go_on) = (
            std::sync::mpsc::channel::<()>(),
            tokio::sync::oneshot::channel(),
        );
        let (told, wait) = imported;
        let (ready, when_ready) = go_on;
        let config = world.config.clone();
        let process = std::thread::spawn(move || {
            let store = store::Store::open(&url).unwrap();
            Vault::open(&config, &store).unwrap();
            let source = Source::item("a", "1");
            bulletins::import(&store, &source, &draft("新", "QH").into(), now_ms, now_ms).unwrap();
            ready.send(()).unwrap();
            wait.recv().unwrap();
            backend_api::services::terminals::revoke(&store, None, &id, now_ms).unwrap();
        });
        when_ready.await.unwrap();
        assert_eq!(events.event().await.unwrap().0, Event::FeedChanged);
        told.send(()).unwrap();
        assert_eq!(events.event().await.unwrap().0, Event::Revoked);
        assert!(events.event().await.is_none(), "the stream ends");
        process.join().unwrap();
        let refused = world.get("/api/v1/feed", &terminal.access_token);
        assert_eq!(
            refused.send().await.unwrap().status(),
            StatusCode::UNAUTHORIZED
        );
    }
}

#[tokio::test]
async fn what_was_missed_is_told_on_return() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let token = world.terminal(&staff, "ZJ").await.access_token;
    let mut events = Events::listen(&world, &token, None).await;
    world.publish(&staff, &draft("一", "ZJ")).await;
    let (_, id) = events.event().await.unwrap();
    let id = id.unwrap();
    drop(events);
    world.publish(&staff, &draft("二", "ZJ")).await;
    let mut back = Events::listen(&world, &token, Some(&id)).await;
    let (event, newer) = back.event().await.unwrap();
    assert_eq!(event, Event::FeedChanged);
    assert_ne!(newer.as_ref(), Some(&id));

    // With the newest id nothing is told twice: the next event is the next change.
    let mut back = Events::listen(&world, &token, newer.as_deref()).await;
    world.publish(&staff, &draft("三", "ZJ")).await;
    let (_, third) = back.event().await.unwrap();
    assert_ne!(third, newer);
}

#[tokio::test]
async fn expiry_is_told() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let token = world.terminal(&staff, "ZJ").await.access_token;
    let mut brief = draft("限时", "ZJ");
    brief.expires_at_ms = Some(world.now_ms() + 60_000);
    let brief = world.publish(&staff, &brief).await;
    let cursor = world.feed(&token, "").await.cursor;
    let mut events = Events::listen(&world, &token, None).await;
    world.clock.advance_ms(60_000);
    assert_eq!(events.event().await.unwrap().0, Event::FeedChanged);
    let page = world.feed(&token, &cursor).await;
    assert_eq!(
        page.changes,
        [contract::feed::Change::Delete { id: brief.id }]
    );
}

#[tokio::test]
async fn a_revoked_terminal_is_told_and_cut_off() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let terminal = world.terminal(&staff, "ZJ").await;
    let bystander = world.terminal(&staff, "ZJ").await;
    let mut events = Events::listen(&world, &terminal.access_token, None).await;
    let mut others = Events::listen(&world, &bystander.access_token, None).await;
    let path = format!("/api/v1/terminals/{}/revoke", terminal.terminal_id);
    world.post(&path, &staff).send().await.unwrap();
    assert_eq!(events.event().await.unwrap().0, Event::Revoked);
    assert!(events.event().await.is_none());
    world.publish(&staff, &draft("一", "ZJ")).await;
    assert_eq!(others.event().await.unwrap().0, Event::FeedChanged);
}

#[tokio::test]
async fn too_many_streams_are_refused_and_stopping_ends_them() {
    let world = World::set(|config| {
        config.limits.event_streams = 1;
    })
    .await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let token = world.terminal(&staff, "ZJ").await.access_token;
    let mut events = Events::listen(&world, &token, None).await;
    let second = world.get("/api/v1/events", &token).send().await.unwrap();
    crate::common::problem(second, 503, contract::error::ErrorCode::Unavailable).await;
    let stopped = tokio::time::timeout(Duration::from_secs(60), world.server.stop());
    stopped
        .await
        .expect("an open stream does not hold the server up");
    assert!(events.event().await.is_none());
}
