//! `decode --jobs` in the real binary: equal results however it is run, and runs that are cut off.
#![cfg(unix)]

mod common;

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use common::{Run, finished, rumma, run, run_with, scratch};
use serde_json::{Value, json};

/// Lines of mixed form and length.
fn mixed(count: usize) -> String {
    let stories = ["a fox", "a brave girl", "the old lighthouse", "two friends who lost a key"];
    let line = |i: usize| {
        let about = stories[i % stories.len()];
        let tokens = [3, 40, 12, 90, 7][i % 5];
        match i % 6 {
            0 => json!({"id": i, "prompt": format!("Once there was {about}"), "max_tokens": tokens}),
            1 => {
                json!({"id": i, "messages": [{"role": "user", "content": format!("Tell me a story about {about}.")}], "max_tokens": tokens})
            }
            2 => {
                json!({"custom_id": format!("c{i}"), "prompt_ids": [300 + i % 50, 5, 6], "max_tokens": tokens, "temperature": 1.0, "seed": i})
            }
            3 => json!({"custom_id": format!("b{i}"), "method": "POST", "url": "/v1/chat/completions", "body": {
                "model": "m", "messages": [{"role": "user", "content": about}], "max_completion_tokens": tokens, "n": 2, "temperature": 0.8}}),
            4 => {
                json!({"id": i, "prompt": about, "max_tokens": tokens, "stop": [" the"], "top_k": 5, "repetition_penalty": 1.2})
            }
            _ => json!({"custom_id": format!("b{i}"), "method": "POST", "url": "/v1/completions", "body": {
                "prompt": [about, format!("The {i}")], "max_tokens": tokens, "logprobs": 2}}),
        }
    };
    (0..count).map(|i| line(i).to_string() + "\n").collect()
}

fn write(dir: &Path, name: &str, text: impl AsRef<[u8]>) -> String {
    let path = dir.join(name);
    fs::write(&path, text).expect("it can be written");
    path.to_str().expect("UTF-8").to_string()
}

fn decode(options: &[&str]) -> Run {
    run([&["decode", "storyteller", "--quiet"], options].concat())
}

/// The lines of a file or of stdout, in any order.
fn lines(text: &str) -> BTreeSet<String> {
    assert!(text.is_empty() || text.ends_with('\n'), "the last line is whole");
    let lines: BTreeSet<String> = text.lines().map(str::to_string).collect();
    assert_eq!(lines.len(), text.lines().count(), "every result once");
    lines
}

fn values(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

fn by_id<'v>(values: &'v [Value], id: &Value) -> &'v Value {
    values.iter().find(|value| value["id"] == *id).unwrap_or_else(|| panic!("no result of {id}"))
}

#[test]
fn results_are_the_same_whatever_the_parallelism_the_shard_and_the_machine() {
    let dir = scratch("cli_jobs_same");
    let input = write(&dir, "in.jsonl", mixed(30));
    let all = decode(&["--jobs", &input, "--parallel", "1"]);
    assert_eq!((all.code, values(&all.stdout).len()), (Some(0), 30), "{}", all.stderr);
    let expected = lines(&all.stdout);
    for options in
        [&["--parallel", "7"][..], &["--parallel", "16", "--threads", "1"], &["--isa", "scalar", "--chunk", "3"]]
    {
        let other = decode(&[&["--jobs", &input], options].concat());
        assert_eq!(lines(&other.stdout), expected, "{options:?}");
    }
    let out = dir.join("out.jsonl").display().to_string();
    let written = decode(&["--jobs", &input, "--out", &out]);
    assert_eq!((written.code, written.stdout.as_str()), (Some(0), ""), "{}", written.stderr);
    assert_eq!(lines(&fs::read_to_string(&out).unwrap()), expected);

    let shards: Vec<String> =
        ["0/3", "1/3", "2/3"].iter().map(|shard| decode(&["--jobs", &input, "--shard", shard]).stdout).collect();
    assert_eq!(lines(&shards.concat()), expected);
    // Lines are numbered from 0.
    assert!(values(&shards[0]).iter().any(|value| value["id"] == 0));
    assert_eq!(shards.map_len(), [10, 10, 10]);

    // A line alone gives what it gives with others.
    let alone = write(&dir, "alone.jsonl", mixed(30).lines().nth(9).unwrap());
    assert!(expected.contains(decode(&["--jobs", &alone]).stdout.trim_end()));
}

