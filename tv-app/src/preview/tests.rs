//! Each makes a television, of which Slint allows one a process.

use contract::bulletin::{Block, Bulletin, Table};
use contract::meeting::Meeting;
use contract::organization::OrganizationRef;
use contract::programme::Programme;
use contract::township::{Listing, ListingKind, Section, Township};

use super::*;

/// 2026-11-22 10:00 in China.
const NOW: i64 = 1_795_312_800_000;

fn bulletin(paragraphs: usize) -> Bulletin {
    let text = "各村民小组：现将本季度财务收支情况公示如下，接受群众监督。".repeat(4);
    let mut body: Vec<Block> = (0..paragraphs)
        .map(|number| Block::Paragraph {
            text: format!("第{number}段。{text}"),
        })
        .collect();
    if paragraphs > 1 {
        body.insert(paragraphs / 2, table());
    }
    Bulletin {
        id: "b".to_owned(),
        list: "finance".to_owned(),
        organization: OrganizationRef {
            id: "o".to_owned(),
            name: "张家村".to_owned(),
        },
        title: "张家村三季度财务公示".to_owned(),
        published_at_ms: NOW,
        body,
        ..Bulletin::default()
    }
}

fn job(document: impl Into<Document>, text_size: u32) -> PreviewJob {
    let listing = |id: &str, kind| Listing {
        id: id.to_owned(),
        title: "财务公示".to_owned(),
        kind,
        about: String::new(),
    };
    PreviewJob {
        document: document.into(),
        text_size,
        at_ms: Some(NOW),
        township: Township {
            name: "清河镇".to_owned(),
            title: "清河镇智慧党建".to_owned(),
            sections: vec![Section {
                digit: 1,
                id: "disclosure".to_owned(),
                title: "党务公开".to_owned(),
                color: "#7a1f1f".to_owned(),
                icon: "file-list".to_owned(),
                listings: vec![
                    listing("finance", ListingKind::Bulletins),
                    listing("news", ListingKind::Programmes),
                ],
            }],
            ..Township::default()
        },
        organization: None,
    }
}

fn table() -> Block {
    Block::Table(Table {
        title: "收入".to_owned(),
        header: vec!["项目".to_owned(), "金额（元）".to_owned()],
        numeric: vec![false, true],
        rows: vec![vec!["租金".to_owned(), "12,000.00".to_owned()]; 6],
    })
}

/// The pictures of a job, and whether there is more.
fn pictures(job: &PreviewJob) -> (Vec<image::RgbImage>, bool) {
    let out = tempfile::tempdir().unwrap();
    let kept = out.path().join("television");
    let made = make(job, None, &kept, out.path()).unwrap();
    let pictures = (1..=made.pages).map(|page| {
        let path = out.path().join(format!("{page}.png"));
        image::open(path).unwrap().into_rgb8()
    });
    let pictures: Vec<_> = pictures.collect();
    let beyond = out.path().join(format!("{}.png", made.pages + 1));
    assert!(!beyond.exists(), "no more than was said");
    for picture in &pictures {
        assert_eq!(picture.dimensions(), (1_920, 1_080));
    }
    (pictures, made.more)
}

#[test]
fn a_long_bulletin_is_shown_page_by_page() {
    let (pictures, more) = pictures(&job(bulletin(6), 150));
    assert!(!more);
    assert!(
        (4..=MAX_PAGES).contains(&pictures.len()),
        "{}",
        pictures.len()
    );
    for pair in pictures.windows(2) {
        assert_ne!(pair[0], pair[1], "each page is another one");
    }
}

#[test]
fn a_short_bulletin_is_one_page() {
    let (pictures, more) = pictures(&job(bulletin(1), 100));
    assert_eq!((pictures.len(), more), (1, false));
}

#[test]
fn what_would_be_too_many_pages_is_said_to_go_on() {
    let (pictures, more) = pictures(&job(bulletin(80), 150));
    assert_eq!((pictures.len(), more), (MAX_PAGES, true));
}

#[test]
fn an_urgent_one_is_first_seen_over_the_screens() {
    let urgent = Bulletin {
        urgent: true,
        ..bulletin(1)
    };
    let (pictures, more) = pictures(&job(urgent, 100));
    assert_eq!(
        (pictures.len(), more),
        (2, false),
        "the notice, and its text"
    );
    assert_ne!(pictures[0], pictures[1]);
}

#[test]
fn a_programme_is_one_page() {
    let programme = Programme {
        id: "p".to_owned(),
        category: "news".to_owned(),
        title: "春耕".to_owned(),
        description: "说春耕".to_owned(),
        published_at_ms: NOW,
        duration_ms: 300_000,
        ..Programme::default()
    };
    let (pictures, more) = pictures(&job(programme, 125));
    assert_eq!((pictures.len(), more), (1, false));
}

#[test]
fn what_is_not_shown_so_is_refused() {
    let out = tempfile::tempdir().unwrap();
    let refused = make(&job(Meeting::default(), 100), None, out.path(), out.path());
    assert!(refused.unwrap_err().to_string().contains("meeting"));
    let file = out.path().join("job.json");
    for (text, said) in [
        ("{", "JSON".to_owned()),
        (
            serde_json::to_string(&job(bulletin(1), 110))
                .unwrap()
                .as_str(),
            "字号 110".to_owned(),
        ),
    ] {
        fs::write(&file, text).unwrap();
        let refused = read(&file).unwrap_err().to_string();
        assert!(refused.contains(&said), "{refused}");
    }
    let good = job(bulletin(1), 125);
    fs::write(&file, serde_json::to_string(&good).unwrap()).unwrap();
    assert_eq!(read(&file).unwrap(), good);
}
