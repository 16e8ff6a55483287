//! Turns a request and its history into lines and rows of known place and height.

use contract::request::{Happened, HistoryEntry, Solved, TerminalRequest};

use super::attached::{is_picture, is_voice};
use crate::screens::asked::Stand;
use crate::screens::kit::reading::{Part, Stop, Text};
use crate::screens::metrics::Metrics;
use crate::screens::typeset::Typesetter;

/// Characters that stand before the name of who did something: when, and what.
const BEFORE: f32 = 22.0;
/// What is said stands at least so far above what can be chosen (LOOK), in logical pixels.
const LABEL_GAP: f32 = 22.0;

/// What can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opens {
    /// Say whether it is solved.
    Verdict(Solved),
    /// Add something.
    Add,
    /// Take it back.
    Withdraw,
    /// Hear a voice of the entry with this number: the attachment with this index.
    Voice(u32, usize),
    /// Look at the pictures of the entry with this number.
    Pictures(u32),
}

impl Opens {
    /// The digit that chooses it too.
    #[must_use]
    pub const fn digit(self) -> Option<u8> {
        match self {
            Self::Verdict(Solved::Yes) => Some(1),
            Self::Verdict(Solved::Partly) => Some(2),
            Self::Verdict(Solved::No) => Some(3),
            Self::Add => Some(4),
            Self::Withdraw | Self::Voice(..) | Self::Pictures(_) => None,
        }
    }

    /// What is stable of it.
    #[must_use]
    pub fn key(self) -> String {
        let fixed = match self {
            Self::Verdict(Solved::Yes) => "solved",
            Self::Verdict(Solved::Partly) => "partly",
            Self::Verdict(Solved::No) => "not-solved",
            Self::Add => "add",
            Self::Withdraw => "withdraw",
            Self::Voice(entry, at) => return format!("voice {entry} {at}"),
            Self::Pictures(entry) => return format!("pictures {entry}"),
        };
        fixed.to_owned()
    }
}

/// What is said above a group of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heading {
    /// Is it solved?
    Solved,
    /// Something is asked.
    AskedBack,
    /// What happened.
    History,
}

