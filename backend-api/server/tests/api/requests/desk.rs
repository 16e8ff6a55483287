//! Work lists, the number to telephone, figures, the working calendar.

use contract::error::ErrorCode;
use contract::request::{RequestGroup, RequestPage, RevealedPhone};
use contract::request_figures::RequestStatistics;
use contract::work_calendar::WorkCalendar;
use reqwest::Method;
use serde_json::json;
use store::audit;

use super::place::{HOUR, Place, answer, category};
use crate::common::{START_MS, ok, problem};

#[tokio::test]
async fn a_work_list_is_filtered_and_goes_on_page_by_page() {
    let place = Place::new().await;
    for (number, category) in [&place.own, &place.farming, &place.own]
        .into_iter()
        .enumerate()
    {
        let key = format!("k{number}");
        place
            .ask(&place.home, &key, category, &format!("第{number}件"))
            .await;
        place.world.clock.advance_ms(60_000);
    }
    let page = async |query: &str| -> RequestPage {
        let path = format!("/api/v1/requests?{query}");
        ok(place.world.get(&path, &place.town).send().await.unwrap()).await
    };
    let all = page("").await;
    let summaries: Vec<_> = all.items.iter().map(|it| it.summary.as_str()).collect();
    assert_eq!(
        summaries,
        ["第0件", "第1件", "第2件"],
        "the one that is due first first"
    );
    assert_eq!((all.counts.to_do, all.counts.to_call), (3, 3));
    assert_eq!(
        page(&format!("category={}", place.farming))
            .await
            .items
            .len(),
        1
    );
    assert_eq!(page("office=NY").await.counts.to_do, 1);
    assert_eq!(page("q=第2").await.items.len(), 1);
    assert_eq!(page("q=孟家").await.items.len(), 3);
    assert_eq!(page("kind=suggestion").await.items.len(), 0);
    let first = page("limit=2").await;
    let cursor = first.next_cursor.unwrap();
    let rest = page(&format!("limit=2&cursor={cursor}")).await;
    assert_eq!((first.items.len(), rest.items.len()), (2, 1));
    assert_eq!(rest.next_cursor, None);
    let wrong = place
        .world
        .get("/api/v1/requests?cursor=x", &place.town)
        .send()
        .await
        .unwrap();
    problem(wrong, 400, ErrorCode::BadRequest).await;
    let village = place.list(&place.village, RequestGroup::ToDo).await;
    assert_eq!(village.items.len(), 3, "what came from there");
    assert_eq!(
        place
            .list(&place.other_village, RequestGroup::ToDo)
            .await
            .items
            .len(),
        0
    );
}

#[tokio::test]
async fn a_number_is_shown_with_a_reason_and_who_was_reached_is_off_the_list() {
    let place = Place::new().await;
    let receipt = place.ask(&place.home, "k1", &place.own, "路灯不亮").await;
    let seen = place.get(&place.village, &receipt.id).await;
    assert_eq!(seen.phone_masked.as_deref(), Some("139****1234"));
    let path = format!("/api/v1/requests/{}/reveal", receipt.id);
    let reveal = async |staff: &str, reason: &str| {
        let request = place.world.post(&path, staff);
        request
            .json(&json!({ "reason": reason }))
            .send()
            .await
            .unwrap()
    };
    problem(reveal(&place.village, "").await, 422, ErrorCode::Invalid).await;
    problem(
        reveal(&place.other_village, "回电话").await,
        404,
        ErrorCode::NotFound,
    )
    .await;
    let shown: RevealedPhone = ok(reveal(&place.village, "给本人回电话").await).await;
    assert_eq!(shown.number, "13900001234");
    let after = place.get(&place.village, &receipt.id).await;
    assert_eq!(after.version, seen.version, "nobody's work is stale by it");
    let noted = after.history.last().unwrap();
    assert!(noted.is_internal && noted.text.contains("给本人回电话"));
    assert_eq!(place.only(&place.home).await.history.len(), 1);
    let entries = place
        .world
        .blocking(|store| {
            let filter = audit::Filter {
                action: Some("request.reveal"),
                ..audit::Filter::default()
            };
            store.read(|tx| audit::list(tx, &filter, None, 10)).unwrap()
        })
        .await;
    assert_eq!(entries.len(), 1);

    assert_eq!(
        place
            .list(&place.village, RequestGroup::ToCall)
            .await
            .items
            .len(),
        1
    );
    let missed = json!({ "act": "call", "reached": false });
    place.act(&place.village, &receipt.id, missed).await;
    assert_eq!(
        place
            .list(&place.village, RequestGroup::ToCall)
            .await
            .items
            .len(),
        1
    );
    let reached = json!({ "act": "call", "reached": true, "text": "说好明天去" });
    place.act(&place.village, &receipt.id, reached).await;
    assert_eq!(
        place
            .list(&place.village, RequestGroup::ToCall)
            .await
            .items
            .len(),
        0
    );
}

