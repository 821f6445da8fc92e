//! Chat templates: the text equals that of transformers' `apply_chat_template`, and the sandbox limits every template.
//!
//! `fixtures/text/make_chat.py` generates `fixtures/text/chat.json`.

use std::path::{Path, PathBuf};

use rumma::error::Error;
use rumma::text::chat::ChatSources;
use rumma::text::{ChatTemplate, Conversation, Ending};
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
    template(source).render(&Conversation::question(None, "Hi"))
}

fn refusal(source: &str) -> String {
    match render(source) {
        Err(error @ Error::Fault(_)) => error.to_string(),
        other => panic!("expected a fault, got {other:?}"),
    }
}

#[test]
fn tests_of_types_are_those_of_jinja() {
    // By Jinja2 3.1.6, for each of the values in turn. Qwen3-Coder asks whether its tools are iterable before it counts them.
    let values = "[none, 'ab', '', 1, 1.5, true, [1], {'a': 1}, range(2), missing]";
    let cases = [
        ("iterable", "0110001111"),
        ("sequence", "0110001111"),
        ("mapping", "0000000100"),
        ("string", "0110000000"),
        ("number", "0001110000"),
        ("integer", "0001000000"),
        ("float", "0000100000"),
        ("boolean", "0000010000"),
        ("none", "1000000000"),
        ("defined", "1111111110"),
    ];
    for (name, expected) in cases {
        let source = format!("{{% for v in {values} %}}{{{{ 1 if v is {name} else 0 }}}}{{% endfor %}}");
        assert_eq!(render(&source).unwrap(), expected, "{name}");
    }
    let tools = "{% if tools is iterable and tools | length > 0 %}tools{% else %}none{% endif %}";
    assert_eq!(render(tools).unwrap(), "none");
}

#[test]
fn rendered_chats_equal_those_of_transformers() {
    let cases: Value = serde_json::from_slice(&std::fs::read(fixtures().join("chat.json")).unwrap()).unwrap();
    let mut wrong = 0;
    let mut texts = 0;
    for case in cases.as_array().unwrap() {
        let path = fixtures().join("templates").join(case["template"].as_str().unwrap());
        let config = std::fs::read(&path).unwrap();
        let sources = ChatSources { tokenizer_config: Some((&path, &config)), ..Default::default() };
        let template = ChatTemplate::from_sources(sources).unwrap().unwrap();
        let file = json!({"messages": case["messages"], "tools": case["tools"],
            "chat_template_kwargs": case["kwargs"]})
        .to_string();
        let mut conversation = Conversation::from_json(Path::new("messages.json"), file.as_bytes()).unwrap();
        conversation.ending = match (&case["continue_final_message"], &case["add_generation_prompt"]) {
            (Value::Bool(true), _) => Ending::ContinueLast,
            (_, Value::Bool(true)) => Ending::Answer,
            _ => Ending::Closed,
        };
        let got = template.render(&conversation);
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
        let template =
            ChatTemplate::from_sources(ChatSources { tokenizer_config, jinja, json, tool_use: None }).unwrap();
        template.map(|template| template.render(&conversation).unwrap())
    };
    assert_eq!(text(Some(config), Some(jinja), Some(json_file)).as_deref(), Some("<s>jinja"));
    assert_eq!(text(Some(config), None, Some(json_file)).as_deref(), Some("config"));
    assert_eq!(text(Some(bare), None, Some(json_file)).as_deref(), Some("json"));
    assert_eq!(text(Some(bare), None, None), None);
    assert_eq!(text(None, None, None), None);
}

#[test]
fn a_raise_exception_message_reaches_the_user() {
    let said = refusal("{{ raise_exception('Only <one> \"user\" turn.') }}");
    assert_eq!(said, "tokenizer_config.json: chat template refuses the messages: Only <one> \"user\" turn.");
}

