//! `rumma score`, and the log-probabilities of `rumma decode`, by the binary. The storyteller's scores are compared with those
//! of Hugging Face transformers (`fixtures/score/storyteller.json`, made by `fixtures/score/make_score.py`), the real
//! Qwen2.5-Coder-0.5B's (`fixtures/score/qwen.json`) only if `RUMMA_CHECKPOINT` is its directory.

mod common;

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use common::{Run, finished, rumma, run, run_with, scratch, storyteller_copy};
use rumma::checkpoint::{Checkpoint, CheckpointSource};
use rumma::engine::score::{self, Comparison, Passage, TokenScore};
use rumma::engine::{Engine, EngineOptions, Request};
use rumma::model::{Arithmetic, Model, ModelOptions, SequenceInput, Workspace};
use serde_json::{Value, json};

const STORIES: &str = "fixtures/score/stories.txt";
const LINES: &str = "fixtures/score/continuations.jsonl";

fn golden(file: &str) -> Value {
    serde_json::from_slice(&std::fs::read(format!("fixtures/score/{file}")).unwrap()).unwrap()
}

/// `rumma score MODEL` with the given options.
fn score(model: &str, options: &[&str]) -> Run {
    run(["score", model].iter().chain(options))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn ids(tokens: &Value) -> Vec<u64> {
    tokens.as_array().unwrap().iter().map(|token| token["id"].as_u64().unwrap()).collect()
}

fn logprobs(tokens: &Value) -> Vec<Option<f64>> {
    // The digits are those of an f32.
    let exact = |logprob: f64| f64::from(logprob as f32);
    tokens.as_array().unwrap().iter().map(|token| token["logprob"].as_f64().map(exact)).collect()
}

/// The answers to lines of continuations.
fn answers(run: &Run) -> Vec<Value> {
    assert_eq!(run.code, Some(0), "{run:?}");
    lines(run)
}

/// stdout as lines of JSON.
fn lines(run: &Run) -> Vec<Value> {
    run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Asserts that a score equals transformers', whose answer is `expected`.
fn check(found: &Value, expected: &Value) {
    for key in ["context", "stride", "scored_tokens"] {
        assert_eq!(found[key], expected[key], "{key}");
    }
    for key in ["perplexity", "logprob_sum", "bits_per_byte"] {
        let (found, expected) = (number(&found[key]), number(&expected[key]));
        eprintln!("{key}: {found} and {expected}, relative difference {:.1e}", (found / expected - 1.0).abs());
        assert!((found / expected - 1.0).abs() < 1e-4, "{key}: {found}, by transformers {expected}");
    }
}

#[test]
fn scores_in_windows_equal_those_of_transformers() {
    let expected = golden("storyteller.json");
    for expected_score in expected["scores"].as_array().unwrap() {
        let (context, stride) = (expected_score["context"].to_string(), expected_score["stride"].to_string());
        let options =
            ["--text-file", STORIES, "--json", "--arithmetic", "f32", "--context", &context, "--stride", &stride];
        let found = score("storyteller", &options).json();
        check(&found, expected_score);
        assert_eq!(found["bytes"], expected["bytes"]);
        let found = logprobs(&found["tokens"]);
        assert_eq!((found.len() as u64, found[0]), (expected["tokens"].as_u64().unwrap(), None));
        for (i, expected) in expected_score["logprobs"].as_array().unwrap().iter().enumerate() {
            let difference = (found[i + 1].unwrap() - number(expected)).abs();
            assert!(difference < 0.001, "token {}: {difference}", i + 1);
        }
    }
}

#[test]
fn the_score_of_the_real_model_equals_transformers_and_int8_is_close_to_f32() {
    let Ok(directory) = std::env::var("RUMMA_CHECKPOINT") else {
        return eprintln!("SKIPPED: RUMMA_CHECKPOINT does not name the checkpoint of fixtures/real-model");
    };
    let expected = golden("qwen.json");
    assert!(expected["tokens"].as_u64().unwrap() > 20_000);
    let expected = expected["scores"].as_array().unwrap().iter().find(|score| score["stride"] == 1024).unwrap();
    let (context, stride) = (expected["context"].to_string(), expected["stride"].to_string());
    let options = ["--text-file", "fixtures/score/text.txt", "--json", "--context", &context, "--stride", &stride];
    let found = score(&directory, &[&options[..], &["--against", "f32"]].concat()).json();
    let against = &found["against"];
    check(
        &json!({"context": found["context"], "stride": found["stride"], "scored_tokens": found["scored_tokens"],
            "perplexity": against["perplexity"], "logprob_sum": against["logprob_sum"],
            "bits_per_byte": expected["bits_per_byte"]}),
        expected,
    );
    eprintln!("{against}");
    assert!(number(&against["kl_divergence"]["mean"]) <= 0.0005, "{against}");
}

#[test]
fn a_text_is_scored_with_the_text_of_its_tokens_and_a_stride_of_half_the_context() {
    let text = std::fs::read_to_string(STORIES).unwrap();
    let found = score("storyteller", &["--text", &text, "--json", "--context", "100"]).json();
    assert_eq!((&found["context"], &found["stride"]), (&json!(100), &json!(50)));
    assert_eq!(found["windows"], 18);
    let tokens = found["tokens"].as_array().unwrap();
    let texts: Vec<&str> = tokens.iter().map(|token| token["text"].as_str().unwrap()).collect();
    let (known, rest) = text.split_once('ï').unwrap();
    assert!(texts.concat().starts_with(known));
    // The tokenizer splits these characters into bytes.
    assert!(texts.concat()[known.len()..].contains('\u{fffd}') && rest.contains('🙂'));
    let sum: f64 = logprobs(&found["tokens"]).iter().flatten().sum();
    assert!((sum - number(&found["logprob_sum"])).abs() < 1e-9);
    let perplexity = (-sum / (tokens.len() - 1) as f64).exp();
    assert!((perplexity / number(&found["perplexity"]) - 1.0).abs() < 1e-12);
    let bits = -sum / std::f64::consts::LN_2 / text.len() as f64;
    assert!((bits / number(&found["bits_per_byte"]) - 1.0).abs() < 1e-12);
}

#[test]
fn scores_depend_on_no_option_of_the_machine() {
    let text = &std::fs::read_to_string(STORIES).unwrap()[..600];
    let options = ["--text", text, "--json", "--context", "64", "--against", "int15"];
    let without_time = |mut found: Value| {
        found.as_object_mut().unwrap().remove("seconds");
        found
    };
    let expected = without_time(score("storyteller", &options).json());
    let slow = [&options[..], &["--isa", "scalar", "--threads", "1"]].concat();
    assert_eq!(without_time(score("storyteller", &slow).json()), expected);
}

#[test]
fn a_text_comes_from_an_option_a_file_stdin_or_ids() {
    let text = "Once upon a time there was";
    let expected = score("storyteller", &["--text", text, "--json"]).json()["tokens"].clone();
    let stdin = run_with(["score", "storyteller", "--text-file", "-", "--json"], text.as_bytes());
    assert_eq!(stdin.json()["tokens"], expected);
    let list: Vec<String> = ids(&expected).iter().map(u64::to_string).collect();
    let of_ids = score("storyteller", &["--prompt-ids", &list.join(","), "--json"]).json();
    assert_eq!((&of_ids["tokens"], &of_ids["bytes"]), (&expected, &json!(text.len())));
    // A model without a tokenizer has ids only.
    let random = ["--random", "--hidden-size", "128", "--layers", "1", "--prompt-ids", "1,2,3", "--json"];
    let random = run(["score"].iter().chain(&random)).json();
    assert_eq!((&random["tokens"][1]["text"], &random["bits_per_byte"]), (&Value::Null, &Value::Null));
    assert!(number(&random["perplexity"]) > 1.0);
}

#[test]
fn a_single_token_has_no_score() {
    let found = score("storyteller", &["--prompt-ids", "7", "--json", "--against", "f32"]).json();
    assert_eq!(found["tokens"].as_array().unwrap().len(), 1);
    assert_eq!((&found["perplexity"], &found["logprob_sum"]), (&Value::Null, &json!(0.0)));
    assert_eq!((&found["against"]["kl_divergence"], &found["windows"]), (&Value::Null, &json!(0)));
    assert_eq!(score("storyteller", &["--prompt-ids", "7"]).code, Some(0));
}

#[test]
fn a_beginning_of_text_token_is_the_first_token_and_not_scored() {
    let model = storyteller_copy("score_bos");
    let path = model.join("tokenizer_config.json");
    let mut config: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    config["add_bos_token"] = json!(true);
    config["bos_token"] = config["eos_token"].clone();
    std::fs::write(&path, config.to_string()).unwrap();
    let model = model.to_str().unwrap();
    let without = score("storyteller", &["--text", "Once upon a time", "--json"]).json();
    let with = score(model, &["--text", "Once upon a time", "--json"]).json();
    assert_eq!(ids(&with["tokens"])[1..], ids(&without["tokens"]));
    assert_eq!(number(&with["scored_tokens"]), number(&without["scored_tokens"]) + 1.0);
    assert_eq!((&with["tokens"][0]["logprob"], &with["bytes"]), (&Value::Null, &without["bytes"]));
}

#[test]
fn the_text_output_has_a_line_per_token_and_the_totals() {
    let found = score("storyteller", &["--text", "Once upon a time", "--against", "f32"]);
    assert_eq!(found.code, Some(0), "{found:?}");
    let lines: Vec<&str> = found.stdout.lines().collect();
    assert_eq!(lines[0].split_whitespace().collect::<Vec<_>>(), ["logprob", "id", "token"]);
    assert!(lines[1].trim_start().starts_with("- ") && lines[1].ends_with("\"Once\""), "{}", lines[1]);
    for name in ["logprob sum", "perplexity", "bits per byte", "against", "  KL divergence", "  top-1 agreement"] {
        assert!(lines.iter().any(|line| line.starts_with(name)), "{name}: {}", found.stdout);
    }
    assert!(found.stderr.contains("Score complete: tokens=4 windows=1"), "{}", found.stderr);
}

/// The logits of every position of `tokens` but the last, `[positions, vocab]`.
fn logits(arithmetic: Arithmetic, tokens: &[u32]) -> (Vec<f32>, usize) {
    let source = CheckpointSource { model: "storyteller".into(), ..CheckpointSource::default() };
    let options = ModelOptions { arithmetic, isa: None, threads: None };
    let model = Model::load(&Checkpoint::open(&source).unwrap(), &options).unwrap();
    let (mut cache, mut workspace) = (model.new_kv_cache(), Workspace::default());
    let hidden = model.forward(&mut [SequenceInput { tokens, cache: &mut cache }], &mut workspace).to_vec();
    (model.exact_logits(&hidden), model.config.vocab_size)
}

#[test]
fn the_divergence_is_that_of_the_model_from_the_reference() {
    let text = &std::fs::read_to_string(STORIES).unwrap()[..900];
    let found = score("storyteller", &["--text", text, "--json", "--against", "f32"]).json();
    let tokens: Vec<u32> = ids(&found["tokens"]).iter().map(|id| *id as u32).collect();
    let inputs = &tokens[..tokens.len() - 1];
    let ((reference, vocab), (logits, _)) = (logits(Arithmetic::F32, inputs), logits(Arithmetic::Int8, inputs));
    let log_softmax = |row: &[f32]| -> Vec<f64> {
        let total = row.iter().map(|l| f64::from(*l).exp()).sum::<f64>().ln();
        row.iter().map(|l| f64::from(*l) - total).collect()
    };
    let best = |row: &[f32]| (0..vocab).fold(0, |best, i| if row[i] > row[best] { i } else { best });
    let (mut kl, mut agreed) = (Vec::new(), 0);
    for (p, q) in reference.chunks(vocab).zip(logits.chunks(vocab)) {
        agreed += usize::from(best(p) == best(q));
        let (p, q) = (log_softmax(p), log_softmax(q));
        kl.push(p.iter().zip(&q).map(|(p, q)| p.exp() * (p - q)).sum::<f64>());
    }
    let against = &found["against"];
    assert_eq!((&against["model"], &against["arithmetic"]), (&json!("storyteller"), &json!("f32")));
    let mean = kl.iter().sum::<f64>() / kl.len() as f64;
    kl.sort_by(f64::total_cmp);
    let expected = [("mean", mean), ("max", kl[kl.len() - 1])];
    for (name, expected) in expected {
        let found = number(&against["kl_divergence"][name]);
        assert!((found - expected).abs() < 1e-10, "{name}: {found} and {expected}");
    }
    assert!((number(&against["top1_agreement"]) - agreed as f64 / kl.len() as f64).abs() < 1e-12);
    let f32 = score("storyteller", &["--text", text, "--json", "--arithmetic", "f32"]).json();
    assert_eq!(against["perplexity"], f32["perplexity"]);
    assert_eq!(against["logprob_sum"], f32["logprob_sum"]);
}

#[test]
fn a_comparison_does_not_depend_on_how_many_logits_are_kept() {
    let source = CheckpointSource { model: "storyteller".into(), ..CheckpointSource::default() };
    let checkpoint = Checkpoint::open(&source).unwrap();
    let load = |arithmetic| Model::load(&checkpoint, &ModelOptions { arithmetic, isa: None, threads: None }).unwrap();
    let (reference, model) = (load(Arithmetic::F32), load(Arithmetic::Int8));
    let passage = Passage { ids: (0..200).map(|i| i * 37 % 1000).collect(), first: 40 };
    let compare = |rows| {
        let options = EngineOptions::for_request(&Request::new(passage.ids.clone()), 64);
        let (mut expected, mut found) = (Engine::new(&reference, options), Engine::new(&model, options));
        let (mut comparison, mut scores) = (Comparison::default(), Vec::new());
        let mut on_score = |expected: TokenScore, found: TokenScore| scores.push((expected, found));
        let engines = [&mut expected, &mut found];
        let computed = score::compare(engines, &passage, rows, None, &mut comparison, &mut on_score).unwrap();
        // Each model computes each token once, however many pieces there are.
        assert_eq!(computed, 2 * (passage.ids.len() - 1), "{rows} rows");
        (comparison.summary(), scores)
    };
    let whole = compare(1000);
    assert_eq!(whole.1.len(), 160);
    for rows in [1, 7, 64] {
        assert_eq!(compare(rows), whole, "{rows} rows");
    }
}

#[test]
fn another_model_is_compared_and_an_equal_one_does_not_differ() {
    let model = storyteller_copy("score_against");
    let name = model.to_str().unwrap().to_string();
    let options = ["--text-file", STORIES, "--json", "--against", &name];
    let against = score("storyteller", &options).json()["against"].clone();
    assert_eq!(against["kl_divergence"], json!({"mean": 0.0, "median": 0.0, "p99": 0.0, "max": 0.0}));
    assert_eq!((&against["top1_agreement"], &against["model"]), (&json!(1.0), &json!(name)));
    common::rewrite(&model.join("model.safetensors"), |tensors| {
        let (_, _, bytes) = tensors.get_mut("model.norm.weight").expect("the model has it");
        bytes[..64].fill(0);
    });
    let against = score("storyteller", &options).json()["against"].clone();
    assert!(number(&against["kl_divergence"]["mean"]) > 0.001, "{against}");
}

#[test]
fn a_reference_with_another_vocabulary_is_refused_with_both_sizes() {
    let model = storyteller_copy("score_vocabulary");
    let path = model.join("config.json");
    let config = std::fs::read_to_string(&path).unwrap().replace("\"vocab_size\": 1024", "\"vocab_size\": 1000");
    std::fs::write(&path, config).unwrap();
    let found = score("storyteller", &["--text", "Once", "--against", model.to_str().unwrap()]);
    found.fails(1, &["1000", "1024", "vocabulary"]);
    score("storyteller", &["--text", "Once", "--against", "./f32"]).fails(1, &["./f32"]);
}

#[test]
fn continuations_are_scored_as_by_transformers_with_the_tokens_of_lm_eval() {
    let expected = golden("storyteller.json");
    let found = score("storyteller", &["--continuations", LINES, "--arithmetic", "f32"]);
    let found_lines = answers(&found);
    let expected = expected["continuations"].as_array().unwrap();
    assert_eq!(found_lines.len(), expected.len());
    for (line, (found, expected)) in found_lines.iter().zip(expected).enumerate() {
        let id = if expected["id"].is_null() { json!(format!("line-{line}")) } else { expected["id"].clone() };
        assert_eq!((&found["id"], found.get("error")), (&id, None));
        let (found, expected) = (&found["continuations"], &expected["continuations"]);
        assert_eq!(found.as_array().unwrap().len(), expected.as_array().unwrap().len(), "{id}");
        for (found, expected) in found.as_array().unwrap().iter().zip(expected.as_array().unwrap()) {
            assert_eq!((&found["tokens"], &found["is_greedy"]), (&expected["tokens"], &expected["is_greedy"]), "{id}");
            let difference = (number(&found["logprob_sum"]) - number(&expected["logprob_sum"])).abs();
            assert!(difference < 0.001, "{id}: {found}, by transformers {expected}");
        }
    }
    assert!(found.stderr.contains("Score complete: lines=7 errors=0 continuations=22 "), "{}", found.stderr);
}

/// The figure `name=` of a status line.
fn figure(status: &str, name: &str) -> usize {
    let (_, rest) = status.split_once(&format!(" {name}=")).unwrap_or_else(|| panic!("no {name} in {status}"));
    rest.split_whitespace().next().unwrap().parse().unwrap()
}

#[test]
fn the_continuations_of_a_context_share_it() {
    let context = &std::fs::read_to_string(STORIES).unwrap()[..1500];
    let choices = [" The fox", " The boy was happy", " One morning", " He"];
    let line = json!({"id": "a", "context": context, "continuations": choices});
    let whole = score("storyteller", &["--text", context, "--json"]).json();
    let tokens = whole["tokens"].as_array().unwrap().len();
    let found = run_with(["score", "storyteller", "--continuations", "-"], line.to_string().as_bytes());
    answers(&found);
    // The context is computed once, and its last token once for each continuation.
    let computed = figure(&found.stderr, "computed");
    assert!((tokens..tokens + 40).contains(&computed), "{tokens} tokens: {}", found.stderr);
    assert!(figure(&found.stderr, "reused") >= 3 * (tokens - 1), "{tokens} tokens: {}", found.stderr);
}

#[test]
fn a_wrong_line_is_answered_with_its_error_in_its_place() {
    let long = " word".repeat(600);
    let input = [
        json!({"id": 1, "context": "Once upon", "continuations": [" a time"]}).to_string(),
        "{\"id\": 2, \"context\": \"Once upon\"".into(),
        json!({"id": 3, "context": "Once upon", "continuations": []}).to_string(),
        json!({"id": 4, "context": "Once upon", "continuations": [" a", ""]}).to_string(),
        json!({"id": 5, "context": 5, "continuations": [" a"]}).to_string(),
        String::new(),
        json!({"id": 6, "context": long, "continuations": [" a"]}).to_string(),
        json!({"id": 7, "context_ids": [1, 5000], "continuation_ids": [[1]]}).to_string(),
        json!({"id": 8, "context": "Once", "continuations": [" a"], "label": 0}).to_string(),
        "{\"id\": 9, \"id\": 10, \"context\": \"Once\", \"continuations\": [\" a\"]}".into(),
        json!({"id": {"a": 1}, "context": "Once", "continuations": [" a"]}).to_string(),
        json!({"id": 11, "context": "Once", "continuation_ids": [[1]]}).to_string(),
        format!("{{\"id\": 12, \"x\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000)),
        json!({"id": 13, "context": "Once upon", "continuations": [" a time"]}).to_string(),
    ];
    let found = run_with(["score", "storyteller", "--continuations", "-"], input.join("\r\n").as_bytes());
    let found_answers = lines(&found);
    assert_eq!((found.code, found_answers.len()), (Some(1), 13));
    let expected = [
        (json!("line-1"), "not a context"),
        (json!(3), "at least one continuation"),
        (json!(4), "continuations[1]"),
        (json!(5), "context: "),
        (json!(6), "maximum context length is 512 tokens"),
        (json!(7), "5000"),
        (json!(8), "label"),
        (json!("line-9"), "twice"),
        (json!("line-10"), "whole number"),
        (json!(11), "texts and ids"),
        (json!("line-12"), "recursion"),
    ];
    for (found, (id, part)) in found_answers[1..12].iter().zip(expected) {
        assert_eq!((&found["id"], &found["continuations"]), (&id, &json!([])), "{found}");
        let message = found["error"]["message"].as_str().unwrap();
        assert!(message.contains(part), "{message}");
    }
    assert_eq!(found_answers[0]["continuations"], found_answers[12]["continuations"]);
    assert_eq!(found_answers[12]["id"], 13);
    assert!(found.stderr.contains("lines=13 errors=11 continuations=2 "), "{}", found.stderr);
    let last = found.stderr.lines().last().unwrap();
    for part in ["rumma: standard input: 11 of 13 lines could not be answered: \"line-1\": ", "; see the errors"] {
        assert!(last.contains(part), "{last}");
    }
}

#[test]
fn a_line_that_is_too_long_or_not_utf8_is_answered_and_the_next_one_scored() {
    let mut input = vec![b' '; 17 << 20];
    input.extend(b"\n\xff\n\xef\xbb\xbf{}\n{\"context\": \"Once upon\", \"continuations\": [\" a\"]}");
    let found = lines(&run_with(["score", "storyteller", "--continuations", "-"], &input));
    assert_eq!(found.len(), 4);
    for (answer, part) in found.iter().zip(["16 MiB", "not UTF-8", "not a context"]) {
        assert!(answer["error"]["message"].as_str().unwrap().contains(part), "{answer}");
    }
    assert_eq!((&found[3]["id"], &found[3]["continuations"][0]["tokens"]), (&json!("line-3"), &json!(1)));
}

#[test]
fn a_line_is_answered_before_the_next_one_is_written() {
    let mut child = rumma(["score", "storyteller", "--continuations", "-", "--quiet"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for id in 0..3 {
        writeln!(stdin, "{}", json!({"id": id, "context": "Once upon", "continuations": [" a time"]})).unwrap();
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&line).unwrap()["id"], id);
    }
    drop(stdin);
    let run = finished(child.wait_with_output().unwrap());
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
}

#[test]
fn the_answers_to_many_lines_do_not_depend_on_what_else_runs() {
    let text = std::fs::read_to_string(LINES).unwrap();
    let alone: Vec<Value> = text
        .lines()
        .flat_map(|line| answers(&run_with(["score", "storyteller", "--continuations", "-"], line.as_bytes())))
        .collect();
    let together = answers(&run_with(["score", "storyteller", "--continuations", "-"], text.repeat(9).as_bytes()));
    assert_eq!(together.len(), 9 * alone.len());
    for (i, found) in together.iter().enumerate() {
        assert_eq!(found["continuations"], alone[i % alone.len()]["continuations"]);
    }
}

#[test]
fn wrong_options_are_usage_errors() {
    for (options, parts) in [
        (&[][..], &["no text", "--text-file"][..]),
        (&["--text", "a", "--prompt-ids", "1"], &["--text and --prompt-ids"]),
        (&["--continuations", "f", "--stride", "3"], &["--stride and --continuations"]),
        (&["--continuations", "f", "--against", "f32"], &["--against and --continuations"]),
        (&["--text", "a", "--stride", "0"], &["--stride", "at least 1"]),
        (&["--text", ""], &["empty"]),
        (&["--prompt-ids", "1,x"], &["'x'"]),
    ] {
        score("storyteller", options).fails(2, parts);
    }
    score("storyteller", &["--text", "Once upon", "--context", "8", "--stride", "9"]).fails(1, &["--stride up to 8"]);
    score("storyteller", &["--text", "a", "--context", "513"]).fails(1, &["--context", "512"]);
    let text = std::fs::read_to_string(STORIES).unwrap();
    score("storyteller", &["--text", &text, "--kv-memory", "64K", "--quiet"]).fails(1, &["give a larger --kv-memory"]);
    score("storyteller", &["--prompt-ids", "1,5000"]).fails(1, &["5000", "1024"]);
    score("storyteller", &["--continuations", "no-such-file"]).fails(1, &["no-such-file"]);
    let unread = run_with(["score", "storyteller", "--text", "Once upon"], b"a text");
    unread.fails(2, &["standard input", "--text-file -", "--continuations -"]);
    let empty = scratch("score_empty").join("empty.txt");
    std::fs::write(&empty, "").unwrap();
    score("storyteller", &["--text-file", empty.to_str().unwrap()]).fails(1, &["empty"]);
}

#[test]
fn decode_reports_the_log_probabilities_that_score_gives() {
    let options = ["--prompt", "Once upon a time", "--tokens", "12", "--json"];
    let plain = run(["decode", "storyteller"].iter().chain(&options)).json();
    let more = [&options[..], &["--logprobs", "3", "--prompt-logprobs"]].concat();
    let found = run(["decode", "storyteller"].iter().chain(&more)).json();
    assert_eq!((&found["ids"], &found["logits_sha256"]), (&plain["ids"], &plain["logits_sha256"]));
    assert!(plain.get("logprobs").is_none() && plain.get("prompt_logprobs").is_none());
    let all: Vec<String> = [&found["prompt_ids"], &found["ids"]]
        .iter()
        .flat_map(|ids| ids.as_array().unwrap())
        .map(Value::to_string)
        .collect();
    let score = score("storyteller", &["--prompt-ids", &all.join(","), "--json"]).json();
    let scored = logprobs(&score["tokens"]);
    let reported = [logprobs(&found["prompt_logprobs"]), logprobs(&found["logprobs"])].concat();
    assert_eq!(reported, scored);
    assert_eq!(
        ids(&found["prompt_logprobs"]),
        serde_json::from_value::<Vec<u64>>(found["prompt_ids"].clone()).unwrap()
    );
    for token in found["logprobs"].as_array().unwrap() {
        let top = token["top"].as_array().unwrap();
        assert_eq!(top.len(), 3);
        assert!(number(&top[0][1]) >= number(&top[1][1]) && number(&top[1][1]) >= number(&top[2][1]), "{token}");
        let of_token = top.iter().find(|pair| pair[0] == token["id"]).map_or(&token["logprob"], |pair| &pair[1]);
        assert_eq!(of_token, &token["logprob"]);
        assert!(number(&token["logprob"]) <= number(&top[0][1]));
    }
}

#[test]
fn decode_reports_log_probabilities_for_every_sequence_and_of_any_sampling() {
    let options = ["--prompt", "The owl was", "--tokens", "6", "--batch", "2", "--temperature", "0.8", "--json"];
    let more = [&options[..], &["--logprobs", "0", "--prompt-logprobs", "--repetition-penalty", "1.2"]].concat();
    let found = run(["decode", "storyteller"].iter().chain(&more)).json();
    assert_eq!(
        found["prompt_logprobs"].as_array().unwrap().len(),
        found["sequences"][0]["prompt_ids"].as_array().unwrap().len()
    );
    for sequence in found["sequences"].as_array().unwrap() {
        let logprobs = sequence["logprobs"].as_array().unwrap();
        assert_eq!(ids(&sequence["logprobs"]), serde_json::from_value::<Vec<u64>>(sequence["ids"].clone()).unwrap());
        // Before penalties and temperature: as in the score.
        let all: Vec<String> = ["prompt_ids", "ids"]
            .iter()
            .flat_map(|key| sequence[key].as_array().unwrap())
            .map(Value::to_string)
            .collect();
        let scored = score("storyteller", &["--prompt-ids", &all.join(","), "--json"]).json();
        let scored = &scored["tokens"].as_array().unwrap()[all.len() - logprobs.len()..];
        for (found, expected) in logprobs.iter().zip(scored) {
            assert_eq!((&found["logprob"], &found["top"]), (&expected["logprob"], &json!([])));
        }
    }
}

#[test]
fn log_probabilities_of_decode_need_json_and_a_prompt_that_is_computed() {
    let decode = |options: &[&str]| run(["decode", "storyteller", "--prompt", "Once"].iter().chain(options));
    decode(&["--logprobs", "2"]).fails(2, &["--logprobs", "--json"]);
    decode(&["--prompt-logprobs"]).fails(2, &["--prompt-logprobs", "--json"]);
    let with_state = run(["decode", "storyteller", "--state", "x", "--prompt-logprobs", "--json"]);
    with_state.fails(2, &["--prompt-logprobs", "--state"]);
    run(["decode", "storyteller", "--jobs", "x", "--logprobs", "2"]).fails(2, &["--logprobs", "--jobs"]);
    run(["decode", "storyteller", "--jobs", "x", "--prompt-logprobs"]).fails(2, &["--prompt-logprobs", "--jobs"]);
}
