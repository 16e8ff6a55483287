//! The feed against a model: whatever happens, a terminal that follows the pages has exactly what
//! it may see.

use std::collections::{BTreeMap, BTreeSet};

use contract::feed::Change;
use contract::organization::Organization;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store::feed::{self, Cursor};
use store::testing::TestDatabase;
use store::{Store, bulletins, due, organizations, programmes};

use crate::feed::page;
use crate::fixture::{NOW, bulletin, organization, programme, source, write};

/// Organizations of the model; the first is the root.
const ORGANIZATIONS: usize = 6;
const DOCUMENTS: usize = 5;
const TERMINALS: usize = 4;

/// What can happen. A new kind of change of what terminals see is a new case here.
#[derive(Clone, Debug)]
enum Op {
    Publish {
        document: usize,
        audience: usize,
        expires: bool,
    },
    Withdraw {
        document: usize,
    },
    Expire,
    MoveOrganization {
        organization: usize,
        parent: usize,
    },
    MoveTerminal {
        terminal: usize,
        organization: usize,
    },
    Rename {
        organization: usize,
    },
    PurgeTombstones,
    Sync {
        terminal: usize,
        pages: usize,
        limit: u32,
    },
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => (0..DOCUMENTS, 0..ORGANIZATIONS, any::<bool>())
            .prop_map(|(document, audience, expires)| Op::Publish { document, audience, expires }),
        3 => (0..DOCUMENTS).prop_map(|document| Op::Withdraw { document }),
        1 => Just(Op::Expire),
        1 => (1..ORGANIZATIONS, 0..ORGANIZATIONS)
            .prop_map(|(organization, parent)| Op::MoveOrganization { organization, parent }),
        1 => (0..TERMINALS, 0..ORGANIZATIONS)
            .prop_map(|(terminal, organization)| Op::MoveTerminal { terminal, organization }),
        1 => (0..ORGANIZATIONS).prop_map(|organization| Op::Rename { organization }),
        1 => Just(Op::PurgeTombstones),
        5 => (0..TERMINALS, 1..3_usize, 1..4_u32)
            .prop_map(|(terminal, pages, limit)| Op::Sync { terminal, pages, limit }),
    ]
}

struct Terminal {
    organization: usize,
    cursor: Option<Cursor>,
    /// Documents it holds, by id, in the form it received them.
    has: BTreeMap<String, String>,
}

struct World<'s> {
    store: &'s Store,
    organizations: Vec<Organization>,
    parents: Vec<Option<usize>>,
    /// Audience, expiry and revision of each visible document.
    visible: BTreeMap<usize, (usize, bool)>,
    ids: BTreeMap<usize, String>,
    terminals: Vec<Terminal>,
    revision: i64,
}

impl<'s> World<'s> {
    fn new(store: &'s Store) -> Self {
        // A chain of three below the root and two more villages.
        let parents = vec![None, Some(0), Some(1), Some(2), Some(0), Some(0)];
        let mut organizations: Vec<Organization> = Vec::new();
        for (index, parent) in parents.iter().enumerate() {
            organizations.push(organization(
                store,
                parent.map(|parent| &organizations[parent]),
                &index.to_string(),
            ));
        }
        let terminals = [0, 3, 4, 5].map(|organization| Terminal {
            organization,
            cursor: None,
            has: BTreeMap::new(),
        });
        Self {
            store,
            organizations,
            parents,
            visible: BTreeMap::new(),
            ids: BTreeMap::new(),
            terminals: terminals.into(),
            revision: 0,
        }
    }

    fn is_above(&self, above: usize, mut node: usize) -> bool {
        loop {
            if node == above {
                return true;
            }
            match self.parents[node] {
                Some(parent) => node = parent,
                None => return false,
            }
        }
    }

