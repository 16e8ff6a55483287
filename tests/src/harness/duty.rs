//! Duty rooms and looks into them, as a server would tell of them.

use contract::duty::{DutyLook, DutyRoom, DutySource, TerminalDuty};
use contract::meeting::{MediaLink, MediaProtocol};
use contract::organization::OrganizationRef;

use super::NOW_MS;

const MINUTE: i64 = 60_000;
/// The terminal of [`super::Disk::enrol_as`].
const OWN: &str = "0198c0de-0000-7000-8000-000000000012";

/// The rooms of a village: its station, another station, and a camera.
#[must_use]
pub fn rooms() -> Vec<DutyRoom> {
    let room = |id: &str, title: &str, source, terminal: Option<&str>| DutyRoom {
        id: id.to_owned(),
        title: title.to_owned(),
        organization: OrganizationRef {
            id: "village".to_owned(),
            name: "张家村".to_owned(),
        },
        source,
        terminal_id: terminal.map(str::to_owned),
        ..DutyRoom::default()
    };
    vec![
        room("own", "村委会值班室", DutySource::Station, Some(OWN)),
        room("hall", "党员活动室", DutySource::Station, Some("another")),
        room("gate", "便民服务大厅", DutySource::Camera, None),
    ]
}

/// Somebody looks into the room of this television since some minutes.
#[must_use]
pub fn look() -> DutyLook {
    DutyLook {
        id: "now".to_owned(),
        room_id: "own".to_owned(),
        room_title: "村委会值班室".to_owned(),
        by: "镇党委办公室 王芳".to_owned(),
        opened_at_ms: NOW_MS - 8 * MINUTE,
        closed_at_ms: None,
    }
}

pub(super) fn another() -> DutyLook {
    DutyLook {
        id: "another".to_owned(),
        room_id: "gate".to_owned(),
        room_title: "便民服务大厅".to_owned(),
        by: "县委组织部 李强".to_owned(),
        opened_at_ms: NOW_MS - MINUTE,
        closed_at_ms: None,
    }
}

/// Looks of some days.
pub(super) fn over() -> Vec<DutyLook> {
    [
        (40, 3, "镇党委办公室 王芳"),
        (95, 0, "县委组织部 李强"),
        (24 * 60 + 30, 25, "镇党委办公室 王芳"),
        (24 * 60 + 11 * 60, 90, "镇纪委 赵敏"),
        (5 * 24 * 60, 2, "县委组织部 李强"),
        (6 * 24 * 60, 12, "镇党委办公室 王芳"),
    ]
    .into_iter()
    .map(|(minutes_ago, minutes, by)| {
        let opened_at_ms = NOW_MS - minutes_ago * MINUTE;
        DutyLook {
            id: format!("over {minutes_ago}"),
            by: by.to_owned(),
            opened_at_ms,
            closed_at_ms: Some(opened_at_ms + minutes * MINUTE),
            ..look()
        }
    })
    .collect()
}

/// Where the picture of this station is to be sent.
#[must_use]
pub fn link() -> MediaLink {
    MediaLink {
        protocol: MediaProtocol::Whip,
        url: "http://127.0.0.1:9/look".to_owned(),
        token: "token".to_owned(),
    }
}

/// What an ordinary look leaves in the cache.
#[must_use]
pub fn looked_at() -> TerminalDuty {
    TerminalDuty {
        rooms: rooms(),
        looks: vec![look()],
        publish: None,
    }
}
