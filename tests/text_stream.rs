//! Streaming detokenization: the text equals that of the `tokenizers` crate, in whole characters, cut before the first
//! stop string.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use rumma::error::{Error, RequestError};
use rumma::text::{TextStream, Tokenizer};
use serde_json::{Value, json};

fn storyteller() -> (Tokenizer, tokenizers::Tokenizer) {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/storyteller/checkpoint");
    let bytes = std::fs::read(directory.join("tokenizer.json")).unwrap();
    let ours = Tokenizer::from_bytes(&directory.join("tokenizer.json"), &bytes, None).unwrap();
    (ours, tokenizers::Tokenizer::from_bytes(&bytes).unwrap())
}

/// A SentencePiece-style tokenizer: `▁` for spaces, byte tokens at ids 2..258, some words, one special token.
fn pieces_json(decoder: Value) -> Vec<u8> {
    let mut vocab = serde_json::Map::new();
    for token in ["<unk>", "</s>"] {
        vocab.insert(token.into(), vocab.len().into());
    }
    for byte in 0..=255 {
        vocab.insert(format!("<0x{byte:02X}>"), vocab.len().into());
    }
    for token in ["▁", "▁the", "a", "é", "▁▁", "🙂", "<0x4>", "x▁y", "<0xZZ>"] {
        vocab.insert(token.into(), vocab.len().into());
    }
    let special = json!({"id": 1, "content": "</s>", "single_word": false, "lstrip": false, "rstrip": false,
        "normalized": false, "special": true});
    let file = json!({"version": "1.0", "added_tokens": [special], "normalizer": null, "pre_tokenizer": null,
        "post_processor": null, "decoder": decoder,
        "model": {"type": "BPE", "unk_token": "<unk>", "byte_fallback": true, "vocab": vocab, "merges": []}});
    file.to_string().into_bytes()
}

