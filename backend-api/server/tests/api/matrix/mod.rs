//! Every endpoint × every role, a terminal and nobody × the own organization, its parent, a
//! sibling and a child. What is expected is read from the table in
//! `docs/decisions/0009-people.md`; an endpoint that is registered and not in [`table`]
//! fails the test, and so does one that answers anything that was not expected.

mod stage;
mod table;

use std::collections::{BTreeMap, BTreeSet};

use backend_api::routes;
use contract::account::Role;
use reqwest::Method;
use serde_json::Value;

use stage::{Place, Stage};
use table::{Reach, Row, Who};

const ROLES: [Role; 5] = [
    Role::PlatformAdministrator,
    Role::OrganizationStaff,
    Role::OfficePublisher,
    Role::BranchSecretary,
    Role::Reader,
];

/// The rights of the decision: row → role → whether it may.
fn decided() -> BTreeMap<&'static str, [bool; 5]> {
    let text = include_str!("../../../../../docs/decisions/0009-people.md");
    let rows = text
        .lines()
        .filter(|line| line.starts_with("| ") && line.matches('|').count() == 7)
        .map(|line| line.split('|').map(str::trim).collect::<Vec<_>>())
        .skip(1);
    rows.map(|cells| {
        let may = [2, 3, 4, 5, 6].map(|column| cells[column] == "✓");
        (cells[1], may)
    })
    .collect()
}

#[test]
fn the_table_has_every_registered_endpoint_and_no_other() {
    let registered: BTreeSet<String> = routes::registered()
        .iter()
        .map(|(method, path)| format!("{method} {path}"))
        .collect();
    let listed: Vec<String> = table::rows()
        .iter()
        .map(|row| format!("{} {}", row.method, row.path))
        .collect();
    let listed_once: BTreeSet<String> = listed.iter().cloned().collect();
    assert_eq!(listed.len(), listed_once.len(), "an endpoint stands twice");
    assert_eq!(registered, listed_once);
    let decided = decided();
    for row in table::rows() {
        if let Who::Staff(right) = row.who {
            assert!(
                decided.contains_key(right),
                "{right} is not in the decision"
            );
        }
    }
    // No row of the decision is without an endpoint.
    for right in decided.keys() {
        // It makes no difference to what may be asked, but to what is shown: `requests`.
        if *right == "confidential reports to the own office" {
            continue;
        }
        let used = table::rows()
            .iter()
            .any(|row| matches!(row.who, Who::Staff(known) if known == *right));
        assert!(used, "no endpoint for “{right}”");
    }
}

/// The right that it takes to see what a path names.
fn seeing(path: &str) -> &'static str {
    let members = ["/api/v1/members", "/api/v1/households", "/api/v1/notices"];
    if members.iter().any(|it| path.starts_with(it)) {
        "read members (masked), households"
    } else if path.starts_with("/api/v1/staff/") {
        "accounts and sessions of others"
    } else {
        "read bulletins, terminals, results"
    }
}

/// How somebody is refused who may not do this, or not there.
fn refused(row: &Row, place: Place, may: bool, sees: bool) -> &'static [u16] {
    // What waits for admission belongs to nobody yet; where it is to go stands in the request.
    let named = row.path.contains('{') && !row.path.contains("/enrolments/");
    let has_right = if named { sees } else { may };
    if row.reach == Reach::Root || !has_right {
        // A session may be one's own that has ended.
        let of_session = row.path.ends_with("/sessions/{id}");
        // What names a member is not there for whoever sees none: other notices are.
        let of_notice = row.path.contains("/notices/{id}");
        let hidden = of_session || of_notice;
        return if hidden { &[404] } else { &[403] };
    }
    if !named {
        // A code of others is no code.
        return &[422];
    }
    // One from above is seen once it was announced; a draft is not.
    let of_draft = row.path.ends_with("/announce")
        || row.method == Method::PUT && row.path.ends_with("/evaluations/{id}");
    let called = [
        "/meetings/",
        "/roll-calls/",
        "/categories/",
        "/evaluations/",
    ];
    let called = called.iter().any(|it| row.path.contains(it)) && !of_draft;
    let (above, within) = (
        called && place == Place::Parent,
        matches!(place, Place::Own | Place::Child),
    );
    // A roll call from above is seen, but not whom it calls elsewhere.
    let of_members = ["/members", "/corrections"]
        .iter()
        .any(|it| row.path.ends_with(it));
    match (above, within) {
        (true, _) if may && of_members => &[404],
        (true, _) | (_, true) => &[403],
        _ => &[404],
    }
}

