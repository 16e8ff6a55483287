//! Evaluations: what there is, who may take part, answering, and how they came out, for the pixel tests
//! and the screenshots.

use anyhow::Context as _;
use contract::error::ErrorCode;
use contract::evaluation::{
    BallotTaken, Cell, Entitlement, Evaluation, EvaluationKind, EvaluationResult, EvaluationState,
    QuestionResult, RowResult, TerminalEvaluation, TerminalEvaluations,
};
use contract::feed::{Change, Document, FeedPage};
use contract::form::{Form, Question, QuestionKind};
use contract::member::MemberRef;
use contract::organization::OrganizationRef;
use contract::terminal::TerminalKind;
use contract::township::ListingKind;
use tv_app::cache::Refusal;
use tv_app::cache::command::{Reply, Told};
use tv_app::client::Notice;
use tv_app::remote::RemoteKey::{self, Digit, Down, Left, Ok as Enter, Right};
use tv_app::screens::Route;
use tv_app::screens::routes::section_route;

use super::people::{self, PIN};
use super::scene::{Scene, scene};
use super::{NOW_MS, Stage};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// The evaluation that is answered.
pub const OPEN: &str = "0198c0de-0000-7000-8000-0000000e0a11";

/// All of them.
pub const SCENES: &[Scene] = &[
    scene("evaluations", |stage| {
        everything(stage)?;
        let list = stage.list(ListingKind::Evaluations)?;
        stage.show(&[Route::Home, list])
    }),
    scene("evaluations-empty", |stage| {
        stage.empty_list(ListingKind::Evaluations)
    }),
    scene("home-to-answer", |stage| {
        everything(stage)?;
        stage.show(&[Route::Home])
    }),
    scene("section-to-answer", |stage| {
        everything(stage)?;
        let sections = stage.content.township().sections.into_iter();
        let mut voice = sections.filter(|section| section.digit == 6);
        let id = voice.next().context("no section 6")?.id;
        stage.show(&[Route::Home, section_route(&id)])?;
        stage.tv.press_all(&[Left, Down]);
        Ok(())
    }),
    scene("evaluation", |stage| {
        tell(stage, vec![open()])?;
        stage.show(&[Route::Home, about(OPEN)])
    }),
    scene("evaluation-person", |stage| {
        tell(stage, vec![open()])?;
        stage.show(&[Route::Home, about(OPEN)])?;
        stage.tv.press_all(&[Down, Down, Down]);
        Ok(())
    }),
    scene("evaluation-object", |stage| {
        tell(stage, vec![open()])?;
        stage.show(&[Route::Home, about(OPEN)])?;
        stage.tv.press_all(&[Down, Down, Down, Enter]);
        Ok(())
    }),
    scene("evaluation-about", |stage| {
        tell(stage, vec![open()])?;
        stage.show(&[Route::Home, about(OPEN)])?;
        stage.tv.press_all(&[Down; 12]);
        Ok(())
    }),
    scene("evaluation-announced", |stage| {
        let announced = Evaluation {
            state: EvaluationState::Announced,
            opens_at_ms: NOW_MS + DAY,
            named: true,
            ..open()
        };
        tell(stage, vec![announced])?;
        stage.show(&[Route::Home, about(OPEN)])
    }),
    scene("evaluation-station", |stage| {
        tell(stage, vec![open()])?;
        stage.people(TerminalKind::Station, people::station(30), Vec::new())?;
        stage.show(&[Route::Home, about(OPEN)])
    }),
    scene("evaluation-away", |stage| {
        stage.show_empty(&[Route::Home, about("nowhere")])
    }),
    scene("answering-who", |stage| {
        tell(stage, vec![open()])?;
        stage.show(&[Route::Home, answering("")])
    }),
    scene("answering-station", |stage| {
        tell(stage, vec![open()])?;
        stage.people(TerminalKind::Station, people::station(30), Vec::new())?;
        stage.show(&[Route::Home, answering("")])
    }),
    scene("answering-pin", |stage| {
        tell(stage, vec![open()])?;
        stage.show(&[Route::Home, answering("a")])?;
        stage.tv.press_all(&[Digit(5), Digit(8)]);
        Ok(())
    }),
    scene("answering", |stage| at(stage, &[])),
    scene("answering-option", |stage| at(stage, &[Down, Right, Right])),
    scene("answering-third", |stage| at(stage, &[Digit(1), Digit(2)])),
    scene("answering-number", |stage| {
        at(stage, &[Digit(1), Digit(2), Digit(1), Digit(7)])
    }),
    scene("answering-number-large", |stage| {
        let keys = [Digit(1), Digit(2), Digit(1), Digit(9), Digit(9), Enter];
        at(stage, &keys)
    }),
    scene("answering-several", |stage| {
        question(stage, 4)?;
        stage.tv.press_all(&[Digit(2), Digit(5)]);
        Ok(())
    }),
    scene("answering-several-full", |stage| {
        question(stage, 4)?;
        stage
            .tv
            .press_all(&[Digit(1), Digit(2), Digit(3), Digit(4)]);
        Ok(())
    }),
    scene("answering-sentences", |stage| question(stage, 5)),
    scene("answering-matrix", |stage| question(stage, 6)),
    scene("answering-chosen", |stage| at(stage, &[Digit(3), Left])),
    scene("answering-countdown", |stage| {
        at(stage, &[])?;
        stage.tv.advance(170_000);
        Ok(())
    }),
    scene("answering-review", |stage| {
        review(stage)?;
        stage.tv.press(Down);
        Ok(())
    }),
    scene("answering-hand-in", review),
    scene("answering-confirm", |stage| {
        review(stage)?;
        stage.tv.press(Enter);
        Ok(())
    }),
    scene("answering-done", |stage| {
        hand_in(stage)?;
        handed(stage, taken(false))
    }),
    scene("answering-repeated", |stage| {
        hand_in(stage)?;
        handed(stage, taken(true))
    }),
    scene("answering-queued", |stage| {
        hand_in(stage)?;
        stage.tv.advance(6_500);
        Ok(())
    }),
    scene("answering-refused", |stage| {
        hand_in(stage)?;
        handed(
            stage,
            Told::Refused(Refusal {
                code: ErrorCode::Conflict,
                tries: None,
                wait_ms: None,
            }),
        )
    }),
    scene("answering-refused-changed", |stage| {
        hand_in(stage)?;
        tell(stage, vec![changed()])?;
        handed(
            stage,
            Told::Refused(Refusal {
                code: ErrorCode::Conflict,
                tries: None,
                wait_ms: None,
            }),
        )
    }),
    scene("answering-changed", |stage| {
        at(stage, &[Digit(1)])?;
        tell(stage, vec![changed()])?;
        stage.tv.app().on_notice(Notice::PeopleChanged);
        Ok(())
    }),
    scene("answering-cancelled", |stage| {
        at(stage, &[Digit(1)])?;
        let cancelled = Evaluation {
            state: EvaluationState::Cancelled,
            ..open()
        };
        tell(stage, vec![cancelled])?;
        stage.tv.app().on_notice(Notice::PeopleChanged);
        Ok(())
    }),
    scene("answering-over", |stage| {
        at(stage, &[Digit(1)])?;
        let over = Evaluation {
            closes_at_ms: NOW_MS - 1,
            ..open()
        };
        tell(stage, vec![over])?;
        stage.tv.app().on_notice(Notice::PeopleChanged);
        Ok(())
    }),
    scene("answering-update", |stage| {
        let mut later = open();
        later.form.questions[0].kind = QuestionKind::Unknown;
        tell(stage, vec![later])?;
        stage.show(&[Route::Home, answering("")])
    }),
    scene("answering-may-not", |stage| {
        tell(stage, vec![open()])?;
        let mut none = standing();
        let reason = none.evaluations[0].people[2].because.clone();
        for person in &mut none.evaluations[0].people {
            (person.entitled, person.because) = (false, reason.clone());
        }
        stage.demo.cache.set_terminal_evaluations(none, "")?;
        stage.show(&[Route::Home, answering("")])
    }),
    scene("answering-nobody", |stage| {
        tell(stage, vec![open()])?;
        let none = TerminalEvaluations::default();
        stage.demo.cache.set_terminal_evaluations(none, "")?;
        stage.show(&[Route::Home, answering("")])
    }),
    scene("results", |stage| {
        everything(stage)?;
        let list = stage.list(ListingKind::Results)?;
        stage.show(&[Route::Home, list])
    }),
    scene("result", |stage| {
        tell(stage, vec![closed()])?;
        stage.show(&[Route::Home, result("closed")])
    }),
    scene("result-bars", |stage| {
        tell(stage, vec![closed()])?;
        stage.show(&[Route::Home, result("closed")])?;
        stage.tv.press_all(&[Down; 2]);
        Ok(())
    }),
    scene("result-matrix", |stage| {
        tell(stage, vec![closed()])?;
        stage.show(&[Route::Home, result("closed")])?;
        stage.tv.press_all(&[Down; 30]);
        Ok(())
    }),
    scene("result-motion", |stage| {
        tell(stage, vec![motion()])?;
        stage.show(&[Route::Home, result("motion")])
    }),
    scene("result-away", |stage| {
        stage.show_empty(&[Route::Home, result("nowhere")])
    }),
];

