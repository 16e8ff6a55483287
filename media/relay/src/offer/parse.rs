//! Reads an SDP offer (RFC 8866) with bounds on everything.
//!
//! str0m never sees what a stranger sent: it gets an offer written from what is read here.

use crate::types::OfferError;

/// Longest offer, in bytes.
pub const LONGEST: usize = 64 * 1024;
const MOST_LINES: usize = 2_000;
const MOST_SECTIONS: usize = 16;
const MOST_SSRCS: usize = 64;

/// What the relay has to know of an offer.
#[derive(Debug, Default)]
pub struct Offer {
    /// Attributes of the session, valid for every section that has none of its own.
    pub shared: Transport,
    /// The mids of `a=group:BUNDLE`.
    pub bundle: Vec<String>,
    /// The m-lines, in order.
    pub sections: Vec<Section>,
}

/// ICE and DTLS of the session or a section.
#[derive(Debug, Default, Clone)]
pub struct Transport {
    /// `a=ice-ufrag`.
    pub ufrag: Option<String>,
    /// `a=ice-pwd`.
    pub password: Option<String>,
    /// The hexadecimal part of `a=fingerprint:sha-256`.
    pub fingerprint: Option<String>,
    /// `a=setup`.
    pub setup: Option<String>,
    /// Which way the offerer's media goes.
    pub flow: Option<Flow>,
}

/// `a=sendonly` and its like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Both ways; also if nothing is said (RFC 8866, 6.7).
    Both,
    /// The offerer sends.
    Send,
    /// The offerer receives.
    Receive,
    /// Neither.
    None,
}

/// One m-line with what follows it.
#[derive(Debug, Default)]
pub struct Section {
    /// `audio`, `video`, `application`…
    pub kind: String,
    /// Zero refuses, unless the section is bundled.
    pub port: u16,
    /// The protocol.
    pub protocol: String,
    /// The formats as they stand in the m-line.
    pub formats: Vec<String>,
    /// `a=mid`.
    pub mid: Option<String>,
    /// ICE, DTLS and direction of this section.
    pub transport: Transport,
    /// `a=rtcp-mux`.
    pub rtcp_mux: bool,
    /// `a=bundle-only`.
    pub bundle_only: bool,
    /// `a=rtpmap`: payload type, name in capitals, what follows it.
    pub maps: Vec<(u8, String, String)>,
    /// `a=fmtp`.
    pub parameters: Vec<(u8, String)>,
    /// `a=rtcp-fb`; no payload type means all.
    pub feedback: Vec<(Option<u8>, String)>,
    /// `a=extmap`: id and URI.
    pub extensions: Vec<(u8, String)>,
    /// SSRCs in the order of their first mention.
    pub ssrcs: Vec<u32>,
    /// `a=ssrc-group:FID`: an SSRC and its retransmissions.
    pub repairs: Vec<(u32, u32)>,
}

impl Section {
    /// The parameters of a payload type, or an empty text.
    pub fn parameters_of(&self, pt: u8) -> &str {
        self.parameters
            .iter()
            .find(|(p, _)| *p == pt)
            .map_or("", |(_, text)| text)
    }

    /// Whether the offer asks for this feedback for a payload type.
    pub fn wants_feedback(&self, pt: u8, what: &str) -> bool {
        self.feedback
            .iter()
            .any(|(p, text)| p.is_none_or(|p| p == pt) && text == what)
    }
}

fn malformed(what: impl Into<String>) -> OfferError {
    OfferError::Malformed(what.into())
}

/// Reads an offer.
///
/// # Errors
/// [`OfferError::Malformed`] if it is not SDP or there is too much of it.
pub fn parse(text: &str) -> Result<Offer, OfferError> {
    if text.len() > LONGEST {
        return Err(malformed(format!("longer than {LONGEST} bytes")));
    }
    let mut offer = Offer::default();
    let mut lines = text.lines().map(str::trim_end).filter(|l| !l.is_empty());
    if lines.next() != Some("v=0") {
        return Err(malformed("it does not begin with v=0"));
    }
    for (count, line) in lines.enumerate() {
        if count > MOST_LINES {
            return Err(malformed("too many lines"));
        }
        if line.bytes().any(|b| b < b' ' && b != b'\t') {
            return Err(malformed("control characters"));
        }
        let Some((kind, value)) = line.split_once('=').filter(|(k, _)| k.len() == 1) else {
            return Err(malformed("a line without a type"));
        };
        match kind {
            "m" => {
                if offer.sections.len() == MOST_SECTIONS {
                    return Err(malformed("too many m-lines"));
                }
                offer.sections.push(section(value)?);
            }
            "a" => match offer.sections.last_mut() {
                Some(section) => attribute(section, value)?,
                None => session_attribute(&mut offer, value)?,
            },
            _ => {}
        }
    }
    if offer.sections.is_empty() {
        return Err(malformed("no m-line"));
    }
    Ok(offer)
}

fn section(value: &str) -> Result<Section, OfferError> {
    let mut words = value.split_ascii_whitespace();
    let (Some(kind), Some(port), Some(protocol)) = (words.next(), words.next(), words.next())
    else {
        return Err(malformed("an m-line with too few words"));
    };
    let port = port.split('/').next().unwrap_or_default();
    let formats: Vec<String> = words.take(129).map(str::to_owned).collect();
    if formats.len() > 128 {
        return Err(malformed("too many formats in an m-line"));
    }
    Ok(Section {
        kind: token(kind)?,
        port: port.parse().map_err(|_| malformed("a port"))?,
        protocol: token(protocol)?,
        formats,
        ..Section::default()
    })
}

