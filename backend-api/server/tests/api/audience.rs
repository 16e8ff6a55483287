//! Whatever changes what a TV may show reaches it at once: its people, its open roll calls and the
//! content of its audience, and what it may not show any more goes.

use std::collections::BTreeSet;

use backend_api::services::kit::rights::Role;
use backend_api::services::organizations::{self, OrganizationDraft};
use backend_api::services::terminals;
use backend_api::services::vault::Vault;
use contract::event::Event;
use contract::feed::{Change, Document};
use contract::member::{Household, Member, TerminalPeople};
use contract::organization::OrganizationKind;
use contract::roll_call::{RollCall, RollCallState, TerminalRollCalls};
use contract::terminal::{Terminal, TerminalDraft, TerminalKind};
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use store::testing::TestDatabase;
use store::versions::Seen;

use crate::common::{Tv, World, database, databases, draft, ok, problem, tv};
use crate::events::Events;

/// 张家村 with 12 号 (张三, 李四) and 3 号 (王五), 李家村 with 赵六; a bulletin for everybody and one
/// for each village; and a roll call of the township that is open.
struct Scene {
    world: World,
    staff: String,
    house: Household,
    other: Household,
    zhang: Member,
    wang: Member,
    call: RollCall,
}

impl Scene {
    async fn on(database: TestDatabase) -> Self {
        let world = World::on(database).await;
        let staff = world.staff(Role::OrganizationStaff, "QH").await;
        for (title, audience) in [("全镇", "QH"), ("张家村的", "ZJ"), ("李家村的", "LJ")]
        {
            world.publish(&staff, &draft(title, audience)).await;
        }
        let house = |name: &str| json!({ "organization_code": "ZJ", "name": name });
        let post = Method::POST;
        let first: Household = send(&world, &staff, &post, "/households", &house("12 号")).await;
        let other: Household = send(&world, &staff, &post, "/households", &house("3 号")).await;
        let member = async |code: &str, name: &str, house: Option<&str>| -> Member {
            let body = json!({ "organization_code": code, "name": name, "household_id": house });
            send(&world, &staff, &post, "/members", &body).await
        };
        let zhang = member("ZJ", "张三", Some(&first.id)).await;
        member("ZJ", "李四", Some(&first.id)).await;
        let wang = member("ZJ", "王五", Some(&other.id)).await;
        member("LJ", "赵六", None).await;
        let call = json!({ "title": "主题党日", "organization_code": "QH", "window_ms": 600_000, "grace_ms": 0 });
        let call: RollCall = send(&world, &staff, &post, "/roll-calls", &call).await;
        assert_eq!(call.state, RollCallState::Open);
        Self {
            world,
            staff,
            house: first,
            other,
            zhang,
            wang,
            call,
        }
    }

    async fn tv(&self, code: &str, kind: TerminalKind) -> Shown {
        Shown::of(&self.world, tv(&self.world, code, kind).await).await
    }

    async fn send<T: DeserializeOwned>(&self, method: Method, path: &str, body: Value) -> T {
        send(&self.world, &self.staff, &method, path, &body).await
    }

    /// Says whose TV a household has.
    async fn bind(&self, house: &Household, tv: Option<&str>) -> Household {
        let body = json!({ "organization_code": "ZJ", "name": house.name, "terminal_id": tv });
        self.send(Method::PUT, &format!("/households/{}", house.id), body)
            .await
    }

    /// Makes a member somebody else's housemate or something else.
    async fn edit(&self, member: &Member, house: Option<&str>, status: &str) -> Member {
        let body = json!({ "organization_code": "ZJ", "name": member.name, "household_id": house, "status": status });
        let path = format!("/api/v1/members/{}", member.id);
        let request = self.world.ask(Method::PUT, &path, &self.staff).json(&body);
        let now: Member = self
            .send(Method::GET, &format!("/members/{}", member.id), Value::Null)
            .await;
        let request = request.header("if-match", now.version.to_string());
        ok(request.send().await.unwrap()).await
    }

    async fn change(&self, tv: &Shown, draft: &TerminalDraft) -> Terminal {
        let path = format!("/terminals/{}", tv.id);
        let draft = serde_json::to_value(draft).unwrap();
        self.send(Method::PUT, &path, draft).await
    }
}

async fn send<T: DeserializeOwned>(
    world: &World,
    staff: &str,
    method: &Method,
    path: &str,
    body: &Value,
) -> T {
    let request = world.ask(method.clone(), &format!("/api/v1{path}"), staff);
    let request = if body.is_null() {
        request
    } else {
        request.json(body)
    };
    ok(request.send().await.unwrap()).await
}

