//! One-key service: what can be asked for, whom they will call, what was asked and how it stands, for the
//! pixel tests and the screenshots.

use contract::feed::{Change, Document, FeedPage};
use contract::member::MemberRef;
use contract::organization::OrganizationRef;
use contract::request::{
    Attachment, Category, CategoryKind, Happened, HistoryEntry, PhoneOffer, RequestState,
    TerminalRequest, TerminalRequests,
};
use contract::terminal::TerminalKind;
use tv_app::cache::Cache;
use tv_app::remote::RemoteKey::{self, Digit, Down, Ok as Enter, Right};
use tv_app::screens::Route;

use super::scene::{Scene, scene};
use super::{NOW_MS, Stage, people};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// All of them.
pub const SCENES: &[Scene] = &[
    scene("services", |stage| {
        home(stage, some())?;
        stage.show(&[Route::Home, services()])
    }),
    scene("services-first", |stage| {
        home(stage, Vec::new())?;
        stage.show(&[Route::Home, services()])
    }),
    scene("services-mine", |stage| {
        home(stage, some())?;
        stage.show(&[Route::Home, services()])?;
        stage.down_to("asked")
    }),
    scene("services-mine-below", |stage| {
        home(stage, some())?;
        stage.show(&[Route::Home, services()])?;
        stage.down_to("asked")?;
        stage.tv.press_all(&[Down; 4]);
        Ok(())
    }),
    scene("services-offline", |stage| {
        home(stage, some())?;
        stage.demo.cache.set_online(false);
        stage.demo.cache.synced(NOW_MS - 3 * DAY)?;
        stage.show(&[Route::Home, services()])
    }),
    scene("services-waiting", |stage| {
        home(stage, Vec::new())?;
        stage.show(&[Route::Home, services()])?;
        stage.tv.press_all(&[Digit(1), Enter]);
        stage.tv.settle();
        stage.tv.press(RemoteKey::Back);
        stage.down_to("asked")
    }),
    scene("services-empty", |stage| {
        stage.show_empty(&[Route::Home, services()])
    }),
    scene("services-station", |stage| {
        station(stage)?;
        stage.show(&[Route::Home, services()])?;
        stage.down_to("asked")
    }),
    scene("suggestions", |stage| {
        home(stage, Vec::new())?;
        let list = String::new();
        stage.show(&[Route::Home, Route::Suggestions { list }])
    }),
    scene("service", |stage| {
        home(stage, Vec::new())?;
        confirm(stage, 1)
    }),
    scene("service-two-people", |stage| {
        home(stage, Vec::new())?;
        phones(stage, vec![phone("周万顺"), phone("欧阳建国")])?;
        confirm(stage, 1)?;
        stage.tv.press(Down);
        Ok(())
    }),
    scene("service-papers", |stage| {
        home(stage, Vec::new())?;
        confirm(stage, 2)?;
        stage.tv.press_all(&[Down, Right, Enter]);
        Ok(())
    }),
    scene("service-no-number", |stage| {
        home(stage, Vec::new())?;
        phones(stage, Vec::new())?;
        confirm(stage, 3)
    }),
    scene("service-number", |stage| {
        home(stage, Vec::new())?;
        confirm(stage, 1)?;
        stage.tv.press_all(&[Right, Enter]);
        for digit in [0, 4, 0, 0, 1, 1, 1] {
            stage.tv.press(Digit(digit));
        }
        Ok(())
    }),
    scene("service-number-short", |stage| {
        home(stage, Vec::new())?;
        confirm(stage, 1)?;
        stage
            .tv
            .press_all(&[Right, Enter, Digit(1), Digit(2), Enter]);
        Ok(())
    }),
    scene("service-typed", |stage| {
        home(stage, Vec::new())?;
        confirm(stage, 1)?;
        stage.tv.press_all(&[Right, Enter]);
        stage.tv.press_all(&[Digit(1); 11]);
        stage.tv.press(Enter);
        Ok(())
    }),
    scene("service-public", |stage| {
        home(stage, Vec::new())?;
        stage.show(&[Route::Home, service("suggestion")])?;
        stage.tv.press(Enter);
        Ok(())
    }),
    scene("service-working-hours", |stage| {
        home(stage, Vec::new())?;
        confirm(stage, 7)
    }),
    scene("service-gone", |stage| {
        home(stage, Vec::new())?;
        stage.show(&[Route::Home, service("nowhere")])
    }),
    scene("service-not-saved", |stage| {
        categories(&stage.unstored.cache)?;
        stage.unstored.cache.set_online(false);
        stage.show_unstored(&[Route::Home, service("service-1")])?;
        stage.tv.press_all(&[Right, Enter]);
        Ok(())
    }),
    scene("service-station-who", |stage| {
        station(stage)?;
        confirm(stage, 1)
    }),
    scene("service-station-pin", |stage| {
        station(stage)?;
        confirm(stage, 1)?;
        stage.tv.press_all(&[Enter, Digit(5), Digit(8)]);
        Ok(())
    }),
    scene("service-station", |stage| {
        station(stage)?;
        confirm(stage, 1)?;
        prove(stage);
        Ok(())
    }),
    scene("service-done", |stage| {
        home(stage, Vec::new())?;
        let done = Route::ServiceDone {
            title: "农业技术服务".to_owned(),
            number: "20261122-007".to_owned(),
            office: "镇农业农村办公室".to_owned(),
            due_at_ms: NOW_MS + 24 * HOUR,
        };
        stage.show(&[Route::Home, services(), done])
    }),
    scene("service-kept", |stage| {
        home(stage, Vec::new())?;
        confirm(stage, 1)?;
        stage.tv.press(Enter);
        Ok(())
    }),
    scene("requests", |stage| {
        home(stage, some())?;
        stage.show(&[Route::Home, mine()])
    }),
    scene("requests-empty", |stage| {
        home(stage, Vec::new())?;
        stage.show(&[Route::Home, mine()])
    }),
    scene("requests-station", |stage| {
        station(stage)?;
        stage.show(&[Route::Home, mine()])?;
        prove(stage);
        Ok(())
    }),
    scene("request", |stage| {
        home(stage, some())?;
        stage.show(&[Route::Home, request("due")])
    }),
    scene("request-answered", |stage| {
        home(stage, some())?;
        stage.show(&[Route::Home, request("answered")])
    }),
    scene("request-answered-choices", |stage| {
        home(stage, some())?;
        stage.show(&[Route::Home, request("answered")])?;
        stage.down_to("stops")?;
        stage.tv.press_all(&[Down; 2]);
        Ok(())
    }),
    scene("request-answered-end", |stage| {
        home(stage, some())?;
        stage.show(&[Route::Home, request("answered")])?;
        stage.tv.press_all(&[Down; 30]);
        Ok(())
    }),
    scene("request-satisfaction", |stage| {
        home(stage, some())?;
        stage.show(&[Route::Home, request("answered")])?;
        stage.tv.press_all(&[Digit(1), Down]);
        Ok(())
    }),
    scene("request-said", |stage| {
        home(stage, some())?;
        stage.show(&[Route::Home, request("answered")])?;
        stage.tv.press_all(&[Digit(3), Digit(0)]);
        Ok(())
    }),
    scene("request-withdraw", |stage| {
        home(stage, some())?;
        stage.show(&[Route::Home, request("due")])?;
        stage.tv.press_all(&[Down; 30]);
        stage.tv.press(Enter);
        Ok(())
    }),
    scene("request-asked-back", |stage| {
        home(stage, some())?;
        stage.show(&[Route::Home, request("asked-back")])
    }),
    scene("request-gone", |stage| {
        home(stage, some())?;
        stage.show(&[Route::Home, request("nowhere")])
    }),
    scene("toast-answered", |stage| {
        home(stage, some())?;
        stage.show(&[Route::Home])
    }),
];

