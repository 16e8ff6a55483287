//! Sessions with the streams of a meeting: who replaces whom, and that whoever is out is told why; HLS,
//! which is made while somebody asks for it.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use backend_api::services::kit::rights::Role;
use backend_api::services::media::Intake;
use backend_api::services::space::ManualDisk;
use contract::error::{ErrorCode, Problem};
use contract::meeting::{
    HostAccess, JoinAccess, MediaLink, MeetingDraft, MeetingKind, Place, RecordingCut,
    RecordingState, RoomState, StaffMeeting,
};
use contract::terminal::TerminalKind;
use media_relay::testing::{Publisher, PublisherOptions, Viewer, ViewerOptions};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::common::{Tv, World, ok, problem, tv};

/// A guard against hanging; nothing is measured with it.
const PATIENCE: Duration = Duration::from_secs(60);

async fn begin(world: &World, staff: &str) -> String {
    begin_with(world, staff, false).await
}

async fn begin_with(world: &World, staff: &str, record: bool) -> String {
    begin_at(world, staff, "QH", record).await
}

pub async fn begin_at(world: &World, staff: &str, code: &str, record: bool) -> String {
    let draft = MeetingDraft {
        title: "镇村例会".to_owned(),
        kind: MeetingKind::Conference,
        organization_code: code.to_owned(),
        audience_code: code.to_owned(),
        starts_at_ms: world.now_ms() + 60_000,
        planned_ms: 3_600_000,
        record,
        recording_list: if record { "films" } else { "" }.to_owned(),
        ..MeetingDraft::default()
    };
    let made = world.post("/api/v1/meetings", staff).json(&draft);
    let made: StaffMeeting = made.send().await.unwrap().json().await.unwrap();
    let id = made.meeting.id;
    let start = format!("/api/v1/meetings/{id}/start");
    ok::<StaffMeeting>(world.post(&start, staff).send().await.unwrap()).await;
    id
}

pub async fn host(world: &World, staff: &str, meeting: &str) -> HostAccess {
    let path = format!("/api/v1/meetings/{meeting}/host");
    ok(world.post(&path, staff).send().await.unwrap()).await
}

/// A peer and where its session is ended.
pub struct Session<P> {
    pub peer: P,
    pub place: String,
}

/// Offers at a link as clients do; `politely`: only where nobody sends.
async fn offer<P: Send + 'static>(
    world: &World,
    link: &MediaLink,
    politely: bool,
    start: impl FnOnce(Box<dyn FnOnce(String) -> Result<String, String> + Send>) -> Result<P, String>
    + Send
    + 'static,
) -> Result<Session<P>, Problem> {
    let url = world.server.url().join(&link.url).unwrap();
    let token = link.token.clone();
    let runtime = tokio::runtime::Handle::current();
    let seen: Arc<Mutex<Option<Result<String, Problem>>>> = Arc::default();
    let note = Arc::clone(&seen);
    let exchange = move |offer: String| {
        let mut asked = reqwest::Client::new()
            .post(url)
            .bearer_auth(token)
            .header("content-type", "application/sdp")
            .body(offer);
        if politely {
            asked = asked.header("if-none-match", "*");
        }
        runtime.block_on(async {
            let answer = asked.send().await.unwrap();
            if answer.status() == StatusCode::CREATED {
                let place = answer.headers()["location"].to_str().unwrap().to_owned();
                *note.lock().unwrap() = Some(Ok(place));
                return Ok(answer.text().await.unwrap());
            }
            let status = answer.status();
            let problem: Problem = answer.json().await.unwrap();
            assert_eq!(problem.status, status.as_u16());
            *note.lock().unwrap() = Some(Err(problem));
            Err("refused".to_owned())
        })
    };
    let peer = tokio::task::spawn_blocking(move || start(Box::new(exchange)))
        .await
        .unwrap();
    let seen = seen.lock().unwrap().take().unwrap();
    seen.map(|place| Session {
        peer: peer.unwrap(),
        place,
    })
}

async fn publish(
    world: &World,
    link: &MediaLink,
    politely: bool,
) -> Result<Session<Publisher>, Problem> {
    offer(world, link, politely, |exchange| {
        Publisher::start(PublisherOptions::default(), exchange)
    })
    .await
}

