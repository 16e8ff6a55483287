//! Turns a bulletin into lines, table rows and pictures of known place and height.

use contract::bulletin::{Block, Bulletin, Table};
use contract::file::Picture;

use crate::screens::kit::reading::Stop;
use crate::screens::metrics::Metrics;
use crate::screens::typeset::Typesetter;

/// Rows of a table that are shown inside the text; the rest is on its own screen.
const INLINE_ROWS: usize = 8;
/// Space on both sides of a cell's text.
pub const CELL_PADDING: f32 = 12.0;

/// What a piece is.
#[derive(Clone, Debug, PartialEq)]
pub enum PieceKind {
    /// A line of the title.
    Title(String),
    /// Office and date.
    Meta(String, i64),
    /// A line of a heading.
    Heading(String),
    /// A line of text.
    Text(String),
    /// A picture, in this width.
    Picture(Picture, f32),
    /// The head of a table.
    TableHead(Vec<Cell>),
    /// A row of a table; whether it is shaded.
    TableRow(Vec<Cell>, bool),
    /// There is more than fits: the whole table has so many rows.
    TableMore(usize),
}

/// A cell of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Its text.
    pub text: String,
    /// Left edge.
    pub x: f32,
    /// Width.
    pub width: f32,
    /// Holds a number and is set flush right.
    pub numeric: bool,
}

/// A piece of a bulletin, in logical pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// Index of the block it comes from; `None` for title and office.
    pub block: Option<usize>,
    /// Left edge.
    pub x: f32,
    /// Distance from the top of the text.
    pub y: f32,
    /// Height.
    pub height: f32,
}

/// A bulletin laid out.
#[derive(Clone, Debug, Default)]
pub struct Laid {
    /// The pieces from top to bottom.
    pub pieces: Vec<Piece>,
    /// Height of everything.
    pub height: f32,
    /// Blocks that can be chosen.
    pub stops: Vec<Stop<Opens>>,
    /// What to read aloud, a sentence or a table row each, with the block it belongs to.
    pub spoken: Vec<(Option<usize>, String)>,
}

/// A table or picture that can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opens {
    /// Index of the block.
    pub block: usize,
    /// A picture, otherwise a table.
    pub picture: bool,
}

struct Flow<'a> {
    laid: Laid,
    y: f32,
    metrics: &'a Metrics,
    typesetter: &'a Typesetter,
}

impl Flow<'_> {
    fn push(&mut self, kind: PieceKind, block: Option<usize>, x: f32, height: f32) {
        self.laid.pieces.push(Piece {
            kind,
            block,
            x,
            y: self.y,
            height,
        });
        self.y += height;
    }

    fn lines(
        &mut self,
        text: &str,
        size: f32,
        x: f32,
        block: Option<usize>,
        kind: fn(String) -> PieceKind,
    ) {
        let height = (size * self.metrics.leading).ceil();
        for line in self
            .typesetter
            .wrap(text, size, self.metrics.text_width - x)
        {
            self.push(kind(line), block, x, height);
        }
    }

    fn gap(&mut self, share: f32) {
        self.y += (self.metrics.line() * share).round();
    }

    fn picture(&mut self, block: usize, picture: &Picture) {
        #[expect(
            clippy::cast_precision_loss,
            reason = "pictures are a few thousand pixels wide"
        )]
        let ratio = picture.height.max(1) as f32 / picture.width.max(1) as f32;
        let room = self.metrics.text_height - 2.0 * self.metrics.line();
        let width = self
            .metrics
            .text_width
            .min(room / ratio)
            .min(1_280.0)
            .floor();
        let height = (width * ratio).floor();
        let top = self.y;
        self.push(
            PieceKind::Picture(picture.clone(), width),
            Some(block),
            0.0,
            height,
        );
        self.laid.stops.push(Stop {
            what: Opens {
                block,
                picture: true,
            },
            x: 0.0,
            y: top,
            width,
            height,
        });
        if !picture.caption.is_empty() {
            // Room for the ring around the picture.
            self.y += 20.0;
            let size = self.metrics.small;
            let height = (size * self.metrics.leading).ceil();
            for line in self
                .typesetter
                .wrap(&picture.caption, size, self.metrics.text_width)
            {
                self.push(PieceKind::Meta(line, 0), Some(block), 0.0, height);
            }
            self.laid
                .spoken
                .push((Some(block), picture.caption.clone()));
        }
        self.gap(0.5);
    }

    fn table(&mut self, block: usize, table: &Table) {
        let top = self.y;
        if !table.title.is_empty() {
            self.lines(
                &table.title,
                self.metrics.body,
                0.0,
                Some(block),
                PieceKind::Heading,
            );
        }
        let widths = column_widths(
            table,
            self.typesetter,
            self.metrics.body,
            self.metrics.text_width * 0.5,
        );
        let mut fitting = 0;
        let mut used = 0.0;
        while fitting < widths.len() && used + widths[fitting] <= self.metrics.text_width {
            used += widths[fitting];
            fitting += 1;
        }
        let fitting = fitting.max(1).min(widths.len());
        // What is left over widens the columns evenly, so that a small table fills the width.
        let spare = if fitting == widths.len() && fitting > 0 {
            ((self.metrics.text_width - used).max(0.0) / fitting as f32).min(240.0)
        } else {
            0.0
        };
        let row_height = (self.metrics.line() + 2.0 * CELL_PADDING).ceil();
        let cells = |texts: &[String]| {
            let mut x = 0.0;
            (0..fitting)
                .map(|column| {
                    let width = widths[column] + spare;
                    let cell = Cell {
                        text: texts.get(column).cloned().unwrap_or_default(),
                        x,
                        width,
                        numeric: table.numeric.get(column).copied().unwrap_or_default(),
                    };
                    x += width;
                    cell
                })
                .collect::<Vec<_>>()
        };
        let head = cells(&table.header);
        let width = head.last().map_or(0.0, |cell| cell.x + cell.width);
        self.push(PieceKind::TableHead(head), Some(block), 0.0, row_height);
        let all = table.rows.len() <= INLINE_ROWS && fitting == widths.len();
        let shown = if table.rows.len() <= INLINE_ROWS {
            table.rows.len()
        } else {
            INLINE_ROWS - 1
        };
        for (index, row) in table.rows.iter().take(shown).enumerate() {
            self.push(
                PieceKind::TableRow(cells(row), index % 2 == 1),
                Some(block),
                0.0,
                row_height,
            );
        }
        if !all {
            self.push(
                PieceKind::TableMore(table.rows.len()),
                Some(block),
                0.0,
                row_height,
            );
        }
        self.laid.stops.push(Stop {
            what: Opens {
                block,
                picture: false,
            },
            x: 0.0,
            y: top,
            width,
            height: self.y - top,
        });
        for row in &table.rows {
            let text = table
                .header
                .iter()
                .zip(row)
                .map(|(head, cell)| format!("{head}{cell}"))
                .collect::<Vec<_>>()
                .join("，");
            self.laid.spoken.push((Some(block), text));
        }
        self.gap(0.5);
    }
}

