//! The file in which a household's remote is described.

use tv_app::remote::keymap::Keymap;

use super::Target;

pub(super) const TARGET: Target = Target {
    name: "keymap",
    check,
    seeds: || {
        let seeds = [
            "[keys]\nKEY_F9 = \"menu\"  # a remark\nKEY_MUTE = \"none\"\n\n[scancodes]\n0x8011a = \"ok\"\n",
            "\u{feff}[scancodes]\n4294967295=\"digit-1\"\n[keys]\nKEY_F9=menu\n",
        ];
        seeds.map(|text| text.as_bytes().to_vec()).to_vec()
    },
    words: &[
        "[keys]",
        "[scancodes]",
        "KEY_",
        "KEY_OK",
        "0x",
        " = ",
        "\"none\"",
        "\"ok\"",
        "#",
        "\n",
        "\"",
    ],
};

fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (keymap, mistakes) = Keymap::parse(&text);
    for mistake in &mistakes {
        assert!(
            (1..=text.lines().count()).contains(&mistake.line),
            "{mistake:?}"
        );
        assert!(!mistake.problem.is_empty() && !mistake.write.is_empty());
    }
    let (again, mistakes) = Keymap::parse(&keymap.to_toml());
    assert_eq!(mistakes, [], "{}", keymap.to_toml());
    assert_eq!(again, keymap);
}
