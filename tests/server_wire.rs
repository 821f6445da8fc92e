//! What goes over the wire: the answers of `rumma serve` equal those of the command line, in every form, and every
//! mistake of a client is an error that names it.
#![cfg(unix)]

mod common;

use std::collections::BTreeMap;
use std::net::TcpStream;

use common::http::{Reply, Server, read_reply};
use common::{run, scratch, storyteller_copy};
use serde_json::{Map, Value, json};

const CHAT: &str = "/v1/chat/completions";
const TEXT: &str = "/v1/completions";

fn start() -> Server {
    Server::start(&["storyteller", "--threads", "1"])
}

/// The answer of `decode --json` to the same request.
#[track_caller]
fn decode(options: &[&str]) -> Value {
    run([&["decode", "storyteller", "--quiet", "--json"], options].concat()).json()
}

#[track_caller]
fn ok(reply: Reply) -> Value {
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("application/json")), "{reply:?}");
    reply.json()
}

fn with(mut body: Value, extra: Value) -> Value {
    body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    body
}

fn user(text: &str) -> Value {
    json!({"messages": [{"role": "user", "content": text}]})
}

/// The chunks of a stream, without its end.
#[track_caller]
fn chunks(reply: &Reply) -> Vec<Value> {
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("text/event-stream")), "{reply:?}");
    let mut events = reply.events();
    assert_eq!(events.pop().as_deref(), Some("[DONE]"));
    events.iter().map(|event| serde_json::from_str(event).unwrap()).collect()
}

/// Joins the chunks of a stream to what the same request gives without `stream`.
#[track_caller]
fn joined(chunks: &[Value]) -> Value {
    let mut choices: BTreeMap<u64, Value> = BTreeMap::new();
    let mut whole = chunks[0].clone();
    whole["usage"] = Value::Null;
    for chunk in chunks {
        for key in ["id", "object", "created", "model", "system_fingerprint"] {
            assert_eq!(chunk[key], chunks[0][key], "{key}");
        }
        if chunk["choices"].as_array().unwrap().is_empty() {
            whole["usage"] = chunk["usage"].clone();
        }
        for part in chunk["choices"].as_array().unwrap() {
            let index = part["index"].as_u64().unwrap();
            let is_first = !choices.contains_key(&index);
            let choice = choices.entry(index).or_insert(json!({"index": index, "finish_reason": null}));
            assert_eq!(choice["finish_reason"], Value::Null, "nothing follows the end: {chunk}");
            choice["finish_reason"] = part["finish_reason"].clone();
            let (delta, key) = match part.get("delta") {
                Some(delta) => (delta, "content"),
                None => (part, "text"),
            };
            assert_eq!(delta.get("role").is_some(), part.get("delta").is_some() && is_first, "{chunk}");
            append(&mut choice["text"], &delta[key]);
            append(&mut choice["logprobs"], &part["logprobs"]);
        }
    }
    whole["choices"] = choices.into_values().collect();
    whole
}

/// Appends a part to a whole: texts, lists, and objects of them.
fn append(whole: &mut Value, part: &Value) {
    match (whole, part) {
        (_, Value::Null) => {}
        (whole @ Value::Null, part) => *whole = part.clone(),
        (Value::String(whole), Value::String(part)) => whole.push_str(part),
        (Value::Array(whole), Value::Array(part)) => whole.extend(part.iter().cloned()),
        (Value::Object(whole), Value::Object(part)) => {
            part.iter().for_each(|(key, part)| append(whole.entry(key).or_insert(Value::Null), part));
        }
        (whole, part) => panic!("{part} after {whole}"),
    }
}

/// The choices of an answer in the form of [`joined`].
fn plain(choices: &Value) -> Value {
    let choice = |choice: &Value| {
        let text = choice.get("message").map_or(&choice["text"], |message| &message["content"]);
        json!({"index": choice["index"], "text": text, "logprobs": choice["logprobs"],
            "finish_reason": choice["finish_reason"]})
    };
    choices.as_array().unwrap().iter().map(choice).collect()
}

