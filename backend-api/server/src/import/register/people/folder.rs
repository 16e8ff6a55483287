//! `households` and `members`, each as `.csv` or `.xlsx`, at the top of the content folder.

use std::collections::{HashMap, HashSet};

use contract::member::{DuplicatePerson, MemberImportReport, RowComplaint};
use contract::organization::Organization;

use super::super::super::ImportError;
use super::super::super::adapter::{Adapter, Order};
use super::super::super::complaint::Complaint;
use super::super::super::progress::Progress;
use super::super::super::state::Import;
use super::{
    HouseholdImport, MemberImport, Read, import_households, import_members, read_households,
    read_members,
};
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::names;
use crate::services::kit::publishing::Source;
use crate::services::{households::import as households, members::import as members};

/// Households. They come before members, who live in them.
pub(in crate::import) struct Households;

impl Adapter for Households {
    fn name(&self) -> &'static str {
        "households"
    }

    fn reads(&self) -> Vec<&'static str> {
        vec!["households.csv", "households.xlsx"]
    }

    fn called(&self) -> &'static [(&'static str, &'static [&'static str])] {
        &[(
            "households.csv",
            &["户名", "农户", "住户", "家庭", "household"],
        )]
    }

    fn order(&self) -> Order {
        Order::Rows
    }

    /// In a trial only what rows say by themselves is checked, and whether the organizations are there.
    fn run(
        &self,
        import: &mut Import<'_>,
        _progress: &mut dyn Progress,
    ) -> Result<(), ImportError> {
        let Some((file, bytes)) = list(import, &self.reads()) else {
            return Ok(());
        };
        let done = if import.dry_run {
            let place = |row: &households::Row| (row.line, row.organization_code.clone());
            let organizations = &import.directory.organizations;
            tried(read_households(&bytes), organizations, place, |row| {
                households::check_alone(row)
            })?
        } else {
            let importing = HouseholdImport {
                store: &import.context.store,
                by: &Source::server(),
                organization_code: None,
                now_ms: import.now_ms(),
            };
            import_households(&importing, &bytes)?
        };
        tell(import, self.name(), "户", &file, done);
        Ok(())
    }
}

/// Members.
pub(in crate::import) struct Members;

impl Adapter for Members {
    fn name(&self) -> &'static str {
        "members"
    }

    fn reads(&self) -> Vec<&'static str> {
        vec!["members.csv", "members.xlsx"]
    }

    fn called(&self) -> &'static [(&'static str, &'static [&'static str])] {
        &[("members.csv", &["党员", "人员", "名册", "名单", "member"])]
    }

    fn order(&self) -> Order {
        Order::Rows
    }

    /// A trial tells also who may be registered already.
    fn run(
        &self,
        import: &mut Import<'_>,
        _progress: &mut dyn Progress,
    ) -> Result<(), ImportError> {
        let Some((file, bytes)) = list(import, &self.reads()) else {
            return Ok(());
        };
        let now_ms = import.now_ms();
        let importing = MemberImport {
            store: &import.context.store,
            vault: &import.context.vault,
            by: &Source::server(),
            organization_code: None,
            now_ms,
        };
        let done = if import.dry_run {
            trial(&importing, &import.directory.organizations, &bytes)?
        } else {
            import_members(&importing, &bytes)?
        };
        tell(import, self.name(), "人员", &file, done);
        Ok(())
    }
}

