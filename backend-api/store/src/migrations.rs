//! The schema: numbered SQL files, applied in order, each once.
//!
//! To change the schema add `migrations/NNNN_what.sql` and a line in [`ALL`]; never edit a file
//! that was released, its checksum is verified at every start. Where the engines differ, a line
//! can begin with `--sqlite|` or `--postgres|` and is then only for that one. All that is missing
//! is applied in one transaction under a lock, so two programs that start together do no harm.

use sha2::{Digest, Sha256};

use crate::driver::{Engine, WriteTx, params};
use crate::error::{Error, MigrationError, Result};
use crate::found_by;

/// One numbered file.
#[derive(Clone, Copy)]
pub(crate) struct Migration {
    version: i64,
    name: &'static str,
    sql: &'static str,
}

/// The one after which names are read: no SQL can.
const FOUND_BY: i64 = 29;

/// Every migration, oldest first.
pub(crate) const ALL: &[Migration] = &[
    Migration {
        version: 1,
        name: "first_light",
        sql: include_str!("migrations/0001_first_light.sql"),
    },
    Migration {
        version: 2,
        name: "people",
        sql: include_str!("migrations/0002_people.sql"),
    },
    Migration {
        version: 3,
        name: "roll_calls",
        sql: include_str!("migrations/0003_roll_calls.sql"),
    },
    Migration {
        version: 4,
        name: "live",
        sql: include_str!("migrations/0004_live.sql"),
    },
    Migration {
        version: 5,
        name: "duty",
        sql: include_str!("migrations/0005_duty.sql"),
    },
    Migration {
        version: 6,
        name: "watched",
        sql: include_str!("migrations/0006_watched.sql"),
    },
    Migration {
        version: 7,
        name: "attendance",
        sql: include_str!("migrations/0007_attendance.sql"),
    },
    Migration {
        version: 8,
        name: "recording_length",
        sql: include_str!("migrations/0008_recording_length.sql"),
    },
    Migration {
        version: 9,
        name: "household_tv",
        sql: include_str!("migrations/0009_household_tv.sql"),
    },
    Migration {
        version: 10,
        name: "due",
        sql: include_str!("migrations/0010_due.sql"),
    },
    Migration {
        version: 11,
        name: "journal",
        sql: include_str!("migrations/0011_journal.sql"),
    },
    Migration {
        version: 12,
        name: "versions",
        sql: include_str!("migrations/0012_versions.sql"),
    },
    Migration {
        version: 13,
        name: "branches",
        sql: include_str!("migrations/0013_branches.sql"),
    },
    Migration {
        version: 14,
        name: "recordings",
        sql: include_str!("migrations/0014_recordings.sql"),
    },
    Migration {
        version: 15,
        name: "limits",
        sql: include_str!("migrations/0015_limits.sql"),
    },
    Migration {
        version: 16,
        name: "second_factor",
        sql: include_str!("migrations/0016_second_factor.sql"),
    },
    Migration {
        version: 17,
        name: "categories",
        sql: include_str!("migrations/0017_categories.sql"),
    },
    Migration {
        version: 18,
        name: "requests",
        sql: include_str!("migrations/0018_requests.sql"),
    },
    Migration {
        version: 19,
        name: "evaluations",
        sql: include_str!("migrations/0019_evaluations.sql"),
    },
    Migration {
        version: 20,
        name: "counted_elsewhere",
        sql: include_str!("migrations/0020_counted_elsewhere.sql"),
    },
    Migration {
        version: 21,
        name: "terminal_storage",
        sql: include_str!("migrations/0021_terminal_storage.sql"),
    },
    Migration {
        version: 22,
        name: "uploads",
        sql: include_str!("migrations/0022_uploads.sql"),
    },
    Migration {
        version: 23,
        name: "submissions",
        sql: include_str!("migrations/0023_submissions.sql"),
    },
    Migration {
        version: 24,
        name: "live",
        sql: include_str!("migrations/0024_live.sql"),
    },
    Migration {
        version: 25,
        name: "reasons",
        sql: include_str!("migrations/0025_reasons.sql"),
    },
    Migration {
        version: 26,
        name: "member_imports",
        sql: include_str!("migrations/0026_member_imports.sql"),
    },
    Migration {
        version: 27,
        name: "confirmed",
        sql: include_str!("migrations/0027_confirmed.sql"),
    },
    Migration {
        version: 28,
        name: "handing_over",
        sql: include_str!("migrations/0028_handing_over.sql"),
    },
    Migration {
        version: FOUND_BY,
        name: "found_by",
        sql: include_str!("migrations/0029_found_by.sql"),
    },
    Migration {
        version: 30,
        name: "danger",
        sql: include_str!("migrations/0030_danger.sql"),
    },
    Migration {
        version: 31,
        name: "held recordings",
        sql: include_str!("migrations/0031_held_recordings.sql"),
    },
];