#[test]
fn answers_are_those_of_decode() {
    let server = start();
    for (options, extra) in [
        (&["--tokens", "12"][..], json!({"max_tokens": 12})),
        (
            &["--tokens", "20", "--temperature", "0.9", "--seed", "7"],
            json!({"max_tokens": 20, "temperature": 0.9, "seed": 7}),
        ),
        (
            &["--tokens", "20", "--temperature", "1", "--top-k", "5", "--top-p", "0.8", "--min-p", "0.05"],
            json!({"max_tokens": 20, "temperature": 1, "top_k": 5, "top_p": 0.8, "min_p": 0.05}),
        ),
        (
            &[
                "--tokens",
                "20",
                "--repetition-penalty",
                "1.3",
                "--presence-penalty",
                "0.5",
                "--frequency-penalty",
                "0.2",
            ],
            json!({"max_tokens": 20, "repetition_penalty": 1.3, "presence_penalty": 0.5, "frequency_penalty": 0.2}),
        ),
        (&["--tokens", "40", "--stop", " the"], json!({"max_tokens": 40, "stop": [" the"]})),
        (&["--tokens", "200"], json!({"max_completion_tokens": 200, "user": "u", "metadata": {"a": "b"}})),
        (&[], json!({})),
    ] {
        let expected = decode(&[&["--prompt", "The fox ran"], options].concat());
        let found = ok(server.post(TEXT, &with(json!({"prompt": "The fox ran"}), extra.clone())));
        assert_eq!(found["object"], "text_completion");
        assert_eq!(found["choices"][0]["text"], expected["text"], "{extra}");
        assert_eq!(found["choices"][0]["finish_reason"], expected["finish_reason"], "{extra}");
        let tokens = |key: &str| expected[key].as_array().unwrap().len() as u64;
        let (prompt, completion) = (tokens("prompt_ids"), tokens("ids"));
        let usage = &found["usage"];
        assert_eq!(
            (usage["prompt_tokens"].as_u64(), usage["completion_tokens"].as_u64(), usage["total_tokens"].as_u64()),
            (Some(prompt), Some(completion), Some(prompt + completion))
        );

        let expected = decode(&[&["--user", "Tell me a story."], options].concat());
        let found = ok(server.post(CHAT, &with(user("Tell me a story."), extra.clone())));
        assert_eq!(found["object"], "chat.completion");
        let choice = &found["choices"][0];
        let message = json!({"role": "assistant", "content": expected["text"], "refusal": null});
        assert_eq!((&choice["message"], &choice["finish_reason"]), (&message, &expected["finish_reason"]), "{extra}");
    }
}

#[test]
fn a_stream_gives_what_the_whole_answer_has() {
    let server = start();
    let prompts = json!({"prompt": ["Once upon a time", "A fox"]});
    for (path, body) in [
        (CHAT, user("Tell me a story about an owl.")),
        (CHAT, with(user("Hello"), json!({"logprobs": true, "top_logprobs": 3, "stop": ["the"]}))),
        (CHAT, with(user("Hello"), json!({"n": 3, "temperature": 1.5, "seed": 4, "logprobs": true}))),
        (TEXT, with(prompts.clone(), json!({"n": 2, "temperature": 1, "logprobs": 2}))),
        (TEXT, with(prompts.clone(), json!({"echo": true, "logprobs": 1, "n": 2}))),
        (TEXT, with(prompts.clone(), json!({"echo": true, "max_tokens": 0, "logprobs": 0}))),
        (TEXT, with(prompts, json!({"echo": true}))),
        (TEXT, json!({"prompt": "One day", "max_tokens": 0})),
        (CHAT, with(user("Hi"), json!({"response_format": {"type": "json_object"}, "logprobs": true}))),
        (
            TEXT,
            json!({"prompt": "One day", "logit_bias": {"300": 5}, "structured_outputs": {"choice": ["a fox", "an owl"]}}),
        ),
    ] {
        let body = with(json!({"max_tokens": 30}), body);
        let whole = ok(server.post(path, &body));
        let stream = with(body.clone(), json!({"stream": true, "stream_options": {"include_usage": true}}));
        let streamed = joined(&chunks(&server.post(path, &stream)));
        assert_eq!(streamed["choices"], plain(&whole["choices"]), "{body}");
        for key in ["prompt_tokens", "completion_tokens", "total_tokens"] {
            assert_eq!(streamed["usage"][key], whole["usage"][key], "{body}");
        }
        for key in ["model", "system_fingerprint"] {
            assert_eq!(streamed[key], whole[key]);
        }
    }
}

#[test]
fn a_stream_has_usage_only_if_it_is_asked_for() {
    let server = start();
    let body = with(user("Hi"), json!({"max_tokens": 3, "stream": true}));
    let plain = chunks(&server.post(CHAT, &body));
    assert!(plain.iter().all(|chunk| chunk.get("usage").is_none() && chunk["object"] == "chat.completion.chunk"));
    assert_eq!(plain[0]["choices"][0]["delta"], json!({"role": "assistant", "content": "", "refusal": null}));
    let last = plain.last().unwrap();
    assert_eq!((&last["choices"][0]["delta"], &last["choices"][0]["finish_reason"]), (&json!({}), &json!("length")));

    let asked = chunks(&server.post(CHAT, &with(body, json!({"stream_options": {"include_usage": true}}))));
    let (usage, rest) = asked.split_last().unwrap();
    assert_eq!((&usage["choices"], &usage["usage"]["completion_tokens"]), (&json!([]), &json!(3)));
    assert!(rest.iter().all(|chunk| chunk["usage"].is_null()));
}