/// What one may not see is not told from what is not there: every endpoint that names something by its
/// id answers the same to somebody else's id and to nobody's.
#[tokio::test]
async fn what_others_have_is_not_told_from_what_is_not_there() {
    let stage = Stage::set().await;
    let mut asked = BTreeSet::new();
    for row in table::rows() {
        let by_terminal = row.who == Who::Terminal;
        let of_somebody = row.reach != Reach::Nowhere || by_terminal;
        // A terminal's own viewing gets its id from the terminal.
        // A year is nobody's.
        let elsewhere = ["/viewings/", "{year}"];
        let elsewhere = elsewhere.iter().any(|it| row.path.contains(it));
        if !row.path.contains('{') || !of_somebody || elsewhere {
            continue;
        }
        let roles: &[Option<Role>] = if by_terminal {
            &[None]
        } else {
            &[
                Some(Role::OrganizationStaff),
                Some(Role::BranchSecretary),
                Some(Role::OfficePublisher),
                Some(Role::Reader),
            ]
        };
        for role in roles {
            let token = match role {
                Some(role) => stage.token(*role).await,
                None => stage.terminal_token(),
            };
            let [theirs, nobodys] = stage.ask_both(&row, Place::Sibling, &token).await;
            assert_eq!(theirs, nobodys, "{} {} as {role:?}", row.method, row.path);
            // Whoever leaves is told that they have left.
            let names = [
                "/join",
                "/place",
                "/hand",
                "/picture",
                "/progress/{programme_id}",
            ];
            let named =
                row.method != Method::DELETE && names.iter().any(|it| row.path.ends_with(it));
            match role {
                Some(Role::OrganizationStaff) if row.path.contains("/enrolments/") => {
                    assert_eq!(theirs.0, 422, "{} {}", row.method, row.path);
                }
                Some(Role::OrganizationStaff) => {
                    assert_eq!(theirs.0, 404, "{} {}", row.method, row.path);
                }
                None if named => assert_eq!(theirs.0, 404, "{} {}", row.method, row.path),
                _ => {}
            }
        }
        asked.insert(format!("{} {}", row.method, row.path));
    }
    // Everything that is registered with such a parameter, but what has no owner or a token of its own.
    let named: Vec<String> = routes::registered()
        .into_iter()
        .filter(|(_, path)| path.contains('{'))
        .map(|(method, path)| format!("{method} {path}"))
        .filter(|it| !asked.contains(it))
        .collect();
    let elsewhere = [
        "/files/",
        "/live/",
        "/decline",
        "/viewings/{id}",
        "{year}",
        // Of the account that sends it, whatever its place.
        "/uploads/{id}",
        // Of the account that made it.
        "/submission-links/{id}",
        // Everybody's.
        "/ballots.csv",
    ];
    for endpoint in &named {
        let known = elsewhere.iter().any(|it| endpoint.contains(it));
        assert!(known, "{endpoint} was not asked");
    }
    assert!(asked.len() > 50, "{}", asked.len());
}

