//! How fast the body of a request must come. A slow line is honest, and a film takes its time on it; who
//! sends a byte now and then holds a place. So there is no bound of the whole time, but of how much comes
//! in each span of waiting.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::BoxError;
use axum::body::{Body, HttpBody};
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep};

use crate::config::Upload;

/// When something of a body last came.
#[derive(Debug)]
pub struct Progress {
    began: Instant,
    last_ms: AtomicU64,
}

impl Progress {
    /// Of a request that begins now.
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            began: Instant::now(),
            last_ms: AtomicU64::new(0),
        })
    }

    /// When something last came; when it began, if nothing has.
    pub fn last(&self) -> Instant {
        self.began + Duration::from_millis(self.last_ms.load(Ordering::Relaxed))
    }

    fn came(&self) {
        let ms = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last_ms.store(ms, Ordering::Relaxed);
    }
}

/// A body that ends in an error when it comes too slowly.
pub struct Paced {
    body: Body,
    least: Upload,
    progress: Arc<Progress>,
    /// What came in the present span, in bytes.
    came: u64,
    /// How long it was waited for in the present span.
    waited: Duration,
    waiting_since: Option<Instant>,
    /// Only bodies that are waited for have one.
    end: Option<Pin<Box<Sleep>>>,
}

impl Paced {
    /// A body that must come as fast as that, and tells its progress.
    pub fn new(body: Body, least: Upload, progress: Arc<Progress>) -> Self {
        Self {
            body,
            least,
            progress,
            came: 0,
            waited: Duration::ZERO,
            waiting_since: None,
            end: None,
        }
    }

    fn span(&self) -> Duration {
        Duration::from_secs(self.least.seconds)
    }

    /// Something came, or the body is over. Only waiting counts: a server that is busy takes no time from
    /// whoever sends.
    fn arrived(&mut self, bytes: usize) {
        if let Some(since) = self.waiting_since.take() {
            self.waited += since.elapsed();
        }
        self.came = self.came.saturating_add(bytes as u64);
        if self.came >= self.least.bytes {
            (self.came, self.waited) = (0, Duration::ZERO);
        }
        self.progress.came();
    }

    /// Nothing is there yet; says whether the span is over with too little.
    fn waits(&mut self, context: &mut Context<'_>) -> bool {
        let since = *self.waiting_since.get_or_insert_with(Instant::now);
        let until = since + self.span().saturating_sub(self.waited);
        let end = self
            .end
            .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(until)));
        if end.deadline() != until {
            end.as_mut().reset(until);
        }
        end.as_mut().poll(context).is_ready()
    }
}

impl HttpBody for Paced {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        match Pin::new(&mut this.body).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                this.arrived(frame.data_ref().map_or(0, Bytes::len));
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error.into()))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending if this.waits(context) => {
                metrics::counter!("http_bodies_too_slow").increment(1);
                let slow = io::Error::new(io::ErrorKind::TimedOut, "the body comes too slowly");
                Poll::Ready(Some(Err(slow.into())))
            }
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use futures_util::stream;

    use super::*;

    const LEAST: Upload = Upload {
        bytes: 10,
        seconds: 0,
    };

    async fn next(body: &mut Paced) -> Option<Result<usize, BoxError>> {
        let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await?;
        Some(frame.map(|frame| frame.into_data().map_or(0, |data| data.len())))
    }

    fn paced(parts: impl futures_util::Stream<Item = Bytes> + Send + 'static) -> Paced {
        use futures_util::StreamExt as _;
        let body = Body::from_stream(parts.map(Ok::<_, io::Error>));
        Paced::new(body, LEAST, Progress::new())
    }

    #[tokio::test]
    async fn what_is_there_is_taken_without_a_look_at_the_clock() {
        let mut body = paced(stream::iter([
            Bytes::from_static(b"a"),
            Bytes::from_static(b"bc"),
        ]));
        assert_eq!(next(&mut body).await.unwrap().unwrap(), 1);
        assert_eq!(next(&mut body).await.unwrap().unwrap(), 2);
        assert!(next(&mut body).await.is_none());
        assert!(body.end.is_none());
    }

    #[tokio::test]
    async fn a_span_with_too_little_is_the_end() {
        use futures_util::StreamExt as _;
        let little = stream::iter([Bytes::from_static(b"little")]).chain(stream::pending());
        let mut body = paced(little);
        assert_eq!(next(&mut body).await.unwrap().unwrap(), 6);
        // The span has no length here: all waiting is too long.
        let slow = next(&mut body).await.unwrap().unwrap_err();
        assert!(slow.to_string().contains("slowly"), "{slow}");
    }

    #[test]
    fn only_waiting_counts_and_enough_begins_a_new_span() {
        let mut body = paced(stream::pending());
        body.least.seconds = 60;
        let ago = |seconds| Instant::now().checked_sub(Duration::from_secs(seconds));
        body.waiting_since = ago(40);
        body.arrived(3);
        assert!(body.waited >= Duration::from_secs(40) && body.came == 3);
        // Nobody waited meanwhile.
        body.arrived(3);
        assert!(body.waited < Duration::from_secs(50) && body.came == 6);
        body.waiting_since = ago(10);
        body.arrived(4);
        assert_eq!((body.came, body.waited), (0, Duration::ZERO));
    }
}
