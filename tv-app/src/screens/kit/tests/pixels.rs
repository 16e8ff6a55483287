//! The components of the kit with real pixels, in all three text sizes: one gold ring, where the
//! tokens say, as large as what it stands around and 12 px on each side; and a picture of its own
//! for every state.

use std::rc::Rc;
use std::sync::Arc;

use slint::{ComponentHandle as _, Model as _, ModelRc, VecModel};
use tv_ui::{
    AppWindow, BulletinsAdapter, ButtonKind, CardData, CardsAdapter, DialogKind, NetworkAdapter,
    Outcome, OverlayAdapter, PageData, PageFocus, PageState, Pane, RailData, RollCallAdapter,
    RollCallStep, RowData, ScreenKind, SearchAdapter, SectionAdapter, Tokens,
};

use crate::clock::ManualClock;
use crate::platform::headless::{Headless, TimeSource};
use tv_canvas::Rgb;

const SIZES: [f32; 3] = [1.0, 1.25, 1.5];
/// `Tokens.focus`.
const GOLD: [u8; 3] = [0xf7, 0xc9, 0x48];
/// Ring and gap (look).
const RING: f32 = 12.0;

struct Bench {
    screen: Headless,
    window: AppWindow,
}

impl Bench {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::new(0));
        let screen = Headless::install(1920, 1080, TimeSource::Manual(clock)).unwrap();
        let window = AppWindow::new().unwrap();
        window.show().unwrap();
        Self { screen, window }
    }

    fn tokens(&self) -> Tokens<'_> {
        self.window.global::<Tokens<'_>>()
    }

    fn show(&self, kind: ScreenKind) -> Rgb {
        self.window.set_screen(kind);
        self.screen.advance(1_000);
        self.screen.frame()
    }

    /// Left, top, width and height of all gold.
    fn ring(&self, kind: ScreenKind) -> [f32; 4] {
        let frame = self.show(kind);
        let gold = (0..frame.height)
            .flat_map(|y| (0..frame.width).map(move |x| (x, y)))
            .filter(|(x, y)| frame.pixel(*x, *y) == GOLD);
        let (mut left, mut top, mut right, mut bottom) = (u32::MAX, u32::MAX, 0, 0);
        for (x, y) in gold {
            (left, right) = (left.min(x), right.max(x + 1));
            (top, bottom) = (top.min(y), bottom.max(y + 1));
        }
        assert!(left < right, "nothing has the focus");
        // A ring, not a plate: its middle is not gold.
        assert_ne!(frame.pixel(u32::midpoint(left, right), top + 10), GOLD);
        let exact = |value: u32| f32::from(u16::try_from(value).unwrap());
        [
            exact(left),
            exact(top),
            exact(right - left),
            exact(bottom - top),
        ]
    }

    /// The ring stands around this place, and nothing else is gold.
    fn stands_around(&self, kind: ScreenKind, [x, y, width, height]: [f32; 4], what: &str) {
        let ring = self.ring(kind);
        let wanted = [x - RING, y - RING, width + 2.0 * RING, height + 2.0 * RING];
        let near = ring.iter().zip(wanted).all(|(a, b)| (a - b).abs() <= 1.5);
        let scale = self.tokens().get_scale();
        assert!(near, "{what} at {scale}: {ring:?}, not {wanted:?}");
    }

    fn back(&self) -> [f32; 4] {
        let tokens = self.tokens();
        let target = tokens.get_target();
        [tokens.get_safe_x(), tokens.get_safe_y(), target, target]
    }
}

fn model<T: Clone + 'static>(rows: Vec<T>) -> ModelRc<T> {
    ModelRc::from(Rc::new(VecModel::from(rows)))
}

fn page(count: i32) -> PageData {
    PageData {
        title: "财务公示".into(),
        about: "村里的账".into(),
        state: PageState::Filled,
        first: 0,
        shown: count,
        total: count + 20,
    }
}

/// The focus on an entry, or on the way back.
fn on(entry: i32) -> PageFocus {
    PageFocus {
        back: entry < 0,
        entry,
    }
}

fn at(index: i32) -> f32 {
    f32::from(i16::try_from(index).unwrap())
}

#[test]
fn the_last_row_of_a_list_has_its_ring_inside_the_screen() {
    let bench = Bench::new();
    let adapter = bench.window.global::<BulletinsAdapter<'_>>();
    for scale in SIZES {
        let tokens = bench.tokens();
        tokens.set_scale(scale);
        let rows = tokens.get_rows();
        let row = RowData {
            title: "二〇二六年第三季度财务公开".into(),
            office: "清河镇张家村".into(),
            unread: true,
            ..RowData::default()
        };
        adapter.set_rows(model((0..rows).map(|_| row.clone()).collect()));
        adapter.set_page(page(rows));
        adapter.set_focus_at(on(rows - 1));
        let y = tokens.get_content_y() + at(rows - 1) * tokens.get_row_pitch();
        let bottom = y + tokens.get_row_height() + RING;
        assert!(bottom <= tokens.get_content_y() + tokens.get_content_height() + RING);
        let place = [
            tokens.get_safe_x(),
            y,
            tokens.get_list_width(),
            tokens.get_row_height(),
        ];
        bench.stands_around(ScreenKind::Bulletins, place, "a row");
        adapter.set_focus_at(on(-1));
        bench.stands_around(ScreenKind::Bulletins, bench.back(), "back");
    }
}