fn services() -> Route {
    Route::Services {
        list: String::new(),
    }
}

fn service(category: &str) -> Route {
    Route::Service {
        category: category.to_owned(),
    }
}

fn mine() -> Route {
    Route::Requests { suggestions: false }
}

pub(super) fn request(id: &str) -> Route {
    Route::Request { id: id.to_owned() }
}

fn confirm(stage: &mut Stage, digit: u8) -> anyhow::Result<()> {
    stage.show(&[Route::Home, services()])?;
    stage.tv.press(Digit(digit));
    Ok(())
}

/// The first name and a PIN.
fn prove(stage: &Stage) {
    stage.tv.press(Enter);
    stage.tv.press_all(&[5, 8, 0, 3, 1, 6].map(Digit));
    stage.tv.press(Enter);
}

/// What can be asked for, as a township writes it; in place of what the demonstration has.
fn categories(cache: &Cache) -> anyhow::Result<()> {
    let category = |digit: u8, title: &str, icon: &str, kind| Category {
        id: format!("service-{digit}"),
        digit,
        title: title.to_owned(),
        icon: icon.to_owned(),
        about: "种什么、怎么管、怎么防病防冻，农技员给您说清楚，要看的到地里看。".to_owned(),
        kind,
        office: "镇农业农村办公室".to_owned(),
        response_hours: 24,
        papers: vec!["户口本".to_owned(), "身份证".to_owned()],
        ..Category::default()
    };
    let of = CategoryKind::Service;
    let mut all = vec![
        category(1, "农业技术服务", "agriculture", of),
        category(2, "惠农政策", "payments", of),
        category(3, "咨询", "forum", of),
        category(4, "文化休闲需求", "culture", of),
        category(5, "邻里纠纷", "handshake", of),
        category(6, "举报投诉", "report", CategoryKind::Confidential),
        category(7, "致富务工指导", "work", of),
    ];
    all[1].papers = [
        "户口本和身份证原件",
        "土地承包经营权证复印件一份",
        "惠农补贴一卡通存折",
    ]
    .map(str::to_owned)
    .to_vec();
    all[1]
        .papers
        .resize(8, "去年的申请表（没有可以不带，镇里有存底）".to_owned());
    all[2].office = "清河镇便民服务中心退役军人服务站".to_owned();
    all[6].clock = contract::request::ClockKind::Working;
    let mut suggestion = category(0, "意见建议", "suggestion", CategoryKind::Suggestion);
    suggestion.id = "suggestion".to_owned();
    all.push(suggestion);
    let gone = cache.categories().into_iter();
    let gone = gone.map(|one| Change::Delete { id: one.id });
    let new = all.into_iter().map(|one| Change::Put {
        document: Document::Category(one),
    });
    cache.apply(&FeedPage {
        cursor: cache.cursor().unwrap_or_default(),
        server_time_ms: NOW_MS,
        changes: gone.chain(new).collect(),
        ..FeedPage::default()
    })?;
    Ok(())
}

