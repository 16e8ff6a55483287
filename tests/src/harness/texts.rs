//! Where the texts on the screen are, how much room they need, and whether they have it.
//!
//! Slint itself is asked, item by item: a text whose lines need more room than its place has, or
//! whose place sticks out of what clips it, is cut on the screen, whatever its letters look like.

use std::ops::ControlFlow;

use i_slint_core::item_tree::{ItemRc, ParentItemTraversalMode};
use i_slint_core::items::{
    Clip, ClippedImage, ComplexText, ImageItem, Item, Orientation, SimpleText,
    TextHorizontalAlignment, TextVerticalAlignment, TextWrap,
};
use i_slint_core::lengths::LogicalPoint;
use i_slint_core::window::WindowInner;

/// Family of the icons.
const ICONS: &str = "Material Icons";
/// The smallest type (UX).
const SMALLEST: f32 = 32.0;
/// Noto Sans CJK: empty space above Han characters in a line of 1.448 em, in em.
const ABOVE: f32 = 0.28;
/// And below them.
const BELOW: f32 = 0.16;
/// Below g, j, p, q and y.
const BELOW_TAILS: f32 = 0.06;

/// A rectangle in logical pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Right edge.
    pub right: f32,
    /// Bottom edge.
    pub bottom: f32,
}

impl Place {
    /// The part of it inside another one.
    #[must_use]
    pub fn within(self, other: Self) -> Self {
        Self {
            x: self.x.max(other.x),
            y: self.y.max(other.y),
            right: self.right.min(other.right),
            bottom: self.bottom.min(other.bottom),
        }
    }

    /// Whether there is nothing of it.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.right - self.x < 0.5 || self.bottom - self.y < 0.5
    }

    /// Whether it lies in another one, half a pixel more or less.
    #[must_use]
    pub fn is_inside(self, other: Self) -> bool {
        self.x >= other.x - 0.5
            && self.y >= other.y - 0.5
            && self.right <= other.right + 0.5
            && self.bottom <= other.bottom + 0.5
    }
}

/// One text on the screen.
#[derive(Clone, Debug)]
pub struct Text {
    /// Its words.
    pub words: String,
    /// Type size in logical pixels.
    pub size: f32,
    /// It is a character of the icon font.
    pub icon: bool,
    /// It breaks into lines.
    pub wraps: bool,
    /// Its place.
    pub place: Place,
    /// Where its letters are, without the empty space above and below them.
    pub ink: Place,
    /// The part of the screen that clips leave for it.
    pub window: Place,
    /// Width and height that all of it needs.
    pub needs: (f32, f32),
}

impl Text {
    /// Whether anything of it is on the screen.
    #[must_use]
    pub fn is_visible(&self) -> bool {
        !self.ink.within(self.window).is_empty()
    }

    /// A line ends before its words do.
    #[must_use]
    pub fn is_shortened(&self) -> bool {
        !self.wraps && self.needs.0 > self.place.right - self.place.x + 1.0
    }

    /// Its lines are higher than its place.
    #[must_use]
    pub fn is_cut_in_height(&self) -> bool {
        let lost = self.needs.1 - (self.place.bottom - self.place.y);
        // A line in the middle of its place loses on both sides alike.
        lost > 2.0 * below(&self.words) * self.size
    }

    /// The edge of what clips it goes through its letters.
    #[must_use]
    pub fn is_cut_by_edge(&self) -> bool {
        self.is_visible() && !self.ink.is_inside(self.window)
    }
}

