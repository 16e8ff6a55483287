//! Fills the adapters of the settings and the pages below them.

use slint::{ComponentHandle, SharedString};
use tv_ui::{
    AboutAdapter, AppWindow, ButtonKind, CaptureAdapter, CaptureCheck, CaptureData, CaptureRow,
    KeyTestAdapter, NetworkAdapter, OptionData, SettingData, SettingKind, SettingsAdapter,
    WizardAdapter, WizardStep,
};

use super::{
    About, CaptureScreen, Check, Choice, KeyTest, Kind, Loudness, Network, RawKey, Row, Settings,
    Step, Wizard,
};
use crate::screens::view::{Lists, View, fill, index, int, model, option};
use crate::screens::{BACK, Controller};

pub(in crate::screens) fn bind(window: &AppWindow, lists: &Lists) {
    window
        .global::<SettingsAdapter<'_>>()
        .set_rows(model(&lists.settings));
    let capture = window.global::<CaptureAdapter<'_>>();
    capture.set_cameras(model(&lists.cameras));
    capture.set_microphones(model(&lists.microphones));
}

pub(in crate::screens) fn show_list(view: &View, window: &AppWindow, screen: &Settings) {
    let adapter = window.global::<SettingsAdapter<'_>>();
    let (rows, first) = screen.rows();
    adapter.set_back_focused(screen.on_back());
    let focused = screen.focused();
    adapter.set_row(index(focused.map(|(row, _)| row)));
    adapter.set_option(index(focused.map(|(_, option)| option)));
    adapter.set_first(int(first));
    adapter.set_total(int(screen.total()));
    adapter.set_safe_percent(int(screen.safe_percent()));
    let rows = rows.iter().map(|kind| setting(*kind, screen));
    fill(&view.lists.settings, rows.collect());
}

fn setting(kind: Kind, screen: &Settings) -> SettingData {
    let options = kind.options();
    let at = |index: usize| {
        options
            .get(index)
            .map_or_else(OptionData::default, |choice| {
                option(button(*choice), screen.is_chosen(*choice))
            })
    };
    SettingData {
        kind: match kind {
            Kind::TextSize => SettingKind::TextSize,
            Kind::SafeArea => SettingKind::SafeArea,
            Kind::Theme => SettingKind::Theme,
            Kind::Language => SettingKind::Language,
            Kind::AutoJoin => SettingKind::AutoJoin,
            Kind::Capture => SettingKind::Capture,
            Kind::Network => SettingKind::Network,
            Kind::Wizard => SettingKind::Wizard,
            Kind::KeyTest => SettingKind::KeyTest,
            Kind::About => SettingKind::About,
        },
        options: int(options.len()),
        first: at(0),
        second: at(1),
        third: at(2),
    }
}

fn button(choice: Choice) -> ButtonKind {
    match choice {
        Choice::Size(125) => ButtonKind::Size125,
        Choice::Size(150) => ButtonKind::Size150,
        Choice::Size(_) => ButtonKind::Size100,
        Choice::SafeLess => ButtonKind::SafeLess,
        Choice::SafeMore => ButtonKind::SafeMore,
        Choice::Standard => ButtonKind::ThemeStandard,
        Choice::Projector => ButtonKind::ThemeProjector,
        Choice::Chinese => ButtonKind::Chinese,
        Choice::English => ButtonKind::English,
        Choice::AutoJoin => ButtonKind::AutoOn,
        Choice::AskToJoin => ButtonKind::AutoOff,
    }
}

pub(in crate::screens) fn show_network(window: &AppWindow, screen: &Network) {
    let adapter = window.global::<NetworkAdapter<'_>>();
    adapter.set_server(screen.server().into());
    adapter.set_back_focused(screen.on_back());
    adapter.set_focused(if screen.on_back() { -1 } else { 0 });
    adapter.set_trying(screen.is_trying());
    adapter.set_lacks_certificates(screen.lacks_certificates());
    adapter.set_addresses(screen.addresses().join("  ").into());
}