/// Version and checksum of everything in [`ALL`], to name what was built from it.
#[cfg(feature = "testing")]
pub(crate) fn fingerprint() -> String {
    let all: String = ALL
        .iter()
        .map(|migration| checksum(migration.sql))
        .collect();
    checksum(&all)[..12].to_owned()
}

/// Applies what is missing of [`ALL`]. The caller holds a lock and commits.
pub(crate) fn apply_all(tx: &mut WriteTx<'_>, engine: Engine) -> Result<()> {
    apply(ALL, tx, engine)
}

/// Applies what is missing of `migrations`. The caller holds a lock and commits.
pub(crate) fn apply(migrations: &[Migration], tx: &mut WriteTx<'_>, engine: Engine) -> Result<()> {
    tx.batch(
        "CREATE TABLE IF NOT EXISTS schema_migrations (
             version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)",
    )?;
    let rows = tx.query(
        "SELECT version, checksum FROM schema_migrations ORDER BY version",
        params![],
    )?;
    let applied = rows
        .iter()
        .map(|row| Ok((row.int(0)?, row.text(1)?)))
        .collect::<Result<Vec<_>>>()?;
    let newest = applied.last().map_or(0, |(version, _)| *version);
    let known = migrations.last().map_or(0, |migration| migration.version);
    if newest > known {
        return Err(MigrationError::Newer {
            found: newest,
            known,
        }
        .into());
    }
    for migration in migrations {
        let expected = checksum(migration.sql);
        match applied
            .iter()
            .find(|(version, _)| *version == migration.version)
        {
            Some((_, found)) if *found == expected => {}
            Some(_) => return Err(MigrationError::Changed(migration.version).into()),
            None if migration.version < newest => {
                return Err(MigrationError::Gap(migration.version).into());
            }
            None => {
                tracing::info!(
                    version = migration.version,
                    name = migration.name,
                    "applying migration"
                );
                tx.batch(&for_engine(migration.sql, engine))
                    .map_err(|error| failed(migration.version, error))?;
                if migration.version == FOUND_BY {
                    found_by::fill(tx)?;
                }
                tx.execute(
                    "INSERT INTO schema_migrations (version, name, checksum) VALUES (?1, ?2, ?3)",
                    params![migration.version, migration.name, expected],
                )?;
            }
        }
    }
    Ok(())
}

/// That what is stored does not fit what a migration makes of it is told as that; a disk or a network that
/// fails meanwhile is something else.
fn failed(version: i64, error: Error) -> Error {
    if !error.is_refusal() {
        return error;
    }
    let why = error.to_string();
    MigrationError::Failed { version, why }.into()
}

