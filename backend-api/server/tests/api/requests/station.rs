//! At a station: who proves who they are, and who enters something for somebody without a PIN.

use contract::error::ErrorCode;
use contract::member::MemberSession;
use contract::request::{RequestReceipt, RequestSource, TerminalRequests};
use contract::terminal::TerminalKind;
use reqwest::Method;
use serde_json::{Value, json};

use super::place::{Place, answer, asked};
use crate::common::{Tv, ok, problem, tv};

const PIN: &str = "402817";

struct Station {
    place: Place,
    tv: Tv,
    /// Ids: one with a PIN, one without, one of another village.
    zhang: String,
    li: String,
    wang: String,
}

impl Station {
    async fn new() -> Self {
        let place = Place::new().await;
        let tv = tv(&place.world, "ZJ", TerminalKind::Station).await;
        let member = async |code: &str, name: &str| -> String {
            let body = json!({ "organization_code": code, "name": name, "phone": "13800000001" });
            let request = place.world.post("/api/v1/members", &place.town);
            let made: Value = ok(request.json(&body).send().await.unwrap()).await;
            made["id"].as_str().unwrap().to_owned()
        };
        let (zhang, li) = (member("ZJ", "张三").await, member("ZJ", "李四").await);
        let wang = member("LJ", "王五").await;
        let path = format!("/api/v1/members/{zhang}/pin");
        let request = place.world.ask(Method::PUT, &path, &place.town);
        let done = request.json(&json!({ "pin": PIN })).send().await.unwrap();
        assert!(done.status().is_success());
        Self {
            place,
            tv,
            zhang,
            li,
            wang,
        }
    }

    fn proof(&self, pin: &str) -> Value {
        json!({ "by": "pin", "member_id": self.zhang, "pin": pin })
    }

    fn asked(&self, pin: &str) -> Value {
        let mut body = asked(&self.place.own, "修水管");
        body["proof"] = self.proof(pin);
        body
    }

    async fn session(&self) -> String {
        let path = "/api/v1/terminal/member-sessions";
        let request = self.place.world.post(path, &self.tv.token);
        let body = json!({ "proof": self.proof(PIN) });
        let session: MemberSession = ok(request.json(&body).send().await.unwrap()).await;
        session.token
    }
}

#[tokio::test]
async fn at_a_station_people_ask_and_see_for_themselves() {
    let station = Station::new().await;
    let (place, tv) = (&station.place, &station.tv);
    let nobody = place
        .send(tv, "requests", "k0", &asked(&place.own, "修水管"))
        .await;
    problem(nobody, 403, ErrorCode::Forbidden).await;
    let wrong = place
        .send(tv, "requests", "k1", &station.asked("000001"))
        .await;
    let left = problem(wrong, 403, ErrorCode::WrongPin).await.tries_left;
    let wrong = place
        .send(tv, "requests", "k1", &station.asked("000001"))
        .await;
    let then = problem(wrong, 403, ErrorCode::WrongPin).await.tries_left;
    assert_eq!(
        left.map(|left| left - 1),
        then,
        "a wrong PIN is counted though nothing was asked"
    );
    let receipt: RequestReceipt =
        ok(place.send(tv, "requests", "k1", &station.asked(PIN)).await).await;
    let seen = place.get(&place.village, &receipt.id).await;
    assert_eq!(seen.asker.unwrap().name, "张三");
    assert_eq!(
        (seen.line.asker.as_str(), seen.source),
        ("张*", RequestSource::Station)
    );

    // What is shown is the member's of the session, and no other television's.
    let get = |token: Option<String>| {
        let request = place.world.get("/api/v1/terminal/requests", &tv.token);
        match token {
            Some(token) => request.header("member-session", token),
            None => request,
        }
    };
    problem(get(None).send().await.unwrap(), 403, ErrorCode::Forbidden).await;
    let guessed = get(Some("x".repeat(43))).send().await.unwrap();
    problem(guessed, 403, ErrorCode::Forbidden).await;
    let session = station.session().await;
    let answered = get(Some(session.clone())).send().await.unwrap();
    let etag = answered.headers()["etag"].clone();
    let found: TerminalRequests = ok(answered).await;
    assert_eq!(found.requests.len(), 1);
    assert_eq!(found.phones, []);
    let same = get(Some(session))
        .header("if-none-match", etag)
        .send()
        .await
        .unwrap();
    assert_eq!(same.status(), 304);
    assert_eq!(place.at(&place.home).await, []);

    place
        .act(&place.village, &receipt.id, answer("修好了"))
        .await;
    let about = place.get(&place.village, &receipt.id).await.history.len();
    let verdict =
        |pin: &str| json!({ "solved": "yes", "about": about, "proof": station.proof(pin) });
    let path = format!("requests/{}/verdict", receipt.id);
    let wrong = place.send(tv, &path, "v", &verdict("000001")).await;
    problem(wrong, 403, ErrorCode::WrongPin).await;
    let right = place.send(tv, &path, "v", &verdict(PIN)).await;
    assert_eq!(right.status(), 200);
}

#[tokio::test]
async fn who_enters_something_for_another_is_named_beside_them() {
    let station = Station::new().await;
    let (place, tv) = (&station.place, &station.tv);
    let mut body = station.asked(PIN);
    body["for_member_id"] = json!(station.wang);
    let elsewhere = place.send(tv, "requests", "k1", &body).await;
    problem(elsewhere, 422, ErrorCode::Invalid).await;
    body["for_member_id"] = json!(station.li);
    body["phone"] = json!({ "of": "member", "member_id": station.li });
    let receipt: RequestReceipt = ok(place.send(tv, "requests", "k1", &body).await).await;
    let seen = place.get(&place.village, &receipt.id).await;
    assert_eq!(seen.asker.unwrap().name, "李四");
    assert_eq!(seen.entered_by.unwrap().name, "张三");
    assert_eq!(seen.source, RequestSource::Entered);
    assert_eq!(seen.phone_masked.as_deref(), Some("138****0001"));
    // Not the telephone of somebody who asks nothing.
    body["phone"] = json!({ "of": "member", "member_id": station.zhang });
    let others = place.send(tv, "requests", "k2", &body).await;
    problem(others, 422, ErrorCode::Invalid).await;
}