pub async fn watch(world: &World, link: &MediaLink) -> Result<Session<Viewer>, Problem> {
    offer(world, link, false, |exchange| {
        Viewer::start(ViewerOptions::default(), exchange)
    })
    .await
}

async fn end<P>(world: &World, session: &Session<P>) -> Response {
    world
        .ask(Method::DELETE, &session.place, "")
        .send()
        .await
        .unwrap()
}

async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Waits until a peer, a thread of its own, is connected: nobody says goodbye to it before.
async fn connected(viewer: &Viewer) {
    until("a connection", || viewer.tally().connected.is_some()).await;
}

/// Waits until a peer, a thread of its own, has seen that the server said goodbye.
async fn closed(viewer: &Viewer) {
    until("a goodbye", || viewer.tally().closed).await;
}

#[tokio::test]
async fn whoever_was_replaced_is_told_and_nobody_is_replaced_by_accident() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let meeting = begin(&world, &staff).await;
    let link = host(&world, &staff, &meeting).await.publish;
    let first = publish(&world, &link, true).await.unwrap();
    let refused = publish(&world, &link, true).await.err().unwrap();
    assert_eq!(
        (refused.status, refused.code),
        (412, ErrorCode::SessionTaken)
    );
    let second = publish(&world, &link, false).await.unwrap();
    problem(end(&world, &first).await, 410, ErrorCode::SessionReplaced).await;
    // Asking again does not change what is answered.
    problem(end(&world, &first).await, 410, ErrorCode::SessionReplaced).await;
    // The first one does not get in by itself, and what it may with a word replaces the second.
    let refused = publish(&world, &link, true).await.err().unwrap();
    assert_eq!(refused.code, ErrorCode::SessionTaken);
    let back = publish(&world, &link, false).await.unwrap();
    problem(end(&world, &second).await, 410, ErrorCode::SessionReplaced).await;
    // Whoever goes leaves the place free, and ended it himself.
    assert_eq!(end(&world, &back).await.status(), StatusCode::OK);
    problem(end(&world, &back).await, 404, ErrorCode::NotFound).await;
    let free = publish(&world, &link, true).await.unwrap();
    drop((first, second, back, free));
}

#[tokio::test]
async fn the_end_of_a_meeting_is_the_end_of_its_sessions() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let meeting = begin(&world, &staff).await;
    let access = host(&world, &staff, &meeting).await;
    let sender = publish(&world, &access.publish, true).await.unwrap();
    let viewer = watch(&world, &access.program).await.unwrap();
    connected(&viewer.peer).await;
    let path = format!("/api/v1/meetings/{meeting}/end");
    ok::<StaffMeeting>(world.post(&path, &staff).send().await.unwrap()).await;
    closed(&viewer.peer).await;
    problem(end(&world, &viewer).await, 410, ErrorCode::SessionEnded).await;
    problem(end(&world, &sender).await, 410, ErrorCode::SessionEnded).await;
    let late = watch(&world, &access.program).await.err().unwrap();
    assert_eq!(late.code, ErrorCode::Unauthenticated);
    drop(sender);
}

