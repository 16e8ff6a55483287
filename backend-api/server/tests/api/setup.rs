//! Setting a new installation up, from a database with nothing in it.

use backend_api::config::{AskedOf, Config};
use backend_api::services::kit::limits::{Attempt, Guessable, Scope};
use backend_api::services::kit::rights::Role;
use backend_api::services::{sessions, setup_code};
use contract::error::ErrorCode;
use contract::organization::{Organization, OrganizationKind};
use contract::setup::{Setup, SetupState};
use contract::staff::{Me, SecondFactor, SignInResponse};
use contract::township::Township;
use futures_util::future::join_all;
use reqwest::{Response, StatusCode};
use store::testing::TestDatabase;
use store::{limits, notices, organizations, settings};

use crate::common::{PASSWORD, World, databases, ok, problem};

const HOUR_MS: i64 = 3_600_000;
const WRONG: &str = "0000-0000";

/// As it was installed in a township, not in a demonstration.
async fn installed(database: TestDatabase) -> World {
    let asks = |config: &mut Config| config.sessions.second_factor = AskedOf::Administrators;
    World::empty(database, asks).await
}

/// What `serve` and `setup-code` do.
async fn new_code(world: &World) -> Option<String> {
    let (vault, now_ms) = (world.server.vault().clone(), world.now_ms());
    world
        .blocking(move |store| setup_code::new_code(store, &vault, now_ms).unwrap())
        .await
}

fn wanted(code: &str) -> Setup {
    Setup {
        code: code.to_owned(),
        name: "清河镇".to_owned(),
        organization_code: "QH".to_owned(),
        kind: OrganizationKind::Township,
        login: "王晓梅".to_owned(),
        password: PASSWORD.to_owned(),
    }
}

async fn claim(world: &World, wanted: &Setup) -> Response {
    let request = world.post("/api/v1/setup", "").json(wanted);
    request.send().await.unwrap()
}

async fn is_open(world: &World) -> bool {
    let answer = world.get("/api/v1/setup", "").send().await.unwrap();
    ok::<SetupState>(answer).await.open
}

/// The fields that an answer complains of.
async fn wrong(answer: Response) -> Vec<String> {
    let problem = problem(answer, 422, ErrorCode::Invalid).await;
    problem.fields.into_iter().map(|it| it.field).collect()
}

#[tokio::test]
async fn an_empty_server_becomes_a_township_with_an_administrator() {
    for database in databases().await {
        let world = installed(database).await;
        assert!(is_open(&world).await);
        let code = new_code(&world).await.unwrap();
        // As somebody copies it from the screen beside.
        let typed = format!(" {} ", code.to_lowercase().replace('-', " "));
        let answer = claim(&world, &wanted(&typed)).await;
        assert_eq!(answer.status(), StatusCode::CREATED);
        let cookies = answer.headers().get_all("set-cookie").iter().count();
        assert_eq!(cookies, 2, "the page is signed in");
        let session: SignInResponse = answer.json().await.unwrap();
        assert_eq!(session.organization.name, "清河镇");
        assert_eq!(session.role, Role::PlatformAdministrator);
        assert_eq!(session.second_factor, SecondFactor::Due);
        let token = session.access_token;
        let me = world.get("/api/v1/staff/sessions/current", &token);
        let me: Me = ok(me.send().await.unwrap()).await;
        assert_eq!(
            (me.login.as_str(), me.organization_code.as_str()),
            ("王晓梅", "QH")
        );
        let (shown, root, log) = world
            .blocking(|store| {
                store
                    .read(|tx| {
                        let log =
                            store::audit::list(tx, &store::audit::Filter::default(), None, 100)?;
                        let shown: Option<Township> = store::township::get(tx)?;
                        Ok::<_, store::Error>((shown, organizations::root(tx)?, log))
                    })
                    .unwrap()
            })
            .await;
        let shown = shown.unwrap();
        let titles: Vec<_> = shown.sections.iter().map(|it| it.title.as_str()).collect();
        assert_eq!(
            titles,
            [
                "党务公开",
                "党群直播",
                "党教园地",
                "今日清河镇",
                "时代先锋",
                "党风评议"
            ]
        );
        assert_eq!(shown.title, "清河镇智慧党建");
        let root: Organization = root.unwrap();
        assert_eq!(
            (root.kind, root.code.as_str()),
            (OrganizationKind::Township, "QH")
        );
        let mut deeds: Vec<_> = log.iter().map(|it| it.action.as_str()).collect();
        deeds.reverse();
        assert_eq!(
            deeds,
            [
                "organization.create",
                "township.replace",
                "account.create",
                "setup.done",
                "session.open"
            ]
        );
        // For ever: for whoever has the code, and after the account was closed.
        assert!(!is_open(&world).await);
        problem(
            claim(&world, &wanted(&code)).await,
            404,
            ErrorCode::NotFound,
        )
        .await;
        assert_eq!(new_code(&world).await, None);
        let closed = |store: &store::Store| {
            let close = |tx: &mut store::WriteTx<'_>| {
                let account = store::staff::account_by_login(tx, "王晓梅")?.unwrap();
                store::staff::disable(tx, &account.id, 1)
            };
            store.write::<_, store::Error, _>(close).unwrap();
        };
        world.blocking(closed).await;
        assert!(!is_open(&world).await);
        problem(
            claim(&world, &wanted(&code)).await,
            404,
            ErrorCode::NotFound,
        )
        .await;
        assert_eq!(new_code(&world).await, None);
    }
}

