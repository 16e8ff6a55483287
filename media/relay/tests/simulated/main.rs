//! The core against peers in simulated time.

mod sim;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use media_relay::testing::{Mark, PeerOptions, Received};
use media_relay::{
    Direction, EndReason, Media, OfferError, Packet, RelayEvent, Route, SessionId, Takeover,
};
use sim::{Camera, Sim};

const SECOND: Duration = Duration::from_secs(1);
const MS: fn(u64) -> Duration = Duration::from_millis;

fn contiguous(got: &[&Received]) -> bool {
    got.windows(2).all(|w| w[0].sequence + 1 == w[1].sequence)
}

/// Timestamps go on, by less than `most` ticks.
fn forwards(got: &[&Received], most: u32) -> bool {
    got.windows(2)
        .all(|w| w[1].timestamp.wrapping_sub(w[0].timestamp) < most)
}

fn route(video: &str, audio: &str) -> Route {
    Route {
        video: Some(video.to_owned()),
        audio: Some(audio.to_owned()),
    }
}

#[test]
fn two_viewers_get_everything_from_a_keyframe_on_in_step() {
    let mut sim = Sim::new();
    let camera = Camera {
        sound_delay: MS(45),
        ..Camera::new(1)
    };
    sim.publish("m/host", camera);
    let first = sim.watch("m/host");
    sim.run(SECOND);
    let second = sim.watch("m/host");
    sim.run(5 * SECOND);
    for viewer in [first, second] {
        let video = sim.got(viewer, Media::Video);
        assert!(video.len() > 400 && contiguous(&video) && forwards(&video, 3_601));
        assert!(video[0].sequence < 65_536, "{}", video[0].sequence);
        let marks = sim.marks(viewer, Media::Video);
        assert!(marks[0].start, "it begins with a keyframe");
        let follows = |w: &[Mark]| {
            (w[0].frame, w[0].index + 1) == (w[1].frame, w[1].index)
                || (w[0].frame + 1, 0) == (w[1].frame, w[1].index)
        };
        assert!(marks.windows(2).all(follows), "nothing is left out");
        let audio = sim.got(viewer, Media::Audio);
        assert!(audio.len() > 200 && contiguous(&audio) && forwards(&audio, 961));

        // Picture k and sound 2k were captured together, and the viewer can tell.
        let (picture, heard) = (video[video.len() - 1], audio[audio.len() - 10]);
        let mark = |r: &Received| Mark::read(r.media, &r.payload).expect("a mark").frame;
        let ahead = i64::from(mark(picture)) * 40 - i64::from(mark(heard)) * 20;
        let millis = |r: &Received| {
            let moment = r.moment.expect("a sender report");
            let since = moment.duration_since(std::time::UNIX_EPOCH);
            i64::try_from(since.expect("after 1970").as_millis()).expect("not that long after")
        };
        let shown = millis(picture) - millis(heard);
        assert!((shown - ahead).abs() <= 3, "{shown} instead of {ahead} ms");
    }
    let statistics = sim.core.statistics(sim.now);
    assert_eq!((statistics.publishers, statistics.viewers), (1, 2));
    let rows = &statistics.sessions;
    assert!(
        rows.iter()
            .all(|r| r.connected && r.packets > 300 && r.bytes > 0)
    );
}

#[test]
fn five_percent_loss_and_reordering_lose_no_picture() {
    let mut sim = Sim::new();
    sim.publish("m/host", Camera::new(1));
    let viewers = [sim.watch("m/host"), sim.watch("m/host")];
    sim.run(2 * SECOND);
    (sim.loss, sim.jitter) = (0.05, MS(15));
    sim.run(15 * SECOND);
    (sim.loss, sim.jitter) = (0.0, MS(0));
    sim.run(SECOND);
    assert!(sim.dropped > 200, "{}", sim.dropped);
    for viewer in viewers {
        let video = sim.got(viewer, Media::Video);
        assert!(video.len() > 1_600, "{}", video.len());
        let holes: Vec<u64> = video
            .windows(2)
            .filter(|w| w[0].sequence + 1 != w[1].sequence)
            .map(|w| w[0].sequence + 1)
            .collect();
        assert_eq!(holes, [0; 0], "of {} {}", video[0].sequence, video.len());
    }
    let rows = sim.core.statistics(sim.now).sessions;
    assert!(rows.iter().all(|r| r.nacks > 0), "{rows:?}");
}

