//! All end-to-end tests: one program, because each would link the television and the server anew. The
//! test runner starts a process for each test.

mod aloud;
mod clock;
mod console;
mod crawler;
mod duty;
mod enrolment;
mod evaluation;
mod faults;
mod focus_and_back;
mod fuzz;
mod interop;
mod link;
mod meeting;
mod network_losses;
mod one_player;
mod packages;
mod pixels;
mod preview;
mod roll_call;
mod server_faults;
mod service;
mod sources;
mod story;
mod tasks;
