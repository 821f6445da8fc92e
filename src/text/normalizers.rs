//! The normalizers and pre-tokenizers of tokenizer.json: which types are supported, and how much they may lengthen a
//! text.

use serde_json::Value;
use tokenizers::{NormalizedString, Normalizer, NormalizerWrapper};

/// The normalizers of tokenizer.json, applied in order.
///
/// The crate's `Sequence` tracks the offset of each character in the input, and panics if a step removes the text that
/// the next one refers to. Offsets are unused here, so every step after the first gets a new `NormalizedString`.
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
    /// Parses the `normalizer` of tokenizer.json; `None` if it is null or an empty sequence.
    pub(super) fn from_json(step: &Value) -> std::result::Result<Option<Normalizers>, String> {
        let mut steps = Vec::new();
        flatten(step, "normalizers", &mut steps);
        let parsed: std::result::Result<Vec<NormalizerWrapper>, _> =
            steps.into_iter().map(|step| serde_json::from_value(step.clone())).collect();
        let parsed = parsed.map_err(|error| format!("normalizer: {error}"))?;
        Ok((!parsed.is_empty()).then_some(Normalizers(parsed)))
    }
}

/// The supported normalizer types: those that the BPE tokenizers of language models use. The crate's other steps panic
/// on some values (`Precompiled`, `FixedLength`) or on some texts (`Lowercase` before `ByteLevel`).
pub(super) const NORMALIZERS: &[&str] = &["NFC", "NFD", "NFKC", "NFKD", "Prepend", "Replace", "Sequence"];
/// The supported pre-tokenizer types, chosen by the same rule as [`NORMALIZERS`].
pub(super) const PRE_TOKENIZERS: &[&str] =
    &["ByteLevel", "Digits", "Metaspace", "Punctuation", "Sequence", "Split", "Whitespace", "WhitespaceSplit"];

/// The factor by which a list of steps may lengthen a text; also the maximum number of steps and of bytes they prepend.
/// Real files need a factor of 3, for a space that becomes `▁`.
const MAX_GROWTH: usize = 64;

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

/// Refuses `ByteLevel` after a step that inserts text: the crate's `ByteLevel` panics on characters that have no origin
/// in the input. No tokenizer of a language model combines them.
pub(super) fn check_inserted_text(normalizer: &Value, pre_tokenizer: &Value) -> std::result::Result<(), String> {
    let mut steps = Vec::new();
    flatten(normalizer, "normalizers", &mut steps);
    flatten(pre_tokenizer, "pretokenizers", &mut steps);
    let kinds: Vec<&str> = steps.iter().filter_map(|step| step["type"].as_str()).collect();
    let inserts = kinds.iter().position(|kind| ["Prepend", "Replace", "Metaspace", "ByteLevel"].contains(kind));
    let bytes = kinds.iter().rposition(|kind| *kind == "ByteLevel");
    match (inserts, bytes) {
        (Some(inserts), Some(bytes)) if inserts < bytes => {
            Err(format!("tokenizer step ByteLevel after {}, which inserts text", kinds[inserts]))
        }
        _ => Ok(()),
    }
}

/// The factor by which the steps may lengthen a text, computed from their parameters; an error if it exceeds
/// [`MAX_GROWTH`].
///
/// It cannot be checked while a text is normalized, because the crate ignores the error of a normalizer and continues
/// with the original text.
pub(super) fn check_growth(step: &Value, list: &str) -> std::result::Result<usize, String> {
    let mut steps = Vec::new();
    flatten(step, list, &mut steps);
    let (mut growth, mut prepended) = (1usize, 0);
    for step in &steps {
        let bytes = |key: &str| step[key].as_str().unwrap_or_default().len();
        match (step["type"].as_str(), step["pattern"]["String"].as_str()) {
            (Some("Replace"), Some(pattern)) if !pattern.is_empty() => {
                growth = growth.saturating_mul(bytes("content").div_ceil(pattern.len()).max(1));
            }
            // A regular expression may match a single byte, or the empty string before every byte.
            (Some("Replace"), _) => growth = growth.saturating_mul(bytes("content") + 1),
            (Some("Prepend"), _) => prepended += bytes("prepend"),
            _ => {}
        }
    }
    if growth.max(prepended).max(steps.len()) > MAX_GROWTH {
        return Err(format!(
            "{list}: more than {MAX_GROWTH} steps, {MAX_GROWTH} prepended bytes or {MAX_GROWTH} times the length of the text"
        ));
    }
    Ok(growth)
}

/// Appends the steps of a `Sequence` and of nested ones to `out`, or the step itself if it is not a sequence.
fn flatten<'v>(step: &'v Value, list: &str, out: &mut Vec<&'v Value>) {
    match step[list].as_array() {
        Some(steps) if step["type"] == "Sequence" => steps.iter().for_each(|step| flatten(step, list, out)),
        _ if step.is_null() => {}
        _ => out.push(step),
    }
}
