//! What was sent as a whole is looked at: whether it is what was meant to come, and a film.

use std::fs::OpenOptions;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use store::uploads;
use tokio_util::sync::CancellationToken;

use super::{Uploads, remove};
use crate::services::files;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::task::{Trouble, blocking};
use crate::services::media::film::{self, Error};

/// Where it fails so often to be looked at, it is what was sent that makes it fail.
const TRIES: i64 = 3;

/// How often it is looked for what another process left.
const LOOK_EVERY: Duration = Duration::from_secs(30);

impl Uploads {
    /// Looks at what came until the server stops.
    pub async fn look_at_what_comes(self: Arc<Self>, stopping: CancellationToken) {
        let mut trouble = Trouble::new("uploads");
        while !stopping.is_cancelled() {
            let uploads = Arc::clone(&self);
            let looked = blocking(move || uploads.check_all()).await;
            trouble.note(&looked);
            tokio::select! {
                () = stopping.cancelled() => return,
                () = self.arrived.notified() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    }

    fn check_all(&self) -> Result<()> {
        for id in self.store.read(uploads::to_check)? {
            self.check(&id)?;
        }
        Ok(())
    }

    fn check(&self, id: &str) -> Result<()> {
        // What is not on this server is another one's, and so is what somebody has.
        let held = match self.open(id, OpenOptions::new().read(true)) {
            Ok(held) => held,
            Err(ServiceError::NotFound(_) | ServiceError::Busy(_)) => return Ok(()),
            Err(other) => return Err(other),
        };
        let which = id.to_owned();
        let begun = self.store.write(move |tx| uploads::begin_check(tx, &which));
        let tries = match begun {
            Ok(tries) => tries,
            Err(store::Error::NotFound(_)) => return Ok(()),
            Err(other) => return Err(other.into()),
        };
        let Some(record) = self.store.read(|tx| uploads::get(tx, id))? else {
            return Ok(());
        };
        let wrong = if tries > TRIES {
            Some("检查这个文件时服务器出错，请用播放器试播或换一个文件".to_owned())
        } else {
            wrong_with(&self.place(id), record.sha256.as_deref())
                .map_err(|error| self.failed(error))?
        };
        // Whoever hears that it is good wants to have it.
        drop(held);
        let (which, now_ms) = (id.to_owned(), self.clock.now_ms());
        let why = wrong.clone();
        self.store.write::<_, ServiceError, _>(move |tx| {
            Ok(match &why {
                Some(why) => uploads::refuse(tx, &which, why, now_ms)?,
                None => uploads::found_good(tx, &which, now_ms)?,
            })
        })?;
        if wrong.is_some() {
            tracing::info!(upload = id, "what was uploaded is no film");
            remove(&self.place(id));
        }
        Ok(())
    }
}

/// What is wrong with a file, in words for whoever sent it.
fn wrong_with(place: &Path, sha256: Option<&str>) -> std::io::Result<Option<String>> {
    if let Some(promised) = sha256
        && !files::sha256_of(place)?.eq_ignore_ascii_case(promised)
    {
        let words = "传来的内容和原来的文件不一样（校验不符），请重新上传";
        return Ok(Some(words.to_owned()));
    }
    Ok(match film::probe(place) {
        Ok(_) => None,
        // Nothing that is wrong with it: making the film says what.
        Err(Error::Setup(_) | Error::Open { .. } | Error::Write(_) | Error::Cancelled) => None,
        Err(error) => {
            tracing::info!(%error, "an upload is refused");
            Some(error.advice())
        }
    })
}
