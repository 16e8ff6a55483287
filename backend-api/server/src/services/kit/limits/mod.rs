//! Whatever can be guessed is counted: wrong guesses, in the database, so that several servers share them.
//!
//! | module | holds |
//! |---|---|
//! | [`table`] | everything that can be guessed, and its budgets |
//! | [`told`] | what staff are told when a budget is used up |
//! | [`writes`] | how much one terminal may write, which is no guess |
//!
//! Who tries is an [`Attempt`]. What is compared within a transaction asks [`Limits::locked`] first and counts with
//! [`Limits::failed`] in the same one. What is compared outside of one, because it is slow, is counted before as if
//! it were wrong ([`Limits::reserve`]) and given back when it was right: so neither many requests at once nor a
//! crash gets a guess for nothing. While one is locked nothing of theirs is looked at, whether it is right or wrong.

mod attempt;
pub mod table;
mod told;
pub mod writes;

use std::collections::HashMap;

use parking_lot::Mutex;
use store::limits::{self, Counted, Key, Locks};
use store::{Tx, WriteTx};

use super::error::{Result, ServiceError};
use crate::config::Config;
pub use attempt::Attempt;
pub use table::{Budget, Guessable, Row, Scope};

/// Locks that a process remembers by itself, at most.
const REMEMBERED: usize = 10_000;

/// What a wrong guess did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// Guesses left to the narrowest scope.
    pub left: u32,
    /// Until when it is locked by now, Unix milliseconds.
    pub locked_until_ms: Option<i64>,
    /// What this one locked.
    locked: Vec<(Key, i64)>,
}

impl Failed {
    /// Notes what it locked among the locks that were read before.
    pub fn note(&self, locks: &mut Locks) {
        for (key, until_ms) in &self.locked {
            locks.note(key, *until_ms);
        }
    }
}

/// A guess that is counted as if it were wrong until it is known to be right.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a right guess is given back"]
pub struct Reserved {
    attempt: Attempt,
    counted: Vec<(Budget, Key, Counted)>,
}

impl Reserved {
    /// Until when it is locked if this was wrong, Unix milliseconds.
    #[must_use]
    pub fn locked_until_ms(&self) -> Option<i64> {
        let counted = self.counted.iter();
        counted
            .filter_map(|(_, _, counted)| counted.locked_until_ms)
            .max()
    }

    /// Whether somebody is to be told if this was wrong.
    #[must_use]
    pub fn crossed(&self) -> bool {
        self.counted.iter().any(|(_, _, counted)| counted.crossed)
    }

    /// It was neither right nor wrong: it is not counted.
    ///
    /// # Errors
    /// The database failed.
    pub fn give_back(&self, tx: &mut WriteTx<'_>) -> Result<()> {
        for (budget, key, counted) in &self.counted {
            limits::give_back(tx, key, budget.rule, *counted)?;
        }
        Ok(())
    }
}

/// The limits service.
#[derive(Debug)]
pub struct Limits {
    table: Vec<Row>,
    enrolments: Row,
    public_readings: Row,
    /// Locks of what is checked without the database, by those this process knows of.
    remembered: Mutex<HashMap<Key, i64>>,
}

