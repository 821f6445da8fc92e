//! Structured output of the real binary: `decode --json-schema`, `--regex` and `--grammar`, and the same in lines of jobs.

mod common;

use std::fs;
use std::path::PathBuf;

use common::{Run, run, run_with, scratch, storyteller_copy};
use serde_json::{Value, json};

/// A file in a directory of its own.
fn file(name: &str, content: &str) -> PathBuf {
    let path = scratch(&format!("structured_{name}")).join(name);
    fs::write(&path, content).unwrap();
    path
}

fn decode(options: &[&str]) -> Run {
    run([&["decode", "storyteller", "--user", "Tell me about a fox.", "--quiet"], options].concat())
}

fn answer(options: &[&str]) -> Value {
    let run = decode(&[options, &["--json"]].concat());
    assert_eq!(run.code, Some(0), "{run:?}");
    run.json()
}

fn person() -> PathBuf {
    let schema = json!({
        "type": "object",
        "properties": {
            "name": {"type": "string", "pattern": "^[A-Z][a-z]{1,8}$"},
            "age": {"type": "integer", "minimum": 0, "maximum": 120},
            "tags": {"type": "array", "items": {"enum": ["a", "ü", "\"", null]}, "maxItems": 3},
        },
        "required": ["name", "age", "tags"],
        "additionalProperties": false,
    });
    file("person.json", &schema.to_string())
}

#[test]
fn an_answer_satisfies_the_schema_however_it_is_run() {
    let schema = person();
    let schema = schema.to_str().unwrap();
    for seed in ["1", "2", "3"] {
        let options = ["--json-schema", schema, "--seed", seed, "--temperature", "1.5", "--tokens", "200"];
        let found = answer(&options);
        assert_eq!((&found["finish_reason"], &found["ended_by"]), (&json!("stop"), &json!("grammar")), "{found}");
        let value: Value = serde_json::from_str(found["text"].as_str().unwrap()).unwrap();
        let keys: Vec<&String> = value.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["name", "age", "tags"]);
        assert!(value["age"].as_u64().unwrap() <= 120 && value["tags"].as_array().unwrap().len() <= 3, "{value}");
        let name = value["name"].as_str().unwrap();
        assert!((2..=9).contains(&name.len()) && name.starts_with(|c: char| c.is_ascii_uppercase()), "{value}");
        for same in [&["--threads", "1"][..], &["--speculate", "off"], &["--chunk", "3"], &["--isa", "scalar"]] {
            let other = answer(&[&options[..], same].concat());
            assert_eq!((&other["ids"], &other["logits_sha256"]), (&found["ids"], &found["logits_sha256"]), "{same:?}");
        }
        let batch = answer(&[&options[..], &["--batch", "3"]].concat());
        assert_eq!(batch["sequences"][0]["ids"], found["ids"], "{batch}");
        let logprobs = answer(&[&options[..], &["--logprobs", "2"]].concat());
        assert_eq!(logprobs["ids"], found["ids"]);
    }
}

/// The name of a file with a schema whose values have required parts of many kinds, and optional ones before them.
fn catalogue() -> PathBuf {
    let item = json!({
        "type": "object",
        "properties": {
            "remark": {"type": "string"},
            "next": {"anyOf": [{"$ref": "#/$defs/item"}, {"type": "null"}]},
            "id": {"type": "string", "pattern": "^[a-f]{3}-[0-9]{2}$"},
            "kind": {"enum": ["small and round", "big"]},
        },
        "required": ["next", "id"],
    });
    let schema = json!({
        "$defs": {"item": item},
        "type": "object",
        "properties": {
            "about": {"type": "string"},
            "options": {"type": "object"},
            "items": {"type": "array", "items": {"$ref": "#/$defs/item"}, "minItems": 1},
            "price": {"type": "number", "minimum": 17},
            "note": {"type": "string", "minLength": 4},
        },
        "required": ["items", "note"],
    });
    file("catalogue.json", &schema.to_string())
}

