//! What staff write and what a folder brings is checked by the same service: the same mistake is refused
//! for the same reason, whichever way it comes.

use std::path::Path;
use std::sync::Arc;

use backend_api::import::{ImportContext, ImportReport, Silent, import_folder};
use backend_api::services::kit::rights::Role;
use contract::error::ErrorCode;
use contract::file::Picture;
use contract::township::Township;
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{World, ok, problem, township};

/// The same mistake twice.
struct Mistake {
    what: &'static str,
    method: Method,
    path: &'static str,
    body: Value,
    /// The field that REST names.
    field: &'static str,
    file: &'static str,
    text: String,
}

fn long(characters: usize) -> String {
    "长".repeat(characters)
}

fn folder(at: &Path, file: &str, text: &str) {
    let write = |file: &str, text: &str| {
        let file = at.join(file);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    };
    write(
        "township.toml",
        "name = \"清河镇\"\n[[section]]\ndigit = 1\nid = \"disclosure\"\ntitle = \"党务公开\"\ncolor = \"#722836\"\n\
         [[section.list]]\nid = \"notices\"\ntitle = \"公告\"\nkind = \"bulletins\"\n\
         [[section.list]]\nid = \"films\"\ntitle = \"影片\"\nkind = \"programmes\"\n",
    );
    write(
        "organizations.csv",
        "code,parent,kind,name\nQH,,镇,清河镇\nZJ,QH,村,张家村\n",
    );
    let mut picture = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(8, 8)
        .write_to(&mut picture, image::ImageFormat::Jpeg)
        .unwrap();
    std::fs::write(at.join("图.jpg"), picture.into_inner()).unwrap();
    if !file.is_empty() {
        write(file, text);
    }
}

async fn import(world: &World, file: &str, text: &str, dry_run: bool) -> ImportReport {
    let at = tempfile::tempdir().unwrap();
    folder(at.path(), file, text);
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
    import_folder(&context, at.path(), dry_run, Box::new(Silent))
        .await
        .unwrap()
}

/// An organization below the village.
fn organization(what: &'static str, kind: [&str; 2], code: &str, name: &str) -> Mistake {
    let field = match what {
        "code" => "code",
        "kind" => "kind",
        _ => "name",
    };
    Mistake {
        what,
        method: Method::POST,
        path: "/api/v1/organizations",
        body: json!({ "parent_code": "ZJ", "kind": kind[0], "code": code, "name": name }),
        field,
        file: "organizations.csv",
        text: format!(
            "code,parent,kind,name\nQH,,镇,清河镇\nZJ,QH,村,张家村\n{code},ZJ,{},{name}\n",
            kind[1]
        ),
    }
}

fn sections(what: &'static str, field: &'static str, change: fn(&mut Township)) -> Mistake {
    let mut township = township();
    change(&mut township);
    let section = &township.sections[0];
    let mut text = format!(
        "name = \"{}\"\ntitle = \"{}\"\n[[section]]\ndigit = {}\nid = \"{}\"\ntitle = \"{}\"\ncolor = \"{}\"\n",
        township.name, township.title, section.digit, section.id, section.title, section.color
    );
    for list in &section.listings {
        let kind = list.kind.name();
        let lines = [
            "[[section.list]]".to_owned(),
            format!("id = \"{}\"", list.id),
            format!("title = \"{}\"", list.title),
            format!("kind = \"{kind}\"\n"),
        ];
        text.push_str(&lines.join("\n"));
    }
    Mistake {
        what,
        method: Method::PUT,
        path: "/api/v1/township",
        body: json!(township),
        field,
        file: "township.toml",
        text,
    }
}

/// A bulletin: its lines above the second fence besides the usual ones, its text as staff send it and as a
/// folder has it.
fn bulletin(
    what: &'static str,
    field: &'static str,
    changes: Value,
    title: &str,
    lines: &str,
    text: &str,
) -> Mistake {
    let mut body = json!({ "list": "notices", "organization_code": "ZJ", "audience_code": "ZJ",
        "title": title, "body": [{ "type": "paragraph", "text": "正文" }] });
    let Value::Object(changes) = changes else {
        panic!("not fields: {changes}")
    };
    for (key, value) in changes {
        body[key] = value;
    }
    Mistake {
        what,
        method: Method::POST,
        path: "/api/v1/bulletins",
        body,
        field,
        file: "bulletins/a.md",
        text: format!(
            "+++\ntitle = {title}\nlist = notices\norganization = ZJ\npublished = 2026-11-01\n{lines}+++\n{text}\n"
        ),
    }
}

