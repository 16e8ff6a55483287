//! What can stand within a line: pictures, stressed words, the escapes of web pages.

/// What a line says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Inline {
    /// Its words.
    pub(super) text: String,
    /// The pictures among them.
    pub(super) images: Vec<Image>,
    /// The first tag of a web page, as typed; it stands in the words too.
    pub(super) tag: Option<String>,
}

/// A picture as it is written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Image {
    /// Path as written.
    pub(super) path: String,
    /// What it shows.
    pub(super) caption: String,
}

const ENTITIES: [(&str, char); 5] = [
    ("&nbsp;", ' '),
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&amp;", '&'),
    ("&quot;", '"'),
];

/// Reads a line.
///
/// Two stars are taken away only around words that cannot be anything else: they begin where words
/// begin, end where words end, and hold a letter. `138**0001、139**0002` and `张**和李**` are masked
/// names and numbers.
pub(super) fn inline(line: &str) -> Inline {
    let mut read = Inline::default();
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let before = line[..line.len() - rest.len()].chars().next_back();
        if let Some((image, after)) = image(rest) {
            read.images.push(image);
            rest = after;
        } else if let Some((words, after)) = stressed(before, rest) {
            let inner = inline(words);
            read.text.push_str(&inner.text);
            read.images.extend(inner.images);
            read.tag = read.tag.or(inner.tag);
            rest = after;
        } else if let Some((entity, c)) = ENTITIES.iter().find(|(name, _)| rest.starts_with(name)) {
            read.text.push(*c);
            rest = &rest[entity.len()..];
        } else {
            if c == '<' && read.tag.is_none() {
                read.tag = tag(rest).map(str::to_owned);
            }
            // A run of stars is one thing: its end is no beginning of stressed words.
            let len = match c {
                '*' => rest.len() - rest.trim_start_matches('*').len(),
                _ => c.len_utf8(),
            };
            read.text.push_str(&rest[..len]);
            rest = &rest[len..];
        }
    }
    read
}

/// A picture at the beginning of the text, and what comes after it. Brackets in a file name come in
/// pairs, e.g. `照片(1).jpg`.
fn image(text: &str) -> Option<(Image, &str)> {
    let (caption, rest) = text.strip_prefix("![")?.split_once("](")?;
    let mut open = 1_u32;
    let end = rest.char_indices().find_map(|(at, c)| {
        match c {
            '(' => open += 1,
            ')' => open -= 1,
            _ => {}
        }
        (open == 0).then_some(at)
    })?;
    let path = &rest[..end];
    if path.is_empty() || path.contains(char::is_whitespace) || caption.contains("![") {
        return None;
    }
    let image = Image {
        path: path.to_owned(),
        caption: caption.trim().to_owned(),
    };
    Some((image, &rest[end + 1..]))
}

/// Stressed words at the beginning of the text, and what comes after them.
fn stressed(before: Option<char>, text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix("**")?;
    let (words, after) = inside.split_once("**")?;
    let parts = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '*');
    let solid = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace() && c != '*');
    let (first, last) = (words.chars().next(), words.chars().next_back());
    let next = after.chars().next();
    let begins = parts(before) && solid(first);
    // After a stop the words are over; in the middle of a word only letters can end what is stressed.
    let ends = solid(last)
        && next != Some('*')
        && (parts(next) || last.is_some_and(char::is_alphanumeric));
    let letters = words.chars().any(char::is_alphabetic) && !words.contains('*');
    (begins && ends && letters).then_some((words, after))
}

/// A tag of a web page at the beginning of the text: `<3 岁` and `a<b 且 c>d` are none.
fn tag(text: &str) -> Option<&str> {
    let end = text.find('>')?;
    let inside = text.get(1..end)?;
    let inside = inside.strip_prefix('/').unwrap_or(inside);
    let inside = inside.strip_suffix('/').unwrap_or(inside);
    let name_len = inside
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(inside.len());
    let (name, attributes) = inside.split_at(name_len);
    let is_tag = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && (attributes.trim().is_empty()
            || attributes.starts_with(char::is_whitespace) && attributes.contains('='));
    is_tag.then(|| &text[..=end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(line: &str) -> String {
        inline(line).text
    }

    #[test]
    fn what_is_typed_stays() {
        for line in [
            "张三误工30*2*50=3000元，李四误工 12*1.5*80=1440 元。",
            "张*、李*、王*，身份证 110105********0011，电话 138****0001 和 139****0002。",
            "138**0001、139**0002 和 137**0003",
            "张**和李**，王**、赵**。",
            "姓名：**明、**华，卡号 **1234**",
            "本季度**含**利息",
            "**注意：**11 月 30 日前",
            "编号_2026_11_已核。__甲__ 账号 C:\\账目\\11月 \\* \\\\server",
            "余款~~200~~元，<3 岁不计，a<b 且 c>d，`代码`",
            "[附件：名单](名单.xlsx) <http://a.cn/b> &copy; A&B",
            "**",
            "****",
            "***",
            "**甲",
            "甲**",
            "** 甲 **",
        ] {
            assert_eq!(text(line), line);
            assert_eq!(inline(line).tag, None, "{line}");
        }
    }

    #[test]
    fn stressed_words_lose_their_stars() {
        for (line, words) in [
            ("**注意**：明天", "注意：明天"),
            ("请于 **11 月 30 日** 前交", "请于 11 月 30 日 前交"),
            ("（**重要**）", "（重要）"),
            ("，**含**利息", "，含利息"),
        ] {
            assert_eq!(text(line), words);
        }
    }

    #[test]
    fn pictures_and_tags() {
        let read = inline("见![河堤 一](照片(1).jpg)下&nbsp;&lt;图&gt;");
        assert_eq!(read.text, "见下 <图>");
        let image = Image {
            path: "照片(1).jpg".into(),
            caption: "河堤 一".into(),
        };
        assert_eq!(read.images, [image]);
        for no_picture in ["![图]（a.jpg）", "![图](有 空格.jpg)", "![图]()", "![图](a"] {
            assert_eq!(text(no_picture), no_picture);
        }
        for tag in ["<b>", "</font>", "<br/>", "<p class=\"a\">"] {
            assert_eq!(inline(&format!("甲{tag}乙")).tag.as_deref(), Some(tag));
        }
    }
}
