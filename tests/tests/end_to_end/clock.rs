//! A box whose own clock is wrong by decades: what it shows with the server, and what it does not show
//! without it.

use e2e::harness::texts::texts;
use e2e::harness::tv::user_code;
use e2e::harness::{Backend, Disk, Start, Tv, small, sync};
use media_player::testing::ClipSpec;
use tv_app::remote::RemoteKey;

const DAY_MS: i64 = 86_400_000;

/// Every word that can be read on the screen.
fn words(tv: &Tv) -> Vec<String> {
    texts(tv.screen.window())
        .into_iter()
        .filter(|text| text.is_visible())
        .map(|text| text.words)
        .collect()
}

/// Times of day, e.g. 下午 9:46.
fn clocks(tv: &Tv) -> Vec<String> {
    let is_clock = |word: &String| {
        let halves = ["上午 ", "下午 "].into_iter();
        let time = halves.fold(word.as_str(), |word, half| word.trim_start_matches(half));
        time.split_once(':').is_some_and(|(hour, minute)| {
            [hour, minute]
                .iter()
                .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
        })
    };
    words(tv).into_iter().filter(is_clock).collect()
}

fn start(url: &str) -> Start {
    Start {
        resume: true,
        client: Some(sync::quick_client(url)),
        ..Start::default()
    }
}

#[test]
fn a_box_in_1970_shows_the_servers_time_and_without_the_server_none() {
    let folder = tempfile::tempdir().unwrap();
    let content = folder.path().join("content");
    small::write(&content, &ClipSpec::default()).unwrap();
    let mut backend = Backend::start(&folder.path().join("server"), |_| {}).unwrap();
    assert!(!backend.import(&content).unwrap().has_complaints());
    let mut tv = Tv::new().unwrap();
    // 21:46 on 12 January 1970 in China.
    let wrong = 11 * DAY_MS + (13 * 60 + 46) * 60_000;
    tv.clock.set_now(wrong);
    let disk = Disk::new(&tv.clock).unwrap();

    // Before the first answer nobody knows what time it is.
    tv.start(&disk, &start(&backend.url())).unwrap();
    tv.wait_for("the code", |app| user_code(app).is_some());
    assert_eq!(clocks(&tv), [] as [&str; 0]);
    let code = user_code(tv.app()).unwrap();
    backend.approve(&code, "QH").unwrap();
    tv.go_past_the_first_minute();
    tv.wait_for("the server's time", |app| app.cache().server_time().synced);
    tv.settle();
    assert_eq!(clocks(&tv), ["上午 10:00"], "{:?}", words(&tv));
    assert!(words(&tv).iter().any(|text| text.contains("11月22日")));

    // The program is started again without the server: the box is still on.
    backend.stop();
    tv.cut_power();
    tv.clock.advance(3_600_000);
    tv.start(&disk, &start(&backend.url())).unwrap();
    tv.wait_for("that there is no server", |app| {
        !app.cache().sync_state().online
    });
    assert_eq!(clocks(&tv), ["上午 11:00"], "{:?}", words(&tv));

    // The box is switched off and on, and begins in 1970 again.
    tv.cut_power();
    tv.clock.reboot();
    tv.clock.set_now(wrong);
    let disk = disk.reopened(&tv.clock).unwrap();
    tv.start(&disk, &start(&backend.url())).unwrap();
    assert_eq!(clocks(&tv), [] as [&str; 0]);
    let said = words(&tv);
    for claim in ["今天", "昨天", "星期", "1月12日"] {
        assert!(!said.iter().any(|text| text.contains(claim)), "{said:?}");
    }
    // A day is shown with its year, because nobody can say which one is meant.
    assert!(said.iter().any(|text| text.contains("2026年")), "{said:?}");
    tv.press(RemoteKey::Menu);
    assert_eq!(clocks(&tv), [] as [&str; 0]);
    tv.press(RemoteKey::Home);

    // The server is back, and with it the time, without a key and before the minute is over.
    backend.clock.advance_ms(DAY_MS + 60_000);
    backend.start_again().unwrap();
    tv.wait_for("the time", |app| app.cache().server_time().synced);
    tv.wait_for("the clock", |_| clocks(&tv) == ["上午 10:01"]);
    assert!(words(&tv).iter().any(|text| text.contains("11月23日")));
}
