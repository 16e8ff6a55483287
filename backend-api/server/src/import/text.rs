//! Text as offices save it: UTF-8 with or without a byte order mark, UTF-16 of the Windows
//! notepad, or GB18030.

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};

/// Why a file is not text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotText {
    /// Line of the first byte that makes no sense, from 1.
    pub line: u32,
    /// What to do, in Chinese.
    pub message: String,
}

/// Reads text in whichever of the encodings it is.
///
/// # Errors
/// [`NotText`] for binary data and for text damaged in the middle. Almost any bytes can be read
/// as GB18030, so a UTF-8 file with one bad byte would silently become gibberish; text that is
/// mostly good UTF-8 is therefore refused rather than read as something else.
pub fn decode(bytes: &[u8]) -> Result<String, NotText> {
    let text = match bytes {
        [0xFF, 0xFE, rest @ ..] => {
            UTF_16LE.decode_without_bom_handling_and_without_replacement(rest)
        }
        [0xFE, 0xFF, rest @ ..] => {
            UTF_16BE.decode_without_bom_handling_and_without_replacement(rest)
        }
        _ => return decode_bytes(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)),
    };
    text.map_or_else(
        || {
            Err(NotText {
                line: 1,
                message: "文字已损坏，请用记事本另存为 UTF-8 编码".into(),
            })
        },
        |text| Ok(tidy(&text)),
    )
}

fn decode_bytes(bytes: &[u8]) -> Result<String, NotText> {
    if let Some(at) = bytes.iter().position(|&byte| byte == 0) {
        return Err(NotText {
            line: line_of(bytes, at),
            message: "这不是纯文本文件，请用记事本另存为 UTF-8 编码的文本".into(),
        });
    }
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(tidy(text)),
        Err(error) => error,
    };
    let lossy = String::from_utf8_lossy(bytes);
    let good = lossy
        .chars()
        .filter(|c| !c.is_ascii() && *c != '\u{FFFD}')
        .count();
    let bad = lossy.chars().filter(|c| *c == '\u{FFFD}').count();
    let gb = GB18030.decode_without_bom_handling_and_without_replacement(bytes);
    match gb {
        Some(text) if good <= bad * 4 => Ok(tidy(&text)),
        _ => Err(NotText {
            line: line_of(bytes, error.valid_up_to()),
            message: "这一行有损坏的字符，请重新输入这一行，并另存为 UTF-8 编码".into(),
        }),
    }
}

fn line_of(bytes: &[u8], at: usize) -> u32 {
    let breaks = bytes.iter().take(at).filter(|&&byte| byte == b'\n').count();
    u32::try_from(breaks).unwrap_or(u32::MAX).saturating_add(1)
}

/// One kind of line end only.
fn tidy(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "标题 = \"关于秋季防火的通知\"\n各村：\n请于十一月三十日前完成。\n";

    #[test]
    fn every_encoding_of_the_office() {
        assert_eq!(decode(TEXT.as_bytes()).unwrap(), TEXT);
        assert_eq!(
            decode(&[b"\xEF\xBB\xBF", TEXT.as_bytes()].concat()).unwrap(),
            TEXT
        );
        assert_eq!(decode(&GB18030.encode(TEXT).0).unwrap(), TEXT);
        let utf16: Vec<u8> = [0xFEFF]
            .into_iter()
            .chain(TEXT.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(decode(&utf16).unwrap(), TEXT);
        assert_eq!(decode(b"a\r\nb\rc").unwrap(), "a\nb\nc");
    }

    #[test]
    fn damaged_utf8_is_not_taken_for_gb18030() {
        let mut bytes = TEXT.as_bytes().to_vec();
        let second_line = TEXT.find('各').unwrap();
        bytes[second_line] = 0xFF;
        assert_eq!(decode(&bytes).unwrap_err().line, 2);
    }

    #[test]
    fn binary_is_refused() {
        assert!(decode(b"\x89PNG\r\n\x1a\n\0\0\0").is_err());
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = decode(&bytes);
        }

        #[test]
        fn chinese_survives_gb18030(text in "[\u{4e00}-\u{9fa5}，。]{1,40}") {
            let bytes = GB18030.encode(&text).0;
            // A character or two can be well-formed UTF-8 by chance; nobody can tell them apart.
            prop_assume!(std::str::from_utf8(&bytes).is_err());
            prop_assert_eq!(decode(&bytes).unwrap(), text);
        }
    }
}
