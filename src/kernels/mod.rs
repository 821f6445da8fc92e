//! The kernels: functions from slices to slices, without threads, files, errors or state.
//!
//! Each instruction set has one table of functions, chosen at run time. [`scalar`], [`attention`], [`head`] and
//! [`math`] are the reference; every other table has functions of the same names that return the same bits.

#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
mod aarch64;
pub mod aligned;
pub mod attention;
pub mod head;
pub mod layout;
pub mod math;
pub mod probe;
pub mod scalar;
#[cfg(any(target_arch = "x86_64", all(target_arch = "aarch64", target_endian = "little")))]
mod template;
#[cfg(target_arch = "x86_64")]
mod x86;

use std::ops::Range;

use attention::{KvBlocks, SoftmaxStates};
use head::{HeadInput, HeadRow, LogitBounds, Logits};
use layout::{Awq4, Dense, GemvTask, NextTask, QuantRowMut, QuantRows};

/// An instruction set that has kernels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isa {
    /// The reference in portable Rust.
    Scalar,
    /// x86-64 with AVX2, FMA and F16C.
    Avx2,
    /// x86-64 with AVX-512 F, BW, VL and VNNI.
    Avx512,
    /// x86-64 with AMX for 8-bit integers, beside the features of `Avx512`.
    Amx,
    /// AArch64 with NEON.
    Neon,
}

impl Isa {
    /// All of them, slowest first.
    pub const ALL: [Isa; 5] = [Isa::Scalar, Isa::Neon, Isa::Avx2, Isa::Avx512, Isa::Amx];

    /// The name on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Isa::Scalar => "scalar",
            Isa::Avx2 => "avx2",
            Isa::Avx512 => "avx512",
            Isa::Amx => "amx",
            Isa::Neon => "neon",
        }
    }

    /// The inverse of [`Isa::name`].
    pub fn from_name(name: &str) -> Option<Isa> {
        Isa::ALL.into_iter().find(|isa| isa.name() == name)
    }
}

/// The functions of one instruction set. Each of them requires only that the CPU has that instruction set, so a caller
/// must know that it does; [`Kernels`] does.
struct Table {
    quantize: unsafe fn(&[f32], QuantRowMut),
    awq_int_gemv: unsafe fn(&mut GemvTask, &QuantRows, usize, Option<&NextTask>),
    max_gemv_rows: usize,
    awq_int_gemm: unsafe fn(&Awq4, &QuantRows, Range<usize>, Range<usize>, &mut [f32]),
    awq_f32_tile: unsafe fn(&Awq4, &[f32], Range<usize>, &mut [f32]),
    dense_tile: unsafe fn(&Dense, &[f32], Range<usize>, &mut [f32]),
    rms_norm: unsafe fn(&[f32], &[f32], f32, &mut [f32]),
    silu_mul: unsafe fn(&[f32], &[f32], &mut [f32]),
    gelu_tanh_mul: unsafe fn(&[f32], &[f32], &mut [f32]),
    rotate: unsafe fn(&mut [f32], &[f32], &[f32]),
    attend: unsafe fn(&[f32], KvBlocks, &[Range<usize>], &mut SoftmaxStates),
    merge_states: unsafe fn(&mut SoftmaxStates, usize, &SoftmaxStates, Range<usize>),
    head_row: unsafe fn(&Dense, usize, &mut [f32], &mut [i8]) -> HeadRow,
    head_input: unsafe fn(&[f32]) -> HeadInput,
    head_logits: unsafe fn(&[u8], &[f32], &[&HeadInput], Logits),
    head_bounds: unsafe fn(&[f32], &[f32], &[f32], &HeadInput) -> LogitBounds,
    read_sum: unsafe fn(&[u8], usize, usize) -> u64,
    multiply_int8: unsafe fn(usize) -> u64,
    multiply_f32: unsafe fn(usize) -> u64,
}

