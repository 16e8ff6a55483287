//! The head of a file: TOML `key = value` lines between `+++` fences, forgiving where an office
//! would stumble: keys may be Chinese, plain values need no quotes.

use super::complaint::Complaints;

/// One line of the head.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// English key.
    pub key: &'static str,
    /// Line it stands on.
    pub line: u32,
    /// Its value.
    pub value: toml::Value,
}

/// A key, its Chinese names.
pub type Key = (&'static str, &'static [&'static str]);

/// The head of one file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields {
    fields: Vec<Field>,
    first_line: u32,
}

impl Fields {
    /// The field of that key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.key == key)
    }

    /// Text of a field; numbers and dates count as text, too.
    pub fn text(&self, key: &str, complaints: &mut Complaints<'_>) -> Option<(String, u32)> {
        let field = self.get(key)?;
        let text = match &field.value {
            toml::Value::String(text) => text.trim().to_owned(),
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Datetime(time) => time.to_string(),
            _ => {
                complaints.line(
                    field.line,
                    format!("{key} 应当是一段文字，例如 {key} = \"……\""),
                );
                return None;
            }
        };
        (!text.is_empty()).then_some((text, field.line))
    }

    /// Text of a field that must be there.
    pub fn required(&self, key: Key, complaints: &mut Complaints<'_>) -> Option<(String, u32)> {
        let already = complaints.is_empty();
        let text = self.text(key.0, complaints);
        if text.is_none() && (already == complaints.is_empty()) {
            let line = self.get(key.0).map_or(self.first_line, |field| field.line);
            let chinese = key.1.first().unwrap_or(&"");
            complaints.line(
                line,
                format!("缺少 {}（{chinese}），请写上 {} = \"……\"", key.0, key.0),
            );
        }
        text
    }

    /// A yes or no; no when it is not there.
    pub fn flag(&self, key: &str, complaints: &mut Complaints<'_>) -> bool {
        let Some(field) = self.get(key) else {
            return false;
        };
        match &field.value {
            toml::Value::Boolean(flag) => *flag,
            toml::Value::String(text) if matches!(text.as_str(), "是" | "yes") => true,
            toml::Value::String(text) if matches!(text.as_str(), "否" | "no" | "") => false,
            _ => {
                complaints.line(field.line, format!("{key} 只能写 true（是）或 false（否）"));
                false
            }
        }
    }

    /// One text or a list of texts.
    pub fn texts(&self, key: &str, complaints: &mut Complaints<'_>) -> Vec<(String, u32)> {
        let Some(field) = self.get(key) else {
            return Vec::new();
        };
        let toml::Value::Array(values) = &field.value else {
            return self.text(key, complaints).into_iter().collect();
        };
        let texts: Vec<_> = values
            .iter()
            .filter_map(|v| v.as_str())
            .map(|t| (t.to_owned(), field.line))
            .collect();
        if texts.len() != values.len() {
            complaints.line(field.line, format!("{key} 里的每一项都应当是带引号的文字"));
        }
        texts
    }
}

/// A file with a head, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts<'a> {
    /// What stands between the fences.
    pub head: &'a str,
    /// Its first line.
    pub head_line: u32,
    /// What follows.
    pub body: &'a str,
    /// Its first line.
    pub body_line: u32,
}

fn is_fence(line: &str) -> bool {
    matches!(line.trim(), "+++" | "＋＋＋")
}

/// Takes a file with `+++` fences apart; complains and answers `None` when they are missing.
pub fn split<'a>(text: &'a str, complaints: &mut Complaints<'_>) -> Option<Parts<'a>> {
    let mut at = 0;
    let mut open: Option<(usize, u32)> = None;
    for (line, number) in text.split_inclusive('\n').zip(1_u32..) {
        let end = at + line.len();
        match open {
            None if line.trim().is_empty() => {}
            None if is_fence(line) => open = Some((end, number + 1)),
            None => {
                complaints.line(
                    number,
                    "文件应当以一行 +++ 开头，后面写标题、栏目、日期等，再以一行 +++ 结束",
                );
                return None;
            }
            Some((start, head_line)) if is_fence(line) => {
                return Some(Parts {
                    head: &text[start..at],
                    head_line,
                    body: &text[end..],
                    body_line: number + 1,
                });
            }
            Some(_) => {}
        }
        at = end;
    }
    match open {
        Some((_, line)) => complaints.line(
            line.saturating_sub(1),
            "开头的 +++ 没有结束，请在标题、日期等之后另起一行写 +++",
        ),
        None => complaints.whole("文件是空的"),
    }
    None
}

