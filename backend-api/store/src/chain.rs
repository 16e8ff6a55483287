//! What the audit log is chained with. The keys are not in the database: who has that alone can write
//! entries, and none that [`verify`](crate::audit::verify) takes for what the server wrote.

use std::fmt::Debug;

use sha2::{Digest as _, Sha256};

/// The keys of the chain, held by whoever opened the database. An entry says with which it is chained.
pub trait Keys: Debug + Send + Sync {
    /// Number of the newest, from 1.
    fn newest(&self) -> u32;

    /// HMAC-SHA-256 in hex with the key of this number, over the parts, each after its length; nothing
    /// if there is no such key.
    fn mac(&self, key: u32, parts: &[&str]) -> Option<String>;
}

/// SHA-256 over the parts, each after its length: so no two lists of parts are the same bytes.
pub(crate) fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
