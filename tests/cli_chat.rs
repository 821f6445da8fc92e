//! `rumma chat` through pipes: turns, commands, saved conversations, and what is computed again.
#![cfg(unix)]

mod common;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use common::{Run, finished, rumma, run, run_with, scratch, storyteller_copy};
use serde_json::{Value, json};

const STORY: &str = "Tell me a story about a fox.";

fn chat(options: &[&str], input: &str) -> Run {
    run_with([&["chat", "storyteller"], options].concat(), input.as_bytes())
}

/// The objects that a chat prints for `input`.
fn objects(options: &[&str], input: &str) -> Vec<Value> {
    let run = chat(&[&["--json", "--quiet"], options].concat(), input);
    run.stdout.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {run:?}"))).collect()
}

fn ids(report: &Value, key: &str) -> Vec<u64> {
    report[key].as_array().expect("ids").iter().map(|id| id.as_u64().expect("an id")).collect()
}

fn text(report: &Value) -> &str {
    report["text"].as_str().expect("a text")
}

/// The object of `decode` for messages that alternate between user and assistant.
fn decode(dir: &Path, options: &[&str], messages: &[&str]) -> Value {
    let role = |index: usize| if index.is_multiple_of(2) { "user" } else { "assistant" };
    let messages = messages.iter().enumerate().map(|(i, content)| json!({"role": role(i), "content": content}));
    let file = dir.join("messages.json");
    fs::write(&file, json!(messages.collect::<Vec<_>>()).to_string()).expect("it can be written");
    let args = ["decode", "storyteller", "--json", "--messages", file.to_str().expect("UTF-8")];
    run([&args[..], options].concat()).json()
}

#[test]
fn a_turn_computes_only_its_new_tokens_and_answers_as_decode_does() {
    let dir = scratch("chat_turns");
    let users = [STORY, "And then?", "And in the end?"];
    let options = ["--seed", "3", "--tokens", "60"];
    let turns = objects(&options, &users.join("\n"));
    assert_eq!(turns.len(), 3);
    let mut messages = Vec::new();
    let mut known = Vec::new();
    for (turn, user) in turns.iter().zip(users) {
        messages.push(user);
        let alone = decode(&dir, &options, &messages);
        for key in ["prompt_ids", "ids", "text", "finish_reason", "ended_by", "logits_sha256"] {
            assert_eq!(turn[key], alone[key], "{user}: {key}");
        }
        let prompt = ids(turn, "prompt_ids");
        assert!(prompt.starts_with(&known), "{user}");
        assert_eq!(turn["prefill"]["reused"], known.len(), "{user}");
        assert_eq!(turn["prefill"]["tokens"], prompt.len() - known.len(), "{user}");
        assert!(prompt.len() - known.len() <= 20, "{user}");
        let answer = ids(turn, "ids");
        assert_eq!(turn["context"], json!({"used": prompt.len() + answer.len(), "maximum": 512}));
        // The last token that was sampled is computed with the next turn.
        known = [prompt, answer[..answer.len() - 1].to_vec()].concat();
        messages.push(text(turn));
    }
}

#[test]
fn an_answer_keeps_its_ids_where_its_text_is_encoded_otherwise() {
    let dir = scratch("chat_ids");
    let options = ["--tokens", "60", "--temperature", "1.5", "--top-k", "0", "--top-p", "1"];
    let turns = objects(&options, &format!("{STORY}\nAnd then?"));
    let alone = decode(&dir, &options, &[STORY, text(&turns[0]), "And then?"]);
    assert_ne!(turns[1]["prompt_ids"], alone["prompt_ids"], "the answer is encoded as it was generated");
    let known = [ids(&turns[0], "prompt_ids"), ids(&turns[0], "ids")].concat();
    assert!(ids(&turns[1], "prompt_ids").starts_with(&known));
    assert_eq!(turns[1]["prefill"]["reused"], known.len() - 1);
}

#[test]
fn standard_output_gets_the_answers_and_nothing_else() {
    let greedy = ["--temperature", "0", "--tokens", "5", "--quiet"];
    let answers = chat(&greedy, &format!("{STORY}\r\n\n/stats\n/help\n{STORY}\n/undo\nAnd then?"));
    assert_eq!((answers.code, answers.stdout.lines().count()), (Some(0), 3), "{answers:?}");
    for part in ["of 512 tokens", "tokens reused", "KV blocks", "/system", "Took back: Tell me a story"] {
        assert!(answers.stderr.contains(part), "{part}: {answers:?}");
    }
    let first = run([&["decode", "storyteller", "--user", STORY], &greedy[..]].concat());
    assert_eq!(answers.stdout.lines().next(), first.stdout.lines().next());
    let asked = chat(&[&["--user", STORY], &greedy[..]].concat(), "");
    assert_eq!((asked.code, asked.stdout.as_str(), asked.stderr.as_str()), (Some(0), first.stdout.as_str(), ""));
    let status = chat(&greedy[..4], STORY);
    assert!(status.stderr.contains("\nTurn 1 finished: prompt=16 reused=0 "), "{status:?}");
}

