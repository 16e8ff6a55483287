//! `meetings.csv`: the calendar of meetings, one a row.

use contract::error::FieldError;
use contract::meeting::{MeetingDraft, MeetingKind};
use contract::township::ListingKind;
use store::Outcome;

use super::super::complaint::Complaints;
use super::super::item::Word;
use super::super::known::{FORMAT as HASHED, Known, hash_of};
use super::super::lists::{List, Reading};
use super::super::rows::{Cells, Format};
use super::super::state::Import;
use super::super::{ImportError, date};
use crate::services::kit::error::Result as ServiceResult;
use crate::services::kit::publishing::{Kind, Source};
use crate::services::meetings;

/// The file.
const FILE: &str = "meetings.csv";

/// What every key begins with.
const PREFIX: &str = "meetings.csv#";

/// How long a meeting is planned to last when nothing is written, in minutes.
const DEFAULT_MINUTES: i64 = 60;

const DAY_MS: i64 = 24 * 3_600_000;
/// China is eight hours ahead.
const OFFSET_MS: i64 = 8 * 3_600_000;

const FIRST_LINE: &str =
    "第一行应当有：时间,标题,主办（还可以有：方式,范围,时长,议程,录像,回放栏目,编号）";

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Where it stands.
    line: u32,
    /// What it is known by when it is imported again.
    key: String,
    /// Title.
    title: String,
    /// What it is about.
    agenda: String,
    /// How it is held.
    kind: MeetingKind,
    /// Code of who holds it.
    organization: Word,
    /// Code of the organization whose subtree may take part.
    audience: Option<Word>,
    /// When it begins, Unix milliseconds.
    starts_at_ms: i64,
    /// How long it lasts.
    planned_ms: i64,
    /// The list its recording goes to; without one it is not recorded.
    list: Option<Word>,
}

/// A column by its place in [`FORMAT`].
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Time,
    Title,
    Holder,
    Kind,
    Audience,
    Minutes,
    Agenda,
    Record,
    List,
    Number,
}

const FORMAT: Format<Column> = Format {
    names: &[
        (Column::Time, &["时间", "开始时间", "time"]),
        (Column::Title, &["标题", "会议名称", "title"]),
        (Column::Holder, &["主办", "主办单位", "organization"]),
        (Column::Kind, &["方式", "kind"]),
        (Column::Audience, &["范围", "参加范围", "audience"]),
        (Column::Minutes, &["时长", "时长（分钟）", "minutes"]),
        (Column::Agenda, &["议程", "agenda"]),
        (Column::Record, &["录像", "record"]),
        (Column::List, &["回放栏目", "list"]),
        (Column::Number, &["编号", "id"]),
    ],
    first_line: FIRST_LINE,
    twice: "是同一天、同一主办、同一标题，请合并，或各写一个编号",
};

pub(super) struct Meetings;

impl List for Meetings {
    type Row = Row;
    type Draft = MeetingDraft;

