//! What is sealed and what can be looked up, by the names that are bound in.

/// Which value, and whose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    /// A member's identity number.
    IdNumber(&'a str),
    /// A member's telephone number.
    Phone(&'a str),
    /// A member's card.
    Card(&'a str),
    /// An account's second factor.
    Totp(&'a str),
    /// The address of the camera that a meeting's host is seen with, password included.
    HostCamera(&'a str),
    /// The address of a duty room's camera.
    Camera(&'a str),
    /// The key of an attachment's file.
    Attachment(&'a str),
    /// The telephone number somebody left with a request.
    RequestPhone(&'a str),
    /// The number by which the author of a confidential report is known.
    RequestNumber(&'a str),
    /// What was said in an entry of a confidential report.
    RequestWords(&'a str, u32),
    /// What the envelopes of an evaluation are opened with.
    Ballots(&'a str),
}

impl Place<'_> {
    pub(super) fn aad(self) -> String {
        match self {
            Self::IdNumber(id) => format!("member/{id}/id_number"),
            Self::Phone(id) => format!("member/{id}/phone"),
            Self::Card(id) => format!("member/{id}/card"),
            Self::Totp(id) => format!("account/{id}/totp"),
            Self::HostCamera(id) => format!("meeting/{id}/host_camera"),
            Self::Camera(id) => format!("duty_room/{id}/camera"),
            Self::Attachment(id) => format!("attachment/{id}/key"),
            Self::RequestPhone(id) => format!("request/{id}/phone"),
            Self::RequestNumber(id) => format!("request/{id}/number"),
            Self::RequestWords(id, entry) => format!("request/{id}/words/{entry}"),
            Self::Ballots(id) => format!("evaluation/{id}/ballots"),
        }
    }
}

/// What a blind index is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Identity number.
    IdNumber,
    /// Telephone number.
    Phone,
    /// Card.
    Card,
    /// The number of a confidential report.
    ReportNumber,
}

impl Field {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::IdNumber => "id_number",
            Self::Phone => "phone",
            Self::Card => "card",
            Self::ReportNumber => "report_number",
        }
    }
}
