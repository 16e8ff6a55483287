//! PINs that people choose or are given: six digits. What proves them is [`proof`](super::proof).

use super::kit::error::{Result, ServiceError};
use super::secrets;

/// Digits of a PIN.
pub const DIGITS: usize = 6;

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
