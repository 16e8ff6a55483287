//! A terminal about itself.

pub mod duty;
pub mod end_session;
pub mod get;
pub mod meetings;
pub mod open_session;
pub mod people;
pub mod pin;
pub mod progress;
pub mod record;
pub mod roll_calls;
pub mod sign_in;
pub mod viewing;
