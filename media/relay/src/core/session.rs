//! One peer: a str0m session and where it is reached.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use str0m::change::SdpOffer;
use str0m::config::DtlsCert;
use str0m::format::PayloadParams;
use str0m::media::{KeyframeRequestKind, Mid};
use str0m::rtp::{RtpPacket, RtpWrite};
use str0m::{Candidate, IceCreds, Rtc};

use super::clock::Report;
use super::output::Outputs;
use super::track::Stored;
use crate::offer::{Choice, Plan};
use crate::types::{Direction, Media, OfferError, SessionId, SessionStatistics};

/// Retransmissions are answered from this many packets…
const SEND_BUFFER: usize = 1_024;
/// …not older than this…
const SEND_AGE: Duration = Duration::from_secs(3);
/// …as long as they are not more than this share of what is sent.
const RESEND_SHARE: f32 = 0.5;
/// Sender reports: often, so that picture and sound of who joins are in step soon.
const REPORTS: Duration = Duration::from_secs(1);
/// Statistics are this old at most.
const STATISTICS: Duration = Duration::from_secs(2);
/// A peer has a handful of addresses.
const MOST_ADDRESSES: usize = 16;
/// Media go where they come from, if the nominated address has been quiet this long.
const MOVED: Duration = Duration::from_millis(1_500);

/// An m-line in use.
#[derive(Debug, Clone, Copy)]
struct Line {
    mid: Mid,
    pt: u8,
    repairs: bool,
}

#[derive(Debug, Clone, Copy)]
struct Address {
    address: SocketAddr,
    media: Option<Instant>,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    pub packets: u64,
    pub bytes: u64,
    pub lost: u64,
    pub nacks: u64,
    pub keyframe_requests: u64,
    pub rtt: Option<Duration>,
}

/// See the module.
pub struct Session {
    /// Its public name.
    pub id: SessionId,
    /// Which way.
    pub direction: Direction,
    /// Stream or route.
    pub name: Arc<str>,
    /// The peer connection.
    pub rtc: Rtc,
    /// Our part of the STUN user name.
    pub ufrag: String,
    /// What a viewer gets.
    pub outputs: Option<Outputs>,
    /// ICE and DTLS are through.
    pub connected: bool,
    /// When something last came from the peer.
    pub heard: Instant,
    /// When str0m wants to be called.
    pub deadline: Option<Instant>,
    /// It is in the list of sessions that have something to send.
    pub dirty: bool,
    opened: Instant,
    lines: [Option<Line>; 2],
    keyframe: KeyframeRequestKind,
    addresses: Vec<Address>,
    counts: [Counts; 2],
}

/// What a session is made of.
pub struct Opening<'a> {
    /// Its name.
    pub id: SessionId,
    /// Which way.
    pub direction: Direction,
    /// Stream or route.
    pub name: Arc<str>,
    /// Our ICE credentials.
    pub credentials: IceCreds,
    /// Our certificate.
    pub certificate: &'a DtlsCert,
    /// Our addresses.
    pub candidates: &'a [SocketAddr],
}

impl Session {
    /// Answers an offer.
    ///
    /// # Errors
    /// If str0m does not want it.
    pub fn open(now: Instant, plan: &Plan, o: Opening<'_>) -> Result<(Self, String), OfferError> {
        let refused = |error: &dyn std::fmt::Display| OfferError::Unsuitable(error.to_string());
        let ufrag = o.credentials.ufrag.clone();
        let config = Rtc::builder()
            .set_rtp_mode(true)
            .set_ice_lite(false)
            .set_local_ice_credentials(o.credentials)
            .set_dtls_cert(o.certificate.clone())
            .set_stats_interval(Some(STATISTICS))
            .set_rtcp_report_interval_audio(REPORTS)
            .set_rtcp_report_interval_video(REPORTS)
            .set_send_buffer_video(SEND_BUFFER);
        let mut rtc = plan.configure(config).build(now);
        for address in o.candidates {
            let candidate = Candidate::host(*address, "udp").map_err(|e| refused(&e))?;
            rtc.add_local_candidate(candidate);
        }
        let offer = SdpOffer::from_sdp_string(&plan.to_sdp()).map_err(|e| refused(&e))?;
        let answer = rtc.sdp_api().accept_offer(offer).map_err(|e| refused(&e))?;

        let mut lines = [None; 2];
        let mut keyframe = KeyframeRequestKind::Pli;
        for choice in plan.choices() {
            lines[choice.media as usize] = Some(line(&mut rtc, choice, o.direction)?);
            if choice.media == Media::Video && choice.fir && !choice.pli {
                keyframe = KeyframeRequestKind::Fir;
            }
        }
        let sdp = plan.answer(&answer.to_sdp_string());
        let session = Self {
            id: o.id,
            direction: o.direction,
            name: o.name,
            rtc,
            ufrag,
            outputs: None,
            connected: false,
            heard: now,
            deadline: None,
            dirty: false,
            opened: now,
            lines,
            keyframe,
            addresses: Vec::new(),
            counts: [Counts::default(); 2],
        };
        Ok((session, sdp))
    }

    /// Notes an address the peer has proved to be at. Returns one to forget, if there are many.
    pub fn add_address(&mut self, address: SocketAddr) -> Option<SocketAddr> {
        let entry = Address {
            address,
            media: None,
        };
        self.addresses.push(entry);
        (self.addresses.len() > MOST_ADDRESSES).then(|| self.addresses.remove(0).address)
    }

    /// Another session has proved to be there.
    pub fn remove_address(&mut self, address: SocketAddr) {
        self.addresses.retain(|a| a.address != address);
    }

