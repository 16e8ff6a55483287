//! Members: people in one home organization each.

pub mod come_back;
pub mod create;
pub mod duplicates;
pub mod edit;
pub mod get;
pub mod import;
pub mod leave;
pub mod list;
pub mod pin;
pub mod purge;
pub mod reveal;
pub mod search;
pub mod transfer;
pub mod transfers;
