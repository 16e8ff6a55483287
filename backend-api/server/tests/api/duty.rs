//! Duty rooms: who may look, how long a look lasts, and what the place is told.

use std::time::Duration;

use backend_api::services::kit::rights::Role;
use backend_api::services::media::SourceNews;
use contract::duty::{DutyLook, DutyRoom, DutyRoomDraft, DutySource, LookAccess, TerminalDuty};
use contract::error::ErrorCode;
use contract::event::Event;
use contract::meeting::{MediaLink, MediaProtocol};
use contract::terminal::TerminalKind;
use media_relay::testing::{Publisher, PublisherOptions, Tally, Viewer, ViewerOptions};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use store::duty::looks;
use store::testing::TestDatabase;

use crate::common::{Tv, World, database, databases, draft, ok, problem, tv};
use crate::events::Events;
use crate::rtsp::{Camera, PASSWORD, USER};

/// What a machine with more tests than cores may take.
const PATIENCE: Duration = Duration::from_secs(60);

fn station_room(tv: &Tv) -> DutyRoomDraft {
    DutyRoomDraft {
        title: "村委会值班室".to_owned(),
        organization_code: "ZJ".to_owned(),
        terminal_id: Some(tv.id.clone()),
        camera_url: None,
    }
}

fn camera_room(url: &str) -> DutyRoomDraft {
    DutyRoomDraft {
        title: "便民服务大厅".to_owned(),
        organization_code: "ZJ".to_owned(),
        terminal_id: None,
        camera_url: Some(url.to_owned()),
    }
}

async fn create(world: &World, staff: &str, draft: &DutyRoomDraft) -> Response {
    let request = world.post("/api/v1/duty-rooms", staff).json(draft);
    request.send().await.unwrap()
}

async fn edit(world: &World, staff: &str, id: &str, draft: &DutyRoomDraft) -> Response {
    let path = format!("/api/v1/duty-rooms/{id}");
    let request = world.ask(Method::PUT, &path, staff).json(draft);
    request.send().await.unwrap()
}

async fn open(world: &World, staff: &str, room: &DutyRoom) -> Response {
    let path = format!("/api/v1/duty-rooms/{}/looks", room.id);
    world.post(&path, staff).send().await.unwrap()
}

async fn close(world: &World, staff: &str, look: &DutyLook) -> Response {
    let path = format!("/api/v1/duty-looks/{}", look.id);
    world
        .ask(Method::DELETE, &path, staff)
        .send()
        .await
        .unwrap()
}

async fn log(world: &World, staff: &str, room: &DutyRoom) -> Vec<DutyLook> {
    let path = format!("/api/v1/duty-rooms/{}/looks", room.id);
    let page: Value = ok(world.get(&path, staff).send().await.unwrap()).await;
    serde_json::from_value(page["items"].clone()).unwrap()
}

async fn rooms(world: &World, staff: &str) -> Vec<DutyRoom> {
    let answer = world.get("/api/v1/duty-rooms", staff).send().await.unwrap();
    let page: Value = ok(answer).await;
    serde_json::from_value(page["items"].clone()).unwrap()
}

async fn at(world: &World, tv: &Tv) -> TerminalDuty {
    let asked = world.get("/api/v1/terminal/duty", &tv.token);
    ok(asked.send().await.unwrap()).await
}

async fn audited(world: &World, staff: &str, room: &DutyRoom) -> Vec<(String, String)> {
    let path = format!("/api/v1/audit?subject=duty_room:{}", room.id);
    let page: Value = ok(world.get(&path, staff).send().await.unwrap()).await;
    let entries = page["items"].as_array().unwrap().iter().rev();
    let text = |entry: &Value, name: &str| entry[name].as_str().unwrap().to_owned();
    entries
        .map(|entry| (text(entry, "action"), text(entry, "actor")))
        .collect()
}

