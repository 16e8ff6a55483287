//! Households: the people who share one TV.

pub mod create;
pub mod delete;
pub mod edit;
pub mod get;
pub mod import;
pub mod list;