impl Limits {
    /// With the budgets of the table and the settings.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self {
            table: table::table(config),
            enrolments: table::enrolments(config),
            public_readings: table::public_readings(),
            remembered: Mutex::default(),
        }
    }

    /// The table.
    #[must_use]
    pub fn table(&self) -> &[Row] {
        &self.table
    }

    /// The row of what is tried.
    ///
    /// # Panics
    /// If the table has none, which its test would notice.
    #[must_use]
    pub fn row(&self, what: Guessable) -> &Row {
        self.table
            .iter()
            .find(|row| row.what == what)
            .expect("every kind of guess has its row")
    }

    /// The counters that a guess is counted on.
    #[must_use]
    pub fn keys(&self, attempt: &Attempt) -> Vec<(Budget, Key)> {
        keys(self.row(attempt.what()), attempt)
    }

    fn locking(&self, attempt: &Attempt) -> Vec<Key> {
        let keys = self.keys(attempt).into_iter();
        keys.filter(|(budget, _)| budget.rule.lock.is_some())
            .map(|(_, key)| key)
            .collect()
    }

    /// Until when whoever tries is locked, Unix milliseconds; `None`: they may.
    ///
    /// # Errors
    /// The database failed.
    pub fn locked(&self, tx: &mut Tx<'_>, attempt: &Attempt, now_ms: i64) -> Result<Option<i64>> {
        Ok(limits::locked_until(tx, &self.locking(attempt), now_ms)?)
    }

    /// As [`locked`](Self::locked), in the way of an error.
    ///
    /// # Errors
    /// [`ServiceError::TooMany`]; or the database failed.
    pub fn check(&self, tx: &mut Tx<'_>, attempt: &Attempt, now_ms: i64) -> Result<()> {
        match self.locked(tx, attempt, now_ms)? {
            Some(until_ms) => Err(ServiceError::too_many(until_ms, now_ms)),
            None => Ok(()),
        }
    }

    /// Everything that is locked of some kinds, for whoever judges many at a time.
    ///
    /// # Errors
    /// The database failed.
    pub fn locks(&self, tx: &mut Tx<'_>, whats: &[Guessable], now_ms: i64) -> Result<Locks> {
        let kinds: Vec<&str> = whats.iter().map(|what| self.row(*what).name).collect();
        Ok(limits::locks(tx, &kinds, now_ms)?)
    }

    /// As [`locked`](Self::locked), by what was read before.
    #[must_use]
    pub fn locked_by(&self, locks: &Locks, attempt: &Attempt) -> Option<i64> {
        if locks.is_empty() {
            return None;
        }
        locks.until(&self.locking(attempt))
    }

    /// Counts a wrong guess, and tells staff if it was one too many.
    ///
    /// # Errors
    /// The database failed.
    pub fn failed(&self, tx: &mut WriteTx<'_>, attempt: &Attempt, now_ms: i64) -> Result<Failed> {
        let reserved = self.count(tx, attempt, now_ms)?;
        self.stands(tx, &reserved, now_ms)?;
        let narrowest = reserved.counted.first();
        Ok(Failed {
            left: narrowest.map_or(0, |(_, _, counted)| counted.left),
            locked_until_ms: reserved.locked_until_ms(),
            locked: reserved
                .counted
                .iter()
                .filter_map(|(_, key, counted)| Some((key.clone(), counted.locked_until_ms?)))
                .collect(),
        })
    }

    /// Counts a guess that has yet to be compared. The inner error is until when whoever tries is locked.
    ///
    /// # Errors
    /// The database failed.
    pub fn reserve(
        &self,
        tx: &mut WriteTx<'_>,
        attempt: &Attempt,
        now_ms: i64,
    ) -> Result<Result<Reserved, i64>> {
        if let Some(until_ms) = self.locked(tx, attempt, now_ms)? {
            return Ok(Err(until_ms));
        }
        self.count(tx, attempt, now_ms).map(Ok)
    }

    /// It was wrong: staff are told if it was one too many.
    ///
    /// # Errors
    /// The database failed.
    pub fn stands(&self, tx: &mut WriteTx<'_>, reserved: &Reserved, now_ms: i64) -> Result<()> {
        let row = self.row(reserved.attempt.what());
        for (budget, _, counted) in &reserved.counted {
            if counted.crossed {
                let until_ms = counted.locked_until_ms;
                told::tell(tx, row, *budget, &reserved.attempt, until_ms, now_ms)?;
            }
        }
        Ok(())
    }

    /// It was right: it is not counted, and the narrowest scope begins anew.
    ///
    /// # Errors
    /// The database failed.
    pub fn right(&self, tx: &mut WriteTx<'_>, reserved: &Reserved) -> Result<()> {
        reserved.give_back(tx)?;
        self.forget(tx, &reserved.attempt)
    }

    /// The narrowest scope begins anew: what was tried was right.
    ///
    /// # Errors
    /// The database failed.
    pub fn forget(&self, tx: &mut WriteTx<'_>, attempt: &Attempt) -> Result<()> {
        if let Some((_, key)) = self.keys(attempt).into_iter().next() {
            limits::forget(tx, &[key])?;
        }
        Ok(())
    }

    /// Counts a box that begins its enrolment.
    ///
    /// # Errors
    /// [`ServiceError::TooMany`]; or the database failed.
    pub fn begin_enrolment(&self, tx: &mut WriteTx<'_>, address: &str, now_ms: i64) -> Result<()> {
        count_asked(tx, &self.enrolments, address, now_ms)
    }

    /// Counts somebody who reads what is public.
    ///
    /// # Errors
    /// [`ServiceError::TooMany`]; or the database failed.
    pub fn read_public(&self, tx: &mut WriteTx<'_>, address: &str, now_ms: i64) -> Result<()> {
        count_asked(tx, &self.public_readings, address, now_ms)
    }

    /// Tells staff that so many boxes ask that some had to give way.
    ///
    /// # Errors
    /// The database failed.
    pub fn tell_of_flood(&self, tx: &mut WriteTx<'_>, network: &str, now_ms: i64) -> Result<()> {
        told::flood(tx, &self.enrolments, network, now_ms)
    }

    /// Until when whoever tries is locked, as far as this process knows: for what only this process can check.
    ///
    /// # Errors
    /// [`ServiceError::TooMany`].
    pub fn check_here(&self, attempt: &Attempt, now_ms: i64) -> Result<()> {
        let remembered = self.remembered.lock();
        if remembered.is_empty() {
            return Ok(());
        }
        let keys = self.locking(attempt);
        let until = keys.iter().filter_map(|key| remembered.get(key)).max();
        match until.filter(|until_ms| **until_ms > now_ms) {
            Some(until_ms) => Err(ServiceError::too_many(*until_ms, now_ms)),
            None => Ok(()),
        }
    }

    /// Remembers what a wrong guess locked, for [`check_here`](Self::check_here).
    pub fn remember(&self, failed: &Failed, now_ms: i64) {
        let mut remembered = self.remembered.lock();
        if remembered.len() >= REMEMBERED {
            remembered.retain(|_, until_ms| *until_ms > now_ms);
        }
        for (key, until_ms) in &failed.locked {
            remembered.insert(key.clone(), *until_ms);
        }
    }

    fn count(&self, tx: &mut WriteTx<'_>, attempt: &Attempt, now_ms: i64) -> Result<Reserved> {
        let counted = self.keys(attempt).into_iter().map(|(budget, key)| {
            let counted = limits::count(tx, &key, budget.rule, now_ms)?;
            Ok((budget, key, counted))
        });
        Ok(Reserved {
            counted: counted.collect::<Result<_>>()?,
            attempt: attempt.clone(),
        })
    }
}

