//! Monthly accounts, from a spreadsheet to the draft of a bulletin.

use backend_api::services::kit::rights::Role;
use contract::bulletin::{Block, BulletinState};
use contract::error::ErrorCode;
use contract::file::Picture;
use contract::finance::{FaultWeight, FinanceJudged, FinanceTable};
use contract::staff::StaffBulletin;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::common::{World, databases, ok, problem};
use crate::service_town::photograph;

/// Accounts that add up.
pub fn sheet(code: &str) -> Value {
    sheet_of(code, "2026-10", "100.00", "5", "2.50", "102.50")
}

fn sheet_of(
    code: &str,
    period: &str,
    opening: &str,
    income: &str,
    expense: &str,
    closing: &str,
) -> Value {
    let (first, last) = if period.contains('Q') {
        ("上季结余", "季末结余")
    } else {
        ("上月结余", "月末结余")
    };
    let rows = [
        [first, opening, ""],
        ["土地租金", income, ""],
        ["办公费", "", expense],
        [last, closing, ""],
    ];
    let rows: Vec<Value> = (2..)
        .zip(rows)
        .map(|(line, cells)| json!({ "line": line, "cells": cells }))
        .collect();
    json!({ "organization_code": code, "period": period, "list": "notices",
        "header": ["项目", "收入（元）", "支出（元）"], "rows": rows })
}

struct Office {
    world: World,
    staff: String,
}

impl Office {
    async fn on(database: store::testing::TestDatabase) -> Self {
        let world = World::on(database).await;
        let staff = world.staff(Role::OrganizationStaff, "QH").await;
        Self { world, staff }
    }

    async fn judged(&self, sheet: &Value) -> FinanceJudged {
        let request = self.world.post("/api/v1/finance-sheets/trial", &self.staff);
        ok(request.json(sheet).send().await.unwrap()).await
    }

    async fn send(&self, key: &str, body: &Value) -> Response {
        let request = self.world.post("/api/v1/finance-sheets", &self.staff);
        let request = request.header("idempotency-key", key);
        request.json(body).send().await.unwrap()
    }

    async fn read(&self, bytes: Vec<u8>) -> FinanceTable {
        let path = "/api/v1/finance-sheets/read";
        let request = self.world.ask(Method::POST, path, &self.staff);
        ok(request.body(bytes).send().await.unwrap()).await
    }

