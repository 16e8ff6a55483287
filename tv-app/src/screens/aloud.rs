//! Reading aloud: what is read by itself, and how.

use super::settings::name;
use super::{Context, Effect};
use crate::cache::Cache;

/// How fast can be read, from slow to fast; the setting [`name::SPEED`].
pub const SPEEDS: [&str; 5] = ["slowest", "slow", "normal", "fast", "fastest"];

/// When nobody has chosen.
const SPEED: usize = 2;

/// What becomes of what is being read aloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// It waits.
    Pause,
    /// It goes on with the sentence that was begun.
    Resume,
    /// It goes on with the piece with this index.
    Go(usize),
}

/// Reads what is said now aloud by itself, where somebody wants that (UX). `before` and `now` tell apart what is
/// said; `None`: nothing is.
#[must_use]
pub fn aloud(before: Option<u8>, now: Option<u8>, context: &Context<'_>) -> Option<Effect> {
    let is_news = now.is_some() && now != before;
    (is_news && is_wanted(context.cache)).then_some(Effect::SpeakShown)
}

/// Whether somebody wants to hear what became of what they did.
#[must_use]
pub fn is_wanted(cache: &Cache) -> bool {
    let is_on = |name| cache.setting(name).as_deref() == Some("on");
    is_on(name::READ_ALOUD) || is_on(name::ALOUD)
}

/// Whether somebody wants to hear what has the focus.
#[must_use]
pub fn reads_focus(cache: &Cache) -> bool {
    cache.setting(name::ALOUD).as_deref() == Some("on")
}

/// How fast is read: an index of [`SPEEDS`].
#[must_use]
pub fn speed(cache: &Cache) -> usize {
    let chosen = cache.setting(name::SPEED);
    let known = |chosen: String| SPEEDS.iter().position(|speed| *speed == chosen);
    chosen.and_then(known).unwrap_or(SPEED)
}
