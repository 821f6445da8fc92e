//! Faults of the same problem, told once.

use std::collections::HashMap;

use crate::error::{Fault, FaultKind};

/// Faults, of which those that differ in file and subject alone become one: the first, with the number of the others.
pub(super) fn grouped(faults: impl IntoIterator<Item = Fault>) -> Vec<Fault> {
    let mut groups: Vec<Fault> = Vec::new();
    let mut positions: HashMap<(FaultKind, String, String), usize> = HashMap::new();
    for fault in faults {
        let position =
            *positions.entry((fault.kind, fault.found.clone(), fault.expected.clone())).or_insert(groups.len());
        match groups.get_mut(position) {
            None => groups.push(fault),
            // The same fault once more counts once.
            Some(first) if (&first.file, &first.subject) == (&fault.file, &fault.subject) => {}
            Some(first) => first.more += 1,
        }
    }
    groups
}
