//! Ballots on paper: names and sheets, entered apart by two people, and taken back where they were wrong.

use std::time::{Duration, Instant};

use backend_api::services::evaluations::ballots::count::GRACE_MS;
use backend_api::services::kit::rights::Role;
use contract::error::ErrorCode;
use contract::evaluation::{BallotTaken, PaperReading, PaperState, StaffEvaluation};
use contract::staff::{NoticeKind, StaffNotice};
use futures_util::future::{join, join_all};
use reqwest::Response;
use serde_json::{Value, json};
use store::audit;

use crate::ballots::{members, pin};
use crate::common::{World, databases, ok, problem};
use crate::evaluations::{HOUR, Village};

impl Village {
    async fn take_back(&self, token: &str, id: &str, member: &str, reason: &str) -> Response {
        let body = json!({ "member_id": member, "reason": reason });
        self.paper(token, id, "paper-voters/take-back", body).await
    }

    async fn void(&self, token: &str, id: &str, sheet: u32) -> Response {
        let body = json!({ "sheet": sheet });
        self.paper(token, id, "paper-ballots/take-back", body).await
    }

    /// Entries of the log: what they are about, and what they say.
    async fn logged(&self, action: &'static str) -> Vec<(String, String)> {
        let found = self.world.blocking(move |store| {
            let filter = audit::Filter {
                action: Some(action),
                ..audit::Filter::default()
            };
            store
                .read(|tx| audit::list(tx, &filter, None, 100))
                .unwrap()
        });
        let entries = found.await.into_iter();
        entries.map(|it| (it.subject, it.detail)).collect()
    }
}

fn figures(state: &PaperState) -> (u32, u32, u32) {
    (state.voters, state.ballots, state.once)
}

#[tokio::test]
async fn paper_is_read_by_two_and_never_more_than_there_are_names() {
    let village = Village::new().await;
    let voters = members(&village.world, "ZJ", 3).await;
    let made = village.opened(&village.draft()).await;
    let id = made.evaluation.id.as_str();
    let (one, two) = (village.staff.as_str(), village.secretary.as_str());
    let state: PaperState = ok(village.mark(two, id, &voters[0]).await).await;
    assert_eq!((state.voters, state.ballots, state.once), (1, 0, 0));
    problem(
        village.mark(two, id, &voters[0]).await,
        409,
        ErrorCode::Conflict,
    )
    .await;
    problem(
        village.mark(two, id, &village.li.id).await,
        409,
        ErrorCode::Conflict,
    )
    .await;
    problem(
        village.mark(two, id, "nobody").await,
        404,
        ErrorCode::NotFound,
    )
    .await;
    // They cannot vote at a TV any more.
    let cast = village
        .cast(&village.station, &made.evaluation, pin(&voters[0]), 0)
        .await;
    assert!(ok::<BallotTaken>(cast).await.repeated);

    let reading = async |token: &str, sheet: u32, chosen: u32| -> PaperState {
        ok(village.read(token, id, sheet, chosen).await).await
    };
    assert_eq!(reading(one, 1, 2).await.reading, PaperReading::First);
    problem(village.read(one, id, 1, 2).await, 409, ErrorCode::Conflict).await;
    let differs = reading(two, 1, 1).await;
    assert_eq!((differs.reading, differs.once), (PaperReading::Differs, 0));
    assert_eq!(reading(two, 1, 1).await.reading, PaperReading::First);
    let matches = reading(one, 1, 1).await;
    assert_eq!(
        (matches.reading, matches.ballots),
        (PaperReading::Matches, 1)
    );
    let third = village.read(one, id, 1, 1).await;
    let third = problem(third, 409, ErrorCode::Conflict).await;
    assert!(
        third.title.contains("第 1 号已经录入两遍"),
        "{}",
        third.title
    );
    reading(one, 2, 0).await;
    let many = village.read(two, id, 2, 0).await;
    let many = problem(many, 409, ErrorCode::Conflict).await;
    assert!(many.title.contains("登记了 1 人"), "{}", many.title);
    ok::<PaperState>(village.mark(one, id, &voters[1]).await).await;
    assert_eq!(reading(two, 2, 0).await.reading, PaperReading::Matches);
    for (sheet, chosen) in [(0, 0), (1_000_000, 0), (3, 9)] {
        let wrong = village.read(one, id, sheet, chosen).await;
        problem(wrong, 422, ErrorCode::Invalid).await;
    }

    // One more name than sheets: the close says so and waits for somebody's word.
    ok::<PaperState>(village.mark(one, id, &voters[2]).await).await;
    let path = format!("/api/v1/evaluations/{id}/close");
    let early = village.world.post(&path, one).send().await.unwrap();
    let early = problem(early, 409, ErrorCode::Conflict).await;
    assert!(
        early.title.contains("登记了 3 人投纸质票，录入了 2 张"),
        "{}",
        early.title
    );
    village.world.clock.advance_ms(2 * HOUR + GRACE_MS);
    let begun = Instant::now();
    while !village.get(one, id).await.waits_for_paper {
        assert!(begun.elapsed() < Duration::from_secs(60));
    }
    let notices: Value = ok(village
        .world
        .get("/api/v1/notices", one)
        .send()
        .await
        .unwrap())
    .await;
    let notices: Vec<StaffNotice> = serde_json::from_value(notices["items"].clone()).unwrap();
    assert!(notices.iter().any(|it| it.kind == NoticeKind::PaperBallots));
    let accept = json!({ "accept_paper_difference": true });
    let closed = village.world.post(&path, one).json(&accept);
    let closed: StaffEvaluation = ok(closed.send().await.unwrap()).await;
    let result = closed.evaluation.result.unwrap();
    assert_eq!(
        (result.took_part, result.on_paper),
        (2, None),
        "few are not told of"
    );
    problem(village.read(one, id, 3, 0).await, 409, ErrorCode::Conflict).await;
    problem(
        village.mark(one, id, &village.zhang.id).await,
        409,
        ErrorCode::Conflict,
    )
    .await;
}

