//! `categories.csv`: categories of one-key service and of suggestions, one a row.

use contract::error::FieldError;
use contract::request::{CategoryDraft, CategoryKind, ClockKind, Level};
use store::Outcome;

use super::super::ImportError;
use super::super::complaint::Complaints;
use super::super::item::Word;
use super::super::known::{FORMAT as HASHED, Known, hash_of};
use super::super::lists::{List, Reading};
use super::super::rows::{Cells, Format};
use super::super::state::Import;
use crate::services::categories;
use crate::services::kit::error::Result as ServiceResult;
use crate::services::kit::publishing::{Kind, Source};

/// The file.
const FILE: &str = "categories.csv";

/// What every key begins with.
const PREFIX: &str = "categories.csv#";

const FIRST_LINE: &str = "第一行应当有：代码,名称,单位,数字（还可以有：受理单位,时限,种类,计时,最低层级,\
                          图标,说明,常用说法,所需材料,常用答复）";

/// Hours until the first response where none are written.
const HOURS: u32 = 24;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Where it stands.
    line: u32,
    /// What it is known by when it is imported again.
    key: String,
    /// Code of the category.
    code: String,
    /// Whose people may ask in it.
    organization: Word,
    /// Who answers, unless their own village does.
    office: Option<Word>,
    /// Everything else.
    draft: CategoryDraft,
}

/// What the service gets.
pub(super) struct Draft {
    code: String,
    category: CategoryDraft,
}

/// A column by its place in [`FORMAT`].
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Code,
    Title,
    Organization,
    Digit,
    Office,
    Hours,
    Kind,
    Clock,
    Level,
    Icon,
    About,
    Sentences,
    Papers,
    Replies,
}

const FORMAT: Format<Column> = Format {
    names: &[
        (Column::Code, &["代码", "编号", "code"]),
        (Column::Title, &["名称", "类别", "title"]),
        (Column::Organization, &["单位", "单位代码", "organization"]),
        (Column::Digit, &["数字", "数字键", "按键", "digit"]),
        (Column::Office, &["受理单位", "承办单位", "office"]),
        (
            Column::Hours,
            &["时限", "答复时限", "时限（小时）", "hours"],
        ),
        (Column::Kind, &["种类", "kind"]),
        (Column::Clock, &["计时", "clock"]),
        (Column::Level, &["最低层级", "层级", "level"]),
        (Column::Icon, &["图标", "icon"]),
        (Column::About, &["说明", "about"]),
        (Column::Sentences, &["常用说法", "sentences"]),
        (Column::Papers, &["所需材料", "材料", "papers"]),
        (Column::Replies, &["常用答复", "replies"]),
    ],
    first_line: FIRST_LINE,
    twice: "是同一个代码，请改掉一个",
};

pub(super) struct Categories;

impl List for Categories {
    type Row = Row;
    type Draft = Draft;

