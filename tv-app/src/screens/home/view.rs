//! Fills `HomeAdapter`.

use slint::{Color, ComponentHandle, SharedString};
use tv_ui::{
    AppWindow, HeroData, HeroKind, HomeAdapter, HomeCard, HomeZone, MeetingData, MoreKind,
    NewsData, NewsNote, ScreenKind, SectionData, SectionNews, ShelfKind,
};

use super::{Hero, Home, More, News, Note, Shelf, Stored};
use crate::cache::titles::short;
use crate::cache::{Fit, ProgrammeRow, ServerTime};
use crate::screens::cards::Card;
use crate::screens::kit::time::{self, day};
use crate::screens::kit::view::fill;
use crate::screens::meetings::view::meeting;
use crate::screens::view::{Canvas, Draw, View, int, pieces, to_day};
use crate::screens::voting::in_one_line;
use crate::screens::{Controller, icons, people_view};

impl Draw for Home {
    fn kind(&self) -> ScreenKind {
        ScreenKind::Home
    }

    fn draw(
        &self,
        &Canvas {
            view,
            window,
            context,
        }: &Canvas<'_>,
    ) {
        let adapter = window.global::<HomeAdapter<'_>>();
        adapter.set_title(self.title().into());
        adapter.set_zone(match self.focus().zone() {
            "hero" => HomeZone::Hero,
            "news" => HomeZone::News,
            "sections" => HomeZone::Sections,
            "more" => HomeZone::More,
            _ => HomeZone::Shelf,
        });
        adapter.set_index(int(self.focus().index()));
        adapter.set_open(self.is_open());
        self.draw_hero(&adapter, view);
        let today = self.today().iter().map(|one| MeetingData {
            title: short(&one.title).into(),
            ..meeting(one, false, context.now)
        });
        fill(&adapter.get_today(), today.collect(), |today| {
            adapter.set_today(today);
        });
        adapter.set_note(match self.note() {
            None => NewsNote::None,
            Some(Note::Offline) => NewsNote::Offline,
            Some(Note::Unstored) => NewsNote::Unstored,
        });
        let news = self.news().map(|(row, fresh)| NewsData {
            title: short(&row.title).into(),
            day: to_day(day(row.published_at_ms, context.now)),
            fresh,
        });
        fill(&adapter.get_news(), news.collect(), |news| {
            adapter.set_news(news);
        });
        let sections = self.sections().map(|(section, news)| {
            let (kind, count, clock) = said(news);
            SectionData {
                digit: int(section.digit),
                title: (&section.title).into(),
                icon: icons::glyph(&section.icon).into(),
                color: color(&section.color),
                news: kind,
                count: int(count),
                clock,
                fresh: news.is_fresh(),
            }
        });
        fill(&adapter.get_sections(), sections.collect(), |sections| {
            adapter.set_sections(sections);
        });
        self.draw_shelf(&adapter, view);
        let more = More::ALL.map(|one| match one {
            More::Help => MoreKind::Help,
            More::TextSize => MoreKind::TextSize,
            More::Me => MoreKind::Me,
            More::Search => MoreKind::Search,
            More::Settings => MoreKind::Settings,
            More::Simple => MoreKind::Simple,
        });
        fill(&adapter.get_more(), more.to_vec(), |more| {
            adapter.set_more(more);
        });
    }

    fn words(&self, window: &AppWindow) -> Vec<String> {
        let adapter = window.global::<HomeAdapter<'_>>();
        let mut words = pieces([
            adapter.get_chip(),
            adapter.get_headline(),
            adapter.get_line(),
        ]);
        words.extend(self.news().map(|(row, _)| row.title.clone()));
        words
    }
}

impl Home {
    fn draw_hero(&self, adapter: &HomeAdapter<'_>, view: &View) {
        let (hero, now) = self.hero();
        let mut data = hero_data(hero, now, self.synced_at_ms());
        let backdrop = self.backdrop().map(|row| &row.poster);
        let (width, height) = (adapter.get_backdrop_width(), adapter.get_backdrop_height());
        let picture = hero.picture().or(backdrop);
        if let Some(image) = view.row_image(picture, width, height, Fit::Faded) {
            data.has_picture = true;
            data.picture = image;
        }
        adapter.set_hero(data);
    }

    fn draw_shelf(&self, adapter: &HomeAdapter<'_>, view: &View) {
        let (rows, kind) = self.shelf();
        let (width, height) = (adapter.get_picture_width(), adapter.get_picture_height());
        let cards = rows.into_iter().map(|(row, fresh)| {
            let card = view.card(&Card::from(row.clone()), width, height);
            HomeCard {
                title: card.title,
                at_ms: int(row.position_ms),
                progress: card.progress,
                fresh,
                has_picture: card.has_picture,
                picture: card.picture,
            }
        });
        fill(&adapter.get_shelf(), cards.collect(), |cards| {
            adapter.set_shelf(cards);
        });
        adapter.set_shelf_kind(match kind {
            Shelf::Begun => ShelfKind::Begun,
            Shelf::Mixed => ShelfKind::Mixed,
            Shelf::New => ShelfKind::New,
            Shelf::Kept => ShelfKind::Kept,
        });
    }
}