#[test]
fn a_template_cannot_hang_or_exhaust_memory() {
    let endless = "{% for a in range(10000) %}{% for b in range(10000) %}{% for c in range(10000) %}{% endfor %}{% endfor %}{% endfor %}";
    let doubling =
        "{% set ns = namespace(x='0123456789') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}";
    let deep = format!("{{% set x = [] %}}{}", "{% set x = [[[[[[[[x]]]]]]]] %}".repeat(2000));
    let deep = |end: &str| format!("{deep}{end}");
    assert!(refusal(endless).contains("takes too many steps"), "{}", refusal(endless));
    assert!(refusal(doubling).contains("takes too many steps"), "{}", refusal(doubling));
    let written = refusal(&deep("{{ x|tojson }}"));
    assert!(written.contains("nested lists or objects"), "{written}");
    // These may succeed or fail; they must not end the process.
    for end in ["", "{{ x }}", "{{ x == [x] }}", "{{ x|string }}", "{% set y = [[x]] %}{{ y < x }}", "{{ {x: 1} }}"] {
        let _ = render(&deep(end));
    }
    let shout = refusal("{% for i in range(100000) %}{{ 'a' * 1000 }}{% endfor %}");
    assert!(shout.contains("writes more than"), "{shout}");
    let recursion = refusal("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}");
    assert!(recursion.contains("chat template fails on the messages"), "{recursion}");
}

#[test]
fn a_template_of_many_steps_or_deep_values_is_rendered() {
    for count in [1_000, 10_000] {
        let steps = format!(
            "{{% set ns = namespace(n=0) %}}{{% for i in range({count}) %}}{{% set ns.n = ns.n + 1 %}}{{% endfor %}}{{{{ ns.n }}}}"
        );
        assert_eq!(render(&steps).expect("it stays below the limits"), count.to_string());
    }
    let deep = "{% set x = [[[[[[[[x]]]]]]]] %}".repeat(1500);
    assert_eq!(render(&format!("{{% set x = 1 %}}{deep}{{{{ x|length }}}}")).expect("it stays below the limits"), "1");
}

#[test]
fn a_namespace_cannot_contain_itself() {
    let ns = "{% set ns = namespace() %}";
    for (set, end) in [
        ("{% set ns.a = ns %}", "{{ ns }}"),
        ("{% set ns.a = [{1: ns}] %}", "{{ ns|string|length }}"),
        ("{%- set (ns . a)= ns -%}", "{{ ns ~ '' }}"),
        ("{% set ns.a = {'%}': ns} %}", "{{ ns }}"),
        ("{% set m = namespace() %}{% set m.x = ns %}{% set ns.x = m %}", "{{ ns == m }}"),
        ("{% set ns.a = namespace(b=ns) %}", "{{ {ns: 1} }}"),
        // Tags after comments that contain a tag.
        ("{# {% set x.y = #}{% set ns.a = ns %}", "{{ ns }}"),
        ("{# {% set x.y = ' #}{% set ns.a = ns %}{# ' %} #}", "{{ ns }}"),
        ("{% macro rumma_check_acyclic(x) %}{% endmacro %}{% set ns.a = ns %}", "{{ ns }}"),
    ] {
        let said = refusal(&format!("{ns}{set}{end}"));
        assert!(said.contains("nested lists or objects in a namespace"), "{set}: {said}");
    }
    let later = "{% for x in [1, 2, 3, ns] %}{% if loop.first %}{% set ns.a = LOOP %}{% endif %}{% endfor %}";
    let said = refusal(&format!("{ns}{}", later.replace("LOOP", "loop")));
    assert!(said.contains("stores a loop in a namespace"), "{said}");
    for view in ["loop|items", "loop.items()", "ns|items", "ns.values()"] {
        let source = format!("{ns}{}{{{{ {{ns: 1}}|string|length > 0 }}}}", later.replace("LOOP", view));
        assert_eq!(render(&source).unwrap(), "True", "{view}");
    }
    for set in ["{% set m = ns %}{% set ns.a, ns = m, 0 %}", "{% set ns.a|default(ns, true) %}{% endset %}"] {
        let source = format!("{ns}{set}{{{{ ns }}}}");
        let error = from_config(&json!({ "chat_template": source })).unwrap_err().to_string();
        assert!(error.contains("sets a namespace together with other names"), "{error}");
    }
    // The inserted check does not change the text.
    let source = "a\n{% set ns = namespace(x=1) %}\n  {% set ns.x = 2 %}\nb {%- set ns.y = [1, '%}'] -%} c {{ ns.x }}{{ ns.y }}\n\
        {% set ns.z %}\nz{% endset %}\n{{ ns.z }}{% set ns.x = 3 +%}\n.";
    assert_eq!(render(source).unwrap(), "a\nbc 2[1, '%}']\nz\n.");
}

