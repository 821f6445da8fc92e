//! Tool calls in answers: the formats of the families, and the parser, whatever pieces the text comes in.

use rumma::text::{Piece, ToolCall, ToolCallParser, ToolFormat};

fn format(template: &str) -> ToolFormat {
    ToolFormat::detect(template, |_| false).unwrap()
}

fn hermes() -> ToolFormat {
    format("... <tool_call>\\n{\"name\": <function-name>, ...")
}

fn content(text: &str) -> Piece {
    Piece::Content(text.into())
}

fn call(name: &str, arguments: &str) -> Piece {
    Piece::Call(ToolCall { name: name.into(), arguments: arguments.into() })
}

/// The pieces of a text, with neighbouring content joined.
fn parse_in(format: ToolFormat, pieces: &[&str]) -> Vec<Piece> {
    let mut parser = ToolCallParser::new(format, vec!["add".into(), "now".into()]);
    let mut found: Vec<Piece> = pieces.iter().flat_map(|piece| parser.push(piece)).collect();
    found.extend(parser.finish());
    let calls = found.iter().filter(|piece| matches!(piece, Piece::Call(_))).count();
    assert_eq!(parser.calls(), calls);
    let mut joined: Vec<Piece> = Vec::new();
    for piece in found {
        match (joined.last_mut(), piece) {
            (Some(Piece::Content(last)), Piece::Content(text)) => last.push_str(&text),
            (_, piece) => joined.push(piece),
        }
    }
    joined
}

/// The pieces of a text, which are the same whole, by character, and cut in two anywhere.
fn parse(format: ToolFormat, text: &str) -> Vec<Piece> {
    let whole = parse_in(format, &[text]);
    let chars: Vec<String> = text.chars().map(String::from).collect();
    assert_eq!(parse_in(format, &chars.iter().map(String::as_str).collect::<Vec<_>>()), whole, "{text}");
    for (cut, _) in text.char_indices() {
        let (left, right) = text.split_at(cut);
        assert_eq!(parse_in(format, &[left, right]), whole, "{text} cut at {cut}");
    }
    whole
}

#[test]
fn calls_of_every_format_are_found_with_the_text_around_them() {
    let add = || call("add", r#"{"a":1,"b":"</tool_call>"}"#);
    let json = r#"{"name": "add", "arguments": {"a": 1, "b": "</tool_call>"}}"#;
    let now = r#"{"name": "now", "arguments": {}}"#;
    let hermes_text = format!("Let me see.\n<tool_call>\n{json}\n</tool_call>\n<tool_call>\n{now}\n</tool_call>");
    assert_eq!(parse(hermes(), &hermes_text), [content("Let me see."), add(), call("now", "{}")]);
    // The end of a call is not needed.
    assert_eq!(parse(hermes(), &format!("<tool_call>{json}")), [add()]);
    assert_eq!(parse(hermes(), &format!("<tool_call>{json}</tool_call> Done")), [add(), content(" Done")]);

    let mistral = format("{{ '[TOOL_CALLS] [' }}");
    assert_eq!(parse(mistral, &format!("[TOOL_CALLS][{json}, {now}]")), [add(), call("now", "{}")]);
    let granite = format("respond only with <|tool_call|> followed by a JSON list");
    assert_eq!(parse(granite, &format!("So: <|tool_call|>[{json}]")), [content("So:"), add()]);
    let phi = format("<|tool_call|> <|/tool_call|>");
    assert_eq!(parse(phi, &format!("<|tool_call|>[{json}]<|/tool_call|>")), [add()]);
    let llama = format(r#"{"name": function name, "parameters": dictionary}"#);
    let parameters = json.replace("arguments", "parameters");
    assert_eq!(parse(llama, &parameters), [add()]);
    assert_eq!(parse(llama, &format!("<|python_tag|>{parameters}; {parameters}")), [add(), add()]);
}

#[test]
fn what_looks_like_a_call_and_is_none_stays_as_it_is() {
    let texts = [
        "Plain text with < and <tool and {braces}. ü\n",
        "<tool_call>\nnot JSON\n</tool_call>",
        "<tool_call>\n{\"name\": \"other\", \"arguments\": {}}\n</tool_call>",
        "<tool_call>\n{\"name\": \"add\", \"arguments\": [1]}\n</tool_call>",
        "<tool_call>\n{\"name\": \"add\", \"arguments\": {\"a\": 1",
        "<tool_call>\n{\"name\": \"add\", \"arguments\": {]}",
        "<tool_call>  ",
        "<tool_call><tool_cal",
        "  spaces at both ends  ",
    ];
    for text in texts {
        assert_eq!(parse(hermes(), text), [content(text)]);
    }
    let llama = format(r#""parameters": "#);
    for text in ["{\"name\": \"add\", \"parameters\": 1} and more", " {\"a\": ", "Text {\"name\": \"add\"}", "<|python"]
    {
        assert_eq!(parse(llama, text), [content(text)]);
    }
    // A call that follows text that is none is found.
    let text = "<tool_call>no</tool_call><tool_call>{\"name\": \"now\"}</tool_call>";
    assert_eq!(parse(hermes(), text), [content("<tool_call>no</tool_call>"), call("now", "{}")]);
}

#[test]
fn arguments_can_be_a_string_of_json() {
    let text = r#"<tool_call>{"name": "add", "arguments": "{\"a\": 1}"}</tool_call>"#;
    assert_eq!(parse(hermes(), text), [call("add", r#"{"a": 1}"#)]);
}

#[test]
fn the_format_follows_from_the_template_or_the_tokens() {
    assert_eq!(ToolFormat::detect("no tools", |_| false), None);
    assert_eq!(ToolFormat::detect("<tool_call>\n<function=example>", |_| true), None);
    let of_tokens = |tokens: &[&str]| ToolFormat::detect("", |text| tokens.contains(&text)).unwrap();
    assert_eq!(of_tokens(&["<tool_call>", "</tool_call>"]), hermes());
    assert!(of_tokens(&["[TOOL_CALLS]"]).is_list);
    assert_eq!(of_tokens(&["<|tool_call|>", "<|/tool_call|>"]).end, "<|/tool_call|>");
    assert_eq!(of_tokens(&["<|python_tag|>"]).arguments, "parameters");
}
