//! Merges faults that differ only in file and subject.

use std::collections::HashMap;

use crate::error::{Fault, FaultKind};

/// Merges faults that differ only in file and subject into the first of them, which counts the others in `more`.
pub(super) fn grouped(faults: impl IntoIterator<Item = Fault>) -> Vec<Fault> {
    let mut groups: Vec<Fault> = Vec::new();
    let mut positions: HashMap<(FaultKind, String, String), usize> = HashMap::new();
    for fault in faults {
        let position =
            *positions.entry((fault.kind, fault.found.clone(), fault.expected.clone())).or_insert(groups.len());
        match groups.get_mut(position) {
            None => groups.push(fault),
            // A repetition of the first fault does not count.
            Some(first) if (&first.file, &first.subject) == (&fault.file, &fault.subject) => {}
            Some(first) => first.more += 1,
        }
    }
    groups
}
