//! What has the focus can be read aloud: its words are found inside its ring, on every screen.

use std::collections::HashSet;

use e2e::harness::{Stage, Start};
use tv_app::remote::RemoteKey::{Digit, Down, Home, Left, Menu, Right, Search, Up};

#[test]
fn whatever_has_a_ring_has_words() {
    let mut stage = Stage::new().unwrap();
    stage.tv.start(&stage.demo, &Start::default()).unwrap();
    let tv = &stage.tv;
    for (open, least) in [(Home, 3), (Digit(1), 3), (Menu, 3), (Search, 3)] {
        tv.press(open);
        let mut said = HashSet::new();
        for key in [
            Down, Down, Right, Down, Left, Down, Down, Right, Right, Up, Up, Down, Down,
        ] {
            let focus = tv.focus();
            // It is drawn, and so are its words.
            let _ = tv.frame();
            let label = tv.app().focus_label();
            assert!(
                label.as_ref().is_some_and(|label| !label.trim().is_empty()),
                "{open:?}: {focus:?} says nothing"
            );
            said.extend(label);
            tv.press(key);
        }
        assert!(said.len() >= least, "{open:?}: {said:?}");
        tv.press(Home);
    }
}
