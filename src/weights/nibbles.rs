//! In which order the codes lie within a word, where a file says so itself.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::checkpoint::Checkpoint;
use crate::error::{Fault, FaultKind};
use crate::kernels::layout::NIBBLE_ORDER;

/// An order, or what is wrong with the text that should give one.
type Order = Result<[usize; 8], Box<Fault>>;

/// The nibble orders that `__metadata__` gives, under `nibble_map` or `pack_order`.
///
/// Either the key carries the layer (`LAYER.nibble_map`), or the value is one order for all layers, or a JSON object of
/// orders by layer. An order is eight numbers, `[0,2,4,6,1,3,5,7]` with or without the brackets.
pub(super) struct NibbleOrders {
    general: Option<Order>,
    by_layer: BTreeMap<String, Order>,
}

impl NibbleOrders {
    /// Reads the metadata of all files.
    pub fn read(checkpoint: &Checkpoint) -> NibbleOrders {
        let mut orders = NibbleOrders { general: None, by_layer: BTreeMap::new() };
        for (file, key, text) in checkpoint.metadata() {
            let (scope, last) = key.rsplit_once('.').map_or((None, key), |(scope, last)| (Some(scope), last));
            if !matches!(last, "nibble_map" | "pack_order") {
                continue;
            }
            match (serde_json::from_str(text), scope) {
                (Ok(Value::Object(layers)), _) => {
                    for (layer, order) in layers.iter().filter(|(layer, _)| scope.is_none_or(|scope| scope == *layer)) {
                        orders.by_layer.insert(layer.clone(), parse(&order.to_string(), file, key));
                    }
                }
                (_, Some(layer)) => drop(orders.by_layer.insert(layer.into(), parse(text, file, key))),
                (_, None) => orders.general = Some(parse(text, file, key)),
            }
        }
        orders
    }

    /// The order of a layer: its own, or that of all layers, or the usual one.
    ///
    /// # Errors
    /// [`FaultKind::InvalidField`] for one of the first two that is not an order.
    pub fn of(&self, layer: &str) -> Order {
        let general = self.general.clone().unwrap_or(Ok(NIBBLE_ORDER))?;
        self.by_layer.get(layer).cloned().unwrap_or(Ok(general))
    }
}

/// The order that a text gives; `file` and `key` say where it is.
fn parse(text: &str, file: &Path, key: &str) -> Order {
    permutation(text).ok_or_else(|| {
        let fault = Fault::new(FaultKind::InvalidField, file).subject(format!("__metadata__ {key}"));
        let found: String = text.escape_debug().take(60).collect();
        Box::new(fault.found(found).expected("each of the numbers 0 to 7 once"))
    })
}

/// The numbers 0 to 7 in some order, out of a text that separates them by commas or spaces.
fn permutation(text: &str) -> Option<[usize; 8]> {
    let inner = text.trim().trim_start_matches(['[', '(']).trim_end_matches([']', ')']);
    let numbers = inner.split([',', ' ']).filter(|part| !part.is_empty()).map(|part| part.parse().ok());
    let order: [usize; 8] = numbers.collect::<Option<Vec<usize>>>()?.try_into().ok()?;
    (0..8).all(|n| order.contains(&n)).then_some(order)
}