#[test]
fn a_long_chain_of_operators_does_not_overflow_the_stack() {
    for (start, link, end) in [
        ("{{ 1", "~1", " }}"),
        ("{{ 1", " and 1", " }}"),
        ("{{ 1", " is defined", " }}"),
        ("{{ '1'", "|string", " }}"),
        ("{{ a", ".a", " }}"),
        ("{{ a", "()", " }}"),
        ("{{ 1", "**1", " }}"),
        ("{{ ", "-", "1 }}"),
        ("{{ ", "not ", "1 }}"),
        ("{{ ", "1 if 1 else ", "1 }}"),
        ("{% if 0 %}", "{% elif 0 %}", "{% endif %}"),
    ] {
        // This may succeed or fail; it must not end the process.
        let source = format!("{start}{}{end}", link.repeat(if link == "~1" { 5_000 } else { 110_000 / link.len() }));
        let template = from_config(&json!({ "chat_template": source }));
        let _ = template.map(|template| template.unwrap().render(&Conversation::question(None, "Hi")));
    }
    let long = from_config(&json!({"chat_template": " ".repeat(200_000)})).unwrap_err().to_string();
    assert_eq!(long, "tokenizer_config.json: invalid chat template: has 200000 bytes of source (at most 131072)");
}

#[test]
fn doubling_lists_are_stopped_by_the_time_limit() {
    let double =
        |name: &str| format!("{{% set {name} = [1] %}}{}", format!("{{% set {name} = [{name}, {name}] %}}").repeat(60));
    let (a, b) = (double("a"), double("b"));
    for end in
        ["{{ a|string }}", "{{ [a]|join }}", "{{ ''.join([a]) }}", "{{ raise_exception(a) }}", "{{ strftime_now(a) }}"]
    {
        let said = refusal(&format!("{a}{end}"));
        assert!(said.contains("takes too many steps"), "{end}: {said}");
    }
    let said = refusal(&format!("{a}{{{{ a }}}}"));
    assert!(said.contains("writes more than"), "{said}");
    // minijinja counts no steps for the values that a comparison visits.
    let said = refusal(&format!("{a}{b}{{{{ a == b }}}}"));
    assert!(said.contains("runs for more than 5 s"), "{said}");
    let ns = "{% set ns = namespace(a=[1]) %}{% for i in range(60) %}{% set ns.a = [ns.a, ns.a] %}{% endfor %}{{ ns.a == 1 }}";
    assert!(refusal(ns).contains("takes too many steps"), "{}", refusal(ns));
}

#[test]
fn sizes_are_checked_before_text_is_allocated() {
    for format in ["{:9223372036854775807}", "{:1000000000}", "{:.3000000000f}", "{:99999999999999999999999}"] {
        let said = refusal(&format!("{{{{ '{format}'.format(1.0) }}}}"));
        assert!(said.contains("formats to a width of more than 65536 characters"), "{said}");
    }
    assert_eq!(render("{{ '{:>5}|{:.2f}'.format('a', 1.0) }}").unwrap(), "    a|1.00");
    for end in [
        "('a' * 99999).replace('a', 'b' * 99999)",
        "('a' * 99999).replace('a', 'b' * 99999, -1)",
        "''.join(['a' * 99999] * 99999)",
        "(['a' * 99999] * 99999)|join",
    ] {
        let said = refusal(&format!("{{{{ {end} }}}}"));
        assert!(said.contains("takes too many steps"), "{end}: {said}");
    }
    let joined = render(
        "{{ [1, 'b']|join }} {{ [1, 2]|join('-') }} {{ [{'a': 1}, {'a': 2}]|join('-', attribute='a') }} {{ 'aXbX'.replace('X', 'y', 1) }}",
    );
    assert_eq!(joined.unwrap(), "1b 1-2 1-2 aybX");
}

