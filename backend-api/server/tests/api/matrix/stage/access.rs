//! Who comes in: televisions that are admitted, organizations, accounts.

use std::sync::Arc;

use backend_api::services::kit::rights::Role;
use backend_api::services::secrets;
use backend_api::services::vault::Place as Sealed;
use contract::enrolment::CLIENT_ID;
use contract::organization::OrganizationKind;
use contract::remote_action::RemoteKind;
use contract::terminal::TerminalKind;
use serde_json::{Value, json};
use store::terminals::NewTerminal;
use store::{enrolments, remote_actions, staff, terminals};

use super::sent::Sent;
use super::{Place, Stage, Wish};
use crate::common::PASSWORD;

const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

impl Stage {
    /// A question about one of these; nothing if it is about something else.
    pub(super) async fn about_access(&self, wish: &Wish<'_>) -> Option<(String, Sent)> {
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
        let none = Sent::default();
        let on = |id: &str| path.replace("{id}", id);
        let named = |body: Value| (path.to_owned(), Sent::json(&body));
        Some(match (method, path) {
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
            ("PUT", "/api/v1/staff/password") => {
                named(json!({ "current": PASSWORD, "password": PASSWORD }))
            }
            ("POST", "/api/v1/staff/totp/confirm") => named(self.second_factor(token, false).await),
            ("POST", "/api/v1/staff/totp/recovery-codes") | ("DELETE", "/api/v1/staff/totp") => {
                named(self.second_factor(token, true).await)
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
            ("POST", "/api/v1/condition/clock") => named(json!({ "clock_ms": now_ms })),
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
            _ => return None,
        })
    }

    /// A code of the account's second factor, which is offered or in force.
    pub(super) async fn second_factor(&self, token: &str, in_force: bool) -> Value {
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

    /// An account and a session of it.
    pub(super) async fn account(&self, place: Place, number: u64) -> (String, String) {
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