#[test]
fn the_rail_and_what_is_large_have_their_ring() {
    let bench = Bench::new();
    let (section, cards, pane) = (
        bench.window.global::<SectionAdapter<'_>>(),
        bench.window.global::<CardsAdapter<'_>>(),
        bench.window.global::<Pane<'_>>(),
    );
    for scale in SIZES {
        let tokens = bench.tokens();
        tokens.set_scale(scale);
        pane.set_on(true);
        section.set_pane(ScreenKind::Bulletins);
        section.set_rail(model(vec![RailData::default(); 3]));
        section.set_total(3);
        section.set_focused(1);
        bench
            .window
            .global::<BulletinsAdapter<'_>>()
            .set_focus_at(on(0));
        let place = [
            tokens.get_safe_x(),
            tokens.get_content_y() + tokens.get_rail_pitch(),
            tokens.get_rail_width(),
            pane.get_rail_height(),
        ];
        bench.stands_around(ScreenKind::Section, place, "a list");
        section.set_focused(-1);
        cards.set_rows(model(vec![CardData::default(); 3]));
        cards.set_page(page(6));
        cards.set_focus_at(on(0));
        for (kind, portraits) in [(ScreenKind::Programmes, false), (ScreenKind::Honours, true)] {
            section.set_pane(kind);
            cards.set_portraits(portraits);
            let place = [
                pane.get_x(),
                tokens.get_content_y(),
                cards.get_large_width(),
                cards.get_large_height(),
            ];
            bench.stands_around(ScreenKind::Section, place, "a large one");
            let bottom = cards.get_small_y() + cards.get_card_height();
            assert!(bottom <= tokens.get_content_y() + tokens.get_content_height());
            assert!(cards.get_small_y() >= tokens.get_content_y() + cards.get_large_height());
        }
        pane.set_on(false);
    }
}

#[test]
fn a_page_without_entries_says_why_and_has_the_way_back() {
    let bench = Bench::new();
    let adapter = bench.window.global::<BulletinsAdapter<'_>>();
    let states = [
        PageState::Empty,
        PageState::Waiting,
        PageState::Offline,
        PageState::Withdrawn,
    ];
    for scale in SIZES {
        bench.tokens().set_scale(scale);
        let pictures = states.map(|state| {
            adapter.set_rows(model(Vec::new()));
            adapter.set_page(PageData {
                state,
                total: 0,
                shown: 0,
                ..page(0)
            });
            adapter.set_focus_at(on(-1));
            bench.stands_around(ScreenKind::Bulletins, bench.back(), "back");
            bench.show(ScreenKind::Bulletins)
        });
        for (at, one) in pictures.iter().enumerate() {
            for other in &pictures[at + 1..] {
                assert!(one != other, "two states look the same at {scale}");
            }
        }
    }
    assert_eq!(adapter.get_rows().row_count(), 0);
}

#[test]
fn the_keys_of_a_form_and_the_way_back_from_a_detail_have_their_ring() {
    let bench = Bench::new();
    let (form, detail) = (
        bench.window.global::<RollCallAdapter<'_>>(),
        bench.window.global::<NetworkAdapter<'_>>(),
    );
    for scale in SIZES {
        let tokens = bench.tokens();
        tokens.set_scale(scale);
        let gap = tokens.get_key_gap();
        let width = tokens.get_key_width();
        let height = (tokens.get_content_height() - 3.0 * gap) / 4.0;
        form.set_step(RollCallStep::Typing);
        form.set_typed(6);
        form.set_key(11);
        let place = [
            1920.0 - tokens.get_safe_x() - width,
            tokens.get_content_y() + 3.0 * (height + gap),
            width,
            height,
        ];
        bench.stands_around(ScreenKind::RollCall, place, "a key");
        detail.set_back_focused(true);
        bench.stands_around(ScreenKind::Network, bench.back(), "back");
        detail.set_back_focused(false);
    }
}

/// How much of a place is empty above and below what is written in it, in pixels.
fn room(frame: &Rgb, [x, y, width, height]: [f32; 4]) -> [f32; 2] {
    let exact = |value: u32| f32::from(u16::try_from(value).unwrap());
    let between = |end: u32, from: f32, to: f32| -> Vec<u32> {
        (0..end)
            .filter(|at| (from..to).contains(&exact(*at)))
            .collect()
    };
    let columns = between(frame.width, x, x + width);
    let is_written = |row: &u32| {
        let mut pixels = columns.iter().map(|column| frame.pixel(*column, *row));
        pixels.any(|pixel| pixel.iter().all(|part| *part > 0x90))
    };
    // What is written too low stands in the gap below.
    let mut rows = between(frame.height, y, y + height + 12.0);
    rows.retain(is_written);
    [
        exact(rows[0]) - y,
        y + height - exact(rows[rows.len() - 1] + 1),
    ]
}

