//! From a stranger's offer to an answer.
//!
//! The offer is read with bounds ([`parse`]), at most one line of each medium and one payload type
//! of each line are taken ([`choose`]), and str0m gets an offer written from that. So what it
//! negotiates is what the peer offered, and what it parses is ours. Candidates of the peer are left out: it
//! always reaches us first, and its checks show where it is. So an offer cannot make the relay
//! send to third parties.

mod choose;
mod parse;

use std::fmt::Write as _;

use str0m::format::{Codec, FormatParams, PayloadParams};
use str0m::media::Frequency;
use str0m::rtp::{Extension, ExtensionMap};
use str0m::{RtcConfig, format::CodecSpec};

pub use choose::{Choice, Format};
use choose::{MID, TRANSPORT_CC};
use parse::{Offer, Transport};

use crate::types::{Direction, Media, OfferError};

/// An offer the relay can answer.
#[derive(Debug)]
pub struct Plan {
    offer: Offer,
    choices: Vec<Choice>,
    transport: Transport,
    direction: Direction,
    extensions: Vec<(u8, Extension)>,
}

impl Plan {
    /// Reads an offer and chooses.
    ///
    /// # Errors
    /// See [`OfferError`].
    pub fn new(text: &str, direction: Direction) -> Result<Self, OfferError> {
        let offer = parse::parse(text)?;
        let choices = choose::choose(&offer, direction)?;
        let transport = transport(&offer, choices[0].section)?;
        let extensions = extensions(&offer, &choices);
        Ok(Self {
            offer,
            choices,
            transport,
            direction,
            extensions,
        })
    }

    /// What was taken.
    pub fn choices(&self) -> &[Choice] {
        &self.choices
    }

    /// Makes a configuration know exactly what was taken.
    pub fn configure(&self, config: RtcConfig) -> RtcConfig {
        let mut config = config.clear_codecs().clear_extension_map();
        for choice in &self.choices {
            let (codec, rate, channels) = match choice.media {
                Media::Video => (Codec::H264, Frequency::NINETY_KHZ, None),
                Media::Audio => (Codec::Opus, Frequency::FORTY_EIGHT_KHZ, Some(2)),
            };
            let spec = CodecSpec {
                codec,
                clock_rate: rate,
                channels,
                format: format_params(choice.format),
            };
            let mut params = PayloadParams::new(choice.pt.into(), choice.rtx.map(Into::into), spec);
            params.set_fb_nack(choice.nack);
            params.set_fb_pli(choice.pli);
            params.set_fb_fir(choice.fir);
            params.set_fb_transport_cc(choice.transport_cc);
            params.set_fb_remb(false);
            let codecs = config.codec_config();
            let mut all = codecs.params().to_vec();
            all.push(params);
            *codecs = str0m::format::CodecConfig::new_from_payload_params(all);
        }
        let mut map = ExtensionMap::empty();
        for (id, extension) in &self.extensions {
            map.set(*id, extension.clone());
        }
        config.set_extension_map(map)
    }

    /// The offer for str0m.
    pub fn to_sdp(&self) -> String {
        let mut sdp = String::from("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n");
        self.write(&mut sdp)
            .expect("writing to a String does not fail");
        sdp
    }

    fn write(&self, sdp: &mut String) -> std::fmt::Result {
        write!(sdp, "a=group:BUNDLE")?;
        for choice in &self.choices {
            write!(sdp, " {}", choice.mid)?;
        }
        write!(sdp, "\r\n")?;
        for choice in &self.choices {
            self.write_section(sdp, choice)?;
        }
        Ok(())
    }

    fn write_section(&self, sdp: &mut String, choice: &Choice) -> std::fmt::Result {
        let (kind, map) = match choice.media {
            Media::Video => ("video", "H264/90000"),
            Media::Audio => ("audio", "opus/48000/2"),
        };
        let pt = choice.pt;
        write!(sdp, "m={kind} 9 UDP/TLS/RTP/SAVPF {pt}")?;
        if let Some(rtx) = choice.rtx {
            write!(sdp, " {rtx}")?;
        }
        write!(sdp, "\r\nc=IN IP4 0.0.0.0\r\n")?;
        let t = &self.transport;
        let text = |o: &Option<String>| o.clone().unwrap_or_default();
        write!(sdp, "a=ice-ufrag:{}\r\n", text(&t.ufrag))?;
        write!(sdp, "a=ice-pwd:{}\r\n", text(&t.password))?;
        write!(sdp, "a=fingerprint:sha-256 {}\r\n", text(&t.fingerprint))?;
        write!(sdp, "a=setup:{}\r\n", text(&t.setup))?;
        write!(sdp, "a=mid:{}\r\n", choice.mid)?;
        for (id, extension) in &self.extensions {
            write!(sdp, "a=extmap:{id} {}\r\n", extension.as_uri())?;
        }
        let flow = match self.direction {
            Direction::Publish => "sendonly",
            Direction::Subscribe => "recvonly",
        };
        write!(sdp, "a={flow}\r\na=rtcp-mux\r\na=rtpmap:{pt} {map}\r\n")?;
        for (wanted, what) in [
            (choice.nack, "nack"),
            (choice.pli, "nack pli"),
            (choice.fir, "ccm fir"),
            (choice.transport_cc, "transport-cc"),
        ] {
            if wanted {
                write!(sdp, "a=rtcp-fb:{pt} {what}\r\n")?;
            }
        }
        let parameters = choice.format.to_string();
        if !parameters.is_empty() {
            write!(sdp, "a=fmtp:{pt} {parameters}\r\n")?;
        }
        if let Some(rtx) = choice.rtx {
            write!(sdp, "a=rtpmap:{rtx} rtx/90000\r\na=fmtp:{rtx} apt={pt}\r\n")?;
        }
        if let Some((ssrc, repair)) = choice.ssrc {
            if let Some(repair) = repair {
                write!(sdp, "a=ssrc-group:FID {ssrc} {repair}\r\n")?;
            }
            write!(sdp, "a=ssrc:{ssrc} cname:peer\r\n")?;
            if let Some(repair) = repair {
                write!(sdp, "a=ssrc:{repair} cname:peer\r\n")?;
            }
        }
        Ok(())
    }

