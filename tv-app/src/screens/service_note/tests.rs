//! What was said is kept after every key; a telephone takes over.

use contract::error::ErrorCode;
use contract::feed::Document;
use contract::organization::OrganizationRef;
use contract::proof::Proof;
use contract::request::{Category, RequestLink, RequestLinkState, RequestReceipt};
use contract::terminal::TerminalKind;
use media_player::record::RecordEvent;

use super::{LinkStep, ServiceNote};
use crate::cache::command::{Command, Reply, Told};
use crate::cache::{Draft, drafts};
use crate::remote::RemoteKey;
use crate::screens::kit::form::Remark;
use crate::screens::note::tests::{SENTENCES, recording};
use crate::screens::tests::{MINUTE, NOW, World, card, person, refused};
use crate::screens::{Controller, Effect, Effects, Input, Nature, Route, Stays};

const CATEGORY: &str = "c1";

/// A category with sentences.
pub(crate) fn category(world: &World, id: &str) {
    let category = Category {
        id: id.to_owned(),
        digit: 1,
        title: "农业技术服务".to_owned(),
        office: "镇农业农村办公室".to_owned(),
        response_hours: 24,
        sentences: SENTENCES.map(str::to_owned).to_vec(),
        ..Category::default()
    };
    let mut page = crate::cache::tests::page("1", vec![Document::Category(category)]);
    page.server_time_ms = NOW;
    world.cache.apply(&page).unwrap();
}

fn shown(world: &World, request: Option<&str>) -> ServiceNote {
    category(world, CATEGORY);
    let mut screen = ServiceNote::new(CATEGORY, request);
    world.tell(&mut screen, &Input::Shown);
    screen
}

fn subject() -> String {
    drafts::subject(CATEGORY, None)
}

/// As the application does.
fn carry_out(world: &World, effects: &Effects) {
    for effect in effects {
        if let Effect::Draft(subject, draft) = effect {
            world.cache.keep_draft(subject, draft).unwrap();
        }
    }
}

