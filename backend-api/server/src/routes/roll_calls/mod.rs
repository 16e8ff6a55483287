//! Roll calls as staff see and make them.

pub mod add_member;
pub mod add_round;
pub mod attendance;
pub mod cancel;
pub mod close;
pub mod correct;
pub mod create;
pub mod events;
pub mod get;
pub mod list;
pub mod open;
pub mod presence_code;
pub mod results;
