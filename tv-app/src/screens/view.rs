//! Copies what controllers know into the adapters of the window. Decides nothing.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use contract::meeting::MeetingKind;
use slint::{ComponentHandle, Image, Model, ModelRc, Rgba8Pixel, SharedPixelBuffer, VecModel};
use tv_ui::{
    AppWindow, ButtonKind, CardData, CellData, Connection, DialogKind, Freshness, OptionData,
    PieceData, RowData, ScreenKind, SectionData, SettingData, Shell, TableRowData, TileData,
    ToastKind, Tokens,
};

use super::Context;
use super::cards::Card;
use super::day::{Day, day, time_of_day};
use super::metrics::{CalendarMetrics, Metrics};
use super::overlay::{Answer, Dialog, Toast};
use super::router::Router;
use crate::cache::pictures::Region;
use crate::cache::{Bitmap, Fit, Gone, PictureKey, Pictures, RowPicture, SyncState};

/// Lists of the adapters: kept, so that a change of one row repaints one row.
#[derive(Default)]
pub(super) struct Lists {
    pub newest: Rc<VecModel<RowData>>,
    pub rows: Rc<VecModel<RowData>>,
    pub hits: Rc<VecModel<RowData>>,
    pub shelf: Rc<VecModel<CardData>>,
    pub cards: Rc<VecModel<CardData>>,
    pub sections: Rc<VecModel<SectionData>>,
    pub tiles: Rc<VecModel<TileData>>,
    pub pieces: Rc<VecModel<PieceData>>,
    pub head: Rc<VecModel<CellData>>,
    pub table: Rc<VecModel<TableRowData>>,
    pub settings: Rc<VecModel<SettingData>>,
    pub buttons: Rc<VecModel<ButtonKind>>,
    pub choices: Rc<VecModel<ButtonKind>>,
    pub player_buttons: Rc<VecModel<tv_ui::PlayerButton>>,
    pub actions: Rc<VecModel<tv_ui::ActionData>>,
    pub roll_calls: Rc<VecModel<tv_ui::CallData>>,
    pub people: Rc<VecModel<tv_ui::PersonData>>,
    pub candidates: Rc<VecModel<tv_ui::PersonData>>,
    pub call_buttons: Rc<VecModel<ButtonKind>>,
    pub roster: Rc<VecModel<tv_ui::PersonData>>,
    pub me: Rc<VecModel<tv_ui::PersonData>>,
    pub record: Rc<VecModel<tv_ui::RecordLine>>,
    pub meetings: Rc<VecModel<tv_ui::MeetingLine>>,
    pub meeting_buttons: Rc<VecModel<tv_ui::MeetingButton>>,
    pub meeting_choices: Rc<VecModel<ButtonKind>>,
    pub cameras: Rc<VecModel<tv_ui::CaptureData>>,
    pub microphones: Rc<VecModel<tv_ui::CaptureData>>,
    pub duty: Rc<VecModel<tv_ui::DutyLine>>,
}

/// What a screen is drawn with.
#[derive(Clone, Copy)]
pub(super) struct Canvas<'a> {
    /// The kept lists, and pictures.
    pub view: &'a View,
    /// Where the screen's adapter is.
    pub window: &'a AppWindow,
    /// What the controller looked at too.
    pub context: &'a Context<'a>,
}

/// How a screen gets into the window; implemented in its `view.rs`.
pub(super) trait Draw {
    /// Gives its adapter the lists that are kept for it. Before anything is drawn.
    fn bind(_window: &AppWindow, _lists: &Lists)
    where
        Self: Sized,
    {
    }

    /// The component that shows it.
    fn kind(&self) -> ScreenKind;