#[tokio::test]
async fn of_two_hundred_at_once_one_has_it() {
    for database in databases().await {
        let world = installed(database).await;
        let code = new_code(&world).await.unwrap();
        let claims = (0..200).map(|number| {
            let wanted = Setup {
                login: format!("claimer {number}"),
                organization_code: format!("QH{number}"),
                ..wanted(&code)
            };
            let world = &world;
            async move { claim(world, &wanted).await.status().as_u16() }
        });
        let statuses = join_all(claims).await;
        let of = |status| statuses.iter().filter(|it| **it == status).count();
        assert_eq!((of(201), of(404)), (1, 199), "{statuses:?}");
        let (accounts, places) = world
            .blocking(|store| {
                store
                    .read(|tx| {
                        let places = organizations::all(tx)?;
                        let accounts = store::staff::list(tx, &places[0].id, None, 1_000)?;
                        Ok::<_, store::Error>((accounts.len(), places.len()))
                    })
                    .unwrap()
            })
            .await;
        assert_eq!((accounts, places), (1, 1));
    }
}

#[tokio::test]
async fn what_is_wrong_is_told_at_its_field_and_nothing_is_made() {
    for database in databases().await {
        let world = installed(database).await;
        // None was made yet.
        assert_eq!(wrong(claim(&world, &wanted(WRONG)).await).await, ["code"]);
        let code = new_code(&world).await.unwrap();
        assert_eq!(wrong(claim(&world, &wanted("")).await).await, ["code"]);
        let all = Setup {
            code: code.clone(),
            name: " ".to_owned(),
            organization_code: "Q H".to_owned(),
            kind: OrganizationKind::Village,
            login: "\u{200b}".to_owned(),
            password: "1234567890".to_owned(),
        };
        let fields = ["name", "organization_code", "login", "kind", "password"];
        assert_eq!(wrong(claim(&world, &all).await).await, fields);
        // Whoever does not know the code is told of nothing else.
        let guessed = Setup {
            code: WRONG.to_owned(),
            ..all
        };
        assert_eq!(wrong(claim(&world, &guessed).await).await, ["code"]);
        assert!(is_open(&world).await);
        // The next one is good, the one before is not.
        let next = new_code(&world).await.unwrap();
        assert_ne!(code, next);
        assert_eq!(wrong(claim(&world, &wanted(&code)).await).await, ["code"]);
        world.clock.advance_ms(24 * HOUR_MS);
        assert_eq!(wrong(claim(&world, &wanted(&next)).await).await, ["code"]);
        let nothing = |store: &store::Store| store.read(organizations::all).unwrap().is_empty();
        assert!(world.blocking(nothing).await);
        let last = new_code(&world).await.unwrap();
        world.clock.advance_ms(24 * HOUR_MS - 1);
        let made = claim(&world, &wanted(&last)).await;
        assert_eq!(made.status(), StatusCode::CREATED);
    }
}

#[tokio::test]
async fn a_folder_that_was_imported_before_stays_as_it_is() {
    for database in databases().await {
        let world = installed(database).await;
        world.settle().await;
        let code = new_code(&world).await.unwrap();
        let other = Setup {
            organization_code: "XX".to_owned(),
            ..wanted(&code)
        };
        assert_eq!(
            wrong(claim(&world, &other).await).await,
            ["organization_code"]
        );
        let made = claim(&world, &wanted(&code)).await;
        assert_eq!(made.status(), StatusCode::CREATED);
        let (places, shown) = world
            .blocking(|store| {
                let read = |tx: &mut store::Tx<'_>| {
                    Ok::<_, store::Error>((
                        organizations::all(tx)?.len(),
                        store::township::get(tx)?,
                    ))
                };
                store.read(read).unwrap()
            })
            .await;
        assert_eq!(places, 3);
        assert_eq!(
            shown.unwrap().sections.len(),
            1,
            "the sections of the folder"
        );
    }
}

