//! A television with disks of every kind, on which scenes are arranged.

use anyhow::Context as _;
use contract::bulletin::Bulletin;
use contract::duty::{DutyLook, DutyRoom, TerminalDuty};
use contract::feed::{Change, Document, FeedPage};
use contract::meeting::Meeting;
use contract::member::TerminalPeople;
use contract::roll_call::{RollCallState, TerminalRollCall};
use contract::terminal::TerminalKind;
use contract::township::{ListingKind, Section};
use media_player::fake::Programme;
use tv_app::cache::command::{Priority, Told};
use tv_app::client::{EnrolmentState, Notice};
use tv_app::remote::RemoteKey;
use tv_app::screens::routes::section_route;
use tv_app::screens::settings::name;
use tv_app::screens::{Input, Route, Screen, Stays};

use super::{Content, Disk, NOW_MS, Start, Tv, long_documents, people};

/// Nobody answers there.
const NOWHERE: &str = "http://127.0.0.1:9";

/// A television and the disks it is started from.
pub struct Stage {
    /// The television.
    pub tv: Tv,
    /// Content of [`Stage::demo`].
    pub content: Content,
    /// Enrolled, with the demonstration township.
    pub demo: Disk,
    /// Enrolled, with sections and nothing in them.
    pub empty: Disk,
    /// Enrolled, and never synchronized.
    pub blank: Disk,
    /// Just unpacked.
    pub fresh: Disk,
    /// As [`Stage::empty`], and it can store nothing.
    pub unstored: Disk,
    /// In every scene that says nothing else somebody looks into this place.
    pub watched: bool,
    films: Vec<String>,
    /// There are documents with long titles.
    is_long: bool,
}

impl Stage {
    /// Makes the television and its disks.
    ///
    /// # Errors
    /// When the demonstration township cannot be made or this process has a television already.
    pub fn new() -> anyhow::Result<Self> {
        let tv = Tv::new()?;
        let content = Content::demonstration()?;
        let demo = Disk::with(&tv.clock, &content)?;
        // They would stand over every other scene.
        for row in demo.cache.urgent_unread() {
            demo.cache.mark_read(&row.id)?;
        }
        let list = content
            .list_of(ListingKind::Programmes)
            .context("no programmes")?;
        let films: Vec<String> = demo
            .cache
            .programmes(&list)
            .into_iter()
            .map(|row| row.id)
            .collect();
        demo.keep(films.first().context("no programme")?)?;
        let calls = vec![
            people::other(0, RollCallState::Scheduled, 9),
            people::other(1, RollCallState::Closed, -4),
        ];
        tell(&demo, TerminalKind::Household, people::household(), calls)?;
        let empty = Disk::with(&tv.clock, &Content::empty()?)?;
        let unstored = Disk::unstored(&tv.clock, &Content::empty()?)?;
        let blank = Disk::new(&tv.clock)?;
        blank.enrol("http://127.0.0.1:9")?;
        let fresh = Disk::new(&tv.clock)?;
        Ok(Self {
            tv,
            content,
            demo,
            empty,
            blank,
            fresh,
            unstored,
            watched: false,
            films,
            is_long: false,
        })
    }