/// The log-probabilities that `score` gives for the tokens of a text.
fn score(text: &str) -> Vec<Value> {
    let path = scratch("server_wire_score").join("text.txt");
    std::fs::write(&path, text).unwrap();
    let scored = run(["score", "storyteller", "--text-file", path.to_str().unwrap(), "--json", "--quiet"]).json();
    scored["tokens"].as_array().unwrap().clone()
}

#[test]
fn echo_scores_the_prompt_as_score_does() {
    let server = start();
    let text = "Once upon a time, a fox – old and gray – met an owl.";
    let scored = score(text);
    let ids: Vec<u64> = scored.iter().map(|token| token["id"].as_u64().unwrap()).collect();
    let expected: Vec<&Value> = scored.iter().map(|token| &token["logprob"]).collect();
    for prompt in [json!(text), json!(ids), json!([ids])] {
        let body =
            json!({"prompt": prompt, "echo": true, "logprobs": 1, "max_tokens": 0, "seed": 1234, "temperature": 0});
        let found = ok(server.post(TEXT, &body));
        let choice = &found["choices"][0];
        assert_eq!((&choice["text"], &choice["finish_reason"]), (&json!(text), &json!("length")));
        let logprobs = &choice["logprobs"];
        assert_eq!(logprobs["token_logprobs"].as_array().unwrap().iter().collect::<Vec<_>>(), expected);
        assert_eq!((&logprobs["token_logprobs"][0], &logprobs["top_logprobs"][0]), (&Value::Null, &Value::Null));
        assert_eq!(found["usage"]["completion_tokens"], 0);

        // What lm-eval asks for: one more token, which it leaves out.
        let one = ok(server.post(TEXT, &with(body, json!({"max_tokens": 1}))));
        let one = &one["choices"][0]["logprobs"];
        assert_eq!(one["token_logprobs"].as_array().unwrap().len(), ids.len() + 1);
        assert_eq!(
            one["token_logprobs"].as_array().unwrap()[..ids.len()],
            expected.iter().map(|v| (*v).clone()).collect::<Vec<_>>()
        );
    }
}

#[test]
fn offsets_count_characters_and_every_token_is_among_the_most_likely() {
    let server = start();
    let text = "Über die Brücke – ein Fuchs";
    let body = json!({"prompt": text, "echo": true, "logprobs": 2, "max_tokens": 8});
    let choice = ok(server.post(TEXT, &body))["choices"][0].clone();
    let whole: Vec<char> = choice["text"].as_str().unwrap().chars().collect();
    assert!(choice["text"].as_str().unwrap().starts_with(text));
    let logprobs = &choice["logprobs"];
    let column = |key: &str| logprobs[key].as_array().unwrap().clone();
    let (tokens, offsets, values, top) =
        (column("tokens"), column("text_offset"), column("token_logprobs"), column("top_logprobs"));
    assert!(tokens.len() == offsets.len() && tokens.len() == values.len() && tokens.len() == top.len());
    assert!(tokens.iter().any(|token| token.as_str().unwrap().starts_with("bytes:\\x")), "{tokens:?}");
    for (index, token) in tokens.iter().enumerate() {
        let token = token.as_str().unwrap();
        let offset = offsets[index].as_u64().unwrap() as usize;
        if !token.starts_with("bytes:") && offset < whole.len() {
            let end = (offset + token.chars().count()).min(whole.len());
            assert!(token.starts_with(&whole[offset..end].iter().collect::<String>()), "{token:?} at {offset}");
        }
        if index > 0 {
            let top: &Map<String, Value> = top[index].as_object().unwrap();
            assert!((2..=3).contains(&top.len()), "{top:?}");
            let largest = top.values().filter_map(Value::as_f64).fold(f64::NEG_INFINITY, f64::max);
            assert!(top.contains_key(token) && values[index].as_f64().unwrap() <= largest, "{token}: {top:?}");
        }
    }
}

