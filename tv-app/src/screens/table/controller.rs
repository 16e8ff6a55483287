//! Rows and columns of a large table: up and down by rows, left and right by columns.

use contract::bulletin::{Block, Table};

use super::layout::{CELL_PADDING, Cell, find_block, is_sum, natural_widths, spoken};
use crate::focus::FocusMap;
use crate::remote::{Press, RemoteKey};
use crate::screens::kit::Act;
use crate::screens::kit::list::{self, Lines};
use crate::screens::{Context, Controller, Effect, Effects, Input, Route};

/// Left of the first column, where the bar is, in logical pixels.
const BAR_ROOM: f32 = 18.0;
/// Height of a row of one line as a multiple of its type.
const ROW: f32 = 1.55;
/// The first column takes so much of the width at most, as does any other one.
const WIDEST: f32 = 0.36;

/// A row in view.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its cells; the first is the frozen one.
    pub cells: Vec<Cell>,
    /// Distance from the lower edge of the head.
    pub y: f32,
    /// Height.
    pub height: f32,
    /// It is a sum of others.
    pub sum: bool,
    /// It is read.
    pub focused: bool,
}

/// Columns out of view: the first and the last of them, and how many they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hidden<'a> {
    /// Head of the first.
    pub from: &'a str,
    /// Head of the last.
    pub to: &'a str,
    /// How many.
    pub count: usize,
}

/// The screen of one table.
pub struct TableScreen {
    id: String,
    block: usize,
    rows: Lines<usize>,
    table: Table,
    title: String,
    widths: Vec<f32>,
    head_height: f32,
    /// Every cell broken into lines: row, column.
    texts: Vec<Vec<String>>,
    head: Vec<String>,
    first_column: usize,
    width: f32,
    /// The row that is read aloud first, and how many more have been.
    speaking: Option<(usize, usize)>,
    asked: usize,
}

impl TableScreen {
    /// A table of a bulletin.
    #[must_use]
    pub fn new(id: &str, block: usize) -> Self {
        Self {
            id: id.to_owned(),
            block,
            rows: Lines::new(),
            table: Table::default(),
            title: String::new(),
            widths: Vec::new(),
            head_height: 0.0,
            texts: Vec::new(),
            head: Vec::new(),
            first_column: 1,
            width: 1.0,
            speaking: None,
            asked: 0,
        }
    }

    /// The table's title, or that of the bulletin it is in.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Whether 返回 has the focus.
    #[must_use]
    pub fn on_back(&self) -> bool {
        self.rows.on_back()
    }

    /// Number of rows.
    #[must_use]
    pub fn total(&self) -> usize {
        self.table.rows.len()
    }

    /// First row in view.
    #[must_use]
    pub const fn first_row(&self) -> usize {
        self.rows.place().0
    }

    /// Height of the head.
    #[must_use]
    pub const fn head_height(&self) -> f32 {
        self.head_height
    }

    /// Whether there is a row below the one that is read.
    #[must_use]
    pub fn has_more(&self) -> bool {
        let next = self.rows.focused().map_or(0, |at| at + 1);
        next < self.total()
    }

    /// Whether it is read aloud.
    #[must_use]
    pub const fn is_speaking(&self) -> bool {
        self.speaking.is_some()
    }

    /// The columns out of view on the left and on the right.
    #[must_use]
    pub fn hidden(&self) -> (Option<Hidden<'_>>, Option<Hidden<'_>>) {
        let of = |range: std::ops::Range<usize>| {
            let heads = self.table.header.get(range)?;
            Some(Hidden {
                from: heads.first()?,
                to: heads.last()?,
                count: heads.len(),
            })
        };
        let shown = self.columns();
        let last = self.widths.len().max(shown.end);
        (of(1..shown.start.max(1)), of(shown.end..last))
    }

    /// Width of the frozen column.
    fn frozen_width(&self) -> f32 {
        BAR_ROOM + self.widths.first().copied().unwrap_or_default()
    }

    /// The columns in view besides the frozen one.
    fn columns(&self) -> std::ops::Range<usize> {
        let mut used = self.frozen_width();
        let mut end = self.first_column;
        while end < self.widths.len()
            && (end == self.first_column || used + self.widths[end] <= self.width)
        {
            used += self.widths[end];
            end += 1;
        }
        self.first_column..end
    }

    /// The first of as many columns as have room and end before this one.
    fn first_before(&self, end: usize) -> usize {
        let mut used = self.frozen_width();
        let mut first = end;
        while first > 1 && (first == end || used + self.widths[first - 1] <= self.width) {
            first -= 1;
            used += self.widths[first];
        }
        first.max(1)
    }

    fn turn(&mut self, right: bool) {
        let shown = self.columns();
        self.first_column = if right {
            shown.end.min(self.first_before(self.widths.len()))
        } else {
            self.first_before(shown.start)
        };
    }

