//! An evaluation of twenty questions by keys alone, with a power cut in the middle; at a station ten
//! more with their cards; and the result on the television after the close.

use std::fmt::Write as _;

use contract::enrolment::ApproveRequest;
use contract::evaluation::{
    BallotTaken, EvaluationDraft, EvaluationKind, NewBallot, StaffEvaluation,
};
use contract::form::{Answer, Form, Question, QuestionKind};
use contract::proof::Proof;
use contract::terminal::TerminalKind;
use e2e::harness::texts::shows;
use e2e::harness::tv::user_code;
use e2e::harness::{Backend, Disk, NOW_MS, Start, Tv, people, small, sync};
use media_player::testing::ClipSpec;
use reqwest::Method;
use serde_json::{Value, json};
use tv_app::app::App;
use tv_app::cache::DraftOf;
use tv_app::remote::RemoteKey::{Digit, Home, Ok as Enter, Right};
use tv_app::screens::answering::Step;
use tv_app::screens::{Route, Screen};

const TITLE: &str = "镇水利站";
const LIST: &str = "evaluations";
const QUESTIONS: usize = 20;
/// Whoever of the village has a card and answers at the station.
const CARDS: usize = 10;
const PIN: [u8; 6] = [5, 8, 0, 3, 1, 6];
const HOUR_MS: i64 = 3_600_000;

fn card(n: usize) -> String {
    format!("00550{n:05}")
}

/// A home of two, and ten others with cards.
fn members() -> String {
    let mut rows = "组织代码,姓名,身份,卡号,户名\n\
        ZJ,何家栋,正式党员,,12 号\n\
        ZJ,何秀兰,正式党员,,12 号\n"
        .to_owned();
    for n in 0..CARDS {
        writeln!(rows, "ZJ,{},正式党员,{},", people::name(n), card(n)).unwrap();
    }
    rows
}

fn form() -> Form {
    let question = |at: usize| Question {
        id: format!("q{at}"),
        text: format!("第 {at} 件事水利站办得怎么样？"),
        required: true,
        kind: QuestionKind::Grade {
            grades: ["很好", "比较好", "一般", "不好"].map(str::to_owned).into(),
            unknown_last: false,
        },
        ..Question::default()
    };
    Form {
        questions: (1..=QUESTIONS).map(question).collect(),
    }
}

/// What is chosen at the home: to and fro.
fn digit(at: usize) -> u8 {
    u8::try_from(at % 2).unwrap() + 1
}

