//! Evaluations, as staff make them and people at TVs take part.

use std::time::{Duration, Instant};

use backend_api::services::evaluations::ballots::count::GRACE_MS;
use backend_api::services::keys;
use backend_api::services::kit::rights::Role;
use contract::error::ErrorCode;
use contract::evaluation::{
    BallotTaken, Entitlement, Evaluation, EvaluationDraft, EvaluationKind, EvaluationState,
    StaffEvaluation, TerminalEvaluations,
};
use contract::event::Event;
use contract::feed::{Change, Document};
use contract::form::Form;
use contract::member::{Household, Member, MemberSession};
use contract::person::MemberStatus;
use contract::proof::Proof;
use contract::terminal::TerminalKind;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::ballots::{self, CARD, PIN, grades, members, pin};
use crate::common::{Tv, World, databases, draft as bulletin, ok, problem, tv};
use crate::events::Events;

const MINUTE: i64 = 60_000;
pub const HOUR: i64 = 60 * MINUTE;

/// 张三 of 12 号, full member; 李四 there, probationary; 王二 there, villager.
pub struct Village {
    pub world: World,
    pub staff: String,
    pub secretary: String,
    pub home: Tv,
    pub station: Tv,
    pub zhang: Member,
    pub li: Member,
    pub wang: Member,
}

impl Village {
    pub async fn new() -> Self {
        Self::on(World::new().await).await
    }

    pub async fn on(world: World) -> Self {
        let staff = world.staff(Role::OrganizationStaff, "QH").await;
        let secretary = world.staff(Role::BranchSecretary, "ZJ").await;
        let home = tv(&world, "ZJ", TerminalKind::Household).await;
        let station = tv(&world, "ZJ", TerminalKind::Station).await;
        let house = json!({ "organization_code": "ZJ", "name": "12 号", "terminal_id": home.id });
        let house: Household = send(&world, &staff, Method::POST, "/households", house).await;
        let member = async |name: &str, status: &str, card: Option<&str>| -> Member {
            let body = json!({ "organization_code": "ZJ", "name": name, "household_id": house.id,
                "status": status, "card": card });
            let made: Member = send(&world, &staff, Method::POST, "/members", body).await;
            let path = format!("/members/{}/pin", made.id);
            let _: Value = send(&world, &staff, Method::PUT, &path, json!({ "pin": PIN })).await;
            made
        };
        let zhang = member("张三", "full", Some(CARD)).await;
        let li = member("李四", "probationary", None).await;
        let wang = member("王二", "villager", None).await;
        Self {
            world,
            staff,
            secretary,
            home,
            station,
            zhang,
            li,
            wang,
        }
    }

    pub fn draft(&self) -> EvaluationDraft {
        let now_ms = self.world.now_ms();
        EvaluationDraft {
            title: "镇水利站评议".to_owned(),
            organization_code: "QH".to_owned(),
            target_code: Some("LJ".to_owned()),
            list: "evaluations".to_owned(),
            about: "结果公布在电视上".to_owned(),
            statuses: vec![MemberStatus::Full],
            opens_at_ms: now_ms + HOUR,
            closes_at_ms: now_ms + 2 * HOUR,
            form: grades(),
            ..EvaluationDraft::default()
        }
    }

    pub async fn create(&self, draft: &EvaluationDraft) -> StaffEvaluation {
        let body = json!(draft);
        send(&self.world, &self.staff, Method::POST, "/evaluations", body).await
    }

    pub async fn announced(&self, draft: &EvaluationDraft) -> StaffEvaluation {
        let made = self.create(draft).await;
        let path = format!("/evaluations/{}/announce", made.evaluation.id);
        ok(self
            .versioned(Method::POST, &path, made.version, json!({}))
            .await)
        .await
    }

    pub async fn opened(&self, draft: &EvaluationDraft) -> StaffEvaluation {
        let made = self.announced(draft).await;
        let path = format!("/evaluations/{}/open", made.evaluation.id);
        send(&self.world, &self.staff, Method::POST, &path, json!({})).await
    }

    pub async fn closed(&self, id: &str) -> StaffEvaluation {
        let path = format!("/evaluations/{id}/close");
        send(&self.world, &self.staff, Method::POST, &path, json!({})).await
    }

