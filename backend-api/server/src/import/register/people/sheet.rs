//! A table with a header: CSV in any encoding the office uses, or the first sheet of an XLSX file.

use std::io::{self, Cursor, Read as _};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader as _, Xlsx};
use contract::member::RowComplaint;

use super::super::super::complaint::Complaints;
use super::super::super::table::read_csv;
use super::super::super::text;

/// Largest file that is read.
pub const MAX_BYTES: usize = 20 * 1024 * 1024;
/// Bytes a spreadsheet may unpack to.
const MAX_UNPACKED: u64 = 200 * 1024 * 1024;
/// Bytes of texts a spreadsheet keeps in memory all at once.
const MAX_STRINGS: u64 = 64 * 1024 * 1024;
const MAX_ROWS: u32 = 200_000;
const MAX_COLUMNS: u32 = 100;
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
    if bytes.len() > MAX_BYTES {
        return Err(whole("文件太大，请分成几份，每份不超过 20 MB"));
    }
    match bytes {
        [b'P', b'K', 3, 4, ..] => read_xlsx(bytes),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Err(whole(
            "这是旧格式的表格（.xls）或加了密码的表格，请另存为不加密的 .xlsx 或 CSV",
        )),
        _ => read_text(bytes),
    }
}

fn read_text(bytes: &[u8]) -> Result<Sheet, RowComplaint> {
    let text = text::decode(bytes).map_err(|wrong| complaint(wrong.line, &wrong.message))?;
    let mut complaints = Complaints::about("");
    let mut rows = read_csv(&text, &mut complaints).into_iter();
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

fn read_xlsx(bytes: &[u8]) -> Result<Sheet, RowComplaint> {
    let damaged = || whole("表格文件已损坏，请用表格软件打开后另存一次");
    if !unpacks_within_bounds(bytes).map_err(|_| damaged())? {
        return Err(whole(
            "表格展开后太大，请删去多余的工作表和图片，或另存为 CSV",
        ));
    }
    // Some damaged files make the reader panic.
    let cells = catch_unwind(AssertUnwindSafe(|| first_sheet(bytes)))
        .map_err(|_| damaged())?
        .map_err(|error| match error {
            Failure::Damaged => damaged(),
            Failure::TooLarge => whole("表格的行或列太多，请只留名单那一部分"),
        })?;
    table(cells)
}

enum Failure {
    Damaged,
    TooLarge,
}

/// Row, column and text of every cell that holds something.
fn first_sheet(bytes: &[u8]) -> Result<Vec<(u32, u32, String)>, Failure> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| Failure::Damaged)?;
    let name = book
        .sheet_names()
        .into_iter()
        .next()
        .ok_or(Failure::Damaged)?;
    let mut reader = book
        .worksheet_cells_reader(&name)
        .map_err(|_| Failure::Damaged)?;
    let mut cells = Vec::new();
    while let Some(cell) = reader.next_cell().map_err(|_| Failure::Damaged)? {
        let text = shown(cell.get_value());
        if text.is_empty() {
            continue;
        }
        let (row, column) = cell.get_position();
        if row >= MAX_ROWS || column >= MAX_COLUMNS {
            return Err(Failure::TooLarge);
        }
        cells.push((row, column, text));
    }
    Ok(cells)
}

fn table(mut cells: Vec<(u32, u32, String)>) -> Result<Sheet, RowComplaint> {
    cells.sort_by_key(|(row, column, _)| (*row, *column));
    let Some((first, ..)) = cells.first() else {
        return Err(whole("表格是空的，第一行应当是列名"));
    };
    let first = *first;
    let mut sheet = Sheet::default();
    for (row, column, text) in cells {
        let line = row + 1;
        let into = if row == first {
            &mut sheet.header
        } else {
            if sheet.rows.last().is_none_or(|(last, _)| *last != line) {
                sheet.rows.push((line, Vec::new()));
            }
            match sheet.rows.last_mut() {
                Some((_, cells)) => cells,
                None => continue,
            }
        };
        into.resize(into.len().max(column as usize), String::new());
        into.push(text);
    }
    Ok(sheet)
}

fn shown(value: &DataRef<'_>) -> String {
    match value {
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.trim().to_owned()
        }
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Int(number) => number.to_string(),
        // As the sheet shows it: whoever reads the cell says what is wrong with that.
        DataRef::Float(number) if number.abs() >= EXACT => {
            format!("{number:.5e}").replace('e', "E+")
        }
        DataRef::Float(number) if number.fract() == 0.0 => format!("{number:.0}"),
        DataRef::Float(number) => number.to_string(),
        DataRef::DateTime(at) if at.is_datetime() => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::DateTime(_) | DataRef::Bool(_) | DataRef::Error(_) | DataRef::Empty => {
            String::new()
        }
    }
}

/// Unpacks everything once without keeping it: what a file says of its own size proves nothing.
fn unpacks_within_bounds(bytes: &[u8]) -> io::Result<bool> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(io::Error::other)?;
    let mut total = 0;
    for index in 0..archive.len() {
        let file = archive.by_index(index).map_err(io::Error::other)?;
        let strings = file.name().ends_with("sharedStrings.xml");
        let size = io::copy(&mut file.take(MAX_UNPACKED - total + 1), &mut io::sink())?;
        total += size;
        if total > MAX_UNPACKED || (strings && size > MAX_STRINGS) {
            return Ok(false);
        }
    }
    Ok(true)
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
