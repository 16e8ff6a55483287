//! Bulletins, programmes, the township document, files.

use contract::bulletin::{Block, BulletinState};
use contract::file::{FileRef, Picture};
use contract::staff::{BulletinConfirmed, NumberConfirmed, PictureConfirmed, TakenBack};
use contract::township::Township;
use store::{Error, Outcome, Result, Store, WriteTx, bulletins, due, files, programmes, township};

use crate::fixture::{NOW, Town, bulletin, programme, published, source, write};

fn attempt<T: Send + 'static>(
    store: &Store,
    f: impl FnMut(&mut WriteTx<'_>) -> Result<T> + Send + 'static,
) -> Result<T> {
    store.write::<T, Error, _>(f)
}

fn state(store: &Store, id: &str) -> BulletinState {
    store
        .read(|tx| bulletins::get(tx, id))
        .unwrap()
        .unwrap()
        .state
}

store::on_both_engines! {
    fn a_bulletin_goes_its_way(database) {
        let store = database.open();
        let town = Town::new(&store);
        let content = bulletin(&town.east, &town.root, "三季度账目");
        let draft = { let content = content.clone(); write(&store, move |tx| bulletins::create(tx, &content, NOW)) };
        assert_eq!((draft.state, draft.version, draft.published_at_ms), (BulletinState::Draft, 1, None));
        assert_eq!(draft.content, content);
        let id = draft.id;
        let step = |f: fn(&mut WriteTx<'_>, &str, i64, i64) -> Result<bulletins::Record>, version: i64, now: i64| {
            let id = id.clone();
            attempt(&store, move |tx| f(tx, &id, version, now))
        };
        assert!(matches!(step(bulletins::publish, 1, NOW), Err(Error::WrongState(state)) if state == BulletinState::Draft.into()));
        assert_eq!(step(bulletins::submit, 1, NOW).unwrap().state, BulletinState::Submitted);
        assert!(matches!(step(bulletins::publish, 1, NOW), Err(Error::Stale { current: 2 })));
        let public = step(bulletins::publish, 2, NOW + 5).unwrap();
        assert_eq!((public.state, public.version, public.published_at_ms), (BulletinState::Published, 3, Some(NOW + 5)));
        let staff = public.to_staff();
        assert_eq!((staff.draft.organization_code.as_str(), staff.draft.audience_code.as_str()), ("ZJ", "QH"));
        assert_eq!(public.to_document().organization.name, "ZJ村");
        assert_eq!(step(bulletins::withdraw, 3, NOW).unwrap().state, BulletinState::Withdrawn);
        assert!(matches!(step(bulletins::withdraw, 4, NOW), Err(Error::WrongState(state)) if state == BulletinState::Withdrawn.into()));
        assert_eq!(step(bulletins::return_to_draft, 4, NOW).unwrap().state, BulletinState::Draft);
        let unknown = attempt(&store, |tx| bulletins::submit(tx, "nobody", 1, NOW));
        assert!(matches!(unknown, Err(Error::NotFound("bulletin"))));
    }

    fn why_something_was_taken_back_stays_until_it_is_published_again(database) {
        let store = database.open();
        let town = Town::new(&store);
        let why = TakenBack { withdrawn: true, reason: "金额要核对".into(), by: "wang".into(), at_ms: NOW };
        let record = published(&store, &bulletin(&town.east, &town.root, "账目"));
        assert_eq!(record.taken_back, None);
        let (id, told) = (record.id.clone(), why.clone());
        let gone = write(&store, move |tx| {
            bulletins::keep_why(tx, &id, &told)?;
            bulletins::withdraw(tx, &id, record.version, NOW)
        });
        assert_eq!((gone.taken_back.as_ref(), gone.version), (Some(&why), record.version + 1));
        assert_eq!(gone.to_staff().taken_back.as_ref(), Some(&why));
        let id = record.id.clone();
        let handed = write(&store, move |tx| {
            let draft = bulletins::return_to_draft(tx, &id, gone.version, NOW)?;
            bulletins::submit(tx, &id, draft.version, NOW)
        });
        assert_eq!(handed.taken_back.as_ref(), Some(&why));
        let id = record.id;
        let again = write(&store, move |tx| bulletins::publish(tx, &id, handed.version, NOW));
        assert_eq!(again.taken_back, None);

        let content = programme(&town.root, &town.root, "风采");
        let import = |hash: &'static str| {
            let content = content.clone();
            write(&store, move |tx| programmes::import(tx, &source("films/b", hash), &content, NOW)).id
        };
        let film = import("1");
        let (id, told) = (film.clone(), why.clone());
        write(&store, move |tx| {
            programmes::keep_why(tx, &id, &told)?;
            programmes::withdraw(tx, &id, NOW)
        });
        let back = |id: &str| store.read(|tx| programmes::get(tx, id)).unwrap().unwrap().taken_back;
        assert_eq!(back(&film).as_ref(), Some(&why));
        import("2");
        assert_eq!(back(&film), None, "it is back");
    }

    fn what_is_confirmed_of_a_bulletin_stays_with_it(database) {
        let store = database.open();
        let town = Town::new(&store);
        let looked = PictureConfirmed { name: "a.jpg".into(), by: "wang".into(), at_ms: NOW };
        let confirmed = BulletinConfirmed { pictures: vec![looked], ..BulletinConfirmed::default() };
        let content = bulletins::Content { confirmed: confirmed.clone(), ..bulletin(&town.east, &town.root, "账目") };
        let draft = { let content = content.clone(); write(&store, move |tx| bulletins::create(tx, &content, NOW)) };
        assert_eq!(draft.to_staff().confirmed, confirmed);
        let number = NumberConfirmed { digits: "13800000001".into(), reason: "办公".into(), by: "li".into(), at_ms: NOW };
        let more = BulletinConfirmed { numbers: vec![number], ..confirmed };
        let (id, said) = (draft.id.clone(), more.clone());
        let kept = write(&store, move |tx| {
            bulletins::confirm(tx, &id, &said)?;
            bulletins::get(tx, &id)
        });
        assert_eq!(kept.unwrap().content.confirmed, more);
        // An edit writes what it says.
        let id = draft.id;
        let edited = write(&store, move |tx| bulletins::edit(tx, &id, 1, &content, NOW));
        assert!(edited.content.confirmed.numbers.is_empty());
    }

    fn a_file_is_forgotten_when_nothing_refers_to_it(database) {
        let store = database.open();
        let town = Town::new(&store);
        let name = |letter: &str| format!("{}.jpg", letter.repeat(64));
        let file = |letter: &str| FileRef { name: name(letter), bytes: 1, media_type: "image/jpeg".into() };
        let picture = |letter: &str| Picture { screen: file(letter), thumb: file("d"), original: Some(file("e")), ..Picture::default() };
        for letter in ["a", "b", "c", "d", "e"] {
            let file = file(letter);
            write(&store, move |tx| files::put(tx, &file, NOW));
        }
        let with = |body: Vec<Block>, cover| bulletins::Content { body, cover, ..bulletin(&town.east, &town.root, "图") };
        for content in [with(vec![Block::Picture(picture("a"))], None), with(vec![], Some(picture("b")))] {
            write(&store, move |tx| bulletins::create(tx, &content, NOW));
        }
        let film = { let film = programmes::Content { poster: picture("c"), ..programme(&town.east, &town.root, "片") }; write(&store, move |tx| programmes::import(tx, &source("p", "1"), &film, NOW)) };
        assert_eq!(film.outcome, Outcome::Created);
        for (letter, goes) in [("a", false), ("b", false), ("c", false), ("d", false), ("e", false), ("f", true)] {
            let file = name(letter);
            let went = write(&store, move |tx| files::forget(tx, &file, NOW));
            assert_eq!(went, goes, "{letter}");
        }
        let waiting = |store: &Store| store.read(files::unwanted).unwrap();
        assert_eq!(waiting(&store), [name("f")]);
        // Stored again it is wanted again.
        let again = file("f");
        write(&store, move |tx| files::put(tx, &again, NOW));
        assert!(waiting(&store).is_empty());
        let file = name("f");
        assert!(write(&store, move |tx| files::forget(tx, &file, NOW)));
        assert_eq!(store.read(|tx| files::get(tx, &name("f"))).unwrap(), None);
        let file = name("f");
        write(&store, move |tx| files::gone(tx, &file));
        assert!(waiting(&store).is_empty());
    }

    fn of_two_editors_one_is_told(database) {
        let store = database.open();
        let town = Town::new(&store);
        let record = published(&store, &bulletin(&town.east, &town.root, "一"));
        let results: Vec<Result<bulletins::Record>> = std::thread::scope(|scope| {
            let editors: Vec<_> = ["甲", "乙"].map(|title| {
                let (store, id, version) = (&store, record.id.clone(), record.version);
                let content = bulletins::Content { title: title.into(), ..record.content.clone() };
                scope.spawn(move || attempt(store, move |tx| bulletins::edit(tx, &id, version, &content, NOW)))
            }).into();
            editors.into_iter().map(|editor| editor.join().unwrap()).collect()
        });
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        assert_eq!(results.iter().filter(|result| matches!(result, Err(Error::Stale { .. }))).count(), 1);
    }

    fn lists_are_by_subtree_and_page(database) {
        let store = database.open();
        let town = Town::new(&store);
        let titles: Vec<String> = (0..5).map(|number| number.to_string()).collect();
        for title in &titles {
            published(&store, &bulletin(&town.branch, &town.root, title));
        }
        published(&store, &bulletin(&town.east, &town.root, "elsewhere"));
        let filter = bulletins::Filter {
            within: town.west.id,
            state: Some(BulletinState::Published),
            list: None,
            text: None,
        };
        let page = |before: Option<&str>| store.read(|tx| bulletins::list(tx, &filter, before, 2)).unwrap();
        let mut seen = Vec::new();
        let mut before = None;
        loop {
            let records = page(before.as_deref());
            let Some(last) = records.last() else { break };
            before = Some(last.id.clone());
            seen.extend(records.into_iter().map(|record| record.content.title));
        }
        assert_eq!(seen, ["4", "3", "2", "1", "0"]);
        let none = bulletins::Filter { list: Some("other".into()), ..filter };
        assert!(store.read(|tx| bulletins::list(tx, &none, None, 9)).unwrap().is_empty());
    }

    fn expiry_takes_what_is_due(database) {
        let store = database.open();
        let town = Town::new(&store);
        let until = |at: Option<i64>| bulletins::Content { expires_at_ms: at, ..bulletin(&town.east, &town.root, "x") };
        let soon = published(&store, &until(Some(NOW + 10))).id;
        let later = published(&store, &until(Some(NOW + 20))).id;
        let never = published(&store, &until(None)).id;
        let planned = |id: &str| store.read(|tx| due::planned(tx, due::Kind::BulletinExpiry, id)).unwrap();
        assert_eq!([&soon, &later, &never].map(|id| planned(id)), [Some(NOW + 10), Some(NOW + 20), None]);
        let expire = |id: &str, now: i64| {
            let id = id.to_owned();
            write(&store, move |tx| bulletins::expire(tx, &id, now))
        };
        assert!(!expire(&soon, NOW + 9));
        assert!(expire(&soon, NOW + 10));
        assert!(!expire(&soon, NOW + 10), "once");
        assert!(!expire(&later, NOW + 10));
        assert!(!expire(&never, NOW + 100));
        assert_eq!([&soon, &later].map(|id| planned(id)), [None, Some(NOW + 20)]);
        assert_eq!(state(&store, &soon), BulletinState::Expired);
        assert_eq!((state(&store, &later), state(&store, &never)), (BulletinState::Published, BulletinState::Published));
        let record = store.read(|tx| bulletins::get(tx, &later)).unwrap().unwrap();
        let id = later.clone();
        let prolonged = bulletins::Content { expires_at_ms: Some(NOW + 30), ..record.content };
        let edited = write(&store, move |tx| bulletins::edit(tx, &id, record.version, &prolonged, NOW));
        assert_eq!(planned(&later), Some(NOW + 30));
        let id = later.clone();
        write(&store, move |tx| bulletins::withdraw(tx, &id, edited.version, NOW));
        assert_eq!(planned(&later), None);
    }

    fn importing_again_changes_only_what_changed(database) {
        let store = database.open();
        let town = Town::new(&store);
        let import = |hash: &'static str, title: &str, expires_at_ms: Option<i64>| {
            let content = bulletins::Content { expires_at_ms, ..bulletin(&town.east, &town.root, title) };
            write(&store, move |tx| bulletins::import(tx, &source("a.md", hash), &content, NOW - 9, NOW))
        };
        let first = import("1", "一", None);
        assert_eq!(first.outcome, Outcome::Created);
        assert_eq!(import("1", "一", None).outcome, Outcome::Unchanged);
        let second = import("2", "二", None);
        assert_eq!((second.outcome, &second.id), (Outcome::Updated, &first.id));
        let record = store.read(|tx| bulletins::get(tx, &first.id)).unwrap().unwrap();
        assert_eq!((record.content.title.as_str(), record.published_at_ms), ("二", Some(NOW - 9)));
        assert_eq!(record.source_key.as_deref(), Some("a.md"));

        assert!(write(&store, |tx| bulletins::withdraw_source(tx, "a.md", NOW)));
        assert!(!write(&store, |tx| bulletins::withdraw_source(tx, "a.md", NOW)));
        assert_eq!(state(&store, &first.id), BulletinState::Withdrawn);
        assert_eq!(store.read(bulletins::sources).unwrap()[0].hash, None);
        assert_eq!(import("2", "二", None).outcome, Outcome::Updated, "it is back");
        assert_eq!(state(&store, &first.id), BulletinState::Published);
        import("3", "三", Some(NOW));
        assert_eq!(state(&store, &first.id), BulletinState::Expired);
        assert_eq!(store.integrity_check().unwrap(), Vec::<String>::new());
    }

    fn programmes_are_imported_and_withdrawn(database) {
        let store = database.open();
        let town = Town::new(&store);
        let content = programme(&town.root, &town.root, "风采");
        let import = |hash: &'static str| {
            let content = content.clone();
            write(&store, move |tx| programmes::import(tx, &source("films/a", hash), &content, NOW))
        };
        let first = import("1");
        assert_eq!((first.outcome, import("1").outcome), (Outcome::Created, Outcome::Unchanged));
        let get = || store.read(|tx| programmes::get(tx, &first.id)).unwrap().unwrap();
        assert_eq!((get().content, get().withdrawn_at_ms), (content.clone(), None));
        let id = first.id.clone();
        assert!(write(&store, move |tx| programmes::withdraw(tx, &id, NOW + 1)));
        let id = first.id.clone();
        assert!(!write(&store, move |tx| programmes::withdraw(tx, &id, NOW + 2)));
        assert_eq!(get().withdrawn_at_ms, Some(NOW + 1));
        assert_eq!(import("2").outcome, Outcome::Updated);
        assert_eq!(get().withdrawn_at_ms, None);
        assert!(write(&store, |tx| programmes::withdraw_source(tx, "films/a", NOW + 3)));
        let all = programmes::Filter { within: &town.root.id, ..programmes::Filter::default() };
        assert_eq!(store.read(|tx| programmes::list(tx, &all, None, 9)).unwrap(), [get()]);
        let kept = programmes::Filter { kept: true, ..all };
        assert!(store.read(|tx| programmes::list(tx, &kept, None, 9)).unwrap().is_empty());
        assert_eq!(store.read(programmes::sources).unwrap()[0].id, first.id);
    }

    fn the_township_document_is_replaced_when_it_differs(database) {
        let store = database.open();
        assert_eq!(store.read(township::get).unwrap(), None);
        let put = |name: &'static str, hash: &'static str| {
            write(&store, move |tx| township::put(tx, &Township { name: name.into(), ..Township::default() }, hash, NOW))
        };
        assert!(put("清河镇", "1"));
        assert!(!put("清河镇", "1"));
        assert!(put("青河镇", "2"));
        assert_eq!(store.read(township::get).unwrap().unwrap().name, "青河镇");
        assert_eq!(store.read(township::source_hash).unwrap().as_deref(), Some("2"));
    }

    fn a_file_is_noted_once(database) {
        let store = database.open();
        let file = |name: &str| FileRef { name: name.into(), bytes: 5_000_000_000, media_type: "video/mp4".into() };
        let put = |name: &str| { let file = file(name); write(&store, move |tx| files::put(tx, &file, NOW)) };
        assert!(put("b.mp4"));
        assert!(!put("b.mp4"));
        assert!(put("a.mp4"));
        assert_eq!(store.read(|tx| files::get(tx, "b.mp4")).unwrap(), Some(file("b.mp4")));
        assert_eq!(store.read(|tx| files::get(tx, "c.mp4")).unwrap(), None);
        assert_eq!(store.read(|tx| files::list(tx, Some("a.mp4"), 9)).unwrap(), [file("b.mp4")]);
    }
}
