//! Films on their way from a browser, by tus 1.0.0 (<https://tus.io/protocols/resumable-upload>): creation,
//! expiration and termination. In `Upload-Metadata` are `filename`, and `sha256` in hexadecimal if the whole is to
//! be compared in the end. What the console shows of one is read by `GET`.

mod append;
mod capabilities;
mod create;
mod get;
mod list;
mod offset;
mod remove;
mod tus;

use super::resource::{Resource, endpoint};
use tus::spoken;

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new()
        .add(spoken(endpoint!(capabilities)))
        .add(spoken(endpoint!(create)))
        .add(endpoint!(list))
        .add(endpoint!(get))
        .add(spoken(endpoint!(offset)))
        .add(spoken(endpoint!(append)))
        .add(spoken(endpoint!(remove)))
}
