//! Tables of bulletins, wherever they come from.

use contract::bulletin::Table;

/// Marks the columns in which every filled cell is a number.
pub fn mark_numbers(table: &mut Table) {
    for column in 0..table.header.len() {
        let mut cells = table
            .rows
            .iter()
            .filter_map(|row| row.get(column))
            .filter(|cell| !is_blank(cell))
            .peekable();
        let numbers = cells.peek().is_some() && cells.all(|cell| is_number(cell));
        if let Some(mark) = table.numeric.get_mut(column) {
            *mark |= numbers;
        }
    }
}

fn is_blank(cell: &str) -> bool {
    matches!(cell.trim(), "" | "-" | "—" | "——" | "/" | "无")
}

fn is_number(cell: &str) -> bool {
    let cell = cell
        .trim()
        .trim_start_matches(['¥', '￥', '+', '-', '−'])
        .trim_end_matches(['元', '%', '％']);
    cell.chars().any(|c| c.is_ascii_digit())
        && cell
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, ',' | '.'))
}
