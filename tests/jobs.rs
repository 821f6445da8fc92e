//! Lines of jobs: what is a request, what is an error that names its field, and how answers become results.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use rumma::engine::TokenLogprobs;
use rumma::error::{Error, FaultKind};
use rumma::grammar::Constraint;
use rumma::jobs::{Job, Kept, Lines, RawLine, ResultLine, ResultsFile};
use rumma::openai::{Answer, Body, ErrorReport, Fingerprint, Outcome};
use rumma::text::{Prompt, Tokenizer};
use serde_json::{Value, json};

fn lines(bytes: &[u8]) -> Vec<RawLine> {
    let mut lines = Lines::new(bytes);
    std::iter::from_fn(|| lines.next_line().expect("memory can be read")).collect()
}

fn line(text: impl AsRef<[u8]>) -> RawLine {
    lines(text.as_ref()).remove(0)
}

fn job(value: &Value) -> Job {
    Job::parse(&line(value.to_string()))
}

#[track_caller]
fn body(value: Value) -> Body {
    job(&value).body.unwrap_or_else(|error| panic!("{value}: {error}"))
}

/// A line of OpenAI's Batch API.
fn batch(url: &str, body: Value) -> Value {
    json!({"custom_id": "c", "method": "POST", "url": url, "body": body})
}

fn chat(extra: Value) -> Value {
    let mut body = json!({"model": "m", "messages": [{"role": "user", "content": "Hi"}]});
    body.as_object_mut().expect("an object").extend(extra.as_object().expect("an object").clone());
    batch("/v1/chat/completions", body)
}

#[track_caller]
fn error(value: &Value) -> ErrorReport {
    error_of(&job(value))
}

#[track_caller]
fn error_of(job: &Job) -> ErrorReport {
    ErrorReport::of(job.body.as_ref().expect_err("the line is wrong"))
}

fn scratch(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("it can be made");
    path
}

#[test]
fn lines_are_numbered_from_0_and_blank_ones_count_but_are_skipped() {
    let found = lines(b"\xef\xbb\xbf{\"a\":1}\r\n\n  \t\r\n  {\"b\":2} \n{\"c\":3}");
    let texts: Vec<(u64, String)> =
        found.iter().map(|l| (l.number, String::from_utf8(l.content.clone().unwrap()).unwrap())).collect();
    let expected = [(0, "{\"a\":1}"), (3, "{\"b\":2}"), (4, "{\"c\":3}")];
    assert_eq!(texts, expected.map(|(number, text)| (number, text.to_string())));
    // A copy with other line ends has the same results.
    assert_eq!(found[0].sha256, line("{\"a\":1}\n").sha256);
    assert!(lines(b"").is_empty() && lines(b"\n\r\n \n").is_empty());
}

#[test]
fn a_line_beyond_the_limit_is_one_error_and_the_next_line_is_read() {
    let mut file = vec![b'x'; rumma::jobs::LONGEST_LINE + 100_000];
    file.extend(b"\n{\"prompt\":\"a\"}\n");
    let found = lines(&file);
    assert_eq!(found.iter().map(|line| line.number).collect::<Vec<_>>(), [0, 1]);
    let report = error_of(&Job::parse(&found[0]));
    assert_eq!((report.code, report.message.as_str()), ("line_too_long", "line too long (expected at most 16 MiB)"));
    assert!(Job::parse(&found[1]).body.is_ok());
    file[5] = b'y';
    assert_ne!(lines(&file)[0].sha256, found[0].sha256, "the whole line counts");
    let longest = [vec![b' '; rumma::jobs::LONGEST_LINE - 1], b"7\n".to_vec()].concat();
    assert!(line(longest).content.is_ok());
}

