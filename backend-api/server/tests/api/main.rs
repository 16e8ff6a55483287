//! The API as clients see it: the real server in this process, on a free port, over HTTP.

mod accounts;
mod audience;
mod backup;
mod bulletins;
mod common;
mod console;
mod duty;
mod enrolment;
mod events;
mod feed;
mod files;
mod hostile;
mod matrix;
mod meetings;
mod members;
mod openapi;
mod operation;
mod people;
mod progress;
mod rights;
mod roll_calls;
mod rtsp;
mod secrecy;
mod sessions;
