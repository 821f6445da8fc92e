//! Nibble orders in `__metadata__`: the order of the codes within a 32-bit word.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::checkpoint::Checkpoint;
use crate::error::{Fault, FaultKind};
use crate::kernels::layout::NIBBLE_ORDER;

/// Nibble n holds output `order[n]`. The error is the fault of a text that is not an order.
type Order = Result<[usize; 8], Box<Fault>>;

/// The nibble orders under the keys `nibble_map` and `pack_order` of `__metadata__`.
///
/// A key `LAYER.nibble_map` has the order of one layer. A key without a layer has either one order for all layers or a JSON
/// object from layers to orders. An order is eight numbers, such as `[0,2,4,6,1,3,5,7]`; the brackets are optional.
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

    /// The order of a layer: its own, else that of all layers, else [`NIBBLE_ORDER`].
    ///
    /// # Errors
    /// [`FaultKind::InvalidField`] if its own order or that of all layers is invalid.
    pub fn of(&self, layer: &str) -> Order {
        let general = self.general.clone().unwrap_or(Ok(NIBBLE_ORDER))?;
        self.by_layer.get(layer).cloned().unwrap_or(Ok(general))
    }
}

/// Parses an order. `file` and `key` are for the fault.
fn parse(text: &str, file: &Path, key: &str) -> Order {
    permutation(text).ok_or_else(|| {
        let fault = Fault::new(FaultKind::InvalidField, file).subject(format!("__metadata__ {key}"));
        let found: String = text.escape_debug().take(60).collect();
        Box::new(fault.found(found).expected("each of the numbers 0 to 7 once"))
    })
}

/// Parses a permutation of 0 to 7, separated by commas or spaces.
fn permutation(text: &str) -> Option<[usize; 8]> {
    let inner = text.trim().trim_start_matches(['[', '(']).trim_end_matches([']', ')']);
    let numbers = inner.split([',', ' ']).filter(|part| !part.is_empty()).map(|part| part.parse().ok());
    let order: [usize; 8] = numbers.collect::<Option<Vec<usize>>>()?.try_into().ok()?;
    (0..8).all(|n| order.contains(&n)).then_some(order)
}