/// The command among the effects.
fn command(effects: &Effects) -> &Command {
    let found = effects.iter().find_map(|effect| match effect {
        Effect::Command(command) => Some(command.as_ref()),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("nothing is asked: {effects:?}"))
}

fn link() -> RequestLink {
    RequestLink {
        id: "l".to_owned(),
        url: "http://dangjian.example.cn/s/abc".to_owned(),
        expires_at_ms: NOW + 15 * MINUTE,
    }
}

/// A screen that shows a code.
fn with_code(world: &World) -> ServiceNote {
    let mut screen = shown(world, None);
    let effects = ask_for_phone(world, &mut screen);
    let key = command(&effects).key().to_owned();
    let told = Told::Answered(Reply::NewLink(link()));
    world.tell(&mut screen, &Input::Told(key, told));
    assert_eq!(screen.link().unwrap().step(), LinkStep::Code);
    screen
}

/// Chooses 用手机写, the last but one.
fn ask_for_phone(world: &World, screen: &mut ServiceNote) -> Effects {
    world.press(screen, &[RemoteKey::Down; 12]);
    world.press(screen, &[RemoteKey::Up, RemoteKey::Ok])
}

/// The next question, and what the server answers.
fn answer(world: &World, screen: &mut ServiceNote, state: RequestLinkState) -> Effects {
    let effects = world.wait(screen, 3_100);
    let Command::LinkState(asked) = command(&effects) else {
        panic!("something else is asked: {effects:?}");
    };
    assert_eq!(asked.id, "l");
    let told = Told::Answered(Reply::LinkState(state));
    world.tell(screen, &Input::Told(asked.key.clone(), told))
}

#[test]
fn every_key_is_kept_and_comes_again_after_a_power_cut() {
    let world = World::new(TerminalKind::Household);
    let mut screen = shown(&world, None);
    let effects = world.press(&mut screen, &[RemoteKey::Digit(2)]);
    carry_out(&world, &effects);
    let done = RecordEvent::Done(recording(4_000, 0.6));
    world
        .cache
        .set_setting(crate::screens::settings::name::MICROPHONE, "test")
        .unwrap();
    // The focus is on the sentence; the voice is at the top.
    world.press(&mut screen, &[RemoteKey::Up, RemoteKey::Up, RemoteKey::Ok]);
    assert!(screen.has_voice());
    world.tell(&mut screen, &Input::Recorder(RecordEvent::Started));
    world.press(&mut screen, &[RemoteKey::Ok]);
    let effects = world.tell(&mut screen, &Input::Recorder(done));
    carry_out(&world, &effects);
    let world = world.reopened();
    let mut screen = ServiceNote::new(CATEGORY, None);
    world.tell(&mut screen, &Input::Shown);
    let draft = screen.note().draft();
    assert_eq!(draft.sentences, [SENTENCES[1].to_owned()]);
    assert_eq!(draft.voice.as_ref().unwrap().length_ms, 4_000);
    assert_eq!(screen.draft(), Some(subject()));
    // What the cache says meanwhile undoes nothing.
    world.press(&mut screen, &[RemoteKey::Digit(3)]);
    world.tell(&mut screen, &Input::Changed);
    assert_eq!(screen.note().draft().sentences.len(), 2);
    assert_eq!(world.press(&mut screen, &[RemoteKey::Back]), [Effect::Back]);
}

#[test]
fn an_addition_is_apart_and_has_no_telephone() {
    let world = World::new(TerminalKind::Household);
    world
        .cache
        .keep_draft(
            &subject(),
            &Draft {
                sentences: vec![SENTENCES[0].to_owned()],
                voice: None,
            },
        )
        .unwrap();
    let mut screen = shown(&world, Some("r7"));
    assert!(screen.note().draft().is_empty());
    let effects = ask_for_phone(&world, &mut screen);
    assert!(!effects.iter().any(|one| matches!(one, Effect::Command(_))));
    assert_eq!(
        screen.route(),
        Route::ServiceNote {
            category: CATEGORY.to_owned(),
            request: Some("r7".to_owned()),
        }
    );
}

#[test]
fn at_a_station_it_is_somebodys_own() {
    let world = World::new(TerminalKind::Station);
    let screen = shown(&world, None);
    let Nature { stays, .. } = screen.nature();
    assert_eq!(stays, Stays::Personal);
}

#[test]
fn at_a_station_the_page_is_for_whoever_proves_who_they_are() {
    let world = World::new(TerminalKind::Station);
    world.people(vec![person("a", "张建国"), person("b", "李秀英")]);
    let mut screen = shown(&world, None);
    let effects = ask_for_phone(&world, &mut screen);
    assert_eq!(effects, [], "nobody has said who they are");
    assert!(screen.prove().is_some() && screen.wants_card());
    // Back leads to what can be said here.
    world.press(&mut screen, &[RemoteKey::Back]);
    assert!(screen.prove().is_none());
    ask_for_phone(&world, &mut screen);
    world.press(&mut screen, &[RemoteKey::Ok]);
    let effects = world.enter(&mut screen, "580316");
    let proof = |effects: &Effects| match command(effects) {
        Command::NewLink(new) => (new.key.clone(), new.request.proof.clone()),
        other => panic!("{other:?}"),
    };
    let (key, by_pin) = proof(&effects);
    let Some(Proof::Pin { member_id, pin }) = by_pin else {
        panic!("{by_pin:?}");
    };
    assert_eq!(pin, "580316");
    // A wrong PIN is typed again, by the same person.
    world.tell(&mut screen, &refused(&key, ErrorCode::WrongPin, Some(2)));
    assert!(screen.link().is_none());
    assert_eq!(
        screen.prove().map(|prove| prove.typed().1),
        Some(Remark::WrongPin(Some(2)))
    );
    let (key, again) = proof(&world.enter(&mut screen, "580317"));
    assert!(matches!(again, Some(Proof::Pin { member_id: same, .. }) if same == member_id));
    let told = Told::Answered(Reply::NewLink(link()));
    world.tell(&mut screen, &Input::Told(key, told));
    assert_eq!(screen.link().unwrap().step(), LinkStep::Code);
    // A card is enough; and nothing of somebody stays when they leave.
    world.press(&mut screen, &[RemoteKey::Back]);
    ask_for_phone(&world, &mut screen);
    let (_, by_card) = proof(&world.tell(&mut screen, &card("0012345678")));
    assert!(matches!(by_card, Some(Proof::Card { .. })));
}

#[test]
fn a_telephone_that_sends_it_ends_the_way_here() {
    let world = World::new(TerminalKind::Household);
    let mut screen = with_code(&world);
    assert_eq!(screen.link().unwrap().url(), link().url);
    let nothing = answer(&world, &mut screen, RequestLinkState::default());
    assert_eq!(nothing, []);
    let claimed = RequestLinkState {
        claimed: true,
        receipt: None,
    };
    answer(&world, &mut screen, claimed);
    assert_eq!(screen.link().unwrap().step(), LinkStep::Claimed);
    let receipt = RequestReceipt {
        id: "r".to_owned(),
        number: "20261125-007".to_owned(),
        due_at_ms: NOW,
        office: OrganizationRef::default(),
    };
    let sent = RequestLinkState {
        claimed: true,
        receipt: Some(receipt),
    };
    let effects = answer(&world, &mut screen, sent);
    let [
        Effect::Draft(kept, draft),
        Effect::Back,
        Effect::Replace(Route::ServiceDone { number, .. }),
    ] = effects.as_slice()
    else {
        panic!("{effects:?}");
    };
    assert_eq!((kept, draft.is_empty()), (&subject(), true));
    assert_eq!(number, "20261125-007");
}

#[test]
fn without_a_network_it_is_said_and_can_be_asked_again() {
    let world = World::new(TerminalKind::Household);
    let mut screen = shown(&world, None);
    let effects = ask_for_phone(&world, &mut screen);
    let key = command(&effects).key().to_owned();
    world.tell(&mut screen, &Input::Told(key, Told::NoNetwork));
    assert_eq!(screen.link().unwrap().step(), LinkStep::NoNetwork);
    let effects = world.press(&mut screen, &[RemoteKey::Ok]);
    let key = command(&effects).key().to_owned();
    world.tell(&mut screen, &refused(&key, ErrorCode::TooMany, None));
    assert_eq!(screen.link().unwrap().step(), LinkStep::Refused);
    // An answer to a question that is not asked any more.
    let effects = world.press(&mut screen, &[RemoteKey::Ok]);
    let key = command(&effects).key().to_owned();
    world.press(&mut screen, &[RemoteKey::Back]);
    assert!(
        screen.link().is_none(),
        "Back leads to what can be said here"
    );
    let told = Told::Answered(Reply::NewLink(link()));
    world.tell(&mut screen, &Input::Told(key, told));
    assert!(screen.link().is_none());
    // One that is never answered.
    ask_for_phone(&world, &mut screen);
    world.wait(&mut screen, 40_000);
    assert_eq!(screen.link().unwrap().step(), LinkStep::NoNetwork);
}

#[test]
fn a_code_is_good_for_its_time_and_the_network_may_go_meanwhile() {
    let world = World::new(TerminalKind::Household);
    let mut screen = with_code(&world);
    assert_eq!(screen.link().unwrap().minutes_left(0), 15);
    let effects = world.wait(&mut screen, 3_100);
    let key = command(&effects).key().to_owned();
    world.tell(&mut screen, &Input::Told(key, Told::NoNetwork));
    assert!(screen.link().unwrap().is_silent());
    answer(&world, &mut screen, RequestLinkState::default());
    assert!(!screen.link().unwrap().is_silent());
    world.wait(&mut screen, 15 * 60_000);
    assert_eq!(screen.link().unwrap().step(), LinkStep::Expired);
    assert_eq!(screen.link().unwrap().url(), "");
}
