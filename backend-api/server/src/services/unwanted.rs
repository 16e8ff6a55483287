//! Files that nothing refers to any more go from the disk. They are noted in the transaction that makes them so
//! ([`store::files::forget`]); whoever was interrupted is followed by the next.

use store::{Store, files};
use tokio::runtime::Handle;

use super::files::{FileName, Files};
use super::kit::error::Result;

/// Removes them. Blocks, on a thread where the runtime can be waited for.
///
/// # Errors
/// The database or the disk failed; what is left goes another time.
pub fn remove(store: &Store, stored: &Files) -> Result<()> {
    for name in store.read(files::unwanted)? {
        // Nothing else was ever on the disk.
        if let Ok(file) = FileName::parse(&name) {
            Handle::current().block_on(stored.remove(&file))?;
        }
        store.write::<_, store::Error, _>(move |tx| files::gone(tx, &name))?;
    }
    Ok(())
}
