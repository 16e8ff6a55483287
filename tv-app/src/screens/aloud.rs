//! What is read aloud by itself.

use super::settings::name;
use super::{Context, Effect};

/// Reads what is said now aloud by itself, where somebody wants that (UX). `before` and `now` tell apart what is
/// said; `None`: nothing is.
#[must_use]
pub fn aloud(before: Option<u8>, now: Option<u8>, context: &Context<'_>) -> Option<Effect> {
    let is_news = now.is_some() && now != before;
    let is_wanted = || context.cache.setting(name::READ_ALOUD).as_deref() == Some("on");
    (is_news && is_wanted()).then_some(Effect::SpeakShown)
}
