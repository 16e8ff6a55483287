//! Evaluations in the cache: who took part is known, what they chose is nowhere once it is sent.

use contract::error::ErrorCode;
use contract::evaluation::{BallotTaken, Evaluation, EvaluationState};
use contract::feed::{Change, Document, FeedPage};
use contract::form::{Answer, Form, Question, QuestionKind};
use contract::member::MemberRef;
use contract::proof::Proof;
use proptest::prelude::*;

use super::{Fixture, NOW, page};
use crate::cache::ballot_draft::MOST_TRIES;
use crate::cache::command::{Ballot, Priority, Reply};
use crate::cache::{BallotDraft, DraftKey, DraftOf, Enrolment, OpenedDraft, Refusal};

const PIN: &str = "580316";
/// It stands in every request of the form, and nowhere else in this test.
const MARK: &str = "q_marked_question";
/// Somebody's number, which can be found in bytes.
const CHOSEN: i64 = 271_828_182;

fn evaluation(state: EvaluationState) -> Document {
    Document::Evaluation(Evaluation {
        id: "e".to_owned(),
        title: "镇水利站测评".to_owned(),
        list: "voice".to_owned(),
        state,
        closes_at_ms: NOW + 3_600_000,
        form: Form {
            questions: vec![Question {
                id: "q1".to_owned(),
                text: "怎么样？".to_owned(),
                kind: QuestionKind::Number {
                    least: 0,
                    most: 999_999_999,
                    unit: String::new(),
                },
                ..Question::default()
            }],
        },
        ..Evaluation::default()
    })
}

fn of(member: &str) -> DraftOf {
    DraftOf {
        evaluation_id: "e".to_owned(),
        member_id: member.to_owned(),
    }
}

fn answers() -> Vec<Answer> {
    vec![Answer {
        question: MARK.to_owned(),
        chosen: vec![Some(2)],
        number: Some(CHOSEN),
    }]
}

fn draft() -> BallotDraft {
    BallotDraft::new("hash".to_owned(), answers(), (3, 1))
}

fn keep(fixture: &Fixture, member: &str, secret: &str, unique: &str) {
    let key = match fixture.cache.open_ballot_draft(&of(member), secret, unique) {
        OpenedDraft::Fresh(key) | OpenedDraft::Found(key, _) => key,
        other => panic!("{other:?}"),
    };
    let sealed = key
        .seal(&of(member), &draft(), &format!("{unique} nonce"))
        .unwrap();
    fixture.cache.keep_ballot_draft(&sealed).unwrap();
}

fn ballot(key: &str) -> Ballot {
    Ballot {
        key: key.to_owned(),
        evaluation_id: "e".to_owned(),
        title: "镇水利站测评".to_owned(),
        form_hash: "hash".to_owned(),
        member: MemberRef {
            id: "a".to_owned(),
            name: "张建国".to_owned(),
        },
        proof: Proof::Pin {
            member_id: "a".to_owned(),
            pin: PIN.to_owned(),
        },
        answers: answers(),
        bytes: 1024,
    }
}

