//! The rules. Nothing here knows axum or a database driver.

pub mod backup;
pub mod bulletins;
pub mod enrolment;
pub mod error;
pub mod files;
pub mod live;
pub mod maintenance;
pub mod organizations;
pub mod pictures;
pub mod programmes;
pub mod publish;
pub mod rate;
pub mod rights;
pub mod secrets;
pub mod sessions;
pub mod terminals;
pub mod tokens;
pub mod township;
