//! Scenes of the settings and the pages below them.

use contract::terminal::TerminalKind;
use tv_app::networks::{Cable, Found, Lock, Strength, Trouble, Wireless};
use tv_app::remote::RemoteKey::{self, Down, Ok as Enter, Right, Up};
use tv_app::screens::settings::name;
use tv_app::screens::{Input, Route};

use super::scene::{Scene, scene};
use super::{Stage, people};

/// See the module.
pub const SCENES: &[Scene] = &[
    scene("settings", |stage| settings(stage, &[])),
    scene("settings-end", |stage| settings(stage, &[Down; 4])),
    scene("settings-simple", |stage| {
        settings(stage, &[Up, Down, Down, Right])
    }),
    scene("settings-picture", |stage| {
        settings(stage, &[Up, Down, Down, Down, Right, Down, Down])
    }),
    scene("settings-picture-end", |stage| {
        let keys = [Up, Down, Down, Down, Right, Down, Down, Down, Down, Down];
        settings(stage, &keys)
    }),
    scene("settings-remote", |stage| {
        settings(stage, &[Up, Down, Down, Down, Down])
    }),
    scene("settings-about", |stage| {
        settings(stage, &[Up, Down, Down, Down, Down, Down, Down, Right])
    }),
    scene("settings-back", |stage| settings(stage, &[Up])),
    scene("settings-english", |stage| english(stage, &[])),
    scene("settings-picture-english", |stage| {
        english(stage, &[Up, Down, Down, Down, Right])
    }),
    scene("settings-in-simple", |stage| {
        stage.demo.set(name::SIMPLE, "on")?;
        stage.show(&[Route::Simple, Route::Settings])
    }),
    scene("simple", simple),
    scene("simple-settings", |stage| {
        simple(stage)?;
        stage.tv.press_all(&[Up, Up]);
        Ok(())
    }),
    scene("simple-call", |stage| {
        // Everybody here has signed in, so nothing comes over it.
        let home = people::household();
        let call = people::signed(people::call(&home), home.people.len());
        stage.people(TerminalKind::Household, home, vec![call])?;
        simple(stage)
    }),
    scene("simple-english", |stage| {
        stage.demo.set(name::LANGUAGE, "en")?;
        simple(stage)
    }),
    scene("lesson-arrows", |stage| lesson(stage, &[])),
    scene("lesson-ok", |stage| lesson(stage, &[Down])),
    scene("lesson-wrong", |stage| lesson(stage, &[Down, Right])),
    scene("lesson-back", |stage| lesson(stage, &[Down, Enter])),
    scene("lesson-size", |stage| {
        lesson(stage, &[Down, Enter, RemoteKey::Back])
    }),
    scene("lesson-simple", |stage| {
        lesson(stage, &[Down, Enter, RemoteKey::Back, Enter, Right])
    }),
    scene("lesson-aloud", |stage| {
        lesson(stage, &[Down, Enter, RemoteKey::Back, Enter, Enter])
    }),
    scene("lesson-english", |stage| {
        stage.demo.set(name::LANGUAGE, "en")?;
        lesson(stage, &[])
    }),
    scene("network", |stage| network(stage, Ok(found()), &[])),
    scene("network-password", |stage| {
        network(stage, Ok(found()), &typed(&[2, 0, 2, 6]))
    }),
    scene("network-ready", |stage| {
        network(stage, Ok(found()), &typed(&[2, 0, 2, 6, 1, 1, 3, 0]))
    }),
    scene("network-signs", |stage| {
        let keys = [Down, Down, Enter, Down, Down, Down, Down, Right, Right];
        let keys = [&keys[..], &[Right, Right, Right, Enter]].concat();
        network(stage, Ok(found()), &keys)
    }),
    scene("network-wrong", |stage| {
        network(stage, Ok(found()), &typed(&[2, 0, 2, 6, 1, 1, 3, 0]))?;
        stage.tv.press_all(&[Down, Down, Down, Down, Down]);
        stage.tv.press_all(&[Right; 7]);
        stage.tv.press(Enter);
        let wrong = Input::NetworkJoined(Err(Trouble::WrongPassword));
        stage.tv.app().input(&wrong);
        Ok(())
    }),
    scene("network-joining", |stage| {
        network(stage, Ok(found()), &[Down, Down, Down, Enter])
    }),
    scene("network-gone", |stage| {
        network(stage, Ok(found()), &[Down, Down, Down, Enter])?;
        let gone = Input::NetworkJoined(Err(Trouble::Gone));
        stage.tv.app().input(&gone);
        Ok(())
    }),
    scene("network-cable-only", |stage| {
        let found = Found {
            cable: Cable::Connected,
            ..Found::default()
        };
        network(stage, Ok(found), &[])
    }),
    scene("network-no-manager", |stage| {
        network(stage, Err(Trouble::NoManager), &[])?;
        let addresses = vec!["192.168.1.23（eth0）".to_owned()];
        stage.tv.app().input(&Input::Addresses(addresses));
        Ok(())
    }),
    scene("about", |stage| {
        stage.show(&[Route::Home, Route::Settings, Route::About])
    }),
    scene("installation", |stage| {
        stage.show(&[Route::Home, Route::Settings, Route::Installation])
    }),
    scene("key-test", |stage| {
        stage.show(&[Route::Home, Route::Settings, Route::KeyTest])?;
        stage.tv.press(RemoteKey::VolumeUp);
        Ok(())
    }),
    scene("wizard", |stage| {
        stage.show(&[Route::Home, Route::Settings, Route::Wizard])
    }),
];

