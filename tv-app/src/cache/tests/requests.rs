//! What is asked with one key, on the disk: exactly once, and overwritten when it is sent.

use contract::feed::Document;
use contract::request::{
    self, Category, CategoryKind, Phone, PhoneOffer, RequestReceipt, Solved, TerminalRequest,
    TerminalRequests, Voice,
};

use super::{Fixture, NOW, page};
use crate::cache::command::{Addition, NewRequest, Priority, Reply, Verdict, Withdraw};
use crate::cache::drafts::subject;
use crate::cache::{DocumentKind, Draft, WaitingKind};

/// What no file may hold once it was sent.
const MARK: &str = "TWFya2VyV29yZA";
const NUMBER: &str = "13987654321";

fn new(key: &str) -> NewRequest {
    NewRequest {
        key: key.to_owned(),
        request: request::NewRequest {
            category_id: "c".to_owned(),
            phone: Phone::Typed {
                number: NUMBER.to_owned(),
            },
            sentences: Vec::new(),
            voice: Some(Voice {
                ogg_base64: MARK.repeat(20_000),
                length_ms: 60_000,
            }),
            proof: None,
            for_member_id: None,
            may_be_public: false,
            age_ms: None,
        },
        title: "咨询".to_owned(),
        member_id: String::new(),
        name: String::new(),
    }
}

fn receipt() -> Reply {
    Reply::NewRequest(RequestReceipt {
        id: "r".to_owned(),
        number: "20261122-001".to_owned(),
        due_at_ms: NOW + 86_400_000,
        ..RequestReceipt::default()
    })
}

fn holding(fixture: &Fixture, secret: &str) -> Vec<String> {
    let files = std::fs::read_dir(fixture.dir.path()).unwrap();
    let holds = |path: &std::path::Path| {
        let bytes = std::fs::read(path).unwrap_or_default();
        let mut windows = bytes.windows(secret.len());
        windows.any(|window| window == secret.as_bytes())
    };
    files
        .map(|entry| entry.unwrap().path())
        .filter(|path| holds(path))
        .map(|path| path.display().to_string())
        .collect()
}

#[test]
fn a_voice_and_a_number_are_kept_until_they_are_sent_and_then_are_nowhere() {
    let mut fixture = Fixture::new();
    let draft = Draft {
        sentences: vec!["话".to_owned()],
        voice: new("k").request.voice,
    };
    let subject = subject("c", None);
    fixture.cache.keep_draft(&subject, &draft).unwrap();
    fixture.cache.enqueue(&new("k")).unwrap();
    fixture.clock.reboot();
    fixture.reopen();
    assert!(!holding(&fixture, MARK).is_empty(), "over a power cut");
    assert!(fixture.cache.draft(&subject).is_empty());
    let taken = fixture.cache.take_command(Priority::Interactive, &[]);
    let taken = taken.unwrap().unwrap();
    let body: request::NewRequest = serde_json::from_str(&taken.request.body).unwrap();
    assert_eq!(body.voice, new("k").request.voice);
    assert_eq!(body.age_ms, None, "the box was started again");
    let cache = &fixture.cache;
    cache.command_answered(taken.seq, Some(&receipt())).unwrap();
    assert_eq!(holding(&fixture, MARK), Vec::<String>::new());
    assert_eq!(holding(&fixture, NUMBER), Vec::<String>::new());
}

#[test]
fn how_long_ago_the_key_was_pressed_is_told_with_every_attempt_and_nothing_else_changes() {
    let fixture = Fixture::new();
    fixture.cache.enqueue(&new("k")).unwrap();
    let mut bodies = Vec::new();
    for _ in 0..3 {
        fixture.clock.advance(1_000);
        let taken = fixture.cache.take_command(Priority::Interactive, &[]);
        let taken = taken.unwrap().unwrap();
        assert_eq!(taken.request.key, "k");
        let body: request::NewRequest = serde_json::from_str(&taken.request.body).unwrap();
        bodies.push(body);
    }
    let ages: Vec<Option<i64>> = bodies.iter().map(|body| body.age_ms).collect();
    assert_eq!(ages, [Some(1_000), Some(2_000), Some(3_000)]);
    for body in &mut bodies {
        body.age_ms = None;
    }
    assert!(bodies.windows(2).all(|two| two[0] == two[1]));
}