trait MapLen {
    fn map_len(&self) -> Vec<usize>;
}

impl MapLen for Vec<String> {
    fn map_len(&self) -> Vec<usize> {
        self.iter().map(|text| text.lines().count()).collect()
    }
}

#[test]
fn a_job_gives_what_decode_gives_for_the_same_prompt() {
    let dir = scratch("cli_jobs_decode");
    let input = write(
        &dir,
        "in.jsonl",
        [
            json!({"id": "raw", "prompt": "Once upon a time", "temperature": 0.7, "seed": 5}),
            json!({"id": "scored", "prompt": "Once upon a time", "logprobs": 2, "max_tokens": 6}),
            json!({"id": "chat", "messages": [{"role": "user", "content": "Tell me a story."}]}),
            json!({"id": "two", "prompt": "The owl was", "n": 2, "temperature": 1, "seed": 3, "max_tokens": 12}),
        ]
        .map(|line| line.to_string())
        .join("\n"),
    );
    let results = values(&decode(&["--jobs", &input, "--tokens", "30", "--system", "Be brief."]).stdout);
    let same = |id: &str, options: &[&str]| {
        let expected =
            run([&["decode", "storyteller", "--json", "--quiet", "--tokens", "30"], options].concat()).json();
        let found = by_id(&results, &json!(id));
        for key in ["text", "ids", "finish_reason", "logits_sha256"] {
            assert_eq!(found[key], expected[key], "{id} {key}");
        }
        assert_eq!(found["usage"]["prompt_tokens"], expected["prompt_ids"].as_array().unwrap().len());
    };
    same("raw", &["--prompt", "Once upon a time", "--temperature", "0.7", "--seed", "5"]);
    let expected =
        run(["decode", "storyteller", "--json", "--prompt", "Once upon a time", "--logprobs", "2", "--tokens", "6"])
            .json();
    let found = by_id(&results, &json!("scored"));
    assert_eq!((&found["logprobs"], &found["ids"]), (&expected["logprobs"], &expected["ids"]));
    same("chat", &["--user", "Tell me a story.", "--system", "Be brief."]);
    let expected = run([
        "decode",
        "storyteller",
        "--json",
        "--prompt",
        "The owl was",
        "--batch",
        "2",
        "--temperature",
        "1",
        "--seed",
        "3",
        "--tokens",
        "12",
    ])
    .json();
    let found = by_id(&results, &json!("two"));
    for i in 0..2 {
        assert_eq!(found["choices"][i]["logits_sha256"], expected["sequences"][i]["logits_sha256"], "{i}");
        assert_eq!(found["choices"][i]["text"], expected["sequences"][i]["text"], "{i}");
    }
}

#[test]
fn a_run_that_is_killed_goes_on_and_gives_every_result_once() {
    let dir = scratch("cli_jobs_kill");
    let input = write(&dir, "in.jsonl", mixed(60));
    let expected = lines(&decode(&["--jobs", &input]).stdout);
    let out = dir.join("out.jsonl");
    let args = [
        "decode",
        "storyteller",
        "--quiet",
        "--isa",
        "scalar",
        "--parallel",
        "5",
        "--jobs",
        &input,
        "--out",
        out.to_str().unwrap(),
    ];
    for attempt in 0..10 {
        let before = fs::metadata(&out).map_or(0, |found| found.len());
        let mut child = rumma(args).spawn().expect("the binary runs");
        // Killed at another amount of progress each time, whatever the speed of the machine.
        let started = Instant::now();
        let enough = before + 200 * (attempt * 7 % 10) + 1;
        while fs::metadata(&out).map_or(0, |found| found.len()) < enough && started.elapsed() < Duration::from_secs(60)
        {
            if child.try_wait().unwrap().is_some() {
                break;
            }
            thread::sleep(Duration::from_millis(attempt % 3));
        }
        let _ = child.kill();
        child.wait().unwrap();
        // What the system may leave of a write that was cut off.
        if attempt % 2 == 1 {
            let mut file = OpenOptions::new().append(true).open(&out).unwrap();
            file.write_all(b"{\"id\":12,\"request_id\":\"04d2").unwrap();
        }
    }
    let last = run(args);
    assert_eq!(last.code, Some(0), "{}", last.stderr);
    assert_eq!(lines(&fs::read_to_string(&out).unwrap()), expected);
    // Nothing is left to do.
    let again = run(args.iter().filter(|arg| **arg != "--quiet"));
    assert!(again.stderr.contains("done=60/60 skipped=60 errors=0"), "{}", again.stderr);
    assert_eq!(lines(&fs::read_to_string(&out).unwrap()), expected);
}

