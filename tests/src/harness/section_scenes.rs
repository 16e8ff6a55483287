//! Sections: their rail, and every kind of list beside it, for the pixel tests and the screenshots. The lists
//! themselves are in the scenes of what they hold.

use anyhow::Context as _;
use contract::township::ListingKind;
use tv_app::remote::RemoteKey::{Down, Left, PageDown, Right};
use tv_app::screens::Route;

use super::scene::{Scene, scene};
use super::{NOW_MS, Stage, duty, duty_scenes, meeting_scenes, service_scenes};

const DAY_MS: i64 = 86_400_000;

/// All of them.
pub const SCENES: &[Scene] = &[
    scene("section-rail", |stage| {
        beside(stage, ListingKind::Bulletins)?;
        stage.tv.press(Left);
        Ok(())
    }),
    scene("section-rail-last", |stage| {
        beside(stage, ListingKind::Bulletins)?;
        stage.tv.press_all(&[Left, PageDown]);
        Ok(())
    }),
    scene("section-offline", |stage| {
        stage.demo.cache.set_online(false);
        stage.demo.cache.synced(NOW_MS - 3 * DAY_MS)?;
        beside(stage, ListingKind::Bulletins)
    }),
    scene("section-nothing-offline", |stage| {
        stage.demo.cache.set_online(false);
        stage.demo.cache.synced(NOW_MS - 3 * DAY_MS)?;
        nothing_to_answer(stage)
    }),
    scene("section-nothing-to-answer", |stage| {
        nothing_to_answer(stage)?;
        stage.tv.press(Right);
        Ok(())
    }),
    scene("section-programme-begun", |stage| {
        let list = stage
            .content
            .list_of(ListingKind::Programmes)
            .context("no programmes")?;
        let films = stage.demo.cache.programmes(&list);
        let film = films.get(1).context("no second programme")?;
        let (at, length) = (film.duration_ms / 2, film.duration_ms);
        let cache = &stage.demo.cache;
        cache.record_progress(&film.id, at, length, at, NOW_MS)?;
        beside(stage, ListingKind::Programmes)?;
        stage.tv.press(Down);
        Ok(())
    }),
    scene("section-programme-more", |stage| {
        beside(stage, ListingKind::Programmes)?;
        stage.tv.press(Right);
        Ok(())
    }),
    scene("section-programmes-rail", |stage| {
        beside(stage, ListingKind::Programmes)?;
        stage.tv.press(Left);
        Ok(())
    }),
    scene("section-honours-next", |stage| {
        beside(stage, ListingKind::Honours)?;
        stage.tv.press_all(&[Down, Down]);
        Ok(())
    }),
    scene("section-meetings", |stage| {
        meeting_scenes::calendar(stage)?;
        beside(stage, ListingKind::Meetings)
    }),
    scene("section-duty", |stage| {
        duty_scenes::place(stage, duty::over())?;
        beside(stage, ListingKind::Duty)
    }),
    scene("section-services", |stage| {
        service_scenes::home(stage, service_scenes::some())?;
        beside(stage, ListingKind::Services)
    }),
    scene("section-services-mine", |stage| {
        service_scenes::home(stage, service_scenes::some())?;
        beside(stage, ListingKind::Services)?;
        stage.tv.press_all(&[PageDown, Down]);
        Ok(())
    }),
    scene("section-suggestions", |stage| {
        service_scenes::home(stage, Vec::new())?;
        beside(stage, ListingKind::Suggestions)
    }),
];

fn beside(stage: &mut Stage, kind: ListingKind) -> anyhow::Result<()> {
    let route = stage.list(kind)?;
    stage.show(&[Route::Home, route])
}

/// The last list of evaluations, in which there is none.
fn nothing_to_answer(stage: &mut Stage) -> anyhow::Result<()> {
    let sections = stage.content.township().sections.into_iter();
    let lists = sections.flat_map(|section| {
        let lists = section.listings.into_iter();
        lists.map(move |list| (section.id.clone(), list))
    });
    let mut evaluations = lists.filter(|(_, list)| list.kind == ListingKind::Evaluations);
    let (id, list) = evaluations.next_back().context("no evaluations")?;
    stage.show(&[Route::Home, Route::Section { id, list: list.id }])
}