/// All texts of a window that can be seen, from back to front.
#[must_use]
pub fn texts(window: &slint::Window) -> Vec<Text> {
    let inner = WindowInner::from_pub(window);
    let adapter = inner.window_adapter();
    let size = window.size().to_logical(window.scale_factor());
    let screen = Place {
        x: 0.0,
        y: 0.0,
        right: size.width,
        bottom: size.height,
    };
    let mut found = Vec::new();
    let root = ItemRc::new_root(inner.component());
    let _: Option<()> = root.visit_descendants(|item| {
        macro_rules! measure {
            ($text:expr, $wraps:expr, $family:expr) => {{
                let text = $text;
                let text = text.as_pin_ref();
                let words = text.text().to_string();
                let place = place_of(item);
                let width = place.right - place.x;
                let needed = |orientation, across| {
                    text.layout_info(orientation, across, &adapter, item)
                        .preferred
                };
                let needs = (
                    needed(Orientation::Horizontal, -1.0),
                    needed(Orientation::Vertical, width),
                );
                let (size, wraps) = (text.font_size().get(), $wraps(text));
                let ink = ink(
                    &words,
                    place,
                    needs,
                    size,
                    text.horizontal_alignment(),
                    text.vertical_alignment(),
                );
                let text = Text {
                    words,
                    size,
                    icon: $family(text) == ICONS,
                    wraps,
                    place,
                    ink,
                    window: clips(item, screen),
                    needs,
                };
                if !text.words.trim().is_empty() && text.is_visible() {
                    found.push(text);
                }
            }};
        }
        if let Some(text) = item.downcast::<ComplexText>() {
            measure!(
                text,
                |text: std::pin::Pin<&ComplexText>| text.wrap() != TextWrap::NoWrap,
                |text: std::pin::Pin<&ComplexText>| text.font_family()
            );
        } else if let Some(text) = item.downcast::<SimpleText>() {
            measure!(text, |_| false, |_| i_slint_core::SharedString::default());
        }
        ControlFlow::Continue(())
    });
    found
}

/// Whether words can be read: in one text, or in several that are lines of one.
#[must_use]
pub fn shows(window: &slint::Window, words: &str) -> bool {
    let visible: String = texts(window)
        .into_iter()
        .filter(Text::is_visible)
        .map(|text| text.words)
        .collect();
    visible.contains(words)
}

/// Where the pictures of a window are.
#[must_use]
pub fn pictures(window: &slint::Window) -> Vec<Place> {
    let inner = WindowInner::from_pub(window);
    let mut found = Vec::new();
    let _: Option<()> = ItemRc::new_root(inner.component()).visit_descendants(|item| {
        if item.downcast::<ImageItem>().is_some() || item.downcast::<ClippedImage>().is_some() {
            found.push(place_of(item));
        }
        ControlFlow::Continue(())
    });
    found
}

fn place_of(item: &ItemRc) -> Place {
    let geometry = item.geometry();
    let origin = item.map_to_window(LogicalPoint::new(geometry.origin.x, geometry.origin.y));
    Place {
        x: origin.x,
        y: origin.y,
        right: origin.x + geometry.size.width,
        bottom: origin.y + geometry.size.height,
    }
}

/// What clips above an item leave of the screen.
fn clips(item: &ItemRc, screen: Place) -> Place {
    let mut left = screen;
    let mut next = item.parent_item(ParentItemTraversalMode::StopAtPopups);
    while let Some(parent) = next {
        if parent
            .downcast::<Clip>()
            .is_some_and(|clip| clip.as_pin_ref().clip())
        {
            left = left.within(place_of(&parent));
        }
        next = parent.parent_item(ParentItemTraversalMode::StopAtPopups);
    }
    left
}

/// Empty space below the letters of a line, in em.
fn below(words: &str) -> f32 {
    if words.contains(['g', 'j', 'p', 'q', 'y']) {
        BELOW_TAILS
    } else {
        BELOW
    }
}

fn ink(
    words: &str,
    place: Place,
    needs: (f32, f32),
    size: f32,
    across: TextHorizontalAlignment,
    down: TextVerticalAlignment,
) -> Place {
    let width = needs.0.min(place.right - place.x);
    let x = match across {
        TextHorizontalAlignment::Center => (place.x + place.right - width) / 2.0,
        TextHorizontalAlignment::Right | TextHorizontalAlignment::End => place.right - width,
        _ => place.x,
    };
    // A line that is higher than its place stands out of it on both sides; lines that begin at its top end
    // with “…”.
    let height = match down {
        TextVerticalAlignment::Top => needs.1.min(place.bottom - place.y),
        _ => needs.1,
    };
    let y = match down {
        TextVerticalAlignment::Center => (place.y + place.bottom - height) / 2.0,
        TextVerticalAlignment::Bottom => place.bottom - height,
        _ => place.y,
    };
    Place {
        x,
        y: y + ABOVE * size,
        right: x + width,
        bottom: y + height - below(words) * size,
    }
}

