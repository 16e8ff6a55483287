//! Lists of people: `members.csv`, `households.csv`, or the same as a spreadsheet (`.xlsx`).
//!
//! ```text
//! bytes ─▶ sheet (CSV or XLSX: header and rows) ─▶ columns (by their names) ─▶ services
//! ```

mod bounds;
mod columns;
mod folder;
mod sheet;
#[cfg(test)]
mod tests;
mod workbook;

use contract::member::{MemberImportReport, MemberImported, MemberTrial, RowChoice, RowComplaint};

use columns::Columns;
pub(in crate::import) use folder::{Households, Members};
pub use sheet::{MAX_BYTES, Sheet, read as read_sheet, read_whole as read_whole_sheet};

use crate::services::households::import::{self as households, Import as HouseholdImport};
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::rights::Staff;
use crate::services::members::import::{self as members, Import as MemberImport};

/// The columns of a list.
type Known = &'static [(&'static str, &'static [&'static str])];

/// The columns of a list of members: the field, and what its header may be called, the name in
/// the guide first.
const MEMBERS: Known = &[
    (
        "organization_code",
        &["组织代码", "组织", "所在组织", "organization"],
    ),
    ("name", &["姓名", "name"]),
    ("status", &["身份", "人员类别", "类别", "status"]),
    (
        "id_number",
        &["身份证号", "身份证号码", "公民身份号码", "id_number"],
    ),
    (
        "phone",
        &["电话", "手机", "手机号", "手机号码", "联系电话", "phone"],
    ),
    ("card", &["卡号", "党员卡号", "card"]),
    (
        "joined_on",
        &["入党日期", "入党时间", "加入日期", "joined_on"],
    ),
    ("exempt_reason", &["免点名原因", "免点名", "exempt_reason"]),
    ("household", &["户名", "户", "household"]),
];

/// The columns of a list of households.
const HOUSEHOLDS: Known = &[
    ("organization_code", &["组织代码", "组织", "organization"]),
    ("name", &["户名", "户", "name"]),
    ("terminal", &["电视", "电视名称", "terminal"]),
];

/// Imports a list of members from the bytes of a CSV or XLSX file.
///
/// # Errors
/// As [`MemberImport::run`]; what is wrong with the file is in the report.
pub fn import_members(import: &MemberImport<'_>, bytes: &[u8]) -> Result<MemberImportReport> {
    taken(read_members(bytes), |rows| import.run(rows))
}

/// What importing a list of members would do.
///
/// # Errors
/// As [`MemberImport::trial`]; what is wrong with the list is in the answer.
pub fn try_members(
    import: &MemberImport<'_>,
    bytes: &[u8],
    choices: &[RowChoice],
) -> Result<MemberTrial> {
    let (rows, columns, left_out) = match read_members(bytes) {
        Ok(read) => read,
        Err(complaint) => {
            return Ok(MemberTrial {
                complaints: vec![complaint],
                ..MemberTrial::default()
            });
        }
    };
    let mut tried = import.trial(&rows, choices)?;
    let named = tried.complaints.into_iter().map(|it| columns.named(it));
    tried.complaints = left_out.complaints.into_iter().chain(named).collect();
    tried.complaints.sort_by_key(|complaint| complaint.line);
    Ok(tried)
}

/// Imports a list of members in one transaction, once for each key.
///
/// # Errors
/// As [`MemberImport::at_once`]; [`ServiceError::Invalid`] if nothing of the list can be read.
pub fn import_members_at_once(
    import: &MemberImport<'_>,
    staff: &Staff,
    key: &str,
    bytes: &[u8],
    choices: &[RowChoice],
) -> Result<MemberImported> {
    let (rows, columns, left_out) =
        read_members(bytes).map_err(|it| ServiceError::field("table", it.message))?;
    let mut done = import.at_once(staff, key, &rows, choices, |it| columns.named(it))?;
    done.complaints.splice(0..0, left_out.complaints);
    done.complaints.sort_by_key(|complaint| complaint.line);
    Ok(done)
}

