//! Whatever a server writes, terminals are told at every server on the database.

use std::sync::Arc;

use backend_api::Server;
use backend_api::services::kit::rights::Role;
use contract::event::Event;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::common::{World, databases, draft};
use crate::events::Events;
use crate::roll_calls::{self, Hall};

/// Somebody who listens, and at which server.
struct Ear {
    at: &'static str,
    events: Events,
}

impl Ear {
    /// Waits for an event; what else the same change says may come before it.
    async fn hears(&mut self, what: &str, is_it: impl Fn(&Event) -> bool) {
        let mut heard = Vec::new();
        while let Some((event, _)) = self.events.event().await {
            if is_it(&event) {
                return;
            }
            heard.push(event);
        }
        panic!("no {what} at {}: {heard:?}", self.at);
    }
}

async fn both(ears: &mut [Ear; 2], what: &str, is_it: impl Fn(&Event) -> bool) {
    for ear in ears {
        ear.hears(what, &is_it).await;
    }
}

async fn ask(world: &World, staff: &str, method: Method, path: &str, body: serde_json::Value) {
    let path = format!("/api/v1{path}");
    let answer = world.ask(method, &path, staff).json(&body).send().await;
    let answer = answer.unwrap();
    assert!(answer.status().is_success(), "{path}: {}", answer.status());
}

#[tokio::test]
async fn every_topic_is_told_at_every_server() {
    for database in databases().await {
        let hall = Hall::on(database).await;
        let world = &hall.world;
        let clock = Arc::new(world.clock.clone());
        let other = Server::start_with(world.config.clone(), clock)
            .await
            .unwrap();
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        let station = &hall.station;
        let there = other.url().join("/api/v1/events").unwrap();
        let there = reqwest::Client::new()
            .get(there)
            .bearer_auth(&station.token);
        let mut ears = [
            Ear {
                at: "the server that was asked",
                events: Events::listen(world, &station.token, None).await,
            },
            Ear {
                at: "the other server",
                events: Events::of(there).await,
            },
        ];

        let mut urgent = draft("防汛紧急通知", "ZJ");
        urgent.urgent = true;
        world.publish(&staff, &urgent).await;
        both(&mut ears, "notice", |it| {
            matches!(it, Event::UrgentNotice { .. })
        })
        .await;
        both(&mut ears, "document", |it| *it == Event::FeedChanged).await;

        let pin = format!("/members/{}/pin", hall.wang);
        ask(world, &hall.staff, Method::PUT, &pin, json!({})).await;
        both(&mut ears, "people", |it| *it == Event::PeopleChanged).await;

        let roll_call = hall.call(&roll_calls::draft("ZJ")).await;
        let opened = |it: &Event| matches!(it, Event::RollCallOpened { roll_call_id, .. } if *roll_call_id == roll_call.id);
        both(&mut ears, "roll call", opened).await;
        let sign_in = roll_calls::by_pin(&roll_call, &hall.zhang, roll_calls::PIN);
        hall.signed(&hall.home, "once", &sign_in).await;
        let roll_call_id = roll_call.id.clone();
        let signed = Event::RollCallChanged { roll_call_id };
        both(&mut ears, "sign-in", |it| *it == signed).await;

        let room =
            json!({ "title": "值班室", "organization_code": "ZJ", "terminal_id": station.id });
        ask(world, &staff, Method::POST, "/duty-rooms", room).await;
        both(&mut ears, "duty room", |it| *it == Event::DutyChanged).await;

        let path = format!("/terminals/{}", station.id);
        let renamed = json!({ "kind": "station", "name": "活动室", "organization_code": "ZJ" });
        ask(world, &staff, Method::PUT, &path, renamed).await;
        both(&mut ears, "new name", |it| *it == Event::TerminalChanged).await;

        let revoked = world.post(&format!("/api/v1{path}/revoke"), &staff);
        assert_eq!(revoked.send().await.unwrap().status(), StatusCode::OK);
        both(&mut ears, "end", |it| *it == Event::Revoked).await;
        for ear in &mut ears {
            assert!(
                ear.events.event().await.is_none(),
                "the stream goes on at {}",
                ear.at
            );
        }
        other.stop().await;
    }
}
