//! Signing in: at home, at a station, with a code, in a crowd.

use super::*;

#[tokio::test]
async fn signing_in_at_home_counts_once_however_it_is_sent() {
    for database in databases().await {
        let hall = Hall::on(database).await;
        let roll_call = hall.call(&draft("QH")).await;
        assert_eq!(roll_call.state, RollCallState::Open);
        assert_eq!(
            (roll_call.counts.eligible, roll_call.counts.missing),
            (4, 4)
        );

        let zhang = by_pin(&roll_call, &hall.zhang, PIN);
        let first = hall.signed(&hall.home, "k1", &zhang).await;
        assert_eq!(
            (first.state, first.repeated),
            (AttendanceState::Present, false)
        );
        assert_eq!(first.member.name, "张建国");
        assert_eq!(first.signed_at_ms, hall.world.now_ms());
        let missing: Vec<&str> = first
            .household_missing
            .iter()
            .map(|one| one.id.as_str())
            .collect();
        assert_eq!(missing, [&hall.wang]);

        // The same again, later, queued meanwhile: the answer that was given.
        hall.world.clock.advance_ms(11 * MINUTE);
        let mut again = zhang.clone();
        again.time = SignInTime {
            age_ms: Some(5_000),
            queued: true,
            ..SignInTime::default()
        };
        assert_eq!(hall.signed(&hall.home, "k1", &again).await, first);
        // With another key: the same sign-in.
        let repeated = hall.signed(&hall.home, "k2", &zhang).await;
        assert!(repeated.repeated);
        assert_eq!(
            (repeated.state, repeated.signed_at_ms),
            (AttendanceState::Present, first.signed_at_ms)
        );
        // The same key for somebody else.
        let other = by_pin(&roll_call, &hall.wang, PIN);
        problem(
            hall.send(&hall.home, "k1", &other).await,
            422,
            ErrorCode::KeyReused,
        )
        .await;
        let wang = hall.signed(&hall.home, "k3", &other).await;
        assert_eq!(
            (wang.state, wang.household_missing.len()),
            (AttendanceState::Late, 0)
        );
        let counts = hall.get(&roll_call.id).await.counts;
        assert_eq!(
            (counts.present, counts.late, counts.missing, counts.rate_bp),
            (2, 1, 2, Some(5_000))
        );
        assert_eq!(hall.audited("roll_call.sign_in").await, 2);

        // Somebody of another house, and somebody of nobody's.
        for stranger in [&hall.sun, "nobody"] {
            let refused = hall
                .send(&hall.home, "k4", &by_pin(&roll_call, stranger, PIN))
                .await;
            problem(refused, 404, ErrorCode::NotFound).await;
        }
        let without = hall
            .world
            .post("/api/v1/terminal/sign-ins", &hall.home.token)
            .json(&zhang);
        problem(without.send().await.unwrap(), 400, ErrorCode::BadRequest).await;
        hall.log_is_sound().await;
    }
}

