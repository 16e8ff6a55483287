//! Turns what happened to a report into lines of known place and height.

use contract::request::TerminalRequest;

use crate::screens::kit::reading::{Part, Text};
use crate::screens::metrics::Metrics;
use crate::screens::typeset::Typesetter;

/// Above and below the words of what can be said, together, and the least height of it (`target` of the
/// tokens).
const EDGES: f32 = 32.0;
const TARGET: f32 = 120.0;

/// What a piece is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PieceKind {
    /// How it stands.
    State,
    /// What the digits say.
    Verdict,
    /// What happened, by its index: what, who and when.
    Entry(usize),
    /// A line of what was said there.
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

/// What is read, page by page.
#[must_use]
pub(super) fn text(pieces: &[Piece], height: f32, metrics: &Metrics) -> Text<()> {
    let part = |piece: &Piece| Part {
        y: piece.y,
        height: piece.height,
        paragraph: Some(match piece.kind {
            PieceKind::State => 0,
            PieceKind::Verdict => 1,
            PieceKind::Entry(at) | PieceKind::Text(_, at) => 2 + at,
        }),
        leads: false,
    };
    Text {
        parts: pieces.iter().map(part).collect(),
        stops: Vec::new(),
        height,
        window: metrics.text_height,
    }
}

/// Lays it out, the newest first: that is what somebody comes for. The height of everything is the
/// second.
#[must_use]
pub(super) fn lay_out(
    report: &TerminalRequest,
    metrics: &Metrics,
    typesetter: &Typesetter,
) -> (Vec<Piece>, f32) {
    let mut pieces = Vec::new();
    let mut y = 0.0;
    let mut push = |kind, height: f32, gap: f32| {
        pieces.push(Piece { kind, y, height });
        y += height + gap;
    };
    let line = metrics.line();
    let heading = (metrics.small * metrics.leading).ceil();
    push(PieceKind::State, line, line * 0.3);
    if report.wants_verdict {
        let height = (line + EDGES).max(TARGET);
        push(PieceKind::Verdict, height, line * 0.5);
    }
    for (at, entry) in report.history.iter().enumerate().rev() {
        let lines = typesetter.wrap(&entry.text, metrics.body, metrics.text_width);
        let has_text = !entry.text.is_empty();
        push(
            PieceKind::Entry(at),
            heading,
            if has_text { 0.0 } else { line * 0.5 },
        );
        let count = lines.len();
        for (index, text) in lines.into_iter().enumerate().filter(|_| has_text) {
            let last = index + 1 == count;
            push(
                PieceKind::Text(text, at),
                line,
                if last { line * 0.5 } else { 0.0 },
            );
        }
    }
    (pieces, y)
}
