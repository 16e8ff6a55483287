//! Names and titles that nobody can see, or that read backwards: everything that has a name, over REST and
//! by import, on both databases.

use std::path::Path;
use std::sync::Arc;

use backend_api::import::{ImportContext, Silent, import_folder};
use backend_api::services::kit::rights::Role;
use contract::error::ErrorCode;
use contract::terminal::TerminalKind;
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{World, databases, draft, ok, problem, township, tv};

/// Nothing of it can be seen.
const NOTHING: &str = "\u{200b}\u{3164}\u{2060}\u{feff}\u{2800}";
/// 张建国 as a message brought it along: with marks of direction, a soft hyphen and spaces around.
const COPIED: &str = "\u{feff}\u{3000}张\u{202e}建\u{ad}国\u{202c}\u{200b} ";
const CLEAN: &str = "张建国";
/// What no font can draw.
const UNKNOWN: &str = "张\u{e863}";

/// One thing that has a name: where it is made, with `NAME` in the body, the field that is complained of,
/// and where the name stands in the answer.
struct Named {
    what: &'static str,
    method: Method,
    path: String,
    body: Value,
    field: &'static str,
    answer: Option<&'static str>,
    version: Option<i64>,
}

fn put(value: &Value, name: &str) -> Value {
    match value {
        Value::String(text) => Value::String(text.replace("NAME", name)),
        Value::Array(all) => all.iter().map(|one| put(one, name)).collect(),
        Value::Object(all) => {
            let fields = all.iter().map(|(key, one)| (key.clone(), put(one, name)));
            Value::Object(fields.collect())
        }
        other => other.clone(),
    }
}

async fn everything(world: &World, staff: &str) -> Vec<Named> {
    let home = tv(world, "ZJ", TerminalKind::Station).await;
    let device = world.begin_enrolment().await;
    let mut bulletin = json!(draft("NAME", "ZJ"));
    bulletin["summary"] = json!("摘要");
    let heading = |text: &str| json!([{ "type": "heading", "text": text }]);
    let mut inside = json!(draft("标题", "ZJ"));
    inside["body"] = heading("NAME");
    let mut place = json!(township());
    let mut section = place.clone();
    let mut list = place.clone();
    let mut title = place.clone();
    place["name"] = json!("NAME");
    title["title"] = json!("NAME");
    section["sections"][0]["title"] = json!("NAME");
    list["sections"][0]["listings"][0]["title"] = json!("NAME");
    let meeting = json!({ "title": "NAME", "organization_code": "QH", "audience_code": "QH",
        "starts_at_ms": world.now_ms() + 3_600_000, "planned_ms": 3_600_000, "record": false });
    let household = world
        .post("/api/v1/households", staff)
        .json(&json!({ "organization_code": "ZJ", "name": "1 号" }));
    let household: Value = ok(household.send().await.unwrap()).await;
    let member = world
        .post("/api/v1/members", staff)
        .json(&json!({ "organization_code": "ZJ", "name": "王五" }));
    let member: Value = ok(member.send().await.unwrap()).await;
    let (member, version) = (member["id"].as_str().unwrap(), member["version"].as_i64());
    let post = |what, path: &str, body: Value, field, answer| Named {
        what,
        method: Method::POST,
        path: path.to_owned(),
        body,
        field,
        answer,
        version: None,
    };
    let configured = |what, body: Value, field, answer| Named {
        method: Method::PUT,
        ..post(what, "/api/v1/township", body, field, answer)
    };
    vec![
        post(
            "member",
            "/api/v1/members",
            json!({ "organization_code": "ZJ", "name": "NAME" }),
            "name",
            Some("/name"),
        ),
        Named {
            method: Method::PUT,
            version,
            ..post(
                "member again",
                &format!("/api/v1/members/{member}"),
                json!({ "organization_code": "ZJ", "name": "NAME" }),
                "name",
                Some("/name"),
            )
        },
        post(
            "why somebody is exempt",
            "/api/v1/members",
            json!({ "organization_code": "ZJ", "name": "甲", "exempt_reason": "NAME" }),
            "exempt_reason",
            Some("/exempt_reason"),
        ),
        post(
            "household",
            "/api/v1/households",
            json!({ "organization_code": "ZJ", "name": "NAME" }),
            "name",
            Some("/name"),
        ),
        Named {
            method: Method::PUT,
            ..post(
                "household again",
                &format!("/api/v1/households/{}", household["id"].as_str().unwrap()),
                json!({ "organization_code": "ZJ", "name": "NAME的家" }),
                "name",
                None,
            )
        },
        post(
            "organization",
            "/api/v1/organizations",
            json!({ "parent_code": "ZJ", "kind": "branch", "code": "B1", "name": "NAME" }),
            "name",
            Some("/name"),
        ),
        post(
            "bulletin",
            "/api/v1/bulletins",
            bulletin,
            "title",
            Some("/draft/title"),
        ),
        post(
            "heading",
            "/api/v1/bulletins",
            inside,
            "body[0].text",
            Some("/draft/body/0/text"),
        ),
        configured("place", place, "name", Some("/name")),
        configured("its title", title, "title", Some("/title")),
        configured(
            "section",
            section,
            "sections[0].title",
            Some("/sections/0/title"),
        ),
        configured(
            "list",
            list,
            "sections[0].listings[0].title",
            Some("/sections/0/listings/0/title"),
        ),
        post(
            "meeting",
            "/api/v1/meetings",
            meeting,
            "title",
            Some("/meeting/title"),
        ),
        post(
            "roll call",
            "/api/v1/roll-calls",
            json!({ "title": "NAME", "organization_code": "ZJ", "window_ms": 60_000 }),
            "title",
            Some("/title"),
        ),
        post(
            "duty room",
            "/api/v1/duty-rooms",
            json!({ "title": "NAME", "organization_code": "ZJ", "terminal_id": home.id }),
            "title",
            Some("/title"),
        ),
        post(
            "account",
            "/api/v1/staff/accounts",
            json!({ "login": "NAME", "password": "correct horse 1921", "role": "reader",
                "organization_code": "ZJ" }),
            "login",
            Some("/login"),
        ),
        post(
            "television",
            &format!("/api/v1/enrolments/{}/approve", device.user_code),
            json!({ "organization_code": "ZJ", "kind": "household", "name": "NAME" }),
            "name",
            None,
        ),
    ]
}

