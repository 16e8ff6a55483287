//! Tables: from CSV files, and what both kinds of tables share.

use contract::bulletin::Table;

use super::complaint::Complaints;

/// Reads comma or tab separated values; the first row is the header. Complains about every row
/// that has more or fewer cells. Rows that are wholly empty, as spreadsheets leave them at the
/// end, are skipped.
pub fn read_csv(text: &str, complaints: &mut Complaints<'_>) -> Vec<(u32, Vec<String>)> {
    let first = text.lines().next().unwrap_or_default();
    let delimiter = if first.contains('\t') && !first.contains(',') {
        b'\t'
    } else {
        b','
    };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut rows: Vec<(u32, Vec<String>)> = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(1, csv::Position::line);
                complaints.line(line_number(line), "这一行读不懂，请检查引号是否成对");
                continue;
            }
        };
        let line = line_number(record.position().map_or(1, csv::Position::line));
        let cells: Vec<String> = record.iter().map(str::to_owned).collect();
        if cells.iter().all(String::is_empty) {
            continue;
        }
        if let Some((_, header)) = rows.first()
            && header.len() != cells.len()
        {
            complaints.line(line, wrong_cells(cells.len(), header.len()));
            continue;
        }
        rows.push((line, cells));
    }
    rows
}

fn line_number(line: u64) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

/// The complaint about a row of the wrong length.
#[must_use]
pub fn wrong_cells(cells: usize, header: usize) -> String {
    let advice = if cells < header {
        "请补齐空缺的格子（没有内容也要留出格子）"
    } else {
        "请删去多余的格子，金额里的逗号要去掉或加引号"
    };
    format!("这一行有 {cells} 格，表头有 {header} 格，{advice}")
}

/// Makes a table of the rows of a CSV file.
pub fn from_csv(text: &str, title: &str, complaints: &mut Complaints<'_>) -> Table {
    let mut rows = read_csv(text, complaints)
        .into_iter()
        .map(|(_, cells)| cells);
    let Some(header) = rows.next() else {
        complaints.whole("表格是空的，第一行应当是各列的名称");
        return Table::default();
    };
    let mut table = Table {
        title: title.to_owned(),
        numeric: vec![false; header.len()],
        header,
        rows: rows.collect(),
    };
    mark_numbers(&mut table);
    table
}

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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spreadsheet_export() {
        let mut complaints = Complaints::about("a.csv");
        let table = from_csv(
            "项目,金额（元）,备注\n办公费,\"1,280.50\",\n水电费,-36.00,退费\n合计,\"1,244.50\",\n,,\n",
            "支出",
            &mut complaints,
        );
        assert!(complaints.is_empty());
        assert_eq!(table.numeric, [false, true, false]);
        assert_eq!(table.rows.len(), 3);
        assert_eq!(table.rows[0][1], "1,280.50");
    }

    #[test]
    fn ragged_rows_name_their_line() {
        let mut complaints = Complaints::about("a.csv");
        from_csv(
            "项目,金额\n\"两\n行\",1\n办公费,1,280.50\n水电费\n",
            "",
            &mut complaints,
        );
        let lines: Vec<_> = complaints.into_vec().iter().map(|c| c.line).collect();
        assert_eq!(lines, [Some(4), Some(5)]);
    }

    proptest! {
        #[test]
        fn rows_fit_the_header_and_nothing_panics(text in "([a一0-9,\"\t. ]|\n){0,120}") {
            let mut complaints = Complaints::about("a.csv");
            let table = from_csv(&text, "", &mut complaints);
            prop_assert!(table.rows.iter().all(|row| row.len() == table.header.len()));
            prop_assert_eq!(table.numeric.len(), table.header.len());
        }
    }
}
