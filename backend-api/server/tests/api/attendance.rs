//! To which month and year attendance belongs.

use contract::member::{MemberRecord, MemberSession};
use contract::roll_call::{AttendanceReport, RollCallState};
use contract::staff::SignInResponse;
use serde_json::json;

use crate::common::{PASSWORD, databases, ok};
use crate::roll_calls::{Hall, MINUTE, PIN, by_pin, draft};

const HOUR: i64 = 60 * MINUTE;

/// 2026-12-01 00:00 in China, and 2027-01-01.
const DECEMBER: i64 = 1_796_054_400_000;
const NEW_YEAR: i64 = 1_798_732_800_000;

impl Hall {
    async fn at(&mut self, now_ms: i64) {
        self.world.clock.advance_ms(now_ms - self.world.now_ms());
        // The session of the staff may have ended.
        let again = self.world.sign_in("organizationstaff-QH", PASSWORD).await;
        self.staff = ok::<SignInResponse>(again).await.access_token;
    }

    async fn month(&self, month: &str) -> AttendanceReport {
        let path = format!("/api/v1/reports/attendance?month={month}");
        ok(self.world.get(&path, &self.staff).send().await.unwrap()).await
    }

    /// What the TV shows 张建国 of himself.
    async fn record(&self) -> MemberRecord {
        let proof = json!({ "by": "pin", "member_id": self.zhang, "pin": PIN });
        let session = self
            .world
            .post("/api/v1/terminal/member-sessions", &self.home.token)
            .json(&json!({ "proof": proof }));
        let session: MemberSession = ok(session.send().await.unwrap()).await;
        let record = self
            .world
            .get("/api/v1/terminal/record", &self.home.token)
            .header("member-session", session.token);
        ok(record.send().await.unwrap()).await
    }
}

#[tokio::test]
async fn a_roll_call_over_midnight_belongs_to_where_it_opened() {
    for midnight in [DECEMBER, NEW_YEAR] {
        let (before, after) = match midnight {
            DECEMBER => ("2026-11", "2026-12"),
            _ => ("2026-12", "2027-01"),
        };
        for database in databases().await {
            let mut hall = Hall::on(database).await;
            hall.at(midnight - 10 * MINUTE).await;
            let call = hall.call(&draft("QH")).await;
            hall.signed(&hall.home, "1", &by_pin(&call, &hall.zhang, PIN))
                .await;
            let under_way = hall.month(before).await;
            assert_eq!((under_way.roll_calls, under_way.under_way), (0, 1));

            hall.world.clock.advance_ms(16 * MINUTE);
            let over = hall
                .until(&call.id, |it| it.state == RollCallState::Closed)
                .await;
            assert!(
                over.closed_at_ms.unwrap() > midnight,
                "it closed after midnight"
            );
            let held = hall.month(before).await;
            assert_eq!(
                (held.roll_calls, held.under_way, held.total.present),
                (1, 0, 1)
            );
            assert_eq!(held.total.eligible, 4);
            let nothing = hall.month(after).await;
            assert_eq!((nothing.roll_calls, nothing.total.eligible), (0, 0));

            // A spot check the next day opens it again: it is in no other month, and it is told that
            // it is missing from its own.
            hall.at(midnight + 10 * HOUR).await;
            let again = hall.step(&call.id, "rounds", json!({ "window_ms": 600_000 }));
            assert_eq!(again.await.status(), 201);
            let open = hall.month(before).await;
            assert_eq!((open.roll_calls, open.under_way), (0, 1));
            assert_eq!(hall.month(after).await.under_way, 0);
            let csv = format!("/api/v1/reports/attendance?month={before}&format=csv");
            let csv = hall.world.get(&csv, &hall.staff).send().await.unwrap();
            assert!(
                csv.text()
                    .await
                    .unwrap()
                    .contains("另有 1 次点名还在进行，没有计入")
            );
            let mut answer = by_pin(&call, &hall.zhang, PIN);
            answer.round = 2;
            hall.signed(&hall.home, "2", &answer).await;
            hall.step(&call.id, "close", json!({})).await;
            let held = hall.month(before).await;
            assert_eq!(
                (held.roll_calls, held.under_way, held.total.present),
                (1, 0, 1)
            );
            assert_eq!(hall.month(after).await.roll_calls, 0);

            // The member's own year, on the TV.
            let record = hall.record().await;
            let this_year = u32::from(midnight == DECEMBER);
            assert_eq!(
                (record.attendance.eligible, record.attendance.present),
                (this_year, this_year)
            );
            assert_eq!(record.roll_calls.len(), 1, "it is told of all the same");
            assert_eq!(record.roll_calls[0].opened_at_ms, midnight - 10 * MINUTE);
        }
    }
}

#[tokio::test]
async fn months_and_years_begin_in_china() {
    for database in databases().await {
        let mut hall = Hall::on(database).await;
        // Eight hours later it is midnight in London.
        hall.at(NEW_YEAR + 30_000).await;
        let call = hall.call(&draft("QH")).await;
        hall.signed(&hall.home, "1", &by_pin(&call, &hall.zhang, PIN))
            .await;
        hall.step(&call.id, "close", json!({})).await;
        assert_eq!(hall.month("2026-12").await.roll_calls, 0);
        assert_eq!(hall.month("2027-01").await.roll_calls, 1);
        assert_eq!(hall.record().await.attendance.present, 1);
    }
}
