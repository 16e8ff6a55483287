//! A table with a header: CSV in any encoding the office uses, or the first sheet of an XLSX file.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Dimensions, Reader as _, Xlsx};
use contract::member::RowComplaint;

use super::super::super::complaint::Complaints;
use super::super::super::table::{read_csv, take_title};
use super::super::super::text;
use super::bounds::{self, MAX_CELLS, MAX_TEXTS, Verdict};
use super::workbook::{Damaged, Place, Shown};

/// Largest file that is read.
pub const MAX_BYTES: usize = 20 * 1024 * 1024;
const MAX_ROWS: u32 = 200_000;
const MAX_COLUMNS: u32 = 100;
/// Cells with something wrong of which each is complained.
const MAX_WRONG: usize = 5_000;
/// A spreadsheet keeps 15 digits of a number; of a longer one the last are lost.
const EXACT: f64 = 1e15;

/// A table. Cells are without spaces around them; rows have as many as the header or fewer.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// The first row.
    pub header: Vec<String>,
    /// The others, with their lines.
    pub rows: Vec<(u32, Vec<String>)>,
    /// About rows that were left out.
    pub complaints: Vec<RowComplaint>,
}

/// Reads a table.
///
/// # Errors
/// A complaint that says what to do, if nothing of it can be used.
pub fn read(bytes: &[u8]) -> Result<Sheet, RowComplaint> {
    read_with(bytes, WrongCells::LeaveRowsOut)
}

/// As [`read`], with the rows that have a wrong cell: what the sheet shows there is its text, and whoever judges
/// the cell says what is wrong.
///
/// # Errors
/// As [`read`].
pub fn read_whole(bytes: &[u8]) -> Result<Sheet, RowComplaint> {
    read_with(bytes, WrongCells::Show)
}

/// What becomes of cells that have no value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WrongCells {
    LeaveRowsOut,
    Show,
}

fn read_with(bytes: &[u8], wrong: WrongCells) -> Result<Sheet, RowComplaint> {
    if bytes.len() > MAX_BYTES {
        return Err(whole("文件太大，请分成几份，每份不超过 20 MB"));
    }
    match bytes {
        [b'P', b'K', 3, 4, ..] => read_xlsx(bytes, wrong),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Err(whole(
            "这是旧格式的表格（.xls）或加了密码的表格，请另存为不加密的 .xlsx 或 CSV",
        )),
        _ => read_text(bytes),
    }
}

fn read_text(bytes: &[u8]) -> Result<Sheet, RowComplaint> {
    let ends = |byte: &&u8| matches!(byte, b',' | b';' | b'\t' | b'\n');
    if bytes.iter().filter(ends).count() > 2 * MAX_CELLS {
        return Err(whole(TOO_MANY));
    }
    let text = text::decode(bytes).map_err(|wrong| complaint(wrong.line, &wrong.message))?;
    let mut complaints = Complaints::about("");
    let mut rows = read_csv(&text, &mut complaints).rows.into_iter();
    let Some((_, header)) = rows.next() else {
        return Err(whole("表格是空的，第一行应当是列名"));
    };
    Ok(Sheet {
        header,
        rows: rows.collect(),
        complaints: complaints
            .into_vec()
            .into_iter()
            .map(|it| complaint(it.line.unwrap_or(1), &it.message))
            .collect(),
    })
}

fn read_xlsx(bytes: &[u8], wrong: WrongCells) -> Result<Sheet, RowComplaint> {
    let damaged = || whole("表格文件已损坏，请用表格软件打开后另存一次");
    match bounds::judge(bytes).map_err(|_| damaged())? {
        Verdict::Fits => {}
        Verdict::TooLarge => {
            return Err(whole(
                "表格展开后太大，请删去多余的工作表和图片，或另存为 CSV",
            ));
        }
        Verdict::TooMany => return Err(whole(TOO_MANY)),
    }
    // Some damaged files make the reader panic.
    let read = || Ok((first_sheet(bytes)?, Shown::read(bytes)?));
    let (cells, looks) = catch_unwind(AssertUnwindSafe(read))
        .map_err(|_| damaged())?
        .map_err(|error| match error {
            Failure::Damaged => damaged(),
            Failure::TooLarge => whole(TOO_MANY),
        })?;
    table(cells, &looks, wrong)
}

/// What is said of a list that is more than a list.
const TOO_MANY: &str = "表格的行或列太多，请只留名单那一部分";

