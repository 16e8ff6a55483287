//! Writes to the cache that nobody needs to wait for, in order, in a thread of their own: a slow
//! disk must not hold up a key.

use std::cell::RefCell;
use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use crate::cache::{Cache, CacheError};

type Write = Box<dyn FnOnce(&Cache) -> Result<(), CacheError> + Send>;
type Then = Box<dyn FnOnce(bool) + Send>;

enum Job {
    Write(Write, Option<Then>),
    /// Where to resume; only the newest matters.
    Remember(String),
    /// Tell when everything before is on the disk.
    Flush(Sender<()>),
}

/// Handle on the writing thread.
pub(super) struct Writer {
    jobs: RefCell<Option<Sender<Job>>>,
    thread: RefCell<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(super) fn start(cache: Cache) -> io::Result<Self> {
        let (jobs, todo) = channel();
        let thread = std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || work(&cache, &todo))?;
        Ok(Self {
            jobs: RefCell::new(Some(jobs)),
            thread: RefCell::new(Some(thread)),
        })
    }

    pub(super) fn run(
        &self,
        write: impl FnOnce(&Cache) -> Result<(), CacheError> + Send + 'static,
    ) {
        self.send(Job::Write(Box::new(write), None));
    }

    /// Like [`Writer::run`]; afterwards it is said in the writing thread whether it worked.
    pub(super) fn run_then(
        &self,
        write: impl FnOnce(&Cache) -> Result<(), CacheError> + Send + 'static,
        then: impl FnOnce(bool) + Send + 'static,
    ) {
        self.send(Job::Write(Box::new(write), Some(Box::new(then))));
    }

    pub(super) fn remember(&self, json: String) {
        self.send(Job::Remember(json));
    }

    /// Waits until everything so far is on the disk.
    pub(super) fn flush(&self) {
        let (done, wait) = channel();
        self.send(Job::Flush(done));
        // An error means that the thread has ended, with everything written.
        let _ = wait.recv();
    }

    fn send(&self, job: Job) {
        let sent = self.jobs.borrow().as_ref().map(|jobs| jobs.send(job));
        if !matches!(sent, Some(Ok(()))) {
            tracing::warn!("a write came after the end");
        }
    }

    /// Writes everything down, and where to begin the next time, before it returns.
    pub(super) fn finish(&self, resume: Option<&str>) {
        if let Some(json) = resume {
            self.remember(json.to_owned());
        }
        drop(self.jobs.borrow_mut().take());
        if let Some(thread) = self.thread.borrow_mut().take()
            && thread.join().is_err()
        {
            tracing::error!("the writing thread panicked");
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.finish(None);
    }
}

fn work(cache: &Cache, todo: &Receiver<Job>) {
    while let Ok(first) = todo.recv() {
        let mut resume = None;
        let mut flushed = Vec::new();
        for job in std::iter::once(first).chain(todo.try_iter()) {
            match job {
                Job::Remember(json) => resume = Some(json),
                Job::Flush(done) => flushed.push(done),
                Job::Write(write, then) => {
                    let done = write(cache)
                        .inspect_err(|error| tracing::error!(%error, "a write to the cache failed"))
                        .is_ok();
                    if let Some(then) = then {
                        then(done);
                    }
                }
            }
        }
        if let Some(json) = resume
            && let Err(error) = cache.set_resume_point(&json)
        {
            tracing::error!(%error, "where to resume cannot be kept");
        }
        for done in flushed {
            // Whoever asked may have given up.
            let _ = done.send(());
        }
    }
}
