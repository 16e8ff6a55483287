//! Every screen in every state worth looking at, for the pixel tests and the screenshots.

use anyhow::Context as _;
use contract::bulletin::{Block, Bulletin};
use contract::feed::{Change, Document, FeedPage};
use contract::township::{HelpContact, ListingKind};
use media_player::fake::{Mishap, Programme};
use media_player::{Event, PlayError, State};
use tv_app::client::{EnrolmentState, Notice};
use tv_app::remote::RemoteKey;
use tv_app::screens::settings::name;
use tv_app::screens::{Input, Route};

use super::content::block_index;
use super::scene::{Scene, bare, full, scene};
use super::{NOW_MS, Start};

const DAY_MS: i64 = 86_400_000;
/// A programme's controls are gone after so long without a key, in large text too.
const CONTROLS_GONE_MS: u64 = 11_000;

/// A bulletin's tables, columns counted.
fn columns(bulletin: &Bulletin) -> usize {
    let tables = bulletin.body.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table.header.len()),
        _ => None,
    });
    tables.max().unwrap_or_default()
}

/// The rows of its longest table.
fn rows(bulletin: &Bulletin) -> usize {
    let tables = bulletin.body.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table.rows.len()),
        _ => None,
    });
    tables.max().unwrap_or_default()
}

fn pictures(bulletin: &Bulletin) -> usize {
    bulletin
        .body
        .iter()
        .filter(|block| matches!(block, Block::Picture(_)))
        .count()
}

fn paragraphs(bulletin: &Bulletin) -> usize {
    let text = |block: &Block| match block {
        Block::Paragraph { text } | Block::Item { text, .. } => text.len(),
        Block::Table(_) | Block::Picture(_) | Block::Heading { .. } => 0,
    };
    bulletin.body.iter().map(text).sum()
}

/// Five minutes that play well, with a new picture each second: no more would be seen.
fn film() -> Programme {
    Programme {
        frame_ms: 1_000,
        ..Programme::lasting(300_000)
    }
}

/// All scenes.
pub fn all() -> impl Iterator<Item = &'static Scene> {
    SCENES
        .iter()
        .chain(super::people_scenes::SCENES)
        .chain(super::settings_scenes::SCENES)
        .chain(super::meeting_scenes::SCENES)
        .chain(super::watching_scenes::SCENES)
        .chain(super::duty_scenes::SCENES)
        .chain(super::section_scenes::SCENES)
        .chain(super::branch_scenes::SCENES)
        .chain(super::service_scenes::SCENES)
        .chain(super::attached_scenes::SCENES)
        .chain(super::evaluation_scenes::SCENES)
        .chain(super::table_scenes::SCENES)
        .chain(super::long_scenes::SCENES)
        .chain(super::voice_scenes::SCENES)
}

