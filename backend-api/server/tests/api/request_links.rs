//! A page for one telephone: claimed once, sent from once, ended with its television.

use backend_api::services::kit::publishing::Source;
use backend_api::services::kit::rights::Role;
use backend_api::services::township as sections;
use contract::error::ErrorCode;
use contract::member::Proof;
use contract::request::{Request, RequestLink, RequestLinkState, RequestSource, TerminalRequests};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::common::{databases, ok, problem};
use crate::roll_calls::{MINUTE, PIN};
use crate::service_town::{Town, bomb, photograph};
use crate::telephone::{self, FORM, Telephone, scramble};

/// What is filled in where something is asked.
fn form(text: &str, phone: &str, photographs: &[Vec<u8>]) -> Vec<u8> {
    telephone::form(&[("text", text), ("phone", phone)], photographs)
}

impl Town {
    async fn link(&self) -> RequestLink {
        let body = json!({ "category_id": self.farming.id });
        ok(self
            .at_home("/api/v1/terminal/request-links", "-", &body)
            .await)
        .await
    }

    async fn state(&self, link: &RequestLink) -> Response {
        let path = format!("/api/v1/terminal/request-links/{}", link.id);
        let request = self.world().get(&path, &self.hall.home.token);
        request.send().await.unwrap()
    }
}

