//! Sign-ins that were refused, in the audit log: who is known of whoever tried, why, and from where.
//!
//! A flood must not fill the disk: beyond so many a minute and an hour they are counted, and one entry says
//! how many there were. The login name stands there only if there is such an account. What nobody is called
//! may be a password in the wrong field; of that there is a keyed hash, so that one sees whether it is always
//! the same.

use std::net::IpAddr;

use parking_lot::Mutex;
use store::{Store, staff};

use super::kit::audit::{self, About, Actor, Thing, Why, Words};
use super::kit::error::{Result, ServiceError, chain};
use super::kit::names;
use super::kit::rights::Staff;
use super::vault::Vault;

/// So many are noted each by themselves in a minute, and in an hour.
const A_MINUTE: u32 = 10;
const AN_HOUR: u32 = 100;
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 3_600_000;

/// Somebody who tried.
#[derive(Clone, Copy, Debug)]
pub struct Tried<'a> {
    /// The login name they gave.
    pub login: &'a str,
    /// Where they tried it from.
    pub address: &'a str,
}

impl<'a> Tried<'a> {
    /// Somebody who is signed in and proves themselves once more.
    #[must_use]
    pub const fn again(by: &'a Staff, address: &'a str) -> Self {
        let login = by.login.as_str();
        Self { login, address }
    }
}

/// Counts refused sign-ins of this process.
#[derive(Debug, Default)]
pub struct Refusals {
    counted: Mutex<Counted>,
}

impl Refusals {
    /// Passes the outcome of a try on; a refusal is noted first.
    ///
    /// # Errors
    /// Those of the outcome.
    pub fn noting<T>(
        &self,
        store: &Store,
        vault: &Vault,
        tried: Tried<'_>,
        outcome: Result<T>,
        now_ms: i64,
    ) -> Result<T> {
        if let Some(why) = outcome.as_ref().err().and_then(why)
            && self.counted.lock().takes(now_ms)
            && let Err(error) = note(store, vault, tried, why, now_ms)
        {
            // They are refused all the same.
            tracing::error!(error = chain(&error), "a refused sign-in is not in the log");
        }
        outcome
    }

    /// Counts one that is not looked into at all.
    pub fn count(&self, now_ms: i64) {
        self.counted.lock().count(now_ms);
    }

    /// Notes how many more there were, once their minute or hour is over, or `at_once`.
    ///
    /// # Errors
    /// The database failed; they are noted later.
    pub fn sum_up(&self, store: &Store, at_once: bool, now_ms: i64) -> Result<()> {
        let Some(more) = self.counted.lock().take_more(at_once, now_ms) else {
            return Ok(());
        };
        let noted = store.write(move |tx| {
            let words = Words::RefusedMore(more);
            let (actor, about) = (&Actor::System, &About::SignIns);
            audit::note(tx, actor, "session.refused", about, None, words, now_ms)
        });
        if noted.is_err() {
            self.counted.lock().give_back(more, now_ms);
        }
        Ok(noted?)
    }
}

fn why(refusal: &ServiceError) -> Option<Why> {
    match refusal {
        ServiceError::WrongPassword => Some(Why::Password),
        ServiceError::SecondFactor => Some(Why::SecondFactor),
        ServiceError::LockedOut { .. } => Some(Why::Locked),
        ServiceError::TooMany { .. } => Some(Why::TooMany),
        _ => None,
    }
}

fn note(store: &Store, vault: &Vault, tried: Tried<'_>, why: Why, now_ms: i64) -> Result<()> {
    // Nobody has a longer one.
    let login: String = names::cleaned(tried.login).chars().take(64).collect();
    let address = tried.address.parse::<IpAddr>().ok();
    let account = store.read(|tx| staff::account_by_login(tx, &login))?;
    let (about, organization, why) = match account {
        Some(account) => (
            About::one(Thing::Account, &account.id),
            Some(account.organization.id),
            why,
        ),
        None => {
            let hash = vault.fingerprint(&login);
            let why = if why == Why::Password {
                Why::Login
            } else {
                why
            };
            (About::one(Thing::Login, &hash[..16]), None, why)
        }
    };
    store.write(move |tx| {
        let (actor, words) = (&Actor::System, Words::Refused(why, address));
        let organization = organization.as_deref();
        audit::note(
            tx,
            actor,
            "session.refused",
            &about,
            organization,
            words,
            now_ms,
        )
    })?;
    Ok(())
}

#[derive(Debug, Default)]
struct Counted {
    minute: Window,
    hour: Window,
    /// Those that were not noted each by themselves.
    more: u64,
    /// When they may be summed up.
    more_until_ms: i64,
}

#[derive(Debug, Default)]
struct Window {
    since_ms: i64,
    used: u32,
}

impl Window {
    fn has_room(&mut self, most: u32, length_ms: i64, now_ms: i64) -> bool {
        if !(0..length_ms).contains(&(now_ms - self.since_ms)) {
            *self = Self {
                since_ms: now_ms,
                used: 0,
            };
        }
        self.used < most
    }
}

impl Counted {
    /// Whether the next one is noted by itself.
    fn takes(&mut self, now_ms: i64) -> bool {
        let in_hour = self.hour.has_room(AN_HOUR, HOUR_MS, now_ms);
        let in_minute = self.minute.has_room(A_MINUTE, MINUTE_MS, now_ms);
        if in_hour && in_minute {
            self.hour.used += 1;
            self.minute.used += 1;
            return true;
        }
        self.count(now_ms);
        false
    }

    fn count(&mut self, now_ms: i64) {
        if self.more == 0 {
            let in_hour = self.hour.has_room(AN_HOUR, HOUR_MS, now_ms);
            self.more_until_ms = if in_hour {
                now_ms + MINUTE_MS
            } else {
                self.hour.since_ms + HOUR_MS
            };
        }
        self.more += 1;
    }

    fn take_more(&mut self, at_once: bool, now_ms: i64) -> Option<u64> {
        let over = at_once || now_ms >= self.more_until_ms;
        (self.more > 0 && over).then(|| std::mem::take(&mut self.more))
    }

    fn give_back(&mut self, more: u64, now_ms: i64) {
        self.count(now_ms);
        self.more += more - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_makes_few_entries_and_loses_no_count() {
        let mut counted = Counted::default();
        let (mut noted, mut sums, mut summed) = (0, 0, 0);
        // Ten hours with fifty tries a second.
        for step in 0..10 * 3_600 * 50_i64 {
            let now_ms = 1_795_312_800_000 + step * 20;
            noted += u64::from(counted.takes(now_ms));
            if let Some(more) = counted.take_more(false, now_ms) {
                sums += 1;
                summed += more;
            }
        }
        summed += counted.take_more(true, 0).unwrap_or_default();
        assert_eq!(noted + summed, 10 * 3_600 * 50);
        assert_eq!(noted, 10 * u64::from(AN_HOUR));
        assert!(sums <= 10 * 12, "{sums} sums");
    }
}
