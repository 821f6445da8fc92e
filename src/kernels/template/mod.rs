//! Kernels whose vector code is the same for every instruction set, as macros.
//!
//! Each macro writes its functions with the `#[target_feature]` of one instruction set. They use the vector type and
//! the operations of the module `vector` beside the module that invokes the macro. Generic functions would not do: a
//! function is compiled for the instruction set in its own attribute, not for that of its type arguments.

mod attend;
mod dense;
mod gemm_f32;
mod probe;

pub(super) use attend::attend_kernel;
pub(super) use dense::{dense_kernel, pad_rows};
pub(super) use gemm_f32::gemm_f32_kernel;
pub(super) use probe::read_sum_kernel;

/// Writes the functions of the scalar table that need no vector code of their own: compiled with the instruction set
/// enabled, their loops over independent lanes become vector code, with the same bits.
#[cfg(target_arch = "x86_64")] // NEON takes the scalar functions as they are.
macro_rules! compiled_scalar_kernels {
    ($features:literal) => {
        #[target_feature(enable = $features)]
        fn rms_norm(x: &[f32], weight: &[f32], eps: f32, out: &mut [f32]) {
            $crate::kernels::scalar::rms_norm(x, weight, eps, out)
        }

        #[target_feature(enable = $features)]
        fn silu_mul(gate: &[f32], up: &[f32], out: &mut [f32]) {
            $crate::kernels::scalar::silu_mul(gate, up, out)
        }

        #[target_feature(enable = $features)]
        fn gelu_tanh_mul(gate: &[f32], up: &[f32], out: &mut [f32]) {
            $crate::kernels::scalar::gelu_tanh_mul(gate, up, out)
        }

        #[target_feature(enable = $features)]
        fn rotate(x: &mut [f32], cos: &[f32], sin: &[f32]) {
            $crate::kernels::scalar::rotate(x, cos, sin)
        }

        #[target_feature(enable = $features)]
        fn head_row(
            w: &$crate::kernels::layout::Dense,
            o: usize,
            wide: &mut [f32],
            codes: &mut [i8],
        ) -> $crate::kernels::head::HeadRow {
            $crate::kernels::head::quantize_row(w, o, wide, codes)
        }

        #[target_feature(enable = $features)]
        fn head_input(x: &[f32]) -> $crate::kernels::head::HeadInput {
            $crate::kernels::head::quantize_input(x)
        }

        #[target_feature(enable = $features)]
        fn head_bounds(
            logits: &[f32],
            errors: &[f32],
            lengths: &[f32],
            x: &$crate::kernels::head::HeadInput,
        ) -> $crate::kernels::head::LogitBounds {
            $crate::kernels::head::logit_bounds(logits, errors, lengths, x)
        }
    };
}
#[cfg(target_arch = "x86_64")]
pub(super) use compiled_scalar_kernels;

/// Calls a function with a number as its const parameter: `with_const!(n, [4 3 2 else 1], f(a, b))` is `f::<4>(a, b)`
/// if n is 4, and so on. The number after `else` serves every n that is not listed.
macro_rules! with_const {
    ($number:expr, [$($n:literal)* else $last:literal], $f:ident $arguments:tt) => {
        match $number {
            $($n => $f::<$n> $arguments,)*
            _ => $f::<$last> $arguments,
        }
    };
}
pub(super) use with_const;
