//! What can be set: the groups of the settings, their rows, what each offers, and how it is kept.

use super::auto_join::joins_by_itself;
use super::name;
use super::simple_mode::is_simple;
use crate::cache::Cache;
use crate::screens::{Context, Route};

/// The text sizes in percent.
pub const TEXT_SIZES: [u32; 3] = [100, 125, 150];

/// The text size after the present one.
#[must_use]
pub fn next_text_size(cache: &Cache) -> u32 {
    let now: u32 = cache
        .setting(name::TEXT_SIZE)
        .and_then(|value| value.parse().ok())
        .unwrap_or(TEXT_SIZES[0]);
    let at = TEXT_SIZES.iter().position(|size| *size == now).unwrap_or(0);
    TEXT_SIZES[(at + 1) % TEXT_SIZES.len()]
}

/// The largest safe area in percent.
const MAX_SAFE: usize = 10;
/// Loudness in percent of one step.
const LOUDER: usize = 10;
/// Steps of what is set in steps: none to all.
pub const STEPS: usize = 10;
/// Loudness in percent when nobody has changed it.
pub const VOLUME: u8 = 60;

/// Rows that belong together, at the left of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Size of the text, reading aloud, captions, loudness.
    Senses,
    /// The simple mode.
    Simple,
    /// How pictures and captions look, and the language.
    Picture,
    /// The remote control, and what happens when a meeting begins.
    Remote,
    /// The connection.
    Network,
    /// This television.
    About,
}

/// What a row sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named by what they set")]
pub enum Kind {
    TextSize,
    Aloud,
    Speed,
    Captions,
    Volume,
    Simple,
    SafeArea,
    Theme,
    CaptionWeight,
    CaptionGround,
    CaptionPlace,
    Language,
    Lesson,
    Wizard,
    KeyTest,
    AutoJoin,
    Capture,
    Network,
    About,
    Installation,
}

/// One of the values side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named by what they choose")]
pub enum Choice {
    Standard,
    Large,
    Largest,
    Off,
    On,
    Results,
    Everything,
    Slow,
    Normal,
    Fast,
    Television,
    Projector,
    Regular,
    Bold,
    Shaded,
    Plain,
    Below,
    Above,
    Chinese,
    English,
    ByItself,
    Asked,
}

/// How a row is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One of these.
    Choices(&'static [Choice]),
    /// None to all of [`STEPS`].
    Steps,
    /// On a page of its own.
    Page(Route),
}

impl Group {
    /// All of them, from above.
    pub const ALL: [Self; 6] = [
        Self::Senses,
        Self::Simple,
        Self::Picture,
        Self::Remote,
        Self::Network,
        Self::About,
    ];

    /// Its rows, from above.
    #[must_use]
    pub const fn rows(self) -> &'static [Kind] {
        match self {
            Self::Senses => &[
                Kind::TextSize,
                Kind::Aloud,
                Kind::Speed,
                Kind::Captions,
                Kind::Volume,
            ],
            Self::Simple => &[Kind::Simple],
            Self::Picture => &[
                Kind::SafeArea,
                Kind::Theme,
                Kind::CaptionWeight,
                Kind::CaptionGround,
                Kind::CaptionPlace,
                Kind::Language,
            ],
            Self::Remote => &[
                Kind::Lesson,
                Kind::Wizard,
                Kind::KeyTest,
                Kind::AutoJoin,
                Kind::Capture,
            ],
            Self::Network => &[Kind::Network],
            Self::About => &[Kind::About, Kind::Installation],
        }
    }

    /// Its name for the focus.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Senses => "senses",
            Self::Simple => "simple",
            Self::Picture => "picture",
            Self::Remote => "remote",
            Self::Network => "network",
            Self::About => "about",
        }
    }
}

