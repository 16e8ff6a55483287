//! Ballots: kept like postal votes until the close, and counted once.
//!
//! | module | holds |
//! |---|---|
//! | [`code`] | answers in as few characters as needed, all of one length |
//! | [`envelope`] | the key of an evaluation, and what it seals |
//! | [`cast`] | a ballot of a terminal |
//! | [`paper`] | names and sheets of those who vote on paper |
//! | [`count`] | the close: envelopes are opened, shuffled and counted |
//!
//! What is guaranteed, and against whom, is in `docs/BALLOTS.md`. What it rests on here:
//!
//! - Until the close nothing is counted, for nobody: an envelope is one of many of the same size.
//! - Who took part has no time, terminal, address or order. No line of the log, entry of the audit log,
//!   idempotency key or event is made by casting a ballot.
//! - At the close the ballots get ids that are drawn then, and are written in their order.

pub mod cast;
pub mod code;
pub mod count;
pub mod envelope;
pub mod paper;
