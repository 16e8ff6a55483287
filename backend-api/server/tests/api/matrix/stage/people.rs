//! Members, households, and what members do at a television as themselves.

use std::sync::Arc;

use backend_api::services::secrets;
use backend_api::services::vault::{Field, Place as Sealed, Vault};
use contract::staff::NoticeKind;
use serde_json::{Value, json};
use store::members::{Content, Number, NumberChange, moves};
use store::{Store, households, members, notices};

use super::sent::Sent;
use super::{Place, Stage, Wish, organization, write};

pub(super) const PIN: &str = "402817";

impl Stage {
    /// A question about one of these; nothing if it is about something else.
    pub(super) async fn about_people(&self, wish: &Wish<'_>) -> Option<(String, Sent)> {
        let Wish {
            path,
            place,
            number,
            method,
            ..
        } = *wish;
        let code = place.code();
        let member = json!({ "organization_code": code, "name": "王五" });
        let now_ms = self.world.now_ms();
        let reason = json!({ "reason": "办理业务" });
        let none = Sent::default();
        let on = |id: &str| path.replace("{id}", id);
        let named = |body: Value| (path.to_owned(), Sent::json(&body));
        Some(match (method, path) {
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
            _ => return None,
        })
    }

    pub(super) async fn member(&self, place: Place, name: &'static str) -> String {
        let (vault, now_ms) = (Arc::clone(self.world.server.vault()), self.world.now_ms());
        self.world
            .blocking(move |store| member(store, &vault, place, name, now_ms))
            .await
    }

    /// Somebody of a place who is no party member.
    pub(super) async fn villager(&self, place: Place, name: &'static str) -> String {
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

    pub(super) async fn member_session(&self) -> String {
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
}

/// A member with all numbers and a PIN.
pub(super) fn member(
    store: &Store,
    vault: &Arc<Vault>,
    place: Place,
    name: &str,
    now_ms: i64,
) -> String {
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

pub(super) fn card_of(member_id: &str) -> String {
    member_id.replace('-', "").to_uppercase()
}
