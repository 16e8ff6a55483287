//! Taking in what comes of an upload: a few megabytes are held in memory, written, and count; what is there
//! when a connection is cut counts too.

use std::error::Error;
use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::Writer;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::task::blocking;

/// So much is held in memory before it is written, in bytes.
const PIECE: usize = 4 << 20;

/// What came over a slow line is written after so long.
const EVERY: Duration = Duration::from_secs(2);

/// How a piece of an upload ended, and how much of it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// All that was sent is here.
    Whole(u64),
    /// The connection was cut, or it came too slowly.
    Cut(u64),
    /// The server stops.
    Stopped(u64),
}

/// Takes in what comes until it ends, is cut, or whoever sends may no longer.
///
/// # Errors
/// As [`Writer::append`]; what came before counts.
pub async fn receive<E: Error>(
    writer: Writer,
    body: impl Stream<Item = std::result::Result<Bytes, E>>,
    stopping: CancellationToken,
) -> Result<Received> {
    let ended = writer.ended();
    let mut body = pin!(body);
    let mut writer = writer;
    let mut held: Vec<u8> = Vec::new();
    let mut since: Option<Instant> = None;
    let how: fn(u64) -> Received = loop {
        let until = since.map_or_else(|| Instant::now() + EVERY, |since| since + EVERY);
        let came = tokio::select! {
            biased;
            () = ended.cancelled() => return Err(ServiceError::Unauthenticated),
            () = stopping.cancelled() => break Received::Stopped,
            came = body.next() => came,
            () = tokio::time::sleep_until(until), if since.is_some() => {
                writer = append(writer, std::mem::take(&mut held)).await?;
                since = None;
                continue;
            }
        };
        match came {
            Some(Ok(bytes)) => {
                since.get_or_insert_with(Instant::now);
                held.extend_from_slice(&bytes);
            }
            Some(Err(error)) => {
                tracing::debug!(%error, "an upload was cut");
                break Received::Cut;
            }
            None => break Received::Whole,
        }
        let too_many = held.len() as u64 > writer.missing();
        if held.len() >= PIECE || too_many {
            writer = append(writer, std::mem::take(&mut held)).await?;
            since = None;
        }
    };
    if !held.is_empty() {
        writer = append(writer, held).await?;
    }
    Ok(how(writer.received()))
}

async fn append(mut writer: Writer, bytes: Vec<u8>) -> Result<Writer> {
    blocking(move || {
        writer.append(&bytes)?;
        Ok(writer)
    })
    .await
}
