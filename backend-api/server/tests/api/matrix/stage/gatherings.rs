//! Roll calls, meetings and duty rooms.

use contract::meeting::MeetingState;
use contract::roll_call::{Occasion, SpotChecks};
use contract::terminal::TerminalKind;
use serde_json::{Value, json};
use store::roll_calls::{NewRollCall, rounds};
use store::terminals::NewTerminal;
use store::{Store, WriteTx, duty, meetings, roll_calls, terminals};

use super::people::PIN;
use super::sent::Sent;
use super::{Place, Stage, Wish};

impl Stage {
    /// A question about one of these; nothing if it is about something else.
    pub(super) async fn about_gatherings(&self, wish: &Wish<'_>) -> Option<(String, Sent)> {
        let Wish {
            path,
            place,
            number,
            method,
            ..
        } = *wish;
        let code = place.code();
        let now_ms = self.world.now_ms();
        let none = Sent::default();
        let on = |id: &str| path.replace("{id}", id);
        let named = |body: Value| (path.to_owned(), Sent::json(&body));
        Some(match (method, path) {
            ("POST", "/api/v1/terminal/sign-ins") => {
                let id = self.member(Place::Own, "签到的人").await;
                let call = self.roll_call(Place::Own, "open", false).await;
                let body = json!({ "roll_call_id": call, "round": 1, "time": { "at_ms": now_ms },
                    "proof": { "by": "pin", "member_id": id, "pin": PIN } });
                (path.to_owned(), Sent::json(&body).key(number))
            }
            ("POST", "/api/v1/roll-calls") => {
                named(json!({ "title": "点名", "organization_code": code, "window_ms": 60_000 }))
            }
            ("POST", "/api/v1/roll-calls/{id}/open") => {
                (on(&self.roll_call(place, "scheduled", false).await), none)
            }
            ("POST", "/api/v1/roll-calls/{id}/cancel") => {
                let id = self.roll_call(place, "scheduled", false).await;
                (on(&id), Sent::json(&json!({ "reason": "改期" })))
            }
            ("POST", "/api/v1/roll-calls/{id}/close") => {
                (on(&self.roll_call(place, "open", false).await), none)
            }
            ("POST", "/api/v1/roll-calls/{id}/rounds") => {
                let id = self.roll_call(place, "closed", false).await;
                (on(&id), Sent::json(&json!({ "window_ms": 60_000 })))
            }
            ("POST", "/api/v1/roll-calls/{id}/members") => {
                let id = self.roll_call(place, "open", false).await;
                let member = self.member(place, "王五").await;
                let body = json!({ "member_id": member, "reason": "刚刚转入" });
                (on(&id), Sent::json(&body))
            }
            ("POST", "/api/v1/roll-calls/{id}/corrections") => {
                let member = self.member(place, "王五").await;
                let id = self.roll_call(place, "open", false).await;
                let body = json!({ "member_id": member, "state": "leave", "reason": "请假看病" });
                (on(&id), Sent::json(&body))
            }
            ("GET", path) if path.starts_with("/api/v1/roll-calls/{id}") => {
                // The parent's calls somebody of the own village.
                self.member(Place::Own, "被点的人").await;
                let presence = path.ends_with("presence-code");
                (on(&self.roll_call(place, "open", presence).await), none)
            }
            ("PUT", "/api/v1/terminal/viewings/{id}") => {
                let meeting = self.meeting(Place::Own, MeetingState::Live).await;
                let report = json!({ "meeting_id": meeting, "started_at_ms": now_ms,
                    "last_at_ms": now_ms, "watched_ms": 0 });
                let viewing = uuid::Uuid::from_u128(u128::from(number)).to_string();
                (on(&viewing), Sent::json(&report))
            }
            (_, path) if path.starts_with("/api/v1/terminal/meetings/{id}/") => {
                let meeting = self.meeting(place, MeetingState::Live).await;
                let sent = match (method, path.rsplit('/').next()) {
                    ("POST", Some("join")) => {
                        Sent::json(&json!({ "viewing_id": uuid::Uuid::from_u128(1) }))
                    }
                    ("POST", _) => Sent::json(&json!({ "raised": true })),
                    ("PUT", _) => Sent::text("picture"),
                    _ => none,
                };
                (on(&meeting), sent)
            }
            (_, path) if path.starts_with("/live/") => {
                let filled = ["{*stream}", "{token}", "{meeting}", "{id}"]
                    .iter()
                    .fold(path.to_owned(), |path, name| path.replace(name, "x"));
                (filled.replace("{file}", "live.m3u8"), none)
            }
            ("POST", "/api/v1/meetings/{id}/direction") => {
                let id = self.meeting(place, MeetingState::Live).await;
                let command = json!({ "command": "layout", "layout": "grid" });
                (on(&id), Sent::json(&command))
            }
            ("PUT", "/api/v1/meetings/{id}/host-source") => {
                let id = self.meeting(place, MeetingState::Live).await;
                (on(&id), Sent::json(&json!({ "source": "page" })))
            }
            ("POST", "/api/v1/meetings/{id}/host")
            | (
                "GET",
                "/api/v1/meetings/{id}/stage"
                | "/api/v1/meetings/{id}/events"
                | "/api/v1/meetings/{id}/stations/{terminal_id}/picture",
            ) => {
                let id = self.meeting(place, MeetingState::Live).await;
                (on(&id).replace("{terminal_id}", &self.terminal.0), none)
            }
            ("POST", "/api/v1/meetings") => named(plan(code, now_ms)),
            ("POST", "/api/v1/meeting-series") => named(json!({ "meeting": plan(code, now_ms),
                "repeat": { "every": "week", "times": 2 } })),
            ("POST", "/api/v1/meeting-series/plan") => named(json!({ "starts_at_ms": now_ms,
                "repeat": { "every": "month_day", "times": 2 } })),
            ("PUT", "/api/v1/meetings/{id}") => {
                let id = self.meeting(place, MeetingState::Scheduled).await;
                (on(&id), Sent::json(&plan(code, now_ms)).version(1))
            }
            ("GET" | "POST", "/api/v1/meetings/{id}/station-checks")
            | ("POST", "/api/v1/meetings/{id}/start") => (
                on(&self.meeting(place, MeetingState::Scheduled).await),
                none,
            ),
            ("POST", "/api/v1/meetings/{id}/cancel") => {
                let id = self.meeting(place, MeetingState::Scheduled).await;
                (on(&id), Sent::json(&json!({ "reason": "改期" })))
            }
            ("POST", "/api/v1/meetings/{id}/end") => {
                (on(&self.meeting(place, MeetingState::Live).await), none)
            }
            ("POST", "/api/v1/meetings/{id}/recording") => {
                let id = self.meeting(place, MeetingState::Ended).await;
                let failed = id.clone();
                let fail = move |tx: &mut WriteTx<'_>| {
                    meetings::recording_failed(tx, &failed, "磁盘已满", now_ms)
                };
                let failing = move |store: &Store| store.write::<_, store::Error, _>(fail).unwrap();
                self.world.blocking(failing).await;
                (on(&id), none)
            }
            ("POST", "/api/v1/meetings/{id}/roll-call") => {
                let id = self.meeting(place, MeetingState::Live).await;
                (on(&id), Sent::json(&json!({ "window_ms": 60_000 })))
            }
            ("GET", "/api/v1/meetings/{id}" | "/api/v1/meetings/{id}/viewings") => {
                (on(&self.meeting(place, MeetingState::Ended).await), none)
            }
            ("POST", "/api/v1/duty-rooms") => named(json!({ "title": "值班室",
                "organization_code": code, "camera_url": "rtsp://192.168.2.1/live" })),
            ("PUT", "/api/v1/duty-rooms/{id}") => {
                let id = self.duty_room(place, number).await;
                let body = json!({ "title": "大厅", "organization_code": code,
                    "camera_url": "rtsp://192.168.2.1/live" });
                (on(&id), Sent::json(&body))
            }
            (_, path) if path.starts_with("/api/v1/duty-rooms/{id}") => {
                (on(&self.duty_room(place, number).await), none)
            }
            ("DELETE", "/api/v1/duty-looks/{id}") => {
                let room = self.duty_room(place, number).await;
                let look = self.made(place, move |tx, _| {
                    let room = duty::get(tx, &room)?.unwrap();
                    Ok(duty::looks::open(tx, &room, "x", now_ms)?.id)
                });
                (on(&look.await), none)
            }
            ("GET", "/api/v1/reports/attendance" | "/api/v1/reports/requests") => {
                (format!("{path}?month=2026-11&organization={code}"), none)
            }
            _ => return None,
        })
    }

    pub(super) async fn roll_call(
        &self,
        place: Place,
        state: &'static str,
        presence: bool,
    ) -> String {
        let now_ms = self.world.now_ms();
        self.made(place, move |tx, id| {
            let new = NewRollCall {
                organization_id: id.to_owned(),
                title: "点名".to_owned(),
                occasion: Occasion::Meeting,
                statuses: vec![contract::member::MemberStatus::Full],
                presence_secret: presence.then(|| "secret".to_owned()),
                spot_checks: None::<SpotChecks>,
                created_by: "x".to_owned(),
                opens_at_ms: if state == "scheduled" {
                    now_ms + 60_000
                } else {
                    now_ms
                },
                window_ms: 60_000,
                grace_ms: 0,
            };
            let made = roll_calls::create(tx, &new, now_ms)?;
            if state != "scheduled" {
                rounds::open(tx, &made.id, None, now_ms)?;
            }
            if state == "closed" {
                rounds::close(tx, &made.id, now_ms)?;
            }
            Ok(made.id)
        })
        .await
    }

    /// The duty room of a station there.
    pub(super) async fn duty_room(&self, place: Place, number: u64) -> String {
        let now_ms = self.world.now_ms();
        self.made(place, move |tx, id| {
            let new = NewTerminal {
                kind: TerminalKind::Station,
                name: "会议室".to_owned(),
                organization_id: id.to_owned(),
                token_sha256: format!("station{number}"),
            };
            let content = duty::Content {
                title: "值班室".to_owned(),
                organization_id: id.to_owned(),
                picture: duty::Picture::Station(terminals::create(tx, &new, now_ms)?.id),
            };
            Ok(duty::create(tx, &duty::new_id(now_ms), &content, "x", now_ms)?.id)
        })
        .await
    }

    /// A meeting held there, for those there.
    pub(super) async fn meeting(&self, place: Place, state: MeetingState) -> String {
        let now_ms = self.world.now_ms();
        self.made(place, move |tx, id| {
            let content = meetings::Content {
                title: "例会".to_owned(),
                organization_id: id.to_owned(),
                audience_id: id.to_owned(),
                starts_at_ms: now_ms,
                planned_ms: 3_600_000,
                ..meetings::Content::default()
            };
            let made = meetings::create(tx, &content, "x", now_ms)?;
            if state != MeetingState::Scheduled {
                meetings::start(tx, &made.id, now_ms)?;
            }
            if state == MeetingState::Ended {
                meetings::end(tx, &made.id, now_ms)?;
            }
            Ok(made.id)
        })
        .await
    }
}

pub(super) fn plan(code: &str, now_ms: i64) -> Value {
    json!({ "title": "例会", "organization_code": code, "audience_code": code,
        "starts_at_ms": now_ms, "planned_ms": 3_600_000, "record": false })
}
