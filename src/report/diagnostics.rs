//! Warnings about a checkpoint, in the same order and with the same text for every subcommand.

use crate::checkpoint::Checkpoint;
use crate::error::{Fault, FaultKind};
use crate::weights::Inventory;

/// One line for each warning about a checkpoint and its weights. `inventory.refusal` is not included.
pub(super) fn warnings(checkpoint: &Checkpoint, inventory: &Inventory) -> Vec<String> {
    let no_config = Fault::new(FaultKind::FamilyFromNames, &checkpoint.path);
    let no_config = checkpoint.architecture.is_none().then_some(no_config);
    let refusal = inventory.refusal.as_ref().and_then(|error| error.fault());
    let all = checkpoint.warnings.iter().chain(&no_config).chain(&inventory.warnings);
    all.filter(|fault| Some(*fault) != refusal).map(ToString::to_string).collect()
}
