//! Offers as browsers, GStreamer and OBS write them, and what is left of them after a mutation.

use std::time::{Duration, Instant};

use media_relay::core::{Core, CoreSettings};
use media_relay::testing::offers::{
    CHROMIUM_WHEP, CHROMIUM_WHIP, GSTREAMER_WHEP, GSTREAMER_WHIP, OBS_WHIP,
};
use media_relay::{Answer, OfferError};
use proptest::prelude::*;

fn core() -> Core {
    Core::new(CoreSettings {
        epoch: Instant::now(),
        inactivity: Duration::from_secs(10),
        max_sessions: 1_000,
        candidates: vec!["10.0.0.1:5000".parse().expect("an address")],
    })
}

fn publish(offer: &str) -> Result<Answer, OfferError> {
    core().publish(Instant::now(), "m/host", offer)
}

fn subscribe(offer: &str) -> Result<Answer, OfferError> {
    core().subscribe(Instant::now(), "m/host", offer)
}

/// The lines of an answer that begin so.
fn lines<'a>(answer: &'a Answer, begin: &'a str) -> Vec<&'a str> {
    let lines = answer.sdp.lines();
    lines.filter(|line| line.starts_with(begin)).collect()
}

#[test]
fn a_browser_publishes_constrained_baseline_with_repairs() {
    let answer = publish(CHROMIUM_WHIP).expect("an answer");
    assert_eq!(
        lines(&answer, "m="),
        [
            "m=audio 9 UDP/TLS/RTP/SAVPF 111",
            "m=video 9 UDP/TLS/RTP/SAVPF 108 109"
        ]
    );
    for line in [
        "a=rtpmap:108 H264/90000",
        "a=fmtp:109 apt=108",
        "a=rtcp-fb:108 nack",
        "a=rtcp-fb:108 nack pli",
        "a=rtcp-fb:108 transport-cc",
        "a=rtpmap:111 opus/48000/2",
        "a=setup:passive",
        "a=recvonly",
    ] {
        assert!(!lines(&answer, line).is_empty(), "{line}: {}", answer.sdp);
    }
    assert_eq!(lines(&answer, "a=group:"), ["a=group:BUNDLE 0 1"]);
    assert_eq!(lines(&answer, "a=candidate:").len(), 1);
    assert!(lines(&answer, "a=fmtp:108")[0].contains("profile-level-id=42e01f"));
    assert!(lines(&answer, "a=ice-lite").is_empty());
    assert!(!answer.sdp.contains("VP8"));
}

#[test]
fn sound_whose_channels_are_not_named_is_stereo_all_the_same() {
    let offer = CHROMIUM_WHEP.replace("opus/48000/2", "OPUS/48000");
    assert_ne!(offer, CHROMIUM_WHEP);
    let answer = subscribe(&offer).expect("an answer");
    assert!(!lines(&answer, "a=rtpmap:111 opus/48000/2").is_empty());
}

#[test]
fn a_browser_watches_without_bandwidth_estimation_and_its_data_channel_is_refused() {
    let answer = subscribe(CHROMIUM_WHEP).expect("an answer");
    assert_eq!(
        lines(&answer, "m="),
        [
            "m=video 9 UDP/TLS/RTP/SAVPF 106 107",
            "m=application 0 UDP/DTLS/SCTP webrtc-datachannel",
            "m=audio 9 UDP/TLS/RTP/SAVPF 111"
        ]
    );
    assert_eq!(lines(&answer, "a=group:"), ["a=group:BUNDLE 0 2"]);
    assert_eq!(lines(&answer, "a=mid:"), ["a=mid:0", "a=mid:1", "a=mid:2"]);
    assert_eq!(lines(&answer, "a=ssrc-group:FID").len(), 1);
    assert!(!answer.sdp.contains("transport-cc"));
}

#[test]
fn gstreamer_and_obs_are_understood() {
    let answer = publish(GSTREAMER_WHIP).expect("an answer");
    assert!(lines(&answer, "a=fmtp:96")[0].contains("profile-level-id=42c01f"));
    let answer = subscribe(GSTREAMER_WHEP).expect("an answer");
    assert_eq!(
        lines(&answer, "m="),
        [
            "m=video 9 UDP/TLS/RTP/SAVPF 102 103",
            "m=audio 9 UDP/TLS/RTP/SAVPF 111"
        ]
    );
    let answer = publish(OBS_WHIP).expect("an answer");
    assert_eq!(lines(&answer, "a=mid:"), ["a=mid:0", "a=mid:1"]);
    assert_eq!(lines(&answer, "a=setup:passive").len(), 2);
}