#[tokio::test]
async fn everything_that_has_a_name_has_one_that_can_be_read() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        for named in everything(&world, &staff).await {
            let send = async |name: &str| {
                let mut request = world.ask(named.method.clone(), &named.path, &staff);
                if let Some(version) = named.version {
                    request = request.header("if-match", format!("\"{version}\""));
                }
                let body = put(&named.body, name);
                request.json(&body).send().await.unwrap()
            };
            // A reason may be left out, and a heading or reason has no rare characters to complain of.
            let optional = named.field == "exempt_reason";
            let household = named.what == "household again";
            if !optional && !household {
                let answer = send(NOTHING).await;
                let fields = problem(answer, 422, ErrorCode::Invalid).await.fields;
                assert_eq!(fields[0].field, named.field, "{}", named.what);
                assert!(!fields[0].message.is_empty());
            }
            if !named.field.starts_with("body") {
                let answer = send(UNKNOWN).await;
                let fields = problem(answer, 422, ErrorCode::Invalid).await.fields;
                assert_eq!(fields[0].field, named.field, "{}", named.what);
            }
            let answer = send(COPIED).await;
            let status = answer.status();
            let text = answer.text().await.unwrap();
            assert!(status.is_success(), "{}: {status} {text}", named.what);
            if let Some(at) = named.answer {
                let answer: Value = serde_json::from_str(&text).unwrap();
                let found = answer.pointer(at).unwrap_or(&Value::Null);
                assert_eq!(found, CLEAN, "{}: {answer}", named.what);
            }
        }
        // However it is typed: the account that was made.
        let login = world.sign_in("张\u{200b}建国 ", "correct horse 1921").await;
        assert_eq!(login.status(), 200);
        let terminals = world.get("/api/v1/terminals", &staff).send().await.unwrap();
        assert!(!terminals.text().await.unwrap().contains('\u{202e}'));
        // A code that shows nothing is none, although its characters pass for letters.
        let hidden =
            json!({ "parent_code": "ZJ", "kind": "branch", "code": "\u{3164}", "name": "支部" });
        let answer = world.post("/api/v1/organizations", &staff).json(&hidden);
        problem(answer.send().await.unwrap(), 422, ErrorCode::Invalid).await;
    }
}

