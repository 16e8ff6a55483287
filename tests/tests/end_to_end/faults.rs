//! Power cuts: the TV program itself is killed with SIGKILL and started again.

use std::time::{Duration, Instant};

use e2e::harness::kill::Stage;
use e2e::harness::program::Program;
use e2e::harness::small;
use tv_app::remote::RemoteKey;

/// Kills in the gate; `cargo run -p e2e --bin soak` does many more.
const KILLS: u32 = 15;
/// Home after a start without a network. The budget of 300 ms is measured by the bench with the
/// release build; this holds for a debug build beside other tests.
const HOME: Duration = Duration::from_secs(20);
/// Anything a key does.
const KEY: Duration = Duration::from_secs(60);

/// Where a programme stands, in ms.
fn position(state: &serde_json::Value) -> i64 {
    state["route"]["position_ms"].as_i64().unwrap_or(0)
}

/// Less than a minute, after which everything is asked for again: by then a fault would have mended itself.
const WAITS_IN_VAIN: Duration = Duration::from_secs(30);

/// Whether a programme plays past the first report, which is written after five seconds. It must not wait for
/// a network that is there.
fn plays() -> impl FnMut(&serde_json::Value) -> bool {
    let mut waits_since = None;
    move |state| {
        if state["waits_for_network"] == true && state["online"] == true {
            let since = *waits_since.get_or_insert_with(Instant::now);
            assert!(since.elapsed() < WAITS_IN_VAIN, "{state}");
        } else {
            waits_since = None;
        }
        position(state) > 6_000
    }
}

/// Cuts the power while a programme plays; says where it stood, in ms.
fn cut_while_it_plays(tv: Program) -> i64 {
    let state = tv
        .wait_for("the programme to play", Duration::from_secs(90), plays())
        .unwrap();
    tv.kill().unwrap();
    position(&state)
}

#[test]
fn killed_over_and_over_while_it_writes_it_loses_and_doubles_nothing() {
    let stage = Stage::make(60 + KILLS * 7).unwrap();
    let outcome = stage.kill_over_and_over(KILLS, 20_261_122, |_| {}).unwrap();
    assert_eq!(outcome.kills, KILLS);
    assert!(
        outcome.counted_ms > 5_000,
        "too little was played for this to mean anything: {outcome:?}"
    );
}

#[test]
fn after_a_power_cut_without_network_home_is_there_and_every_bulletin_opens() {
    let mut stage = Stage::make(5).unwrap();
    let bulletin = stage
        .cache()
        .unwrap()
        .bulletins(small::BULLETIN_LIST, tv_app::cache::Order::Newest)
        .remove(0);
    assert_eq!(bulletin.title, small::BULLETIN);
    stage.backend.stop();
    let url = stage.backend.url();

    let tv = Program::start(&stage.terminal(), Some(&url)).unwrap();
    tv.wait_for("Home", HOME, |state| state["route"]["screen"] == "home")
        .unwrap();
    assert!(tv.age() < HOME, "Home took {:?}", tv.age());

    // 1 党务公开 ▸ its third list ▸ the bulletin.
    tv.press(RemoteKey::Digit(1)).unwrap();
    tv.wait_for("the section", KEY, |state| {
        state["route"]["screen"] == "section"
    })
    .unwrap();
    use RemoteKey::{Down, Left, Right};
    for key in [Left, Down, Down, Down, Down, Down, Down] {
        let before = tv.state().unwrap()["item"].clone();
        if before == small::BULLETIN_LIST {
            break;
        }
        tv.press(key).unwrap();
        // At the edge nothing moves.
        let _ = tv.wait_for("a move", Duration::from_millis(300), |state| {
            state["item"] != before
        });
    }
    tv.wait_for("its list", KEY, |state| {
        state["item"] == small::BULLETIN_LIST
    })
    .unwrap();
    tv.press(Right).unwrap();
    tv.wait_for("what is in it", KEY, |state| {
        state["item"] == bulletin.id.as_str()
    })
    .unwrap();
    press_until(&tv, RemoteKey::Ok, "bulletin");
    let state = tv.state().unwrap();
    assert_eq!(state["route"]["id"], bulletin.id.as_str());
    assert_eq!(state["online"], false);

    // The next power cut leaves it open on the same bulletin.
    tv.wait_for_resume_point(&stage, "bulletin").unwrap();
    tv.kill().unwrap();
    let tv = Program::start(&stage.terminal(), Some(&url)).unwrap();
    let state = tv
        .wait_for("the bulletin", HOME, |state| {
            state["route"]["screen"] == "bulletin"
        })
        .unwrap();
    assert_eq!(state["route"]["id"], bulletin.id.as_str());
    assert_eq!(state["depth"], 3);
}

