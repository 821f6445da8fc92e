//! AMX (tiles of 8-bit integers) beside AVX-512: Intel servers since Sapphire Rapids.
//!
//! Whatever multiplies several rows of activations with 8-bit codes uses tiles; all else is AVX-512's.

mod gemm;
mod head;
mod probe;
mod strip;
mod tiles;

use std::arch::x86_64::{__cpuid, __cpuid_count, _xgetbv};
use std::sync::OnceLock;

use super::avx512;
use crate::kernels::Table;

/// Whether this CPU has the features that the functions here are compiled for, and the system lets this process use
/// tiles. The first call asks it.
pub fn detected() -> bool {
    static DETECTED: OnceLock<bool> = OnceLock::new();
    *DETECTED.get_or_init(|| avx512::detected() && cpu_has_tiles() && system_permits_tiles())
}

/// Whether the CPU has `tdpbssd` and tiles of 16 rows of 64 bytes, and the system saves them when it switches tasks.
fn cpu_has_tiles() -> bool {
    let has = |register: u32, bits: &[u32]| bits.iter().all(|bit| register >> bit & 1 == 1);
    if __cpuid(0).eax < 0x1d || !has(__cpuid(1).ecx, &[27]) || !has(__cpuid_count(7, 0).edx, &[24, 25]) {
        return false;
    }
    // SAFETY: bit 27 above says that the system has enabled this instruction.
    let saved = unsafe { enabled_states() };
    let palette = __cpuid_count(0x1d, 1);
    let (row_bytes, names, rows) = (palette.ebx & 0xffff, palette.ebx >> 16, palette.ecx & 0xffff);
    has(saved, &[17, 18]) && row_bytes == 64 && names >= 8 && rows == 16
}

/// The parts of a task's state that the system saves.
///
/// # Safety
/// The system must have enabled `xgetbv`.
#[target_feature(enable = "xsave")]
unsafe fn enabled_states() -> u32 {
    // SAFETY: the caller keeps the contract; register 0 always exists.
    unsafe { _xgetbv(0) as u32 }
}

/// Asks the system to let all threads of this process use tiles, which it does not by default: their state is large.
#[cfg(target_os = "linux")]
fn system_permits_tiles() -> bool {
    const ARCH_REQ_XCOMP_PERM: libc::c_long = 0x1023;
    const XFEATURE_XTILEDATA: libc::c_long = 18;
    // SAFETY: this request has numbers as its arguments and changes nothing in memory.
    unsafe { libc::syscall(libc::SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA) == 0 }
}

#[cfg(not(target_os = "linux"))]
fn system_permits_tiles() -> bool {
    false
}

pub static TABLE: Table = Table {
    awq_int_gemm: gemm::awq_int_gemm,
    head_logits: head::logits,
    multiply_int8: probe::multiply_int8,
    ..avx512::TABLE
};