#[tokio::test]
async fn whoever_may_no_longer_is_cut_off_and_told() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let other = world.staff(Role::OrganizationStaff, "QH").await;
    let meeting = begin(&world, &staff).await;

    // A television whose token was taken away.
    let station = tv(&world, "ZJ", TerminalKind::Station).await;
    let join = format!("/api/v1/terminal/meetings/{meeting}/join");
    let request = json!({ "viewing_id": uuid::Uuid::now_v7(), "can_speak": true });
    let joined = world.post(&join, &station.token).json(&request);
    let joined: JoinAccess = ok(joined.send().await.unwrap()).await;
    let viewer = watch(&world, &joined.program[0]).await.unwrap();
    connected(&viewer.peer).await;
    let sender = publish(&world, &joined.publish.unwrap(), false).await;
    let sender = sender.unwrap();
    let path = format!("/api/v1/terminals/{}/revoke", station.id);
    ok::<Value>(world.post(&path, &staff).send().await.unwrap()).await;
    closed(&viewer.peer).await;
    problem(end(&world, &viewer).await, 410, ErrorCode::SessionRevoked).await;
    problem(end(&world, &sender).await, 410, ErrorCode::SessionRevoked).await;

    // A host whose account was closed; another one's session goes on.
    let mine = host(&world, &staff, &meeting).await;
    let theirs = host(&world, &other, &meeting).await;
    let kept = watch(&world, &mine.program).await.unwrap();
    let cut = watch(&world, &theirs.program).await.unwrap();
    connected(&cut.peer).await;
    let accounts = world.get("/api/v1/staff/accounts", &staff).send().await;
    let accounts: Value = ok(accounts.unwrap()).await;
    let accounts = accounts["items"].as_array().or(accounts.as_array());
    let login = "organizationstaff-QH";
    let accounts = accounts.unwrap().iter();
    let account = accounts.clone().find(|it| it["login"] == login).unwrap();
    let path = format!(
        "/api/v1/staff/accounts/{}/disable",
        account["id"].as_str().unwrap()
    );
    ok::<Value>(world.post(&path, &staff).send().await.unwrap()).await;
    closed(&cut.peer).await;
    problem(end(&world, &cut).await, 410, ErrorCode::SessionRevoked).await;
    assert_eq!(end(&world, &kept).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_peer_that_goes_without_a_word_was_lost() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let meeting = begin(&world, &staff).await;
    let access = host(&world, &staff, &meeting).await;
    let Session { peer, place } = watch(&world, &access.program).await.unwrap();
    connected(&peer).await;
    let begun = Instant::now();
    // It says goodbye by DTLS, and to nobody by HTTP.
    tokio::task::spawn_blocking(move || drop(peer))
        .await
        .unwrap();
    let relay = world.server.media().relay().unwrap();
    let id = place.rsplit('/').next().unwrap().parse().unwrap();
    while relay.ending(&id).is_none() {
        assert!(begun.elapsed() < PATIENCE, "nobody noticed");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let session = Session { peer: (), place };
    problem(end(&world, &session).await, 410, ErrorCode::SessionLost).await;
}

/// A meeting elsewhere is not told from one that nobody plans, whatever a television asks of it.
#[tokio::test]
async fn a_television_is_told_nothing_of_a_meeting_elsewhere() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "LJ").await;
    let meeting = begin_at(&world, &staff, "LJ", false).await;
    let stranger = tv(&world, "ZJ", TerminalKind::Station).await;
    let own = tv(&world, "LJ", TerminalKind::Station).await;
    let ask = async |id: &str, what: &str, tv: &Tv| {
        let path = format!("/api/v1/terminal/meetings/{id}/{what}");
        let request = match what {
            "place" => world.get(&path, &tv.token),
            "hand" => world
                .post(&path, &tv.token)
                .json(&json!({ "raised": true })),
            _ => world
                .ask(Method::PUT, &path, &tv.token)
                .body(vec![0xff, 0xd8, 0xff]),
        };
        let refused = request.send().await.unwrap();
        problem(refused, 404, ErrorCode::NotFound).await.title
    };
    for what in ["place", "hand", "picture"] {
        let theirs = ask(&meeting, what, &stranger).await;
        assert_eq!(theirs, ask("no-such-id", what, &stranger).await, "{what}");
        // Who may take part is told to join.
        assert!(ask(&meeting, what, &own).await.contains("重新进入"));
    }
    join(&world, &own.token, &meeting).await;
    let path = format!("/api/v1/terminal/meetings/{meeting}/place");
    ok::<Place>(world.get(&path, &own.token).send().await.unwrap()).await;
}

/// A meeting whose host sends a test picture.
async fn on_air(world: &World, staff: &str, record: bool) -> (String, Intake) {
    let meeting = begin_with(world, staff, record).await;
    let media = Arc::clone(world.server.media());
    let stream = format!("{meeting}/host");
    let sending =
        tokio::task::spawn_blocking(move || media.take_in(&stream, "test:440", |_| {}).unwrap());
    (meeting, sending.await.unwrap())
}

pub async fn join(world: &World, television: &str, meeting: &str) -> JoinAccess {
    let join = format!("/api/v1/terminal/meetings/{meeting}/join");
    let request = json!({ "viewing_id": uuid::Uuid::now_v7(), "can_speak": false });
    ok(world
        .post(&join, television)
        .json(&request)
        .send()
        .await
        .unwrap())
    .await
}

/// Numbers of the segments that a playlist names.
fn named(list: &str) -> Vec<u64> {
    let files = list.lines().filter_map(|line| line.strip_suffix(".ts"));
    files.map(|number| number.parse().unwrap()).collect()
}

