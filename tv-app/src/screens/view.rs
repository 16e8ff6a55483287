//! Copies what controllers know into the adapters of the window. Decides nothing.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use slint::{ComponentHandle, Image, Rgba8Pixel, SharedPixelBuffer, VecModel};
use tv_ui::{
    AppWindow, ButtonKind, CardData, CellData, OptionData, PieceData, Place, RowData, ScreenKind,
    SectionData, SettingData, TableRowData, Tokens,
};

use super::ground_view::{self, Ground};
pub(super) use super::kit::view::models::index;
pub(crate) use super::kit::view::models::{fill, int, model, to_day};
use super::metrics::{CalendarMetrics, Metrics};
use super::{Context, Route};
use crate::cache::pictures::Region;
use crate::cache::{Bitmap, Fit, Gone, PictureKey, Pictures, RowPicture};

/// Lists of the adapters: kept, so that a change of one row repaints one row.
#[derive(Default)]
pub(crate) struct Lists {
    pub newest: Rc<VecModel<RowData>>,
    pub hits: Rc<VecModel<RowData>>,
    pub shelf: Rc<VecModel<CardData>>,
    pub sections: Rc<VecModel<SectionData>>,
    pub pieces: Rc<VecModel<PieceData>>,
    pub head: Rc<VecModel<CellData>>,
    pub table: Rc<VecModel<TableRowData>>,
    pub settings: Rc<VecModel<SettingData>>,
    pub buttons: Rc<VecModel<ButtonKind>>,
    pub choices: Rc<VecModel<ButtonKind>>,
    pub player_buttons: Rc<VecModel<tv_ui::PlayerButton>>,
    pub actions: Rc<VecModel<tv_ui::ActionData>>,
    pub people: Rc<VecModel<tv_ui::PersonData>>,
    pub candidates: Rc<VecModel<tv_ui::PersonData>>,
    pub call_buttons: Rc<VecModel<ButtonKind>>,
    pub roster: Rc<VecModel<tv_ui::PersonData>>,
    pub me: Rc<VecModel<tv_ui::PersonData>>,
    pub record: Rc<VecModel<tv_ui::RecordLine>>,
    pub meeting_buttons: Rc<VecModel<tv_ui::MeetingButton>>,
    pub meeting_choices: Rc<VecModel<ButtonKind>>,
    pub cameras: Rc<VecModel<tv_ui::CaptureData>>,
    pub microphones: Rc<VecModel<tv_ui::CaptureData>>,
}

/// What a screen is drawn with.
#[derive(Clone, Copy)]
pub(crate) struct Canvas<'a> {
    /// The kept lists, and pictures.
    pub view: &'a View,
    /// Where the screen's adapter is.
    pub window: &'a AppWindow,
    /// What the controller looked at too.
    pub context: &'a Context<'a>,
}

/// How a screen gets into the window; implemented in its `view.rs`.
pub(crate) trait Draw {
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

    /// Copies what it has to say while another screen lies over it; `false` when that is nothing.
    fn draw_below(&self, _window: &AppWindow) -> bool {
        false
    }

    /// What it says, for [`Effect::SpeakShown`](super::Effect::SpeakShown), in the words it is written in.
    fn words(&self, _window: &AppWindow) -> Vec<String> {
        Vec::new()
    }

    /// Whose ground it stands on, where that is not the one of its section.
    fn place(&self) -> Option<Place> {
        None
    }

    /// It shows a part of a picture, which is kept as long as it does.
    fn magnifies(&self) -> bool {
        false
    }
}

/// What screens are drawn with: lists that are kept, and pictures.
pub struct View {
    pub(super) pictures: Pictures,
    pub(crate) lists: Lists,
    images: RefCell<HashMap<PictureKey, (Image, bool)>>,
    zoomed: RefCell<Option<((String, Region), Image)>>,
    sizes: RefCell<HashMap<String, (u32, u32)>>,
    ground: RefCell<Ground>,
    /// What stands on it, and what that belongs to.
    place: RefCell<Option<(Route, Place)>>,
    /// Physical pixels per logical one.
    scale: RefCell<f32>,
}

impl View {
    /// One that has drawn nothing.
    #[must_use]
    pub fn new(pictures: Pictures) -> Self {
        Self {
            pictures,
            lists: Lists::default(),
            images: RefCell::default(),
            zoomed: RefCell::default(),
            sizes: RefCell::default(),
            ground: RefCell::default(),
            place: RefCell::default(),
            scale: RefCell::new(1.0),
        }
    }

    /// Begins to draw a frame at this many physical pixels per logical one.
    pub(crate) fn begin(&self, scale: f32) {
        *self.scale.borrow_mut() = scale;
        for (_, used) in self.images.borrow_mut().values_mut() {
            *used = false;
        }
    }

    /// Puts the ground under a screen: its own, otherwise that of its route's section.
    pub(crate) fn draw_ground(
        &self,
        window: &AppWindow,
        own: Option<Place>,
        route: &Route,
        context: &Context<'_>,
    ) {
        let tokens = window.global::<Tokens<'_>>();
        let place = own.unwrap_or_else(|| self.place_of(route, context));
        tokens.set_place(place);
        if tokens.get_lit_ground() {
            let size = window.window().size();
            let image = self
                .ground
                .borrow_mut()
                .paint(place, size.width, size.height);
            if let Some(image) = image {
                tokens.set_lamp(image);
            }
        }
    }

    /// Asked of the cache only when another screen is shown.
    fn place_of(&self, route: &Route, context: &Context<'_>) -> Place {
        let mut known = self.place.borrow_mut();
        match known.as_ref() {
            Some((shown, place)) if shown == route => *place,
            _ => {
                let place = ground_view::place(route, context.cache);
                *known = Some((route.clone(), place));
                place
            }
        }
    }

    /// Forgets the pictures that nothing showed since then. `magnifies`: a part of one is shown.
    pub(crate) fn end(&self, magnifies: bool) {
        if !magnifies {
            *self.zoomed.borrow_mut() = None;
        }
        self.images.borrow_mut().retain(|_, (_, used)| *used);
        self.pictures.forget_lent();
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

    /// The same of a picture that is in memory alone.
    pub(super) fn size_in(&self, name: &str, bytes: &[u8]) -> Option<(u32, u32)> {
        if let Some(size) = self.sizes.borrow().get(name) {
            return Some(*size);
        }
        let reader = image::ImageReader::new(std::io::Cursor::new(bytes));
        let size = reader.with_guessed_format().ok()?.into_dimensions().ok()?;
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
    let services = window.global::<tv_ui::ServicesAdapter<'_>>();
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
        roll_call_rows: count(roll_calls.get_shown()),
        choice_height: tokens.get_target(),
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
        service_columns: count(services.get_columns()),
        service_rows: count(tokens.get_rows()),
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

/// Why something is not here, as Slint has it.
pub(super) fn gone(why: Option<Gone>) -> tv_ui::Gone {
    match why {
        None => tv_ui::Gone::Here,
        Some(Gone::Withdrawn) => tv_ui::Gone::Withdrawn,
        Some(Gone::Expired) => tv_ui::Gone::Expired,
        Some(Gone::Unknown) => tv_ui::Gone::Away,
    }
}

/// What is read aloud of a result: the lines that say something.
pub(super) fn pieces<const N: usize>(lines: [slint::SharedString; N]) -> Vec<String> {
    let said = lines.into_iter().filter(|line| !line.is_empty());
    said.map(Into::into).collect()
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
