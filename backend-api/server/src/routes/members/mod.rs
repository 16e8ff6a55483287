//! Members: people in one home organization each.

mod come_back;
mod create;
mod duplicates;
mod edit;
mod get;
mod import;
mod import_at_once;
mod imports;
mod leave;
mod list;
mod pin;
mod purge;
mod reveal;
mod search;
mod transfer;
mod transfers;
mod try_import;
mod undo_import;

use super::extract::up_to;
use super::resource::{Resource, endpoint};
use crate::import::register::people::MAX_BYTES;

/// Bytes of a list with what was decided of its rows.
const MAX_REQUEST: usize = 4 * 1024 * 1024;

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new()
        .add(endpoint!(list))
        .add(endpoint!(create))
        .add(endpoint!(search))
        .add(endpoint!(duplicates))
        .add(up_to(MAX_BYTES, endpoint!(import)))
        .add(up_to(MAX_REQUEST, endpoint!(try_import)))
        .add(up_to(MAX_REQUEST, endpoint!(import_at_once)))
        .add(endpoint!(imports))
        .add(endpoint!(undo_import))
        .add(endpoint!(get))
        .add(endpoint!(edit))
        .add(endpoint!(reveal))
        .add(endpoint!(purge))
        .add(endpoint!(pin))
        .add(endpoint!(transfer))
        .add(endpoint!(transfers))
        .add(endpoint!(leave))
        .add(endpoint!(come_back))
}