#[test]
fn special_tokens_of_a_prompt_have_the_places_that_they_have_in_its_text() {
    let server = start();
    let text = "<|im_start|>user\nhé<|im_end|>\n<|im_end|>";
    let body = json!({"prompt": text, "echo": true, "logprobs": 1, "max_tokens": 1});
    let choice = ok(server.post(TEXT, &body))["choices"][0].clone();
    let whole = choice["text"].as_str().unwrap();
    assert!(whole.starts_with(text), "{whole}");
    let logprobs = &choice["logprobs"];
    let tokens: Vec<&str> = logprobs["tokens"].as_array().unwrap().iter().map(|t| t.as_str().unwrap()).collect();
    assert_eq!((tokens[0], tokens.iter().filter(|token| **token == "<|im_end|>").count()), ("<|im_start|>", 2));
    let mut end = 0;
    for (token, offset) in tokens.iter().zip(logprobs["text_offset"].as_array().unwrap()) {
        if !token.starts_with("bytes:") && end < text.chars().count() {
            let at = whole.chars().skip(offset.as_u64().unwrap() as usize).collect::<String>();
            assert!(at.starts_with(token), "{token:?} at {offset}: {logprobs}");
            end = offset.as_u64().unwrap() as usize + token.chars().count();
        }
    }
    assert_eq!(logprobs["text_offset"].as_array().unwrap().last().unwrap(), &json!(text.chars().count()));
    let stream = chunks(&server.post(TEXT, &with(body, json!({"stream": true}))));
    assert_eq!(joined(&stream)["choices"][0]["logprobs"], *logprobs);
    // In a prompt of tokens they are not part of the text.
    let ids = ok(server.post("/tokenize", &json!({"prompt": text})))["tokens"].clone();
    let body = json!({"prompt": ids, "echo": true, "logprobs": 1, "max_tokens": 1});
    let choice = ok(server.post(TEXT, &body))["choices"][0].clone();
    assert!(choice["text"].as_str().unwrap().starts_with("user\nhé\n"), "{choice}");
    assert_eq!(choice["logprobs"]["text_offset"].as_array().unwrap()[..2], [json!(0), json!(0)], "{choice}");
}

#[test]
fn a_prompt_of_one_token_has_one_entry_without_a_probability() {
    let server = start();
    let body = json!({"prompt": [[300], [301, 302]], "echo": true, "logprobs": 1, "max_tokens": 0, "n": 2});
    let found = ok(server.post(TEXT, &body));
    let lengths: Vec<usize> =
        (0..4).map(|index| found["choices"][index]["logprobs"]["token_logprobs"].as_array().unwrap().len()).collect();
    assert_eq!(lengths, [1, 1, 2, 2]);
    assert_eq!(found["choices"][0]["logprobs"]["token_logprobs"], json!([null]));
    assert_eq!(found["usage"]["prompt_tokens"], 3);
}

#[test]
fn choices_are_in_the_order_of_prompts_and_then_of_answers() {
    let server = start();
    let prompts = ["The owl was", "A little girl"];
    let body = json!({"prompt": prompts, "n": 2, "temperature": 1, "seed": 11, "max_tokens": 10});
    let found = ok(server.post(TEXT, &body));
    let choices = found["choices"].as_array().unwrap();
    assert_eq!(choices.iter().map(|choice| choice["index"].as_u64().unwrap()).collect::<Vec<_>>(), [0, 1, 2, 3]);
    for (index, prompt) in prompts.iter().enumerate() {
        let options = ["--prompt", prompt, "--temperature", "1", "--seed", "11", "--tokens", "10"];
        assert_eq!(choices[2 * index]["text"], decode(&options)["text"], "answer 0 is that of decode");
        assert_ne!(choices[2 * index]["text"], choices[2 * index + 1]["text"]);
    }
    assert_eq!(ok(server.post(TEXT, &body))["choices"], found["choices"], "equal requests have equal answers");
}

#[test]
fn log_probabilities_are_those_of_decode() {
    let server = start();
    let expected = decode(&["--prompt", "A fox", "--tokens", "6", "--logprobs", "3"]);
    let expected: Vec<(Value, Vec<Value>)> = expected["logprobs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|token| {
            let top = token["top"].as_array().unwrap();
            (token["logprob"].clone(), top.iter().map(|pair| pair[1].clone()).collect())
        })
        .collect();
    let found = ok(server.post(TEXT, &json!({"prompt": "A fox", "max_tokens": 6, "logprobs": 3})));
    let logprobs = &found["choices"][0]["logprobs"];
    let values: Vec<Value> = expected.iter().map(|(value, _)| value.clone()).collect();
    assert_eq!(logprobs["token_logprobs"], json!(values));
    assert_eq!(logprobs["text_offset"][0], 0);

    let expected = decode(&["--user", "Hi", "--tokens", "4", "--logprobs", "2"]);
    let found = ok(server.post(CHAT, &with(user("Hi"), json!({"max_tokens": 4, "logprobs": true, "top_logprobs": 2}))));
    let content = found["choices"][0]["logprobs"]["content"].as_array().unwrap();
    assert_eq!(content.len(), 4);
    for (token, expected) in content.iter().zip(expected["logprobs"].as_array().unwrap()) {
        assert_eq!(token["logprob"], expected["logprob"]);
        let top: Vec<&Value> = token["top_logprobs"].as_array().unwrap().iter().map(|top| &top["logprob"]).collect();
        assert_eq!(top, [&expected["top"][0][1], &expected["top"][1][1]]);
        let bytes: Vec<u8> = serde_json::from_value(token["bytes"].clone()).unwrap();
        assert_eq!(token["token"], String::from_utf8_lossy(&bytes).as_ref());
    }
}