    pub async fn versioned(
        &self,
        method: Method,
        path: &str,
        version: i64,
        body: Value,
    ) -> Response {
        self.world
            .ask(method, &format!("/api/v1{path}"), &self.staff)
            .header("if-match", format!("\"{version}\""))
            .json(&body)
            .send()
            .await
            .unwrap()
    }

    pub async fn get(&self, token: &str, id: &str) -> StaffEvaluation {
        let path = format!("/api/v1/evaluations/{id}");
        ok(self.world.get(&path, token).send().await.unwrap()).await
    }

    /// Waits until an evaluation stands so by itself.
    pub async fn until(&self, id: &str, state: EvaluationState) -> StaffEvaluation {
        let begun = Instant::now();
        loop {
            let found = self.get(&self.staff, id).await;
            if found.evaluation.state == state {
                return found;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "{found:?}");
        }
    }

    pub async fn standing(&self, tv: &Tv) -> TerminalEvaluations {
        let request = self.world.get("/api/v1/terminal/evaluations", &tv.token);
        ok(request.send().await.unwrap()).await
    }

    /// How somebody stands at home with the only evaluation there is.
    pub async fn of(&self, member: &Member) -> Entitlement {
        let all = self.standing(&self.home).await.evaluations.remove(0).people;
        all.into_iter()
            .find(|it| it.member.id == member.id)
            .unwrap()
    }

    pub async fn object(&self, id: &str, member: &Member, key: &str) -> Response {
        let path = format!("/api/v1/terminal/evaluations/{id}/objections");
        let request = self.world.post(&path, &self.home.token);
        let request = request.header("idempotency-key", key);
        let body = json!({ "member_id": member.id });
        request.json(&body).send().await.unwrap()
    }

    pub async fn cast(
        &self,
        tv: &Tv,
        evaluation: &Evaluation,
        proof: Proof,
        chosen: u32,
    ) -> Response {
        let body = ballots::ballot(&evaluation.form, &evaluation.id, proof, chosen);
        self.send_ballot(tv, &body).await
    }

    pub async fn send_ballot(&self, tv: &Tv, body: &Value) -> Response {
        let request = self.world.post("/api/v1/terminal/ballots", &tv.token);
        request.json(body).send().await.unwrap()
    }

    pub async fn paper(&self, token: &str, id: &str, what: &str, body: Value) -> Response {
        let path = format!("/api/v1/evaluations/{id}/{what}");
        let request = self.world.post(&path, token);
        request.json(&body).send().await.unwrap()
    }

    pub async fn mark(&self, token: &str, id: &str, member: &str) -> Response {
        let body = json!({ "member_id": member });
        self.paper(token, id, "paper-voters", body).await
    }

    pub async fn read(&self, token: &str, id: &str, sheet: u32, chosen: u32) -> Response {
        let answers = json!([{ "question": "q1", "chosen": [chosen] }]);
        let body = json!({ "sheet": sheet, "answers": answers });
        self.paper(token, id, "paper-ballots", body).await
    }
}

async fn send<T: serde::de::DeserializeOwned>(
    world: &World,
    token: &str,
    method: Method,
    path: &str,
    body: Value,
) -> T {
    let request = world.ask(method, &format!("/api/v1{path}"), token);
    ok(request.json(&body).send().await.unwrap()).await
}

/// The evaluations that a terminal has.
pub async fn seen(world: &World, tv: &Tv) -> Vec<Evaluation> {
    let changes = world.feed(&tv.token, "").await.changes.into_iter();
    let evaluation = |change| match change {
        Change::Put {
            document: Document::Evaluation(evaluation),
        } => Some(evaluation),
        _ => None,
    };
    changes.filter_map(evaluation).collect()
}

