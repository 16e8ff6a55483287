//! Compiles the Slint sources once for the whole workspace.
fn main() {
    slint_build::compile("app.slint").expect("the Slint sources compile");
}
