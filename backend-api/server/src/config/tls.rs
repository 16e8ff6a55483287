//! TLS spoken by the server itself.

use std::net::SocketAddr;
use std::path::PathBuf;

/// TLS spoken by the server itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// PEM file of the certificate, those of its issuers after it.
    pub certificate: PathBuf,
    /// PEM file of its private key.
    pub key: PathBuf,
    /// Where plain HTTP is answered with where TLS is spoken.
    pub redirect: Option<SocketAddr>,
}
