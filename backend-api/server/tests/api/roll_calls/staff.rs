//! What staff do: making, changing, correcting, and the report of a month.

use super::*;

#[tokio::test]
async fn staff_make_change_and_correct() {
    for database in databases().await {
        let hall = Hall::on(database).await;
        let opens_at_ms = Some(hall.world.now_ms() + 60 * MINUTE);
        let roll_call = hall
            .call(&RollCallDraft {
                opens_at_ms,
                ..draft("QH")
            })
            .await;
        let id = &roll_call.id;
        problem(
            hall.step(id, "close", json!({})).await,
            409,
            ErrorCode::Conflict,
        )
        .await;
        let early = json!({ "member_id": hall.zhang, "state": "leave", "reason": "外出务工" });
        problem(
            hall.step(id, "corrections", early.clone()).await,
            409,
            ErrorCode::Conflict,
        )
        .await;
        let opened: RollCall = ok(hall.step(id, "open", json!({})).await).await;
        assert_eq!(opened.rounds[0].opens_at_ms, hall.world.now_ms());
        problem(
            hall.step(id, "open", json!({})).await,
            409,
            ErrorCode::Conflict,
        )
        .await;

        let line: Attendance = ok(hall.step(id, "corrections", early).await).await;
        assert_eq!(
            (line.state, line.reason.as_deref()),
            (AttendanceState::Leave, Some("外出务工"))
        );
        for (wrong, field) in [
            (
                json!({ "member_id": hall.zhang, "state": "guest", "reason": "来宾" }),
                "state",
            ),
            (
                json!({ "member_id": hall.zhang, "state": "present", "reason": " 到 " }),
                "reason",
            ),
        ] {
            let refused = problem(
                hall.step(id, "corrections", wrong).await,
                422,
                ErrorCode::Invalid,
            )
            .await;
            assert_eq!(refused.fields[0].field, field);
        }
        let nobody = json!({ "member_id": "nobody", "state": "present", "reason": "到会" });
        problem(
            hall.step(id, "corrections", nobody).await,
            404,
            ErrorCode::NotFound,
        )
        .await;

        let round = json!(RoundRequest { window_ms: MINUTE });
        problem(
            hall.step(id, "rounds", round.clone()).await,
            409,
            ErrorCode::Conflict,
        )
        .await;
        hall.signed(&hall.station, "1", &by_pin(&roll_call, &hall.sun, PIN))
            .await;
        let closed: RollCall = ok(hall.step(id, "close", json!({})).await).await;
        assert_eq!(
            (closed.state, closed.counts.present, closed.counts.leave),
            (RollCallState::Closed, 1, 1)
        );
        // A spot check opens it again, and whoever does not answer it is missing.
        let spot = hall.step(id, "rounds", round).await;
        assert_eq!(spot.status(), StatusCode::CREATED);
        let spot: RollCall = spot.json().await.unwrap();
        assert_eq!(
            (spot.state, spot.rounds.len(), spot.counts.present),
            (RollCallState::Open, 2, 0)
        );
        let second = SignIn {
            round: 2,
            ..by_pin(&roll_call, &hall.sun, PIN)
        };
        hall.signed(&hall.station, "2", &second).await;
        assert_eq!(hall.get(id).await.counts.present, 1);

        let path = format!("/api/v1/roll-calls/{id}/attendance?organization=ZJ&limit=2");
        let page: Value = ok(hall.world.get(&path, &hall.staff).send().await.unwrap()).await;
        assert_eq!(page["items"].as_array().unwrap().len(), 2);
        let next = page["next"].as_str().unwrap();
        let rest: Value = ok(hall
            .world
            .get(&format!("{path}&after={next}"), &hall.staff)
            .send()
            .await
            .unwrap())
        .await;
        assert_eq!(rest["items"][0]["member"]["id"], hall.sun);
        assert_eq!(rest["items"][0]["sign_ins"].as_array().unwrap().len(), 2);
        let path = format!("/api/v1/roll-calls/{id}/results");
        let results: RollCallResults =
            ok(hall.world.get(&path, &hall.staff).send().await.unwrap()).await;
        assert_eq!(
            (results.total.eligible, results.organizations.len()),
            (4, 2)
        );
        assert_eq!(results.organizations[0].organization.name, "李家村");

        let cancelled: RollCall = ok(hall
            .step(id, "cancel", json!({ "reason": "改期举行" }))
            .await)
        .await;
        assert_eq!(cancelled.state, RollCallState::Cancelled);
        let refused = hall.send(&hall.station, "3", &second).await;
        problem(refused, 409, ErrorCode::Conflict).await;
        let list: Value = ok(hall
            .world
            .get("/api/v1/roll-calls?state=cancelled", &hall.staff)
            .send()
            .await
            .unwrap())
        .await;
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
        for action in [
            "roll_call.create",
            "roll_call.open",
            "roll_call.close",
            "roll_call.open_round",
            "roll_call.correct",
            "roll_call.cancel",
        ] {
            assert_eq!(hall.audited(action).await, 1, "{action}");
        }
        hall.log_is_sound().await;
        let bad = RollCallDraft {
            title: String::new(),
            window_ms: 1,
            statuses: vec![contract::member::MemberStatus::Unknown],
            ..draft("QH")
        };
        let refused = hall
            .world
            .post("/api/v1/roll-calls", &hall.staff)
            .json(&bad)
            .send()
            .await
            .unwrap();
        assert_eq!(
            problem(refused, 422, ErrorCode::Invalid).await.fields.len(),
            3
        );
    }
}

