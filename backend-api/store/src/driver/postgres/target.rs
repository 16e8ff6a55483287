//! Where a PostgreSQL server is, and how the way there is protected: `sslmode` and `sslrootcert` of its URL
//! mean what they mean for libpq.

use std::borrow::Cow;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use percent_encoding::percent_decode_str;
use rustls::ClientConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
use tokio_postgres::{AsyncMessage, Client, Config, NoTls};

use super::said::with_cause;
use super::tls::{self, Rustls, Trust};
use crate::error::{Error, Result};

/// How long a server may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(3);
/// And to say who it is and to let us in.
const GREETING: Duration = Duration::from_secs(2);
/// After how long without an acknowledgement by the other machine a connection is given up.
const UNACKNOWLEDGED: Duration = Duration::from_secs(20);
/// When a silent connection is first asked whether it is still there; libpq's default is two hours.
const SILENT: Duration = Duration::from_secs(30);
const SILENT_UNSET: Duration = Duration::from_secs(2 * 60 * 60);
const ASK_AGAIN: Duration = Duration::from_secs(5);
const ASK_TIMES: u32 = 3;

/// How what goes to and from a database is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// A file or a socket of this machine: it goes over no network.
    Local,
    /// Not at all (`sslmode=disable`).
    Off,
    /// If the server offers it, whoever it is (`sslmode=prefer`, or nothing written).
    IfOffered,
    /// Against listening, but not against somebody who says to be the server (`sslmode=require`).
    Unverified,
    /// The server's certificate is signed by somebody trusted (`sslmode=verify-ca`).
    Authority,
    /// And made out for its name (`sslmode=verify-full`).
    Full,
}

/// What a connection's messages are read with, which drives it.
pub(super) type Messages = Box<
    dyn FnMut(&mut Context<'_>) -> Poll<Option<Result<AsyncMessage, tokio_postgres::Error>>> + Send,
>;

/// A server.
#[derive(Clone)]
pub(crate) struct Target {
    config: Box<Config>,
    encryption: Encryption,
    /// File of the certificates that are trusted; nothing: those of the system.
    roots: Option<PathBuf>,
    /// Made when it is first needed.
    tls: Arc<OnceLock<Arc<ClientConfig>>>,
}

impl FromStr for Target {
    type Err = Error;

    /// # Errors
    /// [`Error::Url`] with what is wrong. It never quotes the URL, so no password gets into logs.
    fn from_str(url: &str) -> Result<Self> {
        let (rest, asked) = Asked::taken_from(url);
        let mut config: Config = rest.parse().map_err(|error: tokio_postgres::Error| {
            let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
            Error::Url(format!("{error}{}", cause.unwrap_or_default()))
        })?;
        let of_sockets = !config.get_hosts().is_empty()
            && config
                .get_hosts()
                .iter()
                .all(|host| matches!(host, Host::Unix(_)));
        let encryption = if of_sockets {
            Encryption::Local
        } else {
            asked.encryption()?
        };
        config.ssl_mode(match encryption {
            Encryption::Local | Encryption::Off => SslMode::Disable,
            Encryption::IfOffered => SslMode::Prefer,
            Encryption::Unverified | Encryption::Authority | Encryption::Full => SslMode::Require,
        });
        bound(&mut config);
        // Of several servers only one takes what is written.
        if config.get_hosts().len() > 1 && !rest.contains("target_session_attrs=") {
            config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        }
        Ok(Self {
            config: Box::new(config),
            encryption,
            roots: asked.roots.map(PathBuf::from),
            tls: Arc::default(),
        })
    }
}

/// What a URL says of TLS.
#[derive(Default)]
struct Asked {
    mode: Option<String>,
    roots: Option<String>,
}

impl Asked {
    /// The URL without what is said of TLS, and that.
    fn taken_from(url: &str) -> (Cow<'_, str>, Self) {
        // A password may hold a question mark; it stands before the first path.
        let path = url.find("://").map_or(0, |at| at + 3);
        let path = url[path..].find('/').map_or(url.len(), |at| path + at);
        let host = url[..path].rfind('@').unwrap_or(0);
        let Some(query) = url[host..].find('?').map(|at| host + at) else {
            return (Cow::Borrowed(url), Self::default());
        };
        let mut asked = Self::default();
        let mut kept = Vec::new();
        for pair in url[query + 1..].split('&').filter(|pair| !pair.is_empty()) {
            let value =
                |text: &str| Some(percent_decode_str(text).decode_utf8_lossy().into_owned());
            match pair.split_once('=') {
                Some(("sslmode", text)) => asked.mode = value(text),
                Some(("sslrootcert", text)) => asked.roots = value(text),
                _ => kept.push(pair),
            }
        }
        let before = &url[..query];
        let rest = match kept.as_slice() {
            [] => Cow::Borrowed(before),
            kept => Cow::Owned(format!("{before}?{}", kept.join("&"))),
        };
        (rest, asked)
    }

    fn encryption(&self) -> Result<Encryption> {
        let encryption = match self.mode.as_deref() {
            Some("disable") => Encryption::Off,
            None | Some("prefer") => Encryption::IfOffered,
            // With trusted certificates libpq looks at them here, too.
            Some("require") if self.roots.is_some() => Encryption::Authority,
            Some("require") => Encryption::Unverified,
            Some("verify-ca") => Encryption::Authority,
            Some("verify-full") => Encryption::Full,
            Some(_) => {
                return Err(Error::Url(
                    "sslmode is one of disable, prefer, require, verify-ca, verify-full".into(),
                ));
            }
        };
        if self.roots.is_some() && matches!(encryption, Encryption::Off | Encryption::IfOffered) {
            return Err(Error::Url(
                "with sslrootcert write sslmode=verify-full too: otherwise nobody looks at it"
                    .into(),
            ));
        }
        Ok(encryption)
    }
}

/// Bounds every wait of the way there, where the URL says nothing of it.
fn bound(config: &mut Config) {
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(UNACKNOWLEDGED);
    }
    if config.get_keepalives_idle() == SILENT_UNSET {
        config.keepalives_idle(SILENT);
    }
    if config.get_keepalives_interval().is_none() {
        config.keepalives_interval(ASK_AGAIN);
    }
    if config.get_keepalives_retries().is_none() {
        config.keepalives_retries(ASK_TIMES);
    }
}

