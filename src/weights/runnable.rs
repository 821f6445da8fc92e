//! Which quantized layers run, and which of them are repacked for it.

use super::formats::{Checked, Format, LinearInfo};
use crate::checkpoint::Checkpoint;
use crate::error::{Fault, FaultKind};
use crate::kernels::layout::{ACT_GROUP, NIBBLE_ORDER, SUM_BLOCK};

impl LinearInfo {
    /// Fails if rumma can describe this layer but not run it. If it succeeds, `outputs` is a multiple of 8, and `inputs` one of
    /// `group_size`.
    ///
    /// # Errors
    /// [`FaultKind::UnsupportedLayer`] for a format that cannot be repacked for the kernels, or other than 4 bits;
    /// [`FaultKind::UnsupportedShape`] for groups or a number of outputs that the kernels do not take.
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
        Ok(())
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