fn decoders() -> Vec<Value> {
    let replace = json!({"type": "Replace", "pattern": {"String": "▁"}, "content": " "});
    let fallback = json!({"type": "ByteFallback"});
    let fuse = json!({"type": "Fuse"});
    let strip = |start: u32| json!({"type": "Strip", "content": " ", "start": start, "stop": 0});
    vec![
        json!({"type": "Sequence", "decoders": [replace, fallback, fuse, strip(1)]}),
        json!({"type": "Sequence", "decoders": [replace, fallback, fuse, strip(3)]}),
        json!({"type": "Sequence", "decoders": [replace, fallback, fuse]}),
        json!({"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true}),
        json!({"type": "Metaspace", "replacement": "▁", "prepend_scheme": "never", "split": true}),
        json!({"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}),
    ]
}

fn pieces(decoder: Value) -> (Tokenizer, tokenizers::Tokenizer) {
    let json = pieces_json(decoder);
    let ours = Tokenizer::from_bytes(&PathBuf::from("tokenizer.json"), &json, None).unwrap();
    (ours, tokenizers::Tokenizer::from_bytes(&json).unwrap())
}

fn streamed(tokenizer: &Tokenizer, ids: &[u32], stops: &[&str]) -> (Vec<String>, Option<String>) {
    let stops: Vec<String> = stops.iter().map(|stop| stop.to_string()).collect();
    let mut stream = TextStream::new(tokenizer, &stops).unwrap();
    let mut pieces: Vec<String> = ids.iter().map(|&id| stream.push(id)).collect();
    pieces.push(stream.flush());
    (pieces, stream.stopped().map(str::to_string))
}

proptest! {
    #[test]
    fn byte_level_decoding_equals_the_tokenizers_crate(ids in prop::collection::vec(0u32..1100, 0..60)) {
        let (ours, crates) = storyteller();
        let expected = crates.decode(&ids, true).unwrap();
        prop_assert_eq!(&ours.decode(&ids), &expected);
        prop_assert_eq!(streamed(&ours, &ids, &[]).0.concat(), expected.clone());
        // Stop strings that do not occur only delay the text.
        prop_assert_eq!(streamed(&ours, &ids, &["\u{10FFFF}", "a\u{10FFFF}"]).0.concat(), expected);
    }

    #[test]
    fn sentencepiece_decoding_equals_the_tokenizers_crate(
        decoder in 0usize..6,
        ids in prop::collection::vec(prop_oneof![0u32..300, 194u32..200, 242u32..246, 130u32..194, 258u32..267], 0..30),
    ) {
        let (ours, crates) = pieces(decoders()[decoder].clone());
        let expected = crates.decode(&ids, true).unwrap();
        prop_assert_eq!(&ours.decode(&ids), &expected);
        prop_assert_eq!(streamed(&ours, &ids, &["zzz"]).0.concat(), expected);
    }

    #[test]
    fn text_ends_where_the_first_stop_string_is_complete(
        text in "[ab]{0,12}",
        stops in prop::collection::vec("[ab]{1,4}", 1..4),
    ) {
        let (ours, _) = storyteller();
        let ids: Vec<u32> = text.chars().map(|c| ours.id_of(&c.to_string()).unwrap()).collect();
        let stops: Vec<&str> = stops.iter().map(String::as_str).collect();
        // The stop string that ends first; of several that end at the same byte, the longest.
        let end = (1..=text.len()).find(|&end| stops.iter().any(|stop| text[..end].ends_with(stop)));
        let expected = end.map(|end| {
            let stop = stops.iter().filter(|stop| text[..end].ends_with(**stop)).max_by_key(|stop| stop.len()).unwrap();
            (text[..end - stop.len()].to_string(), Some(stop.to_string()))
        });
        let (pieces, stopped) = streamed(&ours, &ids, &stops);
        prop_assert_eq!((pieces.concat(), stopped), expected.unwrap_or((text, None)));
    }
}

#[test]
fn a_character_is_printed_once_its_last_byte_arrives() {
    let (ours, _) = storyteller();
    let bytes: Vec<u32> = ["ð", "Ł", "Ļ", "Ĥ"].iter().map(|token| ours.id_of(token).unwrap()).collect();
    assert_eq!(streamed(&ours, &bytes, &[]).0, ["", "", "", "🙂", ""]);
    let a = ours.id_of("a").unwrap();
    assert_eq!(streamed(&ours, &[bytes[0], bytes[1], a], &[]).0, ["", "", "\u{FFFD}a", ""]);
    assert_eq!(streamed(&ours, &bytes[..2], &[]).0, ["", "", "\u{FFFD}"]);
    assert_eq!(ours.token_bytes(bytes[0]), Some(vec![0xF0]));
}

#[test]
fn special_and_unknown_ids_add_nothing() {
    let (ours, _) = storyteller();
    let a = ours.id_of("a").unwrap();
    let end = ours.id_of("<|im_end|>").unwrap();
    assert!(ours.is_special(end) && !ours.is_special(a) && !ours.is_special(u32::MAX));
    assert_eq!(ours.decode(&[end, a, ours.vocab_size() as u32, u32::MAX, a]), "aa");
    assert_eq!(ours.token_bytes(u32::MAX), None);
    assert_eq!(ours.token_bytes(end).as_deref(), Some(&b"<|im_end|>"[..]));
}

#[test]
fn a_possible_stop_string_is_held_back() {
    let (ours, _) = storyteller();
    let ids = |text: &str| -> Vec<u32> { text.chars().map(|c| ours.id_of(&c.to_string()).unwrap()).collect() };
    let (pieces, stopped) = streamed(&ours, &ids("xaaby"), &["aab"]);
    assert_eq!((pieces.concat().as_str(), stopped.as_deref()), ("x", Some("aab")));
    assert_eq!(pieces, ["x", "", "", "", "", ""]);
    let (pieces, stopped) = streamed(&ours, &ids("aaaac"), &["aab"]);
    assert_eq!((pieces, stopped), (["", "", "a", "a", "aac", ""].map(String::from).to_vec(), None));
    let (pieces, _) = streamed(&ours, &ids("xa"), &["aab"]);
    assert_eq!(pieces, ["x", "", "a"]);
}

#[test]
fn an_empty_stop_string_is_refused() {
    let (ours, _) = storyteller();
    let error = TextStream::new(&ours, &["a".into(), String::new()]).unwrap_err();
    assert!(matches!(error, Error::Request(RequestError::EmptyStopString)), "{error}");
}

#[test]
fn a_stop_string_with_the_text_of_a_special_token_is_found_where_the_model_generates_it() {
    let (ours, _) = storyteller();
    let end = ours.id_of("<|im_end|>").unwrap();
    let start = ours.id_of("<|im_start|>").unwrap();
    let ids = |text: &str| ours.encode(text).unwrap();
    let generated = [ids("Once upon"), vec![start], ids(" a time x"), vec![end], ids(" and more")].concat();
    for (stop, text) in [
        ("<|im_end|>", "Once upon a time x"),
        ("x<|im_end|>", "Once upon a time "),
        ("x<|im_end|> and", "Once upon a time "),
        ("<|im_start|> a t", "Once upon"),
        // The printed text has no special tokens, and a stop string without one is compared with that.
        ("upon a time", "Once "),
        ("x and", "Once upon a time "),
        ("im_end", "Once upon a time x and more"),
        ("y<|im_end|>", "Once upon a time x and more"),
    ] {
        let (pieces, stopped) = streamed(&ours, &generated, &[stop]);
        assert_eq!(pieces.concat(), text, "{stop}");
        assert_eq!(stopped.as_deref(), (text != "Once upon a time x and more").then_some(stop), "{stop}");
    }
    // The same text without special tokens.
    let spelled = ours.decode(&ids("a <")) + "|im_end|> b";
    let plain: Vec<u32> = spelled.chars().flat_map(|c| ids(&c.to_string())).collect();
    assert_eq!(streamed(&ours, &plain, &["<|im_end|>"]).0.concat(), "a ");
}
