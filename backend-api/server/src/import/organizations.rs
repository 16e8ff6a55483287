//! `organizations.csv`: the tree of villages, offices and branches.

use std::collections::HashMap;

use contract::organization::OrganizationKind;

use super::complaint::Complaints;
use super::table::read_csv;
use crate::services::kit::names;

/// Longest name, in characters.
const MAX_NAME: usize = 60;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Code.
    pub code: String,
    /// Code of the node above; `None` for the root.
    pub parent: Option<String>,
    /// Kind.
    pub kind: OrganizationKind,
    /// Name.
    pub name: String,
    /// Where it stands.
    pub line: u32,
}

const COLUMNS: [&[&str]; 4] = [
    &["code", "代码", "编码"],
    &["parent", "上级", "上级代码"],
    &["kind", "类别", "类型"],
    &["name", "名称"],
];

/// Reads the file; rows come parents first. Rows with a mistake are left out, and so are those
/// below them.
pub fn parse(text: &str, complaints: &mut Complaints<'_>) -> Vec<Row> {
    let mut records = read_csv(text, complaints).into_iter();
    let Some((header_line, header)) = records.next() else {
        complaints.whole("文件是空的，第一行应当是：code,parent,kind,name（代码,上级,类别,名称）");
        return Vec::new();
    };
    let place = |names: &[&str]| {
        header
            .iter()
            .position(|cell| names.contains(&cell.as_str()))
    };
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
        if row_code.is_empty()
            || !row_code
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
        {
            complaints.line(line, "代码只能用字母、数字、汉字和短横线，例如 ZJC");
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
        let row_name = match names::title(&cell(name), "名称", MAX_NAME) {
            Ok(name) => name,
            Err(_) if cell(name).is_empty() => {
                complaints.line(line, "名称是空的，请写上单位全称");
                continue;
            }
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
                    Some(above)
                        if *above >= row.kind
                            || (*above == OrganizationKind::Office
                                && row.kind == OrganizationKind::Village) =>
                    {
                        complaints.line(
                            row.line,
                            format!(
                                "上级 {parent} 的类别不对，{}不能在它下面",
                                kind_name(row.kind)
                            ),
                        );
                    }
                    Some(_) => {
                        placed.insert(row.code.clone(), row.kind);
                        rows.push(row);
                    }
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

const fn kind_name(kind: OrganizationKind) -> &'static str {
    match kind {
        OrganizationKind::Prefecture => "市",
        OrganizationKind::County => "县",
        OrganizationKind::Township => "镇",
        OrganizationKind::Office => "站所",
        OrganizationKind::Village => "村",
        OrganizationKind::Branch => "支部",
    }
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