/// Everything wrong with the texts of a screen, in words. `may_shorten` says which words come
/// from the content and may end in “…”.
#[must_use]
pub fn faults(texts: &[Text], may_shorten: impl Fn(&str) -> bool) -> Vec<String> {
    let mut faults = Vec::new();
    for text in texts {
        let words = &text.words;
        if text.size < SMALLEST {
            faults.push(format!("“{words}” is {} px high", text.size));
        }
        if text.is_shortened() && !may_shorten(words) {
            faults.push(format!(
                "“{words}” is shortened: it needs {:.0} px and has {:.0}",
                text.needs.0,
                text.place.right - text.place.x
            ));
        }
        // A long title may end with the last line that has room, if it is read from its beginning.
        let from_the_top = text.ink.y >= text.place.y;
        if text.is_cut_in_height() && !(text.wraps && from_the_top && may_shorten(words)) {
            faults.push(format!(
                "“{words}” is cut: it needs {:.0} px of height and has {:.0}",
                text.needs.1,
                text.place.bottom - text.place.y
            ));
        }
        if text.is_cut_by_edge() {
            faults.push(format!(
                "“{words}” at {:?} is cut by the edge of {:?}",
                text.ink, text.window
            ));
        }
    }
    for (at, one) in texts.iter().enumerate() {
        for other in &texts[at + 1..] {
            let both = one
                .ink
                .within(one.window)
                .within(other.ink.within(other.window));
            // A pixel or two of empty space is no overlap.
            if both.right - both.x > 4.0 && both.bottom - both.y > 4.0 {
                faults.push(format!(
                    "“{}” and “{}” overlap at {both:?}",
                    one.words, other.words
                ));
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use slint::ComponentHandle as _;
    use tv_app::platform::headless::{Headless, TimeSource};

    use super::*;

    slint::slint! {
        export component Sample inherits Window {
            width: 1920px;
            height: 1080px;
            in property <length> line: 56px;
            in property <length> place: 600px;
            in property <length> window: 400px;
            default-font-family: "Noto Sans CJK SC";
            Text { x: 100px; y: 100px; width: root.place; height: root.line; text: "村务公开财务收支明细"; font-size: 40px; overflow: elide; }
            Text { x: 100px; y: 300px; width: 400px; height: root.line * 3; text: "一二三四五六七八九十一二三四五六七八九十一二三四五"; font-size: 40px; wrap: word-wrap; }
            Rectangle {
                x: 900px; y: 100px; width: 400px; height: root.window; clip: true;
                Text { y: 320px; height: 56px; text: "最后一行"; font-size: 40px; }
            }
        }
    }

    fn sample() -> (Headless, Sample) {
        let clock = std::sync::Arc::new(tv_app::clock::ManualClock::new(0));
        let screen = Headless::install(1920, 1080, TimeSource::Manual(clock)).unwrap();
        let sample = Sample::new().unwrap();
        sample.show().unwrap();
        screen.pump();
        (screen, sample)
    }

    fn faults_of(sample: &Sample, screen: &Headless) -> Vec<String> {
        screen.pump();
        faults(&texts(sample.window()), |_| false)
    }

    #[test]
    fn a_text_with_room_has_no_fault() {
        let (screen, sample) = sample();
        assert_eq!(texts(sample.window()).len(), 3);
        assert_eq!(faults_of(&sample, &screen), Vec::<String>::new());
    }

    #[test]
    fn a_line_in_a_low_place_is_found() {
        let (screen, sample) = sample();
        sample.set_line(36.0);
        let faults = faults_of(&sample, &screen);
        assert!(
            faults
                .iter()
                .any(|fault| fault.contains("村务公开") && fault.contains("is cut")),
            "{faults:?}"
        );
        assert!(
            faults
                .iter()
                .any(|fault| fault.contains("一二三") && fault.contains("is cut")),
            "{faults:?}"
        );
    }

    #[test]
    fn a_shortened_line_is_found_unless_it_may_be() {
        let (screen, sample) = sample();
        sample.set_place(200.0);
        let faults = faults_of(&sample, &screen);
        assert!(
            matches!(&faults[..], [one] if one.contains("shortened")),
            "{faults:?}"
        );
        assert!(super::faults(&texts(sample.window()), |words| words.starts_with('村')).is_empty());
    }

    #[test]
    fn a_line_at_the_edge_of_a_window_is_found_and_one_beyond_it_is_not_there() {
        let (screen, sample) = sample();
        sample.set_window(350.0);
        let faults = faults_of(&sample, &screen);
        assert!(
            matches!(&faults[..], [one] if one.contains("最后一行") && one.contains("edge")),
            "{faults:?}"
        );
        sample.set_window(300.0);
        assert_eq!(faults_of(&sample, &screen), Vec::<String>::new());
        assert_eq!(texts(sample.window()).len(), 2);
    }
}