/// Which files of the data folder hold these bytes.
fn holds(fixture: &Fixture, bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![fixture.dir.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let content = std::fs::read(&path).unwrap();
            if content.windows(bytes.len()).any(|window| window == bytes) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

#[test]
fn an_evaluation_is_listed_found_and_its_drafts_go_when_it_closes() {
    let mut fixture = Fixture::new();
    let open = evaluation(EvaluationState::Open);
    fixture.cache.apply(&page("1", vec![open])).unwrap();
    keep(&fixture, "a", PIN, "1");
    fixture.reopen();
    assert_eq!(fixture.cache.evaluations().len(), 1);
    assert!(fixture.cache.evaluation("e").is_some());
    assert!(fixture.cache.has_ballot_draft(&of("a")));
    // It is changed in a word, and nothing is lost.
    let open = evaluation(EvaluationState::Open);
    fixture.cache.apply(&page("2", vec![open])).unwrap();
    assert!(fixture.cache.has_ballot_draft(&of("a")));
    let closed = evaluation(EvaluationState::Closed);
    fixture.cache.apply(&page("3", vec![closed])).unwrap();
    assert!(!fixture.cache.has_ballot_draft(&of("a")));
}

#[test]
fn the_drafts_of_an_evaluation_that_is_taken_back_go() {
    let fixture = Fixture::new();
    let cache = &fixture.cache;
    let open = || evaluation(EvaluationState::Open);
    let gone = |cursor: &str| FeedPage {
        cursor: cursor.to_owned(),
        changes: vec![Change::Delete { id: "e".to_owned() }],
        ..FeedPage::default()
    };
    cache.apply(&page("1", vec![open()])).unwrap();
    keep(&fixture, "a", PIN, "1");
    cache.apply(&gone("2")).unwrap();
    assert!(!cache.has_ballot_draft(&of("a")));
    // And those of one that is not there any more when everything comes again; not before all has come.
    cache.apply(&page("3", vec![open()])).unwrap();
    keep(&fixture, "a", PIN, "2");
    let begins = FeedPage {
        cursor: "4".to_owned(),
        reset: true,
        more: true,
        ..FeedPage::default()
    };
    cache.apply(&begins).unwrap();
    assert!(cache.has_ballot_draft(&of("a")), "it may still come");
    cache.apply(&page("5", vec![open()])).unwrap();
    assert!(cache.has_ballot_draft(&of("a")), "it has come");
    cache.apply(&begins).unwrap();
    cache.apply(&page("6", Vec::new())).unwrap();
    assert!(!cache.has_ballot_draft(&of("a")));
}

#[test]
fn a_draft_is_opened_by_what_sealed_it_and_by_nothing_else() {
    let mut fixture = Fixture::new();
    keep(&fixture, "a", PIN, "1");
    fixture.reopen();
    let cache = &fixture.cache;
    match cache.open_ballot_draft(&of("a"), PIN, "2") {
        OpenedDraft::Found(_, found) => assert!(found.answers == answers() && found.at == (3, 1)),
        other => panic!("{other:?}"),
    }
    assert!(matches!(
        cache.open_ballot_draft(&of("b"), PIN, "3"),
        OpenedDraft::Fresh(_)
    ));
    for tries in 1..=MOST_TRIES {
        assert_eq!(
            cache.open_ballot_draft(&of("a"), "000000", "4"),
            OpenedDraft::Wrong(MOST_TRIES - tries)
        );
        cache.spoil_ballot_draft(&of("a")).unwrap();
    }
    assert!(!cache.has_ballot_draft(&of("a")), "five are enough");
}

#[test]
fn a_draft_of_one_person_is_not_another_one_s() {
    let fixture = Fixture::new();
    let key = DraftKey::fresh(PIN, "1").unwrap();
    let sealed = key.seal(&of("a"), &draft(), "2").unwrap();
    fixture.cache.keep_ballot_draft(&sealed).unwrap();
    let db = rusqlite::Connection::open(fixture.dir.path().join("cache.db")).unwrap();
    let moved = db.execute("UPDATE ballot_draft SET id = 'e b'", []);
    assert_eq!(moved.unwrap(), 1);
    assert!(matches!(
        fixture.cache.open_ballot_draft(&of("b"), PIN, "3"),
        OpenedDraft::Wrong(_)
    ));
}

#[test]
fn drafts_of_one_form_have_one_length_and_nothing_in_clear() {
    let fixture = Fixture::new();
    keep(&fixture, "a", PIN, "1");
    for bytes in [
        MARK.as_bytes(),
        CHOSEN.to_string().as_bytes(),
        PIN.as_bytes(),
    ] {
        assert_eq!(holds(&fixture, bytes), Vec::<String>::new());
    }
    let key = DraftKey::fresh(PIN, "1").unwrap();
    let length = |draft: &BallotDraft| {
        let sealed = key.seal(&of("a"), draft, "n").unwrap();
        format!("{sealed:?}").len()
    };
    let nothing = BallotDraft::new("hash".to_owned(), Vec::new(), (0, 0));
    assert_eq!(length(&draft()), length(&nothing));
    assert!(!format!("{:?}", draft()).contains(MARK));
}

#[test]
fn with_the_enrolment_the_drafts_go() {
    let fixture = Fixture::new();
    keep(&fixture, "a", PIN, "1");
    fixture.cache.clear_enrolment().unwrap();
    assert!(!fixture.cache.has_ballot_draft(&of("a")));
    keep(&fixture, "a", PIN, "2");
    fixture
        .cache
        .set_enrolment(&Enrolment {
            server_url: "http://s".to_owned(),
            token: "token".to_owned(),
            terminal_id: "another".to_owned(),
            kind: contract::terminal::TerminalKind::Household,
            name: String::new(),
            organization: contract::organization::OrganizationRef::default(),
        })
        .unwrap();
    assert!(!fixture.cache.has_ballot_draft(&of("a")));
}

#[test]
fn nothing_of_a_choice_stays_on_the_disk_after_the_answer() {
    for refused in [false, true] {
        let mut fixture = Fixture::new();
        keep(&fixture, "a", PIN, "1");
        let cache = &fixture.cache;
        cache.set_resume_point("[{\"route\":\"home\"}]").unwrap();
        cache.enqueue(&ballot("k")).unwrap();
        assert!(!cache.has_ballot_draft(&of("a")), "it is the ballot's now");
        assert_ne!(
            holds(&fixture, MARK.as_bytes()),
            Vec::<String>::new(),
            "while it waits it is on the disk, in both files"
        );
        // Somebody was told that it is kept, and the power failed in between.
        cache.queue_command("k").unwrap();
        fixture.reopen();
        let cache = &fixture.cache;
        let taken = cache.take_command(Priority::Interactive, &[]).unwrap();
        let seq = taken.unwrap().seq;
        if refused {
            let refusal = Refusal {
                code: ErrorCode::Conflict,
                tries: None,
                wait_ms: None,
            };
            cache.command_refused(seq, refusal, "too late").unwrap();
        } else {
            let reply = Reply::Ballot(BallotTaken {
                member: ballot("k").member,
                ..BallotTaken::default()
            });
            cache.command_answered(seq, Some(&reply)).unwrap();
        }
        for bytes in [
            MARK.as_bytes(),
            CHOSEN.to_string().as_bytes(),
            PIN.as_bytes(),
        ] {
            assert_eq!(holds(&fixture, bytes), Vec::<String>::new());
        }
        assert_eq!(cache.waiting_ballots(), []);
    }
}

#[test]
fn a_ballot_reaches_no_log() {
    let (command, kept) = (format!("{:?}", ballot("k")), Fixture::new());
    kept.cache.enqueue(&ballot("k")).unwrap();
    let waiting = kept.cache.pending();
    let printed = format!("{command} {:?}", waiting[0].request);
    assert!(
        !printed.contains(MARK) && !printed.contains(PIN),
        "{printed}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    /// Handed in as often as one likes, with power cuts wherever they come: the server hears of one.
    #[test]
    fn whatever_fails_it_is_one_ballot(steps in proptest::collection::vec(0_u8..4, 1..20)) {
        let mut fixture = Fixture::new();
        keep(&fixture, "a", PIN, "1");
        let mut arrived = std::collections::BTreeSet::new();
        let mut done = false;
        for step in steps {
            match step {
                0 if !done => {
                    fixture.cache.enqueue(&ballot("k")).unwrap();
                    done = true;
                }
                1 => {
                    fixture.clock.reboot();
                    fixture.reopen();
                }
                // The answer is lost.
                2 => {
                    if let Some(taken) = fixture.cache.take_command(Priority::Interactive, &[]).unwrap() {
                        arrived.insert(taken.request.key);
                    }
                }
                3 => {
                    if let Some(taken) = fixture.cache.take_command(Priority::Interactive, &[]).unwrap() {
                        arrived.insert(taken.request.key);
                        let reply = Reply::Ballot(BallotTaken {
                            member: ballot("k").member,
                            ..BallotTaken::default()
                        });
                        fixture.cache.command_answered(taken.seq, Some(&reply)).unwrap();
                    }
                }
                _ => {}
            }
            // The answers are somewhere until the server has them.
            let kept = fixture.cache.has_ballot_draft(&of("a"));
            let waits = !fixture.cache.waiting_ballots().is_empty();
            prop_assert!(kept != done, "a draft or a ballot");
            prop_assert!(!done || waits || !arrived.is_empty());
        }
        prop_assert!(arrived.len() <= 1);
    }
}
