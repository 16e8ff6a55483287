//! A roll call by keys alone: a home of three, a station of sixty with cards, a visitor, a spot
//! check, and a network that dies in the middle. The rates are worked out by hand.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use contract::enrolment::ApproveRequest;
use contract::roll_call::{
    Attendance, AttendanceState, Counts, Method, RollCallResults, RollCallState,
};
use contract::terminal::TerminalKind;
use e2e::harness::proxy::Proxy;
use e2e::harness::texts::shows;
use e2e::harness::tv::user_code;
use e2e::harness::{Backend, Disk, Start, Tv, people, small, sync};
use media_player::testing::ClipSpec;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tv_app::app::App;
use tv_app::cache::Storage;
use tv_app::remote::RemoteKey;
use tv_app::screens::{Route, Screen};

const TITLE: &str = "十一月主题党日";
/// Everybody's at the home.
const PIN: [u8; 6] = [5, 8, 0, 3, 1, 6];
/// Members of the village who have a card.
const STATION: usize = 60;
/// One after the other steps up to the reader, in ms.
const PACE_MS: u64 = 1_500;
const VISITOR_CARD: &str = "0077000001";
const MINUTE_MS: i64 = 60_000;

fn card(n: usize) -> String {
    format!("00550{n:05}")
}

/// The roster: 张家村 with a home of three and sixty others, 柳林村 with two.
fn members() -> String {
    let mut rows = "组织代码,姓名,身份,卡号,免点名原因,户名\n\
        ZJ,何家栋,正式党员,,,12 号\n\
        ZJ,何秀兰,预备党员,,,12 号\n\
        ZJ,何满仓,正式党员,,年老体弱,12 号\n"
        .to_owned();
    for n in 0..STATION {
        writeln!(rows, "ZJ,{},正式党员,{},,", people::name(n), card(n)).unwrap();
    }
    write!(
        rows,
        "LL,柳成荫,正式党员,{VISITOR_CARD},,\nLL,柳长青,正式党员,,,\n"
    )
    .unwrap();
    rows
}

struct World {
    tv: Tv,
    home: Disk,
    station: Disk,
    proxy: Proxy,
    backend: Backend,
    staff: String,
    _folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let content = folder.path().join("content");
        small::write(&content, &ClipSpec::default()).unwrap();
        std::fs::write(
            content.join("organizations.csv"),
            "code,parent,kind,name\nQH,,镇,清河镇\nZJ,QH,村,张家村\nLL,QH,村,柳林村\n",
        )
        .unwrap();
        std::fs::write(content.join("members.csv"), members()).unwrap();
        let backend = Backend::start(&folder.path().join("server"), |_| {}).unwrap();
        let report = backend.import(&content).unwrap();
        assert!(!report.has_complaints(), "{report}");
        let (_, staff) = backend.administrator().unwrap();
        let proxy =
            Proxy::start(backend.url().trim_start_matches("http://").parse().unwrap()).unwrap();
        let tv = Tv::new().unwrap();
        let home = Disk::new(&tv.clock).unwrap();
        let station = Disk::new(&tv.clock).unwrap();
        Self {
            tv,
            home,
            station,
            proxy,
            backend,
            staff,
            _folder: folder,
        }
    }

    fn post<T: DeserializeOwned>(&self, path: &str, body: &Value) -> T {
        let answer = self
            .backend
            .ask(&self.staff, &reqwest::Method::POST, path, body)
            .unwrap();
        serde_json::from_value(answer).unwrap()
    }

    fn get<T: DeserializeOwned>(&self, path: &str) -> T {
        let answer = self
            .backend
            .ask(&self.staff, &reqwest::Method::GET, path, &Value::Null)
            .unwrap();
        serde_json::from_value(answer).unwrap()
    }

    fn switch_on(&mut self, kind: TerminalKind) {
        let disk = match kind {
            TerminalKind::Station => &self.station,
            _ => &self.home,
        };
        let start = Start {
            resume: true,
            client: Some(sync::quick_client(&self.proxy.url())),
            ..Start::default()
        };
        self.tv.start(disk, &start).unwrap();
    }

    fn wait_for(&self, what: &str, holds: impl FnMut(&App) -> bool) {
        self.tv.wait_for(what, holds);
    }

    /// What the box's clock shows, in Unix ms.
    #[expect(
        clippy::disallowed_methods,
        reason = "both clocks of the test go together"
    )]
    fn box_ms(&self) -> i64 {
        tv_app::clock::Clock::now_ms(&*self.tv.clock)
    }

    /// Lets time pass; the server's clock shows what the terminal's does, also after key presses.
    fn advance(&self, ms: u64) {
        self.tv.advance(ms);
        let terminal = self.box_ms();
        let server = backend_api::clock::Clock::now_ms(&self.backend.clock);
        self.backend.clock.advance_ms(terminal - server);
    }

    /// Approves the code that the TV shows.
    fn enrol(&self, kind: TerminalKind, household_id: Option<String>) {
        self.wait_for("the code", |app| user_code(app).is_some());
        let shown = user_code(self.tv.app()).unwrap();
        let request = ApproveRequest {
            organization_code: "ZJ".to_owned(),
            kind,
            name: format!("张家村 {kind:?}"),
            household_id,
            replace_tv: false,
        };
        self.backend.approve_as(&shown, &request).unwrap();
        self.tv.go_past_the_first_minute();
    }

    fn type_pin(&self) {
        for digit in PIN {
            self.tv.press(RemoteKey::Digit(digit));
        }
        self.tv.press(RemoteKey::Ok);
    }

    fn wait_for_words(&self, words: &str) {
        self.wait_for(words, |_| shows(self.tv.screen.window(), words));
    }

    fn results(&self, call: &str) -> RollCallResults {
        self.get(&format!("/roll-calls/{call}/results"))
    }

    /// Waits until so many are present at the server.
    fn wait_for_present(&self, call: &str, present: u32) {
        let began = Instant::now();
        loop {
            self.tv.screen.pump();
            let counts = self.results(call).total;
            if counts.present == present {
                return;
            }
            assert!(
                began.elapsed() < Duration::from_secs(120),
                "waited in vain for {present} present: {counts:?}; waiting on the TV: {:?}, refused: {:?}",
                self.tv.app().cache().waiting_sign_ins(),
                self.tv.app().cache().refusals(),
            );
            let _ = self.tv.screen.wait(Duration::from_millis(50));
        }
    }
}