    const NAME: &'static str = "meetings";
    const NOUN: &'static str = "会议";
    const FILE: &'static str = FILE;
    const CALLED: &'static [(&'static str, &'static [&'static str])] =
        &[(FILE, &["会议", "日程", "meeting"])];
    const PREFIX: &'static str = PREFIX;
    const KIND: &'static Kind = &meetings::KIND;

    fn parse(text: &str, complaints: &mut Complaints<'_>) -> Vec<Row> {
        parse(text, complaints)
    }

    fn name(row: &Row) -> (u32, &str, &str) {
        (row.line, &row.key, &row.title)
    }

    fn read(
        import: &mut Import<'_>,
        row: &Row,
        known: &Known,
        complaints: &mut Complaints<'_>,
    ) -> Result<Reading<MeetingDraft>, ImportError> {
        let directory = &import.directory;
        let list = match &row.list {
            Some(word) => directory.list(word, ListingKind::Programmes, complaints),
            None => Some(String::new()),
        };
        let parties = directory.parties(&row.organization, row.audience.as_ref(), complaints);
        let (Some(list), Some((holder, audience))) = (list, parties) else {
            return Ok(Reading::LeftOut);
        };
        // A list that is kept all year is no calendar of meetings that nobody held.
        if !known.has(&row.key) && meetings::is_past(row.starts_at_ms, import.now_ms()) {
            return Ok(Reading::Passed);
        }
        let draft = MeetingDraft {
            title: row.title.clone(),
            agenda: row.agenda.clone(),
            kind: row.kind,
            organization_code: holder.code.clone(),
            audience_code: audience.code.clone(),
            starts_at_ms: row.starts_at_ms,
            planned_ms: row.planned_ms,
            record: row.list.is_some(),
            recording_list: list,
        };
        let numbers = format!(
            "{:?} {} {} {}",
            draft.kind, draft.starts_at_ms, draft.planned_ms, draft.record
        );
        let hash = hash_of(&[
            HASHED.as_bytes(),
            draft.title.as_bytes(),
            draft.agenda.as_bytes(),
            holder.id.as_bytes(),
            audience.id.as_bytes(),
            draft.recording_list.as_bytes(),
            numbers.as_bytes(),
        ]);
        Ok(Reading::Draft(draft, hash))
    }

    fn check(
        import: &Import<'_>,
        known: Option<&str>,
        draft: &MeetingDraft,
    ) -> ServiceResult<Vec<FieldError>> {
        let planned = match known {
            Some(key) => meetings::planned_for(&import.context.store, key)?,
            None => None,
        };
        Ok(meetings::check(draft, planned, import.now_ms()))
    }

    fn write(import: &Import<'_>, source: &Source, draft: &MeetingDraft) -> ServiceResult<Outcome> {
        meetings::import(&import.context.store, source, draft, import.now_ms())
    }
}