/// Counts what is no guess, and refuses it where there was too much of it.
fn count_asked(tx: &mut WriteTx<'_>, row: &Row, address: &str, now_ms: i64) -> Result<()> {
    let attempt = Attempt::new(row.what).by_address(address);
    for (budget, key) in keys(row, &attempt) {
        if let Some(until_ms) = limits::locked_until(tx, std::slice::from_ref(&key), now_ms)? {
            return Err(ServiceError::too_many(until_ms, now_ms));
        }
        limits::count(tx, &key, budget.rule, now_ms)?;
    }
    Ok(())
}

fn keys(row: &Row, attempt: &Attempt) -> Vec<(Budget, Key)> {
    let budgets = row.budgets.iter();
    let named = budgets.filter_map(|budget| {
        let key = Key {
            kind: row.name,
            scope: budget.scope.name(),
            subject: attempt.subject(budget.scope)?,
        };
        Some((*budget, key))
    });
    named.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subjects(attempt: &Attempt) -> Vec<(Scope, String)> {
        let limits = Limits::new(&Config::local(std::path::Path::new("/nowhere")));
        let keys = limits.keys(attempt).into_iter();
        keys.map(|(budget, key)| (budget.scope, key.subject))
            .collect()
    }

    #[test]
    fn a_guess_is_counted_for_everybody_it_concerns() {
        let pin = Attempt::new(Guessable::Pin).member("m").terminal("t", "o");
        let expected = [
            (Scope::MemberHere, "m/t"),
            (Scope::Member, "m"),
            (Scope::Terminal, "t"),
            (Scope::Address, "192.0.2.1"),
            (Scope::Organization, "o"),
            (Scope::Everybody, ""),
        ];
        let expected = expected.map(|(scope, subject)| (scope, subject.to_owned()));
        assert_eq!(subjects(&pin.clone().by_address("192.0.2.1")), expected);
        assert_eq!(
            subjects(&pin.by_address("")).len(),
            5,
            "of an address that nobody knows"
        );
    }

    #[test]
    fn a_known_device_is_not_kept_out_by_others() {
        let login = Attempt::new(Guessable::Password)
            .account("l")
            .by_address("a");
        let scopes = |attempt: &Attempt| -> Vec<String> {
            let subjects = subjects(attempt).into_iter();
            subjects.map(|(_, subject)| subject).collect()
        };
        assert_eq!(scopes(&login), ["l/a", "l", "a", ""]);
        assert_eq!(scopes(&login.device(Some("d"))), ["l/device:d", ""]);
    }
}
