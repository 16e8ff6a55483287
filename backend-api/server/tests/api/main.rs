//! The API as clients see it: the real server in this process, on a free port, over HTTP.

mod accounts;
mod backup;
mod bulletins;
mod common;
mod enrolment;
mod events;
mod feed;
mod files;
mod hostile;
mod matrix;
mod members;
mod openapi;
mod operation;
mod people;
mod progress;
mod rights;
mod roll_calls;
mod secrecy;
mod sessions;