#[test]
fn what_is_said_about_one_request_is_sent_in_order_and_another_does_not_wait() {
    let fixture = Fixture::new();
    let cache = &fixture.cache;
    let id = || "r".to_owned();
    let title = String::new;
    cache
        .enqueue(&Addition {
            key: "1".to_owned(),
            id: id(),
            request: request::Addition::default(),
            title: title(),
        })
        .unwrap();
    cache
        .enqueue(&Verdict {
            key: "2".to_owned(),
            id: id(),
            request: request::Verdict {
                solved: Solved::No,
                satisfaction: None,
                about: 4,
                proof: None,
            },
            title: title(),
        })
        .unwrap();
    cache
        .enqueue(&Withdraw {
            key: "3".to_owned(),
            id: "other".to_owned(),
            proof: None,
            title: title(),
        })
        .unwrap();
    let kinds: Vec<WaitingKind> = cache
        .waiting_requests()
        .iter()
        .map(|one| one.kind)
        .collect();
    assert_eq!(
        kinds,
        [
            WaitingKind::Addition,
            WaitingKind::Verdict,
            WaitingKind::Withdrawal
        ]
    );
    let take = |busy: &[String]| {
        let taken = cache.take_command(Priority::Interactive, busy).unwrap();
        taken.unwrap()
    };
    let first = take(&[]);
    assert_eq!(first.request.path, "/api/v1/terminal/requests/r/additions");
    let next = take(std::slice::from_ref(&first.lane));
    assert_eq!(
        next.request.path,
        "/api/v1/terminal/requests/other/withdraw"
    );
    assert_eq!(next.request.body, r#"{"proof":null}"#);
    cache
        .command_answered(first.seq, Some(&Reply::Addition(Box::default())))
        .unwrap();
    let next = take(std::slice::from_ref(&next.lane));
    assert_eq!(next.request.path, "/api/v1/terminal/requests/r/verdict");
}

#[test]
fn categories_stand_in_the_order_of_their_keys_are_found_and_one_of_a_later_program_is_left_out() {
    let fixture = Fixture::new();
    let category = |id: &str, digit, title: &str, kind| {
        Document::Category(Category {
            id: id.to_owned(),
            digit,
            title: title.to_owned(),
            office: "便民服务中心".to_owned(),
            kind,
            ..Category::default()
        })
    };
    let documents = vec![
        category("s", 0, "意见建议", CategoryKind::Suggestion),
        category("b", 3, "咨询", CategoryKind::Service),
        category("a", 1, "农业技术服务", CategoryKind::Service),
        category("x", 2, "以后才有", CategoryKind::Unknown),
    ];
    fixture.cache.apply(&page("1", documents)).unwrap();
    let cache = &fixture.cache;
    let ids: Vec<String> = cache.categories().into_iter().map(|one| one.id).collect();
    assert_eq!(ids, ["a", "b", "s"]);
    assert_eq!(cache.category("x"), None);
    // 农业技术 is NYJS.
    let hits = cache.search("6957", 9);
    assert_eq!(
        (hits[0].kind, hits[0].id.as_str()),
        (DocumentKind::Category, "a")
    );
    assert!(cache.newest(9).is_empty(), "it is no news");
}

#[test]
fn what_was_asked_is_kept_and_only_what_differs_is_news() {
    let mut fixture = Fixture::new();
    let told = |at: i64| TerminalRequests {
        server_time_ms: at,
        requests: vec![TerminalRequest {
            id: "r".to_owned(),
            ..TerminalRequest::default()
        }],
        phones: vec![PhoneOffer {
            masked: "138****0001".to_owned(),
            ..PhoneOffer::default()
        }],
    };
    assert!(fixture.cache.set_requests(told(1), "\"1\"").unwrap());
    assert!(!fixture.cache.set_requests(told(2), "\"1\"").unwrap());
    fixture.reopen();
    assert_eq!(fixture.cache.requests().phones, told(0).phones);
    assert_eq!(fixture.cache.requests_etag().as_deref(), Some("\"1\""));
    assert!(fixture.cache.request("r").is_some());
    // Another owner of this box sees nothing of it.
    fixture.cache.clear_enrolment().unwrap();
    assert!(fixture.cache.requests().requests.is_empty());
}
