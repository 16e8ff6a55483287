use contract::meeting::{Direction, Layout, MeetingKind, RoomStation, SourceState};
use contract::organization::OrganizationRef;

use super::*;
use crate::services::media::{Program, StreamNews, Who};

const NOW: i64 = 1_795_312_800_000;

fn terminal(id: &str, station: bool) -> Terminal {
    Terminal {
        id: id.to_owned(),
        name: format!("{id}站"),
        organization: OrganizationRef {
            id: format!("o-{id}"),
            name: format!("{id}村"),
        },
        station,
    }
}

/// A conference whose host sends, with stations that can speak.
fn conference(stations: &[&str]) -> Director {
    let mut director = Director::new("m", MeetingKind::Conference, "清河镇");
    for id in stations {
        let joined = Input::Joined {
            terminal: terminal(id, true),
            can_speak: true,
        };
        director.apply(joined, NOW).unwrap();
    }
    let host = Input::Stream {
        who: Who::Host,
        news: StreamNews::Live,
    };
    director.apply(host, NOW).unwrap();
    director
}

fn call_on(id: &str) -> Input {
    Input::Command(Direction::CallOn {
        terminal_id: id.to_owned(),
    })
}

fn hand_back(id: &str) -> Input {
    Input::Command(Direction::HandBack {
        terminal_id: id.to_owned(),
    })
}

fn hand(id: &str, raised: bool) -> Input {
    Input::Hand {
        terminal_id: id.to_owned(),
        raised,
    }
}

fn stream(id: &str, news: StreamNews) -> Input {
    Input::Stream {
        who: Who::Station(id.to_owned()),
        news,
    }
}

fn mixed(id: &str, shown: bool) -> Input {
    Input::Mixed {
        who: Who::Station(id.to_owned()),
        shown,
    }
}

/// The mixer shows the host.
fn host_mixed() -> Input {
    Input::Mixed {
        who: Who::Host,
        shown: true,
    }
}

fn station(director: &Director, id: &str) -> RoomStation {
    let state = director.room_state(NOW);
    state
        .stations
        .into_iter()
        .find(|station| station.terminal_id == id)
        .unwrap()
}

/// Puts a station on air, the whole way.
fn on_air(director: &mut Director, id: &str, now_ms: i64) {
    for input in [
        call_on(id),
        stream(id, StreamNews::Live),
        Input::MixerReady(true),
        host_mixed(),
        mixed(id, true),
    ] {
        director.apply(input, now_ms).unwrap();
    }
}

#[test]
fn without_speakers_the_host_passes_through_untouched() {
    let director = conference(&["a"]);
    let plan = director.plan(NOW);
    assert!(!plan.mixer);
    assert_eq!(plan.program, Program::Host { muted: false });
    assert!(plan.sources.is_empty());
}

#[test]
fn a_called_station_is_on_air_only_when_the_media_say_so() {
    let mut director = conference(&["a"]);
    director.apply(call_on("a"), NOW).unwrap();
    let place = director.place("a").unwrap();
    assert!(place.send && place.called && !place.on_air);
    assert!(director.plan(NOW).mixer, "the mixer warms up at once");
    assert_eq!(station(&director, "a").source, SourceState::Connecting);

    director
        .apply(stream("a", StreamNews::Live), NOW + 500)
        .unwrap();
    director.apply(Input::MixerReady(true), NOW + 600).unwrap();
    assert!(!director.place("a").unwrap().on_air);
    assert_eq!(
        director.plan(NOW).program,
        Program::Host { muted: false },
        "nobody sees a tile without a picture"
    );

    director.apply(mixed("a", true), NOW + 700).unwrap();
    assert_eq!(
        director.plan(NOW).program,
        Program::Host { muted: false },
        "nor the host as an empty tile"
    );
    director.apply(host_mixed(), NOW + 750).unwrap();
    assert!(director.place("a").unwrap().on_air);
    assert_eq!(director.plan(NOW).program, Program::Mix);
    assert_eq!(director.plan(NOW).layout, Layout::PictureInPicture);
    let sources = director.plan(NOW).sources;
    assert_eq!(sources[&Who::Host].caption, "清河镇");
    assert_eq!(sources[&Who::Station("a".to_owned())].caption, "a站");
}

