//! Runs that end early: by a signal, or because the reader of stdout closes it.
#![cfg(unix)]

mod common;

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};

use common::rumma;

/// A model that is slow enough to be interrupted and small enough for any machine.
const SLOW: [&str; 7] = ["--random", "--hidden-size", "512", "--layers", "2", "--isa", "scalar"];

fn start(args: &[&str]) -> Child {
    let mut command = rumma([args, &SLOW].concat());
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs")
}

/// Sends SIGINT, as Ctrl-C does.
fn interrupt(child: &Child) {
    send("INT", child);
}

fn send(signal: &str, child: &Child) {
    let kill = format!("kill -{signal} {}", child.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().expect("there is a shell").success());
}

/// Reads the child's stderr up to the line that begins with `start`. Returns the reader after that line.
fn wait_for(child: &mut Child, start: &str) -> BufReader<impl Read + use<>> {
    let mut lines = BufReader::new(child.stderr.take().expect("stderr is a pipe"));
    let mut line = String::new();
    while !line.starts_with(start) {
        line.clear();
        assert_ne!(lines.read_line(&mut line).expect("stderr is UTF-8"), 0, "the end came before {start:?}");
    }
    lines
}

fn read_all(mut reader: impl Read) -> String {
    let mut text = String::new();
    reader.read_to_string(&mut text).expect("it is UTF-8");
    text
}

fn code(status: ExitStatus) -> Option<i32> {
    status.code()
}

/// Sends SIGINT after the line of stderr that begins with `line`. Returns all of stdout, and stderr after that line.
fn interrupted(args: &[&str], line: &str) -> (String, String) {
    let mut child = start(args);
    let stderr = wait_for(&mut child, line);
    interrupt(&child);
    let stdout = read_all(child.stdout.take().expect("stdout is a pipe"));
    let stderr = read_all(stderr);
    assert_eq!(code(child.wait().expect("it ends")), Some(130), "{stderr}");
    (stdout, stderr)
}

#[test]
fn ctrl_c_ends_a_generation_and_prints_the_report() {
    for json in [false, true] {
        let args = ["decode", "--tokens", "100000", "--json"];
        let (stdout, stderr) = interrupted(&args[..args.len() - usize::from(!json)], "Prefill complete: ");
        assert!(stderr.starts_with("Decode finished: steps=") && stderr.contains("ended_by=interrupt"), "{stderr}");
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
        if json {
            let json: serde_json::Value = serde_json::from_str(&stdout).expect("the object is whole");
            assert_eq!((&json["finish_reason"], json["ids"][0].is_u64()), (&"length".into(), true));
            assert_eq!(json["ended_by"], "interrupt");
        } else {
            assert!(stdout.ends_with('\n') && stdout.trim().chars().any(|c| c.is_ascii_digit()), "{stdout}");
        }
    }
}

