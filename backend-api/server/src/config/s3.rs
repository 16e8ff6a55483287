//! Stored files in a bucket instead of the data folder.

use std::fmt;

use url::Url;

/// A bucket of a store that speaks S3.
#[derive(Clone, PartialEq, Eq)]
pub struct S3 {
    /// Where the store is, without the bucket.
    pub endpoint: Url,
    /// The bucket, which must be there.
    pub bucket: String,
    /// Region, which most stores of one's own take whatever it says.
    pub region: String,
    /// Name of the key.
    pub access_key: String,
    /// The key.
    pub secret_key: String,
    /// Who asks for a file is sent to the store with a signed address, instead of getting it through the server.
    pub signed_addresses: bool,
}

/// The key is never shown.
impl fmt::Debug for S3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3")
            .field("endpoint", &self.endpoint.as_str())
            .field("bucket", &self.bucket)
            .field("region", &self.region)
            .field("signed_addresses", &self.signed_addresses)
            .finish_non_exhaustive()
    }
}
