//! A county without content: organizations, terminals, households, members, and somebody of the
//! staff. Written straight into the database, because it is not what is tried.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use backend_api::Config;
use backend_api::services::kit::rights::Role;
use backend_api::services::vault::Vault;
use backend_api::services::{secrets, sessions};
use contract::member::Proof;
use contract::organization::OrganizationKind;
use contract::roll_call::{SignIn, SignInTime};
use contract::terminal::TerminalKind;
use store::members::{self, Content};
use store::organizations::{self, NewOrganization};
use store::roll_calls::{self, NewRollCall, rounds};
use store::terminals::{self, NewTerminal};
use store::{DatabaseUrl, Store, households};

/// Everybody's PIN.
pub const PIN: &str = "402817";
/// Code of the county.
pub const CODE: &str = "C";
/// Login of the staff.
pub const LOGIN: &str = "county";
/// Their password.
pub const PASSWORD: &str = "correct horse 1921";
/// Rows in one transaction.
const PIECE: usize = 500;

/// How much of everything.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Organizations of the third level; the county and its towns come on top.
    pub villages: usize,
    /// Towns.
    pub towns: usize,
    /// Homes with a TV, spread over the villages.
    pub homes: usize,
    /// Members, spread over the homes.
    pub members: usize,
}

/// A county: 1,660 organizations, 15,651 terminals with a station in each village and town, and
/// 35,000 members.
pub const COUNTY: Size = Size {
    villages: 1_639,
    towns: 20,
    homes: 13_992,
    members: 35_000,
};

/// A terminal.
#[derive(Clone, Debug)]
pub struct Tv {
    /// Id.
    pub id: String,
    /// Its token.
    pub token: Arc<str>,
}

/// A member and where they sign in.
#[derive(Clone, Debug)]
pub struct Person {
    /// Id.
    pub id: String,
    /// Number of their home's TV.
    pub home: usize,
    /// Number of their village's station.
    pub station: usize,
}

/// What was made.
#[derive(Debug)]
pub struct County {
    /// TVs at homes.
    pub homes: Vec<Tv>,
    /// TVs of stations: the villages' first.
    pub stations: Vec<Tv>,
    /// Members.
    pub people: Vec<Person>,
}

impl County {
    /// Every terminal.
    pub fn terminals(&self) -> impl Iterator<Item = &Tv> {
        self.homes.iter().chain(&self.stations)
    }
}

/// The configuration of a server on this folder and database.
#[must_use]
pub fn config(data: &Path, database: Option<&str>) -> Config {
    let mut config = Config::local(data);
    config.database = database.map(str::to_owned);
    config
}

/// Opens the database of a configuration, with its keys.
///
/// # Errors
/// When it cannot be opened.
pub fn open(config: &Config) -> anyhow::Result<Store> {
    std::fs::create_dir_all(&config.data_dir)?;
    let store = Store::open(&config.database_url().parse::<DatabaseUrl>()?)?;
    Vault::open(config, &store)?;
    Ok(store)
}

/// Makes a county in an empty database.
///
/// # Errors
/// When the database or the keys cannot be written.
pub fn prepare(config: &Config, size: Size, now_ms: i64) -> anyhow::Result<County> {
    let store = open(config)?;
    let vault = Arc::new(Vault::open(config, &store)?);
    let (towns, villages) = tree(&store, size, now_ms)?;
    sessions::create_account(
        &store,
        LOGIN,
        PASSWORD,
        CODE,
        Role::PlatformAdministrator,
        now_ms,
    )?;
    let homes = homes(&store, &villages, size.homes, now_ms)?;
    let places: Vec<String> = villages.iter().chain(&towns).cloned().collect();
    let stations = stations(&store, &places, now_ms)?;
    let people = people(&store, &vault, &villages, &homes, size.members, now_ms)?;
    Ok(County {
        homes: homes.into_iter().map(|(tv, _)| tv).collect(),
        stations,
        people,
    })
}

fn tree(store: &Store, size: Size, now_ms: i64) -> anyhow::Result<(Vec<String>, Vec<String>)> {
    Ok(store.write::<_, store::Error, _>(move |tx| {
        let mut add = |parent: Option<&String>, kind, code: String| {
            let new = NewOrganization {
                parent_id: parent.cloned(),
                kind,
                name: format!("{code} 组织"),
                code,
            };
            organizations::create(tx, &new, now_ms).map(|made| made.id)
        };
        let county = add(None, OrganizationKind::County, CODE.to_owned())?;
        let mut towns = Vec::with_capacity(size.towns);
        for number in 0..size.towns {
            let code = format!("T{number}");
            towns.push(add(Some(&county), OrganizationKind::Township, code)?);
        }
        let mut villages = Vec::with_capacity(size.villages);
        for number in 0..size.villages {
            let town = &towns[number % size.towns];
            let code = format!("V{number}");
            villages.push(add(Some(town), OrganizationKind::Village, code)?);
        }
        Ok((towns, villages))
    })?)
}

fn new_tv(kind: TerminalKind, organization_id: &str) -> anyhow::Result<(NewTerminal, Arc<str>)> {
    let token = secrets::random_token()?;
    let new = NewTerminal {
        kind,
        name: "电视".to_owned(),
        organization_id: organization_id.to_owned(),
        token_sha256: secrets::sha256_hex(&token),
    };
    Ok((new, token.into()))
}

