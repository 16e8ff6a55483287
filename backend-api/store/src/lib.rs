//! Database of the backend, on SQLite and PostgreSQL from the same SQL.
//!
//! # Using it
//!
//! [`Store::open`] opens (and migrates) the database a [`DatabaseUrl`] names. Everything else
//! happens inside [`Store::read`] and [`Store::write`]. Both block: call them from a blocking
//! thread (`spawn_blocking`), never from an async task.
//!
//! ```no_run
//! # fn main() -> Result<(), store::Error> {
//! use store::{DatabaseUrl, Store, organizations};
//! let store = Store::open(&"sqlite:/var/lib/backend-api/data.sqlite".parse::<DatabaseUrl>()?)?;
//! let village = store.read(|tx| organizations::by_code(tx, "ZJ"))?;
//! # let _ = village; Ok(())
//! # }
//! ```
//!
//! - A closure given to `read` gets a [`Tx`]: one consistent snapshot, read-only.
//! - A closure given to `write` gets a [`WriteTx`], which also serves wherever a `Tx` is wanted.
//!   It is `FnMut`, because PostgreSQL may ask for it to be run again; so it must have no effect
//!   but on the database. `Ok` commits, `Err` or a panic undoes all it did. When `write` returns,
//!   the change is on disk.
//! - Closures return any error that implements `From<store::Error>`.
//! - After a statement failed, the transaction is lost (as PostgreSQL has it, so on both): pass
//!   the error on. Functions that expect a clash, such as a code already taken, report it as a
//!   plain error without a failing statement, and then other work may go on.
//! - Every time is given by the caller (`now_ms`, Unix milliseconds); nothing here reads a clock.
//! - Secrets (tokens, device codes) are only ever given as SHA-256 in hex.
//!
//! # Where things are
//!
//! | module | holds |
//! |---|---|
//! | [`organizations`] | the tree; every audience and every right is one of its subtrees |
//! | [`staff`] | accounts, lockout, sessions |
//! | [`bulletins`], [`programmes`], [`township`] | documents; each change goes to the feed |
//! | [`feed`] | what changed for a terminal since its cursor |
//! | [`terminals`], [`enrolments`], [`progress`] | boxes and what they write |
//! | [`files`] | what is known of stored files; their bytes are elsewhere |
//! | [`idempotency`] | doing a write once however often it is sent |
//! | [`settings`] | single values |
//! | [`backup`], [`integrity`] | copies, restoring, checking |
//! | `driver` | the two engines behind [`Tx`]; no domain |
//! | `migrations` | numbered SQL files and their application |
//! | `testing` (feature `testing`) | databases for tests, PostgreSQL included |
//!
//! # Signatures (being filled in)
//!
//! ```text
//! Store::open(&DatabaseUrl) -> Result<Store>           Store: Clone + Send + Sync
//! Store::read(&self, FnOnce(&mut Tx) -> Result<T, E>) -> Result<T, E>            E: From<store::Error>
//! Store::write(&self, FnMut(&mut WriteTx) -> Result<T, E> + Send + 'static) -> Result<T, E>
//! Store::engine() -> Engine {Sqlite, Postgres}; Store::ping() -> Result<()>
//! Error::{NotFound(&'static str), Taken(&'static str), Stale, WrongState(BulletinState), Cycle, …}
//!
//! organizations::{create(wtx, &NewOrganization{parent_id, kind, code, name}, now_ms) -> Organization,
//!   update(wtx, id, kind, name, now_ms) -> bool changed, move_to(wtx, id, new_parent_id) -> (),
//!   get(tx, id) -> Option<Organization>, by_code(tx, code) -> Option<Organization>, all(tx) -> Vec<…> parents first,
//!   subtree(tx, id) -> Vec<…>, ancestors(tx, id) -> Vec<…> root first, is_within(tx, id, ancestor_id) -> bool}
//!
//! staff::{Account{id, login, password_hash, organization: OrganizationRef, failed_attempts, locked_until_ms, disabled_at_ms, …},
//!   create_account(wtx, login, password_hash, organization_id, now_ms) -> Account (Taken), account(tx, id), account_by_login(tx, login) -> Option<Account>,
//!   set_password(wtx, id, hash) (ends sessions), record_failure(wtx, id, Lockout{attempts, lock_ms}, now_ms) -> Option<i64> locked until,
//!   record_success(wtx, id), create_session(wtx, account_id, token_sha256, expires_at_ms, now_ms),
//!   session(tx, token_sha256, now_ms) -> Option<Session{account, expires_at_ms}>, revoke_session(wtx, token_sha256) -> bool, purge_sessions(wtx, now_ms) -> u64}
//!
//! bulletins::{Content{list, organization_id, audience_id, title, summary, expires_at_ms, urgent, cover, body},
//!   Record{id, state, version, content, organization: OrganizationRef, organization_code, audience_code, published_at_ms, …}; Record::to_staff() -> StaffBulletin, to_document() -> contract Bulletin,
//!   create(wtx, &Content, now_ms) -> Record, get(tx, id) -> Option<Record>,
//!   list(tx, &Filter{within, state, list}, before: Option<&str id>, limit) -> Vec<Record> newest first,
//!   edit(wtx, id, version, &Content, now_ms), submit/return_to_draft/publish/withdraw(wtx, id, version, now_ms) -> Record (Stale, WrongState),
//!   expire_due(wtx, now_ms) -> Vec<String> ids, import(wtx, &Source{key, hash}, &Content, published_at_ms, now_ms) -> Imported{id, outcome: Created|Updated|Unchanged},
//!   sources(tx) -> Vec<SourceEntry{key, hash, id}>, withdraw_source(wtx, key, now_ms) -> bool}
//! programmes::{Content{category, organization_id, audience_id, title, description, published_at_ms, duration_ms, poster, renditions, captions},
//!   import(wtx, &Source, &Content, now_ms) -> Imported, get(tx, id) -> Option<Record{id, withdrawn_at_ms, content, …}>, list(tx, within, before, limit),
//!   withdraw(wtx, id, now_ms) -> bool, sources(tx), withdraw_source(wtx, key, now_ms) -> bool}
//! township::{put(wtx, &Township, source_hash, now_ms) -> bool changed, get(tx) -> Option<Township>, source_hash(tx)}
//!
//! feed::{Head (Display = opaque ETag text), head(tx, organization_id) -> Head, Cursor (FromStr/Display), Cursor::is_current(&Head) -> bool,
//!   changes(tx, organization_id, Option<&Cursor>, limit) -> Page{cursor, more, reset, changes: Vec<contract Change>},
//!   renew_epoch(wtx), purge_tombstones(wtx, before_ms) -> u64}
//!
//! terminals::{create(wtx, &NewTerminal{kind, name, organization_id, token_sha256}, now_ms) -> Terminal, get(tx, id), by_token(tx, token_sha256) -> Option<Terminal> (revoked ones too),
//!   list(tx, within, before, limit), touch(wtx, id, now_ms) -> bool, revoke(wtx, id, now_ms) -> bool, rename(wtx, id, name), move_to(wtx, id, organization_id)}
//! enrolments::{start(wtx, &NewEnrolment{device_code_sha256, user_code, hardware, expires_at_ms, interval_ms}, now_ms) (Taken("user code")),
//!   pending(tx, now_ms) -> Vec<PendingEnrolment>, approve(wtx, user_code, &Approval{organization_id, kind, name}, now_ms), decline(wtx, user_code, now_ms) (NotFound),
//!   poll(wtx, device_code_sha256, now_ms) -> Poll::{Unknown, Expired, Declined, SlowDown, Pending, Approved}, consume(wtx, device_code_sha256, token_sha256, now_ms) -> Terminal, purge(wtx, before_ms) -> u64}
//! progress::{record(wtx, terminal_id, programme_id, &ProgressReport) -> Progress (NotFound), get(tx, terminal_id, programme_id), list(tx, terminal_id)}
//! files::{put(wtx, &FileRef, now_ms) -> bool new, get(tx, name) -> Option<FileRef>}
//! idempotency::{Key{scope, key, request_hash}, once(wtx, &Key, now_ms, |wtx| -> Result<Stored{status, body}, E>) -> Result<Outcome::{Done(Stored), Replayed(Stored), Reused}, E>, purge(wtx, before_ms) -> u64}
//! settings::{get(tx, key) -> Option<String>, set(wtx, key, value)}
//! backup::{Store::backup_to(&Path), restore(from: &Path, to: &Path)}; integrity: Store::integrity_check() -> Vec<String>
//! testing::{TestDatabase::sqlite()/postgres(), .url(), .open()}
//! ```