#[test]
fn a_switch_goes_on_with_a_keyframe_and_without_a_gap() {
    let mut sim = Sim::new();
    let now = sim.now;
    sim.publish("m/host", Camera::new(1));
    let station = sim.publish("m/station/7", Camera::new(2));
    sim.core
        .set_route(now, "m/program", route("m/host", "m/host"));
    let viewer = sim.watch("m/program");
    sim.run(3 * SECOND);
    assert!(sim.marks(viewer, Media::Video).iter().all(|m| m.tag == 1));
    let asked = sim.nodes[station].peer.keyframe_requests();

    let switched = sim.now;
    sim.core
        .set_route(switched, "m/program", route("m/station/7", "m/host"));
    sim.run(2 * SECOND);
    assert_eq!(sim.nodes[station].peer.keyframe_requests(), asked + 1);
    let marks = sim.marks(viewer, Media::Video);
    let at = marks.iter().position(|m| m.tag == 2).expect("a switch");
    assert!(marks[at].start, "the station begins with a keyframe");
    assert!(marks[at..].iter().all(|m| m.tag == 2));
    let video = sim.got(viewer, Media::Video);
    assert!(contiguous(&video) && forwards(&video, 90 * 200));
    assert!(
        video[at].at - switched < MS(200),
        "{:?}",
        video[at].at - switched
    );
    assert!(sim.marks(viewer, Media::Audio).iter().all(|m| m.tag == 1));
    assert!(contiguous(&sim.got(viewer, Media::Audio)));

    // The sound goes over too, then both back at once.
    let now = sim.now;
    sim.core
        .set_route(now, "m/program", route("m/station/7", "m/station/7"));
    sim.run(SECOND);
    assert_eq!(
        sim.marks(viewer, Media::Audio).last().map(|m| m.tag),
        Some(2)
    );
    let now = sim.now;
    sim.core.remove_route(now, "m/program");
    // The last picture is held for a second.
    sim.run(2 * SECOND);
    let before = sim.nodes[viewer].received.len();
    sim.run(SECOND);
    assert_eq!(
        sim.nodes[viewer].received.len(),
        before,
        "nobody publishes it"
    );
    let now = sim.now;
    sim.core.set_route(now, "m/program", Route::of("m/host"));
    sim.run(SECOND);
    let (video, audio) = (sim.got(viewer, Media::Video), sim.got(viewer, Media::Audio));
    assert!(contiguous(&video) && contiguous(&audio));
    assert!(forwards(&video, 90 * 4_000) && forwards(&audio, 48 * 4_000));
}

#[test]
fn a_switch_to_a_source_without_keyframes_holds_the_old_picture_a_second() {
    let mut sim = Sim::new();
    let now = sim.now;
    sim.publish("m/host", Camera::new(1));
    let deaf = Camera {
        answers: false,
        ..Camera::new(2)
    };
    let station = sim.publish("m/station/7", deaf);
    sim.core.set_route(now, "m/program", Route::of("m/host"));
    let viewer = sim.watch("m/program");
    sim.run(2 * SECOND);
    let asked = sim.nodes[station].peer.keyframe_requests();
    let switched = sim.now;
    sim.core
        .set_route(switched, "m/program", Route::of("m/station/7"));
    sim.run(5 * SECOND);
    let last = sim
        .got(viewer, Media::Video)
        .last()
        .map(|r| r.at - switched);
    let last = last.expect("a picture");
    assert!(last > MS(900) && last < MS(1_100), "{last:?}");
    let asked = sim.nodes[station].peer.keyframe_requests() - asked;
    assert!((9..=11).contains(&asked), "asked {asked} times in 5 s");
    sim.camera(station).answers = true;
    sim.run(SECOND);
    assert_eq!(
        sim.marks(viewer, Media::Video).last().map(|m| m.tag),
        Some(2)
    );
}

