//! Turns a result into lines and bars of known place and height.

use contract::evaluation::{Cell, Evaluation, EvaluationResult, QuestionResult};

use crate::screens::kit::reading::{Part, Stop, Text};
use crate::screens::metrics::Metrics;
use crate::screens::typeset::Typesetter;

/// Above and below the text of a fact together, as in `Fact` of `detail.slint`.
const FACT_EDGES: f32 = 16.0;
/// Above and below what stands in a bar's line together, in logical pixels.
const BAR_EDGES: f32 = 20.0;
/// Share of the width that the words before a bar have, as in `result.slint`.
const WORDS: f32 = 0.34;

/// Beside what is read, for where the page stands, in logical pixels, as in `result.slint`.
const POSITION: f32 = 56.0;

/// What a piece is.
#[derive(Clone, Debug, PartialEq)]
pub enum PieceKind {
    /// How many were asked, and how many answered.
    Turnout(u32, u32),
    /// How many of these on paper.
    Paper(u32),
    /// When it closed, Unix ms.
    Closed(i64),
    /// How a motion ended.
    Passed(bool),
    /// A line of the rule by which it did, or did not.
    Rule(String),
    /// Small figures are left out.
    Small,
    /// A line of a question.
    Question(String),
    /// Whom the bars below are about.
    Row(String),
    /// How many answered the question above.
    Answered(u32),
    /// An option and how many chose it, with the share that its bar shows.
    Bar(Cell, Option<f32>),
    /// What was done about it.
    FollowUp,
}

/// A piece of the page, in logical pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// Distance from the top of the page.
    pub y: f32,
    /// Height.
    pub height: f32,
    /// Index of the sentence in which it is read aloud.
    pub sentence: Option<usize>,
}

/// What can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opens {
    /// The bulletin about what was done.
    FollowUp,
}

/// A page laid out.
#[derive(Clone, Debug, Default)]
pub struct Laid {
    /// How many took part stands beside what is read, otherwise above it.
    pub beside: bool,
    /// The pieces from top to bottom.
    pub pieces: Vec<Piece>,
    /// Height of everything.
    pub height: f32,
    /// What can be chosen.
    pub stops: Vec<Stop<Opens>>,
}

impl Laid {
    /// What is read, page by page.
    #[must_use]
    pub fn text(&self, metrics: &Metrics) -> Text<Opens> {
        let part = |piece: &Piece| Part {
            y: piece.y,
            height: piece.height,
            paragraph: match piece.kind {
                PieceKind::FollowUp => None,
                // What no sentence says.
                _ => Some(piece.sentence.map_or(0, |sentence| sentence + 1)),
            },
            leads: matches!(
                piece.kind,
                PieceKind::Question(_) | PieceKind::Answered(_) | PieceKind::Row(_)
            ),
        };
        Text {
            parts: self.pieces.iter().map(part).collect(),
            stops: self.stops.clone(),
            height: self.height,
            window: metrics.text_height,
        }
    }
}

/// What it is laid out with.
struct Page<'a> {
    laid: Laid,
    width: f32,
    metrics: &'a Metrics,
    typesetter: &'a Typesetter,
    /// The sentence that is being made of what is pushed.
    sentence: Option<usize>,
}

impl Page<'_> {
    fn push(&mut self, kind: PieceKind, height: f32) {
        self.laid.pieces.push(Piece {
            kind,
            y: self.laid.height,
            height,
            sentence: self.sentence,
        });
        self.laid.height += height;
    }

    /// Room as a share of a line.
    fn gap(&mut self, share: f32) {
        self.laid.height += (self.metrics.line() * share).round();
    }

    fn lines(&mut self, text: &str, kind: impl Fn(String) -> PieceKind) {
        let metrics = self.metrics;
        let lines = self.typesetter.wrap(text, metrics.body, self.width);
        for line in lines {
            self.push(kind(line), metrics.line());
        }
    }
}

/// Lays a result out. `follows_up`: what was done about it is here to be read.
#[must_use]
pub fn lay_out(
    evaluation: &Evaluation,
    result: &EvaluationResult,
    follows_up: bool,
    metrics: &Metrics,
    typesetter: &Typesetter,
) -> Laid {
    let beside = !metrics.article.large;
    let mut page = Page {
        laid: Laid {
            beside,
            ..Laid::default()
        },
        width: if beside {
            metrics.article.beside - POSITION
        } else {
            metrics.text_width
        },
        metrics,
        typesetter,
        sentence: Some(0),
    };
    let fact = metrics.line() + FACT_EDGES;
    if !beside {
        page.push(PieceKind::Turnout(result.entitled, result.took_part), fact);
        if let Some(on_paper) = result.on_paper {
            page.push(PieceKind::Paper(on_paper), fact);
        }
        page.push(PieceKind::Closed(evaluation.closes_at_ms), fact);
    }
    let mut sentence = 1;
    if let Some(passed) = result.passed {
        page.sentence = Some(sentence);
        sentence += 1;
        page.push(PieceKind::Passed(passed), fact);
        page.lines(&result.rule, PieceKind::Rule);
    }
    page.sentence = None;
    if has_small(result) && !beside {
        page.push(PieceKind::Small, metrics.line());
    }
    if follows_up {
        page.gap(0.3);
        let height = metrics.calendar.row;
        page.laid.stops.push(Stop {
            what: Opens::FollowUp,
            x: 0.0,
            y: page.laid.height,
            width: page.width,
            height,
        });
        page.push(PieceKind::FollowUp, height);
        page.laid.height += metrics.calendar.gap;
    }
    for question in &result.questions {
        if !page.laid.pieces.is_empty() {
            page.gap(0.5);
        }
        question_at(&mut page, evaluation, question, &mut sentence);
    }
    page.laid
}

fn question_at(
    page: &mut Page<'_>,
    evaluation: &Evaluation,
    question: &QuestionResult,
    sentence: &mut usize,
) {
    let asked = evaluation.form.questions.iter().enumerate();
    let mut asked = asked.filter(|(_, one)| one.id == question.question);
    page.sentence = Some(*sentence);
    if let Some((at, one)) = asked.next() {
        page.lines(&format!("{}. {}", at + 1, one.text), PieceKind::Question);
    }
    if let Some(answered) = question.answered {
        page.push(PieceKind::Answered(answered), page.metrics.small * 1.5);
    }
    for row in &question.rows {
        page.sentence = Some(*sentence);
        *sentence += 1;
        if !row.label.is_empty() {
            page.gap(0.2);
            page.lines(&row.label, PieceKind::Row);
        }
        let all: u32 = row.cells.iter().filter_map(|cell| cell.count).sum();
        let all = question.answered.unwrap_or(all).max(1);
        for cell in &row.cells {
            let height = bar_height(&cell.label, page.width, page.metrics);
            let bar = PieceKind::Bar(cell.clone(), cell.count.map(|count| share(count, all)));
            page.push(bar, height);
        }
    }
}

/// Of several joined options the words take more than a line.
fn bar_height(label: &str, width: f32, metrics: &Metrics) -> f32 {
    let width = width * WORDS;
    metrics.note_height(label, 0.0, width).max(metrics.line()) + BAR_EDGES
}

fn share(count: u32, all: u32) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "figures of a county at most")]
    let share = count as f32 / all as f32;
    share.clamp(0.0, 1.0)
}

/// Whether figures are left out because they are small.
#[must_use]
pub fn has_small(result: &EvaluationResult) -> bool {
    let rows = result.questions.iter().flat_map(|one| &one.rows);
    rows.flat_map(|row| &row.cells)
        .any(|cell| cell.count.is_none())
}
