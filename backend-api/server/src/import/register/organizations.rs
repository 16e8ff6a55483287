//! `organizations.csv`: the tree of villages, offices and branches.

use std::collections::HashMap;

use contract::organization::{Organization, OrganizationKind};
use store::Outcome;

use super::super::ImportError;
use super::super::adapter::{self, Order};
use super::super::complaint::{self, Complaint, Complaints};
use super::super::progress::Progress;
use super::super::state::Import;
use super::super::table::{is_called, read_csv};
use crate::services::kit::names;
use crate::services::organizations::{self, OrganizationDraft};

/// The file.
const FILE: &str = "organizations.csv";

pub(super) struct Adapter;

impl adapter::Adapter for Adapter {
    fn name(&self) -> &'static str {
        "organizations"
    }

    fn reads(&self) -> Vec<&'static str> {
        vec![FILE]
    }

    fn called(&self) -> &'static [(&'static str, &'static [&'static str])] {
        &[(FILE, &["组织", "机构", "单位", "organization"])]
    }

    fn order(&self) -> Order {
        Order::Ground
    }

    fn run(
        &self,
        import: &mut Import<'_>,
        _progress: &mut dyn Progress,
    ) -> Result<(), ImportError> {
        let mut complaints = Complaints::about(FILE);
        let mut rows = Vec::new();
        if import.folder.has(FILE) {
            match import.folder.read_text(FILE) {
                Ok((_, text)) => rows = parse(&text, &mut complaints),
                Err(complaint) => complaints.extend(vec![complaint]),
            }
        }
        let changed = if import.dry_run {
            pretend(import, rows)?
        } else {
            write(import, &rows, &mut complaints)?
        };
        import.report.changed.insert("organizations", changed);
        import.report.remarks.push(format!("单位变动 {changed} 个"));
        let right = complaints.is_empty();
        import.complain(complaints.into_vec());
        if right && import.directory.organizations.is_empty() {
            import.complain([Complaint {
                file: FILE.into(),
                line: None,
                message: "缺少这个文件，请新建，第一行写：code,parent,kind,name".into(),
            }]);
        }
        Ok(())
    }
}

/// Makes the organizations what the rows say; answers how many were different.
fn write(
    import: &mut Import<'_>,
    rows: &[Row],
    complaints: &mut Complaints<'_>,
) -> Result<usize, ImportError> {
    let drafts: Vec<OrganizationDraft> = rows.iter().map(Row::draft).collect();
    let (store, now_ms) = (&import.context.store, import.now_ms());
    let changed = match organizations::import(store, &drafts, now_ms) {
        Ok(outcomes) => {
            let outcomes = outcomes.into_iter();
            outcomes.filter(|it| *it != Outcome::Unchanged).count()
        }
        Err(error) => {
            // The field is `organizations[INDEX].FIELD`.
            let line = |field: &str| {
                let index = field.split(['[', ']']).nth(1)?.parse::<usize>().ok()?;
                rows.get(index).map(|row| row.line)
            };
            complaint::refused(error, complaints, |it| (line(&it.field), it.message))?;
            0
        }
    };
    import.directory.organizations = by_code(organizations::all(store)?);
    Ok(changed)
}

/// What the organizations would be, in a trial; answers how many would be different.
fn pretend(import: &mut Import<'_>, rows: Vec<Row>) -> Result<usize, ImportError> {
    let mut all = by_code(organizations::all(&import.context.store)?);
    let mut changed = 0;
    for row in rows {
        let old = all.get(&row.code);
        let parent = row.parent.as_ref().and_then(|code| all.get(code));
        let parent_id = match parent {
            Some(parent) => Some(parent.id.clone()),
            None => old.and_then(|old| old.parent_id.clone()),
        };
        // The code stands in for the id that would be given.
        let new = Organization {
            id: old.map_or_else(|| row.code.clone(), |old| old.id.clone()),
            parent_id,
            kind: row.kind,
            code: row.code.clone(),
            name: row.name,
        };
        changed += usize::from(old != Some(&new));
        all.insert(row.code, new);
    }
    import.directory.organizations = all;
    Ok(changed)
}

fn by_code(all: Vec<Organization>) -> HashMap<String, Organization> {
    all.into_iter()
        .map(|organization| (organization.code.clone(), organization))
        .collect()
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    /// Code.
    code: String,
    /// Code of the node above; `None` for the root.
    parent: Option<String>,
    /// Kind.
    kind: OrganizationKind,
    /// Name.
    name: String,
    /// Where it stands.
    line: u32,
}

impl Row {
    fn draft(&self) -> OrganizationDraft {
        OrganizationDraft {
            parent_code: self.parent.clone(),
            kind: self.kind,
            code: self.code.clone(),
            name: self.name.clone(),
        }
    }
}

const COLUMNS: [&[&str]; 4] = [
    &["code", "代码", "编码"],
    &["parent", "上级", "上级代码"],
    &["kind", "类别", "类型"],
    &["name", "名称"],
];