fn phone(name: &str) -> PhoneOffer {
    PhoneOffer {
        member: MemberRef {
            id: name.to_owned(),
            name: name.to_owned(),
        },
        masked: "138****0001".to_owned(),
    }
}

fn phones(stage: &Stage, phones: Vec<PhoneOffer>) -> anyhow::Result<()> {
    let known = stage.demo.cache.requests();
    let told = TerminalRequests {
        phones,
        ..(*known).clone()
    };
    stage.demo.cache.set_requests(told, "")?;
    Ok(())
}

/// A home that asked this.
pub(super) fn home(stage: &Stage, requests: Vec<TerminalRequest>) -> anyhow::Result<()> {
    categories(&stage.demo.cache)?;
    let told = TerminalRequests {
        server_time_ms: NOW_MS,
        requests,
        phones: vec![phone("周万顺")],
    };
    stage.demo.cache.set_requests(told, "")?;
    Ok(())
}

fn station(stage: &Stage) -> anyhow::Result<()> {
    stage.people(TerminalKind::Station, people::station(12), Vec::new())?;
    categories(&stage.demo.cache)
}

fn entry(number: u32, hours_ago: i64, what: Happened, who: &str, text: &str) -> HistoryEntry {
    HistoryEntry {
        number,
        at_ms: NOW_MS - hours_ago * HOUR,
        what,
        who: who.to_owned(),
        text: text.to_owned(),
        ..HistoryEntry::default()
    }
}

