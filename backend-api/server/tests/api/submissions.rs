//! What villages send to be published: from the console and from a telephone, screened, returned, made a draft of.

use backend_api::services::kit::rights::Role;
use contract::bulletin::Block;
use contract::error::ErrorCode;
use contract::request::Attachment;
use contract::staff::{NoticeKind, StaffBulletin, StaffNotice};
use contract::staff_programme::{FilmState, StaffProgramme};
use contract::submission::{
    Submission, SubmissionLink, SubmissionLinkState, SubmissionPage, SubmissionSource,
    SubmissionState,
};
use contract::upload::UploadState;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use store::submissions::{self, Content};
use store::{organizations, staff, uploads};

use crate::common::{World, databases, ok, problem};
use crate::roll_calls::MINUTE;
use crate::service_town::{bomb, photograph};
use crate::telephone::{self, Telephone, scramble};

const DAY: i64 = 24 * 3_600_000;

/// A township and a village of it, with somebody who publishes and a clerk who writes.
struct Village {
    world: World,
    office: String,
    clerk: String,
}

impl Village {
    async fn on(world: World) -> Self {
        Self {
            office: world.staff(Role::OfficePublisher, "QH").await,
            clerk: world.staff(Role::BranchSecretary, "ZJ").await,
            world,
        }
    }

    async fn new() -> Self {
        Self::on(World::new().await).await
    }

    async fn send(&self, body: &Value) -> Response {
        let request = self.world.post("/api/v1/submissions", &self.clerk);
        request.json(body).send().await.unwrap()
    }

    async fn sent(&self, title: &str) -> Submission {
        ok(self.send(&news(title)).await).await
    }

    async fn get(&self, id: &str) -> Submission {
        let path = format!("/api/v1/submissions/{id}");
        ok(self.world.get(&path, &self.office).send().await.unwrap()).await
    }

    async fn again(&self, submission: &Submission, body: &Value) -> Response {
        let path = format!("/api/v1/submissions/{}", submission.line.id);
        let request = self.world.ask(Method::PUT, &path, &self.clerk).json(body);
        let request = request.header("if-match", format!("\"{}\"", submission.version));
        request.send().await.unwrap()
    }

    /// The office decides.
    async fn decide(&self, submission: &Submission, verb: &str, body: &Value) -> Response {
        let path = format!("/api/v1/submissions/{}/{verb}", submission.line.id);
        let request = self.world.post(&path, &self.office).json(body);
        let request = request.header("if-match", format!("\"{}\"", submission.version));
        request.send().await.unwrap()
    }

    async fn list(&self, query: &str, token: &str) -> SubmissionPage {
        let path = format!("/api/v1/submissions{query}");
        ok(self.world.get(&path, token).send().await.unwrap()).await
    }

    async fn upload(&self, bytes: Vec<u8>) -> Response {
        let request = self.world.post("/api/v1/submissions/pictures", &self.clerk);
        request.body(bytes).send().await.unwrap()
    }

    async fn told(&self, token: &str) -> Vec<StaffNotice> {
        let notices = self.world.get("/api/v1/notices?unseen=true", token);
        let found: Value = ok(notices.send().await.unwrap()).await;
        let all: Vec<StaffNotice> = serde_json::from_value(found["items"].clone()).unwrap();
        let kinds = [NoticeKind::NewSubmission, NoticeKind::SubmissionReturned];
        let of_kind = all.into_iter().filter(|it| kinds.contains(&it.kind));
        of_kind.collect()
    }

    /// Whoever sent it takes it back.
    async fn withdraw(&self, submission: &Submission, token: &str) -> Response {
        let path = format!("/api/v1/submissions/{}/withdraw", submission.line.id);
        let request = self.world.post(&path, token);
        let request = request.header("if-match", format!("\"{}\"", submission.version));
        request.send().await.unwrap()
    }

    async fn link(&self) -> SubmissionLink {
        let request = self.world.post("/api/v1/submission-links", &self.clerk);
        let request = request.json(&json!({ "organization_code": "ZJ" }));
        ok(request.send().await.unwrap()).await
    }

