use std::path::Path;

use backend_api::services::backup::{self, BackupError, Folders};
use backend_api::services::files::{FileName, Files};
use backend_api::services::kit::error::ServiceError;
use backend_api::services::kit::rights::Role;
use backend_api::services::space::{ManualDisk, SystemDisk};
use contract::error::ErrorCode;
use contract::file::Picture;
use contract::operation::{ServerCondition, WarningKind};
use reqwest::{Method, StatusCode};

use crate::common::{World, ok, problem};

fn photograph() -> Vec<u8> {
    let picture = image::RgbImage::from_fn(2400, 1200, |x, y| {
        image::Rgb([(x % 256) as u8, (y % 256) as u8, 90])
    });
    let mut out = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut out, image::ImageFormat::Jpeg)
        .unwrap();
    out.into_inner()
}

#[tokio::test]
async fn a_picture_is_scaled_stored_and_served_in_parts() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let terminal = world.terminal(&staff, "ZJ").await.access_token;
    let delivered = photograph();
    let answer = world
        .post("/api/v1/pictures?caption=%E5%90%88%E5%BD%B1", &staff)
        .header("content-type", "image/jpeg")
        .body(delivered.clone())
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED);
    let picture: Picture = ok(answer).await;
    assert_eq!((picture.width, picture.height), (1920, 960));
    assert_eq!(picture.caption, "合影");

    let path = picture.original.as_ref().unwrap().path();
    let whole = world.get(&path, &terminal).send().await.unwrap();
    assert_eq!(whole.status(), StatusCode::OK);
    assert_eq!(whole.headers()["content-type"], "image/jpeg");
    assert_eq!(whole.headers()["accept-ranges"], "bytes");
    assert!(
        whole.headers()["cache-control"]
            .to_str()
            .unwrap()
            .contains("immutable")
    );
    let etag = whole.headers()["etag"].clone();
    assert_eq!(whole.bytes().await.unwrap(), delivered);

    let size = delivered.len();
    for (range, part) in [
        ("bytes=0-9".to_owned(), 0..10),
        (format!("bytes={}-", size - 5), size - 5..size),
        ("bytes=-7".to_owned(), size - 7..size),
        (format!("bytes=100-{}", size * 2), 100..size),
    ] {
        let answer = world.get(&path, &terminal).header("range", &range);
        let answer = answer.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::PARTIAL_CONTENT, "{range}");
        assert_eq!(
            answer.headers()["content-range"].to_str().unwrap(),
            format!("bytes {}-{}/{size}", part.start, part.end - 1)
        );
        assert_eq!(answer.bytes().await.unwrap(), &delivered[part]);
    }

    let beyond = world
        .get(&path, &terminal)
        .header("range", format!("bytes={size}-"))
        .send()
        .await
        .unwrap();
    assert_eq!(
        beyond.headers()["content-range"].to_str().unwrap(),
        format!("bytes */{size}")
    );
    problem(beyond, 416, ErrorCode::BadRequest).await;

    let kept = world.get(&path, &terminal).header("if-none-match", &etag);
    assert_eq!(
        kept.send().await.unwrap().status(),
        StatusCode::NOT_MODIFIED
    );
    let changed = world
        .get(&path, &terminal)
        .header("range", "bytes=0-9")
        .header("if-range", "\"something else\"");
    assert_eq!(changed.send().await.unwrap().status(), StatusCode::OK);
    let same = world
        .get(&path, &terminal)
        .header("range", "bytes=0-9")
        .header("if-range", &etag);
    assert_eq!(
        same.send().await.unwrap().status(),
        StatusCode::PARTIAL_CONTENT
    );

    let head = world
        .ask(Method::HEAD, &path, &terminal)
        .send()
        .await
        .unwrap();
    assert_eq!(head.status(), StatusCode::OK);
    assert_eq!(head.headers()["content-length"], size.to_string().as_str());
    // Staff see them too; nobody else does.
    let by_staff = world.get(&path, &staff).send().await.unwrap();
    assert_eq!(by_staff.status(), StatusCode::OK);
    let stranger = world.get(&path, "").send().await.unwrap();
    problem(stranger, 401, ErrorCode::Unauthenticated).await;
}