/// Reads the file; rows come parents first. Rows with a mistake are left out, and so are those
/// below them.
fn parse(text: &str, complaints: &mut Complaints<'_>) -> Vec<Row> {
    let mut records = read_csv(text, complaints).rows.into_iter();
    let Some((header_line, header)) = records.next() else {
        if complaints.is_empty() {
            complaints
                .whole("文件是空的，第一行应当是：code,parent,kind,name（代码,上级,类别,名称）");
        }
        return Vec::new();
    };
    let place = |names: &[&str]| header.iter().position(|cell| is_called(cell, names));
    let [Some(code), Some(parent), Some(kind), Some(name)] = COLUMNS.map(place) else {
        complaints.line(
            header_line,
            "第一行应当是：code,parent,kind,name（代码,上级,类别,名称）",
        );
        return Vec::new();
    };
    let mut rows: Vec<Row> = Vec::new();
    let mut lines: HashMap<String, u32> = HashMap::new();
    for (line, cells) in records {
        let cell = |index: usize| cells.get(index).map_or("", |cell| cell.trim()).to_owned();
        let row_code = names::cleaned(&cell(code));
        if let Err(message) = organizations::check_code(&row_code) {
            complaints.line(line, message);
            continue;
        }
        let Some(kind) = parse_kind(&cell(kind)) else {
            complaints.line(
                line,
                format!(
                    "类别“{}”不认识，可以写：市、县、镇、站所、村、支部",
                    cell(kind)
                ),
            );
            continue;
        };
        let row_name = match organizations::checked_name(&cell(name)) {
            Ok(name) => name,
            Err(message) => {
                complaints.line(line, message);
                continue;
            }
        };
        if let Some(first) = lines.insert(row_code.clone(), line) {
            complaints.line(
                line,
                format!("代码 {row_code} 和第 {first} 行重复，每个单位的代码不能相同"),
            );
            lines.insert(row_code, first);
            continue;
        }
        let parent = names::cleaned(&cell(parent));
        rows.push(Row {
            code: row_code,
            parent: (!parent.is_empty()).then_some(parent),
            kind,
            name: row_name,
            line,
        });
    }
    parents_first(rows, &lines, complaints)
}

fn parents_first(
    mut waiting: Vec<Row>,
    lines: &HashMap<String, u32>,
    complaints: &mut Complaints<'_>,
) -> Vec<Row> {
    let mut placed: HashMap<String, OrganizationKind> = HashMap::new();
    let mut rows: Vec<Row> = Vec::new();
    loop {
        let before = waiting.len();
        let mut later = Vec::new();
        for row in waiting {
            match &row.parent {
                None if rows.iter().any(|other| other.parent.is_none()) => {
                    complaints.line(row.line, "只能有一个单位没有上级，请写上这个单位的上级代码");
                }
                None => {
                    placed.insert(row.code.clone(), row.kind);
                    rows.push(row);
                }
                Some(parent) => match placed.get(parent) {
                    Some(above) => match organizations::check_below(*above, row.kind) {
                        Ok(()) => {
                            placed.insert(row.code.clone(), row.kind);
                            rows.push(row);
                        }
                        Err(message) => complaints.line(row.line, message),
                    },
                    None => later.push(row),
                },
            }
        }
        waiting = later;
        if waiting.len() == before || waiting.is_empty() {
            break;
        }
    }
    for row in waiting {
        let parent = row.parent.unwrap_or_default();
        let message = match lines.get(&parent) {
            Some(line) => {
                format!("上级 {parent} 见第 {line} 行，那一行有错或者互为上级，请一并改正")
            }
            None => format!("上级 {parent} 不在表里，请先写上这个单位，或改正上级代码"),
        };
        complaints.line(row.line, message);
    }
    rows
}

fn parse_kind(text: &str) -> Option<OrganizationKind> {
    Some(match text {
        "prefecture" | "市" | "州" | "地区" => OrganizationKind::Prefecture,
        "county" | "县" | "区" | "旗" | "县级市" => OrganizationKind::County,
        "township" | "镇" | "乡" | "街道" => OrganizationKind::Township,
        "office" | "站所" | "办公室" | "部门" | "中心" => OrganizationKind::Office,
        "village" | "村" | "社区" => OrganizationKind::Village,
        "branch" | "支部" | "党支部" => OrganizationKind::Branch,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<String>, Vec<u32>) {
        let mut complaints = Complaints::about("organizations.csv");
        let rows = parse(text, &mut complaints)
            .into_iter()
            .map(|row| row.code)
            .collect();
        (
            rows,
            complaints
                .into_vec()
                .iter()
                .filter_map(|c| c.line)
                .collect(),
        )
    }

    #[test]
    fn any_order_and_chinese_headers() {
        let (rows, lines) = read(
            "代码,上级,类别,名称\nZJ,QH,村,张家村\nQH,,镇,清河镇\nZJ-1,ZJ,支部,张家村第一党支部\n",
        );
        assert_eq!(
            (rows, lines),
            (vec!["QH".into(), "ZJ".into(), "ZJ-1".into()], vec![])
        );
    }

    #[test]
    fn mistakes_name_their_line() {
        let (rows, lines) = read(
            "code,parent,kind,name\nQH,,镇,清河镇\nQH,,镇,又一个\nA,XX,村,甲村\nB,QH,屯,乙村\nC,D,村,丙村\nD,C,村,丁村\nE,,镇,另一镇\n",
        );
        assert_eq!(rows, ["QH"]);
        assert_eq!(lines, [3, 5, 8, 4, 6, 7]);
        assert_eq!(read("a,b\n1,2\n").1, [1]);
        assert_eq!(
            read("code,parent,kind,name\nQH,,镇,清河镇\nA,QH,站所,农办\nB,A,村,乙村\n").1,
            [4]
        );
    }
}
