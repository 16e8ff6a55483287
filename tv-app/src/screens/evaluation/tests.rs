//! Who may take part is said of everybody, whoever may not can object, and the first key begins.

use contract::evaluation::{Entitlement, Evaluation, EvaluationResult, EvaluationState};
use contract::terminal::TerminalKind;

use super::*;
use crate::cache::command::{Command, NewObjection, Told};
use crate::cache::{BallotDraft, DraftKey, DraftOf, Refusal};
use crate::remote::Press;
use crate::remote::RemoteKey::{self, Back, Down, Left, Ok as Enter, Right, Up, Yellow};
use crate::screens::tests::{NOW, World, person};
use crate::screens::voting::Standing;
use crate::screens::voting::tests::{
    EVALUATION, entitled, evaluation, household, may_not, show, told,
};
use crate::screens::{Controller as _, Effect, Effects, Input, Route};

fn shown(world: &World) -> EvaluationScreen {
    let mut screen = EvaluationScreen::new(EVALUATION);
    world.tell(&mut screen, &Input::Shown);
    screen
}

fn voters(screen: &EvaluationScreen) -> Vec<(String, Standing, String)> {
    let pieces = screen
        .laid
        .pieces
        .iter()
        .filter_map(|piece| match &piece.kind {
            PieceKind::Voter(voter) => Some((
                voter.member.name.clone(),
                voter.standing,
                voter.because.clone(),
            )),
            _ => None,
        });
    pieces.collect()
}

fn button(screen: &EvaluationScreen) -> Option<Leads> {
    screen.visible().find_map(|piece| match piece.kind {
        PieceKind::Button(leads) => Some(leads),
        _ => None,
    })
}

fn answering(member: &str) -> Effects {
    vec![
        Effect::Speak(Vec::new()),
        Effect::Open(Route::Answering {
            id: EVALUATION.to_owned(),
            member: member.to_owned(),
        }),
    ]
}

fn objection(effects: &Effects) -> Option<&NewObjection> {
    effects.iter().find_map(|effect| match effect {
        Effect::Command(command) => match &**command {
            Command::Objection(objection) => Some(objection),
            _ => None,
        },
        _ => None,
    })
}

#[test]
fn everybody_reads_whether_they_may_and_why_and_ok_begins() {
    let world = household();
    let mut screen = shown(&world);
    let member = "您是本村党员".to_owned();
    let seen = voters(&screen);
    assert_eq!(seen[0], ("张建国".to_owned(), Standing::May, member));
    assert_eq!(seen[2].1, Standing::MayNot);
    assert_eq!(seen[2].2, "预备党员不参加表决");
    let promised = screen
        .visible()
        .any(|one| one.kind == PieceKind::Named(false));
    assert!(promised, "it says that it is secret");
    assert_eq!(button(&screen), Some(Leads::Start));
    assert_eq!(world.press(&mut screen, &[Enter]), answering(""));
    // Somebody is chosen by their own line as well.
    assert_eq!(
        world.press(&mut screen, &[Down, Down, Enter]),
        answering("b")
    );
}

/// A home in which nobody knows yet who may take part; then the server says it.
fn said_later(keys: &[RemoteKey]) -> (World, EvaluationScreen) {
    let world = World::new(TerminalKind::Household);
    world.people(vec![person("a", "张建国")]);
    show(&world, evaluation());
    let mut screen = shown(&world);
    assert_eq!(button(&screen), None);
    // The key that led here is let go here.
    world.tell(&mut screen, &Input::Key(Enter, Press::Up));
    world.press(&mut screen, keys);
    let said = told(vec![entitled("a", "张建国")]);
    world.cache.set_terminal_evaluations(said, "\"e\"").unwrap();
    world.tell(&mut screen, &Input::Changed);
    assert_eq!(button(&screen), Some(Leads::Start));
    (world, screen)
}

#[test]
fn ok_begins_also_where_it_is_known_only_later_who_may() {
    let (world, mut screen) = said_later(&[]);
    assert_eq!(world.press(&mut screen, &[Enter]), answering(""));
}

/// Looked at before it opens; then it does. Somebody of this home may not take part, and can say so from the
/// beginning.
fn opened_later(keys: &[RemoteKey]) -> (World, EvaluationScreen) {
    let world = household();
    let announced = Evaluation {
        state: EvaluationState::Announced,
        opens_at_ms: NOW + 1,
        ..evaluation()
    };
    show(&world, announced);
    let mut screen = shown(&world);
    assert_eq!(button(&screen), None);
    assert!(screen.would_object());
    world.tell(&mut screen, &Input::Key(Enter, Press::Up));
    world.press(&mut screen, keys);
    show(&world, evaluation());
    world.tell(&mut screen, &Input::Changed);
    let mut pieces = screen.laid.pieces.iter();
    assert!(pieces.any(|piece| piece.kind == PieceKind::Button(Leads::Start)));
    (world, screen)
}

#[test]
fn ok_begins_also_where_it_opens_while_it_is_looked_at() {
    let (world, mut screen) = opened_later(&[]);
    assert_eq!(world.press(&mut screen, &[Enter]), answering(""));
}

#[test]
fn whoever_moved_before_it_opens_stays_where_they_are() {
    let (_, screen) = opened_later(&[Up, Down]);
    assert!(screen.would_object());
}

#[test]
fn whoever_is_on_the_way_back_stays_there() {
    let (world, mut screen) = said_later(&[Up]);
    let effects = world.press(&mut screen, &[Enter]);
    assert!(effects.contains(&Effect::Back), "{effects:?}");
}