#[test]
fn answers_beside_others_are_those_of_a_request_alone() {
    let server = start();
    let body = |i: usize| {
        with(user(&format!("Tell me about number {i}.")), json!({"max_tokens": 25, "temperature": 0.8, "seed": i}))
    };
    let alone: Vec<Value> = (0..8).map(|i| ok(server.post(CHAT, &body(i)))["choices"].clone()).collect();
    let together: Vec<TcpStream> = (0..8).map(|i| server.begin(CHAT, &body(i))).collect();
    for (stream, alone) in together.into_iter().zip(alone) {
        assert_eq!(ok(read_reply(stream))["choices"], alone);
    }
}

#[test]
fn the_beginning_of_an_earlier_prompt_is_reused_and_counted() {
    let server = start();
    let body = with(user(&"The fox met the owl at the old bridge. ".repeat(20)), json!({"max_tokens": 5}));
    let cached = |answer: &Value| answer["usage"]["prompt_tokens_details"]["cached_tokens"].as_u64().unwrap();
    let (first, second) = (ok(server.post(CHAT, &body)), ok(server.post(CHAT, &body)));
    assert_eq!(cached(&first), 0);
    assert!(cached(&second) >= 64 && cached(&second) < second["usage"]["prompt_tokens"].as_u64().unwrap());
    assert_eq!(first["choices"], second["choices"]);
    let stream = with(body, json!({"stream": true, "stream_options": {"include_usage": true}}));
    assert_eq!(cached(chunks(&server.post(CHAT, &stream)).last().unwrap()), cached(&second));
}

