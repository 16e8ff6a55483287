//! Whether a document's JSON is what was stored.

use sha2::{Digest, Sha256};

/// Tells one JSON from another: the first 64 bits of its SHA-256.
pub(super) fn sum(json: &str) -> i64 {
    let digest: [u8; 32] = Sha256::digest(json).into();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    i64::from_le_bytes(first)
}

/// Whether it is what was stored; what an older version stored without a sum is taken to be.
pub(super) fn is_same(json: &str, stored: Option<i64>) -> bool {
    stored.is_none_or(|stored| stored == sum(json))
}
