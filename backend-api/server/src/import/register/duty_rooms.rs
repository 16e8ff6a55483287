//! `duty-rooms.csv`: duty rooms, one a row.

use contract::duty::DutyRoomDraft;
use contract::error::FieldError;
use store::Outcome;

use super::super::ImportError;
use super::super::complaint::Complaints;
use super::super::item::Word;
use super::super::known::Known;
use super::super::lists::{List, Reading};
use super::super::rows::{Cells, Format};
use super::super::state::Import;
use crate::services::duty::rooms::{self, checked_title};
use crate::services::kit::error::Result as ServiceResult;
use crate::services::kit::publishing::{Kind, Source};
use crate::services::media::camera::{WRONG_URL, camera_url};

/// The file.
const FILE: &str = "duty-rooms.csv";

/// What every key begins with.
const PREFIX: &str = "duty-rooms.csv#";

const FIRST_LINE: &str = "第一行应当有：名称,单位，以及电视或摄像头（还可以有：编号）";

/// What makes the picture.
#[derive(Clone, PartialEq, Eq)]
enum Eye {
    /// The station of this name.
    Station(String),
    /// The camera at this address.
    Camera(String),
}

impl std::fmt::Debug for Eye {
    /// Without the address, which may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Station(name) => f.debug_tuple("Station").field(name).finish(),
            Self::Camera(_) => f.write_str("Camera"),
        }
    }
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Where it stands.
    line: u32,
    /// What it is known by when it is imported again.
    key: String,
    /// What people read.
    title: String,
    /// Code of whose room it is.
    organization: Word,
    /// What makes the picture.
    eye: Eye,
}

/// A column by its place in [`FORMAT`].
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Title,
    Organization,
    Station,
    Camera,
    Number,
}

const FORMAT: Format<Column> = Format {
    names: &[
        (Column::Title, &["名称", "title"]),
        (Column::Organization, &["单位", "单位代码", "organization"]),
        (Column::Station, &["电视", "站点", "terminal"]),
        (Column::Camera, &["摄像头", "摄像头地址", "camera"]),
        (Column::Number, &["编号", "id"]),
    ],
    first_line: FIRST_LINE,
    twice: "是同一单位、同一名称，请改名，或各写一个编号",
};

pub(super) struct DutyRooms;

impl List for DutyRooms {
    type Row = Row;
    type Draft = DutyRoomDraft;

    const NAME: &'static str = "duty rooms";
    const NOUN: &'static str = "值班室";
    const FILE: &'static str = FILE;
    const CALLED: &'static [(&'static str, &'static [&'static str])] =
        &[(FILE, &["值班", "坐班", "duty"])];
    const PREFIX: &'static str = PREFIX;
    const KIND: &'static Kind = &rooms::KIND;

    fn parse(text: &str, complaints: &mut Complaints<'_>) -> Vec<Row> {
        parse(text, complaints)
    }

    fn name(row: &Row) -> (u32, &str, &str) {
        (row.line, &row.key, &row.title)
    }

    fn read(
        import: &mut Import<'_>,
        row: &Row,
        _known: &Known,
        complaints: &mut Complaints<'_>,
    ) -> Result<Reading<DutyRoomDraft>, ImportError> {
        let organization = import.directory.organization(&row.organization, complaints);
        let Some(organization) = organization else {
            return Ok(Reading::LeftOut);
        };
        let mut draft = DutyRoomDraft {
            title: row.title.clone(),
            organization_code: organization.code.clone(),
            terminal_id: None,
            camera_url: None,
        };
        let made_of = match &row.eye {
            Eye::Camera(url) => {
                draft.camera_url = Some(url.clone());
                format!("camera\n{url}")
            }
            Eye::Station(name) => {
                let store = &import.context.store;
                let stations = rooms::stations_named(store, &organization.id, name)?;
                match &stations[..] {
                    [id] => {
                        draft.terminal_id = Some(id.clone());
                        format!("station\n{id}")
                    }
                    // Nothing is wrong in the folder: boxes are admitted later than lists are written.
                    [] => {
                        import.report.waiting.push(format!(
                            "{FILE} 第 {} 行：单位里还没有名为“{name}”的站点电视",
                            row.line
                        ));
                        return Ok(Reading::LeftOut);
                    }
                    _ => {
                        let message = format!("单位里有两台电视都叫“{name}”，请先改名");
                        complaints.line(row.line, message);
                        return Ok(Reading::LeftOut);
                    }
                }
            }
        };
        // A plain hash of an address would tell whoever guesses its password that they are right.
        let everything = format!("{}\n{}\n{made_of}", row.title, organization.id);
        let hash = import.context.vault.fingerprint(&everything);
        Ok(Reading::Draft(draft, hash))
    }

    fn check(
        import: &Import<'_>,
        _known: Option<&str>,
        draft: &DutyRoomDraft,
    ) -> ServiceResult<Vec<FieldError>> {
        Ok(rooms::check(&import.context.cameras, draft))
    }

    fn write(
        import: &Import<'_>,
        source: &Source,
        draft: &DutyRoomDraft,
    ) -> ServiceResult<Outcome> {
        let (context, now_ms) = (import.context, import.now_ms());
        let (store, vault, cameras) = (&context.store, &context.vault, &context.cameras);
        rooms::import(store, vault, cameras, source, draft, now_ms)
    }
}