#[test]
fn every_mistake_is_an_error_that_names_it() {
    let server = Server::start(&["storyteller", "--threads", "1", "--context", "64"]);
    let chat = |extra: Value| (CHAT, with(user("Hi"), extra));
    let text = |extra: Value| (TEXT, with(json!({"prompt": "Hi"}), extra));
    let long = "word ".repeat(100);
    let tools = |choice: &str, parameters: &[Value]| {
        let tool = |parameters| json!({"type": "function", "function": {"name": "f", "parameters": parameters}});
        json!({"tool_choice": choice, "tools": parameters.iter().map(tool).collect::<Value>()})
    };
    for ((path, body), status, code, param) in [
        (chat(json!({"temprature": 1})), 400, "unknown_field", Some("temprature")),
        (chat(json!({"temperature": -1})), 400, "invalid_value", Some("temperature")),
        (chat(json!({"temperature": "hot"})), 400, "invalid_value", Some("temperature")),
        (chat(json!({"top_p": 2})), 400, "invalid_value", Some("top_p")),
        (chat(json!({"max_tokens": 0})), 400, "invalid_value", Some("max_tokens")),
        (chat(json!({"max_tokens": -1})), 400, "invalid_value", Some("max_tokens")),
        (chat(json!({"n": 0})), 400, "invalid_value", Some("n")),
        (chat(json!({"n": 1000})), 400, "invalid_value", Some("n")),
        (chat(json!({"stop": 5})), 400, "invalid_value", Some("stop")),
        (chat(json!({"seed": "x"})), 400, "invalid_value", Some("seed")),
        (chat(json!({"logprobs": 2})), 400, "invalid_value", Some("logprobs")),
        (chat(json!({"top_logprobs": 2})), 400, "invalid_value", Some("top_logprobs")),
        (chat(json!({"stream": 1})), 400, "invalid_value", Some("stream")),
        (chat(json!({"stream_options": {"include_usage": true}})), 400, "invalid_value", Some("stream_options")),
        (chat(json!({"stream": true, "stream_options": {"x": 1}})), 400, "unknown_field", Some("stream_options.x")),
        (chat(json!({"audio": {}})), 400, "unsupported_value", Some("audio")),
        (chat(json!({"echo": true})), 400, "unsupported_value", Some("echo")),
        (chat(json!({"prompt": "a"})), 400, "unknown_field", Some("prompt")),
        (chat(json!({"messages": []})), 400, "invalid_value", Some("messages")),
        (chat(json!({"messages": "Hi"})), 400, "invalid_value", Some("messages")),
        (chat(json!({"messages": [{"content": "Hi"}]})), 400, "invalid_value", Some("messages[0].role")),
        (chat(json!({"messages": [{"role": "user"}]})), 400, "invalid_value", Some("messages[0].content")),
        (
            chat(json!({"messages": [{"role": "user", "content": [{"type": "text", "text": "a"},
                {"type": "image_url", "image_url": {"url": "data:"}}]}]})),
            400,
            "unsupported_value",
            Some("messages[0].content[1]"),
        ),
        (
            chat(json!({"messages": [{"role": "user", "content": [{"type": "input_audio", "input_audio": {}}]}]})),
            400,
            "unsupported_value",
            Some("messages[0].content[0]"),
        ),
        (chat(json!({"structured_outputs": {"choice": []}})), 400, "invalid_value", Some("structured_outputs.choice")),
        (
            chat(json!({"structured_outputs": {"choice": ["a"], "regex": "b"}})),
            400,
            "invalid_value",
            Some("structured_outputs"),
        ),
        (
            chat(json!({"response_format": {"type": "json_schema", "json_schema": {"name": "a"}}})),
            400,
            "invalid_value",
            Some("response_format.json_schema.schema"),
        ),
        (
            chat(json!({"response_format": {"type": "json_schema", "json_schema": {"schema": null}}})),
            400,
            "invalid_value",
            Some("response_format.json_schema.schema"),
        ),
        (
            chat(tools("required", &[json!({"type": "object"}), json!({"type": "integer"})])),
            400,
            "invalid_value",
            Some("tools[1].function.parameters"),
        ),
        (
            chat(tools("auto", &[json!({"type": ["string", "null"]})])),
            400,
            "invalid_value",
            Some("tools[0].function.parameters"),
        ),
        (text(json!({"messages": []})), 400, "unknown_field", Some("messages")),
        (text(json!({"prompt": null})), 400, "invalid_value", Some("prompt")),
        (text(json!({"prompt": []})), 400, "invalid_value", Some("prompt")),
        (text(json!({"prompt": ""})), 400, "invalid_value", Some("prompt")),
        (text(json!({"prompt": [1.5]})), 400, "invalid_value", Some("prompt")),
        (text(json!({"prompt": [99999]})), 400, "invalid_value", Some("prompt")),
        (text(json!({"prompt": vec!["a"; 1025]})), 400, "invalid_value", Some("prompt")),
        (text(json!({"suffix": "end"})), 400, "unsupported_value", Some("suffix")),
        (text(json!({"best_of": 3})), 400, "unsupported_value", Some("best_of")),
        (text(json!({"logprobs": 21})), 400, "invalid_value", Some("logprobs")),
        (text(json!({"logprobs": true})), 400, "invalid_value", Some("logprobs")),
        (text(json!({"model": "gpt-4"})), 404, "model_not_found", Some("model")),
        (text(json!({"prompt": long})), 400, "context_length_exceeded", Some("prompt")),
        (
            chat(json!({"messages": [{"role": "user", "content": long}]})),
            400,
            "context_length_exceeded",
            Some("messages"),
        ),
        (text(json!({"prompt": long, "stream": true})), 400, "context_length_exceeded", Some("prompt")),
        (text(json!({"prompt": [99999], "stream": true})), 400, "invalid_value", Some("prompt")),
        (("/tokenize", json!({})), 400, "invalid_value", Some("prompt")),
        (("/tokenize", json!({"prompt": "a", "temperature": 1})), 400, "unknown_field", Some("temperature")),
        (("/v1/embeddings", json!({})), 404, "not_found", None),
    ] {
        let reply = server.post(path, &body);
        let error = &reply.json()["error"];
        assert_eq!(
            (reply.status, error["code"].as_str(), error["param"].as_str()),
            (status, Some(code), param),
            "{body}: {error}"
        );
        assert_eq!(error["type"], "invalid_request_error");
        assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{error}");
        assert!(reply.header("x-request-id").is_some());
    }
    let several = json!({"prompt": "a", "structured_outputs": {"choice": ["a"], "regex": "b"}});
    let message = server.post(TEXT, &several).json()["error"]["message"].to_string();
    assert!(message.contains("found several, expected one of json"), "{message}");
    // Clients look for these words and read both numbers.
    let message = server.post(TEXT, &json!({"prompt": long})).json()["error"]["message"].as_str().unwrap().to_string();
    let tokens = decode(&["--prompt", &long, "--tokens", "1"])["prompt_ids"].as_array().unwrap().len();
    assert_eq!(
        message,
        format!("This model's maximum context length is 64 tokens. However, the prompt has {tokens} tokens.")
    );
    for (headers, body, status, code) in [
        (&[("Content-Type", "application/json")][..], "{", 400, "invalid_json"),
        (&[("Content-Type", "application/json")], "[]", 400, "invalid_json"),
        (&[("Content-Type", "application/json")], "{\"prompt\": \"a\", \"prompt\": \"b\"}", 400, "invalid_json"),
        (&[("Content-Type", "text/plain")], "{}", 415, "unsupported_media_type"),
        (&[], "{}", 415, "unsupported_media_type"),
    ] {
        let reply = server.request("POST", TEXT, headers, body);
        assert_eq!((reply.status, &reply.json()["error"]["code"]), (status, &json!(code)), "{body}");
    }
    let reply = server.request("PUT", TEXT, &[], "");
    assert_eq!((reply.status, reply.header("allow")), (405, Some("POST")), "{reply:?}");
}

