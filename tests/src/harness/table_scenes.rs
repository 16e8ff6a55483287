//! A table of twelve months, which no screen is wide enough for, for the pixel tests and the screenshots.

use anyhow::Context as _;
use contract::bulletin::{Block, Bulletin, Table};
use contract::feed::{Change, Document, FeedPage};
use contract::organization::OrganizationRef;
use contract::township::ListingKind;
use tv_app::remote::RemoteKey;
use tv_app::screens::Route;

use super::long_documents::MONTHS;
use super::scene::{Scene, scene};
use super::{NOW_MS, Stage};

/// What was paid for, and for how much in October; other months are made of that.
const ROWS: [(&str, i64); 10] = [
    ("办公费", 300_042),
    ("水电费", 376_803),
    ("道路养护", 7_377_718),
    ("环境卫生", 3_490_015),
    ("困难群众慰问", 2_895_162),
    ("文化活动", 632_228),
    ("设备维修", 1_118_080),
    ("其他支出", 66_915),
    ("本月支出合计", 16_256_963),
    ("月末结余", 543_241_839),
];

/// All of them.
pub const SCENES: &[Scene] = &[
    scene("bulletin-months", |stage| {
        months(stage)?;
        stage.show(&[Route::Home, bulletin()])
    }),
    scene("table-months", |stage| {
        months(stage)?;
        stage.show(&[Route::Home, bulletin(), table()])?;
        stage.tv.press_all(&[RemoteKey::Down; 2]);
        Ok(())
    }),
    scene("table-months-right", |stage| {
        months(stage)?;
        stage.show(&[Route::Home, bulletin(), table()])?;
        stage.tv.press_all(&[RemoteKey::Right; 2]);
        Ok(())
    }),
    scene("table-months-last", |stage| {
        months(stage)?;
        stage.show(&[Route::Home, bulletin(), table()])?;
        stage.tv.press_all(&[RemoteKey::Down; 12]);
        Ok(())
    }),
];

fn bulletin() -> Route {
    Route::Bulletin {
        id: MONTHS.to_owned(),
    }
}

fn table() -> Route {
    Route::Table {
        id: MONTHS.to_owned(),
        block: 0,
    }
}

/// Yuan as they are written, of fen.
fn yuan(fen: i64) -> String {
    let whole = (fen / 100).to_string();
    let mut text = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    format!("{text}.{:02}", fen % 100)
}

fn months(stage: &mut Stage) -> anyhow::Result<()> {
    // Until the next scene.
    stage.long()?;
    let mut header = vec!["项目".to_owned()];
    header.extend((1..=10).rev().map(|month| format!("{month}月")));
    let row = |(name, fen): (&str, i64)| {
        let amounts = (0..10).map(|month| yuan(fen - fen / 17 * month));
        std::iter::once(name.to_owned()).chain(amounts).collect()
    };
    let list = stage.content.list_of(ListingKind::Bulletins);
    let one = Bulletin {
        id: MONTHS.to_owned(),
        list: list.context("no list")?,
        organization: OrganizationRef {
            id: "o".to_owned(),
            name: "清河镇财政所".to_owned(),
        },
        title: "清河镇2026年支出公示".to_owned(),
        published_at_ms: NOW_MS,
        body: vec![Block::Table(Table {
            title: String::new(),
            numeric: (0..header.len()).map(|at| at > 0).collect(),
            header,
            rows: ROWS.into_iter().map(row).collect(),
        })],
        ..Bulletin::default()
    };
    let cache = &stage.demo.cache;
    cache.apply(&FeedPage {
        cursor: cache.cursor().unwrap_or_default(),
        server_time_ms: NOW_MS,
        changes: vec![Change::Put {
            document: Document::Bulletin(one),
        }],
        ..FeedPage::default()
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_in_the_accounts() {
        assert_eq!(yuan(543_241_839), "5,432,418.39");
        assert_eq!(yuan(66_905), "669.05");
    }
}
