//! Names that staff write in `township.toml` and the characters of the icon font they stand for.

/// Whether staff gave something the icon of what anybody may be asked.
#[must_use]
pub fn asks_anything(name: &str) -> bool {
    matches!(name, "ask" | "question" | "consult" | "forum")
}

/// The character for an icon's name; an unknown name gets a neutral one.
#[must_use]
pub fn glyph(name: &str) -> &'static str {
    match name {
        "file-list" | "disclosure" | "article" => "\u{ef42}",
        "live" | "video-meeting" | "broadcast" => "\u{e04b}",
        "school" | "education" | "book" => "\u{e80c}",
        "film" | "video" | "movie" | "tv" => "\u{e02c}",
        "award" | "star" | "honour" | "medal" => "\u{e838}",
        "chat" | "vote" | "voice" | "comment" => "\u{e0b7}",
        "money" | "finance" => "\u{e263}",
        "people" | "group" | "members" => "\u{e7fb}",
        "notice" | "megaphone" => "\u{e7f4}",
        "guide" | "help" => "\u{e8fd}",
        "home" => "\u{e88a}",
        "duty" | "look" => "\u{e8f4}",
        "ballot" | "evaluation" => "\u{e175}",
        "chart" | "result" | "statistics" => "\u{e85c}",
        "calendar" => "\u{e878}",
        "service" => "\u{f0e2}",
        "suggestion" | "lightbulb" => "\u{e0f0}",
        "farm" | "agriculture" | "tractor" => "\u{ea79}",
        "subsidy" | "policy" | "payments" => "\u{ef63}",
        "ask" | "question" | "consult" | "forum" => "\u{e0bf}",
        "culture" | "theater-comedy" | "leisure" => "\u{ea66}",
        "dispute" | "handshake" | "mediation" => "\u{ebcb}",
        "report" | "complaint" | "campaign" => "\u{ef49}",
        "work" | "job" | "briefcase" => "\u{e8f9}",
        _ => "\u{e2c7}",
    }
}