/// The list that is there under one of these names, and its bytes.
fn list(import: &mut Import<'_>, names: &[&'static str]) -> Option<(String, Vec<u8>)> {
    let there: Vec<&str> = names
        .iter()
        .copied()
        .filter(|file| import.folder.has(file))
        .collect();
    let real = |file: &&str| import.folder.real(file);
    let all: Vec<String> = there.iter().map(real).collect();
    let path = import.folder.path(there.first()?);
    let file = all.first()?.clone();
    for file in &there {
        import.folder.uses(file);
    }
    let mut complain = |message: &str| {
        import.complain([Complaint {
            file: file.clone(),
            line: None,
            message: message.to_owned(),
        }]);
    };
    if there.len() > 1 {
        complain(&format!("{} 只能留一个，都没有导入", all.join(" 和 ")));
        return None;
    }
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

/// What a trial finds: what each row says by itself (`check`), and whether its organization is there;
/// `place` tells its line and the code of that.
fn tried<R>(
    read: Read<R>,
    organizations: &HashMap<String, Organization>,
    place: impl Fn(&R) -> (u32, Option<String>),
    check: impl Fn(&R) -> Result<Vec<RowComplaint>>,
) -> Result<MemberImportReport> {
    let (rows, columns, mut report) = match read {
        Ok(read) => read,
        Err(complaint) => return Ok(super::refused(complaint)),
    };
    let mut complaints = Vec::new();
    for row in &rows {
        complaints.extend(check(row)?);
    }
    let places = rows.iter().map(place);
    complaints.extend(places.filter_map(|(line, code)| unknown(line, code, organizations)));
    let named = complaints.into_iter().map(|it| columns.named(it));
    report.complaints.extend(named);
    Ok(report)
}

/// What a trial finds with people. Those of organizations that the same folder brings can be checked by
/// themselves alone.
fn trial(
    importing: &MemberImport<'_>,
    organizations: &HashMap<String, Organization>,
    bytes: &[u8],
) -> Result<MemberImportReport> {
    let (rows, columns, mut report) = match read_members(bytes) {
        Ok(read) => read,
        Err(complaint) => return Ok(super::refused(complaint)),
    };
    let known = importing
        .store
        .read(|tx| Ok::<_, ServiceError>(store::organizations::all(tx)?))?;
    let known: HashSet<String> = known.into_iter().map(|it| it.code).collect();
    let is_there = |row: &members::Row| {
        let code = row.organization_code.as_deref().unwrap_or_default();
        known.contains(&names::cleaned(code))
    };
    let (there, new): (Vec<_>, Vec<_>) = rows.into_iter().partition(is_there);
    let done = importing.trial_run(&there)?;
    let mut complaints = done.complaints;
    for row in &new {
        complaints.extend(members::check_alone(row, importing.now_ms)?);
        let code = row.organization_code.clone();
        complaints.extend(unknown(row.line, code, organizations));
    }
    let named = complaints.into_iter().map(|it| columns.named(it));
    report.complaints.extend(named);
    report.complaints.sort_by_key(|complaint| complaint.line);
    report.duplicates = done.duplicates;
    Ok(report)
}

fn unknown(
    line: u32,
    code: Option<String>,
    organizations: &HashMap<String, Organization>,
) -> Option<RowComplaint> {
    let message = match code.unwrap_or_default().trim() {
        "" => "请写所在组织的代码".to_owned(),
        code if organizations.contains_key(code) => return None,
        code => format!("没有代码为“{code}”的组织，请检查代码"),
    };
    Some(RowComplaint {
        line,
        column: "organization_code".to_owned(),
        message,
    })
}

/// Puts what was done with a list into the report about the folder.
fn tell(
    import: &mut Import<'_>,
    kind: &'static str,
    noun: &str,
    file: &str,
    done: MemberImportReport,
) {
    let changed = done.added + done.changed;
    import.report.changed.insert(kind, changed as usize);
    if !import.dry_run {
        import.report.summaries.push(format!(
            "{noun}：新增 {}，修改 {}，未变 {}，可能重复登记 {}",
            done.added,
            done.changed,
            done.unchanged,
            done.duplicates.len()
        ));
    }
    for double in &done.duplicates {
        let line = double.line;
        let like = double.like.iter().map(alike);
        let said = like.map(|like| format!("{file} 第 {line} 行的人和{like}"));
        import.report.doubles.extend(said);
    }
    let complaints = done.complaints.into_iter().map(|complaint| Complaint {
        file: file.to_owned(),
        line: Some(complaint.line),
        message: match complaint.column.as_str() {
            "" => complaint.message,
            column => format!("“{column}”：{}", complaint.message),
        },
    });
    import.complain(complaints);
}

/// Somebody a row is like: who it is, what both have, and in what they differ.
fn alike(person: &DuplicatePerson) -> String {
    let words = |fields: &[String]| {
        let known = fields.iter().filter_map(|field| {
            let mut all = FIELDS.iter();
            all.find(|(name, _)| name == field).map(|(_, word)| *word)
        });
        known.collect::<Vec<_>>().join("、")
    };
    let who = format!("“{}”的“{}”", person.organization.name, person.name);
    let shared = words(&person.shared);
    match words(&person.differs).as_str() {
        "" => format!("{who}{shared}相同，别的也没有不同"),
        differs => format!("{who}{shared}相同，{differs}不同"),
    }
}

/// What is said of two people, in words.
const FIELDS: &[(&str, &str)] = &[
    ("name", "姓名"),
    ("organization", "所在组织"),
    ("status", "身份"),
    ("household", "户名"),
    ("id_number", "身份证号"),
    ("phone", "电话"),
    ("card", "卡号"),
    ("joined_on", "入党日期"),
];