/// Widths of a table's columns, padding included: as wide as their widest cell, at most `most`.
#[must_use]
pub fn column_widths(table: &Table, typesetter: &Typesetter, size: f32, most: f32) -> Vec<f32> {
    (0..table.header.len())
        .map(|column| {
            let cells = table
                .rows
                .iter()
                .filter_map(|row| row.get(column))
                .chain(table.header.get(column));
            let widest = cells
                .map(|text| typesetter.width(text, size))
                .fold(0.0, f32::max);
            ((widest * 1.02).ceil() + 2.0 * CELL_PADDING + 4.0).clamp(size * 2.0, most)
        })
        .collect()
}

/// Lays a bulletin out.
#[must_use]
pub fn lay_out(bulletin: &Bulletin, metrics: &Metrics, typesetter: &Typesetter) -> Laid {
    let mut flow = Flow {
        laid: Laid::default(),
        y: 0.0,
        metrics,
        typesetter,
    };
    flow.lines(
        &bulletin.title,
        metrics.heading,
        0.0,
        None,
        PieceKind::Title,
    );
    flow.laid.spoken.push((None, bulletin.title.clone()));
    flow.gap(0.2);
    let meta = (metrics.small * metrics.leading).ceil();
    flow.push(
        PieceKind::Meta(bulletin.organization.name.clone(), bulletin.published_at_ms),
        None,
        0.0,
        meta,
    );
    flow.gap(0.6);
    for (index, block) in bulletin.body.iter().enumerate() {
        match block {
            Block::Heading { text } => {
                flow.gap(0.4);
                flow.lines(text, metrics.body, 0.0, Some(index), PieceKind::Heading);
                flow.laid.spoken.push((Some(index), text.clone()));
                flow.gap(0.2);
            }
            Block::Paragraph { text } => {
                // Two ideographic spaces begin a paragraph, as Chinese is printed.
                flow.lines(
                    &format!("　　{text}"),
                    metrics.body,
                    0.0,
                    Some(index),
                    PieceKind::Text,
                );
                flow.laid.spoken.push((Some(index), text.clone()));
                flow.gap(0.3);
            }
            Block::Item { marker, text } => {
                let indent = metrics.body * 1.6;
                let line = metrics.line();
                flow.push(PieceKind::Text(marker.clone()), Some(index), 0.0, line);
                flow.y -= line;
                flow.lines(text, metrics.body, indent, Some(index), PieceKind::Text);
                flow.laid.spoken.push((Some(index), text.clone()));
                flow.gap(0.2);
            }
            Block::Table(table) => flow.table(index, table),
            Block::Picture(picture) => flow.picture(index, picture),
        }
    }
    flow.laid.height = flow.y;
    flow.laid
}
