//! Voices and pictures of requests: who reads them, and what is refused without harm.

use std::time::Duration;

use backend_api::services::kit::rights::Role;
use backend_api::services::space::ManualDisk;
use contract::error::ErrorCode;
use contract::request::{Attachment, Request, TerminalRequests};
use gst::prelude::*;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::common::{World, databases, ok, problem, tv};
use crate::service_town::{Town, bomb, photograph, recording, voice};
use contract::terminal::TerminalKind;

/// The bytes of an answer.
async fn bytes(answer: Response) -> Vec<u8> {
    assert_eq!(answer.status(), StatusCode::OK);
    answer.bytes().await.unwrap().to_vec()
}

async fn own(town: &Town) -> TerminalRequests {
    let list = town
        .world()
        .get("/api/v1/terminal/requests", &town.hall.home.token);
    ok(list.send().await.unwrap()).await
}

async fn upload(world: &World, staff: &str, body: Vec<u8>) -> Response {
    let request = world.post("/api/v1/requests/attachments", staff);
    request.body(body).send().await.unwrap()
}

async fn act(town: &Town, staff: &str, id: &str, act: Value) -> Response {
    let path = format!("/api/v1/requests/{id}");
    let request: Request = ok(town.world().get(&path, staff).send().await.unwrap()).await;
    let acts = town.world().post(&format!("{path}/acts"), staff);
    let acts = acts.header("if-match", format!("\"{}\"", request.version));
    acts.json(&act).send().await.unwrap()
}

