//! After a run through everything that handles personal numbers, none of them is anywhere in
//! clear: not in the database file, its log, the backup, the log lines, the events, or any answer
//! but the one that reveals them. After a purge the name is gone, too.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use backend_api::services::kit::rights::Role;
use backend_api::services::secrets;
use contract::member::{Household, Member, MemberSession};
use contract::terminal::TerminalKind;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use store::organizations;
use store::terminals::{self, NewTerminal};
use store::testing::TestDatabase;

use crate::common::World;
use crate::events::Events;

const ID: &str = "11010519491231002X";
const IMPORTED_ID: &str = "440524188001010014";
const WRONG_ID: &str = "110105194912310021";
const PHONE: &str = "13812345678";
const IMPORTED_PHONE: &str = "13987654321";
const WRONG_PHONE: &str = "98765432109";
const CARD: &str = "0047110815";
/// Six digits are in many a hash, and in the fraction of many a second. So several go the same ways one after
/// another: whatever keeps one keeps them all, and all of them come together by chance never.
const PINS: [&str; 6] = ["730915", "264087", "518396", "907142", "385260", "649713"];
const NAME: &str = "欧阳无名氏";

/// What must be found nowhere: also in parts that would do.
const SECRETS: [&str; 8] = [
    ID,
    IMPORTED_ID,
    WRONG_ID,
    PHONE,
    IMPORTED_PHONE,
    WRONG_PHONE,
    CARD,
    "19491231002",
];

/// Log lines of this process.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Everything that was answered, but for what reveals numbers.
struct Run {
    world: World,
    staff: String,
    answers: String,
    sent: u32,
}

impl Run {
    async fn send(&mut self, token: &str, method: Method, path: &str, body: Value) -> (u16, Value) {
        self.sent += 1;
        let request = self
            .world
            .ask(method, &format!("/api/v1{path}"), token)
            .json(&body);
        let answer = request
            .header("idempotency-key", format!("k{}", self.sent))
            .send()
            .await
            .unwrap();
        let status = answer.status().as_u16();
        let headers = format!("{:?}", answer.headers());
        let text = answer.text().await.unwrap();
        if !path.ends_with("/reveal") {
            self.answers.push_str(&headers);
            self.answers.push_str(&text);
        }
        (status, serde_json::from_str(&text).unwrap_or_default())
    }

    async fn staff<T: serde::de::DeserializeOwned>(
        &mut self,
        method: Method,
        path: &str,
        body: Value,
    ) -> T {
        let token = self.staff.clone();
        let (status, value) = self.send(&token, method, path, body).await;
        assert!(status < 300, "{path}: {status} {value}");
        serde_json::from_value(value).unwrap()
    }
}

fn tv(store: &store::Store, kind: TerminalKind, token: &str, now_ms: i64) -> String {
    let sha256 = secrets::sha256_hex(token);
    store
        .write::<_, store::Error, _>(move |tx| {
            let new = NewTerminal {
                kind,
                name: "电视".to_owned(),
                organization_id: organizations::by_code(tx, "ZJ")?.unwrap().id,
                token_sha256: sha256.clone(),
            };
            Ok(terminals::create(tx, &new, now_ms)?.id)
        })
        .unwrap()
}

fn contains(bytes: &[u8], secret: &str) -> bool {
    let secret = secret.as_bytes();
    bytes.windows(secret.len()).any(|window| window == secret)
}

