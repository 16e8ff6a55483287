//! What every kind of list is on the television, one line each: the screen that shows it, its icon,
//! and what in it wants to be looked at. A kind without a line does not compile.

use contract::township::ListingKind;

use super::asked;
use super::icons::glyph;
use super::live::{self, Group};
use super::routes::Route;
use super::voting;
use crate::cache::Cache;

struct Facts {
    route: fn(String) -> Route,
    icon: &'static str,
    /// How much in it wants to be looked at.
    fresh: fn(&Cache, &str) -> usize,
}

impl Facts {
    const fn of(
        route: fn(String) -> Route,
        icon: &'static str,
        fresh: fn(&Cache, &str) -> usize,
    ) -> Self {
        Self { route, icon, fresh }
    }

    /// Documents, and those that nobody has opened yet.
    const fn documents(route: fn(String) -> Route, icon: &'static str) -> Self {
        Self::of(route, icon, unread)
    }
}

const fn facts(kind: ListingKind) -> Facts {
    match kind {
        ListingKind::Bulletins | ListingKind::Unknown => Facts::documents(bulletins, "file-list"),
        ListingKind::Guides => Facts::documents(bulletins, "guide"),
        ListingKind::Honours => Facts::documents(cards, "award"),
        ListingKind::Programmes => Facts::of(cards, "film", nothing),
        ListingKind::Meetings => Facts::of(calendar, "live", live_now),
        ListingKind::Duty => Facts::of(duty, "duty", looks),
        ListingKind::Branches => Facts::of(pages, "people", nothing),
        ListingKind::Services => Facts::of(services, "service", wants_word),
        ListingKind::Suggestions => Facts::of(suggestions, "suggestion", wants_word_of_suggestion),
        ListingKind::Evaluations => Facts::of(evaluations, "ballot", voting::to_answer),
        ListingKind::Results => Facts::of(results, "chart", nothing),
    }
}

fn bulletins(list: String) -> Route {
    Route::Bulletins { list }
}

fn cards(list: String) -> Route {
    Route::Cards { list }
}

fn calendar(list: String) -> Route {
    Route::Meetings { list }
}

fn duty(list: String) -> Route {
    Route::Duty { list }
}

fn pages(list: String) -> Route {
    Route::Branches { list }
}

fn services(list: String) -> Route {
    Route::Services { list }
}

fn suggestions(list: String) -> Route {
    Route::Suggestions { list }
}

fn evaluations(list: String) -> Route {
    Route::Evaluations { list }
}

fn results(list: String) -> Route {
    Route::Results { list }
}

const fn nothing(_: &Cache, _: &str) -> usize {
    0
}

fn unread(cache: &Cache, list: &str) -> usize {
    usize::try_from(cache.unread_count(list)).unwrap_or(usize::MAX)
}

/// Meetings that are live.
fn live_now(cache: &Cache, _: &str) -> usize {
    let entries = live::all(cache).into_iter();
    entries.filter(|one| one.group == Group::Live).count()
}

/// Looks into duty rooms that go on.
fn looks(cache: &Cache, _: &str) -> usize {
    cache.duty().open().count()
}

fn wants_word(cache: &Cache, _: &str) -> usize {
    asked_here(cache, false)
}

fn wants_word_of_suggestion(cache: &Cache, _: &str) -> usize {
    asked_here(cache, true)
}

/// Of what was asked, that of which the asker's word is wanted.
fn asked_here(cache: &Cache, suggestions: bool) -> usize {
    let all = asked::all(cache, suggestions, cache.server_time()).into_iter();
    all.filter(|one| one.stand.wants_word()).count()
}

/// The screen that shows a list of this kind.
#[must_use]
pub fn listing_route(kind: ListingKind, list: &str) -> Route {
    (facts(kind).route)(list.to_owned())
}

/// The character for what a list holds.
#[must_use]
pub fn icon(kind: ListingKind) -> &'static str {
    glyph(facts(kind).icon)
}

/// How much in the list of this kind with this id wants to be looked at: documents that nobody has opened,
/// meetings that are live, looks that go on, what was asked and wants its asker's word, what is to be answered.
#[must_use]
pub fn fresh(kind: ListingKind, list: &str, cache: &Cache) -> usize {
    (facts(kind).fresh)(cache, list)
}