#[tokio::test]
async fn wrong_pins_are_counted_once_each_and_lock() {
    for database in databases().await {
        let hall = Hall::on(database).await;
        let roll_call = hall.call(&draft("QH")).await;
        let wrong = by_pin(&roll_call, &hall.zhang, "000001");
        for (key, left) in [("a", 4), ("a", 4), ("b", 3), ("a", 4), ("c", 2)] {
            let refused = problem(
                hall.send(&hall.home, key, &wrong).await,
                403,
                ErrorCode::WrongPin,
            )
            .await;
            assert_eq!(refused.tries_left, Some(left), "{key}");
        }
        // The right one forgets the wrong ones.
        let right = by_pin(&roll_call, &hall.zhang, PIN);
        hall.signed(&hall.home, "d", &right).await;
        for key in ["e", "f", "g", "h"] {
            problem(
                hall.send(&hall.home, key, &wrong).await,
                403,
                ErrorCode::WrongPin,
            )
            .await;
        }
        problem(
            hall.send(&hall.home, "i", &wrong).await,
            429,
            ErrorCode::PinLocked,
        )
        .await;
        // Locked is locked, for the right one too; not for others, and not elsewhere.
        problem(
            hall.send(&hall.home, "j", &right).await,
            429,
            ErrorCode::PinLocked,
        )
        .await;
        hall.signed(&hall.home, "k", &by_pin(&roll_call, &hall.wang, PIN))
            .await;
        hall.signed(&hall.station, "l", &right).await;
        let notices = hall
            .world
            .blocking(|store| {
                store
                    .read(|tx| {
                        let root = organizations::root(tx)?.unwrap();
                        store::notices::list(
                            tx,
                            store::notices::Viewer::of_members(&root.id),
                            true,
                            None,
                            9,
                        )
                    })
                    .unwrap()
            })
            .await;
        assert_eq!(notices.len(), 1);
        // From the queue nobody could be told: it waits for staff, and says nothing of the PIN.
        let sun = by_pin(&roll_call, &hall.sun, "000001");
        let queued = SignIn {
            time: SignInTime {
                age_ms: Some(0),
                queued: true,
                ..SignInTime::default()
            },
            ..sun
        };
        let waits = hall.signed(&hall.station, "m", &queued).await;
        assert_eq!(
            (waits.state, waits.verify),
            (AttendanceState::ToVerify, Some(VerifyReason::WrongPin))
        );
        hall.world.clock.advance_ms(MINUTE);
        let better = hall
            .signed(&hall.station, "n", &by_pin(&roll_call, &hall.sun, PIN))
            .await;
        assert_eq!(
            (better.state, better.repeated),
            (AttendanceState::Present, false)
        );
        hall.log_is_sound().await;
    }
}

#[tokio::test]
async fn at_a_station_everybody_has_a_card() {
    for database in databases().await {
        let hall = Hall::on(database).await;
        let roll_call = hall.call(&draft("ZJ")).await;
        let by_name = hall
            .signed(&hall.station, "1", &by_pin(&roll_call, &hall.sun, PIN))
            .await;
        assert_eq!(
            (by_name.state, by_name.household_missing.len()),
            (AttendanceState::Present, 0)
        );
        let zhang = hall
            .signed(&hall.station, "2", &by_card(&roll_call, "00881234"))
            .await;
        assert_eq!(zhang.member.id, hall.zhang);
        // From the next village: by card, as a visitor; not by name.
        let visitor = hall
            .signed(&hall.station, "3", &by_card(&roll_call, "00995678"))
            .await;
        assert_eq!(
            (visitor.member.id.clone(), visitor.state),
            (hall.li.clone(), AttendanceState::Guest)
        );
        let by_name = hall
            .send(&hall.station, "4", &by_pin(&roll_call, &hall.li, PIN))
            .await;
        problem(by_name, 404, ErrorCode::NotFound).await;
        let unknown = hall
            .send(&hall.station, "5", &by_card(&roll_call, "12345678"))
            .await;
        problem(unknown, 403, ErrorCode::UnknownCard).await;
        // A home learns nothing of cards, a screen without a remote signs nobody in.
        for card in ["00881234", "12345678"] {
            let refused = hall.send(&hall.home, "6", &by_card(&roll_call, card)).await;
            problem(refused, 403, ErrorCode::Forbidden).await;
        }
        let screen = tv(&hall.world, "ZJ", TerminalKind::Signage).await;
        let refused = hall
            .send(&screen, "7", &by_card(&roll_call, "00881234"))
            .await;
        problem(refused, 403, ErrorCode::Forbidden).await;
        // A village elsewhere does not hold this one.
        let elsewhere = tv(&hall.world, "LJ", TerminalKind::Station).await;
        let refused = hall
            .send(&elsewhere, "8", &by_card(&roll_call, "00995678"))
            .await;
        problem(refused, 404, ErrorCode::NotFound).await;
        let counts = hall.get(&roll_call.id).await.counts;
        assert_eq!((counts.eligible, counts.present, counts.guests), (3, 2, 1));
    }
}