static SCALAR: Table = Table {
    quantize: scalar::quantize,
    awq_int_gemv: scalar::awq_int_gemv,
    max_gemv_rows: 1,
    awq_int_gemm: scalar::awq_int_gemm,
    awq_f32_tile: scalar::awq_f32_tile,
    dense_tile: scalar::dense_tile,
    rms_norm: scalar::rms_norm,
    silu_mul: scalar::silu_mul,
    gelu_tanh_mul: scalar::gelu_tanh_mul,
    rotate: scalar::rotate,
    attend: attention::attend,
    merge_states: attention::merge_states,
    head_row: head::quantize_row,
    head_input: head::quantize_input,
    head_logits: head::logits,
    head_bounds: head::logit_bounds,
    read_sum: probe::read_sum,
    multiply_int8: probe::multiply_int8,
    multiply_f32: probe::multiply_f32,
};

/// The kernels of an instruction set that this CPU has. Each method returns the bits of the scalar function that it
/// refers to.
#[derive(Clone, Copy)]
pub struct Kernels {
    isa: Isa,
    table: &'static Table,
}

impl Kernels {
    /// The kernels for `isa`, or `None` if this CPU lacks it.
    pub fn for_isa(isa: Isa) -> Option<Kernels> {
        let table = match isa {
            Isa::Scalar => Some(&SCALAR),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => x86::avx2::detected().then_some(&x86::avx2::TABLE),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => x86::avx512::detected().then_some(&x86::avx512::TABLE),
            #[cfg(target_arch = "x86_64")]
            Isa::Amx => x86::amx::detected().then_some(&x86::amx::TABLE),
            #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
            Isa::Neon => aarch64::neon::table(),
            _ => None,
        };
        table.map(|table| Kernels { isa, table })
    }

    /// The kernels of every instruction set this CPU has, slowest first.
    pub fn available() -> impl Iterator<Item = Kernels> {
        Isa::ALL.into_iter().filter_map(Kernels::for_isa)
    }

    /// The fastest kernels that this CPU can run.
    pub fn best() -> Kernels {
        Kernels::available().last().unwrap_or(Kernels { isa: Isa::Scalar, table: &SCALAR })
    }

    /// The instruction set.
    pub fn isa(self) -> Isa {
        self.isa
    }

    /// See [`scalar::quantize`].
    pub fn quantize(self, x: &[f32], out: QuantRowMut) {
        // SAFETY: every function in a `Table` requires only that the CPU has its instruction set. `for_isa` is the only
        // place that makes a `Kernels` with a table other than `SCALAR`, which requires nothing, and it does so only
        // after the CPU reported that instruction set. This holds for each call below.
        unsafe { (self.table.quantize)(x, out) }
    }

    /// See [`scalar::awq_int_gemv`].
    pub fn awq_int_gemv(self, task: &mut GemvTask, x: &QuantRows, inputs: usize, next: Option<&NextTask>) {
        // SAFETY: see `quantize`.
        unsafe { (self.table.awq_int_gemv)(task, x, inputs, next) }
    }

    /// The largest number of rows for which [`Kernels::awq_int_gemv`] is faster than [`Kernels::awq_int_gemm`].
    pub fn max_gemv_rows(self) -> usize {
        self.table.max_gemv_rows
    }

    /// See [`scalar::awq_int_gemm`].
    pub fn awq_int_gemm(self, w: &Awq4, x: &QuantRows, rows: Range<usize>, columns: Range<usize>, out: &mut [f32]) {
        // SAFETY: see `quantize`.
        unsafe { (self.table.awq_int_gemm)(w, x, rows, columns, out) }
    }

    /// See [`scalar::awq_f32_tile`].
    pub fn awq_f32_tile(self, w: &Awq4, x: &[f32], columns: Range<usize>, out: &mut [f32]) {
        // SAFETY: see `quantize`.
        unsafe { (self.table.awq_f32_tile)(w, x, columns, out) }
    }

