//! Why a document is not here any more.

use contract::feed::{Change, Document, FeedPage};
use contract::meeting::{Meeting, MeetingState};

use super::{Fixture, NOW, bulletin, page};
use crate::cache::Gone;

const DAY: i64 = 24 * 3_600_000;

fn delete(ids: &[&str], server_time_ms: i64) -> FeedPage {
    FeedPage {
        cursor: "later".to_owned(),
        server_time_ms,
        changes: ids
            .iter()
            .map(|id| Change::Delete {
                id: (*id).to_owned(),
            })
            .collect(),
        ..FeedPage::default()
    }
}

fn meeting(id: &str, state: MeetingState) -> Document {
    Document::Meeting(Meeting {
        id: id.to_owned(),
        state,
        ..Meeting::default()
    })
}

#[test]
fn what_ran_out_is_not_what_was_taken_back() {
    let mut fixture = Fixture::new();
    let with_end = |id: &str, expires_at_ms| {
        let mut document = bulletin(id, "l", "公告", NOW);
        document.expires_at_ms = expires_at_ms;
        Document::Bulletin(document)
    };
    let documents = vec![
        with_end("endless", None),
        with_end("over", Some(NOW + 5)),
        with_end("early", Some(NOW + 50)),
        meeting("held", MeetingState::Ended),
        meeting("planned", MeetingState::Scheduled),
    ];
    fixture.cache.apply(&page("1", documents)).unwrap();
    let ids = ["endless", "over", "early", "held", "planned", "never here"];
    fixture.cache.apply(&delete(&ids, NOW + 5)).unwrap();
    fixture.reopen();
    let why = ids.map(|id| fixture.cache.gone(id));
    use Gone::{Expired, Unknown, Withdrawn};
    assert_eq!(
        why,
        [Withdrawn, Expired, Withdrawn, Expired, Withdrawn, Unknown]
    );
    // It comes back, and moves to another audience: nobody says why.
    fixture
        .cache
        .apply(&page("2", vec![with_end("endless", None)]))
        .unwrap();
    assert_eq!(fixture.cache.gone("endless"), Unknown);
    fixture
        .cache
        .apply(&FeedPage {
            reset: true,
            ..page("3", Vec::new())
        })
        .unwrap();
    assert_eq!(fixture.cache.gone("endless"), Unknown);
    assert_eq!(fixture.cache.gone("over"), Expired);
    // After half a year nobody asks any more.
    fixture.cache.apply(&delete(&[], NOW + 181 * DAY)).unwrap();
    assert_eq!(fixture.cache.gone("over"), Unknown);
}
