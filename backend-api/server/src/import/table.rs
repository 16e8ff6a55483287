//! Tables: from CSV files, and what both kinds of tables share.

use contract::bulletin::Table;

use super::complaint::Complaints;
use super::quotes;
use crate::services::kit::tables;

pub use crate::services::kit::columns::{header_name, is_called};

/// What a CSV file holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Csv {
    /// What stands alone above the header, as offices write it over their tables; often nothing.
    pub title: String,
    /// The header and the rows, with their lines.
    pub rows: Vec<(u32, Vec<String>)>,
}

/// Reads values separated by commas, tabs or semicolons; the first row is the header, or the second
/// below a title. Complains about every row that has more or fewer cells, and about every quotation mark
/// that is not plainly meant, and leaves these rows out. Rows that are wholly empty, as spreadsheets
/// leave them at the end, are skipped.
pub fn read_csv(text: &str, complaints: &mut Complaints<'_>) -> Csv {
    // A title above the header has none.
    let separated = |line: &&str| line.contains([',', '\t', ';', '，']);
    let first = text.lines().find(separated).unwrap_or_default();
    let Some(delimiter) = delimiter(first) else {
        complaints.line(
            1,
            "这一行用的是中文的逗号，分隔各列要用半角的逗号“,”，请全部替换后再导入",
        );
        return Csv::default();
    };
    let (text, strays) = without_strays(text, delimiter);
    for line in &strays {
        complaints.line(
            *line,
            "这一行的引号没有成对，或者引号后面还有字，这一行没有导入：请删去多余的引号；格子里确实要换行的，换行之间不要用半角逗号",
        );
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut rows: Vec<(u32, Vec<String>)> = Vec::new();
    let mut lines = Lines::of(&text);
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = lines.at(error.position());
                complaints.line(line, "这一行读不懂，请检查引号是否成对");
                continue;
            }
        };
        let line = lines.at(record.position());
        let cells: Vec<String> = record.iter().map(str::to_owned).collect();
        if cells.iter().all(String::is_empty) {
            continue;
        }
        rows.push((line, cells));
    }
    let title = take_title(&mut rows);
    let width = rows.first().map_or(0, |(_, header)| header.len());
    rows.retain(|(line, cells)| {
        let whole = !strays.contains(line);
        if whole && cells.len() != width {
            complaints.line(*line, wrong_cells(cells.len(), width));
        }
        whole && cells.len() == width
    });
    Csv { title, rows }
}

/// What separates the cells, by the first line; nothing if that is written with full-width commas.
fn delimiter(first: &str) -> Option<u8> {
    let used = [b',', b'\t', b';'].into_iter();
    let used = used.map(char::from).find(|sign| first.contains(*sign));
    match used.and_then(|sign| u8::try_from(sign).ok()) {
        None if first.contains('，') => None,
        used => Some(used.unwrap_or(b',')),
    }
}

/// The text without the quotation marks that are not plainly meant, and the lines they stood on.
fn without_strays(text: &str, delimiter: u8) -> (String, Vec<u32>) {
    let mut kept = String::with_capacity(text.len());
    let mut lines = Vec::new();
    let mut from = 0;
    for stray in quotes::strays(text, delimiter) {
        kept.push_str(&text[from..stray.at]);
        from = stray.at + 1;
        lines.push(stray.line);
    }
    kept.push_str(&text[from..]);
    lines.dedup();
    (kept, lines)
}

/// Takes a title away from above the header: one cell with words, and more than one in the row below.
pub fn take_title(rows: &mut Vec<(u32, Vec<String>)>) -> String {
    let filled = |cells: &[String]| cells.iter().filter(|cell| !cell.is_empty()).count();
    match rows.as_slice() {
        [(_, title), (_, header), ..] if filled(title) == 1 && filled(header) > 1 => {}
        _ => return String::new(),
    }
    rows.remove(0).1.concat()
}

/// Tells on which line something begins. The reader's own position is that of the blank lines before it.
struct Lines<'a> {
    text: &'a str,
    counted: usize,
    line: u32,
}

