//! What staff have a television do from afar (远程操作): one asks, the terminal is told at once, does it when
//! it can, and says so.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is to be done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RemoteKind {
    /// 重新启动: the application ends and begins again where it was.
    #[default]
    Restart,
    /// 全部重发: everything the server tells is fetched again, whatever is in the cache.
    Resync,
    /// 会前检查: a station looks at its devices and its line. Asked for a meeting, not for one terminal.
    Check,
    /// A kind that came after this program. A terminal leaves it alone; staff cannot ask for it.
    #[serde(other)]
    Unknown,
}

/// How far it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RemoteState {
    /// The terminal was told a moment ago.
    #[default]
    Asked,
    /// The terminal has not answered. It does it when it is there again.
    Unreachable,
    /// The terminal has it and is at it.
    Taken,
    /// Done.
    Done,
    /// The terminal did not come in time; it is not done any more.
    Expired,
}

/// What staff asked a terminal to do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RemoteAction {
    /// Id.
    pub id: String,
    /// What.
    pub kind: RemoteKind,
    /// How far it is.
    pub state: RemoteState,
    /// When it was asked.
    pub asked_at_ms: i64,
    /// Login name of who asked.
    pub asked_by: String,
    /// When the terminal said that it has it.
    #[serde(default)]
    pub taken_at_ms: Option<i64>,
    /// When the terminal said that it is done.
    #[serde(default)]
    pub done_at_ms: Option<i64>,
}

/// `GET /api/v1/terminals/{id}/actions`: the latest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RemoteActions {
    /// At most ten.
    pub actions: Vec<RemoteAction>,
}

/// `POST /api/v1/terminals/{id}/actions`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewRemoteAction {
    /// What is to be done.
    pub kind: RemoteKind,
}

/// `GET /api/v1/terminal/actions`: what this terminal is to do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TerminalActions {
    /// What was asked first stands first.
    pub actions: Vec<TerminalAction>,
}

/// One of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TerminalAction {
    /// Id.
    pub id: String,
    /// What.
    pub kind: RemoteKind,
    /// The terminal said before that it has it.
    #[serde(default)]
    pub taken: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_of_a_newer_server_is_read() {
        let later =
            r#"{"actions":[{"id":"a","kind":"dance"},{"id":"b","kind":"resync","taken":true}]}"#;
        let read: TerminalActions = serde_json::from_str(later).unwrap();
        assert_eq!(read.actions[0].kind, RemoteKind::Unknown);
        assert_eq!(
            (read.actions[1].kind, read.actions[1].taken),
            (RemoteKind::Resync, true)
        );
    }
}
