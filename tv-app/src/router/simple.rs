//! The simple mode: another first screen, which the blue key, held, brings and takes away.

use super::{Outward, Router};
use crate::remote::{Press, RemoteKey};
use crate::screens::overlay::Toast;
use crate::screens::routes::home_route;
use crate::screens::settings::{TEXT_SIZES, is_simple, name, simple_mode};
use crate::screens::{Base, Context, Effect, Input, Screen};

/// The blue key is held so long, in ms.
const HOLD_MS: u64 = 1_000;

/// The blue key is down.
#[derive(Clone, Debug)]
pub(super) struct Blue {
    /// Since when, in monotonic ms.
    since: u64,
    /// The text size before it changed that.
    size: String,
}

impl Router {
    /// The first screen is that of the mode this television is in.
    pub(super) fn ground(&mut self, outward: &mut Vec<Outward>, context: &Context<'_>) {
        let wanted = home_route(is_simple(context.cache));
        let first = self.stack[0].controller();
        if first.nature().base != Some(Base::Home) || first.is_at(&wanted) {
            return;
        }
        // Where somebody was on the other one is not forgotten.
        let kept = self
            .aside
            .take()
            .filter(|it| it.controller().is_at(&wanted));
        let next = kept.unwrap_or_else(|| Screen::open(&wanted));
        self.aside = Some(std::mem::replace(&mut self.stack[0], next));
        if self.stack.len() == 1 {
            self.opened += 1;
            outward.extend(self.tell_top(&Input::Shown, context));
        }
        outward.push(Outward::Effect(Effect::Remember));
    }

    /// The blue key, in a place where it changes the text size: held it turns the simple mode on and
    /// off. `None` leaves it to what it means otherwise.
    pub(super) fn hold_blue(
        &mut self,
        key: RemoteKey,
        press: Press,
        context: &Context<'_>,
    ) -> Option<Vec<Outward>> {
        if key != RemoteKey::Blue || !self.is_enrolled() {
            return None;
        }
        match press {
            Press::Down => {
                let size = context.cache.setting(name::TEXT_SIZE);
                self.blue = Some(Blue {
                    since: context.ticks_ms,
                    size: size.unwrap_or_else(|| TEXT_SIZES[0].to_string()),
                });
                // In the simple mode there is one size.
                is_simple(context.cache).then(|| {
                    self.show_toast(Toast::Simple, context);
                    Vec::new()
                })
            }
            Press::Up => {
                self.blue = None;
                None
            }
            Press::Repeat => {
                let held = |blue: &Blue| context.ticks_ms.saturating_sub(blue.since) >= HOLD_MS;
                let blue = self.blue.take_if(|blue| held(blue))?;
                Some(self.turn_simple(&blue.size, context))
            }
        }
    }

    fn turn_simple(&mut self, size: &str, context: &Context<'_>) -> Vec<Outward> {
        let on = !is_simple(context.cache);
        let mut effects = self.home(context);
        if on {
            let size = Effect::Setting(name::TEXT_SIZE, size.to_owned());
            effects.push(Outward::Effect(size));
        }
        let mode = simple_mode(context.cache, on).into_iter();
        effects.extend(mode.map(Outward::Effect));
        self.show_toast(if on { Toast::Simple } else { Toast::NotSimple }, context);
        effects
    }
}
