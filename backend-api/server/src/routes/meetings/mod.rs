//! Meetings: their calendar, their direction, and who watched.

pub mod cancel;
pub mod create;
pub mod direction;
pub mod edit;
pub mod end;
pub mod events;
pub mod get;
pub mod host;
pub mod host_source;
pub mod list;
pub mod picture;
pub mod roll_call;
pub mod stage;
pub mod start;
pub mod viewings;