/// Homes with their households, in turn over the villages.
fn homes(
    store: &Store,
    villages: &[String],
    count: usize,
    now_ms: i64,
) -> anyhow::Result<Vec<(Tv, String)>> {
    let mut made = Vec::with_capacity(count);
    for first in (0..count).step_by(PIECE) {
        let mut wanted = Vec::with_capacity(PIECE);
        for number in first..count.min(first + PIECE) {
            let village = &villages[number % villages.len()];
            let (new, token) = new_tv(TerminalKind::Household, village)?;
            wanted.push((new, token, format!("{} 号", number / villages.len() + 1)));
        }
        made.extend(store.write::<_, store::Error, _>(move |tx| {
            let mut made = Vec::with_capacity(wanted.len());
            for (new, token, name) in &wanted {
                let id = terminals::create(tx, new, now_ms)?.id;
                let household = households::create(tx, &new.organization_id, name, now_ms)?.id;
                households::bind(tx, &household, Some(&id))?;
                let token = Arc::clone(token);
                made.push((Tv { id, token }, household));
            }
            Ok(made)
        })?);
    }
    Ok(made)
}

fn stations(store: &Store, places: &[String], now_ms: i64) -> anyhow::Result<Vec<Tv>> {
    let wanted = places
        .iter()
        .map(|place| new_tv(TerminalKind::Station, place))
        .collect::<anyhow::Result<Vec<_>>>()?;
    Ok(store.write::<_, store::Error, _>(move |tx| {
        wanted
            .iter()
            .map(|(new, token)| {
                Ok(Tv {
                    id: terminals::create(tx, new, now_ms)?.id,
                    token: Arc::clone(token),
                })
            })
            .collect()
    })?)
}

/// What the member with this number is called: many share a name, as they do.
fn name_of(number: usize) -> String {
    const FAMILY: [char; 20] = [
        '王', '李', '张', '刘', '陈', '杨', '赵', '黄', '周', '吴', '徐', '孙', '林', '秦', '曾',
        '单', '解', '石', '柳', '何',
    ];
    const GIVEN: [&str; 13] = [
        "素云", "国良", "小平", "望春", "有田", "建军", "秀英", "长青", "桂芳", "守信", "大勇",
        "玉梅", "海",
    ];
    let (family, given) = (number % FAMILY.len(), number / FAMILY.len() % GIVEN.len());
    format!("{}{}", FAMILY[family], GIVEN[given])
}

/// Members, in turn over the homes.
fn people(
    store: &Store,
    vault: &Arc<Vault>,
    villages: &[String],
    homes: &[(Tv, String)],
    count: usize,
    now_ms: i64,
) -> anyhow::Result<Vec<Person>> {
    let mut made = Vec::with_capacity(count);
    for first in (0..count).step_by(PIECE) {
        let wanted: Vec<(usize, usize, String, String, String)> = (first..count.min(first + PIECE))
            .map(|number| {
                let home = number % homes.len();
                let village = home % villages.len();
                (
                    home,
                    village,
                    homes[home].1.clone(),
                    villages[village].clone(),
                    name_of(number),
                )
            })
            .collect();
        let vault = Arc::clone(vault);
        made.extend(store.write::<_, store::Error, _>(move |tx| {
            let mut made = Vec::with_capacity(wanted.len());
            for (home, village, household, organization, name) in &wanted {
                let id = members::new_id(now_ms);
                let content = Content {
                    name: name.clone(),
                    household_id: Some(household.clone()),
                    ..Content::default()
                };
                members::create(tx, &id, organization, &content, None, now_ms)?;
                members::set_pin(tx, &id, Some(&vault.pin_hash(&id, PIN)), now_ms)?;
                made.push(Person {
                    id,
                    home: *home,
                    station: *village,
                });
            }
            Ok(made)
        })?);
    }
    Ok(made)
}

/// Opens a roll call of the whole county for a day; answers its id.
///
/// # Errors
/// When the database cannot be written.
pub fn open_roll_call(store: &Store, title: &str, now_ms: i64) -> anyhow::Result<String> {
    const DAY_MS: i64 = 24 * 3_600_000;
    let county = store
        .read(organizations::root)?
        .context("there is no county")?;
    let new = NewRollCall {
        organization_id: county.id,
        title: title.to_owned(),
        occasion: contract::roll_call::Occasion::Meeting,
        statuses: vec![contract::member::MemberStatus::Full],
        presence_secret: None,
        spot_checks: None,
        created_by: LOGIN.to_owned(),
        opens_at_ms: now_ms,
        window_ms: DAY_MS,
        grace_ms: 0,
    };
    Ok(store.write::<_, store::Error, _>(move |tx| {
        let made = roll_calls::create(tx, &new, now_ms)?;
        rounds::open(tx, &made.id, None, now_ms)?;
        Ok(made.id)
    })?)
}

/// What a TV sends when somebody enters their PIN.
#[must_use]
pub fn sign_in(roll_call: &str, member: &str, pin: &str, time: SignInTime) -> SignIn {
    SignIn {
        roll_call_id: roll_call.to_owned(),
        round: 1,
        proof: Proof::Pin {
            member_id: member.to_owned(),
            pin: pin.to_owned(),
        },
        presence_code: None,
        time,
    }
}