/// Numbers of the segments in a folder.
fn written(folder: &Path) -> Vec<u64> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut numbers: Vec<u64> = names
        .filter_map(|name| name.strip_suffix(".ts")?.parse().ok())
        .collect();
    numbers.sort_unstable();
    numbers
}

/// Asks for a playlist as a player that gives up soon: an answer takes as long as the first segment,
/// so that it does not have to ask often.
async fn playlist(world: &World, link: &MediaLink) -> String {
    for _ in 0..12 {
        let answer = world.get(&link.url, "").send().await.unwrap();
        if answer.status() != StatusCode::NOT_FOUND {
            assert_eq!(answer.status(), StatusCode::OK);
            return answer.text().await.unwrap();
        }
    }
    panic!("no playlist");
}

/// What a playlist names, of which the first can be had.
async fn playlist_with_a_segment(world: &World, link: &MediaLink) -> Vec<u64> {
    for _ in 0..10 {
        let text = playlist(world, link).await;
        let named = named(&text);
        let first = named.first().expect("a playlist with a segment");
        let file = link.url.replace("live.m3u8", &format!("{first:06}.ts"));
        let segment = world.get(&file, "").send().await.unwrap();
        if segment.status() == StatusCode::OK {
            assert!(segment.bytes().await.unwrap().len() > 188);
            return named;
        }
        // On a slow machine it rests by now.
        assert_eq!(segment.status(), StatusCode::NOT_FOUND);
    }
    panic!("no segment");
}

