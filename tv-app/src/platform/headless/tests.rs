//! Real pixels of a small component, with Chinese text.

use super::*;
use slint::ComponentHandle as _;

slint::slint! {
    export component Sample inherits Window {
        width: 1920px;
        height: 1080px;
        background: #14110f;
        in property <string> words: "村务公开 · 财务收支明细";
        in property <bool> moved;
        in property <int> ticks;
        Text {
            x: 96px; y: 60px;
            text: root.words;
            font-family: "Noto Sans CJK SC";
            font-size: 60px;
            color: #f5ede0;
        }
        Rectangle {
            x: root.moved ? 1400px : 400px;
            y: 600px;
            width: 200px;
            height: 120px;
            background: #b3261e;
            animate x { duration: 160ms; }
        }
    }
}

fn screen() -> (Headless, Sample) {
    let clock = Arc::new(ManualClock::new(0));
    let screen = Headless::install(1920, 1080, TimeSource::Manual(clock)).unwrap();
    let sample = Sample::new().unwrap();
    sample.show().unwrap();
    (screen, sample)
}

/// Pixels brighter than the ground inside of a rectangle.
fn bright(frame: &Rgb, rect: Rect) -> usize {
    let piece = frame.crop(rect);
    piece
        .bytes
        .chunks_exact(3)
        .filter(|p| p[0] > 160 && p[1] > 160)
        .count()
}

const TITLE: Rect = Rect {
    x: 96,
    y: 60,
    width: 720,
    height: 90,
};

#[test]
fn chinese_text_is_painted_with_chinese_glyphs_and_always_the_same() {
    let (screen, sample) = screen();
    assert_eq!(
        screen.pump(),
        Some(Rect {
            x: 0,
            y: 0,
            width: 1920,
            height: 1080
        })
    );
    let first = screen.frame();
    assert!(bright(&first, TITLE) > 4_000, "{}", bright(&first, TITLE));
    // Missing glyphs would all be the same box: different characters must differ.
    sample.set_words("党".into());
    screen.pump();
    let one = screen.frame().crop(TITLE);
    sample.set_words("村".into());
    screen.pump();
    assert_ne!(one, screen.frame().crop(TITLE));
    sample.set_words("村务公开 · 财务收支明细".into());
    screen.pump();
    assert_eq!(screen.frame(), first);
}

#[test]
fn only_what_changed_is_painted_and_nothing_when_nothing_did() {
    let (screen, sample) = screen();
    screen.pump();
    assert_eq!(screen.advance(60_000), None);
    assert_eq!(screen.frames_painted(), 1);
    sample.set_words("公告".into());
    let dirty = screen.pump().unwrap();
    assert!(dirty.height < 200 && dirty.y < 200, "{dirty:?}");
    assert_eq!(screen.frames_painted(), 2);
}

#[test]
fn an_animation_takes_its_time_on_the_manual_clock_and_ends() {
    let (screen, sample) = screen();
    screen.pump();
    let red = |x| screen.frame().pixel(x, 660)[0] > 150;
    assert!(red(500) && !red(1_500));
    sample.set_moved(true);
    screen.advance(80);
    assert!(!red(500) && !red(1_550));
    screen.advance(120);
    assert!(!red(500) && red(1_500));
    let frames = screen.frames_painted();
    assert!((8..=14).contains(&frames), "{frames}");
    screen.advance(10_000);
    assert_eq!(screen.frames_painted(), frames);
}

#[test]
fn timers_run_at_their_time() {
    let (screen, sample) = screen();
    let weak = sample.as_weak();
    let timer = slint::Timer::default();
    timer.start(
        slint::TimerMode::Repeated,
        Duration::from_millis(80),
        move || {
            let sample = weak.unwrap();
            sample.set_ticks(sample.get_ticks() + 1);
        },
    );
    screen.advance(79);
    assert_eq!(sample.get_ticks(), 0);
    screen.advance(1);
    assert_eq!(sample.get_ticks(), 1);
    screen.advance(800);
    assert_eq!(sample.get_ticks(), 11);
}

#[test]
fn a_small_screen_is_the_same_picture_scaled() {
    let clock = Arc::new(ManualClock::new(0));
    let screen = Headless::install(960, 540, TimeSource::Manual(clock)).unwrap();
    let sample = Sample::new().unwrap();
    sample.show().unwrap();
    assert_eq!(
        screen.pump(),
        Some(Rect {
            x: 0,
            y: 0,
            width: 960,
            height: 540
        })
    );
    assert!(screen.frame().pixel(250, 330)[0] > 150);
    assert!(screen.frame().pixel(350, 330)[0] < 50);
}

#[test]
fn the_event_loop_hears_other_threads_and_sleeps_in_between() {
    let screen = Headless::install(1920, 1080, TimeSource::Real).unwrap();
    let sample = Sample::new().unwrap();
    sample.show().unwrap();
    let (painted, was_painted) = std::sync::mpsc::channel();
    screen.on_frame(move |_, dirty| painted.send(dirty).unwrap());
    let weak = sample.as_weak();
    let other = std::thread::spawn(move || {
        let limit = Duration::from_secs(20);
        was_painted.recv_timeout(limit).unwrap();
        weak.upgrade_in_event_loop(|sample| sample.set_words("直播".into()))
            .unwrap();
        let dirty = was_painted.recv_timeout(limit).unwrap();
        assert!(dirty.height < 200);
        // Silence: no frame comes by itself.
        let quiet = was_painted.recv_timeout(Duration::from_millis(300));
        assert!(quiet.is_err());
        slint::quit_event_loop().unwrap();
    });
    slint::run_event_loop().unwrap();
    other.join().unwrap();
    assert_eq!(screen.frames_painted(), 2);
    // The start, the message and the end; a loop that polls would have woken dozens of times.
    assert!(screen.wakeups() <= 5, "{}", screen.wakeups());
}
