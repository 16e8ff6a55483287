//! A tree with four places, and for every question something in one of them to ask about.

mod access;
mod evaluations;
mod fill;
mod gatherings;
mod people;
mod publishing;
mod requests;
mod sent;

use std::sync::atomic::{AtomicU64, Ordering};

use backend_api::services::kit::rights::Role;
use backend_api::services::{organizations, secrets, sessions};
use contract::organization::OrganizationKind;
use contract::terminal::TerminalKind;
use serde_json::Value;
use store::terminals::{self, NewTerminal};
use store::{Store, WriteTx, staff};

use super::table::Row;
use crate::common::{PASSWORD, World};
use sent::Sent;

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

/// What is asked, about something of which place, and by whom.
struct Wish<'a> {
    method: &'a str,
    path: &'a str,
    place: Place,
    /// Of whoever asks.
    token: &'a str,
    /// Another one for each question.
    number: u64,
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

    /// The address and what is sent.
    async fn question(&self, row: &Row, place: Place, token: &str, number: u64) -> (String, Sent) {
        let (method, path) = (row.method.as_str(), row.path);
        let wish = Wish {
            method,
            path,
            place,
            token,
            number,
        };
        if let Some(asked) = self.about_access(&wish).await {
            return asked;
        }
        if let Some(asked) = self.about_people(&wish).await {
            return asked;
        }
        if let Some(asked) = self.about_publishing(&wish).await {
            return asked;
        }
        if let Some(asked) = self.about_evaluations(&wish).await {
            return asked;
        }
        if let Some(asked) = self.about_requests(&wish).await {
            return asked;
        }
        if let Some(asked) = self.about_gatherings(&wish).await {
            return asked;
        }
        assert!(!path.contains('{'), "{method} {path}: nothing to ask about");
        (path.to_owned(), Sent::default())
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