#[tokio::test]
async fn what_is_written_on_a_telephone_comes_from_the_home_it_was_scanned_at() {
    for database in databases().await {
        let town = Town::on(database).await;
        let world = town.world();
        let link = town.link().await;
        assert_eq!(link.expires_at_ms, world.now_ms() + 15 * MINUTE);
        let state: RequestLinkState = ok(town.state(&link).await).await;
        assert_eq!((state.claimed, state.receipt), (false, None));
        let mut telephone = Telephone::new();
        let (status, page) = telephone.open(&link.url).await;
        assert_eq!(status, StatusCode::OK);
        assert!(
            page.contains("农业技术服务") && page.contains("同意"),
            "{page}"
        );
        assert!(!page.contains("<script"), "{page}");
        // To look at it claims nothing.
        let state: RequestLinkState = ok(town.state(&link).await).await;
        assert!(!state.claimed);
        assert_eq!(telephone.claim(&link.url).await, StatusCode::SEE_OTHER);
        let (_, page) = telephone.open(&link.url).await;
        assert!(page.contains("<textarea"), "{page}");
        let state: RequestLinkState = ok(town.state(&link).await).await;
        assert!(state.claimed);

        let sent = form(
            "三亩苹果树\r\n叶子发黄",
            "139 0000 1234",
            &[photograph(2_000, 20)],
        );
        let (status, _) = telephone.fill(&link.url, sent).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        let (status, page) = telephone.open(&link.url).await;
        assert_eq!(status, StatusCode::OK);
        let state: RequestLinkState = ok(town.state(&link).await).await;
        let receipt = state.receipt.unwrap();
        assert!(
            page.contains(&receipt.number) && page.contains("已收到"),
            "{page}"
        );
        // Sent twice is sent once.
        let (status, _) = telephone.fill(&link.url, form("又一次", "", &[])).await;
        assert_eq!(status, StatusCode::OK);

        let path = format!("/api/v1/requests/{}", receipt.id);
        let request: Request = ok(world.get(&path, &town.hall.staff).send().await.unwrap()).await;
        assert_eq!(request.source, RequestSource::Phone);
        assert_eq!(request.household.unwrap().name, "12 号");
        assert_eq!(request.history[0].text, "三亩苹果树\n叶子发黄");
        assert_eq!(request.history[0].attachments.len(), 1);
        assert_eq!(request.line.summary, "三亩苹果树");
        assert_eq!(request.phone_masked.as_deref(), Some("139****1234"));
        let list = world.get("/api/v1/terminal/requests", &town.hall.home.token);
        let list: TerminalRequests = ok(list.send().await.unwrap()).await;
        assert_eq!(list.requests.len(), 1);
        // Another telephone sees nothing of it.
        let (status, page) = Telephone::new().open(&link.url).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert!(!page.contains(&receipt.number), "{page}");
        let sound = world.blocking(|store| store.integrity_check().unwrap());
        assert_eq!(sound.await, Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_hundred_telephones_at_once_one_has_the_page() {
    for database in databases().await {
        let town = Town::on(database).await;
        let link = town.link().await;
        let (mut winner, mut loser) = scramble(&link.url, 200).await;
        let (_, page) = winner.open(&link.url).await;
        assert!(page.contains("<textarea"), "it may load it again");
        let (status, page) = loser.open(&link.url).await;
        assert_eq!(status, StatusCode::CONFLICT);
        assert!(page.contains("另一部手机"), "{page}");
        // Nor by what another page gave it.
        loser.cookie = Some("claim=guessed".to_owned());
        let (status, _) = loser.fill(&link.url, form("我的", "", &[])).await;
        assert_eq!(status, StatusCode::CONFLICT);
        // The same telephone sends twice at once.
        let mut second = Telephone::new();
        second.cookie.clone_from(&winner.cookie);
        let (one, other) = tokio::join!(
            winner.fill(&link.url, form("一件事", "", &[])),
            second.fill(&link.url, form("一件事", "", &[]))
        );
        for (status, page) in [one, other] {
            assert!(
                status.is_success() || status == StatusCode::SEE_OTHER,
                "{status} {page}"
            );
        }
        let list = town
            .world()
            .get("/api/v1/terminal/requests", &town.hall.home.token);
        let list: TerminalRequests = ok(list.send().await.unwrap()).await;
        assert_eq!(list.requests.len(), 1);
    }
}

#[tokio::test]
async fn a_form_that_is_not_right_is_shown_again_with_what_was_written() {
    let town = Town::new().await;
    let link = town.link().await;
    let mut telephone = Telephone::new();
    telephone.claim(&link.url).await;
    let four = vec![photograph(8, 8); 4];
    for (sent, says, status) in [
        (form(" ", "", &[]), "请写下", 422),
        (form(&"字".repeat(501), "", &[]), "最多 500 个", 422),
        (form("叶子<b>", "打给我", &[]), "5 到 20 位数字", 422),
        (form("叶子", "", &[b"%PDF-1.7".to_vec()]), "JPEG", 422),
        (form("叶子", "", &[bomb()]), "像素过大", 422),
        (form("叶子", "", &four), "三张", 422),
    ] {
        let (got, page) = telephone.fill(&link.url, sent).await;
        assert_eq!(got, status, "{says}: {page}");
        assert!(page.contains(says), "{says}: {page}");
        assert!(
            page.contains("<textarea") && !page.contains("<b>"),
            "{page}"
        );
    }
    // More than all three photographs of a good telephone.
    let large = vec![vec![0_u8; 21 << 20]; 2];
    let request = telephone
        .client
        .post(&link.url)
        .header("content-type", FORM);
    let request = request.body(form("叶子", "", &large));
    let request = request.header("cookie", telephone.cookie.clone().unwrap());
    // The server may close before everything was sent.
    if let Ok(answer) = request.send().await {
        assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
        assert!(answer.text().await.unwrap().contains("太大"));
    }
    let broken = telephone.client.post(&link.url).body("x");
    let (status, page) = {
        let answer = telephone.send(broken).await;
        (answer.status(), answer.text().await.unwrap())
    };
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(page.contains("再送一次"), "{page}");
    let (status, _) = telephone.fill(&link.url, form("叶子", "", &[])).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_page_ends_with_its_time_its_television_and_the_next_one() {
    let town = Town::new().await;
    let world = town.world();
    let first = town.link().await;
    let second = town.link().await;
    let mut telephone = Telephone::new();
    let (status, page) = telephone.open(&first.url).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "another code is shown now");
    assert!(page.contains("重新打开二维码"), "{page}");
    problem(town.state(&first).await, 404, ErrorCode::NotFound).await;
    telephone.claim(&second.url).await;
    world.clock.advance_ms(15 * MINUTE);
    assert_eq!(telephone.open(&second.url).await.0, StatusCode::NOT_FOUND);
    let (status, _) = telephone.fill(&second.url, form("迟了", "", &[])).await;
    assert_eq!(status, StatusCode::NOT_FOUND);

    let third = town.link().await;
    telephone = Telephone::new();
    telephone.claim(&third.url).await;
    let revoke = format!("/api/v1/terminals/{}/revoke", town.hall.home.id);
    let revoked = world.post(&revoke, &town.hall.staff).send().await.unwrap();
    assert_eq!(revoked.status(), StatusCode::OK);
    assert_eq!(telephone.open(&third.url).await.0, StatusCode::NOT_FOUND);
    let (status, _) = telephone.fill(&third.url, form("晚了", "", &[])).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn at_a_station_somebody_proves_who_they_are_and_reports_have_no_page() {
    let town = Town::new().await;
    let station = &town.hall.station.token;
    let path = "/api/v1/terminal/request-links";
    let ask = async |body: Value| town.at(station, path, "-", &body).await;
    let nobody = ask(json!({ "category_id": town.farming.id })).await;
    problem(nobody, 403, ErrorCode::Forbidden).await;
    let proof = |pin: &str| Proof::Pin {
        member_id: town.hall.sun.clone(),
        pin: pin.to_owned(),
    };
    let wrong = ask(json!({ "category_id": town.farming.id, "proof": proof("000001") })).await;
    problem(wrong, 403, ErrorCode::WrongPin).await;
    let link = ask(json!({ "category_id": town.farming.id, "proof": proof(PIN) })).await;
    let link: RequestLink = ok(link).await;
    let mut telephone = Telephone::new();
    telephone.claim(&link.url).await;
    telephone.fill(&link.url, form("叶子发黄", "", &[])).await;
    let path = format!("{path}/{}", link.id);
    let state: RequestLinkState = ok(town.world().get(&path, station).send().await.unwrap()).await;
    let request = format!("/api/v1/requests/{}", state.receipt.unwrap().id);
    let request = town
        .world()
        .get(&request, &town.hall.staff)
        .send()
        .await
        .unwrap();
    let request: Request = ok(request).await;
    assert_eq!(request.asker.unwrap().name, "孙玉兰");
    assert_eq!(request.household, None);

    let report = json!({ "category_id": town.reports.id });
    let refused = town
        .at_home("/api/v1/terminal/request-links", "-", &report)
        .await;
    let refused = problem(refused, 422, ErrorCode::Invalid).await;
    assert!(
        refused.fields[0].message.contains("不能扫码"),
        "{refused:?}"
    );
    let none = town
        .at_home(
            "/api/v1/terminal/request-links",
            "-",
            &json!({ "category_id": "x" }),
        )
        .await;
    problem(none, 404, ErrorCode::NotFound).await;
}

#[tokio::test]
async fn whom_to_call_stands_on_the_page_and_outlives_an_import() {
    let town = Town::new().await;
    let world = town.world();
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let put = async |help: Value| {
        let mut township = json!(crate::common::township());
        township["help"] = help;
        let request = world.ask(Method::PUT, "/api/v1/township", &staff);
        request.json(&township).send().await.unwrap()
    };
    let wrong = json!([{ "office": "党政办公室", "telephone": "找小王" }]);
    let refused = problem(put(wrong).await, 422, ErrorCode::Invalid).await;
    assert_eq!(refused.fields[0].field, "help[0].telephone");
    let office = json!({ "office": "党政<b>办", "telephone": "0512-40000001", "hours": "工作日" });
    assert_eq!(put(json!([office])).await.status(), StatusCode::OK);

    // A folder says nothing of it, and takes nothing of it away.
    let mut township = crate::common::township();
    township.title = "清河智慧党建".to_owned();
    let now_ms = world.now_ms();
    world
        .blocking(move |store| {
            sections::import(store, &Source::item("township", "2"), &township, now_ms).unwrap();
        })
        .await;
    let body = json!({ "category_id": town.farming.id });
    let link = town.at_home("/api/v1/terminal/request-links", "-", &body);
    let link: RequestLink = ok(link.await).await;
    let (status, page) = Telephone::new().open(&link.url).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        page.contains("党政&lt;b&gt;办 0512-40000001（工作日）"),
        "{page}"
    );
}
