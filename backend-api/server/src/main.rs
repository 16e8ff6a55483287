//! The `backend-api` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    backend_api::cli::main()
}