    fn apply(&mut self, op: &Op) {
        self.revision += 1;
        let hash = self.revision.to_string();
        match *op {
            // Even documents are bulletins, odd ones programmes.
            Op::Publish {
                document,
                audience,
                expires,
            } => {
                let (publisher, audience_of) =
                    (&self.organizations[0], &self.organizations[audience]);
                let from = source(&document.to_string(), &hash);
                let imported = if document % 2 == 0 {
                    let expires_at_ms = expires.then_some(NOW + 100);
                    let content = bulletins::Content {
                        expires_at_ms,
                        ..bulletin(publisher, audience_of, &hash)
                    };
                    write(self.store, move |tx| {
                        bulletins::import(tx, &from, &content, NOW, NOW)
                    })
                } else {
                    let content = programme(publisher, audience_of, &hash);
                    write(self.store, move |tx| {
                        programmes::import(tx, &from, &content, NOW)
                    })
                };
                self.ids.insert(document, imported.id);
                self.visible
                    .insert(document, (audience, expires && document % 2 == 0));
            }
            Op::Withdraw { document } => {
                let key = document.to_string();
                write(self.store, move |tx| match document % 2 {
                    0 => bulletins::withdraw_source(tx, &key, NOW),
                    _ => programmes::withdraw_source(tx, &key, NOW),
                });
                self.visible.remove(&document);
            }
            Op::Expire => {
                write(self.store, |tx| {
                    for claim in due::claim(tx, 100, NOW + 100)? {
                        assert!(bulletins::expire(tx, &claim.subject, NOW + 100)?);
                        due::complete(tx, &claim)?;
                    }
                    Ok(())
                });
                self.visible.retain(|_, (_, expires)| !*expires);
            }
            Op::MoveOrganization {
                organization,
                parent,
            } => {
                if self.is_above(organization, parent) {
                    return;
                }
                let (id, to) = (
                    self.organizations[organization].id.clone(),
                    self.organizations[parent].id.clone(),
                );
                write(self.store, move |tx| organizations::move_to(tx, &id, &to));
                self.parents[organization] = Some(parent);
            }
            Op::MoveTerminal {
                terminal,
                organization,
            } => self.terminals[terminal].organization = organization,
            Op::Rename { organization } => {
                let node = self.organizations[organization].clone();
                write(self.store, move |tx| {
                    organizations::update(tx, &node.id, node.kind, &hash, NOW)
                });
            }
            Op::PurgeTombstones => {
                write(self.store, |tx| feed::purge_tombstones(tx, NOW + 1));
            }
            Op::Sync {
                terminal,
                pages,
                limit,
            } => {
                for _ in 0..pages {
                    self.sync(terminal, limit);
                }
            }
        }
    }

    /// One page, applied as a terminal does; tells whether there is more.
    fn sync(&mut self, terminal: usize, limit: u32) -> bool {
        let terminal = &mut self.terminals[terminal];
        let organization = &self.organizations[terminal.organization].id;
        let page = page(self.store, organization, terminal.cursor.as_ref(), limit);
        if page.reset {
            terminal.has.clear();
        }
        let mut once = BTreeSet::new();
        for change in page.changes {
            match change {
                Change::Put { document } => {
                    assert!(
                        once.insert(document.id().to_owned()),
                        "a document twice in a page"
                    );
                    terminal
                        .has
                        .insert(document.id().to_owned(), format!("{document:?}"));
                }
                Change::Delete { id } => {
                    assert!(once.insert(id.clone()), "a document twice in a page");
                    terminal.has.remove(&id);
                }
            }
        }
        terminal.cursor = Some(page.cursor);
        page.more
    }

    /// Lets every terminal catch up and compares.
    fn check(&mut self) {
        for index in 0..self.terminals.len() {
            while self.sync(index, 2) {}
            let terminal = &self.terminals[index];
            let organization = &self.organizations[terminal.organization].id;
            let seen = self
                .visible
                .iter()
                .filter(|(_, (audience, _))| self.is_above(*audience, terminal.organization));
            let expected: BTreeSet<&String> =
                seen.map(|(document, _)| &self.ids[document]).collect();
            assert_eq!(
                terminal.has.keys().collect::<BTreeSet<_>>(),
                expected,
                "terminal {index}"
            );
            // And in its latest form: the same a new terminal would get.
            let fresh = page(self.store, organization, None, 100);
            for change in fresh.changes {
                let Change::Put { document } = change else {
                    panic!("a tombstone for a new terminal")
                };
                assert_eq!(terminal.has[document.id()], format!("{document:?}"));
            }
            let head = self.store.read(|tx| feed::head(tx, organization)).unwrap();
            assert!(terminal.cursor.as_ref().unwrap().is_current(&head));
        }
        assert_eq!(self.store.integrity_check().unwrap(), Vec::<String>::new());
    }
}

fn follow(cases: u32, database: impl Fn() -> Option<TestDatabase>) {
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    });
    runner
        .run(&proptest::collection::vec(op(), 1..50), |ops| {
            let Some(database) = database() else {
                return Ok(());
            };
            let store = database.open();
            let mut world = World::new(&store);
            for op in &ops {
                world.apply(op);
            }
            world.check();
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_terminal_has_what_it_may_see_sqlite() {
    follow(40, || Some(TestDatabase::sqlite()));
}

#[test]
fn a_terminal_has_what_it_may_see_postgres() {
    follow(15, TestDatabase::postgres);
}