/// Splits the endpoints, so that they are asked on both cores.
async fn ask_every(part: usize, parts: usize) {
    let stage = Stage::set().await;
    let decided = decided();
    let mut wrong = Vec::new();
    let mut asked = 0;
    let mine = |index: usize| index % parts == part;
    for (_, row) in table::rows()
        .iter()
        .enumerate()
        .filter(|(index, _)| mine(*index))
    {
        let places: &[Place] = match row.reach {
            Reach::Nowhere => &[Place::Own],
            _ => &Place::ALL,
        };
        for &place in places {
            for (index, role) in ROLES.iter().enumerate() {
                let may = match row.who {
                    Who::Open => true,
                    Who::Terminal | Who::Link => false,
                    Who::Anybody | Who::AnyStaff => true,
                    Who::Staff(right) => decided[right][index],
                };
                let within = match row.reach {
                    Reach::Nowhere => true,
                    Reach::Subtree => matches!(place, Place::Own | Place::Child),
                    Reach::Called => place != Place::Sibling,
                    Reach::Root => false,
                };
                let token = stage.token(*role).await;
                let status = stage.ask(row, place, &token).await;
                asked += 1;
                let good = if may && within {
                    row.done.contains(&status)
                } else if matches!(row.who, Who::Terminal | Who::Link) {
                    status == 401
                } else {
                    let sees = decided[seeing(row.path)][index];
                    refused(row, place, may, sees).contains(&status)
                };
                if !good {
                    wrong.push(format!(
                        "{} {} as {role:?} of {place:?}: {status}",
                        row.method, row.path
                    ));
                }
            }
        }
        let good = match row.who {
            Who::Open => row.done.contains(&stage.ask(row, Place::Own, "").await),
            _ => stage.ask(row, Place::Own, "").await == 401,
        };
        if !good {
            wrong.push(format!("{} {} as nobody", row.method, row.path));
        }
        let tv = stage.terminal_token();
        let status = stage.ask(row, Place::Own, &tv).await;
        let good = match row.who {
            Who::Open | Who::Terminal | Who::Anybody => row.done.contains(&status),
            Who::AnyStaff | Who::Staff(_) | Who::Link => status == 401,
        };
        if !good {
            wrong.push(format!(
                "{} {} as a terminal: {status}",
                row.method, row.path
            ));
        }
        asked += 2;
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(asked > 300, "{asked}");
}

#[tokio::test]
async fn every_endpoint_keeps_to_the_decision_first_half() {
    ask_every(0, 2).await;
}

#[tokio::test]
async fn every_endpoint_keeps_to_the_decision_second_half() {
    ask_every(1, 2).await;
}

/// The fields of a schema that hold a reason, by what they are called.
fn reasons(document: &Value, operation: &Value) -> Vec<String> {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let name = schema["$ref"].as_str().unwrap_or_default();
    let name = name.rsplit('/').next().unwrap_or_default();
    let fields = &document["components"]["schemas"][name]["properties"];
    let fields = fields.as_object().into_iter().flatten();
    fields
        .map(|(field, _)| field.clone())
        .filter(|field| field.contains("reason"))
        .collect()
}

/// Every reason that can be given anywhere, found in the document, keeps the one rule.
#[tokio::test]
async fn no_reason_anywhere_holds_a_personal_number() {
    let stage = Stage::set().await;
    let document: Value = serde_json::from_str(&routes::document()).unwrap();
    let mut asked = BTreeSet::new();
    for row in table::rows() {
        let operation = &document["paths"][row.path][row.method.as_str().to_lowercase()];
        for field in reasons(&document, operation) {
            for why in [
                "",
                "病",
                "\u{200b}\u{3164}\u{2060}",
                "证号 11010519491231002X",
                "电话 138 0000 0001",
                "电话 138\u{200b}0000\u{200b}0001",
                "１３８００００００００",
            ] {
                // A member need not be exempt at all.
                if field == "exempt_reason" && !why.contains(|c: char| c.is_numeric()) {
                    continue;
                }
                let token = stage.token(Role::OrganizationStaff).await;
                let sent = stage.ask_changed(&row, Place::Own, &token, |body| {
                    body[&field] = why.into();
                });
                let (status, problem) = sent.await.unwrap();
                assert_eq!(
                    status, 422,
                    "{} {}: {why:?}: {problem}",
                    row.method, row.path
                );
                assert_eq!(problem["fields"][0]["field"], field, "{}", row.path);
            }
            asked.insert(format!("{} {field}", row.path));
        }
    }
    assert!(asked.len() >= 10, "{asked:?}");
    assert!(asked.contains("/api/v1/roll-calls/{id}/cancel reason"));
    assert!(asked.contains("/api/v1/meetings/{id}/cancel reason"));
    assert!(asked.contains("/api/v1/roll-calls/{id}/corrections reason"));
    assert!(asked.contains("/api/v1/roll-calls/{id}/members reason"));
}

/// Puts a mark into everything of a request that may name somebody.
fn mark(body: &mut Value, mark: &str) {
    const NAMING: [&str; 11] = [
        "title",
        "name",
        "reason",
        "exempt_reason",
        "agenda",
        "summary",
        "text",
        "caption",
        "about",
        "detail",
        "description",
    ];
    match body {
        Value::Object(fields) => {
            for (key, value) in fields {
                if NAMING.contains(&key.as_str()) && value.is_string() {
                    *value = mark.into();
                } else {
                    self::mark(value, mark);
                }
            }
        }
        Value::Array(all) => all.iter_mut().for_each(|one| self::mark(one, mark)),
        _ => {}
    }
}

/// Every write with a name in it: the log, which no purge can rewrite, holds it nowhere but in what it
/// says about that member, which a purge finds.
#[tokio::test]
async fn the_log_holds_no_titles_names_or_reasons() {
    const MARK: &str = "欧阳无名氏";
    let stage = Stage::set().await;
    let mut done = 0;
    for row in table::rows() {
        // The media of these meetings were never begun.
        let writes = row.method != Method::GET && matches!(row.who, Who::Staff(_));
        if !writes || row.reach == Reach::Root {
            continue;
        }
        let token = stage.token(Role::OrganizationStaff).await;
        let mut marked = false;
        let sent = stage.ask_changed(&row, Place::Own, &token, |body| {
            let before = body.clone();
            mark(body, MARK);
            // Another name for each.
            if row.path.ends_with("households") {
                body["name"] = format!("{MARK}的家").into();
            }
            marked = *body != before;
        });
        let Some((status, answer)) = sent.await else {
            continue;
        };
        if marked {
            assert!(
                row.done.contains(&status),
                "{} {}: {status} {answer}",
                row.method,
                row.path
            );
            done += 1;
        }
    }
    assert!(done >= 18, "{done} writes");
    let entries = stage
        .world
        .blocking(|store| {
            let filter = store::audit::Filter::default();
            store
                .read(|tx| store::audit::list(tx, &filter, None, 10_000))
                .unwrap()
        })
        .await;
    assert!(entries.len() > done);
    let mut about_members = 0;
    for entry in entries {
        let text = serde_json::to_string(&entry).unwrap();
        if text.contains(MARK) {
            assert!(entry.subject.starts_with("member:"), "{text}");
            about_members += 1;
        }
    }
    assert!(about_members >= 5, "reasons are in the log about members");
}

/// What rows of a list, a search or a report show of others.
#[tokio::test]
async fn lists_hold_the_own_subtree_and_nothing_else() {
    let stage = Stage::set().await;
    let token = stage.token(Role::OrganizationStaff).await;
    stage.fill().await;
    for path in [
        "/api/v1/members",
        "/api/v1/households",
        "/api/v1/notices",
        "/api/v1/audit?limit=200",
        "/api/v1/staff/accounts",
        "/api/v1/staff/sessions?everybody=true",
        "/api/v1/terminals",
        "/api/v1/organizations",
        "/api/v1/branches",
        "/api/v1/bulletins",
        "/api/v1/programmes",
        "/api/v1/duty-rooms",
        "/api/v1/requests?group=waiting",
        "/api/v1/members/duplicates",
        "/api/v1/reports/attendance?month=2026-11",
    ] {
        let answer = stage.world.get(path, &token).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        let text = answer.text().await.unwrap();
        for place in [Place::Parent, Place::Sibling] {
            let theirs = stage.mark(place);
            assert!(!text.contains(&theirs), "{path} shows {theirs}: {text}");
        }
        let both = [Place::Own, Place::Child].map(|place| text.contains(&stage.mark(place)));
        // Nobody there is registered twice, and the report counts only held roll calls.
        let empty = path.contains("duplicates") || path.contains("reports");
        assert!(
            empty || both == [true, true],
            "{path} hides {both:?}: {text}"
        );
    }
    let answer = stage
        .world
        .ask(Method::POST, "/api/v1/members/import", &token)
        .body("组织代码,姓名\nQH,甲\nLJ,乙\nZJ,丙\nZJ-1,丁\n")
        .send()
        .await
        .unwrap();
    let report: Value = answer.json().await.unwrap();
    assert_eq!(report["added"], 2);
    let lines: Vec<_> = report["complaints"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["line"].as_u64().unwrap())
        .collect();
    assert_eq!(lines, [2, 3]);
}
