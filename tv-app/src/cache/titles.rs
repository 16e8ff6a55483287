//! Titles as they are said where there is little room.

/// What a notice is about: 关于做好医疗保险缴费工作的通知 without the words around it. Any other title as it is.
#[must_use]
pub fn short(title: &str) -> &str {
    let Some((_, about)) = title.split_once("关于") else {
        return title;
    };
    let about = ["的紧急通知", "的通知"]
        .iter()
        .find_map(|words| about.strip_suffix(words));
    about
        .filter(|about| about.chars().count() >= 4)
        .unwrap_or(title)
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn only_the_words_around_what_it_is_about_are_left_out() {
        for (title, said) in [
            (
                "关于2027年城乡居民基本医疗保险缴费的通知",
                "2027年城乡居民基本医疗保险缴费",
            ),
            ("清河镇人民政府关于做好防汛工作的通知", "做好防汛工作"),
            ("关于做好强降温和大风防范的紧急通知", "做好强降温和大风防范"),
            ("关于放假的通知", "关于放假的通知"),
            (
                "关于张建国同志预备党员转正的公示",
                "关于张建国同志预备党员转正的公示",
            ),
            ("今晚停水的通知", "今晚停水的通知"),
            ("", ""),
        ] {
            assert_eq!(short(title), said);
        }
    }
}