    async fn state(&self, link: &SubmissionLink) -> SubmissionLinkState {
        let path = format!("/api/v1/submission-links/{}", link.id);
        ok(self.world.get(&path, &self.clerk).send().await.unwrap()).await
    }

    /// Id of a film that the clerk has sent as a whole.
    async fn film(&self) -> String {
        let now_ms = self.world.now_ms();
        let made = self.world.blocking(move |store| {
            let made = store.write::<_, store::Error, _>(move |tx| {
                let account = staff::account_by_login(tx, "branchsecretary-ZJ")?.unwrap();
                let new = uploads::New {
                    id: uploads::new_id(now_ms),
                    account_id: account.id,
                    file_name: "修路.mp4".to_owned(),
                    bytes: 1,
                    sha256: None,
                };
                uploads::create(tx, &new, now_ms)?;
                uploads::advance(tx, &new.id, 0, 1, now_ms)?;
                uploads::found_good(tx, &new.id, now_ms)?;
                Ok(new.id)
            });
            made.unwrap()
        });
        made.await
    }

    async fn upload_state(&self, id: &str) -> Option<UploadState> {
        let id = id.to_owned();
        let found = self
            .world
            .blocking(move |store| store.read(|tx| uploads::get(tx, &id)).unwrap());
        found.await.map(|it| it.state)
    }
}

fn news(title: &str) -> Value {
    json!({ "organization_code": "ZJ", "title": title, "text": "路修好了\n从东头到西头" })
}

fn reason() -> Value {
    json!({ "reason": "请补一张照片" })
}

fn taken_to(list: &str) -> Value {
    json!({ "list": list, "organization_code": "ZJ", "audience_code": "QH", "title": "张家村修路" })
}

fn form(text: &str, name: &str, photographs: &[Vec<u8>]) -> Vec<u8> {
    telephone::form(&[("text", text), ("name", name)], photographs)
}

