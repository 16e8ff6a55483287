//! Pictures of what televisions will show, with programs in the television application's place: what it paints is
//! tried with the application itself, end to end.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use backend_api::services::kit::rights::Role;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use contract::bulletin::Block;
use contract::error::ErrorCode;
use contract::file::Picture;
use contract::preview::{Preview, PreviewJob, PreviewState};
use contract::staff::StaffBulletin;
use reqwest::{Response, StatusCode};
use serde_json::json;

use crate::common::{World, draft, ok, problem};

/// A world whose television application is this shell script.
async fn world(folder: &Path, script: &str) -> World {
    let program = folder.join("tv-app");
    std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&program, mode).unwrap();
    World::set(|config| {
        config.preview.program = Some(program);
        config.preview.seconds = 2;
    })
    .await
}

fn screen(folder: &Path) -> PathBuf {
    let path = folder.join("screen.png");
    let paint = |x: u32, _| image::Rgb([x.to_le_bytes()[0], 20, 20]);
    image::RgbImage::from_fn(1_920, 1_080, paint)
        .save(&path)
        .unwrap();
    path
}

async fn asked(world: &World, staff: &str, id: &str, text_size: u32) -> Response {
    world
        .post(&format!("/api/v1/bulletins/{id}/preview"), staff)
        .json(&json!({ "text_size": text_size }))
        .send()
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_writes_a_draft_sees_what_a_television_shows_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let picture = screen(folder.path());
    let (at, picture) = (folder.path().display(), picture.display());
    // It writes down what it was given.
    let script = format!(
        "cat > {at}/job.json; ls \"$4\" > {at}/pictures; env > {at}/env\n\
         cp {picture} \"$6/1.png\"; cp {picture} \"$6/2.png\"\n\
         echo '{{\"pages\": 2, \"more\": true}}'"
    );
    let world = world(folder.path(), &script).await;
    let staff = world.staff(Role::BranchSecretary, "ZJ").await;
    let photo = std::fs::read(folder.path().join("screen.png")).unwrap();
    let photo: Picture = ok(world
        .post("/api/v1/pictures", &staff)
        .body(photo)
        .send()
        .await
        .unwrap())
    .await;
    let mut text = draft("三季度账目", "ZJ");
    text.expires_at_ms = Some(world.now_ms() + 1);
    text.body.push(Block::Picture(photo.clone()));
    let written = world.write(&staff, &text).await;
    world.clock.advance_ms(60_000);

    let made: Preview = ok(asked(&world, &staff, &written.id, 150).await).await;
    assert_eq!(
        (made.state, made.version, made.text_size, made.more),
        (PreviewState::Ready, written.version, 150, true)
    );
    assert_eq!(made.pages.len(), 2);
    let page = STANDARD.decode(&made.pages[1]).unwrap();
    let page = image::load_from_memory(&page).unwrap();
    assert_eq!((page.width(), page.height()), (1_920, 1_080));

    let job = std::fs::read(folder.path().join("job.json")).unwrap();
    let job: PreviewJob = serde_json::from_slice(&job).unwrap();
    let contract::feed::Document::Bulletin(shown) = &job.document else {
        panic!("{job:?}");
    };
    assert_eq!(shown.title, "三季度账目");
    assert_eq!(shown.organization.name, "张家村");
    // As if it were published now; one that is over would not be shown.
    assert_eq!(shown.published_at_ms, world.now_ms());
    assert_eq!(shown.expires_at_ms, None);
    assert_eq!((job.text_size, job.at_ms), (150, Some(world.now_ms())));
    assert_eq!(job.township.name, "清河镇");
    let pictures = std::fs::read_to_string(folder.path().join("pictures")).unwrap();
    assert_eq!(pictures.trim(), photo.screen.name);
    // Nothing of the server's surroundings, where its secrets may be.
    let env = std::fs::read_to_string(folder.path().join("env")).unwrap();
    assert!(!env.contains("CARGO"), "{env}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_application_there_are_none_and_that_is_said() {
    let world = World::new().await;
    let staff = world.staff(Role::OrganizationStaff, "QH").await;
    let written = world.write(&staff, &draft("一", "ZJ")).await;
    let none: Preview = ok(asked(&world, &staff, &written.id, 100).await).await;
    assert_eq!(none.state, PreviewState::NotInstalled);
    assert!(none.pages.is_empty());
    let odd = asked(&world, &staff, &written.id, 110).await;
    let odd = problem(odd, 422, ErrorCode::Invalid).await;
    assert_eq!(odd.fields[0].field, "text_size");
    // Who may not write it is shown nothing of it.
    let other = world.staff(Role::OrganizationStaff, "LJ").await;
    let hidden = asked(&world, &other, &written.id, 100).await;
    problem(hidden, 404, ErrorCode::NotFound).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_that_fails_or_hangs_or_lies_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    for script in [
        "cat > /dev/null; echo broken >&2; exit 1",
        "cat > /dev/null; exec sleep 600",
        // It never listens.
        "exec sleep 600",
        "cat > /dev/null; echo '{\"pages\": 13, \"more\": false}'",
        "cat > /dev/null; echo '{\"pages\": 0, \"more\": false}'",
        "cat > /dev/null; yes",
    ] {
        let world = world(folder.path(), script).await;
        let staff = world.staff(Role::OrganizationStaff, "QH").await;
        let written = world.write(&staff, &draft("一", "ZJ")).await;
        let failed = asked(&world, &staff, &written.id, 100).await;
        let told = problem(failed, 503, ErrorCode::Unavailable).await;
        assert!(
            told.title.contains("电视程序没有画出预览"),
            "{script}: {told:?}"
        );
    }
    // It says that there are pictures, and there are none.
    let script = "cat > /dev/null; echo '{\"pages\": 1, \"more\": false}'";
    let world = world(folder.path(), script).await;
    let staff = world.staff(Role::OrganizationStaff, "QH").await;
    let written = world.write(&staff, &draft("一", "ZJ")).await;
    let failed = asked(&world, &staff, &written.id, 100).await;
    assert_eq!(failed.status(), StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_bounded_and_many_at_once_are_asked_to_come_again() {
    let folder = tempfile::tempdir().unwrap();
    let picture = screen(folder.path());
    let (at, picture) = (folder.path().display(), picture.display());
    let script = format!(
        "cat > /dev/null; ulimit -v > {at}/memory; ulimit -f > {at}/file; sleep 1\n\
         cp {picture} \"$6/1.png\"; echo '{{\"pages\": 1, \"more\": false}}'"
    );
    let world = world(folder.path(), &script).await;
    let staff = world.staff(Role::OrganizationStaff, "QH").await;
    let written: StaffBulletin = world.write(&staff, &draft("一", "ZJ")).await;
    let ask = || asked(&world, &staff, &written.id, 100);
    let answers = tokio::join!(ask(), ask(), ask(), ask(), ask(), ask());
    let answers: [Response; 6] = answers.into();
    let count = |status: StatusCode| answers.iter().filter(|it| it.status() == status).count();
    assert_eq!(count(StatusCode::OK), 4);
    assert_eq!(count(StatusCode::SERVICE_UNAVAILABLE), 2);
    let bound = |name: &str| -> u64 {
        let text = std::fs::read_to_string(folder.path().join(name)).unwrap();
        text.trim().parse().unwrap()
    };
    assert_eq!(bound("memory"), 1 << 20, "in KiB");
    assert!(bound("file") > 0);
}
