//! Turns a bulletin into lines, table rows and pictures of known place and height.

use contract::bulletin::{Block, Bulletin, Table};
use contract::file::Picture;

use super::head::{Head, Room};
use crate::cache::BulletinRow;
use crate::screens::kit::reading::{Part, Stop, Text};
use crate::screens::metrics::Metrics;
use crate::screens::table::{Cell, is_sum, natural_widths, spoken};
use crate::screens::typeset::Typesetter;

/// Height of a table's row as a multiple of its type.
const ROW: f32 = 1.55;
/// A table with more rows is opened on a screen of its own.
const INLINE_ROWS: usize = 15;
/// At least so many rows stand below the title of a table on a page.
const FIRST_ROWS: f32 = 3.0;
/// Of a table that has no room as a whole so much of the page is shown at most.
const TABLE_SHARE: f32 = 0.6;
/// Share of a page that a picture leaves at most for what comes next.
const LEAST_AFTER: f32 = 0.3;
/// Above and below the words of what comes next together, in logical pixels.
const NEXT_EDGES: f32 = 32.0;
/// In place of a passage: what names the rows below it.
const LABEL: usize = usize::MAX;
/// What stands beside the title of what comes next, in logical pixels, as in `bulletin.slint`.
const NEXT_BESIDE: f32 = 96.0;

/// What a piece is.
#[derive(Clone, Debug, PartialEq)]
pub enum PieceKind {
    /// A line of a heading.
    Heading(String),
    /// A line of text.
    Text(String),
    /// A line below a picture.
    Caption(String),
    /// A picture, in this width.
    Picture(Picture, f32),
    /// The head of a table.
    TableHead(Vec<Cell>),
    /// A row of a table; whether it is a sum.
    TableRow(Vec<Cell>, bool),
    /// There is more than fits: the whole table has so many rows.
    TableMore(usize),
    /// The bulletin that comes next in the list.
    Next(String),
}

/// A piece of a bulletin, in logical pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// What is read as one, counted from the beginning.
    pub passage: usize,
    /// Distance from the top of the text.
    pub y: f32,
    /// Height.
    pub height: f32,
}

/// A bulletin laid out.
#[derive(Clone, Debug, Default)]
pub struct Laid {
    /// What stands beside or above the text.
    pub head: Head,
    /// The pieces from top to bottom.
    pub pieces: Vec<Piece>,
    /// Which of them stay with what comes next.
    leading: Vec<bool>,
    /// Height of everything.
    pub height: f32,
    /// What can be chosen.
    pub stops: Vec<Stop<Opens>>,
    /// What to read aloud, a paragraph or a table row each, with the passage it belongs to.
    pub spoken: Vec<(Option<usize>, String)>,
}

impl Laid {
    /// What is read, page by page.
    #[must_use]
    pub fn text(&self) -> Text<Opens> {
        let chosen = |piece: &Piece| {
            self.stops.iter().any(|stop| {
                piece.y >= stop.y && piece.y + piece.height <= stop.y + stop.height + 1.0
            })
        };
        let part = |(piece, leads): (&Piece, &bool)| Part {
            y: piece.y,
            height: piece.height,
            paragraph: (!chosen(piece) && piece.passage != LABEL).then_some(piece.passage),
            leads: *leads,
        };
        Text {
            parts: self.pieces.iter().zip(&self.leading).map(part).collect(),
            stops: self.stops.clone(),
            height: self.height,
            window: self.head.window,
        }
    }
}

/// What can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opens {
    /// The table that is the block with this index.
    Table(usize),
    /// The picture that is the block with this index.
    Picture(usize),
    /// The bulletin that comes next in the list.
    Next,
}

impl Opens {
    /// What is stable of it.
    #[must_use]
    pub fn key(self) -> String {
        match self {
            Self::Table(block) | Self::Picture(block) => block.to_string(),
            Self::Next => "next".to_owned(),
        }
    }
}

struct Flow<'a> {
    laid: Laid,
    y: f32,
    passage: usize,
    width: f32,
    /// Height of what follows on the block that is laid out, where it is the last one.
    after: f32,
    metrics: &'a Metrics,
    typesetter: &'a Typesetter,
}

