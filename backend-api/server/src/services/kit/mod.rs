//! What every service stands on, each of it once. Nothing here knows a kind of thing: no service of the
//! house is imported.

pub mod audit;
pub mod calendar;
pub mod error;
pub mod names;
pub mod rate;
pub mod reason;
pub mod rights;
pub mod task;
