//! Compares a written checkpoint with what was meant to be written, through the same reader that loads models.

use std::collections::BTreeSet;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::plan::{LayerWeights, PlannedTensor};
use super::shards::Digests;
use super::{Plan, Stage, Watch, pack};
use crate::checkpoint::Checkpoint;
use crate::error::{Fault, FaultKind, Result};
use crate::weights::formats::QuantizedLayers;
use crate::weights::read_linear;

/// The SHA-256 of a tensor, or of a layer.
pub type Digest = [u8; 32];

/// Bytes of a piece of a tensor.
const PIECE: usize = 16 << 20;

/// The digest of a tensor's bytes. Calls `each` with every piece, so that no more of the tensor has to be in memory.
///
/// # Errors
/// Those of `each`.
pub fn digest(bytes: &[u8], mut each: impl FnMut(&[u8]) -> Result<()>) -> Result<Digest> {
    let mut hash = Sha256::new();
    for piece in bytes.chunks(PIECE) {
        hash.update(piece);
        each(piece)?;
    }
    Ok(hash.finalize().into())
}

/// The digest of everything that the weights of a layer are computed from: two layers with the same digest have the same
/// weights, bit for bit.
pub fn digest_layer(weights: &LayerWeights) -> Digest {
    let view = weights.view();
    let mut hash = Sha256::new();
    for size in [view.inputs, view.outputs, view.group_size] {
        hash.update((size as u64).to_le_bytes());
    }
    hash.update([view.scale_type as u8]);
    hash.update(view.qweight);
    hash.update(pack::zeros(&view));
    hash.update(view.scales);
    weights.input_order().unwrap_or_default().iter().for_each(|input| hash.update(input.to_le_bytes()));
    hash.finalize().into()
}

/// Compares every layer and every tensor of `written`. `out` is the path of the checkpoint, for errors.
///
/// # Errors
/// [`FaultKind::WrittenDiffers`] for the first difference.
pub fn compare(written: &Checkpoint, plan: &Plan, digests: &Digests, out: &Path, watch: Watch) -> Result<()> {
    let differs = |name: &str| Fault::new(FaultKind::WrittenDiffers, out).subject(name);
    let found: BTreeSet<&str> = written.tensors().map(|tensor| tensor.name).collect();
    let planned: BTreeSet<&str> = plan.tensors.iter().map(|tensor| tensor.name.as_str()).collect();
    if let Some(name) = found.symmetric_difference(&planned).next() {
        return Err(differs(name).into());
    }
    let layers = QuantizedLayers::of(written);
    if layers.found.len() != plan.layers.len() {
        let fault = differs("").found(format!("{} quantized layers", layers.found.len()));
        return Err(fault.expected(plan.layers.len()).into());
    }
    let total: u64 = plan.tensors.iter().map(|tensor| tensor.bytes).sum();
    let mut done = 0;
    let mut advance = |bytes: u64| {
        done += bytes;
        watch(Stage::Compare, done, total);
    };
    for (layer, expected) in plan.layers.iter().zip(&digests.layers) {
        let info = layers.get(&layer.name)?.ok_or_else(|| differs(&layer.name))?;
        if digest_layer(&LayerWeights::Stored(read_linear(written, info)?)) != *expected {
            return Err(differs(&layer.name).into());
        }
        for tensor in written.module_tensors(&layer.name) {
            tensor.release();
            advance(tensor.data.len() as u64);
        }
    }
    for (PlannedTensor { name, dtype, shape, .. }, expected) in plan.tensors.iter().zip(&digests.tensors) {
        let Some(expected) = expected else { continue };
        let tensor = written.tensor(name).ok_or_else(|| differs(name))?;
        let found = digest(tensor.data, |piece| {
            tensor.release();
            advance(piece.len() as u64);
            Ok(())
        })?;
        if (tensor.dtype, tensor.shape) != (*dtype, shape) || found != *expected {
            return Err(differs(name).into());
        }
    }
    Ok(())
}