enum Failure {
    Damaged,
    TooLarge,
}

impl From<Damaged> for Failure {
    fn from(_: Damaged) -> Self {
        Self::Damaged
    }
}

/// What stands in a cell.
#[derive(Clone)]
enum Content {
    Text(String),
    Number(f64),
    /// What the sheet shows instead of a value.
    Wrong(String),
}

impl Content {
    /// Bytes of its words.
    fn length(&self) -> usize {
        match self {
            Self::Text(text) | Self::Wrong(text) => text.len(),
            Self::Number(_) => 0,
        }
    }
}

/// Every cell in which something stands.
type Cells = BTreeMap<Place, Content>;

/// The cells of the first sheet; those of a merged area all have what its first one shows.
fn first_sheet(bytes: &[u8]) -> Result<Cells, Failure> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| Failure::Damaged)?;
    let name = book
        .sheet_names()
        .into_iter()
        .next()
        .ok_or(Failure::Damaged)?;
    let merged = book.worksheet_merge_cells(&name).transpose();
    let merged = merged.map_err(|_| Failure::Damaged)?.unwrap_or_default();
    let mut reader = book
        .worksheet_cells_reader(&name)
        .map_err(|_| Failure::Damaged)?;
    let (mut cells, mut room) = (Cells::new(), MAX_TEXTS);
    while let Some(cell) = reader.next_cell().map_err(|_| Failure::Damaged)? {
        // One text may stand in many cells: judged before it is copied.
        let copied = match cell.get_value() {
            DataRef::String(it) | DataRef::DateTimeIso(it) | DataRef::DurationIso(it) => it.len(),
            DataRef::SharedString(it) => it.len(),
            _ => 0,
        };
        room = without(room, copied, 1)?;
        let Some(content) = content(cell.get_value()) else {
            continue;
        };
        let (row, column) = cell.get_position();
        if row >= MAX_ROWS || column >= MAX_COLUMNS || cells.len() >= MAX_CELLS {
            return Err(Failure::TooLarge);
        }
        cells.insert((row, column), content);
    }
    carry_down(&mut cells, &merged, room)?;
    if places(&cells) > MAX_CELLS {
        return Err(Failure::TooLarge);
    }
    Ok(cells)
}

/// What is left of the room for texts after so many copies of one.
fn without(room: u64, length: usize, copies: usize) -> Result<u64, Failure> {
    let taken = (length as u64).saturating_mul(copies as u64);
    room.checked_sub(taken).ok_or(Failure::TooLarge)
}

/// How many cells the table has, with the empty ones in front of others.
fn places(cells: &Cells) -> usize {
    let mut places = 0;
    let mut keys = cells.keys().peekable();
    while let Some((row, column)) = keys.next() {
        if keys.peek().is_none_or(|(next, _)| next != row) {
            places += *column as usize + 1;
        }
    }
    places
}

/// Whoever merges cells means the value for all of them.
fn carry_down(cells: &mut Cells, merged: &[Dimensions], room: u64) -> Result<(), Failure> {
    let mut room = room;
    for area in merged {
        let Some(content) = cells.get(&area.start).cloned() else {
            continue;
        };
        let last = cells.last_key_value().map_or(0, |((row, _), _)| *row);
        if area.end.1 >= MAX_COLUMNS {
            return Err(Failure::TooLarge);
        }
        // A title over the whole width, or a column merged to its end, means nothing for more rows.
        if area.start.0 == area.end.0 {
            continue;
        }
        let rows = area.start.0 + 1..=area.end.0.min(last);
        let count = rows.clone().count();
        if cells.len() + count > MAX_CELLS {
            return Err(Failure::TooLarge);
        }
        room = without(room, content.length(), count)?;
        for row in rows {
            cells.insert((row, area.start.1), content.clone());
        }
    }
    Ok(())
}

/// What is said of a formula without a value.
const UNCALCULATED: &str = "没有算出结果的公式";