impl Kind {
    /// The zone of its values.
    #[must_use]
    pub const fn zone(self) -> &'static str {
        match self {
            Self::TextSize => "text-size",
            Self::Aloud => "aloud",
            Self::Speed => "speed",
            Self::Captions => "captions",
            Self::Volume => "volume",
            Self::Simple => "simple-mode",
            Self::SafeArea => "safe-area",
            Self::Theme => "theme",
            Self::CaptionWeight => "caption-weight",
            Self::CaptionGround => "caption-ground",
            Self::CaptionPlace => "caption-place",
            Self::Language => "language",
            Self::Lesson => "lesson",
            Self::Wizard => "wizard",
            Self::KeyTest => "key-test",
            Self::AutoJoin => "auto-join",
            Self::Capture => "capture",
            Self::Network => "network-page",
            Self::About => "about-page",
            Self::Installation => "installation",
        }
    }

    /// How it is set.
    #[must_use]
    pub fn shape(self) -> Shape {
        use Choice as C;
        match self {
            Self::TextSize => Shape::Choices(&[C::Standard, C::Large, C::Largest]),
            Self::Aloud => Shape::Choices(&[C::Off, C::Results, C::Everything]),
            Self::Speed => Shape::Choices(&[C::Slow, C::Normal, C::Fast]),
            Self::Captions => Shape::Choices(&[C::Off, C::Standard, C::Large]),
            Self::Volume | Self::SafeArea => Shape::Steps,
            Self::Simple => Shape::Choices(&[C::Off, C::On]),
            Self::Theme => Shape::Choices(&[C::Television, C::Projector]),
            Self::CaptionWeight => Shape::Choices(&[C::Regular, C::Bold]),
            Self::CaptionGround => Shape::Choices(&[C::Shaded, C::Plain]),
            Self::CaptionPlace => Shape::Choices(&[C::Below, C::Above]),
            Self::Language => Shape::Choices(&[C::Chinese, C::English]),
            Self::AutoJoin => Shape::Choices(&[C::ByItself, C::Asked]),
            Self::Lesson => Shape::Page(Route::Lesson),
            Self::Wizard => Shape::Page(Route::Wizard),
            Self::KeyTest => Shape::Page(Route::KeyTest),
            Self::Capture => Shape::Page(Route::Capture),
            Self::Network => Shape::Page(Route::Network),
            Self::About => Shape::Page(Route::About),
            Self::Installation => Shape::Page(Route::Installation),
        }
    }

    /// What it offers side by side.
    #[must_use]
    pub fn choices(self) -> &'static [Choice] {
        match self.shape() {
            Shape::Choices(choices) => choices,
            Shape::Steps | Shape::Page(_) => &[],
        }
    }

    /// How many values it has; one for a page.
    #[must_use]
    pub fn values(self) -> usize {
        match self.shape() {
            Shape::Choices(choices) => choices.len(),
            Shape::Steps => STEPS + 1,
            Shape::Page(_) => 1,
        }
    }

    /// Which value is in force.
    #[must_use]
    pub fn value(self, context: &Context<'_>) -> usize {
        let cache = context.cache;
        let set = |name| cache.setting(name);
        let is = |name, value: &str| set(name).as_deref() == Some(value);
        let one = |name, value: &str| usize::from(is(name, value));
        match self {
            Self::TextSize => {
                let size = number(cache, name::TEXT_SIZE);
                let at = TEXT_SIZES.iter().position(|known| Some(*known) == size);
                at.unwrap_or(0)
            }
            Self::Aloud if is(name::ALOUD, "on") => 2,
            Self::Aloud => one(name::READ_ALOUD, "on"),
            // While a text is read it can be made slower and faster than here.
            Self::Speed => match set(name::SPEED).as_deref() {
                Some("slowest" | "slow") => 0,
                Some("fast" | "fastest") => 2,
                _ => 1,
            },
            Self::Captions => {
                let large =
                    number(cache, name::TEXT_SIZE).is_some_and(|it: u32| it > TEXT_SIZES[0]);
                match set(name::CAPTIONS).as_deref() {
                    Some("on") => 2,
                    Some("small") => 1,
                    None if large => 2,
                    _ => 0,
                }
            }
            Self::Volume => {
                let loud = number(cache, name::VOLUME).unwrap_or(usize::from(VOLUME));
                (loud.min(100) + LOUDER / 2) / LOUDER
            }
            Self::SafeArea => number(cache, name::SAFE_AREA).unwrap_or(5).min(MAX_SAFE),
            Self::Simple => usize::from(is_simple(cache)),
            Self::Theme => one(name::THEME, "projector"),
            Self::CaptionWeight => one(name::CAPTION_WEIGHT, "bold"),
            Self::CaptionGround => one(name::CAPTION_GROUND, "none"),
            Self::CaptionPlace => one(name::CAPTION_PLACE, "top"),
            Self::Language => one(name::LANGUAGE, "en"),
            Self::AutoJoin => usize::from(!joins_by_itself(cache)),
            _ => 0,
        }
    }

    /// What is kept when this value is chosen. The simple mode is not kept alone.
    #[must_use]
    pub fn kept(self, value: usize) -> Vec<(&'static str, String)> {
        let one = |name, values: &[&str]| {
            let kept = values.get(value).map(|kept| (name, (*kept).to_owned()));
            kept.into_iter().collect()
        };
        match self {
            Self::TextSize => {
                let size = TEXT_SIZES.get(value).map(ToString::to_string);
                size.map(|size| (name::TEXT_SIZE, size))
                    .into_iter()
                    .collect()
            }
            Self::Aloud => {
                let on = |wanted| if wanted { "on" } else { "off" }.to_owned();
                vec![
                    (name::ALOUD, on(value == 2)),
                    (name::READ_ALOUD, on(value > 0)),
                ]
            }
            Self::Speed => one(name::SPEED, &["slow", "normal", "fast"]),
            Self::Captions => one(name::CAPTIONS, &["off", "small", "on"]),
            Self::Volume => vec![(name::VOLUME, (value * LOUDER).to_string())],
            Self::SafeArea => vec![(name::SAFE_AREA, value.to_string())],
            Self::Theme => one(name::THEME, &["standard", "projector"]),
            Self::CaptionWeight => one(name::CAPTION_WEIGHT, &["regular", "bold"]),
            Self::CaptionGround => one(name::CAPTION_GROUND, &["shade", "none"]),
            Self::CaptionPlace => one(name::CAPTION_PLACE, &["bottom", "top"]),
            Self::Language => one(name::LANGUAGE, &["zh", "en"]),
            Self::AutoJoin => one(name::AUTO_JOIN, &["on", "off"]),
            _ => Vec::new(),
        }
    }
}

fn number<T: std::str::FromStr>(cache: &Cache, name: &str) -> Option<T> {
    cache.setting(name)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use contract::terminal::TerminalKind;

    use super::*;
    use crate::screens::tests::World;

    #[test]
    fn every_value_that_is_chosen_is_the_one_in_force() {
        let world = World::new(TerminalKind::Household);
        for kind in Group::ALL.into_iter().flat_map(Group::rows) {
            let values = if *kind == Kind::Simple {
                0
            } else {
                kind.values()
            };
            for value in 0..values {
                for (name, kept) in kind.kept(value) {
                    world.cache.set_setting(name, &kept).unwrap();
                }
                let read = world.with(|context| kind.value(context));
                assert_eq!(read, value, "{kind:?}");
            }
        }
    }

    #[test]
    fn captions_come_by_themselves_with_large_text() {
        let world = World::new(TerminalKind::Household);
        let shown = || world.with(|context| Kind::Captions.value(context));
        assert_eq!(shown(), 0);
        world.cache.set_setting(name::TEXT_SIZE, "125").unwrap();
        assert_eq!(shown(), 2);
        world.cache.set_setting(name::CAPTIONS, "off").unwrap();
        assert_eq!(shown(), 0);
    }
}