#[test]
fn a_speaker_whose_signal_breaks_keeps_the_floor() {
    let mut director = conference(&["a"]);
    on_air(&mut director, "a", NOW);
    director
        .apply(stream("a", StreamNews::Silent), NOW + 5_000)
        .unwrap();
    director.apply(mixed("a", false), NOW + 5_000).unwrap();
    assert_eq!(station(&director, "a").source, SourceState::Interrupted);
    assert!(!director.place("a").unwrap().on_air);
    assert!(director.place("a").unwrap().called);
    assert_eq!(
        director.plan(NOW + 5_000).program,
        Program::Mix,
        "the tile says 信号中断; the picture does not jump away"
    );
    director.apply(mixed("a", true), NOW + 9_000).unwrap();
    assert!(director.place("a").unwrap().on_air);
}

#[test]
fn handing_back_ends_the_mix_and_the_mixer_lingers() {
    let mut director = conference(&["a"]);
    on_air(&mut director, "a", NOW);
    director.apply(Input::Tick, NOW + 59_900).unwrap();
    director.apply(hand_back("a"), NOW + 60_000).unwrap();
    let plan = director.plan(NOW + 60_000);
    assert_eq!(plan.program, Program::Host { muted: false });
    assert_eq!(plan.layout, Layout::HostFull);
    assert!(plan.mixer, "the next speaker is called on soon");
    assert!(!director.place("a").unwrap().send);
    director.apply(Input::Tick, NOW + 81_000).unwrap();
    assert!(!director.plan(NOW + 81_000).mixer);
}

#[test]
fn while_nobody_is_called_on_the_mixer_is_there_and_rests() {
    let mut director = conference(&["a", "b"]);
    director.apply(hand("a", true), NOW).unwrap();
    director.apply(Input::MixerReady(true), NOW + 100).unwrap();
    let ready = |director: &Director, now_ms| {
        let plan = director.plan(now_ms);
        (plan.mixer, plan.mixing)
    };
    assert_eq!(ready(&director, NOW + 100), (true, false));
    // A hand may be up all day.
    director
        .apply(Input::Heard("a".to_owned()), NOW + 30_000)
        .unwrap();
    director.apply(Input::Tick, NOW + 31_000).unwrap();
    assert_eq!(ready(&director, NOW + 31_000), (true, false));
    director.apply(call_on("a"), NOW + 32_000).unwrap();
    assert_eq!(ready(&director, NOW + 32_000), (true, true));
    director.apply(hand_back("a"), NOW + 33_000).unwrap();
    assert_eq!(ready(&director, NOW + 33_000), (true, false), "it lingers");
    let code = Input::Command(Direction::PresenceCode {
        roll_call_id: Some("r".to_owned()),
    });
    director.apply(code, NOW + 34_000).unwrap();
    let code = Input::Code(Some("1234".to_owned()));
    director.apply(code, NOW + 34_000).unwrap();
    assert_eq!(ready(&director, NOW + 34_000), (true, true));
    director.apply(Input::Ended, NOW + 35_000).unwrap();
    assert_eq!(ready(&director, NOW + 35_000), (false, false));
}

#[test]
fn a_host_that_cannot_be_mixed_keeps_nobody_waiting() {
    let mut director = conference(&["a"]);
    for input in [
        call_on("a"),
        stream("a", StreamNews::Live),
        Input::MixerReady(true),
        mixed("a", true),
    ] {
        director.apply(input, NOW).unwrap();
    }
    director.apply(Input::Tick, NOW + 1_900).unwrap();
    assert!(!director.place("a").unwrap().on_air);
    director.apply(Input::Tick, NOW + 2_000).unwrap();
    assert!(director.place("a").unwrap().on_air);
    // And what was seen before the mixer rested does not count.
    director.apply(host_mixed(), NOW + 2_100).unwrap();
    director.apply(hand_back("a"), NOW + 3_000).unwrap();
    director.apply(call_on("a"), NOW + 4_000).unwrap();
    director.apply(mixed("a", true), NOW + 4_050).unwrap();
    assert!(!director.place("a").unwrap().on_air);
    director.apply(host_mixed(), NOW + 4_100).unwrap();
    assert!(director.place("a").unwrap().on_air);
}

#[test]
fn the_fourth_speaker_replaces_the_first() {
    let mut director = conference(&["a", "b", "c", "d"]);
    for (step, id) in (0..).zip(["a", "b", "c", "d"]) {
        on_air(&mut director, id, NOW + step);
    }
    assert_eq!(director.plan(NOW).speakers, ["b", "c", "d"]);
    assert_eq!(director.plan(NOW).layout, Layout::Grid);
    assert!(!director.place("a").unwrap().send);
    // Calling on a speaker again changes nothing.
    director.apply(call_on("b"), NOW + 100).unwrap();
    assert_eq!(director.plan(NOW).speakers, ["b", "c", "d"]);
}

