//! The tables, and how they came to be what they are.

use rusqlite::{Connection, params};

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
    "
-- What was said of a request and not sent (drafts.rs).
CREATE TABLE draft(subject TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
",
    "
-- What was refused; empty: a sign-in.
ALTER TABLE refusal ADD COLUMN kind TEXT NOT NULL DEFAULT '';
",
    "
-- Answers that somebody has begun to give and has not handed in, sealed with what they prove who they
-- are with (ballot_draft.rs).
CREATE TABLE ballot_draft(
    id TEXT PRIMARY KEY,                -- the evaluation and the member
    salt TEXT NOT NULL, sealed TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0    -- how often it was tried to be opened with something else
) WITHOUT ROWID;
",
    "
-- Of `json` (check.rs); NULL for what an older version wrote.
ALTER TABLE document ADD COLUMN sum INTEGER;
",
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

/// Newest version that this program knows.
pub(super) fn version() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Brings a database up to this program's version.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), CacheError> {
    let known = version();
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

/// Completes rows that an older version wrote and that were copied as they are.
pub(super) fn complete(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(GUESS_WHAT_WAS_PLAYED)?;
    connection.execute_batch(NAME_THE_KINDS)
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
