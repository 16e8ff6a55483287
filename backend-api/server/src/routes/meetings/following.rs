//! `?following=true`: what is done to a meeting is done to those of its series that follow, too.

use serde::Deserialize;

/// How far it reaches.
#[derive(Clone, Copy, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Reach {
    /// Those of its series that follow and have not begun, too: all of them, or none.
    #[serde(default)]
    pub following: bool,
}
