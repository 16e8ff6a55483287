//! Turns an evaluation into lines and rows of known place and height.

use contract::evaluation::Evaluation;

use crate::screens::kit::reading::{Part, Stop, Text};
use crate::screens::metrics::Metrics;
use crate::screens::typeset::Typesetter;
use crate::screens::voting::{Stage, Voter};

/// Above and below the text of a fact together, as in `Fact` of `detail.slint`.
const FACT_EDGES: f32 = 16.0;
/// What stands beside the text of a person's row, as in `evaluation.slint`.
const BESIDE: f32 = 136.0;

/// Numbers of people for whom nothing can be chosen begin there: an introduction has fewer paragraphs.
const NOT_CHOSEN: usize = 1_000_000;

/// When it is answered, Unix ms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// From then on.
    Opens(i64),
    /// Until then.
    Closes(i64),
    /// It was until then, and the result has not come.
    Counting(i64),
    /// It was until then.
    Closed(i64),
    /// It does not take place.
    Cancelled,
}

/// Where the button leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leads {
    /// To the first question.
    Start,
    /// To where somebody was.
    GoOn,
    /// To the result.
    Result,
}

/// What a piece is.
#[derive(Clone, Debug, PartialEq)]
pub enum PieceKind {
    /// Who asks.
    Asker(String),
    /// Who is judged.
    Target(String),
    /// When it is answered.
    Times(Times),
    /// Whether answers carry names.
    Named(bool),
    /// How many questions there are.
    Questions(usize),
    /// The button.
    Button(Leads),
    /// Over the people of this TV.
    Heading,
    /// An objection could not be delivered.
    NotDelivered,
    /// At a station it is asked when somebody has proved who they are.
    AskHere,
    /// Somebody of this TV.
    Voter(Voter),
    /// A line of the paragraph with this index.
    Text(String, usize),
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
}

/// What can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opens {
    /// The button.
    Button(Leads),
    /// The person with this index.
    Voter(usize),
}

/// A page laid out.
#[derive(Clone, Debug, Default)]
pub struct Laid {
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
        let chosen = |piece: &Piece| self.stops.iter().any(|stop| close(stop.y, piece.y));
        let part = |(at, piece): (usize, &Piece)| Part {
            y: piece.y,
            height: piece.height,
            paragraph: match &piece.kind {
                PieceKind::Times(_) | PieceKind::Named(_) => Some(0),
                PieceKind::Asker(_) | PieceKind::Target(_) | PieceKind::Questions(_) => Some(1),
                PieceKind::AskHere => Some(2),
                PieceKind::Text(_, at) => Some(3 + at),
                PieceKind::Voter(_) if !chosen(piece) => Some(NOT_CHOSEN + at),
                PieceKind::Voter(_) | PieceKind::Button(_) | PieceKind::Heading => None,
                PieceKind::NotDelivered => Some(NOT_CHOSEN - 1),
            },
            leads: matches!(piece.kind, PieceKind::Heading | PieceKind::NotDelivered),
        };
        Text {
            parts: self.pieces.iter().enumerate().map(part).collect(),
            stops: self.stops.clone(),
            height: self.height,
            window: metrics.text_height,
        }
    }

    fn push(&mut self, kind: PieceKind, height: f32) {
        self.pieces.push(Piece {
            kind,
            y: self.height,
            height,
        });
        self.height += height;
    }

    fn stop(&mut self, what: Opens, height: f32, metrics: &Metrics) {
        self.stops.push(Stop {
            what,
            x: 0.0,
            y: self.height,
            width: metrics.text_width,
            height,
        });
    }

    /// Room as a share of a line.
    fn gap(&mut self, share: f32, metrics: &Metrics) {
        self.height += (metrics.line() * share).round();
    }
}

/// What is known of it here.
pub struct Known<'a> {
    /// The evaluation.
    pub evaluation: &'a Evaluation,
    /// Where it stands.
    pub stage: Stage,
    /// Where its button leads, if it has one.
    pub leads: Option<Leads>,
    /// The people of this TV, and whether something can be chosen for each.
    pub voters: &'a [(Voter, bool)],
    /// It is asked here who may.
    pub asks_here: bool,
    /// An objection could not be delivered.
    pub not_delivered: bool,
}

/// Lays a page out.
#[must_use]
pub fn lay_out(known: &Known<'_>, metrics: &Metrics, typesetter: &Typesetter) -> Laid {
    let evaluation = known.evaluation;
    let mut laid = Laid::default();
    let fact = metrics.line() + FACT_EDGES;
    let times = match known.stage {
        Stage::Announced => Times::Opens(evaluation.opens_at_ms),
        Stage::Open | Stage::Unknown => Times::Closes(evaluation.closes_at_ms),
        Stage::Counting => Times::Counting(evaluation.closes_at_ms),
        Stage::Closed => Times::Closed(evaluation.closes_at_ms),
        Stage::Cancelled => Times::Cancelled,
    };
    laid.push(PieceKind::Times(times), fact);
    laid.push(PieceKind::Named(evaluation.named), fact);
    if let Some(leads) = known.leads {
        laid.gap(0.3, metrics);
        let height = metrics.calendar.row;
        laid.stop(Opens::Button(leads), height, metrics);
        laid.push(PieceKind::Button(leads), height);
        laid.height += metrics.calendar.gap;
    }
    if known.asks_here {
        laid.push(PieceKind::AskHere, fact);
    }
    if !known.voters.is_empty() {
        laid.gap(0.2, metrics);
        laid.push(PieceKind::Heading, metrics.calendar.heading);
        if known.not_delivered {
            laid.push(PieceKind::NotDelivered, fact);
        }
        for (at, (voter, opens)) in known.voters.iter().enumerate() {
            let height = voter_height(voter, metrics);
            if *opens {
                laid.stop(Opens::Voter(at), height, metrics);
            }
            laid.push(PieceKind::Voter(voter.clone()), height);
            laid.height += metrics.calendar.gap;
        }
    }
    laid.gap(0.3, metrics);
    laid.push(PieceKind::Asker(evaluation.organization.name.clone()), fact);
    if !evaluation.target.is_empty() {
        laid.push(PieceKind::Target(evaluation.target.clone()), fact);
    }
    laid.push(PieceKind::Questions(evaluation.form.questions.len()), fact);
    laid.gap(0.3, metrics);
    let paragraphs = evaluation.about.lines().filter(|text| !text.is_empty());
    for (index, text) in paragraphs.enumerate() {
        // Two ideographic spaces begin a paragraph, as Chinese is printed.
        let text = format!("\u{3000}\u{3000}{text}");
        for line in typesetter.wrap(&text, metrics.body, metrics.text_width) {
            laid.push(PieceKind::Text(line, index), metrics.line());
        }
        laid.gap(0.3, metrics);
    }
    laid
}

fn close(one: f32, other: f32) -> bool {
    (one - other).abs() < 0.5
}

fn voter_height(voter: &Voter, metrics: &Metrics) -> f32 {
    let width = metrics.text_width - BESIDE;
    let sizes = &metrics.calendar;
    let note = metrics.note_height(&voter.because, 0.0, width);
    sizes.row.max(metrics.line() + note + sizes.edges)
}