struct World {
    tv: Tv,
    home: Disk,
    station: Disk,
    backend: Backend,
    staff: String,
    _folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let content = folder.path().join("content");
        small::write(&content, &ClipSpec::default()).unwrap();
        std::fs::write(content.join("members.csv"), members()).unwrap();
        let backend = Backend::start(&folder.path().join("server"), |_| {}).unwrap();
        let report = backend.import(&content).unwrap();
        assert!(!report.has_complaints(), "{report}");
        let (_, staff) = backend.administrator().unwrap();
        let tv = Tv::new().unwrap();
        let home = Disk::new(&tv.clock).unwrap();
        let station = Disk::new(&tv.clock).unwrap();
        Self {
            tv,
            home,
            station,
            backend,
            staff,
            _folder: folder,
        }
    }

    fn ask(&self, method: &Method, path: &str, body: &Value) -> Value {
        let asked = self.backend.ask(&self.staff, method, path, body);
        asked.unwrap()
    }

    /// What staff do with an evaluation as they see it.
    fn act(&self, id: &str, what: &str, body: &Value) {
        let path = format!("/evaluations/{id}");
        let seen: StaffEvaluation =
            serde_json::from_value(self.ask(&Method::GET, &path, &Value::Null)).unwrap();
        let request = reqwest::Client::new()
            .post(format!("{}/api/v1{path}/{what}", self.backend.url()))
            .bearer_auth(&self.staff)
            .header("if-match", format!("\"{}\"", seen.version))
            .json(body);
        let answer = self.backend.block_on(async {
            let answer = request.send().await.unwrap();
            (answer.status(), answer.text().await.unwrap())
        });
        assert!(answer.0.is_success(), "{what}: {answer:?}");
    }

    fn switch_on(&mut self, kind: TerminalKind) {
        let disk = match kind {
            TerminalKind::Station => &self.station,
            _ => &self.home,
        };
        let start = Start {
            resume: true,
            client: Some(sync::quick_client(&self.backend.url())),
            ..Start::default()
        };
        self.tv.start(disk, &start).unwrap();
    }

    fn wait_for(&self, what: &str, holds: impl FnMut(&App) -> bool) {
        self.tv.wait_for(what, holds);
    }

    fn enrol(&self, kind: TerminalKind, household_id: Option<String>) {
        self.wait_for("the code", |app| user_code(app).is_some());
        let shown = user_code(self.tv.app()).unwrap();
        let request = ApproveRequest {
            organization_code: "ZJ".to_owned(),
            kind,
            name: format!("张家村 {kind:?}"),
            household_id,
            replace_tv: false,
        };
        self.backend.approve_as(&shown, &request).unwrap();
        self.tv.go_past_the_first_minute();
    }

    fn set_pin(&self, name: &str) {
        let found = self.ask(
            &Method::GET,
            "/members?organization=ZJ&limit=200",
            &Value::Null,
        );
        let mut items = found["items"].as_array().unwrap().iter();
        let member = items.find(|one| one["name"] == name).unwrap();
        let id = member["id"].as_str().unwrap();
        let pin: String = PIN.iter().map(u8::to_string).collect();
        let path = format!("/members/{id}/pin");
        self.ask(&Method::PUT, &path, &json!({ "pin": pin }));
    }

    fn type_pin(&self) {
        for digit in PIN {
            self.tv.press(Digit(digit));
        }
        self.tv.press(Enter);
    }

    fn wait_for_step(&self, step: Step) {
        self.wait_for(&format!("{step:?}"), |app| {
            app.with_router(|router| match router.top() {
                Screen::Answering(screen) => screen.step() == step,
                _ => false,
            })
        });
    }

    /// Index of the question on the screen.
    fn question(&self) -> Option<usize> {
        self.tv.router(|router| match router.top() {
            Screen::Answering(screen) => screen.asking().map(|one| one.place.question),
            _ => None,
        })
    }

    fn shows(&self, words: &str) -> bool {
        shows(self.tv.screen.window(), words)
    }

    fn wait_for_words(&self, words: &str) {
        self.wait_for(words, |_| self.shows(words));
    }

    fn took_part(&self, id: &str) -> u32 {
        let path = format!("/evaluations/{id}");
        let seen = self.ask(&Method::GET, &path, &Value::Null);
        serde_json::from_value::<StaffEvaluation>(seen)
            .unwrap()
            .took_part
    }

    /// Somebody of the village answers at the station with a card.
    fn cast_with_card(&self, id: &str, form_hash: &str, n: usize) {
        let answer = |question: &Question| Answer {
            question: question.id.clone(),
            chosen: vec![Some(0)],
            number: None,
        };
        let mut ballot = NewBallot {
            evaluation_id: id.to_owned(),
            form_hash: form_hash.to_owned(),
            proof: Proof::Card { card: card(n) },
            answers: form().questions.iter().map(answer).collect(),
            padding: String::new(),
            age_ms: Some(0),
            queued: false,
        };
        let bare = serde_json::to_string(&ballot).unwrap().len();
        ballot.pad(&form(), bare);
        let token = self.station.cache.enrolment().unwrap().token;
        let request = reqwest::Client::new()
            .post(format!("{}/api/v1/terminal/ballots", self.backend.url()))
            .bearer_auth(token)
            .header("content-type", "application/json")
            .body(serde_json::to_string(&ballot).unwrap());
        let (status, text) = self.backend.block_on(async {
            let answer = request.send().await.unwrap();
            (answer.status(), answer.text().await.unwrap())
        });
        assert!(status.is_success(), "{status} {text}");
        let taken: BallotTaken = serde_json::from_str(&text).unwrap();
        assert!(!taken.repeated);
    }
}

/// Announces the evaluation, and opens it; its id.
fn open(world: &World) -> String {
    let draft = EvaluationDraft {
        title: TITLE.to_owned(),
        kind: EvaluationKind::Evaluation,
        organization_code: "QH".to_owned(),
        list: LIST.to_owned(),
        about: "请大家评一评水利站今年的服务。".to_owned(),
        opens_at_ms: NOW_MS + HOUR_MS,
        closes_at_ms: NOW_MS + 48 * HOUR_MS,
        form: form(),
        ..EvaluationDraft::default()
    };
    let body = serde_json::to_value(draft).unwrap();
    let made: StaffEvaluation =
        serde_json::from_value(world.ask(&Method::POST, "/evaluations", &body)).unwrap();
    let id = made.evaluation.id;
    world.act(&id, "announce", &Value::Null);
    world.wait_for("the announcement", |app| {
        app.cache().evaluation(&id).is_some() && app.cache().entitlements(&id).len() == 2
    });
    world.act(&id, "open", &Value::Null);
    world.wait_for("the opening", |app| {
        let found = app.cache().evaluation(&id);
        found.is_some_and(|one| one.state == contract::evaluation::EvaluationState::Open)
            && app.cache().entitlements(&id).iter().all(|one| one.entitled)
    });
    id
}