    /// Sets text size and safe area, both in percent, for the scenes that follow.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_size(&self, text: u32, safe: u32) -> anyhow::Result<()> {
        for disk in [
            &self.demo,
            &self.empty,
            &self.blank,
            &self.fresh,
            &self.unstored,
        ] {
            disk.set(name::TEXT_SIZE, &text.to_string())?;
            disk.set(name::SAFE_AREA, &safe.to_string())?;
        }
        Ok(())
    }

    /// What kind of terminal it is, who signs in there and which roll calls there are.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn people(
        &self,
        kind: TerminalKind,
        people: TerminalPeople,
        calls: Vec<TerminalRollCall>,
    ) -> anyhow::Result<()> {
        tell(&self.demo, kind, people, calls)
    }

    /// Which duty rooms there are, and who looked into them.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn duty(&self, rooms: Vec<DutyRoom>, looks: Vec<DutyLook>) -> anyhow::Result<()> {
        self.demo.cache.set_duty(TerminalDuty {
            rooms,
            looks,
            publish: None,
        })?;
        Ok(())
    }

    /// Adds documents with long titles, until the next scene.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(super) fn long(&mut self) -> anyhow::Result<()> {
        self.is_long = true;
        let cache = &self.demo.cache;
        let cursor = cache.cursor().unwrap_or_default();
        cache.apply(&long_documents::page(&self.content, cursor)?)?;
        Ok(())
    }

    /// Takes them away.
    pub(super) fn short(&mut self) -> anyhow::Result<()> {
        if !std::mem::take(&mut self.is_long) {
            return Ok(());
        }
        let cache = &self.demo.cache;
        let gone = |id: &str| Change::Delete { id: id.to_owned() };
        cache.apply(&FeedPage {
            cursor: cache.cursor().unwrap_or_default(),
            server_time_ms: NOW_MS,
            changes: long_documents::IDS.into_iter().map(gone).collect(),
            ..FeedPage::default()
        })?;
        Ok(())
    }

    /// Which meetings there are.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn meetings(&self, meetings: Vec<Meeting>) -> anyhow::Result<()> {
        let cache = &self.demo.cache;
        let gone = cache
            .meetings()
            .into_iter()
            .map(|meeting| Change::Delete { id: meeting.id });
        let new = meetings.into_iter().map(|meeting| Change::Put {
            document: Document::Meeting(meeting),
        });
        cache.apply(&FeedPage {
            cursor: cache.cursor().unwrap_or_default(),
            server_time_ms: NOW_MS,
            changes: gone.chain(new).collect(),
            ..FeedPage::default()
        })?;
        Ok(())
    }

    /// As the client does when the server has answered the last sign-in.
    pub(super) fn outcome(&self, told: Told) -> anyhow::Result<()> {
        self.tv.settle();
        let cache = &self.demo.cache;
        let waiting = cache.waiting_sign_ins();
        let key = waiting.last().context("nobody signed in")?.key.clone();
        let mut busy = Vec::new();
        while let Some(waiting) = cache.take_command(Priority::Interactive, &busy)? {
            if waiting.request.key != key {
                busy.push(waiting.lane);
                continue;
            }
            match &told {
                Told::Answered(reply) => cache.command_answered(waiting.seq, Some(reply))?,
                Told::Refused(refusal) => cache.command_refused(waiting.seq, *refusal, "")?,
                Told::Queued | Told::NoNetwork => {}
            }
            break;
        }
        self.tv.app().on_notice(Notice::Told { key, told });
        Ok(())
    }

    /// Shows the last of these screens, above the others.
    pub(super) fn show(&mut self, routes: &[Route]) -> anyhow::Result<()> {
        stand_at(&mut self.tv, &self.demo, routes, None)
    }

    pub(super) fn show_empty(&mut self, routes: &[Route]) -> anyhow::Result<()> {
        stand_at(&mut self.tv, &self.empty, routes, None)
    }

    pub(super) fn show_unstored(&mut self, routes: &[Route]) -> anyhow::Result<()> {
        stand_at(&mut self.tv, &self.unstored, routes, None)
    }

    /// The same as [`Self::show`] when the player plays this.
    pub(super) fn show_film(&mut self, routes: &[Route], film: Programme) -> anyhow::Result<()> {
        stand_at(&mut self.tv, &self.demo, routes, Some(film))
    }

    pub(super) fn enrol(&mut self, state: EnrolmentState) -> anyhow::Result<()> {
        self.tv.start(&self.fresh, &Start::default())?;
        self.tv.app().input(&Input::Enrolment(state));
        Ok(())
    }

    /// The largest list of this kind, beside the rail of its section.
    pub(super) fn list(&self, kind: ListingKind) -> anyhow::Result<Route> {
        let list = self
            .content
            .list_of(kind)
            .with_context(|| format!("no {kind:?}"))?;
        let sections = self.content.township().sections.into_iter();
        let has = |section: &Section| section.listings.iter().any(|one| one.id == list);
        let section = sections.into_iter().find(has).context("no section")?;
        Ok(Route::Section {
            id: section.id,
            list,
        })
    }

    pub(super) fn empty_list(&mut self, kind: ListingKind) -> anyhow::Result<()> {
        let route = self.list(kind)?;
        self.show_empty(&[Route::Home, route])
    }

    pub(super) fn most(&self, count: impl Fn(&Bulletin) -> usize) -> anyhow::Result<Bulletin> {
        self.content
            .bulletin_with_most(count)
            .cloned()
            .context("no such bulletin")
    }

    pub(super) fn section(&self) -> anyhow::Result<Route> {
        let sections = self.content.township().sections;
        let section = sections
            .into_iter()
            .max_by_key(|section| section.listings.len())
            .context("no section")?;
        Ok(section_route(&section.id))
    }

    pub(super) fn open(&mut self, bulletin: &Bulletin) -> anyhow::Result<()> {
        self.show(&[
            Route::Home,
            Route::Bulletins {
                list: bulletin.list.clone(),
            },
            Route::Bulletin {
                id: bulletin.id.clone(),
            },
        ])
    }

    /// Goes down until the focus is in this zone, as far as it takes.
    pub(super) fn down_to(&self, zone: &str) -> anyhow::Result<()> {
        for _ in 0..60 {
            if self.tv.focus().0 == zone {
                return Ok(());
            }
            self.tv.press(RemoteKey::Down);
        }
        anyhow::bail!("no {zone} below")
    }

    /// Goes down as far as it goes.
    pub(super) fn down_to_the_end(&self) -> anyhow::Result<()> {
        for _ in 0..200 {
            let (focus, before) = (self.tv.focus(), self.tv.frame());
            self.tv.press(RemoteKey::Down);
            if (self.tv.focus(), self.tv.frame()) == (focus, before) {
                return Ok(());
            }
        }
        anyhow::bail!("it comes to no end")
    }

    pub(super) fn film(&self, at: usize) -> anyhow::Result<String> {
        self.films
            .get(at)
            .cloned()
            .with_context(|| format!("programme {at}"))
    }

    /// Plays the kept programme from a place in ms.
    pub(super) fn watch(&mut self, position_ms: i64, film: Programme) -> anyhow::Result<()> {
        let id = self.film(0)?;
        self.watch_film(&id, position_ms, film)
    }

    /// Plays a kept programme from a place in ms.
    pub(super) fn watch_film(
        &mut self,
        id: &str,
        position_ms: i64,
        film: Programme,
    ) -> anyhow::Result<()> {
        let id = id.to_owned();
        let routes = [
            Route::Home,
            Route::Programme { id: id.clone() },
            Route::Player { id, position_ms },
        ];
        self.show_film(&routes, film)?;
        self.tv.advance(1_000);
        Ok(())
    }
}

