//! A county listens: every terminal with its event stream, and a roll call that opens.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use contract::roll_call::RollCallDraft;
use rustix::process::{Resource, getrlimit, setrlimit};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::figures::progress;
use crate::harness::process::resident_mb;
use crate::load::county::{self, County};
use crate::load::http::{Connection, post};
use crate::load::server::{Server, free_address};

/// Terminals that connect at the same time.
const CONNECTING: usize = 200;
/// How long everybody may take to connect, and an event to arrive.
const PATIENCE: Duration = Duration::from_secs(120);

/// What was measured.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// From asking for the roll call to the last terminal that heard of it.
    pub fanout_ms: f64,
    /// Memory of the server with everybody connected, after the event.
    pub rss_mb: f64,
}

/// Connects every terminal and opens a roll call.
///
/// # Errors
/// When a terminal cannot connect or does not hear of it.
pub fn measure(county: &County, data: &Path) -> anyhow::Result<Measured> {
    // The server inherits it.
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit)?;
    let mut server = Server::start(data, None, free_address()?)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let measured = runtime.block_on(async {
        server.until_ready().await?;
        fan_out(&server, county).await
    })?;
    server.stop()?;
    Ok(measured)
}

async fn fan_out(server: &Server, county: &County) -> anyhow::Result<Measured> {
    let tokens: Vec<Arc<str>> = county.terminals().map(|tv| Arc::clone(&tv.token)).collect();
    progress(&format!("{} terminals connect", tokens.len()));
    let everybody = tokens.len();
    let tokens = Arc::new(tokens);
    let next = Arc::new(AtomicUsize::new(0));
    let (connected, mut seen_connected) = watch::channel(0_usize);
    let (heard, mut seen_heard) = watch::channel(0_usize);
    let (connected, heard) = (Arc::new(connected), Arc::new(heard));
    let mut connecting = tokio::task::JoinSet::new();
    for _ in 0..CONNECTING {
        let (tokens, next) = (Arc::clone(&tokens), Arc::clone(&next));
        let (connected, heard) = (Arc::clone(&connected), Arc::clone(&heard));
        let address = server.address;
        connecting.spawn(async move {
            while let Some(token) = tokens.get(next.fetch_add(1, Ordering::Relaxed)) {
                let stream = listen(address, token).await?;
                connected.send_modify(|count| *count += 1);
                let heard = Arc::clone(&heard);
                tokio::spawn(async move {
                    if hear(stream).await.is_ok() {
                        heard.send_modify(|count| *count += 1);
                    }
                });
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = connecting.join_next().await {
        done??;
    }
    tokio::time::timeout(
        PATIENCE,
        seen_connected.wait_for(|count| *count == everybody),
    )
    .await
    .context("not every terminal connects")??;
    progress("a roll call opens");
    let staff = server.staff().await?;
    let draft = RollCallDraft {
        title: "全县抽点".to_owned(),
        organization_code: county::CODE.to_owned(),
        window_ms: 600_000,
        ..RollCallDraft::default()
    };
    let request = post(
        "/api/v1/roll-calls",
        &staff,
        "x",
        &serde_json::to_string(&draft)?,
    );
    let mut connection = Connection::open(server.address).await?;
    let began = Instant::now();
    let answer = connection.ask(&request).await?;
    ensure!(answer.status == 201, "{}", answer.status);
    tokio::time::timeout(PATIENCE, seen_heard.wait_for(|count| *count == everybody))
        .await
        .context("not every terminal hears of it")??;
    let fanout_ms = began.elapsed().as_secs_f64() * 1_000.0;
    Ok(Measured {
        fanout_ms,
        rss_mb: resident_mb(server.pid())?,
    })
}

/// Opens an event stream and waits for its greeting.
async fn listen(address: SocketAddr, token: &str) -> anyhow::Result<TcpStream> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!(
        "GET /api/v1/events HTTP/1.1\r\nhost: tv\r\nauthorization: Bearer {token}\r\naccept: text/event-stream\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    until(&mut stream, b": ok").await?;
    Ok(stream)
}

/// Waits for a roll call that opens, and stays connected.
async fn hear(mut stream: TcpStream) -> anyhow::Result<()> {
    until(&mut stream, b"event: roll_call_opened").await?;
    // Leaving would be work for the server while others still wait.
    tokio::spawn(async move {
        let mut rest = [0; 256];
        while stream.read(&mut rest).await.is_ok_and(|count| count > 0) {}
    });
    Ok(())
}

async fn until(stream: &mut TcpStream, wanted: &[u8]) -> anyhow::Result<()> {
    let mut read = Vec::with_capacity(512);
    loop {
        ensure!(
            stream.read_buf(&mut read).await? > 0,
            "the server closed a stream: {}",
            String::from_utf8_lossy(&read)
        );
        if read.windows(wanted.len()).any(|window| window == wanted) {
            return Ok(());
        }
    }
}
