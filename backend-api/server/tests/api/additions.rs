//! Members who are added to a roll call that is open.

use backend_api::services::kit::rights::Role;
use contract::error::ErrorCode;
use contract::roll_call::{
    Attendance, AttendanceState, RollCall, RollCallDraft, RollCallState, TerminalRollCall,
};
use reqwest::Response;
use serde_json::json;
use store::versions::Seen;
use store::{households, members, organizations};

use crate::common::{Tv, databases, ok, problem};
use crate::events::Events;
use crate::roll_calls::{Hall, MINUTE, PIN, by_card, by_pin, draft, member};

const WHY: &str = "点名开始后才登记";

impl Hall {
    async fn add(&self, call: &RollCall, member: &str, reason: &str, token: &str) -> Response {
        let path = format!("/api/v1/roll-calls/{}/members", call.id);
        let addition = json!({ "member_id": member, "reason": reason });
        let request = self.world.post(&path, token).json(&addition);
        request.send().await.unwrap()
    }

    async fn added(&self, call: &RollCall, member: &str) -> Attendance {
        let answer = self.add(call, member, WHY, &self.staff).await;
        assert_eq!(answer.status(), 201);
        ok(answer).await
    }

    async fn shown(&self, tv: &Tv, call: &RollCall) -> TerminalRollCall {
        let all = self.seen(tv).await.roll_calls;
        all.into_iter().find(|it| it.id == call.id).unwrap()
    }

    /// Somebody who comes into 张建国's household now.
    async fn newcomer(&self, name: &str) -> String {
        let home = self.home.id.clone();
        let household = self.world.blocking(move |store| {
            let found = store.read(|tx| households::of_terminal(tx, &home));
            found.unwrap().unwrap().id
        });
        member(
            &self.world,
            "ZJ",
            name,
            Some(&household.await),
            Some("00777777"),
        )
        .await
    }