    /// Copies what it knows into its adapter.
    fn draw(&self, canvas: &Canvas<'_>);

    /// It shows a part of a picture, which is kept as long as it does.
    fn magnifies(&self) -> bool {
        false
    }
}

/// Draws the router's state into the window.
pub struct View {
    pub(super) window: slint::Weak<AppWindow>,
    pub(super) pictures: Pictures,
    pub(super) lists: Lists,
    images: RefCell<HashMap<PictureKey, (Image, bool)>>,
    zoomed: RefCell<Option<((String, Region), Image)>>,
    sizes: RefCell<HashMap<String, (u32, u32)>>,
    /// Physical pixels per logical one.
    scale: RefCell<f32>,
}

impl View {
    /// A view on a window.
    #[must_use]
    pub fn new(window: &AppWindow, pictures: Pictures) -> Self {
        let view = Self {
            window: window.as_weak(),
            pictures,
            lists: Lists::default(),
            images: RefCell::default(),
            zoomed: RefCell::default(),
            sizes: RefCell::default(),
            scale: RefCell::new(1.0),
        };
        view.bind(window);
        view
    }

    /// Gives each adapter the lists that are kept for it.
    fn bind(&self, window: &AppWindow) {
        let lists = &self.lists;
        super::register::bind(window, lists);
        window
            .global::<tv_ui::OverlayAdapter<'_>>()
            .set_choices(model(&lists.buttons));
    }

    /// Draws everything that may have changed.
    pub fn show(&self, router: &Router, context: &Context<'_>, sync: &SyncState) {
        let Some(window) = self.window.upgrade() else {
            return;
        };
        *self.scale.borrow_mut() = window.window().scale_factor();
        for (_, used) in self.images.borrow_mut().values_mut() {
            *used = false;
        }
        show_shell(&window, context, sync);
        let picture = router.top().picture();
        picture.draw(&Canvas {
            view: self,
            window: &window,
            context,
        });
        super::meeting::view::show_sign(&window, router.meeting_below());
        super::duty::view::show_sign(&window, router.sign());
        self.show_overlays(&window, router, context);
        // Under what covers everything nothing is painted, nor found by who reads the screen aloud.
        let covered = router.dialog().is_some_and(|(dialog, _)| dialog.covers());
        window.set_screen(if covered {
            ScreenKind::Blank
        } else {
            picture.kind()
        });
        if !picture.magnifies() {
            *self.zoomed.borrow_mut() = None;
        }
        self.images.borrow_mut().retain(|_, (_, used)| *used);
    }

    fn show_overlays(&self, window: &AppWindow, router: &Router, context: &Context<'_>) {
        let overlay = window.global::<tv_ui::OverlayAdapter<'_>>();
        overlay.set_toast(router.toast().map_or(ToastKind::None, toast_kind));
        let Some((dialog, focused)) = router.dialog() else {
            overlay.set_dialog(DialogKind::None);
            return;
        };
        match dialog {
            Dialog::Urgent(_, title) => overlay.set_text(title.into()),
            Dialog::Meeting {
                title,
                organization,
                kind,
                by_itself,
                ..
            } => {
                overlay.set_text(title.into());
                overlay.set_office(organization.into());
                overlay.set_conference(*kind == MeetingKind::Conference);
                overlay.set_by_itself(*by_itself);
            }
            Dialog::Reminder {
                title,
                organization,
                starts_at_ms,
                is_time,
                ..
            } => {
                overlay.set_text(title.into());
                overlay.set_office(organization.into());
                overlay.set_day(to_day(day(*starts_at_ms, context.now)));
                overlay.set_clock(super::people_view::clock(*starts_at_ms));
                overlay.set_now(*is_time);
            }
            Dialog::Moved {
                title,
                organization,
                starts_at_ms,
                ..
            } => {
                let (_, _, weekday) = time_of_day(*starts_at_ms);
                overlay.set_text(title.into());
                overlay.set_office(organization.into());
                overlay.set_day(to_day(day(*starts_at_ms, context.now)));
                overlay.set_weekday(weekday);
                overlay.set_clock(super::people_view::clock(*starts_at_ms));
            }
            Dialog::Refused(told) => {
                overlay.set_text((&told.title).into());
                overlay.set_name((&told.name).into());
                overlay.set_refusal(super::people_view::refusal(told.refusal.code));
            }
            Dialog::Quit | Dialog::Revoked => {}
        }
        if let Some(until) = dialog.until() {
            overlay.set_seconds(int(until.saturating_sub(context.ticks_ms).div_ceil(1_000)));
        }
        overlay.set_focused(int(focused));
        let answers = dialog.answers().iter().map(|answer| match answer {
            Answer::Stay => ButtonKind::Stay,
            Answer::Quit => ButtonKind::Quit,
            Answer::Understood => ButtonKind::Understood,
            Answer::ReadNow => ButtonKind::ReadNow,
            Answer::Later => ButtonKind::Later,
            Answer::Join => ButtonKind::Join,
            Answer::Decline => ButtonKind::Decline,
        });
        fill(&self.lists.buttons, answers.collect());
        overlay.set_dialog(match dialog {
            Dialog::Quit => DialogKind::Quit,
            Dialog::Urgent(..) => DialogKind::Urgent,
            Dialog::Revoked => DialogKind::Revoked,
            Dialog::Refused(_) => DialogKind::Refused,
            Dialog::Meeting { .. } => DialogKind::Meeting,
            Dialog::Reminder { .. } => DialogKind::Reminder,
            Dialog::Moved { off: true, .. } => DialogKind::CalledOff,
            Dialog::Moved { .. } => DialogKind::Moved,
        });
    }

