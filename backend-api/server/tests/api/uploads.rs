//! Films on their way from a browser: what counts of them, who may send one, and what ends it.

use std::path::PathBuf;
use std::time::Duration;

use backend_api::config::Upload as Pace;
use backend_api::services::kit::rights::Role;
use backend_api::services::space::ManualDisk;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use contract::error::ErrorCode;
use contract::upload::{LARGEST_UPLOAD, Upload, UploadState};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::common::{World, ok, problem};

/// A guard against hanging; nothing is measured with it.
pub const PATIENCE: Duration = Duration::from_secs(120);

fn tus(request: RequestBuilder) -> RequestBuilder {
    request.header("tus-resumable", "1.0.0")
}

pub async fn create(world: &World, staff: &str, bytes: u64, sha256: Option<&str>) -> Response {
    let mut said = format!("filename {}", BASE64.encode("春耕.mp4"));
    if let Some(sha256) = sha256 {
        said.push_str(&format!(",sha256 {}", BASE64.encode(sha256)));
    }
    let request = tus(world.post("/api/v1/uploads", staff)).header("upload-metadata", said);
    let request = request.header("upload-length", bytes);
    request.send().await.unwrap()
}

/// A new upload of so many bytes.
pub async fn begun(world: &World, staff: &str, bytes: u64) -> Upload {
    let answer = create(world, staff, bytes, None).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    assert_eq!(answer.headers()["tus-resumable"], "1.0.0");
    let place = answer.headers()["location"].to_str().unwrap().to_owned();
    let upload: Upload = ok(answer).await;
    assert_eq!(place, path(&upload.id));
    upload
}

fn path(id: &str) -> String {
    format!("/api/v1/uploads/{id}")
}

pub async fn append(
    world: &World,
    staff: &str,
    id: &str,
    offset: u64,
    bytes: impl Into<Vec<u8>>,
) -> Response {
    let request = tus(world.ask(Method::PATCH, &path(id), staff));
    let request = request
        .header("upload-offset", offset)
        .header("content-type", "application/offset+octet-stream")
        .body(bytes.into());
    request.send().await.unwrap()
}

pub async fn offset(world: &World, staff: &str, id: &str) -> u64 {
    let answer = tus(world.ask(Method::HEAD, &path(id), staff));
    let answer = answer.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let told = answer.headers()["upload-offset"].to_str().unwrap();
    told.parse().unwrap()
}

pub async fn there(world: &World, staff: &str, id: &str) -> Upload {
    ok(world.get(&path(id), staff).send().await.unwrap()).await
}