/// Imports a list of households from the bytes of a CSV or XLSX file.
///
/// # Errors
/// As [`HouseholdImport::run`]; what is wrong with the file is in the report.
pub fn import_households(import: &HouseholdImport<'_>, bytes: &[u8]) -> Result<MemberImportReport> {
    taken(read_households(bytes), |rows| import.run(rows))
}

/// What `run` did with the rows that could be read, with the complaints about those that could not.
fn taken<R>(
    read: Read<R>,
    run: impl FnOnce(&[R]) -> Result<MemberImportReport>,
) -> Result<MemberImportReport> {
    let (rows, columns, left_out) = match read {
        Ok(read) => read,
        Err(complaint) => return Ok(refused(complaint)),
    };
    let mut report = run(&rows)?;
    let named = report.complaints.into_iter().map(|it| columns.named(it));
    report.complaints = left_out.complaints.into_iter().chain(named).collect();
    report.complaints.sort_by_key(|complaint| complaint.line);
    Ok(report)
}

/// Rows and their columns, and a report that complains of rows that were left out.
type Read<T> = Result<(Vec<T>, Columns, MemberImportReport), RowComplaint>;

fn read_members(bytes: &[u8]) -> Read<members::Row> {
    read(bytes, MEMBERS, |line, cell| members::Row {
        line,
        organization_code: cell("organization_code"),
        name: cell("name").unwrap_or_default(),
        status: cell("status"),
        id_number: cell("id_number"),
        phone: cell("phone"),
        card: cell("card"),
        joined_on: cell("joined_on"),
        exempt_reason: cell("exempt_reason"),
        household: cell("household"),
    })
}

/// An unknown column that may say who is no member yet, in a list without a column for that: without it
/// everybody is a member.
fn maybe_statuses(known: Known, columns: &Columns, sheet: &Sheet) -> Option<String> {
    const WORDS: [&str; 6] = ["党员", "预备", "积极分子", "申请", "发展对象", "群众"];
    let asked = known.iter().any(|(field, _)| *field == "status");
    if !asked || columns.has("status") {
        return None;
    }
    let says_one = |at: usize| {
        let mut cells = sheet.rows.iter().filter_map(|(_, cells)| cells.get(at));
        cells.any(|cell| WORDS.iter().any(|word| cell.contains(word)))
    };
    let mut unknown = columns.unknown(&sheet.header);
    unknown
        .find(|at| says_one(*at))
        .and_then(|at| sheet.header.get(at).cloned())
}

fn read_households(bytes: &[u8]) -> Read<households::Row> {
    read(bytes, HOUSEHOLDS, |line, cell| households::Row {
        line,
        organization_code: cell("organization_code"),
        name: cell("name").unwrap_or_default(),
        terminal: cell("terminal"),
    })
}

/// Reads a list; `row` makes a row of a line's number and its cells, by field.
fn read<R>(
    bytes: &[u8],
    known: Known,
    row: impl Fn(u32, &dyn Fn(&str) -> Option<String>) -> R,
) -> Read<R> {
    let sheet = sheet::read(bytes)?;
    let (columns, complaints) = Columns::find(&sheet.header, known, &["name"])?;
    if let Some(column) = maybe_statuses(known, &columns, &sheet) {
        return Err(RowComplaint {
            line: 1,
            column,
            message: "不认识这一列，里面写的像是身份，所以一个人也没有导入：请把列名改为“身份”"
                .to_owned(),
        });
    }
    let rows = sheet
        .rows
        .iter()
        .map(|(line, cells)| row(*line, &|field| columns.cell(cells, field)))
        .collect();
    let complaints = complaints.into_iter().chain(sheet.complaints).collect();
    Ok((rows, columns, with(complaints)))
}

fn with(complaints: Vec<RowComplaint>) -> MemberImportReport {
    MemberImportReport {
        complaints,
        ..MemberImportReport::default()
    }
}

fn refused(complaint: RowComplaint) -> MemberImportReport {
    with(vec![complaint])
}