    /// A stored picture in a place of this logical size, if it is decoded already.
    pub(super) fn image(&self, name: &str, width: f32, height: f32, fit: Fit) -> Option<Image> {
        if name.is_empty() {
            return None;
        }
        let scale = *self.scale.borrow();
        let key = PictureKey {
            name: name.to_owned(),
            width: pixels(width * scale),
            height: pixels(height * scale),
            fit,
        };
        if let Some((image, used)) = self.images.borrow_mut().get_mut(&key) {
            *used = true;
            return Some(image.clone());
        }
        let image = to_image(self.pictures.get(&key)?.as_ref());
        self.images.borrow_mut().insert(key, (image.clone(), true));
        Some(image)
    }

    /// Part of a picture over the whole screen.
    pub(super) fn region(&self, name: &str, region: Region) -> Option<Image> {
        let key = (name.to_owned(), region);
        if let Some((known, image)) = self.zoomed.borrow().as_ref()
            && *known == key
        {
            return Some(image.clone());
        }
        let scale = *self.scale.borrow();
        let bitmap =
            self.pictures
                .region(name, region, pixels(1920.0 * scale), pixels(1080.0 * scale))?;
        let image = to_image(&bitmap);
        *self.zoomed.borrow_mut() = Some((key, image.clone()));
        Some(image)
    }

    /// Size of a stored picture in pixels, from the head of its file.
    pub(super) fn size_of(&self, name: &str, context: &Context<'_>) -> Option<(u32, u32)> {
        if let Some(size) = self.sizes.borrow().get(name) {
            return Some(*size);
        }
        let size = image::image_dimensions(context.cache.file_path(name)?).ok()?;
        self.sizes.borrow_mut().insert(name.to_owned(), size);
        Some(size)
    }

    /// A row's picture for a place of this logical size: the thumb where it is large enough.
    pub(super) fn row_image(
        &self,
        picture: Option<&RowPicture>,
        width: f32,
        height: f32,
        fit: Fit,
    ) -> Option<Image> {
        let picture = picture?;
        let scale = *self.scale.borrow();
        let thumb_is_enough = width * scale <= 640.0 && height * scale <= 360.0;
        let (first, second) = if thumb_is_enough {
            (&picture.thumb, &picture.screen)
        } else {
            (&picture.screen, &picture.thumb)
        };
        self.image(&first.name, width, height, fit)
            .or_else(|| self.image(&second.name, width, height, fit))
    }