fn about(id: &str) -> Route {
    Route::Evaluation { id: id.to_owned() }
}

fn result(id: &str) -> Route {
    Route::Result { id: id.to_owned() }
}

/// Where somebody answers.
#[must_use]
pub fn answering(member: &str) -> Route {
    Route::Answering {
        id: OPEN.to_owned(),
        member: member.to_owned(),
    }
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|one| (*one).to_owned()).collect()
}

fn asked(id: &str, text: &str, kind: QuestionKind) -> Question {
    Question {
        id: id.to_owned(),
        text: text.to_owned(),
        required: true,
        kind,
        ..Question::default()
    }
}

fn grade(grades: &[&str]) -> QuestionKind {
    QuestionKind::Grade {
        grades: texts(grades),
        unknown_last: true,
    }
}

/// A question of every kind, as a township asks.
fn form() -> Form {
    let mut several = asked(
        "q5",
        "明年最想让水利站先办哪几件事？",
        QuestionKind::Several {
            options: texts(&[
                "换老水管",
                "清渠道",
                "修塘坝",
                "查水质",
                "公开水费收支明细和维修开支",
                "夜里停水先通知",
                "派人上门修",
                "给老人装大字水表和提醒",
                "别的",
            ]),
            least: 1,
            most: 3,
        },
    );
    several.hint = "最多选三件，先选最要紧的".to_owned();
    let mut sentences = asked(
        "q6",
        "还有什么话要对水利站说？",
        QuestionKind::Sentences {
            sentences: texts(&[
                "辛苦了，干得不错",
                "修好以后请回头看看",
                "停水前请早点通知，好让大家把水缸先接满再说",
                "水费请算明白",
                "请多到村里走走",
            ]),
            most: 2,
        },
    );
    sentences.required = false;
    Form {
        questions: vec![
            asked(
                "q1",
                "您对镇水利站今年的服务总体满意吗？",
                grade(&["很满意", "满意", "一般", "不满意", "不清楚"]),
            ),
            asked(
                "q2",
                "水利站的工作人员说话办事，态度怎么样？",
                grade(&["很好", "比较好", "一般", "不好", "不清楚"]),
            ),
            asked(
                "q3",
                "今年以来，水利站修水管、修水渠，来得及时吗？",
                grade(&["很及时", "比较及时", "一般", "不及时", "不清楚"]),
            ),
            asked(
                "q4",
                "您家今年停过几次水？",
                QuestionKind::Number {
                    least: 0,
                    most: 30,
                    unit: "次".to_owned(),
                },
            ),
            several,
            sentences,
            asked(
                "q7",
                "请评一评水利站的同志今年的工作",
                QuestionKind::Matrix {
                    rows: texts(&["站长张德海", "技术员李玉梅"]),
                    grades: texts(&["优秀", "称职", "基本称职", "不称职", "不了解"]),
                    unknown_last: true,
                },
            ),
        ],
    }
}