#[test]
fn who_may_not_can_say_that_they_should_after_a_question_whose_safe_answer_comes_first() {
    let world = household();
    let mut screen = shown(&world);
    world.press(&mut screen, &[Down, Down, Down]);
    assert!(screen.would_object());
    world.press(&mut screen, &[Enter]);
    let (member, answer) = screen.objecting().unwrap();
    assert_eq!((member.name.as_str(), answer), ("张老太", 0));
    // Nothing below it can be reached.
    world.press(&mut screen, &[Up, Down, Left]);
    assert_eq!(screen.objecting().unwrap().1, 0);
    assert_eq!(world.press(&mut screen, &[Enter]), Effects::new());
    assert!(screen.objecting().is_none());
    world.press(&mut screen, &[Enter, Back]);
    assert!(screen.objecting().is_none());
    let effects = world.press(&mut screen, &[Enter, Right, Enter]);
    let objection = objection(&effects).unwrap();
    assert_eq!(objection.member.id, "c");
    world.cache.enqueue(objection).unwrap();
    world.tell(&mut screen, &Input::Changed);
    assert_eq!(voters(&screen)[2].1, Standing::Objected);
    assert!(!screen.would_object(), "once");
}

#[test]
fn an_objection_that_was_refused_is_said() {
    let world = household();
    let mut screen = shown(&world);
    world.press(&mut screen, &[Down, Down, Down, Enter]);
    let effects = world.press(&mut screen, &[Right, Enter]);
    let key = objection(&effects).unwrap().key.clone();
    let refusal = Refusal {
        code: contract::error::ErrorCode::Conflict,
        tries: None,
        wait_ms: None,
    };
    let effects = world.tell(
        &mut screen,
        &Input::Told(key.clone(), Told::Refused(refusal)),
    );
    assert_eq!(effects, [Effect::Told(key)]);
    let said = screen
        .visible()
        .any(|one| one.kind == PieceKind::NotDelivered);
    assert!(said);
}

#[test]
fn before_it_opens_one_can_object_and_not_begin() {
    let world = household();
    let announced = Evaluation {
        state: EvaluationState::Announced,
        opens_at_ms: NOW + 60_000,
        ..evaluation()
    };
    show(&world, announced);
    let mut screen = shown(&world);
    assert_eq!(button(&screen), None);
    let opens = PieceKind::Times(Times::Opens(NOW + 60_000));
    assert!(screen.visible().any(|one| one.kind == opens));
    world.press(&mut screen, &[Enter]);
    assert_eq!(
        screen.objecting().unwrap().0.name,
        "张老太",
        "the only stop"
    );
}

#[test]
fn what_was_begun_can_be_gone_on_with_and_what_is_closed_leads_to_its_result() {
    let world = household();
    let of = DraftOf {
        evaluation_id: EVALUATION.to_owned(),
        member_id: "a".to_owned(),
    };
    let key = DraftKey::fresh("580316", "salt").unwrap();
    let draft = BallotDraft::new(String::new(), Vec::new(), (0, 0));
    let sealed = key.seal(&of, &draft, "nonce").unwrap();
    world.cache.keep_ballot_draft(&sealed).unwrap();
    let screen = shown(&world);
    assert_eq!(button(&screen), Some(Leads::GoOn));
    let closed = Evaluation {
        state: EvaluationState::Closed,
        result: Some(EvaluationResult::default()),
        ..evaluation()
    };
    show(&world, closed);
    assert!(!world.cache.has_ballot_draft(&of), "nobody can hand it in");
    let mut screen = shown(&world);
    assert_eq!(button(&screen), Some(Leads::Result));
    let id = EVALUATION.to_owned();
    assert!(
        world
            .press(&mut screen, &[Enter])
            .contains(&Effect::Open(Route::Result { id }))
    );
}

#[test]
fn when_everybody_has_taken_part_there_is_nothing_to_begin() {
    let world = household();
    let took = |id: &str, name: &str| Entitlement {
        took_part: true,
        ..entitled(id, name)
    };
    let people = vec![
        took("a", "张建国"),
        took("b", "李秀英"),
        may_not("c", "张老太"),
    ];
    world
        .cache
        .set_terminal_evaluations(told(people), "")
        .unwrap();
    let screen = shown(&world);
    assert_eq!(button(&screen), None);
    assert_eq!(voters(&screen)[0].1, Standing::TookPart);
}

#[test]
fn a_station_asks_there_who_it_is() {
    let world = World::new(TerminalKind::Station);
    show(&world, evaluation());
    let mut screen = shown(&world);
    assert!(screen.visible().any(|one| one.kind == PieceKind::AskHere));
    assert_eq!(world.press(&mut screen, &[Enter]), answering(""));
}

#[test]
fn it_is_read_aloud_and_withdrawn_it_says_so() {
    let world = household();
    let mut told = evaluation();
    told.about = "为了改进服务。\n结果会公开。".to_owned();
    show(&world, told);
    let mut screen = shown(&world);
    let effects = world.press(&mut screen, &[Yellow]);
    let said = ["镇水利站测评", "为了改进服务。", "结果会公开。"];
    assert_eq!(effects, [Effect::Speak(said.map(str::to_owned).to_vec())]);
    let mut gone = EvaluationScreen::new("elsewhere");
    world.tell(&mut gone, &Input::Shown);
    assert!(gone.missing().is_some() && gone.focus().key().is_some());
}