    /// A card as the grid draws it.
    pub(super) fn card(&self, card: &Card, width: f32, height: f32) -> CardData {
        let picture = self.row_image(card.picture.as_ref(), width, height, Fit::Cover);
        CardData {
            title: (&card.title).into(),
            note: (&card.organization).into(),
            minutes: if card.duration_ms > 0 {
                int((card.duration_ms + 59_999) / 60_000)
            } else {
                0
            },
            has_picture: picture.is_some(),
            picture: picture.unwrap_or_default(),
            progress: card.progress,
            finished: card.finished,
            kept: card.kept,
        }
    }
}

/// Sizes that decide behaviour, as `tokens.slint` computes them.
#[must_use]
pub fn read_metrics(window: &AppWindow) -> Metrics {
    let tokens = window.global::<Tokens<'_>>();
    let home = window.global::<tv_ui::HomeAdapter<'_>>();
    let count = |value: i32| usize::try_from(value).unwrap_or(1).max(1);
    let roll_call = window.global::<tv_ui::RollCallAdapter<'_>>();
    let roll_calls = window.global::<tv_ui::RollCallsAdapter<'_>>();
    let roster = window.global::<tv_ui::RosterAdapter<'_>>();
    let me = window.global::<tv_ui::MeAdapter<'_>>();
    let meetings = window.global::<tv_ui::MeetingsAdapter<'_>>();
    Metrics {
        calendar: CalendarMetrics {
            heading: meetings.get_heading_height(),
            row: meetings.get_row_height(),
            live: meetings.get_live_height(),
            gap: meetings.get_gap(),
            view: meetings.get_view_height(),
            title_width: meetings.get_title_width(),
            room_width: meetings.get_room_width(),
            looked_width: meetings.get_looked_width(),
            look_width: meetings.get_look_width(),
            edges: meetings.get_edges(),
        },
        roll_call_rows: count(roll_calls.get_rows()),
        choice_rows: count(roll_call.get_choice_rows()),
        roster_columns: count(roster.get_columns()),
        roster_rows: count(roster.get_rows()),
        record_rows: count(me.get_record_rows()),
        long_record_rows: count(me.get_long_rows()),
        record_width: me.get_title_width(),
        rows: count(tokens.get_rows()),
        newest_rows: count(home.get_newest_rows()),
        tile_columns: count(tokens.get_tile_columns()),
        tile_rows: count(tokens.get_tile_rows()),
        poster_columns: count(tokens.get_poster_columns()),
        poster_rows: count(tokens.get_poster_rows()),
        portrait_columns: count(tokens.get_portrait_columns()),
        capture_rows: count(window.global::<tv_ui::CaptureAdapter<'_>>().get_rows()),
        settings_rows: count(
            window
                .global::<tv_ui::SettingsAdapter<'_>>()
                .get_visible_rows(),
        ),
        heading: tokens.get_heading(),
        body: tokens.get_body(),
        small: tokens.get_small(),
        leading: tokens.get_leading(),
        text_width: tokens.get_text_width(),
        text_height: tokens.get_content_height() - 24.0,
        width: tokens.get_width(),
        content_height: tokens.get_content_height(),
    }
}

fn show_shell(window: &AppWindow, context: &Context<'_>, sync: &SyncState) {
    let shell = window.global::<Shell<'_>>();
    // Nobody knows what time it is: no clock and no date.
    let (clock, today, weekday) = context
        .now
        .known_ms()
        .map(|now| {
            let (_, _, weekday) = time_of_day(now);
            (
                super::people_view::clock(now),
                day(now, context.now),
                weekday,
            )
        })
        .unwrap_or_default();
    shell.set_clock(clock);
    shell.set_month(today.month);
    shell.set_day(today.day);
    shell.set_weekday(weekday);
    shell.set_connection(Connection {
        freshness: match (sync.online, sync.last_sync_at_ms) {
            (true, _) => Freshness::Live,
            (false, Some(_)) => Freshness::Offline,
            (false, None) => Freshness::Never,
        },
        since: sync
            .last_sync_at_ms
            .map_or_else(tv_ui::Day::default, |at| to_day(day(at, context.now))),
        pending: int(sync.pending_writes),
    });
}

fn toast_kind(toast: Toast) -> ToastKind {
    match toast {
        Toast::Offline => ToastKind::Offline,
        Toast::BackOnline => ToastKind::BackOnline,
        Toast::Saved => ToastKind::Saved,
        Toast::KeepStarted => ToastKind::KeepStarted,
        Toast::KeepRemoved => ToastKind::KeepRemoved,
        Toast::KeepFailed => ToastKind::KeepFailed,
        Toast::DiskFull => ToastKind::DiskFull,
        Toast::NotHere => ToastKind::NotHere,
        Toast::NoSpeech => ToastKind::NoSpeech,
        Toast::SizeChanged => ToastKind::SizeChanged,
        Toast::CaptionsOn => ToastKind::CaptionsOn,
        Toast::CaptionsOff => ToastKind::CaptionsOff,
        Toast::KeyUnknown => ToastKind::KeyUnknown,
        Toast::NoRollCall => ToastKind::NoRollCall,
        Toast::RemindOn => ToastKind::RemindOn,
        Toast::RemindOff => ToastKind::RemindOff,
        Toast::MeetingOffline => ToastKind::MeetingOffline,
        Toast::NoRecording => ToastKind::NoRecording,
        Toast::MeetingCancelled => ToastKind::MeetingCancelled,
        Toast::LookBegan => ToastKind::LookBegan,
    }
}

/// Makes a kept list equal to `fresh`, touching only rows that differ.
pub(super) fn fill<T: Clone + PartialEq + 'static>(list: &VecModel<T>, fresh: Vec<T>) {
    while list.row_count() > fresh.len() {
        list.remove(list.row_count() - 1);
    }
    for (index, row) in fresh.into_iter().enumerate() {
        match list.row_data(index) {
            Some(old) if old == row => {}
            Some(_) => list.set_row_data(index, row),
            None => list.push(row),
        }
    }
}

/// A kept list as an adapter takes it.
pub(super) fn model<T: Clone + 'static>(list: &Rc<VecModel<T>>) -> ModelRc<T> {
    ModelRc::from(Rc::clone(list))
}

