//! Organizations: their tree, and what a new name of one means for everything that carries it.

use contract::organization::OrganizationKind;

use crate::driver::WriteTx;
use crate::error::{Error, Result};
use crate::journal::{self, Audience, Topic};
use crate::{feed_entries, people, register, tree};

pub use crate::tree::{
    NewOrganization, all, ancestors, by_code, create, get, is_within, move_to, root, subtree,
};

/// Changes kind and name; tells whether anything was different. A new name goes to terminals with
/// everything the organization has published.
///
/// # Errors
/// [`Error::NotFound`].
pub fn update(
    tx: &mut WriteTx<'_>,
    id: &str,
    kind: OrganizationKind,
    name: &str,
    now_ms: i64,
) -> Result<bool> {
    let old = get(tx, id)?.ok_or(Error::NotFound("organization"))?;
    if old.kind == kind && old.name == name {
        return Ok(false);
    }
    tree::set(tx, id, kind, name)?;
    if old.name != name {
        for feed_kind in register::feed_kinds() {
            feed_entries::announce_again(tx, feed_kind, id, now_ms)?;
        }
        // The people, the roll calls and the TVs of it carry its name.
        people::changed(tx, id, None)?;
        people::all_below(tx, id);
        journal::touch(tx, Topic::Terminals, Audience::At(id));
    }
    Ok(true)
}
