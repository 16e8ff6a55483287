//! A month's attendance, and the same as a table that a spreadsheet opens.

use std::borrow::Cow;

use contract::member::AttendanceSummary;
use contract::roll_call::{AttendanceReport, Counts};
use jiff::civil::Date;
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use store::roll_calls::standing;
use store::{Store, organizations};

use super::{SEE, manage::chosen};
use crate::services::kit::audit::{self, About, Actor, Thing, Words};
use crate::services::kit::calendar;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::rights::{Action, Staff};

/// Columns of the table.
const COLUMNS: [&str; 12] = [
    "类别",
    "组织",
    "姓名",
    "应到",
    "免点",
    "实到",
    "迟到",
    "请假",
    "待核实",
    "未到",
    "来宾",
    "出勤率",
];

/// The report of a month such as `2026-11`, over the subtree of a code, or the own one. Member by
/// member only for whoever may see members; that is audited.
///
/// # Errors
/// [`ServiceError::Invalid`] for the month, [`ServiceError::NotFound`], [`ServiceError::Forbidden`].
pub fn attendance(
    store: &Store,
    staff: &Staff,
    month: &str,
    organization_code: Option<&str>,
    now_ms: i64,
) -> Result<AttendanceReport> {
    staff.may(SEE)?;
    let (from_ms, until_ms) =
        bounds(month).ok_or_else(|| ServiceError::field("month", "月份须写成 2026-11 的样子"))?;
    let mut report = store.read(|tx| {
        let within = match chosen(tx, staff, organization_code)? {
            Some(id) => {
                let organization =
                    organizations::get(tx, &id)?.ok_or(ServiceError::NotFound("这个组织"))?;
                contract::organization::OrganizationRef {
                    id: organization.id,
                    name: organization.name,
                }
            }
            None => staff.organization.clone(),
        };
        Ok::<_, ServiceError>(standing::report(tx, &within, month, from_ms, until_ms)?)
    })?;
    if staff.may(Action::ReadMembers).is_err() {
        report.members.clear();
        return Ok(report);
    }
    let (by, organization) = (Actor::of(Some(staff)), report.organization.id.clone());
    let (month, members) = (month.to_owned(), report.members.len());
    store.write(move |tx| {
        let about = About::one(Thing::Organization, &organization);
        audit::note(
            tx,
            &by,
            "report.attendance",
            &about,
            Some(&organization),
            Words::Month(&month, members),
            now_ms,
        )
    })?;
    Ok(report)
}

/// First moment of a month and of the next one, in Unix milliseconds.
fn bounds(month: &str) -> Option<(i64, i64)> {
    let (year, number) = month.split_once('-')?;
    if year.len() != 4 || number.len() != 2 {
        return None;
    }
    let first = Date::new(year.parse().ok()?, number.parse().ok()?, 1).ok()?;
    let next = first.last_of_month().tomorrow().ok()?;
    let zone = calendar::zone();
    let start = |date: Date| {
        let zoned = date.to_zoned(zone.clone()).ok()?;
        Some(zoned.timestamp().as_millisecond())
    };
    Some((start(first)?, start(next)?))
}

/// One line of the table.
struct Line<'a> {
    sort: &'static str,
    organization: Cow<'a, str>,
    name: &'a str,
    counts: Counts,
}

fn lines(report: &AttendanceReport) -> Vec<Line<'_>> {
    let mut lines = vec![Line {
        sort: "合计",
        organization: (&report.organization.name).into(),
        name: "",
        counts: report.total,
    }];
    lines.extend(report.organizations.iter().map(|one| Line {
        sort: "组织",
        organization: (&one.organization.name).into(),
        name: "",
        counts: one.counts,
    }));
    lines.extend(report.members.iter().map(|one| Line {
        sort: "党员",
        organization: (&one.organization.name).into(),
        name: &one.member.name,
        counts: of_summary(one.attendance),
    }));
    if report.under_way > 0 {
        lines.push(Line {
            sort: "未结束",
            organization: format!("另有 {} 次点名还在进行，没有计入", report.under_way).into(),
            name: "",
            counts: Counts::default(),
        });
    }
    lines
}

/// A member's month has no column for what staff must still look at: it is in "未到".
fn of_summary(summary: AttendanceSummary) -> Counts {
    Counts {
        eligible: summary.eligible,
        present: summary.present,
        late: summary.late,
        leave: summary.leave,
        missing: summary.eligible - summary.present - summary.leave,
        rate_bp: summary.rate_bp,
        ..Counts::default()
    }
}

fn numbers(counts: &Counts) -> [u32; 8] {
    [
        counts.eligible,
        counts.exempt,
        counts.present,
        counts.late,
        counts.leave,
        counts.to_verify,
        counts.missing,
        counts.guests,
    ]
}

