//! Fills a terminal's cache from a real server, without a screen.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use anyhow::Context as _;
use tv_app::cache::{Cache, KeepState};
use tv_app::client::{Client, ClientConfig, Timing};

/// How long the terminal may hear nothing while it fetches everything.
const SILENCE: Duration = Duration::from_secs(120);

/// A client of this server that loses no time: a second of its waiting is a twentieth of one.
#[must_use]
pub fn quick_client(url: &str) -> ClientConfig {
    let mut config = ClientConfig::new(url, "test box");
    config.timing = Timing {
        backoff_min_ms: 50,
        backoff_max_ms: 500,
        second_ms: 50,
        ..Timing::default()
    };
    config
}

/// Enrols the terminal at a server that admits everybody, fetches everything, and keeps the
/// programme with this title for watching offline. The answer is the programme's id.
///
/// # Errors
/// When the client does not start, or nothing comes any more and it is still incomplete.
pub fn fill(cache: &Cache, url: &str, title: &str) -> anyhow::Result<String> {
    let (news, arrived) = channel();
    let notify = Arc::new(move |_| {
        // The receiver is gone when everything is here.
        let _ = news.send(());
    });
    let _client = Client::start(quick_client(url), cache.clone(), notify)?;
    let mut programme = None;
    loop {
        arrived
            .recv_timeout(SILENCE)
            .context("the terminal does not get everything")?;
        if programme.is_none() {
            programme = find_programme(cache, title);
            if let Some(id) = &programme {
                cache.set_kept(id, true)?;
            }
        }
        if let Some(id) = &programme
            && cache.keep_state(id) == KeepState::Kept
            && cache.wanted_files().is_empty()
        {
            return Ok(id.clone());
        }
    }
}

/// The id of the programme with this title, once it is here.
#[must_use]
pub fn find_programme(cache: &Cache, title: &str) -> Option<String> {
    let township = cache.township()?;
    let mut lists = township
        .sections
        .iter()
        .flat_map(|section| &section.listings);
    lists
        .find_map(|list| {
            cache
                .programmes(&list.id)
                .into_iter()
                .find(|row| row.title == title)
        })
        .map(|row| row.id)
}
