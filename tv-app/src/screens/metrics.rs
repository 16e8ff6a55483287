//! Sizes that decide behaviour: how many rows fit, how wide text may be. They are computed in
//! `ui/tokens.slint` and read from there, so that there is one source.

/// What controllers know of the layout. Lengths are in logical pixels of the 1920×1080 screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metrics {
    /// Rows of a list.
    pub rows: usize,
    /// Tiles side by side on Home.
    pub home_columns: usize,
    /// Cards of Home's lowest row.
    pub home_cards: usize,
    /// Columns of names to choose from.
    pub tile_columns: usize,
    /// Lists of a section's rail.
    pub rail_rows: usize,
    /// The same of what stands beside it.
    pub pane: PaneMetrics,
    /// Columns of what can be asked for.
    pub service_columns: usize,
    /// Rows of what was asked, where nothing else is shown.
    pub service_rows: usize,
    /// Rows of settings.
    pub settings_rows: usize,
    /// Groups of settings.
    pub settings_groups: usize,
    /// Rows of cameras and of microphones.
    pub capture_rows: usize,
    /// Rows of the list of roll calls.
    pub roll_call_rows: usize,
    /// Height of a row that can be chosen in something that is read, in logical pixels.
    pub choice_height: f32,
    /// Rows of names to choose from.
    pub choice_rows: usize,
    /// Columns of names of a station's roster.
    pub roster_columns: usize,
    /// Rows of names of a station's roster.
    pub roster_rows: usize,
    /// Columns of the names of few, as large as a hall needs them.
    pub roster_large_columns: usize,
    /// Rows of them.
    pub roster_large_rows: usize,
    /// Rows of somebody's record.
    pub record_rows: usize,
    /// Rows of one with a title that has no room in its line.
    pub long_record_rows: usize,
    /// Width of a title in it.
    pub record_width: f32,
    /// Heights in the calendar of meetings.
    pub calendar: CalendarMetrics,
    /// How a bulletin lies.
    pub article: ArticleMetrics,
    /// Size of headings.
    pub heading: f32,
    /// Size of body text.
    pub body: f32,
    /// Size of small text.
    pub small: f32,
    /// Height of a line as a multiple of its size.
    pub leading: f32,
    /// Width of running text.
    pub text_width: f32,
    /// Height of the window on running text.
    pub text_height: f32,
    /// Width inside the safe area.
    pub width: f32,
    /// Height between header and hints.
    pub content_height: f32,
}

/// Sizes of a list beside the rail of its section, where they are others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PaneMetrics {
    /// Rows of a list.
    pub rows: usize,
    /// Rows of the list of roll calls.
    pub roll_call_rows: usize,
    /// Columns of what can be asked for.
    pub service_columns: usize,
    /// Rows of what was asked.
    pub service_rows: usize,
    /// Heights and widths in the calendar of meetings.
    pub calendar: CalendarMetrics,
}

/// Heights in the calendar of meetings, in logical pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CalendarMetrics {
    /// The name of a group.
    pub heading: f32,
    /// A meeting.
    pub row: f32,
    /// A meeting that is live.
    pub live: f32,
    /// Between two lines.
    pub gap: f32,
    /// The whole view.
    pub view: f32,
    /// Width of a meeting's title.
    pub title_width: f32,
    /// Width of a duty room's title.
    pub room_width: f32,
    /// The same while somebody looks into it.
    pub looked_width: f32,
    /// Width of the name of who looked.
    pub look_width: f32,
    /// Above and below the text of a line together.
    pub edges: f32,
}

/// How a bulletin lies, in logical pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ArticleMetrics {
    /// The title stands above the text always.
    pub large: bool,
    /// Width of what stands beside the text.
    pub column: f32,
    /// Width of the text beside it.
    pub beside: f32,
    /// Width of the text with nothing beside it.
    pub alone: f32,
    /// From the upper edge of the safe area to the lower edge of the text.
    pub height: f32,
    /// Height of 返回.
    pub back: f32,
    /// Width of a title beside 返回.
    pub title: f32,
    /// Between two paragraphs.
    pub gap: f32,
    /// Height of a line as a multiple of its size.
    pub leading: f32,
    /// Height of a line of who published it, and when.
    pub note_line: f32,
    /// Width of when at most.
    pub date_width: f32,
    /// Height of the line that says which page it is.
    pub pages: f32,
    /// Its width at most.
    pub pages_width: f32,
    /// Height of what is said of the connection beside the text.
    pub note: f32,
    /// Height of it above the text.
    pub note_row: f32,
    /// Height of the bar that says what is read aloud, with the room above it.
    pub aloud: f32,
}