#[tokio::test]
async fn what_a_clerk_sends_becomes_a_bulletin_with_its_pictures() {
    for database in databases().await {
        let village = Village::on(World::on(database).await).await;
        let world = &village.world;
        let uploaded = village.upload(photograph(2_000, 20)).await;
        assert_eq!(uploaded.status(), StatusCode::CREATED);
        let picture: Attachment = ok(uploaded).await;
        let mut body = news("修路");
        body["pictures"] = json!([picture.id]);
        let sent: Submission = ok(village.send(&body).await).await;
        assert_eq!(sent.line.state, SubmissionState::Waiting);
        assert_eq!(sent.line.source, SubmissionSource::Console);
        assert_eq!(sent.line.sender, "branchsecretary-ZJ");
        assert_eq!(sent.attachments, std::slice::from_ref(&picture));

        // The office above is told and sees it; the village is not told of what it did, others see nothing.
        let told = village.told(&village.office).await;
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].subject, format!("submission:{}", sent.line.id));
        assert!(told[0].detail.contains("有新投稿"), "{told:?}");
        assert!(village.told(&village.clerk).await.is_empty());
        let page = village.list("", &village.office).await;
        assert_eq!((page.waiting, page.returned), (1, 0));
        assert_eq!(page.items, std::slice::from_ref(&sent.line));
        let neighbour = world.staff(Role::OrganizationStaff, "LJ").await;
        assert!(village.list("", &neighbour).await.items.is_empty());
        let path = format!("/api/v1/submissions/{}", sent.line.id);
        let shown = format!("{path}/pictures/{}", picture.id);
        for hidden in [&path, &shown] {
            let answer = world.get(hidden, &neighbour).send().await.unwrap();
            problem(answer, 404, ErrorCode::NotFound).await;
        }
        let answer = world.get(&shown, &village.office).send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "image/jpeg");
        assert_eq!(answer.headers()["cache-control"], "private, no-store");
        // It lies where no public file does, until it is taken.
        let public = world.config.files_dir();
        assert!(!public.exists() || std::fs::read_dir(&public).unwrap().next().is_none());

        // Whoever writes does not decide.
        let by_clerk = world.post(&format!("{path}/take"), &village.clerk);
        let by_clerk = by_clerk
            .header("if-match", "\"1\"")
            .json(&taken_to("notices"));
        problem(by_clerk.send().await.unwrap(), 403, ErrorCode::Forbidden).await;
        let films = village.decide(&sent, "take", &taken_to("films")).await;
        let told = problem(films, 422, ErrorCode::Invalid).await;
        assert_eq!(told.fields[0].field, "list");
        let taken = village.decide(&sent, "take", &taken_to("notices")).await;
        let taken: Submission = ok(taken).await;
        assert_eq!(taken.line.state, SubmissionState::Taken);
        assert!(!taken.line.published);
        assert!(village.told(&village.office).await.is_empty());
        let draft = format!("/api/v1/bulletins/{}", taken.bulletin_id.clone().unwrap());
        let draft: StaffBulletin =
            ok(world.get(&draft, &village.office).send().await.unwrap()).await;
        assert_eq!(draft.draft.title, "张家村修路");
        assert_eq!(draft.draft.organization_code, "ZJ");
        let text = |text: &str| Block::Paragraph {
            text: text.to_owned(),
        };
        let body = &draft.draft.body;
        assert_eq!(body[..2], [text("路修好了"), text("从东头到西头")]);
        let [Block::Picture(picture)] = &body[2..] else {
            panic!("{body:?}")
        };
        // Nobody decides twice.
        let twice = village.decide(&taken, "return", &reason()).await;
        problem(twice, 409, ErrorCode::Conflict).await;

        let submitted: StaffBulletin =
            ok(world.step(&village.office, &draft, "submit").await).await;
        // Whoever publishes has looked at its picture.
        let path = format!("/api/v1/bulletins/{}/publish", submitted.id);
        let step = world.post(&path, &village.office);
        let step = step.header("if-match", format!("\"{}\"", submitted.version));
        let step = step.json(&json!({ "pictures": [picture.screen.name] }));
        let _: StaffBulletin = ok(step.send().await.unwrap()).await;
        assert!(village.get(&taken.line.id).await.line.published);
        let sound = world.blocking(|store| store.integrity_check().unwrap());
        assert_eq!(sound.await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn what_is_returned_says_why_and_is_sent_again() {
    let village = Village::new().await;
    let sent = village.sent("修路").await;
    for verb in ["return", "decline"] {
        let nothing = village.decide(&sent, verb, &json!({ "reason": " " })).await;
        let told = problem(nothing, 422, ErrorCode::Invalid).await;
        assert_eq!(told.fields[0].field, "reason");
    }
    let returned: Submission = ok(village.decide(&sent, "return", &reason()).await).await;
    assert_eq!(returned.line.state, SubmissionState::Returned);
    assert_eq!(returned.reason, "请补一张照片");
    assert_eq!(returned.decided_by.as_deref(), Some("officepublisher-QH"));
    // The village is told, and the office has nothing more to look at but what the village sees, too.
    let told = village.told(&village.clerk).await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].kind, NoticeKind::SubmissionReturned);
    assert_eq!(told[0].subject, format!("submission:{}", sent.line.id));
    let told = village.told(&village.office).await;
    assert!(
        told.iter()
            .all(|it| it.kind == NoticeKind::SubmissionReturned),
        "{told:?}"
    );
    let page = village.list("?state=returned", &village.clerk).await;
    assert_eq!((page.items.len(), page.waiting, page.returned), (1, 0, 1));
    let page = village.list("?state=waiting", &village.clerk).await;
    assert!(page.items.is_empty());
    // Of two who change it the second is told; so is an office that has not seen the change.
    let again: Submission = ok(village.again(&returned, &news("修好了路")).await).await;
    assert!(village.told(&village.clerk).await.is_empty());
    assert_eq!(again.line.state, SubmissionState::Waiting);
    assert_eq!(
        (again.line.title.as_str(), again.reason.as_str()),
        ("修好了路", "")
    );
    problem(
        village.again(&returned, &news("修路")).await,
        412,
        ErrorCode::Stale,
    )
    .await;
    let stale = village.decide(&sent, "take", &taken_to("notices")).await;
    problem(stale, 412, ErrorCode::Stale).await;
    assert_eq!(village.told(&village.office).await.len(), 1);
    let declined: Submission = ok(village.decide(&again, "decline", &reason()).await).await;
    assert_eq!(declined.line.state, SubmissionState::Declined);
    let late = village.again(&declined, &news("修路")).await;
    problem(late, 409, ErrorCode::Conflict).await;
    assert!(village.told(&village.office).await.is_empty());
}

