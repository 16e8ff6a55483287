//! One-key service by keys alone: asked in three presses, answered by staff, not solved, handled one level
//! higher, answered again and closed; and the same begun while the network is away.

use std::time::{Duration, Instant};

use contract::enrolment::ApproveRequest;
use contract::request::{
    Happened, Level, Request, RequestPage, RequestState, Solved, TerminalRequest,
};
use contract::terminal::TerminalKind;
use e2e::harness::proxy::Proxy;
use e2e::harness::texts::shows;
use e2e::harness::tv::user_code;
use e2e::harness::{Backend, Disk, Start, Tv, small, sync};
use media_player::testing::ClipSpec;
use reqwest::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tv_app::app::App;
use tv_app::remote::RemoteKey::{self, Digit, Home, Ok as Enter, Red};
use tv_app::screens::Route;

/// The category's name on its tile.
const CATEGORY: &str = "邻里纠纷";
const MASKED: &str = "138 •••• 0001";

struct World {
    tv: Tv,
    home: Disk,
    proxy: Proxy,
    backend: Backend,
    staff: String,
    _folder: tempfile::TempDir,
}

impl World {
    /// A home of two in a village, and a category that begins there.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let content = folder.path().join("content");
        small::write(&content, &ClipSpec::default()).unwrap();
        let members = "组织代码,姓名,身份,电话,户名\n\
            ZJ,何家栋,正式党员,13800000001,12 号\n\
            ZJ,何秀兰,群众,,12 号\n";
        std::fs::write(content.join("members.csv"), members).unwrap();
        let backend = Backend::start(&folder.path().join("server"), |_| {}).unwrap();
        let report = backend.import(&content).unwrap();
        assert!(!report.has_complaints(), "{report}");
        let (_, staff) = backend.administrator().unwrap();
        let proxy =
            Proxy::start(backend.url().trim_start_matches("http://").parse().unwrap()).unwrap();
        let tv = Tv::new().unwrap();
        let home = Disk::new(&tv.clock).unwrap();
        let mut world = Self {
            tv,
            home,
            proxy,
            backend,
            staff,
            _folder: folder,
        };
        let draft = json!({
            "organization_code": "QH", "digit": 5, "title": CATEGORY, "kind": "service",
            "about": "邻里之间的事，村里来调解。", "response_hours": 24,
        });
        world.edit::<Value>(&Method::PUT, "/categories/dispute", 0, &draft);
        world.enrol();
        world
    }

    fn get<T: DeserializeOwned>(&self, path: &str) -> T {
        let answer = self
            .backend
            .ask(&self.staff, &Method::GET, path, &Value::Null)
            .unwrap();
        serde_json::from_value(answer).unwrap()
    }

    /// Changes something that was seen at this version.
    fn edit<T: DeserializeOwned>(
        &self,
        method: &Method,
        path: &str,
        version: i64,
        body: &impl Serialize,
    ) -> T {
        let url = format!("{}/api/v1{path}", self.backend.url());
        let request = reqwest::Client::new()
            .request(method.clone(), url)
            .bearer_auth(&self.staff)
            .header("if-match", format!("\"{version}\""))
            .json(body);
        self.backend.block_on(async {
            let answer = request.send().await.unwrap();
            let status = answer.status();
            let text = answer.text().await.unwrap();
            assert!(status.is_success(), "{method} {path}: {status} {text}");
            serde_json::from_str(&text).unwrap()
        })
    }

    fn switch_on(&mut self) {
        let start = Start {
            resume: true,
            client: Some(sync::quick_client(&self.proxy.url())),
            ..Start::default()
        };
        self.tv.start(&self.home, &start).unwrap();
    }

    fn enrol(&mut self) {
        let household = self.get::<Value>("/households")["items"][0]["id"]
            .as_str()
            .expect("the household of the list")
            .to_owned();
        self.switch_on();
        self.wait_for("the code", |app| user_code(app).is_some());
        let shown = user_code(self.tv.app()).unwrap();
        let request = ApproveRequest {
            organization_code: "ZJ".to_owned(),
            kind: TerminalKind::Household,
            name: "12 号".to_owned(),
            household_id: Some(household),
            replace_tv: false,
        };
        self.backend.approve_as(&shown, &request).unwrap();
        self.tv.go_past_the_first_minute();
        self.wait_for("the category and the number", |app| {
            app.cache().categories().len() == 1 && !app.cache().requests().phones.is_empty()
        });
    }

    fn wait_for(&self, what: &str, holds: impl FnMut(&App) -> bool) {
        self.tv.wait_for(what, holds);
    }

    fn wait_for_words(&self, words: &str) {
        self.wait_for(words, |_| shows(self.tv.screen.window(), words));
    }

    /// Asks from Home: three presses.
    fn ask(&self, key: RemoteKey) {
        self.tv.press(key);
        assert!(shows(self.tv.screen.window(), CATEGORY), "the tiles");
        self.tv.press(Digit(5));
        assert!(
            shows(self.tv.screen.window(), MASKED),
            "whom they will call"
        );
        self.tv.press(Enter);
    }

    /// The one request that staff see in this group.
    fn at_the_office(&self, group: &str) -> Request {
        let page: RequestPage = self.get(&format!("/requests?group={group}"));
        assert_eq!(page.items.len(), 1, "{page:?}");
        self.get(&format!("/requests/{}", page.items[0].id))
    }

    fn answer(&self, request: &Request, text: &str) {
        let act = json!({ "act": "reply", "text": text, "done": true });
        let path = format!("/requests/{}/acts", request.line.id);
        self.edit::<Value>(&Method::POST, &path, request.version, &act);
        self.wait_for("the answer", |app| {
            known(app).is_some_and(|one| {
                one.wants_verdict && one.history.last().is_some_and(|last| last.text == text)
            })
        });
    }

    /// Opens the answer from Home by keys, and says how it went.
    fn say(&self, solved: u8, satisfaction: u8) {
        self.tv.press_all(&[Home, Red, RemoteKey::Down, Enter]);
        assert!(matches!(self.tv.route(), Route::Request { .. }));
        self.tv.press_all(&[Digit(solved), Digit(satisfaction)]);
        self.wait_for_words("已收到");
    }

    /// Waits until staff see it like this.
    fn wait_for_state(&self, id: &str, state: RequestState) -> Request {
        let began = Instant::now();
        loop {
            self.tv.screen.pump();
            let request: Request = self.get(&format!("/requests/{id}"));
            if request.line.state == state {
                return request;
            }
            assert!(
                began.elapsed() < Duration::from_secs(120),
                "waited in vain for {state:?}: {request:?}"
            );
            let _ = self.tv.screen.wait(Duration::from_millis(50));
        }
    }

    /// What becomes of a request after it was asked: not solved, one level higher, closed.
    fn handle_to_the_end(&self) {
        let request = self.at_the_office("to_do");
        assert_eq!(request.line.level, Level::Village);
        assert_eq!(request.phone_masked.as_deref(), Some("138****0001"));
        self.answer(&request, "已经去看过，说好了以树为界。");
        self.tv.press(Home);
        self.wait_for_words("您办的事有答复了");
        self.say(3, 0);
        let higher = self.wait_for_state(&request.line.id, RequestState::Reopened);
        assert_eq!(higher.line.level, Level::Township);
        assert_eq!(higher.verdict, Some(Solved::No));
        assert_eq!(higher.satisfaction, None, "silence is no grade");
        self.wait_for("the new clock", |app| {
            known(app).is_some_and(|one| one.state == RequestState::Reopened)
        });
        let one = known(self.tv.app()).unwrap();
        assert!(one.due_at_ms.is_some());
        assert!(
            one.history
                .iter()
                .any(|entry| entry.what == Happened::Reopened)
        );

        self.answer(&higher, "镇里来人量过地，立了界桩。");
        self.say(1, 5);
        let closed = self.wait_for_state(&request.line.id, RequestState::Closed);
        assert_eq!(closed.satisfaction, Some(5));
        self.wait_for("its end", |app| {
            known(app).is_some_and(|one| one.state == RequestState::Closed)
        });
        self.tv.press_all(&[Home, Red, RemoteKey::Down]);
        self.wait_for_words("已办结");
        let all: RequestPage = self.get("/requests?group=ended");
        assert_eq!(
            all.items.len(),
            1,
            "one request, whatever happened on the way"
        );
    }
}

fn known(app: &App) -> Option<TerminalRequest> {
    app.cache().requests().requests.first().cloned()
}

#[test]
fn a_home_asks_in_three_presses_and_only_its_word_ends_it() {
    let world = World::new();
    world.ask(Red);
    world.wait_for_words("已收到，24 小时内回复");
    let request = world.at_the_office("to_do");
    assert!(
        shows(world.tv.screen.window(), &request.line.number),
        "its number is said"
    );
    world.handle_to_the_end();
}

#[test]
fn what_is_asked_without_a_network_survives_a_power_cut_and_arrives_once() {
    let mut world = World::new();
    world.proxy.cut();
    world.ask(Digit(0));
    world.wait_for_words("已保存，联网后送出");
    // The power fails while it waits.
    world.switch_on();
    world.tv.press_all(&[Home, Red, RemoteKey::Down]);
    assert!(shows(world.tv.screen.window(), "已保存，联网后送出"));
    world.proxy.join();
    world.wait_for("it to be sent", |app| app.cache().pending().is_empty());
    world.wait_for("it to be known", |app| known(app).is_some());
    world.handle_to_the_end();
}
