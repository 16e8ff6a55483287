use std::path::Path;

use backend_api::Server;
use backend_api::config::Config;
use backend_api::services::backup::{self, BackupError};
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
        overwrite,
        1,
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
        Err(BackupError::Damaged(name)) if name == stored.name
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