/// Shows the settings and presses keys: at first the first row has the focus.
fn settings(stage: &mut Stage, keys: &[RemoteKey]) -> anyhow::Result<()> {
    stage.show(&[Route::Home, Route::Settings])?;
    stage.tv.press_all(keys);
    Ok(())
}

/// The same in English.
fn english(stage: &mut Stage, keys: &[RemoteKey]) -> anyhow::Result<()> {
    stage.demo.set(name::LANGUAGE, "en")?;
    settings(stage, keys)
}

/// The networks of a village.
fn found() -> Found {
    let network = |name: &str, strength, lock| Wireless {
        ssid: name.as_bytes().to_vec(),
        strength,
        lock,
        connected: false,
    };
    Found {
        cable: Cable::Unplugged,
        has_wireless: true,
        wireless: vec![
            network("清河人家", Strength::Strong, Lock::Password),
            network("CMCC-4F2A", Strength::Strong, Lock::Password),
            network("李家小店", Strength::Medium, Lock::Open),
            network("桃园村委会", Strength::Weak, Lock::Password),
            network("eduroam", Strength::Weak, Lock::Other),
        ],
    }
}

/// These digits as the password of the first of them.
fn typed(digits: &[u8]) -> Vec<RemoteKey> {
    let digits = digits.iter().copied().map(RemoteKey::Digit);
    [Down, Enter].into_iter().chain(digits).collect()
}

/// The network page with what was found, and keys.
fn network(
    stage: &mut Stage,
    found: Result<Found, Trouble>,
    keys: &[RemoteKey],
) -> anyhow::Result<()> {
    stage.show(&[Route::Home, Route::Settings, Route::Network])?;
    stage.tv.app().input(&Input::Networks(found));
    stage.tv.press_all(keys);
    Ok(())
}

/// The first minute.
fn lesson(stage: &mut Stage, keys: &[RemoteKey]) -> anyhow::Result<()> {
    stage.show(&[Route::Home, Route::Lesson])?;
    stage.tv.press_all(keys);
    Ok(())
}

/// The four doors.
fn simple(stage: &mut Stage) -> anyhow::Result<()> {
    stage.demo.set(name::SIMPLE, "on")?;
    stage.show(&[Route::Simple])
}