#[test]
fn twenty_questions_are_answered_by_keys_alone_over_a_power_cut_and_the_result_is_shown() {
    let mut world = World::new();
    let households = world.ask(&Method::GET, "/households", &Value::Null);
    let household = households["items"][0]["id"].as_str().unwrap().to_owned();
    world.set_pin("何家栋");
    world.set_pin("何秀兰");
    world.switch_on(TerminalKind::Station);
    world.enrol(TerminalKind::Station, None);
    world.switch_on(TerminalKind::Household);
    world.enrol(TerminalKind::Household, Some(household));
    world.wait_for("the household", |app| {
        app.cache().people().people.len() == 2
    });
    let id = open(&world);

    // From Home: the section, the list, the evaluation, and 开始.
    world.tv.press_all(&[Home, Digit(6)]);
    world.tv.focus_item(LIST);
    world.tv.press(Enter);
    world.wait_for_words("何家栋");
    world.tv.press(Enter);
    assert_eq!(world.tv.route(), Route::Evaluation { id: id.clone() });
    assert!(world.shows("不记名"));
    world.tv.press(Enter);
    world.wait_for_step(Step::Who);
    world.tv.press(Enter);
    world.wait_for_step(Step::Pin);
    world.type_pin();
    world.wait_for_step(Step::Asking);
    let half = QUESTIONS / 2;
    for at in 0..half {
        assert_eq!(world.question(), Some(at));
        world.tv.press(Digit(digit(at)));
    }

    // The power fails in the middle.
    world.tv.cut_power();
    world.switch_on(TerminalKind::Household);
    world.wait_for_step(Step::Pin);
    world.type_pin();
    world.wait_for_step(Step::Asking);
    for at in half..QUESTIONS {
        assert_eq!(world.question(), Some(at), "it goes on where it was");
        world.tv.press(Digit(digit(at)));
    }
    world.wait_for_step(Step::Review);
    world.tv.press(Enter);
    world.wait_for_step(Step::Confirm);
    world.tv.press_all(&[Right, Enter]);
    world.wait_for_words("已投");
    assert!(world.shows("何秀兰"), "who is missing is next");
    let cache = &world.home.cache;
    assert_eq!(cache.waiting_ballots(), []);
    for person in &cache.entitlements(&id) {
        let of = DraftOf {
            evaluation_id: id.clone(),
            member_id: person.member.id.clone(),
        };
        assert!(!cache.has_ballot_draft(&of), "nothing of it stays");
    }
    let took: Vec<bool> = cache
        .entitlements(&id)
        .iter()
        .map(|one| one.took_part)
        .collect();
    assert_eq!(took.iter().filter(|took| **took).count(), 1);

    let form_hash = cache.evaluation(&id).unwrap().form_hash;
    for n in 0..CARDS {
        world.cast_with_card(&id, &form_hash, n);
    }
    // Figures for staff are counted once a minute.
    world.backend.clock.advance_ms(61_000);
    assert_eq!(world.took_part(&id), 11);

    world.act(&id, "close", &json!({}));
    world.wait_for("the result", |app| {
        let found = app.cache().evaluation(&id);
        found.is_some_and(|one| one.result.is_some())
    });
    // By keys: the list of results is the third of the section.
    world.tv.press_all(&[Home, Digit(6)]);
    world.tv.focus_item("results");
    world.tv.press(Enter);
    world.wait_for_words("应参加 12 人，收回 11 份");
    world.tv.press(Enter);
    assert_eq!(world.tv.route(), Route::Result { id: id.clone() });
    world.wait_for_words("收回 11 份");
    let shown = cache.evaluation(&id).unwrap().result.unwrap();
    assert_eq!((shown.entitled, shown.took_part), (12, 11));
    assert_eq!(shown.questions.len(), QUESTIONS);
    // Ten at the station chose the first, and so did the home in every other question.
    let first = &shown.questions[0].rows[0].cells;
    assert!(
        first
            .iter()
            .all(|cell| cell.count.is_none_or(|count| count >= 5)),
        "no figure under five: {first:?}"
    );
}