#[test]
fn a_raised_hand_sends_at_once_and_stands_before_the_others() {
    let mut director = conference(&["a", "b", "c"]);
    director.apply(hand("c", true), NOW + 1_000).unwrap();
    director.apply(hand("b", true), NOW + 2_000).unwrap();
    // Raising it again keeps the place in the queue.
    director.apply(hand("c", true), NOW + 3_000).unwrap();
    assert!(director.place("c").unwrap().send);
    let order: Vec<_> = director
        .room_state(NOW)
        .stations
        .into_iter()
        .map(|station| station.terminal_id)
        .collect();
    assert_eq!(order, ["c", "b", "a"]);
    assert!(director.plan(NOW).mixer);
    let lower = Direction::LowerHand {
        terminal_id: "c".to_owned(),
    };
    director.apply(Input::Command(lower), NOW + 4_000).unwrap();
    assert!(!director.place("c").unwrap().send);
}

#[test]
fn what_makes_no_sense_is_refused_in_words_and_changes_nothing() {
    let mut director = conference(&["a"]);
    let away = Input::Station(terminal("away", true));
    director.apply(away, NOW).unwrap();
    let dumb = Input::Joined {
        terminal: terminal("dumb", true),
        can_speak: false,
    };
    director.apply(dumb, NOW).unwrap();
    let home = Input::Joined {
        terminal: terminal("home", false),
        can_speak: true,
    };
    director.apply(home, NOW).unwrap();
    director.settle(NOW);
    for input in [
        call_on("away"),
        call_on("dumb"),
        call_on("home"),
        call_on("nobody"),
        hand("dumb", true),
        hand("home", true),
        hand("nobody", true),
    ] {
        let refused = director.apply(input.clone(), NOW);
        assert!(refused.is_err(), "{input:?}");
        assert!(!director.settle(NOW), "{input:?}");
    }
    let mut broadcast = Director::new("m", MeetingKind::Broadcast, "清河镇");
    let joined = Input::Joined {
        terminal: terminal("a", true),
        can_speak: true,
    };
    broadcast.apply(joined, NOW).unwrap();
    assert!(broadcast.apply(call_on("a"), NOW).is_err());
    assert!(broadcast.apply(hand("a", true), NOW).is_err());
}

#[test]
fn a_presence_code_needs_the_mixer_even_in_a_broadcast() {
    let mut director = Director::new("m", MeetingKind::Broadcast, "清河镇");
    let show = |id: Option<&str>| {
        Input::Command(Direction::PresenceCode {
            roll_call_id: id.map(str::to_owned),
        })
    };
    director.apply(show(Some("r")), NOW).unwrap();
    assert_eq!(director.wanted_code(), Some("r"));
    let code = Input::Code(Some("1234".to_owned()));
    director.apply(code, NOW).unwrap();
    assert!(director.plan(NOW).mixer);
    assert_eq!(director.plan(NOW).program, Program::Host { muted: false });
    director.apply(Input::MixerReady(true), NOW).unwrap();
    assert_eq!(director.plan(NOW).program, Program::Mix);
    assert_eq!(
        director.room_state(NOW).presence_code.as_deref(),
        Some("1234")
    );
    director.apply(show(None), NOW + 1_000).unwrap();
    assert_eq!(director.plan(NOW).program, Program::Host { muted: false });
}

#[test]
fn a_dead_mixer_gives_the_host_back_to_everybody() {
    let mut director = conference(&["a"]);
    on_air(&mut director, "a", NOW);
    director.apply(Input::MixerReady(false), NOW + 10).unwrap();
    assert_eq!(
        director.plan(NOW + 10).program,
        Program::Host { muted: false }
    );
    assert!(!director.place("a").unwrap().on_air);
    assert!(director.plan(NOW + 10).mixer, "it is started again");
    director.apply(Input::MixerReady(true), NOW + 20).unwrap();
    director.apply(host_mixed(), NOW + 25).unwrap();
    director.apply(mixed("a", true), NOW + 30).unwrap();
    assert!(director.place("a").unwrap().on_air);
}

#[test]
fn who_is_not_heard_of_is_away_and_their_hand_down() {
    let mut director = conference(&["a", "b"]);
    director.apply(hand("a", true), NOW).unwrap();
    director
        .apply(Input::Heard("b".to_owned()), NOW + 30_000)
        .unwrap();
    director.apply(Input::Tick, NOW + 36_000).unwrap();
    assert!(!station(&director, "a").present);
    assert_eq!(station(&director, "a").hand_raised_at_ms, None);
    assert!(station(&director, "b").present);
    // Somebody who left is not brought back by a late word.
    director
        .apply(Input::Heard("a".to_owned()), NOW + 37_000)
        .unwrap();
    assert!(!station(&director, "a").present);
}

