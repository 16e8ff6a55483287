//! 清河镇 with an office, two villages with homes and clerks, and categories.

use backend_api::services::kit::rights::Role;
use backend_api::services::organizations::{self, OrganizationDraft};
use contract::organization::OrganizationKind;
use contract::request::{
    CategoryKind, Happened, Request, RequestGroup, RequestPage, RequestReceipt, TerminalRequest,
    TerminalRequests,
};
use contract::terminal::TerminalKind;
use reqwest::Response;
use serde_json::{Value, json};
use store::categories::{self, Content};
use store::versions::Seen;
use store::{Store, households, organizations as tree};

use crate::common::{Tv, World, ok, tv};

pub const HOUR: i64 = 3_600_000;

pub struct Place {
    pub world: World,
    /// Two homes of 张家村.
    pub home: Tv,
    pub neighbour: Tv,
    /// Staff of the township, the village, its neighbour, and the office 农业农村办.
    pub town: String,
    pub village: String,
    pub other_village: String,
    pub office: String,
    /// Id of the category that the own village answers.
    pub own: String,
    /// Id of the one that the office answers, and that may not go lower.
    pub farming: String,
    /// Id of that for suggestions, answered by the township.
    pub suggestions: String,
}

/// Adds a category; answers its id.
pub fn category(
    store: &Store,
    code: &str,
    office: Option<&str>,
    change: impl FnOnce(&mut Content),
) -> String {
    let find = |code: &str| {
        store
            .read(|tx| tree::by_code(tx, code))
            .unwrap()
            .unwrap()
            .id
    };
    let mut content = Content {
        organization_id: find("QH"),
        digit: 1,
        title: code.to_owned(),
        office_id: office.map(find),
        response_hours: 24,
        canned_replies: vec!["明天上门".to_owned()],
        ..Content::default()
    };
    change(&mut content);
    let code = code.to_owned();
    let made = store.write::<_, store::Error, _>(move |tx| {
        categories::publish(tx, &code, Seen::Any, &content, 1)
    });
    made.unwrap().id
}

impl Place {
    pub async fn new() -> Self {
        // Days go by, and staff stay signed in.
        Self::in_world(World::set(|config| config.sessions.hours = 720).await).await
    }

    pub async fn in_world(world: World) -> Self {
        let now_ms = world.now_ms();
        let categories = world
            .blocking(move |store| {
                let office = OrganizationDraft {
                    code: "NY".to_owned(),
                    parent_code: Some("QH".to_owned()),
                    kind: OrganizationKind::Office,
                    name: "农业农村办".to_owned(),
                };
                organizations::import(store, &[office], now_ms).unwrap();
                [
                    category(store, "LL", None, |_| {}),
                    category(store, "NJ", Some("NY"), |content| {
                        content.least_level = contract::request::Level::Township;
                    }),
                    category(store, "JY", Some("QH"), |content| {
                        content.kind = CategoryKind::Suggestion;
                    }),
                ]
            })
            .await;
        let [own, farming, suggestions] = categories;
        let home = tv(&world, "ZJ", TerminalKind::Household).await;
        let neighbour = tv(&world, "ZJ", TerminalKind::Household).await;
        for (name, tv) in [("孟家", &home), ("刘家", &neighbour)] {
            let id = tv.id.clone();
            world
                .blocking(move |store| {
                    store
                        .write::<_, store::Error, _>(move |tx| {
                            let village = tree::by_code(tx, "ZJ")?.unwrap();
                            let made = households::create(tx, &village.id, name, now_ms)?;
                            households::bind(tx, &made.id, Some(&id))
                        })
                        .unwrap();
                })
                .await;
        }
        Self {
            town: world.staff(Role::OrganizationStaff, "QH").await,
            village: world.staff(Role::BranchSecretary, "ZJ").await,
            other_village: world.staff(Role::BranchSecretary, "LJ").await,
            office: world.staff(Role::OfficePublisher, "NY").await,
            home,
            neighbour,
            own,
            farming,
            suggestions,
            world,
        }
    }

    pub async fn send(&self, tv: &Tv, path: &str, key: &str, body: &Value) -> Response {
        let request = self
            .world
            .post(&format!("/api/v1/terminal/{path}"), &tv.token);
        let request = request.header("idempotency-key", key);
        request.json(body).send().await.unwrap()
    }

    /// Asks with a number and one sentence.
    pub async fn ask(&self, tv: &Tv, key: &str, category: &str, sentence: &str) -> RequestReceipt {
        let body = asked(category, sentence);
        let answer = self.send(tv, "requests", key, &body).await;
        assert_eq!(answer.status(), 201);
        ok(answer).await
    }

    /// What a television shows.
    pub async fn at(&self, tv: &Tv) -> Vec<TerminalRequest> {
        let answer = self.world.get("/api/v1/terminal/requests", &tv.token);
        let found: TerminalRequests = ok(answer.send().await.unwrap()).await;
        found.requests
    }

    /// The only thing a television shows.
    pub async fn only(&self, tv: &Tv) -> TerminalRequest {
        let found = self.at(tv).await;
        assert_eq!(found.len(), 1);
        found.into_iter().next().unwrap()
    }

    pub async fn judge(&self, tv: &Tv, key: &str, id: &str, body: &Value) -> Response {
        self.send(tv, &format!("requests/{id}/verdict"), key, body)
            .await
    }

    pub async fn try_get(&self, staff: &str, id: &str) -> Response {
        let request = self.world.get(&format!("/api/v1/requests/{id}"), staff);
        request.send().await.unwrap()
    }

    pub async fn get(&self, staff: &str, id: &str) -> Request {
        ok(self.try_get(staff, id).await).await
    }

    /// Acts upon the version there is.
    pub async fn try_act(&self, staff: &str, id: &str, act: &Value) -> Response {
        let version = self.get(staff, id).await.version;
        self.act_on(staff, id, version, act).await
    }

    pub async fn act_on(&self, staff: &str, id: &str, version: i64, act: &Value) -> Response {
        let request = self
            .world
            .post(&format!("/api/v1/requests/{id}/acts"), staff);
        let request = request.header("if-match", format!("\"{version}\""));
        request.json(act).send().await.unwrap()
    }

    pub async fn act(&self, staff: &str, id: &str, act: Value) -> Request {
        ok(self.try_act(staff, id, &act).await).await
    }

    pub async fn list(&self, staff: &str, group: RequestGroup) -> RequestPage {
        let group = serde_json::to_value(group).unwrap();
        let path = format!("/api/v1/requests?group={}", group.as_str().unwrap());
        ok(self.world.get(&path, staff).send().await.unwrap()).await
    }
}

pub fn asked(category: &str, sentence: &str) -> Value {
    json!({
        "category_id": category,
        "phone": { "of": "typed", "number": "13900001234" },
        "sentences": [sentence],
    })
}

pub fn answer(text: &str) -> Value {
    json!({ "act": "reply", "text": text, "done": true })
}

/// What happened, as a list of names.
pub fn happened(request: &TerminalRequest) -> Vec<Happened> {
    request.history.iter().map(|it| it.what).collect()
}