    const NAME: &'static str = "categories";
    const NOUN: &'static str = "服务类别";
    const FILE: &'static str = FILE;
    const CALLED: &'static [(&'static str, &'static [&'static str])] =
        &[(FILE, &["一键服务", "服务类别", "类别", "categor"])];
    const PREFIX: &'static str = PREFIX;
    const KIND: &'static Kind = &categories::KIND;

    fn parse(text: &str, complaints: &mut Complaints<'_>) -> Vec<Row> {
        parse(text, complaints)
    }

    fn name(row: &Row) -> (u32, &str, &str) {
        (row.line, &row.key, &row.draft.title)
    }

    fn read(
        import: &mut Import<'_>,
        row: &Row,
        _known: &Known,
        complaints: &mut Complaints<'_>,
    ) -> Result<Reading<Draft>, ImportError> {
        let organization = import.directory.organization(&row.organization, complaints);
        let office = match &row.office {
            Some(word) => match import.directory.organization(word, complaints) {
                Some(office) => Some(office),
                None => return Ok(Reading::LeftOut),
            },
            None => None,
        };
        let Some(organization) = organization else {
            return Ok(Reading::LeftOut);
        };
        let office_id = office.map_or("", |office| office.id.as_str());
        let category = CategoryDraft {
            organization_code: organization.code.clone(),
            office_code: office.map(|office| office.code.clone()),
            ..row.draft.clone()
        };
        let everything = serde_json::to_string(&category).unwrap_or_default();
        let hash = hash_of(&[
            HASHED.as_bytes(),
            row.code.as_bytes(),
            organization.id.as_bytes(),
            office_id.as_bytes(),
            everything.as_bytes(),
        ]);
        let code = row.code.clone();
        Ok(Reading::Draft(Draft { code, category }, hash))
    }

    fn check(
        _import: &Import<'_>,
        _known: Option<&str>,
        draft: &Draft,
    ) -> ServiceResult<Vec<FieldError>> {
        Ok(categories::check(&draft.code, &draft.category))
    }

    fn write(import: &Import<'_>, source: &Source, draft: &Draft) -> ServiceResult<Outcome> {
        let (store, now_ms) = (&import.context.store, import.now_ms());
        categories::import(store, source, &draft.code, &draft.category, now_ms)
    }
}

/// Reads the file. Rows with a mistake are left out.
fn parse(text: &str, complaints: &mut Complaints<'_>) -> Vec<Row> {
    let complete = |columns: &[Option<Column>]| {
        let needed = [
            Column::Code,
            Column::Title,
            Column::Organization,
            Column::Digit,
        ];
        needed.iter().all(|column| columns.contains(&Some(*column)))
    };
    FORMAT.read(text, complaints, complete, row, |row| &row.key)
}

fn row(line: u32, cells: &Cells<'_, Column>, complaints: &mut Complaints<'_>) -> Option<Row> {
    let cell = |column| cells.get(column);
    let mut good = true;
    let mut complain = |message: String| {
        complaints.line(line, message);
        good = false;
    };
    let code = cell(Column::Code).to_owned();
    if let Err(message) = categories::check_code(&code) {
        complain(message);
    }
    let organization = cell(Column::Organization).to_owned();
    if organization.is_empty() {
        complain("单位是空的，请写单位的代码".to_owned());
    }
    let kind = match cell(Column::Kind) {
        "" | "服务" | "一键服务" | "service" => CategoryKind::Service,
        "建议" | "建议意见" | "suggestion" => CategoryKind::Suggestion,
        "举报" | "举报投诉" | "投诉" | "保密" | "confidential" => {
            CategoryKind::Confidential
        }
        other => {
            complain(format!("种类“{other}”不认识，可以写：服务、建议、举报"));
            CategoryKind::Unknown
        }
    };
    let digit = match (cell(Column::Digit), kind) {
        ("", CategoryKind::Suggestion) => 0,
        (written, _) => written.parse().unwrap_or_else(|_| {
            complain(format!("数字“{written}”不对，请写 1 到 9"));
            0
        }),
    };
    let hours = match cell(Column::Hours).trim_end_matches("小时").trim() {
        "" => HOURS,
        written => written.parse().unwrap_or_else(|_| {
            complain(format!("时限“{written}”不对，请写小时数，例如 24"));
            HOURS
        }),
    };
    let clock = match cell(Column::Clock) {
        "" | "自然时间" | "wall" => ClockKind::Wall,
        "工作时间" | "working" => ClockKind::Working,
        other => {
            complain(format!("计时“{other}”不认识，可以写：自然时间、工作时间"));
            ClockKind::Wall
        }
    };
    let least_level = match cell(Column::Level) {
        "" | "村" | "village" => Level::Village,
        "镇" | "乡" | "街道" | "township" => Level::Township,
        "县" | "区" | "county" => Level::County,
        "市" | "州" | "prefecture" => Level::Prefecture,
        other => {
            complain(format!("最低层级“{other}”不认识，可以写：村、镇、县、市"));
            Level::Village
        }
    };
    let office = cell(Column::Office);
    let row = Row {
        line,
        key: format!("{PREFIX}{code}"),
        code,
        organization: (organization, line),
        office: (!office.is_empty()).then(|| (office.to_owned(), line)),
        draft: CategoryDraft {
            organization_code: String::new(),
            digit,
            title: cell(Column::Title).to_owned(),
            icon: cell(Column::Icon).to_owned(),
            about: cell(Column::About).to_owned(),
            kind,
            office_code: None,
            response_hours: hours,
            clock,
            least_level,
            sentences: several(cell(Column::Sentences)),
            papers: several(cell(Column::Papers)),
            canned_replies: several(cell(Column::Replies)),
        },
    };
    good.then_some(row)
}