fn to(code: &str, kind: TerminalKind, household_id: Option<&str>) -> TerminalDraft {
    TerminalDraft {
        organization_code: code.to_owned(),
        kind,
        name: "电视".to_owned(),
        household_id: household_id.map(str::to_owned),
        replace_tv: false,
    }
}

/// A TV that keeps what it was told, and asks only when an event says so.
struct Shown {
    id: String,
    token: String,
    events: Events,
    cursor: String,
    titles: BTreeSet<(String, String)>,
}

impl Shown {
    async fn of(world: &World, tv: Tv) -> Self {
        let mut shown = Self {
            events: Events::listen(world, &tv.token, None).await,
            id: tv.id,
            token: tv.token,
            cursor: String::new(),
            titles: BTreeSet::new(),
        };
        shown.read(world).await;
        shown
    }

    /// Reads the feed as a terminal does, page by page.
    async fn read(&mut self, world: &World) {
        loop {
            let page = world.feed(&self.token, &self.cursor).await;
            if page.reset {
                self.titles.clear();
            }
            for change in page.changes {
                match change {
                    Change::Put {
                        document: Document::Bulletin(bulletin),
                    } => {
                        self.titles.retain(|(id, _)| *id != bulletin.id);
                        self.titles.insert((bulletin.id, bulletin.title));
                    }
                    Change::Put { .. } => {}
                    Change::Delete { id } => self.titles.retain(|(other, _)| *other != id),
                }
            }
            self.cursor = page.cursor;
            if !page.more {
                return;
            }
        }
    }

    async fn titles(&mut self, world: &World) -> Vec<String> {
        self.read(world).await;
        let mut titles: Vec<_> = self.titles.iter().map(|(_, title)| title.clone()).collect();
        titles.sort();
        titles
    }

    async fn people(&self, world: &World) -> Vec<String> {
        let people: TerminalPeople = ok(world
            .get("/api/v1/terminal/people", &self.token)
            .send()
            .await
            .unwrap())
        .await;
        people.people.into_iter().map(|one| one.name).collect()
    }

    /// Who of this TV is called in the open roll call; `None` if the TV is not told of it.
    async fn called(&self, world: &World, call: &RollCall) -> Option<Vec<String>> {
        let calls: TerminalRollCalls = ok(world
            .get("/api/v1/terminal/roll-calls", &self.token)
            .send()
            .await
            .unwrap())
        .await;
        let call = calls.roll_calls.into_iter().find(|one| one.id == call.id)?;
        assert_eq!(call.state, RollCallState::Open);
        let mut ids: Vec<_> = call.people.into_iter().map(|one| one.member_id).collect();
        ids.sort();
        Some(ids)
    }

    /// Waits for this event; others may come before it.
    async fn hears(&mut self, wanted: &Event) {
        let mut heard = Vec::new();
        while let Some((event, _)) = self.events.event().await {
            if event == *wanted {
                return;
            }
            heard.push(event);
        }
        panic!("the stream ended before {wanted:?}: {heard:?}");
    }

    /// Listens again, as a terminal does when its stream has ended.
    async fn again(&mut self, world: &World) {
        while self.events.event().await.is_some() {}
        self.events = Events::listen(world, &self.token, None).await;
    }
}

/// The TV that got a household has its people and the roll call that is open; the one that lost it
/// has neither.
#[tokio::test]
async fn a_household_that_is_linked_changed_and_unlinked() {
    for database in databases().await {
        let scene = Scene::on(database).await;
        let world = &scene.world;
        let mut home = scene.tv("ZJ", TerminalKind::Household).await;
        assert_eq!(home.people(world).await, [""; 0]);
        assert_eq!(home.called(world, &scene.call).await, Some(Vec::new()));

        scene.bind(&scene.house, Some(&home.id)).await;
        home.hears(&Event::PeopleChanged).await;
        assert_eq!(home.people(world).await, ["张三", "李四"]);
        assert_eq!(home.called(world, &scene.call).await.unwrap().len(), 2);

        // Another household in its place.
        scene.bind(&scene.house, None).await;
        home.hears(&Event::PeopleChanged).await;
        assert_eq!(home.people(world).await, [""; 0]);
        assert_eq!(home.called(world, &scene.call).await, Some(Vec::new()));
        scene.bind(&scene.other, Some(&home.id)).await;
        home.hears(&Event::PeopleChanged).await;
        let called = home.called(world, &scene.call).await.unwrap();
        assert_eq!(called, std::slice::from_ref(&scene.wang.id));

        // Another TV in its place.
        let mut new = scene.tv("ZJ", TerminalKind::Household).await;
        scene.bind(&scene.other, Some(&new.id)).await;
        home.hears(&Event::PeopleChanged).await;
        new.hears(&Event::PeopleChanged).await;
        assert_eq!(home.people(world).await, [""; 0]);
        assert_eq!(new.people(world).await, ["王五"]);
    }
}

