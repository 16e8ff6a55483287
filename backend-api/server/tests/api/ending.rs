//! Ending means ended: every ending of the table, with everything that derives from it and everything that does
//! not, asked at the server that holds it and at another one.

use std::sync::Arc;
use std::time::Duration;

use backend_api::services::ending::{Credential, Ending};
use backend_api::services::kit::rights::Role;
use backend_api::{RunningServer, Server};
use contract::account::{StaffAccount, StaffSession};
use contract::category::StaffCategory;
use contract::duty::{DutyRoom, LookAccess, TerminalDuty};
use contract::enrolment::{ApproveRequest, DeviceResponse, TokenResponse};
use contract::meeting::{HostAccess, JoinAccess, MediaLink, MediaProtocol};
use contract::member::{Household, Member, MemberSession};
use contract::request::RequestLink;
use contract::roll_call::RollCall;
use contract::staff::SignInResponse;
use contract::submission::SubmissionLink;
use contract::terminal::TerminalKind;
use media_relay::testing::Viewer;
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use store::testing::TestDatabase;
use tokio::task::JoinHandle;

use crate::common::{PASSWORD, Tv, World, databases, ok, tv};
use crate::live::{self, Session};
use crate::roll_calls::{self, MINUTE, PIN};
use crate::service_town::{draft as category, put};
use crate::uploads::{Sending, begun, counts};

/// A guard against hanging; nothing is measured with it.
const PATIENCE: Duration = Duration::from_secs(60);

/// What all casts share: a meeting and a roll call of 张家村, at two servers on one database.
struct Stage {
    world: World,
    other: RunningServer,
    admin: String,
    meeting: String,
    roll_call: RollCall,
    category: StaffCategory,
}

impl Stage {
    async fn send(
        &self,
        at_other: bool,
        method: Method,
        path: &str,
        token: &str,
        body: Value,
    ) -> reqwest::Response {
        let at = if at_other {
            &self.other
        } else {
            &self.world.server
        };
        let url = at.url().join(&format!("/api/v1{path}")).unwrap();
        let request = reqwest::Client::new().request(method, url);
        let request = request.bearer_auth(token).json(&body);
        request.send().await.unwrap()
    }

    /// At the server that holds everything.
    async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        token: &str,
        body: Value,
    ) -> T {
        ok(self.send(false, method, path, token, body).await).await
    }

    /// A station, by the whole protocol.
    async fn station(&self) -> (DeviceResponse, TokenResponse) {
        let device = self.world.begin_enrolment().await;
        let request = ApproveRequest {
            organization_code: "ZJ".to_owned(),
            kind: TerminalKind::Station,
            name: "活动室".to_owned(),
            household_id: None,
            replace_tv: false,
        };
        let path = format!("/enrolments/{}/approve", device.user_code);
        let body = serde_json::to_value(request).unwrap();
        let approved = self
            .send(false, Method::POST, &path, &self.admin, body)
            .await;
        assert_eq!(approved.status(), StatusCode::NO_CONTENT);
        let token = ok(self.world.ask_token(&device).await).await;
        (device, token)
    }

    async fn sign_in(&self, login: &str) -> String {
        let session: SignInResponse = ok(self.world.sign_in(login, PASSWORD).await).await;
        session.access_token
    }

    /// Reads an event stream to its end.
    async fn stream(&self, path: &str, token: &str) -> JoinHandle<()> {
        let mut answer = self.world.get(path, token).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        // It listens once it has said something.
        answer.chunk().await.unwrap().unwrap();
        tokio::spawn(async move { while let Ok(Some(_)) = answer.chunk().await {} })
    }

    /// Whether a link is good for anything: what is wrong with the request is told to nobody else.
    async fn opens(&self, link: &MediaLink) -> bool {
        let (answer, good) = if link.protocol == MediaProtocol::Hls {
            let segment = link.url.replace("live.m3u8", "000000.ts");
            assert_ne!(segment, link.url);
            (self.world.get(&segment, ""), StatusCode::NOT_FOUND)
        } else {
            let request = self.world.post(&link.url, &link.token);
            (request, StatusCode::UNSUPPORTED_MEDIA_TYPE)
        };
        let status = answer.send().await.unwrap().status();
        // As for a token that nobody ever had.
        assert!(status == good || status == StatusCode::UNAUTHORIZED);
        status == good
    }

    fn relays(&self, session: &Session<Viewer>) -> bool {
        let relay = self.world.server.media().relay().unwrap();
        let id = session.place.rsplit('/').next().unwrap().parse().unwrap();
        relay.ending(&id).is_none()
    }
}

