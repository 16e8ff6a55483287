//! The rules. Nothing here knows axum or a database driver.

pub mod accounts;
pub mod audit;
pub mod backup;
pub mod bulletins;
pub mod enrolment;
pub mod error;
pub mod files;
pub mod identity;
pub mod live;
pub mod maintenance;
pub mod organizations;
pub mod pictures;
pub mod pins;
pub mod programmes;
pub mod publish;
pub mod rate;
pub mod rights;
pub mod roll_call;
pub mod secrets;
pub mod sessions;
pub mod terminals;
pub mod tokens;
pub mod totp;
pub mod township;
pub mod vault;