fn bulletins(now_ms: i64) -> Vec<Mistake> {
    let paragraph = |text: &str| json!({ "type": "paragraph", "text": text });
    let many: Vec<Value> = (0..601).map(|_| paragraph("段")).collect();
    let columns = vec!["列"; 31];
    let table = json!({ "type": "table", "header": columns, "rows": [columns] });
    let bars = format!("|{}", "列|".repeat(31));
    let rule = format!("|{}", "---|".repeat(31));
    let captioned = json!({ "type": "picture", "width": 8, "height": 8, "caption": long(201),
        "screen": json!(Picture::default().screen), "thumb": json!(Picture::default().thumb) });
    vec![
        bulletin("title", "title", json!({}), &long(61), "", "正文"),
        bulletin(
            "summary",
            "summary",
            json!({ "summary": long(301) }),
            "标题",
            &format!("summary = {}\n", long(301)),
            "正文",
        ),
        bulletin(
            "expiry",
            "expires_at_ms",
            json!({ "expires_at_ms": now_ms - 1 }),
            "标题",
            "expires = 2026-10-31\n",
            "正文",
        ),
        bulletin("no text", "body", json!({ "body": [] }), "标题", "", ""),
        bulletin(
            "long paragraph",
            "body[1].text",
            json!({ "body": [paragraph("短"), paragraph(&long(5_001))] }),
            "标题",
            "",
            &format!("短\n\n{}", long(5_001)),
        ),
        bulletin(
            "many paragraphs",
            "body",
            json!({ "body": many }),
            "标题",
            "",
            &"段\n\n".repeat(601),
        ),
        bulletin(
            "wide table",
            "body[0].header",
            json!({ "body": [table] }),
            "标题",
            "",
            &format!("{bars}\n{rule}\n{bars}\n"),
        ),
        bulletin(
            "long caption",
            "body[0].caption",
            json!({ "body": [captioned] }),
            "标题",
            "",
            &format!("![{}](/图.jpg)", long(201)),
        ),
    ]
}

/// A meeting: minutes, and when it begins as staff send it and as a folder has it.
fn meeting(
    what: &'static str,
    field: &'static str,
    title: &str,
    agenda: &str,
    minutes: i64,
    starts: (i64, &str),
) -> Mistake {
    Mistake {
        what,
        method: Method::POST,
        path: "/api/v1/meetings",
        body: json!({ "title": title, "agenda": agenda, "organization_code": "ZJ", "audience_code": "ZJ",
            "starts_at_ms": starts.0, "planned_ms": minutes * 60_000, "record": false }),
        field,
        file: "meetings.csv",
        text: format!(
            "时间,标题,主办,时长,议程\n{},{title},ZJ,{minutes},{agenda}\n",
            starts.1
        ),
    }
}

fn duty_room(
    what: &'static str,
    field: &'static str,
    title: &str,
    body: &Value,
    eye: &str,
) -> Mistake {
    let mut body = body.clone();
    body["title"] = json!(title);
    body["organization_code"] = json!("ZJ");
    Mistake {
        what,
        method: Method::POST,
        path: "/api/v1/duty-rooms",
        body,
        field,
        file: "duty-rooms.csv",
        text: format!("名称,单位,电视,摄像头\n{title},ZJ,{eye}\n"),
    }
}

fn household(what: &'static str, name: &str) -> Mistake {
    Mistake {
        what,
        method: Method::POST,
        path: "/api/v1/households",
        body: json!({ "organization_code": "ZJ", "name": name }),
        field: "name",
        file: "households.csv",
        text: format!("组织代码,户名\nZJ,{name}\n"),
    }
}

fn member(field: &'static str, column: &str, value: &str) -> Mistake {
    let mut body = json!({ "organization_code": "ZJ", "name": "王五" });
    body[field] = json!(value);
    let name = body["name"].as_str().unwrap().to_owned();
    Mistake {
        what: field,
        method: Method::POST,
        path: "/api/v1/members",
        body,
        field,
        file: "members.csv",
        text: if field == "name" {
            format!("组织代码,姓名\nZJ,{name}\n")
        } else {
            format!("组织代码,姓名,{column}\nZJ,{name},{value}\n")
        },
    }
}

