//! Rules of the source tree that neither the compiler nor clippy checks. The lists that people decide on (which module
//! may import which, why each dependency is needed) are read from `ARCHITECTURE.md`. Lints are in `Cargo.toml` and
//! `src/lib.rs`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Every text file below `dir` whose name ends with `ending`, as (path, text), sorted by path.
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

fn page(path: &str) -> String {
    fs::read_to_string(path).unwrap()
}

fn architecture() -> String {
    page("ARCHITECTURE.md")
}

/// Fails with all violations of a rule at once.
fn assert_none(violations: Vec<String>, rule: &str) {
    assert!(violations.is_empty(), "{rule}:\n  {}\n", violations.join("\n  "));
}

/// The text without whole-line comments.
fn code(source: &str) -> String {
    let keep = |line: &str| if line.trim_start().starts_with("//") { "\n".into() } else { format!("{line}\n") };
    source.lines().map(keep).collect()
}

/// The code without its test modules. rustfmt puts the closing brace of a module below its first letter.
fn without_tests(source: &str) -> String {
    let mut kept = String::new();
    let code = code(source);
    let mut lines = code.lines();
    while let Some(line) = lines.next() {
        if line.trim() == "#[cfg(test)]" {
            let end = line.replace("#[cfg(test)]", "}");
            lines.find(|line| *line == end);
        } else {
            kept.extend([line, "\n"]);
        }
    }
    kept
}

/// The text after each occurrence of `path` that is not the end of a longer path or name.
fn text_after<'c>(code: &'c str, path: &'c str) -> impl Iterator<Item = &'c str> {
    code.match_indices(path).filter_map(move |(at, _)| {
        let before = code[..at].chars().next_back();
        let whole = !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':');
        whole.then(|| &code[at + path.len()..])
    })
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The modules, in the order of `src/lib.rs`.
fn modules() -> Vec<String> {
    let lib = fs::read_to_string("src/lib.rs").unwrap();
    lib.lines().filter_map(|line| Some(line.strip_prefix("pub mod ")?.trim_end_matches(';').to_string())).collect()
}

/// The module that a file belongs to; `None` for `lib.rs` and the files of the binary.
fn module(path: &str) -> Option<String> {
    let name = path.split('/').nth(1)?.trim_end_matches(".rs");
    (!["lib", "main", "alloc"].contains(&name)).then(|| name.to_string())
}

/// The functions in a file formatted by rustfmt, as (name, lines from the signature to the closing brace).
fn functions(source: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = source.lines().collect();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let Some(name) = text_after(line, "fn ").next().map(first_word) else { continue };
        let in_signature = !line.trim_start().starts_with("//") && !name.is_empty();
        // Lines of the signature and of the body that stand as far to the left as the signature's first line.
        let outer = lines[start..].iter().enumerate().filter(|(_, line)| {
            let (before, text) = line.split_at_checked(indent).unwrap_or((line, ""));
            before.trim().is_empty() && !text.is_empty() && !text.starts_with(' ')
        });
        // `fn f();` and `fn f() {}` end on the line on which a body would begin.
        let mut outer = outer.skip_while(|(_, line)| !line.ends_with(['{', '}', ';']));
        let has_body = outer.next().is_some_and(|(_, line)| line.ends_with('{'));
        if in_signature && has_body {
            let end = outer.find(|(_, line)| line[indent..] == *"}");
            found.extend(end.map(|(last, _)| (name, last + 1)));
        }
    }
    found
}

/// The rows of the first table below a heading of a Markdown page.
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

/// The names of a package's dependencies, without those in this workspace.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let manifest: toml::Table = fs::read_to_string(manifest).unwrap().parse().unwrap();
    let sections = ["dependencies", "dev-dependencies", "build-dependencies"];
    let tables = sections.into_iter().filter_map(|section| manifest.get(section)?.as_table());
    tables.flat_map(toml::Table::keys).filter(|name| *name != "rumma").cloned().collect()
}

/// Which module uses what, as (module, used module or crate).
type Imports = BTreeSet<(String, String)>;

