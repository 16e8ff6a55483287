//! PINs: six digits that prove who somebody is at an enrolled TV. What protects them is the limit
//! of tries and a key outside the database, see `docs/decisions/0009-people.md`.

use contract::staff::NoticeKind;
use store::{WriteTx, audit, members, notices, pins, terminals};

use super::kit::error::{Result, ServiceError};
use super::secrets;
use super::vault::Vault;

/// Digits of a PIN.
pub const DIGITS: usize = 6;

/// Five wrong ones lock that member on that terminal for a quarter of an hour.
pub const RULE: pins::Rule = pins::Rule {
    tries: 5,
    lock_ms: 15 * 60_000,
};

/// What came of a PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is theirs.
    Right,
    /// It is not, and so many tries are left.
    Wrong {
        /// Tries until it is locked.
        left: u32,
    },
    /// Too many were wrong; this one was the last or was not looked at.
    Locked {
        /// Until when.
        until_ms: i64,
    },
    /// They have none.
    NoPin,
}

impl Verdict {
    /// The refusal of anything but the right PIN. A transaction that counted a wrong one must
    /// commit first.
    ///
    /// # Errors
    /// [`ServiceError::WrongPin`], [`ServiceError::PinLocked`], [`ServiceError::NoPin`].
    pub fn must_be_right(self) -> Result<()> {
        match self {
            Self::Right => Ok(()),
            Self::Wrong { left } => Err(ServiceError::WrongPin { left }),
            Self::Locked { until_ms } => Err(ServiceError::PinLocked { until_ms }),
            Self::NoPin => Err(ServiceError::NoPin),
        }
    }
}

/// Checks a member's PIN on a terminal, and counts it if it is wrong. While it is locked no PIN is
/// looked at. The one that locks leaves staff a notice.
///
/// # Errors
/// [`ServiceError::NotFound`] without the member, or the database failed.
pub fn check(
    tx: &mut WriteTx<'_>,
    vault: &Vault,
    member_id: &str,
    terminal_id: &str,
    pin: &str,
    now_ms: i64,
) -> Result<Verdict> {
    let member = members::get(tx, member_id)?.ok_or(ServiceError::NotFound("这位党员"))?;
    check_of(tx, vault, &member, terminal_id, pin, now_ms)
}

/// As [`check`], with a member that was read in the same transaction.
///
/// # Errors
/// The database failed.
pub fn check_of(
    tx: &mut WriteTx<'_>,
    vault: &Vault,
    member: &members::Record,
    terminal_id: &str,
    pin: &str,
    now_ms: i64,
) -> Result<Verdict> {
    let Some(kept) = &member.pin_hash else {
        return Ok(Verdict::NoPin);
    };
    if let Some(until_ms) = pins::locked_until(tx, &member.id, terminal_id, now_ms)? {
        return Ok(Verdict::Locked { until_ms });
    }
    if vault.pin_matches(&member.id, pin, kept) {
        pins::record_success(tx, &member.id, terminal_id)?;
        return Ok(Verdict::Right);
    }
    match pins::record_failure(tx, &member.id, terminal_id, RULE, now_ms)? {
        pins::Failed::Left(left) => Ok(Verdict::Wrong { left }),
        pins::Failed::Locked { until_ms } => {
            locked(tx, member, terminal_id, now_ms)?;
            Ok(Verdict::Locked { until_ms })
        }
    }
}

fn locked(
    tx: &mut WriteTx<'_>,
    member: &members::Record,
    terminal_id: &str,
    now_ms: i64,
) -> Result<()> {
    let terminal = terminals::get(tx, terminal_id)?.map_or_else(String::new, |it| it.name);
    let subject = format!("member:{}", member.id);
    let notice = notices::NewNotice {
        organization_id: member.organization.id.clone(),
        kind: NoticeKind::PinLocked,
        subject: subject.clone(),
        detail: format!(
            "{} 在电视“{terminal}”上连续 {} 次输错 PIN，已锁定 15 分钟",
            member.name, RULE.tries
        ),
    };
    notices::raise(tx, &notice, now_ms)?;
    let entry = audit::NewEntry {
        actor: format!("terminal:{terminal_id}"),
        action: "pin.lock".to_owned(),
        subject,
        organization_id: Some(member.organization.id.clone()),
        detail: String::new(),
    };
    audit::append(tx, &entry, now_ms)?;
    Ok(())
}

/// Whether somebody may choose this PIN; the complaint in Chinese otherwise.
///
/// # Errors
/// [`ServiceError::Invalid`] naming the field `pin`.
pub fn acceptable(pin: &str) -> Result<()> {
    let digits: Vec<u8> = pin.bytes().collect();
    if digits.len() != DIGITS || !digits.iter().all(u8::is_ascii_digit) {
        return Err(ServiceError::field("pin", "PIN 须为 6 位数字"));
    }
    let steps = |step: i16| {
        digits
            .windows(2)
            .all(|pair| i16::from(pair[1]) - i16::from(pair[0]) == step)
    };
    if steps(0) || steps(1) || steps(-1) {
        return Err(ServiceError::field(
            "pin",
            "PIN 不能全是同一个数字，也不能是 123456 这样的顺序数字，请换一个",
        ));
    }
    Ok(())
}

/// Draws a PIN that [`acceptable`] takes.
///
/// # Errors
/// [`ServiceError::Internal`] when the system has no randomness to give.
pub fn draw() -> Result<String> {
    loop {
        let pin = secrets::random_digits(DIGITS)?;
        if acceptable(&pin).is_ok() {
            return Ok(pin);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easy_pins_are_refused() {
        for pin in ["000000", "777777", "123456", "234567", "654321", "987654"] {
            acceptable(pin).unwrap_err();
        }
        for pin in [
            "",
            "12345",
            "1234567",
            "12345a",
            "１２３４５６",
            "12 456",
            "-12345",
        ] {
            acceptable(pin).unwrap_err();
        }
        for pin in ["402817", "123457", "112233", "010203", "890123"] {
            acceptable(pin).unwrap();
        }
    }

    #[test]
    fn drawn_pins_are_acceptable_and_differ() {
        let drawn: std::collections::HashSet<String> = (0..200).map(|_| draw().unwrap()).collect();
        assert!(drawn.iter().all(|pin| acceptable(pin).is_ok()));
        assert!(drawn.len() > 190);
    }
}
