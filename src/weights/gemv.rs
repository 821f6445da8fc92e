//! The group size of AutoAWQ's gemv, whose scales are padded to whole words of zero points, and further.

use safetensors::Dtype;

use crate::checkpoint::Tensor;

/// The group size of a layer with `inputs` inputs and the scales [O, W]. The width that AutoAWQ gives W decides; if it is the
/// same for several sizes, the number of scales in a row that are not padding; then the configuration, which `configured`
/// searches for the first size that fits; then 128. A width that AutoAWQ does not write counts as an upper bound.
pub(super) fn group_size(
    scales: Tensor,
    inputs: usize,
    configured: impl Fn(&dyn Fn(&usize) -> bool) -> Option<usize>,
) -> usize {
    let width = scales.shape.get(1).copied().unwrap_or(0);
    let is_padded = |size: &usize| inputs.is_multiple_of(*size) && padded_groups(inputs, *size) == width;
    let is_possible = |size: &usize| inputs.is_multiple_of(*size) && inputs / size <= width;
    if let Some(size) = [64, 32].into_iter().find(is_padded) {
        return size;
    }
    let stored = Some(stored_groups(scales)).filter(|groups| *groups > 0 && inputs.is_multiple_of(*groups));
    let stored = stored.map(|groups| inputs / groups);
    let choose = |fits: &dyn Fn(&usize) -> bool| {
        stored
            .filter(|size| fits(size))
            .or_else(|| configured(fits))
            .or_else(|| [128, 64, 32, inputs].into_iter().find(fits))
    };
    choose(&is_padded).or_else(|| choose(&is_possible)).unwrap_or(inputs)
}

/// The width of the scales in AutoAWQ, eight times its `calculate_zeros_width` (`awq/modules/linear/gemv.py`).
fn padded_groups(inputs: usize, group_size: usize) -> usize {
    let multiple = match group_size {
        128.. => 1,
        64.. => 2,
        _ => 4,
    };
    (inputs / group_size).next_multiple_of(8 * multiple)
}

/// The number of groups before the padding, which is 0: the most of a few rows, as scales can be 0 too.
fn stored_groups(scales: Tensor) -> usize {
    const ROWS: usize = 8;
    let &[rows, width] = scales.shape else { return 0 };
    let size = if scales.dtype == Dtype::F32 { 4 } else { 2 };
    let step = rows.div_ceil(ROWS).max(1);
    let rows = scales.data.chunks_exact((width * size).max(1)).step_by(step);
    let groups = |row: &[u8]| row.chunks_exact(size).rposition(|scale| scale.iter().any(|byte| *byte != 0));
    rows.filter_map(groups).max().map_or(0, |last| last + 1)
}
