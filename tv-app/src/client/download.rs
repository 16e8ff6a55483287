//! Fetches the files that documents need, so that everything readable is readable offline.
//!
//! Two workers: pictures and captions, and kept programmes, so that an hour of video does not
//! stand in the way of a thumbnail.

use std::collections::HashMap;
use std::fs::OpenOptions;
use std::io::Write;
use std::time::Duration;

use reqwest::header::{CONTENT_RANGE, RANGE};
use reqwest::{Method, StatusCode};
use tokio::time::{Instant, timeout};

use super::context::Context;
use super::http::{self, HttpError};
use super::notice::Notice;
use crate::cache::{CacheError, FileClass, KeepState, Storage, WantedFile};

/// A download that brings less than this in [`WINDOW`] is given up and resumed later.
const MIN_WINDOW_BYTES: u64 = 4 << 10;

const WINDOW: Duration = Duration::from_secs(60);

/// How often a file whose content is wrong is tried before it has to wait.
const WRONG_TRIES: u32 = 3;

/// Which files a worker fetches.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Share {
    /// Pictures and captions.
    Pictures,
    /// Videos of kept programmes.
    Keeps,
}

enum Fetched {
    Whole,
    /// Let go by the user, or something more pressing came.
    Dropped,
}

/// Fetches what is wanted, for ever. A void token is the feed's to find out.
pub(super) async fn run(ctx: &Context, token: &str, share: Share) {
    let mut backoff = ctx.backoff();
    let mut hopes = ctx.hopes();
    // Files that cannot be had now, and how often they were wrong.
    let mut skipped: HashMap<String, (Instant, u32)> = HashMap::new();
    loop {
        // What is fetched could not be kept.
        if ctx.cache.storage() != Storage::Disk {
            rest(ctx, share).await;
            continue;
        }
        let wanted = ctx.cache.wanted_files().into_iter().filter(|file| {
            (file.class == FileClass::Kept) == (share == Share::Keeps)
                && skipped
                    .get(&file.file.name)
                    .is_none_or(|(until, _)| *until <= Instant::now())
        });
        // Listing again now and then lets what has become urgent come first.
        let batch: Vec<WantedFile> = wanted.take(8).collect();
        if batch.is_empty() {
            rest(ctx, share).await;
            continue;
        }
        for file in &batch {
            let name = &file.file.name;
            match fetch(ctx, token, file).await {
                Ok(Fetched::Whole) => {
                    backoff.worked();
                    ctx.heard();
                    skipped.remove(name);
                    tell_keeps(ctx, name, &KeepState::Kept);
                    ctx.notify(Notice::FileReady(name.clone()));
                }
                Ok(Fetched::Dropped) => {}
                Err(error) => {
                    let tries = skipped.get(name).map_or(0, |(_, tries)| *tries) + 1;
                    let Some((reason, wait)) = hopeless(&error, tries, ctx.timing.poll_ms) else {
                        let wait = backoff.failed();
                        tracing::info!(%error, file = name, wait_ms = wait, "a file cannot be fetched now");
                        ctx.missed(&error);
                        ctx.pause(wait, &mut hopes).await;
                        break;
                    };
                    tracing::warn!(%error, file = name, "a file cannot be fetched");
                    skipped.insert(
                        name.clone(),
                        (Instant::now() + Duration::from_millis(wait), tries),
                    );
                    if let Some(reason) = reason {
                        tell_keeps(ctx, name, &KeepState::Failed(reason.to_owned()));
                    }
                }
            }
        }
    }
}

/// Nothing to fetch: tidies up and waits for something to do.
async fn rest(ctx: &Context, share: Share) {
    if share == Share::Pictures
        && let Err(error) = ctx.cache.enforce_budget()
    {
        tracing::error!(%error, "the file store cannot be tidied");
    }
    let woken = async {
        match share {
            Share::Pictures => ctx.cache.files_woken().await,
            Share::Keeps => ctx.cache.keeps_woken().await,
        }
    };
    tokio::select! {
        () = tokio::time::sleep(Duration::from_millis(ctx.timing.poll_ms)) => {}
        () = woken => {}
        () = ctx.retried() => {}
    }
}

/// Errors that another try at once does not mend: what to say of a keep, and how long to leave
/// the file alone, in ms.
fn hopeless(error: &HttpError, tries: u32, poll_ms: u64) -> Option<(Option<&'static str>, u64)> {
    match error {
        HttpError::Refused(problem) if problem.status == 404 || problem.status == 410 => {
            Some((Some("节目文件已不在服务器上"), poll_ms.saturating_mul(12)))
        }
        HttpError::Cache(CacheError::NoRoom { .. }) => Some((Some("存储空间不足"), poll_ms)),
        HttpError::Cache(CacheError::WrongContent { .. }) | HttpError::TooLarge(_)
            if tries < WRONG_TRIES =>
        {
            Some((None, 0))
        }
        HttpError::Cache(CacheError::WrongContent { .. }) | HttpError::TooLarge(_) => {
            Some((Some("下载的文件不完整"), poll_ms.saturating_mul(12)))
        }
        HttpError::Cache(CacheError::BadFileName(_)) => {
            Some((Some("节目文件已不在服务器上"), u64::MAX >> 20))
        }
        HttpError::Disk(_) => Some((Some("无法写入存储"), poll_ms)),
        _ => None,
    }
}