#[test]
fn a_line_on_stdin_is_answered_before_the_input_ends() {
    let mut command = rumma(["decode", "storyteller", "--quiet", "--jobs", "-", "--tokens", "4"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary runs");
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    for id in 0..3 {
        writeln!(input, "{}", json!({"id": id, "prompt": "Once"})).unwrap();
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert_eq!(values(&line)[0]["id"], id);
    }
    // A wrong line is answered as well.
    writeln!(input, "{{\"id\": 3}}").unwrap();
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    assert_eq!(values(&line)[0]["error"]["code"], "invalid_value");
    drop(input);
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn a_wrong_line_is_an_error_in_its_own_result_and_exit_code_1() {
    let dir = scratch("cli_jobs_wrong");
    let good = json!({"id": "good", "prompt": "Once", "max_tokens": 3}).to_string();
    let bad: [&[u8]; 8] = [
        b"not json",
        b"{\"id\":\"twice\",\"prompt\":\"a\",\"prompt\":\"b\"}",
        b"{\"id\":\"utf8\",\"prompt\":\"\xff\"}",
        b"{\"id\":\"unknown\",\"prompt\":\"a\",\"temprature\":1}",
        b"{\"id\":\"ids\",\"prompt_ids\":[99999]}",
        b"{\"id\":\"none\",\"prompt_ids\":[]}",
        b"{\"id\":\"long\",\"prompt_ids\":[1],\"max_tokens\":1,\"stop\":5}",
        b"{\"id\":\"role\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]}",
    ];
    let mut text = good.clone().into_bytes();
    bad.iter().for_each(|line| text.extend([b"\n", *line].concat()));
    let long: Vec<u32> = vec![300; 600];
    text.extend(
        format!(
            "\n{}\n\n{}",
            json!({"id": "context", "prompt_ids": long}),
            json!({"id": "last", "prompt": "Once", "max_tokens": 3})
        )
        .bytes(),
    );
    let input = write(&dir, "in.jsonl", text);
    let out = dir.join("out.jsonl").display().to_string();
    let failed = run(["decode", "storyteller", "--quiet", "--jobs", &input, "--out", &out]);
    failed.fails(1, &["in.jsonl: 9 of 11 lines could not be answered: \"line-1\": not valid JSON", "; see the errors"]);
    let results = values(&fs::read_to_string(&out).unwrap());
    assert_eq!(results.len(), 11);
    for (id, code) in [
        ("line-1", "invalid_json"),
        ("twice", "invalid_json"),
        ("line-3", "invalid_utf8"),
        ("unknown", "unknown_field"),
        ("ids", "invalid_value"),
        ("none", "invalid_value"),
        ("long", "invalid_value"),
        ("role", "unsupported_value"),
        ("context", "context_length_exceeded"),
    ] {
        let result = by_id(&results, &json!(id));
        assert_eq!(result["error"]["code"], code, "{result}");
        assert_eq!(result["text"], Value::Null);
    }
    assert_eq!(by_id(&results, &json!("good"))["text"], by_id(&results, &json!("last"))["text"]);
    assert!(!fs::read_to_string(&out).unwrap().contains(dir.to_str().unwrap()), "no path of this host");

    // The errors are kept, and are still errors.
    let before = fs::read_to_string(&out).unwrap();
    run(["decode", "storyteller", "--quiet", "--jobs", &input, "--out", &out])
        .fails(1, &["in.jsonl: 9 of 11 lines could not be answered: \"line-1\": not valid JSON"]);
    assert_eq!(fs::read_to_string(&out).unwrap(), before);
    // Corrected lines are answered, and their errors go.
    write(
        &dir,
        "in.jsonl",
        [
            good.as_str(),
            "{\"id\":\"new\",\"prompt\":\"a\"}",
            "",
            "{\"id\":\"last\",\"prompt\":\"Once\",\"max_tokens\":3}",
        ]
        .join("\n"),
    );
    let corrected = run(["decode", "storyteller", "--quiet", "--jobs", &input, "--out", &out]);
    assert_eq!(corrected.code, Some(0), "{}", corrected.stderr);
    let results = values(&fs::read_to_string(&out).unwrap());
    assert_eq!(
        results.iter().map(|result| result["id"].as_str().unwrap()).collect::<BTreeSet<_>>(),
        BTreeSet::from(["good", "last", "new"])
    );
    assert!(results.iter().all(|result| result["error"].is_null()));
}

#[test]
fn results_of_another_run_are_not_mixed_in() {
    let dir = scratch("cli_jobs_mixed");
    let input = write(&dir, "in.jsonl", mixed(4));
    let out = dir.join("out.jsonl").display().to_string();
    let go = |options: &[&str]| {
        run([&["decode", "storyteller", "--quiet", "--jobs", &input, "--out", &out], options].concat())
    };
    assert_eq!(go(&[]).code, Some(0));
    let before = fs::read_to_string(&out).unwrap();
    for options in
        [["--arithmetic", "int15"], ["--temperature", "0.3"], ["--seed", "9"], ["--system", "x"], ["--context", "100"]]
    {
        go(&options).fails(1, &["out.jsonl: line 1: result of another model or of other settings", "--force"]);
        assert_eq!(fs::read_to_string(&out).unwrap(), before, "{options:?}");
    }
    // What changes no result changes nothing here.
    assert_eq!(go(&["--threads", "1", "--isa", "scalar", "--parallel", "2", "--chunk", "9"]).code, Some(0));
    assert_eq!(fs::read_to_string(&out).unwrap(), before);

    fs::write(&input, mixed(4).replacen("Once", "Twice", 1)).unwrap();
    go(&[]).fails(1, &["out.jsonl: holds a result of lines that the jobs do not have", "--force"]);
    assert_eq!(fs::read_to_string(&out).unwrap(), before);
    assert_eq!(go(&["--force"]).code, Some(0));
    assert_eq!(values(&fs::read_to_string(&out).unwrap()).len(), 4);

    // More lines are added to the same file.
    fs::write(&input, mixed(4).replacen("Once", "Twice", 1) + "{\"id\":\"more\",\"prompt\":\"a\"}\n").unwrap();
    assert_eq!(go(&[]).code, Some(0));
    assert_eq!(values(&fs::read_to_string(&out).unwrap()).len(), 5);
}

#[test]
fn results_of_another_shard_are_refused_before_anything_is_computed() {
    let dir = scratch("cli_jobs_shards");
    let input = write(&dir, "in.jsonl", mixed(6));
    let out = dir.join("out.jsonl").display().to_string();
    let go = |shard: &str| run(["decode", "storyteller", "--quiet", "--jobs", &input, "--out", &out, "--shard", shard]);
    assert_eq!(go("0/2").code, Some(0));
    let before = fs::read_to_string(&out).unwrap();
    for other in ["0/3", "1/2", "0/4"] {
        go(other).fails(1, &["out.jsonl: holds ", "of lines that the jobs do not have", "--shard", "--force"]);
        assert_eq!(fs::read_to_string(&out).unwrap(), before, "{other}");
    }
    assert_eq!(go("0/2").code, Some(0));
    // A whole file has the lines of every shard, and a shard of a file only its own.
    assert_eq!(run(["decode", "storyteller", "--quiet", "--jobs", &input, "--out", &out]).code, Some(0));
    assert_eq!(values(&fs::read_to_string(&out).unwrap()).len(), 6);
}

#[test]
fn files_that_are_not_results_of_jobs_are_left_alone() {
    let dir = scratch("cli_jobs_files");
    let input = write(&dir, "in.jsonl", mixed(2));
    let notes = write(&dir, "notes.txt", "my notes\n");
    let go = |out: &str, options: &[&str]| {
        run([&["decode", "storyteller", "--quiet", "--jobs", &input, "--out", out], options].concat())
    };
    go(&notes, &[]).fails(1, &["notes.txt: exists and would be lost (expected results of jobs)"]);
    go(&input, &["--force"]).fails(1, &["in.jsonl: is used by this run"]);
    go(dir.to_str().unwrap(), &[]).fails(1, &["directory"]);
    go("/dev/null", &[]).fails(1, &["/dev/null: not a regular file"]);
    go(dir.join("no/out.jsonl").to_str().unwrap(), &[]).fails(1, &["no/out.jsonl: cannot open"]);
    assert_eq!(fs::read_to_string(&notes).unwrap(), "my notes\n");
    // A run that fails before it starts leaves no file.
    let new = dir.join("new.jsonl");
    run(["decode", "/nonexistent", "--jobs", &input, "--out", new.to_str().unwrap()]).fails(1, &["/nonexistent"]);
    assert!(!new.exists());
    assert_eq!(go(&notes, &["--force"]).code, Some(0));
    assert_eq!(values(&fs::read_to_string(&notes).unwrap()).len(), 2);
}

/// A run on many long jobs, which has written a result.
fn started(dir: &Path, out: &Path) -> std::process::Child {
    let line = |i: usize| json!({"id": i, "prompt": "Once", "max_tokens": 50, "ignore_eos": true}).to_string() + "\n";
    let input = write(dir, "in.jsonl", (0..2000).map(line).collect::<String>());
    let mut command =
        rumma(["decode", "storyteller", "--isa", "scalar", "--jobs", &input, "--out", out.to_str().unwrap()]);
    let child = command.stderr(Stdio::piped()).spawn().expect("the binary runs");
    while !fs::read_to_string(out).is_ok_and(|text| text.contains('\n')) {
        thread::sleep(Duration::from_millis(5));
    }
    child
}

#[test]
fn two_runs_do_not_write_one_file_and_a_signal_leaves_whole_lines() {
    let dir = scratch("cli_jobs_signal");
    let out: PathBuf = dir.join("out.jsonl");
    let child = started(&dir, &out);
    let input = dir.join("in.jsonl").display().to_string();
    let second = run(["decode", "storyteller", "--jobs", &input, "--out", out.to_str().unwrap()]);
    second.fails(1, &["out.jsonl: is being written by another process"]);

    let kill = format!("kill -INT {}", child.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    let ended = finished(child.wait_with_output().unwrap());
    assert_eq!(ended.code, Some(130), "{}", ended.stderr);
    let last = ended.stderr.lines().last().unwrap();
    assert!(last.starts_with("Jobs interrupted (the same command goes on): done="), "{last}");
    let text = fs::read_to_string(&out).unwrap();
    assert!(text.ends_with('\n'));
    assert!(
        values(&text)
            .iter()
            .all(|result| result["finish_reason"] == "length" && result["usage"]["completion_tokens"] == 50)
    );
}

#[test]
fn sigterm_exits_with_143_while_stdin_is_silent() {
    let mut command = rumma(["decode", "storyteller", "--jobs", "-"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary runs");
    // `wait` would close it, and the end of the input could come before the signal.
    let _silent = child.stdin.take();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("Loaded model") {
        line.clear();
        assert_ne!(stderr.read_line(&mut line).unwrap(), 0);
    }
    let kill = format!("kill -TERM {}", child.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(143));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let dir = scratch("cli_jobs_pipe");
    let input = write(&dir, "in.jsonl", mixed(200));
    let binary = env!("CARGO_BIN_EXE_rumma");
    let script = format!(
        "'{binary}' decode storyteller --quiet --jobs '{input}' < /dev/null | head -n 1 > /dev/null; echo ${{PIPESTATUS[0]}}"
    );
    let output = Command::new("bash").args(["-c", &script]).output().expect("there is bash");
    assert_eq!((String::from_utf8_lossy(&output.stdout).trim(), output.stderr.len()), ("0", 0));
}

#[test]
fn a_full_disk_leaves_whole_lines() {
    let dir = scratch("cli_jobs_full");
    let input = write(&dir, "in.jsonl", mixed(60));
    let out = dir.join("out.jsonl");
    let binary = env!("CARGO_BIN_EXE_rumma");
    // 8 KiB, in blocks of 512 bytes as POSIX has it, or of 1,024 bytes.
    let script = format!(
        "ulimit -f 8; exec '{binary}' decode storyteller --quiet --jobs '{input}' --out '{}' < /dev/null",
        out.display()
    );
    let full = finished(Command::new("sh").args(["-c", &script]).output().unwrap());
    full.fails(1, &["out.jsonl: cannot write", "(ulimit -f)"]);
    let text = fs::read_to_string(&out).unwrap();
    assert!(!text.is_empty() && text.ends_with('\n'), "{text}");
    let all = decode(&["--jobs", &input, "--out", out.to_str().unwrap()]);
    assert_eq!(all.code, Some(0), "{}", all.stderr);
    assert_eq!(lines(&fs::read_to_string(&out).unwrap()), lines(&decode(&["--jobs", &input]).stdout));
}

#[test]
fn options_that_make_no_sense_with_jobs_are_wrong_usage() {
    for (options, parts) in [
        (&["--jobs", "f", "--prompt", "x"][..], &["--prompt cannot be used with --jobs", "into the lines"][..]),
        (&["--jobs", "f", "--user", "x"], &["--user cannot be used"]),
        (&["--jobs", "f", "--batch", "2"], &["--batch", "\"n\""]),
        (&["--jobs", "f", "--json"], &["--json"]),
        (&["--jobs", "f", "--logprobs", "2"], &["--logprobs cannot be used", "\"logprobs\" into the lines"]),
        (&["--jobs", "f", "--prompt-logprobs"], &["--prompt-logprobs cannot be used"]),
        (&["--jobs", "f", "--continue-last"], &["--continue-last"]),
        (&["--jobs", "f", "--shard", "3/3"], &["--shard: invalid value '3/3'"]),
        (&["--jobs", "f", "--shard", "1"], &["I/N"]),
        (&["--jobs", "f", "--parallel", "0"], &["--parallel"]),
        (&["--jobs", "f", "--force"], &["--force needs --out"]),
        (&["--out", "f", "--prompt", "x"], &["--out needs --jobs"]),
        (&["--parallel", "2", "--prompt", "x"], &["--parallel needs --jobs"]),
    ] {
        run([&["decode", "storyteller"], options].concat()).fails(2, parts);
    }
    run(["decode", "storyteller", "--jobs", "/nonexistent"]).fails(1, &["/nonexistent"]);
    let unread = run_with(["decode", "storyteller", "--jobs", "Cargo.toml"], b"{}\n");
    unread.fails(2, &["standard input has data that no option reads"]);
}

#[test]
fn an_empty_input_has_no_results() {
    let dir = scratch("cli_jobs_empty");
    let input = write(&dir, "in.jsonl", "\n\n");
    let out = dir.join("out.jsonl");
    let empty = decode(&["--jobs", &input, "--out", out.to_str().unwrap()]);
    assert_eq!((empty.code, fs::read(&out).unwrap().len()), (Some(0), 0), "{}", empty.stderr);
    let empty = run_with(["decode", "storyteller", "--quiet", "--jobs", "-"], b"");
    assert_eq!((empty.code, empty.stdout.as_str()), (Some(0), ""), "{}", empty.stderr);
}

#[test]
fn a_model_without_a_tokenizer_answers_token_ids() {
    let model =
        ["decode", "--random", "--hidden-size", "128", "--layers", "1", "--quiet", "--jobs", "-", "--tokens", "3"];
    let input = "{\"id\":1,\"prompt_ids\":[5,6]}\n{\"id\":2,\"prompt\":\"text\"}\n{\"id\":3,\"prompt_ids\":[5],\"stop\":\"x\"}\n";
    let answered = run_with(model, input.as_bytes());
    let results = values(&answered.stdout);
    let ids = by_id(&results, &json!(1));
    assert_eq!((ids["ids"].as_array().unwrap().len(), &ids["text"]), (3, &json!("")));
    assert_eq!(by_id(&results, &json!(2))["error"]["message"], "tokenizer.json not found");
    assert_eq!(by_id(&results, &json!(3))["error"]["param"], "stop", "a stop string is not ignored");
}