pub(in crate::screens) fn show_capture(view: &View, window: &AppWindow, screen: &CaptureScreen) {
    let adapter = window.global::<CaptureAdapter<'_>>();
    adapter.set_back_focused(screen.focus().zone() == BACK);
    adapter.set_try_focused(screen.on_try());
    adapter.set_looking(screen.is_looking());
    let (rows, first, total) = screen.cameras();
    let focused = screen.focused_camera();
    let cameras = rows
        .iter()
        .enumerate()
        .map(|(at, row)| capture_row(row, screen.is_camera(row), focused == Some(at)));
    fill(&view.lists.cameras, cameras.collect());
    adapter.set_first_camera(int(first));
    adapter.set_total_cameras(int(total));
    let (rows, first, total) = screen.microphones();
    let focused = screen.focused_microphone();
    let microphones = rows
        .iter()
        .enumerate()
        .map(|(at, row)| capture_row(row, screen.is_microphone(row), focused == Some(at)));
    fill(&view.lists.microphones, microphones.collect());
    adapter.set_first_microphone(int(first));
    adapter.set_total_microphones(int(total));
    let (camera, microphone) = screen.chosen();
    adapter.set_camera(camera);
    adapter.set_microphone(microphone);
    let (level, loudness) = screen.level();
    adapter.set_level(level);
    adapter.set_loudness(match loudness {
        Loudness::None => tv_ui::Loudness::None,
        Loudness::Silent => tv_ui::Loudness::Silent,
        Loudness::Soft => tv_ui::Loudness::Soft,
        Loudness::Good => tv_ui::Loudness::Good,
        Loudness::Loud => tv_ui::Loudness::Loud,
    });
    adapter.set_trying(screen.is_trying());
    let (camera, microphone) = screen.checks();
    adapter.set_camera_check(check(camera));
    adapter.set_microphone_check(check(microphone));
}

fn capture_row(row: &Row, chosen: bool, focused: bool) -> CaptureData {
    let (kind, name) = match row {
        Row::Device(device) => (CaptureRow::Device, device.name.as_str()),
        Row::Missing(_) => (CaptureRow::Missing, ""),
        Row::Test => (CaptureRow::Test, ""),
        Row::Off => (CaptureRow::Off, ""),
    };
    CaptureData {
        kind,
        name: name.into(),
        chosen,
        focused,
    }
}

fn check(check: Check) -> CaptureCheck {
    match check {
        Check::Unknown => CaptureCheck::Unknown,
        Check::Off => CaptureCheck::Off,
        Check::Waiting => CaptureCheck::Waiting,
        Check::Good => CaptureCheck::Good,
        Check::Missing => CaptureCheck::Missing,
        Check::Busy => CaptureCheck::Busy,
        Check::Nothing => CaptureCheck::Nothing,
        Check::Silent => CaptureCheck::Silent,
        Check::Soft => CaptureCheck::Soft,
        Check::Loud => CaptureCheck::Loud,
    }
}

pub(in crate::screens) fn show_about(window: &AppWindow, screen: &About) {
    const MIB: u64 = 1_048_576;
    let adapter = window.global::<AboutAdapter<'_>>();
    adapter.set_back_focused(true);
    adapter.set_version(env!("CARGO_PKG_VERSION").into());
    if let Some(enrolment) = screen.enrolment() {
        adapter.set_name((&enrolment.name).into());
        adapter.set_office((&enrolment.organization.name).into());
        adapter.set_terminal((&enrolment.terminal_id).into());
    }
    let (used, budget) = screen.disk();
    adapter.set_used_mb(int(used.div_ceil(MIB)));
    adapter.set_budget_mb(int(budget / MIB));
}

pub(in crate::screens) fn show_key_test(window: &AppWindow, screen: &KeyTest) {
    let adapter = window.global::<KeyTestAdapter<'_>>();
    adapter.set_key(
        screen
            .key()
            .map_or_else(SharedString::default, |key| key.label().into()),
    );
    adapter.set_source(
        screen
            .key()
            .map_or_else(SharedString::default, |key| key.name().into()),
    );
    adapter.set_count(int(screen.count()));
    let (last, worst) = screen.latency();
    adapter.set_frame_ms(last);
    adapter.set_worst_ms(worst);
}

pub(in crate::screens) fn show_wizard(window: &AppWindow, screen: &Wizard) {
    let adapter = window.global::<WizardAdapter<'_>>();
    let (number, total) = screen.number();
    adapter.set_number(int(number));
    adapter.set_total(int(total));
    adapter.set_seconds(int(screen.seconds()));
    adapter.set_possible(screen.is_possible());
    adapter.set_step(match screen.step() {
        Step::Ok => WizardStep::Ok,
        Step::Up => WizardStep::Up,
        Step::Down => WizardStep::Down,
        Step::Left => WizardStep::Left,
        Step::Right => WizardStep::Right,
        Step::Back => WizardStep::Back,
        Step::Home => WizardStep::Home,
        Step::Finished => WizardStep::Finished,
    });
    let (heard, refused) = match screen.heard() {
        None => (SharedString::default(), false),
        Some((RawKey::Code(code), refused)) => (slint::format!("{code}"), refused),
        Some((RawKey::Scan(code), refused)) => (slint::format!("{code:#x}"), refused),
    };
    adapter.set_heard(heard);
    adapter.set_refused(refused);
}