#[test]
fn profiles_and_modes_are_tolerated_as_far_as_boxes_decode_them() {
    let with =
        |fmtp: &str| GSTREAMER_WHIP.replace("packetization-mode=1;profile-level-id=42c01f", fmtp);
    for fmtp in [
        "packetization-mode=1;profile-level-id=42e01f",
        "packetization-mode=1;profile-level-id=42001f",
        "packetization-mode=1;profile-level-id=42C02A",
        "packetization-mode=1",
        "profile-level-id=42e01f",
        "level-asymmetry-allowed=1; packetization-mode=1 ; profile-level-id=42e028",
    ] {
        let answer = publish(&with(fmtp));
        assert!(answer.is_ok(), "{fmtp}: {answer:?}");
    }
    for fmtp in [
        "packetization-mode=1;profile-level-id=64001f",
        "packetization-mode=2;profile-level-id=42e01f",
        "packetization-mode=1;profile-level-id=rubbish",
    ] {
        let refused = publish(&with(fmtp));
        assert!(
            matches!(refused, Err(OfferError::NoCommonCodec(_))),
            "{fmtp}"
        );
    }
    let high = GSTREAMER_WHEP.replace("42e01f", "64001f");
    assert!(
        subscribe(&high).is_ok(),
        "who decodes high decodes baseline"
    );
}

#[test]
fn what_does_not_fit_is_refused_with_the_reason() {
    let malformed = |offer: &str| matches!(publish(offer), Err(OfferError::Malformed(_)));
    let unsuitable = |offer: &str| matches!(publish(offer), Err(OfferError::Unsuitable(_)));
    assert!(malformed(""));
    assert!(malformed("hello"));
    assert!(malformed("v=0\r\n"));
    assert!(malformed(&format!("v=0\r\n{}", "a=x\r\n".repeat(20_000))));
    assert!(malformed(&format!("v=0\r\n{}", "a=x\r\n".repeat(5_000))));
    let many = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n".repeat(17);
    assert!(malformed(&format!("v=0\r\n{many}")));
    assert!(malformed(
        &CHROMIUM_WHIP.replace("a=rtpmap:111 ", "a=rtpmap:300 ")
    ));
    assert!(malformed(&CHROMIUM_WHIP.replace("a=mid:1", "a=mid:0")));
    assert!(malformed(
        &CHROMIUM_WHIP.replace("a=ice-ufrag:", "a=ice-ufrag:\u{1}")
    ));
    assert!(
        malformed(&OBS_WHIP.replace("111", "96")),
        "one type, two codecs"
    );

    assert!(unsuitable(&CHROMIUM_WHIP.replace("sendonly", "recvonly")));
    assert!(unsuitable(
        &CHROMIUM_WHIP.replace("a=group:BUNDLE 0 1\r\n", "")
    ));
    assert!(unsuitable(&CHROMIUM_WHIP.replace("a=rtcp-mux\r\n", "")));
    assert!(unsuitable(&CHROMIUM_WHIP.replace("sha-256", "sha-1")));
    assert!(unsuitable(&CHROMIUM_WHIP.replace("a=ice-pwd", "a=ice-xyz")));
    assert!(unsuitable(
        &CHROMIUM_WHIP.replace("UDP/TLS/RTP/SAVPF", "RTP/AVP")
    ));
    assert!(unsuitable(
        &CHROMIUM_WHIP.replace("a=mid:1", "a=mid:a-name-that-is-too-long")
    ));

    let no_h264 = CHROMIUM_WHIP.replace("H264/90000", "VP9/90000");
    let Err(OfferError::NoCommonCodec(why)) = publish(&no_h264) else {
        panic!("VP8 and VP9 will not do");
    };
    assert_eq!(why, "video: RTX, VP8, VP9 offered");
}

