//! - [`attached_scenes`]: voices and pictures of a request, in every state worth looking at
//! - [`backend`]: a real server in the process, on a free port
//! - [`branch_scenes`]: pages of organizations, in every state worth looking at
//! - [`content`]: what a terminal's feed brings; the demonstration township's is imported once and
//!   kept in the target folder
//! - [`crawler`]: walks over everything with six keys
//! - [`datagrams`]: a network for media that can be cut
//! - [`disk`]: what a terminal has on its disk
//! - [`duty`]: duty rooms and looks as a server would tell of them
//! - [`duty_scenes`]: the screen of duty rooms, and the sign that somebody looks
//! - [`evaluation_scenes`]: evaluations, in every state worth looking at
//! - [`kill`]: the TV program killed over and over
//! - [`live`]: a live meeting with everybody in it
//! - [`meeting_scenes`]: meetings, in every state worth looking at
//! - [`people`]: people and roll calls as a server would tell of them
//! - [`people_scenes`]: signing in, in every state worth looking at
//! - [`pixels`]: what can be measured in a picture
//! - [`process`]: what Linux knows of a process
//! - [`program`]: the TV program as a process
//! - [`proxy`]: a network that can be cut
//! - [`long_documents`]: documents with titles of sixty characters
//! - [`long_scenes`]: titles of sixty characters on every path
//! - [`scene`]: one screen in one state
//! - [`scenes`]: every screen in every state worth looking at
//! - [`section_scenes`]: sections with every kind of list beside their rail
//! - [`service_scenes`]: one-key service, in every state worth looking at
//! - [`settings_scenes`]: the settings, in every state worth looking at
//! - [`small`]: a small township written by hand
//! - [`stage`]: a television with disks of every kind
//! - [`sync`]: fills a cache from a server
//! - [`texts`]: where the texts are and whether they fit
//! - [`table_scenes`]: a table that no screen is wide enough for
//! - [`voice_scenes`]: what somebody says of a request, and confidential reports
//! - [`watching_scenes`]: inside of a meeting, in every state worth looking at
//! - [`tv`]: a television without a screen, with keys and a clock

pub mod attached_scenes;
pub mod backend;
pub mod branch_scenes;
pub mod content;
pub mod crawler;
pub mod datagrams;
mod demonstration;
pub mod disk;
pub mod duty;
pub mod duty_scenes;
pub mod evaluation_scenes;
pub mod kill;
pub mod live;
pub mod long_documents;
pub mod long_scenes;
pub mod meeting_scenes;
pub mod people;
pub mod people_scenes;
pub use screen_pixels as pixels;
pub mod process;
pub mod program;
pub mod proxy;
pub mod scene;
pub mod scenes;
pub mod section_scenes;
pub mod service_scenes;
pub mod settings_scenes;
pub mod small;
pub mod stage;
pub mod sync;
pub mod table_scenes;
pub mod texts;
pub mod tv;
pub mod voice_scenes;
pub mod watching_scenes;

pub use backend::Backend;
pub use content::Content;
pub use disk::Disk;
pub use scene::Scene;
pub use stage::Stage;
pub use tv::{Start, Tv};

/// 2026-11-22 10:00 in China, in Unix ms: when every test begins.
pub const NOW_MS: i64 = 1_795_312_800_000;