/// Open until the day after tomorrow.
#[must_use]
pub fn open() -> Evaluation {
    Evaluation {
        id: OPEN.to_owned(),
        title: "镇水利站".to_owned(),
        kind: EvaluationKind::Evaluation,
        organization: OrganizationRef {
            id: "qh".to_owned(),
            name: "清河镇".to_owned(),
        },
        target: "清河镇水利站".to_owned(),
        about: "请大家评一评镇水利站今年的服务。结果在电视上公布，水利站要按大家的意见整改，\
            整改情况也在电视上公布。\n有不明白的地方，请问村干部。"
            .to_owned(),
        state: EvaluationState::Open,
        announced_at_ms: NOW_MS - 7 * DAY,
        opens_at_ms: NOW_MS - DAY,
        closes_at_ms: NOW_MS + 2 * DAY,
        form: form(),
        form_hash: "f".repeat(64),
        entitled: 395,
        ..Evaluation::default()
    }
}

fn cell(label: &str, count: Option<u32>) -> Cell {
    Cell {
        label: label.to_owned(),
        count,
    }
}

fn row(label: &str, cells: Vec<Cell>) -> RowResult {
    RowResult {
        label: label.to_owned(),
        cells,
    }
}

fn answered(question: &str, rows: Vec<RowResult>) -> QuestionResult {
    QuestionResult {
        question: question.to_owned(),
        answered: Some(312),
        rows,
    }
}