fn hero_data(hero: &Hero, now: ServerTime, since: Option<i64>) -> HeroData {
    let of = |kind| HeroData {
        kind,
        ..HeroData::default()
    };
    match hero {
        Hero::Call(call) => HeroData {
            title: short(&call.title).into(),
            // At a station there are too many of them.
            names: if call.missing().count() > 6 {
                SharedString::default()
            } else {
                call.missing_names().into()
            },
            call: people_view::call(call, now),
            ..of(HeroKind::Call)
        },
        Hero::Live(one) => HeroData {
            title: (&one.title).into(),
            meeting: meeting(one, false, now),
            ..of(HeroKind::Live)
        },
        Hero::Next {
            meeting: one,
            opens,
            remind,
        } => HeroData {
            title: (&one.title).into(),
            meeting: meeting(one, *remind, now),
            opens: *opens,
            minutes: now
                .known_ms()
                .map_or(0, |now| minutes(one.starts_at_ms - now)),
            ..of(HeroKind::Next)
        },
        Hero::Urgent(row) => HeroData {
            title: short(&row.title).into(),
            office: (&row.organization).into(),
            day: to_day(day(row.published_at_ms, now)),
            ..of(HeroKind::Urgent)
        },
        Hero::Answer(one) => {
            let closes_at_ms = one.evaluation.closes_at_ms;
            HeroData {
                title: (&one.evaluation.title).into(),
                names: in_one_line(one.names.iter().map(String::as_str)).into(),
                day: to_day(day(closes_at_ms, now)),
                clock: people_view::clock(closes_at_ms),
                more: int(one.more),
                ..of(HeroKind::Answer)
            }
        }
        Hero::Stored(stored) => {
            let data = HeroData {
                day: since.map_or_else(Default::default, |at| to_day(day(at, now))),
                clock: since.map_or_else(SharedString::default, people_view::clock),
                ..of(HeroKind::Stored)
            };
            match stored {
                Some(Stored::Programme(row)) => HeroData {
                    names: (&row.title).into(),
                    plays: true,
                    begun: row.position_ms > 0,
                    ..data
                },
                Some(Stored::Bulletin(row)) => HeroData {
                    names: short(&row.title).into(),
                    ..data
                },
                None => data,
            }
        }
        Hero::Programme(row) => programme(row, now),
        Hero::Bulletin(row) => HeroData {
            title: short(&row.title).into(),
            office: (&row.organization).into(),
            day: to_day(day(row.published_at_ms, now)),
            ..of(HeroKind::Bulletin)
        },
        Hero::Nothing => of(HeroKind::Nothing),
        Hero::Waiting => of(HeroKind::Waiting),
    }
}

/// So many minutes are left, begun ones counted; 0 when it is two hours or more.
fn minutes(left_ms: i64) -> i32 {
    let minutes = (left_ms + 59_999).div_euclid(60_000);
    if (1..120).contains(&minutes) {
        int(minutes)
    } else {
        0
    }
}

fn programme(row: &ProgrammeRow, now: ServerTime) -> HeroData {
    HeroData {
        kind: HeroKind::Programme,
        title: (&row.title).into(),
        office: (&row.organization).into(),
        day: to_day(day(row.published_at_ms, now)),
        begun: row.position_ms > 0,
        ..HeroData::default()
    }
}

/// What a tile says, how many, and when.
fn said(news: News) -> (SectionNews, u64, SharedString) {
    let none = SharedString::default();
    match news {
        News::Live => (SectionNews::Live, 0, none),
        News::Meeting(at_ms) => {
            let clock = time::clock(at_ms);
            let clock = slint::format!("{}:{:02}", clock.hour, clock.minute);
            (SectionNews::Meeting, 0, clock)
        }
        News::Answer(count) => (SectionNews::Answer, count, none),
        News::Word(count) => (SectionNews::Word, count, none),
        News::Bulletins(count) => (SectionNews::Bulletins, count, none),
        News::Programmes(count) => (SectionNews::Programmes, count, none),
        News::Honours(count) => (SectionNews::Honours, count, none),
        News::Documents(count) => (SectionNews::Documents, count, none),
        News::Films(count) => (SectionNews::Films, count, none),
        News::Nothing => (SectionNews::Nothing, 0, none),
        News::Stored(count) => (SectionNews::Stored, count, none),
        News::NeedsNetwork => (SectionNews::NeedsNetwork, 0, none),
    }
}

/// `#rrggbb` as a colour; anything else gives the colour of a panel.
fn color(hex: &str) -> Color {
    let value = hex
        .strip_prefix('#')
        .filter(|digits| digits.len() == 6)
        .and_then(|digits| u32::from_str_radix(digits, 16).ok());
    Color::from_argb_encoded(0xff00_0000 | value.unwrap_or(0x002a_1d1c))
}
