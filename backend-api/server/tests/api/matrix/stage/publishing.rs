//! What is published: bulletins, programmes, films on their way, submissions, pages of organizations.

use backend_api::services::kit::rights::Role;
use backend_api::services::secrets;
use contract::bulletin::Block;
use contract::file::Picture;
use contract::submission::SubmissionSource;
use contract::upload::UploadState;
use serde_json::{Value, json};
use store::{WriteTx, branches, bulletins, files, films, programmes, staff, submissions, uploads};

use super::sent::Sent;
use super::{Place, Stage, Wish};
use crate::common::draft;

impl Stage {
    /// A question about one of these; nothing if it is about something else.
    pub(super) async fn about_publishing(&self, wish: &Wish<'_>) -> Option<(String, Sent)> {
        let Wish {
            path,
            place,
            number,
            token,
            method,
            ..
        } = *wish;
        let code = place.code();
        let now_ms = self.world.now_ms();
        let reason = json!({ "reason": "办理业务" });
        let none = Sent::default();
        let on = |id: &str| path.replace("{id}", id);
        let named = |body: Value| (path.to_owned(), Sent::json(&body));
        Some(match (method, path) {
            ("GET", "/files/{name}") => (
                path.replace("{name}", &format!("{}.jpg", "0".repeat(64))),
                none,
            ),
            ("PUT", "/api/v1/terminal/progress/{programme_id}") => {
                let id = self
                    .made(place, move |tx, id| programme(tx, id, "春耕", now_ms))
                    .await;
                let report = json!({ "position_ms": 1, "duration_ms": 2, "watched_ms": 1, "finished": false, "at_ms": now_ms });
                (
                    path.replace("{programme_id}", &id),
                    Sent::json(&report).key(number),
                )
            }
            ("POST", "/api/v1/bulletins") => named(json!(draft("标题", code))),
            ("POST", "/api/v1/finance-sheets/read") => {
                (path.to_owned(), Sent::text("项目,收入,支出\n利息,5,\n"))
            }
            ("POST", "/api/v1/finance-sheets/trial") => named(crate::finance::sheet(code)),
            ("POST", "/api/v1/finance-sheets") => {
                let body = json!({ "sheet": crate::finance::sheet(code), "audience_code": code });
                (path.to_owned(), Sent::json(&body).key(number))
            }
            ("PUT", "/api/v1/bulletins/{id}") => {
                let id = self.bulletin(place, "draft").await;
                (
                    on(&id.0),
                    Sent::json(&json!(draft("改", code))).version(id.1),
                )
            }
            ("GET", "/api/v1/bulletins/{id}") => (on(&self.bulletin(place, "draft").await.0), none),
            ("POST", "/api/v1/bulletins/{id}/preview") => {
                let (id, _) = self.bulletin(place, "draft").await;
                (on(&id), Sent::json(&json!({ "text_size": 100 })))
            }
            ("POST", "/api/v1/programmes/{id}/preview" | "/api/v1/programmes/{id}/still") => {
                let id = self
                    .made(place, move |tx, id| unpublished(tx, id, now_ms))
                    .await;
                let wish = json!({ "text_size": 100, "at_ms": 0 });
                (on(&id), Sent::json(&wish))
            }
            ("POST", "/api/v1/bulletins/{id}/submit") => {
                let (id, version) = self.bulletin(place, "draft").await;
                (on(&id), none.version(version))
            }
            ("POST", "/api/v1/bulletins/{id}/publish") => {
                let (id, version) = self.bulletin(place, "submitted").await;
                (on(&id), none.version(version))
            }
            ("POST", "/api/v1/bulletins/{id}/return") => {
                let (id, version) = self.bulletin(place, "submitted").await;
                (on(&id), Sent::json(&reason).version(version))
            }
            ("POST", "/api/v1/bulletins/{id}/withdraw") => {
                let (id, version) = self.bulletin(place, "published").await;
                (on(&id), Sent::json(&reason).version(version))
            }
            (_, "/api/v1/organizations/{code}/page") => {
                let version = self.page(place).await;
                let draft = json!({ "audience_code": code, "introduction": ["介绍"] });
                let sent = match method {
                    "PUT" => Sent::json(&draft).version(version),
                    "DELETE" => none.version(version),
                    _ => none,
                };
                (path.replace("{code}", code), sent)
            }
            ("POST", "/api/v1/programmes/{id}/withdraw") => {
                let id = self
                    .made(place, move |tx, id| programme(tx, id, "春耕", now_ms))
                    .await;
                (on(&id), Sent::json(&reason))
            }
            ("POST", "/api/v1/programmes") => {
                let upload = self.film(token).await;
                named(
                    json!({ "upload": upload, "category": "films", "organization_code": code,
                    "title": "春耕", "summary": "说春耕" }),
                )
            }
            ("POST", "/api/v1/programmes/{id}/film") => {
                let upload = self.film("").await;
                let id = self.made(place, move |tx, id| {
                    let id = unpublished(tx, id, now_ms)?;
                    let account = uploads::get(tx, &upload)?.unwrap().account_id;
                    uploads::take(tx, &upload, &account, now_ms)?;
                    films::queue(tx, &id, &upload, None, now_ms)?;
                    films::fail(tx, &id, &upload, "磁盘已满", now_ms)?;
                    Ok(id)
                });
                (on(&id.await), Sent::json(&json!({})))
            }
            (_, "/api/v1/programmes/{id}" | "/api/v1/programmes/{id}/publish") => {
                let id = self.made(place, move |tx, id| unpublished(tx, id, now_ms));
                let sent = match method {
                    "PUT" => Sent::json(&json!({ "category": "films", "organization_code": code,
                        "title": "夏种", "summary": "说夏种" })),
                    _ => none,
                };
                (on(&id.await), sent.version(1))
            }
            (_, "/api/v1/uploads") => (path.to_owned(), none.tus("upload-length", "10")),
            (_, "/api/v1/uploads/{id}") => {
                let begun = self.world.post("/api/v1/uploads", token);
                let begun = Sent::default().tus("upload-length", "10").onto(begun);
                let begun: Value = begun.send().await.unwrap().json().await.unwrap();
                let id = begun["id"].as_str().unwrap_or("nobodys");
                let mut sent = none.tus("upload-offset", "0");
                if method == "PATCH" {
                    sent.body = Some(("application/offset+octet-stream", Vec::new()));
                }
                (on(id), sent)
            }
            (
                "POST",
                "/api/v1/pictures"
                | "/api/v1/requests/attachments"
                | "/api/v1/submissions/pictures",
            ) => (path.to_owned(), Sent::picture()),
            ("POST", "/api/v1/submissions") => named(submission(code)),
            ("GET", "/api/v1/submissions/{id}/pictures/{picture}") => {
                let id = self.submission(place).await;
                (on(&id).replace("{picture}", &id), none)
            }
            (_, "/api/v1/submissions/{id}") => {
                let sent = match method {
                    "PUT" => Sent::json(&submission(code)),
                    _ => none,
                };
                (on(&self.submission(place).await), sent.version(1))
            }
            ("POST", "/api/v1/submissions/{id}/take") => {
                let wanted = json!({ "list": "notices", "organization_code": "ZJ", "audience_code": "ZJ",
                    "title": "修路" });
                let id = self.submission(place).await;
                (on(&id), Sent::json(&wanted).version(1))
            }
            ("POST", "/api/v1/submissions/{id}/return" | "/api/v1/submissions/{id}/decline") => {
                let id = self.submission(place).await;
                (
                    on(&id),
                    Sent::json(&json!({ "reason": "请补照片" })).version(1),
                )
            }
            ("POST", "/api/v1/submission-links") => named(json!({ "organization_code": code })),
            ("GET", "/api/v1/submission-links/{id}") => {
                let made = self.world.post("/api/v1/submission-links", token);
                let made = made.json(&json!({ "organization_code": "ZJ" }));
                let made: Value = made.send().await.unwrap().json().await.unwrap();
                (on(made["id"].as_str().unwrap_or("nobodys")), none)
            }
            ("POST", "/api/v1/manuscripts") => (path.to_owned(), Sent::manuscript()),
            ("POST", "/api/v1/bulletins/{id}/pictures/{name}/cover") => {
                let (id, version, name) = self.illustrated(place).await;
                let region = json!({ "x": 0.1, "y": 0.1, "width": 0.5, "height": 0.5 });
                let sent = Sent::json(&json!({ "regions": [region] })).version(version);
                (on(&id).replace("{name}", &name), sent)
            }
            _ => return None,
        })
    }

