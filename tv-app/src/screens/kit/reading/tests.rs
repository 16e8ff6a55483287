//! Pages, and the way through them.

use proptest::prelude::*;

use super::*;

const LINE: f32 = 70.0;

/// What is laid out: a paragraph of so many lines, or something to choose of this height, each with this
/// room above it.
#[derive(Clone, Copy, Debug)]
enum Laid {
    Lines(u8, u8),
    Stop(u16, u8),
}

fn text(laid: &[Laid], window: f32) -> Text<usize> {
    let mut text = Text {
        parts: Vec::new(),
        stops: Vec::new(),
        height: 0.0,
        window,
    };
    for (number, one) in laid.iter().enumerate() {
        let part = |y: f32, height: f32, paragraph| Part {
            y,
            height,
            paragraph,
            leads: false,
        };
        let gap = match *one {
            Laid::Lines(_, gap) | Laid::Stop(_, gap) => gap,
        };
        if number > 0 {
            text.height += f32::from(gap);
        }
        match *one {
            Laid::Lines(lines, _) => {
                for _ in 0..lines {
                    text.parts.push(part(text.height, LINE, Some(number)));
                    text.height += LINE;
                }
            }
            Laid::Stop(height, _) => {
                let height = f32::from(height);
                text.parts.push(part(text.height, height, None));
                text.stops.push(Stop {
                    what: number,
                    x: 0.0,
                    y: text.height,
                    width: 100.0,
                    height,
                });
                text.height += height;
            }
        }
    }
    text
}

fn reading(laid: &[Laid], window: f32) -> Reading<usize> {
    let mut reading = Reading::new();
    reading.set(text(laid, window), usize::to_string);
    reading
}

/// What has the focus, and on which page.
fn state(reading: &Reading<usize>) -> (&'static str, Option<String>, usize) {
    let focus = &reading.focus;
    let key = focus.key().map(str::to_owned);
    (focus.zone(), key, reading.page().0)
}

/// Presses until nothing changes: everything that had the focus on the way, and the pages.
fn way(reading: &mut Reading<usize>, key: RemoteKey) -> (Vec<String>, Vec<usize>) {
    let (mut seen, mut pages) = (Vec::new(), Vec::new());
    for _ in 0..500 {
        let before = state(reading);
        if before.0 != BACK {
            seen.extend(before.1.clone());
        }
        pages.push(before.2);
        assert_eq!(reading.act(key, Press::Down), Act::Moved);
        if before == state(reading) {
            seen.dedup();
            pages.dedup();
            return (seen, pages);
        }
    }
    panic!("it comes to no end");
}

fn press(reading: &mut Reading<usize>, keys: &[RemoteKey]) {
    for key in keys {
        reading.act(*key, Press::Down);
    }
}

#[test]
fn down_goes_on_paragraph_by_paragraph_and_turns_the_page_where_it_ends() {
    use RemoteKey::{Down, Up};
    let mut reading = reading(
        &[Laid::Lines(3, 0), Laid::Lines(4, 28), Laid::Lines(2, 28)],
        600.0,
    );
    assert_eq!(state(&reading), ("text", Some("0".to_owned()), 1));
    assert_eq!(reading.bar(), Some((0.0, 3.0 * LINE)));
    press(&mut reading, &[Down]);
    assert_eq!(reading.bar(), Some((3.0 * LINE + 28.0, 4.0 * LINE)));
    assert!(reading.has_more());
    press(&mut reading, &[Down]);
    assert_eq!(state(&reading), ("text", Some("2".to_owned()), 2));
    assert_eq!(reading.bar(), Some((0.0, 2.0 * LINE)));
    assert!(!reading.has_more());
    press(&mut reading, &[Down]);
    assert_eq!(state(&reading), ("text", Some("2".to_owned()), 2));
    press(&mut reading, &[Up]);
    assert_eq!(state(&reading), ("text", Some("1".to_owned()), 1));
    press(&mut reading, &[Up, Up]);
    assert!(reading.on_back(), "above the first one is the way back");
    press(&mut reading, &[Up]);
    assert!(reading.on_back());
    press(&mut reading, &[Down]);
    assert_eq!(state(&reading), ("text", Some("0".to_owned()), 1));
}