#[tokio::test]
async fn an_evaluation_goes_its_way_on_both_engines() {
    for database in databases().await {
        let village = Village::on(World::on(database).await).await;
        let (world, home) = (&village.world, &village.home);
        let made = village.create(&village.draft()).await;
        let id = made.evaluation.id.as_str();
        assert_eq!((made.version, made.took_part), (1, 0));
        assert_eq!(made.organization_code, "QH");
        assert_eq!(made.evaluation.target, "李家村");
        assert!(seen(world, home).await.is_empty(), "only staff see a draft");
        let path = format!("/evaluations/{id}");
        let other = EvaluationDraft {
            title: "水利站评议".to_owned(),
            ..village.draft()
        };
        let stale = village.versioned(Method::PUT, &path, 2, json!(other)).await;
        problem(stale, 412, ErrorCode::Stale).await;
        let edited: StaffEvaluation =
            ok(village.versioned(Method::PUT, &path, 1, json!(other)).await).await;
        assert_eq!(edited.evaluation.title, "水利站评议");
        // The branch is asked once it is announced.
        let early = world.get(&format!("/api/v1{path}"), &village.secretary);
        problem(early.send().await.unwrap(), 404, ErrorCode::NotFound).await;

        let mut events = Events::listen(world, &home.token, None).await;
        let announce = format!("{path}/announce");
        let announced: StaffEvaluation = ok(village
            .versioned(Method::POST, &announce, 2, json!({}))
            .await)
        .await;
        assert_eq!(announced.evaluation.state, EvaluationState::Announced);
        assert_eq!(announced.evaluation.form_hash.len(), 64);
        let mut told = [
            events.event().await.unwrap().0,
            events.event().await.unwrap().0,
        ];
        told.sort_by_key(|event| format!("{event:?}"));
        assert_eq!(told, [Event::EvaluationsChanged, Event::FeedChanged]);
        let frozen = village.versioned(Method::PUT, &path, 3, json!(other)).await;
        let frozen = problem(frozen, 409, ErrorCode::Conflict).await;
        assert_eq!(frozen.state.as_deref(), Some("announced"));
        assert_eq!(seen(world, home).await[0].title, "水利站评议");
        let early = village
            .cast(home, &announced.evaluation, pin(&village.zhang.id), 0)
            .await;
        let early = problem(early, 409, ErrorCode::Conflict).await;
        assert_eq!(early.state.as_deref(), Some("announced"));

        // It opens and closes by itself.
        world.clock.advance_ms(HOUR);
        let opened = village.until(id, EvaluationState::Open).await;
        assert_eq!(opened.evaluation.entitled, 1);
        assert_eq!(opened.evaluation.entitled_hash.len(), 64);
        let cast = village
            .cast(home, &opened.evaluation, pin(&village.zhang.id), 0)
            .await;
        let taken: BallotTaken = ok(cast).await;
        assert_eq!(
            (taken.member.name.as_str(), taken.repeated),
            ("张三", false)
        );
        // The figure is of the last minute.
        assert_eq!(village.get(&village.staff, id).await.took_part, 0);
        world.clock.advance_ms(MINUTE);
        assert_eq!(village.get(&village.staff, id).await.took_part, 1);
        assert!(village.of(&village.zhang).await.took_part);

        world.clock.advance_ms(HOUR);
        assert_eq!(
            village.get(&village.staff, id).await.evaluation.state,
            EvaluationState::Open,
            "what was kept for lack of a network still comes in"
        );
        world.clock.advance_ms(GRACE_MS);
        let closed = village.until(id, EvaluationState::Closed).await;
        let result = closed.evaluation.result.unwrap();
        assert_eq!((result.entitled, result.took_part), (1, 1));
        assert_eq!(result.passed, None);
        assert_eq!(
            result.ballots_hash, "",
            "of one ballot nothing is published"
        );
        assert_eq!(result.questions[0].answered, None);
        assert!(village.standing(home).await.evaluations.is_empty());

        // What was done about it.
        let public = world.publish(&village.staff, &bulletin("整改", "QH")).await;
        let follow = format!("{path}/follow-up");
        let version = village.get(&village.staff, id).await.version;
        let none = json!({ "bulletin_id": "0" });
        let none = village.versioned(Method::PUT, &follow, version, none).await;
        let none = problem(none, 422, ErrorCode::Invalid).await;
        assert_eq!(none.fields[0].field, "bulletin_id");
        let body = json!({ "bulletin_id": public.id });
        let _: StaffEvaluation =
            ok(village.versioned(Method::PUT, &follow, version, body).await).await;
        let shown = seen(world, home).await.remove(0);
        assert_eq!(shown.follow_up_bulletin, Some(public.id));
        assert_eq!(shown.state, EvaluationState::Closed);
        assert!(shown.result.is_some());
    }
}

