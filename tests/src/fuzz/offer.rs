//! Offers of strangers to the relay (SDP).

use std::time::{Duration, Instant};

use media_relay::core::{Core, CoreSettings};
use media_relay::testing::offers;

use super::Target;

pub(super) const TARGET: Target = Target {
    name: "sdp",
    check,
    seeds: || {
        let seeds = [
            offers::CHROMIUM_WHIP,
            offers::CHROMIUM_WHEP,
            offers::GSTREAMER_WHIP,
            offers::GSTREAMER_WHEP,
            offers::OBS_WHIP,
        ];
        seeds.map(|text| text.as_bytes().to_vec()).to_vec()
    },
    words: &[
        "m=audio 9 UDP/TLS/RTP/SAVPF ",
        "m=video ",
        "a=rtpmap:",
        "a=fmtp:",
        "H264/90000",
        "opus/48000/2",
        "a=mid:",
        "a=group:BUNDLE ",
        "a=ice-ufrag:",
        "a=ice-pwd:",
        "a=setup:",
        "a=fingerprint:sha-256 ",
        "a=extmap:",
        "a=ssrc:",
        "a=ssrc-group:FID ",
        "a=rtcp-fb:",
        "a=candidate:",
        "packetization-mode=1",
        "profile-level-id=",
        "apt=",
        "\r\n",
        "sendonly",
        "recvonly",
        "a=rtcp-mux",
        "a=simulcast:",
        "a=rid:",
    ],
};

fn check(bytes: &[u8]) {
    let offer = String::from_utf8_lossy(bytes);
    let offered = offer.lines().filter(|line| line.starts_with("m=")).count();
    let now = Instant::now();
    let mut core = Core::new(CoreSettings {
        epoch: now,
        inactivity: Duration::from_secs(10),
        max_sessions: 4,
        candidates: vec![([10, 0, 0, 1], 5000).into()],
    });
    let answers = [
        core.publish(now, "a", &offer),
        core.subscribe(now, "b", &offer),
    ];
    for answer in answers.into_iter().flatten() {
        let lines = || answer.sdp.lines();
        let answered = lines().filter(|line| line.starts_with("m=")).count();
        assert_eq!(answered, offered, "a line for every line: {}", answer.sdp);
        assert!(lines().any(|line| line.starts_with("a=fingerprint:sha-256 ")));
        assert!(
            lines().all(|line| line.as_bytes().get(1) == Some(&b'=')),
            "{}",
            answer.sdp
        );
    }
    core.flush(now);
    core.flush(now + Duration::from_secs(1));
}
