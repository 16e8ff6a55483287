//! What takes the place of the host's page, while it runs.

use contract::meeting::HostSource;

use crate::services::kit::error::Result;
use crate::services::media::{Intake, Media, SourceNews, SourceState, Who};

/// What takes the place of the host's page.
pub(super) struct Outside {
    source: HostSource,
    /// The port an encoder calls.
    port: Option<u16>,
    _intake: Intake,
}

impl Outside {
    /// Takes it in. `tell` hears what is wrong with it, in plain words; empty: nothing.
    pub(super) fn start(
        media: &Media,
        meeting_id: &str,
        address: &str,
        (source, port): (HostSource, Option<u16>),
        tell: impl Fn(&'static str) + Send + Sync + 'static,
    ) -> Result<Self> {
        let stream = Who::Host.stream(meeting_id);
        let intake = media.take_in(&stream, address, move |news| {
            tell(match news {
                SourceNews::State(SourceState::Live) => "",
                SourceNews::State(SourceState::Interrupted) => missing(source),
                SourceNews::State(_) => return,
                SourceNews::Failed(error) => {
                    tracing::warn!(%error, "the host's encoder or camera");
                    missing(source)
                }
            });
        })?;
        Ok(Self {
            source,
            port,
            _intake: intake,
        })
    }

    /// What it is.
    pub(super) fn source(&self) -> HostSource {
        self.source
    }

    /// The port an encoder calls.
    pub(super) fn port(&self) -> Option<u16> {
        self.port
    }
}

fn missing(source: HostSource) -> &'static str {
    match source {
        HostSource::Camera => "网络摄像头连不上，正在重试，请检查它的地址、密码和电源",
        _ => "编码器断开了，正在等它重新连接",
    }
}