/// Who loses something, with one credential of each kind.
struct Cast {
    station: TokenResponse,
    device: DeviceResponse,
    events: JoinHandle<()>,
    joined: JoinAccess,
    watching: Session<Viewer>,
    duty: MediaLink,
    home: Tv,
    member: Member,
    /// The television of the member's session.
    at: String,
    session: MemberSession,
    link: RequestLink,
    login: String,
    account: StaffAccount,
    host: String,
    figures: JoinHandle<()>,
    room: JoinHandle<()>,
    access: HostAccess,
    hosting: Session<Viewer>,
    look: LookAccess,
    sending: JoinHandle<()>,
    page: SubmissionLink,
}

impl Cast {
    async fn new(stage: &Stage, number: u32, ending: Ending) -> Self {
        let (world, admin) = (&stage.world, &stage.admin);
        let (device, station) = stage.station().await;
        let token = &station.access_token;
        let events = stage.stream("/api/v1/events", token).await;
        let joined = live::join(world, token, &stage.meeting).await;
        let watching = live::watch(world, &joined.program[0]).await.ok().unwrap();

        let home = tv(world, "ZJ", TerminalKind::Household).await;
        let house = json!({ "organization_code": "ZJ", "name": format!("{number} 号"), "terminal_id": home.id });
        let house: Household = stage.ask(Method::POST, "/households", admin, house).await;
        let name = char::from_u32(0x4e00 + 40 * number).unwrap();
        let member = json!({ "organization_code": "ZJ", "name": format!("张{name}"),
            "household_id": house.id, "card": format!("00{number:08}") });
        let member: Member = stage.ask(Method::POST, "/members", admin, member).await;
        let path = format!("/members/{}/pin", member.id);
        let _: Value = stage
            .ask(Method::PUT, &path, admin, json!({ "pin": PIN }))
            .await;
        let at = match ending {
            Ending::TerminalHousehold | Ending::MemberHousehold => &home.token,
            _ => token,
        };
        let proof = json!({ "proof": { "by": "pin", "member_id": member.id, "pin": PIN } });
        let session = proof.clone();
        let session = stage.ask(Method::POST, "/terminal/member-sessions", at, session);
        let session = session.await;

        // A home's is nobody's in particular.
        let shows = match ending {
            Ending::TerminalHousehold => &home.token,
            _ => token,
        };
        let link = json!({ "category_id": stage.category.id, "proof": proof["proof"] });
        let link = stage.ask(Method::POST, "/terminal/request-links", shows, link);
        let link = link.await;

        let login = format!("host-{number}");
        let account = json!({ "login": login, "password": PASSWORD, "role": Role::OrganizationStaff,
            "organization_code": "ZJ" });
        let account = stage.ask(Method::POST, "/staff/accounts", admin, account);
        let account = account.await;
        let host = stage.sign_in(&login).await;
        let figures = format!("/api/v1/roll-calls/{}/events", stage.roll_call.id);
        let figures = stage.stream(&figures, &host).await;
        let room = format!("/api/v1/meetings/{}/events", stage.meeting);
        let room = stage.stream(&room, &host).await;
        let access = live::host(world, &host, &stage.meeting).await;
        let hosting = live::watch(world, &access.program).await.ok().unwrap();

        let place = json!({ "title": "值班室", "organization_code": "ZJ", "terminal_id": station.terminal_id });
        let place: DutyRoom = stage.ask(Method::POST, "/duty-rooms", admin, place).await;
        let looks = format!("/duty-rooms/{}/looks", place.id);
        // Somebody else looks, too: the station goes on sending.
        let _: LookAccess = stage.ask(Method::POST, &looks, admin, json!({})).await;
        let look = stage.ask(Method::POST, &looks, &host, json!({})).await;
        let duty = stage.ask::<TerminalDuty>(Method::GET, "/terminal/duty", token, json!({}));
        let duty = duty.await.publish.unwrap();

        let page = json!({ "organization_code": "ZJ" });
        let page = stage.ask(Method::POST, "/submission-links", &host, page);
        let page = page.await;

        let film = begun(world, &host, 10).await;
        let mut sending = Sending::begin(world, &host, &film.id, 0, 10).await;
        sending.send(b"abc").await;
        counts(world, &host, &film.id, 3).await;
        let sending = tokio::spawn(async move {
            sending.answer().await;
        });
        Self {
            at: at.clone(),
            station,
            device,
            events,
            joined,
            watching,
            duty,
            home,
            member,
            session,
            link,
            login,
            account,
            host,
            figures,
            room,
            access,
            hosting,
            look,
            sending,
            page,
        }
    }