    /// See [`scalar::dense_tile`].
    pub fn dense_tile(self, w: &Dense, x: &[f32], columns: Range<usize>, out: &mut [f32]) {
        // SAFETY: see `quantize`.
        unsafe { (self.table.dense_tile)(w, x, columns, out) }
    }

    /// See [`scalar::rms_norm`].
    pub fn rms_norm(self, x: &[f32], weight: &[f32], eps: f32, out: &mut [f32]) {
        // SAFETY: see `quantize`.
        unsafe { (self.table.rms_norm)(x, weight, eps, out) }
    }

    /// See [`scalar::silu_mul`].
    pub fn silu_mul(self, gate: &[f32], up: &[f32], out: &mut [f32]) {
        // SAFETY: see `quantize`.
        unsafe { (self.table.silu_mul)(gate, up, out) }
    }

    /// See [`scalar::gelu_tanh_mul`].
    pub fn gelu_tanh_mul(self, gate: &[f32], up: &[f32], out: &mut [f32]) {
        // SAFETY: see `quantize`.
        unsafe { (self.table.gelu_tanh_mul)(gate, up, out) }
    }

    /// See [`scalar::rotate`].
    pub fn rotate(self, x: &mut [f32], cos: &[f32], sin: &[f32]) {
        // SAFETY: see `quantize`.
        unsafe { (self.table.rotate)(x, cos, sin) }
    }

    /// See [`attention::attend`].
    pub fn attend(self, queries: &[f32], blocks: KvBlocks, kv_ranges: &[Range<usize>], out: &mut SoftmaxStates) {
        // SAFETY: see `quantize`.
        unsafe { (self.table.attend)(queries, blocks, kv_ranges, out) }
    }

    /// See [`attention::merge_states`].
    pub fn merge_states(self, states: &mut SoftmaxStates, first: usize, later: &SoftmaxStates, range: Range<usize>) {
        // SAFETY: see `quantize`.
        unsafe { (self.table.merge_states)(states, first, later, range) }
    }

    /// See [`head::quantize_row`].
    pub fn head_row(self, w: &Dense, o: usize, wide: &mut [f32], codes: &mut [i8]) -> HeadRow {
        // SAFETY: see `quantize`.
        unsafe { (self.table.head_row)(w, o, wide, codes) }
    }

    /// See [`head::quantize_input`].
    pub fn head_input(self, x: &[f32]) -> HeadInput {
        // SAFETY: see `quantize`.
        unsafe { (self.table.head_input)(x) }
    }

    /// See [`head::logits`].
    pub fn head_logits(self, codes: &[u8], scales: &[f32], x: &[&HeadInput], out: Logits) {
        // SAFETY: see `quantize`.
        unsafe { (self.table.head_logits)(codes, scales, x, out) }
    }

    /// See [`head::logit_bounds`].
    pub fn head_bounds(self, logits: &[f32], errors: &[f32], lengths: &[f32], x: &HeadInput) -> LogitBounds {
        // SAFETY: see `quantize`.
        unsafe { (self.table.head_bounds)(logits, errors, lengths, x) }
    }

    /// See [`probe::read_sum`].
    pub fn read_sum(self, bytes: &[u8], streams: usize, ahead: usize) -> u64 {
        // SAFETY: see `quantize`.
        unsafe { (self.table.read_sum)(bytes, streams, ahead) }
    }

    /// See [`probe::multiply_int8`].
    pub fn multiply_int8(self, rounds: usize) -> u64 {
        // SAFETY: see `quantize`.
        unsafe { (self.table.multiply_int8)(rounds) }
    }

    /// See [`probe::multiply_f32`].
    pub fn multiply_f32(self, rounds: usize) -> u64 {
        // SAFETY: see `quantize`.
        unsafe { (self.table.multiply_f32)(rounds) }
    }
}
