//! Roll calls when things fail: the server killed with SIGKILL, terminals with bad networks and
//! clocks.

use e2e::load::{server_kills, terminals};

/// Kills in the gate; `cargo run -p e2e --bin soak -- --server-kills 1000` does many more.
const KILLS: u32 = 10;
/// Cycles of 25 terminals in the gate; `--terminal-cycles 200` does many more.
const CYCLES: usize = 40;

#[test]
fn a_server_killed_over_and_over_loses_and_doubles_no_sign_in() {
    let outcome = server_kills::kill_over_and_over(KILLS, 20_261_122, |_| {}).unwrap();
    assert_eq!(outcome.kills, KILLS);
    assert!(
        outcome.answered > 300 && outcome.sent_again > 0 && outcome.wrong_pins > 0,
        "too little happened for this to mean anything: {outcome:?}"
    );
}

#[test]
fn bad_networks_and_clocks_lose_and_double_nothing() {
    let outcome = terminals::try_faults(CYCLES, 20_261_122, |_| {}).unwrap();
    assert_eq!(outcome.entered, 25 * CYCLES);
    assert!(
        outcome.unanswered > 100 && outcome.restarts > 20 && outcome.unknown > 0,
        "too little happened for this to mean anything: {outcome:?}"
    );
}
