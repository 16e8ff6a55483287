//! What is kept of the duty rooms.

use contract::duty::{DutyLook, DutyRoom, TerminalDuty};
use contract::meeting::MediaLink;

use super::Fixture;

const TOKEN: &str = "a-token-of-the-moment";

fn told() -> TerminalDuty {
    let look = |id: &str, closed_at_ms| DutyLook {
        id: id.to_owned(),
        closed_at_ms,
        ..DutyLook::default()
    };
    TerminalDuty {
        rooms: vec![DutyRoom {
            id: "room".to_owned(),
            ..DutyRoom::default()
        }],
        looks: vec![look("now", None), look("over", Some(2))],
        publish: Some(MediaLink {
            token: TOKEN.to_owned(),
            ..MediaLink::default()
        }),
    }
}

#[test]
fn rooms_and_log_survive_a_restart_and_the_way_to_the_camera_does_not() {
    let mut fixture = Fixture::new();
    assert!(!fixture.cache.duty().asked);
    assert!(fixture.cache.set_duty(told()).unwrap());
    let generation = fixture.cache.generation();
    assert!(!fixture.cache.set_duty(told()).unwrap(), "nothing new");
    assert_eq!(fixture.cache.generation(), generation);
    fixture.reopen();
    let duty = fixture.cache.duty();
    assert!(duty.asked);
    assert_eq!((duty.rooms.len(), duty.looks.len()), (1, 2));
    let open: Vec<&str> = duty.open().map(|look| look.id.as_str()).collect();
    assert_eq!(open, ["now"]);
    for file in std::fs::read_dir(fixture.dir.path()).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes.windows(TOKEN.len()).any(|at| at == TOKEN.as_bytes());
            assert!(!found, "{}", path.display());
        }
    }
}

#[test]
fn a_terminal_that_was_revoked_knows_nothing_of_the_place_any_more() {
    let mut fixture = Fixture::new();
    fixture.cache.set_duty(told()).unwrap();
    fixture.cache.clear_enrolment().unwrap();
    assert!(!fixture.cache.duty().asked);
    fixture.reopen();
    assert!(fixture.cache.duty().rooms.is_empty());
}
