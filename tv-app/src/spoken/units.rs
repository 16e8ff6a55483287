//! Units and signs: what is said for them, and before which of them two is 两.

/// Signs that mean a unit wherever they stand; the longest first.
const SIGNS: [(&str, &str); 19] = [
    ("km²", "平方公里"),
    ("hm²", "公顷"),
    ("cm²", "平方厘米"),
    ("mm²", "平方毫米"),
    ("km2", "平方公里"),
    ("m²", "平方米"),
    ("m³", "立方米"),
    ("m2", "平方米"),
    ("m3", "立方米"),
    ("㎡", "平方米"),
    ("㎥", "立方米"),
    ("㎢", "平方公里"),
    ("℃", "摄氏度"),
    ("°C", "摄氏度"),
    ("㎞", "公里"),
    ("㎏", "公斤"),
    ("㎝", "厘米"),
    ("㎜", "毫米"),
    ("°", "度"),
];

/// Letters that mean a unit behind a number; the longest first.
const LETTERS: [(&str, &str); 22] = [
    ("km/h", "公里每小时"),
    ("kWh", "千瓦时"),
    ("kwh", "千瓦时"),
    ("min", "分钟"),
    ("mL", "毫升"),
    ("ml", "毫升"),
    ("km", "公里"),
    ("KM", "公里"),
    ("cm", "厘米"),
    ("mm", "毫米"),
    ("kg", "公斤"),
    ("KG", "公斤"),
    ("kW", "千瓦"),
    ("kw", "千瓦"),
    ("mg", "毫克"),
    ("ha", "公顷"),
    ("m", "米"),
    ("g", "克"),
    ("t", "吨"),
    ("L", "升"),
    ("h", "小时"),
    ("V", "伏"),
];

/// Words before which two is 两.
const MEASURES: [&str; 98] = [
    "个",
    "名",
    "位",
    "户",
    "人",
    "条",
    "件",
    "项",
    "次",
    "天",
    "周",
    "年",
    "种",
    "类",
    "家",
    "间",
    "台",
    "辆",
    "头",
    "只",
    "口",
    "座",
    "亩",
    "元",
    "块",
    "斤",
    "吨",
    "米",
    "公里",
    "公斤",
    "公顷",
    "千克",
    "克",
    "升",
    "平方",
    "立方",
    "平米",
    "小时",
    "时",
    "点",
    "分钟",
    "份",
    "张",
    "本",
    "场",
    "批",
    "支",
    "所",
    "处",
    "栋",
    "棵",
    "株",
    "套",
    "双",
    "倍",
    "成",
    "遍",
    "趟",
    "顿",
    "杯",
    "瓶",
    "盒",
    "箱",
    "袋",
    "把",
    "片",
    "段",
    "句",
    "字",
    "行",
    "排",
    "列",
    "对",
    "代",
    "万",
    "亿",
    "千",
    "里",
    "垄",
    "盏",
    "艘",
    "架",
    "枚",
    "篇",
    "封",
    "幅",
    "面",
    "根",
    "滴",
    "岁",
    "度",
    "阶段",
    "轮",
    "者",
    "方面",
    "季",
    "部",
    "摄氏度",
];

/// Words that look so, before which it is an ordinal all the same: 二年级, 二支部.
const ORDINALS: [&str; 5] = ["年级", "支部", "部门", "季度", "年期"];

/// What is said for the unit at the beginning, and its length in letters. Letters are units behind a number
/// alone.
pub(super) fn unit(rest: &[char], behind_number: bool) -> Option<(&'static str, usize)> {
    let find = |table: &[(&str, &'static str)]| {
        table
            .iter()
            .find(|(written, _)| starts_with(rest, written))
            .map(|(written, said)| (*said, written.chars().count()))
    };
    // m2 is not the beginning of m23, and an inch of a word is no unit.
    let ends = |length: usize| {
        !rest[length - 1].is_ascii_alphanumeric()
            || !rest
                .get(length)
                .is_some_and(|next| next.is_ascii_alphanumeric() || matches!(next, '²' | '³'))
    };
    // A heading says m² without a number.
    let is_sign = |(_, length): &(&str, usize)| {
        let is_clear = behind_number || !rest[length - 1].is_ascii_alphanumeric() || rest[0] == '°';
        is_clear && ends(*length)
    };
    find(&SIGNS)
        .filter(is_sign)
        .or_else(|| find(&LETTERS).filter(|(_, length)| behind_number && ends(*length)))
}

/// Whether a word in brackets behind a heading is what its numbers count.
pub(super) fn is_unit(word: &str) -> bool {
    let letters: Vec<char> = word.chars().collect();
    let money = ["元", "万元", "亿元", "%", "％", "岁", "分"];
    !letters.is_empty()
        && (money.contains(&word)
            || MEASURES.contains(&word)
            || unit(&letters, true).is_some_and(|(_, length)| length == letters.len())
            || ["平方米", "立方米", "平方公里"].contains(&word))
}

/// Whether two of what follows is 两.
pub(super) fn is_measure(rest: &[char]) -> bool {
    !ORDINALS.iter().any(|word| starts_with(rest, word))
        && MEASURES.iter().any(|word| starts_with(rest, word))
}

/// Whether something begins with this.
pub(super) fn starts_with(rest: &[char], word: &str) -> bool {
    let mut rest = rest.iter();
    word.chars().all(|letter| rest.next() == Some(&letter))
}

/// Whether something ends with this.
pub(super) fn ends_with(before: &[char], word: &str) -> bool {
    let mut before = before.iter().rev();
    word.chars()
        .rev()
        .all(|letter| before.next() == Some(&letter))
}
