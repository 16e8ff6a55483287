use std::path::Path;
use std::sync::Arc;

use backend_api::config::Config;
use backend_api::services::backup::{self, BackupError, Folders, Manifest, Restored, Restoring};
use backend_api::services::kit::rights::Role;
use backend_api::services::secrets;
use backend_api::{Server, ServerError};
use contract::feed::FeedPage;

use contract::terminal::TerminalKind;
use reqwest::StatusCode;
use serde_json::json;
use store::access::Unknown;
use store::staff as accounts;
use store::terminals::{self, NewTerminal};

use crate::common::{PASSWORD, World, draft, ok};

fn restore(from: &Path, config: &Config, overwrite: bool) -> Result<(), BackupError> {
    restore_as(from, config, overwrite, Unknown::Keep).map(|_| ())
}

fn restore_as(
    from: &Path,
    config: &Config,
    overwrite: bool,
    unknown: Unknown,
) -> Result<Restored, BackupError> {
    let database = config.data_dir.join("data.sqlite");
    backup::restore(
        from,
        &config.data_dir,
        &database,
        &Folders::of(config),
        Restoring {
            overwrite,
            skip_damaged: false,
            unknown,
            now_ms: 1,
        },
    )
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
    let (folders, to) = (Folders::of(&world.config), copy.clone());
    let manifest = world
        .blocking(move |store| backup::backup(store, &folders, &to, 1).unwrap())
        .await;
    assert_eq!(manifest.files.len(), 1);
    world.publish(&staff, &draft("备份后", "ZJ")).await;
    let ahead = world.feed(&terminal, "").await.cursor;
    let (folders, to) = (Folders::of(&world.config), copy.clone());
    let again = world.blocking(move |store| backup::backup(store, &folders, &to, 1));
    assert!(matches!(again.await, Err(BackupError::Occupied(_))));

    let config = Config::local(&folder.path().join("new"));
    restore(&copy, &config, false).unwrap();
    assert!(matches!(
        restore(&copy, &config, false),
        Err(BackupError::WouldOverwrite(_))
    ));
    restore(&copy, &config, true).unwrap();

    // The audit log cannot be verified, nor go on, without the keys, which no backup holds.
    let without = Server::start(config.clone()).await;
    assert!(matches!(without, Err(ServerError::Vault(_))));
    std::fs::copy(world.config.keys_file(), config.keys_file()).unwrap();
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
    let (folders, to) = (Folders::of(&world.config), copy.clone());
    world
        .blocking(move |store| backup::backup(store, &folders, &to, 1).unwrap())
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
        let (folders, to) = (Folders::of(&world.config), folder.path().join(name));
        let made = world.blocking(move |store| backup::backup(store, &folders, &to, 7));
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

/// A backup cannot know who was sent away after it was made; the database that it replaces does.
#[tokio::test]
async fn nothing_that_ended_after_the_backup_comes_back_with_it() {
    const NEW_PASSWORD: &str = "another horse 1949";
    let world = World::sqlite().await;
    let admin = world.staff(Role::PlatformAdministrator, "QH").await;
    world.staff(Role::Reader, "ZJ").await;
    let stolen = world.terminal(&admin, "ZJ").await;
    let kept = world.terminal(&admin, "ZJ").await;
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy");
    let (folders, to) = (Folders::of(&world.config), copy.clone());
    world
        .blocking(move |store| backup::backup(store, &folders, &to, 1).unwrap())
        .await;

    // Where nothing newer is known somebody has to say, before anything is there.
    let config = Config::local(&folder.path().join("new"));
    let refused = restore_as(&copy, &config, false, Unknown::Refuse).unwrap_err();
    assert!(matches!(
        refused,
        BackupError::Unknown {
            terminals: 2,
            accounts: 2
        }
    ));
    assert!(refused.to_string().contains("--keep-access"), "{refused}");
    let left = std::fs::read_dir(&config.data_dir).unwrap();
    let left: Vec<_> = left.map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left, ["lock"]);
    let first = restore_as(&copy, &config, false, Unknown::Keep).unwrap();
    assert_eq!((first.ended.sessions, first.ended.waiting), (2, 0));
    assert_eq!(first.ended.unknown_terminals.len(), 2);
    std::fs::copy(world.config.keys_file(), config.keys_file()).unwrap();

    let start = async || {
        let clock = Arc::new(world.clock.clone());
        Server::start_with(config.clone(), clock).await.unwrap()
    };
    let server = start().await;
    let (store, id, now_ms) = (
        server.store().clone(),
        stolen.terminal_id.clone(),
        world.now_ms(),
    );
    let life_goes_on = move || {
        let hash = secrets::hash_password(NEW_PASSWORD).unwrap();
        store.write::<_, store::Error, _>(move |tx| {
            terminals::revoke(tx, &id, now_ms)?;
            let reader = accounts::account_by_login(tx, "reader-ZJ")?.unwrap();
            accounts::disable(tx, &reader.id, now_ms)?;
            let admin = accounts::account_by_login(tx, "platformadministrator-QH")?.unwrap();
            accounts::set_password(tx, &admin.id, &hash)?;
            let new = NewTerminal {
                kind: TerminalKind::Household,
                name: "新电视".to_owned(),
                organization_id: admin.organization.id,
                token_sha256: secrets::sha256_hex("since"),
            };
            terminals::create(tx, &new, now_ms)
        })
    };
    tokio::task::spawn_blocking(life_goes_on)
        .await
        .unwrap()
        .unwrap();
    server.stop().await;

    let again = restore_as(&copy, &config, true, Unknown::Refuse).unwrap();
    assert_eq!(again.ended.revoked, ["12 号"]);
    assert_eq!(again.ended.closed, ["reader-ZJ"]);
    assert_eq!(again.ended.changed, ["platformadministrator-QH"]);
    assert_eq!((again.ended.enrolled_since, again.ended.made_since), (1, 0));
    let client = reqwest::Client::new();
    let feed = async |server: &backend_api::RunningServer, token: &str| {
        let url = server.url().join("/api/v1/feed").unwrap();
        let answer = client.get(url).bearer_auth(token).send().await.unwrap();
        answer.status()
    };
    let sign_in = async |server: &backend_api::RunningServer, login: &str, password: &str| {
        let url = server.url().join("/api/v1/staff/sessions").unwrap();
        let body = json!({ "login": login, "password": password });
        let answer = client.post(url).json(&body).send().await.unwrap();
        answer.status()
    };
    let server = start().await;
    assert_eq!(feed(&server, &kept.access_token).await, StatusCode::OK);
    // Neither what was revoked nor what the backup never knew: both televisions show a code again.
    for token in [stolen.access_token.as_str(), "since"] {
        assert_eq!(feed(&server, token).await, StatusCode::UNAUTHORIZED);
    }
    let url = server.url().join("/api/v1/staff/sessions/current").unwrap();
    let me = client.get(url).bearer_auth(&admin).send().await.unwrap();
    assert_eq!(me.status(), StatusCode::UNAUTHORIZED);
    for (login, password, status) in [
        ("reader-ZJ", PASSWORD, StatusCode::UNAUTHORIZED),
        (
            "platformadministrator-QH",
            PASSWORD,
            StatusCode::UNAUTHORIZED,
        ),
        ("platformadministrator-QH", NEW_PASSWORD, StatusCode::OK),
    ] {
        assert_eq!(sign_in(&server, login, password).await, status, "{login}");
    }
    server.stop().await;

    // A disk that is lost with everything on it, and nobody who remembers.
    std::fs::remove_dir_all(&config.data_dir).unwrap();
    restore_as(&copy, &config, false, Unknown::End).unwrap();
    std::fs::copy(world.config.keys_file(), config.keys_file()).unwrap();
    let server = start().await;
    let refused = feed(&server, &kept.access_token).await;
    assert_eq!(refused, StatusCode::UNAUTHORIZED);
    let refused = sign_in(&server, "platformadministrator-QH", PASSWORD).await;
    assert_eq!(refused, StatusCode::UNAUTHORIZED);
    server.stop().await;
}
