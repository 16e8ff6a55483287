//! The console's pages in Chromium against a server in the process: what `e2e/pages.mjs` does there,
//! step by step. The same by hand, against any server, is `npm run e2e`. `day` is one person's day on a server with
//! nothing in it.

mod day;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use backend_api::clock::{Clock as _, SystemClock};
use backend_api::config::AskedOf;
use e2e::harness::backend::{LOGIN, PASSWORD};
use e2e::harness::live::{self, Going};
use e2e::harness::program::built_beside;
use e2e::harness::{Backend, NOW_MS};

/// Longer than all steps take on a busy machine, and shorter than the test runner's own patience.
const PATIENCE_S: &str = "1100";
/// The last of its steps.
const LAST: &str = r#"{"event":"done","step":"signing out""#;

#[test]
fn every_page_does_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let console = live::console().unwrap();
    let dist = console.join("dist");
    let backend = Backend::start(&at("server"), |config| {
        config.console = Some(dist);
        config.preview.program = Some(built_beside("tv-app").unwrap());
        config.preview.seconds = 60;
        // As in a township, not as in a demonstration.
        config.sessions.second_factor = AskedOf::Administrators;
    })
    .unwrap();
    // The browser plans its meetings by the clock of the machine.
    backend.clock.advance_ms(SystemClock.now_ms() - NOW_MS);
    let _going = Going::start(&backend.clock);
    live::township(&backend, &at("content"), &["河西村", "石桥村"]).unwrap();
    fs::write(
        at("content").join("members.csv"),
        "组织代码,姓名,身份,卡号,免点名原因,户名\nQH0,何家栋,正式党员,,,12 号\nQH1,柳成荫,正式党员,,,3 号\n",
    )
    .unwrap();
    one_film(&at("content"));
    let report = backend.import(&at("content")).unwrap();
    assert!(!report.has_complaints(), "{report}");
    backend.administrator().unwrap();

    // The browser goes with its driver when that is told to end.
    let mut pages = Command::new("timeout");
    pages
        .args(["--kill-after=10", PATIENCE_S, "node"])
        .arg(console.join("e2e/pages.mjs"))
        .env("BASE_URL", backend.url())
        .env("LOGIN", LOGIN)
        .env("PASSWORD", PASSWORD)
        .env_remove("BACKEND");
    let pages = pages.output().expect("timeout starts");
    let said = String::from_utf8_lossy(&pages.stdout);
    assert!(
        pages.status.success() && said.contains(LAST),
        "{}\n{said}\n{}",
        pages.status,
        String::from_utf8_lossy(&pages.stderr)
    );
}

/// A programme of the demonstration, which the pages find, and upload once more.
fn one_film(content: &Path) -> PathBuf {
    let demonstration = demo_township::township_folder();
    demo_township::make_media(&demonstration, &|_| {}).unwrap();
    for folder in ["media", "programmes"] {
        fs::create_dir_all(content.join(folder)).unwrap();
    }
    let film = "media/greenhouse-winter.mp4";
    fs::copy(demonstration.join(film), content.join(film)).unwrap();
    fs::write(
        content.join("programmes/greenhouse-winter.toml"),
        format!(
            "title = \"冬天的大棚\"\nlist = \"wealth\"\norganization = \"QH\"\n\
             published = 2026-11-17\nvideo = \"/{film}\"\n"
        ),
    )
    .unwrap();
    content.join(film)
}