impl Flow<'_> {
    fn push(&mut self, kind: PieceKind, height: f32, leads: bool) {
        self.laid.pieces.push(Piece {
            kind,
            passage: self.passage,
            y: self.y,
            height,
        });
        self.laid.leading.push(leads);
        self.y += height;
    }

    /// A paragraph and the room below it.
    fn lines(&mut self, text: &str, kind: fn(String) -> PieceKind, leads: bool) {
        let height = self.metrics.article.line(self.metrics.body);
        let body = self.metrics.body;
        for line in self.typesetter.wrap(text, body, self.width) {
            self.push(kind(line), height, leads);
        }
    }

    /// Ends what is read as one, with the room below it.
    fn end(&mut self, gap: f32) {
        self.passage += 1;
        self.y += gap;
    }

    fn say(&mut self, text: impl Into<String>) {
        self.laid.spoken.push((Some(self.passage), text.into()));
    }

    fn stop(&mut self, what: Opens, y: f32, width: f32) {
        self.laid.stops.push(Stop {
            what,
            x: 0.0,
            y,
            width,
            height: self.y - y,
        });
    }

    fn picture(&mut self, block: usize, picture: &Picture) {
        #[expect(
            clippy::cast_precision_loss,
            reason = "pictures are a few thousand pixels wide"
        )]
        let ratio = picture.height.max(1) as f32 / picture.width.max(1) as f32;
        let (small, article) = (self.metrics.small, &self.metrics.article);
        let line = (small * self.metrics.leading).ceil();
        let caption = match picture.caption.as_str() {
            "" => Vec::new(),
            caption => self.typesetter.wrap(caption, small, self.width),
        };
        #[expect(clippy::cast_precision_loss, reason = "a caption has a few lines")]
        let below = caption.len() as f32 * line + article.gap / 2.0;
        // What comes next in the list stands on the page of the last picture.
        let window = self.laid.head.window;
        let after = if self.after <= window * LEAST_AFTER {
            self.after
        } else {
            0.0
        };
        let room = (window - below - after).max(line);
        let width = self.width.min(room / ratio).floor();
        let top = self.y;
        let height = (width * ratio).floor();
        self.push(PieceKind::Picture(picture.clone(), width), height, true);
        if !picture.caption.is_empty() {
            self.y += (article.gap / 2.0).round();
            self.say(&picture.caption);
        }
        let lines = caption.len();
        for (at, text) in caption.into_iter().enumerate() {
            self.push(PieceKind::Caption(text), line, at + 1 < lines);
        }
        self.stop(Opens::Picture(block), top, width);
        self.end(self.metrics.article.gap);
    }

    /// A table that is not too long, and has room for all its columns, is read row by row; of another one the
    /// beginning is shown, and it can be opened.
    fn table(&mut self, block: usize, table: &Table) {
        let columns = Columns::new(table, self.width, self.typesetter, self.metrics.body);
        if columns.all && table.rows.len() <= INLINE_ROWS {
            self.rows(table, &columns);
        } else {
            self.beginning(block, table, &columns);
        }
        self.end(self.metrics.article.gap);
    }

    /// Height of a row.
    fn row(&self) -> f32 {
        (self.metrics.body * ROW).ceil()
    }

    /// So many rows have room in this height.
    fn fit(&self, height: f32) -> usize {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a handful"
        )]
        let fit = (height / self.row()).floor().max(1.0) as usize;
        fit
    }

    /// What names the rows below it.
    fn labelled(&mut self, table: &Table, columns: &Columns, title: bool) {
        let passage = std::mem::replace(&mut self.passage, LABEL);
        if title && !table.title.is_empty() {
            self.lines(&table.title, PieceKind::Heading, true);
        }
        let head = PieceKind::TableHead(columns.cells(&table.header));
        self.push(head, self.row(), true);
        self.passage = passage;
    }

    /// All rows, with the head again on each page.
    fn rows(&mut self, table: &Table, columns: &Columns) {
        let window = self.laid.head.window;
        // The page that was begun is used where the beginning of the table has room on it.
        let tops = self.laid.text().tops();
        let begun = tops.last().copied().unwrap_or_default();
        // A heading above it comes along to the next page.
        let all = self.laid.pieces.iter().zip(&self.laid.leading).rev();
        let along = all.take_while(|(_, leads)| **leads).last();
        let top = along.map_or(self.y, |(piece, _)| piece.y);
        self.labelled(table, columns, true);
        let labels = self.y - top;
        let mut room = window - (top - begun);
        if room < labels + FIRST_ROWS * self.row() {
            room = window;
        }
        let mut left = self.fit(room - labels);
        for (at, cells) in table.rows.iter().enumerate() {
            if left == 0 {
                self.labelled(table, columns, false);
                left = self.fit(window - self.row());
            }
            left -= 1;
            self.say(spoken(table, cells));
            let piece = PieceKind::TableRow(columns.cells(cells), is_sum(cells));
            let leads = left > 0 && at + 1 < table.rows.len();
            self.push(piece, self.row(), leads);
            self.passage += 1;
        }
    }

    /// The first rows, and how many there are.
    fn beginning(&mut self, block: usize, table: &Table, columns: &Columns) {
        let top = self.y;
        self.labelled(table, columns, true);
        let room = self.laid.head.window * TABLE_SHARE - (self.y - top) - self.row();
        for cells in table.rows.iter().take(self.fit(room)) {
            let piece = PieceKind::TableRow(columns.cells(cells), is_sum(cells));
            self.push(piece, self.row(), true);
        }
        for cells in &table.rows {
            self.say(spoken(table, cells));
        }
        self.push(PieceKind::TableMore(table.rows.len()), self.row(), false);
        self.stop(Opens::Table(block), top, self.width);
    }

    fn next_height(&self, next: &BulletinRow) -> f32 {
        let metrics = self.metrics;
        let title = metrics.title_height(&next.title, self.width - NEXT_BESIDE);
        let words = metrics.small * metrics.leading + title + NEXT_EDGES;
        words.max(metrics.choice_height).ceil()
    }

    fn next(&mut self, next: &BulletinRow) {
        if let Some(last) = self.laid.leading.last_mut() {
            // It does not stand alone on the last page.
            *last = true;
        }
        let top = self.y;
        let height = self.next_height(next);
        self.push(PieceKind::Next(next.title.clone()), height, false);
        self.stop(Opens::Next, top, self.width);
    }
}

