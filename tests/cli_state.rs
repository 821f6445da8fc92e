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

/// The state file `name` of the tests of conversations, and the common options of their runs.
fn conversation_file(name: &str) -> String {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_file(&file);
    file.to_str().unwrap().to_string()
}

const SEEDED: [&str; 5] = ["--seed", "3", "--tokens", "30", "--json"];

fn decode(options: &[&str]) -> serde_json::Value {
    run([&["decode", "storyteller"], options, &SEEDED].concat()).json()
}

/// The object of `decode` for messages by user and assistant in turn, after a system message.
fn decode_messages(messages: &[&str]) -> serde_json::Value {
    let roles = ["system", "user", "assistant", "user", "assistant", "user"];
    let message = |(role, content): (&&str, &&str)| serde_json::json!({"role": role, "content": content});
    let list: Vec<_> = roles.iter().zip(messages).map(message).collect();
    let file = conversation_file("conversation.json");
    std::fs::write(&file, serde_json::json!(list).to_string()).unwrap();
    decode(&["--messages", &file])
}

#[test]
fn a_saved_conversation_is_extended_message_by_message() {
    let file = conversation_file("conversation.state");
    let (save, state) = (["--save-state", &file], ["--state", &file]);
    let user = ["Tell me a story about a fox.", "Who was it?", "And then?"];
    let first = decode(&[&["--system", "Be kind.", "--user", user[0]], &save[..]].concat());
    assert_eq!(std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&file).unwrap()) & 0o777, 0o600);
    let second = decode(&[&["--user", user[1]], &state[..], &save].concat());
    let third = decode(&[&["--user", user[2]], &state[..]].concat());
    let text = |report: &serde_json::Value| report["text"].as_str().unwrap().to_string();
    let (one, two) = (text(&first), text(&second));
    let whole = [
        decode_messages(&["Be kind.", user[0], &one, user[1]]),
        decode_messages(&["Be kind.", user[0], &one, user[1], &two, user[2]]),
    ];
    for (extended, whole) in [&second, &third].into_iter().zip(&whole) {
        for key in ["prompt_ids", "ids", "text", "logits_sha256", "finish_reason"] {
            assert_eq!(extended[key], whole[key], "{key}");
        }
        let prompt = extended["prompt_ids"].as_array().unwrap().len();
        let computed = extended["prefill"]["tokens"].as_u64().unwrap() as usize;
        assert!(computed <= 20 && extended["prefill"]["reused"] == prompt - computed, "{extended}");
    }
}

#[test]
fn an_answer_that_was_cut_goes_on_and_stays_one_message() {
    let file = conversation_file("cut.state");
    let (save, state) = (["--save-state", &file], ["--state", &file]);
    let question = ["--user", "Tell me a story about a fox.", "--temperature", "0"];
    let greedy = ["--temperature", "0"];
    let short = |options: &[&str]| {
        run([&["decode", "storyteller", "--tokens", "15", "--json"], options].concat()).json()["text"].clone()
    };
    let parts = [
        short(&[&question[..], &save].concat()),
        short(&[&greedy[..], &state, &save].concat()),
        short(&[&greedy[..], &state, &save].concat()),
    ];
    let whole = run([&["decode", "storyteller", "--tokens", "45", "--json"], &question[..]].concat()).json();
    let joined: String = parts.iter().map(|part| part.as_str().unwrap()).collect();
    assert_eq!(whole["text"], joined);
    let next = decode(&[&["--user", "And then?"], &greedy[..], &state].concat());
    let messages = serde_json::json!([{"role": "user", "content": question[1]}, {"role": "assistant", "content": joined},
                                      {"role": "user", "content": "And then?"}]);
    let list = conversation_file("cut.json");
    std::fs::write(&list, messages.to_string()).unwrap();
    let expected = decode(&[&["--messages", list.as_str()], &greedy[..]].concat());
    assert_eq!((&next["prompt_ids"], &next["ids"]), (&expected["prompt_ids"], &expected["ids"]));
    assert!(next["prefill"]["tokens"].as_u64().unwrap() < 20, "{next}");
}

