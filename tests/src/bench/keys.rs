//! From a key to a painted frame, over every screen; and frames of scrolling.

use std::path::Path;
use std::time::{Duration, Instant};

use contract::bulletin::Block;
use contract::township::ListingKind;
use serde::{Deserialize, Serialize};
use tv_app::cache::{Cache, Order};
use tv_app::remote::{Change, RemoteKey};
use tv_app::screens::Route;
use tv_app::screens::routes::section_route;

use super::television::{FRAME, Television};
use crate::harness::process;
use RemoteKey::{
    Back, Captions, Delete, Digit, Down, Left, Menu, Ok as Choose, PageDown, PageUp, Play, Right,
    Up, VolumeDown, VolumeUp,
};

/// After the start: fonts, the player and the search are being made ready.
const WARM: Duration = Duration::from_secs(2);
/// How long the key that scrolls is held.
const HELD: Duration = Duration::from_secs(4);

/// A screen and the keys that are pressed on it.
pub struct Visit {
    /// What is measured.
    pub name: &'static str,
    /// The screens on top of each other, Home first; empty for the enrolment.
    pub routes: Vec<Route>,
    /// The keys.
    pub keys: Vec<RemoteKey>,
}

/// What came of a visit.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Answers {
    /// Keys with a frame: milliseconds to it.
    pub key_ms: Vec<f64>,
    /// Keys that opened a screen: milliseconds until it was there.
    pub open_ms: Vec<f64>,
    /// Keys pressed, with and without.
    pub pressed: usize,
    /// Processor time of all of them with their animations, in ms.
    pub cpu_ms: f64,
}

fn times(count: usize, key: RemoteKey) -> Vec<RemoteKey> {
    vec![key; count]
}

/// Every screen there is, with content from the cache.
#[must_use]
pub fn visits(cache: &Cache, film: &str) -> Vec<Visit> {
    let township = cache.township().unwrap_or_default();
    let listings = || {
        township
            .sections
            .iter()
            .flat_map(|section| &section.listings)
    };
    let fullest = |kind: ListingKind, count: &dyn Fn(&str) -> usize| {
        let all = listings().filter(|list| list.kind == kind);
        all.max_by_key(|list| count(&list.id))
            .map(|list| list.id.clone())
            .unwrap_or_default()
    };
    let bulletins = |list: &str| cache.bulletins(list, Order::Newest);
    let list = fullest(ListingKind::Bulletins, &|list| bulletins(list).len());
    let honours = fullest(ListingKind::Honours, &|list| bulletins(list).len());
    let programmes = fullest(ListingKind::Programmes, &|list| {
        cache.programmes(list).len()
    });
    let all = || {
        listings()
            .flat_map(|list| bulletins(&list.id))
            .filter_map(|row| cache.bulletin(&row.id))
    };
    let find = |wanted: fn(&Block) -> bool| {
        all().find_map(|bulletin| {
            bulletin
                .body
                .iter()
                .position(wanted)
                .map(|block| (bulletin.id.clone(), block))
        })
    };
    let on_home = |mut above: Vec<Route>| {
        above.insert(0, Route::Home);
        above
    };
    let longest = longest(cache);
    let section = township
        .sections
        .first()
        .map(|section| section.id.clone())
        .unwrap_or_default();
    let browse = |visit: RemoteKey| {
        [
            times(8, Down),
            times(4, Up),
            times(3, Right),
            times(2, Left),
            vec![visit, Back, Down, Up],
        ]
        .concat()
    };
    let mut visits = vec![
        Visit {
            name: "home",
            routes: vec![Route::Home],
            keys: [
                browse(Choose),
                times(6, Right),
                vec![
                    Down,
                    Right,
                    Right,
                    Left,
                    Up,
                    Up,
                    Up,
                    Back,
                    Back,
                    Digit(1),
                    Back,
                    Menu,
                    Back,
                ],
            ]
            .concat(),
        },
        Visit {
            name: "section",
            routes: on_home(vec![section_route(&section)]),
            keys: browse(Choose),
        },
        Visit {
            name: "bulletins",
            routes: on_home(vec![Route::Bulletins { list }]),
            keys: [
                times(10, Down),
                vec![PageDown, PageDown, PageUp],
                browse(Choose),
            ]
            .concat(),
        },
        Visit {
            name: "bulletin",
            routes: on_home(vec![Route::Bulletin { id: longest }]),
            keys: [
                times(12, Down),
                times(3, PageDown),
                times(2, PageUp),
                times(8, Up),
            ]
            .concat(),
        },
        Visit {
            name: "honours",
            routes: on_home(vec![Route::Cards { list: honours }]),
            keys: [times(4, Right), times(3, Down), browse(Choose)].concat(),
        },
        Visit {
            name: "programmes",
            routes: on_home(vec![Route::Cards { list: programmes }]),
            // What is chosen beside it shows a programme; OK would play it.
            keys: [
                times(8, Down),
                times(4, Up),
                vec![Right, Choose, Back, Left],
            ]
            .concat(),
        },
        Visit {
            name: "programme",
            routes: on_home(vec![Route::Programme {
                id: film.to_owned(),
            }]),
            keys: vec![Down, Up, Up, Down, Down, Up],
        },
        Visit {
            name: "player",
            routes: on_home(vec![Route::Player {
                id: film.to_owned(),
                position_ms: 0,
            }]),
            keys: vec![
                Down, Down, Right, Right, Left, Up, VolumeUp, VolumeDown, Captions, Down, Up,
                Choose, Play, Down, Right, Up, VolumeUp,
            ],
        },
        Visit {
            name: "search",
            routes: on_home(vec![Route::Search]),
            keys: [
                vec![
                    Digit(2),
                    Digit(4),
                    Digit(6),
                    Delete,
                    Delete,
                    Delete,
                    Digit(7),
                ],
                times(3, Right),
                times(6, Down),
                times(4, Up),
            ]
            .concat(),
        },
        Visit {
            name: "settings",
            routes: on_home(vec![Route::Settings]),
            keys: [times(8, Down), times(8, Up)].concat(),
        },
        Visit {
            name: "network",
            routes: on_home(vec![Route::Network]),
            keys: vec![Down, Up, Down, Up],
        },
        Visit {
            name: "about",
            routes: on_home(vec![Route::About]),
            keys: vec![Down, Up, Down, Up],
        },
        Visit {
            name: "enrolment",
            routes: Vec::new(),
            keys: vec![Down, Up, Menu, Down, Down, Back],
        },
    ];
    if let Some((id, block)) = find(|block| matches!(block, Block::Table(_))) {
        visits.push(Visit {
            name: "table",
            routes: on_home(vec![Route::Table { id, block }]),
            keys: [
                times(6, Down),
                times(5, Right),
                times(3, Left),
                times(3, Up),
                vec![PageDown, PageUp],
            ]
            .concat(),
        });
    }
    if let Some((id, block)) = find(|block| matches!(block, Block::Picture(_))) {
        visits.push(Visit {
            name: "picture",
            routes: on_home(vec![Route::Picture { id, block }]),
            keys: [
                vec![Choose],
                times(3, Right),
                times(3, Down),
                vec![Choose, Left, Up, Choose, Right, Down],
            ]
            .concat(),
        });
    }
    visits
}

