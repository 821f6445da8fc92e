//! Chat templates: the text that transformers' `apply_chat_template` gives, and bounds on what a template may do.
//!
//! `fixtures/text/chat.json` is made by `fixtures/text/make_chat.py`.

use std::path::{Path, PathBuf};

use rumma::error::Error;
use rumma::text::chat::{ChatSources, ChatTemplate, Conversation};
use serde_json::{Value, json};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/text")
}

fn from_config(config: &Value) -> rumma::error::Result<Option<ChatTemplate>> {
    let bytes = config.to_string().into_bytes();
    let path = Path::new("tokenizer_config.json");
    ChatTemplate::from_sources(ChatSources { tokenizer_config: Some((path, &bytes)), ..Default::default() })
}

fn template(source: &str) -> ChatTemplate {
    from_config(&json!({"chat_template": source, "eos_token": "</s>"})).unwrap().unwrap()
}

fn render(source: &str) -> rumma::error::Result<String> {
    template(source).render(&Conversation::question(None, "Hi"), true)
}

fn refusal(source: &str) -> String {
    match render(source) {
        Err(error @ Error::Text { .. }) => error.to_string(),
        other => panic!("expected Error::Text, got {other:?}"),
    }
}

#[test]
fn texts_equal_those_of_transformers() {
    let cases: Value = serde_json::from_slice(&std::fs::read(fixtures().join("chat.json")).unwrap()).unwrap();
    let mut wrong = 0;
    let mut texts = 0;
    for case in cases.as_array().unwrap() {
        let path = fixtures().join("templates").join(case["template"].as_str().unwrap());
        let config = std::fs::read(&path).unwrap();
        let sources = ChatSources { tokenizer_config: Some((&path, &config)), ..Default::default() };
        let template = ChatTemplate::from_sources(sources).unwrap().unwrap();
        let file = json!({"messages": case["messages"], "tools": case["tools"]}).to_string();
        let conversation = Conversation::from_json(Path::new("messages.json"), file.as_bytes()).unwrap();
        let got = template.render(&conversation, case["add_generation_prompt"].as_bool().unwrap());
        let expected = case["text"].as_str();
        texts += usize::from(expected.is_some());
        let same = match (&got, expected) {
            (Ok(got), Some(expected)) => got == expected,
            (Err(error), None) => match case["error"].as_str() {
                Some(words) => error.to_string().ends_with(&format!("refuses the messages: {words}")),
                None => true,
            },
            _ => false,
        };
        if !same {
            wrong += 1;
            eprintln!(
                "--- {} / {} / prompt {}\nexpected {:?}{}\ngot      {:?}",
                case["template"], case["name"], case["add_generation_prompt"], expected, case["error"], got
            );
        }
    }
    assert_eq!(wrong, 0, "conversations that differ from transformers");
    assert!(texts > 100, "only {texts} texts compared");
}

#[test]
fn the_jinja_file_is_preferred_and_the_json_file_comes_last() {
    let conversation = Conversation::question(None, "Hi");
    let config = json!({"chat_template": "config", "bos_token": {"content": "<s>"}}).to_string();
    let config = (Path::new("tokenizer_config.json"), config.as_bytes());
    let bare = (Path::new("tokenizer_config.json"), &b"{}"[..]);
    let jinja = (Path::new("chat_template.jinja"), &b"{{ bos_token }}jinja"[..]);
    let json_file = (Path::new("chat_template.json"), &b"{\"chat_template\": \"json\"}"[..]);
    let text = |tokenizer_config, jinja, json| {
        let template = ChatTemplate::from_sources(ChatSources { tokenizer_config, jinja, json }).unwrap();
        template.map(|template| template.render(&conversation, true).unwrap())
    };
    assert_eq!(text(Some(config), Some(jinja), Some(json_file)).as_deref(), Some("<s>jinja"));
    assert_eq!(text(Some(config), None, Some(json_file)).as_deref(), Some("config"));
    assert_eq!(text(Some(bare), None, Some(json_file)).as_deref(), Some("json"));
    assert_eq!(text(Some(bare), None, None), None);
    assert_eq!(text(None, None, None), None);
}

#[test]
fn a_template_speaks_through_raise_exception() {
    let said = refusal("{{ raise_exception('Only <one> \"user\" turn.') }}");
    assert_eq!(said, "tokenizer_config.json: the chat template refuses the messages: Only <one> \"user\" turn.");
}

