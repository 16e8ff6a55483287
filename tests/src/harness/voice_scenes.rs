//! What somebody says of a request, and confidential reports, for the pixel tests and the screenshots.

use std::sync::Arc;

use anyhow::Context as _;
use contract::error::ErrorCode;
use contract::feed::{Change, Document, FeedPage};
use contract::organization::OrganizationRef;
use contract::request::{
    Category, CategoryKind, Happened, HistoryEntry, RequestLink, RequestLinkState, RequestState,
    TerminalRequest,
};
use contract::terminal::TerminalKind;
use media_player::record::{RecordError, RecordEvent, Recording};
use tv_app::cache::Refusal;
use tv_app::cache::command::{Reply, Taken, Told};
use tv_app::cache::drafts::subject;
use tv_app::client::Notice;
use tv_app::remote::{Change as KeyChange, RemoteKey, Source, SourceEvent};
use tv_app::screens::settings::name;
use tv_app::screens::{Input, Route, Screen};

use super::scene::{Scene, scene};
use super::{NOW_MS, Stage, people};

const MINUTE: i64 = 60_000;
const CATEGORY: &str = "voice-category";
const REPORT: &str = "voice-report";
const NUMBER: [u8; 10] = [4, 0, 7, 1, 8, 2, 9, 3, 6, 5];
const PIN: [u8; 6] = [5, 8, 0, 3, 1, 6];

/// All of them.
pub const SCENES: &[Scene] = &[
    scene("note", note),
    scene("note-picked", |stage| {
        note(stage)?;
        stage
            .tv
            .press_all(&[RemoteKey::Digit(1), RemoteKey::Digit(2)]);
        Ok(())
    }),
    scene("note-below", |stage| {
        note(stage)?;
        stage.tv.press_all(&[RemoteKey::Down; 12]);
        Ok(())
    }),
    scene("note-recording", |stage| speaking(stage, 0.6)),
    scene("note-recording-soft", |stage| speaking(stage, 0.2)),
    scene("note-recording-loud", |stage| speaking(stage, 0.99)),
    scene("note-voice", |stage| recorded(stage, 0.6)),
    scene("note-silent", |stage| recorded(stage, 0.0)),
    scene("note-listening", |stage| {
        recorded(stage, 0.6)?;
        stage.tv.press(RemoteKey::Ok);
        Ok(())
    }),
    scene("note-no-microphone", |stage| {
        note(stage)?;
        stage.tv.press(RemoteKey::Ok);
        let gone = RecordError::NoMicrophone("unplugged".to_owned());
        recorder(stage, RecordEvent::Failed(gone));
        Ok(())
    }),
    scene("note-phone-offline", |stage| {
        note(stage)?;
        to_phone(stage);
        stage.tv.press(RemoteKey::Ok);
        stage.tv.settle();
        Ok(())
    }),
    scene("note-phone", code),
    scene("note-phone-station", |stage| {
        note(stage)?;
        stage.people(TerminalKind::Station, people::station(12), Vec::new())?;
        stage.show(&[
            Route::Home,
            Route::ServiceNote {
                category: CATEGORY.to_owned(),
                request: None,
            },
        ])?;
        to_phone(stage);
        stage.tv.press(RemoteKey::Ok);
        Ok(())
    }),
    scene("note-phone-claimed", |stage| {
        code(stage)?;
        // It is asked, and answered before the application finds that there is no server.
        stage.tv.clock.advance(3_100);
        stage.tv.app().input(&Input::Tick);
        let state = RequestLinkState {
            claimed: true,
            receipt: None,
        };
        answer(stage, Told::Answered(Reply::LinkState(state)));
        Ok(())
    }),
    scene("note-phone-silent", |stage| {
        code(stage)?;
        stage.tv.advance(3_100);
        Ok(())
    }),
    scene("report", report),
    scene("report-note", |stage| {
        report(stage)?;
        stage.tv.press_all(&[RemoteKey::Ok, RemoteKey::Digit(1)]);
        Ok(())
    }),
    scene("report-pin", |stage| {
        to_pin(stage)?;
        type_digits(stage, &PIN[..4]);
        Ok(())
    }),
    scene("report-easy-pin", |stage| {
        to_pin(stage)?;
        type_digits(stage, &[1, 2, 3, 4, 5, 6]);
        stage.tv.press(RemoteKey::Ok);
        Ok(())
    }),
    scene("report-number", to_number),
    scene("report-countdown", |stage| {
        to_number(stage)?;
        stage.tv.advance(280_000);
        Ok(())
    }),
    scene("report-kept", |stage| {
        to_number(stage)?;
        // Without a server it is kept.
        stage.tv.press(RemoteKey::Ok);
        stage.tv.settle();
        stage.tv.advance(250);
        Ok(())
    }),
    scene("report-waiting", |stage| {
        to_number(stage)?;
        stage.tv.press(RemoteKey::Ok);
        stage.tv.settle();
        stage.tv.advance(2_500);
        report_again(stage)
    }),
    scene("report-sent", |stage| {
        to_number(stage)?;
        sent(stage, Told::Answered(Reply::NewReport(Taken)))
    }),
    scene("report-refused", |stage| {
        to_number(stage)?;
        sent(stage, Told::Refused(refusal(ErrorCode::NotFound, None)))
    }),
    scene("follow", |stage| {
        stage.show(&[Route::Home, Route::ReportFollow])?;
        type_digits(stage, &NUMBER[..7]);
        Ok(())
    }),
    scene("follow-lacking", |stage| {
        stage.show(&[Route::Home, Route::ReportFollow])?;
        type_digits(stage, &NUMBER[..7]);
        stage.tv.press(RemoteKey::Ok);
        Ok(())
    }),
    scene("follow-pin", |stage| {
        stage.show(&[Route::Home, Route::ReportFollow])?;
        type_digits(stage, &NUMBER);
        stage.tv.press(RemoteKey::Ok);
        type_digits(stage, &PIN[..3]);
        Ok(())
    }),
    scene("follow-wrong", |stage| {
        let wrong = refusal(ErrorCode::NotFound, Some(600_000));
        followed(stage, Told::Refused(wrong))
    }),
    scene("follow-locked", |stage| {
        let locked = refusal(ErrorCode::TooMany, Some(900_000));
        followed(stage, Told::Refused(locked))
    }),
    scene("follow-offline", |stage| followed(stage, Told::NoNetwork)),
    scene("follow-answered", |stage| {
        let told = Reply::FollowReport(Box::new(answered()));
        followed(stage, Told::Answered(told))
    }),
    scene("follow-answered-below", |stage| {
        let told = Reply::FollowReport(Box::new(answered()));
        followed(stage, Told::Answered(told))?;
        stage.tv.press_all(&[RemoteKey::Down; 8]);
        Ok(())
    }),
];