#[test]
fn a_reference_cycle_is_refused() {
    for call in ["loop.cycle()", "loop . cycle ( *[])", "loop.cycle(**{})"] {
        let source = format!("{{% for x in [1] %}}{{{{ {call} }}}}{{% endfor %}}");
        let error = from_config(&json!({ "chat_template": source })).unwrap_err().to_string();
        assert!(error.contains("calls loop.cycle() without arguments"), "{error}");
    }
    assert_eq!(render("{% for x in [1, 2, 3] %}{{ loop.cycle('a', 'b') }}{% endfor %}").unwrap(), "aba");
}

#[test]
fn a_template_syntax_error_names_its_line() {
    let error = from_config(&json!({"chat_template": "a\nb\n{% if %}"})).unwrap_err().to_string();
    assert!(error.starts_with("tokenizer_config.json: invalid chat template: line 3: "), "{error}");
    assert!(!error.contains('\n'), "{error}");
    let error = from_config(&json!({"chat_template": 7})).unwrap_err().to_string();
    assert!(error.contains("chat_template: invalid value (found a number"), "{error}");
    let error = refusal("{{ messages[0].content.nothing.deeper }}");
    assert!(error.contains("line 1"), "{error}");
}

#[test]
fn strftime_now_uses_the_local_clock() {
    let year = render("{{ strftime_now('%Y') }}").unwrap();
    assert!(year.parse::<u32>().unwrap() >= 2024, "{year}");
    assert!(refusal("{{ strftime_now('%Q') }}").contains("bad format"));
}

#[test]
fn tojson_writes_what_python_writes() {
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
fn line_ends_of_a_template_are_newlines() {
    assert_eq!(render("a\r\nb\rc{% if true %}\r\nd{% endif %}\r\n").unwrap(), "a\nb\ncd");
    assert_eq!(render("{{ 'a\r\nb' }}{{ 'c\\r\\nd' }}").unwrap(), "a\nbc\r\nd");
}

#[test]
fn the_template_for_tools_is_used_if_there_are_tools() {
    let jinja = (Path::new("chat_template.jinja"), &b"default"[..]);
    let tool_use = (Path::new("additional_chat_templates/tool_use.jinja"), &b"tools: {{ tools[0].name }}"[..]);
    let sources = ChatSources { jinja: Some(jinja), tool_use: Some(tool_use), ..Default::default() };
    let template = ChatTemplate::from_sources(sources).unwrap().unwrap();
    let mut conversation = Conversation::question(None, "Hi");
    assert_eq!(template.render(&conversation).unwrap(), "default");
    conversation.tools = Some(json!([{"name": "add"}]));
    assert_eq!(template.render(&conversation).unwrap(), "tools: add");
    let broken = (Path::new("additional_chat_templates/tool_use.jinja"), &b"{% if %}"[..]);
    let error = ChatTemplate::from_sources(ChatSources { tool_use: Some(broken), ..sources }).unwrap_err();
    assert!(
        error.to_string().starts_with("additional_chat_templates/tool_use.jinja: invalid chat template"),
        "{error}"
    );
}

#[test]
fn arguments_of_tool_calls_stay_strings_for_a_template_that_joins_them_to_strings() {
    let file = json!([{"role": "user", "content": "x"},
        {"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": "{\"a\":1}"}}]}]);
    let conversation = Conversation::from_json(Path::new("m.json"), file.to_string().as_bytes()).unwrap();
    let calls = "{{ messages[1].tool_calls[0].function.arguments";
    assert_eq!(template(&format!("{calls}|tojson }}}}")).render(&conversation).unwrap(), "{\"a\": 1}");
    assert_eq!(template(&format!("{calls} + '' }}}}")).render(&conversation).unwrap(), "{\"a\":1}");
}