#[tokio::test]
async fn what_was_sent_is_taken_back_by_who_sent_it_until_somebody_decided() {
    let village = Village::new().await;
    let film = village.film().await;
    let mut body = news("修路");
    body["upload"] = json!(film);
    let sent: Submission = ok(village.send(&body).await).await;
    let neighbour = village.world.staff(Role::BranchSecretary, "LJ").await;
    problem(
        village.withdraw(&sent, &neighbour).await,
        404,
        ErrorCode::NotFound,
    )
    .await;
    let withdrawn: Submission = ok(village.withdraw(&sent, &village.clerk).await).await;
    assert_eq!(withdrawn.line.state, SubmissionState::Withdrawn);
    assert_eq!(withdrawn.decided_by.as_deref(), Some("branchsecretary-ZJ"));
    assert_eq!(village.upload_state(&film).await, None);
    assert!(village.told(&village.office).await.is_empty());
    let twice = village.withdraw(&withdrawn, &village.clerk).await;
    problem(twice, 409, ErrorCode::Conflict).await;
    let late = village
        .decide(&withdrawn, "take", &taken_to("notices"))
        .await;
    problem(late, 409, ErrorCode::Conflict).await;

    let other = village.sent("修桥").await;
    let returned: Submission = ok(village.decide(&other, "return", &reason()).await).await;
    problem(
        village.withdraw(&other, &village.clerk).await,
        412,
        ErrorCode::Stale,
    )
    .await;
    ok::<Submission>(village.withdraw(&returned, &village.clerk).await).await;
    assert!(village.told(&village.clerk).await.is_empty());
    let page = village
        .list("?state=withdrawn&q=%E4%BF%AE%E6%A1%A5", &village.office)
        .await;
    assert_eq!((page.items.len(), page.waiting, page.returned), (1, 0, 0));
    assert_eq!(page.items[0].title, "修桥");
}

#[tokio::test]
async fn a_telephone_takes_back_what_it_sent() {
    let village = Village::new().await;
    let link = village.link().await;
    let mut telephone = Telephone::new();
    telephone.claim(&link.url).await;
    assert_eq!(
        telephone.withdraw(&link.url).await,
        StatusCode::NOT_FOUND,
        "nothing was sent"
    );
    telephone.fill(&link.url, form("路修好了", "", &[])).await;
    let (_, page) = telephone.open(&link.url).await;
    assert!(page.contains("撤回这篇投稿"), "{page}");
    let mut other = Telephone::new();
    assert!(other.withdraw(&link.url).await.is_client_error());
    let id = village.state(&link).await.submission_id.unwrap();
    assert_eq!(village.get(&id).await.line.state, SubmissionState::Waiting);
    for _ in 0..2 {
        assert_eq!(telephone.withdraw(&link.url).await, StatusCode::SEE_OTHER);
    }
    let found = village.get(&id).await;
    assert_eq!(
        (found.line.state, found.decided_by),
        (SubmissionState::Withdrawn, None)
    );
    let (_, page) = telephone.open(&link.url).await;
    assert!(page.contains("已撤回") && !page.contains("<form"), "{page}");
    assert!(village.told(&village.office).await.is_empty());
    // What was taken is not taken back.
    let link = village.link().await;
    let mut telephone = Telephone::new();
    telephone.claim(&link.url).await;
    telephone.fill(&link.url, form("桥修好了", "", &[])).await;
    let id = village.state(&link).await.submission_id.unwrap();
    let found = village.get(&id).await;
    ok::<Submission>(village.decide(&found, "take", &taken_to("notices")).await).await;
    assert_eq!(telephone.withdraw(&link.url).await, StatusCode::SEE_OTHER);
    assert_eq!(village.get(&id).await.line.state, SubmissionState::Taken);
}

