//! Fills the adapters of the settings and the pages below them.

use slint::{ComponentHandle, Model, ModelRc, SharedString, VecModel};
use tv_ui::{
    AboutAdapter, AppWindow, CaptureAdapter, CaptureCheck, CaptureData, CaptureRow,
    InstallationAdapter, KeyTestAdapter, ScreenKind, SettingChoice, SettingData, SettingGroup,
    SettingKind, SettingsAdapter, WizardAdapter, WizardStep,
};

use super::{
    About, CaptureScreen, Check, Choice, Group, Installation, KeyTest, Kind, Loudness, RawKey, Row,
    STEPS, Settings, Shape, Step, Wizard,
};
use crate::screens::kit::view::fill as refill;
use crate::screens::view::{Canvas, Draw, Lists, fill, index, int, model};
use crate::screens::{BACK, Controller};

impl Draw for Settings {
    fn bind(window: &AppWindow, lists: &Lists) {
        let adapter = window.global::<SettingsAdapter<'_>>();
        adapter.set_rows(model(&lists.settings));
        adapter.set_groups(model(&lists.setting_groups));
    }

    fn kind(&self) -> ScreenKind {
        ScreenKind::Settings
    }

    fn draw(&self, &Canvas { view, window, .. }: &Canvas<'_>) {
        let adapter = window.global::<SettingsAdapter<'_>>();
        adapter.set_back_focused(self.on_back());
        let (chosen, groups, first) = self.groups();
        adapter.set_group(group(chosen));
        adapter.set_first_group(int(first));
        adapter.set_total_groups(int(Group::ALL.len()));
        adapter.set_focused_group(index(self.focused_group()));
        fill(
            &view.lists.setting_groups,
            groups.iter().copied().map(group).collect(),
        );
        let (rows, first) = self.rows();
        adapter.set_row(index(self.focused()));
        let focused = self.focused().and_then(|at| rows.get(at));
        adapter.set_on_page(focused.is_some_and(|(kind, _)| kind.values() == 1));
        adapter.set_first(int(first));
        adapter.set_total(int(self.total()));
        adapter.set_bold(self.is(Kind::CaptionWeight, 1));
        adapter.set_shaded(self.is(Kind::CaptionGround, 0));
        // Slint compares models by identity: what stays the same keeps its choices.
        let shown = &view.lists.settings;
        let rows = rows.iter().enumerate().map(|(at, (kind, value))| {
            let before = shown.row_data(at).filter(|row| row.kind == setting(*kind));
            setting_data(*kind, *value, before)
        });
        fill(shown, rows.collect());
    }

    fn words(&self, window: &AppWindow) -> Vec<String> {
        vec![window.global::<SettingsAdapter<'_>>().get_heard().into()]
    }
}

fn setting_data(kind: Kind, value: usize, before: Option<SettingData>) -> SettingData {
    SettingData {
        kind: setting(kind),
        value: int(value),
        steps: match kind.shape() {
            Shape::Steps => int(STEPS),
            Shape::Choices(_) | Shape::Page(_) => 0,
        },
        choices: before.map_or_else(
            || {
                let choices = kind.choices().iter().copied().map(choice);
                ModelRc::new(choices.collect::<VecModel<_>>())
            },
            |row| row.choices,
        ),
    }
}

fn group(group: Group) -> SettingGroup {
    match group {
        Group::Senses => SettingGroup::Senses,
        Group::Simple => SettingGroup::Simple,
        Group::Picture => SettingGroup::Picture,
        Group::Remote => SettingGroup::Remote,
        Group::Network => SettingGroup::Network,
        Group::About => SettingGroup::About,
    }
}

fn setting(kind: Kind) -> SettingKind {
    match kind {
        Kind::TextSize => SettingKind::TextSize,
        Kind::Aloud => SettingKind::Aloud,
        Kind::Speed => SettingKind::Speed,
        Kind::Captions => SettingKind::Captions,
        Kind::Volume => SettingKind::Volume,
        Kind::Simple => SettingKind::Simple,
        Kind::SafeArea => SettingKind::SafeArea,
        Kind::Theme => SettingKind::Theme,
        Kind::CaptionWeight => SettingKind::CaptionWeight,
        Kind::CaptionGround => SettingKind::CaptionGround,
        Kind::CaptionPlace => SettingKind::CaptionPlace,
        Kind::Language => SettingKind::Language,
        Kind::Lesson => SettingKind::Lesson,
        Kind::Wizard => SettingKind::Wizard,
        Kind::KeyTest => SettingKind::KeyTest,
        Kind::AutoJoin => SettingKind::AutoJoin,
        Kind::Capture => SettingKind::Capture,
        Kind::Network => SettingKind::Network,
        Kind::About => SettingKind::About,
        Kind::Installation => SettingKind::Installation,
    }
}

fn choice(choice: Choice) -> SettingChoice {
    match choice {
        Choice::Standard => SettingChoice::Standard,
        Choice::Large => SettingChoice::Large,
        Choice::Largest => SettingChoice::Largest,
        Choice::Off => SettingChoice::Off,
        Choice::On => SettingChoice::On,
        Choice::Results => SettingChoice::Results,
        Choice::Everything => SettingChoice::Everything,
        Choice::Slow => SettingChoice::Slow,
        Choice::Normal => SettingChoice::Normal,
        Choice::Fast => SettingChoice::Fast,
        Choice::Television => SettingChoice::Television,
        Choice::Projector => SettingChoice::Projector,
        Choice::Regular => SettingChoice::Regular,
        Choice::Bold => SettingChoice::Bold,
        Choice::Shaded => SettingChoice::Shaded,
        Choice::Plain => SettingChoice::Plain,
        Choice::Below => SettingChoice::Below,
        Choice::Above => SettingChoice::Above,
        Choice::Chinese => SettingChoice::Chinese,
        Choice::English => SettingChoice::English,
        Choice::ByItself => SettingChoice::ByItself,
        Choice::Asked => SettingChoice::Asked,
    }
}

impl Draw for Installation {
    fn kind(&self) -> ScreenKind {
        ScreenKind::Installation
    }

    fn draw(&self, &Canvas { window, .. }: &Canvas<'_>) {
        const MIB: u64 = 1_048_576;
        let adapter = window.global::<InstallationAdapter<'_>>();
        adapter.set_back_focused(self.on_back());
        adapter.set_server(self.server().into());
        adapter.set_terminal(self.terminal().into());
        adapter.set_addresses(self.addresses().join("  ").into());
        adapter.set_lacks_certificates(self.lacks_certificates());
        adapter.set_version(env!("CARGO_PKG_VERSION").into());
        let (used, budget) = self.disk();
        adapter.set_used_mb(int(used.div_ceil(MIB)));
        adapter.set_budget_mb(int(budget / MIB));
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
        let adapter = window.global::<AboutAdapter<'_>>();
        let detail = self.detail();
        adapter.set_back_focused(detail.on_back());
        adapter.set_has_page(!detail.actions().is_empty());
        adapter.set_page_focused(detail.focused().is_some());
        if let Some(enrolment) = self.enrolment() {
            adapter.set_name((&enrolment.name).into());
            adapter.set_office((&enrolment.organization.name).into());
        }
        // The number first: it is what must not be cut off.
        let calls = self.help().iter().map(|one| {
            let words = [&one.telephone, &one.office, &one.hours];
            let words = words.into_iter().filter(|it| !it.is_empty());
            words.cloned().collect::<Vec<_>>().join("  ").into()
        });
        let calls: Vec<SharedString> = calls.collect();
        refill(&adapter.get_help(), calls, |help| adapter.set_help(help));
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