#[test]
fn a_line_has_one_prompt_in_one_of_three_forms() {
    let prompt = |value: Value| body(value).prompts.remove(0);
    assert!(matches!(prompt(json!({"id": 1, "prompt": "Once"})), Prompt::Text(text) if text == "Once"));
    assert!(matches!(prompt(json!({"prompt_ids": [1, 2]})), Prompt::Ids(ids) if ids == [1, 2]));
    let messages = json!([{"role": "user", "content": "Hi"}]);
    let Prompt::Chat(conversation) = prompt(json!({"messages": messages, "tools": [{"name": "f"}]})) else {
        panic!("a chat")
    };
    assert_eq!((conversation.messages.len(), conversation.tools), (1, Some(json!([{"name": "f"}]))));

    assert_eq!(
        error(&json!({"id": 1})).message,
        "prompt: invalid value (found nothing, expected one of prompt, messages, prompt_ids)"
    );
    let several = error(&json!({"prompt": "a", "prompt_ids": [1]}));
    assert_eq!(several.message, "prompt, prompt_ids: invalid value (found several, expected one of them)");
    // Not silently without the tools.
    assert_eq!(error(&json!({"prompt": "a", "tools": []})).code, "unknown_field");
    for (wrong, param) in [
        (json!({"prompt": 5}), "prompt"),
        (json!({"prompt_ids": [1, -2]}), "prompt_ids"),
        (json!({"prompt_ids": "1,2"}), "prompt_ids"),
        (json!({"messages": []}), "messages"),
        (json!({"messages": [{"content": "x"}]}), "messages[0].role"),
    ] {
        let report = error(&wrong);
        assert_eq!((report.r#type, report.param.as_deref()), ("invalid_request_error", Some(param)), "{report:?}");
    }
}

#[test]
fn every_setting_of_a_line_is_parsed_and_none_is_ignored() {
    let settings = body(json!({
        "prompt": "a", "max_tokens": 7, "min_tokens": 2, "temperature": 0.5, "top_k": 3, "top_p": 0.9, "min_p": 0.1,
        "repetition_penalty": 1.5, "presence_penalty": 0.25, "frequency_penalty": -0.5, "seed": 18446744073709551615_u64,
        "stop": ["x", "y"], "stop_token_ids": [4], "ignore_eos": true, "n": 3, "logprobs": 2, "user": "u", "metadata": {},
    }))
    .settings;
    assert_eq!(
        (settings.max_tokens, settings.min_tokens, settings.count, settings.logprobs),
        (Some(7), Some(2), Some(3), Some(2))
    );
    assert_eq!((settings.seed, settings.ignore_eos), (Some(u64::MAX), true));
    assert_eq!((settings.stop, settings.stop_token_ids), (Some(vec!["x".into(), "y".into()]), vec![4]));
    let sampling = settings.sampling;
    assert_eq!(
        (sampling.temperature, sampling.top_k, sampling.top_p, sampling.min_p),
        (Some(0.5), Some(3), Some(0.9), Some(0.1))
    );
    assert_eq!(
        (sampling.repetition_penalty, sampling.presence_penalty, sampling.frequency_penalty),
        (Some(1.5), Some(0.25), Some(-0.5))
    );

    let settings =
        body(json!({"prompt": "a", "stop": "end", "max_completion_tokens": 5.0, "top_k": -1, "seed": null})).settings;
    assert_eq!((settings.stop, settings.max_tokens), (Some(vec!["end".into()]), Some(5)));
    assert_eq!((settings.sampling.top_k, settings.seed, settings.count), (Some(0), None, None));

    for (key, value, code) in [
        ("temprature", json!(0.5), "unknown_field"),
        ("temperature", json!(-1), "invalid_value"),
        ("temperature", json!("hot"), "invalid_value"),
        ("top_p", json!(1.5), "invalid_value"),
        ("max_tokens", json!(0), "invalid_value"),
        ("max_tokens", json!(1.5), "invalid_value"),
        ("n", json!(129), "invalid_value"),
        ("n", json!(0), "invalid_value"),
        ("seed", json!(-1), "invalid_value"),
        ("stop", json!(""), "invalid_value"),
        ("logprobs", json!(21), "invalid_value"),
        ("logit_bias", json!({"5": 101}), "invalid_value"),
        ("logit_bias", json!({"five": 1}), "invalid_value"),
        ("response_format", json!("json"), "invalid_value"),
        ("guided_json", json!({}), "unsupported_value"),
        ("stream", json!(true), "unsupported_value"),
    ] {
        let report = error(&json!({"prompt": "a", key: value}));
        assert_eq!((report.code, report.param.as_deref()), (code, Some(key)), "{report:?}");
    }
    let report = error(&json!({"prompt": "a", "stop": ["x", 1]}));
    assert_eq!(report.message, "stop[1]: invalid value (found 1, expected a string)");
    let report = error(&json!({"prompt": "a", "reasoning_effort": "none"}));
    assert!(report.message.ends_with("(found \"none\", expected the field to be left out)"), "{report:?}");
    let report = error(&json!({"prompt": "a", "structured_outputs": {"grammar": "root ::= \"a\""}}));
    assert!(report.message.contains("not in GBNF"), "{report:?}");
    assert_eq!(error(&json!({"prompt": "a", "max_tokens": 3, "min_tokens": 4})).param.as_deref(), Some("min_tokens"));
    assert!(body(json!({"prompt": "a", "stream": false, "logit_bias": {}})).settings.count.is_none());
}

#[test]
fn lines_of_openais_batch_api_are_requests_for_chats_and_completions() {
    let parsed = job(&chat(json!({"max_completion_tokens": 9, "logprobs": true, "top_logprobs": 2, "n": 2})));
    assert_eq!((&parsed.id, parsed.is_batch), (&json!("c"), true));
    let parsed = parsed.body.unwrap();
    assert_eq!(
        (parsed.settings.logprobs, parsed.settings.count, parsed.model.as_deref()),
        (Some(2), Some(2), Some("m"))
    );
    assert_eq!(body(chat(json!({"logprobs": true}))).settings.logprobs, Some(0));
    assert_eq!(body(chat(json!({"logprobs": false, "response_format": {"type": "text"}}))).settings.logprobs, None);

    let prompts = |prompt: Value| {
        body(batch("/v1/completions", json!({"prompt": prompt, "echo": false, "best_of": 1}))).prompts.len()
    };
    assert_eq!(
        [prompts(json!("a")), prompts(json!(["a", "b"])), prompts(json!([1, 2])), prompts(json!([[1], [2], "c"]))],
        [1, 2, 1, 3]
    );

    for (extra, code, param) in [
        (json!({"top_logprobs": 2}), "invalid_value", "top_logprobs"),
        (json!({"response_format": {"type": "yaml"}}), "invalid_value", "response_format.type"),
        (json!({"response_format": {"type": "json_schema"}}), "invalid_value", "response_format.json_schema"),
        (
            json!({"response_format": {"type": "json_schema", "json_schema": {"scheme": {}}}}),
            "unknown_field",
            "response_format.json_schema.scheme",
        ),
        (
            json!({"response_format": {"type": "json_object"}, "structured_outputs": {"regex": "a"}}),
            "invalid_value",
            "response_format, structured_outputs",
        ),
        (json!({"structured_outputs": {"regex": "a", "json": {}}}), "invalid_value", "structured_outputs"),
        (
            json!({"response_format": {"type": "json_object"}, "ignore_eos": true}),
            "invalid_value",
            "ignore_eos, response_format",
        ),
        (json!({"tool_choice": "required"}), "invalid_value", "tools"),
        (json!({"tools": [{"type": "function", "function": {}}]}), "invalid_value", "tools"),
        (json!({"tools": [{"type": "custom", "custom": {"name": "f"}}]}), "invalid_value", "tools"),
        (
            json!({
                "tools": [{"type": "function", "function": {"name": "f"}}],
                "tool_choice": {"type": "function", "function": {"name": "g"}},
            }),
            "invalid_value",
            "tool_choice",
        ),
        (json!({"prompt": "a"}), "unknown_field", "prompt"),
        (json!({"max_tokens": 3, "max_completion_tokens": 4}), "invalid_value", "max_tokens, max_completion_tokens"),
        (json!({"temperature": 3e9}), "invalid_value", "temperature"),
    ] {
        let report = error(&chat(extra));
        assert_eq!((report.code, report.param.as_deref()), (code, Some(param)), "{report:?}");
    }
    for (key, value) in
        [("url", json!("/v1/embeddings")), ("url", json!(null)), ("method", json!("GET")), ("body", json!([]))]
    {
        let mut line = chat(json!({}));
        line[key] = value;
        let report = error(&line);
        assert_eq!(report.param.as_deref(), Some(key), "{report:?}");
    }
    let mut line = chat(json!({}));
    line.as_object_mut().expect("an object").remove("url");
    assert!(error(&line).message.starts_with("url: invalid value (found nothing, expected"), "{:?}", error(&line));
    let too_many = json!({"prompt": vec!["a"; 20], "n": 128});
    assert_eq!(error(&batch("/v1/completions", too_many)).param.as_deref(), Some("prompt"));
    // A result has no place for the prompt.
    let echo = error(&batch("/v1/completions", json!({"prompt": "a", "echo": true})));
    assert_eq!((echo.code, echo.param.as_deref()), ("unsupported_value", Some("echo")));
    let empty = body(batch("/v1/completions", json!({"prompt": "a", "max_tokens": 0})));
    assert_eq!(empty.settings.max_tokens, Some(0));
}

#[test]
fn constraints_and_biases_are_settings() {
    let settings = |extra: Value| body(chat(extra)).settings;
    let constraint = |extra: Value| settings(extra).constraint.unwrap().constraint;
    let schema = json!({"type": "integer"});
    let format = json!({"type": "json_schema", "json_schema": {"name": "n", "strict": true, "schema": schema}});
    assert_eq!(constraint(json!({"response_format": format})), Constraint::JsonSchema(schema.clone()));
    assert_eq!(constraint(json!({"response_format": {"type": "json_object"}})), Constraint::json_object());
    assert_eq!(settings(json!({"response_format": {"type": "text"}})).constraint, None);
    let structured = |value: Value| constraint(json!({"structured_outputs": value}));
    assert_eq!(structured(json!({"json": schema.to_string()})), Constraint::JsonSchema(schema));
    assert_eq!(structured(json!({"regex": "a|b"})), Constraint::Regex("a|b".into()));
    assert_eq!(structured(json!({"choice": ["a", "b"]})), Constraint::Lark("start: \"a\" | \"b\"".into()));
    assert_eq!(settings(json!({"logit_bias": {"5": -100, "7": 1.5}})).logit_bias, [(5, -100.0), (7, 1.5)]);

    let tools = json!([
        {"type": "function", "function": {"name": "f", "strict": true, "parameters": {"properties": {}}}},
        {"type": "function", "function": {"name": "g"}},
    ]);
    let choice = |choice: Value| {
        let tools = settings(json!({"tools": tools, "tool_choice": choice})).tools.unwrap();
        let names: Vec<String> = tools.functions.iter().map(|function| function.name.clone()).collect();
        (names.concat(), tools.is_required)
    };
    assert_eq!(choice(json!("auto")), ("fg".into(), false));
    assert_eq!(choice(json!("required")), ("fg".into(), true));
    assert_eq!(choice(json!({"type": "function", "function": {"name": "g"}})), ("g".into(), true));
    assert_eq!(settings(json!({"tools": tools, "tool_choice": "none"})).tools, None);
}

#[test]
fn tools_are_left_out_if_the_model_must_not_call_one() {
    let tools = |choice: Value| {
        let line = chat(json!({"tools": [{"type": "function", "function": {"name": "f"}}], "tool_choice": choice}));
        let Prompt::Chat(conversation) = body(line).prompts.remove(0) else { panic!("a chat") };
        conversation.tools.is_some()
    };
    assert_eq!([tools(json!("auto")), tools(json!(null)), tools(json!("none"))], [true, true, false]);
}

#[test]
fn the_id_of_a_wrong_line_is_found_if_it_has_one() {
    let id = |text: &str| Job::parse(&line(text)).id;
    assert_eq!(id("{\"id\":5}"), json!(5));
    assert_eq!(id("{\"id\":\"a\",\"prompt\":\"x\",\"prompt\":\"y\"}"), json!("a"), "a duplicate key");
    assert_eq!(id("{\"custom_id\":\"b\",\"wrong\":1}"), json!("b"));
    for text in ["no JSON", "{\"prompt\":\"a\"}", "{\"id\":1.5}", "{\"id\":\"\"}", "{\"id\":[]}", "[]", "7", "{"] {
        assert_eq!(id(text), json!("line-0"), "{text}");
    }
    let second = &lines(b"{}\n\n{}\n")[1];
    assert_eq!(Job::parse(second).id, json!("line-2"));
    assert_eq!(error(&json!({"id": 1, "custom_id": "a", "prompt": "x"})).param.as_deref(), Some("id, custom_id"));
    assert_eq!(error(&json!({"id": 1.5, "prompt": "x"})).param.as_deref(), Some("id"));
    assert_eq!(error(&json!({"id": "x".repeat(513), "prompt": "x"})).param.as_deref(), Some("id"));
    let mut without = chat(json!({}));
    without.as_object_mut().unwrap().remove("custom_id");
    assert_eq!(error(&without).param.as_deref(), Some("custom_id"));
}

#[test]
fn text_that_is_no_json_object_is_an_error_with_its_place() {
    let report = |bytes: &[u8]| error_of(&Job::parse(&line(bytes)));
    assert_eq!(report(b"{\"prompt\":\"a\" x}").message, "not valid JSON: expected `,` or `}` at column 15");
    assert_eq!(report(b"{\"a\":1,\"a\":2}").message, "not valid JSON: the key \"a\" occurs twice at column 10");
    assert_eq!(report(b"[1]").message, "not a JSON object");
    assert_eq!(
        (report(b"{\"a\":\"\xff\"}").code, report(b"{\"a\":\"\xff\"}").message.as_str()),
        ("invalid_utf8", "byte 6: not UTF-8")
    );
    let deep = [vec![b'['; 100_000], b"1".to_vec()].concat();
    assert_eq!(report(&deep).code, "invalid_json");
}

fn storyteller() -> Tokenizer {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/storyteller/checkpoint/tokenizer.json");
    Tokenizer::from_bytes(&path, &fs::read(&path).unwrap(), None).unwrap()
}

fn outcome(answers: usize) -> Outcome {
    let tokenizer = storyteller();
    let ids = tokenizer.encode("the fox").unwrap();
    let logprobs = ids.iter().map(|id| TokenLogprobs { id: *id, logprob: -0.5, top: vec![(*id, -0.5), (0, -2.0)] });
    let answer = Answer {
        tool_calls: Vec::new(),
        text: "the fox".into(),
        ids: ids.clone(),
        finish_reason: "stop",
        logits_sha256: "ab".into(),
        logprobs: Some(logprobs.collect()),
    };
    Outcome { prompt_tokens: 4, answers: vec![answer; answers], ..Outcome::default() }
}

fn result(line: &RawLine, outcome: Result<Outcome, ErrorReport>) -> Value {
    let (job, fingerprint) = (Job::parse(line), Fingerprint::of(b"run"));
    let request_id = rumma::jobs::request_id(&fingerprint, &job, line);
    let text = ResultLine::new(&job, &request_id, &fingerprint, &outcome, Some(&storyteller())).to_json();
    assert!(text.ends_with('\n') && text.matches('\n').count() == 1, "{text}");
    serde_json::from_str(&text).unwrap()
}

#[test]
fn a_result_has_the_keys_of_the_contract() {
    let line = line(json!({"id": "a", "prompt": "x"}).to_string());
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let mut plain = outcome(1);
    plain.answers[0].logprobs = None;
    let found = result(&line, Ok(plain));
    let expected =
        ["id", "request_id", "system_fingerprint", "text", "ids", "finish_reason", "usage", "logits_sha256", "error"];
    assert_eq!(keys(&found), expected);
    let tokens = found["ids"].as_array().unwrap().len();
    assert_eq!(found["usage"], json!({"prompt_tokens": 4, "completion_tokens": tokens, "total_tokens": 4 + tokens}));
    assert_eq!((&found["id"], &found["text"], &found["error"]), (&json!("a"), &json!("the fox"), &json!(null)));

    let found = result(&line, Ok(outcome(2)));
    assert_eq!((found["choices"].as_array().unwrap().len(), &found["choices"][1]["text"]), (2, &json!("the fox")));
    assert_eq!(found["logprobs"][0]["top"], json!([[found["ids"][0], -0.5], [0, -2.0]]));

    let failed = result(&line, Err(ErrorReport::of(&Error::NotFinite { what: "logits" })));
    assert_eq!(keys(&failed), expected);
    assert_eq!((&failed["text"], &failed["ids"], &failed["usage"]), (&json!(null), &json!([]), &json!(null)));
    assert_eq!(
        failed["error"],
        json!({"message": "logits are not finite numbers", "type": "server_error", "param": null, "code": "server_error"})
    );
}

#[test]
fn the_result_of_a_batch_line_has_the_form_of_openai_besides() {
    let of = |value: Value, answers: usize| result(&line(value.to_string()), Ok(outcome(answers)));
    let found = of(chat(json!({})), 2);
    assert_eq!(
        (&found["id"], &found["custom_id"], &found["response"]["status_code"]),
        (&json!("c"), &json!("c"), &json!(200))
    );
    let body = &found["response"]["body"];
    assert_eq!(
        (&body["object"], &body["model"], &body["created"]),
        (&json!("chat.completion"), &json!("m"), &json!(0))
    );
    assert_eq!(body["choices"][1]["index"], 1);
    assert_eq!(body["choices"][0]["message"], json!({"role": "assistant", "content": "the fox", "refusal": null}));
    let first = &body["choices"][0]["logprobs"]["content"][0];
    let token =
        String::from_utf8(storyteller().token_bytes(storyteller().encode("the fox").unwrap()[0]).unwrap()).unwrap();
    assert_eq!((&first["token"], &first["bytes"]), (&json!(token), &json!(token.as_bytes())));
    assert_eq!(first["top_logprobs"].as_array().unwrap().len(), 2);
    assert_eq!(body["usage"], found["usage"]);

    let body = &of(batch("/v1/completions", json!({"prompt": "x"})), 1)["response"]["body"];
    assert_eq!((&body["object"], &body["choices"][0]["text"]), (&json!("text_completion"), &json!("the fox")));
    let logprobs = &body["choices"][0]["logprobs"];
    assert_eq!((&logprobs["tokens"][0], &logprobs["text_offset"][1]), (&json!(token), &json!(token.len())));
    assert_eq!(logprobs["top_logprobs"][0][&token], json!(-0.5));

    let wrong = line(chat(json!({"stream": true})).to_string());
    let report = error_of(&Job::parse(&wrong));
    let failed = result(&wrong, Err(report));
    assert_eq!(failed["response"]["status_code"], 400);
    assert_eq!(failed["response"]["body"]["error"], failed["error"]);
    assert_eq!(failed["error"]["param"], "stream");
}

#[test]
fn a_request_id_depends_on_the_line_and_the_run_alone() {
    let id = |run: &[u8], line: &RawLine| rumma::jobs::request_id(&Fingerprint::of(run), &Job::parse(line), line);
    let all =
        lines(b"{\"prompt\":\"a\"}\n{\"prompt\":\"a\"}\n{\"id\":1,\"prompt\":\"a\"}\n {\"id\":1,\"prompt\":\"a\"}\r\n");
    let ids: Vec<String> = all.iter().map(|line| id(b"run", line)).collect();
    assert_ne!(ids[0], ids[1], "without an id the number of the line is the id");
    assert_eq!(ids[2], ids[3]);
    assert_ne!(ids[2], id(b"other", &all[2]));
    assert_ne!(ids[2], id(b"run", &line("{\"id\":1,\"prompt\":\"b\"}")));
}

/// A file of results for the lines `prompts`, and the text of its lines.
fn results(path: &Path, ids: &[u64]) -> (Fingerprint, Vec<String>) {
    let fingerprint = Fingerprint::of(b"run");
    let text = |id: &u64| {
        let line = line(json!({"id": id, "prompt": "x"}).to_string());
        let job = Job::parse(&line);
        let outcome = match id % 10 {
            7 => Err(ErrorReport::of(&Error::Terminated)),
            8 => Err(error(&json!({"id": id}))),
            _ => Ok(outcome(1)),
        };
        let request_id = rumma::jobs::request_id(&fingerprint, &job, &line);
        ResultLine::new(&job, &request_id, &fingerprint, &outcome, None).to_json()
    };
    let texts: Vec<String> = ids.iter().map(text).collect();
    fs::write(path, texts.concat()).unwrap();
    (fingerprint, texts)
}

fn request_id(fingerprint: &Fingerprint, id: u64) -> String {
    let line = line(json!({"id": id, "prompt": "x"}).to_string());
    rumma::jobs::request_id(fingerprint, &Job::parse(&line), &line)
}

#[test]
fn a_run_that_goes_on_keeps_whole_results_and_discards_a_partial_line() {
    let path = scratch("jobs_partial").join("out.jsonl");
    let (fingerprint, texts) = results(&path, &[1, 2, 3]);
    let whole = texts.concat();
    for cut in (0..whole.len()).step_by(7).chain([whole.len() - 1]) {
        fs::write(&path, &whole[..cut]).unwrap();
        let mut file = ResultsFile::open(&path, false).unwrap_or_else(|error| panic!("{cut}: {error}"));
        let mut kept = file.read(&fingerprint).unwrap();
        file.start(&mut kept, false).unwrap();
        let lines = whole[..cut].matches('\n').count();
        assert_eq!(fs::read_to_string(&path).unwrap(), texts[..lines].concat());
        let found: Vec<bool> = (1..=3).map(|id| kept.take(&request_id(&fingerprint, id)).is_some()).collect();
        assert_eq!(found, (0..3).map(|i| i < lines).collect::<Vec<_>>(), "{cut}");
        file.append("next\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), texts[..lines].concat() + "next\n");
    }
}

#[test]
fn errors_of_the_machine_and_of_lines_that_are_gone_are_removed_from_a_file_of_results() {
    let path = scratch("jobs_errors").join("out.jsonl");
    let (fingerprint, texts) = results(&path, &[1, 8, 7, 2, 18, 3]);
    let mut file = ResultsFile::open(&path, false).unwrap();
    let mut kept = file.read(&fingerprint).unwrap();
    [1, 2, 3, 7, 18].iter().for_each(|id| kept.want(&request_id(&fingerprint, *id)));
    assert_eq!(kept.unwanted(), 0);
    file.start(&mut kept, true).unwrap();
    let expected = [&texts[0], &texts[3], &texts[4], &texts[5]].map(String::as_str).concat();
    assert_eq!(fs::read_to_string(&path).unwrap(), expected);
    let mut take = |id| kept.take(&request_id(&fingerprint, id)).map(|error| error.is_some());
    assert_eq!([take(1), take(1), take(7), take(8), take(18)], [Some(false), None, None, None, Some(true)]);
    file.append("next\n").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), expected + "next\n");
    ResultsFile::open(&path, false).expect_err("the new file is locked as well");
}

#[test]
fn answers_to_lines_that_are_gone_are_counted() {
    let path = scratch("jobs_gone").join("out.jsonl");
    let (fingerprint, _) = results(&path, &[1, 2, 3]);
    let mut kept = ResultsFile::open(&path, false).unwrap().read(&fingerprint).unwrap();
    kept.want(&request_id(&fingerprint, 2));
    assert_eq!(kept.unwanted(), 2);
}

#[test]
fn a_file_that_holds_no_results_is_not_changed() {
    let dir = scratch("jobs_kind");
    let path = dir.join("out.jsonl");
    for content in
        ["notes\n", "{\"id\": 5, \"name\": \"x\"}", "{\"id\":5}", "{\"id\":5}\n", "[1]\n", "{\"a\":1", "\0\0\0\0"]
    {
        fs::write(&path, content).unwrap();
        let error = ResultsFile::open(&path, false).expect_err(content);
        assert_eq!(error.fault().map(|fault| fault.kind), Some(FaultKind::OutputOfAnotherKind), "{content}");
        assert_eq!(fs::read_to_string(&path).unwrap(), content);
    }
    let mut replaced = ResultsFile::open(&path, true).unwrap();
    replaced.start(&mut Kept::default(), true).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"");
    drop(replaced);

    let kind = |error: Error| error.fault().map(|fault| fault.kind);
    let (fingerprint, texts) = results(&path, &[1, 2]);
    let read = |fingerprint: &Fingerprint| ResultsFile::open(&path, false).unwrap().read(fingerprint).map(drop);
    assert_eq!(kind(read(&Fingerprint::of(b"another")).unwrap_err()), Some(FaultKind::OtherResults));
    fs::write(&path, format!("{}garbage\n{}", texts[0], texts[1])).unwrap();
    let error = read(&fingerprint).unwrap_err();
    assert!(error.to_string().contains("line 2: not a result of jobs"), "{error}");

    assert_eq!(kind(ResultsFile::open(Path::new("/dev/null"), false).unwrap_err()), Some(FaultKind::NotRegularFile));
    std::os::unix::fs::symlink(dir.join("nothing"), dir.join("link")).unwrap();
    assert_eq!(kind(ResultsFile::open(&dir.join("link"), false).unwrap_err()), Some(FaultKind::DanglingOutput));
    ResultsFile::open(&dir, false).expect_err("a directory");
}

#[test]
fn a_file_of_results_is_locked_and_a_new_one_that_was_not_used_is_removed() {
    let path = scratch("jobs_lock").join("out.jsonl");
    let first = ResultsFile::open(&path, false).unwrap();
    let error = ResultsFile::open(&path, false).unwrap_err();
    assert_eq!(error.fault().map(|fault| fault.kind), Some(FaultKind::LockedOutput));
    assert!(path.exists(), "the file of the other process stays");
    drop(first);
    assert!(!path.exists());
    let mut used = ResultsFile::open(&path, false).unwrap();
    used.start(&mut Kept::default(), true).unwrap();
    drop(used);
    assert!(path.exists());
    let mut other = fs::OpenOptions::new().append(true).open(&path).unwrap();
    other.write_all(b"{\"id\":\"a").unwrap();
    ResultsFile::open(&path, false).expect("the beginning of a result");
}