/// Text of a cell that no spreadsheet takes for a formula.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// The report as CSV in UTF-8 with a byte order mark, without which Excel reads it as GBK.
///
/// # Errors
/// [`ServiceError::Internal`], which never happens in memory.
pub fn csv(report: &AttendanceReport) -> Result<Vec<u8>> {
    let internal = |error: csv::Error| ServiceError::Internal(format!("CSV: {error}"));
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(COLUMNS).map_err(internal)?;
    for line in lines(report) {
        let mut cells = vec![
            line.sort.to_owned(),
            harmless(&line.organization),
            harmless(line.name),
        ];
        cells.extend(numbers(&line.counts).map(|number| number.to_string()));
        cells.push(
            line.counts
                .rate_bp
                .map_or_else(String::new, |bp| format!("{}.{:02}%", bp / 100, bp % 100)),
        );
        writer.write_record(&cells).map_err(internal)?;
    }
    writer
        .into_inner()
        .map_err(|error| ServiceError::Internal(format!("CSV: {error}")))
}

/// The report as a workbook.
///
/// # Errors
/// [`ServiceError::Internal`] for more lines than a sheet has.
pub fn xlsx(report: &AttendanceReport) -> Result<Vec<u8>> {
    workbook(report).map_err(|error| ServiceError::Internal(format!("XLSX: {error}")))
}

fn workbook(report: &AttendanceReport) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    let percent = Format::new().set_num_format("0.00%");
    let sheet = workbook.add_worksheet();
    sheet.set_name(format!("{} 出勤", report.month))?;
    for (column, title) in (0_u16..).zip(COLUMNS) {
        sheet.write_string_with_format(0, column, title, &bold)?;
    }
    sheet.set_column_width(1, 24)?;
    sheet.set_freeze_panes(1, 0)?;
    for (row, line) in (1_u32..).zip(lines(report)) {
        for (column, text) in (0_u16..).zip([line.sort, &*line.organization, line.name]) {
            // A cell of text is never taken for a formula.
            sheet.write_string(row, column, text)?;
        }
        for (column, number) in (3_u16..).zip(numbers(&line.counts)) {
            sheet.write_number(row, column, number)?;
        }
        if let Some(bp) = line.counts.rate_bp {
            sheet.write_number_with_format(row, 11, f64::from(bp) / 10_000.0, &percent)?;
        }
    }
    workbook.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use contract::member::MemberRef;
    use contract::organization::OrganizationRef;
    use contract::roll_call::{MemberMonth, OrganizationCounts};

    use super::*;

    fn report() -> AttendanceReport {
        let organization = OrganizationRef {
            id: "o".to_owned(),
            name: "张家村党支部".to_owned(),
        };
        let counts = Counts {
            eligible: 4,
            exempt: 1,
            present: 2,
            late: 1,
            missing: 1,
            rate_bp: Some(6_667),
            ..Counts::default()
        };
        AttendanceReport {
            month: "2026-11".to_owned(),
            organization: organization.clone(),
            roll_calls: 1,
            under_way: 0,
            total: counts,
            organizations: vec![OrganizationCounts {
                organization: organization.clone(),
                counts,
            }],
            members: vec![MemberMonth {
                member: MemberRef {
                    id: "m".to_owned(),
                    name: "=HYPERLINK(1)".to_owned(),
                },
                organization,
                attendance: AttendanceSummary {
                    eligible: 1,
                    present: 1,
                    late: 1,
                    leave: 0,
                    rate_bp: Some(10_000),
                },
            }],
        }
    }

    #[test]
    fn a_month_begins_at_midnight_in_china() {
        // 2026-11-01 00:00 +08:00 and 2026-12-01 00:00 +08:00.
        assert_eq!(
            bounds("2026-11"),
            Some((1_793_462_400_000, 1_796_054_400_000))
        );
        assert_eq!(
            bounds("2026-12").map(|(from, _)| from),
            Some(1_796_054_400_000)
        );
        for wrong in [
            "",
            "2026",
            "2026-13",
            "2026-1",
            "26-11",
            "2026-11-01",
            "abcd-ef",
        ] {
            assert_eq!(bounds(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_csv_is_what_excel_reads() {
        let bytes = csv(&report()).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let text = text.strip_prefix('\u{feff}').unwrap();
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(lines[0], COLUMNS.join(","));
        assert_eq!(lines[1], "合计,张家村党支部,,4,1,2,1,0,0,1,0,66.67%");
        assert_eq!(
            lines[3],
            "党员,张家村党支部,'=HYPERLINK(1),1,0,1,1,0,0,0,0,100.00%"
        );
        assert_eq!(lines.len(), 5, "and an empty one after the last");
    }

    #[test]
    fn the_workbook_is_a_zip_of_its_parts() {
        let bytes = xlsx(&report()).unwrap();
        assert!(bytes.starts_with(b"PK\x03\x04"));
        let has = |name: &[u8]| bytes.windows(name.len()).any(|part| part == name);
        assert!(has(b"xl/worksheets/sheet1.xml") && has(b"[Content_Types].xml"));
    }
}