#[tokio::test]
async fn a_branch_sees_and_corrects_its_own() {
    let hall = Hall::new().await;
    let branch = hall.world.staff(Role::BranchSecretary, "ZJ").await;
    let neighbour = hall.world.staff(Role::BranchSecretary, "LJ").await;
    let reader = hall.world.staff(Role::Reader, "QH").await;
    let office = hall.world.staff(Role::OfficePublisher, "QH").await;
    let above = hall.call(&draft("QH")).await;
    let theirs = hall.call(&draft("ZJ")).await;
    let get = |path: String, token: &str| {
        let request = hall.world.get(&path, token);
        async move { request.send().await.unwrap() }
    };
    let path = format!("/api/v1/roll-calls/{}", above.id);
    let seen: RollCall = ok(get(path.clone(), &branch).await).await;
    assert_eq!(seen.counts.eligible, 3, "its own part");
    let seen: RollCall = ok(get(path.clone(), &neighbour).await).await;
    assert_eq!(seen.counts.eligible, 1);
    problem(
        get(format!("/api/v1/roll-calls/{}", theirs.id), &neighbour).await,
        404,
        ErrorCode::NotFound,
    )
    .await;
    for token in [&reader, &office] {
        ok::<RollCall>(get(path.clone(), token).await).await;
        ok::<RollCallResults>(get(format!("{path}/results"), token).await).await;
    }
    ok::<Value>(get(format!("{path}/attendance"), &reader).await).await;
    problem(
        get(format!("{path}/attendance"), &office).await,
        403,
        ErrorCode::Forbidden,
    )
    .await;
    problem(
        get(format!("{path}/attendance?organization=LJ"), &branch).await,
        422,
        ErrorCode::Invalid,
    )
    .await;

    let correct = |token: &str, member: &str| {
        let correction = Correction {
            member_id: member.to_owned(),
            state: AttendanceState::Present,
            reason: "现场核实".to_owned(),
        };
        let request = hall
            .world
            .post(&format!("{path}/corrections"), token)
            .json(&correction);
        async move { request.send().await.unwrap() }
    };
    ok::<Attendance>(correct(&branch, &hall.sun).await).await;
    problem(correct(&branch, &hall.li).await, 404, ErrorCode::NotFound).await;
    problem(correct(&reader, &hall.sun).await, 403, ErrorCode::Forbidden).await;
    for what in ["close", "open"] {
        let request = hall.world.post(&format!("{path}/{what}"), &branch);
        problem(request.send().await.unwrap(), 403, ErrorCode::Forbidden).await;
    }
    let foreign = hall
        .world
        .post("/api/v1/roll-calls", &branch)
        .json(&draft("QH"));
    problem(foreign.send().await.unwrap(), 422, ErrorCode::Invalid).await;
    let own = hall
        .world
        .post("/api/v1/roll-calls", &branch)
        .json(&draft("ZJ"));
    assert_eq!(own.send().await.unwrap().status(), StatusCode::CREATED);
}

#[tokio::test]
async fn a_month_comes_as_json_csv_and_workbook() {
    let hall = Hall::new().await;
    let roll_call = hall.call(&draft("QH")).await;
    hall.signed(&hall.home, "1", &by_pin(&roll_call, &hall.zhang, PIN))
        .await;
    ok::<RollCall>(hall.step(&roll_call.id, "close", json!({})).await).await;
    let ask = |query: &str, token: &str| {
        let request = hall
            .world
            .get(&format!("/api/v1/reports/attendance?{query}"), token);
        async move { request.send().await.unwrap() }
    };
    let report: AttendanceReport = ok(ask("month=2026-11", &hall.staff).await).await;
    assert_eq!(
        (
            report.roll_calls,
            report.total.present,
            report.members.len()
        ),
        (1, 1, 4)
    );
    let village: AttendanceReport =
        ok(ask("month=2026-11&organization=ZJ", &hall.staff).await).await;
    assert_eq!(
        (village.organization.name.as_str(), village.members.len()),
        ("张家村", 3)
    );
    let december: AttendanceReport = ok(ask("month=2026-12", &hall.staff).await).await;
    assert_eq!(december.roll_calls, 0);
    let csv = ask("month=2026-11&format=csv", &hall.staff).await;
    assert_eq!(
        csv.headers()["content-disposition"],
        "attachment; filename=\"attendance-2026-11.csv\""
    );
    let csv = csv.text().await.unwrap();
    assert!(
        csv.contains("党员,张家村,张建国,1,0,1,0,0,0,0,0,100.00%"),
        "{csv}"
    );
    let workbook = ask("month=2026-11&format=xlsx", &hall.staff)
        .await
        .bytes()
        .await
        .unwrap();
    assert!(workbook.starts_with(b"PK"));
    problem(
        ask("month=november", &hall.staff).await,
        422,
        ErrorCode::Invalid,
    )
    .await;
    // Figures for those who may not see members, without names.
    let office = hall.world.staff(Role::OfficePublisher, "QH").await;
    let report: AttendanceReport = ok(ask("month=2026-11", &office).await).await;
    assert_eq!((report.total.present, report.members.len()), (1, 0));
    let branch = hall.world.staff(Role::BranchSecretary, "LJ").await;
    problem(
        ask("month=2026-11&organization=ZJ", &branch).await,
        422,
        ErrorCode::Invalid,
    )
    .await;
    assert_eq!(hall.audited("report.attendance").await, 5);
}