#[test]
fn joining_asks_for_one_keyframe_however_many_join() {
    let mut sim = Sim::new();
    let host = sim.publish("m/host", Camera::new(1));
    sim.run(SECOND);
    assert_eq!(sim.nodes[host].peer.keyframe_requests(), 0);
    sim.watch("m/host");
    sim.run(SECOND);
    assert_eq!(sim.nodes[host].peer.keyframe_requests(), 1);
    let viewers: Vec<usize> = (0..20).map(|_| sim.watch("m/host")).collect();
    sim.run(SECOND);
    assert_eq!(sim.nodes[host].peer.keyframe_requests(), 2);

    // Viewers that complain, all at once and again and again.
    for _ in 0..20 {
        for viewer in &viewers {
            sim.nodes[*viewer].peer.request_keyframe();
            let now = sim.now;
            sim.nodes[*viewer].peer.advance(now);
        }
        sim.run(MS(50));
    }
    let asked = sim.nodes[host].peer.keyframe_requests() - 2;
    assert!((3..=5).contains(&asked), "{asked} times in a second");
}

#[test]
fn a_tap_is_in_order_and_its_moments_are_in_step() {
    let mut sim = Sim::new();
    let now = sim.now;
    let camera = Camera {
        sound_delay: MS(60),
        ..Camera::new(1)
    };
    sim.publish("m/host", camera);
    sim.publish("m/mix", Camera::new(2));
    sim.core.set_route(now, "m/program", Route::of("m/host"));
    let (sink, packets) = mpsc::channel::<Packet>();
    let tap = sim.core.tap(
        now,
        "m/program",
        Box::new(move |packet| sink.send(packet).expect("the test listens")),
    );
    sim.run(2 * SECOND);
    (sim.loss, sim.jitter) = (0.02, MS(15));
    sim.run(6 * SECOND);
    let now = sim.now;
    sim.core.set_route(now, "m/program", Route::of("m/mix"));
    sim.run(2 * SECOND);
    sim.core.remove_tap(tap);
    sim.run(SECOND);

    let packets: Vec<Packet> = packets.try_iter().collect();
    let (mut tags, mut offsets) = (Vec::new(), Vec::new());
    for media in [Media::Video, Media::Audio] {
        let of: Vec<&Packet> = packets.iter().filter(|p| p.media == media).collect();
        assert!(of.len() > 300);
        let number = |p: &Packet| u16::from_be_bytes([p.rtp[2], p.rtp[3]]);
        let stamp = |p: &Packet| u32::from_be_bytes([p.rtp[4], p.rtp[5], p.rtp[6], p.rtp[7]]);
        for pair in of.windows(2) {
            let ahead = number(pair[1]).wrapping_sub(number(pair[0]));
            assert!((1..20).contains(&ahead), "{ahead} ahead");
            assert!(stamp(pair[1]).wrapping_sub(stamp(pair[0])) < media.clock_rate());
            assert_eq!(pair[0].rtp[1] & 0x7f, media.payload_type());
            assert_eq!(pair[0].rtp[8..12], pair[1].rtp[8..12], "one SSRC");
        }
        if media == Media::Video {
            let first = Mark::read(media, &of[0].rtp[12..]).expect("a mark");
            assert!(first.start);
        }
        tags.push(Mark::read(media, &of[of.len() - 1].rtp[12..]).map(|m| m.tag));
        // Moments of capture, less what the frames' numbers say.
        let interval = if media == Media::Video { 40 } else { 20 };
        let last = of.iter().rev().find_map(|p| {
            let mark = Mark::read(media, &p.rtp[12..])?;
            (mark.tag == 1).then(|| p.at - MS(u64::from(mark.frame) * interval))
        });
        offsets.push(last.expect("packets of the host"));
    }
    assert_eq!(tags, [Some(2), Some(2)]);
    // The sound comes 60 ms later than the picture, but was captured with it.
    assert!(offsets[0].abs_diff(offsets[1]) < MS(5), "{offsets:?}");
}

