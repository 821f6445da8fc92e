//! Checkpoints that are not what they say, and what a run takes: what each command says of it, and when.

mod common;

use std::fs;
use std::path::Path;

use common::{Run, run, storyteller_copy};

fn on(words: &[&str], dir: &Path) -> Run {
    run([&words[..1], &[dir.to_str().expect("UTF-8")], &words[1..]].concat())
}

#[test]
#[cfg(target_os = "linux")]
fn what_does_not_fit_into_memory_is_refused_before_it_is_run() {
    use std::process::{Command, Stdio};
    let limited = |words: &str| {
        let script = format!("ulimit -v 700000; exec {} {words} --quiet", env!("CARGO_BIN_EXE_rumma"));
        let output = Command::new("sh").args(["-c", &script]).stdin(Stdio::null()).output().expect("there is a shell");
        common::finished(output)
    };
    let model = "--random --hidden-size 512 --layers 4 --threads 2 --prompt-tokens 300";
    let decode = |batch: usize| limited(&format!("decode {model} --tokens 200 --batch {batch}"));
    decode(1024).fails(1, &["keys and values take 1073 MB", "are available", "smaller --batch, --tokens or --context"]);
    assert_eq!(decode(2).code, Some(0));
    for batch in [120, 180, 240, 300, 400] {
        let code = limited(&format!("decode {model} --tokens 2 --batch {batch}")).code;
        assert!(code == Some(0) || code == Some(1), "a batch of {batch} ended with {code:?}");
    }
    let bench = format!("bench --random --hidden-size 512 --layers 4 --contexts 8000 --batches 64 --prefill-tokens 8");
    limited(&bench).fails(1, &["keys and values take", "smaller --batches"]);
}

#[test]
fn the_checkpoint_limits_the_answer_where_the_options_do_not() {
    let dir = storyteller_copy("odd_limits");
    let answer = |limits: &str, more: &[&str]| {
        fs::write(dir.join("generation_config.json"), format!("{{\"eos_token_id\": 2{limits}}}")).expect("is written");
        let words = [&["decode", "--prompt", "Once upon a time", "--json", "--quiet"], more].concat();
        on(&words, &dir).json()["ids"].as_array().map(Vec::len)
    };
    let (new, length) = (", \"max_new_tokens\": 5", ", \"max_length\": 10");
    assert_eq!(answer(new, &[]), Some(5));
    assert_eq!(answer(length, &[]), Some(6), "behind the four tokens of the prompt");
    assert_eq!(answer(&format!("{new}{length}"), &[]), Some(5));
    assert_eq!(answer(new, &["--tokens", "7"]), Some(7));
    assert!(answer(", \"max_length\": 4", &[]) > Some(1), "a limit that the prompt has reached limits nothing");
}