    async fn published(&self, draft: StaffBulletin) -> StaffBulletin {
        let submitted = ok(self.world.step(&self.staff, &draft, "submit").await).await;
        ok(self.world.step(&self.staff, &submitted, "publish").await).await
    }
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_cell_and_makes_no_draft() {
    for database in databases().await {
        let office = Office::on(database).await;
        let good = office.judged(&sheet("ZJ")).await;
        assert_eq!(good.faults, []);
        assert_eq!(good.lines.len(), 4);
        let figures = good.figures;
        assert_eq!(
            (figures.opening_fen, figures.income_fen, figures.expense_fen),
            (Some(10_000), 500, 250)
        );
        assert!(
            good.title.ends_with("2026年10月财务收支公示"),
            "{}",
            good.title
        );
        for (wrong, line, column) in [
            (sheet_of("ZJ", "2026-10", "100", "-5", "2.5", "92.5"), 3, 1),
            (
                sheet_of("ZJ", "2026-10", "100", "#REF!", "2.5", "97.5"),
                3,
                1,
            ),
            (
                sheet_of("ZJ", "2026-10", "100", "5", "2.505", "102.5"),
                4,
                2,
            ),
            (sheet_of("ZJ", "2026-10", "100", "5", "2.5", "102.51"), 5, 1),
        ] {
            let judged = office.judged(&wrong).await;
            let [fault] = &judged.faults[..] else {
                panic!("{:?}", judged.faults);
            };
            assert_eq!((fault.line, fault.column), (Some(line), Some(column)));
            assert_eq!(fault.weight, FaultWeight::Wrong);
            let body = json!({ "sheet": wrong, "audience_code": "QH" });
            let refused = office.send("k", &body).await;
            let refused = problem(refused, 422, ErrorCode::Invalid).await;
            assert_eq!(
                refused.fields[0].field,
                format!("rows[{line}].cells[{column}]")
            );
        }
        for (field, wrong) in [
            (
                "period",
                sheet_of("ZJ", "2027-01", "100", "5", "2.5", "102.5"),
            ),
            (
                "period",
                sheet_of("ZJ", "2027-Q1", "100", "5", "2.5", "102.5"),
            ),
            ("period", sheet_of("ZJ", "十月", "100", "5", "2.5", "102.5")),
            (
                "organization_code",
                sheet_of("没有", "2026-10", "100", "5", "2.5", "102.5"),
            ),
        ] {
            let request = office
                .world
                .post("/api/v1/finance-sheets/trial", &office.staff);
            let refused = request.json(&wrong).send().await.unwrap();
            let refused = problem(refused, 422, ErrorCode::Invalid).await;
            assert_eq!(refused.fields[0].field, field);
        }
        let page: Value = ok(office
            .world
            .get("/api/v1/bulletins", &office.staff)
            .send()
            .await
            .unwrap())
        .await;
        assert_eq!(page["items"], json!([]), "nothing was written");
    }
}

#[tokio::test]
async fn accounts_become_one_draft_with_their_invoices() {
    for database in databases().await {
        let office = Office::on(database).await;
        let upload = office
            .world
            .ask(Method::POST, "/api/v1/pictures", &office.staff);
        let upload = upload.body(photograph(640, 480)).send().await.unwrap();
        let picture: Picture = ok(upload).await;
        let body = json!({ "sheet": sheet("ZJ"), "audience_code": "QH",
            "pictures": [{ "line": 4, "picture": picture }] });
        let made = office.send("k1", &body).await;
        assert_eq!(made.status(), StatusCode::CREATED);
        assert_eq!(made.headers()["etag"], "\"1\"");
        let draft: StaffBulletin = made.json().await.unwrap();
        assert_eq!(draft.state, BulletinState::Draft);
        assert_eq!(draft.draft.list, "notices");
        assert!(
            draft.draft.summary.contains("月末结余 102.50 元"),
            "{}",
            draft.draft.summary
        );
        let tables: Vec<_> = draft
            .draft
            .body
            .iter()
            .filter_map(|block| match block {
                Block::Table(table) => Some(table),
                _ => None,
            })
            .collect();
        assert_eq!(
            tables[1].rows,
            [
                ["办公费", "2.50"],
                ["本月支出合计", "2.50"],
                ["月末结余", "102.50"]
            ]
        );
        let Some(Block::Picture(shown)) = draft.draft.body.last() else {
            panic!("{:?}", draft.draft.body);
        };
        assert_eq!(shown.screen, picture.screen);
        assert_eq!(shown.caption, "办公费，2.50 元");
        // Sent again it is the same draft, though somebody has written in it meanwhile.
        let again: StaffBulletin = ok(office.send("k1", &body).await).await;
        assert_eq!(again.id, draft.id);
        let other = json!({ "sheet": sheet("LJ"), "audience_code": "QH" });
        problem(office.send("k1", &other).await, 422, ErrorCode::KeyReused).await;
        // A picture that nobody sent is none.
        let mut strange = body.clone();
        strange["pictures"][0]["picture"]["screen"]["name"] = json!("0".repeat(64));
        problem(office.send("k2", &strange).await, 422, ErrorCode::Invalid).await;
    }
}

#[tokio::test]
async fn a_month_goes_on_from_what_was_published_of_the_one_before() {
    for database in databases().await {
        let office = Office::on(database).await;
        let november = sheet_of("ZJ", "2026-11", "102.50", "3000", "2.50", "3100.00");
        assert_eq!(office.judged(&november).await.before, None);
        let october = json!({ "sheet": sheet("ZJ"), "audience_code": "QH" });
        let draft: StaffBulletin = office.send("k1", &october).await.json().await.unwrap();
        // A draft is nothing that was published; another organization's is not theirs.
        assert_eq!(office.judged(&november).await.before, None);
        let published = office.published(draft).await;
        let theirs = sheet_of("QH", "2026-11", "102.50", "3000", "2.50", "3100.00");
        assert_eq!(office.judged(&theirs).await.before, None);

        let judged = office.judged(&november).await;
        let before = judged.before.unwrap();
        assert_eq!(before.bulletin_id, published.id);
        assert_eq!(before.figures.closing_fen, Some(10_250));
        let rent = &judged.compared[0];
        assert_eq!(
            (rent.item.as_str(), rent.fen, rent.before_fen),
            ("土地租金", Some(300_000), Some(500))
        );
        let [look] = &judged.faults[..] else {
            panic!("{:?}", judged.faults);
        };
        assert_eq!((look.line, look.weight), (Some(3), FaultWeight::Look));

        // One that begins with something else has to say why, in public.
        let other = sheet_of("ZJ", "2026-11", "102.49", "5", "2.50", "104.99");
        let judged = office.judged(&other).await;
        let [fault] = &judged.faults[..] else {
            panic!("{:?}", judged.faults);
        };
        assert_eq!(
            (fault.line, fault.column, fault.weight),
            (Some(2), Some(1), FaultWeight::Explain)
        );
        assert!(fault.message.contains("差 0.01 元"), "{}", fault.message);
        let mut body = json!({ "sheet": other, "audience_code": "QH" });
        let refused = problem(office.send("k2", &body).await, 422, ErrorCode::Invalid).await;
        assert_eq!(refused.fields[0].field, "explanation");
        body["explanation"] = json!("上月公示后银行更正了利息");
        let made = office.send("k2", &body).await;
        assert_eq!(made.status(), StatusCode::CREATED);
        let draft: StaffBulletin = made.json().await.unwrap();
        let text = serde_json::to_string(&draft.draft.body).unwrap();
        assert!(
            text.contains("银行更正了利息") && text.contains("上月公示（元）"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_quarter_goes_on_from_the_quarter_before_and_not_from_a_month() {
    for database in databases().await {
        let office = Office::on(database).await;
        for (key, period) in [("k1", "2026-Q3"), ("k2", "2026-09")] {
            let sheet = sheet_of("ZJ", period, "100.00", "5", "2.50", "102.50");
            let body = json!({ "sheet": sheet, "audience_code": "QH" });
            let draft: StaffBulletin = office.send(key, &body).await.json().await.unwrap();
            office.published(draft).await;
        }
        let next = |closing: &str| sheet_of("ZJ", "2026-Q4", "102.50", "5", "2.50", closing);
        let judged = office.judged(&next("105.00")).await;
        assert_eq!(judged.title, "张家村2026年第四季度财务收支公示");
        assert_eq!(judged.faults, []);
        let before = judged.before.unwrap();
        assert_eq!(before.title, "张家村2026年第三季度财务收支公示");
        let wrong = office.judged(&next("106.00")).await;
        assert!(
            wrong.faults[0]
                .message
                .starts_with("上季结余 102.50 + 收入"),
            "{:?}",
            wrong.faults
        );
        let october = sheet_of("ZJ", "2026-10", "102.50", "5", "2.50", "105.00");
        let before = office.judged(&october).await.before.unwrap();
        assert_eq!(before.title, "张家村2026年9月财务收支公示");
    }
}

#[tokio::test]
async fn spreadsheets_are_read_as_they_stand() {
    let office = Office::on(crate::common::database().await).await;
    let mut book = rust_xlsxwriter::Workbook::new();
    let page = book.add_worksheet();
    page.write(0, 0, "张村2026年10月收支表").unwrap();
    page.write(1, 0, "单位：元").unwrap();
    page.write(1, 2, "2026年10月31日").unwrap();
    for (column, name) in (0..).zip(["项目", "收入", "支出"]) {
        page.write(2, column, name).unwrap();
    }
    page.write(3, 0, "上月结余").unwrap();
    page.write(3, 1, 100.1).unwrap();
    page.write(4, 0, "利息").unwrap();
    let sum = rust_xlsxwriter::Formula::new("A1+1").set_result("#REF!");
    page.write(4, 1, sum).unwrap();
    let read = office.read(book.save_to_buffer().unwrap()).await;
    assert_eq!(read.header, ["项目", "收入", "支出"]);
    assert_eq!(
        (read.rows[0].line, &read.rows[0].cells[1]),
        (4, &"100.1".to_owned())
    );
    // A cell without a value stays in its row, and is said to be wrong when it is judged.
    assert_eq!(read.rows[1].line, 5);
    assert!(read.rows[1].cells[1].contains("#REF!"), "{read:?}");
    let sheet = json!({ "organization_code": "ZJ", "period": "2026-10", "list": "notices",
        "header": read.header, "rows": read.rows });
    let judged = office.judged(&sheet).await;
    let fault = &judged.faults[0];
    assert_eq!((fault.line, fault.column), (Some(5), Some(1)));

    let read = office
        .read("项目,收入,支出\n利息,5,\n多了,1,2,3\n".into())
        .await;
    assert_eq!(read.rows.len(), 1);
    assert_eq!(read.complaints[0].line, 3);
    let path = "/api/v1/finance-sheets/read";
    let request = office.world.ask(Method::POST, path, &office.staff);
    let refused = request
        .body(vec![0xD0, 0xCF, 0x11, 0xE0, 0, 0])
        .send()
        .await;
    problem(refused.unwrap(), 422, ErrorCode::Invalid).await;
}
