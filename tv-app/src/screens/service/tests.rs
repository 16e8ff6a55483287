//! Whom they will call, who asks, and what becomes of it.

use contract::error::ErrorCode;
use contract::proof::Proof;
use contract::request::{Phone, Voice};
use contract::terminal::TerminalKind;

use super::*;
use crate::cache::command::Told;
use crate::cache::drafts::subject;
use crate::cache::{Draft, Refusal};
use crate::remote::RemoteKey::{self, Back, Digit, Down, Ok as Enter, Right, Up};
use crate::screens::asked::tests::{HOUR, home, phone, sent, taken, tell, world};
use crate::screens::kit::form::Remark;
use crate::screens::sending::Outcome;
use crate::screens::tests::{NOW, World, card, person};
use crate::screens::{Controller, Effect, Effects, Input, Route, Stays};

fn shown(world: &World, category: &str) -> Service {
    let mut screen = Service::new(category);
    world.tell(&mut screen, &Input::Shown);
    screen
}

fn done(effects: &Effects) -> Option<&Route> {
    effects.iter().find_map(|effect| match effect {
        Effect::Replace(route) => Some(route),
        _ => None,
    })
}

#[test]
fn one_press_asks_and_the_answer_says_until_when() {
    let world = home();
    let mut screen = shown(&world, "c1");
    assert_eq!(screen.due_at_ms(), Some(NOW + 24 * HOUR));
    let effects = world.press(&mut screen, &[Enter]);
    let new = sent(&effects);
    assert_eq!(new.request.category_id, "c1");
    assert_eq!(
        new.request.phone,
        Phone::Member {
            member_id: "a".to_owned()
        }
    );
    assert_eq!((new.request.proof, new.request.voice), (None, None));
    assert_eq!(screen.step(), Step::Sending);
    // A second press asks nothing more.
    assert!(
        !world
            .press(&mut screen, &[Enter])
            .iter()
            .any(|effect| { matches!(effect, Effect::Command(_)) })
    );
    let mut screen = shown(&world, "c1");
    let new = sent(&world.press(&mut screen, &[Enter]));
    let effects = world.tell(&mut screen, &taken(&new.key));
    assert_eq!(
        done(&effects),
        Some(&Route::ServiceDone {
            title: "农业技术服务".to_owned(),
            number: "20261122-008".to_owned(),
            office: "镇农业农村办公室".to_owned(),
            due_at_ms: NOW + 24 * HOUR,
        })
    );
}

#[test]
fn without_an_answer_it_is_kept_and_said_so() {
    let world = home();
    for told in [true, false] {
        let mut screen = shown(&world, "c1");
        let new = sent(&world.press(&mut screen, &[Enter]));
        let effects = if told {
            world.tell(&mut screen, &Input::Told(new.key.clone(), Told::Queued))
        } else {
            let effects = world.wait(&mut screen, 7_000);
            assert!(effects.contains(&Effect::Queue(new.key.clone())));
            effects
        };
        let Some(Route::ServiceDone { number, .. }) = done(&effects) else {
            panic!("{effects:?}");
        };
        assert!(number.is_empty());
    }
}

#[test]
fn a_power_cut_between_the_key_and_the_answer_leaves_exactly_one_request() {
    let world = home();
    let mut screen = shown(&world, "c1");
    let effects = world.press(&mut screen, &[Enter]);
    let new = sent(&effects);
    let at = |wanted: &Effect| effects.iter().position(|effect| effect == wanted);
    let command = effects
        .iter()
        .position(|effect| matches!(effect, Effect::Command(_)));
    assert!(at(&Effect::Remember) > command, "first what was done");
    // One comes again where it is seen that it was asked.
    assert!(matches!(screen.route(), Route::Services { .. }));
    world.cache.enqueue(&new).unwrap();
    world.clock.reboot();
    let world = world.reopened();
    let waiting = world.cache.waiting_requests();
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].key, new.key);
    // And whoever comes to the question again is told.
    assert!(shown(&world, "c1").is_again());
    assert!(!shown(&world, "c3").is_again());
}

