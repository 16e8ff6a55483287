//! Every screen in every text size, looked at pixel by pixel.

use e2e::harness::pixels::{are_alike, bright_outside, difference, marks, rings, text_contrast};
use e2e::harness::scenes;
use e2e::harness::texts::{Place, Text, faults, pictures, texts};
use e2e::harness::{Content, Scene, Stage, long_documents, long_scenes};
use slint::ComponentHandle as _;
use tv_canvas::{Rect, Rgb};

/// The least contrast of body text (UX).
const CONTRAST: f64 = 7.0;
/// The ring and the growth of what has the focus stand out by so many pixels.
const RING_MARGIN: u32 = 22;
/// Two screens differ clearly in at least so many pixels, about a character.
const A_CHARACTER: usize = 1_000;

/// What is not there in large text.
const SAME_IN_LARGE_TEXT: [(&str, &str); 1] = [("home-newest", "home")];
/// What the sign says, in both languages.
const SIGN: [&str; 2] = ["查看", "looking"];

/// Words that come from the content and may end in “…” on a list.
fn content_words(content: &Content) -> Vec<String> {
    let titles = content
        .bulletins()
        .map(|bulletin| bulletin.title.clone())
        .chain(
            content
                .programmes()
                .map(|programme| programme.title.clone()),
        );
    let offices = content
        .bulletins()
        .map(|bulletin| bulletin.organization.name.clone());
    // What a roll call and a meeting are called is up to the office as well.
    let roll_calls = [
        e2e::harness::people::TITLE,
        e2e::harness::meeting_scenes::TITLE,
    ]
    .map(str::to_owned);
    let long = [
        long_documents::TITLE,
        long_documents::NEXT,
        long_documents::OFFICE,
    ]
    .map(str::to_owned);
    titles
        .chain(offices)
        .chain(roll_calls)
        .chain(long)
        .collect()
}

/// A title, or what is left of it without the words that all of its kind have.
fn may_end_early(text: &str, words: &[String]) -> bool {
    let is_part = text.chars().count() >= 6;
    words
        .iter()
        .any(|word| text.contains(word.as_str()) || is_part && word.contains(text))
}

fn shown(stage: &Stage) -> Vec<Text> {
    texts(stage.tv.app().window().window())
}

/// Text over text is meant where something lies over the screen.
fn is_covered(scene: &Scene) -> bool {
    scene.name.starts_with("dialog")
        || scene.name.starts_with("toast")
        || scene.name.ends_with("-elsewhere")
        || matches!(scene.name, "evaluation-object" | "answering-confirm")
}

fn rect(place: Place) -> Rect {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "places on a screen of 1920×1080"
    )]
    let pixel = |length: f32| length.max(0.0).round() as u32;
    let (x, y) = (pixel(place.x), pixel(place.y));
    Rect {
        x,
        y,
        width: pixel(place.right).saturating_sub(x),
        height: pixel(place.bottom).saturating_sub(y),
    }
}

fn piece(frame: &Rgb, text: &Text) -> Rgb {
    frame.crop(rect(text.ink.within(text.window)))
}

/// Something bright outside of the safe area that is no picture.
fn outside(stage: &Stage, frame: &Rgb, percent: u32) -> Option<(u32, u32)> {
    let pictures: Vec<Rect> = pictures(stage.tv.app().window().window())
        .into_iter()
        .map(rect)
        .collect();
    bright_outside(frame, percent, RING_MARGIN, &pictures)
}