#[test]
fn an_answer_is_complete_wherever_max_tokens_ends_it() {
    let schema = catalogue();
    let schema = schema.to_str().unwrap();
    let mut stopped = Vec::new();
    for tokens in (4..120).step_by(7) {
        let tokens = tokens.to_string();
        let options = ["--json-schema", schema, "--seed", &tokens, "--temperature", "1.5", "--tokens", &tokens];
        let found = answer(&[&options[..], &["--batch", "3", "--context", "400"]].concat());
        for sequence in found["sequences"].as_array().unwrap() {
            let is_complete = sequence["finish_reason"] == "stop";
            stopped.push(is_complete);
            if is_complete {
                let value: Value = serde_json::from_str(sequence["text"].as_str().unwrap()).unwrap();
                assert!(value["items"][0]["id"].as_str().unwrap().len() == 6, "{value}");
                assert!(value["note"].as_str().unwrap().chars().count() >= 4, "{value}");
            }
        }
        // The ending depends on the request only.
        for same in [&["--speculate", "off"][..], &["--threads", "1"], &["--context", "300"]] {
            let other = answer(&[&options[..], same].concat());
            assert_eq!(other["ids"], found["sequences"][0]["ids"], "{same:?}");
        }
    }
    // A shortest value has about 50 bytes, each of which is at most a token.
    assert!(!stopped[0] && stopped[27..].iter().all(|stopped| *stopped), "{stopped:?}");
    // The context is an end too.
    let found = answer(&["--json-schema", schema, "--context", "100", "--tokens", "1000", "--temperature", "1.5"]);
    assert_eq!(found["finish_reason"], "stop", "{found}");
}

#[test]
fn an_ending_is_kept_for_matches_and_calls_but_text_is_cut_off() {
    let found = answer(&["--regex", "(very )*old[!?]{3}", "--tokens", "9", "--temperature", "1.5"]);
    assert_eq!((&found["finish_reason"], &found["ended_by"]), (&json!("stop"), &json!("grammar")), "{found}");
    let number = file("number.json", "{\"type\": \"integer\", \"minimum\": 1000}");
    let found = answer(&["--json-schema", number.to_str().unwrap(), "--tokens", "5", "--temperature", "1.5"]);
    let text = found["text"].as_str().unwrap();
    assert!(found["finish_reason"] == "stop" && text.parse::<u64>().is_ok_and(|value| value >= 1000), "{found}");
    // What may end anywhere is text.
    let found = answer(&["--regex", "(?s:.*)", "--tokens", "9", "--temperature", "0"]);
    assert_eq!((&found["finish_reason"], &found["ended_by"]), (&json!("length"), &json!("tokens")), "{found}");
}

/// A search for an ending that finds none was repeated at every token, 0.6 s each.
#[test]
fn a_text_without_an_end_is_searched_for_one_a_few_times_only() {
    let grammar = file("endless.lark", "start: \"a\" start\n");
    let found = answer(&["--grammar", grammar.to_str().unwrap(), "--tokens", "300"]);
    assert_eq!((&found["finish_reason"], &found["ended_by"]), (&json!("length"), &json!("tokens")), "{found}");
    assert!(found["text"].as_str().unwrap().chars().all(|c| c == 'a'), "{found}");
}

#[test]
fn a_regex_and_a_grammar_are_matched_as_a_whole() {
    let found = answer(&["--regex", "(Tom|Mia)( and a [a-z]{3}){2}\\.", "--temperature", "0"]);
    let text = found["text"].as_str().unwrap();
    assert!(text.len() == 24 && (text.starts_with("Tom and a ") || text.starts_with("Mia and a ")), "{text}");
    // In plain output too, and from standard input.
    let grammar = "start: WORD (\", \" WORD)~2\nWORD: \"cat\" | \"fox\" | \"/\"\n";
    let args = ["decode", "storyteller", "--prompt", "A fox", "--quiet", "--grammar", "-", "--batch", "2"];
    let run = run_with(args, grammar.as_bytes());
    assert_eq!(run.code, Some(0), "{run:?}");
    for line in run.stdout.lines().filter(|line| !line.is_empty() && !line.starts_with('=')) {
        let words: Vec<&str> = line.split(", ").collect();
        assert!(words.len() == 3 && words.iter().all(|word| ["cat", "fox", "/"].contains(word)), "{run:?}");
    }
    assert_eq!(answer(&["--regex", ""])["text"], "");
    assert_eq!(answer(&["--regex", "[0-9]{400}", "--tokens", "20"])["finish_reason"], "length");
}

