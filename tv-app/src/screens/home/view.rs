//! Fills `HomeAdapter`.

use slint::{Color, ComponentHandle};
use tv_ui::{
    AnswerData, AppWindow, HomeAdapter, HomeZone, RowData, ScreenKind, SectionData, Tokens,
};

use super::{Home, Shelf};
use crate::cache::Fit;
use crate::screens::cards::Card;
use crate::screens::kit::time::day;
use crate::screens::kit::view::state;
use crate::screens::meetings::view::meeting;
use crate::screens::view::{Canvas, Draw, Lists, fill, int, model, to_day};
use crate::screens::voting::in_one_line;
use crate::screens::{Controller, icons, people_view};

impl Draw for Home {
    fn bind(window: &AppWindow, lists: &Lists) {
        let adapter = window.global::<HomeAdapter<'_>>();
        adapter.set_newest(model(&lists.newest));
        adapter.set_sections(model(&lists.sections));
        adapter.set_shelf(model(&lists.shelf));
    }

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
        let tokens = window.global::<Tokens<'_>>();
        adapter.set_title(self.title().into());
        adapter.set_zone(match self.focus().zone() {
            "header" => HomeZone::Header,
            "call" => HomeZone::Call,
            "meeting" => HomeZone::Meeting,
            "answer" => HomeZone::Answer,
            "newest" => HomeZone::Newest,
            "featured" => HomeZone::Featured,
            "sections" => HomeZone::Sections,
            _ => HomeZone::Shelf,
        });
        adapter.set_index(int(self.focus().index()));
        adapter.set_state(state(self.state()));
        let newest = self.newest().iter().map(|row| RowData {
            title: (&row.title).into(),
            // Large text leaves room for the office and the date.
            office: if context.metrics.body > 45.0 {
                (&row.organization).into()
            } else {
                slint::format!("{}　{}", row.list_title, row.organization)
            },
            day: to_day(day(row.published_at_ms, context.now)),
            unread: row.unread,
            ..RowData::default()
        });
        fill(&view.lists.newest, newest.collect());
        let sections = self.sections().map(|(section, unread)| SectionData {
            digit: int(section.digit),
            title: (&section.title).into(),
            icon: icons::glyph(&section.icon).into(),
            color: color(&section.color),
            unread: int(unread),
        });
        fill(&view.lists.sections, sections.collect());
        adapter.set_has_call(self.call().is_some());
        if let Some((call, now)) = self.call() {
            adapter.set_call(people_view::call(call, now));
        }
        adapter.set_has_meeting(self.meeting().is_some());
        if let Some((one, now)) = self.meeting() {
            adapter.set_meeting(meeting(one, false, now));
        }
        adapter.set_has_answer(self.answer().is_some());
        if let Some((one, now)) = self.answer() {
            let closes_at_ms = one.evaluation.closes_at_ms;
            adapter.set_answer(AnswerData {
                title: (&one.evaluation.title).into(),
                day: to_day(day(closes_at_ms, now)),
                clock: people_view::clock(closes_at_ms),
                missing: in_one_line(one.names.iter().map(String::as_str)).into(),
                more: int(one.more),
            });
        }
        adapter.set_has_featured(self.featured().is_some());
        if let Some(row) = self.featured() {
            let card = Card {
                title: row.title.clone(),
                organization: row.organization.clone(),
                ..Card::default()
            };
            let mut data = view.card(&card, 1.0, 1.0);
            let (width, height) = (adapter.get_featured_width(), adapter.get_featured_picture());
            if let Some(image) = view.row_image(row.picture.as_ref(), width, height, Fit::Cover) {
                data.has_picture = true;
                data.picture = image;
            }
            adapter.set_featured(data);
        }
        let (shelf, kind) = self.shelf();
        let (width, height) = (tokens.get_poster_width(), tokens.get_poster_picture());
        fill(
            &view.lists.shelf,
            shelf
                .iter()
                .map(|row| view.card(&Card::from(row.clone()), width, height))
                .collect(),
        );
        adapter.set_shelf_is_new(kind == Shelf::New);
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