#[tokio::test]
async fn who_was_marked_by_mistake_may_vote_again_on_both_engines() {
    for database in databases().await {
        let village = Village::on(World::on(database).await).await;
        let made = village.opened(&village.draft()).await;
        let (id, zhang) = (made.evaluation.id.as_str(), village.zhang.id.as_str());
        let (leader, secretary) = (village.staff.as_str(), village.secretary.as_str());
        ok::<PaperState>(village.mark(secretary, id, zhang).await).await;
        assert!(village.of(&village.zhang).await.took_part);

        // Whoever enters names does not take them back, and nobody does so without a reason.
        let refused = village.take_back(secretary, id, zhang, "登记错了人").await;
        problem(refused, 403, ErrorCode::Forbidden).await;
        for reason in ["", "错", "电话 13800000001 问过"] {
            let refused = village.take_back(leader, id, zhang, reason).await;
            let refused = problem(refused, 422, ErrorCode::Invalid).await;
            assert_eq!(refused.fields[0].field, "reason");
        }
        assert!(village.of(&village.zhang).await.took_part);
        assert_eq!(village.logged("evaluation.paper_voter_back").await, []);

        let state: PaperState = ok(village.take_back(leader, id, zhang, "登记错了人").await).await;
        assert_eq!(figures(&state), (0, 0, 0));
        assert!(!village.of(&village.zhang).await.took_part);
        assert_eq!(village.get(leader, id).await.on_paper, 0, "as staff see it");
        let mut logged = village.logged("evaluation.paper_voter_back").await;
        logged.sort();
        assert_eq!(
            logged,
            [
                (format!("evaluation:{id}"), String::new()),
                (format!("member:{zhang}"), "登记错了人".to_owned()),
            ]
        );
        let again = village.take_back(leader, id, zhang, "登记错了人").await;
        problem(again, 409, ErrorCode::Conflict).await;

        // They vote at their television, and that cannot be taken back by anybody.
        let cast = village
            .cast(&village.home, &made.evaluation, pin(zhang), 0)
            .await;
        assert!(!ok::<BallotTaken>(cast).await.repeated);
        let again = village.take_back(leader, id, zhang, "登记错了人").await;
        let again = problem(again, 409, ErrorCode::Conflict).await;
        assert!(
            again.title.contains("电视上投的不能撤回"),
            "{}",
            again.title
        );
        let closed = village.closed(id).await.evaluation.result.unwrap();
        assert_eq!((closed.took_part, closed.entitled), (1, 1));
        for late in [
            village.take_back(leader, id, zhang, "登记错了人").await,
            village.void(leader, id, 1).await,
        ] {
            problem(late, 409, ErrorCode::Conflict).await;
        }
    }
}

