//! Films that staff upload, and programmes that are made of them.

use contract::account::Role;
use contract::file::{FileRef, Picture};
use contract::programme::Rendition;
use contract::staff_programme::{FilmState, ProgrammeState};
use contract::upload::UploadState;
use store::due::{self, Kind};
use store::uploads::{self, ABANDONED_MS};
use store::versions::Seen;
use store::{Error, Store, feed, films, programmes, staff};

use crate::fixture::{NOW, Town, programme, write};

fn account(store: &Store, login: &str, organization: &str) -> String {
    let (login, organization) = (login.to_owned(), organization.to_owned());
    write(store, move |tx| {
        let made =
            staff::create_account(tx, &login, "x", &organization, Role::OrganizationStaff, NOW)?;
        Ok(made.id)
    })
}

fn begun(store: &Store, account: &str, bytes: u64) -> String {
    let new = uploads::New {
        id: uploads::new_id(NOW),
        account_id: account.to_owned(),
        file_name: "春耕.mp4".to_owned(),
        bytes,
        sha256: None,
    };
    write(store, move |tx| uploads::create(tx, &new, NOW)).id
}

fn advance(store: &Store, id: &str, from: u64, to: u64) -> bool {
    let id = id.to_owned();
    write(store, move |tx| {
        uploads::advance(tx, &id, from, to, NOW + 1)
    })
}

fn there(store: &Store, id: &str) -> uploads::Record {
    store.read(|tx| uploads::get(tx, id)).unwrap().unwrap()
}

/// One that is here as a whole and a film.
fn ready(store: &Store, account: &str) -> String {
    let id = begun(store, account, 10);
    assert!(advance(store, &id, 0, 10));
    let which = id.clone();
    assert!(write(store, move |tx| uploads::found_good(tx, &which, NOW)));
    id
}

fn rendition(name: &str) -> Rendition {
    Rendition {
        file: FileRef {
            name: name.to_owned(),
            bytes: 3,
            media_type: "video/mp4".to_owned(),
        },
        width: 1_280,
        height: 720,
        bitrate: 1,
        has_audio: true,
    }
}

