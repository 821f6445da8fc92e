//! Output to a terminal: no control characters from models and files, and one status line.
#![cfg(target_os = "linux")]

mod common;

use std::process::{Command, Stdio};

use common::{Run, finished, rumma, run, scratch, storyteller};

/// Runs the binary on a terminal, which gets stdout and stderr. `None` without the program `script`, which makes one.
fn on_terminal(args: &[&str], env: &[(&str, &str)]) -> Option<Run> {
    let binary = rumma(args);
    let words = [binary.get_program()].into_iter().chain(binary.get_args());
    let quoted = words.map(|word| format!("'{}'", word.to_str().expect("UTF-8").replace('\'', "'\\''")));
    let line = quoted.collect::<Vec<_>>().join(" ");
    let mut command = Command::new("script");
    command.args(["-qec", &line, "/dev/null"]).env("HOME", "/nonexistent").env("TERM", "xterm").stdin(Stdio::null());
    command.envs(env.iter().copied());
    let Ok(output) = command.output() else {
        println!("SKIPPED: the program `script` is not installed");
        return None;
    };
    Some(finished(output))
}

const DECODE: [&str; 8] = ["decode", "storyteller", "--prompt", "Once", "--tokens", "3", "--temperature", "0"];

#[test]
fn a_terminal_gets_one_status_line_and_a_pipe_all() {
    let lines = |more: &[&str]| {
        let run = on_terminal(&[&DECODE, more].concat(), &[])?;
        assert_eq!(run.code, Some(0), "{run:?}");
        Some(run.stdout.lines().filter(|line| line.contains(": ") && line.contains('=')).count())
    };
    let Some(count) = lines(&[]) else { return };
    assert_eq!(count, 1);
    assert_eq!(lines(&["--quiet"]), Some(0));
    assert_eq!(lines(&["--verbose"]), Some(3));
    assert_eq!(run(DECODE).stderr.lines().count(), 3);
    assert_eq!(run([&DECODE[..], &["--verbose"]].concat()).stderr.lines().count(), 3);
}

#[test]
fn text_of_a_model_is_escaped_on_a_terminal_and_unchanged_in_a_pipe() {
    // So hot that single bytes are as likely as words, control characters among them.
    let args = ["decode", "storyteller", "--prompt", "Once", "--tokens", "300", "--temperature", "100", "--quiet"];
    let args = [&args[..], &["--top-k", "0", "--top-p", "1"]].concat();
    let is_control = |c: char| c.is_control() && c != '\n' && c != '\t';
    let piped = run(&args);
    assert_eq!(piped.code, Some(0), "{piped:?}");
    assert!(piped.stdout.contains('\u{7}'), "{piped:?}");
    let Some(shown) = on_terminal(&args, &[]) else { return };
    let escaped = |c: char| if is_control(c) { c.escape_default().to_string() } else { c.to_string() };
    // The terminal itself adds a carriage return to each line feed.
    let expected = piped.stdout.chars().map(escaped).collect::<String>().replace('\n', "\r\n");
    assert_eq!((shown.code, shown.stdout), (Some(0), expected));
    let json = on_terminal(&[&args[..], &["--json"]].concat(), &[]).expect("as before");
    assert!(!json.stdout.trim_end().contains(is_control), "{json:?}");
    assert_eq!(json.json()["text"], piped.stdout[..piped.stdout.len() - 1]);
}

#[test]
fn names_of_files_are_escaped_on_a_terminal() {
    let dir = scratch("terminal_names").join("a\u{1b}]0;title\u{7}\u{9b}b");
    std::fs::create_dir_all(&dir).expect("the scratch directory can be written to");
    for file in std::fs::read_dir(storyteller()).expect("the fixture is there") {
        let file = file.expect("the fixture can be listed");
        std::fs::copy(file.path(), dir.join(file.file_name())).expect("the fixture can be copied");
    }
    let model = dir.to_str().expect("UTF-8");
    for args in [["load", model, "--quiet"], ["inspect", model, "--quiet"], ["inspect", model, "--json"]] {
        let Some(shown) = on_terminal(&args, &[]) else { return };
        assert_eq!(shown.code, Some(0), "{args:?}: {shown:?}");
        assert!(!shown.stdout.contains(['\u{1b}', '\u{7}', '\u{9b}']), "{args:?}: {shown:?}");
    }
}

#[test]
fn a_dumb_terminal_gets_no_progress_bar() {
    // Random weights take more than the second after which a bar appears.
    let args = ["load", "--random", "--hidden-size", "2048", "--layers", "24", "--threads", "1", "--quiet"];
    let Some(shown) = on_terminal(&args[..args.len() - 1], &[("TERM", "dumb")]) else { return };
    assert_eq!(shown.code, Some(0), "{shown:?}");
    assert!(!shown.stdout.contains(['\u{1b}', '[']), "{shown:?}");
}
