//! `households` and `members`, each as `.csv` or `.xlsx`, at the top of the content folder.

use std::collections::HashMap;

use contract::member::{MemberImportReport, RowComplaint};
use contract::organization::Organization;

use super::super::complaint::Complaint;
use super::super::folder::Folder;
use super::super::{ImportContext, ImportError};
use super::{
    HouseholdImport, MemberImport, import_households, import_members, read_households, read_members,
};
use crate::services::kit::error::ServiceError;
use crate::services::members::import::check_alone;

/// What was done with the lists of people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeopleReport {
    /// Households.
    pub households: Option<MemberImportReport>,
    /// Members.
    pub members: Option<MemberImportReport>,
    /// What is wrong in the lists.
    pub complaints: Vec<Complaint>,
}

/// Imports the lists, households first, since members live in them. In a trial only what rows say
/// by themselves is checked, and whether the `organizations` are there.
///
/// # Errors
/// The database failed.
pub fn import(
    context: &ImportContext,
    folder: &Folder,
    organizations: &HashMap<String, Organization>,
    dry_run: bool,
) -> Result<PeopleReport, ImportError> {
    let now_ms = context.clock.now_ms();
    let mut report = PeopleReport::default();
    if let Some((file, bytes)) = list(folder, "households", &mut report.complaints) {
        let done = if dry_run {
            tried(read_households(&bytes).map(|(rows, columns, mut report)| {
                let codes = rows
                    .iter()
                    .map(|row| (row.line, row.organization_code.as_deref()));
                report
                    .complaints
                    .extend(unknown(codes, organizations).map(|it| columns.named(it)));
                report
            }))
        } else {
            let import = HouseholdImport {
                store: &context.store,
                staff: None,
                organization_code: None,
                now_ms,
            };
            import_households(&import, &bytes).map_err(failed)?
        };
        report.households = Some(told(&mut report.complaints, &file, done));
    }
    if let Some((file, bytes)) = list(folder, "members", &mut report.complaints) {
        let done = if dry_run {
            let mut read = read_members(&bytes);
            if let Ok((rows, columns, report)) = &mut read {
                for row in rows.iter() {
                    let wrong = check_alone(row, now_ms).map_err(failed)?;
                    report
                        .complaints
                        .extend(wrong.into_iter().map(|it| columns.named(it)));
                }
                let codes = rows
                    .iter()
                    .map(|row| (row.line, row.organization_code.as_deref()));
                report
                    .complaints
                    .extend(unknown(codes, organizations).map(|it| columns.named(it)));
            }
            tried(read.map(|(_, _, report)| report))
        } else {
            let import = MemberImport {
                store: &context.store,
                vault: &context.vault,
                staff: None,
                organization_code: None,
                now_ms,
            };
            import_members(&import, &bytes).map_err(failed)?
        };
        report.members = Some(told(&mut report.complaints, &file, done));
    }
    Ok(report)
}

/// The list of this name and its bytes.
fn list(folder: &Folder, stem: &str, complaints: &mut Vec<Complaint>) -> Option<(String, Vec<u8>)> {
    let there: Vec<String> = ["csv", "xlsx"]
        .iter()
        .map(|extension| format!("{stem}.{extension}"))
        .filter(|file| folder.has(file))
        .collect();
    let file = there.first()?.clone();
    let mut complain = |message: &str| {
        complaints.push(Complaint {
            file: file.clone(),
            line: None,
            message: message.to_owned(),
        });
    };
    if there.len() > 1 {
        complain("同名的 .csv 和 .xlsx 只能留一个");
        return None;
    }
    let path = folder.path(&file);
    if std::fs::metadata(&path).is_ok_and(|meta| meta.len() > super::MAX_BYTES as u64) {
        complain("文件太大，请分成几份，每份不超过 20 MB");
        return None;
    }
    match std::fs::read(path) {
        Ok(bytes) => Some((file, bytes)),
        Err(_) => {
            complain("文件打不开，请检查读取权限");
            None
        }
    }
}

fn unknown<'a>(
    codes: impl Iterator<Item = (u32, Option<&'a str>)>,
    organizations: &HashMap<String, Organization>,
) -> impl Iterator<Item = RowComplaint> {
    codes.filter_map(|(line, code)| {
        let code = code.unwrap_or_default().trim();
        let message = match code {
            "" => "请写所在组织的代码".to_owned(),
            code if organizations.contains_key(code) => return None,
            code => format!("没有代码为“{code}”的组织，请检查代码"),
        };
        Some(RowComplaint {
            line,
            column: "organization_code".to_owned(),
            message,
        })
    })
}

fn tried(read: Result<MemberImportReport, RowComplaint>) -> MemberImportReport {
    read.unwrap_or_else(super::refused)
}

/// Takes the complaints out of a report into those about the folder.
fn told(
    into: &mut Vec<Complaint>,
    file: &str,
    mut report: MemberImportReport,
) -> MemberImportReport {
    into.extend(report.complaints.drain(..).map(|complaint| Complaint {
        file: file.to_owned(),
        line: Some(complaint.line),
        message: match complaint.column.as_str() {
            "" => complaint.message,
            column => format!("“{column}”：{}", complaint.message),
        },
    }));
    report
}

fn failed(error: ServiceError) -> ImportError {
    match error {
        ServiceError::Store(error) => ImportError::Store(error),
        other => ImportError::People(other.to_string()),
    }
}
