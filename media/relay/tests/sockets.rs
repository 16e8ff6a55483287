//! The whole relay over real sockets on the loopback interface.

use std::time::{Duration, Instant};

use media_relay::testing::{Publisher, PublisherOptions, Tally, Viewer, ViewerOptions};
use media_relay::{EndReason, OfferError, Relay, RelayEvent, Route, Settings};

/// Generous: the machine may be busy with other tests.
const PATIENCE: Duration = Duration::from_secs(60);

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

fn publish(relay: &Relay, stream: &str, options: PublisherOptions) -> Publisher {
    let exchange = |offer: String| {
        let answer = runtime().block_on(relay.publish(stream, &offer));
        answer.map(|a| a.sdp).map_err(|e| e.to_string())
    };
    Publisher::start(options, exchange).expect("a publisher")
}

fn watch(relay: &Relay, route: &str, options: ViewerOptions) -> Viewer {
    let exchange = |offer: String| {
        let answer = runtime().block_on(relay.subscribe(route, &offer));
        answer.map(|a| a.sdp).map_err(|e| e.to_string())
    };
    Viewer::start(options, exchange).expect("a viewer")
}

fn wait_for(viewer: &Viewer, what: &str, fulfilled: impl Fn(&Tally) -> bool) -> Tally {
    let start = Instant::now();
    loop {
        let tally = viewer.tally();
        if fulfilled(&tally) {
            return tally;
        }
        assert!(start.elapsed() < PATIENCE, "{what}: {tally:?}");
        std::thread::park_timeout(Duration::from_millis(10));
    }
}

#[test]
fn twenty_viewers_get_every_packet() {
    let relay = Relay::start(Settings::local()).expect("a relay");
    let publisher = publish(&relay, "m/host", PublisherOptions::default());
    let viewers: Vec<Viewer> = (0..20)
        .map(|seed| {
            let options = ViewerOptions {
                seed,
                ..ViewerOptions::default()
            };
            watch(&relay, "m/host", options)
        })
        .collect();
    for viewer in &viewers {
        wait_for(viewer, "two seconds of picture", |t| {
            t.pictures >= 50 && t.audio_packets >= 50
        });
    }
    for viewer in &viewers {
        let tally = wait_for(viewer, "no holes", |t| t.missing_video() == 0);
        assert_eq!(tally.missing_audio(), 0, "{tally:?}");
        assert_eq!(tally.sources.keys().copied().collect::<Vec<_>>(), [1]);
    }
    assert!(publisher.video_packets() > 0);
    let statistics = runtime().block_on(relay.statistics());
    assert_eq!((statistics.publishers, statistics.viewers), (1, 20));
    assert_eq!(statistics.totals.unsent, 0);
    drop(viewers);
}

#[test]
fn losses_are_repaired() {
    let relay = Relay::start(Settings::local()).expect("a relay");
    let _publisher = publish(&relay, "m/host", PublisherOptions::default());
    let options = ViewerOptions {
        loss: 0.05,
        ..ViewerOptions::default()
    };
    let viewer = watch(&relay, "m/host", options);
    let tally = wait_for(&viewer, "enough losses", |t| {
        t.dropped >= 50 && t.missing_video() == 0
    });
    assert!(tally.pictures > 25);
}

