//! What lists are narrowed to: a name or how it is read, and how things stand.

use contract::member::HouseholdOnly;
use contract::organization::OrganizationKind;
use contract::staff_programme::ProgrammeStand;
use contract::terminal::{TerminalKind, TerminalOnly, TerminalStorage};
use store::members::search::{self, Only};
use store::members::{self, Content, moves, purge};
use store::versions::Seen;
use store::{bulletins, households, organizations, programmes, terminals};

use crate::fixture::{NOW, Town, bulletin, programme, published, write};
use crate::members::{add, named, number};
use crate::terminals::terminal;

store::on_both_engines! {
    fn members_are_found_by_name_and_by_how_it_is_read(database) {
        let store = database.open();
        let town = Town::new(&store);
        let names = ["秦素云", "单小平", "曾国良", "解 放", "李A明"];
        let ids: Vec<String> = names.map(|name| add(&store, &town.west, &named(name)).id).into();
        let found = |within: &str, name: &str| {
            let filter = search::Filter { within, name: Some(name), ..search::Filter::default() };
            let found = store.read(|tx| search::list(tx, &filter, None, 10)).unwrap();
            found.into_iter().map(|it| it.name).collect::<Vec<_>>()
        };
        let here = |name: &str| found(&town.root.id, name);
        for typed in ["qsy", "QinSu", "素云", " 秦 素 ", "qinsy"] {
            assert_eq!(here(typed), ["秦素云"], "{typed}");
        }
        assert_eq!(here("shan"), ["单小平"]);
        assert_eq!(here("dxp"), ["单小平"]);
        assert_eq!(here("zeng"), ["曾国良"]);
        assert_eq!(here("xief"), ["解 放"]);
        assert_eq!(here("解放"), ["解 放"]);
        assert_eq!(here("a明"), ["李A明"]);
        assert_eq!(here("wang"), [] as [&str; 0]);
        assert_eq!(here(" ").len(), names.len(), "nothing was typed");
        assert_eq!(found(&town.east.id, "qsy"), [] as [&str; 0]);

        // Another name is found, and the old one is not.
        let (id, purged) = (ids[0].clone(), ids[1].clone());
        write(&store, move |tx| {
            members::update(tx, &id, Seen::Any, &named("王素云"), None, NOW + 1)?;
            purge::purge(tx, &purged, NOW + 1)
        });
        assert_eq!(here("wangsy"), ["王素云"]);
        assert_eq!(here("qin"), [] as [&str; 0]);
        assert_eq!(here("shan"), [] as [&str; 0]);
        let everything: Vec<_> = store::testing::rows(&store).into_iter().flat_map(|row| row.values).collect();
        assert!(everything.iter().all(|it| !it.contains("danxiaoping") && !it.contains("单小平")));
    }

    fn members_are_found_by_what_they_lack(database) {
        let store = database.open();
        let town = Town::new(&store);
        let with = |name: &str, content: Content| add(&store, &town.west, &Content { name: name.into(), ..content });
        with("exempt", Content { exempt_reason: Some("年老体弱".into()), phone: number("1"), ..Content::default() });
        with("old", Content { id_number: number("a"), born_on: Some("1946-11-30".into()), ..Content::default() });
        with("younger", Content { id_number: number("b"), born_on: Some("1946-12-01".into()), phone: number("2"), ..Content::default() });
        let gone = with("gone", Content { phone: number("2"), ..Content::default() }).id;
        let pin = with("pin", Content { phone: number("1"), ..Content::default() }).id;
        add(&store, &town.east, &Content { name: "elsewhere".into(), phone: number("2"), ..Content::default() });
        write(&store, move |tx| {
            moves::set_left(tx, &gone, Some(NOW), NOW)?;
            members::set_pin(tx, &pin, Some("hash"), NOW)
        });
        let only = |only: Only<'_>| {
            let filter = search::Filter { within: &town.west.id, only: Some(only), ..search::Filter::default() };
            let found = store.read(|tx| search::list(tx, &filter, None, 10)).unwrap();
            found.into_iter().map(|it| it.name).collect::<Vec<_>>()
        };
        assert_eq!(only(Only::Exempt), ["exempt"]);
        assert_eq!(only(Only::NoPin), ["younger", "old", "exempt"]);
        assert_eq!(only(Only::NoPhone), ["old"]);
        assert_eq!(only(Only::BornUntil("1946-11-30")), ["old"]);
        assert_eq!(only(Only::Left), ["gone"]);
        // Whom one does not see is nobody's double, and neither is who left.
        assert_eq!(only(Only::Double(&town.west.id)), ["pin", "exempt"]);
        assert_eq!(only(Only::Double(&town.root.id)), ["pin", "younger", "exempt"]);
        let tail = |tail: &str| {
            let filter = search::Filter { within: &town.west.id, phone_tail: Some(tail), ..search::Filter::default() };
            store.read(|tx| search::list(tx, &filter, None, 10)).unwrap().len()
        };
        assert_eq!((tail("1"), tail("2"), tail("%")), (2, 1, 0), "of numbers as they are shown, of who is there");
    }

    fn households_are_found_by_who_lives_there(database) {
        let store = database.open();
        let town = Town::new(&store);
        let tv = terminal(&store, &town.west.id, "tv").id;
        let (place, bound) = (town.west.id.clone(), tv.clone());
        let made = write(&store, move |tx| {
            let one = households::create(tx, &place, "石桥 12 号", NOW)?;
            let two = households::create(tx, &place, "石桥 13 号", NOW)?;
            households::bind(tx, &two.id, Some(&bound))?;
            Ok([one.id, two.id])
        });
        let living = |household: &str, name: &str| Content { household_id: Some(household.into()), ..named(name) };
        add(&store, &town.west, &living(&made[0], "曾国良"));
        let left = add(&store, &town.west, &living(&made[1], "曾素云")).id;
        write(&store, move |tx| moves::set_left(tx, &left, Some(NOW), NOW));
        let found = |within: &str, name: Option<&str>, only: Option<HouseholdOnly>| {
            let filter = households::Filter { within, name, only, ..households::Filter::default() };
            let found = store.read(|tx| households::list(tx, &filter, None, 10)).unwrap();
            found.into_iter().map(|it| it.name).collect::<Vec<_>>()
        };
        let root = &town.root.id;
        assert_eq!(found(root, Some("zeng"), None), ["石桥 12 号"], "who left lives nowhere");
        assert_eq!(found(root, Some("sq"), None), ["石桥 13 号", "石桥 12 号"]);
        assert_eq!(found(root, Some("12号"), None), ["石桥 12 号"]);
        assert_eq!(found(root, None, Some(HouseholdOnly::Tv)), ["石桥 13 号"]);
        assert_eq!(found(root, None, Some(HouseholdOnly::NoTv)), ["石桥 12 号"]);
        assert_eq!(found(root, Some("shiqiao"), Some(HouseholdOnly::Nobody)), ["石桥 13 号"]);
        assert_eq!(found(&town.east.id, None, None), [] as [&str; 0]);
        let of_tv = households::Filter { within: root, terminal_id: Some(&tv), ..households::Filter::default() };
        let of_tv = store.read(|tx| households::list(tx, &of_tv, None, 10)).unwrap();
        assert_eq!(of_tv.iter().map(|it| &it.id).collect::<Vec<_>>(), [&made[1]]);
        let words = |words: &[&str]| store.read(|tx| households::find(tx, root, words, 10)).unwrap().len();
        assert_eq!((words(&["zeng"]), words(&["sq", "lj"]), words(&["sq", "none"])), (1, 2, 0));
        let id = made[0].clone();
        write(&store, move |tx| households::rename(tx, &id, "村口"));
        assert_eq!(found(root, Some("ck"), None), ["村口"]);
        assert_eq!(found(root, Some("sq"), None), ["石桥 13 号"]);
    }

    fn terminals_are_found_by_their_place_and_their_silence(database) {
        let store = database.open();
        let town = Town::new(&store);
        let ids: Vec<String> = ["1", "2", "3", "4", "5"].map(|token| terminal(&store, &town.branch.id, token).id).into();
        let place = town.branch.id.clone();
        let (all, minute) = (ids.clone(), NOW - NOW % 60_000);
        write(&store, move |tx| {
            terminals::touch(tx, &all[0], minute)?;
            terminals::touch(tx, &all[1], minute - 3_600_000)?;
            terminals::set_storage(tx, &all[0], TerminalStorage::Disk)?;
            terminals::set_storage(tx, &all[1], TerminalStorage::Nothing)?;
            terminals::set_kind(tx, &all[2], TerminalKind::Station)?;
            terminals::rename(tx, &all[2], "会议室")?;
            terminals::touch(tx, &all[3], minute)?;
            terminals::revoke(tx, &all[3], NOW)?;
            organizations::update(tx, &place, OrganizationKind::Village, "桃园村", NOW)
        });
        let find = |filter: terminals::Filter<'_>| {
            let filter = terminals::Filter { within: &town.west.id, since_ms: minute - 60_000, ..filter };
            let found = store.read(|tx| terminals::select(tx, &filter, None, 10)).unwrap();
            let place = |id: &String| ids.iter().position(|one| one == id).unwrap() + 1;
            found.iter().map(|it| place(&it.id)).collect::<Vec<_>>()
        };
        let only = |only| find(terminals::Filter { only: Some(only), ..terminals::Filter::default() });
        let name = |name| find(terminals::Filter { name: Some(name), ..terminals::Filter::default() });
        assert_eq!(only(TerminalOnly::Used), [5, 3, 2, 1]);
        assert_eq!(only(TerminalOnly::Heard), [1]);
        assert_eq!(only(TerminalOnly::Silent), [2]);
        assert_eq!(only(TerminalOnly::Never), [5, 3]);
        assert_eq!(only(TerminalOnly::WithoutHousehold), [5, 2, 1]);
        assert_eq!(only(TerminalOnly::StorageFailed), [2]);
        assert_eq!(only(TerminalOnly::Revoked), [4]);
        assert_eq!(name("hys"), [3]);
        assert_eq!(name("taoyuan").len(), 5, "by the name of where they are");
        let kind = Some(TerminalKind::Station);
        assert_eq!(find(terminals::Filter { kind, ..terminals::Filter::default() }), [3]);
    }

    fn documents_are_found_by_words_and_by_how_their_title_is_read(database) {
        let store = database.open();
        let town = Town::new(&store);
        let fees = published(&store, &bulletin(&town.west, &town.root, "第三季度党费收缴公示"));
        published(&store, &bulletin(&town.east, &town.root, "银行利息"));
        let bulletins = |within: &str, text: &str| {
            let filter = bulletins::Filter { within: within.into(), state: None, list: None, text: Some(text.into()) };
            let found = store.read(|tx| bulletins::list(tx, &filter, None, 10)).unwrap();
            found.into_iter().map(|it| it.content.title).collect::<Vec<_>>()
        };
        let root = &town.root.id;
        assert_eq!(bulletins(root, "dfsj"), ["第三季度党费收缴公示"]);
        assert_eq!(bulletins(root, "yinhang"), ["银行利息"]);
        assert_eq!(bulletins(root, "利息的正文"), ["银行利息"], "in its text");
        assert_eq!(bulletins(root, "摘要").len(), 2);
        assert_eq!(bulletins(&town.west.id, "摘要").len(), 1);
        let other = bulletin(&town.west, &town.root, "植树");
        write(&store, move |tx| bulletins::edit(tx, &fees.id, fees.version, &other, NOW));
        assert_eq!(bulletins(root, "dfsj"), [] as [&str; 0]);
        assert_eq!(bulletins(root, "zhishu"), ["植树"]);

        let film = programme(&town.east, &town.root, "乡村振兴");
        write(&store, move |tx| {
            programmes::create(tx, &film, NOW)?;
            let draft = programmes::Content { title: "采茶".into(), category: "other".into(), ..film.clone() };
            let gone = programmes::create(tx, &draft, NOW)?;
            programmes::withdraw(tx, &gone, NOW)?;
            programmes::draft(tx, &draft, NOW)
        });
        let films = |filter: programmes::Filter<'_>| {
            let filter = programmes::Filter { within: &town.root.id, kept: true, ..filter };
            let found = store.read(|tx| programmes::list(tx, &filter, None, 10)).unwrap();
            found.into_iter().map(|it| it.content.title).collect::<Vec<_>>()
        };
        let none = programmes::Filter::default();
        assert_eq!(films(none), ["采茶", "乡村振兴"], "without what was withdrawn");
        assert_eq!(films(programmes::Filter { text: Some("xczx"), ..none }), ["乡村振兴"]);
        assert_eq!(films(programmes::Filter { list: Some("other"), ..none }), ["采茶"]);
        assert_eq!(films(programmes::Filter { stand: Some(ProgrammeStand::Draft), ..none }), ["采茶"]);
        assert_eq!(films(programmes::Filter { stand: Some(ProgrammeStand::Published), ..none }), ["乡村振兴"]);
        assert_eq!(films(programmes::Filter { stand: Some(ProgrammeStand::Making), ..none }), [] as [&str; 0]);
        assert_eq!(films(programmes::Filter { captions: Some(false), ..none }).len(), 2);
        assert_eq!(films(programmes::Filter { captions: Some(true), ..none }), [] as [&str; 0]);
    }
}
