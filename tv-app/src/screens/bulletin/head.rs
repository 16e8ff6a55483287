//! What stands beside the text of a bulletin, or above it: the title, who published it, when.

use contract::bulletin::Bulletin;

use crate::screens::metrics::Metrics;
use crate::screens::typeset::Typesetter;

/// A line of the title as a multiple of its type.
const LINE: f32 = 1.3;
/// Letters with serifs are a little wider than those that are measured.
const SERIFS: f32 = 1.05;
/// Share of its room that a day and an hour need without a year.
const DAY_SHARE: f32 = 0.8;
/// Lines of a title above the text that is written large.
const LARGE_LINES: usize = 1;

/// What is known before the title is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// The text has room beside the title.
    pub beside: bool,
    /// Something is said of the connection.
    pub noted: bool,
    /// The day is said with its year.
    pub dated: bool,
}

/// See the module. Lengths are in logical pixels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Head {
    /// The title stands above the text, otherwise beside it.
    pub above: bool,
    /// Lines of the title.
    pub title: Vec<String>,
    /// Their type.
    pub size: f32,
    /// Lines of who published it.
    pub office: Vec<String>,
    /// When it was published stands in the line of who did it.
    pub one_line: bool,
    /// Where the text begins, from the upper edge of the safe area.
    pub top: f32,
    /// Height of a page.
    pub window: f32,
    /// Width of the text.
    pub width: f32,
}

impl Head {
    /// Height of a line of the title.
    #[must_use]
    pub fn line(&self) -> f32 {
        (self.size * LINE).ceil()
    }

    /// Of a bulletin.
    #[must_use]
    pub fn new(
        bulletin: &Bulletin,
        room: Room,
        metrics: &Metrics,
        typesetter: &Typesetter,
    ) -> Self {
        let beside = (room.beside && !metrics.article.large)
            .then(|| Self::beside(bulletin, room.noted, metrics, typesetter))
            .flatten();
        beside.unwrap_or_else(|| Self::above(bulletin, room, metrics, typesetter))
    }

    /// `None` when the title has no room there.
    fn beside(
        bulletin: &Bulletin,
        noted: bool,
        metrics: &Metrics,
        typesetter: &Typesetter,
    ) -> Option<Self> {
        let article = &metrics.article;
        let office = typesetter.wrap(
            &bulletin.organization.name,
            metrics.small * SERIFS,
            article.column,
        );
        #[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
        let below = (office.len() + 2) as f32 * article.note_line + article.gap;
        let note = if noted { article.note } else { 0.0 };
        let room = article.height - article.back - article.gap - below - article.pages - note;
        [metrics.heading, metrics.body]
            .into_iter()
            .find_map(|size| {
                let title = balanced(&bulletin.title, size * SERIFS, article.column, typesetter);
                #[expect(clippy::cast_precision_loss, reason = "a title has 60 characters")]
                let height = title.len() as f32 * (size * LINE).ceil();
                (height <= room).then_some((title, size))
            })
            .map(|(title, size)| Self {
                above: false,
                title,
                size,
                office,
                one_line: false,
                top: 0.0,
                window: article.height,
                width: article.beside,
            })
    }

    fn above(bulletin: &Bulletin, room: Room, metrics: &Metrics, typesetter: &Typesetter) -> Self {
        let article = &metrics.article;
        let lines = |size: f32| balanced(&bulletin.title, size * SERIFS, article.title, typesetter);
        let large = lines(metrics.heading);
        let (title, size) = if large.len() <= LARGE_LINES {
            (large, metrics.heading)
        } else {
            (lines(metrics.body), metrics.body)
        };
        let name = &bulletin.organization.name;
        // The day, and how many pages there are, in the same line.
        let date = if room.dated {
            article.date_width
        } else {
            article.date_width * DAY_SHARE
        };
        let others = date + article.pages_width;
        let one_line = typesetter.width(name, metrics.small * SERIFS) + others <= article.title;
        let office = typesetter.wrap(name, metrics.small * SERIFS, article.title);
        let notes = if one_line { 1 } else { office.len() + 1 };
        #[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
        let height = title.len() as f32 * (size * LINE).ceil() + notes as f32 * article.note_line;
        let note = if room.noted { article.note_row } else { 0.0 };
        let top = (height + note).max(article.back) + article.gap;
        Self {
            above: true,
            title,
            size,
            office,
            one_line,
            top,
            window: (article.height - top).max(metrics.line()),
            width: article.alone,
        }
    }
}

/// Lines of about the same length, as few as are needed.
fn balanced(text: &str, size: f32, width: f32, typesetter: &Typesetter) -> Vec<String> {
    let mut best = typesetter.wrap(text, size, width);
    let fewest = best.len();
    let mut narrower = width - size;
    while fewest > 1 && narrower >= size {
        let lines = typesetter.wrap(text, size, narrower);
        if lines.len() > fewest {
            break;
        }
        best = lines;
        narrower -= size;
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_of_a_title_has_a_single_character_left_over() {
        let typesetter = Typesetter::estimated();
        let lines = balanced("强降温和大风防范的紧急通知", 64.0, 414.0, &typesetter);
        assert_eq!(lines, ["强降温和大", "风防范的紧", "急通知"]);
        assert_eq!(balanced("通知", 64.0, 414.0, &typesetter), ["通知"]);
    }
}
