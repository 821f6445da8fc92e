//! The description of the server's requests and answers (`src/server/openapi.json`) is what the server does: its fields are
//! those of `src/openai/body.rs`, its paths those of the router, and answers have the form that it says.
#![cfg(unix)]

mod common;

use std::collections::BTreeSet;

use common::http::Server;
use rumma::openai::{Body, ErrorReport, TokenizeBody};
use serde_json::{Map, Value, json};

fn description() -> Value {
    serde_json::from_slice(&std::fs::read("src/server/openapi.json").unwrap()).unwrap()
}

/// What `$ref` names.
fn resolve<'d>(description: &'d Value, schema: &'d Value) -> &'d Value {
    match schema["$ref"].as_str() {
        Some(name) => description.pointer(name.trim_start_matches('#')).unwrap_or_else(|| panic!("no {name}")),
        None => schema,
    }
}

type Parse = fn(Map<String, Value>) -> Result<(), ErrorReport>;

fn report<T>(result: Result<T, rumma::error::Error>) -> Result<(), ErrorReport> {
    result.map(drop).map_err(|error| ErrorReport::of(&error))
}

/// The requests by the name of their schema: their parser, the least that each has, and fields that need others.
fn requests() -> [(&'static str, Parse, Value); 3] {
    let messages = json!({"messages": [{"role": "user", "content": "Hi"}]});
    [
        ("ChatRequest", |object| report(Body::chat(object, "")), messages.clone()),
        ("CompletionRequest", |object| report(Body::completion(object, "")), json!({"prompt": "a"})),
        ("TokenizeRequest", |object| report(TokenizeBody::parse(object)), messages),
    ]
}

fn properties<'d>(description: &'d Value, schema: &str) -> &'d Map<String, Value> {
    description["components"]["schemas"][schema]["properties"].as_object().unwrap()
}

/// The strings in the code that reads requests, which include the names of all fields.
fn words() -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for file in std::fs::read_dir("src/openai").unwrap() {
        let source = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let parts = source.split('"').skip(1).step_by(2);
        words
            .extend(parts.filter(|word| word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')).map(str::to_string));
    }
    assert!(words.contains("temperature") && words.contains("prompt_cache_key"), "{words:?}");
    words
}

#[test]
fn every_field_that_is_described_is_known_and_no_other_is_accepted() {
    let description = description();
    for (schema, parse, least) in requests() {
        let described = properties(&description, schema);
        let try_with = |key: &str, value: Value| {
            let mut object = least.as_object().unwrap().clone();
            object.insert(key.into(), value);
            parse(object)
        };
        for key in described.keys() {
            // A value of no type that any field has. Those without a type are not read.
            let error = try_with(key, json!([[[]]])).err();
            let is_free = ["type", "anyOf", "enum"].iter().all(|word| described[key].get(word).is_none());
            assert_eq!(error.is_none(), is_free, "{schema}.{key}: {error:?}");
            assert!(error.is_none_or(|error| error.code != "unknown_field"), "{schema}.{key}");
        }
        for word in words().iter().filter(|word| !described.contains_key(*word)) {
            for value in [json!(1), json!(true), json!(false), json!("a"), json!([]), json!({}), json!(["text"])] {
                let error = try_with(word, value.clone()).err();
                let code = error.as_ref().map(|error| error.code);
                let is_refused = matches!(code, Some("unknown_field" | "unsupported_value" | "invalid_value"));
                assert!(is_refused, "{schema}: {word} {value} is not described: {error:?}");
            }
        }
    }
}

#[test]
fn limits_of_fields_are_those_that_are_described() {
    let description = description();
    for (schema, parse, least) in requests() {
        for (key, property) in properties(&description, schema) {
            let accepts = |value: Value| {
                let mut object = least.as_object().unwrap().clone();
                // Fields that need another one.
                if key == "top_logprobs" {
                    object.insert("logprobs".into(), true.into());
                }
                object.insert(key.clone(), value);
                parse(object).is_ok()
            };
            for value in property["enum"].as_array().into_iter().flatten() {
                assert!(accepts(value.clone()), "{schema}.{key}: {value}");
            }
            for (limit, step) in [("minimum", -1.0), ("maximum", 1.0)] {
                let Some(value) = property.get(limit) else { continue };
                assert!(accepts(value.clone()), "{schema}.{key}: {value}");
                let beyond = value.as_f64().unwrap() + step;
                if beyond.abs() < 1e15 {
                    assert!(!accepts(json!(beyond)), "{schema}.{key}: {beyond}");
                    assert!(!accepts(json!(beyond as i64)), "{schema}.{key}: {beyond}");
                }
            }
            let is_optional = property["type"].as_array().is_some_and(|types| types.contains(&"null".into()));
            if is_optional && least.get(key).is_none() {
                assert!(accepts(Value::Null), "{schema}.{key}: null");
            }
        }
    }
}

#[test]
fn the_server_has_the_paths_that_are_described_and_answers_in_their_form() {
    let server = Server::start(&["storyteller", "--threads", "1"]);
    let served = server.get("/openapi.json");
    assert_eq!((served.status, served.header("content-type")), (200, Some("application/json")));
    let mut expected = description();
    // The ids of the model's tokens.
    expected["components"]["schemas"]["TokenId"]["maximum"] = 1023.into();
    assert_eq!(served.json(), expected);
    let description = description();

    let routes = std::fs::read_to_string("src/server/app.rs").unwrap();
    let routes: BTreeSet<String> = routes
        .split(".route(\"")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('"')?.0.replace("{*name}", "{name}")))
        .collect();
    let paths = description["paths"].as_object().unwrap();
    assert_eq!(paths.keys().cloned().collect::<BTreeSet<_>>(), routes);

    for (path, operations) in paths {
        let asked = path.replace("{name}", "storyteller");
        let replies = match (operations.get("get"), path.as_str()) {
            (Some(_), _) => vec![("get", server.get(&asked))],
            (None, "/v1/completions") => vec![
                (
                    "post",
                    server.post(&asked, &json!({"prompt": ["a", "b"], "max_tokens": 2, "logprobs": 1, "echo": true})),
                ),
                ("post", server.post(&asked, &json!({"prompt": "a", "max_tokens": 2}))),
                ("post", server.post(&asked, &json!({"prompt": "a", "max_tokens": 2, "stream": true}))),
            ],
            (None, "/tokenize") => vec![("post", server.post(&asked, &json!({"prompt": "a"})))],
            (None, _) => {
                let body = json!({"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 2, "logprobs": true,
                    "top_logprobs": 1});
                vec![("post", server.post(&asked, &body))]
            }
        };
        for (method, reply) in replies {
            let content = &operations[method]["responses"]["200"]["content"];
            let essence = reply.header("content-type").unwrap().split(';').next().unwrap();
            assert_eq!(reply.status, 200, "{path}: {reply:?}");
            let schema = &content[essence]["schema"];
            assert!(schema.is_object(), "{path}: {essence} is not described");
            if essence == "application/json" {
                check(&description, schema, &reply.json(), path);
            }
        }
        let refused = server.request("DELETE", &asked, &[], "");
        assert_eq!(refused.status, 405, "{path}");
        for operation in operations.as_object().unwrap().values().filter(|value| value.is_object()) {
            let error = resolve(&description, &operation["responses"]["405"]);
            check(&description, &error["content"]["application/json"]["schema"], &refused.json(), path);
        }
    }
}