#[tokio::test]
async fn what_is_sent_has_bounds_and_a_place() {
    let village = Village::new().await;
    let with = |field: &str, value: Value| {
        let mut body = news("修路");
        body[field] = value;
        body
    };
    let pictures: Vec<String> = (0..10).map(|number| number.to_string()).collect();
    for (body, field) in [
        (with("title", json!(" ")), "title"),
        (with("text", json!("字".repeat(3_001))), "text"),
        (with("text", json!(" \u{200b}")), "text"),
        (with("pictures", json!(pictures)), "pictures"),
        (with("pictures", json!(["nobodys"])), "pictures"),
        (with("upload", json!("nobodys")), "upload"),
        (with("organization_code", json!("LJ")), "organization_code"),
    ] {
        let told = problem(village.send(&body).await, 422, ErrorCode::Invalid).await;
        assert_eq!(told.fields[0].field, field, "{told:?}");
    }
    let broken = village.upload(b"%PDF-1.7".to_vec()).await;
    problem(broken, 400, ErrorCode::BadRequest).await;
    let huge = village.upload(bomb()).await;
    problem(huge, 400, ErrorCode::BadRequest).await;
    // A picture is used once.
    let picture: Attachment = ok(village.upload(photograph(8, 8)).await).await;
    let body = with("pictures", json!([picture.id]));
    ok::<Submission>(village.send(&body).await).await;
    problem(village.send(&body).await, 422, ErrorCode::Invalid).await;
    // Nobody buries the office.
    let now_ms = village.world.now_ms();
    let filled = village.world.blocking(move |store| {
        let filled = store.write::<_, store::Error, _>(move |tx| {
            let place = organizations::by_code(tx, "ZJ")?.unwrap();
            for _ in 1..100 {
                let content = Content {
                    title: "修路".to_owned(),
                    ..Content::default()
                };
                submissions::create(tx, &place.id, SubmissionSource::Console, &content, now_ms)?;
            }
            Ok(())
        });
        filled.unwrap();
    });
    filled.await;
    let told = problem(village.send(&news("修路")).await, 409, ErrorCode::Conflict).await;
    assert!(told.title.contains("100 篇"), "{told:?}");
    let page = village.list("?limit=40", &village.office).await;
    assert_eq!((page.items.len(), page.waiting), (40, 100));
    let next = format!("?limit=200&before={}", page.next.unwrap());
    let rest = village.list(&next, &village.office).await;
    assert_eq!((rest.items.len(), rest.next), (60, None));
    let elsewhere = village.list("?organization=LJ", &village.office).await;
    assert!(elsewhere.items.is_empty());
}

#[tokio::test]
async fn a_film_goes_with_what_it_was_sent_with() {
    let village = Village::new().await;
    let with = |upload: Option<&str>| {
        let mut body = news("修路");
        body["upload"] = json!(upload);
        body
    };
    let film = village.film().await;
    let sent: Submission = ok(village.send(&with(Some(&film))).await).await;
    assert!(sent.line.film);
    assert_eq!(sent.upload.as_ref().unwrap().file_name, "修路.mp4");
    assert_eq!(village.upload_state(&film).await, Some(UploadState::Used));
    // Another one replaces it, and one that is left out is gone.
    let other = village.film().await;
    let sent: Submission = ok(village.again(&sent, &with(Some(&other))).await).await;
    assert_eq!(village.upload_state(&film).await, None);
    let sent: Submission = ok(village.again(&sent, &with(Some(&other))).await).await;
    assert_eq!(sent.upload.as_ref().unwrap().upload, other);
    let taken = village.decide(&sent, "take", &taken_to("films")).await;
    let taken: Submission = ok(taken).await;
    let path = format!("/api/v1/programmes/{}", taken.programme_id.unwrap());
    let programme = village.world.get(&path, &village.office);
    let programme: StaffProgramme = ok(programme.send().await.unwrap()).await;
    assert_eq!(programme.programme.title, "张家村修路");
    assert_eq!(programme.programme.description, "路修好了\n从东头到西头");
    assert_ne!(programme.film.state, FilmState::Ready);

    let third = village.film().await;
    let sent: Submission = ok(village.send(&with(Some(&third))).await).await;
    ok::<Submission>(village.decide(&sent, "decline", &reason()).await).await;
    assert_eq!(village.upload_state(&third).await, None);
    for _ in 0..3 {
        let film = village.film().await;
        ok::<Submission>(village.send(&with(Some(&film))).await).await;
    }
    let many = village.film().await;
    let told = village.send(&with(Some(&many))).await;
    let told = problem(told, 409, ErrorCode::Conflict).await;
    assert!(told.title.contains("影片"), "{told:?}");
    assert_eq!(village.upload_state(&many).await, Some(UploadState::Ready));
}