/// Reads the file. Rows with a mistake are left out.
fn parse(text: &str, complaints: &mut Complaints<'_>) -> Vec<Row> {
    let complete = |columns: &[Option<Column>]| {
        let needed = [Column::Time, Column::Title, Column::Holder];
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
    let written = cell(Column::Title);
    let title = meetings::checked_title(written).unwrap_or_else(|message| {
        complain(message);
        String::new()
    });
    let agenda = meetings::checked_agenda(cell(Column::Agenda)).unwrap_or_else(|message| {
        complain(message);
        String::new()
    });
    let holder = cell(Column::Holder).to_owned();
    if holder.is_empty() {
        complain("主办是空的，请写主办单位的代码".to_owned());
    }
    let time = cell(Column::Time);
    let starts_at_ms = date::parse(time)
        // A date alone is the start of its day, at which nobody meets.
        .filter(|_| time.contains([':', '时', '点']))
        .map(date::Written::start_ms);
    if starts_at_ms.is_none() {
        complain(format!(
            "时间“{time}”看不懂，请写日期和钟点，例如 2026-03-01 08:30"
        ));
    }
    let kind = match cell(Column::Kind) {
        "" | "直播" | "broadcast" => MeetingKind::Broadcast,
        "视频会议" | "会议" | "conference" => MeetingKind::Conference,
        other => {
            complain(format!("方式“{other}”不认识，可以写：直播、视频会议"));
            MeetingKind::Broadcast
        }
    };
    let minutes = match cell(Column::Minutes) {
        "" => DEFAULT_MINUTES,
        text => {
            let digits = text.trim_end_matches("分钟").trim_end();
            // How many is for the service to say; so many that they are no number of milliseconds are none.
            let minutes = digits
                .parse()
                .ok()
                .filter(|it| (0..=1_000_000).contains(it));
            minutes.unwrap_or_else(|| {
                complain(format!("时长“{text}”不对，请写 5 到 720，单位是分钟"));
                DEFAULT_MINUTES
            })
        }
    };
    let list = cell(Column::List).to_owned();
    let record = match cell(Column::Record) {
        "" => !list.is_empty(),
        "是" | "true" => true,
        "否" | "不" | "false" => false,
        other => {
            complain(format!("录像“{other}”不认识，可以写：是、否"));
            false
        }
    };
    if record && list.is_empty() {
        complain("要录像，请在“回放栏目”写上节目栏目，例如 news".to_owned());
    }
    let starts_at_ms = starts_at_ms.filter(|_| good)?;
    let number = cell(Column::Number);
    let key = if number.is_empty() {
        // The hour may change; the day, who holds it and what it is called make the meeting.
        let day = (starts_at_ms + OFFSET_MS).div_euclid(DAY_MS);
        format!("{PREFIX}{day}/{holder}/{written}")
    } else {
        format!("{PREFIX}{number}")
    };
    let audience = cell(Column::Audience).to_owned();
    Some(Row {
        line,
        key,
        title,
        agenda,
        kind,
        organization: (holder, line),
        audience: (!audience.is_empty()).then_some((audience, line)),
        starts_at_ms,
        planned_ms: minutes * 60_000,
        list: record.then_some((list, line)),
    })
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
    fn what_is_not_written_is_as_usual() {
        let (rows, lines) = read("时间,标题,主办\n2026-03-01 08:30,例会,QH\n");
        assert!(lines.is_empty());
        let row = &rows[0];
        assert_eq!(row.starts_at_ms, 1_772_325_000_000);
        assert_eq!(
            (row.kind, row.planned_ms),
            (MeetingKind::Broadcast, 3_600_000)
        );
        assert_eq!((&row.audience, &row.list), (&None, &None));
        let (whole, _) = read(
            "标题,时间,主办,方式,范围,时长,议程,录像,回放栏目,编号\n\
             例会,2026年3月1日 8时30分,QH,视频会议,ZJ,90分钟,通报,是,news,7\n",
        );
        let row = &whole[0];
        assert_eq!(
            (row.kind, row.planned_ms),
            (MeetingKind::Conference, 5_400_000)
        );
        assert_eq!(row.key, "meetings.csv#7");
        assert_eq!(row.list, Some(("news".to_owned(), 2)));
    }

    #[test]
    fn another_hour_is_the_same_meeting_and_another_day_is_not() {
        let key = |time: &str| {
            read(&format!("时间,标题,主办\n{time},例会,QH\n")).0[0]
                .key
                .clone()
        };
        assert_eq!(key("2026-03-01 08:30"), key("2026-03-01 00:05"));
        assert_ne!(key("2026-03-01 08:30"), key("2026-03-02 08:30"));
    }

    #[test]
    fn mistakes_name_their_line() {
        let (rows, lines) = read(
            "时间,标题,主办,方式,时长,录像\n\
             2026-03-01,例会,QH,,,\n\
             2026-03-01 08:30,,QH,,,\n\
             2026-03-01 08:30,例会,,,,\n\
             2026-03-01 08:30,例会,QH,电话,,\n\
             2026-03-01 08:30,例会,QH,,半天,\n\
             2026-03-01 08:30,例会,QH,,,是\n\
             2026-03-01 08:30,例会,QH,直播,60,否\n\
             2026-03-01 10:30,例会,QH,,,\n",
        );
        assert_eq!(rows.len(), 1);
        assert_eq!(lines, [2, 3, 4, 5, 6, 7, 9]);
        assert_eq!(read("时间,标题\n2026-03-01 08:30,例会\n").1, [1]);
        assert_eq!(
            read("时间,标题,主办,地点\n2026-03-01 08:30,例会,QH,东\n").1,
            [1]
        );
    }

    proptest! {
        #[test]
        fn never_panics(text in "(时间,标题,主办,时长\n)?([0-9:, 年月日a]{0,12}[,\n]){0,12}") {
            let _ = read(&text);
        }
    }
}
