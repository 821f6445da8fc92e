//! The command line: help, version, usage errors and exit codes.

mod common;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::process::Stdio;

use common::{finished, rumma, run};

const SUBCOMMANDS: &[&str] = &["inspect", "load", "prefill", "decode", "bench", "verify", "selftest"];

#[test]
fn version_is_on_stdout() {
    let expected = (Some(0), format!("rumma {}\n", env!("CARGO_PKG_VERSION")));
    for args in [&["--version"][..], &["-V"], &["decode", "--version"], &["bench", "x", "-V"], &["load", "--no", "-V"]]
    {
        let run = run(args);
        assert_eq!((run.code, run.stdout), expected, "{args:?}");
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
        (&["prefill", "storyteller", "-p", "a", "--save-state", "-"], &["--save-state: invalid value '-'", "as ./-"]),
        (&["decode", "storyteller", "--state=-"], &["--state: invalid value '-'"]),
        (&["verify", "one", "-q"], &["unknown option '-q'"]),
        (&["verify", "one", "--manif", "x"], &["unknown option '--manif'", "; did you mean '--manifest'?"]),
        (&["decode", "one", "--temper", "1"], &["unknown option '--temper'", "; did you mean '--temperature'?"]),
        (&["insp", "one"], &["unknown subcommand 'insp'", "; did you mean 'inspect'?"]),
        (&["run", "one"], &["unknown subcommand 'run'", "; did you mean 'decode'?"]),
        (&["verify", "one", "-p", "x"], &["unknown option '-p'"]),
        (&["verify", "one", "--json=yes"], &["'--json' takes no value; omit the value"]),
        (&["verify", "one", "--manifest"], &["'--manifest' needs a value; give --manifest FILE"]),
        (&["verify", "one", "--manifest", ""], &["--manifest: invalid value ''", "a file name"]),
        (&["decode", "one", "--state="], &["--state: invalid value ''", "a file name"]),
        (
            &["decode", "one", "--prompt", "--tokens", "5"],
            &["'--prompt' needs a value; give --prompt TEXT, or --prompt=--tokens"],
        ),
        (&["decode", "one", "--prompt", "-n", "5"], &["'--prompt' needs a value; give --prompt TEXT"]),
        (&["decode", "one", "--stop", "--temp=0"], &["'--stop' needs a value; give --stop TEXT, or --stop=--temp=0"]),
        (&["decode", "one", "-n"], &["'-n' needs a value; give -n N"]),
        (&["decode", "one", "-n", "5", "--tokens", "6"], &["'--tokens' is given twice; give it once"]),
        (&["decode", "one", "--tokens", "5", "-n", "6"], &["'--tokens' is given twice ('-n' is the same option)"]),
        (&["decode", "one", "-t", "x"], &["--threads: invalid value 'x' (expected a whole number from 1 to 1024)"]),
        (&["decode", "one", "-n", "x"], &["--tokens: invalid value 'x' (expected a whole number, at least 1)"]),
        (&["decode", "one", "--ctx-size", "0"], &["--context: invalid value '0' (expected at least 1)"]),
        (
            &["bench", "one", "--threads", "1,2"],
            &["--threads: invalid value '1,2'", "; give a list with --thread-counts"],
        ),
        (&["bench", "one", "--context", "1,2"], &["--context: invalid value '1,2'", "; give a list with --contexts"]),
        (&["decode", "one", "--quiet", "--verbose"], &["--quiet and --verbose cannot be used together"]),
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
fn options_have_the_names_that_other_programs_give_them() {
    let text = |args: &[&str]| {
        let run = run([&["decode", "--quiet"], args].concat());
        assert_eq!(run.code, Some(0), "{run:?}");
        run.stdout
    };
    let expected = text(&["storyteller", "--prompt", "Once", "--tokens", "5", "--temperature", "1", "--seed", "3"]);
    assert_eq!(text(&["-m", "storyteller", "-p", "Once", "-n", "5", "--temp", "1", "-s", "3"]), expected);
    assert_eq!(
        text(&["storyteller", "-p=Once", "--max-tokens=5", "--temp=1", "-s=3", "-t", "1", "-c", "99"]),
        expected
    );
    assert_eq!(text(&["storyteller", "--prompt=-n", "-n", "1"]), text(&["storyteller", "--prompt=-n", "--tokens=1"]));
    let help = run(["decode", "--help"]).stdout;
    for name in ["-p, --prompt TEXT", "-n, --tokens N", "also --max-tokens"] {
        assert!(help.contains(name), "{name} is not in {help}");
    }
}

#[test]
fn arguments_that_are_not_utf8_are_wrong_usage() {
    run([OsStr::new("verify"), OsStr::from_bytes(b"model\xff")]).fails(2, &["is not UTF-8"]);
}

#[test]
fn names_with_control_characters_stay_on_one_line() {
    run(["verify", "no\nsuch\x1b[31mplace"]).fails(1, &["no\\nsuch\\u{1b}[31mplace", "not found"]);
    run(["load", "a\u{202e}b\u{2029}c\u{2066}d\u{9b}"]).fails(1, &["a\\u{202e}b\\u{2029}c\\u{2066}d\\u{9b}: "]);
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