/// Reads `key = value` lines. `keys` are all that may occur.
pub fn parse(head: &str, first_line: u32, keys: &[Key], complaints: &mut Complaints<'_>) -> Fields {
    let mut fields: Vec<Field> = Vec::new();
    let mut lines = head.lines().zip(first_line..);
    while let Some((line, number)) = lines.next() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        let Some((written, value)) = trimmed.split_once(['=', '＝']) else {
            complaints.line(
                number,
                format!("看不懂“{}”，每行应当写成：名称 = 内容", shorten(trimmed)),
            );
            continue;
        };
        let written = written.trim().trim_matches('"');
        let mut value = value.trim().to_owned();
        // A value over several lines ends where TOML is content with it.
        if ["\"\"\"", "'''", "["]
            .iter()
            .any(|open| value.starts_with(open))
        {
            while parse_toml(&value).is_none() {
                let Some((more, _)) = lines.next() else { break };
                value.push('\n');
                value.push_str(more);
            }
        }
        let Some((key, _)) = keys
            .iter()
            .find(|(key, names)| *key == written || names.contains(&written))
        else {
            let known: Vec<_> = keys
                .iter()
                .map(|(key, names)| format!("{key}（{}）", names[0]))
                .collect();
            complaints.line(
                number,
                format!(
                    "没有“{}”这一项，可以写的有：{}",
                    shorten(written),
                    known.join("、")
                ),
            );
            continue;
        };
        if fields.iter().any(|field| field.key == *key) {
            complaints.line(number, format!("{key} 写了两次，请删去一处"));
            continue;
        }
        match read_value(&value) {
            Some(value) => fields.push(Field {
                key,
                line: number,
                value,
            }),
            None => complaints.line(
                number,
                format!("{key} 的内容不完整，请检查引号或方括号是否成对"),
            ),
        }
    }
    Fields { fields, first_line }
}

fn parse_toml(value: &str) -> Option<toml::Value> {
    let mut table: toml::Table = toml::from_str(&format!("v = {value}")).ok()?;
    if table.len() == 1 {
        table.remove("v")
    } else {
        None
    }
}

/// TOML where it is TOML, else the bare words.
fn read_value(value: &str) -> Option<toml::Value> {
    if let Some(value) = parse_toml(value) {
        return Some(value);
    }
    let unquoted = value
        .strip_prefix('“')
        .and_then(|rest| rest.strip_suffix('”'))
        .unwrap_or(value);
    let broken = ["\"", "'", "[", "{"]
        .iter()
        .any(|open| unquoted.starts_with(open));
    (!broken).then(|| toml::Value::String(unquoted.to_owned()))
}

/// At most 20 characters of somebody's text, for quoting it in a complaint.
#[must_use]
pub fn shorten(text: &str) -> String {
    let mut short: String = text.chars().take(20).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEYS: &[Key] = &[
        ("title", &["标题"]),
        ("urgent", &["紧急"]),
        ("captions", &["字幕"]),
        ("published", &["日期"]),
    ];

    fn read(head: &str) -> (Fields, Vec<String>) {
        let mut complaints = Complaints::about("x.md");
        let fields = parse(head, 2, KEYS, &mut complaints);
        (
            fields,
            complaints
                .into_vec()
                .iter()
                .map(ToString::to_string)
                .collect(),
        )
    }

    #[test]
    fn toml_and_office_habits() {
        let mut c = Complaints::about("x.md");
        let (fields, complaints) = read(
            "标题 = 三季度财务公示\n日期 ＝ 2026年3月1日\n# 说明\nurgent = 是\ncaptions = [\n \"a.vtt\",\n \"b.vtt\"]\n",
        );
        assert_eq!(complaints, Vec::<String>::new());
        assert_eq!(
            fields.text("title", &mut c),
            Some(("三季度财务公示".into(), 2))
        );
        assert_eq!(
            fields.text("published", &mut c),
            Some(("2026年3月1日".into(), 3))
        );
        assert!(fields.flag("urgent", &mut c));
        assert_eq!(fields.texts("captions", &mut c).len(), 2);
        let (fields, _) = read("published = 2026-03-01\ntitle = \"“双抢”动员\"");
        assert_eq!(
            fields.text("published", &mut c),
            Some(("2026-03-01".into(), 2))
        );
        assert_eq!(fields.text("title", &mut c), Some(("“双抢”动员".into(), 3)));
    }

    #[test]
    fn mistakes_name_their_line() {
        let (_, complaints) =
            read("title = \"没有收尾\ntitel = \"x\"\n随便一句\n标题 = a\ntitle = b");
        assert_eq!(complaints.len(), 4, "{complaints:?}");
        for (complaint, line) in complaints.iter().zip([2, 3, 4, 6]) {
            assert!(complaint.contains(&format!("第 {line} 行")), "{complaint}");
        }
    }

    #[test]
    fn fences() {
        let mut c = Complaints::about("x.md");
        let parts = split("\n+++\ntitle = a\n+++\n正文\n", &mut c).unwrap();
        assert_eq!(
            (parts.head, parts.head_line, parts.body, parts.body_line),
            ("title = a\n", 3, "正文\n", 5)
        );
        assert!(split("title = a", &mut c).is_none());
        assert!(split("+++\ntitle = a", &mut c).is_none());
        assert!(split("", &mut c).is_none());
        assert_eq!(c.into_vec().len(), 3);
    }

    proptest! {
        #[test]
        fn never_panics(text in "(\\+\\+\\+\n)?(.|\n){0,200}(\\+\\+\\+)?") {
            let mut complaints = Complaints::about("x.md");
            if let Some(parts) = split(&text, &mut complaints) {
                parse(parts.head, parts.head_line, KEYS, &mut complaints);
            }
        }
    }
}
