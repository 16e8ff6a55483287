//! Something of everything in every place, for lists that are walked.

use std::sync::Arc;

use backend_api::services::kit::rights::Role;
use backend_api::services::{organizations, sessions};
use contract::organization::OrganizationKind;
use contract::staff::NoticeKind;
use contract::terminal::TerminalKind;
use store::terminals::NewTerminal;
use store::{audit, bulletins, duty, households, notices, staff, terminals};

use super::people::member;
use super::publishing::{page, programme, sent};
use super::requests::request;
use super::{Place, Stage, organization, write};
use crate::common::PASSWORD;

impl Stage {
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
}
