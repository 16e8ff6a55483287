//! The database: opening, migrating, and rescuing what a broken one still holds.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, params};

use super::error::{CacheError, Context};

/// Steps from one version to the next; `user_version` counts those that were made. Never edit one
/// that was released: add another.
const MIGRATIONS: &[&str] = &[
    "
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE setting(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE listing(id TEXT PRIMARY KEY, title TEXT NOT NULL, kind TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE document(
    id TEXT PRIMARY KEY,
    kind INTEGER NOT NULL,              -- 0 bulletin, 1 programme, 2 meeting
    list TEXT NOT NULL,
    title TEXT NOT NULL,
    title_sort TEXT NOT NULL,
    summary TEXT NOT NULL,
    organization TEXT NOT NULL,
    published_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,     -- the largest integer when it never expires
    urgent INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    thumb_name TEXT, thumb_bytes INTEGER, thumb_type TEXT,
    screen_name TEXT, screen_bytes INTEGER, screen_type TEXT,
    screen_width INTEGER, screen_height INTEGER,
    search BLOB NOT NULL,               -- see search.rs
    json TEXT NOT NULL
);
CREATE INDEX document_newest ON document(kind, list, published_at_ms DESC, id DESC);
CREATE INDEX document_title ON document(kind, list, title_sort);
CREATE INDEX document_all ON document(published_at_ms DESC, id DESC);
CREATE INDEX document_urgent ON document(published_at_ms DESC) WHERE urgent = 1;
-- Survive the document: it may come back after a reset of the feed.
CREATE TABLE bulletin_read(id TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE watch(
    programme_id TEXT PRIMARY KEY,
    position_ms INTEGER NOT NULL, duration_ms INTEGER NOT NULL, watched_ms INTEGER NOT NULL,
    finished INTEGER NOT NULL, at_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX watch_newest ON watch(at_ms DESC);
-- The files that documents need, and how much each matters (files.rs).
CREATE TABLE want(
    document_id TEXT NOT NULL, name TEXT NOT NULL,
    bytes INTEGER NOT NULL, media_type TEXT NOT NULL, class INTEGER NOT NULL,
    PRIMARY KEY(document_id, name, class)
) WITHOUT ROWID;
CREATE INDEX want_name ON want(name);
CREATE TABLE file(
    name TEXT PRIMARY KEY, bytes INTEGER NOT NULL,
    stored_at_ms INTEGER NOT NULL, read_at_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE keep(
    programme_id TEXT PRIMARY KEY, file_name TEXT NOT NULL,
    state INTEGER NOT NULL,             -- 1 waiting, 2 loading, 3 kept, 4 failed
    percent INTEGER NOT NULL, reason TEXT NOT NULL, asked_at_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE outbox(
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    lane TEXT NOT NULL,                 -- items of one lane are sent in order
    method TEXT NOT NULL, path TEXT NOT NULL, body TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    state INTEGER NOT NULL DEFAULT 0,   -- 0 never sent, 1 sent at least once, 2 refused
    attempts INTEGER NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX outbox_lane ON outbox(lane, seq) WHERE state < 2;
CREATE TABLE enrolment(
    id INTEGER PRIMARY KEY CHECK (id = 1),
    server_url TEXT NOT NULL, token TEXT NOT NULL, terminal_id TEXT NOT NULL,
    kind TEXT NOT NULL, name TEXT NOT NULL,
    organization_id TEXT NOT NULL, organization_name TEXT NOT NULL
);
CREATE TABLE pending_enrolment(
    id INTEGER PRIMARY KEY CHECK (id = 1),
    server_url TEXT NOT NULL, device_code TEXT NOT NULL, user_code TEXT NOT NULL,
    verification_uri TEXT NOT NULL, verification_uri_complete TEXT NOT NULL,
    expires_at_ms INTEGER NOT NULL, interval_s INTEGER NOT NULL
);
",
    "
-- What the server says of the people and the roll calls of this terminal (people.rs).
CREATE TABLE terminal_document(
    name TEXT PRIMARY KEY, etag TEXT NOT NULL, json TEXT NOT NULL
) WITHOUT ROWID;
-- What an item of the outbox that is a sign-in needs besides (sign_in.rs).
CREATE TABLE sign_in(
    seq INTEGER PRIMARY KEY,            -- of the outbox
    roll_call_id TEXT NOT NULL, round INTEGER NOT NULL,
    member_id TEXT NOT NULL,            -- empty for a card
    name TEXT NOT NULL, title TEXT NOT NULL,
    boot_id TEXT NOT NULL, boot_ms INTEGER NOT NULL,
    queued INTEGER NOT NULL DEFAULT 0
);
-- Sign-ins that were refused when nobody was there to be told.
CREATE TABLE refusal(
    key TEXT PRIMARY KEY, name TEXT NOT NULL, title TEXT NOT NULL,
    code TEXT NOT NULL, tries INTEGER, at_ms INTEGER NOT NULL
) WITHOUT ROWID;
",
    "
-- What somebody here decided about a meeting (meetings.rs); it survives the document.
CREATE TABLE meeting_choice(
    id TEXT PRIMARY KEY,
    remind INTEGER NOT NULL DEFAULT 0,
    reminded INTEGER NOT NULL DEFAULT 0, -- 1 that it is near, 2 that it is time
    declined INTEGER NOT NULL DEFAULT 0,
    at_ms INTEGER NOT NULL
) WITHOUT ROWID;
",
    "
-- Which parts were really played (contract::played), and how much that is.
ALTER TABLE watch ADD COLUMN played TEXT NOT NULL DEFAULT '';
ALTER TABLE watch ADD COLUMN seen_ms INTEGER NOT NULL DEFAULT 0;
",
    GUESS_WHAT_WAS_PLAYED,
    "
-- What whoever wants to be reminded knows of the meeting, to be told when it is otherwise: the
-- time it is planned for, 0 that it does not take place, NULL nothing.
ALTER TABLE meeting_choice ADD COLUMN known_ms INTEGER;
ALTER TABLE meeting_choice ADD COLUMN title TEXT NOT NULL DEFAULT '';
ALTER TABLE meeting_choice ADD COLUMN organization TEXT NOT NULL DEFAULT '';
-- The planned time that `reminded` is about.
ALTER TABLE meeting_choice ADD COLUMN reminded_for_ms INTEGER NOT NULL DEFAULT 0;
UPDATE meeting_choice SET known_ms = d.published_at_ms, reminded_for_ms = d.published_at_ms,
    title = d.title, organization = d.organization
    FROM document d WHERE d.id = meeting_choice.id AND d.kind = 2;
-- `expires_at_ms` is on the clock of this boot.
ALTER TABLE pending_enrolment ADD COLUMN boot_id TEXT NOT NULL DEFAULT '';
",
    "
-- Every command says its kind, and when it was given on the clock of the boot (command/).
ALTER TABLE outbox ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN about TEXT NOT NULL DEFAULT '{}'; -- JSON, see command/kind.rs
ALTER TABLE outbox ADD COLUMN boot_id TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN boot_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN queued INTEGER NOT NULL DEFAULT 0; -- 1 somebody was told that it is kept
UPDATE outbox SET kind = 'sign_in', boot_id = s.boot_id, boot_ms = s.boot_ms, queued = s.queued,
    about = json_object('subject', s.roll_call_id, 'part', s.round, 'member_id', s.member_id,
        'name', s.name, 'title', s.title)
    FROM sign_in s WHERE s.seq = outbox.seq;
DROP TABLE sign_in;
",
    NAME_THE_KINDS,
];

/// Commands of versions that wrote no kind are told by their lanes.
const NAME_THE_KINDS: &str = "
UPDATE outbox SET kind = 'progress' WHERE kind = '' AND lane LIKE 'progress:%';
UPDATE outbox SET kind = 'viewing' WHERE kind = '' AND lane LIKE 'viewing:%';
UPDATE outbox SET kind = 'sign_in' WHERE kind = '' AND lane LIKE 'sign-in:%';
";

/// Of what was written down before parts were, only the place and the time are known, and a place at
/// the end was enough to be finished. Where the place is wrong, what was watched is taken to be the
/// beginning.
const GUESS_WHAT_WAS_PLAYED: &str = "
UPDATE watch SET seen_ms = min(position_ms, watched_ms),
    played = max(position_ms - watched_ms, 0) || '-' || position_ms
WHERE played = '' AND finished = 0 AND watched_ms > 0 AND position_ms > 0;
UPDATE watch SET seen_ms = duration_ms, played = '0-' || duration_ms
WHERE played = '' AND finished = 1 AND duration_ms > 0 AND watched_ms * 10 >= duration_ms * 9;
UPDATE watch SET finished = 0, seen_ms = watched_ms,
    played = iif(watched_ms > 0, '0-' || watched_ms, '')
WHERE played = '' AND finished = 1;
";

/// Name of the database below the cache's folder.
const FILE_NAME: &str = "cache.db";

/// Tables whose loss a user would notice and no server can give back, in the order of rescue.
struct Rescued {
    table: &'static str,
    columns: &'static str,
    /// Where an older version kept it; empty: in the same table and columns.
    select: &'static str,
}

const fn rescued(table: &'static str, columns: &'static str) -> Rescued {
    Rescued {
        table,
        columns,
        select: "",
    }
}

const OUTBOX: &str =
    "seq, key, kind, lane, method, path, body, about, created_at_ms, boot_id, boot_ms, queued,
    state, attempts, reason";

const RESCUED: &[Rescued] = &[
    rescued("outbox", OUTBOX),
    // Of a version that had a table for sign-ins, and wrote no kind.
    Rescued {
        table: "outbox",
        columns: OUTBOX,
        select: "SELECT o.seq, o.key, 'sign_in', o.lane, o.method, o.path, o.body,
                json_object('subject', s.roll_call_id, 'part', s.round, 'member_id', s.member_id,
                    'name', s.name, 'title', s.title),
                o.created_at_ms, s.boot_id, s.boot_ms, s.queued, o.state, o.attempts, o.reason
            FROM sign_in s NOT INDEXED JOIN outbox o ON o.seq = s.seq",
    },
    rescued(
        "outbox",
        "seq, key, lane, method, path, body, created_at_ms, state, attempts, reason",
    ),
    rescued("refusal", "key, name, title, code, tries, at_ms"),
    rescued(
        "enrolment",
        "id, server_url, token, terminal_id, kind, name, organization_id, organization_name",
    ),
    rescued("setting", "key, value"),
    rescued(
        "watch",
        "programme_id, position_ms, duration_ms, watched_ms, finished, at_ms, played, seen_ms",
    ),
    // Of a version that knew no parts.
    rescued(
        "watch",
        "programme_id, position_ms, duration_ms, watched_ms, finished, at_ms",
    ),
    rescued("bulletin_read", "id, at_ms"),
    rescued(
        "meeting_choice",
        "id, remind, reminded, declined, at_ms, known_ms, title, organization, reminded_for_ms",
    ),
    // As it was before version 4.
    rescued("meeting_choice", "id, remind, reminded, declined, at_ms"),
];

/// Opens the one writing connection; makes, migrates or replaces the database as needed.
pub(super) fn open_writer(dir: &Path) -> Result<Connection, CacheError> {
    let path = dir.join(FILE_NAME);
    // Made with its rights before SQLite writes a token into it.
    make_private(&path)?;
    let broken = match try_open(&path) {
        Ok(connection) => return Ok(connection),
        Err(error) if is_broken(&error) => error,
        Err(error) => return Err(error),
    };
    let aside = (1_u32..)
        .map(|number| dir.join(format!("cache-broken-{number}.db")))
        .find(|aside| !aside.exists())
        .unwrap_or_else(|| dir.join("cache-broken.db"));
    tracing::error!(error = %broken, aside = %aside.display(), "the database is damaged; starting a new one");
    rename(&path, &aside)?;
    for suffix in ["-wal", "-shm"] {
        let from = dir.join(format!("{FILE_NAME}{suffix}"));
        if from.exists() {
            let mut to = aside.clone().into_os_string();
            to.push(suffix);
            rename(&from, Path::new(&to))?;
        }
    }
    make_private(&path)?;
    let connection = try_open(&path)?;
    rescue(&connection, &aside);
    Ok(connection)
}

/// Opens one more connection for reading only.
pub(super) fn open_reader(dir: &Path) -> Result<Connection, CacheError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(dir.join(FILE_NAME), flags)
        .during("open the cache for reading")?;
    connection
        .execute_batch(
            "PRAGMA query_only = 1; PRAGMA busy_timeout = 5000; PRAGMA mmap_size = 67108864;",
        )
        .during("set up the cache for reading")?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn try_open(path: &Path) -> Result<Connection, CacheError> {
    let mut connection = Connection::open(path).during("open the cache")?;
    connection
        .execute_batch(
            "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             PRAGMA foreign_keys = 1; PRAGMA wal_autocheckpoint = 1000;
             -- PINs that were delivered are not to be found in free pages.
             PRAGMA secure_delete = 1;",
        )
        .during("set up the cache")?;
    connection.set_prepared_statement_cache_capacity(64);
    // quick_check reads every page: some 20 MB at township size, tens of milliseconds.
    let verdict: String = connection
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .during("check the cache")?;
    if verdict != "ok" {
        return Err(rusqlite::Error::SqliteFailure(
            rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT),
            Some(verdict),
        ))
        .during("check the cache");
    }
    migrate(&mut connection)?;
    Ok(connection)
}

fn migrate(connection: &mut Connection) -> Result<(), CacheError> {
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    let found: i64 = connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .during("read the cache's version")?;
    if found > known {
        return Err(CacheError::TooNew { found, known });
    }
    let skip = usize::try_from(found).unwrap_or(0);
    for (index, step) in MIGRATIONS.iter().enumerate().skip(skip) {
        let tx = connection.transaction().during("begin a migration")?;
        tx.execute_batch(step).during("migrate the cache")?;
        tx.pragma_update(
            None,
            "user_version",
            i64::try_from(index + 1).unwrap_or(known),
        )
        .during("count the migration")?;
        tx.commit().during("commit the migration")?;
    }
    Ok(())
}

fn is_broken(error: &CacheError) -> bool {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    match error {
        CacheError::Database {
            source:
                rusqlite::Error::SqliteFailure(failure, _)
                | rusqlite::Error::SqlInputError { error: failure, .. },
            ..
        } => {
            // A missing table or column under a current version number is damage too: SQLITE_ERROR.
            matches!(failure.code, DatabaseCorrupt | NotADatabase)
                || failure.extended_code == rusqlite::ffi::SQLITE_ERROR
        }
        CacheError::TooNew { .. } => true,
        _ => false,
    }
}

/// Copies row by row what the set-aside database can still tell.
fn rescue(connection: &Connection, aside: &Path) {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
    let Ok(old) = Connection::open_with_flags(aside, flags) else {
        return;
    };
    for what in RESCUED {
        let rescued = rescue_table(connection, &old, what);
        tracing::warn!(
            table = what.table,
            rescued,
            "rescued from the damaged database"
        );
    }
    for step in [GUESS_WHAT_WAS_PLAYED, NAME_THE_KINDS] {
        if let Err(error) = connection.execute_batch(step) {
            tracing::error!(%error, "what was rescued cannot be completed");
        }
    }
}

fn rescue_table(connection: &Connection, old: &Connection, what: &Rescued) -> usize {
    let Rescued { table, columns, .. } = what;
    let width = columns.split(',').count();
    let marks = vec!["?"; width].join(",");
    let Ok(mut insert) = connection.prepare(&format!(
        "INSERT OR IGNORE INTO {table}({columns}) VALUES ({marks})"
    )) else {
        return 0;
    };
    let select = if what.select.is_empty() {
        format!("SELECT {columns} FROM {table} NOT INDEXED")
    } else {
        what.select.to_owned()
    };
    let Ok(mut select) = old.prepare(&select) else {
        return 0;
    };
    let Ok(mut rows) = select.query([]) else {
        return 0;
    };
    let mut rescued = 0;
    // Rows before the damage are good; the first unreadable page ends the table.
    while let Ok(Some(row)) = rows.next() {
        let values: rusqlite::Result<Vec<rusqlite::types::Value>> =
            (0..width).map(|index| row.get(index)).collect();
        if let Ok(values) = values
            && insert.execute(rusqlite::params_from_iter(values)).is_ok()
        {
            rescued += 1;
        }
    }
    rescued
}

fn make_private(path: &Path) -> Result<(), CacheError> {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    let io = |operation, source| CacheError::Io {
        operation,
        path: path.to_owned(),
        source,
    };
    let file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)
        .map_err(|source| io("create", source))?;
    file.set_permissions(std::fs::Permissions::from_mode(0o600))
        .map_err(|source| io("protect", source))
}

fn rename(from: &Path, to: &Path) -> Result<(), CacheError> {
    std::fs::rename(from, to).map_err(|source| CacheError::Io {
        operation: "set aside",
        path: from.to_owned(),
        source,
    })
}

/// Reads one line of bookkeeping.
pub(super) fn meta(connection: &Connection, key: &str) -> rusqlite::Result<Option<String>> {
    use rusqlite::OptionalExtension;
    connection
        .prepare_cached("SELECT value FROM meta WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()
}

/// Writes one line of bookkeeping.
pub(super) fn set_meta(connection: &Connection, key: &str, value: &str) -> rusqlite::Result<()> {
    connection
        .prepare_cached("INSERT INTO meta(key, value) VALUES (?1, ?2) ON CONFLICT(key) DO UPDATE SET value = excluded.value")?
        .execute(params![key, value])?;
    Ok(())
}
