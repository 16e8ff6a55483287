//! Opening a database and running transactions on it.

use std::convert::Infallible;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use parking_lot::RwLock;

use crate::chain::Keys;
use crate::driver::postgres::{Encryption, Postgres, Target};
use crate::driver::sqlite::Sqlite;
use crate::driver::{Engine, Tx, WriteTx, params};
use crate::error::{Error, Result};
use crate::touch::Topic;
use crate::{feed, feed_entries, journal, migrations};

/// Where the database is: `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/NAME`.
///
/// `Debug` and `Display` leave the password out.
#[derive(Clone)]
pub struct DatabaseUrl(Place);

#[derive(Clone)]
enum Place {
    Sqlite(PathBuf),
    Postgres(Box<Target>),
}

impl DatabaseUrl {
    /// The SQLite file at `path`.
    #[must_use]
    pub fn sqlite(path: &Path) -> Self {
        Self(Place::Sqlite(path.to_owned()))
    }

    /// The file of an SQLite database, `None` for PostgreSQL.
    #[must_use]
    pub fn sqlite_path(&self) -> Option<&Path> {
        match &self.0 {
            Place::Sqlite(path) => Some(path),
            Place::Postgres(_) => None,
        }
    }

    /// How what goes to and from it is protected.
    #[must_use]
    pub fn encryption(&self) -> Encryption {
        match &self.0 {
            Place::Sqlite(_) => Encryption::Local,
            Place::Postgres(target) => target.encryption(),
        }
    }

    /// Whether it is on this machine.
    #[must_use]
    pub fn is_local(&self) -> bool {
        match &self.0 {
            Place::Sqlite(_) => true,
            Place::Postgres(target) => target.is_local(),
        }
    }

    /// Makes sure that what it names beside the database is there: the file of the trusted certificates.
    ///
    /// # Errors
    /// [`Error::Url`] with what is wrong.
    pub fn check(&self) -> Result<()> {
        match &self.0 {
            Place::Sqlite(_) => Ok(()),
            Place::Postgres(target) => target.check(),
        }
    }
}

impl FromStr for DatabaseUrl {
    type Err = Error;