/// Offers at a link as clients do; answers the SDP.
fn exchange(
    world: &World,
    link: &MediaLink,
) -> impl FnOnce(String) -> Result<String, String> + Send + 'static {
    let url = world.server.url().join(&link.url).unwrap();
    let token = link.token.clone();
    let runtime = tokio::runtime::Handle::current();
    move |offer| {
        let asked = reqwest::Client::new()
            .post(url)
            .bearer_auth(token)
            .header("content-type", "application/sdp")
            .body(offer);
        runtime.block_on(async {
            let answer = asked.send().await.map_err(|error| error.to_string())?;
            let (status, body) = (answer.status(), answer.text().await.unwrap());
            if status == StatusCode::CREATED {
                Ok(body)
            } else {
                Err(format!("{}", status.as_u16()))
            }
        })
    }
}

async fn watch(world: &World, link: &MediaLink) -> Result<Viewer, String> {
    let exchange = exchange(world, link);
    tokio::task::spawn_blocking(move || Viewer::start(ViewerOptions::default(), exchange))
        .await
        .unwrap()
}

async fn publish(world: &World, link: &MediaLink) -> Result<Publisher, String> {
    let exchange = exchange(world, link);
    tokio::task::spawn_blocking(move || Publisher::start(PublisherOptions::default(), exchange))
        .await
        .unwrap()
}