/// Everybody on time counts once; the rate is worked out without the exempt.
fn counts(eligible: u32, exempt: u32, present: u32, rate_bp: u32) -> Counts {
    Counts {
        eligible,
        exempt,
        present,
        missing: eligible - exempt - present,
        rate_bp: Some(rate_bp),
        ..Counts::default()
    }
}

#[test]
fn a_township_answers_a_roll_call_by_keys_and_cards_alone() {
    let mut world = World::new();
    let household = world.get::<Value>("/households")["items"][0]["id"]
        .as_str()
        .expect("the household of the list")
        .to_owned();
    for name in ["何家栋", "何秀兰"] {
        set_pin(&world, name);
    }

    // Both TVs of the village are enrolled before.
    world.switch_on(TerminalKind::Station);
    world.enrol(TerminalKind::Station, None);
    world.wait_for("the station's people", |app| {
        app.cache().people().people.len() == STATION + 3
    });
    world.switch_on(TerminalKind::Household);
    world.enrol(TerminalKind::Household, Some(household));
    world.wait_for("the household", |app| {
        app.cache().people().people.len() == 3
    });

    // The township calls; the home's TV says so by itself.
    let opened: contract::roll_call::RollCall = world.post(
        "/roll-calls",
        &json!({
            "title": TITLE, "organization_code": "QH",
            "window_ms": 10 * MINUTE_MS, "grace_ms": 5 * MINUTE_MS,
        }),
    );
    let call = opened.id.clone();
    assert_eq!(opened.counts.eligible, 65);
    world.wait_for("the call over everything", |app| {
        app.with_router(|router| matches!(router.top(), Screen::RollCall(_)))
    });
    world.wait_for_words("点名开始，请按 1 签到");

    // Two of three are asked, the third is exempt. One key, a name, a PIN.
    world.tv.press(RemoteKey::Digit(1));
    assert!(shows(world.tv.screen.window(), "何家栋") && shows(world.tv.screen.window(), "何秀兰"));
    assert!(
        !shows(world.tv.screen.window(), "何满仓"),
        "the exempt are not asked"
    );
    world.tv.press(RemoteKey::Ok);
    // The wrong one first.
    for _ in 0..6 {
        world.tv.press(RemoteKey::Digit(7));
    }
    world.tv.press(RemoteKey::Ok);
    world.wait_for_words("密码不对，还可以试 4 次");
    world.type_pin();
    world.wait_for_words("签到成功");
    world.wait_for_present(&call, 1);

    // The network dies, the second signs, and then the power goes.
    world.proxy.cut();
    world.advance(1_000);
    world.tv.press(RemoteKey::Ok);
    world.type_pin();
    world.wait_for_words("已保存，联网后送出");
    let signed_at_ms = world.box_ms();
    world.tv.cut_power();
    break_the_home_s_database(&mut world);
    world.switch_on(TerminalKind::Household);
    // Home is there, without a network, and nobody has to approve this TV again.
    world.tv.settle();
    let app = world.tv.app();
    assert_eq!(app.cache().newest(10).len(), 2);
    assert!(app.with_router(|router| router.is_enrolled()));
    world.proxy.join();
    world.wait_for_present(&call, 2);
    world.advance(300);
    assert_eq!(world.results(&call).total.present, 2, "it counts once");
    world.wait_for("nothing waits", |app| {
        app.cache().waiting_sign_ins().is_empty()
    });

    at_the_station(&mut world, &call);
    let line = attendance(&world, &call, "何秀兰");
    assert_eq!(line.state, AttendanceState::Present);
    let late_by = signed_at_ms - line.sign_ins[0].signed_at_ms;
    assert!(
        (0..10_000).contains(&late_by),
        "the moment of the key counts, not of the sending: {late_by} ms"
    );

    // 60 cards, two at home, one visitor of 64 who count: 柳长青 is missing.
    let results = world.results(&call);
    assert_eq!(results.total, counts(65, 1, 63, 9_844));
    let by_name = |name: &str| {
        let found = results
            .organizations
            .iter()
            .find(|one| one.organization.name == name);
        found
            .unwrap_or_else(|| panic!("{name} in {results:?}"))
            .counts
    };
    assert_eq!(by_name("张家村"), counts(63, 1, 62, 10_000));
    assert_eq!(by_name("柳林村"), counts(2, 0, 1, 5_000));

    spot_check(&mut world, &call);
}

