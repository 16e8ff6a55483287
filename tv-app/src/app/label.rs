//! What has the focus is read aloud where somebody wants that: in the words that stand inside its ring, so that
//! every screen has them without saying so.

use std::cell::{Cell, RefCell};
use std::ops::ControlFlow;
use std::time::Duration;

use i_slint_core::item_tree::ItemRc;
use i_slint_core::items::{BasicBorderRectangle, BorderRectangle, ComplexText, SimpleText};
use i_slint_core::lengths::{LogicalPoint, LogicalRect};
use i_slint_core::window::WindowInner;
use slint::{Brush, Color, ComponentHandle, Timer, TimerMode};
use tv_ui::Tokens;

use super::{App, current};
use crate::screens::aloud;

/// Whoever holds an arrow hears where they stop.
const STOPPED: Duration = Duration::from_millis(250);

/// Family of the icons, which say nothing.
const ICONS: &str = "Material Icons";

/// What was said of the focus last.
#[derive(Default)]
pub(super) struct Labels {
    on: Cell<bool>,
    last: RefCell<Option<String>>,
    timer: Timer,
}

impl App {
    /// What has the focus in words; `None` where nothing has a ring.
    #[must_use]
    pub fn focus_label(&self) -> Option<String> {
        let ring = self.window.global::<Tokens<'_>>().get_focus();
        label(self.window.window(), ring)
    }

    /// Whether it is read, as the settings say.
    pub(super) fn follow_labels(&self) {
        self.labels.on.set(aloud::reads_focus(&self.cache));
        self.labels.last.borrow_mut().take();
    }

    /// The screen was drawn: what has the focus now is said when it keeps it.
    pub(super) fn label_later(&self) {
        if self.labels.on.get() {
            self.labels.timer.start(TimerMode::SingleShot, STOPPED, || {
                if let Some(app) = current() {
                    app.say_label();
                }
            });
        }
    }

    fn say_label(&self) {
        let label = self.focus_label();
        let is_news = label.is_some() && *self.labels.last.borrow() != label;
        if !is_news {
            return;
        }
        self.labels.last.borrow_mut().clone_from(&label);
        // What somebody listens to is not talked into.
        if let Some(label) = label
            && !self.speech.is_speaking()
        {
            self.follow_speed();
            self.speech.mention(&label, &self.words());
        }
    }
}

/// The texts inside the ring in front of all others, from back to front.
fn label(window: &slint::Window, ring: Color) -> Option<String> {
    let inner = WindowInner::from_pub(window);
    let root = ItemRc::new_root(inner.component());
    let mut place = None;
    let mut texts: Vec<(LogicalRect, String)> = Vec::new();
    let _: Option<()> = root.visit_descendants(|item| {
        let border = item
            .downcast::<BasicBorderRectangle>()
            .map(|one| {
                let one = one.as_pin_ref();
                (one.border_color(), one.border_width())
            })
            .or_else(|| {
                item.downcast::<BorderRectangle>().map(|one| {
                    let one = one.as_pin_ref();
                    (one.border_color(), one.border_width())
                })
            });
        if let Some((color, width)) = border {
            if color == Brush::SolidColor(ring) && width.get() > 0.0 {
                place = Some(place_of(item));
            }
        } else if let Some(text) = item.downcast::<ComplexText>() {
            let text = text.as_pin_ref();
            if text.font_family() != ICONS {
                texts.push((place_of(item), text.text().to_string()));
            }
        } else if let Some(text) = item.downcast::<SimpleText>() {
            texts.push((place_of(item), text.as_pin_ref().text().to_string()));
        }
        ControlFlow::Continue(())
    });
    let ring = place?;
    let mut said: Vec<&str> = Vec::new();
    for (place, text) in &texts {
        let text = text.trim();
        let speaks = text.chars().any(char::is_alphanumeric);
        if speaks && ring.contains(place.center()) && !said.contains(&text) {
            said.push(text);
        }
    }
    (!said.is_empty()).then(|| said.join("，"))
}

fn place_of(item: &ItemRc) -> LogicalRect {
    let geometry = item.geometry();
    let origin = item.map_to_window(LogicalPoint::new(geometry.origin.x, geometry.origin.y));
    LogicalRect::new(origin, geometry.size)
}
