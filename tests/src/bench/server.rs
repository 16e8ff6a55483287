//! The server under load: feed polls with nothing new, on connections that stay open.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use contract::feed::FeedPage;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::load::server::{Server, free_address};

/// Terminals that ask at the same time.
const CONNECTIONS: usize = 64;
/// Not counted.
const WARM: Duration = Duration::from_secs(1);
/// Counted.
const MEASURED: Duration = Duration::from_secs(5);

/// Starts the server program on these data, asks it for the feed as a terminal that is up to
/// date, and answers how many times a second it said 304.
///
/// # Errors
/// When the server does not start or says anything else.
pub fn feed_304(data: &Path, token: &str) -> anyhow::Result<f64> {
    let address = free_address()?;
    let mut server = Server::start(data, None, address)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        server.until_ready().await?;
        measure(address, token).await
    })
}

async fn measure(address: SocketAddr, token: &str) -> anyhow::Result<f64> {
    let request: Arc<str> = current_poll(address, token).await?.into();
    let (warm, over) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicBool::new(false)),
    );
    let mut terminals = tokio::task::JoinSet::new();
    for _ in 0..CONNECTIONS {
        terminals.spawn(ask(
            address,
            Arc::clone(&request),
            Arc::clone(&warm),
            Arc::clone(&over),
        ));
    }
    tokio::time::sleep(WARM).await;
    warm.store(true, Ordering::Relaxed);
    let began = Instant::now();
    tokio::time::sleep(MEASURED).await;
    over.store(true, Ordering::Relaxed);
    let seconds = began.elapsed().as_secs_f64();
    let mut answers: u32 = 0;
    while let Some(counted) = terminals.join_next().await {
        answers += counted??;
    }
    Ok(f64::from(answers) / seconds)
}

/// The request of a terminal that has everything.
async fn current_poll(address: SocketAddr, token: &str) -> anyhow::Result<String> {
    let client = reqwest::Client::new();
    let mut cursor = String::new();
    loop {
        let answer = client
            .get(format!("http://{address}/api/v1/feed"))
            .query(&[("cursor", &cursor)])
            .bearer_auth(token)
            .send()
            .await?
            .error_for_status()?;
        let etag = answer
            .headers()
            .get("etag")
            .context("the feed has no ETag")?
            .to_str()?
            .to_owned();
        let page: FeedPage = answer.json().await?;
        cursor = page.cursor;
        if !page.more {
            return Ok(format!(
                "GET /api/v1/feed?cursor={cursor} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\nif-none-match: {etag}\r\n\r\n"
            ));
        }
    }
}

/// Asks again and again on one connection; answers how often it was told 304 while `warm` and not
/// yet `over`.
async fn ask(
    address: SocketAddr,
    request: Arc<str>,
    warm: Arc<AtomicBool>,
    over: Arc<AtomicBool>,
) -> anyhow::Result<u32> {
    let mut connection = TcpStream::connect(address).await?;
    connection.set_nodelay(true)?;
    let mut buffer = [0; 4_096];
    let mut answers = 0;
    while !over.load(Ordering::Relaxed) {
        connection.write_all(request.as_bytes()).await?;
        let mut length = 0;
        // A 304 has no body: it ends with the empty line.
        while !buffer[..length].ends_with(b"\r\n\r\n") {
            let read = connection.read(&mut buffer[length..]).await?;
            ensure!(read > 0, "the server closed a connection");
            length += read;
        }
        let head = &buffer[..length];
        ensure!(
            head.starts_with(b"HTTP/1.1 304"),
            "the server said {:?}",
            String::from_utf8_lossy(head)
        );
        answers += u32::from(warm.load(Ordering::Relaxed));
    }
    Ok(answers)
}