/// Reads the file. Rows with a mistake are left out.
fn parse(text: &str, complaints: &mut Complaints<'_>) -> Vec<Row> {
    let complete = |columns: &[Option<Column>]| {
        let has = |column| columns.contains(&Some(column));
        let eye = has(Column::Station) || has(Column::Camera);
        has(Column::Title) && has(Column::Organization) && eye
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
    let title = checked_title(written).unwrap_or_else(|message| {
        complain(message);
        String::new()
    });
    let organization = cell(Column::Organization).to_owned();
    if organization.is_empty() {
        complain("单位是空的，请写单位的代码".to_owned());
    }
    let eye = match (cell(Column::Station), cell(Column::Camera)) {
        (station, "") if !station.is_empty() => Some(Eye::Station(station.to_owned())),
        ("", camera) if !camera.is_empty() => {
            let url = camera_url(camera);
            if url.is_none() {
                complain(WRONG_URL.to_owned());
            }
            url.map(|url| Eye::Camera(url.to_owned()))
        }
        _ => {
            complain(rooms::ONE_PICTURE.to_owned());
            None
        }
    };
    let eye = eye.filter(|_| good)?;
    let number = cell(Column::Number);
    let key = if number.is_empty() {
        format!("{PREFIX}{organization}/{written}")
    } else {
        format!("{PREFIX}{number}")
    };
    Some(Row {
        line,
        key,
        title,
        organization: (organization, line),
        eye,
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
    fn a_row_names_a_station_or_a_camera() {
        let (rows, lines) = read(
            "名称,单位,电视,摄像头,编号\n村委会,ZJ,张家村会议室,,\n大厅,ZJ,,rtsp://u:geheim@10.0.0.9/1,7\n",
        );
        assert!(lines.is_empty());
        assert_eq!(rows[0].eye, Eye::Station("张家村会议室".to_owned()));
        assert_eq!(rows[0].key, "duty-rooms.csv#ZJ/村委会");
        assert_eq!(rows[0].organization, ("ZJ".to_owned(), 2));
        assert_eq!(
            rows[1].eye,
            Eye::Camera("rtsp://u:geheim@10.0.0.9/1".to_owned())
        );
        assert_eq!(rows[1].key, "duty-rooms.csv#7");
        assert!(!format!("{rows:?}").contains("geheim"));
    }

    #[test]
    fn mistakes_name_their_line_and_quote_no_address() {
        let text = "名称,单位,电视,摄像头\n\
             ,ZJ,电视,\n\
             值班室,,电视,\n\
             值班室,ZJ,,\n\
             值班室,ZJ,电视,rtsp://a/b\n\
             值班室,ZJ,,http://u:geheim@a/b\n\
             值班室,ZJ,电视,\n\
             值班室,ZJ,,rtsp://a/b\n";
        let (rows, lines) = read(text);
        assert_eq!(rows.len(), 1);
        assert_eq!(lines, [2, 3, 4, 5, 6, 8]);
        let mut complaints = Complaints::about(FILE);
        parse(text, &mut complaints);
        assert!(!format!("{:?}", complaints.into_vec()).contains("geheim"));
        assert_eq!(read("名称,单位\n值班室,ZJ\n").1, [1]);
        assert_eq!(read("名称,单位,电视,地点\n值班室,ZJ,电视,东\n").1, [1]);
    }

    proptest! {
        #[test]
        fn never_panics(text in "(名称,单位,电视,摄像头\n)?([a-z:/@, 村]{0,12}[,\n]){0,12}") {
            let _ = read(&text);
        }
    }
}