#[test]
fn a_viewer_that_vanishes_goes_after_ten_seconds_and_the_others_stay() {
    let mut sim = Sim::new();
    let host = sim.publish("m/host", Camera::new(1));
    let stays = sim.watch("m/host");
    let waits = sim.watch("m/nothing");
    let goes = sim.watch("m/host");
    sim.run(3 * SECOND);
    sim.nodes[goes].cut = true;
    sim.run(8 * SECOND);
    let there = |sim: &Sim, node: usize| {
        let rows = sim.core.statistics(sim.now).sessions;
        rows.iter().any(|r| r.session == sim.nodes[node].session)
    };
    assert!(there(&sim, goes));
    sim.run(3 * SECOND);
    assert!(!there(&sim, goes));
    let ended = RelayEvent::SessionEnded {
        session: sim.nodes[goes].session,
        reason: EndReason::Inactive,
    };
    assert!(sim.events.contains(&ended));

    sim.run(110 * SECOND);
    for node in [host, stays, waits] {
        assert!(there(&sim, node) && !sim.nodes[node].peer.is_closed());
    }
    let video = sim.got(stays, Media::Video);
    assert!(contiguous(&video) && video.len() > 120 * 25 * 4);
    assert!(sim.nodes[waits].received.is_empty());
}

#[test]
fn whoever_asks_politely_replaces_nobody() {
    let mut sim = Sim::new();
    let host = sim.publish("m/host", Camera::new(1));
    sim.run(2 * SECOND);
    let offer = sim.offer(Direction::Publish);
    let asked = sim
        .core
        .publish_as(sim.now, "m/host", &offer, Takeover::IfFree);
    assert_eq!(asked, Err(OfferError::Taken));
    sim.run(2 * SECOND);
    assert!(!sim.nodes[host].peer.is_closed(), "it goes on");
    // What this process sends counts as well.
    let now = sim.now;
    sim.core.add_injector(now, "m/mix", Box::new(|| {}));
    let asked = sim.core.publish_as(now, "m/mix", &offer, Takeover::IfFree);
    assert_eq!(asked, Err(OfferError::Taken));
    let session = sim.nodes[host].session;
    assert!(sim.core.close_as(now, &session, EndReason::Over));
    sim.run(SECOND);
    let ended = RelayEvent::SessionEnded {
        session,
        reason: EndReason::Over,
    };
    assert!(sim.events.contains(&ended) && sim.nodes[host].peer.is_closed());
    let free = sim
        .core
        .publish_as(sim.now, "m/host", &offer, Takeover::IfFree);
    assert!(free.is_ok(), "{free:?}");
}

#[test]
fn a_new_publisher_replaces_the_old_one_and_viewers_stay() {
    let mut sim = Sim::new();
    let old = sim.publish("m/host", Camera::new(1));
    let viewer = sim.watch("m/host");
    sim.run(2 * SECOND);
    let new = sim.publish("m/host", Camera::new(2));
    let ended = |node: usize, sim: &Sim, reason| RelayEvent::SessionEnded {
        session: sim.nodes[node].session,
        reason,
    };
    sim.run(2 * SECOND);
    assert!(sim.events.contains(&ended(old, &sim, EndReason::Replaced)));
    assert!(sim.nodes[old].peer.is_closed());
    let marks = sim.marks(viewer, Media::Video);
    let at = marks.iter().position(|m| m.tag == 2).expect("a switch");
    assert!(marks[at].start && marks[at..].iter().all(|m| m.tag == 2));
    assert!(contiguous(&sim.got(viewer, Media::Video)));
    let stream_ended = RelayEvent::StreamEnded {
        stream: "m/host".to_owned(),
    };
    assert!(!sim.events.contains(&stream_ended), "it goes on");

    // Its own end ends the stream; it says goodbye.
    let now = sim.now;
    sim.nodes[new].peer.close(now);
    sim.run(SECOND);
    assert!(
        sim.events
            .contains(&ended(new, &sim, EndReason::PeerClosed))
    );
    assert!(sim.events.contains(&stream_ended));
    assert!(!sim.nodes[viewer].peer.is_closed());
}