#[tokio::test]
async fn what_is_written_on_a_telephone_waits_and_its_page_says_what_becomes_of_it() {
    for database in databases().await {
        let village = Village::on(World::on(database).await).await;
        let world = &village.world;
        let link = village.link().await;
        assert_eq!(link.expires_at_ms, world.now_ms() + 15 * MINUTE);
        assert_eq!(village.state(&link).await, SubmissionLinkState::default());
        let path = format!("/api/v1/submission-links/{}", link.id);
        let another = world.get(&path, &village.office).send().await.unwrap();
        problem(another, 404, ErrorCode::NotFound).await;
        let mut telephone = Telephone::new();
        let (status, page) = telephone.open(&link.url).await;
        assert_eq!(status, StatusCode::OK);
        assert!(page.contains("张家村") && page.contains("同意"), "{page}");
        assert!(!page.contains("<script"), "{page}");
        assert!(
            !village.state(&link).await.claimed,
            "to look claims nothing"
        );
        assert_eq!(telephone.claim(&link.url).await, StatusCode::SEE_OTHER);
        assert!(village.state(&link).await.claimed);
        let four = vec![photograph(8, 8); 4];
        for (sent, says) in [
            (form(" ", "", &[]), "请写下"),
            (form(&"字".repeat(1_001), "", &[]), "最多 1000 个"),
            (form("路", &"长".repeat(31), &[]), "1 到 30 个字"),
            (form("路", "", &four), "三张"),
            (form("路", "", &[b"%PDF-1.7".to_vec()]), "JPEG"),
        ] {
            let (status, page) = telephone.fill(&link.url, sent).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{says}: {page}");
            assert!(page.contains(says) && page.contains("<textarea"), "{page}");
        }
        let sent = form(
            "路修好了\r\n从东头到西头",
            "张 三",
            &[photograph(2_000, 20)],
        );
        let (status, _) = telephone.fill(&link.url, sent).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        let (_, page) = telephone.open(&link.url).await;
        assert!(
            page.contains("已收到") && page.contains("路修好了"),
            "{page}"
        );
        // Sent twice is sent once.
        let (status, _) = telephone.fill(&link.url, form("又一次", "", &[])).await;
        assert_eq!(status, StatusCode::OK);
        let id = village.state(&link).await.submission_id.unwrap();
        let found = village.get(&id).await;
        assert_eq!(found.line.source, SubmissionSource::Phone);
        assert_eq!(
            (found.line.title.as_str(), found.line.sender.as_str()),
            ("路修好了", "张三")
        );
        assert_eq!(found.text, "路修好了\n从东头到西头");
        assert_eq!((found.attachments.len(), found.line.pictures), (1, 1));
        assert_eq!(village.told(&village.office).await.len(), 1);
        // Another telephone sees nothing of it.
        let (status, page) = Telephone::new().open(&link.url).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert!(!page.contains("路修好了"), "{page}");

        let returned: Submission = ok(village.decide(&found, "return", &reason()).await).await;
        let (_, page) = telephone.open(&link.url).await;
        assert!(
            page.contains("请补一张照片") && page.contains("<textarea"),
            "{page}"
        );
        assert!(
            page.contains("从东头到西头") && page.contains("张三"),
            "{page}"
        );
        // Without new photographs those it has stay; new ones take their place.
        let (status, _) = telephone.fill(&link.url, form("路修好了", "", &[])).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        let again = village.get(&id).await;
        assert_eq!(again.line.state, SubmissionState::Waiting);
        assert_eq!(
            (again.version, again.line.pictures),
            (returned.version + 1, 1)
        );
        ok::<Submission>(village.decide(&again, "return", &reason()).await).await;
        let photographs = [photograph(8, 8), photograph(9, 9)];
        let (status, _) = telephone.fill(&link.url, form("", "", &photographs)).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        let again = village.get(&id).await;
        assert_eq!(
            (again.line.pictures, again.line.title.as_str()),
            (2, "照片投稿")
        );
        let taken = village.decide(&again, "take", &taken_to("notices")).await;
        ok::<Submission>(taken).await;
        let (_, page) = telephone.open(&link.url).await;
        assert!(page.contains("已采用"), "{page}");
        let sound = world.blocking(|store| store.integrity_check().unwrap());
        assert_eq!(sound.await, Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_hundred_telephones_at_once_one_has_the_page_of_a_village() {
    for database in databases().await {
        let village = Village::on(World::on(database).await).await;
        let link = village.link().await;
        let (mut winner, mut loser) = scramble(&link.url, 200).await;
        let (status, page) = loser.open(&link.url).await;
        assert_eq!(status, StatusCode::CONFLICT);
        assert!(page.contains("另一部手机"), "{page}");
        loser.cookie = Some("claim=guessed".to_owned());
        let (status, _) = loser.fill(&link.url, form("我的", "", &[])).await;
        assert_eq!(status, StatusCode::CONFLICT);
        // The same telephone sends twice at once.
        let mut second = Telephone::new();
        second.cookie.clone_from(&winner.cookie);
        let (one, other) = tokio::join!(
            winner.fill(&link.url, form("一件事", "", &[])),
            second.fill(&link.url, form("一件事", "", &[]))
        );
        for (status, page) in [one, other] {
            let is_good = status.is_success() || status == StatusCode::SEE_OTHER;
            assert!(is_good, "{status} {page}");
        }
        assert_eq!(village.list("", &village.office).await.waiting, 1);
    }
}

#[tokio::test]
async fn a_page_ends_with_its_time_the_next_one_and_the_clerk() {
    let village = Village::new().await;
    let world = &village.world;
    let first = village.link().await;
    let second = village.link().await;
    let mut telephone = Telephone::new();
    let (status, page) = telephone.open(&first.url).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "another code is shown now");
    assert!(page.contains("工作人员"), "{page}");
    telephone.claim(&second.url).await;
    world.clock.advance_ms(15 * MINUTE);
    assert_eq!(telephone.open(&second.url).await.0, StatusCode::NOT_FOUND);
    let (status, _) = telephone.fill(&second.url, form("迟了", "", &[])).await;
    assert_eq!(status, StatusCode::NOT_FOUND);

    let third = village.link().await;
    let mut sender = Telephone::new();
    sender.claim(&third.url).await;
    sender.fill(&third.url, form("路修好了", "", &[])).await;
    let fourth = village.link().await;
    let mut late = Telephone::new();
    late.claim(&fourth.url).await;
    let admin = world.staff(Role::PlatformAdministrator, "QH").await;
    let account = world.blocking(|store| {
        let found = store.read(|tx| staff::account_by_login(tx, "branchsecretary-ZJ"));
        found.unwrap().unwrap().id
    });
    let path = format!("/api/v1/staff/accounts/{}/disable", account.await);
    let closed = world.post(&path, &admin).send().await.unwrap();
    assert!(closed.status().is_success(), "{}", closed.status());
    let (status, _) = late.fill(&fourth.url, form("晚了", "", &[])).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    // Who sent something may see what becomes of it, for thirty days.
    let (status, page) = sender.open(&third.url).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    world.clock.advance_ms(31 * DAY);
    assert_eq!(sender.open(&third.url).await.0, StatusCode::NOT_FOUND);
}
