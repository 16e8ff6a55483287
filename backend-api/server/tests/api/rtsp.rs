//! A camera: as much of RTSP (RFC 2326) as one needs, with a moving picture, name and password.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use base64::Engine as _;
use gst::prelude::*;
use tokio::sync::watch;

const SDP: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=camera\r\nt=0 0\r\n\
    m=video 0 RTP/AVP 96\r\nc=IN IP4 0.0.0.0\r\na=rtpmap:96 H264/90000\r\n\
    a=fmtp:96 packetization-mode=1\r\na=control:track1\r\n";

pub const USER: &str = "admin";
pub const PASSWORD: &str = "geh@im 1921";

/// A camera on a free port. It runs until the test is over.
pub struct Camera {
    port: u16,
    playing: watch::Receiver<usize>,
}

impl Camera {
    pub fn start() -> Self {
        gst::init().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (told, playing) = watch::channel(0);
        let told = Arc::new(told);
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                let told = Arc::clone(&told);
                std::thread::spawn(move || serve(&connection.unwrap(), &told));
            }
        });
        Self { port, playing }
    }

    /// Its address, with name and password.
    pub fn url(&self) -> String {
        let password = PASSWORD.replace('@', "%40").replace(' ', "%20");
        format!("rtsp://{USER}:{password}@127.0.0.1:{}/live", self.port)
    }

    /// How many fetch its picture now.
    pub fn fetched(&self) -> usize {
        *self.playing.borrow()
    }

    /// Waits until so many fetch its picture.
    pub async fn fetched_by(&mut self, count: usize) {
        let waiting = self.playing.wait_for(|playing| *playing == count);
        let waited = tokio::time::timeout(std::time::Duration::from_secs(60), waiting).await;
        waited.expect("within a minute").unwrap();
    }
}

/// Counts while it lives.
struct Playing<'a>(&'a watch::Sender<usize>, gst::Pipeline);

impl Drop for Playing<'_> {
    fn drop(&mut self) {
        self.1.set_state(gst::State::Null).unwrap();
        self.0.send_modify(|playing| *playing -= 1);
    }
}

/// One connection, until the other side closes it.
fn serve(connection: &TcpStream, told: &watch::Sender<usize>) {
    let mut reader = BufReader::new(connection.try_clone().unwrap());
    let mut writer = connection;
    let mut playing: Option<Playing<'_>> = None;
    while let Some((method, headers)) = request(&mut reader) {
        let header = |name: &str| {
            let found = headers.iter().find(|(known, _)| known == name);
            found.map_or("", |(_, value)| value.as_str())
        };
        let expected =
            base64::engine::general_purpose::STANDARD.encode(format!("{USER}:{PASSWORD}"));
        let allowed = header("authorization") == format!("Basic {expected}");
        let over_tcp = header("transport").contains("TCP");
        let (status, more, body) = match method.as_str() {
            "OPTIONS" => ("200 OK", "Public: DESCRIBE, SETUP, PLAY, TEARDOWN\r\n", ""),
            _ if !allowed => (
                "401 Unauthorized",
                "WWW-Authenticate: Basic realm=\"camera\"\r\n",
                "",
            ),
            "DESCRIBE" => ("200 OK", "Content-Type: application/sdp\r\n", SDP),
            "SETUP" if !over_tcp => ("461 Unsupported Transport", "", ""),
            "SETUP" => (
                "200 OK",
                "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n",
                "",
            ),
            _ => ("200 OK", "", ""),
        };
        let answer = format!(
            "RTSP/1.0 {status}\r\nCSeq: {}\r\nSession: 1921\r\n{more}Content-Length: {}\r\n\r\n{body}",
            header("cseq"),
            body.len()
        );
        if writer.write_all(answer.as_bytes()).is_err() {
            return;
        }
        if method == "PLAY" && allowed {
            playing = Some(play(connection.try_clone().unwrap(), told));
        } else if method == "TEARDOWN" {
            playing = None;
        }
    }
    drop(playing);
}

/// The next request; what is interleaved (RTCP) is skipped.
fn request(reader: &mut BufReader<TcpStream>) -> Option<(String, Vec<(String, String)>)> {
    while reader.fill_buf().ok()?.first()? == &b'$' {
        let mut head = [0; 4];
        reader.read_exact(&mut head).ok()?;
        let mut rest = vec![0; usize::from(u16::from_be_bytes([head[2], head[3]]))];
        reader.read_exact(&mut rest).ok()?;
    }
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }
    let method = lines.first()?.split(' ').next()?.to_owned();
    let headers = lines[1..].iter().filter_map(|line| line.split_once(':'));
    let headers = headers.map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()));
    Some((method, headers.collect()))
}

/// RTP on the connection (RFC 2326 section 10.12).
fn play(connection: TcpStream, told: &watch::Sender<usize>) -> Playing<'_> {
    let pipeline = gst::parse::launch(
        "videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width=320,height=240,framerate=15/1 ! \
         x264enc tune=zerolatency speed-preset=ultrafast key-int-max=15 ! video/x-h264,profile=baseline ! \
         rtph264pay pt=96 config-interval=1 ! identity name=out signal-handoffs=true ! fakesink",
    )
    .unwrap()
    .downcast::<gst::Pipeline>()
    .unwrap();
    let out = pipeline.by_name("out").unwrap();
    out.connect("handoff", false, move |values| {
        let buffer: gst::Buffer = values[1].get().unwrap();
        let packet = buffer.map_readable().unwrap();
        let length = u16::try_from(packet.len()).unwrap().to_be_bytes();
        let framed = [&[b'$', 0, length[0], length[1]][..], &packet].concat();
        // Whoever has gone needs no more.
        let _ = (&connection).write_all(&framed);
        None
    });
    pipeline.set_state(gst::State::Playing).unwrap();
    told.send_modify(|playing| *playing += 1);
    Playing(told, pipeline)
}