#[tokio::test]
async fn names_that_are_none_do_not_exist() {
    let world = World::new().await;
    let staff = world.staff(Role::Reader, "QH").await;
    for name in [
        "x",
        "..%2F..%2Fdata.sqlite",
        "%2e%2e%2fdata.sqlite",
        "%00",
        &"a".repeat(5000),
        &format!("{}.jpg", "0".repeat(64)),
        &format!("{}.jpg%2F..", "0".repeat(64)),
    ] {
        let answer = world.get(&format!("/files/{name}"), &staff);
        problem(answer.send().await.unwrap(), 404, ErrorCode::NotFound).await;
    }
}

#[tokio::test]
async fn what_is_no_picture_is_refused() {
    let world = World::new().await;
    let editor = world.staff(Role::BranchSecretary, "ZJ").await;
    let reader = world.staff(Role::Reader, "ZJ").await;
    let send = async |token: &str, bytes: Vec<u8>| {
        let request = world.post("/api/v1/pictures", token).body(bytes);
        request.send().await.unwrap()
    };
    let text = send(&editor, b"not a picture".to_vec()).await;
    problem(text, 400, ErrorCode::BadRequest).await;
    let mut cut = photograph();
    cut.truncate(300);
    problem(send(&editor, cut).await, 400, ErrorCode::BadRequest).await;
    let forbidden = send(&reader, photograph()).await;
    problem(forbidden, 403, ErrorCode::Forbidden).await;
}

/// Without room nothing is stored, which is said in words everywhere, and what is there can be read.
#[tokio::test]
async fn on_a_full_disk_pictures_are_refused_and_reading_goes_on() {
    const PLENTY: u64 = 1 << 40;
    let disk = ManualDisk::new(PLENTY);
    let world = World::new().await.on_disk(&disk).await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let terminal = world.terminal(&staff, "ZJ").await.access_token;
    let upload = async |bytes: Vec<u8>| {
        let request = world.post("/api/v1/pictures", &staff).body(bytes);
        request.send().await.unwrap()
    };
    let read = async |path: &str, token: &str| {
        let answer = world.get(path, token).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.text().await.unwrap()
    };
    let small = |red: u8| {
        let picture = image::RgbImage::from_pixel(64, 64, image::Rgb([red, 20, 20]));
        let mut out = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut out, image::ImageFormat::Png).unwrap();
        out.into_inner()
    };
    let kept: Picture = ok(upload(small(200)).await).await;
    let files = world.server.files().list().await.unwrap().len();

    disk.set(0);
    let refused = problem(upload(small(10)).await, 507, ErrorCode::StorageFull).await;
    assert!(refused.title.contains("磁盘已满"), "{refused:?}");
    assert_eq!(world.server.files().list().await.unwrap().len(), files);
    let path = kept.screen.path();
    world
        .get(&path, &terminal)
        .send()
        .await
        .unwrap()
        .error_for_status()
        .unwrap();
    read("/api/v1/feed", &terminal).await;
    let ready = read("/readyz", "").await;
    assert!(
        ready.starts_with("degraded\n") && ready.contains("磁盘已满"),
        "{ready}"
    );
    let figures = read("/metrics", "").await;
    assert!(figures.contains("disk_free_bytes 0"), "{figures}");
    assert!(
        figures.contains("writes_refused{what=\"files\"}"),
        "{figures}"
    );
    let condition = read("/api/v1/condition", &staff).await;
    let condition: ServerCondition = serde_json::from_str(&condition).unwrap();
    assert_eq!(condition.free_bytes, Some(0));
    let kinds: Vec<_> = condition.warnings.iter().map(|it| it.kind).collect();
    assert_eq!(kinds, [WarningKind::Disk, WarningKind::Backup]);
    let told = async {
        while !read("/api/v1/notices", &staff).await.contains("disk_full") {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), told)
        .await
        .expect("staff are told");

    disk.set(PLENTY);
    ok::<Picture>(upload(small(10)).await).await;
    assert!(read("/readyz", "").await.starts_with("ok\n"));
}

/// Set in the process that runs inside the namespace.
const INSIDE: &str = "ZHDJ_TEST_INSIDE_NAMESPACE";