fn category(stage: &Stage) -> anyhow::Result<()> {
    let service = Category {
        id: CATEGORY.to_owned(),
        digit: 1,
        title: "农业技术服务".to_owned(),
        about: "种什么、怎么管、怎么防病防冻，农技员给您说清楚。".to_owned(),
        office: "镇农业农村办公室".to_owned(),
        response_hours: 24,
        sentences: [
            "果树叶子发黄，不知道是什么病，想请人来看一看",
            "有虫子",
            "该打什么药",
            "想学剪枝",
            "苗木从哪里买",
        ]
        .map(str::to_owned)
        .to_vec(),
        ..Category::default()
    };
    let confidential = Category {
        id: REPORT.to_owned(),
        digit: 6,
        title: "举报投诉".to_owned(),
        kind: CategoryKind::Confidential,
        office: "中共青河镇纪律检查委员会办公室".to_owned(),
        response_hours: 72,
        sentences: ["乱收费", "吃拿卡要", "账目不公开"]
            .map(str::to_owned)
            .to_vec(),
        ..Category::default()
    };
    let cache = &stage.demo.cache;
    cache.apply(&FeedPage {
        cursor: cache.cursor().unwrap_or_default(),
        server_time_ms: NOW_MS,
        changes: [service, confidential]
            .into_iter()
            .map(|category| Change::Put {
                document: Document::Category(category),
            })
            .collect(),
        ..FeedPage::default()
    })?;
    Ok(())
}

fn note(stage: &mut Stage) -> anyhow::Result<()> {
    category(stage)?;
    stage.demo.set(name::MICROPHONE, "test")?;
    let cache = &stage.demo.cache;
    cache.keep_draft(&subject(CATEGORY, None), &Default::default())?;
    let route = Route::ServiceNote {
        category: CATEGORY.to_owned(),
        request: None,
    };
    stage.show(&[Route::Home, route])
}

fn recorder(stage: &Stage, event: RecordEvent) {
    stage.tv.app().input(&Input::Recorder(event));
}

/// Somebody has spoken for twelve seconds.
fn speaking(stage: &mut Stage, level: f32) -> anyhow::Result<()> {
    note(stage)?;
    stage.tv.press(RemoteKey::Ok);
    recorder(stage, RecordEvent::Started);
    recorder(
        stage,
        RecordEvent::Level {
            level,
            length_ms: 12_300,
        },
    );
    Ok(())
}

/// And has finished.
fn recorded(stage: &mut Stage, level: f32) -> anyhow::Result<()> {
    speaking(stage, level)?;
    let recording = Recording {
        ogg: Arc::from(b"OggS".as_slice()),
        length_ms: 18_000,
        loudest: level,
        cut_off: false,
    };
    recorder(stage, RecordEvent::Done(recording));
    Ok(())
}

