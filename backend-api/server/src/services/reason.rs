//! Reasons that staff give, which logs and records keep.

use super::error::{Result, ServiceError};

/// Digits in a row that look like a number of somebody.
const NUMBER: usize = 7;

/// The reason without spaces around it: 2 to 200 characters, and no personal numbers, since it is
/// kept in clear.
///
/// # Errors
/// [`ServiceError::Invalid`] naming `field`.
pub fn checked(field: &str, reason: &str) -> Result<String> {
    let reason = reason.trim();
    if !(2..=200).contains(&reason.chars().count()) || reason.contains(char::is_control) {
        return Err(ServiceError::field(field, "请用 2 到 200 个字写明原因"));
    }
    if holds_a_number(reason) {
        return Err(ServiceError::field(
            field,
            "原因会保存在记录里，请不要写身份证号、电话或卡号",
        ));
    }
    Ok(reason.to_owned())
}

/// Whether a text holds what may be somebody's number, spaces and dashes in it not counted.
#[must_use]
pub fn holds_a_number(text: &str) -> bool {
    let mut digits = 0;
    for c in text.chars() {
        match c {
            '0'..='9' | '０'..='９' => digits += 1,
            ' ' | '-' | '－' | '\u{3000}' => {}
            _ => digits = 0,
        }
        if digits >= NUMBER {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_say_why_and_no_numbers() {
        assert_eq!(checked("reason", " 办理医保 ").unwrap(), "办理医保");
        assert!(checked("reason", "2026 年 3 月起外出务工").is_ok());
        for wrong in [
            "",
            " 病 ",
            &"长".repeat(201),
            "两\n行",
            "证号 11010519491231002X",
            "电话 138 0000 0001",
            "１３８００００００００",
        ] {
            checked("reason", wrong).unwrap_err();
        }
    }
}
