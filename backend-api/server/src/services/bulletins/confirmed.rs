//! What people answer for before a bulletin is published: numbers of people that stand in it in clear, and every
//! picture.

use std::collections::BTreeSet;

use contract::bulletin::Block;
use contract::error::FieldError;
use contract::file::Picture;
use contract::staff::{
    BulletinConfirmed, Confirmations, ConfirmedNumber, NumberConfirmed, PersonalNumber,
    PersonalNumberKind, PictureConfirmed,
};
use store::bulletins::Content;

use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::personal_numbers::{self, Found};
use crate::services::kit::reason;

/// Most numbers and pictures that are confirmed at once.
const MOST: usize = 1_000;

/// A place with words: its field, and what it is called.
struct Spot<'a> {
    field: String,
    place: String,
    text: &'a str,
}

impl<'a> Spot<'a> {
    fn new(field: impl Into<String>, place: impl Into<String>, text: &'a str) -> Self {
        Self {
            field: field.into(),
            place: place.into(),
            text,
        }
    }
}

/// Numbers of people that stand in clear in a bulletin, in reading order.
pub(super) fn numbers(content: &Content) -> Vec<PersonalNumber> {
    let mut found = Vec::new();
    for Spot { field, place, text } in spots(content) {
        found.extend(personal_numbers::find(text).into_iter().map(
            |Found {
                 kind,
                 digits,
                 masked,
             }| PersonalNumber {
                field: field.clone(),
                place: place.clone(),
                kind,
                digits,
                masked,
            },
        ));
    }
    found
}

fn spots(content: &Content) -> Vec<Spot<'_>> {
    let mut spots = vec![
        Spot::new("title", "标题", &content.title),
        Spot::new("summary", "摘要", &content.summary),
    ];
    if let Some(cover) = &content.cover {
        spots.push(Spot::new("cover.caption", "封面的说明", &cover.caption));
    }
    for (index, block) in content.body.iter().enumerate() {
        let (at, place) = (format!("body[{index}]"), format!("正文第 {} 段", index + 1));
        match block {
            Block::Heading { text } | Block::Paragraph { text } | Block::Item { text, .. } => {
                spots.push(Spot::new(format!("{at}.text"), place, text));
            }
            Block::Picture(picture) => {
                let place = format!("{place}，图片说明");
                spots.push(Spot::new(format!("{at}.caption"), place, &picture.caption));
            }
            Block::Table(table) => {
                let title = format!("{place}，表格的题目");
                spots.push(Spot::new(format!("{at}.title"), title, &table.title));
                for (column, text) in table.header.iter().enumerate() {
                    let place = format!("{place}，表头第 {} 格", column + 1);
                    spots.push(Spot::new(format!("{at}.header[{column}]"), place, text));
                }
                for (row, cells) in table.rows.iter().enumerate() {
                    for (column, text) in cells.iter().enumerate() {
                        let place = format!("{place}，表格第 {} 行第 {} 格", row + 1, column + 1);
                        spots.push(Spot::new(
                            format!("{at}.rows[{row}][{column}]"),
                            place,
                            text,
                        ));
                    }
                }
            }
        }
    }
    spots
}

/// Every picture with its field and what it is called.
fn pictures(content: &Content) -> impl Iterator<Item = (String, String, &Picture)> {
    let cover = content
        .cover
        .iter()
        .map(|picture| ("cover".to_owned(), "封面".to_owned(), picture));
    let inside = content
        .body
        .iter()
        .enumerate()
        .filter_map(|(index, block)| {
            let Block::Picture(picture) = block else {
                return None;
            };
            let place = format!("正文第 {} 段的图片", index + 1);
            Some((format!("body[{index}]"), place, picture))
        });
    cover.chain(inside)
}

/// How much was confirmed that had not been before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct News {
    pub(super) numbers: usize,
    pub(super) pictures: usize,
}

impl News {
    pub(super) const fn is_some(self) -> bool {
        self.numbers + self.pictures > 0
    }
}

/// What is confirmed of a content by now: what was before and what `login` says, of what stands in it.
///
/// # Errors
/// [`ServiceError::Invalid`] for a reason that is none.
pub(super) fn merged(
    before: &BulletinConfirmed,
    said: &Confirmations,
    content: &Content,
    login: &str,
    now_ms: i64,
) -> Result<(BulletinConfirmed, News)> {
    if said.numbers.len() > MOST || said.pictures.len() > MOST {
        let message = format!("一次最多确认 {MOST} 处");
        return Err(ServiceError::field("confirmed", message));
    }
    let mut now = before.clone();
    let mut news = News::default();
    let found = numbers(content);
    let stands = |digits: &str| found.iter().any(|one| one.digits == digits);
    for (index, ConfirmedNumber { digits, reason }) in said.numbers.iter().enumerate() {
        let field = format!("confirmed.numbers[{index}].reason");
        let reason = reason::checked(&field, reason)?.to_string();
        let known = now.numbers.iter().position(|one| one.digits == *digits);
        if known.is_some_and(|at| now.numbers[at].reason == reason) {
            continue;
        }
        if let Some(at) = known {
            now.numbers.remove(at);
        }
        if stands(digits) {
            news.numbers += 1;
            now.numbers.push(NumberConfirmed {
                digits: digits.clone(),
                reason,
                by: login.to_owned(),
                at_ms: now_ms,
            });
        }
    }
    let shown = |name: &str| pictures(content).any(|(_, _, picture)| picture.screen.name == name);
    for name in &said.pictures {
        if shown(name) && !now.pictures.iter().any(|one| one.name == *name) {
            news.pictures += 1;
            now.pictures.push(PictureConfirmed {
                name: name.clone(),
                by: login.to_owned(),
                at_ms: now_ms,
            });
        }
    }
    now.numbers.retain(|one| stands(&one.digits));
    now.pictures.retain(|one| shown(&one.name));
    Ok((now, news))
}

