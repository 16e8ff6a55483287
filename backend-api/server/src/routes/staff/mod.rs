//! Staff: accounts, sessions, second factors.

pub mod accounts;
mod cookie;
pub mod me;
pub mod password;
pub mod sessions;
pub mod sign_in;
pub mod sign_out;
pub mod totp;