    /// `sslmode` and `sslrootcert` mean what they mean for libpq, see [`Encryption`].
    ///
    /// # Errors
    /// [`Error::Url`] with what to write instead.
    fn from_str(url: &str) -> Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() || path.starts_with(':') {
                return Err(Error::Url(
                    "write a file after sqlite:, e.g. sqlite:/var/lib/data.sqlite".into(),
                ));
            }
            return Ok(Self::sqlite(Path::new(path)));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self(Place::Postgres(Box::new(url.parse()?))));
        }
        Err(Error::Url("must begin with sqlite: or postgres://".into()))
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Place::Postgres(target) => {
                let (user, database) = target.names();
                write!(f, "postgres: user {user}, database {database}")
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Called after a write.
type Tell = Arc<dyn Fn() + Send + Sync>;

/// Called after a write, with the topics it touched.
type TellTopics = Arc<dyn Fn(&[Topic]) + Send + Sync>;

/// An open database. Clones share it; it closes with the last of them.
#[derive(Clone)]
pub struct Store {
    open: Arc<Open>,
    after: Arc<RwLock<After>>,
    /// What the audit log is chained with.
    chain: Arc<RwLock<Option<Arc<dyn Keys>>>>,
}

/// Whom to call after which writes.
#[derive(Default)]
struct After {
    deadline: Option<Tell>,
    touch: Option<TellTopics>,
}

pub(crate) enum Open {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Store {
    /// Opens the database, creates an SQLite file that is missing (not its folder), and brings
    /// the schema up to date. Blocks.
    ///
    /// # Errors
    /// [`Error::Open`] if it cannot be reached, [`Error::Migration`] if the schema is not one
    /// this program can use.
    pub fn open(url: &DatabaseUrl) -> Result<Self> {
        let open = match &url.0 {
            Place::Sqlite(path) => Open::Sqlite(Sqlite::open(path, migrations::apply_all)?),
            Place::Postgres(target) => Open::Postgres(Postgres::open(
                target.as_ref().clone(),
                migrations::apply_all,
            )?),
        };
        let store = Self {
            open: Arc::new(open),
            after: Arc::default(),
            chain: Arc::default(),
        };
        store.write(feed_entries::ensure_epoch)?;
        Ok(store)
    }

    /// Opens a database that is there, to read it as whatever version of this program left it. Blocks.
    ///
    /// # Errors
    /// [`Error::Open`] if it is not there or cannot be reached.
    pub fn open_as_it_is(url: &DatabaseUrl) -> Result<Self> {
        let open = match &url.0 {
            Place::Sqlite(path) if !path.exists() => {
                return Err(Error::Open(
                    format!("{} is not there", path.display()).into(),
                ));
            }
            Place::Sqlite(path) => Open::Sqlite(Sqlite::open(path, |_, _| Ok(()))?),
            Place::Postgres(config) => {
                Open::Postgres(Postgres::open(config.as_ref().clone(), |_, _| Ok(()))?)
            }
        };
        Ok(Self {
            open: Arc::new(open),
            after: Arc::default(),
            chain: Arc::default(),
        })
    }

    /// Runs `f` on one consistent snapshot of the database. Blocks.
    ///
    /// # Errors
    /// What `f` answers, or the store's error as `E`.
    pub fn read<T, E: From<Error>>(
        &self,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let chain = self.chain.read().clone();
        let f = move |tx: &mut Tx<'_>| {
            tx.chain_with(chain);
            f(tx)
        };
        match &*self.open {
            Open::Sqlite(sqlite) => sqlite.read(f),
            Open::Postgres(postgres) => postgres.read(f),
        }
    }

    /// Runs `f` as one transaction: kept as a whole if it answers `Ok`, undone as a whole if it
    /// answers `Err` or panics. Returns when the change is on disk. Blocks.
    ///
    /// `f` may run several times and must have no effect but on the database. It must not call
    /// `read` or `write` of the same store.
    ///
    /// # Errors
    /// What `f` answers, or the store's error as `E`; nothing was kept then, except perhaps where
    /// [`Error::Unavailable`] says so.
    pub fn write<T, E, F>(&self, mut f: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnMut(&mut WriteTx<'_>) -> Result<T, E> + Send + 'static,
    {
        let chain = self.chain.read().clone();
        let run = move |tx: &mut WriteTx<'_>| {
            tx.chain_with(chain.clone());
            let done = f(tx)?;
            feed::follow(tx)?;
            let touched = journal::flush(tx)?;
            Ok::<_, E>((done, tx.has_deadline(), touched))
        };
        let (done, deadline, touched) = match &*self.open {
            Open::Sqlite(sqlite) => sqlite.write(run),
            Open::Postgres(postgres) => postgres.write(run),
        }?;
        let (on_deadline, on_touch) = {
            let after = self.after.read();
            (
                after.deadline.clone().filter(|_| deadline),
                after.touch.clone().filter(|_| !touched.is_empty()),
            )
        };
        if let Open::Postgres(postgres) = &*self.open
            && !touched.is_empty()
        {
            postgres.wake_others();
        }
        if let Some(tell) = on_deadline {
            tell();
        }
        if let Some(tell) = on_touch {
            tell(&touched);
        }
        Ok(done)
    }

    /// Calls `tell` after each write of this process that [scheduled](crate::due::schedule) a
    /// deadline, instead of whoever was to be told before. It must not block.
    pub fn on_deadline(&self, tell: impl Fn() + Send + Sync + 'static) {
        self.after.write().deadline = Some(Arc::new(tell));
    }

    /// Calls `tell` after each write of this process that [changed](crate::journal) what terminals
    /// should be told of before whoever wrote gets an answer, instead of whoever was to be told
    /// before. It is given the topics of that, each once. It may block and read, not write.
    pub fn on_touch(&self, tell: impl Fn(&[Topic]) + Send + Sync + 'static) {
        self.after.write().touch = Some(Arc::new(tell));
    }

    /// Calls `look` when it is worth looking at the [journal](crate::journal) because another process wrote
    /// something there that terminals should be told of before whoever wrote gets an answer, and whenever that
    /// may have been missed: at the beginning, and when the connection to PostgreSQL was lost and is there
    /// again. As long as it runs, others are woken by what this process writes. `look` must not block. Never
    /// ends; on SQLite nobody is woken.
    pub async fn woken(&self, look: impl Fn() + Send + Sync) -> Infallible {
        match &*self.open {
            Open::Sqlite(_) => std::future::pending().await,
            Open::Postgres(postgres) => postgres.woken(&look).await,
        }
    }

    /// Chains what is appended to the audit log from now on with these keys, and verifies with them.
    /// Without any, entries are chained as before there were keys, until somebody else has used one.
    pub fn chain_with(&self, keys: Arc<dyn Keys>) {
        *self.chain.write() = Some(keys);
    }

    /// Which engine it runs on.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match &*self.open {
            Open::Sqlite(_) => Engine::Sqlite,
            Open::Postgres(_) => Engine::Postgres,
        }
    }

    /// Asks the database for the simplest thing, for readiness checks. Blocks, with a database that hangs as
    /// long as any read.
    ///
    /// # Errors
    /// The database does not answer, or writes have been stuck for a minute.
    pub fn ping(&self) -> Result<()> {
        if let Open::Sqlite(sqlite) = &*self.open {
            sqlite.check_writer()?;
        }
        self.read(|tx| {
            tx.query_one("SELECT id FROM feed_state WHERE id = 1", params![])
                .map(|_| ())
        })
    }

    pub(crate) fn opened(&self) -> &Open {
        &self.open
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Store({:?})", self.engine())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_a_file_or_a_server_and_never_shows_its_password() -> Result<()> {
        let file: DatabaseUrl = "sqlite:data/a.sqlite".parse()?;
        assert_eq!(file.sqlite_path(), Some(Path::new("data/a.sqlite")));
        let absolute: DatabaseUrl = "sqlite:///srv/a.sqlite".parse()?;
        assert_eq!(absolute.sqlite_path(), Some(Path::new("/srv/a.sqlite")));
        let server: DatabaseUrl = "postgres://party:geheim@db.example/tv".parse()?;
        assert_eq!(server.to_string(), "postgres: user party, database tv");
        assert!(!format!("{server:?}").contains("geheim"));
        Ok(())
    }

    #[test]
    fn other_urls_are_refused_without_quoting_them() {
        for url in [
            "mysql://a:geheim@b",
            "sqlite:",
            "sqlite::memory:",
            "postgres://u:geheim@h:port/x",
        ] {
            let error = url.parse::<DatabaseUrl>().map(|_| ()).unwrap_err();
            assert!(matches!(error, Error::Url(_)), "{url}: {error}");
            assert!(!error.to_string().contains("geheim"));
        }
    }
}
