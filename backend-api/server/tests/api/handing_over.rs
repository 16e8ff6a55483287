//! What somebody has in hand, when their account is closed.

use backend_api::services::kit::rights::Role;
use contract::account::{AccountHands, AuditEntry, HandItem, HandKind, HandedOver, StaffAccount};
use contract::error::ErrorCode;
use contract::meeting::StaffMeeting;
use contract::staff::{SignInResponse, StaffBulletin};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::common::{PASSWORD, World, databases, draft, ok, problem};

struct Office {
    world: World,
    staff: String,
}

impl Office {
    async fn account(&self, login: &str, role: &str, organization: &str) -> StaffAccount {
        let body = json!({ "login": login, "password": PASSWORD, "role": role, "organization_code": organization });
        let made = self.world.post("/api/v1/staff/accounts", &self.staff);
        ok(made.json(&body).send().await.unwrap()).await
    }

    async fn hands(&self, account: &StaffAccount, successor: Option<&StaffAccount>) -> Response {
        let mut path = format!("/api/v1/staff/accounts/{}/hands", account.id);
        if let Some(successor) = successor {
            path = format!("{path}?successor={}", successor.id);
        }
        self.world.get(&path, &self.staff).send().await.unwrap()
    }

    async fn hand_over(&self, from: &StaffAccount, to: &str) -> Response {
        let path = format!("/api/v1/staff/accounts/{}/hand-over", from.id);
        let request = self.world.ask(Method::POST, &path, &self.staff);
        let body = json!({ "successor_id": to });
        request.json(&body).send().await.unwrap()
    }
}

fn kinds(items: &[HandItem]) -> Vec<(HandKind, Option<bool>)> {
    items.iter().map(|it| (it.kind, it.fits)).collect()
}

#[tokio::test]
async fn what_fits_goes_to_the_successor_as_the_account_is_closed_on_both_engines() {
    use HandKind::{Bulletin, Meeting};
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::OrganizationStaff, "QH").await;
        let office = Office { world, staff };
        let world = &office.world;
        let wang = office.account("wang", "organization_staff", "QH").await;
        let session: SignInResponse = ok(world.sign_in("wang", PASSWORD).await).await;
        let written = world.post("/api/v1/bulletins", &session.access_token);
        let written = written.json(&draft("notice", "QH")).send().await.unwrap();
        let bulletin: StaffBulletin = ok(written).await;
        let plan = json!({ "title": "月会", "kind": "broadcast", "organization_code": "ZJ", "audience_code": "ZJ",
            "starts_at_ms": world.now_ms() + 3_600_000, "planned_ms": 3_600_000, "record": false });
        let planned = world.post("/api/v1/meetings", &session.access_token);
        let planned: StaffMeeting = ok(planned.json(&plan).send().await.unwrap()).await;

        let found: AccountHands = ok(office.hands(&wang, None).await).await;
        assert_eq!(kinds(&found.items), [(Bulletin, None), (Meeting, None)]);
        // The other one of the office is who asks.
        assert_eq!((found.requests, found.others), (0, 1));

        // A secretary of a village plans its meetings, and writes nothing of the township.
        let secretary = office.account("li", "branch_secretary", "ZJ").await;
        let found: AccountHands = ok(office.hands(&wang, Some(&secretary)).await).await;
        assert_eq!(
            kinds(&found.items),
            [(Bulletin, Some(false)), (Meeting, Some(true))]
        );
        for to in [wang.id.as_str(), "nobody"] {
            let refused = problem(office.hand_over(&wang, to).await, 422, ErrorCode::Invalid).await;
            assert_eq!(refused.fields[0].field, "successor_id");
        }
        let done: HandedOver = ok(office.hand_over(&wang, &secretary.id).await).await;
        assert_eq!((done.handed_over, done.left), (1, 1));
        assert!(done.account.disabled_at_ms.is_some());
        // Its session is over.
        let own = world.get("/api/v1/staff/sessions/current", &session.access_token);
        assert_eq!(own.send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
        let again = office.hand_over(&wang, &secretary.id).await;
        problem(again, 409, ErrorCode::Conflict).await;
        let found: AccountHands = ok(office.hands(&secretary, None).await).await;
        assert_eq!(found.items.len(), 1);
        assert_eq!(found.items[0].id, planned.meeting.id);
        let left: AccountHands = ok(office.hands(&wang, None).await).await;
        assert_eq!(left.items[0].id, bulletin.id);

        let reader = world.staff(Role::PlatformAdministrator, "QH").await;
        let log: Value = ok(world
            .get("/api/v1/audit?action=meeting.hand_over", &reader)
            .send()
            .await
            .unwrap())
        .await;
        let log: Vec<AuditEntry> = serde_json::from_value(log["items"].clone()).unwrap();
        assert_eq!(log.len(), 1);
        assert_eq!(log[0].detail, "li");
        assert_eq!(log[0].subject, format!("meeting:{}", planned.meeting.id));
    }
}

#[tokio::test]
async fn nobody_hands_over_what_they_do_not_see() {
    let world = World::new().await;
    let staff = world.staff(Role::OrganizationStaff, "QH").await;
    let office = Office { world, staff };
    let wang = office.account("wang", "office_publisher", "ZJ").await;
    let other = office.account("li", "office_publisher", "LJ").await;
    let village = Office {
        staff: office.world.staff(Role::OrganizationStaff, "ZJ").await,
        world: office.world,
    };
    problem(village.hands(&other, None).await, 404, ErrorCode::NotFound).await;
    problem(
        village.hand_over(&other, &wang.id).await,
        404,
        ErrorCode::NotFound,
    )
    .await;
    let refused = village.hand_over(&wang, &other.id).await;
    let refused = problem(refused, 422, ErrorCode::Invalid).await;
    assert_eq!(refused.fields[0].field, "successor_id");
    let sight: AccountHands = ok(village.hands(&wang, None).await).await;
    assert_eq!(sight.items, []);
}
