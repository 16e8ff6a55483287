//! What this terminal is, and whom to call about it.

use contract::township::HelpContact;

use crate::cache::Enrolment;
use crate::focus::FocusMap;
use crate::screens::kit::Act;
use crate::screens::kit::detail::Detail;
use crate::screens::{Context, Controller, Effect, Effects, Input, Route};

/// The only thing to do: open the page of the office, by its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnPage(String);

/// The about page.
pub struct About {
    detail: Detail<OwnPage>,
    enrolment: Option<Enrolment>,
    help: Vec<HelpContact>,
}

impl About {
    /// The page before anything was read.
    #[must_use]
    pub fn new() -> Self {
        Self {
            detail: Detail::default(),
            enrolment: None,
            help: Vec::new(),
        }
    }

    /// Name, office and number, once enrolled.
    #[must_use]
    pub const fn enrolment(&self) -> Option<&Enrolment> {
        self.enrolment.as_ref()
    }

    /// Whom to call, the first one first.
    #[must_use]
    pub fn help(&self) -> &[HelpContact] {
        &self.help
    }

    /// What can be done.
    #[must_use]
    pub const fn detail(&self) -> &Detail<OwnPage> {
        &self.detail
    }
}

impl Default for About {
    fn default() -> Self {
        Self::new()
    }
}

impl Controller for About {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Shown | Input::Changed => {
                self.enrolment = context.cache.enrolment();
                self.help = context.cache.township().map_or_else(Vec::new, |it| it.help);
                let office = self.enrolment.iter().map(|it| &it.organization.id);
                let pages = office.filter(|id| context.cache.has_branch(id));
                let pages: Vec<OwnPage> = pages.cloned().map(OwnPage).collect();
                self.detail.set(pages, |OwnPage(id)| id.clone());
            }
            Input::Key(key, press) => match self.detail.act(*key, *press) {
                Act::Left => return vec![Effect::Back],
                Act::Chosen(_) => {
                    let page = self.detail.chosen().cloned();
                    return page
                        .map(|OwnPage(id)| Effect::Open(Route::Branch { id }))
                        .into_iter()
                        .collect();
                }
                Act::Moved | Act::Unused => {}
            },
            _ => {}
        }
        Effects::new()
    }

    fn focus(&self) -> &FocusMap {
        &self.detail.focus
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        &mut self.detail.focus
    }

    fn route(&self) -> Route {
        Route::About
    }
}

#[cfg(test)]
mod tests {
    use contract::feed::Document;
    use contract::terminal::TerminalKind;
    use contract::township::Township;

    use super::*;
    use crate::cache::tests::page;
    use crate::screens::tests::World;

    #[test]
    fn it_says_whom_to_call_as_soon_as_that_is_known() {
        let world = World::new(TerminalKind::Household);
        let mut about = About::new();
        world.tell(&mut about, &Input::Shown);
        assert_eq!(about.help(), []);
        let office = HelpContact {
            office: "党政办公室".to_owned(),
            telephone: "0512-40000001".to_owned(),
            hours: "工作日".to_owned(),
            ..HelpContact::default()
        };
        let township = Document::Township(Township {
            help: vec![office.clone()],
            ..Township::default()
        });
        world.cache.apply(&page("t", vec![township])).unwrap();
        world.tell(&mut about, &Input::Changed);
        assert_eq!(about.help(), [office]);
    }
}
