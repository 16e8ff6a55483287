//! What every service stands on, each of it once. Nothing here knows a kind of thing: no service of one
//! is imported.

pub mod audit;
pub mod calendar;
pub mod columns;
pub mod damage;
pub mod error;
pub mod limits;
pub mod names;
pub mod personal_numbers;
pub mod publishing;
pub mod reason;
pub mod rights;
pub mod subject;
pub mod tables;
pub mod task;
pub mod tasks;