#[tokio::test]
async fn a_terminal_that_moves_to_another_organization() {
    for database in databases().await {
        let scene = Scene::on(database).await;
        let world = &scene.world;
        let mut home = scene.tv("ZJ", TerminalKind::Household).await;
        scene.bind(&scene.house, Some(&home.id)).await;
        home.hears(&Event::PeopleChanged).await;
        assert_eq!(home.titles(world).await, ["全镇", "张家村的"]);

        // Told on the stream it has, which then ends: it is to listen where it belongs.
        let moved = scene
            .change(&home, &to("LJ", TerminalKind::Household, None))
            .await;
        assert_eq!(moved.organization.name, "李家村");
        home.hears(&Event::TerminalChanged).await;
        home.again(world).await;
        assert_eq!(home.titles(world).await, ["全镇", "李家村的"]);
        assert_eq!(home.people(world).await, [""; 0], "12 号 is not there");
        assert_eq!(home.called(world, &scene.call).await, Some(Vec::new()));
        let own: Terminal = ok(world
            .get("/api/v1/terminal", &home.token)
            .send()
            .await
            .unwrap())
        .await;
        assert_eq!(own.organization.name, "李家村");
        world
            .publish(&scene.staff, &draft("李家村又一个", "LJ"))
            .await;
        home.hears(&Event::FeedChanged).await;
        assert_eq!(
            home.titles(world).await,
            ["全镇", "李家村又一个", "李家村的"]
        );
        let free: Household = scene
            .send(
                Method::GET,
                &format!("/households/{}", scene.house.id),
                Value::Null,
            )
            .await;
        assert_eq!(free.terminal_id, None);
    }
}

#[tokio::test]
async fn a_terminal_that_becomes_something_else() {
    for database in databases().await {
        let scene = Scene::on(database).await;
        let world = &scene.world;
        let mut box_ = scene.tv("ZJ", TerminalKind::Household).await;
        let id = scene.house.id.as_str();
        scene
            .change(&box_, &to("ZJ", TerminalKind::Household, Some(id)))
            .await;
        box_.hears(&Event::PeopleChanged).await;
        assert_eq!(box_.people(world).await, ["张三", "李四"]);

        scene
            .change(&box_, &to("ZJ", TerminalKind::Station, None))
            .await;
        box_.hears(&Event::TerminalChanged).await;
        box_.hears(&Event::PeopleChanged).await;
        assert_eq!(box_.people(world).await, ["张三", "李四", "王五"]);
        assert_eq!(box_.called(world, &scene.call).await.unwrap().len(), 3);

        scene
            .change(&box_, &to("ZJ", TerminalKind::Signage, None))
            .await;
        box_.hears(&Event::TerminalChanged).await;
        box_.hears(&Event::PeopleChanged).await;
        assert_eq!(box_.people(world).await, [""; 0]);
        let called = box_.called(world, &scene.call).await;
        assert_eq!(called.unwrap_or_default(), [""; 0]);

        // A name alone.
        let mut renamed = to("ZJ", TerminalKind::Signage, None);
        renamed.name = "村口".to_owned();
        scene.change(&box_, &renamed).await;
        box_.hears(&Event::TerminalChanged).await;
    }
}

