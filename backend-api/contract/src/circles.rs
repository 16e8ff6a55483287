//! Reads the imports of a crate: modules that import each other in a circle can only be understood,
//! tested and changed together. For tests, of every crate of the house.
//!
//! A module is what lies directly below `src`: a file, or a folder with everything in it. What counts
//! is every path that begins with `crate::`, or leaves its module by `super::`, outside comments
//! and tests.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Which modules each module imports, with one place for each import as `file:line`.
pub type Imports = BTreeMap<String, BTreeMap<String, String>>;

/// Every circle among the modules of the crate with the sources `src`: its modules and what ties them
/// together, in words. Empty if there is none.
///
/// # Errors
/// The sources cannot be read.
pub fn find(src: &Path) -> io::Result<Vec<String>> {
    Ok(circles(&imports(src)?))
}

/// What the modules of the crate with the sources `src` import from each other. The root of the crate
/// and `main.rs` are no modules: everything hangs on them.
///
/// # Errors
/// The sources cannot be read.
pub fn imports(src: &Path) -> io::Result<Imports> {
    let mut files = Vec::new();
    walk(src, src, &mut files)?;
    Ok(imports_of(&files))
}

/// The same of files that were read, by their path below `src`.
fn imports_of(files: &[(PathBuf, String)]) -> Imports {
    let files: Vec<_> = files.iter().filter(|(file, _)| !is_test(file)).collect();
    let mut modules: Imports = BTreeMap::new();
    for (file, _) in &files {
        if let Some(module) = module_of(file) {
            modules.entry(module).or_default();
        }
    }
    let mut reexports = BTreeMap::new();
    for (_, text) in files.iter().filter(|(file, _)| module_of(file).is_none()) {
        read_reexports(&code_of(text), &modules, &mut reexports);
    }
    for (file, text) in &files {
        let Some(module) = module_of(file) else {
            continue;
        };
        for (line, name) in names(&code_of(text), depth(file)) {
            let target = reexports.get(&name).unwrap_or(&name);
            if *target != module && modules.contains_key(target) {
                let found = modules.entry(module.clone()).or_default();
                found
                    .entry(target.clone())
                    .or_insert_with(|| format!("{}:{line}", file.display()));
            }
        }
    }
    modules
}

fn circles(imports: &Imports) -> Vec<String> {
    let reach: BTreeMap<&str, BTreeSet<&str>> = imports
        .keys()
        .map(|module| (module.as_str(), reachable(imports, module)))
        .collect();
    let mut told = BTreeSet::new();
    let mut circles = Vec::new();
    for module in imports.keys() {
        let together: BTreeSet<&str> = reach[module.as_str()]
            .iter()
            .copied()
            .filter(|other| reach[other].contains(module.as_str()))
            .collect();
        if together.is_empty() || !told.insert(together.clone()) {
            continue;
        }
        let mut text = together.iter().copied().collect::<Vec<_>>().join(" ↔ ");
        for from in &together {
            for (to, place) in &imports[*from] {
                if together.contains(to.as_str()) {
                    text.push_str(&format!("\n  {from} → {to} ({place})"));
                }
            }
        }
        circles.push(text);
    }
    circles
}

/// Every module that can be come to from `module`, itself only if by a circle.
fn reachable<'i>(imports: &'i Imports, module: &str) -> BTreeSet<&'i str> {
    let mut found = BTreeSet::new();
    let mut next: Vec<&str> = vec![module];
    while let Some(module) = next.pop() {
        for target in imports.get(module).into_iter().flat_map(BTreeMap::keys) {
            if found.insert(target.as_str()) {
                next.push(target);
            }
        }
    }
    found
}

fn walk(src: &Path, folder: &Path, files: &mut Vec<(PathBuf, String)>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::path);
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            walk(src, &path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let below = path.strip_prefix(src).unwrap_or(&path);
            files.push((below.to_owned(), fs::read_to_string(&path)?));
        }
    }
    Ok(())
}

/// A file of tests beside what it tests.
fn is_test(file: &Path) -> bool {
    file.iter()
        .filter_map(|name| name.to_str())
        .any(|name| matches!(name, "tests" | "tests.rs") || name.ends_with("_tests.rs"))
}

/// `meetings/changes.rs` and `meetings.rs` → `meetings`; the root of the crate → nothing.
fn module_of(file: &Path) -> Option<String> {
    let first = file.iter().next()?.to_str()?;
    let module = first.strip_suffix(".rs").unwrap_or(first);
    let root = file.iter().count() == 1 && matches!(module, "lib" | "main");
    (!root).then(|| module.to_owned())
}

/// How many `super::` lead from a file to the root of the crate.
fn depth(file: &Path) -> usize {
    file.iter().count() - usize::from(file.ends_with("mod.rs"))
}

