//! What server and terminal say to each other: plain data, no behaviour but what both must
//! do alike ([`played`], [`captions`]).
//!
//! Every time is a Unix time in milliseconds (`*_at_ms`), every duration is in milliseconds
//! (`*_ms`), every amount of money in integer fen. Ids are UUIDv7 in text. Field names are
//! stable: an older terminal must be able to read what a newer server sends, so fields are only
//! added, with `#[serde(default)]`, and unknown ones are ignored.

pub mod account;
pub mod branch;
pub mod bulletin;
pub mod captions;
pub mod category;
#[cfg(any(test, feature = "testing"))]
pub mod circles;
pub mod duty;
pub mod enrolment;
pub mod error;
pub mod evaluation;
pub mod evaluation_words;
pub mod event;
pub mod feed;
pub mod file;
pub mod finance;
pub mod form;
#[cfg(test)]
mod house_tests;
pub mod kinds;
pub mod manuscript;
pub mod meeting;
pub mod meeting_series;
pub mod member;
pub mod operation;
pub mod organization;
pub mod person;
pub mod played;
pub mod preview;
pub mod programme;
pub mod proof;
pub mod remote_action;
pub mod repeat;
pub mod request;
pub mod request_figures;
pub mod roll_call;
pub mod setup;
pub mod staff;
pub mod staff_programme;
pub mod station_check;
pub mod submission;
pub mod terminal;
pub mod township;
pub mod upload;
pub mod work_calendar;

/// Path prefix of every endpoint of this version of the API.
pub const API_PREFIX: &str = "/api/v1";

/// Header with which a terminal names one write, so that sending it twice counts once.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Header with which a terminal that asks the feed says where it keeps things: a [`terminal::TerminalStorage`] by its
/// name.
pub const TERMINAL_STORAGE: &str = "terminal-storage";

/// Header with the token of a [`member::MemberSession`], beside the terminal's own.
pub const MEMBER_SESSION: &str = "member-session";
