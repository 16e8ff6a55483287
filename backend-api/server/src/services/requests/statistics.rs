//! Figures of requests over a time, and the report of a month as a table. No order but that of the register.

use std::collections::BTreeMap;

use contract::organization::OrganizationRef;
use contract::request::{CategoryKind, RequestState, Solved};
use contract::request_figures::{CategoryFigures, PlaceFigures, RequestFigures, RequestStatistics};
use jiff::civil::Date;
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use store::Store;
use store::requests::figures::{self, Line};

use super::kept;
use crate::services::kit::calendar;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::rights::{Action, Staff};
use crate::services::kit::subject;

/// Fewer confidential reports than this are in no figure.
const FEW: usize = 5;

/// The longest time figures are made of.
const LONGEST_MS: i64 = 400 * 24 * 3_600_000;

/// Columns of the table after the first two.
const COLUMNS: [&str; 16] = [
    "收到",
    "已答复",
    "按时答复",
    "按时率",
    "答复用时中位数（小时）",
    "超时升级",
    "本人要求重办",
    "本人说已解决",
    "本人说部分解决",
    "说明不能办",
    "已答复、本人没有表态",
    "很不满意",
    "不满意",
    "一般",
    "满意",
    "很满意",
];

/// The figures of requests received in a time, over the subtree of a code, or the own one.
///
/// # Errors
/// [`ServiceError::Forbidden`], [`ServiceError::Invalid`] for the time or the code; or the database failed.
pub fn of(
    store: &Store,
    staff: &Staff,
    (from_ms, until_ms): (i64, i64),
    organization_code: Option<&str>,
) -> Result<RequestStatistics> {
    staff.may(Action::Read)?;
    if from_ms < 0 || until_ms <= from_ms || until_ms - from_ms > LONGEST_MS {
        let message = "结束须晚于开始，最长 400 天";
        return Err(ServiceError::field("until", message));
    }
    store.read(|tx| {
        let organization = match organization_code {
            None => staff.organization.clone(),
            Some(code) => {
                let found = subject::organization(tx, staff, Action::Read, "organization", code)?;
                OrganizationRef {
                    id: found.id,
                    name: found.name,
                }
            }
        };
        let viewer = kept::viewer(staff);
        let lines = figures::lines(tx, viewer, &organization.id, from_ms, until_ms)?;
        Ok(counted(organization, (from_ms, until_ms), lines))
    })
}

fn counted(
    organization: OrganizationRef,
    (from_ms, until_ms): (i64, i64),
    mut lines: Vec<Line>,
) -> RequestStatistics {
    let confidential = |line: &Line| line.kind == CategoryKind::Confidential;
    // Not in the total either, from which one could reckon how many there were.
    if lines.iter().filter(|line| confidential(line)).count() < FEW {
        lines.retain(|line| !confidential(line));
    }
    let mut categories: BTreeMap<&str, Vec<&Line>> = BTreeMap::new();
    let mut places: Vec<(&OrganizationRef, Vec<&Line>)> = Vec::new();
    for line in &lines {
        categories.entry(&line.category_id).or_default().push(line);
        let Some(place) = &line.place else { continue };
        match places.last_mut().filter(|(last, _)| last.id == place.id) {
            Some((_, of_it)) => of_it.push(line),
            None => places.push((place, vec![line])),
        }
    }
    let categories = categories.into_iter().map(|(id, lines)| CategoryFigures {
        category_id: id.to_owned(),
        title: lines
            .iter()
            .max_by_key(|line| line.received_at_ms)
            .map(|line| line.category.clone())
            .unwrap_or_default(),
        figures: sum(&lines),
    });
    // By their ids, which say nothing of how they did.
    let mut offices: BTreeMap<&str, (&OrganizationRef, Vec<&Line>)> = BTreeMap::new();
    for line in &lines {
        if let Some(office) = &line.office {
            let of_it = offices.entry(&office.id).or_insert((office, Vec::new()));
            of_it.1.push(line);
        }
    }
    let offices = offices.into_values().map(|(office, lines)| PlaceFigures {
        organization: office.clone(),
        figures: sum(&lines),
    });
    let places = places.iter().map(|(place, lines)| PlaceFigures {
        organization: (*place).clone(),
        figures: sum(lines),
    });
    RequestStatistics {
        organization,
        from_ms,
        until_ms,
        total: sum(&lines.iter().collect::<Vec<_>>()),
        categories: categories.collect(),
        places: places.collect(),
        offices: offices.collect(),
    }
}