#[test]
fn what_is_impossible_or_not_supported_is_refused_before_the_run() {
    let schema = |schema: Value| {
        let path = file("refused.json", &schema.to_string());
        decode(&["--json-schema", path.to_str().unwrap()])
    };
    let empty = [
        json!({"type": "integer", "minimum": 5, "maximum": 4}),
        json!({"enum": []}),
        json!(false),
        json!({"allOf": [{"type": "string"}, {"type": "null"}]}),
        json!({"type": "string", "allOf": [{"pattern": "^a$"}, {"pattern": "^b$"}]}),
        json!({"type": "object", "properties": {"next": {"$ref": "#"}}, "required": ["next"]}),
        json!({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}),
    ];
    for value in empty {
        schema(value.clone()).fails(1, &["refused.json", "nothing satisfies it"]);
    }
    let unsupported = [
        (json!({"type": "array", "uniqueItems": true}), "uniqueItems"),
        (json!({"not": {"type": "null"}}), "not"),
        (json!({"type": "string", "format": "colour"}), "colour"),
        (json!({"$ref": "other.json#/a"}), "other.json"),
        (json!({"type": "string", "pattern": "(?=a)b"}), ""),
        (json!([1]), "object"),
        (json!({"enum": [1, 9007199254740993_u64]}), "enum: the number 9007199254740993 is too large"),
        (json!({"properties": {"a": {"const": {"b": [1e30]}}}}), "const: the number"),
    ];
    for (value, part) in unsupported {
        schema(value.clone()).fails(1, &["refused.json", "cannot be used as a constraint", part]);
    }
    for exact in
        [json!({"const": 1_u64 << 53}), json!({"const": -(1_i64 << 53)}), json!({"const": 1, "default": 1e300})]
    {
        let path = file("exact.json", &exact.to_string());
        let found = answer(&["--json-schema", path.to_str().unwrap(), "--tokens", "40"]);
        assert_eq!(found["text"], exact["const"].to_string(), "{exact}");
    }
    decode(&["--regex", "(a"]).fails(1, &["--regex", "cannot be used as a constraint", "unclosed group"]);
    decode(&["--regex", "[a-"]).fails(1, &["--regex", "unclosed character class"]);
    let gbnf = file("grammar.gbnf", "root ::= \"a\" | \"b\"\n");
    decode(&["--grammar", gbnf.to_str().unwrap()]).fails(1, &["grammar.gbnf", "found GBNF", "Lark"]);
    decode(&["--regex", "a\\"]).fails(1, &["--regex", "backslash"]);
    decode(&["--regex", &"(".repeat(100_000)]).fails(1, &["--regex", "brackets"]);
    let grammar = file("grammar.lark", "start: missing_rule\n");
    decode(&["--grammar", grammar.to_str().unwrap()]).fails(1, &["grammar.lark", "missing_rule"]);
    let text = file("text.json", "{\"type\": \"object\"");
    decode(&["--json-schema", text.to_str().unwrap()])
        .fails(1, &["text.json", "not valid JSON", "; write one JSON schema into it"]);
}

#[test]
fn hostile_schemas_end_in_one_line() {
    // A chain of references, each a level of recursion.
    let mut defs: serde_json::Map<String, Value> =
        (0..15_000).map(|i| (format!("d{i}"), json!({"$ref": format!("#/$defs/d{}", i + 1)}))).collect();
    defs.insert("d15000".into(), json!({"type": "null"}));
    let path = file("chain.json", &json!({"$defs": defs, "$ref": "#/$defs/d0"}).to_string());
    let run = decode(&["--json-schema", path.to_str().unwrap()]);
    assert!(matches!(run.code, Some(0 | 1)), "{run:?}");
    let wide: Vec<Value> = (0..30_000).map(|i| json!({"const": i})).collect();
    let path = file("wide.json", &json!({"anyOf": wide}).to_string());
    decode(&["--json-schema", path.to_str().unwrap()]).fails(1, &["wide.json", "objects"]);
    let path = file("states.json", &json!({"type": "string", "pattern": "(a|b)*a(a|b){4000}"}).to_string());
    let run = decode(&["--json-schema", path.to_str().unwrap(), "--tokens", "5"]);
    assert!(matches!(run.code, Some(0 | 1)), "{run:?}");
}

#[test]
fn options_that_make_no_sense_together_are_usage_errors() {
    let schema = person();
    let schema = schema.to_str().unwrap();
    decode(&["--json-schema", schema, "--regex", "a"]).fails(2, &["--json-schema", "--regex"]);
    run(["decode", "storyteller", "--grammar", "-", "--user-file", "-"])
        .fails(2, &["--grammar and --user-file both read standard input"]);
    run(["decode", "storyteller", "--jobs", schema, "--regex", "a"]).fails(2, &["--regex", "--jobs"]);
    let args = ["decode", "--random", "--hidden-size", "128", "--layers", "1", "--prompt-ids", "1,2", "--regex", "a"];
    run(args).fails(2, &["tokenizer"]);
}

