//! `prefill --save-state` and `decode --state`: decoding from a saved state gives the same bits as without it.

mod common;

use std::path::{Path, PathBuf};

use common::{finished, run};

const PROMPT: &str = "Once upon a time there was a girl named Rosa. She had a tin whistle and took it everywhere. One \
                      morning she walked to the river to see the smooth stones. Near the smooth stones she saw a goat";

fn state(name: &str, arithmetic: &str) -> PathBuf {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let path = file.to_str().unwrap();
    run(["prefill", "storyteller", "--prompt", PROMPT, "--arithmetic", arithmetic, "--save-state", path, "--json"])
        .json();
    file
}

#[test]
fn continuing_from_a_state_gives_the_same_bits() {
    for arithmetic in ["int8", "int15", "f32"] {
        let file = state(&format!("same-{arithmetic}.state"), arithmetic);
        let common = ["--arithmetic", arithmetic, "--tokens", "40", "--seed", "3", "--json"];
        let whole = run([&["decode", "storyteller", "--prompt", PROMPT], &common[..]].concat()).json();
        let resumed = run([&["decode", "storyteller", "--state", file.to_str().unwrap()], &common[..]].concat()).json();
        for key in ["prompt_ids", "ids", "text", "logits_sha256", "finish_reason"] {
            assert_eq!(whole[key], resumed[key], "{arithmetic}: {key}");
        }
        assert_eq!(resumed["prefill"]["tokens"], 1, "only the last token is computed again");
        let text = run(["decode", "storyteller", "--state", file.to_str().unwrap(), "--arithmetic", arithmetic]);
        assert!(text.stderr.contains("\nPrefill complete: batch=1 tokens=1 "), "{text:?}");
    }
}

#[test]
fn a_state_of_another_model_or_format_is_refused() {
    let file = state("refused.state", "int8");
    let path = file.to_str().unwrap();
    let good = std::fs::read(&file).unwrap();
    run(["decode", "storyteller", "--state", path, "--arithmetic", "f32"]).fails(1, &["--arithmetic int8"]);
    let random = ["decode", "--random", "--hidden-size", "128", "--layers", "4", "--state", path];
    run(random).fails(1, &["another model"]);
    let config = std::fs::read_to_string("fixtures/storyteller/checkpoint/config.json").unwrap();
    for (name, number, other) in [("rope_theta", "10000.0", "20000.0"), ("rms_norm_eps", "1e-06", "1e-05")] {
        let [from, to] = [number, other].map(|number| format!("\"{name}\": {number}"));
        assert!(config.contains(&from), "{from}");
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.json"));
        std::fs::write(&file, config.replace(&from, &to)).unwrap();
        let other = ["decode", "storyteller", "--config", file.to_str().unwrap(), "--state", path];
        run(other).fails(1, &["another model"]);
    }
    run(["decode", "storyteller", "--state", path, "--context", "20"]).fails(1, &["context of 20"]);
    run(["decode", "storyteller", "--state", "fixtures/storyteller/README.md"]).fails(1, &["not a state"]);

    let damaged = Path::new(env!("CARGO_TARGET_TMPDIR")).join("damaged.state");
    let path = damaged.to_str().unwrap();
    for length in [0, 10, 21, 60, good.len() / 2, good.len() - 1] {
        std::fs::write(&damaged, &good[..length]).unwrap();
        run(["decode", "storyteller", "--state", path]).fails(1, &["damaged.state"]);
    }
    for at in [15, 19, 30, 200, good.len() / 2, good.len() - 1] {
        let mut bytes = good.clone();
        bytes[at] ^= 0x40;
        std::fs::write(&damaged, &bytes).unwrap();
        run(["decode", "storyteller", "--state", path]).fails(1, &["damaged.state"]);
    }
}

#[test]
fn a_state_with_changed_tokens_is_refused() {
    let file = state("tokens.state", "int8");
    let path = file.to_str().unwrap();
    let good = std::fs::read(&file).unwrap();
    let list = good.windows(10).position(|bytes| bytes == b"\"tokens\":[").unwrap() + 10;
    let digits = good[list..].iter().position(|byte| *byte == b',').unwrap();
    for (from, to) in [(b"484".as_slice(), b"485".as_slice()), (b"484", b"984"), (b"484", b"  8")] {
        assert_eq!(&good[list..list + digits], from, "the prompt starts with token 484");
        let mut bytes = good.clone();
        bytes[list..list + digits].copy_from_slice(to);
        std::fs::write(&file, &bytes).unwrap();
        run(["decode", "storyteller", "--state", path])
            .fails(1, &["tokens.state", "checksum of the tokens, keys and values does not match"]);
    }
    let mut bytes = good.clone();
    bytes[list..list + digits].copy_from_slice(b"1e9");
    std::fs::write(&file, &bytes).unwrap();
    run(["decode", "storyteller", "--state", path]).fails(1, &["tokens.state"]);
}

#[test]
fn an_unwritable_state_path_fails_before_prefill() {
    let save = ["prefill", "storyteller", "--prompt", PROMPT, "--save-state"];
    for place in ["/nonexistent/x.state", env!("CARGO_TARGET_TMPDIR")] {
        run([&save[..], &[place]].concat()).fails(1, &[place, "cannot"]);
    }
}

#[test]
fn a_failed_save_keeps_the_previous_state_file() {
    let file = state("full.state", "int8");
    let good = std::fs::read(&file).unwrap();
    // A file size limit makes a write fail midway like a full disk, and needs no privileges.
    let script = "ulimit -f 20; exec \"$@\"";
    let args = ["prefill", "storyteller", "--prompt", PROMPT, "--quiet", "--save-state", file.to_str().unwrap()];
    let mut command = std::process::Command::new("sh");
    command.args(["-c", script, "sh", env!("CARGO_BIN_EXE_rumma")]).args(args);
    finished(command.output().unwrap()).fails(1, &["full.state", "cannot write", "(ulimit -f)"]);
    assert!(std::fs::read(&file).unwrap() == good);
    let directory = std::fs::read_dir(file.parent().unwrap()).unwrap();
    let is_partial = |name: &str| name.starts_with(".full.state.");
    assert!(!directory.map(|entry| entry.unwrap().file_name()).any(|name| is_partial(&name.to_string_lossy())));
}

#[test]
fn continuing_from_a_state_works_with_any_chunk_size() {
    let file = state("chunk.state", "int8");
    let decode = ["decode", "storyteller", "--state", file.to_str().unwrap(), "--tokens", "3", "--json", "--chunk"];
    let hash = |chunk: &str| run([&decode[..], &[chunk]].concat()).json()["logits_sha256"].clone();
    assert_eq!(hash("18446744073709551615"), hash("1"));
}

#[test]
fn a_state_and_a_prompt_exclude_each_other() {
    run(["decode", "storyteller", "--state", "x.state", "--prompt", "Hello"]).fails(2, &["--state"]);
}
