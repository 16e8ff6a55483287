//! No roll call demands a code that no picture shows.

use backend_api::services::kit::rights::Role;
use contract::error::ErrorCode;
use contract::meeting::{MeetingState, RoomState, StaffMeeting};
use contract::roll_call::{MeetingRollCall, RollCall, RollCallDraft, RollCallState};
use reqwest::Response;
use serde_json::{Value, json};

use crate::common::{World, databases, ok, problem};
use crate::roll_calls::{MINUTE, draft};

/// A township's meeting, and who holds it.
struct Meeting {
    world: World,
    staff: String,
    id: String,
}

impl Meeting {
    async fn live(world: World) -> Self {
        let staff = world.staff(Role::OrganizationStaff, "QH").await;
        let plan = json!({ "title": "镇村例会", "organization_code": "QH", "audience_code": "QH",
            "starts_at_ms": world.now_ms(), "planned_ms": 3_600_000, "record": false });
        let made = world.post("/api/v1/meetings", &staff).json(&plan);
        let made: StaffMeeting = ok(made.send().await.unwrap()).await;
        let id = made.meeting.id;
        let meeting = Self { world, staff, id };
        ok::<StaffMeeting>(meeting.post("start", &json!(null)).await).await;
        meeting
    }

    async fn post(&self, what: &str, body: &Value) -> Response {
        let path = format!("/api/v1/meetings/{}/{what}", self.id);
        let request = self.world.post(&path, &self.staff).json(body);
        request.send().await.unwrap()
    }

    async fn open(&self, presence_code: bool) -> Response {
        let request = MeetingRollCall {
            window_ms: 10 * MINUTE,
            grace_ms: 0,
            presence_code,
        };
        self.post("roll-call", &json!(request)).await
    }

    async fn call(&self, draft: &RollCallDraft) -> RollCall {
        let request = self.world.post("/api/v1/roll-calls", &self.staff);
        ok(request.json(draft).send().await.unwrap()).await
    }

    async fn roll_call(&self, id: &str) -> RollCall {
        let path = format!("/api/v1/roll-calls/{id}");
        ok(self.world.get(&path, &self.staff).send().await.unwrap()).await
    }

    async fn step(&self, id: &str, what: &str, body: Value) -> Response {
        let path = format!("/api/v1/roll-calls/{id}/{what}");
        let request = self.world.post(&path, &self.staff).json(&body);
        request.send().await.unwrap()
    }

    async fn show(&self, roll_call_id: Option<&str>) -> Response {
        let command = json!({ "command": "presence_code", "roll_call_id": roll_call_id });
        self.post("direction", &command).await
    }

    async fn stage(&self) -> RoomState {
        let path = format!("/api/v1/meetings/{}/stage", self.id);
        ok(self.world.get(&path, &self.staff).send().await.unwrap()).await
    }

