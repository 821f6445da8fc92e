//! Finds tensors, and checks their dtypes and shapes.

use safetensors::Dtype;

use super::formats::Checked;
use crate::checkpoint::{Checkpoint, Tensor};
use crate::error::{Fault, FaultKind};
use crate::kernels::layout::Float;

/// The number format of a dtype; `None` if it has none that the kernels read.
pub fn float_of(dtype: Dtype) -> Option<Float> {
    match dtype {
        Dtype::F16 => Some(Float::F16),
        Dtype::BF16 => Some(Float::Bf16),
        Dtype::F32 => Some(Float::F32),
        _ => None,
    }
}

/// The tensor `name`, which must have this shape and a dtype for which `has_dtype` holds. `dtypes` names these in errors.
///
/// # Errors
/// [`FaultKind::MissingTensor`]; [`FaultKind::WrongTensor`].
pub fn find<'c>(
    checkpoint: &'c Checkpoint,
    name: &str,
    shape: &[usize],
    has_dtype: impl FnOnce(Dtype) -> bool,
    dtypes: &str,
) -> Checked<Tensor<'c>> {
    let expected = format!("{dtypes} {shape:?}");
    let Some(tensor) = checkpoint.tensor(name) else {
        let fault = Fault::new(FaultKind::MissingTensor, &checkpoint.path).subject(name);
        return Err(Box::new(fault.expected(expected)));
    };
    if tensor.shape != shape || !has_dtype(tensor.dtype) {
        let fault = Fault::new(FaultKind::WrongTensor, tensor.file).subject(tensor.name);
        return Err(Box::new(fault.found(format!("{:?} {:?}", tensor.dtype, tensor.shape)).expected(expected)));
    }
    Ok(tensor)
}

/// The tensor `name` of 32-bit words.
///
/// # Errors
/// Those of [`find`].
pub fn find_words<'c>(checkpoint: &'c Checkpoint, name: &str, shape: &[usize]) -> Checked<Tensor<'c>> {
    find(checkpoint, name, shape, |dtype| matches!(dtype, Dtype::I32 | Dtype::U32), "I32")
}

/// The tensor `name` of numbers, and their format.
///
/// # Errors
/// Those of [`find`].
pub fn find_floats<'c>(checkpoint: &'c Checkpoint, name: &str, shape: &[usize]) -> Checked<(Tensor<'c>, Float)> {
    let mut kind = Float::F32;
    let has_dtype = |dtype| float_of(dtype).inspect(|found| kind = *found).is_some();
    let tensor = find(checkpoint, name, shape, has_dtype, "F16, BF16 or F32")?;
    Ok((tensor, kind))
}
