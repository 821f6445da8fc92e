//! The command line: help, version, usage errors and exit codes.

mod common;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::process::Stdio;

use common::{finished, rumma, run};

const SUBCOMMANDS: &[&str] = &["inspect", "load", "prefill", "decode", "bench", "verify", "selftest"];

#[test]
fn version_is_on_stdout() {
    for word in ["--version", "-V"] {
        let run = run([word]);
        assert_eq!((run.code, run.stdout), (Some(0), format!("rumma {}\n", env!("CARGO_PKG_VERSION"))));
    }
}

#[test]
fn help_names_every_subcommand() {
    for args in [&["--help"][..], &["-h"], &["help"]] {
        let run = run(args);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
        for name in SUBCOMMANDS {
            assert!(run.stdout.contains(&format!("\n  {name} ")), "{name} is not in {}", run.stdout);
        }
    }
}

#[test]
fn every_subcommand_has_help_with_examples() {
    for name in SUBCOMMANDS {
        let help = run([name, "--help"]);
        assert_eq!((help.code, help.stderr.as_str()), (Some(0), ""));
        assert!(help.stdout.starts_with(&format!("Usage: rumma {name} ")), "{}", help.stdout);
        assert!(help.stdout.contains(&format!("\nExamples:\n  rumma {name}")), "{}", help.stdout);
        assert!(help.stdout.contains("--json") && help.stdout.contains("--quiet"), "{}", help.stdout);
        assert!(help.stdout.lines().all(|line| line.len() <= 120), "{}", help.stdout);
        assert_eq!(run([name, "-h"]).stdout, help.stdout);
        assert_eq!(run(["help", name]).stdout, help.stdout);
        assert_eq!(run([name, "there", "--help", "--json"]).stdout, help.stdout, "help wins over other options");
    }
}

#[test]
fn help_wins_over_wrong_options() {
    for wrong in [&["--tokens", "x"][..], &["--prompt", "a", "--prompt", "b"], &["--nonsense"], &["--batch=1.5"]] {
        let found = run([&["decode", "storyteller"], wrong, &["--help"]].concat());
        assert_eq!((found.code, found.stderr.as_str()), (Some(0), ""), "{wrong:?}");
        assert!(found.stdout.starts_with("Usage: rumma decode "), "{}", found.stdout);
    }
}

#[test]
fn wrong_usage_is_one_line_and_exit_code_2() {
    let cases: &[(&[&str], &[&str])] = &[
        (&[], &["no subcommand given", "verify", "`rumma --help`"]),
        (&["verfy"], &["unknown subcommand 'verfy'", "did you mean 'verify'?"]),
        (&["help", "nonsense"], &["unknown subcommand 'nonsense'"]),
        (&["--quiet"], &["unknown subcommand '--quiet'"]),
        (&["verify"], &["MODEL is missing", "; see `rumma verify --help`"]),
        (&["verify", ""], &["MODEL is empty"]),
        (&["verify", "one", "two"], &["two", "`rumma verify --help`"]),
        (&["verify", "one", "--model", "two"], &["MODEL and --model are the same option; give one of them"]),
        (&["verify", "one", "--qiet"], &["unknown option '--qiet'", "; did you mean '--quiet'?"]),
        (&["verify", "one", "-q"], &["unknown option '-q'"]),
        (&["verify", "one", "--json=yes"], &["'--json' takes no value; omit the value"]),
        (&["verify", "one", "--manifest"], &["'--manifest' needs a value; give --manifest FILE"]),
        (&["verify", "one", "--manifest", ""], &["--manifest: invalid value ''", "a file name"]),
        (&["decode", "one", "--state="], &["--state: invalid value ''", "a file name"]),
        (&["decode", "one", "Once", "upon"], &["unexpected argument 'Once'", "--prompt or --user"]),
        (&["verify", "one", "--manifest", "a", "--manifest=b"], &["'--manifest'", "given twice; give it once"]),
    ];
    for (args, parts) in cases {
        let run = run(*args);
        run.fails(2, parts);
        assert_eq!(run.stderr.matches("; ").count(), 1, "one problem and one fix: {}", run.stderr);
    }
}

#[test]
fn arguments_that_are_not_utf8_are_wrong_usage() {
    run([OsStr::new("verify"), OsStr::from_bytes(b"model\xff")]).fails(2, &["is not UTF-8"]);
}

#[test]
fn names_with_control_characters_stay_on_one_line() {
    run(["verify", "no\nsuch\x1b[31mplace"]).fails(1, &["no\\nsuch\\u{1b}[31mplace", "not found"]);
}

#[test]
fn arguments_after_two_dashes_are_positional() {
    run(["verify", "--", "--json"]).fails(1, &["--json: model not found"]);
}

#[test]
fn a_closed_stdout_is_no_error() {
    let (reader, writer) = std::io::pipe().expect("there are pipes");
    drop(reader);
    let run = finished(rumma(["--help"]).stdout(writer).stderr(Stdio::piped()).output().expect("the binary runs"));
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
}

#[test]
#[cfg(target_os = "linux")]
fn a_write_error_on_stdout_is_an_error() {
    let full = std::fs::File::options().write(true).open("/dev/full").expect("Linux has /dev/full");
    let run = finished(rumma(["--help"]).stdout(full).stderr(Stdio::piped()).output().expect("the binary runs"));
    run.fails(1, &["standard output", "No space left"]);
}