    /// Waits until the picture shows a code.
    async fn shows_a_code(&self) {
        let waited = async {
            while self.stage().await.presence_code.is_none() {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        };
        let limit = std::time::Duration::from_secs(60);
        tokio::time::timeout(limit, waited).await.expect("a code");
    }

    async fn audited(&self, subject: &str) -> Vec<(String, String)> {
        let path = format!("/api/v1/audit?subject={subject}");
        let page: Value = ok(self.world.get(&path, &self.staff).send().await.unwrap()).await;
        let text = |entry: &Value, field: &str| entry[field].as_str().unwrap().to_owned();
        let entries = page["items"].as_array().unwrap().iter();
        entries
            .map(|entry| (text(entry, "actor"), text(entry, "action")))
            .collect()
    }
}

#[tokio::test]
async fn a_meeting_ends_its_coded_roll_call_after_asking() {
    for database in databases().await {
        let meeting = Meeting::live(World::on(database).await).await;
        let call: RollCall = ok(meeting.open(true).await).await;
        assert_eq!(call.meeting_id.as_deref(), Some(&*meeting.id));
        meeting.shows_a_code().await;
        // A code that is demanded is not taken out of the picture.
        problem(meeting.show(None).await, 409, ErrorCode::Conflict).await;

        let asked = meeting.post("end", &json!(null)).await;
        let asked = problem(asked, 409, ErrorCode::RollCallOpen).await;
        assert!(asked.title.contains("签到"), "{}", asked.title);
        assert_eq!(meeting.roll_call(&call.id).await.state, RollCallState::Open);
        meeting.shows_a_code().await;

        let end = "end?with_roll_calls=true";
        let ended: StaffMeeting = ok(meeting.post(end, &json!(null)).await).await;
        assert_eq!(ended.meeting.state, MeetingState::Ended);
        let over = meeting.roll_call(&call.id).await;
        assert_eq!(over.state, RollCallState::Closed);
        assert_eq!(over.closed_at_ms, Some(meeting.world.now_ms()));
        let log = meeting.audited(&format!("roll_call:{}", call.id)).await;
        assert_eq!(
            log[0],
            (
                "staff:organizationstaff-QH".to_owned(),
                "roll_call.close".to_owned()
            )
        );
        // Again is fine, and no spot check opens it without a picture.
        ok::<StaffMeeting>(meeting.post("end", &json!(null)).await).await;
        let spot = meeting.step(&call.id, "rounds", json!({ "window_ms": 60_000 }));
        problem(spot.await, 409, ErrorCode::Conflict).await;
    }
}

#[tokio::test]
async fn without_a_code_or_once_it_is_over_nobody_is_asked() {
    let meeting = Meeting::live(World::new().await).await;
    let coded: RollCall = ok(meeting.open(true).await).await;
    meeting.step(&coded.id, "close", json!({})).await;
    // It opens again by a spot check: while it does, no other is opened.
    let spot = meeting.step(&coded.id, "rounds", json!({ "window_ms": 60_000 }));
    assert_eq!(spot.await.status(), 201);
    meeting.shows_a_code().await;
    problem(meeting.open(true).await, 409, ErrorCode::Conflict).await;
    meeting.step(&coded.id, "close", json!({})).await;
    let plain: RollCall = ok(meeting.open(false).await).await;
    let spot = meeting.step(&coded.id, "rounds", json!({ "window_ms": 60_000 }));
    assert_eq!(spot.await.status(), 201);
    // Its time passes: ending asks no more, and the one without a code goes on.
    meeting.world.clock.advance_ms(60_000);
    ok::<StaffMeeting>(meeting.post("end", &json!(null)).await).await;
    assert_eq!(
        meeting.roll_call(&plain.id).await.state,
        RollCallState::Open
    );
    assert_eq!(
        meeting.roll_call(&coded.id).await.state,
        RollCallState::Closed
    );
}

#[tokio::test]
async fn a_meeting_that_was_left_ends_it_and_a_restart_shows_it_again() {
    for database in databases().await {
        let meeting = Meeting::live(World::on(database).await).await;
        let long = json!({ "window_ms": 20 * 3_600_000, "presence_code": true });
        let call: RollCall = ok(meeting.post("roll-call", &long).await).await;
        meeting.shows_a_code().await;
        let Meeting { world, staff, id } = meeting;
        let meeting = Meeting {
            world: world.restarted(MINUTE).await,
            staff,
            id,
        };
        meeting.shows_a_code().await;
        assert_eq!(
            meeting.stage().await.roll_call_id.as_deref(),
            Some(&*call.id)
        );
        // Nobody has been heard of since; the planned end and half an hour are past.
        meeting.world.clock.advance_ms(100 * MINUTE);
        let waited = async {
            while meeting.roll_call(&call.id).await.state == RollCallState::Open {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        };
        let limit = std::time::Duration::from_secs(60);
        tokio::time::timeout(limit, waited).await.expect("it ends");
        let log = meeting.audited(&format!("roll_call:{}", call.id)).await;
        assert_eq!(log[0], ("system".to_owned(), "roll_call.close".to_owned()));
    }
}

#[tokio::test]
async fn one_that_opens_by_itself_is_shown_or_demands_none() {
    for database in databases().await {
        let meeting = Meeting::live(World::on(database).await).await;
        let planned = |minutes: i64| RollCallDraft {
            opens_at_ms: Some(meeting.world.now_ms() + minutes * MINUTE),
            presence_code: true,
            ..draft("ZJ")
        };
        let during = meeting.call(&planned(1)).await;
        let after = meeting.call(&planned(30)).await;
        let opened = async |id: &str| {
            let waited = async {
                loop {
                    let call = meeting.roll_call(id).await;
                    if call.state == RollCallState::Open {
                        return call;
                    }
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                }
            };
            let limit = std::time::Duration::from_secs(60);
            tokio::time::timeout(limit, waited).await.expect("it opens")
        };
        // Of somebody in the audience, while the meeting goes on: in its picture.
        meeting.world.clock.advance_ms(MINUTE);
        let shown = opened(&during.id).await;
        assert!(shown.presence_code);
        assert_eq!(shown.meeting_id.as_deref(), Some(&*meeting.id));
        meeting.shows_a_code().await;
        problem(
            meeting.post("end", &json!(null)).await,
            409,
            ErrorCode::RollCallOpen,
        )
        .await;
        let end = "end?with_roll_calls=true";
        ok::<StaffMeeting>(meeting.post(end, &json!(null)).await).await;
        // After its end no picture shows a code: none is demanded, and that is written down.
        meeting.world.clock.advance_ms(29 * MINUTE);
        let lifted = opened(&after.id).await;
        assert!(!lifted.presence_code);
        let log = meeting.audited(&format!("roll_call:{}", after.id)).await;
        assert!(
            log.contains(&("system".to_owned(), "roll_call.lift_code".to_owned())),
            "{log:?}"
        );
    }
}

#[tokio::test]
async fn only_the_code_of_an_open_roll_call_is_shown_and_in_one_place() {
    let meeting = Meeting::live(World::new().await).await;
    let other = {
        let plan = json!({ "title": "支部会", "organization_code": "QH", "audience_code": "ZJ",
            "starts_at_ms": meeting.world.now_ms(), "planned_ms": 3_600_000, "record": false });
        let made = meeting
            .world
            .post("/api/v1/meetings", &meeting.staff)
            .json(&plan);
        let made: StaffMeeting = ok(made.send().await.unwrap()).await;
        let path = format!("/api/v1/meetings/{}/start", made.meeting.id);
        ok::<StaffMeeting>(
            meeting
                .world
                .post(&path, &meeting.staff)
                .send()
                .await
                .unwrap(),
        )
        .await;
        made.meeting.id
    };
    // Opened by hand: in the picture of the nearest meeting.
    let coded = RollCallDraft {
        presence_code: true,
        ..draft("ZJ")
    };
    let first = meeting.call(&coded).await;
    assert_eq!(meeting.roll_call(&first.id).await.meeting_id, Some(other));
    problem(
        meeting.show(Some(&first.id)).await,
        409,
        ErrorCode::Conflict,
    )
    .await;
    let second = meeting.call(&coded).await;
    assert_eq!(
        meeting.roll_call(&second.id).await.meeting_id.as_deref(),
        Some(&*meeting.id)
    );
    ok::<RoomState>(meeting.show(Some(&second.id)).await).await;
    let scheduled = RollCallDraft {
        opens_at_ms: Some(meeting.world.now_ms() + MINUTE),
        ..coded
    };
    let scheduled = meeting.call(&scheduled).await;
    problem(
        meeting.show(Some(&scheduled.id)).await,
        409,
        ErrorCode::Conflict,
    )
    .await;
    meeting.step(&second.id, "close", json!({})).await;
    problem(
        meeting.show(Some(&second.id)).await,
        409,
        ErrorCode::Conflict,
    )
    .await;
    ok::<RoomState>(meeting.show(None).await).await;
}

#[tokio::test]
async fn where_another_engine_carries_the_picture_no_code_is_demanded() {
    let world = World::set(|config| {
        config.live.whip_url = Some("https://media.example/{stream}/whip".to_owned());
        config.live.whep_url = Some("https://media.example/{stream}/whep".to_owned());
        config.live.hls_url = Some("https://media.example/{stream}/index.m3u8".to_owned());
    })
    .await;
    let meeting = Meeting::live(world).await;
    problem(meeting.open(true).await, 409, ErrorCode::Conflict).await;
    let plain: RollCall = ok(meeting.open(false).await).await;
    assert!(!plain.presence_code);
    let planned = RollCallDraft {
        opens_at_ms: Some(meeting.world.now_ms() + MINUTE),
        presence_code: true,
        ..draft("ZJ")
    };
    let planned = meeting.call(&planned).await;
    meeting.world.clock.advance_ms(MINUTE);
    let waited = async {
        while meeting.roll_call(&planned.id).await.state != RollCallState::Open {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    let limit = std::time::Duration::from_secs(60);
    tokio::time::timeout(limit, waited).await.expect("it opens");
    assert!(!meeting.roll_call(&planned.id).await.presence_code);
}
