//! Pages of organizations and the list of them, for the pixel tests and the screenshots.

use anyhow::Context as _;
use contract::branch::Branch;
use contract::feed::{Change, Document, FeedPage};
use contract::meeting::{MeetingKind, MeetingState};
use contract::township::ListingKind;
use tv_app::remote::RemoteKey;
use tv_app::screens::Route;

use super::meeting_scenes::live;
use super::scene::{Scene, scene};
use super::{NOW_MS, Stage};

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// All of them.
pub const SCENES: &[Scene] = &[
    scene("branches", |stage| {
        let list = list(stage)?;
        stage.show(&[Route::Home, list])
    }),
    scene("branches-empty", |stage| {
        let list = list(stage)?;
        stage.show_empty(&[Route::Home, list])
    }),
    scene("branches-offline", |stage| {
        let list = list(stage)?;
        stage.demo.cache.set_online(false);
        stage.demo.cache.synced(NOW_MS - 3 * DAY)?;
        stage.show(&[Route::Home, list])
    }),
    scene("branch", |stage| {
        let page = page(stage)?;
        stage.show(&[Route::Home, route(&page.id)])
    }),
    scene("branch-photo", |stage| {
        let page = page(stage)?;
        stage.show(&[Route::Home, route(&page.id)])?;
        stage.tv.press_all(&[RemoteKey::Down; 2]);
        Ok(())
    }),
    scene("branch-meetings", |stage| {
        let page = page(stage)?;
        let mut now = live("now", MeetingKind::Conference);
        let mut next = live("next", MeetingKind::Broadcast);
        (next.state, next.started_at_ms) = (MeetingState::Scheduled, None);
        next.starts_at_ms = NOW_MS + 90 * MINUTE;
        // The other is offered over everything until it is declined.
        stage.demo.cache.decline_meeting(&now.id)?;
        for meeting in [&mut now, &mut next] {
            meeting.organization = page.organization.clone();
        }
        stage.meetings(vec![now, next])?;
        stage.show(&[Route::Home, route(&page.id)])?;
        stage.down_to("stops")
    }),
    scene("branch-published", |stage| {
        let page = page(stage)?;
        stage.show(&[Route::Home, route(&page.id)])?;
        stage.tv.press_all(&[RemoteKey::Down; 30]);
        Ok(())
    }),
    scene("branch-bare", |stage| {
        let page = Branch {
            secretary: String::new(),
            telephone: String::new(),
            members: 0,
            photo: None,
            introduction: vec!["支部正在筹建。".to_owned()],
            ..page(stage)?
        };
        stage.show(&[Route::Home, route(&page.id)])?;
        let id = page.id.clone();
        tell(stage, page.into())?;
        stage.show(&[Route::Home, route(&id)])
    }),
    scene("branch-away", |stage| {
        stage.show_empty(&[Route::Home, route("nowhere")])
    }),
];

fn route(id: &str) -> Route {
    Route::Branch { id: id.to_owned() }
}

fn list(stage: &Stage) -> anyhow::Result<Route> {
    stage.list(ListingKind::Branches)
}

/// The longest page with a photograph, as the township wrote it.
fn page(stage: &Stage) -> anyhow::Result<Branch> {
    let pages = stage
        .content
        .documents()
        .filter_map(|document| match document {
            Document::Branch(branch) => Some(branch.clone()),
            _ => None,
        });
    let long = |page: &Branch| page.introduction.iter().map(String::len).sum::<usize>();
    let page = pages
        .filter(|page| page.photo.is_some())
        .max_by_key(long)
        .context("no page")?;
    tell(stage, page.clone().into())?;
    Ok(page)
}

fn tell(stage: &Stage, document: Document) -> anyhow::Result<()> {
    let cache = &stage.demo.cache;
    cache.apply(&FeedPage {
        cursor: cache.cursor().unwrap_or_default(),
        server_time_ms: NOW_MS,
        changes: vec![Change::Put { document }],
        ..FeedPage::default()
    })?;
    Ok(())
}