#[tokio::test]
async fn everybody_can_look_whether_they_may_and_object() {
    let village = Village::new().await;
    let draft = EvaluationDraft {
        kind: EvaluationKind::Motion,
        statuses: Vec::new(),
        form: Form::default(),
        ..village.draft()
    };
    let made = village.announced(&draft).await;
    let id = made.evaluation.id.as_str();
    let says = async |member: &Member| {
        let of = village.of(member).await;
        (of.entitled, of.because)
    };
    assert_eq!(
        says(&village.zhang).await,
        (true, "您是张家村的正式党员".to_owned())
    );
    assert_eq!(
        says(&village.li).await,
        (false, "预备党员不参加表决".to_owned())
    );
    assert_eq!(
        says(&village.wang).await,
        (false, "这次只请正式党员参加".to_owned())
    );
    assert!(
        village.standing(&village.station).await.evaluations[0]
            .people
            .is_empty()
    );

    // With an entity tag.
    let ask = || {
        village
            .world
            .get("/api/v1/terminal/evaluations", &village.home.token)
    };
    let tag = ask().send().await.unwrap().headers()["etag"].clone();
    let same = ask().header("if-none-match", &tag).send().await.unwrap();
    assert_eq!(same.status(), 304);

    let objected: Entitlement = ok(village.object(id, &village.wang, "a").await).await;
    assert!(objected.objected && !objected.entitled);
    let again: Entitlement = ok(village.object(id, &village.wang, "a").await).await;
    assert_eq!(again, objected, "sent again");
    let other = village.object(id, &village.li, "a").await;
    problem(other, 422, ErrorCode::KeyReused).await;
    let needless = village.object(id, &village.zhang, "b").await;
    problem(needless, 409, ErrorCode::Conflict).await;
    ok::<Entitlement>(village.object(id, &village.li, "c").await).await;
    let news = ask().header("if-none-match", &tag).send().await.unwrap();
    assert_eq!(news.status(), 200);

    // The branch answers for its own; who sees no personal data sees no names.
    let found = village.get(&village.secretary, id).await.objections;
    let names: Vec<&str> = found.iter().map(|it| it.member.name.as_str()).collect();
    assert_eq!(names, ["王二", "李四"]);
    let publisher = village.world.staff(Role::OfficePublisher, "QH").await;
    assert!(village.get(&publisher, id).await.objections.is_empty());
    let elsewhere = village.world.staff(Role::BranchSecretary, "LJ").await;
    assert!(village.get(&elsewhere, id).await.objections.is_empty());
    let answer = async |token: &str, objection: &str, entitled: bool| {
        let path = format!("/api/v1/evaluations/{id}/objections/{objection}");
        let body = json!({ "entitled": entitled, "reason": "户口已核实" });
        let request = village.world.post(&path, token).json(&body);
        request.send().await.unwrap()
    };
    let refused = answer(&elsewhere, &found[0].id, true).await;
    problem(refused, 404, ErrorCode::NotFound).await;
    let mut events = Events::listen(&village.world, &village.home.token, None).await;
    ok::<StaffEvaluation>(answer(&village.secretary, &found[0].id, true).await).await;
    assert_eq!(events.event().await.unwrap().0, Event::EvaluationsChanged);
    ok::<StaffEvaluation>(answer(&village.staff, &found[1].id, false).await).await;
    let twice = answer(&village.staff, &found[1].id, true).await;
    problem(twice, 404, ErrorCode::NotFound).await;
    assert_eq!(
        says(&village.wang).await,
        (true, "工作人员已核实：户口已核实".to_owned())
    );
    assert_eq!(
        says(&village.li).await,
        (false, "工作人员答复：户口已核实".to_owned())
    );
    let over = village.object(id, &village.li, "d").await;
    problem(over, 409, ErrorCode::Conflict).await;

    let path = format!("/evaluations/{id}/open");
    let opened: StaffEvaluation = send(
        &village.world,
        &village.staff,
        Method::POST,
        &path,
        json!({}),
    )
    .await;
    assert_eq!(opened.evaluation.entitled, 2);
    // A vote without a form asks in the usual way.
    let question = &opened.evaluation.form.questions[0];
    assert_eq!(question.text, "镇水利站评议");
    let cast = async |member: &Member| {
        let proof = pin(&member.id);
        village
            .cast(&village.home, &opened.evaluation, proof, 0)
            .await
    };
    let taken: BallotTaken = ok(cast(&village.zhang).await).await;
    let missing: Vec<&str> = taken
        .household_missing
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    assert_eq!(missing, ["王二"]);
    problem(cast(&village.li).await, 403, ErrorCode::Forbidden).await;
    let taken: BallotTaken = ok(cast(&village.wang).await).await;
    assert!(taken.household_missing.is_empty());
    // At the station with a session.
    let session = village
        .world
        .post("/api/v1/terminal/member-sessions", &village.station.token);
    let session = session.json(&json!({ "proof": { "by": "card", "card": CARD } }));
    let session: MemberSession = ok(session.send().await.unwrap()).await;
    let at_station = async |token: &str| {
        let request = village
            .world
            .get("/api/v1/terminal/evaluations", &village.station.token);
        request
            .header("member-session", token)
            .send()
            .await
            .unwrap()
    };
    let own: TerminalEvaluations = ok(at_station(&session.token).await).await;
    let [person] = &own.evaluations[0].people[..] else {
        panic!("one person")
    };
    assert_eq!(
        (person.member.name.as_str(), person.took_part),
        ("张三", true)
    );
    problem(at_station("nobody").await, 403, ErrorCode::Forbidden).await;
}