fn asked(id: &str, category: &str, summary: &str, hours_ago: i64) -> TerminalRequest {
    TerminalRequest {
        id: id.to_owned(),
        number: "20261122-007".to_owned(),
        category: category.to_owned(),
        category_id: "service-3".to_owned(),
        summary: summary.to_owned(),
        office: OrganizationRef {
            id: "office".to_owned(),
            name: "清河镇便民服务中心".to_owned(),
        },
        asked_at_ms: NOW_MS - hours_ago * HOUR,
        due_at_ms: Some(NOW_MS + (24 - hours_ago) * HOUR),
        due_because: vec![
            "11月22日 9:00 收到，按自然时间 24 小时内第一次答复".to_owned(),
            "中间转办过一次，时间照走".to_owned(),
        ],
        history: vec![entry(1, hours_ago, Happened::Asked, "", summary)],
        ..TerminalRequest::default()
    }
}

/// One of everything.
pub(super) fn some() -> Vec<TerminalRequest> {
    let office = "清河镇便民服务中心";
    let mut due = asked("due", "咨询", "医疗保险怎么缴", 1);
    due.state = RequestState::Assigned;
    due.history.push(entry(
        2,
        1,
        Happened::PassedOn,
        "张家村村委会",
        "这件事归便民服务中心办。",
    ));
    let mut answered = asked("answered", "农村用水报修", "自来水没有水了", 50);
    (answered.state, answered.wants_verdict) = (RequestState::Answered, true);
    answered.due_at_ms = None;
    answered.history.extend([
        entry(2, 49, Happened::Accepted, office, ""),
        entry(
            3,
            30,
            Happened::Replied,
            office,
            "您好，已经联系水利站的师傅，今天下午到您家看管道。路上积雪，如果晚到请您谅解，师傅会先给您打电话。",
        ),
        entry(
            4,
            4,
            Happened::Answered,
            "清河镇水利站",
            "管道冻裂的地方已经换好，水表也换了新的，家里请留人看着不再结冰。夜里气温低于零下五度时，请把水龙头开一条缝，让水慢慢流，管子就不会再冻住。",
        ),
    ]);
    answered.history[3].attachments = vec![
        Attachment {
            id: "picture".to_owned(),
            media_type: "image/jpeg".to_owned(),
            ..Attachment::default()
        },
        Attachment {
            id: "voice".to_owned(),
            media_type: "audio/ogg".to_owned(),
            length_ms: Some(18_000),
            ..Attachment::default()
        },
    ];
    let mut back = asked("asked-back", "惠农政策", "语音 18 秒", 20);
    (back.state, back.wants_addition) = (RequestState::InProgress, true);
    back.due_at_ms = None;
    back.history.push(entry(
        2,
        3,
        Happened::AskedBack,
        office,
        "请问您家的地有几亩，是自己种还是流转出去了？",
    ));
    let mut overdue = asked(
        "overdue",
        "致富务工指导",
        "想学电焊，哪里有培训班，什么时候开始报名？",
        30,
    );
    overdue.state = RequestState::Received;
    let mut closed = asked("closed", "文化休闲需求", "", 400);
    (closed.state, closed.due_at_ms) = (RequestState::Closed, None);
    vec![due, answered, back, overdue, closed]
}
