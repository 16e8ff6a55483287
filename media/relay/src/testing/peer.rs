//! A WHIP or WHEP client without sockets and clocks.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::format::Codec;
use str0m::media::{Direction as Flow, KeyframeRequestKind, MediaKind, Mid};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{RtpPacket, RtpWrite};
use str0m::{Candidate, Event, Input, Output, Rtc};

use crate::types::{Direction, Media};

/// How a peer is.
#[derive(Debug, Clone, Copy)]
pub struct PeerOptions {
    /// Sends or receives.
    pub direction: Direction,
    /// Offers video.
    pub video: bool,
    /// Offers audio.
    pub audio: bool,
    /// Payload types of H.264, its retransmissions and Opus; nothing leaves str0m's choice, which
    /// offers several profiles.
    pub payload_types: Option<[u8; 3]>,
}

impl PeerOptions {
    /// Video and audio that way.
    #[must_use]
    pub fn new(direction: Direction) -> Self {
        Self {
            direction,
            video: true,
            audio: true,
            payload_types: None,
        }
    }
}

/// A packet to send.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Which medium.
    pub media: Media,
    /// Extended sequence number; the first has to be below 65536.
    pub sequence: u64,
    /// RTP timestamp.
    pub timestamp: u32,
    /// The RTP marker.
    pub marker: bool,
    /// When it was captured: sender reports say so.
    pub captured: Instant,
    /// RTP payload.
    pub payload: Vec<u8>,
}

/// A packet that came.
#[derive(Debug, Clone)]
pub struct Received {
    /// Which medium.
    pub media: Media,
    /// Payload type on the wire.
    pub payload_type: u8,
    /// Extended sequence number.
    pub sequence: u64,
    /// RTP timestamp.
    pub timestamp: u32,
    /// The RTP marker.
    pub marker: bool,
    /// RTP payload.
    pub payload: Arc<[u8]>,
    /// When it came.
    pub at: Instant,
    /// When it is to be shown, on the sender's clock, by its last sender report.
    pub moment: Option<SystemTime>,
}

/// See the module.
pub struct Peer {
    rtc: Rtc,
    address: SocketAddr,
    pending: Option<SdpPendingOffer>,
    mids: [Option<Mid>; 2],
    deadline: Instant,
    datagrams: VecDeque<(SocketAddr, Vec<u8>)>,
    received: Vec<Received>,
    keyframe_requests: u64,
    connected: bool,
    closed: bool,
}

impl Peer {
    /// A peer at an address, and its offer.
    ///
    /// # Panics
    /// If str0m refuses the address, or neither medium is offered.
    #[must_use]
    pub fn new(now: Instant, address: SocketAddr, options: PeerOptions) -> (Self, String) {
        let mut config = Rtc::builder()
            .clear_codecs()
            .enable_opus(true, false)
            .enable_h264(true)
            .set_rtp_mode(true)
            .set_rtcp_report_interval_audio(Duration::from_secs(1));
        if let Some([h264, rtx, opus]) = options.payload_types {
            let codecs = config.codec_config();
            let mut all = codecs.params().to_vec();
            all.retain(|p| p.spec().codec == Codec::Opus);
            let spec = all[0].spec();
            codecs.clear();
            codecs.add_h264(h264.into(), Some(rtx.into()), true, 0x42_e0_1f);
            codecs.add_config(
                opus.into(),
                None,
                spec.codec,
                spec.clock_rate,
                spec.channels,
                spec.format,
            );
        }
        let mut rtc = config.build(now);
        let candidate = Candidate::host(address, "udp").expect("an address of a host");
        rtc.add_local_candidate(candidate);
        let flow = match options.direction {
            Direction::Publish => Flow::SendOnly,
            Direction::Subscribe => Flow::RecvOnly,
        };
        let mut changes = rtc.sdp_api();
        let mut add =
            |wanted: bool, kind| wanted.then(|| changes.add_media(kind, flow, None, None, None));
        let mids = [
            add(options.video, MediaKind::Video),
            add(options.audio, MediaKind::Audio),
        ];
        let (offer, pending) = changes.apply().expect("something to offer");
        let peer = Self {
            rtc,
            address,
            pending: Some(pending),
            mids,
            deadline: now,
            datagrams: VecDeque::new(),
            received: Vec::new(),
            keyframe_requests: 0,
            connected: false,
            closed: false,
        };
        (peer, offer.to_sdp_string())
    }

    /// Takes the answer.
    ///
    /// # Errors
    /// What str0m does not like about it.
    pub fn accept(&mut self, answer: &str) -> Result<(), String> {
        let pending = self.pending.take().ok_or("answered already")?;
        let answer = SdpAnswer::from_sdp_string(answer).map_err(|e| e.to_string())?;
        let accepted = self.rtc.sdp_api().accept_answer(pending, answer);
        accepted.map_err(|e| e.to_string())?;
        if let Some(mid) = self.mids[0]
            && let Some(stream) = self.rtc.direct_api().stream_tx_by_mid(mid, None)
        {
            // As browsers do: whatever is asked for is sent again.
            stream.set_rtx_cache(1_024, Duration::from_secs(3), None);
        }
        Ok(())
    }