#[test]
fn a_message_follows_the_state_of_a_prompt() {
    let file = conversation_file("prompt.state");
    let document = "A fox lived near the river.";
    run(["prefill", "storyteller", "--user", document, "--save-state", &file]);
    let asked = decode(&["--state", &file, "--user", "Who?"]);
    let list = conversation_file("prompt.json");
    let user = |content: &str| serde_json::json!({"role": "user", "content": content});
    std::fs::write(&list, serde_json::json!([user(document), user("Who?")]).to_string()).unwrap();
    let whole = decode(&["--messages", &list]);
    for key in ["prompt_ids", "ids", "logits_sha256"] {
        assert_eq!(asked[key], whole[key], "{key}");
    }
    assert!(asked["prefill"]["reused"].as_u64().unwrap() > 5, "{asked}");
    // The file alone answers the first message.
    let alone = decode(&["--state", &file]);
    assert_eq!(alone["ids"], decode(&["--user", document])["ids"]);
    let from_file = conversation_file("who.txt");
    std::fs::write(&from_file, "Who?").unwrap();
    assert_eq!(decode(&["--state", &file, "--user-file", &from_file])["ids"], asked["ids"]);
}

#[test]
fn a_state_of_raw_text_and_options_that_do_not_fit_are_refused() {
    let file = state("raw.state", "int8");
    let path = file.to_str().unwrap();
    let decode = ["decode", "storyteller", "--state", path];
    run([&decode[..], &["--user", "Who?"]].concat()).fails(1, &["raw.state", "no conversation", "--save-state FILE"]);
    for other in [["--system", "x"], ["--messages", "x.json"], ["--prompt-ids", "1"]] {
        run([&decode[..], &other].concat()).fails(2, &["--state", other[0], "omit it"]);
    }
    run(["decode", "storyteller", "--prompt", "x", "--batch", "2", "--save-state", path])
        .fails(2, &["--save-state", "--batch"]);
    run(["decode", "storyteller", "--prompt", "x", "--save-state", "README.md"]).fails(1, &["README.md"]);
    // It is continued and saved in place.
    let saved =
        run([&decode[..], &["--save-state", path, "--tokens", "5", "--temperature", "0", "--json"]].concat()).json();
    let both =
        run(["decode", "storyteller", "--prompt", PROMPT, "--tokens", "10", "--temperature", "0", "--json"]).json();
    let more = run([&decode[..], &["--tokens", "5", "--temperature", "0", "--json"]].concat()).json();
    let ids = |report: &serde_json::Value| report["ids"].as_array().unwrap().clone();
    assert_eq!([ids(&saved), ids(&more)].concat(), ids(&both));
    let bytes = std::fs::read(&file).unwrap();
    let header = u64::from_le_bytes(bytes[14..22].try_into().unwrap()) as usize;
    let header: serde_json::Value = serde_json::from_slice(&bytes[22..22 + header]).unwrap();
    let keys: Vec<&String> = header.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["model", "arithmetic", "tokens", "sha256"], "the form before conversations were saved");
}

#[test]
fn a_changed_conversation_in_a_state_is_refused() {
    let file = conversation_file("changed.state");
    decode(&["--user", "Tell me a story.", "--save-state", &file]);
    let good = std::fs::read(&file).unwrap();
    let at = |text: &[u8]| good.windows(text.len()).position(|bytes| bytes == text).unwrap();
    let header = u64::from_le_bytes(good[14..22].try_into().unwrap()) as usize;
    let mut changed = vec![(at(b"Tell me"), b'B'), (at(b"\"start\":") + 8, b'9'), (at(b"assistant"), b'u')];
    // Keys and values follow the header, which ends with a checksum.
    changed.push((22 + header - 4, if good[22 + header - 4] == b'0' { b'1' } else { b'0' }));
    for (at, byte) in changed {
        let mut bytes = good.clone();
        bytes[at] = byte;
        std::fs::write(&file, &bytes).unwrap();
        run(["decode", "storyteller", "--state", &file]).fails(1, &["changed.state", "conversation"]);
    }
}
