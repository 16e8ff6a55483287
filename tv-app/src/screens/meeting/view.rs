//! Fills `MeetingAdapter`.

use contract::meeting::Meeting;
use media_player::publish::{Camera, Microphone, PublishError, PublishState};
use slint::ComponentHandle;
use tv_ui::{
    AppWindow, ButtonKind, MeetingAdapter, MeetingButton, MeetingStep, MeetingTrouble, ScreenKind,
    StationFault, StationState,
};

use super::controller::{BAR, BUTTONS, CHOICES};
use super::{Button, Choice, MeetingScreen, Participation, Step, Trouble};
use crate::client::JoinFailure;
use crate::screens::kit::time::day;
use crate::screens::people_view::clock;
use crate::screens::view::{Canvas, Draw, Lists, fill, index, int, model, to_day};
use crate::screens::{Attended, Context, Controller, live};

impl Draw for MeetingScreen {
    fn bind(window: &AppWindow, lists: &Lists) {
        let adapter = window.global::<MeetingAdapter<'_>>();
        adapter.set_buttons(model(&lists.meeting_buttons));
        adapter.set_choices(model(&lists.meeting_choices));
    }

    fn kind(&self) -> ScreenKind {
        ScreenKind::Meeting
    }

    /// That it sends from here.
    fn draw_below(&self, window: &AppWindow) -> bool {
        if self.sends() {
            let adapter = window.global::<MeetingAdapter<'_>>();
            adapter.set_station(station(self.participation()));
        }
        self.sends()
    }

    fn draw(
        &self,
        &Canvas {
            view,
            window,
            context,
        }: &Canvas<'_>,
    ) {
        let adapter = window.global::<MeetingAdapter<'_>>();
        if let Some(meeting) = self.meeting() {
            show_meeting(&adapter, meeting, context);
        }
        adapter.set_step(step(self));
        adapter.set_conference(self.is_conference());
        let focus = self.focus();
        adapter.set_controls(self.shows_controls());
        adapter.set_stacked(self.stacks());
        adapter.set_focused(index(focus.index_in(BUTTONS)));
        adapter.set_choice(index(focus.index_in(CHOICES)));
        adapter.set_bar_focused(focus.zone() == BAR);
        adapter.set_leaving(self.is_leaving());
        let (volume, muted) = self
            .volume()
            .map_or((-1, false), |(volume, muted)| (int(volume), muted));
        adapter.set_volume(volume);
        adapter.set_muted(muted);
        show_program(&adapter, self);
        show_station(&adapter, self);
        let buttons = self.buttons();
        let buttons = buttons.iter().map(|kind| button(*kind, self));
        fill(&view.lists.meeting_buttons, buttons.collect());
        let choices = self.choices().into_iter().map(|choice| match choice {
            Choice::Retry => ButtonKind::Retry,
            Choice::Watch => ButtonKind::WatchAgain,
            Choice::Stay => ButtonKind::StayInMeeting,
            Choice::Leave => ButtonKind::LeaveMeeting,
            Choice::Back => ButtonKind::Back,
        });
        fill(&view.lists.meeting_choices, choices.collect());
    }
}

fn show_meeting(adapter: &MeetingAdapter<'_>, meeting: &Meeting, context: &Context<'_>) {
    adapter.set_title((&meeting.title).into());
    adapter.set_office((&meeting.organization.name).into());
    adapter.set_day(to_day(day(meeting.starts_at_ms, context.now)));
    adapter.set_clock(clock(meeting.starts_at_ms));
    adapter.set_recorded(meeting.programme_id.is_some());
    adapter.set_recent(live::is_recent(meeting, context.now));
    let minutes = meeting
        .started_at_ms
        .zip(context.now.known_ms())
        .map_or(-1, |(at, now)| int((now - at).max(0) / 60_000));
    adapter.set_minutes(minutes);
}

fn step(screen: &MeetingScreen) -> MeetingStep {
    match screen.step() {
        Step::Joining if screen.is_slow() => MeetingStep::Slow,
        Step::Joining => MeetingStep::Joining,
        Step::Joined => MeetingStep::Joined,
        Step::Before => MeetingStep::Before,
        Step::Over if screen.is_called_off() => MeetingStep::CalledOff,
        Step::Over => MeetingStep::Over,
        Step::Failed(JoinFailure::NoNetwork) => MeetingStep::Offline,
        Step::Failed(JoinFailure::Busy) => MeetingStep::Busy,
        Step::Failed(JoinFailure::NotLive) => MeetingStep::NotLive,
        Step::Failed(JoinFailure::NotFound) => MeetingStep::NotFound,
        Step::Failed(JoinFailure::NotAllowed) => MeetingStep::NotAllowed,
    }
}