/// The results of lines of jobs of a model.
fn jobs_of(model: &str, lines: &[Value], options: &[&str]) -> Vec<Value> {
    let input: String = lines.iter().map(|line| line.to_string() + "\n").collect();
    let args = [&["decode", model, "--jobs", "-", "--quiet"], options].concat();
    let run = run_with(args, input.as_bytes());
    let mut results: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    results.sort_by_key(|result| result["id"].as_u64());
    assert_eq!(results.len(), lines.len(), "{run:?}");
    results
}

fn jobs(lines: &[Value], options: &[&str]) -> Vec<Value> {
    jobs_of("storyteller", lines, options)
}

#[test]
fn lines_of_jobs_are_constrained_and_biased_alike_in_any_batch() {
    let chat = |id: usize, extra: Value| {
        let mut line =
            json!({"id": id, "messages": [{"role": "user", "content": "A fox"}], "max_tokens": 60, "seed": id});
        line.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        line
    };
    let schema = json!({"type": "object", "properties": {"a": {"type": "boolean"}}, "required": ["a"],
        "additionalProperties": false});
    let format = json!({"type": "json_schema", "json_schema": {"name": "x", "schema": schema}});
    let lines = [
        chat(0, json!({"response_format": format})),
        chat(1, json!({"structured_outputs": {"choice": ["red", "green"]}})),
        chat(2, json!({"logit_bias": {"300": 100}, "max_tokens": 5, "temperature": 0})),
        chat(3, json!({"response_format": {"type": "json_schema", "json_schema": {"schema": {"enum": []}}}})),
        chat(4, json!({"structured_outputs": {"regex": "(ha){3,9}!"}, "n": 3, "temperature": 2})),
        chat(5, json!({"logit_bias": {"5000": 1}})),
        chat(6, json!({"structured_outputs": {"regex": "x"}, "logit_bias": {"91": -100}, "max_tokens": 3})),
    ];
    let results = jobs(&lines, &[]);
    let value: Value = serde_json::from_str(results[0]["text"].as_str().unwrap()).unwrap();
    assert!(value["a"].is_boolean() && results[0]["finish_reason"] == "stop", "{}", results[0]);
    assert!(results[1]["text"] == "red" || results[1]["text"] == "green", "{}", results[1]);
    assert_eq!(results[2]["ids"], json!([300, 300, 300, 300, 300]));
    assert_eq!(results[3]["error"]["param"], "response_format.json_schema.schema", "{}", results[3]);
    let laughs = results[4]["choices"].as_array().unwrap();
    assert!(laughs.len() == 3 && laughs.iter().all(|choice| choice["text"].as_str().unwrap().ends_with("ha!")));
    assert!(results[5]["error"]["message"].as_str().unwrap().contains("5000"), "{}", results[5]);
    assert_eq!(results[5]["error"]["param"], "logit_bias");
    for options in [&["--parallel", "1"][..], &["--speculate", "off", "--threads", "1"]] {
        assert_eq!(jobs(&lines, options), results);
    }
}

/// A storyteller whose chat template has tools, and calls in the form that `marker` stands for.
fn model_with_tools(name: &str, marker: &str) -> String {
    let model = storyteller_copy(name);
    let path = model.join("tokenizer_config.json");
    let mut config: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let template = config["chat_template"].as_str().unwrap();
    let tools = format!("{{%- if tools %}}{{{{- '<|im_start|>system\n{marker}' + tools | tojson }}}}{{%- endif %}}");
    config["chat_template"] = format!("{tools}{template}").into();
    fs::write(&path, config.to_string()).unwrap();
    model.to_str().unwrap().to_string()
}