#[tokio::test]
async fn what_is_not_recorded_is_packaged_while_somebody_asks_for_it() {
    let world = World::set(|config| {
        config.live.hls_rest_seconds = 1;
    });
    let world = world.await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let media = world.server.media();
    let (watched, _watched) = on_air(&world, &staff, false).await;
    let (recorded, _recorded) = on_air(&world, &staff, true).await;
    let folder = media.recording_folder(&watched);
    let beside = media.recording_folder(&recorded);
    let list = folder.join("live.m3u8");
    until("a recording", || written(&beside).len() > 2).await;
    // As long on the air, and nobody asked.
    assert_eq!(written(&folder), [0_u64; 0]);

    // A home that enters is about to ask. On a slow machine it has rested again before it began.
    let home = tv(&world, "ZJ", TerminalKind::Household).await;
    let begun = Instant::now();
    let link = loop {
        let link = join(&world, &home.token, &watched).await.program.remove(0);
        if !written(&folder).is_empty() {
            break link;
        }
        assert!(begun.elapsed() < PATIENCE, "nothing for who enters");
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    let first = playlist_with_a_segment(&world, &link).await;

    until("a rest", || !list.exists()).await;
    let text = playlist(&world, &link).await;
    let second = named(&text);
    assert!(first.iter().max() < second.iter().min(), "{first:?} {text}");
    assert!(
        text.contains(&format!("#EXT-X-MEDIA-SEQUENCE:{}\n", second[0])),
        "{text}"
    );
    assert!(!text.contains("ENDLIST"), "{text}");

    // Nobody has asked for the recorded one, and it has rested at no time.
    let there = written(&beside);
    assert!(there.iter().copied().eq(0..there.len() as u64), "{there:?}");
    until("the recording goes on", || {
        written(&beside).len() > there.len() + 2
    })
    .await;
    assert!(written(&beside).starts_with(&there));

    // Each television has an address of its own, and without its rights neither playlist nor segments.
    let neighbour = tv(&world, "ZJ", TerminalKind::Household).await;
    let mine = join(&world, &home.token, &recorded).await.program.remove(0);
    let theirs = join(&world, &neighbour.token, &recorded)
        .await
        .program
        .remove(0);
    assert_ne!(mine.url, theirs.url);
    let asked = async |link: &MediaLink, file: &str| {
        let path = link.url.replace("live.m3u8", file);
        world.get(&path, "").send().await.unwrap()
    };
    for file in ["live.m3u8", "000000.ts"] {
        assert_eq!(asked(&mine, file).await.status(), StatusCode::OK, "{file}");
    }
    let path = format!("/api/v1/terminals/{}/revoke", home.id);
    ok::<Value>(world.post(&path, &staff).send().await.unwrap()).await;
    until_gone(&world, &mine).await;
    for file in ["live.m3u8", "000000.ts"] {
        problem(asked(&mine, file).await, 401, ErrorCode::Unauthenticated).await;
        let other = asked(&theirs, file).await.status();
        assert_eq!(other, StatusCode::OK, "{file}");
    }
}

/// Waits until an address is none any more.
async fn until_gone(world: &World, link: &MediaLink) {
    let begun = Instant::now();
    while world.get(&link.url, "").send().await.unwrap().status() != StatusCode::UNAUTHORIZED {
        assert!(begun.elapsed() < PATIENCE, "{} goes on", link.url);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// How a meeting's room is, once it is so.
async fn room(world: &World, staff: &str, meeting: &str, is_so: impl Fn(&RoomState) -> bool) {
    let path = format!("/api/v1/meetings/{meeting}/stage");
    let begun = Instant::now();
    loop {
        let room: RoomState = ok(world.get(&path, staff).send().await.unwrap()).await;
        if is_so(&room) {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "waited in vain: {room:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// What became of a recording, once it is that.
async fn recording(
    world: &World,
    staff: &str,
    meeting: &str,
    state: RecordingState,
) -> StaffMeeting {
    let path = format!("/api/v1/meetings/{meeting}");
    let begun = Instant::now();
    loop {
        let found: StaffMeeting = ok(world.get(&path, staff).send().await.unwrap()).await;
        if found.recording == state {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "waited in vain: {found:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn on_a_full_disk_the_recording_stops_the_meeting_goes_on_and_what_there_is_is_published_later()
 {
    const PLENTY: u64 = 1 << 40;
    let disk = ManualDisk::new(PLENTY);
    let world = World::new().await.on_disk(&disk).await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let (meeting, sending) = on_air(&world, &staff, true).await;
    let folder = world.server.media().recording_folder(&meeting);
    until("a recording", || written(&folder).len() > 2).await;
    let link = host(&world, &staff, &meeting).await.program;
    let viewer = watch(&world, &link).await.unwrap();
    connected(&viewer.peer).await;

    disk.set(0);
    room(&world, &staff, &meeting, |room| {
        room.trouble.contains("磁盘已满") && room.recording == RecordingState::Failed
    })
    .await;
    let there = written(&folder);
    let seen = viewer.peer.tally().pictures;
    until("the meeting goes on", || {
        viewer.peer.tally().pictures > seen + 50
    })
    .await;
    assert_eq!(written(&folder), there, "two seconds without a segment");

    disk.set(PLENTY);
    room(&world, &staff, &meeting, |room| {
        room.trouble.is_empty() && room.recording == RecordingState::Recording
    })
    .await;
    until("the recording goes on", || {
        written(&folder).len() > there.len() + 1
    })
    .await;

    // Full again when it ends: there is no room for the film.
    disk.set(0);
    let path = format!("/api/v1/meetings/{meeting}/end");
    ok::<StaffMeeting>(world.post(&path, &staff).send().await.unwrap()).await;
    let failed = recording(&world, &staff, &meeting, RecordingState::Failed).await;
    assert!(failed.recording_trouble.unwrap().contains("磁盘已满"));
    assert_eq!(failed.recording_again_ms, Some(world.now_ms() + 60_000));
    let notices = world.get("/api/v1/notices", &staff).send().await.unwrap();
    assert!(notices.text().await.unwrap().contains("recording_failed"));
    assert!(!written(&folder).is_empty(), "nothing is lost");
    disk.set(PLENTY);
    world.clock.advance_ms(60_000);
    let made = recording(&world, &staff, &meeting, RecordingState::Published).await;
    assert_eq!(
        (made.recording_trouble, made.recording_again_ms),
        (None, None)
    );
    until("no segments are left", || !folder.exists()).await;
    drop(sending);
}

#[tokio::test]
async fn a_recording_is_cut_before_it_is_published_and_says_where_it_really_begins() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let (meeting, sending) = on_air(&world, &staff, true).await;
    let folder = world.server.media().recording_folder(&meeting);
    let path = format!("/api/v1/meetings/{meeting}");
    let hold = world.ask(Method::PUT, &format!("{path}/recording/hold"), &staff);
    let held = hold.json(&json!({ "hold": true })).send().await.unwrap();
    assert!(ok::<StaffMeeting>(held).await.hold_recording);
    let act = async |what: &str, body: Value| {
        let request = world.post(&format!("{path}/recording/{what}"), &staff);
        request.json(&body).send().await.unwrap()
    };
    let early = act("cut", json!({ "from_ms": 0, "to_ms": 5_000 })).await;
    problem(early, 409, ErrorCode::Conflict).await;
    until("a recording", || written(&folder).len() > 5).await;
    ok::<StaffMeeting>(
        world
            .post(&format!("{path}/end"), &staff)
            .send()
            .await
            .unwrap(),
    )
    .await;
    let made = recording(&world, &staff, &meeting, RecordingState::Held).await;
    assert_eq!(
        made.meeting.programme_id, None,
        "nothing is published by itself"
    );
    let whole = made.held.unwrap();
    assert_eq!((whole.from_ms, whole.asked), (0, None));
    assert!(whole.duration_ms > 4_000, "{whole:?}");
    assert!(!written(&folder).is_empty(), "what was recorded is kept");
    let file = format!("/files/{}", whole.rendition.file.name);
    assert_eq!(
        world.get(&file, &staff).send().await.unwrap().status(),
        StatusCode::OK
    );

    for (from_ms, to_ms, field) in [(-1, 3_000, "from_ms"), (2_000, 2_500, "to_ms")] {
        let wrong = act("cut", json!({ "from_ms": from_ms, "to_ms": to_ms })).await;
        let told = problem(wrong, 422, ErrorCode::Invalid).await;
        assert_eq!(told.fields[0].field, field);
    }
    let wanted = RecordingCut {
        from_ms: 2_700,
        to_ms: 4_000,
    };
    let asked: StaffMeeting = ok(act("cut", json!(wanted)).await).await;
    assert_eq!(asked.recording, RecordingState::Processing);
    let twice = act("publish", json!({})).await;
    problem(twice, 409, ErrorCode::Conflict).await;
    let made = recording(&world, &staff, &meeting, RecordingState::Held).await;
    let cut = made.held.unwrap();
    assert_eq!(cut.asked, Some(wanted));
    assert!((0..=2_700).contains(&cut.from_ms), "{cut:?}");
    let ends_ms = cut.from_ms + cut.duration_ms;
    assert!((ends_ms - 4_000).abs() < 250, "{cut:?}");
    assert!(
        (cut.whole_ms - whole.whole_ms).abs() < 250,
        "{cut:?} of {whole:?}"
    );
    assert!(!written(&folder).is_empty(), "what was recorded is kept");

    let published: StaffMeeting = ok(act("publish", json!({})).await).await;
    assert_eq!(published.recording, RecordingState::Published);
    assert_eq!(published.held, None);
    let programme = format!(
        "/api/v1/programmes/{}",
        published.meeting.programme_id.unwrap()
    );
    let programme: Value = ok(world.get(&programme, &staff).send().await.unwrap()).await;
    assert_eq!(programme["duration_ms"], cut.duration_ms);
    assert!(!folder.exists(), "what was left out is gone");
    let late = act("cut", json!(wanted)).await;
    problem(late, 409, ErrorCode::Conflict).await;
    let sound = world.blocking(|store| store.integrity_check().unwrap());
    assert_eq!(sound.await, Vec::<String>::new());
    drop(sending);
}

#[tokio::test]
async fn what_is_not_recorded_leaves_nothing_behind() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let (meeting, sending) = on_air(&world, &staff, false).await;
    let folder = world.server.media().recording_folder(&meeting);
    let home = tv(&world, "ZJ", TerminalKind::Household).await;
    join(&world, &home.token, &meeting).await;
    until("segments", || !written(&folder).is_empty()).await;
    let path = format!("/api/v1/meetings/{meeting}/end");
    ok::<StaffMeeting>(world.post(&path, &staff).send().await.unwrap()).await;
    until("nothing is left", || !folder.exists()).await;
    drop(sending);

    // As a server that was killed leaves it; what nobody knows may be all there is of it.
    let unknown = world.server.media().recording_folder("unknown");
    for folder in [&folder, &unknown] {
        std::fs::create_dir_all(folder).unwrap();
        std::fs::write(folder.join("000000.ts"), "segment").unwrap();
    }
    let world = world.restarted(0).await;
    until("nothing is left over", || !folder.exists()).await;
    assert_eq!(written(&unknown), [0]);
    drop(world);
}
