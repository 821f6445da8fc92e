//! Completions and man pages hold what the help texts say, and shells and roff read them. A shell that is not installed is skipped.

mod common;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

use common::{run, scratch};

/// The subcommands that `rumma --help` lists.
fn subcommands() -> Vec<String> {
    let help = run(["--help"]).stdout;
    let (_, list) = help.split_once("\nSubcommands:\n").unwrap();
    let names = list.lines().take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("   "));
    let names: Vec<String> = names.map(|line| line.split_whitespace().next().unwrap().to_string()).collect();
    assert!(names.len() >= 12, "{names:?}");
    names
}

/// The options of a subcommand's help text by their long names, and their other names.
struct Options {
    long: BTreeSet<String>,
    other: BTreeSet<String>,
}

fn options(subcommand: &str) -> Options {
    let help = run([subcommand, "--help"]).stdout;
    let (text, _) = help.split_once("\nExamples:\n").unwrap();
    let left = text.lines().filter(|line| line.starts_with("  -")).map(|line| line.trim().split("  ").next().unwrap());
    let left = left.flat_map(|left| left.split([' ', ',']).filter(|word| word.starts_with('-')));
    let (long, mut other): (BTreeSet<_>, BTreeSet<_>) =
        left.map(str::to_string).partition(|name| name.starts_with("--"));
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for also in text.split("; also --").skip(1) {
        let words = also.split(' ').enumerate().take_while(|(n, word)| *n == 0 || word.starts_with("--"));
        other.extend(words.map(|(_, word)| format!("--{}", word.trim_start_matches('-').trim_end_matches(','))));
    }
    assert!(long.len() >= 2 && long.contains("--help") && other.contains("-h"), "{subcommand}: {long:?} {other:?}");
    Options { long, other }
}