async fn fetch(ctx: &Context, token: &str, wanted: &WantedFile) -> Result<Fetched, HttpError> {
    let name = &wanted.file.name;
    if ctx.cache.has_file(name) {
        return Ok(Fetched::Whole);
    }
    ctx.cache
        .room_for(wanted.file.bytes, wanted.class, wanted.urgent)?;
    let partial = ctx.cache.partial_path(name)?;
    let mut have = std::fs::metadata(&partial).map_or(0, |data| data.len());
    if have > wanted.file.bytes {
        have = 0;
    }
    if have < wanted.file.bytes || have == 0 {
        let mut request = ctx
            .http
            .request(Method::GET, &wanted.file.path(), Some(token));
        if have > 0 {
            request = request.header(RANGE, format!("bytes={have}-"));
        }
        let mut response = timeout(WINDOW, request.send())
            .await
            .map_err(|_| HttpError::TimedOut)??;
        match response.status() {
            StatusCode::OK => have = 0,
            StatusCode::PARTIAL_CONTENT if begins_at(response.headers(), have) => {}
            StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE => {
                std::fs::remove_file(&partial)?;
                return Err(HttpError::Strange(
                    "the server does not resume where it was asked to".to_owned(),
                ));
            }
            _ => return Err(http::refusal_of(response).await),
        }
        if http::media_type(response.headers()) == Some("text/html") {
            return Err(HttpError::Strange("a page instead of a file".to_owned()));
        }
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&partial)?;
        file.set_len(have)?;
        let (mut window, mut window_bytes, mut percent) = (Instant::now(), 0, None);
        while have < wanted.file.bytes {
            let left = WINDOW.saturating_sub(window.elapsed());
            let chunk = timeout(left, response.chunk())
                .await
                .map_err(|_| HttpError::TimedOut)??;
            let Some(chunk) = chunk else {
                return Err(HttpError::Strange("the file ended early".to_owned()));
            };
            let bytes = chunk.len() as u64;
            if have + bytes > wanted.file.bytes {
                drop(file);
                std::fs::remove_file(&partial)?;
                return Err(HttpError::TooLarge(
                    usize::try_from(wanted.file.bytes).unwrap_or(usize::MAX),
                ));
            }
            if let Err(error) = file.write_all(&chunk) {
                // The room is the database's.
                if error.kind() == std::io::ErrorKind::StorageFull {
                    drop(file);
                    std::fs::remove_file(&partial)?;
                }
                return Err(error.into());
            }
            have += bytes;
            window_bytes += bytes;
            if window_bytes >= MIN_WINDOW_BYTES {
                (window, window_bytes) = (Instant::now(), 0);
            }
            if wanted.class == FileClass::Kept {
                let now = u8::try_from(have * 100 / wanted.file.bytes.max(1))
                    .unwrap_or(100)
                    .min(99);
                if percent.replace(now) != Some(now)
                    && !tell_keeps(ctx, name, &KeepState::Loading(now))
                {
                    return Ok(Fetched::Dropped);
                }
            }
        }
        file.sync_all()?;
    }
    // Hashing an hour of video takes seconds: not on the thread that also listens.
    let (cache, file) = (ctx.cache.clone(), wanted.clone());
    let stored = tokio::task::spawn_blocking(move || {
        cache.store_partial(&file.file.name, file.class, file.urgent)
    })
    .await;
    stored.map_err(|error| HttpError::Strange(error.to_string()))??;
    Ok(Fetched::Whole)
}

/// Tells every keep that waits for this file; false when none does.
fn tell_keeps(ctx: &Context, name: &str, state: &KeepState) -> bool {
    let mut any = false;
    for keep in ctx
        .cache
        .keeps()
        .into_iter()
        .filter(|keep| keep.file_name == name)
    {
        any = true;
        if let Err(error) = ctx.cache.set_keep_state(&keep.programme_id, state) {
            tracing::error!(%error, "how far a keep is cannot be written");
        }
        ctx.notify(Notice::Keep {
            programme_id: keep.programme_id,
            state: state.clone(),
        });
    }
    any
}

/// Whether a partial answer begins where it was asked to.
fn begins_at(headers: &reqwest::header::HeaderMap, have: u64) -> bool {
    let range = headers
        .get(CONTENT_RANGE)
        .and_then(|value| value.to_str().ok());
    range.is_some_and(|range| range.starts_with(&format!("bytes {have}-")))
}