fn everything(now_ms: i64) -> Vec<Mistake> {
    let soon = (now_ms + 86_400_000, "2026-11-23 10:00");
    let late = (now_ms + 400 * 86_400_000, "2027-12-27 10:00");
    let camera = |url: &str| json!({ "camera_url": url });
    let (branch, village) = (["branch", "支部"], ["village", "村"]);
    let mut all = bulletins(now_ms);
    all.extend([
        organization("name", branch, "B1", &long(61)),
        organization("unreadable name", branch, "B1", "\u{200b}\u{3164}"),
        organization("code", branch, "B 1", "支部"),
        organization("kind", village, "B1", "村中村"),
        sections("place", "name", |it| it.name = long(21)),
        sections("its title", "title", |it| it.title = long(21)),
        sections("digit", "sections[0].digit", |it| it.sections[0].digit = 7),
        sections("id", "sections[0].id", |it| {
            it.sections[0].id = "A b".to_owned();
        }),
        // Dark enough for large letters, and too light for the text on it.
        sections("color", "sections[0].color", |it| {
            it.sections[0].color = "#a03030".to_owned();
        }),
        sections("section", "sections[0].title", |it| {
            it.sections[0].title = long(21);
        }),
        sections("list", "sections[0].listings[0].title", |it| {
            it.sections[0].listings[0].title = long(21);
        }),
        sections("same id", "sections[0].listings[1].id", |it| {
            it.sections[0].listings[1].id = "notices".to_owned();
        }),
        meeting("title of a meeting", "title", &long(61), "", 60, soon),
        meeting("agenda", "agenda", "会", &long(2_001), 60, soon),
        meeting("short", "planned_ms", "会", "", 4, soon),
        meeting("too far away", "starts_at_ms", "会", "", 60, late),
        duty_room(
            "title of a room",
            "title",
            &long(31),
            &camera("rtsp://192.168.2.1/a"),
            ",rtsp://192.168.2.1/a",
        ),
        duty_room(
            "camera",
            "camera_url",
            "室",
            &camera("http://192.0.2.1/a"),
            ",http://192.0.2.1/a",
        ),
        duty_room("no picture", "terminal_id", "室", &json!({}), ","),
        household("household", &long(41)),
        household("number in a household's name", "张三 13800000001"),
        member("name", "姓名", "王五 13800000001"),
        member("id_number", "身份证号", "11010519491231002A"),
        member("phone", "电话", "123"),
        member("card", "卡号", "12"),
        member("joined_on", "入党日期", "2099-07-01"),
        member("exempt_reason", "免点名原因", "电话 13800000001"),
    ]);
    all
}

#[tokio::test]
async fn the_same_mistake_is_refused_for_the_same_reason() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let settled = import(&world, "", "", false).await;
    assert_eq!(settled.complaints, [], "{settled}");
    for mistake in everything(world.now_ms()) {
        let Mistake { what, file, .. } = mistake;
        let sent = world
            .ask(mistake.method, mistake.path, &staff)
            .json(&mistake.body);
        let refused = problem(sent.send().await.unwrap(), 422, ErrorCode::Invalid).await;
        let reason = refused.fields.iter().find(|it| it.field == mistake.field);
        let reason = reason.unwrap_or_else(|| panic!("{what}: {:?}", refused.fields));
        for dry_run in [true, false] {
            let report = import(&world, file, &mistake.text, dry_run).await;
            let about: Vec<_> = report
                .complaints
                .iter()
                .filter(|it| it.file == file)
                .collect();
            assert!(
                about.iter().any(|it| it.message.ends_with(&reason.message)),
                "{what}, dry run {dry_run}: {} and {report}",
                reason.message
            );
            assert_eq!(report.created, Vec::<String>::new(), "{what}");
        }
    }
}

#[tokio::test]
async fn sections_are_replaced_again_and_again() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    for title in ["一", "二", "三"] {
        let mut wanted = township();
        wanted.sections[0].title = title.to_owned();
        let sent = world
            .ask(Method::PUT, "/api/v1/township", &staff)
            .json(&wanted);
        let _: Township = ok(sent.send().await.unwrap()).await;
        let now: Township = ok(world.get("/api/v1/township", &staff).send().await.unwrap()).await;
        assert_eq!(now.sections[0].title, title);
    }
}
