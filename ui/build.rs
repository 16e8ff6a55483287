//! Compiles the Slint sources once for the whole workspace, with the translations bundled.
use slint_build::CompilerConfiguration;

fn main() -> Result<(), slint_build::CompileError> {
    println!("cargo:rerun-if-changed=lang");
    let config = CompilerConfiguration::new()
        .with_bundled_translations("lang")
        .with_default_translation_context(slint_build::DefaultTranslationContext::None);
    slint_build::compile_with_config("app.slint", config)
}