#[test]
fn streams_tell_when_they_are_live_and_silent() {
    let mut sim = Sim::new();
    let host = sim.publish("m/host", Camera::new(1));
    sim.run(2 * SECOND);
    sim.nodes[host].cut = true;
    sim.run(3 * SECOND);
    sim.nodes[host].cut = false;
    sim.run(2 * SECOND);
    let (now, session) = (sim.now, sim.nodes[host].session);
    assert!(sim.core.close(now, &session));
    assert!(!sim.core.close(now, &session), "twice");
    sim.run(SECOND);
    assert!(sim.nodes[host].peer.is_closed(), "it was told");
    let stream = "m/host".to_owned();
    let expected = [
        RelayEvent::SessionConnected { session },
        RelayEvent::StreamLive {
            stream: stream.clone(),
        },
        RelayEvent::StreamSilent {
            stream: stream.clone(),
        },
        RelayEvent::StreamLive {
            stream: stream.clone(),
        },
        RelayEvent::SessionEnded {
            session,
            reason: EndReason::Closed,
        },
        RelayEvent::StreamEnded { stream },
    ];
    assert_eq!(sim.events, expected);
}

#[test]
fn an_injector_reaches_viewers_and_is_asked_for_keyframes() {
    let mut sim = Sim::new();
    let now = sim.now;
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let injector = sim.core.add_injector(
        now,
        "m/mix",
        Box::new(move || {
            count.fetch_add(1, Ordering::Relaxed);
        }),
    );
    let viewer = sim.watch("m/mix");
    sim.run(SECOND);
    assert!((1..=3).contains(&asked.load(Ordering::Relaxed)));
    let mut sequence = 65_500_u16;
    for frame in 0..100_u32 {
        let payloads = media_relay::testing::picture(9, frame, frame == 10, 3, 500);
        for payload in payloads {
            let mut rtp = vec![0x80, 96];
            rtp.extend(sequence.to_be_bytes());
            rtp.extend((frame * 3_600).to_be_bytes());
            rtp.extend([0, 0, 0, 1]);
            rtp.extend(payload);
            sequence = sequence.wrapping_add(1);
            let packet = Packet {
                media: Media::Video,
                rtp: rtp.into(),
                at: sim.now - sim.start,
            };
            let now = sim.now;
            sim.core.inject(now, injector, &packet);
        }
        sim.run(MS(40));
    }
    let broken = Packet {
        media: Media::Video,
        rtp: vec![0x80, 96, 0].into(),
        at: Duration::ZERO,
    };
    let now = sim.now;
    sim.core.inject(now, injector, &broken);
    sim.run(SECOND);
    let marks = sim.marks(viewer, Media::Video);
    assert_eq!(marks[0].frame, 10);
    assert!(marks[0].start);
    assert_eq!(marks[marks.len() - 1].frame, 99);
    assert!(contiguous(&sim.got(viewer, Media::Video)));
    sim.core.remove_injector(injector);
    sim.core.remove_injector(injector);
    sim.run(MS(10));
    let ended = RelayEvent::StreamEnded {
        stream: "m/mix".to_owned(),
    };
    assert_eq!(sim.events.iter().filter(|e| **e == ended).count(), 1);
}

