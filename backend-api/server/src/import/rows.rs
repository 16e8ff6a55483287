//! Lists in CSV whose first line names the columns, in any order: one thing a row, known again by a
//! key.

use std::collections::HashMap;

use super::complaint::Complaints;
use super::table::{is_called, read_csv};

/// What a list looks like.
pub struct Format<C: 'static> {
    /// The names each column may have.
    pub names: &'static [(C, &'static [&'static str])],
    /// What is said of a first line that cannot be used.
    pub first_line: &'static str,
    /// What two rows with the same key have in common, and what to do about it.
    pub twice: &'static str,
}

/// The cells of a row.
pub struct Cells<'a, C> {
    columns: &'a [Option<C>],
    cells: &'a [String],
}

impl<'a, C: Copy + PartialEq> Cells<'a, C> {
    /// What stands in a column, without spaces around it; empty if there is no such column.
    pub fn get(&self, column: C) -> &'a str {
        let at = self.columns.iter().position(|known| *known == Some(column));
        at.and_then(|at| self.cells.get(at))
            .map_or("", |cell| cell.trim())
    }
}

impl<C: Copy + PartialEq> Format<C> {
    /// Reads a list. Rows with a mistake are left out. `complete` says whether the columns there are
    /// suffice; `row` makes a row of a line's number and cells, and `key` says by what it is known.
    pub fn read<R>(
        &self,
        text: &str,
        complaints: &mut Complaints<'_>,
        complete: impl Fn(&[Option<C>]) -> bool,
        row: impl Fn(u32, &Cells<'_, C>, &mut Complaints<'_>) -> Option<R>,
        key: impl Fn(&R) -> &str,
    ) -> Vec<R> {
        let first_line = self.first_line;
        let mut records = read_csv(text, complaints).rows.into_iter();
        let Some((line, header)) = records.next() else {
            if complaints.is_empty() {
                complaints.whole(format!("文件是空的，{first_line}"));
            }
            return Vec::new();
        };
        let mut columns = Vec::with_capacity(header.len());
        for name in &header {
            let mut known = self.names.iter();
            let known = known.find(|(_, names)| is_called(name, names));
            if known.is_none() {
                complaints.line(line, format!("不认识“{name}”这一列，{first_line}"));
            }
            columns.push(known.map(|(column, _)| *column));
        }
        if !complete(&columns) {
            complaints.line(line, first_line);
            return Vec::new();
        }
        let mut rows: Vec<R> = Vec::new();
        let mut lines: HashMap<String, u32> = HashMap::new();
        for (line, cells) in records {
            let cells = Cells {
                columns: &columns,
                cells: &cells,
            };
            let Some(row) = row(line, &cells, complaints) else {
                continue;
            };
            if let Some(first) = lines.get(key(&row)) {
                complaints.line(line, format!("和第 {first} 行{}", self.twice));
                continue;
            }
            lines.insert(key(&row).to_owned(), line);
            rows.push(row);
        }
        rows
    }
}
