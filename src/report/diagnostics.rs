//! Where the tensors of a checkpoint contradict its configuration or what is usual.

use std::collections::BTreeSet;

use crate::checkpoint::{Checkpoint, Config, Family};
use crate::error::{Error, Result};
use crate::weights;
use crate::weights::formats::{LinearInfo, linears};

/// What there is to remark on in a checkpoint, and whether it can be run.
pub(super) struct Diagnostics {
    /// Every quantised layer, by name.
    pub layers: Vec<LinearInfo>,
    /// The stored output head is the embedding once more, so it neither counts nor costs twice.
    pub head_is_embedding: bool,
    /// How many tensors are used to run it, or the error that running it ends with.
    pub bound: Result<usize>,
    /// One line each.
    pub warnings: Vec<String>,
}

/// Looks at a checkpoint's header and, of the output head, at a few pages or at the `whole`.
pub(super) fn diagnose(checkpoint: &Checkpoint, whole: bool) -> Diagnostics {
    let (layers, format_warnings) = linears(checkpoint);
    let bound = weights::bound(checkpoint, whole);
    let head = stored_head(checkpoint, whole);
    let mut warnings: Vec<String> = checkpoint.warnings.iter().map(ToString::to_string).collect();
    if checkpoint.family.is_none() {
        warnings.push("there is no config.json; the family is told from the names of the tensors".into());
    }
    warnings.extend(format_warnings);
    let is_refused = matches!(&bound, Err(Error::Tensor { tensor, .. }) if tensor == "lm_head.weight");
    warnings.extend(head.warning.filter(|_| !is_refused));
    warnings.extend(check_header(checkpoint, &layers, bound.as_ref().ok()));
    if let Err(error) = &bound {
        let mut refuse = |error: &Error| {
            let (line, refusal) = (error.to_string(), format!("cannot be run: {error}"));
            match warnings.iter_mut().find(|known| **known == line) {
                Some(known) => *known = refusal,
                None => warnings.push(refusal),
            }
        };
        refuse(error);
        if checkpoint.config().is_err() {
            // Another configuration would not make these layers run.
            layers.iter().find_map(|info| info.check_runnable(checkpoint).err()).iter().for_each(refuse);
        }
    }
    Diagnostics { layers, head_is_embedding: head.is_embedding, bound: bound.map(|names| names.len()), warnings }
}

/// What a stored output head is.
struct StoredHead {
    is_embedding: bool,
    warning: Option<String>,
}

/// Compares a stored `lm_head.weight` with the embedding: all of it if `whole`, else a few pages.
fn stored_head(checkpoint: &Checkpoint, whole: bool) -> StoredHead {
    let tied = checkpoint.config.as_ref().map(|config| config.tie_word_embeddings);
    let stored = checkpoint.tensor("lm_head.weight");
    let (Some(head), Some(embedding)) = (stored, checkpoint.tensor("model.embed_tokens.weight")) else {
        return StoredHead { is_embedding: false, warning: None };
    };
    let alike = tied != Some(false) && weights::is_embedding(&head, &embedding, !whole);
    let warning = (tied == Some(true) && !alike)
        .then(|| "lm_head.weight is stored and differs from the embedding, though tie_word_embeddings is true".into());
    StoredHead { is_embedding: alike, warning }
}

/// The family that the tensors' names speak of, for a file without configuration.
pub(super) fn family(checkpoint: &Checkpoint) -> Option<&'static str> {
    let layer = "model.layers.0.";
    let any = |part: &str| {
        checkpoint.tensors().any(|tensor| tensor.name.strip_prefix(layer).is_some_and(|rest| rest.starts_with(part)))
    };
    if any("self_attn.qkv_proj.") {
        Some("phi3")
    } else if any("self_attn.W_pack.") {
        Some("baichuan")
    } else if any("self_attn.q_norm.") {
        Some("qwen3")
    } else if any("self_attn.q_proj.bias") {
        Some("qwen2")
    } else if any("self_attn.q_proj.") {
        Some("llama")
    } else {
        None
    }
}

