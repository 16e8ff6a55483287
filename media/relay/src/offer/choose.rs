//! Which m-lines and payload types of an offer the relay takes.

use super::parse::{Flow, Offer, Section};
use crate::types::{Direction, Media, OfferError};

/// Binds a stream to its m-line (RFC 9143).
pub const MID: &str = "urn:ietf:params:rtp-hdrext:sdes:mid";
/// Lets publishers estimate what their line carries.
pub const TRANSPORT_CC: &str =
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

/// What was taken of one m-line.
#[derive(Debug)]
pub struct Choice {
    /// Index of the m-line.
    pub section: usize,
    /// Which medium.
    pub media: Media,
    /// `a=mid`, at most 16 bytes.
    pub mid: String,
    /// The payload type the peer offered.
    pub pt: u8,
    /// Its payload type for retransmissions (RFC 4588).
    pub rtx: Option<u8>,
    /// Codec parameters, as offered.
    pub format: Format,
    /// `nack`.
    pub nack: bool,
    /// `nack pli`.
    pub pli: bool,
    /// `ccm fir`.
    pub fir: bool,
    /// `transport-cc`.
    pub transport_cc: bool,
    /// SSRC and that of its retransmissions, where the peer sends.
    pub ssrc: Option<(u32, Option<u32>)>,
}

/// Parameters of the codec, echoed in the answer.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    /// H.264: `profile-level-id`.
    pub profile_level: Option<u32>,
    /// H.264: `packetization-mode`.
    pub packetization: Option<u8>,
    /// H.264: `level-asymmetry-allowed`.
    pub asymmetry: Option<bool>,
    /// Opus: `minptime`.
    pub min_ptime: Option<u8>,
    /// Opus: `useinbandfec`.
    pub fec: Option<bool>,
    /// Opus: `stereo`.
    pub stereo: Option<bool>,
    /// Opus: `sprop-stereo`.
    pub sprop_stereo: Option<bool>,
    /// Opus: `usedtx`.
    pub dtx: Option<bool>,
}

/// Takes at most one m-line of each medium.
///
/// # Errors
/// See [`OfferError`].
pub fn choose(offer: &Offer, direction: Direction) -> Result<Vec<Choice>, OfferError> {
    let mut choices: Vec<Choice> = Vec::new();
    let mut media_lines = 0;
    for (index, section) in offer.sections.iter().enumerate() {
        let media = match section.kind.as_str() {
            "video" => Media::Video,
            "audio" => Media::Audio,
            _ => continue,
        };
        media_lines += 1;
        let flow = section.transport.flow.or(offer.shared.flow);
        let fits = match flow.unwrap_or(Flow::Both) {
            Flow::Both => true,
            Flow::Send => direction == Direction::Publish,
            Flow::Receive => direction == Direction::Subscribe,
            Flow::None => false,
        };
        let bundled = section.bundle_only
            || section
                .mid
                .as_ref()
                .is_some_and(|mid| offer.bundle.contains(mid));
        let refused = section.port == 0 && !bundled;
        if !fits || refused || choices.iter().any(|c| c.media == media) {
            continue;
        }
        choices.push(take(index, section, media, direction)?);
    }
    if choices.is_empty() {
        let way = match direction {
            Direction::Publish => "sends",
            Direction::Subscribe => "receives",
        };
        return Err(OfferError::Unsuitable(format!(
            "none of the {media_lines} audio and video lines {way}"
        )));
    }
    let together = |c: &Choice| offer.bundle.contains(&c.mid);
    if choices.len() > 1 && !choices.iter().all(together) {
        return Err(OfferError::Unsuitable(
            "audio and video need BUNDLE".to_owned(),
        ));
    }
    if let [first, second] = choices.as_slice() {
        if first.mid == second.mid {
            return Err(OfferError::Malformed("two lines have one mid".to_owned()));
        }
        let taken = [Some(first.pt), first.rtx];
        if taken.contains(&Some(second.pt)) || second.rtx.is_some_and(|r| taken.contains(&Some(r)))
        {
            return Err(OfferError::Malformed(
                "one payload type means two things".to_owned(),
            ));
        }
    }
    Ok(choices)
}

