//! Rows of cells become a table as televisions show it: every row with as many cells as the head, no joined cells.

use contract::bulletin::{Block, Table};

use crate::services::kit::tables;

/// Most columns of a table.
const MOST_COLUMNS: usize = 30;

/// The blocks of a grid. A first row that says one thing is the title; one cell alone is a frame around words; what is
/// wider than a table may be becomes lines.
pub(super) fn blocks(grid: Vec<Vec<String>>) -> Vec<Block> {
    let mut rows: Vec<Vec<String>> = grid
        .into_iter()
        .map(|row| row.iter().map(|cell| tidy(cell)).collect())
        .filter(|row: &Vec<String>| row.iter().any(|cell| !cell.is_empty()))
        .collect();
    let columns = rows.iter().map(|row| used(row)).max().unwrap_or(0);
    if columns == 0 {
        return Vec::new();
    }
    if columns == 1 || columns > MOST_COLUMNS {
        let lines = rows.iter().map(|row| {
            let filled: Vec<&str> = row
                .iter()
                .map(String::as_str)
                .filter(|it| !it.is_empty())
                .collect();
            filled.join("；")
        });
        return lines.map(|text| Block::Paragraph { text }).collect();
    }
    let says_one_thing = |row: &[String]| {
        let mut filled = row.iter().filter(|cell| !cell.is_empty());
        let first = filled.next();
        filled.all(|cell| Some(cell) == first)
    };
    let mut title = String::new();
    if rows.len() > 2 && says_one_thing(&rows[0]) {
        let first = rows.remove(0);
        title = first
            .into_iter()
            .find(|cell| !cell.is_empty())
            .unwrap_or_default();
    }
    for row in &mut rows {
        row.resize(columns, String::new());
    }
    let header = rows.remove(0);
    let mut table = Table {
        title,
        numeric: vec![false; header.len()],
        header,
        rows,
    };
    tables::mark_numbers(&mut table);
    vec![Block::Table(table)]
}

/// Cells up to the last with something in it.
fn used(row: &[String]) -> usize {
    row.iter()
        .rposition(|cell| !cell.is_empty())
        .map_or(0, |at| at + 1)
}

fn tidy(cell: &str) -> String {
    cell.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(rows: &[&[&str]]) -> Vec<Block> {
        let row = |row: &&[&str]| row.iter().map(|cell| (*cell).to_owned()).collect();
        blocks(rows.iter().map(row).collect())
    }

    #[test]
    fn a_title_a_head_and_rows() {
        let made = grid(&[
            &["支出", "支出", ""],
            &["项目", "金额", ""],
            &["水费", "12.5", ""],
            &["", ""],
        ]);
        let [Block::Table(table)] = made.as_slice() else {
            panic!("{made:?}");
        };
        assert_eq!((table.title.as_str(), table.header.len()), ("支出", 2));
        assert_eq!(table.rows, [["水费", "12.5"]]);
        assert_eq!(table.numeric, [false, true]);
    }

    #[test]
    fn what_is_no_table_is_kept_as_lines() {
        assert_eq!(grid(&[&["一"], &["二"]]).len(), 2);
        let wide = vec!["1"; 31];
        let made = grid(&[&wide, &wide]);
        assert!(matches!(
            made.as_slice(),
            [Block::Paragraph { .. }, Block::Paragraph { .. }]
        ));
        assert!(grid(&[&["", " "]]).is_empty());
    }
}