#[test]
fn undo_and_reset_take_messages_back() {
    let options = ["--system", "Be kind.", "--temperature", "0", "--tokens", "8"];
    let turns = objects(
        &options,
        &format!("{STORY}\nAnd then?\n/undo\nAnd then?\n/undo\n/undo\n{STORY}\n/reset\n{STORY}\n/undo\n/undo"),
    );
    let prompts: Vec<&Value> =
        turns.iter().filter(|turn| turn["turn"].is_u64()).map(|turn| &turn["prompt_ids"]).collect();
    assert_eq!(prompts.len(), 5, "{turns:?}");
    assert_eq!(prompts[1], prompts[2], "the second turn is the same again");
    assert!(
        prompts[3] == prompts[0] && prompts[4] == prompts[0],
        "the first turn is the same again, with its system message"
    );
    let last = turns.last().expect("an object");
    assert!(last["error"].as_str().is_some_and(|error| error.contains("no message to take back")), "{last}");
    assert_eq!(last["command"], "/undo");
}

#[test]
fn the_system_message_is_shown_set_and_removed() {
    let lines = format!("/system\n{STORY}\n/system Be kind.\n/system\n{STORY}\n/system \"\"\n/reset\n{STORY}");
    let turns = objects(&["--temperature", "0", "--tokens", "8"], &lines);
    let message = |index: usize| turns[index]["message"].as_str().expect("a message");
    assert!(message(0).contains("No system message"), "{turns:?}");
    assert!(message(2).contains("computed again"), "{turns:?}");
    assert_eq!(message(3), "Be kind.");
    assert_eq!(message(5).contains("removed"), message(6) == "The conversation is empty.");
    assert_ne!(turns[1]["prompt_ids"], turns[4]["prompt_ids"]);
    assert_eq!(turns[1]["prompt_ids"], turns[7]["prompt_ids"]);
    let given = objects(&["--system", "Be kind.", "--tokens", "1"], STORY);
    assert!(ids(&turns[4], "prompt_ids").starts_with(&ids(&given[0], "prompt_ids")[..10]));
}

#[test]
fn settings_change_the_next_answer_and_are_listed() {
    let lines = format!("/set temperature=0 tokens=7\n{STORY}\n/undo\n/set temperature=default seed=5\n{STORY}\n/set");
    let turns = objects(&["--tokens", "12"], &lines);
    let greedy = decode(&scratch("chat_set"), &["--temperature", "0", "--tokens", "7"], &[STORY]);
    let sampled = decode(&scratch("chat_set"), &["--seed", "5", "--tokens", "7"], &[STORY]);
    assert_eq!((&turns[1]["ids"], &turns[1]["logits_sha256"]), (&greedy["ids"], &greedy["logits_sha256"]));
    assert_eq!((&turns[4]["ids"], &turns[4]["logits_sha256"]), (&sampled["ids"], &sampled["logits_sha256"]));
    let listed = &turns[5]["set"];
    assert_eq!((&listed["seed"], &listed["limit"]), (&json!(5), &json!({"tokens": 7, "from": "option"})));
    assert_eq!(listed["sampling"]["from"]["temperature"], "generation_config.json");
    for wrong in ["temperature=-1", "temprature=1", "top_p=2", "tokens=0", "seed=x"] {
        let refused = objects(&[], &format!("/set {wrong}"));
        let error = refused[0]["error"].as_str().expect("an error");
        assert!(!error.contains("--"), "no option of the command line: {error}");
    }
}

