//! Monthly accounts, from a spreadsheet to the draft of a bulletin.

mod draft;
mod read;
mod trial;

use super::extract::up_to;
use super::resource::{Resource, endpoint};

/// Bytes of a file: a month's accounts of a village are a page or two.
const MAX_FILE: usize = 5 * 1024 * 1024;

/// Bytes of the accounts with their pictures' names.
const MAX_REQUEST: usize = 2 * 1024 * 1024;

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new()
        .add(up_to(MAX_FILE, endpoint!(read)))
        .add(up_to(MAX_REQUEST, endpoint!(trial)))
        .add(up_to(MAX_REQUEST, endpoint!(draft)))
}
