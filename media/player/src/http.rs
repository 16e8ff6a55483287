//! The HTTP client of a terminal, which starts on any machine.

use std::sync::atomic::{AtomicBool, Ordering};

use reqwest::{Certificate, Client, ClientBuilder};

/// A client was made on a machine without CA certificates.
static TRUSTS_NOBODY: AtomicBool = AtomicBool::new(false);

/// Whether `https://` servers cannot be reached because this machine has no CA certificates. Known
/// once a [`client`] was made.
#[must_use]
pub fn trusts_nobody() -> bool {
    TRUSTS_NOBODY.load(Ordering::Relaxed)
}

/// Makes an HTTP client. On a machine without a single CA certificate it reaches `http://` servers
/// only: TLS refuses to be set up with nobody to trust, and would take everything else with it.
///
/// # Errors
/// The settings make no client.
pub fn client(settings: impl Fn() -> ClientBuilder) -> reqwest::Result<Client> {
    let error = match settings().build() {
        Ok(client) => return Ok(client),
        Err(error) => error,
    };
    let nobody = std::iter::empty::<Certificate>();
    let client = settings().tls_certs_only(nobody).build()?;
    TRUSTS_NOBODY.store(true, Ordering::Relaxed);
    tracing::error!(
        %error,
        "there are no CA certificates on this machine (Debian's package ca-certificates): \
         https:// servers cannot be reached"
    );
    Ok(client)
}
