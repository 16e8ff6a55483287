//! Confidential reports: what was said is read by the addressed office and by its author, and is found nowhere
//! else.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use backend_api::routes;
use backend_api::services::backup::{self, Folders};
use backend_api::services::kit::rights::Role;
use contract::error::ErrorCode;
use contract::request::{
    Request, RequestPage, RequestReceipt, RequestState, TerminalRequest, TerminalRequests,
};
use contract::staff::{NoticeKind, SignInResponse, StaffNotice};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use store::limits;
use store::testing::TableRow;

use crate::common::{PASSWORD, databases, ok, problem};
use crate::roll_calls::MINUTE;
use crate::service_town::{SAID, Town, recording, voice};

const NUMBER: &str = "4070812365";
const PIN: &str = "730915";

/// Six digits are in many a hash, and in the fraction of many a second. So several go the same ways as
/// [`NUMBER`] with [`PIN`]: whatever keeps one keeps them all, and all of them come together by chance never.
const OTHERS: [(&str, &str); 5] = [
    ("5183960274", "264087"),
    ("9071425836", "518396"),
    ("3852604971", "907142"),
    ("6497138025", "385260"),
    ("2640879513", "649713"),
];

const PHONE: &str = "13987651234";
const WORDS: &str = "欧阳某某收了我三百块钱";
const ANSWER: &str = "已经约谈当事人退还";

/// What must be found nowhere: also in parts that would do.
const SECRETS: [&str; 6] = [WORDS, "三百块钱", PHONE, "139****1234", NUMBER, ANSWER];

impl Town {
    fn report(&self) -> Value {
        json!({
            "category_id": self.reports.id,
            "number": NUMBER,
            "pin": PIN,
            "phone": { "of": "typed", "number": PHONE },
            "sentences": [WORDS],
            "voice": voice(&recording(2_000)),
            "age_ms": 5_000,
        })
    }

    async fn reported(&self, key: &str, report: &Value) -> Response {
        self.at_home("/api/v1/terminal/reports", key, report).await
    }

    /// Others like the first, which are followed.
    async fn others(&self) {
        for (index, (number, pin)) in OTHERS.into_iter().enumerate() {
            let mut report = self.report();
            report["number"] = number.into();
            report["pin"] = pin.into();
            let key = format!("key-of-another-{index}");
            ok::<RequestReceipt>(self.reported(&key, &report).await).await;
            ok::<TerminalRequest>(self.follow(number, pin).await).await;
        }
    }

    async fn follow(&self, number: &str, pin: &str) -> Response {
        let body = json!({ "number": number, "pin": pin });
        self.at_home("/api/v1/terminal/reports/follow", "-", &body)
            .await
    }

    async fn followed(&self) -> TerminalRequest {
        ok(self.follow(NUMBER, PIN).await).await
    }

    async fn judge(&self, key: &str, pin: &str, verdict: Value) -> Response {
        let body = json!({ "key": { "number": NUMBER, "pin": pin }, "verdict": verdict });
        self.at_home("/api/v1/terminal/reports/verdict", key, &body)
            .await
    }

    async fn read(&self, staff: &str, id: &str) -> Response {
        let request = self.world().get(&format!("/api/v1/requests/{id}"), staff);
        request.send().await.unwrap()
    }

    async fn act(&self, id: &str, act: &Value) -> Response {
        let request: Request = ok(self.read(&self.clerk, id).await).await;
        let path = format!("/api/v1/requests/{id}/acts");
        let acts = self.world().post(&path, &self.clerk);
        let acts = acts.header("if-match", format!("\"{}\"", request.version));
        acts.json(act).send().await.unwrap()
    }

    async fn audited(&self, action: &'static str) -> usize {
        self.hall.audited(action).await
    }
}

