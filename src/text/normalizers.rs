//! The steps of tokenizer.json, before a text is cut into tokens: which are known, and how much text they may make of it.

use serde_json::Value;
use tokenizers::{NormalizedString, Normalizer, NormalizerWrapper};

/// The normalizers of tokenizer.json, one after the other.
///
/// The crate's own sequence keeps track of where each character comes from, and panics when one step has left nothing
/// that the next can point to. The origins are of no use here: every step after the first gets a text of its own.
#[derive(Debug, Clone)]
pub(super) struct Normalizers(Vec<NormalizerWrapper>);

impl Normalizer for Normalizers {
    fn normalize(&self, text: &mut NormalizedString) -> tokenizers::Result<()> {
        for (index, step) in self.0.iter().enumerate() {
            if index > 0 {
                *text = NormalizedString::from(text.get());
            }
            step.normalize(text)?;
        }
        Ok(())
    }
}

impl Normalizers {
    pub(super) fn from_json(step: &Value) -> std::result::Result<Option<Normalizers>, String> {
        let mut steps = Vec::new();
        flatten(step, "normalizers", &mut steps);
        let parsed: std::result::Result<Vec<NormalizerWrapper>, _> =
            steps.into_iter().map(|step| serde_json::from_value(step.clone())).collect();
        let parsed = parsed.map_err(|error| format!("normalizer: {error}"))?;
        Ok((!parsed.is_empty()).then_some(Normalizers(parsed)))
    }
}

/// The steps that may stand in tokenizer.json: those of the byte-pair tokenizers that language models come with. The
/// crate's other steps panic on some values (`Precompiled`, `FixedLength`) or on some texts (`Lowercase` before `ByteLevel`).
pub(super) const NORMALIZERS: &[&str] = &["NFC", "NFD", "NFKC", "NFKD", "Prepend", "Replace", "Sequence"];
pub(super) const PRE_TOKENIZERS: &[&str] =
    &["ByteLevel", "Digits", "Metaspace", "Punctuation", "Sequence", "Split", "Whitespace", "WhitespaceSplit"];

/// How many times as long a list of steps may make a text; also how many steps it may have, and how many bytes they may
/// put in front. Three times is usual, for a space that becomes `▁`.
const GROWTH: usize = 64;
/// Refuses a step, or a step inside a `Sequence`, whose `type` is not in `known`.
pub(super) fn check_steps(step: &Value, known: &[&str], list: &str) -> std::result::Result<(), String> {
    if step.is_null() {
        return Ok(());
    }
    let kind = step["type"].as_str().unwrap_or("without a type");
    if !known.contains(&kind) {
        return Err(format!("tokenizer step {kind} in {list}"));
    }
    step[list].as_array().into_iter().flatten().try_for_each(|inner| check_steps(inner, known, list))
}

/// Refuses `ByteLevel` on text that an earlier step has put in: the crate's panics on characters that stand for nothing
/// in the text it was given. No tokenizer of a language model has both.
pub(super) fn check_inserted_text(normalizer: &Value, pre_tokenizer: &Value) -> std::result::Result<(), String> {
    let mut steps = Vec::new();
    flatten(normalizer, "normalizers", &mut steps);
    flatten(pre_tokenizer, "pretokenizers", &mut steps);
    let kinds: Vec<&str> = steps.iter().filter_map(|step| step["type"].as_str()).collect();
    let inserts = kinds.iter().position(|kind| ["Prepend", "Replace", "Metaspace", "ByteLevel"].contains(kind));
    let bytes = kinds.iter().rposition(|kind| *kind == "ByteLevel");
    match (inserts, bytes) {
        (Some(inserts), Some(bytes)) if inserts < bytes => {
            Err(format!("tokenizer step ByteLevel after {}, which puts in text", kinds[inserts]))
        }
        _ => Ok(()),
    }
}

/// How many times as long the steps may make a text.
///
/// The bound is on the description, because the crate takes a text as it was where a normalizer fails.
pub(super) fn growth(step: &Value, list: &str) -> std::result::Result<usize, String> {
    let mut steps = Vec::new();
    flatten(step, list, &mut steps);
    let (mut growth, mut in_front) = (1usize, 0);
    for step in &steps {
        let bytes = |key: &str| step[key].as_str().unwrap_or_default().len();
        match (step["type"].as_str(), step["pattern"]["String"].as_str()) {
            (Some("Replace"), Some(pattern)) if !pattern.is_empty() => {
                growth = growth.saturating_mul(bytes("content").div_ceil(pattern.len()).max(1));
            }
            // An expression may match a single byte, or nothing before every byte.
            (Some("Replace"), _) => growth = growth.saturating_mul(bytes("content") + 1),
            (Some("Prepend"), _) => in_front += bytes("prepend"),
            _ => {}
        }
    }
    if growth.max(in_front).max(steps.len()) > GROWTH {
        return Err(format!("{list}: together they may make a text more than {GROWTH} times as long"));
    }
    Ok(growth)
}

/// The steps of a `Sequence`, of those inside it, or the step itself.
fn flatten<'v>(step: &'v Value, list: &str, out: &mut Vec<&'v Value>) {
    match step[list].as_array() {
        Some(steps) if step["type"] == "Sequence" => steps.iter().for_each(|step| flatten(step, list, out)),
        _ if step.is_null() => {}
        _ => out.push(step),
    }
}