/// What stands in one cell, separated as offices do: by semicolons, bars or line breaks.
fn several(cell: &str) -> Vec<String> {
    cell.split(['；', ';', '|', '｜', '\n'])
        .map(str::trim)
        .filter(|one| !one.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> (Vec<Row>, Vec<u32>) {
        let mut complaints = Complaints::about(FILE);
        let rows = parse(text, &mut complaints);
        let lines = complaints.into_vec().into_iter().filter_map(|it| it.line);
        (rows, lines.collect())
    }

    #[test]
    fn a_row_is_read_as_an_office_writes_it() {
        let (rows, lines) = read(
            "代码,名称,单位,数字,受理单位,时限（小时）,种类,最低层级,常用说法,所需材料\n\
             QH-NJ,农业技术服务,QH,1,NYB,24小时,,,果树叶子发黄；要买种子,\n\
             QH-JB,举报投诉,QH,6,JJS,48,举报,镇,,\n\
             QH-JY,建议意见,QH,,DZB,,建议,,,\n\
             QH-LL,邻里纠纷,QH,5,,,,,,身份证|宅基地证\n",
        );
        assert!(lines.is_empty(), "{lines:?}");
        assert_eq!(rows[0].draft.sentences, ["果树叶子发黄", "要买种子"]);
        assert_eq!(rows[0].office, Some(("NYB".to_owned(), 2)));
        let numbers = |row: &Row| (row.draft.digit, row.draft.response_hours);
        assert_eq!(numbers(&rows[0]), (1, 24));
        assert_eq!(numbers(&rows[1]), (6, 48));
        assert_eq!(rows[1].draft.kind, CategoryKind::Confidential);
        assert_eq!(rows[1].draft.least_level, Level::Township);
        assert_eq!(numbers(&rows[2]), (0, 24));
        assert_eq!(rows[3].office, None);
        assert_eq!(rows[3].draft.papers, ["身份证", "宅基地证"]);
        assert_eq!(rows[3].key, "categories.csv#QH-LL");
    }

    #[test]
    fn mistakes_name_their_line() {
        let text = "代码,名称,单位,数字,种类,计时,最低层级,时限\n\
             农技,甲,QH,1,,,,\n\
             A,甲,,1,,,,\n\
             A,甲,QH,十,,,,\n\
             A,甲,QH,1,闲聊,,,\n\
             A,甲,QH,1,,快,,\n\
             A,甲,QH,1,,,省,\n\
             A,甲,QH,1,,,,明天\n\
             A,甲,QH,1,,,,\n\
             A,乙,QH,2,,,,\n";
        let (rows, lines) = read(text);
        assert_eq!(rows.len(), 1);
        assert_eq!(lines, [2, 3, 4, 5, 6, 7, 8, 10]);
        assert_eq!(read("代码,名称\nA,甲\n").1, [1]);
        assert_eq!(read("代码,名称,单位,数字,颜色\nA,甲,QH,1,红\n").1, [1]);
    }

    proptest! {
        #[test]
        fn never_panics(text in "(代码,名称,单位,数字\n)?([a-zA-Z0-9；|, 村]{0,12}[,\n]){0,12}") {
            let _ = read(&text);
        }
    }
}