/// Every import in the code, without tests: those are in modules of their own, or in files `tests.rs`.
fn imports_in_code(crates: &BTreeSet<String>) -> Imports {
    let mut imports = Imports::new();
    for (path, text) in source().into_iter().filter(|(path, _)| !path.ends_with("/tests.rs")) {
        let code = without_tests(&text);
        let Some(module) = module(&path) else {
            assert!(text_after(&code, "crate::").next().is_none(), "{path} imports a module; only modules may");
            continue;
        };
        for path in text_after(&code, "crate::").filter(|path| first_word(path) != module) {
            // The names in `crate::{a, b}` would be missed.
            assert!(!path.starts_with('{'), "{module}: one `use crate::` line for each module");
            imports.insert((module.clone(), first_word(path)));
        }
        // As many `super::` as the path has components lead out of the module.
        let depth = path.trim_end_matches("/mod.rs").split('/').count() - 1;
        assert!(
            text_after(&code, &"super::".repeat(depth)).next().is_none(),
            "{path}: `super::` leads out of the module; use `crate::`"
        );
        let used = crates.iter().filter(|name| text_after(&code, &(name.replace('-', "_") + "::")).next().is_some());
        imports.extend(used.map(|name| (module.clone(), name.clone())));
    }
    imports
}

#[test]
fn imports_match_the_table_in_architecture_md() {
    let rows = table(&architecture(), "## Who may use whom");
    let first = |row: &Vec<String>| backticked(&row[0]).pop_first().unwrap();
    let modules = modules();
    assert_eq!(
        rows.iter().map(first).collect::<Vec<_>>(),
        modules,
        "the table lists the modules of src/lib.rs in the same order"
    );
    let import = |row: &Vec<String>, used: String| (first(row), used);
    let allowed: Imports = rows
        .iter()
        .flat_map(|row| (&backticked(&row[1]) | &backticked(&row[2])).into_iter().map(move |used| import(row, used)))
        .collect();
    let found = imports_in_code(&dependencies("Cargo.toml"));
    let new = found.difference(&allowed).map(|(module, used)| format!("{module} uses {used}: not in the table"));
    let old =
        allowed.difference(&found).map(|(module, used)| format!("{module} does not use {used}, but the table says so"));
    assert_none(
        new.chain(old).collect(),
        "ARCHITECTURE.md lists all imports between modules; add or remove the row's entry",
    );
    let position = |module: &str| modules.iter().position(|other| other == module);
    let upwards = found.iter().filter(|(module, used)| position(used) > position(module));
    assert_none(
        upwards.map(|(module, used)| format!("{module} uses {used}, which comes later")).collect(),
        "a module uses only modules above it in src/lib.rs",
    );
}

#[test]
fn every_file_starts_with_module_docs() {
    let dirs = ["src", "tests", "benches", "xtask/src", "xtask/tests"];
    let all = dirs.into_iter().flat_map(|dir| files(dir, ".rs"));
    let undocumented = all.filter(|(_, text)| !text.starts_with("//! ")).map(|(path, _)| path);
    assert_none(undocumented.collect(), "every Rust file starts with a `//!` line");
}

#[test]
fn files_are_at_most_500_lines_long() {
    let limit = |path: &str| if path.ends_with("main.rs") { 40 } else { 500 };
    let sources = source().into_iter().chain(files("xtask/src", ".rs"));
    let long = sources.filter(|(path, text)| text.lines().count() > limit(path));
    assert_none(
        long.map(|(path, text)| format!("{path}: {} lines", text.lines().count())).collect(),
        "at most 500 lines (main.rs: 40): split the module",
    );
}

#[test]
fn functions_are_at_most_60_lines_long() {
    let dirs = ["src/cli", "src/engine", "src/model", "src/weights"];
    let mut long = Vec::new();
    for (path, text) in dirs.into_iter().flat_map(|dir| files(dir, ".rs")) {
        let functions = functions(&text);
        assert!(!functions.is_empty() || text.lines().count() < 60, "no function recognized in {path}");
        let over = functions.into_iter().filter(|(_, lines)| *lines > 60);
        long.extend(over.map(|(name, lines)| format!("{path}: {name}: {lines} lines")));
    }
    assert_none(long, "at most 60 lines from the signature to the closing brace: split the function");
}

#[test]
fn function_lengths_are_counted_from_signature_to_closing_brace() {
    let source = "trait T {\n    fn declared(\n        &self,\n    );\n    fn empty() {}\n}\n\
                  pub(super) unsafe fn long<T>(\n    x: T,\n) -> T\nwhere\n    T: Copy,\n{\n    // fn no() {\n    x\n}\n";
    assert_eq!(functions(source), [("long".to_string(), 9)]);
}

