//! The layers of a model that are repacked for the kernels when they are loaded.

use std::collections::BTreeSet;

use serde::Serialize;

use super::size;
use crate::weights::formats::{Format, LinearInfo};

/// Layers in formats that the kernels cannot read in the file.
#[derive(Debug, Serialize)]
pub struct Repacked {
    /// Number of these layers.
    pub layers: usize,
    /// Size of their copies in memory.
    pub bytes: u64,
    /// Their formats, such as `gptq-v1`.
    pub formats: Vec<&'static str>,
}

impl Repacked {
    pub(super) fn of(layers: &[LinearInfo]) -> Repacked {
        let repacked = || layers.iter().filter(|info| info.repacked_bytes() > 0);
        let formats: BTreeSet<&str> = repacked().map(|info| info.format.name()).collect();
        Repacked {
            layers: repacked().count(),
            bytes: repacked().map(LinearInfo::repacked_bytes).sum(),
            formats: formats.into_iter().collect(),
        }
    }

    /// What is repacked, and why.
    pub(super) fn to_text(&self) -> String {
        let (layers, bytes, formats) = (self.layers, size(self.bytes), self.formats.join(", "));
        let why = match self.formats.as_slice() {
            [only] if *only == Format::AwqGemm.name() => "nibble order",
            _ => "layout",
        };
        format!("{layers} layers of {formats}, copied into {bytes} of memory in the {why} of the kernels")
    }
}
