//! Reads the imports of a crate: modules that import each other in a circle can only be understood,
//! tested and changed together. For tests, of every crate of the house.
//!
//! A module is a file. A folder is one too, with everything in it, for what lies beside it; its
//! `mod.rs` alone is one for what lies in it. What counts is every path that begins with `crate::`,
//! `super::`, `self::` or with a module of the file's own, outside comments and tests. It leads to
//! the module that has what is named: through `pub use` to where that points. To name something again
//! (`pub use`) is no import.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Which modules each module imports, with one place for each import as `file:line`.
pub type Imports = BTreeMap<String, BTreeMap<String, String>>;

/// Names from the root of the crate to a module.
type Module = Vec<String>;

/// Every circle in the crate with the sources `src`, among its files and, in each folder, among what
/// lies there: the modules and what ties them together, in words. Empty if there is none.
///
/// # Errors
/// The sources cannot be read.
pub fn find(src: &Path) -> io::Result<Vec<String>> {
    Ok(circles(&read(src)?))
}

/// What the modules directly below `src` import from each other. The root of the crate and `main.rs`
/// are no modules: everything hangs on them.
///
/// # Errors
/// The sources cannot be read.
pub fn imports(src: &Path) -> io::Result<Imports> {
    Ok(between(&read(src)?, &[]))
}

/// The sources of a crate without comments and tests, by their path below `src`: what is looked for in
/// them is in the product.
///
/// # Errors
/// The sources cannot be read.
pub fn product(src: &Path) -> io::Result<BTreeMap<PathBuf, String>> {
    let mut files = Vec::new();
    walk(src, src, &mut files)?;
    files.retain(|(file, _)| !is_test(file));
    Ok(files
        .into_iter()
        .map(|(file, text)| (file, code_of(&text)))
        .collect())
}

/// File by file, the module of each.
type Graph = BTreeMap<Module, BTreeMap<Module, String>>;

fn read(src: &Path) -> io::Result<Graph> {
    Ok(graph(&product(src)?))
}

/// The same of files that were read.
fn graph(files: &BTreeMap<PathBuf, String>) -> Graph {
    let scopes: BTreeMap<Module, Scope> = files
        .iter()
        .map(|(file, code)| (module_of(file), Scope::of(code)))
        .collect();
    let mut graph = Graph::new();
    for file in files.keys() {
        let module = module_of(file);
        if module.is_empty() {
            continue;
        }
        let mut targets = BTreeMap::new();
        for (line, path) in &scopes[&module].paths {
            if let Some(target) = follow(&scopes, &module, path)
                && target != module
            {
                let place = || format!("{}:{line}", file.display());
                targets.entry(target).or_insert_with(place);
            }
        }
        graph.insert(module, targets);
    }
    graph
}

/// The module that has what this path names, written in `module`; nothing if it leads out of the crate
/// or to its root.
fn follow(scopes: &BTreeMap<Module, Scope>, module: &Module, path: &[String]) -> Option<Module> {
    let mut at = module.clone();
    let mut named = path.iter().peekable();
    match path.first()?.as_str() {
        "crate" => {
            at.clear();
            named.next();
        }
        "self" => {
            named.next();
        }
        "super" => {
            while named.next_if(|name| *name == "super").is_some() {
                at.pop();
            }
        }
        // A module of its own: nothing else has names without a beginning.
        child => {
            at.push(child.to_owned());
            scopes.get(&at)?;
            named.next();
        }
    }
    // A path that is followed for ever names itself; `use` may be written so by mistake only.
    for _ in 0..8 {
        let Some(name) = named.next() else { break };
        at.push(name.clone());
        if scopes.contains_key(&at) {
            continue;
        }
        at.pop();
        let Some(alias) = scopes.get(&at).and_then(|scope| scope.aliases.get(name)) else {
            break;
        };
        let rest = named.cloned().collect::<Vec<_>>();
        let whole: Vec<String> = alias.iter().cloned().chain(rest).collect();
        // What is named again from another crate is nobody's.
        let begins = matches!(alias[0].as_str(), "crate" | "self" | "super");
        let child = [at.as_slice(), &alias[..1]].concat();
        return (begins || scopes.contains_key(&child))
            .then(|| follow(scopes, &at, &whole))
            .flatten();
    }
    (!at.is_empty()).then_some(at)
}

/// What is read in one file.
struct Scope {
    /// Every path with the line it stands in.
    paths: Vec<(usize, Vec<String>)>,
    /// What `use` makes of names.
    aliases: BTreeMap<String, Vec<String>>,
}

