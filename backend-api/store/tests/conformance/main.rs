//! Everything the store promises, on SQLite and on PostgreSQL. A new function of the store gets
//! its tests here, inside `on_both_engines!`.

mod backup;
mod documents;
mod enrolments;
mod feed;
mod feed_model;
mod fixture;
mod idempotency;
mod organizations;
mod progress;
mod roll_calls;
mod staff;
mod terminals;
mod transactions;
