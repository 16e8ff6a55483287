//! Voices and pictures of a request: on their way, heard, looked at, and not to be had.

use std::path::PathBuf;

use anyhow::Context as _;
use contract::bulletin::Block;
use contract::error::ErrorCode;
use media_player::{Event, State};
use tv_app::cache::Refusal;
use tv_app::cache::command::{File, Reply, Told};
use tv_app::remote::RemoteKey::{self, Down};
use tv_app::screens::{Input, Route};

use super::Stage;
use super::scene::{Scene, full, scene};
use super::service_scenes::{home, request, some};
use super::voice_scenes::asked;

/// All of them.
pub const SCENES: &[Scene] = &[
    scene("request-voice", |stage| {
        to(stage, Row::Voice)?;
        asked(stage, fetched(b"a voice"))?;
        let said = [
            Event::State(State::Playing),
            Event::Position {
                position_ms: 7_000,
                duration_ms: Some(18_000),
            },
        ];
        for event in said {
            stage.tv.app().input(&Input::Player(event));
        }
        Ok(())
    }),
    scene("request-voice-offline", |stage| {
        to(stage, Row::Voice)?;
        asked(stage, Told::NoNetwork)
    }),
    full("request-picture", |stage| {
        let picture = std::fs::read(photograph(stage)?)?;
        to(stage, Row::Pictures)?;
        asked(stage, fetched(&picture))
    }),
    full("request-picture-zoomed", |stage| {
        let picture = std::fs::read(photograph(stage)?)?;
        to(stage, Row::Pictures)?;
        asked(stage, fetched(&picture))?;
        stage.tv.settle();
        stage.tv.press(RemoteKey::Ok);
        Ok(())
    }),
    full("request-picture-broken", |stage| {
        to(stage, Row::Pictures)?;
        asked(stage, fetched(b"no picture"))
    }),
    scene("request-picture-gone", |stage| {
        to(stage, Row::Pictures)?;
        asked(
            stage,
            Told::Refused(Refusal {
                code: ErrorCode::NotFound,
                tries: None,
                wait_ms: None,
            }),
        )
    }),
];

/// What is attached to the answer, in the order in which one comes to it.
#[derive(Clone, Copy)]
enum Row {
    Voice,
    Pictures,
}

/// A home whose answer has a voice and pictures, with the focus on one of them.
fn to(stage: &mut Stage, row: Row) -> anyhow::Result<()> {
    home(stage, some())?;
    stage.show(&[Route::Home, request("answered")])?;
    stage.down_to("stops")?;
    if matches!(row, Row::Pictures) {
        stage.tv.press(Down);
    }
    Ok(())
}

fn fetched(bytes: &[u8]) -> Told {
    Told::Answered(Reply::ReadAttachment(File::new(bytes)))
}

/// A photograph of the demonstration.
fn photograph(stage: &Stage) -> anyhow::Result<PathBuf> {
    let count = |bulletin: &contract::bulletin::Bulletin| {
        let blocks = bulletin.body.iter();
        blocks
            .filter(|block| matches!(block, Block::Picture(_)))
            .count()
    };
    let bulletin = stage.most(count)?;
    let mut blocks = bulletin.body.into_iter();
    let name = blocks.find_map(|block| match block {
        Block::Picture(picture) => Some(picture.screen.name),
        _ => None,
    });
    let name = name.context("no picture")?;
    let path = stage.demo.cache.file_path(&name);
    path.context("the picture is not here")
}
