//! `prefill --save-state` and `decode --state`: a prompt read once, gone on from to the bit.

mod common;

use std::path::{Path, PathBuf};

use common::run;

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
fn going_on_from_a_state_gives_the_same_bits() {
    for arithmetic in ["int8", "int15", "f32"] {
        let file = state(&format!("same-{arithmetic}.state"), arithmetic);
        let common = ["--arithmetic", arithmetic, "--tokens", "40", "--seed", "3", "--json"];
        let whole = run([&["decode", "storyteller", "--prompt", PROMPT], &common[..]].concat()).json();
        let resumed = run([&["decode", "storyteller", "--state", file.to_str().unwrap()], &common[..]].concat()).json();
        for key in ["prompt_ids", "ids", "text", "logits_sha256", "finish_reason"] {
            assert_eq!(whole[key], resumed[key], "{arithmetic}: {key}");
        }
        assert_eq!(resumed["prefill"]["tokens"], 1, "only the last token is run again");
    }
}

#[test]
fn what_is_not_this_models_state_is_refused() {
    let file = state("refused.state", "int8");
    let path = file.to_str().unwrap();
    let good = std::fs::read(&file).unwrap();
    run(["decode", "storyteller", "--state", path, "--arithmetic", "f32"]).fails(1, &["--arithmetic int8"]);
    let random = ["decode", "--random", "--hidden-size", "128", "--layers", "4", "--state", path];
    run(random).fails(1, &["another model"]);
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
fn a_state_and_a_prompt_exclude_each_other() {
    run(["decode", "storyteller", "--state", "x.state", "--prompt", "Hello"]).fails(2, &["--state"]);
}