#[test]
fn what_is_longer_than_a_page_is_read_over_several() {
    let mut reading = reading(&[Laid::Lines(20, 0), Laid::Lines(1, 28)], 600.0);
    let (seen, pages) = way(&mut reading, RemoteKey::Down);
    assert_eq!((seen, pages), (vec!["0".into(), "1".into()], vec![1, 2, 3]));
    // The line of its own at the end of the second one does not stand alone on the third.
    let (seen, pages) = way(&mut reading, RemoteKey::Up);
    assert_eq!((seen, pages), (vec!["1".into(), "0".into()], vec![3, 2, 1]));
}

#[test]
fn right_and_the_channel_key_turn_pages_and_left_leads_back() {
    use RemoteKey::{Left, PageDown, PageUp, Right};
    let mut reading = reading(&[Laid::Lines(4, 28); 6], 600.0);
    assert_eq!(reading.page(), (1, 3));
    press(&mut reading, &[Right]);
    assert_eq!(state(&reading), ("text", Some("2".to_owned()), 2));
    press(&mut reading, &[PageDown]);
    assert_eq!(state(&reading), ("text", Some("4".to_owned()), 3));
    press(&mut reading, &[Right, PageDown]);
    assert_eq!(state(&reading), ("text", Some("4".to_owned()), 3));
    press(&mut reading, &[Left, PageUp]);
    assert_eq!(state(&reading), ("text", Some("0".to_owned()), 1));
    press(&mut reading, &[PageUp]);
    assert!(!reading.on_back(), "the channel key leads nowhere else");
    press(&mut reading, &[Left]);
    assert!(reading.on_back());
    press(&mut reading, &[Right]);
    assert_eq!(state(&reading), ("text", Some("0".to_owned()), 1));
}

#[test]
fn what_is_chosen_is_the_stop_and_else_nothing() {
    use RemoteKey::{Back, Down, Ok, Up};
    let laid = [Laid::Lines(2, 0), Laid::Stop(120, 28), Laid::Stop(120, 16)];
    let mut reading = reading(&laid, 700.0);
    let act = |reading: &mut Reading<usize>, key| reading.act(key, Press::Down);
    assert_eq!(act(&mut reading, Ok), Act::Unused);
    act(&mut reading, Down);
    assert_eq!(act(&mut reading, Ok), Act::Chosen(0));
    act(&mut reading, Down);
    assert_eq!(act(&mut reading, Ok), Act::Chosen(1));
    assert_eq!(reading.focused().map(|stop| stop.what), Some(2));
    assert_eq!(act(&mut reading, Back), Act::Left);
    press(&mut reading, &[Up, Up, Up]);
    assert_eq!(act(&mut reading, Ok), Act::Left);
}

#[test]
fn it_begins_with_what_can_be_chosen_only_where_that_is_in_view() {
    let mut near = reading(&[Laid::Lines(2, 0), Laid::Stop(120, 28)], 700.0);
    near.begin();
    assert!(near.focused().is_some());
    let mut far = reading(&[Laid::Lines(20, 0), Laid::Stop(120, 28)], 700.0);
    far.begin();
    assert!(far.on_text());
}

#[test]
fn where_nothing_is_left_there_is_only_the_way_back() {
    let mut reading = reading(&[Laid::Lines(2, 0), Laid::Stop(120, 28)], 700.0);
    press(&mut reading, &[RemoteKey::Down]);
    reading.set(text(&[Laid::Lines(2, 0)], 700.0), usize::to_string);
    assert_eq!(
        state(&reading),
        ("text", Some("0".to_owned()), 1),
        "what could be chosen is gone"
    );
    reading.set(text(&[], 700.0), usize::to_string);
    assert!(reading.on_back() && !reading.on_text());
    assert_eq!(reading.bar(), None);
}

