//! What comes over the screens by itself: a roll call that opens, an urgent notice, the call to a
//! meeting, a reminder …; each a [`Provider`] that says from what the cache and the clock say what
//! it has to show now.
//!
//! What comes first is the order of the table below: nothing comes over what stands above it, and
//! over what stands below it only what its [`Over`] allows. Whatever gives way comes again by
//! itself, because it is derived again from what the terminal knows; so does what lay over the
//! screens when the power failed. The router asks the register of all of them (`Interruptions`)
//! after every input, and knows none by name.
//!
//! To add one: a file `interruptions/<name>.rs` with its [`Provider`] and `<name>/view.rs` with its
//! picture; its `mod` and its line in the table; its words in the crate `tv-ui`.

pub mod answered;
pub mod duty;
pub mod meeting;
pub mod moved;
pub mod provider;
pub mod quit;
pub mod refused;
pub mod reminder;
pub mod revoked;
pub mod roll_call;
pub mod urgent;
mod view;

use tv_ui::{DialogKind, OverlayAdapter};

use crate::screens::Input;
use crate::screens::view::Canvas;
use provider::{Act, Answer, Event, Follow, Offer, Over, Provider, Question, Scene, Sign, Summons};

/// Makes the register and what leads from it to each of them.
macro_rules! interruptions {
    ($($(#[$doc:meta])* $name:ident: $module:ident::$provider:ident;)*) => {
        /// What is asked or told over the screens.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Dialog {
            $($(#[$doc])* $name(<$module::$provider as Provider>::Question),)*
        }

        impl Dialog {
            /// The answers on offer; the first has the focus: the harmless one, or what most
            /// people want.
            #[must_use]
            pub fn answers(&self) -> &'static [Answer] {
                match self {
                    $(Self::$name(question) => answers(question),)*
                }
            }

            /// The answer that changes nothing: what Back and Home mean, which never do harm.
            #[must_use]
            pub fn harmless(&self) -> Answer {
                match self {
                    $(Self::$name(question) => harmless(question),)*
                }
            }

            /// When it goes away by itself, in monotonic ms.
            #[must_use]
            pub fn until(&self) -> Option<u64> {
                match self {
                    $(Self::$name(question) => question.until(),)*
                }
            }

            /// Whether it takes the whole screen, so that a programme below waits.
            #[must_use]
            pub fn covers(&self) -> bool {
                match self {
                    $(Self::$name(question) => covers(question),)*
                }
            }

            /// Whether it gives way to what stands above it.
            #[must_use]
            pub fn yields(&self) -> bool {
                match self {
                    $(Self::$name(question) => yields(question),)*
                }
            }

            /// Copies what it says into its adapter.
            pub(crate) fn draw(
                &self,
                overlay: &OverlayAdapter<'_>,
                canvas: &Canvas<'_>,
            ) -> DialogKind {
                match self {
                    $(Self::$name(question) => view::Draw::draw(question, overlay, canvas),)*
                }
            }
        }

        /// All of them.
        #[derive(Default)]
        pub(crate) struct Interruptions {
            $($module: $module::$provider,)*
        }

        impl Interruptions {
            /// How many there are.
            pub(crate) const COUNT: usize = [$(stringify!($name)),*].len();

            /// Tells all of them what happened.
            pub(crate) fn hear(&mut self, event: &Event<'_>, scene: &Scene<'_>) {
                $(self.$module.hear(event, scene);)*
            }

            /// Brings all of them up to date with the cache and the clock.
            pub(crate) fn refresh(&mut self, scene: &Scene<'_>) {
                $(self.$module.refresh(scene);)*
            }

            /// What comes now over what is shown, if anything does.
            pub(crate) fn offer(
                &mut self,
                shown: Option<&Dialog>,
                scene: &Scene<'_>,
            ) -> Option<Offer<Dialog>> {
                $(
                    if matches!(shown, Some(Dialog::$name(_))) {
                        return None;
                    }
                    if comes_over::<$module::$provider>(shown)
                        && let Some(offer) = self.$module.offer(scene)
                    {
                        return Some(offer.map(Dialog::$name));
                    }
                )*
                None
            }

            /// What becomes of what is shown.
            pub(crate) fn follow(&mut self, shown: Dialog, scene: &Scene<'_>) -> Follow<Dialog> {
                match shown {
                    $(Dialog::$name(question) => {
                        self.$module.follow(question, scene).map(Dialog::$name)
                    })*
                }
            }

            /// What is to be done when this was answered.
            pub(crate) fn answer(
                &mut self,
                shown: Dialog,
                answer: Answer,
                scene: &Scene<'_>,
            ) -> Vec<Act> {
                match shown {
                    $(Dialog::$name(question) => self.$module.answer(question, answer, scene),)*
                }
            }

            /// Something else came over this.
            pub(crate) fn gave_way(&mut self, shown: Dialog) {
                match shown {
                    $(Dialog::$name(question) => self.$module.gave_way(question),)*
                }
            }

            /// What somebody asks for with a key or a card.
            pub(crate) fn summon(&mut self, input: &Input, scene: &Scene<'_>) -> Option<Summons> {
                $(
                    if let Some(summons) = self.$module.summon(input, scene) {
                        return Some(summons);
                    }
                )*
                None
            }

            /// When one of them has something to do, in monotonic ms.
            pub(crate) fn wake_at(&self, scene: &Scene<'_>) -> Option<u64> {
                [$(self.$module.wake_at(scene)),*].into_iter().flatten().min()
            }

            /// What stands over every screen.
            pub(crate) fn sign(&self) -> Option<&Sign> {
                [$(self.$module.sign()),*].into_iter().flatten().next()
            }
        }
    };
}

interruptions! {
    /// Somebody looks into this place: a message when that begins, and a sign as long as it goes on.
    Duty: duty::Viewers;
    /// Staff have revoked this terminal.
    Revoked: revoked::Revocations;
    /// A roll call that has opened comes as a screen.
    RollCall: roll_call::RollCalls;
    /// Leave the application?
    Quit: quit::Leaving;
    /// An urgent notice.
    Urgent: urgent::Notices;
    /// A sign-in that had been kept was refused.
    Refused: refused::Refusals;
    /// A meeting is live: the call to it.
    Meeting: meeting::Calls;
    /// A meeting that somebody wanted to be reminded of.
    Reminder: reminder::Reminders;
    /// A meeting that somebody wanted to be reminded of is at another time, or does not take place.
    Moved: moved::Changes;
    /// What was asked with one key was answered: a message on Home.
    Answered: answered::Answers;
}

fn comes_over<P: Provider>(shown: Option<&Dialog>) -> bool {
    shown.is_none_or(|shown| match P::OVER {
        Over::Everything => true,
        Over::WhatYields => shown.yields(),
        Over::Nothing => false,
    })
}

const fn answers<Q: Question>(_: &Q) -> &'static [Answer] {
    Q::ANSWERS
}

const fn harmless<Q: Question>(_: &Q) -> Answer {
    Q::HARMLESS
}

const fn covers<Q: Question>(_: &Q) -> bool {
    Q::COVERS
}

const fn yields<Q: Question>(_: &Q) -> bool {
    Q::YIELDS
}