/// Checks a value against a schema, as far as answers need it. Fields that are not described are faults.
#[track_caller]
fn check(description: &Value, schema: &Value, value: &Value, place: &str) {
    let schema = resolve(description, schema);
    if let Some(alternatives) = schema["anyOf"].as_array() {
        let alternative = alternatives.iter().map(|schema| resolve(description, schema));
        let fitting = alternative.filter(|schema| is_of_type(value, &schema["type"])).collect::<Vec<_>>();
        assert_eq!(fitting.len(), 1, "{place}: {value}");
        return check(description, fitting[0], value, place);
    }
    assert!(is_of_type(value, &schema["type"]), "{place}: {value} is not of type {}", schema["type"]);
    if let Some(constant) = schema.get("const") {
        assert_eq!(value, constant, "{place}");
    }
    if let Some(values) = schema["enum"].as_array() {
        assert!(values.contains(value), "{place}: {value}");
    }
    for key in schema["required"].as_array().into_iter().flatten() {
        assert!(value.get(key.as_str().unwrap()).is_some(), "{place}: {key} is missing");
    }
    if let (Some(properties), Some(object)) = (schema["properties"].as_object(), value.as_object()) {
        for (key, value) in object {
            let schema = properties.get(key).unwrap_or_else(|| panic!("{place}.{key} is not described"));
            check(description, schema, value, &format!("{place}.{key}"));
        }
    }
    if let (Some(schema), Some(list)) = (schema.get("items"), value.as_array()) {
        list.iter().for_each(|item| check(description, schema, item, &format!("{place}[]")));
    }
}

fn is_of_type(value: &Value, types: &Value) -> bool {
    let is = |name: &Value| match name.as_str() {
        Some("null") => value.is_null(),
        Some("boolean") => value.is_boolean(),
        Some("integer") => value.is_u64() || value.is_i64(),
        Some("number") => value.is_number(),
        Some("string") => value.is_string(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        _ => panic!("unknown type {name}"),
    };
    match types {
        Value::Null => true,
        Value::Array(types) => types.iter().any(is),
        name => is(name),
    }
}