#[test]
fn payload_types_are_those_the_peer_offered() {
    let mut sim = Sim::new();
    let publisher = PeerOptions {
        payload_types: Some([98, 99, 109]),
        ..PeerOptions::new(Direction::Publish)
    };
    sim.join("m/host", publisher, Some(Camera::new(1)));
    let mut viewers = Vec::new();
    for payload_types in [[96, 97, 111], [41, 42, 43], [127, 126, 96]] {
        let options = PeerOptions {
            payload_types: Some(payload_types),
            ..PeerOptions::new(Direction::Subscribe)
        };
        viewers.push((sim.join("m/host", options, None), payload_types));
    }
    let only_sound = PeerOptions {
        video: false,
        ..PeerOptions::new(Direction::Subscribe)
    };
    let listener = sim.join("m/host", only_sound, None);
    sim.run(3 * SECOND);
    for (viewer, [h264, _, opus]) in viewers {
        let video = sim.got(viewer, Media::Video);
        assert!(video.len() > 100 && video.iter().all(|r| r.payload_type == h264));
        let audio = sim.got(viewer, Media::Audio);
        assert!(audio.len() > 100 && audio.iter().all(|r| r.payload_type == opus));
    }
    assert!(sim.got(listener, Media::Audio).len() > 100);
    assert!(sim.got(listener, Media::Video).is_empty());
}

#[test]
fn a_peer_that_a_nat_has_moved_is_followed() {
    let mut sim = Sim::new();
    let host = sim.publish("m/host", Camera::new(1));
    let viewer = sim.watch("m/host");
    sim.run(3 * SECOND);
    for (node, port) in [(viewer, 7_777), (host, 7_778)] {
        sim.nodes[node].wire.set_port(port);
    }
    let moved = sim.now;
    sim.run(8 * SECOND);
    let video = sim.got(viewer, Media::Video);
    let after = video.iter().filter(|r| r.at > moved + 6 * SECOND).count();
    assert!(after > 100, "{after} packets after the move");
    assert!(!sim.nodes[host].peer.is_closed() && !sim.nodes[viewer].peer.is_closed());
}

#[test]
fn strangers_and_too_many_are_turned_away() {
    let mut sim = Sim::new();
    let viewer = sim.watch("m/host");
    sim.run(SECOND);
    let now = sim.now;
    let relay = sim::RELAY.parse().expect("an address");
    let stranger = "192.0.2.1:9".parse().expect("an address");
    let stun = {
        let mut stun = vec![0, 1, 0, 12, 0x21, 0x12, 0xa4, 0x42];
        stun.extend([7; 12]);
        stun.extend([0, 6, 0, 7, b'n', b'o', b':', b'b', b'o', b'd', b'y', 0]);
        stun
    };
    let dtls = [22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    for datagram in [&stun[..], &dtls, &[0x80; 40], &[0xff], &[]] {
        sim.core.receive(now, stranger, relay, datagram);
    }
    // Rubbish from a known address hurts nobody either.
    let known = sim.nodes[viewer].wire;
    for datagram in [
        &stun[..],
        &[0x80; 40],
        &[0x80, 200, 0, 1],
        &[0xff],
        &[0, 0],
        &[],
    ] {
        sim.core.receive(now, known, relay, datagram);
    }
    sim.core.flush(now);
    let mut answered = std::iter::from_fn(|| sim.core.poll_datagram());
    assert!(answered.all(|d| d.destination == known));
    assert!(sim.core.statistics(now).totals.ignored >= 5);
    sim.run(SECOND);
    assert!(!sim.nodes[viewer].peer.is_closed());

    let offer = || {
        let options = PeerOptions::new(Direction::Subscribe);
        media_relay::testing::Peer::new(now, Sim::address(200), options).1
    };
    let refused = loop {
        if let Err(error) = sim.core.subscribe(now, "m/host", &offer()) {
            break error;
        }
    };
    assert_eq!(refused, OfferError::TooMany);
    assert_eq!(sim.core.statistics(now).viewers, 50);
    let unknown: SessionId = "00000000000000000000000000000000".parse().expect("an id");
    assert!(!sim.core.close(now, &unknown));
    assert!("nonsense".parse::<SessionId>().is_err());
}
