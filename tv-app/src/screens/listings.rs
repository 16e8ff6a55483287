//! What every kind of list is on the television, one line each: the screen that shows it, its icon,
//! and what its tile counts. A kind without a line does not compile.

use contract::township::ListingKind;

use super::asked;
use super::icons::glyph;
use super::live::{self, Group};
use super::routes::Route;
use super::voting;
use crate::cache::{Cache, Order};

/// What a tile counts, which decides how it says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Documents, and those that nobody has opened yet.
    Documents,
    /// Meetings that are live or to come, and those that are live.
    Meetings,
    /// Duty rooms, and the looks into them that go on.
    Rooms,
    /// Roll calls, and those that are open.
    RollCalls,
    /// Pages of branches; none of them is new.
    Branches,
    /// What was asked and is not over, and that of which the asker's word is wanted.
    Services,
    /// Evaluations, and those that somebody here has not answered.
    Evaluations,
}

/// How many there are, and how many of them want to be looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many.
    pub count: usize,
    /// Of these, what [`Counted`] says.
    pub fresh: usize,
}

struct Facts {
    route: fn(String) -> Route,
    icon: &'static str,
    counted: Counted,
    tally: fn(&Cache, &str) -> Tally,
}

impl Facts {
    const fn of(
        route: fn(String) -> Route,
        icon: &'static str,
        counted: Counted,
        tally: fn(&Cache, &str) -> Tally,
    ) -> Self {
        Self {
            route,
            icon,
            counted,
            tally,
        }
    }
}

const fn facts(kind: ListingKind) -> Facts {
    use Counted::{Branches, Documents, Evaluations, Meetings, Rooms, Services};
    match kind {
        ListingKind::Bulletins | ListingKind::Unknown => {
            Facts::of(bulletins, "file-list", Documents, read)
        }
        ListingKind::Guides => Facts::of(bulletins, "guide", Documents, read),
        ListingKind::Honours => Facts::of(cards, "award", Documents, read),
        ListingKind::Programmes => Facts::of(cards, "film", Documents, programmes),
        ListingKind::Meetings => Facts::of(calendar, "live", Meetings, meetings),
        ListingKind::Duty => Facts::of(duty, "duty", Rooms, rooms),
        ListingKind::Branches => Facts::of(pages, "people", Branches, branches),
        ListingKind::Services => Facts::of(services, "service", Services, asked_here),
        ListingKind::Suggestions => Facts::of(suggestions, "suggestion", Services, suggested_here),
        ListingKind::Evaluations => Facts::of(evaluations_list, "ballot", Evaluations, evaluations),
        ListingKind::Results => Facts::of(came_out, "chart", Documents, results),
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

fn asked_here(cache: &Cache, _: &str) -> Tally {
    asked(cache, false)
}

fn suggested_here(cache: &Cache, _: &str) -> Tally {
    asked(cache, true)
}

fn asked(cache: &Cache, suggestions: bool) -> Tally {
    let all = asked::all(cache, suggestions, cache.server_time());
    let open = all.iter().filter(|one| !one.stand.is_over());
    let wanted = all.iter().filter(|one| one.stand.wants_word());
    Tally {
        count: open.count(),
        fresh: wanted.count(),
    }
}

fn branches(cache: &Cache, _: &str) -> Tally {
    Tally {
        count: cache.branches().len(),
        fresh: 0,
    }
}

fn evaluations_list(list: String) -> Route {
    Route::Evaluations { list }
}

fn came_out(list: String) -> Route {
    Route::Results { list }
}

fn evaluations(cache: &Cache, list: &str) -> Tally {
    Tally {
        count: voting::listed(cache, list, cache.server_time()).len(),
        fresh: voting::to_answer(cache, list),
    }
}

fn results(cache: &Cache, _: &str) -> Tally {
    Tally {
        count: voting::results(cache, cache.server_time()).len(),
        fresh: 0,
    }
}

fn read(cache: &Cache, list: &str) -> Tally {
    Tally {
        count: cache.bulletins(list, Order::Newest).len(),
        fresh: usize::try_from(cache.unread_count(list)).unwrap_or(usize::MAX),
    }
}

fn programmes(cache: &Cache, list: &str) -> Tally {
    Tally {
        count: cache.programmes(list).len(),
        fresh: 0,
    }
}

fn meetings(cache: &Cache, _: &str) -> Tally {
    let entries = live::all(cache);
    let live = entries.iter().filter(|one| one.group == Group::Live);
    let over = entries.iter().filter(|one| one.group == Group::Ended);
    Tally {
        count: entries.len() - over.count(),
        fresh: live.count(),
    }
}

fn rooms(cache: &Cache, _: &str) -> Tally {
    let duty = cache.duty();
    Tally {
        count: duty.rooms.len(),
        fresh: duty.open().count(),
    }
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

/// What is counted in a list of this kind.
#[must_use]
pub const fn counted(kind: ListingKind) -> Counted {
    facts(kind).counted
}

/// How many there are in the list of this kind with this id.
#[must_use]
pub fn tally(kind: ListingKind, list: &str, cache: &Cache) -> Tally {
    (facts(kind).tally)(cache, list)
}

/// What wants to be looked at in the list of this kind with this id and is no document, which has its own
/// mark: what was asked and wants its asker's word, and what is to be answered.
#[must_use]
pub fn wanted(kind: ListingKind, list: &str, cache: &Cache) -> u64 {
    match counted(kind) {
        Counted::Services | Counted::Evaluations => {
            u64::try_from(tally(kind, list, cache).fresh).unwrap_or(u64::MAX)
        }
        _ => 0,
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

    fn tally_of(kind: ListingKind, list: &str, world: &World) -> (usize, usize) {
        let Tally { count, fresh } = tally(kind, list, &world.cache);
        (count, fresh)
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
    fn a_tile_counts_what_its_list_holds() {
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
            assert_eq!(tally_of(kind, "l", &world), (2, 1), "{kind:?}");
        }
        let films = tally_of(ListingKind::Programmes, &film.category, &world);
        assert_eq!(films, (1, 0));
        assert_eq!(tally_of(ListingKind::Duty, "l", &world), (0, 0));
        let duty = TerminalDuty {
            rooms: vec![DutyRoom::default(); 3],
            looks: vec![DutyLook::default()],
            publish: None,
        };
        world.cache.set_duty(duty).unwrap();
        assert_eq!(tally_of(ListingKind::Duty, "l", &world), (3, 1));
    }

    #[test]
    fn meetings_that_are_planned_count_also_when_nobody_knows_what_time_it_is() {
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
        assert_eq!(tally_of(ListingKind::Meetings, "", &world), (3, 1));
        world.clock.reboot();
        world.clock.set_now(0);
        let world = world.reopened();
        assert_eq!(world.cache.server_time().known_ms(), None);
        assert_eq!(tally_of(ListingKind::Meetings, "", &world), (3, 1));
    }
}
