//! The second factor: codes by RFC 6238 as authenticator apps make them (SHA-1, six digits, 30 s).

use totp_rs::{Algorithm, Secret, TOTP};

use super::kit::error::{Result, ServiceError};
use super::secrets;

const STEP_S: u64 = 30;
const DIGITS: usize = 6;
/// Steps before and after now that are taken: telephones' clocks differ.
const SKEW: i64 = 1;
const ISSUER: &str = "智慧党建";

/// A new secret of 160 bits in Base32.
///
/// # Errors
/// [`ServiceError::Internal`] when the system has no randomness to give.
pub fn new_secret() -> Result<String> {
    let bytes: [u8; 20] = secrets::random_bytes()?;
    Ok(Secret::Raw(bytes.to_vec()).to_encoded().to_string())
}

/// The address that goes into a QR code.
#[must_use]
pub fn uri(secret: &str, login: &str) -> String {
    let escape = |text: &str| -> String {
        url::form_urlencoded::byte_serialize(text.as_bytes())
            .collect::<String>()
            .replace('+', "%20")
    };
    format!(
        "otpauth://totp/{issuer}:{login}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={STEP_S}",
        issuer = escape(ISSUER),
        login = escape(login),
    )
}

/// The step whose code this is, if it is that of now or of one step around it.
///
/// # Errors
/// [`ServiceError::Internal`] for a secret that is none.
pub fn step_of(secret: &str, code: &str, now_ms: i64) -> Result<Option<i64>> {
    let totp = totp(secret)?;
    let typed: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let period = i64::try_from(STEP_S).unwrap_or(i64::MAX);
    let now = now_ms.div_euclid(1_000 * period);
    for step in now - SKEW..=now + SKEW {
        let Ok(at) = u64::try_from(step * period) else {
            continue;
        };
        let right = totp.generate(at);
        if subtle::ConstantTimeEq::ct_eq(right.as_bytes(), typed.as_bytes()).into() {
            return Ok(Some(step));
        }
    }
    Ok(None)
}

fn totp(secret: &str) -> Result<TOTP> {
    let bytes = Secret::Encoded(secret.to_owned())
        .to_bytes()
        .map_err(|_| ServiceError::Internal("a second factor's secret is damaged".to_owned()))?;
    TOTP::new(Algorithm::SHA1, DIGITS, 1, STEP_S, bytes)
        .map_err(|error| ServiceError::Internal(format!("second factor: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238 appendix B, SHA-1, the last six of its eight digits.
    #[test]
    fn known_answers() {
        let secret = Secret::Raw(b"12345678901234567890".to_vec())
            .to_encoded()
            .to_string();
        for (at_s, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
            (20_000_000_000, "353130"),
        ] {
            let step = step_of(&secret, code, at_s * 1_000).unwrap();
            assert_eq!(step, Some(at_s / 30), "{at_s}");
        }
    }

    #[test]
    fn a_code_is_taken_a_step_early_and_late_and_no_more() {
        let secret = new_secret().unwrap();
        let now_ms = 1_795_312_800_000;
        let code = totp(&secret).unwrap().generate(1_795_312_800);
        let step = Some(1_795_312_800 / 30);
        for ms in [-30_000, 0, 29_999, 59_999] {
            assert_eq!(step_of(&secret, &code, now_ms + ms).unwrap(), step, "{ms}");
        }
        for ms in [-30_001, 60_000] {
            assert_ne!(step_of(&secret, &code, now_ms + ms).unwrap(), step, "{ms}");
        }
        let spaced = format!("{} {}", &code[..3], &code[3..]);
        assert_eq!(step_of(&secret, &spaced, now_ms).unwrap(), step);
        assert_eq!(step_of(&secret, "", now_ms).unwrap(), None);
    }

    #[test]
    fn the_address_is_one() {
        let secret = new_secret().unwrap();
        let address = uri(&secret, "王 主任");
        let url = url::Url::parse(&address).unwrap();
        assert_eq!(url.scheme(), "otpauth");
        assert!(!address.contains(' '));
        assert!(address.contains(&format!("secret={secret}")));
        assert_eq!(secret.len(), 32);
    }
}
