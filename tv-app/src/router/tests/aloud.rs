//! The keys while a text is read aloud: they mean that, and nothing else, until it ends.

use contract::bulletin::{Block, Bulletin};
use contract::feed::Document;

use super::*;
use crate::screens::aloud::Reading;
use crate::screens::settings::name;

fn bulletin() -> Document {
    let paragraph = |text: &str| Block::Paragraph {
        text: text.to_owned(),
    };
    Document::Bulletin(Bulletin {
        id: "b".to_owned(),
        title: "公告".to_owned(),
        body: ["一段话。", "又一段话。"].map(paragraph).to_vec(),
        ..Bulletin::default()
    })
}

/// It is being read: the title, and two paragraphs.
fn reading() -> Bench {
    let mut bench = quiet();
    let page = crate::cache::tests::page("1", vec![bulletin()]);
    bench.world.cache.apply(&page).unwrap();
    bench.open(&Route::Bulletin { id: "b".to_owned() });
    let pieces = ["公告", "一段话。", "又一段话。"]
        .map(str::to_owned)
        .to_vec();
    let read = Outward::Effect(Effect::ReadAloud { pieces, from: 0 });
    assert_eq!(bench.press(RemoteKey::Yellow), [read]);
    bench.tell(&Input::Speaking(Some(0)));
    bench
}

/// What a key does, and what the bar says then: the piece, and whether it waits.
fn press(bench: &mut Bench, key: RemoteKey) -> (Vec<Effect>, Option<(usize, bool)>) {
    let effects = bench.press(key).into_iter().map(|outward| match outward {
        Outward::Effect(effect) => effect,
        other => panic!("{other:?}"),
    });
    let effects = effects.collect();
    let aloud = bench.router.aloud();
    (effects, aloud.map(|aloud| (aloud.piece, aloud.paused)))
}

fn go(piece: usize) -> Vec<Effect> {
    vec![Effect::Reading(Reading::Go(piece))]
}

#[test]
fn it_waits_and_goes_on_by_yellow_or_the_key_for_that() {
    for (pause, resume) in [
        (RemoteKey::Yellow, RemoteKey::Yellow),
        (RemoteKey::PlayPause, RemoteKey::PlayPause),
        (RemoteKey::Pause, RemoteKey::Play),
    ] {
        let mut bench = reading();
        assert_eq!(bench.router.aloud().map(|aloud| aloud.count), Some(3));
        let pauses = vec![Effect::Reading(Reading::Pause)];
        assert_eq!(press(&mut bench, pause), (pauses, Some((0, true))));
        let resumes = vec![Effect::Reading(Reading::Resume)];
        assert_eq!(press(&mut bench, resume), (resumes, Some((0, false))));
    }
}

#[test]
fn up_and_down_go_to_another_piece_and_ok_begins_it_again() {
    let mut bench = reading();
    assert_eq!(press(&mut bench, RemoteKey::Up).0, go(0));
    assert_eq!(press(&mut bench, RemoteKey::Down).0, go(1));
    bench.tell(&Input::Speaking(Some(1)));
    assert_eq!(press(&mut bench, RemoteKey::Ok), (go(1), Some((1, false))));
    assert_eq!(press(&mut bench, RemoteKey::Up).0, go(0));
    bench.tell(&Input::Speaking(Some(2)));
    // It is the last one.
    assert_eq!(
        press(&mut bench, RemoteKey::Down),
        (vec![], Some((2, false)))
    );
    press(&mut bench, RemoteKey::Yellow);
    assert_eq!(press(&mut bench, RemoteKey::Ok), (go(2), Some((2, false))));
}

#[test]
fn left_and_right_change_the_speed_as_far_as_it_goes() {
    let mut bench = reading();
    let mut chosen = Vec::new();
    for key in [RemoteKey::Right; 4]
        .into_iter()
        .chain([RemoteKey::Left; 6])
    {
        for effect in press(&mut bench, key).0 {
            let Effect::Setting(setting, value) = effect else {
                panic!("{effect:?}");
            };
            assert_eq!(setting, name::SPEED);
            bench.world.cache.set_setting(setting, &value).unwrap();
            chosen.push(value);
        }
    }
    assert_eq!(
        chosen,
        ["fast", "fastest", "fast", "normal", "slow", "slowest"]
    );
}

#[test]
fn back_ends_it_and_the_screen_stays() {
    for key in [RemoteKey::Back, RemoteKey::Stop] {
        let mut bench = reading();
        let silence = vec![Effect::Speak(Vec::new())];
        assert_eq!(press(&mut bench, key), (silence, None));
        assert_eq!(bench.route(), Route::Bulletin { id: "b".to_owned() });
        bench.tell(&Input::Speaking(None));
        bench.press(RemoteKey::Back);
        assert_ne!(bench.route(), Route::Bulletin { id: "b".to_owned() });
    }
}

#[test]
fn it_ends_with_its_screen_and_by_itself() {
    for key in [RemoteKey::Home, RemoteKey::Menu] {
        let mut bench = reading();
        let outward = bench.press(key);
        assert!(
            outward.contains(&Outward::Effect(Effect::Speak(Vec::new()))),
            "{key:?}"
        );
        bench.tell(&Input::Speaking(None));
        assert_eq!(bench.router.aloud(), None);
    }
    let mut bench = reading();
    bench.tell(&Input::Speaking(None));
    assert_eq!(bench.router.aloud(), None);
    // Then the arrows are those of the screen.
    assert_eq!(press(&mut bench, RemoteKey::Right), (vec![], None));
}

#[test]
fn whoever_holds_an_arrow_passes_over_nothing() {
    let mut bench = reading();
    assert_eq!(bench.tell(&Input::Key(RemoteKey::Down, Press::Repeat)), []);
}