#[tokio::test]
async fn members_who_move_in_and_out_or_become_something_else() {
    for database in databases().await {
        let scene = Scene::on(database).await;
        let world = &scene.world;
        let mut first = scene.tv("ZJ", TerminalKind::Household).await;
        let mut second = scene.tv("ZJ", TerminalKind::Household).await;
        let mut station = scene.tv("ZJ", TerminalKind::Station).await;
        let mut town = scene.tv("QH", TerminalKind::Station).await;
        let mut neighbour = scene.tv("LJ", TerminalKind::Station).await;
        scene.bind(&scene.house, Some(&first.id)).await;
        scene.bind(&scene.other, Some(&second.id)).await;
        for tv in [&mut first, &mut second, &mut station, &mut town] {
            tv.hears(&Event::PeopleChanged).await;
        }

        // From 12 号 to 3 号.
        scene
            .edit(&scene.zhang, Some(&scene.other.id), "full")
            .await;
        first.hears(&Event::PeopleChanged).await;
        second.hears(&Event::PeopleChanged).await;
        assert_eq!(first.people(world).await, ["李四"]);
        assert_eq!(first.called(world, &scene.call).await.unwrap().len(), 1);
        assert_eq!(second.people(world).await, ["张三", "王五"]);
        assert_eq!(second.called(world, &scene.call).await.unwrap().len(), 2);

        // No member any more: not at the station, still at home.
        scene
            .edit(&scene.wang, Some(&scene.other.id), "villager")
            .await;
        for tv in [&mut second, &mut station, &mut town] {
            tv.hears(&Event::PeopleChanged).await;
        }
        while station.people(world).await != ["张三", "李四"] {
            station.hears(&Event::PeopleChanged).await;
        }

        // To another village: the household stays behind.
        let body = json!({ "to_organization_code": "LJ", "reason": "迁到李家村" });
        let path = format!("/members/{}/transfer", scene.zhang.id);
        let _: Value = scene.send(Method::POST, &path, body).await;
        for tv in [&mut second, &mut station, &mut neighbour] {
            tv.hears(&Event::PeopleChanged).await;
        }
        while second.people(world).await != ["王五"] {
            second.hears(&Event::PeopleChanged).await;
        }
        while station.people(world).await != ["李四"] {
            station.hears(&Event::PeopleChanged).await;
        }
        assert_eq!(neighbour.people(world).await, ["张三", "赵六"]);

        // Away, and back.
        let path = format!("/members/{}/leave", scene.zhang.id);
        let _: Value = scene
            .send(Method::POST, &path, json!({ "reason": "外出务工" }))
            .await;
        neighbour.hears(&Event::PeopleChanged).await;
        assert_eq!(neighbour.people(world).await, ["赵六"]);
        let path = format!("/members/{}/return", scene.zhang.id);
        let _: Value = scene
            .send(Method::POST, &path, json!({ "reason": "务工回来" }))
            .await;
        neighbour.hears(&Event::PeopleChanged).await;
        assert_eq!(neighbour.people(world).await, ["张三", "赵六"]);
    }
}

/// 第一党支部 moves from one village to the other, with a TV of its own: the stations of both
/// villages, and that TV.
#[tokio::test]
async fn an_organization_that_moves_in_the_tree_or_is_renamed() {
    for database in databases().await {
        let scene = Scene::on(database).await;
        let world = &scene.world;
        let entry = |parent: &str, name: &str| OrganizationDraft {
            code: "B1".to_owned(),
            parent_code: Some(parent.to_owned()),
            kind: OrganizationKind::Branch,
            name: name.to_owned(),
        };
        let place = async |parent: &str, name: &str| {
            let (entries, now_ms) = ([entry(parent, name)], world.now_ms());
            // By the database alone, as the import command does it.
            world
                .blocking(move |store| organizations::import(store, &entries, now_ms).unwrap())
                .await;
        };
        place("ZJ", "第一党支部").await;
        let body = json!({ "organization_code": "B1", "name": "钱七" });
        let _: Member = scene.send(Method::POST, "/members", body).await;
        let mut own = scene.tv("B1", TerminalKind::Station).await;
        let mut old = scene.tv("ZJ", TerminalKind::Station).await;
        let mut new = scene.tv("LJ", TerminalKind::Station).await;
        assert_eq!(own.titles(world).await, ["全镇", "张家村的"]);
        assert!(old.people(world).await.contains(&"钱七".to_owned()));

        place("LJ", "第一党支部").await;
        for tv in [&mut own, &mut old, &mut new] {
            tv.hears(&Event::PeopleChanged).await;
        }
        assert_eq!(old.people(world).await, ["张三", "李四", "王五"]);
        assert_eq!(new.people(world).await, ["赵六", "钱七"]);
        // The feed's event may have come before the other.
        let titles = own.titles(world).await;
        assert_eq!(titles, ["全镇", "李家村的"]);

        place("LJ", "新一支部").await;
        for tv in [&mut own, &mut new] {
            tv.hears(&Event::PeopleChanged).await;
        }
    }
}