/// One line for each way in which names and shapes are not what the configuration calls for. Of a checkpoint that can
/// be run, `bound` has the tensors that are used; of others only strange names are unused.
fn check_header(checkpoint: &Checkpoint, layers: &[LinearInfo], bound: Option<&BTreeSet<String>>) -> Vec<String> {
    let Some(config) = &checkpoint.config else {
        return Vec::new();
    };
    if matches!(config.family, Family::Other(_)) {
        return vec![format!("architecture {} is not known; nothing is checked against it", config.family)];
    }
    let mut groups = WarningGroups::default();
    for info in layers {
        if let Some((inputs, outputs)) = expected(config, &info.name)
            && (info.inputs, info.outputs) != (inputs, outputs)
        {
            let found = format!("{} -> {}", info.inputs, info.outputs);
            groups.add("layers of other shapes than config.json says", || {
                format!("{}: {found}, expected {inputs} -> {outputs}", info.name)
            });
        }
    }
    for tensor in checkpoint.tensors() {
        let (module, part) = tensor.name.rsplit_once('.').unwrap_or((tensor.name, ""));
        if bound.map_or(!is_known(config, tensor.name, module), |names| {
            !names.contains(tensor.name) && !is_harmless(module)
        }) {
            groups.add("tensors unused by this architecture", || tensor.name.into());
            continue;
        }
        let expected_shape = match (expected(config, module), part) {
            (Some((inputs, outputs)), "weight") => vec![outputs, inputs],
            _ => match expected_dense(config, tensor.name) {
                Some(expected_shape) => expected_shape,
                None => continue,
            },
        };
        if tensor.shape != expected_shape {
            let found = tensor.shape;
            groups.add("tensors of other shapes than config.json says", || {
                format!("{}: {found:?}, expected {expected_shape:?}", tensor.name)
            });
        }
    }
    let mut lines: Vec<String> =
        groups.0.into_iter().map(|(what, number, first)| format!("{what}: {number} ({first})")).collect();
    let blocks = block_count(checkpoint);
    if blocks != config.layers {
        lines.push(format!("the tensors are of {blocks} blocks, config.json says {}", config.layers));
    }
    lines
}

/// Warnings of the same kind, counted, with the first example of each.
#[derive(Default)]
struct WarningGroups(Vec<(&'static str, usize, String)>);

impl WarningGroups {
    fn add(&mut self, what: &'static str, example: impl FnOnce() -> String) {
        match self.0.iter_mut().find(|(known, ..)| *known == what) {
            Some((_, number, _)) => *number += 1,
            None => self.0.push((what, 1, example())),
        }
    }
}

/// What follows `model.layers.N.`.
fn in_layer(name: &str) -> Option<&str> {
    let (number, rest) = name.strip_prefix("model.layers.")?.split_once('.')?;
    number.parse::<u32>().ok().map(|_| rest)
}

fn block_count(checkpoint: &Checkpoint) -> usize {
    let numbers = checkpoint.tensors().filter_map(|tensor| {
        let (number, _) = tensor.name.strip_prefix("model.layers.")?.split_once('.')?;
        number.parse::<u32>().ok()
    });
    numbers.max().map_or(0, |last| last as usize + 1)
}

/// Inputs and outputs of a linear layer.
fn expected(config: &Config, module: &str) -> Option<(usize, usize)> {
    let Config { hidden_size: hidden, intermediate_size: intermediate, .. } = *config;
    let (q, kv) = (config.heads * config.head_dim, config.kv_heads * config.head_dim);
    if module == "lm_head" {
        return Some((hidden, config.vocab_size));
    }
    Some(match in_layer(module)? {
        "self_attn.q_proj" => (hidden, q),
        "self_attn.k_proj" | "self_attn.v_proj" => (hidden, kv),
        "self_attn.qkv_proj" | "self_attn.W_pack" => (hidden, q + 2 * kv),
        "self_attn.o_proj" => (q, hidden),
        "mlp.gate_proj" | "mlp.up_proj" => (hidden, intermediate),
        "mlp.gate_up_proj" => (hidden, 2 * intermediate),
        "mlp.down_proj" => (intermediate, hidden),
        _ => return None,
    })
}

/// The shape of a tensor that is no linear layer's.
fn expected_dense(config: &Config, name: &str) -> Option<Vec<usize>> {
    match name {
        "model.embed_tokens.weight" => return Some(vec![config.vocab_size, config.hidden_size]),
        "model.norm.weight" => return Some(vec![config.hidden_size]),
        _ => {}
    }
    match in_layer(name)? {
        "input_layernorm.weight" | "post_attention_layernorm.weight" => Some(vec![config.hidden_size]),
        "self_attn.q_norm.weight" | "self_attn.k_norm.weight" => Some(vec![config.head_dim]),
        _ => None,
    }
}

/// Whether a decoder has such a tensor.
fn is_known(config: &Config, name: &str, module: &str) -> bool {
    expected(config, module).is_some() || expected_dense(config, name).is_some() || is_harmless(module)
}

/// Whether a module holds what can be computed or was used to quantise.
fn is_harmless(module: &str) -> bool {
    matches!(in_layer(module), Some("self_attn.rotary_emb" | "mlp.act"))
}
