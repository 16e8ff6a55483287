//! A small township with a server, and clients that ask it.

use std::sync::Arc;

use backend_api::clock::{Clock as _, ManualClock};
use backend_api::config::Config;
use backend_api::services::kit::publishing::Source;
use backend_api::services::kit::rights::Role;
use backend_api::services::organizations::{self as units, OrganizationDraft};
use backend_api::services::space::ManualDisk;
use backend_api::services::{secrets, sessions, township as sections};
use backend_api::{RunningServer, Server};
use contract::bulletin::Block;
use contract::enrolment::{ApproveRequest, CLIENT_ID, DEVICE_GRANT, DeviceResponse, TokenResponse};
use contract::error::{ErrorCode, Problem};
use contract::feed::FeedPage;
use contract::organization::OrganizationKind;
use contract::staff::{BulletinDraft, SignInResponse, StaffBulletin};
use contract::terminal::TerminalKind;
use contract::township::{Listing, ListingKind, Section, Township};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use store::organizations;
use store::terminals::{self, NewTerminal};
use store::testing::TestDatabase;

/// 2026-11-22 02:00 UTC.
pub const START_MS: i64 = 1_795_312_800_000;

pub const PASSWORD: &str = "correct horse 1921";

/// Names the one engine that this run of the tests is about: `sqlite` or `postgres`. The gate runs all of them
/// once on each.
const ENGINE: &str = "TEST_DATABASE";

/// What [`ENGINE`] says.
fn engine() -> Option<String> {
    let named = std::env::var(ENGINE).ok().filter(|name| !name.is_empty())?;
    assert!(
        matches!(named.as_str(), "sqlite" | "postgres"),
        "{ENGINE}={named}"
    );
    Some(named)
}

/// The databases a test runs on: that of this run, or both, where PostgreSQL is installed.
pub async fn databases() -> Vec<TestDatabase> {
    let engine = engine();
    let on = move |name: &str| engine.as_ref().is_none_or(|engine| engine == name);
    // The PostgreSQL client blocks on a runtime of its own.
    let made = tokio::task::spawn_blocking(move || {
        let sqlite = on("sqlite").then(TestDatabase::sqlite);
        let postgres = on("postgres").then(TestDatabase::postgres).flatten();
        sqlite.into_iter().chain(postgres).collect()
    });
    made.await.unwrap()
}

/// The database of this run; SQLite if it names none, or one that is not installed.
pub async fn database() -> TestDatabase {
    let made = tokio::task::spawn_blocking(|| {
        let postgres = engine().is_some_and(|engine| engine == "postgres");
        let named = postgres.then(TestDatabase::postgres).flatten();
        named.unwrap_or_else(TestDatabase::sqlite)
    });
    made.await.unwrap()
}

pub struct World {
    pub server: RunningServer,
    pub clock: ManualClock,
    pub config: Config,
    client: reqwest::Client,
    _data: tempfile::TempDir,
    _database: TestDatabase,
}

impl World {
    /// For what only SQLite has, such as its file: everything else is tried on both engines.
    pub async fn sqlite() -> Self {
        Self::on(TestDatabase::sqlite()).await
    }

    /// On the database of this run.
    pub async fn new() -> Self {
        Self::on(database().await).await
    }

    /// The same with other settings.
    pub async fn set(change: impl FnOnce(&mut Config)) -> Self {
        Self::with(database().await, change).await
    }

    pub async fn on(database: TestDatabase) -> Self {
        Self::with(database, |_| {}).await
    }

    pub async fn with(database: TestDatabase, change: impl FnOnce(&mut Config)) -> Self {
        let world = Self::empty(database, change).await;
        world.settle().await;
        world
    }