#[test]
fn a_route_switches_and_a_session_ends_once() {
    let relay = Relay::start(Settings::local()).expect("a relay");
    let mut events = relay.events();
    let _host = publish(&relay, "m/host", PublisherOptions::default());
    let station = PublisherOptions {
        tag: 2,
        ..PublisherOptions::default()
    };
    let _station = publish(&relay, "m/station/1", station);
    relay.set_route("m/program", Route::of("m/host"));
    let mut session = None;
    let exchange = |offer: String| {
        let answer = runtime().block_on(relay.subscribe("m/program", &offer));
        let answer = answer.map_err(|e| e.to_string())?;
        session = Some(answer.session);
        Ok(answer.sdp)
    };
    let viewer = Viewer::start(ViewerOptions::default(), exchange).expect("a viewer");
    wait_for(&viewer, "the host", |t| t.sources.contains_key(&1));
    relay.set_route("m/program", Route::of("m/station/1"));
    let tally = wait_for(&viewer, "the station", |t| t.sources.contains_key(&2));
    assert_eq!(tally.missing_video(), 0);

    let session = session.expect("a session");
    let text = session.to_string();
    let session = text.parse().expect("its own text");
    assert!(relay.close(&session));
    assert!(!relay.close(&session), "it is gone already");
    wait_for(&viewer, "the end", |t| t.closed);
    let ended = runtime().block_on(async {
        loop {
            match events.recv().await {
                Ok(RelayEvent::SessionEnded {
                    session: ended,
                    reason,
                }) => break (ended, reason),
                Ok(_) => {}
                Err(error) => panic!("{error}"),
            }
        }
    });
    assert_eq!(ended, (session, EndReason::Closed));
}

#[test]
fn whoever_was_ended_can_ask_why() {
    let relay = Relay::start(Settings::local()).expect("a relay");
    let mut sessions = Vec::new();
    let mut publishers = Vec::new();
    for tag in [1, 2] {
        let exchange = |offer: String| {
            let answer = runtime().block_on(relay.publish("m/host", &offer));
            let answer = answer.map_err(|e| e.to_string())?;
            sessions.push(answer.session);
            Ok(answer.sdp)
        };
        let options = PublisherOptions {
            tag,
            ..PublisherOptions::default()
        };
        publishers.push(Publisher::start(options, exchange).expect("a publisher"));
    }
    let [old, new] = sessions[..] else {
        panic!("two sessions")
    };
    let start = Instant::now();
    while relay.ending(&old).is_none() {
        assert!(start.elapsed() < PATIENCE, "nobody says why");
        std::thread::park_timeout(Duration::from_millis(10));
    }
    assert_eq!(relay.ending(&old), Some(EndReason::Replaced));
    assert_eq!(relay.ending(&new), None, "it goes on");
    assert!(!relay.close(&old), "and its end does not become another");
    assert_eq!(relay.ending(&old), Some(EndReason::Replaced));
    assert!(relay.close_as(&new, EndReason::Revoked));
    assert_eq!(relay.ending(&new), Some(EndReason::Revoked), "at once");
    assert!(!relay.close(&new));
}

#[test]
fn packets_go_through_taps_and_injectors_and_the_relay_stops() {
    let relay = Relay::start(Settings::local()).expect("a relay");
    let _host = publish(&relay, "m/host", PublisherOptions::default());
    let (ask, asked) = std::sync::mpsc::channel();
    let injector = relay.inject("m/mix", move || ask.send(()).expect("the test listens"));
    let tap = relay.tap("m/host", move |packet| injector.push(packet));
    let viewer = watch(&relay, "m/mix", ViewerOptions::default());
    let tally = wait_for(&viewer, "the copy", |t| {
        if asked.try_recv().is_ok() {
            tap.request_keyframe();
        }
        t.pictures > 10 && t.audio_packets > 10
    });
    assert_eq!(tally.missing_video(), 0);
    // With the tap goes its closure, with that the injector, with that the stream.
    let mut events = relay.events();
    drop(tap);
    let ended = RelayEvent::StreamEnded {
        stream: "m/mix".to_owned(),
    };
    while runtime().block_on(events.recv()).expect("the relay runs") != ended {}

    let other = relay.clone();
    drop(relay);
    let refused = runtime().block_on(other.subscribe("x", "nonsense"));
    assert!(matches!(refused, Err(OfferError::Malformed(_))));
    drop(other);
    // Once the thread has ended, nobody can tell anything any more.
    let closed = Err(tokio::sync::broadcast::error::RecvError::Closed);
    while runtime().block_on(events.recv()) != closed {}
}