#[tokio::test]
async fn casting_again_is_the_same_ballot_wherever() {
    let village = Village::new().await;
    let made = village.opened(&village.draft()).await;
    let (id, evaluation) = (made.evaluation.id.clone(), made.evaluation);
    let first = village
        .cast(&village.home, &evaluation, pin(&village.zhang.id), 0)
        .await;
    assert!(!ok::<BallotTaken>(first).await.repeated);
    let card = Proof::Card {
        card: CARD.to_owned(),
    };
    for (tv, proof, chosen) in [
        (&village.home, pin(&village.zhang.id), 0),
        (&village.home, pin(&village.zhang.id), 1),
        (&village.station, card.clone(), 2),
    ] {
        let again: BallotTaken = ok(village.cast(tv, &evaluation, proof, chosen).await).await;
        assert_eq!((again.repeated, again.member.name.as_str()), (true, "张三"));
    }
    let marked = village.mark(&village.staff, &id, &village.zhang.id).await;
    problem(marked, 409, ErrorCode::Conflict).await;
    // A card is no proof at home, and a wrong PIN costs a try.
    let refused = village.cast(&village.home, &evaluation, card, 0).await;
    problem(refused, 403, ErrorCode::Forbidden).await;
    let wrong = Proof::Pin {
        member_id: village.zhang.id.clone(),
        pin: "000000".to_owned(),
    };
    let refused = village.cast(&village.home, &evaluation, wrong, 0).await;
    let refused = problem(refused, 403, ErrorCode::WrongPin).await;
    assert_eq!(refused.tries_left, Some(4));
    let closed = village.closed(&id).await;
    assert_eq!(closed.evaluation.result.unwrap().took_part, 1);
    let after = village
        .cast(&village.home, &evaluation, pin(&village.zhang.id), 0)
        .await;
    assert!(
        ok::<BallotTaken>(after).await.repeated,
        "they are told that it is done"
    );
}

#[tokio::test]
async fn a_ballot_that_is_not_good_is_refused_and_kept_nowhere() {
    let village = Village::new().await;
    let made = village.opened(&village.draft()).await;
    let (id, form) = (made.evaluation.id.as_str(), &made.evaluation.form);
    let good = ballots::ballot(form, id, pin(&village.zhang.id), 0);
    let changed = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    let padding = good["padding"].as_str().unwrap();
    let answers = |chosen: Value| {
        // As long as before, so that only the answers are wrong.
        let mut body = good.clone();
        body["padding"] = "".into();
        body["answers"] = json!([{ "question": "q1", "chosen": chosen, "number": null }]);
        let length = body.to_string().len();
        let spaces = contract::evaluation::ballot_bytes(form) - length;
        body["padding"] = " ".repeat(spaces).into();
        body
    };
    let hash = "0".repeat(64);
    for (body, status, code) in [
        (changed("padding", "".into()), 400, ErrorCode::BadRequest),
        (
            changed("padding", format!("{padding} ").into()),
            400,
            ErrorCode::BadRequest,
        ),
        (changed("form_hash", hash.into()), 409, ErrorCode::Conflict),
        (
            changed("evaluation_id", "0".repeat(36).into()),
            404,
            ErrorCode::NotFound,
        ),
        (
            changed("evaluation_id", format!("{}\u{0}", "0".repeat(30)).into()),
            400,
            ErrorCode::BadRequest,
        ),
        (answers(json!([9])), 422, ErrorCode::Invalid),
        (answers(json!([])), 422, ErrorCode::Invalid),
        (answers(json!([0, 1])), 422, ErrorCode::Invalid),
        (changed("answers", "x".into()), 400, ErrorCode::BadRequest),
    ] {
        let refused = village.send_ballot(&village.home, &body).await;
        problem(refused, status, code).await;
    }
    village.world.clock.advance_ms(MINUTE);
    assert_eq!(village.get(&village.staff, id).await.took_part, 0);
    ok::<BallotTaken>(village.send_ballot(&village.home, &good).await).await;
    let signage = tv(&village.world, "ZJ", TerminalKind::Signage).await;
    let refused = village.send_ballot(&signage, &good).await;
    problem(refused, 403, ErrorCode::Forbidden).await;
}