fn checksum(sql: &str) -> String {
    Sha256::digest(sql.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Store;
    use crate::driver::{Connection, postgres, sqlite};
    use crate::testing::TestDatabase;

    const FIRST: Migration = Migration {
        version: 101,
        name: "first",
        sql: "CREATE TABLE one (id BIGINT);\n--sqlite| CREATE TABLE only_sqlite (id BIGINT);\n\
              --postgres| CREATE TABLE only_postgres (id BIGINT);",
    };
    const SECOND: Migration = Migration {
        version: 102,
        name: "second",
        sql: "CREATE TABLE two (id BIGINT);",
    };
    const BROKEN: Migration = Migration {
        version: 103,
        name: "broken",
        sql: "CREATE TABLE three (id BIGINT); CREATE NONSENSE;",
    };

    /// Applies to a database of its own, committing if it went well.
    fn apply_to(database: &TestDatabase, migrations: &[Migration]) -> Result<()> {
        let store = database.open();
        let all: Vec<Migration> = ALL.iter().chain(migrations).copied().collect();
        let engine = store.engine();
        store.write(move |tx| apply(&all, tx, engine))
    }

    fn has_table(database: &TestDatabase, table: &str) -> bool {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        database.open().read(|tx| tx.query(&sql, params![])).is_ok()
    }

    /// Film, place, time watched, finished, and what becomes of it: finished, and the parts played.
    const OLD_REPORTS: [(&str, i64, i64, i64, i64, &str); 9] = [
        ("nothing watched", 60_000, 0, 1, 0, ""),
        ("jumped to the end", 60_000, 5_000, 1, 0, "0-5000"),
        ("half of it", 60_000, 30_000, 1, 0, "0-30000"),
        ("watched", 60_000, 58_000, 1, 1, "0-60000"),
        ("watched just so", 57_000, 54_000, 1, 1, "0-60000"),
        ("begun", 20_000, 20_000, 0, 0, "0-20000"),
        ("gone on", 50_000, 20_000, 0, 0, "30000-50000"),
        ("the same again", 10_000, 50_000, 0, 0, "0-10000"),
        ("only looked for a place", 30_000, 0, 0, 0, ""),
    ];

    crate::on_both_engines! {
        fn what_was_not_played_is_not_watched_any_more(database) {
            let store = database.open();
            let engine = store.engine();
            let sixth = ALL.iter().find(|migration| migration.version == 6).unwrap();
            let found = store.write::<_, Error, _>(move |tx| {
                // As it was before.
                tx.batch("ALTER TABLE progress DROP COLUMN played")?;
                tx.batch(
                    "INSERT INTO organizations (id, kind, code, name, created_at_ms) VALUES ('o', 'township', 'o', 'o', 1);
                     INSERT INTO terminals (id, kind, name, organization_id, token_sha256, enrolled_at_ms)
                         VALUES ('t', 'household', 't', 'o', 't', 1);
                     INSERT INTO meetings (id, kind, state, version, title, agenda, organization_id, audience_id,
                         starts_at_ms, planned_ms, record, recording_list, recording, shown, created_by,
                         created_at_ms, updated_at_ms)
                         VALUES ('m', 'broadcast', 'ended', 1, 'm', '', 'o', 'o', 1, 1, 0, '', 'none', 1, 's', 1, 1);
                     INSERT INTO viewings (id, meeting_id, terminal_id, started_at_ms, last_at_ms, watched_ms, received_at_ms)
                         VALUES ('long', 'm', 't', 1000, 61000, 3600000, 1), ('short', 'm', 't', 1000, 61000, 30000, 1)",
                )?;
                for (film, place, watched, finished, ..) in OLD_REPORTS {
                    tx.execute(
                        "INSERT INTO programmes (id, category, organization_id, audience_id, title, description,
                             published_at_ms, duration_ms, poster, renditions, captions, created_at_ms, updated_at_ms)
                         VALUES (?1, 'c', 'o', 'o', ?1, '', 1, 60000, '{}', '[]', '[]', 1, 1)",
                        params![film],
                    )?;
                    // A player that took the film for shorter than it is.
                    tx.execute(
                        "INSERT INTO progress (terminal_id, programme_id, position_ms, duration_ms, watched_ms, finished, at_ms)
                         VALUES ('t', ?1, ?2, 100, ?3, ?4, 1)",
                        params![film, place, watched, finished],
                    )?;
                }
                tx.batch(&for_engine(sixth.sql, engine))?;
                let mut found = Vec::new();
                for (film, ..) in OLD_REPORTS {
                    let row = tx.query_one("SELECT finished, played FROM progress WHERE programme_id = ?1", params![film])?;
                    found.push((row.int(0)?, row.text(1)?));
                }
                let viewings = tx.query("SELECT watched_ms FROM viewings ORDER BY id", params![])?;
                let viewings = viewings.iter().map(|row| row.int(0)).collect::<Result<Vec<_>>>()?;
                Ok((found, viewings))
            }).unwrap();
            for ((film, .., finished, played), found) in OLD_REPORTS.iter().zip(found.0) {
                assert_eq!(found, (*finished, (*played).to_owned()), "{film}");
            }
            assert_eq!(found.1, [60_000, 30_000]);
        }

        fn each_is_applied_once_and_for_its_engine_only(database) {
            // Nothing beyond ALL may be known when opening again, so one store does it all.
            let store = database.open();
            let engine = store.engine();
            let (tables, applied) = store
                .write::<_, Error, _>(move |tx| {
                    let all: Vec<Migration> = ALL.iter().copied().chain([FIRST]).collect();
                    apply(&all, tx, engine)?;
                    let later: Vec<Migration> = all.into_iter().chain([SECOND]).collect();
                    apply(&later, tx, engine)?;
                    apply(&later, tx, engine)?;
                    let own = match engine {
                        Engine::Sqlite => "SELECT COUNT(*) FROM only_sqlite",
                        Engine::Postgres => "SELECT COUNT(*) FROM only_postgres",
                    };
                    tx.query(own, params![])?;
                    let tables = tx.query("SELECT COUNT(*) FROM one CROSS JOIN two", params![])?.len();
                    let applied = tx.query("SELECT version FROM schema_migrations", params![])?.len();
                    Ok((tables, applied))
                })
                .unwrap();
            assert_eq!((tables, applied), (1, ALL.len() + 2));
        }

        fn a_broken_one_leaves_nothing_behind(database) {
            let error = apply_to(database, &[FIRST, BROKEN]).unwrap_err();
            assert_eq!(error.trouble(), Some(crate::Trouble::Outdated), "{error}");
            assert!(!has_table(database, "one"));
            assert!(!has_table(database, "three"));
            assert!(has_table(database, "organizations"));
        }

        fn a_newer_database_is_refused(database) {
            apply_to(database, &[FIRST]).unwrap();
            let error = Store::open(&database.database_url()).map(|_| ()).unwrap_err();
            let known = ALL.last().unwrap().version;
            let Error::Migration(reason) = error else { panic!("{error}") };
            assert_eq!(reason, MigrationError::Newer { found: 101, known });
        }

        fn an_edited_one_and_a_forgotten_one_are_refused(database) {
            let store = database.open();
            let engine = store.engine();
            let outcome = store
                .write::<_, Error, _>(move |tx| {
                    let with = |extra: &[Migration]| ALL.iter().chain(extra).copied().collect::<Vec<_>>();
                    apply(&with(&[SECOND]), tx, engine)?;
                    let edited = Migration { sql: "CREATE TABLE other (id BIGINT);", ..SECOND };
                    let changed = apply(&with(&[edited]), tx, engine).unwrap_err();
                    let gap = apply(&with(&[FIRST, SECOND]), tx, engine).unwrap_err();
                    Ok((changed.to_string(), gap.to_string()))
                })
                .unwrap();
            assert_eq!(outcome.0, format!("migration: {}", MigrationError::Changed(102)));
            assert_eq!(outcome.1, format!("migration: {}", MigrationError::Gap(101)));
        }

        fn programs_that_start_together_migrate_once(database) {
            // A database that nobody has opened: on PostgreSQL emptied first.
            if database.is_postgres() {
                let mut session = postgres::Session::connect(&database.url().parse().unwrap(), postgres::Patience::MAINTENANCE).unwrap();
                session.batch("DROP SCHEMA public CASCADE; CREATE SCHEMA public").map_err(|(error, _)| error).unwrap();
            }
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| database.open().ping().unwrap());
                }
            });
            let rows = database
                .open()
                .read(|tx| tx.query("SELECT version FROM schema_migrations", params![]))
                .unwrap();
            assert_eq!(rows.len(), ALL.len());
        }
    }

    /// A database as the program before left it, with attendance in it, moved on.
    fn moves_attendance_on(tx: &mut WriteTx<'_>, engine: Engine) {
        let before: Vec<Migration> = ALL.iter().copied().filter(|one| one.version < 7).collect();
        apply(&before, tx, engine).unwrap();
        // 2027-01-01 00:00 in China, and a millisecond before.
        const NEW_YEAR: i64 = 1_798_732_800_000;
        tx.batch(&format!(
            "INSERT INTO organizations (id, kind, code, name, created_at_ms) VALUES ('o', 'township', 'QH', '清河镇', 1);
             INSERT INTO terminals (id, organization_id, kind, name, token_sha256, enrolled_at_ms)
                 VALUES ('t', 'o', 'household', '12 号', 'x', 1);
             INSERT INTO programmes (id, category, organization_id, audience_id, title, description, published_at_ms,
                 duration_ms, poster, renditions, captions, created_at_ms, updated_at_ms)
                 VALUES ('a', 'f', 'o', 'o', 'a', '', 1, 1, '{{}}', '[]', '[]', 1, 1),
                        ('b', 'f', 'o', 'o', 'b', '', 1, 1, '{{}}', '[]', '[]', 1, 1);
             INSERT INTO progress (terminal_id, programme_id, position_ms, duration_ms, watched_ms, finished, at_ms)
                 VALUES ('t', 'a', 1, 2, 3000, 1, {}), ('t', 'b', 1, 2, 500, 0, {NEW_YEAR});
             INSERT INTO roll_calls (id, organization_id, title, occasion, state, statuses, created_by, created_at_ms)
                 VALUES ('r', 'o', '会', 'meeting', 'closed', '[]', 'x', 1), ('s', 'o', '会', 'meeting', 'closed', '[]', 'x', 1);
             INSERT INTO meetings (id, kind, state, version, title, agenda, organization_id, audience_id, starts_at_ms,
                 planned_ms, record, recording_list, recording, roll_call_id, shown, created_by, created_at_ms, updated_at_ms)
                 VALUES ('m', 'broadcast', 'ended', 1, '会', '', 'o', 'o', 1, 1, 0, '', 'none', 'r', 0, 'x', 1, 1);",
            NEW_YEAR - 1
        ))
        .unwrap();
        apply(ALL, tx, engine).unwrap();
        for (year, expected) in [(2026, (1, 3_000)), (2027, (0, 500))] {
            assert_eq!(
                crate::progress::of_year(tx, "t", year).unwrap(),
                expected,
                "{year}"
            );
        }
        let of = |row: &crate::driver::Row| (row.text(0).unwrap(), row.opt_text(1).unwrap());
        let rows = tx
            .query(
                "SELECT id, meeting_id FROM roll_calls ORDER BY id",
                params![],
            )
            .unwrap();
        let bound: Vec<_> = rows.iter().map(of).collect();
        assert_eq!(
            bound,
            [
                ("r".to_owned(), Some("m".to_owned())),
                ("s".to_owned(), None)
            ]
        );
    }

    /// Runs it on a database without tables, of each engine.
    fn on_empty_ones(test: fn(&mut WriteTx<'_>, Engine)) {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        let mut tx = WriteTx::new(Connection::Sqlite(&connection));
        test(&mut tx, Engine::Sqlite);
        let Some(database) = TestDatabase::postgres() else {
            return;
        };
        let mut session = postgres::Session::connect(
            &database.url().parse().unwrap(),
            postgres::Patience::MAINTENANCE,
        )
        .unwrap();
        let empty = "DROP SCHEMA public CASCADE; CREATE SCHEMA public";
        session.batch(empty).map_err(|(error, _)| error).unwrap();
        let mut tx = WriteTx::new(Connection::Postgres(&mut session));
        test(&mut tx, Engine::Postgres);
    }

    #[test]
    fn attendance_of_before_is_moved_on() {
        on_empty_ones(moves_attendance_on);
    }

    /// A database as the program before left it, with things that were found by looking so far.
    fn plans_what_was_found_by_looking(tx: &mut WriteTx<'_>, engine: Engine) {
        let before: Vec<Migration> = ALL.iter().copied().filter(|one| one.version < 10).collect();
        apply(&before, tx, engine).unwrap();
        tx.batch(
            "INSERT INTO organizations (id, kind, code, name, created_at_ms) VALUES ('o', 'township', 'QH', '清河镇', 1);
             INSERT INTO terminals (id, organization_id, kind, name, token_sha256, enrolled_at_ms)
                 VALUES ('t', 'o', 'household', '12 号', 'x', 1);
             INSERT INTO bulletins (id, state, version, list_id, organization_id, audience_id, title, summary, urgent,
                 body, expires_at_ms, created_at_ms, updated_at_ms)
                 VALUES ('expires', 'published', 1, 'l', 'o', 'o', 'b', '', 0, '[]', 100, 1, 1),
                        ('for ever', 'published', 1, 'l', 'o', 'o', 'b', '', 0, '[]', NULL, 1, 1),
                        ('draft', 'draft', 1, 'l', 'o', 'o', 'b', '', 0, '[]', 100, 1, 1),
                        ('expired', 'expired', 1, 'l', 'o', 'o', 'b', '', 0, '[]', 2, 1, 1);
             INSERT INTO meetings (id, kind, state, version, title, agenda, organization_id, audience_id, starts_at_ms,
                 planned_ms, started_at_ms, record, recording_list, recording, shown, hide_at_ms, created_by,
                 created_at_ms, updated_at_ms)
                 VALUES ('planned', 'broadcast', 'scheduled', 1, '会', '', 'o', 'o', 200, 10, NULL, 0, '', 'none', 1, 310, 'x', 1, 1),
                        ('live', 'broadcast', 'live', 1, '会', '', 'o', 'o', 200, 10, 205, 0, '', 'none', 1, NULL, 'x', 1, 1),
                        ('live of old', 'broadcast', 'live', 1, '会', '', 'o', 'o', 200, 10, NULL, 0, '', 'none', 1, NULL, 'x', 1, 1),
                        ('hidden', 'broadcast', 'ended', 1, '会', '', 'o', 'o', 1, 1, 1, 0, '', 'none', 0, 5, 'x', 1, 1);
             INSERT INTO roll_calls (id, organization_id, title, occasion, state, statuses, created_by, created_at_ms)
                 VALUES ('scheduled', 'o', '会', 'meeting', 'scheduled', '[]', 'x', 1),
                        ('open', 'o', '会', 'meeting', 'open', '[]', 'x', 1),
                        ('closed', 'o', '会', 'meeting', 'closed', '[]', 'x', 1);
             INSERT INTO roll_call_rounds (roll_call_id, number, state, opens_at_ms, late_at_ms, closes_at_ms)
                 VALUES ('scheduled', 1, 'planned', 400, 410, 420), ('open', 1, 'closed', 1, 2, 3),
                        ('open', 2, 'open', 500, 510, 520), ('open', 3, 'planned', 530, 540, 550),
                        ('closed', 1, 'closed', 1, 2, 3), ('closed', 2, 'cancelled', 4, 5, 6);
             INSERT INTO settings (key, value) VALUES ('terminals.revocations', '7'), ('other', 'stays');",
        )
        .unwrap();
        apply(ALL, tx, engine).unwrap();
        let rows = tx
            .query(
                "SELECT kind, subject, at_ms FROM due WHERE lease IS NULL AND held_until_ms = 0 AND attempts = 0
                 ORDER BY at_ms, subject",
                params![],
            )
            .unwrap();
        let planned: Vec<_> = rows
            .iter()
            .map(|row| {
                let (kind, subject) = (row.text(0).unwrap(), row.text(1).unwrap());
                (kind, subject, row.int(2).unwrap())
            })
            .collect();
        let expected = [
            ("bulletin_expiry", "expires", 100),
            ("meeting_forgotten", "live of old", 210),
            ("meeting_forgotten", "live", 215),
            ("meeting_hiding", "planned", 310),
            ("roll_call", "scheduled", 400),
            ("roll_call", "open", 520),
        ];
        let expected =
            expected.map(|(kind, subject, at_ms)| (kind.to_owned(), subject.to_owned(), at_ms));
        assert_eq!(planned, expected);
        for promise in crate::register::PARTS.iter().flat_map(|part| part.promises) {
            let deadlines = promise.broken.contains("no deadline");
            assert!(
                !deadlines || tx.query(promise.cases, params![]).unwrap().is_empty(),
                "{}",
                promise.broken
            );
        }

        // What was counted otherwise is gone, and the journal begins with what comes.
        assert_eq!(
            crate::settings::get(tx, "terminals.revocations").unwrap(),
            None
        );
        assert_eq!(
            crate::settings::get(tx, "other").unwrap().as_deref(),
            Some("stays")
        );
        crate::feed_entries::ensure_epoch(tx).unwrap();
        let before = crate::journal::mark(tx).unwrap();
        crate::terminals::rename(tx, "t", "新家").unwrap();
        crate::journal::flush(tx).unwrap();
        let changes = crate::journal::since(tx, &before).unwrap();
        let listener = crate::journal::Listener {
            organization_id: "o".to_owned(),
            terminal_id: Some("t".to_owned()),
        };
        let expected = [(crate::journal::Topic::Terminals, [listener].into())];
        assert_eq!((changes.reset, changes.touched), (false, expected.into()));
    }

    #[test]
    fn deadlines_and_the_journal_begin_with_what_is_there() {
        on_empty_ones(plans_what_was_found_by_looking);
    }

    #[test]
    fn migrating_does_not_need_a_writer_thread() {
        let mut connection = rusqlite::Connection::open_in_memory().unwrap();
        sqlite::migrate(&mut connection, apply_all).unwrap();
        let mut tx = WriteTx::new(Connection::Sqlite(&connection));
        assert_eq!(
            tx.query("SELECT version FROM schema_migrations", params![])
                .unwrap()
                .len(),
            ALL.len()
        );
    }
}
