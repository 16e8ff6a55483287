//! Which passwords staff may choose. Length is what counts (ASVS 5.0, 6.2): no kinds of characters are demanded, and
//! nothing is cut off. What everybody tries first is refused: the words, birthdays, telephone numbers and rows of
//! keys that Chinese passwords are made of, and the login itself. What is left without them must be long enough.

use super::kit::error::{Result, ServiceError};

/// Shortest password, in characters.
pub const SHORTEST: usize = 10;

/// Longest, in bytes: more would only cost time.
const LONGEST: usize = 1_024;

/// So many characters must be left when all that is easily guessed is taken away.
const OWN: usize = 8;

/// Shorter numbers are telephone numbers, birthdays and the like.
const SHORTEST_NUMBER: usize = 15;

/// What is in the lists of leaked passwords over and over, and what lies near here.
const WORDS: &[&str] = &[
    "password",
    "passwd",
    "passwort",
    "admin",
    "administrator",
    "manager",
    "root",
    "user",
    "guest",
    "test",
    "demo",
    "login",
    "welcome",
    "letmein",
    "iloveyou",
    "monkey",
    "dragon",
    "master",
    "hello",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "superman",
    "batman",
    "shadow",
    "secret",
    "changeme",
    "default",
    "server",
    "system",
    "oracle",
    "mysql",
    "huawei",
    "tencent",
    "alibaba",
    "taobao",
    "weixin",
    "qwerty",
    "a1b2c3",
    "abc123",
    "woaini",
    "woaiwojia",
    "woaizhongguo",
    "aini",
    "5201314",
    "1314520",
    "1314",
    "3344",
    "nihao",
    "laopo",
    "laogong",
    "baobao",
    "zhongguo",
    "zhonghua",
    "china",
    "beijing",
    "shanghai",
    "dangjian",
    "zhihui",
    "zhdj",
    "gongchandang",
    "dangyuan",
    "zhibu",
    "dangwei",
    "shuji",
    "xiangzhen",
    "cunwei",
    "guanliyuan",
    "guanli",
    "mima",
    "yonghu",
    "xitong",
    "dianshi",
    "zhang",
    "wang",
    "chen",
    "yang",
    "huang",
    "zhao",
    "zhou",
    "密码",
    "管理员",
    "党建",
    "智慧",
    "支部",
    "书记",
    "我爱你",
    "中国",
    "你好",
];

/// Rows of keys, and of letters and digits.
const ROWS: &[&str] = &[
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "1q2w3e4r5t6y7u8i9o0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "147258369",
    "159357",
];

/// Lets a password of a login pass.
///
/// # Errors
/// [`ServiceError::Invalid`] naming the field.
pub fn acceptable(field: &str, password: &str, login: &str) -> Result<()> {
    let length = password.chars().count();
    if length < SHORTEST || password.len() > LONGEST {
        return Err(ServiceError::field(
            field,
            format!("密码至少 {SHORTEST} 个字符，建议 15 个以上"),
        ));
    }
    if length < SHORTEST_NUMBER && password.chars().all(|c| c.is_numeric()) {
        return Err(ServiceError::field(
            field,
            "密码不能只用数字：手机号、生日和编号最先被试到。请换成几个不相关的词，建议 15 个字符以上",
        ));
    }
    if own(password, login) < OWN {
        return Err(ServiceError::field(
            field,
            format!(
                "这个密码太容易猜到：去掉登录名、常见的词、生日、手机号和键盘上相邻的键，要剩下 {OWN} 个字符以上。\
                 请换成几个不相关的词，建议 15 个字符以上"
            ),
        ));
    }
    Ok(())
}

/// How much of a password is its own, in characters; a Chinese one counts twice. Of the ways to read what
/// is written with signs for letters and digits the one counts that leaves the least.
fn own(password: &str, login: &str) -> usize {
    let narrow = |text: &str| -> Vec<char> {
        let narrow = text.chars().map(|c| match c {
            '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
            c => c,
        });
        narrow.flat_map(char::to_lowercase).collect()
    };
    let (text, login) = (narrow(password), narrow(login));
    let readings = [
        text.clone(),
        text.iter().copied().map(as_letter).collect(),
        text.iter().copied().map(as_digit).collect(),
    ];
    let left = readings.iter().map(|reading| left(once(reading), &login));
    left.min().unwrap_or(0)
}

/// `p@ssw0rd`
fn as_letter(c: char) -> char {
    match c {
        '@' | '4' => 'a',
        '0' => 'o',
        '1' | '!' | '|' => 'i',
        '3' => 'e',
        '$' | '5' => 's',
        '7' => 't',
        c => c,
    }
}

/// The digit on the same key.
fn as_digit(c: char) -> char {
    match "!@#$%^&*()".find(c) {
        Some(at) => b"1234567890".get(at).copied().map_or(c, char::from),
        None => c,
    }
}

/// The part that a text repeats; all of it if it repeats none.
fn once(text: &[char]) -> &[char] {
    let mut periods = 1..=text.len() / 2;
    let period = periods.find(|period| {
        let mut pairs = text.iter().zip(&text[*period..]);
        pairs.all(|(one, other)| one == other)
    });
    period.map_or(text, |period| &text[..period])
}

