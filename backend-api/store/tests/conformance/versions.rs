//! Versions of what two people can edit: one table of every kind and every write.

use contract::account::Role;
use contract::meeting::RecordingState;
use contract::terminal::TerminalKind;
use contract::township::Township;
use store::members::{self, moves, purge};
use store::terminals::NewTerminal;
use store::versions::Seen;
use store::{Error, Result, Store, WriteTx};
use store::{bulletins, duty, households, meetings, staff, terminals, township};

use crate::fixture::{NOW, Town, bulletin, source, write};
use crate::members::named;

type Write = Box<dyn FnMut(&mut WriteTx<'_>) -> Result<()> + Send>;

/// One thing of a kind, which version it is, and everything that can be done to it, in an order in which it
/// can be.
struct Case {
    kind: &'static str,
    version: Box<dyn Fn(&Store) -> i64>,
    writes: Vec<(&'static str, Write)>,
}

fn write_of<T>(
    id: &str,
    work: impl Fn(&mut WriteTx<'_>, &str) -> Result<T> + Send + 'static,
) -> Write {
    let id = id.to_owned();
    Box::new(move |tx| work(tx, &id).map(|_| ()))
}

fn bulletin_case(store: &Store, town: &Town) -> Case {
    let content = bulletin(&town.root, &town.root, "公示");
    let imported = content.clone();
    let id = write(store, move |tx| {
        bulletins::import(tx, &source("a.md", "1"), &imported, NOW, NOW)
    })
    .id;
    let (key, again) = (id.clone(), content.clone());
    Case {
        kind: "bulletin",
        version: Box::new(move |store| {
            let found = store.read(|tx| bulletins::get(tx, &key)).unwrap();
            found.unwrap().version
        }),
        writes: vec![
            (
                "edit",
                write_of(&id, move |tx, id| {
                    bulletins::edit(tx, id, Seen::Any, &content, NOW)
                }),
            ),
            (
                "withdraw",
                write_of(&id, |tx, id| bulletins::withdraw(tx, id, Seen::Any, NOW)),
            ),
            (
                "return",
                write_of(&id, |tx, id| {
                    bulletins::return_to_draft(tx, id, Seen::Any, NOW)
                }),
            ),
            (
                "submit",
                write_of(&id, |tx, id| bulletins::submit(tx, id, Seen::Any, NOW)),
            ),
            (
                "publish",
                write_of(&id, |tx, id| bulletins::publish(tx, id, Seen::Any, NOW)),
            ),
            (
                "import",
                write_of(&id, move |tx, _| {
                    bulletins::import(tx, &source("a.md", "2"), &again, NOW, NOW)
                }),
            ),
            (
                "item gone",
                write_of(&id, |tx, _| bulletins::withdraw_source(tx, "a.md", NOW)),
            ),
        ],
    }
}

fn meeting_case(store: &Store, town: &Town) -> Case {
    let content = meetings::Content {
        title: "例会".into(),
        organization_id: town.root.id.clone(),
        audience_id: town.root.id.clone(),
        starts_at_ms: NOW + 60_000,
        planned_ms: 3_600_000,
        ..meetings::Content::default()
    };
    let imported = content.clone();
    let id = write(store, move |tx| {
        meetings::import(tx, &source("row", "1"), &imported, "import", NOW)
    })
    .id;
    let (key, again, back) = (id.clone(), content.clone(), content.clone());
    Case {
        kind: "meeting",
        version: Box::new(move |store| {
            let found = store.read(|tx| meetings::get(tx, &key)).unwrap();
            found.unwrap().version
        }),
        writes: vec![
            (
                "edit",
                write_of(&id, move |tx, id| {
                    meetings::edit(tx, id, Seen::Any, &content, NOW)
                }),
            ),
            (
                "import",
                write_of(&id, move |tx, _| {
                    meetings::import(tx, &source("row", "2"), &again, "import", NOW)
                }),
            ),
            (
                "row gone",
                write_of(&id, |tx, _| meetings::withdraw_source(tx, "row", NOW)),
            ),
            (
                "row back",
                write_of(&id, move |tx, _| {
                    meetings::import(tx, &source("row", "3"), &back, "import", NOW)
                }),
            ),
            (
                "start",
                write_of(&id, |tx, id| meetings::start(tx, id, NOW)),
            ),
            (
                "recording",
                write_of(&id, |tx, id| {
                    meetings::set_recording(tx, id, RecordingState::Recording, NOW)
                }),
            ),
            ("end", write_of(&id, |tx, id| meetings::end(tx, id, NOW))),
        ],
    }
}

fn member_case(store: &Store, town: &Town) -> Case {
    let (village, other) = (town.east.id.clone(), town.west.id.clone());
    let id = write(store, move |tx| {
        let id = members::new_id(NOW);
        members::create(
            tx,
            &id,
            &village,
            &named("甲"),
            Some(&source("r", "1")),
            NOW,
        )
    })
    .id;
    let key = id.clone();
    Case {
        kind: "member",
        version: Box::new(move |store| {
            let found = store.read(|tx| members::get(tx, &key)).unwrap();
            found.unwrap().version
        }),
        writes: vec![
            (
                "edit",
                write_of(&id, |tx, id| {
                    members::update(tx, id, Seen::Any, &named("乙"), None, NOW)
                }),
            ),
            (
                "import",
                write_of(&id, |tx, id| {
                    let source = source("r", "2");
                    members::update(tx, id, Seen::Any, &named("丙"), Some(&source), NOW)
                }),
            ),
            (
                "PIN",
                write_of(&id, |tx, id| members::set_pin(tx, id, Some("hash"), NOW)),
            ),
            (
                "transfer",
                write_of(&id, move |tx, id| {
                    moves::transfer(tx, id, &other, "li", "搬家", NOW)
                }),
            ),
            (
                "leave",
                write_of(&id, |tx, id| moves::set_left(tx, id, Some(NOW), NOW)),
            ),
            (
                "return",
                write_of(&id, |tx, id| moves::set_left(tx, id, None, NOW)),
            ),
            ("purge", write_of(&id, |tx, id| purge::purge(tx, id, NOW))),
        ],
    }
}

fn tv(store: &Store, organization_id: &str, token: &'static str) -> String {
    let new = NewTerminal {
        kind: TerminalKind::Household,
        name: token.into(),
        organization_id: organization_id.to_owned(),
        token_sha256: token.into(),
    };
    write(store, move |tx| terminals::create(tx, &new, NOW)).id
}

fn home(store: &Store, organization_id: &str, name: &'static str) -> String {
    let organization_id = organization_id.to_owned();
    write(store, move |tx| {
        households::create(tx, &organization_id, name, NOW)
    })
    .id
}

fn household_case(store: &Store, town: &Town) -> Case {
    let id = home(store, &town.east.id, "1 号");
    let (key, tv) = (id.clone(), tv(store, &town.east.id, "tv of 1"));
    Case {
        kind: "household",
        version: Box::new(move |store| {
            let found = store.read(|tx| households::get(tx, &key)).unwrap();
            found.unwrap().version
        }),
        writes: vec![
            (
                "rename",
                write_of(&id, |tx, id| households::rename(tx, id, "2 号")),
            ),
            (
                "bind",
                write_of(&id, move |tx, id| households::bind(tx, id, Some(&tv))),
            ),
            (
                "unbind",
                write_of(&id, |tx, id| households::bind(tx, id, None)),
            ),
        ],
    }
}

fn terminal_case(store: &Store, town: &Town) -> Case {
    let id = tv(store, &town.east.id, "tv");
    let (first, second) = (
        home(store, &town.east.id, "8 号"),
        home(store, &town.east.id, "9 号"),
    );
    let (key, bound, lost, gone) = (id.clone(), id.clone(), first.clone(), second.clone());
    let (again, west) = (id.clone(), town.west.id.clone());
    Case {
        kind: "terminal",
        version: Box::new(move |store| {
            let found = store.read(|tx| terminals::get(tx, &key)).unwrap();
            found.unwrap().version
        }),
        writes: vec![
            (
                "rename",
                write_of(&id, |tx, id| terminals::rename(tx, id, "新家")),
            ),
            // Whose it is is edited with it.
            (
                "given to a household",
                write_of(&first, move |tx, first| {
                    households::bind(tx, first, Some(&bound))
                }),
            ),
            (
                "taken from a household",
                write_of(&lost, |tx, lost| households::bind(tx, lost, None)),
            ),
            (
                "given to another one",
                write_of(&second, move |tx, second| {
                    households::bind(tx, second, Some(&again))
                }),
            ),
            ("household deleted", write_of(&gone, households::delete)),
            (
                "kind",
                write_of(&id, |tx, id| {
                    terminals::set_kind(tx, id, TerminalKind::Station)
                }),
            ),
            (
                "move",
                write_of(&id, move |tx, id| terminals::move_to(tx, id, &west)),
            ),
            (
                "revoke",
                write_of(&id, |tx, id| terminals::revoke(tx, id, NOW)),
            ),
        ],
    }
}

fn duty_room_case(store: &Store, town: &Town) -> Case {
    let content = duty::Content {
        title: "值班室".into(),
        organization_id: town.east.id.clone(),
        picture: duty::Picture::Camera("k1.sealed".into()),
    };
    let imported = content.clone();
    let id = write(store, move |tx| {
        let id = duty::new_id(NOW);
        duty::import(tx, &id, &source("room", "1"), &imported, "import", NOW)
    })
    .id;
    let (key, again) = (id.clone(), content.clone());
    Case {
        kind: "duty room",
        version: Box::new(move |store| {
            let found = store.read(|tx| duty::get(tx, &key)).unwrap();
            found.unwrap().version
        }),
        writes: vec![
            (
                "edit",
                write_of(&id, move |tx, id| duty::edit(tx, id, &content, NOW)),
            ),
            (
                "import",
                write_of(&id, move |tx, id| {
                    duty::import(tx, id, &source("room", "2"), &again, "import", NOW)
                }),
            ),
        ],
    }
}

fn account_case(store: &Store, town: &Town) -> Case {
    let (root, east) = (town.root.id.clone(), town.east.id.clone());
    let id = write(store, move |tx| {
        staff::create_account(tx, "li", "hash", &root, Role::Reader, NOW)
    })
    .id;
    let key = id.clone();
    Case {
        kind: "account",
        version: Box::new(move |store| {
            let found = store.read(|tx| staff::account(tx, &key)).unwrap();
            found.unwrap().version
        }),
        writes: vec![
            (
                "rights",
                write_of(&id, move |tx, id| {
                    staff::set_rights(tx, id, Role::BranchSecretary, &east)
                }),
            ),
            (
                "password",
                write_of(&id, |tx, id| staff::set_password(tx, id, "other")),
            ),
            (
                "own password",
                write_of(&id, |tx, id| staff::change_password(tx, id, "third", "x")),
            ),
            (
                "second factor",
                write_of(&id, |tx, id| {
                    staff::offer_totp(tx, id, Some("k1.sealed"))?;
                    staff::confirm_totp(tx, id, 1)
                }),
            ),
            ("no second factor", write_of(&id, staff::remove_totp)),
            ("close", write_of(&id, |tx, id| staff::disable(tx, id, NOW))),
            ("open", write_of(&id, staff::enable)),
        ],
    }
}

fn township_case(store: &Store) -> Case {
    let put = |tx: &mut WriteTx<'_>, name: &str| {
        let township = Township {
            name: name.into(),
            ..Township::default()
        };
        township::put(tx, &township, name, NOW)
    };
    write(store, move |tx| put(tx, "清河镇"));
    Case {
        kind: "township",
        version: Box::new(|store| store.read(township::versioned).unwrap().unwrap().1),
        writes: vec![("replace", write_of("青河镇", put))],
    }
}

store::on_both_engines! {
    fn the_version_grows_with_every_write(database) {
        let store = database.open();
        let town = Town::new(&store);
        let cases = [
            bulletin_case(&store, &town), meeting_case(&store, &town), member_case(&store, &town),
            household_case(&store, &town), terminal_case(&store, &town), duty_room_case(&store, &town),
            account_case(&store, &town), township_case(&store),
        ];
        for case in cases {
            let mut before = (case.version)(&store);
            assert_eq!(before, 1, "{}", case.kind);
            for (what, work) in case.writes {
                write(&store, work);
                let now = (case.version)(&store);
                assert!(now > before, "{}: {what}: {before} → {now}", case.kind);
                before = now;
            }
        }
        assert_eq!(store.integrity_check().unwrap(), Vec::<String>::new());
    }

    fn what_changes_nothing_of_it_is_no_version(database) {
        let store = database.open();
        let town = Town::new(&store);
        let tv = tv(&store, &town.east.id, "tv");
        let house = home(&store, &town.east.id, "1 号");
        let east = town.east.id.clone();
        let (account, room) = {
            let (root, east) = (town.root.id, east.clone());
            write(&store, move |tx| {
                let content = duty::Content {
                    title: "值班室".into(),
                    organization_id: east.clone(),
                    picture: duty::Picture::Camera("k1.sealed".into()),
                };
                Ok((
                    staff::create_account(tx, "li", "hash", &root, Role::Reader, NOW)?.id,
                    duty::create(tx, &duty::new_id(NOW), &content, "li", NOW)?,
                ))
            })
        };
        let (terminal, home, who, looked) = (tv.clone(), house.clone(), account.clone(), room.clone());
        write(&store, move |tx| {
            terminals::touch(tx, &terminal, NOW + 60_000)?;
            terminals::rename(tx, &terminal, "tv")?;
            terminals::set_kind(tx, &terminal, TerminalKind::Household)?;
            terminals::move_to(tx, &terminal, &east)?;
            households::rename(tx, &home, "1 号")?;
            households::bind(tx, &home, None)?;
            staff::offer_totp(tx, &who, Some("k1.sealed"))?;
            duty::looks::open(tx, &looked, "li", NOW)?;
            duty::replace_camera(tx, &looked.id, "k2.sealed")
        });
        let versions = store.read(|tx| Ok::<_, Error>([
            terminals::get(tx, &tv)?.unwrap().version,
            households::get(tx, &house)?.unwrap().version,
            staff::account(tx, &account)?.unwrap().version,
            duty::get(tx, &room.id)?.unwrap().version,
        ])).unwrap();
        assert_eq!(versions, [1; 4]);
    }

    fn each_version_says_who_wrote_it_and_when(database) {
        let store = database.open();
        let town = Town::new(&store);
        let content = bulletin(&town.root, &town.root, "公示");
        let plan = meetings::Content {
            title: "例会".into(),
            organization_id: town.root.id.clone(),
            audience_id: town.root.id.clone(),
            starts_at_ms: NOW + 60_000,
            planned_ms: 3_600_000,
            ..meetings::Content::default()
        };
        let village = town.east.id;
        let (bulletin_id, meeting_id, member_id) = write(&store, move |tx| {
            tx.written_by("li");
            let member = members::new_id(NOW);
            Ok((
                bulletins::create(tx, &content, NOW)?.id,
                meetings::create(tx, &plan, "li", NOW)?.id,
                members::create(tx, &member, &village, &named("甲"), None, NOW)?.id,
            ))
        });
        let last = || store.read(|tx| {
            let bulletin = bulletins::get(tx, &bulletin_id)?.unwrap().to_staff();
            let meeting = meetings::get(tx, &meeting_id)?.unwrap().to_staff();
            let member = members::get(tx, &member_id)?.unwrap().shown(Vec::new());
            Ok::<_, Error>([
                (bulletin.updated_by, bulletin.updated_at_ms),
                (meeting.updated_by, meeting.updated_at_ms),
                (member.updated_by, member.updated_at_ms),
            ])
        }).unwrap();
        let by = |login: Option<&str>, at_ms| [(); 3].map(|()| (login.map(str::to_owned), at_ms));
        assert_eq!(last(), by(Some("li"), NOW));
        let ids = [bulletin_id.clone(), meeting_id.clone(), member_id.clone()];
        let [bulletin, meeting, member] = ids.clone();
        write(&store, move |tx| {
            tx.written_by("wang");
            bulletins::submit(tx, &bulletin, 1, NOW + 1)?;
            meetings::start(tx, &meeting, NOW + 1)?;
            moves::set_left(tx, &member, Some(NOW), NOW + 1)
        });
        assert_eq!(last(), by(Some("wang"), NOW + 1));
        // The server by itself, or somebody at a TV.
        let [bulletin, meeting, member] = ids;
        write(&store, move |tx| {
            bulletins::return_to_draft(tx, &bulletin, 2, NOW + 2)?;
            meetings::end(tx, &meeting, NOW + 2)?;
            members::set_pin(tx, &member, Some("hash"), NOW + 2)
        });
        assert_eq!(last(), by(None, NOW + 2));
    }
}