/// A TV that was approved without a household has nobody; when staff give it one, the roll call that
/// is open stands over everything there at once.
#[test]
fn an_open_roll_call_appears_when_the_household_is_linked() {
    let mut world = World::new();
    world.switch_on(TerminalKind::Household);
    world.enrol(TerminalKind::Household, None);
    let _: contract::roll_call::RollCall = world.post(
        "/roll-calls",
        &json!({
            "title": TITLE, "organization_code": "QH",
            "window_ms": 10 * MINUTE_MS, "grace_ms": 5 * MINUTE_MS,
        }),
    );
    world.wait_for("the roll call", |app| {
        app.cache().roll_calls().roll_calls.len() == 1
    });
    assert!(
        world
            .tv
            .app()
            .with_router(|router| matches!(router.top(), Screen::Home(_))),
        "nobody is called here"
    );
    let found: Value = world.get("/households");
    let terminals: Value = world.get("/terminals");
    let household = found["items"][0]["id"].as_str().unwrap();
    let terminal = terminals["items"][0]["id"].as_str().unwrap();
    let linked = json!({
        "organization_code": "ZJ", "name": "张家村 12 号", "kind": "household", "household_id": household,
    });
    world
        .backend
        .ask(
            &world.staff,
            &reqwest::Method::PUT,
            &format!("/terminals/{terminal}"),
            &linked,
        )
        .unwrap();
    world.wait_for("the call over everything", |app| {
        app.with_router(|router| matches!(router.top(), Screen::RollCall(_)))
    });
    world.wait_for_words("点名开始，请按 1 签到");
    world.tv.press(RemoteKey::Digit(1));
    // Whoever is quicker than the list of the household sees it come.
    world.wait_for_words("何家栋");
    world.wait_for_words("何秀兰");
}

/// When the power comes back, the pages are broken in which the sign-in stands, who this TV is, and whom
/// it knows.
fn break_the_home_s_database(world: &mut World) {
    let other = Disk::new(&world.tv.clock).unwrap();
    let home = std::mem::replace(&mut world.home, other);
    let url = world.proxy.url();
    let texts = ["/terminal/sign-ins", url.trim_end_matches('/'), "何满仓"];
    world.home = home.broken(&world.tv.clock, &texts).unwrap();
    let waiting = world.home.cache.waiting_sign_ins();
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    assert_eq!(world.home.cache.storage(), Storage::Disk);
}