impl Scope {
    fn of(code: &str) -> Self {
        let mut scope = Self {
            paths: Vec::new(),
            aliases: BTreeMap::new(),
        };
        let mut rest = code.to_owned();
        for (at, statement) in statements(code) {
            let line = code[..at].matches('\n').count() + 1;
            let public = statement.starts_with("pub");
            let Some(begin) = statement.find("use ") else {
                continue;
            };
            for path in expand(&statement[begin + 4..]) {
                let mut path = path;
                let alias = path.last().cloned().unwrap_or_default();
                let (name, alias) = alias.split_once(" as ").map_or_else(
                    || (alias.clone(), alias.clone()),
                    |(name, alias)| (name.to_owned(), alias.to_owned()),
                );
                path.pop();
                if name != "self" {
                    path.push(name.clone());
                }
                let alias = if alias == "self" {
                    path.last().cloned().unwrap_or_default()
                } else {
                    alias
                };
                if !public {
                    scope.paths.push((line, path.clone()));
                }
                if !path.is_empty() {
                    scope.aliases.insert(alias, path);
                }
            }
            // What is left is code.
            let end = at + statement.len();
            let blank: String = statement
                .chars()
                .map(|c| if c == '\n' { '\n' } else { ' ' })
                .collect();
            if blank.len() == statement.len() {
                rest.replace_range(at..end, &blank);
            }
        }
        scope.paths.extend(inline(&rest));
        scope
    }
}

/// `use …;` and `pub use …;` with what stands before it and where they begin.
fn statements(code: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in code.split_inclusive('\n') {
        let text = line.trim_start();
        let begins = ["use ", "pub use ", "pub(crate) use ", "pub(super) use "]
            .iter()
            .any(|begin| text.starts_with(begin))
            || (text.starts_with("pub(in ") && text.contains(" use "));
        if begins {
            let from = at + line.len() - text.len();
            let length = code[from..].find(';').unwrap_or(code.len() - from);
            found.push((from, &code[from..from + length]));
        }
        at += line.len();
    }
    found
}