fn show_program(adapter: &MeetingAdapter<'_>, screen: &MeetingScreen) {
    adapter.set_trouble(match screen.trouble() {
        None => MeetingTrouble::None,
        Some(Trouble::Opening) => MeetingTrouble::Opening,
        Some(Trouble::Buffering { percent, slow }) => {
            adapter.set_percent(int(percent));
            adapter.set_slow(slow);
            MeetingTrouble::Buffering
        }
        Some(Trouble::Lost(seconds)) => {
            adapter.set_seconds(int(seconds));
            MeetingTrouble::Lost
        }
    });
    adapter.set_paused(screen.is_paused());
    // The seconds only repaint while somebody can see them.
    if !screen.shows_controls() {
        return;
    }
    let seconds = |ms: i64| int((ms + 500) / 1_000);
    match screen.behind() {
        Some((behind, window)) => {
            adapter.set_behind(seconds(behind));
            adapter.set_window(seconds(window));
        }
        None if screen.can_rewind() => {
            adapter.set_behind(0);
            adapter.set_window(0);
        }
        None => adapter.set_behind(-1),
    }
}

fn show_station(adapter: &MeetingAdapter<'_>, screen: &MeetingScreen) {
    let participation = screen.participation();
    adapter.set_station(station(participation));
    if let Participation::Raised(minutes) = participation {
        adapter.set_raised_minutes(int(minutes));
    }
    let (state, failure) = screen.publisher();
    let capture = screen.capture();
    adapter.set_able(screen.can_speak());
    adapter.set_lacks_camera(screen.lacks_camera());
    adapter.set_sends(screen.sends());
    adapter.set_told(screen.is_told());
    adapter.set_camera(capture.camera != Camera::None);
    adapter.set_microphone(capture.microphone != Microphone::None);
    adapter.set_mic_off(screen.is_mic_off());
    adapter.set_mic_taken(screen.place().muted);
    adapter.set_connecting(screen.sends() && state != PublishState::Sending);
    adapter.set_level(screen.level());
    adapter.set_fault(match failure {
        None => StationFault::None,
        Some(PublishError::NoCamera(_)) => StationFault::NoCamera,
        Some(PublishError::CameraBusy(_)) => StationFault::CameraBusy,
        Some(PublishError::NoMicrophone(_)) => StationFault::NoMicrophone,
        Some(PublishError::Network(_)) => StationFault::Network,
        Some(PublishError::Refused(_)) if screen.is_given_up() => StationFault::Rejected,
        Some(PublishError::Refused(_)) => StationFault::Refused,
        Some(PublishError::Replaced) => StationFault::Replaced,
        // What follows says so.
        Some(PublishError::Over) => StationFault::None,
        Some(PublishError::NothingChosen | PublishError::Internal(_)) => StationFault::Other,
    });
}

fn station(participation: Participation) -> StationState {
    match participation {
        Participation::Watching => StationState::Watching,
        Participation::Moving => StationState::Moving,
        Participation::Unheard => StationState::Unheard,
        Participation::Raised(_) => StationState::Raised,
        Participation::Called => StationState::Called,
        Participation::OnAir => StationState::OnAir,
        Participation::Done => StationState::Done,
    }
}

fn button(button: Button, screen: &MeetingScreen) -> MeetingButton {
    match button {
        Button::Retry => MeetingButton::Retry,
        Button::TakeBack => MeetingButton::TakeBack,
        Button::Hand if screen.place().hand_raised => MeetingButton::HandDown,
        Button::Hand => MeetingButton::HandUp,
        Button::Microphone if screen.is_mic_off() => MeetingButton::MicOff,
        Button::Microphone => MeetingButton::MicOn,
        Button::SetUp => MeetingButton::SetUp,
        Button::Pause if screen.is_paused() => MeetingButton::Play,
        Button::Pause => MeetingButton::Pause,
        Button::Rewind => MeetingButton::Rewind,
        Button::Forward => MeetingButton::Forward,
        Button::Live => MeetingButton::Live,
        Button::Sound if screen.is_muted() => MeetingButton::SoundOff,
        Button::Sound => MeetingButton::SoundOn,
        Button::Back => MeetingButton::Back,
    }
}