    /// As it was installed: nothing is in it, and nobody may sign in.
    pub async fn empty(database: TestDatabase, change: impl FnOnce(&mut Config)) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut config = Config::local(data.path());
        config.database = Some(database.url().to_owned());
        config.watch_ms = 50;
        // Whether this machine has the television application is nothing to a test.
        config.preview.program = Some(data.path().join("tv-app"));
        change(&mut config);
        let clock = ManualClock::new(START_MS);
        let server = Server::start_with(config.clone(), Arc::new(clock.clone()))
            .await
            .unwrap();
        Self {
            server,
            clock,
            config,
            client: reqwest::Client::new(),
            _data: data,
            _database: database,
        }
    }

    /// The same world after the server was down for so long.
    pub async fn restarted(self, ms: i64) -> Self {
        let Self {
            server,
            clock,
            config,
            client,
            _data,
            _database,
        } = self;
        server.stop().await;
        clock.advance_ms(ms);
        let server = Server::start_with(config.clone(), Arc::new(clock.clone()))
            .await
            .unwrap();
        Self {
            server,
            clock,
            config,
            client,
            _data,
            _database,
        }
    }

    /// The same world on another disk.
    pub async fn on_disk(mut self, disk: &ManualDisk) -> Self {
        let clock = Arc::new(self.clock.clone());
        let there = Server::start_on(self.config.clone(), clock, Arc::new(disk.clone()));
        let server = std::mem::replace(&mut self.server, there.await.unwrap());
        server.stop().await;
        self
    }

    /// 清河镇 QH with 张家村 ZJ and 李家村 LJ, and three lists.
    pub async fn settle(&self) {
        let entry = |code: &str, parent: Option<&str>, kind, name: &str| OrganizationDraft {
            code: code.to_owned(),
            parent_code: parent.map(str::to_owned),
            kind,
            name: name.to_owned(),
        };
        let entries = [
            entry("ZJ", Some("QH"), OrganizationKind::Village, "张家村"),
            entry("LJ", Some("QH"), OrganizationKind::Village, "李家村"),
            entry("QH", None, OrganizationKind::Township, "清河镇"),
        ];
        let now_ms = self.now_ms();
        self.blocking(move |store| {
            units::import(store, &entries, now_ms).unwrap();
            sections::import(store, &Source::item("township", "1"), &township(), now_ms).unwrap();
        })
        .await;
    }

    /// Asks with another client from now on.
    pub fn use_client(&mut self, client: reqwest::Client) {
        self.client = client;
    }

    pub fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    /// Works on the database as another process would.
    pub async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&store::Store) -> T + Send + 'static,
    ) -> T {
        let store = self.server.store().clone();
        tokio::task::spawn_blocking(move || work(&store))
            .await
            .unwrap()
    }

    pub fn ask(&self, method: Method, path: &str, token: &str) -> RequestBuilder {
        let url = self.server.url().join(path).unwrap();
        let request = self.client.request(method, url);
        if token.is_empty() {
            request
        } else {
            request.bearer_auth(token)
        }
    }

    pub fn get(&self, path: &str, token: &str) -> RequestBuilder {
        self.ask(Method::GET, path, token)
    }

    pub fn post(&self, path: &str, token: &str) -> RequestBuilder {
        self.ask(Method::POST, path, token)
    }

    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.post(path, "")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await
            .unwrap()
    }

    /// A signed-in account that works on `organization`.
    pub async fn staff(&self, role: Role, organization: &str) -> String {
        let role_name = format!("{role:?}").to_lowercase();
        let login = format!("{role_name}-{organization}");
        let (name, code, now_ms) = (login.clone(), organization.to_owned(), self.now_ms());
        self.blocking(move |store| {
            sessions::create_account(store, &name, PASSWORD, &code, role, now_ms).unwrap();
        })
        .await;
        let session: SignInResponse = ok(self.sign_in(&login, PASSWORD).await).await;
        session.access_token
    }

    pub async fn sign_in(&self, login: &str, password: &str) -> Response {
        self.post("/api/v1/staff/sessions", "")
            .json(&json!({ "login": login, "password": password }))
            .send()
            .await
            .unwrap()
    }

    pub async fn begin_enrolment(&self) -> DeviceResponse {
        let fields = [("client_id", CLIENT_ID), ("hardware", "测试盒子")];
        ok(self.form("/api/v1/enrol/device", &fields).await).await
    }

    pub async fn ask_token(&self, device: &DeviceResponse) -> Response {
        let fields = [
            ("grant_type", DEVICE_GRANT),
            ("device_code", device.device_code.as_str()),
            ("client_id", CLIENT_ID),
        ];
        self.form("/api/v1/enrol/token", &fields).await
    }

    pub async fn approve(&self, staff: &str, user_code: &str, organization: &str) -> Response {
        let request = ApproveRequest {
            organization_code: organization.to_owned(),
            kind: TerminalKind::Household,
            name: "12 号".to_owned(),
            household_id: None,
            replace_tv: false,
        };
        self.post(&format!("/api/v1/enrolments/{user_code}/approve"), staff)
            .json(&request)
            .send()
            .await
            .unwrap()
    }

    /// A terminal of `organization`, by the whole protocol.
    pub async fn terminal(&self, staff: &str, organization: &str) -> TokenResponse {
        let device = self.begin_enrolment().await;
        let approved = self.approve(staff, &device.user_code, organization).await;
        assert_eq!(approved.status(), StatusCode::NO_CONTENT);
        ok(self.ask_token(&device).await).await
    }

    pub async fn feed(&self, terminal: &str, cursor: &str) -> FeedPage {
        let path = format!("/api/v1/feed?cursor={cursor}");
        ok(self.get(&path, terminal).send().await.unwrap()).await
    }

    pub async fn write(&self, staff: &str, draft: &BulletinDraft) -> StaffBulletin {
        let answer = self.post("/api/v1/bulletins", staff).json(draft);
        let answer = answer.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED);
        answer.json().await.unwrap()
    }

    pub async fn step(&self, staff: &str, bulletin: &StaffBulletin, verb: &str) -> Response {
        self.post(&format!("/api/v1/bulletins/{}/{verb}", bulletin.id), staff)
            .header("if-match", format!("\"{}\"", bulletin.version))
            .json(&json!({ "reason": "金额要核对" }))
            .send()
            .await
            .unwrap()
    }

    /// Writes, hands in and publishes.
    pub async fn publish(&self, staff: &str, draft: &BulletinDraft) -> StaffBulletin {
        let written = self.write(staff, draft).await;
        let submitted = ok(self.step(staff, &written, "submit").await).await;
        ok(self.step(staff, &submitted, "publish").await).await
    }
}

