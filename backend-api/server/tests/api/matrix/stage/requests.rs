//! One-key service: categories, requests, reports, links for telephones.

use std::sync::Arc;

use backend_api::services::requests::clock::Days;
use backend_api::services::requests::machine;
use backend_api::services::vault::{Place as Sealed, Vault};
use contract::request::{CategoryKind, ClockKind, Level, RequestSource, RequestState};
use contract::terminal::TerminalKind;
use serde_json::{Value, json};
use store::terminals::NewTerminal;
use store::{WriteTx, categories, phone_links, requests, terminals};

use super::people::PIN;
use super::sent::Sent;
use super::{Place, Stage, Wish};

impl Stage {
    /// A question about one of these; nothing if it is about something else.
    pub(super) async fn about_requests(&self, wish: &Wish<'_>) -> Option<(String, Sent)> {
        let Wish {
            path,
            place,
            number,
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
                    return Some(named(key));
                }
                let verdict = json!({ "solved": "yes", "about": 1 });
                let body = json!({ "key": key, "verdict": verdict });
                (path.to_owned(), Sent::json(&body).key(number + 1_000_000))
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
            _ => return None,
        })
    }

    /// Id of a new category, whose code is `C` and this number.
    pub(super) async fn category(&self, place: Place, kind: CategoryKind, number: u64) -> String {
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
    pub(super) async fn request(
        &self,
        place: Place,
        asker: Option<String>,
        summary: &str,
    ) -> String {
        let (vault, now_ms) = (Arc::clone(self.world.server.vault()), self.world.now_ms());
        let summary = summary.to_owned();
        self.made(place, move |tx, place| {
            request(tx, &vault, place, asker.as_deref(), &summary, now_ms)
        })
        .await
    }

    /// A confidential report, to be sent from the terminal.
    pub(super) async fn report(&self, number: u64) -> Value {
        let category = self.category(Place::Own, CategoryKind::Confidential, number);
        json!({ "category_id": category.await, "number": format!("{number:010}"), "pin": PIN,
            "phone": { "of": "typed", "number": "13900001234" } })
    }
}

/// An answered request of a place.
pub(super) fn request(
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
