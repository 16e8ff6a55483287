//! The table: everything that can be guessed, for whom wrong guesses are counted, and how many there may be.
//!
//! Not in it is the passphrase of an encoder (SRT): libsrt refuses a wrong one within the handshake, and neither it nor
//! `srtsrc` tells. It has 80 bits, and is another one for each meeting (`services/room/encoders.rs`).

use store::limits::{ACCOUNT, ACCOUNT_HERE, Lock, MEMBER, MEMBER_HERE, Rule};

use crate::config::Config;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// What can be guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Guessable {
    /// Six digits that prove a member at a TV.
    Pin,
    /// Four digits in the picture of a meeting, three of them right at a time.
    PresenceCode,
    /// The number of a member's card.
    Card,
    /// The token of a member's session at a TV.
    MemberSession,
    /// What a waiting box shows: eight digits.
    UserCode,
    /// What a waiting box asks with.
    DeviceCode,
    /// The password of a login.
    Password,
    /// Six digits of an authenticator.
    SecondFactor,
    /// What stands in for a lost authenticator.
    RecoveryCode,
    /// The token of a terminal, or of a session of staff.
    Token,
    /// The token in the address of a stream, or the address of a session with one.
    LiveLink,
    /// The token in the address of a page for one telephone.
    RequestLink,
    /// Number and PIN of a confidential report.
    Report,
    /// What sets a new installation up, while it has no account.
    SetupCode,
}

/// For whom wrong guesses are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// One member at one terminal.
    MemberHere,
    /// One member everywhere.
    Member,
    /// One terminal, whoever stands before it.
    Terminal,
    /// One account (a login, whether there is one or not) from one address, or from one device that
    /// was let in with it before.
    AccountHere,
    /// One account from everywhere but the devices that were let in with it before.
    Account,
    /// One address; of IPv6 the 64 bits that a household is given.
    Address,
    /// The organization where the terminal stands.
    Organization,
    /// Everybody.
    Everybody,
}

impl Scope {
    /// Its name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MemberHere => MEMBER_HERE,
            Self::Member => MEMBER,
            Self::Terminal => "terminal",
            Self::AccountHere => ACCOUNT_HERE,
            Self::Account => ACCOUNT,
            Self::Address => "address",
            Self::Organization => "organization",
            Self::Everybody => "everybody",
        }
    }
}

/// How many wrong guesses one of a scope may make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// For whom it is counted.
    pub scope: Scope,
    /// How many, in what time, and what follows. Nobody is locked because of what all do together, or whoever
    /// wants to keep people out would only have to guess: staff are told.
    pub rule: Rule,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What is guessed.
    pub what: Guessable,
    /// Its name in the database.
    pub name: &'static str,
    /// What staff call it.
    pub title: &'static str,
    /// The action in the audit log when a budget is used up.
    pub action: &'static str,
    /// The budgets, the narrowest first.
    pub budgets: Vec<Budget>,
}

/// `failures` within `minutes` lock for `first` minutes, the next time for twice as long, at most `longest`.
const fn locks(scope: Scope, failures: u32, minutes: i64, first: i64, longest: i64) -> Budget {
    let lock = Lock {
        first_ms: first * MINUTE_MS,
        longest_ms: longest * MINUTE_MS,
    };
    Budget {
        scope,
        rule: Rule {
            failures,
            window_ms: minutes * MINUTE_MS,
            lock: Some(lock),
        },
    }
}

/// `failures` within a quarter of an hour are told to staff.
const fn told(scope: Scope, failures: u32) -> Budget {
    Budget {
        scope,
        rule: Rule {
            failures,
            window_ms: 15 * MINUTE_MS,
            lock: None,
        },
    }
}