/// Waits for what the peer, a thread of its own, has seen.
async fn seen(viewer: &Viewer, what: &str, fulfilled: impl Fn(&Tally) -> bool) {
    let begun = std::time::Instant::now();
    while !fulfilled(&viewer.tally()) {
        assert!(begun.elapsed() < PATIENCE, "{what}: {:?}", viewer.tally());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The next thing a television is told is that it should ask again.
async fn told(events: &mut Events) {
    assert_eq!(events.event().await.unwrap().0, Event::DutyChanged);
}

/// A look is told twice: by who opens it, who makes sure, and by the announcer as any other change.
async fn told_of_look(events: &mut Events) {
    told(events).await;
    told(events).await;
}

struct Village {
    world: World,
    staff: String,
    station: Tv,
    room: DutyRoom,
}

impl Village {
    async fn on(database: TestDatabase) -> Self {
        let world = World::on(database).await;
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        let station = tv(&world, "ZJ", TerminalKind::Station).await;
        let made = create(&world, &staff, &station_room(&station)).await;
        assert_eq!(made.status(), StatusCode::CREATED);
        let room = made.json().await.unwrap();
        Self {
            world,
            staff,
            station,
            room,
        }
    }

    async fn look(&self) -> LookAccess {
        let opened = open(&self.world, &self.staff, &self.room).await;
        assert_eq!(opened.status(), StatusCode::CREATED);
        assert_eq!(opened.headers()["cache-control"], "no-store");
        opened.json().await.unwrap()
    }
}

#[tokio::test]
async fn a_look_is_told_logged_and_ended() {
    for database in databases().await {
        let village = Village::on(database).await;
        let Village {
            world,
            staff,
            station,
            room,
        } = &village;
        assert_eq!(room.source, DutySource::Station);
        assert_eq!(room.organization.name, "张家村");
        let home = tv(world, "ZJ", TerminalKind::Household).await;
        let stranger = tv(world, "LJ", TerminalKind::Household).await;
        let mut here = Events::listen(world, &station.token, None).await;
        let mut beside = Events::listen(world, &home.token, None).await;
        let mut elsewhere = Events::listen(world, &stranger.token, None).await;
        let before = at(world, station).await;
        assert_eq!(
            (&before.rooms, before.looks.len()),
            (&vec![room.clone()], 0)
        );
        assert_eq!(before.publish, None);

        let LookAccess { look, picture } = village.look().await;
        assert_eq!(look.by, "清河镇 · platformadministrator-QH");
        assert_eq!(
            (look.opened_at_ms, look.closed_at_ms),
            (world.now_ms(), None)
        );
        assert_eq!(picture.protocol, MediaProtocol::Whep);
        assert_eq!(picture.url, format!("/live/whep/duty/{}", room.id));
        told_of_look(&mut here).await;
        told_of_look(&mut beside).await;
        let now = at(world, station).await;
        assert_eq!((now.rooms[0].looking, &now.looks), (1, &vec![look.clone()]));
        let publish = now.publish.unwrap();
        assert_eq!(publish.url, format!("/live/whip/duty/{}", room.id));
        let shown = at(world, &home).await;
        assert_eq!((shown.looks, shown.publish), (vec![look.clone()], None));
        let other = at(world, &stranger).await;
        assert_eq!((other.rooms.len(), other.looks.len()), (0, 0));
        assert_eq!(rooms(world, staff).await[0].looking, 1);

        // Each token is good for one direction.
        for (url, token) in [
            (&publish.url, &picture.token),
            (&picture.url, &publish.token),
        ] {
            let refused = world
                .post(url, token)
                .header("content-type", "application/sdp");
            let refused = refused.body("v=0").send().await.unwrap();
            problem(refused, 403, ErrorCode::Forbidden).await;
        }
        // What is looked into is not changed under the eyes of whoever looks.
        let refused = edit(world, staff, &room.id, &station_room(station)).await;
        problem(refused, 409, ErrorCode::Conflict).await;

        world.clock.advance_ms(5_000);
        assert_eq!(
            close(world, staff, &look).await.status(),
            StatusCode::NO_CONTENT
        );
        told(&mut here).await;
        told(&mut beside).await;
        let after = at(world, station).await;
        assert_eq!((after.publish, after.rooms[0].looking), (None, 0));
        assert_eq!(after.looks[0].closed_at_ms, Some(look.opened_at_ms + 5_000));
        assert_eq!(log(world, staff, room).await, after.looks);
        for (url, token) in [
            (&publish.url, &publish.token),
            (&picture.url, &picture.token),
        ] {
            let refused = world.post(url, token).send().await.unwrap();
            problem(refused, 401, ErrorCode::Unauthenticated).await;
        }
        // Twice is once.
        assert_eq!(
            close(world, staff, &look).await.status(),
            StatusCode::NO_CONTENT
        );
        let who = "staff:platformadministrator-QH".to_owned();
        let done = ["duty_room.create", "duty_look.open", "duty_look.close"];
        let done = done.map(|action| (action.to_owned(), who.clone()));
        assert_eq!(audited(world, staff, room).await, done);

        // The neighbours' first event is of something else.
        world.publish(staff, &draft("通知", "QH")).await;
        assert_eq!(elsewhere.event().await.unwrap().0, Event::FeedChanged);
    }
}

#[tokio::test]
async fn the_picture_flows_while_somebody_looks() {
    let village = Village::on(database().await).await;
    let Village { world, staff, .. } = &village;
    let mut events = Events::listen(world, &village.station.token, None).await;
    let (first, second) = (village.look().await, village.look().await);
    told_of_look(&mut events).await;
    told_of_look(&mut events).await;
    assert_ne!(first.picture.token, second.picture.token);
    let link = at(world, &village.station).await.publish.unwrap();
    let station = publish(world, &link).await.unwrap();
    let one = watch(world, &first.picture).await.unwrap();
    let other = watch(world, &second.picture).await.unwrap();
    for viewer in [&one, &other] {
        seen(viewer, "pictures", |tally| {
            tally.pictures >= 3 && tally.audio_packets >= 3
        })
        .await;
    }
    // Whoever has come is not counted as missing, and one who goes does not take the other along.
    world.clock.advance_ms(60_000);
    drop(one);
    told(&mut events).await;
    let looks = at(world, &village.station).await.looks;
    assert_eq!(
        (looks[0].id.as_str(), looks[0].closed_at_ms),
        (second.look.id.as_str(), None)
    );
    assert_eq!(
        looks[1].closed_at_ms,
        Some(first.look.opened_at_ms + 60_000)
    );
    let before = other.tally().pictures;
    seen(&other, "more pictures", |tally| tally.pictures > before + 3).await;
    // A token is void with its look.
    assert_eq!(watch(world, &first.picture).await.err().unwrap(), "401");

    // Ended by hand: viewer and station are cut off, whatever they would like.
    close(world, staff, &second.look).await;
    told(&mut events).await;
    seen(&other, "the end", |tally| tally.closed).await;
    assert_eq!(at(world, &village.station).await.publish, None);
    assert_eq!(publish(world, &link).await.err().unwrap(), "401");
    drop(station);
    // With the next look there is another token.
    village.look().await;
    told_of_look(&mut events).await;
    let again = at(world, &village.station).await.publish.unwrap();
    assert_ne!(again.token, link.token);
}

#[tokio::test]
async fn a_look_that_nobody_connects_to_is_over() {
    let village = Village::on(database().await).await;
    let world = &village.world;
    let mut events = Events::listen(world, &village.station.token, None).await;
    let access = village.look().await;
    told_of_look(&mut events).await;
    world.clock.advance_ms(30_000);
    told(&mut events).await;
    let look = at(world, &village.station).await.looks.remove(0);
    assert_eq!(look.closed_at_ms, Some(access.look.opened_at_ms + 30_000));
    assert_eq!(watch(world, &access.picture).await.err().unwrap(), "401");
    let done = audited(world, &village.staff, &village.room).await;
    assert_eq!(
        done.last().unwrap(),
        &("duty_look.close".to_owned(), "system".to_owned())
    );
}

#[tokio::test]
async fn stopping_and_being_killed_end_every_look() {
    for database in databases().await {
        let Village {
            world,
            staff,
            station,
            room,
        } = Village::on(database).await;
        let opened = open(&world, &staff, &room).await;
        let stopped: LookAccess = opened.json().await.unwrap();
        // What a killed server leaves: a line that only the database knows of.
        let (id, now_ms) = (room.id.clone(), world.now_ms());
        world
            .blocking(move |store| {
                store
                    .write::<_, store::Error, _>(move |tx| {
                        let room = store::duty::get(tx, &id)?.unwrap();
                        looks::open(tx, &room, "清河镇 · killed", now_ms).map(|_| ())
                    })
                    .unwrap();
            })
            .await;
        let world = world.restarted(60_000).await;
        let looks = at(&world, &station).await.looks;
        assert_eq!(looks.len(), 2);
        assert_eq!(looks[0].closed_at_ms, Some(now_ms + 60_000), "at the start");
        assert_eq!(looks[1].id, stopped.look.id);
        assert_eq!(looks[1].closed_at_ms, Some(now_ms), "when it stopped");
        assert_eq!(at(&world, &station).await.publish, None);
    }
}

#[tokio::test]
async fn who_may_not_look_any_more_is_cut_off() {
    let village = Village::on(database().await).await;
    let Village { world, staff, .. } = &village;
    let other = world.staff(Role::OrganizationStaff, "ZJ").await;
    let mut events = Events::listen(world, &village.station.token, None).await;
    let opened = open(world, &other, &village.room).await;
    let access: LookAccess = opened.json().await.unwrap();
    told_of_look(&mut events).await;
    let viewer = watch(world, &access.picture).await.unwrap();
    seen(&viewer, "the session", |tally| tally.connected.is_some()).await;
    let accounts = world.get("/api/v1/staff/accounts", staff).send().await;
    let accounts: Value = ok(accounts.unwrap()).await;
    let login = "organizationstaff-ZJ";
    let accounts = accounts["items"]
        .as_array()
        .or(accounts.as_array())
        .unwrap()
        .clone();
    let account = accounts.iter().find(|it| it["login"] == login).unwrap();
    let path = format!(
        "/api/v1/staff/accounts/{}/disable",
        account["id"].as_str().unwrap()
    );
    ok::<Value>(world.post(&path, staff).send().await.unwrap()).await;
    told(&mut events).await;
    seen(&viewer, "the end", |tally| tally.closed).await;
    // Nor does a deleted room keep anybody.
    let opened = open(world, staff, &village.room).await;
    let access: LookAccess = opened.json().await.unwrap();
    told_of_look(&mut events).await;
    let path = format!("/api/v1/duty-rooms/{}", village.room.id);
    let gone = world
        .ask(Method::DELETE, &path, staff)
        .send()
        .await
        .unwrap();
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    told(&mut events).await;
    told(&mut events).await;
    assert_eq!(watch(world, &access.picture).await.err().unwrap(), "401");
    let left = at(world, &village.station).await;
    assert_eq!(
        (left.rooms.len(), left.looks.len(), left.publish),
        (0, 2, None)
    );
    assert!(left.looks.iter().all(|look| look.closed_at_ms.is_some()));
}

#[tokio::test]
async fn rooms_are_made_by_those_with_the_right_of_what_is_there() {
    let world = World::new().await;
    let staff = world.staff(Role::OrganizationStaff, "ZJ").await;
    let neighbour = world.staff(Role::PlatformAdministrator, "LJ").await;
    let secretary = world.staff(Role::BranchSecretary, "ZJ").await;
    let station = tv(&world, "ZJ", TerminalKind::Station).await;
    let home = tv(&world, "ZJ", TerminalKind::Household).await;
    let theirs = tv(&world, "LJ", TerminalKind::Station).await;
    let refused = create(&world, &neighbour, &station_room(&station)).await;
    problem(refused, 422, ErrorCode::Invalid).await;
    let refused = create(&world, &secretary, &station_room(&station)).await;
    problem(refused, 403, ErrorCode::Forbidden).await;
    let good = station_room(&station);
    let wrong = [
        (
            "title",
            DutyRoomDraft {
                title: " ".to_owned(),
                ..good.clone()
            },
        ),
        (
            "title",
            DutyRoomDraft {
                title: "长".repeat(31),
                ..good.clone()
            },
        ),
        (
            "organization_code",
            DutyRoomDraft {
                organization_code: "NO".to_owned(),
                ..good.clone()
            },
        ),
        (
            "terminal_id",
            DutyRoomDraft {
                terminal_id: None,
                ..good.clone()
            },
        ),
        (
            "terminal_id",
            DutyRoomDraft {
                camera_url: Some("rtsp://a/b".to_owned()),
                ..good.clone()
            },
        ),
        (
            "terminal_id",
            DutyRoomDraft {
                terminal_id: Some(home.id.clone()),
                ..good.clone()
            },
        ),
        (
            "terminal_id",
            DutyRoomDraft {
                terminal_id: Some(theirs.id.clone()),
                ..good.clone()
            },
        ),
        (
            "terminal_id",
            DutyRoomDraft {
                terminal_id: Some("no".to_owned()),
                ..good.clone()
            },
        ),
        ("camera_url", camera_room("http://a/b")),
        ("camera_url", camera_room("test:440")),
    ];
    for (field, draft) in wrong {
        let refused = problem(
            create(&world, &staff, &draft).await,
            422,
            ErrorCode::Invalid,
        )
        .await;
        let fields: Vec<_> = refused.fields.iter().map(|it| it.field.as_str()).collect();
        assert_eq!(fields, [field], "{draft:?}");
    }
    let room: DutyRoom = create(&world, &staff, &good).await.json().await.unwrap();
    let again = create(&world, &staff, &good).await;
    problem(again, 422, ErrorCode::Invalid).await;
    let renamed = DutyRoomDraft {
        title: "值班室".to_owned(),
        ..good.clone()
    };
    let renamed: DutyRoom = ok(edit(&world, &staff, &room.id, &renamed).await).await;
    assert_eq!((renamed.title.as_str(), &renamed.id), ("值班室", &room.id));
    // A secretary sees the room and its log, a neighbour nothing.
    assert_eq!(
        rooms(&world, &secretary).await,
        std::slice::from_ref(&renamed)
    );
    assert_eq!(log(&world, &secretary, &room).await, []);
    assert_eq!(rooms(&world, &neighbour).await, []);
    let refused = open(&world, &secretary, &room).await;
    problem(refused, 403, ErrorCode::Forbidden).await;
    let refused = open(&world, &neighbour, &room).await;
    problem(refused, 404, ErrorCode::NotFound).await;
    // A station that was taken away has no camera any more.
    let path = format!("/api/v1/terminals/{}/revoke", station.id);
    ok::<Value>(world.post(&path, &staff).send().await.unwrap()).await;
    problem(open(&world, &staff, &room).await, 409, ErrorCode::Conflict).await;
}

#[tokio::test]
async fn a_camera_is_where_cameras_may_be() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    for (url, words) in [
        ("rtsp://127.0.0.1:5432/", "服务器自己的地址"),
        ("rtsp://localhost/", "服务器自己的地址"),
        ("rtsp://169.254.169.254/latest", "不在允许的网段"),
        ("rtsp://8.8.8.8/live", "不在允许的网段"),
    ] {
        let refused = create(&world, &staff, &camera_room(url)).await;
        let said = problem(refused, 422, ErrorCode::Invalid).await;
        assert_eq!(said.fields[0].field, "camera_url");
        assert!(said.fields[0].message.contains(words), "{said:?}");
    }
    let made = create(&world, &staff, &camera_room("rtsp://192.168.1.64/live")).await;
    assert_eq!(made.status(), StatusCode::CREATED);
}

/// A camera that was kept when it was allowed is not connected to when it is not any more, whatever its
/// name means by then.
#[tokio::test]
async fn an_address_is_judged_when_it_is_connected_to() {
    let world = World::new().await;
    let camera = Camera::start();
    let (told, failed) = tokio::sync::oneshot::channel();
    let told = std::sync::Mutex::new(Some(told));
    let media = std::sync::Arc::clone(world.server.media());
    let url = camera.url();
    let intake = tokio::task::spawn_blocking(move || {
        media.take_in("room/camera", &url, move |news| {
            if let SourceNews::Failed(error) = news
                && let Some(told) = told.lock().unwrap().take()
            {
                told.send(error.to_string()).unwrap();
            }
        })
    });
    let intake = intake.await.unwrap().unwrap();
    let said = tokio::time::timeout(PATIENCE, failed)
        .await
        .unwrap()
        .unwrap();
    assert!(said.contains("服务器自己的地址"), "{said}");
    assert_eq!(camera.fetched(), 0);
    tokio::task::spawn_blocking(move || drop(intake))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_camera_is_fetched_only_while_somebody_looks_and_can_be_seen_to() {
    let world = World::set(|config| {
        config.cameras = Some(vec!["127.0.0.1".parse().unwrap()]);
    })
    .await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let home = tv(&world, "ZJ", TerminalKind::Household).await;
    let mut camera = Camera::start();
    let made = create(&world, &staff, &camera_room(&camera.url())).await;
    let room: DutyRoom = made.json().await.unwrap();
    assert_eq!(
        (room.source, &room.terminal_id),
        (DutySource::Camera, &None)
    );
    // Nobody there could be told.
    let refused = open(&world, &staff, &room).await;
    let said = problem(refused, 409, ErrorCode::Conflict).await;
    assert!(format!("{said:?}").contains("没有开着的电视"), "{said:?}");
    assert_eq!(log(&world, &staff, &room).await, []);

    let mut events = Events::listen(&world, &home.token, None).await;
    let first: LookAccess = open(&world, &staff, &room).await.json().await.unwrap();
    let second: LookAccess = open(&world, &staff, &room).await.json().await.unwrap();
    told_of_look(&mut events).await;
    told_of_look(&mut events).await;
    camera.fetched_by(1).await;
    assert_eq!(at(&world, &home).await.publish, None);
    let viewer = watch(&world, &first.picture).await.unwrap();
    seen(&viewer, "pictures", |tally| tally.pictures >= 5).await;
    drop(viewer);
    told(&mut events).await;
    let looking = rooms(&world, &staff).await[0].looking;
    assert_eq!((looking, camera.fetched()), (1, 1), "the other still looks");
    close(&world, &staff, &second.look).await;
    told(&mut events).await;
    camera.fetched_by(0).await;

    // The address stays when it is not written again, and is not given out.
    let renamed = DutyRoomDraft {
        title: "大厅".to_owned(),
        camera_url: None,
        ..camera_room("")
    };
    let answer = edit(&world, &staff, &room.id, &renamed).await;
    let text = answer.text().await.unwrap();
    assert!(text.contains("大厅") && !text.contains("rtsp"), "{text}");
    open(&world, &staff, &room).await;
    camera.fetched_by(1).await;
    let (id, place) = (room.id.clone(), room.id.clone());
    let sealed = world
        .blocking(move |store| store.read(|tx| store::duty::get(tx, &id)).unwrap().unwrap())
        .await;
    let store::duty::Picture::Camera(sealed) = sealed.picture else {
        panic!("no camera");
    };
    assert!(
        !sealed.contains(USER) && sealed.starts_with("k1."),
        "{sealed}"
    );
    use backend_api::services::vault::Place;
    let clear = world.server.vault().unseal(Place::Camera(&place), &sealed);
    assert!(
        clear
            .unwrap()
            .contains(&PASSWORD.replace('@', "%40").replace(' ', "%20"))
    );
}

#[tokio::test]
async fn another_engine_carries_stations_and_no_cameras() {
    let world = World::set(|config| {
        let template = |kind: &str| Some(format!("https://media.example.cn/{{stream}}/{kind}"));
        config.live.whip_url = template("whip");
        config.live.whep_url = template("whep");
        config.live.hls_url = template("hls");
    })
    .await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let station = tv(&world, "ZJ", TerminalKind::Station).await;
    let mut events = Events::listen(&world, &station.token, None).await;
    let made = create(&world, &staff, &camera_room("rtsp://10.0.0.9/live")).await;
    let camera: DutyRoom = made.json().await.unwrap();
    let refused = problem(
        open(&world, &staff, &camera).await,
        409,
        ErrorCode::Conflict,
    )
    .await;
    assert!(format!("{refused:?}").contains("摄像头"), "{refused:?}");
    let made = create(&world, &staff, &station_room(&station)).await;
    let room: DutyRoom = made.json().await.unwrap();
    for _made in [&camera, &room] {
        told(&mut events).await;
    }
    let access: LookAccess = open(&world, &staff, &room).await.json().await.unwrap();
    told_of_look(&mut events).await;
    let stream = format!("duty-{}", room.id);
    assert_eq!(
        access.picture.url,
        format!("https://media.example.cn/{stream}/whep")
    );
    let publish = at(&world, &station).await.publish.unwrap();
    assert_eq!(
        publish.url,
        format!("https://media.example.cn/{stream}/whip")
    );
    // That engine does not say who has gone: there a look has an end of its own.
    world.clock.advance_ms(10 * 60_000);
    told(&mut events).await;
    assert_eq!(at(&world, &station).await.publish, None);
    let looks = log(&world, &staff, &room).await;
    assert_eq!(
        looks[0].closed_at_ms,
        Some(access.look.opened_at_ms + 600_000)
    );
}

#[tokio::test]
async fn addresses_of_cameras_are_sealed_anew() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let made = create(
        &world,
        &staff,
        &camera_room("rtsp://a:geheim@10.0.0.9/live"),
    )
    .await;
    let room: DutyRoom = made.json().await.unwrap();
    let (config, now_ms, id) = (world.config.clone(), world.now_ms(), room.id.clone());
    let (rotated, sealed) = world
        .blocking(move |store| {
            use backend_api::services::{keys, vault::Vault};
            let vault = std::sync::Arc::new(Vault::open(&config, store).unwrap());
            let rotated = keys::rotate(store, &vault, now_ms).unwrap();
            let room = store.read(|tx| store::duty::get(tx, &id)).unwrap().unwrap();
            (rotated, room.picture)
        })
        .await;
    assert_eq!((rotated.key, rotated.cameras), (2, 1));
    let store::duty::Picture::Camera(sealed) = sealed else {
        panic!("no camera");
    };
    assert!(sealed.starts_with("k2."), "{sealed}");
    use backend_api::services::vault::Place;
    let clear = world
        .server
        .vault()
        .unseal(Place::Camera(&room.id), &sealed);
    assert_eq!(clear.unwrap(), "rtsp://a:geheim@10.0.0.9/live");
    let shown = rooms(&world, &staff).await;
    assert!(!json!(shown).to_string().contains("geheim"));
}
