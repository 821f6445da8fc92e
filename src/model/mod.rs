//! The decoder-only transformer: hidden states and logits from tokens. The shapes come from the configuration.

pub mod attention;
mod cost;
mod exec;
mod experts;
mod fingerprint;
mod forward;
pub mod head;
pub mod kv_cache;
mod kv_memory;
pub mod linear;
pub mod memory;
pub mod rope;

pub use cost::Cost;
pub use exec::{ExecContext, Observe};
pub use forward::{SequenceInput, Workspace};
pub use memory::{MemoryEstimate, MemoryRequest, SequenceGroup};

use std::sync::Arc;

use crate::checkpoint::Checkpoint;
use crate::checkpoint::config::Config;
use crate::error::{MachineError, Result};
use crate::kernels::{Isa, Kernels};
use crate::threads::Threads;
use crate::weights::{Binding, Inventory, Weights};
use head::QuantizedHead;
use kv_cache::{KvCache, KvCacheShape, KvType};
use rope::Rope;

/// The number format of the activations that the 4-bit layers read. Each one gives the same bits on every machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Arithmetic {
    /// 8-bit codes with an f32 scale per 128 inputs and an integer sub-scale per 16 inputs, except for the query, key
    /// and value projections, which read [`Arithmetic::Int15`]; f16 keys and values.
    #[default]
    Int8,
    /// 15-bit codes with an f32 scale per 128 inputs: nearly lossless; f32 keys and values.
    Int15,
    /// f32 activations, keys, values and logits: the reference for the accuracy of the other two.
    F32,
}

impl Arithmetic {
    /// All variants, fastest first.
    pub const ALL: [Arithmetic; 3] = [Arithmetic::Int8, Arithmetic::Int15, Arithmetic::F32];

    /// The name in options, reports and state files.
    pub fn name(self) -> &'static str {
        match self {
            Arithmetic::Int8 => "int8",
            Arithmetic::Int15 => "int15",
            Arithmetic::F32 => "f32",
        }
    }

    /// The arithmetic with this [`Arithmetic::name`]; `None` for any other text.
    pub fn from_name(name: &str) -> Option<Arithmetic> {
        Arithmetic::ALL.into_iter().find(|a| a.name() == name)
    }

    /// The number of 8-bit codes per activation; `None` if activations are not quantized.
    pub fn planes(self) -> Option<usize> {
        match self {
            Arithmetic::Int8 => Some(1),
            Arithmetic::Int15 => Some(2),
            Arithmetic::F32 => None,
        }
    }

    /// The arithmetic of the query, key and value projections. `int8` uses 15 bits there: these layers hold few of the
    /// weights, but 8-bit input to them causes a large part of the divergence from `f32` (see `docs/performance.md`,
    /// Accuracy).
    pub fn for_qkv_input(self) -> Arithmetic {
        match self {
            Arithmetic::Int8 => Arithmetic::Int15,
            other => other,
        }
    }

    /// The number format of keys and values in the cache.
    pub fn kv_type(self) -> KvType {
        match self {
            Arithmetic::Int8 => KvType::F16,
            Arithmetic::Int15 | Arithmetic::F32 => KvType::F32,
        }
    }
}

/// How [`Model::load`] prepares a model.
#[derive(Clone, Copy, Debug, Default)]
pub struct ModelOptions {
    /// The number format of activations; it determines the bits of the logits.
    pub arithmetic: Arithmetic,
    /// The instruction set of the kernels. `None`: the fastest one that this CPU supports.
    pub isa: Option<Isa>,
    /// The size of the thread pool. `None`: [`default_count`](crate::threads::default_count).
    pub threads: Option<usize>,
}

/// The kernels of an instruction set, or of the fastest one that this CPU supports for `None`.
///
/// # Errors
/// [`MachineError::MissingIsa`] if this CPU does not support `isa`.
pub fn kernels(isa: Option<Isa>) -> Result<Kernels> {
    let Some(isa) = isa else { return Ok(Kernels::best()) };
    Kernels::for_isa(isa).ok_or_else(|| {
        let available = Kernels::available().map(|kernels| kernels.isa().name()).collect();
        MachineError::MissingIsa { isa: isa.name(), available }.into()
    })
}

/// A checkpoint that is ready to run. It keeps the memory maps of the weights alive, so the [`Checkpoint`] can be
/// dropped. It is immutable: [`KvCache`] and [`Workspace`] hold the state of a run.
pub struct Model {
    /// The parsed `config.json`: shapes, RoPE and norm parameters.
    pub config: Config,
    /// The number format of activations, from [`ModelOptions::arithmetic`].
    pub arithmetic: Arithmetic,
    /// The kernels of the instruction set in use.
    pub kernels: Kernels,
    /// The pool that runs every parallel region of this model. Models that take turns should share one.
    pub threads: Arc<Threads>,
    /// The tensors that were bound, and the warnings about them.
    pub inventory: Inventory,
    weights: Weights,
    rope: Rope,
    local_rope: Option<Rope>,
    quantized_head: Option<QuantizedHead>,
}

impl Model {
    /// Binds and checks every tensor of a checkpoint, starts the threads and builds the [`QuantizedHead`].
    ///
    /// # Errors
    /// Those of [`kernels`], [`Checkpoint::config`], [`Binding::new`], [`Threads::new`] and [`QuantizedHead::new`].
    pub fn load(checkpoint: &Checkpoint, options: &ModelOptions) -> Result<Model> {
        let kernels = kernels(options.isa)?;
        let config = checkpoint.config()?.clone();
        let Binding { weights, inventory } = Binding::new(checkpoint)?;
        let threads = Arc::new(Threads::new(options.threads)?);
        let rope = |rope| Rope::new(rope, config.head_dim, config.max_position_embeddings);
        let (rope, local_rope) = (rope(&config.rope), config.local_rope.as_ref().map(rope));
        let quantized_head = threads.install(|| QuantizedHead::new(kernels, options.arithmetic, &weights.head))?;
        let arithmetic = options.arithmetic;
        Ok(Model { config, arithmetic, kernels, threads, inventory, weights, rope, local_rope, quantized_head })
    }

    /// The shape of this model's KV caches.
    pub fn kv_cache_shape(&self) -> KvCacheShape {
        KvCacheShape::new(&self.config, self.arithmetic)
    }

    /// An empty cache for one sequence.
    pub fn new_kv_cache(&self) -> KvCache {
        KvCache::new(self.kv_cache_shape())
    }
}