/// A list inside a row, which is compared and replaced as a whole.
pub(super) fn cells(cells: &[super::bulletin::Cell]) -> Vec<CellData> {
    cells
        .iter()
        .map(|cell| CellData {
            text: (&cell.text).into(),
            x: cell.x,
            width: cell.width,
            numeric: cell.numeric,
        })
        .collect()
}

/// A number as Slint has it.
pub(super) fn int<T: TryInto<i32>>(value: T) -> i32 {
    value.try_into().unwrap_or(i32::MAX)
}

/// An index, −1 for none.
pub(super) fn index(value: Option<usize>) -> i32 {
    value.map_or(-1, int)
}

/// A day as Slint has it.
pub(super) fn to_day(day: Day) -> tv_ui::Day {
    tv_ui::Day {
        year: day.year,
        month: day.month,
        day: day.day,
        age: day.age,
    }
}

/// Why something is not here, as Slint has it.
pub(super) fn gone(why: Option<Gone>) -> tv_ui::Gone {
    match why {
        None => tv_ui::Gone::Here,
        Some(Gone::Withdrawn) => tv_ui::Gone::Withdrawn,
        Some(Gone::Expired) => tv_ui::Gone::Expired,
        Some(Gone::Unknown) => tv_ui::Gone::Away,
    }
}

/// An option of a settings row.
pub(super) fn option(kind: ButtonKind, chosen: bool) -> OptionData {
    OptionData { kind, chosen }
}

fn pixels(length: f32) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "lengths on a screen are small and positive"
    )]
    let whole = length.round().max(1.0) as u32;
    whole
}

fn to_image(bitmap: &Bitmap) -> Image {
    Image::from_rgba8(SharedPixelBuffer::<Rgba8Pixel>::clone_from_slice(
        &bitmap.rgba,
        bitmap.width,
        bitmap.height,
    ))
}
