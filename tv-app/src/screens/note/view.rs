//! Fills `NoteAdapter`.

use slint::ComponentHandle;
use tv_ui::{AppWindow, NoteAdapter, NotePhase, NoteRemark, NoteRow, NoteRowKind};

use super::{Note, Phase, Remark, Row};
use crate::screens::kit::view::fill;
use crate::screens::settings::view::loudness;
use crate::screens::view::{index, int};

/// Copies the step into its adapter.
pub(crate) fn draw(note: &Note, window: &AppWindow) {
    let adapter = window.global::<NoteAdapter<'_>>();
    let rows = note.visible().iter().map(|row| data(*row, note));
    fill(&adapter.get_rows(), rows.collect(), |rows| {
        adapter.set_rows(rows);
    });
    let (first, total) = note.place();
    adapter.set_first(int(first));
    adapter.set_total(int(total));
    adapter.set_focused(index(note.focused()));
    let voice = note.draft().voice.as_ref();
    adapter.set_voice(voice.map_or(0, |voice| int(voice.length_ms.div_ceil(1_000))));
    let session = note.session();
    adapter.set_phase(match session.phase() {
        Phase::Rows => NotePhase::Rows,
        Phase::Opening => NotePhase::Opening,
        Phase::Recording => NotePhase::Recording,
        Phase::Ending => NotePhase::Ending,
        Phase::Listening => NotePhase::Listening,
    });
    adapter.set_remark(remark(session.remark()));
    let (level, loud) = session.level();
    adapter.set_level(level);
    adapter.set_loudness(loudness(loud));
    let (seconds, whole) = session.seconds();
    adapter.set_seconds(int(seconds));
    adapter.set_whole(int(whole));
    adapter.set_stop_focused(note.has_voice() && !note.on_back());
}

fn data(row: Row, note: &Note) -> NoteRow {
    let of = |kind| NoteRow {
        kind,
        ..NoteRow::default()
    };
    match row {
        Row::Record => of(NoteRowKind::Record),
        Row::Listen => of(NoteRowKind::Listen),
        Row::Again => of(NoteRowKind::Again),
        Row::Delete => of(NoteRowKind::Delete),
        Row::Phone => of(NoteRowKind::Phone),
        Row::Done => of(NoteRowKind::Done),
        Row::Sentence(at) => {
            let (text, chosen) = note.sentence(at);
            NoteRow {
                number: int(at + 1),
                text: text.into(),
                chosen,
                ..of(NoteRowKind::Sentence)
            }
        }
    }
}

fn remark(remark: Remark) -> NoteRemark {
    match remark {
        Remark::None => NoteRemark::None,
        Remark::NoMicrophone => NoteRemark::NoMicrophone,
        Remark::Off => NoteRemark::Off,
        Remark::Busy => NoteRemark::Busy,
        Remark::Dead => NoteRemark::Dead,
        Remark::Failed => NoteRemark::Failed,
        Remark::Silent => NoteRemark::Silent,
        Remark::Soft => NoteRemark::Soft,
        Remark::Short => NoteRemark::Short,
        Remark::CutOff => NoteRemark::CutOff,
        Remark::Full => NoteRemark::Full,
        Remark::Interrupted => NoteRemark::Interrupted,
        Remark::NotPlayed => NoteRemark::NotPlayed,
        Remark::Nothing => NoteRemark::Nothing,
    }
}