#[test]
fn another_number_is_typed_or_taken_from_the_next_person() {
    let world = home();
    tell(
        &world,
        Vec::new(),
        vec![phone("a", "张建国"), phone("b", "李秀英")],
    );
    let mut screen = shown(&world, "c1");
    world.press(&mut screen, &[Down, Enter]);
    assert!(matches!(screen.number(), Number::Offered(offer) if offer.member.id == "b"));
    let (_, more) = screen.actions().rows();
    assert_eq!(
        more,
        [
            Action::Other {
                at: 0,
                name: "张建国".to_owned()
            },
            Action::Note
        ]
    );
    world.press(&mut screen, &[Up, Right, Enter]);
    assert_eq!(screen.step(), Step::Number);
    world.enter(&mut screen, "1234");
    assert_eq!(screen.typed(), ("1234", Remark::Lacking(1)));
    world.enter(&mut screen, "5");
    assert_eq!(screen.step(), Step::Confirm);
    assert_eq!(screen.number(), &Number::Typed("12345".to_owned()));
    let new = sent(&world.press(&mut screen, &[Enter]));
    assert_eq!(
        new.request.phone,
        Phone::Typed {
            number: "12345".to_owned()
        }
    );
    assert!(!format!("{new:?}").contains("12345"), "not in a log");
}

#[test]
fn a_home_without_a_number_types_one_or_none() {
    let world = home();
    tell(&world, Vec::new(), Vec::new());
    let mut screen = shown(&world, "c1");
    assert_eq!(screen.actions().rows().0, [Action::Number, Action::Silent]);
    let new = sent(&world.press(&mut screen, &[Right, Enter]));
    assert_eq!(new.request.phone, Phone::None);
    let mut screen = shown(&world, "c1");
    world.press(&mut screen, &[Enter]);
    world.enter(&mut screen, "13800000001");
    let new = sent(&world.press(&mut screen, &[Enter]));
    assert_eq!(
        new.request.phone,
        Phone::Typed {
            number: "13800000001".to_owned()
        }
    );
}

#[test]
fn what_was_said_goes_with_it_and_is_no_draft_any_more() {
    let world = home();
    let draft = Draft {
        sentences: vec!["果树叶子发黄".to_owned()],
        voice: Some(Voice {
            ogg_base64: "T2dnUw==".to_owned(),
            length_ms: 1_500,
        }),
    };
    let subject = subject("c1", None);
    world.cache.keep_draft(&subject, &draft).unwrap();
    let mut screen = shown(&world, "c1");
    assert_eq!(screen.draft(), Some(subject.clone()));
    let new = sent(&world.press(&mut screen, &[Enter]));
    assert_eq!(new.request.sentences, draft.sentences);
    assert_eq!(new.request.voice, draft.voice);
    world.cache.enqueue(&new).unwrap();
    assert!(world.cache.draft(&subject).is_empty());
}

#[test]
fn a_suggestion_is_asked_whether_it_may_be_public_and_nothing_is_chosen_for_them() {
    let world = home();
    for (keys, public) in [
        (vec![Enter, Enter], false),
        (vec![Enter, Right, Enter], true),
    ] {
        let mut screen = shown(&world, "c0意见建议");
        let new = sent(&world.press(&mut screen, &keys));
        assert_eq!(new.request.may_be_public, public);
    }
    let mut screen = shown(&world, "c0意见建议");
    world.press(&mut screen, &[Enter, Back]);
    assert_eq!(screen.step(), Step::Confirm);
}

fn station() -> World {
    let world = world(TerminalKind::Station);
    world.people(vec![person("a", "张建国"), person("b", "李秀英")]);
    world
}

const PIN: [RemoteKey; 7] = [
    Digit(5),
    Digit(8),
    Digit(0),
    Digit(3),
    Digit(1),
    Digit(6),
    Enter,
];

fn pin(member: &str) -> Option<Proof> {
    Some(Proof::Pin {
        member_id: member.to_owned(),
        pin: "580316".to_owned(),
    })
}

