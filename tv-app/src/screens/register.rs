//! Every screen of the television, each declared once, in the table of [`routes`](super::routes).
//!
//! From that table come [`Route`] (where one can be, and what is kept on the disk for resuming) and
//! here [`Screen`] (any screen), and the ways from one to the other, to a screen's behaviour and to its
//! picture. The router, the application and the window ask a screen what it is like through
//! [`Controller`]; none of them knows which screens there are.
//!
//! To add a screen:
//!
//! 1. A folder `screens/<name>/` with `controller.rs`, a plain state machine that implements
//!    [`Controller`], and `view.rs`, which implements `Draw` and says which
//!    component shows it. What is special about the screen (whether it comes again after a power
//!    cut, what may come over it, what it has to do with the player …) is its
//!    [`Nature`](super::Nature), or another method of the controller that has a default.
//! 2. The folder's `pub mod` in `screens/mod.rs`.
//! 3. A line in the table: the route with its data, and the controller with what its `new` is given.
//! 4. The component with its adapter in the crate `tv-ui`.
//!
//! A screen that is not in the table has no route, so nothing that opens it compiles; one in the
//! table without behaviour or picture does not compile either.

use tv_ui::AppWindow;

use super::routes::{Route, screen_table};
use super::view::{Draw, Lists};
use super::{
    Controller, answering, branch, branches, bulletin, bulletins, cards, duty, enrolment,
    evaluation, evaluations, help, home, lesson, me, meeting, meetings, network, picture, player,
    programme, report, report_follow, request, requests, result, results, roll_call, roll_calls,
    roster, search, section, service, service_done, service_note, services, settings, simple,
    table,
};

/// Makes [`Screen`] and what leads to and from it. Arguments of a screen are references to its route's
/// data.
macro_rules! screens {
    ($(
        $(#[$doc:meta])*
        $name:ident $({ $($(#[$field_doc:meta])* $field:ident: $data:ty),* $(,)? })?
            => $($controller:ident)::+ ($($argument:expr),*);
    )*) => {
        /// Any screen.
        pub enum Screen {
            $($(#[$doc])* $name(Box<$($controller)::+>),)*
        }

        impl Screen {
            /// The screen for a route.
            #[must_use]
            pub fn open(route: &Route) -> Self {
                match route {
                    $(Route::$name $({ $($field),* })? => {
                        Self::$name(<$($controller)::+>::new($($argument),*).into())
                    })*
                }
            }

            /// Its behaviour.
            #[must_use]
            pub fn controller(&self) -> &dyn Controller {
                match self {
                    $(Self::$name(screen) => screen.as_ref(),)*
                }
            }

            /// Its behaviour, to be told something.
            pub fn controller_mut(&mut self) -> &mut dyn Controller {
                match self {
                    $(Self::$name(screen) => screen.as_mut(),)*
                }
            }

            /// Its picture.
            pub(crate) fn picture(&self) -> &dyn Draw {
                match self {
                    $(Self::$name(screen) => screen.as_ref(),)*
                }
            }
        }

        /// Gives every screen's adapter the lists that are kept for it.
        pub(crate) fn bind(window: &AppWindow, lists: &Lists) {
            $(<$($controller)::+ as Draw>::bind(window, lists);)*
        }

        /// The names of all screens.
        #[cfg(test)]
        pub(super) const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

screen_table!(screens);

#[cfg(test)]
mod tests;