fn take(
    index: usize,
    section: &Section,
    media: Media,
    direction: Direction,
) -> Result<Choice, OfferError> {
    let unsuitable = |what: &str| OfferError::Unsuitable(format!("{} {what}", section.kind));
    if !section.protocol.ends_with("TLS/RTP/SAVPF") && !section.protocol.ends_with("TLS/RTP/SAVP") {
        return Err(unsuitable("without DTLS-SRTP"));
    }
    if !section.rtcp_mux {
        return Err(unsuitable("without rtcp-mux"));
    }
    // RFC 9143, 16.2: what does not fit into a header extension cannot name a stream.
    let mid = section.mid.clone().filter(|m| m.len() <= 16);
    let mid = mid.ok_or_else(|| unsuitable("without a mid of up to 16 bytes"))?;

    let mut best: Option<(u32, u8, Format)> = None;
    for text in &section.formats {
        let Ok(pt) = text.parse::<u8>() else { continue };
        let Some((_, codec, clock)) = section.maps.iter().find(|(p, ..)| *p == pt) else {
            continue;
        };
        let rated = match (media, codec.as_str(), clock.as_str()) {
            (Media::Video, "H264", "90000") => h264(section.parameters_of(pt), direction),
            // RFC 7587 wants the two channels named always; GStreamer's WHEP client leaves them out.
            (Media::Audio, "OPUS", "48000/2" | "48000") => {
                Some((1, opus(section.parameters_of(pt))))
            }
            _ => None,
        };
        if let Some((rank, format)) = rated
            && best.is_none_or(|(b, ..)| rank > b)
        {
            best = Some((rank, pt, format));
        }
    }
    let Some((_, pt, format)) = best else {
        let mut names: Vec<&str> = section.maps.iter().map(|(_, n, _)| n.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names.truncate(16);
        return Err(OfferError::NoCommonCodec(format!(
            "{}: {} offered",
            section.kind,
            names.join(", ")
        )));
    };
    let rtx = section.maps.iter().find_map(|(rtx, codec, _)| {
        let apt = parameter(section.parameters_of(*rtx), "apt")?;
        (codec == "RTX" && *rtx != pt && apt.parse() == Ok(pt)).then_some(*rtx)
    });
    let wants = |what| section.wants_feedback(pt, what);
    let has_transport_cc = section
        .extensions
        .iter()
        .any(|(_, uri)| uri == TRANSPORT_CC);
    let publishes = direction == Direction::Publish;
    let ssrc = section.ssrcs.iter().copied().find(|ssrc| {
        publishes && *ssrc != 0 && !section.repairs.iter().any(|(_, repair)| repair == ssrc)
    });
    let repair = |ssrc| {
        let found = section.repairs.iter().find(|(main, _)| *main == ssrc);
        found
            .map(|(_, repair)| *repair)
            .filter(|r| *r != ssrc && *r != 0)
    };
    Ok(Choice {
        section: index,
        media,
        mid,
        pt,
        rtx: rtx.filter(|_| media == Media::Video),
        format,
        nack: wants("nack"),
        pli: wants("nack pli"),
        fir: wants("ccm fir"),
        transport_cc: publishes && has_transport_cc && wants("transport-cc"),
        ssrc: ssrc.map(|ssrc| (ssrc, repair(ssrc))),
    })
}

fn parameter<'a>(parameters: &'a str, name: &str) -> Option<&'a str> {
    parameters.split(';').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        key.trim()
            .eq_ignore_ascii_case(name)
            .then_some(value.trim())
    })
}

fn flag(parameters: &str, name: &str) -> Option<bool> {
    parameter(parameters, name).map(|value| value == "1")
}

/// Rates a payload type of H.264; nothing if it will not do.
///
/// Every box decodes constrained baseline, so that is what publishers must be able to send.
/// Viewers that decode more decode that too (RFC 6184, 8.1).
fn h264(parameters: &str, direction: Direction) -> Option<(u32, Format)> {
    let profile_level = match parameter(parameters, "profile-level-id") {
        Some(text) if text.len() == 6 => Some(u32::from_str_radix(text, 16).ok()?),
        Some(_) => return None,
        None => None,
    };
    let packetization = parameter(parameters, "packetization-mode").and_then(|m| m.parse().ok());
    let profile = match profile_level.map(|id| (id >> 16, (id >> 8) & 0xff)) {
        // constraint_set1_flag: baseline that is also main, hence constrained.
        Some((0x42, constraints)) if constraints & 0x40 != 0 => 40,
        Some((0x42, _)) => 30,
        None => 20,
        Some((0x4d | 0x64, _)) if direction == Direction::Subscribe => 10,
        Some(_) => return None,
    };
    let mode = match packetization {
        Some(1) => 5,
        None | Some(0) => 0,
        // Interleaved mode needs a decoding order of its own.
        Some(_) => return None,
    };
    let format = Format {
        profile_level,
        packetization,
        asymmetry: flag(parameters, "level-asymmetry-allowed"),
        ..Format::default()
    };
    // Packetization weighs more: what flows here is mode 1.
    Some((profile + mode * 20, format))
}

fn opus(parameters: &str) -> Format {
    Format {
        min_ptime: parameter(parameters, "minptime").and_then(|m| m.parse().ok()),
        fec: flag(parameters, "useinbandfec"),
        stereo: flag(parameters, "stereo"),
        sprop_stereo: flag(parameters, "sprop-stereo"),
        dtx: flag(parameters, "usedtx"),
        ..Format::default()
    }
}