    /// Whether this is good still; of several none or all are.
    async fn has(&self, stage: &Stage, credential: Credential) -> bool {
        let world = &stage.world;
        let is_good = async |request: reqwest::RequestBuilder| {
            request.send().await.unwrap().status().is_success()
        };
        match credential {
            Credential::TerminalToken => {
                is_good(world.get("/api/v1/feed", &self.station.access_token)).await
            }
            Credential::DeviceCode => world.ask_token(&self.device).await.status().is_success(),
            Credential::TerminalEvents => !self.events.is_finished(),
            Credential::TerminalMedia => {
                let mut links = self.joined.program.clone();
                links.extend(self.joined.publish.clone());
                assert_eq!(links.len(), 3);
                self.all_or_none(stage, &links).await
            }
            Credential::TerminalRelay => stage.relays(&self.watching),
            Credential::DutyMedia => stage.opens(&self.duty).await,
            Credential::MemberSession => {
                let asked = world.get("/api/v1/terminal/record", &self.at);
                is_good(asked.header(contract::MEMBER_SESSION, &self.session.token)).await
            }
            Credential::RequestLink => is_good(reqwest::Client::new().get(&self.link.url)).await,
            Credential::StaffSession => {
                is_good(world.get("/api/v1/staff/sessions/current", &self.host)).await
            }
            Credential::Figures => !self.figures.is_finished(),
            Credential::Room => !self.room.is_finished(),
            Credential::HostMedia => {
                let links = [
                    self.access.publish.clone(),
                    self.access.program.clone(),
                    self.access.clean_feed.clone().unwrap(),
                ];
                self.all_or_none(stage, &links).await
            }
            Credential::HostRelay => stage.relays(&self.hosting),
            Credential::Look => stage.opens(&self.look.picture).await,
            Credential::Upload => !self.sending.is_finished(),
            Credential::SubmissionLink => is_good(reqwest::Client::new().get(&self.page.url)).await,
        }
    }

    /// Whether these are good, asked until all of them or none is.
    async fn all_or_none(&self, stage: &Stage, links: &[MediaLink]) -> bool {
        loop {
            let mut good = 0;
            for link in links {
                good += usize::from(stage.opens(link).await);
            }
            if good == 0 || good == links.len() {
                return good > 0;
            }
        }
    }