#[test]
fn a_template_cannot_hang_or_fill_the_memory() {
    let endless = "{% for a in range(10000) %}{% for b in range(10000) %}{% for c in range(10000) %}{% endfor %}{% endfor %}{% endfor %}";
    let doubling =
        "{% set ns = namespace(x='0123456789') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}";
    let deep =
        "{% set ns = namespace(x=[]) %}{% for i in range(9000) %}{% set ns.x = [[[[[[[[ns.x]]]]]]]] %}{% endfor %}";
    assert!(refusal(endless).contains("does not come to an end"), "{}", refusal(endless));
    assert!(refusal(doubling).contains("does not come to an end"), "{}", refusal(doubling));
    let written = refusal(&format!("{deep}{{{{ ns.x|tojson }}}}"));
    assert!(written.contains("inside each other"), "{written}");
    // Whether these fit into the bounds is the engine's affair; they must not end the process.
    for end in
        ["", "{{ ns.x }}", "{{ ns.x == [ns.x] }}", "{{ ns.x|string }}", "{% set ns.y = [[ns.x]] %}{{ ns.y < ns.x }}"]
    {
        let _ = render(&format!("{deep}{end}"));
    }
    for object in ["{'a': ns.x}", "[ns.x, ns.x]", "(ns.x, 1)"] {
        let set = format!(
            "{{% for j in range(99) %}}{{% for i in range(99999) %}}{{% set ns.x = {object} %}}{{% endfor %}}{{% endfor %}}"
        );
        refusal(&format!("{{% set ns = namespace(x=[]) %}}{set}"));
    }
    let shout = refusal("{% for i in range(100000) %}{{ 'a' * 1000 }}{% endfor %}");
    assert!(shout.contains("writes more than"), "{shout}");
    let recursion = refusal("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}");
    assert!(recursion.contains("the chat template fails"), "{recursion}");
}

#[test]
fn a_broken_template_names_its_line() {
    let error = from_config(&json!({"chat_template": "a\nb\n{% if %}"})).unwrap_err().to_string();
    assert!(error.starts_with("tokenizer_config.json: the chat template fails, line 3: "), "{error}");
    assert!(!error.contains('\n'), "{error}");
    let error = from_config(&json!({"chat_template": 7})).unwrap_err().to_string();
    assert!(error.contains("field chat_template: found a number"), "{error}");
    let error = refusal("{{ messages[0].content.nothing.deeper }}");
    assert!(error.contains("line 1"), "{error}");
}

#[test]
fn the_date_comes_from_this_machines_clock() {
    let year = render("{{ strftime_now('%Y') }}").unwrap();
    assert!(year.parse::<u32>().unwrap() >= 2024, "{year}");
    assert!(refusal("{{ strftime_now('%Q') }}").contains("bad format"));
}

#[test]
fn json_is_written_as_python_writes_it() {
    let written = render(
        "{{ {'b': [1, 2.0, 1e16, 1e-5, 0.1, -0.0], 'a': 'é\\u2028<&\\'\\x7f\"\\\\', 'n': none, 't': true, 'e': [], 'o': {}}|tojson }}",
    );
    let expected = r#"{"b": [1, 2.0, 1e+16, 1e-05, 0.1, -0.0], "a": "é\u2028<&'\u007f\"\\", "n": null, "t": true, "e": [], "o": {}}"#
        .replace("\\u2028", "\u{2028}")
        .replace("\\u007f", "\u{7f}");
    assert_eq!(written.unwrap(), expected);
    assert_eq!(render("{{ 'é🙂'|tojson(ensure_ascii=true) }}").unwrap(), r#""\u00e9\ud83d\ude42""#);
    assert!(refusal("{{ nothing|tojson }}").contains("no JSON form"));
}

#[test]
fn message_files_are_lists_or_objects_of_messages() {
    let read = |json: &str| Conversation::from_json(Path::new("m.json"), json.as_bytes());
    let said = |json: &str| read(json).unwrap_err().to_string();
    let list = read(r#"[{"role": "user", "content": "x", "zeta": 1, "alpha": 2}]"#).unwrap();
    let keys: Vec<&String> = list.messages[0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["role", "content", "zeta", "alpha"]);
    assert_eq!(list.tools, None);
    let object = read(r#"{"messages": [{"role": "user"}], "tools": [{}], "documents": null}"#).unwrap();
    assert_eq!((object.tools, object.documents), (Some(json!([{}])), None));
    assert_eq!(said("[]"), "m.json: field messages: found an empty list, expected a list with at least one message");
    assert_eq!(said("{}"), "m.json: field messages: found nothing, expected a list with at least one message");
    assert!(said(r#"[{}, "hi"]"#).contains("field messages[1]: found a string"));
    assert!(said(r#"{"messages": [{}], "tools": 3}"#).contains("field tools: found a number"));
    assert!(said("[").starts_with("m.json: not JSON"));
}
