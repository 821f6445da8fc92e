//! The house rules that a machine can check. `ARCHITECTURE.md` is read for what only people can decide: who may import
//! whom, and why each dependency is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Every text file below `dir` whose name ends so, as (path, text), in order of path.
fn files(dir: &str, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut dirs = vec![Path::new(dir).to_path_buf()];
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()) {
            let path = entry.to_str().unwrap().trim_start_matches("./").to_string();
            let foreign = ["vendor", "target", ".git"].contains(&path.as_str());
            if entry.is_dir() && !foreign {
                dirs.push(entry);
            } else if path.ends_with(ending) && !foreign {
                found.extend(String::from_utf8(fs::read(&entry).unwrap()).ok().map(|text| (path, text)));
            }
        }
    }
    assert!(!found.is_empty(), "no file in {dir}");
    found.sort();
    found
}

fn source() -> Vec<(String, String)> {
    files("src", ".rs")
}

fn architecture() -> String {
    fs::read_to_string("ARCHITECTURE.md").unwrap()
}

/// Fails with every breach of a rule at once.
fn assert_none(breaches: Vec<String>, rule: &str) {
    assert!(breaches.is_empty(), "{rule}:\n  {}\n", breaches.join("\n  "));
}

/// Rust source with comments and the insides of literals blanked out, line by line where it was.
fn code(source: &str) -> String {
    let mut out = String::new();
    let mut rest = source;
    let skip = |out: &mut String, rest: &mut &str, bytes: usize| {
        out.extend(rest[..bytes].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        *rest = &rest[bytes..];
    };
    while let Some(c) = rest.chars().next() {
        let in_word = out.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let raw = rest.trim_start_matches('b').strip_prefix('r').map(|r| r.len() - r.trim_start_matches('#').len());
        let hashes = raw.filter(|n| !in_word && rest.trim_start_matches('b')[1 + n..].starts_with('"'));
        if rest.starts_with("//") {
            let end = rest.find('\n').unwrap_or(rest.len());
            skip(&mut out, &mut rest, end);
        } else if let Some(hashes) = hashes {
            let start = rest.find('"').unwrap() + 1;
            let close = format!("\"{}", "#".repeat(hashes));
            let end = start + rest[start..].find(&close).unwrap() + close.len();
            skip(&mut out, &mut rest, end);
        } else if c == '"' {
            let mut escaped = false;
            let end = rest[1..].find(|c| {
                let found = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                found
            });
            skip(&mut out, &mut rest, end.unwrap() + 2);
        } else if c == '\'' && rest[1..].starts_with('\\') {
            let end = 3 + rest[3..].find('\'').unwrap() + 1;
            skip(&mut out, &mut rest, end);
        } else if c == '\'' && rest[1..].chars().nth(1) == Some('\'') {
            let end = 2 + rest[1..].chars().next().unwrap().len_utf8();
            skip(&mut out, &mut rest, end);
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// The code without its test modules.
fn without_tests(source: &str) -> String {
    let mut code = code(source);
    while let Some(start) = code.find("#[cfg(test)]") {
        let open = start + code[start..].find('{').unwrap();
        let mut depth = 0;
        let length = code[open..].find(|c| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            c == '}' && depth == 0
        });
        let end = open + length.unwrap() + 1;
        let blank: String = code[start..end].chars().filter(|c| *c == '\n').collect();
        code.replace_range(start..end, &blank);
    }
    code
}

/// What stands behind every occurrence of `word` that is a word of its own.
fn text_after<'c>(code: &'c str, word: &'c str) -> impl Iterator<Item = &'c str> {
    code.match_indices(word).filter_map(move |(at, _)| {
        let before = code[..at].chars().next_back();
        let own = !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':');
        own.then(|| &code[at + word.len()..])
    })
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The modules, in the order of `src/lib.rs`.
fn modules() -> Vec<String> {
    let lib = code(&fs::read_to_string("src/lib.rs").unwrap());
    text_after(&lib, "pub mod ").map(first_word).collect()
}

/// The module that a file belongs to; the two roots belong to none.
fn module(path: &str) -> Option<String> {
    let name = path.split('/').nth(1)?.trim_end_matches(".rs");
    (!["lib", "main"].contains(&name)).then(|| name.to_string())
}

/// The rows of the first table below a heading of a page.
fn table(page: &str, heading: &str) -> Vec<Vec<String>> {
    let below = page.lines().skip_while(|line| *line != heading);
    let rows = below.skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|')).skip(2);
    let cells = |row: &str| row.trim_matches('|').split('|').map(|cell| cell.trim().to_string()).collect();
    let rows: Vec<Vec<String>> = rows.map(cells).collect();
    assert!(!rows.is_empty(), "ARCHITECTURE.md has no table below {heading:?}");
    rows
}

/// The words between backticks.
fn backticked(text: &str) -> BTreeSet<String> {
    text.split('`').skip(1).step_by(2).map(str::to_string).collect()
}

/// The names of a manifest's dependencies, this workspace's own left out.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let manifest: toml::Table = fs::read_to_string(manifest).unwrap().parse().unwrap();
    let sections = ["dependencies", "dev-dependencies", "build-dependencies"];
    let tables = sections.into_iter().filter_map(|section| manifest.get(section)?.as_table());
    tables.flat_map(toml::Table::keys).filter(|name| *name != "rumma").cloned().collect()
}

/// Who uses whom, as (module, module or crate).
type Arrows = BTreeSet<(String, String)>;

/// Every arrow of the code, tests left out.
fn arrows_of_the_code(crates: &BTreeSet<String>) -> Arrows {
    let mut arrows = Arrows::new();
    for (path, text) in source() {
        let code = without_tests(&text);
        let Some(module) = module(&path) else {
            assert!(text_after(&code, "crate::").next().is_none(), "{path} uses a module; only modules do");
            continue;
        };
        for path in text_after(&code, "crate::").filter(|path| first_word(path) != module) {
            // `crate::{a, b}` would hide its modules.
            assert!(!path.starts_with('{'), "{module}: one `use crate::` line for each module");
            arrows.insert((module.clone(), first_word(path)));
        }
        // A chain of `super::` as long as the path leads out of the module.
        let depth = path.trim_end_matches("/mod.rs").split('/').count() - 1;
        assert!(text_after(&code, &"super::".repeat(depth)).next().is_none(), "{path}: leaves its module by `super::`");
        let used = crates.iter().filter(|name| text_after(&code, &(name.replace('-', "_") + "::")).next().is_some());
        arrows.extend(used.map(|name| (module.clone(), name.clone())));
    }
    arrows
}

#[test]
fn imports_are_those_of_the_table() {
    let rows = table(&architecture(), "## Who may use whom");
    let first = |row: &Vec<String>| backticked(&row[0]).pop_first().unwrap();
    let modules = modules();
    assert_eq!(
        rows.iter().map(first).collect::<Vec<_>>(),
        modules,
        "the table has the modules of src/lib.rs, in its order"
    );
    let arrow = |row: &Vec<String>, used: String| (first(row), used);
    let decided: Arrows = rows
        .iter()
        .flat_map(|row| (&backticked(&row[1]) | &backticked(&row[2])).into_iter().map(move |used| arrow(row, used)))
        .collect();
    let found = arrows_of_the_code(&dependencies("Cargo.toml"));
    let new = found.difference(&decided).map(|(module, used)| format!("{module} uses {used}: not in the table"));
    let old = decided.difference(&found).map(|(module, used)| format!("{module} does not use {used} any more"));
    assert_none(new.chain(old).collect(), "a new arrow is a decision: ARCHITECTURE.md has them all, with the reason");
    let place = |module: &str| modules.iter().position(|other| other == module);
    let upwards = found.iter().filter(|(module, used)| place(used) > place(module));
    assert_none(
        upwards.map(|(module, used)| format!("{module} uses {used} below it")).collect(),
        "src/lib.rs is in reading order",
    );
}

#[test]
fn unsafe_stands_where_it_may_and_says_why_it_is_sound() {
    let mut breaches = Vec::new();
    for (path, text) in source() {
        let code = code(&text);
        let (code, text): (Vec<&str>, Vec<&str>) = (code.lines().collect(), text.lines().collect());
        for (n, line) in code.iter().enumerate() {
            for after in text_after(line, "unsafe ") {
                let is_function = after.starts_with("fn ");
                if after.starts_with("fn(") {
                    continue; // a type
                }
                if path != "src/checkpoint/shard.rs" && !path.starts_with("src/kernels/") {
                    breaches.push(format!("{path}:{}: unsafe outside shard.rs and kernels", n + 1));
                }
                // Up to the line on which the statement begins, and then through the comment and attributes above it.
                let ends = |line: &str| line.trim_end().ends_with([';', '{', '}', ',']) || line.trim().is_empty();
                let start = (0..=n).rev().find(|n| *n == 0 || ends(code[n - 1])).unwrap();
                let above = text[..start].iter().rev();
                let above = above.take_while(|line| line.trim().starts_with("//") || line.trim().starts_with("#["));
                let word = if is_function { "# Safety" } else { "SAFETY:" };
                if !text[start..=n].iter().chain(above).any(|line| line.contains("//") && line.contains(word)) {
                    breaches.push(format!("{path}:{}: no `{word}` above", n + 1));
                }
            }
        }
    }
    assert_none(breaches, "unsafe belongs to the map and to the kernels, each time with its reason");
}

#[test]
fn every_module_says_what_it_is() {
    let dirs = ["src", "tests", "benches", "xtask/src", "xtask/tests"];
    let all = dirs.into_iter().flat_map(|dir| files(dir, ".rs"));
    let silent = all.filter(|(_, text)| !text.starts_with("//! ")).map(|(path, _)| path);
    assert_none(silent.collect(), "a module starts with a `//!` line");
}

#[test]
fn the_library_neither_prints_nor_panics() {
    // A write to a closed pipe makes `println!` panic, so src/cli has a way of its own too.
    let words =
        ["print!", "println!", "eprint!", "eprintln!", "dbg!", "todo!", "unimplemented!", "panic!", "unreachable!"];
    let calls = [".unwrap()", ".unwrap_err()", ".expect(", ".expect_err("];
    let mut breaches = Vec::new();
    for (path, text) in source() {
        for (n, line) in without_tests(&text).lines().enumerate() {
            let found = words.into_iter().filter(|word| text_after(line, word).next().is_some());
            let found = found.chain(calls.into_iter().filter(|call| line.contains(call)));
            breaches.extend(found.map(|word| format!("{path}:{}: {word}", n + 1)));
        }
    }
    assert_none(
        breaches,
        "what a user's file can cause is an error, and what is printed goes through src/cli/console.rs",
    );
}

#[test]
fn files_are_short_enough_to_be_read() {
    let limit = |path: &str| if path.ends_with("main.rs") { 40 } else { 500 };
    let sources = source().into_iter().chain(files("xtask/src", ".rs"));
    let long = sources.filter(|(path, text)| text.lines().count() > limit(path));
    assert_none(
        long.map(|(path, text)| format!("{path}: {} lines", text.lines().count())).collect(),
        "two modules, not one",
    );
}

#[test]
fn every_dependency_has_its_reason() {
    let listed: BTreeSet<String> =
        table(&architecture(), "## Dependencies").iter().flat_map(|row| backticked(&row[0])).collect();
    let direct = &dependencies("Cargo.toml") | &dependencies("xtask/Cargo.toml");
    let odd = direct.symmetric_difference(&listed).cloned();
    assert_none(
        odd.collect(),
        "a dependency that is either in the table of ARCHITECTURE.md or in a manifest, not in both",
    );
}

#[test]
fn the_page_names_files_that_exist() {
    let roots = ["src/", "tests/", "benches/", "fixtures/", "xtask/", ".ci/", "fuzz/"];
    let words = backticked(&architecture().replace("```", ""));
    let paths = words.iter().filter(|word| roots.iter().any(|root| word.starts_with(root)) && !word.contains(' '));
    let gone = paths.filter(|path| !path.contains(['*', '{']) && !Path::new(path.trim_end_matches('/')).exists());
    assert_none(gone.cloned().collect(), "ARCHITECTURE.md names a file that is not there");
    let tests = files("tests", ".rs").into_iter().map(|(path, _)| path).filter(|path| path.matches('/').count() == 1);
    assert_none(tests.filter(|path| !words.contains(path)).collect(), "a test that ARCHITECTURE.md says nothing of");
}

#[test]
fn ci_runs_what_the_readme_tells() {
    let readme = fs::read_to_string("README.md").unwrap();
    let ci = fs::read_to_string(".ci/run").unwrap();
    let told: Vec<&str> =
        readme.lines().filter(|l| l.starts_with("cargo build") || l.starts_with("cargo test")).collect();
    assert!(told.len() >= 2, "README.md has no line `cargo build ...` or `cargo test ...`");
    let missing = told.into_iter().filter(|line| !ci.contains(line.trim_end())).map(str::to_string);
    assert_none(missing.collect(), "a command of README.md that .ci/run does not run");
}

#[test]
fn nothing_points_at_the_desk_it_was_written_on() {
    // Words in two parts, so that this file does not point there either.
    let words = [("/tm", "p/"), ("/wor", "k/"), ("/hom", "e/"), ("/roo", "t/"), ("issue", " #"), ("work", "tree")];
    let mut breaches = Vec::new();
    for (path, text) in files(".", "") {
        let found = words.iter().map(|(a, b)| format!("{a}{b}")).filter(|word| text.contains(word.as_str()));
        breaches.extend(found.map(|word| format!("{path}: {word}")));
    }
    assert_none(breaches, "a path or a number that means nothing to a reader");
}

#[test]
fn only_the_command_line_names_its_options() {
    let names_option = |line: &str| {
        line.match_indices("--").any(|(at, _)| line[at + 2..].starts_with(|c: char| c.is_ascii_lowercase()))
    };
    let commands =
        ["inspect", "load", "prefill", "decode", "bench", "verify", "selftest"].map(|c| format!("rumma {c}"));
    // The page of charts has style sheets with variables.
    let library =
        source().into_iter().filter(|(path, _)| !path.starts_with("src/cli/") && path != "src/report/bench/html.rs");
    let mut breaches = Vec::new();
    for (path, text) in library {
        let lines = text.lines().take_while(|line| !line.contains("#[cfg(test)]")).enumerate();
        for (n, line) in lines.filter(|(_, line)| !line.trim_start().starts_with("//")) {
            if names_option(line) || commands.iter().any(|command| line.contains(command.as_str())) {
                breaches.push(format!("{path}:{}: {}", n + 1, line.trim()));
            }
        }
    }
    assert_none(breaches, "the library states facts; src/cli/remedy.rs says which option or command helps");
}
