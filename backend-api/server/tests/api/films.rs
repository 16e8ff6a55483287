//! A film from a browser becomes a programme: through a cut line and a restart to the televisions.

use std::path::Path;
use std::time::Duration;

use backend_api::services::kit::rights::Role;
use backend_api::services::space::ManualDisk;
use contract::error::ErrorCode;
use contract::feed::{Change, Document};
use contract::file::Picture;
use contract::programme::Programme;
use contract::staff_programme::{FilmState, ProgrammeState, StaffProgramme};
use contract::terminal::{ProgressReport, TerminalKind};
use contract::upload::UploadState;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::common::{World, ok, problem, tv};
use crate::uploads::{PATIENCE, Sending, append, begun, looked_at, offset};

/// Two seconds that have to be copied into another container.
const FILM: &str = "videotestsrc num-buffers=50 ! video/x-raw,width=320,height=180,framerate=25/1 ! x264enc speed-preset=ultrafast ! video/x-h264,profile=main ! h264parse ! matroskamux";

/// One second as it is shown.
const PLAIN: &str = "videotestsrc num-buffers=25 ! video/x-raw,width=320,height=180,framerate=25/1 ! x264enc speed-preset=ultrafast ! video/x-h264,profile=main ! h264parse ! mp4mux faststart=true";

const SOUND: &str = "audiotestsrc num-buffers=50 ! audioconvert ! vorbisenc ! matroskamux";

async fn clip(launch: &'static str) -> Vec<u8> {
    let made = move || {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("film");
        media_studio::testing::make_clip(&path, launch).unwrap();
        std::fs::read(&path).unwrap()
    };
    tokio::task::spawn_blocking(made).await.unwrap()
}

/// A film that is here and looked at. Answers the id of the upload.
async fn uploaded(world: &World, staff: &str, film: &[u8]) -> String {
    let upload = begun(world, staff, film.len() as u64).await;
    let sent = append(world, staff, &upload.id, 0, film).await;
    assert_eq!(sent.status(), StatusCode::NO_CONTENT);
    let upload = looked_at(world, staff, &upload.id).await;
    assert_eq!(upload.state, UploadState::Ready, "{:?}", upload.problem);
    upload.id
}

fn new(upload: &str) -> Value {
    json!({ "upload": upload, "category": "films", "organization_code": "QH", "title": "春耕",
        "summary": "说春耕", "poster_at_ms": 500,
        "captions": [{ "language": "zh-CN", "text": "1\n00:00:00,100 --> 00:00:01,000\n春耕了\n" }] })
}

async fn get(world: &World, staff: &str, id: &str) -> StaffProgramme {
    let path = format!("/api/v1/programmes/{id}");
    ok(world.get(&path, staff).send().await.unwrap()).await
}

