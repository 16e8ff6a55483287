//! A tree with four places, and for every question something in one of them to ask about.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use backend_api::services::evaluations::ballots::envelope::Key;
use backend_api::services::evaluations::hash::form_hash;
use backend_api::services::evaluations::table;
use backend_api::services::kit::error::ServiceError;
use backend_api::services::kit::rights::Role;
use backend_api::services::requests::clock::Days;
use backend_api::services::requests::machine;
use backend_api::services::vault::{Field, Place as Sealed, Vault};
use backend_api::services::{organizations, secrets, sessions};
use contract::bulletin::Block;
use contract::enrolment::CLIENT_ID;
use contract::evaluation::{EvaluationResult, EvaluationState};
use contract::file::Picture;
use contract::form::{Answer, Form, Question, QuestionKind};
use contract::meeting::MeetingState;
use contract::organization::OrganizationKind;
use contract::proof::Proof;
use contract::remote_action::RemoteKind;
use contract::request::{CategoryKind, ClockKind, Level, RequestSource, RequestState};
use contract::roll_call::{Occasion, SpotChecks};
use contract::staff::NoticeKind;
use contract::submission::SubmissionSource;
use contract::terminal::TerminalKind;
use contract::upload::UploadState;
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use store::evaluations::{self, ballots as kept, entitled, life};
use store::members::{self, Content, Number, NumberChange, moves};
use store::roll_calls::{self, NewRollCall, rounds};
use store::terminals::{self, NewTerminal};
use store::{
    Store, WriteTx, audit, branches, bulletins, categories, duty, enrolments, files, films,
    households, meetings, notices, phone_links, programmes, remote_actions, requests, staff,
    submissions, uploads,
};

use super::table::Row;
use crate::ballots;
use crate::common::{PASSWORD, World, docx, draft};

const PIN: &str = "402817";
const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/// Where the thing is, seen from who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Own,
    Parent,
    Sibling,
    Child,
}

impl Place {
    pub const ALL: [Self; 4] = [Self::Own, Self::Parent, Self::Sibling, Self::Child];

    pub fn code(self) -> &'static str {
        match self {
            Self::Own => "ZJ",
            Self::Parent => "QH",
            Self::Sibling => "LJ",
            Self::Child => "ZJ-1",
        }
    }
}

pub struct Stage {
    pub world: World,
    terminal: (String, String),
    next: AtomicU64,
}

impl Stage {
    pub async fn set() -> Self {
        let world = World::new().await;
        let now_ms = world.now_ms();
        let token = secrets::random_token().unwrap();
        let sha256 = secrets::sha256_hex(&token);
        let id = world
            .blocking(move |store| {
                let branch = organizations::OrganizationDraft {
                    code: "ZJ-1".to_owned(),
                    parent_code: Some("ZJ".to_owned()),
                    kind: OrganizationKind::Branch,
                    name: "第一党支部".to_owned(),
                };
                organizations::import(store, &[branch], now_ms).unwrap();
                for role in super::ROLES {
                    let login = format!("{role:?}");
                    sessions::create_account(store, &login, PASSWORD, "ZJ", role, now_ms).unwrap();
                }
                let new = NewTerminal {
                    kind: TerminalKind::Station,
                    name: "会议室".to_owned(),
                    organization_id: organization(store, Place::Own),
                    token_sha256: sha256,
                };
                write(store, move |tx| Ok(terminals::create(tx, &new, now_ms)?.id))
            })
            .await;
        Self {
            world,
            terminal: (id, token),
            next: AtomicU64::new(1),
        }
    }

    /// A new session of somebody with this role: some endpoints end the one they are asked with.
    pub async fn token(&self, role: Role) -> String {
        let token = secrets::random_token().unwrap();
        let (sha256, now_ms) = (secrets::sha256_hex(&token), self.world.now_ms());
        self.world
            .blocking(move |store| {
                write(store, move |tx| {
                    let account = staff::account_by_login(tx, &format!("{role:?}"))?.unwrap();
                    let session = staff::NewSession {
                        account_id: account.id.clone(),
                        token_sha256: sha256.clone(),
                        expires_at_ms: now_ms + 3_600_000,
                        address: None,
                    };
                    // Whatever the request before made of it.
                    staff::remove_totp(tx, &account.id)?;
                    staff::create_session(tx, &session, now_ms)
                })
            })
            .await;
        token
    }

    pub fn terminal_token(&self) -> String {
        self.terminal.1.clone()
    }

    /// What things of a place are called.
    pub fn mark(&self, place: Place) -> String {
        format!("标记{place:?}")
    }

    /// Asks, about a new thing of that place. Answers the status.
    pub async fn ask(&self, row: &Row, place: Place, token: &str) -> u16 {
        // Whoever waits for a second factor or an open window must find it now.
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let (path, request) = self.question(row, place, token, number).await;
        let asked = self.world.ask(row.method.clone(), &path, token);
        let answer = request.onto(asked).send().await.unwrap();
        let status = answer.status().as_u16();
        assert_ne!(status, 405, "{} {path}", row.method);
        assert!(status < 500, "{} {path}: {status}", row.method);
        // Nobody on the way keeps what is for somebody, whoever asks and whatever they are answered.
        let kept = row.kept.filter(|_| status < 400).unwrap_or("no-store");
        assert_eq!(
            answer.headers()["cache-control"],
            kept,
            "{} {path}",
            row.method
        );
        for (header, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("x-frame-options", "DENY"),
        ] {
            assert_eq!(answer.headers()[header], value, "{} {path}", row.method);
        }
        let policy = answer.headers()["content-security-policy"]
            .to_str()
            .unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        status
    }

    /// Asks about something of that place, and about the same with ids that nobody has. Answers status and
    /// body of both.
    pub async fn ask_both(&self, row: &Row, place: Place, token: &str) -> [(u16, String); 2] {
        let mut answers = Vec::new();
        for known in [true, false] {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let (mut path, request) = self.question(row, place, token, number).await;
            if !known {
                let template = row.path.split('/');
                let filled = path
                    .split('/')
                    .zip(template)
                    .map(|(there, name)| match name {
                        "{user_code}" => "9999-9999".to_owned(),
                        name if name.starts_with('{') => uuid::Uuid::new_v4().to_string(),
                        _ => there.to_owned(),
                    });
                path = filled.collect::<Vec<_>>().join("/");
            }
            let asked = self.world.ask(row.method.clone(), &path, token);
            let answer = request.onto(asked).send().await.unwrap();
            answers.push((answer.status().as_u16(), answer.text().await.unwrap()));
        }
        answers.try_into().unwrap()
    }