fn left(text: &[char], login: &[char]) -> usize {
    let mut common = vec![false; text.len()];
    let words = WORDS.iter().map(|word| word.chars().collect::<Vec<_>>());
    for word in words.chain([login.to_vec()]).filter(|word| word.len() >= 2) {
        for (at, window) in text.windows(word.len()).enumerate() {
            if window == word {
                common[at..at + word.len()].fill(true);
            }
        }
    }
    for row in ROWS {
        let there: Vec<char> = row.chars().collect();
        let back: Vec<char> = row.chars().rev().collect();
        for row in [there, back] {
            for (at, window) in text.windows(4).enumerate() {
                if row.windows(4).any(|part| part == window) {
                    common[at..at + 4].fill(true);
                }
            }
        }
    }
    for (at, window) in text.windows(3).enumerate() {
        if window.iter().all(|c| *c == window[0]) {
            common[at..at + 3].fill(true);
        }
    }
    let mut at = 0;
    while at < text.len() {
        let number = [11, 8, 6, 4].into_iter().find(|length| {
            let digits = text.get(at..at + length);
            digits.is_some_and(is_usual_number)
        });
        let length = number.unwrap_or(0);
        common[at..at + length].fill(true);
        at += length.max(1);
    }
    let own = text.iter().zip(common).filter(|(_, common)| !common);
    own.map(|(c, _)| if c.is_ascii() { 1 } else { 2 }).sum()
}

/// Telephone numbers and days: `13800000001`, `19800101`, `800101`, `198001`, `1980`, `0101`.
fn is_usual_number(digits: &[char]) -> bool {
    let number = |part: &[char]| -> Option<u32> {
        let mut digits = part.iter().map(|c| c.to_digit(10));
        digits.try_fold(0, |number, digit| Some(number * 10 + digit?))
    };
    if digits.iter().any(|c| !c.is_ascii_digit()) {
        return false;
    }
    let is_year = |part: &[char]| number(part).is_some_and(|year| (1900..2050).contains(&year));
    let is_month = |part: &[char]| number(part).is_some_and(|month| (1..=12).contains(&month));
    let is_day = |part: &[char]| {
        is_month(&part[..2]) && number(&part[2..4]).is_some_and(|day| (1..=31).contains(&day))
    };
    match digits.len() {
        11 => digits[0] == '1' && digits[1] >= '3',
        8 => is_year(&digits[..4]) && is_day(&digits[4..]),
        6 => is_day(&digits[2..]) || (is_year(&digits[..4]) && is_month(&digits[4..])),
        4 => is_year(digits) || is_day(digits),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_everybody_tries_first_is_refused() {
        for password in [
            "",
            "short",
            "123456789",
            "1234567890",
            "0123456789876543210",
            "13800000001",
            "19800101198001",
            "password123",
            "P@ssw0rd2026!",
            "Ｐａｓｓｗｏｒｄ１２３",
            "Admin@123456",
            "admin888888",
            "qwertyuiop",
            "1qaz@WSX3edc",
            "1q2w3e4r5t",
            "qwer1234asdf",
            "zxcvbnm123",
            "aaaaaaaaaaaaaaaa",
            "abcabcabcabcabc",
            "zxy zxy zxy zxy ",
            "woaini1314",
            "WoAiNi5201314",
            "woaizhongguo1949",
            "zhang19800101",
            "li13800000001",
            "liuwei1985",
            "密码密码密码密码密码",
            "智慧党建2026",
            "zhihuidangjian2026",
            "wang.xiaoming",
            "wang.xiaoming2026",
            "WANG.XIAOMING!!",
        ] {
            let refused = acceptable("password", password, "wang.xiaoming");
            assert!(
                matches!(refused, Err(ServiceError::Invalid(_))),
                "{password}"
            );
        }
    }

    #[test]
    fn nothing_else_is_demanded() {
        for password in [
            "correct horse 1921",
            "another password",
            "a longer password",
            "十里春风-2026",
            "春江潮水连海平",
            "vGq8Zk2mTn",
            "tuosi jidan huamao",
            "        blank at both ends        ",
        ] {
            let chosen = acceptable("password", password, "wang.xiaoming");
            assert_eq!(
                chosen.is_ok(),
                password.chars().count() >= SHORTEST,
                "{password}"
            );
        }
        assert!(
            acceptable("password", &"长".repeat(400), "x").is_err(),
            "longer than is hashed"
        );
    }

    proptest! {
        #[test]
        fn what_is_drawn_at_random_is_taken(password in "[A-Za-z0-9_-]{16}") {
            prop_assume!(password.chars().any(|c| !c.is_ascii_digit()));
            prop_assert!(acceptable("password", &password, "admin").is_ok(), "{password}");
        }

        #[test]
        fn nothing_panics(password in "\\PC{0,40}", login in "\\PC{0,20}") {
            let _ = acceptable("password", &password, &login);
        }
    }
}