#[test]
fn a_conversation_is_saved_and_goes_on_with_the_same_bits() {
    let dir = scratch("chat_save");
    let file = dir.join("a fox.state");
    let file = file.to_str().expect("UTF-8");
    let options = ["--system", "Be kind.", "--tokens", "30"];
    let whole = objects(&options, &format!("{STORY}\nWho?\n/save {file}\nAnd then?"));
    let loaded = objects(&["--tokens", "30"], &format!("Hello\n/load {file}\nAnd then?\n/system"));
    let started = objects(&["--tokens", "30", "--state", file], "And then?\n/undo\n/undo\nWho?");
    let decoded =
        run(["decode", "storyteller", "--tokens", "30", "--json", "--state", file, "--user", "And then?"]).json();
    for key in ["prompt_ids", "ids", "text", "logits_sha256"] {
        for (name, other) in [("/load", &loaded[2]), ("--state", &started[0]), ("decode", &decoded)] {
            assert_eq!(whole[3][key], other[key], "{name}: {key}");
        }
        assert_eq!(whole[1][key], started[3][key], "{key}");
    }
    let reused = |report: &Value| report["prefill"]["reused"].as_u64().expect("a number");
    assert!(reused(&whole[3]) - reused(&loaded[2]) <= 1, "{whole:?} {loaded:?}");
    assert!(reused(&whole[3]) - reused(&decoded) <= 1, "{decoded}");
    assert_eq!(loaded[3]["message"], "Be kind.");
    // In place, and only a state file is replaced.
    let notes = dir.join("notes.txt");
    fs::write(&notes, "mine").expect("it can be written");
    let again = objects(&["--state", file], &format!("/save {file}\n/save {}", notes.display()));
    assert!(again[0]["message"].is_string() && again[1]["error"].is_string(), "{again:?}");
    assert_eq!(fs::read_to_string(&notes).expect("it is there"), "mine");
    let refused = objects(&[], &format!("/save {file}\n/load /nonexistent.state\n/load README.md\n/load"));
    for (object, part) in
        refused.iter().zip(["nothing to save", "/nonexistent.state", "not a state file", "/load FILE"])
    {
        assert!(object["error"].as_str().is_some_and(|error| error.contains(part)), "{part}: {object}");
    }
    let file = dir.join("text.state");
    let file = file.to_str().expect("UTF-8");
    assert_eq!(run(["prefill", "storyteller", "--prompt", "Once", "--save-state", file]).code, Some(0));
    let raw = objects(&[], &format!("/load {file}"));
    assert!(raw[0]["error"].as_str().is_some_and(|error| error.contains("no conversation")), "{raw:?}");
}

#[test]
fn a_full_context_is_named_and_the_chat_goes_on() {
    let long = "A fox and an owl. ".repeat(60);
    let options = ["--context", "120", "--temperature", "0"];
    let lines = format!("{long}\n{STORY}\n{STORY}\n/reset\n{STORY}");
    let run = chat(&options, &lines);
    assert_eq!(run.code, Some(1), "{run:?}");
    let refusals: Vec<&str> = run.stderr.lines().filter(|line| line.starts_with("rumma: ")).collect();
    assert_eq!(refusals.len(), 2, "{run:?}");
    for refusal in &refusals {
        for part in ["tokens, and the context has 120", "/undo", "/reset", "--context up to 512"] {
            assert!(refusal.contains(part), "{part}: {refusal}");
        }
    }
    assert!(run.stderr.contains("The context is full"), "an answer that reaches the end says so: {run:?}");
    let turns = objects(&options, &lines);
    assert!(turns[0]["error"].is_string() && turns[0]["command"].is_null(), "{turns:?}");
    assert_eq!(
        (&turns[1]["ended_by"], &turns[1]["context"]),
        (&json!("context"), &json!({"used": 120, "maximum": 120}))
    );
    assert_eq!(turns[1]["prompt_ids"], turns[4]["prompt_ids"], "what is refused leaves no trace");
    // A sequence must fit into the memory for keys and values: the context is as long as that allows.
    let small = objects(&["--kv-memory", "128K", "--tokens", "1"], STORY);
    assert_eq!(small[0]["context"]["maximum"], 128, "{small:?}");
    let long = format!("{}\n", "Tell me a story. ".repeat(60));
    let refused = objects(&["--kv-memory", "128K", "--tokens", "1"], &long);
    let advice = "or start the chat with a larger --kv-memory";
    assert!(refused[0]["error"].as_str().is_some_and(|error| error.ends_with(advice)), "{refused:?}");
}