    /// Asks with another body: `change` changes what is sent. Nothing if no JSON is sent.
    pub async fn ask_changed(
        &self,
        row: &Row,
        place: Place,
        token: &str,
        change: impl FnOnce(&mut Value),
    ) -> Option<(u16, Value)> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let (path, mut sent) = self.question(row, place, token, number).await;
        let mut body: Value = serde_json::from_slice(&sent.body.as_ref()?.1).ok()?;
        change(&mut body);
        sent.body = Some(("application/json", body.to_string().into_bytes()));
        let asked = self.world.ask(row.method.clone(), &path, token);
        let answer = sent.onto(asked).send().await.unwrap();
        let status = answer.status().as_u16();
        Some((status, answer.json().await.unwrap_or_default()))
    }

    /// Something of everything in every place.
    pub async fn fill(&self) {
        let now_ms = self.world.now_ms();
        for place in Place::ALL {
            let mark = self.mark(place);
            let vault = Arc::clone(self.world.server.vault());
            self.world
                .blocking(move |store| {
                    let id = organization(store, place);
                    member(store, &vault, place, &mark, now_ms);
                    let entry = organizations::OrganizationDraft {
                        code: format!("M-{place:?}"),
                        parent_code: Some(place.code().to_owned()),
                        kind: OrganizationKind::Branch,
                        name: mark.clone(),
                    };
                    if place == Place::Child {
                        // Nothing stands below a branch.
                        write(store, {
                            let (id, name) = (id.clone(), mark.clone());
                            move |tx| {
                                store::organizations::update(
                                    tx,
                                    &id,
                                    OrganizationKind::Branch,
                                    &name,
                                    now_ms,
                                )
                            }
                        });
                    } else {
                        organizations::import(store, &[entry], now_ms).unwrap();
                    }
                    sessions::create_account(
                        store,
                        &mark,
                        PASSWORD,
                        place.code(),
                        Role::Reader,
                        now_ms,
                    )
                    .unwrap();
                    let name = mark.clone();
                    write(store, move |tx| {
                        households::create(tx, &id, &name, now_ms)?;
                        let notice = notices::NewNotice {
                            organization_id: id.clone(),
                            kind: NoticeKind::PinLocked,
                            subject: name.clone(),
                            detail: name.clone(),
                        };
                        notices::raise(tx, &notice, now_ms)?;
                        let entry = audit::NewEntry {
                            actor: "system".to_owned(),
                            action: name.clone(),
                            subject: name.clone(),
                            organization_id: Some(id.clone()),
                            detail: String::new(),
                        };
                        audit::append(tx, &entry, now_ms)?;
                        let terminal = NewTerminal {
                            kind: TerminalKind::Household,
                            name: name.clone(),
                            organization_id: id.clone(),
                            token_sha256: name.clone(),
                        };
                        terminals::create(tx, &terminal, now_ms)?;
                        let room = duty::Content {
                            title: name.clone(),
                            organization_id: id.clone(),
                            picture: duty::Picture::Camera(name.clone()),
                        };
                        duty::create(tx, &duty::new_id(now_ms), &room, "x", now_ms)?;
                        let content = bulletins::Content {
                            list: "notices".to_owned(),
                            organization_id: id.clone(),
                            audience_id: id.clone(),
                            title: name.clone(),
                            ..bulletins::Content::default()
                        };
                        bulletins::create(tx, &content, now_ms)?;
                        sent(tx, &id, &name, now_ms)?;
                        page(tx, &id, &name, now_ms)?;
                        request(tx, &vault, &id, None, &name, now_ms)?;
                        let account = staff::account_by_login(tx, &name)?.unwrap();
                        let session = staff::NewSession {
                            account_id: account.id,
                            token_sha256: name.clone(),
                            expires_at_ms: now_ms + 1_000,
                            address: None,
                        };
                        staff::create_session(tx, &session, now_ms)?;
                        programme(tx, &id, &name, now_ms).map(|_| ())
                    });
                })
                .await;
        }
    }

    /// The address and what is sent.
    async fn question(&self, row: &Row, place: Place, token: &str, number: u64) -> (String, Sent) {
        let (code, now_ms) = (place.code(), self.world.now_ms());
        let member = json!({ "organization_code": code, "name": "王五" });
        let reason = json!({ "reason": "办理业务" });
        let none = Sent::default();
        let path = row.path;
        let on = |id: &str| path.replace("{id}", id);
        let named = |body: Value| (path.to_owned(), Sent::json(&body));
        let method = row.method.as_str();
        match (method, path) {
            ("POST", "/api/v1/enrol/device") => (
                path.to_owned(),
                Sent::form(&[("client_id", CLIENT_ID), ("hardware", "x")]),
            ),
            ("POST", "/api/v1/enrol/token") => {
                (path.to_owned(), Sent::form(&[("client_id", CLIENT_ID)]))
            }
            ("POST", "/api/v1/staff/sessions") => {
                self.token(Role::Reader).await;
                named(json!({ "login": "Reader", "password": PASSWORD }))
            }
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
            ("POST", "/api/v1/terminal/sign-ins") => {
                let id = self.member(Place::Own, "签到的人").await;
                let call = self.roll_call(Place::Own, "open", false).await;
                let body = json!({ "roll_call_id": call, "round": 1, "time": { "at_ms": now_ms },
                    "proof": { "by": "pin", "member_id": id, "pin": PIN } });
                (path.to_owned(), Sent::json(&body).key(number))
            }
            ("POST", "/api/v1/terminal/member-sessions") => {
                let id = self.member(Place::Own, "本人").await;
                named(json!({ "proof": { "by": "pin", "member_id": id, "pin": PIN } }))
            }
            ("POST", "/api/v1/terminal/pins") => {
                let id = self.member(Place::Own, "本人").await;
                let body = json!({ "card": card_of(&id), "pin": "918273" });
                (path.to_owned(), Sent::json(&body).key(number))
            }
            ("GET", "/api/v1/terminal/record" | "/api/v1/terminal/requests")
            | ("DELETE", "/api/v1/terminal/member-sessions/current") => {
                let session = self.member_session().await;
                (path.to_owned(), none.session(session))
            }
            ("POST", "/api/v1/terminal/evaluations/{id}/objections") => {
                let id = self.evaluation(place, EvaluationState::Announced).await;
                let villager = self.villager(Place::Own, "村民").await;
                let body = json!({ "member_id": villager });
                (on(&id), Sent::json(&body).key(number))
            }
            ("POST", "/api/v1/terminal/ballots") => {
                let member_id = self.member(Place::Own, "投票的人").await;
                let id = self.evaluation(Place::Own, EvaluationState::Open).await;
                let proof = Proof::Pin {
                    member_id,
                    pin: PIN.to_owned(),
                };
                named(ballots::ballot(&vote(), &id, proof, 0))
            }
            ("POST", "/api/v1/evaluations") => named(asked(code, now_ms)),
            ("POST", "/api/v1/evaluations/questions") => (
                path.to_owned(),
                Sent::text("题目,类型,选项\n满意吗,单选,满意、不满意\n"),
            ),
            ("PUT", "/api/v1/evaluations/{id}") => {
                let id = self.evaluation(place, EvaluationState::Draft).await;
                (on(&id), Sent::json(&asked(code, now_ms)).version(1))
            }
            ("POST", "/api/v1/evaluations/{id}/announce") => {
                let id = self.evaluation(place, EvaluationState::Draft).await;
                (on(&id), none.version(1))
            }
            ("POST", "/api/v1/evaluations/{id}/open") => {
                let id = self.evaluation(place, EvaluationState::Announced).await;
                (on(&id), none)
            }
            ("PUT", "/api/v1/evaluations/{id}/follow-up") => {
                let id = self.evaluation(place, EvaluationState::Closed).await;
                let version = self.evaluation_version(&id).await;
                (on(&id), Sent::json(&json!({})).version(version))
            }
            ("POST", "/api/v1/evaluations/{id}/objections/{objection}") => {
                // Whoever asks answers for their own, also in what the parent asks.
                let whose = if place == Place::Parent {
                    Place::Own
                } else {
                    place
                };
                let villager = self.villager(whose, "村民").await;
                let id = self.evaluation(place, EvaluationState::Announced).await;
                let at = id.clone();
                let objection = self.made(place, move |tx, _| {
                    entitled::object(tx, &at, &villager, "这次只请党员", now_ms)?;
                    Ok(entitled::objections(tx, &at, "*")?.remove(0).id)
                });
                let path = on(&id).replace("{objection}", &objection.await);
                let body = json!({ "entitled": true, "reason": "已经核实" });
                (path, Sent::json(&body))
            }
            ("POST", "/api/v1/evaluations/{id}/paper-voters") => {
                let whose = if place == Place::Parent {
                    Place::Own
                } else {
                    place
                };
                let member = self.member(whose, "王五").await;
                let id = self.evaluation(place, EvaluationState::Open).await;
                (on(&id), Sent::json(&json!({ "member_id": member })))
            }
            ("POST", "/api/v1/evaluations/{id}/paper-voters/take-back") => {
                let member = self.member(place, "王五").await;
                let id = self.evaluation(place, EvaluationState::Open).await;
                let (at, whom) = (id.clone(), member.clone());
                self.made(place, move |tx, _| {
                    kept::cast_on_paper(tx, &at, &whom)?;
                    Ok(String::new())
                })
                .await;
                let body = json!({ "member_id": member, "reason": "登记错了人" });
                (on(&id), Sent::json(&body))
            }
            ("POST", "/api/v1/evaluations/{id}/paper-ballots/take-back") => {
                let id = self.evaluation(place, EvaluationState::Open).await;
                let at = id.clone();
                self.made(place, move |tx, _| {
                    kept::read_first(tx, &at, 1, "somebody", "envelope")?;
                    Ok(String::new())
                })
                .await;
                (on(&id), Sent::json(&json!({ "sheet": 1 })))
            }
            ("POST", "/api/v1/evaluations/{id}/paper-ballots") => {
                let id = self.evaluation(place, EvaluationState::Open).await;
                let body = json!({ "sheet": 1, "answers": [{ "question": "q1", "chosen": [0] }] });
                (on(&id), Sent::json(&body))
            }
            ("GET", "/api/v1/evaluations/{id}/ballots.csv") => (
                on(&self.evaluation(place, EvaluationState::Closed).await),
                none,
            ),
            (_, path) if path.starts_with("/api/v1/evaluations/{id}") => {
                let id = self.evaluation(place, EvaluationState::Open).await;
                let sent = if path.ends_with("/cancel") {
                    Sent::json(&reason)
                } else {
                    none
                };
                (on(&id), sent)
            }
            ("PUT", "/api/v1/staff/password") => {
                named(json!({ "current": PASSWORD, "password": PASSWORD }))
            }
            ("POST", "/api/v1/staff/totp/confirm") => named(self.second_factor(token, false).await),
            ("POST", "/api/v1/staff/totp/recovery-codes") | ("DELETE", "/api/v1/staff/totp") => {
                named(self.second_factor(token, true).await)
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
            (_, "/api/v1/categories/{code}") => {
                let kind = CategoryKind::Suggestion;
                self.category(place, kind, number).await;
                let draft = json!({ "organization_code": code, "digit": 0, "title": "建议",
                    "kind": kind, "response_hours": 24 });
                let sent = match method {
                    "PUT" => Sent::json(&draft).version(1),
                    "DELETE" => none.version(1),
                    _ => none,
                };
                (path.replace("{code}", &format!("C{number}")), sent)
            }
            ("GET", "/api/v1/requests/{id}/attachments/{attachment}")
            | ("GET", "/api/v1/terminal/requests/{id}/attachments/{attachment}") => {
                let id = format!("{number}");
                (on(&id).replace("{attachment}", &id), none)
            }
            ("POST", "/api/v1/terminal/request-links") => {
                let category = self.category(Place::Own, CategoryKind::Suggestion, number);
                let (category, member) =
                    (category.await, self.member(Place::Own, "问事的人").await);
                named(json!({ "category_id": category,
                    "proof": { "by": "pin", "member_id": member, "pin": PIN } }))
            }
            ("GET", "/api/v1/terminal/request-links/{id}") => {
                let category = self.category(Place::Own, CategoryKind::Suggestion, number);
                let (category, own) = (category.await, self.terminal.0.clone());
                let made = self.made(place, move |tx, id| {
                    let new = NewTerminal {
                        kind: TerminalKind::Household,
                        name: "12 号".to_owned(),
                        organization_id: id.to_owned(),
                        token_sha256: format!("tv{number}"),
                    };
                    let whose = match place {
                        Place::Own => own.clone(),
                        _ => terminals::create(tx, &new, now_ms)?.id,
                    };
                    let (token, until_ms) = (format!("page{number}"), now_ms + 1_000);
                    let kind = phone_links::Kind::Request(phone_links::AtTv {
                        terminal_id: whose,
                        category_id: category.clone(),
                        member_id: None,
                    });
                    phone_links::create(tx, &token, &kind, until_ms, now_ms)
                });
                (on(&made.await), none)
            }
            ("POST", "/api/v1/terminal/reports") => {
                let body = self.report(number).await;
                (path.to_owned(), Sent::json(&body).key(number))
            }
            ("POST", "/api/v1/terminal/reports/follow" | "/api/v1/terminal/reports/verdict") => {
                let body = self.report(number).await;
                let key = json!({ "number": body["number"], "pin": body["pin"] });
                let tv = self.terminal_token();
                let report = self.world.post("/api/v1/terminal/reports", &tv);
                let report = Sent::json(&body).key(number).onto(report);
                assert_eq!(report.send().await.unwrap().status(), 201);
                if path.ends_with("/follow") {
                    return named(key);
                }
                let verdict = json!({ "solved": "yes", "about": 1 });
                let body = json!({ "key": key, "verdict": verdict });
                (path.to_owned(), Sent::json(&body).key(number + 1_000_000))
            }
            ("PUT", "/api/v1/terminal/actions/{id}") => {
                let own = self.terminal.0.clone();
                let id = self
                    .made(place, move |tx, id| {
                        let terminal = if place == Place::Own {
                            own.clone()
                        } else {
                            let new = NewTerminal {
                                kind: TerminalKind::Household,
                                name: "12 号".to_owned(),
                                organization_id: id.to_owned(),
                                token_sha256: format!("tv{number}"),
                            };
                            terminals::create(tx, &new, now_ms)?.id
                        };
                        let kind = RemoteKind::Resync;
                        Ok(remote_actions::ask(tx, &terminal, kind, "li", now_ms)?.id)
                    })
                    .await;
                (on(&id), Sent::json(&json!({ "done": true })))
            }
            ("POST", "/api/v1/terminals/{id}/revoke")
            | ("GET" | "POST", "/api/v1/terminals/{id}/actions")
            | ("GET" | "PUT", "/api/v1/terminals/{id}") => {
                let id = self
                    .made(place, move |tx, id| {
                        let new = NewTerminal {
                            kind: TerminalKind::Household,
                            name: "12 号".to_owned(),
                            organization_id: id.to_owned(),
                            token_sha256: format!("tv{number}"),
                        };
                        Ok(terminals::create(tx, &new, now_ms)?.id)
                    })
                    .await;
                let draft =
                    json!({ "organization_code": code, "kind": "station", "name": "会议室" });
                (
                    on(&id),
                    match (method, path.ends_with("/actions")) {
                        ("PUT", _) => Sent::json(&draft),
                        ("POST", true) => Sent::json(&json!({ "kind": "restart" })),
                        _ => none,
                    },
                )
            }
            (
                "POST",
                "/api/v1/enrolments/{user_code}/approve" | "/api/v1/enrolments/{user_code}/decline",
            ) => {
                let user_code = format!("{:04}-{:04}", number / 10_000, number % 10_000);
                let box_code = user_code.clone();
                self.made(place, move |tx, _| {
                    let new = enrolments::NewEnrolment {
                        device_code_sha256: box_code.clone(),
                        user_code: box_code.clone(),
                        hardware: String::new(),
                        expires_at_ms: now_ms + 1_000,
                        interval_ms: 1,
                        address: String::new(),
                        network: String::new(),
                    };
                    enrolments::start(tx, &new, now_ms)?;
                    Ok(String::new())
                })
                .await;
                let body =
                    json!({ "organization_code": code, "kind": "household", "name": "12 号" });
                (path.replace("{user_code}", &user_code), Sent::json(&body))
            }
            ("POST", "/api/v1/setup") => named(json!({
                "code": "AAAA-AAAA", "name": "清河镇", "organization_code": "QH", "kind": "township",
                "login": "wang", "password": PASSWORD,
            })),
            ("POST", "/api/v1/organizations" | "/api/v1/organizations/import") => {
                // Below a village there are branches only, and below a branch nothing: so the
                // place itself is made a village for the question.
                self.made(place, move |tx, id| {
                    if place == Place::Child {
                        store::organizations::update(
                            tx,
                            id,
                            OrganizationKind::Village,
                            "第一党支部",
                            now_ms,
                        )?;
                    }
                    Ok(String::new())
                })
                .await;
                let one = json!({ "parent_code": code, "kind": "branch", "code": format!("N{number}"), "name": "新支部" });
                if path.ends_with("import") {
                    named(json!({ "rows": [one] }))
                } else {
                    named(one)
                }
            }
            ("PUT", "/api/v1/township") => named(json!(crate::common::township())),
            ("GET", "/api/v1/members") => (format!("{path}?organization={code}"), none),
            ("POST", "/api/v1/members") => named(member),
            ("PUT", "/api/v1/members/{id}") => {
                let id = self.member(place, "王五").await;
                // Setting the PIN was its second version.
                (on(&id), Sent::json(&member).version(2))
            }
            ("POST", "/api/v1/members/search") => named(json!({ "number": "13800000001" })),
            ("POST", "/api/v1/members/import") => {
                (path.to_owned(), Sent::text("组织代码,姓名\nZJ,甲\n"))
            }
            ("POST", "/api/v1/members/imports/trial") => {
                named(json!({ "table": "组织代码,姓名\nZJ,甲\n" }))
            }
            ("POST", "/api/v1/members/imports") => {
                let body = json!({ "table": "组织代码,姓名\nZJ,甲\n" });
                (path.to_owned(), Sent::json(&body).key(number))
            }
            ("POST", "/api/v1/members/imports/{id}/undo") => {
                let id = self
                    .made(place, move |tx, id| {
                        members::imports::begin(tx, id, "wang", now_ms)
                    })
                    .await;
                (on(&id), none)
            }
            ("POST", "/api/v1/households/import") => {
                (path.to_owned(), Sent::text("组织代码,户名\nZJ,1 号\n"))
            }
            (
                "POST",
                "/api/v1/members/{id}/reveal"
                | "/api/v1/members/{id}/purge"
                | "/api/v1/members/{id}/leave",
            ) => (on(&self.member(place, "王五").await), Sent::json(&reason)),
            ("POST", "/api/v1/members/{id}/return") => {
                let id = self.member(place, "王五").await;
                let gone = id.clone();
                self.made(place, move |tx, _| {
                    moves::set_left(tx, &gone, Some(now_ms), now_ms)?;
                    Ok(String::new())
                })
                .await;
                (on(&id), Sent::json(&reason))
            }
            ("PUT", "/api/v1/members/{id}/pin") => (
                on(&self.member(place, "王五").await),
                Sent::json(&json!({})),
            ),
            ("POST", "/api/v1/members/{id}/transfer") => {
                let id = self.member(place, "王五").await;
                let to = if place == Place::Own { "ZJ-1" } else { "ZJ" };
                (
                    on(&id),
                    Sent::json(&json!({ "to_organization_code": to, "reason": "搬家" })),
                )
            }
            ("GET", "/api/v1/members/{id}" | "/api/v1/members/{id}/transfers") => {
                (on(&self.member(place, "王五").await), none)
            }
            ("POST", "/api/v1/households") => {
                named(json!({ "organization_code": code, "name": format!("{number} 号") }))
            }
            ("GET" | "PUT" | "DELETE", "/api/v1/households/{id}") => {
                let id = self
                    .made(place, move |tx, id| {
                        Ok(households::create(tx, id, &format!("{number} 号"), now_ms)?.id)
                    })
                    .await;
                let body = json!({ "organization_code": code, "name": format!("{number} 号院") });
                (
                    on(&id),
                    if method == "PUT" {
                        Sent::json(&body)
                    } else {
                        none
                    },
                )
            }
            ("POST", "/api/v1/notices/{id}/seen") => {
                let id = self
                    .made(place, move |tx, id| {
                        let notice = notices::NewNotice {
                            organization_id: id.to_owned(),
                            kind: NoticeKind::Duplicate,
                            subject: format!("member:{number}"),
                            detail: String::new(),
                        };
                        notices::raise(tx, &notice, now_ms)?;
                        let found =
                            notices::list(tx, notices::Viewer::of_members(id), true, None, 200)?;
                        let mine = found.into_iter().find(|it| it.subject == notice.subject);
                        Ok(mine.unwrap().id)
                    })
                    .await;
                (on(&id), none)
            }
            ("POST", "/api/v1/condition/clock") => named(json!({ "clock_ms": now_ms })),
            ("POST", "/api/v1/roll-calls") => {
                named(json!({ "title": "点名", "organization_code": code, "window_ms": 60_000 }))
            }
            ("POST", "/api/v1/roll-calls/{id}/open") => {
                (on(&self.roll_call(place, "scheduled", false).await), none)
            }
            ("POST", "/api/v1/roll-calls/{id}/cancel") => {
                let id = self.roll_call(place, "scheduled", false).await;
                (on(&id), Sent::json(&json!({ "reason": "改期" })))
            }
            ("POST", "/api/v1/roll-calls/{id}/close") => {
                (on(&self.roll_call(place, "open", false).await), none)
            }
            ("POST", "/api/v1/roll-calls/{id}/rounds") => {
                let id = self.roll_call(place, "closed", false).await;
                (on(&id), Sent::json(&json!({ "window_ms": 60_000 })))
            }
            ("POST", "/api/v1/roll-calls/{id}/members") => {
                let id = self.roll_call(place, "open", false).await;
                let member = self.member(place, "王五").await;
                let body = json!({ "member_id": member, "reason": "刚刚转入" });
                (on(&id), Sent::json(&body))
            }
            ("POST", "/api/v1/roll-calls/{id}/corrections") => {
                let member = self.member(place, "王五").await;
                let id = self.roll_call(place, "open", false).await;
                let body = json!({ "member_id": member, "state": "leave", "reason": "请假看病" });
                (on(&id), Sent::json(&body))
            }
            ("GET", path) if path.starts_with("/api/v1/roll-calls/{id}") => {
                // The parent's calls somebody of the own village.
                self.member(Place::Own, "被点的人").await;
                let presence = path.ends_with("presence-code");
                (on(&self.roll_call(place, "open", presence).await), none)
            }
            ("PUT", "/api/v1/terminal/viewings/{id}") => {
                let meeting = self.meeting(Place::Own, MeetingState::Live).await;
                let report = json!({ "meeting_id": meeting, "started_at_ms": now_ms,
                    "last_at_ms": now_ms, "watched_ms": 0 });
                let viewing = uuid::Uuid::from_u128(u128::from(number)).to_string();
                (on(&viewing), Sent::json(&report))
            }
            (_, path) if path.starts_with("/api/v1/terminal/meetings/{id}/") => {
                let meeting = self.meeting(place, MeetingState::Live).await;
                let sent = match (method, path.rsplit('/').next()) {
                    ("POST", Some("join")) => {
                        Sent::json(&json!({ "viewing_id": uuid::Uuid::from_u128(1) }))
                    }
                    ("POST", _) => Sent::json(&json!({ "raised": true })),
                    ("PUT", _) => Sent::text("picture"),
                    _ => none,
                };
                (on(&meeting), sent)
            }
            (_, path) if path.starts_with("/live/") => {
                let filled = ["{*stream}", "{token}", "{meeting}", "{id}"]
                    .iter()
                    .fold(path.to_owned(), |path, name| path.replace(name, "x"));
                (filled.replace("{file}", "live.m3u8"), none)
            }
            ("POST", "/api/v1/meetings/{id}/direction") => {
                let id = self.meeting(place, MeetingState::Live).await;
                let command = json!({ "command": "layout", "layout": "grid" });
                (on(&id), Sent::json(&command))
            }
            ("PUT", "/api/v1/meetings/{id}/host-source") => {
                let id = self.meeting(place, MeetingState::Live).await;
                (on(&id), Sent::json(&json!({ "source": "page" })))
            }
            ("POST", "/api/v1/meetings/{id}/host")
            | (
                "GET",
                "/api/v1/meetings/{id}/stage"
                | "/api/v1/meetings/{id}/events"
                | "/api/v1/meetings/{id}/stations/{terminal_id}/picture",
            ) => {
                let id = self.meeting(place, MeetingState::Live).await;
                (on(&id).replace("{terminal_id}", &self.terminal.0), none)
            }
            ("POST", "/api/v1/meetings") => named(plan(code, now_ms)),
            ("POST", "/api/v1/meeting-series") => named(json!({ "meeting": plan(code, now_ms),
                "repeat": { "every": "week", "times": 2 } })),
            ("POST", "/api/v1/meeting-series/plan") => named(json!({ "starts_at_ms": now_ms,
                "repeat": { "every": "month_day", "times": 2 } })),
            ("PUT", "/api/v1/meetings/{id}") => {
                let id = self.meeting(place, MeetingState::Scheduled).await;
                (on(&id), Sent::json(&plan(code, now_ms)).version(1))
            }
            ("GET" | "POST", "/api/v1/meetings/{id}/station-checks")
            | ("POST", "/api/v1/meetings/{id}/start") => (
                on(&self.meeting(place, MeetingState::Scheduled).await),
                none,
            ),
            ("POST", "/api/v1/meetings/{id}/cancel") => {
                let id = self.meeting(place, MeetingState::Scheduled).await;
                (on(&id), Sent::json(&json!({ "reason": "改期" })))
            }
            ("POST", "/api/v1/meetings/{id}/end") => {
                (on(&self.meeting(place, MeetingState::Live).await), none)
            }
            ("POST", "/api/v1/meetings/{id}/recording") => {
                let id = self.meeting(place, MeetingState::Ended).await;
                let failed = id.clone();
                let fail = move |tx: &mut WriteTx<'_>| {
                    meetings::recording_failed(tx, &failed, "磁盘已满", now_ms)
                };
                let failing = move |store: &Store| store.write::<_, store::Error, _>(fail).unwrap();
                self.world.blocking(failing).await;
                (on(&id), none)
            }
            ("POST", "/api/v1/meetings/{id}/roll-call") => {
                let id = self.meeting(place, MeetingState::Live).await;
                (on(&id), Sent::json(&json!({ "window_ms": 60_000 })))
            }
            ("GET", "/api/v1/meetings/{id}" | "/api/v1/meetings/{id}/viewings") => {
                (on(&self.meeting(place, MeetingState::Ended).await), none)
            }
            ("POST", "/api/v1/duty-rooms") => named(json!({ "title": "值班室",
                "organization_code": code, "camera_url": "rtsp://192.168.2.1/live" })),
            ("PUT", "/api/v1/duty-rooms/{id}") => {
                let id = self.duty_room(place, number).await;
                let body = json!({ "title": "大厅", "organization_code": code,
                    "camera_url": "rtsp://192.168.2.1/live" });
                (on(&id), Sent::json(&body))
            }
            (_, path) if path.starts_with("/api/v1/duty-rooms/{id}") => {
                (on(&self.duty_room(place, number).await), none)
            }
            ("DELETE", "/api/v1/duty-looks/{id}") => {
                let room = self.duty_room(place, number).await;
                let look = self.made(place, move |tx, _| {
                    let room = duty::get(tx, &room)?.unwrap();
                    Ok(duty::looks::open(tx, &room, "x", now_ms)?.id)
                });
                (on(&look.await), none)
            }
            ("GET", "/api/v1/reports/attendance" | "/api/v1/reports/requests") => {
                (format!("{path}?month=2026-11&organization={code}"), none)
            }
            ("GET", "/api/v1/requests/statistics") => (
                format!("{path}?from=0&until=1000&organization={code}"),
                none,
            ),
            ("GET", "/api/v1/requests/{id}") => {
                (on(&self.request(place, None, "修水管").await), none)
            }
            ("POST", "/api/v1/requests/{id}/acts") => {
                let id = self.request(place, None, "修水管").await;
                let act = json!({ "act": "note", "text": "已看" });
                (on(&id), Sent::json(&act).version(1))
            }
            ("POST", "/api/v1/requests/{id}/reveal") => {
                let id = self.request(place, None, "修水管").await;
                (on(&id), Sent::json(&reason))
            }
            (_, "/api/v1/calendar/{year}") => {
                let sent = match method {
                    "PUT" => Sent::json(&json!({})).version(0),
                    _ => none,
                };
                (path.replace("{year}", "2026"), sent)
            }
            ("POST", "/api/v1/terminal/requests") => {
                let category = self.category(Place::Own, CategoryKind::Service, number);
                let (category, member) =
                    (category.await, self.member(Place::Own, "问事的人").await);
                let body = json!({ "category_id": category, "phone": { "of": "none" },
                    "proof": { "by": "pin", "member_id": member, "pin": PIN } });
                (path.to_owned(), Sent::json(&body).key(number))
            }
            ("POST", path) if path.starts_with("/api/v1/terminal/requests/{id}/") => {
                let member = self.member(Place::Own, "问事的人").await;
                // What somebody else asked is none of theirs.
                let asker = (place == Place::Own).then(|| member.clone());
                let id = self.request(place, asker, "修水管").await;
                let body = json!({ "solved": "yes", "about": 1, "sentences": ["在村口"],
                    "proof": { "by": "pin", "member_id": member, "pin": PIN } });
                (on(&id), Sent::json(&body).key(number))
            }
            ("POST", "/api/v1/staff/accounts") => named(json!({
                "login": format!("new{number}"), "password": PASSWORD, "role": "reader", "organization_code": code })),
            ("POST", "/api/v1/staff/accounts/{id}/hand-over") => {
                let (id, _) = self.account(place, number).await;
                let (successor, _) = self.account(place, number + 1_000_000).await;
                (on(&id), Sent::json(&json!({ "successor_id": successor })))
            }
            (_, path) if path.starts_with("/api/v1/staff/accounts/{id}") => {
                let (id, _) = self.account(place, number).await;
                let body =
                    json!({ "role": "reader", "organization_code": "ZJ", "password": PASSWORD });
                (on(&id), Sent::json(&body))
            }
            ("DELETE", "/api/v1/staff/sessions/{id}") => {
                (on(&self.account(place, number).await.1), none)
            }
            _ => {
                assert!(!path.contains('{'), "{method} {path}: nothing to ask about");
                (path.to_owned(), none)
            }
        }
    }

    /// Makes something in an organization.
    async fn made(
        &self,
        place: Place,
        make: impl Fn(&mut WriteTx<'_>, &str) -> store::Result<String> + Send + 'static,
    ) -> String {
        self.world
            .blocking(move |store| {
                let id = organization(store, place);
                write(store, move |tx| make(tx, &id))
            })
            .await
    }

    /// Id of a film that whoever has this token has sent, or somebody has if it is nobody's.
    async fn film(&self, token: &str) -> String {
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
    async fn submission(&self, place: Place) -> String {
        let now_ms = self.world.now_ms();
        self.made(place, move |tx, id| sent(tx, id, "修路", now_ms))
            .await
    }

    /// Id of a new category, whose code is `C` and this number.
    async fn category(&self, place: Place, kind: CategoryKind, number: u64) -> String {
        let now_ms = self.world.now_ms();
        self.made(place, move |tx, id| {
            let content = categories::Content {
                organization_id: id.to_owned(),
                title: "建议".to_owned(),
                kind,
                office_id: Some(id.to_owned()),
                response_hours: 24,
                ..categories::Content::default()
            };
            let code = format!("C{number}");
            Ok(categories::publish(tx, &code, 0.into(), &content, now_ms)?.id)
        })
        .await
    }

    /// An answered request that came from a place, which has it; with a number to telephone.
    async fn request(&self, place: Place, asker: Option<String>, summary: &str) -> String {
        let (vault, now_ms) = (Arc::clone(self.world.server.vault()), self.world.now_ms());
        let summary = summary.to_owned();
        self.made(place, move |tx, place| {
            request(tx, &vault, place, asker.as_deref(), &summary, now_ms)
        })
        .await
    }

    /// A confidential report, to be sent from the terminal.
    async fn report(&self, number: u64) -> Value {
        let category = self.category(Place::Own, CategoryKind::Confidential, number);
        json!({ "category_id": category.await, "number": format!("{number:010}"), "pin": PIN,
            "phone": { "of": "typed", "number": "13900001234" } })
    }

    /// Version of the page of an organization, which is written if there is none.
    async fn page(&self, place: Place) -> i64 {
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

    async fn member(&self, place: Place, name: &'static str) -> String {
        let (vault, now_ms) = (Arc::clone(self.world.server.vault()), self.world.now_ms());
        self.world
            .blocking(move |store| member(store, &vault, place, name, now_ms))
            .await
    }

    async fn member_session(&self) -> String {
        let id = self.member(Place::Own, "本人").await;
        let token = secrets::random_token().unwrap();
        let (sha256, terminal) = (secrets::sha256_hex(&token), self.terminal.0.clone());
        let now_ms = self.world.now_ms();
        self.made(Place::Own, move |tx, _| {
            store::member_sessions::open(tx, &id, &terminal, &sha256, now_ms + 1_000)?;
            Ok(String::new())
        })
        .await;
        token
    }

    /// A code of the account's second factor, which is offered or in force.
    async fn second_factor(&self, token: &str, in_force: bool) -> Value {
        let (vault, sha256) = (
            Arc::clone(self.world.server.vault()),
            secrets::sha256_hex(token),
        );
        let now_ms = self.world.now_ms();
        self.made(Place::Own, move |tx, _| {
            if let Some(session) = staff::session(tx, &sha256, now_ms)? {
                let id = session.account.id;
                let sealed = vault.seal(tx, Sealed::Totp(&id), SECRET).unwrap();
                staff::offer_totp(tx, &id, Some(&sealed))?;
                if in_force {
                    staff::confirm_totp(tx, &id, 1)?;
                }
            }
            Ok(String::new())
        })
        .await;
        let bytes = totp_rs::Secret::Encoded(SECRET.to_owned())
            .to_bytes()
            .unwrap();
        let totp = totp_rs::TOTP::new(totp_rs::Algorithm::SHA1, 6, 1, 30, bytes).unwrap();
        let seconds = u64::try_from(now_ms / 1_000).unwrap();
        json!({ "code": totp.generate(seconds) })
    }

    async fn bulletin(&self, place: Place, state: &'static str) -> (String, i64) {
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
    async fn illustrated(&self, place: Place) -> (String, i64, String) {
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

    async fn roll_call(&self, place: Place, state: &'static str, presence: bool) -> String {
        let now_ms = self.world.now_ms();
        self.made(place, move |tx, id| {
            let new = NewRollCall {
                organization_id: id.to_owned(),
                title: "点名".to_owned(),
                occasion: Occasion::Meeting,
                statuses: vec![contract::member::MemberStatus::Full],
                presence_secret: presence.then(|| "secret".to_owned()),
                spot_checks: None::<SpotChecks>,
                created_by: "x".to_owned(),
                opens_at_ms: if state == "scheduled" {
                    now_ms + 60_000
                } else {
                    now_ms
                },
                window_ms: 60_000,
                grace_ms: 0,
            };
            let made = roll_calls::create(tx, &new, now_ms)?;
            if state != "scheduled" {
                rounds::open(tx, &made.id, None, now_ms)?;
            }
            if state == "closed" {
                rounds::close(tx, &made.id, now_ms)?;
            }
            Ok(made.id)
        })
        .await
    }

    /// Somebody of a place who is no party member.
    async fn villager(&self, place: Place, name: &'static str) -> String {
        let now_ms = self.world.now_ms();
        self.made(place, move |tx, id| {
            let content = Content {
                name: name.to_owned(),
                status: contract::member::MemberStatus::Villager,
                ..Content::default()
            };
            let member = members::new_id(now_ms);
            Ok(members::create(tx, &member, id, &content, None, now_ms)?.id)
        })
        .await
    }

    /// An evaluation of the party members of a place.
    async fn evaluation(&self, place: Place, state: EvaluationState) -> String {
        let (vault, now_ms) = (Arc::clone(self.world.server.vault()), self.world.now_ms());
        self.made(place, move |tx, id| {
            let content = evaluations::Content {
                organization_id: id.to_owned(),
                title: "评议".to_owned(),
                list: "evaluations".to_owned(),
                statuses: vec![contract::member::MemberStatus::Full],
                opens_at_ms: now_ms + 60_000,
                closes_at_ms: now_ms + 3_600_000,
                form: vote(),
                ..evaluations::Content::default()
            };
            let made = evaluations::create(tx, &content, "x", now_ms)?;
            if state == EvaluationState::Draft {
                return Ok(made.id);
            }
            let hash = form_hash(&content.form);
            life::announce(tx, &made.id, 1.into(), &hash, now_ms)?;
            if state == EvaluationState::Announced {
                return Ok(made.id);
            }
            let closes_at_ms = content.closes_at_ms;
            life::open(tx, &made.id, closes_at_ms, closes_at_ms, now_ms)?;
            // Two at once on PostgreSQL: the one that lost is done again.
            Key::make(tx, &vault, &made.id).map_err(|error| match error {
                ServiceError::Store(error) => error,
                error => panic!("{error}"),
            })?;
            if state == EvaluationState::Closed {
                let result = published(tx, &made.id, &content.form, &hash)?;
                kept::erase(tx, &made.id)?;
                life::close(tx, &made.id, &result, now_ms)?;
            }
            Ok(made.id)
        })
        .await
    }

    async fn evaluation_version(&self, id: &str) -> i64 {
        let id = id.to_owned();
        self.world
            .blocking(move |store| {
                let found = store.read(|tx| evaluations::get(tx, &id));
                found.unwrap().unwrap().version
            })
            .await
    }

    /// The duty room of a station there.
    async fn duty_room(&self, place: Place, number: u64) -> String {
        let now_ms = self.world.now_ms();
        self.made(place, move |tx, id| {
            let new = NewTerminal {
                kind: TerminalKind::Station,
                name: "会议室".to_owned(),
                organization_id: id.to_owned(),
                token_sha256: format!("station{number}"),
            };
            let content = duty::Content {
                title: "值班室".to_owned(),
                organization_id: id.to_owned(),
                picture: duty::Picture::Station(terminals::create(tx, &new, now_ms)?.id),
            };
            Ok(duty::create(tx, &duty::new_id(now_ms), &content, "x", now_ms)?.id)
        })
        .await
    }

    /// A meeting held there, for those there.
    async fn meeting(&self, place: Place, state: MeetingState) -> String {
        let now_ms = self.world.now_ms();
        self.made(place, move |tx, id| {
            let content = meetings::Content {
                title: "例会".to_owned(),
                organization_id: id.to_owned(),
                audience_id: id.to_owned(),
                starts_at_ms: now_ms,
                planned_ms: 3_600_000,
                ..meetings::Content::default()
            };
            let made = meetings::create(tx, &content, "x", now_ms)?;
            if state != MeetingState::Scheduled {
                meetings::start(tx, &made.id, now_ms)?;
            }
            if state == MeetingState::Ended {
                meetings::end(tx, &made.id, now_ms)?;
            }
            Ok(made.id)
        })
        .await
    }

    /// An account and a session of it.
    async fn account(&self, place: Place, number: u64) -> (String, String) {
        let now_ms = self.world.now_ms();
        let made = self
            .made(place, move |tx, id| {
                let login = format!("account{number}");
                let account = staff::create_account(tx, &login, "x", id, Role::Reader, now_ms)?;
                let session = staff::NewSession {
                    account_id: account.id.clone(),
                    token_sha256: login,
                    expires_at_ms: now_ms + 1_000,
                    address: None,
                };
                let session = staff::create_session(tx, &session, now_ms)?;
                Ok(format!("{} {session}", account.id))
            })
            .await;
        let (account, session) = made.split_once(' ').unwrap();
        (account.to_owned(), session.to_owned())
    }
}

/// What goes with a request.
#[derive(Default)]
struct Sent {
    body: Option<(&'static str, Vec<u8>)>,
    headers: Vec<(&'static str, String)>,
}

impl Sent {
    fn json(body: &Value) -> Self {
        Self {
            body: Some(("application/json", body.to_string().into_bytes())),
            ..Self::default()
        }
    }

    fn text(body: &str) -> Self {
        Self {
            body: Some(("application/octet-stream", body.as_bytes().to_vec())),
            ..Self::default()
        }
    }

    fn form(fields: &[(&str, &str)]) -> Self {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        Self {
            body: Some(("application/x-www-form-urlencoded", body.into_bytes())),
            ..Self::default()
        }
    }

    fn picture() -> Self {
        let mut bytes = Vec::new();
        image::DynamicImage::new_rgb8(16, 9)
            .write_to(
                &mut std::io::Cursor::new(&mut bytes),
                image::ImageFormat::Png,
            )
            .unwrap();
        Self {
            body: Some(("image/png", bytes)),
            ..Self::default()
        }
    }

    fn manuscript() -> Self {
        let body = docx("<w:p><w:r><w:t>正文</w:t></w:r></w:p>");
        Self {
            body: Some(("application/octet-stream", body)),
            ..Self::default()
        }
    }

    fn version(mut self, version: i64) -> Self {
        self.headers.push(("if-match", format!("\"{version}\"")));
        self
    }

    fn key(mut self, number: u64) -> Self {
        self.headers
            .push(("idempotency-key", format!("key{number}")));
        self
    }

    /// A header of tus, with its version.
    fn tus(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push(("tus-resumable", "1.0.0".to_owned()));
        self.headers.push((name, value.to_owned()));
        self
    }

    fn session(mut self, token: String) -> Self {
        self.headers.push(("member-session", token));
        self
    }

    fn onto(self, mut request: RequestBuilder) -> RequestBuilder {
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        match self.body {
            Some((kind, body)) => request.header("content-type", kind).body(body),
            None => request,
        }
    }
}

fn organization(store: &Store, place: Place) -> String {
    let found = store.read(|tx| store::organizations::by_code(tx, place.code()));
    found.unwrap().unwrap().id
}

fn write<T: Send + 'static>(
    store: &Store,
    work: impl FnMut(&mut WriteTx<'_>) -> store::Result<T> + Send + 'static,
) -> T {
    store.write::<T, store::Error, _>(work).unwrap()
}

/// Six ballots that are all the same, and the hash of their table.
fn published(
    tx: &mut WriteTx<'_>,
    id: &str,
    form: &Form,
    form_hash: &str,
) -> store::Result<EvaluationResult> {
    let (mut rows, mut read) = (Vec::new(), Vec::new());
    for number in 0..6 {
        let ballot = format!("{id}-{number}");
        rows.push(kept::Ballot {
            id: ballot.clone(),
            member_id: None,
            answers: "[[0]]".to_owned(),
        });
        read.push(table::Ballot {
            id: ballot,
            answers: vec![Answer {
                question: form.questions[0].id.clone(),
                chosen: vec![Some(0)],
                number: None,
            }],
        });
    }
    kept::keep(tx, id, &rows)?;
    let heading = table::Heading {
        evaluation_id: id,
        form_hash,
    };
    let csv = table::publish(heading, form, &read, false)
        .unwrap()
        .unwrap();
    Ok(EvaluationResult {
        ballots_hash: secrets::sha256_hex_of(&csv),
        ..EvaluationResult::default()
    })
}

/// One question with two answers.
fn vote() -> Form {
    Form {
        questions: vec![Question {
            id: "q1".to_owned(),
            text: "满意吗？".to_owned(),
            required: true,
            kind: QuestionKind::One {
                options: vec!["满意".to_owned(), "不满意".to_owned()],
            },
            ..Question::default()
        }],
    }
}

fn asked(code: &str, now_ms: i64) -> Value {
    json!({ "title": "评议", "organization_code": code, "list": "evaluations", "about": "看看",
        "opens_at_ms": now_ms + 60_000, "closes_at_ms": now_ms + 3_600_000, "form": vote() })
}

fn plan(code: &str, now_ms: i64) -> Value {
    json!({ "title": "例会", "organization_code": code, "audience_code": code,
        "starts_at_ms": now_ms, "planned_ms": 3_600_000, "record": false })
}

fn card_of(member_id: &str) -> String {
    member_id.replace('-', "").to_uppercase()
}

/// A member with all numbers and a PIN.
fn member(store: &Store, vault: &Arc<Vault>, place: Place, name: &str, now_ms: i64) -> String {
    let (vault, organization) = (Arc::clone(vault), organization(store, place));
    let name = name.to_owned();
    write(store, move |tx| {
        let id = members::new_id(now_ms);
        let mut number = |place: Sealed<'_>, field, normal: &str| {
            NumberChange::Set(Number {
                sealed: vault.seal(tx, place, normal).unwrap(),
                index: vault.index(field, normal),
                hint: "****".to_owned(),
            })
        };
        let content = Content {
            name: name.clone(),
            // Not the number itself: everybody would be a duplicate of everybody.
            id_number: number(Sealed::IdNumber(&id), Field::IdNumber, &id),
            phone: number(Sealed::Phone(&id), Field::Phone, &id),
            card: number(Sealed::Card(&id), Field::Card, &card_of(&id)),
            ..Content::default()
        };
        members::create(tx, &id, &organization, &content, None, now_ms)?;
        let hash = vault.pin_hash(&id, PIN);
        Ok(members::set_pin(tx, &id, Some(&hash), now_ms)?.id)
    })
}

/// What a village writes to be published.
fn submission(code: &str) -> Value {
    json!({ "organization_code": code, "title": "修路", "text": "路修好了" })
}

/// Id of what an organization sent to be published.
fn sent(
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
fn unpublished(tx: &mut WriteTx<'_>, organization: &str, now_ms: i64) -> store::Result<String> {
    let content = programmes::Content {
        category: "films".to_owned(),
        organization_id: organization.to_owned(),
        audience_id: organization.to_owned(),
        title: "春耕".to_owned(),
        ..programmes::Content::default()
    };
    programmes::draft(tx, &content, now_ms)
}

fn programme(
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

/// An answered request of a place.
fn request(
    tx: &mut WriteTx<'_>,
    vault: &Vault,
    place: &str,
    asker: Option<&str>,
    summary: &str,
    now_ms: i64,
) -> store::Result<String> {
    let place = store::organizations::get(tx, place)?.unwrap();
    let days = Days::default();
    let mut standing = machine::begun(
        &place,
        Level::Village,
        ClockKind::Wall,
        24,
        true,
        &days,
        now_ms,
    );
    (standing.state, standing.due_at_ms) = (RequestState::Answered, None);
    (standing.wants_verdict, standing.answer_entry) = (true, 1);
    let id = requests::new_id(now_ms);
    let numbering = requests::Numbering::Next {
        organization_id: place.id,
        day: "20261122".to_owned(),
    };
    let facts = requests::Facts {
        kind: CategoryKind::Service,
        category_id: "x".to_owned(),
        category: "农业".to_owned(),
        source: RequestSource::Station,
        place: Some(standing.office.clone()),
        terminal_id: None,
        household: None,
        asker: asker.map(|id| contract::member::MemberRef {
            id: id.to_owned(),
            name: String::new(),
        }),
        entered_by: None,
        phone_sealed: Some(
            vault
                .seal(tx, Sealed::RequestPhone(&id), "13900001234")
                .unwrap(),
        ),
        phone_hint: Some("139****1234".to_owned()),
        may_be_public: false,
        asked_at_ms: None,
        received_at_ms: now_ms,
        summary: summary.to_owned(),
    };
    let plan = requests::Plan::default();
    Ok(requests::create(tx, &id, &numbering, &facts, &standing, plan, now_ms)?.id)
}

fn page(
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