impl ArticleMetrics {
    /// Height of a line of text.
    #[must_use]
    pub fn line(&self, size: f32) -> f32 {
        (size * self.leading).round()
    }
}

impl Default for ArticleMetrics {
    /// Text size 100 %, safe area 5 %.
    fn default() -> Self {
        Self {
            large: false,
            column: 414.0,
            beside: 1250.0,
            alone: 1688.0,
            height: 896.0,
            back: 120.0,
            title: 1576.0,
            gap: 28.0,
            leading: 1.6,
            note_line: 50.0,
            date_width: 442.0,
            pages: 66.0,
            pages_width: 374.0,
            note: 144.0,
            note_row: 70.0,
            aloud: 259.0,
        }
    }
}

/// How many lines so many characters take at most, as `Words.lines` in `text.slint`.
fn lines(count: f32, width: f32, size: f32) -> f32 {
    if count * size <= width {
        1.0
    } else {
        (count / ((width / size).floor() - 1.0).max(1.0)).ceil()
    }
}

impl Default for CalendarMetrics {
    /// Text size 100 %, safe area 5 %.
    fn default() -> Self {
        Self {
            heading: 53.6,
            row: 120.0,
            live: 163.3,
            gap: 16.0,
            view: 736.0,
            title_width: 1184.0,
            room_width: 1560.0,
            looked_width: 1260.0,
            look_width: 1102.0,
            edges: 32.0,
        }
    }
}

impl Default for PaneMetrics {
    /// Text size 100 %, safe area 5 %.
    fn default() -> Self {
        Self {
            rows: 5,
            roll_call_rows: 5,
            service_columns: 4,
            service_rows: 5,
            calendar: CalendarMetrics {
                title_width: 746.0,
                room_width: 1122.0,
                looked_width: 822.0,
                look_width: 664.0,
                ..CalendarMetrics::default()
            },
        }
    }
}

/// Characters, as few as fit on any screen.
fn count(text: &str) -> f32 {
    f32::from(u16::try_from(text.chars().count()).unwrap_or(u16::MAX))
}

/// Height of one of several lines as a multiple of its size, as in `tokens.slint`.
const WRAPPED: f32 = 1.45;

impl Metrics {
    /// The sizes of a list beside the rail of its section.
    #[must_use]
    pub const fn beside_rail(&self) -> Self {
        Self {
            rows: self.pane.rows,
            roll_call_rows: self.pane.roll_call_rows,
            service_columns: self.pane.service_columns,
            service_rows: self.pane.service_rows,
            calendar: self.pane.calendar,
            ..*self
        }
    }

    /// Height of a line of body text.
    #[must_use]
    pub fn line(&self) -> f32 {
        (self.body * self.leading).ceil()
    }

    /// Whether a title has no room in one line of body text.
    #[must_use]
    pub fn is_long(&self, title: &str, width: f32) -> bool {
        count(title) * self.body > width
    }

    /// Height of a title of a list that can be read in full nowhere else, as `Words.title-height`.
    #[must_use]
    pub fn title_height(&self, title: &str, width: f32) -> f32 {
        if !self.is_long(title, width) {
            return self.body * self.leading;
        }
        let count = count(title);
        let size = if lines(count, width, self.body) <= 2.0 {
            self.body
        } else {
            self.small
        };
        lines(count, width, size) * size * WRAPPED
    }

    /// Height of what stands below it, with so many characters before it, as `Words.note-height`.
    #[must_use]
    pub fn note_height(&self, note: &str, before: f32, width: f32) -> f32 {
        let count = count(note) + before;
        if count * self.small <= width {
            return self.small * self.leading;
        }
        lines(count, width, self.small) * self.small * WRAPPED
    }
}

impl Default for Metrics {
    /// Text size 100 %, safe area 5 %.
    fn default() -> Self {
        Self {
            rows: 5,
            home_columns: 6,
            home_cards: 4,
            tile_columns: 3,
            rail_rows: 6,
            pane: PaneMetrics::default(),
            service_columns: 4,
            service_rows: 5,
            settings_rows: 5,
            settings_groups: 6,
            capture_rows: 4,
            roll_call_rows: 5,
            choice_height: 120.0,
            choice_rows: 5,
            roster_columns: 5,
            roster_rows: 5,
            roster_large_columns: 3,
            roster_large_rows: 2,
            record_rows: 3,
            long_record_rows: 2,
            record_width: 1356.0,
            calendar: CalendarMetrics::default(),
            article: ArticleMetrics::default(),
            heading: 64.0,
            body: 44.0,
            small: 34.0,
            leading: 1.34,
            text_width: 1632.0,
            text_height: 712.0,
            width: 1728.0,
            content_height: 736.0,
        }
    }
}