/// The text with comments blanked out and without what follows a `#[cfg(test)]` that opens a module
/// of tests, which stands at the end of a file.
fn code_of(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let opens = |next: &&str| next.starts_with("mod ") && next.ends_with('{');
        if line == "#[cfg(test)]" && lines.peek().is_some_and(opens) {
            break;
        }
        if !line.trim_start().starts_with("//") {
            code.push_str(line);
        }
        code.push('\n');
    }
    code
}

/// What `pub use module::{Name, Other};` in the root makes of names: `crate::Name` → `module`.
fn read_reexports(code: &str, modules: &Imports, reexports: &mut BTreeMap<String, String>) {
    for statement in code.split(';') {
        let Some(at) = statement.find("use ") else {
            continue;
        };
        let path = statement[at + 4..].trim().trim_start_matches("crate::");
        let Some((module, rest)) = path.split_once("::") else {
            continue;
        };
        if modules.contains_key(module) {
            let words = rest.split(|c: char| !(c.is_alphanumeric() || c == '_'));
            for word in words.filter(|word| !word.is_empty()) {
                reexports.insert(word.to_owned(), module.to_owned());
            }
        }
    }
}

/// The first names behind `crate::`, and behind as many `super::` as lead to the root, with the line
/// each stands in.
fn names(code: &str, depth: usize) -> Vec<(usize, String)> {
    let up = "super::".repeat(depth);
    let mut found = Vec::new();
    for prefix in ["crate::", up.as_str()] {
        for (at, _) in code.match_indices(prefix) {
            let before = code[..at].chars().next_back();
            let inside =
                before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | ':' | '$'));
            if inside || code[at + prefix.len()..].starts_with("super::") {
                continue;
            }
            let line = code[..at].matches('\n').count() + 1;
            let heads = heads(&code[at + prefix.len()..]);
            found.extend(heads.into_iter().map(|name| (line, name)));
        }
    }
    found
}

/// `a::b` → a; `{a, b::{c, d}}` → a, b.
fn heads(path: &str) -> Vec<String> {
    let identifier = |text: &str| -> String {
        let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_'));
        text[..end.unwrap_or(text.len())].to_owned()
    };
    let Some(group) = path.strip_prefix('{') else {
        return vec![identifier(path)];
    };
    let mut heads = Vec::new();
    let (mut nested, mut expected) = (0_u32, true);
    for (at, character) in group.char_indices() {
        match character {
            '{' => nested += 1,
            '}' if nested == 0 => break,
            '}' => nested -= 1,
            ',' if nested == 0 => expected = true,
            c if expected && !c.is_whitespace() => {
                heads.push(identifier(&group[at..]));
                expected = false;
            }
            _ => {}
        }
    }
    heads
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crate_of(files: &[(&str, &str)]) -> Imports {
        let files: Vec<_> = files
            .iter()
            .map(|(name, text)| (PathBuf::from(name), (*text).to_owned()))
            .collect();
        imports_of(&files)
    }

    #[test]
    fn a_circle_is_named_with_what_ties_it() {
        let imports = crate_of(&[
            (
                "lib.rs",
                "mod a; mod b; mod c; mod d;\npub use d::{Thing, Other as Else};\n",
            ),
            ("a.rs", "use crate::{\n    b::{One, Two},\n    c,\n};\n"),
            ("b/mod.rs", "fn f() { super::c::go(); }\n"),
            ("b/inner.rs", "use super::One;\nuse super::super::d;\n"),
            ("c.rs", "fn f(x: crate::Thing) {}\n"),
            ("d.rs", "use crate::a;\n"),
        ]);
        assert_eq!(
            circles(&imports),
            [
                "a ↔ b ↔ c ↔ d\n  a → b (a.rs:1)\n  a → c (a.rs:1)\n  b → c (b/mod.rs:1)\n  \
              b → d (b/inner.rs:2)\n  c → d (c.rs:1)\n  d → a (d.rs:1)"
            ]
        );
    }

    #[test]
    fn comments_tests_and_the_root_tie_nothing() {
        let imports = crate_of(&[
            ("lib.rs", "mod a;\nmod b;\nuse crate::a;\n"),
            ("a.rs", "use crate::b;\nuse crate::ROOT;\n"),
            (
                "b.rs",
                "//! See [`crate::a`].\n// crate::a\n#[cfg(test)]\nmod tests {\n    use crate::a;\n}\n",
            ),
            ("b/tests.rs", "use crate::a;\n"),
        ]);
        assert_eq!(circles(&imports), [""; 0]);
        assert_eq!(imports["a"]["b"], "a.rs:1");
        assert_eq!(imports["b"].len(), 0);
    }

    #[test]
    fn two_circles_are_two() {
        let imports = crate_of(&[
            ("a.rs", "use crate::b;"),
            ("b.rs", "use crate::a;"),
            ("c.rs", "use crate::{a, d};"),
            ("d.rs", "use crate::c;"),
        ]);
        let found = circles(&imports);
        assert_eq!(found.len(), 2, "{found:?}");
    }

    #[test]
    fn this_crate_has_none() {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let found = find(&src).unwrap();
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}
