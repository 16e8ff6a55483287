//! Fills the adapters of the settings and the pages below them.

use slint::{ComponentHandle, SharedString};
use tv_ui::{
    AboutAdapter, AppWindow, ButtonKind, CaptureAdapter, CaptureCheck, CaptureData, CaptureRow,
    KeyTestAdapter, NetworkAdapter, OptionData, ScreenKind, SettingData, SettingKind,
    SettingsAdapter, WizardAdapter, WizardStep,
};

use super::{
    About, CaptureScreen, Check, Choice, KeyTest, Kind, Loudness, Network, RawKey, Row, Settings,
    Step, Wizard,
};
use crate::screens::kit::view::fill as refill;
use crate::screens::view::{Canvas, Draw, Lists, fill, index, int, model, option};
use crate::screens::{BACK, Controller};

impl Draw for Settings {
    fn bind(window: &AppWindow, lists: &Lists) {
        window
            .global::<SettingsAdapter<'_>>()
            .set_rows(model(&lists.settings));
    }

    fn kind(&self) -> ScreenKind {
        ScreenKind::Settings
    }

    fn draw(&self, &Canvas { view, window, .. }: &Canvas<'_>) {
        let adapter = window.global::<SettingsAdapter<'_>>();
        let (rows, first) = self.rows();
        adapter.set_back_focused(self.on_back());
        let focused = self.focused();
        adapter.set_row(index(focused.map(|(row, _)| row)));
        adapter.set_option(index(focused.map(|(_, option)| option)));
        adapter.set_first(int(first));
        adapter.set_total(int(self.total()));
        adapter.set_safe_percent(int(self.safe_percent()));
        let rows = rows.iter().map(|kind| setting(*kind, self));
        fill(&view.lists.settings, rows.collect());
    }
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
            Kind::ReadAloud => SettingKind::ReadAloud,
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
        Choice::Aloud => ButtonKind::AloudOn,
        Choice::Silent => ButtonKind::AloudOff,
    }
}

impl Draw for Network {
    fn kind(&self) -> ScreenKind {
        ScreenKind::Network
    }

    fn draw(&self, &Canvas { window, .. }: &Canvas<'_>) {
        let adapter = window.global::<NetworkAdapter<'_>>();
        adapter.set_server(self.server().into());
        adapter.set_back_focused(self.detail().on_back());
        adapter.set_focused(index(self.detail().focused()));
        adapter.set_trying(self.is_trying());
        adapter.set_lacks_certificates(self.lacks_certificates());
        adapter.set_addresses(self.addresses().join("  ").into());
    }
}

impl Draw for CaptureScreen {
    fn bind(window: &AppWindow, lists: &Lists) {
        let adapter = window.global::<CaptureAdapter<'_>>();
        adapter.set_cameras(model(&lists.cameras));
        adapter.set_microphones(model(&lists.microphones));
    }

    fn kind(&self) -> ScreenKind {
        ScreenKind::Capture
    }

    fn draw(&self, &Canvas { view, window, .. }: &Canvas<'_>) {
        let adapter = window.global::<CaptureAdapter<'_>>();
        adapter.set_back_focused(self.focus().zone() == BACK);
        adapter.set_try_focused(self.on_try());
        adapter.set_looking(self.is_looking());
        let (rows, first, total) = self.cameras();
        let focused = self.focused_camera();
        let cameras = rows
            .iter()
            .enumerate()
            .map(|(at, row)| capture_row(row, self.is_camera(row), focused == Some(at)));
        fill(&view.lists.cameras, cameras.collect());
        adapter.set_first_camera(int(first));
        adapter.set_total_cameras(int(total));
        let (rows, first, total) = self.microphones();
        let focused = self.focused_microphone();
        let microphones = rows
            .iter()
            .enumerate()
            .map(|(at, row)| capture_row(row, self.is_microphone(row), focused == Some(at)));
        fill(&view.lists.microphones, microphones.collect());
        adapter.set_first_microphone(int(first));
        adapter.set_total_microphones(int(total));
        let (camera, microphone) = self.chosen();
        adapter.set_camera(camera);
        adapter.set_microphone(microphone);
        let (level, loudness) = self.level();
        adapter.set_level(level);
        adapter.set_loudness(self::loudness(loudness));
        adapter.set_trying(self.is_trying());
        let (camera, microphone) = self.checks();
        adapter.set_camera_check(check(camera));
        adapter.set_microphone_check(check(microphone));
    }
}