/// Switches the television on at the last of these screens, above the others. A screen that does not
/// come again after a power cut is opened, unless it comes by itself.
fn stand_at(
    tv: &mut Tv,
    disk: &Disk,
    routes: &[Route],
    film: Option<Programme>,
) -> anyhow::Result<()> {
    let comes_again =
        |route: &&Route| Screen::open(route).controller().nature().stays == Stays::Kept;
    let (kept, opened) = routes.split_at(routes.iter().take_while(comes_again).count());
    disk.resume_at(kept)?;
    let how = Start {
        resume: true,
        client: None,
        film,
    };
    tv.start(disk, &how)?;
    let stands_at =
        |tv: &Tv, route: &Route| tv.router(|router| router.top().controller().is_at(route));
    for route in opened {
        if !stands_at(tv, route) {
            tv.app().open(route);
        }
    }
    tv.settle();
    if let Some(wanted) = routes.last()
        && !stands_at(tv, wanted)
    {
        anyhow::bail!("{:?} is shown instead of {wanted:?}", tv.route());
    }
    Ok(())
}

fn tell(
    disk: &Disk,
    kind: TerminalKind,
    people: TerminalPeople,
    calls: Vec<TerminalRollCall>,
) -> anyhow::Result<()> {
    disk.enrol_as(NOWHERE, kind)?;
    disk.cache.set_people(people, "")?;
    disk.cache.set_roll_calls(people::told(calls), "")?;
    Ok(())
}