#[tokio::test]
async fn figures_say_silence_and_stand_in_the_order_of_the_register() {
    let place = Place::new().await;
    let first = place.ask(&place.home, "k1", &place.own, "路灯不亮").await;
    place.world.clock.advance_ms(HOUR);
    place.act(&place.village, &first.id, answer("换了")).await;
    place
        .ask(&place.neighbour, "k2", &place.farming, "叶子发黄")
        .await;
    let until = START_MS + 10 * HOUR;
    let path = format!("/api/v1/requests/statistics?from={START_MS}&until={until}");
    let found: RequestStatistics =
        ok(place.world.get(&path, &place.town).send().await.unwrap()).await;
    let total = found.total;
    assert_eq!(
        (total.received, total.responded, total.in_time, total.silent),
        (2, 1, 1, 1)
    );
    assert_eq!(total.response_median_ms, Some(HOUR));
    assert_eq!((total.solved, total.satisfaction), (0, [0; 5]));
    assert_eq!(found.categories.len(), 2);
    // Each has what it has to answer, wherever it came from.
    let mut offices: Vec<_> = found
        .offices
        .iter()
        .map(|it| (it.organization.name.as_str(), it.figures.received))
        .collect();
    offices.sort_unstable();
    assert_eq!(offices, [("农业农村办", 1), ("张家村", 1)]);
    let own: RequestStatistics = ok(place
        .world
        .get(&format!("{path}&organization=NY"), &place.town)
        .send()
        .await
        .unwrap())
    .await;
    assert_eq!(own.total.received, 1);
    for (query, status) in [
        ("month=2026-11", 200),
        ("month=2026-11&format=csv", 200),
        ("month=2026-11&format=xlsx", 200),
        ("month=2026", 422),
    ] {
        let path = format!("/api/v1/reports/requests?{query}");
        let answer = place.world.get(&path, &place.town).send().await.unwrap();
        assert_eq!(answer.status(), status, "{query}");
        if query.ends_with("csv") {
            let text = answer.text().await.unwrap();
            assert!(
                text.starts_with('\u{feff}') && text.contains("张家村"),
                "{text}"
            );
        }
    }
}

#[tokio::test]
async fn a_deadline_follows_the_working_calendar_and_says_why() {
    let place = Place::new().await;
    let put = async |staff: &str, version: i64, body: &WorkCalendar| {
        let request = place.world.ask(Method::PUT, "/api/v1/calendar/2026", staff);
        let request = request.header("if-match", format!("\"{version}\""));
        request.json(body).send().await.unwrap()
    };
    let day = |date: &str, is_working: bool, note: &str| contract::work_calendar::WorkDay {
        date: date.to_owned(),
        is_working,
        note: note.to_owned(),
    };
    // The test begins on a Sunday at 10 o'clock, which is worked; the Monday after it is not.
    let calendar = WorkCalendar {
        hours: Vec::new(),
        days: vec![
            day("2026-11-22", true, "调休"),
            day("2026-11-23", false, "庙会"),
        ],
    };
    let refused = put(&place.village, 0, &calendar).await;
    problem(refused, 403, ErrorCode::Forbidden).await;
    let wrong = WorkCalendar {
        days: vec![day("2025-01-01", false, "")],
        ..calendar.clone()
    };
    problem(put(&place.town, 0, &wrong).await, 422, ErrorCode::Invalid).await;
    let kept = put(&place.town, 0, &calendar).await;
    assert_eq!(kept.headers()["etag"], "\"1\"");
    problem(put(&place.town, 0, &calendar).await, 412, ErrorCode::Stale).await;
    let read = place.world.get("/api/v1/calendar/2026", &place.village);
    let read: WorkCalendar = ok(read.send().await.unwrap()).await;
    assert_eq!(read, calendar);
    let working = place
        .world
        .blocking(|store| {
            category(store, "GZ", None, |content| {
                content.clock = contract::request::ClockKind::Working;
                content.response_hours = 7;
            })
        })
        .await;
    place.ask(&place.home, "k1", &working, "补贴").await;
    let shown = place.only(&place.home).await;
    // 10:00 to 12:00 and 14:00 to 17:30 of the Sunday, and an hour and a half of the Tuesday.
    assert_eq!(shown.due_at_ms, Some(START_MS + 48 * HOUR));
    let because = shown.due_because.join("\n");
    assert!(because.contains("2026-11-23 庙会放假，不算"), "{because}");
    assert!(because.contains("2026-11-22 调休上班，算"), "{because}");
}
