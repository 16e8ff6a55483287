//! The certificate of the server itself, for townships without a proxy. It is read anew when its files
//! change; connections that are open stay. Files that do not fit leave the one before in use.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use parking_lot::{Mutex, RwLock};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert, ServerConfig};
use rustls::sign::CertifiedKey;
use tokio_rustls::TlsAcceptor;

use crate::config::Tls;

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A file cannot be read, or is none of these.
    #[error("{file} 读不出来：须是 PEM 格式的{what}，并且 backend-api 用户可以读")]
    File {
        /// The file.
        file: PathBuf,
        /// What it should be.
        what: &'static str,
        /// Why.
        #[source]
        source: rustls::pki_types::pem::Error,
    },
    /// The file holds no certificate.
    #[error("{0} 里没有证书")]
    Empty(PathBuf),
    /// They do not belong to each other, or are of a kind that TLS cannot use.
    #[error("证书 {certificate} 和私钥 {key} 不能一起使用，请检查是不是一对")]
    Pair {
        /// File of the certificate.
        certificate: PathBuf,
        /// File of the key.
        key: PathBuf,
        /// Why.
        #[source]
        source: rustls::Error,
    },
}

/// Files as they were when they were read: when written, how long, which.
type Stamp = [Option<(SystemTime, u64, u64)>; 2];

/// The certificate in use.
#[derive(Debug)]
pub(crate) struct Certificate {
    files: Tls,
    in_use: RwLock<Arc<CertifiedKey>>,
    read_as: Mutex<Stamp>,
}

impl Certificate {
    /// Reads it.
    ///
    /// # Errors
    /// What is wrong with which file.
    pub(crate) fn open(files: &Tls) -> Result<Arc<Self>, CertificateError> {
        // What changes while it is read is read again.
        let read_as = stamp(files);
        Ok(Arc::new(Self {
            in_use: RwLock::new(read(files)?),
            read_as: Mutex::new(read_as),
            files: files.clone(),
        }))
    }

    /// Takes what is in the files now for the connections that come, if they were written since. Blocks.
    ///
    /// # Errors
    /// What is wrong with which file, as long as it is; the certificate before stays in use.
    pub(crate) fn renew(&self) -> Result<(), CertificateError> {
        let now = stamp(&self.files);
        if now == *self.read_as.lock() {
            return Ok(());
        }
        *self.in_use.write() = read(&self.files)?;
        *self.read_as.lock() = now;
        tracing::info!("the certificate was renewed");
        Ok(())
    }

    /// Speaks TLS with it.
    pub(crate) fn acceptor(self: &Arc<Self>) -> Result<TlsAcceptor, rustls::Error> {
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(self) as _);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.in_use.read()))
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

fn stamp(files: &Tls) -> Stamp {
    use std::os::unix::fs::MetadataExt as _;
    [&files.certificate, &files.key].map(|file| {
        let about = std::fs::metadata(file).ok()?;
        Some((about.modified().ok()?, about.len(), about.ino()))
    })
}

fn read(files: &Tls) -> Result<Arc<CertifiedKey>, CertificateError> {
    let wrong = |file: &Path, what| {
        let file = file.to_owned();
        move |source| CertificateError::File { file, what, source }
    };
    let Tls {
        certificate, key, ..
    } = files;
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(wrong(certificate, "证书"))?;
    if chain.is_empty() {
        return Err(CertificateError::Empty(certificate.clone()));
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(wrong(key, "私钥"))?;
    let pair = CertifiedKey::from_der(chain, private, &provider());
    let pair = pair.map_err(|source| CertificateError::Pair {
        certificate: certificate.clone(),
        key: key.clone(),
        source,
    })?;
    Ok(Arc::new(pair))
}