fn session_attribute(offer: &mut Offer, value: &str) -> Result<(), OfferError> {
    let (name, rest) = value.split_once(':').unwrap_or((value, ""));
    if name == "group" {
        let mut words = rest.split_ascii_whitespace();
        if words.next() == Some("BUNDLE") {
            offer.bundle = words.take(MOST_SECTIONS).map(str::to_owned).collect();
        }
        return Ok(());
    }
    transport_attribute(&mut offer.shared, name, rest)
}

fn transport_attribute(t: &mut Transport, name: &str, rest: &str) -> Result<(), OfferError> {
    match name {
        "ice-ufrag" => t.ufrag = Some(credential(rest, 4)?),
        "ice-pwd" => t.password = Some(credential(rest, 22)?),
        "fingerprint" => {
            let (hash, value) = rest.split_once(' ').unwrap_or((rest, ""));
            if hash.eq_ignore_ascii_case("sha-256") && t.fingerprint.is_none() {
                t.fingerprint = Some(fingerprint(value.trim())?);
            }
        }
        "setup" => match rest {
            "actpass" | "active" | "passive" => t.setup = Some(rest.to_owned()),
            _ => return Err(malformed("a=setup")),
        },
        "sendrecv" => t.flow = Some(Flow::Both),
        "sendonly" => t.flow = Some(Flow::Send),
        "recvonly" => t.flow = Some(Flow::Receive),
        "inactive" => t.flow = Some(Flow::None),
        _ => {}
    }
    Ok(())
}

fn attribute(section: &mut Section, value: &str) -> Result<(), OfferError> {
    let (name, rest) = value.split_once(':').unwrap_or((value, ""));
    match name {
        "mid" => section.mid = Some(token(rest)?),
        "rtcp-mux" => section.rtcp_mux = true,
        "bundle-only" => section.bundle_only = true,
        "rtpmap" => {
            let (pt, map) = numbered(rest)?;
            let (codec, clock) = map.split_once('/').unwrap_or((map, ""));
            section
                .maps
                .push((pt, token(codec)?.to_ascii_uppercase(), clock.to_owned()));
        }
        "fmtp" => {
            let (pt, text) = numbered(rest)?;
            section.parameters.push((pt, text.to_owned()));
        }
        "rtcp-fb" => {
            let (pt, what) = rest.split_once(' ').ok_or_else(|| malformed("a=rtcp-fb"))?;
            let pt = match pt {
                "*" => None,
                pt => Some(payload_type(pt)?),
            };
            section.feedback.push((pt, what.trim().to_owned()));
        }
        "extmap" => {
            let (id, uri) = rest.split_once(' ').ok_or_else(|| malformed("a=extmap"))?;
            // "3/sendonly" is allowed (RFC 8285, 5); what follows the URI are its own attributes.
            let id = id.split('/').next().unwrap_or_default();
            let id = id.parse::<u16>().map_err(|_| malformed("a=extmap"))?;
            let uri = uri.split_ascii_whitespace().next().unwrap_or_default();
            // The one-byte form; others are not used (RFC 8285, 4.2).
            if let Ok(id @ 1..=14) = u8::try_from(id) {
                section.extensions.push((id, uri.to_owned()));
            }
        }
        "ssrc" => {
            let ssrc = number(rest.split(' ').next().unwrap_or_default())?;
            if !section.ssrcs.contains(&ssrc) && section.ssrcs.len() < MOST_SSRCS {
                section.ssrcs.push(ssrc);
            }
        }
        "ssrc-group" => {
            let mut words = rest.split_ascii_whitespace();
            if words.next() == Some("FID")
                && let (Some(main), Some(repair)) = (words.next(), words.next())
                && section.repairs.len() < MOST_SSRCS
            {
                section.repairs.push((number(main)?, number(repair)?));
            }
        }
        _ => transport_attribute(&mut section.transport, name, rest)?,
    }
    Ok(())
}

fn numbered(rest: &str) -> Result<(u8, &str), OfferError> {
    let (pt, text) = rest
        .split_once(' ')
        .ok_or_else(|| malformed("an attribute of a payload type"))?;
    Ok((payload_type(pt)?, text.trim()))
}

fn payload_type(text: &str) -> Result<u8, OfferError> {
    text.parse()
        .ok()
        .filter(|pt| *pt < 128)
        .ok_or_else(|| malformed("a payload type"))
}

fn number(text: &str) -> Result<u32, OfferError> {
    text.parse().map_err(|_| malformed("an SSRC"))
}

/// `token` of RFC 8866, and not longer than 64 bytes.
fn token(text: &str) -> Result<String, OfferError> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-./^_`{|}~".contains(&b);
    if text.is_empty() || text.len() > 64 || !text.bytes().all(fits) {
        return Err(malformed("a word with characters that do not belong there"));
    }
    Ok(text.to_owned())
}

/// `ice-char` of RFC 8839, 5.4. libnice and others pad with `=`, which is let through.
fn credential(text: &str, shortest: usize) -> Result<String, OfferError> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"+/=-_".contains(&b);
    if text.len() < shortest || text.len() > 256 || !text.bytes().all(fits) {
        return Err(malformed("ICE credentials"));
    }
    Ok(text.to_owned())
}

fn fingerprint(text: &str) -> Result<String, OfferError> {
    let bytes: Vec<&str> = text.split(':').collect();
    let fits = |b: &&str| b.len() == 2 && b.bytes().all(|c| c.is_ascii_hexdigit());
    if bytes.len() != 32 || !bytes.iter().all(fits) {
        return Err(malformed("a=fingerprint"));
    }
    Ok(text.to_ascii_uppercase())
}
