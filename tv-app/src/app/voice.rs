//! What somebody says: recorded, and played to them before it is sent. It is in memory alone.

use std::sync::Arc;

use media_player::publish::Devices;
use media_player::record::{self, RecordCommand, RecordError, RecordEvent, RecordSink, Recorder};
use media_player::{Command, Source};

use super::{App, Capturing, MakePublisher, MakeRecorder, later};
use crate::cache::Draft;
use crate::cache::command::File;
use crate::screens::Input;
use crate::screens::overlay::Toast;

/// The recorder, made when it is needed for the first time.
#[derive(Default)]
pub(super) struct Voice {
    make: Option<MakeRecorder>,
    recorder: Option<Box<dyn Recorder>>,
}

/// What a meeting needs of what is plugged in.
pub(super) type Publishing = (MakePublisher, fn() -> Devices);

/// Tells apart what the meeting needs and what records.
pub(super) fn apart(capturing: Option<Capturing>) -> (Option<Publishing>, Voice) {
    let Some(capturing) = capturing else {
        return (None, Voice::default());
    };
    let voice = Voice {
        make: Some(capturing.recorder),
        recorder: None,
    };
    (Some((capturing.publisher, capturing.devices)), voice)
}

impl App {
    /// Tells the recorder.
    pub(super) fn record(&self, command: RecordCommand) {
        let mut voice = self.voice.borrow_mut();
        if voice.recorder.is_none() {
            let starts = matches!(command, RecordCommand::Start(_));
            if !starts {
                return;
            }
            let Some(make) = voice.make.take() else {
                drop(voice);
                let none = RecordError::NoMicrophone("this TV has none".to_owned());
                self.tell_later(Input::Recorder(RecordEvent::Failed(none)));
                return;
            };
            let sink: RecordSink =
                Arc::new(|event| later(move |app| app.input(&Input::Recorder(event))));
            voice.recorder = Some(make(sink));
        }
        if let Some(recorder) = &voice.recorder {
            recorder.send(command);
        }
    }

    /// Plays what somebody said, without writing it anywhere.
    pub(super) fn listen(&self, base64: &str) {
        self.play_voice(Source::programme(record::uri(base64)));
    }

    /// Plays what belongs to a request.
    pub(super) fn listen_to(&self, file: &File) {
        self.play_voice(Source::programme(record::uri_of(file.bytes())));
    }

    fn play_voice(&self, source: Source) {
        self.forget_film();
        self.tell_player(Command::SetVolume(self.volume()));
        self.tell_player(Command::Load(source));
    }

    /// Keeps what was said of a request.
    pub(super) fn keep_draft(&self, subject: String, draft: Draft) {
        self.write_then(
            move |cache| cache.keep_draft(&subject, &draft),
            |app, done| {
                if !done {
                    app.with_context(|router, context| {
                        router.show_toast(Toast::DiskFull, context);
                    });
                }
                app.input(&Input::Changed);
            },
        );
    }
}
