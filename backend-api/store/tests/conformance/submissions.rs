//! What villages send to be published.

use contract::file::Picture;
use contract::submission::{Submission, SubmissionSource, SubmissionState};
use contract::upload::UploadState;
use store::attachments::{self, New, Owner};
use store::submissions::{self, Content, Counts, Filter, Made};
use store::versions::Seen;
use store::{Error, Result, Store, bulletins, due, programmes, staff, uploads};

use crate::fixture::{NOW, Town, bulletin, write};

fn content(title: &str) -> Content {
    Content {
        title: title.into(),
        text: "路修好了".into(),
        sender: "zhang".into(),
        upload_id: None,
    }
}

fn send(store: &Store, organization_id: &str, content: &Content) -> String {
    let (organization_id, content) = (organization_id.to_owned(), content.clone());
    write(store, move |tx| {
        submissions::create(tx, &organization_id, SubmissionSource::Phone, &content, NOW)
    })
}

fn get(store: &Store, id: &str) -> Submission {
    store.read(|tx| submissions::get(tx, id)).unwrap().unwrap()
}

fn listed(store: &Store, within: &str, state: Option<SubmissionState>) -> Vec<String> {
    let filter = Filter {
        within: within.to_owned(),
        state,
        words: None,
    };
    let found = store.read(|tx| submissions::list(tx, &filter, None, 10));
    found.unwrap().into_iter().map(|it| it.title).collect()
}

fn counts(store: &Store, within: &str) -> Counts {
    store.read(|tx| submissions::counts(tx, within)).unwrap()
}

/// A film that is here, of an account of its own.
fn film(store: &Store, town: &Town) -> String {
    let root = town.root.id.clone();
    write(store, move |tx| {
        let role = contract::account::Role::BranchSecretary;
        let account = staff::create_account(tx, "zhang", "hash", &root, role, NOW)?;
        let new = uploads::New {
            id: uploads::new_id(NOW),
            account_id: account.id.clone(),
            file_name: "修路.mp4".into(),
            bytes: 7,
            sha256: None,
        };
        uploads::create(tx, &new, NOW)?;
        uploads::advance(tx, &new.id, 0, 7, NOW)?;
        uploads::found_good(tx, &new.id, NOW)?;
        Ok(uploads::take(tx, &new.id, &account.id, NOW)?.id)
    })
}