    /// Somebody ends it, at the server that holds everything or at another one.
    async fn end(&self, stage: &Stage, at_other: bool, ending: Ending) {
        let admin = stage.admin.as_str();
        let terminal = |id: &str, code: &str, kind: &str| {
            let body = json!({ "organization_code": code, "kind": kind, "name": "电视" });
            (Method::PUT, format!("/terminals/{id}"), admin, body)
        };
        let station = &self.station.terminal_id;
        let account = format!("/staff/accounts/{}", self.account.id);
        let member = format!("/members/{}", self.member.id);
        let edited = |household: Option<&str>, card: Option<&str>| {
            let body = json!({ "organization_code": "ZJ", "name": self.member.name,
                "household_id": household, "card": card });
            (Method::PUT, member.clone(), admin, body)
        };
        let house = self.member.household.as_ref().map(|it| it.id.as_str());
        let (method, path, token, body) = match ending {
            Ending::TerminalRevoked => {
                let path = format!("/terminals/{station}/revoke");
                (Method::POST, path, admin, json!({}))
            }
            Ending::TerminalMoved => terminal(station, "LJ", "station"),
            Ending::TerminalKind => terminal(station, "ZJ", "signage"),
            Ending::TerminalHousehold => terminal(&self.home.id, "ZJ", "household"),
            Ending::AccountClosed => (Method::POST, format!("{account}/disable"), admin, json!({})),
            Ending::PasswordReset => {
                let body = json!({ "password": "another horse 1949" });
                (Method::POST, format!("{account}/password"), admin, body)
            }
            Ending::PasswordChanged => {
                let body = json!({ "current": PASSWORD, "password": "another horse 1949" });
                let elsewhere = stage.sign_in(&self.login).await;
                let (method, path) = (Method::PUT, "/staff/password");
                let changed = stage.send(at_other, method, path, &elsewhere, body).await;
                assert!(changed.status().is_success());
                let me = stage
                    .world
                    .get("/api/v1/staff/sessions/current", &elsewhere);
                assert_eq!(me.send().await.unwrap().status(), StatusCode::OK);
                return;
            }
            Ending::SecondFactorReset => {
                (Method::DELETE, format!("{account}/totp"), admin, json!({}))
            }
            Ending::SessionEnded => {
                let path = "/staff/sessions";
                let own: Vec<StaffSession> =
                    stage.ask(Method::GET, path, &self.host, json!({})).await;
                let current = own.iter().find(|it| it.current).unwrap();
                let path = format!("{path}/{}", current.id);
                (Method::DELETE, path, admin, json!({}))
            }
            Ending::SignedOut => {
                let path = "/staff/sessions/current".to_owned();
                (Method::DELETE, path, self.host.as_str(), json!({}))
            }
            Ending::RoleLowered => {
                let body = json!({ "role": "reader", "organization_code": "ZJ" });
                (Method::PUT, account, admin, body)
            }
            Ending::AccountMoved => {
                let body = json!({ "role": "organization_staff", "organization_code": "LJ" });
                (Method::PUT, account, admin, body)
            }
            Ending::PinChanged => (Method::PUT, format!("{member}/pin"), admin, json!({})),
            Ending::CardChanged => edited(house, Some("0099887766")),
            Ending::MemberHousehold => edited(None, None),
            Ending::MemberMoved => {
                let body = json!({ "to_organization_code": "LJ", "reason": "搬家" });
                (Method::POST, format!("{member}/transfer"), admin, body)
            }
            Ending::MemberLeft => {
                let body = json!({ "reason": "外出务工" });
                (Method::POST, format!("{member}/leave"), admin, body)
            }
            Ending::LookClosed => {
                let path = format!("/duty-looks/{}", self.look.look.id);
                (Method::DELETE, path, self.host.as_str(), json!({}))
            }
            Ending::MeetingEnded => {
                let path = format!("/meetings/{}/end", stage.meeting);
                (Method::POST, path, admin, json!({}))
            }
        };
        let at = if at_other {
            &stage.other
        } else {
            &stage.world.server
        };
        let url = at.url().join(&format!("/api/v1{path}")).unwrap();
        let mut request = reqwest::Client::new().request(method, url);
        if matches!(ending, Ending::CardChanged | Ending::MemberHousehold) {
            let now: Member = stage.ask(Method::GET, &member, admin, json!({})).await;
            request = request.header("if-match", format!("\"{}\"", now.version));
        }
        let answer = request.bearer_auth(token).json(&body).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{ending:?}: {status}: {text}");
    }
}

#[tokio::test]
async fn whatever_derives_from_what_ended_ends_with_it_sqlite() {
    walk(TestDatabase::sqlite(), 0).await;
}

#[tokio::test]
async fn whatever_derives_from_what_ended_ends_with_it_postgres() {
    if let Some(database) = databases().await.into_iter().nth(1) {
        walk(database, 1).await;
    }
}

/// Every ending, the even or the odd ones asked at the other server.
async fn walk(database: TestDatabase, run: usize) {
    let world = World::on(database).await;
    let clock = Arc::new(world.clock.clone());
    let other = Server::start_with(world.config.clone(), clock)
        .await
        .unwrap();
    let admin = world.staff(Role::PlatformAdministrator, "QH").await;
    let meeting = live::begin_at(&world, &admin, "ZJ", false).await;
    let called = world.post("/api/v1/roll-calls", &admin);
    let called = called.json(&roll_calls::draft("ZJ")).send().await.unwrap();
    let category = put(&world, &admin, "A", 0, &category()).await;
    let stage = Stage {
        category: ok(category).await,
        roll_call: ok(called).await,
        world,
        other,
        admin,
        meeting,
    };
    for (number, ending) in Ending::ALL.into_iter().enumerate() {
        let cast = Cast::new(&stage, u32::try_from(number).unwrap(), ending).await;
        for credential in Credential::ALL {
            assert!(
                cast.has(&stage, credential).await,
                "{ending:?}: no {credential:?}"
            );
        }
        // Each at both, as there are two databases.
        let at_other = number % 2 == run % 2;
        cast.end(&stage, at_other, ending).await;
        for credential in ending.ends() {
            let over = async {
                while cast.has(&stage, *credential).await {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            };
            let over = tokio::time::timeout(PATIENCE, over).await;
            assert!(over.is_ok(), "{ending:?}: {credential:?} goes on");
        }
        for credential in Credential::ALL {
            let goes_on = !ending.ends().contains(&credential);
            assert_eq!(
                cast.has(&stage, credential).await,
                goes_on,
                "{ending:?}: {credential:?}"
            );
        }
        // Of the next one nobody is counted with this one.
        stage.world.clock.advance_ms(MINUTE + 1_000);
    }
    stage.other.stop().await;
}