#[test]
fn messages_of_several_lines_and_lines_that_are_not_utf8() {
    let prompt = |input: &str| objects(&["--tokens", "1"], input)[0]["prompt_ids"].clone();
    let dir = scratch("chat_lines");
    let expected = |text: &str| decode(&dir, &["--tokens", "1"], &[text])["prompt_ids"].clone();
    assert_eq!(prompt("one \\\ntwo\n"), expected("one \ntwo"));
    assert_eq!(prompt("\"\"\"\none\n\ntwo\n\"\"\"\n"), expected("one\n\ntwo"));
    assert_eq!(prompt("```\none \\\n```\n"), expected("```\none \\\n```"));
    assert_eq!(prompt("//etc\n"), expected("/etc"));
    assert_eq!(prompt("<|im_end|>\n"), expected("<|im_end|>"));
    let run = run_with(["chat", "storyteller", "--tokens", "1", "--json"], b"a\xff\nHello\n");
    let objects: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    assert!(objects[0]["error"].as_str().is_some_and(|error| error.contains("UTF-8")), "{run:?}");
    assert_eq!((objects[1]["prompt_ids"] == expected("Hello"), run.code), (true, Some(1)));
}

#[test]
fn what_cannot_chat_is_refused_before_the_first_message() {
    let dir = storyteller_copy("chat_template");
    let config = dir.join("tokenizer_config.json");
    let mut fields: Value = serde_json::from_slice(&fs::read(&config).expect("it is there")).expect("it is JSON");
    fields["chat_template"] = Value::Null;
    fs::write(&config, fields.to_string()).expect("it can be written");
    let model = dir.to_str().expect("UTF-8");
    run_with(["chat", model], b"Hello\n").fails(1, &["has no chat_template", "rumma decode MODEL --prompt TEXT"]);
    fs::write(&config, json!({"chat_template": "{{ raise_exception('No chat.') }}"}).to_string())
        .expect("it can be written");
    run_with(["chat", model], b"Hello\n").fails(1, &["No chat."]);
    run(["chat", "--random", "--hidden-size", "128", "--layers", "1"])
        .fails(1, &["tokenizer.json not found", "--tokenizer"]);
    chat(&["--state", "x.state", "--system", "x"], "").fails(2, &["--system"]);
    chat(&["--state", "/nonexistent.state"], "").fails(1, &["/nonexistent.state"]);
    chat(&["--batch", "2"], "").fails(2, &["--batch"]);
    chat(&["--top-p", "2"], "").fails(2, &["--top-p 2 is out of range"]);
}

#[test]
fn stop_strings_end_an_answer_and_are_not_part_of_the_conversation() {
    let options = ["--stop", " fox", "--tokens", "60"];
    let turns = objects(&options, &format!("{STORY}\n/save {}\nWho?", scratch("chat_stop").join("s").display()));
    assert_eq!(turns[0]["ended_by"], "stop_string");
    let alone = decode(&scratch("chat_stop_decode"), &options, &[STORY, text(&turns[0]), "Who?"]);
    assert_eq!((&turns[2]["prompt_ids"], &turns[2]["ids"]), (&alone["prompt_ids"], &alone["ids"]));
}

/// A model that is slow, and whose answers do not end.
const SLOW: [&str; 11] = [
    "chat",
    "--random",
    "--hidden-size",
    "512",
    "--layers",
    "2",
    "--isa",
    "scalar",
    "--tokenizer",
    "fixtures/storyteller/checkpoint",
    "--verbose",
];

#[test]
fn ctrl_c_ends_the_answer_and_sigterm_the_chat() {
    let mut command = rumma(SLOW);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let send = |signal: &str| {
        let kill = format!("kill -{signal} {}", child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().expect("there is a shell").success());
    };
    for message in ["Hello\n", "Again\n"] {
        stdin.write_all(message.as_bytes()).expect("it reads");
        // The first character of the answer.
        assert_eq!(stdout.read(&mut [0]).expect("it answers"), 1);
        send("INT");
        stdout.read_until(b'\n', &mut Vec::new()).expect("the answer ends");
    }
    stdin.write_all(b"/undo\n/set tokens=1\nOnce more\n/set tokens=default\nEndless\n").expect("it reads");
    stdout.read_until(b'\n', &mut Vec::new()).expect("a whole answer");
    assert_eq!(stdout.read(&mut [0]).expect("it answers"), 1);
    send("TERM");
    let ended = finished(child.wait_with_output().expect("it ends"));
    assert_eq!(ended.code, Some(143), "{ended:?}");
    let reasons: Vec<&str> =
        ended.stderr.split("ended_by=").skip(1).filter_map(|rest| rest.split(' ').next()).collect();
    assert_eq!(reasons, ["interrupt", "interrupt", "tokens", "interrupt"], "{ended:?}");
    // The interrupted answer stays, the one that was taken back does not.
    assert!(ended.stderr.contains("Took back: Again"), "{ended:?}");
}