fn sum(lines: &[&Line]) -> RequestFigures {
    let count = |is: &dyn Fn(&Line) -> bool| {
        let counted = lines.iter().filter(|line| is(line)).count();
        u32::try_from(counted).unwrap_or(u32::MAX)
    };
    let closed =
        |line: &Line, by: Solved| line.state == RequestState::Closed && line.verdict == Some(by);
    let mut times: Vec<i64> = lines
        .iter()
        .filter_map(|line| Some(line.responded_at_ms? - line.received_at_ms))
        .collect();
    times.sort_unstable();
    let satisfied = |grade: u8| count(&|line| line.satisfaction == Some(grade));
    RequestFigures {
        received: count(&|_| true),
        responded: count(&|line| line.responded_at_ms.is_some()),
        in_time: count(&|line| {
            line.responded_at_ms
                .is_some_and(|at_ms| at_ms <= line.first_due_at_ms)
        }),
        response_median_ms: times.get(times.len().saturating_sub(1) / 2).copied(),
        escalated: count(&|line| line.escalations > 0),
        reopened: count(&|line| line.reopenings > 0),
        solved: count(&|line| closed(line, Solved::Yes)),
        partly: count(&|line| closed(line, Solved::Partly)),
        declined: count(&|line| line.state == RequestState::Declined),
        silent: count(&|line| line.state == RequestState::Answered),
        satisfaction: [1, 2, 3, 4, 5].map(satisfied),
    }
}

/// First moment of a month such as `2026-11` and of the next one, in Unix milliseconds.
///
/// # Errors
/// [`ServiceError::Invalid`].
pub fn month(text: &str) -> Result<(i64, i64)> {
    let bounds = || {
        let (year, number) = text.split_once('-')?;
        if year.len() != 4 || number.len() != 2 {
            return None;
        }
        let first = Date::new(year.parse().ok()?, number.parse().ok()?, 1).ok()?;
        let next = first.last_of_month().tomorrow().ok()?;
        let start = |date: Date| {
            let zoned = date.to_zoned(calendar::zone()).ok()?;
            Some(zoned.timestamp().as_millisecond())
        };
        Some((start(first)?, start(next)?))
    };
    bounds().ok_or_else(|| ServiceError::field("month", "月份须写成 2026-11 的样子"))
}

/// The lines of the table: what of, its name, its figures.
fn table(found: &RequestStatistics) -> Vec<(&'static str, &str, RequestFigures)> {
    let total = ("合计", found.organization.name.as_str(), found.total);
    let categories = found
        .categories
        .iter()
        .map(|it| ("类别", it.title.as_str(), it.figures));
    let places = found
        .places
        .iter()
        .map(|it| ("地方", it.organization.name.as_str(), it.figures));
    std::iter::once(total)
        .chain(categories)
        .chain(places)
        .collect()
}

/// The figures of a line, as they stand in its cells; nothing where there is none.
fn cells(figures: &RequestFigures) -> Vec<Option<f64>> {
    let f = figures;
    let share = (f.received > 0).then(|| f64::from(f.in_time) / f64::from(f.received));
    // A median of years is none; in hours and tenths of them.
    let hours = f
        .response_median_ms
        .and_then(|ms| u32::try_from(ms / 360_000).ok())
        .map(|tenths| f64::from(tenths) / 10.0);
    let counted = |count: u32| Some(f64::from(count));
    let mut cells = vec![
        counted(f.received),
        counted(f.responded),
        counted(f.in_time),
        share,
        hours,
    ];
    cells.extend(
        [
            f.escalated,
            f.reopened,
            f.solved,
            f.partly,
            f.declined,
            f.silent,
        ]
        .map(counted),
    );
    cells.extend(f.satisfaction.map(counted));
    cells
}

/// Which of [`COLUMNS`] is a share.
const SHARE: usize = 3;

/// Text of a cell that no spreadsheet takes for a formula.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// The figures as CSV in UTF-8 with a byte order mark, without which Excel reads it as GBK.
///
/// # Errors
/// [`ServiceError::Internal`], which never happens in memory.
pub fn csv(found: &RequestStatistics) -> Result<Vec<u8>> {
    let internal = |error: csv::Error| ServiceError::Internal(format!("CSV: {error}"));
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec());
    let head = ["项目", "名称"].into_iter().chain(COLUMNS);
    writer.write_record(head).map_err(internal)?;
    for (what, name, figures) in table(found) {
        let mut line = vec![what.to_owned(), harmless(name)];
        line.extend(
            cells(&figures)
                .into_iter()
                .enumerate()
                .map(|(column, cell)| match cell {
                    None => String::new(),
                    Some(share) if column == SHARE => format!("{:.2}%", share * 100.0),
                    Some(number) => number.to_string(),
                }),
        );
        writer.write_record(&line).map_err(internal)?;
    }
    writer
        .into_inner()
        .map_err(|error| ServiceError::Internal(format!("CSV: {error}")))
}

/// The figures as a workbook.
///
/// # Errors
/// [`ServiceError::Internal`] for more lines than a sheet has.
pub fn xlsx(found: &RequestStatistics) -> Result<Vec<u8>> {
    workbook(found).map_err(|error| ServiceError::Internal(format!("XLSX: {error}")))
}