#[tokio::test]
async fn the_clock_that_counts_is_the_servers() {
    let hall = Hall::new().await;
    let opens_at_ms = hall.world.now_ms() + 30 * MINUTE;
    let roll_call = hall
        .call(&RollCallDraft {
            opens_at_ms: Some(opens_at_ms),
            ..draft("QH")
        })
        .await;
    assert_eq!(roll_call.state, RollCallState::Scheduled);
    let zhang = by_pin(&roll_call, &hall.zhang, PIN);
    let liar = SignIn {
        time: SignInTime {
            at_ms: opens_at_ms + 1,
            synced: true,
            ..SignInTime::default()
        },
        ..zhang.clone()
    };
    for sign_in in [&zhang, &liar] {
        problem(
            hall.send(&hall.home, "k", sign_in).await,
            409,
            ErrorCode::TooEarly,
        )
        .await;
    }
    // At the very moment, whether or not the schedule has looked at the clock; with the key of
    // the early try.
    hall.world.clock.advance_ms(30 * MINUTE);
    assert_eq!(
        hall.signed(&hall.home, "k", &zhang).await.state,
        AttendanceState::Present
    );

    hall.world.clock.advance_ms(15 * MINUTE);
    let pressed_now = SignInTime {
        age_ms: Some(0),
        ..SignInTime::default()
    };
    let wang = SignIn {
        time: pressed_now,
        ..by_pin(&roll_call, &hall.wang, PIN)
    };
    let late = hall.send(&hall.home, "l", &wang).await;
    problem(late, 409, ErrorCode::TooLate).await;
    let over = hall
        .until(&roll_call.id, |it| it.state == RollCallState::Closed)
        .await;
    assert_eq!(over.closed_at_ms, Some(opens_at_ms + 15 * MINUTE));
    // Whoever has signed in is told so, even now.
    assert!(hall.signed(&hall.home, "m", &zhang).await.repeated);

    // Three days without a network: one box knows how long ago it was, one does not.
    hall.world.clock.advance_ms((3 * 24 * 60 + 1) * MINUTE);
    let aged = |age_ms| SignInTime {
        age_ms,
        queued: true,
        ..SignInTime::default()
    };
    let ago = hall.world.now_ms() - opens_at_ms - 2 * MINUTE;
    let known = SignIn {
        time: aged(Some(ago)),
        ..by_pin(&roll_call, &hall.wang, PIN)
    };
    let known = hall.signed(&hall.home, "n", &known).await;
    assert_eq!(
        (known.state, known.verify),
        (AttendanceState::ToVerify, Some(VerifyReason::TooOld))
    );
    assert_eq!(known.signed_at_ms, opens_at_ms + 2 * MINUTE);
    let unknown = SignIn {
        time: aged(None),
        ..by_pin(&roll_call, &hall.sun, PIN)
    };
    let unknown = hall.signed(&hall.station, "o", &unknown).await;
    assert_eq!(unknown.verify, Some(VerifyReason::TooOld));
    // The session of the staff has ended by now.
    let id = roll_call.id.clone();
    let counts = hall.world.blocking(move |store| {
        let counts = store.read(|tx| roll_calls::standing::counts(tx, &id, None));
        counts.unwrap()
    });
    assert_eq!(counts.await.to_verify, 2);
}

