//! Which quantized layers run, and which of them are repacked for it.

use super::formats::{Checked, Format, LinearInfo};
use crate::checkpoint::{Checkpoint, LayerSettings, Quantization};
use crate::error::{Fault, FaultKind};
use crate::kernels::layout::{ACT_GROUP, NIBBLE_ORDER, SUM_BLOCK};

/// Whether a layer lacks the `g_idx` that its settings ask for, by how many of them do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MissingOrder {
    /// None: no `g_idx` is missing.
    No,
    /// Some of them.
    Disputed,
    /// All of them.
    Yes,
}

impl LinearInfo {
    /// Fails if rumma can describe this layer but not run it. If it succeeds, `outputs` is a multiple of 8, and `inputs` one of
    /// `group_size`.
    ///
    /// # Errors
    /// [`FaultKind::UnsupportedLayer`] for a format that cannot be repacked for the kernels, or other than 4 bits;
    /// [`FaultKind::UnsupportedShape`] for groups or a number of outputs that the kernels do not take;
    /// [`FaultKind::MissingTensor`] if the configuration says that a `g_idx` has the groups, and there is none.
    pub fn check_runnable(&self, checkpoint: &Checkpoint) -> Checked<()> {
        use Format::{AwqGemm, AwqGemv, CompressedTensors, GptqV1, GptqV2};
        let fault = |kind| Fault::new(kind, &checkpoint.path).subject(&self.name);
        if self.bits != 4 || !matches!(self.format, AwqGemm | AwqGemv | CompressedTensors | GptqV1 | GptqV2) {
            return Err(Box::new(fault(FaultKind::UnsupportedLayer).found(self.describe())));
        }
        let (size, inputs) = (self.group_size, self.inputs);
        let is_runnable =
            [SUM_BLOCK, 2 * SUM_BLOCK].contains(&size) || size.is_multiple_of(ACT_GROUP) || size == inputs;
        if size == 0 || !is_runnable || !inputs.is_multiple_of(size) {
            let fault = fault(FaultKind::UnsupportedShape).found(format!("groups of {size}, {inputs} inputs"));
            return Err(Box::new(fault.expected("groups of 32, 64, a multiple of 128, or all inputs")));
        }
        if !self.outputs.is_multiple_of(8) {
            let fault = fault(FaultKind::UnsupportedShape).found(format!("{} outputs", self.outputs));
            return Err(Box::new(fault.expected("a multiple of 8")));
        }
        let missing = checkpoint.quantization().map(|settings| self.missing_order(settings));
        if let (Some(g_idx), Some(MissingOrder::Yes)) = (self.format.g_idx(), missing) {
            let fault =
                Fault::new(FaultKind::MissingTensor, &checkpoint.path).subject(format!("{}.{g_idx}", self.name));
            let setting = if self.format == CompressedTensors { "actorder is group" } else { "desc_act is true" };
            return Err(Box::new(fault.expected(format!("I32 [{inputs}], as {setting}"))));
        }
        Ok(())
    }

    /// Which of the settings that fit the layer say that a `g_idx` has its groups, though there is none. If no settings fit,
    /// all count.
    pub(super) fn missing_order(&self, quantization: &Quantization) -> MissingOrder {
        if self.has_g_idx || self.format.g_idx().is_none() || self.groups() < 2 {
            return MissingOrder::No;
        }
        let fits = |layer: &&LayerSettings| {
            layer.bits == self.bits && layer.group_size.unwrap_or(self.inputs).min(self.inputs) == self.group_size
        };
        let mut settings: Vec<&LayerSettings> = quantization.layers.iter().filter(fits).collect();
        if settings.is_empty() {
            settings = quantization.layers.iter().collect();
        }
        let with_order = settings.iter().filter(|layer| layer.act_order).count();
        match with_order {
            0 => MissingOrder::No,
            _ if with_order == settings.len() => MissingOrder::Yes,
            _ => MissingOrder::Disputed,
        }
    }

    /// The number of groups of inputs.
    pub fn groups(&self) -> usize {
        self.inputs.div_ceil(self.group_size.max(1))
    }

    /// The bytes of codes, zero points and scales that are copied into memory when this layer is read; each is 0 if the kernels
    /// read it in the file.
    pub(super) fn repacked_lengths(&self) -> [usize; 3] {
        let (words, zeros) = (self.inputs * self.outputs / 2, self.groups() * self.outputs / 2);
        let zeros = if self.zero_point { zeros } else { 0 };
        let scales = self.groups() * self.outputs * (self.scales.bitsize() / 8);
        match self.format {
            Format::AwqGemm if self.order != NIBBLE_ORDER => [words, zeros, 0],
            Format::GptqV1 | Format::GptqV2 => [words, zeros, 0],
            Format::AwqGemv | Format::CompressedTensors => [words, zeros, scales],
            _ => [0; 3],
        }
    }

    /// The memory that reading this layer takes, in bytes; 0 if the kernels read it in the file.
    pub fn repacked_bytes(&self) -> u64 {
        self.repacked_lengths().into_iter().map(|length| length as u64).sum()
    }
}