#[test]
fn at_a_station_whoever_asks_proves_it_first_and_a_wrong_pin_loses_nothing_else() {
    let world = station();
    let mut screen = shown(&world, "c1");
    assert_eq!(screen.step(), Step::Who);
    assert_eq!(screen.nature().stays, Stays::Personal);
    // 李 comes before 张.
    world.press(&mut screen, &[Enter]);
    world.press(&mut screen, &PIN);
    assert_eq!(screen.step(), Step::Confirm);
    assert_eq!(screen.number(), &Number::Registered("李秀英".to_owned()));
    let new = sent(&world.press(&mut screen, &[Enter]));
    assert_eq!(new.request.proof, pin("b"));
    assert_eq!(new.request.for_member_id, None);
    assert_eq!(
        new.request.phone,
        Phone::Member {
            member_id: "b".to_owned()
        }
    );
    let refusal = Refusal {
        code: ErrorCode::WrongPin,
        tries: Some(3),
        wait_ms: None,
    };
    world.tell(
        &mut screen,
        &Input::Told(new.key.clone(), Told::Refused(refusal)),
    );
    assert_eq!(screen.step(), Step::Who);
    assert_eq!(screen.prove().typed().1, Remark::WrongPin(Some(3)));
    world.press(&mut screen, &PIN);
    let again = sent(&world.press(&mut screen, &[Enter]));
    assert_ne!(again.key, new.key, "another request, the first was refused");
    // Nothing of them stays when nobody presses a key.
    let effects = world.wait(&mut screen, 61_000);
    assert!(done(&effects).is_some() || effects.contains(&Effect::Back));
}

#[test]
fn staff_of_a_station_ask_for_somebody_who_has_no_pin() {
    let world = station();
    let mut villager = person("v", "赵大爷");
    villager.pin_set = false;
    world.people(vec![person("a", "张建国"), villager]);
    let mut screen = shown(&world, "c1");
    // 张, 赵, and 替人登记 after them.
    world.press(&mut screen, &[Right, Right, Enter]);
    assert!(screen.is_for_others());
    world.press(&mut screen, &[Enter]);
    world.press(&mut screen, &PIN);
    assert_eq!(screen.step(), Step::ForWhom);
    world.press(&mut screen, &[Right, Enter]);
    assert_eq!(screen.step(), Step::Confirm);
    // A page for a telephone would be theirs.
    let effects = world.press(&mut screen, &[Down, Enter]);
    assert!(matches!(
        effects.as_slice(),
        [Effect::Open(Route::ServiceNote { .. })]
    ));
    let new = sent(&world.press(&mut screen, &[Up, Enter]));
    assert_eq!(new.request.proof, pin("a"));
    assert_eq!(new.request.for_member_id.as_deref(), Some("v"));
    assert_eq!(
        new.request.phone,
        Phone::Member {
            member_id: "v".to_owned()
        }
    );
}

#[test]
fn a_card_is_proof_enough_and_has_no_number() {
    let world = station();
    let mut screen = shown(&world, "c1");
    world.tell(&mut screen, &card("0012345678"));
    assert_eq!(screen.step(), Step::Confirm);
    assert_eq!(screen.number(), &Number::None);
    let new = sent(&world.press(&mut screen, &[Right, Enter]));
    assert!(matches!(new.request.proof, Some(Proof::Card { .. })));
    // It is nobody's of this television.
    world.cache.enqueue(&new).unwrap();
    let now = world.cache.server_time();
    assert!(crate::screens::asked::all(&world.cache, false, now).is_empty());
}

#[test]
fn what_was_refused_can_be_tried_again_and_a_category_that_is_gone_says_so() {
    let world = home();
    let mut screen = shown(&world, "c1");
    let new = sent(&world.press(&mut screen, &[Enter]));
    let refusal = Refusal {
        code: ErrorCode::Invalid,
        tries: None,
        wait_ms: None,
    };
    world.tell(&mut screen, &Input::Told(new.key, Told::Refused(refusal)));
    assert_eq!(screen.step(), Step::Failed);
    assert_eq!(
        screen.outcome(),
        Some(&Outcome::Refused(ErrorCode::Invalid, None))
    );
    assert!(matches!(screen.route(), Route::Service { .. }));
    world.press(&mut screen, &[Enter]);
    assert_eq!(screen.step(), Step::Confirm);
    let mut gone = shown(&world, "nowhere");
    assert!(gone.missing().is_some());
    assert_eq!(world.press(&mut gone, &[Enter]), [Effect::Back]);
}