pub fn township() -> Township {
    let listing = |id: &str, kind| Listing {
        id: id.to_owned(),
        title: "列表".to_owned(),
        kind,
        about: String::new(),
    };
    Township {
        name: "清河镇".to_owned(),
        title: "清河镇智慧党建".to_owned(),
        sections: vec![Section {
            digit: 1,
            id: "disclosure".to_owned(),
            title: "党务公开".to_owned(),
            color: "#8a1f1f".to_owned(),
            icon: String::new(),
            listings: vec![
                listing("notices", ListingKind::Bulletins),
                listing("films", ListingKind::Programmes),
                listing("evaluations", ListingKind::Evaluations),
            ],
        }],
        ..Township::default()
    }
}

pub fn draft(title: &str, audience: &str) -> BulletinDraft {
    BulletinDraft {
        list: "notices".to_owned(),
        organization_code: audience.to_owned(),
        audience_code: audience.to_owned(),
        title: title.to_owned(),
        body: vec![Block::Paragraph {
            text: "正文".to_owned(),
        }],
        ..BulletinDraft::default()
    }
}

/// A DOCX with this in its body.
pub fn docx(body: &str) -> Vec<u8> {
    let document = format!("<w:document><w:body>{body}</w:body></w:document>");
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("word/document.xml", options).unwrap();
    std::io::Write::write_all(&mut zip, document.as_bytes()).unwrap();
    zip.finish().unwrap().into_inner()
}

/// The body of a good answer.
pub async fn ok<T: DeserializeOwned>(answer: Response) -> T {
    let status = answer.status();
    let text = answer.text().await.unwrap();
    assert!(status.is_success(), "{status}: {text}");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Checks that an answer is a whole problem document, and answers it.
pub async fn problem(answer: Response, status: u16, code: ErrorCode) -> Problem {
    let got = answer.status();
    let media_type = answer.headers().get("content-type").cloned();
    let text = answer.text().await.unwrap();
    assert_eq!(got.as_u16(), status, "{text}");
    assert_eq!(
        media_type.unwrap().to_str().unwrap(),
        "application/problem+json",
        "{text}"
    );
    let problem: Problem = serde_json::from_str(&text).unwrap();
    assert_eq!(problem.code, code, "{text}");
    assert_eq!(problem.status, status);
    assert!(
        problem
            .title
            .chars()
            .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
        "a sentence in Chinese: {text}"
    );
    problem
}

/// The code of an OAuth refusal.
pub async fn oauth_error(answer: Response) -> String {
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    let body: Value = answer.json().await.unwrap();
    body["error"].as_str().unwrap().to_owned()
}

/// A terminal that can sign people in.
pub struct Tv {
    /// Its token.
    pub token: String,
    /// Id.
    pub id: String,
}

/// A terminal of the organization with this code, enrolled without asking anybody.
pub async fn tv(world: &World, code: &str, kind: TerminalKind) -> Tv {
    let token = secrets::random_token().unwrap();
    let (code, now_ms, sha256) = (code.to_owned(), world.now_ms(), secrets::sha256_hex(&token));
    let id = world
        .blocking(move |store| {
            store
                .write::<_, store::Error, _>(move |tx| {
                    let new = NewTerminal {
                        kind,
                        name: "电视".to_owned(),
                        organization_id: organizations::by_code(tx, &code)?.unwrap().id,
                        token_sha256: sha256.clone(),
                    };
                    Ok(terminals::create(tx, &new, now_ms)?.id)
                })
                .unwrap()
        })
        .await;
    Tv { token, id }
}

/// Moves a terminal to 李家村, as staff do.
pub async fn to_li_village(world: &World, terminal_id: &str) {
    let id = terminal_id.to_owned();
    world
        .blocking(move |store| {
            store
                .write::<_, store::Error, _>(move |tx| {
                    let village = organizations::by_code(tx, "LJ")?.unwrap().id;
                    terminals::move_to(tx, &id, &village)
                })
                .unwrap();
        })
        .await;
}
