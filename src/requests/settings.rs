//! The settings of a generation: from a request, checkpoint and tokenizer to what the engine needs.

use std::path::Path;

use crate::checkpoint::Checkpoint;
use crate::checkpoint::generation::FILE_NAME;
use crate::engine::Request;
use crate::engine::defaults::{SamplingOverrides, TokenLimit};
use crate::engine::suppress::SuppressedTokens;
use crate::error::{Fault, FaultKind, Result};
use crate::report::generation::{EosReport, GenerationReport, SamplingReport};
use crate::text::Tokenizer;

/// The settings that the user gives.
#[derive(Debug, Clone, Default)]
pub struct GenerationOptions {
    /// Sampling options.
    pub sampling: SamplingOverrides,
    /// The most tokens of an answer.
    pub max_tokens: Option<usize>,
    /// Stop strings.
    pub stop: Vec<String>,
}

/// The settings in effect.
pub struct GenerationSettings {
    /// The settings, and where they come from.
    pub report: GenerationReport,
    /// Tokens that must not be sampled.
    pub suppressed: SuppressedTokens,
    /// What the checkpoint sets and the answer does not follow, and what limits it unexpectedly.
    pub warnings: Vec<Fault>,
}

impl GenerationSettings {
    /// A request for one sequence from a prompt.
    pub fn request(&self, prompt: Vec<u32>, context: usize, seed: u64) -> Request {
        let GenerationReport { sampling, eos, limit, .. } = &self.report;
        Request {
            max_tokens: limit.tokens,
            context,
            sampling: sampling.options,
            seed,
            eos: eos.ids.clone(),
            suppressed: self.suppressed.clone(),
            ..Request::new(prompt)
        }
    }
}

/// The names of tokens that end a turn or a text, for a checkpoint that names none.
const END_TOKENS: [&str; 8] =
    ["<|im_end|>", "<|eot_id|>", "<|end_of_text|>", "<|endoftext|>", "<end_of_turn>", "<|end|>", "<eos>", "</s>"];

/// The settings of a generation after a prompt of `prompt` tokens in a context of `context`.
///
/// # Errors
/// The fault of an invalid setting of the checkpoint that no option overrides.
pub fn settings(
    checkpoint: &Checkpoint,
    tokenizer: Option<&Tokenizer>,
    options: &GenerationOptions,
    prompt: usize,
    context: usize,
) -> Result<GenerationSettings> {
    let config = &checkpoint.generation;
    let path = checkpoint.sidecar(FILE_NAME);
    let (sampling, from) = options.sampling.resolve(config)?;
    let eos = eos(checkpoint, tokenizer)?;
    let suppressed = SuppressedTokens::of(config, &eos.ids)?;
    let limit = TokenLimit::resolve(options.max_tokens, config, prompt)?;
    config.check("stop_strings")?;
    let mut warnings = Vec::new();
    let mut stop = options.stop.clone();
    match tokenizer {
        Some(_) => stop.extend(config.stop_strings.iter().filter(|text| !options.stop.contains(text)).cloned()),
        None if !config.stop_strings.is_empty() => {
            let fault = Fault::new(FaultKind::IgnoredSettings, &path).cause("stop_strings, which need a tokenizer");
            warnings.push(fault);
        }
        None => {}
    }
    warnings.extend(eos_warning(checkpoint, &eos));
    warnings.extend(length_warning(&path, checkpoint, &limit, prompt, context));
    let sampling = SamplingReport { options: sampling, from };
    let report = GenerationReport { sampling, suppressed: suppressed.clone(), eos, limit, stop };
    Ok(GenerationSettings { report, suppressed, warnings })
}

/// The end-of-sequence tokens: those of `generation_config.json`; else those of `config.json` and the `eos_token` of
/// `tokenizer_config.json`, which ends a turn of a chat; else special tokens with a known name.
fn eos(checkpoint: &Checkpoint, tokenizer: Option<&Tokenizer>) -> Result<EosReport> {
    let config = &checkpoint.generation;
    config.check("eos_token_id")?;
    let mut ids = config.eos_token_ids.clone();
    let mut from: Vec<&str> = config.eos_file.into_iter().collect();
    if config.eos_file != Some(FILE_NAME) {
        let of_config = match tokenizer {
            Some(tokenizer) => tokenizer.eos(),
            None => checkpoint.read("tokenizer_config.json")?.and_then(|(_, bytes)| Tokenizer::eos_of_config(&bytes)),
        };
        if let Some(eos) = of_config.filter(|eos| !ids.contains(eos)) {
            ids.push(eos);
            from.push("tokenizer_config.json");
        }
    }
    if let (true, Some(tokenizer)) = (ids.is_empty(), tokenizer) {
        let named = END_TOKENS.iter().filter_map(|name| tokenizer.id_of(name));
        ids.extend(named.filter(|id| tokenizer.is_special(*id)));
        from.extend((!ids.is_empty()).then_some("names of special tokens"));
    }
    let text = |id: &u32| String::from_utf8(tokenizer?.token_bytes(*id)?).ok();
    let texts = ids.iter().map(text).collect();
    Ok(EosReport { texts, ids, from: (!from.is_empty()).then(|| from.join(", ")) })
}

/// A warning if no token can end an answer.
fn eos_warning(checkpoint: &Checkpoint, eos: &EosReport) -> Option<Fault> {
    let vocabulary = checkpoint.config.as_ref().map_or(usize::MAX, |config| config.vocab_size);
    let fault = Fault::new(FaultKind::NoEndToken, &checkpoint.path);
    match eos.ids.iter().any(|id| (*id as usize) < vocabulary) {
        true => None,
        false if eos.ids.is_empty() => Some(fault),
        false => Some(fault.found(format!("ids {:?} for a vocabulary of {vocabulary}", eos.ids))),
    }
}

/// A warning if `max_length` limits the answer, or is not used because the prompt has reached it.
fn length_warning(
    path: &Path,
    checkpoint: &Checkpoint,
    limit: &TokenLimit,
    prompt: usize,
    context: usize,
) -> Option<Fault> {
    let length = checkpoint.generation.max_length?;
    let fault = |kind| Some(Fault::new(kind, path).subject("max_length").found(length));
    match limit.from {
        "max_length" if length < context => fault(FaultKind::LimitedLength),
        "default" if prompt >= length => fault(FaultKind::IgnoredMaxLength),
        _ => None,
    }
}
