//! In which order the codes lie within a word, where a file says so itself.

use serde_json::Value;

use super::formats::{Format, LinearInfo};
use crate::checkpoint::Checkpoint;
use crate::error::{Error, Result};
use crate::kernels::layout::NIBBLE_ORDER;

/// The nibble order of a layer, in the layouts where there is a choice.
pub(super) fn order(checkpoint: &Checkpoint, info: &LinearInfo) -> Result<[usize; 8]> {
    if info.format == Format::AwqGemm { nibble_order(checkpoint, &info.name) } else { Ok(NIBBLE_ORDER) }
}

/// The nibble order that a file's `__metadata__` gives for this layer or for all, under `nibble_map` or `pack_order`.
///
/// Either the key carries the layer (`LAYER.nibble_map`), or the value is one order for all layers, or a JSON object of
/// orders by layer. An order is eight numbers, `[0,2,4,6,1,3,5,7]` with or without the brackets.
fn nibble_order(checkpoint: &Checkpoint, layer: &str) -> Result<[usize; 8]> {
    let mut general = None;
    let mut own = None;
    for (file, key, text) in checkpoint.metadata() {
        let (scope, last) = key.rsplit_once('.').map_or((None, key), |(scope, last)| (Some(scope), last));
        if !matches!(last, "nibble_map" | "pack_order") || scope.is_some_and(|scope| scope != layer) {
            continue;
        }
        let wrong = || Error::Field {
            path: file.to_path_buf(),
            field: format!("__metadata__ {key}"),
            found: text.escape_debug().take(60).collect(),
            expected: "each of the numbers 0 to 7 once".into(),
        };
        match serde_json::from_str(text) {
            Ok(Value::Object(layers)) => {
                if let Some(order) = layers.get(layer) {
                    own = Some(permutation(&order.to_string()).ok_or_else(wrong)?);
                }
            }
            _ => {
                let order = permutation(text).ok_or_else(wrong)?;
                *(if scope.is_some() { &mut own } else { &mut general }) = Some(order);
            }
        }
    }
    Ok(own.or(general).unwrap_or(NIBBLE_ORDER))
}

/// The numbers 0 to 7 in some order, out of a text that separates them by commas or spaces.
fn permutation(text: &str) -> Option<[usize; 8]> {
    let inner = text.trim().trim_start_matches(['[', '(']).trim_end_matches([']', ')']);
    let numbers = inner.split([',', ' ']).filter(|part| !part.is_empty()).map(|part| part.parse().ok());
    let order: [usize; 8] = numbers.collect::<Option<Vec<usize>>>()?.try_into().ok()?;
    (0..8).all(|n| order.contains(&n)).then_some(order)
}
