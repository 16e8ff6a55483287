//! Turns a page into lines, rows and a picture of known place and height.

use contract::branch::Branch;
use contract::file::Picture;

use crate::cache::BulletinRow;
use crate::screens::kit::reading::{Part, Stop, Text};
use crate::screens::live::Entry;
use crate::screens::metrics::Metrics;
use crate::screens::typeset::Typesetter;

/// So much narrower are the rows here than those of lists (`list-width` and `text-width` of the tokens),
/// in logical pixels.
const NARROWER: f32 = 56.0;
/// Above and below the text of a fact together, as in `Fact` of `detail.slint`.
const FACT_EDGES: f32 = 16.0;
/// The widest picture in logical pixels: beside the text it is one thing among others.
const PHOTO_WIDTH: f32 = 960.0;

/// Share of a page that the picture has at least.
const LEAST_PHOTO: f32 = 0.4;

/// What a group of rows is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heading {
    /// Bulletins it published.
    Published,
    /// Meetings it holds.
    Meetings,
}

/// What a piece is.
#[derive(Clone, Debug, PartialEq)]
pub enum PieceKind {
    /// Who leads it.
    Secretary(String),
    /// How its office is reached.
    Telephone(String),
    /// How many members it has.
    Members(u32),
    /// A picture, in this width.
    Photo(Picture, f32),
    /// A line of the paragraph with this index.
    Text(String, usize),
    /// The name of a group of rows.
    Heading(Heading),
    /// A bulletin.
    Bulletin(BulletinRow),
    /// A meeting.
    Meeting(Box<Entry>),
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
    /// The bulletin with this index.
    Bulletin(usize),
    /// The meeting with this index.
    Meeting(usize),
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
                PieceKind::Secretary(_) | PieceKind::Telephone(_) | PieceKind::Members(_) => {
                    Some(0)
                }
                PieceKind::Photo(..) => Some(1),
                PieceKind::Text(_, at) => Some(2 + at),
                PieceKind::Heading(_) | PieceKind::Bulletin(_) | PieceKind::Meeting(_) => None,
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

    fn stop(&mut self, what: Opens, kind: PieceKind, height: f32, metrics: &Metrics) {
        self.stops.push(Stop {
            what,
            x: 0.0,
            y: self.height,
            width: metrics.text_width,
            height,
        });
        self.push(kind, height);
        self.height += metrics.calendar.gap;
    }

    /// Room as a share of a line.
    fn gap(&mut self, share: f32, metrics: &Metrics) {
        self.height += (metrics.line() * share).round();
    }
}

/// Width of a meeting's title.
#[must_use]
pub fn title_width(metrics: &Metrics) -> f32 {
    metrics.calendar.title_width - NARROWER
}

/// Lays a page out.
#[must_use]
pub fn lay_out(
    branch: &Branch,
    bulletins: &[BulletinRow],
    meetings: &[Entry],
    metrics: &Metrics,
    typesetter: &Typesetter,
) -> Laid {
    let mut laid = Laid::default();
    let fact = metrics.line() + FACT_EDGES;
    if !branch.secretary.is_empty() {
        laid.push(PieceKind::Secretary(branch.secretary.clone()), fact);
    }
    if !branch.telephone.is_empty() {
        laid.push(PieceKind::Telephone(branch.telephone.clone()), fact);
    }
    laid.push(PieceKind::Members(branch.members), fact);
    laid.gap(0.4, metrics);
    if let Some(photo) = &branch.photo {
        let (width, height) = photo_size(photo, laid.height, metrics);
        laid.push(PieceKind::Photo(photo.clone(), width), height);
        laid.gap(0.4, metrics);
    }
    for (index, text) in branch.introduction.iter().enumerate() {
        // Two ideographic spaces begin a paragraph, as Chinese is printed.
        let text = format!("　　{text}");
        for line in typesetter.wrap(&text, metrics.body, metrics.text_width) {
            laid.push(PieceKind::Text(line, index), metrics.line());
        }
        laid.gap(0.3, metrics);
    }
    let heading = metrics.calendar.heading;
    if !meetings.is_empty() {
        laid.gap(0.3, metrics);
        laid.push(PieceKind::Heading(Heading::Meetings), heading);
        for (at, entry) in meetings.iter().enumerate() {
            let height = entry.height(title_width(metrics), metrics);
            let kind = PieceKind::Meeting(Box::new(entry.clone()));
            laid.stop(Opens::Meeting(at), kind, height, metrics);
        }
    }
    if !bulletins.is_empty() {
        laid.gap(0.3, metrics);
        laid.push(PieceKind::Heading(Heading::Published), heading);
        for (at, row) in bulletins.iter().enumerate() {
            let height = metrics.calendar.row;
            let kind = PieceKind::Bulletin(row.clone());
            laid.stop(Opens::Bulletin(at), kind, height, metrics);
        }
    }
    laid
}

/// The picture stays whole, on the page of what stands above it if that leaves it enough of it.
fn photo_size(photo: &Picture, above: f32, metrics: &Metrics) -> (f32, f32) {
    #[expect(
        clippy::cast_precision_loss,
        reason = "pictures are a few thousand pixels wide"
    )]
    let ratio = photo.height.max(1) as f32 / photo.width.max(1) as f32;
    let left = metrics.text_height - above;
    let room = if left >= metrics.text_height * LEAST_PHOTO {
        left
    } else {
        metrics.text_height - 2.0 * metrics.line()
    };
    let width = metrics
        .text_width
        .min(room / ratio)
        .min(PHOTO_WIDTH)
        .floor();
    (width, (width * ratio).floor())
}
