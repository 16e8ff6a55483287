//! Documents with titles of sixty characters, and an organization with a name of more than twenty.

use anyhow::Context as _;
use contract::bulletin::{Block, Bulletin, Table};
use contract::feed::{Change, Document, FeedPage};
use contract::organization::OrganizationRef;
use contract::township::ListingKind;

use super::{Content, NOW_MS, disk};

/// A title of sixty characters.
pub const TITLE: &str = "关于做好二〇二六年冬季全镇农村集中供暖和消防安全专项检查以及春节期间各村值班值守、应急物资储备工作安排的通知第十二号补充";
/// Another one, of a programme that comes after it.
pub const NEXT: &str = "第二集：镇农业技术推广站站长讲解大棚番茄越冬期间的水肥管理、病虫害综合防治和低温寡照天气应对措施以及来年春季茬口安排经验";
/// The name of an organization.
pub const OFFICE: &str = "清河县柳河镇柳树沟村党支部委员会党群服务中心工作站";

const MINUTE: i64 = 60_000;
pub(super) const BULLETIN: &str = "long-bulletin";
pub(super) const FILM: &str = "long-film";
const SEQUEL: &str = "long-film-2";
/// A bulletin whose table has a column for every month.
pub(super) const MONTHS: &str = "months";
/// The documents of [`super::Stage::long`].
pub(super) const IDS: [&str; 4] = [BULLETIN, FILM, SEQUEL, MONTHS];

pub(super) fn office() -> OrganizationRef {
    OrganizationRef {
        id: "o".to_owned(),
        name: OFFICE.to_owned(),
    }
}

/// What [`super::Stage::long`] puts into the demonstration township, newest first.
pub(super) fn page(content: &Content, cursor: String) -> anyhow::Result<FeedPage> {
    let list = |kind| content.list_of(kind).context("no such list");
    let picture = content
        .bulletins()
        .flat_map(|bulletin| &bulletin.body)
        .find_map(|block| match block {
            Block::Picture(picture) => Some(picture.clone()),
            _ => None,
        })
        .map(|mut picture| {
            picture.caption = TITLE.to_owned();
            picture
        })
        .context("no picture")?;
    let header = ["项目", "金额"].map(str::to_owned).to_vec();
    let rows = vec![["困难党员慰问", "1,200.00"].map(str::to_owned).to_vec()];
    let bulletin = Bulletin {
        id: BULLETIN.to_owned(),
        list: list(ListingKind::Bulletins)?,
        organization: office(),
        title: TITLE.to_owned(),
        published_at_ms: NOW_MS - MINUTE,
        body: vec![
            Block::Paragraph {
                text: "各村、各单位：请认真执行。".to_owned(),
            },
            Block::Table(Table {
                title: TITLE.to_owned(),
                header,
                rows,
                ..Table::default()
            }),
            Block::Picture(picture),
        ],
        ..Bulletin::default()
    };
    let film = |id: &str, title: &str, minutes_ago: i64| {
        let mut film = content
            .programmes()
            .next()
            .cloned()
            .context("no programme")?;
        film.id = id.to_owned();
        film.title = title.to_owned();
        film.organization = office();
        film.category = list(ListingKind::Programmes)?;
        film.published_at_ms = NOW_MS - minutes_ago * MINUTE;
        film.renditions = vec![disk::rendition(id)];
        Ok::<_, anyhow::Error>(Document::Programme(film))
    };
    let documents = [
        Document::Bulletin(bulletin),
        film(SEQUEL, NEXT, 3)?,
        film(FILM, TITLE, 2)?,
    ];
    Ok(FeedPage {
        cursor,
        server_time_ms: NOW_MS,
        changes: documents
            .into_iter()
            .map(|document| Change::Put { document })
            .collect(),
        ..FeedPage::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_as_long_as_they_say() {
        assert_eq!(TITLE.chars().count(), 60);
        assert_eq!(NEXT.chars().count(), 60);
        assert!(OFFICE.chars().count() > 20);
    }
}