#[test]
fn digit_and_letters_of_a_key_stand_in_its_middle_also_under_the_sign() {
    let bench = Bench::new();
    let search = bench.window.global::<SearchAdapter<'_>>();
    search.set_key(-1);
    search.set_state(PageState::Filled);
    let tokens = bench.tokens();
    let mut wrong = Vec::new();
    for scale in SIZES {
        for (watched, safe) in [(false, 0.05), (true, 0.05), (true, 0.1)] {
            tokens.set_scale(scale);
            tokens.set_watched(watched);
            tokens.set_safe(safe);
            let frame = bench.show(ScreenKind::Search);
            let gap = tokens.get_key_gap();
            let above = tokens.get_target() + gap;
            // Below the sign, if it is there.
            let top = tokens.get_sign() + tokens.get_content_y() + above;
            let width = (search.get_keypad_width() - 2.0 * gap) / 3.0;
            let height = (tokens.get_content_height() - above - 3.0 * gap) / 4.0;
            for key in 1..9 {
                let x = tokens.get_safe_x() + at(key % 3) * (width + gap);
                let y = top + at(key / 3) * (height + gap);
                let [above, below] = room(&frame, [x, y, width, height]);
                // The Q of the seven alone goes below the line.
                let middle = key == 6 || (above - below).abs() <= 8.0;
                if above < 2.0 || below < 2.0 || !middle {
                    wrong.push(format!(
                        "key {key} at {scale}, watched {watched}, {safe}: {above} above, {below} below"
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_confirmation_and_a_dialog_have_one_thing_in_focus() {
    let bench = Bench::new();
    let (form, overlay) = (
        bench.window.global::<RollCallAdapter<'_>>(),
        bench.window.global::<OverlayAdapter<'_>>(),
    );
    for scale in SIZES {
        let tokens = bench.tokens();
        tokens.set_scale(scale);
        form.set_step(RollCallStep::Result);
        form.set_name("张建国".into());
        form.set_buttons(model(vec![ButtonKind::SignInNext, ButtonKind::Done]));
        form.set_button(0);
        let mut seen: Vec<Rgb> = Vec::new();
        for outcome in [Outcome::Signed, Outcome::Refused, Outcome::Queued] {
            form.set_outcome(outcome);
            let [x, .., height] = bench.ring(ScreenKind::RollCall);
            assert!((x - tokens.get_safe_x() + RING).abs() <= 1.5);
            assert!(height >= tokens.get_target() + 2.0 * RING - 1.5);
            let picture = bench.show(ScreenKind::RollCall);
            assert!(!seen.contains(&picture), "{outcome:?} at {scale}");
            seen.push(picture);
        }
        // The dialog lies over a screen on which nothing else has the focus.
        form.set_button(-1);
        overlay.set_choices(model(vec![ButtonKind::Stay, ButtonKind::Quit]));
        overlay.set_dialog(DialogKind::Quit);
        overlay.set_focused(0);
        let safe = bench.ring(ScreenKind::RollCall);
        overlay.set_focused(1);
        let other = bench.ring(ScreenKind::RollCall);
        assert!(safe[0] + safe[2] <= other[0] + RING && (safe[1] - other[1]).abs() < 1.0);
        assert!((safe[2] - other[2]).abs() <= 1.5, "both are as wide");
        overlay.set_dialog(DialogKind::None);
    }
}

#[test]
fn at_rest_nothing_is_painted() {
    let bench = Bench::new();
    let adapter = bench.window.global::<BulletinsAdapter<'_>>();
    adapter.set_rows(model(vec![RowData::default(); 5]));
    adapter.set_page(page(5));
    adapter.set_focus_at(on(0));
    bench.show(ScreenKind::Bulletins);
    let frames = bench.screen.frames_painted();
    bench.screen.advance(60_000);
    assert_eq!(bench.screen.frames_painted(), frames);
}

#[test]
fn a_focus_that_moves_repaints_what_it_leaves_and_where_it_goes() {
    let bench = Bench::new();
    let adapter = bench.window.global::<BulletinsAdapter<'_>>();
    let row = |title: &str| RowData {
        title: title.into(),
        ..RowData::default()
    };
    adapter.set_rows(model(["一", "二", "三", "四", "五"].map(row).to_vec()));
    adapter.set_page(page(5));
    adapter.set_focus_at(on(1));
    bench.show(ScreenKind::Bulletins);
    adapter.set_focus_at(on(2));
    let painted = bench.screen.advance(1_000).expect("the ring has moved");
    let tokens = bench.tokens();
    let top = tokens.get_content_y() + tokens.get_row_pitch() - RING;
    let height = tokens.get_row_pitch() + tokens.get_row_height() + 2.0 * RING;
    let near =
        |pixels: u32, wanted: f32| (at(i32::try_from(pixels).unwrap()) - wanted).abs() <= 1.5;
    assert!(
        near(painted.y, top) && near(painted.height, height),
        "{painted:?}, not from {top}, {height} high"
    );
}