store::on_both_engines! {
    fn what_counts_goes_on_only_from_where_it_is(database) {
        let store = database.open();
        let town = Town::new(&store);
        let (zhang, li) = (account(&store, "zhang", &town.root.id), account(&store, "li", &town.root.id));
        let id = begun(&store, &zhang, 10);
        let other = begun(&store, &li, 7);
        assert_eq!(there(&store, &id).state, UploadState::Receiving);
        assert!(advance(&store, &id, 0, 4));
        // Whoever writes after another process did, from where it was.
        assert!(!advance(&store, &id, 0, 6));
        assert!(!advance(&store, &id, 4, 11));
        assert_eq!(there(&store, &id).received, 4);
        let open = store.read(|tx| uploads::open(tx, &zhang)).unwrap();
        assert_eq!(open, uploads::Open { own: 1, all: 2, to_come: 6 + 7 });
        assert!(advance(&store, &id, 4, 10));
        assert_eq!(there(&store, &id).state, UploadState::Checking);
        assert!(!advance(&store, &id, 10, 10));
        assert_eq!(store.read(uploads::to_check).unwrap(), [id.as_str()]);
        let which = id.clone();
        assert_eq!(write(&store, move |tx| uploads::begin_check(tx, &which)), 1);
        let which = id.clone();
        assert!(write(&store, move |tx| uploads::refuse(tx, &which, "不是视频", NOW + 2)));
        let refused = there(&store, &id);
        assert_eq!((refused.state, refused.problem.as_deref()), (UploadState::Refused, Some("不是视频")));
        // It takes nobody's place any more, and is shown to whoever sent it.
        assert_eq!(store.read(|tx| uploads::open(tx, &zhang)).unwrap().own, 0);
        let own = store.read(|tx| uploads::of_account(tx, &zhang)).unwrap();
        assert_eq!(own, [refused]);
        let planned = store.read(|tx| due::planned(tx, Kind::UploadExpiry, &other)).unwrap();
        assert_eq!(planned, Some(NOW + ABANDONED_MS));
        assert!(write(&store, move |tx| uploads::delete(tx, &other)));
        assert_eq!(store.read(|tx| uploads::open(tx, &li)).unwrap(), uploads::Open::default());
    }

    fn a_film_is_made_once_whoever_dies_at_it(database) {
        let store = database.open();
        let town = Town::new(&store);
        let zhang = account(&store, "zhang", &town.root.id);
        let upload = ready(&store, &zhang);
        let li = account(&store, "li", &town.root.id);
        let which = upload.clone();
        let taken = store.write::<_, Error, _>(move |tx| uploads::take(tx, &which, &li, NOW));
        assert!(matches!(taken, Err(Error::NotFound("upload"))), "{taken:?}");
        let content = programmes::Content { published_at_ms: 0, ..programme(&town.root, &town.root, "春耕") };
        let which = upload.clone();
        let by = zhang.clone();
        let id = write(&store, move |tx| {
            uploads::take(tx, &which, &by, NOW)?;
            let id = programmes::draft(tx, &content, NOW)?;
            films::queue(tx, &id, &which, Some(1_000), NOW)?;
            Ok(id)
        });
        let which = upload.clone();
        let again = store.write::<_, Error, _>(move |tx| uploads::take(tx, &which, &zhang, NOW));
        assert!(matches!(again, Err(Error::NotFound("upload"))), "{again:?}");
        let programme = || store.read(|tx| programmes::get(tx, &id)).unwrap().unwrap();
        assert_eq!((programme().state(), programme().film.state), (ProgrammeState::Draft, FilmState::Waiting));
        assert_eq!(store.read(|tx| due::planned(tx, Kind::UploadExpiry, &upload)).unwrap(), None);

        let begin = || {
            let (id, upload) = (id.clone(), upload.clone());
            write(&store, move |tx| films::begin(tx, &id, &upload, NOW))
        };
        let progress = |percent| {
            let (id, upload) = (id.clone(), upload.clone());
            write(&store, move |tx| films::progress(tx, &id, &upload, percent))
        };
        assert!(!progress(1));
        assert_eq!(begin(), Some(1));
        assert!(progress(40));
        assert_eq!(programme().film.percent, 40);
        // A server that was killed: the next one begins anew, and it is known how often.
        assert_eq!(store.read(films::to_make).unwrap().len(), 1);
        assert_eq!((begin(), programme().film.percent), (Some(2), 0));
        let (which, of) = (id.clone(), upload.clone());
        write(&store, move |tx| films::give_back(tx, &which, &of, NOW));
        assert_eq!(begin(), Some(2));
        let (which, of) = (id.clone(), upload.clone());
        assert!(write(&store, move |tx| films::fail(tx, &which, &of, "磁盘已满", NOW)));
        let film = programme().film;
        assert_eq!((film.state, film.problem.as_deref(), film.may_retry), (FilmState::Failed, Some("磁盘已满"), true));
        assert_eq!(
            store.read(|tx| due::planned(tx, Kind::UploadExpiry, &upload)).unwrap(),
            Some(NOW + films::KEPT_MS)
        );
        assert_eq!(begin(), None);
        let (which, of) = (id.clone(), upload.clone());
        write(&store, move |tx| films::queue(tx, &which, &of, None, NOW));
        assert_eq!(begin(), Some(1));
        let (which, of) = (id.clone(), upload.clone());
        let version = programme().version;
        write(&store, move |tx| {
            assert!(films::done(tx, &which, &of, NOW)?);
            programmes::set_film(tx, &which, &rendition("a.mp4"), 5_000, &Picture::default(), NOW)?;
            uploads::delete(tx, &of)
        });
        let made = programme();
        assert_eq!((made.film.state, made.content.duration_ms, made.version), (FilmState::Ready, 5_000, version));
        assert!(!progress(50));
        assert_eq!(store.integrity_check().unwrap(), Vec::<String>::new());
    }

    fn a_draft_is_shown_to_nobody_until_it_is_published(database) {
        let store = database.open();
        let town = Town::new(&store);
        let zhang = account(&store, "zhang", &town.root.id);
        let upload = ready(&store, &zhang);
        let content = programmes::Content { published_at_ms: 0, ..programme(&town.root, &town.east, "春耕") };
        let mut edited = content.clone();
        let id = write(&store, move |tx| {
            uploads::take(tx, &upload, &zhang, NOW)?;
            let id = programmes::draft(tx, &content, NOW)?;
            films::queue(tx, &id, &upload, None, NOW)?;
            Ok(id)
        });
        let heads = || store.read(|tx| feed::head(tx, &town.east.id)).unwrap();
        let before = heads();
        let which = id.clone();
        let early = store.write::<_, Error, _>(move |tx| programmes::publish(tx, &which, 1.into(), NOW, NOW));
        assert!(matches!(early, Err(Error::WrongState(state)) if state.name == "waiting"), "{early:?}");
        edited.title = "夏种".into();
        let (which, second) = (id.clone(), edited.clone());
        let record = write(&store, move |tx| programmes::edit(tx, &which, Seen::Version(1), &second, NOW));
        assert_eq!((record.version, record.content.title.as_str(), heads() == before), (2, "夏种", true));
        let which = id.clone();
        let stale = store.write::<_, Error, _>(move |tx| programmes::edit(tx, &which, Seen::Version(1), &edited, NOW));
        assert!(matches!(stale, Err(Error::Stale { current: 2 })), "{stale:?}");
        assert_eq!(store.integrity_check().unwrap(), Vec::<String>::new());
        let which = id.clone();
        write(&store, move |tx| {
            let upload = films::get(tx, &which)?.unwrap().upload_id.unwrap();
            films::begin(tx, &which, &upload, NOW)?;
            films::done(tx, &which, &upload, NOW)?;
            programmes::set_film(tx, &which, &rendition("a.mp4"), 5_000, &Picture::default(), NOW)?;
            uploads::delete(tx, &upload)
        });
        assert!(heads() == before);
        let which = id.clone();
        let shown = write(&store, move |tx| programmes::publish(tx, &which, 2.into(), NOW + 7, NOW + 9));
        assert_eq!((shown.state(), shown.content.published_at_ms), (ProgrammeState::Published, NOW + 7));
        assert!(heads() != before);
        let which = id.clone();
        let twice = store.write::<_, Error, _>(move |tx| programmes::publish(tx, &which, 3.into(), NOW, NOW));
        assert!(matches!(twice, Err(Error::WrongState(state)) if state.name == "published"), "{twice:?}");
        let which = id.clone();
        assert!(write(&store, move |tx| programmes::withdraw(tx, &which, NOW)));
        let gone = store.read(|tx| programmes::get(tx, &id)).unwrap().unwrap();
        assert_eq!((gone.state(), gone.version), (ProgrammeState::Withdrawn, 4));
        assert_eq!(store.integrity_check().unwrap(), Vec::<String>::new());
    }
}