#[test]
fn the_bar_follows_what_is_said_to_its_page_and_stays_away_from_the_way_back() {
    let laid = [Laid::Lines(4, 28); 6];
    let all = text(&laid, 600.0);
    let mut reading = reading(&laid, 600.0);
    reading.follow(all.parts[17].y);
    assert_eq!(state(&reading), ("text", Some("4".to_owned()), 3));
    press(
        &mut reading,
        &[RemoteKey::Left, RemoteKey::Left, RemoteKey::Left],
    );
    reading.follow(all.parts[17].y);
    assert!(reading.on_back());
}

fn laid() -> impl Strategy<Value = Vec<Laid>> {
    let one = prop_oneof![
        3 => (1..25u8, 20..60u8).prop_map(|(lines, gap)| Laid::Lines(lines, gap)),
        1 => (120..560u16, 20..60u8).prop_map(|(height, gap)| Laid::Stop(height, gap)),
    ];
    proptest::collection::vec(one, 1..12)
}

proptest! {
    #[test]
    fn every_line_is_on_one_page_and_has_room_there(laid in laid(), window in 560.0..900.0f32) {
        let all = text(&laid, window);
        let mut reading = reading(&laid, window);
        let mut seen = 0;
        for page in 1..=reading.page().1 {
            prop_assert_eq!(reading.page().0, page);
            let shown: Vec<&Part> = all.parts.iter()
                .filter(|part| reading.shows(part.y, part.height))
                .collect();
            prop_assert!(!shown.is_empty());
            seen += shown.len();
            for part in shown {
                prop_assert!(part.y + part.height - reading.scroll() <= window + 1.0);
            }
            reading.act(RemoteKey::PageDown, Press::Down);
        }
        prop_assert_eq!(seen, all.parts.len());
    }

    #[test]
    fn whoever_reads_through_comes_by_everything(laid in laid(), window in 560.0..900.0f32) {
        let all: Vec<String> = (0..laid.len()).map(|number| number.to_string()).collect();
        let mut reading = reading(&laid, window);
        let (seen, pages) = way(&mut reading, RemoteKey::Down);
        prop_assert_eq!(seen, &all[..]);
        prop_assert_eq!(pages, (1..=reading.page().1).collect::<Vec<_>>());
        let (seen, _) = way(&mut reading, RemoteKey::Up);
        prop_assert_eq!(seen, all.into_iter().rev().collect::<Vec<_>>());
        prop_assert!(reading.on_back());
    }

    #[test]
    fn no_short_paragraph_is_divided_and_no_line_stands_alone(laid in laid(), window in 560.0..900.0f32) {
        let all = text(&laid, window);
        let mut reading = reading(&laid, window);
        for _ in 0..reading.page().1 {
            for (number, lines) in laid.iter().enumerate().filter_map(|(number, one)| match one {
                Laid::Lines(lines, _) => Some((number, usize::from(*lines))),
                Laid::Stop(..) => None,
            }) {
                let here = all.parts.iter()
                    .filter(|part| part.paragraph == Some(number))
                    .filter(|part| reading.shows(part.y, part.height))
                    .count();
                prop_assert!(here == 0 || here == lines || (lines > WHOLE && here > 1), "{here} of {lines}");
            }
            reading.act(RemoteKey::PageDown, Press::Down);
        }
    }

    #[test]
    fn the_bar_is_on_the_page_wherever_one_goes(
        laid in laid(),
        window in 560.0..900.0f32,
        keys in proptest::collection::vec(0..6usize, 1..40),
    ) {
        use RemoteKey::{Down, Left, PageDown, PageUp, Right, Up};
        let mut reading = reading(&laid, window);
        for key in keys {
            reading.act([Up, Down, Left, Right, PageUp, PageDown][key], Press::Down);
            match reading.bar() {
                Some((y, height)) => prop_assert!(y >= 0.0 && height > 0.0 && y + height <= window + 1.0),
                None => prop_assert!(reading.on_back()),
            }
        }
    }
}
