//! Presence codes: four digits inside the meeting picture, new every 30 s, so that signing in
//! proves watching. Made as RFC 4226 makes codes, from a key of the roll call and the number of
//! the 30 s step.

use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq as _};

/// How long a code is shown.
const STEP_MS: i64 = 30_000;

/// The code of a moment and when the next one takes its place.
#[must_use]
pub fn code_at(secret: &str, at_ms: i64) -> (String, i64) {
    let step = at_ms.div_euclid(STEP_MS);
    (code(secret, step), (step + 1) * STEP_MS)
}

/// Whether `given` was the code of that moment, of the step before or of the step after: the
/// picture is some seconds old when it arrives, and typing takes time. Takes the same time
/// whatever was given.
#[must_use]
pub fn is_right(secret: &str, given: &str, at_ms: i64) -> bool {
    let step = at_ms.div_euclid(STEP_MS);
    let right = (step - 1..=step + 1).fold(Choice::from(0), |right, step| {
        right | code(secret, step).as_bytes().ct_eq(given.as_bytes())
    });
    right.into()
}

fn code(secret: &str, step: i64) -> String {
    // A key of any length is taken.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let from = usize::from(hash[hash.len() - 1] & 0x0f);
    let number = hash[from..from + 4]
        .iter()
        .fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
    format!("{:04}", (number & 0x7fff_ffff) % 10_000)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const NOW: i64 = 1_795_312_800_000;

    #[test]
    fn a_code_is_right_in_its_step_and_in_those_beside_it() {
        let (code, until) = code_at("secret", NOW + 7_000);
        assert_eq!(until, NOW + 30_000);
        for at in [NOW - 30_000, NOW, NOW + 29_999, NOW + 59_999] {
            assert!(is_right("secret", &code, at), "{at}");
        }
        // Two steps away only by chance, which this secret and step do not have.
        for at in [NOW - 30_001, NOW + 60_000] {
            assert!(!is_right("secret", &code, at), "{at}");
        }
        assert!(!is_right("another", &code, NOW));
        assert!(!is_right("secret", "", NOW));
        assert!(!is_right("secret", &code[..3], NOW));
    }

    #[test]
    fn codes_are_four_digits_and_spread() {
        let codes: HashSet<String> = (0..1_000)
            .map(|step| code_at("secret", NOW + step * STEP_MS).0)
            .collect();
        assert!(codes.len() > 900, "{}", codes.len());
        for code in codes {
            assert!(
                code.len() == 4 && code.bytes().all(|b| b.is_ascii_digit()),
                "{code}"
            );
        }
    }
}
