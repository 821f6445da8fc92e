//! One decoder, driven by the configuration.

pub mod attention;
mod cost;
mod exec;
mod fingerprint;
mod forward;
pub mod head;
pub mod kv_cache;
pub mod linear;
pub mod memory;
mod rope;

pub use cost::Cost;
pub use exec::ExecContext;
pub use forward::{SequenceInput, Workspace};
pub use memory::{MemoryEstimate, MemoryRequest, SequenceGroup};

use crate::checkpoint::Checkpoint;
use crate::checkpoint::config::Config;
use crate::error::{MachineError, Result};
use crate::kernels::{Isa, Kernels};
use crate::threads::Threads;
use crate::weights::{Binding, Inventory, Weights};
use head::QuantizedHead;
use kv_cache::{KvCache, KvCacheShape, KvType};
use rope::Rope;

/// How activations are held in front of the 4-bit layers. Each of the three gives the same bits on every machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Arithmetic {
    /// 8-bit integers with a scale per 128 and an integer sub-scale per 16 (15 bits in front of the query, key and value
    /// projections); half-precision keys and values.
    #[default]
    Int8,
    /// 15-bit integers with a scale per 128: nearly lossless.
    Int15,
    /// Single precision throughout: the oracle.
    F32,
}

impl Arithmetic {
    /// All of them, fastest first.
    pub const ALL: [Arithmetic; 3] = [Arithmetic::Int8, Arithmetic::Int15, Arithmetic::F32];

    /// The name that `--arithmetic` takes.
    pub fn name(self) -> &'static str {
        match self {
            Arithmetic::Int8 => "int8",
            Arithmetic::Int15 => "int15",
            Arithmetic::F32 => "f32",
        }
    }

    /// The arithmetic of that name.
    pub fn from_name(name: &str) -> Option<Arithmetic> {
        Arithmetic::ALL.into_iter().find(|a| a.name() == name)
    }

    /// Planes of 8-bit codes per activation, or none where activations stay f32.
    pub fn planes(self) -> Option<usize> {
        match self {
            Arithmetic::Int8 => Some(1),
            Arithmetic::Int15 => Some(2),
            Arithmetic::F32 => None,
        }
    }

    /// The arithmetic of the query, key and value projections.
    ///
    /// They are a fourteenth of a model's weights, but their rounding is a third of the divergence of `int8` from `f32`
    /// (0.00065 to 0.00044 on Qwen2.5-Coder-0.5B), so `int8` gives their input 15 bits too.
    pub fn of_attention_input(self) -> Arithmetic {
        match self {
            Arithmetic::Int8 => Arithmetic::Int15,
            other => other,
        }
    }

    /// The number format of keys and values.
    pub fn kv_type(self) -> KvType {
        match self {
            Arithmetic::Int8 => KvType::F16,
            Arithmetic::Int15 | Arithmetic::F32 => KvType::F32,
        }
    }
}

/// How to run a model.
#[derive(Clone, Copy, Debug, Default)]
pub struct ModelOptions {
    pub arithmetic: Arithmetic,
    /// None: the best this CPU has.
    pub isa: Option<Isa>,
    /// None: one for each core this process may use.
    pub threads: Option<usize>,
}

/// The kernels of an instruction set, or the best there are.
///
/// # Errors
/// [`MachineError::MissingIsa`] where this CPU lacks it.
pub fn kernels(isa: Option<Isa>) -> Result<Kernels> {
    let Some(isa) = isa else { return Ok(Kernels::best()) };
    Kernels::for_isa(isa).ok_or_else(|| {
        let available = Kernels::available().map(|kernels| kernels.isa().name()).collect();
        MachineError::MissingIsa { isa: isa.name(), available }.into()
    })
}

/// A checkpoint ready to run, which may be dropped: the model owns its configuration and a share in the maps. Immutable: what changes while it runs lives in [`KvCache`] and [`Workspace`].
pub struct Model {
    pub config: Config,
    pub arithmetic: Arithmetic,
    pub kernels: Kernels,
    pub threads: Threads,
    /// What was found when the weights were bound.
    pub inventory: Inventory,
    weights: Weights,
    rope: Rope,
    quantized_head: Option<QuantizedHead>,
}

impl Model {
    /// Binds and checks every tensor of a checkpoint and starts the threads.
    ///
    /// # Errors
    /// What [`Binding::new`] finds; an instruction set that this CPU lacks; threads that cannot be started.
    pub fn load(checkpoint: &Checkpoint, options: &ModelOptions) -> Result<Model> {
        let kernels = kernels(options.isa)?;
        let config = checkpoint.config()?.clone();
        let Binding { weights, inventory } = Binding::new(checkpoint)?;
        let threads = Threads::new(options.threads)?;
        let rope = Rope::new(&config);
        let quantized_head =
            threads.install(|| QuantizedHead::new(kernels, options.arithmetic, &weights.head.view()))?;
        Ok(Model { config, arithmetic: options.arithmetic, kernels, threads, inventory, weights, rope, quantized_head })
    }

    /// The shape of the caches this model fills.
    pub fn kv_cache_shape(&self) -> KvCacheShape {
        KvCacheShape::of(&self.config, self.arithmetic)
    }

    /// A cache for one sequence.
    pub fn new_kv_cache(&self) -> KvCache {
        KvCache::new(self.kv_cache_shape())
    }
}