impl Target {
    /// How what goes there and back is protected.
    pub(crate) fn encryption(&self) -> Encryption {
        self.encryption
    }

    /// Whether it is on this machine, by whichever address.
    pub(crate) fn is_local(&self) -> bool {
        let is_here = |name: &str| {
            name == "localhost"
                || name
                    .parse::<std::net::IpAddr>()
                    .is_ok_and(|address| address.is_loopback())
        };
        let addresses = self.config.get_hostaddrs();
        self.config.get_hosts().iter().all(|host| match host {
            Host::Unix(_) => true,
            Host::Tcp(name) => is_here(name) || !addresses.is_empty(),
        }) && addresses.iter().all(std::net::IpAddr::is_loopback)
    }

    /// User and database, for people.
    pub(crate) fn names(&self) -> (&str, &str) {
        (
            self.config.get_user().unwrap_or("?"),
            self.config.get_dbname().unwrap_or("?"),
        )
    }

    /// Makes sure that the trusted certificates are there.
    ///
    /// # Errors
    /// [`Error::Url`] with what is wrong with them.
    pub(crate) fn check(&self) -> Result<()> {
        self.tls().map(|_| ())
    }

    /// `None` where no TLS is made.
    fn tls(&self) -> Result<Option<Arc<ClientConfig>>> {
        let trust = match self.encryption {
            Encryption::Local | Encryption::Off => return Ok(None),
            Encryption::IfOffered | Encryption::Unverified => Trust::Anybody,
            Encryption::Authority => Trust::Authority,
            Encryption::Full => Trust::Full,
        };
        if let Some(made) = self.tls.get() {
            return Ok(Some(Arc::clone(made)));
        }
        let made = tls::config(trust, self.roots.as_deref()).map_err(Error::Url)?;
        Ok(Some(Arc::clone(self.tls.get_or_init(|| Arc::new(made)))))
    }

    /// How long connecting may take, all hosts together.
    pub(super) fn patience(&self) -> Duration {
        let each = self
            .config
            .get_connect_timeout()
            .copied()
            .unwrap_or(CONNECT)
            + GREETING;
        each * u32::try_from(self.config.get_hosts().len().max(1)).unwrap_or(1)
    }

    /// Connects. The messages have to be read for anything to happen.
    pub(super) async fn connect(&self) -> Result<(Client, Messages)> {
        let opened = |error: tokio_postgres::Error| Error::Open(with_cause(&error).into());
        match self.tls()? {
            None => {
                let (client, connection) = self.config.connect(NoTls).await.map_err(opened)?;
                Ok((client, messages(connection)))
            }
            Some(tls) => {
                let tls = self.config.connect(Rustls(tls)).await;
                let (client, connection) = tls.map_err(opened)?;
                Ok((client, messages(connection)))
            }
        }
    }
}