/// Something a stranger might do to an offer.
#[derive(Debug, Clone)]
enum Mutation {
    Drop(usize),
    Repeat(usize, usize),
    Swap(usize, usize),
    Cut(usize),
    Byte(usize, u8),
    Insert(usize, String),
    Number(usize, u64),
    Replace(usize, String),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let at = 0..4_000_usize;
    prop_oneof![
        at.clone().prop_map(Mutation::Drop),
        (at.clone(), 1..200_usize).prop_map(|(a, n)| Mutation::Repeat(a, n)),
        (at.clone(), at.clone()).prop_map(|(a, b)| Mutation::Swap(a, b)),
        at.clone().prop_map(Mutation::Cut),
        (at.clone(), any::<u8>()).prop_map(|(a, b)| Mutation::Byte(a, b)),
        (at.clone(), ".{0,40}").prop_map(|(a, t)| Mutation::Insert(a, t)),
        (at.clone(), any::<u64>()).prop_map(|(a, n)| Mutation::Number(a, n % 70_000)),
        (
            at,
            "(a=(mid|ssrc|ssrc-group|fmtp|rtpmap|extmap|setup|group|rid|simulcast|candidate|fingerprint|rtcp-fb|sctp-port|ice-ufrag|ice-pwd)|m=(audio|video|application)|c=IN|b=AS):?[ -~]{0,60}"
        )
            .prop_map(|(a, t)| Mutation::Replace(a, t)),
    ]
}

fn mutate(offer: &str, mutations: &[Mutation]) -> String {
    let mut lines: Vec<String> = offer.lines().map(str::to_owned).collect();
    for mutation in mutations {
        if lines.is_empty() {
            break;
        }
        let count = lines.len();
        match mutation {
            Mutation::Drop(at) => {
                lines.remove(at % count);
            }
            Mutation::Repeat(at, times) => {
                let line = lines[at % count].clone();
                for _ in 0..*times {
                    lines.insert(at % count, line.clone());
                }
            }
            Mutation::Swap(a, b) => lines.swap(a % count, b % count),
            Mutation::Cut(at) => lines.truncate(at % count),
            Mutation::Byte(at, byte) => {
                let line = &mut lines[at % count];
                let mut bytes = line.clone().into_bytes();
                if !bytes.is_empty() {
                    let place = at % bytes.len();
                    bytes[place] = *byte;
                }
                *line = String::from_utf8_lossy(&bytes).into_owned();
            }
            Mutation::Insert(at, text) => lines.insert(at % count, text.clone()),
            Mutation::Number(at, number) => {
                let line = &mut lines[at % count];
                if let Some(place) = line.find(|c: char| c.is_ascii_digit()) {
                    let rest = line[place..].trim_start_matches(|c: char| c.is_ascii_digit());
                    *line = format!("{}{number}{rest}", &line[..place]);
                }
            }
            Mutation::Replace(at, text) => lines[at % count] = text.clone(),
        }
    }
    lines.join("\r\n") + "\r\n"
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever comes, there is an answer or a refusal; and an answer can be used.
    #[test]
    fn mutated_offers_are_answered_or_refused(
        sample in 0..5_usize,
        mutations in prop::collection::vec(mutation(), 0..8),
    ) {
        let all = [CHROMIUM_WHIP, CHROMIUM_WHEP, GSTREAMER_WHIP, GSTREAMER_WHEP, OBS_WHIP];
        let offer = mutate(all[sample], &mutations);
        let m_lines = offer.lines().filter(|l| l.starts_with("m=")).count();
        let now = Instant::now();
        let mut core = core();
        for answer in [core.publish(now, "a", &offer), core.subscribe(now, "b", &offer)]
            .into_iter()
            .flatten()
        {
            let answered = answer.sdp.lines().filter(|l| l.starts_with("m=")).count();
            prop_assert_eq!(answered, m_lines, "a line for every line");
            prop_assert!(answer.sdp.contains("a=fingerprint:sha-256"));
        }
        core.flush(now);
        core.flush(now + Duration::from_secs(1));
    }

    /// Nor does anything else that is text.
    #[test]
    fn rubbish_is_refused(text in "(v=0\r\n)?(.|\r\n){0,300}") {
        prop_assert!(publish(&text).is_err());
    }
}