    /// Id of a film that whoever has this token has sent, or somebody has if it is nobody's.
    pub(super) async fn film(&self, token: &str) -> String {
        let (sha256, now_ms) = (secrets::sha256_hex(token), self.world.now_ms());
        self.made(Place::Own, move |tx, _| {
            let account = match staff::session(tx, &sha256, now_ms)? {
                Some(session) => session.account.id,
                None => {
                    let login = format!("{:?}", Role::OfficePublisher);
                    staff::account_by_login(tx, &login)?.unwrap().id
                }
            };
            // Whoever was refused has used none.
            let own = uploads::of_account(tx, &account)?;
            if let Some(ready) = own.into_iter().find(|it| it.state == UploadState::Ready) {
                return Ok(ready.id);
            }
            let new = uploads::New {
                id: uploads::new_id(now_ms),
                account_id: account,
                file_name: "春耕.mp4".to_owned(),
                bytes: 1,
                sha256: None,
            };
            uploads::create(tx, &new, now_ms)?;
            uploads::advance(tx, &new.id, 0, 1, now_ms)?;
            uploads::found_good(tx, &new.id, now_ms)?;
            Ok(new.id)
        })
        .await
    }

    /// Id of something that an organization of this place sent to be published.
    pub(super) async fn submission(&self, place: Place) -> String {
        let now_ms = self.world.now_ms();
        self.made(place, move |tx, id| sent(tx, id, "修路", now_ms))
            .await
    }

