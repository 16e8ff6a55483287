//! Hearing and seeing what is attached.

use contract::proof::Proof;
use contract::request::{Attachment, TerminalRequest};
use media_player::{Event, PlayError, State};

use super::*;
use crate::cache::command::{File, ReadAttachment};

/// A request with two pictures and a voice in its answer.
pub(crate) fn with_attachments(id: &str) -> TerminalRequest {
    let mut one = answered(id);
    let file = |id: &str, media_type: &str, length_ms| Attachment {
        id: id.to_owned(),
        media_type: media_type.to_owned(),
        size: 1,
        length_ms,
    };
    one.history[1].attachments = vec![
        file("p1", "image/jpeg", None),
        file("v", "audio/ogg", Some(18_000)),
        file("p2", "image/jpeg", None),
    ];
    one
}

pub(crate) fn asked(effects: &Effects) -> Option<ReadAttachment> {
    effects.iter().find_map(|effect| match effect {
        Effect::Command(command) => match &**command {
            Command::ReadAttachment(read) => Some(read.clone()),
            _ => None,
        },
        _ => None,
    })
}

pub(crate) fn came(key: &str) -> Input {
    let file = File::new(key.as_bytes());
    Input::Told(key.to_owned(), Told::Answered(Reply::ReadAttachment(file)))
}

/// Goes down to a row and chooses it.
fn choose(world: &World, screen: &mut RequestScreen, wanted: Opens) -> Effects {
    for _ in 0..30 {
        let at = screen.part().reading().focused().map(|stop| stop.what);
        if at == Some(wanted) {
            return world.press(screen, &[Enter]);
        }
        world.press(screen, &[Down]);
    }
    panic!("{wanted:?} cannot be reached");
}

fn stage(screen: &RequestScreen) -> &Stage {
    screen
        .part()
        .attached()
        .expect("it is heard or seen")
        .stage()
}

#[test]
fn a_voice_is_fetched_heard_and_left() {
    let (world, mut screen) = shown(vec![with_attachments("a")]);
    let effects = choose(&world, &mut screen, Opens::Voice(3, 1));
    let read = asked(&effects).expect("it is fetched");
    assert_eq!(
        (
            read.request_id.as_str(),
            read.attachment_id.as_str(),
            &read.proof
        ),
        ("a", "v", &None)
    );
    assert_eq!(stage(&screen), &Stage::Fetching);
    assert!(!screen.has_voice());
    let effects = world.tell(&mut screen, &came(&read.key));
    assert_eq!(effects, [Effect::ListenTo(File::new(read.key.as_bytes()))]);
    assert!(screen.has_voice());
    let position = Event::Position {
        position_ms: 4_200,
        duration_ms: Some(18_000),
    };
    world.tell(&mut screen, &Input::Player(position));
    let attached = screen.part().attached().unwrap();
    assert_eq!(attached.seconds(), (4, 18));
    let effects = world.tell(&mut screen, &Input::Player(Event::State(State::Ended)));
    assert_eq!(effects, [Effect::Play(media_player::Command::Stop)]);
    assert_eq!(screen.part().step(), Step::Page);
    assert!(!screen.has_voice());
    let row = screen.part().reading().focused().map(|stop| stop.what);
    assert_eq!(row, Some(Opens::Voice(3, 1)), "where they were");

    // OK stops it, and so does Back.
    for key in [Enter, Back] {
        let read = asked(&world.press(&mut screen, &[Enter])).unwrap();
        world.tell(&mut screen, &came(&read.key));
        let effects = world.press(&mut screen, &[key]);
        assert_eq!(effects, [Effect::Play(media_player::Command::Stop)]);
        assert_eq!(screen.part().step(), Step::Page);
    }
    // What comes over it ends it.
    let read = asked(&world.press(&mut screen, &[Enter])).unwrap();
    world.tell(&mut screen, &came(&read.key));
    world.tell(&mut screen, &Input::Shown);
    assert_eq!(screen.part().step(), Step::Page);
}