#[tokio::test]
async fn a_presence_code_proves_watching() {
    let hall = Hall::new().await;
    let roll_call = hall
        .call(&RollCallDraft {
            presence_code: true,
            ..draft("QH")
        })
        .await;
    assert!(roll_call.presence_code);
    let path = format!("/api/v1/roll-calls/{}/presence-code", roll_call.id);
    let shown: PresenceCode = ok(hall.world.get(&path, &hall.staff).send().await.unwrap()).await;
    assert!(shown.until_ms > hall.world.now_ms());
    let with = |member: &str, code: Option<&str>| SignIn {
        presence_code: code.map(str::to_owned),
        ..by_pin(&roll_call, member, PIN)
    };
    let wrong = if shown.code == "0000" { "0001" } else { "0000" };
    for code in [None, Some(wrong)] {
        let refused = hall.send(&hall.home, "k", &with(&hall.zhang, code)).await;
        problem(refused, 403, ErrorCode::WrongPresenceCode).await;
    }
    hall.world.clock.advance_ms(30_000);
    let signed = hall
        .signed(&hall.home, "k", &with(&hall.zhang, Some(&shown.code)))
        .await;
    assert_eq!(signed.state, AttendanceState::Present);
    hall.world.clock.advance_ms(60_000);
    let old = hall
        .send(&hall.home, "l", &with(&hall.wang, Some(&shown.code)))
        .await;
    problem(old, 403, ErrorCode::WrongPresenceCode).await;
    // Kept since then, the code was right; and a wrong one waits for staff.
    let queued = |age_ms, code: &str| SignIn {
        time: SignInTime {
            age_ms: Some(age_ms),
            queued: true,
            ..SignInTime::default()
        },
        ..with(&hall.wang, Some(code))
    };
    let waits = hall.signed(&hall.home, "m", &queued(0, wrong)).await;
    assert_eq!(waits.verify, Some(VerifyReason::WrongPresenceCode));
    let counted = hall
        .signed(&hall.home, "n", &queued(90_000, &shown.code))
        .await;
    assert_eq!(counted.state, AttendanceState::Present);
    // One that demands none has none.
    let other = hall.call(&draft("QH")).await;
    let path = format!("/api/v1/roll-calls/{}/presence-code", other.id);
    let refused = hall.world.get(&path, &hall.staff).send().await.unwrap();
    problem(refused, 409, ErrorCode::Conflict).await;
}

#[tokio::test]
async fn each_of_a_crowd_is_judged_by_itself() {
    for database in databases().await {
        let hall = Hall::on(database).await;
        let roll_call = hall.call(&draft("QH")).await;
        // Where cards are tried no more are looked at after a while.
        let tried = tv(&hall.world, "ZJ", TerminalKind::Station).await;
        // Three senders each of the same four people, right and wrong and out of place, at once.
        let mut sent = tokio::task::JoinSet::new();
        for index in 0..240_usize {
            let (sign_in, tv) = match index % 6 {
                0 => (by_pin(&roll_call, &hall.zhang, PIN), &hall.home),
                1 => (by_pin(&roll_call, &hall.wang, PIN), &hall.home),
                2 => (by_pin(&roll_call, &hall.sun, PIN), &hall.station),
                3 => (by_card(&roll_call, "00995678"), &hall.station),
                4 => (by_card(&roll_call, "11111111"), &tried),
                _ => (
                    SignIn {
                        round: 7,
                        ..by_pin(&roll_call, &hall.sun, PIN)
                    },
                    &hall.station,
                ),
            };
            let request = hall
                .world
                .post("/api/v1/terminal/sign-ins", &tv.token)
                // Every key comes twice.
                .header(
                    "idempotency-key",
                    format!("k{}", index / 12 * 6 + index % 6),
                )
                .json(&sign_in);
            sent.spawn(async move { (index % 6, request.send().await.unwrap().status().as_u16()) });
        }
        let mut answers = [[0_u32; 600]; 6];
        while let Some(answer) = sent.join_next().await {
            let (sort, status) = answer.unwrap();
            answers[sort][usize::from(status)] += 1;
        }
        for (sort, status) in [(0, 200), (1, 200), (2, 200), (3, 200), (5, 404)] {
            assert_eq!(answers[sort][status], 40, "{sort}");
        }
        assert_eq!((answers[4][403], answers[4][429]), (20, 20));
        let counts = hall.get(&roll_call.id).await.counts;
        assert_eq!((counts.present, counts.eligible, counts.guests), (4, 4, 0));
        assert_eq!(hall.audited("roll_call.sign_in").await, 4);
        hall.log_is_sound().await;
    }
}