/// A disk of three megabytes. Ends without having looked where namespaces are not to be had: a build machine may
/// forbid them.
#[test]
fn on_a_disk_that_is_really_full_nothing_is_left_half_and_reading_goes_on() {
    if let Some(folder) = std::env::var_os(INSIDE) {
        on_three_megabytes(Path::new(&folder));
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let within = |command: &[&std::ffi::OsStr]| {
        std::process::Command::new("unshare")
            .args(["--map-root-user", "--mount", "sh", "-c"])
            .arg("mount -t tmpfs -o size=3m tmpfs \"$0\" && exec \"$@\"")
            .arg(folder.path())
            .args(command)
            .env(INSIDE, folder.path())
            .output()
    };
    match within(&["true".as_ref()]) {
        Ok(tried) if tried.status.success() => {}
        tried => {
            #[expect(
                clippy::print_stderr,
                reason = "whoever runs it has to know that it was not looked at"
            )]
            {
                eprintln!("NOT LOOKED AT: no disk can be mounted here: {tried:?}");
            }
            return;
        }
    }
    let own = std::env::current_exe().unwrap();
    let name = "files::on_a_disk_that_is_really_full_nothing_is_left_half_and_reading_goes_on";
    let command = [own.as_os_str(), "--exact".as_ref(), name.as_ref()];
    let done = within(&command).unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success() && said.contains("1 passed"), "{said}");
}

fn on_three_megabytes(folder: &Path) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let url = store::DatabaseUrl::sqlite(&folder.join("data.sqlite"));
    let store = store::Store::open(&url).unwrap();
    let files_dir = folder.join("files");
    let files = Files::open(&files_dir).unwrap();
    let stored = runtime
        .block_on(files.put_bytes("vtt", "text/vtt", "WEBVTT\n".into()))
        .unwrap();
    let large = vec![7_u8; 4 << 20];
    let source = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(source.path(), &large).unwrap();
    let refused = [
        runtime.block_on(files.put_bytes("bin", "x/y", large.into())),
        runtime.block_on(files.put_file(source.path(), "bin", "x/y")),
    ];
    for refused in refused {
        let refused = ServiceError::from(refused.unwrap_err());
        assert!(matches!(refused, ServiceError::StorageFull), "{refused:?}");
    }
    let left = std::fs::read_dir(&files_dir).unwrap().flat_map(|within| {
        let within = std::fs::read_dir(within.unwrap().path()).unwrap();
        within.map(|file| file.unwrap().file_name().into_string().unwrap())
    });
    let left: Vec<String> = left.collect();
    assert_eq!(left, [stored.name.as_str()], "nothing half");

    // The database itself: nobody is told that something is kept that is not.
    let note = "x".repeat(64 << 10);
    let refused = (0..100).find_map(|number| {
        let (key, note) = (format!("note {number}"), note.clone());
        let written =
            store.write::<_, store::Error, _>(move |tx| store::settings::set(tx, &key, &note));
        written
            .err()
            .map(|error| (number, ServiceError::from(error)))
    });
    let (number, refused) = refused.expect("it fills up");
    assert!(matches!(refused, ServiceError::StorageFull), "{refused:?}");
    let read = |number: i32| store.read(|tx| store::settings::get(tx, &format!("note {number}")));
    assert_eq!(read(number - 1).unwrap(), Some(note));
    assert_eq!(read(number).unwrap(), None);
    let size = runtime.block_on(files.size(&FileName::parse(&stored.name).unwrap()));
    assert_eq!(size.unwrap(), Some(stored.bytes));

    let folders = Folders {
        files: files_dir,
        attachments: folder.join("attachments"),
    };
    let copy = folder.join("copy");
    let refused = backup::backup(&store, &folders, &copy, 1).unwrap_err();
    assert!(!copy.exists(), "{refused}");
    assert!(!folder.join("copy.partial").exists(), "{refused}");
    let database = folder.join("data.sqlite");
    let refused = backup::admit(&SystemDisk, &database, &folders, &copy, 1 << 30);
    assert!(matches!(refused, Err(BackupError::Full(_))));
}