#[test]
fn homes_are_counted_and_forgotten() {
    let mut director = conference(&["a"]);
    for id in ["h1", "h2"] {
        let joined = Input::Joined {
            terminal: terminal(id, false),
            can_speak: false,
        };
        director.apply(joined, NOW).unwrap();
    }
    assert_eq!(director.room_state(NOW).homes_watching, 2);
    assert_eq!(director.room_state(NOW).stations_watching, 1);
    director.apply(Input::Left("h1".to_owned()), NOW).unwrap();
    assert_eq!(director.room_state(NOW).homes_watching, 1);
    director.apply(Input::Tick, NOW + 151_000).unwrap();
    assert_eq!(director.room_state(NOW).homes_watching, 0);
}

#[test]
fn every_change_is_told_once() {
    let mut director = conference(&["a"]);
    assert!(director.settle(NOW));
    assert!(!director.settle(NOW + 1_000), "time alone is no news");
    let before = director.room_state(NOW).revision;
    director.apply(call_on("a"), NOW).unwrap();
    assert!(director.settle(NOW));
    assert!(director.room_state(NOW).revision > before);
    let places = director.take_places();
    assert_eq!(places.len(), 1);
    assert_eq!((places[0].0.as_str(), places[0].1.as_str()), ("a", "o-a"));
    assert!(places[0].2.send);
    assert!(director.take_places().is_empty());
}

#[test]
fn mute_takes_sound_away_in_the_mix_and_in_the_pass_through() {
    let mut director = conference(&["a"]);
    let mute = |id: Option<&str>| {
        Input::Command(Direction::Mute {
            terminal_id: id.map(str::to_owned),
            muted: true,
        })
    };
    director.apply(mute(None), NOW).unwrap();
    assert_eq!(director.plan(NOW).program, Program::Host { muted: true });
    on_air(&mut director, "a", NOW);
    director.apply(mute(Some("a")), NOW).unwrap();
    let plan = director.plan(NOW);
    assert!(plan.sources.values().all(|source| source.muted));
    assert!(director.place("a").unwrap().muted);
}

#[test]
fn the_end_takes_everybody_off() {
    let mut director = conference(&["a"]);
    on_air(&mut director, "a", NOW);
    director.apply(Input::Ended, NOW + 1).unwrap();
    let plan = director.plan(NOW + 1);
    assert!(!plan.mixer && plan.speakers.is_empty());
    assert!(!director.place("a").unwrap().send);
    assert!(director.apply(call_on("a"), NOW + 2).is_err());
}

#[test]
fn a_county_is_cut_to_what_a_page_shows_but_nobody_present_is_lost() {
    let mut director = Director::new("m", MeetingKind::Conference, "县");
    for n in 0..1_660 {
        let one = Input::Station(terminal(&format!("s{n:04}"), true));
        director.apply(one, NOW).unwrap();
    }
    assert_eq!(director.room_state(NOW).stations.len(), 200);
    for n in 0..300 {
        let joined = Input::Joined {
            terminal: terminal(&format!("s{n:04}"), true),
            can_speak: true,
        };
        director.apply(joined, NOW).unwrap();
    }
    assert_eq!(director.room_state(NOW).stations.len(), 300);
    assert_eq!(director.room_state(NOW).stations_watching, 300);
}

#[test]
fn it_is_known_since_when_there_is_no_host() {
    let mut director = Director::new("m", MeetingKind::Conference, "清河镇");
    assert_eq!(director.without_host_since_ms(), None);
    director.apply(Input::Tick, NOW).unwrap();
    director.apply(Input::Tick, NOW + 5_000).unwrap();
    assert_eq!(director.without_host_since_ms(), Some(NOW));
    let host = |news| Input::Stream {
        who: Who::Host,
        news,
    };
    director.apply(host(StreamNews::Live), NOW + 6_000).unwrap();
    director.apply(Input::Tick, NOW + 7_000).unwrap();
    assert_eq!(director.without_host_since_ms(), None);
    director
        .apply(host(StreamNews::Silent), NOW + 8_000)
        .unwrap();
    director.apply(Input::Tick, NOW + 9_000).unwrap();
    assert_eq!(director.without_host_since_ms(), Some(NOW + 8_000));
}
