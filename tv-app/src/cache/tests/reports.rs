//! Of a confidential report nothing stays on this terminal, and what was said of a request stays no longer
//! than somebody has it in hand.

use contract::error::ErrorCode;
use contract::request::{self, Phone, Voice};

use super::Fixture;
use crate::cache::command::{NewReport, NewRequest, Priority, Reply, Taken};
use crate::cache::drafts::subject;
use crate::cache::{Draft, Refusal};

/// Stands for what somebody said.
const SAID: &str = "MARKER-of-what-was-said";
/// Stands for their voice.
const VOICE: &str = "TUFSS0VSLW9mLWEtdm9pY2U=";
const NUMBER: &str = "4071829365";
const PIN: &str = "580316";

fn said() -> Draft {
    Draft {
        sentences: vec![SAID.to_owned()],
        // Long enough for pages of its own.
        voice: Some(Voice {
            ogg_base64: VOICE.repeat(2_000),
            length_ms: 30_000,
        }),
    }
}

fn report(key: &str) -> NewReport {
    let Draft { sentences, voice } = said();
    NewReport {
        key: key.to_owned(),
        request: request::NewReport {
            category_id: "c6".to_owned(),
            number: NUMBER.to_owned(),
            pin: PIN.to_owned(),
            phone: Phone::None,
            sentences,
            voice,
            age_ms: None,
        },
    }
}

/// Every file below the terminal's folder that has one of these in it, and which.
fn holding(fixture: &Fixture, secrets: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![fixture.dir.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.ends_with("reserve") {
                // Room for a full disk, which is never written.
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            for secret in secrets {
                if has(&bytes, secret) {
                    found.push(format!("{} in {}", secret, path.display()));
                }
            }
        }
    }
    found
}

/// Whether a secret stands in a file. A number has to stand there by itself: ids, hashes and times are full of
/// digits, and six of them may be anybody's.
fn has(bytes: &[u8], secret: &str) -> bool {
    let is_number = secret.bytes().all(|byte| byte.is_ascii_digit());
    let goes_on = |at: Option<usize>| {
        let byte = at.and_then(|at| bytes.get(at));
        is_number && byte.is_some_and(u8::is_ascii_alphanumeric)
    };
    let mut windows = bytes.windows(secret.len()).enumerate();
    windows.any(|(at, window)| {
        window == secret.as_bytes()
            && !goes_on(at.checked_sub(1))
            && !goes_on(Some(at + secret.len()))
    })
}

#[test]
fn digits_of_something_else_are_no_secret() {
    for (text, expected) in [
        ("{\"pin\":\"580316\"}", true),
        ("580316", true),
        ("0199aa58031612cd", false),
        ("1763580316000", false),
        ("58031", false),
    ] {
        assert_eq!(has(text.as_bytes(), PIN), expected, "{text}");
    }
    // Words are looked for wherever they stand.
    assert!(has(format!("x{SAID}y").as_bytes(), SAID));
}

const SECRETS: [&str; 4] = [SAID, VOICE, NUMBER, PIN];

fn seq(fixture: &Fixture) -> i64 {
    let taken = fixture.cache.take_command(Priority::Interactive, &[]);
    taken.unwrap().expect("something waits").seq
}

#[test]
fn a_report_that_was_sent_is_in_no_file() {
    let mut fixture = Fixture::new();
    // Somebody else's things lie around it.
    fixture.cache.set_setting("volume", "60").unwrap();
    fixture.cache.enqueue(&report("a")).unwrap();
    fixture.cache.enqueue(&report("b")).unwrap();
    for secret in SECRETS {
        let before = holding(&fixture, &[secret]);
        // In both databases, or their logs.
        assert!(before.len() >= 2, "it waits safely: {before:?}");
    }
    assert_eq!(fixture.cache.waiting_reports(), 2);
    // The power fails in between, and it is sent more than once.
    let first = seq(&fixture);
    fixture.reopen();
    assert_eq!(seq(&fixture), first);
    let reply = Reply::NewReport(Taken);
    fixture.cache.command_answered(first, Some(&reply)).unwrap();
    assert_eq!(fixture.cache.waiting_reports(), 1);
    let second = seq(&fixture);
    fixture
        .cache
        .command_answered(second, Some(&reply))
        .unwrap();
    assert_eq!(fixture.cache.waiting_reports(), 0);
    assert_eq!(holding(&fixture, &SECRETS), Vec::<String>::new());
    fixture.reopen();
    assert_eq!(holding(&fixture, &SECRETS), Vec::<String>::new());
}