/// What a piece is.
#[derive(Clone, Debug, PartialEq)]
pub enum PieceKind {
    /// Number and office.
    Number,
    /// How it stands.
    Stand(Stand),
    /// A line of why it is due then.
    Because(String),
    /// A heading.
    Heading(Heading),
    /// Something that can be chosen.
    Row(Opens),
    /// Who did what, and when: the entry of the history with this index.
    Entry(usize),
    /// A line of what was said, of the entry with this index.
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
        let part = |piece: &Piece| Part {
            y: piece.y,
            height: piece.height,
            paragraph: match piece.kind {
                PieceKind::Stand(_) | PieceKind::Number | PieceKind::Because(_) => Some(0),
                PieceKind::Entry(at) | PieceKind::Text(_, at) => Some(1 + at),
                PieceKind::Heading(_) | PieceKind::Row(_) => None,
            },
            leads: matches!(piece.kind, PieceKind::Heading(_)),
        };
        Text {
            parts: self.pieces.iter().map(part).collect(),
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

    fn stop(&mut self, what: Opens, metrics: &Metrics) {
        // The ring of what can be chosen does not touch what is said above it.
        if !matches!(self.pieces.last(), Some(last) if matches!(last.kind, PieceKind::Row(_))) {
            self.height += LABEL_GAP;
        }
        let height = metrics.choice_height;
        self.stops.push(Stop {
            what,
            x: 0.0,
            y: self.height,
            width: metrics.text_width,
            height,
        });
        self.push(PieceKind::Row(what), height);
        self.height += metrics.calendar.gap;
    }

    /// Room as a share of a line.
    fn gap(&mut self, share: f32, metrics: &Metrics) {
        self.height += (metrics.line() * share).round();
    }

    fn entry(
        &mut self,
        at: usize,
        entry: &HistoryEntry,
        metrics: &Metrics,
        typesetter: &Typesetter,
    ) {
        let head = metrics.note_height(&entry.who, BEFORE, metrics.text_width);
        self.push(PieceKind::Entry(at), head);
        self.said(at, entry, metrics, typesetter);
        self.gap(0.4, metrics);
    }

    fn said(
        &mut self,
        at: usize,
        entry: &HistoryEntry,
        metrics: &Metrics,
        typesetter: &Typesetter,
    ) {
        for line in typesetter.wrap(&entry.text, metrics.body, metrics.text_width) {
            if !line.is_empty() {
                self.push(PieceKind::Text(line, at), metrics.line());
            }
        }
        let number = entry.number;
        for (at, one) in entry.attachments.iter().enumerate() {
            if is_voice(one) {
                self.stop(Opens::Voice(number, at), metrics);
            }
        }
        if entry.attachments.iter().any(is_picture) {
            self.stop(Opens::Pictures(number), metrics);
        }
    }
}

/// The last entry in which the office said something to the asker.
#[must_use]
pub fn last_answer(request: &TerminalRequest) -> Option<usize> {
    let says = |entry: &HistoryEntry| {
        matches!(
            entry.what,
            Happened::Answered | Happened::Replied | Happened::AskedBack | Happened::Declined
        )
    };
    request.history.iter().rposition(says)
}

/// What the asker can do now.
#[must_use]
pub fn choices(request: &TerminalRequest, stand: Stand, note: bool) -> Vec<Opens> {
    let mut all = Vec::new();
    // What they said is on its way.
    if matches!(stand, Stand::Sending | Stand::Kept) {
        return all;
    }
    if request.wants_verdict {
        all.extend([Solved::Yes, Solved::Partly, Solved::No].map(Opens::Verdict));
    }
    if !stand.is_over() {
        all.extend(note.then_some(Opens::Add));
        if !request.wants_verdict {
            all.push(Opens::Withdraw);
        }
    }
    all
}

/// Lays a page out: how it stands and what is asked; what the office said last; what can be said to it;
/// then everything that happened, the newest first.
#[must_use]
pub fn lay_out(
    request: &TerminalRequest,
    stand: Stand,
    note: bool,
    metrics: &Metrics,
    typesetter: &Typesetter,
) -> Laid {
    let mut laid = Laid::default();
    let office = &request.office.name;
    let number = metrics.note_height(office, 20.0, metrics.text_width);
    laid.push(PieceKind::Stand(stand), metrics.line());
    laid.push(PieceKind::Number, number);
    if matches!(stand, Stand::Due(_) | Stand::Overdue) {
        for because in &request.due_because {
            for line in typesetter.wrap(because, metrics.small, metrics.text_width) {
                laid.push(PieceKind::Because(line), metrics.small * metrics.leading);
            }
        }
    }
    laid.gap(0.4, metrics);
    let last = last_answer(request);
    if let Some(at) = last {
        laid.entry(at, &request.history[at], metrics, typesetter);
    }
    let choices = choices(request, stand, note);
    if request.wants_verdict && !choices.is_empty() {
        laid.push(PieceKind::Heading(Heading::Solved), metrics.line());
    } else if request.wants_addition && !choices.is_empty() {
        laid.push(PieceKind::Heading(Heading::AskedBack), metrics.line());
    }
    for choice in choices {
        laid.stop(choice, metrics);
    }
    let rest = request.history.iter().enumerate().rev();
    let mut rest = rest.filter(|(at, _)| Some(*at) != last).peekable();
    if rest.peek().is_some() {
        laid.gap(0.3, metrics);
        laid.push(
            PieceKind::Heading(Heading::History),
            metrics.calendar.heading,
        );
    }
    for (at, entry) in rest {
        laid.entry(at, entry, metrics, typesetter);
    }
    laid
}