fn messages<S, T>(mut connection: tokio_postgres::Connection<S, T>) -> Messages
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    Box::new(move |context: &mut Context<'_>| connection.poll_message(context))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encryption(url: &str) -> Encryption {
        url.parse::<Target>().unwrap().encryption()
    }

    #[test]
    fn a_url_says_how_the_way_is_protected() {
        for (url, expected) in [
            ("postgres://u@db.example/tv", Encryption::IfOffered),
            (
                "postgres://u@db.example/tv?sslmode=disable",
                Encryption::Off,
            ),
            (
                "postgres://u@db.example/tv?sslmode=prefer",
                Encryption::IfOffered,
            ),
            (
                "postgres://u@db.example/tv?sslmode=require",
                Encryption::Unverified,
            ),
            (
                "postgres://u@db.example/tv?sslmode=require&sslrootcert=/etc/ca.pem",
                Encryption::Authority,
            ),
            (
                "postgres://u@db.example/tv?sslmode=verify-ca",
                Encryption::Authority,
            ),
            (
                "postgres://u:what?@db.example/tv?connect_timeout=5&sslmode=verify-full&sslrootcert=/etc/%E6%A0%B9.pem",
                Encryption::Full,
            ),
            (
                "postgres:///tv?host=/run/postgresql&sslmode=verify-full",
                Encryption::Local,
            ),
        ] {
            assert_eq!(encryption(url), expected, "{url}");
        }
        let target: Target = "postgres://u:what?@db.example/tv?connect_timeout=5&sslmode=verify-full&sslrootcert=/etc/%E6%A0%B9.pem".parse().unwrap();
        assert_eq!(target.roots, Some(PathBuf::from("/etc/根.pem")));
        assert_eq!(
            target.config.get_connect_timeout(),
            Some(&Duration::from_secs(5))
        );
        assert_eq!(target.config.get_password(), Some(b"what?".as_slice()));
        let missing = target.check().unwrap_err();
        assert!(missing.to_string().contains("/etc/根.pem"), "{missing}");
    }

    #[test]
    fn what_means_nothing_is_refused() {
        for url in [
            "postgres://u@db.example/tv?sslmode=verify",
            "postgres://u@db.example/tv?sslrootcert=/etc/ca.pem",
            "postgres://u@db.example/tv?sslmode=disable&sslrootcert=/etc/ca.pem",
        ] {
            assert!(matches!(url.parse::<Target>(), Err(Error::Url(_))), "{url}");
        }
    }

    #[test]
    fn where_a_server_is() {
        for (url, local) in [
            ("postgres:///tv?host=/run/postgresql", true),
            ("postgres://u@localhost/tv", true),
            ("postgres://u@127.0.0.1/tv", true),
            ("postgres://u@[::1]/tv", true),
            ("postgres://u@db.example/tv", false),
            ("postgres://u@10.1.2.3/tv", false),
            ("postgres://u@localhost,db.example/tv", false),
            ("postgres://u@db.example/tv?hostaddr=127.0.0.1", true),
            ("postgres://u@localhost/tv?hostaddr=10.1.2.3", false),
        ] {
            assert_eq!(url.parse::<Target>().unwrap().is_local(), local, "{url}");
        }
    }

    #[test]
    fn of_several_servers_the_one_that_writes_is_meant() {
        let wants = |url: &str| {
            let target: Target = url.parse().unwrap();
            target.config.get_target_session_attrs()
        };
        use TargetSessionAttrs::{Any, ReadWrite};
        assert_eq!(wants("postgres://u@a/tv"), Any);
        assert_eq!(wants("postgres://u@a,b:5433/tv"), ReadWrite);
        assert_eq!(wants("postgres:///tv?host=/run/a&host=/run/b"), ReadWrite);
        let any = "postgres://u@a,b/tv?sslmode=disable&target_session_attrs=any";
        assert_eq!(wants(any), Any);
    }

    #[test]
    fn every_wait_is_bounded_and_what_is_written_counts() {
        let target: Target = "postgres://u@db.example/tv".parse().unwrap();
        assert_eq!(target.config.get_connect_timeout(), Some(&CONNECT));
        assert_eq!(target.config.get_tcp_user_timeout(), Some(&UNACKNOWLEDGED));
        assert_eq!(target.config.get_keepalives_idle(), SILENT);
        let written: Target =
            "postgres://u@a,b/tv?connect_timeout=7&tcp_user_timeout=9&keepalives_idle=60"
                .parse()
                .unwrap();
        assert_eq!(written.patience(), (Duration::from_secs(7) + GREETING) * 2);
        assert_eq!(
            written.config.get_keepalives_idle(),
            Duration::from_secs(60)
        );
    }
}
