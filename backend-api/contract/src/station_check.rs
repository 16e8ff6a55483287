//! Whether a station can take part in a meeting (会前检查): its television looks at its camera, its microphone, its
//! loudspeaker and its line, without disturbing who watches.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::organization::OrganizationRef;
use crate::remote_action::RemoteState;
use crate::terminal::TerminalRef;

/// What was found of a device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeviceFinding {
    /// It was opened, and something came of it.
    Works,
    /// The television uses it just now.
    InUse,
    /// A microphone that gives nothing but silence.
    Silent,
    /// None is plugged in, or not the one that was chosen.
    Missing,
    /// There is one, and nobody has chosen it in the settings of the television.
    NotChosen,
    /// Another program has it.
    Busy,
    /// It is there and cannot be opened, or gives nothing.
    #[default]
    #[serde(other)]
    Failed,
}

/// The devices of a station.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StationDevices {
    /// The camera.
    pub camera: DeviceFinding,
    /// The microphone.
    pub microphone: DeviceFinding,
    /// Where sound comes out: whether there is something at all.
    pub loudspeaker: DeviceFinding,
}

/// The line from a station to the server: small questions, one after the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StationLine {
    /// The middle one of the times until an answer, in ms; none: there was no answer.
    #[serde(default)]
    pub round_trip_ms: Option<u32>,
    /// How many were asked.
    pub tries: u32,
    /// How many got no answer within two seconds.
    pub lost: u32,
}

/// What a station found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StationCheck {
    /// Its devices.
    pub devices: StationDevices,
    /// Its line.
    pub line: StationLine,
}

/// `PUT /api/v1/terminal/actions/{id}`: how far the terminal is. Saying it again changes nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ActionReport {
    /// It is done; otherwise it was taken.
    #[serde(default)]
    pub done: bool,
    /// What a check found, once it is done.
    #[serde(default)]
    pub check: Option<StationCheck>,
}

/// One station of a meeting, and its latest check.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StationCheckup {
    /// The station.
    pub terminal: TerminalRef,
    /// Where it stands.
    pub organization: OrganizationRef,
    /// How far its latest check is; none: it was not asked lately.
    #[serde(default)]
    pub state: Option<RemoteState>,
    /// When it was asked.
    #[serde(default)]
    pub asked_at_ms: Option<i64>,
    /// What it found, once it is done.
    #[serde(default)]
    pub check: Option<StationCheck>,
}

/// `GET` and `POST /api/v1/meetings/{id}/station-checks`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StationChecks {
    /// Every station of the audience.
    pub stations: Vec<StationCheckup>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_newer_station_finds_is_something_wrong() {
        let read: DeviceFinding = serde_json::from_str("\"haunted\"").unwrap();
        assert_eq!(read, DeviceFinding::Failed);
        assert_eq!(serde_json::to_value(read).unwrap(), "failed");
    }
}