fn closed() -> Evaluation {
    let good = || {
        vec![
            cell("很满意", Some(231)),
            cell("满意", Some(71)),
            cell("一般、不满意、不清楚", Some(10)),
        ]
    };
    let judged = |label: &str| {
        row(
            label,
            vec![
                cell("优秀", Some(260)),
                cell("称职、基本称职", Some(41)),
                cell("不称职", None),
                cell("不了解", None),
            ],
        )
    };
    Evaluation {
        id: "closed".to_owned(),
        title: "2026年各站所服务评议".to_owned(),
        state: EvaluationState::Closed,
        closes_at_ms: NOW_MS - 20 * DAY,
        result: Some(EvaluationResult {
            entitled: 395,
            took_part: 312,
            on_paper: Some(46),
            questions: vec![
                answered("q1", vec![row("", good())]),
                answered("q2", vec![row("", good())]),
                answered("q7", vec![judged("站长张德海"), judged("技术员李玉梅")]),
            ],
            ..EvaluationResult::default()
        }),
        ..open()
    }
}

fn motion() -> Evaluation {
    let vote = vec![cell("同意", Some(9)), cell("反对、弃权", Some(6))];
    Evaluation {
        id: "motion".to_owned(),
        title: "村集体果园承包方案表决".to_owned(),
        kind: EvaluationKind::Motion,
        form: Form {
            questions: vec![asked(
                "q1",
                "同意村集体果园承包方案吗？",
                QuestionKind::One {
                    options: texts(&["同意", "反对", "弃权"]),
                },
            )],
        },
        result: Some(EvaluationResult {
            entitled: 16,
            took_part: 15,
            passed: Some(true),
            rule: "应到 16 人，实到 15 人，过半数；同意 9 人，超过应到人数的一半，通过。"
                .to_owned(),
            questions: vec![QuestionResult {
                answered: Some(15),
                ..answered("q1", vec![row("", vote)])
            }],
            ..EvaluationResult::default()
        }),
        ..closed()
    }
}

/// What the feed brings, and how the people of this home stand.
fn tell(stage: &Stage, evaluations: Vec<Evaluation>) -> anyhow::Result<()> {
    let cache = &stage.demo.cache;
    let sections = stage.content.township().sections.into_iter();
    let mut lists = sections.flat_map(|section| section.listings);
    let list = lists.find(|list| list.kind == ListingKind::Evaluations);
    let list = list.context("no list of evaluations")?.id;
    let gone = cache.evaluations().into_iter();
    let gone = gone.map(|one| Change::Delete { id: one.id });
    let new = evaluations.into_iter().map(|one| Change::Put {
        document: Document::Evaluation(Evaluation {
            list: list.clone(),
            ..one
        }),
    });
    cache.apply(&FeedPage {
        cursor: cache.cursor().unwrap_or_default(),
        server_time_ms: NOW_MS,
        changes: gone.chain(new).collect(),
        ..FeedPage::default()
    })?;
    for member in ["a", "b"] {
        cache.drop_ballot_draft(&tv_app::cache::DraftOf {
            evaluation_id: OPEN.to_owned(),
            member_id: member.to_owned(),
        })?;
    }
    cache.set_terminal_evaluations(standing(), "")?;
    Ok(())
}

