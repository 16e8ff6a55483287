//! Stored files in a bucket: everything as in a folder, a bucket that is away, and addresses that it signs.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use backend_api::config::S3;
use backend_api::services::files::{FileName, Files};
use backend_api::services::kit::rights::Role;
use contract::error::ErrorCode;
use contract::file::Picture;
use reqwest::{Response, StatusCode};
use tempfile::TempDir;
use tokio::task::JoinHandle;

use crate::common::{World, database, ok, problem};
use crate::s3::{self, ACCESS_KEY, BUCKET, SECRET_KEY};
use crate::several::beside;

/// A store with a bucket.
struct Store {
    folder: TempDir,
    address: SocketAddr,
    serving: Option<JoinHandle<()>>,
}

impl Store {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = s3::listen(([127, 0, 0, 1], 0).into()).await;
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(s3::serve(listener, s3::service(folder.path())));
        Self {
            folder,
            address,
            serving: Some(serving),
        }
    }

    fn settings(&self, signed_addresses: bool) -> S3 {
        S3 {
            endpoint: format!("http://{}", self.address).parse().unwrap(),
            bucket: BUCKET.to_owned(),
            region: "us-east-1".to_owned(),
            access_key: ACCESS_KEY.to_owned(),
            secret_key: SECRET_KEY.to_owned(),
            signed_addresses,
        }
    }

    /// It is away, and its connections are broken.
    async fn stop(&mut self) {
        let serving = self.serving.take().unwrap();
        serving.abort();
        let _ = serving.await;
    }

    async fn go_on(&mut self) {
        let listener = s3::listen(self.address).await;
        let service = s3::service(self.folder.path());
        self.serving = Some(tokio::spawn(s3::serve(listener, service)));
    }
}

async fn world(store: &Store, signed: bool) -> World {
    let settings = store.settings(signed);
    World::with(database().await, move |config| config.s3 = Some(settings)).await
}

fn photograph(blue: u8) -> Vec<u8> {
    let picture = image::RgbImage::from_fn(2_400, 1_200, |x, y| {
        image::Rgb([(x % 256) as u8, (y % 256) as u8, blue])
    });
    let mut out = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut out, image::ImageFormat::Jpeg)
        .unwrap();
    out.into_inner()
}

