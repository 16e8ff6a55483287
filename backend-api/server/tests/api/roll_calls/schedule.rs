//! What happens by itself.

use super::*;

#[tokio::test]
async fn spot_checks_come_at_random_moments_and_survive_a_restart() {
    for database in databases().await {
        let hall = Hall::on(database).await;
        let spot = SpotChecks {
            count: 2,
            within_ms: 60 * MINUTE,
            window_ms: 5 * MINUTE,
        };
        let roll_call = hall
            .call(&RollCallDraft {
                spot_checks: Some(spot),
                ..draft("QH")
            })
            .await;
        let closes_at_ms = roll_call.rounds[0].closes_at_ms;
        hall.world.clock.advance_ms(15 * MINUTE);
        // What is drawn is in the database and nowhere else.
        let id = roll_call.id.clone();
        let planned = || {
            let id = id.clone();
            hall.world.blocking(move |store| {
                let kept = store.read(|tx| roll_calls::get(tx, &id)).unwrap().unwrap();
                kept.rounds[1..].to_vec()
            })
        };
        let waited = async {
            loop {
                let planned = planned().await;
                if planned.len() == 2 {
                    return planned;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let drawn = tokio::time::timeout(Duration::from_secs(60), waited)
            .await
            .unwrap();
        let opens: Vec<i64> = drawn.iter().map(|round| round.opens_at_ms).collect();
        assert!(opens[0] >= closes_at_ms && opens[1] <= closes_at_ms + 60 * MINUTE);
        assert!(opens[1] - opens[0] >= 5 * MINUTE);
        assert_eq!(hall.get(&id).await.rounds.len(), 1, "not told");
        let ahead = SignIn {
            round: 2,
            ..by_pin(&roll_call, &hall.zhang, PIN)
        };
        problem(
            hall.send(&hall.home, "0", &ahead).await,
            404,
            ErrorCode::NotFound,
        )
        .await;

        let Hall {
            world,
            staff,
            home,
            station,
            zhang,
            wang,
            sun,
            li,
        } = hall;
        let world = world.restarted(opens[0] + MINUTE - closes_at_ms).await;
        let hall = Hall {
            world,
            staff,
            home,
            station,
            zhang,
            wang,
            sun,
            li,
        };
        let open = hall.until(&id, |it| it.rounds.len() == 2).await;
        let now = hall.world.now_ms();
        assert_eq!(
            open.rounds[1].opens_at_ms, now,
            "late, and for its whole time"
        );
        assert_eq!(open.rounds[1].closes_at_ms, now + 5 * MINUTE);
        assert_eq!(
            hall.signed(&hall.home, "1", &ahead).await.state,
            AttendanceState::Present
        );
        // The second is slept through, and is not held.
        let world = hall.world.restarted(opens[1] + 6 * MINUTE - now).await;
        let hall = Hall { world, ..hall };
        let over = hall
            .until(&id, |it| it.state == RollCallState::Closed)
            .await;
        assert_eq!(over.rounds.len(), 2);
        hall.log_is_sound().await;
    }
}

#[tokio::test]
async fn what_should_have_happened_while_the_server_was_down_happens() {
    let hall = Hall::new().await;
    let opens_at_ms = hall.world.now_ms() + 30 * MINUTE;
    let roll_call = hall
        .call(&RollCallDraft {
            opens_at_ms: Some(opens_at_ms),
            ..draft("QH")
        })
        .await;
    let world = hall.world.restarted(50 * MINUTE).await;
    let hall = Hall { world, ..hall };
    // Known beforehand, signed without a server, sent as the first thing.
    let queued = SignIn {
        time: SignInTime {
            age_ms: Some(18 * MINUTE),
            queued: true,
            ..SignInTime::default()
        },
        ..by_pin(&roll_call, &hall.zhang, PIN)
    };
    assert_eq!(
        hall.signed(&hall.home, "1", &queued).await.state,
        AttendanceState::Present
    );
    let over = hall
        .until(&roll_call.id, |it| it.state == RollCallState::Closed)
        .await;
    assert_eq!(
        (over.opened_at_ms, over.closed_at_ms),
        (Some(opens_at_ms), Some(opens_at_ms + 15 * MINUTE))
    );
    assert_eq!((over.counts.eligible, over.counts.present), (4, 1));
}