    /// Version of the page of an organization, which is written if there is none.
    pub(super) async fn page(&self, place: Place) -> i64 {
        let now_ms = self.world.now_ms();
        let made = self.made(place, move |tx, id| {
            let there = branches::get(tx, id)?.filter(|page| page.withdrawn_at_ms.is_none());
            let page = match there {
                Some(page) => page,
                None => page(tx, id, "", now_ms)?,
            };
            Ok(page.version.to_string())
        });
        made.await.parse().unwrap()
    }

    pub(super) async fn bulletin(&self, place: Place, state: &'static str) -> (String, i64) {
        let now_ms = self.world.now_ms();
        let made = self
            .made(place, move |tx, id| {
                let content = bulletins::Content {
                    list: "notices".to_owned(),
                    organization_id: id.to_owned(),
                    audience_id: id.to_owned(),
                    title: "标题".to_owned(),
                    ..bulletins::Content::default()
                };
                let mut record = bulletins::create(tx, &content, now_ms)?;
                if state != "draft" {
                    record = bulletins::submit(tx, &record.id, record.version, now_ms)?;
                }
                if state == "published" {
                    record = bulletins::publish(tx, &record.id, record.version, now_ms)?;
                }
                Ok(format!("{} {}", record.id, record.version))
            })
            .await;
        let (id, version) = made.split_once(' ').unwrap();
        (id.to_owned(), version.parse().unwrap())
    }

    /// A draft with a picture: id, version, and name of the picture.
    pub(super) async fn illustrated(&self, place: Place) -> (String, i64, String) {
        let (_, bytes) = Sent::picture().body.unwrap();
        let stored = self.world.server.files();
        let file = stored.put_bytes("png", "image/png", bytes.into());
        let file = file.await.unwrap();
        let (name, now_ms) = (file.name.clone(), self.world.now_ms());
        let made = self
            .made(place, move |tx, id| {
                files::put(tx, &file, now_ms)?;
                let picture = Picture {
                    screen: file.clone(),
                    thumb: file.clone(),
                    ..Picture::default()
                };
                let content = bulletins::Content {
                    list: "notices".to_owned(),
                    organization_id: id.to_owned(),
                    audience_id: id.to_owned(),
                    title: "标题".to_owned(),
                    body: vec![Block::Picture(picture)],
                    ..bulletins::Content::default()
                };
                let record = bulletins::create(tx, &content, now_ms)?;
                Ok(format!("{} {}", record.id, record.version))
            })
            .await;
        let (id, version) = made.split_once(' ').unwrap();
        (id.to_owned(), version.parse().unwrap(), name)
    }
}

/// What a village writes to be published.
pub(super) fn submission(code: &str) -> Value {
    json!({ "organization_code": code, "title": "修路", "text": "路修好了" })
}

/// Id of what an organization sent to be published.
pub(super) fn sent(
    tx: &mut WriteTx<'_>,
    organization_id: &str,
    title: &str,
    now_ms: i64,
) -> store::Result<String> {
    let content = submissions::Content {
        title: title.to_owned(),
        text: "路修好了".to_owned(),
        ..submissions::Content::default()
    };
    let source = SubmissionSource::Console;
    submissions::create(tx, organization_id, source, &content, now_ms)
}

/// Id of a draft of a programme of an organization.
pub(super) fn unpublished(
    tx: &mut WriteTx<'_>,
    organization: &str,
    now_ms: i64,
) -> store::Result<String> {
    let content = programmes::Content {
        category: "films".to_owned(),
        organization_id: organization.to_owned(),
        audience_id: organization.to_owned(),
        title: "春耕".to_owned(),
        ..programmes::Content::default()
    };
    programmes::draft(tx, &content, now_ms)
}

pub(super) fn programme(
    tx: &mut WriteTx<'_>,
    organization: &str,
    title: &str,
    now_ms: i64,
) -> store::Result<String> {
    let content = programmes::Content {
        category: "films".to_owned(),
        organization_id: organization.to_owned(),
        audience_id: organization.to_owned(),
        title: title.to_owned(),
        published_at_ms: now_ms,
        duration_ms: 1,
        ..programmes::Content::default()
    };
    let source = store::Source {
        key: uuid::Uuid::new_v4().to_string(),
        hash: "1".to_owned(),
    };
    Ok(programmes::import(tx, &source, &content, now_ms)?.id)
}

pub(super) fn page(
    tx: &mut WriteTx<'_>,
    organization: &str,
    secretary: &str,
    now_ms: i64,
) -> store::Result<branches::Record> {
    let content = branches::Content {
        audience_id: organization.to_owned(),
        secretary: secretary.to_owned(),
        introduction: vec!["介绍".to_owned()],
        ..branches::Content::default()
    };
    branches::publish(tx, organization, 0.into(), &content, now_ms)
}