/// The table, with what the settings say.
#[must_use]
pub fn table(config: &Config) -> Vec<Row> {
    use Scope::{
        Account, AccountHere, Address, Everybody, Member, MemberHere, Organization, Terminal,
    };
    let (sessions, limits) = (&config.sessions, &config.limits);
    let lock = i64::from(sessions.lockout_minutes);
    let account_here = || {
        let window = lock.max(15);
        locks(
            AccountHere,
            sessions.lockout_attempts,
            window,
            lock,
            8 * lock,
        )
    };
    let sign_ins = || locks(Address, limits.sign_ins_per_minute, 1, 1, 15);
    let row = |what, name, title, action, budgets| Row {
        what,
        name,
        title,
        action,
        budgets,
    };
    vec![
        row(
            Guessable::Pin,
            "pin",
            "PIN",
            "pin.lock",
            vec![
                locks(MemberHere, 5, 15, 15, 2 * 60),
                locks(Member, 20, 24 * 60, 15, 4 * 60),
                locks(Terminal, 40, 15, 1, 15),
                locks(Address, 120, 15, 1, 15),
                told(Organization, 150),
                told(Everybody, 1_000),
            ],
        ),
        row(
            Guessable::PresenceCode,
            "presence_code",
            "签到码",
            "presence_code.lock",
            vec![
                locks(Member, 5, 10, 1, 15),
                locks(Terminal, 30, 10, 1, 15),
                locks(Address, 100, 10, 1, 15),
                told(Organization, 150),
                told(Everybody, 1_000),
            ],
        ),
        row(
            Guessable::Card,
            "card",
            "卡号",
            "card.lock",
            vec![
                locks(Terminal, 20, 1, 1, 15),
                locks(Address, 60, 5, 1, 15),
                told(Organization, 150),
                told(Everybody, 500),
            ],
        ),
        row(
            Guessable::MemberSession,
            "member_session",
            "个人页面凭证",
            "member_session.lock",
            vec![
                locks(Terminal, 30, 10, 1, 15),
                locks(Address, 100, 10, 1, 15),
                told(Everybody, 500),
            ],
        ),
        row(
            Guessable::UserCode,
            "user_code",
            "电视登记码",
            "user_code.lock",
            vec![
                locks(Account, 10, 1, 1, 15),
                locks(Address, 30, 5, 1, 15),
                told(Everybody, 200),
            ],
        ),
        row(
            Guessable::DeviceCode,
            "device_code",
            "电视登记凭证",
            "device_code.lock",
            vec![locks(Address, 60, 5, 1, 15), told(Everybody, 1_000)],
        ),
        row(
            Guessable::Password,
            "password",
            "密码",
            "account.lock",
            vec![
                account_here(),
                locks(Account, 50, 60, 5, 60),
                sign_ins(),
                told(Everybody, 500),
            ],
        ),
        row(
            Guessable::SecondFactor,
            "second_factor",
            "验证码",
            "account.lock",
            vec![
                account_here(),
                locks(Account, 20, 60, 15, 4 * 60),
                sign_ins(),
                told(Everybody, 100),
            ],
        ),
        row(
            Guessable::RecoveryCode,
            "recovery_code",
            "恢复码",
            "account.lock",
            vec![
                account_here(),
                locks(Account, 20, 60, 15, 4 * 60),
                sign_ins(),
                told(Everybody, 100),
            ],
        ),
        row(
            Guessable::Token,
            "token",
            "访问凭证",
            "token.lock",
            vec![locks(Address, 300, 5, 1, 15), told(Everybody, 2_000)],
        ),
        row(
            Guessable::LiveLink,
            "live_link",
            "直播地址",
            "live_link.lock",
            vec![locks(Address, 600, 5, 1, 15), told(Everybody, 2_000)],
        ),
        row(
            Guessable::RequestLink,
            "request_link",
            "扫码页面",
            "request_link.lock",
            vec![locks(Address, 60, 5, 1, 15), told(Everybody, 500)],
        ),
        row(
            Guessable::Report,
            "report",
            "举报编号和密码",
            "report.lock",
            vec![
                locks(Terminal, 10, 15, 15, 2 * 60),
                locks(Address, 60, 15, 5, 60),
                told(Everybody, 300),
            ],
        ),
        row(
            Guessable::SetupCode,
            "setup_code",
            "安装码",
            "setup_code.lock",
            vec![locks(Address, 10, 15, 5, 60), told(Everybody, 100)],
        ),
    ]
}

/// What is no guess but costs as much if it is done too often: a box that begins its enrolment.
#[must_use]
pub fn enrolments(config: &Config) -> Row {
    let of_address = Rule {
        failures: config.limits.enrolments_per_minute,
        window_ms: MINUTE_MS,
        lock: Some(Lock {
            first_ms: MINUTE_MS,
            longest_ms: MINUTE_MS,
        }),
    };
    Row {
        what: Guessable::UserCode,
        name: "enrolment",
        title: "登记电视",
        action: "enrolment.lock",
        budgets: vec![Budget {
            scope: Scope::Address,
            rule: of_address,
        }],
    }
}

/// What everybody may read without being somebody, so that it takes no guess: each reading costs the server work.
#[must_use]
pub fn public_readings() -> Row {
    let of_address = Rule {
        failures: PUBLIC_READINGS_PER_MINUTE,
        window_ms: MINUTE_MS,
        lock: Some(Lock {
            first_ms: MINUTE_MS,
            longest_ms: 15 * MINUTE_MS,
        }),
    };
    Row {
        what: Guessable::UserCode,
        name: "public_reading",
        title: "公开的票据表",
        action: "public_reading.lock",
        budgets: vec![Budget {
            scope: Scope::Address,
            rule: of_address,
        }],
    }
}

/// How often an address may ask in a minute for what is public: a village behind one address has that many.
pub const PUBLIC_READINGS_PER_MINUTE: u32 = 30;

/// How many boxes may wait for approval of one address or network, at most: whoever has more is not setting up
/// TVs.
pub const WAITING_OF_ADDRESS: u32 = 200;

/// After how long a device that was let in is no longer known.
pub const DEVICE_MS: i64 = 180 * 24 * HOUR_MS;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_row_has_budgets_that_mean_something() {
        let table = table(&Config::local(std::path::Path::new("/nowhere")));
        let names: HashSet<_> = table.iter().map(|row| row.name).collect();
        let whats: HashSet<_> = table.iter().map(|row| row.what).collect();
        assert_eq!((names.len(), whats.len()), (table.len(), table.len()));
        for row in &table {
            let scopes: HashSet<_> = row.budgets.iter().map(|budget| budget.scope).collect();
            assert_eq!(scopes.len(), row.budgets.len(), "{}", row.name);
            assert!(
                scopes.contains(&Scope::Address) && scopes.contains(&Scope::Everybody),
                "{}",
                row.name
            );
            for Budget { scope, rule } in &row.budgets {
                let all = matches!(scope, Scope::Organization | Scope::Everybody);
                assert_eq!(rule.lock.is_none(), all, "{} {scope:?}", row.name);
                let lock = rule.lock;
                assert!(
                    lock.is_none_or(|lock| lock.first_ms <= lock.longest_ms && lock.first_ms > 0)
                );
                assert!(rule.failures > 0 && rule.window_ms > 0);
            }
        }
    }
}
