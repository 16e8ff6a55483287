//! Database of the backend, on SQLite and PostgreSQL from the same SQL.
//!
//! # Using it
//!
//! [`Store::open`] opens (and migrates) the database a [`DatabaseUrl`] names. Everything else
//! happens inside [`Store::read`] and [`Store::write`]. Both block: call them from a blocking
//! thread (`spawn_blocking`), never from an async task.
//!
//! `store.read(|tx| organizations::by_code(tx, "ZJ"))` asks, `store.write(|tx| …)` changes.
//!
//! - A closure given to `read` gets a [`Tx`]: one consistent snapshot, read-only.
//! - A closure given to `write` gets a [`WriteTx`], which also serves wherever a `Tx` is wanted.
//!   It is `FnMut`, because PostgreSQL may ask for it to be run again; so it must have no effect
//!   but on the database. `Ok` commits, `Err` or a panic undoes all it did. When `write` returns,
//!   the change is on disk.
//! - Closures return any error that implements `From<store::Error>`.
//! - No wait is without end. A database that cannot be reached, hangs or is locked ends in
//!   [`Error::Unavailable`]; what was cut off before its commit is done again by itself.
//! - After a statement failed, the transaction is lost (as PostgreSQL has it, so on both): pass
//!   the error on. Functions that expect a clash, such as a code already taken, report it as a
//!   plain error without a failing statement, and then other work may go on.
//! - Every time is given by the caller (`now_ms`, Unix milliseconds); nothing here reads a clock.
//! - Secrets (tokens, device codes) are only ever given as SHA-256 in hex, personal numbers only
//!   sealed with a key that is not in the database.
//!
//! # Adding to it
//!
//! A module with tables says which in its `PART` and stands in the `register`; from there it is
//! checked, scrubbed after a purge, and asked for what is sealed. A kind of document is a row of
//! [`contract::kinds`] and a `FeedKind` in its own module; the `register` does not compile without
//! it. A part never imports the register or what stands on it (`feed`, `organizations`, …):
//! a test reads the imports.
//!
//! # Where things are
//!
//! | module | holds |
//! |---|---|
//! | [`organizations`] | the tree; every audience and every right is one of its subtrees |
//! | [`staff`] | accounts, lockout, second factor, sessions |
//! | [`members`], [`households`] | people and who shares a TV; their numbers come sealed |
//! | [`people`] | who may sign in at a TV, and which TVs should ask again |
//! | [`limits`], [`member_sessions`] | what was guessed wrong, one person's session on a TV |
//! | [`audit`], [`notices`] | what was done, hash-chained; what staff should look at |
//! | [`bulletins`], [`programmes`], [`township`] | documents; each change goes to the feed |
//! | [`branches`] | pages of organizations, with their members counted |
//! | [`due`] | what is to happen at a time, once, by whichever server |
//! | [`feed`] | what changed for a terminal since its cursor |
//! | [`terminals`], [`enrolments`], [`progress`] | boxes and what they write |
//! | [`meetings`] | meetings, and who watched them |
//! | [`requests`] | what people asked, and what became of it |
//! | [`duty`] | duty rooms, and the log of who looked into them |
//! | [`evaluations`] | evaluations and motions, who is entitled, envelopes and ballots |
//! | [`roll_calls`] | who is called, who answered, how they stand |
//! | [`files`] | what is known of stored files; their bytes are elsewhere |
//! | [`idempotency`] | doing a write once however often it is sent |
//! | [`settings`], [`latest`] | single values; the latest moment at which anything was written |
//! | [`versions`] | what two people edit is written only over what was read |
//! | [`access`] | what gives access, so that nothing which ended comes back with a backup |
//! | [`backup`], [`integrity`], [`scrub`] | copies, restoring, checking, overwriting what was deleted |
//! | [`sealing`] | whether anything is kept that needs the keys |
//! | `register` | every part with its tables, every kind of document in the feed |
//! | [`journal`] | what terminals should be told of: every topic, every process |
//! | `feed_entries` | which documents changed, for whom; what changes a document writes here |
//! | `found_by` | by what a row is found: its name, and how it is read |
//! | `snapshot` | who was entitled when something opened |
//! | `wanted` | what a list is narrowed to, as a query's conditions |
//! | `tree` | the organizations, for everything within the store |
//! | `driver` | the two engines behind [`Tx`]; no domain |
//! | `migrations` | numbered SQL files and their application |
//! | `testing` (feature `testing`) | databases for tests, PostgreSQL included |

mod codec;
mod driver;
mod error;
mod feed_entries;
mod feed_kind;
mod found_by;
mod migrations;
mod part;
mod register;
mod snapshot;
mod source;
mod store;
mod touch;
mod tree;
mod trouble;
mod wanted;

pub mod access;
pub mod attachments;
pub mod audit;
pub mod backup;
pub mod branches;
pub mod bulletins;
pub mod categories;
pub mod chain;
pub mod due;
pub mod duty;
pub mod enrolments;
pub mod evaluations;
pub mod feed;
pub mod files;
pub mod films;
pub mod households;
pub mod idempotency;
pub mod integrity;
pub mod journal;
pub mod keepers;
pub mod latest;
pub mod limits;
pub mod meetings;
pub mod member_sessions;
pub mod members;
pub mod notices;
pub mod organizations;
pub mod people;
pub mod phone_links;
pub mod programmes;
pub mod progress;
pub mod recovery;
pub mod remote_actions;
pub mod report_keys;
pub mod requests;
pub mod reveals;
pub mod roll_calls;
pub mod scrub;
pub mod sealing;
pub mod settings;
pub mod staff;
pub mod submissions;
pub mod terminals;
#[cfg(feature = "testing")]
pub mod testing;
pub mod township;
pub mod uploads;
pub mod versions;

pub use driver::postgres::Encryption;
pub use driver::{Engine, Tx, WriteTx};
pub use error::{Constraint, Error, MigrationError, Result};
pub use source::{Imported, Outcome, Source, SourceEntry};
pub use store::{DatabaseUrl, Store};
pub use trouble::Trouble;