    /// Takes a datagram.
    pub fn receive(&mut self, now: Instant, from: SocketAddr, datagram: &[u8]) {
        if let Ok(received) = Receive::new(Protocol::Udp, from, self.address, datagram) {
            let input = Input::Receive(now, received);
            self.closed |= self.rtc.handle_input(input).is_err();
            self.drain(now);
        }
    }

    /// Does what is due.
    pub fn advance(&mut self, now: Instant) {
        self.closed |= self.rtc.handle_input(Input::Timeout(now)).is_err();
        self.drain(now);
    }

    /// When [`advance`](Self::advance) is due.
    #[must_use]
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// The next datagram to send, and where to.
    pub fn poll_datagram(&mut self) -> Option<(SocketAddr, Vec<u8>)> {
        self.datagrams.pop_front()
    }

    /// Sends a packet with the next [`advance`](Self::advance).
    pub fn send(&mut self, packet: Outgoing) {
        let Some(mid) = self.mids[packet.media as usize] else {
            return;
        };
        let Some(media) = self.rtc.media(mid) else {
            return;
        };
        let Some(pt) = media.remote_pts().first().copied() else {
            return;
        };
        let video = packet.media == Media::Video;
        let write = RtpWrite::new(
            pt,
            packet.sequence.into(),
            packet.timestamp,
            packet.captured,
            packet.payload,
        )
        .marker(packet.marker)
        .nackable(video);
        if let Some(stream) = self.rtc.direct_api().stream_tx_by_mid(mid, None) {
            stream.write_rtp(write);
        }
    }

    /// What came since the last call.
    pub fn take_received(&mut self) -> Vec<Received> {
        std::mem::take(&mut self.received)
    }

    /// Sends a PLI with the next [`advance`](Self::advance).
    pub fn request_keyframe(&mut self) {
        let Some(mid) = self.mids[0] else { return };
        if let Some(stream) = self.rtc.direct_api().stream_rx_by_mid(mid, None) {
            stream.request_keyframe(KeyframeRequestKind::Pli);
        }
    }

    /// How often the other side asked for a keyframe.
    #[must_use]
    pub fn keyframe_requests(&self) -> u64 {
        self.keyframe_requests
    }

    /// ICE and DTLS are through.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.connected
    }

    /// The other side ended it, or it failed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed || !self.rtc.is_alive()
    }

    /// Says goodbye.
    pub fn close(&mut self, now: Instant) {
        self.closed |= self.rtc.close().is_err();
        self.drain(now);
    }

    fn drain(&mut self, now: Instant) {
        while self.rtc.is_alive() {
            match self.rtc.poll_output() {
                Ok(Output::Timeout(at)) => {
                    self.deadline = at;
                    break;
                }
                Ok(Output::Transmit(transmit)) => self
                    .datagrams
                    .push_back((transmit.destination, transmit.contents.into())),
                Ok(Output::Event(event)) => match event {
                    Event::Connected => self.connected = true,
                    Event::Closed => self.closed = true,
                    Event::KeyframeRequest(_) => self.keyframe_requests += 1,
                    Event::RtpPacket(packet) => self.take(now, &packet),
                    _ => {}
                },
                Err(_) => {
                    self.closed = true;
                    break;
                }
            }
        }
        if !self.rtc.is_alive() {
            // Nothing is due any more.
            self.deadline = now + Duration::from_secs(3_600);
        }
    }

    fn take(&mut self, now: Instant, packet: &RtpPacket) {
        let pt = packet.header.payload_type;
        let Some(params) = self.rtc.codec_config().find(|p| p.pt() == pt) else {
            return;
        };
        let media = if params.spec().codec.is_video() {
            Media::Video
        } else {
            Media::Audio
        };
        let timestamp = packet.header.timestamp;
        let moment = packet.last_sender_info.map(|info| {
            #[expect(clippy::cast_possible_truncation, reason = "timestamps wrap")]
            let ticks = timestamp
                .wrapping_sub(info.rtp_time.numer() as u32)
                .cast_signed();
            let apart = f64::from(ticks.unsigned_abs()) / f64::from(media.clock_rate());
            let apart = Duration::from_secs_f64(apart);
            if ticks < 0 {
                info.ntp_time - apart
            } else {
                info.ntp_time + apart
            }
        });
        self.received.push(Received {
            media,
            payload_type: *pt,
            sequence: *packet.seq_no,
            timestamp,
            marker: packet.header.marker,
            payload: packet.payload.clone(),
            at: now,
            moment,
        });
    }
}