#[tokio::test]
async fn an_account_made_on_the_server_closes_it() {
    for database in databases().await {
        let world = installed(database).await;
        world.settle().await;
        let code = new_code(&world).await.unwrap();
        world.staff(Role::Reader, "QH").await;
        assert!(!is_open(&world).await);
        problem(
            claim(&world, &wanted(&code)).await,
            404,
            ErrorCode::NotFound,
        )
        .await;
        let kept = |store: &store::Store| store.read(|tx| settings::get(tx, "setup.code")).unwrap();
        assert_eq!(world.blocking(kept).await, None);
    }
}

/// One of two ways of making the first account comes first, and the other finds it.
#[tokio::test]
async fn the_command_line_and_the_page_do_not_both_make_the_first() {
    for database in databases().await {
        let world = installed(database).await;
        world.settle().await;
        let code = new_code(&world).await.unwrap();
        let now_ms = world.now_ms();
        let wanted = wanted(&code);
        let by_command = world.blocking(move |store| {
            let role = Role::PlatformAdministrator;
            sessions::create_account(store, "zhang", PASSWORD, "QH", role, now_ms)
        });
        let (made, by_page) = tokio::join!(by_command, claim(&world, &wanted));
        made.unwrap();
        let page_first = by_page.status() == StatusCode::CREATED;
        assert!(page_first || by_page.status() == StatusCode::NOT_FOUND);
        let accounts = |store: &store::Store| {
            let count = |tx: &mut store::Tx<'_>| {
                let root = organizations::root(tx)?.unwrap();
                store::staff::list(tx, &root.id, None, 10)
            };
            store.read(count).unwrap().len()
        };
        assert_eq!(world.blocking(accounts).await, 1 + usize::from(page_first));
    }
}

#[tokio::test]
async fn codes_that_are_guessed_are_counted_by_address_and_told() {
    for database in databases().await {
        let world = installed(database).await;
        world.settle().await;
        let code = new_code(&world).await.unwrap();
        for _ in 0..9 {
            assert_eq!(wrong(claim(&world, &wanted(WRONG)).await).await, ["code"]);
        }
        // The tenth locks, and then the right one is as wrong as any other.
        assert_eq!(wrong(claim(&world, &wanted(WRONG)).await).await, ["code"]);
        for tried in [code.as_str(), WRONG] {
            let locked = claim(&world, &wanted(tried)).await;
            let locked = problem(locked, 429, ErrorCode::TooMany).await;
            assert_eq!(locked.retry_after_ms, Some(5 * 60_000));
        }
        let told = |store: &store::Store| {
            let list = |tx: &mut store::Tx<'_>| {
                let root = organizations::root(tx)?.unwrap();
                notices::list(tx, notices::Viewer::of_members(&root.id), true, None, 10)
            };
            store.read(list).unwrap()
        };
        let notices = world.blocking(told).await;
        assert_eq!(notices.len(), 1, "{notices:?}");
        assert!(
            notices[0].detail.contains("127.0.0.1 的安装码"),
            "{notices:?}"
        );
        world.clock.advance_ms(16 * 60_000);
        // Nobody is locked because of what all do together, but staff are told.
        let counted = backend_api::services::kit::limits::Limits::new(&world.config);
        let attempt = Attempt::new(Guessable::SetupCode).by_address("10.0.0.9");
        let keys = counted.keys(&attempt);
        let everybody = keys
            .iter()
            .find(|(budget, _)| budget.scope == Scope::Everybody);
        let (budget, key) = everybody.unwrap().clone();
        let now_ms = world.now_ms();
        world
            .blocking(move |store| {
                store
                    .write::<_, store::Error, _>(move |tx| {
                        for _ in 1..budget.rule.failures {
                            limits::count(tx, &key, budget.rule, now_ms)?;
                        }
                        Ok(())
                    })
                    .unwrap();
            })
            .await;
        assert_eq!(wrong(claim(&world, &wanted(WRONG)).await).await, ["code"]);
        assert_eq!(world.blocking(told).await.len(), 2);
        let made = claim(&world, &wanted(&code)).await;
        assert_eq!(made.status(), StatusCode::CREATED);
    }
}

#[tokio::test]
async fn guesses_before_there_is_anybody_to_tell_lock_all_the_same() {
    for database in databases().await {
        let world = installed(database).await;
        let code = new_code(&world).await.unwrap();
        for _ in 0..10 {
            assert_eq!(wrong(claim(&world, &wanted(WRONG)).await).await, ["code"]);
        }
        problem(claim(&world, &wanted(&code)).await, 429, ErrorCode::TooMany).await;
        world.clock.advance_ms(5 * 60_000);
        let made = claim(&world, &wanted(&code)).await;
        assert_eq!(made.status(), StatusCode::CREATED);
    }
}
