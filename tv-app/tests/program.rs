//! The program itself, as an installer starts it: what it says before it has a screen.

use std::process::{Command, Output};

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

#[test]
fn a_folder_that_cannot_be_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let inside = file.join("data");
    let output = tv_app(&["--headless", "--data", inside.to_str().unwrap()]);
    assert!(!output.status.success());
    let told = said(&output);
    assert!(told.contains("打不开数据目录"), "{told}");
    assert!(told.contains(inside.to_str().unwrap()), "{told}");
}

#[test]
fn a_screen_of_no_size_is_refused_with_an_example() {
    let output = tv_app(&["--headless", "--screen-size", "12"]);
    assert!(!output.status.success());
    assert!(said(&output).contains("1920x1080"), "{}", said(&output));
}
