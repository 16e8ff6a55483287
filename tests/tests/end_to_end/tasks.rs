//! Ten things people want, and how many keys each takes: with any that is named on a remote control, and with the
//! five that every one has. The table stands in docs/TESTING.md.

use contract::bulletin::Block;
use e2e::harness::scenes;
use e2e::harness::texts::texts;
use e2e::harness::{Stage, people};
use tv_app::remote::RemoteKey::{self, Blue, Digit, Down, Home, Left, Ok as Enter, Red, Right};
use tv_app::screens::Route;
use tv_app::screens::settings::name;

/// Nothing takes longer with arrows and OK.
const MOST: usize = 8;

/// A thing that somebody wants.
struct Task {
    /// As the table calls it.
    name: &'static str,
    /// Where they are when they want it; a scene.
    at: &'static str,
    /// With any key.
    keys: &'static [RemoteKey],
    /// With arrows and OK.
    five: &'static [RemoteKey],
    /// They type their PIN after that.
    pin: bool,
    /// It is done.
    done: fn(&Stage) -> bool,
}

const TASKS: [Task; 10] = [
    Task {
        name: "the newest notice",
        at: "home",
        keys: &[Digit(1), Enter],
        five: &[Down, Enter, Enter],
        pin: false,
        done: |stage| reads_from(stage, "notice", 0),
    },
    Task {
        name: "this month's accounts",
        at: "home",
        keys: &[Digit(1), Digit(1), Digit(1), Enter],
        five: &[Down, Enter, Left, Down, Down, Right, Enter],
        pin: false,
        done: |stage| reads_from(stage, "finance", 1),
    },
    Task {
        name: "the newest news",
        at: "home",
        keys: &[Digit(4), Enter],
        five: &[Down, Right, Right, Right, Enter, Enter],
        pin: false,
        done: |stage| match stage.tv.route() {
            Route::Player { id, .. } => {
                let newest = stage.demo.cache.programmes("news").into_iter().next();
                newest.is_some_and(|row| row.id == id)
            }
            _ => false,
        },
    },
    Task {
        name: "going on with a film",
        at: "home-begun",
        keys: &[Home, Enter],
        five: &[Home, Enter],
        pin: false,
        done: |stage| matches!(stage.tv.route(), Route::Player { position_ms, .. } if position_ms > 10_000),
    },
    Task {
        name: "signing in when called",
        at: "roll-call",
        keys: &[Digit(1), Enter],
        five: &[Enter, Enter],
        pin: true,
        done: |stage| stage.demo.cache.waiting_sign_ins().len() == 1,
    },
    Task {
        name: "joining a live meeting",
        at: "call-broadcast",
        keys: &[Enter],
        five: &[Enter],
        pin: false,
        done: |stage| matches!(stage.tv.route(), Route::Meeting { .. }),
    },
    Task {
        name: "raising the hand",
        at: "station-watching",
        keys: &[Digit(1)],
        five: &[Enter, Enter],
        pin: false,
        done: |stage| shows(stage, "正在告诉主持人…"),
    },
    Task {
        name: "asking for help",
        at: "services-first",
        keys: &[Red, Digit(1), Enter],
        five: &[Home, Down, Left, Enter, Enter, Enter],
        pin: false,
        done: |stage| stage.demo.cache.waiting_requests().len() == 1,
    },
    Task {
        name: "larger text",
        at: "home",
        keys: &[Blue],
        five: &[Down, Down, Left, Enter, Right, Enter],
        pin: false,
        done: |stage| stage.demo.cache.setting(name::TEXT_SIZE).as_deref() == Some("125"),
    },
    Task {
        name: "a guide",
        at: "home",
        keys: &[Digit(3), Digit(3), Enter],
        five: &[Down, Right, Right, Enter, Down, Enter, Enter],
        pin: false,
        done: |stage| reads_from(stage, "basics", 0),
    },
];

/// The first of this list is read, and it has so many tables at least.
fn reads_from(stage: &Stage, list: &str, tables: usize) -> bool {
    let Route::Bulletin { id } = stage.tv.route() else {
        return false;
    };
    let bulletin = stage.demo.cache.bulletin(&id);
    bulletin.is_some_and(|bulletin| {
        let is_table = |block: &&Block| matches!(block, Block::Table(_));
        bulletin.list == list && bulletin.body.iter().filter(is_table).count() >= tables
    })
}

fn shows(stage: &Stage, words: &str) -> bool {
    let all = texts(stage.tv.screen.window());
    all.iter()
        .any(|text| text.is_visible() && text.words.contains(words))
}

/// Presses these keys where a task begins.
fn carry_out(stage: &mut Stage, task: &Task, keys: &[RemoteKey]) {
    stage.set_size(100, 0).unwrap();
    let scene = scenes::all().find(|scene| scene.name == task.at).unwrap();
    stage.play(scene).unwrap();
    assert!(!(task.done)(stage), "{}: done before", task.name);
    stage.tv.press_all(keys);
    if task.pin {
        let digits = people::PIN.chars().filter_map(|digit| digit.to_digit(10));
        for digit in digits {
            stage.tv.press(Digit(u8::try_from(digit).unwrap()));
        }
        stage.tv.press(Enter);
    }
    stage.tv.settle();
    assert!(
        (task.done)(stage),
        "{} is not done by {keys:?}, but {:?} is shown",
        task.name,
        stage.tv.route()
    );
}

#[test]
fn ten_tasks_take_as_many_keys_as_the_table_says() {
    let table = include_str!("../../../docs/TESTING.md");
    let mut stage = Stage::new().unwrap();
    for task in &TASKS {
        carry_out(&mut stage, task, task.keys);
        carry_out(&mut stage, task, task.five);
        // Home is where everybody begins.
        let count = |keys: &[RemoteKey]| keys.iter().filter(|key| **key != Home).count();
        let (any, five) = (count(task.keys), count(task.five));
        let pin = if task.pin { " and the PIN" } else { "" };
        let row = format!("| {} | {any}{pin} | {five}{pin} |", task.name);
        assert!(table.contains(&row), "docs/TESTING.md does not have {row}");
        assert!(five <= MOST, "{}: {five} keys", task.name);
    }
}