/// The database file and all that lies beside it.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).unwrap().flatten();
    let files = entries.filter(|entry| entry.path().is_file());
    files
        .map(|entry| {
            let bytes = std::fs::read(entry.path()).unwrap();
            (entry.file_name().to_string_lossy().into_owned(), bytes)
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_number_is_anywhere_in_clear_and_after_a_purge_no_name() {
    let lines = Lines::default();
    let writer = lines.clone();
    tracing_subscriber::fmt()
        .with_env_filter("debug,backend_api=trace,store=trace")
        .with_writer(move || writer.clone())
        .init();
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("data.sqlite");
    let url = format!("sqlite:{}", database.display());
    let world = World::with(TestDatabase::sqlite(), |config| config.database = Some(url)).await;
    let staff = world.staff(Role::OrganizationStaff, "QH").await;
    let now_ms = world.now_ms();
    let home = world
        .blocking(move |store| {
            tv(store, TerminalKind::Station, "station-token", now_ms);
            tv(store, TerminalKind::Household, "home-token", now_ms)
        })
        .await;
    let mut run = Run {
        world,
        staff,
        answers: String::new(),
        sent: 0,
    };
    let mut events = Events::listen(&run.world, "home-token", None).await;

    let house = json!({ "organization_code": "ZJ", "name": "12 号", "terminal_id": home });
    let house: Household = run.staff(Method::POST, "/households", house).await;
    let draft = |name: &str| {
        json!({ "organization_code": "ZJ", "name": name, "id_number": ID, "phone": PHONE, "card": CARD,
        "household_id": house.id, "exempt_reason": "年老体弱" })
    };
    let member: Member = run.staff(Method::POST, "/members", draft(NAME)).await;
    let id = member.id.clone();
    let (staff, none) = (run.staff.clone(), json!({}));
    let wrong = json!({ "organization_code": "ZJ", "name": "甲", "id_number": WRONG_ID, "phone": WRONG_PHONE, "card": "短" });
    let list = format!(
        "组织代码,姓名,身份证号,电话,免点名原因\nLJ,乙,{IMPORTED_ID},{IMPORTED_PHONE},\nLJ,丙,{WRONG_ID},,\nLJ,丁,,{WRONG_PHONE},\nLJ,戊,,,电话{PHONE}\nLJ,己,{ID},,\n"
    );
    let import = run
        .world
        .ask(Method::POST, "/api/v1/members/import", &staff)
        .body(list);
    let report = import.send().await.unwrap().text().await.unwrap();
    assert!(report.contains("\"added\":2"), "{report}");
    run.answers.push_str(&report);
    let reason = |text: String| json!({ "reason": text });
    let asked = [
        (Method::POST, "/members".to_owned(), wrong, 422),
        (Method::POST, "/members".to_owned(), draft("又一个"), 409),
        (Method::PUT, format!("/members/{id}"), draft("x"), 428),
        (Method::GET, format!("/members/{id}"), none.clone(), 200),
        (Method::GET, "/members".to_owned(), none.clone(), 200),
        (
            Method::POST,
            "/members/search".to_owned(),
            json!({ "number": ID }),
            200,
        ),
        (
            Method::POST,
            "/members/search".to_owned(),
            json!({ "number": PHONE }),
            200,
        ),
        (
            Method::POST,
            "/members/search".to_owned(),
            json!({ "number": CARD }),
            200,
        ),
        (
            Method::POST,
            "/members/search".to_owned(),
            json!({ "number": WRONG_ID }),
            200,
        ),
        (
            Method::POST,
            "/members/search".to_owned(),
            json!({ "number": [ID] }),
            400,
        ),
        (
            Method::GET,
            "/members/duplicates".to_owned(),
            none.clone(),
            200,
        ),
        (
            Method::POST,
            format!("/members/{id}/reveal"),
            reason(format!("核对{NAME}的材料")),
            200,
        ),
        (
            Method::POST,
            format!("/members/{id}/reveal"),
            reason(format!("核对 {ID}")),
            422,
        ),
        (
            Method::POST,
            format!("/members/{id}/transfer"),
            json!({ "to_organization_code": "LJ", "reason": format!("打 {PHONE} 问过") }),
            422,
        ),
        (
            Method::POST,
            format!("/members/{id}/transfer"),
            json!({ "to_organization_code": "LJ", "reason": format!("{NAME}要求") }),
            200,
        ),
        (
            Method::POST,
            format!("/members/{id}/transfer"),
            json!({ "to_organization_code": "ZJ", "reason": format!("{NAME}后悔了") }),
            200,
        ),
        (
            Method::GET,
            format!("/members/{id}/transfers"),
            none.clone(),
            200,
        ),
        (Method::GET, "/households".to_owned(), none.clone(), 200),
    ];
    for (method, path, body, expected) in asked {
        let (status, value) = run.send(&staff, method, &path, body).await;
        assert_eq!(status, expected, "{path}: {value}");
    }
    for pin in PINS {
        let path = format!("/members/{id}/pin");
        for (pin, expected) in [(pin.to_owned(), 200), (format!("{pin}1"), 422)] {
            let body = json!({ "pin": pin });
            let (status, value) = run.send(&staff, Method::PUT, &path, body).await;
            assert_eq!(status, expected, "{path}: {value}");
        }
    }
    // In their home again, for the TV.
    let now: Member = run
        .staff(Method::GET, &format!("/members/{id}"), none.clone())
        .await;
    let back = run
        .world
        .ask(Method::PUT, &format!("/api/v1/members/{id}"), &staff)
        .header("if-match", now.version);
    assert_eq!(
        back.json(&draft(NAME)).send().await.unwrap().status(),
        StatusCode::OK
    );

    let call = json!({ "title": "主题党日", "organization_code": "ZJ", "window_ms": 600_000 });
    let call: Value = run.staff(Method::POST, "/roll-calls", call).await;
    let call = call["id"].as_str().unwrap().to_owned();
    let by_pin = |pin: &str| json!({ "by": "pin", "member_id": id, "pin": pin });
    let sign_in = |proof: Value| json!({ "roll_call_id": call, "round": 1, "time": { "at_ms": 0 }, "proof": proof });
    let mut token = String::new();
    for pin in PINS {
        let new = json!({ "card": CARD, "pin": pin });
        let path = "/terminal/pins";
        let (status, value) = run.send("station-token", Method::POST, path, new).await;
        assert_eq!(status, 200, "{value}");
        let path = "/terminal/member-sessions";
        let proof = json!({ "proof": by_pin(pin) });
        let (status, value) = run.send("home-token", Method::POST, path, proof).await;
        assert_eq!(status, 201, "{value}");
        let session: MemberSession = serde_json::from_value(value).unwrap();
        token = session.token;
        let path = "/terminal/sign-ins";
        let body = sign_in(by_pin(pin));
        let (status, value) = run.send("home-token", Method::POST, path, body).await;
        assert_eq!(status, 200, "{value}");
    }
    let record = run
        .world
        .get("/api/v1/terminal/record", "home-token")
        .header("member-session", token);
    run.answers
        .push_str(&record.send().await.unwrap().text().await.unwrap());
    let asked = [
        (
            "home-token",
            Method::GET,
            "/terminal/people",
            none.clone(),
            200,
        ),
        (
            "station-token",
            Method::GET,
            "/terminal/people",
            none.clone(),
            200,
        ),
        (
            "station-token",
            Method::POST,
            "/terminal/sign-ins",
            sign_in(json!({ "by": "card", "card": CARD })),
            200,
        ),
        (
            "home-token",
            Method::GET,
            "/terminal/roll-calls",
            none.clone(),
            200,
        ),
        (
            "home-token",
            Method::POST,
            "/terminal/member-sessions",
            json!({ "proof": by_pin("000001") }),
            403,
        ),
        (
            "station-token",
            Method::POST,
            "/terminal/member-sessions",
            json!({ "proof": { "by": "card", "card": format!("{CARD}9") } }),
            403,
        ),
    ];
    for (token, method, path, body, expected) in asked {
        let (status, value) = run.send(token, method, path, body).await;
        assert_eq!(status, expected, "{path}: {value}");
    }
    for _ in 0..5 {
        let wrong = json!({ "proof": by_pin("000001") });
        run.send(
            "home-token",
            Method::POST,
            "/terminal/member-sessions",
            wrong,
        )
        .await;
    }
    let correction = json!({ "member_id": id, "state": "leave", "reason": format!("{NAME}请假") });
    let _: Value = run
        .staff(
            Method::POST,
            &format!("/roll-calls/{call}/corrections"),
            correction,
        )
        .await;
    for path in [
        "/notices",
        "/audit?limit=200",
        "/staff/sessions",
        "/reports/attendance?month=2026-11",
    ] {
        let (status, _) = run.send(&staff, Method::GET, path, none.clone()).await;
        assert_eq!(status, 200, "{path}");
    }
    // The TV heard of it.
    let (event, _) = events.event().await.unwrap();
    run.answers
        .push_str(&serde_json::to_string(&event).unwrap());

    let backup = tempfile::tempdir().unwrap();
    let (to, config) = (backup.path().join("b"), run.world.config.clone());
    run.world
        .blocking(move |store| {
            backend_api::services::backup::backup(
                store,
                &backend_api::services::backup::Folders::of(&config),
                &to,
                now_ms,
            )
            .unwrap();
        })
        .await;
    let mut everything = files(folder.path());
    assert!(
        everything
            .iter()
            .any(|(name, bytes)| name == "data.sqlite-wal" && !bytes.is_empty())
    );
    everything.extend(files(&backup.path().join("b")));
    everything.push(("answers".to_owned(), run.answers.clone().into_bytes()));
    everything.push(("log".to_owned(), lines.0.lock().unwrap().clone()));
    // The scan sees what is there: the name is in the file, requests are in the log.
    assert!(
        everything
            .iter()
            .any(|(name, bytes)| name.contains("sqlite") && contains(bytes, NAME))
    );
    let log = lines.0.lock().unwrap().clone();
    assert!(contains(&log, "/api/v1/members/search") && contains(&log, "status"));
    for (name, bytes) in &everything {
        for secret in SECRETS {
            assert!(!contains(bytes, secret), "{secret} is in {name}");
        }
        let pins = PINS.iter().all(|pin| contains(bytes, pin));
        assert!(!pins, "PINs are in {name}");
    }
    assert!(!contains(&log, NAME), "the log names somebody");

    let purge = json!({ "reason": "本人要求" });
    let (status, value) = run
        .send(&staff, Method::POST, &format!("/members/{id}/purge"), purge)
        .await;
    assert_eq!(status, 204, "{value}");
    let indexes = {
        let vault = run.world.server.vault();
        use backend_api::services::vault::Field;
        [
            vault.index(Field::IdNumber, ID),
            vault.index(Field::Phone, PHONE),
            vault.index(Field::Card, CARD),
        ]
    };
    let left = files(folder.path());
    for (name, bytes) in &left {
        assert!(!contains(bytes, NAME), "the name is still in {name}");
        // Somebody else was imported with the same number: that index stays theirs.
        for index in &indexes[1..] {
            assert!(!contains(bytes, index), "an index is still in {name}");
        }
    }
    let wal = left.iter().find(|(name, _)| name.ends_with("-wal"));
    assert!(
        wal.is_none_or(|(_, bytes)| bytes.len() < 64 * 1024),
        "what the log holds came after"
    );
    run.world.server.stop().await;
}
