//! Accounts of the own subtree.

pub mod change;
pub mod create;
pub mod disable;
pub mod enable;
pub mod list;
pub mod password;
pub mod totp;