/// `a::{b, c::d as e}` → `a::b`, `a::c::d as e`.
fn expand(tree: &str) -> Vec<Vec<String>> {
    let tree = tree.trim();
    let Some((head, group)) = tree.split_once('{') else {
        let names = tree.split("::").map(|name| name.trim().to_owned());
        return vec![names.filter(|name| !name.is_empty()).collect()];
    };
    let head: Vec<String> = head
        .split("::")
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect();
    let group = group.strip_suffix('}').unwrap_or(group);
    let (mut nested, mut from, mut parts) = (0_usize, 0, Vec::new());
    for (at, character) in group.char_indices() {
        match character {
            '{' => nested += 1,
            '}' => nested = nested.saturating_sub(1),
            ',' if nested == 0 => {
                parts.push(&group[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&group[from..]);
    parts
        .into_iter()
        .filter(|part| !part.trim().is_empty())
        .flat_map(expand)
        .map(|tail| [head.clone(), tail].concat())
        .collect()
}

/// Paths in the middle of code, with the line each stands in.
fn inline(code: &str) -> Vec<(usize, Vec<String>)> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    for (line, text) in code.lines().enumerate() {
        let mut at = 0;
        while let Some(begin) = text[at..].find(is_name) {
            let from = at + begin;
            let mut path = Vec::new();
            let mut end = from;
            loop {
                let length = text[end..]
                    .find(|c| !is_name(c))
                    .unwrap_or(text.len() - end);
                path.push(text[end..end + length].to_owned());
                end += length;
                let next = text[end..].strip_prefix("::");
                if next.is_some_and(|next| next.starts_with(is_name)) {
                    end += 2;
                } else {
                    break;
                }
            }
            // `$crate::` is whoever uses the macro; `pub(in …)` is who may see it.
            let before = text[..from].trim_end_matches("::");
            let foreign = before.ends_with('$') || before.ends_with("(in ");
            let rooted = matches!(path[0].as_str(), "crate" | "self" | "super");
            if path.len() > 1 && rooted && !foreign && before.len() == from {
                found.push((line + 1, path));
            }
            at = end;
        }
    }
    found
}

/// What the modules of this folder import from each other, everything in them counted.
fn between(graph: &Graph, folder: &[String]) -> Imports {
    let depth = folder.len();
    let below = |module: &Module| module.len() > depth && module.starts_with(folder);
    let mut imports = Imports::new();
    for (from, targets) in graph.iter().filter(|(from, _)| below(from)) {
        let found = imports.entry(from[depth].clone()).or_default();
        for (to, place) in targets.iter().filter(|(to, _)| below(to)) {
            if to[depth] != from[depth] {
                let place = || place.clone();
                found.entry(to[depth].clone()).or_insert_with(place);
            }
        }
    }
    imports
}

/// Every circle, each told once.
fn circles(graph: &Graph) -> Vec<String> {
    let folders: BTreeSet<&[String]> = graph
        .keys()
        .flat_map(|module| (0..module.len()).map(|depth| &module[..depth]))
        .collect();
    let mut told = BTreeMap::new();
    for folder in folders {
        let name = |module: &str| {
            let names = folder.iter().map(String::as_str);
            names.chain([module]).collect::<Vec<_>>().join("::")
        };
        let named = between(graph, folder).into_iter().map(|(from, targets)| {
            let targets = targets.into_iter().map(|(to, at)| (name(&to), at));
            (name(&from), targets.collect())
        });
        told.extend(circles_of(&named.collect()));
    }
    let files = graph.iter().map(|(from, targets)| {
        let targets = targets.iter().map(|(to, at)| (to.join("::"), at.clone()));
        (from.join("::"), targets.collect())
    });
    told.extend(circles_of(&files.collect()));
    told.into_iter()
        .map(|(names, ties)| names + &ties)
        .collect()
}

/// The names of each circle, and what ties it.
fn circles_of(imports: &Imports) -> BTreeMap<String, String> {
    let reach: BTreeMap<&str, BTreeSet<&str>> = imports
        .keys()
        .map(|module| (module.as_str(), reachable(imports, module)))
        .collect();
    let mut found = BTreeMap::new();
    for module in imports.keys() {
        let together: BTreeSet<&str> = reach[module.as_str()]
            .iter()
            .copied()
            .filter(|other| {
                reach
                    .get(other)
                    .is_some_and(|them| them.contains(module.as_str()))
            })
            .collect();
        if together.is_empty() {
            continue;
        }
        let mut ties = String::new();
        for from in &together {
            for (to, place) in &imports[*from] {
                if together.contains(to.as_str()) {
                    ties.push_str(&format!("\n  {from} → {to} ({place})"));
                }
            }
        }
        let names = together.into_iter().collect::<Vec<_>>().join(" ↔ ");
        found.insert(names, ties);
    }
    found
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

/// `meetings/changes.rs` → meetings, changes; `meetings/mod.rs` → meetings; the root of the crate →
/// nothing.
fn module_of(file: &Path) -> Module {
    let mut names: Module = file
        .iter()
        .filter_map(|name| name.to_str())
        .map(|name| name.strip_suffix(".rs").unwrap_or(name).to_owned())
        .collect();
    let last = names.last().map(String::as_str);
    let root = names.len() == 1 && matches!(last, Some("lib" | "main"));
    if root || last == Some("mod") {
        names.pop();
    }
    names
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

#[cfg(test)]
mod tests {
    use super::*;

    fn crate_of(files: &[(&str, &str)]) -> Graph {
        let files = files
            .iter()
            .filter(|(name, _)| !is_test(Path::new(name)))
            .map(|(name, text)| (PathBuf::from(name), code_of(text)));
        graph(&files.collect())
    }

    #[test]
    fn a_circle_is_named_with_what_ties_it() {
        let graph = crate_of(&[
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
            circles(&graph),
            [
                "a ↔ b ↔ c ↔ d\n  a → b (a.rs:1)\n  a → c (a.rs:1)\n  b → c (b/mod.rs:1)\n  \
              c → d (c.rs:1)\n  d → a (d.rs:1)"
            ]
        );
        assert_eq!(
            between(&graph, &[])["b"]["d"],
            "b/inner.rs:2",
            "a folder imports what is in it"
        );
    }

    #[test]
    fn comments_tests_and_the_root_tie_nothing() {
        let graph = crate_of(&[
            ("lib.rs", "mod a;\nmod b;\nuse crate::a;\n"),
            ("a.rs", "use crate::b;\nuse crate::ROOT;\n"),
            (
                "b.rs",
                "//! See [`crate::a`].\n// crate::a\n#[cfg(test)]\nmod tests {\n    use crate::a;\n}\n",
            ),
            ("b/tests.rs", "use crate::a;\n"),
        ]);
        assert_eq!(circles(&graph), [""; 0]);
        let imports = between(&graph, &[]);
        assert_eq!(imports["a"]["b"], "a.rs:1");
        assert_eq!(imports["b"].len(), 0);
    }

    #[test]
    fn two_circles_are_two() {
        let graph = crate_of(&[
            ("a.rs", "use crate::b;"),
            ("b.rs", "use crate::a;"),
            ("c.rs", "use crate::{a, d};"),
            ("d.rs", "use crate::c;"),
        ]);
        let found = circles(&graph);
        assert_eq!(found.len(), 2, "{found:?}");
    }
}
