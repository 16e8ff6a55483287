//! Copies what the router shows into the window: the screen on top, what lies over it, and what is
//! the same everywhere. Decides nothing.

use slint::ComponentHandle;
use tv_ui::{
    AppWindow, ButtonKind, Connection, DialogKind, Freshness, OverlayAdapter, Place, ScreenKind,
    Shell, ToastKind,
};

use crate::cache::{Storage, SyncState};
use crate::interruptions::duty::draw_sign;
use crate::interruptions::provider::Answer;
use crate::router::Router;
use crate::screens::kit::time::{day, time_of_day};
use crate::screens::overlay::Toast;
use crate::screens::people_view::clock;
use crate::screens::view::{Canvas, View, fill, int, model, to_day};
use crate::screens::{Context, register};

/// Gives each adapter the lists that are kept for it. Before anything is drawn.
pub(super) fn bind(window: &AppWindow, view: &View) {
    register::bind(window, &view.lists);
    window
        .global::<OverlayAdapter<'_>>()
        .set_choices(model(&view.lists.buttons));
}

/// Draws everything that may have changed.
pub(super) fn draw(
    window: &AppWindow,
    view: &View,
    router: &Router,
    context: &Context<'_>,
    sync: &SyncState,
) {
    view.begin(window.window().scale_factor());
    draw_shell(window, context, sync);
    let picture = router.top().picture();
    picture.draw(&Canvas {
        view,
        window,
        context,
    });
    if let Some(sign) = router.sign() {
        draw_sign(window, sign);
    }
    draw_overlays(window, view, router, context);
    // Under what covers everything nothing is painted, nor found by who reads the screen aloud.
    let covered = router.dialog().is_some_and(|(dialog, _)| dialog.covers());
    let own = match window.global::<OverlayAdapter<'_>>().get_dialog() {
        DialogKind::Urgent if covered => Some(Place::Alert),
        _ if covered => Some(Place::Home),
        _ => picture.place(),
    };
    let route = router.top().controller().route();
    view.draw_ground(window, own, &route, context);
    window.set_screen(if covered {
        ScreenKind::Blank
    } else {
        picture.kind()
    });
    view.end(picture.magnifies());
}

fn draw_overlays(window: &AppWindow, view: &View, router: &Router, context: &Context<'_>) {
    let overlay = window.global::<OverlayAdapter<'_>>();
    let below = router
        .below()
        .map(|screen| screen.picture().draw_below(window));
    overlay.set_sends_below(below.fold(false, |any, sends| any | sends));
    overlay.set_toast(router.toast().map_or(ToastKind::None, toast_kind));
    let Some((dialog, focused)) = router.dialog() else {
        overlay.set_dialog(DialogKind::None);
        overlay.set_covers(false);
        return;
    };
    let kind = dialog.draw(&overlay, context);
    if let Some(until) = dialog.until() {
        overlay.set_seconds(int(until.saturating_sub(context.ticks_ms).div_ceil(1_000)));
    }
    overlay.set_focused(int(focused));
    let answers = dialog.answers().iter().map(|answer| match answer {
        Answer::Stay => ButtonKind::Stay,
        Answer::Quit => ButtonKind::Quit,
        Answer::Understood => ButtonKind::Understood,
        Answer::ReadNow => ButtonKind::ReadNow,
        Answer::Later => ButtonKind::Later,
        Answer::Join => ButtonKind::Join,
        Answer::Decline => ButtonKind::Decline,
    });
    fill(&view.lists.buttons, answers.collect());
    overlay.set_dialog(kind);
    overlay.set_covers(dialog.covers());
}

fn draw_shell(window: &AppWindow, context: &Context<'_>, sync: &SyncState) {
    let shell = window.global::<Shell<'_>>();
    // Nobody knows what time it is: no clock and no date.
    let (clock, today, weekday) = context
        .now
        .known_ms()
        .map(|now| {
            let (_, _, weekday) = time_of_day(now);
            (clock(now), day(now, context.now), weekday)
        })
        .unwrap_or_default();
    shell.set_clock(clock);
    shell.set_month(today.month);
    shell.set_day(today.day);
    shell.set_weekday(weekday);
    shell.set_connection(Connection {
        freshness: match (sync.online, sync.last_sync_at_ms) {
            (true, _) => Freshness::Live,
            (false, Some(_)) => Freshness::Offline,
            (false, None) => Freshness::Never,
        },
        since: sync
            .last_sync_at_ms
            .map_or_else(tv_ui::Day::default, |at| to_day(day(at, context.now))),
        pending: int(sync.pending_writes),
        unstored: context.cache.storage() != Storage::Disk,
    });
}

fn toast_kind(toast: Toast) -> ToastKind {
    match toast {
        Toast::Offline => ToastKind::Offline,
        Toast::BackOnline => ToastKind::BackOnline,
        Toast::Saved => ToastKind::Saved,
        Toast::KeepStarted => ToastKind::KeepStarted,
        Toast::KeepRemoved => ToastKind::KeepRemoved,
        Toast::KeepFailed => ToastKind::KeepFailed,
        Toast::DiskFull => ToastKind::DiskFull,
        Toast::NotHere => ToastKind::NotHere,
        Toast::NoSpeech => ToastKind::NoSpeech,
        Toast::SizeChanged => ToastKind::SizeChanged,
        Toast::CaptionsOn => ToastKind::CaptionsOn,
        Toast::CaptionsOff => ToastKind::CaptionsOff,
        Toast::KeyUnknown => ToastKind::KeyUnknown,
        Toast::Answered => ToastKind::Answered,
        Toast::NoRollCall => ToastKind::NoRollCall,
        Toast::RemindOn => ToastKind::RemindOn,
        Toast::RemindOff => ToastKind::RemindOff,
        Toast::MeetingOffline => ToastKind::MeetingOffline,
        Toast::NoRecording => ToastKind::NoRecording,
        Toast::MeetingCancelled => ToastKind::MeetingCancelled,
        Toast::LookBegan => ToastKind::LookBegan,
        Toast::NoStorage => ToastKind::NoStorage,
    }
}