async fn upload(world: &World, staff: &str, bytes: &[u8]) -> Response {
    let asked = world.post("/api/v1/pictures?caption=", staff);
    let asked = asked.header("content-type", "image/jpeg");
    asked.body(bytes.to_vec()).send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_process_stores_another_serves_in_parts() {
    let store = Store::start().await;
    let world = world(&store, false).await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let terminal = world.terminal(&staff, "ZJ").await.access_token;
    let delivered = photograph(90);
    let picture: Picture = ok(upload(&world, &staff, &delivered).await).await;
    let path = picture.original.as_ref().unwrap().path();
    assert!(
        !world.config.files_dir().exists(),
        "nothing lies in the data folder"
    );

    let (other, _data) = beside(&world).await;
    let there = other.url().join(&path).unwrap();
    let client = reqwest::Client::new();
    let asked = |range: &str| {
        client
            .get(there.clone())
            .bearer_auth(&terminal)
            .header("range", range)
    };
    let whole = client.get(there.clone()).bearer_auth(&terminal);
    let whole = whole.send().await.unwrap();
    assert_eq!(whole.status(), StatusCode::OK);
    assert_eq!(whole.headers()["content-type"], "image/jpeg");
    let etag = whole.headers()["etag"].clone();
    assert_eq!(whole.bytes().await.unwrap(), delivered);
    let size = delivered.len();
    for (range, part) in [
        ("bytes=0-9".to_owned(), 0..10),
        (format!("bytes={}-", size - 5), size - 5..size),
        ("bytes=-7".to_owned(), size - 7..size),
    ] {
        let answer = asked(&range).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::PARTIAL_CONTENT, "{range}");
        assert_eq!(answer.bytes().await.unwrap(), &delivered[part]);
    }
    let beyond = asked(&format!("bytes={size}-")).send().await.unwrap();
    assert_eq!(beyond.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    let kept = client.get(there.clone()).bearer_auth(&terminal);
    let kept = kept.header("if-none-match", etag).send().await.unwrap();
    assert_eq!(kept.status(), StatusCode::NOT_MODIFIED);
    let missing = there
        .join(&format!("/files/{}.jpg", "0".repeat(64)))
        .unwrap();
    let missing = client.get(missing).bearer_auth(&terminal).send().await;
    problem(missing.unwrap(), 404, ErrorCode::NotFound).await;
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_is_away_is_a_sentence_and_the_rest_goes_on() {
    let mut store = Store::start().await;
    let world = world(&store, false).await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let terminal = world.terminal(&staff, "ZJ").await.access_token;
    let delivered = photograph(1);
    let picture: Picture = ok(upload(&world, &staff, &delivered).await).await;
    let path = picture.original.as_ref().unwrap().path();

    store.stop().await;
    let refused = world.get(&path, &terminal).send().await.unwrap();
    assert!(refused.headers().contains_key("retry-after"));
    let told = problem(refused, 503, ErrorCode::Unavailable).await;
    assert!(told.title.contains("文件存储"), "{told:?}");
    let later = photograph(2);
    let refused = upload(&world, &staff, &later).await;
    problem(refused, 503, ErrorCode::Unavailable).await;
    let ready = world.get("/readyz", "").send().await.unwrap();
    assert_eq!(ready.status(), StatusCode::OK, "people can sign in");
    let says = ready.text().await.unwrap();
    assert!(says.starts_with("degraded\n文件存储"), "{says}");
    world.feed(&terminal, "").await;

    store.go_on().await;
    let back = async {
        loop {
            let ready = world.get("/readyz", "").send().await.unwrap();
            if ready.text().await.unwrap().starts_with("ok\n") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), back)
        .await
        .expect("within a minute");
    let whole = world.get(&path, &terminal).send().await.unwrap();
    assert_eq!(whole.bytes().await.unwrap(), delivered);
    let _: Picture = ok(upload(&world, &staff, &later).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_address_is_given_to_who_may_have_the_file_and_to_nobody_else() {
    let store = Store::start().await;
    let world = world(&store, true).await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let terminal = world.terminal(&staff, "ZJ").await.access_token;
    let delivered = photograph(3);
    let picture: Picture = ok(upload(&world, &staff, &delivered).await).await;
    let path = picture.original.as_ref().unwrap().path();
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let at = world.server.url().join(&path).unwrap();
    let nobody = client.get(at.clone()).send().await.unwrap();
    assert_eq!(nobody.status(), StatusCode::UNAUTHORIZED);

    let led = client.get(at).bearer_auth(&terminal).send().await.unwrap();
    assert_eq!(led.status(), StatusCode::FOUND);
    assert_eq!(led.headers()["cache-control"], "no-store");
    let address: url::Url = led.headers()["location"].to_str().unwrap().parse().unwrap();
    assert_eq!(address.port(), Some(store.address.port()));
    let of_query: BTreeMap<_, _> = address.query_pairs().collect();
    assert_eq!(of_query["X-Amz-Expires"], "300");
    let part = client.get(address.clone()).header("range", "bytes=0-9");
    let part = part.send().await.unwrap();
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.headers()["content-type"], "image/jpeg");
    assert_eq!(part.bytes().await.unwrap(), &delivered[..10]);
    // It is for this file alone.
    let mut others = address.clone();
    others.set_path(&format!("/{BUCKET}/files/00/{}.jpg", "0".repeat(64)));
    let refused = client.get(others).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
}

/// A large file goes there in parts, and what is broken off leaves nothing that looks like it.
#[tokio::test(flavor = "multi_thread")]
async fn a_film_goes_there_in_parts_and_comes_back_whole() {
    let mut store = Store::start().await;
    let scratch = tempfile::tempdir().unwrap();
    let files = Files::in_bucket(&store.settings(false), scratch.path()).unwrap();
    let film = scratch.path().join("film.mp4");
    let bytes: Vec<u8> = (0..20 * 1024 * 1024_u32).map(|at| (at / 7) as u8).collect();
    std::fs::write(&film, &bytes).unwrap();

    store.stop().await;
    let refused = files.put_file(&film, "mp4", "video/mp4").await.unwrap_err();
    assert!(refused.to_string().contains("S3"), "{refused}");
    store.go_on().await;
    assert_eq!(files.list().await.unwrap(), []);
    let stored = files.put_file(&film, "mp4", "video/mp4").await.unwrap();
    let name = FileName::parse(&stored.name).unwrap();
    assert_eq!(
        files.list().await.unwrap(),
        [(name.clone(), bytes.len() as u64)]
    );
    let local = files.local(&name).await.unwrap();
    assert_eq!(std::fs::read(local.path()).unwrap(), bytes);
    let copy = local.path().to_owned();
    drop(local);
    assert!(!copy.exists());
    files.remove(&name).await.unwrap();
    files.remove(&name).await.unwrap();
    assert_eq!(files.size(&name).await.unwrap(), None);
}