fn set_pin(world: &World, name: &str) {
    let found: Value = world.get("/members?organization=ZJ&limit=200");
    let id = found["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["name"] == name)
        .and_then(|one| one["id"].as_str())
        .unwrap_or_else(|| panic!("{name} in {found}"));
    let pin: String = PIN.iter().map(u8::to_string).collect();
    world
        .backend
        .ask(
            &world.staff,
            &reqwest::Method::PUT,
            &format!("/members/{id}/pin"),
            &json!({ "pin": pin }),
        )
        .unwrap();
}

fn attendance(world: &World, call: &str, name: &str) -> Attendance {
    let page: Value = world.get(&format!("/roll-calls/{call}/attendance?limit=200"));
    let lines: Vec<Attendance> = serde_json::from_value(page["items"].clone()).unwrap();
    lines
        .into_iter()
        .find(|line| line.member.name == name)
        .unwrap_or_else(|| panic!("{name} in {page}"))
}

/// Sixty cards in less than two minutes, the network away for twenty of them; a visitor and a
/// stranger.
fn at_the_station(world: &mut World, call: &str) {
    world.switch_on(TerminalKind::Station);
    world.wait_for("the station's roll call", |app| {
        app.cache()
            .roll_calls()
            .roll_calls
            .iter()
            .any(|one| one.state == RollCallState::Open)
    });
    let began_ms = world.box_ms();
    for n in 0..STATION {
        match n {
            25 => world.proxy.cut(),
            45 => world.proxy.join(),
            _ => {}
        }
        world.tv.card(&card(n));
        assert!(matches!(world.tv.route(), Route::Roster { .. }), "card {n}");
        world.advance(PACE_MS);
        if n == 30 {
            world.wait_for_words("已保存，联网后送出");
        }
    }
    let took_ms = world.box_ms() - began_ms;
    assert!(took_ms < 120_000, "{STATION} people took {took_ms} ms");
    world.wait_for_present(call, 62);

    world.tv.card(VISITOR_CARD);
    world.wait_for_words("就近签到成功");
    world.wait_for_present(call, 63);
    let line = attendance(world, call, "柳成荫");
    assert_eq!(
        line.organization.name, "柳林村",
        "counted for the home branch"
    );
    assert_eq!(line.sign_ins[0].method, Method::Card);
    world.tv.card("0099999999");
    world.wait_for_words("不认识这张卡");
    // A second time is the same sign-in.
    world.tv.card(&card(3));
    world.wait_for_words("已经签到过了");
    assert_eq!(world.results(call).total.present, 63);
}

/// After the first round a spot check; whoever has gone home meanwhile did not attend.
fn spot_check(world: &mut World, call: &str) {
    for _ in 0..16 {
        world.advance(60_000);
    }
    world.post::<Value>(
        &format!("/roll-calls/{call}/rounds"),
        &json!({ "window_ms": 5 * MINUTE_MS }),
    );
    world.wait_for("the spot check", |app| {
        app.cache()
            .roll_calls()
            .roll_calls
            .iter()
            .any(|one| one.id == call && one.rounds.len() == 2)
    });
    world.wait_for_words("抽点");
    for n in 0..40 {
        world.tv.card(&card(n));
        world.advance(1_000);
    }
    world.tv.card(VISITOR_CARD);
    world.wait_for_present(call, 41);

    world.switch_on(TerminalKind::Household);
    world.wait_for("the spot check at home", |app| {
        app.with_router(|router| matches!(router.top(), Screen::RollCall(_)))
    });
    world.wait_for_words("抽点：请再签一次，按 1");
    world.tv.press(RemoteKey::Digit(1));
    world.tv.press(RemoteKey::Ok);
    world.type_pin();
    world.wait_for_words("签到成功");
    world.wait_for_present(call, 42);

    for _ in 0..6 {
        world.advance(60_000);
    }
    let began = Instant::now();
    while world
        .get::<contract::roll_call::RollCall>(&format!("/roll-calls/{call}"))
        .state
        != RollCallState::Closed
    {
        assert!(
            began.elapsed() < Duration::from_secs(120),
            "it never closes"
        );
        let _ = world.tv.screen.wait(Duration::from_millis(50));
    }
    // 42 of 64 is 65.625 %, 41 of 62 is 66.129 %.
    let results = world.results(call);
    assert_eq!(results.total, counts(65, 1, 42, 6_563));
    let village = results
        .organizations
        .iter()
        .find(|one| one.organization.name == "张家村");
    assert_eq!(village.unwrap().counts, counts(63, 1, 41, 6_613));
}