#[tokio::test]
async fn a_report_is_answered_followed_and_closed_by_number_and_pin_on_both_engines() {
    for database in databases().await {
        let town = Town::on(database).await;
        let receipt: RequestReceipt = ok(town.reported("k", &town.report()).await).await;
        assert_eq!(receipt.number, NUMBER);
        assert_eq!(receipt.office.name, "清河镇纪检办公室");
        // Sent again it is the same.
        let again: RequestReceipt = ok(town.reported("k", &town.report()).await).await;
        assert_eq!(again, receipt);
        let other = json!({ "age_ms": 9_000 });
        let mut later = town.report();
        later["age_ms"] = other["age_ms"].clone();
        assert_eq!(
            ok::<RequestReceipt>(town.reported("k", &later).await).await,
            receipt
        );
        let mut reused = town.report();
        reused["sentences"] = json!(["别的事"]);
        problem(town.reported("k", &reused).await, 422, ErrorCode::KeyReused).await;
        problem(
            town.reported("k2", &town.report()).await,
            409,
            ErrorCode::Conflict,
        )
        .await;

        let seen = town.followed().await;
        assert_eq!(
            (seen.number.as_str(), seen.state),
            (NUMBER, RequestState::Received)
        );
        assert_eq!(seen.history[0].text, WORDS);
        let read: Request = ok(town.read(&town.clerk, &receipt.id).await).await;
        assert_eq!(read.history[0].text, WORDS);
        assert_eq!(
            read.line.number, NUMBER,
            "as somebody says it on the telephone"
        );
        assert_eq!((read.household, read.asker), (None, None));
        assert_eq!(town.audited("request.read").await, 1);
        let attachment = &read.history[0].attachments[0].id;
        let path = format!("/api/v1/requests/{}/attachments/{attachment}", receipt.id);
        let heard = town.world().get(&path, &town.clerk).send().await.unwrap();
        assert_eq!(heard.bytes().await.unwrap(), recording(2_000));
        assert_eq!(town.audited("request.attachment").await, 1);

        let answer = json!({ "act": "reply", "text": ANSWER, "done": true });
        ok::<Value>(town.act(&receipt.id, &answer).await).await;
        let seen = town.followed().await;
        assert!(seen.wants_verdict);
        let last = seen.history.last().unwrap();
        assert_eq!(last.text, ANSWER);
        let verdict = json!({ "solved": "yes", "satisfaction": 4, "about": last.number });
        let wrong = town.judge("v1", "730916", verdict.clone()).await;
        problem(wrong, 404, ErrorCode::NotFound).await;
        let closed: TerminalRequest = ok(town.judge("v2", PIN, verdict.clone()).await).await;
        assert_eq!(closed.state, RequestState::Closed);
        let again: TerminalRequest = ok(town.judge("v2", PIN, verdict).await).await;
        assert_eq!(again, closed);
        let sound = town
            .world()
            .blocking(|store| store.integrity_check().unwrap());
        assert_eq!(sound.await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn nobody_but_the_office_is_told_that_a_report_is_due() {
    for database in databases().await {
        let town = Town::on(database).await;
        let receipt: RequestReceipt = ok(town.reported("k", &town.report()).await).await;
        let others = [
            (Role::PlatformAdministrator, "QH"),
            (Role::PlatformAdministrator, "JJS"),
            (Role::Reader, "QH"),
            (Role::Reader, "JJS"),
            (Role::BranchSecretary, "ZJ"),
        ];
        for (role, code) in others {
            town.world().staff(role, code).await;
        }
        let told = async |role: Role, code: &str| -> Vec<StaffNotice> {
            // A new session: a day goes by.
            let login = format!("{role:?}-{code}").to_lowercase();
            let login = login.replace(&format!("-{}", code.to_lowercase()), &format!("-{code}"));
            let session: SignInResponse = ok(town.world().sign_in(&login, PASSWORD).await).await;
            let path = "/api/v1/notices?unseen=true";
            let request = town.world().get(path, &session.access_token);
            let page: Value = ok(request.send().await.unwrap()).await;
            serde_json::from_value(page["items"].clone()).unwrap()
        };
        for (hours, kind, says) in [
            (23, NoticeKind::ReportDueSoon, "一件举报投诉快到时限，请在 "),
            (
                2,
                NoticeKind::ReportOverdue,
                "一件举报投诉已经超过时限，请马上答复",
            ),
        ] {
            town.world().clock.advance_ms(hours * 60 * MINUTE);
            let mut notices = Vec::new();
            for _ in 0..600 {
                notices = told(Role::OfficePublisher, "JJS").await;
                if notices.first().is_some_and(|it| it.kind == kind) {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
            assert_eq!(notices.len(), 1, "{notices:?}");
            assert_eq!(
                (notices[0].kind, notices[0].subject.clone()),
                (kind, format!("report:{}", receipt.id))
            );
            assert!(notices[0].detail.starts_with(says), "{notices:?}");
            for (role, code) in others.into_iter().chain([(Role::OrganizationStaff, "QH")]) {
                assert_eq!(told(role, code).await, [], "{role:?} {code}");
            }
        }
    }
}

#[tokio::test]
async fn wrong_numbers_and_wrong_pins_are_answered_alike_and_counted() {
    let town = Town::new().await;
    ok::<Value>(town.reported("k", &town.report()).await).await;
    let mut said = BTreeSet::new();
    for (number, pin) in [
        (NUMBER, "111112"),
        ("0000000000", PIN),
        ("", ""),
        (NUMBER, ""),
    ] {
        let answer = town.follow(number, pin).await;
        assert_eq!(answer.status().as_u16(), 404);
        said.insert(answer.text().await.unwrap());
    }
    assert_eq!(said.len(), 1, "{said:?}");
    // Whoever makes numbers up to learn which there are is counted, too.
    for key in ["a", "b", "c", "d", "e"] {
        problem(
            town.reported(key, &town.report()).await,
            409,
            ErrorCode::Conflict,
        )
        .await;
    }
    problem(
        town.follow(NUMBER, "111112").await,
        404,
        ErrorCode::NotFound,
    )
    .await;
    // That was ten: now nothing is looked at, right or wrong.
    problem(town.follow(NUMBER, PIN).await, 429, ErrorCode::TooMany).await;
    let judged = town
        .judge("v", PIN, json!({ "solved": "yes", "about": 1 }))
        .await;
    problem(judged, 429, ErrorCode::TooMany).await;
    town.world().clock.advance_ms(16 * MINUTE);
    town.followed().await;
}

#[tokio::test]
async fn what_is_no_report_is_refused_in_words() {
    let town = Town::new().await;
    let refused = async |change: Value, field: &str| {
        let mut report = town.report();
        for (key, value) in change.as_object().unwrap() {
            report[key] = value.clone();
        }
        let answer = town.reported("k", &report).await;
        let refused = problem(answer, 422, ErrorCode::Invalid).await;
        assert_eq!(refused.fields[0].field, field, "{refused:?}");
    };
    refused(json!({ "number": "407081236" }), "number").await;
    refused(json!({ "number": "40708123６5" }), "number").await;
    refused(json!({ "pin": "73091" }), "pin").await;
    refused(json!({ "pin": "123456" }), "pin").await;
    refused(json!({ "category_id": town.farming.id }), "category_id").await;
    refused(
        json!({ "phone": { "of": "typed", "number": "12" } }),
        "phone",
    )
    .await;
    let neighbour = json!({ "of": "member", "member_id": town.hall.sun });
    refused(json!({ "phone": neighbour }), "phone").await;
    let empty = json!({ "phone": { "of": "none" }, "sentences": [], "voice": null });
    refused(empty, "sentences").await;
    refused(json!({ "voice": voice(b"ID3") }), "voice").await;
    // The ordinary way takes none, which would show it among what the household asked.
    let ordinary = json!({ "category_id": town.reports.id, "phone": { "of": "none" } });
    let ordinary = town
        .at_home("/api/v1/terminal/requests", "k", &ordinary)
        .await;
    problem(ordinary, 422, ErrorCode::Invalid).await;
}

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

/// Whether a secret is somewhere by itself: six digits are in many a hash.
fn contains(bytes: &[u8], secret: &str) -> bool {
    let secret = secret.as_bytes();
    let digits = secret.iter().all(u8::is_ascii_digit);
    let is_apart = |at: Option<usize>| {
        let beside = at.and_then(|at| bytes.get(at));
        !digits || beside.is_none_or(|it| !it.is_ascii_alphanumeric())
    };
    let mut windows = bytes.windows(secret.len()).enumerate();
    windows.any(|(at, window)| {
        window == secret && is_apart(at.checked_sub(1)) && is_apart(Some(at + secret.len()))
    })
}

/// Whether all PINs are there. They are looked for within other digits too.
fn has_pins(bytes: &[u8]) -> bool {
    let others = OTHERS.iter().map(|(_, pin)| *pin);
    let mut pins = others.chain([PIN]);
    pins.all(|pin| bytes.windows(pin.len()).any(|it| it == pin.as_bytes()))
}

/// Everything in a folder.
fn files(folder: &Path, into: &mut Vec<u8>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, into);
        } else {
            into.extend(std::fs::read(&path).unwrap());
        }
    }
}

/// Ids of the things there are, put into the paths of every endpoint.
fn filled(path: &str, id: &str) -> String {
    path.split('/')
        .map(|part| if part.starts_with('{') { id } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

/// Asks every endpoint that reads, with every id of a report, as everybody who is not addressed.
#[tokio::test]
async fn no_other_role_screen_search_export_log_or_backup_has_it() {
    let lines = Lines::default();
    let writer = lines.clone();
    // Everything that ours say. A driver that is told to log what it asks for would log what is guessed below.
    tracing_subscriber::fmt()
        .with_env_filter("info,backend_api=trace,store=trace,contract=trace")
        .with_writer(move || writer.clone())
        .init();
    let town = Town::new().await;
    let world = town.world();
    let receipt: RequestReceipt =
        ok(town.reported("key-of-the-report", &town.report()).await).await;
    ok::<Value>(town.act(&receipt.id, &json!({ "act": "accept" })).await).await;
    let answer = json!({ "act": "reply", "text": ANSWER, "done": true });
    ok::<Value>(town.act(&receipt.id, &answer).await).await;
    town.followed().await;
    town.others().await;
    let read: Request = ok(town.read(&town.clerk, &receipt.id).await).await;
    let attachment = read.history[0].attachments[0].id.clone();

    let mut tokens = vec![
        ("the home".to_owned(), town.hall.home.token.clone()),
        ("the station".to_owned(), town.hall.station.token.clone()),
        ("staff of the township".to_owned(), town.hall.staff.clone()),
    ];
    for place in ["QH", "ZJ", "JJS"] {
        for role in [
            Role::PlatformAdministrator,
            Role::OrganizationStaff,
            Role::OfficePublisher,
            Role::BranchSecretary,
            Role::Reader,
        ] {
            // These are addressed, or there already.
            let addressed =
                place == "JJS" && matches!(role, Role::OrganizationStaff | Role::OfficePublisher);
            let there = place == "QH" && role == Role::OrganizationStaff;
            if !addressed && !there {
                let token = world.staff(role, place).await;
                tokens.push((format!("{role:?} of {place}"), token));
            }
        }
    }
    let ids = [receipt.id.as_str(), &attachment, NUMBER, &town.reports.id];
    let mut asked = 0;
    for (who, token) in &tokens {
        for (method, path) in routes::registered() {
            let reads = method == Method::GET && path != "/api/v1/events";
            if !reads || path.contains("/events") {
                continue;
            }
            // Or whoever asks too much is told nothing but that.
            world
                .blocking(|store| {
                    let forget = |tx: &mut store::WriteTx<'_>| limits::purge(tx, i64::MAX);
                    store.write::<_, store::Error, _>(forget).unwrap()
                })
                .await;
            let ids = if path.contains('{') {
                &ids[..]
            } else {
                &ids[..1]
            };
            for id in ids {
                let query = "?text=三百块钱&from=2026-01-01&to=2026-12-31&month=2026-11";
                for query in ["", query] {
                    let path = format!("{}{query}", filled(&path, id));
                    let answer = world.get(&path, token).send().await.unwrap();
                    assert_ne!(answer.status().as_u16(), 429, "{who}: {path}");
                    let bytes = answer.bytes().await.unwrap();
                    for secret in SECRETS.iter().chain([&SAID]) {
                        assert!(!contains(&bytes, secret), "{who}: {path} has {secret}");
                    }
                    assert!(!has_pins(&bytes), "{who}: {path} has PINs");
                    asked += 1;
                }
            }
        }
        let read = town.read(token, &receipt.id).await;
        assert!(matches!(read.status().as_u16(), 401 | 403 | 404), "{who}");
        let bytes = format!("/api/v1/requests/{}/attachments/{attachment}", receipt.id);
        let read = world.get(&bytes, token).send().await.unwrap();
        assert!(matches!(read.status().as_u16(), 401 | 403 | 404), "{who}");
        let at_tv = format!(
            "/api/v1/terminal/requests/{}/attachments/{attachment}",
            receipt.id
        );
        let read = world.get(&at_tv, token).send().await.unwrap();
        assert!(matches!(read.status().as_u16(), 401 | 403 | 404), "{who}");
    }
    assert!(asked > 1_000, "{asked}");

    // No list of the office's own either but its work list, and no figure of others counts it.
    let list = world.get("/api/v1/terminal/requests", &town.hall.home.token);
    let list: TerminalRequests = ok(list.send().await.unwrap()).await;
    assert_eq!(list.requests, []);
    let works = async |token: &str| -> RequestPage {
        let groups = world.get("/api/v1/requests?group=waiting", token);
        ok(groups.send().await.unwrap()).await
    };
    assert_eq!(
        works(&town.hall.staff).await.counts,
        contract::request::RequestCounts::default()
    );
    assert_eq!(works(&town.clerk).await.items.len(), 1);

    // Everything that is kept: the rows, the files beside them and, where there are any, those of the database
    // and a backup of it.
    let kept = world.blocking(store::testing::rows).await;
    let mut everything: Vec<u8> = kept
        .iter()
        .flat_map(|row| row.values.join("\n").into_bytes())
        .collect();
    files(&world.config.data_dir, &mut everything);
    let folder = tempfile::tempdir().unwrap();
    let (to, folders, now_ms) = (
        folder.path().join("backup"),
        Folders::of(&world.config),
        world.now_ms(),
    );
    let url = world.config.database_url();
    if let Some(database) = url.strip_prefix("sqlite:") {
        for suffix in ["", "-wal"] {
            everything.extend(std::fs::read(format!("{database}{suffix}")).unwrap());
        }
        world
            .blocking(move |store| backup::backup(store, &folders, &to, now_ms).unwrap())
            .await;
        let before = everything.len();
        files(folder.path(), &mut everything);
        assert!(everything.len() > before + recording(2_000).len());
    }
    for secret in SECRETS.iter().chain([&SAID]) {
        assert!(!contains(&everything, secret), "kept: {secret}");
    }
    assert!(!has_pins(&everything), "kept: PINs");
    let log = lines.0.lock().unwrap().clone();
    for secret in SECRETS.iter().chain([&SAID]) {
        assert!(!contains(&log, secret), "logged: {secret}");
    }
    assert!(!has_pins(&log), "logged: PINs");
    leads_nowhere(&kept, &town.hall.home.id, &receipt.id);
}

/// From the rows of a report nobody comes to the television, nor back: also not by the idempotency key, the
/// journal or the audit log.
fn leads_nowhere(kept: &[TableRow], home: &str, report: &str) {
    let of = |row: &TableRow, what: &str| row.values.iter().any(|value| value.contains(what));
    let of_report = kept.iter().filter(|row| of(row, report));
    let tables: BTreeSet<&str> = of_report.clone().map(|row| row.table.as_str()).collect();
    for table in ["requests", "request_history", "report_keys", "attachments"] {
        assert!(tables.contains(table), "{table}: {tables:?}");
    }
    for row in of_report {
        assert!(!of(row, home), "{} leads to the television", row.table);
    }
    let named = kept.iter().filter(|row| of(row, "key-of-the-report"));
    assert_eq!(named.count(), 0, "the key as the television made it");
    // What the television did otherwise is known.
    assert!(kept.iter().any(|row| of(row, home)));
}
