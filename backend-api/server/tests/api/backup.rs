use std::path::Path;

use backend_api::Server;
use backend_api::config::Config;
use backend_api::services::backup::{self, BackupError, Manifest, Restoring};
use backend_api::services::kit::rights::Role;
use contract::feed::FeedPage;

use crate::common::{World, draft, ok};

fn restore(from: &Path, config: &Config, overwrite: bool) -> Result<(), BackupError> {
    let database = config.data_dir.join("data.sqlite");
    backup::restore(
        from,
        &config.data_dir,
        &database,
        &config.files_dir(),
        Restoring {
            overwrite,
            skip_damaged: false,
            now_ms: 1,
        },
    )
    .map(|_| ())
}

#[tokio::test]
async fn a_restored_backup_is_what_it_was_and_terminals_start_anew() {
    let world = World::sqlite().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let terminal = world.terminal(&staff, "ZJ").await.access_token;
    world.publish(&staff, &draft("备份前", "ZJ")).await;
    let stored = world
        .server
        .files()
        .put_bytes("vtt", "text/vtt", "WEBVTT\n".into())
        .await
        .unwrap();

    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy");
    let (files_dir, to) = (world.config.files_dir(), copy.clone());
    let manifest = world
        .blocking(move |store| backup::backup(store, &files_dir, &to, 1).unwrap())
        .await;
    assert_eq!(manifest.files.len(), 1);
    world.publish(&staff, &draft("备份后", "ZJ")).await;
    let ahead = world.feed(&terminal, "").await.cursor;
    let (files_dir, to) = (world.config.files_dir(), copy.clone());
    let again = world.blocking(move |store| backup::backup(store, &files_dir, &to, 1));
    assert!(matches!(again.await, Err(BackupError::Occupied(_))));

    let config = Config::local(&folder.path().join("new"));
    restore(&copy, &config, false).unwrap();
    assert!(matches!(
        restore(&copy, &config, false),
        Err(BackupError::WouldOverwrite(_))
    ));
    restore(&copy, &config, true).unwrap();

    let server = Server::start(config.clone()).await.unwrap();
    assert!(matches!(
        restore(&copy, &config, true),
        Err(BackupError::InUse(_))
    ));
    let client = reqwest::Client::new();
    let ask = async |path: String| {
        let url = server.url().join(&path).unwrap();
        client.get(url).bearer_auth(&terminal).send().await.unwrap()
    };
    let page: FeedPage = ok(ask(format!("/api/v1/feed?cursor={ahead}")).await).await;
    assert!(page.reset, "it had seen more than this server knows");
    let text = serde_json::to_string(&page).unwrap();
    assert!(text.contains("备份前") && !text.contains("备份后"));
    let file = ask(stored.path()).await;
    assert_eq!(file.text().await.unwrap(), "WEBVTT\n");
    server.stop().await;
}

#[tokio::test]
async fn a_damaged_backup_is_refused_before_anything_is_touched() {
    let world = World::sqlite().await;
    let stored = world
        .server
        .files()
        .put_bytes("vtt", "text/vtt", "WEBVTT\n".into())
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy");
    let (files_dir, to) = (world.config.files_dir(), copy.clone());
    world
        .blocking(move |store| backup::backup(store, &files_dir, &to, 1).unwrap())
        .await;
    let config = Config::local(&folder.path().join("new"));

    let file = copy.join("files").join(&stored.name);
    std::fs::write(&file, "WEBVTX\n").unwrap();
    assert!(matches!(
        restore(&copy, &config, false),
        Err(BackupError::DamagedFiles(names)) if names == [stored.name.as_str()]
    ));
    std::fs::write(&file, "WEBVTT\n").unwrap();
    let manifest = copy.join("manifest.json");
    let text = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(&manifest, text.replace(&stored.name, "../../outside")).unwrap();
    assert!(matches!(
        restore(&copy, &config, false),
        Err(BackupError::Damaged(_))
    ));
    std::fs::write(&manifest, "{").unwrap();
    assert!(matches!(
        restore(&copy, &config, false),
        Err(BackupError::Manifest { .. })
    ));
    assert!(!config.data_dir.exists());
}

/// A file that went bad on the disk keeps nothing else from being saved, is named, and is put right again
/// by a backup that has it whole.
#[tokio::test]
async fn one_rotten_file_is_left_out_and_found() {
    let world = World::sqlite().await;
    let mut stored = Vec::new();
    for text in ["WEBVTT\n一\n", "WEBVTT\n二\n"] {
        let put = world
            .server
            .files()
            .put_bytes("vtt", "text/vtt", text.into());
        stored.push(put.await.unwrap().name);
    }
    let files_dir = world.config.files_dir();
    let on_disk = files_dir.join(&stored[0][..2]).join(&stored[0]);
    let folder = tempfile::tempdir().unwrap();
    let back_up = async |name: &str| {
        let (files_dir, to) = (files_dir.clone(), folder.path().join(name));
        let made = world.blocking(move |store| backup::backup(store, &files_dir, &to, 7));
        made.await.unwrap()
    };
    let good = back_up("good").await;
    assert_eq!((good.files.len(), good.damaged.len()), (2, 0));
    assert_eq!(backup::rotten(&files_dir).unwrap(), [""; 0]);
    let data_dir = &world.config.data_dir;
    let place = folder.path().join("good");
    backup::note_made(data_dir, &place, &good).unwrap();
    assert_eq!(backup::last(data_dir), Some(7));
    assert_eq!(backup::last_place(data_dir), Some(place.clone()));

    // As long as before: only the content tells.
    std::fs::write(&on_disk, "WEBVTT\n三\n").unwrap();
    let damaged = back_up("damaged").await;
    assert_eq!(damaged.damaged, [stored[0].as_str()]);
    assert_eq!(damaged.files.len(), 1);
    assert!(
        !folder
            .path()
            .join("damaged/files")
            .join(&stored[0])
            .exists()
    );
    assert_eq!(backup::rotten(&files_dir).unwrap(), [stored[0].as_str()]);
    backup::note_made(
        data_dir,
        &folder.path().join("damaged"),
        &Manifest {
            created_at_ms: 8,
            ..damaged
        },
    )
    .unwrap();
    assert_eq!(backup::last(data_dir), Some(7), "it was no good backup");

    let config = Config::local(&folder.path().join("new"));
    let there = config.files_dir().join(&stored[0][..2]).join(&stored[0]);
    std::fs::create_dir_all(there.parent().unwrap()).unwrap();
    std::fs::copy(&on_disk, &there).unwrap();
    restore(&folder.path().join("good"), &config, false).unwrap();
    assert_eq!(std::fs::read_to_string(&there).unwrap(), "WEBVTT\n一\n");
}