/// How loud somebody speaks, as Slint has it.
pub(in crate::screens) fn loudness(loudness: Loudness) -> tv_ui::Loudness {
    match loudness {
        Loudness::None => tv_ui::Loudness::None,
        Loudness::Silent => tv_ui::Loudness::Silent,
        Loudness::Soft => tv_ui::Loudness::Soft,
        Loudness::Good => tv_ui::Loudness::Good,
        Loudness::Loud => tv_ui::Loudness::Loud,
    }
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

impl Draw for About {
    fn kind(&self) -> ScreenKind {
        ScreenKind::About
    }

    fn draw(&self, &Canvas { window, .. }: &Canvas<'_>) {
        const MIB: u64 = 1_048_576;
        let adapter = window.global::<AboutAdapter<'_>>();
        let detail = self.detail();
        adapter.set_back_focused(detail.on_back());
        adapter.set_has_page(!detail.actions().is_empty());
        adapter.set_page_focused(detail.focused().is_some());
        adapter.set_version(env!("CARGO_PKG_VERSION").into());
        if let Some(enrolment) = self.enrolment() {
            adapter.set_name((&enrolment.name).into());
            adapter.set_office((&enrolment.organization.name).into());
            adapter.set_terminal((&enrolment.terminal_id).into());
        }
        // The number first: it is what must not be cut off.
        let calls = self.help().iter().map(|one| {
            let words = [&one.telephone, &one.office, &one.hours];
            let words = words.into_iter().filter(|it| !it.is_empty());
            words.cloned().collect::<Vec<_>>().join("  ").into()
        });
        let calls: Vec<SharedString> = calls.collect();
        refill(&adapter.get_help(), calls, |help| adapter.set_help(help));
        let (used, budget) = self.disk();
        adapter.set_used_mb(int(used.div_ceil(MIB)));
        adapter.set_budget_mb(int(budget / MIB));
    }
}

impl Draw for KeyTest {
    fn kind(&self) -> ScreenKind {
        ScreenKind::KeyTest
    }

    fn draw(&self, &Canvas { window, .. }: &Canvas<'_>) {
        let adapter = window.global::<KeyTestAdapter<'_>>();
        adapter.set_key(
            self.key()
                .map_or_else(SharedString::default, |key| key.label().into()),
        );
        adapter.set_source(
            self.key()
                .map_or_else(SharedString::default, |key| key.name().into()),
        );
        adapter.set_count(int(self.count()));
        let (last, worst) = self.latency();
        adapter.set_frame_ms(last);
        adapter.set_worst_ms(worst);
    }
}

impl Draw for Wizard {
    fn kind(&self) -> ScreenKind {
        ScreenKind::Wizard
    }

    fn draw(&self, &Canvas { window, .. }: &Canvas<'_>) {
        let adapter = window.global::<WizardAdapter<'_>>();
        let (number, total) = self.number();
        adapter.set_number(int(number));
        adapter.set_total(int(total));
        adapter.set_seconds(int(self.seconds()));
        adapter.set_possible(self.is_possible());
        adapter.set_step(match self.step() {
            Step::Ok => WizardStep::Ok,
            Step::Up => WizardStep::Up,
            Step::Down => WizardStep::Down,
            Step::Left => WizardStep::Left,
            Step::Right => WizardStep::Right,
            Step::Back => WizardStep::Back,
            Step::Home => WizardStep::Home,
            Step::Finished => WizardStep::Finished,
        });
        let (heard, refused) = match self.heard() {
            None => (SharedString::default(), false),
            Some((RawKey::Code(code), refused)) => (slint::format!("{code}"), refused),
            Some((RawKey::Scan(code), refused)) => (slint::format!("{code:#x}"), refused),
        };
        adapter.set_heard(heard);
        adapter.set_refused(refused);
    }
}
