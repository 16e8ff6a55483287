//! A result is read from the turnout to the last bar, in the order of the form.

use contract::evaluation::{
    Cell, Evaluation, EvaluationResult, EvaluationState, QuestionResult, RowResult,
};
use contract::feed::Document;
use contract::terminal::TerminalKind;

use super::*;
use crate::cache::Gone;
use crate::cache::tests::{bulletin, page};
use crate::remote::RemoteKey::{Back, Down, Ok as Enter, Up, Yellow};
use crate::screens::metrics::Metrics;
use crate::screens::tests::{NOW, World};
use crate::screens::typeset::Typesetter;
use crate::screens::voting::tests::{EVALUATION, evaluation, show};
use crate::screens::{Effect, Input, Route};

fn cell(label: &str, count: Option<u32>) -> Cell {
    Cell {
        label: label.to_owned(),
        count,
    }
}

fn closed() -> Evaluation {
    let row = |label: &str| RowResult {
        label: label.to_owned(),
        cells: vec![
            cell("好", Some(231)),
            cell("一般、不好", Some(77)),
            cell("不清楚", None),
        ],
    };
    let question = |id: &str, rows: Vec<RowResult>| QuestionResult {
        question: id.to_owned(),
        answered: Some(312),
        rows,
    };
    Evaluation {
        state: EvaluationState::Closed,
        result: Some(EvaluationResult {
            entitled: 395,
            took_part: 312,
            on_paper: Some(40),
            questions: vec![
                question("q1", vec![row("")]),
                question("q2", vec![row("张三"), row("李四")]),
            ],
            ..EvaluationResult::default()
        }),
        ..evaluation()
    }
}

fn shown(world: &World) -> ResultScreen {
    let mut screen = ResultScreen::new(EVALUATION);
    world.tell(&mut screen, &Input::Shown);
    screen
}

/// Everything that is seen while reading through it, each once.
fn read_through(world: &World, screen: &mut ResultScreen) -> Vec<Piece> {
    let mut seen: Vec<Piece> = Vec::new();
    for _ in 0..40 {
        for piece in screen.visible() {
            if !seen.contains(piece) {
                seen.push(piece.clone());
            }
        }
        world.press(screen, &[Down]);
    }
    seen
}

#[test]
fn everything_comes_by_in_the_order_of_the_form_and_small_figures_do_not() {
    let world = World::new(TerminalKind::Household);
    show(&world, closed());
    let mut screen = shown(&world);
    let pieces = read_through(&world, &mut screen);
    assert!(screen.is_beside() && screen.leaves_out());
    assert!(matches!(pieces[0].kind, PieceKind::Question(_)));
    let bars: Vec<(&str, Option<u32>, Option<f32>)> = pieces
        .iter()
        .filter_map(|piece| match &piece.kind {
            PieceKind::Bar(cell, share) => Some((cell.label.as_str(), cell.count, *share)),
            _ => None,
        })
        .collect();
    assert_eq!(bars.len(), 9);
    assert_eq!(bars[0], ("好", Some(231), Some(231.0 / 312.0)));
    assert_eq!(bars[2], ("不清楚", None, None));
    let rows: Vec<&str> = pieces
        .iter()
        .filter_map(|piece| match &piece.kind {
            PieceKind::Row(whom) => Some(whom.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(rows, ["张三", "李四"]);
}

#[test]
fn in_large_text_how_many_took_part_is_read_first() {
    let one = closed();
    let mut metrics = Metrics::default();
    metrics.article.large = true;
    let result = one.result.as_ref().unwrap();
    let laid = layout::lay_out(&one, result, false, &metrics, &Typesetter::estimated());
    assert!(!laid.beside);
    assert_eq!(laid.pieces[0].kind, PieceKind::Turnout(395, 312));
    assert_eq!(laid.pieces[1].kind, PieceKind::Paper(40));
    assert!(laid.pieces.iter().any(|one| one.kind == PieceKind::Small));
    let text = laid.text(&metrics);
    assert_eq!(text.parts.len(), laid.pieces.len());
}

#[test]
fn a_motion_says_whether_it_passed_and_by_which_rule() {
    let world = World::new(TerminalKind::Household);
    let mut motion = closed();
    let result = motion.result.as_mut().unwrap();
    (result.passed, result.rule) = (Some(true), "应到 16 人，同意 9 人，过半数。".to_owned());
    show(&world, motion);
    let screen = shown(&world);
    let kinds: Vec<&PieceKind> = screen.visible().map(|piece| &piece.kind).collect();
    assert!(kinds.contains(&&PieceKind::Passed(true)));
    let rule =
        |kind: &&&PieceKind| matches!(kind, PieceKind::Rule(text) if text.contains("同意 9 人"));
    assert!(kinds.iter().any(|kind| rule(&kind)));
}

#[test]
fn it_is_read_aloud_and_what_is_said_is_marked() {
    let world = World::new(TerminalKind::Household);
    show(&world, closed());
    let mut screen = shown(&world);
    let effects = world.press(&mut screen, &[Yellow]);
    let [Effect::Speak(said)] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    assert_eq!(said.len(), 4, "the turnout and three rows");
    assert!(said[1].contains("不清楚 不公布"), "{}", said[1]);
    world.tell(&mut screen, &Input::Speaking(Some(1)));
    let marked = screen
        .visible()
        .filter(|piece| piece.sentence == Some(1))
        .count();
    assert!(marked > 3);
    assert_eq!(screen.spoken(), (true, Some(1)));
    assert_eq!(
        world.press(&mut screen, &[Yellow]),
        [Effect::Speak(Vec::new())]
    );
}

#[test]
fn what_was_done_about_it_opens_when_it_is_here() {
    let world = World::new(TerminalKind::Household);
    let mut with = closed();
    with.follow_up_bulletin = Some("b".to_owned());
    show(&world, with);
    let mut screen = shown(&world);
    let leads = |screen: &ResultScreen| screen.visible().any(|one| one.kind == PieceKind::FollowUp);
    assert!(!leads(&screen), "it has not come");
    let about = Document::Bulletin(bulletin("b", "l", "整改情况", NOW));
    world.cache.apply(&page("b", vec![about])).unwrap();
    world.tell(&mut screen, &Input::Changed);
    assert!(leads(&screen));
    let id = "b".to_owned();
    assert_eq!(
        world.press(&mut screen, &[Up, Enter]),
        [Effect::Open(Route::Bulletin { id })]
    );
}

#[test]
fn without_a_result_it_says_that_it_is_not_here() {
    let world = World::new(TerminalKind::Household);
    show(&world, evaluation());
    let mut screen = shown(&world);
    assert_eq!(screen.missing(), Some(Gone::Unknown));
    assert!(world.press(&mut screen, &[Back]).contains(&Effect::Back));
}