/// The bulletin with the most text.
#[must_use]
pub fn longest(cache: &Cache) -> String {
    let township = cache.township().unwrap_or_default();
    let lists = township
        .sections
        .iter()
        .flat_map(|section| &section.listings);
    let rows = lists.flat_map(|list| cache.bulletins(&list.id, Order::Newest));
    let length = |id: &str| {
        cache
            .bulletin(id)
            .and_then(|bulletin| serde_json::to_string(&bulletin.body).ok())
            .map_or(0, |json| json.len())
    };
    rows.map(|row| row.id)
        .max_by_key(|id| length(id))
        .unwrap_or_default()
}

/// Visits one screen; `data` is the terminal's folder, or an empty one for the enrolment.
///
/// # Errors
/// When the application does not start.
pub fn visit(data: &Path, visit: Visit) -> anyhow::Result<Answers> {
    let tv = Television::alone(data, visit.routes)?;
    tv.run_for(WARM);
    tv.rest();
    let mut answers = Answers::default();
    let before = process::cpu_time()?;
    for key in visit.keys {
        answers.pressed += 1;
        let answer = tv.press(key);
        let ms = |took: Duration| took.as_secs_f64() * 1_000.0;
        answers.key_ms.extend(answer.frame.map(ms));
        answers.open_ms.extend(answer.opened.map(ms));
        tv.rest();
    }
    answers.cpu_ms = (process::cpu_time()? - before).as_secs_f64() * 1_000.0;
    tv.app.quit();
    Ok(answers)
}

/// Scrolls through the longest bulletin with a held key: milliseconds of every painted frame, from
/// what is due (keys, timers) to the last pixel.
///
/// # Errors
/// When the application does not start.
pub fn scroll(data: &Path, bulletin: String) -> anyhow::Result<Vec<f64>> {
    let tv = Television::alone(data, vec![Route::Home, Route::Bulletin { id: bulletin }])?;
    tv.run_for(WARM);
    tv.rest();
    let mut frames = Vec::new();
    for key in [Down, Up] {
        tv.feed(Change::Down(key));
        let until = Instant::now() + HELD;
        while Instant::now() < until {
            let began = Instant::now();
            if tv.screen.pump().is_some() {
                frames.push(began.elapsed().as_secs_f64() * 1_000.0);
            }
            std::thread::sleep(FRAME.saturating_sub(began.elapsed()));
        }
        tv.feed(Change::Up(key));
        tv.rest();
    }
    tv.app.quit();
    Ok(frames)
}