    /// Where the peer has been.
    pub fn addresses(&self) -> impl Iterator<Item = SocketAddr> + '_ {
        self.addresses.iter().map(|a| a.address)
    }

    /// Something other than STUN came from one of its addresses.
    pub fn heard_media(&mut self, now: Instant, from: SocketAddr) {
        if let Some(entry) = self.addresses.iter_mut().find(|a| a.address == from) {
            entry.media = Some(now);
        }
    }

    /// Where to send what ICE would send to `nominated`.
    ///
    /// After a NAT has moved a peer, ICE holds on to the old address until its checks fail. What
    /// comes from the new one shows where the peer is now.
    pub fn destination(&self, now: Instant, nominated: SocketAddr) -> SocketAddr {
        let heard = |a: &Address| a.media.unwrap_or(self.opened);
        let at_nominated = self.addresses.iter().find(|a| a.address == nominated);
        if at_nominated.is_some_and(|a| now.saturating_duration_since(heard(a)) < MOVED) {
            return nominated;
        }
        let latest = self.addresses.iter().filter(|a| a.media.is_some());
        latest
            .max_by_key(|a| a.media)
            .filter(|a| a.media > at_nominated.and_then(|n| n.media))
            .map_or(nominated, |a| a.address)
    }

    /// Which medium a payload type of a publisher is.
    pub fn media_of(&self, packet: &RtpPacket) -> Option<Media> {
        let pt = *packet.header.payload_type;
        [Media::Video, Media::Audio]
            .into_iter()
            .find(|m| self.lines[*m as usize].is_some_and(|line| line.pt == pt))
    }

    /// Whether this m-line was negotiated.
    pub fn has(&self, media: Media) -> bool {
        self.lines[media as usize].is_some()
    }

    /// Sends a packet to a viewer.
    pub fn send(&mut self, media: Media, placed: (u64, u32), wallclock: Instant, packet: &Stored) {
        let Some(line) = self.lines[media as usize] else {
            return;
        };
        let (sequence, timestamp) = placed;
        let write = RtpWrite::new(
            line.pt.into(),
            sequence.into(),
            timestamp,
            wallclock,
            packet.payload.clone(),
        )
        .marker(packet.marker)
        .nackable(line.repairs);
        if let Some(stream) = self.rtc.direct_api().stream_tx_by_mid(line.mid, None) {
            stream.write_rtp(write);
        }
    }

    /// Asks a publisher for a keyframe. False if nothing has come yet that could be asked for.
    pub fn request_keyframe(&mut self) -> bool {
        let kind = self.keyframe;
        let mid = self.lines[Media::Video as usize].map(|line| line.mid);
        let mut api = self.rtc.direct_api();
        let stream = mid.and_then(|mid| api.stream_rx_by_mid(mid, None));
        stream.map(|s| s.request_keyframe(kind)).is_some()
    }

    /// str0m's counts of one m-line.
    pub fn count(&mut self, mid: Mid, counts: Counts) {
        let index = self
            .lines
            .iter()
            .position(|line| line.is_some_and(|l| l.mid == mid));
        if let Some(index) = index {
            self.counts[index] = counts;
        }
    }

    /// A row of statistics.
    pub fn statistics(&self, now: Instant) -> SessionStatistics {
        let sum = |f: fn(&Counts) -> u64| self.counts.iter().map(f).sum();
        SessionStatistics {
            session: self.id,
            name: self.name.to_string(),
            direction: self.direction,
            connected: self.connected,
            age: now.saturating_duration_since(self.opened),
            packets: sum(|c| c.packets),
            bytes: sum(|c| c.bytes),
            lost: sum(|c| c.lost),
            nacks: sum(|c| c.nacks),
            keyframe_requests: sum(|c| c.keyframe_requests),
            rtt: self.counts.iter().filter_map(|c| c.rtt).max(),
        }
    }
}

/// Looks whether str0m took what was chosen, and sets up its stream.
fn line(rtc: &mut Rtc, choice: &Choice, direction: Direction) -> Result<Line, OfferError> {
    let mid = Mid::from(choice.mid.as_str());
    let pt = choice.pt.into();
    if !rtc.media(mid).is_some_and(|m| m.remote_pts().contains(&pt)) {
        return Err(OfferError::NoCommonCodec(format!("{:?}", choice.media)));
    }
    let params = rtc.codec_config().find(|p| p.pt() == pt).copied();
    let repairs = choice.nack && params.as_ref().and_then(PayloadParams::resend).is_some();
    let mut api = rtc.direct_api();
    match direction {
        Direction::Subscribe => {
            if let Some(tx) = api.stream_tx_by_mid(mid, None)
                && repairs
            {
                tx.set_rtx_cache(SEND_BUFFER, SEND_AGE, Some(RESEND_SHARE));
            }
        }
        Direction::Publish => {
            // Some publishers (OBS) send again on the same SSRC, without a format for it.
            if let Some(rx) = api.stream_rx_by_mid(mid, None)
                && choice.nack
            {
                rx.suppress_nack(false);
            }
        }
    }
    Ok(Line {
        mid,
        pt: choice.pt,
        repairs,
    })
}

/// The sender report a packet came with, if it can be meant for it.
pub fn report(packet: &RtpPacket, media: Media) -> Option<Report> {
    let info = packet.last_sender_info?;
    let wall = info.ntp_time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "timestamps wrap")]
    let timestamp = info.rtp_time.numer() as u32;
    let apart = packet
        .header
        .timestamp
        .wrapping_sub(timestamp)
        .cast_signed();
    // Some send reports before they have sent anything, with a timestamp of zero.
    let near = apart.unsigned_abs() < 30 * media.clock_rate();
    (near && !wall.is_zero()).then_some(Report {
        wall: i64::try_from(wall.as_micros()).ok()?,
        timestamp,
    })
}
