use backend_api::services::kit::rights::Role;
use contract::error::ErrorCode;
use contract::file::Picture;
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