/// The columns of a table that fit a width.
struct Columns {
    /// Left edges and widths.
    places: Vec<(f32, f32)>,
    numeric: Vec<bool>,
    /// Nothing of the table is left out, and no cell has too little room.
    all: bool,
}

impl Columns {
    fn new(table: &Table, width: f32, typesetter: &Typesetter, size: f32) -> Self {
        let natural = natural_widths(table, typesetter, size);
        let used: f32 = natural.iter().sum();
        let all = used <= width;
        // What is left over widens the columns evenly, so that a small table fills the width.
        #[expect(
            clippy::cast_precision_loss,
            reason = "a table has a handful of columns"
        )]
        let spare = ((width - used) / natural.len().max(1) as f32).max(0.0);
        let mut places = Vec::new();
        let mut x = 0.0;
        for column in natural {
            let column = if all {
                column + spare
            } else {
                column.min(width * 0.5)
            };
            if x + column > width + 1.0 {
                break;
            }
            places.push((x, column));
            x += column;
        }
        Self {
            places,
            numeric: table.numeric.clone(),
            all,
        }
    }

    fn cells(&self, texts: &[String]) -> Vec<Cell> {
        let cell = |(column, &(x, width)): (usize, &(f32, f32))| Cell {
            text: texts.get(column).cloned().unwrap_or_default(),
            x,
            width,
            numeric: self.numeric.get(column).copied().unwrap_or_default(),
        };
        self.places.iter().enumerate().map(cell).collect()
    }
}

/// Whether a table has room beside the title.
fn is_narrow(bulletin: &Bulletin, metrics: &Metrics, typesetter: &Typesetter) -> bool {
    bulletin.body.iter().all(|block| match block {
        Block::Table(table) => {
            let widths = natural_widths(table, typesetter, metrics.body);
            widths.iter().sum::<f32>() <= metrics.article.beside
        }
        _ => true,
    })
}

/// Lays a bulletin out, with what comes next in the list. `noted`: something is said of the connection;
/// `dated`: the day is said with its year.
#[must_use]
pub fn lay_out(
    bulletin: &Bulletin,
    next: Option<&BulletinRow>,
    noted: bool,
    dated: bool,
    metrics: &Metrics,
    typesetter: &Typesetter,
) -> Laid {
    let room = Room {
        beside: is_narrow(bulletin, metrics, typesetter),
        noted,
        dated,
    };
    let head = Head::new(bulletin, room, metrics, typesetter);
    let mut flow = Flow {
        y: 0.0,
        passage: 0,
        width: head.width,
        after: 0.0,
        laid: Laid {
            head,
            ..Laid::default()
        },
        metrics,
        typesetter,
    };
    flow.laid.spoken.push((None, bulletin.title.clone()));
    let gap = metrics.article.gap;
    for (index, block) in bulletin.body.iter().enumerate() {
        if let Some(next) = next.filter(|_| index + 1 == bulletin.body.len()) {
            flow.after = gap + flow.next_height(next);
        }
        match block {
            Block::Heading { text } => {
                flow.say(text);
                flow.lines(text, PieceKind::Heading, true);
                flow.end(0.0);
            }
            Block::Paragraph { text } => {
                flow.say(text);
                flow.lines(text, PieceKind::Text, false);
                flow.end(gap);
            }
            Block::Item { marker, text } => {
                let text = format!("{marker} {text}");
                flow.lines(&text, PieceKind::Text, false);
                flow.say(text);
                flow.end(gap);
            }
            Block::Table(table) => flow.table(index, table),
            Block::Picture(picture) => flow.picture(index, picture),
        }
    }
    if let Some(next) = next {
        flow.next(next);
    }
    flow.laid.height = flow.y;
    flow.laid
}