/// Whether a content may be shown to everybody: each number that stands in it is among those `named`, and
/// somebody has looked at each picture.
///
/// # Errors
/// [`ServiceError::Invalid`] with every place.
pub(super) fn publishable<'a>(
    content: &Content,
    named: impl Iterator<Item = &'a str> + Clone,
) -> Result<()> {
    let mut wrong = unconfirmed(content, named);
    for (field, place, picture) in pictures(content) {
        let looked_at = &content.confirmed.pictures;
        if !looked_at.iter().any(|one| one.name == picture.screen.name) {
            wrong.push(FieldError {
                field,
                message: format!(
                    "{place}还没有人确认：请看一看里面有没有证件、号码、人脸、门牌，要盖的先盖住，再确认"
                ),
            });
        }
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(ServiceError::Invalid(wrong))
    }
}

/// Numbers in a content that are not among those `named`.
pub(super) fn unconfirmed<'a>(
    content: &Content,
    named: impl Iterator<Item = &'a str>,
) -> Vec<FieldError> {
    let named: BTreeSet<&str> = named.collect();
    let found = numbers(content).into_iter();
    found
        .filter(|one| !named.contains(one.digits.as_str()))
        .map(|one| FieldError {
            message: format!(
                "{}有一个{} {}：请打上星号；确实要原样公布的，写明原因再确认",
                one.place,
                kind_name(one.kind),
                one.masked
            ),
            field: one.field,
        })
        .collect()
}

const fn kind_name(kind: PersonalNumberKind) -> &'static str {
    match kind {
        PersonalNumberKind::Id => "身份证号",
        PersonalNumberKind::Mobile => "手机号",
        PersonalNumberKind::Card => "银行卡号",
    }
}

#[cfg(test)]
mod tests {
    use contract::bulletin::Table;
    use contract::file::FileRef;

    use super::*;

    const MOBILE: &str = "13800000001";

    fn picture(name: &str) -> Picture {
        Picture {
            screen: FileRef {
                name: name.to_owned(),
                ..FileRef::default()
            },
            ..Picture::default()
        }
    }

    fn content() -> Content {
        let table = Table {
            header: vec!["姓名".to_owned(), "电话".to_owned()],
            rows: vec![vec!["刘".to_owned(), "138 0000 0001".to_owned()]],
            ..Table::default()
        };
        Content {
            title: "找13800000001".to_owned(),
            body: vec![Block::Table(table), Block::Picture(picture("a.jpg"))],
            ..Content::default()
        }
    }

    fn named(digits: &str) -> Confirmations {
        Confirmations {
            numbers: vec![ConfirmedNumber {
                digits: digits.to_owned(),
                reason: "办公电话".to_owned(),
            }],
            pictures: vec!["a.jpg".to_owned(), "b.jpg".to_owned()],
        }
    }

    #[test]
    fn each_place_is_told() {
        let found = numbers(&content());
        let places: Vec<_> = found.iter().map(|one| one.field.as_str()).collect();
        assert_eq!(places, ["title", "body[0].rows[0][1]"]);
        assert_eq!(found[1].place, "正文第 1 段，表格第 1 行第 2 格");
        assert!(found.iter().all(|one| one.digits == MOBILE));
    }

    #[test]
    fn what_is_confirmed_stays_as_long_as_it_stands_there() {
        let nothing = BulletinConfirmed::default();
        let (now, news) = merged(&nothing, &named(MOBILE), &content(), "li", 7).unwrap();
        let two = News {
            numbers: 1,
            pictures: 1,
        };
        assert_eq!((now.numbers.len(), now.pictures.len(), news), (1, 1, two));
        let (same, news) = merged(&now, &named(MOBILE), &content(), "wu", 9).unwrap();
        assert_eq!((same, news), (now.clone(), News::default()));
        let empty = Content::default();
        let none = Confirmations::default();
        let (gone, _) = merged(&now, &none, &empty, "li", 9).unwrap();
        assert_eq!(gone, nothing);
        let mut shameless = named(MOBILE);
        shameless.numbers[0].reason = " ".to_owned();
        assert!(merged(&nothing, &shameless, &content(), "li", 7).is_err());
    }

    #[test]
    fn nothing_is_published_that_nobody_answers_for() {
        let mut content = content();
        let refused = publishable(&content, std::iter::empty());
        let Err(ServiceError::Invalid(wrong)) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(wrong.len(), 3, "{wrong:?}");
        assert!(wrong.iter().all(|one| !one.message.contains(MOBILE)));
        content.confirmed.pictures = vec![PictureConfirmed {
            name: "a.jpg".to_owned(),
            by: "li".to_owned(),
            at_ms: 1,
        }];
        assert!(publishable(&content, ["1"].into_iter()).is_err());
        assert!(publishable(&content, [MOBILE].into_iter()).is_ok());
    }
}
