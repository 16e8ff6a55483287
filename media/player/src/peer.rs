//! `webrtcbin` as this crate uses it: one local offer with all its candidates in it, one answer;
//! host candidates only, no STUN or TURN server.

use std::net::IpAddr;

use gst::glib;
use gst::prelude::*;
use gst_webrtc::{
    WebRTCICEGatheringState, WebRTCPeerConnectionState, WebRTCSDPType, WebRTCSessionDescription,
};
use reqwest::Url;

/// Why there is no offer, or no use for the answer.
pub(crate) type Refusal = String;

/// Does what takes 0.3 to 1.5 s the first time in a process: loading the plugins and making the DTLS
/// certificate.
pub(crate) fn warm_up() {
    for name in ["webrtcbin", "nicesink", "rtpbin", "dtlsdec"] {
        // The first `dtlsdec` makes the certificate of the process.
        if let Err(error) = gst::ElementFactory::make(name).build() {
            tracing::warn!(name, %error, "this GStreamer element is missing");
        }
    }
}

/// A `webrtcbin` to talk with the server at `url`.
///
/// # Errors
/// When the plugin is not installed.
pub(crate) fn make(url: &str, latency_ms: u32) -> Result<gst::Element, glib::BoolError> {
    let webrtc = gst::ElementFactory::make("webrtcbin")
        .property_from_str("bundle-policy", "max-bundle")
        .property("latency", latency_ms)
        .build()?;
    let ice = webrtc.property::<gst::Object>("ice-agent");
    if let Some(agent) = ice
        .has_property("agent")
        .then(|| ice.property::<glib::Object>("agent"))
    {
        // Else gathering waits 200 ms for a gateway that nobody asked for.
        agent.set_property("upnp", false);
        agent.set_property("ice-tcp", false);
        // Keep-alives as requests: an ICE-lite server ends a session that sends none (RFC 7675).
        agent.set_property("keepalive-conncheck", true);
    }
    // libnice leaves loopback out unless it is the only address it may use.
    if let Some(address) = loopback(url)
        && !ice.emit_by_name::<bool>("add-local-ip-address", &[&address.to_string()])
    {
        tracing::warn!(%address, "cannot use this address");
    }
    Ok(webrtc)
}

/// The server's address if it is this machine.
fn loopback(url: &str) -> Option<IpAddr> {
    let url = Url::parse(url).ok()?;
    let host = url.host_str()?.trim_matches(['[', ']']);
    match host.parse::<IpAddr>() {
        Ok(address) => address.is_loopback().then_some(address),
        Err(_) => (host == "localhost").then_some(IpAddr::from([127, 0, 0, 1])),
    }
}

/// Begins to make the offer; the pipeline must be playing. `done` is called once, from a thread of
/// GStreamer, when [`local_offer`] can be asked for it.
pub(crate) fn begin_offer(
    webrtc: &gst::Element,
    done: impl Fn(Result<(), Refusal>) + Send + Sync + Clone + 'static,
) {
    let gathered = done.clone();
    webrtc.connect_notify(Some("ice-gathering-state"), move |webrtc, _| {
        let state = webrtc.property::<WebRTCICEGatheringState>("ice-gathering-state");
        if state == WebRTCICEGatheringState::Complete {
            gathered(Ok(()));
        }
    });
    let weak = webrtc.downgrade();
    let made = gst::Promise::with_change_func(move |reply| {
        let offer = match reply {
            Ok(Some(reply)) => reply.get::<WebRTCSessionDescription>("offer").ok(),
            _ => None,
        };
        match (weak.upgrade(), offer) {
            (Some(webrtc), Some(offer)) => {
                webrtc
                    .emit_by_name::<()>("set-local-description", &[&offer, &None::<gst::Promise>]);
            }
            // Nobody wants it any more.
            (None, _) => {}
            (Some(_), None) => done(Err("no offer could be made".into())),
        }
    });
    webrtc.emit_by_name::<()>("create-offer", &[&None::<gst::Structure>, &made]);
}

/// The offer with all its candidates.
///
/// # Errors
/// When there is none yet.
pub(crate) fn local_offer(webrtc: &gst::Element) -> Result<String, Refusal> {
    webrtc
        .property::<Option<WebRTCSessionDescription>>("local-description")
        .ok_or_else(|| "no local description".to_owned())?
        .sdp()
        .as_text()
        .map_err(|error| error.to_string())
}

/// Takes the answer. `refused` is called from a thread of GStreamer if it cannot be used.
pub(crate) fn accept(
    webrtc: &gst::Element,
    answer: &str,
    refused: impl FnOnce(Refusal) + Send + 'static,
) {
    let sdp = match gst_sdp::SDPMessage::parse_buffer(answer.as_bytes()) {
        Ok(sdp) if sdp.medias_len() > 0 => sdp,
        Ok(_) => return refused("the answer is empty".into()),
        Err(error) => return refused(error.to_string()),
    };
    let answer = WebRTCSessionDescription::new(WebRTCSDPType::Answer, sdp);
    let set = gst::Promise::with_change_func(move |reply| {
        if let Ok(Some(reply)) = reply
            && let Ok(error) = reply.get::<glib::Error>("error")
        {
            refused(error.message().to_owned());
        }
    });
    webrtc.emit_by_name::<()>("set-remote-description", &[&answer, &Some(set)]);
}

/// Tells of each change of the connection, from a thread of GStreamer.
pub(crate) fn watch_connection(
    webrtc: &gst::Element,
    changed: impl Fn(WebRTCPeerConnectionState) + Send + Sync + 'static,
) {
    webrtc.connect_notify(Some("connection-state"), move |webrtc, _| {
        changed(webrtc.property("connection-state"));
    });
}

/// H.264, constrained baseline, packetization mode 1 (RFC 6184). Each side may send at a level of its
/// own (8.2.2): without that, a server whose encoder writes another level refuses.
pub(crate) fn h264_caps() -> gst::Caps {
    gst::Caps::builder("application/x-rtp")
        .field("media", "video")
        .field("encoding-name", "H264")
        .field("payload", 96_i32)
        .field("clock-rate", 90_000_i32)
        .field("packetization-mode", "1")
        .field("profile-level-id", "42e01f")
        .field("level-asymmetry-allowed", "1")
        .field("rtcp-fb-nack", true)
        .field("rtcp-fb-nack-pli", true)
        .field("rtcp-fb-ccm-fir", true)
        .build()
}

/// Opus (RFC 7587).
pub(crate) fn opus_caps() -> gst::Caps {
    gst::Caps::builder("application/x-rtp")
        .field("media", "audio")
        .field("encoding-name", "OPUS")
        .field("payload", 111_i32)
        .field("clock-rate", 48_000_i32)
        .field("encoding-params", "2")
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_offered_to_this_machine_only() {
        let local = Some(IpAddr::from([127, 0, 0, 1]));
        assert_eq!(loopback("http://127.0.0.1:8790/whep/a"), local);
        assert_eq!(loopback("https://localhost/whep/a"), local);
        assert_eq!(
            loopback("http://[::1]:8790/whep/a"),
            Some(IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]))
        );
        assert_eq!(loopback("http://192.168.1.2/whep/a"), None);
        assert_eq!(loopback("http://tv.example/127.0.0.1"), None);
        assert_eq!(loopback("not an address"), None);
    }
}