    /// What the columns in view may grow by, so that they fill the width.
    fn spare(&self) -> f32 {
        let shown = self.columns();
        let widths = self.widths.get(shown.clone()).unwrap_or_default();
        let used: f32 = self.frozen_width() + widths.iter().sum::<f32>();
        #[expect(
            clippy::cast_precision_loss,
            reason = "a table has a handful of columns"
        )]
        let count = (shown.len() + 1) as f32;
        ((self.width - used) / count).max(0.0)
    }

    fn cells(&self, texts: &[String]) -> Vec<Cell> {
        let spare = self.spare();
        let mut x = BAR_ROOM;
        std::iter::once(0)
            .chain(self.columns())
            .filter_map(|column| {
                let width = self.widths.get(column)? + spare;
                let cell = Cell {
                    text: texts.get(column)?.clone(),
                    x,
                    width,
                    numeric: self.table.numeric.get(column).copied().unwrap_or_default(),
                };
                x += width;
                Some(cell)
            })
            .collect()
    }

    /// The head's cells.
    #[must_use]
    pub fn head(&self) -> Vec<Cell> {
        self.cells(&self.head)
    }

    /// The rows in view.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        let row = |line: list::Shown<'_, usize>| Row {
            cells: self.cells(&self.texts[*line.what]),
            y: line.y,
            height: line.height,
            sum: is_sum(&self.table.rows[*line.what]),
            focused: line.focused,
        };
        self.rows.visible().map(row).collect()
    }

    fn read(&mut self, context: &Context<'_>) {
        let Some(Block::Table(table)) = find_block(context, &self.id, self.block) else {
            self.table.rows.clear();
            self.texts.clear();
            self.rows.set(Vec::new(), 0.0, 0.0);
            return;
        };
        self.title.clone_from(&table.title);
        if table.title.is_empty() {
            let bulletin = context.cache.bulletin(&self.id);
            self.title = bulletin.map(|one| one.title).unwrap_or_default();
        }
        self.table = table;
        let metrics = context.metrics;
        self.width = metrics.width - 40.0;
        let (setter, size, line) = (context.typesetter, metrics.body, metrics.line());
        self.widths = natural_widths(&self.table, setter, size);
        for width in &mut self.widths {
            *width = width.min(self.width * WIDEST);
        }
        let wrap = |texts: &[String], widths: &[f32]| -> (Vec<String>, f32) {
            let cells: Vec<Vec<String>> = texts
                .iter()
                .zip(widths)
                .map(|(text, width)| setter.wrap(text, size, width - 2.0 * CELL_PADDING))
                .collect();
            let lines = cells.iter().map(Vec::len).max().unwrap_or(1);
            #[expect(clippy::cast_precision_loss, reason = "a cell has a handful of lines")]
            let more = (lines.max(1) - 1) as f32 * line;
            (
                cells.into_iter().map(|lines| lines.join("\n")).collect(),
                (size * ROW).ceil() + more,
            )
        };
        (self.head, self.head_height) = wrap(&self.table.header, &self.widths);
        let heights: Vec<f32>;
        (self.texts, heights) = self
            .table
            .rows
            .iter()
            .map(|row| wrap(row, &self.widths))
            .unzip();
        let row = |(what, height): (usize, f32)| list::Line {
            what,
            height,
            key: Some(what.to_string()),
        };
        let rows = heights.into_iter().enumerate().map(row).collect();
        let room = metrics.content_height - self.head_height;
        self.rows.set(rows, 0.0, room);
        self.first_column = self
            .first_column
            .min(self.first_before(self.widths.len()))
            .max(1);
    }

    /// From the row that is read on, row by row; nothing while it is being read aloud already, to stop
    /// that.
    fn speak(&mut self) -> Effects {
        if self.speaking.is_some() {
            return vec![Effect::Speak(Vec::new())];
        }
        self.asked = self.rows.focused().unwrap_or_default();
        let rows = self.table.rows.iter().skip(self.asked);
        let words = rows.map(|row| spoken(&self.table, row)).collect();
        vec![Effect::Speak(words)]
    }

    /// The bar goes with what is being said.
    fn follow(&mut self, said: Option<usize>) {
        self.speaking = said.map(|at| (self.asked, at));
        if let Some((first, more)) = self.speaking
            && !self.on_back()
        {
            self.rows.go_to(first + more);
        }
    }
}

impl Controller for TableScreen {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Shown | Input::Changed | Input::Resized => {
                self.read(context);
                if self.texts.is_empty() {
                    return vec![Effect::Back];
                }
            }
            Input::Speaking(at) => self.follow(*at),
            Input::Key(_, Press::Up) => {}
            Input::Key(RemoteKey::Yellow, Press::Down) => return self.speak(),
            Input::Key(RemoteKey::Left, _) => self.turn(false),
            Input::Key(RemoteKey::Right, _) => self.turn(true),
            Input::Key(RemoteKey::PageDown, _) => self.rows.page(true),
            Input::Key(RemoteKey::PageUp, _) => self.rows.page(false),
            Input::Key(RemoteKey::Ok, Press::Down) if !self.on_back() => {}
            Input::Key(key, press) if self.rows.act(*key, *press) == Act::Left => {
                return vec![Effect::Speak(Vec::new()), Effect::Back];
            }
            _ => {}
        }
        Effects::new()
    }

    fn focus(&self) -> &FocusMap {
        &self.rows.focus
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        &mut self.rows.focus
    }

    fn route(&self) -> Route {
        Route::Table {
            id: self.id.clone(),
            block: self.block,
        }
    }
}
