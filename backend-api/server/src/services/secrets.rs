//! Random tokens and codes, and the only form in which they are kept: their SHA-256.

use argon2::password_hash::SaltString;
use argon2::{Argon2, PasswordHash, PasswordHasher as _, PasswordVerifier as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use super::files::hex;
use super::kit::error::{Result, ServiceError};

/// A bearer token of 256 random bits, in 43 characters that need no quoting.
///
/// # Errors
/// [`ServiceError::Internal`] when the system has no randomness to give.
pub fn random_token() -> Result<String> {
    let mut bytes = [0; 32];
    fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// So many random bytes.
///
/// # Errors
/// [`ServiceError::Internal`] when the system has no randomness to give.
pub fn random_bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    fill(&mut bytes)?;
    Ok(bytes)
}

/// So many random decimal digits.
///
/// # Errors
/// [`ServiceError::Internal`] when the system has no randomness to give.
pub fn random_digits(count: usize) -> Result<String> {
    let mut digits = String::with_capacity(count);
    while digits.len() < count {
        let [byte] = random_bytes()?;
        // The largest multiple of ten: values above it would favour small digits.
        if byte < 250 {
            digits.push(char::from(b'0' + byte % 10));
        }
    }
    Ok(digits)
}

/// A user code: eight digits in two groups. Digits, because remotes and telephones have them and
/// nobody confuses them; 10⁸ of them with few valid at a time and guessing limited (RFC 8628
/// section 5.1).
///
/// # Errors
/// [`ServiceError::Internal`] when the system has no randomness to give.
pub fn random_user_code() -> Result<String> {
    // The largest multiple of 10⁸ below 2³²: values above it would favour small codes.
    const FAIR: u32 = u32::MAX - u32::MAX % 100_000_000;
    loop {
        let mut bytes = [0; 4];
        fill(&mut bytes)?;
        let number = u32::from_le_bytes(bytes);
        if number < FAIR {
            let number = number % 100_000_000;
            return Ok(format!("{:04}-{:04}", number / 10_000, number % 10_000));
        }
    }
}

/// What a person typed as a user code, in the form in which codes are kept.
#[must_use]
pub fn normal_user_code(typed: &str) -> Option<String> {
    let digits: String = typed
        .chars()
        .filter_map(|c| match c {
            '0'..='9' => Some(Some(c)),
            // A Chinese keyboard easily types full-width digits.
            '０'..='９' => Some(char::from_digit(c as u32 - '０' as u32, 10)),
            ' ' | '-' | '－' | '—' | '\u{3000}' => None,
            _ => Some(None),
        })
        .collect::<Option<String>>()?;
    (digits.len() == 8).then(|| format!("{}-{}", &digits[..4], &digits[4..]))
}

/// SHA-256 in hexadecimal: how tokens and device codes are kept.
#[must_use]
pub fn sha256_hex(secret: &str) -> String {
    sha256_hex_of(secret.as_bytes())
}

/// SHA-256 of any bytes in hexadecimal.
#[must_use]
pub fn sha256_hex_of(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Hashes a password with argon2id (19 MiB, 2 passes: the crate's default, as OWASP has it).
///
/// # Errors
/// [`ServiceError::Internal`] when there is no randomness or memory.
pub fn hash_password(password: &str) -> Result<String> {
    let mut bytes = [0; 16];
    fill(&mut bytes)?;
    let salt = SaltString::encode_b64(&bytes).map_err(|e| ServiceError::Internal(e.to_string()))?;
    Argon2::default()
        .hash_password(password.as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .map_err(|e| ServiceError::Internal(e.to_string()))
}

/// Whether `password` is the one behind `hash`. Without a hash it takes as long and says no, so
/// that nobody learns which logins exist.
#[must_use]
pub fn password_matches(password: &str, hash: Option<&str>) -> bool {
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$\
                          AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let Ok(parsed) = PasswordHash::new(hash.unwrap_or(NOBODY)) else {
        return false;
    };
    let matches = Argon2::default()
        .verify_password(password.as_bytes(), &parsed)
        .is_ok();
    matches && hash.is_some()
}

fn fill(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(|e| ServiceError::Internal(format!("no randomness: {e}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_codes_are_eight_digits_in_two_groups() {
        for _ in 0..100 {
            let code = random_user_code().unwrap();
            assert_eq!(normal_user_code(&code), Some(code.clone()), "{code}");
        }
    }

    #[test]
    fn a_code_may_be_typed_in_several_ways() {
        for typed in ["4821-7730", "48217730", "4821 7730", "４８２１－７７３０"] {
            assert_eq!(normal_user_code(typed).as_deref(), Some("4821-7730"));
        }
        for typed in ["", "4821-773", "4821-77300", "4821-773x", "'; drop--"] {
            assert_eq!(normal_user_code(typed), None, "{typed}");
        }
    }

    #[test]
    fn only_the_right_password_matches_and_nobody_has_none() {
        let hash = hash_password("十里春风-2026").unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(password_matches("十里春风-2026", Some(&hash)));
        assert!(!password_matches("十里春风-2025", Some(&hash)));
        assert!(!password_matches("", None));
        assert!(!password_matches("x", Some("not a hash")));
    }

    #[test]
    fn the_hash_of_nobody_is_well_formed() {
        // Otherwise an unknown login would answer faster than a known one.
        let started = std::time::Instant::now();
        assert!(!password_matches("x", None));
        assert!(started.elapsed().as_millis() >= 2);
    }
}
