//! What every file that is a thing of its own says of itself: parsed, not yet looked up or stored.

use std::collections::BTreeMap;

use super::complaint::Complaints;
use super::date;
use super::fields::{self, Fields, Key};

pub(super) const TITLE: Key = ("title", &["标题"]);
pub(super) const LIST: Key = ("list", &["栏目", "列表"]);
pub(super) const ORGANIZATION: Key = ("organization", &["单位", "发布单位"]);
pub(super) const AUDIENCE: Key = ("audience", &["范围", "阅读范围"]);
pub(super) const PUBLISHED: Key = ("published", &["日期", "发布日期"]);

/// A word and the line it is written on.
pub type Word = (String, u32);

/// What every item says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Title.
    pub title: String,
    /// Id or name of the list.
    pub list: Word,
    /// Code of the publisher.
    pub organization: Word,
    /// Code of the organization whose subtree may read it.
    pub audience: Option<Word>,
    /// When it was published, Unix milliseconds.
    pub published_at_ms: i64,
}

/// Reads what every item says of itself. `title` is how the kind's service checks a title.
pub(super) fn head(
    fields: &Fields,
    title: fn(&str) -> Result<String, String>,
    complaints: &mut Complaints<'_>,
) -> Option<Head> {
    let title = fields.required(TITLE, complaints).map(|(written, line)| {
        title(&written).unwrap_or_else(|message| {
            complaints.line(line, message);
            String::new()
        })
    });
    let list = fields.required(LIST, complaints);
    let organization = fields.required(ORGANIZATION, complaints);
    let audience = fields.text(AUDIENCE.0, complaints);
    let published = fields
        .required(PUBLISHED, complaints)
        .and_then(|(text, line)| {
            let date = date::parse(&text);
            if date.is_none() {
                complaints.line(line, wrong_date("published", &text));
            }
            date
        });
    Some(Head {
        title: title?,
        list: list?,
        organization: organization?,
        audience,
        published_at_ms: published?.start_ms(),
    })
}

/// What is said of a date that cannot be read.
pub(super) fn wrong_date(key: &str, text: &str) -> String {
    let text = fields::shorten(text);
    format!("{key} 的日期“{text}”不对，请写成 {}", date::EXAMPLE)
}

/// Lines of a file by the field of a draft that stands there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Lines(BTreeMap<String, u32>);

impl Lines {
    /// Notes where a field stands.
    pub(super) fn put(&mut self, field: impl Into<String>, line: u32) {
        self.0.insert(field.into(), line);
    }

    /// Where a field stands, or what it is part of.
    pub(super) fn of(&self, field: &str) -> Option<u32> {
        let whole = field.split('.').next().unwrap_or_default();
        self.0.get(field).or_else(|| self.0.get(whole)).copied()
    }
}