#[test]
fn a_prompt_that_fills_the_context_is_scored_but_not_continued() {
    let server = Server::start(&["storyteller", "--threads", "1", "--context", "8"]);
    let body = |tokens: usize, max: usize| json!({"prompt": vec![300; tokens], "echo": true, "logprobs": 1, "max_tokens": max});
    let scored = ok(server.post(TEXT, &body(8, 0)));
    assert_eq!(scored["choices"][0]["logprobs"]["tokens"].as_array().unwrap().len(), 8);
    assert_eq!(server.post(TEXT, &body(8, 1)).json()["error"]["code"], "context_length_exceeded");
    // An answer is cut where the context ends.
    let cut = ok(server.post(TEXT, &with(body(7, 100), json!({"ignore_eos": true}))));
    assert_eq!((&cut["usage"]["total_tokens"], &cut["choices"][0]["finish_reason"]), (&json!(8), &json!("length")));
}

#[test]
fn the_memory_for_keys_and_values_limits_the_context() {
    let server = Server::start(&["storyteller", "--threads", "1", "--kv-memory", "200K"]);
    let context = server.get("/v1/models").json()["data"][0]["max_model_len"].as_u64().unwrap();
    assert!(context.is_multiple_of(64) && context < 512, "{context}");
    let fits = ok(server.post(TEXT, &json!({"prompt": "A", "max_tokens": 1_000_000_000, "stop": ["."]})));
    assert!(fits["usage"]["total_tokens"].as_u64().unwrap() <= context);
    let reply = server.post(TEXT, &json!({"prompt": vec![300; context as usize + 1], "max_tokens": 1}));
    assert_eq!((reply.status, &reply.json()["error"]["code"]), (400, &json!("context_length_exceeded")));
}

#[test]
fn what_the_chat_template_does_not_use_is_named_in_the_answer() {
    let server = start();
    let body = json!({"messages": [{"role": "user", "content": "Hi", "mood": "glad"}], "max_tokens": 2,
        "chat_template_kwargs": {"enable_thinking": false}});
    let warnings = ok(server.post(CHAT, &body))["warnings"].clone();
    let all = warnings.to_string();
    assert!(all.contains("messages[0].mood") && all.contains("enable_thinking"), "{all}");
    let streamed = chunks(&server.post(CHAT, &with(body, json!({"stream": true}))));
    assert_eq!(streamed[0]["warnings"], warnings);
    assert!(streamed[1..].iter().all(|chunk| chunk.get("warnings").is_none()));
    assert!(ok(server.post(CHAT, &with(user("Hi"), json!({"max_tokens": 2})))).get("warnings").is_none());
}

#[test]
fn messages_come_in_all_forms_that_a_template_takes() {
    let server = start();
    let parts = json!({"messages": [{"role": "user", "content": [{"type": "text", "text": "Tell me"},
        {"type": "text", "text": "a story."}]}], "max_tokens": 8});
    let joined = with(user("Tell me\na story."), json!({"max_tokens": 8}));
    assert_eq!(ok(server.post(CHAT, &parts))["choices"], ok(server.post(CHAT, &joined))["choices"]);
    // For OpenAI, developer is the newer name of system.
    let roles = ["system", "developer"].map(|role| {
        let messages = json!([{"role": role, "content": "Be brief."}, {"role": "user", "content": "Hi", "name": null}]);
        server.post("/tokenize", &json!({"messages": messages}))
    });
    assert_eq!(roles[0].status, roles[1].status, "{roles:?}");
    assert_eq!(roles[0].json()["tokens"], roles[1].json()["tokens"]);
}

#[test]
fn tokenize_gives_the_tokens_of_a_prompt() {
    let server = start();
    let tokens = |body: Value| ok(server.post("/tokenize", &body))["tokens"].clone();
    let expected = decode(&["--prompt", "Once upon a time", "--tokens", "1"])["prompt_ids"].clone();
    let found = ok(server.post("/tokenize", &json!({"prompt": "Once upon a time", "model": "storyteller"})));
    assert_eq!(found["tokens"], expected);
    assert_eq!(found["count"], expected.as_array().unwrap().len());
    assert_eq!(found["max_model_len"], server.get("/v1/models").json()["data"][0]["max_model_len"]);
    assert_eq!(tokens(json!({"prompt": ""})), json!([]));
    assert_eq!(tokens(user("Hi")), decode(&["--user", "Hi", "--tokens", "1"])["prompt_ids"]);
    let closed = tokens(with(user("Hi"), json!({"add_generation_prompt": false})));
    assert!(closed.as_array().unwrap().len() < tokens(user("Hi")).as_array().unwrap().len());
    assert_eq!(tokens(json!({"prompt": "Hi", "add_special_tokens": false})), tokens(json!({"prompt": "Hi"})));
    let refused = server.post("/tokenize", &with(user("Hi"), json!({"add_special_tokens": true})));
    assert_eq!((refused.status, &refused.json()["error"]["param"]), (400, &json!("add_special_tokens")));
}