/// Puts the focus on 用手机写.
fn to_phone(stage: &Stage) {
    stage.tv.press_all(&[RemoteKey::Down; 12]);
    stage.tv.press(RemoteKey::Up);
}

/// OK, and what the server answers before the application finds that there is none.
pub(super) fn asked(stage: &Stage, told: Told) -> anyhow::Result<()> {
    let hub = stage.tv.app().hub().context("no keys")?;
    for change in [KeyChange::Down(RemoteKey::Ok), KeyChange::Up(RemoteKey::Ok)] {
        hub.feed(SourceEvent {
            source: Source::Virtual,
            change,
        });
    }
    answer(stage, told);
    stage.tv.advance(250);
    Ok(())
}

/// Answers what the server is asked now.
fn answer(stage: &Stage, told: Told) {
    let key = stage.tv.router(|router| match router.top() {
        Screen::ServiceNote(note) => note.link()?.question().map(str::to_owned),
        Screen::Report(report) => report.question().map(str::to_owned),
        Screen::Request(request) => request.part().attached()?.question().map(str::to_owned),
        Screen::ReportFollow(follow) => follow.question().map(str::to_owned),
        _ => None,
    });
    if let Some(key) = key {
        stage.tv.app().on_notice(Notice::Told { key, told });
    }
}

fn code(stage: &mut Stage) -> anyhow::Result<()> {
    note(stage)?;
    to_phone(stage);
    let link = RequestLink {
        id: "link".to_owned(),
        url: "http://dangjian.qinghe.example.cn/s/7Q2mX9bLk4TzR1vW8pYc".to_owned(),
        expires_at_ms: NOW_MS + 15 * MINUTE,
    };
    asked(stage, Told::Answered(Reply::NewLink(link)))
}

fn report(stage: &mut Stage) -> anyhow::Result<()> {
    category(stage)?;
    report_again(stage)
}

fn report_again(stage: &mut Stage) -> anyhow::Result<()> {
    let route = Route::Report {
        category: REPORT.to_owned(),
    };
    stage.show(&[Route::Home, route])
}

fn to_pin(stage: &mut Stage) -> anyhow::Result<()> {
    report(stage)?;
    stage.tv.press_all(&[RemoteKey::Ok, RemoteKey::Digit(1)]);
    stage.tv.press_all(&[RemoteKey::Down; 12]);
    stage.tv.press(RemoteKey::Ok);
    Ok(())
}

fn to_number(stage: &mut Stage) -> anyhow::Result<()> {
    to_pin(stage)?;
    for _ in 0..2 {
        type_digits(stage, &PIN);
        stage.tv.press(RemoteKey::Ok);
    }
    Ok(())
}

fn type_digits(stage: &Stage, digits: &[u8]) {
    let keys: Vec<RemoteKey> = digits.iter().copied().map(RemoteKey::Digit).collect();
    stage.tv.press_all(&keys);
}

fn sent(stage: &mut Stage, told: Told) -> anyhow::Result<()> {
    asked(stage, told)
}

fn refusal(code: ErrorCode, wait_ms: Option<u64>) -> Refusal {
    Refusal {
        code,
        tries: None,
        wait_ms,
    }
}

fn followed(stage: &mut Stage, told: Told) -> anyhow::Result<()> {
    stage.show(&[Route::Home, Route::ReportFollow])?;
    type_digits(stage, &NUMBER);
    stage.tv.press(RemoteKey::Ok);
    type_digits(stage, &PIN);
    asked(stage, told)
}

fn answered() -> TerminalRequest {
    let office = OrganizationRef {
        id: "o".to_owned(),
        name: "中共青河镇纪律检查委员会办公室".to_owned(),
    };
    let entry = |number, days: i64, what, text: &str| HistoryEntry {
        number,
        at_ms: NOW_MS - days * 24 * 60 * MINUTE,
        what,
        who: office.name.clone(),
        text: text.to_owned(),
        ..HistoryEntry::default()
    };
    TerminalRequest {
        id: "r".to_owned(),
        state: RequestState::Answered,
        wants_verdict: true,
        history: vec![
            HistoryEntry {
                who: String::new(),
                ..entry(1, 6, Happened::Asked, "乱收费")
            },
            entry(2, 5, Happened::Accepted, ""),
            entry(
                4,
                3,
                Happened::Replied,
                "来信收到。我们已经查看了收费台账，并和有关人员谈了话，还在核对两笔收据，预计三天内给您答复。",
            ),
            entry(
                5,
                0,
                Happened::Answered,
                "经核查，多收的两笔共一百二十元已经退还，经办人已批评教育，收费标准已在村务公开栏重新公布。如果还有别的情况，请再写信，或者打电话到镇纪检办公室。谢谢您的监督。",
            ),
        ],
        office,
        ..TerminalRequest::default()
    }
}