fn workbook(found: &RequestStatistics) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    let percent = Format::new().set_num_format("0.00%");
    let sheet = workbook.add_worksheet();
    sheet.set_name("一键服务")?;
    let head = ["项目", "名称"].into_iter().chain(COLUMNS);
    for (column, title) in (0_u16..).zip(head) {
        sheet.write_string_with_format(0, column, title, &bold)?;
    }
    sheet.set_column_width(1, 24)?;
    sheet.set_freeze_panes(1, 0)?;
    for (row, (what, name, figures)) in (1_u32..).zip(table(found)) {
        // A cell of text is never taken for a formula.
        sheet.write_string(row, 0, what)?;
        sheet.write_string(row, 1, name)?;
        for (column, cell) in cells(&figures).into_iter().enumerate() {
            let place = u16::try_from(column + 2).unwrap_or(u16::MAX);
            match cell {
                None => {}
                Some(share) if column == SHARE => {
                    sheet.write_number_with_format(row, place, share, &percent)?;
                }
                Some(number) => {
                    sheet.write_number(row, place, number)?;
                }
            }
        }
    }
    workbook.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn place(id: &str) -> OrganizationRef {
        OrganizationRef {
            id: id.to_owned(),
            name: format!("={id}"),
        }
    }

    fn line(category: &str, from: Option<OrganizationRef>) -> Line {
        Line {
            kind: CategoryKind::Service,
            category_id: category.to_owned(),
            category: category.to_owned(),
            place: from,
            office: Some(place("office")),
            received_at_ms: 0,
            first_due_at_ms: 24 * HOUR,
            responded_at_ms: None,
            state: RequestState::Received,
            escalations: 0,
            reopenings: 0,
            verdict: None,
            satisfaction: None,
        }
    }

    fn answered(hours: i64, state: RequestState, verdict: Option<Solved>) -> Line {
        Line {
            responded_at_ms: Some(hours * HOUR),
            state,
            verdict,
            ..line("农业", Some(place("a")))
        }
    }

    fn of(lines: Vec<Line>) -> RequestStatistics {
        counted(place("root"), (0, 1), lines)
    }

    #[test]
    fn silence_is_silence_and_late_is_late() {
        let happy = Line {
            satisfaction: Some(5),
            ..answered(3, RequestState::Closed, Some(Solved::Yes))
        };
        let found = of(vec![
            happy,
            answered(1, RequestState::Answered, None),
            answered(30, RequestState::Closed, Some(Solved::Partly)),
            line("农业", Some(place("b"))),
        ]);
        let expected = RequestFigures {
            received: 4,
            responded: 3,
            in_time: 2,
            response_median_ms: Some(3 * HOUR),
            solved: 1,
            partly: 1,
            silent: 1,
            satisfaction: [0, 0, 0, 0, 1],
            ..RequestFigures::default()
        };
        assert_eq!(found.total, expected);
        let places: Vec<_> = found
            .places
            .iter()
            .map(|it| (it.organization.id.as_str(), it.figures.received))
            .collect();
        assert_eq!(places, [("a", 3), ("b", 1)]);
        let passed_on = Line {
            office: Some(place("a-village")),
            ..line("农业", Some(place("b")))
        };
        let told = Line {
            office: None,
            ..line("举报", None)
        };
        let found = of(vec![line("农业", None), passed_on, told]);
        let offices: Vec<_> = found
            .offices
            .iter()
            .map(|it| (it.organization.id.as_str(), it.figures.received))
            .collect();
        assert_eq!(offices, [("a-village", 1), ("office", 1)]);
    }

    #[test]
    fn few_confidential_reports_are_in_no_figure() {
        let confidential = Line {
            kind: CategoryKind::Confidential,
            ..line("举报", None)
        };
        let with = |count: usize| {
            let mut lines = vec![line("农业", Some(place("a")))];
            lines.extend(std::iter::repeat_n(confidential.clone(), count));
            let found = of(lines);
            (found.total.received, found.categories.len())
        };
        assert_eq!(with(4), (1, 1));
        assert_eq!(with(5), (6, 2));
    }

    #[test]
    fn the_table_is_what_excel_reads() {
        let found = of(vec![answered(1, RequestState::Answered, None)]);
        let text = String::from_utf8(csv(&found).unwrap()).unwrap();
        let text = text.strip_prefix('\u{feff}').unwrap();
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert!(lines[0].starts_with("项目,名称,收到,"), "{text}");
        assert_eq!(
            lines[1],
            "合计,'=root,1,1,1,100.00%,1,0,0,0,0,0,1,0,0,0,0,0"
        );
        assert_eq!(lines.len(), 5, "{text}");
        assert!(xlsx(&found).unwrap().starts_with(b"PK\x03\x04"));
        let empty = of(Vec::new());
        assert!(csv(&empty).unwrap().len() > 100);
    }

    #[test]
    fn a_month_begins_at_midnight_in_china() {
        assert_eq!(
            month("2026-11").unwrap(),
            (1_793_462_400_000, 1_796_054_400_000)
        );
        for wrong in ["", "2026-13", "2026-1", "2026-11-01"] {
            assert!(month(wrong).is_err(), "{wrong}");
        }
    }
}