#[tokio::test]
async fn a_voice_is_read_by_who_sees_the_request_on_both_engines() {
    for database in databases().await {
        let town = Town::on(database).await;
        let world = town.world();
        let said = recording(2_000);
        let receipt = town.asked("k1", Some(voice(&said))).await;
        let list = own(&town).await;
        let heard = &list.requests[0].history[0].attachments[0];
        assert_eq!(heard.media_type, "audio/ogg");
        assert_eq!(heard.length_ms, Some(2_000));
        let path = format!("/requests/{}/attachments/{}", receipt.id, heard.id);
        let at_tv = format!("/api/v1/terminal{path}");
        let staff = format!("/api/v1{path}");
        let answer = world.get(&staff, &town.hall.staff).send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "audio/ogg");
        assert_eq!(answer.headers()["cache-control"], "private, no-store");
        assert_eq!(bytes(answer).await, said);
        let answer = world
            .get(&at_tv, &town.hall.home.token)
            .send()
            .await
            .unwrap();
        assert_eq!(bytes(answer).await, said);

        // Neighbours, other villages, other offices, a station without a session: to them it is not there.
        let other = tv(world, "ZJ", TerminalKind::Household).await;
        let li = world.staff(Role::OrganizationStaff, "LJ").await;
        for (path, token) in [(&at_tv, &other.token), (&staff, &li), (&staff, &town.clerk)] {
            let answer = world.get(path, token).send().await.unwrap();
            problem(answer, 404, ErrorCode::NotFound).await;
        }
        let station = world
            .get(&at_tv, &town.hall.station.token)
            .send()
            .await
            .unwrap();
        problem(station, 403, ErrorCode::Forbidden).await;
        // Nor by the address of another request.
        let second = town.asked("k2", None).await;
        let moved = staff.replace(&receipt.id, &second.id);
        let answer = world.get(&moved, &town.hall.staff).send().await.unwrap();
        problem(answer, 404, ErrorCode::NotFound).await;
        // It lies where no public file does.
        let public = world.config.files_dir();
        assert!(!public.exists() || std::fs::read_dir(&public).unwrap().next().is_none());
        assert!(world.config.attachments_dir().is_dir());
        let sound = world.blocking(|store| store.integrity_check().unwrap());
        assert_eq!(sound.await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn pictures_of_an_answer_are_used_once_and_by_who_uploaded_them() {
    let town = Town::new().await;
    let world = town.world();
    let receipt = town.asked("k1", None).await;
    let uploaded = upload(world, &town.hall.staff, photograph(3_000, 1_000)).await;
    assert_eq!(uploaded.status(), StatusCode::CREATED);
    let picture: Attachment = ok(uploaded).await;
    assert_eq!(picture.media_type, "image/jpeg");
    let reply =
        json!({ "act": "reply", "text": "请看照片", "done": false, "pictures": [picture.id] });
    let other = world.staff(Role::PlatformAdministrator, "QH").await;
    let refused = act(&town, &other, &receipt.id, reply.clone()).await;
    let refused = problem(refused, 422, ErrorCode::Invalid).await;
    assert_eq!(refused.fields[0].field, "pictures");
    ok::<Value>(act(&town, &town.hall.staff, &receipt.id, reply.clone()).await).await;
    let again = act(&town, &town.hall.staff, &receipt.id, reply).await;
    problem(again, 422, ErrorCode::Invalid).await;
    let list = own(&town).await;
    let shown = list.requests[0].history.last().unwrap();
    let path = format!(
        "/api/v1/terminal/requests/{}/attachments/{}",
        receipt.id, shown.attachments[0].id
    );
    let answer = world
        .get(&path, &town.hall.home.token)
        .send()
        .await
        .unwrap();
    let drawn = image::load_from_memory(&bytes(answer).await).unwrap();
    assert_eq!(drawn.width(), 1_600, "drawn anew");
    // A role that answers nobody uploads nothing.
    let reader = world.staff(Role::Reader, "QH").await;
    let refused = upload(world, &reader, photograph(8, 8)).await;
    problem(refused, 403, ErrorCode::Forbidden).await;
}

#[tokio::test]
async fn who_asked_the_same_sees_the_pictures_of_the_answer_on_both_engines() {
    for database in databases().await {
        let town = Town::on(database).await;
        let world = town.world();
        let staff = &town.hall.staff;
        let first = town.asked("k1", None).await;
        let before = town.asked("k2", None).await;
        let after = town.asked("k3", None).await;
        let merge = json!({ "act": "merge", "into": first.id });
        ok::<Value>(act(&town, staff, &before.id, merge.clone()).await).await;
        let picture: Attachment = ok(upload(world, staff, photograph(30, 10)).await).await;
        let reply =
            json!({ "act": "reply", "text": "照着做", "done": true, "pictures": [picture.id] });
        ok::<Value>(act(&town, staff, &first.id, reply).await).await;
        // One that comes after the answer gets it all the same.
        ok::<Value>(act(&town, staff, &after.id, merge).await).await;

        let list = own(&town).await;
        let mut seen = Vec::new();
        for asked in [&first, &before, &after] {
            let shown = list.requests.iter().find(|it| it.id == asked.id).unwrap();
            let answer = shown.history.last().unwrap();
            assert_eq!(
                (answer.text.as_str(), answer.attachments.len()),
                ("照着做", 1)
            );
            let id = answer.attachments[0].id.clone();
            let path = format!("/api/v1/terminal/requests/{}/attachments/{id}", asked.id);
            let answer = world.get(&path, &town.hall.home.token).send().await;
            let drawn = image::load_from_memory(&bytes(answer.unwrap()).await).unwrap();
            assert_eq!(drawn.width(), 30);
            let path = format!("/api/v1/requests/{}/attachments/{id}", asked.id);
            let answer = world.get(&path, staff).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK);
            seen.push(id);
        }
        // Each has it under a name of their own, which opens nothing at another request.
        let path = format!("/api/v1/requests/{}/attachments/{}", first.id, seen[1]);
        let answer = world.get(&path, staff).send().await.unwrap();
        problem(answer, 404, ErrorCode::NotFound).await;
        let sound = world.blocking(|store| store.integrity_check().unwrap());
        assert_eq!(sound.await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn what_is_no_picture_is_refused_in_words_and_without_harm() {
    let town = Town::new().await;
    let world = town.world();
    let staff = &town.hall.staff;
    let heic = b"\0\0\0\x24ftypheic\0\0\0\0mif1heic".to_vec();
    for (body, says) in [
        (b"%PDF-1.7".to_vec(), "JPEG"),
        (heic, "HEIC"),
        (bomb(), "像素过大"),
        (recording(1_000), "JPEG"),
        (Vec::new(), "JPEG"),
    ] {
        let refused = problem(upload(world, staff, body).await, 400, ErrorCode::BadRequest).await;
        assert!(refused.title.contains(says), "{}", refused.title);
    }
    // Two gigabytes, as the head says, are not waited for.
    let url = world.server.url();
    let (host, port) = (url.host_str().unwrap(), url.port().unwrap());
    let mut line = tokio::net::TcpStream::connect((host, port)).await.unwrap();
    let head = format!(
        "POST /api/v1/requests/attachments HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {staff}\r\n\
         content-length: 2147483648\r\n\r\n"
    );
    let answer = told(&mut line, head.as_bytes(), 0).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(answer.contains("内容太大"), "{answer}");
    // Nor is a body without an end.
    let mut line = tokio::net::TcpStream::connect((host, port)).await.unwrap();
    let head = head.replace("content-length: 2147483648", "transfer-encoding: chunked");
    let answer = told(&mut line, head.as_bytes(), 64 << 20).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    // The server goes on.
    let good = upload(world, staff, photograph(8, 8)).await;
    assert_eq!(good.status(), StatusCode::CREATED);
}

/// What is answered after a head and chunks of so many bytes, as far as they are taken.
async fn told(line: &mut tokio::net::TcpStream, head: &[u8], bytes: usize) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    line.write_all(head).await.unwrap();
    let chunk = [b"10000\r\n".as_slice(), &[7; 0x10000], b"\r\n"].concat();
    for _ in 0..bytes / 0x10000 {
        // A server that has had enough closes.
        if line.write_all(&chunk).await.is_err() {
            break;
        }
    }
    let mut answer = Vec::new();
    let read = async {
        let mut part = [0; 4_096];
        while let Ok(read) = line.read(&mut part).await {
            answer.extend_from_slice(&part[..read]);
            let text = String::from_utf8_lossy(&answer);
            if read == 0 || text.contains("\r\n\r\n{") && text.ends_with('}') {
                break;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(60), read)
        .await
        .unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn what_trickles_in_is_cut_off() {
    let world = World::set(|config| {
        config.limits.upload.seconds = 1;
        config.limits.upload.bytes = 1_000_000;
    })
    .await;
    let staff = world.staff(Role::OrganizationStaff, "QH").await;
    let url = world.server.url();
    let (host, port) = (url.host_str().unwrap(), url.port().unwrap());
    let mut line = tokio::net::TcpStream::connect((host, port)).await.unwrap();
    let head = format!(
        "POST /api/v1/requests/attachments HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {staff}\r\n\
         content-length: 100000\r\n\r\n."
    );
    let answer = told(&mut line, head.as_bytes(), 0).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert!(answer.contains("上传中断"), "{answer}");
}

#[tokio::test]
async fn voices_that_cannot_be_kept_leave_nothing_behind() {
    let town = Town::new().await;
    let world = town.world();
    let mut cut = recording(2_000);
    cut.pop();
    for (bytes, says) in [
        (b"ID3 a song".to_vec(), "不是录音文件"),
        (cut, "不完整"),
        (recording(63_000), "最多 60 秒"),
        (photograph(8, 8), "不是录音文件"),
    ] {
        let body = json!({
            "category_id": town.farming.id,
            "phone": { "of": "none" },
            "voice": voice(&bytes),
        });
        let refused = town.at_home("/api/v1/terminal/requests", "k", &body).await;
        let refused = problem(refused, 422, ErrorCode::Invalid).await;
        assert_eq!(refused.fields[0].field, "voice");
        assert!(refused.fields[0].message.contains(says), "{refused:?}");
    }
    assert_eq!(own(&town).await.requests, []);
    assert!(!world.config.attachments_dir().exists());
    // The key is free for what can be kept.
    town.asked("k", Some(voice(&recording(2_000)))).await;
    assert_eq!(own(&town).await.requests.len(), 1);
}

#[tokio::test]
async fn a_full_disk_is_said_and_takes_no_request_along() {
    let disk = ManualDisk::new(1 << 40);
    let mut town = Town::new().await;
    town.hall.world = town.hall.world.on_disk(&disk).await;
    disk.set(0);
    let body = json!({
        "category_id": town.farming.id,
        "phone": { "of": "none" },
        "voice": voice(&recording(2_000)),
    });
    let full = town.at_home("/api/v1/terminal/requests", "k", &body).await;
    problem(full, 507, ErrorCode::StorageFull).await;
    // What needs no room goes on.
    town.asked("k2", None).await;
    disk.set(1 << 40);
    ok::<Value>(town.at_home("/api/v1/terminal/requests", "k", &body).await).await;
}

/// What an encoder makes, not only what this test writes.
#[tokio::test]
async fn a_recording_of_gstreamer_is_taken() {
    gst::init().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("voice.ogg");
    for channels in [1, 2] {
        let described = format!(
            "audiotestsrc num-buffers=100 samplesperbuffer=960 ! audio/x-raw,rate=48000,channels={channels} \
             ! opusenc bitrate=16000 ! oggmux ! filesink location={}",
            place.display()
        );
        let pipeline = gst::parse::launch(&described).unwrap();
        pipeline.set_state(gst::State::Playing).unwrap();
        let bus = pipeline.bus().unwrap();
        let ends = [gst::MessageType::Eos, gst::MessageType::Error];
        let message = bus.timed_pop_filtered(gst::ClockTime::from_seconds(60), &ends);
        assert_eq!(message.unwrap().type_(), gst::MessageType::Eos);
        pipeline.set_state(gst::State::Null).unwrap();
        let town = Town::new().await;
        town.asked("k", Some(voice(&std::fs::read(&place).unwrap())))
            .await;
        let list = own(&town).await;
        let heard = &list.requests[0].history[0].attachments[0];
        let length_ms = heard.length_ms.unwrap();
        assert!((1_980..=2_060).contains(&length_ms), "{length_ms}");
    }
}