/// Waits until it is known what was sent.
pub async fn looked_at(world: &World, staff: &str, id: &str) -> Upload {
    let looked = async {
        loop {
            let upload = there(world, staff, id).await;
            if !matches!(upload.state, UploadState::Checking | UploadState::Receiving) {
                return upload;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, looked).await.unwrap()
}

/// Waits until so much counts.
pub async fn counts(world: &World, staff: &str, id: &str, bytes: u64) {
    let counted = async {
        while offset(world, staff, id).await != bytes {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, counted).await.unwrap();
}

/// Somebody who sends what is said piece by piece.
pub struct Sending(TcpStream);

impl Sending {
    /// Begins to send `bytes` more from `offset` on.
    pub async fn begin(world: &World, staff: &str, id: &str, offset: u64, bytes: u64) -> Self {
        let mut stream = TcpStream::connect(world.server.addr).await.unwrap();
        let head = format!(
            "PATCH {} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {staff}\r\ntus-resumable: 1.0.0\r\n\
             content-type: application/offset+octet-stream\r\nupload-offset: {offset}\r\ncontent-length: {bytes}\r\n\r\n",
            path(id)
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        Self(stream)
    }

    pub async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
    }

    /// The head of the answer.
    pub async fn answer(mut self) -> String {
        let mut all = Vec::new();
        let mut part = [0; 4_096];
        while !all.windows(4).any(|it| it == b"\r\n\r\n") {
            let read = tokio::time::timeout(PATIENCE, self.0.read(&mut part));
            match read.await.expect("an answer") {
                Ok(0) | Err(_) => break,
                Ok(length) => all.extend_from_slice(&part[..length]),
            }
        }
        String::from_utf8_lossy(&all).into_owned()
    }
}

fn on_disk(world: &World, id: &str) -> PathBuf {
    world.config.uploads_dir().join(format!("{id}.part"))
}

#[tokio::test]
async fn what_is_there_counts_whatever_is_cut_and_whenever_it_restarts() {
    let world = World::new().await;
    let staff = world.staff(Role::OfficePublisher, "QH").await;
    let film: Vec<u8> = (0..100_000_u32).map(|n| (n % 251) as u8).collect();
    let upload = begun(&world, &staff, film.len() as u64).await;
    assert_eq!(
        (upload.file_name.as_str(), upload.received),
        ("春耕.mp4", 0)
    );

    // The line is cut in the middle of what was said to come.
    let mut sending = Sending::begin(&world, &staff, &upload.id, 0, film.len() as u64).await;
    sending.send(&film[..40_000]).await;
    drop(sending);
    counts(&world, &staff, &upload.id, 40_000).await;
    let wrong = append(&world, &staff, &upload.id, 39_999, &film[39_999..]).await;
    problem(wrong, 409, ErrorCode::Conflict).await;

    // A machine that was switched off may have more of the file than counts.
    let mut half = std::fs::read(on_disk(&world, &upload.id)).unwrap();
    half.extend_from_slice(&[7; 999]);
    std::fs::write(on_disk(&world, &upload.id), half).unwrap();
    let world = world.restarted(1_000).await;
    assert_eq!(offset(&world, &staff, &upload.id).await, 40_000);
    let own: Vec<Upload> = ok(world.get("/api/v1/uploads", &staff).send().await.unwrap()).await;
    assert_eq!(own[0].id, upload.id);
    let more = append(&world, &staff, &upload.id, 40_000, &film[40_000..70_000]).await;
    assert_eq!(more.status(), StatusCode::NO_CONTENT);
    assert_eq!(more.headers()["upload-offset"], "70000");
    assert_eq!(
        std::fs::read(on_disk(&world, &upload.id)).unwrap(),
        film[..70_000]
    );
    let too_much = append(&world, &staff, &upload.id, 70_000, vec![0; 30_001]).await;
    problem(too_much, 400, ErrorCode::BadRequest).await;
    assert_eq!(offset(&world, &staff, &upload.id).await, 70_000);
    let last = append(&world, &staff, &upload.id, 70_000, &film[70_000..]).await;
    assert_eq!(last.headers()["upload-offset"], "100000");

    // It is no film: that is said in words, and nothing of it is left.
    let refused = looked_at(&world, &staff, &upload.id).await;
    assert_eq!(refused.state, UploadState::Refused);
    let why = refused.problem.unwrap();
    assert!(why.contains("不是能识别的视频文件"), "{why}");
    assert!(!on_disk(&world, &upload.id).exists());
}

#[tokio::test]
async fn what_came_is_compared_with_what_was_meant_to() {
    let world = World::new().await;
    let staff = world.staff(Role::OfficePublisher, "QH").await;
    let upload: Upload = ok(create(&world, &staff, 3, Some(&"0".repeat(64))).await).await;
    append(&world, &staff, &upload.id, 0, *b"abc").await;
    let refused = looked_at(&world, &staff, &upload.id).await;
    let why = refused.problem.unwrap();
    assert!(why.contains("校验不符"), "{why}");
    // The right one is looked at further.
    let right = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";
    let upload: Upload = ok(create(&world, &staff, 3, Some(right)).await).await;
    append(&world, &staff, &upload.id, 0, *b"abc").await;
    let refused = looked_at(&world, &staff, &upload.id).await;
    let why = refused.problem.unwrap();
    assert!(!why.contains("校验不符"), "{why}");
}

#[tokio::test]
async fn one_at_a_time_sends_and_only_whose_it_is() {
    let world = World::new().await;
    let staff = world.staff(Role::OfficePublisher, "QH").await;
    let other = world.staff(Role::PlatformAdministrator, "QH").await;
    let upload = begun(&world, &staff, 10).await;
    let mut sending = Sending::begin(&world, &staff, &upload.id, 0, 10).await;
    sending.send(b"abc").await;
    // What came over a slow line is written after a while.
    counts(&world, &staff, &upload.id, 3).await;
    let second = append(&world, &staff, &upload.id, 3, *b"defghij").await;
    problem(second, 423, ErrorCode::Conflict).await;

    // To others it is not there.
    for method in [Method::GET, Method::DELETE] {
        let theirs = tus(world.ask(method, &path(&upload.id), &other));
        problem(theirs.send().await.unwrap(), 404, ErrorCode::NotFound).await;
    }
    let theirs = append(&world, &other, &upload.id, 3, *b"defghij").await;
    problem(theirs, 404, ErrorCode::NotFound).await;

    let gone = tus(world.ask(Method::DELETE, &path(&upload.id), &staff));
    assert_eq!(gone.send().await.unwrap().status(), StatusCode::NO_CONTENT);
    let ended = sending.answer().await;
    assert!(ended.starts_with("HTTP/1.1 401"), "{ended}");
    assert!(!on_disk(&world, &upload.id).exists());
    let again = append(&world, &staff, &upload.id, 3, *b"defghij").await;
    problem(again, 404, ErrorCode::NotFound).await;
}

#[tokio::test]
async fn whoever_may_no_longer_sends_no_more() {
    let world = World::new().await;
    let staff = world.staff(Role::OfficePublisher, "QH").await;
    let upload = begun(&world, &staff, 10).await;
    let mut sending = Sending::begin(&world, &staff, &upload.id, 0, 10).await;
    sending.send(b"abc").await;
    counts(&world, &staff, &upload.id, 3).await;
    let out = world.ask(Method::DELETE, "/api/v1/staff/sessions/current", &staff);
    assert!(out.send().await.unwrap().status().is_success());
    let ended = sending.answer().await;
    assert!(ended.starts_with("HTTP/1.1 401"), "{ended}");
    // Who signs in again goes on.
    let again = world.sign_in("officepublisher-QH", crate::common::PASSWORD);
    let again: contract::staff::SignInResponse = ok(again.await).await;
    let rest = append(&world, &again.access_token, &upload.id, 3, *b"defghij").await;
    assert_eq!(rest.status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn who_trickles_is_cut_off_and_what_came_counts() {
    let world = World::set(|config| {
        config.limits.film = Pace {
            bytes: 1_000_000,
            seconds: 1,
        };
    })
    .await;
    let staff = world.staff(Role::OfficePublisher, "QH").await;
    let upload = begun(&world, &staff, 2_000_000).await;
    let mut sending = Sending::begin(&world, &staff, &upload.id, 0, 2_000_000).await;
    sending.send(b"abc").await;
    let cut = sending.answer().await;
    assert!(cut.starts_with("HTTP/1.1 503"), "{cut}");
    assert!(cut.to_lowercase().contains("tus-resumable: 1.0.0"), "{cut}");
    assert_eq!(offset(&world, &staff, &upload.id).await, 3);
}

#[tokio::test]
async fn what_is_wrong_is_said_in_words() {
    let world = World::new().await;
    let staff = world.staff(Role::OfficePublisher, "QH").await;
    let open = world.ask(Method::OPTIONS, "/api/v1/uploads", "");
    let open = open.send().await.unwrap();
    assert_eq!(open.status(), StatusCode::NO_CONTENT);
    let size = LARGEST_UPLOAD.to_string();
    for (header, value) in [
        ("tus-version", "1.0.0"),
        ("tus-extension", "creation,expiration,termination"),
        ("tus-max-size", &size),
    ] {
        assert_eq!(open.headers()[header], value);
    }
    for bytes in [0, LARGEST_UPLOAD + 1] {
        let refused = create(&world, &staff, bytes, None).await;
        let told = problem(refused, 422, ErrorCode::Invalid).await;
        assert_eq!(told.fields[0].field, "bytes");
    }
    let refused = create(&world, &staff, 1, Some("abc")).await;
    let told = problem(refused, 422, ErrorCode::Invalid).await;
    assert_eq!(told.fields[0].field, "sha256");
    let request = world
        .post("/api/v1/uploads", &staff)
        .header("upload-length", 1);
    let old = request.send().await.unwrap();
    assert_eq!(old.headers()["tus-version"], "1.0.0");
    problem(old, 412, ErrorCode::BadRequest).await;
    for (header, value) in [
        ("x-none", "1"),
        ("upload-length", "-1"),
        ("upload-length", "x"),
    ] {
        let request = tus(world.post("/api/v1/uploads", &staff)).header(header, value);
        problem(request.send().await.unwrap(), 400, ErrorCode::BadRequest).await;
    }
    let upload = begun(&world, &staff, 10).await;
    let request = tus(world.ask(Method::PATCH, &path(&upload.id), &staff));
    let request = request.header("upload-offset", 0).body("abc");
    problem(request.send().await.unwrap(), 415, ErrorCode::BadRequest).await;

    // Nobody takes all the room.
    for _ in 1..4 {
        begun(&world, &staff, 10).await;
    }
    let fifth = create(&world, &staff, 10, None).await;
    let told = problem(fifth, 409, ErrorCode::Conflict).await;
    assert!(told.title.contains("4 个影片"), "{}", told.title);
}

#[tokio::test]
async fn the_reserve_of_the_database_is_nobodys() {
    let disk = ManualDisk::new(1 << 40);
    let world = World::new().await.on_disk(&disk).await;
    let staff = world.staff(Role::OfficePublisher, "QH").await;
    let upload = begun(&world, &staff, 4_000).await;
    let first = append(&world, &staff, &upload.id, 0, vec![1; 1_000]).await;
    assert_eq!(first.status(), StatusCode::NO_CONTENT);
    disk.set(world.config.limits.reserve_bytes + 1_000);
    let refused = create(&world, &staff, 10, None).await;
    let told = problem(refused, 507, ErrorCode::StorageFull).await;
    assert!(told.title.contains("留给数据库"), "{}", told.title);
    let full = append(&world, &staff, &upload.id, 1_000, vec![1; 3_000]).await;
    problem(full, 507, ErrorCode::StorageFull).await;
    assert_eq!(offset(&world, &staff, &upload.id).await, 1_000);
    // A disk that holds the film, but not what others have begun beside it.
    let room = 1 << 30;
    disk.set(world.config.limits.reserve_bytes + room);
    let large = create(&world, &staff, room - 2_000, None).await;
    problem(large, 507, ErrorCode::StorageFull).await;
    let rest = append(&world, &staff, &upload.id, 1_000, vec![1; 3_000]).await;
    assert_eq!(rest.status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn what_nothing_comes_of_is_thrown_away() {
    let world = World::new().await;
    let staff = world.staff(Role::OfficePublisher, "QH").await;
    let upload = begun(&world, &staff, 10).await;
    world.clock.advance_ms(10 * 3_600_000);
    append(&world, &staff, &upload.id, 0, *b"abc").await;
    let told = there(&world, &staff, &upload.id).await;
    assert_eq!(told.expires_at_ms, world.now_ms() + 24 * 3_600_000);
    // A day after the beginning something has come meanwhile.
    let world = world.restarted(14 * 3_600_000 + 1_000).await;
    let staff = again(&world).await;
    assert_eq!(offset(&world, &staff, &upload.id).await, 3);
    world.clock.advance_ms(10 * 3_600_000);
    let gone = async {
        while on_disk(&world, &upload.id).exists() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, gone).await.unwrap();
    let staff = again(&world).await;
    let answer = tus(world.ask(Method::HEAD, &path(&upload.id), &staff));
    assert_eq!(answer.send().await.unwrap().status(), StatusCode::NOT_FOUND);
}

async fn again(world: &World) -> String {
    let session = world.sign_in("officepublisher-QH", crate::common::PASSWORD);
    let session: contract::staff::SignInResponse = ok(session.await).await;
    session.access_token
}