#[tokio::test]
async fn names_are_never_fewer_than_sheets_on_both_engines() {
    for database in databases().await {
        let village = Village::on(World::on(database).await).await;
        let voters = members(&village.world, "ZJ", 3).await;
        let made = village.opened(&village.draft()).await;
        let id = made.evaluation.id.as_str();
        let (one, two) = (village.staff.as_str(), village.secretary.as_str());
        for voter in &voters[..2] {
            ok::<PaperState>(village.mark(two, id, voter).await).await;
        }
        for sheet in [1, 2] {
            ok::<PaperState>(village.read(one, id, sheet, 0).await).await;
            let second: PaperState = ok(village.read(two, id, sheet, 0).await).await;
            assert_eq!(second.reading, PaperReading::Matches);
        }
        // The right one is marked first; then the wrong one is taken back.
        let wrong = voters[0].as_str();
        let few = village.take_back(one, id, wrong, "登记错了人").await;
        let few = problem(few, 409, ErrorCode::Conflict).await;
        assert!(few.title.contains("已经有 2 张纸质票算数"), "{}", few.title);
        assert!(few.title.contains("请先登记真正投票的人"), "{}", few.title);
        ok::<PaperState>(village.mark(two, id, &voters[2]).await).await;
        let state: PaperState = ok(village.take_back(one, id, wrong, "登记错了人").await).await;
        assert_eq!(figures(&state), (2, 2, 0));
        let cast = village
            .cast(&village.station, &made.evaluation, pin(wrong), 1)
            .await;
        assert!(!ok::<BallotTaken>(cast).await.repeated);

        // A sheet that counts is not taken back by who read it first, nor by who may not lead.
        let own = village.void(one, id, 1).await;
        let own = problem(own, 409, ErrorCode::Conflict).await;
        assert!(own.title.contains("须由另一个人作废"), "{}", own.title);
        problem(village.void(two, id, 1).await, 403, ErrorCode::Forbidden).await;
        problem(village.void(one, id, 9).await, 404, ErrorCode::NotFound).await;
        let other = village.world.staff(Role::PlatformAdministrator, "QH").await;
        let state: PaperState = ok(village.void(&other, id, 1).await).await;
        assert_eq!(figures(&state), (2, 1, 0));
        let logged = village.logged("evaluation.paper_ballot_back").await;
        assert_eq!(logged, [(format!("evaluation:{id}"), "sheet 1".to_owned())]);
        // It can be read anew, by two, and what was read once is taken back by anybody who leads.
        let first: PaperState = ok(village.read(one, id, 1, 1).await).await;
        assert_eq!(first.reading, PaperReading::First);
        let state: PaperState = ok(village.void(one, id, 1).await).await;
        assert_eq!(figures(&state), (2, 1, 0));
        let state: PaperState = ok(village.take_back(one, id, &voters[1], "没有交票").await).await;
        assert_eq!(figures(&state), (1, 1, 0));
        // One sheet and one at the station; names and sheets come to the same.
        let closed = village.closed(id).await.evaluation.result.unwrap();
        assert_eq!(closed.took_part, 2);
    }
}

#[tokio::test]
async fn sheets_counted_and_names_taken_back_at_once_never_cross() {
    const COUNT: usize = 12;
    for database in databases().await {
        let village = Village::on(World::on(database).await).await;
        let voters = members(&village.world, "ZJ", COUNT).await;
        let made = village.opened(&village.draft()).await;
        let id = made.evaluation.id.as_str();
        for (sheet, voter) in (1..).zip(&voters) {
            ok::<PaperState>(village.mark(&village.staff, id, voter).await).await;
            ok::<PaperState>(village.read(&village.staff, id, sheet, 0).await).await;
        }
        let counting = (1..=COUNT).map(|sheet| {
            let sheet = u32::try_from(sheet).unwrap();
            village.read(&village.secretary, id, sheet, 0)
        });
        let backs = voters
            .iter()
            .map(|voter| village.take_back(&village.staff, id, voter, "登记错了人"));
        let (counted, taken) = join(join_all(counting), join_all(backs)).await;
        let good = |all: &[Response]| all.iter().filter(|it| it.status() == 200).count();
        let statuses = counted.iter().chain(&taken).map(|it| it.status().as_u16());
        assert!(statuses.clone().all(|it| matches!(it, 200 | 409)));
        let left = village.get(&village.staff, id).await;
        let (names, sheets) = (left.on_paper as usize, left.paper_ballots as usize);
        assert_eq!(names, COUNT - good(&taken));
        assert_eq!(sheets, good(&counted));
        assert!(sheets <= names, "{sheets} sheets of {names}");
    }
}