#[test]
fn ctrl_c_ends_a_prefill_at_once() {
    let (stdout, stderr) = interrupted(&["prefill", "--prompt-tokens", "2000"], "Loaded model: ");
    assert_eq!(stdout, "");
    assert!(stderr.starts_with("Prefill interrupted: ") && stderr.contains(" prompt_tokens=2000 "), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
}

#[test]
fn ctrl_c_ends_a_prefill_in_the_middle_of_a_chunk() {
    let one_chunk = ["--prompt-tokens", "2000", "--chunk", "2000"];
    let (stdout, stderr) = interrupted(&[&["prefill"], &one_chunk[..]].concat(), "Loaded model: ");
    assert!(stderr.starts_with("Prefill interrupted: tokens=0 prompt_tokens=2000 "), "{stderr}");
    assert_eq!((stdout.as_str(), stderr.lines().count()), ("", 1), "{stderr}");

    let (stdout, stderr) = interrupted(&[&["decode", "--json"], &one_chunk[..]].concat(), "Loaded model: ");
    let json: serde_json::Value = serde_json::from_str(&stdout).expect("the object is whole");
    assert_eq!((&json["prefill"]["tokens"], &json["ids"]), (&0.into(), &serde_json::json!([])), "{stderr}");
}

#[test]
fn ctrl_c_during_the_prefill_of_decode_still_prints_a_status_line_and_json() {
    for json in [false, true] {
        let args = ["decode", "--prompt-tokens", "2000", "--batch", "1", "--json"];
        let (stdout, stderr) = interrupted(&args[..args.len() - usize::from(!json)], "Loaded model: ");
        assert!(stderr.starts_with("Decode finished: steps=0 ") && stderr.contains("ended_by=interrupt"), "{stderr}");
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
        if json {
            let json: serde_json::Value = serde_json::from_str(&stdout).expect("the object is whole");
            assert_eq!((&json["ids"], &json["text"]), (&serde_json::json!([]), &"".into()));
            assert_eq!((&json["finish_reason"], &json["ended_by"]), (&"length".into(), &"interrupt".into()));
            assert_eq!(json["prompt_ids"].as_array().map(Vec::len), Some(2000));
        } else {
            assert_eq!(stdout, "");
        }
    }
}

#[test]
fn ctrl_c_while_reading_stdin_exits_with_130() {
    for args in [["decode", "--prompt-file"], ["decode", "--messages"], ["prefill", "--prompt-file"]] {
        let mut command = rumma([&args[..], &["-", "storyteller"]].concat());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary runs");
        // More than a pipe buffers: when the write returns, the child is reading. It gets no end of file.
        let mut stdin = child.stdin.take().expect("stdin is a pipe");
        stdin.write_all(&vec![b' '; 1 << 20]).expect("it is read");
        interrupt(&child);
        assert_eq!(code(child.wait().expect("it ends")), Some(130), "{args:?}");
        assert_eq!(read_all(child.stderr.take().expect("stderr is a pipe")), "");
    }
}

#[test]
fn sigterm_ends_a_generation_and_prints_the_report() {
    let mut child = start(&["decode", "--tokens", "100000"]);
    let stderr = wait_for(&mut child, "Prefill complete: ");
    send("TERM", &child);
    read_all(child.stdout.take().expect("stdout is a pipe"));
    let stderr = read_all(stderr);
    assert_eq!(code(child.wait().expect("it ends")), Some(143), "{stderr}");
    assert!(stderr.starts_with("Decode finished: steps=") && stderr.contains("ended_by=interrupt"), "{stderr}");
}

#[test]
fn ctrl_c_ends_a_score_at_once_and_prints_no_report() {
    let ids: Vec<String> = (0..30_000).map(|id| (id % 1000).to_string()).collect();
    let args = ["score", "--prompt-ids", &ids.join(","), "--json"];
    let (stdout, stderr) = interrupted(&args, "Loaded model: ");
    assert_eq!(stdout, "");
    assert!(stderr.starts_with("Score interrupted: scored=") && stderr.lines().count() == 1, "{stderr}");
}

#[test]
fn ctrl_c_ends_a_score_that_waits_for_lines() {
    let mut command = rumma(["score", "storyteller", "--continuations", "-"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary runs");
    // Kept open.
    let stdin = child.stdin.take();
    let stderr = wait_for(&mut child, "Loaded model: ");
    interrupt(&child);
    assert_eq!(code(child.wait().expect("it ends")), Some(130));
    drop(stdin);
    let stderr = read_all(stderr);
    assert!(stderr.starts_with("Score interrupted: lines=0 "), "{stderr}");
}

#[test]
fn sigterm_ends_a_prefill_too() {
    let mut child = start(&["prefill", "--prompt-tokens", "2000"]);
    let stderr = wait_for(&mut child, "Loaded model: ");
    send("TERM", &child);
    assert_eq!(code(child.wait().expect("it ends")), Some(143));
    assert!(read_all(stderr).starts_with("Prefill interrupted: "));
}

#[test]
fn a_second_ctrl_c_ends_the_process_at_once() {
    let mut child = start(&["prefill", "--prompt-tokens", "2000"]);
    let stderr = wait_for(&mut child, "Loaded model: ");
    interrupt(&child);
    interrupt(&child);
    assert_eq!(code(child.wait().expect("it ends")), Some(130), "{}", read_all(stderr));
}

#[test]
fn a_closed_stdout_ends_a_generation_without_an_error() {
    let mut child = start(&["decode", "--tokens", "100000", "--quiet"]);
    let mut stdout = child.stdout.take().expect("stdout is a pipe");
    stdout.read_exact(&mut [0; 1]).expect("a first token comes");
    drop(stdout);
    let stderr = read_all(child.stderr.take().expect("stderr is a pipe"));
    assert_eq!((code(child.wait().expect("it ends")), stderr.as_str()), (Some(0), ""));
}

#[test]
#[cfg(target_os = "linux")]
fn ctrl_c_before_anything_is_run_exits_with_130() {
    // The help text cannot be written, because nothing reads the pipe.
    let (_reader, mut writer) = std::io::pipe().expect("there are pipes");
    writer.write_all(&[0; 65_536]).expect("a pipe of Linux holds this much");
    let mut child = rumma(["--help"]).stdout(writer).spawn().expect("the binary runs");
    let status = format!("/proc/{}/status", child.id());
    let catches_sigint = || {
        let status = std::fs::read_to_string(&status).expect("the process is running");
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).expect("Linux reports it");
        u64::from_str_radix(caught.trim(), 16).expect("hex digits") & 2 != 0
    };
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while !catches_sigint() && std::time::Instant::now() < deadline {
        std::thread::yield_now();
    }
    interrupt(&child);
    assert_eq!(code(child.wait().expect("it ends")), Some(130));
}
