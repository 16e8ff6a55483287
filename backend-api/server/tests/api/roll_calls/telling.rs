//! Who is told of it.

use futures_util::StreamExt as _;

use super::*;

#[tokio::test]
async fn a_terminal_is_shown_its_people_and_nothing_twice() {
    for database in databases().await {
        let hall = Hall::on(database).await;
        let roll_call = hall.call(&draft("QH")).await;
        let seen = hall.seen(&hall.home).await;
        assert_eq!(seen.server_time_ms, hall.world.now_ms());
        let people = |seen: &TerminalRollCalls| -> Vec<(String, AttendanceState)> {
            seen.roll_calls[0]
                .people
                .iter()
                .map(|one| (one.member_id.clone(), one.state))
                .collect()
        };
        let missing = AttendanceState::Missing;
        assert_eq!(
            people(&seen),
            [(hall.zhang.clone(), missing), (hall.wang.clone(), missing)]
        );
        assert_eq!(seen.roll_calls[0].counts.eligible, 3, "of its village");
        let ask = |etag: String| {
            let request = hall
                .world
                .get("/api/v1/terminal/roll-calls", &hall.home.token);
            async move { request.header("if-none-match", etag).send().await.unwrap() }
        };
        let tag = |answer: &Response| answer.headers()["etag"].to_str().unwrap().to_owned();
        let first = tag(&ask(String::new()).await);
        hall.world.clock.advance_ms(1_000);
        assert_eq!(ask(first.clone()).await.status(), StatusCode::NOT_MODIFIED);
        hall.signed(&hall.home, "1", &by_pin(&roll_call, &hall.zhang, PIN))
            .await;
        let changed = ask(first.clone()).await;
        assert_eq!(changed.status(), StatusCode::OK);
        assert_ne!(tag(&changed), first);
        assert_eq!(
            people(&hall.seen(&hall.home).await)[0].1,
            AttendanceState::Present
        );
        assert_eq!(people(&hall.seen(&hall.station).await).len(), 3);
    }
}

/// The events of one stream, as text.
struct Stream(
    std::pin::Pin<Box<dyn futures_util::Stream<Item = reqwest::Result<bytes::Bytes>> + Send>>,
    String,
);

impl Stream {
    async fn open(world: &World, path: &str, token: &str) -> Self {
        let answer = world.get(path, token).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        Self(Box::pin(answer.bytes_stream()), String::new())
    }

    /// The data of the next event that is about a roll call.
    async fn next(&mut self) -> Option<Value> {
        loop {
            while let Some(end) = self.1.find("\n\n") {
                let rest = self.1.split_off(end + 2);
                let block = std::mem::replace(&mut self.1, rest);
                let data = block.lines().find_map(|line| line.strip_prefix("data: "));
                let data: Option<Value> = data.map(|data| serde_json::from_str(data).unwrap());
                // People were added a moment ago.
                if let Some(data) = data.filter(|data| data["event"] != "people_changed") {
                    return Some(data);
                }
            }
            let more = tokio::time::timeout(Duration::from_secs(60), self.0.next());
            let more = more.await.expect("an event within ten seconds")?;
            self.1.push_str(std::str::from_utf8(&more.ok()?).unwrap());
        }
    }
}

#[tokio::test]
async fn those_concerned_are_told_whoever_did_it() {
    for database in databases().await {
        let url: store::DatabaseUrl = database.url().parse().unwrap();
        let hall = Hall::on(database).await;
        let other = tv(&hall.world, "LJ", TerminalKind::Household).await;
        let mut streams = Vec::new();
        for tv in [&hall.home, &hall.station, &other] {
            streams.push(Stream::open(&hall.world, "/api/v1/events", &tv.token).await);
        }
        let [home, station, other] = &mut streams[..] else {
            unreachable!()
        };
        let roll_call = hall.call(&draft("QH")).await;
        let opened = json!({
            "event": "roll_call_opened", "roll_call_id": roll_call.id, "title": "十一月主题党日",
            "round": 1, "closes_at_ms": roll_call.rounds[0].closes_at_ms,
        });
        for stream in [&mut *home, &mut *station, &mut *other] {
            assert_eq!(stream.next().await.unwrap(), opened);
        }
        // A sign-in at the station concerns the home and the station, not the next village.
        let changed = json!({ "event": "roll_call_changed", "roll_call_id": roll_call.id });
        hall.signed(&hall.station, "1", &by_pin(&roll_call, &hall.zhang, PIN))
            .await;
        for stream in [&mut *home, &mut *station] {
            assert_eq!(stream.next().await.unwrap(), changed);
        }
        // Another process closes it.
        let id = roll_call.id.clone();
        let now_ms = hall.world.now_ms();
        std::thread::spawn(move || {
            let store = store::Store::open(&url).unwrap();
            let closed = store
                .write::<_, store::Error, _>(move |tx| roll_calls::rounds::close(tx, &id, now_ms));
            assert!(closed.unwrap());
        });
        for stream in [&mut *home, &mut *station, &mut *other] {
            assert_eq!(
                stream.next().await.unwrap(),
                changed,
                "the next village's second event"
            );
        }
    }
}

#[tokio::test]
async fn staff_watch_the_figures_change() {
    let hall = Hall::new().await;
    let roll_call = hall.call(&draft("QH")).await;
    let path = format!("/api/v1/roll-calls/{}/events", roll_call.id);
    // Before the first figures are sent: from then on a second counts, however slow this machine is.
    let started = tokio::time::Instant::now();
    let mut all = Stream::open(&hall.world, &path, &hall.staff).await;
    let neighbour = hall.world.staff(Role::BranchSecretary, "LJ").await;
    let mut theirs = Stream::open(&hall.world, &path, &neighbour).await;
    assert_eq!(all.next().await.unwrap()["missing"], 4);
    assert_eq!(theirs.next().await.unwrap()["missing"], 1);
    // Both in one second: one event.
    hall.signed(&hall.home, "1", &by_pin(&roll_call, &hall.zhang, PIN))
        .await;
    hall.signed(&hall.home, "2", &by_pin(&roll_call, &hall.wang, PIN))
        .await;
    assert_eq!(all.next().await.unwrap()["present"], 2);
    assert!(started.elapsed() > Duration::from_millis(500));
    // What changed elsewhere is no news to them; the next is their own.
    hall.signed(&hall.station, "3", &by_card(&roll_call, "00995678"))
        .await;
    assert_eq!(theirs.next().await.unwrap()["present"], 1);
    let sign_out = hall.world.ask(
        Method::DELETE,
        "/api/v1/staff/sessions/current",
        &hall.staff,
    );
    sign_out.send().await.unwrap();
    hall.signed(&hall.station, "4", &by_pin(&roll_call, &hall.sun, PIN))
        .await;
    while let Some(counts) = all.next().await {
        assert!(counts["present"].as_u64().unwrap() < 4, "after signing out");
    }
    let nobody = hall
        .world
        .get("/api/v1/roll-calls/nobody/events", &neighbour);
    problem(nobody.send().await.unwrap(), 404, ErrorCode::NotFound).await;
}