impl<'a> Lines<'a> {
    const fn of(text: &'a str) -> Self {
        Self {
            text,
            counted: 0,
            line: 1,
        }
    }

    /// The line of a position that is not before the one asked for last.
    fn at(&mut self, position: Option<&csv::Position>) -> u32 {
        let from = position.map_or(0, csv::Position::byte);
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        let Some(rest) = self.text.get(from..) else {
            return self.line;
        };
        let blank = rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        let passed = self.text.get(self.counted..from + blank);
        let ends = passed.map_or(0, |passed| passed.matches('\n').count());
        self.counted = self.counted.max(from + blank);
        self.line = self
            .line
            .saturating_add(u32::try_from(ends).unwrap_or(u32::MAX));
        self.line
    }
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

/// Makes a table of a CSV file. A title in the file stands behind the one it is given.
pub fn from_csv(text: &str, title: &str, complaints: &mut Complaints<'_>) -> Table {
    let csv = read_csv(text, complaints);
    let mut rows = csv.rows.into_iter().map(|(_, cells)| cells);
    let Some(header) = rows.next() else {
        if complaints.is_empty() {
            complaints.whole("表格是空的，第一行应当是各列的名称");
        }
        return Table::default();
    };
    let titles = [title, csv.title.as_str()];
    let both = title != csv.title && titles.iter().all(|title| !title.is_empty());
    let mut table = Table {
        title: if both {
            titles.join("：")
        } else {
            titles[usize::from(title.is_empty())].to_owned()
        },
        numeric: vec![false; header.len()],
        header,
        rows: rows.collect(),
    };
    tables::mark_numbers(&mut table);
    table
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

    fn read(text: &str) -> (Table, Vec<Option<u32>>) {
        let mut complaints = Complaints::about("a.csv");
        let table = from_csv(text, "标题", &mut complaints);
        let lines = complaints.into_vec().iter().map(|c| c.line).collect();
        (table, lines)
    }

    #[test]
    fn one_stray_mark_loses_its_own_row_only() {
        let (table, lines) = read(
            "项目,金额,备注\n办公费,1200,\n维修费,3500,\"红旗渠维修\n水电费,360,\n租车费,800,\n合计,5860,\n",
        );
        assert_eq!(lines, [Some(3)]);
        let items: Vec<_> = table.rows.iter().map(|row| row[0].as_str()).collect();
        assert_eq!(items, ["办公费", "水电费", "租车费", "合计"]);
    }

    #[test]
    fn a_title_and_breaks_in_cells() {
        let (table, lines) = read(
            "清河镇2026年10月收支,,\n项目,\"金额\n（元）\",备注\n租金,\"12,000.00\",\"收入\n租金\"\n合计,\"12,000.00\",\n",
        );
        assert_eq!(lines, []);
        assert_eq!(table.title, "标题：清河镇2026年10月收支");
        assert_eq!(table.header, ["项目", "金额\n（元）", "备注"]);
        assert_eq!(table.rows.len(), 2);
        let unpadded = read("清河镇收支\n项目,金额\n租金,1\n");
        assert_eq!((unpadded.0.rows.len(), unpadded.1), (1, vec![]));
    }

    #[test]
    fn blank_lines_count() {
        let (table, lines) = read("\n\n项目;金额\n\n租金;1;2\n\n合计;1\n");
        assert_eq!(lines, [Some(5)]);
        assert_eq!(table.header, ["项目", "金额"]);
        assert_eq!(table.rows, [["合计", "1"]]);
        let titled = read("清河镇收支\n\n项目;金额\n租金;1\n").0;
        assert_eq!((titled.header.len(), titled.rows.len()), (2, 1));
    }

    #[test]
    fn other_separators() {
        let (table, lines) = read("项目;金额\n租金;12000,00\n合计;12000,00\n");
        assert_eq!(lines, []);
        assert_eq!(table.rows, [["租金", "12000,00"], ["合计", "12000,00"]]);
        assert_eq!(
            read("项目\t金额\n租金\t1,200\n").0.rows,
            [["租金", "1,200"]]
        );
        assert_eq!(read("项目，金额\n租金，1\n").1, [Some(1)]);
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