#[test]
fn further_variables_reach_the_template() {
    let file =
        json!({"messages": [{"role": "user", "content": "x"}], "chat_template_kwargs": {"enable_thinking": false}});
    let conversation = Conversation::from_json(Path::new("m.json"), file.to_string().as_bytes()).unwrap();
    let source = "{{ enable_thinking }} {{ eos_token }}";
    assert_eq!(template(source).render(&conversation).unwrap(), "False </s>");
}

#[test]
fn message_files_are_lists_or_objects_of_messages() {
    let read = |json: &str| Conversation::from_json(Path::new("m.json"), json.as_bytes());
    let list = read(r#"[{"role": "user", "content": "x", "zeta": 1, "alpha": 2}]"#).unwrap();
    let keys: Vec<&String> = list.messages[0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["role", "content", "zeta", "alpha"]);
    assert_eq!((list.tools, list.ending), (None, Ending::Answer));
    let object = r#"{"messages": [{"role": "user", "content": ""}], "tools": [{}], "documents": null, "model": null}"#;
    let object = read(object).unwrap();
    assert_eq!((object.tools, object.documents), (Some(json!([{}])), None));
    for (flags, ending) in [
        (r#""add_generation_prompt": true"#, Ending::Answer),
        (r#""add_generation_prompt": false"#, Ending::Closed),
        (r#""continue_final_message": false"#, Ending::Answer),
        (r#""continue_final_message": true, "add_generation_prompt": false"#, Ending::ContinueLast),
    ] {
        let file = read(&format!(r#"{{"messages": [{{"role": "user", "content": "x"}}], {flags}}}"#)).unwrap();
        assert_eq!(file.ending, ending, "{flags}");
    }
}

#[test]
fn a_fault_of_a_message_file_names_the_file_and_the_part() {
    let said = |json: &str| Conversation::from_json(Path::new("m.json"), json.as_bytes()).unwrap_err().to_string();
    let one = |fields: &str| said(&format!(r#"{{"messages": [{{"role": "user", "content": "x"}}, {{{fields}}}]}}"#));
    let with = |more: &str| said(&format!(r#"{{"messages": [{{"role": "user", "content": "x"}}], {more}}}"#));
    let call = |call: &str| one(&format!(r#""role": "assistant", "tool_calls": [{call}]"#));
    let list = "expected a list with at least one message)";
    for (said, expected) in [
        (said("["), "messages are not JSON: EOF"),
        (said("[]"), &*format!("messages: invalid messages (found an empty list, {list}")),
        (said("{}"), &format!("messages: invalid messages (found nothing, {list}")),
        (said(r#"{"messages": "hi"}"#), &format!("messages: invalid messages (found a string, {list}")),
        (said(r#"{"msgs": []}"#), "msgs: unknown key (expected messages, tools, "),
        (said(r#"{"role": "user", "content": "x"}"#), "invalid messages (found a single message, expected a list"),
        (said(r#"["hi"]"#), "messages[0]: invalid messages (found a string"),
        (one(r#""content": "x""#), "messages[1].role: invalid messages (found nothing"),
        (one(r#""role": 3, "content": "x""#), "messages[1].role: invalid messages (found a number"),
        (one(r#""role": " ", "content": "x""#), "messages[1].role: invalid messages (found an empty string"),
        (one(r#""role": "user""#), "messages[1].content: invalid messages (found nothing"),
        (one(r#""role": "user", "content": 7"#), "messages[1].content: invalid messages (found a number"),
        (one(r#""role": "user", "content": {"a": 1}"#), "messages[1].content: invalid messages (found an object"),
        (one(r#""role": "user", "content": []"#), "messages[1].content: invalid messages (found an empty list"),
        (one(r#""role": "user", "content": [3]"#), "messages[1].content[0]: invalid messages (found a number"),
        (
            one(r#""role": "user", "content": [{"text": "x"}]"#),
            "messages[1].content[0]: invalid messages (found an object",
        ),
        (
            one(r#""role": "user", "content": [{"type": "text"}]"#),
            "messages[1].content[0].text: invalid messages (found nothing",
        ),
        (
            one(
                r#""role": "user", "content": [{"type": "text", "text": "x"}, {"type": "image_url", "image_url": {}}]"#,
            ),
            "messages[1].content[1]: type \"image_url\" is not supported (this model reads text only)",
        ),
        (one(r#""role": "assistant", "tool_calls": {}"#), "messages[1].tool_calls: invalid messages (found an object"),
        (call("3"), "messages[1].tool_calls[0]: invalid messages (found a number"),
        (
            call(r#"{"function": {"name": "f", "arguments": "[1"}}"#),
            "messages[1].tool_calls[0].function.arguments: invalid messages: ",
        ),
        (with(r#""tools": 3"#), "tools: invalid messages (found a number, expected a list of objects)"),
        (with(r#""tools": ["add"]"#), "tools[0]: invalid messages (found a string, expected an object)"),
        (with(r#""documents": {}"#), "documents: invalid messages (found an object, expected a list of objects)"),
        (with(r#""chat_template_kwargs": 1"#), "chat_template_kwargs: invalid messages (found a number"),
        (with(r#""chat_template_kwargs": {"messages": 1}"#), "chat_template_kwargs.messages: belongs at the top level"),
        (
            with(r#""chat_template_kwargs": {"x": 1, "add_generation_prompt": false, "tools": []}"#),
            "chat_template_kwargs.tools, chat_template_kwargs.add_generation_prompt: belongs at the top level",
        ),
        (with(r#""add_generation_prompt": "yes""#), "add_generation_prompt: invalid messages (found a string"),
        (with(r#""temperature": 0.5"#), "temperature: unknown key (expected messages, "),
        (
            with(r#""model": "m", "tools": [], "temperature": 0.5, "max_tokens": 3"#),
            "model, temperature, max_tokens: unknown keys (expected messages, ",
        ),
        (
            with(r#""a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1"#),
            "a, b, c, d, e, f, g, h and 2 more: unknown",
        ),
        (
            with(r#""add_generation_prompt": true, "continue_final_message": true"#),
            "continue_final_message: invalid messages (found true, expected false with add_generation_prompt)",
        ),
    ] {
        assert!(said.starts_with(&format!("m.json: {expected}")), "{said}\nis not {expected}");
    }
}

#[test]
fn a_tool_call_without_the_name_of_a_function_is_refused_with_its_place() {
    let said = |call: &str| {
        let json = format!(
            r#"[{{"role": "user", "content": "x"}}, {{"role": "assistant", "content": null, "tool_calls": [{call}]}}]"#
        );
        Conversation::from_json(Path::new("m.json"), json.as_bytes()).err().map(|error| error.to_string())
    };
    let object = "expected an object with the name of a function)";
    let name = "expected the name of a function)";
    for (call, place, problem) in [
        ("{}", ".function", format!("(found nothing, {object}")),
        (r#"{"id": "1", "type": "function"}"#, ".function", format!("(found nothing, {object}")),
        (r#"{"function": "f"}"#, ".function", format!("(found a string, {object}")),
        (r#"{"function": {}}"#, ".function.name", format!("(found nothing, {name}")),
        (r#"{"function": {"name": 3}}"#, ".function.name", format!("(found a number, {name}")),
        (r#"{"function": {"name": " "}}"#, ".function.name", format!("(found an empty string, {name}")),
        (r#"{"name": null}"#, ".name", format!("(found nothing, {name}")),
        (r#"{"name": ["f"]}"#, ".name", format!("(found a list, {name}")),
        (
            r#"{"function": {"name": "f", "arguments": [1]}}"#,
            ".function.arguments",
            "(found a list, expected a JSON object)".into(),
        ),
        (
            r#"{"name": "f", "arguments": "[1]"}"#,
            ".arguments",
            "(found a list in a string, expected a JSON object)".into(),
        ),
    ] {
        let expected = format!("m.json: messages[1].tool_calls[0]{place}: invalid messages {problem}");
        assert_eq!(said(call), Some(expected), "{call}");
    }
    for call in [
        r#"{"function": {"name": "f"}}"#,
        r#"{"function": {"name": "f", "arguments": {"a": 1}}}"#,
        r#"{"function": {"name": "f", "arguments": ""}}"#,
        r#"{"name": "f", "arguments": "{\"a\": 1}"}"#,
        r#"{"function": null, "name": "f"}"#,
    ] {
        assert_eq!(said(call), None, "{call}");
    }
}

#[test]
fn a_duplicate_key_of_a_message_file_is_an_error_at_any_depth() {
    let said = |json: &str| Conversation::from_json(Path::new("m.json"), json.as_bytes()).unwrap_err().to_string();
    for (json, key, place) in [
        ("[{\"role\": \"user\",\n\"content\": \"x\", \"content\": \"y\"}]", "content", "line 2 column 25"),
        (r#"[{"role": "user", "content": [{"type": "text", "text": "a", "text": "b"}]}]"#, "text", "line 1 column "),
        (r#"{"messages": [{"role": "user", "content": "x"}], "messages": []}"#, "messages", "line 1 column "),
        (
            r#"{"messages": [{"role": "user", "content": "x"}], "tools": [{"p": {"a": 1, "a": 1}}]}"#,
            "a",
            "line 1 column ",
        ),
    ] {
        let expected = format!("m.json: ambiguous JSON: the key {key:?} occurs twice at {place}");
        assert!(said(json).starts_with(&expected), "{}\nis not {expected}", said(json));
    }
    let arguments =
        r#"[{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": "{\"a\": 1, \"a\": 2}"}}]}]"#;
    assert!(
        said(arguments)
            .starts_with("m.json: messages[0].tool_calls[0].function.arguments: ambiguous JSON: the key \"a\" occurs"),
        "{}",
        said(arguments)
    );
    assert!(said("[\n{\"role\" 1}]").ends_with("at line 2 column 9"), "{}", said("[\n{\"role\" 1}]"));
}

#[test]
fn a_byte_order_mark_is_skipped_and_other_encodings_are_named() {
    let read = |bytes: &[u8]| Conversation::from_json(Path::new("m.json"), bytes);
    let json = r#"[{"role": "user", "content": "é"}]"#;
    let with_mark = [b"\xef\xbb\xbf", json.as_bytes()].concat();
    assert_eq!(read(&with_mark).unwrap().messages, read(json.as_bytes()).unwrap().messages);
    let said = |bytes: Vec<u8>| read(&bytes).unwrap_err().to_string();
    let little = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let big = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let wide = |text: &str| text.chars().flat_map(|c| (c as u32).to_le_bytes()).collect::<Vec<u8>>();
    let marked = format!("\u{feff}{json}");
    for bytes in [little(json), little(&marked), big(json), big(&marked)] {
        assert_eq!(said(bytes), "m.json: not UTF-8 (found UTF-16)");
    }
    for bytes in [wide(json), wide(&marked)] {
        assert_eq!(said(bytes), "m.json: not UTF-8 (found UTF-32)");
    }
    assert_eq!(said(b"[{\"role\": \"user\", \"content\": \"\xe9\"}]".to_vec()), "m.json: byte 30: not UTF-8");
}

#[test]
fn a_file_that_ends_the_prompt_otherwise_forbids_to_continue_its_last_message() {
    let continued = |flags: &str| {
        let json = format!(r#"{{"messages": [{{"role": "assistant", "content": "x"}}]{flags}}}"#);
        let mut file = Conversation::from_json(Path::new("m.json"), json.as_bytes()).unwrap();
        file.continue_last().map(|()| file.ending).map_err(|error| error.to_string())
    };
    for flags in ["", r#", "add_generation_prompt": false"#, r#", "continue_final_message": true"#] {
        assert_eq!(continued(flags), Ok(Ending::ContinueLast), "{flags}");
    }
    for (flag, expected) in [
        (r#", "add_generation_prompt": true"#, "add_generation_prompt: invalid messages (found true, expected false"),
        (
            r#", "add_generation_prompt": false, "continue_final_message": false"#,
            "continue_final_message: invalid messages (found false, expected true",
        ),
    ] {
        assert_eq!(continued(flag), Err(format!("m.json: {expected} to continue the last message)")));
    }
}