#[test]
fn a_programme_that_is_streamed_goes_on_after_a_power_cut() {
    let stage = Stage::make(60).unwrap();
    stage.let_go().unwrap();
    stage.resume_in_player().unwrap();

    let tv = Program::start(&stage.terminal(), Some(&stage.backend.url())).unwrap();
    let left_at = cut_while_it_plays(tv);

    let tv = Program::start(&stage.terminal(), Some(&stage.backend.url())).unwrap();
    let state = tv
        .wait_for("it to go on", Duration::from_secs(90), |state| {
            position(state) > left_at + 500
        })
        .unwrap();
    assert!(
        position(&state) < left_at + 5_000,
        "it went on at {}, but was killed at {left_at}",
        position(&state)
    );
}

/// The power comes back before the network does: the programme waits in plain sight, and goes on.
#[test]
fn a_programme_waits_for_the_network_after_a_power_cut_and_goes_on_at_its_second() {
    let mut stage = Stage::make(60).unwrap();
    stage.let_go().unwrap();
    stage.resume_in_player().unwrap();
    let url = stage.backend.url();

    let tv = Program::start(&stage.terminal(), Some(&url)).unwrap();
    let left_at = cut_while_it_plays(tv);
    stage.backend.stop();

    let tv = Program::start(&stage.terminal(), Some(&url)).unwrap();
    let state = tv
        .wait_for("it to wait", KEY, |state| {
            state["waits_for_network"] == true && state["online"] == false
        })
        .unwrap();
    let kept = position(&state);
    assert!(
        kept > 4_000 && kept <= left_at,
        "it was killed at {left_at} and waits at {kept}"
    );
    stage.backend.start_again().unwrap();
    let state = tv
        .wait_for("it to go on", Duration::from_secs(90), |state| {
            state["waits_for_network"] == false && position(state) > kept + 500
        })
        .unwrap();
    assert!(
        position(&state) < kept + 20_000,
        "it went on at {}, and had waited at {kept}",
        position(&state)
    );
}

/// OK is not taken within 250 ms of the one that opened a screen (UX), so it may need a second
/// press.
fn press_until(tv: &Program, key: RemoteKey, screen: &str) {
    for _ in 0..5 {
        tv.press(key).unwrap();
        if tv
            .wait_for(screen, Duration::from_millis(500), |state| {
                state["route"]["screen"] == screen
            })
            .is_ok()
        {
            return;
        }
    }
    panic!(
        "{key:?} does not lead to {screen}: {:?}",
        tv.state().unwrap()
    );
}

trait ResumePoint {
    /// Waits until the place to resume at is on the disk.
    fn wait_for_resume_point(&self, stage: &Stage, screen: &str) -> anyhow::Result<()>;
}

impl ResumePoint for Program {
    fn wait_for_resume_point(&self, stage: &Stage, screen: &str) -> anyhow::Result<()> {
        let wanted = format!("\"screen\":\"{screen}\"");
        self.wait_for("the resume point on the disk", KEY, |_| {
            // A second reader beside the running program is what SQLite is made for.
            stage.cache().is_ok_and(|cache| {
                cache
                    .resume_point()
                    .is_some_and(|json| json.contains(&wanted))
            })
        })?;
        Ok(())
    }
}