#[test]
fn a_database_that_was_damaged_meanwhile_does_not_keep_it() {
    let mut fixture = Fixture::new();
    fixture.cache.enqueue(&report("a")).unwrap();
    let aside = fixture.dir.path().join("cache-broken-2026-11-22.db");
    std::fs::write(&aside, SAID).unwrap();
    fixture.reopen();
    fixture
        .cache
        .command_answered(seq(&fixture), Some(&Reply::NewReport(Taken)))
        .unwrap();
    assert_eq!(holding(&fixture, &SECRETS), Vec::<String>::new());
    assert!(!aside.exists());
}

#[test]
fn a_report_that_was_refused_is_in_no_file() {
    let fixture = Fixture::new();
    fixture.cache.enqueue(&report("a")).unwrap();
    let refusal = Refusal {
        code: ErrorCode::NotFound,
        tries: None,
        wait_ms: None,
    };
    fixture
        .cache
        .command_refused(seq(&fixture), refusal, SAID)
        .unwrap();
    assert_eq!(holding(&fixture, &SECRETS), Vec::<String>::new());
    // Whoever wrote it is told, without a word of what it was.
    let told = fixture.cache.refusals();
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].name.as_str(), told[0].title.as_str()), ("", ""));
}

#[test]
fn a_report_says_of_itself_that_it_waits_and_nothing_else() {
    let fixture = Fixture::new();
    fixture.cache.enqueue(&report("a")).unwrap();
    let waiting = fixture.cache.pending().remove(0);
    assert_eq!(waiting.about, crate::cache::command::About::default());
    assert_eq!(waiting.lane, "a");
    assert_eq!(fixture.cache.waiting_requests(), Vec::new());
    let shown = format!("{waiting:?}{:?}", report("a"));
    for word in SECRETS.into_iter().chain(["report"]) {
        let body = shown.replace("NewReport", "");
        assert!(!body.contains(word), "{word}: {shown}");
    }
}

#[test]
fn what_was_said_survives_a_power_cut_until_it_is_sent() {
    let mut fixture = Fixture::new();
    let (mine, other) = (subject("c1", None), subject("c1", Some("r7")));
    fixture.cache.keep_draft(&mine, &said()).unwrap();
    fixture.reopen();
    assert_eq!(fixture.cache.draft(&mine), said());
    assert_eq!(fixture.cache.draft(&other), Draft::default());
    let Draft { sentences, voice } = said();
    let command = NewRequest {
        key: "k".to_owned(),
        request: request::NewRequest {
            category_id: "c1".to_owned(),
            phone: Phone::None,
            sentences,
            voice,
            proof: None,
            for_member_id: None,
            may_be_public: false,
            age_ms: None,
        },
        title: "农业技术服务".to_owned(),
        member_id: String::new(),
        name: String::new(),
    };
    fixture.cache.enqueue(&command).unwrap();
    assert_eq!(fixture.cache.draft(&mine), Draft::default());
    fixture.cache.command_answered(seq(&fixture), None).unwrap();
    assert_eq!(holding(&fixture, &[SAID, VOICE]), Vec::<String>::new());
}

#[test]
fn what_was_said_and_left_is_in_no_file() {
    let fixture = Fixture::new();
    let (kept, left) = (subject("c1", None), subject("c2", None));
    fixture.cache.keep_draft(&left, &said()).unwrap();
    let short = Draft {
        sentences: vec!["果树叶子发黄".to_owned()],
        voice: None,
    };
    fixture.cache.keep_draft(&kept, &short).unwrap();
    fixture
        .cache
        .keep_only_drafts(std::slice::from_ref(&kept))
        .unwrap();
    assert_eq!(fixture.cache.draft(&left), Draft::default());
    assert_eq!(fixture.cache.draft(&kept), short);
    assert_eq!(holding(&fixture, &[SAID, VOICE]), Vec::<String>::new());
    // A recording that is deleted goes as well.
    fixture.cache.keep_draft(&kept, &said()).unwrap();
    fixture.cache.keep_draft(&kept, &short).unwrap();
    assert_eq!(holding(&fixture, &[VOICE]), Vec::<String>::new());
    fixture.cache.keep_draft(&kept, &Draft::default()).unwrap();
    assert_eq!(fixture.cache.draft(&kept), Draft::default());
}
