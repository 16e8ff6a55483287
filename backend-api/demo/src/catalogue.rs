//! What the township has pictures and films of.

use crate::scenes::{Place, Season};

use Place::{
    Fields, Greenhouses, Harvest, Library, Meeting, Orchard, Reservoir, River, Road, Square,
    Terraces, Village,
};
use Season::{Autumn, Evening, Spring, Summer, Winter};

/// A photograph: name of its file, what it shows, width and height in pixels.
pub type Photo = (&'static str, Place, Season, u32, u32);

/// Landscapes and rooms.
pub const PHOTOS: &[Photo] = &[
    ("spring-fields", Fields, Spring, 1920, 1080),
    ("summer-fields", Fields, Summer, 1600, 900),
    ("autumn-terraces", Terraces, Autumn, 1600, 900),
    ("river-bridge", River, Summer, 1920, 1080),
    ("river-autumn", River, Autumn, 1600, 900),
    ("river-spring", River, Spring, 1600, 900),
    ("village-lane", Village, Summer, 1920, 1080),
    ("village-snow", Village, Winter, 1600, 900),
    ("village-evening", Village, Evening, 1600, 900),
    ("village-spring", Village, Spring, 1600, 900),
    ("harvest", Harvest, Autumn, 2560, 1440),
    ("orchard-blossom", Orchard, Spring, 1600, 900),
    ("orchard-apples", Orchard, Autumn, 1920, 1080),
    ("greenhouses", Greenhouses, Spring, 1600, 900),
    ("greenhouses-winter", Greenhouses, Winter, 1600, 900),
    ("reservoir", Reservoir, Summer, 1920, 1080),
    ("reservoir-autumn", Reservoir, Autumn, 1600, 900),
    ("new-road", Road, Summer, 1920, 1080),
    ("meeting-room", Meeting, Summer, 1920, 1080),
    ("party-class", Meeting, Winter, 1600, 900),
    ("reading-room", Library, Summer, 1600, 900),
];

/// How many portraits there are: `portrait-01` and so on.
pub const PORTRAITS: u64 = 12;
/// How many group pictures there are: `branch-01` and so on.
pub const GROUPS: u64 = 6;
/// How many courtyards there are: `courtyard-01` and so on.
pub const COURTYARDS: u64 = 4;

/// A film.
pub struct Film {
    /// Name of the file without its extension, the same as that of its captions.
    pub name: &'static str,
    /// Where, when, and for how many seconds.
    pub chapters: &'static [(Place, Season, u32)],
    /// Coded as an old camera would.
    pub old_camera: bool,
    /// Seed of its chance.
    pub seed: u64,
}

impl Film {
    /// Its length in seconds.
    #[must_use]
    pub fn seconds(&self) -> u32 {
        self.chapters.iter().map(|chapter| chapter.2).sum()
    }

    /// Name of its file.
    #[must_use]
    pub fn file(&self) -> String {
        format!(
            "{}.{}",
            self.name,
            if self.old_camera { "avi" } else { "mp4" }
        )
    }
}

const fn film(name: &'static str, seed: u64, chapters: &'static [(Place, Season, u32)]) -> Film {
    Film {
        name,
        chapters,
        old_camera: false,
        seed,
    }
}

/// All films.
pub const FILMS: &[Film] = &[
    film(
        "four-seasons",
        11,
        &[
            (River, Spring, 20),
            (Orchard, Spring, 20),
            (Terraces, Summer, 20),
            (Reservoir, Summer, 20),
            (Village, Summer, 20),
            (Harvest, Autumn, 22),
            (Orchard, Autumn, 20),
            (Village, Winter, 20),
            (Square, Evening, 22),
        ],
    ),
    film(
        "news-october",
        21,
        &[
            (Meeting, Autumn, 10),
            (Harvest, Autumn, 12),
            (Road, Autumn, 10),
        ],
    ),
    film(
        "news-november",
        31,
        &[
            (Village, Autumn, 10),
            (Meeting, Winter, 10),
            (Greenhouses, Winter, 12),
        ],
    ),
    film(
        "apple-care",
        41,
        &[
            (Orchard, Spring, 12),
            (Orchard, Summer, 12),
            (Orchard, Autumn, 12),
        ],
    ),
    film(
        "greenhouse-winter",
        51,
        &[(Greenhouses, Winter, 14), (Greenhouses, Spring, 14)],
    ),
    film(
        "party-class",
        61,
        &[(Meeting, Summer, 20), (Library, Summer, 16)],
    ),
    film(
        "river-chief",
        71,
        &[(River, Summer, 14), (River, Autumn, 14)],
    ),
    film(
        "square-dance",
        81,
        &[(Square, Summer, 12), (Square, Evening, 12)],
    ),
    Film {
        name: "harvest-1998",
        chapters: &[(Harvest, Autumn, 12), (Fields, Autumn, 10)],
        old_camera: true,
        seed: 91,
    },
    film(
        "neighbour-village",
        101,
        &[(Road, Summer, 12), (Terraces, Autumn, 12)],
    ),
];

/// Names of all files that are made, below `media/`.
#[must_use]
pub fn files() -> Vec<String> {
    let numbered =
        |name: &'static str, count: u64| (1..=count).map(move |n| format!("{name}-{n:02}.jpg"));
    PHOTOS
        .iter()
        .map(|photo| format!("{}.jpg", photo.0))
        .chain(numbered("portrait", PORTRAITS))
        .chain(numbered("branch", GROUPS))
        .chain(numbered("courtyard", COURTYARDS))
        .chain(FILMS.iter().map(Film::file))
        .collect()
}