#[tokio::test]
async fn what_was_pressed_in_time_and_kept_counts_for_a_while() {
    let village = Village::new().await;
    let draft = EvaluationDraft {
        statuses: vec![MemberStatus::Full, MemberStatus::Probationary],
        ..village.draft()
    };
    let made = village.opened(&draft).await;
    let (id, evaluation) = (made.evaluation.id.as_str(), &made.evaluation);
    let queued = |member: &Member, age_ms: Option<i64>| {
        let kept = Some((age_ms, true));
        let proof = pin(&member.id);
        ballots::ballot_kept(&evaluation.form, id, proof, 0, kept)
    };
    village.world.clock.advance_ms(2 * HOUR + MINUTE);
    let late = village
        .cast(&village.home, evaluation, pin(&village.zhang.id), 0)
        .await;
    problem(late, 409, ErrorCode::Conflict).await;
    for age_ms in [None, Some(MINUTE - 1), Some(-5)] {
        let late = village
            .send_ballot(&village.home, &queued(&village.zhang, age_ms))
            .await;
        problem(late, 409, ErrorCode::Conflict).await;
    }
    let kept = queued(&village.zhang, Some(MINUTE + 1));
    ok::<BallotTaken>(village.send_ballot(&village.home, &kept).await).await;
    village.world.clock.advance_ms(GRACE_MS);
    let closed = village.until(id, EvaluationState::Closed).await;
    assert_eq!(closed.evaluation.result.unwrap().took_part, 1);
    let late = village
        .send_ballot(&village.home, &queued(&village.li, Some(HOUR)))
        .await;
    let late = problem(late, 409, ErrorCode::Conflict).await;
    assert_eq!(late.state.as_deref(), Some("closed"));
}

#[tokio::test]
async fn a_motion_passes_by_more_than_half_of_those_entitled() {
    let village = Village::new().await;
    // With 张三 they are sixteen; 李四 is on probation.
    let voters = members(&village.world, "ZJ", 15).await;
    let draft = EvaluationDraft {
        kind: EvaluationKind::Motion,
        statuses: Vec::new(),
        form: Form::default(),
        ..village.draft()
    };
    for (yes, no, passed) in [(8, 7, false), (9, 0, true), (8, 0, false)] {
        let made = village.opened(&draft).await;
        let id = &made.evaluation.id;
        assert_eq!(made.evaluation.entitled, 16);
        let choices = std::iter::repeat_n(0, yes).chain(std::iter::repeat_n(1, no));
        for (voter, chosen) in voters.iter().zip(choices) {
            let cast = village
                .cast(&village.station, &made.evaluation, pin(voter), chosen)
                .await;
            ok::<BallotTaken>(cast).await;
        }
        let result = village.closed(id).await.evaluation.result.unwrap();
        assert_eq!(result.passed, Some(passed), "{yes} of 16: {}", result.rule);
        assert!(result.rule.contains("应到 16 人"), "{}", result.rule);
    }
}

#[tokio::test]
async fn with_names_answers_are_kept_with_them() {
    let village = Village::new().await;
    let draft = EvaluationDraft {
        named: true,
        ..village.draft()
    };
    for (named, draft) in [(true, &draft), (false, &village.draft())] {
        let made = village.opened(draft).await;
        let proof = pin(&village.zhang.id);
        let cast = village
            .cast(&village.home, &made.evaluation, proof, 1)
            .await;
        ok::<BallotTaken>(cast).await;
        let id = made.evaluation.id;
        village.closed(&id).await;
        let kept = village
            .world
            .blocking(move |store| {
                store
                    .read(|tx| store::evaluations::ballots::of(tx, &id))
                    .unwrap()
            })
            .await;
        let expected = named.then(|| village.zhang.id.clone());
        assert_eq!((kept.len(), &kept[0].member_id), (1, &expected));
        assert_eq!(kept[0].answers, "[[1]]");
    }
}