    /// The answer for the peer: str0m's, with the lines that were left out refused in their places
    /// (RFC 3264, 6).
    pub fn answer(&self, ours: &str) -> String {
        let mut parts = ours.split_inclusive("\r\n");
        let mut head = String::new();
        let mut sections: Vec<String> = Vec::new();
        for line in &mut parts {
            if line.starts_with("m=") {
                sections.push(String::new());
            }
            sections.last_mut().unwrap_or(&mut head).push_str(line);
        }
        let mut answer = head;
        for (index, section) in self.offer.sections.iter().enumerate() {
            let taken = self.choices.iter().position(|c| c.section == index);
            if let Some(text) = taken.and_then(|taken| sections.get(taken)) {
                answer.push_str(text);
                continue;
            }
            let format = section.formats.first().filter(|f| {
                f.bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
            });
            let format = format.map_or("0", String::as_str);
            let (kind, protocol) = (&section.kind, &section.protocol);
            answer.push_str(&format!(
                "m={kind} 0 {protocol} {format}\r\nc=IN IP4 0.0.0.0\r\n"
            ));
            if let Some(mid) = &section.mid {
                answer.push_str(&format!("a=mid:{mid}\r\n"));
            }
            answer.push_str("a=inactive\r\n");
        }
        answer
    }
}

impl std::fmt::Display for Format {
    /// As in `a=fmtp`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let flag = |value: Option<bool>| value.map(|v| u8::from(v).to_string());
        let pairs = [
            ("level-asymmetry-allowed", flag(self.asymmetry)),
            (
                "packetization-mode",
                self.packetization.map(|v| v.to_string()),
            ),
            (
                "profile-level-id",
                self.profile_level.map(|v| format!("{v:06x}")),
            ),
            ("minptime", self.min_ptime.map(|v| v.to_string())),
            ("useinbandfec", flag(self.fec)),
            ("stereo", flag(self.stereo)),
            ("sprop-stereo", flag(self.sprop_stereo)),
            ("usedtx", flag(self.dtx)),
        ];
        let mut separator = "";
        for (name, value) in pairs {
            if let Some(value) = value {
                write!(f, "{separator}{name}={value}")?;
                separator = ";";
            }
        }
        Ok(())
    }
}

fn format_params(format: Format) -> FormatParams {
    FormatParams {
        profile_level_id: format.profile_level,
        packetization_mode: format.packetization,
        level_asymmetry_allowed: format.asymmetry,
        min_p_time: format.min_ptime,
        use_inband_fec: format.fec,
        stereo: format.stereo,
        sprop_stereo: format.sprop_stereo,
        use_dtx: format.dtx,
        ..FormatParams::default()
    }
}

/// Of the section, or else of the session, or else of any other section of the bundle.
fn transport(offer: &Offer, section: usize) -> Result<Transport, OfferError> {
    let own = &offer.sections[section].transport;
    let all = || {
        std::iter::once(own)
            .chain(std::iter::once(&offer.shared))
            .chain(offer.sections.iter().map(|s| &s.transport))
    };
    let missing = |what: &str| OfferError::Unsuitable(format!("no {what}"));
    let ufrag = all().find(|t| t.ufrag.is_some() && t.password.is_some());
    let ufrag = ufrag.ok_or_else(|| missing("ICE credentials"))?;
    let fingerprint = all().find_map(|t| t.fingerprint.clone());
    Ok(Transport {
        ufrag: ufrag.ufrag.clone(),
        password: ufrag.password.clone(),
        fingerprint: Some(fingerprint.ok_or_else(|| missing("SHA-256 fingerprint"))?),
        setup: all()
            .find_map(|t| t.setup.clone())
            .or_else(|| Some("actpass".to_owned())),
        flow: None,
    })
}

/// Ids have to be the same in all sections of a bundle (RFC 8285, 6): the first mention counts.
fn extensions(offer: &Offer, choices: &[Choice]) -> Vec<(u8, Extension)> {
    let mut found: Vec<(u8, Extension)> = Vec::new();
    for choice in choices {
        for (id, uri) in &offer.sections[choice.section].extensions {
            let extension = match uri.as_str() {
                MID => Extension::RtpMid,
                TRANSPORT_CC if choice.transport_cc => Extension::TransportSequenceNumber,
                _ => continue,
            };
            if found.iter().all(|(i, e)| i != id && *e != extension) {
                found.push((*id, extension));
            }
        }
    }
    found
}