/// clippy (`undocumented_unsafe_blocks`) sees only what is compiled for the architecture that it runs on.
#[test]
fn unsafe_blocks_for_other_architectures_have_a_safety_comment() {
    let mut violations = Vec::new();
    for (path, text) in files("src/kernels/aarch64", ".rs") {
        let lines: Vec<&str> = text.lines().collect();
        let blocks = (0..lines.len()).filter(|n| lines[*n].contains("unsafe {"));
        let without = blocks.filter(|n| !lines[n.saturating_sub(8)..*n].iter().any(|line| line.contains("SAFETY:")));
        violations.extend(without.map(|n| format!("{path}:{}", n + 1)));
    }
    assert_none(violations, "an `unsafe` block needs a SAFETY comment above it");
}

#[test]
fn every_dependency_is_listed_with_its_purpose() {
    let listed: BTreeSet<String> =
        table(&page("docs/dependencies.md"), "## Dependencies").iter().flat_map(|row| backticked(&row[0])).collect();
    let direct = &dependencies("Cargo.toml") | &dependencies("xtask/Cargo.toml");
    let unmatched = direct.symmetric_difference(&listed).cloned();
    assert_none(unmatched.collect(), "in only one of Cargo.toml and the table of docs/dependencies.md");
}

#[test]
fn pages_name_only_files_that_exist() {
    let roots = ["src/", "tests/", "benches/", "fixtures/", "xtask/", "docs/", "examples/", ".ci/", "fuzz/"];
    let mut pages = files("docs", ".md");
    pages.extend(["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"].map(|path| (path.to_string(), page(path))));
    let mut missing = Vec::new();
    for (page, text) in pages {
        let words = backticked(&text.replace("```", ""));
        let paths = words.iter().filter(|word| roots.iter().any(|root| word.starts_with(root)));
        let paths = paths.filter(|path| !path.contains([' ', '*', '{']) && *path == &path.replace("NAME", ""));
        let paths = paths.filter(|path| !Path::new(path.trim_end_matches('/')).exists());
        missing.extend(paths.map(|path| format!("{page}: {path}")));
    }
    assert_none(missing, "a page names a file that does not exist");
}

#[test]
fn contributing_md_says_what_every_test_file_covers() {
    let words = backticked(&page("CONTRIBUTING.md").replace("```", ""));
    let tests = files("tests", ".rs").into_iter().map(|(path, _)| path).filter(|path| path.matches('/').count() == 1);
    assert_none(tests.filter(|path| !words.contains(path)).collect(), "a test that CONTRIBUTING.md does not name");
}

#[test]
fn architecture_md_has_at_most_2400_words() {
    let words = architecture().split_whitespace().count();
    assert!(words <= 2400, "ARCHITECTURE.md has {words} words; move details to the pages in docs/");
}

#[test]
fn the_quick_start_has_two_commands_and_ci_runs_the_tests() {
    let readme = page("README.md");
    let ci = page(".ci/run");
    let (_, quick_start) = readme.split_once("## Quick start").expect("README.md has a quick start");
    let (_, block) = quick_start.split_once("```sh\n").expect("the quick start has a block of commands");
    let commands: Vec<&str> = block.split("```").next().unwrap_or_default().lines().collect();
    assert!(
        matches!(commands[..], [run, _] if run.starts_with("cargo run --release --offline --locked -- decode storyteller")),
        "{commands:?}"
    );
    assert!(ci.contains(commands[1]), ".ci/run does not run `{}`", commands[1]);
}

#[test]
fn no_file_contains_a_local_path_or_an_issue_number() {
    // Each word is in two parts, so that this file does not contain it.
    let words = [("/tm", "p/"), ("/wor", "k/"), ("/hom", "e/"), ("/roo", "t/"), ("issue", " #"), ("work", "tree")];
    let mut violations = Vec::new();
    for (path, text) in files(".", "") {
        let found = words.iter().map(|(a, b)| format!("{a}{b}")).filter(|word| text.contains(word.as_str()));
        violations.extend(found.map(|word| format!("{path}: {word}")));
    }
    assert_none(violations, "a path or number that only its author can resolve");
}

#[test]
fn only_the_command_line_names_its_options() {
    let names_option = |line: &str| {
        line.match_indices("--").any(|(at, _)| line[at + 2..].starts_with(|c: char| c.is_ascii_lowercase()))
    };
    let commands =
        ["inspect", "load", "prefill", "decode", "score", "bench", "verify", "selftest"].map(|c| format!("rumma {c}"));
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
