//! The schema: numbered SQL files, applied in order, each once.
//!
//! To change the schema add `migrations/NNNN_what.sql` and a line in [`ALL`]; never edit a file
//! that was released, its checksum is verified at every start. Where the engines differ, a line
//! can begin with `--sqlite|` or `--postgres|` and is then only for that one. All that is missing
//! is applied in one transaction under a lock, so two programs that start together do no harm.

use sha2::{Digest, Sha256};

use crate::Engine;
use crate::driver::{WriteTx, params};
use crate::error::{MigrationError, Result};

/// One numbered file.
#[derive(Clone, Copy)]
pub(crate) struct Migration {
    version: i64,
    name: &'static str,
    sql: &'static str,
}

/// Every migration, oldest first.
pub(crate) const ALL: &[Migration] = &[Migration {
    version: 1,
    name: "first_light",
    sql: include_str!("migrations/0001_first_light.sql"),
}];

/// Version and checksum of everything in [`ALL`], to name what was built from it.
#[cfg(feature = "testing")]
pub(crate) fn fingerprint() -> String {
    let all: String = ALL.iter().map(|migration| checksum(migration.sql)).collect();
    checksum(&all)[..12].to_owned()
}

/// Applies what is missing of `migrations`. The caller holds a lock and commits.
pub(crate) fn apply(migrations: &[Migration], tx: &mut WriteTx<'_>, engine: Engine) -> Result<()> {
    tx.batch(
        "CREATE TABLE IF NOT EXISTS schema_migrations (
             version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)",
    )?;
    let rows = tx.query("SELECT version, checksum FROM schema_migrations ORDER BY version", params![])?;
    let applied = rows.iter().map(|row| Ok((row.int(0)?, row.text(1)?))).collect::<Result<Vec<_>>>()?;
    let newest = applied.last().map_or(0, |(version, _)| *version);
    let known = migrations.last().map_or(0, |migration| migration.version);
    if newest > known {
        return Err(MigrationError::Newer { found: newest, known }.into());
    }
    for migration in migrations {
        let expected = checksum(migration.sql);
        match applied.iter().find(|(version, _)| *version == migration.version) {
            Some((_, found)) if *found == expected => {}
            Some(_) => return Err(MigrationError::Changed(migration.version).into()),
            None if migration.version < newest => return Err(MigrationError::Gap(migration.version).into()),
            None => {
                tracing::info!(version = migration.version, name = migration.name, "applying migration");
                tx.batch(&for_engine(migration.sql, engine))?;
                tx.execute(
                    "INSERT INTO schema_migrations (version, name, checksum) VALUES (?1, ?2, ?3)",
                    params![migration.version, migration.name, expected],
                )?;
            }
        }
    }
    Ok(())
}

fn checksum(sql: &str) -> String {
    Sha256::digest(sql.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn for_engine(sql: &str, engine: Engine) -> String {
    let prefix = match engine {
        Engine::Sqlite => "--sqlite|",
        Engine::Postgres => "--postgres|",
    };
    let mut out = String::with_capacity(sql.len());
    for line in sql.lines() {
        out.push_str(line.strip_prefix(prefix).unwrap_or(line));
        out.push('\n');
    }
    out
}