#[tokio::test]
async fn cancelled_nothing_of_it_is_left() {
    let village = Village::new().await;
    let made = village.opened(&village.draft()).await;
    let id = made.evaluation.id.as_str();
    let cast = village
        .cast(&village.home, &made.evaluation, pin(&village.zhang.id), 1)
        .await;
    ok::<BallotTaken>(cast).await;
    let path = format!("/evaluations/{id}/cancel");
    let body = json!({ "reason": "题目写错了" });
    let cancelled: StaffEvaluation = send(
        &village.world,
        &village.staff,
        Method::POST,
        &path,
        body.clone(),
    )
    .await;
    assert_eq!(cancelled.evaluation.state, EvaluationState::Cancelled);
    assert_eq!(cancelled.cancel_reason.as_deref(), Some("题目写错了"));
    assert!(seen(&village.world, &village.home).await.is_empty());
    let again = village
        .world
        .post(&format!("/api/v1{path}"), &village.staff);
    problem(
        again.json(&body).send().await.unwrap(),
        409,
        ErrorCode::Conflict,
    )
    .await;
    let id = id.to_owned();
    let left = village
        .world
        .blocking(move |store| {
            store
                .read(|tx| store::evaluations::ballots::envelopes(tx, &id))
                .unwrap()
        })
        .await;
    assert!(left.is_empty());
}

#[tokio::test]
async fn new_keys_and_a_restart_in_the_middle_lose_no_ballot() {
    let mut village = Village::new().await;
    let voters = members(&village.world, "ZJ", 4).await;
    let made = village.opened(&village.draft()).await;
    let id = made.evaluation.id.as_str();
    for (number, voter) in voters.iter().enumerate() {
        if number == 1 {
            let (vault, now_ms) = (
                std::sync::Arc::clone(village.world.server.vault()),
                village.world.now_ms(),
            );
            let rotated = village
                .world
                .blocking(move |store| keys::rotate(store, &vault, now_ms))
                .await;
            assert_eq!(rotated.unwrap().evaluations, 1);
        }
        if number == 2 {
            village.world = village.world.restarted(1_000).await;
        }
        let cast = village
            .cast(&village.station, &made.evaluation, pin(voter), 0)
            .await;
        ok::<BallotTaken>(cast).await;
    }
    let closed = village.closed(id).await;
    assert_eq!(closed.evaluation.result.unwrap().took_part, 4);
}

#[tokio::test]
async fn one_that_opens_after_its_time_is_open_as_long_as_it_was_meant_to_be() {
    let mut village = Village::new().await;
    let made = village.announced(&village.draft()).await;
    let id = made.evaluation.id.as_str();
    village.world = village.world.restarted(5 * HOUR).await;
    village.staff = village
        .world
        .sign_in("organizationstaff-QH", crate::common::PASSWORD)
        .await
        .json::<contract::staff::SignInResponse>()
        .await
        .unwrap()
        .access_token;
    let opened = village.until(id, EvaluationState::Open).await;
    let now_ms = village.world.now_ms();
    assert_eq!(opened.evaluation.closes_at_ms, now_ms + HOUR);
}

#[tokio::test]
async fn every_wrong_field_of_a_draft_is_named() {
    let village = Village::new().await;
    let wrong = EvaluationDraft {
        title: String::new(),
        list: "notices".to_owned(),
        target_code: Some("NIEMAND".to_owned()),
        closes_at_ms: 0,
        statuses: vec![MemberStatus::Full, MemberStatus::Unknown],
        form: Form::default(),
        ..village.draft()
    };
    let request = village.world.post("/api/v1/evaluations", &village.staff);
    let refused = request.json(&wrong).send().await.unwrap();
    let refused = problem(refused, 422, ErrorCode::Invalid).await;
    let fields: Vec<&str> = refused.fields.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "title",
            "statuses",
            "closes_at_ms",
            "form.questions",
            "list",
            "target_code"
        ]
    );
}