#[test]
fn the_model_is_listed_and_found_by_its_names() {
    let server = Server::start(&["storyteller", "--threads", "1", "--served-name", "tales/small"]);
    let list = server.get("/v1/models").json();
    assert_eq!((&list["object"], list["data"].as_array().unwrap().len()), (&json!("list"), 1));
    let model = &list["data"][0];
    assert_eq!((&model["id"], &model["object"]), (&json!("tales/small"), &json!("model")));
    assert_eq!(server.get("/v1/models/tales/small").json(), *model);
    for other in ["other", "%ff", "a%00b", "tales%2Fsmaller"] {
        let reply = server.get(&format!("/v1/models/{other}"));
        assert_eq!((reply.status, &reply.json()["error"]["code"]), (404, &json!("model_not_found")), "{other}");
    }
    for name in ["tales/small", "storyteller"] {
        let answer = ok(server.post(TEXT, &json!({"model": name, "prompt": "A", "max_tokens": 1})));
        assert_eq!(answer["model"], name);
        assert!(answer["id"].as_str().unwrap().starts_with("cmpl-"));
        assert!(answer["system_fingerprint"].as_str().unwrap().starts_with("fp_"));
    }
    let id = [("Content-Type", "application/json"), ("X-Request-Id", "mine-1")];
    let reply = read_reply(server.send("POST", TEXT, &id, "{\"prompt\": \"A\", \"max_tokens\": 1}"));
    assert_eq!((reply.header("x-request-id"), &reply.json()["id"]), (Some("mine-1"), &json!("cmpl-mine-1")));
}

/// A chat template that shows tools, for a model that calls them as Qwen does.
const TOOL_TEMPLATE: &str = "{%- if tools %}{{- '<|im_start|>system\\n' }}{%- for tool in tools %}{{- tool | tojson }}{%- endfor %}\
{{- '\\nCall them in <tool_call></tool_call>.<|im_end|>\\n' }}{%- endif %}\
{%- for message in messages %}{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}{%- endfor %}\
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}";

#[test]
fn tool_calls_are_streamed_as_they_are_in_the_whole_answer() {
    let dir = storyteller_copy("server_wire_tools");
    std::fs::write(dir.join("chat_template.jinja"), TOOL_TEMPLATE).unwrap();
    let server = Server::start(&[dir.to_str().unwrap(), "--threads", "1"]);
    let parameters = json!({"type": "object", "required": ["side", "steps"], "additionalProperties": false,
        "properties": {"side": {"enum": ["left", "right"]}, "steps": {"type": "integer", "minimum": 1, "maximum": 9}}});
    let tools = json!([{"type": "function", "function": {"name": "walk", "parameters": parameters}}]);
    for choice in [json!("required"), json!({"type": "function", "function": {"name": "walk"}})] {
        let extra =
            json!({"tools": tools, "tool_choice": choice, "parallel_tool_calls": false, "n": 2, "temperature": 1});
        let body = with(user("Go."), extra.clone());
        let whole = ok(server.post(CHAT, &body));
        let id = |answer: &Value| answer["choices"][0]["message"]["tool_calls"][0]["id"].to_string();
        assert_ne!(id(&ok(server.post(CHAT, &with(user("Stop."), extra)))), id(&whole), "another turn has another id");
        let mut streamed: BTreeMap<u64, Value> = BTreeMap::new();
        for chunk in chunks(&server.post(CHAT, &with(body, json!({"stream": true})))) {
            let part = &chunk["choices"][0];
            let choice = streamed.entry(part["index"].as_u64().unwrap()).or_insert(json!({"calls": []}));
            choice["finish_reason"] = part["finish_reason"].clone();
            assert!(part["delta"]["content"].as_str().is_none_or(str::is_empty), "{chunk}");
            for call in part["delta"]["tool_calls"].as_array().into_iter().flatten() {
                let index = call["index"].as_u64().unwrap() as usize;
                let calls = choice["calls"].as_array_mut().unwrap();
                if calls.len() == index {
                    assert!(call["id"].as_str().unwrap().starts_with("call_") && call["type"] == "function", "{call}");
                    calls.push(json!({"id": call["id"]}));
                }
                append(&mut calls[index]["function"], &call["function"]);
            }
        }
        for (index, choice) in whole["choices"].as_array().unwrap().iter().enumerate() {
            let message = &choice["message"];
            assert_eq!(
                (&choice["finish_reason"], &message["content"]),
                (&json!("tool_calls"), &Value::Null),
                "{choice}"
            );
            let call = &message["tool_calls"][0];
            assert_eq!((&call["type"], &call["function"]["name"]), (&json!("function"), &json!("walk")));
            let arguments: Value = serde_json::from_str(call["function"]["arguments"].as_str().unwrap()).unwrap();
            assert!((1..=9).contains(&arguments["steps"].as_u64().unwrap()), "{arguments}");
            let streamed = &streamed[&(index as u64)];
            assert_eq!(streamed["finish_reason"], "tool_calls");
            assert_eq!(streamed["calls"], json!([{"id": call["id"], "function": call["function"]}]), "equal ids too");
        }
    }
}