#[test]
fn what_does_not_come_or_cannot_be_played_is_said_and_tried_again() {
    let refusal = |code| {
        Told::Refused(Refusal {
            code,
            tries: None,
            wait_ms: None,
        })
    };
    let (world, mut screen) = shown(vec![with_attachments("a")]);
    let mut read = asked(&choose(&world, &mut screen, Opens::Voice(3, 1))).unwrap();
    for (told, trouble) in [
        (Told::NoNetwork, Trouble::NoNetwork),
        (refusal(ErrorCode::NotFound), Trouble::Gone),
        (
            refusal(ErrorCode::TooMany),
            Trouble::Refused(ErrorCode::TooMany),
        ),
    ] {
        world.tell(
            &mut screen,
            &Input::Told("of another".to_owned(), Told::NoNetwork),
        );
        assert_eq!(stage(&screen), &Stage::Fetching);
        world.tell(&mut screen, &Input::Told(read.key, told));
        assert_eq!(stage(&screen), &Stage::Failed(trouble));
        let again = asked(&world.press(&mut screen, &[Enter])).expect("it is tried again");
        assert_eq!(again.attachment_id, "v");
        read = again;
    }
    world.tell(&mut screen, &came(&read.key));
    let failed = Event::Failed(PlayError::Network("no such codec".to_owned()));
    world.tell(&mut screen, &Input::Player(failed));
    assert_eq!(stage(&screen), &Stage::Failed(Trouble::NotPlayed));
    // What is here is not fetched again; a player that says nothing is not waited for for ever.
    let effects = world.press(&mut screen, &[Enter]);
    assert!(matches!(effects[..], [Effect::ListenTo(_)]), "{effects:?}");
    let effects = world.wait(&mut screen, 18_000 + 15_001);
    assert!(effects.contains(&Effect::Play(media_player::Command::Stop)));
    assert_eq!(stage(&screen), &Stage::Failed(Trouble::NotPlayed));
    world.press(&mut screen, &[Back]);
    assert_eq!(screen.part().step(), Step::Page);
}

#[test]
fn pictures_open_large_are_magnified_and_turned() {
    let (world, mut screen) = shown(vec![with_attachments("a")]);
    let read = asked(&choose(&world, &mut screen, Opens::Pictures(3))).unwrap();
    assert_eq!(read.attachment_id, "p1");
    assert!(!screen.part().shows_picture());
    world.tell(&mut screen, &came(&read.key));
    assert!(screen.part().shows_picture());
    let attached = |screen: &RequestScreen| {
        let one = screen.part().attached().unwrap();
        (one.number(), one.magnifier().zoom())
    };
    assert_eq!(attached(&screen), ((1, 2), 1));
    world.press(&mut screen, &[Enter]);
    assert_eq!(attached(&screen), ((1, 2), 2));
    world.press(&mut screen, &[Back]);
    let read = asked(&world.press(&mut screen, &[Right])).expect("the next is fetched");
    assert_eq!(read.attachment_id, "p2");
    world.tell(&mut screen, &came(&read.key));
    assert_eq!(attached(&screen), ((2, 2), 1));
    // The first is here still.
    assert_eq!(world.press(&mut screen, &[Right]), []);
    assert_eq!(attached(&screen), ((1, 2), 1));
    assert!(screen.part().shows_picture());
    world.press(&mut screen, &[Back]);
    assert_eq!(screen.part().step(), Step::Page);
    assert!(screen.part().attached().is_none(), "it is let go");
}

#[test]
fn at_a_station_it_is_fetched_for_whoever_proved_who_they_are() {
    let (world, _) = shown(Vec::new());
    let mut part = Part::new();
    world.with(|context| part.set(Some(with_attachments("a")), None, context));
    let proof = Proof::Card {
        card: "0012345678".to_owned(),
    };
    let mut found = None;
    for _ in 0..30 {
        let at = part.reading().focused().map(|stop| stop.what);
        let key = if at == Some(Opens::Pictures(3)) {
            Enter
        } else {
            Down
        };
        let input = Input::Key(key, crate::remote::Press::Down);
        let (effects, _) = world.with(|context| part.handle(&input, Some(&proof), context));
        found = asked(&effects);
        if found.is_some() {
            break;
        }
    }
    assert_eq!(found.unwrap().proof, Some(proof));
}