/// Two of the home may, the third may not.
#[must_use]
pub fn standing() -> TerminalEvaluations {
    let person = |id: &str, name: &str, entitled, because: &str| Entitlement {
        member: MemberRef {
            id: id.to_owned(),
            name: name.to_owned(),
        },
        entitled,
        because: because.to_owned(),
        ..Entitlement::default()
    };
    TerminalEvaluations {
        server_time_ms: NOW_MS,
        evaluations: vec![TerminalEvaluation {
            id: OPEN.to_owned(),
            people: vec![
                person("a", "张建国", true, "您登记在清河镇，在这次的名单里。"),
                person("b", "李秀英", true, "您登记在清河镇，在这次的名单里。"),
                person(
                    "c",
                    "张德海",
                    false,
                    "您的组织关系 11 月 3 日转到了县里，不在这次的名单里。觉得应该在，请按“我应该能投”。",
                ),
            ],
        }],
    }
}

/// One that two of the home may answer, one that is announced, and two that came out.
///
/// # Errors
/// When the demonstration has no list for them.
pub fn stage(stage: &Stage) -> anyhow::Result<()> {
    everything(stage)
}

fn everything(stage: &Stage) -> anyhow::Result<()> {
    let announced = Evaluation {
        id: "announced".to_owned(),
        title: "冬季生产生活问卷".to_owned(),
        state: EvaluationState::Announced,
        opens_at_ms: NOW_MS + DAY,
        closes_at_ms: NOW_MS + 9 * DAY,
        ..open()
    };
    tell(stage, vec![open(), announced, closed(), motion()])
}

/// The same with other questions.
fn changed() -> Evaluation {
    Evaluation {
        form_hash: "another".to_owned(),
        ..open()
    }
}

/// Answering, after these keys.
fn at(stage: &mut Stage, keys: &[RemoteKey]) -> anyhow::Result<()> {
    tell(stage, vec![open()])?;
    begin(stage)?;
    stage.tv.press_all(keys);
    Ok(())
}

/// The first question of whatever is open.
fn begin(stage: &mut Stage) -> anyhow::Result<()> {
    stage.show(&[Route::Home, answering("a")])?;
    let pin = PIN.bytes().map(|digit| Digit(digit - b'0'));
    stage.tv.press_all(&pin.collect::<Vec<_>>());
    stage.tv.press(Enter);
    // Nobody answers; at a home that is no obstacle.
    stage.tv.settle();
    Ok(())
}

/// Answering this question alone.
fn question(stage: &mut Stage, at: usize) -> anyhow::Result<()> {
    let mut one = open();
    one.form.questions = vec![one.form.questions.swap_remove(at)];
    tell(stage, vec![one])?;
    begin(stage)
}

/// All answers once more.
fn review(stage: &mut Stage) -> anyhow::Result<()> {
    at(stage, &[Digit(1), Digit(2), Digit(1), Digit(7), Enter])?;
    // One of several is enough, then on; sentences may be left out.
    let to_next = [Digit(1), Down, Down, Down, Down, Down, Right];
    stage.tv.press_all(&to_next);
    stage.tv.press(Enter);
    stage.tv.press_all(&[Down, Down, Down, Right]);
    stage.tv.press(Enter);
    stage.tv.press_all(&[Digit(1), Digit(2)]);
    Ok(())
}

fn hand_in(stage: &mut Stage) -> anyhow::Result<()> {
    review(stage)?;
    stage.tv.press_all(&[Enter, Right, Enter]);
    Ok(())
}

fn taken(repeated: bool) -> Told {
    let member = |id: &str, name: &str| MemberRef {
        id: id.to_owned(),
        name: name.to_owned(),
    };
    Told::Answered(Reply::Ballot(BallotTaken {
        member: member("a", "张建国"),
        repeated,
        household_missing: vec![member("b", "李秀英")],
    }))
}

/// As the client does when the server has answered.
fn handed(stage: &Stage, told: Told) -> anyhow::Result<()> {
    stage.tv.settle();
    let waiting = stage.demo.cache.waiting_ballots();
    let key = waiting.last().context("nobody handed in")?.key.clone();
    stage.tv.app().on_notice(Notice::Told { key, told });
    Ok(())
}