#[tokio::test]
async fn another_process_changes_a_terminal() {
    for database in databases().await {
        let url: store::DatabaseUrl = database.url().parse().unwrap();
        let scene = Scene::on(database).await;
        let world = &scene.world;
        let mut home = scene.tv("ZJ", TerminalKind::Household).await;
        let mut by = scene.tv("ZJ", TerminalKind::Household).await;
        let (id, other, now_ms) = (home.id.clone(), by.id.clone(), world.now_ms());
        let (house, config) = (scene.house.id.clone(), world.config.clone());
        // A connection of its own, as `backend-api change` has it.
        let store = tokio::task::spawn_blocking(move || {
            let store = store::Store::open(&url).unwrap();
            Vault::open(&config, &store).unwrap();
            let draft = to("ZJ", TerminalKind::Household, Some(&house));
            terminals::edit(&store, None, &id, Seen::Any, &draft, now_ms).unwrap();
            store
        })
        .await
        .unwrap();
        home.hears(&Event::PeopleChanged).await;
        assert_eq!(home.people(world).await, ["张三", "李四"]);
        let id = home.id.clone();
        let store = tokio::task::spawn_blocking(move || {
            let draft = to("LJ", TerminalKind::Station, None);
            terminals::edit(&store, None, &id, Seen::Any, &draft, now_ms).unwrap();
            store
        })
        .await
        .unwrap();
        home.hears(&Event::TerminalChanged).await;
        home.again(world).await;
        assert_eq!(home.people(world).await, ["赵六"]);
        // One that only listens is found although another one was changed before.
        tokio::task::spawn_blocking(move || {
            terminals::revoke(&store, None, &other, now_ms).unwrap();
            drop(store);
        })
        .await
        .unwrap();
        by.hears(&Event::Revoked).await;
        assert!(by.events.event().await.is_none());
    }
}

/// One that listens and asks nothing was forgotten with the first revocation, and not told of its own.
#[tokio::test]
async fn every_listener_is_found_the_second_time_too() {
    for database in databases().await {
        let scene = Scene::on(database).await;
        let world = &scene.world;
        let mut tvs = Vec::new();
        for _ in 0..3 {
            tvs.push(scene.tv("ZJ", TerminalKind::Household).await);
        }
        for tv in &mut tvs {
            let (id, now_ms) = (tv.id.clone(), world.now_ms());
            world
                .blocking(move |store| terminals::revoke(store, None, &id, now_ms).unwrap())
                .await;
            tv.hears(&Event::Revoked).await;
        }
    }
}

#[tokio::test]
async fn what_cannot_be_is_refused() {
    let scene = Scene::on(database().await).await;
    let world = &scene.world;
    let home = scene.tv("ZJ", TerminalKind::Household).await;
    let other = scene.tv("ZJ", TerminalKind::Household).await;
    let put = async |tv: &Shown, token: &str, draft: &TerminalDraft| {
        let path = format!("/api/v1/terminals/{}", tv.id);
        let request = world.ask(Method::PUT, &path, token).json(draft);
        request.send().await.unwrap()
    };
    let id = Some(scene.house.id.as_str());
    let household = TerminalKind::Household;
    for wrong in [
        to("ZJ", TerminalKind::Station, id),
        to("LJ", household, id),
        to("ZJ", household, Some("nobody")),
    ] {
        let refused = put(&home, &scene.staff, &wrong).await;
        let refused = problem(refused, 422, contract::error::ErrorCode::Invalid).await;
        assert_eq!(refused.fields[0].field, "household_id");
    }
    let given = put(&home, &scene.staff, &to("ZJ", household, id)).await;
    assert_eq!(given.status(), StatusCode::OK);
    // The same again is fine; another TV only when it is said.
    let given = put(&home, &scene.staff, &to("ZJ", household, id)).await;
    assert_eq!(given.status(), StatusCode::OK);
    let taken = put(&other, &scene.staff, &to("ZJ", household, id)).await;
    let taken = problem(taken, 422, contract::error::ErrorCode::Invalid).await;
    assert!(
        taken.fields[0].message.contains("已经有电视“电视”"),
        "{taken:?}"
    );
    let mut replace = to("ZJ", household, id);
    replace.replace_tv = true;
    let given = put(&other, &scene.staff, &replace).await;
    assert_eq!(given.status(), StatusCode::OK);
    assert_eq!(home.people(world).await, [""; 0]);
    assert_eq!(other.people(world).await, ["张三", "李四"]);

    let neighbour = world.staff(Role::OrganizationStaff, "LJ").await;
    let refused = put(&home, &neighbour, &to("LJ", household, None)).await;
    problem(refused, 404, contract::error::ErrorCode::NotFound).await;
    let path = format!("/api/v1/terminals/{}/revoke", home.id);
    world.post(&path, &scene.staff).send().await.unwrap();
    let refused = put(&home, &scene.staff, &to("ZJ", household, None)).await;
    problem(refused, 409, contract::error::ErrorCode::Conflict).await;
}
