//! The program itself, as an installer starts it: what it says before it has a screen.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Output, Stdio};

fn tv_app(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tv-app"))
        .args(arguments)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("ZHDJ_SERVER")
        .env_remove("ZHDJ_TV_DATA")
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn its_version_needs_no_screen() {
    let output = tv_app(&["--version"]);
    assert!(output.status.success(), "{}", said(&output));
    let version = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(
        version.trim(),
        concat!("tv-app ", env!("CARGO_PKG_VERSION"))
    );
}

/// A program that ended would be started again without end.
#[test]
fn a_folder_that_cannot_be_is_named_and_the_screen_comes_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let inside = file.join("data");
    let mut program = Command::new(env!("CARGO_BIN_EXE_tv-app"))
        .args(["--headless", "--report-first-frame", "--data"])
        .arg(&inside)
        .env_remove("ZHDJ_SERVER")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut shown = String::new();
    let mut out = BufReader::new(program.stdout.take().unwrap());
    out.read_line(&mut shown).unwrap();
    program.kill().unwrap();
    let told = said(&program.wait_with_output().unwrap());
    assert_eq!(shown.trim(), "first-frame enrolment", "{told}");
    assert!(told.contains("写不了数据目录"), "{told}");
    assert!(told.contains(inside.to_str().unwrap()), "{told}");
}

#[test]
fn a_screen_of_no_size_is_refused_with_an_example() {
    let output = tv_app(&["--headless", "--screen-size", "12"]);
    assert!(!output.status.success());
    assert!(said(&output).contains("1920x1080"), "{}", said(&output));
}
