//! One-key service (一键服务), suggestions (建议意见) and confidential reports (举报投诉), as the server handles
//! them.
//!
//! | module | holds |
//! |---|---|
//! | [`machine`] | what may happen when, and how it stands then: no database, no clock |
//! | [`clock`] | by when somebody must answer, and why |
//! | [`ladder`] | who stands above whom |
//! | [`kept`] | who sees a request, reading it, writing down what happened |
//! | [`asking`] | something is asked, at a TV or by a telephone |
//! | [`asker`] | what the asker says, adds and takes back |
//! | [`at_tv`] | what a TV shows of its own |
//! | [`desk`] | work lists and one request, for staff |
//! | [`acts`] | what staff do |
//! | [`deadlines`] | what the server does at its time |
//! | [`told`] | what staff are told of one that is due |
//! | [`statistics`] | figures, and the report of a month |
//! | [`work_calendar`] | the working calendar, as staff enter it |

pub mod acts;
pub mod asker;
pub mod asking;
pub mod at_tv;
pub mod clock;
pub mod deadlines;
pub mod desk;
pub mod kept;
pub mod ladder;
pub mod machine;
#[cfg(test)]
mod model;
pub mod statistics;
mod told;
pub mod work_calendar;
