//! How long a connection may wait for the head of a request: hyper has one time for the head and for the
//! pause between two requests; here they are two, because a proxy keeps connections ready and a half-sent
//! head is somebody who holds a place.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::rt::{Sleep, Timer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

/// How long a connection may be silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Patience {
    /// From its beginning, and from the first byte of a later request, until the head is there; also for
    /// the beginning of TLS.
    pub(crate) head: Duration,
    /// Between two requests.
    pub(crate) idle: Duration,
}

/// Nothing of the next head has come.
const NOTHING: u64 = 0;

/// What is known of one connection.
pub(super) struct Line {
    patience: Patience,
    opened: Instant,
    /// When the first byte of the present head came, in milliseconds from 1 since it was opened.
    began_ms: AtomicU64,
    /// Whether its first head has been waited for.
    asked: AtomicBool,
}

impl Line {
    /// Of a new connection: whoever opens one has something to ask.
    pub(super) fn new(patience: Patience) -> Self {
        Self {
            patience,
            opened: Instant::now(),
            began_ms: AtomicU64::new(1),
            asked: AtomicBool::new(false),
        }
    }

    /// What hyper measures heads with.
    pub(super) fn timer(line: &Arc<Self>) -> HeadTimer {
        HeadTimer(Arc::clone(line))
    }

    fn came(&self) {
        if self.began_ms.load(Ordering::Relaxed) == NOTHING {
            let ms = u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX - 1);
            self.began_ms.store(ms + 1, Ordering::Relaxed);
        }
    }

    /// When it is over for a connection that waits since then.
    fn over_at(&self, waiting_since: Instant) -> Instant {
        match self.began_ms.load(Ordering::Relaxed) {
            NOTHING => waiting_since + self.patience.idle,
            began_ms => self.opened + Duration::from_millis(began_ms - 1) + self.patience.head,
        }
    }
}

/// Measures the time of heads. What it is told of times is one of [`Patience`] and not heeded: which of
/// them holds is known when something comes.
pub(super) struct HeadTimer(Arc<Line>);

impl Timer for HeadTimer {
    fn sleep(&self, _: Duration) -> Pin<Box<dyn Sleep>> {
        Box::pin(Waiting::new(&self.0))
    }

    fn sleep_until(&self, _: std::time::Instant) -> Pin<Box<dyn Sleep>> {
        Box::pin(Waiting::new(&self.0))
    }
}

/// A connection waits for a head.
struct Waiting {
    line: Arc<Line>,
    since: Instant,
    sleep: Pin<Box<tokio::time::Sleep>>,
}

impl Waiting {
    fn new(line: &Arc<Line>) -> Self {
        let since = Instant::now();
        if line.asked.swap(true, Ordering::Relaxed) {
            line.began_ms.store(NOTHING, Ordering::Relaxed);
        }
        Self {
            sleep: Box::pin(tokio::time::sleep_until(line.over_at(since))),
            line: Arc::clone(line),
            since,
        }
    }
}

impl Sleep for Waiting {}

impl Future for Waiting {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let over_at = self.line.over_at(self.since);
        if self.sleep.deadline() != over_at {
            self.sleep.as_mut().reset(over_at);
        }
        self.sleep.as_mut().poll(context)
    }
}

/// A stream that tells its [`Line`] when something comes.
pub(super) struct Watched<S> {
    stream: S,
    line: Arc<Line>,
}

impl<S> Watched<S> {
    pub(super) fn new(stream: S, line: Arc<Line>) -> Self {
        Self { stream, line }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(context, buffer))?;
        if buffer.filled().len() > before {
            this.line.came();
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, data)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        data: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(context, data)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}