/// Those of reading and watching.
pub const SCENES: &[Scene] = &[
    scene("enrolment-asking", |stage| {
        stage.enrol(EnrolmentState::Asking)
    }),
    scene("enrolment-code", |stage| {
        stage.enrol(EnrolmentState::Code {
            user_code: "7305-2816".to_owned(),
            verification_uri: "http://dangjian.qinghe.example.cn/enrol".to_owned(),
            verification_uri_complete: "http://dangjian.qinghe.example.cn/enrol?code=7305-2816"
                .to_owned(),
            good_for_ms: 900_000,
        })
    }),
    scene("enrolment-on-the-server-only", |stage| {
        stage.enrol(EnrolmentState::Code {
            user_code: "7305-2816".to_owned(),
            verification_uri: "http://127.0.0.1:8080/enrol".to_owned(),
            verification_uri_complete: "http://127.0.0.1:8080/enrol?code=7305-2816".to_owned(),
            good_for_ms: 900_000,
        })
    }),
    scene("enrolment-no-network", |stage| {
        stage.enrol(EnrolmentState::NoNetwork {
            retry_in_ms: 30_000,
        })
    }),
    scene("enrolment-declined", |stage| {
        stage.enrol(EnrolmentState::Declined)
    }),
    scene("home", |stage| stage.show(&[Route::Home])),
    scene("home-newest", |stage| {
        stage.show(&[Route::Home])?;
        stage.tv.press(RemoteKey::Right);
        Ok(())
    }),
    scene("home-sections", |stage| {
        stage.show(&[Route::Home])?;
        stage.tv.press_all(&[RemoteKey::Down, RemoteKey::Right]);
        Ok(())
    }),
    scene("home-shelf", |stage| {
        stage.show(&[Route::Home])?;
        stage.down_to("shelf")
    }),
    scene("home-more", |stage| {
        stage.show(&[Route::Home])?;
        stage.down_to("shelf")?;
        stage.tv.press_all(&[RemoteKey::Right; 4]);
        stage.tv.press(RemoteKey::Ok);
        Ok(())
    }),
    scene("home-begun", |stage| {
        let id = stage.film(0)?;
        stage
            .demo
            .cache
            .record_progress(&id, 105_000, 300_000, 105_000, NOW_MS)?;
        stage.show(&[Route::Home])?;
        stage.down_to("shelf")
    }),
    scene("home-urgent", |stage| {
        let mut bulletin = stage.most(paragraphs)?;
        bulletin.id = "urgent now".to_owned();
        bulletin.urgent = true;
        bulletin.published_at_ms = NOW_MS - DAY_MS;
        let cache = &stage.demo.cache;
        cache.apply(&FeedPage {
            cursor: cache.cursor().unwrap_or_default(),
            server_time_ms: NOW_MS,
            changes: vec![Change::Put {
                document: Document::Bulletin(bulletin),
            }],
            ..FeedPage::default()
        })?;
        stage.show(&[Route::Home])?;
        // It came over everything, and is looked at later.
        stage.tv.press(RemoteKey::Back);
        Ok(())
    }),
    scene("help", |stage| stage.show(&[Route::Home, Route::Help])),
    scene("help-aloud", |stage| {
        stage.show(&[Route::Home, Route::Help])?;
        stage.tv.press(RemoteKey::Down);
        Ok(())
    }),
    scene("help-office", |stage| {
        let mut township = stage.content.township();
        let office = |office: &str, telephone: &str| HelpContact {
            office: office.to_owned(),
            telephone: telephone.to_owned(),
            name: "袁月华".to_owned(),
            hours: "工作日 8:30 到 17:30".to_owned(),
        };
        township.help = vec![
            office("党政办公室", "040 0000 0110"),
            office("便民服务中心退役军人服务站", "0512-40000001 转 8"),
            office("司法所", "040 0000 0113"),
        ];
        let cache = &stage.demo.cache;
        cache.apply(&FeedPage {
            cursor: cache.cursor().unwrap_or_default(),
            server_time_ms: NOW_MS,
            changes: vec![Change::Put {
                document: Document::Township(township),
            }],
            ..FeedPage::default()
        })?;
        stage.show(&[Route::Home, Route::Help])
    }),
    scene("help-nobody", |stage| {
        stage.show_empty(&[Route::Home, Route::Help])
    }),
    scene("help-before", |stage| {
        stage.tv.start(&stage.blank, &Start::default())?;
        stage.tv.app().open(&Route::Help);
        Ok(())
    }),
    scene("home-offline", |stage| {
        stage.demo.cache.set_online(false);
        stage.demo.cache.synced(NOW_MS - 3 * DAY_MS)?;
        stage.show(&[Route::Home])
    }),
    scene("home-empty", |stage| stage.show_empty(&[Route::Home])),
    scene("home-unstored", |stage| stage.show_unstored(&[Route::Home])),
    scene("bulletins-unstored", |stage| {
        let route = stage.list(ListingKind::Bulletins)?;
        stage.show_unstored(&[Route::Home, route])
    }),
    scene("home-never", |stage| {
        stage.tv.start(&stage.blank, &Start::default())
    }),
    scene("section", |stage| {
        let route = stage.section()?;
        stage.show(&[Route::Home, route])
    }),
    scene("section-empty", |stage| {
        let route = stage.section()?;
        stage.show_empty(&[Route::Home, route])
    }),
    scene("bulletins", |stage| {
        let route = stage.list(ListingKind::Bulletins)?;
        stage.show(&[Route::Home, route])
    }),
    scene("bulletins-back", |stage| {
        let route = stage.list(ListingKind::Bulletins)?;
        stage.show(&[Route::Home, route])?;
        stage.tv.press(RemoteKey::Up);
        Ok(())
    }),
    scene("bulletins-page-2", |stage| {
        let route = stage.list(ListingKind::Bulletins)?;
        stage.show(&[Route::Home, route])?;
        stage.tv.press(RemoteKey::PageDown);
        Ok(())
    }),
    scene("bulletins-empty", |stage| {
        stage.empty_list(ListingKind::Bulletins)
    }),
    scene("bulletin-text", |stage| {
        let bulletin = stage.most(paragraphs)?;
        stage.open(&bulletin)
    }),
    scene("bulletin-text-below", |stage| {
        let bulletin = stage.most(paragraphs)?;
        stage.open(&bulletin)?;
        stage.tv.press(RemoteKey::Down);
        Ok(())
    }),
    scene("bulletin-back", |stage| {
        let bulletin = stage.most(paragraphs)?;
        stage.open(&bulletin)?;
        stage.tv.press(RemoteKey::Left);
        Ok(())
    }),
    scene("bulletin-spoken", |stage| {
        let bulletin = stage.most(paragraphs)?;
        stage.open(&bulletin)?;
        stage.tv.app().input(&Input::Speaking(Some(2)));
        Ok(())
    }),
    scene("bulletin-aloud", |stage| {
        let bulletin = stage.most(paragraphs)?;
        stage.open(&bulletin)?;
        stage.tv.press(RemoteKey::Yellow);
        stage.tv.app().input(&Input::Speaking(Some(1)));
        Ok(())
    }),
    scene("bulletin-aloud-paused", |stage| {
        let bulletin = stage.most(paragraphs)?;
        stage.open(&bulletin)?;
        stage.tv.press(RemoteKey::Yellow);
        stage.tv.app().input(&Input::Speaking(Some(4)));
        stage
            .tv
            .press_all(&[RemoteKey::Right, RemoteKey::Right, RemoteKey::Yellow]);
        Ok(())
    }),
    scene("bulletin-offline", |stage| {
        stage.demo.cache.set_online(false);
        stage.demo.cache.synced(NOW_MS - 3 * DAY_MS)?;
        let bulletin = stage.most(pictures)?;
        stage.open(&bulletin)
    }),
    scene("bulletin-next", |stage| {
        let bulletin = stage.most(paragraphs)?;
        stage.open(&bulletin)?;
        stage.down_to_the_end()
    }),
    scene("bulletin-accounts", |stage| {
        let bulletin = stage.most(rows)?;
        stage.open(&bulletin)?;
        stage.tv.press_all(&[RemoteKey::Down; 4]);
        Ok(())
    }),
    scene("bulletin-table", |stage| {
        let bulletin = stage.most(rows)?;
        stage.open(&bulletin)?;
        stage.down_to("stops")
    }),
    scene("bulletin-picture", |stage| {
        let bulletin = stage.most(pictures)?;
        stage.open(&bulletin)?;
        stage.down_to("stops")
    }),
    scene("bulletin-withdrawn", |stage| {
        let mut bulletin = stage.most(paragraphs)?;
        bulletin.id = "withdrawn".to_owned();
        stage.open(&bulletin)
    }),
    scene("bulletin-expired", |stage| {
        let mut bulletin = stage.most(paragraphs)?;
        bulletin.id = "expired".to_owned();
        bulletin.expires_at_ms = Some(NOW_MS);
        let cache = &stage.demo.cache;
        for change in [
            Change::Put {
                document: Document::Bulletin(bulletin.clone()),
            },
            Change::Delete {
                id: bulletin.id.clone(),
            },
        ] {
            cache.apply(&FeedPage {
                cursor: cache.cursor().unwrap_or_default(),
                server_time_ms: NOW_MS,
                changes: vec![change],
                ..FeedPage::default()
            })?;
        }
        stage.open(&bulletin)
    }),
    scene("table", |stage| {
        let bulletin = stage.most(columns)?;
        let block =
            block_index(&bulletin, |block| matches!(block, Block::Table(_))).context("no table")?;
        stage.show(&[
            Route::Home,
            Route::Bulletin {
                id: bulletin.id.clone(),
            },
            Route::Table {
                id: bulletin.id,
                block,
            },
        ])
    }),
    scene("table-right", |stage| {
        let bulletin = stage.most(columns)?;
        let block =
            block_index(&bulletin, |block| matches!(block, Block::Table(_))).context("no table")?;
        stage.show(&[
            Route::Home,
            Route::Bulletin {
                id: bulletin.id.clone(),
            },
            Route::Table {
                id: bulletin.id,
                block,
            },
        ])?;
        stage.tv.press_all(&[
            RemoteKey::Down,
            RemoteKey::Down,
            RemoteKey::Right,
            RemoteKey::Right,
        ]);
        Ok(())
    }),
    full("picture", |stage| {
        let bulletin = stage.most(pictures)?;
        let block = block_index(&bulletin, |block| matches!(block, Block::Picture(_)))
            .context("no picture")?;
        stage.show(&[
            Route::Home,
            Route::Bulletin {
                id: bulletin.id.clone(),
            },
            Route::Picture {
                id: bulletin.id,
                block,
            },
        ])
    }),
    full("picture-zoomed", |stage| {
        let bulletin = stage.most(pictures)?;
        let block = block_index(&bulletin, |block| matches!(block, Block::Picture(_)))
            .context("no picture")?;
        stage.show(&[
            Route::Home,
            Route::Bulletin {
                id: bulletin.id.clone(),
            },
            Route::Picture {
                id: bulletin.id,
                block,
            },
        ])?;
        stage
            .tv
            .press_all(&[RemoteKey::Ok, RemoteKey::Ok, RemoteKey::Right]);
        Ok(())
    }),
    scene("honours", |stage| {
        let route = stage.list(ListingKind::Honours)?;
        stage.show(&[Route::Home, route])
    }),
    scene("honours-empty", |stage| {
        stage.empty_list(ListingKind::Honours)
    }),
    scene("honour", |stage| {
        let list = stage
            .content
            .list_of(ListingKind::Honours)
            .context("no honours")?;
        let bulletin = stage
            .content
            .bulletins()
            .find(|bulletin| bulletin.list == list)
            .cloned()
            .context("no honour")?;
        stage.show(&[
            Route::Home,
            Route::Cards { list },
            Route::Bulletin { id: bulletin.id },
        ])
    }),
    scene("guides", |stage| {
        let route = stage.list(ListingKind::Guides)?;
        stage.show(&[Route::Home, route])
    }),
    scene("programmes", |stage| {
        let route = stage.list(ListingKind::Programmes)?;
        stage.show(&[Route::Home, route])
    }),
    scene("programmes-empty", |stage| {
        stage.empty_list(ListingKind::Programmes)
    }),
    scene("programme", |stage| {
        let kept = stage.film(0)?;
        let id = stage
            .content
            .programmes()
            .find(|programme| programme.id != kept)
            .context("one programme only")?
            .id
            .clone();
        stage.show(&[Route::Home, Route::Programme { id }])
    }),
    scene("programme-begun", |stage| {
        let id = stage.film(0)?;
        stage
            .demo
            .cache
            .record_progress(&id, 65_000, 300_000, 65_000, NOW_MS)?;
        stage.show(&[Route::Home, Route::Programme { id }])
    }),
    scene("programme-withdrawn", |stage| {
        stage.show(&[
            Route::Home,
            Route::Programme {
                id: "withdrawn".to_owned(),
            },
        ])
    }),
    bare("player-playing", |stage| {
        stage.demo.set(name::CAPTIONS, "on")?;
        stage.watch(12_000, film())?;
        stage.tv.advance(CONTROLS_GONE_MS);
        Ok(())
    }),
    bare("player-begins", |stage| {
        stage.demo.set(name::CAPTIONS, "on")?;
        stage.watch(12_000, film())
    }),
    full("player-controls", |stage| {
        stage.demo.set(name::CAPTIONS, "on")?;
        stage.watch(8_000, Programme::lasting(300_000))?;
        stage.tv.press_all(&[RemoteKey::Up, RemoteKey::Down]);
        Ok(())
    }),
    full("player-paused", |stage| {
        stage.watch(65_000, Programme::lasting(300_000))?;
        stage.tv.press(RemoteKey::Ok);
        Ok(())
    }),
    bare("player-scrubbing", |stage| {
        stage.watch(65_000, Programme::lasting(3_900_000))?;
        stage.tv.down(RemoteKey::Right);
        stage.tv.advance(600);
        Ok(())
    }),
    bare("player-loading", |stage| {
        stage.watch(
            65_000,
            Programme {
                load_ms: 5_000,
                ..Programme::default()
            },
        )
    }),
    bare("player-buffering", |stage| {
        stage.watch(
            65_000,
            film().with(77_000, Mishap::Buffer { for_ms: 8_000 }),
        )?;
        stage.tv.advance(CONTROLS_GONE_MS + 4_000);
        Ok(())
    }),
    bare("player-preparing", |stage| {
        stage.watch(
            65_000,
            film().with(77_000, Mishap::Buffer { for_ms: 1_900 }),
        )?;
        stage.tv.advance(CONTROLS_GONE_MS + 1_000);
        Ok(())
    }),
    bare("player-reconnecting", |stage| {
        stage.watch(65_000, film())?;
        stage.tv.advance(CONTROLS_GONE_MS);
        stage
            .tv
            .app()
            .input(&Input::Player(Event::State(State::Reconnecting)));
        Ok(())
    }),
    full("player-ended", |stage| {
        stage.watch(65_000, Programme::lasting(67_000))?;
        stage.tv.advance(3_000);
        Ok(())
    }),
    full("player-failed", |stage| {
        stage.watch(0, Programme::failing(PlayError::Damaged("test".to_owned())))
    }),
    full("player-waits-for-network", |stage| {
        stage.watch(
            754_000,
            Programme::failing(PlayError::Network("test".to_owned())),
        )
    }),
    full("player-not-here", |stage| {
        let kept = stage.film(0)?;
        let id = stage
            .content
            .programmes()
            .find(|programme| programme.id != kept)
            .context("one programme only")?
            .id
            .clone();
        stage.demo.cache.set_online(false);
        stage.show(&[
            Route::Home,
            Route::Programme { id: id.clone() },
            Route::Player { id, position_ms: 0 },
        ])
    }),
    bare("player-volume", |stage| {
        stage.watch(65_000, film())?;
        stage.tv.advance(CONTROLS_GONE_MS);
        stage.tv.press(RemoteKey::VolumeUp);
        Ok(())
    }),
    scene("search", |stage| stage.show(&[Route::Home, Route::Search])),
    scene("search-results", |stage| {
        stage.show(&[Route::Home, Route::Search])?;
        stage
            .tv
            .press_all(&[RemoteKey::Digit(2), RemoteKey::Digit(9)]);
        stage.tv.press_all(&[RemoteKey::Right; 3]);
        Ok(())
    }),
    scene("search-none", |stage| {
        stage.show(&[Route::Home, Route::Search])?;
        stage.tv.press_all(&[RemoteKey::Digit(9); 8]);
        Ok(())
    }),
    scene("dialog-quit", |stage| {
        stage.show(&[Route::Home])?;
        stage.tv.press(RemoteKey::Back);
        Ok(())
    }),
    scene("dialog-urgent", |stage| {
        stage.show(&[Route::Home])?;
        let title = "关于十一月二十三日夜间强降温和大风天气防范工作的紧急通知".to_owned();
        stage.tv.app().on_notice(Notice::Urgent {
            bulletin_id: "urgent".to_owned(),
            title,
        });
        Ok(())
    }),
    scene("dialog-revoked", |stage| {
        stage.show(&[Route::Home])?;
        stage.tv.app().on_notice(Notice::Revoked);
        Ok(())
    }),
    scene("toast", |stage| {
        stage.show(&[Route::Home])?;
        stage.tv.press(RemoteKey::Blue);
        stage.tv.press_all(&[RemoteKey::Blue; 2]);
        Ok(())
    }),
    scene("toast-offline", |stage| {
        let route = stage.list(ListingKind::Bulletins)?;
        stage.show(&[Route::Home, route])?;
        stage.tv.app().on_notice(Notice::Online(true));
        stage.tv.app().on_notice(Notice::Online(false));
        Ok(())
    }),
];