fn script(shell: &str) -> String {
    let run = run(["completions", shell]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    run.stdout
}

/// Whether a program can be run.
fn is_installed(program: &str) -> bool {
    let found = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !found {
        println!("SKIPPED: {program} is not installed");
    }
    found
}

/// Runs a program that must succeed without a message, and returns its stdout.
#[track_caller]
fn output(program: &str, args: &[&str], directory: &Path) -> String {
    let output = Command::new(program).args(args).current_dir(directory).stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The part of a script that is about a subcommand.
fn part(shell: &str, script: &str, subcommand: &str) -> String {
    let (begin, end) = match shell {
        "bash" => (format!("        '{subcommand} -"), "\n            else\n"),
        "zsh" => (format!("\n        {subcommand})\n"), "&& ret=0"),
        _ => (format!("\ncomplete -c rumma -n '__rumma_is {subcommand}'"), "-s V"),
    };
    let from = script.find(&begin).or(script.find(&format!("        '{subcommand} '*)"))).unwrap();
    let (part, _) = script[from..].split_once(end).unwrap();
    format!("{part}{end} ")
}

#[test]
fn every_option_of_every_help_text_is_in_every_script() {
    for shell in ["bash", "zsh", "fish"] {
        let script = script(shell);
        for subcommand in subcommands() {
            let part = part(shell, &script, &subcommand);
            let Options { long, other } = options(&subcommand);
            // bash lists long names only; `--help` has the others.
            let names = long
                .iter()
                .chain(other.iter().filter(|name| shell != "bash" || !["-h", "-V"].contains(&name.as_str())));
            for name in names {
                let forms = match (shell, name.strip_prefix("--")) {
                    ("bash", _) => [format!("{name} "), format!("{name}'")],
                    ("zsh", _) => [format!("){name}"), format!("*{name}")],
                    (_, Some(long)) => [format!(" -l {long} "), String::from("-")],
                    (_, None) => [format!(" -s {} ", &name[1..]), String::from("-")],
                };
                let found = forms.iter().filter(|form| form.len() > 1).any(|form| part.contains(form.as_str()));
                assert!(found, "{shell}: {subcommand} {name}\n{part}");
            }
        }
    }
}

/// What bash offers at the end of a line, whose words are those that readline makes of it.
#[track_caller]
fn in_bash(directory: &Path, words: &[&str]) -> Vec<String> {
    let path = directory.join("completions.bash");
    std::fs::write(&path, script("bash")).unwrap();
    let program =
        r#". ./completions.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _rumma; printf '%s\n' "${COMPREPLY[@]}""#;
    let args = [&["--norc", "-c", program, "bash", "rumma"], words].concat();
    let mut offered: Vec<String> = output("bash", &args, directory).lines().map(str::to_string).collect();
    offered.retain(|word| !word.is_empty());
    offered.sort();
    offered
}

#[test]
fn bash_completes_subcommands_options_and_values() {
    if !is_installed("bash") {
        return;
    }
    let directory = scratch("completions_bash");
    for (directories, files) in [("a checkpoint", "model one.safetensors"), ("other", "notes.txt")] {
        std::fs::create_dir_all(directory.join(directories)).unwrap();
        std::fs::write(directory.join(files), "").unwrap();
    }
    let offered = |words: &[&str]| in_bash(&directory, words);
    let mut all = subcommands();
    all.extend(["help", "--help", "--version"].map(str::to_string));
    all.sort();
    assert_eq!(offered(&[""]), all);
    assert_eq!(offered(&["de"]), ["decode"]);
    assert_eq!(offered(&["help", "de"]), ["decode"]);
    assert_eq!(offered(&["completions", ""]), ["bash", "fish", "zsh"]);
    assert_eq!(offered(&["man", "sel"]), ["selftest"]);

    for subcommand in subcommands() {
        let found: BTreeSet<String> = offered(&[&subcommand, "-"]).into_iter().collect();
        assert_eq!(found, options(&subcommand).long, "{subcommand}");
    }
    assert_eq!(offered(&["decode", "storyteller", "--min"]), ["--min-p"]);
    assert_eq!(offered(&["decode", "storyteller", "--arithmetic", "i"]), ["int15", "int8"]);
    assert_eq!(offered(&["decode", "storyteller", "--arithmetic", "=", "i"]), ["int15", "int8"]);
    assert_eq!(offered(&["decode", "storyteller", "--arithmetic", "="]), ["f32", "int15", "int8"]);
    assert_eq!(offered(&["decode", "--like", "qwen2.5-7"]), ["qwen2.5-72b", "qwen2.5-7b"]);
    assert_eq!(offered(&["convert", "--to", ""]), ["awq", "compressed-tensors"]);
    assert_eq!(offered(&["decode", "storyteller", "-n", ""]), Vec::<String>::new(), "a number is not listed");

    // A word that is the name of another subcommand is still a value.
    assert_eq!(offered(&["decode", "storyteller", "--user", "score", "--top-k"]), ["--top-k"]);
    assert_eq!(offered(&["decode", "bench", "--min"]), ["--min-p"]);

    let models = ["a checkpoint", "model one.safetensors", "other", "storyteller"];
    assert_eq!(offered(&["decode", ""]), models);
    assert_eq!(offered(&["inspect", "a", "--diff", ""]), models);
    assert_eq!(offered(&["decode", "--model", "mod"]), ["model one.safetensors"]);
    let files = offered(&["decode", "storyteller", "--jobs", ""]);
    assert_eq!(files, ["a checkpoint", "completions.bash", "model one.safetensors", "notes.txt", "other"]);
    assert_eq!(offered(&["decode", "storyteller", "--prompt-file", "=", "no"]), ["notes.txt"]);
    assert_eq!(offered(&["decode", "storyteller", "-f", "no"]), ["notes.txt"]);
}

#[test]
fn zsh_reads_its_script() {
    if is_installed("zsh") {
        let directory = scratch("completions_zsh");
        std::fs::write(directory.join("_rumma"), script("zsh")).unwrap();
        output("zsh", &["-f", "-n", "_rumma"], &directory);
    }
}

#[test]
fn fish_completes_subcommands_options_and_values() {
    if !is_installed("fish") {
        return;
    }
    let directory = scratch("completions_fish");
    std::fs::write(directory.join("rumma.fish"), script("fish")).unwrap();
    std::fs::write(directory.join("notes.txt"), "").unwrap();
    let offered = |line: &str| {
        let program = format!("source rumma.fish; complete -C '{line}'");
        let listed = output("fish", &["--no-config", "-c", &program], &directory);
        let mut words: Vec<String> = listed.lines().map(|line| line.split('\t').next().unwrap().into()).collect();
        words.sort();
        words
    };
    assert_eq!(offered("rumma de"), ["decode"]);
    assert_eq!(offered("rumma decode --min"), ["--min-p"]);
    assert_eq!(offered("rumma decode storyteller --arithmetic i"), ["int15", "int8"]);
    assert_eq!(offered("rumma decode storyteller --arithmetic=i"), ["--arithmetic=int15", "--arithmetic=int8"]);
    assert_eq!(offered("rumma decode --user score --top-k"), ["--top-k"]);
    assert_eq!(offered("rumma decode --jobs no"), ["notes.txt"]);
    assert_eq!(offered("rumma decode --tokens no"), Vec::<String>::new());
    assert_eq!(offered("rumma man sel"), ["selftest"]);
    assert!(offered("rumma decode ").contains(&"storyteller".to_string()));
}

#[test]
fn a_shell_that_is_missing_or_unknown_is_wrong_usage() {
    run(["completions"]).fails(2, &["SHELL is missing (expected bash, zsh or fish)", "rumma completions --help"]);
    run(["completions", "tcsh"]).fails(2, &["unknown shell 'tcsh' (expected bash, zsh or fish)"]);
    run(["man", "nonsense"]).fails(2, &["unknown subcommand 'nonsense'"]);
}

/// The text of a page, as a terminal without fonts shows it. `None` without groff.
fn formatted(page: &str, directory: &Path) -> Option<String> {
    if !is_installed("groff") {
        return None;
    }
    std::fs::write(directory.join("page.1"), page).unwrap();
    Some(output("groff", &["-man", "-ww", "-Tascii", "-P-c", "-P-b", "-P-u", "-rLL=2000n", "page.1"], directory))
}

#[test]
fn man_pages_hold_every_option_and_groff_has_no_complaint() {
    let directory = scratch("man_pages");
    let all = run(["man"]);
    assert_eq!((all.code, all.stderr.as_str()), (Some(0), ""));
    let whole = formatted(&all.stdout, &directory);
    for subcommand in subcommands() {
        let page = run(["man", &subcommand]).stdout;
        assert!(page.contains(&format!(".TH RUMMA-{} 1 ", subcommand.to_uppercase())), "{page}");
        let Options { long, other } = options(&subcommand);
        for option in long.union(&other) {
            let escaped = format!("\\fB{}\\fR", option.replace('-', "\\-"));
            assert!(page.contains(&escaped), "rumma man {subcommand}: {option}");
            assert!(all.stdout.contains(&escaped), "rumma man: {option} of {subcommand}");
        }
        if let Some(text) = formatted(&page, &directory) {
            assert!(text.contains(&format!("NAME\n       rumma-{subcommand} - ")), "{text}");
            assert!(text.contains("\nEXAMPLES\n") && text.contains("\nEXIT STATUS\n"), "{text}");
        }
        let whole =
            whole.as_ref().is_none_or(|whole| whole.contains(&format!("RUMMA {}\n", subcommand.to_uppercase())));
        assert!(whole, "rumma man: {subcommand}");
    }
}
