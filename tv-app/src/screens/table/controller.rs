//! Rows and columns of a large table: up and down by rows, left and right by columns.

use contract::bulletin::{Block, Table};

use crate::focus::FocusMap;
use crate::remote::{Press, RemoteKey};
use crate::screens::bulletin::{CELL_PADDING, Cell, column_widths, find_block};
use crate::screens::kit::Act;
use crate::screens::kit::list::{self, Lines};
use crate::screens::{Context, Controller, Effect, Effects, Input, Route};

/// A row in view.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its cells; the first is the frozen one.
    pub cells: Vec<Cell>,
    /// Distance from the lower edge of the head.
    pub y: f32,
    /// Height.
    pub height: f32,
    /// Index in the table.
    pub index: usize,
    /// It has the focus.
    pub focused: bool,
}

/// The screen of one table.
pub struct TableScreen {
    id: String,
    block: usize,
    rows: Lines<usize>,
    table: Table,
    widths: Vec<f32>,
    head_height: f32,
    /// Every cell broken into lines: row, column.
    texts: Vec<Vec<String>>,
    head: Vec<String>,
    first_column: usize,
    width: f32,
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
            widths: Vec::new(),
            head_height: 0.0,
            texts: Vec::new(),
            head: Vec::new(),
            first_column: 1,
            width: 1.0,
        }
    }

    /// The table's title.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.table.title
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

    /// Width of the frozen column.
    #[must_use]
    pub fn frozen_width(&self) -> f32 {
        self.widths.first().copied().unwrap_or_default()
    }

    /// Whether there are columns out of view on the left and on the right.
    #[must_use]
    pub fn more(&self) -> (bool, bool) {
        (
            self.first_column > 1,
            self.columns().end < self.widths.len(),
        )
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

    /// What columns may grow by when all of them fit.
    fn spare(&self) -> f32 {
        let used: f32 = self.widths.iter().sum();
        #[expect(
            clippy::cast_precision_loss,
            reason = "a table has a handful of columns"
        )]
        let count = self.widths.len().max(1) as f32;
        ((self.width - used) / count).clamp(0.0, 240.0)
    }

    fn cells(&self, texts: &[String]) -> Vec<Cell> {
        let spare = self.spare();
        let mut x = 0.0;
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
            index: *line.what,
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
        self.table = table;
        let metrics = context.metrics;
        self.width = metrics.width - 40.0;
        let (setter, size, line) = (context.typesetter, metrics.body, metrics.line());
        self.widths = column_widths(&self.table, setter, size, self.width * 0.36);
        let wrap = |texts: &[String], widths: &[f32]| -> (Vec<String>, f32) {
            let cells: Vec<Vec<String>> = texts
                .iter()
                .zip(widths)
                .map(|(text, width)| setter.wrap(text, size, width - 2.0 * CELL_PADDING))
                .collect();
            let lines = cells.iter().map(Vec::len).max().unwrap_or(1);
            #[expect(clippy::cast_precision_loss, reason = "a cell has a handful of lines")]
            let height = (lines as f32 * line + 2.0 * CELL_PADDING).max(80.0);
            (
                cells.into_iter().map(|lines| lines.join("\n")).collect(),
                height,
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
        self.first_column = self.first_column.clamp(1, self.widths.len().max(1));
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
            Input::Key(_, Press::Up) => {}
            Input::Key(RemoteKey::Left, _) => self.first_column = (self.first_column - 1).max(1),
            Input::Key(RemoteKey::Right, _) if self.more().1 => self.first_column += 1,
            Input::Key(RemoteKey::PageDown, _) => self.rows.page(true),
            Input::Key(RemoteKey::PageUp, _) => self.rows.page(false),
            Input::Key(key, press) if self.rows.act(*key, *press) == Act::Left => {
                return vec![Effect::Back];
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