store::on_both_engines! {
    fn they_are_listed_with_the_subtree_and_counted(database) {
        let store = database.open();
        let town = Town::new(&store);
        let first = send(&store, &town.east.id, &content("修路"));
        let second = send(&store, &town.branch.id, &content("修桥"));
        assert_eq!(listed(&store, &town.root.id, None), ["修桥", "修路"]);
        assert_eq!(listed(&store, &town.west.id, None), ["修桥"]);
        assert_eq!(listed(&store, &town.east.id, None), ["修路"]);
        let older = store.read(|tx| {
            let filter = Filter { within: town.root.id.clone(), state: None, words: None };
            submissions::list(tx, &filter, Some(&second), 10)
        });
        assert_eq!(older.unwrap()[0].id, first);
        let picture = New {
            id: "p".into(),
            media_type: "image/jpeg".into(),
            size: 7,
            length_ms: None,
            sealed_hash: "hash".into(),
            key_sealed: "k1.p".into(),
            sealed_as: None,
        };
        let owner = Owner::Submission { id: first.clone(), place: 0 };
        write(&store, move |tx| attachments::put(tx, &picture, &owner, NOW));
        let found = get(&store, &first);
        assert_eq!((found.version, found.organization_code.as_str()), (1, "ZJ"));
        assert_eq!((found.line.pictures, found.line.film, found.line.published), (1, false, false));
        assert_eq!((found.line.source, found.line.sender.as_str()), (SubmissionSource::Phone, "zhang"));
        assert_eq!(counts(&store, &town.root.id), Counts { waiting: 2, films: 0, returned: 0 });
        write(&store, move |tx| submissions::give_back(tx, &first, 1_i64, ("请补照片", "li"), NOW));
        assert_eq!(listed(&store, &town.root.id, Some(SubmissionState::Waiting)), ["修桥"]);
        assert_eq!(listed(&store, &town.root.id, Some(SubmissionState::Returned)), ["修路"]);
        assert_eq!(counts(&store, &town.root.id), Counts { waiting: 1, films: 0, returned: 1 });
        assert_eq!(counts(&store, &town.west.id), Counts { waiting: 1, films: 0, returned: 0 });
    }

    fn what_was_returned_is_sent_again_and_what_was_declined_is_not(database) {
        let store = database.open();
        let town = Town::new(&store);
        let id = send(&store, &town.east.id, &content("修路"));
        let step = |step: &'static str, seen: i64| -> Result<Submission> {
            let id = id.clone();
            store.write(move |tx| match step {
                "return" => submissions::give_back(tx, &id, seen, ("请补照片", "li"), NOW + 1),
                "decline" => submissions::decline(tx, &id, seen, ("上月发过", "li"), NOW + 3),
                _ => submissions::send_again(tx, &id, seen, &content("修好了路"), NOW + 2),
            })
        };
        assert!(matches!(step("return", 7), Err(Error::Stale { current: 1 })));
        let returned = step("return", 1).unwrap();
        assert_eq!((returned.version, returned.reason.as_str()), (2, "请补照片"));
        assert_eq!((returned.decided_by.as_deref(), returned.decided_at_ms), (Some("li"), Some(NOW + 1)));
        assert!(matches!(step("return", 2), Err(Error::WrongState(_))));
        let again = step("again", 2).unwrap();
        assert_eq!((again.line.title.as_str(), again.line.sent_at_ms), ("修好了路", NOW + 2));
        assert_eq!((again.line.state, again.reason.as_str()), (SubmissionState::Waiting, ""));
        let declined = step("decline", 3).unwrap();
        assert_eq!((declined.line.state, declined.reason.as_str()), (SubmissionState::Declined, "上月发过"));
        assert!(matches!(step("again", 4), Err(Error::WrongState(_))));
        let nobodys: Result<_> = store.write(|tx| submissions::decline(tx, "x", 1_i64, ("上月发过", "li"), NOW));
        assert!(matches!(nobodys, Err(Error::NotFound(_))));
    }

    fn words_are_found_in_title_text_and_sender(database) {
        let store = database.open();
        let town = Town::new(&store);
        send(&store, &town.east.id, &content("修路 100%"));
        send(&store, &town.east.id, &Content { text: "Bridge".into(), sender: "Li".into(), ..content("修桥") });
        let found = |words: &str| {
            let filter = Filter { within: town.root.id.clone(), state: None, words: Some(words.to_owned()) };
            let found = store.read(|tx| submissions::list(tx, &filter, None, 10)).unwrap();
            found.into_iter().map(|it| it.title).collect::<Vec<_>>()
        };
        assert_eq!(found("修"), ["修桥", "修路 100%"]);
        assert_eq!(found("0%"), ["修路 100%"]);
        assert_eq!(found("路修好了"), ["修路 100%"]);
        assert_eq!(found(" BRIDGE "), ["修桥"]);
        assert_eq!(found("li"), ["修桥"]);
        assert_eq!(found("_"), Vec::<String>::new());
        assert_eq!(found(" ").len(), 2);
    }

    fn what_is_taken_back_is_decided_no_more_and_forgotten_in_time(database) {
        let store = database.open();
        let town = Town::new(&store);
        let film = film(&store, &town);
        let ids = [
            send(&store, &town.east.id, &Content { upload_id: Some(film), ..content("修路") }),
            send(&store, &town.east.id, &content("修桥")),
            send(&store, &town.east.id, &content("修渠")),
        ];
        let picture = New {
            id: "p".into(),
            media_type: "image/jpeg".into(),
            size: 7,
            length_ms: None,
            sealed_hash: "hash".into(),
            key_sealed: "k1.p".into(),
            sealed_as: None,
        };
        let owner = Owner::Submission { id: ids[0].clone(), place: 0 };
        write(&store, move |tx| attachments::put(tx, &picture, &owner, NOW));
        let [first, second, _] = ids.clone();
        let withdrawn = write(&store, move |tx| submissions::withdraw(tx, &first, 1_i64, Some("zhang"), NOW + 1));
        assert_eq!((withdrawn.line.state, withdrawn.version), (SubmissionState::Withdrawn, 2));
        assert_eq!((withdrawn.decided_by.as_deref(), withdrawn.line.film), (Some("zhang"), false));
        write(&store, move |tx| submissions::decline(tx, &second, 1_i64, ("上月发过", "li"), NOW + 2));
        let first = ids[0].clone();
        let late: Result<_> = store.write(move |tx| submissions::give_back(tx, &first, 2_i64, ("请补", "li"), NOW));
        assert!(matches!(late, Err(Error::WrongState(_))));
        assert_eq!(counts(&store, &town.root.id), Counts { waiting: 1, films: 0, returned: 0 });

        assert_eq!(write(&store, |tx| submissions::purge(tx, NOW + 2)), 1);
        assert_eq!(listed(&store, &town.root.id, None), ["修渠", "修桥"]);
        assert!(store.read(|tx| attachments::get(tx, "p")).unwrap().is_none());
        assert_eq!(write(&store, |tx| submissions::purge(tx, NOW + 10)), 1);
        assert_eq!(listed(&store, &town.root.id, None), ["修渠"], "what waits stays");
    }

    fn what_was_made_of_one_tells_whether_it_is_published(database) {
        let store = database.open();
        let town = Town::new(&store);
        let id = send(&store, &town.east.id, &content("修路"));
        let (east, root) = (town.east.clone(), town.root);
        let draft = write(&store, move |tx| bulletins::create(tx, &bulletin(&east, &root, "修路"), NOW));
        let (which, made) = (id.clone(), Made::Bulletin(draft.id.clone()));
        let taken = write(&store, move |tx| submissions::take(tx, &which, 1_i64, (&made, "li"), NOW));
        assert_eq!((taken.line.state, taken.line.published), (SubmissionState::Taken, false));
        assert_eq!(taken.bulletin_id.as_deref(), Some(draft.id.as_str()));
        let (which, made) = (id.clone(), Made::Bulletin(draft.id.clone()));
        let twice: Result<_> = store.write(move |tx| submissions::take(tx, &which, Seen::Any, (&made, "li"), NOW));
        assert!(matches!(twice, Err(Error::WrongState(_))));
        let which = draft.id.clone();
        write(&store, move |tx| {
            bulletins::submit(tx, &which, 1_i64, NOW)?;
            bulletins::publish(tx, &which, 2_i64, NOW)
        });
        assert!(get(&store, &id).line.published);
        write(&store, move |tx| bulletins::withdraw(tx, &draft.id, 3_i64, NOW));
        assert!(!get(&store, &id).line.published);
        assert_eq!(store.integrity_check().unwrap(), Vec::<String>::new());
    }

    fn a_film_is_kept_until_it_is_decided(database) {
        let store = database.open();
        let town = Town::new(&store);
        let film = film(&store, &town);
        let with_film = Content { upload_id: Some(film.clone()), ..content("修路") };
        let id = send(&store, &town.east.id, &with_film);
        // Nothing throws it away while it waits.
        let planned = store.read(|tx| due::planned(tx, due::Kind::UploadExpiry, &film)).unwrap();
        assert_eq!(planned, None);
        let found = get(&store, &id);
        let upload = found.upload.unwrap();
        assert_eq!((upload.file_name.as_str(), upload.bytes), ("修路.mp4", 7));
        assert_eq!((found.line.film, counts(&store, &town.root.id).films), (true, 1));
        let state = store.read(|tx| uploads::get(tx, &film)).unwrap().unwrap().state;
        assert_eq!(state, UploadState::Used);
        let (root, which) = (town.root.id, id.clone());
        let taken = write(&store, move |tx| {
            let content = programmes::Content {
                category: "films".into(),
                organization_id: root.clone(),
                audience_id: root.clone(),
                title: "修路".into(),
                poster: Picture::default(),
                ..programmes::Content::default()
            };
            let made = Made::Programme(programmes::draft(tx, &content, NOW)?);
            submissions::take(tx, &which, 1_i64, (&made, "li"), NOW)
        });
        assert!(taken.programme_id.is_some() && taken.upload.is_none());
        assert_eq!((taken.line.film, taken.line.published), (true, false));
        let programme = taken.programme_id.unwrap();
        write(&store, move |tx| programmes::publish(tx, &programme, Seen::Any, NOW, NOW).map(|_| ()));
        assert!(get(&store, &id).line.published);
    }
}