#[tokio::test]
async fn lists_of_people_are_read_the_same_way() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        let import = async |path: &str, rows: String| -> Value {
            let sent = world.ask(Method::POST, path, &staff).body(rows);
            ok(sent.send().await.unwrap()).await
        };
        let members = "/api/v1/members/import";
        let head = "组织代码,姓名,电话,户名\n";
        let first =
            format!("{head}ZJ,{COPIED},13800000001,12\u{3000}号\nZJ,{NOTHING},,\nZJ,{UNKNOWN},,\n");
        let report = import(members, first).await;
        assert_eq!(report["added"], 1, "{report}");
        let complaints = report["complaints"].as_array().unwrap();
        let lines: Vec<_> = complaints.iter().map(|it| it["line"].as_u64()).collect();
        assert_eq!(lines, [Some(3), Some(4)]);
        // Written otherwise, it is the same person, in the same household.
        let again = format!("{head}ZJ,张　建 国,13800000001,12 号\n");
        let report = import(members, again).await;
        assert_eq!(
            (&report["added"], &report["changed"]),
            (&json!(0), &json!(0)),
            "{report}"
        );
        let page: Value = ok(world.get("/api/v1/members", &staff).send().await.unwrap()).await;
        assert_eq!(page["items"].as_array().unwrap().len(), 1);
        assert_eq!(page["items"][0]["name"], CLEAN);
        let page: Value = ok(world
            .get("/api/v1/households", &staff)
            .send()
            .await
            .unwrap())
        .await;
        assert_eq!(page["items"].as_array().unwrap().len(), 1);
        assert_eq!(page["items"][0]["name"], "12 号");
        let households = format!("组织代码,户名\nZJ,{NOTHING}\nZJ,\u{200e}12 号\n");
        let report = import("/api/v1/households/import", households).await;
        assert_eq!(
            (
                &report["unchanged"],
                report["complaints"].as_array().unwrap().len()
            ),
            (&json!(1), 1)
        );
    }
}

/// Writes a content folder in which every name is `name`.
fn folder(at: &Path, name: &str, code: &str) {
    let write = |file: &str, text: String| {
        let file = at.join(file);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    };
    write(
        "township.toml",
        format!(
            "name = \"{name}\"\n[[section]]\ndigit = 1\nid = \"a\"\ntitle = \"{name}\"\ncolor = \"#722836\"\n\
             [[section.list]]\nid = \"notices\"\ntitle = \"{name}\"\nkind = \"bulletins\"\n"
        ),
    );
    write(
        "organizations.csv",
        format!("code,parent,kind,name\nQH,,镇,清河镇\n{code},QH,村,{name}\n"),
    );
    write(
        "bulletins/a.md",
        format!(
            "+++\ntitle = {name}\nlist = notices\norganization = QH\npublished = 2026-03-01\n+++\n正文\n"
        ),
    );
    write(
        "meetings.csv",
        format!("时间,标题,主办\n2027-03-01 08:30,{name},QH\n"),
    );
    write(
        "duty-rooms.csv",
        format!("名称,单位,摄像头\n{name},QH,rtsp://192.168.2.1/live\n"),
    );
}

#[tokio::test]
async fn a_folder_with_names_that_cannot_be_read_is_complained_of() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        let run = async |name: &str, code: &str| {
            let at = tempfile::tempdir().unwrap();
            folder(at.path(), name, code);
            let context = ImportContext {
                cameras: Arc::default(),
                store: world.server.store().clone(),
                files: world.server.files().clone(),
                vault: Arc::clone(world.server.vault()),
                cache_dir: at.path().join("cache"),
                clock: Arc::new(world.clock.clone()),
                cancel: Arc::default(),
                runtime: tokio::runtime::Handle::current(),
            };
            import_folder(&context, at.path(), false, Box::new(Silent))
                .await
                .unwrap()
        };
        let report = run("\u{200b}\u{3164}", "V1").await;
        let mut files: Vec<_> = report
            .complaints
            .iter()
            .map(|complaint| (complaint.file.as_str(), complaint.line))
            .collect();
        files.sort_unstable();
        files.dedup();
        assert_eq!(
            files,
            [
                ("bulletins/a.md", Some(2)),
                ("duty-rooms.csv", Some(2)),
                ("meetings.csv", Some(2)),
                ("organizations.csv", Some(3)),
                ("township.toml", Some(1)),
                ("township.toml", Some(5)),
                ("township.toml", Some(9)),
            ]
        );
        let report = run("\u{feff}清\u{202e}河\u{200b}镇", "V2").await;
        assert!(report.complaints.is_empty(), "{:?}", report.complaints);
        for path in [
            "/api/v1/bulletins",
            "/api/v1/meetings",
            "/api/v1/duty-rooms",
            "/api/v1/organizations",
            "/api/v1/township",
        ] {
            let text = world.get(path, &staff).send().await.unwrap();
            let text = text.text().await.unwrap();
            assert!(text.contains("清河镇"), "{path}: {text}");
            assert!(
                !text.contains(['\u{202e}', '\u{200b}', '\u{feff}']),
                "{path}"
            );
        }
    }
}