fn table(mut cells: Cells, looks: &Shown, wrong_cells: WrongCells) -> Result<Sheet, RowComplaint> {
    let mut rows: Vec<(u32, Vec<String>)> = Vec::new();
    let mut wrong: Vec<(Place, String)> = Vec::new();
    let shows = wrong_cells == WrongCells::Show;
    if shows {
        // They are no values, so nobody has counted them yet.
        let outside = |(row, column): &Place| *row >= MAX_ROWS || *column >= MAX_COLUMNS;
        if looks.uncalculated.len() > MAX_WRONG || looks.uncalculated.iter().any(outside) {
            return Err(whole(TOO_MANY));
        }
        for place in &looks.uncalculated {
            cells.insert(*place, Content::Wrong(UNCALCULATED.to_owned()));
        }
    }
    for (place, content) in cells {
        let (row, column) = place;
        let text = match content {
            Content::Wrong(what) if shows => what,
            Content::Text(text) => text,
            Content::Number(number) => looks.number(place, number).unwrap_or_else(|| plain(number)),
            Content::Wrong(what) => {
                wrong.push((place, what));
                String::new()
            }
        };
        if rows.last().is_none_or(|(last, _)| *last != row + 1) {
            rows.push((row + 1, Vec::new()));
        }
        if let Some((_, cells)) = rows.last_mut() {
            cells.resize(cells.len().max(column as usize), String::new());
            cells.push(text);
        }
    }
    if !shows {
        let uncalculated = looks.uncalculated.iter();
        wrong.extend(uncalculated.map(|place| (*place, UNCALCULATED.to_owned())));
    }
    if wrong.len() > MAX_WRONG {
        return Err(whole(&format!(
            "有 {} 个格子是错误值或没有算出结果的公式，请先在表格软件里改正",
            wrong.len()
        )));
    }
    wrong.sort();
    // A title above the header is no row.
    take_title(&mut rows);
    let first = rows.first().map_or(0, |(line, _)| *line);
    if rows.is_empty() {
        return Err(whole("表格是空的，第一行应当是列名"));
    }
    let header = rows.remove(0).1;
    let mut sheet = Sheet {
        header,
        ..Sheet::default()
    };
    let mut left_out = BTreeSet::new();
    for ((row, column), what) in wrong {
        let line = row + 1;
        if line < first {
            continue;
        }
        left_out.insert(line);
        let column = sheet.header.get(column as usize).cloned();
        sheet.complaints.push(RowComplaint {
            line,
            column: column.unwrap_or_default(),
            message: format!("这一格是{what}，这一行没有导入：请改成文字或数字"),
        });
    }
    for (line, cells) in rows {
        if left_out.contains(&line) {
            continue;
        }
        if looks.hidden.contains(&(line - 1)) {
            sheet.complaints.push(complaint(
                line,
                "这一行在表格里是隐藏的，也一起导入了；不要导入的，请从表格里删去",
            ));
        }
        sheet.rows.push((line, cells));
    }
    if !looks.others.is_empty() {
        let others = looks.others.join("、");
        sheet.complaints.push(complaint(
            1,
            &format!(
                "只导入了第一张工作表，没有看：{others}。要导入的，请放到第一张，或另存成单独的文件"
            ),
        ));
    }
    Ok(sheet)
}

fn content(value: &DataRef<'_>) -> Option<Content> {
    let text = |text: &str| {
        let text = text.trim();
        (!text.is_empty()).then(|| Content::Text(text.to_owned()))
    };
    match value {
        DataRef::String(it) | DataRef::DateTimeIso(it) | DataRef::DurationIso(it) => text(it),
        DataRef::SharedString(it) => text(it),
        DataRef::Int(number) => text(&number.to_string()),
        DataRef::Float(number) => Some(Content::Number(*number)),
        DataRef::DateTime(at) if at.is_datetime() => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            text(&format!("{year:04}-{month:02}-{day:02}"))
        }
        DataRef::DateTime(_) => Some(Content::Wrong("时长".to_owned())),
        DataRef::Bool(yes) => text(if *yes { "TRUE" } else { "FALSE" }),
        DataRef::Error(error) => Some(Content::Wrong(format!("错误值 {error}"))),
        DataRef::Empty => None,
    }
}

/// A number without a format, as the sheet shows it: whoever reads the cell says what is wrong with it.
fn plain(number: f64) -> String {
    if number.abs() >= EXACT {
        format!("{number:.5e}").replace('e', "E+")
    } else if number.fract() == 0.0 {
        format!("{number:.0}")
    } else {
        number.to_string()
    }
}

fn whole(message: &str) -> RowComplaint {
    complaint(1, message)
}

fn complaint(line: u32, message: &str) -> RowComplaint {
    RowComplaint {
        line,
        column: String::new(),
        message: message.to_owned(),
    }
}