/// Waits until its film is made, or cannot be.
async fn made(world: &World, staff: &str, id: &str) -> StaffProgramme {
    let made = async {
        loop {
            let programme = get(world, staff, id).await;
            if matches!(programme.film.state, FilmState::Ready | FilmState::Failed) {
                return programme;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, made).await.unwrap()
}

fn at(request: RequestBuilder, version: i64) -> RequestBuilder {
    request.header("if-match", format!("\"{version}\""))
}

async fn films(world: &World, terminal: &str) -> Vec<Programme> {
    let page = world.feed(terminal, "").await;
    let films = page.changes.into_iter().filter_map(|change| match change {
        Change::Put {
            document: Document::Programme(programme),
        } => Some(programme),
        _ => None,
    });
    films.collect()
}

fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).unwrap().next().is_none()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_comes_through_a_cut_line_and_a_restart_to_the_televisions() {
    let world = World::new().await;
    let staff = world.staff(Role::OfficePublisher, "QH").await;
    let home = tv(&world, "ZJ", TerminalKind::Household).await;
    let film = clip(FILM).await;
    let half = film.len() / 2;

    let upload = begun(&world, &staff, film.len() as u64).await;
    let early = world
        .post("/api/v1/programmes", &staff)
        .json(&new(&upload.id));
    let told = problem(early.send().await.unwrap(), 422, ErrorCode::Invalid).await;
    assert_eq!(told.fields[0].field, "upload");
    let mut sending = Sending::begin(&world, &staff, &upload.id, 0, film.len() as u64).await;
    sending.send(&film[..half]).await;
    drop(sending);
    let cut = async {
        while offset(&world, &staff, &upload.id).await != half as u64 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, cut).await.unwrap();
    let world = world.restarted(1_000).await;
    let rest = append(&world, &staff, &upload.id, half as u64, &film[half..]).await;
    assert_eq!(rest.status(), StatusCode::NO_CONTENT);
    let upload = looked_at(&world, &staff, &upload.id).await;
    assert_eq!(upload.state, UploadState::Ready, "{:?}", upload.problem);

    let draft = world
        .post("/api/v1/programmes", &staff)
        .json(&new(&upload.id));
    let draft = draft.send().await.unwrap();
    assert_eq!(draft.status(), StatusCode::CREATED);
    let draft: StaffProgramme = ok(draft).await;
    assert_eq!(draft.state, ProgrammeState::Draft);
    // Whatever the server was at, the next one goes on with it.
    let world = world.restarted(1_000).await;
    let id = &draft.programme.id;
    let ready = made(&world, &staff, id).await;
    assert_eq!(
        ready.film.state,
        FilmState::Ready,
        "{:?}",
        ready.film.problem
    );
    let programme = &ready.programme;
    assert!((1_900..2_100).contains(&programme.duration_ms));
    let rendition = &programme.renditions[0];
    assert_eq!(
        (rendition.width, rendition.file.media_type.as_str()),
        (320, "video/mp4")
    );
    assert_eq!(programme.poster.width, 320);
    assert_eq!(ready.version, draft.version);
    assert!(is_empty(&world.config.uploads_dir()));
    assert!(films(&world, &home.token).await.is_empty());

    let path = format!("/api/v1/programmes/{id}/publish");
    let stale = at(world.post(&path, &staff), 7).send().await.unwrap();
    problem(stale, 412, ErrorCode::Stale).await;
    let published = at(world.post(&path, &staff), 1).send().await.unwrap();
    let published: StaffProgramme = ok(published).await;
    assert_eq!(published.programme.published_at_ms, world.now_ms());
    let shown = films(&world, &home.token).await;
    assert_eq!(shown, std::slice::from_ref(&published.programme));
    let captions = world.get(&shown[0].captions[0].file.path(), &home.token);
    let captions = captions.send().await.unwrap().text().await.unwrap();
    assert!(
        captions.starts_with("WEBVTT") && captions.contains("春耕了"),
        "{captions}"
    );

    // Captions that are not named again go; the date is the place in the list.
    let edit = json!({ "category": "films", "organization_code": "QH", "audience_code": "LJ", "title": "夏种",
        "dated_at_ms": 1_700_000_000_000_i64 });
    let path = format!("/api/v1/programmes/{id}");
    let edited = at(world.ask(Method::PUT, &path, &staff), published.version).json(&edit);
    let edited: StaffProgramme = ok(edited.send().await.unwrap()).await;
    assert_eq!(edited.programme.published_at_ms, 1_700_000_000_000);
    assert!(edited.programme.captions.is_empty() && edited.programme.poster == programme.poster);
    assert!(films(&world, &home.token).await.is_empty());
    let li = tv(&world, "LJ", TerminalKind::Household).await;
    assert_eq!(films(&world, &li.token).await[0].title, "夏种");

    // Another still picture of it, and then a picture of one's own.
    let still = |at_ms: i64| {
        let asked = world.post(&format!("{path}/still"), &staff);
        asked.json(&json!({ "at_ms": at_ms }))
    };
    for outside in [-1, 600_000] {
        let told = problem(
            still(outside).send().await.unwrap(),
            422,
            ErrorCode::Invalid,
        )
        .await;
        assert_eq!(told.fields[0].field, "at_ms");
    }
    let still = still(800).send().await.unwrap();
    assert_eq!(still.status(), StatusCode::CREATED);
    let still: Picture = ok(still).await;
    assert!(
        still.width > 0 && still.screen.media_type == "image/jpeg",
        "{still:?}"
    );
    let mut edit = edit;
    edit["poster"] = json!(still);
    let posed = at(world.ask(Method::PUT, &path, &staff), edited.version).json(&edit);
    let posed: StaffProgramme = ok(posed.send().await.unwrap()).await;
    assert_eq!(posed.programme.poster, still);

    let gone = |reason: &str| {
        let asked = world.post(&format!("{path}/withdraw"), &staff);
        asked.json(&json!({ "reason": reason }))
    };
    for wrong in ["", "换", "请打 13800000001 问"] {
        let told = problem(gone(wrong).send().await.unwrap(), 422, ErrorCode::Invalid).await;
        assert_eq!(told.fields[0].field, "reason", "{wrong}");
    }
    let done = gone(" 片子要重拍 ").send().await.unwrap();
    assert_eq!(done.status(), StatusCode::NO_CONTENT);
    assert!(films(&world, &li.token).await.is_empty());
    let list: Value = ok(world
        .get("/api/v1/programmes", &staff)
        .send()
        .await
        .unwrap())
    .await;
    assert_eq!(list["items"], json!([]));
    // Whose it was is told why, and by whom.
    let list = world.get("/api/v1/programmes?stand=withdrawn", &staff);
    let list: Value = ok(list.send().await.unwrap()).await;
    let back = &list["items"][0]["taken_back"];
    assert_eq!(back["reason"], "片子要重拍");
    assert_eq!(back["by"], "officepublisher-QH");
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_made_is_said_and_tried_again() {
    let disk = ManualDisk::new(1 << 40);
    let world = World::new().await.on_disk(&disk).await;
    let staff = world.staff(Role::OfficePublisher, "QH").await;
    let sound = clip(SOUND).await;
    let upload = begun(&world, &staff, sound.len() as u64).await;
    append(&world, &staff, &upload.id, 0, sound).await;
    let refused = looked_at(&world, &staff, &upload.id).await;
    let why = refused.problem.clone().unwrap_or_default();
    assert!(why.contains("只有声音没有画面"), "{refused:?}");
    let none = world
        .post("/api/v1/programmes", &staff)
        .json(&new(&upload.id));
    let told = problem(none.send().await.unwrap(), 422, ErrorCode::Invalid).await;
    assert_eq!(
        (
            told.fields[0].field.as_str(),
            told.fields[0].message.as_str()
        ),
        ("upload", why.as_str())
    );

    let upload = uploaded(&world, &staff, &clip(PLAIN).await).await;
    disk.set(world.config.limits.reserve_bytes);
    let mut body = new(&upload);
    // Captions are a file, too.
    body["captions"] = json!([]);
    let draft = world.post("/api/v1/programmes", &staff).json(&body);
    let draft: StaffProgramme = ok(draft.send().await.unwrap()).await;
    let id = draft.programme.id.clone();
    let failed = made(&world, &staff, &id).await.film;
    assert_eq!((failed.state, failed.may_retry), (FilmState::Failed, true));
    assert!(failed.problem.unwrap().contains("磁盘已满"));
    let publish = at(
        world.post(&format!("/api/v1/programmes/{id}/publish"), &staff),
        1,
    );
    let told = problem(publish.send().await.unwrap(), 409, ErrorCode::Conflict).await;
    assert_eq!(told.state.as_deref(), Some("failed"));

    disk.set(1 << 40);
    let again = || {
        world
            .post(&format!("/api/v1/programmes/{id}/film"), &staff)
            .json(&json!({}))
    };
    let queued: StaffProgramme = ok(again().send().await.unwrap()).await;
    assert_ne!(queued.film.state, FilmState::Failed);
    let ready = made(&world, &staff, &id).await;
    assert_eq!(
        ready.film.state,
        FilmState::Ready,
        "{:?}",
        ready.film.problem
    );
    let twice = problem(again().send().await.unwrap(), 409, ErrorCode::Conflict).await;
    assert_eq!(twice.state.as_deref(), Some("ready"));
    // What was used once is used.
    let used = world.post("/api/v1/programmes", &staff).json(&new(&upload));
    let told = problem(used.send().await.unwrap(), 422, ErrorCode::Invalid).await;
    assert_eq!(told.fields[0].field, "upload");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_that_ends_the_server_again_and_again_is_given_up() {
    let world = World::new().await;
    let staff = world.staff(Role::OfficePublisher, "QH").await;
    let upload = uploaded(&world, &staff, &clip(PLAIN).await).await;
    let now_ms = world.now_ms();
    // As three servers left it that were killed at it.
    let id = world
        .blocking(move |store| {
            store
                .write::<_, store::Error, _>(move |tx| {
                    let root = store::organizations::root(tx)?.unwrap().id;
                    let content = store::programmes::Content {
                        category: "films".to_owned(),
                        organization_id: root.clone(),
                        audience_id: root,
                        title: "春耕".to_owned(),
                        ..store::programmes::Content::default()
                    };
                    let account = store::uploads::get(tx, &upload)?.unwrap().account_id;
                    store::uploads::take(tx, &upload, &account, now_ms)?;
                    let id = store::programmes::draft(tx, &content, now_ms)?;
                    store::films::queue(tx, &id, &upload, None, now_ms)?;
                    for _ in 0..3 {
                        store::films::begin(tx, &id, &upload, now_ms)?;
                    }
                    Ok(id)
                })
                .unwrap()
        })
        .await;
    let world = world.restarted(1_000).await;
    let failed = made(&world, &staff, &id).await.film;
    assert_eq!((failed.state, failed.may_retry), (FilmState::Failed, true));
    assert!(failed.problem.unwrap().contains("几次中断"));
    // A draft that is given up leaves nothing behind.
    let gone = world.post(&format!("/api/v1/programmes/{id}/withdraw"), &staff);
    let gone = gone.json(&json!({}));
    assert_eq!(gone.send().await.unwrap().status(), StatusCode::NO_CONTENT);
    assert!(is_empty(&world.config.uploads_dir()));
}

#[tokio::test]
async fn what_is_wrong_with_what_is_written_is_said_by_its_field() {
    let world = World::new().await;
    let staff = world.staff(Role::OfficePublisher, "ZJ").await;
    let mut body = new("x");
    body["title"] = "".into();
    body["category"] = "notices".into();
    body["captions"] = json!([{ "language": "zh-CN" }]);
    let answer = world.post("/api/v1/programmes", &staff).json(&body);
    let told = problem(answer.send().await.unwrap(), 422, ErrorCode::Invalid).await;
    let fields: Vec<&str> = told.fields.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(fields, ["title", "category", "captions[0].text"]);
    let mut body = new("x");
    body["captions"] = json!([{ "language": "中文", "text": "WEBVTT\n\n00:03.000 --> 00:02.000\ny\n" },
        { "language": "zh-CN", "text": "你好" }]);
    let answer = world.post("/api/v1/programmes", &staff).json(&body);
    let told = problem(answer.send().await.unwrap(), 422, ErrorCode::Invalid).await;
    let fields: Vec<&str> = told.fields.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "captions[0].language",
            "captions[0].text",
            "captions[1].text"
        ]
    );
    assert!(
        told.fields[1].message.starts_with("第 3 行"),
        "{}",
        told.fields[1].message
    );
}

#[tokio::test]
async fn of_a_few_televisions_nothing_is_told() {
    let world = World::new().await;
    let staff = world.staff(Role::OfficePublisher, "QH").await;
    let now_ms = world.now_ms();
    let id = world
        .blocking(move |store| {
            store
                .write::<_, store::Error, _>(move |tx| {
                    let root = store::organizations::root(tx)?.unwrap().id;
                    let content = store::programmes::Content {
                        category: "films".to_owned(),
                        organization_id: root.clone(),
                        audience_id: root,
                        title: "春耕".to_owned(),
                        duration_ms: 10_000,
                        ..store::programmes::Content::default()
                    };
                    store::programmes::create(tx, &content, now_ms)
                })
                .unwrap()
        })
        .await;
    let mut told = Vec::new();
    for number in 0..6 {
        let home = tv(&world, "ZJ", TerminalKind::Household).await;
        // The first one only begins it.
        let watched_ms = if number == 0 { 1_000 } else { 10_000 };
        let report = ProgressReport {
            position_ms: watched_ms,
            duration_ms: 10_000,
            watched_ms,
            finished: false,
            at_ms: now_ms,
        };
        let path = format!("/api/v1/terminal/progress/{id}");
        let report = world.ask(Method::PUT, &path, &home.token).json(&report);
        let report = report.header("idempotency-key", "k").send().await.unwrap();
        assert_eq!(report.status(), StatusCode::OK);
        let figures = get(&world, &staff, &id).await.figures.unwrap();
        told.push((figures.played, figures.finished));
    }
    // Of the last five all but one went on to the end: that is not told either.
    assert_eq!(told[3..], [(None, None), (Some(5), None), (Some(6), None)]);
    let list: Value = ok(world
        .get("/api/v1/programmes", &staff)
        .send()
        .await
        .unwrap())
    .await;
    assert_eq!(list["items"][0]["figures"], Value::Null);
    // Unless it is asked for, and then by the same rule.
    let list: Value = ok(world
        .get("/api/v1/programmes?figures=true", &staff)
        .send()
        .await
        .unwrap())
    .await;
    assert_eq!(list["items"][0]["figures"]["played"], 6);
    assert_eq!(list["items"][0]["figures"]["finished"], Value::Null);
}
