//! Everything the store promises, on SQLite and on PostgreSQL. A new function of the store gets
//! its tests here, inside `on_both_engines!`.

mod access;
mod attachments;
mod audit;
mod backup;
mod branches;
mod categories;
mod circles;
mod documents;
mod due;
mod duty;
mod encryption;
mod enrolments;
mod evaluations;
mod feed;
mod feed_model;
mod fixture;
mod households;
mod idempotency;
mod journal;
mod limits;
mod lists;
mod meetings;
mod members;
mod notices;
mod organizations;
mod outage;
mod progress;
mod requests;
mod roll_calls;
mod staff;
mod terminals;
mod transactions;
mod uploads;
mod versions;