    async fn change(
        &self,
        id: &str,
        work: impl Fn(&mut store::WriteTx<'_>, &str) -> store::Result<()> + Send + 'static,
    ) {
        let id = id.to_owned();
        let done = self
            .world
            .blocking(move |store| store.write::<_, store::Error, _>(move |tx| work(tx, &id)));
        done.await.unwrap();
    }
}

#[tokio::test]
async fn somebody_entered_meanwhile_is_told_whom_to_ask_and_added() {
    for database in databases().await {
        let hall = Hall::on(database).await;
        let call = hall.call(&draft("QH")).await;
        assert_eq!(call.counts.eligible, 4);
        let zhao = hall.newcomer("赵新民").await;
        // Not called; home and station know that they belong into the list, and of whom to ask.
        for tv in [&hall.home, &hall.station] {
            let shown = hall.shown(tv, &call).await;
            assert!(shown.people.iter().all(|it| it.member_id != zhao));
            assert_eq!(shown.unlisted.len(), 1);
            let unlisted = &shown.unlisted[0];
            assert_eq!(unlisted.member.id, zhao);
            assert_eq!(unlisted.member.name, "赵新民");
            assert_eq!(unlisted.organization.name, "张家村");
        }

        let mut events = Events::listen(&hall.world, &hall.home.token, None).await;
        let line = hall.added(&call, &zhao).await;
        assert_eq!(
            (line.state, line.member.id.as_str()),
            (AttendanceState::Missing, &*zhao)
        );
        assert_eq!(line.added_reason.as_deref(), Some(WHY));
        // Their TV hears of it at once, and calls them.
        // That somebody new lives there was told, too.
        let mut told = events.event().await.unwrap().0;
        while told == contract::event::Event::PeopleChanged {
            told = events.event().await.unwrap().0;
        }
        assert!(
            matches!(told, contract::event::Event::RollCallChanged { roll_call_id }
            if roll_call_id == call.id)
        );
        for tv in [&hall.home, &hall.station] {
            let shown = hall.shown(tv, &call).await;
            assert!(shown.people.iter().any(|it| it.member_id == zhao));
            assert!(shown.unlisted.is_empty());
        }
        let counts = hall.get(&call.id).await.counts;
        assert_eq!((counts.eligible, counts.missing), (5, 5));
        let signed = hall
            .signed(&hall.home, "1", &by_pin(&call, &zhao, PIN))
            .await;
        assert_eq!(signed.state, AttendanceState::Present);
        let counts = hall.get(&call.id).await.counts;
        assert_eq!((counts.present, counts.rate_bp), (1, Some(2_000)));

        // Again: nothing changes, and nothing is written down.
        let again = hall.add(&call, &zhao, WHY, &hall.staff).await;
        assert_eq!(again.status(), 200);
        assert_eq!(
            ok::<Attendance>(again).await.state,
            AttendanceState::Present
        );
        let listed = hall.add(&call, &hall.wang, WHY, &hall.staff).await;
        assert_eq!(listed.status(), 200);
        assert_eq!(hall.get(&call.id).await.counts.eligible, 5);
        assert_eq!(hall.audited("roll_call.add_member").await, 1);
        hall.log_is_sound().await;
    }
}

#[tokio::test]
async fn who_came_as_a_visitor_counts_once_added_and_the_exempt_do_not() {
    for database in databases().await {
        let hall = Hall::on(database).await;
        let call = hall.call(&draft("QH")).await;
        let zhao = hall.newcomer("赵新民").await;
        let guest = hall
            .signed(&hall.station, "1", &by_card(&call, "00777777"))
            .await;
        assert_eq!(guest.state, AttendanceState::Guest);
        let counts = hall.get(&call.id).await.counts;
        assert_eq!((counts.guests, counts.present), (1, 0));
        assert_eq!(
            hall.added(&call, &zhao).await.state,
            AttendanceState::Present
        );
        let counts = hall.get(&call.id).await.counts;
        assert_eq!((counts.guests, counts.present, counts.eligible), (0, 1, 5));

        let frail = member(&hall.world, "ZJ", "钱老太", None, None).await;
        hall.change(&frail, |tx, id| {
            let old = members::get(tx, id)?.unwrap();
            let content = members::Content {
                name: old.name,
                exempt_reason: Some("年老体弱".to_owned()),
                ..members::Content::default()
            };
            members::update(tx, id, Seen::Any, &content, None, 1).map(|_| ())
        })
        .await;
        assert_eq!(
            hall.added(&call, &frail).await.state,
            AttendanceState::Exempt
        );
        let counts = hall.get(&call.id).await.counts;
        assert_eq!(
            (counts.eligible, counts.exempt, counts.rate_bp),
            (6, 1, Some(2_000))
        );
    }
}

#[tokio::test]
async fn only_those_it_would_call_and_only_while_it_goes_on() {
    for database in databases().await {
        let hall = Hall::on(database).await;
        let branch = hall.world.staff(Role::BranchSecretary, "ZJ").await;
        let reader = hall.world.staff(Role::Reader, "QH").await;
        let call = hall.call(&draft("ZJ")).await;
        let zhao = hall.newcomer("赵新民").await;
        let refused = |member: &str, reason: &str, token: &str| {
            let (member, reason, token) = (member.to_owned(), reason.to_owned(), token.to_owned());
            let (hall, call) = (&hall, &call);
            async move { hall.add(call, &member, &reason, &token).await }
        };
        let staff = &hall.staff;
        problem(
            refused(&zhao, WHY, &reader).await,
            403,
            ErrorCode::Forbidden,
        )
        .await;
        problem(
            refused(&hall.li, WHY, &branch).await,
            404,
            ErrorCode::NotFound,
        )
        .await;
        problem(
            refused("nobody", WHY, staff).await,
            404,
            ErrorCode::NotFound,
        )
        .await;
        for why in ["", "病", "电话 13800000001"] {
            let fields = problem(refused(&zhao, why, staff).await, 422, ErrorCode::Invalid)
                .await
                .fields;
            assert_eq!(fields[0].field, "reason");
        }
        // Of the next village, which this one does not call.
        let fields = problem(refused(&hall.li, WHY, staff).await, 422, ErrorCode::Invalid)
            .await
            .fields;
        assert_eq!(fields[0].field, "member_id");
        let villager = member(&hall.world, "ZJ", "孙村民", None, None).await;
        hall.change(&villager, |tx, id| {
            let content = members::Content {
                name: "孙村民".to_owned(),
                status: contract::member::MemberStatus::Villager,
                ..members::Content::default()
            };
            members::update(tx, id, Seen::Any, &content, None, 1).map(|_| ())
        })
        .await;
        problem(
            refused(&villager, WHY, staff).await,
            422,
            ErrorCode::Invalid,
        )
        .await;
        assert!(
            hall.shown(&hall.home, &call)
                .await
                .unlisted
                .iter()
                .all(|it| it.member.id == zhao)
        );
        let gone = member(&hall.world, "ZJ", "吴走了", None, None).await;
        hall.change(&gone, |tx, id| {
            members::moves::set_left(tx, id, Some(1), 1).map(|_| ())
        })
        .await;
        problem(refused(&gone, WHY, staff).await, 409, ErrorCode::Conflict).await;
        // Moved in from the next village.
        hall.change(&hall.li, |tx, id| {
            let village = organizations::by_code(tx, "ZJ")?.unwrap().id;
            members::moves::transfer(tx, id, &village, "x", "搬家", 1).map(|_| ())
        })
        .await;
        let li = refused(&hall.li, WHY, &branch).await;
        assert_eq!(li.status(), 201);
        assert_eq!(hall.get(&call.id).await.counts.eligible, 4);

        // Before it opens and once it is over it is the list that counts.
        let opens_at_ms = Some(hall.world.now_ms() + 60 * MINUTE);
        let later = RollCallDraft {
            opens_at_ms,
            ..draft("ZJ")
        };
        let later = hall.call(&later).await;
        let answer = hall.add(&later, &zhao, WHY, staff).await;
        problem(answer, 409, ErrorCode::Conflict).await;
        hall.step(&call.id, "close", json!({})).await;
        problem(refused(&zhao, WHY, staff).await, 409, ErrorCode::Conflict).await;
        assert!(hall.shown(&hall.home, &call).await.unlisted.is_empty());
        hall.log_is_sound().await;
    }
}

#[tokio::test]
async fn rounds_that_were_over_are_not_asked_of_whoever_was_added_later() {
    for database in databases().await {
        let hall = Hall::on(database).await;
        let call = hall.call(&draft("QH")).await;
        hall.signed(&hall.home, "1", &by_pin(&call, &hall.zhang, PIN))
            .await;
        hall.world.clock.advance_ms(16 * MINUTE);
        hall.until(&call.id, |it| it.state == RollCallState::Closed)
            .await;
        let zhao = hall.newcomer("赵新民").await;
        let spot = hall.step(&call.id, "rounds", json!({ "window_ms": 600_000 }));
        assert_eq!(spot.await.status(), 201);
        assert_eq!(
            hall.added(&call, &zhao).await.state,
            AttendanceState::Missing
        );
        let mut answer = by_pin(&call, &zhao, PIN);
        answer.round = 2;
        let signed = hall.signed(&hall.home, "2", &answer).await;
        assert_eq!(signed.state, AttendanceState::Present);
        let counts = hall.get(&call.id).await.counts;
        assert_eq!((counts.eligible, counts.present, counts.missing), (5, 1, 4));
        // The next one is.
        hall.world.clock.advance_ms(11 * MINUTE);
        hall.until(&call.id, |it| it.state == RollCallState::Closed)
            .await;
        let spot = hall.step(&call.id, "rounds", json!({ "window_ms": 600_000 }));
        assert_eq!(spot.await.status(), 201);
        assert_eq!(hall.get(&call.id).await.counts.present, 0);
        answer.round = 3;
        hall.signed(&hall.home, "3", &answer).await;
        assert_eq!(hall.get(&call.id).await.counts.present, 1);
    }
}