fn nothing_wrong(wrong: &[String], size: u32) {
    assert!(
        wrong.is_empty(),
        "{} faults at {size} %:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Only what is looked at is painted.
fn stage(size: u32) -> Stage {
    let stage = Stage::new().unwrap();
    stage.tv.screen.paint_when_looked_at();
    stage.set_size(size, 5).unwrap();
    stage
}

/// Shows every scene and collects what is wrong, so that one run tells everything.
fn look_at_everything(size: u32) {
    let mut stage = stage(size);
    let words = content_words(&stage.content);
    let mut wrong = Vec::new();
    let mut seen: Vec<(&str, Rgb)> = Vec::new();
    for scene in scenes::all() {
        stage.play(scene).unwrap();
        let frame = stage.tv.frame();
        let texts = shown(&stage);
        let mut say = |fault: String| wrong.push(format!("{}: {fault}", scene.name));
        match (marks(&frame).len(), scene.ring) {
            (1, true) | (0, false) => {}
            (count, _) => say(format!("{count} things have the focus")),
        }
        if !is_covered(scene) {
            let may_shorten = |text: &str| may_end_early(text, &words);
            faults(&texts, may_shorten).into_iter().for_each(&mut say);
        }
        if !scene.full && !is_covered(scene) {
            if let Some(place) = outside(&stage, &frame, 5) {
                say(format!(
                    "something bright outside the safe area at {place:?}"
                ));
            }
            for text in texts.iter().filter(|text| !text.icon) {
                match text_contrast(&piece(&frame, text)) {
                    Some(contrast) if contrast >= CONTRAST => {}
                    contrast => say(format!("“{}” has a contrast of {contrast:?}", text.words)),
                }
            }
        }
        for (other, picture) in &seen {
            let is_the_same = size > 130 && SAME_IN_LARGE_TEXT.contains(&(scene.name, other));
            if !is_the_same && are_alike(picture, &frame, A_CHARACTER) {
                say(format!("looks like {other}"));
            }
        }
        seen.push((scene.name, frame));
    }
    nothing_wrong(&wrong, size);
}

#[test]
fn every_screen_at_100_percent() {
    look_at_everything(100);
}

#[test]
fn every_screen_at_125_percent() {
    look_at_everything(125);
}

#[test]
fn every_screen_at_150_percent() {
    look_at_everything(150);
}

/// Everything again while somebody looks into the place: the sign hides nothing, and nothing has too
/// little room because of it.
fn look_at_everything_under_the_sign(size: u32) {
    let mut stage = stage(size);
    stage.watched = true;
    let words = content_words(&stage.content);
    let mut wrong = Vec::new();
    let mut signs = 0;
    for scene in scenes::all() {
        stage.play(scene).unwrap();
        let frame = stage.tv.frame();
        let texts = shown(&stage);
        let mut say = |fault: String| wrong.push(format!("{}: {fault}", scene.name));
        if stage.tv.router(|router| router.sign().is_none()) {
            continue;
        }
        signs += 1;
        match (marks(&frame).len(), scene.ring) {
            (1, true) | (0, false) => {}
            (count, _) => say(format!("{count} things have the focus")),
        }
        let sign = texts
            .iter()
            .rfind(|text| SIGN.iter().any(|sign| text.words.contains(sign)));
        match sign.and_then(|sign| text_contrast(&piece(&frame, sign))) {
            Some(contrast) if contrast >= CONTRAST => {}
            contrast => say(format!("the sign has a contrast of {contrast:?}")),
        }
        if !is_covered(scene) {
            let may_shorten = |text: &str| may_end_early(text, &words);
            faults(&texts, may_shorten).into_iter().for_each(&mut say);
        }
    }
    assert!(signs > 100, "{signs}");
    nothing_wrong(&wrong, size);
}

#[test]
fn under_the_sign_every_screen_at_100_percent() {
    look_at_everything_under_the_sign(100);
}

#[test]
fn under_the_sign_every_screen_at_150_percent() {
    look_at_everything_under_the_sign(150);
}

/// What is wrong with the words that have to be read in full on a scene.
fn missing_words(texts: &[Text], words: &str) -> Option<String> {
    // A text that is laid out here is several, one a line.
    let all: String = texts.iter().map(|text| text.words.as_str()).collect();
    if !all.contains(words) {
        return Some(format!("“{words}” is not there"));
    }
    let cut = texts
        .iter()
        .filter(|text| text.words.contains(words) || words.contains(text.words.as_str()))
        .find(|text| text.is_shortened() || text.is_cut_in_height() || text.is_cut_by_edge())?;
    Some(format!("“{}” is not shown whole", cut.words))
}

/// Sixty characters are read in full somewhere on every path.
fn long_titles_are_whole(size: u32, watched: bool) {
    let mut stage = stage(size);
    stage.watched = watched;
    let mut wrong = Vec::new();
    for whole in long_scenes::WHOLE {
        let scene = scenes::all()
            .find(|scene| scene.name == whole.scene)
            .unwrap();
        stage.play(scene).unwrap();
        stage.tv.settle();
        if let Some(fault) = missing_words(&shown(&stage), whole.words) {
            wrong.push(format!("{}: {fault}", whole.scene));
        }
    }
    nothing_wrong(&wrong, size);
}

#[test]
fn long_titles_are_whole_at_100_percent() {
    long_titles_are_whole(100, false);
}

#[test]
fn long_titles_are_whole_at_125_percent() {
    long_titles_are_whole(125, false);
}

#[test]
fn long_titles_are_whole_at_150_percent() {
    long_titles_are_whole(150, false);
}

#[test]
fn long_titles_are_whole_at_150_percent_under_the_sign() {
    long_titles_are_whole(150, true);
}

#[test]
fn home_and_lists_keep_a_safe_area_of_0_and_of_10_percent() {
    let mut stage = Stage::new().unwrap();
    let words = content_words(&stage.content);
    let mut wrong = Vec::new();
    for size in [100, 150] {
        for safe in [0, 10] {
            stage.set_size(size, safe).unwrap();
            for scene in scenes::all().filter(|scene| {
                matches!(
                    scene.name,
                    "home" | "home-shelf" | "bulletins" | "settings" | "search-results"
                )
            }) {
                stage.play(scene).unwrap();
                let frame = stage.tv.frame();
                let mut say = |fault: String| {
                    wrong.push(format!("{} at {size} % with {safe} %: {fault}", scene.name));
                };
                faults(&shown(&stage), |text| may_end_early(text, &words))
                    .into_iter()
                    .for_each(&mut say);
                if let Some(place) = outside(&stage, &frame, safe) {
                    say(format!(
                        "something bright outside the safe area at {place:?}"
                    ));
                }
                if rings(&frame).len() != 1 {
                    say("no ring".to_owned());
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn chinese_characters_are_drawn_and_not_boxes() {
    let mut stage = Stage::new().unwrap();
    let home = scenes::all().find(|scene| scene.name == "home").unwrap();
    stage.play(home).unwrap();
    let frame = stage.tv.frame();
    let sections = stage.content.township().sections;
    let mut compared = 0;
    for section in sections.iter().filter(|section| {
        section
            .title
            .chars()
            .all(|character| character > '\u{4e00}')
    }) {
        let text = shown(&stage)
            .into_iter()
            .find(|text| text.words == section.title)
            .unwrap();
        // Every character takes one em; a missing one would be the same box each time.
        let cells: Vec<Rgb> = (0_u8..)
            .zip(section.title.chars())
            .map(|(at, _)| {
                let x = text.ink.x + f32::from(at) * text.size;
                let cell = Text {
                    ink: Place {
                        x,
                        right: x + text.size,
                        ..text.ink
                    },
                    ..text.clone()
                };
                piece(&frame, &cell)
            })
            .collect();
        let characters: Vec<char> = section.title.chars().collect();
        for one in 0..cells.len() {
            for other in one + 1..cells.len() {
                if characters[one] != characters[other] {
                    let share = difference(&cells[one], &cells[other]);
                    assert!(
                        share > 0.1,
                        "{} and {} look alike: {share}",
                        characters[one],
                        characters[other]
                    );
                    compared += 1;
                }
            }
        }
    }
    assert!(compared >= 20, "{compared}");
}