/// What in a list waits for somebody here and is no document, which has its own mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Nothing.
    Nothing,
    /// What was asked and wants its asker's word.
    Services,
    /// What is to be answered.
    Evaluations,
}

/// What waits in a list of this kind.
#[must_use]
pub const fn counted(kind: ListingKind) -> Counted {
    match kind {
        ListingKind::Services | ListingKind::Suggestions => Counted::Services,
        ListingKind::Evaluations => Counted::Evaluations,
        _ => Counted::Nothing,
    }
}

/// How much of that waits in the list of this kind with this id.
#[must_use]
pub fn wanted(kind: ListingKind, list: &str, cache: &Cache) -> u64 {
    match counted(kind) {
        Counted::Nothing => 0,
        Counted::Services | Counted::Evaluations => {
            u64::try_from(fresh(kind, list, cache)).unwrap_or(u64::MAX)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use contract::duty::{DutyLook, DutyRoom, TerminalDuty};
    use contract::feed::Document;
    use contract::meeting::{Meeting, MeetingState};
    use contract::terminal::TerminalKind;

    use super::*;
    use crate::cache::tests::{bulletin, page, programme};
    use crate::screens::tests::{MINUTE, NOW, World};

    fn fresh_in(kind: ListingKind, list: &str, world: &World) -> usize {
        fresh(kind, list, &world.cache)
    }

    #[test]
    fn every_kind_of_list_has_a_screen_for_it_and_an_icon_of_its_own() {
        let mut icons = HashSet::new();
        for kind in ListingKind::ALL {
            let route = serde_json::to_value(listing_route(*kind, "l")).unwrap();
            assert_eq!(route["list"], "l", "{kind:?}");
            assert!(
                icon(*kind) != glyph("") && icons.insert(icon(*kind)),
                "{kind:?}"
            );
        }
    }

    #[test]
    fn a_list_says_what_wants_to_be_looked_at() {
        let world = World::new(TerminalKind::Station);
        let film = programme("p", b"poster", b"video");
        let documents = vec![
            Document::Bulletin(bulletin("a", "l", "公告", NOW - 2)),
            Document::Bulletin(bulletin("b", "l", "公示", NOW - 1)),
            Document::Bulletin(bulletin("c", "other", "公示", NOW - 1)),
            Document::Programme(film.clone()),
        ];
        world.cache.apply(&page("1", documents)).unwrap();
        world.cache.mark_read("a").unwrap();
        for kind in [
            ListingKind::Bulletins,
            ListingKind::Honours,
            ListingKind::Guides,
        ] {
            assert_eq!(fresh_in(kind, "l", &world), 1, "{kind:?}");
        }
        let films = fresh_in(ListingKind::Programmes, &film.category, &world);
        assert_eq!(films, 0);
        assert_eq!(fresh_in(ListingKind::Duty, "l", &world), 0);
        let duty = TerminalDuty {
            rooms: vec![DutyRoom::default(); 3],
            looks: vec![DutyLook::default()],
            publish: None,
        };
        world.cache.set_duty(duty).unwrap();
        assert_eq!(fresh_in(ListingKind::Duty, "l", &world), 1);
    }

    #[test]
    fn a_meeting_that_is_live_is_seen_also_when_nobody_knows_what_time_it_is() {
        let meeting = |id: &str, state, minutes: i64| {
            Document::Meeting(Meeting {
                id: id.to_owned(),
                state,
                starts_at_ms: NOW + minutes * MINUTE,
                ..Meeting::default()
            })
        };
        let world = World::new(TerminalKind::Household);
        let documents = vec![
            meeting("live", MeetingState::Live, -5),
            meeting("today", MeetingState::Scheduled, 60),
            meeting("later", MeetingState::Scheduled, 60 * 24 * 40),
            meeting("over", MeetingState::Ended, -600),
        ];
        world.cache.apply(&page("1", documents)).unwrap();
        assert_eq!(fresh_in(ListingKind::Meetings, "", &world), 1);
        world.clock.reboot();
        world.clock.set_now(0);
        let world = world.reopened();
        assert_eq!(world.cache.server_time().known_ms(), None);
        assert_eq!(fresh_in(ListingKind::Meetings, "", &world), 1);
    }
}