#[test]
fn forced_calls_satisfy_the_parameters_of_their_function() {
    let parameters = json!({
        "type": "object",
        "$defs": {"unit": {"enum": ["C", "F"]}},
        "properties": {"city": {"type": "string", "maxLength": 12}, "unit": {"$ref": "#/$defs/unit"}},
        "required": ["city", "unit"],
        "additionalProperties": false,
    });
    let tools = json!([
        {"type": "function", "function": {"name": "weather", "parameters": parameters}},
        {"type": "function", "function": {"name": "now"}},
    ]);
    for (index, marker) in ["<tool_call>", "[TOOL_CALLS]", "<|tool_call|>", "\"parameters\": "].into_iter().enumerate()
    {
        let model = model_with_tools(&format!("tools_{index}"), marker);
        let line = |id: usize, extra: Value| {
            let mut body = json!({"messages": [{"role": "user", "content": "A fox"}], "tools": tools, "seed": id,
                "max_tokens": 150, "temperature": 1, "parallel_tool_calls": false});
            body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            json!({"custom_id": id.to_string(), "method": "POST", "url": "/v1/chat/completions", "body": body})
        };
        let named = json!({"type": "function", "function": {"name": "weather"}});
        let lines = [
            line(0, json!({"tool_choice": named})),
            line(1, json!({"tool_choice": "required"})),
            line(2, json!({"tool_choice": "none", "parallel_tool_calls": true})),
            line(3, json!({"tool_choice": named, "stream": false, "max_tokens": 4})),
        ];
        let mut results = jobs_of(&model, &lines, &[]);
        results.sort_by_key(|result| result["id"].to_string());
        let choice = |index: usize| &results[index]["response"]["body"]["choices"][0];
        for index in [0, 1] {
            let choice = choice(index);
            assert_eq!(choice["finish_reason"], "tool_calls", "{marker}: {}", results[index]);
            assert_eq!(choice["message"]["content"], Value::Null);
            let calls = choice["message"]["tool_calls"].as_array().unwrap();
            assert_eq!(calls.len(), 1);
            assert!(calls[0]["id"].as_str().unwrap().starts_with("call_") && calls[0]["type"] == "function");
            let arguments: Value = serde_json::from_str(calls[0]["function"]["arguments"].as_str().unwrap()).unwrap();
            match calls[0]["function"]["name"].as_str().unwrap() {
                "weather" => {
                    assert!(arguments["city"].as_str().unwrap().chars().count() <= 12, "{arguments}");
                    assert!(arguments["unit"] == "C" || arguments["unit"] == "F", "{arguments}");
                }
                name => assert!(name == "now" && index == 1 && arguments == json!({}), "{name} {arguments}"),
            }
            assert_eq!(results[index]["tool_calls"][0]["name"], calls[0]["function"]["name"]);
        }
        assert_eq!(choice(2)["message"].get("tool_calls"), None, "{}", results[2]);
        // What is cut off is no call.
        assert_eq!(choice(3)["finish_reason"], "length", "{}", results[3]);
        assert_eq!(choice(3)["message"].get("tool_calls"), None);
        let mut again = jobs_of(&model, &lines, &["--parallel", "1", "--speculate", "off"]);
        again.sort_by_key(|result| result["id"].to_string());
        assert_eq!(again, results);
    }
}

#[test]
fn calls_of_strict_functions_are_constrained_in_a_free_answer() {
    let model = model_with_tools("tools_auto", "<tool_call>");
    let function = |strict: bool| {
        json!([{"type": "function", "function": {"name": "f", "strict": strict, "parameters": {
            "type": "object", "properties": {"a": {"type": "boolean"}}, "required": ["a"], "additionalProperties": false}}}])
    };
    let line = |id: usize, extra: Value| {
        let mut line =
            json!({"id": id, "messages": [{"role": "user", "content": "A fox"}], "seed": id, "max_tokens": 60});
        line.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        line
    };
    let answer = json!({"type": "json_schema", "json_schema": {"schema": {"enum": ["yes", "no"]}}});
    let lines = [
        line(0, json!({"tools": function(false)})),
        line(1, json!({"tools": function(true)})),
        line(2, json!({"tools": function(true), "response_format": answer})),
        line(3, json!({"tools": function(true), "structured_outputs": {"regex": "a"}})),
    ];
    let results = jobs_of(&model, &lines, &[]);
    // The storyteller calls nothing, so that the answer is a text, the same with and without a grammar.
    assert!(!results[0]["text"].as_str().unwrap().is_empty() && results[0].get("tool_calls").is_none());
    assert_eq!(results[1]["error"], Value::Null, "{}", results[1]);
    let is_answer = results[2]["text"] == "\"yes\"" || results[2]["text"] == "\"no\"";
    assert!(is_answer || results[2]["tool_calls"][0]["name"] == "f", "{}", results[2]);
    assert_eq!(results[3]["error"]["param"], "structured_outputs.regex", "{}", results[3]);
    // A model whose template knows no tools does not get any.
    let results = jobs(&[line(0, json!({"tools": function(true), "tool_choice": "required"}))], &[]);
    assert!(results[0]["error"].is_object(), "{}", results[0]);
}
